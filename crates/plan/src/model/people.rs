//! Who recovers, by what, with whose help.

use base::{Id, Span};

use super::{Common, Fact, Placement};

/// People of a role.
#[derive(Clone, Debug, Default)]
pub struct Team {
    /// Common keys.
    pub common: Common,
    /// Where they work, and how many.
    pub at: Placement,
    /// When they are there, as written, e.g. `mon-fri 8:30-17:15` or `24x7`.
    pub hours: Option<String>,
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
    /// When it answers, as written.
    pub hours: Option<String>,
    /// How long until it is here.
    pub arrives: Fact<Span>,
    /// Time from order to delivery.
    pub lead_time: Fact<Span>,
}
