//! Plans that somebody spoilt: whatever is deleted, doubled, exchanged or put in, the reader neither panics nor keeps
//! silent. It gives a plan that can be used, or says what is wrong, at a place that exists.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

mod common;

use std::sync::LazyLock;

use common::emit::Dice;
use common::{Folder, PLANS};
use plan::{ENTRY, Mark, Reading, Severity, read};
use proptest::prelude::*;

const MANUAL: &str = include_str!("../../../docs/modelling.md");

/// Tokens that mean much to YAML or to plans.
const TOKENS: [&str; 44] = [
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "- ",
    "? ",
    "&a",
    "*a",
    "*",
    "!!int",
    "!",
    "|",
    ">",
    "'",
    "\"",
    "#",
    "%",
    "@",
    "`",
    "~",
    "---",
    "...",
    "<<",
    "\t",
    "\u{3000}",
    "：",
    "４",
    "\u{85}",
    "\u{feff}",
    "null",
    "unknown",
    "none",
    "all",
    "..",
    "2h..",
    "..1d",
    "-1",
    "0",
    "1e999",
    "99999999999999999999y",
    "50%",
    "時間",
];

/// The manual's first plan, each of its later blocks beside it, and whole plans of other organisations.
static PLANS_AND_PARTS: LazyLock<Vec<(String, String)>> = LazyLock::new(plans);

fn plans() -> Vec<(String, String)> {
    let blocks = MANUAL.split("```yaml\n").skip(1).map(|part| part.split("```").next().unwrap().to_owned());
    let blocks: Vec<String> = blocks.collect();
    let entry = format!("{}include: part.yaml\n", blocks[0]);
    let manual = blocks.into_iter().map(|block| (entry.clone(), block));
    let whole = PLANS.iter().map(|(_, text)| (*text).to_owned()).chain(examples());
    manual.chain(whole.map(|text| (text, String::new()))).collect()
}

fn examples() -> Vec<String> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/cases");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path().join(ENTRY)).collect();
    files.sort();
    files.iter().filter_map(|file| std::fs::read_to_string(file).ok()).collect()
}

/// Pieces of a text: words, and every other character by itself.
fn tokens(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = |c: char| c.is_alphanumeric() || c == '-';
        let end = if word(first) { rest.find(|c| !word(c)).unwrap_or(rest.len()) } else { first.len_utf8() };
        let (token, after) = rest.split_at(end);
        out.push(token);
        rest = after;
    }
    out
}

/// Something deleted, doubled, or exchanged for another of its kind or for something with a meaning of its own.
fn spoilt(pieces: &mut Vec<&str>, dice: &mut Dice) {
    if pieces.is_empty() {
        return;
    }
    let (a, b) = (dice.below(pieces.len()), dice.below(pieces.len()));
    match dice.below(6) {
        0 => drop(pieces.remove(a)),
        1 => pieces.insert(a, pieces[b]),
        2 => pieces.swap(a, b),
        3 => pieces[a] = pieces[b],
        4 => pieces[a] = TOKENS[dice.below(TOKENS.len())],
        _ => pieces.insert(a, TOKENS[dice.below(TOKENS.len())]),
    }
}

fn mutated(text: &str, dice: &mut Dice, times: usize) -> String {
    let mut text = text.to_owned();
    for _ in 0..times {
        let mut pieces =
            if dice.below(2) == 0 { text.split_inclusive('\n').collect() } else { tokens(&text) };
        spoilt(&mut pieces, dice);
        text = pieces.concat();
    }
    text
}

fn exists(reading: &Reading, mark: Mark) -> bool {
    let Some(source) = reading.sources.get(mark.file as usize) else { return false };
    let lines = source.text.split('\n').count();
    let line = source.text.split('\n').nth(mark.line as usize - 1).unwrap_or_default();
    // One after the last character is where something is missing.
    (1..=lines).contains(&(mark.line as usize))
        && (1..=line.chars().count() + 1).contains(&(mark.column as usize))
        && (mark.column + mark.length) as usize <= line.chars().count().max(1) + 2
}

/// What is not told as a mistake can be used; what is told stands somewhere.
fn settled(reading: &Reading) -> Result<(), String> {
    for diagnostic in &reading.diagnostics {
        let marks = [diagnostic.mark].into_iter().chain(diagnostic.also.iter().map(|(mark, _)| *mark));
        for mark in marks {
            if !exists(reading, mark) {
                return Err(format!("{}: there is no place {mark:?}", diagnostic.code));
            }
        }
        reading.render(diagnostic, base::Lang::Ja, true);
        reading.json(diagnostic);
    }
    let wrong = reading.diagnostics.iter().any(|d| d.severity == Severity::Error);
    let usable = !reading.plan.sites.is_empty() && !reading.plan.services.is_empty();
    if wrong || usable { Ok(()) } else { Err("neither a plan nor a word why".to_owned()) }
}

fn folder(entry: &[u8], part: &[u8]) -> Folder {
    Folder(vec![(ENTRY, entry.to_vec()), ("part.yaml", part.to_vec())])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spoilt_plans_are_settled(which in any::<prop::sample::Index>(), seed in any::<u64>(), times in 1usize..5) {
        let (entry, part) = which.get(&PLANS_AND_PARTS);
        let mut dice = Dice(seed);
        let (spoilt, other) = if part.is_empty() || dice.below(3) == 0 {
            (mutated(entry, &mut dice, times), part.clone())
        } else {
            (entry.clone(), mutated(part, &mut dice, times))
        };
        let reading = read(&folder(spoilt.as_bytes(), other.as_bytes()), ENTRY);
        let said = settled(&reading);
        prop_assert!(said.is_ok(), "{}:\n{spoilt}\n---\n{other}", said.unwrap_err());
    }

    #[test]
    fn any_bytes_are_settled(entry in prop::collection::vec(any::<u8>(), 0..300), part in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut entry = entry;
        entry.extend(b"\ninclude: part.yaml\n");
        let said = settled(&read(&folder(&entry, &part), ENTRY));
        prop_assert!(said.is_ok(), "{}: {entry:?} {part:?}", said.unwrap_err());
    }

    #[test]
    fn any_tokens_are_settled(picked in prop::collection::vec(prop::sample::select(&TOKENS[..]), 0..40)) {
        let text = format!("okiagari: 1\nsites: {}", picked.concat());
        let said = settled(&read(&folder(text.as_bytes(), b""), ENTRY));
        prop_assert!(said.is_ok(), "{}: {text:?}", said.unwrap_err());
    }
}

/// What is left open at the end of a text ends behind it.
#[test]
fn the_end_of_a_text_is_a_place() {
    for text in ["okiagari: 1\n---", "okiagari: 1\n---\n", "a:\n  b:", "- ", "", "\n\n", "a: |", "? "] {
        let reading = read(&folder(text.as_bytes(), b""), ENTRY);
        assert_eq!(settled(&reading), Ok(()), "{text:?}");
    }
}

#[test]
fn whole_plans_are_settled() {
    assert!(PLANS_AND_PARTS.len() > 20, "{}", PLANS_AND_PARTS.len());
    for (entry, part) in PLANS_AND_PARTS.iter() {
        let reading = read(&folder(entry.as_bytes(), part.as_bytes()), ENTRY);
        assert_eq!(settled(&reading), Ok(()), "{entry}\n{part}");
    }
}
