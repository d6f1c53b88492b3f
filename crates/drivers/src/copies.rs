//! What the drivers ask of a vault, and the only file that knows how a vault answers.
//!
//! One vault holds the points of many data sets: each snapshot carries the id of its data set as a tag, and any restic
//! lists and restores it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::{Clock, Exit, Fault, Id, Message, Monitor, Timestamp};
use store::{Directory, Folder, Store};
use vault::{BackupRequest, Owner, Snapshot, Source, Vault};

use crate::host::Host;
use crate::keys::Password;

/// What may lie in the folder of a vault that is not finished.
const LAYOUT: [&str; 8] = ["config", "data", "index", "keys", "locks", "snapshots", "tmp", "lost+found"];

/// Refuses to make a vault among files that are not a vault's.
pub fn refuse_foreign(repo: &Path) -> Result<(), Fault> {
    let Ok(entries) = std::fs::read_dir(repo) else { return Ok(()) };
    let foreign = |name: &std::ffi::OsStr| !LAYOUT.iter().any(|known| name == *known);
    let found = entries.flatten().map(|entry| entry.file_name()).find(|name| foreign(name));
    let Some(found) = found.filter(|_| !repo.join("config").exists()) else { return Ok(()) };
    let message =
        Message::new("vault-foreign").with("place", repo).with("found", found.to_string_lossy().as_ref());
    Err(Fault::new(Exit::Unusable, message).hint(Message::new("vault-foreign-hint")))
}

/// Whether a secret opens the vault at `repo`.
pub(crate) fn opens(host: &Host<'_>, repo: &Path, secret: &str) -> bool {
    let owner = Owner { hostname: host.machine.clone(), username: host.user.clone() };
    let password = vault::Password::new(secret);
    Directory::open(repo).is_ok_and(|store| Vault::open(Arc::new(store), &password, owner).is_ok())
}

/// Whether there is a vault at `repo`.
pub fn is_vault(repo: &Path) -> bool {
    Copies::exist(repo)
}

/// A vault, open.
pub(crate) struct Copies {
    vault: Vault,
    owner: Owner,
    place: PathBuf,
}

/// A point that was written.
pub(crate) struct Written {
    pub(crate) snapshot: String,
    pub(crate) bytes: u64,
    pub(crate) added_bytes: u64,
    pub(crate) files: u64,
    pub(crate) problems: Vec<String>,
}

/// A point of one data set in a vault.
#[derive(Clone, Debug)]
pub(crate) struct Point {
    pub(crate) snapshot: String,
    pub(crate) content_time: Timestamp,
    found: Snapshot,
}

/// What a restore brought back.
#[derive(Clone, Debug)]
pub(crate) struct Restored {
    /// The folder or file that stands for the data set's `path`.
    pub(crate) root: PathBuf,
    pub(crate) bytes: u64,
}

impl Copies {
    /// Whether there is a vault already: then its key must be found, never made anew.
    pub(crate) fn exist(repo: &Path) -> bool {
        // One that was broken off while it was made has keys, but no config yet.
        let store = Directory::open(repo);
        store.is_ok_and(|store| {
            store.size(&store::Name::Config).is_ok()
                || store.list(Folder::Keys).is_ok_and(|keys| !keys.is_empty())
        })
    }

    /// Opens the vault at `repo`; makes it where there is none yet, if `may_make`.
    pub(crate) fn open(
        host: &Host<'_>,
        repo: &Path,
        password: &Password,
        may_make: bool,
        clock: &dyn Clock,
    ) -> Result<Copies, Fault> {
        let failed = |fault: Fault| {
            let exit = fault.exit;
            Fault::new(exit, Message::new("protect-vault-open").with("path", repo)).because(fault)
        };
        if may_make {
            refuse_foreign(repo).map_err(failed)?;
        }
        let owner = Owner { hostname: host.machine.clone(), username: host.user.clone() };
        let password = vault::Password::new(password.reveal());
        let made = if may_make { Directory::create(repo) } else { Directory::open(repo) };
        let vault = made.map_err(Fault::from).and_then(|store| {
            let store: Arc<dyn Store> = Arc::new(store);
            if may_make && !Vault::exists(&*store)? {
                return Vault::init(store, &password, owner.clone(), clock);
            }
            Vault::open(store, &password, owner.clone())
        });
        Ok(Copies { vault: vault.map_err(failed)?, owner, place: repo.to_owned() })
    }

    /// Copies `path` as a point of `data` whose content is of `at`, and reads back what was added.
    pub(crate) fn backup(
        &self,
        data: &Id,
        path: &Path,
        at: Timestamp,
        clock: &dyn Clock,
        monitor: &dyn Monitor,
    ) -> Result<Written, Fault> {
        let request = BackupRequest {
            source: Source::Paths(vec![path.to_owned()]),
            time: at,
            tags: vec![tag(data)],
            hostname: self.owner.hostname.clone(),
        };
        let report = self.vault.backup(request, clock, monitor)?;
        self.vault.verify(&report, monitor).map_err(|fault| {
            Fault::new(Exit::Damaged, Message::new("protect-verify").with("path", path)).because(fault)
        })?;
        Ok(Written {
            snapshot: report.snapshot.id(),
            bytes: report.bytes,
            added_bytes: report.added_bytes,
            files: report.files,
            problems: report.problems.iter().map(ToString::to_string).collect(),
        })
    }

    /// The points of `data`, oldest first.
    pub(crate) fn points(&self, data: &Id) -> Result<Vec<Point>, Fault> {
        let tag = tag(data);
        let (all, bad) = self.vault.snapshots()?;
        // A damaged one may be of this data set: nothing older is passed off as the newest.
        if let Some(first) = bad.into_iter().next() {
            let message = Message::new("drill-points-damaged").with("path", &self.place).with("first", first);
            return Err(Fault::new(Exit::Damaged, message));
        }
        let ours = all.into_iter().filter(|snapshot| snapshot.tags.contains(&tag));
        Ok(ours.map(|found| Point { snapshot: found.id(), content_time: found.instant(), found }).collect())
    }

    /// Brings a point back under `target`, every byte checked. A point of which anything is missing is not brought back.
    pub(crate) fn restore(
        &self,
        point: &Point,
        target: &Path,
        clock: &dyn Clock,
        monitor: &dyn Monitor,
    ) -> Result<Restored, Fault> {
        let report = self.vault.restore(&point.found, target, false, clock, monitor)?;
        if let Some(first) = report.problems.first() {
            let message = Message::new("drill-restore-incomplete")
                .with("path", &self.place)
                .with("count", report.problems.len())
                .with("first", first.clone());
            return Err(Fault::new(Exit::Damaged, message));
        }
        let path = point.found.paths.first().map(String::as_str).unwrap_or_default();
        Ok(Restored { root: target.join(path.trim_start_matches('/')), bytes: report.bytes })
    }
}

/// The mark of a data set's points.
fn tag(data: &Id) -> String {
    format!("oki:{data}")
}
