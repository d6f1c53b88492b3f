//! Power at one consumer through an outage of the utility: battery and engine, second outages included.

use base::Span;

use crate::interval::Intervals;

/// Sources that feed one consumer, with values at one corner.
#[derive(Clone, Debug, PartialEq)]
pub struct Supply {
    /// Battery running time at load; 0 = none.
    pub battery: Span,
    /// Time to charge an empty battery.
    pub recharge: Span,
    /// Engine running time; 0 = none. Fuel is counted from the start of each outage.
    pub fuel: Span,
    /// Delay until the engine delivers.
    pub starts: Span,
    /// Interval at which fuel is brought during an outage; ∞ = never.
    pub refuel: Span,
}

/// When the consumer has no power, given when the utility has none.
///
/// The engine delivers from `starts` after the begin of an outage until its fuel is spent, fuel counted from the begin
/// (counting from the start of the engine would make a slower start keep power longer). The battery discharges while
/// nothing else delivers and recharges while something does.
pub fn outage(utility_out: &Intervals, supply: &Supply) -> Intervals {
    let mut engine = Vec::new();
    let mut fuel = supply.fuel;
    for (from, to) in utility_out.iter() {
        let needed = to - from;
        // Fuel that is brought in time, before the tank is empty, keeps the engine going.
        let endless = supply.refuel <= fuel && fuel > Span::ZERO;
        let until = if endless { to } else { from + fuel.min(needed) };
        engine.push((from + supply.starts, until.min(to)));
        fuel = if endless { supply.fuel } else { fuel - needed };
    }
    let dark = utility_out.minus(&Intervals::collect(engine));
    without_battery_time(&dark, supply)
}

fn without_battery_time(dark: &Intervals, supply: &Supply) -> Intervals {
    let mut charge = supply.battery;
    let mut lit_since = Span::ZERO;
    let mut out = Vec::new();
    for (from, to) in dark.iter() {
        charge = recharged(charge, from - lit_since, supply);
        let length = to - from;
        out.push((from + charge.min(length), to));
        charge = charge - length;
        lit_since = to;
    }
    Intervals::collect(out)
}

fn recharged(charge: Span, lit: Span, supply: &Supply) -> Span {
    if supply.recharge == Span::ZERO || lit >= supply.recharge {
        return supply.battery;
    }
    let gained = u128::from(supply.battery.as_millis()) * u128::from(lit.as_millis())
        / u128::from(supply.recharge.as_millis().max(1));
    (charge + Span::millis(u64::try_from(gained).unwrap_or(u64::MAX))).min(supply.battery)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn supply(battery_m: u64, recharge: Span, fuel_h: u64, starts_m: u64) -> Supply {
        Supply {
            battery: Span::minutes(battery_m),
            recharge,
            fuel: Span::hours(fuel_h),
            starts: Span::minutes(starts_m),
            refuel: Span::NEVER,
        }
    }

    fn outs(list: &[(u64, u64)]) -> Intervals {
        Intervals::collect(list.iter().map(|(a, b)| (Span::minutes(*a), Span::minutes(*b))))
    }

    #[test]
    fn ups_ten_minutes_generator_five_hours_power_out_three_days() {
        let utility = outs(&[(0, 72 * 60)]);
        assert_eq!(outage(&utility, &supply(10, Span::hours(1), 5, 1)), outs(&[(310, 72 * 60)]));
        let never = outage(&utility, &supply(10, Span::NEVER, 5, 1));
        assert_eq!(
            never,
            outs(&[(309, 72 * 60)]),
            "the minute the engine took to start is gone from the battery"
        );
    }

    #[test]
    fn three_hours_out_each_day() {
        let day = 24 * 60;
        let utility = outs(&[(0, 180), (day, day + 180), (2 * day, 2 * day + 180)]);
        let got = outage(&utility, &supply(10, Span::hours(1), 5, 1));
        assert_eq!(got, outs(&[(day + 130, day + 180), (2 * day + 10, 2 * day + 180)]));
    }

    #[test]
    fn start_gaps_without_a_battery() {
        let gaps = |utility: &[(u64, u64)]| outage(&outs(utility), &supply(0, Span::ZERO, 10, 5));
        assert_eq!(gaps(&[(0, 60), (90, 200)]), outs(&[(0, 5), (90, 95)]));
        assert_eq!(gaps(&[(0, 200)]), outs(&[(0, 5)]));
    }

    #[test]
    fn fuel_that_comes_in_time_keeps_it_running() {
        let mut with = supply(10, Span::hours(1), 5, 1);
        with.refuel = Span::hours(4);
        assert!(outage(&outs(&[(0, 72 * 60)]), &with).is_empty());
    }

    proptest! {
        #[test]
        fn more_never_hurts(b in 0u64..30, f in 0u64..12, g in 0u64..10, r in 0u64..5, a in 0u64..500, l in 0u64..2000) {
            let utility = outs(&[(0, 300), (300 + a, 300 + a + l)]);
            let base = outage(&utility, &supply(b, Span::hours(r), f, g + 1));
            for better in [
                supply(b + 1, Span::hours(r), f, g + 1),
                supply(b, Span::hours(r), f + 1, g + 1),
                supply(b, Span::hours(r), f, g),
            ] {
                prop_assert!(outage(&utility, &better).minus(&base).is_empty(), "{better:?}");
            }
        }
    }
}
