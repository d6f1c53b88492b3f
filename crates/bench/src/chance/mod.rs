//! `oki-bench chance`: how long it takes to find out how likely a large recovery meets its objectives.

mod recovery;

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};

use assess::chance::{Network, Tally, Trials, freeze};
use assess::schedule::{Found, quick};
use base::{Exit, Fault, Message};
use clap::Args;

use crate::folder::line;
use crate::phase::{HEADING, phase};
use recovery::Recovery;

#[derive(Debug, Args)]
pub(crate) struct ChanceArgs {
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=50_000))]
    steps: u32,
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    trials: u64,
    #[arg(long, value_name = "N|unlimited", default_value = "unlimited", value_parser = people)]
    people: People,
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: u16,
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

/// How many people there are; nothing: enough.
type People = Option<NonZeroU32>;

fn people(text: &str) -> Result<People, std::num::ParseIntError> {
    if text == "unlimited" { Ok(None) } else { text.parse().map(Some) }
}

/// Prints one CSV line a phase: its time, and the most memory the process held meanwhile.
///
/// # Errors
/// `Unusable` if the output cannot be written.
pub(crate) fn run(args: &ChanceArgs) -> Result<(), Fault> {
    line(HEADING)?;
    let recovery = phase("generate", || Recovery::new(args.steps as usize, args.people, args.seed))??;
    let found = phase("schedule", || quick(&recovery.problem))?;
    let network = phase("freeze", || frozen(recovery, &found))??;
    let trials = phase("prepare", || network.prepare(args.seed))?;
    phase("trials", || drawn(&trials, args.trials, args.threads)).map(|_| ())
}

/// A recovery with its order frozen, its objectives set so that some are met more often than others.
fn frozen(recovery: Recovery, found: &Found) -> Result<Network, Fault> {
    let problem = recovery.objectives(found);
    freeze(&problem, &found.schedule, recovery.names, recovery.laws).map_err(|_| broken())
}

/// What is generated always fits together.
fn broken() -> Fault {
    Fault::new(Exit::Unusable, Message::new("bench-chance-frozen"))
}

/// Makes the trials, shared out among threads in pieces as they come free.
fn drawn(trials: &Trials, count: u64, threads: u16) -> Tally {
    let piece = count.div_ceil(u64::from(threads) * 8).next_multiple_of(Trials::BLOCK).max(Trials::BLOCK);
    let next = AtomicU64::new(0);
    let work = || {
        let mut tally = trials.run(0..0, &|| false);
        loop {
            let from = next.fetch_add(piece, Ordering::Relaxed);
            if from >= count {
                return tally;
            }
            tally.absorb(&trials.run(from..(from + piece).min(count), &|| false));
        }
    };
    let mut sum = trials.run(0..0, &|| false);
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        sum.absorb(&work());
        let done = others.into_iter().filter_map(|other| other.join().ok());
        done.for_each(|tally| sum.absorb(&tally));
    });
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(people: People) -> (Network, Found) {
        let recovery = Recovery::new(300, people, 7).unwrap();
        let found = quick(&recovery.problem);
        (frozen(recovery, &found).unwrap(), found)
    }

    /// Objectives are met in some trials and missed in others, or the bench would measure nothing.
    #[test]
    fn a_generated_recovery_is_neither_safe_nor_hopeless() {
        for people in [None, NonZeroU32::new(8)] {
            let (network, found) = network(people);
            assert_eq!(network.steps().len(), 300);
            let tally = network.prepare(7).run(0..2000, &|| false);
            let chances = (0..network.goals().len())
                .map(|goal| tally.chance(goal, 1.96).unwrap().estimate)
                .map(|estimate| estimate.hits as f64 / estimate.trials as f64);
            let chances: Vec<f64> = chances.collect();
            assert!(
                chances.iter().filter(|chance| (0.02..0.98).contains(*chance)).count() > 5,
                "{chances:?}"
            );
            let nominal = network.nominal();
            assert!(
                nominal
                    .iter()
                    .zip(&found.schedule.placements)
                    .all(|((_, end), p)| end.as_millis() == p.finish)
            );
        }
    }

    #[test]
    fn eight_people_take_longer_than_as_many_as_one_likes() {
        let longest = |people| network(people).0.nominal().into_iter().map(|(_, end)| end).max();
        assert!(longest(NonZeroU32::new(8)) > longest(None));
    }

    #[test]
    fn threads_do_not_matter() {
        let trials = network(NonZeroU32::new(8)).0.prepare(1);
        let alone = drawn(&trials, 3000, 1);
        assert_eq!(alone.trials(), 3000);
        assert_eq!(drawn(&trials, 3000, 2), alone);
        assert_eq!(drawn(&trials, 3000, 7), alone);
    }

    #[test]
    fn people_are_a_number_or_unlimited() {
        assert_eq!(people("unlimited"), Ok(None));
        assert_eq!(people("8"), Ok(NonZeroU32::new(8)));
        assert!(people("0").is_err() && people("some").is_err() && people("-1").is_err());
    }
}
