//! Who has which people and which standby machines: a head works on one step at a time, and a service keeps the
//! machine it moved to. Services stand in line; each sees what those before it have taken.

use base::Span;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

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

/// What services have taken so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scarce {
    /// Place in the line of each service.
    places: FxHashMap<Node, u32>,
    busy: FxHashMap<Node, Vec<(Node, Intervals)>>,
    taken: FxHashMap<Node, Vec<(Node, u32)>>,
    /// Teams and machines of which a service has taken some.
    held: FxHashMap<Node, SmallVec<[Node; 4]>>,
}

impl Scarce {
    /// Gives services their places, first the first.
    pub(crate) fn line_up(&mut self, services: impl Iterator<Item = Node>) {
        self.places = services.zip(0..).collect();
    }

    /// A service goes to the end of the line.
    pub(crate) fn append(&mut self, service: Node) {
        let last = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
        self.places.insert(service, last);
    }

    fn place(&self, service: Node) -> u32 {
        self.places.get(&service).copied().unwrap_or(u32::MAX)
    }

    /// When those before `own` leave a head of this team free. Whoever is no team is never busy.
    pub(crate) fn free(&self, own: Node, world: &World<'_>, who: Node) -> Intervals {
        let (Thing::Team(team), Some(busy)) = (world.net.thing(who), self.busy.get(&who)) else {
            return Intervals::always();
        };
        let place = self.place(own);
        let before = busy.iter().filter(|(service, _)| self.place(*service) < place);
        if before.clone().next().is_none() {
            return Intervals::always();
        }
        let heads = world.heads(who, team).0.max(1);
        Intervals::at_least_of(before.map(|(_, when)| when), heads as usize).complement()
    }

    /// Units of a machine that are taken by those before `own`, and who took the last of them.
    pub(crate) fn taken(&self, own: Node, body: Node) -> (u32, Option<Node>) {
        let place = self.place(own);
        let all = self.taken.get(&body).map_or(&[][..], Vec::as_slice).iter();
        let before = all.filter(|(service, _)| self.place(*service) < place);
        let last = before.clone().map(|(service, _)| *service).max_by_key(|service| self.place(*service));
        (before.map(|(_, units)| units).sum(), last)
    }

    /// Teams and machines that a service holds.
    pub(crate) fn held(&self, service: Node) -> &[Node] {
        self.held.get(&service).map_or(&[], SmallVec::as_slice)
    }

    /// Services that hold some of a team or machine.
    pub(crate) fn holders(&self, pool: Node) -> impl Iterator<Item = Node> + '_ {
        let busy = self.busy.get(&pool).into_iter().flatten().map(|(service, _)| *service);
        busy.chain(self.taken.get(&pool).into_iter().flatten().map(|(service, _)| *service))
    }

    /// What a service has, instead of what it had.
    pub(crate) fn take(&mut self, service: Node, claims: &[Claim], machines: &[(Node, u32)]) {
        for pool in self.held.remove(&service).into_iter().flatten() {
            self.busy.entry(pool).or_default().retain(|(holder, _)| *holder != service);
            self.taken.entry(pool).or_default().retain(|(holder, _)| *holder != service);
        }
        if claims.is_empty() && machines.is_empty() {
            return;
        }
        let held = self.held.entry(service).or_default();
        for claim in claims {
            let when = Intervals::from(claim.from, claim.to);
            self.busy.entry(claim.team).or_default().push((service, when));
            held.push(claim.team);
        }
        for (body, units) in machines {
            self.taken.entry(*body).or_default().push((service, *units));
            held.push(*body);
        }
        held.sort_unstable();
        held.dedup();
    }
}
