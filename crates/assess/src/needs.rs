//! When what is needed is there, and what is to blame when it is not.

use base::Id;
use plan::Need;

use crate::interval::Intervals;
use crate::net::{Node, Thing};
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
    fn thing_up(&self, id: &Id, service: &dyn Fn(Node) -> Intervals) -> Intervals {
        match self.net.find(id) {
            None => Intervals::always(),
            Some(node) if self.net.service(node).is_some() => service(node),
            Some(node) => {
                let mut up = self.condition(node).up();
                if matches!(self.net.thing(node), Thing::Site(_)) {
                    // What runs at a site without a machine of its own is fed like one that is called as the site.
                    up = up.minus(&self.dark(node, id).0);
                }
                up
            }
        }
    }

    /// When a need is met, with the thing that limits it most. `service` says when a needed service runs.
    pub fn met(&self, need: &Need, service: &dyn Fn(Node) -> Intervals) -> (Intervals, Option<Id>) {
        match need {
            Need::Thing(id) => {
                let up = self.thing_up(id, service);
                let blame = (!up.is_always()).then(|| id.clone());
                (up, blame)
            }
            // Callers have put in what it may be.
            Need::Unknown => (Intervals::none(), None),
            Need::All(parts) => self.enough(parts, parts.len(), service),
            Need::Any(parts) => self.enough(parts, 1, service),
            Need::AtLeast(k, parts) => self.enough(parts, *k, service),
        }
    }

    fn enough(
        &self,
        parts: &[Need],
        k: usize,
        service: &dyn Fn(Node) -> Intervals,
    ) -> (Intervals, Option<Id>) {
        let all: Vec<_> = parts.iter().map(|part| self.met(part, service)).collect();
        if all.iter().filter(|(up, _)| up.is_always()).count() >= k {
            return (Intervals::always(), None);
        }
        let blame = all.iter().find(|(up, _)| up.is_empty());
        // What comes back last is what one waits for.
        let last = |(up, _): &&(Intervals, Option<Id>)| up.iter().next_back().map(|(from, _)| from);
        let blame = blame.or_else(|| all.iter().filter(|(up, _)| !up.is_always()).max_by_key(last));
        let blame = blame.and_then(|(_, id)| id.clone());
        let up = Intervals::at_least_of(all.iter().map(|(up, _)| up), k);
        let blame = if up.is_always() { None } else { blame };
        (up, blame)
    }
}
