//! Sets that the plan misses only because people and machines are scarce: tried one by one, smaller ones first.

use rustc_hash::FxHashSet;

use super::events::Universe;
use super::oracle::Oracle;
use super::search::Reach;
use crate::set::Set;

/// What was found, and up to which order all was tried.
#[derive(Default)]
pub(crate) struct Scarce {
    pub(crate) sets: Vec<Set>,
    pub(crate) checked: Option<usize>,
}

/// What is tried against what is known.
pub(crate) struct Trying<'a> {
    pub(crate) oracle: &'a Oracle<'a>,
    pub(crate) universe: &'a Universe,
    /// Events that tell on the service itself: one of them is in every set that is tried.
    pub(crate) near: &'a Set,
    /// Sets known to fail anyway.
    pub(crate) cuts: &'a FxHashSet<Set>,
    pub(crate) reach: Reach,
}

impl Trying<'_> {
    /// Every set of at most `order` events that contains no set known to fail anyway.
    pub(crate) fn up_to(&self, order: usize) -> Scarce {
        let mut out = Scarce::default();
        for order in 0..=order {
            if self.one_order(order, &mut out.sets).is_none() {
                break;
            }
            out.checked = Some(order);
        }
        out
    }

    /// Nothing when the budget is spent.
    fn one_order(&self, order: usize, found: &mut Vec<Set>) -> Option<()> {
        let mut combinations = Combinations::new(self.universe.size(), order);
        while let Some(events) = combinations.next() {
            let set = set_of(self.universe, events).filter(|set| order == 0 || set.meets(self.near));
            let Some(set) = set else { continue };
            if found.iter().chain(self.cuts).all(|cut| !cut.within(&set)) && self.misses(&set, order)? {
                found.push(set);
            }
        }
        Some(())
    }

    /// Whether the plan misses what is possible.
    fn misses(&self, set: &Set, order: usize) -> Option<bool> {
        if self.reach < Reach::Order(order) && self.oracle.bound(set)?.fails {
            return Some(false);
        }
        // As long as nothing stops that it needs, nobody has to do anything for it.
        if !self.oracle.bound(&set.and(self.near))?.disturbs {
            return Some(false);
        }
        self.oracle.plan_misses(set)
    }
}

/// The bits of some events; nothing where two of them are the same thing lost in two ways.
fn set_of(universe: &Universe, events: &[usize]) -> Option<Set> {
    let twice = |event: &usize| universe.base[*event].is_some_and(|base| events.contains(&base));
    if events.iter().any(twice) {
        return None;
    }
    Some(Set::of(universe.size(), events.iter().flat_map(|event| universe.bits(*event))))
}

/// All choices of some of the first numbers, in order.
struct Combinations {
    size: usize,
    chosen: Vec<usize>,
    begun: bool,
}

impl Combinations {
    fn new(size: usize, order: usize) -> Combinations {
        Combinations { size, chosen: (0..order).collect(), begun: false }
    }

    fn next(&mut self) -> Option<&[usize]> {
        let order = self.chosen.len();
        if !std::mem::replace(&mut self.begun, true) {
            return (order <= self.size).then_some(&self.chosen);
        }
        // The last one that can still move on; those behind it follow it.
        let last = (0..order).rev().find(|place| self.chosen[*place] + (order - place) < self.size)?;
        let from = self.chosen[last] + 1;
        (last..order).for_each(|place| self.chosen[place] = from + place - last);
        Some(&self.chosen)
    }
}

#[cfg(test)]
mod tests {
    use super::Combinations;

    #[test]
    fn every_choice_comes_once() {
        let all = |size: usize, order: usize| {
            let (mut walk, mut out) = (Combinations::new(size, order), Vec::new());
            while let Some(chosen) = walk.next() {
                out.push(chosen.to_vec());
            }
            out
        };
        assert_eq!(all(4, 2), [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]);
        assert_eq!((all(5, 3).len(), all(3, 0).len(), all(2, 3).len(), all(0, 0).len()), (10, 1, 0, 1));
    }
}
