//! The whole plan, and what it says about losses and risks.

use std::collections::BTreeMap;

use base::{Id, Span};

use super::{
    Data, Document, Equipment, Function, Link, Region, Scenario, Service, Site, Software, Supplier, Team,
    Vault,
};

/// A whole plan. Things of all kinds share one namespace of ids.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Who this plan is for.
    pub organization: Organization,
    /// Whether standard times stand in for facts left out.
    pub assume: Assume,
    /// How long a drill proves anything; one year unless the plan says.
    pub evidence_valid: Option<Span>,
    /// Chance with which an objective has to be met, 0 to 1; 0.9 unless the plan says.
    pub confidence: Option<f64>,
    /// Shared fates.
    pub regions: BTreeMap<Id, Region>,
    /// Places where things stand.
    pub sites: BTreeMap<Id, Site>,
    /// Lines between sites; `None` = nothing written, so one line of unknown rate between all sites.
    pub links: Option<BTreeMap<Id, Link>>,
    /// Machines, storage, network devices.
    pub equipment: BTreeMap<Id, Equipment>,
    /// Operating systems, middleware, settings, images.
    pub software: BTreeMap<Id, Software>,
    /// Data sets.
    pub data: BTreeMap<Id, Data>,
    /// Where copies are kept.
    pub vaults: BTreeMap<Id, Vault>,
    /// People of a role.
    pub teams: BTreeMap<Id, Team>,
    /// Procedures, configuration, contacts, keys.
    pub documents: BTreeMap<Id, Document>,
    /// Contracts with others.
    pub suppliers: BTreeMap<Id, Supplier>,
    /// What the department promises.
    pub services: BTreeMap<Id, Service>,
    /// What the business does with it.
    pub functions: BTreeMap<Id, Function>,
    /// Losses with their own effects and class, beside the generated ones.
    pub scenarios: BTreeMap<Id, Scenario>,
    /// Risks that somebody accepted.
    pub accepted: Vec<Accepted>,
}

/// The organisation.
#[derive(Clone, Debug, Default)]
pub struct Organization {
    /// Its name.
    pub name: Option<String>,
    /// IANA zone such as `Asia/Tokyo`, in which times are shown.
    pub timezone: Option<String>,
}

/// Whether facts left out are filled in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Assume {
    /// Nothing is filled in: what is left out is unknown.
    #[default]
    None,
    /// Standard times of `assume::STANDARD` are used, and named with each verdict.
    Standard,
}

/// A risk that somebody accepted: a mark on a verdict, never a verdict.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// The service or thing.
    pub what: Id,
    /// Why.
    pub why: Option<String>,
    /// Who.
    pub by: Option<String>,
}
