//! # mtpd-beyond-targets
//!
//! **Finds** a business function that stands still for longer than it may although every service it needs just meets its
//! own recovery objectives. Only the targets are looked at, and whatever is not said is taken to be favourable.
//!
//! **Why** the targets contradict each other: nobody fails, and the business is beyond what it tolerates all the same.
//!
//! **Example** an ERP with `rto: 3d`, and a function with `mtpd: 2d` that has no other way than the ERP
//!
//! **What to do** agree on a shorter RTO, on a longer MTPD, or give the function a way that does without the service.

use base::{Message, Span};

use crate::diagnostic::Diagnostic;
use crate::model::{Class, Fact, Function, Need, Objective, Objectives, Plan, Way};
use crate::rules::Subject;

pub(super) fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for (id, function) in &subject.plan.functions {
        let found = [Class::Failure, Class::Disaster].into_iter().filter_map(|class| {
            let mtpd = most(&function.mtpd, class)?;
            let stands = standstill(subject.plan, function, class)?;
            (stands > mtpd).then_some((class, mtpd, stands))
        });
        // Both classes mostly say the same; the worse one is enough.
        let Some((class, mtpd, stands)) = found.max_by_key(|(.., stands)| *stands) else { continue };
        let mark = subject.mark(&format!("functions.{id}.mtpd"));
        let message = Message::new(format!("plan-mtpd-beyond-targets-{}", class.as_str()))
            .with("function", id)
            .with("mtpd", mtpd)
            .with("stands", stands);
        let help = Message::new("plan-mtpd-beyond-targets-help");
        out.push(Diagnostic::warning("mtpd-beyond-targets", mark, message).help(help));
    }
}

/// How long the function stands still at least, from the loss of everything it needs; nothing where its ways are not
/// known.
fn standstill(plan: &Plan, function: &Function, class: Class) -> Option<Span> {
    let ways = function.ways.as_ref().filter(|_| !function.more_ways)?;
    let mbco = least_share(&function.mbco, class);
    let enough = |way: &&Way| most_share(&way.level, class) >= mbco;
    let works = ways.iter().enumerate().filter(|(_, way)| enough(way)).map(|(n, way)| {
        let needs = by(plan, &way.needs, class, mbco);
        // The normal way begins to catch up when all it needs is back; others are brought up meanwhile.
        let from = if n == 0 { needs + least(&way.restart, class) } else { needs.max(brings_up(way, class)) };
        (from, most(&way.lasts, class).unwrap_or(Span::NEVER))
    });
    let mut works: Vec<(Span, Span)> = works.filter(|(from, to)| from < to).collect();
    works.sort_unstable();
    let (mut until, mut longest) = (Span::ZERO, Span::ZERO);
    for (from, to) in works {
        longest = longest.max(from - until.min(from));
        until = until.max(to);
    }
    Some(if until.is_never() { longest } else { Span::NEVER })
}

/// When a need is met, if each service in it just meets its objectives and everything else is there.
fn by(plan: &Plan, need: &Need, class: Class, mbco: f64) -> Span {
    let kth = |parts: &[Need], k: usize| {
        let mut times: Vec<Span> = parts.iter().map(|part| by(plan, part, class, mbco)).collect();
        times.sort_unstable();
        k.checked_sub(1).map_or(Span::ZERO, |last| times.get(last).copied().unwrap_or(Span::NEVER))
    };
    match need {
        Need::Unknown => Span::ZERO,
        Need::Thing(id) => plan.services.get(id).map_or(Span::ZERO, |service| {
            promised(if class == Class::Failure { &service.failure } else { &service.disaster }, mbco)
        }),
        Need::All(parts) => kth(parts, parts.len()),
        Need::Any(parts) => kth(parts, 1),
        Need::AtLeast(k, parts) => kth(parts, *k),
    }
}

/// When a service is back at a level, by its own targets; at once where nothing is agreed.
fn promised(objectives: &Objectives, level: f64) -> Span {
    let rto = objectives.rto.agreed().copied();
    let Objective::Agreed(ladder) = &objectives.rlo else { return rto.unwrap_or(Span::ZERO) };
    let rungs = ladder.0.iter().filter(|(_, wanted)| wanted.capacity >= level);
    let times = rungs.map(|(by, _)| by.or(rto).unwrap_or(Span::ZERO));
    times.min().or(rto).unwrap_or(Span::ZERO)
}

/// How long bringing another way into use takes at least.
fn brings_up(way: &Way, class: Class) -> Span {
    let steps: Span = way.steps.iter().flatten().map(|step| least(&step.takes, class)).sum();
    steps.max(least(&way.takes, class))
}

fn least(fact: &Fact<Span>, class: Class) -> Span {
    ends(fact, class).map_or(Span::ZERO, |(low, _)| low)
}

/// The upper end, if there is one.
fn most(fact: &Fact<Span>, class: Class) -> Option<Span> {
    ends(fact, class).and_then(|(_, high)| high)
}

fn least_share(fact: &Fact<f64>, class: Class) -> f64 {
    ends(fact, class).map_or(0.0, |(low, _)| low)
}

fn most_share(fact: &Fact<f64>, class: Class) -> f64 {
    ends(fact, class).and_then(|(_, high)| high).unwrap_or(1.0)
}

/// The lowest and the highest that a fact may be.
fn ends<T: Copy + PartialOrd>(fact: &Fact<T>, class: Class) -> Option<(T, Option<T>)> {
    match fact {
        Fact::Absent | Fact::Unknown | Fact::Nothing => None,
        Fact::Exact(value) => Some((*value, Some(*value))),
        Fact::Range(low, high) => Some((*low, *high)),
        Fact::Likely { min, max, .. } => Some((*min, Some(*max))),
        Fact::PerClass { failure, disaster } => {
            ends(if class == Class::Failure { failure } else { disaster }, class)
        }
        Fact::Disputed(sources) => {
            let all: Option<Vec<(T, Option<T>)>> =
                sources.iter().map(|(_, said)| ends(said, class)).collect();
            let join = |a: (T, Option<T>), b: (T, Option<T>)| {
                let high = a.1.zip(b.1).map(|(a, b)| if b > a { b } else { a });
                (if b.0 < a.0 { b.0 } else { a.0 }, high)
            };
            all?.into_iter().reduce(join)
        }
    }
}
