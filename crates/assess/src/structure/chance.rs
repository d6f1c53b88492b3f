//! How many minimal sets there are, and how likely one of them is: from what the search knows, by decision diagram.

use crate::boolean::{Builder, Circuit, Counts, EventId, Signal, Solution, Z_95, simulate, solve};
use crate::chance::{Cause, misses_per_year};

use super::events::{Event, Universe};
use super::search::{Reach, Search};
use super::{Budget, Chance, How, Importance};
use crate::set::Set;

/// Draws where no diagram fits.
const TRIALS: u64 = 100_000;
/// Any number will do: draws are keyed by it and by the names of events.
const SEED: u64 = 1;

/// Exact numbers of minimal sets; nothing where the whole function is not known or no diagram fits.
pub(crate) fn counts(solution: Option<&Solution>, universe: &Universe) -> Option<Counts> {
    let weight = |event: EventId| usize::from(!universe.with_people.contains(event.index()));
    solution.map(|solution| solution.counts_by(&weight))
}

/// The whole function as diagrams, if it is known.
pub(crate) fn whole(search: &Search<'_>, universe: &Universe, budget: &Budget<'_>) -> Option<Solution> {
    let circuit =
        Some(()).filter(|()| search.reach == Reach::All).and_then(|()| all_paths(search, universe))?;
    solve(&circuit, budget.nodes, budget.stop).ok()
}

/// It fails where one event of each path happens: at most so often, where not all paths are known.
fn all_paths(search: &Search<'_>, universe: &Universe) -> Option<Circuit> {
    circuit(universe, &search.paths, |builder, paths| {
        let any: Vec<_> = paths.into_iter().map(|path| builder.or(path)).collect();
        builder.and(any)
    })
}

/// It fails where all events of one set happen: at least so often, where not all sets are known.
fn all_cuts(search: &Search<'_>, universe: &Universe) -> Option<Circuit> {
    let mut cuts: Vec<Set> = search.cuts.iter().cloned().collect();
    cuts.sort();
    circuit(universe, &cuts, |builder, cuts| {
        let all: Vec<_> = cuts.into_iter().map(|cut| builder.and(cut)).collect();
        builder.or(all)
    })
}

/// A circuit of sets of events. One without rate does not happen in it; people are lost with their places.
fn circuit(
    universe: &Universe,
    sets: &[Set],
    join: impl FnOnce(&mut Builder, Vec<Vec<Signal>>) -> Signal,
) -> Option<Circuit> {
    let mut builder = Builder::new();
    let share = |bit: usize| match universe.base[bit] {
        Some(base) => f64::from(u8::from(universe.events[base].share.is_some())),
        None => universe.events[bit].share.unwrap_or(0.0),
    };
    let events: Vec<_> = (0..universe.size())
        .map(|bit| builder.event(name(&universe.events[bit]), Some(share(bit))))
        .collect();
    let sets = sets.iter().map(|set| set.iter().map(|bit| events[bit]).collect()).collect();
    let top = join(&mut builder, sets);
    builder.finish(top).ok()
}

fn name(event: &Event) -> String {
    format!("{}.{}", event.kind, event.loss)
}

/// How likely it is that the objective is missed; nothing where no event has a rate.
pub(crate) fn chance(
    search: &Search<'_>,
    solution: Option<&Solution>,
    universe: &Universe,
    used: &[usize],
    budget: &Budget<'_>,
) -> Option<Chance> {
    let rated = used.iter().filter(|event| universe.events[**event].share.is_some()).count();
    if rated == 0 {
        return None;
    }
    let out =
        Chance { low: 0.0, high: 1.0, how: How::Between, rated, per_year: None, importance: Vec::new() };
    if let Some((solution, p)) = solution.and_then(|known| Some((known, known.probability()?))) {
        let importance = importance(solution, universe);
        let per_year = Some(per_year(&importance, universe));
        return Some(Chance { low: p, high: p, how: How::Exact, per_year, importance, ..out });
    }
    let (low, drawn_low) = ends(&all_cuts(search, universe)?, budget);
    let (high, drawn_high) = ends(&all_paths(search, universe)?, budget);
    let how = if drawn_low || drawn_high { How::Drawn } else { How::Between };
    Some(Chance { low: low.0, high: high.1, how, ..out })
}

/// Probability of a circuit as an interval, and whether it had to be drawn.
fn ends(circuit: &Circuit, budget: &Budget<'_>) -> ((f64, f64), bool) {
    if let Some(p) = solve(circuit, budget.nodes, budget.stop).ok().and_then(|known| known.probability()) {
        return ((p, p), false);
    }
    match simulate(circuit, SEED, TRIALS, Z_95, budget.stop) {
        Ok(estimate) => ((estimate.low, estimate.high), true),
        Err(_) => ((0.0, 1.0), true),
    }
}

fn importance(solution: &Solution, universe: &Universe) -> Vec<Importance> {
    let all = solution.importance().unwrap_or_default();
    let rated = |bit: &usize| universe.base[*bit].is_none() && universe.events[*bit].share.is_some();
    let mut out: Vec<Importance> = all
        .iter()
        .map(|one| (one.event.index(), one))
        .filter(|(bit, one)| rated(bit) && one.birnbaum != 0.0)
        .map(|(bit, one)| Importance {
            event: bit,
            birnbaum: one.birnbaum,
            fussell_vesely: one.fussell_vesely,
        })
        .collect();
    out.sort_by(|a, b| b.fussell_vesely.total_cmp(&a.fussell_vesely).then(a.event.cmp(&b.event)));
    out
}

/// Misses that begin in a year.
fn per_year(importance: &[Importance], universe: &Universe) -> f64 {
    let cause = |of: &Importance| {
        let event = &universe.events[of.event];
        Cause { rate: event.rate, share: event.share.unwrap_or(0.0), weight: of.birnbaum }
    };
    misses_per_year(importance.iter().map(cause))
}
