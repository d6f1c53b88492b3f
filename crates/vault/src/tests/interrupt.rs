//! Work that is broken off: what was stored is used by the next backup.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use base::{Exit, Fault, Message, Monitor};
use store::{Folder, Memory, Store};

use super::*;

/// Interrupts once so many bytes are done.
struct After(u64, AtomicU64);

impl Monitor for After {
    fn advance(&self, amount: u64) {
        self.1.fetch_add(amount, Ordering::Relaxed);
    }
    fn interrupted(&self) -> bool {
        self.1.load(Ordering::Relaxed) >= self.0
    }
}

fn bytes_in(store: &Memory) -> u64 {
    store.list(Folder::Data).unwrap().iter().map(|entry| entry.size).sum()
}

/// Every pack stands in an index.
fn all_indexed(vault: &Vault) -> bool {
    let report = vault.check(true, &Later(0), &Heard::default()).unwrap();
    report.problems.is_empty() && report.notes.is_empty()
}

fn files(folder: &Path, count: u64) {
    (0..count).for_each(|n| fs::write(folder.join(format!("{n}")), noise(n, 1_000_000)).unwrap());
}

#[test]
fn an_interrupted_backup_leaves_nothing_to_be_done_twice() {
    let source = tempfile::tempdir().unwrap();
    files(source.path(), 60);
    for bytes in [1, 5_000_000, 20_000_000, 50_000_000] {
        let store = Arc::new(Memory::new());
        let vault = made(&store);
        let stop = After(bytes, AtomicU64::new(0));
        let fault = vault.backup(request(source.path()), &Later(0), &stop).unwrap_err();
        assert_eq!(fault.exit, Exit::Interrupted);
        assert!(vault.snapshots().unwrap().0.is_empty() && all_indexed(&vault));
        let kept = bytes_in(&store);
        assert!(kept >= bytes, "{kept} of {bytes} are kept");
        backup(&vault, source.path()).unwrap();
        let twice = bytes_in(&store) - 60_000_000;
        assert!(twice < 100_000, "{twice} bytes more than there are, after {bytes}");
        assert!(sound(&vault));
    }
}

/// A stream of 30 MB that may break off at its end.
fn stream(vault: &Vault, broken: bool, failed: bool) -> Result<BackupReport, Fault> {
    struct Breaks(bool);
    impl io::Read for Breaks {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            if self.0 { Err(io::Error::other("cable cut")) } else { Ok(0) }
        }
    }
    let data = noise(7, 30_000_000);
    let mut from = io::Read::chain(data.as_slice(), Breaks(broken));
    let mut finish = || match failed {
        true => Err(Fault::new(Exit::Unusable, Message::new("vault-stream"))),
        false => Ok(()),
    };
    let source = Source::Stream { name: "dump".to_owned(), from: &mut from, finish: &mut finish };
    vault.backup(BackupRequest { source, ..request(Path::new("/")) }, &Later(0), &Heard::default())
}

#[test]
fn a_source_that_fails_leaves_what_it_gave() {
    for (broken, failed) in [(true, false), (false, true)] {
        let store = Arc::new(Memory::new());
        let vault = made(&store);
        assert_eq!(stream(&vault, broken, failed).unwrap_err().exit, Exit::Unusable);
        assert!(vault.snapshots().unwrap().0.is_empty() && all_indexed(&vault));
        // Of a stream that breaks off, what was read since the last cut is not yet stored.
        let most = if broken { 10_000_000 } else { 10_000 };
        let added = stream(&vault, false, false).unwrap().added_bytes;
        assert!(added < most, "{added} bytes stored once more");
    }
}

#[test]
fn a_small_backup_makes_one_index() {
    let source = tempfile::tempdir().unwrap();
    files(source.path(), 40);
    let store = Arc::new(Memory::new());
    let vault = made(&store);
    backup(&vault, source.path()).unwrap();
    assert_eq!(store.list(Folder::Index).unwrap().len(), 1);
}
