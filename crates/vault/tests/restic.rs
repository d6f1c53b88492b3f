//! restic judges: it checks and restores what we wrote, we check and restore what it wrote, and both cut and name
//! the same content alike.

#![allow(clippy::unwrap_used)] // tests

mod judge;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use base::{Exit, Lang, Message, Monitor, Silent};
use judge::folder::{assert_same, fill, fill_big, noise, raw_links, room};
use judge::{PASSWORD, Place, Wall, request, restics, sound, trees};

/// Our vault is whole in restic's eyes, and restic brings back what was stored.
#[test]
fn restic_restores_what_we_wrote() {
    for restic in restics() {
        let place = Place::new();
        restic.fill(&place.source());
        let vault = place.init();
        place.backup(&vault);
        restic.check(&place.repo());
        restic.ok(&place.repo(), &["restore", "latest", "--target", place.at("theirs").to_str().unwrap()]);
        assert_same(&place.source(), &place.restored("theirs"));
    }
}

/// A vault that restic made and filled is whole in our eyes, and we bring back what was stored.
#[test]
fn we_restore_what_restic_wrote() {
    for restic in restics() {
        let place = Place::new();
        restic.fill(&place.source());
        restic.ok(&place.repo(), &["init", "--repository-version", "2"]);
        restic.backup(&place.repo(), &place.source());
        let vault = place.open();
        sound(&vault);
        let back = place.restore(&vault, "latest", "ours");
        assert_same(&place.source(), &back);
        assert!(room(&back.join("sparse")) < 100_000, "holes are lost: {}", room(&back.join("sparse")));
        assert_eq!(room(&back.join("nothing but a hole")), 0);
    }
}

/// And we bring back what we wrote ourselves.
#[test]
fn we_restore_what_we_wrote() {
    let place = Place::new();
    fill(&place.source());
    raw_links(&place.source());
    let vault = place.init();
    place.backup(&vault);
    sound(&vault);
    assert_same(&place.source(), &place.restore(&vault, "latest", "ours"));
}

/// One folder has one id, whoever stored it: every folder in it, with every kind of entry.
#[test]
fn trees_have_the_ids_that_restic_gives() {
    for restic in restics() {
        let place = Place::new();
        restic.fill(&place.source());
        let vault = place.init();
        let ours = place.backup(&vault);
        let summary = restic.backup(&place.repo(), &place.source());
        let mine = source_trees(&place, &ours.snapshot.id());
        let theirs = source_trees(&place, summary["snapshot_id"].as_str().unwrap());
        assert_eq!(mine.len(), 6, "{mine:?}");
        assert_eq!(mine, theirs, "{}", differences(&restic, &place, &mine, &theirs));
    }
}

/// The trees of the source and of all folders in it.
fn source_trees(place: &Place, which: &str) -> Vec<(PathBuf, String)> {
    let root = place.source().strip_prefix("/").unwrap().to_owned();
    let all = trees(&place.open(), which).into_iter();
    all.filter(|(path, _)| path.starts_with(&root)).collect()
}

/// The nodes in which the trees differ, for the message.
fn differences(
    restic: &judge::Restic,
    place: &Place,
    mine: &[(PathBuf, String)],
    theirs: &[(PathBuf, String)],
) -> String {
    let mut out = String::new();
    for ((path, a), (_, b)) in mine.iter().zip(theirs).filter(|(a, b)| a != b) {
        let text = |id: &str| restic.ok(&place.repo(), &["cat", "blob", id]).replace("},{", "},\n{");
        let (a, b) = (text(a), text(b));
        let only = |a: &str, b: &str| {
            a.lines().filter(|l| !b.lines().any(|o| o == *l)).collect::<Vec<_>>().join("\n")
        };
        out.push_str(&format!("{}\nours {}\ntheirs {}\n", path.display(), only(&a, &b), only(&b, &a)));
    }
    out
}

/// Both cut files at the same places: what one stored, the other need not store again.
#[test]
fn files_are_cut_where_restic_cuts() {
    for restic in restics() {
        let place = Place::new();
        fill_big(&place.source(), 40);
        let vault = place.init();
        let first = place.backup(&vault);
        assert!(first.added_bytes > 40 << 20, "{first:?}");
        let summary = restic.backup(&place.repo(), &place.source());
        assert_eq!(summary["data_blobs"], 0, "restic cuts elsewhere: {summary}");
        assert!(summary["data_added"].as_u64().unwrap() < 100_000, "{summary}");

        let other = Place::new();
        fill_big(&other.source(), 40);
        restic.ok(&other.repo(), &["init", "--repository-version", "2"]);
        restic.backup(&other.repo(), &other.source());
        let again = other.backup(&other.open());
        assert!(again.added_bytes < 10_000, "we cut elsewhere than restic: {} bytes", again.added_bytes);
        restic.check(&other.repo());
    }
}

/// What did not change is neither stored nor read again; what did change is.
#[test]
fn a_second_backup_adds_only_what_changed() {
    for restic in restics() {
        let place = Place::new();
        restic.fill(&place.source());
        let vault = place.init();
        let first = place.backup(&vault);
        let second = place.backup(&vault);
        // The folders above the source are those of all tests, and change.
        assert!(second.added_bytes < 2_000, "{second:?}");
        assert_eq!(source_trees(&place, &first.snapshot.id()), source_trees(&place, &second.snapshot.id()));
        fs::write(place.source().join("plain.txt"), b"changed").unwrap();
        fs::remove_file(place.source().join("a")).unwrap();
        fs::write(place.source().join("new"), noise(5, 50_000)).unwrap();
        let third = place.backup(&vault);
        assert!((50_000..70_000).contains(&third.added_bytes), "{third:?}");
        // What restic stored is a parent of ours as well.
        restic.ok(&place.repo(), &["backup", "--host", "hall", place.source().to_str().unwrap()]);
        assert!(place.backup(&vault).added_bytes < 2_000);
        restic.check(&place.repo());
        assert_same(&place.source(), &place.restore(&vault, "latest", "ours"));
    }
}

/// Any of the keys opens a vault, and no other.
#[test]
fn every_key_of_a_vault_opens_it() {
    for restic in restics() {
        let place = Place::new();
        fs::write(place.source().join("file"), b"content").unwrap();
        restic.ok(&place.repo(), &["init", "--repository-version", "2"]);
        for (number, password) in ["second", "第三の鍵"].iter().enumerate() {
            let file = place.at(&format!("key{number}"));
            fs::write(&file, password).unwrap();
            restic.ok(&place.repo(), &["key", "add", "--new-password-file", file.to_str().unwrap()]);
        }
        restic.backup(&place.repo(), &place.source());
        for password in [PASSWORD, "second", "第三の鍵"] {
            assert_eq!(place.open_with(password).unwrap().snapshots().unwrap().0.len(), 1);
        }
        let fault = place.open_with("third").err().unwrap();
        assert_eq!(fault.exit, Exit::WrongKey);
    }
}

/// Version 1 of the format is refused, with what to do.
#[test]
fn version_1_is_refused() {
    for restic in restics() {
        let place = Place::new();
        restic.ok(&place.repo(), &["init", "--repository-version", "1"]);
        let fault = place.open_with(PASSWORD).err().unwrap();
        assert_eq!(fault.exit, Exit::Unusable);
        assert!(fault.message.text(Lang::En).contains("version 1"), "{fault}");
        assert!(fault.hints[0].text(Lang::En).contains("restic migrate upgrade_repo_v2"));
        restic.ok(&place.repo(), &["migrate", "upgrade_repo_v2"]);
        place.open();
    }
}

/// While restic holds the vault for itself, nothing of ours goes on; once it is done, everything does.
#[test]
fn a_lock_of_restic_is_honoured() {
    for restic in restics() {
        let place = Place::new();
        fs::write(place.source().join("file"), b"content").unwrap();
        let vault = place.init();
        place.backup(&vault);
        let held = HeldByRestic::new(&restic, &place);
        let snapshot = vault.find("latest", &base::Silent).unwrap();
        let backup = vault.backup(request(&place.source()), &Wall, &Silent).err();
        let check = vault.check(false, &Wall, &Silent).err();
        let restore = vault.restore(&snapshot, &place.at("ours"), false, &Wall, &Silent).err();
        held.end();
        for fault in [backup, check, restore] {
            let fault = fault.expect("went on under an exclusive lock");
            assert_eq!(fault.exit, Exit::Locked);
            let text = fault.message.text(Lang::En);
            assert!(text.contains("is locked by") && text.contains("process"), "{text}");
        }
        // Its lock says which process it was; that one is gone, so the lock belongs to nobody.
        let ear = Ear::default();
        let machine = nix_hostname();
        let store = std::sync::Arc::new(store::Directory::open(&place.repo()).unwrap());
        let owner = vault::Owner { hostname: machine, username: "suzuki".to_owned() };
        let vault = vault::Vault::open(store, &vault::Password::new(PASSWORD), owner).unwrap();
        vault.backup(request(&place.source()), &Wall, &ear).unwrap();
        let heard = ear.heard.lock().unwrap().join("\n");
        assert!(heard.contains("lock that nobody holds"), "{heard}");
        assert_eq!(fs::read_dir(place.repo().join("locks")).unwrap().count(), 0, "a lock is left");
        restic.check(&place.repo());
    }
}

/// A restic that holds an exclusive lock, stopped in the middle of its work.
struct HeldByRestic {
    child: std::process::Child,
}

impl HeldByRestic {
    /// `check` and `prune` lock for themselves; which is stopped the moment the lock is there.
    fn new(restic: &judge::Restic, place: &Place) -> HeldByRestic {
        let locks = place.repo().join("locks");
        for _ in 0..50 {
            let mut command = restic.command(&place.repo(), &["prune"]);
            let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            let until = Instant::now() + Duration::from_secs(20);
            while child.try_wait().unwrap().is_none() && Instant::now() < until {
                if locked(&locks) {
                    signal(&child, nix::sys::signal::Signal::SIGSTOP);
                    thread::sleep(Duration::from_millis(20));
                    if locked(&locks) {
                        return HeldByRestic { child };
                    }
                    break;
                }
            }
            let _ = child.kill();
            let _ = child.wait();
        }
        panic!("restic was never caught with its lock");
    }

    /// Killed: its lock stays behind.
    fn end(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn locked(locks: &Path) -> bool {
    let entries = fs::read_dir(locks).unwrap();
    entries.flatten().any(|entry| entry.file_name().len() == 64)
}

fn signal(child: &std::process::Child, what: nix::sys::signal::Signal) {
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(child.id().cast_signed()), what).unwrap();
}

fn nix_hostname() -> String {
    fs::read_to_string("/proc/sys/kernel/hostname").unwrap().trim().to_owned()
}

/// Hears notices; and while work is under way, lets a test act.
#[derive(Default)]
struct Ear {
    heard: std::sync::Mutex<Vec<String>>,
}

impl Monitor for Ear {
    fn notice(&self, what: &Message) {
        self.heard.lock().unwrap().push(what.text(Lang::En));
    }
}

/// While we work, restic does not prune.
#[test]
fn our_lock_keeps_restic_from_pruning() {
    /// Runs restic in the middle of a backup.
    struct Meddler<'a> {
        restic: &'a judge::Restic,
        place: &'a Place,
        said: std::sync::OnceLock<(bool, String)>,
    }
    impl Monitor for Meddler<'_> {
        fn begin(&self, _task: &Message, _total: Option<u64>) {
            self.said.get_or_init(|| {
                let output = self.restic.run(&self.place.repo(), &["prune"]);
                (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
            });
        }
    }
    for restic in restics() {
        let place = Place::new();
        fs::write(place.source().join("file"), b"content").unwrap();
        let vault = place.init();
        place.backup(&vault);
        let meddler = Meddler { restic: &restic, place: &place, said: std::sync::OnceLock::new() };
        vault.backup(request(&place.source()), &Wall, &meddler).unwrap();
        let (pruned, said) = meddler.said.get().unwrap();
        assert!(!pruned && said.contains("locked"), "{said}");
        restic.ok(&place.repo(), &["prune"]);
        sound(&vault);
    }
}
