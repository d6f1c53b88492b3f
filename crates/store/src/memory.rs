//! A store in memory, for tests.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{Entry, Error, Folder, Name, Result, Store};

/// Keeps files in memory. Nothing outlives the process, so it is of use to tests only.
#[derive(Debug, Default)]
pub struct Memory {
    files: Mutex<BTreeMap<Name, Vec<u8>>>,
}

impl Memory {
    /// An empty store.
    pub fn new() -> Memory {
        Memory::default()
    }

    /// A copy of everything in it, as it would be found after a crash at this moment.
    pub fn copy(&self) -> Memory {
        Memory { files: Mutex::new(self.files().clone()) }
    }

    /// Changes the bytes of a file behind everybody's back, as decay and attackers do.
    pub fn damage(&self, name: &Name, change: impl FnOnce(&mut Vec<u8>)) {
        if let Some(bytes) = self.files().get_mut(name) {
            change(bytes);
        }
    }

    /// A poisoned lock means that another test thread failed; the map itself is always whole.
    fn files(&self) -> MutexGuard<'_, BTreeMap<Name, Vec<u8>>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for Memory {
    fn place(&self) -> String {
        "memory".to_owned()
    }

    fn list(&self, folder: Folder) -> Result<Vec<Entry>> {
        let files = self.files();
        let wanted = |name: &Name| matches!(name, Name::File(f, _) if *f == folder);
        let entry = |(name, bytes): (&Name, &Vec<u8>)| Entry { name: *name, size: bytes.len() as u64 };
        Ok(files.iter().filter(|(name, _)| wanted(name)).map(entry).collect())
    }

    fn load(&self, name: &Name) -> Result<Vec<u8>> {
        self.files().get(name).cloned().ok_or_else(|| Error::missing(name, "memory"))
    }

    fn load_range(&self, name: &Name, offset: u64, into: &mut [u8]) -> Result<()> {
        let files = self.files();
        let bytes = files.get(name).ok_or_else(|| Error::missing(name, "memory"))?;
        let range = usize::try_from(offset).ok().and_then(|from| bytes.get(from..)?.get(..into.len()));
        into.copy_from_slice(range.ok_or_else(|| Error::short(name, "memory"))?);
        Ok(())
    }

    fn save(&self, name: &Name, bytes: &[u8]) -> Result<()> {
        let mut files = self.files();
        if *name == Name::Config && files.contains_key(name) {
            return Err(Error::exists(name, "memory"));
        }
        files.insert(*name, bytes.to_vec());
        Ok(())
    }

    fn remove(&self, name: &Name) -> Result<()> {
        self.files().remove(name).map(drop).ok_or_else(|| Error::missing(name, "memory"))
    }

    fn size(&self, name: &Name) -> Result<u64> {
        self.files().get(name).map(|b| b.len() as u64).ok_or_else(|| Error::missing(name, "memory"))
    }
}
