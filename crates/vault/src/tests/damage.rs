//! Damage in every kind of file: found, named, and costing only what it has to.

use std::sync::Arc;

use store::{Folder, Memory, Name, Store};

use super::*;

fn names(store: &Memory, folder: Folder) -> Vec<Name> {
    let mut names: Vec<Name> = store.list(folder).unwrap().into_iter().map(|entry| entry.name).collect();
    names.sort();
    names
}

#[test]
fn one_bit_in_any_file_is_found_by_check() {
    let source = sample();
    let store = Arc::new(Memory::new());
    backup(&made(&store), source.path()).unwrap();
    for folder in [Folder::Data, Folder::Index, Folder::Snapshots] {
        for name in names(&store, folder) {
            let size = store.size(&name).unwrap() as usize;
            for at in [0, size / 3, size / 2, size - 5, size - 1] {
                let copy = Arc::new(store.copy());
                copy.damage(&name, |bytes| bytes[at] ^= 4);
                let report = opened(&copy).unwrap().check(true, &Later(0), &Heard::default()).unwrap();
                assert!(!report.problems.is_empty(), "{name} byte {at}");
            }
        }
    }
}

#[test]
fn a_missing_file_of_any_kind_is_found_without_reading_data() {
    let source = sample();
    let store = Arc::new(Memory::new());
    backup(&made(&store), source.path()).unwrap();
    for folder in [Folder::Data, Folder::Index] {
        for name in names(&store, folder) {
            let copy = Arc::new(store.copy());
            copy.remove(&name).unwrap();
            let report = opened(&copy).unwrap().check(false, &Later(0), &Heard::default()).unwrap();
            assert!(!report.problems.is_empty(), "{name}");
        }
    }
}

#[test]
fn a_damaged_block_costs_its_file_and_no_other() {
    let (source, target) = (sample(), tempfile::tempdir().unwrap());
    let store = Arc::new(Memory::new());
    let vault = made(&store);
    backup(&vault, source.path()).unwrap();
    let index = crate::index::Index::load(&vault.repo, &mut |_| ()).unwrap();
    let id = Id::of(&noise(7, 3000));
    let place = index.find(crate::index::BlobKind::Data, id).unwrap();
    store.damage(&Name::File(Folder::Data, place.pack.0), |bytes| bytes[place.offset as usize + 50] ^= 1);
    let report = restore(&vault, "latest", target.path()).unwrap();
    assert_eq!(report.problems.len(), 1, "{:?}", report.problems);
    let text = report.problems[0].to_string();
    assert!(text.contains("in/file7 was not restored") && text.contains("is damaged"), "{text}");
    let mut expected = content(source.path());
    expected.retain(|path, _| path.file_name().is_none_or(|name| name != "file7"));
    assert_eq!(content(&below(target.path(), source.path())), expected);
}

#[test]
fn what_lost_packs_held_is_stored_anew() {
    let (source, target) = (sample(), tempfile::tempdir().unwrap());
    let store = Arc::new(Memory::new());
    let vault = made(&store);
    backup(&vault, source.path()).unwrap();
    for name in names(&store, Folder::Data) {
        store.remove(&name).unwrap();
    }
    let report = backup(&vault, source.path()).unwrap();
    assert!(report.problems.iter().any(|p| p.to_string().contains("is missing")), "{:?}", report.problems);
    let report = restore(&vault, "latest", target.path()).unwrap();
    assert!(report.problems.is_empty(), "{:?}", report.problems);
    assert_eq!(content(&below(target.path(), source.path())), content(source.path()));
}

#[test]
fn damaged_indexes_and_snapshots_do_not_keep_anybody_from_the_rest() {
    let source = sample();
    let store = Arc::new(Memory::new());
    let vault = made(&store);
    let first = backup(&vault, source.path()).unwrap().snapshot;
    std::fs::write(source.path().join("new"), noise(1234, 5000)).unwrap();
    let second = backup(&vault, source.path()).unwrap().snapshot;
    store.damage(&Name::File(Folder::Snapshots, second.id.unwrap().0), |bytes| bytes[20] ^= 1);
    let (found, bad) = vault.snapshots().unwrap();
    assert_eq!((found.len(), bad.len()), (1, 1));
    assert!(bad[0].to_string().contains(&second.id()), "{}", bad[0]);
    assert!(vault.find(&second.id(), &Heard::default()).is_err());
    let target = tempfile::tempdir().unwrap();
    assert!(restore(&vault, &first.id()[..10], target.path()).unwrap().problems.is_empty());

    let last = names(&store, Folder::Index).into_iter().next().unwrap();
    store.damage(&last, |bytes| bytes[20] ^= 1);
    let target = tempfile::tempdir().unwrap();
    match restore(&vault, &first.id(), target.path()) {
        Ok(report) => assert!(report.problems[0].to_string().contains("is damaged"), "{:?}", report.problems),
        Err(fault) => assert!(fault.to_string().contains("is in no pack"), "{fault}"),
    }
}

#[test]
fn an_init_that_was_broken_off_can_be_taken_up_with_its_password_only() {
    let store = Arc::new(Memory::new());
    made(&store);
    store.remove(&Name::Config).unwrap();
    let begin = |password: &Password| {
        Vault::init(Arc::clone(&store) as Arc<dyn Store>, password, owner(), &Later(0)).map(drop)
    };
    let fault = begin(&Password::new("another")).unwrap_err();
    assert!(fault.to_string().contains("broken off while it was made"), "{fault}");
    begin(&password()).unwrap();
    assert_eq!(names(&store, Folder::Keys).len(), 1, "restic would try a second key in vain");
    assert!(begin(&password()).unwrap_err().to_string().contains("there is a vault"));
    opened(&store).unwrap();
}

#[test]
fn two_who_make_one_vault_at_once_leave_one() {
    for _ in 0..4 {
        let store = Arc::new(Memory::new());
        let begin = || Vault::init(Arc::clone(&store) as Arc<dyn Store>, &password(), owner(), &Later(0));
        let made: Vec<bool> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..3).map(|_| scope.spawn(|| begin().is_ok())).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(made.iter().filter(|made| **made).count(), 1);
        opened(&store).unwrap();
    }
}

#[test]
fn a_wrong_password_and_a_damaged_config_are_told_apart() {
    let store = Arc::new(Memory::new());
    made(&store);
    let wrong =
        Vault::open(Arc::clone(&store) as Arc<dyn Store>, &Password::new("x"), owner()).err().unwrap();
    assert_eq!(wrong.exit, base::Exit::WrongKey);
    store.damage(&Name::Config, |bytes| bytes[30] ^= 1);
    let damaged = opened(&store).err().unwrap();
    assert_eq!(damaged.exit, base::Exit::Damaged);
    assert!(damaged.to_string().contains("config of the vault is damaged"), "{damaged}");
}
