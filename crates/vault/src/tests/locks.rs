//! Locks: honoured, stale ones put aside, lost ones noticed.

use std::sync::Arc;

use base::Exit;
use store::{Folder, Memory, Name, Store};

use super::*;

/// A lock as another program on another machine writes it, so many seconds old.
fn foreign(vault: &Vault, exclusive: bool, age: i64) -> Id {
    let lock = serde_json::json!({
        "time": Later(-age).now().to_string(),
        "exclusive": exclusive,
        "hostname": "elsewhere",
        "username": "root",
        "pid": 1,
    });
    vault.repo.save(Folder::Locks, &lock).unwrap()
}

#[test]
fn an_exclusive_lock_stops_everything_and_a_shared_one_nothing() {
    let source = sample();
    let store = Arc::new(Memory::new());
    let vault = made(&store);
    foreign(&vault, false, 5);
    backup(&vault, source.path()).unwrap();
    foreign(&vault, true, 5);
    let target = tempfile::tempdir().unwrap();
    let faults = [
        backup(&vault, source.path()).map(drop).unwrap_err(),
        restore(&vault, "latest", target.path()).map(drop).unwrap_err(),
        vault.check(false, &Later(0), &Heard::default()).map(drop).unwrap_err(),
    ];
    for fault in faults {
        assert_eq!(fault.exit, Exit::Locked, "{fault}");
        assert!(fault.to_string().contains("locked by root@elsewhere"), "{fault}");
    }
    assert_eq!(store.list(Folder::Locks).unwrap().len(), 2, "our own locks are given back");
}

#[test]
fn a_lock_that_nobody_refreshed_is_put_aside_and_said_so() {
    let source = sample();
    let store = Arc::new(Memory::new());
    let vault = made(&store);
    foreign(&vault, true, 31 * 60);
    let heard = Heard::default();
    vault.backup(request(source.path()), &Later(0), &heard).unwrap();
    assert!(heard.0.lock().unwrap().iter().any(|text| text.contains("nobody holds")), "{:?}", heard.0);
    assert!(store.list(Folder::Locks).unwrap().is_empty());
}

/// Takes all locks away once the first pack is stored, as `unlock` and a prune would.
struct Robbed(Memory);

impl Store for Robbed {
    fn place(&self) -> String {
        self.0.place()
    }
    fn list(&self, folder: Folder) -> store::Result<Vec<store::Entry>> {
        self.0.list(folder)
    }
    fn load(&self, name: &Name) -> store::Result<Vec<u8>> {
        self.0.load(name)
    }
    fn load_range(&self, name: &Name, offset: u64, into: &mut [u8]) -> store::Result<()> {
        self.0.load_range(name, offset, into)
    }
    fn save(&self, name: &Name, bytes: &[u8]) -> store::Result<()> {
        if matches!(name, Name::File(Folder::Data, _)) {
            for entry in self.0.list(Folder::Locks)? {
                self.0.remove(&entry.name)?;
            }
        }
        self.0.save(name, bytes)
    }
    fn remove(&self, name: &Name) -> store::Result<()> {
        self.0.remove(name)
    }
    fn size(&self, name: &Name) -> store::Result<u64> {
        self.0.size(name)
    }
}

#[test]
fn a_backup_whose_lock_was_taken_away_makes_no_snapshot() {
    let source = sample();
    let store = Arc::new(Memory::new());
    made(&store);
    let store = Arc::new(Robbed(store.copy()));
    let vault = opened(&store).unwrap();
    let fault = backup(&vault, source.path()).unwrap_err();
    assert!(fault.to_string().contains("our lock on the vault was lost"), "{fault}");
    assert!(vault.snapshots().unwrap().0.is_empty());
    // Somebody may have pruned the packs that an index would name.
    assert!(store.list(Folder::Index).unwrap().is_empty());
}
