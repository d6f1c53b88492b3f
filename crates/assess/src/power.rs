//! Power at one consumer through an outage of the utility: battery and engine, second outages included.

use base::Span;

use crate::interval::Intervals;

/// An engine that feeds one consumer, with values at one corner.
#[derive(Clone, Debug, PartialEq)]
pub struct Engine {
    /// Running time; fuel is counted from the start of each outage.
    pub fuel: Span,
    /// Delay until it delivers.
    pub starts: Span,
    /// Interval at which fuel is brought during an outage; ∞ = never.
    pub refuel: Span,
}

/// A battery that feeds one consumer, with values at one corner.
#[derive(Clone, Debug, PartialEq)]
pub struct Battery {
    /// Running time at load.
    pub charge: Span,
    /// Time to charge it when it is empty.
    pub recharge: Span,
}

/// Sources that feed one consumer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Supply {
    /// Its batteries.
    pub batteries: Vec<Battery>,
    /// Its engines.
    pub engines: Vec<Engine>,
}

/// Deliveries of fuel in one outage beyond which nobody follows them one by one.
const DELIVERIES: u64 = 1000;

/// When the consumer has no power, given when the utility has none.
///
/// An engine delivers from `starts` after the begin of an outage until its fuel is spent, fuel counted from the begin
/// (counting from the start of the engine would make a slower start keep power longer). A battery discharges while
/// nothing else delivers and recharges while something does. Any one source suffices.
pub fn outage(utility_out: &Intervals, supply: &Supply) -> Intervals {
    let engines = supply.engines.iter().map(|engine| delivers(utility_out, engine));
    let dark = utility_out.minus(&engines.fold(Intervals::none(), |sum, runs| sum.union(&runs)));
    let bridged = supply.batteries.iter().map(|battery| bridges(&dark, battery));
    dark.minus(&bridged.fold(Intervals::none(), |sum, runs| sum.union(&runs)))
}

fn delivers(utility_out: &Intervals, engine: &Engine) -> Intervals {
    let mut runs = Vec::new();
    let mut fuel = engine.fuel;
    for (from, to) in utility_out.iter() {
        let on = from + engine.starts;
        if engine.refuel <= fuel && fuel > Span::ZERO {
            // Fuel that is brought in time, before the tank is empty, keeps the engine going.
            runs.push((on, to));
            fuel = engine.fuel;
            continue;
        }
        runs.push((on, to.min(from + fuel)));
        fuel = fuel - (to - from).min(fuel);
        let mut brought = from + engine.refuel;
        for _ in 0..DELIVERIES {
            if brought >= to || engine.refuel == Span::ZERO {
                break;
            }
            runs.push((on.max(brought), to.min(brought + engine.fuel)));
            fuel = engine.fuel - (to - brought).min(engine.fuel);
            brought = brought + engine.refuel;
        }
    }
    Intervals::collect(runs)
}

fn bridges(dark: &Intervals, battery: &Battery) -> Intervals {
    let mut charge = battery.charge;
    let mut lit_since = Span::ZERO;
    let mut runs = Vec::new();
    for (from, to) in dark.iter() {
        charge = recharged(charge, from - lit_since, battery);
        let length = to - from;
        runs.push((from, from + charge.min(length)));
        charge = charge - length;
        lit_since = to;
    }
    Intervals::collect(runs)
}

fn recharged(charge: Span, lit: Span, battery: &Battery) -> Span {
    if battery.recharge == Span::ZERO || lit >= battery.recharge {
        return battery.charge;
    }
    let gained = u128::from(battery.charge.as_millis()) * u128::from(lit.as_millis())
        / u128::from(battery.recharge.as_millis().max(1));
    (charge + Span::millis(u64::try_from(gained).unwrap_or(u64::MAX))).min(battery.charge)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn supply(battery_m: u64, recharge: Span, fuel_h: u64, starts_m: u64) -> Supply {
        let battery = Battery { charge: Span::minutes(battery_m), recharge };
        let engine =
            Engine { fuel: Span::hours(fuel_h), starts: Span::minutes(starts_m), refuel: Span::NEVER };
        Supply { batteries: vec![battery], engines: vec![engine] }
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
        with.engines[0].refuel = Span::hours(4);
        assert!(outage(&outs(&[(0, 72 * 60)]), &with).is_empty());
        with.engines[0].refuel = Span::hours(6);
        let gaps = outage(&outs(&[(0, 13 * 60)]), &with);
        assert_eq!(gaps, outs(&[(310, 360), (670, 720)]), "brought an hour late each time");
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
