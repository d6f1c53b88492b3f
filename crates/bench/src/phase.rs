//! Phases of a piece of work, measured one by one.

use std::time::Instant;

use base::Fault;

use crate::folder::line;

/// First line of the CSV.
pub(crate) const HEADING: &str = "phase,milliseconds,peak_rss_mib";

/// Does one phase and prints its line.
pub(crate) fn phase<T>(name: &str, work: impl FnOnce() -> T) -> Result<T, Fault> {
    forget_peak();
    let begin = Instant::now();
    let done = work();
    let milliseconds = begin.elapsed().as_secs_f64() * 1e3;
    let peak = peak_mib().map(|mib| format!("{mib:.0}")).unwrap_or_default();
    line(&format!("{name},{milliseconds:.0},{peak}"))?;
    Ok(done)
}

/// Lets the peak of memory begin anew, where the system can (Linux).
fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// Most memory the process has held, in MiB; nothing where the system does not say (it does on Linux).
fn peak_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(peak.trim().strip_suffix("kB")?.trim().parse::<f64>().ok()? / 1024.0)
}
