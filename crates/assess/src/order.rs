//! The order in which services are worked out: better rank first, and never before what they need. A service that a
//! better-ranked one needs inherits the better rank. Services that need each other stand together.

use std::collections::{BTreeMap, BTreeSet};

use crate::net::{Net, Node, Thing, needed_services};

/// Services in order, those that need each other in one group.
#[derive(Clone, Debug, Default)]
pub struct Order {
    groups: Vec<Vec<Node>>,
    position: BTreeMap<Node, usize>,
    needs: BTreeMap<Node, BTreeSet<Node>>,
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
        let groups = Circles::of(&needs);
        let ranks = inherited(net, &groups, &needs);
        // Groups come out with what they need before them; a stable sort by rank keeps that.
        let mut indices: Vec<usize> = (0..groups.len()).collect();
        indices.sort_by_key(|&group| &ranks[group]);
        let groups: Vec<Vec<Node>> = indices.into_iter().map(|group| groups[group].clone()).collect();
        let position =
            groups.iter().enumerate().flat_map(|(at, group)| group.iter().map(move |n| (*n, at))).collect();
        Order { groups, position, needs }
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
        let group = &self.groups[position];
        group.len() > 1 || group.iter().any(|node| self.needs(*node).contains(node))
    }

    /// Services that a service needs in any of its ways.
    pub fn needs(&self, service: Node) -> &BTreeSet<Node> {
        static NONE: BTreeSet<Node> = BTreeSet::new();
        self.needs.get(&service).unwrap_or(&NONE)
    }
}

/// Rank of each group: its own best, or that of the best group that needs it; ties by id.
fn inherited(
    net: &Net<'_>,
    groups: &[Vec<Node>],
    needs: &BTreeMap<Node, BTreeSet<Node>>,
) -> Vec<(u32, base::Id)> {
    let own = |node: &Node| {
        let priority = net.service(*node).and_then(|service| service.priority).unwrap_or(u32::MAX);
        (priority, net.id(*node).clone())
    };
    let best = |group: &Vec<Node>| group.iter().map(own).min().unwrap_or((u32::MAX, base::Id::new("")));
    let mut ranks: Vec<(u32, base::Id)> = groups.iter().map(best).collect();
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
        group.sort_unstable();
        self.groups.push(group);
    }
}
