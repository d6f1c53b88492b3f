//! Ids given on the command line: whether the plan has them, and which one was meant where it has not.

use base::{Arg, Exit, Fault, Message};
use plan::Plan;

/// Ids that are listed where one is wrong.
const LISTED: usize = 20;

/// Refuses the first of `ids` that is no service.
pub(crate) fn services(plan: &Plan, ids: &[String]) -> Result<(), Fault> {
    let known: Vec<&str> = plan.services.keys().map(base::Id::as_str).collect();
    each(ids, &known, |id, list| Message::new("cli-no-service").with("service", id).with("known", list))
}

/// Refuses the first of `ids` that is no loss.
pub(crate) fn losses(plan: &Plan, ids: &[String]) -> Result<(), Fault> {
    if ids.is_empty() {
        return Ok(());
    }
    let all: Vec<String> = assess::loss::generate(plan).into_iter().map(|loss| loss.id).collect();
    let known: Vec<&str> = all.iter().map(String::as_str).collect();
    each(ids, &known, |id, list| Message::new("cli-no-loss").with("loss", id).with("known", list))
}

/// Refuses the first of `ids` that is not among `known`.
pub(crate) fn each(
    ids: &[String],
    known: &[&str],
    told: impl Fn(&str, Vec<Arg>) -> Message,
) -> Result<(), Fault> {
    match ids.iter().find(|id| !known.contains(&id.as_str())) {
        Some(id) => Err(unknown(id, known, told)),
        None => Ok(()),
    }
}

/// The fault for an id that is not among `known`: what there is, and the one that was most likely meant.
pub(crate) fn unknown(id: &str, known: &[&str], told: impl Fn(&str, Vec<Arg>) -> Message) -> Fault {
    near(Fault::new(Exit::Unusable, told(id, few(known, LISTED))), id, known)
}

/// The fault with the name that was most likely meant.
pub(crate) fn near(fault: Fault, id: &str, known: &[&str]) -> Fault {
    match plan::nearest(id, known.iter().copied()) {
        Some(near) => fault.hint(Message::new("cli-did-you-mean").with("near", near)),
        None => fault,
    }
}

/// The first of many names, and how many more there are.
fn few(names: &[&str], most: usize) -> Vec<Arg> {
    let mut out: Vec<Arg> = names.iter().take(most).map(|name| Arg::from(*name)).collect();
    if names.len() > most {
        out.push(Message::new("cli-more").with("count", names.len() - most).into());
    }
    out
}
