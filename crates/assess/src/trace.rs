//! What is read of a world while something is worked out: what another loss must have in common with this one for the
//! result to be the same under it.
//!
//! Only readings by value are noted: how a thing fares, how it is hit, whether its people are lost, which lines lead
//! from one place to another. Nothing of a loss may be read in any other way while a trace is on.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use base::Span;
use plan::Effect;

use crate::condition::Condition;
use crate::interval::Intervals;
use crate::net::Node;
use crate::route::{Connection, Route};
use crate::world::World;

/// Readings that are not noted twice if they come again soon.
const RECENT: usize = 64;

/// Something hits a thing.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Strike {
    /// What it does.
    pub(crate) effect: Effect,
    /// What hits it.
    pub(crate) by: By,
    /// How long an outage is.
    pub(crate) out: Intervals,
}

/// What hits a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// The loss names it.
    Name,
    /// A grid it lies in, and whether its place may bridge that.
    Grid(bool),
    /// Another region it lies in.
    Region,
}

/// An answer that tells of more than how a thing fares.
#[derive(Clone, Debug)]
pub(crate) enum Seen {
    /// How a thing is hit.
    Struck(Node, Rc<[Strike]>),
    /// Whether the people of a place are lost with it.
    Taken(Node, bool),
    /// How long somebody was in control of things before anybody noticed; nothing if nobody is.
    Dwelt(Option<Span>),
    /// The lines between two places, some of which are hit.
    Lines(Node, Node, Arc<[Route]>),
}

/// What was read.
#[derive(Debug, Default)]
pub(crate) struct Glance {
    /// Things that are as ever.
    things: Vec<Node>,
    /// Things that are not.
    changed: Vec<Node>,
    /// Lines that are as ever.
    lines: Vec<Arc<Connection>>,
    seen: Vec<Seen>,
    /// Whether anything was read that cannot be compared.
    apart: bool,
}

impl Glance {
    /// Whether everything can be compared that was read.
    pub(crate) fn compares(&self) -> bool {
        !self.apart
    }

    /// How those things fare that are not as ever.
    pub(crate) fn fares(&self, world: &World<'_>) -> Vec<Condition> {
        self.changed.iter().map(|node| world.fares(*node).clone()).collect()
    }

    /// Whether everything reads alike in this world, given how those things fared that were not as ever.
    pub(crate) fn reads_alike(&self, fared: &[Condition], world: &World<'_>) -> bool {
        let left = world.left();
        let mut changed = self.changed.iter().zip(fared);
        changed.all(|(thing, fared)| left.fares(*thing).fares_like(fared))
            && !self.things.iter().any(|thing| left.is_hit(*thing))
            && !self.lines.iter().any(|way| way.leads_over(&|line| left.is_hit(line)))
            && self.seen.iter().all(|seen| left.answers_alike(seen))
    }
}

/// A place in what has been read so far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    apart: bool,
    things: usize,
    changed: usize,
    lines: usize,
    seen: usize,
}

/// What is read while something is worked out.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    on: Cell<bool>,
    all: RefCell<Glance>,
    recent: Recent,
}

/// What was noted last: a reading and its neighbours are often asked for again.
#[derive(Debug)]
struct Recent([Cell<u64>; RECENT]);

impl Default for Recent {
    fn default() -> Recent {
        Recent([const { Cell::new(u64::MAX) }; RECENT])
    }
}

impl Recent {
    fn forget(&self) {
        self.0.iter().for_each(|cell| cell.set(u64::MAX));
    }

    /// Whether this was not noted lately; it is now.
    fn is_new(&self, node: Node, kind: u64) -> bool {
        let reading = u64::from(node) * 4 + kind;
        self.0[reading as usize % RECENT].replace(reading) != reading
    }
}

impl Trace {
    /// Notes from here on, and nothing of what was before.
    pub(crate) fn begin(&self) {
        self.on.set(true);
        self.recent.forget();
        *self.all.borrow_mut() = Glance::default();
    }

    pub(crate) fn is_on(&self) -> bool {
        self.on.get()
    }

    /// Does something of which nothing is noted, because its result is.
    pub(crate) fn aside<R>(&self, work: impl FnOnce() -> R) -> R {
        let on = self.on.replace(false);
        let result = work();
        self.on.set(on);
        result
    }

    /// A thing that is as ever was looked at.
    pub(crate) fn read(&self, node: Node) {
        if self.on.get() && self.recent.is_new(node, 0) {
            self.all.borrow_mut().things.push(node);
        }
    }

    /// How a thing fares was looked at, and it is not as ever.
    pub(crate) fn changed(&self, node: Node) {
        if self.on.get() && self.recent.is_new(node, 1) {
            self.all.borrow_mut().changed.push(node);
        }
    }

    /// Lines that are as ever were looked at.
    pub(crate) fn over(&self, lines: &Arc<Connection>) {
        if self.on.get() {
            self.all.borrow_mut().lines.push(Arc::clone(lines));
        }
    }

    /// Something else was asked about a thing.
    pub(crate) fn saw(&self, node: Node, answer: impl FnOnce() -> Seen) {
        if self.on.get() && self.recent.is_new(node, 2) {
            self.all.borrow_mut().seen.push(answer());
        }
    }

    /// Something was asked.
    pub(crate) fn told(&self, answer: impl FnOnce() -> Seen) {
        if self.on.get() {
            let answer = answer();
            self.all.borrow_mut().seen.push(answer);
        }
    }

    /// Something was read that cannot be compared under another loss.
    pub(crate) fn apart(&self) {
        self.all.borrow_mut().apart = true;
    }

    /// What is looked at from here on stands apart until [`Trace::since`].
    pub(crate) fn mark(&self) -> Mark {
        self.recent.forget();
        let mut all = self.all.borrow_mut();
        Mark {
            apart: std::mem::take(&mut all.apart),
            things: all.things.len(),
            changed: all.changed.len(),
            lines: all.lines.len(),
            seen: all.seen.len(),
        }
    }

    /// What was looked at since the mark.
    pub(crate) fn since(&self, mark: Mark) -> Glance {
        self.recent.forget();
        let mut all = self.all.borrow_mut();
        let apart = all.apart;
        all.apart |= mark.apart;
        Glance {
            things: all.things[mark.things..].to_vec(),
            changed: all.changed[mark.changed..].to_vec(),
            lines: all.lines[mark.lines..].to_vec(),
            seen: all.seen[mark.seen..].to_vec(),
            apart,
        }
    }

    /// What was looked at then is as good as looked at now.
    pub(crate) fn again(&self, glance: &Glance) {
        if !self.on.get() {
            return;
        }
        let mut all = self.all.borrow_mut();
        all.things.extend(&glance.things);
        all.changed.extend(&glance.changed);
        all.lines.extend(glance.lines.iter().cloned());
        all.seen.extend(glance.seen.iter().cloned());
        all.apart |= glance.apart;
    }
}
