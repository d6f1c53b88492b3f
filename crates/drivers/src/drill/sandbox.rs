//! The folder that a drill happens in, and the certainty that nothing of it stays behind.
//!
//! `<state>/drills/<id>/` holds `owner` (the drilling process), `processes` (what it started) and one folder for each
//! part. A process is written as its number and start time, since numbers are used again. What a killed drill left
//! behind is swept by the next one.

use std::fs::{self, DirBuilder, File, Permissions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use base::{Exit, Fault, Message, Monitor};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::host::Host;
use crate::process::MARK;

/// A sandbox; dropping it ends everything in it and removes it.
pub(crate) struct Sandbox {
    folder: PathBuf,
}

impl Sandbox {
    pub(crate) fn new(host: &Host<'_>) -> Result<Sandbox, Fault> {
        let drills = home_of_drills(&host.state_dir);
        make(&drills).map_err(|error| fault("drill-sandbox", &drills, error))?;
        let own = std::process::id();
        for n in 0u32.. {
            let folder = drills.join(format!("{own}-{n}"));
            match DirBuilder::new().mode(0o700).create(&folder) {
                Ok(()) => return Sandbox::claim(folder),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(fault("drill-sandbox", &folder, error)),
            }
        }
        Err(fault("drill-sandbox", &drills, std::io::ErrorKind::AlreadyExists.into()))
    }

    fn claim(folder: PathBuf) -> Result<Sandbox, Fault> {
        let sandbox = Sandbox { folder };
        let owner = Life::of(std::process::id()).map(|life| life.line()).unwrap_or_default();
        fs::write(sandbox.folder.join("owner"), owner)
            .map_err(|error| fault("drill-sandbox", &sandbox.folder, error))?;
        Ok(sandbox)
    }

    /// A folder for one part of the drill, made if it is not there.
    pub(crate) fn part(&self, name: &str) -> Result<PathBuf, Fault> {
        let folder = self.folder.join(name);
        make(&folder).map_err(|error| fault("drill-sandbox", &folder, error))?;
        Ok(folder)
    }

    /// Writes a process down, so that the next run finds it if this one is killed.
    pub(crate) fn note(&self, process: u32) {
        let Some(life) = Life::of(process) else { return };
        let file = File::options().append(true).create(true).open(self.folder.join("processes"));
        // Not being able to note it is no reason to stop: the mark in its environment finds it as well.
        let _ = file.and_then(|mut file| writeln!(file, "{}", life.line()));
    }

    /// Ends every process that carries the mark of a part, wherever it went.
    pub(crate) fn end_part(&self, part: &Path) {
        end_marked(part);
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        clear(&self.folder);
    }
}

/// Removes what killed drills of this plan left behind: processes and folders. Says what was found.
pub fn sweep(state_dir: &Path, monitor: &dyn Monitor) {
    let Ok(entries) = fs::read_dir(home_of_drills(state_dir)) else { return };
    for folder in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let owner = fs::read_to_string(folder.join("owner")).ok().and_then(|line| Life::parse(&line));
        if owner.is_some_and(|life| life.lasts()) {
            continue;
        }
        let ended = clear(&folder);
        monitor.notice(&Message::new("drill-swept").with("path", &folder).with("processes", ended));
    }
}

fn home_of_drills(state_dir: &Path) -> PathBuf {
    state_dir.join("drills")
}

fn make(folder: &Path) -> std::io::Result<()> {
    // Restored data are nobody else's business.
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Ends the processes of a sandbox and removes it; the number of processes ended.
fn clear(folder: &Path) -> usize {
    let noted = fs::read_to_string(folder.join("processes")).unwrap_or_default();
    let lives: Vec<Life> = noted.lines().filter_map(Life::parse).filter(Life::lasts).collect();
    lives.iter().for_each(Life::end);
    let ended = lives.len() + end_marked(folder);
    remove(folder);
    ended
}

/// Removes a folder of restored data, also where it says that nobody may write to it.
pub(crate) fn remove(folder: &Path) {
    if fs::remove_dir_all(folder).is_ok() || !folder.exists() {
        return;
    }
    open_up(folder);
    let _ = fs::remove_dir_all(folder);
}

fn open_up(folder: &Path) {
    let _ = fs::set_permissions(folder, Permissions::from_mode(0o700));
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            open_up(&entry.path());
        }
    }
}

/// Kills all processes marked with this folder or something in it; how many.
fn end_marked(folder: &Path) -> usize {
    let mut ended = 0;
    // More than once, since a process may have forked while the list was read.
    for _ in 0..50 {
        let found = marked(folder);
        if found.is_empty() {
            break;
        }
        ended += found.len();
        found.iter().for_each(Life::end);
        thread::sleep(Duration::from_millis(10));
    }
    ended
}

fn marked(folder: &Path) -> Vec<Life> {
    let mark = [MARK.as_bytes(), b"=", folder.as_os_str().as_encoded_bytes()].concat();
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let numbers = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    let others = numbers.filter(|number| *number != std::process::id());
    let ours = others.filter(|number| {
        let environment = fs::read(format!("/proc/{number}/environ")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|entry| {
            entry.strip_prefix(mark.as_slice()).is_some_and(|rest| rest.first().is_none_or(|b| *b == b'/'))
        })
    });
    ours.filter_map(Life::of).collect()
}

/// One process, told apart from a later one with the same number.
struct Life {
    process: u32,
    start: u64,
}

impl Life {
    fn of(process: u32) -> Option<Life> {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        // The name, in brackets, may hold anything; counted from its end, the start time is the 20th field.
        let (_, fields) = stat.rsplit_once(')')?;
        let mut fields = fields.split_whitespace();
        // A zombie has ended already; only its parent can take it away.
        if fields.next()? == "Z" {
            return None;
        }
        Some(Life { process, start: fields.nth(18)?.parse().ok()? })
    }

    fn parse(line: &str) -> Option<Life> {
        let (process, start) = line.trim().split_once(' ')?;
        Some(Life { process: process.parse().ok()?, start: start.parse().ok()? })
    }

    fn line(&self) -> String {
        format!("{} {}", self.process, self.start)
    }

    fn lasts(&self) -> bool {
        Life::of(self.process).is_some_and(|life| life.start == self.start)
    }

    fn end(&self) {
        if let (true, Ok(id)) = (self.lasts(), i32::try_from(self.process)) {
            let _ = kill(Pid::from_raw(id), Signal::SIGKILL);
        }
    }
}

pub(crate) fn fault(id: &'static str, path: &Path, error: std::io::Error) -> Fault {
    Fault::new(Exit::Unusable, Message::new(id).with("path", path)).because(error)
}
