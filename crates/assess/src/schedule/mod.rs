//! The order of recovery when people, machines, units and suppliers are scarce.
//!
//! Steps with predecessors, release times and alternative sets of needs take from pools whose capacity changes over
//! time; services, totally ordered by rank, are back when their last steps are finished. Sought is the schedule with
//! lexicographically least `(late_1 .. late_n, RTA_1 .. RTA_n)`, where `late = max(0, RTA - RTO)`. With one service
//! and constant capacities this is the resource-constrained project scheduling problem (RCPSP), and is solved as such.
//!
//! [`quick`] generates and improves a few schedules, for what-if questions. [`search`] goes rank by rank within a
//! budget. Both always give a schedule in which every step stands where it can; that no better one exists is known
//! only where the RTA equals the bound.
//!
//! Invariant: no clock, no thread, no random source. Seed, budget and stop are the caller's; the same seed and budget
//! give the same schedule.

mod bound;
mod generation;
mod genetic;
mod instance;
mod order;
mod priority;
mod problem;
mod profile;
mod quick;
mod random;
mod result;
mod sorting;
mod stages;
mod table;
#[cfg(test)]
mod tests;
mod witness;

pub use problem::{NEVER, Need, Pool, Problem, Service, Step, Time, Unusable};
pub use quick::{quick, start_ordered};
pub use result::{Back, Found, Placement, Schedule};
pub use stages::{Budget, search};
