//! `oki-bench psplib` as a program: what it prints, how it fails, and how near it comes to the best known makespans.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Two jobs of 2 and 3 periods on one unit: 5 periods.
const SMALL: &str = "\
************************************************************************
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          2           2   3
   2        1          1           4
   3        1          1           4
   4        1          0
************************************************************************
REQUESTS/DURATIONS:
jobnr. mode duration  R 1
------------------------------------------------------------------------
  1      1     0       0
  2      1     2       1
  3      1     3       1
  4      1     0       0
************************************************************************
RESOURCEAVAILABILITIES:
  R 1
    1
************************************************************************
";

fn bench(dir: &Path, more: &[&str], lang: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_oki-bench"));
    command.arg("psplib").arg(dir).args(more).env_clear().env("LANG", lang);
    command.output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(dir.path().join(name), text).unwrap();
    }
    dir
}

#[test]
fn one_line_an_instance_in_the_order_of_names() {
    let dir = folder(&[("two.sm", SMALL), ("one.sm", SMALL), ("notes.txt", "no project")]);
    for more in [&["--millis", "5"][..], &["--single"], &["--schedules", "10", "--seed", "7"]] {
        let output = bench(dir.path(), more, "C");
        assert_eq!(output.status.code(), Some(0), "{}", err(&output));
        let out = out(&output);
        let lines: Vec<&str> = out.lines().collect();
        assert_eq!(lines[0], "instance,makespan,valid,milliseconds");
        assert!(lines[1].starts_with("one,5,true,") && lines[2].starts_with("two,5,true,"), "{out}");
        assert!(lines[1].rsplit(',').next().unwrap().parse::<f64>().unwrap() > 0.0);
        assert_eq!(lines.len(), 3);
    }
}

#[test]
fn failures_name_the_file_and_what_is_wrong_in_it() {
    let cases = [
        (SMALL.replace("RESOURCEAVAILABILITIES:", ""), "the line \"RESOURCEAVAILABILITIES:\" is missing"),
        (SMALL.replace("     2       1\n", "   two       1\n"), "line 13: only whole numbers may stand here"),
        (
            SMALL.replace("   2        1          1           4", "   2        1          2           4"),
            "line 5: a precedence row holds a job in order, one mode, the number of successors and the successors",
        ),
        (
            SMALL.replace("  3      1     3", "  3      2     3"),
            "line 14: a request row holds a job in order, mode 1, the duration and the requests",
        ),
        (
            SMALL.replace("  4      1     0       0\n", ""),
            "4 jobs have a precedence row, 3 have a request row; both must be the same and at least 1",
        ),
        (SMALL.replace("1           4", "1           9"), "job 9 is a successor but has no row of its own"),
        (
            SMALL.replace("  R 1\n    1\n", "  R 1\n    1 2\n"),
            "there are 2 resources, but not every request row has as many requests",
        ),
        (
            SMALL.replace("   3        1          1           4", "   3        1          1           3"),
            "jobs wait for each other in a circle",
        ),
    ];
    for (text, wanted) in cases {
        let dir = folder(&[("bad.sm", &text)]);
        let output = bench(dir.path(), &[], "C");
        let file = dir.path().join("bad.sm");
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(err(&output), format!("error: the file {} cannot be used: {wanted}\n", file.display()));
    }
}

#[test]
fn a_folder_without_projects_is_named() {
    let empty = folder(&[]);
    let output = bench(empty.path(), &[], "C");
    let hint = "  → name the folder that holds the instances\n";
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(err(&output), format!("error: no .sm files in {}\n{hint}", empty.path().display()));
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
            "SKIPPED: OKI_CONFORMANCE names no folder, so nothing was compared with psplib/"
        );
    }
    named.map(|folder| PathBuf::from(folder).join("psplib"))
}

/// Makespans of the lines printed; every one must be valid.
fn makespans(output: &Output) -> BTreeMap<String, f64> {
    assert_eq!(output.status.code(), Some(0), "{}", err(output));
    let printed = out(output);
    let rows = printed.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let rows = rows.inspect(|row| assert_eq!(row[2], "true", "{row:?}"));
    rows.map(|row| (row[0].clone(), row[1].parse().unwrap())).collect()
}

/// Mean excess over the best known makespans, in percent, of the instances whose names begin so.
fn excess(found: &BTreeMap<String, f64>, best: &BTreeMap<String, f64>, begin: &str) -> f64 {
    let of = |name: &str| 100.0 * (found[name] / best[name] - 1.0);
    let excesses: Vec<f64> =
        best.keys().filter(|name| name.starts_with(begin)).map(|name| of(name)).collect();
    excesses.iter().sum::<f64>() / excesses.len() as f64
}

/// By number of schedules, not by time: fewer than a release build makes in 50 ms, so that this holds on any machine.
#[test]
fn all_instances_are_valid_and_near_the_best_known() {
    let Some(folder) = conformance() else { return };
    let best = std::fs::read_to_string(folder.join("best_known.csv")).unwrap();
    let rows = best.lines().skip(1).map(|line| line.split_once(',').unwrap());
    let best: BTreeMap<String, f64> =
        rows.map(|(name, makespan)| (name.to_owned(), makespan.parse().unwrap())).collect();
    let single = makespans(&bench(&folder, &["--single"], "C"));
    let found = makespans(&bench(&folder, &["--schedules", "2000", "--millis", "600000"], "C"));
    assert_eq!((single.len(), found.len(), best.len()), (216, 216, 216));
    assert!(best.keys().all(|name| found[name] <= single[name]));
    assert!(
        best.keys().all(|name| !name.starts_with("j30") || found[name] >= best[name]),
        "better than optimal"
    );
    let (j30, j120) = (excess(&found, &best, "j30"), excess(&found, &best, "j120"));
    assert!(j30 <= 0.5 && j120 <= 3.5, "j30 {j30:.3} %, j120 {j120:.3} %");
}
