//! What only the inside can show: both profiles are the same, and bounds are bounds.

use proptest::collection::vec;
use proptest::prelude::*;

use super::bound::earliest_back;
use super::generation::{Generator, Recipe, Timeline};
use super::instance::Instance;
use super::priority::{alone, drawn, latest_starts, ordered, ranks, sorted};
use super::problem::{NEVER, Need, Pool, Problem, Service, Step, Time};
use super::profile::{Changes, Profile};
use super::random::Random;
use super::table::Table;

/// One piece, one mode, nothing kept, up to six pools: what fits into tables.
fn problems() -> impl Strategy<Value = Problem> {
    let pool = vec((0..30u64, 0..5u32), 1..4);
    let needs = vec((0..6usize, 1..4u32), 0..4);
    let step = (0..6u64, 0..8u64, vec(any::<usize>(), 0..3), needs);
    (vec(pool, 6), vec(step, 1..15), 1..1_000u64).prop_map(|(pools, steps, unit)| {
        let pools =
            pools.into_iter().map(|pool| Pool::changing(pool.into_iter().map(|(t, u)| (t * unit, u))));
        let steps: Vec<Step> =
            steps.into_iter().enumerate().map(|(index, raw)| step_of(index, raw, unit)).collect();
        let services =
            [steps.len() / 2, steps.len() - 1].map(|end| Service { since: 0, rto: None, ends: vec![end] });
        Problem::new(pools.collect(), steps, services.to_vec(), 60 * unit).unwrap()
    })
}

type Raw = (Time, Time, Vec<usize>, Vec<(usize, u32)>);

fn step_of(index: usize, (duration, release, after, needs): Raw, unit: Time) -> Step {
    Step {
        duration: duration * unit,
        release: release * unit,
        after: after.into_iter().filter(|_| index > 0).map(|other| other % index.max(1)).collect(),
        modes: vec![needs.into_iter().map(|(pool, units)| Need::during(pool, units)).collect()],
        resumes: false,
    }
}

/// Generates forward, then passes backward and forward.
fn generated<P: Profile>(
    instance: &Instance,
    profile: P,
    list: &[u32],
) -> (Timeline, Option<(Recipe, Timeline)>) {
    let mut generator = Generator::new(instance, profile);
    let recipe = Recipe::any_modes(list.to_vec());
    let mut timeline = Timeline::empty(instance.len());
    generator.forward(&recipe, &mut timeline);
    let justified = generator.justify(&recipe, &timeline, &vec![instance.horizon; instance.len()]);
    (timeline, justified)
}

fn feasible(instance: &Instance, list: &[u32]) -> bool {
    let mut seen = vec![false; instance.len()];
    list.len() == instance.len()
        && list.iter().all(|&step| {
            let ready = instance.before.of(step as usize).iter().all(|&other| seen[other as usize]);
            ready && !std::mem::replace(&mut seen[step as usize], true)
        })
}

proptest! {
    #[test]
    fn tables_and_changes_agree(problem in problems(), seed in any::<u64>()) {
        let instance = Instance::new(&problem, 2, true);
        let urgency = latest_starts(&instance, &[20, 30]);
        let list = drawn(&instance, &urgency, 2, &mut Random::new(seed));
        let by_changes = generated(&instance, Changes::new(&instance), &list);
        let wide = Table::<2>::new(&instance);
        let by_table = wide.map(|table| generated(&instance, table, &list));
        prop_assert_eq!(Some(&by_changes), by_table.as_ref());
        if let Some(table) = Table::<1>::new(&instance) {
            prop_assert_eq!(&by_changes, &generated(&instance, table, &list));
        }
    }

    #[test]
    fn a_pass_makes_no_step_later_than_its_limit(problem in problems(), seed in any::<u64>()) {
        let instance = Instance::new(&problem, 2, true);
        let list = drawn(&instance, &latest_starts(&instance, &[20, 30]), 1, &mut Random::new(seed));
        let mut generator = Generator::new(&instance, Changes::new(&instance));
        let recipe = Recipe::any_modes(list);
        let mut timeline = Timeline::empty(instance.len());
        generator.forward(&recipe, &mut timeline);
        let last = timeline.finish.iter().copied().filter(|&finish| finish != NEVER).max().unwrap_or(0);
        let (_, again) = generator.justify(&recipe, &timeline, &vec![last; instance.len()]).unwrap();
        for (before, after) in timeline.finish.iter().zip(&again.finish) {
            prop_assert!(*after <= last || *before == NEVER);
        }
    }

    #[test]
    fn no_schedule_is_earlier_than_the_bound(problem in problems(), seed in any::<u64>()) {
        let instance = Instance::new(&problem, 2, true);
        let finish = alone(&instance, &Changes::new(&instance));
        let list = drawn(&instance, &latest_starts(&instance, &[20, 30]), 2, &mut Random::new(seed));
        let (timeline, _) = generated(&instance, Changes::new(&instance), &list);
        prop_assert!(timeline.finish.iter().zip(&finish).all(|(found, alone)| found >= alone));
        for service in 0..2 {
            prop_assert!(instance.back(service, &timeline.finish) >= earliest_back(&instance, service, &finish));
        }
    }

    #[test]
    fn every_list_is_feasible(problem in problems(), seed in any::<u64>()) {
        let instance = Instance::new(&problem, 2, true);
        let latest = latest_starts(&instance, &[5, NEVER]);
        let ranks = ranks(&instance);
        prop_assert!(feasible(&instance, &sorted(instance.len(), |step| latest[step])));
        prop_assert!(feasible(&instance, &sorted(instance.len(), |step| (ranks[step], latest[step]))));
        prop_assert!(feasible(&instance, &drawn(&instance, &latest, 3, &mut Random::new(seed))));
        prop_assert!(feasible(&instance, &ordered(&instance, |step| (seed >> (step % 60)) % 7)));
    }
}

/// Three units of work of two ticks on a pool of two units, all to be followed by one tick: four ticks of load and one.
#[test]
fn the_load_of_a_pool_bounds_what_its_chains_do_not() {
    let work = Step { duration: 2, modes: vec![vec![Need::during(0, 1)]], ..Step::default() };
    let last = Step { duration: 1, after: vec![0, 1, 2], ..Step::default() };
    let steps = vec![work.clone(), work.clone(), work, last];
    let service = Service { since: 0, rto: None, ends: vec![3] };
    let problem = Problem::new(vec![Pool::constant(2)], steps, vec![service], 100).unwrap();
    let instance = Instance::new(&problem, 1, true);
    let finish = alone(&instance, &Changes::new(&instance));
    assert_eq!((instance.back(0, &finish), earliest_back(&instance, 0, &finish)), (3, 4));
}

/// The tick is the greatest that divides every time, so that hours do not become millions of milliseconds.
#[test]
fn ticks_are_as_long_as_they_can_be() {
    let step =
        Step { duration: 6_000, release: 9_000, modes: vec![vec![Need::during(0, 1)]; 1], ..Step::default() };
    let pools = vec![Pool::changing([(12_000, 1)])];
    let service = Service { since: 0, rto: None, ends: vec![0] };
    let problem = Problem::new(pools, vec![step], vec![service], 7_776_000_000).unwrap();
    let instance = Instance::new(&problem, 1, true);
    assert_eq!((instance.unit, instance.horizon), (3_000, 7));
    assert!(Table::<1>::new(&instance).is_some());
}
