//! The courses of events open to one service after a loss: its normal way coming back by itself, being rebuilt in
//! place, or another way being brought into use.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use base::{Id, Span};
use plan::{Fact, Placement, Readiness, Service, Verb, Way};
use smallvec::SmallVec;

use crate::assume;
use crate::chain::{Chain, step};
use crate::choice::{ChainStep, Choice};
use crate::condition::Damage;
use crate::facts::Direction;
pub use crate::fate::Fate;
use crate::interval::Intervals;
use crate::needs::enough;
use crate::net::{Node, Thing};
use crate::objective::Promise;
use crate::points::{Age, Point, Useless};
use crate::recovery::{Mode, Recovery};
use crate::scarce::Claim;
use crate::wire::{Want, WiredWay};
use crate::world::World;

/// One possible course of events after a loss.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// What is chosen.
    pub choice: Arc<Choice>,
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
    pub(crate) wire: &'a WiredWay<'a>,
    /// When it ran before the loss stopped it, and when it could run again by itself.
    pub(crate) normal: &'c Intervals,
}

impl<'a> Course<'_, 'a> {
    pub(crate) fn id(&self) -> &'a Id {
        self.world.net.id(self.node)
    }

    pub(crate) fn path(&self, key: &str) -> String {
        format!("services.{}.ways.{}.{key}", self.id(), self.way().name)
    }

    pub(crate) fn way(&self) -> &'a Way {
        self.wire.way
    }

    /// When the service stops.
    pub(crate) fn stops(&self) -> Span {
        self.normal.complement().next(Span::ZERO)
    }

    /// Everything the way needs while it runs, the live data apart.
    pub(crate) fn run_wants(&self) -> Cow<'a, Want> {
        let run = &self.wire.run;
        if !self.wire.run_open && !self.way().more_bodies {
            return Cow::Borrowed(run);
        }
        let known = self.known(run, &|| self.path("needs"));
        if self.way().more_bodies {
            let others = self.known(&Want::Unknown, &|| self.path("runs-on")).into_owned();
            return Cow::Owned(Want::All(vec![known.into_owned(), others]));
        }
        known
    }

    /// A want with what is not known of it at its best, nothing, or at its worst, what there is not.
    pub(crate) fn known<'w>(&self, want: &'w Want, path: crate::facts::Path<'_>) -> Cow<'w, Want> {
        if !want.is_open() {
            return Cow::Borrowed(want);
        }
        let lucky = self.world.facts.luck(path);
        let with = if lucky { Want::NOTHING } else { Want::any([]) };
        Cow::Owned(want.put(&|part| (*part == Want::Unknown).then(|| with.clone())))
    }

    /// A machine of which nobody knows where it stands.
    pub(crate) fn unsure(&self) -> Option<Node> {
        let placed = |node: &Node| matches!(self.world.net.thing(*node).at(), Some(Placement::At(_)) | None);
        self.wire.bodies.iter().copied().find(|node| !placed(node))
    }

    /// When a thing or service is there; a service that runs below what this one promises is of no use to it.
    pub(crate) fn up(&self, node: Node) -> Intervals {
        self.world.thing_up(node, &|service| self.serves(service))
    }

    fn serves(&self, service: Node) -> Intervals {
        if self.world.net.is_function(self.node) {
            return self.recovery.service_partly_up(service);
        }
        let level = self.recovery.service_level(service);
        if self.promise().enough(level, self.world.facts) {
            self.recovery.service_up(service)
        } else {
            Intervals::none()
        }
    }

    pub(crate) fn promise(&self) -> Promise<'a> {
        Promise::new(self.id(), self.service, self.world.loss.class)
    }

    pub(crate) fn met(&self, want: &Want) -> (Intervals, Option<Node>) {
        self.world.met(want, &|service| self.serves(service))
    }

    /// When the way has all it needs, the live data of what comes from no copy included.
    pub(crate) fn supported(&self, points: &[Point]) -> (Intervals, Option<Node>) {
        self.supported_by(points, &|service| self.serves(service))
    }

    /// The same where services run as `service` says.
    pub(crate) fn supported_by(
        &self,
        points: &[Point],
        service: &dyn Fn(Node) -> Intervals,
    ) -> (Intervals, Option<Node>) {
        let run = self.run_wants();
        let live = self.wire.data.iter().filter(|data| !points.iter().any(|point| point.data == **data));
        let live = live.map(|data| self.world.met(&Want::Thing(*data), service));
        // One by one, not in a nest of its own: what is to blame is the same.
        let parts = std::iter::once(self.world.met(&run, service)).chain(live);
        enough(parts, self.wire.data.len() + 1 - self.copied(points))
    }

    fn copied(&self, points: &[Point]) -> usize {
        self.wire.data.iter().filter(|data| points.iter().any(|point| point.data == **data)).count()
    }

    pub(crate) fn level(&self) -> f64 {
        let own = self.world.facts.share(&|| self.path("level"), &self.way().level, 1.0);
        let bodies = self.wire.bodies.iter().map(|body| self.world.condition(*body).share);
        bodies.fold(own, f64::min).min(self.needed_level(&self.run_wants()))
    }

    /// The machine that carries least.
    pub(crate) fn weakest(&self) -> Option<Id> {
        let shares = self.wire.bodies.iter().map(|body| (self.world.condition(*body).share, body));
        shares
            .filter(|(share, _)| *share < 1.0)
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, body)| self.world.net.id(*body).clone())
    }

    /// Level at which needed services run: in series the least, of alternatives the best.
    fn needed_level(&self, want: &Want) -> f64 {
        match want {
            Want::Unknown => 1.0,
            Want::Thing(node) => {
                let share = self.world.condition(*node).share;
                share.min(self.recovery.service_level(*node))
            }
            Want::All(parts) => parts.iter().map(|part| self.needed_level(part)).fold(1.0, f64::min),
            Want::Any(parts) => self.best_level(parts, 1),
            Want::AtLeast(k, parts) => self.best_level(parts, *k),
        }
    }

    fn best_level(&self, parts: &[Want], k: usize) -> f64 {
        let mut levels: SmallVec<[f64; 4]> = parts.iter().map(|part| self.needed_level(part)).collect();
        levels.sort_by(|a, b| b.total_cmp(a));
        k.checked_sub(1).and_then(|k| levels.get(k)).copied().unwrap_or(1.0)
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
            if from > Span::ZERO && !self.recovery.lean {
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
        let all = self.wire.run_leaves.iter();
        let taken = all.map(|thing| (self.world.condition(*thing).takeover, *thing));
        let last = taken.filter(|(takes, _)| *takes > Span::ZERO);
        let last = last.max_by_key(|(takes, thing)| (*takes, self.world.net.id(*thing)));
        last.map_or((Span::ZERO, None), |(takes, thing)| (takes, Some(self.world.net.id(thing).clone())))
    }

    pub(crate) fn restart(&self) -> Span {
        let path = || self.path("restart");
        let standard = Some(assume::RESTART);
        self.world.facts.span(&path, &self.way().restart, Direction::MoreIsWorse, standard)
    }

    /// What of its own it lost: machines to be replaced or cleaned, data and software to be brought back.
    fn lost(&self) -> (BTreeSet<Node>, BTreeSet<Node>) {
        let mut todo: Vec<Node> = self.wire.data.clone();
        self.required(&self.run_wants(), &mut todo);
        let (mut bodies, mut contents, mut seen) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        while let Some(node) = todo.pop() {
            if !seen.insert(node) {
                continue;
            }
            let condition = self.world.condition(node);
            match self.world.net.thing(node) {
                Thing::Equipment(_) => {
                    let lost = condition.damage != Damage::Intact || condition.share < 1.0;
                    if lost || (condition.own && !condition.out.is_empty()) {
                        bodies.insert(node);
                    }
                    todo.extend(&self.world.net.wire(node).on);
                }
                Thing::Data(_) | Thing::Software(_) if condition.damage != Damage::Intact => {
                    contents.insert(node);
                }
                _ => {}
            }
        }
        // What is on a machine that is out stays there when a new one comes.
        let replaced = |body: &Node| bodies.contains(body) && !self.world.condition(*body).up().is_always();
        for node in &self.wire.data {
            if self.world.net.wire(*node).on.iter().any(replaced) {
                contents.insert(*node);
            }
        }
        (bodies, contents)
    }

    /// What has to be there: of alternatives one that is there, else the first that can be bought.
    fn required(&self, want: &Want, out: &mut Vec<Node>) {
        let (parts, k) = match (want, want.parts()) {
            (Want::Thing(node), _) => return out.push(*node),
            (Want::All(parts), _) => return parts.iter().for_each(|part| self.required(part, out)),
            (_, Some(parts)) => parts,
            _ => return,
        };
        let mut ranked: Vec<((u8, Span), &Want)> =
            parts.iter().map(|part| (self.trouble(part), part)).collect();
        ranked.sort_by_key(|(trouble, _)| *trouble);
        ranked.into_iter().take(k).for_each(|(_, part)| self.required(part, out));
    }

    /// How far a need is from being met: there, to be bought (and how soon), coming back by itself, gone for good.
    fn trouble(&self, want: &Want) -> (u8, Span) {
        let (up, _) = self.met(want);
        if up.is_always() {
            return (0, Span::ZERO);
        }
        let mut all = Vec::new();
        want.leaves(&mut all);
        let one = |node: Node| {
            let replace = &self.world.net.thing(node).common().replace;
            match (self.world.net.thing(node), replace) {
                (Thing::Service(_), _) if up.is_empty() => (3, Span::NEVER),
                (Thing::Service(_), _) => (2, up.next(Span::ZERO)),
                (_, Fact::Nothing) if self.world.condition(node).up().is_empty() => (3, Span::NEVER),
                (_, Fact::Exact(lead)) => (1, *lead),
                _ => (1, Span::NEVER),
            }
        };
        all.into_iter().map(one).max().unwrap_or((3, Span::NEVER))
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
            let place = self.world.net.wire(self.node).ways[self.wire.index]
                .places
                .iter()
                .find(|place| renewed.condition(**place).damage == Damage::Gone);
            let place = place
                .map(|place| self.world.net.id(*place).clone())
                .or(cause)
                .unwrap_or_else(|| self.id().clone());
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
            chain.restore(point, &Fact::Absent, &self.wire.body);
        }
        let (when, blame) = self.supported(points);
        chain.blamed(&when, blame);
        let auto = bodies.is_empty();
        chain.push(Verb::Start, self.id().as_str(), self.restart(), auto, &when);
        chain.name_wait(&self.wire.data, &[]);
        self.finish(chain, points)
    }

    /// Another way brought into use.
    pub(crate) fn brought_up(&self) -> Vec<Candidate> {
        if !self.world.facts.exists(&|| self.path("exists"), &self.way().exists) {
            return vec![self.failed(Broken::NotThere)];
        }
        let takes = match self.recovery.room(self) {
            Ok(takes) => takes,
            Err((body, service)) => return vec![self.failed(Broken::Taken(body, service))],
        };
        if let Some(thing) = self.hopeless() {
            return vec![self.failed(Broken::Needs(self.world.net.id(thing).clone()))];
        }
        let elsewhere = self.wire.data.iter().copied().filter(|data| !self.in_place(*data));
        let elsewhere: Vec<Node> = elsewhere.collect();
        self.with_points(&elsewhere, |points| {
            let mut chain = Chain::new(self);
            chain.way(&points);
            Candidate { takes: takes.clone(), ..self.finish(chain, &points) }
        })
    }

    /// What is missing for good, where nobody asks what else stands in the way.
    fn hopeless(&self) -> Option<Node> {
        let (up, blame) = if self.recovery.lean { self.met(&self.run_wants()) } else { return None };
        blame.filter(|_| up.is_empty())
    }

    pub(crate) fn readiness(&self) -> Option<Readiness> {
        match &self.way().ready {
            Fact::Exact(ready) => Some(*ready),
            // Said nowhere: with an assumption it is cold, the usual state of a spare machine.
            Fact::Absent if self.way().takes == Fact::Absent => Some(Readiness::Cold),
            _ => None,
        }
    }

    /// Whether it runs already, so that nothing has to be done.
    pub(crate) fn runs_already(&self) -> bool {
        self.readiness() == Some(Readiness::Running) && self.way().steps.is_none()
    }

    /// Whether the way works on the live data where they are.
    fn in_place(&self, node: Node) -> bool {
        let Thing::Data(data) = self.world.net.thing(node) else { return false };
        let on = &self.world.net.wire(node).on;
        let reach = |body: &Node| self.wire.bodies.contains(body) || self.wire.need_leaves.contains(body);
        !on.is_empty()
            && on.len() == data.runs_on.len()
            && on.iter().all(reach)
            && self.world.condition(node).damage == Damage::Intact
    }

    /// Whether a course works out and meets every part of the promise.
    pub(crate) fn fits(&self, course: &Candidate) -> bool {
        course.broken.is_none() && self.promise().met_all(course, self.world.facts)
    }

    fn finish(&self, chain: Chain<'_, '_, 'a>, points: &[Point]) -> Candidate {
        let (met, blame) = self.supported(points);
        let first = self.normal.iter().next().filter(|(from, _)| *from == Span::ZERO);
        let ready = chain.at;
        let broken = chain.broken.or_else(|| met.is_empty().then_some(blame).flatten());
        let broken = broken.map(|node| self.world.net.id(node).clone());
        let mut runs: Vec<(Span, Span)> = Vec::new();
        if !ready.is_never() {
            let lasts = match &self.way().lasts {
                Fact::Absent => Span::NEVER,
                fact => self.world.facts.span(&|| self.path("lasts"), fact, Direction::MoreIsBetter, None),
            };
            let window = met.intersect(&Intervals::from(ready, ready + lasts));
            // After an outage of its own it has to be started again.
            for (from, to) in window.iter() {
                let restart = match self.recovery.mode {
                    _ if from == ready => Span::ZERO,
                    Mode::Plan => self.restart(),
                    Mode::Bound => self.restart().min(self.last_work(&chain, points)),
                };
                runs.push((from + restart, to));
            }
        }
        runs.extend(first);
        let (age, ages) = self.ages(points);
        Candidate {
            choice: self.choice(false, points, chain.steps),
            up: Intervals::collect(runs),
            level: if ready.is_never() { 0.0 } else { self.level() },
            age,
            ages,
            broken: broken.map(Broken::Needs),
            claims: chain.claims,
            waited: chain.waited,
            takes: Vec::new(),
        }
    }

    /// Age of the oldest data set that comes from a copy, and of each of them, oldest first.
    fn ages(&self, points: &[Point]) -> (Option<Age>, Vec<(Id, Age)>) {
        let oldest = points.iter().map(|point| point.age).rev().max_by_key(|age| age.worst());
        if self.recovery.lean {
            return (oldest, Vec::new());
        }
        let data = |point: &Point| (self.world.net.id(point.data).clone(), point.age);
        let mut ages: Vec<(Id, Age)> = points.iter().map(data).collect();
        ages.sort_by_key(|(_, age)| std::cmp::Reverse(age.worst()));
        (oldest, ages)
    }

    /// What is left to do at least when everything the way needs is back: work that began later than at best may have
    /// got as far as it gets without.
    fn last_work(&self, chain: &Chain<'_, '_, 'a>, points: &[Point]) -> Span {
        let needs_all = |step: &&ChainStep| match step.verb {
            Verb::Start | Verb::Check | Verb::Switch => true,
            verb => verb == Verb::Do && self.way().steps.is_none(),
        };
        // Starting does not wait for live data that come from no copy.
        let last = chain.steps.last().filter(|_| self.copied(points) == self.wire.data.len());
        last.filter(needs_all).map_or(Span::ZERO, |step| step.takes)
    }

    pub(crate) fn failed(&self, broken: Broken) -> Candidate {
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

    fn choice(&self, original: bool, points: &[Point], steps: Vec<ChainStep>) -> Arc<Choice> {
        let id = |node: Node| self.world.net.id(node).clone();
        if self.recovery.lean {
            return Arc::clone(&self.wire.bare[usize::from(original)]);
        }
        let sources = points.iter().map(|point| (id(point.data), id(point.source))).collect();
        let used = self.used(points);
        Arc::new(Choice {
            service: self.id().clone(),
            way: self.way().name.clone(),
            original,
            sources,
            steps,
            used,
        })
    }

    /// Things the way uses.
    fn used(&self, points: &[Point]) -> Vec<Id> {
        let net = self.world.net;
        let mut used = [&self.wire.bodies[..], &self.wire.by, &self.wire.need_leaves].concat();
        used.extend(self.wire.steps.iter().flat_map(|step| step.named.iter()));
        for point in points {
            used.push(point.source);
            used.extend(net.wire(point.source).key);
        }
        let mut used: Vec<Id> = used.into_iter().map(|node| net.id(node).clone()).collect();
        used.sort();
        used.dedup();
        used
    }
}
