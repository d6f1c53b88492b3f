//! Every schedule there is, for problems so small that this can be done.

use assess::schedule::{NEVER, Problem, Time};

/// A vector `(late_1 .. late_n, RTA_1 .. RTA_n)` less than the given one, if any schedule has it.
///
/// Times must be small whole numbers; steps run in one piece and come after what they wait for.
pub(crate) fn better(problem: &Problem, than: &[Time]) -> Option<Vec<Time>> {
    let ticks = problem.horizon() as usize;
    let free = problem.pools().iter().map(|pool| {
        let at = |tick: usize| pool.changes().iter().rev().find(|change| change.0 <= tick as Time);
        (0..ticks).map(|tick| at(tick).map_or(0, |change| i64::from(change.1))).collect()
    });
    let free = free.collect();
    Tree { problem, free, finish: vec![0; problem.steps().len()] }.below(0, than)
}

/// The vector of a schedule whose steps finish so.
pub(crate) fn vector(problem: &Problem, finish: &[Time]) -> Vec<Time> {
    let backs = problem.services().iter().map(|service| {
        let last = service.ends.iter().map(|&end| finish[end]).max().unwrap_or(0);
        if last == NEVER { NEVER } else { last.saturating_sub(service.since) }
    });
    let rtas: Vec<Time> = backs.collect();
    let late = problem.services().iter().zip(&rtas).map(|(service, &rta)| {
        let rto = service.rto.unwrap_or(problem.horizon()).min(problem.horizon());
        if rta == NEVER { NEVER } else { rta.saturating_sub(rto) }
    });
    late.chain(rtas.iter().copied()).collect()
}

struct Tree<'a> {
    problem: &'a Problem,
    /// Units left, by pool and tick.
    free: Vec<Vec<i64>>,
    /// Of the steps placed so far.
    finish: Vec<Time>,
}

impl Tree<'_> {
    fn below(&mut self, step: usize, than: &[Time]) -> Option<Vec<Time>> {
        let vector = vector(self.problem, &self.hoped(step));
        if vector.as_slice() >= than {
            return None;
        }
        if step == self.finish.len() {
            return Some(vector);
        }
        let known = &self.problem.steps()[step];
        let ready = known.after.iter().map(|&other| self.finish[other]).fold(known.release, Time::max);
        let last = self.problem.horizon().checked_sub(known.duration);
        let starts = last.filter(|&last| ready <= last).map(|last| ready..=last);
        for start in starts.into_iter().flatten() {
            for mode in 0..known.modes.len().max(1) {
                if self.place(step, mode, start, 1) {
                    self.finish[step] = start + known.duration;
                    let found = self.below(step + 1, than);
                    self.place(step, mode, start, -1);
                    if found.is_some() {
                        return found;
                    }
                }
            }
        }
        self.finish[step] = NEVER;
        self.below(step + 1, than)
    }

    /// Finishes with those of steps not yet placed as early as their predecessors allow, which no schedule beats.
    fn hoped(&self, placed: usize) -> Vec<Time> {
        let mut finish = self.finish[..placed].to_vec();
        for known in &self.problem.steps()[placed..] {
            let ready = known.after.iter().map(|&other| finish[other]).fold(known.release, Time::max);
            finish.push(ready.saturating_add(known.duration));
        }
        finish
    }

    /// Takes (or gives back, with sign -1) what the step needs; takes nothing and says false if there is not enough.
    fn place(&mut self, step: usize, mode: usize, start: Time, sign: i64) -> bool {
        let known = &self.problem.steps()[step];
        let needs = known.modes.get(mode).cloned().unwrap_or_default();
        for need in &needs {
            let end = if need.kept { self.problem.horizon() } else { start + known.duration };
            for free in &mut self.free[need.pool][start as usize..end as usize] {
                *free -= sign * i64::from(need.units);
            }
        }
        let enough = self.free.iter().flatten().all(|&free| free >= 0);
        if sign > 0 && !enough {
            self.place(step, mode, start, -1);
        }
        enough
    }
}
