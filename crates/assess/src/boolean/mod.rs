//! Exact answers about a Boolean function of events: what makes it true, how many ways, how likely.
//!
//! A `Circuit` is a fault tree that shares sub-trees: events with a probability or without, gates and, or, at least
//! k of n, exclusive or, not. `solve` simplifies it, cuts it into modules, tries a few orders of the events under
//! growing limits, and gives a `Solution`: a binary decision diagram of the function and a zero-suppressed one of its
//! minimal cut sets, for each module. From these come
//!
//! - `counts`: the number of minimal cut sets of each order, by polynomial;
//! - `cut_sets`: the sets themselves up to an order;
//! - `probability` and `importance`.
//!
//! A *cut set* is a set of events that contains one which makes the top event true while all other events are false;
//! *minimal* ones are those that contain no other. So they are defined for functions that are not monotone too.
//!
//! When no diagram fits the limit, `simulate` gives the probability with an interval, and `Circuit::single_points`
//! gives single points of failure and of recovery, which need no diagram.

mod bdd;
mod chance;
mod circuit;
mod cuts;
mod graph;
mod modules;
mod order;
mod simulate;
mod solve;
mod table;
mod zbdd;

pub use chance::Importance;
pub use circuit::{Builder, Circuit, CircuitError, EventId, Signal};
pub use cuts::{Counts, Listing, Weight};
pub use simulate::{Estimate, Z_95, simulate};
pub(crate) use simulate::{name_hash, wilson};
pub use solve::{DEFAULT_NODES, Solution, Unsolved, solve};
