//! Restore: folders, files by several threads, links, then what is known of each. Every blob's hash is verified; what
//! is damaged is named and left out, and the rest goes on.
//!
//! The target is empty when the work begins and every name is one plain component, so nothing is written outside it or
//! over anything. Symbolic links are made last: nothing is ever written through one.

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, Permissions};
use std::io;
use std::ops::Range;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, FileExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use base::{Exit, Fault, Message, Monitor, Timestamp};
use nix::sys::stat::{Mode, SFlag, UtimensatFlags, mknod, utimensat};
use nix::sys::time::TimeSpec;
use nix::unistd::{geteuid, mkfifo};

use crate::error::{Result, causes, damaged_file};
use crate::hash::Id;
use crate::index::{BlobKind, Index};
use crate::pack;
use crate::repo::Repo;
use crate::sink::lock;
use crate::snapshot::Snapshot;
use crate::tree::Node;
use crate::walk;

/// Zeros are left out as holes in pieces of this size, the block of most file systems.
const BLOCK: usize = 4096;
/// Blobs of one file that one thread writes in a row: about 32 MiB, so that one big file keeps every core busy.
const RUN: usize = 32;
/// Runs that one thread takes at once, unless they are longer than `TAKEN_BYTES` together: neighbours lie in one folder, and two
/// threads that make files in one folder hold each other up.
const TAKEN_RUNS: usize = 128;
const TAKEN_BYTES: u64 = 8 << 20;
/// Deeper than any file system lets a path be.
const DEEPEST: usize = 4096;

/// What came of a restore.
#[derive(Clone, Debug, Default)]
pub struct RestoreReport {
    /// Files restored.
    pub files: u64,
    /// Bytes of their content.
    pub bytes: u64,
    /// What could not be restored, or not wholly, and why.
    pub problems: Vec<Message>,
}

/// What a snapshot holds, apart by kind, in the order of the walk.
#[derive(Default)]
struct Content {
    folders: Vec<walk::Entry>,
    files: Vec<walk::Entry>,
    others: Vec<walk::Entry>,
}

struct Work<'a> {
    repo: &'a Repo,
    index: &'a Index,
    target: &'a Path,
    monitor: &'a dyn Monitor,
    root: bool,
    files: AtomicU64,
    bytes: AtomicU64,
    problems: Mutex<Vec<Message>>,
}

/// A file that is being restored.
struct Target {
    entry: walk::Entry,
    out: Mutex<Option<Arc<File>>>,
    /// Runs that are not over yet.
    left: AtomicUsize,
    failed: AtomicBool,
}

/// Some blobs of a file in a row.
struct Run {
    /// Which of the targets.
    target: usize,
    blobs: Range<usize>,
    /// Where the first of them begins in the file.
    offset: u64,
    bytes: u64,
}

pub(crate) fn run(
    repo: &Repo,
    snapshot: &Snapshot,
    target: &Path,
    dry_run: bool,
    monitor: &dyn Monitor,
) -> Result<RestoreReport> {
    refuse_used(target)?;
    let mut problems = Vec::new();
    let index = Index::load(repo, &mut |what| {
        monitor.problem(&what);
        problems.push(what);
    })?;
    let work = Work { problems: Mutex::new(problems), ..Work::new(repo, &index, target, monitor) };
    let mut content = work.content(snapshot.tree)?;
    content.files.retain(|file| work.is_whole(file));
    if dry_run {
        let bytes = content.files.iter().map(|file| file.node.size).sum();
        return Ok(RestoreReport { files: content.files.len() as u64, bytes, problems: work.problems() });
    }
    work.make(target, true).map_err(|error| at("vault-target", target).because(error))?;
    work.everything(content)
}

/// Restoring over something could lose it: the target has to be empty.
fn refuse_used(target: &Path) -> Result<()> {
    match fs::read_dir(target) {
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err(at("vault-target-used", target).hint(Message::new("vault-target-used-hint"))),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(at("vault-target", target).because(error)),
    }
}

fn broken_off() -> Fault {
    Fault::new(Exit::Interrupted, Message::new("vault-restore-interrupted"))
}

fn at(id: &'static str, target: &Path) -> Fault {
    Fault::new(Exit::Unusable, Message::new(id).with("path", target))
}

impl<'a> Work<'a> {
    fn new(repo: &'a Repo, index: &'a Index, target: &'a Path, monitor: &'a dyn Monitor) -> Work<'a> {
        Work {
            repo,
            index,
            target,
            monitor,
            root: geteuid().is_root(),
            files: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            problems: Mutex::default(),
        }
    }

    /// What there is to restore. A folder that cannot be read costs what is in it.
    fn content(&self, root: Id) -> Result<Content> {
        let mut out = Content::default();
        let mut waiting = vec![(PathBuf::new(), root, 0)];
        while let Some((folder, id, depth)) = waiting.pop() {
            if self.monitor.interrupted() {
                return Err(broken_off());
            }
            let tree = match walk::tree(self.repo, self.index, id) {
                Ok(tree) => tree,
                Err(fault) if folder.as_os_str().is_empty() => return Err(fault),
                Err(fault) => {
                    self.problem(&folder, &fault);
                    continue;
                }
            };
            let mut seen = HashSet::new();
            for mut node in tree.nodes {
                let path = walk::join(&folder, &node.name());
                // A second thing of one name could be a link that the first is written through.
                if !node.is_safe() || !seen.insert(node.name()) || depth > DEEPEST {
                    self.refuse(&path);
                    continue;
                }
                forget_unneeded(&mut node);
                // Below anything but a folder there can be nothing: it would be written through a link.
                match (node.kind.as_str(), node.subtree) {
                    ("dir", Some(subtree)) => {
                        waiting.push((path.clone(), subtree, depth + 1));
                        out.folders.push(walk::Entry { path, node });
                    }
                    ("dir", None) | (_, Some(_)) => self.refuse(&path),
                    ("file", None) => out.files.push(walk::Entry { path, node }),
                    (_, None) => out.others.push(walk::Entry { path, node }),
                }
            }
        }
        Ok(out)
    }

    fn everything(&self, content: Content) -> Result<RestoreReport> {
        let total = content.files.iter().map(|file| file.node.size).sum();
        self.monitor.begin(&Message::new("vault-restore"), Some(total));
        let folders: Vec<_> = content.folders.iter().filter(|folder| self.make_folder(folder)).collect();
        let (files, links) = hard_links(content.files);
        self.write_files(files);
        self.monitor.end();
        if self.monitor.interrupted() {
            return Err(broken_off());
        }
        links.iter().for_each(|(entry, first)| self.link(entry, first));
        content.others.iter().for_each(|entry| self.make_other(entry));
        // Inside first: writing into a folder changes its times.
        folders.iter().rev().for_each(|folder| self.describe(folder));
        Ok(RestoreReport {
            files: self.files.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
            problems: self.problems(),
        })
    }

    fn problems(&self) -> Vec<Message> {
        std::mem::take(&mut *lock(&self.problems))
    }

    fn problem(&self, path: &Path, why: &(dyn std::error::Error + 'static)) {
        self.add(Message::new("vault-not-restored").with("path", path).with("why", causes(why)));
    }

    fn refuse(&self, path: &Path) {
        self.add(
            Message::new("vault-unsafe-name")
                .with("path", path.display().to_string().escape_debug().to_string()),
        );
    }

    fn add(&self, what: Message) {
        self.monitor.problem(&what);
        lock(&self.problems).push(what);
    }

    fn place(&self, path: &Path) -> PathBuf {
        self.target.join(path)
    }

    /// Open to us alone until all is in it.
    fn make(&self, path: &Path, parents: bool) -> io::Result<()> {
        match DirBuilder::new().recursive(parents).mode(0o700).create(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && parents => Ok(()),
            other => other,
        }
    }

    /// Whether it is there now; only then anything may be said of it later.
    fn make_folder(&self, folder: &walk::Entry) -> bool {
        let made = self.make(&self.place(&folder.path), false);
        made.map_err(|error| self.problem(&folder.path, &error)).is_ok()
    }

    /// Whether the vault should hold all of a file, by the indexes.
    fn is_whole(&self, file: &walk::Entry) -> bool {
        let mut found = 0;
        for id in file.node.content.iter().flatten() {
            let Some(place) = self.index.find(BlobKind::Data, *id) else {
                self.problem(&file.path, &damaged_file("vault-blob-missing", id));
                return false;
            };
            found += place.plain_length();
        }
        if found != file.node.size {
            let message =
                Message::new("vault-size-wrong").with("expected", file.node.size).with("found", found);
            self.problem(&file.path, &Fault::new(Exit::Damaged, message));
        }
        found == file.node.size
    }

    /// Several threads, each taking the next runs; in the order in which content lies in the vault, so that packs are read
    /// from front to back, and with no more files open than threads.
    fn write_files(&self, mut files: Vec<walk::Entry>) {
        files.sort_by_cached_key(|file| {
            let first = file.node.content.iter().flatten().next();
            first.and_then(|id| self.index.find(BlobKind::Data, *id)).map(|place| (place.pack, place.offset))
        });
        let mut runs = Vec::new();
        let targets: Vec<Target> = files.into_iter().map(|file| self.plan(file, &mut runs)).collect();
        let shares = shares(&runs);
        let next = AtomicUsize::new(0);
        let cores = thread::available_parallelism().map_or(1, usize::from);
        thread::scope(|scope| {
            for _ in 0..cores {
                scope.spawn(|| {
                    while let Some(share) = shares.get(next.fetch_add(1, Ordering::Relaxed)) {
                        for run in runs.get(share.clone()).unwrap_or_default() {
                            match targets.get(run.target) {
                                Some(target) if !self.monitor.interrupted() => self.write(target, run),
                                _ => return,
                            }
                        }
                    }
                });
            }
        });
        // Half a file under its right name would be taken for the whole.
        targets.iter().filter(|target| lock(&target.out).is_some()).for_each(|target| self.discard(target));
    }

    /// Adds the runs of the next file.
    fn plan(&self, entry: walk::Entry, runs: &mut Vec<Run>) -> Target {
        let number = runs.last().map_or(0, |run: &Run| run.target + 1);
        let ids = entry.node.content.as_deref().unwrap_or_default();
        let (mut offset, before) = (0, runs.len());
        // A file without content has one run too: it has to be made.
        for start in (0..ids.len().max(1)).step_by(RUN) {
            let blobs = start..ids.len().min(start + RUN);
            let places = ids[blobs.clone()].iter().filter_map(|id| self.index.find(BlobKind::Data, *id));
            let length: u64 = places.map(|place| place.plain_length()).sum();
            runs.push(Run { target: number, blobs, offset, bytes: length });
            offset += length;
        }
        let left = AtomicUsize::new(runs.len() - before);
        Target { entry, out: Mutex::default(), left, failed: AtomicBool::new(false) }
    }

    fn write(&self, target: &Target, run: &Run) {
        if !target.failed.load(Ordering::Relaxed)
            && let Err(why) = self.fill(target, run)
            && !target.failed.swap(true, Ordering::Relaxed)
        {
            self.problem(&target.entry.path, &*why);
        }
        if target.left.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.finish(target);
        }
    }

    fn create(&self, target: &Target) -> io::Result<Arc<File>> {
        let mut out = lock(&target.out);
        if let Some(file) = &*out {
            return Ok(Arc::clone(file));
        }
        let place = self.place(&target.entry.path);
        let file = File::options().write(true).create_new(true).mode(0o600).open(place)?;
        Ok(Arc::clone(out.insert(Arc::new(file))))
    }

    fn fill(&self, target: &Target, run: &Run) -> std::result::Result<(), Box<dyn std::error::Error>> {
        let out = self.create(target)?;
        let ids = target.entry.node.content.as_deref().unwrap_or_default();
        let mut offset = run.offset;
        for id in ids.get(run.blobs.clone()).unwrap_or_default() {
            let bytes = pack::read(self.repo, self.index, BlobKind::Data, *id)?;
            write_sparse(&out, &bytes, offset)?;
            offset += bytes.len() as u64;
            self.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
            self.monitor.advance(bytes.len() as u64);
        }
        Ok(())
    }

    /// All of a file has been tried.
    fn finish(&self, target: &Target) {
        let whole = !target.failed.load(Ordering::Relaxed);
        let Some(out) = lock(&target.out).clone() else { return };
        // A hole at the end is not written, only counted.
        match set_length(&out, target.entry.node.size) {
            Ok(()) if whole => {
                *lock(&target.out) = None;
                self.files.fetch_add(1, Ordering::Relaxed);
                self.monitor.count(1);
                self.describe(&target.entry);
            }
            Ok(()) => self.discard(target),
            Err(error) => {
                self.problem(&target.entry.path, &error);
                self.discard(target);
            }
        }
    }

    /// Takes away a file of ours that is not whole.
    fn discard(&self, target: &Target) {
        if lock(&target.out).take().is_some() {
            let _ = fs::remove_file(self.place(&target.entry.path));
        }
    }

    /// A further name of a file that is there already.
    fn link(&self, entry: &walk::Entry, first: &Path) {
        match fs::hard_link(self.place(first), self.place(&entry.path)) {
            Ok(()) => _ = self.files.fetch_add(1, Ordering::Relaxed),
            Err(error) => self.problem(&entry.path, &error),
        }
    }

    fn make_other(&self, entry: &walk::Entry) {
        let path = self.place(&entry.path);
        let node = &entry.node;
        let device = |kind: SFlag| {
            mknod(&path, kind, Mode::S_IRUSR | Mode::S_IWUSR, node.device).map_err(io::Error::from)
        };
        let made = match node.kind.as_str() {
            "symlink" => std::os::unix::fs::symlink(OsStr::from_bytes(&node.target()), &path),
            "fifo" => mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR).map_err(io::Error::from),
            "dev" => device(SFlag::S_IFBLK),
            "chardev" => device(SFlag::S_IFCHR),
            // The program that listens on it makes it anew.
            "socket" => return,
            other => {
                self.add(Message::new("vault-unknown-kind").with("path", &entry.path).with("kind", other));
                return;
            }
        };
        match made {
            Ok(()) => self.describe(entry),
            Err(error) => self.problem(&entry.path, &error),
        }
    }

    /// Owner, attributes, mode and times, in this order: the later ones are changed by the earlier.
    fn describe(&self, entry: &walk::Entry) {
        let path = self.place(&entry.path);
        let node = &entry.node;
        let done = |what: io::Result<()>| {
            what.map_err(|error| {
                self.add(
                    Message::new("vault-described").with("path", &entry.path).with("why", error.to_string()),
                );
            })
            .is_ok()
        };
        // Only root may give files away; without it, they belong to whoever restores.
        let owned = !self.root || done(set_owner(&path, node));
        for attribute in &node.extended_attributes {
            done(xattr::set(&path, &attribute.name, &attribute.value));
        }
        if node.kind != "symlink" {
            // A program that runs as its owner must not run as another.
            let mode = if owned { unix_mode(node.mode) } else { unix_mode(node.mode) & 0o777 };
            done(fs::set_permissions(&path, Permissions::from_mode(mode)));
        }
        done(set_times(&path, node));
    }
}

/// Of hundreds of thousands of files, what is not restored would take most of the memory.
fn forget_unneeded(node: &mut Node) {
    (node.quoted, node.ctime, node.user, node.group) = Default::default();
}

/// The runs in the portions in which threads take them.
fn shares(runs: &[Run]) -> Vec<Range<usize>> {
    let (mut out, mut start, mut bytes) = (Vec::new(), 0, 0);
    for (at, run) in runs.iter().enumerate() {
        if at - start >= TAKEN_RUNS || (at > start && bytes + run.bytes > TAKEN_BYTES) {
            out.push(start..at);
            (start, bytes) = (at, 0);
        }
        bytes += run.bytes;
    }
    out.push(start..runs.len());
    out
}

/// Files to write, and further names of files: entry, path of the first.
fn hard_links(files: Vec<walk::Entry>) -> (Vec<walk::Entry>, Vec<(walk::Entry, PathBuf)>) {
    // The content too: a number may have been given to another file while the snapshot was made.
    let mut first = HashMap::new();
    let (mut out, mut links) = (Vec::new(), Vec::new());
    for file in files {
        let key = (file.node.device_id, file.node.inode);
        let known: Option<&(PathBuf, Option<Vec<Id>>)> = first.get(&key);
        match known.filter(|(_, content)| file.node.links > 1 && *content == file.node.content) {
            Some((path, _)) => links.push((file, path.clone())),
            None => {
                if file.node.links > 1 {
                    first.insert(key, (file.path.clone(), file.node.content.clone()));
                }
                out.push(file);
            }
        }
    }
    (out, links)
}

/// Writes what is not zero; the rest stays a hole.
fn write_sparse(out: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    let mut start = 0;
    while start < bytes.len() {
        let rest = &bytes[start..];
        let zeros = leading(rest, |block| block.iter().all(|byte| *byte == 0));
        start += zeros;
        let rest = &bytes[start..];
        let full = leading(rest, |block| block.iter().any(|byte| *byte != 0));
        out.write_all_at(&rest[..full], offset + start as u64)?;
        start += full;
    }
    Ok(())
}

/// Length of the blocks at the beginning that `wanted` holds for.
fn leading(bytes: &[u8], wanted: impl Fn(&[u8]) -> bool) -> usize {
    bytes.chunks(BLOCK).take_while(|block| wanted(block)).map(<[u8]>::len).sum()
}

/// Permission bits as the system numbers them.
fn unix_mode(mode: u64) -> u32 {
    let special = [(0o4000, 1 << 23), (0o2000, 1 << 22), (0o1000, 1 << 20)];
    let extra: u32 = special.iter().filter(|(_, go)| mode & go != 0).map(|(unix, _)| unix).sum();
    u32::try_from(mode & 0o777).unwrap_or(0) | extra
}

/// Asking costs less than setting what is so already.
fn set_length(file: &File, length: u64) -> io::Result<()> {
    if file.metadata()?.len() == length { Ok(()) } else { file.set_len(length) }
}

fn set_owner(path: &Path, node: &Node) -> io::Result<()> {
    let meta = fs::symlink_metadata(path)?;
    if (meta.uid(), meta.gid()) == (node.uid, node.gid) {
        return Ok(());
    }
    std::os::unix::fs::lchown(path, Some(node.uid), Some(node.gid))
}

fn set_times(path: &Path, node: &Node) -> io::Result<()> {
    let spec = |text: &str| {
        let at: Timestamp = text.parse().unwrap_or(Timestamp::UNIX_EPOCH);
        let nanos = i64::from(at.subsec_nanosecond());
        // The system counts fractions upwards, also before 1970.
        if nanos < 0 {
            TimeSpec::new(at.as_second() - 1, nanos + 1_000_000_000)
        } else {
            TimeSpec::new(at.as_second(), nanos)
        }
    };
    utimensat(
        nix::fcntl::AT_FDCWD,
        path,
        &spec(&node.atime),
        &spec(&node.mtime),
        UtimensatFlags::NoFollowSymlink,
    )
    .map_err(io::Error::from)
}
