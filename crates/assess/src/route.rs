//! The lines over which a copy comes to where it is needed: when they work, and how much they carry.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use base::{Rate, Span};
use plan::{Assume, Fact, Placement};
use rustc_hash::FxHashMap;
use smallvec::{SmallVec, smallvec};

use crate::facts::Touched;
use crate::interval::Intervals;
use crate::net::{Net, Node, Thing};
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

/// Connections between sites while nothing is lost. A loss only makes lines worse: as long as it leaves the lines of a
/// connection alone, the connection is what it was.
#[derive(Debug, Default)]
pub(crate) struct Routes(Mutex<FxHashMap<(Node, Node), Known>>);

/// Nothing where a connection is not one and the same whatever is unknown.
type Known = Option<Arc<Connection>>;

/// Routes between sites under one loss, and the facts they rest on.
pub(crate) type RoutesUnder = FxHashMap<(Node, Node), (Arc<[Route]>, Touched)>;

/// All routes between two sites that matter, and the lines they lead over.
#[derive(Debug)]
pub(crate) struct Connection {
    routes: Arc<[Route]>,
    lines: Vec<Node>,
}

impl Connection {
    pub(crate) fn leads_over(&self, line: Node) -> bool {
        self.lines.binary_search(&line).is_ok()
    }
}

impl Routes {
    /// The connection while nothing is lost; nothing where that is not one and the same whatever is unknown.
    fn undisturbed(&self, net: &Net<'_>, a: Node, b: Node) -> Option<Arc<Connection>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry((a, b)).or_insert_with(|| undisturbed(net, a, b).map(Arc::new)).clone()
    }
}

fn undisturbed(net: &Net<'_>, a: Node, b: Node) -> Option<Connection> {
    let clear = Cell::new(true);
    let one = |line: Node| {
        let rate = match net.thing(line) {
            Thing::Link(plan::Link { bandwidth: Fact::Exact(rate), .. }) => Some(*rate),
            Thing::Link(plan::Link { bandwidth: Fact::Absent, .. })
                if net.plan.assume == Assume::Standard =>
            {
                None
            }
            _ => {
                clear.set(false);
                None
            }
        };
        Route { up: Intervals::always(), rate }
    };
    let mut lines = Vec::new();
    let routes = search(net, &one, (a, b), &mut lines);
    lines.sort_unstable();
    lines.dedup();
    clear.get().then(|| Connection { routes: routes.into(), lines })
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
pub(crate) fn routes(world: &World<'_>, point: &Point, to: &[Node], unsure: Option<Node>) -> Arc<[Route]> {
    let mut unsure = unsure;
    if to.is_empty() || !point.over_lines || world.net.plan.links.is_none() {
        return Arc::from([Route::free()]);
    }
    let from = sites_of(world, point.source, &mut unsure);
    if from.is_empty() {
        return Arc::from([Route::free()]);
    }
    if !point.over.is_empty() && !from.iter().any(|site| to.contains(site)) {
        return point.over.iter().map(|line| one(world, *line)).collect();
    }
    if let ([a], [b]) = (&from[..], to) {
        return between(world, *a, *b);
    }
    let pairs = from.iter().flat_map(|a| to.iter().map(move |b| (*a, *b)));
    pick(world, pairs.map(|(a, b)| between(world, a, b)).collect(), unsure)
}

/// Where it stands nobody knows: at best the best pair of places counts, at worst the worst.
fn pick(world: &World<'_>, pairs: Vec<Arc<[Route]>>, unsure: Option<Node>) -> Arc<[Route]> {
    let alike = pairs.windows(2).all(|pair| pair[0] == pair[1]);
    let lucky = match unsure {
        _ if alike => true,
        Some(node) => world.facts.luck(&|| world.net.path(node, "at")),
        None => true,
    };
    if lucky {
        return pairs.iter().flat_map(|routes| routes.iter().cloned()).collect();
    }
    let best_rate = |routes: &Arc<[Route]>| {
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

/// All routes between two sites that matter under the loss.
fn between(world: &World<'_>, a: Node, b: Node) -> Arc<[Route]> {
    if let Some(known) = world.net.routes().undisturbed(world.net, a, b)
        && !world.left().lines_hit().iter().any(|line| known.leads_over(*line))
    {
        world.left().asked.trace.over(&known);
        return Arc::clone(&known.routes);
    }
    // Lines are not renewed: what the loss left holds whatever else was replaced.
    let left = world.left();
    left.asked.trace.hit();
    if let Some((routes, touched)) = left.asked.routes.borrow().get(&(a, b)) {
        world.facts.absorb(touched);
        return Arc::clone(routes);
    }
    let search = || search(world.net, &|line| one(left, line), (a, b), &mut Vec::new());
    let (routes, touched) = world.facts.scoped(search);
    world.facts.absorb(&touched);
    let routes: Arc<[Route]> = routes.into();
    left.asked.routes.borrow_mut().insert((a, b), (Arc::clone(&routes), touched));
    routes
}

/// The chain of lines with the fewest hops and, where one of them fails or is narrow, the widest of those that work.
/// `used` gets every line that any of them leads over.
fn search(
    net: &Net<'_>,
    one: &dyn Fn(Node) -> Route,
    (a, b): (Node, Node),
    used: &mut Vec<Node>,
) -> Vec<Route> {
    if a == b {
        return vec![Route::free()];
    }
    let Some(hops) = net.hops(a, b) else { return Vec::new() };
    // Of lines side by side each is a route of its own.
    let mut out = vec![Route::free()];
    for (from, to) in hops {
        used.extend(net.lines_between(from, to));
        let lines: Vec<Route> = net.lines_between(from, to).map(one).collect();
        out = out.iter().flat_map(|route| lines.iter().map(|line| route.then(line))).take(16).collect();
    }
    if !out.iter().any(|route| route.up.is_always() && route.rate.is_none()) {
        out.extend(widest(net, one, (a, b), used));
    }
    out
}

/// The route of lines that always work whose narrowest line is the widest.
fn widest(
    net: &Net<'_>,
    one: &dyn Fn(Node) -> Route,
    (a, b): (Node, Node),
    used: &mut Vec<Node>,
) -> Option<Route> {
    let width = |route: &Route| route.rate.unwrap_or(Rate(u64::MAX));
    let mut open = vec![(a, Route::free(), Vec::new())];
    let mut done = BTreeSet::new();
    while let Some(at) = (0..open.len()).max_by_key(|at| width(&open[*at].1)) {
        let (here, route, over) = open.swap_remove(at);
        if here == b {
            used.extend(over);
            return Some(route);
        }
        if !done.insert(here) {
            continue;
        }
        for (line, next) in net.neighbours(here) {
            let way = one(line);
            if way.up.is_always() && !done.contains(&next) {
                open.push((next, route.then(&way), [over.clone(), vec![line]].concat()));
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
