//! Where bytes are kept: a small storage trait, its contract, and a directory.
//!
//! Invariant: a store knows nothing of what it holds. It neither parses, encrypts nor compresses, and it never
//! changes a byte. The layout is the one restic uses, so that any restic can open the same directory.

mod directory;
mod error;
mod faulty;
mod memory;
mod name;

use std::sync::Arc;

pub use directory::Directory;
pub use error::{Error, Kind, Result};
pub use faulty::{Faulty, Odds};
pub use memory::Memory;
pub use name::{Folder, Name};

/// One file of a store as a listing shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Which file.
    pub name: Name,
    /// Its length in bytes.
    pub size: u64,
}

/// A place that keeps whole files by name.
///
/// The contract, which every implementation is tested against (`tests/contract.rs`):
///
/// - **Names** are a [`Folder`] and 32 bytes; there is one `config`, which has no name of its own.
/// - **`save`** is atomic and durable: when it returns `Ok`, the file survives a power cut; when it fails or the
///   process dies, the file is absent or whole, never in part. Saving the same name again with the same bytes
///   is allowed and does no harm, except that `config` is written once: a second time is [`Kind::Exists`].
/// - **`load`** returns all bytes as saved; **`load_range`** returns exactly `length` bytes or an error, never
///   fewer. Neither promises that the bytes are undamaged: the caller verifies.
/// - **`remove`** is durable; a file that is absent already is [`Kind::Missing`].
/// - **`list`** names every file whose `save` returned before the call. What cannot be listed is an error:
///   an empty list means that the folder is known to be empty. Foreign files in a folder are not listed.
/// - **Errors** say by [`Kind`] whether trying again can help: `Missing`, `Exists`, `Refused` and `Full` are
///   permanent, `Temporary` is worth a repetition, `Unknown` may be either. All calls may be repeated.
/// - All calls may come from several threads at once.
pub trait Store: Send + Sync {
    /// Where this is, for texts to people; never holds a secret.
    fn place(&self) -> String;
    /// All files of a folder with their sizes, in no order.
    fn list(&self, folder: Folder) -> Result<Vec<Entry>>;
    /// All bytes of a file.
    fn load(&self, name: &Name) -> Result<Vec<u8>>;
    /// Fills `into` from `offset` on; an error if the file ends before.
    fn load_range(&self, name: &Name, offset: u64, into: &mut [u8]) -> Result<()>;
    /// Keeps `bytes` under `name`, durably and atomically.
    fn save(&self, name: &Name, bytes: &[u8]) -> Result<()>;
    /// Forgets a file, durably.
    fn remove(&self, name: &Name) -> Result<()>;
    /// Size of a file in bytes.
    fn size(&self, name: &Name) -> Result<u64>;
}

impl<S: Store + ?Sized> Store for Arc<S> {
    fn place(&self) -> String {
        (**self).place()
    }
    fn list(&self, folder: Folder) -> Result<Vec<Entry>> {
        (**self).list(folder)
    }
    fn load(&self, name: &Name) -> Result<Vec<u8>> {
        (**self).load(name)
    }
    fn load_range(&self, name: &Name, offset: u64, into: &mut [u8]) -> Result<()> {
        (**self).load_range(name, offset, into)
    }
    fn save(&self, name: &Name, bytes: &[u8]) -> Result<()> {
        (**self).save(name, bytes)
    }
    fn remove(&self, name: &Name) -> Result<()> {
        (**self).remove(name)
    }
    fn size(&self, name: &Name) -> Result<u64> {
        (**self).size(name)
    }
}
