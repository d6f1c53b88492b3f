//! Locks as restic writes and reads them, so that neither damages the other's work.

use std::cell::Cell;
use std::time::{Duration, Instant};

use base::{Clock, Exit, Fault, Message, Monitor, Span, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Folder, Name};

use crate::error::Result;
use crate::hash::Id;
use crate::repo::Repo;

/// A lock not refreshed for so long belongs to nobody any more.
const STALE: Span = Span::minutes(30);
const REFRESH: Duration = Duration::from_secs(300);

#[derive(Clone, Serialize, Deserialize)]
struct LockFile {
    time: String,
    exclusive: bool,
    hostname: String,
    username: String,
    pid: u32,
    #[serde(default)]
    uid: u32,
    #[serde(default)]
    gid: u32,
}

/// A lock held; given back when it goes out of use.
pub(crate) struct Lock<'r> {
    repo: &'r Repo,
    file: LockFile,
    name: Cell<Id>,
    since: Cell<Instant>,
}

impl<'r> Lock<'r> {
    /// Says that we add data. Refused while somebody holds the vault exclusively.
    pub(crate) fn shared(
        repo: &'r Repo,
        hostname: &str,
        username: &str,
        clock: &dyn Clock,
        monitor: &dyn Monitor,
    ) -> Result<Lock<'r>> {
        refuse_exclusive(repo, hostname, clock, monitor)?;
        let file = LockFile {
            time: clock.now().to_string(),
            exclusive: false,
            hostname: hostname.to_owned(),
            username: username.to_owned(),
            pid: std::process::id(),
            uid: 0,
            gid: 0,
        };
        let name = repo.save(Folder::Locks, &file)?;
        let lock = Lock { repo, file, name: Cell::new(name), since: Cell::new(Instant::now()) };
        // Looked at again: somebody may have locked between our look and our lock.
        refuse_exclusive(repo, hostname, clock, monitor)?;
        Ok(lock)
    }

    /// Renews the lock from time to time, the new one before the old one goes.
    pub(crate) fn refresh(&self, clock: &dyn Clock) -> Result<()> {
        if self.since.get().elapsed() < REFRESH {
            return Ok(());
        }
        let file = LockFile { time: clock.now().to_string(), ..self.file.clone() };
        let new = self.repo.save(Folder::Locks, &file)?;
        let old = self.name.replace(new);
        self.since.set(Instant::now());
        Ok(self.repo.store.remove(&Name::File(Folder::Locks, old.0))?)
    }

    /// Gives the lock back.
    pub(crate) fn release(self) {
        drop(self);
    }
}

impl Drop for Lock<'_> {
    fn drop(&mut self) {
        // A lock that stays is stale in half an hour; a failure here harms nobody.
        let _ = self.repo.store.remove(&Name::File(Folder::Locks, self.name.get().0));
    }
}

fn refuse_exclusive(repo: &Repo, hostname: &str, clock: &dyn Clock, monitor: &dyn Monitor) -> Result<()> {
    for id in repo.list(Folder::Locks)? {
        // A lock that vanishes while it is read was just given back.
        let Ok(lock) = repo.load::<LockFile>(Folder::Locks, id) else { continue };
        if is_stale(&lock, hostname, clock.now()) {
            monitor.notice(&Message::new("vault-stale-lock").with("host", lock.hostname.as_str()));
            let _ = repo.store.remove(&Name::File(Folder::Locks, id.0));
        } else if lock.exclusive {
            let message = Message::new("vault-locked")
                .with("place", repo.store.place())
                .with("who", format!("{}@{}", lock.username, lock.hostname))
                .with("pid", lock.pid.to_string())
                .with("since", lock.time);
            return Err(Fault::new(Exit::Locked, message).hint(Message::new("vault-locked-hint")));
        }
    }
    Ok(())
}

fn is_stale(lock: &LockFile, hostname: &str, now: Timestamp) -> bool {
    let then: Timestamp = lock.time.parse().unwrap_or(now);
    let age = now.as_millisecond() - then.as_millisecond();
    let old = u64::try_from(age).is_ok_and(|age| Span::millis(age) > STALE);
    let dead = lock.hostname == hostname && !std::path::Path::new(&format!("/proc/{}", lock.pid)).exists();
    old || dead
}
