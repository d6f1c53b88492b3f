//! Wrong answers that somebody found who looked for them: each plan says in its first line what it shows.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

#[path = "../common/text.rs"]
mod text;

use std::path::Path;

use assess::{Evidence, State, Value, Verdict, assess};
use base::Timestamp;

/// Plan, service, loss, and what must come of it.
const CASES: &[(&str, &str, &str, &str)] = &[
    ("01", "s", "m", "rlo missed 0.3 for certain; rto missed never for certain"),
    ("02", "s", "z", "rpo missed never for certain; rto missed never for certain"),
    ("02b", "s", "z", "rpo missed never for certain; rto missed never for certain"),
    ("03", "s", "r", "rlo predicted 1; rto missed 4320m for certain"),
    ("04", "y", "m", "rto unknown data.d.copies"),
    ("05", "y", "m", "rto missed never"),
    ("05b", "y", "m", "rto missed 360m"),
    ("06", "y", "a", "rlo missed 0; rto missed never"),
    ("07", "y", "a+people", "rto missed 360m"),
    ("08", "s", "a+people", "rto missed 4380m for certain"),
    ("08b", "s", "a+people", "rto missed never for certain"),
    ("08c", "s", "a+people", "rto missed never for certain"),
    ("09", "s", "z", "rto missed 13333m for certain"),
    ("10", "s", "m", "rto missed never for certain"),
    ("11", "s", "m", "rpo missed never for certain; rto missed never for certain"),
    ("12", "s", "m", "rto missed 13333m for certain"),
    ("12b", "s", "m", "rto unknown links.l.bandwidth"),
    ("13", "s", "m", "rto unknown equipment.spare.at"),
    ("13b", "s", "m", "rto unknown equipment.spare.at"),
    ("14", "s", "x", "rto missed never for certain"),
    ("15", "s", "san", "rlo missed 0.5 for certain; rto missed never for certain"),
    ("15b", "s", "x", "rlo unknown equipment.x.install; rto unknown equipment.x.install"),
    ("15c", "s", "m", "rlo predicted 1; rto missed 600m for certain"),
    ("16", "s", "z", "rto missed 14400m for certain"),
    ("17", "s", "z", "rto missed 630m for certain"),
    ("18", "s", "m", "rto missed 600m for certain"),
    ("19", "s", "m", "rto missed 14465m for certain"),
    ("19b", "s", "z", "rto missed 14460m for certain"),
    ("19c", "s", "m", "rto missed 14460m for certain"),
    ("20", "s", "m", "rpo missed never for certain; rto predicted 0m"),
    ("20b", "s", "m", "rlo missed 0.3 for certain; rpo predicted 0m; rto missed never for certain"),
    ("21", "s", "m", "rpo missed never for certain; rto missed never for certain"),
    ("22", "s", "r", "rto missed 4320m for certain"),
    ("23", "s", "z", "rto missed never for certain"),
    ("24", "s", "g", "rto predicted 0m"),
    ("25", "s", "b", "rlo missed 0.3 for certain; rto missed never for certain"),
    ("30", "s", "z", "rto unknown services.s.ways.paper.failback"),
    ("30b", "s", "z", "rto predicted 60m"),
    ("31", "s", "m", "rto predicted 60m"),
    ("32", "s", "m", "rpo predicted 1m; rto predicted 60m"),
    ("33", "s", "m", "rto predicted 60m"),
    ("33b", "s", "z", "rto predicted 60m"),
    ("34", "x", "m", "rlo predicted 1; rto predicted 600m"),
    ("35", "s", "m", "rto predicted 120m"),
    ("35b", "s", "m", "rto predicted 120m"),
    ("36", "s", "z", "rto predicted 120m"),
    ("37", "s", "z", "rto predicted 1590m"),
    ("37b", "s", "z", "rto predicted 1590m"),
    ("38", "s", "z", "rto predicted 180m"),
    ("39", "s", "r", "rto predicted 0m"),
    ("39b", "s", "r", "rto predicted 4010m"),
    ("39c", "s", "r", "rto predicted 60m"),
    ("40", "s", "a", "rlo predicted 1; rto predicted 0m"),
    ("41", "dir", "r", "rto predicted 60m"),
    ("42", "s", "r", "no verdict"),
    ("43", "s", "m", "rto predicted 0m"),
    ("44", "s", "m", "rto predicted 120m"),
    ("45", "s", "m", "rlo predicted 1; rto predicted 1590m"),
    ("46", "s", "m", "rto unknown services.s.ways.w.steps.decide-x.takes"),
    ("47", "y", "a", "rto unknown equipment.m2.at"),
    ("48", "s", "a+people", "rto unknown teams.t.at"),
];

#[test]
fn every_answer_is_right() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/attack");
    let wrong = CASES.iter().filter_map(|(plan, service, loss, expected)| {
        let text = std::fs::read_to_string(folder.join(format!("{plan}.yaml"))).unwrap();
        let got = said(&text, service, loss);
        (got != *expected).then(|| format!("{plan} {service} {loss}: {got}, expected {expected}\n{text}"))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn said(text: &str, service: &str, loss: &str) -> String {
    let reading = text::read(text, &["circular-need"]);
    let evidence = Evidence::none(Timestamp::UNIX_EPOCH);
    let assessment = assess(&reading.plan, &evidence, &|paths| reading.evidence_digest(paths));
    let Some(outcome) = assessment.outcome(service, loss) else { return "no such loss".to_owned() };
    let mut all: Vec<String> = outcome.verdicts.iter().map(told).collect();
    all.sort();
    if all.is_empty() { "no verdict".to_owned() } else { all.join("; ") }
}

fn told(verdict: &Verdict) -> String {
    let value = match (verdict.state, verdict.value) {
        (State::Unknown, _) => verdict.unknown.first().cloned().unwrap_or_default(),
        (_, Some(Value::Time(span))) if span.is_never() => "never".to_owned(),
        (_, Some(Value::Time(span))) => format!("{}m", span.as_millis() / 60_000),
        (_, Some(Value::Level(level))) => format!("{level}"),
        _ => String::new(),
    };
    let certain = if verdict.certain { " for certain" } else { "" };
    format!("{} {} {value}{certain}", verdict.part.as_str(), verdict.state.as_str())
}
