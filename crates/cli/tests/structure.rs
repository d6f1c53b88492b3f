//! `oki explain SERVICE --structure`, as a person or a program calls it.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

mod common;
#[path = "../../plan/tests/common/schema.rs"]
mod schema;

use common::{Said, Town};
use serde_json::Value;

fn explain(town: &Town, args: &[&str]) -> Said {
    let dir = town.dir();
    town.oki(&[&["explain"], args, &["--structure", "--dir", dir.to_str().unwrap()]].concat())
}

fn json(town: &Town, args: &[&str]) -> Value {
    let said = explain(town, &[args, &["--json"]].concat());
    assert_eq!(said.code, 0, "{}", said.err);
    let value: Value = serde_json::from_str(&said.out).unwrap();
    let wanted: Value =
        serde_json::from_str(include_str!("../../../docs/schemas/structure.schema.json")).unwrap();
    assert_eq!(schema::faults(&wanted, &value), [""; 0]);
    value
}

fn losses(sets: &Value) -> Vec<String> {
    let one = |set: &Value| {
        let losses = set["losses"].as_array().unwrap().iter();
        losses.map(|loss| loss.as_str().unwrap()).collect::<Vec<_>>().join(" ")
    };
    sets.as_array().unwrap().iter().map(one).collect()
}

#[test]
fn the_town_office_has_one_vault_key_and_one_prefecture() {
    let town = Town::new();
    let value = json(&town, &["counter"]);
    let [failure, disaster] = &value["structures"].as_array().unwrap()[..] else { panic!("{value}") };
    assert_eq!((failure["class"].as_str(), disaster["class"].as_str()), (Some("failure"), Some("disaster")));
    assert_eq!(losses(&failure["cut_sets"]), ["server nas", "nas register"]);
    assert_eq!(disaster["single_points"], serde_json::json!(["jp/iwate"]));
    let key = disaster["recovery_points"].as_array().unwrap().iter().find(|p| p["loss"] == "vault-key");
    assert_eq!(key.unwrap()["with"], serde_json::json!(["hall", "coast"]));
    assert_eq!(disaster["counts"], serde_json::json!([0, 1, 7, 5]));
    assert_eq!(disaster["complete"], "all");
    assert_eq!(disaster["chance"], Value::Null, "no loss has a rate");
}

#[test]
fn what_only_scarcity_breaks_stands_apart() {
    let town = Town::new();
    let value = json(&town, &["archive", "--class", "disaster"]);
    let only = &value["structures"][0];
    assert_eq!(only["scarce"]["sets"], serde_json::json!([["server", "spare"]]));
    assert!(!losses(&only["cut_sets"]).contains(&"server spare".to_owned()));
}

#[test]
fn people_read_it_in_their_language() {
    let town = Town::new();
    let english = explain(&town, &["counter", "--class", "disaster"]);
    assert_eq!(english.code, 0);
    for text in [
        "disaster: RTO 1d, RPO previous day",
        "single points of failure: any one of these suffices\n  jp/iwate  region, out of service",
        "vault-key  document, gone; fatal with hall, coast",
        "in all 13 combinations, the largest of 3; there are no others",
    ] {
        assert!(english.out.contains(text), "{text}\n{}", english.out);
    }
    let japanese = explain(&town, &["counter", "--class", "disaster", "--lang", "ja"]);
    for text in ["大規模災害: RTO 1日", "単一障害点", "hall、coast と重なると未達", "全部で 13 組"]
    {
        assert!(japanese.out.contains(text), "{text}\n{}", japanese.out);
    }
}

#[test]
fn chances_come_with_rates() {
    let town = Town::new();
    town.edit(
        "kind: hazard, hazard: tsunami }",
        "kind: hazard, hazard: tsunami, outage: 30d, rate: 1 in 100 years }",
    );
    town.edit("replace: 14d }\n  tax", "replace: 14d, rate: 0.2/y }\n  tax");
    let value = json(&town, &["archive", "--class", "disaster"]);
    let chance = &value["structures"][0]["chance"];
    assert_eq!((chance["how"].as_str(), chance["events_counted"].as_u64()), (Some("exact"), Some(3)));
    let share = chance["share_of_time"][0].as_f64().unwrap();
    // The coast alone is fatal; the server is so only together with what has no rate.
    let expected = 0.01 * 30.0 / 365.0;
    assert!((share - expected / (1.0 + expected)).abs() < 1e-9, "{share}");
    assert_eq!(chance["importance"][0]["loss"], "coast");
    let words = |args: &[&str]| explain(&town, args).out.split_whitespace().collect::<Vec<_>>().join(" ");
    let said = words(&["archive", "--class", "disaster"]);
    assert!(said.contains("out of reach for 7h 11m a year on average, once in 100 years"), "{said}");
    assert!(said.contains("come on top"), "most losses have no rate: {said}");
    let alone = words(&["archive", "--class", "failure"]);
    assert!(alone.contains("do not break it without others"), "{alone}");
    let japanese = words(&["archive", "--class", "disaster", "--lang", "ja"]);
    assert!(japanese.contains("100 年に 1 回"), "{japanese}");
    assert!(japanese.contains("RTO 3日、RPO 前日"), "{japanese}");
}

#[test]
fn a_small_effort_says_that_it_is_not_complete() {
    let town = Town::new();
    for (effort, text) in [("0", "not complete"), ("60", "raise --effort")] {
        let said = explain(&town, &["counter", "--class", "disaster", "--effort", effort]);
        assert_eq!(said.code, 0);
        assert!(said.out.contains(text), "{effort}: {}", said.out);
    }
    assert_eq!(json(&town, &["counter", "--effort", "0"])["structures"][0]["complete"], Value::Null);
}

#[test]
fn what_cannot_be_asked_is_answered_with_what_can() {
    let town = Town::new();
    let said = explain(&town, &["conter"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("there is no service conter; there are") && said.err.contains("counter"));
    let nothing = explain(&town, &["counter", "--objective", "rlo"]);
    assert_eq!(nothing.code, 0);
    assert!(nothing.out.contains("nothing is agreed of this"), "{}", nothing.out);
    for args in
        [&["explain", "counter", "--order", "2", "--class", "x"][..], &["explain", "x", "--class", "failure"]]
    {
        assert_eq!(town.oki(args).code, 2);
    }
    let both = explain(&town, &["counter", "--loss", "hall"]);
    assert_eq!(both.code, 2, "{}", both.out);
}
