//! # out-of-range: an outage that comes again
//!
//! **Finds** an `again` without its two parts, or with more outages than anybody can mean.
//!
//! **Why** an outage that comes again after no time at all, or no times, is not one.
//!
//! **Example** `again: { every: 0, times: 10 }`
//!
//! **What to do** write both parts: `again: { every: 1d, times: 10 }`.

use base::{Message, Span};

use crate::diagnostic::Diagnostic;
use crate::model::Again;
use crate::rules::Subject;

pub(super) fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for (id, scenario) in &subject.plan.scenarios {
        let own = scenario.each.iter().map(|(_, hit)| hit);
        for hit in scenario.hits.iter().chain(own) {
            let Some(again) = hit.extent.again else { continue };
            if again.every == Span::ZERO || !(2..=Again::MOST).contains(&again.times) {
                let mark = subject.mark(&hit.path(id, "again"));
                let message = Message::new("plan-again-range").with("most", u64::from(Again::MOST));
                let help = Message::new("plan-for-example").with("fix", "again: { every: 1d, times: 10 }");
                out.push(Diagnostic::error("out-of-range", mark, message).help(help));
            }
        }
    }
}
