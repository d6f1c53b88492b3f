//! The one line that says why an objective is missed or unknown.

use base::{Arg, Message, Span};

use crate::course::{Broken, Candidate, Fate};
use crate::objective::{HOLD, HORIZON, Part};
use crate::points::{Blame, Useless};
use crate::proof::step_name;
use crate::verdict::{Answer, Case};

/// Why a part is missed: the shortfall, and what causes it.
pub(crate) fn missed(case: &Case<'_, '_>, part: Part, answer: &Answer) -> Message {
    let Some(settled) = answer.settled.get(&case.node) else { return Message::new("assess-no-way") };
    let Some(course) = settled.course() else { return Message::new("assess-no-way") };
    let rta = case.promise.rta(course, &answer.facts);
    if rta.is_never() && part != Part::Rlo {
        let weak = course.choice.original && course.level > 0.0 && course.level < 1.0;
        let back = !course.rta(HOLD, HORIZON).is_never();
        return if back || weak { too_little(course) } else { never(&settled.fate) };
    }
    match part {
        Part::Rto if course.choice.original => {
            let blame = settled.fate.stopped_by.as_ref().map_or_else(String::new, ToString::to_string);
            Message::new("assess-late-original")
                .with("what", blame)
                .with("stops", settled.fate.stops)
                .with("rta", rta)
        }
        Part::Rto => late(course, rta),
        Part::Rpo => too_old(course),
        Part::Rlo if course.rta(HOLD, HORIZON).is_never() && course.level <= 0.0 => never(&settled.fate),
        Part::Rlo => too_little(course),
    }
}

/// What the loss reaches without stopping it.
pub(crate) fn goes_on(course: &Candidate) -> Message {
    if course.level < 1.0 {
        return Message::new("assess-enough-left").with("percent", (course.level * 100.0).round() as u64);
    }
    Message::new("assess-goes-on")
}

fn too_little(course: &Candidate) -> Message {
    Message::new("assess-too-little")
        .with("way", course.choice.way.as_str())
        .with("percent", (course.level * 100.0).round() as u64)
}

fn late(course: &Candidate, rta: Span) -> Message {
    let words = |id| Message::new(id).with("way", course.choice.way.as_str()).with("rta", rta);
    let steps = &course.choice.steps;
    // A step that has to wait for what it needs, power most of all, tells more than the length of any step.
    let waits = steps.windows(2).map(|pair| (pair[1].starts - (pair[0].starts + pair[0].takes), &pair[1]));
    let longest = steps.iter().max_by_key(|step| step.takes);
    match (waits.max_by_key(|(wait, _)| *wait), longest) {
        (Some((wait, step)), Some(longest)) if wait > longest.takes => {
            let what = step.waits_for.as_ref().map_or_else(String::new, ToString::to_string);
            let id = if what.is_empty() { "assess-late-waits-hours" } else { "assess-late-waits" };
            words(id).with("step", step_name(step.verb, &step.object)).with("wait", wait).with("what", what)
        }
        (_, Some(step)) => {
            words("assess-late").with("step", step_name(step.verb, &step.object)).with("takes", step.takes)
        }
        _ => words("assess-late").with("step", "").with("takes", Span::ZERO),
    }
}

fn too_old(course: &Candidate) -> Message {
    let Some((data, age)) = course.ages.first() else {
        return Message::new("assess-no-data").with("way", course.choice.way.as_str());
    };
    let source = course.choice.sources.get(data).map_or_else(String::new, ToString::to_string);
    Message::new("assess-too-old")
        .with("data", data)
        .with("source", source)
        .with("age", age.worst())
        .with("interval", age.interval)
        .with("lag", age.lag)
}

/// Nothing brings it back: why each way fails, the most telling first.
fn never(fate: &Fate) -> Message {
    let mut why: Vec<Arg> = Vec::new();
    let mut ways: Vec<&str> = Vec::new();
    for candidate in fate.candidates.iter().rev() {
        let Some(broken) =
            candidate.broken.as_ref().filter(|_| !ways.contains(&candidate.choice.way.as_str()))
        else {
            continue;
        };
        ways.push(&candidate.choice.way);
        let text = Arg::Message(
            Message::new("assess-way-fails")
                .with("way", candidate.choice.way.as_str())
                .with("why", broken_text(broken)),
        );
        if !why.contains(&text) {
            why.push(text);
        }
    }
    // The original way failing is what the loss is; the others are the news.
    why.truncate(2);
    Message::new("assess-never").with("why", why)
}

/// Why a course of events does not work out.
pub fn broken_text(broken: &Broken) -> Message {
    match broken {
        Broken::Needs(id) => Message::new("assess-broken-needs").with("what", id),
        Broken::PlaceGone(id) => Message::new("assess-broken-place").with("place", id),
        Broken::Taken(what, by) => Message::new("assess-broken-taken").with("what", what).with("by", by),
        Broken::NotThere => Message::new("assess-broken-not-there"),
        Broken::NoCopy(data, useless) if useless.is_empty() => {
            Message::new("assess-broken-no-copy").with("data", data)
        }
        Broken::NoCopy(data, useless) => {
            let why: Vec<Arg> = useless.iter().map(|u| Arg::Message(useless_text(u))).collect();
            Message::new("assess-broken-copies").with("data", data).with("why", why)
        }
    }
}

fn useless_text(useless: &Useless) -> Message {
    let message = match &useless.blame {
        Blame::Lost(_) => Message::new("assess-copy-lost"),
        Blame::Key(key) => Message::new("assess-copy-key").with("key", key),
        Blame::Mirror => Message::new("assess-copy-mirror"),
        Blame::Planned => Message::new("assess-copy-planned"),
        Blame::InReach(domain) => Message::new("assess-copy-in-reach").with("domain", domain),
        Blame::NotKept => Message::new("assess-copy-not-kept"),
    };
    message.with("source", &useless.source)
}

/// Which facts would decide.
pub(crate) fn unknown(facts: &[String]) -> Message {
    let first: Vec<Arg> = facts.iter().take(3).map(|fact| Arg::Text(fact.clone())).collect();
    if facts.len() > 3 {
        return Message::new("assess-unknown-more").with("facts", first).with("more", facts.len() - 3);
    }
    Message::new("assess-unknown").with("facts", first)
}
