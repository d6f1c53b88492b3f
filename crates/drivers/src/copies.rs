//! What the drivers ask of a vault, and the only file that knows how a vault answers.
//!
//! Until the vault crate can be asked, a point is a plain folder with a list of hashes: whole or not there, read back
//! after writing, but NOT encrypted and not deduplicated. Each backup says so.

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
        monitor: &dyn Monitor,
    ) -> Result<Written, Fault> {
        monitor.notice(&Message::new("protect-plain").with("path", &self.repo));
        let snapshot = format!("{:032}", at.as_nanosecond());
        let folder = self.folder(data).join(&snapshot);
        let draft = self.folder(data).join("draft");
        let failed = |error| fault("protect-backup", path, error);
        let (bytes, files) = write(path, &draft, &folder).map_err(failed)?;
        let read_back = hashes(&folder.join("content")).map_err(failed)?;
        if fs::read_to_string(folder.join("list")).map_err(failed)? != read_back {
            return Err(Fault::new(Exit::Damaged, Message::new("protect-verify").with("path", path)));
        }
        Ok(Written { snapshot, bytes, added_bytes: bytes, files, problems: Vec::new() })
    }

    fn folder(&self, data: &Id) -> PathBuf {
        self.repo.join(data.as_str().replace('/', "_"))
    }

    /// The points of `data`, oldest first.
    pub(crate) fn points(&self, data: &Id) -> Result<Vec<Point>, Fault> {
        let entries = match fs::read_dir(self.folder(data)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(fault("protect-vault-open", &self.repo, error)),
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

/// Written beside, then renamed: a backup that is killed leaves no point.
fn write(path: &Path, draft: &Path, folder: &Path) -> std::io::Result<(u64, u64)> {
    if draft.exists() {
        fs::remove_dir_all(draft)?;
    }
    let name = path.file_name().unwrap_or_default();
    let (mut list, mut count) = (String::new(), (0, 0));
    copy(path, &draft.join("content").join(name), &mut list, &mut count)?;
    fs::write(draft.join("list"), list)?;
    fs::rename(draft, folder)?;
    Ok(count)
}

/// The list that `copy` makes, of what is there.
fn hashes(path: &Path) -> std::io::Result<String> {
    if !path.is_dir() {
        return Ok(format!("{:x?}\n", Sha256::digest(fs::read(path)?)));
    }
    let names = sorted(path)?;
    names.iter().map(|name| hashes(&path.join(name))).collect()
}

fn sorted(folder: &Path) -> std::io::Result<Vec<std::ffi::OsString>> {
    let names: Result<Vec<_>, _> = fs::read_dir(folder)?.map(|entry| entry.map(|e| e.file_name())).collect();
    let mut names = names?;
    names.sort();
    Ok(names)
}

fn copy(from: &Path, to: &Path, list: &mut String, count: &mut (u64, u64)) -> std::io::Result<()> {
    if from.is_dir() {
        fs::create_dir_all(to)?;
        return sorted(from)?.iter().try_for_each(|name| copy(&from.join(name), &to.join(name), list, count));
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
