//! Every key of the language: misspelt it is found and set right, and `unknown` may stand behind it.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

mod common;

use common::{errors, reading};
use plan::language::{self, COMMON, COPY, Key, Kind, PLAN, STEP, WAY};

/// Every key of a table, misspelt by one letter more, is found and set right.
#[test]
fn every_key_misspelt_is_suggested() {
    let check = |text: String, key: &str| {
        let reading = reading(&text);
        let found =
            reading.diagnostics.iter().find(|d| d.code == "unknown-key").unwrap_or_else(|| panic!("{text}"));
        assert_eq!(reading.json(found)["help"], format!("did you mean {key}?"), "{text}");
    };
    for (table, kind) in Kind::TABLES {
        for key in language::keys(kind).iter().chain(COMMON) {
            check(format!("okiagari: 1\n{table}: {{ x: {{ {}x: 1 }} }}", key.name), key.name);
        }
        check(format!("okiagari: 1\n{table}x: {{}}"), table);
    }
    for key in PLAN {
        check(format!("okiagari: 1\n{}x: 1", key.name), key.name);
    }
    for key in WAY {
        check(format!("okiagari: 1\nservices: {{ x: {{ ways: [{{ {}x: 1 }}] }} }}", key.name), key.name);
    }
    for key in COPY {
        check(format!("okiagari: 1\ndata: {{ x: {{ copies: [{{ to: v, {}x: 1 }}] }} }}", key.name), key.name);
    }
    for key in STEP {
        check(
            format!(
                "okiagari: 1\nservices: {{ x: {{ ways: [{{ steps: [{{ do: x, {}x: 1 }}] }}] }} }}",
                key.name
            ),
            key.name,
        );
    }
}

/// `unknown` may stand behind every key that says a fact.
#[test]
fn everything_may_be_unknown() {
    let structure = ["okiagari", "include", "like"];
    let facts = |keys: &'static [Key]| keys.iter().filter(move |key| !structure.contains(&key.name));
    let mut texts = Vec::new();
    for (table, kind) in Kind::TABLES {
        for key in facts(language::keys(kind)).chain(facts(COMMON)) {
            texts.push(format!("{table}: {{ x: {{ {}: unknown }} }}", key.name));
        }
    }
    texts.extend(facts(PLAN).map(|key| format!("{}: unknown", key.name)));
    texts.extend(
        facts(WAY).map(|key| format!("services: {{ x: {{ ways: [{{ {}: unknown }}] }} }}", key.name)),
    );
    texts.extend(facts(COPY).filter(|key| key.name != "to").map(|key| {
        format!("vaults: {{ v: {{}} }}\ndata: {{ x: {{ copies: [{{ to: v, {}: unknown }}] }} }}", key.name)
    }));
    texts.extend(facts(STEP).map(|key| {
        format!("services: {{ x: {{ ways: [{{ steps: [{{ do: x, {}: unknown }}] }}] }} }}", key.name)
    }));
    for part in ["rto", "rpo", "rlo"] {
        texts.push(format!("services: {{ x: {{ objectives: {{ {part}: unknown }} }} }}"));
    }
    for text in texts {
        let mut text = format!("okiagari: 1\n{text}\n");
        for (table, other) in [
            ("sites", "sites: { hall: {} }\n"),
            ("equipment", "equipment: { server: {} }\n"),
            ("services", "services: { erp: {} }\n"),
        ] {
            if !text.contains(&format!("\n{table}:")) {
                text.push_str(other);
            }
        }
        assert!(errors(&text).is_empty(), "{text}\n{}", errors(&text).join("\n"));
    }
}
