//! `oki-bench aralia` as a program: what it prints, how it fails, and whether it gives the published right answers.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const SMALL: &str = r#"<?xml version="1.0"?>
<opsa-mef>
<define-fault-tree name="small">
<define-gate name="top"><atleast min="2">
  <basic-event name="a"/><basic-event name="b"/><basic-event name="c"/>
</atleast></define-gate>
</define-fault-tree>
<model-data>
<define-basic-event name="a"><float value="0.5"/></define-basic-event>
<define-basic-event name="b"><float value="0.5"/></define-basic-event>
<define-basic-event name="c"><float value="0.25"/></define-basic-event>
</model-data>
</opsa-mef>
"#;

fn bench(dir: &Path, more: &[&str], lang: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_oki-bench"));
    command.arg("aralia").arg(dir).args(more).env_clear().env("LANG", lang);
    command.output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(dir.path().join(name), text).unwrap();
    }
    dir
}

#[test]
fn one_line_a_model_in_the_order_of_names() {
    let dir = folder(&[("two.xml", SMALL), ("one.xml", SMALL), ("notes.txt", "no model")]);
    let output = bench(dir.path(), &[], "C");
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let lines: Vec<String> = out(&output).lines().map(str::to_owned).collect();
    assert_eq!(lines[0], "model,minimal_cut_sets,top_event_probability,milliseconds");
    let fields: Vec<&str> = lines[1].split(',').collect();
    assert_eq!(fields[..3], ["one", "3", "3.750000000e-1"]);
    assert!(fields[3].parse::<f64>().unwrap() > 0.0);
    assert!(lines[2].starts_with("two,3,"));
    assert_eq!(lines.len(), 3);
}

#[test]
fn a_model_beyond_the_limit_gets_an_interval_and_exit_code_5() {
    let dir = folder(&[("small.xml", SMALL)]);
    let output = bench(dir.path(), &["--nodes", "3"], "C");
    assert_eq!(output.status.code(), Some(5));
    assert!(out(&output).lines().nth(1).unwrap().starts_with("small,,,"));
    let said = err(&output);
    let begin = "small: no decision diagram of at most 3 nodes was found; by simulation (100000 trials) the probability is ";
    let interval = said.strip_prefix(begin).unwrap_or_else(|| panic!("{said}"));
    let (low, rest) = interval.split_once(" to ").unwrap();
    let (high, rest) = rest.split_once(" (95 %)\n").unwrap();
    let (low, high): (f64, f64) = (low.parse().unwrap(), high.parse().unwrap());
    assert!(low < 0.375 && 0.375 < high && high - low < 0.01, "{low} {high}");
    assert_eq!(rest, "error: 1 model was not solved exactly\n  → allow more nodes with --nodes\n");
}

#[test]
fn failures_name_the_folder_or_file_and_the_cause() {
    let dir = folder(&[("bad.xml", "<opsa-mef/>")]);
    let output = bench(dir.path(), &[], "C");
    let file = dir.path().join("bad.xml");
    assert_eq!(output.status.code(), Some(2));
    let wanted = "no top gate: each gate is used by another, or there is none";
    assert_eq!(err(&output), format!("error: the file {} cannot be used: {wanted}\n", file.display()));

    let empty = folder(&[]);
    let output = bench(empty.path(), &[], "C");
    let hint = "  → name the folder that holds the instances\n";
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(err(&output), format!("error: no .xml files in {}\n{hint}", empty.path().display()));

    let output = bench(&empty.path().join("none"), &[], "ja_JP.UTF-8");
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).starts_with("エラー: フォルダー "), "{}", err(&output));
    assert!(err(&output).contains("/none を読めません: "), "{}", err(&output));
}

/// The folder named by `OKI_CONFORMANCE`, or a remark that cannot be overlooked.
fn conformance() -> Option<PathBuf> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the test is told from outside where the public instances lie"
    )]
    let named = std::env::var("OKI_CONFORMANCE").ok();
    if named.is_none() {
        // Not `eprintln!`, which cargo keeps to itself when a test passes.
        let mut stderr = std::io::stderr().lock();
        let _ = writeln!(
            stderr,
            "SKIPPED: OKI_CONFORMANCE names no folder, so nothing was compared with aralia/"
        );
    }
    named.map(|folder| PathBuf::from(folder).join("aralia"))
}

#[test]
fn all_instances_of_aralia_have_the_known_counts_and_probabilities() {
    let Some(folder) = conformance() else { return };
    let expected = std::fs::read_to_string(folder.join("expected.csv")).unwrap();
    let output = bench(&folder, &[], "C");
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let found = out(&output);
    assert!(expected.lines().count() > 20);
    assert_eq!(found.lines().count(), expected.lines().count());
    for (wanted, found) in expected.lines().skip(1).zip(found.lines().skip(1)) {
        let (wanted, found): (Vec<&str>, Vec<&str>) =
            (wanted.split(',').collect(), found.split(',').collect());
        assert_eq!(wanted[..2], found[..2]);
        let (known, computed): (f64, f64) = (wanted[2].parse().unwrap(), found[2].parse().unwrap());
        assert!((known - computed).abs() <= 5e-7 * known, "{}: {computed}, known {known}", wanted[0]);
    }
}
