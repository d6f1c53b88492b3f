//! The town office of `examples/`, and ten changes of it, each with the verdict that must change.

#[path = "common/text.rs"]
mod text;

use assess::{Evidence, State, assess};
use base::Timestamp;

const PLAN: &str = include_str!("../../../examples/town-office/okiagari.yaml");

/// State and reason of one verdict, `service loss part`, without any evidence.
fn verdict(text: &str, which: &str) -> (State, String) {
    let reading = text::read(text, &[]);
    let evidence = Evidence::none(Timestamp::UNIX_EPOCH);
    let assessment = assess(&reading.plan, &evidence, &|paths| reading.evidence_digest(paths));
    let found = assessment
        .verdicts()
        .into_iter()
        .find(|v| format!("{} {} {}", v.service, v.loss, v.part.as_str()) == which)
        .map(|v| (v.state, v.reason.to_string()));
    found.unwrap_or_else(|| panic!("no verdict {which}"))
}

/// The verdict before and after `from` is replaced by `to`; `why` stands in the new reason.
fn change(from: &str, to: &str, which: &str, before: State, after: State, why: &str) {
    assert!(PLAN.contains(from), "the example no longer says {from}");
    assert_eq!(verdict(PLAN, which).0, before, "before: {}", verdict(PLAN, which).1);
    let (state, reason) = verdict(&PLAN.replace(from, to), which);
    assert_eq!(state, after, "after: {reason}");
    assert!(reason.contains(why), "{reason:?} does not say {why:?}");
}

use State::{Missed, Predicted, Unknown};

#[test]
fn the_example_holds_a_realistic_miss_of_each_kind_and_an_unknown() {
    let (state, why) = verdict(PLAN, "counter jp/iwate rto");
    assert_eq!(state, Missed, "the generator dies before power is back: {why}");
    let (state, why) = verdict(PLAN, "archive hall rpo");
    assert_eq!(state, Missed);
    assert!(why.contains("remote") && why.contains("7d"), "the only copy outside is too old: {why}");
    let (state, why) = verdict(PLAN, "tax tax-machine rto");
    assert_eq!((state, why.as_str()), (Unknown, "depends on equipment.tax-machine.replace"));
    assert_eq!(verdict(PLAN, "counter hall rto").0, Predicted);
}

#[test]
fn mutation_1_the_outside_copy_is_removed() {
    let why = "no copy of register is left: nas is lost";
    change("      - { to: remote, every: 1d }\n", "", "counter hall rpo", Predicted, Missed, why);
}

#[test]
fn mutation_2_the_interval_is_lengthened() {
    change("to: nas, every: 30m", "to: nas, every: 2h", "counter server rpo", Predicted, Missed, "every 2h");
}

#[test]
fn mutation_3_the_spare_is_moved_into_the_hall() {
    let (from, to) = ("spare:       { at: school", "spare:       { at: hall");
    change(from, to, "counter hall rto", Predicted, Missed, "spare is missing");
}

#[test]
fn mutation_4_the_key_is_only_in_the_hall() {
    let (from, to) = ("vault-key:  { at: [hall, school] }", "vault-key:  { at: [hall] }");
    change(from, to, "counter hall rto", Predicted, Missed, "key of remote is lost");
}

#[test]
fn mutation_5_there_is_one_administrator_only() {
    let scenario = "\nscenarios:\n  fire-on-a-holiday: { loses: [hall, admins] }\n";
    let which = "archive fire-on-a-holiday rto";
    assert_eq!(verdict(&format!("{PLAN}{scenario}"), which).0, Predicted);
    let one = PLAN.replace("admins: { at: { hall: 2 } }", "admins: { at: { hall: 1 } }");
    let (state, why) = verdict(&format!("{one}{scenario}"), which);
    assert_eq!(state, Missed);
    assert!(why.contains("admins is missing"), "{why}");
}

#[test]
fn mutation_6_the_generator_has_fuel_for_a_week() {
    let (from, to) = ("generator: 5h", "generator: 1w");
    change(from, to, "counter jp/iwate rto", Missed, Predicted, "holds out");
}

#[test]
fn mutation_7_the_objective_is_tightened() {
    let (from, to) = ("disaster: { rto: 3d, rpo: previous-day }", "disaster: { rto: 4h, rpo: previous-day }");
    change(from, to, "archive hall rto", Predicted, Missed, "school takes");
}

#[test]
fn mutation_8_the_maker_answers() {
    change("replace: unknown", "replace: 3d", "tax tax-machine rto", Unknown, Predicted, "hall");
    change("replace: unknown", "replace: 30d", "tax tax-machine rto", Unknown, Missed, "deliver tax-machine");
}

#[test]
fn mutation_9_the_archive_is_copied_outside_daily() {
    let (from, to) = ("- { to: remote, every: 1w }", "- { to: remote, every: 1d }");
    change(from, to, "archive hall rpo", Missed, Predicted, "remote");
}

#[test]
fn mutation_10_assumptions_are_taken_away() {
    let (from, to) = ("assume: standard", "assume: none");
    change(from, to, "archive jp/iwate rto", Predicted, Unknown, "regions.jp/iwate.outage");
}

#[test]
fn mutation_11_one_spare_cannot_carry_both() {
    let why = "spare is taken by counter";
    change("units: 2, enough: 1", "units: 1", "archive hall rto", Predicted, Missed, why);
    change("units: 2, enough: 1", "units: 1", "counter hall rto", Predicted, Predicted, "school");
}

#[test]
fn the_same_hall_dark_or_gone_differs_in_the_age_of_data() {
    let plan = format!("{PLAN}\nscenarios:\n  hall-dark: {{ loses: [hall], effect: out, lasts: 3h }}\n");
    let reading = text::read(&plan, &[]);
    let evidence = Evidence::none(Timestamp::UNIX_EPOCH);
    let assessment = assess(&reading.plan, &evidence, &|paths| reading.evidence_digest(paths));
    let outcome = |loss: &str| assessment.outcome("archive", loss).unwrap().clone();
    let dark = outcome("hall-dark");
    assert!(!dark.fate.stops.is_never(), "a dark hall stops what stands in it");
    assert_eq!(dark.course().unwrap().age, None, "data of a dark hall are still there");
    assert!(outcome("hall").course().unwrap().age.is_some(), "data of a lost hall come from a copy");
}
