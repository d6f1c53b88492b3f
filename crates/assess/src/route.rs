//! The lines over which a copy comes to where it is needed: when they work, and how much they carry.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use base::{Rate, Span};
use plan::{Assume, Fact, Placement};
use rustc_hash::FxHashMap;
use smallvec::{SmallVec, smallvec};

use crate::facts::Touched;
use crate::interval::Intervals;
use crate::net::{Net, Node, Thing};
use crate::points::Point;
use crate::trace::{Answer, Ask};
use crate::widest::Forest;
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
    pub(crate) fn free() -> Route {
        Route { up: Intervals::always(), rate: None }
    }

    /// What its narrowest line lets through; all there is where nothing limits it.
    pub(crate) fn width(&self) -> Rate {
        self.rate.unwrap_or(Rate(u64::MAX))
    }

    /// Leads over a line of this width too.
    pub(crate) fn narrow(&mut self, width: Rate) {
        let width = self.width().min(width);
        self.rate = (width < Rate(u64::MAX)).then_some(width);
    }

    fn then(&self, next: &Route) -> Route {
        Route { up: self.up.intersect(&next.up), rate: self.rate.into_iter().chain(next.rate).min() }
    }
}

/// Connections between sites while nothing is lost. A loss only makes lines worse: as long as it leaves the lines of a
/// connection alone, the connection is what it was.
#[derive(Debug, Default)]
pub(crate) struct Routes {
    known: RwLock<FxHashMap<(Node, Node), Known>>,
    /// Nothing where the width of some line is not known.
    forest: OnceLock<Option<Forest>>,
}

/// Nothing where a connection is not one and the same whatever is unknown.
type Known = Option<Arc<Connection>>;

/// Routes between sites under one loss.
#[derive(Debug, Default)]
pub(crate) struct RoutesUnder {
    known: RefCell<FxHashMap<(Node, Node), Under>>,
    /// Nothing where it rests on facts that are not known.
    forest: OnceCell<Option<Forest>>,
}

/// What a loss does to a connection.
#[derive(Clone, Debug)]
enum Under {
    /// Nothing.
    AsEver(Arc<Connection>),
    /// Other routes are left; with the facts they rest on.
    Hit(Arc<[Route]>, Touched),
}

/// Lines side by side.
type Side = SmallVec<[Node; 2]>;

/// All routes between two sites that matter, and the lines they lead over.
#[derive(Debug)]
struct Connection {
    routes: Arc<[Route]>,
    /// From site to site on the chain with the fewest; nothing where no lines lead there.
    hops: Option<Arc<[Side]>>,
    /// All.
    lines: Vec<Node>,
}

impl Routes {
    /// Of all lines; nothing where the width of one is not known.
    fn forest(&self, net: &Net<'_>) -> Option<&Forest> {
        let known = || {
            let sure = net.links().all(|line| clear(net, line).is_some());
            sure.then(|| Forest::new(net, &|line| clear(net, line).unwrap_or_else(Route::free)))
        };
        self.forest.get_or_init(known).as_ref()
    }

    /// The connection while nothing is lost; nothing where that is not one and the same whatever is unknown.
    fn undisturbed(&self, net: &Net<'_>, a: Node, b: Node) -> Option<Arc<Connection>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner).get(&(a, b)).cloned();
        known.unwrap_or_else(|| {
            let new = undisturbed(net, a, b).map(Arc::new);
            let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
            known.entry((a, b)).or_insert(new).clone()
        })
    }
}

/// Of the lines that always work under the loss.
fn forest<'w>(left: &'w World<'_>) -> Option<&'w Forest> {
    let known = || {
        let sure = left.net.routes().forest(left.net).is_some();
        (sure && left.lines_hit().iter().all(|line| left.is_sure(*line)))
            .then(|| Forest::new(left.net, &|line| one(left, line)))
    };
    left.asked.routes.forest.get_or_init(known).as_ref()
}

/// A line that nothing has hit; nothing where its width is not known.
fn clear(net: &Net<'_>, line: Node) -> Option<Route> {
    let rate = match net.thing(line) {
        Thing::Link(plan::Link { bandwidth: Fact::Exact(rate), .. }) => Some(*rate),
        Thing::Link(plan::Link { bandwidth: Fact::Absent, .. }) if net.plan.assume == Assume::Standard => {
            None
        }
        _ => return None,
    };
    Some(Route { up: Intervals::always(), rate })
}

fn undisturbed(net: &Net<'_>, a: Node, b: Node) -> Option<Connection> {
    let sure = Cell::new(true);
    let one = |line: Node| {
        clear(net, line).unwrap_or_else(|| {
            sure.set(false);
            Route::free()
        })
    };
    let hops = net.hops(a, b);
    let mut lines: Vec<Node> = hops.iter().flatten().flatten().copied().collect();
    let routes = match &hops {
        Some(hops) => search(net, &one, net.routes().forest(net), (a, b), hops, &mut lines),
        None => Vec::new(),
    };
    lines.sort_unstable();
    lines.dedup();
    sure.get().then(|| Connection { routes: routes.into(), hops: hops.map(Arc::from), lines })
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
        alive.map(Route::width).max()
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
    // Lines are not renewed: what the loss left holds whatever else was replaced.
    let left = world.left();
    let (routes, answer) = match connected(left, a, b) {
        Under::AsEver(connection) => (Arc::clone(&connection.routes), Answer::AsEver),
        Under::Hit(routes, touched) => {
            world.facts.absorb(&touched);
            (Arc::clone(&routes), Answer::Lines(routes))
        }
    };
    left.asked.trace.note(Ask::Lines(a, b), || answer);
    routes
}

/// What leads from one site to another under the loss.
pub(crate) fn leads(left: &World<'_>, a: Node, b: Node) -> Answer {
    if left.lines_hit().is_empty() && left.net.routes().forest(left.net).is_some() {
        return Answer::AsEver;
    }
    match connected(left, a, b) {
        Under::AsEver(_) => Answer::AsEver,
        Under::Hit(routes, _) => Answer::Lines(routes),
    }
}

fn connected(left: &World<'_>, a: Node, b: Node) -> Under {
    let known = left.asked.routes.known.borrow().get(&(a, b)).cloned();
    known.unwrap_or_else(|| {
        let under = left.asked.trace.aside(|| under(left, a, b));
        left.asked.routes.known.borrow_mut().insert((a, b), under.clone());
        under
    })
}

fn under(left: &World<'_>, a: Node, b: Node) -> Under {
    let net = left.net;
    let known = net.routes().undisturbed(net, a, b);
    let hops = match known {
        Some(known) if !known.lines.iter().any(|line| left.is_changed(*line)) => return Under::AsEver(known),
        Some(known) => known.hops.clone(),
        None => net.hops(a, b).map(Arc::from),
    };
    let one = |line| one(left, line);
    let search = |hops: Arc<[Side]>| search(net, &one, forest(left), (a, b), &hops, &mut Vec::new());
    let (routes, touched) = left.facts.scoped(|| hops.map_or_else(Vec::new, search));
    Under::Hit(routes.into(), touched)
}

/// The chain of lines with the fewest hops and, where one of them fails or is narrow, the widest of those that work.
/// `used` gets every line that the widest leads over.
fn search(
    net: &Net<'_>,
    one: &dyn Fn(Node) -> Route,
    forest: Option<&Forest>,
    (a, b): (Node, Node),
    hops: &[Side],
    used: &mut Vec<Node>,
) -> Vec<Route> {
    // Of lines side by side each is a route of its own.
    let mut out = vec![Route::free()];
    for side in hops {
        if let [line] = side[..] {
            let line = one(line);
            out.iter_mut().for_each(|route| *route = route.then(&line));
            continue;
        }
        let lines: SmallVec<[Route; 4]> = side.iter().map(|line| one(*line)).collect();
        out = out.iter().flat_map(|route| lines.iter().map(|line| route.then(line))).take(16).collect();
    }
    if !out.iter().any(|route| route.up.is_always() && route.rate.is_none()) {
        out.extend(match forest {
            Some(forest) => forest.route(a, b, used),
            None => widest(net, one, (a, b), used),
        });
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
    let mut open = vec![(a, Route::free(), Vec::new())];
    let mut done = BTreeSet::new();
    while let Some(at) = (0..open.len()).max_by_key(|at| open[*at].1.width()) {
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
