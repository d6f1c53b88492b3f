//! Reading facts at one corner: everything unknown at its best, or at its worst. What was read as unknown, and what
//! was assumed, is remembered, because a verdict must name it.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use base::Span;
use plan::{Assume, Class, Existence, Fact};

use crate::assume::Assumed;

/// Which end of what is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Corner {
    /// All unknown facts turn out well.
    Best,
    /// All unknown facts turn out badly.
    Worst,
}

impl Corner {
    /// The other one.
    #[must_use]
    pub fn flip(self) -> Corner {
        if self == Corner::Best { Corner::Worst } else { Corner::Best }
    }
}

/// Whether more of a duration is good (fuel) or bad (a repair). Every fact has a declared direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// More is better.
    MoreIsBetter,
    /// More is worse.
    MoreIsWorse,
}

/// What a reading of facts touched.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Touched {
    /// Paths of facts that are unknown.
    pub unknown: BTreeSet<String>,
    /// Assumptions used: name and value.
    pub assumed: BTreeMap<&'static str, Span>,
}

/// Facts at one corner and for one class of loss.
#[derive(Debug)]
pub struct Facts {
    corner: Corner,
    pinned: BTreeMap<String, Corner>,
    class: Class,
    assume: Assume,
    touched: RefCell<Touched>,
}

impl Facts {
    /// Facts at `corner`; those in `pinned` at a corner of their own.
    pub fn new(corner: Corner, pinned: BTreeMap<String, Corner>, class: Class, assume: Assume) -> Facts {
        Facts { corner, pinned, class, assume, touched: RefCell::default() }
    }

    /// What was touched so far.
    pub fn touched(&self) -> Touched {
        self.touched.borrow().clone()
    }

    /// The corner of a fact that is unknown; the fact is remembered.
    pub fn corner(&self, path: &str) -> Corner {
        self.touched.borrow_mut().unknown.insert(path.to_owned());
        self.pinned.get(path).copied().unwrap_or(self.corner)
    }

    /// Whether an unknown yes-or-no fact is `good`: true at the best corner.
    pub fn luck(&self, path: &str) -> bool {
        self.corner(path) == Corner::Best
    }

    /// A duration. `none` is ∞ for what is bad when long (no repair), zero for what is good when long (no battery).
    pub fn span(&self, path: &str, fact: &Fact<Span>, more: Direction, standard: Option<Assumed>) -> Span {
        let worse_end = matches!(more, Direction::MoreIsWorse);
        match fact {
            Fact::Exact(span) => *span,
            Fact::Nothing => self.end(Corner::Worst, more),
            Fact::Absent => match standard {
                Some(standard) if self.assume == Assume::Standard => self.assumed(standard),
                _ => self.end(self.corner(path), more),
            },
            Fact::Unknown => self.end(self.corner(path), more),
            Fact::Range(low, high) => {
                let high = high.unwrap_or(Span::NEVER);
                let low_is_good = worse_end;
                if (self.corner(path) == Corner::Best) == low_is_good { *low } else { high }
            }
            // It varies rather than being unknown; the planning value is its bad end.
            Fact::Likely { min, max, .. } => {
                if worse_end {
                    *max
                } else {
                    *min
                }
            }
            Fact::PerClass { failure, disaster } => {
                let inner = if self.class == Class::Failure { failure } else { disaster };
                self.span(path, inner, more, standard)
            }
            Fact::Disputed(sources) => self.disputed(path, sources, more, standard),
        }
    }

    fn disputed(
        &self,
        path: &str,
        sources: &[(String, Fact<Span>)],
        more: Direction,
        standard: Option<Assumed>,
    ) -> Span {
        let good = self.corner(path) == Corner::Best;
        let values = sources.iter().map(|(_, fact)| self.span(path, fact, more, standard));
        let wanted = if good == (more == Direction::MoreIsWorse) { values.min() } else { values.max() };
        wanted.unwrap_or_else(|| self.end(self.corner(path), more))
    }

    fn end(&self, corner: Corner, more: Direction) -> Span {
        if (corner == Corner::Best) == (more == Direction::MoreIsWorse) { Span::ZERO } else { Span::NEVER }
    }

    /// Uses an assumption, and remembers it. Callers ask `assumes` first.
    pub fn assumed(&self, (name, value): Assumed) -> Span {
        self.touched.borrow_mut().assumed.insert(name, value);
        value
    }

    /// Whether standard times stand in for facts left out.
    pub fn assumes(&self) -> bool {
        self.assume == Assume::Standard
    }

    /// A whole number of units or heads, of which more is better.
    pub fn count(&self, path: &str, fact: &Fact<u32>, absent: u32) -> u32 {
        match fact {
            Fact::Exact(n) => *n,
            Fact::Nothing => 0,
            Fact::Absent => absent,
            Fact::Unknown => {
                if self.luck(path) {
                    u32::MAX
                } else {
                    0
                }
            }
            Fact::Range(low, high) => {
                if self.luck(path) {
                    high.unwrap_or(u32::MAX)
                } else {
                    *low
                }
            }
            Fact::Likely { min, .. } => *min,
            Fact::PerClass { failure, disaster } => {
                self.count(path, if self.class == Class::Failure { failure } else { disaster }, absent)
            }
            Fact::Disputed(sources) => {
                let luck = self.luck(path);
                let values = sources.iter().map(|(_, fact)| self.count(path, fact, absent));
                if luck { values.max() } else { values.min() }.unwrap_or(0)
            }
        }
    }

    /// A share between 0 and 1, of which more is better.
    pub fn share(&self, path: &str, fact: &Fact<f64>, absent: f64) -> f64 {
        match fact {
            Fact::Exact(share) => *share,
            Fact::Nothing => 0.0,
            Fact::Absent => absent,
            Fact::Unknown => {
                if self.luck(path) {
                    1.0
                } else {
                    0.0
                }
            }
            Fact::Range(low, high) => {
                if self.luck(path) {
                    high.unwrap_or(1.0)
                } else {
                    *low
                }
            }
            Fact::Likely { min, .. } => *min,
            Fact::PerClass { failure, disaster } => {
                self.share(path, if self.class == Class::Failure { failure } else { disaster }, absent)
            }
            Fact::Disputed(sources) => {
                let luck = self.luck(path);
                let values = sources.iter().map(|(_, fact)| self.share(path, fact, absent));
                values.reduce(if luck { f64::max } else { f64::min }).unwrap_or(0.0)
            }
        }
    }

    /// Whether a thing is really there. Left out means yes: it was written down as a thing.
    pub fn exists(&self, path: &str, fact: &Fact<Existence>) -> bool {
        match fact {
            Fact::Absent => true,
            Fact::Exact(existence) => *existence == Existence::Yes,
            Fact::Nothing => false,
            Fact::PerClass { failure, disaster } => {
                self.exists(path, if self.class == Class::Failure { failure } else { disaster })
            }
            Fact::Unknown | Fact::Range(..) | Fact::Likely { .. } | Fact::Disputed(_) => self.luck(path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(corner: Corner, assume: Assume) -> Facts {
        Facts::new(corner, BTreeMap::new(), Class::Disaster, assume)
    }

    #[test]
    fn unknown_repair_is_zero_at_best_and_never_at_worst() {
        for (corner, expected) in [(Corner::Best, Span::ZERO), (Corner::Worst, Span::NEVER)] {
            let facts = facts(corner, Assume::None);
            assert_eq!(
                facts.span("x.repair", &Fact::Absent, Direction::MoreIsWorse, Some(crate::assume::REPAIR)),
                expected
            );
            assert!(facts.touched().unknown.contains("x.repair"));
        }
    }

    #[test]
    fn an_assumption_is_used_only_when_asked_for_and_remembered() {
        let facts = facts(Corner::Worst, Assume::Standard);
        let span = facts.span("x.repair", &Fact::Absent, Direction::MoreIsWorse, Some(crate::assume::REPAIR));
        assert_eq!(span, Span::days(1));
        assert_eq!(facts.touched().assumed.get("repair"), Some(&Span::days(1)));
        let written =
            facts.span("x.repair", &Fact::Unknown, Direction::MoreIsWorse, Some(crate::assume::REPAIR));
        assert_eq!(written, Span::NEVER, "`unknown` outright is never filled in");
    }

    #[test]
    fn ranges_and_disputes_have_two_ends() {
        let range = Fact::Range(Span::hours(2), Some(Span::hours(8)));
        let disputed =
            Fact::Disputed(vec![("a".into(), Fact::Exact(Span::hours(1))), ("b".into(), range.clone())]);
        let at = |corner, fact: &Fact<Span>| {
            facts(corner, Assume::None).span("p", fact, Direction::MoreIsWorse, None)
        };
        assert_eq!((at(Corner::Best, &range), at(Corner::Worst, &range)), (Span::hours(2), Span::hours(8)));
        assert_eq!(
            (at(Corner::Best, &disputed), at(Corner::Worst, &disputed)),
            (Span::hours(1), Span::hours(8))
        );
        let fuel = facts(Corner::Worst, Assume::None).span("p", &range, Direction::MoreIsBetter, None);
        assert_eq!(fuel, Span::hours(2));
    }
}
