//! The data that is backed up, by seed: the same on every machine. Some of it can be compressed to about a quarter, some
//! not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use super::{Set, Size};

use crate::dice::Dice;

/// A change writes so many bytes in one place of a big file.
const CHANGE: u64 = 64 << 10;
/// Of a hundred files or places, so many change.
const PERCENT: u64 = 2;
/// PostgreSQL's page.
const PAGE: usize = 8192;

/// A data set on disk.
pub(super) struct Source {
    path: PathBuf,
    /// Every file, and its length.
    files: Vec<(PathBuf, u64)>,
    /// Whether a change is a new file rather than some blocks.
    whole: bool,
    random: Dice,
    words: Vec<u8>,
}

impl Source {
    /// Builds a set in the folder `path`, which is made.
    pub(super) fn build(set: Set, size: Size, seed: u64, path: &Path) -> io::Result<Source> {
        fs::create_dir_all(path)?;
        let mut random = Dice(seed);
        let words = (0..1 << 16).map(|_| b' ' + (random.next() % 64) as u8).collect();
        let whole = set == Set::Files;
        let mut source = Source { path: path.to_owned(), files: Vec::new(), whole, random, words };
        let small = size == Size::Small;
        match set {
            Set::Files => source.build_files(if small { 12_000 } else { 200_000 }),
            Set::Image => source.build_image(if small { 200 << 20 } else { 4_300_000_000 }),
            Set::Postgres => source.build_cluster(if small { 100 << 20 } else { 2_000_000_000 }),
        }?;
        Ok(source)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Lengths from 512 bytes to 86 kB, as many between 1 and 2 kB as between 10 and 20.
    fn build_files(&mut self, count: u64) -> io::Result<()> {
        for number in 0..count {
            let folder = self.path.join(format!("d{:02}/e{:02}", number / 50 / 100, number / 50 % 100));
            if number % 50 == 0 {
                fs::create_dir_all(&folder)?;
            }
            let length = (self.random.fraction() * 7.4 + 9.0).exp2() as u64;
            self.write(folder.join(format!("file{number:06}")), length, Source::document)?;
        }
        Ok(())
    }

    /// A disk with text, programs and pictures, and a quarter of it never used.
    fn build_image(&mut self, length: u64) -> io::Result<()> {
        self.write(self.path.join("disk.img"), length, |source, room| {
            for extent in room.chunks_mut(256 << 10) {
                match source.random.next() % 100 {
                    0..40 => source.text(extent),
                    40..75 => source.random.fill(extent),
                    _ => extent.fill(0),
                }
            }
        })
    }

    /// Tables and indexes in files of up to 128 MiB, and the log.
    fn build_cluster(&mut self, length: u64) -> io::Result<()> {
        let tables = self.path.join("base/16384");
        let log = self.path.join("pg_wal");
        fs::create_dir_all(&tables)?;
        fs::create_dir_all(&log)?;
        let (mut done, mut number) = (0, 16385);
        while done < length {
            let pages = ((self.random.fraction() * 14.0).exp2() as u64).max(1);
            let bytes = (pages * PAGE as u64).min((length - done).next_multiple_of(PAGE as u64));
            self.write(tables.join(format!("{number}")), bytes, Source::pages)?;
            (done, number) = (done + bytes, number + 1);
        }
        (0..4u32)
            .try_for_each(|n| self.write(log.join(format!("{:024X}", n + 1)), 16 << 20, Source::document))
    }

    /// Writes a file piece by piece, each filled by `fill`.
    fn write(&mut self, path: PathBuf, length: u64, fill: impl Fn(&mut Source, &mut [u8])) -> io::Result<()> {
        let mut out = BufWriter::new(File::create(&path)?);
        let mut room = vec![0; length.min(4 << 20) as usize];
        let mut left = length;
        while left > 0 {
            let piece = &mut room[..left.min(4 << 20) as usize];
            fill(self, piece);
            out.write_all(piece)?;
            left -= piece.len() as u64;
        }
        self.files.push((path, length));
        out.flush()
    }

    /// Three of five files are text, the others are packed already.
    fn document(&mut self, room: &mut [u8]) {
        if self.random.next() % 5 < 3 { self.text(room) } else { self.random.fill(room) }
    }

    /// Pieces of 8 to 23 bytes that occur elsewhere too.
    fn text(&mut self, room: &mut [u8]) {
        let mut at = 0;
        while at < room.len() {
            let draw = self.random.next();
            let length = (8 + (draw & 15) as usize).min(room.len() - at);
            let from = (draw >> 16) as usize % (self.words.len() - 32);
            room[at..at + length].copy_from_slice(&self.words[from..from + length]);
            at += length;
        }
    }

    /// Pages with a header, pointers from the front, and rows from the back, about half full.
    fn pages(&mut self, room: &mut [u8]) {
        for page in room.chunks_mut(PAGE) {
            let rows = 20 + self.random.next() as usize % 30;
            let used = rows * 100;
            let upper = page.len() - used.min(page.len());
            page[..upper].fill(0);
            self.random.fill(&mut page[..12]);
            for row in 0..rows {
                let pointer = (((upper + row * 100) as u32) | 1 << 15 | 200 << 17).to_le_bytes();
                page[24 + row * 4..28 + row * 4].copy_from_slice(&pointer);
            }
            self.text(&mut page[upper..]);
        }
    }

    /// Two of a hundred files are written anew, or so many places of big ones.
    pub(super) fn change(&mut self) -> io::Result<()> {
        let files = self.files.clone();
        for (path, length) in files {
            if !self.whole {
                self.change_places(&path, length)?;
            } else if self.random.next() % 100 < PERCENT {
                let mut room = vec![0; length as usize];
                self.document(&mut room);
                fs::write(&path, room)?;
            }
        }
        Ok(())
    }

    fn change_places(&mut self, path: &Path, length: u64) -> io::Result<()> {
        let mut file = None;
        let mut room = vec![0; CHANGE as usize];
        for at in (0..length).step_by(CHANGE as usize) {
            if self.random.next() % 100 < PERCENT {
                let piece = &mut room[..CHANGE.min(length - at) as usize];
                self.document(piece);
                let open = match &mut file {
                    Some(open) => open,
                    None => file.insert(File::options().write(true).open(path)?),
                };
                open.write_all_at(piece, at)?;
            }
        }
        Ok(())
    }
}
