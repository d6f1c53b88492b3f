//! Backup: walk, cut, keep; then the index, then the snapshot. What cannot be read is named and counted.

use std::collections::{BTreeMap, HashMap};
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use base::{Clock, Exit, Fault, Message, Monitor, Timestamp};
use store::Folder;

use crate::chunk::{Chunker, MAX};
use crate::error::{Result, unusable};
use crate::hash::Id;
use crate::index::{BlobKind, Index};
use crate::lock::Lock;
use crate::pack::{self, Packer};
use crate::repo::Repo;
use crate::snapshot::{self, Snapshot};
use crate::source::Names;
use crate::tree::{Node, Tree};

/// What to back up, and what to say about it.
pub struct Backup<'a> {
    /// Files and folders, absolute.
    pub paths: Vec<PathBuf>,
    /// Instead of paths: a stream, and the name of the file it becomes.
    pub stream: Option<(String, &'a mut dyn Read)>,
    /// Instant of the content.
    pub time: Timestamp,
    /// Name of the machine.
    pub hostname: String,
    /// Name of the user.
    pub username: String,
    /// Marks.
    pub tags: Vec<String>,
}

/// What came of a backup.
#[derive(Clone, Debug)]
pub struct BackupReport {
    /// The snapshot; it is durable.
    pub snapshot: Id,
    /// Root of its tree.
    pub tree: Id,
    /// Files in it.
    pub files: u64,
    /// Bytes of their content.
    pub bytes: u64,
    /// Bytes added to the vault.
    pub added_bytes: u64,
    /// What could not be read, and why.
    pub problems: Vec<Message>,
}

pub(crate) fn run(
    repo: &Repo,
    request: Backup<'_>,
    clock: &dyn Clock,
    monitor: &dyn Monitor,
) -> Result<BackupReport> {
    let lock = Lock::shared(repo, &request.hostname, &request.username, clock, monitor)?;
    let packer = Packer::new(repo, Index::load(repo)?)?;
    let parent = snapshot::parent(repo, &request.paths, &request.hostname)?;
    let mut work = Work {
        repo,
        packer,
        chunker: Chunker::new(repo.polynomial),
        names: Names::new(),
        buffer: Vec::new(),
        lock,
        clock,
        monitor,
        files: 0,
        bytes: 0,
        problems: Vec::new(),
    };
    monitor.begin(&Message::new("vault-backup"), None);
    let stored = work.everything(request.paths.clone(), request.stream, parent.as_ref(), request.time);
    let tree = stored.and_then(|tree| {
        work.packer.finish()?;
        Ok(tree)
    });
    monitor.end();
    let tree = tree?;
    let snapshot = Snapshot {
        time: request.time.to_string(),
        parent: parent.map(|(id, _)| id),
        tree,
        paths: request.paths.iter().map(|path| path.display().to_string()).collect(),
        hostname: request.hostname,
        username: request.username,
        uid: 0,
        gid: 0,
        tags: request.tags,
        id: None,
    };
    let id = repo.save(Folder::Snapshots, &snapshot)?;
    let Work { files, bytes, problems, packer, lock, .. } = work;
    lock.release();
    Ok(BackupReport { snapshot: id, tree, files, bytes, added_bytes: packer.added, problems })
}

struct Work<'a> {
    repo: &'a Repo,
    packer: Packer<'a>,
    chunker: Chunker,
    names: Names,
    buffer: Vec<u8>,
    lock: Lock<'a>,
    clock: &'a dyn Clock,
    monitor: &'a dyn Monitor,
    files: u64,
    bytes: u64,
    problems: Vec<Message>,
}

/// The folders above the paths, as a tree of names.
#[derive(Default)]
struct Above {
    whole: bool,
    inside: BTreeMap<OsString, Above>,
}

impl Work<'_> {
    fn everything(
        &mut self,
        paths: Vec<PathBuf>,
        stream: Option<(String, &mut dyn Read)>,
        parent: Option<&(Id, Id)>,
        time: Timestamp,
    ) -> Result<Id> {
        if let Some((name, stream)) = stream {
            let content = self.content(stream).map_err(|error| match error {
                Trouble::Source(error) => unusable("vault-stream").because(error),
                Trouble::Vault(fault) => *fault,
            })?;
            return self.stream_tree(&name, content, time);
        }
        let mut above = Above::default();
        for path in paths {
            let parts = path.components().filter_map(|part| match part {
                std::path::Component::Normal(name) => Some(name.to_owned()),
                _ => None,
            });
            parts.fold(&mut above, |at, name| at.inside.entry(name).or_default()).whole = true;
        }
        let before = parent.map(|(_, tree)| self.old_nodes(Some(*tree))).unwrap_or_default();
        self.above(Path::new("/"), &above, &before)
    }

    fn stream_tree(&mut self, name: &str, content: Content, time: Timestamp) -> Result<Id> {
        let at = self.names.time(time.as_second(), i64::from(time.subsec_nanosecond()));
        let node = Node {
            quoted: crate::tree::quote(name.as_bytes()),
            kind: "file".to_owned(),
            mode: 0o644,
            mtime: at.clone(),
            atime: at.clone(),
            ctime: at,
            uid: 0,
            gid: 0,
            user: String::new(),
            group: String::new(),
            inode: 0,
            device_id: 0,
            size: content.bytes,
            links: 1,
            linktarget: String::new(),
            linktarget_raw: Vec::new(),
            extended_attributes: Vec::new(),
            device: 0,
            content: Some(content.blobs),
            subtree: None,
        };
        self.files += 1;
        self.save(vec![node])
    }

    /// Folders above what was asked for: only the way down is kept.
    fn above(&mut self, dir: &Path, above: &Above, before: &HashMap<String, Node>) -> Result<Id> {
        let mut nodes = Vec::new();
        for (name, inside) in &above.inside {
            let path = dir.join(name);
            if inside.whole {
                nodes.extend(self.entry(&path, name, before)?);
                continue;
            }
            let meta = match fs::symlink_metadata(&path) {
                Ok(meta) => meta,
                Err(error) => {
                    self.unreadable(&path, &error);
                    continue;
                }
            };
            let mut node = match self.names.node(&path, name.as_bytes(), &meta) {
                Ok(node) => node,
                Err(error) => {
                    self.unreadable(&path, &error);
                    continue;
                }
            };
            let older = self.old_nodes(before.get(&node.quoted).and_then(|old| old.subtree));
            node.subtree = Some(self.above(&path, inside, &older)?);
            nodes.push(node);
        }
        self.save(nodes)
    }

    /// One entry of a folder, with all below it; nothing if it cannot be read.
    fn entry(&mut self, path: &Path, name: &OsStr, before: &HashMap<String, Node>) -> Result<Option<Node>> {
        if self.monitor.interrupted() {
            return Err(Fault::new(Exit::Interrupted, Message::new("vault-interrupted")));
        }
        self.lock.refresh(self.clock)?;
        let node = fs::symlink_metadata(path).and_then(|meta| self.names.node(path, name.as_bytes(), &meta));
        let mut node = match node {
            Ok(node) => node,
            Err(error) => {
                self.unreadable(path, &error);
                return Ok(None);
            }
        };
        let old = before.get(&node.quoted);
        match node.kind.as_str() {
            "dir" => {
                let older = self.old_nodes(old.and_then(|old| old.subtree));
                let Some(subtree) = self.folder(path, &older)? else { return Ok(None) };
                node.subtree = Some(subtree);
            }
            "file" => return self.file(path, node, old),
            _ => {}
        }
        Ok(Some(node))
    }

    fn folder(&mut self, path: &Path, before: &HashMap<String, Node>) -> Result<Option<Id>> {
        let listed = fs::read_dir(path)
            .and_then(|entries| entries.map(|entry| entry.map(|e| e.file_name())).collect::<std::io::Result<Vec<_>>>());
        let mut names = match listed {
            Ok(names) => names,
            Err(error) => {
                self.unreadable(path, &error);
                return Ok(None);
            }
        };
        names.sort();
        let mut nodes = Vec::with_capacity(names.len());
        for name in names {
            nodes.extend(self.entry(&path.join(&name), &name, before)?);
        }
        self.save(nodes).map(Some)
    }

    fn file(&mut self, path: &Path, mut node: Node, old: Option<&Node>) -> Result<Option<Node>> {
        if let Some(old) = old.filter(|old| unchanged(old, &node) && self.has_all(old)) {
            node.content.clone_from(&old.content);
            self.bytes += node.size;
            self.monitor.advance(node.size);
        } else {
            let content = File::open(path).map_err(Trouble::Source).and_then(|mut file| self.content(&mut file));
            match content {
                Ok(content) => {
                    // What was read is what is kept, even if the file grew meanwhile.
                    node.size = content.bytes;
                    node.content = Some(content.blobs);
                }
                Err(Trouble::Source(error)) => {
                    self.unreadable(path, &error);
                    return Ok(None);
                }
                Err(Trouble::Vault(fault)) => return Err(*fault),
            }
        }
        self.files += 1;
        Ok(Some(node))
    }

    /// Whether the vault still holds all content of an old node.
    fn has_all(&self, old: &Node) -> bool {
        old.content.iter().flatten().all(|id| self.packer.index.find(BlobKind::Data, *id).is_some())
    }

    fn content(&mut self, from: &mut dyn Read) -> std::result::Result<Content, Trouble> {
        let mut out = Content { blobs: Vec::new(), bytes: 0 };
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        loop {
            let wanted = (MAX - buffer.len()) as u64;
            let read = from.take(wanted).read_to_end(&mut buffer).map_err(Trouble::Source)?;
            if buffer.is_empty() {
                break;
            }
            let length = self.chunker.cut(&buffer);
            out.blobs.push(self.packer.add(BlobKind::Data, &buffer[..length]).map_err(|f| Trouble::Vault(Box::new(f)))?);
            out.bytes += length as u64;
            self.bytes += length as u64;
            self.monitor.advance(length as u64);
            buffer.drain(..length);
            if read == 0 && buffer.is_empty() {
                break;
            }
        }
        self.buffer = buffer;
        Ok(out)
    }

    /// A folder's entries in the last backup, by quoted name. Damage of an old tree only costs time.
    fn old_nodes(&self, tree: Option<Id>) -> HashMap<String, Node> {
        let bytes = tree.and_then(|id| pack::read(self.repo, &self.packer.index, BlobKind::Tree, id).ok());
        let tree: Tree = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        tree.nodes.into_iter().map(|node| (node.quoted.clone(), node)).collect()
    }

    fn save(&mut self, mut nodes: Vec<Node>) -> Result<Id> {
        // The format sorts by the name as it is written.
        nodes.sort_by(|a, b| a.name().cmp(&b.name()));
        self.packer.add(BlobKind::Tree, &Tree { nodes }.bytes())
    }

    fn unreadable(&mut self, path: &Path, error: &std::io::Error) {
        let what = Message::new("vault-unreadable").with("path", path).with("why", error.to_string());
        self.monitor.problem(&what);
        self.problems.push(what);
    }
}

struct Content {
    blobs: Vec<Id>,
    bytes: u64,
}

enum Trouble {
    /// The source cannot be read: named, counted, passed over.
    Source(std::io::Error),
    /// The vault cannot be written: the backup fails.
    Vault(Box<Fault>),
}

/// A file is taken as unchanged if nothing that a change would touch differs.
fn unchanged(old: &Node, new: &Node) -> bool {
    old.kind == "file"
        && old.content.is_some()
        && (old.size, old.inode, &old.mtime, &old.ctime) == (new.size, new.inode, &new.mtime, &new.ctime)
}
