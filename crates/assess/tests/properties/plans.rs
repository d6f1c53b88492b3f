//! Random small plans in which every fact is written.

use crate::text;
use plan::Reading;
use proptest::prelude::*;

/// Services that need each other are a mistake of the plan, which the engine has to answer all the same.
pub(crate) fn read(text: &str) -> Reading {
    text::read(text, &["circular-need"])
}

/// The same text with other ids, which sort the other way round.
pub(crate) fn mirrored(text: &str) -> String {
    let things = Draw::things();
    let word = |c: char| c.is_alphanumeric();
    let parts = text.split_inclusive(|c| !word(c)).map(|part| {
        let bare = part.trim_end_matches(|c| !word(c));
        let first = bare.bytes().next().unwrap_or(b'a');
        let turned = char::from(b'a' + b'z' - first.clamp(b'a', b'z'));
        if things.iter().any(|id| id == bare) { format!("{turned}{part}") } else { part.to_owned() }
    });
    parts.collect()
}

/// A random plan: numbers from which the text is made.
#[derive(Clone, Debug)]
pub(crate) struct Draw {
    pub(crate) numbers: Vec<u8>,
}

/// Facts in the order in which the text asks for them, each with the values it may have, worst first.
const HOURS: [&str; 4] = ["100h", "30h", "5h", "1h"];
const MINUTES: [&str; 4] = ["10h", "2h", "20m", "0"];
const FUEL: [&str; 4] = ["0", "1h", "10h", "200h"];

impl Draw {
    pub(crate) fn any() -> impl Strategy<Value = Draw> {
        prop::collection::vec(0u8..=255, 64).prop_map(|numbers| Draw { numbers })
    }

    /// The same with one fact a step better.
    pub(crate) fn better(&self, which: usize) -> Draw {
        let mut out = self.clone();
        let n = which % out.numbers.len();
        // The lowest two bits say which of four values a fact has, the better the higher.
        if out.numbers[n] & 3 < 3 {
            out.numbers[n] += 1;
        }
        out
    }

    /// The text with one fact left out.
    pub(crate) fn without(&self, which: usize) -> String {
        let text = self.text();
        let keys =
            ["outage: ", "replace: ", "repair: ", "restart: ", "every: ", "takes: ", "arrives: ", "lasts: "];
        let found: Vec<(usize, usize)> = keys
            .iter()
            .flat_map(|key| {
                text.match_indices(key).map(|(at, _)| (at, at + text[at..].find([',', '}']).unwrap()))
            })
            .collect();
        let (from, to) = found[which % found.len()];
        let to = if text[to..].starts_with(", ") { to + 2 } else { to };
        format!("{}{}", &text[..from], &text[to..])
    }

    /// Ids of what may be lost.
    pub(crate) fn things() -> Vec<String> {
        let ids = "grid coast ad hall school m0 m1 m2 m3 d0 d1 v0 v1 k t s0 s1 s2";
        ids.split(' ').map(str::to_owned).collect()
    }

    fn pick<'v>(&self, n: usize, values: &[&'v str; 4]) -> &'v str {
        values[usize::from(self.numbers[n % 64] & 3)]
    }

    /// A choice that no better fact changes.
    fn shape(&self, n: usize, of: usize) -> usize {
        usize::from(self.numbers[n % 64] >> 2) % of
    }

    pub(crate) fn text(&self) -> String {
        let place = |n: usize| if self.shape(n, 2) == 0 { "hall".to_owned() } else { "school".to_owned() };
        let mut out = "okiagari: 1\nregions:\n".to_owned();
        out += &format!(
            "  grid: {{ kind: power, outage: {} }}\n  coast: {{ kind: hazard }}\n",
            self.pick(0, &HOURS)
        );
        out += &format!("  ad: {{ kind: domain, dwell: {} }}\nsites:\n", self.pick(1, &MINUTES));
        let sites = [("hall", "grid, coast"), ("school", if self.shape(2, 2) == 0 { "grid" } else { "" })];
        for (n, (site, regions)) in sites.into_iter().enumerate() {
            out += &format!(
                "  {site}: {{ in: [{regions}], power: {{ ups: {{ lasts: {}, recharge: 1h, feeds: all }}, generator: {{ lasts: {}, starts: 1m, feeds: all }} }} }}\n",
                self.pick(3 + n, &["0", "5m", "1h", "20h"]),
                self.pick(5 + n, &FUEL)
            );
        }
        out += "equipment:\n";
        for n in 0..4 {
            let domain = if self.shape(7 + n, 4) == 0 { ", in: [ad]" } else { "" };
            let needs = if n > 0 && self.shape(11 + n, 3) == 0 {
                format!(", needs: [m{}]", n - 1)
            } else {
                String::new()
            };
            out += &format!(
                "  m{n}: {{ at: {}{domain}{needs}, replace: {}, repair: {} }}\n",
                place(15 + n),
                self.pick(15 + n, &HOURS),
                self.pick(19 + n, &HOURS)
            );
        }
        out += &format!("documents: {{ k: {{ at: [{}] }} }}\n", place(23));
        out += &format!(
            "teams: {{ t: {{ at: {{ {}: 2 }}, arrives: {} }} }}\n",
            place(24),
            self.pick(24, &MINUTES)
        );
        out += "vaults:\n";
        for n in 0..2 {
            let key = if self.shape(25 + n, 2) == 0 { ", key: k".to_owned() } else { String::new() };
            out += &format!("  v{n}: {{ at: {}{key} }}\n", place(27 + n));
        }
        out += "data:\n";
        for n in 0..2 {
            let copy = |v: usize| {
                format!("{{ to: v{v}, every: {}, keep: 500h }}", self.pick(29 + n + 2 * v, &HOURS))
            };
            let copies = match self.shape(29 + n, 3) {
                0 => copy(0),
                1 => copy(1),
                _ => format!("{}, {}", copy(0), copy(1)),
            };
            out += &format!("  d{n}: {{ runs-on: m{n}, size: 1GB, copies: [{copies}] }}\n");
        }
        out += "services:\n";
        for n in 0..3 {
            out += &self.service(n);
        }
        out
    }

    fn service(&self, n: usize) -> String {
        let at = 33 + 8 * n;
        let data = if n < 2 { format!(", data: [d{n}]") } else { String::new() };
        let needs = match self.shape(at, 4) {
            0 if n > 0 => format!(", needs: [s{}]", n - 1),
            1 => format!(", needs: {{ any: [s{}, m3] }}", (n + 1) % 3),
            2 if n == 0 && self.shape(at + 1, 3) == 0 => ", needs: [s1]".to_owned(),
            _ => String::new(),
        };
        let rto = self.pick(at + 1, &["1h", "10h", "50h", "200h"]);
        let mut ways =
            format!("{{ name: own, runs-on: m{n}{data}{needs}, restart: {} }}", self.pick(at + 2, &MINUTES));
        if self.shape(at + 3, 3) > 0 {
            let other = (n + 1 + self.shape(at + 4, 3)) % 4;
            let steps = format!(
                "{{ detect: x, auto: true, takes: {} }}, {{ decide: x, takes: 0 }}, {{ do: it, by: t, takes: {} }}, {{ start: x, takes: 5m }}",
                self.pick(at + 5, &MINUTES),
                self.pick(at + 6, &HOURS)
            );
            let steps = if self.shape(at + 5, 2) == 0 {
                format!("steps: [{steps}]")
            } else {
                format!("takes: {}, ready: warm", self.pick(at + 6, &HOURS))
            };
            ways += &format!(", {{ name: other, runs-on: m{other}{data}, restart: 10m, {steps} }}");
        }
        format!(
            "  s{n}: {{ priority: {}, monitor: {{ every: 1m, failures: 1 }}, hold: 0s, objectives: {{ failure: {{ rto: {rto}, rpo: 200h }}, disaster: {{ rto: {rto}, rpo: 200h }} }}, ways: [{ways}] }}\n",
            n + 1
        )
    }
}
