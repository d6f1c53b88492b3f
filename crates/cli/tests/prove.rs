//! The main job, end to end, on the example: what a new user sees, and what must never happen.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

mod common;
#[path = "../../plan/tests/common/schema.rs"]
mod schema;

use std::fs;
use std::thread;
use std::time::Duration;

use common::{OKI, Town, damage, said};
use serde_json::Value;

#[test]
fn the_first_command_gives_every_kind_of_verdict() {
    let town = Town::new();
    let said = town.on_plan(&["prove"]);
    assert_eq!(said.code, 1, "{}", said.err);
    for word in ["✗ missed", "? unknown", "○ predicted", "● proven"] {
        assert!(said.out.contains(word), "no {word} in\n{}", said.out);
    }
    assert!(said.err.contains("KEEP A COPY OF IT SOMEWHERE ELSE"), "{}", said.err);
    let verdicts = town.verdicts("status");
    assert_eq!(verdicts.state("counter", "rto", "hall"), "proven");
    assert_eq!(verdicts.state("counter", "rto", "jp/iwate"), "missed");
    assert_eq!(verdicts.state("archive", "rpo", "hall"), "missed");
    assert_eq!(verdicts.state("archive", "rto", "hall"), "predicted");
    assert_eq!(verdicts.state("tax", "rto", "tax-machine"), "unknown");
    assert!(verdicts.reason("tax", "rto", "tax-machine").contains("equipment.tax-machine.replace"));
    let sound = town.on_plan(&["ledger", "verify"]);
    assert!(sound.code == 0 && sound.out.contains("every hash"), "{}", sound.out);
}

#[test]
fn status_says_the_same_later_and_changes_nothing() {
    let town = Town::new();
    let proven = town.verdicts("prove");
    let before = fs::read(town.dir().join(".oki/ledger.sqlite")).unwrap();
    let later = town.verdicts("status");
    assert_eq!(proven.0, later.0);
    assert_eq!(fs::read(town.dir().join(".oki/ledger.sqlite")).unwrap(), before);
}

#[test]
fn before_anything_was_measured_nothing_is_proven() {
    let town = Town::new();
    let verdicts = town.verdicts("status");
    assert!(verdicts.0.iter().all(|v| v["verdict"] != "proven" && v["evidence"] == serde_json::json!([])));
    assert!(town.on_plan(&["status"]).err.contains("nothing was measured yet"));
    assert!(!town.dir().join(".oki/ledger.sqlite").exists(), "status writes nothing");
}

#[test]
fn the_json_keeps_its_promise() {
    let town = Town::new();
    let printed = town.on_plan(&["prove", "--json", "--lang", "ja"]);
    let object: Value = serde_json::from_str(&printed.out).unwrap();
    let schema: Value = serde_json::from_str(&town.oki(&["schema", "verdicts"]).out).unwrap();
    assert_eq!(schema::faults(&schema, &object), [""; 0]);
    let verdicts = object["verdicts"].as_array().unwrap();
    assert!(!verdicts.is_empty());
    for verdict in verdicts {
        assert!(verdict["reason"].as_str().unwrap().is_ascii(), "translated: {verdict}");
    }
    let rank =
        |v: &Value| ["missed", "unknown", "predicted", "proven"].iter().position(|s| v["verdict"] == *s);
    assert!(verdicts.is_sorted_by_key(rank), "worst first");
}

#[test]
fn a_drill_needs_nothing_that_the_loss_takes() {
    let town = Town::new();
    assert_eq!(town.on_plan(&["protect"]).code, 0);
    fs::rename(town.dir().join("live"), town.dir().join("live.gone")).unwrap();
    fs::rename(town.dir().join("vaults/nas"), town.dir().join("vaults/nas.gone")).unwrap();
    let drilled = town.on_plan(&["drill", "counter", "--loss", "hall", "--dir"]);
    assert_eq!(drilled.code, 0, "{}{}", drilled.out, drilled.err);
    assert!(drilled.out.contains("passed: back after"), "{}", drilled.out);
    assert!(!town.dir().join("live").exists() && !town.dir().join("vaults/nas").exists());
}

#[test]
fn a_vault_that_held_copies_is_not_made_anew_behind_anybodys_back() {
    let town = Town::new();
    assert_eq!(town.on_plan(&["protect"]).code, 0);
    let nas = town.dir().join("vaults/nas");
    fs::remove_dir_all(&nas).unwrap();
    let said = town.on_plan(&["protect"]);
    assert_eq!(said.code, 5, "{}{}", said.out, said.err);
    assert!(said.err.contains("nas held") && said.err.contains("there is no vault at"), "{}", said.err);
    assert!(!nas.exists());
    let anew = town.on_plan(&["protect", "--new-vault", "nas"]);
    assert_eq!(anew.code, 0, "{}{}", anew.out, anew.err);
    assert!(nas.join("config").exists());
    assert_eq!(town.on_plan(&["protect"]).code, 0);
    let wrong = town.on_plan(&["protect", "--new-vault", "nass"]);
    assert!(
        wrong.code == 2 && wrong.err.contains("there is no vault nass; there are nas, remote"),
        "{}",
        wrong.err
    );
}

#[test]
fn what_was_restored_from_a_vault_that_is_gone_proves_nothing() {
    let town = Town::new();
    assert_eq!(town.verdicts("prove").state("counter", "rto", "hall"), "proven");
    // Told to begin one anew that is there, nothing is begun and nothing forgotten.
    assert_eq!(town.on_plan(&["protect", "--new-vault", "remote"]).code, 0);
    assert_eq!(town.verdicts("status").state("counter", "rto", "hall"), "proven");
    let remote = town.dir().join("vaults/remote");
    fs::rename(&remote, town.dir().join("unmounted")).unwrap();
    assert_eq!(town.verdicts("status").state("counter", "rto", "hall"), "predicted");
    fs::rename(town.dir().join("unmounted"), &remote).unwrap();
    assert_eq!(town.verdicts("status").state("counter", "rto", "hall"), "proven");
    fs::remove_dir_all(&remote).unwrap();
    assert_eq!(town.on_plan(&["protect", "--new-vault", "remote"]).code, 0);
    assert_eq!(town.verdicts("status").state("counter", "rto", "hall"), "predicted");
    let shown = town.on_plan(&["ledger", "show"]);
    assert!(shown.out.contains("vault remote was lost and begun anew"), "{}", shown.out);
}

#[test]
fn a_folder_that_was_moved_finds_the_keys_of_its_vaults() {
    let town = Town::new();
    assert_eq!(town.on_plan(&["protect"]).code, 0);
    let moved = town.root().join("moved");
    fs::rename(town.dir(), &moved).unwrap();
    let said = town.oki(&["protect", moved.to_str().unwrap()]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(said.err.contains("the vault nas was moved: its key was found"), "{}", said.err);
    let again = town.oki(&["protect", moved.to_str().unwrap()]);
    assert!(again.code == 0 && !again.err.contains("was moved"), "{}", again.err);
}

#[test]
fn damage_to_the_vault_that_is_left_flips_the_verdict() {
    let town = Town::new();
    assert_eq!(town.verdicts("prove").state("counter", "rto", "hall"), "proven");
    assert!(damage(&town.dir().join("vaults/remote/data")) > 0);
    let drilled = town.on_plan(&["drill", "counter", "--loss", "hall", "--dir"]);
    assert_eq!(drilled.code, 8, "{}{}", drilled.out, drilled.err);
    assert!(drilled.out.contains("failed:") && drilled.out.contains("remote"), "{}", drilled.out);
    let after = town.verdicts("status");
    assert_eq!(after.state("counter", "rto", "hall"), "missed");
    assert!(
        after.reason("counter", "rto", "hall").contains("drill"),
        "{}",
        after.reason("counter", "rto", "hall")
    );
}

#[test]
fn a_changed_objective_keeps_the_evidence_and_a_changed_way_voids_it() {
    let town = Town::new();
    town.verdicts("prove");
    town.edit("disaster: { rto: 1d, rpo: previous-day }", "disaster: { rto: 2d, rpo: previous-day }");
    assert_eq!(town.verdicts("status").state("counter", "rto", "hall"), "proven");
    town.edit("disaster: { rto: 2d, rpo: previous-day }", "disaster: { rto: 1s, rpo: previous-day }");
    let tight = town.verdicts("status");
    assert_eq!(tight.state("counter", "rto", "hall"), "missed");
    town.edit("disaster: { rto: 1s, rpo: previous-day }", "disaster: { rto: 1d, rpo: previous-day }");
    town.edit(
        "- { restore: register, auto: true, takes: 10m }",
        "- { restore: register, auto: true, takes: 20m }",
    );
    assert_eq!(town.verdicts("status").state("counter", "rto", "hall"), "predicted");
}

#[test]
fn two_runs_at_once_wait_for_each_other() {
    let town = Town::new();
    let dir = town.dir();
    let start = || {
        let mut command = town.command(&["prove", dir.to_str().unwrap()]);
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap()
    };
    let (first, second) = (start(), start());
    // Somewhere in the middle of the one that got the lock.
    thread::sleep(Duration::from_secs(1));
    let impatient = town.on_plan(&["prove", "--no-wait"]);
    assert_eq!(impatient.code, 4, "{}", impatient.err);
    assert!(impatient.err.contains("another run") && impatient.err.contains("process "), "{}", impatient.err);
    let ends = [said(first.wait_with_output().unwrap()), said(second.wait_with_output().unwrap())];
    assert!(ends.iter().all(|end| end.code == 1), "{:?}", ends.map(|end| end.err));
    assert_eq!(ends.iter().filter(|end| end.err.contains("waiting: ")).count(), 1);
    assert_eq!(town.on_plan(&["ledger", "verify"]).code, 0);
    let nas = town.oki(&["ledger", "show", "--json", dir.to_str().unwrap()]);
    let records: Value = serde_json::from_str(&nas.out).unwrap();
    assert_eq!(records["records"].as_array().unwrap().iter().filter(|r| r["kind"] == "copy").count(), 8);
}

#[test]
fn killed_at_any_moment_nothing_is_lost_and_the_next_run_cleans_up() {
    let town = Town::new();
    assert_eq!(town.on_plan(&["prove"]).code, 1);
    let mut known = 0;
    // Spread over the whole run, at moments that do not repeat.
    for moment in [3, 40, 170, 310, 900, 1700, 2600, 3900] {
        let mut child = town.command(&["prove", town.dir().to_str().unwrap()]);
        let mut child =
            child.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_millis(moment));
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(town.on_plan(&["ledger", "verify"]).code, 0, "after {moment} ms");
        let all: Value =
            serde_json::from_str(&town.on_plan(&["ledger", "show", "--json", "--last", "1000"]).out).unwrap();
        let count = all["records"].as_array().unwrap().len();
        assert!(count >= known, "records vanished after {moment} ms");
        known = count;
    }
    let last = town.on_plan(&["prove"]);
    assert_eq!(last.code, 1, "{}", last.err);
    let left: Vec<_> = fs::read_dir(town.dir().join(".oki/drills")).unwrap().collect();
    assert!(left.is_empty(), "sandboxes stay behind: {left:?}");
    assert_eq!(town.verdicts("status").state("counter", "rto", "hall"), "proven");
}

#[test]
fn no_secret_reaches_any_output() {
    let town = Town::new();
    let log = town.root().join("log");
    let said = town.on_plan(&["prove", "--log-file", log.to_str().unwrap()]);
    let keys: Vec<String> = fs::read_dir(town.root().join("state/okiagari/keys"))
        .unwrap()
        .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap().trim().to_owned())
        .collect();
    assert_eq!(keys.len(), 2);
    let ledger = fs::read(town.dir().join(".oki/ledger.sqlite")).unwrap();
    let seen =
        [said.out, said.err, fs::read_to_string(log).unwrap(), String::from_utf8_lossy(&ledger).into_owned()];
    for key in keys {
        assert!(key.len() >= 32 && seen.iter().all(|text| !text.contains(&key)));
    }
}

#[test]
fn a_copy_that_cannot_be_made_is_named_and_the_rest_is_done() {
    let town = Town::new();
    town.edit("repo: vaults/remote", "repo: vaults/remote/../../okiagari.yaml");
    let said = town.on_plan(&["protect"]);
    assert_eq!(said.code, 5, "{}", said.err);
    assert!(said.err.contains("okiagari.yaml") && said.err.contains("register → nas"), "{}", said.err);
    let told: Vec<&str> = said.err.lines().filter(|line| line.starts_with("warning: ")).collect();
    let once: std::collections::BTreeSet<&str> = told.iter().copied().collect();
    assert_eq!(told.len(), once.len(), "nothing is told twice: {}", said.err);
    assert_eq!(told.len(), 2, "one for each data set with a copy there: {}", said.err);
    assert!(told[1].starts_with("warning: register → remote was not made: "), "{}", said.err);
}

#[test]
fn it_works_from_a_copied_folder_with_only_the_binary() {
    let town = Town::new();
    let folder = tempfile::tempdir().unwrap();
    let oki = folder.path().join("oki");
    fs::copy(OKI, &oki).unwrap();
    fs::create_dir(folder.path().join("plan")).unwrap();
    fs::copy(town.dir().join("okiagari.yaml"), folder.path().join("plan/okiagari.yaml")).unwrap();
    let mut command = std::process::Command::new(&oki);
    command.args(["prove", "plan"]).current_dir(folder.path()).env_clear().env("HOME", folder.path());
    let said = said(command.output().unwrap());
    assert!(said.code == 1 && said.out.contains("● proven"), "{}{}", said.out, said.err);
}
