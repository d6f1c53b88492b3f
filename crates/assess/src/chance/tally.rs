//! What trials came to, so kept that the tallies of several ranges add up.

use base::Span;

use crate::boolean::{Estimate, wilson};

/// Bits of a time's mantissa that tell buckets apart: their ends are at most 1/128 apart.
const DETAIL: u32 = 7;
/// Bucket of the shortest time but zero, 1 ms, as a number made of exponent and mantissa.
const FIRST: u64 = 1023 << DETAIL;

/// Counts over a range of trials.
#[derive(Clone, Debug, PartialEq)]
pub struct Tally {
    asked: u64,
    made: u64,
    /// Trials in which all goals were met.
    all: u64,
    goals: Vec<Counts>,
}

#[derive(Clone, Debug, PartialEq)]
struct Counts {
    within: Option<Span>,
    met: u64,
    /// Trials in which it never came back.
    never: u64,
    /// Trials by length of the interruption; see [`bucket`].
    lengths: Vec<u64>,
}

/// How likely a goal is met.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chance {
    /// The chance, with an interval (Wilson).
    pub estimate: Estimate,
    /// Trials asked for. More than were made, if the work was stopped.
    pub asked: u64,
}

impl Chance {
    /// Whether all trials that were asked for were made.
    pub fn complete(&self) -> bool {
        self.estimate.trials >= self.asked
    }

    /// Whether the lower limit reaches `confidence`: what "met" means where times vary.
    pub fn met(&self, confidence: f64) -> bool {
        self.estimate.trials > 0 && self.estimate.low >= confidence
    }
}

impl Tally {
    pub(super) fn new(goals: &[(Span, Option<Span>)], asked: u64, never: f64) -> Tally {
        let counts = |(_, within): &(Span, Option<Span>)| Counts {
            within: *within,
            met: 0,
            never: 0,
            lengths: vec![0; bucket(never) + 1],
        };
        Tally { asked, made: 0, all: 0, goals: goals.iter().map(counts).collect() }
    }

    pub(super) fn count(&mut self, goal: usize, lasted: &[f64], met: &[bool]) {
        let counts = &mut self.goals[goal];
        counts.met += met.iter().map(|met| u64::from(*met)).sum::<u64>();
        for length in lasted {
            match counts.lengths.get_mut(bucket(*length)) {
                Some(count) => *count += 1,
                None => counts.never += 1,
            }
        }
    }

    pub(super) fn count_all(&mut self, met: &[bool]) {
        self.made += met.len() as u64;
        self.all += met.iter().map(|met| u64::from(*met)).sum::<u64>();
    }

    /// Adds the trials of another range of the same network.
    pub fn absorb(&mut self, other: &Tally) {
        self.asked += other.asked;
        self.made += other.made;
        self.all += other.all;
        for (own, theirs) in self.goals.iter_mut().zip(&other.goals) {
            own.met += theirs.met;
            own.never += theirs.never;
            own.lengths.iter_mut().zip(&theirs.lengths).for_each(|(own, theirs)| *own += theirs);
        }
    }

    /// Trials made.
    pub fn trials(&self) -> u64 {
        self.made
    }

    /// How likely a goal is met; `z` is the quantile of its interval. Nothing if there is no such goal.
    pub fn chance(&self, goal: usize, z: f64) -> Option<Chance> {
        Some(self.estimate(self.goals.get(goal)?.met, z))
    }

    /// How likely all goals are met together.
    pub fn chance_of_all(&self, z: f64) -> Chance {
        self.estimate(self.all, z)
    }

    /// As `chance_of_all`, if nothing had been met in any trial.
    pub(super) fn none(&self, z: f64) -> Chance {
        self.estimate(0, z)
    }

    fn estimate(&self, hits: u64, z: f64) -> Chance {
        let (low, high) = wilson(hits, self.made, z);
        Chance { estimate: Estimate { hits, trials: self.made, low, high }, asked: self.asked }
    }

    /// The least length of a goal's interruption that a share `p` of the trials did not exceed, rounded up by less than
    /// 0.8 %; `NEVER` if fewer came back. Nothing without trials or such a goal.
    pub fn quantile(&self, goal: usize, p: f64) -> Option<Span> {
        let counts = self.goals.get(goal).filter(|_| self.made > 0)?;
        let wanted = ((p * self.made as f64).ceil() as u64).clamp(1, self.made);
        let mut sum = 0;
        let found = counts.lengths.iter().position(|count| {
            sum += count;
            sum >= wanted
        });
        Some(found.map_or(Span::NEVER, last_of))
    }

    /// The longest interruption of a goal that was within its objective, as it was given.
    pub fn within(&self, goal: usize) -> Option<Span> {
        self.goals.get(goal)?.within
    }

    /// Trials in which a goal was never reached.
    pub fn never(&self, goal: usize) -> u64 {
        self.goals.get(goal).map_or(0, |counts| counts.never)
    }
}

/// Number of the bucket of a length in milliseconds: 0 for 0, then by the leading bits of the number.
fn bucket(length: f64) -> usize {
    let bits = length.to_bits() >> (52 - DETAIL);
    (bits + 1).saturating_sub(FIRST) as usize
}

/// The longest time in a bucket.
fn last_of(bucket: usize) -> Span {
    let next = f64::from_bits((bucket as u64 + FIRST) << (52 - DETAIL));
    if bucket == 0 { Span::ZERO } else { Span::millis((next.ceil() as u64).saturating_sub(1)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_holds_what_ends_in_it() {
        for length in (0..2000u64).chain([3_600_000, 7_776_000_000, 1 << 47]) {
            let last = last_of(bucket(length as f64)).as_millis();
            assert!(length <= last && last as f64 <= length as f64 * (1.0 + 1.0 / 128.0), "{length} {last}");
        }
        assert!(bucket(f64::INFINITY) > bucket((1u64 << 48) as f64));
    }
}
