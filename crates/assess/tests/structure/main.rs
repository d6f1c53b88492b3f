//! The structure of objectives: against brute force on random plans, the examples of the semantics, and what may never
//! happen.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

mod brute;
mod examples;
#[path = "../properties/plans.rs"]
#[expect(dead_code, reason = "shared by tests")]
mod plans;
#[path = "../common/text.rs"]
mod text;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::path::Path;

use assess::net::Net;
use assess::structure::{Budget, Question, Reach, Structure, Target, structure};
use assess::{Context, Evidence, Part, State, Verdict, assess};
use base::{Id, Timestamp};
use plan::{Class, Plan};
use plans::{Draw, mirrored, read};
use proptest::prelude::*;

/// Enough for every plan here.
const AMPLE: Budget<'static> =
    Budget { bounds: 1_000_000, plans: 1_000_000, nodes: 1 << 20, stop: &|| false };

fn nothing() -> Evidence {
    Evidence::none(Timestamp::UNIX_EPOCH)
}

fn question(service: &str, class: Class, target: Target, order: usize) -> Question {
    Question { service: Id::new(service), class, target, order }
}

fn ask(plan: &Plan, question: &Question, budget: &Budget<'_>) -> Option<Structure> {
    let (net, evidence) = (Net::new(plan), nothing());
    structure(Context { plan, net: &net, evidence: &evidence, digest: &|_| String::new() }, question, budget)
}

/// Sets by the names of their losses.
fn names(structure: &Structure, sets: &[assess::structure::CutSet]) -> BTreeSet<BTreeSet<String>> {
    let name = |event: &usize| structure.events[*event].loss.clone();
    sets.iter().map(|cut| cut.events.iter().map(name).collect()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn listed_and_counted_as_all_subsets_say(
        draw in Draw::any(),
        target in prop::sample::select(vec![Target::All, Target::Only(Part::Rto), Target::Only(Part::Rpo)]),
        people: bool,
        picks in prop::collection::vec(0usize..1000, 9),
    ) {
        let reading = read(&draw.text());
        let question = question("s0", Class::Disaster, target, 99);
        let found = ask(&reading.plan, &question, &Budget { plans: 0, ..AMPLE }).unwrap();
        prop_assert_eq!(found.reach, Reach::All);
        let listed = names(&found, &found.cuts);
        let counts = found.counts.clone().unwrap();
        for (order, count) in counts.iter().enumerate() {
            let same = listed.iter().filter(|set| set.len() == order).count() as u128;
            prop_assert_eq!(*count, same, "order {} {:?}\n{}", order, listed, draw.text());
        }
        prop_assert_eq!(counts.iter().sum::<u128>(), listed.len() as u128);

        let events = brute::choose(&found.events, people, &picks);
        let wanted = brute::minimal(&reading.plan, &question, &events);
        let all: BTreeSet<String> = events.iter().map(|event| event.loss.clone()).collect();
        prop_assert_eq!(brute::within(&listed, &all), wanted, "of {:?}\n{}", all, draw.text());
    }

    #[test]
    fn what_is_scarce_is_found_by_trying_all_pairs(
        draw in Draw::any(),
        n in 0usize..3,
        people: bool,
        picks in prop::collection::vec(0usize..1000, 9),
    ) {
        let reading = read(&draw.text());
        let question = question(&format!("s{n}"), Class::Disaster, Target::Only(Part::Rto), 2);
        let found = ask(&reading.plan, &question, &AMPLE).unwrap();
        let mut listed = names(&found, &found.cuts);
        listed.extend(names(&found, &found.scarce));
        let events = brute::choose(&found.events, people, &picks);
        let all: BTreeSet<String> = events.iter().map(|event| event.loss.clone()).collect();
        let wanted = brute::minimal_in_plan(&reading.plan, &question, &events);
        prop_assert_eq!(brute::within(&listed, &all), wanted, "of {:?}\n{}", all, draw.text());
    }

    #[test]
    fn what_is_scarce_is_survived_at_best_and_missed_by_the_plan(draw in Draw::any(), n in 0usize..3) {
        let (listed, missed) = broken_by_one(&draw.text(), &format!("s{n}"));
        prop_assert_eq!(listed, missed, "{}", draw.text());
    }

    #[test]
    fn names_do_not_matter(draw in Draw::any()) {
        let text = draw.text();
        let question = question("s1", Class::Disaster, Target::All, 3);
        let turned = Question { service: Id::new(&mirrored("s1")), ..question.clone() };
        let budget = Budget { plans: 0, ..AMPLE };
        let one = ask(&read(&text).plan, &question, &budget).unwrap();
        let two = ask(&read(&mirrored(&text)).plan, &turned, &budget).unwrap();
        let renamed: BTreeSet<BTreeSet<String>> = names(&one, &one.cuts)
            .into_iter()
            .map(|set| set.into_iter().map(|name| mirrored(&name)).collect())
            .collect();
        prop_assert_eq!(renamed, names(&two, &two.cuts));
        prop_assert_eq!((one.reach, one.counts), (two.reach, two.counts));
    }

    #[test]
    fn a_small_budget_lists_only_what_is_true_and_says_how_far(draw in Draw::any(), bounds in 0u64..400) {
        let reading = read(&draw.text());
        let question = question("s0", Class::Disaster, Target::All, 99);
        let all = ask(&reading.plan, &question, &Budget { plans: 0, ..AMPLE }).unwrap();
        let some = ask(&reading.plan, &question, &Budget { bounds, plans: 0, ..AMPLE }).unwrap();
        let (all_cuts, cuts) = (names(&all, &all.cuts), names(&some, &some.cuts));
        prop_assert!(cuts.is_subset(&all_cuts));
        prop_assert!(some.asked.0 <= bounds);
        prop_assert_eq!(some.counts.is_some(), some.reach == Reach::All);
        let order = match some.reach {
            Reach::Nothing => 0,
            Reach::Order(order) => order,
            Reach::All => usize::MAX,
        };
        if some.reach > Reach::Nothing {
            prop_assert!(all_cuts.iter().filter(|cut| cut.len() <= order).all(|cut| cuts.contains(cut)));
        }
    }
}

/// What a single loss breaks of the recovery time of a service, at the worst or the best of what is not known: as the
/// structure lists it, of the bound or of the plan, and as the verdicts say.
fn broken_by_one(text: &str, service: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let reading = read(text);
    let question = question(service, Class::Disaster, Target::Only(Part::Rto), 2);
    let found = ask(&reading.plan, &question, &AMPLE).unwrap();
    assert_eq!(found.scarce_checked, Some(2));
    let (cuts, scarce) = (names(&found, &found.cuts), names(&found, &found.scarce));
    for set in &scarce {
        assert!(!cuts.iter().any(|cut| cut.is_subset(set)), "{set:?} holds a set of the bound\n{text}");
    }
    let singles = cuts.into_iter().chain(scarce).filter(|set| set.len() == 1).flatten();
    let mut singles: BTreeSet<String> = singles.collect();
    // Who loses a place with its people has lost the place.
    let people: Vec<String> = singles.iter().map(|name| format!("{name}+people")).collect();
    singles.extend(people.into_iter().filter(|name| found.events.iter().any(|event| event.loss == *name)));
    let assessed = assess(&reading.plan, &nothing(), &|_| String::new());
    let ours =
        |v: &&Verdict| v.service.as_str() == service && v.part == Part::Rto && v.state <= State::Unknown;
    let missed = assessed.verdicts().into_iter().filter(ours).map(|v| v.loss.clone()).collect();
    (singles, missed)
}

/// Plans that random ones have turned up: files of `found`.
#[test]
fn plans_found_by_chance_stay_mended() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/structure/found");
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for service in ["s0", "s1", "s2"] {
            let (listed, missed) = broken_by_one(&text, service);
            assert_eq!(listed, missed, "{service}\n{text}");
        }
    }
}

#[test]
fn nothing_may_be_asked() {
    let reading = read(examples::BLADE);
    let question = question("erp", Class::Disaster, Target::All, 3);
    let none = Budget { bounds: 0, plans: 0, ..AMPLE };
    let found = ask(&reading.plan, &question, &none).unwrap();
    assert_eq!((found.reach, found.cuts.len(), found.asked), (Reach::Nothing, 0, (0, 0)));
    assert_eq!((found.counts, found.recovery, found.scarce_checked), (None, None, None));
}

#[test]
fn stops_when_told_to() {
    let reading = read(examples::BLADE);
    let question = question("erp", Class::Disaster, Target::All, 3);
    let asked = Cell::new(0);
    let stop = || {
        asked.set(asked.get() + 1);
        asked.get() > 10
    };
    let found = ask(&reading.plan, &question, &Budget { stop: &stop, ..AMPLE }).unwrap();
    assert!(found.reach < Reach::All && found.asked.0 <= 10);
}

#[test]
fn there_is_no_structure_of_what_is_not_promised() {
    let reading = read(examples::BLADE);
    let of = |service: &str, class, target| ask(&reading.plan, &question(service, class, target, 3), &AMPLE);
    assert!(of("erp", Class::Failure, Target::All).is_some());
    assert!(of("nobody", Class::Failure, Target::All).is_none());
    assert!(of("blade", Class::Failure, Target::All).is_none(), "a machine promises nothing");
    assert!(of("erp", Class::Failure, Target::Only(Part::Rlo)).is_none());
}
