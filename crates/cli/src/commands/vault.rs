//! `oki vault`: a vault by itself. What it writes, any restic reads.

use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use base::{Bytes, Exit, Fault, Message, Monitor};
use serde_json::json;
use store::{Directory, Store};
use vault::{BackupReport, BackupRequest, Entry, Owner, Password, Snapshot, Source, Vault};

use crate::args::{VaultArgs, VaultCommand};
use crate::session::{self, Session};
use crate::terminal::{Paint, local_time, pad};

pub(crate) fn run(session: &Session, args: VaultArgs) -> Result<Exit, Fault> {
    let key = args.password_file.map(|path| session.path(&path));
    let place = Place { session, key };
    match args.command {
        VaultCommand::Init { repo } => place.init(&repo),
        VaultCommand::Backup { repo, paths, stdin_command, stdin_name, tag, host } => {
            let hostname = host.unwrap_or_else(|| session.environment.host.clone());
            let wanted = Wanted { paths, command: stdin_command, name: stdin_name, tags: tag, hostname };
            place.backup(&repo, wanted)
        }
        VaultCommand::Snapshots { repo } => place.snapshots(&repo),
        VaultCommand::Ls { repo, snapshot } => place.ls(&repo, &snapshot),
        VaultCommand::Restore { repo, snapshot, target, dry_run } => {
            place.restore(&repo, &snapshot, &session.path(&target), dry_run)
        }
        VaultCommand::Check { repo, read_data } => place.check(&repo, read_data),
    }
}

struct Place<'s> {
    session: &'s Session,
    /// The password file.
    key: Option<PathBuf>,
}

/// What to back up.
struct Wanted {
    paths: Vec<PathBuf>,
    command: Option<String>,
    name: String,
    tags: Vec<String>,
    hostname: String,
}

impl Place<'_> {
    fn owner(&self) -> Owner {
        let environment = &self.session.environment;
        Owner { hostname: environment.host.clone(), username: environment.user.clone() }
    }

    fn init(&self, repo: &Path) -> Result<Exit, Fault> {
        drivers::refuse_foreign(&self.session.path(repo))?;
        let password = self.password(repo, true)?;
        let store: Arc<dyn Store> = Arc::new(Directory::create(&self.session.path(repo))?);
        let vault = Vault::init(store, &password, self.owner(), &self.session.clock)?;
        if self.session.global.json {
            self.session.print_json(&json!({ "repository": vault.id() }));
        } else {
            self.say(&Message::new("cli-vault-made").with("repo", repo));
        }
        Ok(Exit::Met)
    }

    fn open(&self, repo: &Path) -> Result<Vault, Fault> {
        // Before anybody is asked for a password of something that is not there.
        let store = Directory::open(&self.session.path(repo)).map_err(|error| match error.kind {
            store::Kind::Missing => {
                Fault::new(Exit::Unusable, Message::new("vault-none").with("place", repo))
                    .hint(Message::new("vault-none-hint"))
            }
            _ => error.into(),
        })?;
        let password = self.password(repo, false)?;
        Vault::open(Arc::new(store), &password, self.owner())
    }

    fn backup(&self, repo: &Path, wanted: Wanted) -> Result<Exit, Fault> {
        let vault = self.open(repo)?;
        let report = match &wanted.command {
            Some(command) => self.backup_command(&vault, command, &wanted)?,
            None => {
                let paths = self.paths(&wanted.paths)?;
                vault.backup(
                    self.request(Source::Paths(paths), &wanted),
                    &self.session.clock,
                    &self.session.terminal,
                )?
            }
        };
        self.saved(&report);
        Ok(if report.problems.is_empty() { Exit::Met } else { Exit::Partial })
    }

    fn request<'a>(&self, source: Source<'a>, wanted: &Wanted) -> BackupRequest<'a> {
        let time = base::Clock::now(&self.session.clock);
        BackupRequest { source, time, tags: wanted.tags.clone(), hostname: wanted.hostname.clone() }
    }

    /// Absolute, without `.` and `..`. One that is not there is a mistake in the command, not an unreadable file.
    fn paths(&self, paths: &[PathBuf]) -> Result<Vec<PathBuf>, Fault> {
        let absolute = |path: &PathBuf| {
            let full = self.session.path(path);
            let parent = full.parent().unwrap_or(Path::new("/"));
            // The last part stays as it is: a link that was named is itself meant.
            let found = std::fs::symlink_metadata(&full).and_then(|_| match full.file_name() {
                Some(name) => Ok(parent.canonicalize()?.join(name)),
                None => full.canonicalize(),
            });
            found.map_err(|error| {
                Fault::new(Exit::Unusable, Message::new("cli-vault-empty-path").with("path", path))
                    .because(error)
            })
        };
        paths.iter().map(absolute).collect()
    }

    /// Stores what a command prints; if it fails, there is no snapshot.
    fn backup_command(&self, vault: &Vault, command: &str, wanted: &Wanted) -> Result<BackupReport, Fault> {
        let failed = |why: String| {
            let message = Message::new("cli-vault-command").with("command", command).with("why", why);
            Fault::new(Exit::Unusable, message)
        };
        let mut shell = Command::new("/bin/sh");
        // Whatever it is, it needs no key of a vault.
        shell.args(["-c", command]).env_remove(PASSWORD).stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = Running(shell.spawn().map_err(|error| failed(error.to_string()))?);
        let mut output = child.0.stdout.take().ok_or_else(|| failed(String::new()))?;
        let mut finish = || match child.0.wait() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(failed(status.to_string())),
            Err(error) => Err(failed(error.to_string())),
        };
        let from: &mut (dyn Read + Send) = &mut output;
        let source = Source::Stream { name: wanted.name.clone(), from, finish: &mut finish };
        vault.backup(self.request(source, wanted), &self.session.clock, &self.session.terminal)
    }

    fn saved(&self, report: &BackupReport) {
        if self.session.global.json {
            self.session.print_json(&json!({
                "snapshot": report.snapshot.id(),
                "tree": report.snapshot.tree.to_string(),
                "files": report.files,
                "bytes": report.bytes,
                "added_bytes": report.added_bytes,
                "problems": texts(&report.problems),
            }));
            return;
        }
        self.say(
            &Message::new("cli-vault-saved")
                .with("id", &report.snapshot.id()[..8])
                .with("files", report.files)
                .with("bytes", Bytes(report.bytes))
                .with("added", Bytes(report.added_bytes)),
        );
        if !report.problems.is_empty() {
            self.warn(&Message::new("cli-vault-problems").with("count", report.problems.len()));
        }
    }

    fn snapshots(&self, repo: &Path) -> Result<Exit, Fault> {
        let (all, bad) = self.open(repo)?.snapshots()?;
        if self.session.global.json {
            let list: Vec<_> = all.iter().map(snapshot_json).collect();
            self.session.print_json(&json!({ "snapshots": list, "problems": texts(&bad) }));
        } else if all.is_empty() {
            self.say(&Message::new("cli-vault-no-snapshots"));
        } else {
            all.iter().for_each(|snapshot| self.session.terminal.out(&self.row(snapshot)));
        }
        bad.iter().for_each(|what| self.warn(what));
        Ok(if bad.is_empty() { Exit::Met } else { Exit::Damaged })
    }

    fn row(&self, snapshot: &Snapshot) -> String {
        let terminal = &self.session.terminal;
        let tags = if snapshot.tags.is_empty() {
            String::new()
        } else {
            format!("  [{}]", snapshot.tags.join(", "))
        };
        format!(
            "{}  {}  {}  {}{}",
            terminal.paint(Paint::Bold, &snapshot.id()[..8]),
            local_time(snapshot.instant(), None),
            pad(&snapshot.hostname, 12),
            snapshot.paths.join(", "),
            terminal.paint(Paint::Dim, &tags),
        )
    }

    fn ls(&self, repo: &Path, which: &str) -> Result<Exit, Fault> {
        let vault = self.open(repo)?;
        let snapshot = vault.find(which, &self.session.terminal)?;
        if self.session.global.json {
            let mut entries = Vec::new();
            vault.list(&snapshot, &self.session.terminal, &mut |entry| entries.push(entry_json(entry)))?;
            self.session.print_json(&json!({ "snapshot": snapshot_json(&snapshot), "entries": entries }));
        } else {
            vault.list(&snapshot, &self.session.terminal, &mut |entry| {
                self.session.terminal.out(&entry_line(entry));
            })?;
        }
        Ok(Exit::Met)
    }

    fn restore(&self, repo: &Path, which: &str, target: &Path, dry_run: bool) -> Result<Exit, Fault> {
        let vault = self.open(repo)?;
        let snapshot = vault.find(which, &self.session.terminal)?;
        let report =
            vault.restore(&snapshot, target, dry_run, &self.session.clock, &self.session.terminal)?;
        if self.session.global.json {
            self.session.print_json(&json!({
                "snapshot": snapshot.id(),
                "target": target.display().to_string(),
                "dry_run": dry_run,
                "files": report.files,
                "bytes": report.bytes,
                "problems": texts(&report.problems),
            }));
        } else {
            let id = if dry_run { "cli-vault-would-restore" } else { "cli-vault-restored" };
            self.say(
                &Message::new(id)
                    .with("id", &snapshot.id()[..8])
                    .with("files", report.files)
                    .with("bytes", Bytes(report.bytes))
                    .with("target", target),
            );
        }
        if report.problems.is_empty() {
            return Ok(Exit::Met);
        }
        self.warn(&Message::new("cli-vault-restore-problems").with("count", report.problems.len()));
        Ok(Exit::Partial)
    }

    fn check(&self, repo: &Path, read_data: bool) -> Result<Exit, Fault> {
        let report = self.open(repo)?.check(read_data, &self.session.clock, &self.session.terminal)?;
        if self.session.global.json {
            self.session.print_json(&json!({
                "sound": report.problems.is_empty(),
                "packs": report.packs,
                "blobs": report.blobs,
                "snapshots": report.snapshots,
                "read_bytes": report.read_bytes,
                "problems": texts(&report.problems),
                "notes": texts(&report.notes),
            }));
        }
        report.notes.iter().for_each(|note| self.session.terminal.notice(note));
        if !report.problems.is_empty() {
            let message =
                Message::new("cli-vault-damaged").with("repo", repo).with("count", report.problems.len());
            return Err(Fault::new(Exit::Damaged, message));
        }
        if !self.session.global.json {
            let id = if read_data { "cli-vault-sound-read" } else { "cli-vault-sound" };
            let message = Message::new(id)
                .with("packs", report.packs)
                .with("blobs", report.blobs)
                .with("snapshots", report.snapshots)
                .with("read", Bytes(report.read_bytes));
            let terminal = &self.session.terminal;
            terminal.out(&terminal.paint(Paint::Green, &terminal.text(&message)));
        }
        Ok(Exit::Met)
    }

    fn say(&self, message: &Message) {
        self.session.terminal.out(&self.session.terminal.text(message));
    }

    fn warn(&self, message: &Message) {
        self.session.terminal.problem(message);
    }

    /// From the file named, the environment, or the person at the terminal, in this order.
    fn password(&self, repo: &Path, new: bool) -> Result<Password, Fault> {
        if let Some(path) = &self.key {
            let text = std::fs::read_to_string(path).map_err(|error| {
                Fault::new(Exit::WrongKey, Message::new("cli-vault-password-file").with("path", path))
                    .because(error)
            })?;
            let line = text.lines().next().unwrap_or_default();
            return self.not_empty(repo, line.to_owned());
        }
        match session::variable(PASSWORD) {
            Some(text) => self.not_empty(repo, text),
            None if std::io::stdin().is_terminal() => self.ask(repo, new),
            None => self.not_empty(repo, String::new()),
        }
    }

    fn not_empty(&self, repo: &Path, text: String) -> Result<Password, Fault> {
        if text.is_empty() {
            let message = Message::new("cli-vault-password-none").with("repo", repo);
            return Err(Fault::new(Exit::WrongKey, message).hint(Message::new("cli-vault-password-hint")));
        }
        Ok(Password::new(text))
    }

    /// A new one is asked for twice: a slip would lock everybody out for ever.
    fn ask(&self, repo: &Path, new: bool) -> Result<Password, Fault> {
        let first = self.prompt(&Message::new("cli-vault-password").with("repo", repo))?;
        if new && self.prompt(&Message::new("cli-vault-password-again"))? != first {
            return Err(Fault::new(Exit::WrongKey, Message::new("cli-vault-password-differs")));
        }
        self.not_empty(repo, first)
    }

    fn prompt(&self, message: &Message) -> Result<String, Fault> {
        let text = format!("{} ", self.session.terminal.text(message));
        rpassword::prompt_password(text).map_err(|error| {
            Fault::new(Exit::WrongKey, Message::new("cli-vault-password-asked"))
                .because(error)
                .hint(Message::new("cli-vault-password-hint"))
        })
    }
}

/// Where scripts put the password.
const PASSWORD: &str = "OKI_VAULT_PASSWORD";

/// A command that does not outlive the backup it belongs to.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn texts(messages: &[Message]) -> Vec<String> {
    messages.iter().map(ToString::to_string).collect()
}

fn snapshot_json(snapshot: &Snapshot) -> serde_json::Value {
    json!({
        "id": snapshot.id(),
        "time": snapshot.time,
        "tree": snapshot.tree.to_string(),
        "paths": snapshot.paths,
        "hostname": snapshot.hostname,
        "username": snapshot.username,
        "tags": snapshot.tags,
    })
}

fn entry_json(entry: &Entry) -> serde_json::Value {
    json!({
        "path": format!("/{}", entry.path.display()),
        "type": entry.node.kind,
        "size": entry.node.size,
        "mtime": entry.node.mtime,
        "uid": entry.node.uid,
        "gid": entry.node.gid,
    })
}

fn entry_line(entry: &Entry) -> String {
    let size =
        if entry.node.kind == "file" { Bytes(entry.node.size).to_string() } else { entry.node.kind.clone() };
    // Names may hold anything, also what would drive a terminal.
    let path = entry.path.display().to_string();
    let shown: String = path.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    format!("{size:>12}  {}  /{shown}", entry.node.mtime.get(..19).unwrap_or(&entry.node.mtime))
}
