//! Minimal cut sets: counted by polynomial, listed up to an order.

use super::circuit::EventId;
use super::modules::Leaf;
use super::solve::Solution;
use super::table::{Node, ONE, ZERO};

/// Numbers of minimal cut sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    /// `by_order[i]` is the number of minimal cut sets of i events. Exact up to 2^128 - 2; `u128::MAX` says "at
    /// least so many". Empty when the top event is impossible; one set of order 0 when it is certain.
    pub by_order: Vec<u128>,
}

impl Counts {
    /// Number of all minimal cut sets; `u128::MAX` says "at least so many".
    pub fn total(&self) -> u128 {
        self.by_order.iter().fold(0, |sum, count| sum.saturating_add(*count))
    }
}

/// Minimal cut sets, small ones first, each in the order of the events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The sets.
    pub sets: Vec<Vec<EventId>>,
    /// Whether all up to the order asked for are listed; if not, the limit on their number was reached.
    pub complete: bool,
}

/// `polynomial[i]`: how many sets of i events.
type Polynomial = Vec<u128>;

/// For how many events one counts.
pub type Weight<'a> = &'a dyn Fn(EventId) -> usize;

/// A part of a set still to be chosen: `order` events by a path from `node` of a module's family to its end.
#[derive(Clone, Copy)]
struct Task {
    module: usize,
    node: u32,
    order: usize,
}

impl Solution {
    /// How many minimal cut sets there are of each order, without listing any.
    pub fn counts(&self) -> Counts {
        self.counts_by(&|_| 1)
    }

    /// The same where an event counts for so many: 0 for one that only makes another one worse.
    pub fn counts_by(&self, weight: Weight<'_>) -> Counts {
        let mut tops: Vec<Polynomial> = Vec::with_capacity(self.modules.len());
        for place in 0..self.modules.len() {
            let top = self
                .polynomials(place, &tops, usize::MAX, Some(weight))
                .swap_remove(self.modules[place].cuts.root as usize);
            tops.push(top);
        }
        Counts { by_order: tops.pop().unwrap_or_default() }
    }

    /// All minimal cut sets of at most `order` events, but no more than `most` sets. Larger sets are not touched:
    /// the work is proportional to what is listed and the size of the diagrams.
    pub fn cut_sets(&self, order: usize, most: usize) -> Listing {
        let mut tops: Vec<Polynomial> = Vec::new();
        let mut all = Vec::new();
        for place in 0..self.modules.len() {
            let nodes = self.polynomials(place, &tops, order, None);
            tops.push(nodes[self.modules[place].cuts.root as usize].clone());
            all.push(nodes);
        }
        let mut listing = Listing { sets: Vec::new(), complete: true };
        for size in 0..tops.last().map_or(0, Vec::len) {
            let start = listing.sets.len();
            self.list(&all, size, most, &mut listing);
            listing.sets[start..].sort();
        }
        listing
    }

    /// The polynomial of each node of a module's cut sets up to order `cap`. Where only the `total` counts, with events
    /// of this weight, only the root's is kept: all together can be far larger than the diagram.
    fn polynomials(
        &self,
        place: usize,
        tops: &[Polynomial],
        cap: usize,
        total: Option<Weight<'_>>,
    ) -> Vec<Polynomial> {
        let module = &self.modules[place];
        let family = &module.cuts;
        let mut uses = family.uses();
        let mut out: Vec<Polynomial> = Vec::with_capacity(family.nodes.len());
        out.extend([Vec::new(), vec![1]]);
        for node in family.nodes.iter().skip(2) {
            let (high, low) = (&out[node.high as usize], &out[node.low as usize]);
            let sum = match module.leaves[node.level as usize] {
                Leaf::Event(event) => {
                    plus_times(low, high, &power(total.map_or(1, |weight| weight(event))), cap)
                }
                Leaf::Part(below) => plus_times(low, high, &tops[below], cap),
            };
            out.push(sum);
            for side in [node.high as usize, node.low as usize] {
                uses[side] -= 1;
                if total.is_some() && uses[side] == 0 && side > 1 {
                    out[side] = Vec::new();
                }
            }
        }
        out
    }

    /// Adds the sets of exactly `size` events. `all` holds the polynomials; a branch is followed only if they say
    /// that sets come of it.
    fn list(&self, all: &[Vec<Polynomial>], size: usize, most: usize, listing: &mut Listing) {
        let last = self.modules.len() - 1;
        let top = Task { module: last, node: self.modules[last].cuts.root, order: size };
        let mut open = Vec::new();
        let fertile =
            |task: &Task| all[task.module][task.node as usize].get(task.order).is_some_and(|n| *n > 0);
        open.extend(Some((vec![top], Vec::new())).filter(|_| fertile(&top)));
        while let Some((mut tasks, mut chosen)) = open.pop() {
            let Some(task) = tasks.pop() else {
                if listing.sets.len() >= most {
                    listing.complete = false;
                    return;
                }
                chosen.sort_unstable();
                listing.sets.push(chosen);
                continue;
            };
            for (more, event) in self.branches(task) {
                if more.iter().all(fertile) {
                    let tasks = tasks.iter().chain(&more).copied().collect();
                    open.push((tasks, chosen.iter().copied().chain(event).collect()));
                }
            }
        }
    }

    /// What may follow a task: the tasks that take its place, and the event chosen.
    fn branches(&self, task: Task) -> Vec<(Vec<Task>, Option<EventId>)> {
        let module = &self.modules[task.module];
        let Node { level, high, low } = module.cuts.nodes[task.node as usize];
        match task.node {
            ZERO => return Vec::new(),
            ONE => return vec![(Vec::new(), None)],
            _ => {}
        }
        let mut out = vec![(vec![Task { node: low, ..task }], None)];
        match module.leaves[level as usize] {
            Leaf::Event(event) if task.order > 0 => {
                out.push((vec![Task { node: high, order: task.order - 1, ..task }], Some(event)));
            }
            Leaf::Event(_) => {}
            Leaf::Part(below) => out.extend((1..=task.order).map(|order| {
                let inner = Task { module: below, node: self.modules[below].cuts.root, order };
                (vec![Task { node: high, order: task.order - order, ..task }, inner], None)
            })),
        }
        out
    }
}

/// The polynomial of one event that counts for so many.
fn power(weight: usize) -> Polynomial {
    let mut out = vec![0; weight];
    out.push(1);
    out
}

/// low + high · factor, up to the power `cap`.
fn plus_times(low: &[u128], high: &[u128], factor: &[u128], cap: usize) -> Polynomial {
    let product = if high.is_empty() || factor.is_empty() { 0 } else { high.len() + factor.len() - 1 };
    let mut out = low.to_vec();
    out.resize(low.len().max(product).min(cap.saturating_add(1)), 0);
    for (i, a) in high.iter().enumerate().filter(|(_, a)| **a > 0) {
        for (sum, b) in out.iter_mut().skip(i).zip(factor) {
            *sum = sum.saturating_add(a.saturating_mul(*b));
        }
    }
    out
}
