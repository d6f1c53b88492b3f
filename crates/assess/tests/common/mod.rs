//! Random circuits, and their truth tables.

#![expect(unreachable_pub, reason = "shared by tests")]

use std::ops::RangeInclusive;

use assess::boolean::{Builder, Circuit, Signal};
use proptest::prelude::*;

/// A gate of a recipe; inputs are places of events (first) and of gates before this one.
#[derive(Clone, Debug)]
pub enum Gate {
    And(Vec<usize>),
    Or(Vec<usize>),
    AtLeast(u32, Vec<usize>),
    Xor(Vec<usize>),
    Not(usize),
    Constant(bool),
}

impl Gate {
    fn word(&self, of: impl Fn(usize) -> u64) -> u64 {
        match self {
            Gate::And(inputs) => inputs.iter().fold(u64::MAX, |word, i| word & of(*i)),
            Gate::Or(inputs) => inputs.iter().fold(0, |word, i| word | of(*i)),
            Gate::Xor(inputs) => inputs.iter().fold(0, |word, i| word ^ of(*i)),
            Gate::Not(input) => !of(*input),
            Gate::Constant(value) => u64::from(*value).wrapping_neg(),
            Gate::AtLeast(least, inputs) => (0..64).fold(0, |word, j| {
                let count = inputs.iter().filter(|i| of(**i) >> j & 1 == 1).count();
                word | u64::from(count >= *least as usize) << j
            }),
        }
    }
}

/// How to build a circuit: the last gate is the top.
#[derive(Clone, Debug)]
pub struct Recipe {
    pub probabilities: Vec<f64>,
    pub gates: Vec<Gate>,
}

/// Recipes of so many events and at most `most` gates.
pub fn recipes(events: RangeInclusive<usize>, most: usize, coherent: bool) -> impl Strategy<Value = Recipe> {
    let gate = (
        0..if coherent { 7u32 } else { 12 },
        prop::collection::vec(any::<prop::sample::Index>(), 1..6),
        0..5u32,
    );
    let probabilities =
        prop::collection::vec(prop_oneof![0.0..=1.0, Just(0.0), Just(1.0), 0.0..0.01], events);
    (probabilities, prop::collection::vec(gate, 1..=most)).prop_map(|(probabilities, raw)| {
        let mut gates = Vec::new();
        for (kind, inputs, count) in raw {
            let places = probabilities.len() + gates.len();
            // Late inputs are preferred, so that most gates end up below the top.
            let place = |index: &prop::sample::Index| {
                let back = index.index(places * 2);
                if back < places { back } else { places - 1 - (back - places) % places.min(6) }
            };
            let inputs: Vec<usize> = inputs.iter().map(place).collect();
            gates.push(match kind {
                0..3 => Gate::And(inputs),
                3..5 => Gate::Or(inputs),
                5 => Gate::AtLeast(count, inputs),
                6 if count == 0 => Gate::Constant(inputs.len() % 2 == 0),
                6 => Gate::Or(inputs),
                7..10 => Gate::Not(inputs[0]),
                _ => Gate::Xor(inputs),
            });
        }
        Recipe { probabilities, gates }
    })
}

impl Recipe {
    /// The circuit, with events called `prefix` and a number.
    pub fn circuit(&self, prefix: &str) -> Circuit {
        let mut builder = Builder::new();
        let named = self.probabilities.iter().enumerate();
        let mut signals: Vec<Signal> =
            named.map(|(i, p)| builder.event(format!("{prefix}{i}"), Some(*p))).collect();
        for gate in &self.gates {
            let of = |inputs: &[usize]| inputs.iter().map(|i| signals[*i]).collect::<Vec<_>>();
            let signal = match gate {
                Gate::And(inputs) => builder.and(of(inputs)),
                Gate::Or(inputs) => builder.or(of(inputs)),
                Gate::AtLeast(count, inputs) => builder.at_least(*count, of(inputs)),
                Gate::Xor(inputs) => builder.xor(of(inputs)),
                Gate::Not(input) => builder.not(signals[*input]),
                Gate::Constant(value) => builder.constant(*value),
            };
            signals.push(signal);
        }
        builder.finish(signals[signals.len() - 1]).unwrap()
    }
}

/// The top event for every subset of the events; bit i of an index says whether event i is true.
pub struct Table {
    events: usize,
    values: Vec<bool>,
}

impl Table {
    /// 64 sets a word: bit j of word w is the set 64 w + j.
    pub fn of(recipe: &Recipe) -> Table {
        let events = recipe.probabilities.len();
        let words = (1usize << events).div_ceil(64);
        let bit = |set: usize, i: usize| (set >> i & 1) as u64;
        let event =
            |i: usize| (0..words).map(move |w| (0..64).fold(0, |word, j| word | bit(64 * w + j, i) << j));
        let mut state: Vec<Vec<u64>> = (0..events).map(|i| event(i).collect()).collect();
        for gate in &recipe.gates {
            state.push((0..words).map(|w| gate.word(|i| state[i][w])).collect());
        }
        let top = &state[state.len() - 1];
        Table { events, values: (0..1 << events).map(|set| top[set / 64] >> (set % 64) & 1 == 1).collect() }
    }

    fn members(&self, set: usize) -> Vec<usize> {
        (0..self.events).filter(|i| set >> i & 1 == 1).collect()
    }

    /// Subsets that make the top event true and have no proper subset that does; by size, then by members.
    pub fn minimal(&self) -> Vec<Vec<usize>> {
        let mut reached = self.values.clone();
        let mut out = Vec::new();
        for set in 0..self.values.len() {
            let mut above = false;
            let mut rest = set;
            while rest != 0 {
                above |= reached[set & !(rest & rest.wrapping_neg())];
                rest &= rest - 1;
            }
            if self.values[set] && !above {
                out.push(self.members(set));
            }
            reached[set] |= above;
        }
        out.sort_by_key(|set| (set.len(), set.clone()));
        out
    }

    /// Probability of the top event with some events fixed, by halving the table event by event.
    pub fn probability(&self, probabilities: &[f64], fixed: &[(usize, bool)]) -> f64 {
        let mut p = probabilities.to_vec();
        fixed.iter().for_each(|(event, value)| p[*event] = f64::from(u8::from(*value)));
        let mut values: Vec<f64> = self.values.iter().map(|value| f64::from(u8::from(*value))).collect();
        for p in p.iter().rev() {
            let half = values.len() / 2;
            for i in 0..half {
                values[i] = p * values[half + i] + (1.0 - p) * values[i];
            }
            values.truncate(half);
        }
        values[0]
    }

    /// Events that bring the top event about together with `given` alone.
    pub fn single_points(&self, given: Option<usize>) -> Vec<usize> {
        let base = given.map_or(0, |event| 1 << event);
        if self.values[base] {
            return Vec::new();
        }
        (0..self.events).filter(|i| Some(*i) != given && self.values[base | 1 << i]).collect()
    }
}
