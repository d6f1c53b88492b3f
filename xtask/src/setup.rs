//! What the tests need besides Rust and a C compiler, installed from Debian.

use std::path::Path;
use std::process::Command;

/// Debian packages, and the program each is there for.
const PACKAGES: [(&str, &str); 3] = [("restic", "restic"), ("iproute2", "ip"), ("attr", "setfattr")];

/// Installs what is missing; gives the restic programs to test against, `:` between them, oldest first.
pub(crate) fn install(oracles: &Path) -> Result<String, String> {
    let missing: Vec<&str> =
        PACKAGES.iter().filter(|(_, program)| !on_path(program)).map(|(name, _)| *name).collect();
    if !missing.is_empty() {
        println!("== installing {}", missing.join(", "));
        apt(&missing)?;
    }
    let restics = crate::restic::install(oracles)?;
    Ok(restics.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(":"))
}

fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let dirs = std::env::split_paths(&path).chain(["/usr/sbin".into(), "/sbin".into()]);
    dirs.into_iter().any(|dir| dir.join(program).is_file())
}

fn apt(packages: &[&str]) -> Result<(), String> {
    // A fresh machine may have no package lists yet; the first try tells.
    if run("apt-get", &[&["install", "-y", "--no-install-recommends"], packages].concat()).is_ok() {
        return Ok(());
    }
    run("apt-get", &["update"])?;
    run("apt-get", &[&["install", "-y", "--no-install-recommends"], packages].concat())
}

fn run(program: &str, args: &[&str]) -> Result<(), String> {
    let root = Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.starts_with(b"0"));
    let mut command = if root { Command::new(program) } else { Command::new("sudo") };
    if !root {
        command.arg(program);
    }
    let output = command.args(args).env("DEBIAN_FRONTEND", "noninteractive").output();
    let output = output.map_err(|error| format!("{program} cannot be started: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{program} {} failed; install the packages by hand and try again:\n{said}", args.join(" ")))
}
