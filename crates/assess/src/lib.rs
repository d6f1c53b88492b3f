//! `(plan, evidence) -> assessment`: what every loss does, when each service is back, on what data, and how sure
//! that is.
//!
//! Invariant: nothing here reads a file, the clock, the environment or a random source. The present instant is part
//! of the evidence.

pub mod assume;
pub mod boolean;
mod chain;
pub mod choice;
pub mod evidence;
pub mod facts;
pub mod interval;
pub mod loss;
pub mod points;
pub mod power;
pub mod proof;
pub mod reason;
pub mod recovery;
pub mod schedule;
pub mod verdict;
pub mod world;

pub use choice::{ChainStep, Choice};
pub use evidence::{CopyRecord, DrillRecord, Evidence, MeasuredStep};
pub use verdict::{Context, Outcome, Part, State, Value, Verdict, outcome};

use plan::Plan;

/// Everything worked out for a plan.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// Every service under every loss.
    pub outcomes: Vec<Outcome>,
}

impl Assessment {
    /// All verdicts, worst first; then by service, class, loss and part.
    pub fn verdicts(&self) -> Vec<&Verdict> {
        let mut all: Vec<&Verdict> = self.outcomes.iter().flat_map(|outcome| &outcome.verdicts).collect();
        all.sort_by(|a, b| {
            (a.state, !a.stops, &a.service, a.class, &a.loss, a.part)
                .cmp(&(b.state, !b.stops, &b.service, b.class, &b.loss, b.part))
        });
        all
    }

    /// The outcome of one service under one loss.
    pub fn outcome(&self, service: &str, loss: &str) -> Option<&Outcome> {
        self.outcomes.iter().find(|o| o.service == service && o.loss.id == loss)
    }
}

/// Works out every service under every single loss and every declared scenario.
///
/// `digest` gives the digest of parts of the plan by their paths; evidence is bound to it.
pub fn assess(plan: &Plan, evidence: &Evidence, digest: &dyn Fn(&[String]) -> String) -> Assessment {
    let context = Context { plan, evidence, digest };
    let losses = loss::generate(plan);
    let pairs = plan.services.keys().flat_map(|service| losses.iter().map(move |loss| (service, loss)));
    Assessment { outcomes: pairs.map(|(service, loss)| outcome(context, service, loss)).collect() }
}
