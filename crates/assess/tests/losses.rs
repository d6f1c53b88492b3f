//! What each named loss does to a small plan, and the things a scenario may say beyond one effect: times of its own,
//! outages that come again, people who are away, intruders who dwelt.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

#[path = "common/text.rs"]
mod text;

use std::collections::BTreeMap;

use assess::condition::Damage;
use assess::facts::{Corner, Facts};
use assess::interval::Intervals;
use assess::loss::{Loss, generate};
use assess::net::Net;
use assess::world::World;
use assess::{Evidence, Part, State, Value, assess};
use base::{Id, Lang, Span, Timestamp};
use plan::Plan;
use plan::catalogue::NAMED;

/// Two sites in one grid, one of them in a hazard zone; a machine and a vault in each; a line of a carrier; people.
const PLACES: &str = "okiagari: 1
regions: { grid: { kind: power, outage: 1d }, wan: { kind: carrier }, river: { kind: hazard }, ad: { kind: domain } }
sites: { hall: { in: [grid, river], power: {} }, school: { in: grid, power: {} } }
links: { line: { between: [hall, school], in: wan, repair: 1d } }
equipment: { m: { at: hall, in: ad, repair: 1d }, x: { at: school, repair: 1d } }
vaults: { v: { at: school, domain: ad } }
teams: { it: { at: { hall: 3 } } }
documents: { book: { at: it } }
suppliers: { shop: {} }
services: { s: { objectives: { rto: 1d }, ways: [{ name: w, runs-on: m, restart: 0 }] } }
";

fn read(text: &str) -> Plan {
    text::read(text, &[]).plan
}

fn with(scenario: &str) -> Plan {
    read(&format!("{PLACES}scenarios: {{ event: {scenario} }}\n"))
}

fn loss(plan: &Plan, id: &str) -> Loss {
    let all = generate(plan);
    let known: Vec<&str> = all.iter().map(|loss| loss.id.as_str()).collect();
    all.iter().find(|loss| loss.id == id).unwrap_or_else(|| panic!("no {id} in {known:?}")).clone()
}

fn h(n: u64) -> Span {
    Span::hours(n)
}

/// Outages of a thing as `5-29h 48-`, or what is destroyed.
fn fares(plan: &Plan, loss: &Loss, thing: &str, corner: Corner) -> String {
    let net = Net::new(plan);
    let facts = Facts::new(corner, BTreeMap::new(), loss.class, plan.assume);
    let world = World::new(&net, loss, &facts);
    let condition = world.of(&Id::new(thing));
    match condition.damage {
        Damage::Gone => "gone".to_owned(),
        Damage::Wiped => "wiped".to_owned(),
        Damage::Intact => intervals(&condition.out),
    }
}

fn intervals(out: &Intervals) -> String {
    let hours =
        |at: Span| if at.is_never() { String::new() } else { (at.as_millis() / 3_600_000).to_string() };
    let all: Vec<String> = out.iter().map(|(a, b)| format!("{}-{}", hours(a), hours(b))).collect();
    if all.is_empty() { "well".to_owned() } else { all.join(" ") }
}

/// Each loss of the catalogue: what the machine in the hall, the one in the school, the vault, the line, the people
/// and what is written fare like.
#[test]
fn every_named_loss_does_what_it_says() {
    let things = ["m", "x", "v", "line", "it", "book"];
    let expected = [
        ("great-east-japan-2011", ["0-48", "0-48", "0-48", "0-72", "well", "well"]),
        ("great-east-japan-2011-last", ["0-720", "0-720", "0-720", "0-1200", "well", "well"]),
        ("flood:river", ["gone", "well", "well", "gone", "well", "well"]),
        ("data-centre-fire:hall", ["gone", "well", "well", "gone", "well", "well"]),
        ("data-centre-fire:school", ["well", "gone", "gone", "gone", "well", "well"]),
        ("data-centre-dark:hall", ["0-127", "well", "well", "0-127", "well", "well"]),
        ("ransomware", ["wiped", "well", "wiped", "well", "well", "well"]),
        ("pandemic", ["well", "well", "well", "well", "well", "well"]),
        ("key-person-gone:it", ["well", "well", "well", "well", "well", "well"]),
        ("supplier-gone:shop", ["well", "well", "well", "well", "well", "well"]),
    ];
    let catalogue: String = NAMED
        .iter()
        .flat_map(|named| {
            let yaml = named.yaml(Lang::En);
            yaml.lines().skip(1).map(|line| format!("{line}\n")).collect::<Vec<_>>()
        })
        .collect();
    let plan = read(&format!("{PLACES}scenarios:\n{catalogue}"));
    for (id, fate) in expected {
        let loss = loss(&plan, id);
        for (thing, fate) in things.iter().zip(fate) {
            assert_eq!(fares(&plan, &loss, thing, Corner::Worst), fate, "{id}: {thing}");
        }
    }
    let gone = loss(&plan, "supplier-gone:shop");
    assert_eq!(fares(&plan, &gone, "shop", Corner::Best), "0-", "for ever, at the best too");
    let kanto = fares(&plan, &loss(&plan, "great-east-japan-2011-kanto"), "m", Corner::Worst);
    assert!(kanto.starts_with("0-24 72-75 96-99 "), "{kanto}");
    assert_eq!(kanto.split(' ').count(), 11);
    let rolling = fares(&plan, &loss(&plan, "rolling-outages"), "m", Corner::Worst);
    assert!(rolling.starts_with("0-3 24-27 ") && rolling.ends_with(" 216-219"), "{rolling}");
    assert!(NAMED.iter().all(|named| generate(&plan).iter().any(|l| l.id.starts_with(named.id))));
}

#[test]
fn events_have_times_of_their_own() {
    let on = |scenario: &str, thing: &str, expected: &str| {
        let plan = with(scenario);
        assert_eq!(fares(&plan, &loss(&plan, "event"), thing, Corner::Worst), expected, "{scenario}");
    };
    let two = "{ events: [{ loses: grid, effect: out, lasts: 5h }, { loses: x, effect: out, lasts: 9h }] }";
    on(two, "m", "0-5");
    on(two, "x", "0-9");
    // A second outage of the same grid, and one that begins before the first has ended.
    let again = |starts: &str| {
        format!(
            "{{ loses: grid, effect: out, lasts: 5h, events: [{{ loses: grid, effect: out, starts: {starts}, lasts: 2h }}] }}"
        )
    };
    on(&again("20h"), "m", "0-5 20-22");
    on(&again("4h"), "m", "0-6");
    // What the scenario leaves open the plan says.
    on("{ loses: grid, effect: out, starts: 2h }", "m", "2-26");
    on("{ loses: [hall, x], effect: out, lasts: 3h, events: [{ loses: m, effect: gone }] }", "m", "gone");
}

/// Semantics 5: the batteries and fuel of one outage are missing in the next.
#[test]
fn rolling_outages_are_one_event_and_drain_what_is_not_filled_up() {
    let sites = "sites: { hall: { in: [grid, river], power: { ups: { lasts: 10m, recharge: 1h, feeds: [m] }, generator: { lasts: 5h, starts: 1m, refuel: none, feeds: [m] } } }, school: { in: grid, power: {} } }";
    let hall = "sites: { hall: { in: [grid, river], power: {} }, school: { in: grid, power: {} } }";
    let text = PLACES.replace(hall, sites);
    assert!(text.contains("refuel: none"));
    let rolling = "scenarios: { event: { every: power-areas, effect: out, lasts: 3h, again: { every: 1d, times: 4 } } }\n";
    let plan = read(&format!("{text}{rolling}"));
    let net = Net::new(&plan);
    let loss = loss(&plan, "event");
    let facts = Facts::new(Corner::Worst, BTreeMap::new(), loss.class, plan.assume);
    let world = World::new(&net, &loss, &facts);
    let out: Vec<(Span, Span)> = world.of(&Id::new("m")).out.iter().collect();
    let minutes = |n: u64| Span::minutes(n);
    // Nothing on the first day, 50 minutes on the second, 2 h 50 min from the third day on.
    let expected =
        [(h(24) + minutes(130), h(27)), (h(48) + minutes(10), h(51)), (h(72) + minutes(10), h(75))];
    assert_eq!(out, expected);
}

#[test]
fn a_beginning_that_is_not_known_has_two_corners() {
    let plan = with("{ loses: hall, effect: out, starts: 2h..10h, lasts: 5h }");
    let hit = loss(&plan, "event");
    assert_eq!(fares(&plan, &hit, "m", Corner::Worst), "2-15");
    // Wherever it begins between 2 and 10 h, no instant is dark in any case.
    assert_eq!(fares(&plan, &hit, "m", Corner::Best), "well");
    let late = with("{ loses: hall, effect: out, starts: 2h..4h, lasts: 5h }");
    assert_eq!(fares(&late, &loss(&late, "event"), "m", Corner::Best), "4-7");
    let open = with("{ loses: hall, effect: out, starts: unknown, lasts: 5h }");
    assert_eq!(fares(&open, &loss(&open, "event"), "m", Corner::Worst), "0-");
    let assessment = assess(&open, &Evidence::none(Timestamp::UNIX_EPOCH), &|_| String::new());
    let verdicts = &assessment.outcome("s", "event").unwrap().verdicts;
    assert_eq!(verdicts[0].unknown, ["scenarios.event.starts"]);
}

/// Heads of `it`, of three, whom a loss leaves: how long three pieces of work of an hour each take.
fn work(scenario: &str) -> (State, Option<Value>) {
    let way = |name: &str, at: &str| {
        format!(
            "{name}: {{ priority: {}, objectives: {{ rto: 30d }}, ways: [{{ name: w, runs-on: m, restart: 0 }}, {{ name: away, runs-on: {at}, ready: warm, steps: [{{ detect: it, takes: 0, auto: true }}, {{ decide: it, takes: 0, auto: true }}, {{ do: work, by: it, takes: 1h }}] }}] }}",
            name.len()
        )
    };
    let services = format!("services: {{ {}, {}, {} }}", way("a", "x"), way("bb", "y"), way("ccc", "z"));
    let equipment = "equipment: { m: { at: hall, replace: none }, x: { at: school }, y: { at: school }, z: { at: school } }";
    let text = format!(
        "okiagari: 1\nsites: {{ hall: {{}}, school: {{}} }}\n{equipment}\nteams: {{ it: {{ at: {{ school: 3 }}, arrives: 0 }}, other: {{ at: {{ school: 4 }} }} }}\n{services}\nscenarios: {{ event: {scenario} }}\n"
    );
    let plan = read(&text);
    let assessment = assess(&plan, &Evidence::none(Timestamp::UNIX_EPOCH), &|_| String::new());
    let outcome = assessment.outcome("ccc", "event").unwrap();
    let rto = outcome.verdicts.iter().find(|v| v.part == Part::Rto).unwrap();
    (rto.state, rto.value)
}

#[test]
fn people_are_away_in_part() {
    let lost = |more: &str| format!("{{ events: [{{ loses: m, effect: gone }}{more}] }}");
    let after = |hours: u64| (State::Predicted, Some(Value::Time(h(hours))));
    assert_eq!(work(&lost("")), after(1));
    // One of three unless said; half of three, rounded up, are two.
    assert_eq!(work(&lost(", { loses: it }")), after(2));
    assert_eq!(work(&lost(", { loses: it, absent: 50%, lasts: 8w }")), after(3));
    assert_eq!(work(&lost(", { every: teams, absent: 30% }")), after(2));
    assert_eq!(work(&lost(", { loses: it, absent: 0 }")), after(1));
    assert_eq!(work(&lost(", { loses: it, absent: 100% }")).0, State::Missed);
    // All of them, but only for five hours.
    assert_eq!(work(&lost(", { loses: it, absent: 100%, lasts: 5h }")), after(8));
}

#[test]
fn each_thing_of_a_kind_is_a_loss() {
    let plan = with("{ each: sites, effect: gone, events: [{ loses: grid, effect: out, lasts: 7d }] }");
    let ids: Vec<String> =
        generate(&plan).into_iter().map(|loss| loss.id).filter(|id| id.starts_with("event:")).collect();
    assert_eq!(ids, ["event:hall", "event:school"]);
    let hall = loss(&plan, "event:hall");
    assert_eq!(
        (fares(&plan, &hall, "m", Corner::Worst), fares(&plan, &hall, "x", Corner::Worst)),
        ("gone".into(), "0-168".into())
    );
    assert_eq!(hall.class, plan::Class::Disaster);
}

/// Dwell of the scenario in place of that of the domain.
#[test]
fn an_intruder_dwelt_as_long_as_the_scenario_says() {
    let age = |dwell: &str| {
        let text = format!(
            "okiagari: 1\nassume: standard\nregions: {{ ad: {{ kind: domain, dwell: 10d }} }}\nsites: {{ hall: {{}}, school: {{}} }}\nequipment: {{ m: {{ at: hall, in: ad }}, x: {{ at: school }} }}\nvaults: {{ v: {{ at: school }} }}\ndata: {{ d: {{ runs-on: m, size: 1GB, copies: [{{ to: v, every: 1d, keep: 90d }}] }} }}\nservices: {{ s: {{ objectives: {{ rpo: 90d }}, ways: [{{ name: w, runs-on: m, data: d }}, {{ name: away, runs-on: x, data: d, takes: 4h }}] }} }}\nscenarios: {{ event: {{ loses: ad, effect: wiped{dwell} }} }}\n"
        );
        let plan = read(&text);
        let assessment = assess(&plan, &Evidence::none(Timestamp::UNIX_EPOCH), &|_| String::new());
        let verdict = assessment.outcome("s", "event").unwrap().verdicts[0].clone();
        (verdict.state, verdict.value, verdict.unknown)
    };
    let days = |n: u64| Some(Value::Time(Span::days(n) + Span::seconds(20)));
    assert_eq!(age(""), (State::Predicted, days(11), vec![]));
    assert_eq!(age(", dwell: 30d"), (State::Predicted, days(31), vec![]));
    assert_eq!(age(", dwell: 100d").0, State::Missed);
    assert_eq!(age(", dwell: 5d..100d").2, ["scenarios.event.dwell"]);
}

/// Shorter outages, fewer of them and fewer people away never make anything worse.
#[test]
fn less_of_a_loss_is_never_worse() {
    let rank = |plan: &Plan| {
        let assessment = assess(plan, &Evidence::none(Timestamp::UNIX_EPOCH), &|_| String::new());
        let verdict = assessment.outcome("s", "event").unwrap().verdicts[0].clone();
        let value = match verdict.value {
            Some(Value::Time(span)) => span,
            _ => Span::NEVER,
        };
        (std::cmp::Reverse(verdict.state), value)
    };
    let lasts = ["1h", "3h", "20h", "1d", "30h", "none"];
    for times in 2..6 {
        let of = |lasts: &str, times: u32| {
            with(&format!(
                "{{ loses: grid, effect: out, lasts: {lasts}, again: {{ every: 1d, times: {times} }} }}"
            ))
        };
        for pair in lasts.windows(2) {
            assert!(rank(&of(pair[0], times)) <= rank(&of(pair[1], times)), "{pair:?} {times}");
        }
        for lasts in lasts {
            assert!(rank(&of(lasts, times)) <= rank(&of(lasts, times + 1)), "{lasts} {times}");
        }
    }
}
