//! What was worked out for a service once, and what it rested on: used again wherever that is the same, be it in
//! another order of work under the same loss or under another loss.
//!
//! A service is a function of the things it reads, of the services it needs, and of the people and machines that
//! better-ranked ones leave. Nothing else may be read between [`World::trace`] and [`World::traced`].

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use base::Span;
use plan::Class;
use rustc_hash::FxHashMap;

use crate::interval::Intervals;
use crate::net::Node;
use crate::recovery::Settled;
use crate::route::Connection;
use crate::world::World;

/// Results kept for one service; older ones are forgotten first.
const KEPT: usize = 8;

/// What is read of a world while something is worked out.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    /// Whether anything but the undisturbed state of things was read.
    hit: Cell<bool>,
    reads: RefCell<Vec<Node>>,
    lines: RefCell<Vec<Arc<Connection>>>,
}

impl Trace {
    /// A thing that is as ever was looked at.
    pub(crate) fn read(&self, node: Node) {
        self.reads.borrow_mut().push(node);
    }

    /// Lines that are as ever were looked at.
    pub(crate) fn over(&self, lines: &Arc<Connection>) {
        self.lines.borrow_mut().push(Arc::clone(lines));
    }

    /// Something that the loss has hit was looked at.
    pub(crate) fn hit(&self) {
        self.hit.set(true);
    }

    /// Does something, and gives what of things was looked at meanwhile.
    pub(crate) fn within<R>(&self, work: impl FnOnce() -> R) -> (R, Glance) {
        let (begin, before) = (self.reads.borrow().len(), self.hit.replace(false));
        let result = work();
        let glance = Glance { things: self.reads.borrow()[begin..].to_vec(), hit: self.hit.get() };
        self.hit.set(before || glance.hit);
        (result, glance)
    }

    /// What was looked at then is as good as looked at now.
    pub(crate) fn again(&self, glance: &Glance) {
        self.reads.borrow_mut().extend(&glance.things);
        self.hit.set(self.hit.get() || glance.hit);
    }

    fn begin(&self) {
        self.hit.set(false);
        self.reads.borrow_mut().clear();
        self.lines.borrow_mut().clear();
    }
}

/// What something was worked out from that other services ask for too.
#[derive(Debug)]
pub(crate) struct Glance {
    things: Vec<Node>,
    hit: bool,
}

/// Things and lines that were looked at and were as ever.
#[derive(Debug)]
struct Looked {
    class: Class,
    moment: Option<Span>,
    takes_people: bool,
    things: Vec<Node>,
    lines: Vec<Arc<Connection>>,
}

/// Answers about what is scarce.
#[derive(Debug, Default)]
pub(crate) struct Asks {
    /// When a head was free.
    pub(crate) free: Vec<(Node, Intervals)>,
    /// Units of a machine that were taken, and by whom.
    pub(crate) taken: Vec<(Node, u32, Option<Node>)>,
}

/// One result.
#[derive(Debug)]
pub(crate) struct Past {
    /// What services it needs did.
    pub(crate) services: Vec<(Node, Rc<Settled>)>,
    pub(crate) asks: Asks,
    /// Whether anything was scarce.
    pub(crate) pressed: bool,
    pub(crate) settled: Rc<Settled>,
    looked: Option<Looked>,
}

/// Results by service.
#[derive(Debug, Default)]
pub(crate) struct Memo(RefCell<FxHashMap<Node, Vec<Rc<Past>>>>);

impl Memo {
    /// The newest result for which everything it rested on is as it was.
    pub(crate) fn find(&self, service: Node, same: &dyn Fn(&Past) -> bool) -> Option<Rc<Past>> {
        let all = self.0.borrow();
        all.get(&service)?.iter().rev().find(|past| same(past)).cloned()
    }

    pub(crate) fn keep(&self, service: Node, past: &Rc<Past>) {
        let mut all = self.0.borrow_mut();
        let own = all.entry(service).or_default();
        if own.len() >= KEPT {
            own.remove(0);
        }
        own.push(Rc::clone(past));
    }
}

impl World<'_> {
    /// Begins to note what is looked at.
    pub(crate) fn trace(&self) {
        self.left().asked.trace.begin();
    }

    /// Whether nothing that the loss has hit was looked at since.
    fn traced(&self) -> Option<Looked> {
        let trace = &self.left().asked.trace;
        if trace.hit.get() {
            return None;
        }
        let mut things = trace.reads.borrow().clone();
        things.sort_unstable();
        things.dedup();
        let lines = trace.lines.borrow().clone();
        Some(Looked {
            class: self.loss.class,
            moment: self.loss.moment,
            takes_people: self.loss.takes_people,
            things,
            lines,
        })
    }

    /// A result with what it rested on.
    pub(crate) fn past(
        &self,
        services: Vec<(Node, Rc<Settled>)>,
        asks: Asks,
        pressed: bool,
        settled: Rc<Settled>,
    ) -> Rc<Past> {
        Rc::new(Past { services, asks, pressed, settled, looked: self.traced() })
    }
}

impl Past {
    /// Whether it holds under other losses at all.
    pub(crate) fn holds_elsewhere(&self) -> bool {
        self.looked.is_some()
    }

    /// Whether everything it looked at is as ever in this world too.
    pub(crate) fn holds_in(&self, world: &World<'_>) -> bool {
        let Some(looked) = &self.looked else { return false };
        let mut lines = world.lines_hit().iter();
        looked.class == world.loss.class
            && looked.moment == world.loss.moment
            && looked.takes_people == world.loss.takes_people
            && !looked.things.iter().any(|thing| world.is_hit(*thing))
            && !lines.any(|line| looked.lines.iter().any(|connection| connection.leads_over(*line)))
    }
}
