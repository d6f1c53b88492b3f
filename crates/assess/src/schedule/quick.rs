//! A few schedules, improved: microseconds, for what-if questions.

use super::generation::{Generator, Recipe, Timeline};
use super::instance::Instance;
use super::priority::{alone, latest_starts, ranks, sorted};
use super::problem::{NEVER, Problem, Time};
use super::profile::{Changes, Profile};
use super::result::{Back, Found, effective_rto, limit, rtas, schedule, vector};
use super::table::Table;

/// Most times that a schedule is passed backward and forward.
const PASSES: usize = 8;

/// Schedules by rank and by deadline, passes each backward and forward until it gets no better, and gives the best.
///
/// Every ceiling is that of the schedule found; it makes no claim about what changes in lower ranks do.
pub fn quick(problem: &Problem) -> Found {
    let ranks = problem.services().len();
    let instance = Instance::new(problem, ranks, true);
    let empty = Changes::new(&instance);
    let bounds = rtas(problem, &instance, &alone(&instance, &empty));
    let (best, generated) = if let Some(table) = Table::<1>::new(&instance) {
        attempts(problem, &instance, table)
    } else if let Some(table) = Table::<2>::new(&instance) {
        attempts(problem, &instance, table)
    } else {
        attempts(problem, &instance, empty)
    };
    let services = problem.services().iter().zip(best.rtas.iter().zip(bounds));
    Found {
        schedule: schedule(&instance, &best.recipe, &best.timeline),
        services: services
            .map(|(service, (&rta, bound))| Back {
                rta,
                bound,
                ceiling: effective_rto(service, problem.horizon()).max(rta),
            })
            .collect(),
        generated,
    }
}

/// Generates one schedule in the order of `list` in which no step starts before the one listed before it.
///
/// Among all ways to make a schedule this is the one that never punishes: with the list as it is, shorter steps, fewer
/// steps and more capacity finish no step later (steps with one mode, that run in one piece and keep nothing). `list`
/// holds each step at most once and after all it waits for; steps that it does not hold never start.
pub fn start_ordered(problem: &Problem, list: &[usize]) -> Vec<(Time, Time)> {
    let instance = Instance::in_millis(problem, problem.services().len(), true);
    let mut spans = vec![(NEVER, NEVER); instance.len()];
    let mut profile = Changes::new(&instance);
    let mut local = vec![0; instance.len()];
    for (step, &original) in instance.steps.iter().enumerate() {
        local[original] = step;
    }
    let mut floor = 0;
    for &original in list.iter().filter(|&&original| original < local.len()) {
        let step = local[original];
        let before = problem.steps()[original].after.iter().map(|&other| spans[other].1);
        let from = before.fold(instance.release[step].max(floor), Time::max);
        if let Some(span) = (from != NEVER).then(|| profile.earliest(step, 0, from)).flatten() {
            profile.take(step, 0, span);
            spans[original] = (span.start, span.finish);
        }
        floor = spans[original].0;
    }
    spans
}

#[derive(Clone)]
struct Attempt {
    recipe: Recipe,
    timeline: Timeline,
    rtas: Vec<Time>,
}

fn attempts<P: Profile>(problem: &Problem, instance: &Instance, profile: P) -> (Attempt, u64) {
    let mut quick = Quick { problem, instance, generator: Generator::new(instance, profile) };
    let latest = latest_starts(instance, &quick.due(&vec![0; problem.services().len()]));
    let mut best = quick.improved(sorted(instance.len(), |step| latest[step]));
    if problem.services().len() > 1 {
        let ranks = ranks(instance);
        let other = quick.improved(sorted(instance.len(), |step| (ranks[step], latest[step])));
        if vector(problem, &other.rtas) < vector(problem, &best.rtas) {
            best = other;
        }
    }
    (best, quick.generator.generated)
}

struct Quick<'a, P> {
    problem: &'a Problem,
    instance: &'a Instance,
    generator: Generator<'a, P>,
}

impl<P: Profile> Quick<'_, P> {
    /// The last tick at which each service keeps its RTO, or at which it is back if that is later.
    fn due(&self, rtas: &[Time]) -> Vec<Time> {
        let horizon = self.problem.horizon();
        let due = self.problem.services().iter().zip(rtas).map(|(service, &rta)| {
            self.instance.ticks(limit(service, effective_rto(service, horizon).max(rta), horizon))
        });
        due.collect()
    }

    fn improved(&mut self, list: Vec<u32>) -> Attempt {
        let recipe = Recipe::any_modes(list);
        let mut timeline = Timeline::empty(self.instance.len());
        self.generator.forward(&recipe, &mut timeline);
        let mut best = self.attempt(recipe, timeline);
        if self.problem.services().len() > 1 {
            let due = self.due(&best.rtas);
            self.pass(&mut best, &due);
        }
        for _ in 0..PASSES {
            let services = self.problem.services().iter().zip(&best.rtas);
            let backs = services.map(|(service, &rta)| self.instance.ticks(limit(service, rta, NEVER - 1)));
            let due: Vec<Time> = backs.collect();
            if !self.pass(&mut best, &due) {
                break;
            }
        }
        best
    }

    fn attempt(&self, recipe: Recipe, timeline: Timeline) -> Attempt {
        Attempt { rtas: rtas(self.problem, self.instance, &timeline.finish), recipe, timeline }
    }

    /// Passes once backward and forward; true if that was better.
    fn pass(&mut self, best: &mut Attempt, due: &[Time]) -> bool {
        let mut limits = vec![NEVER; self.instance.len()];
        for (ends, &due) in self.instance.ends.iter().zip(due) {
            for &end in ends {
                limits[end as usize] = limits[end as usize].min(due);
            }
        }
        let Some((recipe, timeline)) = self.generator.justify(&best.recipe, &best.timeline, &limits) else {
            return false;
        };
        let next = self.attempt(recipe, timeline);
        let better = vector(self.problem, &next.rtas) < vector(self.problem, &best.rtas);
        if better {
            *best = next;
        }
        better
    }
}

/// RTAs if nothing were scarce, of all services.
pub(super) fn bounds(problem: &Problem) -> Vec<Time> {
    let instance = Instance::new(problem, problem.services().len(), false);
    rtas(problem, &instance, &alone(&instance, &Changes::new(&instance)))
}
