//! What a step does to the world: copies, restores, processes, probes.
//!
//! Two jobs so far. `protect` makes the copies a plan declares and writes each into the ledger. `drill` carries out
//! a chosen recovery in a sandbox and measures it.
//!
//! Invariant: a child of ours never gets our environment, and no secret ever reaches a message.

mod canary;
mod copies;
mod drill;
mod host;
mod keys;
mod lock;
mod place;
mod probe;
mod process;
mod protect;
mod records;
mod text;

pub use copies::{is_vault, refuse_foreign};
pub use drill::{DrillRequest, drill, sweep};
pub use host::{Deadlines, Environment, Host};
pub use keys::{Password, key_file, password};
pub use lock::PlanLock;
pub use protect::{ProtectProblem, ProtectRequest, Protected, protect};
pub use records::{ANEW, COPY, DRILL, append_anew, append_copy, append_drill, evidence};
