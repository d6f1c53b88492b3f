//! When what is needed is there, and what is to blame when it is not.

use base::Id;
use smallvec::SmallVec;

use crate::interval::Intervals;
use crate::net::{Node, Thing};
use crate::wire::Want;
use crate::world::World;

impl World<'_> {
    /// From the thing that fails back to what was hit: `["server", "hall", "coast"]`.
    pub fn causes(&self, id: &Id) -> Vec<Id> {
        let mut chain = vec![id.clone()];
        while let Some(cause) = self.of(&chain[chain.len() - 1]).cause {
            if chain.contains(&cause) {
                break;
            }
            chain.push(cause);
        }
        chain
    }

    /// When a thing works; services as `service` says.
    pub(crate) fn thing_up(&self, node: Node, service: &dyn Fn(Node) -> Intervals) -> Intervals {
        match self.net.thing(node) {
            Thing::Service(_) => service(node),
            // What runs at a site without a machine of its own is fed like one that is called as the site.
            Thing::Site(_) => self.condition(node).up().minus(&self.dark(node, node).0),
            _ => self.condition(node).up(),
        }
    }

    /// When a need is met, with the thing that limits it most. `service` says when a needed service runs.
    pub(crate) fn met(&self, want: &Want, service: &dyn Fn(Node) -> Intervals) -> (Intervals, Option<Node>) {
        match (want, want.parts()) {
            (Want::Thing(node), _) => {
                let up = self.thing_up(*node, service);
                let blame = (!up.is_always()).then_some(*node);
                (up, blame)
            }
            (_, Some((parts, k))) => enough(parts.iter().map(|part| self.met(part, service)), k),
            // Callers have put in what it may be.
            _ => (Intervals::none(), None),
        }
    }
}

/// When at least `k` of several are met, with the one that is to blame when they are not.
pub(crate) fn enough(
    parts: impl Iterator<Item = (Intervals, Option<Node>)>,
    k: usize,
) -> (Intervals, Option<Node>) {
    let mut met = 0;
    // What is always there matters by its number only.
    let mut all: SmallVec<[(Intervals, Option<Node>); 4]> = SmallVec::new();
    for part in parts {
        if part.0.is_always() {
            met += 1;
        } else {
            all.push(part);
        }
    }
    if met >= k {
        return (Intervals::always(), None);
    }
    let blame = all.iter().find(|(up, _)| up.is_empty());
    // What comes back last is what one waits for.
    let last = |(up, _): &&(Intervals, Option<Node>)| up.iter().next_back().map(|(from, _)| from);
    let blame = blame.or_else(|| all.iter().max_by_key(last)).and_then(|(_, node)| *node);
    let up = Intervals::at_least_of(all.iter().map(|(up, _)| up), k - met);
    let blame = if up.is_always() { None } else { blame };
    (up, blame)
}
