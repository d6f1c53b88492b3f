//! What is in a snapshot: trees read from the vault, folders before what is in them.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::error::{Result, damaged_file};
use crate::hash::Id;
use crate::index::{BlobKind, Index};
use crate::pack;
use crate::repo::Repo;
use crate::tree::{Node, Tree};

/// Deeper than any file system lets a path be; a snapshot that goes on is made to exhaust us.
const DEEPEST: usize = 4096;

/// One thing in a snapshot.
#[derive(Debug)]
pub struct Entry {
    /// Its path in the snapshot, without a leading slash.
    pub path: PathBuf,
    /// What is known of it.
    pub node: Node,
}

/// The entries of one folder.
pub(crate) fn tree(repo: &Repo, index: &Index, id: Id) -> Result<Tree> {
    let bytes = pack::read(repo, index, BlobKind::Tree, id)?;
    serde_json::from_slice(&bytes).map_err(|error| damaged_file("vault-tree-damaged", id).because(error))
}

/// Everything below the tree `root`; the first folder that cannot be read is the fault.
pub(crate) fn each(repo: &Repo, index: &Index, root: Id, each: &mut dyn FnMut(&Entry)) -> Result<()> {
    let mut waiting = vec![(PathBuf::new(), root, 0)];
    while let Some((folder, id, depth)) = waiting.pop() {
        if depth > DEEPEST {
            return Err(damaged_file("vault-tree-deep", id));
        }
        let mut inside = Vec::new();
        for node in tree(repo, index, id)?.nodes {
            let path = join(&folder, &node.name());
            if let Some(subtree) = node.subtree {
                inside.push((path.clone(), subtree, depth + 1));
            }
            each(&Entry { path, node });
        }
        // The stack gives the last one first.
        waiting.extend(inside.into_iter().rev());
    }
    Ok(())
}

pub(crate) fn join(folder: &Path, name: &[u8]) -> PathBuf {
    // Not `Path::join`, which lets an absolute name replace all before it.
    let mut path = folder.as_os_str().to_owned();
    if !path.is_empty() {
        path.push("/");
    }
    path.push(OsStr::from_bytes(name));
    PathBuf::from(path)
}
