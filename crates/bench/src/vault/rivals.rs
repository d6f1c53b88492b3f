//! The engines that are compared: where they are, and how each is told what to do. Compression is zstd level 3 in all,
//! which restic calls `auto`; each has its cache, in a folder of its own.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use base::Fault;
use clap::ValueEnum;

use super::cannot_work;

/// It keeps nothing secret.
pub(super) const PASSWORD: &str = "bench";

/// An engine's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    #[value(skip)]
    Oki,
    Restic,
    Rustic,
    Borg,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Oki => "oki",
            Kind::Restic => "restic",
            Kind::Rustic => "rustic",
            Kind::Borg => "borg",
        }
    }
}

/// An engine that is there.
pub(super) struct Rival {
    pub(super) kind: Kind,
    pub(super) version: String,
    program: PathBuf,
}

/// Ours, then all of those wanted that are there; and the names of those that are not.
pub(super) fn find(wanted: &[Kind]) -> Result<(Vec<Rival>, Vec<&'static str>), Fault> {
    let program = std::env::current_exe().map_err(|error| cannot_work(Path::new("")).because(error))?;
    let version = env!("CARGO_PKG_VERSION").to_owned();
    let mut rivals = vec![Rival { kind: Kind::Oki, version, program }];
    let mut missing = Vec::new();
    for kind in wanted {
        let mut seen = HashSet::new();
        let programs = places(*kind).into_iter().filter(|path| path.is_file());
        let fresh = programs.filter(|path| path.canonicalize().is_ok_and(|real| seen.insert(real)));
        let found: Vec<Rival> = fresh.filter_map(|program| Rival::at(*kind, program)).collect();
        if found.is_empty() {
            missing.push(kind.name());
        }
        rivals.extend(found);
    }
    Ok((rivals, missing))
}

/// Where an engine may be: on the path, and the restics of `OKI_RESTIC`.
fn places(kind: Kind) -> Vec<PathBuf> {
    let listed = variable(if kind == Kind::Restic { "OKI_RESTIC" } else { "" });
    let path = variable("PATH").into_iter().map(|folder| folder.join(kind.name()));
    path.chain(listed).collect()
}

/// The paths in a variable, with colons between them.
fn variable(name: &str) -> Vec<PathBuf> {
    let value = if name.is_empty() { None } else { std::env::var_os(name) };
    value.map(|value| std::env::split_paths(&value).collect()).unwrap_or_default()
}

impl Rival {
    fn at(kind: Kind, program: PathBuf) -> Option<Rival> {
        let argument = if kind == Kind::Restic { "version" } else { "--version" };
        let output = Command::new(&program).arg(argument).output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let version = text.split_whitespace().nth(1)?.to_owned();
        Some(Rival { kind, version, program })
    }

    /// Name and version.
    pub(super) fn title(&self) -> String {
        format!("{} {}", self.kind.name(), self.version)
    }

    fn command(&self, own: &Path) -> Command {
        let mut command = Command::new(&self.program);
        let (repo, cache) = (own.join("repo"), own.join("cache"));
        match self.kind {
            Kind::Oki => {}
            Kind::Restic => {
                command.env("RESTIC_PASSWORD", PASSWORD).env("RESTIC_CACHE_DIR", cache);
                command.env("RESTIC_REPOSITORY", repo).arg("--quiet");
            }
            Kind::Rustic => {
                command.env("RUSTIC_PASSWORD", PASSWORD).env("RUSTIC_CACHE_DIR", cache);
                command.env("RUSTIC_REPOSITORY", repo).arg("--no-progress");
            }
            Kind::Borg => {
                command.env("BORG_PASSPHRASE", PASSWORD).env("BORG_BASE_DIR", cache).env("BORG_REPO", repo);
            }
        }
        command
    }

    /// Makes a repository in the engine's own folder.
    pub(super) fn init(&self, own: &Path) -> Command {
        let mut command = self.command(own);
        match self.kind {
            Kind::Oki => command.args(["engine", "init"]).arg(own.join("repo")),
            Kind::Restic => command.args(["init", "--repository-version", "2"]),
            Kind::Rustic => command.arg("init"),
            Kind::Borg => command.args(["init", "--encryption", "repokey"]),
        };
        command
    }

    /// Makes a snapshot of the source.
    pub(super) fn backup(&self, own: &Path, source: &Path, name: &str) -> Command {
        let mut command = self.command(own);
        match self.kind {
            Kind::Oki => command.args(["engine", "backup"]).arg(own.join("repo")),
            Kind::Restic | Kind::Rustic => command.arg("backup"),
            Kind::Borg => command.args(["create", "--compression", "zstd,3"]).arg(format!("::{name}")),
        };
        command.arg(source);
        command
    }

    /// Restores the snapshot made last, which in Borg has the name of the last phase.
    pub(super) fn restore(&self, own: &Path, target: &Path) -> Command {
        let mut command = self.command(own);
        match self.kind {
            Kind::Oki => command.args(["engine", "restore"]).arg(own.join("repo")).arg(target),
            Kind::Restic => command.args(["restore", "latest", "--target"]).arg(target),
            Kind::Rustic => command.args(["restore", "latest"]).arg(target),
            Kind::Borg => command.args(["extract", "::changed"]).current_dir(target),
        };
        command
    }
}
