//! Deduplicated, encrypted, verified copies in the restic repository format, version 2.
//!
//! Writing goes pack, index, snapshot, each durable before the next, so that whatever was reported as saved can be
//! restored after a crash at any moment. Reading verifies the hash of every blob.
//!
//! Invariant: nothing of ours stands in the format: any restic opens, checks and restores what is written here.

mod backup;
mod check;
mod chunk;
mod content;
mod count;
mod crypto;
mod error;
mod hash;
mod index;
mod lock;
mod pack;
mod repo;
mod restore;
mod sink;
mod snapshot;
mod source;
mod tree;
mod walk;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;

use base::{Clock, Fault, Message, Monitor};
use store::Store;

pub use backup::{BackupReport, BackupRequest, Source};
pub use check::CheckReport;
pub use hash::Id;
pub use lock::Owner;
pub use repo::Password;
pub use restore::RestoreReport;
pub use snapshot::Snapshot;
pub use tree::Node;
pub use walk::Entry;

use index::Index;
use lock::Lock;
use repo::Repo;

/// An open vault.
pub struct Vault {
    repo: Repo,
    /// Who we are, as locks say it.
    owner: Owner,
}

impl Vault {
    /// Makes a new vault in an empty store; refused where there is one already.
    pub fn init(
        store: Arc<dyn Store>,
        password: &Password,
        owner: Owner,
        clock: &dyn Clock,
    ) -> Result<Vault, Fault> {
        Ok(Vault { repo: Repo::init(store, password, clock)?, owner })
    }

    /// Opens a vault.
    pub fn open(store: Arc<dyn Store>, password: &Password, owner: Owner) -> Result<Vault, Fault> {
        Ok(Vault { repo: Repo::open(store, password)?, owner })
    }

    /// Whether there is a vault in `store`.
    pub fn exists(store: &dyn Store) -> Result<bool, Fault> {
        Repo::exists(store)
    }

    /// Id of the repository, the same in every restic.
    pub fn id(&self) -> &str {
        &self.repo.id
    }

    /// Stores files, folders or a stream as one snapshot. When it returns, the snapshot is durable.
    ///
    /// What cannot be read is named in the report and left out; only what the vault itself refuses is an error.
    pub fn backup(
        &self,
        request: BackupRequest<'_>,
        clock: &dyn Clock,
        monitor: &dyn Monitor,
    ) -> Result<BackupReport, Fault> {
        let lock = Lock::shared(&self.repo, &self.owner, clock, monitor)?;
        lock.holding(clock, || backup::run(&self.repo, request, &self.owner, &lock, clock, monitor))
    }

    /// Reads back what a backup added (packs, indexes, snapshot) and compares every hash; what it shares with earlier
    /// ones was read back then, and is only looked for.
    pub fn verify(&self, report: &BackupReport, monitor: &dyn Monitor) -> Result<(), Fault> {
        check::added(&self.repo, report.snapshot.id, &report.packs, monitor)
    }

    /// All snapshots that can be read, oldest first, and what is wrong with the others.
    pub fn snapshots(&self) -> Result<(Vec<Snapshot>, Vec<Message>), Fault> {
        let mut bad = Vec::new();
        let all = snapshot::all(&self.repo, &mut |what| bad.push(what))?;
        Ok((all, bad))
    }

    /// The snapshot meant by an id, the beginning of one, or `latest`, which is the last that can be read.
    pub fn find(&self, which: &str, monitor: &dyn Monitor) -> Result<Snapshot, Fault> {
        snapshot::find(&self.repo, which, &mut |what| monitor.problem(&what))
    }

    /// Everything in a snapshot, folders before what is in them, to `each`.
    pub fn list(
        &self,
        snapshot: &Snapshot,
        monitor: &dyn Monitor,
        each: &mut dyn FnMut(&Entry),
    ) -> Result<(), Fault> {
        let index = Index::load(&self.repo, &mut |what| monitor.problem(&what))?;
        walk::each(&self.repo, &index, snapshot.tree, each)
    }

    /// Brings a snapshot back below `target`, which must be empty or not there. Every blob's hash is verified; what
    /// is damaged is named in the report and left out. With `dry_run` nothing is written.
    pub fn restore(
        &self,
        snapshot: &Snapshot,
        target: &Path,
        dry_run: bool,
        clock: &dyn Clock,
        monitor: &dyn Monitor,
    ) -> Result<RestoreReport, Fault> {
        self.reading(clock, monitor, || restore::run(&self.repo, snapshot, target, dry_run, monitor))
    }

    /// Whether the vault is whole: structure, and with `read_data` every byte of every pack.
    pub fn check(
        &self,
        read_data: bool,
        clock: &dyn Clock,
        monitor: &dyn Monitor,
    ) -> Result<CheckReport, Fault> {
        self.reading(clock, monitor, || check::run(&self.repo, read_data, monitor))
    }

    /// Does `work` under a lock, if the store takes one.
    fn reading<T>(
        &self,
        clock: &dyn Clock,
        monitor: &dyn Monitor,
        work: impl FnOnce() -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        match Lock::reading(&self.repo, &self.owner, clock, monitor)? {
            Some(lock) => lock.holding(clock, work),
            None => work(),
        }
    }
}
