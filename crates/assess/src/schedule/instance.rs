//! A problem, cut down to the services in view and written for speed: dense numbers, lists in one piece.

use super::order::{canonical, members};
use super::problem::{NEVER, Need, Pool, Problem, Step, Time};

/// Lists in one piece of memory.
#[derive(Clone, Debug)]
pub(super) struct Lists<T> {
    first: Vec<u32>,
    items: Vec<T>,
}

impl<T: Copy> Lists<T> {
    /// No lists yet, with room for `count` of them and as many items.
    pub(super) fn with_room(count: usize) -> Self {
        let mut first = Vec::with_capacity(count + 1);
        first.push(0);
        Self { first, items: Vec::with_capacity(count) }
    }

    /// Continues the list that is being written.
    pub(super) fn add(&mut self, item: T) {
        self.items.push(item);
    }

    /// Ends the list that is being written.
    pub(super) fn end(&mut self) {
        self.first.push(self.items.len() as u32);
    }

    /// The list that is being written.
    fn open(&mut self) -> &mut [T] {
        let from = self.first.last().map_or(0, |&first| first as usize);
        &mut self.items[from..]
    }

    pub(super) fn of(&self, index: usize) -> &[T] {
        &self.items[self.first[index] as usize..self.first[index + 1] as usize]
    }

    pub(super) fn len(&self) -> usize {
        self.first.len() - 1
    }
}

impl Lists<u32> {
    /// For each step the steps that name it, ascending.
    pub(super) fn reversed(&self) -> Self {
        let mut first = vec![0u32; self.first.len() + 1];
        for &item in &self.items {
            first[item as usize + 2] += 1;
        }
        for index in 2..first.len() {
            first[index] += first[index - 1];
        }
        let mut items = vec![0; self.items.len()];
        for index in 0..self.len() {
            for &item in self.of(index) {
                items[first[item as usize + 1] as usize] = index as u32;
                first[item as usize + 1] += 1;
            }
        }
        first.pop();
        Self { first, items }
    }
}

/// Units of a pool as a step function from time 0: each pair gives the units from its time on.
pub(super) type Capacity = Vec<(Time, u32)>;

/// Units of a pool, by the pool's place.
pub(super) type Units = (u32, u32);

/// What the search works on. Steps are numbered so that each comes after all it waits for; times are in `unit`.
#[derive(Clone, Debug)]
pub(super) struct Instance {
    /// The problem's index of each step.
    pub(super) steps: Vec<usize>,
    pub(super) duration: Vec<Time>,
    pub(super) release: Vec<Time>,
    pub(super) resumes: Vec<bool>,
    /// Where each step's modes begin in `all` and `kept`.
    first_mode: Vec<u32>,
    /// For each mode what it takes while the step runs, with what it keeps; each pool once.
    all: Lists<Units>,
    /// For each mode what it keeps from the start of the step to the horizon.
    kept: Lists<Units>,
    pub(super) before: Lists<u32>,
    pub(super) behind: Lists<u32>,
    /// Capacity of each pool that can bind, as a step function from time 0.
    pub(super) pools: Vec<Capacity>,
    pub(super) horizon: Time,
    /// Milliseconds of one tick: every time is a multiple of it.
    pub(super) unit: Time,
    /// For each service in view, the steps it ends with.
    pub(super) ends: Vec<Vec<u32>>,
}

impl Instance {
    /// Cuts the problem down to what services of the first `ranks` ranks wait for; with `everything`, to nothing less
    /// than all steps.
    pub(super) fn new(problem: &Problem, ranks: usize, everything: bool) -> Self {
        let mut instance = Self::in_millis(problem, ranks, everything);
        instance.rescale();
        instance.shorten();
        instance
    }

    /// The same with a tick of one millisecond and the whole horizon, to look at schedules made elsewhere.
    pub(super) fn in_millis(problem: &Problem, ranks: usize, everything: bool) -> Self {
        let wanted = members(problem, ranks, everything);
        let steps = canonical(problem, ranks, &wanted);
        let mut local = vec![u32::MAX; problem.steps().len()];
        for (place, &step) in steps.iter().enumerate() {
            local[step] = place as u32;
        }
        let chosen: Vec<&Step> = steps.iter().map(|&step| &problem.steps()[step]).collect();
        let before = before(&chosen, &local);
        let behind = before.reversed();
        let (pools, place) = binding_pools(problem, &chosen);
        let (first_mode, all, kept) = modes(&chosen, &place);
        let ends = problem.services().iter().take(ranks);
        Self {
            duration: chosen.iter().map(|step| step.duration).collect(),
            release: chosen.iter().map(|step| step.release).collect(),
            resumes: chosen.iter().map(|step| step.resumes).collect(),
            first_mode,
            all,
            kept,
            before,
            behind,
            pools,
            horizon: problem.horizon(),
            unit: 1,
            ends: ends.map(|service| service.ends.iter().map(|&end| local[end]).collect()).collect(),
            steps,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.steps.len()
    }

    /// Number of modes of a step: at least one.
    pub(super) fn modes(&self, step: usize) -> usize {
        (self.first_mode[step + 1] - self.first_mode[step]) as usize
    }

    /// What a step takes while it runs, with what it keeps.
    pub(super) fn all(&self, step: usize, mode: usize) -> &[Units] {
        self.all.of(self.first_mode[step] as usize + mode)
    }

    /// What a step keeps from its start to the horizon.
    pub(super) fn kept(&self, step: usize, mode: usize) -> &[Units] {
        self.kept.of(self.first_mode[step] as usize + mode)
    }

    /// Every need of every step, in no order that matters.
    pub(super) fn needs(&self) -> &[Units] {
        &self.all.items
    }

    /// A limit in milliseconds as the last tick that keeps it.
    pub(super) fn ticks(&self, limit: Time) -> Time {
        if limit == NEVER { NEVER } else { limit / self.unit }
    }

    /// A tick in milliseconds.
    pub(super) fn millis(&self, tick: Time) -> Time {
        tick.saturating_mul(self.unit)
    }

    /// When each service is back: the last finish of its ends.
    pub(super) fn back(&self, service: usize, finish: &[Time]) -> Time {
        self.ends[service].iter().map(|&end| finish[end as usize]).max().unwrap_or(0)
    }

    /// Nothing happens after the last change of a capacity and the last release, plus all work in a row. One tick more
    /// is left, so that what a last step of no length keeps is taken from those beside it.
    fn shorten(&mut self) {
        let changes = self.pools.iter().flatten().map(|&(time, _)| time);
        let last = changes.chain(self.release.iter().copied()).max().unwrap_or(0);
        let work = self.duration.iter().fold(last, |sum, &duration| sum.saturating_add(duration));
        self.horizon = self.horizon.min(work.saturating_add(1));
    }

    /// Makes the tick as long as it can be: short timelines fit into a table.
    fn rescale(&mut self) {
        let changes = self.pools.iter().flatten().map(|&(time, _)| time);
        let times = changes.chain(self.release.iter().copied()).chain(self.duration.iter().copied());
        self.unit = times.fold(0, greatest_common_divisor).max(1);
        if self.unit == 1 {
            return;
        }
        let changes = self.pools.iter_mut().flatten().map(|(time, _)| time);
        for time in changes.chain(&mut self.release).chain(&mut self.duration) {
            *time /= self.unit;
        }
        self.horizon /= self.unit;
    }
}

fn greatest_common_divisor(mut a: Time, mut b: Time) -> Time {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

fn before(steps: &[&Step], local: &[u32]) -> Lists<u32> {
    let mut before = Lists::with_room(2 * steps.len());
    for step in steps {
        for (index, &other) in step.after.iter().enumerate() {
            if !step.after[..index].contains(&other) {
                before.add(local[other]);
            }
        }
        before.end();
    }
    before
}

/// Capacities of the pools that may be short, and the place of each of the problem's pools among them.
///
/// Pools that have enough for all steps at once never delay anything and are left out. Capacity beyond that much is
/// cut, which leaves fewer changes to look at.
fn binding_pools(problem: &Problem, steps: &[&Step]) -> (Vec<Capacity>, Vec<Option<usize>>) {
    let most = most_at_once(problem, steps);
    let mut pools = Vec::new();
    let mut place = vec![None; most.len()];
    for (index, pool) in problem.pools().iter().enumerate().filter(|&(index, _)| most[index] > 0) {
        let capacity = capacity(pool, most[index], problem.horizon());
        if capacity.iter().any(|&(_, units)| u64::from(units) < most[index]) {
            place[index] = Some(pools.len());
            pools.push(capacity);
        }
    }
    (pools, place)
}

/// Units of each pool that all steps together take at most.
fn most_at_once(problem: &Problem, steps: &[&Step]) -> Vec<u64> {
    let mut most = vec![0u64; problem.pools().len()];
    for need in steps.iter().flat_map(|step| step.modes.iter().flatten()) {
        // A pool that several modes of one step use counts once for each of them: too much, which is safe.
        most[need.pool] = most[need.pool].saturating_add(u64::from(need.units));
    }
    most
}

fn capacity(pool: &Pool, most: u64, horizon: Time) -> Capacity {
    let most = u32::try_from(most).unwrap_or(u32::MAX);
    let mut capacity = vec![(0, 0)];
    for &(time, units) in pool.changes().iter().filter(|&&(time, _)| time == 0 || time < horizon) {
        let units = units.min(most);
        match capacity.last_mut() {
            Some(last) if last.0 == time => last.1 = units,
            Some(last) if last.1 == units => {}
            _ => capacity.push((time, units)),
        }
    }
    capacity
}

fn modes(steps: &[&Step], place: &[Option<usize>]) -> (Vec<u32>, Lists<Units>, Lists<Units>) {
    let (mut all, mut kept) = (Lists::with_room(2 * steps.len()), Lists::with_room(steps.len()));
    let mut first = Vec::with_capacity(steps.len() + 1);
    first.push(0);
    for step in steps {
        let none: &[Vec<Need>] = &[Vec::new()];
        for needs in if step.modes.is_empty() { none } else { &step.modes } {
            write(needs, place, &mut all, &mut kept);
        }
        first.push(all.len() as u32);
    }
    (first, all, kept)
}

fn write(needs: &[Need], place: &[Option<usize>], all: &mut Lists<Units>, kept: &mut Lists<Units>) {
    for need in needs.iter().filter(|need| need.units > 0) {
        if let Some(pool) = place[need.pool] {
            add(all, pool as u32, need.units);
            if need.kept {
                add(kept, pool as u32, need.units);
            }
        }
    }
    all.end();
    kept.end();
}

fn add(list: &mut Lists<Units>, pool: u32, units: u32) {
    match list.open().iter_mut().find(|(other, _)| *other == pool) {
        Some((_, sum)) => *sum = sum.saturating_add(units),
        None => list.add((pool, units)),
    }
}
