//! Every mistake a plan can hold: its code, its place and its text.

mod common;

use common::{Folder, SERVICE, check, found, reading, small};
use plan::read;

#[test]
fn the_smallest_plan_is_sound() {
    check(&small(SERVICE), &[]);
}

#[test]
fn keys_and_ids_are_suggested() {
    check(
        &small(&format!("{SERVICE}vaults: {{ nas: {{ att: hall }} }}")),
        &["unknown-key 5:18 att is not a key here"],
    );
    let reading = reading(&small("services: { erp: { ways: [{ runs-on: sever }] } }"));
    assert_eq!(found(&reading), ["dangling-reference 4:38 there is no thing called sever"]);
    assert_eq!(reading.json(&reading.diagnostics[0])["help"], "did you mean server?");
}

#[test]
fn units_are_missed_and_misspelt() {
    let service =
        |rto: &str| small(&format!("services: {{ erp: {{ objectives: {{ rto: {rto} }}, ways: [] }} }}"));
    check(&service("4"), &["missing-unit 4:39 4 has no unit"]);
    check(&service("4x"), &["unknown-unit 4:39 x in 4x is not a unit"]);
    check(&service("4時間"), &["odd-spelling 4:39 4時間 is understood, but not how it is written in a plan"]);
    check(
        &service("soon"),
        &["wrong-type 4:39 a time span such as 90s, 5m, 4h, 3d, 2w, 1mo is wanted here, found a text"],
    );
    check(&service("0"), &[]);
    check(&service("{ value: 2h..4h, basis: bia }"), &[]);
    check(&service("unset"), &[]);
}

#[test]
fn all_mistakes_are_told_at_once() {
    let text =
        small("services:\n  erp: { prioritty: 1, objectives: { rto: 4 }, ways: [{ runs-on: sevrer }] }\n");
    assert_eq!(reading(&text).diagnostics.len(), 3);
}

#[test]
fn ids_share_one_namespace() {
    check(
        &small(&format!("{SERVICE}teams: {{ hall: {{ at: hall }} }}")),
        &["duplicate-id 5:10 the id hall is used twice"],
    );
}

#[test]
fn circles_are_named() {
    let text = "okiagari: 1\nsites: { s: {} }\nequipment:\n  a: { at: s, needs: b }\n  b: { at: s, needs: a }\nservices: { e: { ways: [] } }";
    check(text, &["circular-need 4:3 these need each other in a circle, so none can start first: a, b, a"]);
}

#[test]
fn copies_that_save_nothing() {
    let data =
        |copies: &str| small(&format!("{SERVICE}data: {{ d: {{ runs-on: server, copies: {copies} }} }}"));
    let onto = found(&reading(&data("[{ to: server, every: 1h }]")));
    assert!(onto[0].starts_with("copy-onto-itself 5:40 the copy of d goes to server"), "{onto:?}");
    let with_other = data("[{ to: other, how: replica, every: 1h }]")
        .replace("server: { at: hall }", "server: { at: hall }, other: { at: hall }");
    assert_eq!(
        found(&reading(&with_other)),
        ["replica-as-backup 5:39 d has mirrors only; a mirror follows its original into corruption"]
    );
    let key = small(&format!(
        "{SERVICE}vaults: {{ v: {{ at: hall, key: k }} }}\ndocuments: {{ k: {{ at: [v] }} }}"
    ));
    check(&key, &["key-in-its-vault 5:31 the key k is kept only inside v, the vault it opens"]);
    let dwell = |kind: &str| small(&format!("{SERVICE}regions: {{ r: {{ kind: {kind}, dwell: 30d }} }}"));
    let useless = "r is not a domain of administration, so nothing depends on its dwell time";
    check(&dwell("model"), &[&format!("dwell-without-domain 5:37 {useless}")]);
    check(&dwell("domain"), &[]);
}

#[test]
fn ways_that_contradict_themselves() {
    let way =
        |way: &str| small(&format!("services: {{ e: {{ objectives: {{ rto: 1h }}, ways: [{way}] }} }}"));
    let slow = found(&reading(&way("{ name: w, runs-on: server, takes: 3h }")));
    assert_eq!(slow, ["steps-longer-than-rto 4:50 w takes at least 3h, longer than every objective (1h)"]);
    let both = found(&reading(&way("{ name: w, takes: 1m, steps: [{ start: e, takes: 1m }] }")));
    assert_eq!(both, ["takes-and-steps 4:68 w says both takes and steps; keep one"]);
    let verb = found(&reading(&way("{ name: w, steps: [{ sart: e }] }")));
    assert_eq!(verb, ["unknown-key 4:71 sart is not a key here"]);
}

#[test]
fn secrets_and_positions() {
    let vault = small(&format!("{SERVICE}vaults: {{ v: {{ at: hall, password: hunter2 }} }}"));
    let reading = reading(&vault);
    assert_eq!(found(&reading), ["plain-secret 5:36 secrets never stand in a plan"]);
    let json = reading.json(&reading.diagnostics[0]).to_string();
    assert!(!json.contains("hunter2"), "the secret is not repeated: {json}");
    let swapped = small(SERVICE).replace("hall: {}", "hall: { at: { lat: 141.1, lon: 39.7 } }");
    check(&swapped, &["swapped-position 2:22 latitude and longitude look swapped"]);
}

#[test]
fn a_site_where_a_region_is_meant() {
    let text = small(SERVICE).replace("hall: {}", "hall: {}, school: { in: [hall] }");
    check(&text, &["wrong-kind 2:35 hall is one of the sites, which does not fit here"]);
    check(&small(SERVICE).replace("hall: {}", "hall: { in: jp/iwate }"), &[]);
}

#[test]
fn versions() {
    check(
        "okiagari: 2\nfuture: { of: plans }",
        &["newer-version 1:11 this plan is written in version 2 of the language; this program reads up to 1"],
    );
    let none = small(SERVICE).replace("okiagari: 1\n", "");
    assert!(found(&reading(&none))[0].starts_with("no-version 1:1"), "{:?}", found(&reading(&none)));
}

#[test]
fn files_that_cannot_be_read() {
    let folder = |bytes: Vec<u8>| read(&Folder(vec![(plan::ENTRY, bytes)]), plan::ENTRY);
    assert_eq!(
        found(&folder(b"a: 1\nb: \xff\n".to_vec())),
        ["not-utf8 2:4 okiagari.yaml is not UTF-8 (line 2)"]
    );
    let big = found(&folder(vec![b'#'; 9 << 20]));
    assert_eq!(big, ["too-big 1:1 okiagari.yaml has 9.0 MiB; at most 8.0 MiB are read"]);
    assert_eq!(found(&folder(Vec::new())), ["empty 1:1 the plan is empty"]);
    let broken = found(&folder(b"okiagari: 1\nsites: [\n".to_vec()));
    assert!(broken.len() == 1 && broken[0].starts_with("yaml "), "{broken:?}");
}

#[test]
fn includes_stay_inside_and_are_read_once() {
    let main = format!("{}include: [more.yaml, ../x.yaml, gone.yaml]\n", small(""));
    let folder = Folder(vec![(plan::ENTRY, main.into()), ("more.yaml", SERVICE.as_bytes().to_vec())]);
    let reading = read(&folder, plan::ENTRY);
    assert_eq!(reading.plan.services.len(), 1);
    assert_eq!(
        found(&reading),
        [
            "include-outside 4:22 ../x.yaml is not inside the folder of the plan",
            "no-file 4:33 the file gone.yaml is not there",
        ]
    );
}

#[test]
fn templates_and_counts() {
    let text = small(SERVICE)
        .replace("server: { at: hall }", "server: { at: hall, replace: 3d }, pc: { like: server, count: 3 }");
    let plan = reading(&text).plan;
    let names: Vec<&str> = plan.equipment.keys().map(base::Id::as_str).collect();
    assert_eq!(names, ["pc-1", "pc-2", "pc-3", "server"]);
    assert_eq!(plan.equipment["pc-2"].common.replace, plan.equipment["server"].common.replace);
}

#[test]
fn digests_do_not_depend_on_spelling_and_do_on_meaning() {
    let digest = |text: &str, path: &str| reading(text).digest(&[path.to_owned()]);
    let one = small("services: { erp: { ways: [{ name: w, runs-on: server, takes: 4h }] } }");
    let two = small(
        "# a comment\nservices:\n  erp:\n    ways:\n      - takes: 240m\n        runs-on: [server]\n        name: w\n",
    );
    let other = one.replace("4h", "5h");
    let path = "services.erp.ways.w";
    assert_eq!(digest(&one, path), digest(&two, path));
    assert_ne!(digest(&one, path), digest(&other, path));
    assert_eq!(digest(&one, "equipment.server"), digest(&other, "equipment.server"));
    assert_ne!(digest(&one, "equipment.server"), digest(&one, "equipment.no-such"));
}

#[test]
fn places_are_found_even_for_what_was_left_out() {
    let reading = reading(&small(SERVICE));
    assert_eq!(reading.locate("equipment.server.replace"), Some((plan::ENTRY, 3, 14)));
}

proptest::proptest! {
    #[test]
    fn no_change_of_a_good_plan_panics(at in 0usize..2000, with in "[\\PC\\n]{0,6}", cut in 0usize..40) {
        let text = include_str!("../../../examples/town-office/okiagari.yaml");
        let start = text.char_indices().map(|(i, _)| i).nth(at).unwrap_or(0);
        let end = text[start..].char_indices().map(|(i, _)| start + i).nth(cut).unwrap_or(text.len());
        let mutated = format!("{}{with}{}", &text[..start], &text[end..]);
        let reading = reading(&mutated);
        for diagnostic in &reading.diagnostics {
            reading.render(diagnostic, base::Lang::Ja, true);
            reading.json(diagnostic);
        }
    }
}
