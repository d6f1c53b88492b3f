//! The way into the vault: blobs are deduplicated, compressed and sealed by whoever brings them, collected into packs,
//! and written by a thread of their own, so that nobody waits for the disk. Order on disk: pack, then the index that
//! names it.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

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
/// An index is written for this many packs once the last one is older than `SOON`: what is killed loses little of its
/// work, and a small backup has one index.
const SEVERAL: usize = 4;
const SOON: Duration = Duration::from_secs(2);
/// And for fewer packs, if they come slowly.
const LATE: Duration = Duration::from_secs(30);
/// And never more often than after this part of the whole time, so that a long backup does not make thousands.
const PART: u32 = 50;
/// An index is written once it names this many blobs, however young the last one is: so many restic puts into one.
const BLOBS_AN_INDEX: usize = 50_000;
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

/// Runs `work` with a way into the vault. When it returns, all that was brought is durable and indexed, also if the work
/// failed or was interrupted; only if the vault itself cannot be written, some of it is not. `held` is asked before each
/// index: without our lock, somebody may have pruned what it would name.
pub(crate) fn with<T>(
    repo: &Repo,
    index: &Index,
    held: &(dyn Fn() -> Result<()> + Sync),
    work: impl FnOnce(&Sink<'_>) -> Result<T>,
) -> Result<(T, Added)> {
    thread::scope(|scope| {
        let (full, packs) = sync_channel(WAITING);
        let writer = scope.spawn(move || Writer::new(repo, held).write_all(&packs));
        let sink = Sink {
            repo,
            index,
            claimed: Mutex::default(),
            open: Default::default(),
            full,
            added: AtomicU64::new(0),
        };
        let worked = work(&sink);
        let flushed = sink.flush(BlobKind::Data).and_then(|()| sink.flush(BlobKind::Tree));
        let bytes = sink.added.load(Ordering::Relaxed);
        drop(sink);
        let written = writer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        // Why the writer stopped says more than that it did.
        let packs = written?;
        flushed?;
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

/// Writes packs as they come, and the indexes that name them.
struct Writer<'r> {
    repo: &'r Repo,
    held: &'r (dyn Fn() -> Result<()> + Sync),
    began: Instant,
    /// When the last index was written.
    indexed: Instant,
    /// Packs that are durable and stand in no index.
    finished: Vec<PackIndex>,
    ids: Vec<Id>,
}

impl<'r> Writer<'r> {
    fn new(repo: &'r Repo, held: &'r (dyn Fn() -> Result<()> + Sync)) -> Writer<'r> {
        let began = Instant::now();
        Writer { repo, held, began, indexed: began, finished: Vec::new(), ids: Vec::new() }
    }

    /// The ids of all packs, once there are no more and all are indexed.
    fn write_all(mut self, packs: &Receiver<Open>) -> Result<Vec<Id>> {
        let packs = packs.iter().try_for_each(|open| {
            self.write_pack(open)?;
            if self.is_due() { self.write_index() } else { Ok(()) }
        });
        // Even a vault that is full may have room for this, and then less has to be done again.
        let index = self.write_index();
        packs.and(index).map(|()| self.ids)
    }

    fn write_pack(&mut self, open: Open) -> Result<()> {
        let Open { mut bytes, blobs } = open;
        let header = self.repo.key.seal(&pack::header(&blobs))?;
        let length = u32::try_from(header.len()).map_err(|_| unusable("vault-blob-too-big"))?;
        bytes.extend(header);
        bytes.extend(length.to_le_bytes());
        let id = Id::of(&bytes);
        self.repo.store.save(&Name::File(Folder::Data, id.0), &bytes)?;
        self.ids.push(id);
        self.finished.push(PackIndex { id, blobs });
        Ok(())
    }

    fn is_due(&self) -> bool {
        let blobs: usize = self.finished.iter().map(|pack| pack.blobs.len()).sum();
        let wait = if self.finished.len() >= SEVERAL { SOON } else { LATE };
        blobs >= BLOBS_AN_INDEX || self.indexed.elapsed() >= wait.max(self.began.elapsed() / PART)
    }

    fn write_index(&mut self) -> Result<()> {
        let packs = std::mem::take(&mut self.finished);
        if !packs.is_empty() {
            (self.held)()?;
            self.repo.save(Folder::Index, &IndexFile { packs })?;
            self.indexed = Instant::now();
        }
        Ok(())
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
