//! Random numbers by key: one depends on the seed, the trial and a stable name, on nothing else. So trials can be made in
//! any order on any number of threads, variants of a plan meet the same luck, and a step that is added or renamed leaves
//! the draws of all others as they were.

use super::normal;
use crate::boolean::name_hash;
use crate::splitmix::{STEP, mix};

/// Trials made side by side.
pub(super) const LANES: usize = 1024;

/// The numbers of one name under one seed: SplitMix64 as a counter-based generator, its origin the hash of the name. A
/// number of 64 bits serves four trials, 16 bits each.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stream(u64);

impl Stream {
    pub(super) fn new(seed: u64, name: &str) -> Stream {
        Stream(mix(mix(seed) ^ name_hash(name)))
    }

    /// 64 bits: those of trials 4n to 4n + 3.
    fn word(self, n: u64) -> u64 {
        mix(self.0.wrapping_add(n.wrapping_mul(STEP)))
    }

    /// The states of `LANES` trials, from trial `first`, a multiple of 4, on.
    #[inline(always)]
    pub(super) fn each(self, first: u64, mut use_of: impl FnMut(usize, u16)) {
        let first = first / 4;
        for n in 0..LANES / 4 {
            let word = self.word(first.wrapping_add(n as u64));
            use_of(4 * n, word as u16);
            use_of(4 * n + 1, (word >> 16) as u16);
            use_of(4 * n + 2, (word >> 32) as u16);
            use_of(4 * n + 3, (word >> 48) as u16);
        }
    }

    /// A standard normal number for a trial.
    pub(super) fn normal(self, trial: u64) -> f64 {
        let uniform = ((self.word(trial) >> 11) as f64 + 0.5) / (1u64 << 53) as f64;
        normal::quantile(uniform.min(1.0 - f64::EPSILON))
    }
}

/// A stream tied to a factor that others share (one-factor Gaussian copula): with strength 0 the streams are independent,
/// with 1 they are one and the same.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tied {
    pub(super) own: Stream,
    pub(super) factor: Stream,
    /// Correlation of the normal numbers of two streams with one factor, 0 to 1.
    pub(super) strength: f64,
}

impl Tied {
    /// The state of a trial.
    pub(super) fn state(&self, trial: u64) -> u16 {
        let factor = self.strength.sqrt() * self.factor.normal(trial);
        let own = (1.0 - self.strength).sqrt() * self.own.normal(trial);
        (normal::cumulative(factor + own) * 65_536.0).min(65_535.0) as u16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn states(seed: u64, name: &str, blocks: u64) -> Vec<u16> {
        let mut out = Vec::new();
        for block in 0..blocks {
            Stream::new(seed, name).each(block * LANES as u64, |_, state| out.push(state));
        }
        out
    }

    fn correlation(a: &[u16], b: &[u16]) -> f64 {
        let centred = |v: &u16| f64::from(*v) - 32_767.5;
        let sum = a.iter().zip(b).map(|(a, b)| centred(a) * centred(b)).sum::<f64>();
        sum / (65_536.0f64.powi(2) / 12.0) / a.len() as f64
    }

    #[test]
    fn every_state_comes_equally_often() {
        let drawn = states(1, "restore register", 4096);
        let mut counts = [0u32; 64];
        drawn.iter().for_each(|state| counts[usize::from(state >> 10)] += 1);
        let expected = drawn.len() as f64 / 64.0;
        let chi: f64 = counts.iter().map(|n| (f64::from(*n) - expected).powi(2) / expected).sum();
        // 63 degrees of freedom: 1 in 10,000 is above 113.
        assert!(chi < 113.0, "{chi}");
    }

    #[test]
    fn names_seeds_and_neighbouring_trials_have_nothing_in_common() {
        let base = states(1, "a", 1024);
        let limit = 5.0 / (base.len() as f64).sqrt();
        for other in [states(1, "b", 1024), states(2, "a", 1024)] {
            assert!(correlation(&base, &other).abs() < limit);
        }
        assert!(correlation(&base, &base[1..]).abs() < limit);
        assert_eq!(base, states(1, "a", 1024));
    }

    #[test]
    fn a_factor_ties_as_strongly_as_was_said() {
        let draw = |name: &str, strength: f64| {
            let tied = Tied { own: Stream::new(1, name), factor: Stream::new(1, "region"), strength };
            (0..100_000).map(|trial| tied.state(trial)).collect::<Vec<u16>>()
        };
        assert!(correlation(&draw("a", 0.0), &draw("b", 0.0)).abs() < 0.015);
        assert_eq!(draw("a", 1.0), draw("b", 1.0));
        // Spearman's rank correlation of a Gaussian copula: 6/π asin(ρ/2).
        let expected = 6.0 / std::f64::consts::PI * (0.5f64 / 2.0).asin();
        let found = correlation(&draw("a", 0.5), &draw("b", 0.5));
        assert!((found - expected).abs() < 0.015, "{found} {expected}");
        assert!((correlation(&draw("a", 0.5), &draw("a", 0.5)) - 1.0).abs() < 0.015, "itself stays uniform");
    }
}
