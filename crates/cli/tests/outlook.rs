//! Times that vary and times that were measured: what the verdict says of them, and what `oki explain` shows.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

mod common;
#[path = "../../plan/tests/common/schema.rs"]
mod schema;

use std::fs;
use std::path::PathBuf;

use common::Town;
use serde_json::Value;

/// A service in a hall whose grid fails for one to six days, mostly two.
const GRID: &str = "okiagari: 1
regions: { grid: { kind: power, outage: { min: 1d, likely: 2d, max: 6d } } }
sites: { hall: { in: [grid], power: {} } }
equipment: { m: { at: hall, replace: none } }
services:
  s:
    objectives: { disaster: { rto: 120h30m } }
    ways: [{ name: w, runs-on: m, restart: 30m }]
";

fn plan(town: &Town, text: &str) -> PathBuf {
    let dir = town.root().join("grid");
    fs::create_dir_all(&dir).unwrap();
    fs::write(dir.join("okiagari.yaml"), text).unwrap();
    dir
}

fn explained(town: &Town, text: &str, more: &[&str]) -> String {
    let dir = plan(town, text);
    let said =
        town.oki(&[&["explain", "s", "--loss", "grid", "--dir", dir.to_str().unwrap()], more].concat());
    assert_eq!(said.code, 0, "{}", said.err);
    said.out
}

fn judged(town: &Town, text: &str) -> Value {
    let dir = plan(town, text);
    let said = town.oki(&["assess", "--json", dir.to_str().unwrap()]);
    let value: Value = serde_json::from_str(&said.out).unwrap();
    let wanted: Value = serde_json::from_str(&town.oki(&["schema", "assessment"]).out).unwrap();
    assert_eq!(schema::faults(&wanted, &value), [""; 0]);
    let all = value["verdicts"].as_array().unwrap();
    all.iter().find(|v| v["loss"] == "grid" && v["objective"] == "rto").unwrap().clone()
}

#[test]
fn the_plan_says_how_often_an_objective_has_to_be_met() {
    let town = Town::new();
    // Within five days in 1 - (6-5)²/((6-1)(6-2)) = 95 % of cases.
    let verdict = judged(&town, GRID);
    assert_eq!(verdict["verdict"], "predicted", "{verdict}");
    let odds = &verdict["odds"];
    let (low, high) = (odds["low"].as_f64().unwrap(), odds["high"].as_f64().unwrap());
    assert!(0.9 < low && low < 0.95 && 0.94 < high && high < 0.96, "{odds}");
    assert_eq!(odds["drawn"], serde_json::json!(["regions.grid.outage"]));
    let strict = GRID.replace("okiagari: 1\n", "okiagari: 1\nconfidence: 99%\n");
    let verdict = judged(&town, &strict);
    assert_eq!(verdict["verdict"], "missed", "{verdict}");
    assert_eq!((&verdict["certain"], &verdict["odds"]["confidence"]), (&false.into(), &0.99.into()));
    let reason = verdict["reason"].as_str().unwrap();
    assert!(reason.contains("in time in only") && reason.contains("99 % are needed"), "{reason}");
    // Nothing varies: nothing to draw.
    let verdict = judged(&town, &GRID.replace("{ min: 1d, likely: 2d, max: 6d }", "2d"));
    assert_eq!((&verdict["verdict"], &verdict["odds"]), (&Value::from("predicted"), &Value::Null));
}

#[test]
fn the_chance_is_explained_in_both_languages_and_for_programs() {
    let town = Town::new();
    let out = explained(&town, GRID, &[]);
    assert!(out.contains("s stops at once and is down for 6d at most."), "{out}");
    assert!(out.contains("% of cases; 90 % are needed (10000 trials)"), "{out}");
    assert!(out.contains("back in 50 % of cases within 2d"), "{out}");
    assert!(out.contains("drawn in each trial: regions.grid.outage"), "{out}");
    let out = explained(&town, GRID, &["--lang", "ja"]);
    assert!(out.contains("停止時間は最長で 6日 です。"), "{out}");
    assert!(out.contains("時間のばらつきによる確率") && out.contains("必要なのは 90 % です"), "{out}");
    let value: Value = serde_json::from_str(&explained(&town, GRID, &["--json"])).unwrap();
    let wanted: Value = serde_json::from_str(&town.oki(&["schema", "explanation"]).out).unwrap();
    assert_eq!(schema::faults(&wanted, &value), [""; 0]);
    assert_eq!(value["odds"], value["verdicts"][0]["odds"]);
    // Nobody agreed on a time: how long it lasts is told all the same, but not what would be in time.
    let out = explained(&town, &GRID.replace("    objectives: { disaster: { rto: 120h30m } }\n", ""), &[]);
    assert!(out.contains("back in 50 % of cases within 2d") && !out.contains("are needed"), "{out}");
}

#[test]
fn what_was_measured_stands_beside_what_was_planned() {
    let town = Town::new();
    let dir = town.dir();
    let about = ["explain", "counter", "--loss", "hall", "--dir", dir.to_str().unwrap()];
    let before = town.oki(&about);
    assert!(!before.out.contains("predicted and measured"), "{}", before.out);
    town.verdicts("prove");
    let out = town.oki(&about).out;
    let line = |name: &str| {
        let found = out.lines().skip_while(|line| !line.contains("predicted and measured"));
        found
            .clone()
            .find(|line| line.contains(name))
            .unwrap_or_else(|| panic!("no {name} in\n{out}"))
            .to_owned()
    };
    assert!(out.contains("counter stops at once and is down for 12m 5s."), "the plan's time: {out}");
    let restore = line("restore register");
    assert!(restore.contains("10m") && restore.contains("(record ") && restore.contains(" %"), "{restore}");
    let value: Value = serde_json::from_str(&town.oki(&[&about[..], &["--json"]].concat()).out).unwrap();
    let wanted: Value = serde_json::from_str(&town.oki(&["schema", "explanation"]).out).unwrap();
    assert_eq!(schema::faults(&wanted, &value), [""; 0]);
    let steps = value["measured"].as_array().unwrap();
    let restore = steps.iter().find(|step| step["verb"] == "restore").unwrap();
    assert_eq!(restore["planned"], 600.0);
    let took = restore["measured"][0]["took"].as_f64().unwrap();
    assert!((restore["ratio"].as_f64().unwrap() - took / 600.0).abs() < 1e-9, "{restore}");
    let ja = town.oki(&[&about[..], &["--lang", "ja"]].concat()).out;
    assert!(ja.contains("予測と実測") && ja.contains("(記録 "), "{ja}");
}

#[test]
fn the_hour_of_the_week_is_said_where_people_have_hours() {
    let town = Town::new();
    let text = "okiagari: 1
calendars: { office: mon-fri 8:30-17:15 }
sites: { hall: {}, school: {} }
equipment: { m: { at: hall, replace: none }, x: { at: school } }
teams: { it: { at: { school: 1 }, hours: office, arrives: 5h } }
scenarios: { grid: { loses: m, class: disaster } }
services:
  s:
    objectives: { disaster: { rto: 3d } }
    ways:
      - { name: w, runs-on: m }
      - { name: away, runs-on: x, steps: [{ detect: s, takes: 30m, auto: true }, { decide: s, takes: 30m, auto: true }, { start: s, by: it, takes: 2h }] }
";
    let out = explained(&town, text, &[]);
    assert!(
        out.contains("taken to happen on fri 17:15, at the end of the hours of it before the longest"),
        "{out}"
    );
    let out = explained(&town, text, &["--lang", "ja"]);
    assert!(out.contains("発生時刻の想定: fri 17:15(it が週のうち最も長く不在になる直前)"), "{out}");
    let midweek = text.replace("{ loses: m,", "{ loses: m, moment: wed 10:00,");
    let out = explained(&town, &midweek, &[]);
    assert!(out.contains("taken to happen on wed 10:00\n") && out.contains("down for 3h."), "{out}");
    assert!(!explained(&town, GRID, &[]).contains("taken to happen"));
}
