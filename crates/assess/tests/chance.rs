//! Chance by trials of frozen plans, against figures worked out by hand and the claims of the semantics.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

use assess::boolean::Z_95;
use assess::chance::{Goal, Law, Network, Sample, Shared, Step, Tally, Unfrozen, freeze};
use assess::schedule::{Need, Pool, Problem, Service, Step as Work, quick};
use base::Span;
use proptest::prelude::*;

const HOUR: u64 = 3_600_000;
const HORIZON: Span = Span::days(90);

fn hours(n: u64) -> Span {
    Span::hours(n)
}

fn step(name: &str, law: Law, nominal: Span, after: &[usize]) -> Step {
    Step { name: name.into(), law, nominal, release: Span::ZERO, after: after.to_vec(), shared: None }
}

fn fixed(name: &str, length: Span, after: &[usize]) -> Step {
    step(name, Law::constant(length), length, after)
}

fn goal(within: Span, ends: &[usize]) -> Goal {
    Goal { name: "service".into(), since: Span::ZERO, within: Some(within), ends: ends.to_vec() }
}

fn network(steps: Vec<Step>, goals: Vec<Goal>) -> Network {
    Network::new(steps, goals, HORIZON).unwrap()
}

fn run(network: &Network, trials: u64) -> Tally {
    network.prepare(1).run(0..trials, &|| false)
}

fn share(tally: &Tally, goal: usize) -> f64 {
    let estimate = tally.chance(goal, Z_95).unwrap().estimate;
    estimate.hits as f64 / estimate.trials as f64
}

/// Half of the cases take `short`, the others `long`.
fn either(short: Span, long: Span) -> Law {
    Law::constant(long).mixed(&[Sample { took: short, weight: 2.0 }])
}

/// Semantics 12: power back at 6 h or at 48 h, switching takes 4 h or 12 h and excludes going back, each one half; RTO
/// 8 h. Knowing the outcome beforehand gives 0.75; nobody does, and every policy gives one half.
#[test]
fn nobody_knows_beforehand_how_long_it_will_take() {
    let power = || step("power", either(hours(6), hours(48)), hours(48), &[]);
    let switch = |after: &[usize]| step("switch", either(hours(4), hours(12)), hours(12), after);
    let rto = hours(8);
    let wait = run(&network(vec![power()], vec![goal(rto, &[0])]), 100_000);
    let at_once = run(&network(vec![switch(&[])], vec![goal(rto, &[0])]), 100_000);
    assert!((share(&wait, 0) - 0.5).abs() < 0.005);
    assert!((share(&at_once, 0) - 0.5).abs() < 0.005);
    // To wait 6 h and then switch: back at 6 h with the power, or after a switch that comes too late in any case.
    let patient = network(vec![fixed("six hours", hours(6), &[]), switch(&[0])], vec![goal(rto, &[1])]);
    let late = share(&run(&patient, 100_000), 0);
    assert!((share(&wait, 0) + (1.0 - share(&wait, 0)) * late - 0.5).abs() < 0.005);
    // The minimum over both ways in each trial, which no one can carry out, would be 1 - (1 - 1/2)(1 - 1/2).
    let both = network(vec![power(), switch(&[])], vec![goal(rto, &[0]), goal(rto, &[1])]);
    let tally = run(&both, 100_000);
    let clairvoyant = share(&tally, 0) + share(&tally, 1)
        - tally.chance_of_all(Z_95).estimate.hits as f64 / tally.trials() as f64;
    assert!((clairvoyant - 0.75).abs() < 0.005, "{clairvoyant}");
}

/// Semantics 22: "half the lines back in 2 d" is a chance, and no bandwidth.
#[test]
fn a_restoration_curve_is_the_chance_of_one_customer() {
    let line = Law::curve(&[(0.5, Span::days(2)), (1.0, Span::days(30))]);
    let network = network(vec![step("line", line, Span::days(2), &[])], vec![goal(Span::days(2), &[0])]);
    let tally = run(&network, 100_000);
    let chance = tally.chance(0, Z_95).unwrap();
    assert!(chance.estimate.low < 0.5 && 0.5 < chance.estimate.high, "{chance:?}");
    assert!(!chance.met(0.9) && chance.complete());
    let median = tally.quantile(0, 0.5).unwrap();
    assert!(Span::hours(47) < median && median < Span::hours(49), "{median}");
}

/// Lines that never come back are counted, and no quantile makes them up.
#[test]
fn whoever_never_comes_back_is_never_back() {
    let line = Law::curve(&[(0.8, Span::days(2))]);
    let steps = vec![step("line", line, Span::days(2), &[]), fixed("start", hours(1), &[0])];
    let all = Goal { within: None, ..goal(hours(1), &[1]) };
    let tally = run(&network(steps, vec![goal(Span::days(80), &[1]), all]), 50_000);
    assert!((share(&tally, 0) - 0.8).abs() < 0.006);
    assert_eq!(tally.never(0) + tally.chance(1, Z_95).unwrap().estimate.hits, 50_000);
    assert!(tally.quantile(0, 0.9).unwrap().is_never());
    assert!(tally.quantile(0, 0.7).unwrap() <= Span::days(2));
}

/// Two outages of one region are long together: two of two regions are not.
#[test]
fn outages_that_share_a_factor_differ_from_those_that_do_not() {
    let outage = |name: &str, factor: &str, strength: f64| Step {
        shared: Some(Shared { factor: factor.into(), strength }),
        ..step(name, either(hours(6), hours(48)), hours(48), &[])
    };
    let both_back = |second: &str, strength: f64| {
        let steps = vec![outage("power", "tohoku", strength), outage("telecom", second, strength)];
        share(&run(&network(steps, vec![goal(hours(6), &[0, 1])]), 100_000), 0)
    };
    assert!((both_back("tohoku", 0.0) - 0.25).abs() < 0.005);
    assert!((both_back("kanto", 0.8) - 0.25).abs() < 0.005, "another region, another factor");
    assert!((both_back("tohoku", 1.0) - 0.5).abs() < 0.005);
    // Sheppard 1899: both below the median with chance 1/4 + asin(ρ)/2π.
    let expected = 0.25 + 0.8f64.asin() / std::f64::consts::TAU;
    let found = both_back("tohoku", 0.8);
    assert!((found - expected).abs() < 0.005, "{found} {expected}");
}

/// Two even times in series against the exact figure: P(X + Y ≤ 1.5) of two even times up to 1 is 7/8; side by side,
/// P(max ≤ 0.8) is 0.64.
#[test]
fn sums_and_maxima_are_those_of_probability() {
    let even = || Law::curve(&[(1.0, hours(100))]);
    let steps = vec![
        step("x", even(), hours(100), &[]),
        step("y", even(), hours(100), &[0]),
        step("z", even(), hours(100), &[]),
    ];
    let goals = vec![goal(hours(150), &[1]), goal(hours(80), &[0, 2])];
    let tally = run(&network(steps, goals), 200_000);
    assert!((share(&tally, 0) - 0.875).abs() < 0.003, "{}", share(&tally, 0));
    assert!((share(&tally, 1) - 0.64).abs() < 0.004, "{}", share(&tally, 1));
}

fn chain() -> Vec<Step> {
    let spread = |n: u64| Law::spread(hours(n), hours(2 * n), hours(5 * n));
    vec![
        step("detect", spread(1), hours(2), &[]),
        step("restore", spread(3), hours(6), &[0]),
        step("start", spread(1), hours(2), &[1]),
    ]
}

/// Adding an unrelated step, in front of all others, leaves all other draws as they were; so does another order.
#[test]
fn an_unrelated_step_leaves_other_draws_as_they_were() {
    let plain = run(&network(chain(), vec![goal(hours(12), &[2])]), 5000);
    let mut more = vec![step("unrelated", either(hours(1), hours(9)), hours(1), &[])];
    more.extend(
        chain()
            .into_iter()
            .map(|known| Step { after: known.after.iter().map(|other| other + 1).collect(), ..known }),
    );
    let with = run(&network(more.clone(), vec![goal(hours(12), &[3])]), 5000);
    assert_eq!(with, plain);
    let longer = run(&network(more, vec![goal(hours(12), &[3]), goal(hours(5), &[0])]), 5000);
    assert_eq!(
        (longer.chance(0, Z_95), longer.quantile(0, 0.9)),
        (plain.chance(0, Z_95), plain.quantile(0, 0.9))
    );
    let mut renamed = chain();
    renamed[0].name = "notice".into();
    assert_ne!(
        run(&network(renamed, vec![goal(hours(12), &[2])]), 5000),
        plain,
        "the name is what a draw hangs on"
    );
}

/// Any cut into ranges gives the same counts.
#[test]
fn ranges_do_not_matter() {
    let network = network(chain(), vec![goal(hours(12), &[2])]);
    let trials = network.prepare(3);
    let whole = trials.run(0..5000, &|| false);
    for cuts in [[1, 2, 700], [512, 1024, 4999], [255, 257, 3000]] {
        let mut sum = trials.run(0..0, &|| false);
        let mut from = 0;
        for to in cuts.into_iter().chain([5000]) {
            sum.absorb(&trials.run(from..to, &|| false));
            from = to;
        }
        assert_eq!(sum, whole, "{cuts:?}");
    }
    assert_ne!(network.prepare(4).run(0..5000, &|| false), whole);
}

/// When the time is up, the chance says of how many trials it is.
#[test]
fn stopped_early_it_says_so() {
    let calls = std::cell::Cell::new(0);
    let stop = || {
        calls.set(calls.get() + 1);
        calls.get() > 2
    };
    let tally = network(chain(), vec![goal(hours(12), &[2])]).prepare(1).run(0..1_000_000, &stop);
    let chance = tally.chance(0, Z_95).unwrap();
    assert!(chance.estimate.trials < 5000 && chance.estimate.trials > 0);
    assert!(!chance.complete() && chance.asked == 1_000_000);
    let nothing = network(chain(), vec![goal(hours(12), &[2])]).prepare(1).run(0..10, &|| true);
    let chance = nothing.chance(0, Z_95).unwrap();
    assert_eq!((chance.estimate.low, chance.estimate.high, chance.met(0.0)), (0.0, 1.0, false));
    assert_eq!(nothing.quantile(0, 0.5), None);
    assert_eq!(nothing.chance(1, Z_95), None);
}

/// One admin, two services of one step each: the admin goes from one to the other, in every trial.
#[test]
fn a_person_is_handed_over_in_the_order_of_the_plan() {
    let work = |length: u64| Work {
        duration: length * HOUR,
        modes: vec![vec![Need::during(0, 1)]],
        ..Work::default()
    };
    let service = |rto: u64, end: usize| Service { since: 0, rto: Some(rto * HOUR), ends: vec![end] };
    let services = vec![service(72, 0), service(4, 1)];
    let problem =
        Problem::new(vec![Pool::constant(1)], vec![work(6), work(3)], services, 90 * 24 * HOUR).unwrap();
    let found = quick(&problem);
    let laws = vec![Law::constant(hours(6)), either(hours(3), hours(5))];
    let network = freeze(&problem, &found.schedule, vec!["a".into(), "b".into()], laws).unwrap();
    let ends: Vec<Span> = network.nominal().into_iter().map(|(_, end)| end).collect();
    assert_eq!(ends, [hours(9), hours(3)], "B first, as by deadlines");
    let tally = run(&network, 20_000);
    assert!((share(&tally, 1) - 0.5).abs() < 0.01);
    assert_eq!(share(&tally, 0), 1.0);
    // A is back at 9 h or, when B took longer, at 11 h.
    let (low, high) = (tally.quantile(0, 0.4).unwrap(), tally.quantile(0, 0.6).unwrap());
    assert!(hours(9) <= low && low < hours(10) && hours(11) <= high, "{low} {high}");
}

#[test]
fn what_an_order_alone_cannot_tell_is_refused() {
    let work =
        |pool: usize| Work { duration: HOUR, modes: vec![vec![Need::during(pool, 1)]], ..Work::default() };
    let services = vec![Service { since: 0, rto: None, ends: vec![0] }];
    let night = Pool::changing([(0, 1), (8 * HOUR, 0)]);
    let problem = |pool: Pool| Problem::new(vec![pool], vec![work(0)], services.clone(), 99 * HOUR).unwrap();
    let freeze = |problem: &Problem, start: u64| {
        let mut schedule = quick(problem).schedule;
        schedule.placements[0].start += start;
        schedule.placements[0].finish += start;
        freeze(problem, &schedule, vec!["a".into()], vec![Law::constant(hours(1))])
    };
    assert_eq!(freeze(&problem(night), 0).unwrap_err(), Unfrozen::Shrinks { pool: 0 });
    let late = freeze(&problem(Pool::constant(1)), HOUR).unwrap();
    assert_eq!(late.nominal()[0].0, hours(1), "what stands later than it need keeps its planned start");
    let opening = freeze(&problem(Pool::changing([(5 * HOUR, 1)])), 0).unwrap();
    assert_eq!(opening.nominal()[0], (hours(5), hours(6)));
    let short = assess::chance::freeze(&problem(Pool::constant(1)), &Default::default(), vec![], vec![]);
    assert_eq!(short.unwrap_err(), Unfrozen::Lengths);
}

#[test]
fn a_schedule_that_breaks_the_problem_is_no_plan() {
    let work = || Work { duration: HOUR, modes: vec![vec![Need::during(0, 1)]], ..Work::default() };
    let services = vec![Service { since: 0, rto: None, ends: vec![0, 1] }];
    let problem =
        |steps: Vec<Work>| Problem::new(vec![Pool::constant(1)], steps, services.clone(), 99 * HOUR).unwrap();
    let both_at_once = |problem: &Problem| {
        let mut schedule = quick(problem).schedule;
        for placement in &mut schedule.placements {
            (placement.start, placement.finish) = (0, HOUR);
        }
        let names = vec!["a".into(), "b".into()];
        freeze(problem, &schedule, names, vec![Law::constant(hours(1)); 2]).unwrap_err()
    };
    assert_eq!(both_at_once(&problem(vec![work(), work()])), Unfrozen::Overused { pool: 0 });
    let free = Work { modes: vec![], ..work() };
    let after = Work { after: vec![0], ..free.clone() };
    assert_eq!(both_at_once(&problem(vec![free, after])), Unfrozen::Early { step: 1 });
}

prop_compose! {
    /// Steps that wait for earlier ones, some of them for people of two pools, and lengths that are at most the plan's.
    fn problems()(count in 1usize..14, people in 1u32..4)(
        steps in prop::collection::vec(
            (1u64..9, prop::collection::vec(any::<prop::sample::Index>(), 0..3), 0u32..3, 0u64..5),
            count,
        ),
        people in Just(people),
    ) -> Problem {
        let count = steps.len();
        let steps = steps.into_iter().enumerate().map(|(n, (length, after, heads, release))| Work {
            duration: length * HOUR,
            release: release * HOUR,
            after: after.iter().filter(|_| n > 0).map(|other| other.index(n)).collect(),
            modes: vec![vec![Need::during(0, heads.min(people))]],
            ..Work::default()
        });
        let services = (0..count).map(|n| Service { since: 0, rto: Some(20 * HOUR), ends: vec![n] }).collect();
        Problem::new(vec![Pool::constant(people)], steps.collect(), services, 90 * 24 * HOUR).unwrap()
    }
}

fn frozen(problem: &Problem, law: &dyn Fn(u64) -> Law) -> Network {
    let found = quick(problem);
    let names = (0..problem.steps().len()).map(|n| format!("step {n}")).collect();
    let laws = problem.steps().iter().map(|step| law(step.duration)).collect();
    freeze(problem, &found.schedule, names, laws).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// At nominal lengths a trial is the plan, whatever is scarce.
    #[test]
    fn a_nominal_trial_is_the_plan(problem in problems()) {
        let network = frozen(&problem, &|length| Law::constant(Span::millis(length)));
        let planned = quick(&problem).schedule.placements;
        let nominal = network.nominal();
        for (step, placement) in planned.iter().enumerate() {
            prop_assert_eq!(nominal[step], (Span::millis(placement.start), Span::millis(placement.finish)));
        }
        let tally = run(&network, 1);
        for (goal, placement) in planned.iter().enumerate() {
            let hits = tally.chance(goal, Z_95).unwrap().estimate.hits;
            prop_assert_eq!(hits == 1, placement.finish <= 20 * HOUR);
        }
    }

    /// Trials side by side, with arcs and rooms saved, are trials one by one: every goal ends when its step does.
    #[test]
    fn trials_are_what_propagation_says(problem in problems(), seed in any::<u64>()) {
        // Laws of two values, so that a single trial can be read off: all short or all long by a factor of strength 1.
        let spread = |length: u64| either(Span::millis(length / 2), Span::millis(length));
        let mut steps = frozen(&problem, &spread).steps().to_vec();
        for step in &mut steps {
            step.shared = Some(Shared { factor: "all".into(), strength: 1.0 });
        }
        let goals = (0..steps.len()).map(|n| Goal { within: None, ..goal(HORIZON, &[n]) }).collect();
        let network = network(steps, goals);
        let short = network.propagate(|n| Span::millis(problem.steps()[n].duration / 2));
        let long = network.nominal();
        let tally = network.prepare(seed).run(0..600, &|| false);
        for goal in 0..network.goals().len() {
            let least = tally.quantile(goal, 0.0).unwrap();
            let most = tally.quantile(goal, 1.0).unwrap();
            for (found, (_, exact)) in [(least, short[goal]), (most, long[goal])] {
                prop_assert!(exact <= found && found.as_millis() as f64 <= exact.as_millis() as f64 * 1.0079);
            }
        }
    }

    /// No longer step ever ends anything earlier.
    #[test]
    fn longer_steps_never_help(problem in problems(), longer in any::<prop::sample::Index>(), by in 1u64..9) {
        let network = frozen(&problem, &|length| Law::constant(Span::millis(length)));
        let changed = longer.index(problem.steps().len());
        let stretched = |n: usize| {
            Span::millis(problem.steps()[n].duration + if n == changed { by * HOUR } else { 0 })
        };
        for (before, after) in network.nominal().iter().zip(network.propagate(stretched)) {
            prop_assert!(before.0 <= after.0 && before.1 <= after.1);
        }
    }

    /// A freer hand never lowers a chance: with the same luck, shorter laws meet whatever longer ones meet.
    #[test]
    fn with_the_same_luck_shorter_times_meet_more(problem in problems()) {
        let law = |scale: u64| move |length: u64| {
            let millis = |share: u64| Span::millis(length * share * scale / 100);
            Law::spread(millis(50), millis(100), millis(200))
        };
        let slow = run(&frozen(&problem, &law(100)), 512);
        let fast = run(&frozen(&problem, &law(80)), 512);
        for goal in 0..problem.services().len() {
            let hits = |tally: &Tally| tally.chance(goal, Z_95).unwrap().estimate.hits;
            prop_assert!(hits(&fast) >= hits(&slow));
            prop_assert!(fast.quantile(goal, 0.5) <= slow.quantile(goal, 0.5));
        }
    }
}
