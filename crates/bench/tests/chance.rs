//! `oki-bench chance` as a program: what it prints, and how it refuses.

#![allow(clippy::unwrap_used)] // helpers of tests are not tests to clippy

use std::process::{Command, Output};

fn bench(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_oki-bench"));
    command.arg("chance").args(args).env_clear().env("LANG", "C.UTF-8").output().unwrap()
}

#[test]
fn every_phase_has_its_line() {
    for people in ["8", "unlimited"] {
        let args = ["--steps", "60", "--trials", "3000", "--people", people, "--threads", "2"];
        let output = bench(&args);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let csv = String::from_utf8(output.stdout).unwrap();
        let mut lines = csv.lines();
        assert_eq!(lines.next(), Some("phase,milliseconds,peak_rss_mib"));
        for phase in ["generate", "schedule", "freeze", "prepare", "trials"] {
            let line = lines.next().unwrap_or_else(|| panic!("{phase} is missing: {csv}"));
            let mut parts = line.split(',');
            assert_eq!(parts.next(), Some(phase));
            assert!(parts.next().is_some_and(|text| text.parse::<u64>().is_ok()), "{line}");
        }
        assert_eq!(lines.next(), None);
    }
}

/// Any number of steps makes a recovery, one alone too.
#[test]
fn few_steps_are_a_recovery_too() {
    for steps in ["1", "2", "3", "7", "21", "23"] {
        let output = bench(&["--steps", steps, "--trials", "1", "--people", "1"]);
        assert!(output.status.success(), "{steps}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn numbers_that_make_no_sense_are_refused() {
    for arg in ["--steps=0", "--people=0", "--people=some", "--threads=0", "--trials=-1"] {
        let output = bench(&[arg]);
        assert_eq!(output.status.code(), Some(2), "{arg}");
        let name = arg.split('=').next().unwrap();
        assert!(String::from_utf8_lossy(&output.stderr).contains(name) && output.stdout.is_empty(), "{arg}");
    }
}
