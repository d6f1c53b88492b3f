//! What the ledger promises, held against a file on disk.

// Helpers of tests are not tests to clippy; a failed unwrap here is a failed test all the same.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use base::{Clock, Exit, Timestamp};
use ledger::{Checkpoint, Damage, Filter, Ledger};
use proptest::prelude::*;
use rusqlite::Connection;
use serde_json::json;

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_790_000_000).unwrap()
    }
}

struct Lab {
    folder: tempfile::TempDir,
}

impl Lab {
    fn new() -> Lab {
        Lab { folder: tempfile::tempdir().unwrap() }
    }

    fn with(records: usize) -> Lab {
        let lab = Lab::new();
        let ledger = lab.open();
        for n in 0..records {
            ledger.append("copy", "oki", "d", &json!({ "n": n })).unwrap();
        }
        lab
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("state").join("ledger.db")
    }

    fn open(&self) -> Ledger<'static> {
        Ledger::open(&self.path(), &Fixed).unwrap()
    }

    /// Somebody with the file and a SQLite of their own.
    fn tamper(&self, sql: &str) {
        let db = Connection::open(self.path()).unwrap();
        db.execute_batch("DROP TRIGGER records_stay; DROP TRIGGER records_remain;").unwrap();
        db.execute_batch(sql).unwrap();
    }

    fn broken(&self) -> Option<(u64, Damage)> {
        self.open().verify().unwrap().broken
    }
}

#[test]
fn what_is_appended_is_read_back_and_verifies() {
    let lab = Lab::new();
    let ledger = lab.open();
    assert_eq!(ledger.checkpoint().unwrap(), None);
    assert!(ledger.verify().unwrap().is_sound());
    let first = ledger.append("copy", "oki", "digest", &json!({"data": "住民"})).unwrap();
    let second = ledger.append("drill", "佐藤", "", &json!(null)).unwrap();
    assert_eq!((first.number, second.number, &second.previous), (1, 2, &first.hash));
    drop(ledger);
    let ledger = lab.open();
    assert_eq!(ledger.records(&Filter::default()).unwrap(), [first.clone(), second.clone()]);
    for filter in [
        Filter::kind("drill"),
        Filter { after: 1, ..Filter::default() },
        Filter { last: Some(1), ..Filter::default() },
    ] {
        assert_eq!(ledger.records(&filter).unwrap(), std::slice::from_ref(&second));
    }
    let found = ledger.verify().unwrap();
    assert_eq!((found.records, found.head), (2, Some(Checkpoint { number: 2, hash: second.hash })));
}

#[test]
fn triggers_refuse_to_change_or_remove() {
    let lab = Lab::with(2);
    let db = Connection::open(lab.path()).unwrap();
    for sql in ["UPDATE records SET kind = 'x'", "DELETE FROM records", "UPDATE records SET number = 9"] {
        let said = db.execute(sql, []).unwrap_err().to_string();
        assert!(said.contains("never"), "{sql}: {said}");
    }
    assert_eq!(lab.broken(), None);
}

#[test]
fn every_tampering_names_the_first_bad_record() {
    for (sql, expected) in [
        ("UPDATE records SET body = '{}' WHERE number = 3", (3, Damage::Changed)),
        ("UPDATE records SET by = 'x' WHERE number = 2", (2, Damage::Changed)),
        ("UPDATE records SET at = '2020-01-01T00:00:00Z' WHERE number = 1", (1, Damage::Changed)),
        ("UPDATE records SET form = 1 WHERE number = 2", (2, Damage::Changed)),
        ("DELETE FROM records WHERE number = 3", (3, Damage::Missing)),
        ("DELETE FROM records WHERE number = 1", (1, Damage::Missing)),
        ("DELETE FROM records WHERE number >= 4", (4, Damage::Missing)),
        ("DELETE FROM records", (1, Damage::Missing)),
        ("UPDATE records SET hash = 'x' WHERE number = 5", (5, Damage::Changed)),
    ] {
        let lab = Lab::with(5);
        lab.tamper(sql);
        assert_eq!(lab.broken(), Some(expected.clone()), "{sql}");
        let fault = lab.open().verify().unwrap().fault().unwrap();
        assert_eq!(fault.exit, Exit::Damaged);
        assert!(fault.to_string().contains(&expected.0.to_string()), "{fault}");
    }
}

#[test]
fn a_forger_who_reseals_everything_is_caught_by_a_checkpoint() {
    let lab = Lab::with(5);
    let kept = lab.open().checkpoint().unwrap().unwrap();
    lab.tamper("DELETE FROM records WHERE number >= 4; UPDATE sqlite_sequence SET seq = 3");
    assert_eq!(lab.broken(), None, "without the checkpoint this cannot be seen");
    let missing = lab.open().verify_with(std::slice::from_ref(&kept)).unwrap();
    assert_eq!(missing.broken, Some((4, Damage::Missing)));
    lab.open().append("copy", "x", "", &json!(1)).unwrap();
    lab.open().append("copy", "x", "", &json!(2)).unwrap();
    assert_eq!(lab.open().verify_with(&[kept]).unwrap().broken, Some((5, Damage::Replaced)));
}

#[test]
fn after_a_cut_the_next_append_leaves_the_gap_visible() {
    let lab = Lab::with(5);
    lab.tamper("DELETE FROM records WHERE number >= 4");
    assert_eq!(lab.open().append("copy", "x", "", &json!(1)).unwrap().number, 6);
    assert_eq!(lab.broken(), Some((4, Damage::Missing)));
}

#[test]
fn a_ledger_of_version_1_opens_and_its_hashes_still_hold() {
    let lab = Lab::new();
    fs::create_dir_all(lab.path().parent().unwrap()).unwrap();
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/ledger-v1.db");
    fs::copy(fixture, lab.path()).unwrap();
    let ledger = lab.open();
    ledger.append("copy", "oki", "d2", &json!({})).unwrap();
    let all = ledger.records(&Filter::default()).unwrap();
    assert_eq!(all.iter().map(|r| r.by.as_str()).collect::<Vec<_>>(), ["", "", "", "oki"]);
    assert_eq!(all[2].body, json!({"data": "住民"}));
    let found = ledger.verify().unwrap();
    assert_eq!((found.records, found.broken), (4, None));
}

#[test]
fn a_later_layout_is_refused_and_left_alone() {
    let lab = Lab::with(1);
    Connection::open(lab.path()).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let fault = Ledger::open(&lab.path(), &Fixed).err().unwrap();
    assert_eq!(fault.exit, Exit::Unusable);
    assert!(fault.to_string().contains("99"), "{fault}");
    assert!(fault.hints[0].to_string().contains("update"), "{}", fault.hints[0]);
    let db = Connection::open(lab.path()).unwrap();
    assert_eq!(db.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0)).unwrap(), 99);
}

#[test]
fn other_files_are_refused() {
    let lab = Lab::new();
    fs::create_dir_all(lab.path().parent().unwrap()).unwrap();
    Connection::open(lab.path()).unwrap().execute_batch("CREATE TABLE mine (x)").unwrap();
    assert_eq!(Ledger::open(&lab.path(), &Fixed).err().unwrap().exit, Exit::Unusable);
    fs::write(lab.path(), "these are not the bytes of a database, whichever way they are read").unwrap();
    assert_eq!(Ledger::open(&lab.path(), &Fixed).err().unwrap().exit, Exit::Damaged);
}

#[test]
fn a_damaged_page_is_damage_not_a_surprise() {
    let lab = Lab::with(400);
    let db = Connection::open(lab.path()).unwrap();
    db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    drop(db);
    let mut bytes = fs::read(lab.path()).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0xA5);
    fs::write(lab.path(), bytes).unwrap();
    match lab.open().verify() {
        Err(fault) => assert_eq!(fault.exit, Exit::Damaged, "{fault:?}"),
        Ok(found) => assert!(!found.is_sound()),
    }
}

#[test]
fn threads_and_connections_keep_one_chain() {
    let lab = Lab::new();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let ledger = lab.open();
                for n in 0..25 {
                    ledger.append("copy", "oki", "", &json!(n)).unwrap();
                }
            });
        }
    });
    let found = lab.open().verify().unwrap();
    assert_eq!((found.records, found.broken), (100, None));
}

#[test]
fn a_ledger_made_by_several_at_once_is_one_ledger() {
    for _ in 0..20 {
        let lab = Lab::new();
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| lab.open().append("copy", "oki", "", &json!(1)).unwrap());
            }
        });
        assert_eq!(lab.open().verify().unwrap().records, 8);
    }
}

/// Not a test by itself: the process that the test below kills.
#[test]
#[ignore = "run by another test"]
fn appends_until_killed() {
    let Some(path) = option_from_args("--ledger=") else { return };
    let ledger = Ledger::open(Path::new(&path), &Fixed).unwrap();
    let acknowledged = Path::new(&path).with_extension("acknowledged");
    for n in 0.. {
        let record = ledger.append("copy", "oki", "", &json!(n)).unwrap();
        fs::write(&acknowledged, record.number.to_string()).unwrap();
    }
}

/// Test binaries take only known flags, so the path travels as a filter that matches nothing.
fn option_from_args(name: &str) -> Option<String> {
    std::env::args().find_map(|arg| arg.strip_prefix(name).map(str::to_owned))
}

#[test]
fn an_acknowledged_append_survives_kill_9() {
    let lab = Lab::with(0);
    let mut acknowledged = 0;
    for round in 0..5u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "appends_until_killed", "--"])
            .arg(format!("--ledger={}", lab.path().display()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(Duration::from_millis(150 + 37 * round));
        child.kill().unwrap();
        child.wait().unwrap();
        let told = fs::read_to_string(lab.path().with_extension("acknowledged")).unwrap_or_default();
        acknowledged = told.parse::<u64>().unwrap_or(acknowledged);
        let found = lab.open().verify().unwrap();
        assert_eq!(found.broken, None);
        assert!(found.records >= acknowledged, "{} records, {acknowledged} acknowledged", found.records);
    }
    assert!(acknowledged > 0, "the appending process never got going");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_records_verify_until_any_one_field_changes(
        bodies in proptest::collection::vec("\\PC{0,20}", 1..6),
        pick in any::<prop::sample::Index>(),
        field in prop::sample::select(vec!["kind", "by", "digest", "body", "previous", "hash", "at"]),
    ) {
        let lab = Lab::new();
        for text in &bodies {
            lab.open().append(text, text, text, &json!({ "text": text })).unwrap();
        }
        prop_assert_eq!(lab.broken(), None);
        let number = pick.index(bodies.len()) as u64 + 1;
        lab.tamper(&format!("UPDATE records SET {field} = {field} || ' ' WHERE number = {number}"));
        prop_assert_eq!(lab.broken().map(|(n, _)| n), Some(number));
    }
}
