//! Sets that the plan misses only because people and machines are scarce: tried one by one, smaller ones first.

use rustc_hash::FxHashSet;

use super::events::Universe;
use super::oracle::Oracle;
use super::search::Reach;
use super::set::Set;

/// What was found, and up to which order all was tried.
#[derive(Default)]
pub(crate) struct Scarce {
    pub(crate) sets: Vec<Set>,
    pub(crate) checked: Option<usize>,
}

/// Every set of at most `order` events with one of `near` among them that contains no set known to fail anyway.
pub(crate) fn scarce(
    oracle: &Oracle<'_>,
    universe: &Universe,
    near: &Set,
    cuts: &FxHashSet<Set>,
    reach: Reach,
    order: usize,
) -> Scarce {
    let mut out = Scarce::default();
    for order in 0..=order {
        let known = reach >= Reach::Order(order);
        if one_order(oracle, universe, near, cuts, known, order, &mut out.sets).is_none() {
            break;
        }
        out.checked = Some(order);
    }
    out
}

/// Nothing when the budget is spent.
fn one_order(
    oracle: &Oracle<'_>,
    universe: &Universe,
    near: &Set,
    cuts: &FxHashSet<Set>,
    known: bool,
    order: usize,
    found: &mut Vec<Set>,
) -> Option<()> {
    let mut combinations = Combinations::new(universe.size(), order);
    let cuts: Vec<&Set> = cuts.iter().collect();
    while let Some(events) = combinations.next() {
        let Some(set) = set_of(universe, events).filter(|set| order == 0 || set.meets(near)) else {
            continue;
        };
        if found.iter().chain(cuts.iter().copied()).any(|cut| cut.within(&set)) {
            continue;
        }
        if !known && oracle.bound(&set)?.fails {
            continue;
        }
        // As long as nothing stops that it needs, nobody has to do anything for it.
        if !oracle.bound(&set.and(near))?.disturbs {
            continue;
        }
        if oracle.plan_misses(&set)? {
            found.push(set);
        }
    }
    Some(())
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
