//! The lines over which a copy comes to where it is needed: when they work, and how much they carry.

use base::{Id, Rate};
use plan::Placement;

use crate::interval::Intervals;
use crate::net::Thing;
use crate::points::Point;
use crate::world::World;

/// A connection from one place to another.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Route {
    /// When it works.
    pub up: Intervals,
    /// Its narrowest line; nothing where no rate is known.
    pub rate: Option<Rate>,
}

impl Route {
    /// Nothing stands between them, or nothing is known of it.
    fn free() -> Route {
        Route { up: Intervals::always(), rate: None }
    }
}

/// How a point comes from its source to one of these places.
pub(crate) fn route(world: &World<'_>, point: &Point, to: &[&Id]) -> Route {
    let from = sites_of(world, &point.source);
    let near = from.is_empty() || to.is_empty() || from.iter().any(|site| to.contains(&site));
    if near || !point.over_lines || world.net.plan.links.is_none() {
        return Route::free();
    }
    if !point.over.is_empty() {
        return any_of(world, point.over.iter().collect());
    }
    let pairs = from.iter().flat_map(|a| to.iter().map(move |b| (a, *b)));
    let all: Vec<Route> = pairs.map(|(a, b)| between(world, a, b)).collect();
    best(all)
}

/// Sites where a vault or a machine is known to stand.
fn sites_of(world: &World<'_>, id: &Id) -> Vec<Id> {
    let mut out = Vec::new();
    let mut todo = vec![(id.clone(), 0)];
    while let Some((id, depth)) = todo.pop() {
        let Some(node) = world.net.find(&id) else { continue };
        match (world.net.thing(node), world.net.thing(node).at()) {
            (Thing::Site(_), _) => out.push(id),
            (_, Some(Placement::At(places))) if depth < 4 => {
                todo.extend(places.keys().map(|place| (place.clone(), depth + 1)));
            }
            _ => {}
        }
    }
    out
}

/// The chain of lines with the fewest hops; of lines side by side any one will do.
fn between(world: &World<'_>, a: &Id, b: &Id) -> Route {
    let links = || world.net.plan.links.iter().flatten();
    let mut came_from: Vec<(&Id, Option<usize>)> = vec![(a, None)];
    let mut at = 0;
    while at < came_from.len() && came_from[at].0 != b {
        let here = came_from[at].0;
        for next in links().filter(|(_, l)| l.between.contains(here)).flat_map(|(_, l)| &l.between) {
            if !came_from.iter().any(|(seen, _)| *seen == next) {
                came_from.push((next, Some(at)));
            }
        }
        at += 1;
    }
    if at == came_from.len() {
        return Route { up: Intervals::none(), rate: None };
    }
    let mut out = Route::free();
    while let Some(before) = came_from[at].1 {
        let (from, to) = (came_from[before].0, came_from[at].0);
        let side_by_side = links().filter(|(_, l)| l.between.contains(from) && l.between.contains(to));
        let hop = any_of(world, side_by_side.map(|(id, _)| id).collect());
        out.up = out.up.intersect(&hop.up);
        out.rate = out.rate.into_iter().chain(hop.rate).min();
        at = before;
    }
    out
}

fn any_of(world: &World<'_>, lines: Vec<&Id>) -> Route {
    best(lines.into_iter().map(|line| one(world, line)).collect())
}

fn one(world: &World<'_>, line: &Id) -> Route {
    let known = world.net.find(line).map(|node| (node, world.net.thing(node)));
    let Some((node, Thing::Link(link))) = known else { return Route::free() };
    let rate = world.facts.rate(&|| world.net.path(node, "bandwidth"), &link.bandwidth);
    Route { up: world.condition(node).up(), rate }
}

/// Works while any of them does. Its rate is that of the widest that works at all; one of unknown rate hides it.
fn best(all: Vec<Route>) -> Route {
    let alive: Vec<&Route> = all.iter().filter(|route| !route.up.is_empty()).collect();
    let up = alive.iter().fold(Intervals::none(), |sum, route| sum.union(&route.up));
    let known: Option<Vec<Rate>> = alive.iter().map(|route| route.rate).collect();
    Route { up, rate: known.and_then(|rates| rates.into_iter().max()) }
}
