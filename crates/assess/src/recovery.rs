//! How one service fares under one loss: its normal way coming back by itself, being rebuilt in place, or another way
//! being brought into use, each with its chain of steps.

use std::cell::RefCell;
use std::collections::BTreeMap;

use base::{Id, Span};
use plan::{Fact, Need, Placement, Readiness, Service, Step, Verb, Way};

use crate::assume;
use crate::choice::{ChainStep, Choice};
use crate::evidence::Evidence;
use crate::facts::Direction;
use crate::interval::Intervals;
use crate::points::{Age, Blame, Point, Useless, points};
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
struct Course<'r, 'a> {
    recovery: &'r Recovery<'a>,
    id: &'r Id,
    service: &'r Service,
    way: &'r Way,
}

impl Course<'_, '_> {
    fn world(&self) -> &World<'_> {
        self.recovery.world
    }

    fn path(&self, key: &str) -> String {
        format!("services.{}.ways.{}.{key}", self.id, self.way.name)
    }

    /// Sites a way runs at.
    fn places(&self) -> Vec<Id> {
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
    fn run_needs(&self) -> Need {
        let mut all: Vec<Need> = self.way.runs_on.iter().cloned().map(Need::Thing).collect();
        all.push(self.way.needs.clone());
        for place in self.places() {
            let common = self.world().plan.sites.get(&place).into_iter().flat_map(|site| &site.needs);
            all.extend(common.filter(|need| !self.way.runs_on.contains(need)).cloned().map(Need::Thing));
        }
        Need::All(all)
    }

    fn met(&self, need: &Need) -> (Intervals, Option<Id>) {
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
            steps.push(chain(Verb::Start, self.id.as_str(), restart, from));
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

fn things(need: &Need, out: &mut Vec<Id>) {
    match need {
        Need::Thing(id) => out.push(id.clone()),
        Need::All(parts) | Need::Any(parts) | Need::AtLeast(_, parts) => {
            parts.iter().for_each(|part| things(part, out));
        }
    }
}

fn chain(verb: Verb, object: &str, takes: Span, starts: Span) -> ChainStep {
    ChainStep { verb, object: object.to_owned(), by: Vec::new(), auto: false, takes, starts }
}

/// Puts steps one after the other, each as soon as what it needs is there.
struct ChainBuilder<'c, 'r, 'a> {
    course: &'c Course<'r, 'a>,
    at: Span,
    steps: Vec<ChainStep>,
    broken: Option<Id>,
}

impl<'c, 'r, 'a> ChainBuilder<'c, 'r, 'a> {
    fn new(course: &'c Course<'r, 'a>, stops: Span) -> ChainBuilder<'c, 'r, 'a> {
        let at = if course.recovery.at_loss { Span::ZERO } else { stops };
        ChainBuilder { course, at, steps: Vec::new(), broken: None }
    }

    fn push(&mut self, verb: Verb, object: &str, takes: Span, auto: bool, when: &Intervals) {
        let end = when.earliest_end(self.at, takes);
        let starts = if end.is_never() { self.at } else { end - takes };
        let step = ChainStep { auto, ..chain(verb, object, takes, starts) };
        self.steps.push(step);
        self.at = end;
    }

    fn detect_and_decide(&mut self, declared: &[Step]) {
        let facts = self.course.world().facts;
        let find = |verb: Verb| declared.iter().find(|step| step.verb == verb);
        let id = self.course.id;
        match (find(Verb::Detect), &self.course.service.monitor) {
            (Some(step), _) => self.declared(step, &[]),
            (None, Some(monitor)) => {
                let takes = monitor.every * u64::from(monitor.failures);
                self.push(Verb::Detect, id.as_str(), takes, true, &Intervals::always());
            }
            (None, None) => {
                let path = format!("services.{id}.monitor");
                let takes = facts.span(&path, &Fact::Absent, Direction::MoreIsWorse, Some(assume::DETECT));
                self.push(Verb::Detect, id.as_str(), takes, false, &Intervals::always());
            }
        }
        match find(Verb::Decide) {
            Some(step) => self.declared(step, &[]),
            None => {
                let path = self.course.path("steps.decide");
                let takes = facts.span(&path, &Fact::Absent, Direction::MoreIsWorse, Some(assume::DECIDE));
                self.push(Verb::Decide, id.as_str(), takes, false, &Intervals::always());
            }
        }
    }

    /// The whole chain of a way that is brought into use.
    fn way(&mut self, points: &[Point]) {
        let way = self.course.way;
        let facts = self.course.world().facts;
        let ready = self.readiness();
        if ready == Some(Readiness::Running) && way.steps.is_none() {
            return;
        }
        let declared = way.steps.as_deref().unwrap_or_default();
        self.detect_and_decide(declared);
        self.people_come(declared);
        let rest = declared.iter().filter(|step| !matches!(step.verb, Verb::Detect | Verb::Decide));
        if way.steps.is_some() {
            rest.for_each(|step| self.declared(step, points));
            return;
        }
        let standard = ready.map(assume::ready);
        let takes = facts.span(&self.course.path("takes"), &way.takes, Direction::MoreIsWorse, standard);
        let machines = self.machines();
        let when = self.hands(&way.by, &[], &Need::default(), points).intersect(&machines);
        self.push(Verb::Do, &way.name, takes, false, &when);
        self.name_people(&way.by);
    }

    fn readiness(&self) -> Option<Readiness> {
        match &self.course.way.ready {
            Fact::Exact(ready) => Some(*ready),
            // Said nowhere: with an assumption it is cold, the usual state of a spare machine.
            Fact::Absent if self.course.way.takes == Fact::Absent => Some(Readiness::Cold),
            _ => None,
        }
    }

    /// People who work elsewhere have to come first, unless the steps say how.
    fn people_come(&mut self, declared: &[Step]) {
        if declared.iter().any(|step| matches!(step.verb, Verb::Arrive | Verb::Call)) {
            return;
        }
        let world = self.course.world();
        let by_hand = declared.iter().filter(|step| !step.auto).flat_map(|step| &step.by);
        let mut teams: Vec<&Id> =
            by_hand.chain(if declared.is_empty() { &*self.course.way.by } else { &[] }).collect();
        teams.sort();
        teams.dedup();
        let places = self.course.places();
        for team_id in teams {
            let Some(team) = world.plan.teams.get(team_id) else { continue };
            let there = matches!(&team.at, Placement::At(at) if places.iter().any(|place| at.contains_key(place)
                && !(world.loss.takes_people && world.condition(place).damage == Damage::Gone)));
            if there {
                continue;
            }
            let path = format!("teams.{team_id}.arrives");
            let takes = world.facts.span(&path, &team.arrives, Direction::MoreIsWorse, Some(assume::ARRIVE));
            self.push(Verb::Arrive, team_id.as_str(), takes, false, &Intervals::always());
            self.name_people(std::slice::from_ref(team_id));
        }
    }

    fn declared(&mut self, step: &Step, points: &[Point]) {
        let object = if step.object.is_empty() { self.course.id.to_string() } else { step.object.clone() };
        let sources: Vec<Point> = points
            .iter()
            .filter(|p| step.verb == Verb::Restore && p.data == *object.as_str())
            .cloned()
            .collect();
        let reads = if step.verb == Verb::Restore && sources.is_empty() { points } else { &sources };
        let mut when =
            self.hands(&step.by, &step.at, &step.needs, if step.verb == Verb::Restore { reads } else { &[] });
        if matches!(step.verb, Verb::Detect | Verb::Decide | Verb::Call) {
            when = self.hands(&step.by, &step.at, &step.needs, &[]);
        }
        if matches!(step.verb, Verb::Restore | Verb::Start | Verb::Check | Verb::Switch) {
            when = when.intersect(&self.machines());
        }
        if let (Verb::Restore, [point]) = (step.verb, sources.as_slice()) {
            self.restore(point, &step.takes, &when);
        } else {
            let facts = self.course.world().facts;
            let standard = match step.verb {
                Verb::Detect => assume::DETECT,
                Verb::Decide => assume::DECIDE,
                Verb::Arrive => assume::ARRIVE,
                Verb::Install => assume::INSTALL,
                Verb::Start | Verb::Check => assume::RESTART,
                _ => assume::STEP,
            };
            let path = self.course.path(&format!("steps.{}-{}.takes", step.verb.as_str(), object));
            let takes = facts.span(&path, &step.takes, Direction::MoreIsWorse, Some(standard));
            self.push(step.verb, &object, takes, step.auto, &when);
        }
        if let Some(last) = self.steps.last_mut() {
            last.auto = step.auto;
            last.by.clone_from(&step.by);
        }
    }

    fn restore(&mut self, point: &Point, takes: &Fact<Span>, when: &Intervals) {
        if point.in_step {
            return;
        }
        let world = self.course.world();
        let size = world.plan.data.get(&point.data).map(|data| data.size.clone());
        let standard = match size {
            Some(Fact::Exact(size)) => ("restore-rate", assume::COPY_RATE.transfer(size)),
            _ => assume::COPY,
        };
        let path = self.course.path(&format!("steps.restore-{}.takes", point.data));
        let takes = world.facts.span(&path, takes, Direction::MoreIsWorse, Some(standard));
        let when = when.intersect(&point.readable);
        if when.is_empty() && self.broken.is_none() {
            self.broken.get_or_insert(point.source.clone());
        }
        self.push(Verb::Restore, point.data.as_str(), takes, true, &when);
    }

    /// When a step can be carried out: its people, its place, its needs, the copies it reads, the machines it works on.
    fn hands(&mut self, by: &[Id], at: &[Id], needs: &Need, reads: &[Point]) -> Intervals {
        let any_of = |ids: &[Id]| Need::Any(ids.iter().cloned().map(Need::Thing).collect());
        let mut all = vec![needs.clone()];
        if !by.is_empty() {
            all.push(any_of(by));
        }
        if !at.is_empty() {
            all.push(any_of(at));
        }
        let (mut when, blame) = self.course.met(&Need::All(all));
        if when.is_empty() {
            self.broken = self.broken.take().or(blame);
        }
        for point in reads {
            when = when.intersect(&point.readable);
        }
        when
    }

    /// When the machines that a step works on have what they need.
    fn machines(&mut self) -> Intervals {
        let (when, blame) = self.course.met(&self.course.run_needs());
        if when.is_empty() {
            self.broken = self.broken.take().or(blame);
        }
        when
    }

    fn name_people(&mut self, by: &[Id]) {
        if let Some(last) = self.steps.last_mut() {
            last.by = by.to_vec();
        }
    }
}

/// Whether a copy is useless for a reason other than being lost itself; for texts.
pub fn only_lost(useless: &[Useless]) -> bool {
    useless.iter().all(|u| matches!(u.blame, Blame::Lost(_)))
}
