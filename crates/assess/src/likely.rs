//! Objectives over times that vary: met means that the lower limit of the chance reaches the confidence of the plan.

use base::{Arg, Message, Span};

use crate::boolean::Z_95;
use crate::chance::{Ask, Chance, Planned, Prospect, planned};
use crate::net::Node;
use crate::proof::VALID;
use crate::verdict::{Case, Context, Stage, State, Value, Verdict};

/// Chance with which an objective has to be met unless the plan says.
pub const CONFIDENCE: f64 = 0.9;
/// Trials: the interval of a chance of 90 % is 1.2 points wide.
const TRIALS: u64 = 10_000;
/// The same draws every time, and the same luck for variants of a plan.
const SEED: u64 = 1;

/// How likely a service is back in time under a loss, by the plan's course at the worst of what is not known.
#[derive(Clone, Debug, PartialEq)]
pub struct Odds {
    /// Chance that it is back in time; without an agreed time, that it is ever back.
    pub chance: Chance,
    /// Chance with which it has to be.
    pub confidence: f64,
    /// Length of the interruption that this share of the trials did not exceed: half, the confidence, 99 %.
    pub back: Vec<(f64, Span)>,
    /// Paths of the facts that vary and were drawn.
    pub drawn: Vec<String>,
    /// Paths of facts that vary too, but were held at their worst.
    pub held: Vec<String>,
}

impl Odds {
    /// Whether the objective is met as often as it has to be, surely enough.
    pub fn met(&self) -> bool {
        self.chance.met(self.confidence)
    }

    fn back_at_confidence(&self) -> Span {
        let at = |(share, _): &&(f64, Span)| *share == self.confidence;
        self.back.iter().find(at).map_or(Span::NEVER, |(_, span)| *span)
    }
}

/// How likely `service` is back in time under `loss`; nothing where no time varies on which that rests, or where no plan
/// could be frozen.
pub fn odds(context: Context<'_>, loss: &crate::loss::Loss, service: Node) -> Option<Odds> {
    of(&Stage::new(context, loss), service)
}

fn of(stage: &Stage<'_>, service: Node) -> Option<Odds> {
    let settled = stage.worst.settled.get(&service)?;
    if settled.touched.varies.is_empty() || settled.fate.stops.is_never() {
        return None;
    }
    // How strongly the outages of one region hang together is not known. All that are waited for have to be over, and
    // those that do not hang together are so least often.
    let prospect = draw(planned(stage, service, 0.0, VALID).ok()?);
    let confidence = stage.context.plan.confidence.unwrap_or(CONFIDENCE);
    (!prospect.drawn.is_empty()).then(|| told(prospect, confidence))
}

fn draw(planned: Planned) -> Prospect {
    let ask = Ask { seed: SEED, trials: TRIALS, z: Z_95, strength: 0.0, half_life: VALID, stop: &|| false };
    planned.drawn(ask)
}

fn told(prospect: Prospect, confidence: f64) -> Odds {
    let mut shares = vec![0.5, confidence, 0.99];
    shares.sort_by(f64::total_cmp);
    shares.dedup();
    let back = shares.into_iter().filter_map(|share| Some((share, prospect.tally.quantile(0, share)?)));
    Odds {
        chance: prospect.rto,
        confidence,
        back: back.collect(),
        drawn: prospect.drawn,
        held: prospect.held,
    }
}

/// Whether the recovery time is met as often as it has to be, where it is missed at the worst and met at the best of
/// times that vary; nothing where chance does not decide it.
pub(crate) fn met(case: &Case<'_, '_>) -> Option<bool> {
    deciding(case).map(|odds| odds.met())
}

/// The odds, if they decide: good enough at the worst of what is not known, or nothing but what was drawn is open.
fn deciding(case: &Case<'_, '_>) -> Option<Odds> {
    of(case.stage, case.node).filter(|odds| odds.met() || only_varies(case, odds))
}

/// Judges the recovery time by chance, where it is missed at the worst and met at the best of times that vary. Whether
/// that decided it.
pub(crate) fn judge(case: &Case<'_, '_>, verdict: &mut Verdict) -> bool {
    let Some(odds) = deciding(case) else { return false };
    let met = odds.met();
    verdict.state = if met { State::Predicted } else { State::Missed };
    let back = odds.back_at_confidence();
    verdict.value = Some(Value::Time(match verdict.target {
        // Lengths are counted in classes: the last one may reach beyond the target.
        Value::Time(target) if met => back.min(target),
        _ => back,
    }));
    verdict.reason = reason(&odds, met);
    verdict.unknown = Vec::new();
    verdict.odds = Some(odds);
    true
}

/// Whether nothing else is open but what was drawn.
fn only_varies(case: &Case<'_, '_>, odds: &Odds) -> bool {
    let settled = case.stage.worst.settled.get(&case.node);
    settled.is_some_and(|known| known.touched.unknown.iter().all(|path| odds.drawn.contains(path)))
}

fn reason(odds: &Odds, met: bool) -> Message {
    let estimate = odds.chance.estimate;
    let message = Message::new(if met { "assess-likely" } else { "assess-unlikely" });
    message
        .with("low", percent(estimate.low, f64::floor))
        .with("high", percent(estimate.high, f64::ceil))
        .with("confidence", percent(odds.confidence, f64::round))
        .with("trials", estimate.trials)
        .with("varies", odds.drawn.iter().map(|path| Arg::from(path.as_str())).collect::<Vec<_>>())
}

/// Tenths of a percent, on the safe side.
pub fn percent(share: f64, round: fn(f64) -> f64) -> String {
    let tenths = round(share * 1000.0) / 10.0;
    format!("{tenths}")
}
