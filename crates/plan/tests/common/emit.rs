//! A tree written as YAML again: other order, other spelling, comments between, nothing shared.

use plan::language::is_built_in;
use serde_json::Value;

/// Draws numbers from a seed, the same ones each time.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, n: usize) -> usize {
        // SplitMix64: enough for shuffling.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % n.max(1) as u64) as usize
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            list.swap(i, self.below(i + 1));
        }
    }
}

/// Lists whose order means something.
const ORDERED: [&str; 10] =
    ["accept", "risks", "scope", "command", "prepare", "probes", "steps", "ways", "copies", "history"];

/// The same plan, written differently.
pub(crate) fn respelt(value: &Value, dice: &mut Dice) -> String {
    write(value, "", dice)
}

/// The tree as plain YAML.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let fields: Vec<String> =
                map.iter().map(|(key, value)| format!("{}: {}", scalar(key), plain(value))).collect();
            format!("{{ {} }}", fields.join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(plain).collect::<Vec<_>>().join(", ")),
        Value::String(text) => scalar(text),
        other => other.to_string(),
    }
}

fn write(value: &Value, under: &str, dice: &mut Dice) -> String {
    match value {
        Value::Object(map) => {
            let mut fields: Vec<String> = map
                .iter()
                .map(|(key, value)| format!("{}: {}", scalar(key), write(value, key, dice)))
                .collect();
            dice.shuffle(&mut fields);
            let gap = if dice.below(3) == 0 { ", # a word, and { another }\n  " } else { ", " };
            format!("{{ {} }}", fields.join(gap))
        }
        Value::Array(items) => {
            let mut items: Vec<String> = items.iter().map(|item| write(item, under, dice)).collect();
            if !ORDERED.contains(&under) {
                dice.shuffle(&mut items);
            }
            if items.len() == 1 && !ORDERED.contains(&under) && dice.below(2) == 0 {
                return items.remove(0);
            }
            format!("[ {} ]", items.join(" , "))
        }
        Value::String(text) => scalar(&unit(text, dice)),
        other => other.to_string(),
    }
}

/// A time span in a smaller unit.
fn unit(text: &str, dice: &mut Dice) -> String {
    const UNITS: [(&str, &str, u64); 4] = [("h", "m", 60), ("m", "s", 60), ("d", "h", 24), ("w", "d", 7)];
    for (large, small, times) in UNITS {
        let number = text.strip_suffix(large).and_then(|number| number.parse::<u64>().ok());
        if let Some(number) = number.filter(|n| *n > 0 && dice.below(2) == 0) {
            let head = if number > 1 { format!("{}{large}", number - 1) } else { String::new() };
            return if dice.below(2) == 0 {
                format!("{head}{times}{small}")
            } else {
                format!("{}{small}", number * times)
            };
        }
    }
    text.to_owned()
}

/// Plain where that is safe, so that words keep their meaning.
fn scalar(text: &str) -> String {
    let safe = |c: char| c.is_alphanumeric() || matches!(c, '%' | '.' | '_' | '/' | '-' | ' ');
    let number = text.parse::<f64>().is_ok();
    let plain = !text.is_empty()
        && !number
        && text.chars().all(safe)
        && !text.starts_with([' ', '-'])
        && !text.ends_with(' ');
    if plain || is_built_in(text) { text.to_owned() } else { Value::from(text).to_string() }
}
