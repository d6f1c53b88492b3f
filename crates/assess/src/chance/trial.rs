//! Trials: every time drawn, earliest ends passed forward, many trials side by side.

use std::ops::Range;

use base::Span;

use super::draws::{LANES, Stream, Tied};
use super::network::{Network, Step};
use super::table::Table;
use super::tally::Tally;

/// The same time in `LANES` trials, in whole milliseconds. Floating point holds these exactly (up to 2^53), and has the
/// maximum of several trials as one instruction on every machine.
type Lanes = [f64; LANES];

/// A network made ready for trials under one seed. Threads may share it.
#[derive(Clone, Debug)]
pub struct Trials {
    works: Vec<Work>,
    goals: Vec<(Span, Option<Span>)>,
    slots: usize,
    never: f64,
}

/// Waits for the ends in some slots, then takes a time or looks at a goal.
#[derive(Clone, Debug)]
struct Work {
    /// Slots of the ends that are waited for.
    before: Vec<u32>,
    release: f64,
    then: Then,
}

#[derive(Clone, Debug)]
enum Then {
    /// A step, its end kept in a slot; whether it may end beyond the horizon.
    Step { draw: Draw, slot: u32, beyond: bool },
    /// A goal: start and longest length of the interruption.
    Goal { goal: usize, since: f64, within: f64 },
}

#[derive(Clone, Debug)]
enum Draw {
    Free(Table, Stream),
    Tied(Table, Tied),
}

impl Network {
    /// Makes it ready for trials under `seed`.
    pub fn prepare(&self, seed: u64) -> Trials {
        let never = self.horizon.as_millis() + 1;
        let latest = self.latest();
        let mut slots = Slots::new(self);
        let mut works = Vec::with_capacity(self.order.len() + self.goals.len());
        slots.goals_due(&mut works);
        for &step in &self.order {
            let known = &self.steps[step];
            let before = slots.of(&self.arcs[step]);
            slots.used(&self.arcs[step]);
            let slot = slots.take(step);
            let then = Then::Step { draw: draw(known, seed, never), slot, beyond: latest[step] >= never };
            works.push(Work { before, release: known.release.as_millis().min(never) as f64, then });
            slots.goals_due(&mut works);
        }
        let goals = self.goals.iter().map(|goal| (goal.since, goal.within)).collect();
        Trials { works, goals, slots: slots.most, never: never as f64 }
    }

    /// The latest that each step can end, in milliseconds.
    fn latest(&self) -> Vec<u64> {
        let ends = self.propagate(|step| self.steps[step].law.ends().1);
        ends.into_iter().map(|(_, end)| end.as_millis()).collect()
    }
}

fn draw(step: &Step, seed: u64, never: u64) -> Draw {
    let table = Table::new(&step.law, never);
    let own = Stream::new(seed, &step.name);
    match &step.shared {
        Some(shared) if shared.strength > 0.0 => {
            let factor = Stream::new(seed, &shared.factor);
            Draw::Tied(table, Tied { own, factor, strength: shared.strength.min(1.0) })
        }
        _ => Draw::Free(table, own),
    }
}

/// Where ends are kept while somebody still waits for them.
struct Slots<'n> {
    network: &'n Network,
    /// How many steps and goals still wait for each step.
    waiting: Vec<u32>,
    slot: Vec<u32>,
    free: Vec<u32>,
    most: usize,
    /// Goals, by how many of their ends are not done.
    open: Vec<usize>,
    /// Goals that each step is an end of.
    ends: Vec<Vec<usize>>,
    due: Vec<usize>,
}

impl<'n> Slots<'n> {
    fn new(network: &'n Network) -> Slots<'n> {
        let mut waiting = vec![0; network.steps.len()];
        let mut ends = vec![Vec::new(); network.steps.len()];
        let arcs = network.order.iter().flat_map(|step| &network.arcs[*step]);
        arcs.for_each(|other| waiting[*other] += 1);
        for (goal, known) in network.goals.iter().enumerate() {
            for end in &known.ends {
                waiting[*end] += 1;
                ends[*end].push(goal);
            }
        }
        let open: Vec<usize> = network.goals.iter().map(|goal| goal.ends.len()).collect();
        let due = (0..open.len()).filter(|goal| open[*goal] == 0).collect();
        let slot = vec![0; network.steps.len()];
        Slots { network, waiting, slot, free: Vec::new(), most: 0, open, ends, due }
    }

    fn of(&self, steps: &[usize]) -> Vec<u32> {
        steps.iter().map(|step| self.slot[*step]).collect()
    }

    /// One waits less for each of these; what nobody waits for any more makes room.
    fn used(&mut self, steps: &[usize]) {
        for &step in steps {
            self.waiting[step] -= 1;
            if self.waiting[step] == 0 {
                self.free.push(self.slot[step]);
            }
        }
    }

    /// Room for the end of a step that is done now.
    fn take(&mut self, step: usize) -> u32 {
        self.slot[step] = self.free.pop().unwrap_or_else(|| {
            self.most += 1;
            self.most as u32 - 1
        });
        for goal in std::mem::take(&mut self.ends[step]) {
            self.open[goal] -= 1;
            if self.open[goal] == 0 {
                self.due.push(goal);
            }
        }
        self.slot[step]
    }

    /// Goals whose ends are all done are looked at while the ends are at hand.
    fn goals_due(&mut self, works: &mut Vec<Work>) {
        for goal in std::mem::take(&mut self.due) {
            let known = &self.network.goals[goal];
            let before = self.of(&known.ends);
            self.used(&known.ends);
            let since = known.since.as_millis() as f64;
            let within = known.within.map_or(f64::INFINITY, |within| within.as_millis() as f64);
            let then = Then::Goal { goal, since, within };
            works.push(Work { before, release: since, then });
        }
    }
}

impl Trials {
    /// Trials made at once: ranges that begin and end at multiples of it waste none.
    pub const BLOCK: u64 = LANES as u64;

    /// Makes the trials of a range. `stop` is asked before every block; the tally says how many were made.
    pub fn run(&self, range: Range<u64>, stop: &dyn Fn() -> bool) -> Tally {
        let mut tally = Tally::new(&self.goals, range.end.saturating_sub(range.start), self.never);
        let lanes = || Box::new([0.0; LANES]);
        let mut room = Room { ends: vec![lanes(); self.slots], spare: lanes(), starts: lanes() };
        let lanes = LANES as u64;
        let mut first = range.start / lanes * lanes;
        while first < range.end && !stop() {
            let wanted = range.start.saturating_sub(first)..(range.end - first).min(lanes);
            self.block(first, wanted.start as usize..wanted.end as usize, &mut room, &mut tally);
            first = first.saturating_add(lanes);
        }
        tally
    }

    fn block(&self, first: u64, wanted: Range<usize>, room: &mut Room, tally: &mut Tally) {
        let mut all_met = [true; LANES];
        for work in &self.works {
            let starts = work.starts(&room.ends, &mut room.starts);
            match &work.then {
                Then::Step { draw, slot, beyond } => {
                    spend(starts, &mut room.spare, draw, first);
                    if *beyond {
                        room.spare.iter_mut().for_each(|end| *end = earlier(*end, self.never));
                    }
                    // Nobody waits any more for what the slot held.
                    std::mem::swap(&mut room.spare, &mut room.ends[*slot as usize]);
                }
                Then::Goal { goal, since, within } => {
                    let lasted = starts.map(|end| if end < self.never { end - since } else { f64::INFINITY });
                    let met = lasted.map(|lasted| lasted <= *within && lasted < f64::INFINITY);
                    all_met.iter_mut().zip(met).for_each(|(all, met)| *all &= met);
                    tally.count(*goal, &lasted[wanted.clone()], &met[wanted.clone()]);
                }
            }
        }
        tally.count_all(&all_met[wanted]);
    }
}

struct Room {
    /// Ends of the steps that somebody still waits for.
    ends: Vec<Box<Lanes>>,
    /// For the end that is worked out.
    spare: Box<Lanes>,
    /// For the start that is worked out, where it is not just the end of another step.
    starts: Box<Lanes>,
}

impl Work {
    /// The latest of all that is waited for.
    fn starts<'r>(&self, ends: &'r [Box<Lanes>], room: &'r mut Lanes) -> &'r Lanes {
        let end = |slot: &u32| &ends[*slot as usize];
        let others = match &self.before[..] {
            [only] if self.release == 0.0 => return end(only),
            [one, other, others @ ..] => {
                let pairs = end(one).iter().zip(&end(other)[..]);
                room.iter_mut().zip(pairs).for_each(|(start, (a, b))| *start = later(*a, *b));
                others
            }
            others => {
                room.fill(self.release);
                others
            }
        };
        for other in others {
            room.iter_mut().zip(&end(other)[..]).for_each(|(start, other)| *start = later(*start, *other));
        }
        if self.release > 0.0 {
            room.iter_mut().for_each(|start| *start = later(*start, self.release));
        }
        room
    }
}

/// Adds drawn times to starts.
fn spend(starts: &Lanes, ends: &mut Lanes, draw: &Draw, first: u64) {
    match draw {
        Draw::Free(Table::Constant(length), _) => {
            ends.iter_mut().zip(starts).for_each(|(end, start)| *end = start + length);
        }
        Draw::Free(Table::Even(knots), stream) => {
            // A table is asked for at random: it is fetched in order before, which goes many times faster.
            let fetch = knots.iter().step_by(8).fold(0, |all, knot| all ^ knot.to_bits());
            std::hint::black_box(fetch);
            stream.each(first, |lane, state| ends[lane] = starts[lane] + Table::between(knots, state));
        }
        Draw::Free(table, stream) => {
            stream.each(first, |lane, state| ends[lane] = starts[lane] + table.at(state));
        }
        Draw::Tied(table, tied) => {
            let pairs = ends.iter_mut().zip(starts).zip(first..);
            pairs.for_each(|((end, start), trial)| *end = start + table.at(tied.state(trial)));
        }
    }
}

// Written so that they become one instruction each; what is compared is never NaN.
fn later(a: f64, b: f64) -> f64 {
    if b > a { b } else { a }
}

fn earlier(a: f64, b: f64) -> f64 {
    if b < a { b } else { a }
}
