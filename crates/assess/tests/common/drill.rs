//! A drill as it would be recorded.

use assess::{ChainStep, Choice, DrillRecord, MeasuredStep};
use base::{Id, Span, Timestamp};
use plan::Reading;

/// A passed drill of what the plan would do for `service` under the loss of the hall, in which each step took what `took`
/// says.
pub(crate) fn drill(
    reading: &Reading,
    service: &str,
    choice: &Choice,
    at: Timestamp,
    took: &dyn Fn(&ChainStep) -> Option<Span>,
) -> DrillRecord {
    let measured =
        |step: &ChainStep| MeasuredStep { verb: step.verb, object: step.object.clone(), took: took(step) };
    DrillRecord {
        record: 1,
        service: Id::new(service),
        way: choice.way.clone(),
        loss: "hall".to_owned(),
        digest: reading.evidence_digest(&choice.slice(&reading.plan)),
        at,
        sources: choice.sources.clone(),
        used: choice.used.clone(),
        steps: choice.steps.iter().map(measured).collect(),
        rta: Some(Span::hours(2)),
        level: 1.0,
        bytes: 0,
        record_age: None,
        records_lost: None,
        records: None,
        passed: true,
        failure: None,
        isolation: "directory".into(),
    }
}
