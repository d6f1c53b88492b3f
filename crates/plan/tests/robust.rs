//! Nothing that can be written hurts: no panic, no hang; and a digest tells exactly what a plan says.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

mod common;

use std::time::Duration;

use common::emit::{Dice, plain, respelt};
use common::json::json_of;
use common::{Folder, PLANS, SERVICE, reading, small};
use plan::{ENTRY, Reading, Severity, read};
use proptest::prelude::*;
use serde_json::Value;

/// A second; a program built for debugging gets more.
const PATIENCE: Duration = Duration::from_secs(if cfg!(debug_assertions) { 4 } else { 1 });

fn whole(text: &str) -> String {
    reading(text).digest(&[String::new()])
}

fn sound(reading: &Reading) -> bool {
    reading.diagnostics.iter().all(|d| d.severity != Severity::Error)
}

/// Reads bytes and shows all that is found, within the time a person does not notice.
fn survives(bytes: &[u8]) -> Reading {
    let start = busy();
    let reading = read(&Folder(vec![(ENTRY, bytes.to_vec())]), ENTRY);
    for diagnostic in &reading.diagnostics {
        for lang in [base::Lang::En, base::Lang::Ja] {
            let shown = reading.render(diagnostic, lang, false);
            assert!(shown.chars().all(|c| c == '\n' || !c.is_control()), "{shown:?}");
        }
        reading.json(diagnostic);
    }
    let took = busy() - start;
    assert!(took < PATIENCE, "{took:?}: {}", String::from_utf8_lossy(&bytes[..bytes.len().min(300)]));
    reading
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn digests_do_not_depend_on_spelling(which in 0..PLANS.len(), seed in any::<u64>()) {
        let (name, text) = PLANS[which];
        let other = respelt(&json_of(text), &mut Dice(seed));
        let again = reading(&other);
        prop_assert!(sound(&again), "{name}: {}", again.diagnostics.iter().map(|d| again.render(d, base::Lang::En, false)).collect::<Vec<_>>().join("\n"));
        let parts = paths(&json_of(text));
        let first = reading(text);
        let changed = parts.iter().rev().find(|path| first.digest(&[(*path).clone()]) != again.digest(&[(*path).clone()]));
        prop_assert_eq!(changed, None, "{}", name);
        prop_assert_eq!(whole(text), again.digest(&[String::new()]), "{}:\n{}", name, other);
    }

    #[test]
    fn arbitrary_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        survives(&bytes);
    }

    #[test]
    fn text_like_a_plan(text in "(okiagari: 1\n)?([a-z]{0,6}|sites|services|ways|[:{}\\[\\],&*!<>|\"'?%@ \n\t#-]|: |\n  |- |\u{3000}|：){0,80}") {
        survives(text.as_bytes());
    }

    #[test]
    fn plans_with_lines_and_words_exchanged(which in 0..PLANS.len(), seed in any::<u64>(), times in 1usize..6) {
        let mut dice = Dice(seed);
        let mut text = PLANS[which].1.to_owned();
        for _ in 0..times {
            text = mutated(&text, &mut dice);
        }
        survives(text.as_bytes());
    }

    #[test]
    fn plans_with_bytes_flipped(which in 0..PLANS.len(), seed in any::<u64>()) {
        let mut dice = Dice(seed);
        let mut bytes = PLANS[which].1.as_bytes().to_vec();
        for _ in 0..=dice.below(4) {
            let at = dice.below(bytes.len());
            bytes[at] ^= 1 << dice.below(8);
        }
        survives(&bytes);
    }
}

/// Paths of all parts of a plan, the outer ones first.
fn paths(tree: &Value) -> Vec<String> {
    let mut out = Vec::new();
    let mut open = vec![(String::new(), tree)];
    while let Some((path, tree)) = open.pop() {
        for (key, value) in tree.as_object().into_iter().flatten() {
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            open.push((path.clone(), value));
            out.push(path);
        }
    }
    out.sort_by_key(|path| path.matches('.').count());
    out
}

fn mutated(text: &str, dice: &mut Dice) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    if lines.is_empty() {
        return String::new();
    }
    let (a, b) = (dice.below(lines.len()), dice.below(lines.len()));
    match dice.below(6) {
        0 => drop(lines.remove(a)),
        1 => lines.insert(a, lines[b].clone()),
        2 => lines.swap(a, b),
        3 => lines[a].insert_str(0, "  "),
        4 => lines[a] = lines[a].trim_start().to_owned(),
        _ => {
            // One word of the plan in the place of another.
            let words: Vec<&str> = text.split_whitespace().collect();
            let (old, new) = (words[dice.below(words.len())], words[dice.below(words.len())]);
            return text.replacen(old, new, 1);
        }
    }
    lines.join("\n")
}

/// Once found, never lost: inputs that hurt a reader of plans once, here or elsewhere.
#[test]
fn the_corpus_hurts_nobody() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        survives(&std::fs::read(entry.unwrap().path()).unwrap());
        count += 1;
    }
    assert!(count > 0);
}

/// Few bytes, or many, that ask for much work.
#[test]
fn hostile_plans_cost_no_time() {
    let many = |n: usize, line: fn(usize) -> String| (0..n).map(line).collect::<String>();
    let equipment = |things: String| {
        format!("okiagari: 1\nsites: {{ s: {{}} }}\n{SERVICE}equipment:\n  server: {{ at: s }}\n{things}")
    };
    let mut bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
    for n in 1..5 {
        bomb.push_str(&format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 10].join(",")));
    }
    for (name, text) in [
        ("aliases within the limit", format!("{}{bomb}", small(SERVICE))),
        ("a chain of likes", equipment(many(5_000, |n| format!("  e{n}: {{ like: e{} }}\n", n + 1)))),
        ("many counts", equipment(many(2_000, |n| format!("  e{n}: {{ count: 10000 }}\n")))),
        (
            "a long circle",
            equipment(many(5_000, |n| format!("  e{n}: {{ at: s, needs: e{} }}\n", (n + 1) % 5_000))),
        ),
        (
            "a long chain",
            equipment(many(5_000, |n| {
                format!("  e{n}: {{ at: s, needs: e{} }}\n", if n == 4_999 { 0 } else { n + 1 })
                    .replace("needs: e0", "needs: server")
            })),
        ),
        (
            "many names that are nearly right",
            equipment(many(3_000, |n| format!("  e{n}: {{ at: s, needs: f{n} }}\n"))),
        ),
        (
            "many names of another beginning",
            equipment(many(20_000, |n| format!("  srv-{n:05}: {{ at: s, needs: [vault-{n:05}] }}\n"))),
        ),
        ("many keys that are not known", equipment(many(20_000, |n| format!("  e{n}: {{ ta: s }}\n")))),
        ("one long line", format!("okiagari: {}", "x".repeat(1 << 20))),
        ("brackets", "[".repeat(1 << 20)),
        ("braces", "{a: ".repeat(1 << 18)),
        ("dashes", "- ".repeat(1 << 18)),
        ("question marks", "? ".repeat(1 << 18)),
        ("quotes", "\"".repeat(1 << 18)),
        ("anchors", "&a ".repeat(1 << 18)),
        ("tags", "!a ".repeat(1 << 18)),
        ("stars", "*".repeat(1 << 18)),
        ("colons", ": ".repeat(1 << 18)),
        ("commas", format!("[{}", ",".repeat(1 << 18))),
        ("blank lines", "\n".repeat(1 << 20)),
        ("block text", format!("a: |\n{}", " x\n".repeat(1 << 18))),
        (
            "big numbers",
            small(
                "services: { e: { priority: 99999999999999999999, objectives: { rto: 99999999999999999999999999y, rlo: 1e400% } } }",
            ),
        ),
    ] {
        let start = busy();
        let reading = reading(&text);
        let took = busy() - start;
        println!("{name}: {took:?}, {} findings", reading.diagnostics.len());
        assert!(took < PATIENCE, "{name} took {took:?}");
    }
}

/// Time this thread has had a processor for: what others do on the machine does not count.
fn busy() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(text.split(' ').next().unwrap().parse().unwrap())
}

/// Every leaf and every branch of real plans: another value, or none, is another plan.
#[test]
fn digests_tell_every_change_of_a_fact() {
    let mut changed = 0;
    for (name, text) in PLANS {
        let tree = json_of(text);
        let before = whole(text);
        for other in changes(&tree) {
            let text = plain(&other);
            let reading = reading(&text);
            if sound(&reading) {
                changed += 1;
                assert_ne!(
                    before,
                    reading.digest(&[String::new()]),
                    "{name}: {}",
                    difference(&tree, &other, "")
                );
            }
        }
    }
    assert!(changed > 500, "{changed}");
}

/// The tree with one thing changed, each in turn.
fn changes(tree: &Value) -> Vec<Value> {
    match tree {
        Value::Object(map) => {
            let mut out = Vec::new();
            for (key, value) in map {
                let mut without = map.clone();
                without.remove(key);
                out.push(Value::Object(without));
                for value in changes(value) {
                    let mut other = map.clone();
                    other.insert(key.clone(), value);
                    out.push(Value::Object(other));
                }
            }
            out
        }
        Value::Array(items) => (0..items.len())
            .flat_map(|n| {
                let put = |value: Value| {
                    let mut other = items.clone();
                    other[n] = value;
                    Value::Array(other)
                };
                let mut out: Vec<Value> = changes(&items[n]).into_iter().map(put).collect();
                let mut without = items.clone();
                without.remove(n);
                out.push(Value::Array(without));
                out
            })
            .collect(),
        Value::Bool(flag) => vec![Value::Bool(!flag)],
        Value::Number(number) => vec![Value::from(number.as_u64().unwrap_or(0) + 1)],
        Value::String(text) => {
            let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(0);
            match text[..end].parse::<u64>() {
                Ok(number) => vec![Value::from(format!("{}{}", number + 1, &text[end..]))],
                Err(_) => ["unknown", "3d", "yes", "hot"]
                    .iter()
                    .filter(|word| *word != text && !matches!(text.as_str(), "some" | "unset"))
                    .map(|word| Value::from(*word))
                    .chain([Value::from(format!("{text}x"))])
                    .collect(),
            }
        }
        Value::Null => Vec::new(),
    }
}

/// Where two trees differ first, for the reader of a failure.
fn difference(a: &Value, b: &Value, at: &str) -> String {
    match (a, b) {
        (Value::Object(x), Value::Object(y)) => {
            for (key, value) in x {
                match y.get(key) {
                    None => return format!("{at}.{key} is gone"),
                    Some(other) if other != value => return difference(value, other, &format!("{at}.{key}")),
                    _ => {}
                }
            }
            at.to_owned()
        }
        (Value::Array(x), Value::Array(y)) if x.len() == y.len() => {
            let n = x.iter().zip(y).position(|(a, b)| a != b).unwrap_or(0);
            difference(&x[n], &y[n], &format!("{at}[{n}]"))
        }
        _ => format!("{at}: {a} became {b}"),
    }
}
