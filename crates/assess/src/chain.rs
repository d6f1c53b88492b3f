//! The chain of steps that brings a way into use: one after the other, each as soon as what it needs is there.

use std::collections::BTreeSet;

use base::{Id, Span};
use plan::{Fact, Need, Placement, Step, Verb};

use crate::assume;
use crate::choice::ChainStep;
use crate::condition::Damage;
use crate::course::Course;
use crate::facts::Direction;
use crate::interval::Intervals;
use crate::net::{Node, Thing, leaves};
use crate::points::Point;
use crate::recovery::Mode;
use crate::route::routes;
use crate::scarce::Claim;
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
    by: &'w [Id],
}

/// Puts steps one after the other.
pub(crate) struct Chain<'c, 'r, 'a> {
    course: &'c Course<'r, 'a>,
    /// When everything so far is done.
    pub(crate) at: Span,
    pub(crate) steps: Vec<ChainStep>,
    /// What is missing for good.
    pub(crate) broken: Option<Id>,
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
            let (up, _) = self.course.met(&Need::Thing(who.clone()));
            there |= !up.is_empty();
            let free = self.course.recovery.free(who);
            let alone = when.intersect(&up).earliest_end(self.at, work.takes);
            let own = when.intersect(&up).intersect(&free).earliest_end(self.at, work.takes);
            if chosen.is_none() || own < end {
                (end, chosen) = (own, Some((who, own > alone)));
            }
        }
        if !there && self.broken.is_none() {
            self.broken = people.first().cloned();
        }
        let starts = if end.is_never() { self.at } else { end - work.takes };
        let mut done = ChainStep {
            auto: work.auto,
            by: work.by.to_vec(),
            ..step(work.verb, work.object, work.takes, starts)
        };
        if let Some((who, busy)) = chosen {
            self.claim(who, starts, end);
            if busy {
                self.waited = true;
                done.waits_for = Some(who.clone());
            }
        }
        self.steps.push(done);
        self.at = end;
    }

    fn claim(&mut self, who: &Id, from: Span, to: Span) {
        let world = self.course.world;
        let team = world.net.find(who).and_then(|node| world.stands_in(node));
        if let Some(team) = team.filter(|_| from < to && !to.is_never()) {
            self.claims.push(Claim { team, from, to });
        }
    }

    pub(crate) fn detect_and_decide(&mut self, declared: &[Step]) {
        let facts = self.course.world.facts;
        let worse = Direction::MoreIsWorse;
        let find = |verb: Verb| declared.iter().find(|step| step.verb == verb);
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
        let way = self.course.way;
        let to_restore = points.iter().any(|point| !point.in_step);
        if self.course.runs_already() && !to_restore {
            self.at = Span::ZERO;
            return;
        }
        let declared = way.steps.as_deref().unwrap_or_default();
        self.detect_and_decide(declared);
        self.people_come(declared);
        if way.steps.is_some() || self.course.runs_already() {
            self.carry_out(declared, points);
            return;
        }
        if way.takes == Fact::Absent {
            // A standard time by readiness knows nothing of how much data there are.
            let bodies = self.course.bodies();
            points.iter().for_each(|point| self.restore(point, &Fact::Absent, &bodies));
        }
        let facts = self.course.world.facts;
        let standard = self.course.readiness().map(assume::ready);
        let path = || self.course.path("takes");
        let takes = facts.span(&path, &way.takes, Direction::MoreIsWorse, standard);
        let takes = takes.max(self.over_the_line(points));
        let (mut when, mut blame) = self.course.met(&self.course.run_needs());
        for point in points.iter().filter(|point| !point.in_step) {
            let (lines, _) = transfer(self.course, point, &Fact::Exact(Span::ZERO), self.at);
            when = when.intersect(&point.readable).intersect(&lines);
            blame = blame.or_else(|| Some(point.source.clone()));
        }
        self.blamed(&when, blame);
        self.perform(&Work { verb: Verb::Do, object: &way.name, takes, auto: false, by: &way.by }, &when);
        self.name_wait(way.by.to_vec(), points);
    }

    /// What all these copies take over the lines at least.
    fn over_the_line(&self, points: &[Point]) -> Span {
        let copies = points.iter().filter(|point| !point.in_step);
        let times = copies.map(|point| transfer(self.course, point, &Fact::Exact(Span::ZERO), self.at).1);
        times.fold(Span::ZERO, |sum, time| sum + time)
    }

    /// The declared steps, and before the service is started a restore of whatever no step brings back.
    fn carry_out(&mut self, declared: &[Step], points: &[Point]) {
        let restored =
            |p: &Point| declared.iter().any(|s| s.verb == Verb::Restore && s.object == p.data.as_str());
        // One step `restore` that names no data set brings back everything.
        let all = declared.iter().any(|step| step.verb == Verb::Restore && !self.names_data(step));
        let mut left: Vec<&Point> = points.iter().filter(|p| !p.in_step && !all && !restored(p)).collect();
        let first = |verb: Verb| declared.iter().position(|step| step.verb == verb);
        let done = [first(Verb::Detect), first(Verb::Decide)];
        let rest = declared.iter().enumerate().filter(|(n, _)| !done.contains(&Some(*n)));
        for (_, step) in rest {
            if matches!(step.verb, Verb::Start | Verb::Switch | Verb::Check) {
                let bodies = self.course.bodies();
                left.drain(..).for_each(|point| self.restore(point, &Fact::Absent, &bodies));
            }
            self.declared(step, points);
        }
        let bodies = self.course.bodies();
        left.into_iter().for_each(|point| self.restore(point, &Fact::Absent, &bodies));
    }

    fn names_data(&self, step: &Step) -> bool {
        let net = self.course.world.net;
        let node = net.find(&Id::new(&step.object));
        node.is_some_and(|node| matches!(net.thing(node), Thing::Data(_) | Thing::Software(_)))
    }

    /// People who work elsewhere have to come first, all at the same time, unless the steps say how.
    fn people_come(&mut self, declared: &[Step]) {
        let arrivals: Vec<&Step> = declared.iter().filter(|step| step.verb == Verb::Arrive).collect();
        let elsewhere = [Verb::Detect, Verb::Decide, Verb::Call, Verb::Arrive];
        let manual = declared.iter().filter(|step| !step.auto && !elsewhere.contains(&step.verb));
        let mut groups: Vec<(&[Id], &[Id])> =
            manual.map(|step| (step.by.as_slice(), step.at.as_slice())).collect();
        if declared.is_empty() {
            groups.push((&self.course.way.by, &[]));
        }
        let mut coming: Vec<&Id> = Vec::new();
        for (group, at) in groups {
            let alive = |who: &&Id| !self.course.met(&Need::Thing((*who).clone())).0.is_empty();
            let told = |who: &&Id| arrivals.iter().any(|step| self.tells_of(step, who));
            let ready = |who: &&Id| alive(who) && (told(who) || self.is_there(who, at));
            if group.is_empty() || group.iter().any(|who| ready(&who)) {
                continue;
            }
            let first = group.iter().filter(alive).min_by_key(|who| self.arrival(who));
            coming.extend(first.or(group.first()));
        }
        coming.sort();
        coming.dedup();
        let from = self.at;
        let mut until = from;
        for who in coming {
            self.at = from;
            let takes = self.arrival(who);
            let (when, _) = self.course.met(&Need::Thing(who.clone()));
            self.blamed(&when, Some(who.clone()));
            self.push(Verb::Arrive, who.as_str(), takes, false, &when);
            if let Some(last) = self.steps.last_mut() {
                last.by = vec![who.clone()];
            }
            until = until.max(self.at);
        }
        self.at = until;
    }

    /// Whether a step says how somebody comes: it names them, or nobody.
    fn tells_of(&self, step: &Step, who: &Id) -> bool {
        let names_people = |id: &str| {
            let node = self.course.world.net.find(&Id::new(id));
            node.is_some_and(|n| {
                matches!(self.course.world.net.thing(n), Thing::Team(_) | Thing::Supplier(_))
            })
        };
        step.object == who.as_str()
            || step.by.contains(who)
            || (!names_people(&step.object) && step.by.is_empty())
    }

    fn arrival(&self, who: &Id) -> Span {
        let world = self.course.world;
        let Some(node) = world.net.find(who).and_then(|node| world.stands_in(node)) else {
            return Span::ZERO;
        };
        let arrives = match world.net.thing(node) {
            Thing::Team(team) => &team.arrives,
            Thing::Supplier(supplier) => &supplier.arrives,
            _ => return Span::ZERO,
        };
        let path = || world.net.path(node, "arrives");
        world.facts.span(&path, arrives, Direction::MoreIsWorse, Some(assume::ARRIVE))
    }

    /// Whether some of them work where the work is to be done (there, else where the way runs), and are still there.
    fn is_there(&self, who: &Id, there: &[Id]) -> bool {
        let world = self.course.world;
        let node = world.net.find(who).and_then(|node| world.stands_in(node));
        let Some(Thing::Team(team)) = node.map(|node| world.net.thing(node)) else { return false };
        let Placement::At(at) = &team.at else { return false };
        let lost = |place: &Id| world.loss.takes_people && world.of(place).damage == Damage::Gone;
        let works = |place: &Id| at.contains_key(place) && !lost(place);
        if !there.is_empty() {
            return there.iter().any(works);
        }
        let places = world.net.places_of(self.course.way);
        match self.course.unsure() {
            // Nobody knows where the machine stands: they may have to travel.
            Some(node) if !places.iter().all(|place| works(place)) => {
                world.facts.luck(&|| world.net.path(node, "at"))
            }
            _ => places.into_iter().any(works),
        }
    }

    fn declared(&mut self, step: &Step, points: &[Point]) {
        let object = if step.object.is_empty() { self.course.id().as_str() } else { &step.object };
        let reads: Vec<&Point> = match step.verb {
            Verb::Restore if self.names_data(step) => {
                points.iter().filter(|p| p.data.as_str() == object).collect()
            }
            Verb::Restore => points.iter().collect(),
            _ => Vec::new(),
        };
        if step.verb == Verb::Restore && !points.is_empty() && reads.iter().all(|point| point.in_step) {
            return; // A mirror is already where it is used.
        }
        let path = || self.course.path(&format!("steps.{}-{object}.needs", step.verb.as_str()));
        let needs = self.course.known(&step_needs(step), &path);
        let (mut when, mut blame) = self.course.met(&needs);
        let on = match step.verb {
            Verb::Restore | Verb::Install => self.course.bodies(),
            Verb::Start | Verb::Check | Verb::Switch => self.course.run_needs(),
            _ => Need::default(),
        };
        let (machines, stopped) = self.course.met(&on);
        when = when.intersect(&machines);
        blame = blame.or(stopped);
        let mut least = Span::ZERO;
        for point in &reads {
            let (lines, takes) = transfer(self.course, point, &step.takes, self.at);
            when = when.intersect(&point.readable).intersect(&lines);
            blame = blame.or_else(|| Some(point.source.clone()));
            least = least.max(takes);
        }
        let takes = if reads.is_empty() { self.step_time(step, object) } else { least };
        self.blamed(&when, blame);
        self.perform(&Work { verb: step.verb, object, takes, auto: step.auto, by: &step.by }, &when);
        let mut needs = step.at.clone();
        let mut more = Vec::new();
        leaves(&step.needs, &mut more);
        needs.extend(more.into_iter().cloned());
        self.name_wait([step.by.clone(), needs].concat(), points);
    }

    fn step_time(&self, step: &Step, object: &str) -> Span {
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
        let worse = Direction::MoreIsWorse;
        let ordered = self.at;
        let mut delivered = ordered;
        for body in bodies.iter().filter(|body| before.condition(**body).damage != Damage::Wiped) {
            let replace = &world.net.thing(*body).common().replace;
            let path = || world.net.path(*body, "replace");
            let lead = world.facts.span(&path, replace, worse, Some(assume::REPLACE));
            // An order needs somebody who takes it.
            let shop = &world.net.thing(*body).common().maintained_by;
            let shop = Need::Any(shop.iter().cloned().map(Need::Thing).collect());
            let (open, closed) = self.course.met(&shop);
            self.at = if shop == Need::Any(Vec::new()) { ordered } else { open.next(ordered) };
            if self.at.is_never() {
                self.blamed(&Intervals::none(), closed);
            }
            self.push(Verb::Deliver, world.net.id(*body).as_str(), lead, false, &Intervals::always());
            if self.at.is_never() && self.broken.is_none() {
                self.broken = Some(world.net.id(*body).clone());
            }
            delivered = delivered.max(self.at);
        }
        self.at = delivered;
        for body in bodies {
            let path = || world.net.path(*body, "install");
            let takes = world.facts.span(&path, &Fact::Absent, worse, Some(assume::INSTALL));
            let when = world.condition(*body).up();
            self.blamed(&when, Some(world.net.id(*body).clone()));
            self.push(Verb::Install, world.net.id(*body).as_str(), takes, false, &when);
        }
    }

    /// Brings a data set back, on these machines.
    pub(crate) fn restore(&mut self, point: &Point, takes: &Fact<Span>, machines: &Need) {
        if point.in_step {
            return;
        }
        let (lines, takes) = transfer(self.course, point, takes, self.at);
        let (machines, stopped) = self.course.met(machines);
        let when = machines.intersect(&point.readable).intersect(&lines);
        self.blamed(&when, stopped.or_else(|| Some(point.source.clone())));
        self.push(Verb::Restore, point.data.as_str(), takes, true, &when);
        self.name_wait(Vec::new(), std::slice::from_ref(point));
    }

    /// Remembers what is missing for good.
    pub(crate) fn blamed(&mut self, when: &Intervals, blame: Option<Id>) {
        if when.is_empty() && self.broken.is_none() {
            self.broken = blame;
        }
    }

    /// Says of the last step what it waited for: its own needs, the copies it reads, the machines it works on.
    pub(crate) fn name_wait(&mut self, mut needs: Vec<Id>, reads: &[Point]) {
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
        let run_needs = self.course.run_needs();
        let mut more = Vec::new();
        leaves(&run_needs, &mut more);
        needs.extend(more.into_iter().cloned());
        for point in reads {
            needs.push(point.source.clone());
            needs.extend(
                self.course.world.net.plan.vaults.get(&point.source).and_then(|vault| vault.key.clone()),
            );
        }
        let missing = |id: &Id| !self.course.met(&Need::Thing(id.clone())).0.contains(since);
        let first = needs.into_iter().find(missing);
        if self.at.is_never() && self.broken.is_none() {
            self.broken.clone_from(&first);
        }
        if let Some(last) = self.steps.last_mut() {
            last.waits_for = first;
        }
    }
}

/// Where it is carried out (any of the places) and what it needs besides people.
fn step_needs(step: &Step) -> Need {
    let mut all = vec![step.needs.clone()];
    if !step.at.is_empty() {
        all.push(Need::Any(step.at.iter().cloned().map(Need::Thing).collect()));
    }
    Need::All(all)
}

/// How much has to come over: nothing is in the way where the size is not said and standard times stand in for it.
fn size(course: &Course<'_, '_>, point: &Point) -> Option<base::Bytes> {
    let world = course.world;
    let data = world.net.plan.data.get(&point.data)?;
    if data.size == Fact::Absent && world.facts.assumes() {
        return None;
    }
    Some(world.facts.bytes(&|| format!("data.{}.size", point.data), &data.size))
}

/// When a copy can come over, and how long it takes: as the plan says, else by its size; never less than the lines let
/// through. Of several routes the one by which it is there first, from `at` on.
pub(crate) fn transfer(
    course: &Course<'_, '_>,
    point: &Point,
    takes: &Fact<Span>,
    at: Span,
) -> (Intervals, Span) {
    let known = course.world.net.plan.data.get(&point.data).map(|data| &data.size);
    let standard = match known {
        Some(Fact::Exact(size)) => ("restore-rate", assume::COPY_RATE.transfer(*size)),
        _ => assume::COPY,
    };
    let path = || course.path(&format!("steps.restore-{}.takes", point.data));
    let takes = course.world.facts.span(&path, takes, Direction::MoreIsWorse, Some(standard));
    let routes = routes(course.world, point, &course.world.net.places_of(course.way), course.unsure());
    // What is carried has to come back the way it went.
    let carried = course.world.carriage(point, &course.world.net.places_of(course.way));
    let takes = takes + carried;
    let timed = routes.into_iter().map(|route| {
        let least = route
            .rate
            .map_or(Span::ZERO, |rate| size(course, point).map_or(Span::ZERO, |s| rate.transfer(s)));
        (route.up, takes.max(least))
    });
    let first = timed.min_by_key(|(up, takes)| up.intersect(&point.readable).earliest_end(at, *takes));
    first.unwrap_or((Intervals::none(), takes))
}
