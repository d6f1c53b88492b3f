//! The plan as a net of numbered things: what each one is, the regions it lies in, and what depends on it. Made once
//! for a plan; every loss is worked out on it.

use std::collections::BTreeSet;
use std::collections::hash_map::Entry;
use std::sync::OnceLock;

use base::Id;
use plan::{
    Common, Copy, Data, Document, Equipment, Fact, Link, Need, Placement, Plan, Region, Service, Site,
    Software, Supplier, Team, Vault, Way,
};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::route::Routes;
use crate::wire::{Wire, wire};

/// Number of a thing in a [`Net`].
pub type Node = u32;

/// A thing of a plan.
#[derive(Clone, Copy, Debug)]
pub enum Thing<'p> {
    /// A shared fate.
    Region(&'p Region),
    /// A place.
    Site(&'p Site),
    /// A line.
    Link(&'p Link),
    /// Machines.
    Equipment(&'p Equipment),
    /// Software, a setting, an image.
    Software(&'p Software),
    /// A data set.
    Data(&'p Data),
    /// A place for copies.
    Vault(&'p Vault),
    /// People.
    Team(&'p Team),
    /// Something written.
    Document(&'p Document),
    /// A contract partner.
    Supplier(&'p Supplier),
    /// What is promised.
    Service(&'p Service),
}

impl<'p> Thing<'p> {
    /// The key of plans under which things of this kind stand.
    pub fn kind(self) -> &'static str {
        match self {
            Thing::Region(_) => "regions",
            Thing::Site(_) => "sites",
            Thing::Link(_) => "links",
            Thing::Equipment(_) => "equipment",
            Thing::Software(_) => "software",
            Thing::Data(_) => "data",
            Thing::Vault(_) => "vaults",
            Thing::Team(_) => "teams",
            Thing::Document(_) => "documents",
            Thing::Supplier(_) => "suppliers",
            Thing::Service(_) => "services",
        }
    }

    /// Keys that every thing has.
    pub fn common(self) -> &'p Common {
        match self {
            Thing::Region(thing) => &thing.common,
            Thing::Site(thing) => &thing.common,
            Thing::Link(thing) => &thing.common,
            Thing::Equipment(thing) => &thing.common,
            Thing::Software(thing) => &thing.common,
            Thing::Data(thing) => &thing.common,
            Thing::Vault(thing) => &thing.common,
            Thing::Team(thing) => &thing.common,
            Thing::Document(thing) => &thing.common,
            Thing::Supplier(thing) => &thing.common,
            Thing::Service(thing) => &thing.common,
        }
    }

    /// Where it is, of the kinds that are somewhere.
    pub fn at(self) -> Option<&'p Placement> {
        match self {
            Thing::Equipment(thing) => Some(&thing.at),
            Thing::Vault(thing) => Some(&thing.at),
            Thing::Team(thing) => Some(&thing.at),
            Thing::Document(thing) => Some(&thing.at),
            _ => None,
        }
    }

    pub(crate) fn on(self) -> &'p [Id] {
        match self {
            Thing::Data(thing) => &thing.runs_on,
            Thing::Software(thing) => &thing.runs_on,
            Thing::Equipment(thing) => &thing.needs,
            Thing::Link(thing) => &thing.between,
            _ => &[],
        }
    }

    /// What it can be brought back from; nothing said, or not a kind that has copies: `None`.
    pub fn copies(self) -> Option<&'p [Copy]> {
        match self {
            Thing::Data(thing) => thing.copies.as_deref(),
            Thing::Software(thing) => thing.copies.as_deref(),
            _ => None,
        }
    }
}

/// A plan as a net.
#[derive(Debug)]
pub struct Net<'p> {
    /// The plan.
    pub plan: &'p Plan,
    ids: Vec<&'p Id>,
    things: Vec<Thing<'p>>,
    numbers: FxHashMap<&'p Id, Node>,
    /// For each thing: every region it lies in, outer ones too.
    regions: Vec<Vec<Node>>,
    /// For each region: everything that lies in it.
    members: Vec<Vec<Node>>,
    /// For each thing: what fares differently when it does.
    dependents: Vec<Vec<Node>>,
    /// Things whose place is not known.
    pub(crate) unplaced: Vec<Node>,
    /// Things that may lie in more regions than those written.
    pub(crate) astray: Vec<Node>,
    /// Things not known to be really there.
    pub(crate) doubtful: Vec<Node>,
    /// Services that any loss may stop: nobody knows all that they need.
    pub(crate) obscure: Vec<Node>,
    /// For each site: the lines that end there.
    lines: Vec<Vec<Node>>,
    links: Vec<Node>,
    /// For each site, once somebody asks: from which site each other one is reached with the fewest lines.
    reached: Vec<OnceLock<FxHashMap<Node, Node>>>,
    /// Connections between sites while nothing is lost, once somebody asks.
    routes: Routes,
    /// What each thing refers to.
    wires: Vec<Wire<'p>>,
    order: crate::order::Order,
}

impl<'p> Net<'p> {
    /// Numbers the things of a plan and finds out what depends on what.
    pub fn new(plan: &'p Plan) -> Net<'p> {
        let mut net = Net {
            plan,
            ids: Vec::new(),
            things: Vec::new(),
            numbers: FxHashMap::default(),
            regions: Vec::new(),
            members: Vec::new(),
            dependents: Vec::new(),
            unplaced: Vec::new(),
            astray: Vec::new(),
            doubtful: Vec::new(),
            obscure: Vec::new(),
            lines: Vec::new(),
            links: Vec::new(),
            reached: Vec::new(),
            routes: Routes::default(),
            wires: Vec::new(),
            order: crate::order::Order::default(),
        };
        net.number();
        net.places();
        net.relations();
        net.join();
        net.wires = net.nodes().map(|node| wire(&net, node)).collect();
        net.order = crate::order::Order::new(&net);
        net
    }

    fn number(&mut self) {
        let plan = self.plan;
        plan.regions.iter().for_each(|(id, thing)| self.add(id, Thing::Region(thing)));
        plan.sites.iter().for_each(|(id, thing)| self.add(id, Thing::Site(thing)));
        plan.links.iter().flatten().for_each(|(id, thing)| self.add(id, Thing::Link(thing)));
        plan.equipment.iter().for_each(|(id, thing)| self.add(id, Thing::Equipment(thing)));
        plan.software.iter().for_each(|(id, thing)| self.add(id, Thing::Software(thing)));
        plan.data.iter().for_each(|(id, thing)| self.add(id, Thing::Data(thing)));
        plan.vaults.iter().for_each(|(id, thing)| self.add(id, Thing::Vault(thing)));
        plan.teams.iter().for_each(|(id, thing)| self.add(id, Thing::Team(thing)));
        plan.documents.iter().for_each(|(id, thing)| self.add(id, Thing::Document(thing)));
        plan.suppliers.iter().for_each(|(id, thing)| self.add(id, Thing::Supplier(thing)));
        plan.services.iter().for_each(|(id, thing)| self.add(id, Thing::Service(thing)));
    }

    fn add(&mut self, id: &'p Id, thing: Thing<'p>) {
        let node = Node::try_from(self.things.len()).unwrap_or(Node::MAX);
        self.numbers.insert(id, node);
        self.ids.push(id);
        self.things.push(thing);
    }

    fn places(&mut self) {
        self.members = vec![Vec::new(); self.things.len()];
        for node in self.nodes() {
            let thing = self.thing(node);
            let mut own: Vec<&Id> = thing.common().regions.iter().collect();
            if let Thing::Vault(vault) = thing {
                own.extend(&vault.domain);
            }
            let all = self.outer(own);
            for region in &all {
                self.members[*region as usize].push(node);
            }
            self.regions.push(all);
            if !matches!(thing.common().exists, Fact::Absent | Fact::Exact(plan::Existence::Yes)) {
                self.doubtful.push(node);
            }
            if thing.common().more_regions {
                self.astray.push(node);
            }
            if matches!(thing.at(), Some(Placement::Unknown)) {
                self.unplaced.push(node);
            }
        }
    }

    fn outer(&self, mut todo: Vec<&'p Id>) -> Vec<Node> {
        let mut seen = BTreeSet::new();
        while let Some(id) = todo.pop() {
            let Some(node) = self.find(id) else { continue };
            if seen.insert(node) {
                todo.extend(&self.thing(node).common().regions);
            }
        }
        seen.into_iter().collect()
    }

    fn join(&mut self) {
        self.lines = vec![Vec::new(); self.things.len()];
        self.reached.resize_with(self.things.len(), OnceLock::new);
        for node in self.nodes() {
            if let Thing::Link(link) = self.thing(node) {
                let ends: BTreeSet<Node> = link.between.iter().filter_map(|id| self.find(id)).collect();
                ends.into_iter().for_each(|end| self.lines[end as usize].push(node));
                self.links.push(node);
            }
        }
    }

    /// The lines that join two sites directly.
    fn lines_between(&self, a: Node, b: Node) -> impl Iterator<Item = Node> + '_ {
        let other = &self.lines[b as usize];
        self.lines[a as usize].iter().copied().filter(move |line| other.contains(line))
    }

    /// Every line.
    pub(crate) fn links(&self) -> impl Iterator<Item = Node> + '_ {
        self.links.iter().copied()
    }

    /// Every line that ends at a site, with the site at its other end.
    pub fn neighbours(&self, site: Node) -> impl Iterator<Item = (Node, Node)> + '_ {
        self.lines[site as usize].iter().flat_map(move |line| {
            let ends = self.wires[*line as usize].on.iter().copied();
            ends.filter(move |end| *end != site).map(|end| (*line, end))
        })
    }

    /// The way from one site to another with the fewest hops, as the lines that lie side by side on each; nothing where no
    /// lines lead there.
    pub(crate) fn hops(&self, from: Node, to: Node) -> Option<Vec<SmallVec<[Node; 2]>>> {
        let reached = self.reached[from as usize].get_or_init(|| self.spread(from));
        let (mut out, mut at) = (Vec::new(), to);
        while at != from {
            let before = *reached.get(&at)?;
            out.push(self.lines_between(before, at).collect());
            at = before;
        }
        Some(out)
    }

    /// Breadth first.
    fn spread(&self, from: Node) -> FxHashMap<Node, Node> {
        let mut reached = FxHashMap::from_iter([(from, from)]);
        let mut edge = vec![from];
        while !edge.is_empty() {
            let mut next = Vec::new();
            for here in edge {
                for line in &self.lines[here as usize] {
                    for end in self.wires[*line as usize].on.iter().copied() {
                        if let Entry::Vacant(free) = reached.entry(end) {
                            free.insert(here);
                            next.push(end);
                        }
                    }
                }
            }
            edge = next;
        }
        reached
    }

    fn relations(&mut self) {
        self.dependents = vec![Vec::new(); self.things.len()];
        for node in self.nodes() {
            let mut sources: Vec<&Id> = self.thing(node).on().iter().collect();
            match self.thing(node).at() {
                Some(Placement::At(places)) => sources.extend(places.keys()),
                Some(Placement::OneOf(places)) => sources.extend(places),
                _ => {}
            }
            if let Thing::Team(team) = self.thing(node) {
                sources.extend(&team.deputies);
            }
            if let Thing::Service(service) = self.thing(node) {
                match service.ways.as_deref() {
                    Some([first, ..]) => {
                        sources.extend(self.running_needs(first));
                        let full = matches!(first.level, Fact::Absent) || first.level == Fact::Exact(1.0);
                        if first.more_bodies || open(&first.needs) || !full {
                            self.obscure.push(node);
                        }
                    }
                    _ => self.obscure.push(node),
                }
            }
            let sources: BTreeSet<Node> = sources.into_iter().filter_map(|id| self.find(id)).collect();
            sources.into_iter().for_each(|source| self.dependents[source as usize].push(node));
        }
    }

    /// Everything whose loss may stop a way that runs.
    fn running_needs(&self, way: &'p Way) -> Vec<&'p Id> {
        let mut out: Vec<&Id> = way.runs_on.iter().chain(&way.data).collect();
        leaves(&way.needs, &mut out);
        for place in self.places_of(way) {
            out.extend(self.plan.sites.get(place).into_iter().flat_map(|site| &site.needs));
        }
        out.extend(self.needed_by_machines(way));
        out
    }

    /// Services that the machines of a way need, and the machines that those need.
    pub(crate) fn needed_by_machines(&self, way: &'p Way) -> Vec<&'p Id> {
        let mut out = Vec::new();
        let mut todo: Vec<&Id> = way.runs_on.iter().collect();
        let mut seen: BTreeSet<&Id> = BTreeSet::new();
        while let Some(id) = todo.pop() {
            let Some(equipment) = self.plan.equipment.get(id).filter(|_| seen.insert(id)) else { continue };
            todo.extend(&equipment.needs);
            out.extend(equipment.needs.iter().filter(|need| self.plan.services.contains_key(*need)));
        }
        out
    }

    /// Sites a way runs at.
    pub fn places_of(&self, way: &'p Way) -> Vec<&'p Id> {
        let mut out = Vec::new();
        for body in &way.runs_on {
            match self.plan.equipment.get(body).map(|equipment| &equipment.at) {
                Some(Placement::At(places)) => out.extend(places.keys()),
                Some(Placement::OneOf(places)) => out.extend(places),
                _ if self.plan.sites.contains_key(body) => out.push(body),
                _ => {}
            }
        }
        out.sort();
        out.dedup();
        out
    }

    /// Every number in use.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = Node> + use<> {
        0..Node::try_from(self.things.len()).unwrap_or(Node::MAX)
    }

    /// The number of a thing.
    pub fn find(&self, id: &Id) -> Option<Node> {
        self.numbers.get(id).copied()
    }

    /// The id of a thing.
    pub fn id(&self, node: Node) -> &'p Id {
        self.ids[node as usize]
    }

    /// A thing.
    pub fn thing(&self, node: Node) -> Thing<'p> {
        self.things[node as usize]
    }

    /// The service with this number.
    pub fn service(&self, node: Node) -> Option<&'p Service> {
        match self.thing(node) {
            Thing::Service(service) => Some(service),
            _ => None,
        }
    }

    pub(crate) fn routes(&self) -> &Routes {
        &self.routes
    }

    /// What a thing refers to.
    pub(crate) fn wire(&self, node: Node) -> &Wire<'p> {
        &self.wires[node as usize]
    }

    /// Rank of a service, 1 first; last if it has none. Business functions come after all services.
    pub fn priority(&self, service: Node) -> u64 {
        if self.is_function(service) {
            return u64::MAX;
        }
        self.service(service).and_then(|service| service.priority).unwrap_or(u32::MAX).into()
    }

    /// Whether this is a business function, worked out like a service that nobody else needs.
    pub fn is_function(&self, node: Node) -> bool {
        let functions = &self.plan.functions;
        !functions.is_empty() && self.service(node).is_some() && functions.contains_key(self.id(node))
    }

    /// Path of one of its facts.
    pub fn path(&self, node: Node, key: &str) -> String {
        format!("{}.{}.{key}", self.thing(node).kind(), self.id(node))
    }

    /// Every region it lies in.
    pub fn regions(&self, node: Node) -> &[Node] {
        &self.regions[node as usize]
    }

    /// Whether a region is `outer` or lies in it.
    pub fn lies_in(&self, region: Node, outer: &Id) -> bool {
        self.id(region) == outer
            || self.find(outer).is_some_and(|outer| self.regions(region).contains(&outer))
    }

    /// Everything in a region.
    pub fn members(&self, region: Node) -> &[Node] {
        &self.members[region as usize]
    }

    /// What fares differently when this does.
    pub fn dependents(&self, node: Node) -> &[Node] {
        &self.dependents[node as usize]
    }

    /// Services in the order in which they are worked out.
    pub fn order(&self) -> &crate::order::Order {
        &self.order
    }
}

/// Every thing a need names.
pub fn leaves<'p>(need: &'p Need, out: &mut Vec<&'p Id>) {
    match need {
        Need::Unknown => {}
        Need::Thing(id) => out.push(id),
        Need::All(parts) | Need::Any(parts) | Need::AtLeast(_, parts) => {
            parts.iter().for_each(|part| leaves(part, out));
        }
    }
}

/// Whether a part of a need is not known.
pub(crate) fn open(need: &Need) -> bool {
    match need {
        Need::Unknown => true,
        Need::Thing(_) => false,
        Need::All(parts) | Need::Any(parts) | Need::AtLeast(_, parts) => parts.iter().any(open),
    }
}

/// Services by what they need of each other.
pub(crate) fn needed_services<'p>(net: &Net<'p>, service: &'p Service) -> BTreeSet<Node> {
    let mut out: Vec<&Id> = Vec::new();
    for way in service.ways.iter().flatten() {
        leaves(&way.needs, &mut out);
        out.extend(&way.runs_on);
        out.extend(net.needed_by_machines(way));
        way.steps.iter().flatten().for_each(|step| leaves(&step.needs, &mut out));
        for place in net.places_of(way) {
            out.extend(net.plan.sites.get(place).into_iter().flat_map(|site| &site.needs));
        }
    }
    out.into_iter().filter_map(|id| net.find(id)).filter(|node| net.service(*node).is_some()).collect()
}
