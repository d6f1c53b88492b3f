//! Zero-suppressed diagrams: families of sets, here the minimal cut sets of a module over its leaves.
//!
//! Minato 1993, "Zero-suppressed BDDs for set manipulation"; Rauzy 1993, "New algorithms for fault trees analysis"
//! (operations `minsol` and `without`).

use super::table::{Diagram, Halt, Node, ONE, Table, ZERO};

/// Where a subtraction stands: waiting for the sets with the leaf (once or twice), or for those without it.
#[derive(Clone, Copy)]
enum Stage {
    High,
    HighAgain,
    Low,
}

struct Frame {
    f: u32,
    g: u32,
    stage: Stage,
    high: u32,
}

pub(super) struct Zbdd<'a> {
    table: Table<'a>,
    stack: Vec<Frame>,
}

impl<'a> Zbdd<'a> {
    pub(super) fn new(table: Table<'a>) -> Zbdd<'a> {
        Zbdd { table, stack: Vec::new() }
    }

    fn node(&mut self, level: u32, high: u32, low: u32) -> Result<u32, Halt> {
        if high == ZERO { Ok(low) } else { self.table.unique(Node { level, high, low }) }
    }

    /// The minimal sets of leaves that make `function` true when all other leaves are false. For a coherent function
    /// these are its minimal cut sets.
    ///
    /// A set with the leaf x is minimal when it is so for the high side and contains no minimal set of the low side:
    /// minsol(x·f1 + x'·f0) = x·(minsol(f1) without minsol(f0)) + minsol(f0), whether f is monotone or not.
    pub(super) fn minimal(mut self, function: &Diagram) -> Result<Diagram, Halt> {
        let mut families = Vec::with_capacity(function.nodes.len());
        families.extend([ZERO, ONE]);
        for node in function.nodes.iter().skip(2) {
            let (high, low) = (families[node.high as usize], families[node.low as usize]);
            let high = self.without(high, low)?;
            families.push(self.node(node.level, high, low)?);
        }
        Ok(Diagram::extract(&self.table, families[function.root as usize]))
    }

    /// The sets of `f` that contain no set of `g`. Neither family holds a set that contains another of it, so the
    /// empty set is in a family only as its only member: the handle `ONE`. Equal families take the general way, as
    /// in the textbook: a patent application (US 2014/0351677) describes a shortcut for them.
    fn without(&mut self, mut f: u32, mut g: u32) -> Result<u32, Halt> {
        self.stack.clear();
        loop {
            let Some(mut result) = self.known(&mut g, f) else {
                self.table.step()?;
                let (node, level) = (self.table.get(f), self.table.level(g));
                self.stack.push(Frame { f, g, stage: Stage::High, high: ZERO });
                (f, g) = (node.high, if node.level == level { self.table.get(g).high } else { g });
                continue;
            };
            loop {
                let Some(frame) = self.stack.last_mut() else { return Ok(result) };
                let (node, below) = (self.table.get(frame.f), self.table.get(frame.g));
                let same = node.level == below.level;
                match frame.stage {
                    Stage::High if same => {
                        frame.stage = Stage::HighAgain;
                        (f, g) = (result, below.low);
                        break;
                    }
                    Stage::High | Stage::HighAgain => {
                        frame.stage = Stage::Low;
                        frame.high = result;
                        (f, g) = (node.low, if same { below.low } else { frame.g });
                        break;
                    }
                    Stage::Low => {
                        let Frame { f, g, high, .. } = *frame;
                        self.stack.pop();
                        result = self.node(node.level, high, result)?;
                        self.table.remember(f, g, result);
                    }
                }
            }
        }
    }

    /// `f without g` where no work is needed. Sets of `g` that start above `f` cannot be in a set of `f`: `g` is
    /// moved down past them.
    fn known(&self, g: &mut u32, f: u32) -> Option<u32> {
        let level = self.table.level(f);
        while f != ONE && self.table.level(*g) < level {
            *g = self.table.get(*g).low;
        }
        match (f, *g) {
            (ZERO, _) | (_, ONE) => Some(ZERO),
            (_, ZERO) | (ONE, _) => Some(f),
            _ => self.table.recall(f, *g),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The family of these sets; bit i of a set stands for level i.
    fn family(zbdd: &mut Zbdd<'_>, sets: &[u32], level: u32) -> u32 {
        if sets.is_empty() || sets == [0] {
            return sets.len() as u32;
        }
        let (with, without): (Vec<u32>, Vec<u32>) = sets.iter().partition(|set| **set >> level & 1 == 1);
        let with: Vec<u32> = with.iter().map(|set| set & !(1 << level)).collect();
        let (high, low) = (family(zbdd, &with, level + 1), family(zbdd, &without, level + 1));
        zbdd.node(level, high, low).unwrap()
    }

    /// Sets of six elements, none in another.
    fn minimal(draws: impl Iterator<Item = u32>) -> Vec<u32> {
        let sets: Vec<u32> = draws.collect();
        let inner = |set: u32| sets.iter().any(|other| *other != set && other & set == *other);
        let mut out: Vec<u32> = sets.iter().copied().filter(|set| !inner(*set)).collect();
        out.sort_unstable();
        out.dedup();
        out
    }

    #[test]
    fn without_leaves_the_sets_that_contain_none_of_the_others() {
        let mut state = 1u64;
        let mut draw = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as u32
        };
        let never = || false;
        for _ in 0..5000 {
            let mut zbdd = Zbdd::new(Table::new(10_000, &never));
            let sizes = (draw() % 9, draw() % 6);
            let f = minimal((0..sizes.0).map(|_| draw() & 63));
            let g = minimal((0..sizes.1).map(|_| draw() & 63));
            let rest: Vec<u32> = f.iter().copied().filter(|set| !g.iter().any(|o| o & set == *o)).collect();
            let (first, second) = (family(&mut zbdd, &f, 0), family(&mut zbdd, &g, 0));
            let wanted = family(&mut zbdd, &rest, 0);
            assert_eq!(zbdd.without(first, second).unwrap(), wanted, "{f:?} without {g:?}");
            assert_eq!(zbdd.without(first, first).unwrap(), ZERO, "{f:?} without itself");
        }
    }
}
