//! Sets of half-open intervals [a, b) on the time axis from the first loss.

use base::Span;
use smallvec::{SmallVec, smallvec};

/// Most sets have one or two parts: up until something, and again from something on.
type Parts = SmallVec<[(Span, Span); 2]>;

/// A set of instants as disjoint, sorted, non-touching intervals [a, b).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Intervals(Parts);

impl Intervals {
    /// No instant.
    pub const NONE: Intervals = Intervals(SmallVec::new_const());

    /// No instant.
    pub fn none() -> Intervals {
        Intervals::NONE
    }

    /// Every instant from 0 on.
    pub fn always() -> Intervals {
        Intervals::from(Span::ZERO, Span::NEVER)
    }

    /// [a, b); empty if b ≤ a.
    pub fn from(a: Span, b: Span) -> Intervals {
        if a < b { Intervals(smallvec![(a, b)]) } else { Intervals::none() }
    }

    /// From any intervals, in any order, touching or not.
    pub fn collect(parts: impl IntoIterator<Item = (Span, Span)>) -> Intervals {
        let mut parts: Parts = parts.into_iter().filter(|(a, b)| a < b).collect();
        parts.sort_unstable();
        let mut out = Parts::new();
        for (a, b) in parts {
            match out.last_mut() {
                Some(last) if last.1 >= a => last.1 = last.1.max(b),
                _ => out.push((a, b)),
            }
        }
        Intervals(out)
    }

    /// The intervals in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (Span, Span)> + '_ {
        self.0.iter().copied()
    }

    /// Whether there is no instant in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether every instant is in it.
    pub fn is_always(&self) -> bool {
        self.0.as_slice() == [(Span::ZERO, Span::NEVER)]
    }

    /// Whether instant `t` is in it.
    pub fn contains(&self, t: Span) -> bool {
        self.0.iter().any(|(a, b)| *a <= t && t < *b)
    }

    /// Instants in either.
    #[must_use]
    pub fn union(&self, other: &Intervals) -> Intervals {
        if other.is_empty() || self.is_always() {
            return self.clone();
        }
        if self.is_empty() || other.is_always() {
            return other.clone();
        }
        Intervals::collect(self.iter().chain(other.iter()))
    }

    /// Instants in neither.
    #[must_use]
    pub fn complement(&self) -> Intervals {
        let mut out = Parts::new();
        let mut from = Span::ZERO;
        for (a, b) in self.iter() {
            if from < a {
                out.push((from, a));
            }
            from = b;
        }
        if from < Span::NEVER {
            out.push((from, Span::NEVER));
        }
        Intervals(out)
    }

    /// Instants in both.
    #[must_use]
    pub fn intersect(&self, other: &Intervals) -> Intervals {
        if other.is_always() || self.is_empty() {
            return self.clone();
        }
        if self.is_always() || other.is_empty() {
            return other.clone();
        }
        let (mut mine, mut theirs) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut out = Parts::new();
        while let (Some(&&(a, b)), Some(&&(c, d))) = (mine.peek(), theirs.peek()) {
            if a.max(c) < b.min(d) {
                out.push((a.max(c), b.min(d)));
            }
            if b <= d {
                mine.next()
            } else {
                theirs.next()
            };
        }
        Intervals(out)
    }

    /// Instants in at least `k` of the sets.
    pub fn at_least_of<'s>(sets: impl Iterator<Item = &'s Intervals> + Clone, k: usize) -> Intervals {
        if k == 0 {
            return Intervals::always();
        }
        // +1 where an interval begins, -1 where it ends; ends first, so that touching ones do not overlap.
        let ends = sets.flat_map(|set| set.iter().flat_map(|(a, b)| [(a, 1i64), (b, -1)]));
        let mut ends: Vec<(Span, i64)> = ends.collect();
        ends.sort_unstable();
        let (mut depth, mut since, mut out) = (0i64, None, Parts::new());
        for (at, step) in ends {
            depth += step;
            let enough = usize::try_from(depth).is_ok_and(|depth| depth >= k);
            match (enough, since) {
                (true, None) => since = Some(at),
                (false, Some(from)) => {
                    out.push((from, at));
                    since = None;
                }
                _ => {}
            }
        }
        Intervals::collect(out)
    }

    /// Instants in this and not in the other.
    #[must_use]
    pub fn minus(&self, other: &Intervals) -> Intervals {
        self.intersect(&other.complement())
    }

    /// Without the intervals shorter than `hold`.
    #[must_use]
    pub fn at_least(&self, hold: Span) -> Intervals {
        Intervals(self.iter().filter(|(a, b)| *b - *a >= hold).collect())
    }

    /// Earliest end of work of length `d` that starts no earlier than `start` and needs every instant of its run to be
    /// in this set; a start that fails begins again from zero. ∞ if there is no room for it.
    pub fn earliest_end(&self, start: Span, d: Span) -> Span {
        for (a, b) in self.iter() {
            let begin = a.max(start);
            let end = begin + d;
            if begin < b && end <= b && !end.is_never() {
                return end;
            }
        }
        Span::NEVER
    }

    /// The first instant in the set at or after `t`.
    pub fn next(&self, t: Span) -> Span {
        self.iter().find(|(_, b)| *b > t).map_or(Span::NEVER, |(a, _)| a.max(t))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn h(n: u64) -> Span {
        Span::hours(n)
    }

    #[test]
    fn a_restarting_step_waits_for_room() {
        // Restore 4 h from 3 h on, generator dry [5h, 72h): restarting ends at 76 h.
        let power = Intervals::from(h(5), h(72)).complement();
        assert_eq!(power.earliest_end(h(3), h(4)), h(76));
        assert_eq!(power.earliest_end(h(0), h(5)), h(5));
        assert_eq!(Intervals::none().earliest_end(h(0), h(1)), Span::NEVER);
    }

    #[test]
    fn sets_behave() {
        let set = Intervals::collect([(h(5), h(6)), (h(0), h(2)), (h(2), h(3))]);
        assert_eq!(set.iter().collect::<Vec<_>>(), [(h(0), h(3)), (h(5), h(6))]);
        assert_eq!(set.complement().iter().next(), Some((h(3), h(5))));
        assert_eq!(set.next(h(4)), h(5));
        assert!(set.at_least(h(2)).contains(h(1)) && !set.at_least(h(2)).contains(h(5)));
        assert!(Intervals::none().complement().is_always());
    }

    fn intervals() -> impl Strategy<Value = Intervals> {
        prop::collection::vec((0u64..30, 0u64..30), 0..6)
            .prop_map(|v| Intervals::collect(v.into_iter().map(|(a, b)| (h(a), h(b)))))
    }

    proptest! {
        #[test]
        fn enough_of_several(x in intervals(), y in intervals(), z in intervals(), k in 0usize..5, t in 0u64..40) {
            let all = [x, y, z];
            let held = all.iter().filter(|set| set.contains(h(t))).count();
            prop_assert_eq!(Intervals::at_least_of(all.iter(), k).contains(h(t)), held >= k);
        }

        #[test]
        fn they_are_sets(x in intervals(), y in intervals(), t in 0u64..40) {
            let t = h(t);
            prop_assert_eq!(x.union(&y).contains(t), x.contains(t) || y.contains(t));
            prop_assert_eq!(x.intersect(&y).contains(t), x.contains(t) && y.contains(t));
            prop_assert_eq!(x.complement().contains(t), !x.contains(t));
            prop_assert_eq!(x.complement().complement(), x);
        }

        #[test]
        fn starting_later_never_ends_earlier(x in intervals(), s in 0u64..30, d in 0u64..10) {
            prop_assert!(x.earliest_end(h(s), h(d)) <= x.earliest_end(h(s + 1), h(d)));
        }
    }
}
