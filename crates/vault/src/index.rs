//! Which blob is in which pack, and where.

use std::collections::HashMap;

use base::Message;
use serde::{Deserialize, Serialize};
use store::{Folder, Name};

use crate::crypto::OVERHEAD;
use crate::error::{Result, causes};
use crate::hash::Id;
use crate::pack;
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

impl Place {
    /// Length of the plain blob.
    pub(crate) fn plain_length(&self) -> u64 {
        u64::from(self.uncompressed.unwrap_or_else(|| self.length.saturating_sub(OVERHEAD as u32)))
    }
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
    /// Of blobs that are kept more than once, all places but the first.
    further: HashMap<(BlobKind, Id), Vec<Place>>,
    pub(crate) packs: HashMap<Id, Vec<BlobIndex>>,
}

impl Index {
    /// All indexes that can be read; `bad` is told of the others. What only those name is missing, and found to be so
    /// where it is wanted.
    pub(crate) fn load(repo: &Repo, bad: &mut dyn FnMut(Message)) -> Result<Index> {
        let mut out = Index::default();
        for id in repo.list(Folder::Index)? {
            match repo.load::<IndexFile>(Folder::Index, id) {
                Ok(file) => file.packs.into_iter().for_each(|pack| out.add(pack)),
                Err(fault) => bad(Message::new("vault-check-fault").with("why", causes(&fault))),
            }
        }
        Ok(out)
    }

    /// The same without the packs that are gone or cut short, of which `bad` is told too: a backup has to store anew
    /// what they held.
    pub(crate) fn load_present(repo: &Repo, bad: &mut dyn FnMut(Message)) -> Result<Index> {
        let mut out = Index::load(repo, bad)?;
        // Listed after the indexes: what they name was there before them.
        let listed = repo.store.list(Folder::Data)?;
        let sizes: HashMap<Name, u64> = listed.into_iter().map(|entry| (entry.name, entry.size)).collect();
        let lost = |id: &Id, blobs: &[BlobIndex]| {
            let name = Name::File(Folder::Data, id.0);
            let what = match sizes.get(&name) {
                None => "vault-pack-missing",
                Some(size) if *size < pack::length(blobs) => "vault-pack-size",
                Some(_) => return None,
            };
            Some(Message::new(what).with("name", name.to_string()))
        };
        let lost: HashMap<Id, Message> =
            out.packs.iter().filter_map(|(id, blobs)| Some((*id, lost(id, blobs)?))).collect();
        lost.values().cloned().for_each(bad);
        out.without(&lost);
        Ok(out)
    }

    fn without<T>(&mut self, lost: &HashMap<Id, T>) {
        if lost.is_empty() {
            return;
        }
        self.packs.retain(|id, _| !lost.contains_key(id));
        let mut kept = Index { packs: std::mem::take(&mut self.packs), ..Index::default() };
        let all = self
            .places
            .iter()
            .chain(self.further.iter().flat_map(|(key, at)| at.iter().map(move |at| (key, at))));
        all.filter(|(_, place)| !lost.contains_key(&place.pack))
            .for_each(|(key, place)| kept.place(*key, *place));
        *self = kept;
    }

    fn place(&mut self, key: (BlobKind, Id), place: Place) {
        let first = *self.places.entry(key).or_insert(place);
        if first != place {
            let further = self.further.entry(key).or_default();
            if !further.contains(&place) {
                further.push(place);
            }
        }
    }

    pub(crate) fn add(&mut self, pack: PackIndex) {
        for blob in &pack.blobs {
            let uncompressed = blob.uncompressed_length.filter(|length| *length > 0);
            let place = Place { pack: pack.id, offset: blob.offset, length: blob.length, uncompressed };
            self.place((blob.kind, blob.id), place);
        }
        // Two indexes may name one pack, with all of it or each with a part.
        let blobs = self.packs.entry(pack.id).or_default();
        let fresh = pack.blobs.into_iter().filter(|blob| !blobs.contains(blob)).collect::<Vec<_>>();
        blobs.extend(fresh);
    }

    pub(crate) fn find(&self, kind: BlobKind, id: Id) -> Option<Place> {
        self.places.get(&(kind, id)).copied()
    }

    /// Where else it is.
    pub(crate) fn find_further(&self, kind: BlobKind, id: Id) -> &[Place] {
        self.further.get(&(kind, id)).map(Vec::as_slice).unwrap_or_default()
    }

    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }
}
