//! The manual is true: every block in it is a sound plan or a sound part of one, and every key stands in it.

mod common;

use common::{Folder, reading};
use plan::{ENTRY, language, read};

const MANUAL: &str = include_str!("../../../docs/modelling.md");

fn blocks() -> Vec<&'static str> {
    let parts = MANUAL.split("```yaml\n").skip(1);
    parts.map(|part| part.split("```").next().unwrap_or_default()).collect()
}

#[test]
fn it_begins_with_a_plan_of_thirty_lines() {
    let first = blocks()[0];
    let lines = first.lines().count();
    assert!((25..=32).contains(&lines), "{lines}");
    let reading = reading(first);
    let shown: Vec<String> =
        reading.diagnostics.iter().map(|d| reading.render(d, base::Lang::En, false)).collect();
    assert!(shown.is_empty(), "{}", shown.join("\n"));
}

/// Each later block is added to the first, as a reader would.
#[test]
fn every_block_is_sound() {
    let clinic = format!("{}include: part.yaml\n", blocks()[0]);
    assert!(blocks().len() >= 9);
    for block in &blocks()[1..] {
        let folder = Folder(vec![(ENTRY, clinic.clone().into()), ("part.yaml", block.as_bytes().to_vec())]);
        let reading = read(&folder, ENTRY);
        let shown: Vec<String> =
            reading.diagnostics.iter().map(|d| reading.render(d, base::Lang::En, false)).collect();
        assert!(shown.is_empty(), "{block}\n{}", shown.join("\n"));
    }
}

#[test]
fn every_key_stands_in_it() {
    let missing: Vec<&str> = language::every_key()
        .into_iter()
        .filter(|key| !MANUAL.contains(&format!("`{key}`")) && !MANUAL.contains(&format!("{key}:")))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(language::every_key().len() > 150, "{}", language::every_key().len());
}
