//! What the things of a plan refer to, as numbers: resolved once for a plan, so that no loss looks a name up.

use std::collections::BTreeMap;
use std::sync::Arc;

use plan::{Copy, Need, Placement, Step, Verb, Way};

use crate::choice::Choice;
use crate::net::{Net, Node, Thing};

/// What must be there, by number. What no plan knows is always there: readers of plans complain about it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Want {
    /// Something, nobody knows what.
    Unknown,
    /// A thing or service.
    Thing(Node),
    /// All of them; an empty list wants nothing.
    All(Vec<Want>),
    /// Any one of them.
    Any(Vec<Want>),
    /// At least this many of them.
    AtLeast(usize, Vec<Want>),
}

impl Want {
    /// Nothing is wanted.
    pub(crate) const NOTHING: Want = Want::All(Vec::new());

    /// All of these things.
    pub(crate) fn all(nodes: impl IntoIterator<Item = Node>) -> Want {
        Want::All(nodes.into_iter().map(Want::Thing).collect())
    }

    /// Any one of these things.
    pub(crate) fn any(nodes: impl IntoIterator<Item = Node>) -> Want {
        Want::Any(nodes.into_iter().map(Want::Thing).collect())
    }

    fn of(net: &Net<'_>, need: &Need) -> Want {
        let all = |parts: &[Need]| parts.iter().map(|part| Want::of(net, part)).collect();
        match need {
            Need::Unknown => Want::Unknown,
            Need::Thing(id) => net.find(id).map_or(Want::NOTHING, Want::Thing),
            Need::All(parts) => Want::All(all(parts)),
            Need::Any(parts) => Want::Any(all(parts)),
            Need::AtLeast(k, parts) => Want::AtLeast(*k, all(parts)),
        }
    }

    /// The parts of it, and how many of them are wanted; nothing of a single thing.
    pub(crate) fn parts(&self) -> Option<(&[Want], usize)> {
        match self {
            Want::Unknown | Want::Thing(_) => None,
            Want::All(parts) => Some((parts, parts.len())),
            Want::Any(parts) => Some((parts, 1)),
            Want::AtLeast(k, parts) => Some((parts, *k)),
        }
    }

    /// Whether a part of it is not known.
    pub(crate) fn is_open(&self) -> bool {
        match self.parts() {
            Some((parts, _)) => parts.iter().any(Want::is_open),
            None => *self == Want::Unknown,
        }
    }

    /// Every thing it names.
    pub(crate) fn leaves(&self, out: &mut Vec<Node>) {
        match (self, self.parts()) {
            (Want::Thing(node), _) => out.push(*node),
            (_, Some((parts, _))) => parts.iter().for_each(|part| part.leaves(out)),
            _ => {}
        }
    }

    /// The same with something in the place of each part for which `other` has it.
    pub(crate) fn put(&self, other: &dyn Fn(&Want) -> Option<Want>) -> Want {
        let all = |parts: &[Want]| parts.iter().map(|part| part.put(other)).collect();
        match self {
            Want::Unknown | Want::Thing(_) => other(self).unwrap_or_else(|| self.clone()),
            Want::All(parts) => Want::All(all(parts)),
            Want::Any(parts) => Want::Any(all(parts)),
            Want::AtLeast(k, parts) => Want::AtLeast(*k, all(parts)),
        }
    }
}

/// What one thing refers to.
#[derive(Debug, Default)]
pub(crate) struct Wire<'p> {
    /// What it runs on, needs, or joins.
    pub(crate) on: Vec<Node>,
    /// Where its parts are, and how many at each place; 0 where nobody says.
    pub(crate) at: Vec<(Node, u32)>,
    /// Who maintains or delivers it.
    pub(crate) shops: Vec<Node>,
    /// Who stands in for a team.
    pub(crate) deputies: Vec<Node>,
    /// The key that opens a vault.
    pub(crate) key: Option<Node>,
    /// What it can be brought back from.
    pub(crate) copies: Vec<WiredCopy<'p>>,
    /// The ways of a service.
    pub(crate) ways: Vec<WiredWay<'p>>,
}

/// A copy of a data set or of software.
#[derive(Debug)]
pub(crate) struct WiredCopy<'p> {
    pub(crate) copy: &'p Copy,
    /// Where it is.
    pub(crate) to: Option<Node>,
    /// Whether that is a vault.
    pub(crate) in_vault: bool,
    /// Lines it has to come over.
    pub(crate) over: Vec<Node>,
}

/// A way of a service.
#[derive(Debug)]
pub(crate) struct WiredWay<'p> {
    pub(crate) way: &'p Way,
    /// Its place in declared order.
    pub(crate) index: usize,
    /// What is chosen with it, without what that rests on: brought into use, and come back by itself.
    pub(crate) bare: [Arc<Choice>; 2],
    /// Machines or sites it runs on, all of them.
    pub(crate) bodies: Vec<Node>,
    /// The same as what is wanted.
    pub(crate) body: Want,
    /// Sites it runs at, by id.
    pub(crate) places: Vec<Node>,
    /// Data sets it works on.
    pub(crate) data: Vec<Node>,
    /// Everything it needs while it runs, the live data apart; open where nobody knows all.
    pub(crate) run: Want,
    /// Whether nobody knows all that it needs.
    pub(crate) run_open: bool,
    /// What that names.
    pub(crate) run_leaves: Vec<Node>,
    /// What it names as needs of its own.
    pub(crate) need_leaves: Vec<Node>,
    /// Who brings it into use.
    pub(crate) by: Vec<Node>,
    /// Steps that bring it into use.
    pub(crate) steps: Vec<WiredStep<'p>>,
}

/// A step of a way.
#[derive(Debug)]
pub(crate) struct WiredStep<'p> {
    pub(crate) step: &'p Step,
    /// What it is done to, where that is a thing.
    pub(crate) object: Option<Node>,
    /// Who does it.
    pub(crate) by: Vec<Node>,
    /// Where it is carried out.
    pub(crate) at: Vec<Node>,
    /// Where and with what it is carried out.
    pub(crate) wants: Want,
    /// Who, where and what it names, in this order.
    pub(crate) named: Vec<Node>,
}

/// Resolves what a thing refers to. Things and places of `net` must be numbered.
pub(crate) fn wire<'p>(net: &Net<'p>, node: Node) -> Wire<'p> {
    let thing = net.thing(node);
    let find = |ids: &[base::Id]| ids.iter().filter_map(|id| net.find(id)).collect::<Vec<Node>>();
    let mut out =
        Wire { on: find(thing.on()), shops: find(&thing.common().maintained_by), ..Wire::default() };
    if let Some(Placement::At(places)) = thing.at() {
        let placed = places.iter().filter_map(|(place, n)| Some((net.find(place)?, *n)));
        out.at = placed.collect();
    }
    match thing {
        Thing::Team(team) => out.deputies = find(&team.deputies),
        Thing::Vault(vault) => out.key = vault.key.as_ref().and_then(|key| net.find(key)),
        Thing::Service(service) => {
            let ways = service.ways.iter().flatten().enumerate();
            out.ways = ways.map(|(index, way)| wire_way(net, node, index, way)).collect();
        }
        _ => {}
    }
    out.copies = thing.copies().unwrap_or_default().iter().map(|copy| wire_copy(net, copy)).collect();
    out
}

fn wire_copy<'p>(net: &Net<'p>, copy: &'p Copy) -> WiredCopy<'p> {
    let to = net.find(&copy.to);
    let in_vault = to.is_some_and(|to| matches!(net.thing(to), Thing::Vault(_)));
    WiredCopy { copy, to, in_vault, over: copy.over.iter().filter_map(|id| net.find(id)).collect() }
}

fn wire_way<'p>(net: &Net<'p>, service: Node, index: usize, way: &'p Way) -> WiredWay<'p> {
    let find = |ids: &[base::Id]| ids.iter().filter_map(|id| net.find(id)).collect::<Vec<Node>>();
    let bodies = find(&way.runs_on);
    let places: Vec<Node> = net.places_of(way).into_iter().filter_map(|id| net.find(id)).collect();
    let run = wants_to_run(net, service, way, &bodies, &places);
    let (mut run_leaves, mut need_leaves) = (Vec::new(), Vec::new());
    run.leaves(&mut run_leaves);
    Want::of(net, &way.needs).leaves(&mut need_leaves);
    let bare = [false, true].map(|original| {
        Arc::new(Choice {
            service: net.id(service).clone(),
            way: way.name.clone(),
            original,
            sources: BTreeMap::new(),
            steps: Vec::new(),
            used: Vec::new(),
        })
    });
    WiredWay {
        way,
        index,
        bare,
        body: Want::all(bodies.iter().copied()),
        bodies,
        places,
        data: find(&way.data),
        run_open: run.is_open(),
        run,
        run_leaves,
        need_leaves,
        by: find(&way.by),
        steps: way.steps.iter().flatten().map(|step| wire_step(net, step)).collect(),
    }
}

fn wants_to_run(net: &Net<'_>, service: Node, way: &Way, bodies: &[Node], places: &[Node]) -> Want {
    // Software that a step of the way installs need not be there before.
    let installs = way.steps.iter().flatten().filter(|step| step.verb == Verb::Install);
    let software = |node: &Node| matches!(net.thing(*node), Thing::Software(_));
    let installed: Vec<Node> =
        installs.filter_map(|step| net.find(&base::Id::new(&step.object))).filter(software).collect();
    let without = |want: &Want| match want {
        Want::Thing(node) if installed.contains(node) => Some(Want::NOTHING),
        _ => None,
    };
    let mut all: Vec<Want> = bodies.iter().copied().map(Want::Thing).collect();
    all.push(Want::of(net, &way.needs).put(&without));
    // The directory that everything at a site needs does not need itself.
    let others = |node: &Node| !bodies.contains(node) && *node != service;
    let sites = places.iter().filter_map(|place| match net.thing(*place) {
        Thing::Site(site) => Some(&site.needs),
        _ => None,
    });
    let common = sites.flatten().filter_map(|need| net.find(need)).filter(others);
    all.extend(common.map(Want::Thing));
    all.extend(net.needed_by_machines(way).into_iter().filter_map(|id| net.find(id)).map(Want::Thing));
    Want::All(all)
}

fn wire_step<'p>(net: &Net<'p>, step: &'p Step) -> WiredStep<'p> {
    let find = |ids: &[base::Id]| ids.iter().filter_map(|id| net.find(id)).collect::<Vec<Node>>();
    let (by, at) = (find(&step.by), find(&step.at));
    let needs = Want::of(net, &step.needs);
    let mut named = [by.clone(), at.clone()].concat();
    needs.leaves(&mut named);
    let mut all = vec![needs];
    if !step.at.is_empty() {
        // Any of the places will do.
        all.push(Want::any(at.iter().copied()));
    }
    WiredStep { step, object: net.find(&base::Id::new(&step.object)), by, at, wants: Want::All(all), named }
}
