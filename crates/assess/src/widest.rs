//! The widest connection between any two sites: a forest of the widest lines holds it for all of them at once (Hu 1961:
//! the path in a maximum spanning tree has the widest narrowest line).

use std::cmp::Reverse;

use base::Rate;
use rustc_hash::FxHashMap;

use crate::net::{Net, Node};
use crate::route::Route;

/// Where a site hangs in the forest.
#[derive(Clone, Copy, Debug)]
struct Hung {
    depth: u32,
    above: Node,
    line: Node,
    width: Rate,
}

/// A widest tree of lines for each group of sites that lines join.
#[derive(Debug, Default)]
pub(crate) struct Forest(FxHashMap<Node, Hung>);

impl Forest {
    /// Of the lines that `one` says work always.
    pub(crate) fn new(net: &Net<'_>, one: &dyn Fn(Node) -> Route) -> Forest {
        let routes = net.links().map(|line| (line, one(line)));
        let mut lines: Vec<(Rate, Node)> = routes
            .filter(|(_, route)| route.up.is_always())
            .map(|(line, route)| (route.width(), line))
            .collect();
        lines.sort_unstable_by_key(|(width, line)| (Reverse(*width), *line));
        let mut sets = Sets::default();
        let mut joined: FxHashMap<Node, Vec<(Node, Node, Rate)>> = FxHashMap::default();
        for (width, line) in lines {
            let Some((first, others)) = net.wire(line).on.split_first() else { continue };
            for other in others {
                if sets.join(*first, *other) {
                    joined.entry(*first).or_default().push((*other, line, width));
                    joined.entry(*other).or_default().push((*first, line, width));
                }
            }
        }
        Forest(hang(&joined))
    }

    /// The widest route, and the lines it leads over.
    pub(crate) fn route(&self, a: Node, b: Node, used: &mut Vec<Node>) -> Option<Route> {
        let (mut low, mut high) = (self.site(a)?, self.site(b)?);
        let (mut at, mut to) = (a, b);
        let (mut out, before) = (Route::free(), used.len());
        while at != to {
            if low.depth < high.depth {
                std::mem::swap(&mut low, &mut high);
                std::mem::swap(&mut at, &mut to);
            }
            if low.depth == 0 {
                used.truncate(before);
                return None;
            }
            used.push(low.line);
            out.narrow(low.width);
            at = low.above;
            low = self.site(at)?;
        }
        Some(out)
    }

    fn site(&self, site: Node) -> Option<Hung> {
        self.0.get(&site).copied()
    }
}

/// Hangs every tree from its first site.
fn hang(joined: &FxHashMap<Node, Vec<(Node, Node, Rate)>>) -> FxHashMap<Node, Hung> {
    let mut out = FxHashMap::default();
    for root in joined.keys() {
        if out.contains_key(root) {
            continue;
        }
        out.insert(*root, Hung { depth: 0, above: *root, line: *root, width: Rate(u64::MAX) });
        let mut edge = vec![(*root, 0)];
        while let Some((here, depth)) = edge.pop() {
            for (site, line, width) in joined.get(&here).into_iter().flatten().copied() {
                out.entry(site).or_insert_with(|| {
                    edge.push((site, depth + 1));
                    Hung { depth: depth + 1, above: here, line, width }
                });
            }
        }
    }
    out
}

/// Sites that are joined already.
#[derive(Debug, Default)]
struct Sets(FxHashMap<Node, Node>);

impl Sets {
    fn root(&mut self, site: Node) -> Node {
        let mut at = site;
        while let Some(above) = self.0.get(&at).copied() {
            // Halves the way for the next time.
            if let Some(higher) = self.0.get(&above).copied() {
                self.0.insert(at, higher);
            }
            at = above;
        }
        at
    }

    /// Whether they were apart.
    fn join(&mut self, a: Node, b: Node) -> bool {
        let (a, b) = (self.root(a), self.root(b));
        a != b && self.0.insert(a, b).is_none()
    }
}

#[cfg(test)]
#[path = "../tests/common/text.rs"]
mod plans;

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use proptest::prelude::*;

    use super::*;
    use crate::interval::Intervals;

    fn text(lines: &[(u8, u8, u64)]) -> String {
        let mut out =
            "okiagari: 1\nsites: { s0: {}, s1: {}, s2: {}, s3: {}, s4: {}, s5: {} }\nlinks:\n".to_owned();
        for (n, (a, b, mbps)) in lines.iter().enumerate() {
            writeln!(out, "  l{n}: {{ between: [s{a}, s{b}], bandwidth: {mbps}Mbps }}").unwrap();
        }
        out
    }

    /// The widest of all pairs, by trying every site in between (Floyd 1962).
    fn tried(lines: &[(u8, u8, u64)]) -> [[u64; 6]; 6] {
        let mut best = [[0; 6]; 6];
        for (a, b, mbps) in lines {
            let (a, b) = (usize::from(*a), usize::from(*b));
            best[a][b] = best[a][b].max(*mbps);
            best[b][a] = best[a][b];
        }
        for over in 0..6 {
            for a in 0..6 {
                for b in 0..6 {
                    best[a][b] = best[a][b].max(best[a][over].min(best[over][b]));
                }
            }
        }
        best
    }

    proptest! {
        #[test]
        fn no_connection_is_wider(lines in prop::collection::vec((0u8..6, 0u8..6, 1u64..9), 0..12)) {
            let lines: Vec<_> = lines.into_iter().filter(|(a, b, _)| a != b).collect();
            let reading = plans::read(&text(&lines), &["no-service"]);
            let net = Net::new(&reading.plan);
            let rate = |line| match net.thing(line) {
                crate::net::Thing::Link(plan::Link { bandwidth: plan::Fact::Exact(rate), .. }) => Some(*rate),
                _ => None,
            };
            let forest = Forest::new(&net, &|line| Route { up: Intervals::always(), rate: rate(line) });
            let best = tried(&lines);
            let site = |n: usize| net.find(&base::Id::new(&format!("s{n}"))).unwrap();
            for (a, b) in (0..6).flat_map(|a| (0..6).map(move |b| (a, b))).filter(|(a, b)| a != b) {
                let mut used = Vec::new();
                let route = forest.route(site(a), site(b), &mut used);
                let width = route.map_or(0, |route| route.width().0 / 1_000_000);
                prop_assert_eq!(width, best[a][b], "{} {} {}", a, b, text(&lines));
                let narrowest = used.iter().filter_map(|line| rate(*line)).min().map_or(0, |rate| rate.0 / 1_000_000);
                prop_assert_eq!(width, narrowest);
            }
        }
    }
}
