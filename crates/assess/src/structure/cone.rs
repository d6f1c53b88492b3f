//! What can tell on a service at all: everything that it refers to, and what that refers to.

use std::collections::BTreeSet;
use std::rc::Rc;

use plan::Placement;

use crate::net::{Net, Node, Thing};
use crate::wire::{WiredCopy, WiredWay};

/// Things reachable backwards from some services.
#[derive(Debug)]
pub(crate) struct Cone {
    things: Vec<bool>,
}

impl Cone {
    /// Everything that `roots` refer to, directly or not, themselves included.
    pub(crate) fn of(net: &Net<'_>, roots: impl IntoIterator<Item = Node>) -> Cone {
        let mut cone = Cone { things: vec![false; net.nodes().count()] };
        cone.add(net, roots);
        if net.plan.links.is_some() && cone.sites(net) > 1 {
            // Copies may take any way round.
            cone.add(net, net.nodes().filter(|node| matches!(net.thing(*node), Thing::Link(_))));
        }
        cone
    }

    fn add(&mut self, net: &Net<'_>, roots: impl IntoIterator<Item = Node>) {
        let mut open: Vec<Node> = roots.into_iter().collect();
        while let Some(node) = open.pop() {
            if !std::mem::replace(&mut self.things[node as usize], true) {
                open.extend(references(net, node));
            }
        }
    }

    fn sites(&self, net: &Net<'_>) -> usize {
        self.members().filter(|node| matches!(net.thing(*node), Thing::Site(_))).count()
    }

    pub(crate) fn contains(&self, node: Node) -> bool {
        self.things.get(node as usize).copied().unwrap_or(false)
    }

    pub(crate) fn members(&self) -> impl Iterator<Item = Node> + '_ {
        (0..).zip(&self.things).filter(|(_, inside)| **inside).map(|(node, _)| node)
    }

    /// For each thing whether it is inside.
    pub(crate) fn into_inside(self) -> Rc<[bool]> {
        self.things.into()
    }

    /// Whether both have a thing in common that only one at a time can use.
    pub(crate) fn competes(&self, other: &Cone, net: &Net<'_>) -> bool {
        let scarce = |node: &Node| matches!(net.thing(*node), Thing::Team(_) | Thing::Equipment(_));
        self.members().filter(scarce).any(|node| other.contains(node))
    }
}

/// Everything a thing refers to.
fn references(net: &Net<'_>, node: Node) -> Vec<Node> {
    let wire = net.wire(node);
    let mut out =
        [&wire.on[..], &wire.shops, &wire.deputies, net.regions(node), net.order().needs(node)].concat();
    out.extend(wire.key);
    out.extend(wire.at.iter().map(|(place, _)| *place));
    wire.copies.iter().for_each(|copy| of_copy(net, copy, &mut out));
    wire.ways.iter().for_each(|way| of_way(way, &mut out));
    if let Thing::Site(site) = net.thing(node) {
        out.extend(site.needs.iter().filter_map(|need| net.find(need)));
    }
    match net.thing(node).at() {
        Some(Placement::OneOf(places)) => out.extend(places.iter().filter_map(|place| net.find(place))),
        Some(Placement::Unknown) => out.extend(net.plan.sites.keys().filter_map(|site| net.find(site))),
        _ => {}
    }
    if net.thing(node).common().more_regions {
        out.extend(net.plan.regions.keys().filter_map(|region| net.find(region)));
    }
    out
}

fn of_copy(net: &Net<'_>, copy: &WiredCopy<'_>, out: &mut Vec<Node>) {
    out.extend(copy.to);
    out.extend(&copy.over);
    out.extend(copy.copy.from.as_ref().and_then(|from| net.find(from)));
}

fn of_way(way: &WiredWay<'_>, out: &mut Vec<Node>) {
    for some in [&way.bodies, &way.places, &way.data, &way.run_leaves, &way.need_leaves, &way.by] {
        out.extend(some);
    }
    for step in &way.steps {
        out.extend(step.object);
        out.extend(&step.named);
    }
}

/// The services with which one shares people and machines, directly or through others, itself included.
pub(crate) fn rivals(net: &Net<'_>, service: Node) -> Vec<Node> {
    let all: Vec<(Node, Cone)> = net
        .nodes()
        .filter(|node| net.service(*node).is_some())
        .map(|node| (node, Cone::of(net, [node])))
        .collect();
    let mut inside: BTreeSet<usize> = all.iter().position(|(node, _)| *node == service).into_iter().collect();
    let mut open: Vec<usize> = inside.iter().copied().collect();
    while let Some(at) = open.pop() {
        let rival = |other: &usize| !inside.contains(other) && all[at].1.competes(&all[*other].1, net);
        let new: Vec<usize> = (0..all.len()).filter(rival).collect();
        inside.extend(&new);
        open.extend(new);
    }
    inside.into_iter().map(|at| all[at].0).collect()
}
