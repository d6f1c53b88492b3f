//! Standard times that stand in for facts left out, where the plan says `assume: standard`.
//!
//! They are round figures of the authors' own, on the slow side, so that a plan of thirty lines gives an answer;
//! every verdict lists those it used, and writing the fact into the plan replaces them. `outage` of a prefecture's
//! power is the time most of Tohoku's customers waited in March 2011.

use base::{Rate, Span};
use plan::Readiness;

/// Name of an assumption, and its value.
pub type Assumed = (&'static str, Span);

/// Noticing an interruption when no monitor is declared.
pub const DETECT: Assumed = ("detect", Span::minutes(30));
/// Deciding to recover when a person has to.
pub const DECIDE: Assumed = ("decide", Span::minutes(60));
/// Restarting a service after its power or network was away.
pub const RESTART: Assumed = ("restart", Span::minutes(30));
/// People coming to another place than the one they work at.
pub const ARRIVE: Assumed = ("arrive", Span::hours(2));
/// A utility outage of a power area.
pub const POWER_OUTAGE: Assumed = ("power-outage", Span::days(3));
/// A carrier's outage.
pub const CARRIER_OUTAGE: Assumed = ("carrier-outage", Span::days(3));
/// Repair of a link or a fault common to a model.
pub const REPAIR: Assumed = ("repair", Span::days(1));
/// Start of a generator.
pub const GENERATOR_START: Assumed = ("generator-start", Span::minutes(1));
/// A new machine, from the order.
pub const REPLACE: Assumed = ("replace", Span::days(30));
/// Installing system and middleware on an empty machine.
pub const INSTALL: Assumed = ("install", Span::days(1));
/// A spare unit taking the place of one that failed.
pub const FAILOVER: Assumed = ("failover", Span::hours(1));
/// A step of a kind for which nothing else is said.
pub const STEP: Assumed = ("step", Span::hours(1));
/// Rate of copying and restoring, disks and line together.
pub const COPY_RATE: Rate = Rate(50 * 8_000_000);
/// A copy or restore of unknown size.
pub const COPY: Assumed = ("copy-time", Span::hours(4));

/// Bringing a way into use, by its readiness.
pub fn ready(readiness: Readiness) -> Assumed {
    match readiness {
        Readiness::Running => ("ready-running", Span::ZERO),
        Readiness::Hot => ("ready-hot", Span::minutes(10)),
        Readiness::Warm => ("ready-warm", Span::hours(2)),
        Readiness::Cold => ("ready-cold", Span::hours(12)),
        Readiness::Rebuild => ("ready-rebuild", Span::days(45)),
    }
}
