//! The order in which services are worked out: better rank first, and never before what they need. A service that a
//! better-ranked one needs inherits the better rank. Services that need each other stand together.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use crate::net::{Net, Node, Thing, needed_services};

/// Services in order, those that need each other in one group.
#[derive(Clone, Debug, Default)]
pub struct Order {
    groups: Vec<Vec<Node>>,
    position: FxHashMap<Node, usize>,
    circles: Vec<bool>,
    needs: FxHashMap<Node, Vec<Node>>,
}

impl Order {
    pub(crate) fn new(net: &Net<'_>) -> Order {
        let services: Vec<(Node, &plan::Service)> = net
            .nodes()
            .filter_map(|node| match net.thing(node) {
                Thing::Service(service) => Some((node, service)),
                _ => None,
            })
            .collect();
        let needs: BTreeMap<Node, BTreeSet<Node>> =
            services.iter().map(|(node, service)| (*node, needed_services(net, service))).collect();
        let mut groups = Circles::of(&needs);
        groups.iter_mut().for_each(|group| group.sort_by_key(|node| (net.priority(*node), net.id(*node))));
        let ranks = inherited(net, &groups, &needs);
        let indices = by_rank(net, &groups, &needs, &ranks);
        let groups: Vec<Vec<Node>> = indices.into_iter().map(|group| groups[group].clone()).collect();
        let position =
            groups.iter().enumerate().flat_map(|(at, group)| group.iter().map(move |n| (*n, at))).collect();
        let circle =
            |group: &Vec<Node>| group.len() > 1 || group.iter().any(|node| needs[node].contains(node));
        let circles = groups.iter().map(circle).collect();
        let needs = needs.into_iter().map(|(node, all)| (node, all.into_iter().collect())).collect();
        Order { groups, position, circles, needs }
    }

    /// Position of a service's group.
    pub fn position(&self, service: Node) -> usize {
        self.position.get(&service).copied().unwrap_or(usize::MAX)
    }

    /// A group of services that need each other; most are alone.
    pub fn group(&self, position: usize) -> &[Node] {
        &self.groups[position]
    }

    /// Whether a group is a circle.
    pub fn is_circle(&self, position: usize) -> bool {
        self.circles[position]
    }

    /// Services that a service needs in any of its ways.
    pub fn needs(&self, service: Node) -> &[Node] {
        self.needs.get(&service).map_or(&[], Vec::as_slice)
    }
}

/// Of the groups whose needs are placed, always the one of best rank next.
fn by_rank(
    net: &Net<'_>,
    groups: &[Vec<Node>],
    needs: &BTreeMap<Node, BTreeSet<Node>>,
    ranks: &[(u64, base::Id)],
) -> Vec<usize> {
    let group_of: BTreeMap<Node, usize> =
        groups.iter().enumerate().flat_map(|(at, group)| group.iter().map(move |n| (*n, at))).collect();
    let mut missing = vec![0usize; groups.len()];
    let mut behind: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); groups.len()];
    for (at, group) in groups.iter().enumerate() {
        let needed: BTreeSet<usize> = group.iter().flat_map(|n| &needs[n]).map(|n| group_of[n]).collect();
        for other in needed.into_iter().filter(|other| *other != at) {
            missing[at] += 1;
            behind[other].insert(at);
        }
    }
    let own = |at: usize| groups[at].iter().map(|node| (net.priority(*node), net.id(*node))).min();
    let mut ready: BTreeSet<_> =
        (0..groups.len()).filter(|at| missing[*at] == 0).map(|at| (&ranks[at], own(at), at)).collect();
    let mut out = Vec::new();
    while let Some((_, _, at)) = ready.pop_first() {
        out.push(at);
        for next in &behind[at] {
            missing[*next] -= 1;
            if missing[*next] == 0 {
                ready.insert((&ranks[*next], own(*next), *next));
            }
        }
    }
    out
}

/// Rank of each group: its own best, or that of the best group that needs it; ties by id.
fn inherited(
    net: &Net<'_>,
    groups: &[Vec<Node>],
    needs: &BTreeMap<Node, BTreeSet<Node>>,
) -> Vec<(u64, base::Id)> {
    let own = |node: &Node| (net.priority(*node), net.id(*node).clone());
    let best = |group: &Vec<Node>| group.iter().map(own).min().unwrap_or((u64::MAX, base::Id::new("")));
    let mut ranks: Vec<(u64, base::Id)> = groups.iter().map(best).collect();
    let group_of: BTreeMap<Node, usize> =
        groups.iter().enumerate().flat_map(|(at, group)| group.iter().map(move |n| (*n, at))).collect();
    for at in (0..groups.len()).rev() {
        for needed in groups[at].iter().flat_map(|node| &needs[node]) {
            if ranks[group_of[needed]] > ranks[at] {
                ranks[group_of[needed]] = ranks[at].clone();
            }
        }
    }
    ranks
}

/// Strongly connected components by Tarjan's algorithm, without recursion: plans may be deep.
struct Circles<'n> {
    needs: &'n BTreeMap<Node, BTreeSet<Node>>,
    number: BTreeMap<Node, usize>,
    low: BTreeMap<Node, usize>,
    open: Vec<Node>,
    is_open: BTreeSet<Node>,
    groups: Vec<Vec<Node>>,
}

impl<'n> Circles<'n> {
    /// Groups, each after those it needs.
    fn of(needs: &'n BTreeMap<Node, BTreeSet<Node>>) -> Vec<Vec<Node>> {
        let mut circles = Circles {
            needs,
            number: BTreeMap::new(),
            low: BTreeMap::new(),
            open: Vec::new(),
            is_open: BTreeSet::new(),
            groups: Vec::new(),
        };
        for node in needs.keys() {
            if !circles.number.contains_key(node) {
                circles.visit(*node);
            }
        }
        circles.groups
    }

    fn visit(&mut self, root: Node) {
        let mut path = vec![(root, self.enter(root))];
        while let Some((node, rest)) = path.last_mut() {
            let node = *node;
            match rest.next() {
                Some(next) if !self.number.contains_key(next) => path.push((*next, self.enter(*next))),
                Some(next) if self.is_open.contains(next) => self.lower(node, self.number[next]),
                Some(_) => {}
                None => {
                    path.pop();
                    self.leave(node);
                    if let Some((parent, _)) = path.last() {
                        self.lower(*parent, self.low[&node]);
                    }
                }
            }
        }
    }

    fn enter(&mut self, node: Node) -> std::collections::btree_set::Iter<'n, Node> {
        let number = self.number.len();
        self.number.insert(node, number);
        self.low.insert(node, number);
        self.open.push(node);
        self.is_open.insert(node);
        self.needs[&node].iter()
    }

    fn lower(&mut self, node: Node, to: usize) {
        let low = self.low.entry(node).or_insert(to);
        *low = (*low).min(to);
    }

    fn leave(&mut self, node: Node) {
        if self.low[&node] != self.number[&node] {
            return;
        }
        let mut group = Vec::new();
        while let Some(member) = self.open.pop() {
            self.is_open.remove(&member);
            group.push(member);
            if member == node {
                break;
            }
        }
        self.groups.push(group);
    }
}
