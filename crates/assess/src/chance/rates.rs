//! Formulas for chance and frequency where nothing has to be drawn. Rates are per year; shares and chances 0 to 1.

use base::Span;

/// Share of time in a state that begins `rate` times a year (of the time outside it) and lasts `lasts` each time:
/// λτ/(1+λτ); 1 if it never ends.
pub fn share_of_time(rate: f64, lasts: Span) -> f64 {
    let load = rate * years(lasts);
    if load.is_infinite() { 1.0 } else { load / (1.0 + load) }
}

/// An event that may make an objective missed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cause {
    /// How often a year it happens; nothing: unknown, so it takes part in structure only.
    pub rate: Option<f64>,
    /// Share of time in which it is there already.
    pub share: f64,
    /// Birnbaum importance: P(miss | event) - P(miss | no event).
    pub weight: f64,
}

/// Misses a year: Σ λ(1-q)(P(miss | event) - P(miss | no event)) over the events with a rate.
pub fn misses_per_year(causes: impl IntoIterator<Item = Cause>) -> f64 {
    causes.into_iter().filter_map(|cause| Some(cause.rate? * (1.0 - cause.share) * cause.weight)).sum()
}

/// In years of 365 days, as plans count them.
fn years(span: Span) -> f64 {
    if span.is_never() { f64::INFINITY } else { span.as_millis() as f64 / Span::days(365).as_millis() as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Semantics of independent states: each counts while the other one is there.
    #[test]
    fn two_power_regions_overlap_55_times_less_often_than_the_product_of_yearly_chances() {
        let share = share_of_time(0.1, Span::days(3));
        let region = Cause { rate: Some(0.1), share, weight: share };
        let overlap = misses_per_year([region, region]);
        assert!((overlap - 1.6e-4).abs() < 0.05e-4, "{overlap}");
        let yearly = 1.0 - (-0.1f64).exp();
        assert!((yearly * yearly / overlap - 55.0).abs() < 1.0);
    }

    #[test]
    fn shares_of_time_are_those_of_the_textbooks() {
        // Once in ten years, three days.
        assert!((share_of_time(0.1, Span::days(3)) - 8.212_43e-4).abs() < 1e-9);
        assert!((share_of_time(1.0, Span::days(365)) - 0.5).abs() < 1e-9);
        assert_eq!(share_of_time(0.0, Span::days(3)), 0.0);
        assert_eq!(share_of_time(0.1, Span::NEVER), 1.0);
        assert!(share_of_time(1e12, Span::days(365)) <= 1.0);
    }

    #[test]
    fn misses_count_events_with_a_rate_while_they_are_not_there_already() {
        let cause = Cause { rate: Some(0.1), share: 0.01, weight: 0.9 };
        let unknown = Cause { rate: None, ..cause };
        let idle = Cause { rate: Some(2.0), share: 0.0, weight: 0.0 };
        assert!((misses_per_year([cause, unknown, idle]) - 0.0891).abs() < 1e-12);
    }
}
