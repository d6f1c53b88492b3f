//! How likely it is that objectives are met when times vary.
//!
//! A [`Network`] is a plan frozen as a partial order: steps, the steps each waits for (by need, or for a person or machine
//! handed over), and goals, which are reached when their last steps are done. A trial draws every time and passes
//! earliest ends forward, so what is done never depends on what is only drawn later: no foresight. At nominal times a
//! trial is the plan, and no longer step ever ends anything earlier.
//!
//! [`Network::prepare`] makes [`Trials`], which any number of threads may run over ranges of trials; the [`Tally`]s they
//! give are added up, and the sum is the same however the ranges were shared out.
//!
//! [`freeze`] makes a network of a schedule; [`plan_of`] one of the courses of events that the engine has chosen.
//!
//! Invariant: no clock, no thread, no random source; seed, ranges and the end of the work are the caller's.
//! Invariant: a draw depends on the seed, the trial and a name, on nothing else.

mod courses;
mod draws;
mod flow;
mod frozen;
mod law;
mod network;
mod normal;
mod planned;
mod rates;
mod table;
mod tally;
mod trial;

pub use frozen::{Unfrozen, freeze};
pub use law::{Law, Sample, weight};
pub use network::{Goal, Network, Shared, Step, Unfit};
pub(crate) use planned::planned;
pub use planned::{Ask, Planned, Prospect, Unplanned, chance_of, plan_of};
pub use rates::{Cause, misses_per_year, share_of_time};
pub use tally::{Chance, Tally};
pub use trial::Trials;
