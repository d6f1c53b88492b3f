//! `(plan, evidence) -> assessment`: what every loss does, when each service is back, on what data, and how sure
//! that is.
//!
//! Invariant: nothing here reads a file, the clock, the environment or a random source. The present instant is part
//! of the evidence.

pub mod choice;
pub mod evidence;

pub use choice::{ChainStep, Choice};
pub use evidence::{CopyRecord, DrillRecord, Evidence, MeasuredStep};
