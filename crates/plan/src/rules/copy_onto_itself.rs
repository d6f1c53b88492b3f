//! # copy-onto-itself
//!
//! **Finds** a copy that goes to the equipment its data live on, or to a vault that stands on that equipment.
//!
//! **Why** whatever destroys the data destroys the copy with them.
//!
//! **Example** `data: { erp: { runs-on: server, copies: [{ to: server }] } }`
//!
//! **What to do** send the copy to another machine, better to another building.

use base::{Id, Message};

use crate::diagnostic::Diagnostic;
use crate::model::{Placement, Plan};
use crate::rules::Subject;

pub(super) fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for (id, data) in &subject.plan.data {
        for copy in data.copies.iter().flatten() {
            if let Some(body) = data.runs_on.iter().find(|body| stands_on(subject.plan, &copy.to, body)) {
                let mark = subject.mark(&format!("data.{id}.copies.{}", copy.to));
                let message = Message::new("plan-copy-onto-itself")
                    .with("data", id)
                    .with("to", &copy.to)
                    .with("body", body);
                out.push(
                    Diagnostic::error("copy-onto-itself", mark, message)
                        .help(Message::new("plan-copy-onto-itself-help")),
                );
            }
        }
    }
}

fn stands_on(plan: &Plan, holder: &Id, body: &Id) -> bool {
    // Data may be declared as living at a whole site; a vault at the same site is another matter.
    let equipment = plan.equipment.contains_key(body);
    let at = plan.vaults.get(holder).map(|vault| &vault.at);
    equipment
        && (holder == body
            || matches!(at, Some(Placement::At(places)) if places.len() == 1 && places.contains_key(body)))
}
