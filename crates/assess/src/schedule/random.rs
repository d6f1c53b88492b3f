//! Reproducible choices for the search: a stream of numbers that depends on a seed only.

use crate::splitmix::{STEP, spread};

/// SplitMix64: small, fast, and good enough for choosing between schedules.
#[derive(Clone, Debug)]
pub(super) struct Random {
    state: u64,
}

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    pub(super) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(STEP);
        spread(self.state)
    }

    /// A number below `limit`; 0 if `limit` is 0.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        let wide = u128::from(self.next()) * (limit as u128);
        (wide >> 64) as usize
    }
}
