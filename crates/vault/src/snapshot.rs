//! Snapshots: one file a backup.

use base::{Exit, Fault, Message, Timestamp};
use serde::{Deserialize, Serialize};
use store::Folder;

use crate::error::{Result, causes};
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

/// All snapshots that can be read, oldest first; `bad` is told of the others, which must not keep anybody from these.
pub(crate) fn all(repo: &Repo, bad: &mut dyn FnMut(Message)) -> Result<Vec<Snapshot>> {
    let mut out = Vec::new();
    for id in repo.list(Folder::Snapshots)? {
        match load(repo, id) {
            Ok(snapshot) => out.push(snapshot),
            Err(fault) => bad(Message::new("vault-check-fault").with("why", causes(&fault))),
        }
    }
    out.sort_by_key(|snapshot| (snapshot.instant(), snapshot.id));
    Ok(out)
}

fn load(repo: &Repo, id: Id) -> Result<Snapshot> {
    let snapshot: Snapshot = repo.load(Folder::Snapshots, id)?;
    Ok(Snapshot { id: Some(id), ..snapshot })
}

/// The snapshot meant by an id, the beginning of one, or `latest`.
pub(crate) fn find(repo: &Repo, which: &str, bad: &mut dyn FnMut(Message)) -> Result<Snapshot> {
    let place = repo.store.place();
    let fault = |id: &'static str| {
        let message = Message::new(id).with("which", which).with("place", place.as_str());
        Fault::new(Exit::Unusable, message)
            .hint(Message::new("vault-snapshot-hint").with("place", place.as_str()))
    };
    if which == "latest" {
        return all(repo, bad)?.pop().ok_or_else(|| fault("vault-no-snapshot"));
    }
    let fits = |id: &Id| !which.is_empty() && id.to_string().starts_with(which);
    let ids: Vec<Id> = repo.list(Folder::Snapshots)?.into_iter().filter(fits).collect();
    match ids.as_slice() {
        [] => Err(fault("vault-no-snapshot")),
        [id] => load(repo, *id),
        _ => Err(fault("vault-many-snapshots")),
    }
}

/// The last snapshot of the same paths on the same machine. It only saves time, so damage is passed over.
pub(crate) fn parent(repo: &Repo, paths: &[String], hostname: &str) -> Result<Option<Snapshot>> {
    let all = all(repo, &mut |_| ())?;
    let same = |snapshot: &Snapshot| snapshot.paths == paths && snapshot.hostname == hostname;
    Ok(all.into_iter().rfind(same))
}
