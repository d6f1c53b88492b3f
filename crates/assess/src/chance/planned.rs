//! The chance that a service meets its objectives by the course of events that the engine has chosen for it.
//!
//! The plan is the one at the worst of all that is not known, with times that vary at their greatest. What varies is found
//! by asking the engine: once with all such times at their least, and once for each with that one at its greatest. A
//! step or wait that moves with one of them by as much between these ends is drawn with it; whatever moves otherwise (with
//! two of them, with a rate, by more) stays as the plan at the worst has it, which is on the safe side. A test lets the
//! engine judge frozen plans at lengths in between.

use std::collections::{BTreeMap, BTreeSet};

use base::Span;

use super::courses::Maker;
use super::law::Law;
use super::network::{Goal, Network, Unfit};
use super::tally::{Chance, Tally};
use crate::course::Candidate;
use crate::facts::Corner;
use crate::loss::Loss;
use crate::net::Node;
use crate::objective::{HORIZON, Part};
use crate::recovery::Mode;
use crate::verdict::{Answer, Case, Context, Question, Stage, answer};
use crate::world::World;

/// Times that vary and are looked at one by one; the engine is asked once for each.
const MOST: usize = 64;

/// What is asked of the trials.
#[derive(Clone, Copy)]
pub struct Ask<'s> {
    /// Seed of the draws.
    pub seed: u64,
    /// How many trials.
    pub trials: u64,
    /// Quantile of the interval, such as [`crate::boolean::Z_95`].
    pub z: f64,
    /// How strongly outages of one region hang together, 0 to 1; see [`super::Shared`].
    pub strength: f64,
    /// Age at which a measured time weighs half.
    pub half_life: Span,
    /// Whether to stop before all trials are made.
    pub stop: &'s dyn Fn() -> bool,
}

/// A service's plan, frozen.
#[derive(Clone, Debug)]
pub struct Planned {
    /// All services that the loss stops. Its only goal is the recovery time of the one that was asked for.
    pub network: Network,
    /// Length of the interruption in the plan, at the worst.
    pub rta: Span,
    /// Whether the other parts of the promise (recovery point, level) are met, which no drawn time changes.
    pub rest_met: bool,
    /// Paths of the facts that are drawn.
    pub drawn: Vec<String>,
    /// Paths of facts that vary too, but are held at their worst.
    pub held: Vec<String>,
}

/// How likely a service meets its objectives under a loss.
#[derive(Clone, Debug, PartialEq)]
pub struct Prospect {
    /// Chance that it is back in time; without an agreed time, that it is ever back.
    pub rto: Chance,
    /// Chance that it meets every part that has a target.
    pub all: Chance,
    /// What the trials came to; its goal 0 is the recovery time.
    pub tally: Tally,
    /// Paths of the facts that were drawn.
    pub drawn: Vec<String>,
    /// Paths of facts that vary too, but were held at their worst.
    pub held: Vec<String>,
}

/// Why a service has no plan that could be frozen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unplanned {
    /// The loss does not stop it: every objective is met.
    Unharmed,
    /// No course of events brings it back, however times vary: its chance is 0.
    NoCourse,
    /// It stops more than once, or what brings it back is not in its steps. Only the plan's own verdict holds.
    Interrupted,
    /// Services wait for each other in another order than that of their steps.
    Unfit(Unfit),
}

/// How likely `service` meets its objectives under `loss`, by its planned course.
///
/// # Errors
/// `Unplanned` if there is nothing to draw; it says what holds instead.
pub fn chance_of(
    context: Context<'_>,
    loss: &Loss,
    service: Node,
    ask: Ask<'_>,
) -> Result<Prospect, Unplanned> {
    Ok(plan_of(context, loss, service, ask.strength, ask.half_life)?.drawn(ask))
}

/// The planned course of `service` under `loss`, and all it waits for, as a network; for callers who share the trials
/// among threads.
///
/// # Errors
/// `Unplanned` if there is nothing to draw; it says what holds instead.
pub fn plan_of(
    context: Context<'_>,
    loss: &Loss,
    service: Node,
    strength: f64,
    half_life: Span,
) -> Result<Planned, Unplanned> {
    planned(&Stage::new(context, loss), service, strength, half_life)
}

/// As [`plan_of`], of a loss that was worked out.
pub(crate) fn planned(
    stage: &Stage<'_>,
    service: Node,
    strength: f64,
    half_life: Span,
) -> Result<Planned, Unplanned> {
    let settled = stage.worst.settled.get(&service).filter(|settled| !settled.fate.stops.is_never());
    let settled = settled.ok_or(Unplanned::Unharmed)?;
    let course = settled.course().filter(|course| course.broken.is_none()).ok_or(Unplanned::NoCourse)?;
    let case = Case::new(stage, service);
    let rta = case.rta(course);
    if rta.is_never() && course.choice.steps.is_empty() {
        return Err(Unplanned::NoCourse);
    }
    let network = frozen(&case, course, settled.fate.stops, (strength, half_life))?;
    if length(&network) != rta {
        return Err(Unplanned::Interrupted);
    }
    let met = |part: Part| case.promise.met(part, course, &stage.worst.facts) != Some(false);
    let rest_met = rta.is_never() || (met(Part::Rpo) && met(Part::Rlo));
    let used: BTreeSet<&str> = network.steps.iter().map(|step| step.name.as_str()).collect();
    let (drawn, held) = settled.touched.varies.keys().cloned().partition(|path| used.contains(path.as_str()));
    Ok(Planned { network, rta, rest_met, drawn, held })
}

/// All courses that were chosen, each step where the plan has it, and the recovery time of one service as the goal.
fn frozen(
    case: &Case<'_, '_>,
    course: &Candidate,
    since: Span,
    (strength, half_life): (f64, Span),
) -> Result<Network, Unplanned> {
    let stage = case.stage;
    let scene = Scene::new(stage, case.node, course);
    let world = World::new(stage.context.net, stage.loss, &stage.worst.facts);
    let mut maker = Maker::new(&scene, &world, strength, half_life);
    maker.chains();
    if maker.shrinks() {
        return Err(Unplanned::Interrupted);
    }
    maker.needs();
    maker.people();
    let within = case.promise.objectives.rto.agreed().copied();
    let goal = Goal { name: case.id.to_string(), since, within, ends: maker.ends(case.node) };
    let horizon = HORIZON.max(within.unwrap_or(Span::ZERO) * 2);
    let (steps, planned) = (maker.steps, maker.planned);
    let network = Network::new(steps, vec![goal], horizon).map_err(Unplanned::Unfit)?;
    network.pinned(&planned).map_err(|_| Unplanned::Interrupted)
}

/// Length of the interruption at nominal times.
fn length(network: &Network) -> Span {
    let nominal = network.nominal();
    let lengths = network.goals.iter().map(|goal| {
        let end = goal.ends.iter().map(|end| nominal[*end].1).fold(goal.since, Span::max);
        end - goal.since
    });
    lengths.fold(Span::ZERO, Span::max)
}

impl Planned {
    /// Makes the trials that are asked for.
    pub fn drawn(self, ask: Ask<'_>) -> Prospect {
        let tally = self.network.prepare(ask.seed).run(0..ask.trials, ask.stop);
        self.prospect(tally, ask.z)
    }

    /// What trials of the network say of the objectives; `z` is the quantile of the intervals.
    pub fn prospect(self, tally: Tally, z: f64) -> Prospect {
        let rto = tally.chance_of_all(z);
        let all = if self.rest_met { rto } else { tally.none(z) };
        Prospect { rto, all, tally, drawn: self.drawn, held: self.held }
    }
}

/// The engine's answers about one loss with times that vary at one end or the other.
pub(super) struct Scene<'s, 'a> {
    pub(super) stage: &'s Stage<'a>,
    /// All times that vary at their least.
    pub(super) best: Answer,
    /// All but one at their least, by the path of that one.
    pub(super) each: BTreeMap<String, (Varies, Answer)>,
}

/// A time that varies.
pub(super) struct Varies {
    pub(super) law: Law,
    /// Least and greatest length that is drawn.
    pub(super) ends: (Span, Span),
}

impl<'s, 'a> Scene<'s, 'a> {
    fn new(stage: &'s Stage<'a>, service: Node, course: &Candidate) -> Scene<'s, 'a> {
        let varies = stage.worst.settled.get(&service).map(|settled| settled.touched.varies.clone());
        let varies = varies.unwrap_or_default().into_iter().filter(|(_, ends)| ends[0] < ends[2]);
        let varies: Vec<(String, [Span; 3])> = varies.take(MOST).collect();
        let ask = |drawn: BTreeMap<String, Span>| {
            let (corner, mode, pinned) = (Corner::Worst, Mode::Plan, BTreeMap::new());
            answer(stage.context, stage.loss, Question { corner, pinned, mode, upto: None, drawn })
        };
        let same = |drawn: &BTreeMap<String, Span>| twin(&ask(drawn.clone()), service, course).is_some();
        let least = least(&varies, &same);
        let one = |(path, [min, likely, max]): &(String, [Span; 3])| {
            let floor = *least.get(path)?;
            let law = Law::spread(*min, *likely, *max).at_least(floor);
            let others = least.iter().filter(|(other, _)| *other != path);
            let others = others.map(|(path, length)| (path.clone(), *length)).collect();
            Some((path.clone(), (Varies { law, ends: (floor, *max) }, ask(others))))
        };
        let each = varies.iter().filter_map(one).collect();
        Scene { stage, best: ask(least.clone()), each }
    }
}

/// The least lengths at which the course of events is still the same: a short outage may be bridged by a battery, and
/// then nothing stops. Shorter ones are drawn as these. What has none is left out, and so held at its worst.
fn least(
    varies: &[(String, [Span; 3])],
    same: &dyn Fn(&BTreeMap<String, Span>) -> bool,
) -> BTreeMap<String, Span> {
    let all: BTreeMap<String, Span> = varies.iter().map(|(path, ends)| (path.clone(), ends[0])).collect();
    if same(&all) {
        return all;
    }
    let mut out = BTreeMap::new();
    for (path, [min, likely, max]) in varies {
        // Five lengths from the least to the likely one, and two more: what is lost between two is on the safe side.
        let rise = Span::millis((*likely - *min).as_millis() / 4);
        let fall = Span::millis((*max - *likely).as_millis() / 3);
        let lengths = (0..5).map(|n| *min + rise * n).chain((1..3).map(|n| *likely + fall * n));
        for length in lengths {
            out.insert(path.clone(), length);
            if same(&out) {
                break;
            }
            out.remove(path);
        }
    }
    out
}

/// The same course of events in another answer: the same way, copies and steps, at other times.
pub(super) fn twin<'x>(answer: &'x Answer, service: Node, course: &Candidate) -> Option<&'x Candidate> {
    let steps = |one: &Candidate, other: &Candidate| {
        let (one, other) = (&one.choice.steps, &other.choice.steps);
        let same = |(a, b): (&crate::ChainStep, &crate::ChainStep)| a.verb == b.verb && a.object == b.object;
        one.len() == other.len() && one.iter().zip(other).all(same)
    };
    let same = |other: &&Candidate| {
        let (a, b) = (&course.choice, &other.choice);
        a.way == b.way && a.original == b.original && a.sources == b.sources && steps(course, other)
    };
    answer.settled.get(&service)?.fate.candidates.iter().find(same)
}
