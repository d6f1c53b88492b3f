//! Exact probability and importance, from the diagrams.

use super::circuit::EventId;
use super::modules::Leaf;
use super::solve::{Module, Solution};

/// How much one event matters to the top event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Importance {
    /// The event.
    pub event: EventId,
    /// Birnbaum: P(top | event) - P(top | not event). Negative when the event helps, which only circuits that are
    /// not coherent know.
    pub birnbaum: f64,
    /// Fussell-Vesely: the share of P(top) that goes away when the event is made impossible,
    /// (P(top) - P(top | not event)) / P(top); 0 when the top event is impossible.
    pub fussell_vesely: f64,
}

/// The probability of each level's leaf in one module, and of each node of its function.
struct Values {
    levels: Vec<f64>,
    nodes: Vec<f64>,
}

impl Solution {
    /// Probability of the top event when the events are independent. None if an event that matters has no
    /// probability.
    pub fn probability(&self) -> Option<f64> {
        self.values()
            .last()
            .map(|(module, values)| values.nodes[module.function.root as usize])
            .filter(|p| !p.is_nan())
    }

    /// Importance of every event, in the order of the events, in one pass over the diagrams. None if an event that
    /// matters has no probability. Events without influence have importance 0.
    ///
    /// Dutuit and Rauzy 2001, "Efficient algorithms to assess component and gate importance in fault tree analysis".
    pub fn importance(&self) -> Option<Vec<Importance>> {
        let top = self.probability()?;
        let values = self.values();
        let mut birnbaum = vec![0.0; self.probabilities.len()];
        let mut weights = vec![1.0; values.len()];
        for (place, (module, values)) in values.iter().enumerate().rev() {
            for (leaf, slope) in module.leaves.iter().zip(slopes(module, values)) {
                match leaf {
                    Leaf::Event(event) => birnbaum[event.index()] = slope * weights[place],
                    Leaf::Part(below) => weights[*below] = slope * weights[place],
                }
            }
        }
        let events = (0..).map(EventId).zip(&self.probabilities).zip(birnbaum);
        Some(
            events
                .map(|((event, probability), birnbaum)| {
                    let share = probability.unwrap_or(0.0) * birnbaum / top;
                    Importance { event, birnbaum, fussell_vesely: if top > 0.0 { share } else { 0.0 } }
                })
                .collect(),
        )
    }

    /// Probabilities in every module, those below first. One that is not known is not a number, and so is all that
    /// depends on it.
    fn values(&self) -> Vec<(&Module, Values)> {
        let mut out: Vec<(&Module, Values)> = Vec::with_capacity(self.modules.len());
        for module in &self.modules {
            let of = |leaf: &Leaf| match leaf {
                Leaf::Event(event) => self.probabilities[event.index()].unwrap_or(f64::NAN),
                Leaf::Part(below) => out[*below].1.nodes[out[*below].0.function.root as usize],
            };
            let levels: Vec<f64> = module.leaves.iter().map(of).collect();
            let nodes = module.function.upwards([0.0, 1.0], |node, high, low| {
                let p = levels[node.level as usize];
                p * high + (1.0 - p) * low
            });
            out.push((module, Values { levels, nodes }));
        }
        out
    }
}

/// For each level of a module how its probability follows that of the level's leaf: the sum, over the leaf's nodes,
/// of the chance to come to the node times the difference between its sides.
fn slopes(module: &Module, values: &Values) -> Vec<f64> {
    let nodes = &module.function.nodes;
    let mut reach = vec![0.0; nodes.len()];
    reach[module.function.root as usize] = 1.0;
    let mut slopes = vec![0.0; module.leaves.len()];
    for (place, node) in nodes.iter().enumerate().skip(2).rev() {
        let (p, here) = (values.levels[node.level as usize], reach[place]);
        let (high, low) = (node.high as usize, node.low as usize);
        slopes[node.level as usize] += here * (values.nodes[high] - values.nodes[low]);
        reach[high] += here * p;
        reach[low] += here * (1.0 - p);
    }
    slopes
}
