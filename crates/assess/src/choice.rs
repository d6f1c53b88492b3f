//! What is chosen for one service and one loss: a way, the copies it starts from, and the steps that bring it into
//! use. The engine predicts with it; a drill carries it out.

use std::collections::BTreeMap;

use base::{Id, Span};
use plan::{Fact, Plan, Verb};

/// A way, the copies it starts from, and its chain of steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// Name of the way.
    pub way: String,
    /// Whether it is the way that ran before, come back by itself.
    pub original: bool,
    /// For each data set that has to be restored: the vault or equipment the copy is in.
    pub sources: BTreeMap<Id, Id>,
    /// Every step from the loss until the service is usable, in order.
    pub steps: Vec<ChainStep>,
    /// Things this way uses: equipment, vaults, documents, teams, sites, services.
    pub used: Vec<Id>,
    /// The service.
    pub service: Id,
}

impl Choice {
    /// Paths of the parts of the plan that carrying it out exercises; evidence is bound to their digest. Objectives,
    /// intervals and costs are not among them: changing them voids nothing.
    pub fn slice(&self, plan: &Plan) -> Vec<String> {
        let id = &self.service;
        let mut out = vec![
            format!("services.{id}.ways.{}", self.way),
            format!("services.{id}.run"),
            format!("services.{id}.monitor"),
        ];
        for (data, source) in &self.sources {
            let kind = kind_of(plan, data).unwrap_or("data");
            out.extend(["path", "canary", "runs-on", "prepare"].map(|key| format!("{kind}.{data}.{key}")));
            out.extend(["to", "how", "from"].map(|key| format!("{kind}.{data}.copies.{source}.{key}")));
        }
        out.extend(self.used.iter().filter_map(|used| {
            let kind = kind_of(plan, used)?;
            // A used service is exercised through its own ways; its objectives are its own business.
            Some(if kind == "services" { format!("services.{used}.ways") } else { format!("{kind}.{used}") })
        }));
        // Hours may be said by the name of a calendar.
        let timed = |id: &Id| {
            let team = plan.teams.get(id).is_some_and(|team| team.hours != Fact::Absent);
            team || plan.suppliers.get(id).is_some_and(|supplier| supplier.hours != Fact::Absent)
        };
        if self.used.iter().any(timed) {
            out.push("calendars".to_owned());
        }
        out.sort();
        out.dedup();
        out
    }
}

/// The key under which a thing stands.
fn kind_of(plan: &Plan, id: &Id) -> Option<&'static str> {
    Some(if plan.equipment.contains_key(id) {
        "equipment"
    } else if plan.sites.contains_key(id) {
        "sites"
    } else if plan.data.contains_key(id) {
        "data"
    } else if plan.vaults.contains_key(id) {
        "vaults"
    } else if plan.software.contains_key(id) {
        "software"
    } else if plan.documents.contains_key(id) {
        "documents"
    } else if plan.teams.contains_key(id) {
        "teams"
    } else if plan.suppliers.contains_key(id) {
        "suppliers"
    } else if plan.links.as_ref().is_some_and(|links| links.contains_key(id)) {
        "links"
    } else if plan.services.contains_key(id) {
        "services"
    } else {
        return None;
    })
}

/// One step of the chain.
#[derive(Clone, Debug, PartialEq)]
pub struct ChainStep {
    /// What is done.
    pub verb: Verb,
    /// To what.
    pub object: String,
    /// By whom, if by people.
    pub by: Vec<Id>,
    /// Whether it happens without a person.
    pub auto: bool,
    /// Planned length (worst corner).
    pub takes: Span,
    /// When it starts, from the loss.
    pub starts: Span,
    /// What it had to wait for after the step before it: the first thing that was not there.
    pub waits_for: Option<Id>,
}
