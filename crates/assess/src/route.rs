//! The lines over which a copy comes to where it is needed: when they work, and how much they carry.

use base::{Id, Rate};
use plan::Placement;

use crate::interval::Intervals;
use crate::net::{Node, Thing};
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
        return best(point.over.iter().filter_map(|id| world.net.find(id)).map(|line| one(world, line)).collect());
    }
    let ends = |ids: Vec<&Id>| ids.into_iter().filter_map(|id| world.net.find(id)).collect::<Vec<Node>>();
    let (from, to) = (ends(from.iter().collect()), ends(to.to_vec()));
    let pairs = from.iter().flat_map(|a| to.iter().map(move |b| (*a, *b)));
    best(pairs.map(|(a, b)| between(world, a, b)).collect())
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
fn between(world: &World<'_>, a: Node, b: Node) -> Route {
    let Some(hops) = world.net.hops(a, b) else { return Route { up: Intervals::none(), rate: None } };
    let mut out = Route::free();
    for (from, to) in hops {
        let hop = best(world.net.lines_between(from, to).map(|line| one(world, line)).collect());
        out.up = out.up.intersect(&hop.up);
        out.rate = out.rate.into_iter().chain(hop.rate).min();
    }
    out
}

fn one(world: &World<'_>, line: Node) -> Route {
    let Thing::Link(link) = world.net.thing(line) else { return Route::free() };
    let rate = world.facts.rate(&|| world.net.path(line, "bandwidth"), &link.bandwidth);
    Route { up: world.condition(line).up(), rate }
}

/// Works while any of them does. Its rate is that of the widest that works at all; one of unknown rate hides it.
fn best(all: Vec<Route>) -> Route {
    let alive: Vec<&Route> = all.iter().filter(|route| !route.up.is_empty()).collect();
    let up = alive.iter().fold(Intervals::none(), |sum, route| sum.union(&route.up));
    let known: Option<Vec<Rate>> = alive.iter().map(|route| route.rate).collect();
    Route { up, rate: known.and_then(|rates| rates.into_iter().max()) }
}
