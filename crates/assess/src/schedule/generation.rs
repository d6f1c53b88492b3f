//! Serial schedule generation and its improvement by passing backward and forward.
//!
//! Serial generation (Kelley 1963) takes steps in the order of a list and puts each at the earliest place where it
//! has all it needs. Double justification (Valls, Ballestín, Quintanilla 2005) then moves every step as late as its
//! successors and limits allow, latest first, and generates again in the order of those late starts. No step that
//! runs in one piece finishes later for it: at each place where it stood before, only less is taken.

use super::instance::Instance;
use super::problem::{NEVER, Time};
use super::profile::{Profile, Span};
use super::sorting::Sorter;

/// Lets generation choose whichever mode finishes first.
pub(super) const ANY_MODE: u16 = u16::MAX;

/// How steps are generated: in which order, and in which mode where that is not left open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Recipe {
    /// All steps, each after all it waits for.
    pub(super) list: Vec<u32>,
    /// Mode of each step, or `ANY_MODE`.
    pub(super) modes: Vec<u16>,
}

impl Recipe {
    pub(super) fn any_modes(list: Vec<u32>) -> Self {
        Self { modes: vec![ANY_MODE; list.len()], list }
    }
}

/// Where each step stands, in ticks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Timeline {
    pub(super) start: Vec<Time>,
    pub(super) finish: Vec<Time>,
    pub(super) mode: Vec<u16>,
}

impl Timeline {
    pub(super) fn empty(steps: usize) -> Self {
        Self { start: vec![NEVER; steps], finish: vec![NEVER; steps], mode: vec![0; steps] }
    }

    pub(super) fn set(&mut self, step: usize, mode: u16, span: Span) {
        self.start[step] = span.start;
        self.finish[step] = span.finish;
        self.mode[step] = mode;
    }
}

/// Generates schedules of one instance; keeps its memory from one to the next.
pub(super) struct Generator<'a, P> {
    pub(super) instance: &'a Instance,
    profile: P,
    late: Timeline,
    sorter: Sorter,
    sorted: Vec<u32>,
    /// Whether any step keeps anything.
    keeps: bool,
    /// How many schedules have been generated, backward ones included.
    pub(super) generated: u64,
}

impl<'a, P: Profile> Generator<'a, P> {
    pub(super) fn new(instance: &'a Instance, profile: P) -> Self {
        let late = Timeline::empty(instance.len());
        let keeps = (0..instance.len())
            .any(|step| (0..instance.modes(step)).any(|mode| !instance.kept(step, mode).is_empty()));
        let (sorter, sorted) = (Sorter::default(), Vec::with_capacity(instance.len()));
        Self { instance, profile, late, sorter, sorted, keeps, generated: 0 }
    }

    /// Generates forward. A step that cannot finish within the horizon never does, nor does what waits for it.
    pub(super) fn forward(&mut self, recipe: &Recipe, out: &mut Timeline) {
        self.profile.clear();
        self.generated += 1;
        for &step in &recipe.list {
            let step = step as usize;
            let (mode, span) = self.place(step, recipe.modes[step], &out.finish);
            self.profile.take(step, mode.into(), span);
            out.set(step, mode, span);
        }
    }

    /// Where the step goes, given the finishes of all before it.
    fn place(&self, step: usize, mode: u16, finish: &[Time]) -> (u16, Span) {
        let before = self.instance.before.of(step).iter().map(|&other| finish[other as usize]);
        let from = before.fold(self.instance.release[step], Time::max);
        if from == NEVER {
            return (0, Span::NEVER);
        }
        if mode != ANY_MODE {
            return (mode, self.profile.earliest(step, mode.into(), from).unwrap_or(Span::NEVER));
        }
        let mut best = (0, Span::NEVER);
        for mode in 0..self.instance.modes(step) {
            match self.profile.earliest(step, mode, from) {
                Some(span) if span.finish < best.1.finish => best = (mode as u16, span),
                _ => {}
            }
        }
        best
    }

    /// Moves every step as late as its successors and `due` allow; `due` holds a latest finish for each step that has
    /// one of its own. Gives the order of the late starts, or false if some step found no place.
    pub(super) fn backward(&mut self, timeline: &Timeline, due: &[Time], list: &mut Vec<u32>) -> bool {
        self.profile.clear();
        self.generated += 1;
        self.late.clone_from(timeline);
        self.take_fixed(timeline);
        self.sorter.sort(&timeline.finish, &mut self.sorted);
        for index in (0..self.sorted.len()).rev() {
            let step = self.sorted[index] as usize;
            let moves = timeline.finish[step] != NEVER && !self.keeps(step, timeline);
            if moves && !self.move_late(step, due) {
                return false;
            }
        }
        // Each step comes after all it waits for, since its number is greater.
        self.sorter.sort(&self.late.start, list);
        true
    }

    /// Moves every step late, then generates again in that order.
    pub(super) fn justify(
        &mut self,
        recipe: &Recipe,
        timeline: &Timeline,
        due: &[Time],
    ) -> Option<(Recipe, Timeline)> {
        let mut again = Recipe { list: Vec::with_capacity(recipe.list.len()), modes: recipe.modes.clone() };
        if !self.backward(timeline, due, &mut again.list) {
            return None;
        }
        let mut better = Timeline::empty(self.instance.len());
        self.forward(&again, &mut better);
        Some((again, better))
    }

    /// Steps that keep something stay where they are: what they keep would be in the way of steps moved before them.
    fn take_fixed(&mut self, timeline: &Timeline) {
        let steps = if self.keeps { 0..self.instance.len() } else { 0..0 };
        for step in steps {
            if self.keeps(step, timeline) && timeline.start[step] != NEVER {
                let span = Span { start: timeline.start[step], finish: timeline.finish[step] };
                self.profile.take(step, timeline.mode[step].into(), span);
            }
        }
    }

    fn keeps(&self, step: usize, timeline: &Timeline) -> bool {
        self.keeps && !self.instance.kept(step, timeline.mode[step].into()).is_empty()
    }

    fn move_late(&mut self, step: usize, due: &[Time]) -> bool {
        let behind = self.instance.behind.of(step).iter().map(|&next| self.late.start[next as usize]);
        let until = behind.fold(due[step], Time::min);
        let mode = self.late.mode[step];
        let span = self.profile.latest(step, mode.into(), until);
        let Some(span) = span.filter(|span| span.start >= self.instance.release[step]) else {
            return false;
        };
        self.profile.take(step, mode.into(), span);
        self.late.set(step, mode, span);
        true
    }
}
