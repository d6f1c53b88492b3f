//! The examples of the semantics, and plans that are absurd.

use std::collections::BTreeSet;

use assess::Part;
use assess::structure::{Budget, How, Reach, Structure, Target};
use plan::Class;

use crate::{AMPLE, ask, names, question, read};

/// One blade with one vault, one procedure and one administrator, who can build it anew on a spare one.
pub(crate) const BLADE: &str = "okiagari: 1
assume: standard
sites: { hall: {}, school: {} }
equipment:
  blade: { at: hall }
  spare: { at: school }
documents: { procedure: { at: [school] } }
teams: { admin: { at: { school: 1 }, arrives: 1h } }
vaults: { vault: { at: school } }
data: { books: { runs-on: blade, size: 1GB, copies: [{ to: vault, every: 1h, keep: 30d }] } }
services:
  erp:
    monitor: { every: 1m, failures: 1 }
    objectives: { failure: { rto: 2d, rpo: 1d }, disaster: { rto: 2d, rpo: 1d } }
    ways:
      - { name: own, runs-on: blade, data: [books], restart: 10m }
      - name: spare
        runs-on: spare
        data: [books]
        restart: 10m
        steps:
          - { decide: erp, by: admin, takes: 1h }
          - { restore: books, by: admin, needs: [procedure], takes: 2h }
          - { start: erp, by: admin, takes: 10m }
";

fn of(text: &str, service: &str, class: Class, target: Target) -> Structure {
    let asked = question(service, class, target, 3);
    ask(&read(text).plan, &asked, &AMPLE).unwrap()
}

fn sets(all: &[&[&str]]) -> BTreeSet<BTreeSet<String>> {
    all.iter().map(|set| set.iter().map(|name| (*name).to_owned()).collect()).collect()
}

fn points(found: &Structure) -> BTreeSet<(String, BTreeSet<String>)> {
    let name = |event: usize| found.events[event].loss.clone();
    let all = found.recovery.as_ref().unwrap().iter();
    all.map(|point| (name(point.event), point.initiators.iter().map(|i| name(*i)).collect())).collect()
}

#[test]
fn only_vault_only_procedure_only_admin_are_single_points_of_recovery() {
    let found = of(BLADE, "erp", Class::Failure, Target::All);
    assert_eq!(found.single_points().count(), 0, "{:?}", names(&found, &found.cuts));
    assert_eq!(found.reach, Reach::All);
    let of = |name: &str, initiators: &[&str]| {
        (name.to_owned(), initiators.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>())
    };
    let wanted = [
        of("vault", &["blade", "books"]),
        of("procedure", &["blade"]),
        of("admin", &["blade"]),
        of("spare", &["blade"]),
    ];
    assert_eq!(points(&found), BTreeSet::from(wanted));
    let initiators: BTreeSet<_> = points(&found).into_iter().flat_map(|(_, of)| of).collect();
    assert!(!initiators.contains("vault"), "whose loss alone interrupts nothing: {initiators:?}");
}

#[test]
fn a_second_vault_is_no_longer_a_single_point() {
    let text = BLADE
        .replace(
            "vaults: { vault: { at: school } }",
            "vaults: { vault: { at: school }, other: { at: school } }",
        )
        .replace("keep: 30d }]", "keep: 30d }, { to: other, every: 1h, keep: 30d }]");
    let found = of(&text, "erp", Class::Failure, Target::All);
    assert!(!points(&found).iter().any(|(name, _)| name == "vault" || name == "other"));
    assert!(names(&found, &found.cuts).contains(&sets(&[&["blade", "vault", "other"]]).pop_first().unwrap()));
}

#[test]
fn common_causes_are_events_themselves() {
    let found = of(BLADE, "erp", Class::Disaster, Target::All);
    let cuts = names(&found, &found.cuts);
    assert!(cuts.is_superset(&sets(&[&["hall", "school"], &["blade", "school"]])), "{cuts:?}");
    assert!(
        !cuts.iter().any(|set| set.contains("hall") && set.contains("blade")),
        "the hall takes the blade"
    );
    let coast = BLADE.replace(
        "sites: { hall: {}, school: {} }",
        "regions: { coast: { kind: hazard } }\nsites: { hall: { in: [coast] }, school: { in: [coast] } }",
    );
    let found = of(&coast, "erp", Class::Disaster, Target::All);
    let single: Vec<String> = found.single_points().map(|event| found.events[event].loss.clone()).collect();
    assert_eq!(single, ["coast"], "with its people it is no worse, so that is not listed again");
}

#[test]
fn two_minima_of_two_ways_do_not_meet_an_objective_together() {
    // Hot: soon, with old data. Rebuilt: late, with all data.
    let text = "okiagari: 1
assume: standard
sites: { hall: {} }
equipment: { blade: { at: hall, repair: 2d }, hot: { at: hall } }
vaults: { vault: { at: hall } }
data: { books: { runs-on: blade, size: 1MB, copies: [{ to: vault, every: 1d, keep: 30d }] } }
services:
  erp:
    monitor: { every: 1m, failures: 1 }
    objectives: { failure: { rto: 4h, rpo: 1h } }
    ways:
      - { name: own, runs-on: blade, data: [books], restart: 0 }
      - { name: hot, runs-on: hot, data: [books], ready: hot, takes: 5m, restart: 0 }
scenarios: { outage: { loses: [blade], effect: out, lasts: 2d } }
";
    let one = |target| {
        let found = of(text, "erp", Class::Failure, target);
        found.single_points().map(|event| found.events[event].loss.clone()).collect::<Vec<_>>()
    };
    assert_eq!(one(Target::Only(Part::Rto)), [""; 0]);
    assert_eq!(one(Target::All), ["blade", "books"]);
}

#[test]
fn one_head_for_two_services_is_scarce_and_no_cut() {
    let service = |id: &str, n: u32, machine: &str| {
        format!(
            "  {id}:
    priority: {n}
    monitor: {{ every: 1m, failures: 1 }}
    objectives: {{ failure: {{ rto: 4h }}, disaster: {{ rto: 4h }} }}
    ways:
      - {{ name: own, runs-on: {machine}, restart: 10m }}
      - {{ name: other, runs-on: {machine}-2, restart: 10m, steps: [{{ detect: it, auto: true, takes: 1m }}, {{ decide: it, auto: true, takes: 0 }}, {{ do: it, by: admin, takes: 3h }}] }}
"
        )
    };
    let text = format!(
        "okiagari: 1\nassume: standard\nsites: {{ hall: {{}}, school: {{}} }}\nequipment:\n  a: {{ at: hall }}\n  b: {{ at: hall }}\n  a-2: {{ at: school }}\n  b-2: {{ at: school }}\nteams: {{ admin: {{ at: {{ school: 1 }}, arrives: 0 }} }}\nservices:\n{}{}",
        service("first", 1, "a"),
        service("second", 2, "b")
    );
    let found = of(&text, "second", Class::Disaster, Target::All);
    assert!(!names(&found, &found.cuts).contains(&sets(&[&["hall"]]).pop_first().unwrap()));
    assert_eq!(names(&found, &found.scarce), sets(&[&["hall"], &["a", "b"]]));
    assert_eq!(found.scarce_checked, Some(3));
    let a = found.events.iter().position(|event| event.loss == "a").unwrap();
    assert!(!found.near.contains(&a), "the other service's machine tells only by the head it takes");
    let first = of(&text, "first", Class::Disaster, Target::All);
    assert_eq!(names(&first, &first.scarce), sets(&[]), "who comes first waits for nobody");
}

#[test]
fn people_are_lost_with_the_place_that_takes_them_only() {
    let text = BLADE.replace("admin: { at: { school: 1 }", "admin: { at: { hall: 1, school: 1 }");
    let found = of(&text, "erp", Class::Disaster, Target::Only(Part::Rto));
    let cuts = names(&found, &found.cuts);
    // The hall with its people still leaves one head at the school, and the team's own loss takes that one.
    assert!(cuts.contains(&sets(&[&["admin", "hall+people"]]).pop_first().unwrap()), "{cuts:?}");
    assert!(!cuts.contains(&sets(&[&["hall+people"]]).pop_first().unwrap()));
    assert!(!cuts.iter().any(|set| set.contains("hall") && set.contains("hall+people")), "one or the other");
}

#[test]
fn chances_are_exact_where_rates_are_known() {
    let text = "okiagari: 1
sites: { hall: {} }
equipment:
  a: { at: hall, repair: 3d, rate: 1 in 10 years }
  b: { at: hall, repair: 3d, rate: 0.1/y }
  c: { at: hall, repair: 3d }
services:
  web:
    monitor: { every: 1m, failures: 1 }
    objectives: { failure: { rto: 1h } }
    ways: [{ name: own, runs-on: [c], needs: { any: [a, b] }, restart: 0 }]
";
    // A machine that fails is gone here; what is gone and not said to be replaced is repaired.
    let found = of(text, "web", Class::Failure, Target::All);
    assert_eq!(names(&found, &found.cuts), sets(&[&["c"], &["a", "b"]]));
    assert_eq!(found.counts, Some(vec![0, 1, 1]));
    let chance = found.chance.unwrap();
    let q: f64 = (0.1 * 3.0 / 365.0) / (1.0 + 0.1 * 3.0 / 365.0);
    assert_eq!((chance.how, chance.rated), (How::Exact, 2));
    assert!((chance.low - q * q).abs() < 1e-12 && chance.low == chance.high);
    // λλ(τ+τ), a little less because each must not have happened yet: 1.6e-4 a year, not the product of two chances.
    let yearly = chance.per_year.unwrap();
    assert!((yearly - 2.0 * 0.1 * (1.0 - q) * q).abs() < 1e-9 && (yearly - 1.6e-4).abs() < 1e-5, "{yearly}");
    assert!(chance.importance.iter().all(|one| (one.birnbaum - q).abs() < 1e-12));
    assert!(chance.importance.iter().all(|one| (one.fussell_vesely - 1.0).abs() < 1e-9));
}

#[test]
fn without_all_sets_the_chance_is_between_two_limits() {
    let text = BLADE
        .replace("blade: { at: hall }", "blade: { at: hall, repair: 3d, rate: 0.1/y }")
        .replace("spare: { at: school }", "spare: { at: school, repair: 3d, rate: 0.1/y }");
    let exact = of(&text, "erp", Class::Failure, Target::All).chance.unwrap();
    assert_eq!(exact.how, How::Exact);
    let mut inexact = 0;
    for bounds in 20..80 {
        let asked = question("erp", Class::Failure, Target::All, 3);
        let found = ask(&read(&text).plan, &asked, &Budget { bounds, plans: 0, ..AMPLE }).unwrap();
        let chance = found.chance.unwrap();
        inexact += usize::from(chance.how == How::Between);
        assert!(chance.low <= exact.low + 1e-15 && exact.high <= chance.high + 1e-15, "{bounds} {chance:?}");
    }
    assert!(inexact > 5, "some of these budgets are too small");
}

#[test]
fn what_is_missed_without_any_loss_is_said() {
    for ways in ["ways: []", "ways: [{ name: own, runs-on: blade, exists: rejected }]"] {
        let text = format!(
            "okiagari: 1\nsites: {{ hall: {{}} }}\nequipment: {{ blade: {{ at: hall, exists: no }} }}\nservices: {{ erp: {{ objectives: {{ failure: {{ rto: 1h }}, disaster: {{ rto: 0 }} }}, {ways} }} }}\n"
        );
        let found = of(&text, "erp", Class::Disaster, Target::All);
        assert_eq!(names(&found, &found.cuts), sets(&[&[]]), "{ways}");
        assert_eq!(found.counts, Some(vec![1]));
    }
}

#[test]
fn circles_and_absurd_plans_are_answered() {
    let plans = [
        // Two services that need each other.
        "sites: { hall: {} }\nequipment: { m: { at: hall } }\nservices:\n  a: { objectives: { failure: { rto: 1h }, disaster: { rto: 1h } }, ways: [{ name: own, runs-on: m, needs: [b] }] }\n  b: { ways: [{ name: own, runs-on: m, needs: [a] }] }\n",
        // Nothing is known.
        "sites: { hall: {} }\nservices: { a: { objectives: { failure: { rto: 1h }, disaster: { rto: 1h } } } }\n",
        // Nobody, nothing, nowhere.
        "sites: { hall: {} }\nequipment: { m: { at: unknown, units: 0 } }\nteams: { t: { at: { hall: 0 } } }\nlinks: {}\nservices: { a: { objectives: { failure: { rto: 0, rlo: 100% }, disaster: { rto: 0 } }, ways: [{ name: own, runs-on: m, by: t, takes: 0, needs: { at-least: 5, of: [m, t] } }] } }\n",
    ];
    for text in plans {
        let text = format!("okiagari: 1\n{text}");
        let plan = crate::text::read(&text, &["circular-need", "out-of-range"]).plan;
        for class in [Class::Failure, Class::Disaster] {
            let found = ask(&plan, &question("a", class, Target::All, 3), &AMPLE).unwrap();
            assert_eq!(found.reach, Reach::All, "{text}");
        }
    }
}

#[test]
fn an_objective_that_no_longer_holds_is_not_missed() {
    let text =
        BLADE.replace("failure: { rto: 2d, rpo: 1d }", "failure: { rto: 2d, rpo: 1d, given: [vault] }");
    let found = of(&text, "erp", Class::Failure, Target::All);
    assert!(!names(&found, &found.cuts).iter().any(|set| set.contains("vault")));
    assert!(names(&found, &found.cuts).iter().any(|set| set.contains("blade")));
}

#[test]
fn unknown_facts_make_sets_possible_but_not_certain() {
    let text = BLADE.replace("vault: { at: school }", "vault: { at: school, exists: unknown }");
    let found = of(&text, "erp", Class::Failure, Target::All);
    let certain = |name: &str| {
        let is = |cut: &&assess::structure::CutSet| cut.events.iter().all(|e| found.events[*e].loss == name);
        found.cuts.iter().find(is).map(|cut| cut.certain)
    };
    assert_eq!(certain("blade"), Some(Some(false)), "with the vault it would be survived");
    let without = of(
        &BLADE.replace("copies: [{ to: vault, every: 1h, keep: 30d }]", "copies: []"),
        "erp",
        Class::Failure,
        Target::All,
    );
    assert!(without.cuts.iter().any(|cut| cut.certain == Some(true)));
}
