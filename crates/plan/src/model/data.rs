//! What is to be kept: software, data, their copies, and where the copies are.

use std::path::PathBuf;

use base::{Bytes, Id, Span};

use super::{Common, Fact, Placement};

/// Software, a setting, an image.
#[derive(Clone, Debug, Default)]
pub struct Software {
    /// Common keys.
    pub common: Common,
    /// Equipment it runs on.
    pub runs_on: Vec<Id>,
    /// Copies it can be installed from.
    pub copies: Option<Vec<Copy>>,
}

/// A data set.
#[derive(Clone, Debug, Default)]
pub struct Data {
    /// Common keys.
    pub common: Common,
    /// Equipment where it lives.
    pub runs_on: Vec<Id>,
    /// How much.
    pub size: Fact<Bytes>,
    /// Copies; `None` = not said, empty = there are none.
    pub copies: Option<Vec<Copy>>,
    /// Whether there may be other copies than those (`unknown` stands in the list).
    pub more_copies: bool,
    /// Where it really is, relative to the plan: file or folder. Without it nothing is copied by oki.
    pub path: Option<PathBuf>,
    /// Puts a consistent state where `path` says, before each copy.
    pub prepare: Option<Vec<String>>,
    /// Tells how many business records there are, and when the newest was made.
    pub canary: Option<Canary>,
}

/// A question to the data in the business's own terms.
#[derive(Clone, Debug, PartialEq)]
pub struct Canary {
    /// The SQLite file to ask, relative to the data set's `path`.
    pub sqlite: PathBuf,
    /// Query giving one row: number of records, time of the newest (RFC 3339 text or seconds since 1970).
    pub query: String,
}

/// How a copy is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CopyKind {
    /// Written at both before the user hears "done".
    Sync,
    /// Follows after a lag.
    Replica,
    /// Points in time, kept.
    Backup,
    /// On media that are carried.
    Media,
    /// Every change, shipped.
    Log,
}

/// A copy of a data set or of software.
#[derive(Clone, Debug)]
pub struct Copy {
    /// Vault or equipment it goes to.
    pub to: Id,
    /// How it is made; a backup if it goes to a vault and nothing is said.
    pub how: Fact<CopyKind>,
    /// Interval between points, or lag of a replica.
    pub every: Fact<Span>,
    /// Lines it crosses; any one of them suffices.
    pub over: Vec<Id>,
    /// The copy it is made from, if not from the data itself: the `to` of that copy.
    pub from: Option<Id>,
    /// Time until carried media are at their place.
    pub carried: Fact<Span>,
    /// How long points are kept.
    pub keep: Fact<Span>,
    /// Locked against change for so long.
    pub immutable: Fact<Span>,
    /// Whether each point is verified.
    pub verify: Fact<bool>,
    /// Whether oki makes it (`oki`, the default where the data set has a path and the vault a repository).
    pub by_oki: bool,
}

/// A place for copies.
#[derive(Clone, Debug)]
pub struct Vault {
    /// Common keys.
    pub common: Common,
    /// Site or equipment it stands at or on.
    pub at: Placement,
    /// The document without which it cannot be opened.
    pub key: Option<Id>,
    /// Region of kind `domain` whose credentials can alter it.
    pub domain: Vec<Id>,
    /// The repository, relative to the plan. Without it oki neither writes nor reads it.
    pub repo: Option<PathBuf>,
    /// Where its password comes from.
    pub password: Option<Secret>,
}

/// A reference to a secret; plans never hold secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Secret {
    /// Environment variable.
    Env(String),
    /// File, relative to the plan.
    File(PathBuf),
}
