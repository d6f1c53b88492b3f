//! Formulas for chance and frequency where nothing has to be drawn. Rates are per year; shares and chances 0 to 1.

use base::Span;

/// A year of 365.25 days, in milliseconds.
const YEAR: f64 = 365.25 * 86_400_000.0;

/// Share of time in a state that begins `rate` times a year (of the time outside it) and lasts `lasts` each time:
/// λτ/(1+λτ); 1 if it never ends.
pub fn share_of_time(rate: f64, lasts: Span) -> f64 {
    let load = rate * years(lasts);
    if load.is_infinite() { 1.0 } else { load / (1.0 + load) }
}

/// Chance that something which fails unnoticed `rate` times a year, and is tested once in each `interval`, fails when it
/// is needed: the mean share of an interval after the failure, 1 - (1 - e^(-λT))/λT; about λT/2 where that is small.
pub fn on_demand(rate: f64, interval: Span) -> f64 {
    let load = rate * years(interval);
    if load < 1e-4 { load / 2.0 } else { 1.0 + (-load).exp_m1() / load }
}

/// How often a year two independent states overlap: λ₁λ₂(τ₁+τ₂), for shares of time that are small.
pub fn overlaps_per_year(first: (f64, Span), second: (f64, Span)) -> f64 {
    first.0 * second.0 * (years(first.1) + years(second.1))
}

/// An event that may make an objective missed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cause {
    /// How often a year it happens; nothing: unknown, so it takes part in structure only.
    pub rate: Option<f64>,
    /// Share of time in which it is there already.
    pub share: f64,
    /// Chance of a miss given the event.
    pub given: f64,
    /// Chance of a miss without it.
    pub without: f64,
}

/// Misses a year: Σ λ(1-q)(P(miss | event) - P(miss | no event)) over the events with a rate.
pub fn misses_per_year(causes: &[Cause]) -> f64 {
    let one = |cause: &Cause| Some(cause.rate? * (1.0 - cause.share) * (cause.given - cause.without));
    causes.iter().filter_map(one).sum()
}

/// Least and greatest chance of two things together where nobody knows how they hang together:
/// [max(0, a+b-1), min(a, b)] (Fréchet 1935).
pub fn both(a: f64, b: f64) -> (f64, f64) {
    ((a + b - 1.0).max(0.0), a.min(b))
}

fn years(span: Span) -> f64 {
    if span.is_never() { f64::INFINITY } else { span.as_millis() as f64 / YEAR }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_power_regions_overlap_55_times_less_often_than_the_product_of_yearly_chances() {
        let region = (0.1, Span::days(3));
        let overlap = overlaps_per_year(region, region);
        assert!((overlap - 1.6e-4).abs() < 0.05e-4, "{overlap}");
        let yearly = 1.0 - (-0.1f64).exp();
        assert!((yearly * yearly / overlap - 55.0).abs() < 1.0);
    }

    #[test]
    fn shares_of_time_and_failures_on_demand_are_those_of_the_textbooks() {
        assert!((share_of_time(1.0, Span::millis(YEAR as u64)) - 0.5).abs() < 1e-9);
        assert_eq!(share_of_time(0.0, Span::days(3)), 0.0);
        assert_eq!(share_of_time(0.1, Span::NEVER), 1.0);
        let yearly = Span::millis(YEAR as u64);
        assert!((on_demand(0.02, yearly) - 0.01).abs() < 1e-4);
        assert!((on_demand(1.0, yearly) - (-1.0f64).exp()).abs() < 1e-9);
        assert!(
            (on_demand(1e-4, yearly) - on_demand(0.99999e-4, yearly)).abs() < 1e-8,
            "no step between the two"
        );
        assert!(on_demand(50.0, yearly) < 1.0);
    }

    #[test]
    fn misses_count_events_with_a_rate_while_they_are_not_there_already() {
        let cause = Cause { rate: Some(0.1), share: 0.01, given: 0.9, without: 0.0 };
        let unknown = Cause { rate: None, ..cause };
        let enabler = Cause { rate: Some(2.0), share: 0.0, given: 0.3, without: 0.3 };
        assert!((misses_per_year(&[cause, unknown, enabler]) - 0.0891).abs() < 1e-12);
    }

    #[test]
    fn unknown_dependence_gives_limits_and_no_product() {
        assert_eq!(both(0.9, 0.8), (0.9 + 0.8 - 1.0, 0.8));
        assert_eq!(both(0.3, 0.4), (0.0, 0.3));
        assert_eq!(both(1.0, 0.4), (0.3999999999999999, 0.4));
    }
}
