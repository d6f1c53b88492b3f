//! Hours of people and suppliers: who is at work when the loss comes, who answers, who is bound to come.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

#[path = "common/text.rs"]
mod text;

use assess::{Evidence, Part, assess};
use base::{Id, Timestamp};
use proptest::prelude::*;

/// How the recovery time of `s` under `loss` is judged, and what it is, or what is not known.
fn judged(text: &str, loss: &str) -> String {
    let plan = text::read(text, &[]).plan;
    let all = assess(&plan, &Evidence::none(Timestamp::UNIX_EPOCH), &|_| String::new());
    let verdicts = &all.outcome("s", loss).unwrap_or_else(|| panic!("no {loss}")).verdicts;
    let verdict = verdicts.iter().find(|verdict| verdict.part == Part::Rto).unwrap();
    let value = match verdict.value {
        Some(assess::Value::Time(span)) => span.to_string(),
        _ => verdict.unknown.join(", "),
    };
    format!("{} {value}", verdict.state.as_str())
}

/// A machine at a school that takes over, by people who work there, and by nobody else.
fn school(team: &str, scenario: &str) -> String {
    format!(
        "okiagari: 1
calendars: {{ office: mon-fri 8:30-17:15 }}
sites: {{ hall: {{}}, school: {{}} }}
equipment: {{ m: {{ at: hall, replace: none }}, x: {{ at: school }} }}
teams: {{ it: {{ at: {{ school: 1 }}, {team} }} }}
scenarios: {{ fire: {{ loses: m, {scenario} class: disaster }} }}
services: {{ s: {{ objectives: {{ disaster: {{ rto: 3d }} }}, ways: [{{ name: w, runs-on: m }}, {{ name: away, runs-on: x, steps: [{{ detect: s, takes: 30m, auto: true }}, {{ decide: s, takes: 30m, auto: true }}, {{ start: s, by: it, takes: 2h }}] }}] }} }}
"
    )
}

#[test]
fn people_who_have_gone_home_have_to_come() {
    // At work whenever it happens, where nothing else is said.
    assert_eq!(judged(&school("arrives: 5h", ""), "fire"), "predicted 3h");
    // Else it comes when they have just gone for the weekend: an hour to decide, five to come.
    let office = "hours: office, arrives: 5h";
    assert_eq!(judged(&school(office, ""), "fire"), "predicted 8h");
    assert_eq!(judged(&school(office, "moment: wed 10:00,"), "fire"), "predicted 3h");
    assert_eq!(
        judged(&school(office, "moment: fri 16:30,"), "fire"),
        "predicted 8h",
        "gone when it is decided"
    );
    assert_eq!(judged(&school("hours: 24x7, arrives: 5h", ""), "fire"), "predicted 3h");
}

#[test]
fn they_come_to_work_anyway_when_that_is_sooner() {
    let office = "hours: office, arrives: 5h";
    // Decided at 7:30, called, and there at 8:30 like every day.
    assert_eq!(judged(&school(office, "moment: thu 6:30,"), "fire"), "predicted 4h");
    // Nobody said how soon they come: at the worst not before Monday.
    assert_eq!(judged(&school("hours: office", ""), "fire"), "predicted 2d 17h");
}

#[test]
fn hours_that_nobody_knows_are_a_question() {
    let tight = school("hours: unknown, arrives: 5h", "").replace("rto: 3d", "rto: 4h");
    assert_eq!(judged(&tight, "fire"), "unknown teams.it.hours");
    assert_eq!(judged(&school("hours: unknown, arrives: 5h", ""), "fire"), "predicted 8h");
}

/// A machine that is bought anew from a shop, or mended by its people.
fn bought(shop: &str, machine: &str, scenario: &str) -> String {
    format!(
        "okiagari: 1
sites: {{ hall: {{}} }}
suppliers: {{ shop: {{ {shop} }} }}
equipment: {{ m: {{ at: hall, maintained-by: shop, {machine} }} }}
scenarios: {{ fire: {{ loses: m, {scenario} class: disaster }} }}
assume: standard
services: {{ s: {{ objectives: {{ disaster: {{ rto: 30d }} }}, monitor: {{ every: 1m, failures: 1 }}, ways: [{{ name: w, runs-on: m, restart: 0 }}] }} }}
"
    )
}

#[test]
fn an_order_waits_until_the_shop_is_open() {
    let always = judged(&bought("hours: 24x7", "replace: 5d", ""), "fire");
    // Friday 17:00 to Monday 9:00, five days, a day to install.
    let office = judged(&bought("hours: mon-fri 9:00-17:00", "replace: 5d", ""), "fire");
    let midweek = judged(&bought("hours: mon-fri 9:00-17:00", "replace: 5d", "moment: tue 10:00,"), "fire");
    assert_eq!((always.as_str(), office.as_str()), ("predicted 6d 1h", "predicted 8d 16h"));
    assert_eq!(midweek, always);
}

#[test]
fn what_nobody_says_of_the_machine_the_supplier_says() {
    assert_eq!(
        judged(&bought("lead-time: 2w", "", ""), "fire"),
        judged(&bought("", "replace: 2w", ""), "fire")
    );
    assert_eq!(
        judged(&bought("lead-time: 2w", "replace: 3d", ""), "fire"),
        judged(&bought("", "replace: 3d", ""), "fire")
    );
}

#[test]
fn who_is_not_bound_to_come_may_not_come() {
    let bound = |word: &str| judged(&bought(&format!("commitment: {word}"), "replace: 5d", ""), "fire");
    assert_eq!(bound("contract"), "predicted 6d 1h");
    assert_eq!(bound("best-effort"), bound("contract"));
    for word in ["uncertain", "none", "unknown", "{ failure: contract, disaster: uncertain }"] {
        assert_eq!(bound(word), "unknown suppliers.shop.commitment", "{word}");
    }
    assert_eq!(bound("{ failure: uncertain, disaster: contract }"), bound("contract"));
}

/// Work by a supplier at a school.
fn contractor(shop: &str, at: &str) -> String {
    school("arrives: 0", "")
        .replace("teams:", &format!("suppliers: {{ shop: {{ {shop} }} }}\nteams:"))
        .replace("by: it", &format!("by: shop{at}"))
}

#[test]
fn who_works_from_afar_does_not_have_to_come_but_has_to_answer() {
    assert_eq!(judged(&contractor("arrives: 4h", ""), "fire"), "predicted 7h");
    assert_eq!(judged(&contractor("arrives: 4h, remote: true", ""), "fire"), "predicted 3h");
    assert_eq!(
        judged(&contractor("arrives: 4h, remote: true", ", at: school"), "fire"),
        "predicted 7h",
        "hands are needed"
    );
    let closed = "arrives: 4h, remote: true, hours: mon-fri 9:00-17:00";
    assert_eq!(judged(&contractor(closed, ""), "fire"), "predicted 2d 18h");
    let called = "arrives: 4h, hours: mon-fri 9:00-17:00";
    assert_eq!(judged(&contractor(called, ""), "fire"), "predicted 2d 22h");
}

#[test]
fn the_wait_names_who_does_not_answer() {
    let text = contractor("arrives: 4h, hours: mon-fri 9:00-17:00", "");
    let plan = text::read(&text, &[]).plan;
    let all = assess(&plan, &Evidence::none(Timestamp::UNIX_EPOCH), &|_| String::new());
    let outcome = all.outcome("s", "fire").unwrap();
    let steps = &outcome.course().unwrap().choice.steps;
    let arrives = steps.iter().find(|step| step.verb == plan::Verb::Arrive).unwrap();
    assert_eq!(arrives.waits_for, Some(Id::new("shop")));
}

fn minutes(text: &str) -> u64 {
    let plan = text::read(text, &[]).plan;
    let all = assess(&plan, &Evidence::none(Timestamp::UNIX_EPOCH), &|_| String::new());
    let verdict = all.outcome("s", "fire").unwrap().verdicts[0].clone();
    match verdict.value {
        Some(assess::Value::Time(span)) => span.as_millis() / 60_000,
        _ => u64::MAX,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever the hours, deciding sooner or coming sooner never makes the service late.
    #[test]
    fn sooner_is_never_later(
        day in 0usize..7, hour in 0u32..24, minute in 0u32..60,
        decide in 0u64..4000, faster in 0u64..4000, arrives in 0u64..600, nearer in 0u64..600,
        from in 0u32..12, to in 12u32..24,
    ) {
        let moment = format!("moment: {} {hour}:{minute:02},", ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][day]);
        let plan = |decide: u64, arrives: u64| {
            let hours = format!("hours: mon-fri {from}:00-{to}:00, arrives: {arrives}m");
            school(&hours, &moment).replace("decide: s, takes: 30m", &format!("decide: s, takes: {decide}m"))
        };
        let slow = minutes(&plan(decide, arrives));
        prop_assert!(minutes(&plan(decide.saturating_sub(faster), arrives)) <= slow);
        prop_assert!(minutes(&plan(decide, arrives.saturating_sub(nearer))) <= slow);
    }
}

#[test]
fn evidence_rests_on_the_people_of_the_steps_and_on_their_calendars() {
    let slice = |team: &str| {
        let plan = text::read(&school(team, ""), &[]).plan;
        let all = assess(&plan, &Evidence::none(Timestamp::UNIX_EPOCH), &|_| String::new());
        all.outcome("s", "fire").unwrap().course().unwrap().choice.slice(&plan)
    };
    let with = slice("hours: office, arrives: 5h");
    assert!(with.contains(&"teams.it".to_owned()) && with.contains(&"calendars".to_owned()), "{with:?}");
    assert!(!slice("arrives: 5h").contains(&"calendars".to_owned()));
}

#[test]
fn what_hours_make_shorter_is_not_judged_by_chance() {
    // Decided between 6:40 and 8:20, there by 8:30 in any case: drawing the decision alone would have them there at 6:50.
    let varies = school("hours: office, arrives: 5h", "moment: thu 6:00,")
        .replace("decide: s, takes: 30m", "decide: s, takes: { min: 10m, likely: 20m, max: 110m }")
        .replace("start: s, by: it, takes: 2h", "start: s, by: it, takes: { min: 1h, likely: 2h, max: 3h }")
        .replace("rto: 3d", "rto: 5h");
    assert_eq!(judged(&varies, "fire"), "unknown services.s.ways.away.steps.start-s.takes");
    // At work anyway, the same times are drawn.
    let there = varies.replace("moment: thu 6:00", "moment: thu 9:00");
    assert_eq!(judged(&there, "fire"), "predicted 4h 2m");
}
