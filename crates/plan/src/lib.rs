//! The continuity plan: YAML in; meaning and diagnostics with source spans out.
//!
//! Bad input is data: reading never fails and never panics; it gives the best plan it can, and every mistake it found.
//!
//! Invariant: nothing here reads a file (the caller brings `Files`), the clock or the environment, and nothing is
//! executed.

mod assemble;
mod canon;
pub mod catalogue;
mod change;
mod check;
mod codes;
mod decode;
mod diagnostic;
mod forms;
pub mod language;
pub mod model;
mod near;
mod objectives;
mod places;
mod reading;
mod rules;
mod schema;
mod special;
mod spoken;
mod templates;
mod tree;
mod yaml;

pub use change::Change;
pub use codes::{codes, explain};
pub use diagnostic::{Diagnostic, Mark, Severity, Source};
pub use model::*;
pub use near::nearest;
pub use reading::{ENTRY, Files, ReadFailure, Reading, VERSION, read, read_changed};

pub use schema::schema;
pub use yaml::MAX_FILE;
