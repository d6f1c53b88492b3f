//! Level as a step function over time: of a service from the course that was chosen for it, of anything else from when
//! it is there.
//!
//! In series the least level counts, of alternatives the best, never a product.

use base::Span;

use crate::course::{Candidate, Fate};
use crate::interval::Intervals;

/// A level from each instant on until the next, the first from t = 0 on.
#[derive(Clone, Debug, PartialEq)]
pub struct Levels(Vec<(Span, f64)>);

impl Levels {
    /// The same for ever.
    pub fn always(level: f64) -> Levels {
        Levels(vec![(Span::ZERO, level)])
    }

    /// This level at the instants of a set, nothing at all others.
    pub fn within(up: &Intervals, level: f64) -> Levels {
        let ends = up.iter().flat_map(|(from, to)| [(from, level), (to, 0.0)]);
        Levels::tidy(std::iter::once((Span::ZERO, 0.0)).chain(ends))
    }

    /// Of steps in order the last at each instant; steps that change nothing are left out.
    fn tidy(steps: impl IntoIterator<Item = (Span, f64)>) -> Levels {
        let mut out: Vec<(Span, f64)> = Vec::new();
        for (at, level) in steps.into_iter().filter(|(at, _)| !at.is_never()) {
            if out.last().is_some_and(|(last, _)| *last == at) {
                out.pop();
            }
            if out.last().is_none_or(|(_, before)| *before != level) {
                out.push((at, level));
            }
        }
        Levels(out)
    }

    /// The steps.
    pub fn steps(&self) -> &[(Span, f64)] {
        &self.0
    }

    /// The level at an instant.
    pub fn at(&self, t: Span) -> f64 {
        self.0.iter().rev().find(|(from, _)| *from <= t).map_or(0.0, |(_, level)| *level)
    }

    /// Of several, at each instant the k-th best, the first being the best; full level where fewer than one is asked for.
    pub fn best_of(all: &[Levels], k: usize) -> Levels {
        let Some(rank) = k.checked_sub(1) else { return Levels::always(1.0) };
        let mut instants: Vec<Span> = all.iter().flat_map(|one| one.0.iter().map(|(at, _)| *at)).collect();
        instants.push(Span::ZERO);
        instants.sort_unstable();
        instants.dedup();
        Levels::tidy(instants.into_iter().map(|t| {
            let mut levels: Vec<f64> = all.iter().map(|one| one.at(t)).collect();
            levels.sort_by(|a, b| b.total_cmp(a));
            (t, levels.get(rank).copied().unwrap_or(0.0))
        }))
    }

    /// The lesser of two at each instant.
    #[must_use]
    pub fn least(&self, other: &Levels) -> Levels {
        Levels::best_of(&[self.clone(), other.clone()], 2)
    }

    /// The greater of two at each instant.
    #[must_use]
    pub fn greatest(&self, other: &Levels) -> Levels {
        Levels::best_of(&[self.clone(), other.clone()], 1)
    }

    /// The instants at which the level is enough.
    pub fn reached(&self, enough: &dyn Fn(f64) -> bool) -> Intervals {
        let ends = self.0.iter().skip(1).map(|(at, _)| *at).chain([Span::NEVER]);
        let runs = self.0.iter().zip(ends).filter(|((_, level), _)| enough(*level));
        Intervals::collect(runs.map(|((from, _), to)| (*from, to)))
    }
}

/// Level of a service: its normal way until that stops, then the chosen course. What would be there besides does not
/// count: going back to it is a step of its own.
pub(crate) fn of_service(fate: &Fate, chosen: Option<&Candidate>) -> Levels {
    if fate.stops.is_never() {
        return Levels::always(fate.candidates.first().map_or(fate.level, |course| course.level));
    }
    let before = Intervals::from(Span::ZERO, fate.stops);
    let own = Levels::within(&before.union(&fate.partly), fate.level);
    match chosen.filter(|course| course.broken.is_none()) {
        Some(course) => own.greatest(&Levels::within(&course.up.minus(&before), course.level)),
        None => own,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn h(n: u64) -> Span {
        Span::hours(n)
    }

    fn within(from: u64, to: u64, level: f64) -> Levels {
        Levels::within(&Intervals::from(h(from), h(to)), level)
    }

    #[test]
    fn the_least_in_series_and_the_best_of_alternatives() {
        let servers = Levels::always(0.5);
        assert_eq!(servers.least(&Levels::always(0.5)), Levels::always(0.5), "never a product");
        let backup = within(4, 10, 0.5);
        let paper = within(1, 8, 0.3);
        let both = backup.greatest(&paper);
        assert_eq!(both.steps(), [(h(0), 0.0), (h(1), 0.3), (h(4), 0.5), (h(10), 0.0)]);
        assert_eq!(backup.least(&paper).steps(), [(h(0), 0.0), (h(4), 0.3), (h(8), 0.0)]);
        assert_eq!(Levels::best_of(&[], 0), Levels::always(1.0));
        assert_eq!(Levels::best_of(&[servers], 2), Levels::always(0.0), "two of one there never are");
    }

    #[test]
    fn a_level_that_falls_opens_an_interruption() {
        let levels = within(0, 5, 1.0).greatest(&within(5, 9, 0.4));
        let up = levels.reached(&|level| level >= 0.5);
        assert_eq!(up, Intervals::from(h(0), h(5)), "running at 40 % is interrupted where 50 % is needed");
        assert_eq!(levels.reached(&|level| level >= 0.4), Intervals::from(h(0), h(9)));
    }

    fn levels() -> impl Strategy<Value = Levels> {
        prop::collection::vec((0u64..20, 0u64..20, 0u8..5), 0..5).prop_map(|parts| {
            let parts =
                parts.into_iter().map(|(a, b, level)| within(a.min(b), a.max(b), f64::from(level) / 4.0));
            parts.fold(Levels::always(0.0), |sum, part| sum.greatest(&part))
        })
    }

    proptest! {
        #[test]
        fn each_instant_by_itself(x in levels(), y in levels(), z in levels(), k in 1usize..4, t in 0u64..25) {
            let mut all = [x.at(h(t)), y.at(h(t)), z.at(h(t))];
            all.sort_by(|a, b| b.total_cmp(a));
            let joined = Levels::best_of(&[x.clone(), y, z], k);
            prop_assert_eq!(joined.at(h(t)), all[k - 1]);
            prop_assert_eq!(x.reached(&|level| level >= 0.5).contains(h(t)), x.at(h(t)) >= 0.5);
            prop_assert!(joined.steps().windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 != pair[1].1));
        }
    }
}
