//! How one service fares under a loss.

use base::{Id, Span};

use crate::course::Candidate;
use crate::interval::Intervals;

/// How a service fares: the time it stops, and all courses of events in declared order.
#[derive(Clone, Debug, PartialEq)]
pub struct Fate {
    /// When the normal way stops; ∞ if it does not.
    pub stops: Span,
    /// What stops it.
    pub stopped_by: Option<Id>,
    /// The courses of events, the original way's first.
    pub candidates: Vec<Candidate>,
    /// Level of the normal way while it runs, with what the loss leaves of it.
    pub level: f64,
    /// When the normal way runs although at less than what counts as running.
    pub partly: Intervals,
}

impl Fate {
    pub(crate) fn nothing() -> Fate {
        Fate { stops: Span::ZERO, level: 0.0, ..Fate::undisturbed() }
    }

    pub(crate) fn undisturbed() -> Fate {
        let (stops, partly) = (Span::NEVER, Intervals::NONE);
        Fate { stops, stopped_by: None, candidates: Vec::new(), level: 1.0, partly }
    }
}
