//! The Boolean engine against truth tables, and at its edges.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

mod common;

use assess::boolean::{
    Builder, Circuit, CircuitError, DEFAULT_NODES, EventId, Signal, Unsolved, Z_95, simulate, solve,
};
use common::recipe::{Recipe, recipes};
use common::table::Table;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 + 1e-9 * b.abs()
}

fn names(circuit: &Circuit, sets: &[Vec<EventId>]) -> Vec<String> {
    let one = |set: &Vec<EventId>| set.iter().map(|event| circuit.name(*event)).collect::<Vec<_>>().join(" ");
    sets.iter().map(one).collect()
}

/// Everything the engine says of a recipe, compared with the recipe's truth table.
fn judge(recipe: &Recipe) -> Result<(), TestCaseError> {
    let (circuit, table) = (recipe.circuit("e"), Table::of(recipe));
    let solution = solve(&circuit, DEFAULT_NODES, &|| false).unwrap();
    let minimal = table.minimal();

    let mut by_order = vec![0u128; 21];
    minimal.iter().for_each(|set| by_order[set.len()] += 1);
    let mut counted = solution.counts().by_order;
    prop_assert_eq!(solution.counts().total(), minimal.len() as u128);
    counted.resize(21, 0);
    prop_assert_eq!(&counted, &by_order);

    for order in [0, 1, 3, usize::MAX] {
        let listing = solution.cut_sets(order, usize::MAX);
        let listed: Vec<Vec<usize>> =
            listing.sets.iter().map(|set| set.iter().map(|e| e.index()).collect()).collect();
        let wanted: Vec<_> = minimal.iter().filter(|set| set.len() <= order).cloned().collect();
        prop_assert_eq!(listed, wanted);
        prop_assert!(listing.complete);
    }

    let top = table.probability(&recipe.probabilities, &[]);
    prop_assert!(near(solution.probability().unwrap(), top));
    for (place, importance) in solution.importance().unwrap().iter().enumerate() {
        let with = table.probability(&recipe.probabilities, &[(place, true)]);
        let without = table.probability(&recipe.probabilities, &[(place, false)]);
        prop_assert!(near(importance.birnbaum, with - without), "{} {}", importance.birnbaum, with - without);
        let share = if top > 0.0 { (top - without) / top } else { 0.0 };
        prop_assert!((importance.fussell_vesely - share).abs() < 1e-9);
    }

    for given in std::iter::once(None).chain(circuit.events().map(Some)) {
        let found: Vec<usize> = circuit.single_points(given).iter().map(|event| event.index()).collect();
        prop_assert_eq!(found, table.single_points(given.map(EventId::index)));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn coherent_circuits_are_solved_as_their_truth_tables_say(recipe in recipes(1..=10, 25, true)) {
        judge(&recipe)?;
    }

    #[test]
    fn circuits_that_are_not_coherent_too(recipe in recipes(1..=10, 25, false)) {
        judge(&recipe)?;
    }

    #[test]
    fn the_cofactor_is_the_circuit_with_the_event_fixed(recipe in recipes(2..=8, 20, false), value: bool) {
        let (circuit, table) = (recipe.circuit("e"), Table::of(&recipe));
        let event = circuit.events().next().unwrap();
        let solution = solve(&circuit.given(event, value), DEFAULT_NODES, &|| false).unwrap();
        let wanted = table.probability(&recipe.probabilities, &[(0, value)]);
        prop_assert!(near(solution.probability().unwrap(), wanted));
        prop_assert!(solution.cut_sets(20, usize::MAX).sets.iter().all(|set| !set.contains(&event)));
    }

    #[test]
    fn names_do_not_matter(recipe in recipes(2..=10, 25, false)) {
        let one = solve(&recipe.circuit("a"), DEFAULT_NODES, &|| false).unwrap();
        let two = solve(&recipe.circuit("zz-"), DEFAULT_NODES, &|| false).unwrap();
        prop_assert_eq!(one.counts(), two.counts());
        prop_assert_eq!(one.cut_sets(9, 1000), two.cut_sets(9, 1000));
        prop_assert_eq!(one.probability(), two.probability());
        prop_assert_eq!(one.importance(), two.importance());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    #[test]
    fn circuits_of_twenty_events_too(recipe in recipes(20..=20, 40, true), other in recipes(20..=20, 40, false)) {
        judge(&recipe)?;
        judge(&other)?;
    }
}

fn events(builder: &mut Builder, count: usize) -> Vec<Signal> {
    (0..count).map(|i| builder.event(format!("e{i:05}"), Some(0.5))).collect()
}

fn binomial(n: u128, k: u128) -> u128 {
    (0..k).fold(1, |product, i| product * (n - i) / (i + 1))
}

#[test]
fn thresholds_are_counted_without_being_written_out() {
    let mut builder = Builder::new();
    let inputs = events(&mut builder, 60);
    let top = builder.at_least(30, inputs);
    let solution = solve(&builder.finish(top).unwrap(), 10_000, &|| false).unwrap();
    assert_eq!(solution.counts().by_order[30], binomial(60, 30));
    assert_eq!(solution.counts().total(), binomial(60, 30));
    // By symmetry, at least 31 and at most 29 are equally likely.
    let middle = binomial(60, 30) as f64 / (1u64 << 60) as f64;
    assert!(near(solution.probability().unwrap(), 0.5 + middle / 2.0));
}

#[test]
fn a_threshold_over_gates_that_share_events() {
    let mut builder = Builder::new();
    let e = events(&mut builder, 3);
    let pairs = [builder.and([e[0], e[1]]), builder.and([e[1], e[2]]), builder.and([e[0], e[2]])];
    let top = builder.at_least(2, pairs);
    let circuit = builder.finish(top).unwrap();
    let solution = solve(&circuit, DEFAULT_NODES, &|| false).unwrap();
    assert_eq!(names(&circuit, &solution.cut_sets(3, 9).sets), ["e00000 e00001 e00002"]);
}

#[test]
fn thresholds_at_the_edge() {
    // (count, inputs given, total of minimal cut sets, probability); x twice counts twice.
    let cases: [(u32, &str, u128, f64); 9] = [
        (0, "xy", 1, 1.0),
        (0, "", 1, 1.0),
        (1, "", 0, 0.0),
        (3, "xy", 0, 0.0),
        (2, "xx", 1, 0.5),
        (2, "xxy", 1, 0.5),
        (3, "xxy", 1, 0.25),
        (2, "x1", 1, 0.5),
        (2, "xy0", 1, 0.25),
    ];
    for (count, inputs, total, probability) in cases {
        let mut builder = Builder::new();
        let (x, y) = (builder.event("x", Some(0.5)), builder.event("y", Some(0.5)));
        let (yes, no) = (builder.constant(true), builder.constant(false));
        let signal = |c| match c {
            'x' => x,
            'y' => y,
            '1' => yes,
            _ => no,
        };
        let top = builder.at_least(count, inputs.chars().map(signal));
        let circuit = builder.finish(top).unwrap();
        let solution = solve(&circuit, DEFAULT_NODES, &|| false).unwrap();
        assert_eq!(solution.counts().total(), total, "{count} of {inputs}");
        assert_eq!(solution.probability(), Some(probability), "{count} of {inputs}");
    }
}

#[test]
fn certain_impossible_and_single() {
    let mut builder = Builder::new();
    let x = builder.event("x", Some(0.25));
    let not = builder.not(x);
    let (certain, impossible) = (builder.or([x, not]), builder.and([x, not]));
    let solved = |top| solve(&builder.clone().finish(top).unwrap(), DEFAULT_NODES, &|| false).unwrap();
    assert_eq!(solved(certain).counts().by_order, [1]);
    assert_eq!(solved(certain).cut_sets(3, 9).sets, [Vec::new()]);
    assert_eq!(solved(impossible).counts().by_order, [0u128; 0]);
    assert_eq!(solved(impossible).probability(), Some(0.0));
    assert_eq!(solved(impossible).importance().unwrap()[0].fussell_vesely, 0.0);
    assert_eq!(solved(x).counts().by_order, [0, 1]);
    // Without x the top event is true already, so x is no part of a minimal set, and it helps.
    assert_eq!(solved(not).counts().by_order, [1]);
    assert_eq!(solved(not).importance().unwrap()[0].birnbaum, -1.0);
}

#[test]
fn counts_beyond_64_bits_are_exact_and_beyond_128_say_at_least() {
    for (groups, wanted) in [(50, 3u128.pow(50)), (80, 3u128.pow(80)), (81, u128::MAX)] {
        let mut builder = Builder::new();
        let e = events(&mut builder, 3 * groups);
        let ors: Vec<Signal> = e.chunks(3).map(|three| builder.or(three.iter().copied())).collect();
        let top = builder.and(ors);
        let solution = solve(&builder.finish(top).unwrap(), DEFAULT_NODES, &|| false).unwrap();
        assert_eq!(solution.counts().total(), wanted, "{groups}");
    }
}

#[test]
fn a_listing_stops_at_its_limit_and_says_so() {
    let mut builder = Builder::new();
    let e = events(&mut builder, 40);
    let big = builder.at_least(20, e[2..].to_vec());
    let pair = builder.and([e[0], e[1]]);
    let top = builder.or([pair, big]);
    let circuit = builder.finish(top).unwrap();
    let solution = solve(&circuit, DEFAULT_NODES, &|| false).unwrap();
    let small = solution.cut_sets(3, usize::MAX);
    assert_eq!((names(&circuit, &small.sets), small.complete), (vec!["e00000 e00001".to_owned()], true));
    let cut_off = solution.cut_sets(20, 1000);
    assert_eq!((cut_off.sets.len(), cut_off.complete), (1000, false));
    assert!(!solution.cut_sets(2, 0).complete);
    assert!(solution.cut_sets(1, 0).complete);
}

/// Every row and every column of a square holds an event: hard for any order, since rows and columns cross.
fn crossing(side: usize) -> Circuit {
    let mut builder = Builder::new();
    let e = events(&mut builder, side * side);
    let mut lines = Vec::new();
    for i in 0..side {
        lines.push(builder.or((0..side).map(|j| e[i * side + j])));
        lines.push(builder.or((0..side).map(|j| e[j * side + i])));
    }
    let top = builder.and(lines);
    builder.finish(top).unwrap()
}

#[test]
fn a_limit_that_is_met_is_told_with_its_number() {
    let circuit = crossing(7);
    let error = solve(&circuit, 1000, &|| false).unwrap_err();
    assert_eq!(error, Unsolved::Limit { nodes: 1000 });
    assert_eq!(error.to_string(), "no decision diagram of at most 1000 nodes was found");
    assert!(solve(&circuit, 0, &|| false).is_err());
    // With the limit raised the same circuit is solved. Inclusion and exclusion over i empty rows and j empty columns:
    let empty = |i: u32, j: u32| {
        0.5f64.powi((49 - (7 - i) * (7 - j)) as i32) * if (i + j).is_multiple_of(2) { 1.0 } else { -1.0 }
    };
    let choose = |i: u32| binomial(7, u128::from(i)) as f64;
    let wanted: f64 = (0..=7).flat_map(|i| (0..=7).map(move |j| choose(i) * choose(j) * empty(i, j))).sum();
    assert!(near(solve(&circuit, DEFAULT_NODES, &|| false).unwrap().probability().unwrap(), wanted));
}

#[test]
fn the_caller_can_stop() {
    let asked = std::cell::Cell::new(0);
    let stop = || {
        asked.set(asked.get() + 1);
        asked.get() == 3
    };
    let error = solve(&crossing(12), DEFAULT_NODES, &stop).unwrap_err();
    assert_eq!((error, asked.get()), (Unsolved::Stopped, 3));
    assert_eq!(error.to_string(), "stopped before the decision diagrams were finished");
}

#[test]
fn the_same_circuit_gives_the_same_answer_and_the_limit_does_not_change_it() {
    let circuit = crossing(6);
    let (a, b) =
        (solve(&circuit, DEFAULT_NODES, &|| false).unwrap(), solve(&circuit, 1 << 20, &|| false).unwrap());
    assert_eq!(a.probability(), b.probability());
    assert_eq!(a.counts(), b.counts());
    assert_eq!(a.importance(), b.importance());
}

#[test]
fn a_part_that_is_true_by_itself_is_turned_round() {
    // Both spare lines are up unless their event happens; the top event needs them down, or c.
    let mut builder = Builder::new();
    let e = events(&mut builder, 4);
    let up = builder.xor([e[0], e[1]]);
    let same = builder.not(up);
    let (left, right) = (builder.and([same, e[2]]), builder.and([up, e[3]]));
    let top = builder.or([left, right]);
    let circuit = builder.finish(top).unwrap();
    let solution = solve(&circuit, DEFAULT_NODES, &|| false).unwrap();
    let sets = names(&circuit, &solution.cut_sets(4, 9).sets);
    assert_eq!(sets, ["e00002", "e00000 e00003", "e00001 e00003"]);
}

#[test]
fn long_and_deep_circuits_do_not_exhaust_the_stack() {
    let mut builder = Builder::new();
    let e = events(&mut builder, 20_000);
    let wide = builder.or(e.iter().copied());
    // Nested modules, one in another.
    let mut nested = e[0];
    for (i, event) in e.iter().enumerate().skip(1) {
        nested = if i % 2 == 0 { builder.and([nested, *event]) } else { builder.or([nested, *event]) };
    }
    // One module as deep as it has events, and two deep diagrams to combine: neighbours, and next but one.
    let neighbours: Vec<Signal> = e[..5000].windows(2).map(|pair| builder.and([pair[0], pair[1]])).collect();
    let others: Vec<Signal> = e[..5000].windows(3).map(|three| builder.and([three[0], three[2]])).collect();
    let (neighbours, others) = (builder.or(neighbours), builder.or(others));
    let deep = builder.xor([neighbours, others]);
    for top in [wide, nested, deep] {
        let solution = solve(&builder.clone().finish(top).unwrap(), DEFAULT_NODES, &|| false).unwrap();
        assert!(solution.probability().unwrap() > 0.0);
        assert!(solution.cut_sets(3, 10).sets.len() <= 10);
    }
}

#[test]
fn an_event_without_probability_counts_in_structure_only() {
    let mut builder = Builder::new();
    let (x, y) = (builder.event("x", Some(0.5)), builder.event("y", None));
    let (both, absorbed) = (builder.and([x, y]), builder.or([x, x]));
    let solved = |top| solve(&builder.clone().finish(top).unwrap(), DEFAULT_NODES, &|| false).unwrap();
    assert_eq!(solved(both).counts().by_order, [0, 0, 1]);
    assert_eq!((solved(both).probability(), solved(both).importance()), (None, None));
    assert_eq!(solved(absorbed).probability(), Some(0.5));
    assert_eq!(solved(absorbed).importance().unwrap()[1].birnbaum, 0.0);
}

#[test]
fn what_cannot_be_a_circuit_is_refused_by_name() {
    let mut builder = Builder::new();
    let x = builder.event("x", Some(1.5));
    let text = |builder: Builder, top| builder.finish(top).unwrap_err().to_string();
    assert_eq!(text(builder, x), "the probability of x is 1.5, not a number from 0 to 1");

    let mut builder = Builder::new();
    let x = builder.event("x", Some(f64::NAN));
    assert!(matches!(builder.finish(x), Err(CircuitError::Probability { .. })));

    let mut builder = Builder::new();
    let (x, _) = (builder.event("x", None), builder.event("x", None));
    assert_eq!(text(builder, x), "two events are called x");

    let mut other = Builder::new();
    let foreign = events(&mut other, 3)[2];
    let mut builder = Builder::new();
    let x = builder.event("x", None);
    let top = builder.or([x, foreign]);
    assert_eq!(text(builder.clone(), top), "a gate uses a signal of another circuit");
    assert_eq!(text(Builder::new(), top), "a gate uses a signal of another circuit");
}

#[test]
fn only_vault_only_procedure_only_admin_are_points_of_recovery_not_of_failure() {
    let mut builder = Builder::new();
    let [blade, vault, procedure, admin, spare] =
        ["blade", "vault", "procedure", "admin", "spare"].map(|name| builder.event(name, None));
    // Without the blade, recovery needs all of the others but the one of two spares that is left.
    let second = builder.event("second-spare", None);
    let no_spare = builder.and([spare, second]);
    let stuck = builder.or([vault, procedure, admin, no_spare]);
    let top = builder.and([blade, stuck]);
    let circuit = builder.finish(top).unwrap();
    assert_eq!(circuit.single_points(None), []);
    let blade = circuit.events().next();
    let found: Vec<&str> = circuit.single_points(blade).iter().map(|event| circuit.name(*event)).collect();
    assert_eq!(found, ["vault", "procedure", "admin"]);
}

/// Two of three pumps, or the power; and with `unrelated`, an event that changes nothing stands before all others.
fn pumps(unrelated: bool, power: Option<f64>) -> Circuit {
    let mut builder = Builder::new();
    let extra = unrelated.then(|| builder.event("unrelated", Some(0.5)));
    let pumps = ["p1", "p2", "p3"].map(|name| builder.event(name, Some(0.1)));
    let (power, broken) = (builder.event("power", power), builder.at_least(2, pumps));
    // Absorbed by `broken`, so it draws but does not matter.
    let idle = builder.and(extra.into_iter().chain([broken]));
    let top = builder.or([broken, power, idle]);
    builder.finish(top).unwrap()
}

#[test]
fn draws_are_keyed_by_seed_trial_and_name() {
    let run = |circuit: &Circuit, seed, trials| simulate(circuit, seed, trials, Z_95, &|| false).unwrap();
    let (plain, more) = (pumps(false, Some(0.02)), pumps(true, Some(0.02)));
    assert_eq!(run(&plain, 7, 10_000), run(&plain, 7, 10_000));
    assert_eq!(run(&plain, 7, 10_000), run(&more, 7, 10_000));
    assert_ne!(run(&plain, 7, 10_000).hits, run(&plain, 8, 10_000).hits);
    // The same luck for variants: a more likely event never takes a hit away.
    let hits: Vec<u64> =
        [0.0, 0.01, 0.02, 0.5, 1.0].map(|p| run(&pumps(false, Some(p)), 7, 1000).hits).to_vec();
    assert!(hits.is_sorted() && hits[0] < hits[3] && hits[4] == 1000, "{hits:?}");
    // The first trials of a longer run are those of a shorter one, 64 at a time or not.
    let (short, long) = (run(&plain, 7, 1001), run(&plain, 7, 1002));
    assert!(long.hits - short.hits <= 1);
    assert_eq!((short.trials, long.trials), (1001, 1002));
}

#[test]
fn the_interval_holds_the_exact_value_as_often_as_it_should() {
    let circuit = crossing(4);
    let exact = solve(&circuit, DEFAULT_NODES, &|| false).unwrap().probability().unwrap();
    let holds = |seed: &u64| {
        let estimate = simulate(&circuit, *seed, 2000, Z_95, &|| false).unwrap();
        estimate.low <= exact && exact <= estimate.high
    };
    let held = (0..200).filter(holds).count();
    // 95 % of 200 is 190; fewer than 180 or all 200 would happen once in some ten thousand honest runs.
    assert!((180..200).contains(&held), "{held} of 200");
}

#[test]
fn drawing_stops_when_asked_and_needs_all_probabilities() {
    let circuit = pumps(false, Some(0.02));
    let asked = std::cell::Cell::new(0);
    let stop = || {
        asked.set(asked.get() + 1);
        asked.get() > 3
    };
    assert_eq!(simulate(&circuit, 1, 1_000_000, Z_95, &stop).unwrap().trials, 3 * 64);
    let none = simulate(&circuit, 1, 1000, Z_95, &|| true).unwrap();
    assert_eq!((none.trials, none.low, none.high), (0, 0.0, 1.0));
    let circuit = pumps(false, None);
    let missing = simulate(&circuit, 1, 1000, Z_95, &|| false).unwrap_err();
    assert_eq!(circuit.name(missing), "power");
}
