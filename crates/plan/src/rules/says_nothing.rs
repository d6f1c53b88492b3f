//! # says-nothing
//!
//! **Finds** a time or share of a scenario that nothing comes of: `lasts`, `starts` or `again` of what does not come back
//! by itself, `absent` where no team is hit, `dwell` where no domain is.
//!
//! **Why** whoever wrote it believes that the loss is judged by it.
//!
//! **Example** `scenarios: { fire: { loses: hall, effect: gone, lasts: 3d } }`
//!
//! **What to do** write `effect: out` if it is an outage, or take the key out.

use base::{Id, Message};

use crate::diagnostic::Diagnostic;
use crate::model::{Effect, Every, Fact, Hit, Plan, RegionKind};
use crate::rules::Subject;

pub(super) fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for (id, scenario) in &subject.plan.scenarios {
        for hit in &scenario.hits {
            report(subject, id, hit, &hit.things(subject.plan), out);
        }
        if let Some((each, hit)) = &scenario.each {
            report(subject, id, hit, &each.members(subject.plan), out);
        }
    }
}

fn report(subject: &Subject<'_>, id: &Id, hit: &Hit, things: &[Id], out: &mut Vec<Diagnostic>) {
    for key in idle(subject.plan, hit, things) {
        let mark = subject.mark(&hit.path(id, key));
        let message = Message::new("plan-says-nothing").with("key", key).with("scenario", id);
        let help = Message::new(format!("plan-says-nothing-{key}-help"));
        out.push(Diagnostic::warning("says-nothing", mark, message).help(help));
    }
}

/// Keys of a hit that nothing comes of.
fn idle(plan: &Plan, hit: &Hit, things: &[Id]) -> Vec<&'static str> {
    let extent = &hit.extent;
    let team = things.iter().any(|id| plan.teams.contains_key(id));
    let domain = |id: &Id| plan.regions.get(id).is_some_and(|region| region.kind == RegionKind::Domain);
    let domain = things.iter().any(domain) || hit.every.contains(&Every::Domains);
    let lasting = matches!(hit.effect, Some(Effect::Wiped | Effect::Gone));
    let all = [
        ("lasts", lasting && !matches!(extent.lasts, Fact::Absent | Fact::Nothing)),
        ("starts", lasting && extent.starts != Fact::Absent),
        ("again", lasting && extent.again.is_some()),
        ("absent", extent.absent != Fact::Absent && !team && !things.is_empty()),
        ("dwell", extent.dwell != Fact::Absent && !domain && !things.is_empty()),
    ];
    all.into_iter().filter(|(_, idle)| *idle).map(|(key, _)| key).collect()
}
