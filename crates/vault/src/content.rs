//! The content of files, turned into blobs by a pool of workers. A file is read by one of them; the pieces of a big one
//! are offered to all, so that one file keeps every core busy.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, OnceLock};

use base::{Fault, Monitor};
use nix::fcntl::OFlag;

use crate::chunk::{Chunker, MAX};
use crate::error::{Result, interrupted, unusable};
use crate::hash::Id;
use crate::index::BlobKind;
use crate::sink::{Sink, Tools, lock};

/// Files that wait for a worker; the walk pauses beyond that.
const WAITING_FILES: usize = 256;
/// Pieces of big files that wait, each of up to 8 MiB.
const WAITING_PIECES: usize = 4;

/// What became of a file.
#[derive(Clone, Debug)]
pub(crate) struct Content {
    /// Its blobs in order.
    pub(crate) blobs: Vec<Id>,
    /// Bytes that were read.
    pub(crate) bytes: u64,
}

/// Why there is no content.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The source cannot be read: named, counted, passed over.
    Source(io::Error),
    /// The vault cannot be written: the backup fails, with the fault that the pool keeps.
    Vault,
}

/// A result that somebody waits for.
pub(crate) type Slot<T> = Arc<OnceLock<T>>;

struct Piece {
    bytes: Vec<u8>,
    done: Slot<Option<Id>>,
}

struct Waiting {
    path: PathBuf,
    done: Slot<std::result::Result<Content, Trouble>>,
}

#[derive(Default)]
struct Queue {
    files: VecDeque<Waiting>,
    pieces: VecDeque<Piece>,
    closed: bool,
}

/// Work for the workers.
pub(crate) struct Pool<'a> {
    sink: &'a Sink<'a>,
    monitor: &'a dyn Monitor,
    polynomial: u64,
    queue: Mutex<Queue>,
    /// Something was put in.
    filled: Condvar,
    /// Half of the files that may wait were taken out.
    emptied: Condvar,
    /// The first reason why the vault could not be written.
    fault: Mutex<Option<Fault>>,
}

enum Job {
    File(Waiting),
    Piece(Piece),
}

impl<'a> Pool<'a> {
    pub(crate) fn new(sink: &'a Sink<'a>, monitor: &'a dyn Monitor, polynomial: u64) -> Pool<'a> {
        Pool {
            sink,
            monitor,
            polynomial,
            queue: Mutex::default(),
            filled: Condvar::new(),
            emptied: Condvar::new(),
            fault: Mutex::default(),
        }
    }

    /// Hands in a file; its content is in the slot later.
    pub(crate) fn file(&self, path: PathBuf) -> Slot<std::result::Result<Content, Trouble>> {
        let done = Slot::default();
        let mut queue = lock(&self.queue);
        while queue.files.len() >= WAITING_FILES {
            queue = self.emptied.wait(queue).unwrap_or_else(std::sync::PoisonError::into_inner);
        }
        queue.files.push_back(Waiting { path, done: Arc::clone(&done) });
        drop(queue);
        self.filled.notify_one();
        done
    }

    /// No more files will come: workers end when nothing is left to do.
    pub(crate) fn close(&self) {
        lock(&self.queue).closed = true;
        self.filled.notify_all();
    }

    /// Why the vault could not be written; asked once, after a [`Trouble::Vault`].
    pub(crate) fn fault(&self) -> Fault {
        lock(&self.fault).take().unwrap_or_else(|| unusable("vault-writer-gone"))
    }

    fn failed(&self, fault: Fault) -> Trouble {
        lock(&self.fault).get_or_insert(fault);
        Trouble::Vault
    }

    /// A worker's life.
    pub(crate) fn work(&self) {
        let mut worker = match Worker::new(self) {
            Ok(worker) => Some(worker),
            Err(fault) => {
                self.failed(fault);
                None
            }
        };
        while let Some(job) = self.next() {
            match (job, &mut worker) {
                (Job::File(file), Some(worker)) => {
                    let open = open(&file.path).map_err(Trouble::Source);
                    let _ = file.done.set(open.and_then(|mut open| worker.content(&mut open)));
                    self.monitor.count(1);
                }
                (Job::Piece(piece), Some(worker)) => worker.piece(&piece),
                (Job::File(file), None) => _ = file.done.set(Err(Trouble::Vault)),
                (Job::Piece(piece), None) => _ = piece.done.set(None),
            }
        }
    }

    /// Pieces first: somebody holds a file open for them.
    fn next(&self) -> Option<Job> {
        let mut queue = lock(&self.queue);
        loop {
            let job = match queue.pieces.pop_front() {
                Some(piece) => Some(Job::Piece(piece)),
                None => queue.files.pop_front().map(Job::File),
            };
            if job.is_some() {
                // Not for each file: the walk would be woken to put in one.
                if queue.files.len() == WAITING_FILES / 2 {
                    self.emptied.notify_one();
                }
                return job;
            }
            if queue.closed {
                return None;
            }
            queue = self.filled.wait(queue).unwrap_or_else(std::sync::PoisonError::into_inner);
        }
    }

    /// Offers a piece to the other workers, unless enough of them wait.
    fn offer(&self, bytes: &[u8]) -> Option<Slot<Option<Id>>> {
        let mut queue = lock(&self.queue);
        if queue.pieces.len() >= WAITING_PIECES {
            return None;
        }
        let done = Slot::default();
        queue.pieces.push_back(Piece { bytes: bytes.to_vec(), done: Arc::clone(&done) });
        drop(queue);
        self.filled.notify_one();
        Some(done)
    }

    fn take_piece(&self) -> Option<Piece> {
        lock(&self.queue).pieces.pop_front()
    }
}

/// Opens what was a plain file when it was looked at. If a link, a pipe or a device stands in its place by now, that is
/// neither followed nor waited for.
fn open(path: &Path) -> io::Result<File> {
    let flags = OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK;
    let file = File::options().read(true).custom_flags(flags.bits()).open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::Error::other("no longer a file")) }
}

/// One thread's tools.
pub(crate) struct Worker<'p, 'a> {
    pool: &'p Pool<'a>,
    tools: Tools,
    chunker: Chunker,
    buffer: Vec<u8>,
}

/// The id of a piece, now or later.
enum Blob {
    Done(Id),
    Later(Slot<Option<Id>>),
}

impl<'p, 'a> Worker<'p, 'a> {
    pub(crate) fn new(pool: &'p Pool<'a>) -> Result<Worker<'p, 'a>> {
        let chunker = Chunker::new(pool.polynomial);
        Ok(Worker { pool, tools: Tools::new()?, chunker, buffer: Vec::new() })
    }

    /// All of a stream, cut and stored.
    pub(crate) fn content(&mut self, from: &mut dyn Read) -> std::result::Result<Content, Trouble> {
        let mut buffer = std::mem::take(&mut self.buffer);
        let read = self.pieces(from, &mut buffer);
        self.buffer = buffer;
        let (blobs, bytes) = read?;
        let ids: Option<Vec<Id>> = blobs.into_iter().map(|blob| self.await_blob(blob)).collect();
        Ok(Content { blobs: ids.ok_or(Trouble::Vault)?, bytes })
    }

    /// Reads ahead as far as the greatest chunk reaches, cuts one off, and so on.
    fn pieces(
        &mut self,
        from: &mut dyn Read,
        buffer: &mut Vec<u8>,
    ) -> std::result::Result<(Vec<Blob>, u64), Trouble> {
        let (mut blobs, mut total) = (Vec::new(), 0);
        let (mut start, mut ended) = (0, false);
        buffer.clear();
        loop {
            if self.pool.monitor.interrupted() {
                return Err(self.pool.failed(interrupted()));
            }
            if !ended && buffer.len() - start < MAX {
                // Moved to the front only once half of it is used up, so that each byte moves at most once.
                if start >= MAX {
                    buffer.drain(..start);
                    start = 0;
                }
                let room = (start + MAX - buffer.len()) as u64;
                let got = from.take(room).read_to_end(buffer).map_err(Trouble::Source)?;
                ended = (got as u64) < room;
            }
            if start == buffer.len() {
                return Ok((blobs, total));
            }
            let length = self.chunker.cut(&buffer[start..]);
            let piece = &buffer[start..start + length];
            let alone = ended && start == 0 && length == buffer.len();
            blobs.push(self.store(piece, alone)?);
            self.pool.monitor.advance(length as u64);
            (start, total) = (start + length, total + length as u64);
        }
    }

    /// A file of one piece is not worth handing over.
    fn store(&mut self, piece: &[u8], alone: bool) -> std::result::Result<Blob, Trouble> {
        if !alone && let Some(slot) = self.pool.offer(piece) {
            return Ok(Blob::Later(slot));
        }
        let put = self.pool.sink.put(BlobKind::Data, piece, &mut self.tools);
        put.map(Blob::Done).map_err(|fault| self.pool.failed(fault))
    }

    /// While others have not got to a piece, this one takes pieces itself: nobody waits for work nobody does.
    fn await_blob(&mut self, blob: Blob) -> Option<Id> {
        let slot = match blob {
            Blob::Done(id) => return Some(id),
            Blob::Later(slot) => slot,
        };
        while slot.get().is_none() {
            match self.pool.take_piece() {
                Some(piece) => self.piece(&piece),
                None => break,
            }
        }
        *slot.wait()
    }

    fn piece(&mut self, piece: &Piece) {
        let put = self.pool.sink.put(BlobKind::Data, &piece.bytes, &mut self.tools);
        let _ = piece.done.set(put.map_err(|fault| self.pool.failed(fault)).ok());
    }
}
