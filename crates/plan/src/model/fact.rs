//! What is known about one value, and what every thing may say.

use std::collections::BTreeMap;

use base::{Frequency, Id, Span};

/// What is known about one value.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Fact<T> {
    /// Left out: unknown, unless an assumption fills it in.
    #[default]
    Absent,
    /// Written as `unknown`: no assumption fills it in.
    Unknown,
    /// Written as `none`: known not to exist.
    Nothing,
    /// Known.
    Exact(T),
    /// Between the two; no upper end means it may be anything from the lower one up.
    Range(T, Option<T>),
    /// It varies.
    Likely {
        /// Least.
        min: T,
        /// Most likely.
        likely: T,
        /// Greatest.
        max: T,
    },
    /// Different for a failure and a disaster.
    PerClass {
        /// In a failure.
        failure: Box<Fact<T>>,
        /// In a disaster.
        disaster: Box<Fact<T>>,
    },
    /// Sources contradict each other: source, what it says.
    Disputed(Vec<(String, Fact<T>)>),
}

/// The two kinds of loss for which objectives are set apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// 業務停止時: one thing fails.
    Failure,
    /// 大規模災害時: a place or a region is hit.
    Disaster,
}

impl Class {
    /// Word in plans and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Class::Failure => "failure",
            Class::Disaster => "disaster",
        }
    }
}

/// What every thing may say.
#[derive(Clone, Debug, Default)]
pub struct Common {
    /// Name for people.
    pub title: Option<String>,
    /// Regions it is in (`in`).
    pub regions: Vec<Id>,
    /// Whether it may lie in other regions too (`in: unknown`, or `unknown` in the list).
    pub more_regions: bool,
    /// Regions it certainly does not lie in.
    pub outside: Vec<Id>,
    /// Whether it is really there.
    pub exists: Fact<Existence>,
    /// How long until an outage of it ends by repair.
    pub repair: Fact<Span>,
    /// Lead time of a new one, from the order.
    pub replace: Fact<Span>,
    /// Who repairs it: a supplier or a team.
    pub maintained_by: Vec<Id>,
    /// How often it is lost.
    pub rate: Fact<Frequency>,
}

/// How real a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existence {
    /// It is there.
    Yes,
    /// It will be there.
    Planned,
    /// It was thought of.
    Considered,
    /// It was decided against.
    Rejected,
    /// It is not there.
    No,
}

/// Where something is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Placement {
    /// Not said, or said to be unknown, or a list with `unknown` in it (what is known of it is given).
    #[default]
    Unknown,
    /// At each of these: a copy of a document at each, heads of a team at each (0 = number unknown).
    At(BTreeMap<Id, u32>),
    /// At one of these, unknown which.
    OneOf(Vec<Id>),
}
