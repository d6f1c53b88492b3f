//! Limits that no schedule beats: they end the search where it has nothing left to find.

use super::instance::Instance;
use super::problem::{NEVER, Time};

/// Work of one pool, and the time it takes if the pool is never idle.
struct Load<'a> {
    capacity: &'a [(Time, u32)],
    /// Units times ticks.
    work: u128,
    /// The first tick at which any of the work can begin.
    from: Time,
    /// The shortest time that must pass after any of the work.
    after: Time,
}

/// Earliest time at which a service can be back, by its longest chain and by the load of each pool.
///
/// `finish` are the earliest finishes of `alone`.
pub(super) fn earliest_back(instance: &Instance, service: usize, finish: &[Time]) -> Time {
    let chain = instance.back(service, finish);
    let tails = tails(instance, service);
    let loads = (0..instance.pools.len()).map(|pool| load(instance, pool, finish, &tails).end());
    loads.fold(chain, Time::max)
}

/// For each step that the service waits for, the time that passes at least between its finish and the service's
/// return.
fn tails(instance: &Instance, service: usize) -> Vec<Option<Time>> {
    let mut tails = vec![None; instance.len()];
    for &end in &instance.ends[service] {
        tails[end as usize] = Some(0);
    }
    for step in (0..instance.len()).rev() {
        let behind = instance.behind.of(step).iter().filter_map(|&next| {
            tails[next as usize].map(|tail: Time| tail.saturating_add(instance.duration[next as usize]))
        });
        tails[step] = behind.chain(tails[step]).max();
    }
    tails
}

fn load<'a>(instance: &'a Instance, pool: usize, finish: &[Time], tails: &[Option<Time>]) -> Load<'a> {
    let mut load = Load { capacity: &instance.pools[pool], work: 0, from: NEVER, after: NEVER };
    for step in 0..instance.len() {
        let units = least_units(instance, step, pool);
        if let (Some(tail), 1..) = (tails[step], units)
            && instance.duration[step] > 0
        {
            load.work += u128::from(units) * u128::from(instance.duration[step]);
            load.from = load.from.min(finish[step].saturating_sub(length(instance, step)));
            load.after = load.after.min(tail);
        }
    }
    load
}

/// How long before its earliest finish a step may have begun: never later than its release, for one that resumes.
fn length(instance: &Instance, step: usize) -> Time {
    if instance.resumes[step] { NEVER } else { instance.duration[step] }
}

fn least_units(instance: &Instance, step: usize, pool: usize) -> u32 {
    let taken = |mode| instance.all(step, mode).iter().find(|&&(other, _)| other as usize == pool);
    (0..instance.modes(step)).map(|mode| taken(mode).map_or(0, |&(_, units)| units)).min().unwrap_or(0)
}

impl Load<'_> {
    /// The tick at which the work is done if every unit is busy from `from` on, and what must follow is done too.
    fn end(&self) -> Time {
        if self.work == 0 {
            return 0;
        }
        let mut left = self.work;
        for (index, &(begin, units)) in self.capacity.iter().enumerate() {
            let begin = begin.max(self.from);
            let end = self.capacity.get(index + 1).map_or(NEVER, |&(next, _)| next);
            let busy = u128::from(units) * u128::from(end.saturating_sub(begin));
            if busy >= left && units > 0 {
                let ticks = Time::try_from(left.div_ceil(u128::from(units))).unwrap_or(NEVER);
                return begin.saturating_add(ticks).saturating_add(self.after);
            }
            left -= busy.min(left);
        }
        NEVER
    }
}
