//! A schedule frozen as a network: its order stays, its times may vary.

use base::Span;

use super::flow::{Use, hand_over};
use super::law::Law;
use super::network::{Goal, Network, Step, Unfit};
use crate::schedule::{NEVER, Pool, Problem, Schedule};

/// Why a schedule cannot be frozen. Positions are indices into the problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfrozen {
    /// The schedule, the names or the laws are not as many as the problem's steps.
    Lengths,
    /// `pool` loses units at some time. Whether a drawn time is then too long, a partial order cannot tell.
    Shrinks {
        /// The pool.
        pool: usize,
    },
    /// `step` works in several pieces.
    Pauses {
        /// The step.
        step: usize,
    },
    /// `step` stands before something that it waits for.
    Early {
        /// The step.
        step: usize,
    },
    /// More units of `pool` are used than there are.
    Overused {
        /// The pool.
        pool: usize,
    },
    /// The steps do not make a network.
    Unfit(Unfit),
}

/// Freezes a schedule: what waits for what, who hands units to whom, and the planned start of whatever stands later than
/// all it waits for. Steps vary by `laws` and draw by `names`, in the problem's order; the goals are the problem's
/// services.
///
/// # Errors
/// `Unfrozen` for a schedule whose order alone does not say when things may run, or that breaks the problem.
pub fn freeze(
    problem: &Problem,
    schedule: &Schedule,
    names: Vec<String>,
    laws: Vec<Law>,
) -> Result<Network, Unfrozen> {
    let mut steps = steps(problem, schedule, names, laws)?;
    for (pool, known) in problem.pools().iter().enumerate() {
        share_out(problem, schedule, (pool, known), &mut steps)?;
    }
    let goals: Vec<Goal> = problem.services().iter().enumerate().map(goal).collect();
    let horizon = Span::millis(problem.horizon());
    let network = Network::new(steps, goals, horizon).map_err(Unfrozen::Unfit)?;
    let starts = schedule.placements.iter().map(|placement| placement.start);
    let planned: Vec<Span> =
        starts.map(|at| if at == NEVER { Span::NEVER } else { Span::millis(at) }).collect();
    network.pinned(&planned).map_err(|step| Unfrozen::Early { step })
}

fn goal((rank, service): (usize, &crate::schedule::Service)) -> Goal {
    Goal {
        name: rank.to_string(),
        since: Span::millis(service.since),
        within: service.rto.map(Span::millis),
        ends: service.ends.clone(),
    }
}

fn steps(
    problem: &Problem,
    schedule: &Schedule,
    names: Vec<String>,
    laws: Vec<Law>,
) -> Result<Vec<Step>, Unfrozen> {
    let count = problem.steps().len();
    if [schedule.placements.len(), names.len(), laws.len()] != [count; 3] {
        return Err(Unfrozen::Lengths);
    }
    if let Some(&step) = schedule.pieces.keys().next() {
        return Err(Unfrozen::Pauses { step });
    }
    let named = problem.steps().iter().zip(names).zip(laws).zip(&schedule.placements);
    let freeze = |(((step, name), law), placement): (((&crate::schedule::Step, String), Law), &_)| {
        let placement: &crate::schedule::Placement = placement;
        // What does not finish in the plan finishes in no trial.
        let never = placement.finish == NEVER;
        Step {
            name,
            law: if never { Law::constant(Span::NEVER) } else { law },
            nominal: if never { Span::NEVER } else { Span::millis(step.duration) },
            release: Span::millis(step.release),
            after: step.after.clone(),
            shared: None,
        }
    };
    Ok(named.map(freeze).collect())
}

/// Adds the arcs by which the units of one pool are handed over.
fn share_out(
    problem: &Problem,
    schedule: &Schedule,
    (pool, known): (usize, &Pool),
    steps: &mut [Step],
) -> Result<(), Unfrozen> {
    let uses = uses(problem, schedule, pool);
    let most: u64 = uses.iter().map(|one| u64::from(one.units)).sum();
    let from_the_start = known.changes().first().is_some_and(|(at, _)| *at == 0);
    if uses.is_empty()
        || (from_the_start && known.changes().iter().all(|(_, units)| u64::from(*units) >= most))
    {
        return Ok(()); // Always enough for all at once.
    }
    let mut arrive = Vec::new();
    let mut before = 0;
    for (at, units) in known.changes() {
        let more = units.checked_sub(before).ok_or(Unfrozen::Shrinks { pool })?;
        arrive.push((Span::millis(*at), more));
        before = *units;
    }
    let linked = |from: usize, to: usize| steps[to].after.contains(&from);
    let handed = hand_over(&arrive, &uses, &linked).ok_or(Unfrozen::Overused { pool })?;
    handed.arcs.into_iter().for_each(|(from, to)| steps[to].after.push(from));
    for (step, at) in handed.not_before {
        steps[step].release = steps[step].release.max(at);
    }
    Ok(())
}

fn uses(problem: &Problem, schedule: &Schedule, pool: usize) -> Vec<Use> {
    let placed = problem.steps().iter().zip(&schedule.placements).enumerate();
    let placed = placed.filter(|(_, (_, placement))| placement.finish != NEVER);
    let needs = placed.flat_map(|(step, (known, placement))| {
        let needs = known.modes.get(placement.mode).into_iter().flatten();
        needs.filter(|need| need.pool == pool).map(move |need| Use {
            step,
            from: Span::millis(placement.start),
            to: if need.kept { Span::NEVER } else { Span::millis(placement.finish) },
            units: need.units,
        })
    });
    needs.collect()
}
