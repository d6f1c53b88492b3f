//! From instants to places along a line. To scale where everything can be seen; where short steps stand beside long
//! waits, short stretches get the least width that can be seen, and the drawing says so.

use base::Span;

/// Part of the line that is shared out evenly when stretches are too short to be seen.
const EVEN: f64 = 0.6;
/// Lengths between marks that read well, in milliseconds.
const NICE: [u64; 24] = [
    100,
    200,
    500,
    1_000,
    2_000,
    5_000,
    10_000,
    30_000,
    60_000,
    120_000,
    300_000,
    600_000,
    1_800_000,
    3_600_000,
    7_200_000,
    14_400_000,
    21_600_000,
    43_200_000,
    86_400_000,
    172_800_000,
    432_000_000,
    864_000_000,
    2_592_000_000,
    5_184_000_000,
];

/// The time axis from the loss to an end.
#[derive(Debug)]
pub(crate) struct Scale {
    /// Instants at which something begins or ends, with their places from 0 to 1.
    knots: Vec<(Span, f64)>,
    pub(crate) end: Span,
    /// Whether equal lengths are equal times.
    pub(crate) even: bool,
    /// Whether something happens at the end.
    closed: bool,
}

impl Scale {
    /// An axis up to `end` (more than zero) for things that begin and end at `times`; no stretch between two of them
    /// gets less than `least` of the line, a share.
    pub(crate) fn new(times: impl IntoIterator<Item = Span>, end: Span, least: f64) -> Scale {
        let end = end.max(Span::millis(1));
        let mut all: Vec<Span> = times.into_iter().filter(|t| *t <= end).collect();
        let closed = all.contains(&end);
        all.extend([Span::ZERO, end]);
        all.sort_unstable();
        all.dedup();
        let parts = all.len() - 1;
        let least = least.min(EVEN / parts as f64);
        let shares: Vec<f64> = all.windows(2).map(|pair| millis(pair[1] - pair[0]) / millis(end)).collect();
        let even = shares.iter().all(|share| *share >= least);
        let widened: Vec<f64> =
            shares.iter().map(|share| if even { *share } else { share.max(least) }).collect();
        let whole: f64 = widened.iter().sum();
        let mut place = 0.0;
        let mut knots = vec![(Span::ZERO, 0.0)];
        for (at, width) in all[1..].iter().zip(&widened) {
            place += width / whole;
            knots.push((*at, place));
        }
        Scale { knots, end, even, closed }
    }

    /// The place of an instant, from 0 to 1; what lies beyond the end is at the end.
    pub(crate) fn at(&self, t: Span) -> f64 {
        if t >= self.end {
            return 1.0;
        }
        let next = self.knots.iter().position(|(knot, _)| *knot > t).unwrap_or(self.knots.len() - 1);
        let ((a, from), (b, to)) = (self.knots[next - 1], self.knots[next]);
        from + (to - from) * millis(t - a) / millis(b - a)
    }

    /// Instants worth naming, at least `gap` (a share of the line) apart: round ones; on an uneven axis `first` those that
    /// matter most, and where there is room those at which something begins or ends.
    pub(crate) fn marks(&self, gap: f64, first: &[Span]) -> Vec<Span> {
        let step = NICE.into_iter().find(|step| *step as f64 / millis(self.end) >= gap);
        let round = step.into_iter().flat_map(|step| (0..).map(move |n| Span::millis(n * step)));
        let round = round.take_while(|t| *t <= self.end);
        let candidates: Vec<Span> = if self.even && step.is_some() {
            round.collect()
        } else {
            let first = first.iter().copied().filter(|t| *t <= self.end);
            let known = self.knots.iter().map(|(at, _)| *at).filter(|at| *at < self.end || self.closed);
            [Span::ZERO].into_iter().chain(first).chain(round).chain(known).collect()
        };
        let mut out: Vec<Span> = Vec::new();
        for at in candidates {
            if out.iter().all(|other| (self.at(at) - self.at(*other)).abs() >= gap) {
                out.push(at);
            }
        }
        out.sort_unstable();
        out
    }
}

fn millis(span: Span) -> f64 {
    span.as_millis() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_seen_is_to_scale() {
        let scale = Scale::new([Span::hours(1), Span::hours(3)], Span::hours(4), 0.05);
        assert!(scale.even);
        assert!(
            (scale.at(Span::hours(1)) - 0.25).abs() < 1e-9 && (scale.at(Span::hours(2)) - 0.5).abs() < 1e-9
        );
        assert_eq!(scale.marks(0.2, &[]), [0, 1, 2, 3, 4].map(Span::hours));
    }

    #[test]
    fn what_is_too_short_to_be_seen_is_drawn_longer_and_order_is_kept() {
        let times = [Span::seconds(5), Span::seconds(6), Span::days(3)];
        let scale = Scale::new(times, Span::days(3) + Span::minutes(1), 0.04);
        assert!(!scale.even);
        let places: Vec<f64> = times.iter().map(|t| scale.at(*t)).collect();
        assert!(places.windows(2).all(|pair| pair[1] - pair[0] >= 0.03), "{places:?}");
        assert!(scale.at(Span::days(1)) < scale.at(Span::days(2)));
        assert_eq!((scale.at(Span::ZERO), scale.at(Span::NEVER)), (0.0, 1.0));
    }

    #[test]
    fn what_matters_most_is_named_first() {
        let times = [1, 2, 3, 100].map(Span::minutes);
        let scale = Scale::new(times, Span::minutes(110), 0.05);
        let marks = scale.marks(0.2, &[Span::minutes(3), Span::minutes(100)]);
        assert_eq!((marks[0], marks.last()), (Span::ZERO, Some(&Span::minutes(100))), "{marks:?}");
        assert!(!marks.contains(&Span::minutes(3)), "too near to the beginning: {marks:?}");
        let marks = scale.marks(0.1, &[Span::minutes(3), Span::minutes(100)]);
        assert!(marks.contains(&Span::minutes(3)) && marks.is_sorted(), "{marks:?}");
        assert!(marks.windows(2).all(|pair| scale.at(pair[1]) - scale.at(pair[0]) >= 0.1), "{marks:?}");
    }

    #[test]
    fn many_stretches_share_the_line() {
        let times: Vec<Span> = (0..500).map(Span::millis).collect();
        let scale = Scale::new(times, Span::days(90), 0.05);
        assert!(scale.at(Span::millis(499)) < 0.7 && scale.at(Span::days(90)) == 1.0);
    }
}
