//! The chance of objectives by the engine's own courses: what varies in a plan, what was measured, who waits for whom.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

#[path = "common/text.rs"]
mod text;

use assess::boolean::Z_95;
use assess::chance::{Ask, Chance, Prospect, Unplanned, chance_of};
use assess::net::Net;
use assess::{Context, DrillRecord, Evidence, MeasuredStep, assess};
use base::{Id, Span, Timestamp};

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
        let step = |step: &assess::ChainStep| MeasuredStep {
            verb: step.verb,
            object: step.object.clone(),
            took: (step.object == "move").then(|| Span::hours(9)),
        };
        let drill = DrillRecord {
            record: 1,
            service: Id::new("a"),
            way: choice.way.clone(),
            loss: "hall".into(),
            digest: reading.evidence_digest(&choice.slice(&reading.plan)),
            at,
            sources: choice.sources.clone(),
            used: choice.used.clone(),
            steps: choice.steps.iter().map(step).collect(),
            rta: Some(Span::hours(10)),
            level: 1.0,
            bytes: 0,
            record_age: None,
            records_lost: None,
            records: None,
            passed: true,
            failure: None,
            isolation: "directory".into(),
        };
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
            for outcome in assess::under(context, loss) {
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
