//! What a loss does to things: damage and outage, passed on by the relation between them.
//!
//! Standing in or on something passes *gone*; being fed by it passes *outage* only. So a vault in a dark building
//! keeps its bytes, and one in a burnt building does not.

use std::cell::RefCell;
use std::collections::BTreeMap;

use base::{Id, Span};
use plan::{Effect, Need, Placement, Plan, PowerKind, RegionKind, Site};

use crate::assume;
use crate::facts::{Direction, Facts};
use crate::interval::Intervals;
use crate::loss::{Loss, within};
use crate::power::{Supply, outage};

/// Damage of a body and its content. It gets better only by a step of recovery.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Damage {
    /// Nothing is destroyed.
    #[default]
    Intact,
    /// Body stays, content unusable.
    Wiped,
    /// Body and content destroyed.
    Gone,
}

/// How a thing fares under a loss.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// Damage from t = 0 on.
    pub damage: Damage,
    /// When it does not function although it is not destroyed.
    pub out: Intervals,
    /// Share of its normal capacity that is left, 0 to 1.
    pub share: f64,
    /// The thing from which it suffers this; itself if it is hit directly.
    pub cause: Option<Id>,
}

impl Condition {
    fn well() -> Condition {
        Condition { damage: Damage::Intact, out: Intervals::none(), share: 1.0, cause: None }
    }

    /// When it works.
    pub fn up(&self) -> Intervals {
        if self.damage == Damage::Intact { self.out.complement() } else { Intervals::none() }
    }

    fn damaged(&mut self, damage: Damage, cause: &Id) {
        if damage > self.damage {
            self.damage = damage;
            self.cause = Some(cause.clone());
        }
    }

    fn outage(&mut self, out: &Intervals, cause: &Id) {
        let wider = self.out.union(out);
        if wider != self.out {
            self.out = wider;
            if self.damage == Damage::Intact && self.cause.is_none() {
                self.cause = Some(cause.clone());
            }
        }
    }
}

/// A plan under a loss, at one corner of what is not known. Conditions are worked out when asked for.
#[derive(Debug)]
pub struct World<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The loss.
    pub loss: &'a Loss,
    /// The facts, at their corner.
    pub facts: &'a Facts,
    known: RefCell<BTreeMap<Id, Condition>>,
}

impl<'a> World<'a> {
    /// The plan under `loss`.
    pub fn new(plan: &'a Plan, loss: &'a Loss, facts: &'a Facts) -> World<'a> {
        World { plan, loss, facts, known: RefCell::default() }
    }

    /// How a thing fares. Services and things unknown to the plan are well here.
    pub fn condition(&self, id: &Id) -> Condition {
        if let Some(known) = self.known.borrow().get(id) {
            return known.clone();
        }
        // A circle of needs ends here: what is being asked about supports itself, as it did before the loss.
        self.known.borrow_mut().insert(id.clone(), Condition::well());
        let condition = self.work_out(id);
        self.known.borrow_mut().insert(id.clone(), condition.clone());
        condition
    }

    fn work_out(&self, id: &Id) -> Condition {
        let plan = self.plan;
        let mut out = if let Some(site) = plan.sites.get(id) {
            self.site(id, site)
        } else if plan.equipment.contains_key(id) {
            self.equipment(id)
        } else if let Some(data) = plan.data.get(id) {
            self.standing_on(id, &data.runs_on)
        } else if let Some(software) = plan.software.get(id) {
            self.standing_on(id, &software.runs_on)
        } else if let Some(vault) = plan.vaults.get(id) {
            self.vault(id, &vault.at)
        } else if let Some(document) = plan.documents.get(id) {
            self.document(id, &document.at)
        } else if plan.links.as_ref().is_some_and(|links| links.contains_key(id)) {
            self.link(id)
        } else if plan.teams.contains_key(id) {
            self.team(id)
        } else {
            Condition::well()
        };
        self.direct(id, &mut out);
        self.by_region(id, &mut out);
        if !self.really_exists(id) {
            out.damaged(Damage::Gone, id);
        }
        out
    }

    fn really_exists(&self, id: &Id) -> bool {
        let (kind, common) = match self.common(id) {
            Some(found) => found,
            None => return true,
        };
        self.facts.exists(&format!("{kind}.{id}.exists"), &common.exists)
    }

    /// Kind word and common keys of a thing.
    pub fn common(&self, id: &Id) -> Option<(&'static str, &'a plan::Common)> {
        let plan = self.plan;
        let link = plan.links.as_ref().and_then(|links| links.get(id));
        None.or_else(|| plan.equipment.get(id).map(|t| ("equipment", &t.common)))
            .or_else(|| plan.sites.get(id).map(|t| ("sites", &t.common)))
            .or_else(|| plan.data.get(id).map(|t| ("data", &t.common)))
            .or_else(|| plan.vaults.get(id).map(|t| ("vaults", &t.common)))
            .or_else(|| plan.software.get(id).map(|t| ("software", &t.common)))
            .or_else(|| plan.documents.get(id).map(|t| ("documents", &t.common)))
            .or_else(|| plan.teams.get(id).map(|t| ("teams", &t.common)))
            .or_else(|| plan.suppliers.get(id).map(|t| ("suppliers", &t.common)))
            .or_else(|| link.map(|t| ("links", &t.common)))
            .or_else(|| plan.services.get(id).map(|t| ("services", &t.common)))
    }

    /// What hits the thing itself.
    fn direct(&self, id: &Id, out: &mut Condition) {
        if self.plan.teams.contains_key(id) {
            return; // One head is absent, not the team: `team` counts them.
        }
        for (_, effect) in self.loss.events.iter().filter(|(hit, _)| hit == id) {
            match effect {
                Effect::Out => out.outage(&self.outage_of(id), id),
                Effect::Wiped => out.damaged(Damage::Wiped, id),
                Effect::Gone if self.plan.equipment.contains_key(id) => self.lose_a_unit(id, out),
                Effect::Gone => out.damaged(Damage::Gone, id),
            }
        }
    }

    /// A failure takes one unit of several.
    fn lose_a_unit(&self, id: &Id, out: &mut Condition) {
        let equipment = &self.plan.equipment[id];
        let path = |key: &str| format!("equipment.{id}.{key}");
        let units = self.facts.count(&path("units"), &equipment.units, 1).max(1);
        let spares = self.facts.count(&path("spares"), &equipment.spares, 0);
        let enough = self.facts.count(&path("enough"), &equipment.enough, units).clamp(1, units);
        let left = (units - 1).saturating_add(spares);
        if left == 0 {
            out.damaged(Damage::Gone, id);
        } else if left < enough {
            out.share = out.share.min(f64::from(left) / f64::from(enough));
            out.cause = Some(id.clone());
        }
    }

    fn outage_of(&self, id: &Id) -> Intervals {
        let lasts = match (&self.loss.lasts, self.common(id)) {
            (Some((path, fact)), _) if *fact != plan::Fact::Absent => {
                self.facts.span(path, fact, Direction::MoreIsWorse, None)
            }
            (_, Some(("teams" | "suppliers", _)) | None) => Span::NEVER,
            (_, Some((kind, common))) => {
                let path = format!("{kind}.{id}.repair");
                self.facts.span(&path, &common.repair, Direction::MoreIsWorse, Some(assume::REPAIR))
            }
        };
        Intervals::from(Span::ZERO, lasts)
    }

    /// What a hit region does to a thing that lies in it by its own `in`.
    fn by_region(&self, id: &Id, out: &mut Condition) {
        let Some((_, common)) = self.common(id) else { return };
        for (region_id, region) in self.hit_regions(&common.regions) {
            match region.kind {
                RegionKind::Hazard => out.damaged(Damage::Gone, region_id),
                RegionKind::Place if !region.built_in => out.damaged(Damage::Gone, region_id),
                RegionKind::Domain => out.damaged(Damage::Wiped, region_id),
                RegionKind::Carrier | RegionKind::Duct | RegionKind::Model => {
                    out.outage(&self.region_outage(region_id, region), region_id);
                }
                RegionKind::Place | RegionKind::Power => {}
            }
        }
    }

    fn hit_regions(&self, regions: &[Id]) -> impl Iterator<Item = (&'a Id, &'a plan::Region)> {
        let hit = self.plan.regions.iter().filter(|(id, _)| self.loss.events.iter().any(|(e, _)| e == *id));
        hit.filter(|(id, _)| within(self.plan, regions, id)).collect::<Vec<_>>().into_iter()
    }

    fn region_outage(&self, id: &Id, region: &plan::Region) -> Intervals {
        let standard = match region.kind {
            RegionKind::Power | RegionKind::Place => assume::POWER_OUTAGE,
            RegionKind::Carrier | RegionKind::Duct => assume::CARRIER_OUTAGE,
            _ => assume::REPAIR,
        };
        let (path, fact) = match &self.loss.lasts {
            Some((path, fact)) if *fact != plan::Fact::Absent => (path.clone(), fact),
            _ => (format!("regions.{id}.outage"), &region.outage),
        };
        Intervals::from(Span::ZERO, self.facts.span(&path, fact, Direction::MoreIsWorse, Some(standard)))
    }

    fn site(&self, _id: &Id, _site: &Site) -> Condition {
        // Direct hits and regions are added by the caller; a place suffers from nothing else.
        Condition::well()
    }

    /// When the utility does not deliver to a site, and the region that is to blame.
    fn utility_out(&self, site: &Site) -> (Intervals, Option<&'a Id>) {
        let mut out = (Intervals::none(), None);
        for (id, region) in self.hit_regions(&site.common.regions) {
            if region.kind == RegionKind::Power || region.built_in {
                out = (out.0.union(&self.region_outage(id, region)), Some(id));
            }
        }
        out
    }

    fn power_out(&self, site_id: &Id, consumer: &Id) -> (Intervals, Option<&'a Id>) {
        let Some(site) = self.plan.sites.get(site_id) else { return (Intervals::none(), None) };
        let (utility, region) = self.utility_out(site);
        if utility.is_empty() {
            return (utility, None);
        }
        let Some(sources) = &site.power else {
            let lit = self.facts.luck(&format!("sites.{site_id}.power"));
            return (if lit { Intervals::none() } else { utility }, region);
        };
        (outage(&utility, &self.supply(site_id, sources, consumer)), region)
    }

    fn supply(&self, site: &Id, sources: &[plan::PowerSource], consumer: &Id) -> Supply {
        let mut out = Supply {
            battery: Span::ZERO,
            recharge: Span::ZERO,
            fuel: Span::ZERO,
            starts: Span::ZERO,
            refuel: Span::NEVER,
        };
        for source in sources
            .iter()
            .filter(|s| !matches!(&s.feeds, plan::Feeds::Only(feeds) if !feeds.contains(consumer)))
        {
            let path = |key: &str| format!("sites.{site}.power.{}.{key}", source.name);
            let more_is_worse = Direction::MoreIsWorse;
            let lasts = self.facts.span(&path("lasts"), &source.lasts, Direction::MoreIsBetter, None);
            if source.kind == PowerKind::Ups {
                out.battery = out.battery.max(lasts);
                out.recharge = self.facts.span(&path("recharge"), &source.recharge, more_is_worse, None);
            } else if lasts > out.fuel {
                let starts = Some(assume::GENERATOR_START);
                out.fuel = lasts;
                out.starts = self.facts.span(&path("starts"), &source.starts, more_is_worse, starts);
                out.refuel = match source.refuel {
                    // Nobody said that fuel comes: it does not. Saying `unknown` leaves it open.
                    plan::Fact::Absent => Span::NEVER,
                    ref fact => self.facts.span(&path("refuel"), fact, more_is_worse, None),
                };
            }
        }
        out
    }

    fn equipment(&self, id: &Id) -> Condition {
        let equipment = &self.plan.equipment[id];
        let mut out = self.placed(&format!("equipment.{id}.at"), &equipment.at);
        if let Placement::At(places) = &equipment.at {
            self.dark(id, places, &mut out);
        }
        for need in &equipment.needs {
            let supplier = self.condition(need);
            out.outage(&supplier.up().complement(), need);
        }
        out
    }

    /// A vault that stands at a site is a machine there, and goes dark with it.
    fn vault(&self, id: &Id, at: &Placement) -> Condition {
        let mut out = self.placed(&format!("vaults.{id}.at"), at);
        if let Placement::At(places) = at
            && places.keys().all(|place| self.plan.sites.contains_key(place))
        {
            self.dark(id, places, &mut out);
        }
        out
    }

    /// Equipment in several places is dark only while all of them are.
    fn dark(&self, id: &Id, places: &BTreeMap<Id, u32>, out: &mut Condition) {
        let mut all: Option<Intervals> = None;
        let mut blame = None;
        for site in places.keys() {
            let (dark, region) = self.power_out(site, id);
            blame = blame.or(region);
            all = Some(all.map_or(dark.clone(), |others| others.intersect(&dark)));
        }
        if let (Some(dark), Some(region)) = (all, blame) {
            out.outage(&dark, region);
        }
    }

    /// A thing whose parts stand at places: gone when all of them are, less when some are.
    fn placed(&self, path: &str, at: &Placement) -> Condition {
        match at {
            Placement::At(places) => self.spread(places),
            Placement::OneOf(places) => {
                let hit = places.iter().find(|place| self.condition(place).damage == Damage::Gone);
                let mut out = Condition::well();
                if let Some(place) = hit.filter(|_| !self.facts.luck(path)) {
                    out.damaged(Damage::Gone, place);
                }
                out
            }
            Placement::Unknown => {
                // It stands somewhere: any loss of a place may be the loss of its place.
                let place = self.loss.events.iter().find(|(id, _)| self.takes_a_place(id));
                let mut out = Condition::well();
                if let Some((place, _)) = place.filter(|_| !self.facts.luck(path)) {
                    out.damaged(Damage::Gone, place);
                }
                out
            }
        }
    }

    fn takes_a_place(&self, id: &Id) -> bool {
        self.plan.sites.contains_key(id)
            || self.plan.sites.keys().any(|site| self.condition(site).cause.as_ref() == Some(id))
    }

    fn spread(&self, places: &BTreeMap<Id, u32>) -> Condition {
        let mut out = Condition::well();
        let mut conditions = places.iter().map(|(place, n)| (place, (*n).max(1), self.condition(place)));
        let (mut total, mut left) = (0u32, 0u32);
        let mut all_out: Option<Intervals> = None;
        for (place, units, condition) in conditions.by_ref() {
            total += units;
            if condition.damage == Damage::Gone {
                out.cause = Some(place.clone());
                continue;
            }
            left += units;
            let down = condition.up().complement();
            if !down.is_empty() {
                out.cause = Some(place.clone());
            }
            all_out = Some(all_out.map_or(down.clone(), |others| others.intersect(&down)));
        }
        if total > 0 && left == 0 {
            out.damage = Damage::Gone;
        } else if left < total {
            out.share = f64::from(left) / f64::from(total);
        }
        out.out = all_out.unwrap_or_default();
        out
    }

    fn standing_on(&self, _id: &Id, bodies: &[Id]) -> Condition {
        let mut out = Condition::well();
        for body in bodies {
            let condition = self.condition(body);
            out.damaged(condition.damage, body);
            out.outage(&condition.out, body);
        }
        out
    }

    /// A document serves while any copy of it can be reached. Paper in a dark building can.
    fn document(&self, id: &Id, at: &Placement) -> Condition {
        let Placement::At(places) = at else { return self.placed(&format!("documents.{id}.at"), at) };
        let mut best: Option<(Condition, &Id)> = None;
        for place in places.keys() {
            let condition = self.condition(place);
            let better = best.as_ref().is_none_or(|(b, _)| {
                (condition.damage, condition.out.is_empty()) < (b.damage, b.out.is_empty())
            });
            if better {
                best = Some((condition, place));
            }
        }
        let Some((condition, place)) = best else { return Condition::well() };
        let mut out = Condition::well();
        out.damaged(if condition.damage == Damage::Intact { Damage::Intact } else { Damage::Gone }, place);
        out.outage(&condition.out, place);
        out
    }

    fn link(&self, id: &Id) -> Condition {
        let mut out = Condition::well();
        let links = self.plan.links.iter().flatten();
        for site in links.filter(|(link, _)| *link == id).flat_map(|(_, link)| &link.between) {
            let condition = self.condition(site);
            out.damaged(condition.damage, site);
            out.outage(&condition.out, site);
        }
        out
    }

    /// People are not contents: a lost place takes them only if the loss says so.
    fn team(&self, id: &Id) -> Condition {
        let mut out = Condition::well();
        let lost_head = u32::from(self.loss.events.iter().any(|(hit, _)| hit == id));
        let (heads, cause) = self.heads(id);
        if heads <= lost_head {
            out.damaged(Damage::Gone, &cause.unwrap_or_else(|| id.clone()));
        }
        out
    }

    /// Heads that a loss of places leaves, and the place that took some.
    fn heads(&self, id: &Id) -> (u32, Option<Id>) {
        let team = &self.plan.teams[id];
        let Placement::At(places) = &team.at else {
            let path = format!("teams.{id}.at");
            return if self.facts.luck(&path) { (2, None) } else { (1, None) };
        };
        let mut heads = 0;
        let mut cause = None;
        for (place, n) in places {
            if self.loss.takes_people && self.condition(place).damage == Damage::Gone {
                cause = Some(place.clone());
            } else {
                heads += if *n == 0 { self.unknown_heads(id) } else { *n };
            }
        }
        (heads, cause)
    }

    fn unknown_heads(&self, id: &Id) -> u32 {
        if self.facts.luck(&format!("teams.{id}.at")) { 2 } else { 1 }
    }

    /// From the thing that fails back to what was hit: `["server", "hall", "coast"]`.
    pub fn causes(&self, id: &Id) -> Vec<Id> {
        let mut chain = vec![id.clone()];
        while let Some(cause) = self.condition(&chain[chain.len() - 1]).cause {
            if chain.contains(&cause) {
                break;
            }
            chain.push(cause);
        }
        chain
    }

    /// When a need is met, with the thing that limits it most. `service` says when a needed service runs.
    pub fn met(&self, need: &Need, service: &dyn Fn(&Id) -> Intervals) -> (Intervals, Option<Id>) {
        match need {
            Need::Thing(id) if self.plan.services.contains_key(id) => blamed(service(id), id),
            Need::Thing(id) => blamed(self.condition(id).up(), id),
            Need::All(parts) => self.enough(parts, parts.len(), service),
            Need::Any(parts) => self.enough(parts, 1, service),
            Need::AtLeast(k, parts) => self.enough(parts, *k, service),
        }
    }

    fn enough(
        &self,
        parts: &[Need],
        k: usize,
        service: &dyn Fn(&Id) -> Intervals,
    ) -> (Intervals, Option<Id>) {
        let all: Vec<_> = parts.iter().map(|part| self.met(part, service)).collect();
        let blame =
            all.iter().find(|(up, _)| up.is_empty()).or_else(|| all.iter().find(|(up, _)| !up.is_always()));
        let blame = blame.and_then(|(_, id)| id.clone());
        let mut cuts: Vec<Span> =
            all.iter().flat_map(|(up, _)| up.iter()).flat_map(|(a, b)| [a, b]).collect();
        cuts.extend([Span::ZERO, Span::NEVER]);
        cuts.sort_unstable();
        cuts.dedup();
        let holds = |t: Span| all.iter().filter(|(up, _)| up.contains(t)).count() >= k;
        let up = Intervals::collect(cuts.windows(2).filter(|w| holds(w[0])).map(|w| (w[0], w[1])));
        let blame = if up.is_always() { None } else { blame };
        (up, blame)
    }
}

fn blamed(up: Intervals, id: &Id) -> (Intervals, Option<Id>) {
    let blame = (!up.is_always()).then(|| id.clone());
    (up, blame)
}
