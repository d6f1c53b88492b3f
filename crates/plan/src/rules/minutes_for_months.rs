//! # minutes-for-months
//!
//! **Finds** a few minutes where weeks or months are usual: a lead time, the keeping of copies, carried media.
//!
//! **Why** `m` is a minute; a month is `mo`. A machine delivered after one minute makes every objective look met.
//!
//! **Example** `replace: 1m`
//!
//! **What to do** write `1mo`; if minutes are meant, write them as seconds: `60s` is not questioned.

use std::fmt;

use base::{Message, Span};

use crate::diagnostic::Diagnostic;
use crate::model::{CopyKind, Fact};
use crate::rules::Subject;

pub(super) fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for (path, span) in suspects(subject) {
        let mark = subject.mark(&path);
        let months = span.as_millis() / Span::minutes(1).as_millis();
        if subject.written(mark).is_some_and(|text| text == format!("{months}m")) {
            let message = Message::new("plan-minutes-for-months").with("span", span);
            let help = Message::new("plan-write").with("fix", format!("{months}mo"));
            out.push(Diagnostic::warning("minutes-for-months", mark, message).help(help));
        }
    }
}

/// Where months are usual and minutes are not.
fn suspects(subject: &Subject<'_>) -> Vec<(String, Span)> {
    let plan = subject.plan;
    let mut out = Vec::new();
    // Most plans have no such span, so a path is only written once there is one.
    let mut add = |path: fmt::Arguments<'_>, fact: &Fact<Span>| match fact {
        Fact::Exact(span) if *span <= Span::minutes(24) && *span >= Span::minutes(1) => {
            out.push((path.to_string(), *span));
        }
        _ => {}
    };
    for (id, equipment) in &plan.equipment {
        add(format_args!("equipment.{id}.replace"), &equipment.common.replace);
    }
    for (id, supplier) in &plan.suppliers {
        add(format_args!("suppliers.{id}.lead-time"), &supplier.lead_time);
    }
    for (id, function) in &plan.functions {
        add(format_args!("functions.{id}.mtpd"), &function.mtpd);
    }
    for (id, data) in &plan.data {
        for copy in data.copies.iter().flatten() {
            let to = &copy.to;
            add(format_args!("data.{id}.copies.{to}.keep"), &copy.keep);
            add(format_args!("data.{id}.copies.{to}.immutable"), &copy.immutable);
            if copy.how == Fact::Exact(CopyKind::Media) {
                add(format_args!("data.{id}.copies.{to}.every"), &copy.every);
            }
        }
    }
    if let Some(valid) = plan.evidence_valid {
        add(format_args!("evidence.valid"), &Fact::Exact(valid));
    }
    out
}
