//! `oki scenarios`: losses that come with the program are listed, shown, and taken into a plan.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

mod common;

use std::fs;

use common::Town;
use serde_json::Value;

#[test]
fn they_are_listed_and_shown_in_both_languages() {
    let town = Town::new();
    let list = town.oki(&["scenarios"]);
    assert_eq!(list.code, 0, "{}", list.err);
    assert!(list.out.contains("rolling-outages") && list.out.contains("Planned rolling outages"));
    assert!(town.oki(&["scenarios", "--lang", "ja"]).out.contains("計画停電"));
    let shown = town.oki(&["scenarios", "pandemic"]);
    assert!(shown.out.starts_with("scenarios:\n  pandemic:\n    title: \"Pandemic"), "{}", shown.out);
    assert!(shown.out.contains("absent: 50%") && shown.out.contains("source: "));
    let json: Value = serde_json::from_str(&town.oki(&["scenarios", "--json"]).out).unwrap();
    let all = json["scenarios"].as_array().unwrap();
    assert!(all.len() >= 10 && all.iter().all(|one| one["yaml"].as_str().unwrap().contains("source:")));
}

#[test]
fn what_cannot_be_shown_is_told() {
    let town = Town::new();
    let unknown = town.oki(&["scenarios", "doomsday"]);
    assert_eq!(unknown.code, 2);
    assert!(
        unknown.err.contains("there is no scenario doomsday; there are great-east-japan-2011"),
        "{}",
        unknown.err
    );
    let nowhere = town.oki(&["scenarios", "flood", "--into", "nowhere"]);
    assert_eq!(nowhere.code, 2);
    assert!(nowhere.err.contains("no plan in nowhere"), "{}", nowhere.err);
    assert_eq!(town.oki(&["scenarios", "--into", "town"]).code, 2);
}

#[test]
fn one_is_taken_into_a_plan_and_never_over_anything() {
    let town = Town::new();
    let dir = town.dir();
    let path = dir.to_str().unwrap();
    let entry = || fs::read_to_string(dir.join("okiagari.yaml")).unwrap();
    let before = entry();
    let written = town.oki(&["scenarios", "data-centre-dark", "--into", path]);
    assert_eq!(written.code, 0, "{}", written.err);
    assert!(written.out.contains("include: [scenario-data-centre-dark.yaml]"), "{}", written.out);
    assert_eq!(entry(), before, "the plan itself is the user's");
    let again = town.oki(&["scenarios", "data-centre-dark", "--into", path]);
    assert_eq!(again.code, 2, "{}", again.out);
    assert!(again.err.contains("is there already"), "{}", again.err);
    town.edit("okiagari: 1\n", "okiagari: 1\ninclude: [scenario-data-centre-dark.yaml]\n");
    assert_eq!(town.on_plan(&["check"]).code, 0);
    let part = town.oki(&["scenarios", "data-centre-dark", "--into", path]);
    assert!(part.err.contains("already; nothing was changed"), "{}", part.err);
    let status = town.on_plan(&["status", "--all", "--json"]);
    assert!(status.out.contains("\"data-centre-dark:hall\""), "{}", status.out);
}

/// An include that is there before the file makes the next step shorter.
#[test]
fn a_file_that_is_included_already_is_part_of_the_plan_at_once() {
    let town = Town::new();
    town.edit("okiagari: 1\n", "okiagari: 1\ninclude: [scenario-pandemic.yaml]\n");
    let written =
        town.oki(&["scenarios", "pandemic", "--into", town.dir().to_str().unwrap(), "--lang", "ja"]);
    assert!(written.out.contains("計画に取り込まれています"), "{}{}", written.out, written.err);
}
