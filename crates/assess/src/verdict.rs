//! From a service's fate to a verdict per objective: proven, predicted, missed or unknown.
//!
//! Everything unknown is taken at its worst and at its best. Met at the worst: predicted, or proven where a drill
//! measured it. Missed at the best: missed. Otherwise unknown, naming a smallest set of facts that decides.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use base::{Id, Message, Span};
use plan::{Class, Objectives, Plan, PointTarget};

use crate::choice::Choice;
use crate::course::{Candidate, Fate};
use crate::evidence::Evidence;
use crate::facts::{Corner, Facts, Touched};
use crate::interval::Intervals;
use crate::levels;
use crate::likely::{self, Odds};
use crate::loss::Loss;
use crate::net::{Net, Node};
use crate::objective::{HOLD, HORIZON, Part, Promise};
use crate::points::Age;
use crate::proof;
use crate::reason;
use crate::recovery::{Fares, Mode, Settled, recover};
use crate::world::World;

/// How sure it is that an objective is met. Ordered worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Predicted or measured to be missed.
    Missed,
    /// A fact is missing.
    Unknown,
    /// The model says it is met; it was not measured.
    Predicted,
    /// Measured, for exactly this part of the plan.
    Proven,
}

impl State {
    /// Word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Missed => "missed",
            State::Unknown => "unknown",
            State::Predicted => "predicted",
            State::Proven => "proven",
        }
    }
}

/// A target or an achieved value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// A length of time; `NEVER` where it does not happen.
    Time(Span),
    /// A recovery point in words.
    Point(PointTarget),
    /// A share of normal demand.
    Level(f64),
}

impl Value {
    /// What is agreed of a part; of several levels the highest.
    pub fn promised(objectives: &Objectives, part: Part) -> Option<Value> {
        match part {
            Part::Rto => objectives.rto.agreed().map(|span| Value::Time(*span)),
            Part::Rpo => objectives.rpo.agreed().map(|target| match target {
                PointTarget::Age(span) => Value::Time(*span),
                word => Value::Point(*word),
            }),
            Part::Rlo => objectives.rlo.agreed().map(|ladder| {
                let highest = ladder.0.iter().map(|(_, level)| level.capacity).reduce(f64::max);
                Value::Level(highest.unwrap_or(1.0))
            }),
        }
    }
}

/// Verdict on one part of one objective of one service under one loss.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Service.
    pub service: Id,
    /// Part of the objective.
    pub part: Part,
    /// Loss.
    pub loss: String,
    /// Class of the loss.
    pub class: Class,
    /// The verdict.
    pub state: State,
    /// Missed for certain: no order of work could meet it.
    pub certain: bool,
    /// What is promised.
    pub target: Value,
    /// What is achieved: measured where proven, else at the worst; nothing where unknown.
    pub value: Option<Value>,
    /// One line of reason.
    pub reason: Message,
    /// Numbers of the records in the ledger on which it rests.
    pub evidence: Vec<u64>,
    /// Facts that decide, where unknown.
    pub unknown: Vec<String>,
    /// Assumptions used: name and value.
    pub assumed: BTreeMap<&'static str, Span>,
    /// How likely it is met, where times vary and that decides.
    pub odds: Option<Odds>,
    /// Whether the service stops at all.
    pub stops: bool,
    /// Whether somebody accepted this risk.
    pub accepted: bool,
}

/// What happens to one service under one loss.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Service.
    pub service: Id,
    /// Loss.
    pub loss: Loss,
    /// Courses of events at the worst corner.
    pub fate: Fate,
    /// Index of the chosen one.
    pub chosen: Option<usize>,
    /// From what stops the service back to what was hit.
    pub causes: Vec<Id>,
    /// Verdicts on its objectives of this class.
    pub verdicts: Vec<Verdict>,
    /// Facts unknown and assumptions used on the way.
    pub touched: Touched,
    /// Level over time at the worst corner: from each instant on, until the next.
    pub levels: Vec<(Span, f64)>,
}

impl Outcome {
    /// The chosen course of events.
    pub fn course(&self) -> Option<&Candidate> {
        self.chosen.map(|index| &self.fate.candidates[index])
    }

    /// What a drill of this loss would carry out: the chosen way, if something has to be done at all.
    pub fn choice(&self) -> Option<&Choice> {
        let course = self.course().filter(|_| !self.fate.stops.is_never())?;
        (!course.choice.original && course.broken.is_none()).then_some(&course.choice)
    }
}

/// What everything is looked up in.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The plan as a net.
    pub net: &'a Net<'a>,
    /// What was measured.
    pub evidence: &'a Evidence,
    /// Digest of parts of the plan, by path.
    pub digest: &'a dyn Fn(&[String]) -> String,
}

/// Everything a loss stops, at one corner.
pub(crate) struct Answer {
    pub(crate) facts: Facts,
    pub(crate) settled: Fares,
    pub(crate) mode: Mode,
}

impl Answer {
    pub(crate) fn course(&self, service: Node) -> Option<&Candidate> {
        self.settled.get(&service)?.course()
    }
}

/// What is asked about a loss.
pub(crate) struct Question {
    pub(crate) corner: Corner,
    /// Facts at a corner of their own.
    pub(crate) pinned: BTreeMap<String, Corner>,
    pub(crate) mode: Mode,
    /// Services that come after this one in rank are left out.
    pub(crate) upto: Option<Node>,
    /// Lengths that stand for times that vary.
    pub(crate) drawn: BTreeMap<String, Span>,
}

/// A plan under one loss: its answers are worked out once, and only if asked for.
pub(crate) struct Stage<'a> {
    pub(crate) context: Context<'a>,
    pub(crate) loss: &'a Loss,
    pub(crate) worst: Answer,
    best: OnceCell<Answer>,
    bound: OnceCell<Answer>,
}

impl<'a> Stage<'a> {
    pub(crate) fn new(context: Context<'a>, loss: &'a Loss) -> Stage<'a> {
        let ask = Question {
            corner: Corner::Worst,
            pinned: BTreeMap::new(),
            mode: Mode::Plan,
            upto: None,
            drawn: BTreeMap::new(),
        };
        let worst = answer(context, loss, ask);
        Stage { context, loss, worst, best: OnceCell::new(), bound: OnceCell::new() }
    }

    /// The answer at the worst corner with some facts at their best, services after `upto` left out.
    pub(crate) fn with_luck(&self, facts: &[&String], upto: Node) -> Answer {
        let pinned = facts.iter().map(|fact| ((*fact).clone(), Corner::Best)).collect();
        let ask = Question {
            corner: Corner::Worst,
            pinned,
            mode: Mode::Plan,
            upto: Some(upto),
            drawn: BTreeMap::new(),
        };
        answer(self.context, self.loss, ask)
    }

    pub(crate) fn at_best(&self, mode: Mode) -> &Answer {
        let cell = if mode == Mode::Plan { &self.best } else { &self.bound };
        cell.get_or_init(|| {
            let ask = Question {
                corner: Corner::Best,
                pinned: BTreeMap::new(),
                mode,
                upto: None,
                drawn: BTreeMap::new(),
            };
            answer(self.context, self.loss, ask)
        })
    }

    /// What happens to every service that the loss may reach.
    pub(crate) fn reached(&self) -> Vec<Outcome> {
        let world = World::new(self.context.net, self.loss, &self.worst.facts);
        let services = self.worst.settled.iter().filter(|(node, _)| !self.context.net.is_function(**node));
        services.map(|(node, settled)| self.outcome(*node, settled, &world)).collect()
    }

    /// Objectives of services that are not met at the worst of what is not known.
    pub(crate) fn shortfalls(&self) -> BTreeSet<(Node, Part)> {
        let world = World::new(self.context.net, self.loss, &self.worst.facts);
        let services = self.worst.settled.keys().filter(|node| !self.context.net.is_function(**node));
        let short = services.flat_map(|node| {
            let case = Case::new(self, *node);
            let parts = if case.applies(&world) { &Part::ALL[..] } else { &[] };
            let missed = |part: &Part| {
                case.target(*part).is_some()
                    && !case.is_met(&self.worst, *part)
                    && case.often_enough(*part) != Some(true)
            };
            parts.iter().copied().filter(missed).map(|part| (*node, part)).collect::<Vec<_>>()
        });
        short.collect()
    }

    /// Whether an objective that is not met at the worst is missed, and for certain, or open.
    pub(crate) fn how_short(&self, node: Node, part: Part) -> (State, bool) {
        let case = Case::new(self, node);
        if case.is_met(self.at_best(Mode::Plan), part) {
            let missed = case.often_enough(part) == Some(false);
            return (if missed { State::Missed } else { State::Unknown }, false);
        }
        (State::Missed, !case.could_be_met(self.at_best(Mode::Bound), part))
    }

    fn outcome(&self, node: Node, settled: &Settled, world: &World<'_>) -> Outcome {
        let case = Case::new(self, node);
        let fate = settled.fate.clone();
        Outcome {
            service: case.id.clone(),
            loss: self.loss.clone(),
            chosen: settled.chosen,
            causes: fate.stopped_by.as_ref().map_or_else(Vec::new, |id| world.causes(id)),
            verdicts: case.verdicts(world),
            touched: settled.touched.clone(),
            levels: levels::of_service(&fate, settled.course()).steps().to_vec(),
            fate,
        }
    }

    /// What happens to a service that the loss does not reach: nothing.
    pub(crate) fn unreached(&self, node: Node) -> Outcome {
        let case = Case::new(self, node);
        Outcome {
            service: case.id.clone(),
            loss: self.loss.clone(),
            fate: Fate::undisturbed(),
            chosen: None,
            causes: Vec::new(),
            verdicts: Part::ALL.into_iter().filter_map(|part| case.blank(part)).collect(),
            touched: Touched::default(),
            levels: vec![(Span::ZERO, 1.0)],
        }
    }
}

pub(crate) fn answer(context: Context<'_>, loss: &Loss, ask: Question) -> Answer {
    let facts = Facts::new(ask.corner, ask.pinned, loss.class, context.plan.assume).with(ask.drawn);
    let mut world = World::new(context.net, loss, &facts);
    if let Some(last) = ask.upto {
        let order = context.net.order();
        world.services.retain(|service| order.position(*service) <= order.position(last));
    }
    let settled = recover(&world, context.evidence, ask.mode);
    Answer { facts, settled, mode: ask.mode }
}

/// One service under one loss, with its objectives.
pub(crate) struct Case<'s, 'a> {
    pub(crate) stage: &'s Stage<'a>,
    pub(crate) node: Node,
    pub(crate) id: &'a Id,
    pub(crate) promise: Promise<'a>,
}

impl<'s, 'a> Case<'s, 'a> {
    pub(crate) fn new(stage: &'s Stage<'a>, node: Node) -> Case<'s, 'a> {
        let id = stage.context.net.id(node);
        let service = &stage.context.plan.services[id];
        Case { stage, node, id, promise: Promise::new(id, service, stage.loss.class) }
    }

    pub(crate) fn rta(&self, course: &Candidate) -> Span {
        self.promise.rta(course, &self.stage.worst.facts)
    }

    /// Whether the chosen course meets a part. A service that a loss does not reach meets everything.
    fn is_met(&self, answer: &Answer, part: Part) -> bool {
        let Some(settled) = answer.settled.get(&self.node) else { return true };
        match settled.course() {
            Some(course) => self.promise.met(part, course, &answer.facts) == Some(true),
            None => settled.fate.stops.is_never(),
        }
    }

    /// Whether a recovery time that is missed at the worst is met often enough; nothing where times that vary do not
    /// decide.
    fn often_enough(&self, part: Part) -> Option<bool> {
        let settled = self.stage.worst.settled.get(&self.node)?;
        if part != Part::Rto || settled.touched.varies.is_empty() {
            return None;
        }
        let open = self.is_met(self.stage.at_best(Mode::Plan), part);
        open.then(|| likely::met(self)).flatten()
    }

    /// Whether any course at all could meet a part, together with the rest of the promise.
    fn could_be_met(&self, answer: &Answer, part: Part) -> bool {
        let Some(settled) = answer.settled.get(&self.node) else { return true };
        let alive: Vec<&Candidate> = settled.fate.candidates.iter().filter(|c| c.broken.is_none()).collect();
        let mut courses = alive.iter();
        settled.fate.stops.is_never()
            || courses.any(|course| self.promise.met(part, course, &answer.facts) == Some(true))
            || (part == Part::Rto && self.promise.met_in_turn(&alive, &answer.facts))
    }

    /// The answer at the best corner, where anything is unknown, be it of what was given up at the worst.
    fn turned(&self) -> &Answer {
        let stage = self.stage;
        let reached = stage.worst.settled.contains_key(&self.node);
        if stage.worst.facts.is_open() && reached { stage.at_best(Mode::Plan) } else { &stage.worst }
    }

    fn verdicts(&self, world: &World<'_>) -> Vec<Verdict> {
        Part::ALL.into_iter().filter_map(|part| self.verdict(part, world)).collect()
    }

    fn target(&self, part: Part) -> Option<Value> {
        Value::promised(self.promise.objectives, part)
    }

    /// Whether what the objective presupposes holds under this loss.
    fn applies(&self, world: &World<'_>) -> bool {
        let well = |id: &Id| {
            let Some(node) = world.net.find(id) else { return true };
            world.condition(node).is_well() && world.thing_up(node, &|_| Intervals::always()).is_always()
        };
        let runs = |id: &Id| {
            let settled = world.net.find(id).and_then(|node| self.stage.worst.settled.get(&node));
            settled.is_none_or(|known| known.fate.stops.is_never())
        };
        self.promise.objectives.given.iter().all(|id| well(id) && runs(id))
    }

    fn verdict(&self, part: Part, world: &World<'_>) -> Option<Verdict> {
        let stage = self.stage;
        let mut verdict = self.blank(part)?;
        if !self.applies(world) {
            return None;
        }
        if self.is_met(&stage.worst, part) && !self.is_met(self.turned(), part) {
            // What is bad for a better-ranked service may be good for this one: it leaves it people and machines.
            verdict.state = State::Unknown;
            verdict.unknown = self.deciding(part, self.turned(), false);
            verdict.value = None;
            verdict.reason = reason::unknown(&verdict.unknown);
            return Some(verdict);
        }
        if self.is_met(&stage.worst, part) {
            match stage.worst.course(self.node) {
                Some(course) if verdict.stops => proof::judge(self, world, part, course, &mut verdict),
                Some(course) => verdict.reason = reason::goes_on(course),
                None => {}
            }
            return Some(verdict);
        }
        if part == Part::Rto && proof::measured(self, world, &mut verdict) {
            return Some(verdict);
        }
        let best = stage.at_best(Mode::Plan);
        if !self.is_met(best, part) {
            verdict.state = State::Missed;
            let course = best.course(self.node);
            verdict.value = Some(course.map_or_else(|| dead(part), |c| self.value(part, c, &best.facts)));
            verdict.certain = !self.could_be_met(stage.at_best(Mode::Bound), part);
            verdict.reason = reason::missed(self, part, best);
            return Some(verdict);
        }
        if part != Part::Rto || !likely::judge(self, &mut verdict) {
            verdict.state = State::Unknown;
            verdict.unknown = self.deciding(part, best, true);
            verdict.value = None;
            verdict.reason = reason::unknown(&verdict.unknown);
        }
        if let Some(course) = stage.worst.course(self.node) {
            proof::failed(self, world, part, course, &mut verdict);
        }
        Some(verdict)
    }

    fn blank(&self, part: Part) -> Option<Verdict> {
        let stage = self.stage;
        let settled = stage.worst.settled.get(&self.node);
        let accepted =
            |a: &plan::Accepted| a.what == *self.id || stage.loss.events.iter().any(|(id, _)| a.what == *id);
        let course = settled.and_then(|known| known.course());
        Some(Verdict {
            service: self.id.clone(),
            part,
            loss: stage.loss.id.clone(),
            class: stage.loss.class,
            state: State::Predicted,
            certain: false,
            target: self.target(part)?,
            value: Some(course.map_or_else(|| unharmed(part), |c| self.value(part, c, &stage.worst.facts))),
            reason: Message::new("assess-unaffected"),
            evidence: Vec::new(),
            unknown: Vec::new(),
            odds: None,
            assumed: settled.map(|known| known.touched.assumed.clone()).unwrap_or_default(),
            stops: settled.is_some_and(|known| !known.fate.stops.is_never()),
            accepted: stage.context.plan.accepted.iter().any(accepted),
        })
    }

    fn value(&self, part: Part, course: &Candidate, facts: &Facts) -> Value {
        let rta = self.promise.rta(course, facts);
        match part {
            Part::Rto => Value::Time(rta),
            Part::Rpo if course.rta(HOLD, HORIZON).is_never() => Value::Time(Span::NEVER),
            Part::Rpo => Value::Time(course.age.map_or(Span::ZERO, Age::worst)),
            Part::Rlo => Value::Level(course.level),
        }
    }

    /// A smallest set of unknown facts which, if they turn out well, make the objective met whatever else is unknown;
    /// of three facts and more, one from which none can be left out.
    fn deciding(&self, part: Part, best: &Answer, met: bool) -> Vec<String> {
        let touched = |answer: &Answer| {
            answer.settled.get(&self.node).map(|known| known.touched.unknown.clone()).unwrap_or_default()
        };
        let mut all = touched(&self.stage.worst);
        all.extend(touched(best));
        // What can be found out comes before what varies by nature.
        let varies = self.stage.worst.settled.get(&self.node).map(|known| &known.touched.varies);
        let mut all: Vec<String> = all.into_iter().collect();
        all.sort_by_key(|path| varies.is_some_and(|varies| varies.contains_key(path)));
        smallest(&all, &|facts| self.is_met(&self.stage.with_luck(facts, self.node), part) == met)
    }
}

fn dead(part: Part) -> Value {
    match part {
        Part::Rto | Part::Rpo => Value::Time(Span::NEVER),
        Part::Rlo => Value::Level(0.0),
    }
}

fn unharmed(part: Part) -> Value {
    match part {
        Part::Rto | Part::Rpo => Value::Time(Span::ZERO),
        Part::Rlo => Value::Level(1.0),
    }
}

/// Singles, then pairs, then what is left of all after leaving out what can be left out, halves first.
pub(crate) fn smallest(all: &[String], decides: &dyn Fn(&[&String]) -> bool) -> Vec<String> {
    const PAIRS: usize = 12;
    let named = |set: &[&String]| set.iter().map(|fact| (*fact).clone()).collect();
    if let Some(one) = all.iter().find(|fact| decides(&[*fact])) {
        return vec![one.clone()];
    }
    if all.len() <= PAIRS {
        let pairs = all.iter().enumerate().flat_map(|(n, a)| all[n + 1..].iter().map(move |b| [a, b]));
        if let Some(pair) = pairs.into_iter().find(|pair| decides(pair)) {
            return named(&pair);
        }
    }
    let mut needed: BTreeSet<&String> = all.iter().collect();
    let mut chunks: Vec<&[String]> = vec![all];
    while let Some(chunk) = chunks.pop() {
        let without: Vec<&String> = needed.iter().filter(|fact| !chunk.contains(fact)).copied().collect();
        if decides(&without) {
            needed.retain(|fact| !chunk.contains(fact));
        } else if chunk.len() > 1 {
            let (left, right) = chunk.split_at(chunk.len() / 2);
            chunks.extend([right, left]);
        }
    }
    named(&needed.into_iter().collect::<Vec<_>>())
}
