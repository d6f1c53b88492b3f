//! One running instance of the service in the sandbox: the stand-in of the primary, or the recovered one.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::atomic::{AtomicU16, Ordering};

use base::{Exit, Fault, Message, Monitor};
use plan::Run;

use crate::drill::sandbox::{self, Sandbox};
use crate::host::Host;
use crate::place::Places;
use crate::probe::{self, Asker};
use crate::process::{self, Room};
use crate::text::quote_end;

pub(crate) struct Stand<'a> {
    host: &'a Host<'a>,
    monitor: &'a dyn Monitor,
    sandbox: &'a Sandbox,
    run: &'a Run,
    folder: PathBuf,
    home: PathBuf,
    pub(crate) places: Places,
    child: Option<Child>,
}

impl<'a> Stand<'a> {
    pub(crate) fn new(
        host: &'a Host<'a>,
        monitor: &'a dyn Monitor,
        sandbox: &'a Sandbox,
        run: &'a Run,
        name: &str,
    ) -> Result<Stand<'a>, Fault> {
        let (folder, home) = (sandbox.part(name)?, sandbox.part(&format!("{name}/home"))?);
        let port = free_port().map_err(|error| sandbox::fault("drill-port", &folder, error))?;
        let places = Places { port: Some(port), plan: host.plan_dir.clone(), ..Places::default() };
        Ok(Stand { host, monitor, sandbox, run, folder, home, places, child: None })
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    fn room(&self) -> Room<'_> {
        Room { cwd: &self.folder, home: &self.home, mark: Some(&self.folder) }
    }

    fn asker(&self) -> Asker<'_> {
        Asker { host: self.host, places: &self.places, room: self.room(), monitor: self.monitor }
    }

    /// Whether it answers as it should, asked once.
    pub(crate) fn ask(&self) -> Result<(), Fault> {
        self.asker().ask_all(&self.run.probes)
    }

    /// Starts it, and waits until its probes pass.
    pub(crate) fn start(&mut self) -> Result<(), Fault> {
        let argv = self.places.fill_all(&self.run.command)?;
        let mut command = process::command(&argv, self.host, self.room())?;
        let log = File::create(self.log()).and_then(|log| Ok((log.try_clone()?, log)));
        let (output, errors) = log.map_err(|error| sandbox::fault("drill-sandbox", &self.folder, error))?;
        command.stdout(output).stderr(errors);
        let mut child = process::spawn(&mut command)?;
        self.sandbox.note(child.id());
        let log = self.log();
        let waited =
            probe::wait_until_passed(&self.asker(), &self.run.probes, self.host.deadlines.start, || {
                still_alive(&mut child, &log)
            });
        self.child = Some(child);
        waited.map_err(|fault| self.with_log(fault))
    }

    /// What the service itself said is usually the reason.
    fn with_log(&self, fault: Fault) -> Fault {
        let said = quote_end(&said(&self.log()));
        if said.is_empty() || fault.message.id() == "drill-service-ended" {
            return fault;
        }
        let message =
            Message::new("drill-service-said").with("said", said).with("what", fault.message.clone());
        Fault::new(fault.exit, message).because(fault)
    }

    fn log(&self) -> PathBuf {
        self.folder.join("service.log")
    }

    /// The loss: no signal that a program could answer, and its data out of reach. They are deleted with the sandbox:
    /// deleting much takes long, and no real loss takes that time.
    pub(crate) fn destroy(&mut self) {
        if let Some(mut child) = self.child.take() {
            process::kill(&mut child);
        }
        self.sandbox.end_part(&self.folder);
        if fs::rename(&self.folder, self.folder.with_extension("lost")).is_err() {
            sandbox::remove(&self.folder);
        }
        // Probes are still asked from here.
        let _ = fs::create_dir_all(&self.home);
    }
}

impl Drop for Stand<'_> {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            process::stop(&mut child, self.host.deadlines.stop);
        }
        self.sandbox.end_part(&self.folder);
    }
}

/// A start program may end well once the service runs on its own; ending badly is the end of the attempt.
fn still_alive(child: &mut Child, log: &Path) -> Result<(), Fault> {
    match child.try_wait() {
        Ok(Some(status)) if !status.success() => {
            let message = Message::new("drill-service-ended").with("status", status.to_string());
            Err(Fault::new(Exit::Unusable, message.with("said", quote_end(&said(log)))))
        }
        _ => Ok(()),
    }
}

fn said(log: &Path) -> String {
    fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

/// A free port below those that the system gives to clients: a client connecting to a port of its own range now and
/// then gets that very port, and then talks to itself.
fn free_port() -> std::io::Result<u16> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Not the same for every process, since without a network of their own drills share the ports.
    let first = (std::process::id() as u16).wrapping_mul(37);
    let mut last = std::io::ErrorKind::AddrInUse.into();
    for _ in 0..1000 {
        let port = 12_000 + first.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % 20_000;
        match TcpListener::bind(("127.0.0.1", port)) {
            Ok(_) => return Ok(port),
            Err(error) => last = error,
        }
    }
    Err(last)
}
