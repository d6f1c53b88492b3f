//! The phases each engine goes through, and where it works.

use std::fs;
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
    rivals: &'a [Rival],
}

impl<'a> Place<'a> {
    pub(super) fn new(folder: &Path, number: usize, rivals: &'a [Rival]) -> Place<'a> {
        Place { root: folder.join(format!("run{number}")), rivals }
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
            fs::remove_dir_all(&target).map_err(broken)?;
        }
        let bytes = bytes_below(&own.join("repo")).map_err(broken)?;
        Ok((used, bytes as f64))
    }

    pub(super) fn remove(&self) -> Result<(), Fault> {
        fs::remove_dir_all(&self.root).map_err(|error| cannot_work(&self.root).because(error))
    }
}

fn bytes_below(folder: &Path) -> std::io::Result<u64> {
    let (mut total, mut waiting) = (0, vec![folder.to_owned()]);
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let meta = entry.metadata()?;
            if meta.is_dir() {
                waiting.push(entry.path());
            } else {
                total += meta.len();
            }
        }
    }
    Ok(total)
}
