//! One run at a time for each plan.

use std::fs::{self, File};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::time::Instant;

use base::{Clock, Exit, Fault, Message, Monitor, Span};
use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};

use crate::process;

/// Held while a run changes the state of a plan; the system lets go of it however the process ends.
#[derive(Debug)]
pub struct PlanLock {
    _file: Flock<File>,
}

impl PlanLock {
    /// Takes the lock of the plan whose state is in `state_dir`, waiting up to `wait` for another run to end.
    ///
    /// The fault has exit code `Locked` and says who holds it and since when.
    pub fn acquire(
        state_dir: &Path,
        wait: Option<Span>,
        clock: &dyn Clock,
        monitor: &dyn Monitor,
    ) -> Result<PlanLock, Fault> {
        let path = state_dir.join("lock");
        let broken = |error: std::io::Error| {
            Fault::new(Exit::Unusable, Message::new("drill-lock-file").with("path", &path)).because(error)
        };
        fs::create_dir_all(state_dir).map_err(broken)?;
        let open = File::options().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = open.map_err(broken)?;
        let begin = Instant::now();
        loop {
            match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
                Ok(held) => return held_by_us(held, clock).map_err(broken),
                Err((back, Errno::EWOULDBLOCK)) => file = back,
                Err((_, errno)) => return Err(broken(errno.into())),
            }
            if wait.is_none_or(|wait| Span::from_std(begin.elapsed()) >= wait) {
                return Err(held_by_another(&mut file, state_dir));
            }
            process::sleep(Span::millis(50), monitor)?;
        }
    }
}

fn held_by_us(mut file: Flock<File>, clock: &dyn Clock) -> std::io::Result<PlanLock> {
    file.set_len(0)?;
    file.rewind()?;
    write!(file, "process {}, since {}", std::process::id(), clock.now())?;
    file.flush()?;
    Ok(PlanLock { _file: file })
}

fn held_by_another(file: &mut File, state_dir: &Path) -> Fault {
    let mut holder = String::new();
    let _ = file.rewind();
    let _ = file.take(200).read_to_string(&mut holder);
    let message = Message::new("drill-locked").with("path", state_dir).with("holder", holder.trim());
    Fault::new(Exit::Locked, message).hint(Message::new("drill-locked-hint"))
}

#[cfg(test)]
mod tests {
    use base::{Silent, Timestamp};

    use super::*;

    struct Zero;

    impl Clock for Zero {
        fn now(&self) -> Timestamp {
            Timestamp::UNIX_EPOCH
        }
    }

    #[test]
    fn a_second_run_is_told_who_holds_the_lock() {
        let state = tempfile::tempdir().unwrap();
        let take = |wait| PlanLock::acquire(state.path(), wait, &Zero, &Silent);
        let first = take(None).unwrap();
        let fault = take(Some(Span::millis(60))).unwrap_err();
        assert_eq!(fault.exit, Exit::Locked);
        let pid = format!("process {}", std::process::id());
        assert!(fault.to_string().contains(&pid), "{fault}");
        drop(first);
        take(None).unwrap();
    }
}
