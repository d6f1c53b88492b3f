//! The phases each engine goes through, and where it works.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

use base::Fault;
use nix::unistd::sync;

use super::cannot_work;
use super::compare::same;
use super::measure::{Used, measured};
use super::rivals::Rival;

/// A phase of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Into an empty repository.
    First,
    /// Once more, nothing having changed.
    Unchanged,
    /// Once more, 2 % having changed.
    Changed,
    /// The last snapshot, into an empty folder.
    Restore,
}

/// In this order.
pub(super) const PHASES: [Phase; 4] = [Phase::First, Phase::Unchanged, Phase::Changed, Phase::Restore];

impl Phase {
    pub(super) fn name(self) -> &'static str {
        match self {
            Phase::First => "first",
            Phase::Unchanged => "unchanged",
            Phase::Changed => "changed",
            Phase::Restore => "restore",
        }
    }
}

/// A folder for each engine, for one run.
pub(super) struct Place<'a> {
    root: PathBuf,
    /// For what must not be removed before all is measured.
    trash: PathBuf,
    rivals: &'a [Rival],
}

impl<'a> Place<'a> {
    pub(super) fn new(folder: &Path, number: usize, rivals: &'a [Rival]) -> Place<'a> {
        let trash = folder.join(format!("trash{number}"));
        Place { root: folder.join(format!("run{number}")), trash, rivals }
    }

    /// Does a phase; what it used, and how many bytes the repository has after it.
    pub(super) fn measured(&self, phase: Phase, number: usize, source: &Path) -> Result<(Used, f64), Fault> {
        let rival = &self.rivals[number];
        let own = self.root.join(format!("engine{number}"));
        let broken = |error: std::io::Error| cannot_work(&own).because(error);
        let (report, target) = (own.join("report"), own.join("target"));
        if phase == Phase::First {
            fs::create_dir_all(&own).map_err(broken)?;
            measured(&rival.init(&own), &report)?;
        }
        // What others left to be written must not be written on this one's time.
        sync();
        let command = match phase {
            Phase::Restore => {
                fs::create_dir(&target).map_err(broken)?;
                rival.restore(&own, &target)
            }
            _ => rival.backup(&own, source, phase.name()),
        };
        let used = measured(&command, &report)?;
        if phase == Phase::Restore {
            same(source, &target.join(source.strip_prefix("/").unwrap_or(source)), &rival.title())?;
            put_away(&target, &self.trash.join(format!("{number}"))).map_err(broken)?;
        }
        let bytes = bytes_below(&own.join("repo")).map_err(broken)?;
        Ok((used, bytes as f64))
    }

    pub(super) fn remove(&self) -> Result<(), Fault> {
        fs::remove_dir_all(&self.root).map_err(|error| cannot_work(&self.root).because(error))
    }
}

/// Empties what was restored and moves it away. It is not removed: for some minutes ext4 looks at each freed inode once
/// more whenever it makes a file, and whoever restores next would pay for that.
fn put_away(target: &Path, trash: &Path) -> std::io::Result<()> {
    each_file(target, &mut |path, _| fs::File::options().write(true).open(path)?.set_len(0))?;
    fs::create_dir_all(trash.parent().unwrap_or(trash))?;
    fs::rename(target, trash)
}

fn bytes_below(folder: &Path) -> std::io::Result<u64> {
    let mut total = 0;
    each_file(folder, &mut |_, meta| {
        total += meta.len();
        Ok(())
    })?;
    Ok(total)
}

fn each_file(
    folder: &Path,
    each: &mut dyn FnMut(&Path, &Metadata) -> std::io::Result<()>,
) -> std::io::Result<()> {
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let meta = entry.metadata()?;
            if meta.is_dir() {
                waiting.push(entry.path());
            } else {
                each(&entry.path(), &meta)?;
            }
        }
    }
    Ok(())
}
