//! Business functions: at what level each can work over time, from what its services are computed to do and from its own
//! ways, and whether its longest interruption is tolerable.
//!
//! A function is worked out like a service that comes after all services and that nobody else needs: paper and people
//! take what services leave, never the other way round. Its ways do not exclude each other. `lasts` counts from the
//! interruption, and re-entry and catching up (`restart` of its normal way) are part of it.

use std::borrow::Cow;
use std::collections::BTreeSet;

use base::{Arg, Id, Message, Span};
use plan::{Class, Fact, Function, Ladder, Level, MonitorSpec, Objective, Objectives, Plan, Service};

use crate::facts::{Direction, Facts, Touched};
use crate::interval::Intervals;
use crate::levels::{Levels, of_service};
use crate::net::Node;
use crate::objective::{HOLD, HORIZON};
use crate::reason;
use crate::recovery::{Mode, Settled};
use crate::verdict::{Answer, Stage, State, smallest};
use crate::wire::{Want, WiredWay};
use crate::world::World;

/// What happens to one function under one loss.
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionOutcome {
    /// The function.
    pub function: Id,
    /// The loss.
    pub loss: String,
    /// Class of the loss.
    pub class: Class,
    /// Level over time at the worst of what is not known: from each instant on, until the next.
    pub levels: Vec<(Span, f64)>,
    /// Its longest interruption at the worst: from when until when; ∞ if it does not end within the horizon.
    pub interruption: Option<(Span, Span)>,
    /// Whether that is tolerable; nothing where nobody has said what is.
    pub verdict: Option<FunctionVerdict>,
}

/// Whether the longest interruption of a function is tolerable.
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionVerdict {
    /// The verdict; never proven, since no drill carries a function out.
    pub state: State,
    /// Missed for certain: no order of work could meet it.
    pub certain: bool,
    /// Maximum tolerable period of disruption, at the worst of what is said.
    pub mtpd: Span,
    /// Length of the longest interruption; nothing where unknown.
    pub value: Option<Span>,
    /// One line of reason.
    pub reason: Message,
    /// Facts that decide, where unknown.
    pub unknown: Vec<String>,
    /// Whether the loss interrupts it at all.
    pub stops: bool,
}

/// The plan with its functions as services.
pub fn among_services(plan: &Plan) -> Cow<'_, Plan> {
    if plan.functions.is_empty() {
        return Cow::Borrowed(plan);
    }
    let mut out = plan.clone();
    out.services.extend(plan.functions.iter().map(|(id, function)| (id.clone(), as_service(function))));
    Cow::Owned(out)
}

/// Any level counts while it is worked out: what is too little is judged later, over time.
fn as_service(function: &Function) -> Service {
    let least = Level { capacity: 0.0, ..Level::default() };
    let objectives =
        Objectives { rlo: Objective::Agreed(Ladder(vec![(None, least)])), ..Objectives::default() };
    Service {
        common: function.common.clone(),
        failure: objectives.clone(),
        disaster: objectives,
        ways: function.ways.clone(),
        more_ways: function.more_ways,
        // Whoever works with it notices at once.
        monitor: Some(MonitorSpec { every: Span::ZERO, failures: 1 }),
        ..Service::default()
    }
}

/// All functions of the plan under a loss, those that it does not reach too.
pub(crate) fn outcomes(stage: &Stage<'_>) -> Vec<FunctionOutcome> {
    let functions = stage.context.plan.functions.iter();
    functions
        .filter_map(|(id, function)| {
            Some(Case { stage, id, function, node: stage.context.net.find(id)? }.outcome())
        })
        .collect()
}

/// One function under one loss.
struct Case<'s, 'a> {
    stage: &'s Stage<'a>,
    id: &'a Id,
    function: &'a Function,
    node: Node,
}

/// What comes of a function at one corner.
struct Course {
    levels: Levels,
    /// The longest interruption, if there is one.
    longest: Option<(Span, Span)>,
    mtpd: Span,
    touched: Touched,
}

impl Course {
    fn length(&self) -> Span {
        self.longest.map_or(Span::ZERO, |(from, to)| if to.is_never() { to } else { to - from })
    }

    fn met(&self) -> bool {
        self.length() <= self.mtpd
    }
}

impl<'a> Case<'_, 'a> {
    fn outcome(&self) -> FunctionOutcome {
        let worst = self.course(&self.stage.worst);
        FunctionOutcome {
            function: self.id.clone(),
            loss: self.stage.loss.id.clone(),
            class: self.stage.loss.class,
            levels: worst.levels.steps().to_vec(),
            interruption: worst.longest,
            verdict: self.verdict(&worst),
        }
    }

    fn verdict(&self, worst: &Course) -> Option<FunctionVerdict> {
        // Nothing said, or said to be unknown: there is nothing to hold it against.
        if matches!(self.function.mtpd, Fact::Absent | Fact::Unknown | Fact::Nothing) {
            return None;
        }
        let mut out = FunctionVerdict {
            state: State::Predicted,
            certain: false,
            mtpd: worst.mtpd,
            value: Some(worst.length()),
            reason: self.said(worst),
            unknown: Vec::new(),
            stops: worst.longest.is_some(),
        };
        let open = self.stage.worst.settled.values().any(|known| !known.touched.unknown.is_empty());
        if !open && worst.touched.unknown.is_empty() && worst.met() {
            return Some(out);
        }
        let best = self.course(self.stage.at_best(Mode::Plan));
        match (worst.met(), best.met()) {
            (true, true) => {}
            (false, false) => {
                out.state = State::Missed;
                out.certain = !self.course(self.stage.at_best(Mode::Bound)).met();
                (out.value, out.reason) = (Some(best.length()), self.said(&best));
            }
            _ => {
                out.state = State::Unknown;
                out.value = None;
                let deciding = self.deciding(worst, &best);
                out.unknown = deciding.iter().map(|fact| self.as_written(fact)).collect();
                out.reason = reason::unknown(&out.unknown);
            }
        }
        Some(out)
    }

    /// Facts of a function stand under `functions`, though it is worked out like a service.
    fn as_written(&self, fact: &str) -> String {
        match fact.strip_prefix(&format!("services.{}.", self.id)) {
            Some(rest) => format!("functions.{}.{rest}", self.id),
            None => fact.to_owned(),
        }
    }

    fn said(&self, course: &Course) -> Message {
        let Some((from, to)) = course.longest else {
            let least = course.levels.steps().iter().map(|(_, level)| *level).fold(1.0, f64::min);
            return Message::new("assess-function-goes-on").with("percent", percent(least));
        };
        if to.is_never() {
            return Message::new("assess-function-never").with("from", from).with("why", self.stopped_by());
        }
        let id = if from == Span::ZERO { "assess-function-at-once" } else { "assess-function-stops" };
        Message::new(id)
            .with("from", from)
            .with("to", to)
            .with("length", to - from)
            .with("why", self.stopped_by())
    }

    fn stopped_by(&self) -> Arg {
        let settled = self.stage.worst.settled.get(&self.node);
        let blame = settled.and_then(|known| known.fate.stopped_by.as_ref());
        Arg::Text(blame.map_or_else(|| self.id.to_string(), Id::to_string))
    }

    /// A smallest set of unknown facts that turns the verdict at the worst into that at the best.
    fn deciding(&self, worst: &Course, best: &Course) -> Vec<String> {
        let all: BTreeSet<String> = worst.touched.unknown.union(&best.touched.unknown).cloned().collect();
        let all: Vec<String> = all.into_iter().collect();
        smallest(&all, &|facts| self.course(&self.stage.with_luck(facts, self.node)).met() == best.met())
    }

    fn course(&self, answer: &Answer) -> Course {
        let facts = &answer.facts;
        let settled = answer.settled.get(&self.node);
        let ((levels, longest, mtpd), mut touched) = facts.scoped(|| {
            let levels = settled.map_or_else(|| Levels::always(1.0), |known| self.levels(answer, known));
            let path = || format!("functions.{}.mtpd", self.id);
            let mtpd = facts.span(&path, &self.function.mtpd, Direction::MoreIsBetter, None);
            let longest = longest(&levels.reached(&|level| self.enough(level, facts)), mtpd);
            (levels, longest, mtpd)
        });
        if let Some(known) = settled {
            touched.absorb(&known.touched);
        }
        Course { levels, longest, mtpd, touched }
    }

    /// Whether a level is as much as the business needs. Where nobody has said how much that is, full level is, and less
    /// is a question.
    fn enough(&self, level: f64, facts: &Facts) -> bool {
        if level >= 1.0 || level <= 0.0 {
            return level >= 1.0;
        }
        let path = || format!("functions.{}.mbco", self.id);
        level >= facts.lost_share(&path, &self.function.mbco)
    }

    /// The best of its ways at each instant, each as far as what it needs carries it.
    fn levels(&self, answer: &Answer, known: &Settled) -> Levels {
        let net = self.stage.context.net;
        let world = World::new(net, self.stage.loss, &answer.facts);
        let ways = &net.wire(self.node).ways;
        if ways.is_empty() {
            return Levels::within(&known.up, 1.0);
        }
        let alive = known.fate.candidates.iter().filter(|course| course.broken.is_none());
        let courses = alive.filter_map(|course| {
            let wire = ways.iter().find(|wire| wire.way.name == course.choice.way)?;
            let up = self.while_it_lasts(&course.up, wire, known.fate.stops, &answer.facts);
            Some(self.carried(wire, answer, &world).least(&Levels::within(&up, 1.0)))
        });
        let normal =
            ways.first().map_or_else(|| Levels::always(0.0), |wire| self.carried(wire, answer, &world));
        let running = Intervals::from(Span::ZERO, known.fate.stops).union(&known.fate.partly);
        let before = normal.least(&Levels::within(&running, 1.0));
        courses.fold(before, |sum, course| sum.greatest(&course))
    }

    /// What can be kept up for a time only ends so long after the interruption, whenever it began.
    fn while_it_lasts(&self, up: &Intervals, wire: &WiredWay<'_>, stops: Span, facts: &Facts) -> Intervals {
        if wire.way.lasts == Fact::Absent {
            return up.clone();
        }
        let path = || format!("services.{}.ways.{}.lasts", self.id, wire.way.name);
        let lasts = facts.span(&path, &wire.way.lasts, Direction::MoreIsBetter, None);
        up.intersect(&Intervals::from(Span::ZERO, stops + lasts))
    }

    /// Level that a way reaches with what it needs, while it is in use.
    fn carried(&self, wire: &WiredWay<'_>, answer: &Answer, world: &World<'_>) -> Levels {
        let path = || format!("services.{}.ways.{}.level", self.id, wire.way.name);
        let own = answer.facts.share(&path, &wire.way.level, 1.0);
        level_of(&wire.run, answer, world).least(&Levels::always(own))
    }
}

/// Level of what is needed. When things other than services are there is for the course to say; here counts how much of
/// them the loss leaves.
fn level_of(want: &Want, answer: &Answer, world: &World<'_>) -> Levels {
    match (want, want.parts()) {
        (Want::Thing(node), _) if world.net.service(*node).is_some() => {
            let settled = answer.settled.get(node);
            settled.map_or_else(|| Levels::always(1.0), |known| service_level(known, answer.mode))
        }
        (Want::Thing(node), _) => Levels::always(world.condition(*node).share),
        (_, Some((parts, k))) => {
            let all: Vec<Levels> = parts.iter().map(|part| level_of(part, answer, world)).collect();
            Levels::best_of(&all, k)
        }
        _ => Levels::always(1.0),
    }
}

/// Level of a service on the course that was chosen for it; of the bound, on whichever course does most.
fn service_level(known: &Settled, mode: Mode) -> Levels {
    let planned = of_service(&known.fate, known.course());
    if mode == Mode::Plan || known.fate.stops.is_never() {
        return planned;
    }
    planned.greatest(&Levels::within(&known.up, known.level.max(known.fate.level)))
}

/// The longest interval without enough, runs too short to count left out.
fn longest(up: &Intervals, mtpd: Span) -> Option<(Span, Span)> {
    let horizon = if mtpd.is_never() { HORIZON } else { HORIZON.max(mtpd * 2) };
    let counts = |(from, to): &(Span, Span)| *from == Span::ZERO || *to - *from >= HOLD;
    let gaps = Intervals::collect(up.iter().filter(counts)).complement();
    let within = gaps.iter().filter(|(from, _)| *from < horizon);
    let ends = within.map(|(from, to)| (from, if to > horizon { Span::NEVER } else { to }));
    ends.max_by_key(|(from, to)| (if to.is_never() { *to } else { *to - *from }, std::cmp::Reverse(*from)))
}

fn percent(level: f64) -> u64 {
    (level * 100.0).round() as u64
}
