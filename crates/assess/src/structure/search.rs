//! All minimal failing sets of a monotone function that can only be asked.
//!
//! A *cut* is a minimal set that fails. A *path* is what is left out of a greatest set that does not fail: at least
//! one of it has to fail. Cuts are exactly the minimal sets that meet every path, and the other way round (Berge 1989,
//! "Hypergraphs", ch. 2). So the paths known so far are searched for minimal sets that meet them all; one that fails
//! is a cut, and one that does not is grown into a greatest set, which gives a new path (Gunopulos et al. 2003,
//! "Discovering all most specific sentences"). Once every set found fails, no path is missing, and the paths are the
//! whole function. The search follows Murakami and Uno 2014, "Efficient algorithms for dualizing large-scale
//! hypergraphs" (MMCS), by growing order, with a stack of its own.

use rustc_hash::FxHashSet;

use crate::set::Set;

/// How far a listing is complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Nothing could be asked.
    Nothing,
    /// All minimal sets of at most so many events are known.
    Order(usize),
    /// All minimal sets are known.
    All,
}

/// Whether a set fails; nothing when nobody may ask any more.
pub(crate) type Ask<'a> = &'a dyn Fn(&Set) -> Option<bool>;

/// What was asked too often.
pub(crate) struct Exhausted;

/// What is known of the function.
pub(crate) struct Search<'a> {
    fails: Ask<'a>,
    size: usize,
    /// Members that do not count for the order of a set.
    free: &'a Set,
    /// Nodes of the search that may still be visited.
    nodes: u64,
    pub(crate) paths: Vec<Set>,
    pub(crate) cuts: FxHashSet<Set>,
    pub(crate) reach: Reach,
}

/// A choice of the search: one of `options` is taken next.
struct Frame {
    options: Vec<usize>,
    /// The one that is taken now.
    taken: Option<usize>,
    /// Members that may still be taken further down.
    rest: Set,
}

/// What a walk through all small sets came upon.
#[derive(Clone, Copy, Default)]
struct Walk {
    /// A path that was not known.
    news: bool,
    /// Sets that were too large to be followed.
    cut_off: bool,
}

impl<'a> Search<'a> {
    /// Nothing is known yet of a function of `size` events.
    pub(crate) fn new(fails: Ask<'a>, size: usize, free: &'a Set, nodes: u64) -> Search<'a> {
        let (paths, cuts) = (Vec::new(), FxHashSet::default());
        Search { fails, size, free, nodes, paths, cuts, reach: Reach::Nothing }
    }

    /// Learns as much as may be asked, small sets first.
    pub(crate) fn run(&mut self) {
        let mut order = 0;
        while let Ok(walk) = self.all_of(order) {
            self.reach = if walk.cut_off { Reach::Order(order) } else { Reach::All };
            if self.reach == Reach::All {
                break;
            }
            order += 1;
        }
    }

    /// Walks until a walk brings nothing new.
    fn all_of(&mut self, order: usize) -> Result<Walk, Exhausted> {
        loop {
            let walk = self.walk(order)?;
            if !walk.news {
                return Ok(walk);
            }
        }
    }

    fn walk(&mut self, order: usize) -> Result<Walk, Exhausted> {
        let mut walk = Walk::default();
        let everything = Set::of(self.size, 0..self.size);
        let mut chosen = Set::empty(self.size);
        let mut stack: Vec<Frame> = self.enter(&chosen, everything, order, &mut walk)?.into_iter().collect();
        while let Some(frame) = stack.last_mut() {
            if let Some(done) = frame.taken.take() {
                chosen.remove(done);
                frame.rest.insert(done);
            }
            let Some(option) = frame.options.pop() else {
                stack.pop();
                continue;
            };
            chosen.insert(option);
            frame.taken = Some(option);
            if self.all_needed(&chosen) {
                let rest = frame.rest.clone();
                stack.extend(self.enter(&chosen, rest, order, &mut walk)?);
            }
        }
        Ok(walk)
    }

    /// What to choose from next, if the chosen ones miss a path.
    fn enter(
        &mut self,
        chosen: &Set,
        mut rest: Set,
        order: usize,
        walk: &mut Walk,
    ) -> Result<Option<Frame>, Exhausted> {
        self.nodes = self.nodes.checked_sub(1).ok_or(Exhausted)?;
        let missed = |path: &&Set| !path.meets(chosen);
        while !self.paths.iter().any(|path| missed(&path)) {
            if self.cuts.contains(chosen) {
                return Ok(None);
            }
            if self.ask(chosen)? {
                self.cuts.insert(chosen.clone());
                return Ok(None);
            }
            let greatest = self.grow(chosen)?;
            self.paths.push(Set::of(self.size, 0..self.size).minus(&greatest));
            walk.news = true;
        }
        let tightest = self.paths.iter().filter(missed).min_by_key(|path| path.shared(&rest));
        let Some(path) = tightest else { return Ok(None) };
        let options = path.and(&rest);
        rest = rest.minus(&options);
        let full = chosen.minus(self.free).iter().count() >= order;
        let mut options: Vec<usize> = options.iter().collect();
        if full {
            let all = options.len();
            options.retain(|option| self.free.contains(*option));
            walk.cut_off |= options.len() < all;
        }
        Ok(Some(Frame { options, taken: None, rest }))
    }

    /// Whether each of the chosen ones is the only one on some path.
    fn all_needed(&self, chosen: &Set) -> bool {
        let mut open = chosen.clone();
        for path in &self.paths {
            if let Some(only) = path.and(chosen).only() {
                open.remove(only);
            }
        }
        open.iter().next().is_none()
    }

    /// Whether a set fails: what follows from what is known need not be asked.
    fn ask(&self, set: &Set) -> Result<bool, Exhausted> {
        if self.paths.iter().any(|path| !path.meets(set)) {
            return Ok(false);
        }
        if self.cuts.iter().any(|cut| cut.within(set)) {
            return Ok(true);
        }
        (self.fails)(set).ok_or(Exhausted)
    }

    /// A greatest set that does not fail and contains `set`, which does not: halves are tried first.
    fn grow(&self, set: &Set) -> Result<Set, Exhausted> {
        let others: Vec<usize> = (0..self.size).filter(|event| !set.contains(*event)).collect();
        let mut out = set.clone();
        let mut open: Vec<&[usize]> = vec![&others];
        while let Some(part) = open.pop() {
            let more = out.with(part);
            if !self.ask(&more)? {
                out = more;
            } else if part.len() > 1 {
                let (left, right) = part.split_at(part.len() / 2);
                open.extend([right, left]);
            }
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    /// What the search finds of the function that fails where all of one of `sets` do.
    fn learn(size: usize, sets: &[&[usize]], calls: u64) -> (Vec<Vec<usize>>, Reach) {
        let sets: Vec<Set> = sets.iter().map(|set| Set::of(size, set.iter().copied())).collect();
        let left = Cell::new(calls);
        let fails = |asked: &Set| {
            left.set(left.get().checked_sub(1)?);
            Some(sets.iter().any(|set| set.within(asked)))
        };
        let free = Set::empty(size);
        let mut search = Search::new(&fails, size, &free, 1_000_000);
        search.run();
        let mut cuts: Vec<Vec<usize>> = search.cuts.iter().map(|cut| cut.iter().collect()).collect();
        cuts.sort();
        (cuts, search.reach)
    }

    #[test]
    fn finds_all_sets_and_knows_that_it_has_them() {
        let sets: [&[usize]; 4] = [&[0], &[1, 2], &[1, 3, 4], &[2, 3, 5, 6]];
        let (cuts, reach) = learn(70, &sets, 10_000);
        assert_eq!(cuts, sets.map(<[usize]>::to_vec));
        assert_eq!(reach, Reach::All);
    }

    #[test]
    fn functions_that_are_certain_or_impossible() {
        assert_eq!(learn(5, &[&[]], 100), (vec![vec![]], Reach::All));
        assert_eq!(learn(5, &[], 100), (vec![], Reach::All));
        assert_eq!(learn(0, &[], 100), (vec![], Reach::All));
    }

    #[test]
    fn stops_when_nobody_may_ask_and_says_how_far_it_came() {
        let sets: [&[usize]; 3] = [&[0], &[1, 2], &[3, 4, 5]];
        assert_eq!(learn(20, &sets, 0).1, Reach::Nothing);
        let mut last = Reach::Nothing;
        for calls in 0..500 {
            let (cuts, reach) = learn(20, &sets, calls);
            let known = |cut: &Vec<usize>| sets.contains(&cut.as_slice());
            assert!(cuts.iter().all(known), "what is listed is always a cut");
            if let Reach::Order(order) = reach {
                let small = sets.iter().filter(|set| set.len() <= order);
                assert!(small.into_iter().all(|set| cuts.contains(&set.to_vec())), "{calls} {order}");
            }
            assert!(reach >= last, "more questions never tell less");
            last = reach;
        }
        assert_eq!(last, Reach::All);
    }
}
