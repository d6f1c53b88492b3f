//! What the drivers ask of a vault, and the only file that knows how a vault answers.
//!
//! Until the vault crate can be asked, points are plain folders with a list of hashes; nothing is encrypted.

use std::fs;
use std::path::{Path, PathBuf};

use base::{Exit, Fault, Id, Message, Monitor, Timestamp};
use sha2::{Digest, Sha256};

use crate::keys::Password;

/// A vault, open.
pub(crate) struct Copies {
    repo: PathBuf,
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
    folder: PathBuf,
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
        fs::read_dir(repo).is_ok_and(|mut entries| entries.next().is_some())
    }

    pub(crate) fn open(repo: &Path, _password: &Password, make: bool) -> Result<Copies, Fault> {
        if make {
            fs::create_dir_all(repo).map_err(|e| fault("protect-vault-open", repo, e))?;
        }
        fs::metadata(repo).map_err(|e| fault("protect-vault-open", repo, e))?;
        Ok(Copies { repo: repo.to_owned() })
    }

    /// Copies `path` as a point of `data` whose content is of `at`, and reads it back.
    pub(crate) fn backup(
        &self,
        data: &Id,
        path: &Path,
        at: Timestamp,
        _monitor: &dyn Monitor,
    ) -> Result<Written, Fault> {
        let snapshot = format!("{:032}", at.as_nanosecond());
        let folder = self.repo.join(data.as_str().replace('/', "_")).join(&snapshot);
        let name = path.file_name().unwrap_or_default();
        let mut list = String::new();
        let mut count = (0, 0);
        copy(path, &folder.join("content").join(name), &mut list, &mut count)
            .map_err(|e| fault("protect-backup", path, e))?;
        fs::write(folder.join("list"), list).map_err(|e| fault("protect-backup", path, e))?;
        let (bytes, files) = count;
        Ok(Written { snapshot, bytes, added_bytes: bytes, files, problems: Vec::new() })
    }

    /// The points of `data`, oldest first.
    pub(crate) fn points(&self, data: &Id) -> Result<Vec<Point>, Fault> {
        let Ok(entries) = fs::read_dir(self.repo.join(data.as_str().replace('/', "_"))) else {
            return Ok(Vec::new());
        };
        let mut points: Vec<Point> = entries
            .filter_map(|entry| {
                let folder = entry.ok()?.path();
                let snapshot = folder.file_name()?.to_str()?.to_owned();
                let content_time = Timestamp::from_nanosecond(snapshot.parse().ok()?).ok()?;
                Some(Point { snapshot, content_time, folder })
            })
            .collect();
        points.sort_by_key(|point| point.content_time);
        Ok(points)
    }

    /// Brings a point back under `target`, every byte checked.
    pub(crate) fn restore(
        &self,
        point: &Point,
        target: &Path,
        _monitor: &dyn Monitor,
    ) -> Result<Restored, Fault> {
        let broken = |e| fault("drill-restore", target, e);
        let content = point.folder.join("content");
        let entry = fs::read_dir(&content).map_err(broken)?.next();
        let Some(Ok(entry)) = entry else { return Err(broken(std::io::ErrorKind::NotFound.into())) };
        let root = target.join(entry.file_name());
        let (mut list, mut count) = (String::new(), (0, 0));
        copy(&entry.path(), &root, &mut list, &mut count).map_err(broken)?;
        if fs::read_to_string(point.folder.join("list")).map_err(broken)? != list {
            return Err(broken(std::io::Error::other("content does not match its hash")));
        }
        Ok(Restored { root, bytes: count.0 })
    }
}

fn copy(from: &Path, to: &Path, list: &mut String, count: &mut (u64, u64)) -> std::io::Result<()> {
    if from.is_dir() {
        fs::create_dir_all(to)?;
        let mut names: Vec<_> =
            fs::read_dir(from)?.map(|e| e.map(|e| e.file_name())).collect::<Result<_, _>>()?;
        names.sort();
        return names.iter().try_for_each(|name| copy(&from.join(name), &to.join(name), list, count));
    }
    to.parent().map_or(Ok(()), fs::create_dir_all)?;
    let bytes = fs::read(from)?;
    list.push_str(&format!("{:x?}\n", Sha256::digest(&bytes)));
    *count = (count.0 + bytes.len() as u64, count.1 + 1);
    fs::write(to, bytes)
}

fn fault(id: &'static str, path: &Path, error: std::io::Error) -> Fault {
    Fault::new(Exit::Unusable, Message::new(id).with("path", path)).because(error)
}
