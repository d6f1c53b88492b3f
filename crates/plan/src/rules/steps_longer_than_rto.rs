//! # steps-longer-than-rto
//!
//! **Finds** a way whose own steps already take longer than every recovery time objective of its service.
//!
//! **Why** the objective cannot be met on this way even if everything goes well.
//!
//! **Example** `rto: 2h` with `steps: [{ restore: erp, takes: 3h }]`
//!
//! **What to do** shorten the steps, agree on another objective, or keep the way for what it is good for.

use base::{Message, Span};

use crate::diagnostic::Diagnostic;
use crate::model::{Fact, Way};
use crate::rules::Subject;

pub(super) fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for (id, service) in &subject.plan.services {
        let targets = [&service.failure, &service.disaster].into_iter().filter_map(|o| o.rto.agreed());
        let Some(longest) = targets.max().copied() else { continue };
        for way in service.ways.iter().flatten() {
            let least = least(way);
            if least > longest {
                let mark = subject.mark(&format!("services.{id}.ways.{}", way.name));
                let message = Message::new("plan-steps-longer-than-rto")
                    .with("way", way.name.as_str())
                    .with("least", least)
                    .with("rto", longest);
                let help = Message::new("plan-steps-longer-than-rto-help");
                out.push(Diagnostic::warning("steps-longer-than-rto", mark, message).help(help));
            }
        }
    }
}

/// The time a way takes at the very least.
fn least(way: &Way) -> Span {
    let low = |fact: &Fact<Span>| match fact {
        Fact::Exact(span) | Fact::Range(span, _) | Fact::Likely { min: span, .. } => *span,
        _ => Span::ZERO,
    };
    let steps: Span = way.steps.iter().flatten().map(|step| low(&step.takes)).sum();
    steps.max(low(&way.takes))
}
