//! Programs: found, started in a group of their own with a clean environment, waited for with a deadline, ended.

use std::fs::File;
use std::io::{Read, Seek};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use base::{Exit, Fault, Message, Monitor, Span};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::host::Host;

/// What marks every process of a sandbox, so that one that left its group is still found.
pub(crate) const MARK: &str = "OKIAGARI_SANDBOX";

const POLL: Duration = Duration::from_millis(20);

/// Where a child lives.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room<'a> {
    /// Its working directory.
    pub(crate) cwd: &'a Path,
    /// Its home and place for temporary files.
    pub(crate) home: &'a Path,
    /// The part of a sandbox it belongs to.
    pub(crate) mark: Option<&'a Path>,
}

/// A program that ran to its end.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) output: String,
    pub(crate) errors: String,
}

/// A command with nothing of our environment in it: a child never sees a vault's secret.
pub(crate) fn command(argv: &[String], host: &Host<'_>, room: Room<'_>) -> Result<Command, Fault> {
    let (name, args) =
        argv.split_first().ok_or_else(|| Fault::new(Exit::Unusable, Message::new("drill-program-empty")))?;
    let mut command = Command::new(find(name, host)?);
    command.args(args).env_clear().current_dir(room.cwd).stdin(Stdio::null()).process_group(0);
    command.env("PATH", &host.path).env("LANG", "C.UTF-8");
    command.env("HOME", room.home).env("TMPDIR", room.home);
    if let Some(mark) = room.mark {
        command.env(MARK, mark);
    }
    Ok(command)
}

/// Looked up here rather than by the system, so that a missing program is told apart from one that fails.
pub(crate) fn find(name: &str, host: &Host<'_>) -> Result<PathBuf, Fault> {
    if name == "oki" {
        return Ok(host.oki.clone());
    }
    let found = if name.contains('/') {
        Some(host.in_plan(Path::new(name))).filter(|path| path.is_file())
    } else {
        std::env::split_paths(&host.path).map(|folder| folder.join(name)).find(|path| path.is_file())
    };
    found.ok_or_else(|| {
        Fault::new(Exit::Unusable, Message::new("drill-program-missing").with("program", name))
            .hint(Message::new("drill-program-missing-hint").with("program", name))
    })
}

pub(crate) fn spawn(command: &mut Command) -> Result<Child, Fault> {
    command.spawn().map_err(|error| {
        let program = command.get_program().to_string_lossy().into_owned();
        Fault::new(Exit::Unusable, Message::new("drill-program-start").with("program", program))
            .because(error)
    })
}

/// Runs a program to its end; at the deadline or an interruption its whole group is killed.
pub(crate) fn run(mut command: Command, within: Span, monitor: &dyn Monitor) -> Result<Ended, Fault> {
    let name = command.get_program().to_string_lossy().into_owned();
    // Files, not pipes: a grandchild that keeps a pipe open would keep us waiting after the program ended.
    let (mut output, mut errors) = (scratch()?, scratch()?);
    command.stdout(handle(&output)?).stderr(handle(&errors)?);
    let mut child = spawn(&mut command)?;
    match wait(&mut child, within, monitor) {
        Ok(Some(status)) => Ok(Ended { status, output: all(&mut output), errors: all(&mut errors) }),
        Ok(None) => {
            kill(&mut child);
            let message = Message::new("drill-program-deadline").with("program", name).with("within", within);
            Err(Fault::new(Exit::Unusable, message))
        }
        Err(fault) => {
            kill(&mut child);
            Err(fault)
        }
    }
}

/// The exit status, or nothing at the deadline.
fn wait(child: &mut Child, within: Span, monitor: &dyn Monitor) -> Result<Option<ExitStatus>, Fault> {
    let begin = Instant::now();
    loop {
        if let Some(status) = child.try_wait().map_err(scratch_fault)? {
            return Ok(Some(status));
        }
        stop_if_interrupted(monitor)?;
        if Span::from_std(begin.elapsed()) >= within {
            return Ok(None);
        }
        thread::sleep(POLL);
    }
}

/// Ends a child's group at once.
pub(crate) fn kill(child: &mut Child) {
    signal_group(child, Signal::SIGKILL);
    // The group may have refused to exist; the child itself must not stay behind as a zombie.
    let _ = child.kill();
    let _ = child.wait();
}

/// Asks a child's group to end, and ends it after `within`.
pub(crate) fn stop(child: &mut Child, within: Span) {
    signal_group(child, Signal::SIGTERM);
    let begin = Instant::now();
    while Span::from_std(begin.elapsed()) < within && matches!(child.try_wait(), Ok(None)) {
        thread::sleep(POLL);
    }
    kill(child);
}

fn signal_group(child: &Child, signal: Signal) {
    if let Ok(id) = i32::try_from(child.id()) {
        let _ = killpg(Pid::from_raw(id), signal);
    }
}

/// An interruption as a fault, to be passed on at any safe point.
pub(crate) fn stop_if_interrupted(monitor: &dyn Monitor) -> Result<(), Fault> {
    if monitor.interrupted() {
        return Err(Fault::new(Exit::Interrupted, Message::new("drill-interrupted")));
    }
    Ok(())
}

/// Sleeps in small pieces, so that an interruption is heard.
pub(crate) fn sleep(span: Span, monitor: &dyn Monitor) -> Result<(), Fault> {
    let begin = Instant::now();
    loop {
        stop_if_interrupted(monitor)?;
        let left = (span - Span::from_std(begin.elapsed())).to_std();
        if left.is_zero() {
            return Ok(());
        }
        thread::sleep(left.min(POLL));
    }
}

fn scratch() -> Result<File, Fault> {
    tempfile::tempfile().map_err(scratch_fault)
}

fn handle(file: &File) -> Result<Stdio, Fault> {
    file.try_clone().map(Stdio::from).map_err(scratch_fault)
}

fn scratch_fault(error: std::io::Error) -> Fault {
    Fault::new(Exit::Unusable, Message::new("drill-program-output")).because(error)
}

/// What was written, up to a megabyte.
fn all(file: &mut File) -> String {
    let mut bytes = Vec::new();
    let _ = file.rewind();
    let _ = file.take(1 << 20).read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}
