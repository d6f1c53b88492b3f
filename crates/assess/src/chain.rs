//! The chain of steps that brings a way into use: one after the other, each as soon as what it needs is there.

use std::collections::BTreeSet;

use base::{Id, Span};
use plan::{Fact, Placement, Verb};
use smallvec::SmallVec;

use crate::assume;
use crate::choice::ChainStep;
use crate::condition::Damage;
use crate::course::Course;
use crate::facts::Direction;
use crate::interval::Intervals;
use crate::net::{Node, Thing};
use crate::points::Point;
use crate::recovery::Mode;
use crate::route::routes;
use crate::scarce::Claim;
use crate::wire::{Want, WiredStep};
use crate::world::World;

/// A step that nobody waits for yet.
pub(crate) fn step(verb: Verb, object: &str, takes: Span, starts: Span) -> ChainStep {
    ChainStep { verb, object: object.to_owned(), by: Vec::new(), auto: false, takes, starts, waits_for: None }
}

/// What a step does, to what, for how long.
struct Work<'w> {
    verb: Verb,
    object: &'w str,
    takes: Span,
    auto: bool,
    /// Who does it: any one of them.
    by: &'w [Node],
}

/// Puts steps one after the other.
pub(crate) struct Chain<'c, 'r, 'a> {
    course: &'c Course<'r, 'a>,
    /// When everything so far is done.
    pub(crate) at: Span,
    pub(crate) steps: Vec<ChainStep>,
    /// What is missing for good.
    pub(crate) broken: Option<Node>,
    /// People taken, and when.
    pub(crate) claims: Vec<Claim>,
    /// Whether people whom a better-ranked service had were waited for.
    pub(crate) waited: bool,
}

impl<'c, 'r, 'a> Chain<'c, 'r, 'a> {
    pub(crate) fn new(course: &'c Course<'r, 'a>) -> Chain<'c, 'r, 'a> {
        let at = if course.recovery.mode == Mode::Bound { Span::ZERO } else { course.stops() };
        Chain { course, at, steps: Vec::new(), broken: None, claims: Vec::new(), waited: false }
    }

    /// A step that takes no people.
    pub(crate) fn push(&mut self, verb: Verb, object: &str, takes: Span, auto: bool, when: &Intervals) {
        self.perform(&Work { verb, object, takes, auto, by: &[] }, when);
    }

    /// Carries a step out: by the one of `by` who is done first, within `when`.
    fn perform(&mut self, work: &Work<'_>, when: &Intervals) {
        let people = if work.auto { &[][..] } else { work.by };
        let mut end = if people.is_empty() { when.earliest_end(self.at, work.takes) } else { Span::NEVER };
        let mut chosen = None;
        let mut there = people.is_empty();
        for who in people {
            let up = self.reached(*who);
            there |= !up.is_empty();
            let begin = self.answered(work.verb, *who);
            let free = self.course.recovery.free(*who);
            let alone = when.intersect(&up).earliest_end(begin, work.takes);
            let own = when.intersect(&up).intersect(&free).earliest_end(begin, work.takes);
            if chosen.is_none() || own < end {
                (end, chosen) = (own, Some((*who, own > alone, begin > self.at)));
            }
        }
        if !there && self.broken.is_none() {
            self.broken = people.first().copied();
        }
        let starts = if end.is_never() { self.at } else { end - work.takes };
        let (object, by) = if self.course.recovery.lean { ("", &[][..]) } else { (work.object, work.by) };
        let mut done =
            ChainStep { auto: work.auto, by: self.ids(by), ..step(work.verb, object, work.takes, starts) };
        if let Some((who, busy, closed)) = chosen {
            self.claim(who, starts, end);
            self.waited |= busy;
            if busy || closed {
                done.waits_for = Some(self.course.world.net.id(who).clone());
            }
        }
        self.steps.push(done);
        self.at = end;
    }

    /// When somebody can be had: never a supplier that does not come.
    fn reached(&self, who: Node) -> Intervals {
        if self.course.world.comes(who) { self.course.up(who) } else { Intervals::none() }
    }

    /// When somebody can begin: a supplier that has to be called, or works from afar, once it answers.
    fn answered(&self, verb: Verb, who: Node) -> Span {
        let world = self.course.world;
        let called = matches!(verb, Verb::Call | Verb::Arrive) || world.works_afar(who);
        let supplier = matches!(world.net.thing(who), Thing::Supplier(_));
        if supplier && called { world.within_hours(who, self.at) } else { self.at }
    }

    fn ids(&self, nodes: &[Node]) -> Vec<Id> {
        nodes.iter().map(|node| self.course.world.net.id(*node).clone()).collect()
    }

    fn claim(&mut self, who: Node, from: Span, to: Span) {
        let team = self.course.world.stands_in(who);
        if let Some(team) = team.filter(|_| from < to && !to.is_never()) {
            self.claims.push(Claim { team, from, to });
        }
    }

    pub(crate) fn detect_and_decide(&mut self, declared: &[WiredStep<'a>]) {
        let facts = self.course.world.facts;
        let worse = Direction::MoreIsWorse;
        let find = |verb: Verb| declared.iter().find(|wired| wired.step.verb == verb);
        let id = self.course.id();
        match (find(Verb::Detect), &self.course.service.monitor) {
            (Some(step), _) => self.declared(step, &[]),
            (None, Some(monitor)) => {
                let takes = monitor.every * u64::from(monitor.failures);
                self.push(Verb::Detect, id.as_str(), takes, true, &Intervals::always());
            }
            (None, None) => {
                let path = || format!("services.{id}.monitor");
                let takes = facts.span(&path, &Fact::Absent, worse, Some(assume::DETECT));
                self.push(Verb::Detect, id.as_str(), takes, false, &Intervals::always());
            }
        }
        match find(Verb::Decide) {
            Some(step) => self.declared(step, &[]),
            None => {
                let path = || self.course.path("steps.decide");
                let takes = facts.span(&path, &Fact::Absent, worse, Some(assume::DECIDE));
                self.push(Verb::Decide, id.as_str(), takes, false, &Intervals::always());
            }
        }
    }

    /// The whole chain of a way that is brought into use.
    pub(crate) fn way(&mut self, points: &[Point]) {
        let way = self.course.way();
        let to_restore = points.iter().any(|point| !point.in_step);
        if self.course.runs_already() && !to_restore {
            self.at = Span::ZERO;
            return;
        }
        let declared = &self.course.wire.steps[..];
        self.detect_and_decide(declared);
        self.people_come(declared);
        if way.steps.is_some() || self.course.runs_already() {
            self.carry_out(declared, points);
            return;
        }
        if way.takes == Fact::Absent {
            // A standard time by readiness knows nothing of how much data there are.
            let body = &self.course.wire.body;
            points.iter().for_each(|point| self.restore(point, &Fact::Absent, body));
        }
        let facts = self.course.world.facts;
        let standard = self.course.readiness().map(assume::ready);
        let path = || self.course.path("takes");
        let takes = facts.span(&path, &way.takes, Direction::MoreIsWorse, standard);
        let takes = takes.max(self.over_the_line(points));
        let (mut when, mut blame) = self.course.met(&self.course.run_wants());
        for point in points.iter().filter(|point| !point.in_step) {
            let (lines, _) = transfer(self.course, point, &Fact::Exact(Span::ZERO), self.at);
            when = when.intersect(&point.readable).intersect(&lines);
            blame = blame.or(Some(point.source));
        }
        self.blamed(&when, blame);
        let by = &self.course.wire.by;
        self.perform(&Work { verb: Verb::Do, object: &way.name, takes, auto: false, by }, &when);
        self.name_wait(by, points);
    }

    /// What all these copies take over the lines at least.
    fn over_the_line(&self, points: &[Point]) -> Span {
        let copies = points.iter().filter(|point| !point.in_step);
        let times = copies.map(|point| transfer(self.course, point, &Fact::Exact(Span::ZERO), self.at).1);
        times.fold(Span::ZERO, |sum, time| sum + time)
    }

    /// The declared steps, and before the service is started a restore of whatever no step brings back.
    fn carry_out(&mut self, declared: &[WiredStep<'a>], points: &[Point]) {
        let restored =
            |p: &Point| declared.iter().any(|s| s.step.verb == Verb::Restore && s.object == Some(p.data));
        // One step `restore` that names no data set brings back everything.
        let all = declared.iter().any(|step| step.step.verb == Verb::Restore && !self.names_data(step));
        let mut left: Vec<&Point> = points.iter().filter(|p| !p.in_step && !all && !restored(p)).collect();
        let first = |verb: Verb| declared.iter().position(|wired| wired.step.verb == verb);
        let done = [first(Verb::Detect), first(Verb::Decide)];
        let rest = declared.iter().enumerate().filter(|(n, _)| !done.contains(&Some(*n)));
        for (_, step) in rest {
            if matches!(step.step.verb, Verb::Start | Verb::Switch | Verb::Check) {
                let body = &self.course.wire.body;
                left.drain(..).for_each(|point| self.restore(point, &Fact::Absent, body));
            }
            self.declared(step, points);
        }
        let body = &self.course.wire.body;
        left.into_iter().for_each(|point| self.restore(point, &Fact::Absent, body));
    }

    fn names_data(&self, step: &WiredStep<'_>) -> bool {
        let net = self.course.world.net;
        step.object.is_some_and(|node| matches!(net.thing(node), Thing::Data(_) | Thing::Software(_)))
    }

    /// People who work elsewhere have to come first, all at the same time, unless the steps say how.
    fn people_come(&mut self, declared: &[WiredStep<'a>]) {
        let arrivals: SmallVec<[&WiredStep<'a>; 4]> =
            declared.iter().filter(|wired| wired.step.verb == Verb::Arrive).collect();
        let elsewhere = [Verb::Detect, Verb::Decide, Verb::Call, Verb::Arrive];
        let manual = declared.iter().filter(|w| !w.step.auto && !elsewhere.contains(&w.step.verb));
        let mut groups: SmallVec<[(&[Node], &[Node]); 8]> =
            manual.map(|step| (step.by.as_slice(), step.at.as_slice())).collect();
        if declared.is_empty() {
            groups.push((&self.course.wire.by, &[]));
        }
        let mut coming: SmallVec<[(Node, Span); 4]> = SmallVec::new();
        for (group, at) in groups {
            let alive = |who: &Node| !self.reached(*who).is_empty();
            let told = |who: &Node| arrivals.iter().any(|step| self.tells_of(step, *who));
            let afar = |who: &Node| at.is_empty() && self.course.world.works_afar(*who);
            let there = |who: &Node| self.there(*who, at);
            let ready = |who: &Node| alive(who) && (told(who) || afar(who) || there(who) <= self.at);
            if group.is_empty() || group.iter().any(ready) {
                continue;
            }
            let called = |who: &Node| self.answered(Verb::Arrive, *who) + self.arrival(*who);
            let come = |who: &Node| called(who).min(there(who));
            let first = group.iter().copied().filter(alive).min_by_key(come).or(group.first().copied());
            coming.extend(first.map(|who| (who, there(&who))));
        }
        coming.sort_by_key(|(who, there)| (self.course.world.net.id(*who), std::cmp::Reverse(*there)));
        coming.dedup_by_key(|(who, _)| *who);
        let from = self.at;
        let mut until = from;
        for (who, there) in coming {
            self.at = from;
            self.come(who, there);
            until = until.max(self.at);
        }
        self.at = until;
    }

    /// Somebody comes: once they answer, and at the latest when they are `there` anyway.
    fn come(&mut self, who: Node, there: Span) {
        let from = self.at;
        let takes = self.arrival(who).min(there - from);
        let when = self.reached(who);
        self.blamed(&when, Some(who));
        let id = self.course.world.net.id(who);
        self.at = self.answered(Verb::Arrive, who);
        let waits = self.at > from;
        self.push(Verb::Arrive, id.as_str(), takes, false, &when);
        if let Some(last) = self.steps.last_mut() {
            last.by = vec![id.clone()];
            last.waits_for = waits.then(|| id.clone());
        }
    }

    /// Whether a step says how somebody comes: it names them, or nobody.
    fn tells_of(&self, wired: &WiredStep<'_>, who: Node) -> bool {
        let people =
            |node: Node| matches!(self.course.world.net.thing(node), Thing::Team(_) | Thing::Supplier(_));
        wired.object == Some(who)
            || wired.by.contains(&who)
            || (!wired.object.is_some_and(people) && wired.step.by.is_empty())
    }

    fn arrival(&self, who: Node) -> Span {
        let world = self.course.world;
        let Some(node) = world.stands_in(who) else { return Span::ZERO };
        let arrives = match world.net.thing(node) {
            Thing::Team(team) => &team.arrives,
            Thing::Supplier(supplier) => &supplier.arrives,
            _ => return Span::ZERO,
        };
        let path = || world.net.path(node, "arrives");
        world.facts.span(&path, arrives, Direction::MoreIsWorse, Some(assume::ARRIVE))
    }

    /// When some of them are where the work is to be done (there, else where the way runs), because they work there and
    /// are still left: now, or when their hours begin; ∞ where they do not work there.
    fn there(&self, who: Node, places: &[Node]) -> Span {
        let world = self.course.world;
        let Some(team) = world.stands_in(who) else { return Span::NEVER };
        let Thing::Team(plan::Team { at: Placement::At(_), .. }) = world.net.thing(team) else {
            return Span::NEVER;
        };
        let at = &world.net.wire(team).at;
        let works = |place: &Node| at.iter().any(|(own, _)| own == place) && !world.takes_people_of(*place);
        let work_there = if places.is_empty() {
            let places = &self.course.wire.places;
            match self.course.unsure() {
                // Nobody knows where the machine stands: they may have to travel.
                Some(node) if !places.iter().all(works) => world.facts.luck(&|| world.net.path(node, "at")),
                _ => places.iter().any(works),
            }
        } else {
            places.iter().any(works)
        };
        if work_there { world.within_hours(team, self.at) } else { Span::NEVER }
    }

    fn declared(&mut self, wired: &WiredStep<'a>, points: &[Point]) {
        let step = wired.step;
        let object = if step.object.is_empty() { self.course.id().as_str() } else { &step.object };
        let reads: SmallVec<[&Point; 4]> = match step.verb {
            Verb::Restore if self.names_data(wired) => {
                points.iter().filter(|point| Some(point.data) == wired.object).collect()
            }
            Verb::Restore => points.iter().collect(),
            _ => SmallVec::new(),
        };
        if step.verb == Verb::Restore && !points.is_empty() && reads.iter().all(|point| point.in_step) {
            return; // A mirror is already where it is used.
        }
        let path = || self.course.path(&format!("steps.{}-{object}.needs", step.verb.as_str()));
        let wants = self.course.known(&wired.wants, &path);
        let (mut when, mut blame) = self.course.met(&wants);
        let (machines, stopped) = match step.verb {
            Verb::Restore | Verb::Install => self.course.met(&self.course.wire.body),
            Verb::Start | Verb::Check | Verb::Switch => self.course.met(&self.course.run_wants()),
            _ => (Intervals::always(), None),
        };
        when = when.intersect(&machines);
        blame = blame.or(stopped);
        let mut least = Span::ZERO;
        for point in &reads {
            let (lines, takes) = transfer(self.course, point, &step.takes, self.at);
            when = when.intersect(&point.readable).intersect(&lines);
            blame = blame.or(Some(point.source));
            least = least.max(takes);
        }
        let takes = if reads.is_empty() { self.step_time(step, object) } else { least };
        self.blamed(&when, blame);
        self.perform(&Work { verb: step.verb, object, takes, auto: step.auto, by: &wired.by }, &when);
        self.name_wait(&wired.named, points);
    }

    fn step_time(&self, step: &plan::Step, object: &str) -> Span {
        let standard = match step.verb {
            Verb::Detect => assume::DETECT,
            Verb::Decide => assume::DECIDE,
            Verb::Arrive => assume::ARRIVE,
            Verb::Install => assume::INSTALL,
            Verb::Start | Verb::Check => assume::RESTART,
            _ => assume::STEP,
        };
        let path = || self.course.path(&format!("steps.{}-{object}.takes", step.verb.as_str()));
        self.course.world.facts.span(&path, &step.takes, Direction::MoreIsWorse, Some(standard))
    }

    /// New machines: ordered together, installed one after the other; those whose content only is lost, cleaned.
    pub(crate) fn renew(&mut self, bodies: &BTreeSet<Node>, before: &World<'_>) {
        let world = self.course.world;
        let ordered = self.at;
        let mut delivered = ordered;
        for body in bodies.iter().filter(|body| before.condition(**body).damage != Damage::Wiped) {
            self.at = ordered;
            let lead = self.order(*body);
            self.push(Verb::Deliver, world.net.id(*body).as_str(), lead, false, &Intervals::always());
            if self.at.is_never() && self.broken.is_none() {
                self.broken = Some(*body);
            }
            delivered = delivered.max(self.at);
        }
        self.at = delivered;
        for body in bodies {
            let path = || world.net.path(*body, "install");
            let worse = Direction::MoreIsWorse;
            let takes = world.facts.span(&path, &Fact::Absent, worse, Some(assume::INSTALL));
            let when = world.condition(*body).up();
            self.blamed(&when, Some(*body));
            self.push(Verb::Install, world.net.id(*body).as_str(), takes, false, &when);
        }
    }

    /// Orders a new machine once somebody takes the order, and gives how long it takes to come: as is said of the machine,
    /// else of who delivers it.
    fn order(&mut self, body: Node) -> Span {
        let world = self.course.world;
        let taken = |shop: &Node| {
            let up = self.reached(*shop);
            // Open when it is there again, and still there when it opens.
            up.next(world.within_hours(*shop, up.next(self.at)))
        };
        let shops = &world.net.wire(body).shops;
        let first = shops.iter().map(|shop| (taken(shop), *shop)).min();
        if let Some((at, shop)) = first {
            if at.is_never() {
                self.blamed(&Intervals::none(), Some(shop));
            }
            self.at = at;
        }
        let worse = Direction::MoreIsWorse;
        let replace = &world.net.thing(body).common().replace;
        match first.map(|(_, shop)| (shop, world.net.thing(shop))) {
            Some((shop, Thing::Supplier(supplier)))
                if *replace == Fact::Absent && supplier.lead_time != Fact::Absent =>
            {
                let path = || world.net.path(shop, "lead-time");
                world.facts.span(&path, &supplier.lead_time, worse, None)
            }
            _ => world.facts.span(&|| world.net.path(body, "replace"), replace, worse, Some(assume::REPLACE)),
        }
    }

    /// Brings a data set back, on these machines.
    pub(crate) fn restore(&mut self, point: &Point, takes: &Fact<Span>, machines: &Want) {
        if point.in_step {
            return;
        }
        let (lines, takes) = transfer(self.course, point, takes, self.at);
        let (machines, stopped) = self.course.met(machines);
        let when = machines.intersect(&point.readable).intersect(&lines);
        self.blamed(&when, stopped.or(Some(point.source)));
        let data = self.course.world.net.id(point.data).as_str();
        self.push(Verb::Restore, data, takes, true, &when);
        self.name_wait(&[], std::slice::from_ref(point));
    }

    /// Remembers what is missing for good.
    pub(crate) fn blamed(&mut self, when: &Intervals, blame: Option<Node>) {
        if when.is_empty() && self.broken.is_none() {
            self.broken = blame;
        }
    }

    /// Says of the last step what it waited for: its own needs, the copies it reads, the machines it works on.
    pub(crate) fn name_wait(&mut self, needs: &[Node], reads: &[Point]) {
        if self.course.recovery.lean && !self.at.is_never() {
            return;
        }
        let since = match self.steps.len() {
            0 => return,
            1 => Span::ZERO,
            n => self.steps[n - 2].starts + self.steps[n - 2].takes,
        };
        let Some(last) = self.steps.last().filter(|last| last.starts > since || self.at.is_never()) else {
            return;
        };
        // Where nobody knows how long something takes, nothing is missing.
        if last.waits_for.is_some() || since.is_never() {
            return;
        }
        let net = self.course.world.net;
        let copies = reads.iter().flat_map(|point| [Some(point.source), net.wire(point.source).key]);
        let all = needs.iter().chain(&self.course.wire.run_leaves).copied().chain(copies.flatten());
        let first = { all }.find(|node| !self.course.up(*node).contains(since));
        if self.at.is_never() && self.broken.is_none() {
            self.broken = first;
        }
        if let Some(last) = self.steps.last_mut() {
            last.waits_for = first.map(|node| net.id(node).clone());
        }
    }
}

/// How much has to come over: nothing is in the way where the size is not said and standard times stand in for it.
fn size(course: &Course<'_, '_>, point: &Point) -> Option<base::Bytes> {
    let world = course.world;
    let Thing::Data(data) = world.net.thing(point.data) else { return None };
    if data.size == Fact::Absent && world.facts.assumes() {
        return None;
    }
    Some(world.facts.bytes(&|| world.net.path(point.data, "size"), &data.size))
}

/// When a copy can come over, and how long it takes: as the plan says, else by its size; never less than the lines let
/// through. Of several routes the one by which it is there first, from `at` on.
pub(crate) fn transfer(
    course: &Course<'_, '_>,
    point: &Point,
    takes: &Fact<Span>,
    at: Span,
) -> (Intervals, Span) {
    let standard = match course.world.net.thing(point.data) {
        Thing::Data(plan::Data { size: Fact::Exact(size), .. }) => {
            ("restore-rate", assume::COPY_RATE.transfer(*size))
        }
        _ => assume::COPY,
    };
    let path = || course.path(&format!("steps.restore-{}.takes", course.world.net.id(point.data)));
    let takes = course.world.facts.span(&path, takes, Direction::MoreIsWorse, Some(standard));
    let routes = routes(course.world, point, &course.wire.places, course.unsure());
    // What is carried has to come back the way it went.
    let carried = course.world.carriage(point, &course.wire.places);
    let takes = takes + carried;
    let timed = routes.iter().map(|route| {
        let least = route
            .rate
            .map_or(Span::ZERO, |rate| size(course, point).map_or(Span::ZERO, |s| rate.transfer(s)));
        (&route.up, takes.max(least))
    });
    let first = timed.min_by_key(|(up, takes)| up.intersect(&point.readable).earliest_end(at, *takes));
    first.map_or((Intervals::none(), takes), |(up, takes)| (up.clone(), takes))
}
