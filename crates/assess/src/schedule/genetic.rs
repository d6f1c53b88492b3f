//! The search inside a stage: a genetic algorithm on lists, each child improved by double justification.

use super::generation::{ANY_MODE, Generator, Recipe, Timeline};
use super::instance::Instance;
use super::priority::drawn;
use super::problem::{NEVER, Time};
use super::profile::Profile;
use super::random::Random;

/// How long the search may take.
#[derive(Clone, Copy)]
pub(super) struct Effort<'a> {
    /// Most schedules that are generated.
    pub(super) schedules: u64,
    /// Asked before each new schedule; true ends the search.
    pub(super) stop: &'a dyn Fn() -> bool,
}

/// What one search is for: bring `target` back as early as possible while the others stay within their limits.
#[derive(Clone, Debug)]
pub(super) struct Aim {
    pub(super) target: usize,
    /// For each service the last tick at which it may be back.
    pub(super) limits: Vec<Time>,
    /// The target cannot be back before this tick.
    pub(super) bound: Time,
}

/// What counts: first how far limits are exceeded, then when the target is back. Less is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fitness {
    pub(super) over: Time,
    pub(super) back: Time,
}

impl Aim {
    pub(super) fn fitness(&self, instance: &Instance, finish: &[Time]) -> Fitness {
        let others = (0..self.limits.len()).filter(|&service| service != self.target);
        let over = others.map(|other| instance.back(other, finish).saturating_sub(self.limits[other]));
        Fitness { over: over.fold(0, Time::saturating_add), back: instance.back(self.target, finish) }
    }

    /// How late each step may finish without making anything worse.
    fn due(&self, instance: &Instance, finish: &[Time], due: &mut Vec<Time>) {
        due.clear();
        due.resize(finish.len(), NEVER);
        for (service, ends) in instance.ends.iter().enumerate() {
            let back = instance.back(service, finish);
            let limit = if service == self.target { back } else { back.max(self.limits[service]) };
            for &end in ends {
                due[end as usize] = due[end as usize].min(limit);
            }
        }
    }

    fn reached(&self, fitness: Fitness) -> bool {
        fitness.over == 0 && fitness.back <= self.bound
    }
}

/// A schedule and how it is generated.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) recipe: Recipe,
    pub(super) timeline: Timeline,
    pub(super) fitness: Fitness,
}

/// Schedules kept at a time.
const POPULATION: usize = 40;
/// So many children in a row that are known already: there is nothing else to find.
const EXHAUSTED: usize = 1000;

pub(super) struct Search<'a, P> {
    generator: Generator<'a, P>,
    aim: &'a Aim,
    random: Random,
    effort: Effort<'a>,
    due: Vec<Time>,
    seen: Vec<bool>,
}

impl<'a, P: Profile> Search<'a, P> {
    pub(super) fn new(generator: Generator<'a, P>, aim: &'a Aim, seed: u64, effort: Effort<'a>) -> Self {
        let seen = vec![false; generator.instance.len()];
        Self { generator, aim, random: Random::new(seed), effort, due: Vec::new(), seen }
    }

    /// Looks for the best schedule, beginning with the given recipes; the first of them is generated even if there is
    /// no time at all. With the best comes the number of schedules generated.
    pub(super) fn run(mut self, first: Vec<Recipe>, urgency: &[i64]) -> (Member, u64) {
        let mut population: Vec<Member> = Vec::with_capacity(POPULATION);
        for recipe in first {
            if population.is_empty() || !self.ended(&population) {
                let member = self.improved(recipe);
                insert(&mut population, member);
            }
        }
        for _ in 0..2 * POPULATION {
            if population.len() >= POPULATION || self.ended(&population) {
                break;
            }
            let few = 2 + self.random.below(2);
            let list = drawn(self.generator.instance, urgency, few, &mut self.random);
            let member = self.improved(Recipe::any_modes(list));
            insert(&mut population, member);
        }
        let mut known = 0;
        while known < EXHAUSTED && !self.ended(&population) {
            let child = self.child(&population);
            let member = self.improved(child);
            known = if insert(&mut population, member) { 0 } else { known + 1 };
            population.truncate(POPULATION);
        }
        (population.swap_remove(0), self.generator.generated)
    }

    fn ended(&self, population: &[Member]) -> bool {
        population.first().is_some_and(|best| self.aim.reached(best.fitness))
            || self.generator.generated >= self.effort.schedules
            || (self.effort.stop)()
    }

    /// Generates a schedule and improves it.
    fn improved(&mut self, recipe: Recipe) -> Member {
        let instance = self.generator.instance;
        let mut timeline = Timeline::empty(instance.len());
        self.generator.forward(&recipe, &mut timeline);
        let fitness = self.aim.fitness(instance, &timeline.finish);
        let member = Member { recipe, timeline, fitness };
        if self.aim.reached(fitness) {
            return member;
        }
        match self.justified(&member) {
            Some(better) if better.fitness <= member.fitness => better,
            _ => member,
        }
    }

    fn justified(&mut self, member: &Member) -> Option<Member> {
        let instance = self.generator.instance;
        self.aim.due(instance, &member.timeline.finish, &mut self.due);
        let (recipe, timeline) = self.generator.justify(&member.recipe, &member.timeline, &self.due)?;
        let fitness = self.aim.fitness(instance, &timeline.finish);
        Some(Member { recipe, timeline, fitness })
    }

    fn child(&mut self, population: &[Member]) -> Recipe {
        let mother = self.tournament(population.len());
        let father = self.tournament(population.len());
        let mut child = self.crossed(&population[mother].recipe, &population[father].recipe);
        self.mutate(&mut child);
        child
    }

    /// The better of two; the population is sorted.
    fn tournament(&mut self, size: usize) -> usize {
        self.random.below(size).min(self.random.below(size))
    }

    /// Order-preserving two-point crossover (Hartmann 1998): the middle comes from the father, in his order.
    fn crossed(&mut self, mother: &Recipe, father: &Recipe) -> Recipe {
        let steps = mother.list.len();
        let (one, two) = (self.random.below(steps + 1), self.random.below(steps + 1));
        let mut child = Recipe { list: Vec::with_capacity(steps), modes: mother.modes.clone() };
        self.seen.fill(false);
        for (parent, until) in [(mother, one.min(two)), (father, one.max(two)), (mother, steps)] {
            for &step in &parent.list {
                if child.list.len() >= until {
                    break;
                }
                if !std::mem::replace(&mut self.seen[step as usize], true) {
                    child.list.push(step);
                    child.modes[step as usize] = parent.modes[step as usize];
                }
            }
        }
        child
    }

    /// Moves a step elsewhere between its predecessors and successors; sometimes fixes or frees a mode.
    fn mutate(&mut self, recipe: &mut Recipe) {
        let steps = recipe.list.len();
        for _ in 0..1 + self.random.below(3) {
            let place = self.random.below(steps);
            self.shift(&mut recipe.list, place);
        }
        let step = self.random.below(steps);
        let modes = self.generator.instance.modes(step);
        if modes > 1 {
            let mode = self.random.below(modes + 1);
            recipe.modes[step] = if mode == modes { ANY_MODE } else { mode as u16 };
        }
    }

    fn shift(&mut self, list: &mut [u32], place: usize) {
        let instance = self.generator.instance;
        let step = list[place] as usize;
        let (before, behind) = (instance.before.of(step), instance.behind.of(step));
        let first = list[..place].iter().rposition(|other| before.contains(other)).map_or(0, |last| last + 1);
        let last = list[place + 1..].iter().position(|other| behind.contains(other));
        let last = last.map_or(list.len(), |next| place + 1 + next);
        let to = first + self.random.below(last - first);
        if to < place {
            list[to..=place].rotate_right(1);
        } else {
            list[place..=to].rotate_left(1);
        }
    }
}

/// Puts a schedule in its place unless an equal one is there; false if so.
fn insert(population: &mut Vec<Member>, member: Member) -> bool {
    let place = population.partition_point(|other| other.fitness < member.fitness);
    let equals = population[place..].iter().take_while(|other| other.fitness == member.fitness);
    if equals.into_iter().any(|other| other.timeline.start == member.timeline.start) {
        return false;
    }
    population.insert(place, member);
    true
}
