//! From a service's fate to a verdict per objective: proven, predicted, missed or unknown.
//!
//! Everything unknown is taken at its worst and at its best. Met at the worst: predicted, or proven where a drill
//! measured it. Missed at the best: missed. Otherwise unknown, naming a smallest set of facts that decides.

use std::collections::{BTreeMap, BTreeSet};

use base::{Id, Message, Span};
use plan::{Class, Objective, Objectives, Plan, PointTarget, Service};

use crate::choice::Choice;
use crate::evidence::Evidence;
use crate::facts::{Corner, Facts, Touched};
use crate::loss::Loss;
use crate::points::Age;
use crate::proof;
use crate::reason;
use crate::recovery::{Candidate, Fate, HOLD, HORIZON, Recovery};
use crate::world::World;

/// Part of an objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Recovery time.
    Rto,
    /// Recovery point.
    Rpo,
    /// Recovery level.
    Rlo,
}

impl Part {
    /// Word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Part::Rto => "rto",
            Part::Rpo => "rpo",
            Part::Rlo => "rlo",
        }
    }
}

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
    /// What was measured.
    pub evidence: &'a Evidence,
    /// Digest of parts of the plan, by path.
    pub digest: &'a dyn Fn(&[String]) -> String,
}

/// One corner's answer.
pub(crate) struct Answer {
    pub(crate) fate: Fate,
    pub(crate) chosen: Option<usize>,
    touched: Touched,
    causes: Vec<Id>,
}

impl Answer {
    pub(crate) fn course(&self) -> Option<&Candidate> {
        self.chosen.map(|index| &self.fate.candidates[index])
    }
}

/// Works out one service under one loss.
pub fn outcome(context: Context<'_>, service_id: &Id, loss: &Loss) -> Outcome {
    let case = Case::new(context, service_id, loss);
    let worst = case.at(Corner::Worst, BTreeMap::new(), false);
    let verdicts = case.verdicts(&worst);
    Outcome {
        service: service_id.clone(),
        loss: loss.clone(),
        fate: worst.fate,
        chosen: worst.chosen,
        causes: worst.causes,
        verdicts,
        touched: worst.touched,
    }
}

/// One service under one loss, with its objectives.
pub(crate) struct Case<'a> {
    pub(crate) context: Context<'a>,
    pub(crate) id: &'a Id,
    pub(crate) service: &'a Service,
    pub(crate) loss: &'a Loss,
    pub(crate) targets: &'a Objectives,
}

impl<'a> Case<'a> {
    fn new(context: Context<'a>, id: &'a Id, loss: &'a Loss) -> Case<'a> {
        let service = &context.plan.services[id];
        let targets = if loss.class == Class::Failure { &service.failure } else { &service.disaster };
        Case { context, id, service, loss, targets }
    }

    fn hold(&self) -> Span {
        self.service.hold.unwrap_or(HOLD)
    }

    fn horizon(&self) -> Span {
        let rto = self.targets.rto.agreed().copied().unwrap_or(Span::ZERO);
        HORIZON.max(rto * 2)
    }

    pub(crate) fn rta(&self, course: &Candidate) -> Span {
        course.rta(self.hold(), self.horizon())
    }

    /// The answer at one corner, some facts pinned to a corner of their own.
    fn at(&self, corner: Corner, pinned: BTreeMap<String, Corner>, at_loss: bool) -> Answer {
        let facts = Facts::new(corner, pinned, self.loss.class, self.context.plan.assume);
        let world = World::new(self.context.plan, self.loss, &facts);
        let recovery = Recovery::new(&world, self.context.evidence, at_loss);
        let fate = recovery.fate(self.id);
        let chosen = self.choose(&fate);
        let causes = fate.stopped_by.as_ref().map_or_else(Vec::new, |id| world.causes(id));
        Answer { fate, chosen, touched: facts.touched(), causes }
    }

    /// First course in declared order that meets every part; else the one back first, then with the newest data.
    fn choose(&self, fate: &Fate) -> Option<usize> {
        let all = fate.candidates.iter().enumerate();
        let meets = |c: &Candidate| {
            [Part::Rto, Part::Rpo, Part::Rlo].into_iter().all(|part| self.met(part, c) != Some(false))
        };
        let first = all.clone().find(|(_, c)| c.broken.is_none() && meets(c)).map(|(index, _)| index);
        let age = |c: &Candidate| c.age.map_or(Span::ZERO, Age::worst);
        // A course that does not work out is never better than one that does.
        first.or_else(|| {
            all.min_by_key(|(_, c)| (self.rta(c), c.broken.is_some(), age(c))).map(|(index, _)| index)
        })
    }

    /// Whether a course meets a part; nothing if that part has no agreed target.
    fn met(&self, part: Part, course: &Candidate) -> Option<bool> {
        let rta = self.rta(course);
        match part {
            Part::Rto => self.targets.rto.agreed().map(|rto| rta <= *rto),
            Part::Rpo => {
                let target = self.targets.rpo.agreed()?;
                Some(if rta.is_never() {
                    false
                } else {
                    course.age.is_none_or(|age| fresh_enough(age, *target))
                })
            }
            Part::Rlo => {
                let ladder = self.targets.rlo.agreed()?;
                let reached = |(by, level): &(Option<Span>, plan::Level)| {
                    course.level >= level.capacity && by.map_or(!rta.is_never(), |by| rta <= by)
                };
                Some(ladder.0.iter().all(reached))
            }
        }
    }

    fn verdicts(&self, worst: &Answer) -> Vec<Verdict> {
        let parts = [Part::Rto, Part::Rpo, Part::Rlo].into_iter().filter(|part| self.target(*part).is_some());
        let parts: Vec<Part> = parts.collect();
        if parts.is_empty() {
            return Vec::new();
        }
        let best = self.at(Corner::Best, BTreeMap::new(), false);
        parts.into_iter().filter_map(|part| self.verdict(part, worst, &best)).collect()
    }

    fn target(&self, part: Part) -> Option<Value> {
        match part {
            Part::Rto => self.targets.rto.agreed().map(|span| Value::Time(*span)),
            Part::Rpo => self.targets.rpo.agreed().map(|target| match target {
                PointTarget::Age(span) => Value::Time(*span),
                word => Value::Point(*word),
            }),
            Part::Rlo => match &self.targets.rlo {
                Objective::Agreed(ladder) => {
                    let highest = ladder.0.iter().map(|(_, level)| level.capacity).reduce(f64::max);
                    Some(Value::Level(highest.unwrap_or(1.0)))
                }
                _ => None,
            },
        }
    }

    fn verdict(&self, part: Part, worst: &Answer, best: &Answer) -> Option<Verdict> {
        let is_met =
            |answer: &Answer| answer.course().is_some_and(|course| self.met(part, course) == Some(true));
        let mut verdict = self.blank(part, worst)?;
        let known_ways = !worst.touched.unknown.contains(&format!("services.{}.ways", self.id));
        if is_met(worst) {
            self.predicted_or_proven(part, worst, &mut verdict);
        } else if !is_met(best) && known_ways {
            verdict.state = State::Missed;
            verdict.value = best.course().map(|course| self.value(part, course));
            let bound = self.at(Corner::Best, BTreeMap::new(), true);
            verdict.certain = part != Part::Rto || !is_met(&bound);
            verdict.reason = reason::missed(self, part, best);
        } else {
            verdict.state = State::Unknown;
            verdict.unknown = self.deciding(part, worst, best);
            verdict.value = None;
            verdict.reason = reason::unknown(&verdict.unknown);
        }
        Some(verdict)
    }

    fn blank(&self, part: Part, worst: &Answer) -> Option<Verdict> {
        let accepted =
            |a: &plan::Accepted| a.what == *self.id || self.loss.events.iter().any(|(id, _)| a.what == *id);
        Some(Verdict {
            service: self.id.clone(),
            part,
            loss: self.loss.id.clone(),
            class: self.loss.class,
            state: State::Predicted,
            certain: false,
            target: self.target(part)?,
            value: worst.course().map(|course| self.value(part, course)),
            reason: Message::new("assess-unaffected"),
            evidence: Vec::new(),
            unknown: Vec::new(),
            assumed: worst.touched.assumed.clone(),
            stops: !worst.fate.stops.is_never(),
            accepted: self.context.plan.accepted.iter().any(accepted),
        })
    }

    fn value(&self, part: Part, course: &Candidate) -> Value {
        let rta = self.rta(course);
        match part {
            Part::Rto => Value::Time(rta),
            Part::Rpo if rta.is_never() => Value::Time(Span::NEVER),
            Part::Rpo => Value::Time(course.age.map_or(Span::ZERO, Age::worst)),
            Part::Rlo => Value::Level(if rta.is_never() { 0.0 } else { course.level }),
        }
    }

    fn predicted_or_proven(&self, part: Part, worst: &Answer, verdict: &mut Verdict) {
        let Some(course) = worst.course() else { return };
        if worst.fate.stops.is_never() {
            return;
        }
        let facts = Facts::new(Corner::Worst, BTreeMap::new(), self.loss.class, self.context.plan.assume);
        let world = World::new(self.context.plan, self.loss, &facts);
        proof::judge(self, &world, part, course, verdict);
    }

    /// A smallest set of unknown facts which, if they turn out well, make the objective met whatever else is unknown.
    fn deciding(&self, part: Part, worst: &Answer, best: &Answer) -> Vec<String> {
        let mut needed: BTreeSet<String> =
            worst.touched.unknown.union(&best.touched.unknown).cloned().collect();
        for fact in needed.clone() {
            let pinned = needed.iter().filter(|f| **f != fact).map(|f| (f.clone(), Corner::Best)).collect();
            let answer = self.at(Corner::Worst, pinned, false);
            if answer.course().is_some_and(|course| self.met(part, course) == Some(true)) {
                needed.remove(&fact);
            }
        }
        needed.into_iter().collect()
    }
}

/// Whether data of this age meets the target. In words, the run time of the copy is not counted.
pub(crate) fn fresh_enough(age: Age, target: PointTarget) -> bool {
    let within = |period: Span| age.interval <= period && age.lag <= period;
    match target {
        PointTarget::Age(span) => age.worst() <= span,
        PointTarget::JustBefore => age.worst() <= Span::minutes(1),
        PointTarget::PreviousDay => within(Span::days(1)),
        PointTarget::PreviousWeek => within(Span::days(7)),
        PointTarget::PreviousMonth => within(Span::days(31)),
    }
}
