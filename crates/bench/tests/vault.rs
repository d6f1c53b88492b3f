//! `oki-bench vault` as a program: every set, what it prints, who is left out, and how it fails.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn bench(temporary: &Path, path: &str, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_oki-bench"));
    command.arg("vault").args(args).env_clear().env("PATH", path).env("TMPDIR", temporary);
    command.env("LANG", "C.UTF-8").env("OKI_RESTIC", "/nowhere/restic:/usr/bin/restic").output().unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Every engine restores every set as it was, or this fails.
#[test]
fn every_set_goes_through_every_phase() {
    assert!(Path::new("/usr/bin/restic").exists(), "install Debian's package restic");
    for set in ["files", "image", "postgres"] {
        let temporary = tempfile::tempdir().unwrap();
        let args = ["--set", set, "--size", "small", "--runs", "1", "--against", "restic,rustic,borg"];
        let output = bench(temporary.path(), "/nowhere", &args);
        assert!(output.status.success(), "{}", err(&output));
        let csv = String::from_utf8(output.stdout.clone()).unwrap();
        let mut lines = csv.lines();
        assert_eq!(lines.next(), Some("set,phase,engine,version,wall_s,cpu_s,peak_rss_mib,repo_mib"));
        for phase in ["first", "unchanged", "changed", "restore"] {
            for engine in ["oki", "restic"] {
                let line = lines.next().unwrap_or_else(|| panic!("{phase} of {engine} is missing: {csv}"));
                assert!(line.starts_with(&format!("{set},{phase},{engine},")), "{line}");
                let figures: Vec<f64> = line.split(',').skip(4).map(|text| text.parse().unwrap()).collect();
                assert!(figures.len() == 4 && figures.iter().all(|figure| *figure > 0.0), "{line}");
            }
        }
        assert_eq!(lines.next(), None);
        for missing in ["rustic is not there and is left out", "borg is not there and is left out"] {
            assert!(err(&output).contains(missing), "{}", err(&output));
        }
        assert!(err(&output).contains("run 1: oki "), "{}", err(&output));
        assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 0, "something is left behind");
    }
}

/// A program that passes for an engine: it says its version, and else does `rest`.
fn pretender(folder: &Path, name: &str, rest: &str) {
    use std::os::unix::fs::PermissionsExt;
    let text = format!("#!/bin/sh\ncase $1 in --version) echo {name} 9.9; exit;; esac\n{rest}\n");
    fs::write(folder.join(name), text).unwrap();
    fs::set_permissions(folder.join(name), fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn an_engine_that_fails_is_named() {
    let temporary = tempfile::tempdir().unwrap();
    pretender(temporary.path(), "borg", "exit 3");
    let args = ["--set", "image", "--size", "small", "--runs", "1", "--against", "borg"];
    let output = bench(temporary.path(), temporary.path().to_str().unwrap(), &args);
    assert_eq!(output.status.code(), Some(2), "{}", err(&output));
    assert!(
        err(&output).contains("borg init --encryption repokey failed: exit status: 3"),
        "{}",
        err(&output)
    );
}

#[test]
fn an_engine_that_restores_something_else_is_named() {
    let temporary = tempfile::tempdir().unwrap();
    pretender(temporary.path(), "borg", "mkdir -p \"$BORG_REPO\"");
    let args = ["--set", "image", "--size", "small", "--runs", "1", "--against", "borg"];
    let path = format!("{}:/usr/bin:/bin", temporary.path().display());
    let output = bench(temporary.path(), &path, &args);
    assert_eq!(output.status.code(), Some(2), "{}", err(&output));
    assert!(err(&output).contains("borg 9.9 restored "), "{}", err(&output));
    assert!(err(&output).contains(" other than it was"), "{}", err(&output));
}

#[test]
fn a_folder_that_cannot_be_worked_in_is_named() {
    let output = bench(Path::new("/nowhere"), "/nowhere", &["--set", "image", "--size", "small"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("cannot work in /nowhere"), "{}", err(&output));
    assert!(err(&output).contains("TMPDIR names the folder"), "{}", err(&output));
}
