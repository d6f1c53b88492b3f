//! The structure of an objective: which combinations of losses break it, and what each single loss lacks to be fatal.
//!
//! The engine itself is asked whether the objective can be met under a combination (`oracle`), at the worst of what is
//! not known. Under more loss it never can where it could not under less, so the minimal sets follow from few
//! questions (`search`); once all are known, decision diagrams count them and weigh them (`chance`). What the plan
//! misses only because people and machines are scarce has no such order and is tried set by set (`scarce`).
//!
//! Invariant: what is listed is always true; what could not be found out within the budget is said.

mod chance;
mod cone;
mod events;
mod oracle;
mod scarce;
mod search;

use std::collections::BTreeMap;

use base::Id;
use plan::Class;

pub use events::Event;
pub use search::Reach;

use crate::boolean::Solution;
use crate::objective::{Part, Promise};
use crate::verdict::Context;

use crate::set::Set;
use cone::Cone;
use events::Universe;
use oracle::{Answer, Oracle};
use scarce::Trying;
use search::Search;

/// What of a promise is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// All parts that are agreed, together.
    All,
    /// One part, whatever the others.
    Only(Part),
}

impl Target {
    /// The parts that must be met together.
    pub fn parts(&self) -> &[Part] {
        match self {
            Target::All => &Part::ALL,
            Target::Only(part) => std::slice::from_ref(part),
        }
    }
}

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The service.
    pub service: Id,
    /// Whose objectives and facts hold. Against those for failures only losses of that class are combined.
    pub class: Class,
    /// What of the promise.
    pub target: Target,
    /// Sets of at most so many events are listed.
    pub order: usize,
}

/// How much may be spent.
#[derive(Clone, Copy)]
pub struct Budget<'a> {
    /// Questions about what is possible at best.
    pub bounds: u64,
    /// Questions about what the plan does.
    pub plans: u64,
    /// Nodes of a decision diagram.
    pub nodes: usize,
    /// Asked before every question: whether to stop.
    pub stop: &'a dyn Fn() -> bool,
}

/// A minimal set of events, as indices into [`Structure::events`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CutSet {
    /// The events.
    pub events: Vec<usize>,
    /// Whether the objective is missed even if everything unknown turns out well; nothing when nobody could ask.
    pub certain: Option<bool>,
}

/// Something whose loss makes others fatal that are survived without it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecoveryPoint {
    /// The event.
    pub event: usize,
    /// Events that stop the service and are survived unless it happens too.
    pub initiators: Vec<usize>,
}

/// How a probability was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Exactly, for independent events.
    Exact,
    /// Between what is known to fail and what is known to be survived.
    Between,
    /// The same by drawing, with limits that hold in 95 of 100 cases.
    Drawn,
}

/// How much one event matters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Importance {
    /// The event.
    pub event: usize,
    /// P(missed | event) - P(missed | not event).
    pub birnbaum: f64,
    /// Share of the probability that goes away if the event never happens.
    pub fussell_vesely: f64,
}

/// Chance that the objective is missed, counting only events whose rate and duration are known.
#[derive(Clone, Debug, PartialEq)]
pub struct Chance {
    /// Share of time in which it could not be met, at least.
    pub low: f64,
    /// At most.
    pub high: f64,
    /// How it was found.
    pub how: How,
    /// Events that could be counted.
    pub rated: usize,
    /// Misses that begin in a year; only where exact.
    pub per_year: Option<f64>,
    /// Events that matter, most important first; only where exact.
    pub importance: Vec<Importance>,
}

/// Which combinations of losses break an objective.
#[derive(Clone, Debug, PartialEq)]
pub struct Structure {
    /// What was asked.
    pub question: Question,
    /// Events that sets may consist of.
    pub events: Vec<Event>,
    /// Events that can tell on the service itself; the others only take people and machines from it.
    pub near: Vec<usize>,
    /// Minimal sets under which the objective is missed whatever is done, small ones first.
    pub cuts: Vec<CutSet>,
    /// Up to which order that list is complete, and whether there are no larger ones.
    pub reach: Reach,
    /// Exact number of minimal sets of each order, however large; nothing where not all of them are known.
    pub counts: Option<Vec<u128>>,
    /// Single points of recovery; nothing where pairs are not known.
    pub recovery: Option<Vec<RecoveryPoint>>,
    /// Minimal sets that the plan misses although it would be possible: with more people, machines, or sooner.
    pub scarce: Vec<CutSet>,
    /// Up to which order those were looked for; nothing if not at all.
    pub scarce_checked: Option<usize>,
    /// Chance of a miss; nothing where no event has a rate and a duration.
    pub chance: Option<Chance>,
    /// Questions put to the engine: about bounds, about plans.
    pub asked: (u64, u64),
}

impl Structure {
    /// Single points of failure.
    pub fn single_points(&self) -> impl Iterator<Item = usize> + '_ {
        self.cuts.iter().filter(|cut| cut.events.len() == 1).flat_map(|cut| cut.events.iter().copied())
    }
}

/// The structure of one objective; nothing if there is no such service or nothing of this is agreed for it.
pub fn structure(context: Context<'_>, question: &Question, budget: &Budget<'_>) -> Option<Structure> {
    let net = context.net;
    let node = net.find(&question.service)?;
    let promise = Promise::new(&question.service, net.service(node)?, question.class);
    promise.asks(question.target.parts()).then_some(())?;
    let given = promise.objectives.given.iter().filter_map(|id| net.find(id));
    let near = Cone::of(net, given.chain([node]));
    let far = if budget.plans > 0 { Cone::of(net, cone::rivals(net, node)) } else { Cone::of(net, []) };
    let universe = Universe::new(net, &|node| near.contains(node) || far.contains(node), question.class);
    let oracle = Oracle::new(context, node, question, &universe, budget);
    Some(Work { question, budget, near, universe: &universe, oracle }.run())
}

/// Steps of the search for each question that may be put to the engine.
const NODES_EACH: u64 = 64;

/// One question while it is answered.
struct Work<'a> {
    question: &'a Question,
    budget: &'a Budget<'a>,
    near: Cone,
    universe: &'a Universe,
    oracle: Oracle<'a>,
}

impl Work<'_> {
    fn run(self) -> Structure {
        let (universe, oracle) = (self.universe, &self.oracle);
        let size = universe.size();
        let near = Set::of(size, (0..size).filter(|bit| self.near.contains(universe.nodes[*bit])));
        let alone = self.alone(&near);
        let voids = |bit: &usize| alone.get(bit).is_some_and(|answer| !answer.applies);
        let counted = Set::of(size, near.iter().filter(|bit| !voids(bit)));
        let fails = |set: &Set| oracle.bound(&set.and(&counted)).map(|answer| answer.fails);
        let nodes = self.budget.bounds.saturating_mul(NODES_EACH);
        let mut search = Search::new(&fails, size, &universe.with_people, nodes);
        search.run();
        let (cuts, dropped) = self.listed(&search);
        let solution = chance::whole(&search, universe, self.budget).filter(|_| !dropped);
        let used: Vec<usize> = counted.iter().collect();
        let order = self.question.order;
        let scarce =
            Trying { oracle, universe, near: &near, cuts: &search.cuts, reach: search.reach }.up_to(order);
        let mut events = universe.events.clone();
        alone.iter().for_each(|(bit, answer)| events[*bit].stops = Some(answer.stops));
        Structure {
            question: self.question.clone(),
            near: near.iter().collect(),
            recovery: self.recovery(&search, &events),
            counts: self.counts(solution.as_ref()),
            chance: chance::chance(&search, solution.as_ref(), universe, &used, self.budget),
            scarce: scarce.sets.iter().map(|set| self.cut(set, Some(false))).collect(),
            scarce_checked: scarce.checked,
            reach: search.reach,
            asked: oracle.asked(self.budget),
            events,
            cuts,
        }
    }

    /// What each event does alone, as far as may be asked.
    fn alone(&self, near: &Set) -> BTreeMap<usize, Answer> {
        let size = self.universe.size();
        let ask = |event: usize| {
            let set = Set::of(size, self.universe.bits(event));
            Some((event, self.oracle.bound(&set)?))
        };
        near.iter().map_while(ask).collect()
    }

    /// The sets up to the order asked for. One under which the objective does not hold at all is no miss: whether there
    /// was such a set is said too.
    fn listed(&self, search: &Search<'_>) -> (Vec<CutSet>, bool) {
        let holds = |set: &&Set| self.oracle.bound(set).is_none_or(|answer| answer.applies);
        let kept: Vec<&Set> = search.cuts.iter().filter(holds).collect();
        let dropped = kept.len() < search.cuts.len();
        let small = |set: &&Set| self.universe.read(set).len() <= self.question.order;
        let mut small: Vec<&Set> = kept.into_iter().filter(small).collect();
        small.sort_by_key(|set| (self.universe.read(set).len(), (*set).iter().collect::<Vec<_>>()));
        (small.into_iter().map(|set| self.cut(set, self.oracle.certain(set))).collect(), dropped)
    }

    fn cut(&self, set: &Set, certain: Option<bool>) -> CutSet {
        CutSet { events: self.universe.read(set), certain }
    }

    /// What must not be lost too when something is lost that stops the service.
    fn recovery(&self, search: &Search<'_>, events: &[Event]) -> Option<Vec<RecoveryPoint>> {
        if search.reach < Reach::Order(2) {
            return None;
        }
        let pairs = search.cuts.iter().map(|set| self.universe.read(set));
        let mut points: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for pair in pairs.filter(|pair| pair.len() == 2) {
            for (event, initiator) in [(pair[0], pair[1]), (pair[1], pair[0])] {
                if events[initiator].stops == Some(true) {
                    points.entry(event).or_default().push(initiator);
                }
            }
        }
        points.values_mut().for_each(|initiators| initiators.sort_unstable());
        let mut out: Vec<RecoveryPoint> =
            points.into_iter().map(|(event, initiators)| RecoveryPoint { event, initiators }).collect();
        out.sort_by_key(|point| (std::cmp::Reverse(point.initiators.len()), point.event));
        Some(out)
    }

    fn counts(&self, solution: Option<&Solution>) -> Option<Vec<u128>> {
        chance::counts(solution, self.universe).map(|counts| counts.by_order)
    }
}
