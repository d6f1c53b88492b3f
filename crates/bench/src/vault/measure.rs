//! `oki-bench measure`: runs one program and writes down what it used. The system tells a parent only about all its
//! children together; so each measured program gets a parent of its own.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use base::{Exit, Fault, Message};
use clap::Args;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;

use super::cannot_work;

#[derive(Debug, Args)]
pub(crate) struct MeasureArgs {
    report: PathBuf,
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    program: Vec<OsString>,
}

/// What a program used.
#[derive(Clone, Copy, Debug)]
pub(super) struct Used {
    /// Seconds from its start to its end.
    pub(super) wall: f64,
    /// Seconds of all its threads, in the program and in the system.
    pub(super) cpu: f64,
    /// Most memory it held.
    pub(super) peak_mib: f64,
}

/// Runs the program and writes what it used into the report.
///
/// # Errors
/// `Unusable` if it cannot be run or fails.
pub(crate) fn run(args: &MeasureArgs) -> Result<(), Fault> {
    let failed = |why: String| {
        let program = args.program.join(std::ffi::OsStr::new(" ")).display().to_string();
        let message = Message::new("bench-vault-engine").with("program", program).with("why", why);
        Fault::new(Exit::Unusable, message)
    };
    let (name, rest) = args.program.split_first().ok_or_else(|| failed(String::new()))?;
    let begin = Instant::now();
    let status = Command::new(name).args(rest).status().map_err(|error| failed(error.to_string()))?;
    let wall = begin.elapsed().as_secs_f64();
    if !status.success() {
        return Err(failed(status.to_string()));
    }
    let used = getrusage(UsageWho::RUSAGE_CHILDREN).map_err(|error| failed(error.to_string()))?;
    let micros = used.user_time().num_microseconds() + used.system_time().num_microseconds();
    let text = format!("{wall} {} {}", micros as f64 / 1e6, used.max_rss() as f64 / 1024.0);
    fs::write(&args.report, text).map_err(|error| cannot_work(&args.report).because(error))
}

/// Runs a program under `measure`. Its output goes to nobody, its errors to ours.
pub(super) fn measured(command: &Command, report: &Path) -> Result<Used, Fault> {
    let broken = |error: std::io::Error| cannot_work(report).because(error);
    let mut outer = Command::new(std::env::current_exe().map_err(broken)?);
    outer.arg("measure").arg(report).arg(command.get_program()).args(command.get_args());
    command.get_envs().for_each(|(name, value)| _ = value.map(|value| outer.env(name, value)));
    command.get_current_dir().map(|dir| outer.current_dir(dir));
    let status = outer.stdout(std::process::Stdio::null()).status().map_err(broken)?;
    if !status.success() {
        let program = command.get_program().display().to_string();
        let message =
            Message::new("bench-vault-engine").with("program", program).with("why", status.to_string());
        return Err(Fault::new(Exit::Unusable, message));
    }
    let text = fs::read_to_string(report).map_err(broken)?;
    let mut figures = text.split(' ').map(|figure| figure.parse().unwrap_or(f64::NAN));
    let mut next = || figures.next().unwrap_or(f64::NAN);
    Ok(Used { wall: next(), cpu: next(), peak_mib: next() })
}
