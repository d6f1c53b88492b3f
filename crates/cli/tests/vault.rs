//! `oki vault` as a whole: what it prints, how it fails, and what is left when it is killed.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

mod common;

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use common::{OKI, Said, Town, damage, said};
use serde_json::Value;

/// A folder with a vault in `repo`, and `source` to store.
struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    fn new() -> Home {
        let home = Home { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(home.at("source")).unwrap();
        fs::write(home.at("source/letter"), "拝啓\n".repeat(1000)).unwrap();
        fs::write(home.at("source/picture"), noise(1, 200_000)).unwrap();
        assert_eq!(home.oki(&["init", "repo"]).code, 0);
        home
    }

    /// And a snapshot of the source in it, whose id this gives.
    fn saved() -> (Home, String) {
        let home = Home::new();
        let id = home.json(&["backup", "repo", "source"])["snapshot"].as_str().unwrap().to_owned();
        (home, id)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(OKI);
        command.arg("vault").args(args).env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        command.env("LANG", "C.UTF-8").env("HOME", self.folder.path()).env("OKI_VAULT_PASSWORD", "secret");
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    fn oki(&self, args: &[&str]) -> Said {
        said(self.command(args).output().unwrap())
    }

    /// What it prints as JSON; it has to succeed.
    fn json(&self, args: &[&str]) -> Value {
        let said = self.oki(&[args, &["--json"]].concat());
        assert_eq!(said.code, 0, "{args:?}: {}{}", said.out, said.err);
        serde_json::from_str(&said.out).unwrap()
    }

    /// Runs in both languages; the exit code and a part of the text of each.
    fn check(&self, args: &[&str], code: i32, en: &str, ja: &str) {
        for (lang, text) in [("en", en), ("ja", ja)] {
            holds(args, &self.oki(&[args, &["--lang", lang]].concat()), code, text);
        }
    }

    fn count(&self, folder: &str) -> usize {
        fs::read_dir(self.at(folder)).unwrap().count()
    }

    fn snapshots(&self) -> Vec<Value> {
        self.json(&["snapshots", "repo"])["snapshots"].as_array().unwrap().clone()
    }

    /// Where the source is below a folder that it was restored to.
    fn restored(&self, target: &str) -> PathBuf {
        self.at(target).join(self.at("source").strip_prefix("/").unwrap())
    }
}

fn holds(args: &[&str], said: &Said, code: i32, text: &str) {
    let all = format!("{}{}", said.out, said.err);
    assert_eq!(said.code, code, "{args:?}: {all}");
    assert!(all.contains(text), "{args:?} does not say {text:?} but\n{all}");
}

/// SplitMix64.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn noise(seed: u64, length: usize) -> Vec<u8> {
    let (mut state, mut out) = (seed, Vec::with_capacity(length + 8));
    while out.len() < length {
        out.extend_from_slice(&next(&mut state).to_le_bytes());
    }
    out.truncate(length);
    out
}

/// Every restic there is, to judge a vault of the password `secret`.
fn restic_finds_no_error(repo: &Path) {
    #[allow(clippy::disallowed_methods)] // the test command says here which programs it found
    let restics = std::env::var("OKI_RESTIC").unwrap_or_else(|_| "/usr/bin/restic".to_owned());
    for restic in restics.split(':') {
        assert!(Path::new(restic).exists(), "{restic} is missing: install Debian's package restic");
        let run = |args: &[&str]| {
            let mut command = Command::new(restic);
            command.args(["--no-cache", "--repo"]).arg(repo).args(args).env("RESTIC_PASSWORD", "secret");
            said(command.output().unwrap())
        };
        // The locks of the killed: restic leaves it to its user to remove them.
        assert_eq!(run(&["unlock"]).code, 0);
        holds(&[restic], &run(&["check", "--read-data"]), 0, "no errors were found");
    }
}

/// A source that is another one each time: three of an endless row of files.
fn turn(source: &Path, seed: u64, moment: u64) {
    let _ = fs::remove_file(source.join(format!("{}", moment.wrapping_sub(3))));
    fs::write(source.join(format!("{moment}")), noise(seed ^ moment, 1_000_000)).unwrap();
}

/// The files that `turn` left at a moment, byte for byte, and nothing else.
fn assert_turned(found: &Path, seed: u64, moment: u64) {
    let files = moment.saturating_sub(2)..=moment;
    assert_eq!(fs::read_dir(found).unwrap().count() as u64, files.clone().count() as u64);
    for file in files {
        let bytes = fs::read(found.join(format!("{file}"))).unwrap();
        assert!(bytes == noise(seed ^ file, 1_000_000), "file {file} of moment {moment}, seed {seed}");
    }
}

#[test]
fn killed_at_fifty_moments_nothing_saved_is_lost() {
    let seed = u64::from(std::process::id()) << 20;
    println!("seed {seed}");
    let home = Home::new();
    fs::remove_dir_all(home.at("source")).unwrap();
    fs::create_dir(home.at("source")).unwrap();
    turn(&home.at("source"), seed, 0);
    let began = Instant::now();
    assert_eq!(home.oki(&["backup", "repo", "source", "--tag", "0"]).code, 0);
    // Follows the machine's pace, so that about half of them are killed in time.
    let mut whole = began.elapsed();
    let (mut random, mut reported) = (seed, vec![0]);
    for moment in 1..=50 {
        turn(&home.at("source"), seed, moment);
        let mut command = home.command(&["backup", "repo", "source", "--tag", &moment.to_string()]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(whole.mul_f64((next(&mut random) % 1000) as f64 / 700.0));
        child.kill().unwrap();
        let output = child.wait_with_output().unwrap();
        if String::from_utf8_lossy(&output.stdout).contains("saved") {
            reported.push(moment);
            whole = whole.mul_f64(0.9);
        } else {
            whole = whole.mul_f64(1.1);
        }
    }
    let tags = |snapshot: &Value| snapshot["tags"][0].as_str().unwrap().parse::<u64>().unwrap();
    let kept = home.snapshots();
    println!("{} of 51 were reported as saved, {} are there", reported.len(), kept.len());
    assert!(reported.iter().all(|moment| kept.iter().any(|snapshot| tags(snapshot) == *moment)));
    assert!((5..45).contains(&reported.len()), "the moments do not lie around the end of a backup");
    restic_finds_no_error(&home.at("repo"));
    for snapshot in &kept {
        home.json(&["restore", "repo", snapshot["id"].as_str().unwrap(), "--target", "back"]);
        assert_turned(&home.restored("back"), seed, tags(snapshot));
        fs::remove_dir_all(home.at("back")).unwrap();
    }
    // And it goes on: the locks of the killed hold nobody up.
    turn(&home.at("source"), seed, 51);
    let said = home.oki(&["backup", "repo", "source"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(home.count("repo/locks"), 0);
}

/// Bytes of all packs.
fn packed(home: &Home) -> u64 {
    let folders = fs::read_dir(home.at("repo/data")).unwrap().flatten();
    let packs = folders.flat_map(|folder| fs::read_dir(folder.path()).unwrap().flatten());
    packs.map(|pack| pack.metadata().unwrap().len()).sum()
}

fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(60);
    while !holds() {
        assert!(Instant::now() < until, "it never came to this: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Noise in many files.
fn fill(folder: &Path, files: u64) {
    (0..files).for_each(|n| fs::write(folder.join(format!("noise{n}")), noise(n, 4_000_000)).unwrap());
}

#[test]
fn a_killed_backup_leaves_most_of_its_work_to_the_next() {
    let home = Home::new();
    fill(&home.at("source"), 50);
    // Long enough for an index to be due.
    let command = "cat source/noise? source/noise[123]?; sleep 3; cat source/noise4?; sleep 100";
    let mut backup = home.command(&["backup", "repo", "--stdin-command", command]);
    let mut child = backup.process_group(0).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    wait_until("an index", || home.count("repo/index") > 0);
    let group = format!("-{}", child.id());
    assert!(Command::new("kill").args(["-9", "--", &group]).status().unwrap().success());
    assert!(!child.wait().unwrap().success());
    assert!(home.snapshots().is_empty());
    let command = command.replace("; sleep 100", "").replace("; sleep 3", "");
    let next = home.json(&["backup", "repo", "--stdin-command", &command]);
    assert_eq!(next["bytes"], 200_000_000);
    let added = next["added_bytes"].as_u64().unwrap();
    assert!(added < 80_000_000, "{added} bytes were stored once more");
    restic_finds_no_error(&home.at("repo"));
}

#[test]
fn an_interrupted_backup_leaves_all_its_work_to_the_next() {
    for (signal, lang, text) in [("-INT", "en", "is used next time"), ("-TERM", "ja", "次回に使われます")]
    {
        let home = Home::new();
        fill(&home.at("source"), 60);
        let mut command = home.command(&["backup", "repo", "source", "--lang", lang]);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        wait_until("a pack", || packed(&home) > 0);
        assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        holds(&["backup", signal], &said(child.wait_with_output().unwrap()), 130, text);
        assert!(home.snapshots().is_empty());
        let check = home.json(&["check", "repo", "--read-data"]);
        assert_eq!(check["notes"], Value::Array(Vec::new()), "all that was stored stands in an index");
        let kept = packed(&home);
        let saved = home.json(&["backup", "repo", "source"]);
        let twice = kept + saved["added_bytes"].as_u64().unwrap() - saved["bytes"].as_u64().unwrap();
        assert!(kept > 10_000_000 && twice < 1_000_000, "{kept} were kept, {twice} stored twice");
    }
}

#[test]
fn every_command_prints_json() {
    let home = Home { folder: tempfile::tempdir().unwrap() };
    fs::create_dir(home.at("source")).unwrap();
    fs::write(home.at("source/letter"), "拝啓\n").unwrap();
    assert_eq!(home.json(&["init", "repo"])["repository"].as_str().unwrap().len(), 64);
    let saved = home.json(&["backup", "repo", "source", "--tag", "monthly", "--host", "hall"]);
    assert_eq!((&saved["files"], &saved["bytes"]), (&1.into(), &7.into()));
    assert!(saved["added_bytes"].as_u64().unwrap() > 7);
    assert_eq!(saved["problems"], Value::Array(Vec::new()));
    let listed = &home.snapshots()[0];
    assert_eq!((&listed["id"], &listed["tree"]), (&saved["snapshot"], &saved["tree"]));
    assert_eq!((&listed["hostname"], &listed["tags"][0]), (&"hall".into(), &"monthly".into()));
    let entries = home.json(&["ls", "repo", "latest"])["entries"].clone();
    let letter = entries.as_array().unwrap().last().unwrap();
    assert!(letter["path"].as_str().unwrap().ends_with("/source/letter"), "{letter}");
    assert_eq!((&letter["type"], &letter["size"]), (&"file".into(), &7.into()));
    let dry = home.json(&["restore", "repo", "latest", "--target", "back", "--dry-run"]);
    assert_eq!((&dry["files"], &dry["dry_run"]), (&1.into(), &true.into()));
    assert!(!home.at("back").exists(), "a dry run writes");
    let back = home.json(&["restore", "repo", "latest", "--target", "back"]);
    assert_eq!((&back["files"], &back["bytes"], &back["dry_run"]), (&1.into(), &7.into(), &false.into()));
    let check = home.json(&["check", "repo", "--read-data"]);
    assert_eq!((&check["sound"], &check["snapshots"]), (&true.into(), &1.into()));
    assert!(check["read_bytes"].as_u64().unwrap() > 0 && check["packs"] == 2, "{check}");
    let failed = home.oki(&["ls", "repo", "abc", "--json"]);
    let error: Value = serde_json::from_str(&failed.out).unwrap();
    assert_eq!((failed.code, &error["error"]["code"]), (2, &2.into()));
}

#[test]
fn every_command_says_what_it_did() {
    let (home, id) = Home::saved();
    let short = &id[..8];
    home.check(&["backup", "repo", "source"], 0, "2 files, ", "2 ファイル、");
    home.check(&["snapshots", "repo"], 0, short, short);
    home.check(&["ls", "repo", short], 0, "/source/letter", "/source/letter");
    home.check(
        &["restore", "repo", short, "--target", "x", "--dry-run"],
        0,
        "would restore",
        "実行はしません",
    );
    home.check(&["check", "repo"], 0, "sound: ", "健全: ");
    home.check(&["check", "repo", "--read-data"], 0, "all ", "すべて読んで検証しました");
    let said = home.oki(&["restore", "repo", short, "--target", "back"]);
    holds(&["restore"], &said, 0, "2 files restored to");
    assert_eq!(fs::read(home.restored("back").join("picture")).unwrap(), noise(1, 200_000));
}

#[test]
fn passwords_are_asked_for_by_name_and_never_shown() {
    let (home, _) = Home::saved();
    fs::write(home.at("right"), "secret\n").unwrap();
    fs::write(home.at("wrong"), "sekrit\n").unwrap();
    fs::write(home.at("empty"), "").unwrap();
    home.check(&["snapshots", "repo", "--password-file", "right"], 0, "/source", "/source");
    let wrong = ["snapshots", "repo", "--password-file", "wrong"];
    home.check(&wrong, 7, "the password does not open the vault in", "このパスワードでは開きません");
    home.check(&wrong, 7, "--password-file", "--password-file で指定");
    assert!(!home.oki(&wrong).err.contains("sekrit"));
    let gone = ["snapshots", "repo", "--password-file", "gone"];
    home.check(&gone, 7, "gone cannot be read", "パスワードファイル");
    let empty = ["snapshots", "repo", "--password-file", "empty"];
    home.check(&empty, 7, "no password for repo", "repo のパスワードがありません");
    for (lang, text) in [("en", "set OKI_VAULT_PASSWORD"), ("ja", "OKI_VAULT_PASSWORD を設定")] {
        let mut command = home.command(&["snapshots", "repo", "--lang", lang]);
        holds(&["no password"], &said(command.env_remove("OKI_VAULT_PASSWORD").output().unwrap()), 7, text);
    }
}

/// Runs without a password at a terminal of its own; each answer is typed once its question is there.
fn at_terminal(home: &Home, line: &str, answers: &[(&str, &str)]) -> Said {
    let mut command = Command::new("script");
    command.args(["-q", "-e", "-c", &line.replace("oki", OKI), "/dev/null"]);
    command.env_clear().env("PATH", "/usr/bin:/bin").env("LANG", "C.UTF-8").env("SHELL", "/bin/sh");
    command.current_dir(home.folder.path()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("install script (Debian's package bsdutils)");
    let (mut keys, mut screen) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut seen = Vec::new();
    for (question, answer) in answers {
        let before = seen.len();
        while !String::from_utf8_lossy(&seen[before..]).contains(question) {
            let mut byte = [0];
            screen.read_exact(&mut byte).unwrap_or_else(|_| panic!("{question} is not asked: {seen:?}"));
            seen.push(byte[0]);
        }
        // The question comes just before the terminal is told to show nothing.
        thread::sleep(Duration::from_millis(500));
        writeln!(keys, "{answer}").unwrap();
    }
    screen.read_to_end(&mut seen).unwrap();
    Said {
        code: child.wait().unwrap().code().unwrap(),
        out: String::from_utf8(seen).unwrap(),
        err: String::new(),
    }
}

#[test]
fn a_password_is_asked_for_at_the_terminal() {
    let (home, _) = Home::saved();
    let check = |line: &str, answers: &[(&str, &str)], code: i32, text: &str| {
        let said = at_terminal(&home, line, answers);
        holds(&[line], &said, code, text);
        assert!(!said.out.contains("secret") && !said.out.contains("sekrit"), "shown: {}", said.out);
    };
    let asked = "password of repo: ";
    check("oki vault snapshots repo", &[(asked, "secret")], 0, "/source");
    check("oki vault snapshots repo", &[(asked, "sekrit")], 7, "the password does not open the vault in");
    check("oki vault snapshots repo", &[(asked, "")], 7, "no password for repo");
    check("oki vault snapshots repo --lang ja", &[("repo のパスワード: ", "secret")], 0, "/source");
    check("oki vault snapshots nowhere", &[], 2, "there is no vault in nowhere");
    let new = "password of new: ";
    let again = "the same again: ";
    check("oki vault init new", &[(new, "secret"), (again, "sekrit")], 7, "the two passwords differ");
    let differ = [("new のパスワード: ", "secret"), ("もう一度: ", "sekrit")];
    check("oki vault init new --lang ja", &differ, 7, "二つのパスワードが違います");
    assert!(!home.at("new").exists());
    check("oki vault init new", &[(new, "secret"), (again, "secret")], 0, "vault made at new");
    check("oki vault check new", &[("password of new: ", "secret")], 0, "sound: ");
}

#[test]
fn a_backup_shows_its_progress_at_the_terminal() {
    let home = Home::new();
    fill(&home.at("source"), 100);
    for (lang, asked, files, left) in [
        ("en", "password of repo: ", " files  ", " left"),
        ("ja", "repo のパスワード: ", " ファイル  ", "残り "),
    ] {
        fs::remove_dir_all(home.at("repo")).unwrap();
        assert_eq!(home.oki(&["init", "repo"]).code, 0);
        let line = format!("oki vault backup repo source --lang {lang}");
        let said = at_terminal(&home, &line, &[(asked, "secret")]);
        assert_eq!(said.code, 0, "{}", said.out);
        let whole =
            |line: &&str| [files, " MiB  ", " %  ", "/s  ", left].iter().all(|part| line.contains(part));
        assert!(said.out.split('\r').any(|line| whole(&line)), "{}", said.out);
    }
    let said = home.oki(&["backup", "repo", "source"]);
    assert!(!said.err.contains(" %"), "progress where nobody looks on: {}", said.err);
}

#[test]
fn without_a_terminal_no_password_is_asked_for() {
    let (home, _) = Home::saved();
    // Standard input is a terminal here, but not one that belongs to the program.
    let stray = "setsid --wait oki vault snapshots repo";
    for (lang, text, hint) in [
        ("en", "the password could not be asked for: ", "set OKI_VAULT_PASSWORD, or give --password-file"),
        ("ja", "パスワードを尋ねられませんでした", "OKI_VAULT_PASSWORD を設定するか"),
    ] {
        let said = at_terminal(&home, &format!("{stray} --lang {lang}"), &[]);
        holds(&[stray], &said, 7, text);
        holds(&[stray], &said, 7, hint);
    }
}

#[test]
fn what_is_not_there_is_named() {
    let (home, id) = Home::saved();
    home.check(&["snapshots", "nowhere"], 2, "there is no vault in nowhere", "nowhere に保管庫がありません");
    home.check(&["snapshots", "source"], 2, "there is no vault in", "に保管庫がありません");
    home.check(&["snapshots", "source/letter"], 2, "is not a directory", "はディレクトリではありません");
    home.check(&["init", "repo"], 2, "there is a vault in", "には既に保管庫があります");
    home.check(
        &["ls", "repo", "ffffffffff"],
        2,
        "there is no snapshot ffffffffff",
        "ffffffffff はありません",
    );
    home.check(&["ls", "repo", "ffffffffff"], 2, "oki vault snapshots", "oki vault snapshots");
    home.check(
        &["backup", "repo", "gone"],
        2,
        "gone cannot be backed up: it is not there",
        "gone がないため",
    );
    home.check(
        &["restore", "repo", &id, "--target", "source"],
        2,
        "source is not empty",
        "source は空ではありません",
    );
    // With seventeen snapshots, two begin with the same digit.
    for number in 0..16 {
        fs::write(home.at("source/letter"), format!("{number}")).unwrap();
        home.json(&["backup", "repo", "source"]);
    }
    let ids: Vec<String> =
        home.snapshots().iter().map(|s| s["id"].as_str().unwrap()[..1].to_owned()).collect();
    let twice = ids.iter().find(|digit| ids.iter().filter(|other| other == digit).count() > 1).unwrap();
    home.check(&["ls", "repo", twice], 2, "several snapshots in", "で始まるスナップショットが複数");
}

#[test]
fn an_empty_vault_has_no_latest() {
    let home = Home::new();
    home.check(&["ls", "repo", "latest"], 2, "there is no snapshot latest", "latest はありません");
    home.check(&["snapshots", "repo"], 0, "no snapshots yet", "まだありません");
}

#[test]
fn a_command_that_fails_makes_no_snapshot() {
    let home = Home::new();
    let failing = ["backup", "repo", "--stdin-command", "echo half of it; exit 3"];
    home.check(&failing, 2, "the command echo half of it; exit 3 failed", "が失敗しました");
    assert!(home.snapshots().is_empty());
    // It sees no password, and what it prints is kept under the name that was given.
    let command = "echo \"[$OKI_VAULT_PASSWORD]\"";
    let saved = home.json(&["backup", "repo", "--stdin-command", command, "--stdin-name", "dump.sql"]);
    assert_eq!((&saved["files"], &saved["bytes"]), (&1.into(), &3.into()));
    home.json(&["restore", "repo", "latest", "--target", "back"]);
    assert_eq!(fs::read_to_string(home.at("back/dump.sql")).unwrap(), "[]\n");
    // More than the pipeline holds at once.
    let big = ["backup", "repo", "--stdin-command", "head -c 150000000 /dev/zero | tr '\\0' x"];
    assert_eq!(home.json(&big)["bytes"], 150_000_000);
}

#[test]
fn damage_is_found_and_named_and_the_rest_comes_back() {
    let (home, id) = Home::saved();
    // A pack of its own for each further file.
    for name in ["a", "b", "c"] {
        fs::write(home.at("source").join(name), noise(name.len() as u64 + 7, 50_000)).unwrap();
        home.json(&["backup", "repo", "source"]);
    }
    let (before, _) = largest(&home.at("repo/data"));
    let mut bytes = fs::read(&before).unwrap();
    bytes[1000] ^= 1;
    fs::remove_file(&before).unwrap();
    fs::write(&before, bytes).unwrap();
    home.check(&["check", "repo"], 0, "the data themselves were not read", "データ自体は読んでいません");
    home.check(&["check", "repo", "--read-data"], 6, "is damaged: 1 problems", "が壊れています: 問題 1 件");
    home.check(&["check", "repo", "--read-data"], 6, "the pack data/", "パック data/");
    for (lang, text) in [("en", "was not restored: the pack"), ("ja", "を復元できませんでした: パック")]
    {
        let said = home.oki(&["restore", "repo", "latest", "--target", lang, "--lang", lang]);
        holds(&["restore"], &said, 5, text);
        let (back, source) = (home.restored(lang), home.at("source"));
        // Of what is damaged nothing is left; all else is right.
        assert!(fs::read_dir(&back).unwrap().count() < 5, "a damaged file came back");
        for entry in fs::read_dir(&back).unwrap().flatten() {
            assert_eq!(fs::read(entry.path()).unwrap(), fs::read(source.join(entry.file_name())).unwrap());
        }
        assert!(back.join("a").exists());
    }
    assert!(damage(&home.at("repo/snapshots")) > 0);
    home.check(&["check", "repo"], 6, "snapshots/", "snapshots/");
    home.check(&["ls", "repo", &id], 6, "of the vault is damaged", "が壊れています");
}

/// The largest file below a folder, and its length.
fn largest(folder: &Path) -> (PathBuf, u64) {
    let each = fs::read_dir(folder).unwrap().flatten().map(|entry| match entry.metadata().unwrap() {
        meta if meta.is_dir() => largest(&entry.path()),
        meta => (entry.path(), meta.len()),
    });
    each.max_by_key(|(_, length)| *length).unwrap_or_default()
}

/// Runs as nobody, since root may read everything.
#[test]
fn unreadable_files_are_counted_and_named() {
    let home = Home::new();
    let root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    fs::set_permissions(home.at("source/letter"), fs::Permissions::from_mode(0o000)).unwrap();
    fs::create_dir(home.at("source/closed")).unwrap();
    fs::set_permissions(home.at("source/closed"), fs::Permissions::from_mode(0o000)).unwrap();
    for (lang, texts) in [
        ("en", ["letter cannot be read: ", "closed cannot be read: ", "1 files, "]),
        ("ja", ["letter を読めません: ", "closed を読めません: ", "1 ファイル、"]),
    ] {
        let mut command = home.command(&["backup", "repo", "source", "--lang", lang]);
        if root {
            fs::set_permissions(home.folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
            let chown = Command::new("chown").args(["-R", "65534:65534"]).arg(home.folder.path()).status();
            assert!(chown.unwrap().success());
            let program = home.at("oki");
            let _ = fs::copy(OKI, &program).unwrap();
            fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
            let mut unprivileged = Command::new("setpriv");
            unprivileged.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]).arg(program);
            unprivileged.args(command.get_args()).env_clear();
            let environment = command.get_envs().filter_map(|(name, value)| Some((name, value?)));
            unprivileged.envs(environment).current_dir(home.folder.path()).stdin(Stdio::null());
            command = unprivileged;
        }
        let said = said(command.output().unwrap());
        texts.iter().for_each(|text| holds(&["backup"], &said, 5, text));
    }
    let entries = home.json(&["ls", "repo", "latest"])["entries"].clone();
    assert!(entries.to_string().contains("picture") && !entries.to_string().contains("letter"));
}

/// A vault of a plan opens with the key file that was announced.
#[test]
fn a_vault_of_a_plan_opens_with_its_key_file() {
    let town = Town::new();
    let said = town.on_plan(&["protect"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let keys: Vec<PathBuf> =
        fs::read_dir(town.root().join("state/okiagari/keys")).unwrap().map(|e| e.unwrap().path()).collect();
    assert!(!keys.is_empty());
    let opened = keys.iter().filter(|key| {
        let repo = town.dir().join("vaults/nas");
        let args = ["vault", "check", repo.to_str().unwrap(), "--password-file", key.to_str().unwrap()];
        town.oki(&args).code == 0
    });
    assert_eq!(opened.count(), 1, "exactly one key opens the vault");
}

#[test]
fn a_lock_that_somebody_holds_is_named() {
    let home = Home::new();
    let restic = |args: &[&str]| {
        let mut command = Command::new("/usr/bin/restic");
        command.args(["--no-cache", "--repo"]).arg(home.at("repo")).args(args);
        command.env("RESTIC_PASSWORD", "secret").stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    assert!(Path::new("/usr/bin/restic").exists(), "install Debian's package restic");
    home.json(&["backup", "repo", "source"]);
    // While it is being written, a lock has another name.
    let locked =
        || fs::read_dir(home.at("repo/locks")).unwrap().flatten().any(|entry| entry.file_name().len() == 64);
    let mut held = None;
    for _ in 0..50 {
        let mut child = restic(&["prune"]).spawn().unwrap();
        let until = Instant::now() + Duration::from_secs(20);
        while !locked() && child.try_wait().unwrap().is_none() && Instant::now() < until {}
        let stopped = Command::new("kill").args(["-STOP", &child.id().to_string()]).status().unwrap();
        thread::sleep(Duration::from_millis(20));
        if stopped.success() && locked() {
            held = Some(child);
            break;
        }
        let _ = child.kill();
        let _ = child.wait();
    }
    let mut child = held.expect("restic was never caught with its lock");
    let process = child.id().to_string();
    home.check(&["backup", "repo", "source"], 4, &process, "ロックしています");
    home.check(&["check", "repo"], 4, "wait until that work ends", "終わるまで待ってください");
    child.kill().unwrap();
    child.wait().unwrap();
    let said = home.oki(&["backup", "repo", "source"]);
    holds(&["backup"], &said, 0, "removed a lock that nobody holds any more");
}
