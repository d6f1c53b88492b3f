//! # hits-nothing
//!
//! **Finds** a scenario, or one of its events, that names only kinds of things of which the plan has none.
//!
//! **Why** a loss of nothing is survived by everything: every verdict under it looks good.
//!
//! **Example** `scenarios: { carriers-down: { every: carriers, effect: out, lasts: 3d } }` in a plan without carriers
//!
//! **What to do** declare what is meant (which carrier the lines are from, which domain the machines are in), or take the
//! event out.

use base::{Arg, Id, Message};

use crate::diagnostic::Diagnostic;
use crate::model::{Every, Hit};
use crate::rules::Subject;

pub(super) fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    // What is missing may stand in a file that could not be read.
    if subject.partly {
        return;
    }
    for (id, scenario) in &subject.plan.scenarios {
        let none = |(each, _): &&(Every, Hit)| each.members(subject.plan).is_empty();
        if let Some((each, _)) = scenario.each.as_ref().filter(none) {
            out.push(found(subject, id, &format!("scenarios.{id}.each"), &[*each]));
        }
        let empty = |hit: &&Hit| {
            let misspelt = hit.every.is_empty() && written(subject, &hit.path(id, "every"));
            hit.things(subject.plan).is_empty() && !misspelt
        };
        for hit in scenario.hits.iter().filter(empty) {
            out.push(found(subject, id, &hit.path(id, "every"), &hit.every));
        }
        let keys = ["loses", "every", "each", "events"];
        if scenario.hits.is_empty()
            && !keys.iter().any(|key| written(subject, &format!("scenarios.{id}.{key}")))
        {
            out.push(found(subject, id, &format!("scenarios.{id}"), &[]));
        }
    }
}

/// Whether a key stands there, with whatever mistakes: those are told elsewhere.
fn written(subject: &Subject<'_>, path: &str) -> bool {
    let around = path.rsplit_once('.').map_or("", |(around, _)| around);
    subject.places.find(path) != subject.places.find(around)
}

fn found(subject: &Subject<'_>, id: &Id, path: &str, kinds: &[Every]) -> Diagnostic {
    let kinds: Vec<Arg> = kinds.iter().map(|every| Arg::from(every.as_str())).collect();
    let message = match kinds.is_empty() {
        true => Message::new("plan-loses-nothing").with("scenario", id),
        false => Message::new("plan-hits-nothing").with("scenario", id).with("kinds", kinds),
    };
    let help = Message::new("plan-hits-nothing-help");
    Diagnostic::warning("hits-nothing", subject.mark(path), message).help(help)
}
