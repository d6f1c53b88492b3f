//! What is chosen for one service and one loss: a way, the copies it starts from, and the steps that bring it into
//! use. The engine predicts with it; a drill carries it out.

use std::collections::BTreeMap;

use base::{Id, Span};
use plan::Verb;

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
    /// Paths of the parts of the plan that carrying it out exercises; evidence is bound to their digest.
    pub slice: Vec<String>,
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
