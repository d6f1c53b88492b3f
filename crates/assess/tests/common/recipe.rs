//! Random circuits.

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
                6 if count == 0 => Gate::Constant(inputs.len().is_multiple_of(2)),
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
        builder.finish(signals[signals.len() - 1]).expect("recipes are circuits")
    }
}
