//! The courses of events open to one service after a loss: its normal way coming back by itself, being rebuilt in
//! place, or another way being brought into use.

use std::collections::BTreeSet;

use base::{Id, Span};
use plan::{Fact, Need, Placement, Readiness, Service, Verb, Way};

use crate::assume;
use crate::chain::{Chain, step};
use crate::choice::{ChainStep, Choice};
use crate::condition::Damage;
use crate::facts::Direction;
use crate::interval::Intervals;
use crate::net::{Node, Thing, leaves, open};
use crate::objective::Promise;
use crate::points::{Age, Point, Useless, points};
use crate::recovery::{Mode, Recovery};
use crate::scarce::Claim;
use crate::world::World;

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
    /// Age of each data set that comes from a copy, oldest first.
    pub ages: Vec<(Id, Age)>,
    /// Why it does not work out, if it does not.
    pub broken: Option<Broken>,
    /// People it takes, and when.
    pub(crate) claims: Vec<Claim>,
    /// Standby machines it takes, and how many.
    pub(crate) takes: Vec<(Node, u32)>,
    /// Whether it had to wait for people whom a better-ranked service had.
    pub waited: bool,
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
    /// Another service has the machine.
    Taken(Id, Id),
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

impl Fate {
    pub(crate) fn nothing() -> Fate {
        Fate { stops: Span::ZERO, stopped_by: None, candidates: Vec::new() }
    }

    pub(crate) fn undisturbed() -> Fate {
        Fate { stops: Span::NEVER, stopped_by: None, candidates: Vec::new() }
    }
}

impl Candidate {
    /// Length of the longest interruption; ∞ if it is not back within the horizon.
    pub fn rta(&self, hold: Span, horizon: Span) -> Span {
        // The run up to t = 0 has been going on for ever, however soon it ends.
        let counts = |(a, b): &(Span, Span)| *a == Span::ZERO || *b - *a >= hold;
        let up = Intervals::collect(self.up.iter().filter(counts));
        let gaps = up.complement();
        let within = gaps.iter().filter(|(a, _)| *a < horizon);
        let lengths = within.map(|(a, b)| if b > horizon { Span::NEVER } else { b - a });
        lengths.max().unwrap_or(Span::ZERO)
    }
}

/// One way of one service under the loss.
#[derive(Clone, Copy)]
pub(crate) struct Course<'c, 'a> {
    pub(crate) recovery: &'c Recovery<'a>,
    /// The world it happens in: for a rebuilt way, one with new things in it.
    pub(crate) world: &'c World<'a>,
    pub(crate) node: Node,
    pub(crate) service: &'a Service,
    pub(crate) way: &'a Way,
    /// When it ran before the loss stopped it, and when it could run again by itself.
    pub(crate) normal: &'c Intervals,
}

impl<'a> Course<'_, 'a> {
    pub(crate) fn id(&self) -> &'a Id {
        self.world.net.id(self.node)
    }

    pub(crate) fn path(&self, key: &str) -> String {
        format!("services.{}.ways.{}.{key}", self.id(), self.way.name)
    }

    /// When the service stops.
    pub(crate) fn stops(&self) -> Span {
        self.normal.complement().next(Span::ZERO)
    }

    /// Machines or sites it runs on.
    pub(crate) fn bodies(&self) -> Need {
        Need::All(self.way.runs_on.iter().cloned().map(Need::Thing).collect())
    }

    /// Everything the way needs while it runs, the live data apart.
    pub(crate) fn run_needs(&self) -> Need {
        let mut all: Vec<Need> = self.way.runs_on.iter().cloned().map(Need::Thing).collect();
        all.push(without(&self.known(&self.way.needs, &|| self.path("needs")), &self.installed()));
        if self.way.more_bodies {
            all.push(self.known(&Need::Unknown, &|| self.path("runs-on")));
        }
        for place in self.world.net.places_of(self.way) {
            let common = self.world.net.plan.sites.get(place).into_iter().flat_map(|site| &site.needs);
            // The directory that everything at a site needs does not need itself.
            let others = common.filter(|need| !self.way.runs_on.contains(need) && *need != self.id());
            all.extend(others.cloned().map(Need::Thing));
        }
        all.extend(self.world.net.needed_by_machines(self.way).into_iter().cloned().map(Need::Thing));
        Need::All(all)
    }

    /// Software that a step of the way installs: it need not be there before.
    fn installed(&self) -> Vec<&'a Id> {
        let steps = self.way.steps.iter().flatten().filter(|step| step.verb == Verb::Install);
        steps
            .filter_map(|step| self.world.net.plan.software.get_key_value(step.object.as_str()))
            .map(|(id, _)| id)
            .collect()
    }

    /// A need with what is not known of it at its best, nothing, or at its worst, what there is not.
    pub(crate) fn known(&self, need: &Need, path: crate::facts::Path<'_>) -> Need {
        if !open(need) {
            return need.clone();
        }
        let lucky = self.world.facts.luck(path);
        settled(need, &if lucky { Need::All(Vec::new()) } else { Need::Any(Vec::new()) })
    }

    /// A machine of which nobody knows where it stands.
    pub(crate) fn unsure(&self) -> Option<Node> {
        let bodies = self.way.runs_on.iter().filter_map(|body| self.world.net.find(body));
        let placed = |node: &Node| matches!(self.world.net.thing(*node).at(), Some(Placement::At(_)) | None);
        bodies.into_iter().find(|node| !placed(node))
    }

    pub(crate) fn met(&self, need: &Need) -> (Intervals, Option<Id>) {
        let promise = Promise::new(self.id(), self.service, self.world.loss.class);
        self.world.met(need, &|service| {
            let level = self.recovery.service_level(service);
            // A needed service that runs below what this one promises is of no use to it.
            if promise.enough(level, self.world.facts) {
                self.recovery.service_up(service)
            } else {
                Intervals::none()
            }
        })
    }

    /// When the way has all it needs, live data included.
    pub(crate) fn supported(&self) -> (Intervals, Option<Id>) {
        self.met(&self.with_live_data(&[]))
    }

    pub(crate) fn level(&self) -> f64 {
        let own = self.world.facts.share(&|| self.path("level"), &self.way.level, 1.0);
        let bodies = self.way.runs_on.iter().map(|body| self.world.of(body).share);
        bodies.fold(own, f64::min).min(self.needed_level(&self.run_needs()))
    }

    /// The machine that carries least.
    pub(crate) fn weakest(&self) -> Option<Id> {
        let shares = self.way.runs_on.iter().map(|body| (self.world.of(body).share, body));
        shares
            .filter(|(share, _)| *share < 1.0)
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, body)| body.clone())
    }

    /// Level at which needed services run: in series the least, of alternatives the best.
    fn needed_level(&self, need: &Need) -> f64 {
        let kth = |parts: &[Need], k: usize| {
            let mut levels: Vec<f64> = parts.iter().map(|part| self.needed_level(part)).collect();
            levels.sort_by(|a, b| b.total_cmp(a));
            k.checked_sub(1).and_then(|k| levels.get(k)).copied().unwrap_or(1.0)
        };
        match need {
            Need::Unknown => 1.0,
            Need::Thing(id) => self.world.net.find(id).map_or(1.0, |node| {
                let share = self.world.condition(node).share;
                share.min(self.recovery.service_level(node))
            }),
            Need::All(parts) => kth(parts, parts.len()),
            Need::Any(parts) => kth(parts, 1),
            Need::AtLeast(k, parts) => kth(parts, *k),
        }
    }

    pub(crate) fn undisturbed(&self) -> Candidate {
        Candidate { up: self.normal.clone(), level: self.level(), ..self.empty(true) }
    }

    /// The original way after an outage: restarted each time its things are back, on its own data.
    pub(crate) fn comes_back(&self, supported: &Intervals, blame: Option<&Id>) -> Candidate {
        let mut steps = Vec::new();
        let (takeover, _) = self.takeover();
        let mut up: Vec<(Span, Span)> = self.normal.iter().filter(|(from, _)| *from == Span::ZERO).collect();
        for (from, to) in supported.iter() {
            let restart = if from == Span::ZERO { Span::ZERO } else { self.restart() };
            if from > Span::ZERO {
                steps.push(step(Verb::Start, self.id().as_str(), restart, from));
            }
            up.push(((from + restart).max(takeover), to));
        }
        let back = supported.iter().any(|(from, to)| from > Span::ZERO || to > takeover);
        let broken = if back { None } else { blame.cloned().map(Broken::Needs) };
        let choice = self.choice(true, &[], steps);
        let level = self.level();
        // What stands still carries nothing; what only carries too little still carries that.
        let level = if back || level < 1.0 { level } else { 0.0 };
        Candidate { choice, up: Intervals::collect(up), level, broken, ..self.empty(true) }
    }

    /// When the last of its machines has been taken over by another unit, and which that is.
    pub(crate) fn takeover(&self) -> (Span, Option<Id>) {
        let needs = self.run_needs();
        let mut all = Vec::new();
        leaves(&needs, &mut all);
        let taken = all.into_iter().map(|thing| (self.world.of(thing).takeover, thing));
        let last = taken.filter(|(takes, _)| *takes > Span::ZERO).max();
        last.map_or((Span::ZERO, None), |(takes, thing)| (takes, Some(thing.clone())))
    }

    pub(crate) fn restart(&self) -> Span {
        let path = || self.path("restart");
        let standard = Some(assume::RESTART);
        self.world.facts.span(&path, &self.way.restart, Direction::MoreIsWorse, standard)
    }

    /// What of its own it lost: machines to be replaced or cleaned, data and software to be brought back.
    fn lost(&self) -> (BTreeSet<Node>, BTreeSet<Node>) {
        let mut todo: Vec<Node> = Vec::new();
        let needs = self.run_needs();
        let mut named: Vec<&Id> = self.way.data.iter().collect();
        self.required(&needs, &mut named);
        todo.extend(named.into_iter().filter_map(|id| self.world.net.find(id)));
        let (mut bodies, mut contents, mut seen) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        while let Some(node) = todo.pop() {
            if !seen.insert(node) {
                continue;
            }
            let condition = self.world.condition(node);
            match self.world.net.thing(node) {
                Thing::Equipment(equipment) => {
                    let lost = condition.damage != Damage::Intact || condition.share < 1.0;
                    if lost || (condition.own && !condition.out.is_empty()) {
                        bodies.insert(node);
                    }
                    todo.extend(equipment.needs.iter().filter_map(|id| self.world.net.find(id)));
                }
                Thing::Data(_) | Thing::Software(_) if condition.damage != Damage::Intact => {
                    contents.insert(node);
                }
                _ => {}
            }
        }
        // What is on a machine that is out stays there when a new one comes.
        for id in &self.way.data {
            let Some(node) = self.world.net.find(id) else { continue };
            let Thing::Data(data) = self.world.net.thing(node) else { continue };
            let on = data.runs_on.iter().filter_map(|body| self.world.net.find(body));
            let replaced = |body: &Node| {
                bodies.contains(body) && self.world.condition(*body).up() != Intervals::always()
            };
            if on.into_iter().any(|body| replaced(&body)) {
                contents.insert(node);
            }
        }
        (bodies, contents)
    }

    /// What has to be there: of alternatives one that is there, else the first that can be bought.
    fn required<'n>(&self, need: &'n Need, out: &mut Vec<&'n Id>) {
        let (parts, k) = match need {
            Need::Unknown => return,
            Need::Thing(id) => return out.push(id),
            Need::All(parts) => (parts, parts.len()),
            Need::Any(parts) => (parts, 1),
            Need::AtLeast(k, parts) => (parts, *k),
        };
        let mut ranked: Vec<((u8, Span), &Need)> =
            parts.iter().map(|part| (self.trouble(part), part)).collect();
        ranked.sort_by_key(|(trouble, _)| *trouble);
        ranked.into_iter().take(k).for_each(|(_, part)| self.required(part, out));
    }

    /// How far a need is from being met: there, to be bought (and how soon), coming back by itself, gone for good.
    fn trouble(&self, need: &Need) -> (u8, Span) {
        let (up, _) = self.met(need);
        if up.is_always() {
            return (0, Span::ZERO);
        }
        let mut all = Vec::new();
        leaves(need, &mut all);
        let one = |id: &&Id| {
            let Some(node) = self.world.net.find(id) else { return (0, Span::ZERO) };
            let replace = &self.world.net.thing(node).common().replace;
            match (self.world.net.thing(node), replace) {
                (Thing::Service(_), _) if up.is_empty() => (3, Span::NEVER),
                (Thing::Service(_), _) => (2, up.next(Span::ZERO)),
                (_, Fact::Nothing) if self.world.condition(node).up().is_empty() => (3, Span::NEVER),
                (_, Fact::Exact(lead)) => (1, *lead),
                _ => (1, Span::NEVER),
            }
        };
        all.iter().map(one).max().unwrap_or((3, Span::NEVER))
    }

    /// The original way rebuilt in its place: new machines for those lost, data from copies.
    pub(crate) fn rebuilt(&self) -> Vec<Candidate> {
        let (bodies, contents) = self.lost();
        if bodies.is_empty() && contents.is_empty() {
            return Vec::new();
        }
        let renewed = self.world.renewed(bodies.union(&contents).copied().collect());
        let new = Course { world: &renewed, ..*self };
        let gone = |body: &&Node| renewed.condition(**body).damage == Damage::Gone;
        if let Some(body) = bodies.iter().find(gone) {
            let cause = renewed.causes(self.world.net.id(*body)).pop();
            let place = self
                .world
                .net
                .places_of(self.way)
                .into_iter()
                .find(|place| renewed.of(place).damage == Damage::Gone);
            let place = place.cloned().or(cause).unwrap_or_else(|| self.id().clone());
            return vec![self.failed(Broken::PlaceGone(place))];
        }
        let contents: Vec<Node> = contents.into_iter().collect();
        // Which copies survive is a matter of the loss, not of what was bought since.
        self.with_points(&contents, |points| new.rebuild(&bodies, &points))
    }

    fn rebuild(&self, bodies: &BTreeSet<Node>, points: &[Point]) -> Candidate {
        let mut chain = Chain::new(self);
        chain.detect_and_decide(&[]);
        chain.renew(bodies, self.recovery.world);
        for point in points {
            chain.restore(point, &Fact::Absent, &self.bodies());
        }
        let (when, blame) = self.met(&self.with_live_data(points));
        chain.blamed(&when, blame);
        let auto = bodies.is_empty();
        chain.push(Verb::Start, self.id().as_str(), self.restart(), auto, &when);
        chain.name_wait(self.way.data.clone(), &[]);
        self.finish(chain, points)
    }

    /// Another way brought into use.
    pub(crate) fn brought_up(&self) -> Vec<Candidate> {
        if !self.world.facts.exists(&|| self.path("exists"), &self.way.exists) {
            return vec![self.failed(Broken::NotThere)];
        }
        let takes = match self.recovery.room(self) {
            Ok(takes) => takes,
            Err((body, service)) => return vec![self.failed(Broken::Taken(body, service))],
        };
        let net = self.world.net;
        let elsewhere = self.way.data.iter().filter(|data| !self.in_place(data));
        let elsewhere: Vec<Node> = elsewhere.filter_map(|id| net.find(id)).collect();
        self.with_points(&elsewhere, |points| {
            let mut chain = Chain::new(self);
            chain.way(&points);
            Candidate { takes: takes.clone(), ..self.finish(chain, &points) }
        })
    }

    pub(crate) fn readiness(&self) -> Option<Readiness> {
        match &self.way.ready {
            Fact::Exact(ready) => Some(*ready),
            // Said nowhere: with an assumption it is cold, the usual state of a spare machine.
            Fact::Absent if self.way.takes == Fact::Absent => Some(Readiness::Cold),
            _ => None,
        }
    }

    /// Whether it runs already, so that nothing has to be done.
    pub(crate) fn runs_already(&self) -> bool {
        self.readiness() == Some(Readiness::Running) && self.way.steps.is_none()
    }

    /// Whether the way works on the live data where they are.
    fn in_place(&self, id: &Id) -> bool {
        let Some(data) = self.world.net.plan.data.get(id) else { return false };
        let mut reach: Vec<&Id> = self.way.runs_on.iter().collect();
        leaves(&self.way.needs, &mut reach);
        !data.runs_on.is_empty()
            && data.runs_on.iter().all(|body| reach.contains(&body))
            && self.world.of(id).damage == Damage::Intact
    }

    /// One candidate for every age of data worth having: newest first, each with the copies that are there soonest. A
    /// failed one if a data set has no copy.
    fn with_points(&self, data: &[Node], build: impl Fn(Vec<Point>) -> Candidate) -> Vec<Candidate> {
        let mut sets: Vec<Vec<Point>> = Vec::new();
        for node in data {
            let (mut usable, useless) = points(self.world, self.recovery.evidence, *node);
            for point in &mut usable {
                // A mirror that stands elsewhere is a copy like any other.
                point.in_step &= point.source == point.data || self.way.runs_on.contains(&point.source);
            }
            if usable.is_empty() {
                return vec![self.failed(Broken::NoCopy(self.world.net.id(*node).clone(), useless))];
            }
            sets.push(usable);
        }
        let mut ages: Vec<Span> = sets.iter().flatten().map(|point| point.age.worst()).collect();
        ages.sort_unstable();
        ages.dedup();
        let mut chosen: Vec<Vec<Point>> = Vec::new();
        for limit in ages.into_iter().chain(sets.is_empty().then_some(Span::ZERO)) {
            let soonest = |set: &Vec<Point>| {
                let fresh = set.iter().filter(|point| point.age.worst() <= limit);
                fresh.min_by_key(|point| self.soonest(point)).cloned()
            };
            let Some(combination) = sets.iter().map(soonest).collect::<Option<Vec<Point>>>() else {
                continue;
            };
            if !chosen.contains(&combination) {
                chosen.push(combination);
            }
        }
        chosen.into_iter().map(build).collect()
    }

    /// When data from a copy could be there if nothing else were to be done.
    fn soonest(&self, point: &Point) -> Span {
        if point.in_step {
            return Span::ZERO;
        }
        let steps = self.way.steps.iter().flatten();
        let mut own = steps.filter(|s| s.verb == Verb::Restore && s.object == point.data.as_str());
        let takes = own.next().map_or(&Fact::Absent, |step| &step.takes);
        let (when, takes) = crate::chain::transfer(self, point, takes, Span::ZERO);
        when.intersect(&point.readable).earliest_end(Span::ZERO, takes)
    }

    /// What it needs while it runs, with those data that come from no copy.
    pub(crate) fn with_live_data(&self, points: &[Point]) -> Need {
        let live = self.way.data.iter().filter(|data| !points.iter().any(|point| point.data == **data));
        Need::All([self.run_needs()].into_iter().chain(live.cloned().map(Need::Thing)).collect())
    }

    fn finish(&self, chain: Chain<'_, '_, 'a>, points: &[Point]) -> Candidate {
        let (met, blame) = self.met(&self.with_live_data(points));
        let first = self.normal.iter().next().filter(|(from, _)| *from == Span::ZERO);
        let ready = chain.at;
        let broken = chain.broken.or_else(|| met.is_empty().then_some(blame).flatten());
        let mut runs: Vec<(Span, Span)> = Vec::new();
        if !ready.is_never() {
            let lasts = match &self.way.lasts {
                Fact::Absent => Span::NEVER,
                fact => self.world.facts.span(&|| self.path("lasts"), fact, Direction::MoreIsBetter, None),
            };
            let window = met.intersect(&Intervals::from(ready, ready + lasts));
            // After an outage of its own it has to be started again; at best that takes no longer than starting anew.
            let work = chain.steps.iter().fold(Span::ZERO, |sum, step| sum + step.takes);
            for (from, to) in window.iter() {
                let restart = match self.recovery.mode {
                    _ if from == ready => Span::ZERO,
                    Mode::Plan => self.restart(),
                    Mode::Bound => self.restart().min(work),
                };
                runs.push((from + restart, to));
            }
        }
        runs.extend(first);
        let mut ages: Vec<(Id, Age)> = points.iter().map(|point| (point.data.clone(), point.age)).collect();
        ages.sort_by_key(|(_, age)| std::cmp::Reverse(age.worst()));
        Candidate {
            choice: self.choice(false, points, chain.steps),
            up: Intervals::collect(runs),
            level: if ready.is_never() { 0.0 } else { self.level() },
            age: ages.first().map(|(_, age)| *age),
            ages,
            broken: broken.map(Broken::Needs),
            claims: chain.claims,
            waited: chain.waited,
            takes: Vec::new(),
        }
    }

    fn failed(&self, broken: Broken) -> Candidate {
        let first = self.normal.iter().next().filter(|(from, _)| *from == Span::ZERO);
        Candidate { broken: Some(broken), up: Intervals::collect(first), level: 0.0, ..self.empty(false) }
    }

    fn empty(&self, original: bool) -> Candidate {
        Candidate {
            choice: self.choice(original, &[], Vec::new()),
            up: Intervals::none(),
            level: 1.0,
            age: None,
            ages: Vec::new(),
            broken: None,
            claims: Vec::new(),
            takes: Vec::new(),
            waited: false,
        }
    }

    fn choice(&self, original: bool, points: &[Point], steps: Vec<ChainStep>) -> Choice {
        let net = self.world.net;
        let mut used: Vec<&Id> = self.way.runs_on.iter().chain(&self.way.by).collect();
        leaves(&self.way.needs, &mut used);
        for point in points {
            used.push(&point.source);
            used.extend(net.plan.vaults.get(&point.source).and_then(|vault| vault.key.as_ref()));
        }
        let mut used: Vec<Id> = used.into_iter().cloned().collect();
        used.sort();
        used.dedup();
        let sources = points.iter().map(|p| (p.data.clone(), p.source.clone())).collect();
        Choice { service: self.id().clone(), way: self.way.name.clone(), original, sources, steps, used }
    }
}

/// A need in which `with` stands for what is not known.
fn settled(need: &Need, with: &Need) -> Need {
    let all = |parts: &[Need]| parts.iter().map(|part| settled(part, with)).collect();
    match need {
        Need::Unknown => with.clone(),
        Need::Thing(id) => Need::Thing(id.clone()),
        Need::All(parts) => Need::All(all(parts)),
        Need::Any(parts) => Need::Any(all(parts)),
        Need::AtLeast(k, parts) => Need::AtLeast(*k, all(parts)),
    }
}

/// A need without these things.
fn without(need: &Need, things: &[&Id]) -> Need {
    let all = |parts: &[Need]| parts.iter().map(|part| without(part, things)).collect();
    match need {
        Need::Thing(id) if things.contains(&id) => Need::default(),
        Need::Unknown | Need::Thing(_) => need.clone(),
        Need::All(parts) => Need::All(all(parts)),
        Need::Any(parts) => Need::Any(all(parts)),
        Need::AtLeast(k, parts) => Need::AtLeast(*k, all(parts)),
    }
}
