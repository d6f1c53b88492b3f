//! What the shell knows of this machine and lends to the drivers.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use base::Span;

/// Looks up an environment variable; the shell brings the real environment, a test its own.
pub type Environment<'a> = &'a (dyn Fn(&str) -> Option<String> + Sync);

/// One machine, as far as the drivers may touch it.
#[derive(Clone)]
pub struct Host<'a> {
    /// Folder of the plan; what the plan says relative to itself is looked up here.
    pub plan_dir: PathBuf,
    /// Folder for the state of this plan: ledger, lock, sandboxes of drills.
    pub state_dir: PathBuf,
    /// Folder for keys that this program makes, e.g. `<state home>/okiagari/keys`.
    pub keys_dir: PathBuf,
    /// This program itself: what `oki` means as a program in a plan.
    pub oki: PathBuf,
    /// Name of this machine, as copies and locks carry it.
    pub machine: String,
    /// Name of the user, likewise.
    pub user: String,
    /// Where programs are looked for, as in `PATH`.
    pub path: OsString,
    /// Where secrets of kind `env` come from. Never handed on to a child.
    pub environment: Environment<'a>,
    /// How long things may take.
    pub deadlines: Deadlines,
}

/// How long each thing may take before it counts as failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadlines {
    /// One question of a probe.
    pub probe: Span,
    /// From the start of a service until its probes pass.
    pub start: Span,
    /// A `prepare` program.
    pub prepare: Span,
    /// From TERM to KILL.
    pub stop: Span,
}

impl Deadlines {
    /// What is used unless somebody says otherwise.
    pub const USUAL: Deadlines = Deadlines {
        probe: Span::seconds(5),
        start: Span::seconds(60),
        prepare: Span::hours(1),
        stop: Span::seconds(3),
    };
}

impl Host<'_> {
    /// A path of the plan, absolute.
    pub(crate) fn in_plan(&self, path: &Path) -> PathBuf {
        self.plan_dir.join(path)
    }
}
