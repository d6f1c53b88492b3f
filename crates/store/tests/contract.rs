//! One contract for every store, the fakes included.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::os::unix::fs::PermissionsExt;

use store::{Directory, Entry, Faulty, Folder, Kind, Memory, Name, Odds, Store};

fn name(folder: Folder, n: u8) -> Name {
    Name::File(folder, [n; 32])
}

fn contract(store: &dyn Store) {
    let kind = |e: store::Error| e.kind;
    for folder in Folder::ALL {
        assert_eq!(store.list(folder).unwrap(), [], "a new store is empty");
        let (a, b) = (name(folder, 1), name(folder, 0xab));
        assert_eq!(store.load(&a).map_err(kind), Err(Kind::Missing));
        assert_eq!(store.size(&a).map_err(kind), Err(Kind::Missing));
        assert_eq!(store.remove(&a).map_err(kind), Err(Kind::Missing));
        assert_eq!(store.load_range(&a, 0, &mut [0; 1]).map_err(kind), Err(Kind::Missing));

        store.save(&a, b"hello").unwrap();
        store.save(&a, b"hello").expect("saving the same again does no harm");
        store.save(&b, b"").unwrap();
        assert_eq!(store.load(&a).unwrap(), b"hello");
        assert_eq!(store.load(&b).unwrap(), b"");
        assert_eq!(store.size(&a).unwrap(), 5);

        let mut part = [0; 3];
        store.load_range(&a, 2, &mut part).unwrap();
        assert_eq!(&part, b"llo");
        store.load_range(&a, 5, &mut []).expect("nothing at the end is not too much");
        assert_eq!(store.load_range(&a, 3, &mut part).map_err(kind), Err(Kind::Short));
        assert_eq!(store.load_range(&a, u64::MAX / 4, &mut part).map_err(kind), Err(Kind::Short));

        let mut listed = store.list(folder).unwrap();
        listed.sort();
        assert_eq!(listed, [Entry { name: a, size: 5 }, Entry { name: b, size: 0 }]);
        store.remove(&a).unwrap();
        store.remove(&b).unwrap();
        assert_eq!(store.list(folder).unwrap(), []);
        assert_eq!(
            store.load_range(&a, 0, &mut part).map_err(kind),
            Err(Kind::Missing),
            "removed is removed"
        );
    }
    store.save(&Name::Config, b"one").unwrap();
    assert_eq!(store.save(&Name::Config, b"two").map_err(kind), Err(Kind::Exists));
    assert_eq!(store.load(&Name::Config).unwrap(), b"one");
    contract_threads(store);
}

fn contract_threads(store: &dyn Store) {
    std::thread::scope(|scope| {
        for n in 0..8u8 {
            scope.spawn(move || store.save(&name(Folder::Data, n), &vec![n; 10_000]).unwrap());
        }
    });
    assert_eq!(store.list(Folder::Data).unwrap().len(), 8);
    for n in 0..8u8 {
        assert_eq!(store.load(&name(Folder::Data, n)).unwrap(), vec![n; 10_000]);
    }
}

#[test]
fn memory_keeps_the_contract() {
    contract(&Memory::new());
}

#[test]
fn directory_keeps_the_contract() {
    let dir = tempfile::tempdir().unwrap();
    contract(&Directory::create(dir.path()).unwrap());
    assert_eq!(std::fs::read_dir(dir.path().join("tmp")).unwrap().count(), 0, "nothing is left behind");
}

#[test]
fn a_wrapper_without_faults_keeps_the_contract() {
    contract(&Faulty::new(Memory::new(), 1, Odds::NONE));
}

#[test]
fn a_listing_error_is_never_an_empty_listing() {
    let dir = tempfile::tempdir().unwrap();
    let store = Directory::create(dir.path()).unwrap();
    for folder in Folder::ALL {
        std::fs::remove_dir_all(dir.path().join(folder.as_str())).unwrap();
        assert_eq!(store.list(folder).map_err(|e| e.kind), Err(Kind::Missing));
    }
    // A subdirectory of `data` that is something else must not be passed over either.
    std::fs::create_dir(dir.path().join("data")).unwrap();
    std::fs::write(dir.path().join("data/7f"), "not a directory").unwrap();
    assert!(store.list(Folder::Data).is_err());
}

#[test]
fn foreign_files_are_not_listed() {
    let dir = tempfile::tempdir().unwrap();
    let store = Directory::create(dir.path()).unwrap();
    for odd in ["README", "0123", ".hidden", &"A".repeat(64), &format!("{}-tmp-1", "a".repeat(64))] {
        std::fs::write(dir.path().join("index").join(odd), "x").unwrap();
    }
    assert_eq!(store.list(Folder::Index).unwrap(), []);
}

#[test]
fn files_are_for_the_owner_only() {
    let dir = tempfile::tempdir().unwrap();
    let store = Directory::create(dir.path()).unwrap();
    store.save(&name(Folder::Keys, 1), b"key").unwrap();
    let path = dir.path().join("keys").join("01".repeat(32));
    assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o400);
}

#[test]
fn a_place_that_is_not_there_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(Directory::open(&dir.path().join("none")).map(drop).map_err(|e| e.kind), Err(Kind::Missing));
    std::fs::write(dir.path().join("file"), "").unwrap();
    assert_eq!(Directory::open(&dir.path().join("file")).map(drop).map_err(|e| e.kind), Err(Kind::Refused));
}

#[test]
fn faults_come_by_seed() {
    let run = |seed| {
        let inner = Memory::new();
        inner.save(&name(Folder::Data, 1), &[0; 100]).unwrap();
        let store = Faulty::new(inner, seed, Odds { fail: 4, cut: 4, flip: 4, lose: 4 });
        let loads: Vec<_> = (0..50).map(|_| store.load(&name(Folder::Data, 1)).map_err(|e| e.kind)).collect();
        assert!(store.faults() > 0);
        loads
    };
    assert_eq!(run(7), run(7));
    assert_ne!(run(7), run(8));
}
