//! An order of steps that depends on what they are, not on where they stand in the caller's list.
//!
//! The search breaks ties by position. Were that the caller's position, renaming a server would shuffle the list and
//! could change an RTA. So each step gets a key from its content and its surroundings (colour refinement on the
//! graph), and the keys decide; only steps that are alike in all of that are told apart by position.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::instance::Lists;
use super::problem::{Pool, Problem, Step};
use crate::splitmix::spread;

/// Rounds of refinement: the first sees ancestors and descendants, the second also what those share.
const ROUNDS: usize = 2;

/// The steps that services of the `ranks` first ranks wait for; all steps if `everything`.
pub(super) fn members(problem: &Problem, ranks: usize, everything: bool) -> Vec<bool> {
    let mut wanted = vec![everything; problem.steps().len()];
    let mut open: Vec<usize> =
        problem.services().iter().take(ranks).flat_map(|service| service.ends.iter().copied()).collect();
    while let Some(step) = open.pop() {
        if !wanted[step] {
            wanted[step] = true;
            open.extend(&problem.steps()[step].after);
        }
    }
    wanted
}

/// The wanted steps, each after all it waits for, in an order that follows from content.
pub(super) fn canonical(problem: &Problem, ranks: usize, wanted: &[bool]) -> Vec<usize> {
    let graph = Graph::new(problem.steps(), wanted);
    let mut pools: Vec<u64> = problem.pools().iter().map(pool_colour).collect();
    let ends = end_colours(problem, ranks);
    let mut keys = vec![0; problem.steps().len()];
    for _ in 0..ROUNDS {
        for &step in &graph.order {
            keys[step] = own_colour(&problem.steps()[step], &pools, ends[step], keys[step]);
        }
        keys = graph.refine(&keys);
        recolour_pools(problem, &graph, &keys, &mut pools);
    }
    graph.sorted(&keys)
}

fn pool_colour(pool: &Pool) -> u64 {
    pool.changes().iter().fold(1, |colour, &(time, units)| spread(spread(colour ^ time) ^ u64::from(units)))
}

/// For each step, which ranks end with it.
fn end_colours(problem: &Problem, ranks: usize) -> Vec<u64> {
    let mut colours = vec![0u64; problem.steps().len()];
    for (rank, service) in problem.services().iter().take(ranks).enumerate() {
        for &end in &service.ends {
            colours[end] = colours[end].wrapping_add(spread(rank as u64 + 1));
        }
    }
    colours
}

fn own_colour(step: &Step, pools: &[u64], ends: u64, before: u64) -> u64 {
    let mut colour = spread(before ^ step.duration);
    colour = spread(colour ^ step.release);
    colour = spread(colour ^ ends ^ u64::from(step.resumes));
    // Sums do not depend on order: neither that of modes nor that of needs means anything.
    let modes = step.modes.iter().map(|mode| {
        let needs = mode.iter().map(|need| spread(pools[need.pool] ^ use_colour(need.units, need.kept)));
        spread(needs.fold(7, u64::wrapping_add))
    });
    spread(colour ^ modes.fold(11, u64::wrapping_add))
}

fn use_colour(units: u32, kept: bool) -> u64 {
    spread(u64::from(units) << 1 | u64::from(kept))
}

/// Tells pools of equal capacity apart by who uses them.
fn recolour_pools(problem: &Problem, graph: &Graph<'_>, keys: &[u64], pools: &mut [u64]) {
    let mut users = vec![0u64; pools.len()];
    for &step in &graph.order {
        for need in problem.steps()[step].modes.iter().flatten() {
            let seen = spread(keys[step] ^ use_colour(need.units, need.kept));
            users[need.pool] = users[need.pool].wrapping_add(seen);
        }
    }
    for (pool, users) in pools.iter_mut().zip(users) {
        *pool = spread(*pool ^ users);
    }
}

struct Graph<'a> {
    steps: &'a [Step],
    wanted: &'a [bool],
    behind: Lists<u32>,
    /// Wanted steps, each after all it waits for.
    order: Vec<usize>,
}

impl<'a> Graph<'a> {
    fn new(steps: &'a [Step], wanted: &'a [bool]) -> Self {
        let mut before = Lists::with_room(2 * steps.len());
        for (step, &wanted) in steps.iter().zip(wanted) {
            // What a wanted step waits for is wanted.
            step.after.iter().filter(|_| wanted).for_each(|&other| before.add(other as u32));
            before.end();
        }
        let mut graph = Self { steps, wanted, behind: before.reversed(), order: Vec::new() };
        graph.order = graph.sorted(&vec![0; steps.len()]);
        graph
    }

    /// Mixes into each key those of all ancestors and all descendants.
    fn refine(&self, keys: &[u64]) -> Vec<u64> {
        let (mut up, mut down) = (keys.to_vec(), keys.to_vec());
        for &step in &self.order {
            up[step] = spread(
                keys[step] ^ self.steps[step].after.iter().fold(3, |sum, &other| sum_with(sum, up[other])),
            );
        }
        for &step in self.order.iter().rev() {
            down[step] = spread(
                keys[step]
                    ^ self.behind.of(step).iter().fold(5, |sum, &next| sum_with(sum, down[next as usize])),
            );
        }
        up.iter().zip(down).map(|(&up, down)| spread(up.wrapping_add(down.rotate_left(32)))).collect()
    }

    /// The wanted steps, least key first among those that are ready.
    fn sorted(&self, keys: &[u64]) -> Vec<usize> {
        let mut missing: Vec<usize> = self.steps.iter().map(|step| step.after.len()).collect();
        let ready = (0..self.steps.len()).filter(|&step| self.wanted[step] && missing[step] == 0);
        let mut ready: BinaryHeap<_> = ready.map(|step| Reverse((keys[step], step))).collect();
        let mut order = Vec::with_capacity(self.steps.len());
        while let Some(Reverse((_, step))) = ready.pop() {
            order.push(step);
            for next in self.behind.of(step).iter().map(|&next| next as usize) {
                missing[next] -= 1;
                if missing[next] == 0 {
                    ready.push(Reverse((keys[next], next)));
                }
            }
        }
        order
    }
}

fn sum_with(sum: u64, colour: u64) -> u64 {
    sum.wrapping_add(spread(colour))
}
