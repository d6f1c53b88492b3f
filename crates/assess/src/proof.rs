//! When evidence makes a prediction a proof, and when it makes it a miss.

use base::{Message, Span, Timestamp};
use plan::Fact;

use crate::choice::{ChainStep, Choice};
use crate::condition::Damage;
use crate::course::Candidate;
use crate::evidence::{CopyRecord, DrillRecord};
use crate::objective::{Part, fresh_enough};
use crate::points::Age;
use crate::verdict::{Case, State, Value, Verdict};
use crate::world::World;

/// How long evidence is valid unless the plan says.
pub const VALID: Span = Span::days(365);
/// Intervals over which copies must have been recorded before they prove an RPO.
pub const INTERVALS: u64 = 10;

/// Turns a prediction into proven or missed where the evidence says so, and gives the reason.
pub(crate) fn judge(
    case: &Case<'_, '_>,
    world: &World<'_>,
    part: Part,
    course: &Candidate,
    verdict: &mut Verdict,
) {
    if course.choice.original {
        verdict.reason = waits(case, part, course);
        return;
    }
    if failed(case, world, part, course, verdict) {
        return;
    }
    let drills = matching(case, world, &course.choice);
    match part {
        Part::Rto => time(course, &drills, verdict),
        Part::Rpo => point(case, course, &drills, verdict),
        Part::Rlo => level(&drills, verdict),
    }
}

/// Whether a drill of this course failed, and nobody has carried it out since: then it is missed, whatever the model
/// says.
pub(crate) fn failed(
    case: &Case<'_, '_>,
    world: &World<'_>,
    part: Part,
    course: &Candidate,
    verdict: &mut Verdict,
) -> bool {
    if course.choice.original {
        return false;
    }
    let drills = matching(case, world, &course.choice);
    let Some(failed) = drills.iter().find(|drill| !drill.passed) else { return false };
    verdict.state = State::Missed;
    verdict.value = Some(if part == Part::Rlo { Value::Level(0.0) } else { Value::Time(Span::NEVER) });
    verdict.evidence = vec![failed.record];
    verdict.unknown.clear();
    let why = failed.failure.clone().unwrap_or_default();
    verdict.reason = Message::new("assess-drill-failed").with("record", failed.record).with("why", why);
    true
}

/// Whether a drill carried out some course in time although the times in the plan are too long: what was measured
/// counts for more than what was estimated.
pub(crate) fn measured(case: &Case<'_, '_>, world: &World<'_>, verdict: &mut Verdict) -> bool {
    let Some(settled) = case.stage.worst.settled.get(&case.node) else { return false };
    let facts = &case.stage.worst.facts;
    for course in settled.fate.candidates.iter().filter(|c| !c.choice.original && c.broken.is_none()) {
        let other_parts = [Part::Rpo, Part::Rlo].into_iter();
        if !other_parts.into_iter().all(|part| case.promise.met(part, course, facts) != Some(false)) {
            continue;
        }
        let drills = matching(case, world, &course.choice);
        if drills.is_empty() || drills.iter().any(|drill| !drill.passed) {
            continue;
        }
        let mut proven = verdict.clone();
        time(course, &drills, &mut proven);
        if proven.state == State::Proven {
            *verdict = proven;
            return true;
        }
    }
    false
}

/// The original way comes back by itself: nothing to drill.
fn waits(case: &Case<'_, '_>, part: Part, course: &Candidate) -> Message {
    let rta = case.rta(course);
    match part {
        Part::Rpo => Message::new("assess-data-stay"),
        _ => Message::new("assess-comes-back").with("way", course.choice.way.as_str()).with("rta", rta),
    }
}

/// Valid drills of this service on this way, for this very part of the plan, that used only what this loss leaves.
pub(crate) fn matching<'e>(case: &Case<'_, 'e>, world: &World<'_>, choice: &Choice) -> Vec<&'e DrillRecord> {
    let all = case.stage.context.evidence.drills.iter();
    let own: Vec<&DrillRecord> = all.filter(|d| d.service == *case.id && d.way == choice.way).collect();
    if own.is_empty() {
        return own;
    }
    let digest = (case.stage.context.digest)(&choice.slice(case.stage.context.plan));
    let valid = case.stage.context.plan.evidence_valid.unwrap_or(VALID);
    let now = case.stage.context.evidence.now;
    let untouched = |id: &base::Id| {
        let Some(node) = world.net.find(id) else { return false };
        let runs = case.stage.worst.settled.get(&node).is_none_or(|known| known.fate.stops.is_never());
        let condition = world.condition(node);
        runs && condition.damage == Damage::Intact && condition.out.is_empty()
    };
    let left = |drill: &DrillRecord| drill.used.iter().all(untouched);
    let drills = own.into_iter().filter(|d| d.digest == digest);
    let drills = drills.filter(|d| since(d.at, now) <= valid && d.sources == choice.sources && left(d));
    let drills = drills.filter(|d| !outgrown(case, d));
    // What failed and was mended is judged by what was measured since: all of these are drills of one and the same
    // course, whatever loss was injected.
    let all: Vec<&DrillRecord> = drills.collect();
    let superseded = |d: &DrillRecord| !d.passed && all.iter().any(|l| l.at > d.at && l.passed);
    all.iter().copied().filter(|d| !superseded(d)).collect()
}

/// Whether the data have grown by more than a tenth since a drill restored them: it says no longer how long that takes.
fn outgrown(case: &Case<'_, '_>, drill: &DrillRecord) -> bool {
    let newest = |(data, to): (&base::Id, &base::Id)| {
        let mut copies = case.stage.context.evidence.copies.iter().filter(|c| c.data == *data && c.to == *to);
        copies.next_back().map_or(0, |copy| copy.bytes)
    };
    let now: u64 = drill.sources.iter().map(newest).sum();
    drill.passed && now > drill.bytes.saturating_add(drill.bytes / 10)
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
    let way = course.choice.way.as_str();
    // The chain under this loss may hold steps that the drilled one had not.
    let was_measured = |step: &&ChainStep| {
        latest.steps.iter().any(|m| m.verb == step.verb && m.object == step.object && m.took.is_some())
    };
    let (done, left): (Vec<&ChainStep>, Vec<&ChainStep>) = course.choice.steps.iter().partition(was_measured);
    verdict.evidence = drills.iter().map(|drill| drill.record).collect();
    let longest = drills.iter().filter_map(|drill| drill.rta).max().unwrap_or(Span::NEVER);
    let planned = left.iter().fold(Span::ZERO, |sum, step| sum + step.takes);
    let too_long = |time: Span| matches!(verdict.target, Value::Time(target) if time > target);
    if too_long(longest) {
        verdict.state = State::Missed;
        verdict.value = Some(Value::Time(longest));
        verdict.reason = Message::new("assess-measured-late").with("rta", longest);
    } else if too_long(longest + planned) {
        verdict.state = State::Missed;
        verdict.value = Some(Value::Time(longest + planned));
        verdict.reason = Message::new("assess-measured-slow")
            .with("way", way)
            .with("rta", longest)
            .with("planned", planned);
    } else if left.is_empty() && course.waited {
        let busy = course.choice.steps.iter().find_map(|step| step.waits_for.clone());
        verdict.reason = Message::new("assess-drilled-alone")
            .with("way", way)
            .with("rta", longest)
            .with("other", busy.map_or_else(String::new, |id| id.to_string()));
    } else if left.is_empty() {
        verdict.state = State::Proven;
        verdict.value = Some(Value::Time(longest));
        verdict.reason = Message::new("assess-proven-time")
            .with("way", way)
            .with("rta", longest)
            .with("steps", course.choice.steps.len());
    } else {
        let names = left.iter().map(|step| base::Arg::Message(step_name(step.verb, &step.object)));
        verdict.reason = Message::new("assess-measured-part")
            .with("way", way)
            .with("done", done.len())
            .with("total", course.choice.steps.len())
            .with("missing", names.collect::<Vec<_>>());
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

fn point(case: &Case<'_, '_>, course: &Candidate, drills: &[&DrillRecord], verdict: &mut Verdict) {
    let Some((data, source)) = course.choice.sources.iter().next() else {
        verdict.reason = Message::new("assess-data-stay");
        return;
    };
    let histories: Vec<History> =
        course.choice.sources.iter().map(|(data, source)| History::of(case, data, source)).collect();
    verdict.evidence = histories.iter().flat_map(|history| history.records.clone()).collect();
    let target = case.promise.objectives.rpo.agreed().copied();
    let late = histories.iter().find(|h| target.is_some_and(|target| !h.kept(target)));
    if let Some(late) = late {
        verdict.state = State::Missed;
        verdict.value = Some(Value::Time(late.greatest));
        verdict.reason = Message::new("assess-recorded-old")
            .with("data", &late.data)
            .with("source", &late.source)
            .with("age", late.greatest)
            .with("interval", late.every);
        return;
    }
    let intervals = histories.iter().map(|history| history.intervals).min().unwrap_or(0);
    let proven = intervals >= INTERVALS && !drills.is_empty();
    let age = course.age.unwrap_or_default();
    verdict.reason = Message::new(if proven { "assess-proven-point" } else { "assess-point" })
        .with("data", data)
        .with("source", source)
        .with("interval", age.interval)
        .with("lag", age.lag)
        .with("intervals", intervals.min(INTERVALS))
        .with("wanted", INTERVALS);
    if proven {
        verdict.state = State::Proven;
        verdict.value = histories.iter().map(|history| history.greatest).max().map(Value::Time);
        verdict.evidence.extend(drills.iter().map(|drill| drill.record));
    }
}

fn records<'e>(case: &Case<'_, 'e>, data: &base::Id, source: &base::Id) -> Vec<&'e CopyRecord> {
    let all = case.stage.context.evidence.copies.iter();
    // One in which something could not be read is no copy of the data set.
    let whole = |c: &&CopyRecord| c.verified && c.problems.is_empty();
    let own: Vec<&CopyRecord> = all.filter(|c| c.data == *data && c.to == *source).filter(whole).collect();
    if own.is_empty() {
        return own;
    }
    let digest = (case.stage.context.digest)(&copy_slice(data, source));
    own.into_iter().filter(|c| c.digest == digest).collect()
}

/// What a recorded copy is bound to: how this data set is copied there.
pub fn copy_slice(data: &base::Id, to: &base::Id) -> Vec<String> {
    let mut out: Vec<String> = ["path", "prepare"].iter().map(|key| format!("data.{data}.{key}")).collect();
    out.push(format!("data.{data}.copies.{to}.to"));
    out.push(format!("vaults.{to}.repo"));
    out
}

/// What is on record of the copies of one data set in one place, over the latest intervals.
struct History {
    data: base::Id,
    source: base::Id,
    /// Promised interval.
    every: Span,
    /// Promised intervals that the records cover without a break in the promise.
    intervals: u64,
    /// The greatest age that the newest verified point ever had in this window.
    greatest: Span,
    /// Numbers of the records.
    records: Vec<u64>,
}

impl History {
    fn of(case: &Case<'_, '_>, data: &base::Id, source: &base::Id) -> History {
        let copies = case.stage.context.plan.data.get(data).and_then(|d| d.copies.as_ref());
        let every = copies.and_then(|copies| copies.iter().find(|c| c.to == *source)).map(|c| &c.every);
        let every = if let Some(Fact::Exact(every)) = every { *every } else { Span::NEVER };
        let now = case.stage.context.evidence.now;
        let records = recent(records(case, data, source), now, every);
        let mut out = History {
            data: data.clone(),
            source: source.clone(),
            every,
            intervals: 0,
            greatest: Span::ZERO,
            records: records.iter().map(|record| record.record).collect(),
        };
        let Some(first) = records.first() else { return out };
        // A point can be used once it is verified; until then the one before is the newest.
        let usable = |record: &CopyRecord| since(first.content_time, record.content_time) + record.took;
        let gaps =
            records.windows(2).map(|pair| usable(pair[1]) - since(first.content_time, pair[0].content_time));
        let last = records.last().map(|last| since(last.content_time, now));
        out.greatest = gaps.chain(last).max().unwrap_or(Span::ZERO);
        if !every.is_never() {
            let covered = since(first.content_time, now).as_millis() / every.as_millis().max(1);
            out.intervals = covered.min(records.len() as u64);
        }
        out
    }

    /// Whether the newest point was never older than the target in all that is on record. Where nothing is, nothing
    /// speaks against it. A target in words lets a copy come a tenth of its interval late: nobody means the minute.
    fn kept(&self, target: plan::PointTarget) -> bool {
        if self.records.is_empty() || self.every.is_never() {
            return true;
        }
        let slack = match target {
            plan::PointTarget::Age(_) => Span::ZERO,
            _ => Span::millis(self.every.as_millis() / 10),
        };
        fresh_enough(Age { interval: self.greatest - slack, lag: Span::ZERO }, target)
    }
}

/// The records since the last one from before the latest intervals: what was missed long ago is past.
fn recent(all: Vec<&CopyRecord>, now: Timestamp, every: Span) -> Vec<&CopyRecord> {
    let window = every * INTERVALS;
    let begin = all.iter().rposition(|record| since(record.content_time, now) >= window).unwrap_or(0);
    all[begin..].to_vec()
}
