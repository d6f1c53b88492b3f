//! Backup: walk, cut, keep; then the index, then the snapshot. What cannot be read is named and counted.
//!
//! The walk hands files to a pool of workers and goes on. A folder is stored once all that is in it has been; folders
//! wait in the order in which that comes about, and a limit on those waiting bounds the memory.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;
use std::thread;

use base::{Clock, Exit, Fault, Message, Monitor, Timestamp};
use jiff::SignedDuration;
use nix::unistd::{getgid, getuid};
use store::Folder;

use crate::content::{Content, Pool, Slot, Trouble, Worker};
use crate::count;
use crate::error::{Result, interrupted, unusable};
use crate::hash::Id;
use crate::index::{BlobKind, Index};
use crate::lock::{Lock, Owner};
use crate::repo::Repo;
use crate::sink::{self, Sink, Tools};
use crate::snapshot::{self, Snapshot};
use crate::source::Names;
use crate::tree::{Node, Tree, is_plain_name};
use crate::walk;

/// Entries that wait for their content; beyond that the walk waits.
const WAITING: usize = 20_000;
/// Within this the system gives two changes of a file the same time.
const TICK: SignedDuration = SignedDuration::from_millis(20);

/// What to back up, and what to say about it.
pub struct BackupRequest<'a> {
    /// What.
    pub source: Source<'a>,
    /// Instant of the content.
    pub time: Timestamp,
    /// Marks.
    pub tags: Vec<String>,
    /// Name of the machine that the content is of.
    pub hostname: String,
}

/// Where the content comes from.
pub enum Source<'a> {
    /// Files and folders, absolute.
    Paths(Vec<PathBuf>),
    /// A stream, and the name of the file it becomes. `finish` is asked once the stream has ended: if what made it
    /// failed, no snapshot is made.
    Stream {
        /// Name of the file.
        name: String,
        /// The bytes.
        from: &'a mut (dyn Read + Send),
        /// Whether all of it came.
        finish: &'a mut (dyn FnMut() -> std::result::Result<(), Fault> + Send),
    },
}

/// What came of a backup.
#[derive(Clone, Debug)]
pub struct BackupReport {
    /// The snapshot; it is durable.
    pub snapshot: Snapshot,
    /// Files in it.
    pub files: u64,
    /// Bytes of their content.
    pub bytes: u64,
    /// Bytes added to the vault.
    pub added_bytes: u64,
    /// Packs added.
    pub(crate) packs: Vec<Id>,
    /// What could not be read, and why.
    pub problems: Vec<Message>,
}

/// What the walk gives.
struct Walked {
    tree: Id,
    files: u64,
    bytes: u64,
    problems: Vec<Message>,
}

pub(crate) fn run(
    repo: &Repo,
    request: BackupRequest<'_>,
    owner: &Owner,
    lock: &Lock<'_>,
    clock: &dyn Clock,
    monitor: &dyn Monitor,
) -> Result<BackupReport> {
    let mut problems = Vec::new();
    let index = Index::load_present(repo, &mut |what| {
        monitor.problem(&what);
        problems.push(what);
    })?;
    let paths = request.source.paths();
    let parent = snapshot::parent(repo, &paths, &request.hostname)?;
    let parent = parent.as_ref();
    monitor.begin(&Message::new("vault-backup"), None);
    let counted = match &request.source {
        Source::Paths(paths) => paths.clone(),
        Source::Stream { .. } => Vec::new(),
    };
    let held = || lock.still_held(clock);
    let work = |sink: &Sink<'_>| {
        let walk =
            |pool: &Pool<'_>| walk_source(repo, sink, pool, monitor, request.source, parent, request.time);
        with_workers(sink, monitor, repo.polynomial, walk)
    };
    let done = count::beside(counted, monitor, || sink::with(repo, &index, &held, work));
    monitor.end();
    let (walked, added) = done?;
    lock.still_held(clock)?;
    let snapshot = Snapshot {
        time: request.time.to_string(),
        parent: parent.and_then(|parent| parent.id),
        tree: walked.tree,
        paths,
        hostname: request.hostname,
        username: owner.username.clone(),
        uid: getuid().as_raw(),
        gid: getgid().as_raw(),
        tags: request.tags,
        id: None,
    };
    let id = repo.save(Folder::Snapshots, &snapshot)?;
    let snapshot = Snapshot { id: Some(id), ..snapshot };
    let Walked { files, bytes, .. } = walked;
    problems.extend(walked.problems);
    Ok(BackupReport { snapshot, files, bytes, added_bytes: added.bytes, packs: added.packs, problems })
}

impl Source<'_> {
    /// Paths as the snapshot names them.
    fn paths(&self) -> Vec<String> {
        match self {
            Source::Paths(paths) => paths.iter().map(|path| path.display().to_string()).collect(),
            Source::Stream { name, .. } => vec![format!("/{name}")],
        }
    }
}

fn with_workers<T>(
    sink: &Sink<'_>,
    monitor: &dyn Monitor,
    polynomial: u64,
    work: impl FnOnce(&Pool<'_>) -> Result<T>,
) -> Result<T> {
    let pool = Pool::new(sink, monitor, polynomial);
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let _closing = Closing(&pool);
        (0..cores).for_each(|_| _ = scope.spawn(|| pool.work()));
        work(&pool)
    })
}

/// Lets the workers end however the walk does.
struct Closing<'p, 'a>(&'p Pool<'a>);

impl Drop for Closing<'_, '_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

fn walk_source(
    repo: &Repo,
    sink: &Sink<'_>,
    pool: &Pool<'_>,
    monitor: &dyn Monitor,
    source: Source<'_>,
    parent: Option<&Snapshot>,
    time: Timestamp,
) -> Result<Walked> {
    let walk = Walk {
        repo,
        sink,
        pool,
        monitor,
        tools: Tools::new()?,
        names: Names::new(),
        settled: parent.and_then(|parent| parent.instant().checked_sub(TICK).ok()),
        folders: VecDeque::new(),
        waiting: 0,
        files: 0,
        bytes: 0,
        problems: Vec::new(),
    };
    match source {
        Source::Paths(paths) => walk.paths(&paths, parent.map(|parent| parent.tree)),
        Source::Stream { name, from, finish } => walk.stream(&name, from, finish, time),
    }
}

struct Walk<'a> {
    repo: &'a Repo,
    sink: &'a Sink<'a>,
    pool: &'a Pool<'a>,
    monitor: &'a dyn Monitor,
    tools: Tools,
    names: Names,
    /// A file that changed after this may have changed again unseen.
    settled: Option<Timestamp>,
    /// In the order in which they can be stored: what is inside comes first.
    folders: VecDeque<Pending>,
    /// Entries in them.
    waiting: usize,
    files: u64,
    bytes: u64,
    problems: Vec<Message>,
}

/// A folder whose content is on its way.
struct Pending {
    entries: Vec<(Node, Rest)>,
    before: Before,
    /// Where its id is wanted.
    tree: Rc<OnceCell<Id>>,
}

/// What a node still lacks.
enum Rest {
    Nothing,
    Content(Slot<std::result::Result<Content, Trouble>>, PathBuf),
    Subtree(Rc<OnceCell<Id>>),
}

/// The folders above the paths, as a tree of names.
#[derive(Default)]
struct Above {
    whole: bool,
    inside: BTreeMap<OsString, Above>,
}

/// A folder in the last backup.
#[derive(Default)]
struct Before {
    /// Its tree, if each of its entries has a name of its own.
    tree: Option<Id>,
    nodes: HashMap<String, Node>,
}

impl Before {
    /// Whether nothing at all has changed: then the tree of then is the tree of now.
    fn is(&self, nodes: &[Node]) -> bool {
        nodes.len() == self.nodes.len() && nodes.iter().all(|node| self.nodes.get(&node.quoted) == Some(node))
    }
}

impl Walk<'_> {
    fn paths(mut self, paths: &[PathBuf], parent: Option<Id>) -> Result<Walked> {
        let mut above = Above::default();
        for path in paths {
            let parts = path.components().filter_map(|part| match part {
                Component::Normal(name) => Some(name.to_owned()),
                _ => None,
            });
            parts.fold(&mut above, |at, name| at.inside.entry(name).or_default()).whole = true;
        }
        let before = self.old_nodes(parent);
        let root = if above.whole {
            self.folder(Path::new("/"), before)?.ok_or_else(|| unusable("vault-root"))?
        } else {
            self.above(Path::new("/"), &above, &before)?
        };
        self.finish(&root)
    }

    fn stream(
        mut self,
        name: &str,
        from: &mut dyn Read,
        finish: &mut dyn FnMut() -> std::result::Result<(), Fault>,
        time: Timestamp,
    ) -> Result<Walked> {
        if !is_plain_name(name.as_bytes()) {
            return Err(Fault::new(Exit::Unusable, Message::new("vault-stream-name").with("name", name)));
        }
        let content = Worker::new(self.pool)?.content(from).map_err(|trouble| match trouble {
            Trouble::Source(error) => unusable("vault-stream").because(error),
            Trouble::Vault => self.pool.fault(),
        })?;
        finish()?;
        let at = self.names.time(time.as_second(), i64::from(time.subsec_nanosecond()));
        let mut node = Node::plain_file(name.as_bytes(), at);
        (node.size, node.content) = (content.bytes, Some(content.blobs));
        let root = self.pend(vec![(node, Rest::Nothing)], Before::default())?;
        self.finish(&root)
    }

    /// Stores all that waits; the root is the last of it.
    fn finish(mut self, root: &Rc<OnceCell<Id>>) -> Result<Walked> {
        while !self.folders.is_empty() {
            self.settle()?;
        }
        let tree = *root.get().ok_or_else(|| unusable("vault-root"))?;
        Ok(Walked { tree, files: self.files, bytes: self.bytes, problems: self.problems })
    }

    /// Folders above what was asked for: only the way down is kept.
    fn above(&mut self, dir: &Path, above: &Above, before: &Before) -> Result<Rc<OnceCell<Id>>> {
        let mut entries = Vec::new();
        for (name, inside) in &above.inside {
            let path = dir.join(name);
            if inside.whole {
                entries.extend(self.entry(&path, name, before)?);
                continue;
            }
            let Some(node) = self.node(&path, name) else { continue };
            let older = self.old_nodes(before.nodes.get(&node.quoted).and_then(|old| old.subtree));
            let subtree = self.above(&path, inside, &older)?;
            entries.push((node, Rest::Subtree(subtree)));
        }
        self.pend(entries, Before::default())
    }

    fn node(&mut self, path: &Path, name: &OsStr) -> Option<Node> {
        let node = fs::symlink_metadata(path).and_then(|meta| self.names.node(path, name.as_bytes(), &meta));
        node.map_err(|error| self.unreadable(path, &error)).ok()
    }

    /// One entry of a folder, with all below it; nothing if it cannot be read.
    fn entry(&mut self, path: &Path, name: &OsStr, before: &Before) -> Result<Option<(Node, Rest)>> {
        if self.monitor.interrupted() {
            return Err(interrupted());
        }
        let Some(mut node) = self.node(path, name) else { return Ok(None) };
        // A socket is nothing without the program that listens on it; restic leaves it out as well.
        if node.kind == "socket" {
            return Ok(None);
        }
        let old = before.nodes.get(&node.quoted);
        let rest = match node.kind.as_str() {
            "dir" => {
                let older = self.old_nodes(old.and_then(|old| old.subtree));
                let Some(subtree) = self.folder(path, older)? else { return Ok(None) };
                Rest::Subtree(subtree)
            }
            "file" => match old.filter(|old| self.unchanged(old, &node) && self.has_all(old)) {
                Some(old) => {
                    node.content.clone_from(&old.content);
                    self.monitor.count(1);
                    self.monitor.advance(node.size);
                    Rest::Nothing
                }
                None => Rest::Content(self.pool.file(path.to_owned()), path.to_owned()),
            },
            _ => Rest::Nothing,
        };
        Ok(Some((node, rest)))
    }

    fn folder(&mut self, path: &Path, before: Before) -> Result<Option<Rc<OnceCell<Id>>>> {
        let listed = fs::read_dir(path).and_then(|entries| {
            entries.map(|entry| entry.map(|e| e.file_name())).collect::<std::io::Result<Vec<_>>>()
        });
        let mut names = match listed {
            Ok(names) => names,
            Err(error) => {
                self.unreadable(path, &error);
                return Ok(None);
            }
        };
        names.sort_unstable();
        let mut entries = Vec::with_capacity(names.len());
        for name in names {
            entries.extend(self.entry(&path.join(&name), &name, &before)?);
        }
        self.pend(entries, before).map(Some)
    }

    /// Queues a folder; stores the oldest ones if too much waits.
    fn pend(&mut self, entries: Vec<(Node, Rest)>, before: Before) -> Result<Rc<OnceCell<Id>>> {
        let tree = Rc::new(OnceCell::new());
        self.waiting += entries.len();
        self.folders.push_back(Pending { entries, before, tree: Rc::clone(&tree) });
        while self.waiting > WAITING && self.folders.len() > 1 {
            self.settle()?;
        }
        Ok(tree)
    }

    /// Stores the folder that has waited longest, once its content is there.
    fn settle(&mut self) -> Result<()> {
        let Some(Pending { entries, before, tree }) = self.folders.pop_front() else { return Ok(()) };
        self.waiting -= entries.len();
        let mut nodes = Vec::with_capacity(entries.len());
        for (node, rest) in entries {
            nodes.extend(self.complete(node, rest)?);
        }
        let id = match before.tree.filter(|_| before.is(&nodes)) {
            Some(same) => same,
            None => {
                // The format sorts by the name itself, not by the name as it is written.
                nodes.sort_by_cached_key(Node::name);
                self.sink.put(BlobKind::Tree, &Tree { nodes }.bytes(), &mut self.tools)?
            }
        };
        let _ = tree.set(id);
        Ok(())
    }

    fn complete(&mut self, mut node: Node, rest: Rest) -> Result<Option<Node>> {
        match rest {
            Rest::Nothing => {}
            Rest::Subtree(tree) => node.subtree = tree.get().copied(),
            Rest::Content(slot, path) => match slot.wait() {
                Ok(content) => {
                    if content.bytes < node.size {
                        self.problem(
                            Message::new("vault-shrunk")
                                .with("path", path.as_path())
                                .with("bytes", content.bytes),
                        );
                    }
                    // What was read is what is kept, even if the file grew meanwhile.
                    (node.size, node.content) = (content.bytes, Some(content.blobs.clone()));
                }
                Err(Trouble::Source(error)) => {
                    self.unreadable(&path, error);
                    return Ok(None);
                }
                Err(Trouble::Vault) => return Err(self.pool.fault()),
            },
        }
        if node.kind == "file" {
            self.files += 1;
            self.bytes += node.size;
        }
        Ok(Some(node))
    }

    /// A file is taken as unchanged if nothing that a change would touch differs, and it did not change so shortly before
    /// the last backup that a second change could bear the same times.
    fn unchanged(&self, old: &Node, new: &Node) -> bool {
        old.kind == "file"
            && old.content.is_some()
            && (old.size, old.inode, &old.mtime, &old.ctime) == (new.size, new.inode, &new.mtime, &new.ctime)
            && self.settled.is_some_and(|settled| new.changed().is_some_and(|at| at < settled))
    }

    /// Whether the vault still holds all content of an old node.
    fn has_all(&self, old: &Node) -> bool {
        old.content.iter().flatten().all(|id| self.sink.index.find(BlobKind::Data, *id).is_some())
    }

    /// A folder's entries in the last backup. Damage of an old tree only costs time.
    fn old_nodes(&self, tree: Option<Id>) -> Before {
        let Some(id) = tree else { return Before::default() };
        let Ok(Tree { nodes }) = walk::tree(self.repo, self.sink.index, id) else { return Before::default() };
        let count = nodes.len();
        let nodes: HashMap<_, _> = nodes.into_iter().map(|node| (node.quoted.clone(), node)).collect();
        Before { tree: Some(id).filter(|_| nodes.len() == count), nodes }
    }

    fn unreadable(&mut self, path: &Path, error: &std::io::Error) {
        self.problem(Message::new("vault-unreadable").with("path", path).with("why", error.to_string()));
    }

    fn problem(&mut self, what: Message) {
        self.monitor.problem(&what);
        self.problems.push(what);
    }
}
