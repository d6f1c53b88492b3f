//! Rules of meaning: what a plan that is well formed still gets wrong. One rule, one file.

mod again_out_of_range;
mod circular_need;
mod copy_onto_itself;
mod dwell_without_domain;
mod hits_nothing;
mod incomplete;
mod key_in_its_vault;
mod minutes_for_months;
mod mtpd_beyond_targets;
mod replica_as_backup;
mod says_nothing;
mod steps_longer_than_rto;
mod timezone;

use crate::diagnostic::{Diagnostic, Mark, Source};
use crate::model::Plan;
use crate::places::Places;

/// What a rule looks at.
pub(crate) struct Subject<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) places: &'a Places,
    /// Whether some file could not be read, so that what is missing may stand there.
    pub(crate) partly: bool,
    pub(crate) sources: &'a [Source],
}

impl Subject<'_> {
    /// The text that stands at a place.
    pub(crate) fn written(&self, mark: Mark) -> Option<String> {
        let line = self.sources.get(mark.file as usize)?.line(mark.line)?;
        Some(line.chars().skip(mark.column.checked_sub(1)? as usize).take(mark.length as usize).collect())
    }

    /// The place of a part of the plan, or of the nearest part around it.
    pub(crate) fn mark(&self, path: &str) -> Mark {
        self.places.find(path).unwrap_or(Mark { file: 0, line: 1, column: 1, length: 1 })
    }
}

type Rule = fn(&Subject<'_>, &mut Vec<Diagnostic>);

const RULES: [Rule; 13] = [
    incomplete::check,
    again_out_of_range::check,
    circular_need::check,
    copy_onto_itself::check,
    dwell_without_domain::check,
    hits_nothing::check,
    key_in_its_vault::check,
    minutes_for_months::check,
    mtpd_beyond_targets::check,
    replica_as_backup::check,
    says_nothing::check,
    steps_longer_than_rto::check,
    timezone::check,
];

/// Applies every rule.
pub(crate) fn run(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    RULES.iter().for_each(|rule| rule(subject, &mut out));
    out
}
