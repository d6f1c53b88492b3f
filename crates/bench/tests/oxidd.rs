//! The Boolean engine against oxidd, an independent engine for decision diagrams, on circuits too large for truth
//! tables. Built with `--features oracles` only.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

#[path = "../../assess/tests/common/recipe.rs"]
mod recipe;

use assess::boolean::{DEFAULT_NODES, solve};
use oxidd::bdd::{BDDFunction, BDDManagerRef};
use oxidd::util::SatCountCache;
use oxidd::{BooleanFunction, BooleanFunctionQuant, Manager, ManagerRef};
use proptest::prelude::*;
use recipe::{Gate, Recipe, recipes};

struct Oracle {
    manager: BDDManagerRef,
    events: Vec<BDDFunction>,
}

impl Oracle {
    fn of(recipe: &Recipe) -> Oracle {
        let manager = oxidd::bdd::new_manager(1 << 20, 1 << 20, 1);
        let events = manager.with_manager_exclusive(|manager| {
            let numbers = manager.add_vars(recipe.probabilities.len() as u32);
            numbers.map(|number| BDDFunction::var(manager, number).unwrap()).collect()
        });
        Oracle { manager, events }
    }

    fn constant(&self, value: bool) -> BDDFunction {
        self.manager.with_manager_shared(|manager| {
            if value { BDDFunction::t(manager) } else { BDDFunction::f(manager) }
        })
    }

    fn function(&self, recipe: &Recipe) -> BDDFunction {
        let mut state = self.events.clone();
        for gate in &recipe.gates {
            let of = |inputs: &[usize]| inputs.iter().map(|i| state[*i].clone()).collect::<Vec<_>>();
            state.push(match gate {
                Gate::And(inputs) => {
                    of(inputs).iter().fold(self.constant(true), |all, f| all.and(f).unwrap())
                }
                Gate::Or(inputs) => of(inputs).iter().fold(self.constant(false), |any, f| any.or(f).unwrap()),
                Gate::Xor(inputs) => {
                    of(inputs).iter().fold(self.constant(false), |odd, f| odd.xor(f).unwrap())
                }
                Gate::Not(input) => state[*input].not().unwrap(),
                Gate::Constant(value) => self.constant(*value),
                Gate::AtLeast(least, inputs) => self.at_least(*least, &of(inputs)),
            });
        }
        state[state.len() - 1].clone()
    }

    /// By definition: with the first input one less is needed of the others.
    fn at_least(&self, least: u32, inputs: &[BDDFunction]) -> BDDFunction {
        match (least, inputs) {
            (0, _) => self.constant(true),
            (_, []) => self.constant(false),
            (_, [first, rest @ ..]) => {
                first.ite(&self.at_least(least - 1, rest), &self.at_least(least, rest)).unwrap()
            }
        }
    }

    /// Minimal cut sets of a monotone function as a function: true, and false as soon as one of its events is.
    /// "False as soon as" is the universal quantification, since false is then the worse of both sides.
    fn minimal(&self, function: &BDDFunction) -> BDDFunction {
        self.events.iter().fold(function.clone(), |minimal, event| {
            let without = function.forall(event).unwrap();
            minimal.and(&event.and(&without).unwrap().not().unwrap()).unwrap()
        })
    }

    fn count(&self, function: &BDDFunction) -> u128 {
        let mut cache: SatCountCache<u128, std::hash::RandomState> = SatCountCache::default();
        function.sat_count(self.events.len() as u32, &mut cache)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn minimal_cut_sets_are_as_many(recipe in recipes(20..=45, 60, true)) {
        let oracle = Oracle::of(&recipe);
        let wanted = oracle.count(&oracle.minimal(&oracle.function(&recipe)));
        prop_assert_eq!(solve(&recipe.circuit("e"), DEFAULT_NODES, &|| false).unwrap().counts().total(), wanted);
    }

    #[test]
    fn as_many_sets_make_the_top_event_true(mut recipe in recipes(20..=45, 60, false)) {
        // With all probabilities at a half, the probability is the share of sets, and exact in an f64.
        recipe.probabilities.fill(0.5);
        let oracle = Oracle::of(&recipe);
        let wanted = oracle.count(&oracle.function(&recipe)) as f64;
        let share = solve(&recipe.circuit("e"), DEFAULT_NODES, &|| false).unwrap().probability().unwrap();
        prop_assert_eq!(share * 2f64.powi(recipe.probabilities.len() as i32), wanted);
    }
}
