//! Which blob is in which pack, and where.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use store::Folder;

use crate::error::Result;
use crate::hash::Id;
use crate::repo::Repo;

/// Kind of a blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum BlobKind {
    Data,
    Tree,
}

/// Where a blob is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) pack: Id,
    pub(crate) offset: u32,
    /// Sealed length in the pack.
    pub(crate) length: u32,
    /// Plain length if it is compressed.
    pub(crate) uncompressed: Option<u32>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct IndexFile {
    pub(crate) packs: Vec<PackIndex>,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct PackIndex {
    pub(crate) id: Id,
    pub(crate) blobs: Vec<BlobIndex>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct BlobIndex {
    pub(crate) id: Id,
    #[serde(rename = "type")]
    pub(crate) kind: BlobKind,
    pub(crate) offset: u32,
    pub(crate) length: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) uncompressed_length: Option<u32>,
}

/// All indexes together.
#[derive(Default)]
pub(crate) struct Index {
    places: HashMap<(BlobKind, Id), Place>,
    pub(crate) packs: HashMap<Id, Vec<BlobIndex>>,
}

impl Index {
    pub(crate) fn load(repo: &Repo) -> Result<Index> {
        let mut out = Index::default();
        for id in repo.list(Folder::Index)? {
            let file: IndexFile = repo.load(Folder::Index, id)?;
            file.packs.into_iter().for_each(|pack| out.add(pack));
        }
        Ok(out)
    }

    pub(crate) fn add(&mut self, pack: PackIndex) {
        for blob in &pack.blobs {
            let uncompressed = blob.uncompressed_length.filter(|length| *length > 0);
            let place = Place { pack: pack.id, offset: blob.offset, length: blob.length, uncompressed };
            self.places.insert((blob.kind, blob.id), place);
        }
        // Two indexes may name one pack, with all of it or each with a part.
        let blobs = self.packs.entry(pack.id).or_default();
        let fresh = pack.blobs.into_iter().filter(|blob| !blobs.contains(blob)).collect::<Vec<_>>();
        blobs.extend(fresh);
    }

    pub(crate) fn find(&self, kind: BlobKind, id: Id) -> Option<Place> {
        self.places.get(&(kind, id)).copied()
    }

    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }
}
