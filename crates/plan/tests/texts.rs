//! Every mistake, as a person meets it: code, place, the line with the mark under it, and what to do, in both languages.
//! None takes more than a second to find.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

mod common;

use std::fmt::Write;
use std::time::{Duration, Instant};

use base::Lang;
use common::{Folder, SERVICE, small};
use plan::{ENTRY, Reading, read};

/// A second; a program built for debugging, on a machine with other work, gets more.
const PATIENCE: Duration = Duration::from_secs(if cfg!(debug_assertions) { 5 } else { 1 });

/// A mistake: a name, and the files of the plan that holds it.
type Case = (&'static str, Vec<(&'static str, Vec<u8>)>);

fn one(name: &'static str, text: impl Into<Vec<u8>>) -> Case {
    (name, vec![(ENTRY, text.into())])
}

fn more(name: &'static str, more: &str) -> Case {
    let service = if more.contains("services:") { "" } else { SERVICE };
    one(name, small(&format!("{service}{more}")))
}

/// A small plan without its sites, and others in their place.
fn sites(name: &'static str, sites: &str) -> Case {
    one(name, small(SERVICE).replace("sites: { hall: {} }", &format!("sites: {sites}")))
}

fn rto(name: &'static str, text: &str) -> Case {
    more(name, &format!("services: {{ e: {{ objectives: {{ rto: {text} }} }} }}"))
}

fn way(name: &'static str, way: &str) -> Case {
    more(name, &format!("services: {{ e: {{ objectives: {{ rto: 1h }}, ways: [{way}] }} }}"))
}

fn data(name: &'static str, copies: &str) -> Case {
    more(name, &format!("data: {{ d: {{ runs-on: server, copies: {copies} }} }}"))
}

fn yaml() -> Vec<Case> {
    let mut bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
    for n in 1..30 {
        let _ = writeln!(bomb, "a{n}: &a{n} [{}]", vec![format!("*a{}", n - 1); 10].join(","));
    }
    vec![
        one("empty file", ""),
        one("only comments", "# nothing yet\n"),
        one("not a mapping", "- okiagari: 1\n"),
        one("a text", "okiagari"),
        one("broken yaml", "okiagari: 1\nsites: [hall\nservices: {}\n"),
        one("tabs", "okiagari: 1\nsites:\n\thall: {}\n"),
        one("full-width colon", "okiagari: 1\nsites:\n  本庁舎：\n    in: jp/iwate\n"),
        one("full-width colon in braces", small("services: { e: { objectives: { rto：4h } } }")),
        one("full-width space", small("services: { e: { priority:　1 } }")),
        one("nul", "okiagari: 1\nsites: { ha\0ll: {} }\n"),
        one("duplicate key", small("services: { e: {} }\nservices: { f: {} }")),
        one("merge key", small("services: { e: &e {}, f: { <<: *e } }")),
        one("tag", small("services: { e: { priority: !!int 1 } }")),
        one("two documents", format!("{}---\na: 1\n", small(SERVICE))),
        one("deep nesting in brackets", format!("okiagari: {}", "[".repeat(100_000))),
        one("deep nesting in lines", format!("okiagari:\n{}", "- ".repeat(50_000))),
        one("alias bomb", bomb),
        one("key that is no text", small("services: { [a]: {} }")),
        one("not utf-8", b"okiagari: 1\nsites: { \x96\x7b\x92\xa1: {} }\n".to_vec()),
        one("100 MB", vec![b'#'; 100 << 20]),
        one("newer version", "okiagari: 2\nfuture: { of: plans }\n"),
        one("odd version", small(SERVICE).replace("okiagari: 1", "okiagari: one")),
        one("no version", small(SERVICE).replace("okiagari: 1\n", "")),
    ]
}

fn files() -> Vec<Case> {
    let main = |include: &str| (ENTRY, format!("{}include: {include}\n", small(SERVICE)).into_bytes());
    vec![
        ("missing include", vec![main("gone.yaml")]),
        ("include outside", vec![main("[../x.yaml, /etc/passwd, a/../../b.yaml]")]),
        ("circular include", vec![main("a.yaml"), ("a.yaml", b"include: okiagari.yaml\n".to_vec())]),
        ("include twice", vec![main("[a.yaml, ./a.yaml]"), ("a.yaml", b"teams: { it: {} }\n".to_vec())]),
        (
            "broken include and more",
            vec![
                main("[a.yaml, b.yaml]\ntems: {}"),
                ("a.yaml", b"teams: {".to_vec()),
                ("b.yaml", b"teams: { it: { art: hall } }".to_vec()),
            ],
        ),
    ]
}

fn words() -> Vec<Case> {
    vec![
        more("unknown table", "equipmnt: {}\n"),
        more("unknown key", "vaults: { nas: { att: hall } }\n"),
        more("unknown key after wide text", "vaults: { 保管庫: { title: 本庁舎の保管庫, ａt: hall } }\n"),
        more("wrong type", "vaults: [nas]\n"),
        more("wrong type of a list", "services: { e: { ways: { runs-on: server } } }\n"),
        more("duplicate id", "teams: { hall: { at: hall } }\n"),
        more("bad id", "teams: { 情報 係: {}, unknown: {} }\n"),
        more("dangling reference", "services: { e: { ways: [{ runs-on: sever }] } }"),
        one(
            "dangling reference, Japanese",
            small("services: { e: { ways: [{ runs-on: 台帳サーバー }] } }").replace("server:", "台帳サーバ:"),
        ),
        more("wrong kind", "services: { e: { ways: [{ runs-on: it }] } }\nteams: { it: {} }"),
        more("unknown word", "regions: { r: { kind: hazzard } }"),
        more("duplicate name", "services: { e: { ways: [{ name: w }, { name: w }] } }"),
        more("yes for true", "services: { e: { ways: [{ name: w, steps: [{ do: x, auto: yes }] }] } }"),
        more("no verb", "services: { e: { ways: [{ name: w, steps: [{ takes: 1h }] }] } }"),
        more("secret", "vaults: { v: { at: hall, password: hunter2 } }"),
        more("command as text", "data: { d: { prepare: pg_dump erp } }"),
        more("probe", "services: { e: { run: { command: [x], probes: [{ tcp: a, http: b }] } } }"),
        more(
            "at least",
            "services: { e: { ways: [{ name: w, needs: { at-least: 3, of: [hall, server] } }] } }",
        ),
        more("no heads", "teams: { it: { at: { hall: 0 } } }"),
        more("no calendar", "teams: { it: { hours: office } }"),
        more("like in a circle", "teams: { a: { like: b }, b: { like: a } }"),
        more("too many", "teams: { a: { count: 20000 } }"),
        more("no place for a copy", "data: { d: { copies: [{ every: 1d }] } }"),
        sites("nothing to promise", "{ hall: {} }\nteams: {}").without_service(),
        sites("nothing to lose", "{}"),
        one(
            "time zone",
            small(SERVICE).replace("okiagari: 1", "okiagari: 1\norganization: { timezone: JST }"),
        ),
        one("many mistakes", many()),
    ]
}

fn many() -> String {
    (0..1500).fold(small(SERVICE), |text, n| format!("{text}x{n}: 1\n"))
}

/// The list at the end of the language's definition.
fn listed() -> Vec<Case> {
    vec![
        more("1m for a month", "suppliers: { s: { lead-time: 1m } }"),
        rto("full-width digits", "４ｈ"),
        rto("full-width space inside", "4　h"),
        rto("4時間", "4時間"),
        rto("bare number", "4"),
        rto("misspelt unit", "4hs"),
        rto("wrong unit", "4x"),
        rto("no upper end", "5h.."),
        rto("backwards", "8h..2h"),
        rto("dispute", "{ disputed: { bcp: 2w, table: 1mo } }"),
        sites("latitude and longitude", "{ hall: { at: { lat: 141.1, lon: 39.7 } } }"),
        more("TB or TiB", "data: { d: { size: 40T } }"),
        more("tb", "data: { d: { size: 40tb } }"),
        data("replica for a backup", "[{ to: hall-disk, how: replica, every: 5m }]").with_disk(),
        sites("site for a region", "{ hall: {}, school: { in: hall } }"),
        way(
            "rto shorter than its steps",
            "{ name: w, steps: [{ restore: x, takes: 3h }, { start: x, takes: 1h..2h }] }",
        ),
        way("takes and steps", "{ name: w, takes: 1m, steps: [{ start: e, takes: 1m }] }"),
        data("copy onto itself", "[{ to: server, every: 1h }]"),
        more("dwell where nobody logs in", "regions: { coast: { kind: hazard, dwell: 30d } }"),
        more("key in its vault", "vaults: { v: { at: hall, key: k } }\ndocuments: { k: { at: [v] } }"),
        one(
            "circular need",
            "okiagari: 1\nsites: { s: {} }\nequipment:\n  a: { at: s, needs: b }\n  b: { at: s, needs: a }\nservices: { e: {} }",
        ),
        more("share out of range", "services: { e: { ways: [{ name: w, level: 150% }] } }"),
        more("bare share", "services: { e: { ways: [{ name: w, level: 1 }] } }"),
        more("likely", "teams: { it: { arrives: { min: 1h, max: 2h } } }"),
        sites("a generator misspelt", "{ hall: { power: { generatr: 5h } } }"),
    ]
}

trait Also {
    fn without_service(self) -> Self;
    fn with_disk(self) -> Self;
}

impl Also for Case {
    fn without_service(mut self) -> Case {
        let text = String::from_utf8(std::mem::take(&mut self.1[0].1)).unwrap();
        self.1[0].1 = text.replace(SERVICE, "").into_bytes();
        self
    }
    fn with_disk(mut self) -> Case {
        let text = String::from_utf8(std::mem::take(&mut self.1[0].1)).unwrap();
        self.1[0].1 = text.replace("equipment: {", "equipment: { hall-disk: { at: hall },").into_bytes();
        self
    }
}

fn shown(reading: &Reading) -> String {
    let few = reading.diagnostics.len().min(6);
    let mut out = String::new();
    for diagnostic in &reading.diagnostics[..few] {
        for lang in [Lang::En, Lang::Ja] {
            let _ = writeln!(out, "{}", reading.render(diagnostic, lang, false));
        }
    }
    if reading.diagnostics.len() > few {
        let last = &reading.diagnostics[reading.diagnostics.len() - 1];
        let _ = writeln!(
            out,
            "... {} in all, the last:\n{}",
            reading.diagnostics.len(),
            reading.render(last, Lang::Ja, false)
        );
    }
    out
}

#[test]
fn every_mistake_reads_well_and_is_found_at_once() {
    let mut text = String::new();
    for (name, files) in [yaml(), files(), words(), listed()].concat() {
        let folder = Folder(files);
        let start = Instant::now();
        let reading = read(&folder, ENTRY);
        let shown = shown(&reading);
        let took = start.elapsed();
        assert!(took < PATIENCE, "{name} took {took:?}");
        assert!(!reading.diagnostics.is_empty(), "{name}: nothing was found");
        assert!(!shown.contains('\0'), "{name}");
        for diagnostic in &reading.diagnostics {
            let helped = diagnostic.help.is_some() || diagnostic.code == "too-many-mistakes";
            assert!(helped, "{name}: {} does not say what to do", diagnostic.code);
            assert!(
                plan::codes().contains(&diagnostic.code),
                "{name}: {} is not a known code",
                diagnostic.code
            );
        }
        let _ = writeln!(text, "## {name}\n{shown}");
    }
    let kept = include_str!("texts.txt");
    if text != kept {
        let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("texts.txt");
        std::fs::write(&path, &text).unwrap();
        let line = text.lines().zip(kept.lines()).position(|(a, b)| a != b);
        panic!(
            "the texts differ from line {line:?} on; read {} and, if it is right, keep it as tests/texts.txt",
            path.display()
        );
    }
}
