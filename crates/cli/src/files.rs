//! The plan's files on disk, as the reader of plans asks for them.

use std::io::Read;
use std::path::{Path, PathBuf};

use base::{Exit, Fault, Message};
use plan::{Change, Files, ReadFailure, Reading};

/// Files of one plan folder.
struct Folder(PathBuf);

impl Files for Folder {
    fn size(&self, path: &str) -> Result<u64, ReadFailure> {
        let real = self.0.join(path).canonicalize().map_err(|error| failure(&error))?;
        // A link may lead anywhere; only the entry file, which the caller chose, may stand elsewhere.
        if path != plan::ENTRY && !real.starts_with(&self.0) {
            return Err(ReadFailure::Outside);
        }
        let meta = std::fs::metadata(real).map_err(|error| failure(&error))?;
        if meta.is_file() { Ok(meta.len()) } else { Err(ReadFailure::NotAFile) }
    }

    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, ReadFailure> {
        let file = std::fs::File::open(self.0.join(path)).map_err(|error| failure(&error))?;
        let mut out = Vec::new();
        // A file that grows while it is read stays within the limit all the same.
        file.take(limit).read_to_end(&mut out).map_err(|error| failure(&error))?;
        Ok(out)
    }
}

fn failure(error: &std::io::Error) -> ReadFailure {
    match error.kind() {
        std::io::ErrorKind::NotFound => ReadFailure::NotFound,
        _ => ReadFailure::Other(error.to_string()),
    }
}

/// Reads the plan in a folder. Mistakes in it are diagnostics; only a plan that cannot be read at all is a fault.
pub(crate) fn read(dir: &Path) -> Result<Reading, Fault> {
    read_changed(dir, &[])
}

/// The same with changes that are tried in memory.
pub(crate) fn read_changed(dir: &Path, changes: &[Change]) -> Result<Reading, Fault> {
    let entry = dir.join(plan::ENTRY);
    if let Err(error) = std::fs::File::open(&entry) {
        let message = Message::new("cli-plan-unreadable").with("path", &entry);
        return Err(Fault::new(Exit::Unusable, message).because(error));
    }
    let dir = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    Ok(plan::read_changed(&Folder(dir), plan::ENTRY, changes))
}
