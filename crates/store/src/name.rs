//! Names of files in a store.

use std::fmt;

/// The kinds of file a store keeps apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Folder {
    /// Packs of encrypted blobs.
    Data,
    /// Which blob is in which pack.
    Index,
    /// Keys, each locked with a password.
    Keys,
    /// Who works in the repository at present.
    Locks,
    /// One file a backup.
    Snapshots,
}

impl Folder {
    /// All folders.
    pub const ALL: [Folder; 5] =
        [Folder::Data, Folder::Index, Folder::Keys, Folder::Locks, Folder::Snapshots];

    /// The folder as the layout spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Folder::Data => "data",
            Folder::Index => "index",
            Folder::Keys => "keys",
            Folder::Locks => "locks",
            Folder::Snapshots => "snapshots",
        }
    }
}

/// Which file of a store is meant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Name {
    /// The one file that makes a place a repository.
    Config,
    /// A file in a folder; the 32 bytes are the SHA-256 of its content, but a store does not care.
    File(Folder, [u8; 32]),
}

impl Name {
    /// The id in lower-case hexadecimal digits, or `config`.
    pub fn text(&self) -> String {
        match self {
            Name::Config => "config".to_owned(),
            Name::File(_, id) => hex(id),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Name::Config => f.write_str("config"),
            Name::File(folder, id) => write!(f, "{}/{}", folder.as_str(), hex(id)),
        }
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

pub(crate) fn hex(id: &[u8; 32]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    id.iter()
        .flat_map(|b| [DIGITS[usize::from(b >> 4)] as char, DIGITS[usize::from(b & 15)] as char])
        .collect()
}

/// Only the spelling `hex` gives is an id: a file with capitals in its name is somebody else's.
pub(crate) fn unhex(text: &str) -> Option<[u8; 32]> {
    let digit = |b: u8| match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'a'..=b'f' => Some(b - b'a' + 10),
        _ => None,
    };
    let bytes: &[u8; 64] = text.as_bytes().try_into().ok()?;
    let mut id = [0; 32];
    for (out, pair) in id.iter_mut().zip(bytes.chunks_exact(2)) {
        *out = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(id)
}

#[cfg(test)]
mod tests {
    use super::{hex, unhex};

    #[test]
    fn ids_are_spelt_one_way_only() {
        let id = std::array::from_fn(|i| i as u8 * 7);
        assert_eq!(unhex(&hex(&id)), Some(id));
        for bad in ["", "00", &"A".repeat(64), &"é".repeat(32), &"0".repeat(65)] {
            assert_eq!(unhex(bad), None, "{bad}");
        }
    }
}
