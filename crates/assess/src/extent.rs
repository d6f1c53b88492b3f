//! How far an effect goes where a scenario says so: outages with times of their own, one after the other, people who
//! are away, intruders who dwelt.

use base::Span;
use plan::{Effect, Fact, RegionKind};

use crate::assume::Assumed;
use crate::facts::Direction;
use crate::interval::Intervals;
use crate::loss::Reach;
use crate::net::{Node, Thing};
use crate::world::World;

impl World<'_> {
    /// What the loss says of a thing beyond the effect.
    pub(crate) fn reaches(&self, node: Node) -> &[Reach] {
        self.loss.extents.get(self.net.id(node)).map_or(&[], Vec::as_slice)
    }

    /// When a thing that is hit is out. `usual` is how long that stays where the loss does not say, `standard` how long
    /// where the loss leaves it open.
    pub(crate) fn outages(
        &self,
        node: Node,
        usual: &dyn Fn() -> Span,
        standard: Option<Assumed>,
    ) -> Intervals {
        let reaches = self.reaches(node).iter().filter(|reach| reach.effect == Effect::Out);
        let all: Vec<Intervals> = reaches.map(|reach| self.outage(reach, usual, standard)).collect();
        if all.is_empty() {
            return Intervals::from(Span::ZERO, usual());
        }
        all.iter().fold(Intervals::none(), |sum, out| sum.union(out))
    }

    /// One event: an outage, or the same outage again and again. Of a beginning that is not known, the worst is an
    /// outage at each of the instants there may be one, the best one at those only at which there is one in any case.
    fn outage(&self, reach: &Reach, usual: &dyn Fn() -> Span, standard: Option<Assumed>) -> Intervals {
        let path = |key: &str| format!("{}{key}", reach.path);
        let extent = &reach.extent;
        let lasts = match &extent.lasts {
            Fact::Absent => usual(),
            fact => self.facts.span(&|| path("lasts"), fact, Direction::MoreIsWorse, standard),
        };
        let (early, late) = beginning(&extent.starts);
        let (from, to) = match early == late || !self.facts.luck(&|| path("starts")) {
            true => (early, late + lasts),
            false => (late, early + lasts),
        };
        let again = extent.again.unwrap_or_default();
        let shifts = (0..again.times.clamp(1, plan::Again::MOST)).map(|n| again.every * u64::from(n));
        Intervals::collect(shifts.map(|shift| (from + shift, to + shift)))
    }

    /// Heads of a team of so many that the loss takes away: one where the team is hit and nothing else is said.
    pub(crate) fn absent(&self, node: Node, heads: u32) -> u32 {
        let one = u32::from(self.hit.contains_key(&node));
        let said = self.reaches(node).iter().filter(|reach| reach.extent.absent != Fact::Absent);
        let shares = said.map(|reach| {
            let path = || format!("{}absent", reach.path);
            let share = self.facts.lost_share(&path, &reach.extent.absent);
            // A part of a head is a head: nobody comes in half.
            (share * f64::from(heads)).ceil().min(f64::from(heads)) as u32
        });
        shares.max().unwrap_or(one)
    }

    /// Whether what is out comes back at a time that the loss says.
    pub(crate) fn comes_back(&self, node: Node) -> bool {
        let reaches = self.reaches(node);
        let timed = |reach: &Reach| reach.effect == Effect::Out && reach.extent.lasts != Fact::Absent;
        !reaches.is_empty() && reaches.iter().all(timed)
    }

    /// Domains of administration that somebody else is in control of.
    pub(crate) fn stricken(&self) -> impl Iterator<Item = Node> + '_ {
        let net = self.net;
        let wiped = self.loss.events.iter().filter(|(_, effect)| *effect == Effect::Wiped);
        let regions = wiped.filter_map(|(id, _)| net.find(id));
        regions.filter(|node| matches!(net.thing(*node), Thing::Region(r) if r.kind == RegionKind::Domain))
    }

    /// How long an intruder was in any of these before anybody noticed.
    pub(crate) fn dwelt(&self) -> Option<Span> {
        self.stricken().map(|node| self.dwell(node)).max()
    }

    /// How long an intruder was in a domain before anybody noticed.
    fn dwell(&self, node: Node) -> Span {
        let worse = Direction::MoreIsWorse;
        let mut said =
            self.reaches(node).iter().filter(|reach| reach.extent.dwell != Fact::Absent).peekable();
        if said.peek().is_some() {
            let read = |reach: &Reach| {
                self.facts.span(&|| format!("{}dwell", reach.path), &reach.extent.dwell, worse, None)
            };
            return said.map(read).max().unwrap_or(Span::ZERO);
        }
        let Thing::Region(region) = self.net.thing(node) else { return Span::ZERO };
        self.facts.span(&|| self.net.path(node, "dwell"), &region.dwell, worse, None)
    }
}

/// The earliest and the latest beginning.
fn beginning(starts: &Fact<Span>) -> (Span, Span) {
    match starts {
        Fact::Absent | Fact::Nothing => (Span::ZERO, Span::ZERO),
        Fact::Exact(at) => (*at, *at),
        Fact::Range(from, to) => (*from, to.unwrap_or(Span::NEVER)),
        Fact::Likely { min, max, .. } => (*min, *max),
        Fact::Unknown | Fact::PerClass { .. } | Fact::Disputed(_) => (Span::ZERO, Span::NEVER),
    }
}
