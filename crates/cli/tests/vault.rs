//! `oki vault` as a person or a script uses it: what it says, its exit codes, and that nothing acknowledged is lost
//! when it is killed.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use common::{OKI, Said, damage, said};
use serde_json::Value;

/// A vault and something to put into it.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Desk {
        let desk = Desk { folder: tempfile::tempdir().unwrap() };
        fs::create_dir_all(desk.path("src/minutes")).unwrap();
        fs::write(desk.path("src/minutes/1.txt"), "budget").unwrap();
        fs::write(desk.path("src/big"), noise(3 << 20, 7)).unwrap();
        desk.ok(&["init", "vault"]);
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(OKI);
        command
            .arg("vault")
            .args(args)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("OKI_VAULT_PASSWORD", "secret");
        command.env("HOME", self.folder.path()).current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    fn run(&self, args: &[&str]) -> Said {
        said(self.command(args).output().unwrap())
    }

    fn ok(&self, args: &[&str]) -> String {
        let said = self.run(args);
        assert_eq!(said.code, 0, "{args:?}: {}{}", said.out, said.err);
        said.out
    }

    fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.ok(&[args, &["--json"]].concat())).unwrap()
    }

    /// In both languages: the exit code, and a part of the text.
    fn fails(&self, args: &[&str], code: i32, en: &str, ja: &str) {
        for (lang, text) in [("en", en), ("ja", ja)] {
            let said = self.run(&[args, &["--lang", lang]].concat());
            assert_eq!(said.code, code, "{args:?}: {}{}", said.out, said.err);
            assert!(said.err.contains(text), "{args:?} does not say {text:?} but {}", said.err);
        }
    }
}

/// Bytes that do not get smaller, the same for the same seed.
fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as u8
    };
    (0..length).map(|_| next()).collect()
}

/// Every file below a folder: path and content.
fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            out.extend(
                contents(&path)
                    .into_iter()
                    .map(|(name, bytes)| (Path::new(path.file_name().unwrap()).join(name), bytes)),
            );
        } else {
            out.push((path.file_name().unwrap().into(), fs::read(&path).unwrap()));
        }
    }
    out.sort();
    out
}

/// Where a restored folder of `original` lies below `target`.
fn below(target: &Path, original: &Path) -> PathBuf {
    target.join(original.strip_prefix("/").unwrap())
}

#[test]
fn what_goes_in_comes_out() {
    let desk = Desk::new();
    let saved = desk.ok(&["backup", "vault", "src", "--tag", "friday"]);
    assert!(saved.contains("saved: 2 files"), "{saved}");
    let list = desk.ok(&["snapshots", "vault"]);
    assert!(list.contains("/src") && list.contains("[friday]"), "{list}");
    assert!(desk.ok(&["ls", "vault", "latest"]).contains("minutes/1.txt"));
    let said = desk.ok(&["restore", "vault", "latest", "--target", "out"]);
    assert!(said.contains("2 files restored") && said.contains("every block verified"), "{said}");
    let source = desk.path("src").canonicalize().unwrap();
    assert_eq!(contents(&below(&desk.path("out"), &source)), contents(&source));
    assert!(desk.ok(&["check", "vault"]).contains("--read-data"));
    assert!(desk.ok(&["check", "vault", "--read-data"]).contains("read and verified"));
}

#[test]
fn everything_is_json_too() {
    let desk = Desk::new();
    let saved = desk.json(&["backup", "vault", "src"]);
    assert_eq!((saved["files"].as_u64(), saved["problems"].as_array().unwrap().len()), (Some(2), 0));
    assert!(saved["added_bytes"].as_u64() > Some(1 << 20));
    let listed = desk.json(&["snapshots", "vault"]);
    assert_eq!(listed["snapshots"][0]["id"], saved["snapshot"]);
    let entries = desk.json(&["ls", "vault", "latest"]);
    assert!(entries["entries"].as_array().unwrap().iter().any(|e| e["size"] == 6 && e["type"] == "file"));
    let dry = desk.json(&["restore", "vault", "latest", "--target", "out", "--dry-run"]);
    assert!(dry["dry_run"] == true && dry["files"] == 2 && !desk.path("out").exists());
    assert_eq!(desk.json(&["restore", "vault", "latest", "--target", "out"])["files"], 2);
    let check = desk.json(&["check", "vault", "--read-data"]);
    assert!(check["sound"] == true && check["snapshots"] == 1 && check["read_bytes"].as_u64() > Some(0));
}

#[test]
fn what_a_command_prints_is_stored_and_a_failing_one_is_not() {
    let desk = Desk::new();
    let backup = |command: &str| {
        ["backup", "vault", "--stdin-name", "dump.sql", "--stdin-command", command].map(str::to_owned)
    };
    let args = backup("printf 'create table'");
    desk.ok(&args.each_ref().map(String::as_str));
    desk.ok(&["restore", "vault", "latest", "--target", "out"]);
    assert_eq!(fs::read(desk.path("out/dump.sql")).unwrap(), b"create table");
    let args = backup("echo half; exit 3");
    desk.fails(&args.each_ref().map(String::as_str), 2, "failed: exit status: 3", "が失敗しました");
    assert_eq!(desk.json(&["snapshots", "vault"])["snapshots"].as_array().unwrap().len(), 1);
    // The password of the vault is none of its business.
    desk.ok(&backup("test -z \"$OKI_VAULT_PASSWORD\"").each_ref().map(String::as_str));
}

#[test]
fn each_mistake_is_told_apart() {
    let desk = Desk::new();
    desk.ok(&["backup", "vault", "src"]);
    desk.ok(&["backup", "vault", "src"]);
    desk.fails(&["snapshots", "nowhere"], 2, "there is no vault in nowhere", "nowhere に保管庫がありません");
    fs::create_dir(desk.path("empty")).unwrap();
    desk.fails(&["snapshots", "empty"], 2, "oki vault init REPO", "oki vault init REPO");
    desk.fails(&["init", "vault"], 2, "there is a vault in ", "既に保管庫があります");
    desk.fails(
        &["ls", "vault", "moon"],
        2,
        "there is no snapshot moon",
        "スナップショット moon はありません",
    );
    desk.fails(&["backup", "vault", "moon"], 2, "moon cannot be backed up", "moon がないため");
    desk.fails(
        &["restore", "vault", "latest", "--target", "src"],
        2,
        "src is not empty",
        "src は空ではありません",
    );
    let wrong = |password: Option<&str>, extra: &[&str]| {
        let mut command = desk.command(&[&["snapshots", "vault"], extra].concat());
        command.env_remove("OKI_VAULT_PASSWORD");
        password.map(|password| command.env("OKI_VAULT_PASSWORD", password));
        let said = said(command.output().unwrap());
        assert_eq!(said.code, 7, "{}", said.err);
        said.err
    };
    assert!(wrong(Some("guess"), &[]).contains("the password does not open the vault"));
    assert!(wrong(None, &[]).contains("set OKI_VAULT_PASSWORD, or give --password-file FILE"));
    assert!(wrong(None, &["--password-file", "moon"]).contains("moon cannot be read"));
    fs::write(desk.path("key"), "secret\nsecond line\n").unwrap();
    let mut command = desk.command(&["snapshots", "vault", "--password-file", "key"]);
    assert_eq!(said(command.env_remove("OKI_VAULT_PASSWORD").output().unwrap()).code, 0);
}

#[test]
fn the_beginning_of_an_id_is_enough_unless_it_fits_several() {
    let desk = Desk::new();
    let ids: Vec<String> = (0..17)
        .map(|_| desk.json(&["backup", "vault", "src"])["snapshot"].as_str().unwrap().to_owned())
        .collect();
    desk.ok(&["ls", "vault", &ids[3][..12]]);
    // Seventeen ids have sixteen beginnings.
    let twice =
        ids.iter().map(|id| &id[..1]).find(|one| ids.iter().filter(|id| id.starts_with(one)).count() > 1);
    desk.fails(&["ls", "vault", twice.unwrap()], 2, "several snapshots", "複数あります");
}

#[test]
fn damage_is_named_and_costs_no_more_than_it_must() {
    let desk = Desk::new();
    desk.ok(&["backup", "vault", "src/minutes"]);
    let before = contents(&desk.path("vault/data")).len();
    desk.ok(&["backup", "vault", "src"]);
    // Only what the second backup added: the content of the big file, and folders.
    let packs = contents(&desk.path("vault/data"));
    assert!(packs.len() > before);
    let (big, _) = packs.iter().max_by_key(|(_, bytes)| bytes.len()).unwrap();
    let path = desk.path("vault/data").join(big);
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::remove_file(&path).unwrap();
    fs::write(&path, bytes).unwrap();
    desk.ok(&["check", "vault"]);
    desk.fails(&["check", "vault", "--read-data"], 6, "is damaged", "壊れています");
    for (lang, text, target) in [("en", "was not restored", "a"), ("ja", "を復元できませんでした", "b")]
    {
        let said = desk.run(&["restore", "vault", "latest", "--target", target, "--lang", lang]);
        assert_eq!(said.code, 5, "{}", said.err);
        assert!(said.err.contains(text) && said.err.contains("src/big"), "{}", said.err);
        let source = desk.path("src").canonicalize().unwrap();
        let back = contents(&below(&desk.path(target), &source));
        assert_eq!(back, [(PathBuf::from("minutes/1.txt"), b"budget".to_vec())]);
    }
    assert!(damage(&desk.path("vault/keys")) > 0);
    let said = desk.run(&["snapshots", "vault"]);
    assert!(said.code == 6 || said.code == 7, "{}", said.err);
}

#[test]
fn a_missing_pack_is_found_without_reading_data() {
    let desk = Desk::new();
    desk.ok(&["backup", "vault", "src"]);
    let (pack, _) =
        contents(&desk.path("vault/data")).into_iter().max_by_key(|(_, bytes)| bytes.len()).unwrap();
    fs::remove_file(desk.path("vault/data").join(pack)).unwrap();
    desk.fails(&["check", "vault"], 6, "is missing", "がありません");
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_is_stored() {
    let desk = Desk::new();
    fs::write(desk.path("src/closed"), "x").unwrap();
    fs::set_permissions(desk.path("src/closed"), fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(desk.path("src/closed")).is_ok() {
        // Root reads everything: somebody else does it.
        let open = |path: &Path| fs::set_permissions(path, fs::Permissions::from_mode(0o777)).unwrap();
        open(desk.folder.path());
        assert!(
            Command::new("chown")
                .args(["-R", "65534:65534"])
                .arg(desk.folder.path())
                .status()
                .unwrap()
                .success()
        );
        fs::copy(OKI, desk.path("oki")).unwrap();
        open(&desk.path("oki"));
    }
    let mut command = Command::new("setpriv");
    if desk.path("oki").exists() {
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(desk.path("oki"));
    } else {
        command = Command::new(OKI);
    }
    command.args(["vault", "backup", "vault", "src"]).current_dir(desk.folder.path());
    let said = said(
        command
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("OKI_VAULT_PASSWORD", "secret")
            .output()
            .unwrap(),
    );
    assert_eq!(said.code, 5, "{}{}", said.out, said.err);
    assert!(
        said.err.contains("closed cannot be read") && said.err.contains("1 thing could not be read"),
        "{}",
        said.err
    );
    assert!(said.out.contains("saved: 2 files"), "{}", said.out);
}

#[test]
fn a_vault_of_protect_opens_with_its_key_file() {
    let town = common::Town::new();
    assert_eq!(town.on_plan(&["protect"]).code, 0);
    let nas = town.dir().join("vaults/nas");
    let keys = fs::read_dir(town.root().join("state/okiagari/keys")).unwrap();
    let opened = keys.map(|key| {
        let key = key.unwrap().path();
        let said = town.oki(&[
            "vault",
            "snapshots",
            nas.to_str().unwrap(),
            "--password-file",
            key.to_str().unwrap(),
        ]);
        usize::from(
            said.code == 0 && said.out.contains("[oki:register]") && said.out.contains("[oki:documents]"),
        )
    });
    assert_eq!(opened.sum::<usize>(), 1);
}

/// A restic of this machine, as the tests of the vault use it.
fn restic() -> PathBuf {
    let all = std::env::var("OKI_RESTIC").unwrap_or_else(|_| "/usr/bin/restic".to_owned());
    let last = PathBuf::from(all.split(':').next_back().unwrap());
    assert!(
        last.is_file(),
        "{} is not there: install the package restic, or run cargo xtask test",
        last.display()
    );
    last
}

#[test]
fn killed_fifty_times_it_loses_nothing_it_acknowledged() {
    const SEED: u64 = 20_261_125;
    println!("seed {SEED}");
    let desk = Desk::new();
    let mut saved: Vec<(String, Vec<(PathBuf, Vec<u8>)>)> = Vec::new();
    // How long an undisturbed backup of this size takes here decides between which moments the kills fall.
    let mut usual = Duration::ZERO;
    for round in 0..2 {
        fs::write(desk.path("src/big"), noise(3 << 20, round)).unwrap();
        let begin = Instant::now();
        desk.ok(&["backup", "vault", "src"]);
        usual = usual.max(begin.elapsed());
    }
    let moments = noise(100, SEED);
    for (round, pair) in moments.chunks(2).enumerate() {
        fs::write(desk.path("src/big"), noise(3 << 20, 1000 + round as u64)).unwrap();
        fs::write(desk.path(&format!("src/minutes/{round}.txt")), format!("meeting {round}")).unwrap();
        let mut command = desk.command(&["backup", "vault", "src", "--json"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let part = f64::from(u16::from_le_bytes([pair[0], pair[1]])) / f64::from(u16::MAX);
        thread::sleep(usual.mul_f64(part * 1.5));
        let _ = child.kill();
        let ended = said(child.wait_with_output().unwrap());
        if let Ok(report) = serde_json::from_str::<Value>(&ended.out) {
            saved.push((report["snapshot"].as_str().unwrap().to_owned(), contents(&desk.path("src"))));
        }
    }
    println!("{} of 50 were saved before they could be killed", saved.len());
    assert!(saved.len() < 40, "too few kills fell into the work: {} were saved", saved.len());
    let last = desk.json(&["backup", "vault", "src"]);
    saved.push((last["snapshot"].as_str().unwrap().to_owned(), contents(&desk.path("src"))));
    // Ours first: it removes the lock of the last one killed, which restic would wait for.
    desk.ok(&["check", "vault", "--read-data"]);
    let mut command = Command::new(restic());
    command.args(["-r", "vault", "--no-cache", "check", "--read-data"]).current_dir(desk.folder.path());
    let judged = said(command.env("RESTIC_PASSWORD", "secret").output().unwrap());
    assert_eq!(judged.code, 0, "{}{}", judged.out, judged.err);
    let source = desk.path("src").canonicalize().unwrap();
    for (id, original) in &saved {
        let target = format!("back-{id}");
        desk.ok(&["restore", "vault", id, "--target", &target]);
        assert_eq!(contents(&below(&desk.path(&target), &source)), *original, "snapshot {id}");
        fs::remove_dir_all(desk.path(&target)).unwrap();
    }
}
