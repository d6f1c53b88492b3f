//! Random trees come back byte for byte, and what is there already is not stored twice.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;
use store::Memory;

use super::*;

/// Seed, length and runs of zeros of a file; length 0 is a folder.
fn files() -> impl Strategy<Value = Vec<(Vec<u8>, u8, usize, bool)>> {
    let name = prop::collection::vec(any::<u8>().prop_filter("no name", |b| *b != 0 && *b != b'/'), 1..12);
    let name = name.prop_filter("no name", |name| name != b"." && name != b"..");
    let length = prop_oneof![Just(0), 1..5000usize, 500_000..1_600_000usize];
    prop::collection::vec((name, 0..4u8, length, any::<bool>()), 0..8)
}

fn write(root: &Path, files: &[(Vec<u8>, u8, usize, bool)]) {
    use std::os::unix::ffi::OsStrExt;
    let mut dir = root.to_owned();
    for (name, seed, length, sparse) in files {
        let path = dir.join(std::ffi::OsStr::from_bytes(name));
        if path.symlink_metadata().is_ok() {
            continue;
        }
        if *length == 0 {
            fs::create_dir(&path).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o751)).unwrap();
            dir = path;
            continue;
        }
        let mut bytes = noise(u64::from(*seed), *length);
        if *sparse {
            let middle = length / 4..length * 3 / 4;
            bytes[middle].fill(0);
        }
        fs::write(&path, bytes).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whatever_is_stored_comes_back(files in files()) {
        let (source, target) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        write(source.path(), &files);
        let store = Arc::new(Memory::new());
        let vault = made(&store);
        let first = backup(&vault, source.path()).unwrap();
        prop_assert!(first.problems.is_empty(), "{:?}", first.problems);
        let second = backup(&vault, source.path()).unwrap();
        let trees = [&first, &second].map(|report| own_tree(&vault, report, source.path()));
        prop_assert_eq!(trees[0], trees[1]);
        prop_assert!(second.added_bytes < 2000, "only the folders above: {}", second.added_bytes);
        prop_assert!(restore(&vault, "latest", target.path()).unwrap().problems.is_empty());
        prop_assert_eq!(content(&below(target.path(), source.path())), content(source.path()));
        prop_assert!(sound(&vault));
    }
}

#[test]
fn names_links_and_holes_come_back() {
    let (source, target) = (sample(), tempfile::tempdir().unwrap());
    let sparse = source.path().join("sparse");
    fs::File::create(&sparse).unwrap().set_len(6 << 20).unwrap();
    let vault = made(&Arc::new(Memory::new()));
    assert!(backup(&vault, source.path()).unwrap().problems.is_empty());
    assert!(restore(&vault, "latest", target.path()).unwrap().problems.is_empty());
    let back = below(target.path(), source.path());
    assert_eq!(content(&back), content(source.path()));
    let inode = |path: &str| back.join(path).metadata().unwrap().ino();
    assert_eq!(inode("link"), inode("in/file3"), "hard links are one file again");
    let sparse = back.join("sparse").metadata().unwrap();
    assert_eq!(sparse.len(), 6 << 20);
    assert!(sparse.blocks() * 512 < 64 << 10, "zeros are holes: {} blocks", sparse.blocks());
}

#[test]
fn trees_have_the_same_id_however_the_threads_take_turns() {
    let source = sample();
    let first = made(&Arc::new(Memory::new()));
    let ids: Vec<Id> = (0..8)
        .map(|_| {
            let vault = over(&first, &Arc::new(Memory::new()));
            own_tree(&vault, &backup(&vault, source.path()).unwrap(), source.path())
        })
        .collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}

#[test]
fn a_change_is_seen_even_if_size_and_times_do_not_tell() {
    let source = tempfile::tempdir().unwrap();
    let file = source.path().join("register");
    let vault = made(&Arc::new(Memory::new()));
    // Written and stored within one tick of the clock of the file system, over and over.
    for n in 0..20u8 {
        fs::write(&file, [n; 100]).unwrap();
        backup(&vault, source.path()).unwrap();
        let target = tempfile::tempdir().unwrap();
        let which = vault.snapshots().unwrap().0.pop().unwrap().id();
        restore(&vault, &which, target.path()).unwrap();
        assert_eq!(fs::read(below(target.path(), &file)).unwrap(), [n; 100]);
    }
}

#[test]
fn nothing_is_restored_over_anything() {
    let (source, target) = (sample(), tempfile::tempdir().unwrap());
    let vault = made(&Arc::new(Memory::new()));
    backup(&vault, source.path()).unwrap();
    fs::write(target.path().join("mine"), "mine").unwrap();
    let fault = restore(&vault, "latest", target.path()).unwrap_err();
    assert!(fault.to_string().contains("is not empty"), "{fault}");
    assert_eq!(content(target.path()).len(), 1);
}

#[test]
fn a_dry_run_writes_nothing_and_finds_what_is_missing() {
    let (source, target) = (sample(), tempfile::tempdir().unwrap());
    let store = Arc::new(Memory::new());
    let vault = made(&store);
    backup(&vault, source.path()).unwrap();
    let snapshot = vault.find("latest", &Heard::default()).unwrap();
    let dry = vault.restore(&snapshot, target.path(), true, &Later(0), &Heard::default()).unwrap();
    assert_eq!((dry.files, dry.problems.len()), (22, 0));
    assert!(content(target.path()).is_empty());
}

#[test]
fn sockets_are_left_out_and_pipes_are_not_waited_for() {
    let (source, target) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let _socket = std::os::unix::net::UnixListener::bind(source.path().join("socket")).unwrap();
    nix::unistd::mkfifo(&source.path().join("pipe"), nix::sys::stat::Mode::S_IRUSR).unwrap();
    let vault = made(&Arc::new(Memory::new()));
    let report = backup(&vault, source.path()).unwrap();
    assert_eq!((report.files, report.problems.len()), (0, 0));
    restore(&vault, "latest", target.path()).unwrap();
    let back = below(target.path(), source.path());
    let names: Vec<_> = fs::read_dir(back).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names, ["pipe"]);
}

#[test]
fn a_stream_is_one_file_and_a_stream_that_failed_is_none() {
    let vault = made(&Arc::new(Memory::new()));
    let store = |name: &str, fine: bool| {
        let bytes = noise(5, 2 << 20);
        let mut from = bytes.as_slice();
        let mut finish = || if fine { Ok(()) } else { Err(crate::error::unusable("vault-stream")) };
        let source = Source::Stream { name: name.to_owned(), from: &mut from, finish: &mut finish };
        let request = BackupRequest {
            source,
            time: Later(0).now(),
            tags: Vec::new(),
            hostname: "town-hall".to_owned(),
        };
        vault.backup(request, &Later(0), &Heard::default())
    };
    assert!(store("dump", false).is_err());
    assert!(store("../dump", true).unwrap_err().to_string().contains("cannot be the name of a file"));
    assert!(vault.snapshots().unwrap().0.is_empty(), "what failed leaves no snapshot");
    store("dump", true).unwrap();
    let target = tempfile::tempdir().unwrap();
    restore(&vault, "latest", target.path()).unwrap();
    assert_eq!(fs::read(target.path().join("dump")).unwrap(), noise(5, 2 << 20));
}
