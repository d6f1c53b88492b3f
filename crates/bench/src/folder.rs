//! What every subcommand does alike: instances from a folder, lines to the standard output.

use std::io::Write;
use std::path::{Path, PathBuf};

use base::{Exit, Fault, Message};

/// Files of `dir` with this ending, in the order of names.
pub(crate) fn files(dir: &Path, ending: &str) -> Result<Vec<PathBuf>, Fault> {
    let unreadable = |error: std::io::Error| {
        Fault::new(Exit::Unusable, Message::new("bench-dir").with("dir", dir)).because(error)
    };
    let entries = std::fs::read_dir(dir).map_err(unreadable)?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(unreadable)?.path();
        files.extend(Some(path).filter(|path| path.extension().is_some_and(|found| found == ending)));
    }
    files.sort();
    if files.is_empty() {
        let message = Message::new("bench-no-files").with("dir", dir).with("ending", format!(".{ending}"));
        return Err(Fault::new(Exit::Unusable, message).hint(Message::new("bench-no-files-hint")));
    }
    Ok(files)
}

/// Prints a line of the result.
pub(crate) fn line(text: &str) -> Result<(), Fault> {
    let written = writeln!(std::io::stdout().lock(), "{text}");
    written.map_err(|error| Fault::new(Exit::Unusable, Message::new("bench-output")).because(error))
}
