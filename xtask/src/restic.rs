//! The restic programs that judge our vaults: Debian's own, and a current one from a newer suite.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Suites that hold a current restic, newest first.
const SUITES: [&str; 2] = ["sid", "trixie"];

/// Paths of the programs, Debian's own first. The newer one is unpacked below `dir`, not installed.
pub(crate) fn install(dir: &Path) -> Result<Vec<PathBuf>, String> {
    let own = PathBuf::from("/usr/bin/restic");
    if !own.is_file() {
        return Err("restic is not at /usr/bin/restic; install Debian's package restic".to_owned());
    }
    let newer = dir.join("usr/bin/restic");
    if !newer.is_file() {
        println!("== fetching a current restic");
        fetch(dir)?;
    }
    Ok(vec![own, newer])
}

fn fetch(dir: &Path) -> Result<(), String> {
    let mirror = mirror().ok_or("no Debian mirror is named in the sources of apt")?;
    let mut last = String::new();
    for suite in SUITES {
        match from_suite(dir, &mirror, suite) {
            Ok(()) => return Ok(()),
            Err(error) => last = error,
        }
    }
    Err(format!("a current restic cannot be fetched from a newer Debian suite: {last}"))
}

/// The mirror this machine uses already.
fn mirror() -> Option<String> {
    let mut texts = vec![fs::read_to_string("/etc/apt/sources.list").unwrap_or_default()];
    for entry in fs::read_dir("/etc/apt/sources.list.d").into_iter().flatten().flatten() {
        texts.push(fs::read_to_string(entry.path()).unwrap_or_default());
    }
    let lines = texts.iter().flat_map(|text| text.lines()).filter(|line| !line.trim_start().starts_with('#'));
    let mut words = lines.flat_map(str::split_whitespace).filter(|word| word.starts_with("http"));
    words.find(|word| word.trim_end_matches('/').ends_with("/debian")).map(str::to_owned)
}

fn from_suite(dir: &Path, mirror: &str, suite: &str) -> Result<(), String> {
    // A state of its own, so that the machine's package lists stay as they are. Below /tmp, since apt reads as `_apt`.
    let state = std::env::temp_dir().join(format!("oki-oracles-{}", std::process::id()));
    let write = |path: &Path, text: &str| fs::write(path, text).map_err(|error| error.to_string());
    fs::create_dir_all(state.join("lists/partial")).map_err(|error| error.to_string())?;
    write(&state.join("sources.list"), &format!("deb {mirror} {suite} main\n"))?;
    let options = [
        format!("-oDir::Etc::sourcelist={}", state.join("sources.list").display()),
        "-oDir::Etc::sourceparts=-".to_owned(),
        format!("-oDir::State::lists={}", state.join("lists").display()),
        format!("-oDir::Cache::pkgcache={}", state.join("pkgcache.bin").display()),
        format!("-oDir::Cache::srcpkgcache={}", state.join("srcpkgcache.bin").display()),
    ];
    let apt = |args: &[&str]| run(Command::new("apt-get").args(&options).args(args).current_dir(&state));
    apt(&["update"])?;
    apt(&["download", "restic"])?;
    let entries = fs::read_dir(&state).map_err(|error| error.to_string())?;
    let package =
        entries.flatten().map(|entry| entry.path()).find(|path| path.extension().is_some_and(|e| e == "deb"));
    let package = package.ok_or("apt-get download left no package")?;
    fs::create_dir_all(dir).map_err(|error| error.to_string())?;
    run(Command::new("dpkg").arg("-x").arg(&package).arg(dir))?;
    let _ = fs::remove_dir_all(&state);
    Ok(())
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{command:?} cannot be started: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr)))
}
