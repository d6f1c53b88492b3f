//! How all services that a loss stops fare: worked out in order of rank, each on the course that is chosen for it, with
//! the people and machines that better-ranked ones leave.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hash;
use std::rc::Rc;

use base::{Id, Span};
use plan::Readiness;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::course::{Candidate, Course, Fate};
use crate::evidence::Evidence;
use crate::facts::Touched;
use crate::interval::Intervals;
use crate::levels::of_service;
use crate::memo::{Memo, Past, When};
use crate::net::{Node, Thing};
use crate::objective::Promise;
use crate::points::Age;
use crate::scarce::Scarce;
use crate::stages::{Links, Stages};
use crate::trace::{Answer, Ask, Asked, Notes, Trace};
use crate::wire::WiredWay;
use crate::world::World;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// What will be done: one course for each service, with the people and machines there are.
    Plan,
    /// What is possible at best: nothing is scarce, work starts at the loss, any course serves.
    Bound,
}

/// What was found out about one service.
#[derive(Clone, Debug)]
pub struct Settled {
    /// Its courses.
    pub fate: Fate,
    /// The chosen one.
    pub chosen: Option<usize>,
    /// When it runs.
    pub up: Intervals,
    /// At what level.
    pub level: f64,
    /// Facts it depends on.
    pub touched: Touched,
}

impl Settled {
    /// With the chosen course only.
    fn bare(mut self) -> Settled {
        let course = self.chosen.take().map(|index| self.fate.candidates.swap_remove(index));
        self.chosen = course.is_some().then_some(0);
        self.fate.candidates = course.into_iter().collect();
        self
    }

    /// Whether both run at the same times and level, whatever that rests on.
    pub(crate) fn fares_like(&self, other: &Settled) -> bool {
        self.up == other.up && self.level == other.level
    }

    /// The chosen course.
    pub fn course(&self) -> Option<&Candidate> {
        self.chosen.map(|index| &self.fate.candidates[index])
    }
}

/// How the services fare that a loss stops or may stop.
pub type Fares = BTreeMap<Node, Rc<Settled>>;

/// Works out services under one loss.
#[derive(Debug)]
pub struct Recovery<'a> {
    /// Things under the loss.
    pub world: &'a World<'a>,
    /// What was measured.
    pub evidence: &'a Evidence,
    /// What is asked.
    pub mode: Mode,
    /// Whether only times and levels are asked for, not all that they rest on.
    pub(crate) lean: bool,
    /// The only service asked about, of which only matters whether it can meet what is promised.
    sought: Option<Node>,
    settled: RefCell<Fares>,
    /// What services have taken.
    pub(crate) scarce: RefCell<Scarce>,
    /// What each service asked of others, if that can be told.
    pub(crate) links: RefCell<FxHashMap<Node, Links>>,
    /// The service that is worked out.
    current: Cell<Node>,
    /// Results with other lines under this loss.
    here: Memo<Node, Rc<Settled>>,
    /// Results under other losses.
    everywhere: Option<&'a Memo<When, Rc<Settled>>>,
    /// Whether anything was scarce at all.
    pressed: Cell<bool>,
}

/// Works out everything that the loss stops, in the order that makes the better-ranked least late.
pub fn recover<'a>(world: &'a World<'a>, evidence: &'a Evidence, mode: Mode) -> Fares {
    in_stages(world, Recovery::new(world, evidence, mode))
}

/// What is possible at best for one service and those it needs. Of that service no more courses than are needed to see
/// that it can meet what is promised.
pub(crate) fn bound_of<'a>(world: &'a World<'a>, evidence: &'a Evidence, service: Node) -> Fares {
    in_stages(world, Recovery { sought: Some(service), ..Recovery::new(world, evidence, Mode::Bound) })
}

/// The same times and levels, without what they rest on: courses that are not chosen, facts, things used.
pub(crate) fn recover_lean<'a>(
    world: &'a World<'a>,
    evidence: &'a Evidence,
    memo: &'a Memo<When, Rc<Settled>>,
) -> Fares {
    let everywhere = Some(memo);
    in_stages(world, Recovery { lean: true, everywhere, ..Recovery::new(world, evidence, Mode::Plan) })
}

/// Everything that the loss stops or may stop, best rank first.
fn in_stages<'a>(world: &'a World<'a>, recovery: Recovery<'a>) -> Fares {
    let positions = world.services.iter().map(|service| world.net.order().position(*service));
    let groups: BTreeSet<usize> = positions.collect();
    let mut stages = Stages::new(&recovery);
    groups.into_iter().for_each(|group| stages.append(group));
    recovery.settled.into_inner()
}

impl<'a> Recovery<'a> {
    fn new(world: &'a World<'a>, evidence: &'a Evidence, mode: Mode) -> Recovery<'a> {
        Recovery {
            world,
            evidence,
            mode,
            lean: false,
            sought: None,
            settled: RefCell::default(),
            scarce: RefCell::default(),
            links: RefCell::default(),
            current: Cell::new(Node::MAX),
            here: Memo::default(),
            everywhere: None,
            pressed: Cell::new(false),
        }
    }

    /// Services of a group that are stopped or may be.
    pub(crate) fn members(&self, group: usize) -> SmallVec<[Node; 2]> {
        let all = self.world.net.order().group(group).iter().copied();
        all.filter(|service| self.world.services.contains(service)).collect()
    }

    /// Works a group out with what those before it in line leave; whether anything was scarce.
    pub(crate) fn work_out_group(&self, group: usize) -> bool {
        let before = self.pressed.replace(false);
        let members = self.members(group);
        if self.world.net.order().is_circle(group) {
            self.settle_circle(&members);
        } else {
            members.iter().for_each(|service| self.settle(*service));
        }
        let pressed = self.pressed.replace(before);
        self.pressed.set(before || pressed);
        pressed
    }

    pub(crate) fn settled_of(&self, service: Node) -> Option<Rc<Settled>> {
        self.settled.borrow().get(&service).cloned()
    }

    /// What was found out before counts again.
    pub(crate) fn put_back(&self, service: Node, settled: Rc<Settled>, links: Option<Links>) {
        self.commit(service, settled);
        self.link(service, links);
    }

    fn link(&self, service: Node, links: Option<Links>) {
        let mut all = self.links.borrow_mut();
        match links {
            Some(links) => all.insert(service, links),
            None => all.remove(&service),
        };
    }

    /// When a service runs; always if the loss does not reach it.
    pub(crate) fn service_up(&self, service: Node) -> Intervals {
        match self.ask(service) {
            Some(known) => {
                self.world.facts.absorb(&known.touched);
                known.up.clone()
            }
            None => Intervals::always(),
        }
    }

    /// When a service runs at whatever level: what is too little for a function is judged over time.
    pub(crate) fn service_partly_up(&self, service: Node) -> Intervals {
        let up = self.service_up(service);
        let settled = self.settled.borrow();
        let Some(known) = settled.get(&service) else { return up };
        // Services are compared by when they run and at what level in the end: this is more.
        self.world.left().asked.trace.apart();
        up.union(&of_service(&known.fate, known.course()).reached(&|level| level > 0.0))
    }

    pub(crate) fn service_level(&self, node: Node) -> f64 {
        self.ask(node).map_or(1.0, |known| known.level)
    }

    /// How a service fares; nothing if the loss does not reach it.
    fn ask(&self, service: Node) -> Option<Rc<Settled>> {
        self.world.net.service(service)?;
        let known = self.settled.borrow().get(&service).cloned();
        let answer = || known.clone().map_or(Answer::AsEver, Answer::Service);
        self.trace().note_service(Ask::Service(service), answer);
        known
    }

    /// When somebody is not at work for a better-ranked service.
    pub(crate) fn free(&self, who: Node) -> Intervals {
        if self.mode == Mode::Bound {
            return Intervals::always();
        }
        let Some(who) = self.world.stands_in(who) else { return Intervals::always() };
        let free = self.trace().aside(|| self.scarce.borrow().free(self.current.get(), self.world, who));
        let answer = || if free.is_always() { Answer::AsEver } else { Answer::Free(Rc::new(free.clone())) };
        self.trace().note_service(Ask::Free(who), answer);
        if !free.is_always() {
            self.pressed.set(true);
            self.absorb_all();
        }
        free
    }

    /// What others have taken depends on all that they depend on.
    fn absorb_all(&self) {
        self.settled.borrow().values().for_each(|known| self.world.facts.absorb(&known.touched));
    }

    /// The standby machines that a way would take, or the one that another service has already.
    pub(crate) fn room(&self, course: &Course<'_, '_>) -> Result<Vec<(Node, u32)>, (Id, Id)> {
        let ways = &self.world.net.wire(course.node).ways;
        let own = ways.first().map_or(&[][..], |way| &way.bodies);
        if self.mode == Mode::Bound || course.readiness() == Some(Readiness::Running) {
            return Ok(Vec::new());
        }
        let mut out = Vec::new();
        for node in course.wire.bodies.iter().copied().filter(|body| !own.contains(body)) {
            let Thing::Equipment(equipment) = self.world.net.thing(node) else { continue };
            let (units, enough) = self.world.units(node, equipment);
            let units = units.saturating_sub(self.world.condition(node).fewer);
            let enough = enough.min(units.max(1));
            let (taken, by) = self.scarce.borrow().taken(self.current.get(), node);
            let answer = || by.map_or(Answer::AsEver, |by| Answer::Room(taken, by));
            self.trace().note_service(Ask::Room(node), answer);
            if by.is_some() {
                self.absorb_all();
            }
            if let Some(by) = by.filter(|_| taken.saturating_add(enough) > units) {
                self.pressed.set(true);
                return Err((self.world.net.id(node).clone(), self.world.net.id(by).clone()));
            }
            out.push((node, enough));
        }
        Ok(out)
    }

    fn trace(&self) -> &'a Trace {
        &self.world.left().asked.trace
    }

    fn when(&self, node: Node) -> When {
        (node, self.world.loss.class, self.world.loss.moment)
    }

    /// One service that does not need itself.
    fn settle(&self, node: Node) {
        self.current.set(node);
        let past = match self.everywhere {
            Some(memo) => self.known_or_new(memo, self.when(node), node, Notes::All),
            None => self.known_or_new(&self.here, node, node, Notes::Services),
        };
        self.pressed.set(self.pressed.get() || past.pressed);
        self.commit(node, Rc::clone(&past.result));
    }

    fn known_or_new<K: Eq + Hash>(
        &self,
        memo: &Memo<K, Rc<Settled>>,
        of: K,
        node: Node,
        notes: Notes,
    ) -> Rc<Past<Rc<Settled>>> {
        let mut links = Links::default();
        let known = memo.find(&of, |ask, answer| self.answers(ask, answer), |ask, _| links.add(ask));
        if let Some(known) = known {
            self.link(node, Some(links));
            return known;
        }
        self.trace().begin(notes);
        let (past, asked) = self.noted(|| {
            let settled = self.work_out(node, &Intervals::none());
            Rc::new(if self.lean { settled.bare() } else { settled })
        });
        memo.keep(of, &asked, &past, self.lean);
        self.link(node, asked.as_deref().map(Links::of));
        past
    }

    /// Does something, and gives what it asked with the result.
    fn noted<R>(&self, work: impl FnOnce() -> R) -> (Rc<Past<R>>, Asked) {
        let before = self.pressed.replace(false);
        let mark = self.trace().mark();
        let result = work();
        let asked = self.trace().since(mark);
        let pressed = self.pressed.replace(before);
        self.pressed.set(before || pressed);
        (Rc::new(Past { pressed, result }), asked)
    }

    /// Whether something gets this answer now.
    fn answers(&self, ask: Ask, answer: &Answer) -> bool {
        match ask {
            Ask::Service(service) => match (self.settled.borrow().get(&service), answer) {
                (None, Answer::AsEver) => true,
                (Some(is), Answer::Service(was)) => Rc::ptr_eq(is, was) || (self.lean && is.fares_like(was)),
                _ => false,
            },
            Ask::Room(body) => match (self.scarce.borrow().taken(self.current.get(), body), answer) {
                ((_, None), Answer::AsEver) => true,
                ((units, Some(by)), Answer::Room(taken, who)) => units == *taken && by == *who,
                _ => false,
            },
            Ask::Free(who) => {
                let free =
                    self.trace().aside(|| self.scarce.borrow().free(self.current.get(), self.world, who));
                match answer {
                    Answer::Free(was) => free == **was,
                    _ => free.is_always() && matches!(answer, Answer::AsEver),
                }
            }
            _ => self.world.left().answers(ask, answer),
        }
    }

    fn commit(&self, node: Node, settled: Rc<Settled>) {
        let course = settled.course().filter(|course| course.broken.is_none());
        let (claims, takes) = course.map_or((&[][..], &[][..]), |course| (&course.claims, &course.takes));
        self.scarce.borrow_mut().take(node, claims, takes);
        self.settled.borrow_mut().insert(node, settled);
    }

    /// Services that need each other: what runs supports itself until something outside stops it; what has stopped
    /// starts only from what is up already.
    fn settle_circle(&self, group: &[Node]) {
        self.trace().begin(if self.everywhere.is_some() { Notes::All } else { Notes::Services });
        let mark = self.trace().mark();
        let firsts = self.run_on(group);
        let before = |node: &Node| Intervals::from(Span::ZERO, firsts[node]);
        // From here on: least. Each round lets services start from what the round before brought up.
        for node in group {
            let start = Settled {
                fate: Fate::nothing(),
                chosen: None,
                up: before(node),
                level: 1.0,
                touched: Touched::default(),
            };
            self.settled.borrow_mut().insert(*node, Rc::new(start));
        }
        for _ in 0..=group.len() {
            // Each round shares out anew what those before them in line left.
            let mut changed = false;
            for node in group {
                self.current.set(*node);
                let next = self.soonest(*node, self.work_out(*node, &before(node)));
                changed |= self.settled.borrow().get(node).is_none_or(|known| known.up != next.up);
                self.commit(*node, Rc::new(next));
            }
            if !changed {
                break;
            }
        }
        let links = self.trace().since(mark).as_deref().map(Links::of);
        group.iter().for_each(|node| self.link(*node, links.clone()));
    }

    /// Of services that wait for each other, the course that is back first counts: any other choice could wait for
    /// itself.
    fn soonest(&self, node: Node, mut settled: Settled) -> Settled {
        let Some(service) = self.world.net.service(node) else { return settled };
        let promise = Promise::new(self.world.net.id(node), service, self.world.loss.class);
        let candidates = settled.fate.candidates.iter().enumerate();
        let alive = candidates.filter(|(_, course)| course.broken.is_none());
        let facts = self.world.facts;
        let first = alive.min_by_key(|(at, course)| {
            (promise.rta(course, facts), course.rta(Span::ZERO, Span::NEVER), *at)
        });
        if let (Mode::Plan, Some((at, course)), false) = (self.mode, first, settled.fate.stops.is_never()) {
            (settled.up, settled.level, settled.chosen) = (course.up.clone(), course.level, Some(at));
        }
        settled
    }

    /// When each of a circle first stops, if all run on as long as what they need does: greatest.
    fn run_on(&self, group: &[Node]) -> BTreeMap<Node, Span> {
        let mut stops: BTreeMap<Node, Span> = group.iter().map(|node| (*node, Span::NEVER)).collect();
        loop {
            let mut changed = false;
            for node in group {
                let own = self.normal(*node, &|service| {
                    stops
                        .get(&service)
                        .map_or_else(|| self.service_up(service), |stop| Intervals::from(Span::ZERO, *stop))
                });
                let stop = own.complement().next(Span::ZERO);
                changed |= stop < stops[node];
                stops.insert(*node, stop.min(stops[node]));
            }
            if !changed {
                return stops;
            }
        }
    }

    fn normal(&self, node: Node, up: &dyn Fn(Node) -> Intervals) -> Intervals {
        let Some(first) = self.world.net.wire(node).ways.first() else { return Intervals::none() };
        let none = Intervals::none();
        let Some(service) = self.world.net.service(node) else { return none };
        let course = Course { recovery: self, world: self.world, node, service, wire: first, normal: &none };
        course.supported_by(&[], up).0.minus(&self.world.struck(node))
    }

    fn work_out(&self, node: Node, before: &Intervals) -> Settled {
        let facts = self.world.facts;
        let ((fate, chosen), touched) = facts.scoped(|| {
            let fate = self.fate(node, before);
            let chosen = self.world.net.service(node).and_then(|service| {
                let promise = Promise::new(self.world.net.id(node), service, self.world.loss.class);
                promise.choose(&fate.candidates, facts)
            });
            (fate, chosen)
        });
        let alive = fate.candidates.iter().filter(|c| c.broken.is_none());
        let (up, level) = match (self.mode, chosen) {
            _ if fate.stops.is_never() => {
                (Intervals::always(), fate.candidates.first().map_or(1.0, |c| c.level))
            }
            (Mode::Bound, _) => {
                alive.fold((before.clone(), 0.0f64), |(up, level), c| (up.union(&c.up), level.max(c.level)))
            }
            (Mode::Plan, Some(index)) => (fate.candidates[index].up.clone(), fate.candidates[index].level),
            (Mode::Plan, None) => (before.clone(), 1.0),
        };
        Settled { fate, chosen, up, level, touched }
    }

    /// Whether no course still to be worked out can be chosen, where only the chosen one counts. Which it is of several
    /// that wait for each other, or what paper is worth, is known only when all are.
    fn first_will_do(&self, course: &Course<'_, 'a>, all: &[Candidate]) -> bool {
        self.first_counts(course.node) && all.iter().any(|candidate| course.fits(candidate))
    }

    /// Whether the first course that fits is the one that counts.
    pub(crate) fn first_counts(&self, node: Node) -> bool {
        let order = self.world.net.order();
        let ways = &self.world.net.wire(node).ways;
        let bare = |ways: &[WiredWay<'_>]| {
            ways.split_first().is_some_and(|(first, others)| {
                !first.data.is_empty() && others.iter().any(|way| way.data.is_empty())
            })
        };
        let only_first = self.lean || self.sought == Some(node);
        only_first && !order.is_circle(order.position(node)) && !bare(ways)
    }

    /// All courses of events for a service.
    fn fate(&self, node: Node, before: &Intervals) -> Fate {
        let Some(service) = self.world.net.service(node) else { return Fate::nothing() };
        // A way that nobody has written down may be one on which the loss tells not at all.
        let hidden_way = || self.world.facts.luck(&|| self.world.net.path(node, "ways"));
        let wires: &[WiredWay<'a>] = &self.world.net.wire(node).ways;
        if service.ways.is_none() {
            return if hidden_way() { Fate::undisturbed() } else { Fate::nothing() };
        }
        if service.more_ways && hidden_way() {
            return Fate::undisturbed();
        }
        let Some((first, others)) = wires.split_first() else { return Fate::nothing() };
        let none = Intervals::none();
        let course = Course { recovery: self, world: self.world, node, service, wire: first, normal: &none };
        let (supported, stopped_by) = course.supported(&[]);
        let stopped_by = stopped_by.map(|thing| self.world.net.id(thing).clone());
        let struck = self.world.struck(node);
        let stopped_by = if struck.is_empty() { stopped_by } else { Some(self.world.net.id(node).clone()) };
        let supported = supported.minus(&struck);
        let (takeover, taken_over) = course.takeover();
        let mut normal = supported.minus(&Intervals::from(Span::ZERO, takeover));
        let stopped_by = stopped_by.or(taken_over);
        let mut stopped_by = stopped_by;
        let promise = Promise::new(self.world.net.id(node), service, self.world.loss.class);
        let level = course.level();
        let weak = !supported.is_empty() && level < 1.0 && !promise.enough(level, self.world.facts);
        if weak {
            // It runs, but at less than what counts as running.
            normal = Intervals::none();
            stopped_by = course.weakest();
        }
        normal = normal.union(before);
        let course = Course { normal: &normal, ..course };
        let stops = course.stops();
        if stops.is_never() {
            return Fate { level, candidates: vec![course.undisturbed()], ..Fate::undisturbed() };
        }
        let comes_back = if weak { &none } else { &supported };
        let mut candidates = vec![course.comes_back(comes_back, stopped_by.as_ref())];
        let done = |all: &[Candidate]| self.first_will_do(&course, all);
        if !done(&candidates) {
            candidates.extend(course.rebuilt());
        }
        for wire in others {
            if done(&candidates) {
                break;
            }
            let more = Course { wire, ..course }.in_turn(&candidates[0]);
            candidates.extend(more);
        }
        without_data(first.way, others, &mut candidates);
        let partly = if weak { supported } else { none };
        Fate { stops, stopped_by, candidates, level, partly }
    }
}

/// A way without the data (paper) has no recovery point of its own: what counts is that of the best course with them.
fn without_data(first: &plan::Way, others: &[WiredWay<'_>], candidates: &mut [Candidate]) {
    let bare = |course: &Candidate| {
        !course.choice.original
            && others.iter().any(|w| w.way.name == course.choice.way && w.way.data.is_empty())
    };
    if first.data.is_empty() || !candidates.iter().any(&bare) {
        return;
    }
    let back = |c: &&Candidate| c.broken.is_none() && !bare(c) && !c.rta(Span::ZERO, Span::NEVER).is_never();
    let ages = candidates.iter().filter(back).map(|course| course.age.unwrap_or_default());
    let lost = Age { interval: Span::NEVER, lag: Span::ZERO };
    let best = ages.min_by_key(|age| age.worst()).unwrap_or(lost);
    let touched = candidates.iter_mut().filter(|course| bare(course));
    touched.for_each(|course| course.age = (best.worst() > Span::ZERO).then_some(best));
}
