//! Packs: many sealed blobs in one file, with a sealed header at its end. And reading blobs back, verified.

use std::cell::RefCell;

use store::{Folder, Name};
use zstd::bulk::Decompressor;

use crate::crypto::OVERHEAD;
use crate::error::{Result, damaged_file};
use crate::hash::Id;
use crate::index::{BlobIndex, BlobKind, Index, Place};
use crate::repo::Repo;

/// Greatest header that is read.
const MOST_HEADER: usize = 16 << 20;
/// Greatest plain blob that is read: chunks have at most 8 MiB, trees may be larger.
const MOST_BLOB: usize = 512 << 20;

/// The plain header of a pack that holds these blobs, in this order.
pub(crate) fn header(blobs: &[BlobIndex]) -> Vec<u8> {
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

/// Length of a whole pack with these blobs: their sealed bytes, the sealed header, and its length.
pub(crate) fn length(blobs: &[BlobIndex]) -> u64 {
    let entry = |blob: &BlobIndex| if blob.uncompressed_length.is_some() { 41 } else { 37 };
    let header: u64 = blobs.iter().map(entry).sum();
    let bodies: u64 = blobs.iter().map(|blob| u64::from(blob.length)).sum();
    bodies + header + OVERHEAD as u64 + 4
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
        let uncompressed_length =
            if compressed { Some(u32::from_le_bytes(take(4)?.try_into().ok()?)) } else { None };
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

/// A blob's plain bytes; its hash is verified. Where it is kept more than once, one good place is enough.
pub(crate) fn read(repo: &Repo, index: &Index, kind: BlobKind, id: Id) -> Result<Vec<u8>> {
    let place = index.find(kind, id).ok_or_else(|| damaged_file("vault-blob-missing", id))?;
    read_at(repo, place, id).or_else(|fault| {
        let mut further = index.find_further(kind, id).iter();
        further.find_map(|place| read_at(repo, *place, id).ok()).ok_or(fault)
    })
}

fn read_at(repo: &Repo, place: Place, id: Id) -> Result<Vec<u8>> {
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
        Some(length) => decompress(&stored, length as usize).map_err(|error| broken().because(error))?,
        None => stored,
    };
    if plain.len() as u64 != place.plain_length() {
        return Err(damaged_file("vault-pack-index", name));
    }
    if Id::of(&plain) == id { Ok(plain) } else { Err(damaged_file("vault-blob-wrong", id)) }
}

thread_local! {
    /// Making one costs more than using it for a small blob.
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

fn decompress(frame: &[u8], length: usize) -> std::io::Result<Vec<u8>> {
    DECOMPRESSOR.with_borrow_mut(|kept| {
        let tool = match kept {
            Some(tool) => tool,
            None => kept.insert(Decompressor::new()?),
        };
        tool.decompress(frame, length)
    })
}
