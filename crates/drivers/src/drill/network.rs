//! A network of its own for a drill: only loopback, so that the recovered service neither reaches the live systems
//! nor takes a port from them.

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use base::{Message, Monitor};
use nix::sched::{CloneFlags, unshare};

/// What separates a drill from the rest, as the record says it.
pub(crate) const WITH_NETWORK: &str = "directory and network";
pub(crate) const DIRECTORY: &str = "directory";

/// Does `work` in a thread with a network of its own; where that cannot be had, in one without, and says so.
pub(crate) fn isolated<T: Send>(monitor: &dyn Monitor, work: impl FnOnce(&'static str) -> T + Send) -> T {
    let tried = apart(move || match enter() {
        Ok(()) => Ok(work(WITH_NETWORK)),
        Err(why) => Err((work, why)),
    });
    match tried {
        Ok(done) => done,
        Err((work, why)) => {
            monitor.notice(&Message::new("drill-no-network").with("why", why));
            apart(move || work(DIRECTORY))
        }
    }
}

/// A thread of its own: leaving the network behind concerns that thread and the children it starts, nothing else.
fn apart<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| match scope.spawn(work).join() {
        Ok(done) => done,
        Err(panic) => std::panic::resume_unwind(panic),
    })
}

fn enter() -> Result<(), String> {
    unshare(CloneFlags::CLONE_NEWNET).map_err(|errno| errno.to_string())?;
    // A new network has a loopback device that is down, and nothing else.
    let ip =
        ["/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip", "/bin/ip"].into_iter().find(|p| Path::new(p).is_file());
    let ip = ip.ok_or("the program ip is missing")?;
    let mut command = Command::new(ip);
    command.args(["link", "set", "lo", "up"]).env_clear();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("ip link set lo up: {status}")),
        Err(error) => Err(format!("ip: {error}")),
    }
}
