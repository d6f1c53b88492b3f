//! Who hands a person or a unit to whom: the arcs that keep what is scarce in the order of a schedule.

use base::Span;

/// A use of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Use {
    /// The step.
    pub(super) step: usize,
    pub(super) from: Span,
    /// When the units are given back; `NEVER` if they are kept.
    pub(super) to: Span,
    pub(super) units: u32,
}

/// Units that nobody has: from when on, who had them, how many.
struct Free {
    from: Span,
    /// Nobody before: they were there, or came.
    holder: Option<usize>,
    units: u32,
}

/// What a step waits for to get its units.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Handed {
    /// Pairs: the step that gives, the step that gets.
    pub(super) arcs: Vec<(usize, usize)>,
    /// Steps that use units which come later, and when these come.
    pub(super) not_before: Vec<(usize, Span)>,
}

/// Shares the units of a pool out in the order of starts (Artigues et al. 2003). `arrive` says when how many units are
/// there; `linked` whether a step waits for another anyhow, so that a unit handed over between them costs nothing.
/// Nothing if more is used than there is.
pub(super) fn hand_over(
    arrive: &[(Span, u32)],
    uses: &[Use],
    linked: &dyn Fn(usize, usize) -> bool,
) -> Option<Handed> {
    let mut free: Vec<Free> =
        arrive.iter().map(|(from, units)| Free { from: *from, holder: None, units: *units }).collect();
    let mut order: Vec<&Use> = uses.iter().filter(|one| one.units > 0).collect();
    // What takes no time hands its units on within the same instant.
    order.sort_by_key(|one| (one.from, one.to, one.step));
    let mut out = Handed::default();
    for one in order {
        let mut wanted = one.units;
        // First what costs nothing, then what was free longest: most slack.
        free.sort_by_key(|free| {
            let known = free.holder.is_none_or(|holder| linked(holder, one.step));
            (free.from > one.from, !known, free.from, free.holder)
        });
        for free in free.iter_mut().take_while(|free| free.from <= one.from) {
            let taken = free.units.min(wanted);
            if taken == 0 {
                continue;
            }
            (free.units, wanted) = (free.units - taken, wanted - taken);
            match free.holder {
                Some(holder) => out.arcs.push((holder, one.step)),
                None if free.from > Span::ZERO => out.not_before.push((one.step, free.from)),
                None => {}
            }
        }
        if wanted > 0 {
            return None;
        }
        free.retain(|free| free.units > 0);
        free.push(Free { from: one.to, holder: Some(one.step), units: one.units });
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(step: usize, from: u64, to: u64, units: u32) -> Use {
        Use { step, from: Span::hours(from), to: Span::hours(to), units }
    }

    fn handed(units: u32, uses: &[Use]) -> Option<Handed> {
        hand_over(&[(Span::ZERO, units)], uses, &|_, _| false)
    }

    #[test]
    fn nobody_waits_while_there_are_enough() {
        assert_eq!(handed(2, &[one(0, 0, 3, 1), one(1, 0, 2, 1)]), Some(Handed::default()));
    }

    #[test]
    fn a_unit_goes_from_whoever_was_free_longest() {
        let uses = [one(0, 0, 3, 1), one(1, 0, 2, 1), one(2, 3, 5, 1), one(3, 3, 4, 1)];
        assert_eq!(handed(2, &uses).map(|handed| handed.arcs), Some(vec![(1, 3), (0, 2)]));
    }

    #[test]
    fn a_unit_from_a_step_that_is_waited_for_anyhow_comes_first() {
        let uses = [one(0, 0, 3, 1), one(1, 0, 2, 1), one(2, 3, 5, 1)];
        let linked = |from: usize, to: usize| (from, to) == (0, 2);
        let handed = hand_over(&[(Span::ZERO, 2)], &uses, &linked);
        assert_eq!(handed.map(|handed| handed.arcs), Some(vec![(0, 2)]));
    }

    #[test]
    fn more_than_there_is_cannot_be_shared_out() {
        assert_eq!(handed(1, &[one(0, 0, 3, 1), one(1, 2, 4, 1)]), None);
        let kept = Use { to: Span::NEVER, ..one(0, 0, 0, 1) };
        assert_eq!(handed(1, &[kept, one(1, 9, 10, 1)]), None);
    }

    #[test]
    fn units_that_come_later_are_not_used_earlier() {
        let arrive = [(Span::ZERO, 1), (Span::hours(5), 1)];
        let handed = hand_over(&arrive, &[one(0, 0, 9, 1), one(1, 6, 7, 1)], &|_, _| false);
        assert_eq!(handed.map(|handed| handed.not_before), Some(vec![(1, Span::hours(5))]));
    }
}
