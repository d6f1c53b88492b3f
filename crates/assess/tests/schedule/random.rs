//! Random problems of all shapes, small enough to be judged by brute force.

use assess::schedule::{Need, Pool, Problem, Service, Step, Time};
use proptest::collection::vec;
use proptest::prelude::*;

/// What the random problems may contain.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) steps: usize,
    pub(crate) services: usize,
    pub(crate) resuming: bool,
    pub(crate) keeping: bool,
    pub(crate) changing: bool,
    pub(crate) modes: usize,
}

pub(crate) const ALL: Shape =
    Shape { steps: 9, services: 4, resuming: true, keeping: true, changing: true, modes: 2 };

pub(crate) const HORIZON: Time = 40;

/// Parts of a problem, before they are put together.
pub(crate) type Parts = (Vec<Pool>, Vec<Step>, Vec<Service>);

pub(crate) fn parts(shape: Shape) -> impl Strategy<Value = Parts> {
    let pools = vec(pool(shape), 1..=3);
    let steps = vec(raw_step(shape), 1..=shape.steps);
    let services =
        vec((0..4u64, proptest::option::of(0..25u64), vec(any::<usize>(), 0..3)), 1..=shape.services);
    (pools, steps, services).prop_map(|(pools, raw, services)| {
        let count = raw.len();
        let steps = raw.into_iter().enumerate().map(|(index, raw)| step(index, raw, pools.len())).collect();
        let service = |(since, rto, ends): (Time, Option<Time>, Vec<usize>)| Service {
            since,
            rto,
            ends: ends.into_iter().map(|end| end % count).collect(),
        };
        (pools, steps, services.into_iter().map(service).collect())
    })
}

pub(crate) fn problem(shape: Shape) -> impl Strategy<Value = Problem> {
    parts(shape).prop_map(|(pools, steps, services)| Problem::new(pools, steps, services, HORIZON).unwrap())
}

fn pool(shape: Shape) -> impl Strategy<Value = Pool> {
    let most = if shape.changing { 4 } else { 1 };
    vec((0..20u64, 0..4u32), 1..=most).prop_map(move |mut changes| {
        changes[0].0 = 0;
        if !shape.changing {
            changes[0].1 += 1;
        }
        Pool::changing(changes)
    })
}

type RawNeed = (usize, u32, bool);
type RawStep = (Time, Time, Vec<usize>, Vec<Vec<RawNeed>>, bool);

fn raw_step(shape: Shape) -> impl Strategy<Value = RawStep> {
    let kept = if shape.keeping {
        prop_oneof![8 => Just(false), 1 => Just(true)].boxed()
    } else {
        Just(false).boxed()
    };
    let resumes = if shape.resuming { any::<bool>().boxed() } else { Just(false).boxed() };
    let needs = vec((any::<usize>(), 0..3u32, kept), 0..=2);
    (0..5u64, 0..5u64, vec(any::<usize>(), 0..=2), vec(needs, 0..=shape.modes), resumes)
}

fn step(index: usize, (duration, release, after, modes, resumes): RawStep, pools: usize) -> Step {
    let need = |&(pool, units, kept): &RawNeed| Need { pool: pool % pools, units, kept };
    Step {
        duration,
        release: release.saturating_sub(1),
        after: after.into_iter().filter(|_| index > 0).map(|other| other % index.max(1)).collect(),
        modes: modes.iter().map(|needs| needs.iter().map(need).collect()).collect(),
        resumes,
    }
}
