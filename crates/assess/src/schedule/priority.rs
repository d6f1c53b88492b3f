//! Lists to begin with: by latest start, by rank, and drawn at random with a leaning towards the urgent.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::instance::Instance;
use super::problem::{NEVER, Time};
use super::profile::{Changes, Profile};
use super::random::Random;

/// Longest time that takes part in priorities; beyond, one wait is as good as another.
const LONGEST: i64 = i64::MAX / 4;

/// Earliest finishes if every step had all pools to itself: calendars and waiting for others remain.
pub(super) fn alone(instance: &Instance, empty: &Changes<'_>) -> Vec<Time> {
    let mut finish: Vec<Time> = Vec::with_capacity(instance.len());
    for step in 0..instance.len() {
        let before = instance.before.of(step).iter().map(|&other| finish[other as usize]);
        let from = before.fold(instance.release[step], Time::max);
        let spans = (0..instance.modes(step)).filter_map(|mode| empty.earliest(step, mode, from));
        finish.push(if from == NEVER { NEVER } else { spans.map(|span| span.finish).min().unwrap_or(NEVER) });
    }
    finish
}

/// For each step the latest start that keeps each service to its `due` time if nothing is scarce. It may lie before
/// time 0: then it is late already.
pub(super) fn latest_starts(instance: &Instance, due: &[Time]) -> Vec<i64> {
    let mut latest = vec![LONGEST; instance.len()];
    for (ends, &due) in instance.ends.iter().zip(due) {
        for &end in ends {
            latest[end as usize] = latest[end as usize].min(clamped(due));
        }
    }
    for step in (0..instance.len()).rev() {
        let behind = instance.behind.of(step).iter().map(|&next| latest[next as usize]);
        let finish = behind.fold(latest[step], i64::min);
        latest[step] = finish.saturating_sub(clamped(instance.duration[step])).max(-LONGEST);
    }
    latest
}

fn clamped(time: Time) -> i64 {
    i64::try_from(time).unwrap_or(LONGEST).min(LONGEST)
}

/// The best rank among the services that wait for each step.
pub(super) fn ranks(instance: &Instance) -> Vec<i64> {
    let mut ranks = vec![i64::MAX; instance.len()];
    for (rank, ends) in instance.ends.iter().enumerate() {
        for &end in ends {
            ranks[end as usize] = ranks[end as usize].min(rank as i64);
        }
    }
    for step in (0..instance.len()).rev() {
        let behind = instance.behind.of(step).iter().map(|&next| ranks[next as usize]);
        ranks[step] = behind.fold(ranks[step], i64::min);
    }
    ranks
}

/// Steps by key, least first. Keys must not fall from a step to what waits for it.
pub(super) fn sorted<K: Ord>(steps: usize, key: impl Fn(usize) -> K) -> Vec<u32> {
    let mut list: Vec<u32> = (0..steps as u32).collect();
    list.sort_by_key(|&step| (key(step as usize), step));
    list
}

/// Steps by key, least first, but each after all it waits for, whatever the keys are.
pub(super) fn ordered(instance: &Instance, key: impl Fn(usize) -> Time) -> Vec<u32> {
    let mut missing: Vec<usize> = (0..instance.len()).map(|step| instance.before.of(step).len()).collect();
    let ready = (0..instance.len()).filter(|&step| missing[step] == 0);
    let mut ready: BinaryHeap<_> = ready.map(|step| Reverse((key(step), step))).collect();
    let mut list = Vec::with_capacity(instance.len());
    while let Some(Reverse((_, step))) = ready.pop() {
        list.push(step as u32);
        for next in instance.behind.of(step).iter().map(|&next| next as usize) {
            missing[next] -= 1;
            if missing[next] == 0 {
                ready.push(Reverse((key(next), next)));
            }
        }
    }
    list
}

/// Draws a list: each next step is the most urgent of a few chosen at random among those that are ready.
pub(super) fn drawn(instance: &Instance, urgency: &[i64], few: usize, random: &mut Random) -> Vec<u32> {
    let mut missing: Vec<usize> = (0..instance.len()).map(|step| instance.before.of(step).len()).collect();
    let mut ready: Vec<u32> =
        (0..instance.len() as u32).filter(|&step| missing[step as usize] == 0).collect();
    let mut list = Vec::with_capacity(instance.len());
    while !ready.is_empty() {
        let chosen = (0..few.max(1)).map(|_| random.below(ready.len()));
        let place = chosen.min_by_key(|&place| urgency[ready[place] as usize]).unwrap_or(0);
        let step = ready.swap_remove(place);
        list.push(step);
        for &next in instance.behind.of(step as usize) {
            missing[next as usize] -= 1;
            if missing[next as usize] == 0 {
                ready.push(next);
            }
        }
    }
    list
}
