//! Asks the engine whether an objective is met under a combination of events.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::course::Candidate;
use crate::facts::{Corner, Facts};
use crate::focus::Focus;
use crate::interval::Intervals;
use crate::loss::Loss;
use crate::net::{Net, Node, Thing};
use crate::objective::Promise;
use crate::recovery::{Mode, Settled, bound_of, recover};
use crate::verdict::Context;
use crate::world::World;

use super::cone::Cone;
use super::events::Universe;
use super::{Budget, Question};
use crate::set::Set;

/// What the engine said of one combination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// Whether the objective is missed, whatever is done.
    pub(crate) fails: bool,
    /// Whether the service stops.
    pub(crate) stops: bool,
    /// Whether any service stops that the service needs, itself included.
    pub(crate) disturbs: bool,
    /// Whether what the objective presupposes holds.
    pub(crate) applies: bool,
}

/// The engine, as far as one objective of one service goes.
pub(crate) struct Oracle<'a> {
    context: Context<'a>,
    node: Node,
    question: &'a Question,
    pub(crate) promise: Promise<'a>,
    universe: &'a Universe,
    /// Things that have to be worked out for the bound.
    within: Rc<[bool]>,
    known: RefCell<FxHashMap<Set, Answer>>,
    stop: &'a dyn Fn() -> bool,
    left: Cell<u64>,
    left_for_plans: Cell<u64>,
}

impl<'a> Oracle<'a> {
    pub(crate) fn new(
        context: Context<'a>,
        node: Node,
        question: &'a Question,
        universe: &'a Universe,
        budget: &Budget<'a>,
    ) -> Oracle<'a> {
        let net = context.net;
        let service = &context.plan.services[net.id(node)];
        let promise = Promise::new(net.id(node), service, question.class);
        let given = promise.objectives.given.iter().filter_map(|id| net.find(id));
        let cone = Cone::of(net, given.chain([node]));
        Oracle {
            context,
            node,
            question,
            promise,
            universe,
            within: cone.into_inside(),
            known: RefCell::default(),
            stop: budget.stop,
            left: Cell::new(budget.bounds),
            left_for_plans: Cell::new(budget.plans),
        }
    }

    /// Questions that were put to the engine of those that may be.
    pub(crate) fn asked(&self, budget: &Budget<'_>) -> (u64, u64) {
        (budget.bounds - self.left.get(), budget.plans - self.left_for_plans.get())
    }

    fn take(&self, left: &Cell<u64>) -> Option<()> {
        left.set(left.get().checked_sub(1).filter(|_| !(self.stop)())?);
        Some(())
    }

    /// What is possible at best when all of these happen; nothing when the budget is spent.
    pub(crate) fn bound(&self, set: &Set) -> Option<Answer> {
        if let Some(known) = self.known.borrow().get(set) {
            return Some(*known);
        }
        self.take(&self.left)?;
        let answer = self.ask(set, Corner::Worst, Mode::Bound);
        self.known.borrow_mut().insert(set.clone(), answer);
        Some(answer)
    }

    /// Whether it is impossible even if everything unknown turns out well; nothing when the budget is spent.
    pub(crate) fn certain(&self, set: &Set) -> Option<bool> {
        self.take(&self.left)?;
        Some(self.ask(set, Corner::Best, Mode::Bound).fails)
    }

    /// Whether the plan may miss it, with the people and machines there are; nothing when the budget is spent. What
    /// turns out well for another service may have it take what this one needs, so both ends are asked about.
    pub(crate) fn plan_misses(&self, set: &Set) -> Option<bool> {
        for corner in [Corner::Worst, Corner::Best] {
            self.take(&self.left_for_plans)?;
            let answer = self.ask(set, corner, Mode::Plan);
            if answer.fails && answer.applies {
                return Some(true);
            }
        }
        Some(false)
    }

    fn ask(&self, set: &Set, corner: Corner, mode: Mode) -> Answer {
        let net = self.context.net;
        let loss = self.loss(set);
        let facts = Facts::quiet(corner, self.question.class, self.context.plan.assume);
        // Who else is at work is a question for the plan only.
        let within = (mode == Mode::Bound).then(|| Rc::clone(&self.within));
        let world = World::focused(net, &loss, &facts, Focus { spared: self.spared(set), within });
        let settled = match mode {
            Mode::Bound => bound_of(&world, self.context.evidence, self.node),
            Mode::Plan => recover(&world, self.context.evidence, mode),
        };
        let applies = self.applies(&world, &settled);
        let stops = |known: &Rc<Settled>| !known.fate.stops.is_never();
        let own = settled.get(&self.node);
        Answer {
            fails: own.is_some_and(|own| !self.is_met(own, mode, &facts)),
            stops: own.is_some_and(stops),
            disturbs: settled.values().any(stops),
            applies,
        }
    }

    fn is_met(&self, own: &Settled, mode: Mode, facts: &Facts) -> bool {
        let parts = self.question.target.parts();
        if own.fate.candidates.is_empty() {
            return own.fate.stops.is_never();
        }
        match mode {
            Mode::Plan => own.course().is_some_and(|course| {
                parts.iter().all(|part| self.promise.met(*part, course, facts) != Some(false))
            }),
            Mode::Bound => {
                let alive: Vec<&Candidate> =
                    own.fate.candidates.iter().filter(|course| course.broken.is_none()).collect();
                self.promise.could_meet(parts, &alive, facts)
            }
        }
    }

    fn applies(&self, world: &World<'_>, settled: &BTreeMap<Node, Rc<Settled>>) -> bool {
        let given = self.promise.objectives.given.iter().filter_map(|id| world.net.find(id));
        given.into_iter().all(|node| {
            let up = world.thing_up(node, &|_| Intervals::always());
            let runs = settled.get(&node).is_none_or(|known| known.fate.stops.is_never());
            world.condition(node).is_well() && up.is_always() && runs
        })
    }

    fn loss(&self, set: &Set) -> Loss {
        let hits = set.iter().filter(|bit| self.universe.base[*bit].is_none());
        let events = hits.map(|bit| &self.universe.events[bit]);
        Loss {
            id: String::new(),
            events: events.map(|event| (event.thing.clone(), event.effect)).collect(),
            extents: BTreeMap::new(),
            takes_people: set.meets(&self.universe.with_people),
            class: self.question.class,
            moment: None,
        }
    }

    /// Places whose people get away: all but those of the causes that take them.
    fn spared(&self, set: &Set) -> BTreeSet<Node> {
        if !set.meets(&self.universe.with_people) {
            return BTreeSet::new();
        }
        let net = self.context.net;
        let site = |node: &Node| matches!(net.thing(*node), Thing::Site(_));
        let mut out: BTreeSet<Node> = net.nodes().filter(site).collect();
        for bit in set.and(&self.universe.with_people).iter() {
            let hit = self.universe.base[bit].is_some_and(|base| set.contains(base));
            let node = self.universe.nodes[bit];
            if hit {
                out.remove(&node);
                members(net, node).for_each(|place| _ = out.remove(&place));
            }
        }
        out
    }
}

/// What lies in a region; nothing in anything else.
fn members<'n>(net: &'n Net<'_>, node: Node) -> impl Iterator<Item = Node> + 'n {
    net.members(node).iter().copied()
}
