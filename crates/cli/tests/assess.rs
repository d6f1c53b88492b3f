//! `oki assess`: which loss breaks which promise, as a person and as a program see it.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

mod common;
#[path = "../../plan/tests/common/schema.rs"]
mod schema;

use std::fmt::Write;
use std::fs;

use common::{Said, Town};
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

/// Runs it on this town at so many columns.
fn at(town: &Town, columns: usize, args: &[&str]) -> Said {
    let dir = town.dir();
    let mut command = town.command(&[args, &[dir.to_str().unwrap()]].concat());
    common::said(command.env("COLUMNS", columns.to_string()).output().unwrap())
}

/// The matrix alone: all up to the first empty line.
fn matrix(said: &Said) -> Vec<&str> {
    said.out.lines().take_while(|line| !line.is_empty()).collect()
}

#[test]
fn it_fits_the_terminal_and_says_less_where_there_is_less_room() {
    let town = Town::new();
    for lang in ["en", "ja"] {
        for columns in [60, 80, 100, 120] {
            let said = at(&town, columns, &["assess", "--lang", lang]);
            let widest = matrix(&said).iter().map(|line| line.width()).max().unwrap();
            assert!(widest <= columns, "{lang} at {columns}: {widest}\n{}", said.out);
        }
    }
    let full = at(&town, 120, &["assess"]);
    assert!(matrix(&full)[1].contains("RTO      RPO"), "{}", full.out);
    assert!(full.out.contains("✗ 2d 19h ○ 30m"), "{}", full.out);
    let worst = at(&town, 80, &["assess"]);
    assert!(worst.out.contains("✗ RPO 7d") && worst.out.contains("○ 12m 5s"), "{}", worst.out);
    let signs = at(&town, 60, &["assess"]);
    assert!(signs.out.contains("coast, hall  disaster  ✗ ✗ ○\n"), "{}", signs.out);
    let wide = at(&town, 60, &["assess", "--wide"]);
    assert!(wide.out.contains("✗ 2d 19h ○ 30m"), "{}", wide.out);
}

#[test]
fn what_is_worst_comes_first_and_losses_that_come_out_alike_share_a_row() {
    let said = at(&Town::new(), 60, &["assess"]);
    let rows: Vec<String> = matrix(&said)
        .iter()
        .filter(|l| l.contains("er  ") || l.contains("re  "))
        .map(|l| (*l).to_owned())
        .collect();
    assert!(rows[0].starts_with("coast, hall") && rows[1].starts_with("jp/iwate"), "{rows:#?}");
    assert!(rows[2].starts_with("tax-machine  failure   ? · ·"), "{rows:#?}");
    assert!(
        said.out.contains(
            "17 losses, 3 services; losses that come out alike share one\nof 7 rows; 7 stop nothing"
        ),
        "{}",
        said.out
    );
    let all = at(&Town::new(), 60, &["assess", "--all"]);
    assert_eq!(
        all.out
            .lines()
            .filter(|line| line.contains("  failure ") || line.contains("  disaster "))
            .filter(|l| l.contains('·') || l.contains("○"))
            .filter(|l| !l.contains('→'))
            .count(),
        17,
        "{}",
        all.out
    );
}

#[test]
fn the_worst_is_told_in_words_and_the_rest_is_pointed_at() {
    let town = Town::new();
    let said = at(&town, 100, &["assess"]);
    assert!(
        said.out.contains("newest copy of documents that is left (remote) may be 7d old"),
        "{}",
        said.out
    );
    assert!(said.out.contains("depends on equipment.tax-machine.replace"), "{}", said.out);
    assert_eq!(said.code, 1);
    // With more that is bad than is told, the command that tells all of it is named, with its folder.
    let mut plan = "okiagari: 1\nsites: { hall: {} }\nequipment:\n".to_owned();
    (0..9).for_each(|n| writeln!(plan, "  m{n}: {{ at: hall }}").unwrap());
    plan.push_str("services:\n");
    for n in 0..9 {
        writeln!(
            plan,
            "  s{n}: {{ objectives: {{ rto: {}h }}, ways: [{{ name: w, runs-on: m{n} }}] }}",
            n + 1
        )
        .unwrap();
    }
    let folder = town.root().join("my plan");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("okiagari.yaml"), plan).unwrap();
    let said = town.oki(&["assess", "my plan"]);
    assert!(
        said.out.contains("more verdicts like these; all of them: oki status 'my plan'"),
        "{}{}",
        said.out,
        said.err
    );
}

#[test]
fn classes_services_and_losses_can_be_picked() {
    let town = Town::new();
    let said = at(&town, 100, &["assess", "--class", "failure", "--service", "tax,counter"]);
    assert!(
        said.code == 3 && !said.out.contains("archive") && !said.out.contains("disaster"),
        "{}",
        said.out
    );
    let said = at(&town, 100, &["assess", "--loss", "server"]);
    assert!(
        said.code == 0 && said.out.contains("server") && !said.out.contains("worst verdicts"),
        "{}",
        said.out
    );
    let said = at(&town, 100, &["assess", "--loss", "hall", "--service", "archive", "--lang", "ja"]);
    assert!(said.code == 1 && said.out.contains("最も悪い判定"), "{}", said.out);
}

#[test]
fn ids_that_are_not_there_are_told_with_the_nearest() {
    let town = Town::new();
    for (args, lang, text, hint) in [
        (
            ["--service", "conter"],
            "en",
            "there is no service conter; there are archive, counter, tax",
            "did you mean counter?",
        ),
        (
            ["--service", "conter"],
            "ja",
            "サービス conter はありません。あるのは archive、counter、tax",
            "counter ではありませんか",
        ),
        (["--loss", "servr"], "en", "there is no loss servr; there are ", "did you mean server?"),
        (
            ["--loss", "servr"],
            "ja",
            "servr という喪失は定義されていません。あるのは ",
            "server ではありませんか",
        ),
    ] {
        let said = at(&town, 100, &["assess", args[0], args[1], "--lang", lang]);
        assert!(said.code == 2 && said.err.contains(text) && said.err.contains(hint), "{}", said.err);
        assert_eq!(said.out, "");
    }
    let said = at(&town, 100, &["assess", "--class", "storm", "--lang", "ja"]);
    assert!(said.err.contains("--class <CLASS> に storm は指定できません"), "{}", said.err);
    assert!(said.err.contains("指定できるのは failure、disaster"), "{}", said.err);
}

#[test]
fn programs_get_the_same_as_one_object() {
    let town = Town::new();
    let said = at(&town, 100, &["assess", "--json", "--lang", "ja"]);
    let value: Value = serde_json::from_str(&said.out).unwrap();
    let wanted: Value = serde_json::from_str(&town.oki(&["schema", "assessment"]).out).unwrap();
    assert_eq!(schema::faults(&wanted, &value), [""; 0]);
    let first = &value["matrix"]["rows"][0];
    assert_eq!(first["losses"], serde_json::json!(["coast", "coast+people", "hall", "hall+people"]));
    assert_eq!(
        first["services"],
        serde_json::json!({ "archive": "missed", "counter": "predicted", "tax": "missed" })
    );
    assert_eq!((&value["matrix"]["losses"], &value["matrix"]["stop_nothing"]), (&17.into(), &7.into()));
    assert_eq!(value["verdicts"].as_array().unwrap().len(), town.verdicts("status").0.len());
}

#[test]
fn services_that_promise_nothing_are_named_for_programs_too() {
    let town = Town::new();
    let folder = town.root().join("silent");
    fs::create_dir(&folder).unwrap();
    let plan = "okiagari: 1\nsites: { hall: {} }\nequipment: { m: { at: hall } }\nservices: { mail: { objectives: unset, ways: [{ name: w, runs-on: m }] } }\n";
    fs::write(folder.join("okiagari.yaml"), plan).unwrap();
    for command in ["status", "assess"] {
        let said = town.oki(&[command, "silent", "--json"]);
        let value: Value = serde_json::from_str(&said.out).unwrap();
        assert_eq!(value["without_objectives"], serde_json::json!(["mail"]), "{command}: {}", said.out);
    }
    let said = town.oki(&["assess", "silent"]);
    assert!(
        said.out.contains("hall  disaster  –") && said.out.contains("nothing is judged, for: mail"),
        "{}",
        said.out
    );
}

/// Many services and losses: what comes out alike is folded, and the services stand side by side as far as they go.
#[test]
fn forty_services_and_sixty_losses_stay_readable() {
    let town = Town::new();
    let mut plan = "okiagari: 1\nassume: standard\nsites: { hall: {}, annex: {} }\nequipment:\n".to_owned();
    (0..55).for_each(|n| {
        writeln!(plan, "  machine-{n}: {{ at: {} }}", if n % 2 == 0 { "hall" } else { "annex" }).unwrap();
    });
    plan.push_str("services:\n");
    for n in 0..40 {
        let hours = 1 + n % 3 * 400;
        writeln!(plan, "  service-{n}: {{ objectives: {{ rto: {hours}h }}, ways: [{{ name: w, runs-on: machine-{} }}] }}", n % 7).unwrap();
    }
    let folder = town.root().join("large");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("okiagari.yaml"), plan).unwrap();
    for (columns, blocks) in [(120, 1), (80, 2)] {
        let mut command = town.command(&["assess", "large"]);
        let said = common::said(command.env("COLUMNS", columns.to_string()).output().unwrap());
        let rows = said.out.lines().filter(|line| line.contains("  failure  ")).filter(|l| !l.contains('→'));
        let rows: Vec<&str> = rows.collect();
        assert_eq!(rows.len(), 7 * blocks, "{}", said.out);
        assert!(said.out.lines().all(|line| line.width() <= columns.max(100)), "{}", said.out);
        assert!(said.out.contains("57 losses, 40 services"), "{}", said.out);
    }
}

/// More than anybody reads is cut to the worst, and said to be.
#[test]
fn of_very_many_services_the_worst_are_shown() {
    let town = Town::new();
    let mut plan = "okiagari: 1\nassume: standard\nsites: { hall: {} }\nequipment:\n".to_owned();
    (0..130).for_each(|n| writeln!(plan, "  m{n}: {{ at: hall }}").unwrap());
    plan.push_str("services:\n");
    for n in 0..130 {
        writeln!(plan, "  s{n}: {{ objectives: {{ rto: 1h }}, ways: [{{ name: w, runs-on: m{n} }}] }}")
            .unwrap();
    }
    let folder = town.root().join("many");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("okiagari.yaml"), plan).unwrap();
    let said = town.oki(&["assess", "many"]);
    assert!(said.out.contains("131 losses, 130 services"), "{}", said.out);
    assert!(said.out.contains("the worst 100 rows and the worst 100 services (--all shows"), "{}", said.out);
    let all = town.oki(&["assess", "many", "--all"]);
    assert!(!all.out.contains("the worst 100") && all.out.contains("\nm129  failure"), "{}", all.out);
}

#[test]
fn pairs_and_structure_are_sections_of_their_own() {
    let town = Town::new();
    let dir = town.dir();
    let asked = |more: &[&str]| town.oki(&[&["assess", dir.to_str().unwrap()], more].concat());
    let plain = asked(&[]);
    assert!(!plain.out.contains("shared causes") && !plain.out.contains("what breaks each"), "{}", plain.out);
    let both = asked(&["--pairs", "--structure"]);
    assert_eq!(both.code, plain.code, "what nobody promised changes no exit code");
    let line = |text: &str| {
        both.out.lines().find(|l| l.contains(text)).unwrap_or_else(|| panic!("{text}\n{}", both.out))
    };
    assert!(line("hall + school").starts_with("  ✗ missed  hall + school"), "{}", both.out);
    assert!(line("hall + school").ends_with("archive RTO, counter RTO RPO"), "{}", both.out);
    assert!(both.out.contains("4 of 6 pairs of regions, sites and suppliers"), "{}", both.out);
    let counts: Vec<&str> =
        line("counter  failure: RTO 4h, RPO 1h").split_whitespace().rev().take(6).collect();
    assert_eq!(counts, ["1", "0", "2", "0", "2", "0"], "recovery, scarce, all, three, two, alone");
    for lang in ["en", "ja"] {
        for columns in [80, 100, 120] {
            let said = at(&town, columns, &["assess", "--pairs", "--structure", "--lang", lang]);
            let widest = said.out.lines().map(UnicodeWidthStr::width).max().unwrap();
            assert!(widest <= columns, "{lang} at {columns}: {widest}\n{}", said.out);
        }
    }
    let ja = asked(&["--pairs", "--structure", "--lang", "ja"]).out;
    assert!(ja.contains("単独では破れない目標") && ja.contains("各目標を破る喪失の数"), "{ja}");
    assert!(ja.lines().all(|line| !line.contains("cli-")), "{ja}");
}

#[test]
fn programs_get_pairs_and_structure_where_they_ask_for_them() {
    let town = Town::new();
    let dir = town.dir();
    let asked = |more: &[&str]| -> Value {
        let said = town.oki(&[&["assess", dir.to_str().unwrap(), "--json"], more].concat());
        serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {}{}", said.out, said.err))
    };
    let wanted: Value = serde_json::from_str(&town.oki(&["schema", "assessment"]).out).unwrap();
    for more in [&[][..], &["--pairs"], &["--structure"], &["--pairs", "--structure"]] {
        let value = asked(more);
        assert_eq!(schema::faults(&wanted, &value), [""; 0], "{more:?}");
        assert_eq!(value["pairs"].is_null(), !more.contains(&"--pairs"));
        assert_eq!(value["structures"].is_null(), !more.contains(&"--structure"));
    }
    let value = asked(&["--pairs", "--service", "counter", "--loss", "school"]);
    let found = value["pairs"]["found"].as_array().unwrap();
    let school = |one: &Value| one["losses"].as_array().unwrap().contains(&"school".into());
    assert!(
        !found.is_empty() && found.iter().all(|one| one["service"] == "counter" && school(one)),
        "{value}"
    );
    let value = asked(&["--structure", "--class", "failure", "--service", "counter"]);
    let structures = value["structures"].as_array().unwrap();
    assert_eq!(structures.len(), 1, "{value}");
    let explained = town.oki(&[
        "explain",
        "counter",
        "--structure",
        "--class",
        "failure",
        "--json",
        "--dir",
        dir.to_str().unwrap(),
    ]);
    let explained: Value = serde_json::from_str(&explained.out).unwrap();
    assert_eq!(structures[0]["cut_sets"], explained["structures"][0]["cut_sets"]);
}
