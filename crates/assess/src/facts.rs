//! Reading facts at one corner: everything unknown at its best, or at its worst. What was read as unknown, and what
//! was assumed, is remembered, because a verdict must name it.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use base::{Bytes, Rate, Span};
use plan::{Assume, Class, Commitment, Existence, Fact};

use crate::assume::Assumed;

/// Which end of what is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Corner {
    /// All unknown facts turn out well.
    Best,
    /// All unknown facts turn out badly.
    Worst,
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
    /// Times that vary, of those that are worse when longer: path, and least, most likely and greatest length.
    pub varies: BTreeMap<String, [Span; 3]>,
}

impl Touched {
    /// Adds what another reading touched.
    pub fn absorb(&mut self, other: &Touched) {
        self.unknown.extend(other.unknown.iter().cloned());
        self.assumed.extend(&other.assumed);
        self.varies.extend(other.varies.iter().map(|(path, ends)| (path.clone(), *ends)));
    }
}

/// Names a fact; asked only where the fact is not known, which is seldom.
pub type Path<'a> = &'a dyn Fn() -> String;

/// How a kind of value is read.
struct Rule<T> {
    /// Most favourable value there is.
    good: T,
    /// Least favourable value there is.
    bad: T,
    /// What `none` means.
    nothing: T,
    more: Direction,
}

/// Facts at one corner and for one class of loss.
#[derive(Debug)]
pub struct Facts {
    corner: Corner,
    pinned: BTreeMap<String, Corner>,
    /// Lengths that stand for times that vary.
    drawn: BTreeMap<String, Span>,
    class: Class,
    assume: Assume,
    /// Whether nobody asks what was touched.
    quiet: bool,
    touched: RefCell<Touched>,
    /// Whether anything unknown was ever read, be it for something that was given up.
    open: Cell<bool>,
}

impl Facts {
    /// Facts at `corner`; those in `pinned` at a corner of their own.
    pub fn new(corner: Corner, pinned: BTreeMap<String, Corner>, class: Class, assume: Assume) -> Facts {
        let drawn = BTreeMap::new();
        let (touched, open) = (RefCell::default(), Cell::new(false));
        Facts { corner, pinned, drawn, class, assume, quiet: false, touched, open }
    }

    /// The same, with these lengths for times that vary, by path.
    pub(crate) fn with(self, drawn: BTreeMap<String, Span>) -> Facts {
        Facts { drawn, ..self }
    }

    /// Facts at `corner` of which nobody will ask what was touched.
    pub fn quiet(corner: Corner, class: Class, assume: Assume) -> Facts {
        Facts { quiet: true, ..Facts::new(corner, BTreeMap::new(), class, assume) }
    }

    /// Does something, and gives what it touched beside its result.
    pub fn scoped<R>(&self, work: impl FnOnce() -> R) -> (R, Touched) {
        if self.quiet {
            return (work(), Touched::default());
        }
        let outer = self.touched.take();
        let result = work();
        (result, self.touched.replace(outer))
    }

    /// Adds what an earlier reading touched: its result is used again.
    pub fn absorb(&self, touched: &Touched) {
        if *touched != Touched::default() {
            self.touched.borrow_mut().absorb(touched);
        }
    }

    /// The corner of a fact that is unknown; the fact is remembered.
    pub fn corner(&self, path: Path<'_>) -> Corner {
        if self.quiet {
            return self.corner;
        }
        self.open.set(true);
        let path = path();
        let corner = self.pinned.get(&path).copied().unwrap_or(self.corner);
        self.touched.borrow_mut().unknown.insert(path);
        corner
    }

    /// Whether anything was read that is unknown: the other corner may then tell something else.
    pub(crate) fn is_open(&self) -> bool {
        self.open.get()
    }

    /// Whether an unknown yes-or-no fact is `good`: true at the best corner.
    pub fn luck(&self, path: Path<'_>) -> bool {
        self.corner(path) == Corner::Best
    }

    /// A duration. `none` is ∞ for what is bad when long (no repair), zero for what is good when long (no battery).
    pub fn span(
        &self,
        path: Path<'_>,
        fact: &Fact<Span>,
        more: Direction,
        standard: Option<Assumed>,
    ) -> Span {
        let (good, bad) = match more {
            Direction::MoreIsWorse => (Span::ZERO, Span::NEVER),
            Direction::MoreIsBetter => (Span::NEVER, Span::ZERO),
        };
        let absent = || standard.filter(|_| self.assumes()).map(|standard| self.assumed(standard));
        if more == Direction::MoreIsWorse && !self.quiet {
            self.remember_spread(path, fact);
            if let Some(length) = self.length(path, fact) {
                return length;
            }
        }
        self.read(path, fact, &Rule { good, bad, nothing: bad, more }, &absent)
    }

    fn remember_spread(&self, path: Path<'_>, fact: &Fact<Span>) {
        match fact {
            Fact::Likely { min, likely, max } => {
                let ends = [*min, *likely, *max];
                let mut touched = self.touched.borrow_mut();
                let known = touched.varies.entry(path()).or_insert(ends);
                // Two steps of one name: a draw by name would give both the same length.
                if *known != ends {
                    *known = [known[2].max(*max); 3];
                }
            }
            Fact::PerClass { failure, disaster } => {
                self.remember_spread(path, if self.class == Class::Failure { failure } else { disaster });
            }
            _ => {}
        }
    }

    /// What stands for a time that varies, if anything does.
    fn length(&self, path: Path<'_>, fact: &Fact<Span>) -> Option<Span> {
        let varies = matches!(fact, Fact::Likely { .. } | Fact::PerClass { .. });
        if self.drawn.is_empty() || !varies { None } else { self.drawn.get(&path()).copied() }
    }

    /// A whole number of units or heads, of which more is better.
    pub fn count(&self, path: Path<'_>, fact: &Fact<u32>, absent: u32) -> u32 {
        let rule = Rule { good: u32::MAX, bad: 0, nothing: 0, more: Direction::MoreIsBetter };
        self.read(path, fact, &rule, &|| Some(absent))
    }

    /// A number of units of which fewer is better.
    pub fn least(&self, path: Path<'_>, fact: &Fact<u32>, absent: u32) -> u32 {
        let rule = Rule { good: 0, bad: u32::MAX, nothing: 0, more: Direction::MoreIsWorse };
        self.read(path, fact, &rule, &|| Some(absent))
    }

    /// A share between 0 and 1, of which more is better.
    pub fn share(&self, path: Path<'_>, fact: &Fact<f64>, absent: f64) -> f64 {
        let rule = Rule { good: 1.0, bad: 0.0, nothing: 0.0, more: Direction::MoreIsBetter };
        self.read(path, fact, &rule, &|| Some(absent))
    }

    /// A share between 0 and 1, of which less is better.
    pub fn lost_share(&self, path: Path<'_>, fact: &Fact<f64>) -> f64 {
        let rule = Rule { good: 0.0, bad: 1.0, nothing: 0.0, more: Direction::MoreIsWorse };
        self.read(path, fact, &rule, &|| None)
    }

    /// A size, of which less is better.
    pub fn bytes(&self, path: Path<'_>, fact: &Fact<Bytes>) -> Bytes {
        let (most, none) = (Bytes(u64::MAX), Bytes(0));
        let rule = Rule { good: none, bad: most, nothing: none, more: Direction::MoreIsWorse };
        self.read(path, fact, &rule, &|| None)
    }

    /// A rate, of which more is better; nothing where it is not said and standard times stand in for it.
    pub fn rate(&self, path: Path<'_>, fact: &Fact<Rate>) -> Option<Rate> {
        let (most, least) = (Rate(u64::MAX), Rate(0));
        let rule = Rule { good: most, bad: least, nothing: least, more: Direction::MoreIsBetter };
        // The standard rate of copying holds for disks and line together.
        let unsaid = *fact == Fact::Absent && self.assumes();
        (!unsaid).then(|| self.read(path, fact, &rule, &|| None))
    }

    fn read<T: Copy + PartialOrd>(
        &self,
        path: Path<'_>,
        fact: &Fact<T>,
        rule: &Rule<T>,
        absent: &dyn Fn() -> Option<T>,
    ) -> T {
        let lucky = |good: T, bad: T| if self.luck(path) { good } else { bad };
        let more_is_better = rule.more == Direction::MoreIsBetter;
        match fact {
            Fact::Exact(value) => *value,
            Fact::Nothing => rule.nothing,
            Fact::Absent => absent().unwrap_or_else(|| lucky(rule.good, rule.bad)),
            Fact::Unknown => lucky(rule.good, rule.bad),
            Fact::Range(low, high) if more_is_better => lucky(high.unwrap_or(rule.good), *low),
            Fact::Range(low, high) => lucky(*low, high.unwrap_or(rule.bad)),
            // It varies: met only where its bad end meets, missed only where its good end misses.
            Fact::Likely { min, max, .. } if more_is_better => lucky(*max, *min),
            Fact::Likely { min, max, .. } => lucky(*min, *max),
            Fact::PerClass { failure, disaster } => {
                let inner = if self.class == Class::Failure { failure } else { disaster };
                self.read(path, inner, rule, absent)
            }
            Fact::Disputed(sources) => {
                let want_more = self.luck(path) == more_is_better;
                let values = sources.iter().map(|(_, fact)| self.read(path, fact, rule, absent));
                let pick = |a: T, b: T| if (b > a) == want_more { b } else { a };
                values.reduce(pick).unwrap_or_else(|| lucky(rule.good, rule.bad))
            }
        }
    }

    /// Uses an assumption, and remembers it. Callers ask `assumes` first.
    pub fn assumed(&self, (name, value): Assumed) -> Span {
        if !self.quiet {
            self.touched.borrow_mut().assumed.insert(name, value);
        }
        value
    }

    /// Whether standard times stand in for facts left out.
    pub fn assumes(&self) -> bool {
        self.assume == Assume::Standard
    }

    /// Whether a thing is really there. Left out means yes: it was written down as a thing.
    pub fn exists(&self, path: Path<'_>, fact: &Fact<Existence>) -> bool {
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

    /// Whether a supplier comes when it is called: one that is bound to. Left out means by contract.
    pub fn comes(&self, path: Path<'_>, fact: &Fact<Commitment>) -> bool {
        match fact {
            Fact::Absent | Fact::Exact(Commitment::Contract | Commitment::BestEffort) => true,
            Fact::PerClass { failure, disaster } => {
                self.comes(path, if self.class == Class::Failure { failure } else { disaster })
            }
            _ => self.luck(path),
        }
    }

    /// Whether something is so. Left out means no.
    pub fn flag(&self, path: Path<'_>, fact: &Fact<bool>) -> bool {
        match fact {
            Fact::Absent | Fact::Nothing => false,
            Fact::Exact(flag) => *flag,
            Fact::PerClass { failure, disaster } => {
                self.flag(path, if self.class == Class::Failure { failure } else { disaster })
            }
            _ => self.luck(path),
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
                facts.span(
                    &|| "x.repair".into(),
                    &Fact::Absent,
                    Direction::MoreIsWorse,
                    Some(crate::assume::REPAIR)
                ),
                expected
            );
            assert!(facts.touched.borrow().unknown.contains("x.repair"));
        }
    }

    #[test]
    fn an_assumption_is_used_only_when_asked_for_and_remembered() {
        let facts = facts(Corner::Worst, Assume::Standard);
        let span = facts.span(
            &|| "x.repair".into(),
            &Fact::Absent,
            Direction::MoreIsWorse,
            Some(crate::assume::REPAIR),
        );
        assert_eq!(span, Span::days(1));
        assert_eq!(facts.touched.borrow().assumed.get("repair"), Some(&Span::days(1)));
        let written = facts.span(
            &|| "x.repair".into(),
            &Fact::Unknown,
            Direction::MoreIsWorse,
            Some(crate::assume::REPAIR),
        );
        assert_eq!(written, Span::NEVER, "`unknown` outright is never filled in");
    }

    #[test]
    fn ranges_and_disputes_have_two_ends() {
        let range = Fact::Range(Span::hours(2), Some(Span::hours(8)));
        let disputed =
            Fact::Disputed(vec![("a".into(), Fact::Exact(Span::hours(1))), ("b".into(), range.clone())]);
        let at = |corner, fact: &Fact<Span>| {
            facts(corner, Assume::None).span(&|| "p".into(), fact, Direction::MoreIsWorse, None)
        };
        assert_eq!((at(Corner::Best, &range), at(Corner::Worst, &range)), (Span::hours(2), Span::hours(8)));
        assert_eq!(
            (at(Corner::Best, &disputed), at(Corner::Worst, &disputed)),
            (Span::hours(1), Span::hours(8))
        );
        let fuel =
            facts(Corner::Worst, Assume::None).span(&|| "p".into(), &range, Direction::MoreIsBetter, None);
        assert_eq!(fuel, Span::hours(2));
    }
}
