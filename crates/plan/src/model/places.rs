//! Where things stand: regions, sites with their power, lines, machines.

use std::collections::BTreeSet;

use base::{Id, Rate, Span};

use super::{Common, Fact, Placement};

/// Kind of shared fate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RegionKind {
    /// A stretch of land; a built-in prefecture is also a power area.
    Place,
    /// Fed by one grid.
    Power,
    /// Served by one carrier.
    Carrier,
    /// Reached by one flood, tsunami or quake.
    Hazard,
    /// Lines in one duct.
    Duct,
    /// Administered with the same credentials.
    Domain,
    /// One product model: a fault in it hits all.
    Model,
}

/// A shared fate.
#[derive(Clone, Debug)]
pub struct Region {
    /// Common keys.
    pub common: Common,
    /// Kind; `Place` when it was not said.
    pub kind: RegionKind,
    /// What threatens it, e.g. `tsunami`.
    pub hazard: Option<String>,
    /// How long its supply stays away once it is lost (power, carrier, duct).
    pub outage: Fact<Span>,
    /// How long an intruder was in it before anybody noticed (domain): copies made since may hold what was left there.
    pub dwell: Fact<Span>,
    /// Whether it comes from the built-in list: a prefecture, both place and power area.
    pub built_in: bool,
}

/// A place where things stand.
#[derive(Clone, Debug, Default)]
pub struct Site {
    /// Common keys.
    pub common: Common,
    /// Sources of power besides the utility, in the order written; `None` = not said.
    pub power: Option<Vec<PowerSource>>,
    /// What everything running here needs.
    pub needs: Vec<Id>,
}

/// A source of power at a site.
#[derive(Clone, Debug)]
pub struct PowerSource {
    /// Name at the site, e.g. `ups`.
    pub name: String,
    /// Battery or engine.
    pub kind: PowerKind,
    /// Running time at load.
    pub lasts: Fact<Span>,
    /// Start delay (generator).
    pub starts: Fact<Span>,
    /// Recharge time (battery).
    pub recharge: Fact<Span>,
    /// Time until fuel is brought, again and again; `Nothing` = never.
    pub refuel: Fact<Span>,
    /// What it feeds.
    pub feeds: Feeds,
}

/// What a source of power feeds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Feeds {
    /// Everything at the site: the short form, `ups: 10m`, or `feeds: all`.
    Everything,
    /// These and nothing else; nothing at all if empty.
    Only(BTreeSet<Id>),
    /// Not said, `unknown`, or a list with `unknown` in it.
    #[default]
    Unknown,
}

/// Kind of a source of power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PowerKind {
    /// Battery: bridges at once, for minutes.
    Ups,
    /// Engine: starts after a delay, runs as long as its fuel.
    Generator,
}

/// A line between sites.
#[derive(Clone, Debug, Default)]
pub struct Link {
    /// Common keys.
    pub common: Common,
    /// The sites it joins.
    pub between: Vec<Id>,
    /// Rate.
    pub bandwidth: Fact<Rate>,
}

/// A machine or several alike.
#[derive(Clone, Debug)]
pub struct Equipment {
    /// Common keys.
    pub common: Common,
    /// Where it stands.
    pub at: Placement,
    /// How many.
    pub units: Fact<u32>,
    /// How many suffice for full level; all of them unless said.
    pub enough: Fact<u32>,
    /// Units kept ready beside the running ones.
    pub spares: Fact<u32>,
    /// How fast another unit takes over from one that is lost; not said where all of them carry the load.
    pub failover: Fact<Span>,
    /// What it needs to run besides power.
    pub needs: Vec<Id>,
}
