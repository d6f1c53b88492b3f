//! A store in a directory, laid out as restic lays out local repositories.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use base::Message;

use crate::name::unhex;
use crate::{Entry, Error, Folder, Kind, Name, Result, Store};

/// How many files stay open for reading: restoring small files would otherwise open a pack for each.
const OPEN_FILES: usize = 32;

/// Keeps files in a directory of a file system that has atomic rename and fsync.
///
/// Files under way are written in `tmp`, which restic's layout knows and ignores; what a crash leaves there is
/// never taken for a file of the store.
#[derive(Debug)]
pub struct Directory {
    root: PathBuf,
    place: String,
    /// Most recently used last.
    open: Mutex<Vec<(Name, Arc<File>)>>,
    counter: AtomicU64,
    /// Distinguishes this process's files in `tmp` from those of any other, on whatever machine.
    token: u64,
}

impl Directory {
    /// The store at `root`, which must exist.
    pub fn open(root: &Path) -> Result<Directory> {
        let place = root.display().to_string();
        let meta = fs::metadata(root).map_err(|e| Error::system("store-cannot-open", "", &place, e))?;
        if !meta.is_dir() {
            let text = Message::new("store-not-a-directory").with("place", place);
            return Err(Error::new(Kind::Refused, text));
        }
        Ok(Directory::at(root, place))
    }

    /// Makes the directories of a store at `root`; those that exist are kept.
    pub fn create(root: &Path) -> Result<Directory> {
        let store = Directory::at(root, root.display().to_string());
        store.make_layout().map_err(|e| Error::system("store-cannot-create", "", &store.place, e))?;
        Ok(store)
    }

    fn at(root: &Path, place: String) -> Directory {
        let mut token = [0; 8];
        // Without randomness the process id still keeps the processes of one machine apart.
        let random = getrandom::fill(&mut token).map(|()| u64::from_le_bytes(token));
        let token = random.unwrap_or_else(|_| u64::from(std::process::id()));
        Directory { root: root.to_owned(), place, open: Mutex::default(), counter: AtomicU64::new(0), token }
    }

    fn make_layout(&self) -> io::Result<()> {
        fs::create_dir_all(&self.root)?;
        for folder in Folder::ALL {
            make_private(&self.root.join(folder.as_str()))?;
        }
        let data = self.root.join(Folder::Data.as_str());
        for prefix in 0..=255u8 {
            make_private(&data.join(format!("{prefix:02x}")))?;
        }
        make_private(&self.root.join("tmp"))?;
        sync_directory(&data)?;
        sync_directory(&self.root)
    }

    fn path(&self, name: &Name) -> PathBuf {
        let text = name.text();
        match name {
            Name::Config => self.root.join(text),
            Name::File(Folder::Data, _) => self.root.join("data").join(&text[..2]).join(text),
            Name::File(folder, _) => self.root.join(folder.as_str()).join(text),
        }
    }

    fn write(&self, name: &Name, bytes: &[u8]) -> io::Result<()> {
        let temporary = self.temporary()?;
        let result = self.write_via(&temporary, &self.path(name), bytes, *name == Name::Config);
        if result.is_err() {
            // The file is not part of the store; if it cannot be removed, it only takes room.
            let _ = fs::remove_file(&temporary);
        }
        result
    }

    fn write_via(&self, temporary: &Path, path: &Path, bytes: &[u8], once: bool) -> io::Result<()> {
        let mut file = File::create_new(temporary)?;
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
        file.write_all(bytes)?;
        file.set_permissions(fs::Permissions::from_mode(0o400))?;
        file.sync_all()?;
        let parent = path.parent().unwrap_or(&self.root);
        if !parent.is_dir() {
            fs::create_dir_all(parent)?;
            sync_directory(parent.parent().unwrap_or(&self.root))?;
        }
        if once {
            // A link fails when the name is taken; a rename would replace it.
            fs::hard_link(temporary, path)?;
            fs::remove_file(temporary)?;
        } else {
            fs::rename(temporary, path)?;
        }
        sync_directory(parent)
    }

    fn temporary(&self) -> io::Result<PathBuf> {
        let directory = self.root.join("tmp");
        make_private(&directory)?;
        let count = self.counter.fetch_add(1, Ordering::Relaxed);
        Ok(directory.join(format!("{:016x}-{count}", self.token)))
    }

    fn entries(&self, directory: &Path, folder: Folder, out: &mut Vec<Entry>) -> io::Result<()> {
        for entry in fs::read_dir(directory)? {
            let entry = entry?;
            let Some(id) = entry.file_name().to_str().and_then(unhex) else { continue };
            match entry.metadata() {
                Ok(meta) => out.push(Entry { name: Name::File(folder, id), size: meta.len() }),
                // Removed by somebody else between the listing and this call.
                Err(e) if e.kind() == io::ErrorKind::NotFound => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }

    fn list_data(&self, directory: &Path, out: &mut Vec<Entry>) -> io::Result<()> {
        for entry in fs::read_dir(directory)? {
            let entry = entry?;
            let name = entry.file_name();
            if name.len() == 2 && name.to_str().is_some_and(|n| u8::from_str_radix(n, 16).is_ok()) {
                self.entries(&entry.path(), Folder::Data, out)?;
            }
        }
        Ok(())
    }

    fn reader(&self, name: &Name) -> io::Result<Arc<File>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = open.iter().position(|(n, _)| n == name) {
            let found = open.remove(at);
            let file = Arc::clone(&found.1);
            open.push(found);
            return Ok(file);
        }
        let file = Arc::new(File::open(self.path(name))?);
        if open.len() >= OPEN_FILES {
            open.remove(0);
        }
        open.push((*name, Arc::clone(&file)));
        Ok(file)
    }

    fn forget(&self, name: &Name) {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).retain(|(n, _)| n != name);
    }
}

impl Store for Directory {
    fn place(&self) -> String {
        self.place.clone()
    }

    fn list(&self, folder: Folder) -> Result<Vec<Entry>> {
        let directory = self.root.join(folder.as_str());
        let mut out = Vec::new();
        let listed = match folder {
            Folder::Data => self.list_data(&directory, &mut out),
            _ => self.entries(&directory, folder, &mut out),
        };
        listed.map_err(|e| Error::system("store-cannot-list", folder.as_str(), &self.place, e))?;
        Ok(out)
    }

    fn load(&self, name: &Name) -> Result<Vec<u8>> {
        fs::read(self.path(name)).map_err(|e| Error::system("store-cannot-load", name, &self.place, e))
    }

    fn load_range(&self, name: &Name, offset: u64, into: &mut [u8]) -> Result<()> {
        let read = self.reader(name).and_then(|file| file.read_exact_at(into, offset));
        read.map_err(|e| match e.kind() {
            io::ErrorKind::UnexpectedEof => Error::short(name, &self.place),
            _ => Error::system("store-cannot-load", name, &self.place, e),
        })
    }

    fn save(&self, name: &Name, bytes: &[u8]) -> Result<()> {
        self.forget(name);
        self.write(name, bytes).map_err(|e| Error::system("store-cannot-save", name, &self.place, e))
    }

    fn remove(&self, name: &Name) -> Result<()> {
        self.forget(name);
        let path = self.path(name);
        let removed =
            fs::remove_file(&path).and_then(|()| sync_directory(path.parent().unwrap_or(&self.root)));
        removed.map_err(|e| Error::system("store-cannot-remove", name, &self.place, e))
    }

    fn size(&self, name: &Name) -> Result<u64> {
        let meta = fs::metadata(self.path(name));
        meta.map(|m| m.len()).map_err(|e| Error::system("store-cannot-load", name, &self.place, e))
    }
}

/// A new name is durable only when the directory that holds it is.
fn sync_directory(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

fn make_private(path: &Path) -> io::Result<()> {
    match fs::create_dir(path) {
        Ok(()) => fs::set_permissions(path, fs::Permissions::from_mode(0o700)),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(e) => Err(e),
    }
}
