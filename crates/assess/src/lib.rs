//! `(plan, evidence) -> assessment`: what every loss does, when each service is back, on what data, and how sure
//! that is.
//!
//! Invariant: nothing here reads a file, the clock, the environment or a random source. The present instant is part
//! of the evidence.

pub mod assume;
pub mod boolean;
mod chain;
pub mod chance;
pub mod choice;
pub mod condition;
mod content;
pub mod course;
pub mod evidence;
mod extent;
pub mod facts;
mod fate;
mod feed;
mod focus;
mod function;
mod hits;
pub mod interval;
pub mod joint;
pub mod levels;
mod likely;
pub mod loss;
mod measured;
mod memo;
mod needs;
pub mod net;
pub mod objective;
pub mod order;
mod people;
pub mod points;
pub mod power;
pub mod proof;
pub mod reason;
pub mod recovery;
mod route;
mod scarce;
pub mod schedule;
mod set;
mod splitmix;
mod stages;
pub mod structure;
mod trace;
mod turns;
pub mod verdict;
mod widest;
mod wire;
pub mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use base::Id;
pub use choice::{ChainStep, Choice};
pub use evidence::{CopyRecord, DrillRecord, Evidence, MeasuredStep};
pub use function::{FunctionOutcome, FunctionVerdict, among_services};
pub use likely::{CONFIDENCE, Odds, odds, percent};
pub use measured::{Compared, Measured, compared};
pub use objective::Part;
use plan::Plan;
pub use recovery::Fares;
pub use verdict::{Context, Outcome, State, Value, Verdict};

use crate::condition::{Condition, Damage};
use crate::facts::{Corner, Facts};
use crate::loss::Loss;
use crate::memo::{Memo, When};
use crate::net::Net;
use crate::verdict::Stage;
use crate::world::World;

/// With more services times losses than this, only what a loss reaches is listed.
const LISTED: usize = 1_000_000;

/// Everything worked out for a plan.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// Every service under every loss; of very large plans, under those that reach it.
    pub outcomes: Vec<Outcome>,
    /// Every business function under every loss; of very large plans, under those that interrupt it.
    pub functions: Vec<FunctionOutcome>,
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
    let whole = among_services(plan);
    let net = Net::new(&whole);
    let context = Context { plan: &whole, net: &net, evidence, digest };
    let (mut outcomes, mut functions) = (Vec::new(), Vec::new());
    let losses = loss::generate(plan);
    let all = losses.len().saturating_mul(whole.services.len()) <= LISTED;
    for loss in &losses {
        let stage = Stage::new(context, loss);
        outcomes.extend(stage.reached());
        functions.extend(function::outcomes(&stage).into_iter().filter(|f| all || f.interruption.is_some()));
        if all {
            let others = plan.services.keys().filter_map(|id| net.find(id));
            let others = others.filter(|node| !stage.worst.settled.contains_key(node));
            outcomes.extend(others.map(|node| stage.unreached(node)));
        }
    }
    outcomes.sort_by(|a, b| a.service.cmp(&b.service));
    functions.sort_by(|a, b| a.function.cmp(&b.function));
    Assessment { outcomes, functions }
}

/// When every service that a loss reaches is back, on what way and at what level, at the worst of what is not known.
pub fn timelines(context: Context<'_>, loss: &Loss) -> Fares {
    Timelines::new(context).under(loss)
}

/// Timelines of one loss after the other; what is the same under several is worked out once.
pub struct Timelines<'a> {
    context: Context<'a>,
    memo: Memo<When, Rc<recovery::Settled>>,
}

impl<'a> Timelines<'a> {
    /// Nothing is worked out yet.
    pub fn new(context: Context<'a>) -> Timelines<'a> {
        Timelines { context, memo: Memo::default() }
    }

    /// When every service that `loss` reaches is back, on what way and at what level, at the worst of what is not
    /// known.
    pub fn under(&self, loss: &Loss) -> Fares {
        let facts = Facts::quiet(Corner::Worst, loss.class, self.context.plan.assume);
        let world = World::new(self.context.net, loss, &facts);
        recovery::recover_lean(&world, self.context.evidence, &self.memo)
    }
}

/// What one loss does to every service that it reaches, and to the business functions of a plan that has them
/// [`among_services`].
pub fn under(context: Context<'_>, loss: &Loss) -> Assessment {
    let stage = Stage::new(context, loss);
    Assessment { outcomes: stage.reached(), functions: function::outcomes(&stage) }
}

/// How things fare under a loss, at the worst of what is not known; ids that the plan does not have are left out.
pub fn conditions(plan: &Plan, loss: &Loss, ids: &[Id]) -> Vec<(Id, Condition)> {
    let net = Net::new(plan);
    let facts = Facts::quiet(Corner::Worst, loss.class, plan.assume);
    let world = World::new(&net, loss, &facts);
    let known = ids.iter().filter_map(|id| Some((id.clone(), net.find(id)?)));
    known.map(|(id, node)| (id, world.condition(node).clone())).collect()
}

/// Everything that a loss destroys, at the worst.
pub fn destroyed(plan: &Plan, loss: &Loss) -> BTreeSet<Id> {
    let net = Net::new(plan);
    let facts = Facts::new(Corner::Worst, BTreeMap::new(), loss.class, plan.assume);
    let world = World::new(&net, loss, &facts);
    let lost = net.nodes().filter(|node| world.condition(*node).damage != Damage::Intact);
    lost.map(|node| net.id(node).clone()).collect()
}
