//! A problem, cut down to the services in view and written for speed: dense numbers, lists in one piece.

use super::order::{canonical, members};
use super::problem::{NEVER, Need, Pool, Problem, Step, Time};

/// Lists of steps, one for each step, kept in one piece.
#[derive(Clone, Debug, Default)]
pub(super) struct Links {
    first: Vec<u32>,
    items: Vec<u32>,
}

impl Links {
    fn new(lists: &[Vec<u32>]) -> Self {
        let mut links = Self { first: Vec::with_capacity(lists.len() + 1), items: Vec::new() };
        links.first.push(0);
        for list in lists {
            links.items.extend(list);
            links.first.push(links.items.len() as u32);
        }
        links
    }

    pub(super) fn of(&self, step: usize) -> &[u32] {
        &self.items[self.first[step] as usize..self.first[step + 1] as usize]
    }
}

/// Units of pools that a step takes in one mode; each pool once.
#[derive(Clone, Debug, Default)]
pub(super) struct Mode {
    /// While the step runs, with what it keeps.
    pub(super) all: Vec<(usize, u32)>,
    /// What it keeps from its start to the horizon.
    pub(super) kept: Vec<(usize, u32)>,
}

/// What the search works on. Steps are numbered so that each comes after all it waits for; times are in `unit`.
#[derive(Clone, Debug)]
pub(super) struct Instance {
    /// The problem's index of each step.
    pub(super) steps: Vec<usize>,
    pub(super) duration: Vec<Time>,
    pub(super) release: Vec<Time>,
    pub(super) resumes: Vec<bool>,
    pub(super) modes: Vec<Vec<Mode>>,
    pub(super) before: Links,
    pub(super) behind: Links,
    /// Capacity of each pool that can bind, as a step function from time 0.
    pub(super) pools: Vec<Vec<(Time, u32)>>,
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
        instance.shorten();
        instance.rescale();
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
        let (before, behind) = links(&chosen, &local);
        let (pools, place) = binding_pools(problem, &chosen);
        let ends = problem.services().iter().take(ranks);
        Self {
            duration: chosen.iter().map(|step| step.duration).collect(),
            release: chosen.iter().map(|step| step.release).collect(),
            resumes: chosen.iter().map(|step| step.resumes).collect(),
            modes: chosen.iter().map(|step| modes(step, &place)).collect(),
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

    /// Nothing happens after the last change of a capacity and the last release, plus all work in a row.
    fn shorten(&mut self) {
        let changes = self.pools.iter().flatten().map(|&(time, _)| time);
        let last = changes.chain(self.release.iter().copied()).max().unwrap_or(0);
        let work = self.duration.iter().fold(last, |sum, &duration| sum.saturating_add(duration));
        self.horizon = self.horizon.min(work);
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

fn links(steps: &[&Step], local: &[u32]) -> (Links, Links) {
    let mut before: Vec<Vec<u32>> = Vec::with_capacity(steps.len());
    let mut behind = vec![Vec::new(); steps.len()];
    for (place, step) in steps.iter().enumerate() {
        let mut list: Vec<u32> = step.after.iter().map(|&other| local[other]).collect();
        list.sort_unstable();
        list.dedup();
        for &other in &list {
            behind[other as usize].push(place as u32);
        }
        before.push(list);
    }
    (Links::new(&before), Links::new(&behind))
}

/// Capacities of the pools that may be short, and the place of each of the problem's pools among them.
///
/// Pools that have enough for all steps at once never delay anything and are left out. Capacity beyond that much is
/// cut, which leaves fewer changes to look at.
fn binding_pools(problem: &Problem, steps: &[&Step]) -> (Vec<Vec<(Time, u32)>>, Vec<Option<usize>>) {
    let mut most = vec![0u64; problem.pools().len()];
    let mut in_step = vec![0u64; most.len()];
    for step in steps {
        greatest_needs(step, &mut in_step);
        for need in step.modes.iter().flatten() {
            most[need.pool] = most[need.pool].saturating_add(std::mem::take(&mut in_step[need.pool]));
        }
    }
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

/// For each pool, the most that any mode of the step takes.
fn greatest_needs(step: &Step, in_step: &mut [u64]) {
    for mode in &step.modes {
        for need in mode {
            let units = mode.iter().filter(|other| other.pool == need.pool).map(|other| u64::from(other.units));
            in_step[need.pool] = in_step[need.pool].max(units.sum());
        }
    }
}

fn capacity(pool: &Pool, most: u64, horizon: Time) -> Vec<(Time, u32)> {
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

fn modes(step: &Step, place: &[Option<usize>]) -> Vec<Mode> {
    if step.modes.is_empty() {
        return vec![Mode::default()];
    }
    step.modes.iter().map(|needs| mode(needs, place)).collect()
}

fn mode(needs: &[Need], place: &[Option<usize>]) -> Mode {
    let mut mode = Mode::default();
    for need in needs.iter().filter(|need| need.units > 0) {
        if let Some(pool) = place[need.pool] {
            add(&mut mode.all, pool, need.units);
            if need.kept {
                add(&mut mode.kept, pool, need.units);
            }
        }
    }
    mode
}

fn add(list: &mut Vec<(usize, u32)>, pool: usize, units: u32) {
    match list.iter_mut().find(|(other, _)| *other == pool) {
        Some((_, sum)) => *sum = sum.saturating_add(units),
        None => list.push((pool, units)),
    }
}
