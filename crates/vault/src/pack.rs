//! Packs: many sealed blobs in one file, with a sealed header at its end. And reading blobs back, verified.

use store::{Folder, Name};

use crate::crypto::OVERHEAD;
use crate::error::{Result, damaged_file, unusable};
use crate::hash::Id;
use crate::index::{BlobIndex, BlobKind, Index, IndexFile, PackIndex, Place};
use crate::repo::Repo;

/// A pack is written once it has this many bytes.
const TARGET: usize = 16 << 20;
/// An index is written once it covers this many packs, so that a killed backup loses little of its work.
const PACKS_AN_INDEX: usize = 32;
/// Greatest header that is read.
const MOST_HEADER: usize = 16 << 20;
/// Greatest plain blob that is read: chunks have at most 8 MiB, trees may be larger.
const MOST_BLOB: usize = 512 << 20;

/// Collects blobs into packs, and packs into indexes. Order on disk: pack, then the index that names it.
pub(crate) struct Packer<'r> {
    repo: &'r Repo,
    pub(crate) index: Index,
    open: [Open; 2],
    finished: Vec<PackIndex>,
    compressor: zstd::bulk::Compressor<'static>,
    /// Bytes added to the vault so far.
    pub(crate) added: u64,
}

#[derive(Default)]
struct Open {
    bytes: Vec<u8>,
    blobs: Vec<BlobIndex>,
}

impl<'r> Packer<'r> {
    pub(crate) fn new(repo: &'r Repo, index: Index) -> Result<Packer<'r>> {
        let compressor = zstd::bulk::Compressor::new(3).map_err(|error| unusable("vault-compress").because(error))?;
        Ok(Packer { repo, index, open: Default::default(), finished: Vec::new(), compressor, added: 0 })
    }

    /// Keeps a blob, unless the vault has it already; gives its id.
    pub(crate) fn add(&mut self, kind: BlobKind, plain: &[u8]) -> Result<Id> {
        let id = Id::of(plain);
        let waiting = &self.open[kind as usize];
        if self.index.find(kind, id).is_some() || waiting.blobs.iter().any(|blob| blob.id == id) {
            return Ok(id);
        }
        let squeezed = self.compressor.compress(plain).map_err(|error| unusable("vault-compress").because(error))?;
        // What does not get smaller is kept as it is.
        let compressed = squeezed.len() < plain.len();
        let sealed = self.repo.key.seal(if compressed { &squeezed } else { plain })?;
        let open = &mut self.open[kind as usize];
        let number = |n: usize| u32::try_from(n).map_err(|_| unusable("vault-blob-too-big"));
        open.blobs.push(BlobIndex {
            id,
            kind,
            offset: number(open.bytes.len())?,
            length: number(sealed.len())?,
            uncompressed_length: if compressed { Some(number(plain.len())?) } else { None },
        });
        self.added += sealed.len() as u64;
        open.bytes.extend(sealed);
        if open.bytes.len() >= TARGET {
            self.flush(kind)?;
        }
        Ok(id)
    }

    /// Writes the open pack of one kind.
    fn flush(&mut self, kind: BlobKind) -> Result<()> {
        let Open { mut bytes, blobs } = std::mem::take(&mut self.open[kind as usize]);
        if blobs.is_empty() {
            return Ok(());
        }
        let header = self.repo.key.seal(&header(&blobs))?;
        let length = u32::try_from(header.len()).map_err(|_| unusable("vault-blob-too-big"))?;
        bytes.extend(header);
        bytes.extend(length.to_le_bytes());
        let id = Id::of(&bytes);
        self.repo.store.save(&Name::File(Folder::Data, id.0), &bytes)?;
        let pack = PackIndex { id, blobs };
        self.index.add(pack.clone());
        self.finished.push(pack);
        if self.finished.len() >= PACKS_AN_INDEX { self.write_index() } else { Ok(()) }
    }

    fn write_index(&mut self) -> Result<()> {
        let packs = std::mem::take(&mut self.finished);
        if !packs.is_empty() {
            self.repo.save(Folder::Index, &IndexFile { packs })?;
        }
        Ok(())
    }

    /// Writes all that is open: after this, everything added is durable and indexed.
    pub(crate) fn finish(&mut self) -> Result<()> {
        self.flush(BlobKind::Data)?;
        self.flush(BlobKind::Tree)?;
        self.write_index()
    }
}

fn header(blobs: &[BlobIndex]) -> Vec<u8> {
    let mut out = Vec::new();
    for blob in blobs {
        let kind = blob.kind as u8 + if blob.uncompressed_length.is_some() { 2 } else { 0 };
        out.push(kind);
        out.extend(blob.length.to_le_bytes());
        if let Some(plain) = blob.uncompressed_length {
            out.extend(plain.to_le_bytes());
        }
        out.extend(blob.id.0);
    }
    out
}

/// The blobs a header lists, with their offsets; nothing if it is malformed.
pub(crate) fn parse_header(mut bytes: &[u8]) -> Option<Vec<BlobIndex>> {
    let mut out = Vec::new();
    let mut offset = 0u32;
    let mut take = |n: usize| {
        let (head, tail) = bytes.split_at_checked(n)?;
        bytes = tail;
        Some(head)
    };
    while let Some(kind) = take(1) {
        let (kind, compressed) = match kind[0] {
            0 => (BlobKind::Data, false),
            1 => (BlobKind::Tree, false),
            2 => (BlobKind::Data, true),
            3 => (BlobKind::Tree, true),
            _ => return None,
        };
        let length = u32::from_le_bytes(take(4)?.try_into().ok()?);
        let uncompressed_length = if compressed { Some(u32::from_le_bytes(take(4)?.try_into().ok()?)) } else { None };
        let id = Id(take(32)?.try_into().ok()?);
        out.push(BlobIndex { id, kind, offset, length, uncompressed_length });
        offset = offset.checked_add(length)?;
    }
    Some(out)
}

/// The blobs of a whole pack as its own header lists them.
pub(crate) fn list(repo: &Repo, name: &Name, bytes: &[u8]) -> Result<Vec<BlobIndex>> {
    let broken = || damaged_file("vault-pack-damaged", name);
    let (rest, length) = bytes.split_last_chunk::<4>().ok_or_else(broken)?;
    let length = u32::from_le_bytes(*length) as usize;
    if length > MOST_HEADER.min(rest.len()) {
        return Err(broken());
    }
    let header = repo.key.open(&rest[rest.len() - length..]).map_err(|fault| broken().because(fault))?;
    let blobs = parse_header(&header).ok_or_else(broken)?;
    let end = blobs.last().map_or(0, |blob| u64::from(blob.offset) + u64::from(blob.length));
    if end == (rest.len() - length) as u64 { Ok(blobs) } else { Err(broken()) }
}

/// A blob's plain bytes; its hash is verified.
pub(crate) fn read(repo: &Repo, index: &Index, kind: BlobKind, id: Id) -> Result<Vec<u8>> {
    let place = index.find(kind, id).ok_or_else(|| damaged_file("vault-blob-missing", id))?;
    let name = Name::File(Folder::Data, place.pack.0);
    if place.length as usize > MOST_BLOB + OVERHEAD {
        return Err(damaged_file("vault-pack-damaged", name));
    }
    let mut sealed = vec![0; place.length as usize];
    repo.store
        .load_range(&name, u64::from(place.offset), &mut sealed)
        .map_err(|error| damaged_file("vault-pack-damaged", name).because(error))?;
    open(repo, &name, &sealed, place, id)
}

/// Opens one sealed blob and verifies its hash.
pub(crate) fn open(repo: &Repo, name: &Name, sealed: &[u8], place: Place, id: Id) -> Result<Vec<u8>> {
    let broken = || damaged_file("vault-pack-damaged", name);
    let stored = repo.key.open(sealed).map_err(|fault| broken().because(fault))?;
    let plain = match place.uncompressed {
        Some(length) if length as usize > MOST_BLOB => return Err(broken()),
        Some(length) => zstd::bulk::decompress(&stored, length as usize).map_err(|error| broken().because(error))?,
        None => stored,
    };
    if Id::of(&plain) == id { Ok(plain) } else { Err(damaged_file("vault-blob-wrong", id)) }
}
