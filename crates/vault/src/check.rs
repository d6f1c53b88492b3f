//! Check: whether the vault is whole. Everything wrong is named; what is merely left over is noted.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use base::{Exit, Fault, Message, Monitor};
use store::{Folder, Name};

use crate::error::{Result, causes, damaged_file};
use crate::hash::Id;
use crate::index::{BlobIndex, BlobKind, Index, Place};
use crate::pack;
use crate::repo::Repo;
use crate::sink::lock;
use crate::snapshot::Snapshot;
use crate::walk;

/// What a check found.
#[derive(Clone, Debug, Default)]
pub struct CheckReport {
    /// Packs in the store.
    pub packs: u64,
    /// Blobs in the indexes.
    pub blobs: u64,
    /// Snapshots that could be read.
    pub snapshots: u64,
    /// Bytes of packs that were read and verified.
    pub read_bytes: u64,
    /// What is wrong.
    pub problems: Vec<Message>,
    /// What is left over and only takes room.
    pub notes: Vec<Message>,
}

struct Check<'a> {
    repo: &'a Repo,
    monitor: &'a dyn Monitor,
    report: Mutex<CheckReport>,
}

pub(crate) fn run(repo: &Repo, read_data: bool, monitor: &dyn Monitor) -> Result<CheckReport> {
    let check = Check { repo, monitor, report: Mutex::default() };
    monitor.begin(&Message::new("vault-check"), None);
    // In this order: what is added meanwhile is only ever too much, never missing.
    let snapshots = repo.list(Folder::Snapshots)?;
    let index = check.indexes()?;
    let packs = check.packs(&index)?;
    check.snapshots(&index, &snapshots)?;
    monitor.end();
    if read_data {
        let total = packs.values().sum();
        monitor.begin(&Message::new("vault-check-data"), Some(total));
        check.read_all(&index, &packs)?;
        monitor.end();
    }
    Ok(check.report.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner))
}

/// Reads a snapshot and these packs, all of which an index must name, and compares every hash; the first thing that is
/// not right is the fault.
pub(crate) fn added(repo: &Repo, snapshot: Option<Id>, packs: &[Id], monitor: &dyn Monitor) -> Result<()> {
    let check = Check { repo, monitor, report: Mutex::default() };
    snapshot.map(|id| repo.load::<Snapshot>(Folder::Snapshots, id)).transpose()?;
    let index = Index::load(repo, &mut |_| ())?;
    monitor.begin(&Message::new("vault-verify"), None);
    let read = packs.iter().try_for_each(|id| {
        let name = Name::File(Folder::Data, id.0);
        let indexed = index.packs.get(id).ok_or_else(|| damaged_file("vault-pack-index", name))?;
        check.read(*id, Some(indexed)).map(|bytes| monitor.advance(bytes))
    });
    monitor.end();
    read
}

impl Check<'_> {
    fn problem(&self, what: Message) {
        self.monitor.problem(&what);
        lock(&self.report).problems.push(what);
    }

    fn fault(&self, fault: &Fault) {
        self.problem(Message::new("vault-check-fault").with("why", causes(fault)));
    }

    /// All indexes that can be read.
    fn indexes(&self) -> Result<Index> {
        let index = Index::load(self.repo, &mut |what| self.problem(what))?;
        lock(&self.report).blobs = index.len() as u64;
        Ok(index)
    }

    /// Every pack of the indexes is there and as long as it must be; gives the sizes of all packs in the store.
    fn packs(&self, index: &Index) -> Result<HashMap<Id, u64>> {
        let listed = self.repo.store.list(Folder::Data)?;
        let sizes: HashMap<Id, u64> = listed
            .into_iter()
            .filter_map(|entry| match entry.name {
                Name::File(_, id) => Some((Id(id), entry.size)),
                Name::Config => None,
            })
            .collect();
        lock(&self.report).packs = sizes.len() as u64;
        for (id, blobs) in &index.packs {
            let name = Name::File(Folder::Data, id.0);
            match sizes.get(id) {
                None => self.problem(Message::new("vault-pack-missing").with("name", name.to_string())),
                Some(size) if *size != pack::length(blobs) => {
                    self.problem(Message::new("vault-pack-size").with("name", name.to_string()));
                }
                Some(_) => {}
            }
        }
        for id in sizes.keys().filter(|id| !index.packs.contains_key(id)) {
            let name = Name::File(Folder::Data, id.0).to_string();
            lock(&self.report).notes.push(Message::new("vault-pack-unused").with("name", name));
        }
        Ok(sizes)
    }

    /// Every snapshot can be walked, and all content of every file is in the indexes.
    fn snapshots(&self, index: &Index, ids: &[Id]) -> Result<()> {
        let mut seen = HashSet::new();
        for id in ids {
            match self.repo.load::<Snapshot>(Folder::Snapshots, *id) {
                Ok(snapshot) => {
                    lock(&self.report).snapshots += 1;
                    self.tree(index, *id, snapshot.tree, &mut seen)?;
                }
                Err(fault) => self.fault(&fault),
            }
        }
        Ok(())
    }

    /// A tree that several snapshots share is walked once.
    fn tree(&self, index: &Index, snapshot: Id, root: Id, seen: &mut HashSet<Id>) -> Result<()> {
        let mut waiting = vec![(PathBuf::new(), root)];
        while let Some((folder, id)) = waiting.pop() {
            if self.monitor.interrupted() {
                return Err(broken_off());
            }
            if !seen.insert(id) {
                continue;
            }
            let about = |id: &'static str, path: PathBuf| {
                Message::new(id).with("path", path.as_path()).with("snapshot", snapshot.short())
            };
            let tree = match walk::tree(self.repo, index, id) {
                Ok(tree) => tree,
                Err(fault) => {
                    self.problem(about("vault-folder-damaged", folder).with("why", causes(&fault)));
                    continue;
                }
            };
            for node in tree.nodes {
                let path = walk::join(&folder, &node.name());
                let places = node.content.iter().flatten().map(|id| index.find(BlobKind::Data, *id));
                let length: Option<u64> = places.map(|place| Some(place?.plain_length())).sum();
                if length.is_none_or(|length| node.kind == "file" && length != node.size) {
                    self.problem(about("vault-file-incomplete", path.clone()));
                }
                match (node.kind.as_str(), node.subtree) {
                    ("dir", None) => self.problem(about("vault-file-incomplete", path)),
                    (_, Some(subtree)) => waiting.push((path, subtree)),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Every byte of every pack, by several threads.
    fn read_all(&self, index: &Index, sizes: &HashMap<Id, u64>) -> Result<()> {
        let packs: Vec<Id> = sizes.keys().copied().collect();
        let next = AtomicUsize::new(0);
        let cores = thread::available_parallelism().map_or(1, usize::from);
        thread::scope(|scope| {
            for _ in 0..cores {
                scope.spawn(|| {
                    while let Some(id) = packs.get(next.fetch_add(1, Ordering::Relaxed)) {
                        if self.monitor.interrupted() {
                            break;
                        }
                        match self.read(*id, index.packs.get(id)) {
                            Ok(bytes) => lock(&self.report).read_bytes += bytes,
                            Err(fault) => self.fault(&fault),
                        }
                        self.monitor.advance(sizes.get(id).copied().unwrap_or(0));
                    }
                });
            }
        });
        if self.monitor.interrupted() {
            return Err(broken_off());
        }
        Ok(())
    }

    fn read(&self, id: Id, indexed: Option<&Vec<BlobIndex>>) -> Result<u64> {
        let name = Name::File(Folder::Data, id.0);
        let bytes = self.repo.store.load(&name)?;
        if Id::of(&bytes) != id {
            return Err(damaged_file("vault-pack-damaged", name));
        }
        let blobs = pack::list(self.repo, &name, &bytes)?;
        if indexed.is_some_and(|indexed| !same(indexed, &blobs)) {
            return Err(damaged_file("vault-pack-index", name));
        }
        for blob in blobs {
            let start = blob.offset as usize;
            let sealed = &bytes[start..start + blob.length as usize];
            let uncompressed = blob.uncompressed_length;
            let place = Place { pack: id, offset: blob.offset, length: blob.length, uncompressed };
            pack::open(self.repo, &name, sealed, place, blob.id)?;
        }
        Ok(bytes.len() as u64)
    }
}

fn broken_off() -> Fault {
    Fault::new(Exit::Interrupted, Message::new("vault-check-interrupted"))
}

/// An index may list the blobs of a pack in any order.
fn same(a: &[BlobIndex], b: &[BlobIndex]) -> bool {
    let sorted = |blobs: &[BlobIndex]| {
        let mut blobs = blobs.to_vec();
        blobs.sort_by_key(|blob| (blob.offset, blob.id));
        blobs
    };
    sorted(a) == sorted(b)
}
