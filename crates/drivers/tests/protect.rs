//! Copies that a plan declares, made and written down; and every reason for not making one.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

mod lab;

use std::fs;
use std::os::unix::fs::PermissionsExt;

use base::{Exit, Id, Span, Timestamp};
use lab::{Lab, Wall, copy, data, vault, words};
use plan::Secret;

/// The lab's service belongs to every test program that uses the lab.
#[test]
#[ignore = "run by the drills"]
fn service() {
    lab::serve();
}

#[test]
fn each_copy_is_made_read_back_and_written_down() {
    let mut lab = Lab::new();
    lab.plan.data.get_mut("register").unwrap().copies = Some(vec![copy("remote"), copy("near")]);
    lab.plan.vaults.insert("near".into(), vault("near-vault"));
    let done = lab.protect();
    assert!(done.problems.is_empty(), "{:?}", done.problems);
    let made: Vec<_> = done.copies.iter().map(|c| (c.record, c.to.as_str(), c.records, c.verified)).collect();
    assert_eq!(made, [(1, "remote", Some(10), true), (2, "near", Some(10), true)]);
    let first = &done.copies[0];
    assert!(first.bytes > 8000 && first.files == 2 && first.problems.is_empty(), "{first:?}");
    assert_eq!(first.newest_record, Timestamp::from_second(1_790_000_009).ok());
    assert_eq!(first.digest, "register>remote");
    let evidence = drivers::evidence(&lab.ledger(), Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(evidence.copies, done.copies);
    assert!(lab.ledger().verify().unwrap().is_sound());
}

#[test]
fn drills_are_written_down_and_read_back() {
    let lab = Lab::new();
    lab.protect();
    let ledger = lab.ledger();
    let written = drivers::append_drill(&ledger, "test", &lab.drill()).unwrap();
    let evidence = drivers::evidence(&ledger, Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!((written.record, &evidence.drills[0]), (2, &written));
}

#[test]
fn one_copy_that_fails_does_not_stop_the_others() {
    let mut lab = Lab::new();
    let mut derived = copy("remote");
    derived.from = Some("near".into());
    let mut tape = data("live/register", &[]);
    tape.copies = Some(vec![derived, copy("unknown-password"), copy("remote")]);
    lab.plan.data.insert("archive".into(), tape);
    lab.plan.data.insert("gone".into(), data("live/nothing", &["remote"]));
    let mut unknown = vault("other");
    unknown.password = Some(Secret::Env("NOT_SET".into()));
    lab.plan.vaults.insert("unknown-password".into(), unknown);
    let done = lab.protect();
    let made: Vec<_> = done.copies.iter().map(|c| c.data.as_str()).collect();
    assert_eq!(made, ["archive", "register"]);
    let failed: Vec<_> =
        done.problems.iter().map(|p| (p.data.as_str(), p.fault.message.id(), p.fault.exit)).collect();
    let expected = [
        ("archive", "protect-from", Exit::Partial),
        ("archive", "protect-password-env", Exit::WrongKey),
        ("gone", "protect-path", Exit::Partial),
    ];
    assert_eq!(failed, expected);
}

#[test]
fn copies_by_others_and_without_path_or_repository_are_not_ours() {
    let mut lab = Lab::new();
    let set = lab.plan.data.get_mut("register").unwrap();
    set.copies.as_mut().unwrap()[0].by_oki = false;
    lab.plan.data.insert("abstract".into(), plan::Data { path: None, ..data("x", &["remote"]) });
    let done = lab.protect();
    assert!(done.copies.is_empty() && done.problems.is_empty());
}

#[test]
fn prepare_runs_before_each_copy_and_its_failure_is_told() {
    let mut lab = Lab::new();
    let set = lab.plan.data.get_mut("register").unwrap();
    set.prepare = Some(words(&["sh", "-c", "pwd > {plan}/live/register/where"]));
    assert_eq!(lab.protect().copies[0].files, 3);
    let folder = fs::read_to_string(lab.path("live/register/where")).unwrap();
    assert_eq!(folder.trim(), lab.folder.path().to_str().unwrap());
    let set = lab.plan.data.get_mut("register").unwrap();
    set.prepare = Some(words(&["sh", "-c", "echo disk full >&2; exit 4"]));
    let fault = lab.protect().problems.pop().unwrap().fault;
    let text = fault.chain(base::Lang::En).join(": ");
    assert!(text.contains("preparing register") && text.contains("disk full"), "{text}");
}

#[test]
fn a_prepare_without_end_is_ended() {
    let mut lab = Lab::new();
    lab.deadlines.prepare = Span::millis(200);
    lab.plan.data.get_mut("register").unwrap().prepare = Some(words(&["sleep", "1000"]));
    let fault = lab.protect().problems.pop().unwrap().fault;
    assert!(fault.chain(base::Lang::En).join(": ").contains("did not end within 0.20s"), "{fault:?}");
}

#[test]
fn a_canary_that_cannot_be_asked_is_a_problem_of_the_copy_not_the_end_of_it() {
    let mut lab = Lab::new();
    lab.plan.data.get_mut("register").unwrap().canary.as_mut().unwrap().query = "SELECT nonsense".into();
    let done = lab.protect();
    assert_eq!((done.copies[0].records, done.copies[0].problems.len()), (None, 1));
}

#[test]
fn a_key_is_made_once_kept_private_and_loudly_announced() {
    let mut lab = Lab::new();
    lab.plan.vaults.get_mut("remote").unwrap().password = None;
    let file = drivers::key_file(&lab.host(), &lab.plan.vaults["remote"]).unwrap();
    assert_eq!(lab.protect().problems.len(), 0);
    assert!(lab.ear.heard("KEEP A COPY"));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let key = fs::read(&file).unwrap();
    assert_eq!(lab.protect().problems.len(), 0);
    assert_eq!(fs::read(&file).unwrap(), key);
    assert!(lab.drill().passed);
    fs::remove_file(&file).unwrap();
    assert_eq!(lab.try_drill().unwrap_err().exit, Exit::WrongKey, "a drill never makes a key");
    let fault = lab.protect().problems.pop().unwrap().fault;
    assert_eq!(fault.exit, Exit::WrongKey, "a new key for an old vault would hide that the old one is lost");
    assert!(!file.exists());
}

#[test]
fn a_password_file_is_read_without_its_newline() {
    let mut lab = Lab::new();
    lab.plan.vaults.get_mut("remote").unwrap().password = Some(Secret::File("pass".into()));
    assert_eq!(lab.protect().problems[0].fault.exit, Exit::WrongKey);
    fs::write(lab.path("pass"), "hush\n").unwrap();
    let host = lab.host();
    let id = Id::new("remote");
    let password = drivers::password(&host, &id, &lab.plan.vaults["remote"], false, &lab.ear).unwrap();
    assert_eq!((password.reveal(), format!("{password:?}").as_str()), ("hush", "***"));
    assert_eq!(lab.protect().problems.len(), 0);
    let _ = Wall;
}
