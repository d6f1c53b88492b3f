//! What holds of every problem, on random ones.

use assess::schedule::{
    Budget, Found, NEVER, Need, Pool, Problem, Schedule, Step, Time, quick, search, start_ordered,
};
use proptest::prelude::*;

use crate::brute::{better, vector};
use crate::checker::{faults, faults_of};
use crate::random::{ALL, HORIZON, Parts, Shape, parts, problem};
use crate::searched;

const NONE: [String; 0] = [];

fn vector_of(problem: &Problem, found: &Found) -> Vec<Time> {
    let finish: Vec<Time> = found.schedule.placements.iter().map(|placement| placement.finish).collect();
    vector(problem, &finish)
}

/// Small enough for brute force: one piece, few steps.
const SMALL: Shape =
    Shape { steps: 6, services: 2, resuming: false, keeping: true, changing: true, modes: 2 };

/// A list rule with anomalies is out of place here: what start-ordered schedules promise, they promise of these.
const PLAIN: Shape =
    Shape { steps: 9, services: 2, resuming: false, keeping: false, changing: true, modes: 1 };

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_schedule_is_right(problem in problem(ALL), seed in any::<u64>(), schedules in 0..200u64) {
        let budget = Budget { seed, schedules, candidates: &[] };
        let found = search(&problem, budget, &|| false);
        prop_assert_eq!(faults_of(&problem, &found), NONE);
        let hurried = search(&problem, budget, &|| true);
        prop_assert_eq!(faults_of(&problem, &hurried), NONE);
        prop_assert_eq!(faults_of(&problem, &quick(&problem)), NONE);
        prop_assert_eq!(search(&problem, budget, &|| false), found);
    }

    #[test]
    fn no_schedule_is_better_than_the_one_found(parts in parts(SMALL)) {
        let (pools, mut steps, services) = parts;
        // What a step of no length keeps from the horizon on is nothing: no case to argue about.
        for step in steps.iter_mut().filter(|step| step.modes.iter().flatten().any(|need| need.kept)) {
            step.duration = step.duration.max(1);
        }
        let problem = Problem::new(pools, steps, services, 16).unwrap();
        let found = searched(&problem, 1_000);
        prop_assert_eq!(faults_of(&problem, &found), NONE);
        prop_assert_eq!(better(&problem, &vector_of(&problem, &found)), None);
    }

    #[test]
    fn plenty_gives_the_bound(parts in parts(ALL)) {
        let (mut pools, mut steps, services) = parts;
        // As many of everything as all steps together can take; calendars stay.
        let plenty = |&(time, units): &(Time, u32)| (time, if units == 0 { 0 } else { 1_000 });
        for pool in &mut pools {
            *pool = Pool::changing(pool.changes().iter().map(plenty));
        }
        // What is kept must be free until the end: a calendar that closes is no scarcity but makes it impossible.
        for need in steps.iter_mut().flat_map(|step| step.modes.iter_mut().flatten()) {
            need.kept = false;
        }
        let problem = Problem::new(pools, steps, services, HORIZON).unwrap();
        prop_assert!(searched(&problem, 50).exact());
        prop_assert!(quick(&problem).exact());
    }

    #[test]
    fn lower_ranks_change_nothing_above((parts, edits) in (parts(ALL), prop::collection::vec(0..6u64, 9))) {
        let (pools, steps, services) = parts;
        let base = Problem::new(pools.clone(), steps.clone(), services.clone(), HORIZON).unwrap();
        let all = searched(&base, 120);
        for kept in 1..services.len() {
            let above = waited_for(&base, kept);
            let edited = edited(&steps, &above, &edits, pools.len());
            let mut pools = pools.clone();
            pools.push(Pool::constant(1));
            // With other work below, and with nothing below at all.
            let other = Problem::new(pools.clone(), edited.clone(), services.clone(), HORIZON).unwrap();
            let none = Problem::new(pools, edited, services[..kept].to_vec(), HORIZON).unwrap();
            for problem in [other, none] {
                let found = searched(&problem, 120);
                let pairs = found.services.iter().zip(&all.services).zip(&services);
                for ((found, all), service) in pairs.take(kept) {
                    prop_assert_eq!(found.ceiling, all.ceiling);
                    prop_assert_eq!(found.met(service.rto), all.met(service.rto));
                }
            }
        }
    }

    #[test]
    fn names_and_order_change_nothing(parts in parts(ALL), seed in any::<u64>()) {
        let (pools, steps, services) = parts.clone();
        let original = Problem::new(pools, steps, services, HORIZON).unwrap();
        let (pools, steps, services) = shuffled(parts, seed);
        let renamed = Problem::new(pools, steps, services, HORIZON).unwrap();
        let rtas = |found: Found| found.services;
        prop_assert_eq!(rtas(searched(&original, 60)), rtas(searched(&renamed, 60)));
        prop_assert_eq!(rtas(quick(&original)), rtas(quick(&renamed)));
    }

    #[test]
    fn an_easier_variant_is_never_slower((parts, cuts) in (parts(ALL), prop::collection::vec(0..3u64, 9))) {
        let (pools, steps, services) = parts;
        let hard = Problem::new(pools.clone(), steps.clone(), services.clone(), HORIZON).unwrap();
        let harder = searched(&hard, 200);
        let easier = |step: &Step, cut: u64| Step {
            duration: step.duration.saturating_sub(cut),
            after: step.after.iter().copied().skip(usize::from(cut == 1)).collect(),
            ..step.clone()
        };
        let steps = steps.iter().zip(cuts).map(|(step, cut)| easier(step, cut)).collect();
        let more = |pool: &Pool| Pool::changing(pool.changes().iter().map(|&(time, units)| (time, units + 1)));
        let easy = Problem::new(pools.iter().map(more).collect(), steps, services, HORIZON).unwrap();
        let candidates = [harder.schedule.clone()];
        for stopped in [true, false] {
            let budget = Budget { seed: 3, schedules: 5, candidates: &candidates };
            let found = search(&easy, budget, &|| stopped);
            prop_assert_eq!(faults_of(&easy, &found), NONE);
            prop_assert!(vector_of(&easy, &found) <= vector_of(&hard, &harder));
        }
    }

    #[test]
    fn start_ordered_schedules_never_punish((parts, cuts) in (parts(PLAIN), prop::collection::vec(0..3u64, 9))) {
        let (pools, steps, services) = parts;
        let list: Vec<usize> = (0..steps.len()).collect();
        let hard = Problem::new(pools.clone(), steps.clone(), services.clone(), HORIZON).unwrap();
        let before = start_ordered(&hard, &list);
        let faster = steps.iter().zip(&cuts).map(|(step, &cut)| Step { duration: step.duration.saturating_sub(cut), ..step.clone() });
        let more = |pool: &Pool| Pool::changing(pool.changes().iter().map(|&(time, units)| (time, units + 1)));
        let easier = [
            Problem::new(pools.clone(), faster.collect(), services.clone(), HORIZON).unwrap(),
            Problem::new(pools.iter().map(more).collect(), steps, services, HORIZON).unwrap(),
        ];
        for easy in easier {
            let after = start_ordered(&easy, &list);
            prop_assert!(after.iter().zip(&before).all(|(after, before)| after.1 <= before.1));
        }
        // Fewer steps: those at the end of no chain are left out.
        let needed: Vec<usize> = list.iter().copied().filter(|&step| !hard.steps().iter().any(|s| s.after.contains(&step))).collect();
        let fewer: Vec<usize> = list.into_iter().filter(|step| needed.first() != Some(step)).collect();
        let after = start_ordered(&hard, &fewer);
        prop_assert!(fewer.iter().all(|&step| after[step].1 <= before[step].1));
        prop_assert!(in_order(&fewer, &after) && placed_right(&hard, &before));
    }

    #[test]
    fn a_later_start_never_ends_earlier(problem in problem(PLAIN), resumes in any::<bool>()) {
        let step = Step { resumes, after: vec![], ..problem.steps()[0].clone() };
        let mut last = 0;
        for release in 0..HORIZON {
            let step = Step { release, ..step.clone() };
            let alone = Problem::new(problem.pools().to_vec(), vec![step], vec![], HORIZON).unwrap();
            let finish = quick(&alone).schedule.placements[0].finish;
            prop_assert!(finish >= last);
            last = finish;
        }
    }

    #[test]
    fn broken_schedules_are_found_out(problem in problem(ALL), place in any::<usize>()) {
        let found = searched(&problem, 50).schedule;
        for broken in broken(&problem, &found, place % problem.steps().len()) {
            prop_assert!(!faults(&problem, &broken).is_empty(), "{:?}", broken);
        }
    }
}

fn in_order(list: &[usize], spans: &[(Time, Time)]) -> bool {
    list.windows(2).all(|pair| spans[pair[0]].0 <= spans[pair[1]].0)
}

fn placed_right(problem: &Problem, spans: &[(Time, Time)]) -> bool {
    let placements =
        spans.iter().map(|&(start, finish)| assess::schedule::Placement { start, finish, mode: 0 });
    faults(problem, &Schedule { placements: placements.collect(), ..Schedule::default() }).is_empty()
}

/// Which steps the first services wait for.
fn waited_for(problem: &Problem, services: usize) -> Vec<bool> {
    let mut waited = vec![false; problem.steps().len()];
    for service in &problem.services()[..services] {
        service.ends.iter().for_each(|&end| waited[end] = true);
    }
    for step in (0..waited.len()).rev() {
        if waited[step] {
            problem.steps()[step].after.iter().for_each(|&other| waited[other] = true);
        }
    }
    waited
}

/// Other work where no higher rank looks: other lengths, releases, needs, and one step more.
fn edited(steps: &[Step], above: &[bool], edits: &[u64], own_pool: usize) -> Vec<Step> {
    let mut steps = steps.to_vec();
    for ((step, _), &edit) in steps.iter_mut().zip(above).filter(|(_, above)| !**above).zip(edits) {
        step.duration += edit;
        step.release = edit;
        step.modes = vec![vec![Need::during(own_pool, 1), Need::during(0, 1)]];
    }
    steps.push(Step { duration: 3, modes: vec![vec![Need::during(0, 1)]], ..Step::default() });
    steps
}

/// The same problem with steps and pools in another order, as other names would bring.
fn shuffled((pools, steps, services): Parts, seed: u64) -> Parts {
    let step_at = shuffle(steps.len(), seed);
    let pool_at = shuffle(pools.len(), seed ^ 1);
    let mut out = (pools.clone(), steps.clone(), services);
    for (index, pool) in pools.into_iter().enumerate() {
        out.0[pool_at[index]] = pool;
    }
    for (index, mut step) in steps.into_iter().enumerate() {
        step.after.iter_mut().for_each(|other| *other = step_at[*other]);
        step.modes.iter_mut().flatten().for_each(|need| need.pool = pool_at[need.pool]);
        out.1[step_at[index]] = step;
    }
    out.2.iter_mut().flat_map(|service| &mut service.ends).for_each(|end| *end = step_at[*end]);
    out
}

fn shuffle(count: usize, seed: u64) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    let key = |place: usize| {
        (place as u64 + 1).wrapping_mul(seed | 1).rotate_left(29).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    };
    places.sort_by_key(|&place| key(place));
    places
}

/// Schedules that are wrong in one place.
fn broken(problem: &Problem, right: &Schedule, step: usize) -> Vec<Schedule> {
    let known = &problem.steps()[step];
    let with = |change: &dyn Fn(&mut Schedule)| {
        let mut schedule = right.clone();
        change(&mut schedule);
        schedule
    };
    let mut out = vec![with(&|schedule| schedule.placements.truncate(problem.steps().len() - 1))];
    if right.placements[step].start == NEVER {
        return out;
    }
    out.push(with(&|schedule| schedule.placements[step].mode = known.modes.len().max(1)));
    out.push(with(&|schedule| schedule.placements[step].finish += 1));
    out.push(with(&|schedule| {
        let gone = &mut schedule.placements[step];
        (gone.start, gone.finish) = (problem.horizon(), problem.horizon() + known.duration.max(1));
    }));
    if known.release > 0 {
        out.push(with(&|schedule| {
            let early = &mut schedule.placements[step];
            (early.start, early.finish) = (known.release - 1, known.release - 1 + known.duration);
        }));
    }
    for &other in &known.after {
        out.push(with(&|schedule| schedule.placements[other] = assess::schedule::Placement::NEVER));
    }
    out
}

/// Two steps on one head at once are found out, wherever they overlap.
#[test]
fn overuse_is_found_out_at_every_instant() {
    let step = Step { duration: 4, modes: vec![vec![Need::during(0, 1)]], ..Step::default() };
    let pools = vec![Pool::changing([(0, 1), (10, 2)])];
    let problem = Problem::new(pools, vec![step.clone(), step], vec![], 30).unwrap();
    for shift in 0..20 {
        let at = |start| assess::schedule::Placement { start, finish: start + 4, mode: 0 };
        let schedule = Schedule { placements: vec![at(5), at(shift)], ..Schedule::default() };
        let overlaps = shift < 9 && shift + 4 > 5;
        assert_eq!(!faults(&problem, &schedule).is_empty(), overlaps, "second at {shift}");
    }
}
