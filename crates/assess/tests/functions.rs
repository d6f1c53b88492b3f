//! Business functions: level over time from their services and their own ways, and whether the longest interruption is
//! tolerable (semantics 10, 15, 26).

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

#[path = "common/text.rs"]
mod text;

use assess::{Assessment, Evidence, FunctionOutcome, State, assess};
use base::{Span, Timestamp};

fn judge(text: &str) -> Assessment {
    let reading = text::read(text, &[]);
    assess(&reading.plan, &Evidence::none(Timestamp::UNIX_EPOCH), &|paths| reading.evidence_digest(paths))
}

fn outcome(text: &str, loss: &str) -> FunctionOutcome {
    let all = judge(text).functions;
    all.into_iter().find(|f| f.function.as_str() == "f" && f.loss == loss).unwrap()
}

/// Level over time: `0s 1, 5h 0.4, 3d 1`.
fn levels(outcome: &FunctionOutcome) -> String {
    let all: Vec<String> = outcome.levels.iter().map(|(at, level)| format!("{at} {level}")).collect();
    all.join(", ")
}

/// State and longest interruption, or the facts that decide.
fn said(text: &str, loss: &str) -> String {
    let Some(verdict) = outcome(text, loss).verdict else { return "no verdict".to_owned() };
    let rest = verdict.value.map_or_else(|| verdict.unknown.join(", "), |span| span.to_string());
    let certain = if verdict.certain { " for certain" } else { "" };
    format!("{}{certain} {rest}", verdict.state.as_str())
}

/// A function on an ERP that runs on one machine in a hall; what to buy takes 14 d, what to build 1 d.
fn plan(function: &str, more: &str) -> String {
    let erp =
        "erp: { monitor: { every: 0, failures: 1 }, ways: [{ name: normal, runs-on: m, restart: 1d }] }";
    with_services(erp, function, more)
}

fn with_services(services: &str, function: &str, more: &str) -> String {
    format!(
        "okiagari: 1\nregions: {{ grid: {{ kind: power, outage: 3d }} }}\nsites: {{ hall: {{ in: grid, power: {{}} }}, school: {{ power: {{}} }} }}\nequipment: {{ m: {{ at: hall, repair: 14d, replace: none }}, x: {{ at: school }}, y: {{ at: school }} }}\nservices: {{ {services} }}\nfunctions: {{ f: {{ {function} }} }}\n{more}"
    )
}

const OUT: &str = "scenarios: { out: { loses: m, effect: out, lasts: 14d } }\n";

fn paper(level: &str, lasts: &str) -> String {
    format!("{{ name: paper, ready: running, level: {level}, lasts: {lasts} }}")
}

/// Semantics 26: paper lasts 14 d, delivery takes 14 d, building 1 d.
#[test]
fn paper_ends_before_the_system_is_back() {
    let function = |mtpd: &str, lasts: &str| {
        format!(
            "mtpd: {mtpd}, mbco: 30%, ways: [{{ name: systems, needs: erp, restart: 0 }}, {}]",
            paper("30%", lasts)
        )
    };
    let on = |mtpd: &str, lasts: &str| plan(&function(mtpd, lasts), OUT);
    let stops = outcome(&on("1d", "14d"), "out");
    assert_eq!(levels(&stops), "0s 0.3, 14d 0, 15d 1");
    assert_eq!(stops.interruption, Some((Span::days(14), Span::days(15))));
    assert_eq!(said(&on("1d", "14d"), "out"), "predicted 1d", "the margin is 0, and that is enough");
    assert_eq!(said(&on("23h", "14d"), "out"), "missed for certain 1d");
    assert_eq!(said(&on("23h", "15d"), "out"), "predicted 0s");
    assert_eq!(said(&on("23h", "5d..20d"), "out"), "unknown functions.f.ways.paper.lasts");
}

/// Semantics 26, last line; and `lasts` counts from the interruption.
#[test]
fn a_function_is_never_better_with_paper_that_lasts_less() {
    let rank = |lasts: u64, mtpd: u64| {
        let way = format!(
            "{{ name: paper, steps: [{{ decide: f, takes: 0, auto: true }}, {{ do: set-up, takes: 1d, auto: true }}], level: 50%, lasts: {lasts}d }}"
        );
        let function =
            format!("mtpd: {mtpd}d, mbco: 40%, ways: [{{ name: systems, needs: erp, restart: 12h }}, {way}]");
        let outcome = outcome(&plan(&function, OUT), "out");
        let verdict = outcome.verdict.unwrap();
        (std::cmp::Reverse(verdict.state), verdict.value.unwrap())
    };
    for mtpd in [1, 3, 14, 16] {
        for lasts in 1..17 {
            assert!(rank(lasts, mtpd) >= rank(lasts + 1, mtpd), "lasts {lasts} d, mtpd {mtpd} d");
        }
    }
    // Set up after a day, at an end 5 d after the interruption: 14 d + 1 d + 12 h - 5 d.
    assert_eq!(rank(5, 14).1, Span::hours(24 * 10 + 12));
    assert_eq!(rank(16, 14).1, Span::days(1));
}

/// What was taken down meanwhile has to be entered before the function is back (semantics 15).
#[test]
fn catching_up_is_part_of_the_interruption() {
    let function = |again: &str| format!("mtpd: 15d, ways: [{{ name: systems, needs: erp{again} }}]");
    assert_eq!(said(&plan(&function(", restart: 0"), OUT), "out"), "predicted 15d");
    assert_eq!(said(&plan(&function(", restart: 8h"), OUT), "out"), "missed for certain 15d 8h");
    assert_eq!(said(&plan(&function(""), OUT), "out"), "unknown functions.f.ways.systems.restart");
    assert_eq!(
        said(&plan(&function(""), &format!("{OUT}assume: standard\n")), "out"),
        "missed for certain 15d"
    );
}

#[test]
fn what_is_not_said_gives_no_verdict_or_a_question() {
    let function = |rest: &str| {
        format!("{rest} ways: [{{ name: systems, needs: erp, restart: 0 }}, {}]", paper("50%", "60d"))
    };
    let on = |rest: &str| said(&plan(&function(rest), OUT), "out");
    assert_eq!(on(""), "no verdict");
    assert_eq!(on("mtpd: unknown,"), "no verdict");
    assert_eq!(on("mtpd: 1d,"), "unknown functions.f.mbco");
    assert_eq!(on("mtpd: 1d, mbco: 40%..60%,"), "unknown functions.f.mbco");
    assert_eq!(on("mtpd: 1d, mbco: 50%,"), "predicted 0s");
    assert_eq!(on("mtpd: 1d, mbco: 51%,"), "missed for certain 15d");
    assert_eq!(on("mtpd: 20d,"), "predicted 15d", "full level alone is soon enough");
    assert_eq!(on("mtpd: 10d..20d, mbco: 60%,"), "unknown functions.f.mtpd");
    assert_eq!(said(&plan("mtpd: 1d", OUT), "out"), "unknown functions.f.ways");
    assert_eq!(said(&plan("mtpd: 1d, ways: []", OUT), "out"), "missed for certain never");
}

#[test]
fn a_loss_that_does_not_reach_it_is_met() {
    let text = plan("mtpd: 0, ways: [{ name: systems, needs: erp, restart: 0 }]", OUT);
    assert_eq!(said(&text, "school"), "predicted 0s");
    assert_eq!(levels(&outcome(&text, "school")), "0s 1");
    assert_eq!(said(&text, "out"), "missed for certain 15d");
}

/// Levels in series are the least, of alternatives the best, and over time (semantics 10).
#[test]
fn the_level_follows_that_of_the_services() {
    let erp = "erp: { objectives: { failure: { rto: 1d, rlo: 40% } }, monitor: { every: 0, failures: 1 }, ways: [{ name: normal, runs-on: m, restart: 1d }, { name: spare, runs-on: x, ready: warm, level: 40%, steps: [{ decide: it, takes: 0, auto: true }, { switch: erp, takes: 2h, auto: true }] }] }";
    let mail = "mail: { ways: [{ name: normal, runs-on: y }] }";
    let services = format!("{erp}, {mail}");
    let on = |needs: &str| {
        let function =
            format!("mtpd: 5h, mbco: 40%, ways: [{{ name: systems, needs: {needs}, restart: 0 }}]");
        outcome(&with_services(&services, &function, OUT), "out")
    };
    assert_eq!(
        levels(&on("erp")),
        "0s 0, 2h 0.4",
        "the machine comes back on the 14th day, and going back is not planned"
    );
    assert_eq!(levels(&on("[erp, mail]")), "0s 0, 2h 0.4");
    assert_eq!(levels(&on("{ any: [erp, mail] }")), "0s 1");
    assert_eq!(on("mail").verdict.unwrap().state, State::Predicted);
    let erp = judge(&with_services(&services, "", OUT));
    let erp = erp.outcome("erp", "out").unwrap();
    let hours = |n: u64| Span::hours(n);
    assert_eq!(erp.levels, [(hours(0), 0.0), (hours(2), 0.4)]);
}

/// A pool that lost a machine runs at less from the first instant on.
#[test]
fn a_service_that_runs_at_less_carries_the_function_at_less() {
    let services = "erp: { ways: [{ name: normal, runs-on: pool }] }";
    let more = "equipment: { pool: { at: hall, units: 4 } }\n";
    let function =
        |mbco: &str| format!("mtpd: 1h, mbco: {mbco}, ways: [{{ name: systems, needs: erp, restart: 0 }}]");
    let text = |mbco: &str| {
        with_services(services, &function(mbco), "").replace("equipment: { m: { at: hall, repair: 14d, replace: none }, x: { at: school }, y: { at: school } }\n", more)
    };
    let outcome = outcome(&text("75%"), "pool");
    assert_eq!(levels(&outcome), "0s 0.75");
    assert_eq!(outcome.verdict.unwrap().state, State::Predicted);
    assert!(said(&text("80%"), "pool").starts_with("missed"), "{}", said(&text("80%"), "pool"));
}

/// A function takes people that services leave, and never any from them.
#[test]
fn functions_come_after_all_services() {
    let services = "z: { objectives: { disaster: { rto: 4h } }, monitor: { every: 0, failures: 1 }, ways: [{ name: normal, runs-on: m, restart: 0 }, { name: spare, runs-on: x, ready: warm, steps: [{ decide: it, takes: 0, auto: true }, { do: work, by: it, takes: 3h }] }] }";
    let more = "teams: { it: { at: { school: 1 }, arrives: 0 } }\nscenarios: { fire: { loses: hall, effect: gone } }\n";
    let function = "mtpd: 5h, ways: [{ name: systems, needs: m, restart: 0 }, { name: paper, steps: [{ decide: it, takes: 0, auto: true }, { do: print, by: it, takes: 3h }] }]";
    let with = judge(&with_services(services, function, more));
    let without = judge(&with_services(services, "", more));
    assert_eq!(with.verdicts(), without.verdicts(), "a function changes no verdict of a service");
    assert_eq!(with.outcomes.iter().filter(|o| o.service.as_str() == "f").count(), 0, "it is no service");
    assert_eq!(said(&with_services(services, function, more), "fire"), "missed 6h");
}

/// Whatever is written of a function, services fare as without it.
#[test]
fn a_function_changes_nothing_of_the_services() {
    let town = include_str!("../../../examples/town-office/okiagari.yaml");
    let functions = "functions: { aaa: { mtpd: 1d, mbco: 50%, ways: [{ name: systems, needs: [register, counter] }, { name: paper, ready: running, level: 60%, lasts: 3d, by: [] }] } }\n";
    let with = judge(&format!("{town}\n{functions}"));
    assert_eq!(with.verdicts(), judge(town).verdicts());
    assert!(with.functions.iter().any(|f| f.verdict.as_ref().is_some_and(|v| v.stops)));
}
