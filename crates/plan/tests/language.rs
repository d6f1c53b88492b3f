//! The language, form by form: it is read, it means the right thing, and a misspelling of it is told.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

mod common;

use base::{Bytes, Id, Rate, Span};
use common::{PLANS, errors, found, reading, small};
use plan::language::Kind;
use plan::{
    Commitment, CopyKind, Existence, Fact, Feeds, Need, Objective, Placement, Plan, PointTarget, PowerKind,
    Readiness, Verb,
};

const H: fn(u64) -> Span = Span::hours;
const D: fn(u64) -> Span = Span::days;

/// The plan that a text means; it must be sound.
#[track_caller]
fn plan(text: &str) -> Plan {
    let errors = errors(text);
    assert!(errors.is_empty(), "{text}\n{}", errors.join("\n\n"));
    reading(text).plan
}

/// A small plan with more tables, and a service of its own unless they have one.
#[track_caller]
fn with(more: &str) -> Plan {
    plan(&whole(more))
}

fn whole(more: &str) -> String {
    let service = if more.contains("services:") { "" } else { common::SERVICE };
    let text = small(&format!("{more}\n{service}"));
    if !more.contains("sites:") {
        return text;
    }
    text.replace("sites: { hall: {} }\n", "")
}

/// The fact that `replace: TEXT` means.
#[track_caller]
fn replace(text: &str) -> Fact<Span> {
    plan(&whole("").replace("at: hall", &format!("at: hall, replace: {text}"))).equipment["server"]
        .common
        .replace
        .clone()
}

#[track_caller]
fn service(keys: &str) -> plan::Service {
    with(&format!("services:\n  erp: {keys}\ndata: {{ d: {{}} }}\nteams: {{ it: {{ at: hall }} }}")).services
        ["erp"]
        .clone()
}

#[track_caller]
fn copies(list: &str) -> plan::Data {
    let more = format!(
        "links: {{ a: {{ between: hall }}, b: {{ between: hall }} }}\nvaults: {{ nas: {{ at: hall }}, far: {{}} }}\ndata: {{ d: {{ runs-on: server, copies: {list} }} }}"
    );
    with(&more).data["d"].clone()
}

#[test]
fn whole_plans_are_read_without_error() {
    for (name, text) in PLANS {
        assert!(errors(text).is_empty(), "{name}:\n{}", errors(text).join("\n\n"));
    }
}

#[test]
fn item_0_a_version_a_site_and_a_service_are_all_that_is_needed() {
    assert_eq!(found(&reading("okiagari: 1\nsites: { a: }\nservices: { b: }")), [""; 0]);
    let text = "okiagari: 1\nsites: { a: { title: yes, note: 9:00, owner: on } }\nservices: { b: }";
    assert_eq!(plan(text).sites["a"].common.title.as_deref(), Some("yes"), "YAML 1.2: yes and 9:00 are text");
}

#[test]
fn item_1_what_may_be_known_of_a_value() {
    assert_eq!(replace("3d"), Fact::Exact(D(3)));
    assert_eq!(replace("unknown"), Fact::Unknown);
    assert_eq!(replace("none"), Fact::Nothing);
    assert_eq!(replace("2h..8h"), Fact::Range(H(2), Some(H(8))));
    assert_eq!(replace("5h.."), Fact::Range(H(5), None));
    assert_eq!(replace("..5h"), Fact::Range(Span::ZERO, Some(H(5))));
    assert_eq!(
        replace("{ min: 1h, likely: 2h, max: 6h }"),
        Fact::Likely { min: H(1), likely: H(2), max: H(6) }
    );
    let per_class =
        Fact::PerClass { failure: Box::new(Fact::Exact(H(1))), disaster: Box::new(Fact::Unknown) };
    assert_eq!(replace("{ failure: 1h, disaster: unknown }"), per_class);
    let disputed =
        Fact::Disputed(vec![("table".into(), Fact::Exact(Span::ZERO)), ("text".into(), Fact::Exact(H(6)))]);
    assert_eq!(replace("{ disputed: { text: 6h, table: 0 } }"), disputed);
    let nested = replace("{ failure: { disputed: { a: 1h, b: 2h..3h } }, disaster: 1d }");
    assert!(matches!(nested, Fact::PerClass { failure, .. } if matches!(*failure, Fact::Disputed(_))));
    let software = &with("software: { s: { exists: { disputed: { a: yes, b: planned } } } }").software["s"];
    let said = [("a".into(), Fact::Exact(Existence::Yes)), ("b".into(), Fact::Exact(Existence::Planned))];
    assert_eq!(software.common.exists, Fact::Disputed(said.into()));
}

#[test]
fn item_1_forms_that_are_not_whole_are_told() {
    let replace =
        |text: &str| found(&reading(&whole("").replace("at: hall", &format!("at: hall, replace: {text}"))));
    assert_eq!(
        replace("{ min: 1h, max: 2h }"),
        ["missing-key 3:43 likely is missing: min, likely and max belong together"]
    );
    assert_eq!(
        replace("{ min: 3h, likely: 2h, max: 4h }"),
        ["out-of-range 3:43 min, likely and max do not rise"]
    );
    assert_eq!(
        replace("{ min: 1h, likly: 2h, max: 4h }")[0],
        "missing-key 3:43 likely is missing: min, likely and max belong together"
    );
    assert_eq!(replace("8h..2h"), ["out-of-range 3:43 8h..2h runs backwards"]);
    assert_eq!(replace("{ failure: 1h, disatser: 2h }"), ["unknown-key 3:58 disatser is not a key here"]);
    assert_eq!(
        replace("{ disputed: { text: 6h } }"),
        [
            "wrong-type 3:55 what each of at least two sources says: { text: 6, table: 0 } is wanted here, found a map"
        ]
    );
    assert_eq!(
        found(&reading(&whole("teams: { it: { disputed: { a: {}, b: {} } } }"))),
        ["unknown-key 4:16 disputed is not a key here"],
    );
}

#[test]
fn item_2_a_list_that_is_written_is_complete_unless_it_holds_unknown() {
    let none = copies("[]");
    assert_eq!((none.copies.map(|c| c.len()), none.more_copies), (Some(0), false));
    let open = copies("[{ to: nas }, unknown]");
    assert_eq!((open.copies.map(|c| c.len()), open.more_copies), (Some(1), true));
    let somewhere = copies("[{ to: nas }, { to: unknown, every: 1d }]");
    assert_eq!((somewhere.copies.map(|c| c.len()), somewhere.more_copies), (Some(1), true));
    assert_eq!(copies("unknown").copies.map(|c| c.len()), None);
    assert_eq!(with("data: { d: {} }").data["d"].copies.as_ref().map(Vec::len), None);
    let ways = service("{ ways: [{ name: a, runs-on: server }, unknown] }");
    assert_eq!((ways.ways.map(|w| w.len()), ways.more_ways), (Some(1), true));
    assert_eq!(service("{ ways: [] }").ways.map(|w| w.len()), Some(0));
    assert_eq!(with("documents: { k: { at: [hall, unknown] } }").documents["k"].at, Placement::Unknown);
    let needs = service("{ ways: [{ name: a, runs-on: [server, unknown] }] }").ways.unwrap();
    assert_eq!(needs[0].runs_on, [Id::new("server")]);
}

#[test]
fn item_3_assumptions() {
    assert_eq!(with("assume: standard").assume, plan::Assume::Standard);
    assert_eq!(with("assume: none").assume, plan::Assume::None);
    assert_eq!(with("").assume, plan::Assume::None);
    assert_eq!(
        found(&reading(&whole("assume: standrad")))[0],
        "unknown-word 4:9 standrad is not one of standard, none"
    );
}

#[test]
fn item_4_what_every_thing_may_say() {
    let keys = "{ in: [jp/iwate], outside: x, exists: planned, repair: 1d, replace: 2w, maintained-by: it, tested: 2024-05, \
                cost: 3M JPY, source: interview, owner: it, review: yearly, title: T, note: n }";
    for (table, kind) in Kind::TABLES.into_iter().filter(|(_, kind)| !matches!(kind, Kind::Supplier)) {
        let mut text = format!("{table}: {{ thing: {keys} }}\n");
        for (other, body) in
            [("regions", "x: {}"), ("teams", "it: {}"), ("sites", "hall: {}"), ("equipment", "server: {}")]
        {
            if table == other {
                text = text.replacen('{', &format!("{{ {body}, "), 1);
            } else {
                text.push_str(&format!("{other}: {{ {body} }}\n"));
            }
        }
        if table != "services" {
            text.push_str(common::SERVICE);
        }
        let plan = plan(&format!("okiagari: 1\n{text}"));
        if kind == Kind::Document {
            let common = &plan.documents["thing"].common;
            assert_eq!(common.regions, [Id::new("jp/iwate")]);
            assert_eq!(
                (&common.exists, &common.repair, &common.replace),
                (&Fact::Exact(Existence::Planned), &Fact::Exact(D(1)), &Fact::Exact(D(14)))
            );
            assert_eq!(
                (common.maintained_by.as_slice(), common.title.as_deref()),
                (&[Id::new("it")][..], Some("T"))
            );
        }
    }
}

#[test]
fn item_5_units() {
    for (text, span) in [
        ("90s", Span::seconds(90)),
        ("5m", Span::minutes(5)),
        ("4h", H(4)),
        ("3d", D(3)),
        ("2w", D(14)),
        ("1mo", D(30)),
        ("0", Span::ZERO),
        ("1h30m", Span::minutes(90)),
    ] {
        assert_eq!(replace(text), Fact::Exact(span), "{text}");
    }
    let size = |text: &str| with(&format!("data: {{ d: {{ size: {text} }} }}")).data["d"].size.clone();
    assert_eq!(size("40GiB"), Fact::Exact(Bytes(40 << 30)));
    assert_eq!(size("100TB"), Fact::Exact(Bytes(100_000_000_000_000)));
    let rate = |text: &str| {
        with(&format!("links: {{ l: {{ between: hall, bandwidth: {text} }} }}")).links.unwrap()["l"]
            .bandwidth
            .clone()
    };
    assert_eq!(rate("100Mbps"), Fact::Exact(Rate(100_000_000)));
    assert_eq!(rate("50MB/s"), Fact::Exact(Rate(400_000_000)));
    with(
        "sites: { hall: { at: { lat: 39.7, lon: 141.1 }, distance: { hall: 60km.. }, withstands: { flood: 50cm } } }",
    );
    with(
        "options: { a: { cost: 50M JPY }, b: { cost: { initial: 150M..200M JPY, yearly: 0 } }, c: { cost: { ratio: 30% } } }",
    );
    assert_eq!(service("{ ways: [{ name: a, level: 50% }] }").ways.unwrap()[0].level, Fact::Exact(0.5));
}

#[test]
fn item_5_bare_numbers_are_errors_with_the_fix_shown() {
    for (more, fix) in [
        ("data: { d: { size: 40 } }", "write one of: 40GB, 40GiB"),
        ("links: { l: { bandwidth: 100 } }", "write one of: 100Mbps, 100MB/s"),
        ("options: { a: { cost: 5000 } }", "write one of: 5000 JPY, 5000 EUR"),
        ("services: { e: { ways: [{ level: 50 }] } }", "write one of: 50%"),
        ("services: { e: { ways: [{ level: 0.5 }] } }", "write one of: 50%"),
        ("services: { e: { ways: [{ level: 1 }] } }", "write one of: 100%, 1%"),
        ("services: { e: { objectives: { rto: 4 } } }", "write one of: 4m, 4h, 4d"),
        ("services: { e: { objectives: { rlo: 50 } } }", "write one of: 50%"),
        ("sites: { hall: { distance: { hall: 60 } } }", "write one of: 60m, 60km"),
        ("teams: { it: { arrives: 2 } }", "write one of: 2m, 2h, 2d"),
    ] {
        let reading = reading(&whole(more));
        let found = &reading.diagnostics[0];
        assert_eq!((found.code, reading.json(found)["help"].as_str()), ("missing-unit", Some(fix)), "{more}");
    }
}

#[test]
fn item_6_objectives() {
    let failure = |keys: &str| service(&format!("{{ objectives: {{ failure: {keys} }} }}")).failure;
    assert_eq!(failure("{ rto: 4h }").rto, Objective::Agreed(H(4)));
    assert_eq!(failure("{ rto: 2h..8h }").rto, Objective::Agreed(H(8)), "the upper end binds");
    assert_eq!(failure("{ rto: unset }").rto, Objective::Unset);
    assert_eq!(failure("{ rpo: 1h }").rto, Objective::NotAsked);
    assert_eq!(failure("{ rto: { wish: 30m, by: IT } }").rto, Objective::Wish(Span::minutes(30)));
    assert_eq!(
        failure("{ rto: { value: 4h, wish: 0, by: IT } }").rto,
        Objective::Agreed(H(4)),
        "what is agreed binds"
    );
    assert_eq!(failure("{ rto: { value: 4h, agreed: false } }").rto, Objective::Wish(H(4)));
    let long = "{ value: 4h, basis: bia, by: board, agreed: true, hours: mon-fri 9:00-17:00, penalty: 1M JPY a day }";
    assert_eq!(failure(&format!("{{ rto: {long} }}")).rto, Objective::Agreed(H(4)));
    assert_eq!(failure("{ rto: { value: unset, by: IT } }").rto, Objective::Unset);
    let both = service("{ objectives: { rto: 4h, rpo: 1h } }");
    assert_eq!((both.failure.rto, both.disaster.rto), (Objective::Agreed(H(4)), Objective::Agreed(H(4))));
    assert_eq!(service("{ objectives: unset }").disaster.rpo, Objective::Unset);
    let apart = service("{ objectives: { failure: { rto: 4h }, disaster: { rto: 3d } } }");
    assert_eq!((apart.failure.rto, apart.disaster.rto), (Objective::Agreed(H(4)), Objective::Agreed(D(3))));
    let text = whole("services: { e: { objectives: { rto: { disputed: { bcp: 2w, table: 1mo } } } } }");
    assert_eq!(
        plan(&text).services["e"].failure.rto,
        Objective::Agreed(D(14)),
        "the strictest of what sources say"
    );
    assert_eq!(
        found(&reading(&text))[0],
        "disputed-objective 4:37 sources disagree on this objective; the strictest, 14d, is held against it"
    );
    let open = found(&reading(&whole("services: { e: { objectives: { rto: 5h.. } } }")));
    assert_eq!(open, ["out-of-range 4:37 an objective needs an upper end"]);
}

#[test]
fn item_7_recovery_points_in_words() {
    for (word, target) in [
        ("just-before", PointTarget::JustBefore),
        ("previous-day", PointTarget::PreviousDay),
        ("previous-week", PointTarget::PreviousWeek),
        ("previous-month", PointTarget::PreviousMonth),
        ("1h", PointTarget::Age(H(1))),
        ("0", PointTarget::Age(Span::ZERO)),
    ] {
        assert_eq!(
            service(&format!("{{ objectives: {{ rpo: {word} }} }}")).failure.rpo,
            Objective::Agreed(target)
        );
        assert_eq!(
            service(&format!("{{ objectives: {{ rpo: {{ wish: {word} }} }} }}")).failure.rpo,
            Objective::Wish(target)
        );
    }
    let wrong = found(&reading(&whole("services: { e: { objectives: { rpo: previous-dya } } }")));
    assert!(wrong[0].starts_with("wrong-type 4:37"), "{wrong:?}");
}

#[test]
fn item_8_levels_staged_over_time() {
    let ladder = |text: &str| match service(&format!("{{ objectives: {{ rlo: {text} }} }}")).failure.rlo {
        Objective::Agreed(ladder) => ladder.0,
        other => panic!("{other:?}"),
    };
    let plain = ladder("50%");
    assert_eq!((plain[0].0, plain[0].1.capacity), (None, 0.5));
    let long = &ladder("{ capacity: 80%, functions: [payroll], places: [hall] }")[0].1;
    assert_eq!((long.capacity, long.functions.len(), long.places.len()), (0.8, 1, 1));
    let staged = ladder("{ 1mo: 100%, 1w: { places: 50% } }");
    let steps: Vec<_> = staged.iter().map(|(by, level)| (*by, level.capacity)).collect();
    assert_eq!(steps, [(Some(D(7)), 0.5), (Some(D(30)), 1.0)]);
    let function =
        with("functions: { f: { objectives: { disaster: { rto: 0, for: 3d } }, for: 3d, mtpd: 1w } }")
            .functions["f"]
            .clone();
    assert_eq!((function.disaster.rto, function.mtpd), (Objective::Agreed(Span::ZERO), Fact::Exact(D(7))));
    let wrong = found(&reading(&whole("services: { e: { objectives: { rlo: { capacty: 50% } } } }")));
    assert_eq!(wrong, ["unknown-key 4:39 capacty is not a key here"]);
}

#[test]
fn item_9_ways() {
    let way = |keys: &str| service(&format!("{{ ways: [{{ name: w, {keys} }}] }}")).ways.unwrap().remove(0);
    assert_eq!(way("takes: 4h").takes, Fact::Exact(H(4)), "takes alone is enough");
    let full = way(
        "runs-on: server, needs: [it, hall], data: d, users: { at: [hall], via: [] }, ready: warm, takes: 2h..4h, by: it, \
         level: 50%, lasts: 14d, restart: 10m, tested: 2024-05-01, failback: 1w, exists: yes",
    );
    assert_eq!(
        (full.ready, full.level, full.lasts),
        (Fact::Exact(Readiness::Warm), Fact::Exact(0.5), Fact::Exact(D(14)))
    );
    assert_eq!(full.needs, Need::All(vec![Need::Thing("hall".into()), Need::Thing("it".into())]));
    assert_eq!(
        way("needs: { any: [it, hall] }").needs,
        Need::Any(vec![Need::Thing("hall".into()), Need::Thing("it".into())])
    );
    assert!(
        matches!(way("needs: { at-least: 2, of: [it, hall, server] }").needs, Need::AtLeast(2, of) if of.len() == 3)
    );
    assert!(matches!(way("needs: [it, { any: [hall, server] }]").needs, Need::All(all) if all.len() == 2));
    for (word, ready) in [
        ("running", Readiness::Running),
        ("hot", Readiness::Hot),
        ("cold", Readiness::Cold),
        ("rebuild", Readiness::Rebuild),
    ] {
        assert_eq!(way(&format!("ready: {word}")).ready, Fact::Exact(ready));
    }
    let unnamed = service("{ ways: [{ runs-on: server }] }").ways.unwrap();
    assert_eq!(unnamed[0].name, "server", "a way without a name is called after what it runs on");
}

#[test]
fn item_10_steps() {
    for verb in Verb::ALL {
        let step = format!(
            "{{ {}: x y, by: it, at: [hall], needs: [d], takes: 5m, auto: true, resumes: false }}",
            verb.as_str()
        );
        let ways = service(&format!("{{ ways: [{{ name: w, steps: [{step}] }}] }}")).ways.unwrap();
        let step = &ways[0].steps.as_ref().unwrap()[0];
        assert_eq!((step.verb, step.object.as_str(), step.auto), (verb, "x y", true));
        assert_eq!((step.by.len(), step.at.len(), &step.takes), (1, 1, &Fact::Exact(Span::minutes(5))));
    }
}

#[test]
fn item_11_failback() {
    let failback = |text: &str| {
        let ways = service(&format!("{{ ways: [{{ name: w, failback: {text} }}] }}")).ways.unwrap();
        ways[0].failback.clone()
    };
    assert_eq!(failback("1w"), Fact::Exact(D(7)));
    assert_eq!(
        failback("{ takes: 1w..2w, objective: 1mo, protected: true }"),
        Fact::Range(D(7), Some(D(14)))
    );
    assert_eq!(failback("{ stay: true, why: both are equal, standby-again: unknown }"), Fact::Absent);
    assert_eq!(
        failback("{ min: 1d, likely: 2d, max: 7d }"),
        Fact::Likely { min: D(1), likely: D(2), max: D(7) }
    );
    let wrong = found(&reading(&whole("services: { e: { ways: [{ name: w, failback: { tkaes: 1w } }] } }")));
    assert_eq!(wrong, ["unknown-key 4:48 tkaes is not a key here"]);
}

#[test]
fn item_12_copies() {
    let copy = |keys: &str| copies(&format!("[{{ to: nas, {keys} }}]")).copies.unwrap().remove(0);
    for (word, kind) in [
        ("sync", CopyKind::Sync),
        ("replica", CopyKind::Replica),
        ("backup", CopyKind::Backup),
        ("media", CopyKind::Media),
        ("log", CopyKind::Log),
    ] {
        assert_eq!(copy(&format!("how: {word}")).how, Fact::Exact(kind));
    }
    assert_eq!(copy("every: 1h").how, Fact::Absent);
    let full = copy(
        "every: 1d, over: a, carried: 4h, keep: 3w, verify: detect, immutable: 30d, covers: all, by: other tool, tested: never",
    );
    assert_eq!(
        (full.every, full.carried, full.keep, full.immutable),
        (Fact::Exact(D(1)), Fact::Exact(H(4)), Fact::Exact(D(21)), Fact::Exact(D(30)))
    );
    assert_eq!((full.verify, full.by_oki, full.over), (Fact::Exact(true), false, vec![Id::new("a")]));
    assert_eq!(copy("over: { any: [b, a] }").over, copy("over: [a, b]").over);
    let chain = copies("[{ to: nas }, { to: far, from: nas }]").copies.unwrap();
    assert_eq!(chain[1].from, Some(Id::new("nas")));
    assert_eq!(copy("verify: none").verify, Fact::Exact(false));
}

#[test]
fn item_13_vaults() {
    let more = "regions: { admins: { kind: domain } }\ndocuments: { k: { at: [hall] } }\nvaults:\n  v: { at: hall, key: k, domain: admins, repo: x/y, password: { env: P }, size: 2TB }\n  w: { at: server, password: { file: p } }";
    let plan = with(more);
    let vault = &plan.vaults["v"];
    assert_eq!((vault.key.clone(), vault.domain.as_slice()), (Some("k".into()), &[Id::new("admins")][..]));
    assert_eq!(vault.password, Some(plan::Secret::Env("P".into())));
    assert_eq!(plan.vaults["w"].at, Placement::At([("server".into(), 0)].into()));
    assert_eq!(plan.vaults["w"].password, Some(plan::Secret::File("p".into())));
}

#[test]
fn item_14_units_and_failover() {
    let text = whole("").replace(
        "at: hall }",
        "at: hall, units: 24, enough: 18, spares: some, failover: { auto: true, takes: 5m } }",
    );
    let server = plan(&text).equipment["server"].clone();
    assert_eq!(
        (server.units, server.enough, server.spares),
        (Fact::Exact(24), Fact::Exact(18), Fact::Unknown)
    );
    assert_eq!(
        found(&reading(&text.replace("takes: 5m", "take: 5m")))[0],
        "unknown-key 3:95 take is not a key here"
    );
    plan(&text.replace("{ auto: true, takes: 5m }", "{ disputed: { text: none, table: unknown } }"));
}

#[test]
fn item_15_power() {
    let power =
        |text: &str| with(&format!("sites: {{ hall: {{ power: {text} }} }}")).sites["hall"].power.clone();
    let short = power("{ ups: 10m, generator: 5h }").unwrap();
    let kinds: Vec<_> =
        short.iter().map(|s| (s.name.as_str(), s.kind, s.lasts.clone(), s.feeds.clone())).collect();
    assert_eq!(
        kinds,
        [
            ("generator", PowerKind::Generator, Fact::Exact(H(5)), Feeds::Everything),
            ("ups", PowerKind::Ups, Fact::Exact(Span::minutes(10)), Feeds::Everything)
        ]
    );
    let long = power("{ generator: { lasts: 13h, starts: 1m, refuel: none, feeds: [] }, b1: { kind: ups, lasts: 1h, recharge: 8h, feeds: server } }").unwrap();
    let only = |ids: &[&str]| Feeds::Only(ids.iter().copied().map(Id::new).collect());
    assert_eq!((long[0].kind, &long[0].feeds), (PowerKind::Ups, &only(&["server"])));
    assert_eq!((&long[1].feeds, &long[1].refuel), (&only(&[]), &Fact::Nothing));
    let feeds = |rest: &str| power(&format!("{{ ups: {{ lasts: 1h{rest} }} }}")).unwrap()[0].feeds.clone();
    assert_eq!(feeds(", feeds: all"), Feeds::Everything);
    for open in ["", ", starts: 1m", ", feeds: unknown", ", feeds: [server, unknown]", ", feeds:"] {
        assert_eq!(feeds(open), Feeds::Unknown, "{open}");
    }
    assert!(power("unknown").is_none());
    assert_eq!(power("none").map(|p| p.len()), Some(0));
    assert_eq!(power("{ ups: none }").map(|p| p.len()), Some(0));
    let wrong = |text: &str| found(&reading(&whole(&format!("sites: {{ hall: {{ power: {text} }} }}"))));
    assert_eq!(
        wrong("{ generater: 5h }"),
        ["missing-key 3:27 generater does not say whether it is a battery or an engine"]
    );
    assert_eq!(wrong("{ ups: { last: 5h } }"), ["unknown-key 3:34 last is not a key here"]);
}

#[test]
fn item_16_common_needs_of_a_site() {
    let plan = plan(
        &whole("")
            .replace("hall: {}", "hall: { needs: [lan] }")
            .replace("server: {", "lan: { at: hall }, server: {"),
    );
    assert_eq!(plan.sites["hall"].needs, [Id::new("lan")]);
}

#[test]
fn item_17_regions_and_placement() {
    for kind in ["place", "power", "carrier", "hazard", "duct", "domain", "model"] {
        with(&format!(
            "regions: {{ r: {{ kind: {kind}, in: jp/iwate, hazard: tsunami, outage: 3d, rate: 1 in 30 years }} }}"
        ));
    }
    let domain = with(
        "regions: { admins: { kind: domain, dwell: 2w..3mo }, cloud: { kind: domain, dwell: unknown } }",
    );
    assert_eq!(domain.regions["admins"].dwell, Fact::Range(Span::days(14), Some(Span::days(90))));
    assert_eq!(domain.regions["cloud"].dwell, Fact::Unknown);
    assert_eq!(domain.regions.get("jp/iwate").map(|region| region.dwell.clone()), None);
    let plan = with(
        "sites: { hall: { in: [jp/iwate, jp/miyagi], withstands: { quake: 6-upper }, outside: r }, b: { withstands: { quake: 7 } } }\nregions: { r: {} }\nteams: { t: { at: { one-of: [hall, b] } }, u: { at: unknown } }",
    );
    assert!(plan.regions["jp/iwate"].built_in && !plan.regions["r"].built_in);
    assert_eq!(plan.teams["t"].at, Placement::OneOf(vec!["hall".into(), "b".into()]));
    assert_eq!(plan.teams["u"].at, Placement::Unknown);
    let wrong = |more: &str| {
        let reading = reading(&whole(more));
        let first = &reading.diagnostics[0];
        (first.code, reading.json(first)["help"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(
        wrong("sites: { hall: { in: jp/iwatte } }"),
        ("dangling-reference", "did you mean jp/iwate?".into())
    );
    assert_eq!(
        wrong("sites: { hall: { withstands: { quake: 6-uper } } }"),
        ("unknown-word", "did you mean 6-upper?".into())
    );
    assert_eq!(
        wrong("sites: { hall: { withstands: { quack: 7 } } }"),
        ("unknown-key", "did you mean quake?".into())
    );
}

/// When the longest time off of the week begins.
fn closing(hours: &Fact<plan::Hours>) -> Option<Span> {
    match hours {
        Fact::Exact(hours) => Some(hours.closing()),
        _ => None,
    }
}

#[test]
fn item_18_teams() {
    let plan = with(
        "sites: { hall: {}, school: {} }\nteams:\n  a: { at: { hall: 1, school: 2..3 }, hours: mon-fri 8:30-17:15, arrives: { failure: 1h, disaster: 1d }, deputies: b }\n  b: { at: { hall: unknown } }",
    );
    assert_eq!(plan.teams["a"].at, Placement::At([("hall".into(), 1), ("school".into(), 2)].into()));
    assert_eq!(closing(&plan.teams["a"].hours), Some(D(4) + Span::minutes(17 * 60 + 15)));
    assert!(matches!(plan.teams["a"].arrives, Fact::PerClass { .. }));
    assert_eq!(plan.teams["b"].at, Placement::At([("hall".into(), 0)].into()));
}

#[test]
fn item_19_suppliers() {
    let plan = with(
        "calendars: { office: Mo-Fr 08:30-17:15 }\nsuppliers: { s: { hours: office, arrives: 2h..6h, repair: send-in, lead-time: 2w, commitment: { failure: contract, disaster: uncertain }, remote: true, starts: after our call } }",
    );
    let supplier = &plan.suppliers["s"];
    assert_eq!(closing(&supplier.hours), Some(D(4) + Span::minutes(17 * 60 + 15)), "as the calendar says");
    assert_eq!((&supplier.lead_time, &supplier.remote), (&Fact::Exact(D(14)), &Fact::Exact(true)));
    let by = |word| Box::new(Fact::Exact(word));
    let (failure, disaster) = (by(Commitment::Contract), by(Commitment::Uncertain));
    assert_eq!(supplier.commitment, Fact::PerClass { failure, disaster });
    let wrong = found(&reading(&whole(
        "calendars: { office: Mo-Fr 08:30-17:15 }\nsuppliers: { s: { hours: ofice } }",
    )));
    assert_eq!(wrong, ["dangling-reference 5:26 there are no hours called ofice"]);
    let wrong = found(&reading(&whole("suppliers: { s: { hours: 9-17 } }")));
    assert!(wrong[0].starts_with("wrong-type 4:26 hours such as 24x7"), "{wrong:?}");
}

#[test]
fn item_20_links() {
    let link = |keys: &str| {
        with(&format!("links: {{ l: {{ between: [hall], {keys} }} }}")).links.unwrap()["l"].clone()
    };
    let full = link("owner: self, bandwidth: 100Mbps, guaranteed: 50Mbps, repair: 3d, ready: standby");
    assert_eq!(full.common.repair, Fact::Exact(D(3)));
    assert_eq!(
        link("repair: { 50%: 1w, 100%: 1mo }").common.repair,
        Fact::Exact(D(30)),
        "repaired when all of it is"
    );
    assert_eq!(link("repair: { 50%: 1w }").common.repair, Fact::Range(D(7), None));
    assert_eq!(with("").links.map(|l| l.len()), None, "no links key: one line between all sites");
    assert_eq!(with("links: {}").links.map(|l| l.len()), Some(0));
    let wrong = found(&reading(&whole("links: { l: { repair: { 50%: 1mo, 100%: 1w } } }")));
    assert_eq!(wrong, ["out-of-range 4:23 a greater share is repaired earlier than a smaller one"]);
}

#[test]
fn item_21_management_options_accepted_risks_and_history() {
    let plan = with(
        "management: { bcp: none, it-bcp: 2010-03, bia: unknown, risks: [quake], drills: { scope: all }, review: yearly }
options: { o: { status: planned, cost: 5M JPY, why: w, by: board, changes: { a: 1 }, gives: x } }
accept: [{ what: erp, by: board, why: dear, until: 2027-03 }, { finding: replica-as-backup }, { objective: erp.rto }]
history: [{ kind: event, when: 2011-03, what: erp, way: w, took: 30m, scope: 15/150, source: report }]",
    );
    let accepted: Vec<&str> = plan.accepted.iter().map(|a| a.what.as_str()).collect();
    assert_eq!(accepted, ["erp", "erp"]);
    for (more, key) in [
        ("management: { bpc: none }", "bpc"),
        ("options: { o: { statsu: planned } }", "statsu"),
        ("accept: [{ waht: erp }]", "waht"),
        ("history: [{ knd: event }]", "knd"),
    ] {
        assert!(found(&reading(&whole(more)))[0].contains(&format!("{key} is not a key here")), "{more}");
    }
}

#[test]
fn item_22_templates_and_counts() {
    let text = whole("").replace(
        "server: { at: hall }",
        "server: { at: hall, replace: 3d }, pc: { like: server, count: 50 }",
    );
    let plan = plan(&text);
    assert_eq!(plan.equipment.len(), 51);
    assert_eq!(plan.equipment["pc-50"].common.replace, Fact::Exact(D(3)));
    with("sites: { hall: {}, o: { count: unknown } }");
    let wrong = |from: &str, to: &str| found(&reading(&text.replace(from, to)));
    assert_eq!(
        wrong("like: server", "like: sever")[0],
        "dangling-reference 3:61 there is no thing called sever"
    );
    assert_eq!(wrong("like: server", "like: pc")[0], "circular-need 3:61 pc are like each other in a circle");
    assert!(wrong("count: 50", "count: 10001")[0].starts_with("out-of-range"));
}
