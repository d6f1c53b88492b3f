//! How much a backup will read: counted beside it, so that there is a time left to show.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use base::Monitor;
use rustix::process::setpriority_process;
use rustix::thread::gettid;

/// Lowest priority: counting gets what the backup leaves.
const LAST: i32 = 19;

/// Does `work`, and meanwhile tells the monitor how much there is below `paths`, if somebody looks on.
pub(crate) fn beside<T>(paths: Vec<PathBuf>, monitor: &dyn Monitor, work: impl FnOnce() -> T) -> T {
    if paths.is_empty() || !monitor.watched() {
        return work();
    }
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let _over = Over(&over);
        scope.spawn(|| {
            // On Linux this is of the thread alone. Where it is refused, there is no time left to see, but no delay.
            if setpriority_process(Some(gettid()), LAST).is_ok()
                && let Some(total) = bytes_below(paths, &over)
            {
                monitor.expect(total);
            }
        });
        work()
    })
}

/// Ends the counting however the work does.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Length of all files, unless it is `over` before. What cannot be read is the backup's to report.
fn bytes_below(mut waiting: Vec<PathBuf>, over: &AtomicBool) -> Option<u64> {
    let mut total = 0;
    while let Some(path) = waiting.pop() {
        let Ok(meta) = fs::symlink_metadata(&path) else { continue };
        if !meta.is_dir() {
            total += if meta.is_file() { meta.len() } else { 0 };
            continue;
        }
        for entry in fs::read_dir(&path).into_iter().flatten().flatten() {
            if over.load(Ordering::Relaxed) {
                return None;
            }
            match entry.metadata() {
                Ok(meta) if meta.is_file() => total += meta.len(),
                Ok(meta) if meta.is_dir() => waiting.push(entry.path()),
                _ => {}
            }
        }
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_files_are_counted_and_links_are_not() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("inner")).unwrap();
        fs::write(dir.path().join("inner/file"), [0; 1000]).unwrap();
        fs::write(dir.path().join("file"), [0; 24]).unwrap();
        std::os::unix::fs::symlink("file", dir.path().join("link")).unwrap();
        let paths = vec![dir.path().to_owned(), dir.path().join("file"), dir.path().join("gone")];
        assert_eq!(bytes_below(paths.clone(), &AtomicBool::new(false)), Some(1048));
        assert_eq!(bytes_below(paths, &AtomicBool::new(true)), None);
    }
}
