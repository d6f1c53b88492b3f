//! How one service fares under one loss: its normal way coming back by itself, being rebuilt in place, or another way
//! being brought into use, each with its chain of steps.

use std::cell::RefCell;
use std::collections::BTreeMap;

use base::{Id, Span};
use plan::{Fact, Need, Placement, Service, Verb, Way};

use crate::assume;
use crate::chain::{ChainBuilder, step};
use crate::choice::{ChainStep, Choice};
use crate::evidence::Evidence;
use crate::facts::Direction;
use crate::interval::Intervals;
use crate::points::{Age, Point, Useless, points};
use crate::world::{Damage, World};

/// Shortest run that counts as being back, unless the service says otherwise.
pub const HOLD: Span = Span::hours(1);
/// Beyond this nothing counts as coming back.
pub const HORIZON: Span = Span::days(90);

/// One possible course of events after a loss.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// What is chosen.
    pub choice: Choice,
    /// When the service runs.
    pub up: Intervals,
    /// Level it runs at in the end.
    pub level: f64,
    /// Age of its data; nothing if the live data are still there.
    pub age: Option<Age>,
    /// Why it does not work out, if it does not.
    pub broken: Option<Broken>,
}

/// Why a course of events does not bring the service back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// A thing it needs is missing for good, or whenever it would be needed.
    Needs(Id),
    /// No copy of this data set can be used.
    NoCopy(Id, Vec<Useless>),
    /// Everything in the place is lost, the place too.
    PlaceGone(Id),
    /// It is not really there (planned, rejected).
    NotThere,
}

/// How a service fares: the time it stops, and all courses of events in declared order.
#[derive(Clone, Debug, PartialEq)]
pub struct Fate {
    /// When the normal way stops; ∞ if it does not.
    pub stops: Span,
    /// What stops it.
    pub stopped_by: Option<Id>,
    /// The courses of events, the original way's first.
    pub candidates: Vec<Candidate>,
}

impl Candidate {
    /// Length of the longest interruption; ∞ if it is not back within the horizon.
    pub fn rta(&self, hold: Span, horizon: Span) -> Span {
        // The run up to t = 0 has been going on for ever, however soon it ends.
        let counts = |(a, b): &(Span, Span)| *a == Span::ZERO || *b - *a >= hold;
        let up = Intervals::collect(self.up.iter().filter(counts));
        let gaps = up.complement();
        let lengths = gaps.iter().map(|(a, b)| if b > horizon { Span::NEVER } else { b - a });
        lengths.max().unwrap_or(Span::ZERO)
    }
}

/// Works out services under one loss.
#[derive(Debug)]
pub struct Recovery<'a> {
    /// Things under the loss.
    pub world: &'a World<'a>,
    /// What was measured.
    pub evidence: &'a Evidence,
    /// Steps may start at the loss rather than at the interruption: the bound.
    pub at_loss: bool,
    running: RefCell<BTreeMap<Id, Intervals>>,
}

impl<'a> Recovery<'a> {
    /// Ready to work out services.
    pub fn new(world: &'a World<'a>, evidence: &'a Evidence, at_loss: bool) -> Recovery<'a> {
        Recovery { world, evidence, at_loss, running: RefCell::default() }
    }

    /// When a service runs on the course that brings it back first.
    pub fn service_up(&self, id: &Id) -> Intervals {
        if let Some(known) = self.running.borrow().get(id) {
            return known.clone();
        }
        // A circle of services: what stopped cannot pull itself up.
        self.running.borrow_mut().insert(id.clone(), Intervals::none());
        let fate = self.fate(id);
        let best = fate.candidates.iter().min_by_key(|c| c.rta(HOLD, HORIZON));
        let up = best.map_or_else(Intervals::none, |c| c.up.clone());
        self.running.borrow_mut().insert(id.clone(), up.clone());
        up
    }

    /// All courses of events for a service.
    pub fn fate(&self, id: &Id) -> Fate {
        let Some(service) = self.world.plan.services.get(id) else { return Fate::nothing() };
        let Some(ways) = &service.ways else {
            self.world.facts.corner(&format!("services.{id}.ways"));
            return Fate::nothing();
        };
        let Some(first) = ways.first() else { return Fate::nothing() };
        let course = Course { recovery: self, id, service, way: first };
        let (normal, stopped_by) = course.normal();
        let stops = normal.complement().next(Span::ZERO);
        if stops.is_never() {
            return Fate { stops, stopped_by: None, candidates: vec![course.undisturbed(normal)] };
        }
        let mut candidates = vec![course.comes_back(&normal, stopped_by.as_ref())];
        candidates.extend(course.rebuilt(&normal, stops));
        for way in &ways[1..] {
            let course = Course { recovery: self, id, service, way };
            candidates.extend(course.brought_up(&normal, stops));
        }
        Fate { stops, stopped_by, candidates }
    }
}

impl Fate {
    fn nothing() -> Fate {
        Fate { stops: Span::ZERO, stopped_by: None, candidates: Vec::new() }
    }
}

/// One way of one service under the loss.
#[derive(Clone, Copy)]
pub(crate) struct Course<'r, 'a> {
    pub(crate) recovery: &'r Recovery<'a>,
    pub(crate) id: &'r Id,
    pub(crate) service: &'r Service,
    pub(crate) way: &'r Way,
}

impl Course<'_, '_> {
    pub(crate) fn world(&self) -> &World<'_> {
        self.recovery.world
    }

    pub(crate) fn path(&self, key: &str) -> String {
        format!("services.{}.ways.{}.{key}", self.id, self.way.name)
    }

    /// Sites a way runs at.
    pub(crate) fn places(&self) -> Vec<Id> {
        let plan = self.world().plan;
        let mut out = Vec::new();
        for body in &self.way.runs_on {
            match plan.equipment.get(body).map(|equipment| &equipment.at) {
                Some(Placement::At(places)) => out.extend(places.keys().cloned()),
                Some(Placement::OneOf(places)) => out.extend(places.iter().cloned()),
                _ if plan.sites.contains_key(body) => out.push(body.clone()),
                _ => {}
            }
        }
        out
    }

    /// Everything the way needs while it runs, the live data apart.
    pub(crate) fn run_needs(&self) -> Need {
        let mut all: Vec<Need> = self.way.runs_on.iter().cloned().map(Need::Thing).collect();
        all.push(self.way.needs.clone());
        for place in self.places() {
            let common = self.world().plan.sites.get(&place).into_iter().flat_map(|site| &site.needs);
            all.extend(common.filter(|need| !self.way.runs_on.contains(need)).cloned().map(Need::Thing));
        }
        Need::All(all)
    }

    pub(crate) fn met(&self, need: &Need) -> (Intervals, Option<Id>) {
        self.world().met(need, &|service| self.recovery.service_up(service))
    }

    /// When the normal way has all it needs, live data included.
    fn normal(&self) -> (Intervals, Option<Id>) {
        let data = self.way.data.iter().cloned().map(Need::Thing);
        self.met(&Need::All([self.run_needs()].into_iter().chain(data).collect()))
    }

    fn level(&self) -> f64 {
        let own = self.world().facts.share(&self.path("level"), &self.way.level, 1.0);
        let bodies = self.way.runs_on.iter().map(|body| self.world().condition(body).share);
        bodies.fold(own, f64::min)
    }

    fn undisturbed(&self, up: Intervals) -> Candidate {
        let choice = self.choice(true, Vec::new(), Vec::new());
        Candidate { choice, up, level: self.level(), age: None, broken: None }
    }

    /// The original way after an outage: restarted each time its things are back, on its own data.
    fn comes_back(&self, normal: &Intervals, blame: Option<&Id>) -> Candidate {
        let mut steps = Vec::new();
        let mut up = Vec::new();
        for (from, to) in normal.iter() {
            if from == Span::ZERO {
                up.push((from, to));
                continue;
            }
            let fact = &self.way.restart;
            let restart = self.world().facts.span(
                &self.path("restart"),
                fact,
                Direction::MoreIsWorse,
                Some(assume::RESTART),
            );
            steps.push(step(Verb::Start, self.id.as_str(), restart, from));
            up.push((from + restart, to));
        }
        let back = normal.iter().any(|(from, _)| from > Span::ZERO);
        let broken = if back { None } else { blame.cloned().map(Broken::Needs) };
        let choice = self.choice(true, Vec::new(), steps);
        Candidate { choice, up: Intervals::collect(up), level: self.level(), age: None, broken }
    }

    /// The original way rebuilt in its place: new machines for those gone, data from copies.
    fn rebuilt(&self, normal: &Intervals, stops: Span) -> Vec<Candidate> {
        let world = self.world();
        let damaged = |id: &&Id| world.condition(id).damage != Damage::Intact;
        let bodies: Vec<&Id> =
            self.way.runs_on.iter().filter(|id| world.condition(id).damage == Damage::Gone).collect();
        let data: Vec<&Id> = self.way.data.iter().filter(damaged).collect();
        if bodies.is_empty() && data.is_empty() {
            return Vec::new();
        }
        if let Some(place) =
            self.places().into_iter().find(|place| world.condition(place).damage == Damage::Gone)
        {
            return vec![self.failed(Broken::PlaceGone(place))];
        }
        self.with_points(&data, |points| self.rebuild(normal, stops, &bodies, points))
    }

    fn rebuild(&self, normal: &Intervals, stops: Span, bodies: &[&Id], points: &[Point]) -> Candidate {
        let world = self.world();
        let mut chain = ChainBuilder::new(self, stops);
        chain.detect_and_decide(&[]);
        for body in bodies {
            let fact = world.common(body).map_or(Fact::Absent, |(_, common)| common.replace.clone());
            let path = format!("equipment.{body}.replace");
            let lead = world.facts.span(&path, &fact, Direction::MoreIsWorse, Some(assume::REPLACE));
            chain.push(Verb::Deliver, body.as_str(), lead, false, &Intervals::always());
            let install = world.facts.span(
                &format!("equipment.{body}.install"),
                &Fact::Absent,
                Direction::MoreIsWorse,
                Some(assume::INSTALL),
            );
            chain.push(Verb::Install, body.as_str(), install, false, &Intervals::always());
        }
        for point in points {
            chain.restore(point, &Fact::Absent, &Intervals::always());
        }
        let restart = world.facts.span(
            &self.path("restart"),
            &self.way.restart,
            Direction::MoreIsWorse,
            Some(assume::RESTART),
        );
        chain.push(Verb::Start, self.id.as_str(), restart, bodies.is_empty(), &Intervals::always());
        self.finish(chain, points, normal, &self.rebuilt_needs(bodies))
    }

    /// What the rebuilt way needs that was not rebuilt.
    fn rebuilt_needs(&self, rebuilt: &[&Id]) -> Need {
        let Need::All(parts) = self.run_needs() else { return self.run_needs() };
        let keep = |part: &Need| !matches!(part, Need::Thing(id) if rebuilt.contains(&id));
        Need::All(parts.into_iter().filter(keep).collect())
    }

    /// Another way brought into use.
    fn brought_up(&self, normal: &Intervals, stops: Span) -> Vec<Candidate> {
        let world = self.world();
        if !world.facts.exists(&self.path("exists"), &self.way.exists) {
            return vec![self.failed(Broken::NotThere)];
        }
        let elsewhere: Vec<&Id> = self.way.data.iter().filter(|data| !self.in_place(data)).collect();
        self.with_points(&elsewhere, |points| {
            let mut chain = ChainBuilder::new(self, stops);
            chain.way(points);
            self.finish(chain, points, normal, &self.run_needs())
        })
    }

    /// Whether the way works on the live data where they are.
    fn in_place(&self, data: &Id) -> bool {
        let world = self.world();
        let bodies = world.plan.data.get(data).map(|d| d.runs_on.clone()).unwrap_or_default();
        !bodies.is_empty()
            && bodies.iter().all(|body| self.way.runs_on.contains(body))
            && world.condition(data).damage == Damage::Intact
    }

    /// One candidate for every choice of copies; a failed one if a data set has none.
    fn with_points(&self, data: &[&Id], build: impl Fn(&[Point]) -> Candidate) -> Vec<Candidate> {
        let mut combinations: Vec<Vec<Point>> = vec![Vec::new()];
        for id in data {
            let (usable, useless) = points(self.world(), self.recovery.evidence, id);
            let fits = |p: &&Point| !p.in_step || self.way.runs_on.contains(&p.source);
            let usable: Vec<&Point> = usable.iter().filter(fits).collect();
            if usable.is_empty() {
                return vec![self.failed(Broken::NoCopy((*id).clone(), useless))];
            }
            combinations = combinations
                .iter()
                .flat_map(|chosen| {
                    usable.iter().map(|&p| [chosen.as_slice(), std::slice::from_ref(p)].concat())
                })
                .take(64)
                .collect();
        }
        combinations.iter().map(|points| build(points)).collect()
    }

    fn failed(&self, broken: Broken) -> Candidate {
        let choice = self.choice(false, Vec::new(), Vec::new());
        Candidate { choice, up: Intervals::none(), level: 0.0, age: None, broken: Some(broken) }
    }

    fn finish(
        &self,
        chain: ChainBuilder<'_, '_, '_>,
        points: &[Point],
        normal: &Intervals,
        needs: &Need,
    ) -> Candidate {
        let (met, blame) = self.met(needs);
        let first = normal.iter().next().filter(|(from, _)| *from == Span::ZERO);
        let broken = chain.broken.or_else(|| met.is_empty().then_some(blame).flatten()).map(Broken::Needs);
        let ready = chain.at;
        let mut runs: Vec<(Span, Span)> = Vec::new();
        if !ready.is_never() {
            let lasts = match &self.way.lasts {
                Fact::Absent => Span::NEVER,
                fact => self.world().facts.span(&self.path("lasts"), fact, Direction::MoreIsBetter, None),
            };
            let window = Intervals::from(ready, ready + lasts);
            runs.extend(met.intersect(&window).iter());
        }
        runs.extend(first);
        let age = points.iter().map(|point| point.age).reduce(Age::max);
        let choice = self.choice(false, points.to_vec(), chain.steps);
        Candidate { choice, up: Intervals::collect(runs), level: self.level(), age, broken }
    }

    fn choice(&self, original: bool, points: Vec<Point>, steps: Vec<ChainStep>) -> Choice {
        let mut used: Vec<Id> = self.way.runs_on.clone();
        things(&self.way.needs, &mut used);
        used.extend(self.way.by.iter().cloned());
        for point in &points {
            used.push(point.source.clone());
            used.extend(self.world().plan.vaults.get(&point.source).and_then(|vault| vault.key.clone()));
        }
        used.sort();
        used.dedup();
        let slice = self.slice(&points, &used);
        let sources = points.into_iter().map(|p| (p.data, p.source)).collect();
        Choice { way: self.way.name.clone(), original, sources, steps, used, slice }
    }

    /// What carrying this out exercises. Objectives, intervals and costs are not in it: changing them voids nothing.
    fn slice(&self, points: &[Point], used: &[Id]) -> Vec<String> {
        let mut out = vec![
            format!("services.{}.ways.{}", self.id, self.way.name),
            format!("services.{}.run", self.id),
            format!("services.{}.monitor", self.id),
        ];
        for point in points {
            let data = &point.data;
            out.extend(["path", "canary", "runs-on", "prepare"].map(|key| format!("data.{data}.{key}")));
            out.extend(["to", "how", "from"].map(|key| format!("data.{data}.copies.{}.{key}", point.source)));
        }
        out.extend(used.iter().filter_map(|id| {
            let (kind, _) = self.world().common(id)?;
            // A used service is exercised through its own ways; its objectives are its own business.
            Some(if kind == "services" { format!("services.{id}.ways") } else { format!("{kind}.{id}") })
        }));
        out.sort();
        out.dedup();
        out
    }
}

pub(crate) fn things(need: &Need, out: &mut Vec<Id>) {
    match need {
        Need::Thing(id) => out.push(id.clone()),
        Need::All(parts) | Need::Any(parts) | Need::AtLeast(_, parts) => {
            parts.iter().for_each(|part| things(part, out));
        }
    }
}
