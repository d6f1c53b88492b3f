//! What is left of every pool over time, while steps are placed one by one.

use super::instance::{Instance, Units};
use super::problem::{NEVER, Time};

/// From the start of a step to its finish, in ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: Time,
    pub(super) finish: Time,
}

impl Span {
    pub(super) const NEVER: Self = Self { start: NEVER, finish: NEVER };
}

/// Free units of the pools of one instance. Steps and modes are those of the instance.
///
/// What `earliest` and `latest` answer can be taken at once.
pub(super) trait Profile {
    /// Everything is given back.
    fn clear(&mut self);
    /// The first place at or after `from` where the step has all it needs and ends within the horizon.
    fn earliest(&self, step: usize, mode: usize, from: Time) -> Option<Span>;
    /// The last place that ends at or before `until`, for steps that keep nothing.
    fn latest(&self, step: usize, mode: usize, until: Time) -> Option<Span>;
    /// Takes what the step needs.
    fn take(&mut self, step: usize, mode: usize, span: Span);
}

/// Free units between the times at which they change. Suits every instance.
#[derive(Clone)]
pub(super) struct Changes<'a> {
    instance: &'a Instance,
    pools: usize,
    horizon: Time,
    full_times: Vec<Time>,
    full: Vec<u32>,
    /// Where the rows of `free` begin; the last one lasts until the horizon.
    times: Vec<Time>,
    /// Free units, `pools` in a row.
    free: Vec<u32>,
}

impl Profile for Changes<'_> {
    fn clear(&mut self) {
        self.times.clone_from(&self.full_times);
        self.free.clone_from(&self.full);
    }

    fn earliest(&self, step: usize, mode: usize, from: Time) -> Option<Span> {
        let needs = self.instance.all(step, mode);
        let from = self.keepable(self.instance.kept(step, mode), from)?;
        match (self.instance.duration[step], self.instance.resumes[step]) {
            (0, _) => (from <= self.horizon).then_some(Span { start: from, finish: from }),
            (duration, false) => self.first_piece(needs, duration, from),
            (duration, true) => self.first_pieces(needs, duration, from),
        }
    }

    fn latest(&self, step: usize, mode: usize, until: Time) -> Option<Span> {
        let needs = self.instance.all(step, mode);
        let until = until.min(self.horizon);
        match (self.instance.duration[step], self.instance.resumes[step]) {
            (0, _) => Some(Span { start: until, finish: until }),
            (duration, false) => self.last_piece(needs, duration, until),
            (duration, true) => self.last_pieces(needs, duration, until),
        }
    }

    fn take(&mut self, step: usize, mode: usize, span: Span) {
        if self.instance.resumes[step] {
            let pieces = self.pieces(step, mode, span);
            self.take_pieces(step, mode, span.start, &pieces);
        } else if span.start < span.finish {
            self.take_pieces(step, mode, span.start, &[(span.start, span.finish)]);
        } else {
            self.take_pieces(step, mode, span.start, &[]);
        }
    }
}

/// Units at a time.
fn at(pool: &[(Time, u32)], time: Time) -> u32 {
    let next = pool.partition_point(|&(change, _)| change <= time);
    next.checked_sub(1).map_or(0, |last| pool[last].1)
}

impl<'a> Changes<'a> {
    /// All pools full.
    pub(super) fn new(instance: &'a Instance) -> Self {
        let mut times: Vec<Time> = instance.pools.iter().flatten().map(|&(time, _)| time).collect();
        times.push(0);
        times.sort_unstable();
        times.dedup();
        let rows = times.iter().flat_map(|&time| instance.pools.iter().map(move |pool| at(pool, time)));
        let full: Vec<u32> = rows.collect();
        Self {
            instance,
            pools: instance.pools.len(),
            horizon: instance.horizon,
            full_times: times.clone(),
            full: full.clone(),
            times,
            free: full,
        }
    }

    /// When the step works within its span: in one piece, or whenever its needs hold if it resumes.
    pub(super) fn pieces(&self, step: usize, mode: usize, span: Span) -> Vec<(Time, Time)> {
        if span.start >= span.finish {
            return Vec::new();
        }
        if !self.instance.resumes[step] {
            return vec![(span.start, span.finish)];
        }
        let needs = self.instance.all(step, mode);
        let mut pieces: Vec<(Time, Time)> = Vec::new();
        let rows = (self.row(span.start)..self.times.len()).take_while(|&row| self.times[row] < span.finish);
        for row in rows.filter(|&row| self.fits(row, needs)) {
            let (from, to) = (self.times[row].max(span.start), self.end(row).min(span.finish));
            match pieces.last_mut() {
                Some(last) if last.1 == from => last.1 = to,
                _ => pieces.push((from, to)),
            }
        }
        pieces
    }

    /// Whether the step has all it needs throughout.
    pub(super) fn fits_throughout(&self, step: usize, mode: usize, from: Time, to: Time) -> bool {
        let needs = self.instance.all(step, mode);
        let mut rows = (self.row(from)..self.times.len()).take_while(|&row| self.times[row] < to);
        to <= self.horizon && rows.all(|row| self.fits(row, needs))
    }

    /// Whether what the step keeps is free from a time on.
    pub(super) fn keeps(&self, step: usize, mode: usize, from: Time) -> bool {
        self.keepable(self.instance.kept(step, mode), from) == Some(from)
    }

    /// Takes what the step needs while it works, and what it keeps from its start on.
    pub(super) fn take_pieces(&mut self, step: usize, mode: usize, start: Time, pieces: &[(Time, Time)]) {
        if start == NEVER {
            return;
        }
        let (all, kept) = (self.instance.all(step, mode), self.instance.kept(step, mode));
        let mut idle = start;
        for &(from, to) in pieces {
            self.subtract(all, from, to);
            self.subtract(kept, idle, from);
            idle = to;
        }
        self.subtract(kept, idle, self.horizon);
    }

    fn subtract(&mut self, needs: &[Units], from: Time, to: Time) {
        if from >= to || needs.is_empty() {
            return;
        }
        let (first, last) = (self.split(from), self.split(to));
        for row in first..last {
            for &(pool, units) in needs {
                self.free[row * self.pools + pool as usize] -= units;
            }
        }
    }

    /// The row that begins at a time, made if there is none.
    fn split(&mut self, time: Time) -> usize {
        if time >= self.horizon {
            return self.times.len();
        }
        match self.times.binary_search(&time) {
            Ok(row) => row,
            Err(row) => {
                self.times.insert(row, time);
                let copied = (row - 1) * self.pools..row * self.pools;
                self.free.extend_from_within(copied);
                self.free[row * self.pools..].rotate_right(self.pools);
                row
            }
        }
    }

    /// The row in which a time lies.
    fn row(&self, time: Time) -> usize {
        self.times.partition_point(|&begin| begin <= time).saturating_sub(1)
    }

    fn end(&self, row: usize) -> Time {
        self.times.get(row + 1).map_or(self.horizon, |&next| next.min(self.horizon))
    }

    fn fits(&self, row: usize, needs: &[Units]) -> bool {
        let free = &self.free[row * self.pools..];
        needs.iter().all(|&(pool, units)| free[pool as usize] >= units)
    }

    /// The first time at or after `from` from which on the units are free until the horizon.
    fn keepable(&self, kept: &[Units], from: Time) -> Option<Time> {
        if kept.is_empty() {
            return Some(from);
        }
        match (0..self.times.len()).rev().find(|&row| !self.fits(row, kept)) {
            Some(row) if row + 1 == self.times.len() => None,
            Some(row) => Some(from.max(self.end(row))),
            None => Some(from),
        }
    }

    fn first_piece(&self, needs: &[Units], duration: Time, from: Time) -> Option<Span> {
        let mut start = from;
        for row in self.row(from)..self.times.len() {
            let end = self.end(row);
            if !self.fits(row, needs) {
                start = end.max(from);
            } else if start.saturating_add(duration) <= end {
                return Some(Span { start, finish: start + duration });
            }
        }
        None
    }

    fn first_pieces(&self, needs: &[Units], duration: Time, from: Time) -> Option<Span> {
        let (mut start, mut left) = (None, duration);
        for row in (self.row(from)..self.times.len()).filter(|&row| self.fits(row, needs)) {
            let (begin, end) = (self.times[row].max(from), self.end(row));
            let start = *start.get_or_insert(begin);
            if end.saturating_sub(begin) >= left {
                return Some(Span { start, finish: begin + left });
            }
            left -= end.saturating_sub(begin);
        }
        None
    }

    fn last_piece(&self, needs: &[Units], duration: Time, until: Time) -> Option<Span> {
        let mut finish = until;
        for row in (0..=self.row(until.checked_sub(1)?)).rev() {
            if !self.fits(row, needs) {
                finish = self.times[row];
            } else if finish.saturating_sub(self.times[row]) >= duration {
                return Some(Span { start: finish - duration, finish });
            }
        }
        None
    }

    fn last_pieces(&self, needs: &[Units], duration: Time, until: Time) -> Option<Span> {
        let (mut finish, mut left) = (None, duration);
        let rows = (0..=self.row(until.checked_sub(1)?)).rev();
        for row in rows.filter(|&row| self.fits(row, needs)) {
            let (begin, end) = (self.times[row], self.end(row).min(until));
            let finish = *finish.get_or_insert(end);
            if end - begin >= left {
                return Some(Span { start: end - left, finish });
            }
            left -= end - begin;
        }
        None
    }
}
