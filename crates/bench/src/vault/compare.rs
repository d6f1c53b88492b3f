//! Whether a restored folder is what was backed up.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use base::{Exit, Fault, Message};

use super::cannot_work;

/// An error that names the first thing that differs: names, modes, times, contents.
pub(super) fn same(left: &Path, right: &Path, engine: &str) -> Result<(), Fault> {
    let mut waiting = vec![(left.to_owned(), right.to_owned())];
    let mut rooms = (vec![0; 1 << 20], vec![0; 1 << 20]);
    while let Some((left, right)) = waiting.pop() {
        let differs = || {
            let message = Message::new("bench-vault-differs").with("engine", engine).with("path", &*right);
            Fault::new(Exit::Unusable, message)
        };
        let metas = fs::symlink_metadata(&left).and_then(|meta| Ok((meta, fs::symlink_metadata(&right)?)));
        let (was, is) = metas.map_err(|error| differs().because(error))?;
        let mut alike = described(&was) == described(&is);
        if was.is_dir() && alike {
            let both = names(&left).and_then(|names_left| Ok((names_left, names(&right)?)));
            let (names, found) = both.map_err(|error| cannot_work(&right).because(error))?;
            alike = names == found;
            waiting.extend(names.into_keys().map(|name| (left.join(&name), right.join(&name))));
        } else if was.is_file() && alike {
            alike = same_content(&left, &right, &mut rooms).map_err(|error| differs().because(error))?;
        }
        if !alike {
            return Err(differs());
        }
    }
    Ok(())
}

/// Length counts for files alone.
fn described(meta: &Metadata) -> (u32, u64, i64, i64) {
    (meta.mode(), if meta.is_file() { meta.len() } else { 0 }, meta.mtime(), meta.mtime_nsec())
}

fn names(folder: &Path) -> io::Result<BTreeMap<OsString, ()>> {
    fs::read_dir(folder)?.map(|entry| Ok((entry?.file_name(), ()))).collect()
}

fn same_content(left: &Path, right: &Path, rooms: &mut (Vec<u8>, Vec<u8>)) -> io::Result<bool> {
    let (mut left, mut right) = (File::open(left)?, File::open(right)?);
    loop {
        let got = left.read(&mut rooms.0)?;
        right.read_exact(&mut rooms.1[..got])?;
        if got == 0 || rooms.0[..got] != rooms.1[..got] {
            return Ok(got == 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_difference_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let make = |name: &str, content: &str| {
            let root = folder.path().join(name);
            fs::create_dir_all(root.join("inner")).unwrap();
            fs::write(root.join("inner/file"), content).unwrap();
            let time = fs::FileTimes::new().set_modified(std::time::UNIX_EPOCH);
            File::options().write(true).open(root.join("inner/file")).unwrap().set_times(time).unwrap();
            for dir in [root.join("inner"), root.clone()] {
                File::open(dir).unwrap().set_times(time).unwrap();
            }
            root
        };
        let one = make("one", "same");
        same(&one, &make("two", "same"), "x").unwrap();
        for (name, content) in [("three", "sama"), ("four", "longer")] {
            let fault = same(&one, &make(name, content), "x 1.0").unwrap_err();
            assert!(fault.to_string().contains("x 1.0 restored"), "{fault}");
        }
        let more = make("five", "same");
        fs::write(more.join("more"), "").unwrap();
        assert!(same(&one, &more, "x").is_err());
    }
}
