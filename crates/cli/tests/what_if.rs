//! `oki what-if`: changes and losses tried in memory, before and after; nothing on disk is touched.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

mod common;
#[path = "../../plan/tests/common/schema.rs"]
mod schema;

use std::fs;

use common::{Said, Town};
use serde_json::Value;

fn what_if(town: &Town, args: &[&str]) -> Said {
    town.on_plan(&[&["what-if"], args].concat())
}

fn json(town: &Town, args: &[&str]) -> Value {
    let said = what_if(town, &[args, &["--json", "--lang", "ja"]].concat());
    let value: Value =
        serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {}{}", said.out, said.err));
    let wanted: Value = serde_json::from_str(&town.oki(&["schema", "what-if"]).out).unwrap();
    assert_eq!(schema::faults(&wanted, &value), [""; 0], "{args:?}");
    value
}

#[test]
fn a_change_that_helps_is_shown_before_and_after() {
    let town = Town::new();
    let change = "data.documents.copies.remote.every=1d";
    let said = what_if(&town, &["--set", change]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains("▲ archive  RPO        coast (people safe), hall"), "{}", said.out);
    assert!(said.out.contains("✗ previous day → 7d  ○ previous day → 1d"), "{}", said.out);
    assert!(
        said.out.contains("▼ 0 worse   ▲ 2 better   ~ 0 otherwise changed   = 100 as before"),
        "{}",
        said.out
    );
    let said = what_if(&town, &["--set", change, "--lang", "ja"]);
    assert!(said.out.contains("✗ 前日 → 7日") && said.out.contains("▲ 改善 2"), "{}", said.out);
}

#[test]
fn the_prediction_is_what_the_changed_plan_gives() {
    let town = Town::new();
    let value = json(&town, &["--set", "data.documents.copies.remote.every=1d"]);
    let predicted: Vec<Value> =
        value["changes"].as_array().unwrap().iter().map(|c| c["after"].clone()).collect();
    assert_eq!((&value["better"], &value["worse"], predicted.len()), (&2.into(), &0.into(), 2));
    town.edit("every: 1w", "every: 1d");
    let now = town.verdicts("status");
    for verdict in predicted {
        assert_eq!(now.one("archive", "rpo", verdict["loss"].as_str().unwrap()), &verdict);
    }
}

#[test]
fn a_change_that_breaks_a_promise_is_exit_code_1() {
    let town = Town::new();
    let said = what_if(&town, &["--set", "services.counter.objectives.failure.rto=10m"]);
    assert_eq!(said.code, 1, "{}{}", said.out, said.err);
    assert!(
        said.out.contains("▼ counter  RTO        server") && said.out.contains("✗ 10m → 12m 5s"),
        "{}",
        said.out
    );
    assert!(
        !said.out.contains("nothing it needs is touched"),
        "what stops nothing is left out: {}",
        said.out
    );
    let all = what_if(&town, &["--set", "services.counter.objectives.failure.rto=10m", "--all"]);
    assert!(all.out.contains("nothing it needs is touched"), "{}", all.out);
    // A vault that is given up takes its copies along.
    let value = json(&town, &["--remove", "vaults.remote"]);
    let missed =
        |c: &Value| c["service"] == "archive" && c["after"]["verdict"] == "missed" && c["loss"] == "hall";
    assert!(value["changes"].as_array().unwrap().iter().any(missed), "{value:#}");
    assert_eq!(what_if(&town, &["--remove", "vaults.remote"]).code, 1);
}

#[test]
fn one_class_is_changed_alone_and_nothing_else() {
    let town = Town::new();
    let said = what_if(&town, &["--set", "services.counter.objectives.disaster.rto=4h"]);
    assert!(!said.out.contains("failure"), "{}", said.out);
    let value = json(&town, &["--set", "services.counter.objectives.disaster.rto=4h"]);
    let changes = value["changes"].as_array().unwrap();
    assert!(
        changes.iter().all(|c| c["after"]["class"] == "disaster" && c["service"] == "counter"),
        "{value:#}"
    );
    assert!(!changes.is_empty());
}

#[test]
fn a_change_without_effect_says_so() {
    let town = Town::new();
    let said = what_if(&town, &["--set", "services.counter.priority=1"]);
    assert_eq!((said.code, said.out.as_str()), (0, "these changes change none of the 102 verdicts\n"));
    let said = what_if(&town, &["--set", "services.counter.priority=1", "--lang", "ja"]);
    assert_eq!(said.out, "この変更で変わる判定はありません(全 102 件)\n");
}

#[test]
fn several_things_can_be_lost_at_once() {
    let town = Town::new();
    let said = what_if(&town, &["--lose", "server,spare"]);
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(said.out.contains("without server,spare") && said.out.contains("15d 2h"), "{}", said.out);
    assert!(said.out.contains("longest step: deliver server (14d)"), "{}", said.out);
    let said = what_if(&town, &["--lose", "server", "--lose", "nas", "--lang", "ja"]);
    assert!(said.out.contains("server,nas を失った場合"), "{}", said.out);
    let said = what_if(&town, &["--lose", "school"]);
    assert_eq!((said.code, said.out.as_str()), (0, "losing school stops no service\n"));
}

#[test]
fn a_loss_alone_says_the_same_as_the_assessment_of_it() {
    let town = Town::new();
    for loss in ["hall", "hall+people", "jp/iwate", "tax-machine"] {
        let value = json(&town, &["--lose", loss]);
        let status = town.verdicts("status");
        for service in value["loss"]["services"].as_array().unwrap() {
            for verdict in service["verdicts"].as_array().unwrap() {
                let (id, part) =
                    (verdict["service"].as_str().unwrap(), verdict["objective"].as_str().unwrap());
                assert_eq!(verdict, status.one(id, part, loss));
            }
        }
        assert!(
            value["loss"]["services"]
                .as_array()
                .unwrap()
                .iter()
                .any(|s| s["verdicts"] != serde_json::json!([]))
        );
    }
    assert_eq!(what_if(&town, &["--lose", "tax-machine"]).code, 3, "unknown, as status has it");
}

#[test]
fn how_a_thing_is_lost_can_be_said_and_changes_and_losses_go_together() {
    let town = Town::new();
    let out = json(&town, &["--lose", "hall=out"]);
    let gone = json(&town, &["--lose", "hall=gone"]);
    let tax = |value: &Value| {
        let all = value["loss"]["services"].as_array().unwrap().clone();
        all.into_iter().find(|s| s["service"] == "tax").unwrap()["verdict"].clone()
    };
    assert_eq!((tax(&out), tax(&gone)), ("predicted".into(), "missed".into()));
    // What is lost is judged before and after, although the plan knows no such loss.
    let value = json(&town, &["--lose", "server,spare", "--set", "equipment.server.replace=1d"]);
    let changes = value["changes"].as_array().unwrap();
    assert!(changes.iter().any(|c| c["loss"] == "server,spare"), "{value:#}");
}

#[test]
fn proofs_that_a_change_voids_are_no_loss_of_certainty() {
    let town = Town::new();
    assert_eq!(town.on_plan(&["prove"]).code, 1);
    let value = json(&town, &["--set", "equipment.spare.units=3"]);
    let voided = |c: &Value| c["before"]["verdict"] == "proven" && c["after"]["verdict"] == "predicted";
    assert!(value["changes"].as_array().unwrap().iter().any(voided), "{value:#}");
    assert_eq!(what_if(&town, &["--set", "equipment.spare.units=3"]).code, 0);
}

#[test]
fn every_mistake_has_its_place_and_the_nearest_name() {
    let town = Town::new();
    for (args, en, ja) in [
        (
            &["--set", "services.conter.hold=1h"][..],
            "services has no part conter",
            "servicesに conter という箇所はありません",
        ),
        (&["--set", "services.conter.hold=1h"], "did you mean counter?", "counter"),
        (&["--set", "services.counter.hold=1x"], "--set:1:23", "1x の x は単位ではありません"),
        (&["--set", "services.counter.hlod=1h"], "did you mean hold?", "hold"),
        (&["--set", "services.counter.hold"], "--set services.counter.hold has no value", "値がありません"),
        (&["--set", "services.counter.hold="], "write --set PATH=VALUE", "--set パス=値"),
        (
            &["--remove", "services.counter.hold"],
            "services.counter has no part hold",
            "という箇所はありません",
        ),
        (&["--remove", "equipment.server"], "there is no thing called server", "誤り"),
        (&["--lose", "haal"], "did you mean hall?", "hall ではありませんか"),
        (&["--lose", "haal"], "there is no loss haal; there are ", "haal という喪失は定義されていません"),
        (
            &["--lose", "hall=gon"],
            "gon is nothing that can happen to hall",
            "hall に gon という影響は指定できません",
        ),
        (&["--lose", "hall=gon"], "did you mean gone?", "gone ではありませんか"),
        (&[], "missing: ", "必要な引数がありません: "),
    ] {
        for (lang, text) in [("en", en), ("ja", ja)] {
            let said = what_if(&town, &[args, &["--lang", lang]].concat());
            assert_eq!(said.code, 2, "{args:?}: {}{}", said.out, said.err);
            assert!(said.err.contains(text), "{args:?} does not say {text:?} but\n{}", said.err);
            assert_eq!(said.out, "", "{args:?}");
        }
    }
}

#[test]
fn mistakes_are_told_to_programs() {
    let town = Town::new();
    let said = what_if(&town, &["--set", "services.conter.hold=1h", "--json"]);
    let value: Value = serde_json::from_str(&said.out).unwrap();
    let message = value["error"]["message"].as_str().unwrap();
    assert!(
        message.contains("with these changes") && message.contains("services has no part conter"),
        "{message}"
    );
}

#[test]
fn nothing_on_disk_is_touched() {
    let town = Town::new();
    let plan = town.dir().join("okiagari.yaml");
    let before = (fs::read(&plan).unwrap(), fs::read_dir(town.dir()).unwrap().count());
    what_if(&town, &["--set", "services.counter.hold=2h", "--remove", "vaults.remote", "--lose", "hall"]);
    assert_eq!((fs::read(&plan).unwrap(), fs::read_dir(town.dir()).unwrap().count()), before);
}

#[test]
fn what_decides_can_be_tried_by_the_path_that_is_shown() {
    let town = Town::new();
    let unknown = town.verdicts("status").one("tax", "rto", "tax-machine")["unknown"][0].clone();
    let said = what_if(&town, &["--set", &format!("{}=2d", unknown.as_str().unwrap())]);
    assert!(
        said.code == 0 && said.out.contains("▲ tax      RTO        tax-machine"),
        "{}{}",
        said.out,
        said.err
    );
}
