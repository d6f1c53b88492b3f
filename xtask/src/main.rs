//! Chores: `cargo xtask test` passes every test on a plain Debian machine, `cargo xtask tidy` holds the structure.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "chores talk to the person who runs them")]

mod restic;
mod setup;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

const USAGE: &str = "usage: cargo xtask test [--oracles] | tidy

  test   installs what the tests need from Debian, then runs fmt, clippy, docs, tidy and every test;
         --oracles builds independent engines, too, and compares with them
  tidy   checks layers, links, banned calls, file lengths and the number of dependencies";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let result = match args.as_slice() {
        ["test"] => test(false),
        ["test", "--oracles"] => test(true),
        ["tidy"] => tidy::run(&root()),
        _ => Err(USAGE.to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            eprintln!("{text}");
            ExitCode::FAILURE
        }
    }
}

fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

fn test(oracles: bool) -> Result<(), String> {
    let root = root();
    let restics = setup::install(&root.join("target/oracles"))?;
    let begin = Instant::now();
    step("format", &root, &["fmt", "--all", "--check"], &[])?;
    step(
        "clippy",
        &root,
        &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"],
        &[],
    )?;
    step(
        "docs",
        &root,
        &["doc", "--workspace", "--no-deps", "--locked"],
        &[("RUSTDOCFLAGS", "-D warnings")],
    )?;
    println!("== tidy");
    tidy::run(&root)?;
    step("tests", &root, &["test", "--workspace", "--locked"], &[("OKI_RESTIC", &restics)])?;
    if oracles {
        step("oracles", &root, &["test", "--package", "bench", "--features", "oracles", "--locked"], &[])?;
    }
    println!("== all passed in {} s", begin.elapsed().as_secs());
    Ok(())
}

fn step(name: &str, root: &Path, args: &[&str], env: &[(&str, &str)]) -> Result<(), String> {
    println!("== {name}: cargo {}", args.join(" "));
    let begin = Instant::now();
    let status = Command::new(env!("CARGO")).args(args).envs(env.iter().copied()).current_dir(root).status();
    match status {
        Ok(status) if status.success() => {
            println!("== {name}: passed in {} s", begin.elapsed().as_secs());
            Ok(())
        }
        Ok(status) => Err(format!("{name} failed: cargo {} ended with {status}", args.join(" "))),
        Err(error) => Err(format!("{name} failed: cargo cannot be started: {error}")),
    }
}
