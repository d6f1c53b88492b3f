//! Who recovers, by what, with whose help.

use base::{Id, Span};

use super::{Common, Fact, Hours, Placement};

/// People of a role.
#[derive(Clone, Debug, Default)]
pub struct Team {
    /// Common keys.
    pub common: Common,
    /// Where they work, and how many.
    pub at: Placement,
    /// When they are there; always where nothing is said.
    pub hours: Fact<Hours>,
    /// How long until they are where they are needed.
    pub arrives: Fact<Span>,
    /// Who can stand in.
    pub deputies: Vec<Id>,
}

/// A procedure, configuration, contact list or key.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// Common keys.
    pub common: Common,
    /// Where copies of it are: sites, equipment, vaults, teams.
    pub at: Placement,
}

/// A contract partner.
#[derive(Clone, Debug, Default)]
pub struct Supplier {
    /// Common keys.
    pub common: Common,
    /// When it answers; always where nothing is said.
    pub hours: Fact<Hours>,
    /// How long until it is here.
    pub arrives: Fact<Span>,
    /// Time from order to delivery.
    pub lead_time: Fact<Span>,
    /// How firmly it is bound to come; `contract` where nothing is said.
    pub commitment: Fact<Commitment>,
    /// Whether it can work from afar.
    pub remote: Fact<bool>,
}

/// How firmly a supplier is bound to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Commitment {
    /// By contract.
    Contract,
    /// It does what it can, and usually comes.
    BestEffort,
    /// Nobody can rely on it.
    Uncertain,
    /// It is not bound at all.
    Free,
}
