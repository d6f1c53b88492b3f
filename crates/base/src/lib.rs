//! Ground of Okiagari: what every other crate speaks in.
//!
//! Invariant: nothing here reads a file, the clock, the environment or a random source.
//! `Clock` and `Monitor` are traits; the shells bring the real ones.

pub mod exit;
pub mod id;
pub mod monitor;
pub mod units;
pub mod words;

pub use exit::Exit;
pub use id::Id;
pub use monitor::{Clock, Monitor, Silent};
pub use units::{Bytes, Frequency, Length, Rate, Span, UnitError};
pub use words::{Arg, Fault, Lang, Message};

/// An instant, UTC, the one type for instants everywhere.
pub use jiff::Timestamp;
