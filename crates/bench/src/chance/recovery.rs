//! A large recovery, by seed: services of some twenty steps each that need each other, in a region where power and
//! telecom are out.

use assess::chance::Law;
use assess::schedule::{Found, Need, Pool, Problem, Service, Step, Time};
use base::{Fault, Span};

use super::{People, broken};
use crate::dice::Dice;

const MINUTE: Time = 60_000;
const HORIZON: Time = 90 * 24 * 60 * MINUTE;
/// Steps of a service, more or less.
const CHAIN: usize = 20;

/// What is done for a service, in order: the step, minutes it mostly takes, whether it takes a person. Steps from
/// `MANY` on until `Start` are done for each of its machines and data sets.
const BEFORE: [(&str, usize, bool); 4] =
    [("detect", 10, false), ("decide", 40, true), ("call", 15, true), ("prepare", 30, true)];
const EACH: [(&str, usize, bool); 4] =
    [("install", 60, true), ("configure", 45, true), ("restore", 150, false), ("verify", 25, true)];
const AFTER: [(&str, usize, bool); 3] = [("start", 15, true), ("check", 30, true), ("switch", 10, true)];

/// Steps, their names and how their times vary.
pub(super) struct Recovery {
    pub(super) problem: Problem,
    pub(super) names: Vec<String>,
    pub(super) laws: Vec<Law>,
}

struct Maker {
    dice: Dice,
    people: People,
    steps: Vec<Step>,
    names: Vec<String>,
    laws: Vec<Law>,
    services: Vec<Service>,
    most: usize,
}

impl Recovery {
    /// Exactly `steps` steps, carried out by `people`.
    ///
    /// # Errors
    /// Steps that do not fit together.
    pub(super) fn new(steps: usize, people: People, seed: u64) -> Result<Recovery, Fault> {
        let dice = Dice(seed);
        let (names, laws, services) = (Vec::new(), Vec::new(), Vec::new());
        let mut maker = Maker { dice, people, steps: Vec::new(), names, laws, services, most: steps };
        maker.outages();
        while maker.left() > 0 {
            maker.service();
        }
        let pool = Pool::constant(people.map_or(u32::MAX, u32::from));
        let problem = Problem::new(vec![pool], maker.steps, maker.services, HORIZON).map_err(|_| broken())?;
        Ok(Recovery { problem, names: maker.names, laws: maker.laws })
    }

    /// The same with objectives: each service a little longer than its plan takes, or shorter.
    pub(super) fn objectives(&self, found: &Found) -> Problem {
        let mut dice = Dice(self.names.len() as u64);
        let planned = self.problem.services().iter().zip(&found.services);
        let services = planned.map(|(service, back)| {
            let rto = back.rta.saturating_mul(dice.between(95, 130) as u64) / 100;
            Service { rto: Some(rto), ..service.clone() }
        });
        let (pools, steps) = (self.problem.pools().to_vec(), self.problem.steps().to_vec());
        let problem = Problem::new(pools, steps, services.collect(), HORIZON);
        problem.unwrap_or_else(|_| self.problem.clone())
    }
}

impl Maker {
    fn left(&self) -> usize {
        self.most - self.steps.len()
    }

    /// Power and telecom of the region, until which services wait.
    fn outages(&mut self) {
        for (name, hours) in [("power", 5), ("telecom", 8)].into_iter().take(self.left()) {
            let at = |share: u64| Span::minutes(hours * 60 * share / 100);
            let law = Law::curve(&[(0.2, at(40)), (0.5, at(100)), (0.9, at(200)), (1.0, at(400))]);
            self.add(format!("region/{name}"), law, Span::hours(hours), false, Vec::new());
        }
    }

    /// A service: what is done first, for each of its machines side by side, and last; the first of `AFTER` waits for
    /// the services it needs.
    fn service(&mut self) {
        let number = self.services.len();
        let room = self.left().min(CHAIN);
        let first = self.outage();
        let mut last = self.one_after_the_other(number, "", &BEFORE, room, first);
        let left = room.saturating_sub(BEFORE.len() + AFTER.len());
        let mut ends = Vec::new();
        for machine in 0..left.div_ceil(EACH.len()) {
            let room = (left - machine * EACH.len()).min(EACH.len());
            ends.extend(self.one_after_the_other(number, &machine.to_string(), &EACH, room, last.clone()));
        }
        if !ends.is_empty() {
            last = ends;
        }
        last.extend(self.needed());
        let room = room.saturating_sub(BEFORE.len()).min(AFTER.len());
        let ends = self.one_after_the_other(number, "", &AFTER, room, last);
        self.services.push(Service { since: 0, rto: None, ends });
    }

    /// Steps in a chain after `after`; the last of them, or `after` if there is no room for any.
    fn one_after_the_other(
        &mut self,
        service: usize,
        part: &str,
        kinds: &[(&str, usize, bool)],
        room: usize,
        after: Vec<usize>,
    ) -> Vec<usize> {
        let mut last = after;
        for (kind, minutes, by_hand) in kinds.iter().take(room.min(self.left())) {
            let likely = self.dice.between(minutes * 6, minutes * 15) as u64 * (MINUTE / 10);
            let min = likely * self.dice.between(40, 90) as u64 / 100;
            let max = likely * self.dice.between(120, 300) as u64 / 100;
            let law = Law::spread(Span::millis(min), Span::millis(likely), Span::millis(max));
            let name = format!("service-{service:04}/{kind}{part}");
            last = vec![self.add(name, law, Span::millis(likely), *by_hand, last)];
        }
        last
    }

    /// One outage of the two, where there are any.
    fn outage(&mut self) -> Vec<usize> {
        let outages = self.steps.len().min(2);
        if outages == 0 { Vec::new() } else { vec![self.dice.below(outages)] }
    }

    /// Ends of one or two services made before, the early ones (directory, database) more often.
    fn needed(&mut self) -> Vec<usize> {
        let mut out = Vec::new();
        for _ in 0..self.dice.between(1, 2).min(self.services.len()) {
            let few = self.services.len().min(if self.dice.once_in(3) { usize::MAX } else { 5 });
            let service = self.dice.below(few);
            out.extend(self.services[service].ends.iter().copied());
        }
        out
    }

    fn add(&mut self, name: String, law: Law, likely: Span, by_hand: bool, after: Vec<usize>) -> usize {
        // With as many people as one likes nobody is waited for.
        let needs = if by_hand && self.people.is_some() { vec![Need::during(0, 1)] } else { Vec::new() };
        let duration = likely.as_millis();
        self.steps.push(Step { duration, after, modes: vec![needs], ..Step::default() });
        self.names.push(name);
        self.laws.push(law);
        self.steps.len() - 1
    }
}
