//! Judges schedules from the definition alone, instant by instant. Shares no code with the scheduler.

use assess::schedule::{Found, NEVER, Pool, Problem, Schedule, Time};

/// What is wrong with a schedule; nothing if it is right.
pub(crate) fn faults(problem: &Problem, schedule: &Schedule) -> Vec<String> {
    if schedule.placements.len() != problem.steps().len() {
        return vec!["not one placement for each step".to_owned()];
    }
    let mut faults = Vec::new();
    for step in 0..problem.steps().len() {
        if schedule.placements[step].start == NEVER {
            if schedule.placements[step].finish != NEVER {
                faults.push(format!("step {step} never starts but finishes"));
            }
            continue;
        }
        order(problem, schedule, step, &mut faults);
        length(problem, schedule, step, &mut faults);
    }
    if faults.is_empty() {
        capacity(problem, schedule, &mut faults);
    }
    faults
}

/// What is wrong with a finding: its schedule, or what it says about services.
pub(crate) fn faults_of(problem: &Problem, found: &Found) -> Vec<String> {
    let mut faults = faults(problem, &found.schedule);
    for (service, back) in problem.services().iter().zip(&found.services) {
        let finishes = service.ends.iter().map(|&end| found.schedule.placements[end].finish);
        let last = finishes.max().unwrap_or(0);
        let rta = if last == NEVER { NEVER } else { last.saturating_sub(service.since) };
        if rta != back.rta {
            faults.push(format!("RTA {} is said, {rta} follows from the schedule", back.rta));
        }
        if back.rta < back.bound || back.ceiling < back.rta {
            faults.push(format!("{back:?} is out of order"));
        }
    }
    faults
}

fn order(problem: &Problem, schedule: &Schedule, step: usize, faults: &mut Vec<String>) {
    let (known, placed) = (&problem.steps()[step], schedule.placements[step]);
    if placed.start < known.release {
        faults.push(format!("step {step} starts before its release"));
    }
    if known.after.iter().any(|&other| schedule.placements[other].finish > placed.start) {
        faults.push(format!("step {step} does not wait for its predecessors"));
    }
    if placed.finish > problem.horizon() {
        faults.push(format!("step {step} finishes after the horizon"));
    }
    if placed.mode >= known.modes.len().max(1) {
        faults.push(format!("step {step} has no such mode"));
    }
}

fn length(problem: &Problem, schedule: &Schedule, step: usize, faults: &mut Vec<String>) {
    let (known, placed) = (&problem.steps()[step], schedule.placements[step]);
    let pieces = pieces(schedule, step);
    let ascending = pieces.windows(2).all(|pair| pair[0].1 <= pair[1].0);
    let forward = pieces.iter().all(|&(from, to)| from < to);
    let worked: Time = pieces.iter().map(|&(from, to)| to.saturating_sub(from)).sum();
    if !ascending || !forward || worked != known.duration {
        faults.push(format!("step {step} works {worked}, its length is {}", known.duration));
    }
    if pieces.len() > 1 && !known.resumes {
        faults.push(format!("step {step} pauses but cannot resume"));
    }
    let ends = (pieces.first().map(|first| first.0), pieces.last().map(|last| last.1));
    if !pieces.is_empty() && ends != (Some(placed.start), Some(placed.finish))
        || pieces.is_empty() && placed.start != placed.finish
    {
        faults.push(format!("step {step} does not work from its start to its finish"));
    }
}

fn pieces(schedule: &Schedule, step: usize) -> Vec<(Time, Time)> {
    let placed = schedule.placements[step];
    match schedule.pieces.get(&step) {
        Some(pieces) => pieces.clone(),
        None if placed.start == placed.finish => Vec::new(),
        None => vec![(placed.start, placed.finish)],
    }
}

/// Use can rise only where a piece of work or a step begins, and capacity can fall only where it changes.
fn capacity(problem: &Problem, schedule: &Schedule, faults: &mut Vec<String>) {
    let steps: Vec<usize> =
        (0..problem.steps().len()).filter(|&step| schedule.placements[step].start != NEVER).collect();
    let mut instants: Vec<Time> = steps.iter().map(|&step| schedule.placements[step].start).collect();
    instants.extend(steps.iter().flat_map(|&step| pieces(schedule, step)).map(|(from, _)| from));
    instants.extend(problem.pools().iter().flat_map(Pool::changes).map(|&(time, _)| time));
    for instant in instants.into_iter().filter(|&instant| instant < problem.horizon()) {
        for pool in 0..problem.pools().len() {
            let taken: u64 = steps.iter().map(|&step| taken(problem, schedule, step, pool, instant)).sum();
            let there = units(problem, pool, instant);
            if taken > there {
                faults
                    .push(format!("{taken} units of pool {pool} are taken at {instant}, {there} are there"));
            }
        }
    }
}

fn units(problem: &Problem, pool: usize, instant: Time) -> u64 {
    let changes = problem.pools()[pool].changes().iter();
    changes
        .filter(|change| change.0 <= instant)
        .max_by_key(|change| change.0)
        .map_or(0, |change| change.1.into())
}

fn taken(problem: &Problem, schedule: &Schedule, step: usize, pool: usize, instant: Time) -> u64 {
    let placed = schedule.placements[step];
    let works = pieces(schedule, step).iter().any(|&(from, to)| from <= instant && instant < to);
    let needs = problem.steps()[step].modes.get(placed.mode).into_iter().flatten();
    let needs = needs.filter(|need| need.pool == pool);
    needs.filter(|need| works || need.kept && placed.start <= instant).map(|need| u64::from(need.units)).sum()
}
