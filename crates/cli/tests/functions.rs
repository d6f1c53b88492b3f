//! Business functions in `oki status`, `oki assess` and `oki what-if`: table, JSON, exit code.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

#[path = "../../plan/tests/common/schema.rs"]
mod schema;

mod common;

use std::fs;

use common::Town;
use serde_json::Value;

const PLAN: &str = "okiagari: 1
assume: standard
sites: { hall: { power: {} }, school: { power: {} } }
equipment: { m: { at: hall, repair: 14d, replace: none } }
services: { erp: { ways: [{ name: normal, runs-on: m, restart: 0 }] } }
functions:
  sales: { mtpd: MTPD, mbco: 30%, ways: [{ name: systems, needs: erp, restart: 1d }, { name: paper, ready: running, level: 30%, lasts: 14d }] }
  idle: { ways: [{ name: systems, needs: erp, restart: 0 }] }
scenarios: { failure: { loses: m, effect: out } }
";

fn town(mtpd: &str) -> Town {
    let town = Town::new();
    fs::write(town.dir().join("okiagari.yaml"), PLAN.replace("MTPD", mtpd)).unwrap();
    town
}

#[test]
fn they_stand_below_the_services_and_count_for_the_exit_code() {
    // 14 d on paper, 14 d of repair, 1 d to catch up; a machine that is gone is never back.
    let missed = town("12h").on_plan(&["status"]);
    assert_eq!(missed.code, 1, "{}{}", missed.out, missed.err);
    assert!(missed.out.contains("business functions"), "{}", missed.out);
    assert!(missed.out.contains("MTPD 12h → 1d"), "{}", missed.out);
    assert!(missed.out.contains("stops 14d after the loss and is back 15d after it"), "{}", missed.out);
    let japanese = town("12h").on_plan(&["status", "--lang", "ja"]);
    assert!(japanese.out.contains("最大許容停止期間 12時間 → 1日"), "{}", japanese.out);
}

/// Levels from days on.
fn steps(all: &[(f64, f64)]) -> Value {
    all.iter().map(|(days, level)| serde_json::json!({ "at": days * 86400.0, "level": level })).collect()
}

#[test]
fn json_says_the_same_and_follows_its_schema() {
    let town = town("1d");
    let said = town.on_plan(&["status", "--json"]);
    let value: Value = serde_json::from_str(&said.out).unwrap();
    let wanted: Value = serde_json::from_str(&town.oki(&["schema", "verdicts"]).out).unwrap();
    assert_eq!(schema::faults(&wanted, &value), [""; 0]);
    let functions = value["functions"].as_array().unwrap();
    let of = |function: &str, loss: &str| {
        functions.iter().find(|f| f["function"] == function && f["loss"] == loss).unwrap()
    };
    let sales = of("sales", "failure");
    assert_eq!(
        (&sales["verdict"], &sales["value"], &sales["target"]),
        (&"predicted".into(), &86400.0.into(), &86400.0.into())
    );
    assert_eq!(sales["levels"], steps(&[(0.0, 0.3), (14.0, 0.0), (15.0, 1.0)]));
    assert_eq!(
        (&sales["interrupted_from"], &sales["interrupted_until"]),
        (&(14.0 * 86400.0).into(), &(15.0 * 86400.0).into())
    );
    assert_eq!(of("sales", "m")["value"], "never");
    let idle = of("idle", "failure");
    assert!(idle["verdict"].is_null() && idle["value"].is_null() && idle["stops"] == true, "{idle}");
    assert!(of("sales", "school")["stops"] == false);
    let levels = value["levels"].as_array().unwrap();
    let erp = levels.iter().find(|l| l["service"] == "erp" && l["loss"] == "failure").unwrap();
    assert_eq!(erp["levels"], steps(&[(0.0, 0.0), (14.0, 1.0)]));
    assert!(!levels.iter().any(|l| l["loss"] == "school"), "what is not touched is not listed");
}

#[test]
fn a_loss_that_is_tried_tells_of_them_too() {
    let missed = town("12h").on_plan(&["what-if", "--lose", "failure"]);
    assert_eq!(missed.code, 1, "{}{}", missed.out, missed.err);
    assert!(missed.out.contains("MTPD 12h → 1d"), "{}", missed.out);
    let met = town("1d").on_plan(&["what-if", "--lose", "failure"]);
    assert_eq!(met.code, 0, "{}{}", met.out, met.err);

    let said = town("12h").on_plan(&["what-if", "--lose", "failure", "--json"]);
    let value: Value = serde_json::from_str(&said.out).unwrap();
    let wanted: Value = serde_json::from_str(&town("12h").oki(&["schema", "what-if"]).out).unwrap();
    assert_eq!(schema::faults(&wanted, &value), [""; 0]);
    let functions = value["loss"]["functions"].as_array().unwrap();
    let sales = functions.iter().find(|f| f["function"] == "sales").unwrap();
    assert_eq!((&sales["verdict"], &sales["loss"]), (&"missed".into(), &"failure".into()));
}

#[test]
fn they_stand_below_the_matrix_unless_services_are_asked_for() {
    let town = town("12h");
    let whole = town.on_plan(&["assess"]);
    assert_eq!(whole.code, 1, "{}{}", whole.out, whole.err);
    assert!(whole.out.contains("MTPD 12h → 1d"), "{}", whole.out);
    let one = town.on_plan(&["assess", "--loss", "school"]);
    assert!(!one.out.contains("12h → 1d"), "another loss: {}", one.out);
    let erp = town.on_plan(&["assess", "--service", "erp"]);
    assert_eq!(erp.code, 0, "nothing is promised of it: {}{}", erp.out, erp.err);
    assert!(!erp.out.contains("MTPD"), "{}", erp.out);
}

#[test]
fn a_change_says_what_becomes_of_them() {
    let town = town("2d");
    let change = |paper: &str| {
        let set = format!("functions.sales.ways.paper.lasts={paper}");
        town.on_plan(&["what-if", "--set", &set, "--json"])
    };
    let wanted: Value = serde_json::from_str(&town.oki(&["schema", "what-if"]).out).unwrap();
    let said = change("10d");
    assert_eq!(said.code, 1, "{}{}", said.out, said.err);
    let value: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(schema::faults(&wanted, &value), [""; 0]);
    let changes = value["changes"].as_array().unwrap();
    let sales = changes.iter().find(|c| c["loss"] == "failure").unwrap();
    assert_eq!((&sales["function"], &sales["service"]), (&"sales".into(), &Value::Null), "{sales}");
    assert_eq!((&sales["objective"], &sales["direction"]), (&"mtpd".into(), &"worse".into()));
    assert_eq!(
        (&sales["before"]["verdict"], &sales["after"]["verdict"]),
        (&"predicted".into(), &"missed".into())
    );
    let said = town.on_plan(&["what-if", "--set", "functions.sales.ways.paper.lasts=10d"]);
    assert!(said.out.contains("▼ sales    MTPD") && said.out.contains("○ 2d → 1d"), "{}", said.out);
    let longer = change("15d");
    assert_eq!(longer.code, 0, "{}{}", longer.out, longer.err);
}
