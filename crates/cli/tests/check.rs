//! `oki check`, `init`, `explain` and `schema`, as a person or a program calls them.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

mod common;
#[path = "../../plan/tests/common/schema.rs"]
mod schema;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use common::{Said, Town};
use serde_json::Value;

/// A folder with a plan of one file.
struct Place {
    town: Town,
}

impl Place {
    fn new(text: &str) -> Place {
        let place = Place { town: Town::new() };
        fs::create_dir(place.dir()).unwrap();
        place.write("okiagari.yaml", text);
        place
    }

    fn dir(&self) -> std::path::PathBuf {
        self.town.root().join("place")
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.dir().join(name), text).unwrap();
    }

    /// Runs `oki check` with these arguments, which takes at most a second or two.
    fn check(&self, args: &[&str]) -> Said {
        let start = Instant::now();
        let dir = self.dir();
        let said = self.town.oki(&[&["check", dir.to_str().unwrap()], args].concat());
        assert!(start.elapsed() < Duration::from_secs(5), "it took {:?}", start.elapsed());
        said
    }

    fn findings(&self) -> Vec<Value> {
        let said = self.check(&["--json"]);
        let value: Value =
            serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {}{}", said.out, said.err));
        let wanted: Value =
            serde_json::from_str(include_str!("../../../docs/schemas/diagnostics.schema.json")).unwrap();
        assert_eq!(schema::faults(&wanted, &value), [""; 0]);
        value["diagnostics"].as_array().unwrap().clone()
    }

    fn codes(&self) -> Vec<String> {
        self.findings().iter().map(|d| d["code"].as_str().unwrap().to_owned()).collect()
    }
}

const SOUND: &str = "okiagari: 1\nsites: { hall: {} }\nservices: { erp: {} }\n";
const TINY: &str = include_str!("../../plan/tests/plans/tiny.yaml");

#[test]
fn thirty_lines_are_a_plan() {
    assert!(TINY.lines().count() <= 30);
    let place = Place::new(TINY);
    let said = place.check(&[]);
    assert_eq!((said.code, place.codes()), (0, vec![]), "{}", said.out);
}

/// What the manual says of its first plan.
#[test]
fn the_manuals_clinic_has_the_findings_it_tells_of() {
    let manual = include_str!("../../../docs/modelling.md");
    let plan = manual.split("```yaml\n").nth(1).and_then(|part| part.split("```").next()).unwrap();
    let place = Place::new(plan);
    let dir = place.dir();
    let said = place.town.oki(&["status", dir.to_str().unwrap(), "--json", "--all"]);
    let value: Value = serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {}", said.err));
    let missed: Vec<String> = value["verdicts"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|v| v["verdict"] == "missed")
        .map(|v| format!("{} {}: {}", v["objective"], v["loss"], v["reason"]))
        .collect();
    assert!(missed.iter().any(|v| v.contains("server") && v.contains("laptop takes")), "{missed:#?}");
    assert!(missed.iter().any(|v| v.contains("clinic") && v.contains("doctor is missing")), "{missed:#?}");
}

#[test]
fn exit_codes_follow_the_worst_that_counts() {
    let warned = format!("{SOUND}equipment: {{ pc: {{ at: hall, replace: 1m }} }}\n");
    let noted = SOUND.replace("erp: {}", "erp: { objectives: { rto: { disputed: { a: 1h, b: 2h } } } }");
    let wrong = SOUND.replace("erp: {}", "erp: { prioritty: 1 }");
    for (text, expected) in [
        (SOUND, [("error", 0), ("warning", 0), ("note", 0), ("never", 0)]),
        (&noted, [("error", 0), ("warning", 0), ("note", 1), ("never", 0)]),
        (&warned, [("error", 0), ("warning", 1), ("note", 1), ("never", 0)]),
        (&wrong, [("error", 1), ("warning", 1), ("note", 1), ("never", 0)]),
    ] {
        let place = Place::new(text);
        for (limit, code) in expected {
            assert_eq!(place.check(&["--fail-on", limit]).code, code, "{limit}: {text}");
        }
    }
    let place = Place::new(&wrong);
    assert_eq!(place.check(&[]).code, 1, "errors count unless told otherwise");
    assert_eq!(place.town.oki(&["check", "nowhere"]).code, 2);
    assert_eq!(place.check(&["--fail-on", "sometimes"]).code, 2);
}

#[test]
fn findings_have_a_place_and_say_what_to_do() {
    let place = Place::new(
        "okiagari: 1\nsites: { hall: {} }\nservices:\n  窓口: { objectives: { rto: ４ｈ }, wayz: [] }\ninclude: [more.yaml, none.yaml]\n",
    );
    place.write("more.yaml", "teams: { it: { at: hal } }\n");
    let findings = place.findings();
    let brief = |d: &Value| {
        let text = |key: &str| d[key].as_str().unwrap_or("-").to_owned();
        format!(
            "{} {} {}:{}:{} {}",
            text("severity"),
            text("code"),
            text("file"),
            d["line"],
            d["column"],
            text("help")
        )
    };
    assert_eq!(
        findings.iter().map(brief).collect::<Vec<_>>(),
        [
            "error odd-spelling okiagari.yaml:4:28 write: 4h",
            "error unknown-key okiagari.yaml:4:34 did you mean ways?",
            "error no-file okiagari.yaml:5:22 correct the path under include, or make the file readable",
            "error dangling-reference more.yaml:1:20 did you mean hall?",
        ]
    );
    let said = place.check(&["--lang", "ja"]);
    assert!(said.out.contains("more.yaml:1:20") && said.out.contains("hall のことですか?"), "{}", said.out);
    assert!(said.out.contains("誤り 4 件"), "{}", said.out);
    let said = place.check(&["--lang", "en"]);
    assert!(said.out.contains("4 errors"), "{}", said.out);
}

/// Whatever stands in a plan, checking it starts nothing and writes nothing.
#[test]
fn checking_executes_nothing() {
    let place = Place::new(
        "okiagari: 1
sites: { hall: {} }
equipment: { server: { at: hall } }
vaults: { nas: { at: hall, repo: vault } }
data:
  d: { runs-on: server, path: live, prepare: [touch, MARK], canary: { sqlite: a, query: q }, copies: [{ to: nas, every: 1h }] }
services:
  e: { ways: [{ name: w, runs-on: server, data: d }], run: { command: [touch, MARK], probes: [{ command: [touch, MARK] }] } }
",
    );
    let mark = place.dir().join("mark");
    let text = fs::read_to_string(place.dir().join("okiagari.yaml")).unwrap();
    place.write("okiagari.yaml", &text.replace("MARK", mark.to_str().unwrap()));
    let said = place.check(&[]);
    assert_eq!(said.code, 0, "{}", said.out);
    let names: Vec<_> = fs::read_dir(place.dir()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["okiagari.yaml"]);
}

#[test]
fn files_that_are_none_or_lie_elsewhere_are_refused() {
    let place = Place::new(&format!("{SOUND}include: [away.yaml, folder, pipe, big.yaml, bytes.yaml]\n"));
    fs::write(place.town.root().join("secret.yaml"), "teams: { it: {} }\n").unwrap();
    std::os::unix::fs::symlink(place.town.root().join("secret.yaml"), place.dir().join("away.yaml")).unwrap();
    fs::create_dir(place.dir().join("folder")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(place.dir().join("pipe")).status().unwrap().success());
    fs::File::create(place.dir().join("big.yaml")).unwrap().set_len(100 << 20).unwrap();
    fs::write(place.dir().join("bytes.yaml"), b"teams: { \xff\xfe: {} }").unwrap();
    assert_eq!(place.codes(), ["include-outside", "no-file", "no-file", "too-big", "not-utf8"]);
    let said = place.check(&["--lang", "ja"]);
    assert!(said.out.contains("folder はファイルではありません"), "{}", said.out);
    assert!(said.out.contains("away.yaml は計画のフォルダーの中にありません"), "{}", said.out);
}

#[test]
fn a_plan_reached_by_a_link_is_a_plan() {
    let place = Place::new(&format!("{SOUND}include: more.yaml\n"));
    place.write("more.yaml", "teams: { it: { at: hall } }\n");
    std::os::unix::fs::symlink(place.dir(), place.town.root().join("link")).unwrap();
    let said = place.town.oki(&["check", "link"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
}

#[test]
fn the_starter_is_useful_at_once() {
    let town = Town::new();
    for lang in ["en", "ja"] {
        let dir = format!("mine-{lang}");
        let said = town.oki(&["init", &dir, "--lang", lang]);
        assert_eq!(said.code, 0, "{}", said.err);
        assert!(said.out.contains(&dir), "{}", said.out);
        let check = town.oki(&["check", &dir, "--fail-on", "note"]);
        assert_eq!(check.code, 0, "{}", check.out);
        let text = fs::read_to_string(town.root().join(&dir).join("okiagari.yaml")).unwrap();
        assert!(text.lines().filter(|line| line.contains('#')).count() > 5, "it explains itself");
        let status = town.oki(&["status", &dir, "--json"]);
        let value: Value = serde_json::from_str(&status.out).unwrap();
        assert!(value["verdicts"].as_array().unwrap().len() > 5, "{}", status.out);
        let again = town.oki(&["init", &dir, "--lang", lang]);
        assert_eq!(again.code, 2);
        let word = if lang == "ja" { "既にあります" } else { "is there already; nothing was changed" };
        assert!(again.err.contains(word), "{}", again.err);
    }
}

#[test]
fn a_misspelt_example_is_answered_with_those_there_are() {
    let town = Town::new();
    for (lang, word) in [("en", "town-office"), ("ja", "town-office")] {
        let said = town.oki(&["init", "--example", "town-ofice", "x", "--lang", lang]);
        assert_eq!(said.code, 2);
        assert!(said.err.contains(word) && said.err.contains("town-ofice"), "{}", said.err);
        assert!(!Path::new(&town.root().join("x")).exists());
    }
}

#[test]
fn every_code_is_explained() {
    let town = Town::new();
    for code in plan::codes() {
        for (lang, own) in
            [("en", plan::explain(code, base::Lang::En)), ("ja", plan::explain(code, base::Lang::Ja))]
        {
            let said = town.oki(&["explain", code, "--lang", lang]);
            assert_eq!((said.code, said.out.trim_end()), (0, own.unwrap().trim_end()), "{code}");
        }
    }
    let said = town.oki(&["explain", "no-such-code"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("unknown-key"), "{}", said.err);
}

#[test]
fn the_schema_of_plans_is_printed_and_true_for_the_example() {
    let town = Town::new();
    let said = town.oki(&["schema"]);
    let printed: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(printed, plan::schema());
}
