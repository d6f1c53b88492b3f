//! Modules: gates whose events occur nowhere else. Each is solved apart and stands as one leaf in the gate above.
//!
//! Dutuit and Rauzy 1996, "A linear-time algorithm to find modules of fault trees".

use std::collections::{HashMap, HashSet};

use super::circuit::EventId;
use super::graph::{Edge, Graph, Kind, Maker};

/// What a leaf of a part stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leaf {
    Event(EventId),
    /// A part that stands before this one, by its place.
    Part(usize),
}

/// A module by itself: a graph whose event i is the i-th leaf.
pub(super) struct Part {
    pub(super) graph: Graph,
    pub(super) leaves: Vec<Leaf>,
}

/// The function as parts that share no events; each is a leaf of a later one, the last is the whole.
///
/// A part other than the last is false when no event is true: one that would be true is turned round, and so is its
/// leaf. A leaf's truth then always costs events, as an event's does, and minimal sets of the whole are minimal sets
/// of a part with minimal sets in the place of its leaves, for functions that are not monotone too.
pub(super) fn split(graph: &Graph) -> Vec<Part> {
    let graph = grouped(graph);
    let (modules, values) = (find(&graph), graph.values_at_nothing());
    let mut parts = Vec::new();
    let mut places = HashMap::new();
    let below = (0..graph.vertices.len()).filter(|node| modules[*node] && *node != graph.root.node());
    for top in below {
        let cut = Cut { graph: &graph, modules: &modules, values: &values, places: &places };
        parts.push(cut.part(top, values[top]));
        places.insert(top, parts.len() - 1);
    }
    let cut = Cut { graph: &graph, modules: &modules, values: &values, places: &places };
    parts.push(cut.part(graph.root.node(), graph.root.negated()));
    parts
}

struct Cut<'a> {
    graph: &'a Graph,
    modules: &'a [bool],
    values: &'a [bool],
    places: &'a HashMap<usize, usize>,
}

impl Cut<'_> {
    fn is_leaf(&self, node: usize, top: usize) -> bool {
        matches!(self.graph.vertices[node].kind, Kind::Event(_)) || (node != top && self.modules[node])
    }

    /// The vertices of the module below `top`, inputs before the gates that use them.
    fn inside(&self, top: usize) -> Vec<usize> {
        let mut seen = HashSet::from([top]);
        let mut open = vec![top];
        while let Some(node) = open.pop().filter(|node| *node != 0) {
            if !self.is_leaf(node, top) {
                let args = self.graph.vertices[node].args.iter().map(|arg| arg.node());
                open.extend(args.filter(|arg| seen.insert(*arg)));
            }
        }
        let mut inside: Vec<usize> = seen.into_iter().filter(|node| *node != 0).collect();
        inside.sort_unstable();
        inside
    }

    fn part(&self, top: usize, turned: bool) -> Part {
        let (mut maker, mut leaves) = (Maker::new(), Vec::new());
        let mut edges = HashMap::from([(0, Edge::TRUE)]);
        for node in self.inside(top) {
            let vertex = &self.graph.vertices[node];
            let edge = if self.is_leaf(node, top) {
                leaves.push(match vertex.kind {
                    Kind::Event(index) => Leaf::Event(EventId(index)),
                    _ => Leaf::Part(self.places[&node]),
                });
                maker.event(leaves.len() as u32 - 1).not_if(self.values[node])
            } else {
                let args = vertex.args.iter().map(|arg| edges[&arg.node()].not_if(arg.negated()));
                maker.gate(vertex.kind, args.collect())
            };
            edges.insert(node, edge);
        }
        Part { graph: maker.finish(edges[&top].not_if(turned)), leaves }
    }
}

/// The graph with inputs of a gate that share nothing with its other inputs drawn into gates of their own, so that
/// more modules are found.
fn grouped(graph: &Graph) -> Graph {
    let modules = find(graph);
    let uses = graph.uses();
    graph.rebuild(|old, place, new, edges| {
        let vertex = &old.vertices[place];
        let plain: Vec<Edge> =
            vertex.args.iter().map(|arg| edges[arg.node()].not_if(arg.negated())).collect();
        if !matches!(vertex.kind, Kind::And | Kind::Or) {
            return Some(plain);
        }
        let labels = if modules[place] {
            connected(old, place, &modules)
        } else {
            let alone = |arg: &Edge| uses[arg.node()] == 1 && whole(old, *arg, &modules);
            vertex.args.iter().map(|arg| usize::from(!alone(arg))).collect()
        };
        Some(draw(new, vertex.kind, &plain, &labels, !modules[place]))
    })
}

fn whole(graph: &Graph, arg: Edge, modules: &[bool]) -> bool {
    modules[arg.node()] || graph.vertices[arg.node()].args.is_empty()
}

/// One gate for each label that several inputs carry; unless all carry the same. With `rest`, inputs labelled 1 are
/// left as they are.
fn draw(maker: &mut Maker, kind: Kind, args: &[Edge], labels: &[usize], rest: bool) -> Vec<Edge> {
    if labels.iter().all(|label| *label == labels[0]) {
        return args.to_vec();
    }
    let mut groups: Vec<(usize, Vec<Edge>)> = Vec::new();
    let mut places: HashMap<usize, usize> = HashMap::new();
    for (arg, label) in args.iter().zip(labels) {
        let place = *places.entry(*label).or_insert(groups.len());
        if place == groups.len() {
            groups.push((*label, Vec::new()));
        }
        groups[place].1.push(*arg);
    }
    let mut out = Vec::new();
    for (label, group) in groups {
        if rest && label == 1 {
            out.extend(group);
        } else {
            out.push(maker.gate(kind, group));
        }
    }
    out
}

/// For each input of a module's gate a label; two inputs have the same when they share something below, directly or
/// through others.
fn connected(graph: &Graph, place: usize, modules: &[bool]) -> Vec<usize> {
    let args = &graph.vertices[place].args;
    let mut parent: Vec<usize> = (0..args.len()).collect();
    let mut owner: HashMap<usize, usize> = HashMap::new();
    for (label, arg) in args.iter().enumerate() {
        let mut open = vec![arg.node()];
        while let Some(node) = open.pop() {
            if let Some(other) = owner.insert(node, label) {
                let (a, b) = (representative(&mut parent, other), representative(&mut parent, label));
                parent[a] = b;
            } else if !modules[node] {
                open.extend(graph.vertices[node].args.iter().map(|arg| arg.node()));
            }
        }
    }
    (0..args.len()).map(|label| representative(&mut parent, label)).collect()
}

fn representative(parent: &mut [usize], mut label: usize) -> usize {
    while parent[label] != label {
        parent[label] = parent[parent[label]];
        label = parent[label];
    }
    label
}

/// For each vertex whether it is a module's top gate. The root is, if it is a gate.
fn find(graph: &Graph) -> Vec<bool> {
    let dates = Dates::of(graph);
    let count = graph.vertices.len();
    let (mut earliest, mut latest) = (vec![u32::MAX; count], vec![0; count]);
    let mut out = vec![false; count];
    // Inputs stand before gates, so the dates below are complete when a gate is reached.
    for place in 0..count {
        for arg in graph.vertices[place].args.iter().map(|arg| arg.node()) {
            earliest[place] = earliest[place].min(earliest[arg]).min(dates.first[arg]);
            latest[place] = latest[place].max(latest[arg]).max(dates.last[arg]);
        }
        let gate = !graph.vertices[place].args.is_empty() && dates.first[place] > 0;
        out[place] = gate && earliest[place] > dates.first[place] && latest[place] < dates.left[place];
    }
    out
}

/// When a walk from the root, which enters each gate once, meets a vertex first, leaves it, and meets it last.
struct Dates {
    first: Vec<u32>,
    left: Vec<u32>,
    last: Vec<u32>,
}

impl Dates {
    fn of(graph: &Graph) -> Dates {
        let count = graph.vertices.len();
        let mut dates = Dates { first: vec![0; count], left: vec![0; count], last: vec![0; count] };
        let mut now = 0;
        let mut open = vec![(graph.root.node(), false)];
        while let Some((node, leaving)) = open.pop() {
            now += 1;
            dates.last[node] = now;
            if leaving {
                dates.left[node] = now;
            } else if dates.first[node] == 0 {
                dates.first[node] = now;
                open.push((node, true));
                open.extend(graph.vertices[node].args.iter().rev().map(|arg| (arg.node(), false)));
            }
        }
        dates
    }
}

#[cfg(test)]
mod tests {
    use super::super::circuit::{Builder, Signal};
    use super::*;

    /// Circuits of and and or by a small generator; inputs are mostly recent, so that modules happen.
    fn random(seed: u64) -> Graph {
        let mut state = seed;
        let mut draw = move |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        };
        let mut builder = Builder::new();
        let mut signals: Vec<Signal> = (0..12).map(|i| builder.event(format!("e{i}"), None)).collect();
        for i in 0..14 {
            let inputs: Vec<Signal> =
                (0..2 + draw(3)).map(|_| signals[signals.len() - 1 - draw(signals.len().min(8))]).collect();
            signals.push(if i % 2 == 0 { builder.and(inputs) } else { builder.or(inputs) });
        }
        let top = signals[signals.len() - 1];
        builder.finish(top).map_or_else(|error| panic!("{error}"), |circuit| Graph::of(&circuit))
    }

    fn below(graph: &Graph, top: usize, without: Option<usize>) -> HashSet<usize> {
        let (mut seen, mut open) = (HashSet::new(), vec![top]);
        while let Some(node) = open.pop().filter(|_| Some(top) != without) {
            let args = graph.vertices[node].args.iter().map(|arg| arg.node());
            open.extend(args.filter(|arg| Some(*arg) != without && seen.insert(*arg)));
        }
        seen
    }

    #[test]
    fn a_module_is_a_gate_that_everything_below_is_reached_through() {
        let mut modules = 0;
        for seed in 0..2000 {
            let graph = random(seed);
            let (root, found) = (graph.root.node(), find(&graph));
            let used = below(&graph, root, None);
            for gate in (0..graph.vertices.len()).filter(|n| !graph.vertices[*n].args.is_empty()) {
                let around = below(&graph, root, Some(gate));
                let own = below(&graph, gate, None);
                let wanted = (gate == root || used.contains(&gate)) && own.is_disjoint(&around);
                assert_eq!(found[gate], wanted || gate == root, "seed {seed}, gate {gate}");
                modules += usize::from(wanted && gate != root);
            }
        }
        assert!(modules > 200, "only {modules} modules were met");
    }

    #[test]
    fn parts_share_no_leaves_and_the_last_is_the_whole() {
        for seed in 0..500 {
            let parts = split(&random(seed));
            let leaves: Vec<Leaf> = parts.iter().flat_map(|part| part.leaves.clone()).collect();
            let events: HashSet<u32> = leaves
                .iter()
                .filter_map(|leaf| if let Leaf::Event(e) = leaf { Some(e.0) } else { None })
                .collect();
            let below: HashSet<usize> = leaves
                .iter()
                .filter_map(|leaf| if let Leaf::Part(p) = leaf { Some(*p) } else { None })
                .collect();
            assert_eq!(events.len() + below.len(), leaves.len(), "seed {seed}");
            assert_eq!(below, (0..parts.len() - 1).collect(), "seed {seed}");
        }
    }

    #[test]
    fn inputs_that_share_nothing_become_parts_of_their_own() {
        // (a + b)·(a + c) and (d + e)·(d + f) share no events: two parts and a whole of two leaves.
        let mut builder = Builder::new();
        let e = ["a", "b", "c", "d", "e", "f"].map(|name| builder.event(name, None));
        let pairs = [(0, 1), (0, 2), (3, 4), (3, 5)].map(|(i, j)| builder.or([e[i], e[j]]));
        let top = builder.and(pairs);
        let graph = builder.finish(top).map_or_else(|error| panic!("{error}"), |circuit| Graph::of(&circuit));
        let leaves: Vec<usize> = split(&graph).iter().map(|part| part.leaves.len()).collect();
        assert_eq!(leaves, [3, 3, 2]);
    }
}
