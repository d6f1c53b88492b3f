//! The chance of objectives by the engine's own courses: what varies in a plan, what was measured, who waits for whom.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

#[path = "common/drill.rs"]
mod drill;
#[path = "properties/plans.rs"]
#[expect(dead_code, reason = "the other properties use more of it")]
mod plans;
#[path = "common/text.rs"]
mod text;

use std::collections::BTreeMap;

use assess::boolean::Z_95;
use assess::chance::{Ask, Chance, Network, Prospect, Unplanned, chance_of, plan_of};
use assess::course::Candidate;
use assess::net::Net;
use assess::{Context, DrillRecord, Evidence, assess};
use base::{Id, Span, Timestamp};
use drill::drill;
use plan::Reading;
use plans::Draw;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

fn ask() -> Ask<'static> {
    Ask { seed: 1, trials: 20_000, z: Z_95, strength: 0.0, half_life: Span::days(365), stop: &|| false }
}

fn asked(text: &str, evidence: &Evidence, of: (&str, &str), ask: Ask<'_>) -> Result<Prospect, Unplanned> {
    let reading = text::read(text, &[]);
    let net = Net::new(&reading.plan);
    let digest = |paths: &[String]| reading.evidence_digest(paths);
    let context = Context { plan: &reading.plan, net: &net, evidence, digest: &digest };
    let loss = assess::loss::find(&reading.plan, of.1).unwrap();
    chance_of(context, &loss, net.find(&Id::new(of.0)).unwrap(), ask)
}

fn nothing() -> Evidence {
    Evidence::none(Timestamp::UNIX_EPOCH)
}

fn prospect(text: &str, service: &str, loss: &str) -> Prospect {
    asked(text, &nothing(), (service, loss), ask()).unwrap()
}

fn share(chance: &Chance) -> f64 {
    chance.estimate.hits as f64 / chance.estimate.trials as f64
}

fn near(chance: &Chance, expected: f64) {
    assert!((share(chance) - expected).abs() < 0.012, "{} is not {expected}", share(chance));
}

/// A service in a hall on a grid whose outages vary, triangular from 1 to 6 days, mostly 2.
const GRID: &str = "
okiagari: 1
regions: { grid: { kind: power, outage: { min: 1d, likely: 2d, max: 6d } } }
sites: { hall: { in: [grid], power: {} } }
equipment: { m: { at: hall, replace: none } }
services:
  s:
    objectives: { disaster: { rto: 96h30m } }
    ways: [{ name: w, runs-on: m, restart: 30m }]
";

#[test]
fn an_outage_that_varies_is_drawn_and_the_restart_comes_after_it() {
    let found = prospect(GRID, "s", "grid");
    // 1 - (6-4)²/((6-1)(6-2)): within four days of outage.
    near(&found.rto, 0.8);
    assert_eq!(found.drawn, ["regions.grid.outage"]);
    assert!(found.held.is_empty());
    assert_eq!(found.rto, found.all);
    let longest = found.tally.quantile(0, 1.0).unwrap();
    assert!(Span::days(5) < longest && longest < Span::days(6) + Span::hours(2), "{longest}");
}

#[test]
fn what_cannot_be_late_never_is_and_what_must_be_always_is() {
    near(&prospect(&GRID.replace("rto: 96h30m", "rto: 6d1h"), "s", "grid").rto, 1.0);
    near(&prospect(&GRID.replace("rto: 96h30m", "rto: 1d"), "s", "grid").rto, 0.0);
    let unknown = GRID.replace("restart: 30m", "restart: unknown");
    near(&prospect(&unknown, "s", "grid").rto, 0.0);
    // A range is not a distribution: its worst end holds.
    let range = GRID.replace("{ min: 1d, likely: 2d, max: 6d }", "1d..6d");
    let found = prospect(&range, "s", "grid");
    near(&found.rto, 0.0);
    assert!(found.drawn.is_empty());
}

/// A battery of ten hours bridges short outages: then nothing stops. They count as met, as do those drawn in their
/// place.
#[test]
fn an_outage_that_may_be_bridged_is_still_drawn() {
    let battery = GRID
        .replace("min: 1d, likely: 2d, max: 6d", "min: 1h, likely: 41h, max: 81h")
        .replace("power: {}", "power: { ups: { lasts: 10h, recharge: 1h, feeds: [m] } }")
        .replace("rto: 96h30m", "rto: 51h30m");
    let found = prospect(&battery, "s", "grid");
    // Back at outage + 30 min, 51.5 h after the battery ran out: within 61 h of outage, 1 - 20²/(80·40).
    near(&found.rto, 0.875);
    assert_eq!(found.drawn, ["regions.grid.outage"]);
    assert!(found.tally.quantile(0, 0.0).unwrap() >= Span::minutes(30));
}

#[test]
fn without_an_interruption_or_a_course_there_is_nothing_to_draw() {
    let other = GRID.replace("sites: {", "sites: { school: {}, ");
    assert_eq!(asked(&other, &nothing(), ("s", "school"), ask()), Err(Unplanned::Unharmed));
    assert_eq!(asked(GRID, &nothing(), ("s", "m"), ask()), Err(Unplanned::NoCourse));
}

/// Two services in a hall, each with a way at the school that takes one of the admins; `s` needs nobody else's service.
const SCHOOL: &str = "
okiagari: 1
sites: { hall: {}, school: {} }
equipment: { m: { at: hall, replace: none }, x: { at: school }, y: { at: school } }
teams: { admins: { at: { school: 1 }, arrives: 0 } }
services:
  a:
    priority: 1
    monitor: { every: 1h, failures: 1 }
    objectives: { disaster: { rto: 8h } }
    ways: [{ name: w, runs-on: m }, { name: spare, runs-on: x, steps: [DETECT, DECIDE, { do: move, by: admins, takes: { min: 1h, likely: 1h, max: 11h } }] }]
  b:
    priority: 2
    monitor: { every: 1h, failures: 1 }
    objectives: { disaster: { rto: 8h } }
    ways: [{ name: w, runs-on: m }, { name: spare, runs-on: y, steps: [DETECT, DECIDE, { do: follow, by: admins, takes: 1h }] }]
";

fn school() -> String {
    SCHOOL
        .replace("DETECT", "{ detect: it, auto: true, takes: 0 }")
        .replace("DECIDE", "{ decide: it, auto: true, takes: 1h }")
}

/// P(1 h + X ≤ 8 h) of X falling from 1 to 11 h: 1 - (4/10)².
#[test]
fn a_step_that_varies_is_drawn() {
    let found = prospect(&school(), "a", "hall");
    near(&found.rto, 0.84);
    assert_eq!(found.drawn, ["services.a.ways.spare.steps.do-move.takes"]);
}

/// Two steps of one name have one draw between them, which fits at most one: both stay at their greatest.
#[test]
fn two_steps_of_one_name_are_held_at_their_worst() {
    let twice = school().replace(
        "{ do: move, by: admins, takes: { min: 1h, likely: 1h, max: 11h } }",
        "{ do: move, by: admins, takes: { min: 1h, likely: 1h, max: 2h } }, { do: move, by: admins, takes: { min: 1h, likely: 1h, max: 6h } }",
    );
    let found = prospect(&twice, "a", "hall");
    near(&found.rto, 0.0);
    assert_eq!((found.drawn.len(), found.held.len()), (0, 1), "{:?} {:?}", found.drawn, found.held);
    near(&prospect(&twice.replacen("rto: 8h", "rto: 9h", 1), "a", "hall").rto, 1.0);
}

/// The one admin comes to B when A is done, in every trial: 1 h + X + 1 h ≤ 8 h. With an admin each, B waits for nobody.
#[test]
fn who_waits_for_a_person_waits_in_every_trial() {
    near(&prospect(&school(), "b", "hall").rto, 0.75);
    let two = school().replace("school: 1 }", "school: 2 }");
    near(&prospect(&two, "b", "hall").rto, 1.0);
}

/// B needs A: it starts when A is back, though in the plan, where A takes longest, it would wait anyway.
#[test]
fn who_needs_a_service_waits_for_it_in_every_trial() {
    let needs = school()
        .replace("runs-on: y, steps", "runs-on: y, needs: [a], steps")
        .replace("do: follow, by: admins", "start: b, auto: true");
    assert!(needs.contains("needs: [a]") && needs.contains("start: b"));
    near(&prospect(&needs, "b", "hall").rto, 0.75);
    let longer = needs.replace("DECIDE", "").replace(
        "{ decide: it, auto: true, takes: 1h }, { start: b",
        "{ decide: it, auto: true, takes: 30m }, { start: b",
    );
    near(&prospect(&longer, "b", "hall").rto, 0.75);
}

#[test]
fn a_missed_point_misses_the_whole_whatever_the_time() {
    let copied = school()
        .replace("okiagari: 1", "okiagari: 1\nassume: standard")
        .replace("services:", "data: { d: { runs-on: m, size: 1GB, copies: [{ to: v, every: 1d }] } }\nvaults: { v: { at: school } }\nservices:")
        .replace("rto: 8h } }\n    ways: [{ name: w, runs-on: m }, { name: spare, runs-on: x,", "rto: 8h, rpo: 1h } }\n    ways: [{ name: w, runs-on: m, data: [d] }, { name: spare, runs-on: x, data: [d],")
        .replace("{ do: move", "{ restore: d, auto: true, takes: 30m }, { do: move");
    let found = prospect(&copied, "a", "hall");
    assert!(share(&found.rto) > 0.7, "{found:?}");
    assert_eq!(found.all.estimate.hits, 0);
    near(&prospect(&copied.replace("rpo: 1h", "rpo: 3d"), "a", "hall").all, share(&found.rto));
}

/// Power of two grids in one prefecture: independent, or long together.
#[test]
fn outages_of_one_region_hang_together_as_declared() {
    let two = GRID
        .replace(
            "regions: {",
            "regions: { other: { kind: power, in: [jp/iwate], outage: { min: 1d, likely: 2d, max: 6d } }, ",
        )
        .replace("grid: { kind: power,", "grid: { kind: power, in: [jp/iwate],")
        .replace("sites: {", "sites: { annex: { in: [other], power: {} }, ")
        .replace("equipment: {", "equipment: { n: { at: annex, replace: none }, ")
        .replace("runs-on: m,", "runs-on: m, needs: [n],")
        .replace("services:", "scenarios: { quake: { loses: [grid, other] } }\nservices:");
    let of = |strength: f64| asked(&two, &nothing(), ("s", "quake"), Ask { strength, ..ask() }).unwrap();
    near(&of(0.0).rto, 0.64);
    near(&of(1.0).rto, 0.8);
    let between = share(&of(0.5).rto);
    assert!(between > 0.66 && between < 0.76, "{between}");
    assert_eq!(of(0.5).drawn, ["regions.grid.outage", "regions.other.outage"]);
    let apart =
        two.replace("other: { kind: power, in: [jp/iwate],", "other: { kind: power, in: [jp/miyagi],");
    near(&asked(&apart, &nothing(), ("s", "quake"), Ask { strength: 1.0, ..ask() }).unwrap().rto, 0.64);
}

/// Four fresh drills in which the move took 9 h: two thirds of all trials take that long, and after two half-lives a
/// third.
#[test]
fn measured_times_take_the_place_of_estimates_by_their_weight() {
    let text = school();
    let drills = |age: Span| {
        let reading = text::read(&text, &[]);
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let at = Timestamp::from_millisecond(now.as_millisecond() - i64::try_from(age.as_millis()).unwrap())
            .unwrap();
        let none = Evidence::none(now);
        let assessment = assess(&reading.plan, &none, &|paths| reading.evidence_digest(paths));
        let choice = assessment.outcome("a", "hall").unwrap().choice().unwrap().clone();
        let took = |step: &assess::ChainStep| (step.object == "move").then(|| Span::hours(9));
        let drill = DrillRecord { rta: Some(Span::hours(10)), ..drill(&reading, "a", &choice, at, &took) };
        Evidence { drills: vec![drill; 4], ..none }
    };
    let chance = |evidence: &Evidence, half_life: Span| {
        asked(&text, evidence, ("a", "hall"), Ask { half_life, ..ask() }).unwrap().rto
    };
    near(&chance(&drills(Span::ZERO), Span::days(100)), 0.84 / 3.0);
    near(&chance(&drills(Span::days(200)), Span::days(100)), 0.84 * 2.0 / 3.0);
    near(&chance(&drills(Span::days(200)), Span::days(200)), 0.84 / 2.0);
    near(&chance(&drills(Span::days(400)), Span::days(100)), 0.84);
}

struct Case(&'static str);

impl plan::Files for Case {
    fn size(&self, path: &str) -> Result<u64, plan::ReadFailure> {
        self.read(path, u64::MAX).map(|bytes| bytes.len() as u64)
    }
    fn read(&self, path: &str, _: u64) -> Result<Vec<u8>, plan::ReadFailure> {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(self.0);
        std::fs::read(folder.join(path)).map_err(|_| plan::ReadFailure::NotFound)
    }
}

/// Where nothing varies, the chance is what the plan's own verdict says at the worst, for every service and loss of the
/// examples; nearly all their courses can be frozen.
#[test]
fn without_anything_that_varies_the_chance_is_the_plan_s_verdict() {
    let (mut frozen, mut left) = (0, 0);
    for folder in ["town-office", "cases/a", "cases/c", "cases/e", "cases/g", "cases/i", "cases/k"] {
        let reading = plan::read(&Case(folder), plan::ENTRY);
        let net = Net::new(&reading.plan);
        let (evidence, digest) = (nothing(), |paths: &[String]| reading.evidence_digest(paths));
        let context = Context { plan: &reading.plan, net: &net, evidence: &evidence, digest: &digest };
        for loss in &assess::loss::generate(&reading.plan) {
            for outcome in assess::under(context, loss).outcomes {
                match agrees(context, loss, &outcome) {
                    Some(true) => frozen += 1,
                    Some(false) => left += 1,
                    None => {}
                }
            }
        }
    }
    assert!(frozen > 60 && left * 10 < frozen, "{frozen} courses were frozen, {left} were not");
}

/// Whether a course could be frozen; it then says what the plan says. Nothing where there is no course.
fn agrees(context: Context<'_>, loss: &assess::loss::Loss, outcome: &assess::Outcome) -> Option<bool> {
    let course =
        outcome.course().filter(|course| course.broken.is_none() && !outcome.fate.stops.is_never())?;
    let service = context.net.find(&outcome.service).unwrap();
    let found = chance_of(context, loss, service, Ask { trials: 1, ..ask() });
    let found = match found {
        Ok(found) if found.drawn.is_empty() => found,
        Ok(_) => return None,
        Err(why) => {
            assert!(matches!(why, Unplanned::Interrupted | Unplanned::NoCourse), "{why:?}");
            return (why == Unplanned::Interrupted).then_some(false);
        }
    };
    let declared = context.net.service(service).unwrap();
    let promise = assess::objective::Promise::new(&outcome.service, declared, loss.class);
    let facts = assess::facts::Facts::quiet(assess::facts::Corner::Worst, loss.class, context.plan.assume);
    let met = promise.met(assess::Part::Rto, course, &facts);
    let met = met.unwrap_or(!promise.rta(course, &facts).is_never());
    assert_eq!(found.rto.estimate.hits, u64::from(met), "{} under {}", outcome.service, loss.id);
    assert_eq!(found.all.estimate.hits, u64::from(met && promise.met_all(course, &facts)), "{}", loss.id);
    Some(true)
}

/// Times of these kinds vary.
const KINDS: [&str; 6] = ["outage", "replace", "repair", "restart", "takes", "arrives"];

/// A plan in which all times of some kinds are written by `write`, which is given the kind and the length.
fn rewritten(text: &str, write: &dyn Fn(&str, Span) -> String) -> Reading {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(": ") {
        let (before, after) = rest.split_at(at + 2);
        out.push_str(before);
        rest = after;
        let kind = before[..at].rsplit([' ', '{']).next().unwrap();
        let end = after.find([',', ' ', '}', '\n']).unwrap_or(after.len());
        if let (true, Ok(span)) = (KINDS.contains(&kind), Span::parse(&after[..end])) {
            out.push_str(&write(kind, span));
            rest = &after[end..];
        }
    }
    plans::read(&(out + rest))
}

/// Least, most likely and greatest length of a time.
fn ends(span: Span) -> [Span; 3] {
    let millis = span.as_millis();
    [Span::millis(millis / 4), Span::millis(millis / 2), span]
}

fn level_of(kind: &str, levels: &[usize; 6]) -> usize {
    levels[KINDS.iter().position(|known| *known == kind).unwrap()]
}

/// How long the interruption is in the frozen plan when each kind of time is at its level.
fn at_levels(network: &Network, varies: &BTreeMap<String, [Span; 3]>, levels: &[usize; 6]) -> Span {
    let length = |step: usize| {
        let step = &network.steps()[step];
        let (least, greatest) = step.law.ends();
        let Some(fact) = varies.get(&step.name) else { return greatest };
        let kind = step.name.rsplit('.').next().unwrap();
        // A law that follows a fact is the fact's, moved and cut off below.
        let drawn = fact[level_of(kind, levels)];
        (drawn + greatest - fact[2]).max(least)
    };
    let ends = network.propagate(length);
    let goal = &network.goals()[0];
    let end = goal.ends.iter().map(|end| ends[*end].1).fold(goal.since, Span::max);
    end - goal.since
}

/// Whether two courses are the same but for their times.
fn same(a: &Candidate, b: &Candidate) -> bool {
    let steps = |course: &Candidate| {
        course.choice.steps.iter().map(|step| (step.verb, step.object.clone())).collect::<Vec<_>>()
    };
    let choice = |course: &Candidate| (course.choice.way.clone(), course.choice.sources.clone());
    a.choice.original == b.choice.original && choice(a) == choice(b) && steps(a) == steps(b)
}

/// For one loss: length of the interruption as frozen, by the engine, and at the worst, for every service whose plan stays
/// the same.
fn lengths(varying: &Reading, exact: &Reading, loss: &str, levels: &[usize; 6]) -> Vec<[Span; 3]> {
    let (evidence, digest) = (nothing(), |_: &[String]| String::new());
    let (net, other) = (Net::new(&varying.plan), Net::new(&exact.plan));
    let context = Context { plan: &varying.plan, net: &net, evidence: &evidence, digest: &digest };
    let loss = assess::loss::find(&varying.plan, loss).unwrap();
    let planned = assess::under(context, &loss).outcomes;
    let then = assess::under(Context { plan: &exact.plan, net: &other, ..context }, &loss).outcomes;
    let chosen = |all: &[assess::Outcome], id: &Id| {
        all.iter().find(|outcome| outcome.service == *id).and_then(|outcome| outcome.course().cloned())
    };
    // Another choice, or another order of people's work, is another plan.
    let whole = planned.iter().all(|outcome| match (outcome.course(), chosen(&then, &outcome.service)) {
        (Some(a), Some(b)) => same(a, &b) && !a.waited && !b.waited,
        (a, b) => a.is_none() && b.is_none(),
    });
    if !whole {
        return Vec::new();
    }
    let one = |outcome: &assess::Outcome| {
        let service = net.find(&outcome.service)?;
        let frozen = plan_of(context, &loss, service, 0.0, Span::days(365)).ok()?;
        let length = at_levels(&frozen.network, &outcome.touched.varies, levels);
        let declared = other.service(other.find(&outcome.service)?)?;
        let promise = assess::objective::Promise::new(&outcome.service, declared, loss.class);
        let facts = assess::facts::Facts::quiet(assess::facts::Corner::Worst, loss.class, exact.plan.assume);
        Some([length, promise.rta(&chosen(&then, &outcome.service)?, &facts), frozen.rta])
    };
    planned.iter().filter_map(one).collect()
}

/// The engine judges the frozen plan: with times written at the lengths that are drawn, it says how long the same course
/// takes. The frozen plan is never faster, and mostly just as fast.
#[test]
fn the_frozen_plan_is_never_faster_than_the_engine_says() {
    let counts = std::cell::Cell::new([0; 3]);
    // The same plans every time: how many of them tell anything is counted below.
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let levels = prop::array::uniform6(0usize..3);
    let tried = runner.run(&(Draw::any(), levels), |(draw, levels)| {
        let text = draw.text();
        let varying = rewritten(&text, &|_, span| {
            let [min, likely, max] = ends(span).map(Span::as_millis);
            format!("{{ min: {min}ms, likely: {likely}ms, max: {max}ms }}")
        });
        let exact =
            rewritten(&text, &|kind, span| format!("{}ms", ends(span)[level_of(kind, &levels)].as_millis()));
        for loss in Draw::things() {
            if assess::loss::find(&varying.plan, &loss).is_none() {
                continue;
            }
            for [frozen, engine, worst] in lengths(&varying, &exact, &loss, &levels) {
                prop_assert!(frozen >= engine, "{frozen} < {engine} under {loss}, {levels:?}\n{text}");
                let [equal, slower, moved] = counts.get();
                let more = [frozen == engine, frozen > engine, frozen < worst].map(i32::from);
                counts.set([equal + more[0], slower + more[1], moved + more[2]]);
            }
        }
        Ok(())
    });
    if let Err(failure) = tried {
        panic!("{failure}");
    }
    let [equal, slower, moved] = counts.get();
    assert!(
        equal > 50 && slower * 5 < equal && moved > 20,
        "{equal} as fast, {slower} slower, {moved} moved"
    );
}
