//! Scenarios: what a plan may say of a loss, and the losses that come with the program.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

mod common;

use base::{Id, Lang, Message, Span};
use common::{SERVICE, check, found, reading, small};
use plan::catalogue::{NAMED, Named};
use plan::{Effect, Every, Fact, Scenario};

/// A plan that has something of every kind that a named loss hits.
fn full(more: &str) -> String {
    small(&format!(
        "{SERVICE}regions: {{ grid: {{ kind: power }}, wan: {{ kind: carrier }}, river: {{ kind: hazard }}, ad: {{ kind: domain }} }}\nteams: {{ it: {{ at: {{ hall: 3 }} }} }}\nsuppliers: {{ shop: {{}} }}\n{more}"
    ))
}

fn scenario(text: &str) -> Scenario {
    let reading = reading(&full(&format!("scenarios: {{ x: {text} }}\n")));
    assert_eq!(found(&reading), [""; 0], "{text}");
    reading.plan.scenarios[&Id::new("x")].clone()
}

fn things(scenario: &Scenario, plan: &str) -> Vec<Vec<String>> {
    let plan = reading(plan).plan;
    scenario.hits.iter().map(|hit| hit.things(&plan).iter().map(Id::to_string).collect()).collect()
}

#[test]
fn every_named_loss_is_a_sound_part_of_a_plan_in_both_languages() {
    for named in NAMED {
        for lang in [Lang::En, Lang::Ja] {
            assert!(named.title().exists(lang) && named.note().exists(lang), "{}", named.id);
            let reading = reading(&full(&named.yaml(lang)));
            assert_eq!(found(&reading), [""; 0], "{}", named.yaml(lang));
            let scenario = &reading.plan.scenarios[&Id::new(named.id)];
            assert_eq!(scenario.common.title.as_deref(), Some(named.title().text(lang).as_str()));
            assert!(named.yaml(lang).contains("source: "), "{} has no source", named.id);
        }
    }
    assert!(Named::find("end-of-the-world").is_none());
    assert!(!Message::new("scenario-end-of-the-world").exists(Lang::En));
}

#[test]
fn each_loss_says_what_it_hits() {
    let two =
        scenario("{ events: [{ every: power-areas, effect: out, lasts: 2d }, { loses: it, absent: 50% }] }");
    assert_eq!(things(&two, &full("")), [["grid"], ["it"]]);
    assert_eq!(two.hits[0].extent.lasts, Fact::Exact(Span::days(2)));
    assert_eq!(two.hits[1].extent.absent, Fact::Exact(0.5));
    assert_eq!(two.hits[1].path(&Id::new("x"), "absent"), "scenarios.x.events.1.absent");
    let both =
        scenario("{ loses: hall, every: [carriers, suppliers], effect: gone, events: [{ loses: ad }] }");
    assert_eq!(things(&both, &full("")), [vec!["hall", "wan", "shop"], vec!["ad"]]);
    assert_eq!((both.hits[0].effect, both.hits[1].effect), (Some(Effect::Gone), None));
    let again =
        scenario("{ loses: grid, effect: out, lasts: 3h, starts: 3d, again: { every: 1d, times: 10 } }");
    let again = again.hits[0].extent.clone();
    assert_eq!(again.starts, Fact::Exact(Span::days(3)));
    assert_eq!(again.again.map(|again| (again.every, again.times)), Some((Span::days(1), 10)));
    let each = scenario("{ each: sites, effect: gone, events: [{ loses: grid }] }");
    assert_eq!(
        each.each.as_ref().map(|(each, hit)| (*each, hit.effect)),
        Some((Every::Sites, Some(Effect::Gone)))
    );
    assert_eq!(things(&each, &full("")), [["grid"]]);
}

/// Kinds by their words; a built-in prefecture is a power area and never a place that is lost as a whole.
#[test]
fn kinds_are_told_apart() {
    for (word, every) in Every::WORDS {
        assert_eq!((Every::of(word), every.as_str()), (Some(every), word));
    }
    assert_eq!(Every::of("planets"), None);
    let plan = reading(
        &full("sites: { annex: { in: [jp/iwate, town] } }\nregions: { town: {} }\n")
            .replace("sites: { hall: {} }\n", ""),
    );
    let ids = |every: Every| every.members(&plan.plan).iter().map(Id::to_string).collect::<Vec<_>>();
    assert!(ids(Every::PowerAreas).contains(&"jp/iwate".to_owned()));
    assert!(!ids(Every::Places).contains(&"jp/iwate".to_owned()));
}

#[test]
fn mistakes_are_told() {
    let wrong = |text: &str, expected: &[&str]| {
        check(
            &small(&format!(
                "{SERVICE}teams: {{ it: {{ at: {{ hall: 3 }} }} }}\nscenarios: {{ x: {text} }}\n"
            )),
            expected,
        );
    };
    let none = "hits-nothing 6:";
    let begins = |text: &str, code: &str| {
        let all = found(&reading(&small(&format!(
            "{SERVICE}teams: {{ it: {{ at: {{ hall: 3 }} }} }}\nscenarios: {{ x: {text} }}\n"
        ))));
        assert!(all.len() == 1 && all[0].starts_with(code), "{text}: {all:?}");
    };
    wrong("{ loses: hall, effect: out, lasts: 3d }", &[]);
    begins("{ every: carriers, effect: out }", none);
    begins("{ each: suppliers }", none);
    begins("{ class: disaster }", none);
    begins("{ loses: hall, effect: gone, lasts: 3d }", "says-nothing 6:");
    begins("{ loses: hall, effect: gone, starts: 3d }", "says-nothing 6:");
    begins("{ loses: hall, effect: wiped, again: { every: 1d, times: 3 } }", "says-nothing 6:");
    begins("{ loses: hall, absent: 50% }", "says-nothing 6:");
    begins("{ loses: hall, dwell: 3d }", "says-nothing 6:");
    wrong("{ loses: it, absent: 50%, lasts: 8w }", &[]);
    for again in [
        "{ every: 0, times: 3 }",
        "{ every: 1d, times: 1 }",
        "{ every: 1d, times: 401 }",
        "{ times: 3 }",
        "{ every: 1d }",
    ] {
        begins(&format!("{{ loses: hall, effect: out, lasts: 1h, again: {again} }}"), "out-of-range 6:");
    }
    wrong("{ loses: hall, effect: out, lasts: 1h, again: { every: 1d, times: 400 } }", &[]);
    begins("{ every: planets }", "unknown-word 6:");
    let nobody = found(&reading(&small(&format!(
        "{SERVICE}scenarios: {{ x: {{ events: [{{ losses: hall }}] }} }}\n"
    ))));
    assert!(nobody.iter().any(|said| said.starts_with("unknown-key 5:")), "{nobody:?}");
    begins("{ events: [{ loses: moon }] }", "dangling-reference 6:");
}
