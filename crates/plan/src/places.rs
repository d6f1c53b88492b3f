//! Where each part of a plan stands in its text.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::diagnostic::Mark;

/// The path of a part, such as `services.erp.ways`, as a number: a large plan has millions of parts, and their paths
/// would fill most of the memory. Two paths in one plan with the same number are next to impossible, and would only
/// mix up two lines in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Path(u64);

impl Path {
    /// The plan as a whole (FNV-1a, 64 bits).
    pub(crate) const ROOT: Path = Path(0xcbf2_9ce4_8422_2325);

    /// The path written out.
    pub(crate) fn of(text: &str) -> Path {
        Path::ROOT.and(text)
    }

    /// A part of this part.
    pub(crate) fn child(self, name: &str) -> Path {
        self.and(".").and(name)
    }

    /// The same path with more text at its end.
    pub(crate) fn and(self, text: &str) -> Path {
        Path(text.bytes().fold(self.0, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)))
    }
}

/// The place of every part.
#[derive(Debug, Default)]
pub(crate) struct Places(HashMap<u64, Mark, BuildHasherDefault<AsItIs>>);

impl Places {
    /// Makes room for so many parts at once, rather than again and again.
    pub(crate) fn expect(&mut self, parts: usize) {
        self.0.reserve(parts);
    }

    /// Puts a part at a place, wherever it was before.
    pub(crate) fn insert(&mut self, path: Path, mark: Mark) {
        self.0.insert(path.0, mark);
    }

    /// Puts a part at a place, unless it has one.
    pub(crate) fn note(&mut self, path: Path, mark: Mark) {
        self.0.entry(path.0).or_insert(mark);
    }

    /// The place of a path, or of the nearest path around it.
    pub(crate) fn find(&self, path: &str) -> Option<Mark> {
        let mut path = path;
        loop {
            if let Some(mark) = self.0.get(&Path::of(path).0) {
                return Some(*mark);
            }
            path = path.rsplit_once('.')?.0;
        }
    }
}

/// Paths are hashes already.
#[derive(Debug, Default)]
pub(crate) struct AsItIs(u64);

impl Hasher for AsItIs {
    fn write(&mut self, bytes: &[u8]) {
        // Only numbers are looked up; anything else still works.
        bytes.iter().for_each(|byte| self.0 = self.0.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_enclosing_part_is_found() {
        let mark = |line| Mark { file: 0, line, column: 1, length: 1 };
        let mut places = Places::default();
        places.insert(Path::of("services.a.b"), mark(3));
        places.note(Path::of("services.a.b"), mark(4));
        places.note(Path::of("services").child("a.b").child("ways"), mark(5));
        assert_eq!(places.find("services.a.b.ways.spare.steps"), Some(mark(5)));
        assert_eq!(places.find("services.a.b.hold"), Some(mark(3)));
        assert_eq!(places.find("services.a"), None);
    }
}
