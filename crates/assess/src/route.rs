//! The lines over which a copy comes to where it is needed: when they work, and how much they carry.

use std::collections::BTreeSet;

use base::{Rate, Span};
use plan::Placement;
use smallvec::{SmallVec, smallvec};

use crate::interval::Intervals;
use crate::net::{Node, Thing};
use crate::points::Point;
use crate::world::World;

/// A connection from one place to another.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Route {
    /// When it works.
    pub(crate) up: Intervals,
    /// Its narrowest line; nothing where no rate limits it.
    pub(crate) rate: Option<Rate>,
}

impl Route {
    /// Nothing stands between them, or nothing is known of it.
    fn free() -> Route {
        Route { up: Intervals::always(), rate: None }
    }

    fn then(&self, next: &Route) -> Route {
        Route { up: self.up.intersect(&next.up), rate: self.rate.into_iter().chain(next.rate).min() }
    }
}

impl World<'_> {
    /// How long carrying a medium to one of these places takes: nothing if it is there.
    pub(crate) fn carriage(&self, point: &Point, to: &[Node]) -> Span {
        if point.over_lines || point.carried == Span::ZERO {
            return Span::ZERO;
        }
        let from = sites_of(self, point.source, &mut None);
        if from.is_empty() || from.iter().any(|site| to.contains(site)) {
            return Span::ZERO;
        }
        point.carried
    }
}

/// How a point may come from its source to where it is needed: any one of these routes.
///
/// `unsure` is the machine it goes to, if nobody knows at which of these places it stands.
pub(crate) fn routes(world: &World<'_>, point: &Point, to: &[Node], unsure: Option<Node>) -> Vec<Route> {
    let mut unsure = unsure;
    if to.is_empty() || !point.over_lines || world.net.plan.links.is_none() {
        return vec![Route::free()];
    }
    let from = sites_of(world, point.source, &mut unsure);
    if from.is_empty() {
        return vec![Route::free()];
    }
    if !point.over.is_empty() && !from.iter().any(|site| to.contains(site)) {
        return point.over.iter().map(|line| one(world, *line)).collect();
    }
    let pairs: Vec<Vec<Route>> = from
        .iter()
        .flat_map(|a| to.iter().map(move |b| (*a, *b)))
        .map(|(a, b)| between(world, a, b))
        .collect();
    pick(world, pairs, unsure)
}

/// Where it stands nobody knows: at best the best pair of places counts, at worst the worst.
fn pick(world: &World<'_>, pairs: Vec<Vec<Route>>, unsure: Option<Node>) -> Vec<Route> {
    let alike = pairs.windows(2).all(|pair| pair[0] == pair[1]);
    let lucky = match unsure {
        _ if alike => true,
        Some(node) => world.facts.luck(&|| world.net.path(node, "at")),
        None => true,
    };
    if lucky {
        return pairs.into_iter().flatten().collect();
    }
    let best_rate = |routes: &Vec<Route>| {
        let alive = routes.iter().filter(|route| !route.up.is_empty());
        alive.map(|route| route.rate.unwrap_or(Rate(u64::MAX))).max()
    };
    pairs.into_iter().min_by_key(best_rate).unwrap_or_default()
}

/// Sites where a vault or a machine may stand; `unsure` is the thing of which nobody knows at which of them.
fn sites_of(world: &World<'_>, thing: Node, unsure: &mut Option<Node>) -> SmallVec<[Node; 2]> {
    let net = world.net;
    let mut out = SmallVec::new();
    let mut todo: SmallVec<[(Node, u8); 4]> = smallvec![(thing, 0)];
    while let Some((node, depth)) = todo.pop() {
        match (net.thing(node), net.thing(node).at()) {
            (Thing::Site(_), _) => out.push(node),
            (_, Some(Placement::At(_))) if depth < 4 => {
                todo.extend(net.wire(node).at.iter().map(|(place, _)| (*place, depth + 1)));
            }
            (_, Some(Placement::OneOf(places))) if depth < 4 => {
                *unsure = Some(node);
                todo.extend(places.iter().filter_map(|place| Some((net.find(place)?, depth + 1))));
            }
            (_, Some(Placement::Unknown)) => {
                *unsure = Some(node);
                out.extend(net.plan.sites.keys().filter_map(|site| net.find(site)));
            }
            _ => {}
        }
    }
    out
}

/// The chain of lines with the fewest hops and, where one of them fails or is narrow, the widest of those that work.
fn between(world: &World<'_>, a: Node, b: Node) -> Vec<Route> {
    if a == b {
        return vec![Route::free()];
    }
    let Some(hops) = world.net.hops(a, b) else { return Vec::new() };
    // Of lines side by side each is a route of its own.
    let mut out = vec![Route::free()];
    for (from, to) in hops {
        let lines: Vec<Route> = world.net.lines_between(from, to).map(|line| one(world, line)).collect();
        out = out.iter().flat_map(|route| lines.iter().map(|line| route.then(line))).take(16).collect();
    }
    if !out.iter().any(|route| route.up.is_always() && route.rate.is_none()) {
        out.extend(widest(world, a, b));
    }
    out
}

/// The route of lines that always work whose narrowest line is the widest.
fn widest(world: &World<'_>, a: Node, b: Node) -> Option<Route> {
    let width = |route: &Route| route.rate.unwrap_or(Rate(u64::MAX));
    let mut open = vec![(a, Route::free())];
    let mut done = BTreeSet::new();
    while let Some(at) = (0..open.len()).max_by_key(|at| width(&open[*at].1)) {
        let (here, route) = open.swap_remove(at);
        if here == b {
            return Some(route);
        }
        if !done.insert(here) {
            continue;
        }
        for (line, next) in world.net.neighbours(here) {
            let line = one(world, line);
            if line.up.is_always() && !done.contains(&next) {
                open.push((next, route.then(&line)));
            }
        }
    }
    None
}

fn one(world: &World<'_>, line: Node) -> Route {
    let Thing::Link(link) = world.net.thing(line) else { return Route::free() };
    let rate = world.facts.rate(&|| world.net.path(line, "bandwidth"), &link.bandwidth);
    Route { up: world.condition(line).up(), rate }
}
