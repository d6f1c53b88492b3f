//! No verdict is better than its evidence: every condition of a proof, negated alone, takes the proof away; what a proof
//! does not rest on does not touch it.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

#[path = "common/drill.rs"]
mod record;
#[path = "common/text.rs"]
mod text;

use assess::{CopyRecord, DrillRecord, Evidence, Part, State, Verdict, assess};
use base::{Id, Span, Timestamp};
use plan::Reading;

const PLAN: &str = include_str!("../../../examples/town-office/okiagari.yaml");
const NOW: i64 = 1_800_000_000;

fn reading(text: &str) -> Reading {
    text::read(text, &[])
}

fn edited(from: &str, to: &str) -> String {
    assert!(PLAN.contains(from), "the example no longer says {from}");
    PLAN.replace(from, to)
}

fn before(span: Span) -> Timestamp {
    Timestamp::from_millisecond(NOW * 1000 - i64::try_from(span.as_millis()).unwrap()).unwrap()
}

fn nothing() -> Evidence {
    Evidence::none(before(Span::ZERO))
}

fn judge(text: &str, evidence: &Evidence, service: &str, loss: &str, part: Part) -> Verdict {
    let reading = reading(text);
    let assessment = assess(&reading.plan, evidence, &|paths| reading.evidence_digest(paths));
    let outcome = assessment.outcome(service, loss).unwrap();
    outcome.verdicts.iter().find(|v| v.part == part).unwrap().clone()
}

fn drill(loss: &str) -> DrillRecord {
    drill_of(PLAN, loss)
}

/// A drill of what the plan would do for `counter` under `loss`: all steps measured, an hour ago, in two seconds.
fn drill_of(text: &str, loss: &str) -> DrillRecord {
    let reading = reading(text);
    let assessment = assess(&reading.plan, &nothing(), &|paths| reading.evidence_digest(paths));
    let choice = assessment.outcome("counter", loss).unwrap().choice().unwrap().clone();
    let took = |_: &assess::ChainStep| Some(Span::millis(400));
    DrillRecord {
        record: 7,
        loss: loss.to_owned(),
        rta: Some(Span::seconds(2)),
        bytes: 1_000_000,
        record_age: Some(Span::minutes(5)),
        records_lost: Some(0),
        records: Some(5000),
        ..record::drill(&reading, "counter", &choice, before(Span::hours(1)), &took)
    }
}

/// Verified copies of the register in `to`, one every `every`, the newest just made.
fn copies(to: &str, count: u64, every: Span) -> Vec<CopyRecord> {
    let reading = reading(PLAN);
    let (data, to) = (Id::new("register"), Id::new(to));
    let digest = reading.evidence_digest(&assess::proof::copy_slice(&data, &to));
    let one = |n: u64| CopyRecord {
        record: 100 + n,
        data: data.clone(),
        to: to.clone(),
        digest: digest.clone(),
        content_time: before(every * (count - 1 - n)),
        took: Span::seconds(1),
        bytes: 1_000_000,
        added_bytes: 1000,
        files: 1,
        snapshot: String::new(),
        verified: true,
        problems: Vec::new(),
        records: None,
        newest_record: None,
    };
    (0..count).map(one).collect()
}

fn with(drills: Vec<DrillRecord>, copies: Vec<CopyRecord>) -> Evidence {
    Evidence { drills, copies, ..nothing() }
}

type Change = fn(&mut DrillRecord);

/// The recovery time of the counter without the hall, after one drill that was changed like this.
fn after(change: impl FnOnce(&mut DrillRecord)) -> (State, String) {
    let mut record = drill("hall");
    change(&mut record);
    let verdict = judge(PLAN, &with(vec![record], Vec::new()), "counter", "hall", Part::Rto);
    (verdict.state, verdict.reason.to_string())
}

#[test]
fn a_drill_proves_a_recovery_time_and_each_condition_counts() {
    let (state, why) = after(|_| ());
    assert_eq!(state, State::Proven, "{why}");
    assert!(why.contains("all 5 steps measured"), "{why}");
    let not_proven: [(&str, Change); 7] = [
        ("another part of the plan", |d| d.digest = "other".into()),
        ("too long ago", |d| d.at = before(Span::days(366))),
        ("another way", |d| d.way = "hall".into()),
        ("another service", |d| d.service = Id::new("archive")),
        ("another copy", |d| d.sources.values_mut().for_each(|source| *source = Id::new("nas"))),
        ("it used what this loss takes", |d| d.used.push(Id::new("server"))),
        ("one step was not carried out", |d| d.steps[2].took = None),
    ];
    for (what, change) in not_proven {
        let (state, why) = after(change);
        assert_eq!(state, State::Predicted, "{what}: {why}");
    }
    let (_, why) = after(|d| d.steps[2].took = None);
    assert!(why.contains("4 of 5 steps measured") && why.contains("restore register"), "{why}");
}

#[test]
fn a_measured_miss_is_a_miss() {
    let (state, why) = after(|d| d.rta = Some(Span::days(2)));
    assert_eq!(state, State::Missed);
    assert!(why.contains("2d"), "{why}");
    let failed = |d: &mut DrillRecord| {
        (d.passed, d.rta, d.failure) = (false, None, Some("the pack data/ab is damaged".into()));
    };
    let (state, why) = after(failed);
    assert_eq!(state, State::Missed);
    assert!(why.contains("the pack data/ab is damaged"), "{why}");
    // Mended and drilled again, it counts no more; a slow one among good ones does.
    let mut first = drill("hall");
    failed(&mut first);
    first.at = before(Span::hours(2));
    let evidence = with(vec![first, drill("hall")], Vec::new());
    assert_eq!(judge(PLAN, &evidence, "counter", "hall", Part::Rto).state, State::Proven);
    let slow = DrillRecord { rta: Some(Span::days(2)), at: before(Span::hours(2)), ..drill("hall") };
    let evidence = with(vec![slow, drill("hall")], Vec::new());
    assert_eq!(judge(PLAN, &evidence, "counter", "hall", Part::Rto).state, State::Missed);
}

#[test]
fn a_drill_of_one_loss_speaks_for_another_only_on_the_same_way_and_copies() {
    let evidence = with(vec![drill("hall")], Vec::new());
    let state = |loss: &str| judge(PLAN, &evidence, "counter", loss, Part::Rto).state;
    assert_eq!(state("coast"), State::Proven, "the coast takes the hall, and the same is done");
    assert_eq!(state("server"), State::Predicted, "without the server alone, the copy in the hall is used");
}

#[test]
fn a_drill_alone_does_not_prove_what_has_to_wait_for_people() {
    // One administrator, whom the archive has first: a solo drill of the counter did not have to wait.
    let decides = "{ decide: take over, by: admins, takes: 1h }";
    let by_hand = edited("{ decide: take over, auto: true, takes: 0 }", decides);
    let first = by_hand.replace("{ hall: 2 }", "{ hall: 1 }").replace("priority: 2", "priority: 0");
    let judged = |text: &str| {
        let evidence = with(vec![drill_of(text, "hall")], Vec::new());
        judge(text, &evidence, "counter", "hall", Part::Rto)
    };
    assert_eq!(judged(&by_hand).state, State::Proven, "two administrators, and it comes first");
    let verdict = judged(&first);
    assert_eq!(verdict.state, State::Predicted, "{}", verdict.reason);
    assert!(verdict.reason.to_string().contains("drilled alone"), "{}", verdict.reason);
}

#[test]
fn what_was_measured_counts_for_more_than_what_was_planned() {
    // Planned: 12 minutes. Measured: two seconds.
    let tight = edited("failure:  { rto: 4h, rpo: 1h }", "failure:  { rto: 5m, rpo: 1h }");
    let evidence = with(vec![drill("server")], Vec::new());
    let late = judge(&tight, &nothing(), "counter", "server", Part::Rto);
    assert_eq!((late.state, late.value), (State::Missed, Some(assess::Value::Time(Span::seconds(725)))));
    let proven = judge(&tight, &evidence, "counter", "server", Part::Rto);
    assert_eq!((proven.state, proven.value), (State::Proven, Some(assess::Value::Time(Span::seconds(2)))));
    // A step that nobody has measured leaves it at what was planned, and so does a drill of another part of the plan.
    let mut part = drill("server");
    part.steps[2].took = None;
    assert_eq!(
        judge(&tight, &with(vec![part], Vec::new()), "counter", "server", Part::Rto).state,
        State::Missed
    );
    let mut other = drill("server");
    other.digest = "other".into();
    assert_eq!(
        judge(&tight, &with(vec![other], Vec::new()), "counter", "server", Part::Rto).state,
        State::Missed
    );
}

#[test]
fn data_that_outgrew_a_drill_void_it() {
    let grown = |bytes: u64| {
        let mut made = copies("remote", 1, Span::days(1));
        made[0].bytes = bytes;
        judge(PLAN, &with(vec![drill("hall")], made), "counter", "hall", Part::Rto).state
    };
    assert_eq!(grown(1_100_000), State::Proven);
    assert_eq!(grown(1_100_001), State::Predicted);
}

#[test]
fn only_what_a_drill_exercised_voids_it() {
    let evidence = with(vec![drill("hall")], Vec::new());
    let after =
        |from: &str, to: &str| judge(&edited(from, to), &evidence, "counter", "hall", Part::Rto).state;
    for (from, to) in [
        ("disaster: { rto: 1d, rpo: previous-day }", "disaster: { rto: 2h, rpo: previous-day }"),
        (
            "spare:       { at: school, units: 2, enough: 1, replace: 14d }",
            "spare:       { at: school, units: 2, enough: 1, replace: 14d, cost: 1M JPY, owner: it }",
        ),
        ("- { to: remote, every: 1d }", "- { to: remote, every: 2d }"),
        ("replace: unknown", "replace: 3d"),
        ("# the residents, in SQLite", "# everybody"),
    ] {
        assert_eq!(after(from, to), State::Proven, "{to}");
    }
    for (from, to) in [
        ("{ restore: register, auto: true, takes: 10m }", "{ restore: register, auto: true, takes: 11m }"),
        ("spare:       { at: school", "spare:       { at: [school]"),
        ("monitor: { every: 500ms, failures: 3 }", "monitor: { every: 500ms, failures: 4 }"),
        ("path: live/register", "path: live/register2"),
        ("expects: address", "expects: addresses"),
    ] {
        let state = after(from, to);
        let same = to.contains("[school]");
        assert_eq!(state, if same { State::Proven } else { State::Predicted }, "{to}");
    }
}

#[test]
fn the_plan_says_how_long_a_drill_is_worth_something() {
    let old = DrillRecord { at: before(Span::days(31)), ..drill("hall") };
    let evidence = with(vec![old], Vec::new());
    assert_eq!(judge(PLAN, &evidence, "counter", "hall", Part::Rto).state, State::Proven);
    let strict = format!("{PLAN}\nevidence: {{ valid: 30d }}\n");
    assert_eq!(judge(&strict, &evidence, "counter", "hall", Part::Rto).state, State::Predicted);
}

/// The recovery point of the counter without its server: an hour is promised, a copy every half hour.
fn point(drills: Vec<DrillRecord>, copies: Vec<CopyRecord>) -> (State, String) {
    let verdict = judge(PLAN, &with(drills, copies), "counter", "server", Part::Rpo);
    (verdict.state, verdict.reason.to_string())
}

#[test]
fn copies_over_ten_intervals_and_a_restore_prove_a_recovery_point() {
    let half = Span::minutes(30);
    let drills = || vec![drill("server")];
    let state = |drills, copies| point(drills, copies).0;
    assert_eq!(state(drills(), copies("nas", 11, half)), State::Proven);
    assert_eq!(state(drills(), copies("nas", 10, half)), State::Predicted, "nine intervals");
    assert_eq!(state(Vec::new(), copies("nas", 11, half)), State::Predicted, "never restored");
    assert_eq!(state(drills(), copies("remote", 11, half)), State::Predicted, "elsewhere");
    let unverified = |mut made: Vec<CopyRecord>| {
        made.iter_mut().for_each(|copy| copy.verified = false);
        made
    };
    assert_eq!(state(drills(), unverified(copies("nas", 11, half))), State::Predicted);
}

#[test]
fn a_record_age_is_a_sample_and_never_the_proof() {
    // Five minutes old in the drill; a copy a day is promised an hour.
    let text = edited("to: nas, every: 30m", "to: nas, every: 1d");
    let evidence = with(vec![drill("server")], copies("nas", 11, Span::days(1)));
    assert_eq!(judge(&text, &evidence, "counter", "server", Part::Rpo).state, State::Missed);
}

#[test]
fn copies_that_were_not_made_as_promised_are_a_miss() {
    let half = Span::minutes(30);
    let mut gap = copies("nas", 11, half);
    gap.drain(4..7);
    let (state, why) = point(vec![drill("server")], gap);
    assert_eq!(state, State::Missed);
    assert!(why.contains("was 2h old; one every 30m is promised"), "{why}");
    // None since this morning: the same, whatever was before.
    let mut stopped = copies("nas", 11, half);
    stopped.iter_mut().for_each(|copy| copy.content_time -= std::time::Duration::from_secs(6 * 3600));
    assert_eq!(point(vec![drill("server")], stopped).0, State::Missed);
    // One that holds only a part of the data is none.
    let mut partial = copies("nas", 11, half);
    partial[4..7].iter_mut().for_each(|copy| copy.problems.push("one file could not be read".into()));
    assert_eq!(point(vec![drill("server")], partial).0, State::Missed);
    // What was missed long before the latest intervals is past.
    let mut mended = copies("nas", 30, half);
    mended.drain(4..10);
    assert_eq!(point(vec![drill("server")], mended).0, State::Proven);
}

#[test]
fn copies_come_no_faster_than_they_are_made_and_a_copy_of_a_copy_is_older() {
    let mut slow = copies("nas", 1, Span::minutes(30));
    slow[0].took = Span::minutes(40);
    let verdict = judge(PLAN, &with(Vec::new(), slow), "counter", "server", Part::Rpo);
    assert_eq!((verdict.state, verdict.value), (State::Missed, Some(assess::Value::Time(Span::minutes(80)))));
    let text = edited("- { to: remote, every: 1d }", "- { to: remote, every: 1d, from: nas }");
    let verdict = judge(&text, &nothing(), "counter", "hall", Part::Rpo);
    let assess::Value::Time(age) = verdict.value.unwrap() else { panic!("{verdict:?}") };
    assert!(age >= Span::hours(24) + Span::minutes(30), "{age:?}");
}

#[test]
fn a_target_in_words_forgives_a_late_night_but_not_a_lost_one() {
    let nightly = |every: Span| {
        let evidence = with(vec![drill("hall")], copies("remote", 11, every));
        judge(PLAN, &evidence, "counter", "hall", Part::Rpo).state
    };
    assert_eq!(nightly(Span::hours(24)), State::Proven);
    assert_eq!(nightly(Span::hours(26)), State::Proven);
    assert_eq!(nightly(Span::hours(48)), State::Missed);
}
