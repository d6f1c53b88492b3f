//! Where files are cut: Rabin fingerprints over a window of 64 bytes, with the vault's own polynomial, at the places
//! where restic cuts.

use rustic_cdc::{Polynom, Polynom64, Rabin64, RollingHash64};

use crate::crypto::random;
use crate::error::Result;

const WINDOW_BITS: u32 = 6;
const WINDOW: usize = 1 << WINDOW_BITS;
/// Smallest chunk but the last of a file.
pub(crate) const MIN: usize = 512 << 10;
/// Greatest chunk.
pub(crate) const MAX: usize = 8 << 20;
const MASK: u64 = (1 << 20) - 1;
const DEGREE: i32 = 53;

/// Finds the cuts; its tables are made once.
pub(crate) struct Chunker {
    rabin: Rabin64,
}

impl Chunker {
    pub(crate) fn new(polynomial: u64) -> Chunker {
        Chunker { rabin: Rabin64::new_with_polynom(WINDOW_BITS, &polynomial) }
    }

    /// Length of the first chunk of `bytes`, which holds up to `MAX` bytes, fewer only at the end of a file.
    pub(crate) fn cut(&mut self, bytes: &[u8]) -> usize {
        if bytes.len() <= MIN {
            return bytes.len();
        }
        self.rabin.reset();
        self.rabin.slide(1);
        // What stands before the window at the smallest length has no say in the cut.
        for byte in &bytes[MIN - WINDOW..MIN - 1] {
            self.rabin.slide(*byte);
        }
        for (at, byte) in bytes[MIN - 1..].iter().enumerate() {
            self.rabin.slide(*byte);
            let length = MIN + at;
            if self.rabin.get_hash() & MASK == 0 || length >= MAX {
                return length;
            }
        }
        bytes.len()
    }
}

/// A new irreducible polynomial of degree 53.
pub(crate) fn random_polynomial() -> Result<u64> {
    loop {
        let mut bytes = [0; 8];
        random(&mut bytes)?;
        // Degree exactly 53, and a constant term, without which x divides it.
        let candidate = u64::from_le_bytes(bytes) & ((1 << (DEGREE + 1)) - 1) | (1 << DEGREE) | 1;
        if is_irreducible(candidate) {
            return Ok(candidate);
        }
    }
}

/// Ben-Or: no common factor with x^(2^i) - x for every i up to half the degree.
pub(crate) fn is_irreducible(f: u64) -> bool {
    if f.degree() != DEGREE {
        return false;
    }
    let mut power: Polynom64 = 2;
    (1..=DEGREE / 2).all(|_| {
        power = multiply(power, power, f);
        gcd(f, power ^ 2) == 1
    })
}

/// Product of two polynomials modulo `f`; all of degree below that of `f`.
fn multiply(a: u64, b: u64, f: u64) -> u64 {
    let (mut a, mut b, mut out) = (a, b, 0);
    while b != 0 {
        if b & 1 == 1 {
            out ^= a;
        }
        b >>= 1;
        a <<= 1;
        if a.degree() >= f.degree() {
            a ^= f;
        }
    }
    out
}

fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a.modulo(&b));
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_polynomials() {
        assert!(is_irreducible(0x003D_A335_8B4D_C173));
        assert!(!is_irreducible(0x003D_A335_8B4D_C172));
        assert!(!is_irreducible(1 << 53 | 1));
        assert!(!is_irreducible(7));
        assert!(is_irreducible(random_polynomial().unwrap()));
    }

    #[test]
    fn cuts_keep_the_limits_and_follow_content() {
        let mut state = 1u64;
        let mut bytes = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        };
        let data: Vec<u8> = (0..20 << 20).map(|_| bytes()).collect();
        let cuts = |data: &[u8]| {
            let mut chunker = Chunker::new(0x003D_A335_8B4D_C173);
            let (mut at, mut out) = (0, Vec::new());
            while at < data.len() {
                let length = chunker.cut(&data[at..data.len().min(at + MAX)]);
                assert!(length <= MAX && (length >= MIN || at + length == data.len()));
                at += length;
                out.push(at);
            }
            out
        };
        let plain = cuts(&data);
        let shifted = cuts(&[b"x", data.as_slice()].concat());
        let common = plain.iter().filter(|at| shifted.contains(&(*at + 1))).count();
        assert!(plain.len() > 5 && common + 2 >= plain.len(), "{plain:?} {shifted:?}");
    }
}
