//! What was worked out for a service, or for one way of it, and what it rested on: used again wherever that is the same,
//! be it in another order of work under the same loss or under another loss.
//!
//! A service is a function of what it reads of the world (`trace`), of the services it needs, and of the people and
//! machines that better-ranked ones leave.

use std::cell::RefCell;
use std::rc::Rc;

use base::Span;
use plan::Class;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::condition::Condition;
use crate::course::Candidate;
use crate::interval::Intervals;
use crate::net::Node;
use crate::recovery::Settled;
use crate::trace::Glance;
use crate::world::World;

/// Results kept for one service or way; older ones are forgotten first.
const KEPT: usize = 8;

/// What another loss must have in common.
#[derive(Debug)]
struct Common {
    class: Class,
    moment: Option<Span>,
    /// How those things fare that are not as ever, in their order.
    fared: Vec<Condition>,
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
    /// A result with what it rested on.
    pub(crate) fn past<R>(&self, glance: Glance, asks: Asks, pressed: bool, result: R) -> Rc<Past<R>> {
        let (class, moment) = (self.loss.class, self.loss.moment);
        let common = glance.compares().then(|| Common { class, moment, fared: glance.fares(self.left()) });
        Rc::new(Past { asks, pressed, result, glance, common })
    }
}

impl<R> Past<R> {
    /// Whether it holds under other losses at all.
    pub(crate) fn holds_elsewhere(&self) -> bool {
        self.common.is_some()
    }

    /// Whether everything it looked at reads alike in this world too.
    pub(crate) fn holds_in(&self, world: &World<'_>) -> bool {
        let Some(common) = &self.common else { return false };
        common.class == world.loss.class
            && common.moment == world.loss.moment
            && self.glance.reads_alike(&common.fared, world)
    }

    /// Notes in a world in which it holds what was looked at.
    pub(crate) fn looked_at_again(&self, world: &World<'_>) {
        world.left().asked.trace.again(&self.glance);
    }
}
