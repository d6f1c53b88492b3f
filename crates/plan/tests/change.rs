//! Changes tried in memory: what they reach, what they leave alone, and how mistakes in them are told.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

mod common;

use base::{Id, Lang, Span};
use common::Folder;
use plan::{Change, ENTRY, Reading, read_changed};

const PLAN: &str = "okiagari: 1
sites: { hall: {}, school: {} }
equipment: { server: { at: hall }, dot.ted: { at: hall } }
vaults: { nas: { at: hall }, remote: { at: school } }
data:
  register: { runs-on: server, copies: [{ to: nas, every: 1h }, { to: remote, every: 1d }] }
services:
  erp:
    objectives: { rto: 4h, rpo: 1d }
    ways:
      - { name: hall, runs-on: server, data: [register] }
      - { name: school, runs-on: dot.ted, steps: [{ restore: register, takes: 3h }] }
  mail: { objectives: unset, ways: [{ runs-on: server }] }
";

fn set(path: &str, value: &str) -> Change {
    Change { from: "--set".to_owned(), path: path.to_owned(), value: Some(value.to_owned()) }
}

fn remove(path: &str) -> Change {
    Change { from: "--remove".to_owned(), path: path.to_owned(), value: None }
}

fn read(changes: &[Change]) -> Reading {
    read_changed(&Folder(vec![(ENTRY, PLAN.as_bytes().to_vec())]), ENTRY, changes)
}

fn sound(changes: &[Change]) -> plan::Plan {
    let reading = read(changes);
    let errors = reading.diagnostics.iter().filter(|d| d.severity == plan::Severity::Error);
    assert_eq!(errors.map(|d| d.message.to_string()).collect::<Vec<_>>(), [""; 0]);
    reading.plan
}

/// The one mistake that a change has, as a person reads it.
fn mistake(change: Change) -> String {
    let reading = read(&[change]);
    let errors: Vec<_> = reading.diagnostics.iter().filter(|d| d.severity == plan::Severity::Error).collect();
    assert_eq!(errors.len(), 1, "{errors:#?}");
    reading.render(errors[0], Lang::En, false)
}

fn rto(plan: &plan::Plan, service: &str) -> (Option<Span>, Option<Span>) {
    let service = &plan.services[&Id::new(service)];
    (service.failure.rto.agreed().copied(), service.disaster.rto.agreed().copied())
}

#[test]
fn one_class_of_objectives_for_both_is_changed_alone() {
    let plan = sound(&[set("services.erp.objectives.disaster.rto", "3d")]);
    assert_eq!(rto(&plan, "erp"), (Some(Span::hours(4)), Some(Span::days(3))));
    let rpo = plan.services[&Id::new("erp")].disaster.rpo.agreed().copied();
    assert_eq!(rpo, Some(plan::PointTarget::Age(Span::days(1))), "the rest of the class stays");
    let plan = sound(&[set("services.erp.objectives.rto", "2h")]);
    assert_eq!(rto(&plan, "erp"), (Some(Span::hours(2)), Some(Span::hours(2))));
}

#[test]
fn what_is_unset_can_be_set() {
    let plan = sound(&[set("services.mail.objectives.failure.rto", "8h")]);
    assert_eq!(rto(&plan, "mail"), (Some(Span::hours(8)), None));
    let plan = sound(&[set("services.mail.objectives.rto", "8h")]);
    assert_eq!(rto(&plan, "mail"), (Some(Span::hours(8)), Some(Span::hours(8))));
}

#[test]
fn items_of_lists_go_by_name_or_number() {
    for path in ["data.register.copies.remote.every", "data.register.copies.1.every"] {
        let plan = sound(&[set(path, "6h")]);
        let copies = plan.data[&Id::new("register")].copies.clone().unwrap();
        assert_eq!(copies[1].every, plan::Fact::Exact(Span::hours(6)), "{path}");
        assert_eq!(copies[0].every, plan::Fact::Exact(Span::hours(1)), "{path}");
    }
    let plan = sound(&[set("services.erp.ways.school.steps.restore-register.takes", "30m")]);
    let step = &plan.services[&Id::new("erp")].ways.as_ref().unwrap()[1].steps.as_ref().unwrap()[0];
    assert_eq!(step.takes, plan::Fact::Exact(Span::minutes(30)));
}

#[test]
fn ids_may_hold_dots() {
    let plan = sound(&[set("equipment.dot.ted.replace", "2d")]);
    assert_eq!(plan.equipment[&Id::new("dot.ted")].common.replace, plan::Fact::Exact(Span::days(2)));
}

#[test]
fn things_come_and_go() {
    let plan = sound(&[
        set("vaults.cloud", "{ at: school }"),
        set("data.register.copies.nas", "{ to: cloud, every: 2h }"),
        remove("vaults.nas"),
    ]);
    assert!(plan.vaults.contains_key(&Id::new("cloud")) && !plan.vaults.contains_key(&Id::new("nas")));
    assert_eq!(plan.data[&Id::new("register")].copies.as_ref().unwrap().len(), 2);
    assert_eq!(
        sound(&[remove("data.register.copies.nas")]).data[&Id::new("register")]
            .copies
            .as_ref()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn copies_go_with_the_place_they_are_in() {
    let plan = sound(&[remove("vaults.nas")]);
    let copies = plan.data[&Id::new("register")].copies.as_ref().unwrap();
    assert_eq!(copies.iter().map(|copy| copy.to.as_str()).collect::<Vec<_>>(), ["remote"]);
}

#[test]
fn a_change_is_another_plan_to_evidence_only_where_it_changes_something() {
    let slice = ["services.erp.ways.hall".to_owned()];
    let (before, other) = (read(&[]), read(&[set("vaults.cloud", "{ at: school }")]));
    assert_eq!(before.digest(&slice), other.digest(&slice));
    let changed = read(&[set("services.erp.ways.hall.runs-on", "dot.ted")]);
    assert_ne!(before.digest(&slice), changed.digest(&slice));
}

#[test]
fn mistakes_are_shown_where_they_stand_and_near_names_are_told() {
    let told = mistake(set("services.epr.objectives.rto", "4h"));
    assert!(told.contains("services has no part epr") && told.contains("did you mean erp?"), "{told}");
    assert!(told.contains("--set:1:10") && told.contains("services.epr.objectives.rto=4h"), "{told}");
    let told = mistake(set("servces.erp.hold", "4h"));
    assert!(told.contains("the plan has no part servces") && told.contains("services"), "{told}");
    let told = mistake(set("services.erp.objectives.rto", "4x"));
    assert!(told.contains("--set:1:29"), "{told}");
    let told = mistake(set("services.erp.objectives.disaster.rtoo", "4h"));
    assert!(told.contains("rtoo") && told.contains("did you mean rto?"), "{told}");
    let told = mistake(set("data.register.copies.remoot.every", "4h"));
    assert!(told.contains("data.register.copies has no part remoot") && told.contains("remote"), "{told}");
    let told = mistake(set("services.erp.ways.hall.runs-on.x", "server"));
    assert!(told.contains("short form"), "{told}");
    let told = mistake(remove("services.erp.priority"));
    assert!(told.contains("services.erp has no part priority"), "{told}");
    let told = mistake(remove("equipment.dot.ted"));
    assert!(told.contains("okiagari.yaml:12:34"), "what still refers to it is shown: {told}");
    let told = mistake(set("services.erp.hold", "[1h"));
    assert!(told.contains("--set:1:"), "{told}");
    assert!(mistake(set("include", "[other.yaml]")).contains("no part include"));
}

#[test]
fn odd_paths_do_no_harm() {
    let deep = format!("services.erp.{}", "a.".repeat(5000));
    assert!(mistake(set(&deep, "1")).contains("deeper than any plan"));
    for path in
        ["", ".", "..", "services.", "services..x", "services.erp.", "町.村", "services.erp.ways.99.takes"]
    {
        let reading = read(&[set(path, "1h"), remove(path)]);
        assert!(reading.diagnostics.iter().any(|d| d.severity == plan::Severity::Error), "{path:?}");
    }
}
