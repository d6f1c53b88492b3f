//! The scheduler, against its definition: an independent checker, brute force, and the examples of its semantics.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

mod absurd;
mod brute;
mod checker;
mod examples;
mod properties;
mod random;

use assess::schedule::{Budget, Found, Problem, search};

/// A search that is never stopped, by seed 1.
fn searched(problem: &Problem, schedules: u64) -> Found {
    search(problem, Budget { seed: 1, schedules, candidates: &[] }, &|| false)
}
