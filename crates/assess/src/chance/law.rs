//! How a time varies: as its quantile function, made of straight pieces.

use base::Span;

/// Pieces of a smooth law. Each holds the same share, so the table of a law is made of whole pieces.
const PIECES: u32 = 512;

/// How a time in whole milliseconds varies.
///
/// The share of cases up to any value is exact where it was given (ends, measured times, points of a curve); between 512
/// quantiles of a smooth law it is interpolated on a straight line. Nothing lies outside the ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Law {
    pieces: Vec<Piece>,
}

/// Values that rise evenly over a share of all cases.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Piece {
    /// Share of cases up to the end of this piece.
    pub(super) upto: f64,
    /// First value, in milliseconds.
    pub(super) from: u64,
    /// Last value.
    pub(super) to: u64,
}

/// One measured time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// How long it took.
    pub took: Span,
    /// 1 when fresh, less with age; see [`weight`].
    pub weight: f64,
}

/// What a measurement of this age weighs: 2^(-age / half-life).
pub fn weight(age: Span, half_life: Span) -> f64 {
    if half_life == Span::ZERO {
        return if age == Span::ZERO { 1.0 } else { 0.0 };
    }
    (-(age.as_millis() as f64) / half_life.as_millis() as f64).exp2()
}

impl Law {
    /// Always the same.
    pub fn constant(span: Span) -> Law {
        Law { pieces: vec![Piece { upto: 1.0, from: span.as_millis(), to: span.as_millis() }] }
    }

    /// Between `min` and `max`, most often `likely`: triangular. Of the laws in use for such estimates it has the
    /// heavier tails, and people estimate too narrowly. Values in another order are put in order.
    pub fn spread(min: Span, likely: Span, max: Span) -> Law {
        let mut ends = [min, likely, max].map(Span::as_millis);
        ends.sort_unstable();
        if ends[0] == ends[2] || ends[2] == u64::MAX {
            return Law::constant(Span::millis(ends[2]));
        }
        let knot = |n: u32| triangular(ends, f64::from(n) / f64::from(PIECES));
        let piece =
            |n: u32| Piece { upto: f64::from(n + 1) / f64::from(PIECES), from: knot(n), to: knot(n + 1) };
        Law { pieces: (0..PIECES).map(piece).collect() }
    }

    /// A restoration curve: shares of those hit that are back after so long, read as the chance of one of them.
    /// Between its points, and from 0 on, the share rises evenly; whoever is in no share never comes back. Shares
    /// outside 0 to 1, and points that fall, count as the best before them.
    pub fn curve(points: &[(f64, Span)]) -> Law {
        let mut sorted: Vec<(Span, f64)> = points.iter().map(|(share, span)| (*span, *share)).collect();
        sorted.sort_by_key(|(span, _)| *span);
        let (mut pieces, mut upto, mut from) = (Vec::new(), 0.0, 0);
        for (span, share) in sorted {
            let to = span.as_millis();
            if share.min(1.0) > upto {
                upto = share.min(1.0);
                pieces.push(Piece { upto, from, to });
            }
            from = to;
        }
        if upto < 1.0 {
            pieces.push(Piece { upto: 1.0, from: u64::MAX, to: u64::MAX });
        }
        Law { pieces }
    }

    /// Mixed with what was measured: drawn from the measured times with chance n/(n+2), n being their weight, else from
    /// this estimate. Without measurements it is the estimate.
    pub fn mixed(self, samples: &[Sample]) -> Law {
        let counts = |sample: &Sample| sample.weight > 0.0 && sample.weight.is_finite();
        let mut known: Vec<Sample> = samples.iter().copied().filter(counts).collect();
        known.sort_by_key(|sample| sample.took);
        let n: f64 = known.iter().map(|sample| sample.weight).sum();
        let share = |sample: &Sample| sample.weight / (n + 2.0);
        let split = known.iter().fold(self, |law, sample| law.split(sample.took.as_millis()));
        let mut parts: Vec<(Piece, f64)> = Vec::with_capacity(split.pieces.len() + known.len());
        let mut before = 0.0;
        for piece in split.pieces {
            parts.push((piece, (piece.upto - before) * 2.0 / (n + 2.0)));
            before = piece.upto;
        }
        parts.extend(known.iter().map(|sample| {
            let at = sample.took.as_millis();
            (Piece { upto: 0.0, from: at, to: at }, share(sample))
        }));
        parts.sort_by_key(|(piece, _)| (piece.from, piece.to));
        Law::stacked(parts)
    }

    /// The same, so many milliseconds later or earlier; never before 0, and what never happens still does not.
    pub fn shifted(self, by: i64) -> Law {
        self.each(|value| if value == u64::MAX { value } else { value.saturating_add_signed(by) })
    }

    /// The same, but never less than `least`.
    pub fn at_least(self, least: Span) -> Law {
        let least = least.as_millis();
        self.split(least).each(|value| value.max(least))
    }

    /// Share of cases up to `span`.
    pub fn share_within(&self, span: Span) -> f64 {
        let at = span.as_millis();
        let mut before = 0.0;
        for piece in &self.pieces {
            if piece.to > at {
                let inside = at.saturating_sub(piece.from) as f64 / (piece.to - piece.from).max(1) as f64;
                return before + (piece.upto - before) * inside;
            }
            before = piece.upto;
        }
        1.0
    }

    /// Least and greatest value.
    pub fn ends(&self) -> (Span, Span) {
        let (first, last) = (self.pieces.first(), self.pieces.last());
        (Span::millis(first.map_or(0, |piece| piece.from)), Span::millis(last.map_or(0, |piece| piece.to)))
    }

    pub(super) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    fn each(mut self, change: impl Fn(u64) -> u64) -> Law {
        for piece in &mut self.pieces {
            (piece.from, piece.to) = (change(piece.from), change(piece.to));
        }
        self
    }

    /// The same law, with a piece that ends at `at` where it held a greater and a smaller value.
    fn split(mut self, at: u64) -> Law {
        let inside = |piece: &Piece| piece.from < at && at < piece.to;
        let Some(found) = self.pieces.iter().position(inside) else { return self };
        let before = found.checked_sub(1).map_or(0.0, |n| self.pieces[n].upto);
        let piece = self.pieces[found];
        let share = (at - piece.from) as f64 / (piece.to - piece.from) as f64;
        let left = Piece { upto: before + (piece.upto - before) * share, to: at, ..piece };
        self.pieces[found].from = at;
        self.pieces.insert(found, left);
        self
    }

    fn stacked(parts: Vec<(Piece, f64)>) -> Law {
        let mut upto = 0.0;
        let mut pieces: Vec<Piece> = Vec::with_capacity(parts.len());
        for (piece, share) in parts {
            upto += share;
            pieces.push(Piece { upto, ..piece });
        }
        if let Some(last) = pieces.last_mut() {
            last.upto = 1.0;
        }
        Law { pieces }
    }
}

/// The value below which a share `p` of a triangular law lies, rounded to whole milliseconds.
fn triangular([min, likely, max]: [u64; 3], p: f64) -> u64 {
    let (width, rise, fall) = ((max - min) as f64, (likely - min) as f64, (max - likely) as f64);
    if p * width <= rise {
        min + (p * width * rise).sqrt().round() as u64
    } else {
        max - ((1.0 - p) * width * fall).sqrt().round() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-9, "{a} {b}");
    }

    #[test]
    fn a_spread_is_triangular_and_ends_where_it_was_said_to() {
        let law = Law::spread(Span::hours(1), Span::hours(2), Span::hours(6));
        assert_eq!(law.ends(), (Span::hours(1), Span::hours(6)));
        // Triangular: (x-a)²/((b-a)(c-a)) up to c, 1-(b-x)²/((b-a)(b-c)) beyond.
        for (hours, share) in [(1, 0.0), (2, 0.2), (4, 0.8), (5, 0.95), (6, 1.0)] {
            assert!((law.share_within(Span::hours(hours)) - share).abs() < 1e-5, "{hours} h");
        }
        assert_eq!(law.share_within(Span::minutes(59)), 0.0);
        assert_eq!(Law::spread(Span::hours(6), Span::hours(1), Span::hours(2)), law, "put in order");
        let point = Law::spread(Span::hours(1), Span::hours(1), Span::hours(1));
        assert_eq!(point, Law::constant(Span::hours(1)));
    }

    #[test]
    fn a_spread_without_rise_or_fall_has_no_hole() {
        let [a, b] = [Span::hours(1), Span::hours(3)];
        near(Law::spread(a, a, b).share_within(Span::hours(2)), 0.75);
        near(Law::spread(a, b, b).share_within(Span::hours(2)), 0.25);
    }

    #[test]
    fn half_the_lines_back_in_two_days_is_a_chance_of_one_half() {
        let law = Law::curve(&[(0.5, Span::days(2)), (1.0, Span::days(30))]);
        near(law.share_within(Span::days(2)), 0.5);
        near(law.share_within(Span::days(1)), 0.25);
        near(law.share_within(Span::days(30)), 1.0);
        let open = Law::curve(&[(0.9, Span::days(7))]);
        near(open.share_within(Span::days(80)), 0.9);
        assert!(open.ends().1.is_never());
        near(Law::curve(&[]).share_within(Span::days(80)), 0.0);
        near(Law::curve(&[(2.0, Span::days(1))]).share_within(Span::days(1)), 1.0);
    }

    #[test]
    fn four_fresh_drills_weigh_two_thirds_and_one_third_after_two_half_lives() {
        let estimate = Law::constant(Span::hours(4));
        let drills = |age: u64| {
            let weight = weight(Span::days(age), Span::days(100));
            [1, 2, 3, 3].map(|hours| Sample { took: Span::hours(hours), weight })
        };
        let fresh = estimate.clone().mixed(&drills(0));
        near(fresh.share_within(Span::hours(3)), 2.0 / 3.0);
        near(fresh.share_within(Span::hours(1)), 1.0 / 6.0);
        let aged = estimate.clone().mixed(&drills(200));
        near(aged.share_within(Span::hours(3)), 1.0 / 3.0);
        // Ageing moves weight and nothing else.
        near(aged.share_within(Span::hours(1)) / aged.share_within(Span::hours(3)), 0.25);
        assert_eq!(estimate.clone().mixed(&[]), estimate, "no measurement: the estimate");
        assert_eq!(weight(Span::days(1), Span::ZERO), 0.0);
    }

    #[test]
    fn with_many_drills_the_law_tends_to_what_was_measured() {
        let estimate = Law::spread(Span::hours(1), Span::hours(2), Span::hours(9));
        let gap = |n: usize| {
            let sample =
                |k: usize| Sample { took: Span::hours(if k.is_multiple_of(5) { 8 } else { 3 }), weight: 1.0 };
            let samples: Vec<Sample> = (0..n).map(sample).collect();
            (estimate.clone().mixed(&samples).share_within(Span::hours(5)) - 0.8).abs()
        };
        assert!(gap(10) < gap(0) && gap(1000) < gap(10) && gap(1000) < 1e-3);
    }

    #[test]
    fn a_measured_time_within_an_estimate_leaves_the_rest_of_it_as_it_is() {
        let estimate = Law::spread(Span::hours(1), Span::hours(2), Span::hours(6));
        let at = Sample { took: Span::hours(3), weight: 2.0 };
        let mixed = estimate.clone().mixed(&[at]);
        for hours in [1, 2, 4, 5, 6] {
            let measured = if hours >= 3 { 0.5 } else { 0.0 };
            let share = estimate.share_within(Span::hours(hours)) / 2.0 + measured;
            near(mixed.share_within(Span::hours(hours)), share);
        }
    }

    #[test]
    fn shifts_and_floors_keep_shares() {
        let law = Law::spread(Span::hours(1), Span::hours(2), Span::hours(6));
        let later = law.clone().shifted(3_600_000);
        near(later.share_within(Span::hours(5)), law.share_within(Span::hours(4)));
        let floor = law.clone().at_least(Span::minutes(95));
        assert_eq!(floor.ends().0, Span::minutes(95));
        near(floor.share_within(Span::minutes(95)), law.share_within(Span::minutes(95)));
        near(floor.share_within(Span::hours(4)), law.share_within(Span::hours(4)));
        assert!(Law::constant(Span::NEVER).shifted(-5).ends().0.is_never());
        assert_eq!(Law::constant(Span::ZERO).shifted(-5).ends().0, Span::ZERO);
    }
}
