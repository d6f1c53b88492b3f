//! The chain of steps that brings a way into use: one after the other, each as soon as what it needs is there.

use base::{Id, Span};
use plan::{Fact, Need, Placement, Readiness, Step, Verb};

use crate::assume;
use crate::choice::ChainStep;
use crate::facts::Direction;
use crate::interval::Intervals;
use crate::points::Point;
use crate::recovery::{Course, things};
use crate::world::Damage;

/// A step that nobody waits for yet.
pub(crate) fn step(verb: Verb, object: &str, takes: Span, starts: Span) -> ChainStep {
    ChainStep { verb, object: object.to_owned(), by: Vec::new(), auto: false, takes, starts, waits_for: None }
}

/// Puts steps one after the other, each as soon as what it needs is there.
pub(crate) struct ChainBuilder<'c, 'r, 'a> {
    course: &'c Course<'r, 'a>,
    pub(crate) at: Span,
    /// When the last step could have started.
    since: Span,
    pub(crate) steps: Vec<ChainStep>,
    /// What is missing for good.
    pub(crate) broken: Option<Id>,
}

impl<'c, 'r, 'a> ChainBuilder<'c, 'r, 'a> {
    pub(crate) fn new(course: &'c Course<'r, 'a>, stops: Span) -> ChainBuilder<'c, 'r, 'a> {
        let at = if course.recovery.at_loss { Span::ZERO } else { stops };
        ChainBuilder { course, at, since: at, steps: Vec::new(), broken: None }
    }

    pub(crate) fn push(&mut self, verb: Verb, object: &str, takes: Span, auto: bool, when: &Intervals) {
        self.since = self.at;
        let end = when.earliest_end(self.at, takes);
        let starts = if end.is_never() { self.at } else { end - takes };
        let step = ChainStep { auto, ..step(verb, object, takes, starts) };
        self.steps.push(step);
        self.at = end;
    }

    pub(crate) fn detect_and_decide(&mut self, declared: &[Step]) {
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
    pub(crate) fn way(&mut self, points: &[Point]) {
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
        self.name_wait(way.by.clone(), points);
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
        let mut needs = [step.by.as_slice(), &step.at].concat();
        things(&step.needs, &mut needs);
        self.name_wait(needs, reads);
    }

    /// Says of the last step what it waited for: its own needs, the copies it reads, the machines it works on.
    fn name_wait(&mut self, mut needs: Vec<Id>, reads: &[Point]) {
        let since = self.since;
        if self.steps.last().is_none_or(|step| step.starts <= since) {
            return;
        }
        for point in reads {
            needs.push(point.source.clone());
            needs.extend(
                self.course.world().plan.vaults.get(&point.source).and_then(|vault| vault.key.clone()),
            );
        }
        things(&self.course.run_needs(), &mut needs);
        let missing = |id: &Id| !self.course.met(&Need::Thing(id.clone())).0.contains(since);
        let first = needs.into_iter().find(missing);
        if let Some(last) = self.steps.last_mut() {
            last.waits_for = first;
        }
    }

    pub(crate) fn restore(&mut self, point: &Point, takes: &Fact<Span>, when: &Intervals) {
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
