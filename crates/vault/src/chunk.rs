//! Where files are cut: Rabin fingerprints over a window of 64 bytes, with the vault's own polynomial, at the places
//! where restic cuts.

use rustic_cdc::{Polynom, Polynom64};

use crate::crypto::random;
use crate::error::Result;

const WINDOW: usize = 64;
/// Smallest chunk but the last of a file.
pub(crate) const MIN: usize = 512 << 10;
/// Greatest chunk.
pub(crate) const MAX: usize = 8 << 20;
const MASK: u64 = (1 << 20) - 1;
const DEGREE: i32 = 53;

/// A window's fingerprint depends on nothing before it. So several places are looked at in turn, `LANE` bytes from one to
/// the next: each waits for the memory on its own, and together they take a fraction of the time.
const LANES: usize = 4;
const LANE: usize = 8 << 10;

/// Finds the cuts; its tables are made once.
pub(crate) struct Chunker {
    /// What a byte that leaves the window contributed.
    out: [u64; 256],
    /// What brings a fingerprint with these bits beyond the degree back below it.
    reduce: [u64; 256],
}

impl Chunker {
    pub(crate) fn new(polynomial: u64) -> Chunker {
        let beyond = |byte: u64| byte << DEGREE;
        let reduce = std::array::from_fn(|byte| {
            let high = beyond(byte as u64);
            high.modulo(&polynomial) | high
        });
        let empty = Chunker { out: [0; 256], reduce };
        let out = std::array::from_fn(|byte| (1..WINDOW).fold(byte as u64, |hash, _| empty.append(hash, 0)));
        Chunker { out, ..empty }
    }

    /// Length of the first chunk of `bytes`, which holds up to `MAX` bytes, fewer only at the end of a file.
    pub(crate) fn cut(&self, bytes: &[u8]) -> usize {
        let end = bytes.len().min(MAX);
        // The last byte of the chunk; the smallest chunk is the first that may end.
        let mut last = MIN - 1;
        while last + LANES * LANE <= end {
            match self.lanes(bytes, last) {
                Some(found) => return found + 1,
                None => last += LANES * LANE,
            }
        }
        if last >= end {
            return end;
        }
        let mut hash = self.window(&bytes[last - WINDOW..last]);
        for (old, new) in bytes[last - WINDOW..].iter().zip(&bytes[last..end]) {
            hash = self.roll(hash, *old, *new);
            last += 1;
            if hash & MASK == 0 {
                return last;
            }
        }
        end
    }

    /// The first place from `from` on, within as many bytes as all lanes have together, whose window says to cut.
    fn lanes(&self, bytes: &[u8], from: usize) -> Option<usize> {
        let starts: [usize; LANES] = std::array::from_fn(|lane| from + lane * LANE);
        let mut hashes = starts.map(|start| self.window(&bytes[start - WINDOW..start]));
        let lane = |start: usize| bytes[start..].first_chunk::<LANE>().unwrap_or(&[0; LANE]);
        let (old, new) = (starts.map(|start| lane(start - WINDOW)), starts.map(lane));
        let mut found = [None; LANES];
        for at in 0..LANE {
            let mut least = u64::MAX;
            for lane in 0..LANES {
                hashes[lane] = self.roll(hashes[lane], old[lane][at], new[lane][at]);
                least = least.min(hashes[lane] & MASK);
            }
            if least == 0 {
                (0..LANES).filter(|lane| hashes[*lane] & MASK == 0).for_each(|lane| {
                    found[lane].get_or_insert(starts[lane] + at);
                });
                // Nothing comes before what the first lane finds.
                if found[0].is_some() {
                    break;
                }
            }
        }
        found.into_iter().flatten().next()
    }

    /// The fingerprint of a whole window.
    fn window(&self, bytes: &[u8]) -> u64 {
        bytes.iter().fold(0, |hash, byte| self.append(hash, *byte))
    }

    fn roll(&self, hash: u64, old: u8, new: u8) -> u64 {
        self.append(hash ^ self.out[usize::from(old)], new)
    }

    fn append(&self, hash: u64, byte: u8) -> u64 {
        let beyond = (hash >> (DEGREE - 8)) as u8;
        (hash << 8 | u64::from(byte)) ^ self.reduce[usize::from(beyond)]
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
    use rustic_cdc::{Rabin64, RollingHash64};

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
            let chunker = Chunker::new(0x003D_A335_8B4D_C173);
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

    /// As the format says it: one byte after the other through one window.
    fn plainly(polynomial: u64, bytes: &[u8]) -> usize {
        let mut rabin = Rabin64::new_with_polynom(6, &polynomial);
        rabin.reset();
        rabin.slide(1);
        bytes.iter().take(MIN - 1).for_each(|byte| rabin.slide(*byte));
        for (at, byte) in bytes.iter().enumerate().take(MAX).skip(MIN - 1) {
            rabin.slide(*byte);
            if rabin.get_hash() & MASK == 0 {
                return at + 1;
            }
        }
        bytes.len().min(MAX)
    }

    #[test]
    fn lanes_cut_where_one_window_does() {
        for seed in 0..60 {
            let polynomial = if seed % 2 == 0 { 0x003D_A335_8B4D_C173 } else { random_polynomial().unwrap() };
            let chunker = Chunker::new(polynomial);
            let mut data = crate::tests::noise(seed, 6 << 20);
            // Runs of one byte, which have many windows alike; the last with a fingerprint of zero.
            match seed % 4 {
                2 => data[1 << 20..3 << 20].fill(seed as u8),
                3 => data[(1 << 20) + seed as usize..].fill(0),
                _ => {}
            }
            data.truncate((6 << 20) - (seed as usize * 7919) % 60_000);
            let mut rest = data.as_slice();
            while !rest.is_empty() {
                let length = chunker.cut(rest);
                assert_eq!(length, plainly(polynomial, rest), "seed {seed}, polynomial {polynomial:x}");
                rest = &rest[length..];
            }
        }
    }

    #[test]
    fn lengths_around_the_limits() {
        let polynomial = 0x003D_A335_8B4D_C173;
        let chunker = Chunker::new(polynomial);
        // Ones are never cut before the greatest length.
        let ones = vec![1; MAX + 1];
        let block = MIN - 1 + LANES * LANE;
        for length in [0, 1, MIN - 1, MIN, MIN + 1, block - 1, block, block + 1, MAX - 1, MAX] {
            assert_eq!(chunker.cut(&ones[..length]), plainly(polynomial, &ones[..length]), "{length}");
        }
        assert_eq!(chunker.cut(&ones[..MAX]), MAX);
        assert_eq!(chunker.cut(&[0; 2 * MIN]), plainly(polynomial, &[0; 2 * MIN]));
    }
}
