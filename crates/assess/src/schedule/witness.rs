//! A schedule made for another variant of the problem, kept as it stands if it still holds.

use super::generation::Timeline;
use super::instance::Instance;
use super::problem::{NEVER, Time};
use super::profile::{Changes, Span};
use super::result::{Placement, Schedule};

/// The schedule's steps at their old places, cut to their new lengths; none if any of them cannot stand there.
///
/// Steps may have become shorter, pools larger, predecessors fewer: every start is still right then. The instance must
/// be one of `Instance::in_millis`.
pub(super) fn kept(instance: &Instance, schedule: &Schedule) -> Option<(Timeline, Schedule)> {
    let mut profile = Changes::new(instance);
    let mut timeline = Timeline::empty(instance.len());
    let mut out = Schedule { placements: schedule.placements.clone(), ..Schedule::default() };
    let mut order: Vec<(Time, usize)> = Vec::with_capacity(instance.len());
    for (step, &original) in instance.steps.iter().enumerate() {
        order.push((schedule.placements.get(original)?.start, step));
    }
    order.sort_unstable();
    for (start, step) in order {
        let original = instance.steps[step];
        if start == NEVER {
            out.placements[original] = Placement::NEVER;
            continue;
        }
        let pieces = stand(instance, &mut profile, &mut timeline, schedule, step)?;
        out.placements[original].finish = timeline.finish[step];
        if pieces.len() > 1 {
            out.pieces.insert(original, pieces);
        }
    }
    Some((timeline, out))
}

/// Puts one step at its old place.
fn stand(
    instance: &Instance,
    profile: &mut Changes<'_>,
    timeline: &mut Timeline,
    schedule: &Schedule,
    step: usize,
) -> Option<Vec<(Time, Time)>> {
    let placement = schedule.placements[instance.steps[step]];
    let (start, mode) = (placement.start, placement.mode);
    let ready = instance.before.of(step).iter().all(|&other| timeline.finish[other as usize] <= start);
    let pieces = pieces(instance, schedule, step)?;
    let finish = pieces.last().map_or(start, |&(_, to)| to);
    let free = ready
        && start >= instance.release[step]
        && finish <= instance.horizon
        && mode < instance.modes(step)
        && profile.keeps(step, mode, start)
        && pieces.iter().all(|&(from, to)| profile.fits_throughout(step, mode, from, to));
    if !free {
        return None;
    }
    profile.take_pieces(step, mode, start, &pieces);
    let span = Span { start, finish };
    timeline.set(step, u16::try_from(mode).ok()?, span);
    Some(pieces)
}

/// When the step works: its old pieces, until its new length is reached.
fn pieces(instance: &Instance, schedule: &Schedule, step: usize) -> Option<Vec<(Time, Time)>> {
    let original = instance.steps[step];
    let start = schedule.placements[original].start;
    let mut left = instance.duration[step];
    let whole_piece = vec![(start, start.checked_add(left)?)];
    if left == 0 {
        return Some(Vec::new());
    }
    let Some(old) = schedule.pieces.get(&original).filter(|_| instance.resumes[step]) else {
        return Some(whole_piece);
    };
    let mut pieces = Vec::new();
    let mut free_from = start;
    for &(from, to) in old {
        if left > 0 {
            let end = to.min(from.checked_add(left)?);
            left -= end.checked_sub(from)?;
            pieces.push((from, end));
        }
        if std::mem::replace(&mut free_from, to) > from {
            return None;
        }
    }
    (left == 0).then_some(pieces)
}
