//! Drills of a real little service, the good one and every way in which one fails.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

mod lab;

use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use assess::DrillRecord;
use base::{Exit, Id, Span};
use lab::{Lab, http, marked, step, words};
use plan::{Probe, Verb};

/// Not a test by itself: the service that is drilled.
#[test]
#[ignore = "run by the drills"]
fn service() {
    lab::serve();
}

/// Not a test by itself: the drill that is killed.
#[test]
#[ignore = "run by another test"]
fn drill_to_be_killed() {
    let mut lab = Lab::new();
    let note = std::env::args().find_map(|arg| arg.strip_prefix("--note=").map(str::to_owned));
    let Some(note) = note else { return };
    lab.protect();
    // Never notices, so the stand-in runs until somebody kills us.
    lab.run().probes.push(Probe::Command { command: words(&["sleep", "60"]), expects: None });
    lab.deadlines.probe = Span::hours(1);
    fs::write(note, lab.path("state").display().to_string()).unwrap();
    let _ = lab.try_drill();
}

fn took(record: &DrillRecord, verb: Verb) -> Option<Span> {
    record.steps.iter().find(|step| step.verb == verb).unwrap().took
}

#[test]
fn a_service_comes_back_on_restored_data_and_is_measured() {
    let lab = Lab::new();
    lab.protect();
    lab.add_records(3);
    let record = lab.drill();
    assert!(record.passed, "{record:?}");
    assert_eq!((record.records, record.records_lost, record.level), (Some(10), Some(3), 1.0));
    let (rta, detect) = (record.rta.unwrap(), took(&record, Verb::Detect).unwrap());
    assert!(detect >= Span::millis(300), "three questions 100 ms apart: {detect}");
    let sum: Span = record.steps.iter().map(|step| step.took.unwrap()).sum();
    assert!(rta >= sum && rta < sum + Span::seconds(2), "{rta} {sum}");
    assert!(record.bytes > 8000 && record.record_age.unwrap() > Span::ZERO);
    assert_eq!((record.digest.as_str(), record.loss.as_str()), ("digest", "lose(hall)"));
}

#[test]
fn as_root_the_drill_has_a_network_of_its_own() {
    let mut lab = Lab::new();
    lab.protect();
    let seen = lab.path("interfaces");
    let look = format!("ip -o link show > {}; exec \"$0\" \"$@\"", seen.display());
    let mut command = words(&["sh", "-c", &look]);
    command.push(std::env::current_exe().unwrap().display().to_string());
    command.extend(lab.run().command[1..].to_vec());
    lab.run().command = command;
    lab.choice.steps.clear();
    let record = lab.drill();
    assert!(record.passed, "{record:?}");
    if !nix::unistd::geteuid().is_root() {
        assert_eq!(record.isolation, "directory");
        assert!(lab.ear.heard("no network of its own"), "silent about the missing isolation");
        return;
    }
    assert_eq!(record.isolation, "directory and network");
    let seen = fs::read_to_string(seen).unwrap();
    assert!(seen.contains("lo:") && seen.lines().count() == 1, "{seen}");
}

#[test]
fn steps_of_people_stay_unmeasured_and_the_recovery_happens_all_the_same() {
    let mut lab = Lab::new();
    lab.protect();
    lab.choice.steps = vec![
        step(Verb::Decide, "recovery", false),
        step(Verb::Call, "supplier", true),
        step(Verb::Restore, "register", false),
        step(Verb::Switch, "dns", true),
        step(Verb::Start, "residents", true),
    ];
    lab.choice.steps[4].by.push("ops".into());
    let record = lab.drill();
    assert!(record.passed && record.steps.iter().all(|step| step.took.is_none()), "{record:?}");
    lab.choice.steps.clear();
    assert!(lab.drill().passed, "a chain without steps still restores and starts");
}

#[test]
fn live_data_that_the_loss_takes_are_not_needed_and_not_asked() {
    let mut lab = Lab::new();
    let mut copies = lab.protect().copies;
    lab.add_records(5);
    lab.lost.insert("register".into());
    assert_eq!(lab.drill().records_lost, None, "the live data must not be asked");
    fs::rename(lab.path("live"), lab.path("gone")).unwrap();
    lab.lost.clear();
    copies[0].records = Some(12);
    lab.known = copies;
    let record = lab.drill();
    assert!(record.passed, "{record:?}");
    assert_eq!((record.records, record.records_lost), (Some(10), Some(2)));
}

#[test]
fn a_damaged_copy_fails_the_drill() {
    let lab = Lab::new();
    lab.protect();
    lab.damage_vault();
    match lab.try_drill() {
        Ok(record) => assert!(record.failure.unwrap().contains("restoring register from remote")),
        // The damage may already show when the vault is opened.
        Err(fault) => assert_eq!(fault.exit, Exit::Damaged, "{fault:?}"),
    }
}

#[test]
fn a_service_that_ends_at_once_fails_with_what_it_said() {
    let mut lab = Lab::new();
    lab.protect();
    lab.run().command = words(&["sh", "-c", "echo no licence found >&2; exit 3"]);
    let failure = lab.failure();
    assert!(failure.contains("exit status: 3") && failure.contains("no licence found"), "{failure}");
}

#[test]
fn a_wrong_answer_fails_with_what_was_expected_and_got() {
    let mut lab = Lab::new();
    lab.deadlines.start = Span::millis(1500);
    lab.protect();
    lab.run().probes = vec![http("http://127.0.0.1:{port}/health", "ok 11 records")];
    let failure = lab.failure();
    for part in ["1.50s", "/health", "ok 11 records", "ok 10 records"] {
        assert!(failure.contains(part), "{part} is not in {failure}");
    }
}

#[test]
fn a_service_that_never_answers_runs_into_the_deadline() {
    let mut lab = Lab::new();
    lab.deadlines.start = Span::millis(700);
    lab.protect();
    lab.run().command = words(&["sh", "-c", "trap '' TERM; sleep 1000 & while true; do sleep 1; done"]);
    let begin = Instant::now();
    let failure = lab.failure();
    assert!(failure.contains("did not pass within 0.70s") && failure.contains("no answer"), "{failure}");
    assert!(begin.elapsed() < Duration::from_secs(15), "{:?}", begin.elapsed());
}

#[test]
fn a_missing_program_is_named() {
    let mut lab = Lab::new();
    lab.protect();
    lab.run().command = words(&["no-such-program"]);
    assert!(lab.failure().contains("no-such-program was not found"));
}

#[test]
fn probes_that_ask_something_else_prove_nothing() {
    let mut lab = Lab::new();
    lab.protect();
    lab.run().probes = vec![Probe::Command { command: words(&["true"]), expects: None }];
    assert!(lab.failure().contains("pass while the service is not there"));
}

#[test]
fn all_kinds_of_probes_pass_on_a_service_that_works() {
    let mut lab = Lab::new();
    lab.protect();
    let database = "{data.register}/register.db".to_owned();
    lab.run().probes.extend([
        Probe::Tcp("127.0.0.1:{port}".into()),
        Probe::Sql { database, query: "SELECT count(*) FROM residents".into(), expects: Some("10".into()) },
        Probe::Command {
            command: words(&["cat", "{data.register}/documents/a.txt"]),
            expects: Some("minutes".into()),
        },
    ]);
    let record = lab.drill();
    assert!(record.passed, "{record:?}");
}

#[test]
fn no_secret_and_nothing_of_our_environment_reaches_a_child() {
    let mut lab = Lab::new();
    let seen = lab.path("environment");
    let look = words(&["sh", "-c", &format!("env >> {}", seen.display())]);
    lab.plan.data.get_mut("register").unwrap().prepare = Some(look.clone());
    lab.run().probes.insert(0, Probe::Command { command: look, expects: None });
    lab.protect();
    assert!(lab.drill().passed);
    let seen = fs::read_to_string(seen).unwrap();
    let mut names: Vec<_> = seen.lines().filter_map(|line| Some(line.split_once('=')?.0)).collect();
    names.sort_unstable();
    names.dedup();
    let known = ["HOME", "LANG", "OKIAGARI_SANDBOX", "OLDPWD", "PATH", "PWD", "SHLVL", "TMPDIR", "_"];
    assert!(names.iter().all(|name| known.contains(name)), "{names:?}");
    assert!(!seen.contains(lab::SECRET));
}

#[test]
fn what_cannot_be_drilled_is_refused_with_a_reason() {
    let refused = |change: &dyn Fn(&mut Lab)| {
        let mut lab = Lab::new();
        lab.protect();
        change(&mut lab);
        lab.try_drill().unwrap_err().message.id().to_owned()
    };
    for (change, id) in [
        (
            &(|lab: &mut Lab| lab.plan.services.get_mut("residents").unwrap().run = None)
                as &dyn Fn(&mut Lab),
            "drill-no-run",
        ),
        (&|lab: &mut Lab| lab.run().probes.clear(), "drill-no-probes"),
        (&|lab: &mut Lab| lab.run().probes = vec![http("https://127.0.0.1/", "x")], "drill-probe-https"),
        (&|lab: &mut Lab| lab.lost.extend([Id::new("remote")]), "drill-source-lost"),
        (
            &|lab: &mut Lab| {
                lab.plan.vaults.get_mut("remote").unwrap().key = Some("key".into());
                lab.lost.insert("key".into());
            },
            "drill-source-lost",
        ),
        (&|lab: &mut Lab| lab.plan.services.clear(), "drill-no-service"),
        (
            &|lab: &mut Lab| lab.choice.sources.extend([(Id::new("register"), Id::new("disk"))]),
            "drill-not-a-vault",
        ),
        (&|lab: &mut Lab| lab.plan.vaults.get_mut("remote").unwrap().repo = None, "protect-no-repository"),
    ] {
        assert_eq!(refused(change), id);
    }
}

#[test]
fn data_that_survive_are_stood_in_for_and_not_counted_as_restored() {
    let mut lab = Lab::new();
    lab.protect();
    lab.choice.sources.clear();
    lab.choice.way = "restart".into();
    let way = plan::Way {
        name: "restart".into(),
        runs_on: Vec::new(),
        more_bodies: false,
        needs: plan::Need::default(),
        data: vec![Id::new("register")],
        ready: plan::Fact::Absent,
        takes: plan::Fact::Absent,
        steps: None,
        by: Vec::new(),
        level: plan::Fact::Exact(0.5),
        lasts: plan::Fact::Absent,
        restart: plan::Fact::Absent,
        failback: plan::Fact::Absent,
        exists: plan::Fact::Absent,
    };
    lab.plan.services.get_mut("residents").unwrap().ways = Some(vec![way]);
    let record = lab.drill();
    assert!(record.passed, "{record:?}");
    assert_eq!((record.bytes, record.level, record.record_age), (0, 0.5, None));
    assert_eq!(took(&record, Verb::Restore), None);
}

#[test]
fn an_interruption_is_heard_at_every_stage_and_nothing_stays() {
    for phase in ["setting up", "injecting", "notices", "restoring", "starting"] {
        let mut lab = Lab::new();
        lab.protect();
        lab.ear.stop_at = Some(phase);
        assert_eq!(lab.try_drill().unwrap_err().exit, Exit::Interrupted, "{phase}");
    }
}

#[test]
fn a_restore_in_no_step_is_not_counted_as_the_start() {
    let mut lab = Lab::new();
    lab.protect();
    lab.choice.steps = vec![step(Verb::Start, "residents", true), step(Verb::Restore, "other", true)];
    let record = lab.drill();
    assert!(record.passed && record.bytes > 0, "{record:?}");
    assert_eq!(took(&record, Verb::Restore), None);
    assert!(took(&record, Verb::Start).unwrap() < record.rta.unwrap());
}

#[test]
fn what_a_killed_drill_left_behind_is_swept() {
    let folder = tempfile::tempdir().unwrap();
    let note = folder.path().join("note");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "drill_to_be_killed", "--"])
        .arg(format!("--note={}", note.display()))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let state = wait_for(|| {
        let state = std::path::PathBuf::from(fs::read_to_string(&note).ok()?);
        (marked(&state).len() >= 2).then_some(state)
    });
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!marked(&state).is_empty(), "the service should have outlived the drill");
    let ear = lab::Ear::default();
    drivers::sweep(&state, &ear);
    assert!(ear.heard("cleared away"));
    assert_eq!(marked(&state), Vec::<String>::new());
    assert_eq!(fs::read_dir(state.join("drills")).unwrap().count(), 0);
    fs::remove_dir_all(state.parent().unwrap()).unwrap();
}

fn wait_for<T>(mut look: impl FnMut() -> Option<T>) -> T {
    for _ in 0..1000 {
        if let Some(found) = look() {
            return found;
        }
        thread::sleep(Duration::from_millis(20));
    }
    panic!("it never came");
}
