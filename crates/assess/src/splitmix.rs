//! SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators"), whose n-th number needs no
//! look at those before it.

/// The odd number nearest to 2^64 divided by the golden ratio.
pub(crate) const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// Spreads the bits of a number: neighbours become unrelated.
pub(crate) fn spread(z: u64) -> u64 {
    let z = (z ^ z >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ z >> 31
}

/// The number after state `z`.
pub(crate) fn mix(z: u64) -> u64 {
    spread(z.wrapping_add(STEP))
}
