//! The engine as a whole, over stores in memory that break on purpose.
#![allow(clippy::unwrap_used)]

mod damage;
mod faults;
mod hostile;
mod interrupt;
mod locks;
mod parsers;
mod trees;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use base::{Clock, Fault, Message, Monitor, Timestamp};
use store::{Memory, Store};

use crate::{BackupReport, BackupRequest, Id, Owner, Password, RestoreReport, Source, Vault};

/// The machine's time, moved by some seconds.
pub(super) struct Later(pub(super) i64);

impl Clock for Later {
    #[expect(clippy::disallowed_methods, reason = "the tests' own clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now() + jiff::SignedDuration::from_secs(self.0)
    }
}

/// Keeps what it is told.
#[derive(Default)]
pub(super) struct Heard(pub(super) Mutex<Vec<String>>);

impl Monitor for Heard {
    fn problem(&self, what: &Message) {
        self.0.lock().unwrap().push(what.to_string());
    }
    fn notice(&self, what: &Message) {
        self.0.lock().unwrap().push(what.to_string());
    }
}

pub(super) fn owner() -> Owner {
    Owner { hostname: "town-hall".to_owned(), username: "keeper".to_owned() }
}

pub(super) fn password() -> Password {
    Password::new("secret")
}

pub(super) fn made(store: &Arc<Memory>) -> Vault {
    Vault::init(Arc::clone(store) as Arc<dyn Store>, &password(), owner(), &Later(0)).unwrap()
}

pub(super) fn opened(store: &Arc<impl Store + 'static>) -> Result<Vault, Fault> {
    Vault::open(Arc::clone(store) as Arc<dyn Store>, &password(), owner())
}

/// The same vault over another store, without the slow derivation of a key.
pub(super) fn over(vault: &Vault, store: &Arc<impl Store + 'static>) -> Vault {
    let repo = crate::repo::Repo {
        store: Arc::clone(store) as Arc<dyn Store>,
        key: vault.repo.key.clone(),
        polynomial: vault.repo.polynomial,
        id: vault.repo.id.clone(),
    };
    Vault { repo, owner: owner() }
}

/// The id of the folder that was backed up; those above it are everybody's and change meanwhile.
pub(super) fn own_tree(vault: &Vault, report: &BackupReport, path: &Path) -> Id {
    let (mut found, path) = (None, path.strip_prefix("/").unwrap());
    let mut each = |entry: &crate::Entry| {
        if entry.path == path {
            found = entry.node.subtree;
        }
    };
    vault.list(&report.snapshot, &Heard::default(), &mut each).unwrap();
    found.unwrap()
}

pub(super) fn request(path: &Path) -> BackupRequest<'static> {
    let source = Source::Paths(vec![path.to_owned()]);
    BackupRequest { source, time: Later(0).now(), tags: Vec::new(), hostname: "town-hall".to_owned() }
}

pub(super) fn backup(vault: &Vault, path: &Path) -> Result<BackupReport, Fault> {
    vault.backup(request(path), &Later(0), &Heard::default())
}

pub(super) fn restore(vault: &Vault, which: &str, target: &Path) -> Result<RestoreReport, Fault> {
    let heard = Heard::default();
    let snapshot = vault.find(which, &heard)?;
    vault.restore(&snapshot, target, false, &Later(0), &heard)
}

pub(super) fn sound(vault: &Vault) -> bool {
    vault.check(true, &Later(0), &Heard::default()).unwrap().problems.is_empty()
}

/// Bytes that do not compress, the same for the same seed.
pub(super) fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2) + 1;
    let mut byte = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    (0..length).map(|_| byte()).collect()
}

/// A folder with some files, small and of several chunks.
pub(super) fn sample() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("in/ner")).unwrap();
    for n in 0..20 {
        fs::write(dir.path().join(format!("in/file{n}")), noise(n, 3000)).unwrap();
    }
    fs::write(dir.path().join("in/ner/big"), noise(99, 3 << 20)).unwrap();
    fs::hard_link(dir.path().join("in/file3"), dir.path().join("link")).unwrap();
    std::os::unix::fs::symlink("in/file4", dir.path().join("symlink")).unwrap();
    dir
}

/// What is below a folder: kind and mode, time, content or target.
pub(super) fn content(root: &Path) -> BTreeMap<PathBuf, (u32, i64, Vec<u8>)> {
    let mut out = BTreeMap::new();
    let mut waiting = vec![root.to_owned()];
    while let Some(dir) = waiting.pop() {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            let meta = path.symlink_metadata().unwrap();
            let bytes = if meta.is_dir() {
                waiting.push(path.clone());
                Vec::new()
            } else if meta.is_symlink() {
                fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes()
            } else {
                fs::read(&path).unwrap()
            };
            let place = path.strip_prefix(root).unwrap().to_owned();
            out.insert(place, (meta.mode(), meta.mtime_nsec(), bytes));
        }
    }
    out
}

/// Where a restore under `target` puts what was backed up from `path`.
pub(super) fn below(target: &Path, path: &Path) -> PathBuf {
    target.join(path.strip_prefix("/").unwrap())
}
