//! What a loss does to things: damage and outage, passed on by the relation between them.
//!
//! Standing in or on something passes *gone*; being fed by it passes *outage* only. So a vault in a dark building
//! keeps its bytes, and one in a burnt building does not. Conditions only get worse while they are passed on, so the
//! least fixed point is reached whatever the order, circles included.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use base::{Id, Span};
use plan::{Effect, Placement, RegionKind};
use rustc_hash::FxHashMap;

use crate::assume;
use crate::condition::{Condition, Damage};
use crate::facts::{Direction, Facts, Touched};
use crate::focus::Focus;
use crate::interval::Intervals;
use crate::loss::Loss;
use crate::net::{Net, Node, Thing};
use crate::points::{Point, Useless};
use crate::route::RoutesUnder;
use crate::set::Set;
use crate::trace::{Answer, Ask, Asked as Questions, Strike, Trace};

/// Copies of a data set that survive, why the others do not, and the facts this rests on.
pub(crate) type PointsUnder = Rc<(Vec<Point>, Vec<Useless>, Touched, Questions)>;

/// How a thing fares, and the facts this rests on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    pub(crate) condition: Condition,
    pub(crate) touched: Touched,
}

/// What is the same for all services under one loss.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// Connections over lines that the loss has hit.
    pub(crate) routes: RoutesUnder,
    /// Copies by data set.
    pub(crate) points: RefCell<FxHashMap<Node, PointsUnder>>,
    pub(crate) lines_hit: OnceCell<Vec<Node>>,
    /// What is looked at while a service is worked out.
    pub(crate) trace: Trace,
    /// How things are hit.
    pub(crate) strikes: RefCell<FxHashMap<Node, Rc<[Strike]>>>,
}

/// A plan under a loss, at one corner of what is not known.
#[derive(Debug)]
pub struct World<'a> {
    /// The plan.
    pub net: &'a Net<'a>,
    /// The loss.
    pub loss: &'a Loss,
    /// The facts, at their corner.
    pub facts: &'a Facts,
    pub(crate) hit: BTreeMap<Node, Vec<Effect>>,
    pub(crate) focus: Focus,
    /// Things that are new or restored: what hit the old ones does not touch them.
    renewed: BTreeSet<Node>,
    pub(crate) known: FxHashMap<Node, Rc<Known>>,
    /// Things that are in `known`.
    changed: Set,
    /// Where everything that is not worked out anew here stands: the world before things were renewed.
    before: Option<(&'a World<'a>, BTreeSet<Node>)>,
    /// What was worked out under the loss once somebody asked.
    pub(crate) asked: Asked,
    /// Services whose running way may have lost something.
    pub(crate) services: BTreeSet<Node>,
}

impl<'a> World<'a> {
    /// The plan under `loss`.
    pub fn new(net: &'a Net<'a>, loss: &'a Loss, facts: &'a Facts) -> World<'a> {
        World::focused(net, loss, facts, Focus::default())
    }

    /// The plan under `loss`, as far as it is asked about.
    pub(crate) fn focused(net: &'a Net<'a>, loss: &'a Loss, facts: &'a Facts, focus: Focus) -> World<'a> {
        let mut hit: BTreeMap<Node, Vec<Effect>> = BTreeMap::new();
        for (id, effect) in &loss.events {
            if let Some(node) = net.find(id) {
                hit.entry(node).or_default().push(*effect);
            }
        }
        let services = net.obscure.iter().copied().filter(|node| !focus.leaves_out(*node)).collect();
        let (renewed, known) = (BTreeSet::new(), FxHashMap::default());
        let (changed, asked) = (Set::empty(net.nodes().len()), Asked::default());
        let before = None;
        let mut world =
            World { net, loss, facts, hit, focus, renewed, known, changed, before, asked, services };
        world.pass_on(world.first_reached());
        // What was asked while things were still being reached does not count.
        world.asked = Asked::default();
        world
    }

    /// The same loss after these things were replaced or restored. Only they and what depends on them is worked out.
    pub fn renewed(&'a self, things: BTreeSet<Node>) -> World<'a> {
        let mut anew = things.clone();
        let mut todo: Vec<Node> = things.iter().copied().collect();
        while let Some(node) = todo.pop() {
            let own = |node: &&Node| self.net.service(**node).is_none();
            todo.extend(self.net.dependents(node).iter().filter(own).filter(|node| anew.insert(**node)));
        }
        let mut world = World {
            net: self.net,
            loss: self.loss,
            facts: self.facts,
            hit: self.hit.clone(),
            focus: self.focus.clone(),
            renewed: things,
            known: FxHashMap::default(),
            changed: Set::empty(self.net.nodes().len()),
            before: Some((self, anew.clone())),
            asked: Asked::default(),
            services: BTreeSet::new(),
        };
        world.pass_on(anew);
        world
    }

    fn pass_on(&mut self, first: BTreeSet<Node>) {
        let mut todo: VecDeque<Node> = first.into_iter().collect();
        let mut waiting = Set::of(self.net.nodes().len(), todo.iter().map(|node| *node as usize));
        while let Some(node) = todo.pop_front() {
            waiting.remove(node as usize);
            if !self.worsen(node) {
                continue;
            }
            for dependent in self.net.dependents(node) {
                if !waiting.contains(*dependent as usize) {
                    waiting.insert(*dependent as usize);
                    todo.push_back(*dependent);
                }
            }
        }
    }

    fn first_reached(&self) -> BTreeSet<Node> {
        let net = self.net;
        let mut out: BTreeSet<Node> = self.hit.keys().chain(&net.doubtful).copied().collect();
        for node in self.hit.keys() {
            match net.thing(*node) {
                Thing::Region(_) => {
                    for member in net.members(*node).iter().chain(&net.astray) {
                        out.insert(*member);
                        // A dark site is not out itself; what stands in it is.
                        if matches!(net.thing(*member), Thing::Site(_)) {
                            out.extend(net.dependents(*member));
                            out.extend(&net.unplaced);
                        }
                    }
                }
                Thing::Site(_) => out.extend(&net.unplaced),
                _ => {}
            }
        }
        out
    }

    /// Works a thing out anew; whether it fares worse than was known.
    fn worsen(&mut self, node: Node) -> bool {
        if self.focus.leaves_out(node) {
            return false;
        }
        if self.net.service(node).is_some() {
            return self.services.insert(node);
        }
        let (mut condition, mut touched) = self.facts.scoped(|| self.work_out(node));
        let before = self.known.get(&node).cloned().unwrap_or_default();
        // Only ever worse: so this ends, circles or not.
        condition = before.condition.worse_of(&condition);
        touched.absorb(&before.touched);
        let same = condition.fares_like(&before.condition) && touched == before.touched;
        if condition != Condition::WELL || touched != Touched::default() {
            self.changed.insert(node as usize);
            self.known.insert(node, Rc::new(Known { condition, touched }));
        }
        !same
    }

    /// Whether a thing may fare in any way but as ever.
    pub(crate) fn is_changed(&self, node: Node) -> bool {
        self.changed.contains(node as usize)
    }

    /// How a thing fares that may not fare as ever.
    pub(crate) fn known_of(&self, node: Node) -> Option<&Rc<Known>> {
        if self.is_changed(node) { self.known.get(&node) } else { None }
    }

    /// The world as the loss left it, before anything was renewed.
    pub(crate) fn left(&self) -> &World<'a> {
        self.before.as_ref().map_or(self, |(before, _)| before.left())
    }

    /// How a thing fares. Services are well here: `Recovery` works them out.
    pub fn condition(&self, node: Node) -> &Condition {
        static WELL: Condition = Condition::WELL;
        if let Some((before, _)) = self.before.as_ref().filter(|(_, anew)| !anew.contains(&node)) {
            return before.condition(node);
        }
        let known = self.known_of(node);
        self.asked.trace.note(Ask::Thing(node), || known.cloned().map_or(Answer::AsEver, Answer::Thing));
        let Some(known) = known else { return &WELL };
        self.facts.absorb(&known.touched);
        &known.condition
    }

    /// How a thing with this id fares; well if there is none.
    pub fn of(&self, id: &Id) -> Condition {
        self.net.find(id).map_or(Condition::WELL, |node| self.condition(node).clone())
    }

    fn work_out(&self, node: Node) -> Condition {
        let mut out = match self.net.thing(node) {
            Thing::Equipment(equipment) => self.equipment(node, equipment),
            Thing::Data(_) | Thing::Software(_) => self.standing_on(node),
            Thing::Vault(vault) => self.placed(node, &vault.at),
            Thing::Document(document) => self.document(node, &document.at),
            Thing::Link(_) => self.link(&self.net.wire(node).on),
            Thing::Team(team) => return self.team(node, team),
            Thing::Site(_) | Thing::Region(_) | Thing::Supplier(_) | Thing::Service(_) => Condition::WELL,
        };
        if !self.renewed.contains(&node) {
            self.left().look(node);
            self.direct(node, &mut out);
            self.by_region(node, &mut out);
        }
        let exists = &self.net.thing(node).common().exists;
        if !self.facts.exists(&|| self.net.path(node, "exists"), exists) {
            out.damaged(Damage::Gone, self.net.id(node));
        }
        out
    }

    /// What hits the thing itself.
    fn direct(&self, node: Node, out: &mut Condition) {
        let id = self.net.id(node);
        for effect in self.hit.get(&node).into_iter().flatten() {
            out.own = true;
            match (effect, self.net.thing(node)) {
                (Effect::Out, Thing::Equipment(equipment)) => {
                    if self.lose_a_unit(node, equipment, out) == 0 {
                        out.outage(&self.outage_of(node), id);
                    }
                }
                (Effect::Out, _) => out.outage(&self.outage_of(node), id),
                (Effect::Wiped, _) => out.damaged(Damage::Wiped, id),
                (Effect::Gone, Thing::Equipment(equipment)) => {
                    if self.lose_a_unit(node, equipment, out) == 0 {
                        out.damaged(Damage::Gone, id);
                    }
                }
                (Effect::Gone, _) => out.damaged(Damage::Gone, id),
            }
        }
    }

    /// A failure takes one unit of several. Another one takes over in the time that the plan says; where spares have
    /// to, that is a question that wants an answer.
    fn lose_a_unit(&self, node: Node, equipment: &plan::Equipment, out: &mut Condition) -> u32 {
        let (units, enough) = self.units(node, equipment);
        let spares = self.facts.count(&|| self.net.path(node, "spares"), &equipment.spares, 0);
        out.fewer = out.fewer.saturating_add(1);
        let running = units.saturating_sub(out.fewer);
        let left = running.saturating_add(spares);
        if left == 0 {
            return 0;
        }
        if left < enough {
            out.share = out.share.min(f64::from(left) / f64::from(enough));
            out.cause = Some(self.net.id(node).clone());
        }
        let needed = running < enough && spares > 0;
        let unsaid = matches!(equipment.failover, plan::Fact::Absent | plan::Fact::Nothing);
        if needed || !unsaid {
            let path = || self.net.path(node, "failover");
            let standard = Some(assume::FAILOVER);
            out.takeover = self.facts.span(&path, &equipment.failover, Direction::MoreIsWorse, standard);
            out.cause.get_or_insert_with(|| self.net.id(node).clone());
        }
        left
    }

    /// Units there are without a loss, and units that full level takes.
    pub(crate) fn units(&self, node: Node, equipment: &plan::Equipment) -> (u32, u32) {
        let counted = match &equipment.at {
            Placement::At(places) => places.values().map(|n| (*n).max(1)).sum(),
            _ => 1,
        };
        let units = self.facts.count(&|| self.net.path(node, "units"), &equipment.units, counted).max(1);
        let enough = self.facts.least(&|| self.net.path(node, "enough"), &equipment.enough, units);
        (units, enough.clamp(1, units))
    }

    /// When a service is down because the loss names the service itself.
    pub(crate) fn struck(&self, service: Node) -> Intervals {
        self.left().look(service);
        let own = self.hit.get(&service).into_iter().flatten().map(|effect| match effect {
            Effect::Out => self.outage_of(service),
            Effect::Wiped | Effect::Gone => Intervals::always(),
        });
        let regions = self.hit_regions(service).map(|(node, effect)| match (effect, self.net.thing(node)) {
            (Effect::Out, Thing::Region(region)) => self.region_outage(node, region),
            _ => Intervals::always(),
        });
        own.chain(regions).fold(Intervals::none(), |sum, out| sum.union(&out))
    }

    pub(crate) fn outage_of(&self, node: Node) -> Intervals {
        let thing = self.net.thing(node);
        let usual = || {
            if matches!(thing, Thing::Team(_) | Thing::Supplier(_)) {
                return Span::NEVER;
            }
            let path = || self.net.path(node, "repair");
            self.facts.span(&path, &thing.common().repair, Direction::MoreIsWorse, Some(assume::REPAIR))
        };
        self.outages(node, &usual, None)
    }

    /// What the hit regions do to a thing that lies in them by its own `in`, or that their credentials can alter.
    fn by_region(&self, node: Node, out: &mut Condition) {
        for (region_node, effect) in self.hit_regions(node) {
            let Thing::Region(region) = self.net.thing(region_node) else { continue };
            let id = self.net.id(region_node);
            out.own = true;
            match effect {
                Effect::Gone => out.damaged(Damage::Gone, id),
                Effect::Wiped => out.damaged(Damage::Wiped, id),
                // The grid being down is an outage of what it feeds, which sites pass on after their own sources.
                Effect::Out if region.kind == RegionKind::Power || region.built_in => {
                    out.own = false;
                    if !self.fed_there(node, region_node) {
                        out.outage(&self.region_outage(region_node, region), id);
                    }
                }
                Effect::Out => out.outage(&self.region_outage(region_node, region), id),
            }
        }
    }

    /// Whether a thing is a place, or stands at one, in this grid: then the sources of the place count.
    pub(crate) fn fed_there(&self, node: Node, region: Node) -> bool {
        match (self.net.thing(node), self.net.thing(node).at()) {
            (Thing::Site(_) | Thing::Team(_) | Thing::Document(_) | Thing::Supplier(_), _) => true,
            (_, Some(Placement::At(places))) => {
                let places = places.keys().filter_map(|place| self.net.find(place));
                places.into_iter().any(|place| self.net.regions(place).contains(&region))
            }
            _ => false,
        }
    }

    /// Regions it lies in that are hit. One that may lie in others too is as badly off as in all of them, or not.
    pub(crate) fn hit_regions(&self, node: Node) -> impl Iterator<Item = (Node, Effect)> + '_ {
        let common = self.net.thing(node).common();
        let mut regions = self.net.regions(node).to_vec();
        if common.more_regions {
            let hit =
                self.hit.keys().copied().filter(|region| matches!(self.net.thing(*region), Thing::Region(_)));
            let out = |region: &Node| common.outside.iter().any(|id| self.net.lies_in(*region, id));
            let more: Vec<Node> = hit.filter(|region| !regions.contains(region) && !out(region)).collect();
            if !more.is_empty() && !self.facts.luck(&|| self.net.path(node, "in")) {
                regions.extend(more);
            }
        }
        let hit =
            |region: Node| self.hit.get(&region).into_iter().flatten().map(move |effect| (region, *effect));
        regions.into_iter().flat_map(hit)
    }

    pub(crate) fn region_outage(&self, node: Node, region: &plan::Region) -> Intervals {
        let standard = match region.kind {
            RegionKind::Power | RegionKind::Place => assume::POWER_OUTAGE,
            RegionKind::Carrier | RegionKind::Duct => assume::CARRIER_OUTAGE,
            _ => assume::REPAIR,
        };
        let usual = || {
            let path = || self.net.path(node, "outage");
            self.facts.span(&path, &region.outage, Direction::MoreIsWorse, Some(standard))
        };
        self.outages(node, &usual, Some(standard))
    }

    /// When the utility does not deliver to a site, by region that is to blame.
    pub(crate) fn utility_outages(&self, site: Node) -> Vec<(Intervals, &'a Id)> {
        let mut out = Vec::new();
        for (node, effect) in self.hit_regions(site) {
            let Thing::Region(region) = self.net.thing(node) else { continue };
            if effect == Effect::Out && (region.kind == RegionKind::Power || region.built_in) {
                out.push((self.region_outage(node, region), self.net.id(node)));
            }
        }
        out
    }

    fn equipment(&self, node: Node, equipment: &plan::Equipment) -> Condition {
        let mut out = self.placed(node, &equipment.at);
        if let Placement::At(places) = &equipment.at
            && places.len() > 1
        {
            self.several_places(node, equipment, &mut out);
        }
        for need in self.net.wire(node).on.iter().copied() {
            // Services are worked out later: ways that run on this machine need them too.
            if self.net.service(need).is_none() {
                let condition = self.condition(need);
                out.outage(&condition.up().complement(), self.net.id(need));
                out.share = out.share.min(condition.share);
                out.takeover = out.takeover.max(condition.takeover);
            }
        }
        out
    }

    /// Machines at several places carry full level as long as enough of them work.
    fn several_places(&self, node: Node, equipment: &plan::Equipment, out: &mut Condition) {
        let (units, enough) = self.units(node, equipment);
        if out.damage == Damage::Gone {
            return;
        }
        let left = units.saturating_sub(out.fewer);
        out.share = (f64::from(left) / f64::from(enough)).min(1.0);
        let conditions: Vec<(u32, Condition)> =
            self.net.wire(node).at.iter().map(|(place, n)| ((*n).max(1), self.at(*place, node))).collect();
        let alive = conditions.iter().filter(|(_, condition)| condition.damage != Damage::Gone);
        let ups: Vec<Intervals> =
            alive.flat_map(|(n, condition)| (0..*n).map(|_| condition.out.complement())).collect();
        let needed = (enough as usize).min(ups.len());
        let short = Intervals::at_least_of(ups.iter(), needed).complement();
        if let Some(cause) = conditions.into_iter().find_map(|(_, condition)| condition.cause) {
            out.outage(&short, &cause);
        }
    }

    /// How a thing at one place fares for that: gone with it, dark with it.
    fn at(&self, node: Node, consumer: Node) -> Condition {
        let mut out = Condition::WELL;
        let place = self.net.id(node);
        let condition = self.condition(node);
        match self.net.thing(node) {
            Thing::Site(_) => {
                if condition.damage == Damage::Gone {
                    out.damaged(Damage::Gone, place);
                }
                out.outage(&condition.out, place);
                let (dark, blame) = self.dark(node, consumer);
                if let Some(region) = blame {
                    out.outage(&dark, region);
                }
            }
            _ => {
                out.damaged(condition.damage, place);
                out.tainted |= condition.tainted;
                out.outage(&condition.out, place);
            }
        }
        out
    }

    /// A thing whose parts stand at places: gone when all of them are, less when some are.
    pub(crate) fn placed(&self, node: Node, at: &Placement) -> Condition {
        let find = |id: &Id| self.net.find(id);
        match at {
            Placement::At(_) => {
                let places = self.net.wire(node).at.iter();
                spread(places.map(|(place, n)| (self.net.id(*place), (*n).max(1), self.at(*place, node))))
            }
            Placement::OneOf(places) => self.somewhere(node, places.iter().filter_map(find)),
            // It stands somewhere: any loss of a place may be the loss of its place, or none.
            Placement::Unknown => self.somewhere(node, self.net.plan.sites.keys().filter_map(find)),
        }
    }

    /// At one of these, nobody knows which: as at the best or the worst of them.
    fn somewhere(&self, node: Node, places: impl Iterator<Item = Node>) -> Condition {
        let all: Vec<Condition> = places.map(|place| self.at(place, node)).collect();
        let elsewhere = matches!(self.net.thing(node).at(), Some(Placement::Unknown));
        let mut least = if elsewhere { Condition::WELL } else { all.first().cloned().unwrap_or_default() };
        let mut most = Condition::WELL;
        for one in &all {
            least = least.better_of(one);
            most = most.worse_of(one);
        }
        if least == most || (least.is_well() && most.is_well()) {
            return most;
        }
        if self.facts.luck(&|| self.net.path(node, "at")) { least } else { most }
    }

    fn standing_on(&self, node: Node) -> Condition {
        let mut out = Condition::WELL;
        for body in &self.net.wire(node).on {
            let condition = self.condition(*body);
            let body = self.net.id(*body);
            out.damaged(condition.damage, body);
            out.tainted |= condition.tainted;
            out.outage(&condition.out, body);
        }
        out
    }

    /// A document serves while any copy of it can be reached. Paper in a dark building can.
    fn document(&self, node: Node, at: &Placement) -> Condition {
        let Placement::At(_) = at else { return self.placed_document(node, at) };
        let mut out: Option<Condition> = None;
        for (place, _) in &self.net.wire(node).at {
            let condition = self.place_of_document(*place);
            out = Some(out.map_or(condition.clone(), |best| best.better_of(&condition)));
        }
        out.unwrap_or_default()
    }

    /// A copy of a document with people is where they are; one in a burnt or wiped place is no more.
    fn place_of_document(&self, node: Node) -> Condition {
        let (place, condition) = (self.net.id(node), self.condition(node));
        let mut out = Condition::WELL;
        let team = matches!(self.net.thing(node), Thing::Team(_));
        let alone = team && condition.fewer > 0;
        if condition.damage != Damage::Intact || alone {
            out.damaged(Damage::Gone, place);
        }
        out.outage(&condition.out, place);
        out
    }

    fn placed_document(&self, node: Node, at: &Placement) -> Condition {
        let mut out = self.placed(node, at);
        out.out = Intervals::none();
        out
    }

    fn link(&self, between: &[Node]) -> Condition {
        let mut out = Condition::WELL;
        let ends: Vec<(&Id, &Condition)> =
            between.iter().map(|site| (self.net.id(*site), self.condition(*site))).collect();
        let Some((first, _)) = ends.iter().find(|(_, condition)| !condition.is_well()) else { return out };
        let up: Vec<Intervals> = ends.iter().map(|(_, condition)| condition.up()).collect();
        // It is of use while it joins two of them at least.
        let joined = Intervals::at_least_of(up.iter(), 2.min(up.len()));
        if ends.iter().filter(|(_, condition)| condition.damage != Damage::Gone).count() < 2.min(up.len()) {
            out.damaged(Damage::Gone, first);
        }
        out.outage(&joined.complement(), first);
        out
    }
}

/// Parts at several places: gone when all are; fewer when some are; out only while all that are left are out.
fn spread<'i>(parts: impl Iterator<Item = (&'i Id, u32, Condition)>) -> Condition {
    let (mut total, mut left) = (0u32, 0u32);
    let mut all_out: Option<Intervals> = None;
    let mut worst = Damage::Gone;
    let mut cause = None;
    for (place, units, condition) in parts {
        total = total.saturating_add(units);
        let fault = condition.cause.clone().unwrap_or_else(|| place.clone());
        if condition.damage == Damage::Gone {
            cause = Some(fault);
            continue;
        }
        if !condition.is_well() {
            cause = Some(fault);
        }
        left = left.saturating_add(units);
        worst = worst.min(condition.damage);
        all_out = Some(all_out.map_or(condition.out.clone(), |others| others.intersect(&condition.out)));
    }
    let mut out = Condition { cause, ..Condition::WELL };
    if total == 0 {
        return Condition::WELL;
    }
    out.damage = worst;
    out.out = all_out.unwrap_or_default();
    out.fewer = total - left;
    if left > 0 && left < total {
        out.share = f64::from(left) / f64::from(total);
    }
    if out.is_well() {
        out.cause = None;
    }
    out
}
