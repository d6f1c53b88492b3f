//! Makes the copies that the plan declares.

use std::path::{Path, PathBuf};
use std::time::Instant;

use assess::CopyRecord;
use base::{Clock, Exit, Fault, Id, Message, Monitor, Span};
use ledger::Ledger;
use plan::{Copy, Data, Plan, Vault};

use crate::canary::{self, Answer};
use crate::copies::Copies;
use crate::host::Host;
use crate::keys;
use crate::place::Places;
use crate::process::{self, Room};
use crate::records;
use crate::text::quote_end;

/// Which copies to make, and how they are written down.
pub struct ProtectRequest<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Only these data sets; all of them if empty.
    pub only: &'a [Id],
    /// Vaults to begin anew where none is left, although copies were made in them before.
    pub anew: &'a [Id],
    /// Copies made before, as far as the ledger still counts them.
    pub known: &'a [CopyRecord],
    /// Who is written down as having made them.
    pub by: &'a str,
    /// Digest of the part of the plan that says how a copy of a data set is made.
    pub digest: &'a dyn Fn(&Id, &Copy) -> String,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Protected {
    /// The copies made, in the ledger already.
    pub copies: Vec<CopyRecord>,
    /// The copies that could not be made.
    pub problems: Vec<ProtectProblem>,
}

/// A copy that could not be made.
#[derive(Debug)]
pub struct ProtectProblem {
    /// Data set.
    pub data: Id,
    /// Where it should have gone.
    pub to: Id,
    /// Why not.
    pub fault: Fault,
}

/// Makes each copy that oki makes, now: prepare, copy, read back, write down.
///
/// A copy that fails does not stop the others. `Err` only when the work was interrupted or the ledger fails: copies
/// nobody can prove are not worth making.
pub fn protect(
    host: &Host<'_>,
    request: &ProtectRequest<'_>,
    ledger: &Ledger<'_>,
    clock: &dyn Clock,
    monitor: &dyn Monitor,
) -> Result<Protected, Fault> {
    let mut out = Protected::default();
    for vault in request.anew {
        let repo = request.plan.vaults.get(vault).and_then(|vault| vault.repo.as_ref());
        // What was copied into the one that is lost proves nothing from here on. One that is there is not lost.
        if repo.is_some_and(|repo| !Copies::exist(&host.in_plan(repo))) {
            records::append_anew(ledger, request.by, vault)?;
        }
    }
    for task in tasks(request) {
        process::stop_if_interrupted(monitor)?;
        monitor.begin(&Message::new("protect-task").with("data", task.data).with("to", &task.copy.to), None);
        let made = task.still_there(host, request).and_then(|()| task.make(host, clock, monitor));
        monitor.end();
        match made {
            Ok(record) => {
                let digest = (request.digest)(task.data, task.copy);
                out.copies.push(records::append_copy(ledger, request.by, &CopyRecord { digest, ..record })?);
            }
            Err(fault) if fault.exit == Exit::Interrupted => return Err(fault),
            // Told by the caller, with its cause.
            Err(fault) => {
                out.problems.push(ProtectProblem {
                    data: task.data.clone(),
                    to: task.copy.to.clone(),
                    fault,
                });
            }
        }
    }
    Ok(out)
}

struct Task<'a> {
    data: &'a Id,
    set: &'a Data,
    path: &'a Path,
    copy: &'a Copy,
    vault: &'a Vault,
    repo: &'a Path,
}

fn tasks<'a>(request: &ProtectRequest<'a>) -> Vec<Task<'a>> {
    let plan = request.plan;
    let wanted = |id: &Id| request.only.is_empty() || request.only.contains(id);
    let mut out = Vec::new();
    for (data, set) in plan.data.iter().filter(|(id, _)| wanted(id)) {
        let Some(path) = &set.path else { continue };
        for copy in set.copies.iter().flatten().filter(|copy| copy.by_oki) {
            let Some(vault) = plan.vaults.get(&copy.to) else { continue };
            let Some(repo) = &vault.repo else { continue };
            out.push(Task { data, set, path, copy, vault, repo });
        }
    }
    out
}

impl Task<'_> {
    fn make(&self, host: &Host<'_>, clock: &dyn Clock, monitor: &dyn Monitor) -> Result<CopyRecord, Fault> {
        if let Some(from) = &self.copy.from {
            return Err(self
                .fault("protect-from")
                .hint(Message::new("protect-from-hint").with("from", from)));
        }
        // Before `prepare`: what is written while it runs may be missing from the copy.
        let (content_time, begin) = (clock.now(), Instant::now());
        self.prepare(host, monitor)?;
        let path = self.content(host)?;
        let mut problems = Vec::new();
        let canary = self.ask(&path, &mut problems);
        let repo = host.in_plan(self.repo);
        let is_new = !Copies::exist(&repo);
        let password = keys::password(host, &self.copy.to, self.vault, is_new, monitor)?;
        let vault = Copies::open(host, &repo, &password, true, clock)?;
        let written = vault.backup(self.data, &path, content_time, clock, monitor)?;
        problems.extend(written.problems);
        Ok(CopyRecord {
            record: 0,
            data: self.data.clone(),
            to: self.copy.to.clone(),
            digest: String::new(),
            content_time,
            took: Span::from_std(begin.elapsed()),
            bytes: written.bytes,
            added_bytes: written.added_bytes,
            files: written.files,
            snapshot: written.snapshot,
            verified: true,
            problems,
            records: canary.map(|answer| answer.records),
            newest_record: canary.and_then(|answer| answer.newest),
        })
    }

    /// A vault that held copies and is not there is not made anew behind anybody's back: perhaps it is only not mounted.
    fn still_there(&self, host: &Host<'_>, request: &ProtectRequest<'_>) -> Result<(), Fault> {
        let to = &self.copy.to;
        let repo = host.in_plan(self.repo);
        let held = request.known.iter().filter(|copy| copy.to == *to).count();
        if held == 0 || request.anew.contains(to) || Copies::exist(&repo) {
            return Ok(());
        }
        let message =
            Message::new("protect-vault-gone").with("to", to).with("count", held).with("path", &repo);
        Err(Fault::new(Exit::Partial, message).hint(Message::new("protect-vault-gone-hint").with("to", to)))
    }

    fn prepare(&self, host: &Host<'_>, monitor: &dyn Monitor) -> Result<(), Fault> {
        let Some(argv) = &self.set.prepare else { return Ok(()) };
        let home = tempfile::tempdir().map_err(|error| self.fault("protect-prepare").because(error))?;
        let places = Places { plan: host.plan_dir.clone(), ..Places::default() };
        let room = Room { cwd: &host.plan_dir, home: home.path(), mark: None };
        let command = process::command(&places.fill_all(argv)?, host, room)?;
        let ended = process::run(command, host.deadlines.prepare, monitor)
            .map_err(|fault| Fault::new(fault.exit, self.message("protect-prepare")).because(fault))?;
        if ended.status.success() {
            return Ok(());
        }
        let said = format!("{}: {}", ended.status, quote_end(&(ended.output + "\n" + &ended.errors)));
        Err(self.fault("protect-prepare").because(std::io::Error::other(said)))
    }

    fn content(&self, host: &Host<'_>) -> Result<PathBuf, Fault> {
        let path = host.in_plan(self.path);
        match path.symlink_metadata() {
            Ok(_) => Ok(path),
            Err(error) => {
                let message = self.message("protect-path").with("path", &path);
                Err(Fault::new(Exit::Partial, message).because(error))
            }
        }
    }

    /// A canary that cannot be asked is worth a word, but no reason to go without a copy.
    fn ask(&self, path: &Path, problems: &mut Vec<String>) -> Option<Answer> {
        let canary = self.set.canary.as_ref()?;
        canary::ask(canary, path).map_err(|fault| problems.push(fault.chain(base::Lang::En).join(": "))).ok()
    }

    fn message(&self, id: &'static str) -> Message {
        Message::new(id).with("data", self.data).with("to", &self.copy.to)
    }

    fn fault(&self, id: &'static str) -> Fault {
        Fault::new(Exit::Partial, self.message(id))
    }
}
