//! What was worked out for a service, or for one way of it, and what it rested on: used again wherever that is the same,
//! be it in another order of work under the same loss or under another loss.
//!
//! A service is a function of the things it reads, of the services it needs, and of the people and machines that
//! better-ranked ones leave. Nothing else may be read between [`World::trace`] and [`World::traced`].

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use base::Span;
use plan::Class;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::condition::Condition;
use crate::course::Candidate;
use crate::interval::Intervals;
use crate::net::Node;
use crate::recovery::Settled;
use crate::route::Connection;
use crate::world::World;

/// Results kept for one service or way; older ones are forgotten first.
const KEPT: usize = 8;

/// What is read of a world while something is worked out.
#[derive(Debug, Default)]
pub(crate) struct Trace {
    /// Whether anything was read that cannot be compared under another loss.
    hit: Cell<bool>,
    /// Things that are as ever.
    reads: RefCell<Vec<Node>>,
    /// Things that are not, of which only how they fare was read.
    changed: RefCell<Vec<Node>>,
    lines: RefCell<Vec<Arc<Connection>>>,
}

/// A place in what has been read so far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    hit: bool,
    reads: usize,
    changed: usize,
    lines: usize,
}

impl Trace {
    /// A thing that is as ever was looked at.
    pub(crate) fn read(&self, node: Node) {
        self.reads.borrow_mut().push(node);
    }

    /// How a thing fares was looked at, and it is not as ever.
    pub(crate) fn changed(&self, node: Node) {
        self.changed.borrow_mut().push(node);
    }

    /// Lines that are as ever were looked at.
    pub(crate) fn over(&self, lines: &Arc<Connection>) {
        self.lines.borrow_mut().push(Arc::clone(lines));
    }

    /// Something that the loss has hit was looked at.
    pub(crate) fn hit(&self) {
        self.hit.set(true);
    }

    /// What is looked at from here on stands apart until [`Trace::since`].
    pub(crate) fn mark(&self) -> Mark {
        Mark {
            hit: self.hit.replace(false),
            reads: self.reads.borrow().len(),
            changed: self.changed.borrow().len(),
            lines: self.lines.borrow().len(),
        }
    }

    /// What was looked at since the mark.
    pub(crate) fn since(&self, mark: Mark) -> Glance {
        let hit = self.hit.get();
        self.hit.set(mark.hit || hit);
        Glance {
            things: distinct(&self.reads.borrow()[mark.reads..]),
            changed: distinct(&self.changed.borrow()[mark.changed..]),
            lines: self.lines.borrow()[mark.lines..].to_vec(),
            hit,
        }
    }

    /// What was looked at then is as good as looked at now.
    pub(crate) fn again(&self, glance: &Glance) {
        self.reads.borrow_mut().extend(&glance.things);
        self.changed.borrow_mut().extend(&glance.changed);
        self.lines.borrow_mut().extend(glance.lines.iter().cloned());
        self.hit.set(self.hit.get() || glance.hit);
    }

    fn begin(&self) {
        self.hit.set(false);
        self.reads.borrow_mut().clear();
        self.changed.borrow_mut().clear();
        self.lines.borrow_mut().clear();
    }
}
fn distinct(nodes: &[Node]) -> Vec<Node> {
    let mut out = nodes.to_vec();
    out.sort_unstable();
    out.dedup();
    out
}

/// What something was worked out from.
#[derive(Debug)]
pub(crate) struct Glance {
    things: Vec<Node>,
    changed: Vec<Node>,
    lines: Vec<Arc<Connection>>,
    hit: bool,
}

/// What another loss must have in common.
#[derive(Debug)]
struct Common {
    class: Class,
    moment: Option<Span>,
    takes_people: bool,
    /// How those things fare that are not as ever, in their order.
    fares: Vec<Condition>,
}

/// What was asked of the recovery, and the answers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asks {
    /// When a head was free.
    pub(crate) free: Vec<(Node, Intervals)>,
    /// Units of a machine that were taken, and by whom.
    pub(crate) taken: Vec<(Node, u32, Option<Node>)>,
    /// How services fare; nothing of one that the loss does not reach.
    pub(crate) services: SmallVec<[(Node, Option<Rc<Settled>>); 4]>,
}

impl Asks {
    /// How much has been asked.
    pub(crate) fn mark(&self) -> [usize; 3] {
        [self.free.len(), self.taken.len(), self.services.len()]
    }

    /// What was asked since.
    pub(crate) fn since(&self, [free, taken, services]: [usize; 3]) -> Asks {
        Asks {
            free: self.free[free..].to_vec(),
            taken: self.taken[taken..].to_vec(),
            services: self.services[services..].iter().cloned().collect(),
        }
    }

    /// What was asked then is as good as asked now.
    pub(crate) fn again(&mut self, then: &Asks) {
        self.free.extend(then.free.iter().cloned());
        self.taken.extend(&then.taken);
        self.services.extend(then.services.iter().cloned());
    }
}

/// One result.
#[derive(Debug)]
pub(crate) struct Past<R> {
    pub(crate) asks: Asks,
    /// Whether anything was scarce.
    pub(crate) pressed: bool,
    pub(crate) result: R,
    glance: Glance,
    /// Nothing where it holds under this loss only.
    common: Option<Common>,
}

/// Results by what they are of.
#[derive(Debug)]
pub(crate) struct Memo<K, R>(RefCell<FxHashMap<K, Vec<Rc<Past<R>>>>>);

impl<K, R> Default for Memo<K, R> {
    fn default() -> Memo<K, R> {
        Memo(RefCell::default())
    }
}

impl<K: Eq + std::hash::Hash, R> Memo<K, R> {
    /// The newest result for which everything it rested on is as it was.
    pub(crate) fn find(&self, of: &K, same: &dyn Fn(&Past<R>) -> bool) -> Option<Rc<Past<R>>> {
        let all = self.0.borrow();
        all.get(of)?.iter().rev().find(|past| same(past)).cloned()
    }

    pub(crate) fn keep(&self, of: K, past: &Rc<Past<R>>) {
        let mut all = self.0.borrow_mut();
        let own = all.entry(of).or_default();
        if own.len() >= KEPT {
            own.remove(0);
        }
        own.push(Rc::clone(past));
    }
}

/// What was worked out under other losses.
#[derive(Debug, Default)]
pub(crate) struct Memos {
    pub(crate) services: Memo<Node, Rc<Settled>>,
    /// Ways brought into use, by service, place among its ways, and when the service stops.
    pub(crate) ways: Memo<(Node, usize, Span), Rc<[Candidate]>>,
}

impl World<'_> {
    /// Begins to note what is looked at.
    pub(crate) fn trace(&self) {
        self.left().asked.trace.begin();
    }

    /// What another loss must have in common, if everything can be compared that was looked at.
    fn common(&self, glance: &Glance) -> Option<Common> {
        let fares = |node: &Node| self.left().fares(*node).clone();
        (!glance.hit).then(|| Common {
            class: self.loss.class,
            moment: self.loss.moment,
            takes_people: self.loss.takes_people,
            fares: glance.changed.iter().map(fares).collect(),
        })
    }

    /// A result with what it rested on.
    pub(crate) fn past<R>(&self, glance: Glance, asks: Asks, pressed: bool, result: R) -> Rc<Past<R>> {
        let common = self.common(&glance);
        Rc::new(Past { asks, pressed, result, glance, common })
    }
}

impl<R> Past<R> {
    /// Whether it holds under other losses at all.
    pub(crate) fn holds_elsewhere(&self) -> bool {
        self.common.is_some()
    }

    /// Whether everything it looked at fares alike in this world too.
    pub(crate) fn holds_in(&self, world: &World<'_>) -> bool {
        let Some(common) = &self.common else { return false };
        let left = world.left();
        let mut changed = self.glance.changed.iter().zip(&common.fares);
        let leads_over = |line: &Node| self.glance.lines.iter().any(|way| way.leads_over(*line));
        common.class == world.loss.class
            && common.moment == world.loss.moment
            && common.takes_people == world.loss.takes_people
            && changed.all(|(thing, fares)| left.fares(*thing).fares_like(fares))
            && !self.glance.things.iter().any(|thing| left.is_hit(*thing))
            && !left.lines_hit().iter().any(leads_over)
    }

    /// Notes in a world in which it holds what was looked at.
    pub(crate) fn looked_at_again(&self, world: &World<'_>) {
        world.left().asked.trace.again(&self.glance);
    }
}
