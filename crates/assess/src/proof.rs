//! When evidence makes a prediction a proof, and when it makes it a miss.

use base::{Message, Span, Timestamp};
use plan::Fact;

use crate::choice::Choice;
use crate::evidence::{CopyRecord, DrillRecord};
use crate::points::Age;
use crate::recovery::Candidate;
use crate::verdict::{Case, Part, State, Value, Verdict, fresh_enough};
use crate::world::{Damage, World};

/// How long evidence is valid unless the plan says.
pub const VALID: Span = Span::days(365);
/// Intervals over which copies must have been recorded before they prove an RPO.
pub const INTERVALS: u64 = 10;

/// Turns a prediction into proven or missed where the evidence says so, and gives the reason.
pub(crate) fn judge(
    case: &Case<'_>,
    world: &World<'_>,
    part: Part,
    course: &Candidate,
    verdict: &mut Verdict,
) {
    if course.choice.original {
        verdict.reason = waits(case, part, course);
        return;
    }
    let drills = matching(case, world, &course.choice);
    if let Some(failed) = drills.iter().find(|drill| !drill.passed) {
        verdict.state = State::Missed;
        verdict.value =
            Some(Value::Time(Span::NEVER)).filter(|_| part != Part::Rlo).or(Some(Value::Level(0.0)));
        verdict.evidence = vec![failed.record];
        let why = failed.failure.clone().unwrap_or_default();
        verdict.reason = Message::new("assess-drill-failed").with("record", failed.record).with("why", why);
        return;
    }
    match part {
        Part::Rto => time(course, &drills, verdict),
        Part::Rpo => point(case, course, &drills, verdict),
        Part::Rlo => level(&drills, verdict),
    }
}

/// The original way comes back by itself: nothing to drill.
fn waits(case: &Case<'_>, part: Part, course: &Candidate) -> Message {
    let rta = case.rta(course);
    match part {
        Part::Rpo => Message::new("assess-data-stay"),
        _ => Message::new("assess-comes-back").with("way", course.choice.way.as_str()).with("rta", rta),
    }
}

/// Valid drills of this service on this way, for this very part of the plan, that used only what this loss leaves.
fn matching<'e>(case: &Case<'e>, world: &World<'_>, choice: &Choice) -> Vec<&'e DrillRecord> {
    let digest = (case.context.digest)(&choice.slice);
    let valid = case.context.plan.evidence_valid.unwrap_or(VALID);
    let now = case.context.evidence.now;
    let left = |drill: &DrillRecord| {
        drill.used.iter().all(|id| {
            let condition = world.condition(id);
            condition.damage == Damage::Intact && condition.out.is_empty()
        })
    };
    let drills = case.context.evidence.drills.iter();
    let drills = drills.filter(|d| d.service == *case.id && d.way == choice.way && d.digest == digest);
    let drills = drills.filter(|d| since(d.at, now) <= valid && d.sources == choice.sources && left(d));
    // A way that failed and was mended is judged by what was measured since: the latest failure counts until a later
    // drill of the same loss passes.
    let all: Vec<&DrillRecord> = drills.collect();
    let superseded =
        |d: &DrillRecord| !d.passed && all.iter().any(|l| l.at > d.at && l.passed && l.loss == d.loss);
    all.iter().copied().filter(|d| !superseded(d)).collect()
}

/// Time from `then` to `now`; zero if the clock went back.
pub fn since(then: Timestamp, now: Timestamp) -> Span {
    let millis = now.as_millisecond().saturating_sub(then.as_millisecond());
    Span::millis(u64::try_from(millis).unwrap_or(0))
}

fn time(course: &Candidate, drills: &[&DrillRecord], verdict: &mut Verdict) {
    let Some(latest) = drills.last() else {
        verdict.reason = not_drilled(course);
        return;
    };
    let measured = latest.steps.iter().filter(|step| step.took.is_some()).count();
    let total = latest.steps.len();
    verdict.evidence = drills.iter().map(|drill| drill.record).collect();
    let longest = drills.iter().filter_map(|drill| drill.rta).max().unwrap_or(Span::NEVER);
    if matches!(verdict.target, Value::Time(target) if longest > target) {
        verdict.state = State::Missed;
        verdict.value = Some(Value::Time(longest));
        verdict.reason = Message::new("assess-measured-late").with("rta", longest);
    } else if measured == total {
        verdict.state = State::Proven;
        verdict.value = Some(Value::Time(longest));
        verdict.reason = Message::new("assess-proven-time")
            .with("way", course.choice.way.as_str())
            .with("rta", longest)
            .with("steps", total);
    } else {
        let missing = latest.steps.iter().filter(|step| step.took.is_none());
        let names =
            missing.map(|step| base::Arg::Message(step_name(step.verb, &step.object))).collect::<Vec<_>>();
        verdict.reason = Message::new("assess-measured-part")
            .with("way", course.choice.way.as_str())
            .with("done", measured)
            .with("total", total)
            .with("missing", names);
    }
}

/// `restore register`, in words of the reader's language.
pub fn step_name(verb: plan::Verb, object: &str) -> Message {
    Message::new(format!("assess-step-{}", verb.as_str())).with("object", object)
}

fn not_drilled(course: &Candidate) -> Message {
    Message::new("assess-not-drilled")
        .with("way", course.choice.way.as_str())
        .with("steps", course.choice.steps.len())
}

fn level(drills: &[&DrillRecord], verdict: &mut Verdict) {
    let Some(least) = drills.iter().map(|drill| drill.level).reduce(f64::min) else {
        verdict.reason = Message::new("assess-level-declared");
        return;
    };
    // A sandbox shows that the service works, not how much it carries: a level is proven only by a measured load.
    verdict.evidence = drills.iter().map(|drill| drill.record).collect();
    verdict.reason =
        Message::new("assess-level-not-measured").with("percent", (least * 100.0).round() as u64);
}

fn point(case: &Case<'_>, course: &Candidate, drills: &[&DrillRecord], verdict: &mut Verdict) {
    let Some((data, source)) = course.choice.sources.iter().next() else {
        verdict.reason = Message::new("assess-data-stay");
        return;
    };
    let mut all_proven = !drills.is_empty();
    let mut fewest = u64::MAX;
    let mut worst = Span::ZERO;
    for (data, source) in &course.choice.sources {
        let records = records(case, data, source);
        let (intervals, age) = history(case, data, source, &records);
        verdict.evidence.extend(records.iter().map(|record| record.record));
        fewest = fewest.min(intervals);
        worst = worst.max(age);
        let fresh = case.targets.rpo.agreed().is_some_and(|target| recorded_fresh(age, course, *target));
        all_proven &= intervals >= INTERVALS && fresh;
    }
    let age = course.age.unwrap_or_default();
    let words = Message::new(if all_proven { "assess-proven-point" } else { "assess-point" })
        .with("data", data)
        .with("source", source)
        .with("interval", age.interval)
        .with("lag", age.lag)
        .with("intervals", fewest.min(INTERVALS))
        .with("wanted", INTERVALS);
    verdict.reason = words;
    if all_proven {
        verdict.state = State::Proven;
        verdict.value = Some(Value::Time(worst));
        verdict.evidence.extend(drills.iter().map(|drill| drill.record));
    }
}

fn recorded_fresh(age: Span, course: &Candidate, target: plan::PointTarget) -> bool {
    let lag = course.age.unwrap_or_default().lag;
    fresh_enough(Age { interval: age - lag, lag }, target)
}

fn records<'e>(case: &Case<'e>, data: &base::Id, source: &base::Id) -> Vec<&'e CopyRecord> {
    let digest = (case.context.digest)(&copy_slice(data, source));
    let all = case.context.evidence.copies.iter();
    all.filter(|c| c.data == *data && c.to == *source && c.verified && c.digest == digest).collect()
}

/// What a recorded copy is bound to: how this data set is copied there.
pub fn copy_slice(data: &base::Id, to: &base::Id) -> Vec<String> {
    let mut out: Vec<String> = ["path", "prepare"].iter().map(|key| format!("data.{data}.{key}")).collect();
    out.push(format!("data.{data}.copies.{to}.to"));
    out.push(format!("vaults.{to}.repo"));
    out
}

/// Number of promised intervals the records cover, and the greatest age the newest verified point ever had.
fn history(case: &Case<'_>, data: &base::Id, source: &base::Id, records: &[&CopyRecord]) -> (u64, Span) {
    let copies = case.context.plan.data.get(data).and_then(|d| d.copies.as_ref());
    let every = copies.and_then(|copies| copies.iter().find(|c| c.to == *source)).map(|c| &c.every);
    let (Some(first), Some(Fact::Exact(every))) = (records.first(), every) else { return (0, Span::NEVER) };
    let now = case.context.evidence.now;
    let usable_at = |record: &CopyRecord| since(first.content_time, record.content_time) + record.took;
    let mut greatest = Span::ZERO;
    for pair in records.windows(2) {
        greatest = greatest.max(usable_at(pair[1]) - since(first.content_time, pair[0].content_time));
    }
    if let Some(last) = records.last() {
        greatest = greatest.max(since(last.content_time, now));
    }
    let covered = since(first.content_time, now).as_millis() / every.as_millis().max(1);
    (covered.min(records.len() as u64), greatest)
}
