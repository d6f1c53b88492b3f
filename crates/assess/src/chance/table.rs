//! Laws as tables: 16 random bits in, a time out.

use super::law::{Law, Piece};

/// Values that 16 bits can have.
const STATES: u32 = 1 << 16;
/// States of a bin of an even table.
const WIDE: u32 = 128;
/// Bins of an even table.
const BINS: usize = (STATES / WIDE) as usize;
/// Added to a smaller number and taken away again, it leaves a whole number: 2^52.
const WHOLE: f64 = (1u64 << 52) as f64;

/// A law as a table over 65,536 equally likely states.
///
/// State r stands for the share (r + ½)/65,536, so nothing is drawn outside the ends and none of the two is favoured.
/// Shares are rounded to a state: half a state, 8e-6, is the greatest error of any probability. A table gives whole
/// milliseconds and never falls from one state to the next.
#[derive(Clone, Debug)]
pub(super) enum Table {
    /// Always the same.
    Constant(f64),
    /// The value at every 128th state; in between they rise evenly.
    Even(Box<Knots>),
    /// Pieces of any width.
    Uneven(Box<Uneven>),
}

pub(super) type Knots = [f64; BINS + 1];

/// Pieces by their first states, with a guide to the piece of every 256th state (Chen and Asau 1974).
#[derive(Clone, Debug)]
pub(super) struct Uneven {
    guide: [u32; 256],
    steps: Vec<Rise>,
}

#[derive(Clone, Copy, Debug)]
struct Rise {
    /// First state after this piece.
    end: u32,
    /// First state.
    begin: u32,
    low: f64,
    width: f64,
}

impl Rise {
    fn at(&self, state: u32) -> f64 {
        let share = (f64::from(state - self.begin) + 0.5) / f64::from(self.end - self.begin);
        (self.low + self.width * share) as u64 as f64
    }
}

impl Table {
    /// The table of a law in which everything from `never` on, in milliseconds, counts as `never`.
    pub(super) fn new(law: &Law, never: u64) -> Table {
        let steps = rises(law.pieces(), never);
        if let [only] = steps[..]
            && only.width == 0.0
        {
            return Table::Constant(only.low);
        }
        even(&steps).unwrap_or_else(|| Table::Uneven(Box::new(uneven(steps))))
    }

    /// The time at a state.
    pub(super) fn at(&self, state: u16) -> f64 {
        match self {
            Table::Constant(value) => *value,
            Table::Even(knots) => Table::between(knots, state),
            Table::Uneven(table) => table.at(u32::from(state)),
        }
    }

    /// The time at a state of an even table.
    #[inline(always)]
    pub(super) fn between(knots: &Knots, state: u16) -> f64 {
        let bin = usize::from(state >> 7);
        let share = (f64::from(state & 127) + 0.5) * (1.0 / 128.0);
        (knots[bin] + (knots[bin + 1] - knots[bin]) * share + WHOLE) - WHOLE
    }
}

impl Uneven {
    fn at(&self, state: u32) -> f64 {
        let mut piece = self.guide[(state >> 8) as usize] as usize;
        while self.steps[piece].end <= state {
            piece += 1;
        }
        self.steps[piece].at(state)
    }
}

/// Pieces as states; those too small for one are left out.
fn rises(pieces: &[Piece], never: u64) -> Vec<Rise> {
    let mut begin = 0;
    let mut out = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let end = (piece.upto * f64::from(STATES)).round() as u32;
        if end > begin {
            let (from, to) = (piece.from.min(never), piece.to.min(never));
            out.push(Rise { end, begin, low: from as f64, width: (to - from) as f64 });
            begin = end;
        }
    }
    out
}

/// A table of bins, if no piece ends within one and none begins where another has not ended.
fn even(steps: &[Rise]) -> Option<Table> {
    let fits = |step: &Rise| step.end.is_multiple_of(WIDE);
    let joined = |pair: &[Rise]| pair[0].low + pair[0].width == pair[1].low;
    if !steps.iter().all(fits) || !steps.windows(2).all(joined) {
        return None;
    }
    let mut knots = Box::new([0.0; BINS + 1]);
    for step in steps {
        for bin in step.begin / WIDE..=step.end / WIDE {
            let share = f64::from(bin * WIDE - step.begin) / f64::from(step.end - step.begin);
            knots[bin as usize] = step.low + step.width * share;
        }
    }
    Some(Table::Even(knots))
}

fn uneven(steps: Vec<Rise>) -> Uneven {
    let mut guide = [0; 256];
    let mut piece = 0;
    for (place, first) in guide.iter_mut().zip((0..STATES).step_by(256)) {
        while steps[piece].end <= first {
            piece += 1;
        }
        *place = piece as u32;
    }
    Uneven { guide, steps }
}

#[cfg(test)]
mod tests {
    use base::Span;

    use super::super::law::Sample;
    use super::*;

    fn all(law: &Law) -> Vec<f64> {
        let table = Table::new(law, Span::days(90).as_millis() + 1);
        (0..=u16::MAX).map(|state| table.at(state)).collect()
    }

    /// Every state of a table against the law it was made from.
    fn faithful(law: &Law) {
        let values = all(law);
        let (low, high) = law.ends();
        assert!(values.is_sorted(), "a table falls");
        assert!(values[0] >= low.as_millis() as f64, "below the support");
        assert!(values[usize::from(u16::MAX)] <= high.as_millis() as f64, "above the support");
        for state in (0..values.len()).step_by(97) {
            let value = values[state] as u64;
            let below = value.checked_sub(1).map_or(0.0, |less| law.share_within(Span::millis(less)));
            let upto = law.share_within(Span::millis(value + 1));
            let share = (state as f64 + 0.5) / 65_536.0;
            assert!(below - 2e-5 <= share && share <= upto + 2e-5, "{share} at {value}: {below} to {upto}");
        }
    }

    #[test]
    fn a_table_is_its_law_to_half_a_state() {
        let spread = Law::spread(Span::hours(1), Span::hours(2), Span::days(30));
        let samples = [3, 5, 700].map(|hours| Sample { took: Span::hours(hours), weight: 0.37 });
        for law in [
            spread.clone(),
            spread.clone().at_least(Span::hours(9)),
            spread.mixed(&samples),
            Law::curve(&[(0.123, Span::days(1)), (0.5, Span::days(2)), (1.0, Span::days(60))]),
            Law::spread(Span::ZERO, Span::millis(1), Span::millis(3)),
        ] {
            faithful(&law);
        }
    }

    #[test]
    fn halves_are_halves_to_the_last_state() {
        let estimate = Law::constant(Span::hours(6)).mixed(&[Sample { took: Span::hours(48), weight: 2.0 }]);
        let short =
            all(&estimate).iter().filter(|value| **value == Span::hours(6).as_millis() as f64).count();
        assert_eq!(short, 32_768);
    }

    #[test]
    fn smooth_laws_get_the_fast_table_however_long_they_are() {
        let table = |max: Span| Table::new(&Law::spread(Span::ZERO, Span::ZERO, max), 1 << 47);
        for days in [1, 30, 400_000] {
            let table = table(Span::days(days));
            assert!(matches!(table, Table::Even(_)));
            let last = table.at(u16::MAX) / Span::days(days).as_millis() as f64;
            assert!(0.99 < last && last <= 1.0 && table.at(9).fract() == 0.0, "{last}");
        }
        assert!(matches!(Table::new(&Law::constant(Span::NEVER), 7), Table::Constant(7.0)));
    }
}
