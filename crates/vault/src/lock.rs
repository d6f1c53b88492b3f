//! Locks as restic writes and reads them, so that neither damages the other's work.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use base::{Clock, Exit, Fault, Message, Monitor, Span, Timestamp};
use nix::unistd::{getgid, getuid};
use serde::{Deserialize, Serialize};
use store::{Folder, Kind, Name};

use crate::error::{Result, unusable};
use crate::hash::Id;
use crate::repo::Repo;

/// A lock not refreshed for so long belongs to nobody any more.
const STALE: Span = Span::minutes(30);
const REFRESH: Duration = Duration::from_secs(300);

/// Who works in the vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Name of the machine.
    pub hostname: String,
    /// Name of the user.
    pub username: String,
}

#[derive(Clone, Serialize, Deserialize)]
struct LockFile {
    time: String,
    exclusive: bool,
    hostname: String,
    username: String,
    pid: u32,
    #[serde(default, skip_serializing_if = "is_zero")]
    uid: u32,
    #[serde(default, skip_serializing_if = "is_zero")]
    gid: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// A lock held; given back when it goes out of use.
pub(crate) struct Lock<'r> {
    repo: &'r Repo,
    file: LockFile,
    now: Mutex<Held>,
}

/// The lock as it stands in the vault now.
struct Held {
    name: Id,
    /// When it was written, twice: one clock stands still while the machine sleeps, the other one can be set.
    since: (Instant, Timestamp),
    /// Somebody took it away while we relied on it.
    lost: bool,
}

impl Held {
    fn new(name: Id, at: Timestamp) -> Held {
        Held { name, since: (Instant::now(), at), lost: false }
    }

    fn is_stale(&self, now: Timestamp) -> bool {
        let slept = u64::try_from(now.as_millisecond() - self.since.1.as_millisecond()).unwrap_or(0);
        Span::from_std(self.since.0.elapsed()).max(Span::millis(slept)) > STALE
    }
}

impl<'r> Lock<'r> {
    /// Says that we add data. Refused while somebody holds the vault exclusively.
    pub(crate) fn shared(
        repo: &'r Repo,
        owner: &Owner,
        clock: &dyn Clock,
        monitor: &dyn Monitor,
    ) -> Result<Lock<'r>> {
        Lock::take(repo, owner, clock, monitor)?.map_err(Fault::from)
    }

    /// The outer result is about the vault, the inner one about whether the store takes a lock at all.
    fn take(
        repo: &'r Repo,
        owner: &Owner,
        clock: &dyn Clock,
        monitor: &dyn Monitor,
    ) -> Result<store::Result<Lock<'r>>> {
        refuse_exclusive(repo, owner, clock, monitor)?;
        let now = clock.now();
        let file = LockFile {
            time: now.to_string(),
            exclusive: false,
            hostname: owner.hostname.clone(),
            username: owner.username.clone(),
            pid: std::process::id(),
            uid: getuid().as_raw(),
            gid: getgid().as_raw(),
        };
        let (name, sealed) = repo.sealed(&file)?;
        if let Err(error) = repo.store.save(&Name::File(Folder::Locks, name.0), &sealed) {
            return Ok(Err(error));
        }
        let lock = Lock { repo, file, now: Mutex::new(Held::new(name, now)) };
        // Looked at again: somebody may have locked between our look and our lock.
        refuse_exclusive(repo, owner, clock, monitor)?;
        Ok(Ok(lock))
    }

    /// A lock for work that only reads. Where the place cannot be written to, nobody can prune there either: the work
    /// goes on without.
    pub(crate) fn reading(
        repo: &'r Repo,
        owner: &Owner,
        clock: &dyn Clock,
        monitor: &dyn Monitor,
    ) -> Result<Option<Lock<'r>>> {
        match Lock::take(repo, owner, clock, monitor)? {
            Ok(lock) => Ok(Some(lock)),
            Err(error) if matches!(error.kind, Kind::Refused | Kind::Full) => {
                monitor.notice(&Message::new("vault-unlocked").with("place", repo.store.place()));
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Does `work` while a thread renews the lock from time to time.
    pub(crate) fn holding<T>(&self, clock: &dyn Clock, work: impl FnOnce() -> Result<T>) -> Result<T> {
        thread::scope(|scope| {
            let (end, ended) = channel::<()>();
            scope.spawn(move || {
                while ended.recv_timeout(REFRESH) == Err(RecvTimeoutError::Timeout) {
                    // Tried again in five minutes; `still_held` finds out if it never worked.
                    let _ = self.refresh(clock);
                }
            });
            let done = work();
            drop(end);
            done
        })
    }

    /// The new lock is there before the old one goes. One that is gone or out of date is not made good again: whoever
    /// took it for nobody's may have pruned since.
    fn refresh(&self, clock: &dyn Clock) -> Result<()> {
        let mut held = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        if held.lost || held.is_stale(clock.now()) || !self.repo.list(Folder::Locks)?.contains(&held.name) {
            held.lost = true;
            return Ok(());
        }
        let now = clock.now();
        let file = LockFile { time: now.to_string(), ..self.file.clone() };
        let new = self.repo.save(Folder::Locks, &file)?;
        let old = std::mem::replace(&mut *held, Held::new(new, now));
        Ok(self.repo.store.remove(&Name::File(Folder::Locks, old.name.0))?)
    }

    /// Nobody pruned what we added: our lock is there, and was never old enough to be taken for nobody's.
    pub(crate) fn still_held(&self, clock: &dyn Clock) -> Result<()> {
        let held = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        let good = !held.lost && !held.is_stale(clock.now());
        if good && self.repo.list(Folder::Locks)?.contains(&held.name) {
            return Ok(());
        }
        Err(unusable("vault-lock-lost").hint(Message::new("vault-lock-lost-hint")))
    }
}

impl Drop for Lock<'_> {
    fn drop(&mut self) {
        let name = self.now.lock().unwrap_or_else(PoisonError::into_inner).name;
        // A lock that stays is stale in half an hour; a failure here harms nobody.
        let _ = self.repo.store.remove(&Name::File(Folder::Locks, name.0));
    }
}

fn refuse_exclusive(repo: &Repo, owner: &Owner, clock: &dyn Clock, monitor: &dyn Monitor) -> Result<()> {
    for id in repo.list(Folder::Locks)? {
        let lock: LockFile = match repo.load(Folder::Locks, id) {
            Ok(lock) => lock,
            // A lock that vanishes while it is read was just given back.
            Err(_) if !repo.list(Folder::Locks)?.contains(&id) => continue,
            Err(fault) => return Err(fault),
        };
        if is_stale(&lock, owner, clock.now()) {
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

fn is_stale(lock: &LockFile, owner: &Owner, now: Timestamp) -> bool {
    let then: Timestamp = lock.time.parse().unwrap_or(now);
    let age = now.as_millisecond() - then.as_millisecond();
    let old = u64::try_from(age).is_ok_and(|age| Span::millis(age) > STALE);
    let dead =
        lock.hostname == owner.hostname && !std::path::Path::new(&format!("/proc/{}", lock.pid)).exists();
    old || dead
}
