//! Who has which people and which standby machines: a head works on one step at a time, and a service keeps the
//! machine it moved to.

use base::Span;
use rustc_hash::FxHashMap;

use crate::interval::Intervals;
use crate::net::{Node, Thing};
use crate::world::World;

/// A head of a team at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    /// The team.
    pub team: Node,
    /// Begin.
    pub from: Span,
    /// End.
    pub to: Span,
}

/// What better-ranked services have taken so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scarce {
    busy: FxHashMap<Node, Vec<Intervals>>,
    taken: FxHashMap<Node, Vec<(Node, u32)>>,
}

impl Scarce {
    /// When a head of this team is free. Whoever is no team is never busy.
    pub(crate) fn free(&self, world: &World<'_>, who: Node) -> Intervals {
        if self.busy.is_empty() {
            return Intervals::always();
        }
        let Some(node) = world.stands_in(who) else { return Intervals::always() };
        let (Thing::Team(team), Some(busy)) = (world.net.thing(node), self.busy.get(&node)) else {
            return Intervals::always();
        };
        let heads = world.heads(node, team).0.max(1);
        Intervals::at_least_of(busy.iter(), heads as usize).complement()
    }

    /// Units of a machine that are taken, and who took the last of them.
    pub(crate) fn taken(&self, body: Node) -> (u32, Option<Node>) {
        let all = self.taken.get(&body).map_or(&[][..], Vec::as_slice);
        (all.iter().map(|(_, units)| units).sum(), all.last().map(|(service, _)| *service))
    }

    pub(crate) fn take(&mut self, service: Node, claims: &[Claim], machines: &[(Node, u32)]) {
        for claim in claims {
            self.busy.entry(claim.team).or_default().push(Intervals::from(claim.from, claim.to));
        }
        for (body, units) in machines {
            self.taken.entry(*body).or_default().push((service, *units));
        }
    }
}
