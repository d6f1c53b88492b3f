//! The JSON Schema is true: what the reader accepts it accepts, and it refuses the usual mistakes.

mod common;

use common::json::json_of;
use common::schema::faults;
use common::{PLANS, reading, small};
use plan::Severity;
use proptest::prelude::*;

fn accepted(text: &str) -> bool {
    reading(text).diagnostics.iter().all(|d| d.severity != Severity::Error || d.code.starts_with("no-"))
}

#[test]
fn whole_plans_fit() {
    let schema = plan::schema();
    for (name, text) in PLANS {
        assert!(accepted(text), "{name}");
        assert_eq!(faults(&schema, &json_of(text)), [""; 0], "{name}");
    }
}

#[test]
fn usual_mistakes_do_not_fit() {
    let schema = plan::schema();
    for more in [
        "equipmnt: {}",
        "vaults: { nas: { att: hall } }",
        "vaults: [nas]",
        "assume: standrad",
        "regions: { r: { kind: hazzard } }",
        "services: { e: { objectives: { rto: 4 } } }",
        "services: { e: { objectives: { rto: 4時間 } } }",
        "services: { e: { objectives: { rto: 4x } } }",
        "services: { e: { objectives: { rot: 4h } } }",
        "services: { e: { objectives: { rlo: 50 } } }",
        "services: { e: { objectives: { rto: { value: 4h, basis: hearsay } } } }",
        "services: { e: { ways: { runs-on: server } } }",
        "services: { e: { ways: [{ level: 0.5 }] } }",
        "services: { e: { ways: [{ steps: [{ sart: e }] }] } }",
        "services: { e: { ways: [{ steps: [{ do: x, auto: yes }] }] } }",
        "services: { e: { priority: first } }",
        "data: { d: { size: 40 } }",
        "data: { d: { size: 40T } }",
        "data: { d: { prepare: pg_dump erp } }",
        "data: { d: { copies: [{ to: v, ho: sync }] } }",
        "vaults: { v: { password: hunter2 } }",
        "links: { l: { bandwidth: 100 } }",
        "sites: { hall: { power: { ups: 10 } } }",
        "sites: { hall: { withstands: { quake: 9 } } }",
        "options: { a: { cost: 5000 } }",
        "teams: { t: { arrives: { min: 1h, likly: 2h, max: 3h } } }",
    ] {
        assert!(!accepted(&small(more)), "the reader accepts {more}");
        assert_ne!(
            faults(&schema, &json_of(&format!("okiagari: 1\n{more}"))),
            [""; 0],
            "the schema accepts {more}"
        );
    }
}

/// Values that may stand in a plan, and some that may not.
const SCALARS: &[&str] = &[
    "unknown",
    "none",
    "some",
    "unset",
    "4h",
    "1h30m",
    "0",
    "2h..8h",
    "5m..",
    "..5h",
    "50%",
    "10%..50%",
    "40GiB",
    "1TB..2TB",
    "100Mbps",
    "50M JPY",
    "150M..200M JPY",
    "60km",
    "3",
    "2..3",
    "true",
    "yes",
    "planned",
    "hot",
    "backup",
    "previous-day",
    "hall",
    "[hall]",
    "[]",
    "{}",
    "[unknown]",
    "~",
    "24x7",
    "mon-fri 8:30-17:15",
    "\"7\"",
    "7",
    "6-upper",
    "gone",
    "people",
    "{ min: 1h, likely: 2h, max: 3h }",
    "{ failure: 1h, disaster: unknown }",
    "{ disputed: { a: 1h, b: 2h } }",
    "{ disputed: { a: 3, b: { failure: 2, disaster: 1..2 } } }",
    "{ any: [hall, server] }",
    "{ at-least: 1, of: [hall] }",
    "{ one-of: [hall] }",
    "{ hall: 2 }",
    "{ hall: unknown }",
    "{ ups: 10m, generator: { lasts: 5h, feeds: [] } }",
    "{ ups: { lasts: 10m, feeds: all }, generator: { lasts: 5h, feeds: [hall, unknown] } }",
    "{ 50%: 1w, 100%: 1mo }",
    "{ 1w: 50%, 1mo: { places: 100% } }",
    "{ quake: 7 }",
    "{ lat: 39.7, lon: 141.1 }",
    "{ env: X }",
    "[oki, run]",
    "{ rto: 4h }",
    "{ failure: { rto: { wish: 1h } } }",
    "{ takes: 1w }",
    "{ stay: true, why: x }",
    "{ auto: true, takes: 5m }",
    "{ at: [hall], via: [] }",
    "[{ name: a }, unknown]",
    "[{ to: server, every: 1d }]",
    "[{ do: x, takes: 5m }]",
    "{ when: 2011-03, took: 30m }",
    "{ initial: 5M JPY }",
    "{ hall: 60km.. }",
    "{ every: 5s, failures: 3 }",
    "{ command: [x], probes: [{ tcp: \"h:1\" }] }",
    "{ sqlite: a, query: b }",
    "{ valid: 1y }",
    "{ a: { status: planned } }",
];

fn keys() -> Vec<String> {
    use plan::language::{self, COMMON, COPY, Kind, PLAN, STEP, WAY};
    let mut out: Vec<String> = Vec::new();
    for (table, kind) in Kind::TABLES {
        let keys = language::keys(kind).iter().chain(COMMON).filter(|key| key.name != "like");
        out.extend(keys.map(|key| format!("{table}: {{ x: {{ {}: VALUE }} }}", key.name)));
    }
    out.extend(PLAN.iter().filter(|key| key.name != "include").map(|key| format!("{}: VALUE", key.name)));
    out.extend(WAY.iter().map(|key| format!("services: {{ x: {{ ways: [{{ {}: VALUE }}] }} }}", key.name)));
    out.extend(STEP.iter().map(|key| {
        format!("services: {{ x: {{ ways: [{{ steps: [{{ do: x, {}: VALUE }}] }}] }} }}", key.name)
    }));
    out.extend(
        COPY.iter()
            .filter(|key| key.name != "to")
            .map(|key| format!("data: {{ x: {{ copies: [{{ to: server, {}: VALUE }}] }} }}", key.name)),
    );
    for part in ["rto", "rpo", "rlo"] {
        out.push(format!("services: {{ x: {{ objectives: {{ {part}: VALUE }} }} }}"));
        out.push(format!(
            "services: {{ x: {{ objectives: {{ failure: {{ {part}: {{ value: VALUE }} }} }} }} }}"
        ));
    }
    out
}

/// Every value behind every key: whatever the reader accepts, the schema accepts.
#[test]
fn what_the_reader_accepts_fits() {
    let schema = plan::schema();
    let mut count = 0;
    for key in keys() {
        for value in SCALARS {
            let part = key.replace("VALUE", value);
            let mut text = part.clone();
            for (table, other) in [
                ("okiagari", "okiagari: 1"),
                ("sites", "sites: { hall: {} }"),
                ("equipment", "equipment: { server: { at: hall } }"),
            ] {
                if !text.contains(&format!("{table}:")) {
                    text.push_str(&format!("\n{other}"));
                }
            }
            // References are no matter of the schema: whether they resolve does not count.
            let sound = reading(&text).diagnostics.iter().all(|d| {
                d.severity != Severity::Error
                    || matches!(
                        d.code,
                        "dangling-reference" | "wrong-kind" | "circular-need" | "copy-onto-itself"
                    )
                    || d.code.starts_with("no-s")
            });
            if sound {
                count += 1;
                assert_eq!(faults(&schema, &json_of(&text)), [""; 0], "{part}");
            }
        }
    }
    assert!(count > 2000, "{count} forms were accepted");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
    /// Two values behind keys of one thing.
    #[test]
    fn what_the_reader_accepts_fits_together(a in 0usize..500, b in 0usize..500, v in prop::sample::select(SCALARS), w in prop::sample::select(SCALARS)) {
        let keys = keys();
        let (a, b) = (&keys[a % keys.len()], &keys[b % keys.len()]);
        let text = format!("okiagari: 1\n{}\n{}", a.replace("VALUE", v), b.replace("VALUE", w));
        let reading = reading(&text);
        let sound = reading.diagnostics.iter().all(|d| d.severity != Severity::Error || matches!(d.code, "dangling-reference" | "no-site" | "no-service"));
        if sound {
            prop_assert_eq!(faults(&plan::schema(), &json_of(&text)), Vec::<String>::new());
        }
    }
}
