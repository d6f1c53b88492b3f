//! The way into the vault: blobs are deduplicated, compressed and sealed by whoever brings them, collected into packs,
//! and written by a thread of their own, so that nobody waits for the disk. Order on disk: pack, then the index that
//! names it.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use store::{Folder, Name};

use crate::error::{Result, unusable};
use crate::hash::Id;
use crate::index::{BlobIndex, BlobKind, Index, IndexFile, PackIndex};
use crate::pack;
use crate::repo::Repo;

/// A pack is written once it has this many bytes.
const TARGET: usize = 16 << 20;
/// And once it has this many blobs: its header must stay below what any restic reads.
const MOST_BLOBS: usize = 100_000;
/// An index is written once it covers this many packs, so that a killed backup loses little of its work.
const PACKS_AN_INDEX: usize = 32;
/// Packs that wait for the writer; together with those being filled they bound the memory.
const WAITING: usize = 1;

/// What one thread needs to bring blobs; made once, since making it costs more than using it.
pub(crate) struct Tools {
    compressor: zstd::bulk::Compressor<'static>,
}

impl Tools {
    pub(crate) fn new() -> Result<Tools> {
        let compressor = zstd::bulk::Compressor::new(3);
        Ok(Tools { compressor: compressor.map_err(|error| unusable("vault-compress").because(error))? })
    }
}

/// Takes blobs from any number of threads.
pub(crate) struct Sink<'r> {
    repo: &'r Repo,
    /// What the vault held at the start.
    pub(crate) index: &'r Index,
    /// What came since: each blob is brought once, whoever is first.
    claimed: Mutex<HashSet<(BlobKind, Id)>>,
    open: [Mutex<Open>; 2],
    full: SyncSender<Open>,
    added: AtomicU64,
}

#[derive(Default)]
struct Open {
    bytes: Vec<u8>,
    blobs: Vec<BlobIndex>,
}

/// What was added to the vault.
pub(crate) struct Added {
    pub(crate) bytes: u64,
    pub(crate) packs: Vec<Id>,
}

/// Runs `work` with a way into the vault. When it returns well, all that was brought is durable and indexed.
pub(crate) fn with<T>(
    repo: &Repo,
    index: &Index,
    work: impl FnOnce(&Sink<'_>) -> Result<T>,
) -> Result<(T, Added)> {
    thread::scope(|scope| {
        let (full, packs) = sync_channel(WAITING);
        let writer = scope.spawn(move || write_all(repo, &packs));
        let sink = Sink {
            repo,
            index,
            claimed: Mutex::default(),
            open: Default::default(),
            full,
            added: AtomicU64::new(0),
        };
        let worked = work(&sink).and_then(|done| {
            sink.flush(BlobKind::Data)?;
            sink.flush(BlobKind::Tree)?;
            Ok(done)
        });
        let bytes = sink.added.load(Ordering::Relaxed);
        drop(sink);
        let written = writer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        // Why the writer stopped says more than that it did.
        let packs = written?;
        worked.map(|done| (done, Added { bytes, packs }))
    })
}

impl Sink<'_> {
    /// Keeps a blob, unless the vault has it already; gives its id.
    pub(crate) fn put(&self, kind: BlobKind, plain: &[u8], tools: &mut Tools) -> Result<Id> {
        let id = Id::of(plain);
        let known = self.index.find(kind, id).is_some() || !lock(&self.claimed).insert((kind, id));
        if !known {
            self.bring(kind, id, plain, tools)?;
        }
        Ok(id)
    }

    fn bring(&self, kind: BlobKind, id: Id, plain: &[u8], tools: &mut Tools) -> Result<()> {
        let squeezed =
            tools.compressor.compress(plain).map_err(|error| unusable("vault-compress").because(error))?;
        // What does not get smaller is kept as it is.
        let compressed = squeezed.len() < plain.len();
        let sealed = self.repo.key.seal(if compressed { &squeezed } else { plain })?;
        let number = |n: usize| u32::try_from(n).map_err(|_| unusable("vault-blob-too-big"));
        let uncompressed_length = if compressed { Some(number(plain.len())?) } else { None };
        self.added.fetch_add(sealed.len() as u64, Ordering::Relaxed);
        let mut open = lock(&self.open[kind as usize]);
        let (offset, length) = (number(open.bytes.len())?, number(sealed.len())?);
        open.blobs.push(BlobIndex { id, kind, offset, length, uncompressed_length });
        open.bytes.extend(sealed);
        if open.bytes.len() < TARGET && open.blobs.len() < MOST_BLOBS {
            return Ok(());
        }
        let full = std::mem::take(&mut *open);
        drop(open);
        self.send(full)
    }

    fn flush(&self, kind: BlobKind) -> Result<()> {
        let rest = std::mem::take(&mut *lock(&self.open[kind as usize]));
        if rest.blobs.is_empty() { Ok(()) } else { self.send(rest) }
    }

    fn send(&self, pack: Open) -> Result<()> {
        self.full.send(pack).map_err(|_| unusable("vault-writer-gone"))
    }
}

fn write_all(repo: &Repo, packs: &Receiver<Open>) -> Result<Vec<Id>> {
    let (mut finished, mut ids) = (Vec::new(), Vec::new());
    for open in packs {
        let pack = write(repo, open)?;
        ids.push(pack.id);
        finished.push(pack);
        if finished.len() >= PACKS_AN_INDEX {
            write_index(repo, &mut finished)?;
        }
    }
    write_index(repo, &mut finished)?;
    Ok(ids)
}

fn write(repo: &Repo, open: Open) -> Result<PackIndex> {
    let Open { mut bytes, blobs } = open;
    let header = repo.key.seal(&pack::header(&blobs))?;
    let length = u32::try_from(header.len()).map_err(|_| unusable("vault-blob-too-big"))?;
    bytes.extend(header);
    bytes.extend(length.to_le_bytes());
    let id = Id::of(&bytes);
    repo.store.save(&Name::File(Folder::Data, id.0), &bytes)?;
    Ok(PackIndex { id, blobs })
}

fn write_index(repo: &Repo, finished: &mut Vec<PackIndex>) -> Result<()> {
    let packs = std::mem::take(finished);
    if !packs.is_empty() {
        repo.save(Folder::Index, &IndexFile { packs })?;
    }
    Ok(())
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
