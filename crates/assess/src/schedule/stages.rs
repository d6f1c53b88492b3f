//! The staged search: rank by rank, so that nothing lower can cost a higher rank its objective.
//!
//! Stage k sees only the services of the k first ranks. It keeps `c_i = max(RTO_i, RTA_i of stage i)` for each i < k
//! as a hard limit and brings service k back as early as it can. Deadlines joined by rank in this way miss no
//! objective for nothing, as "first in rank, as early as possible" would. When all stages are done, every service in
//! turn is brought back as early as the limits allow, so that time which no one needs is not wasted.

use super::bound::earliest_back;
use super::generation::{ANY_MODE, Generator, Recipe, Timeline};
use super::genetic::{Aim, Effort, Member, Search};
use super::instance::Instance;
use super::priority::{alone, latest_starts, ordered, sorted};
use super::problem::{NEVER, Problem, Time};
use super::profile::{Changes, Profile};
use super::quick::bounds;
use super::result::{Back, Found, Schedule, effective_rto, limit, rtas, schedule, vector};
use super::table::Table;
use super::witness;
use crate::splitmix::spread;

/// How much the search may do.
#[derive(Clone, Copy, Debug)]
pub struct Budget<'a> {
    /// Seed of every random choice.
    pub seed: u64,
    /// Most schedules generated for one service in one stage. The search has at most two stages for each service. It
    /// does not depend on how many services there are: what is found for a rank must not depend on lower ranks.
    pub schedules: u64,
    /// Schedules of harder variants of the same problem (same steps and pools in the same order). What still holds of
    /// them is kept if it is better, so that an easier variant is never shown as slower.
    pub candidates: &'a [Schedule],
}

/// Looks for the lexicographically least `(late_1 .. late_n, RTA_1 .. RTA_n)`.
///
/// `stop` is asked between schedules; once true, the search ends with the best found so far. A search that is not
/// stopped gives the same schedule for the same problem, seed, budget and candidates.
pub fn search(problem: &Problem, budget: Budget<'_>, stop: &dyn Fn() -> bool) -> Found {
    let mut stages = Stages::new(problem, budget, stop);
    for rank in 0..problem.services().len() {
        stages.stage(rank);
    }
    stages.finish()
}

struct Stages<'a> {
    problem: &'a Problem,
    budget: Budget<'a>,
    stop: &'a dyn Fn() -> bool,
    /// `c_i` of the stages done.
    ceilings: Vec<Time>,
    /// The last stage's list, in the problem's numbers, with the mode each step is generated in.
    list: Vec<(usize, u16)>,
    generated: u64,
}

impl<'a> Stages<'a> {
    fn new(problem: &'a Problem, budget: Budget<'a>, stop: &'a dyn Fn() -> bool) -> Self {
        Self { problem, budget, stop, ceilings: Vec::new(), list: Vec::new(), generated: 0 }
    }

    /// Finds `c_k` for the service of this rank.
    fn stage(&mut self, rank: usize) {
        let instance = Instance::new(self.problem, rank + 1, false);
        let mut first = vec![self.recipe(&instance)];
        first.extend(self.budget.candidates.iter().map(|schedule| followed(&instance, schedule)));
        let limits = self.ceilings.clone();
        let member = self.solve(&instance, rank, &limits, first, 2 * rank as u64);
        let mut best = NEVER;
        if member.fitness.over == 0 {
            best = rtas(self.problem, &instance, &member.timeline.finish)[rank];
        }
        best = self.kept(rank + 1, false).map(|(rtas, _)| rtas[rank]).fold(best, Time::min);
        self.ceilings.push(self.rto(rank).max(best));
        self.remember(&instance, &member.recipe);
    }

    fn rto(&self, rank: usize) -> Time {
        effective_rto(&self.problem.services()[rank], self.problem.horizon())
    }

    /// The candidates that still stand and keep the limits, with their RTAs.
    fn kept(&self, ranks: usize, everything: bool) -> impl Iterator<Item = (Vec<Time>, Schedule)> {
        let candidates = self.budget.candidates;
        let instance = (!candidates.is_empty()).then(|| Instance::in_millis(self.problem, ranks, everything));
        let standing = instance.into_iter().flat_map(move |instance| {
            let kept = move |schedule| {
                let (timeline, schedule) = witness::kept(&instance, schedule)?;
                Some((rtas(self.problem, &instance, &timeline.finish), schedule))
            };
            candidates.iter().filter_map(kept)
        });
        standing.filter(|(rtas, _)| self.within(rtas))
    }

    fn within(&self, rtas: &[Time]) -> bool {
        rtas.iter().zip(&self.ceilings).all(|(rta, ceiling)| rta <= ceiling)
    }

    /// The last stage's list, continued by the steps that are new, the most urgent first.
    fn recipe(&self, instance: &Instance) -> Recipe {
        let mut place = vec![NEVER; self.problem.steps().len()];
        let mut modes = vec![ANY_MODE; place.len()];
        for (index, &(step, mode)) in self.list.iter().enumerate() {
            (place[step], modes[step]) = (index as Time, mode);
        }
        let latest = self.urgency(instance);
        let mut list = sorted(instance.len(), |step| latest[step]);
        list.sort_by_key(|&step| place[instance.steps[step as usize]]);
        Recipe { list, modes: instance.steps.iter().map(|&step| modes[step]).collect() }
    }

    fn remember(&mut self, instance: &Instance, recipe: &Recipe) {
        let listed = recipe.list.iter().map(|&step| step as usize);
        self.list = listed.map(|step| (instance.steps[step], recipe.modes[step])).collect();
    }

    /// Latest starts for the RTOs of all services in view.
    fn urgency(&self, instance: &Instance) -> Vec<i64> {
        let horizon = self.problem.horizon();
        let services = self.problem.services().iter().take(instance.ends.len()).enumerate();
        let due = services.map(|(rank, service)| instance.ticks(limit(service, self.rto(rank), horizon)));
        latest_starts(instance, &due.collect::<Vec<_>>())
    }

    /// Brings the target back as early as the limits on the RTAs of the other services allow.
    fn solve(
        &mut self,
        instance: &Instance,
        target: usize,
        limits: &[Time],
        mut first: Vec<Recipe>,
        salt: u64,
    ) -> Member {
        let empty = Changes::new(instance);
        let aim = self.aim(instance, target, limits, &alone(instance, &empty));
        let urgency = self.urgency(instance);
        first.push(Recipe::any_modes(sorted(instance.len(), |step| urgency[step])));
        let effort = Effort { schedules: self.budget.schedules, stop: self.stop };
        let seed = spread(self.budget.seed ^ spread(salt));
        let (member, generated) = if let Some(table) = Table::<1>::new(instance) {
            run(instance, table, &aim, effort, seed, first, &urgency)
        } else if let Some(table) = Table::<2>::new(instance) {
            run(instance, table, &aim, effort, seed, first, &urgency)
        } else {
            run(instance, empty, &aim, effort, seed, first, &urgency)
        };
        self.generated += generated;
        member
    }

    fn aim(&self, instance: &Instance, target: usize, limits: &[Time], alone: &[Time]) -> Aim {
        let services = self.problem.services().iter().zip(limits);
        let horizon = self.problem.horizon();
        let limits = services.map(|(service, &rta)| instance.ticks(limit(service, rta, horizon))).collect();
        // Being back before the interruption begins is no better than being back when it begins.
        let begin = instance.ticks(self.problem.services()[target].since);
        Aim { target, limits, bound: earliest_back(instance, target, alone).max(begin) }
    }

    /// Brings every service in turn back as early as all limits allow, and compares with the candidates.
    fn finish(mut self) -> Found {
        let instance = Instance::new(self.problem, self.problem.services().len(), true);
        let mut recipe = self.recipe(&instance);
        let mut timeline = generated(&instance, &recipe);
        self.generated += 1;
        let mut own = rtas(self.problem, &instance, &timeline.finish);
        let bounds = bounds(self.problem);
        for rank in 0..own.len() {
            if self.within(&own) && own[rank] > bounds[rank] {
                let limits: Vec<Time> = own[..rank].iter().chain(&self.ceilings[rank..]).copied().collect();
                let member = self.solve(&instance, rank, &limits, vec![recipe.clone()], 2 * rank as u64 + 1);
                if member.fitness.over == 0 {
                    (recipe, timeline) = (member.recipe, member.timeline);
                    own = rtas(self.problem, &instance, &timeline.finish);
                }
            }
        }
        let mut best = (own, schedule(&instance, &recipe, &timeline));
        for candidate in self.kept(self.problem.services().len(), true) {
            if !self.within(&best.0) || vector(self.problem, &candidate.0) < vector(self.problem, &best.0) {
                best = candidate;
            }
        }
        let backs = best.0.iter().zip(bounds).zip(&self.ceilings);
        let services = backs.map(|((&rta, bound), &ceiling)| Back { rta, bound, ceiling }).collect();
        Found { schedule: best.1, services, generated: self.generated }
    }
}

fn run<P: Profile>(
    instance: &Instance,
    profile: P,
    aim: &Aim,
    effort: Effort<'_>,
    seed: u64,
    first: Vec<Recipe>,
    urgency: &[i64],
) -> (Member, u64) {
    Search::new(Generator::new(instance, profile), aim, seed, effort).run(first, urgency)
}

/// A candidate's order and modes.
fn followed(instance: &Instance, schedule: &Schedule) -> Recipe {
    let placement = |step: usize| schedule.placements.get(instance.steps[step]);
    let list = ordered(instance, |step| placement(step).map_or(NEVER, |placement| placement.start));
    let mode = |step: usize| {
        let mode = placement(step).map_or(usize::MAX, |placement| placement.mode);
        if mode < instance.modes(step) { mode as u16 } else { ANY_MODE }
    };
    Recipe { modes: (0..instance.len()).map(mode).collect(), list }
}

fn generated(instance: &Instance, recipe: &Recipe) -> Timeline {
    let mut timeline = Timeline::empty(instance.len());
    Generator::new(instance, Changes::new(instance)).forward(recipe, &mut timeline);
    timeline
}
