//! Semantics 24: a solo drill says nothing about one administrator and five services.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

#[path = "common/drill.rs"]
mod drill;
#[path = "common/text.rs"]
mod text;

use assess::{DrillRecord, Evidence, Part, State, Value, assess};
use base::{Span, Timestamp};
use drill::drill;

/// Five services in a hall, each with a spare machine of its own; one administrator, two hours for each.
fn plan(heads: u32) -> String {
    let services: Vec<String> = (1..=5)
        .map(|n| {
            format!("s{n}: {{ priority: {n}, objectives: {{ rto: 4h }}, ways: [{{ name: w, runs-on: m }}, {{ name: away, runs-on: x{n}, ready: warm, steps: [{{ detect: s, takes: 0, auto: true }}, {{ decide: s, takes: 0, auto: true }}, {{ do: work, by: it, takes: 2h }}] }}] }}")
        })
        .collect();
    let spares: Vec<String> = (1..=5).map(|n| format!("x{n}: {{ at: school }}")).collect();
    format!(
        "okiagari: 1\nsites: {{ hall: {{}}, school: {{}} }}\nequipment: {{ m: {{ at: hall, replace: none }}, {} }}\nteams: {{ it: {{ at: {{ school: {heads} }}, arrives: 0 }} }}\nservices: {{ {} }}\n",
        spares.join(", "),
        services.join(", ")
    )
}

/// Each service drilled alone, as the plan for the loss of the hall says, in the time that is planned.
fn drills(text: &str) -> Evidence {
    let reading = text::read(text, &[]);
    let now = Timestamp::from_second(1_800_000_000).unwrap();
    let nothing = Evidence::none(now);
    let assessment = assess(&reading.plan, &nothing, &|paths| reading.evidence_digest(paths));
    let one = |n: u64| {
        let service = format!("s{n}");
        let choice = assessment.outcome(&service, "hall").unwrap().choice().unwrap().clone();
        let at = Timestamp::from_second(1_800_000_000 - 3600).unwrap();
        DrillRecord { record: n, ..drill(&reading, &service, &choice, at, &|step| Some(step.takes)) }
    };
    Evidence { drills: (1..=5).map(one).collect(), ..nothing }
}

fn states(text: &str, evidence: &Evidence) -> Vec<(State, Option<Value>)> {
    let reading = text::read(text, &[]);
    let assessment = assess(&reading.plan, evidence, &|paths| reading.evidence_digest(paths));
    let one = |n: u64| {
        let outcome = assessment.outcome(&format!("s{n}"), "hall").unwrap();
        let rto = outcome.verdicts.iter().find(|v| v.part == Part::Rto).unwrap();
        (rto.state, rto.value)
    };
    (1..=5).map(one).collect()
}

#[test]
fn five_services_drilled_alone_by_one_administrator() {
    let text = plan(1);
    let hours = |n: u64| Some(Value::Time(Span::hours(n)));
    assert_eq!(
        states(&text, &drills(&text)),
        [
            (State::Proven, hours(2)),
            (State::Predicted, hours(4)),
            (State::Missed, hours(6)),
            (State::Missed, hours(8)),
            (State::Missed, hours(10)),
        ]
    );
}

/// Enough people, and the same drills prove all five.
#[test]
fn nobody_waits_and_each_drill_proves_its_service() {
    let text = plan(5);
    let proven = (State::Proven, Some(Value::Time(Span::hours(2))));
    assert_eq!(states(&text, &drills(&text)), [proven; 5]);
    let nothing = Evidence { drills: Vec::new(), ..drills(&text) };
    assert!(states(&text, &nothing).iter().all(|(state, _)| *state == State::Predicted));
}
