//! Snapshots: one file a backup.

use base::{Exit, Fault, Message, Timestamp};
use serde::{Deserialize, Serialize};
use store::Folder;

use crate::error::Result;
use crate::hash::Id;
use crate::repo::Repo;

/// A snapshot as it is stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Snapshot {
    /// Instant of the content, RFC 3339.
    pub time: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) parent: Option<Id>,
    /// Root of the tree.
    pub tree: Id,
    /// What was backed up.
    pub paths: Vec<String>,
    /// On which machine.
    #[serde(default)]
    pub hostname: String,
    /// By whom.
    #[serde(default)]
    pub username: String,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) uid: u32,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) gid: u32,
    /// Marks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Its name in the vault; not part of the file.
    #[serde(skip)]
    pub(crate) id: Option<Id>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_zero(n: &u32) -> bool {
    *n == 0
}

impl Snapshot {
    /// Its name in the vault.
    pub fn id(&self) -> String {
        self.id.map(|id| id.to_string()).unwrap_or_default()
    }

    /// The instant of its content.
    pub fn instant(&self) -> Timestamp {
        self.time.parse().unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

/// All snapshots, oldest first.
pub(crate) fn all(repo: &Repo) -> Result<Vec<Snapshot>> {
    let mut out = Vec::new();
    for id in repo.list(Folder::Snapshots)? {
        let snapshot: Snapshot = repo.load(Folder::Snapshots, id)?;
        out.push(Snapshot { id: Some(id), ..snapshot });
    }
    out.sort_by_key(|snapshot| (snapshot.instant(), snapshot.id));
    Ok(out)
}

/// The snapshot meant by an id, the beginning of one, or `latest`.
pub(crate) fn find(repo: &Repo, which: &str) -> Result<Snapshot> {
    let mut all = all(repo)?;
    let place = repo.store.place();
    let fault = |id: &'static str| {
        let message = Message::new(id).with("which", which).with("place", place.as_str());
        Fault::new(Exit::Unusable, message)
            .hint(Message::new("vault-snapshot-hint").with("place", place.as_str()))
    };
    if which == "latest" {
        return all.pop().ok_or_else(|| fault("vault-no-snapshot"));
    }
    all.retain(|snapshot| !which.is_empty() && snapshot.id().starts_with(which));
    match all.len() {
        0 => Err(fault("vault-no-snapshot")),
        1 => Ok(all.remove(0)),
        _ => Err(fault("vault-many-snapshots")),
    }
}

/// The last snapshot of the same paths on the same machine: id and tree. It only saves time, so damage is passed over.
pub(crate) fn parent(repo: &Repo, paths: &[String], hostname: &str) -> Result<Option<(Id, Id)>> {
    let mut last: Option<Snapshot> = None;
    for id in repo.list(Folder::Snapshots)? {
        let Ok(snapshot) = repo.load::<Snapshot>(Folder::Snapshots, id) else { continue };
        let newer = last.as_ref().is_none_or(|last| snapshot.instant() >= last.instant());
        if newer && snapshot.paths == paths && snapshot.hostname == hostname {
            last = Some(Snapshot { id: Some(id), ..snapshot });
        }
    }
    Ok(last.and_then(|snapshot| Some((snapshot.id?, snapshot.tree))))
}
