//! What is promised: time, point and level of recovery.

use std::collections::BTreeSet;

use base::{Id, Span};

/// Objectives of one class.
#[derive(Clone, Debug, Default)]
pub struct Objectives {
    /// Recovery time objective.
    pub rto: Objective<Span>,
    /// Recovery point objective.
    pub rpo: Objective<PointTarget>,
    /// Recovery level objective.
    pub rlo: Objective<Ladder>,
    /// They hold only while these are up.
    pub given: Vec<Id>,
}

/// What is known of one objective.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Objective<T> {
    /// Never asked.
    #[default]
    NotAsked,
    /// Known to be missing.
    Unset,
    /// Wanted by somebody, not agreed.
    Wish(T),
    /// Agreed: this binds. The upper end, where a range was written.
    Agreed(T),
}

impl<T> Objective<T> {
    /// The agreed target.
    pub fn agreed(&self) -> Option<&T> {
        match self {
            Objective::Agreed(target) => Some(target),
            _ => None,
        }
    }
}

/// A recovery point objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointTarget {
    /// Age at the worst moment.
    Age(Span),
    /// The last state before the loss: nothing but work in flight is lost.
    JustBefore,
    /// The state of the previous day's copy: the interval is at most a day; its run time is not counted.
    PreviousDay,
    /// Likewise for a week.
    PreviousWeek,
    /// Likewise for a month.
    PreviousMonth,
}

/// A level of service, 0 to 1 of normal demand, with the functions and places it must include.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Level {
    /// Share of normal demand.
    pub capacity: f64,
    /// Functions that must work; empty = all.
    pub functions: BTreeSet<String>,
    /// Places that must be served; empty = all.
    pub places: BTreeSet<Id>,
}

/// Levels to be reached by given times, earliest first. A plain level is one step at time `None` (the RTO).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ladder(pub Vec<(Option<Span>, Level)>);
