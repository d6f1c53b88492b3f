//! A profile for short timelines: one word for each tick and four pools, so that a tick is judged in one operation.

use super::instance::{Instance, Units};
use super::problem::Time;
use super::profile::{Profile, Span};

/// Most ticks in a table: 64 KiB a word, which stays in the cache that is nearest but one.
const MOST_TICKS: Time = 1 << 13;
/// Pools side by side in a word.
const LANES: usize = 4;
/// Most units of a lane; its highest bit catches the borrow of a subtraction.
const MOST_UNITS: u32 = 0x7fff;
const GUARD: u64 = 0x8000_8000_8000_8000;

/// Free units at each tick, 15 bits a pool, four pools a word and `WORDS` words.
pub(super) struct Table<const WORDS: usize> {
    duration: Vec<u32>,
    needs: Vec<[u64; WORDS]>,
    full: Vec<[u64; WORDS]>,
    free: Vec<[u64; WORDS]>,
    /// From here on nothing has been taken.
    untouched: usize,
}

impl<const WORDS: usize> Table<WORDS> {
    /// All pools full; none if the instance has more time, pools, units or kinds of step than fit.
    pub(super) fn new(instance: &Instance) -> Option<Self> {
        let simple = |step: usize| {
            !instance.resumes[step] && instance.modes(step) == 1 && instance.kept(step, 0).is_empty()
        };
        let fits = instance.horizon <= MOST_TICKS && instance.pools.len() <= WORDS * LANES;
        if !fits || !(0..instance.len()).all(simple) || !small(instance) {
            return None;
        }
        let full = full(instance);
        Some(Self {
            duration: instance.duration.iter().map(|&ticks| ticks as u32).collect(),
            needs: (0..instance.len()).map(|step| packed(instance.all(step, 0))).collect(),
            free: full.clone(),
            full,
            untouched: 0,
        })
    }
}

impl<const WORDS: usize> Profile for Table<WORDS> {
    fn clear(&mut self) {
        self.free[..self.untouched].copy_from_slice(&self.full[..self.untouched]);
        self.untouched = 0;
    }

    fn earliest(&self, step: usize, _mode: usize, from: Time) -> Option<Span> {
        let (needs, duration) = (&self.needs[step], self.duration[step] as usize);
        let mut start = usize::try_from(from).ok()?;
        // Ticks from `start` to here are known to have enough.
        let mut enough = start;
        loop {
            let finish = start + duration;
            let unknown = self.free.get(enough.min(finish)..finish)?;
            match unknown.iter().rposition(|free| short(free, needs)) {
                None => return Some(Span { start: start as Time, finish: finish as Time }),
                Some(last) => {
                    start = enough + last + 1;
                    enough = finish;
                }
            }
        }
    }

    fn latest(&self, step: usize, _mode: usize, until: Time) -> Option<Span> {
        let (needs, duration) = (&self.needs[step], self.duration[step] as usize);
        let mut finish = usize::try_from(until).ok()?.min(self.free.len());
        let mut enough = finish;
        loop {
            let start = finish.checked_sub(duration)?;
            let unknown = &self.free[start..enough.max(start)];
            match unknown.iter().position(|free| short(free, needs)) {
                None => return Some(Span { start: start as Time, finish: finish as Time }),
                Some(first) => {
                    finish = start + first;
                    enough = start;
                }
            }
        }
    }

    fn take(&mut self, step: usize, _mode: usize, span: Span) {
        if span == Span::NEVER {
            return;
        }
        let needs = &self.needs[step];
        for free in &mut self.free[span.start as usize..span.finish as usize] {
            for (free, needs) in free.iter_mut().zip(needs) {
                *free -= needs;
            }
        }
        self.untouched = self.untouched.max(span.finish as usize);
    }
}

fn small(instance: &Instance) -> bool {
    let capacities = instance.pools.iter().flatten().map(|&(_, units)| units);
    let needs = instance.needs().iter().map(|&(_, units)| units);
    capacities.chain(needs).all(|units| units <= MOST_UNITS)
}

fn full<const WORDS: usize>(instance: &Instance) -> Vec<[u64; WORDS]> {
    let ticks = instance.horizon as usize;
    let mut full = vec![[0; WORDS]; ticks];
    for (pool, changes) in instance.pools.iter().enumerate() {
        for (index, &(time, units)) in changes.iter().enumerate() {
            let end = changes.get(index + 1).map_or(ticks, |&(next, _)| (next as usize).min(ticks));
            let begin = (time as usize).min(end);
            for tick in &mut full[begin..end] {
                tick[pool / LANES] |= lane(pool, units);
            }
        }
    }
    full
}

fn packed<const WORDS: usize>(needs: &[Units]) -> [u64; WORDS] {
    let mut words = [0; WORDS];
    for &(pool, units) in needs {
        words[pool as usize / LANES] |= lane(pool as usize, units);
    }
    words
}

fn lane(pool: usize, units: u32) -> u64 {
    u64::from(units) << (pool % LANES * 16)
}

/// Whether any pool has fewer units than needed: the guard bit of its lane is borrowed.
fn short<const WORDS: usize>(free: &[u64; WORDS], needs: &[u64; WORDS]) -> bool {
    free.iter().zip(needs).any(|(free, needs)| ((free | GUARD) - needs) & GUARD != GUARD)
}
