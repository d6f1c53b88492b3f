//! What is left when no diagram fits the limit: drawing, with an interval that says how far to trust it.

use super::circuit::{Circuit, EventId};
use crate::splitmix::{STEP, mix};

/// Quantile of the normal distribution for intervals that hold in 95 of 100 cases.
pub const Z_95: f64 = 1.959_963_984_540_054;

/// A probability by drawing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Trials in which the top event was true.
    pub hits: u64,
    /// Trials made. Fewer than asked for when the caller wanted to stop.
    pub trials: u64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

/// Draws the top event's probability with independent events.
///
/// A draw depends on the seed, the trial and the event's name only: an event that is added or renamed leaves the
/// draws of all others as they are, and two variants of a circuit meet the same luck. `z` is the interval's quantile
/// (`Z_95`); `stop` is asked every 64 trials.
///
/// # Errors
/// An event that the top event may depend on, without a probability.
pub fn simulate(
    circuit: &Circuit,
    seed: u64,
    trials: u64,
    z: f64,
    stop: &dyn Fn() -> bool,
) -> Result<Estimate, EventId> {
    let mut streams = Vec::new();
    for event in circuit.used_events() {
        let probability = circuit.probability(event).ok_or(event)?;
        streams.push((event.index(), mix(seed ^ name_hash(circuit.name(event))), probability));
    }
    let mut lanes = vec![0; circuit.events().len()];
    let (mut values, mut hits, mut done) = (Vec::new(), 0, 0);
    while done < trials && !stop() {
        for (place, stream, probability) in &streams {
            lanes[*place] = word(*stream, done, *probability);
        }
        circuit.evaluate_into(&lanes, &mut values);
        let count = (trials - done).min(64);
        let wanted = u64::MAX >> (64 - count);
        hits += u64::from((values[circuit.top.0 as usize] & wanted).count_ones());
        done += count;
    }
    let (low, high) = wilson(hits, done, z);
    Ok(Estimate { hits, trials: done, low, high })
}

/// An event in the 64 trials from `first` on.
fn word(stream: u64, first: u64, probability: f64) -> u64 {
    (0..64).fold(0, |word, bit| {
        let draw = mix(stream.wrapping_add(first.wrapping_add(bit).wrapping_mul(STEP)));
        // 53 bits make every value of [0, 1) that is drawn exact, so 0 never happens and 1 always.
        let uniform = (draw >> 11) as f64 / (1u64 << 53) as f64;
        word | u64::from(uniform < probability) << bit
    })
}

/// FNV-1a, 64 bits: the standard library's hash may change between versions of Rust.
pub(crate) fn name_hash(name: &str) -> u64 {
    name.bytes()
        .fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

/// Wilson's score interval (Wilson 1927); all of [0, 1] without trials.
pub(crate) fn wilson(hits: u64, trials: u64, z: f64) -> (f64, f64) {
    if trials == 0 {
        return (0.0, 1.0);
    }
    let (hits, trials) = (hits as f64, trials as f64);
    let middle = (hits + z * z / 2.0) / (trials + z * z);
    let half = z / (trials + z * z) * (hits * (trials - hits) / trials + z * z / 4.0).sqrt();
    ((middle - half).max(0.0), (middle + half).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_s_interval_is_that_of_the_books() {
        // 81 of 263: Altman et al. 2000, "Statistics with confidence", give 0.255 to 0.366.
        let (low, high) = wilson(81, 263, Z_95);
        assert!((low - 0.2553).abs() < 5e-5 && (high - 0.3662).abs() < 5e-5, "{low} {high}");
        assert_eq!(wilson(0, 0, Z_95), (0.0, 1.0));
        assert_eq!(wilson(0, 10, Z_95).0, 0.0);
        assert_eq!(wilson(10, 10, Z_95).1, 1.0);
    }

    #[test]
    fn the_generator_is_splitmix64() {
        // First outputs for the seed 1234567, as published with the reference code.
        let state = 1_234_567u64;
        let drawn: Vec<u64> = (0..3).map(|n: u64| mix(state.wrapping_add(n.wrapping_mul(STEP)))).collect();
        assert_eq!(drawn, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn names_are_hashed_as_fnv_1a() {
        assert_eq!(name_hash(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(name_hash("a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(name_hash("foobar"), 0x8594_4171_f739_67e8);
    }
}
