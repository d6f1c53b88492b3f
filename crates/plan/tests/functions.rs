//! Targets of functions and services against each other (semantics 26), with nothing worked out but targets.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

mod common;

use common::{found, reading, small};

/// What is said of a function on an ERP with such objectives.
fn said(objectives: &str, function: &str) -> String {
    let services = format!(
        "services: {{ erp: {{ objectives: {{ {objectives} }}, ways: [{{ runs-on: server }}] }}, mail: {{ objectives: {{ rto: 1d }}, ways: [{{ runs-on: server }}] }} }}\n"
    );
    let all = found(&reading(&small(&format!("{services}functions: {{ f: {{ {function} }} }}\n"))));
    assert!(all.len() <= 1, "{all:?}");
    all.first().map_or_else(String::new, |one| {
        assert!(one.starts_with("mtpd-beyond-targets "), "{one}");
        one.rsplit_once(", but for ").unwrap().1.split(" even").next().unwrap().to_owned()
    })
}

const ON_ERP: &str = "{ name: systems, needs: erp }";

#[test]
fn erp_in_three_days_and_a_function_that_stands_two() {
    assert_eq!(said("rto: 3d", &format!("mtpd: 2d, ways: [{ON_ERP}]")), "3d");
    assert_eq!(said("rto: 3d", &format!("mtpd: 3d, ways: [{ON_ERP}]")), "", "met is at most");
    assert_eq!(said("rto: 3d", &format!("mtpd: 2d..4d, ways: [{ON_ERP}]")), "", "it may be 4 days");
    assert_eq!(
        said("failure: { rto: 4h }, disaster: { rto: 3d }", &format!("mtpd: 2d, ways: [{ON_ERP}]")),
        "3d"
    );
    let apart = "mtpd: { failure: 2d, disaster: 3d }, ways: [{ name: systems, needs: erp }]";
    assert_eq!(said("failure: { rto: 4h }, disaster: { rto: 3d }", apart), "");
    // Re-entry is part of it.
    assert_eq!(said("rto: 2d", "mtpd: 2d, ways: [{ name: systems, needs: erp, restart: 5h }]"), "2d 5h");
    assert_eq!(said("rto: 2d", "mtpd: 2d, ways: [{ name: systems, needs: erp, restart: 0..5h }]"), "");
}

#[test]
fn ways_of_its_own_count_while_they_last() {
    let with = |paper: &str| {
        said("rto: 15d", &format!("mtpd: 1d, mbco: 30%, ways: [{ON_ERP}, {{ name: paper, {paper} }}]"))
    };
    assert_eq!(with("ready: running, lasts: 14d, level: 30%"), "");
    assert_eq!(with("ready: running, lasts: 13d, level: 30%"), "2d");
    assert_eq!(with("ready: running, lasts: 14d, level: 20%"), "15d");
    assert_eq!(with("ready: running, lasts: unknown, level: 30%"), "", "nobody knows");
    assert_eq!(with("takes: 3d, lasts: 60d"), "3d");
    assert_eq!(with("steps: [{ decide: f, takes: 1d }, { do: print, takes: 1d }], lasts: 60d"), "2d");
}

#[test]
fn needs_and_levels_are_told_apart() {
    let needs =
        |needs: &str| said("rto: 3d", &format!("mtpd: 12h, ways: [{{ name: systems, needs: {needs} }}]"));
    assert_eq!(needs("[erp, mail]"), "3d");
    assert_eq!(needs("{ any: [erp, mail] }"), "1d");
    assert_eq!(needs("{ at-least: 1, of: [erp, server] }"), "");
    assert_eq!(needs("unknown"), "");
    let level =
        |rlo: &str| said(&format!("rto: 1d, rlo: {rlo}"), &format!("mtpd: 2d, mbco: 80%, ways: [{ON_ERP}]"));
    assert_eq!(level("100%"), "");
    assert_eq!(level("{ 1d: 50%, 5d: 100% }"), "5d");
    assert_eq!(level("50%"), "", "how soon it does more nobody has promised or denied");
    assert_eq!(said("rto: unset", &format!("mtpd: 0, ways: [{ON_ERP}]")), "", "no target, no contradiction");
    assert_eq!(said("rto: 3d", "mtpd: 2d, ways: unknown"), "");
    assert_eq!(said("rto: 3d", "mtpd: 2d, ways: [{ name: systems, needs: erp }, unknown]"), "");
    assert_eq!(said("rto: 3d", "ways: [{ name: systems, needs: erp }]"), "");
}

/// A shorter MTPD, a longer RTO, or paper that lasts less never takes a contradiction away.
#[test]
fn a_contradiction_stays_when_things_get_worse() {
    let found = |rto: u64, mtpd: u64, lasts: u64| {
        let ways = format!("[{ON_ERP}, {{ name: paper, takes: 1d, lasts: {lasts}d }}]");
        !said(&format!("rto: {rto}d"), &format!("mtpd: {mtpd}d, ways: {ways}")).is_empty()
    };
    for (rto, mtpd, lasts) in (1..8).flat_map(|a| (1..8).flat_map(move |b| (2..8).map(move |c| (a, b, c)))) {
        if found(rto, mtpd, lasts) {
            assert!(
                found(rto + 1, mtpd, lasts) && found(rto, mtpd - 1, lasts) && found(rto, mtpd, lasts - 1)
            );
        }
    }
}
