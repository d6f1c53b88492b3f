//! Truth tables of random circuits, by plain evaluation of every set of events.

#![expect(unreachable_pub, reason = "shared by tests")]

use super::recipe::{Gate, Recipe};

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
            state.push((0..words).map(|w| word(gate, |i| state[i][w])).collect());
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

/// 64 values of a gate, from those of its inputs.
fn word(gate: &Gate, of: impl Fn(usize) -> u64) -> u64 {
    match gate {
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
