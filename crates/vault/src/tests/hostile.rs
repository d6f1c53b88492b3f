//! Snapshots that mean harm: nothing is written, made or changed outside the target.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::sync::Arc;

use store::{Folder, Memory};

use super::*;
use crate::index::{BlobKind, Index};
use crate::sink::{self, Tools};
use crate::tree::{Node, Tree};

/// A vault whose one snapshot is this tree, made bottom up by `build`.
fn with_tree(build: impl FnOnce(&mut dyn FnMut(Vec<Node>) -> Id) -> Vec<Node>) -> Vault {
    let vault = made(&Arc::new(Memory::new()));
    let index = Index::default();
    let (tree, _) = sink::with(&vault.repo, &index, &|| Ok(()), |sink| {
        let mut tools = Tools::new()?;
        sink.put(BlobKind::Data, b"harm", &mut tools)?;
        let mut put = |nodes| sink.put(BlobKind::Tree, &Tree { nodes }.bytes(), &mut tools).unwrap();
        let root = build(&mut put);
        Ok(put(root))
    })
    .unwrap();
    let snapshot = serde_json::json!({
        "time": "2026-01-01T00:00:00Z", "tree": tree, "paths": ["/"], "hostname": "h", "username": "u",
    });
    vault.repo.save(Folder::Snapshots, &snapshot).unwrap();
    vault
}

fn node(kind: &str, name: &str) -> Node {
    let node = Node::plain_file(name.as_bytes(), "2001-01-01T00:00:00Z".to_owned());
    Node { kind: kind.to_owned(), quoted: name.to_owned(), mode: 0o777, ..node }
}

fn file(name: &str) -> Node {
    Node { content: Some(vec![Id::of(b"harm")]), size: 4, ..node("file", name) }
}

fn link(name: &str, to: &Path) -> Node {
    Node { linktarget: to.to_str().unwrap().to_owned(), ..node("symlink", name) }
}

/// Restores into a folder beside a `victim`, which must be as it was; gives the problems.
fn harmless(vault: &Vault, place: &Path) -> Vec<String> {
    let (victim, target) = (place.join("victim"), place.join("target"));
    let before = (content(&victim), victim.metadata().unwrap().mode(), victim.metadata().unwrap().mtime());
    let report = restore(vault, "latest", &target).unwrap();
    let after = (content(&victim), victim.metadata().unwrap().mode(), victim.metadata().unwrap().mtime());
    assert_eq!(before, after, "{:?}", report.problems);
    let names: Vec<_> = fs::read_dir(place).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    report.problems.iter().map(ToString::to_string).collect()
}

fn place() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    fs::create_dir_all(place.path().join("victim/deep")).unwrap();
    fs::write(place.path().join("victim/file"), "precious").unwrap();
    fs::set_permissions(place.path().join("victim/deep"), fs::Permissions::from_mode(0o700)).unwrap();
    place
}

#[test]
fn names_that_lead_out_are_refused() {
    let place = place();
    let names = ["..", ".", "", "../victim/file", "/etc/oki-was-here", "a/b", "nul\\x00", "..\\x2fvictim"];
    let vault = with_tree(|_| names.iter().map(|name| file(name)).collect());
    let problems = harmless(&vault, place.path());
    assert_eq!(problems.len(), names.len(), "{problems:?}");
    assert!(problems.iter().all(|text| text.contains("was refused")), "{problems:?}");
    let vault = with_tree(|put| {
        let inside = put(vec![file("file")]);
        vec![Node { subtree: Some(inside), ..node("dir", "../victim") }]
    });
    assert_eq!(harmless(&vault, place.path()).len(), 1);
}

#[test]
fn nothing_is_written_through_a_link_of_the_same_name() {
    let place = place();
    let victim = place.path().join("victim");
    for first in [true, false] {
        let vault = with_tree(|put| {
            let inside = put(vec![file("file"), node("dir", "deep"), node("fifo", "pipe")]);
            let dir = Node { subtree: Some(inside), ..node("dir", "x") };
            if first { vec![link("x", &victim), dir] } else { vec![dir, link("x", &victim)] }
        });
        let problems = harmless(&vault, place.path());
        assert!(problems.iter().any(|text| text.contains("was refused")), "{problems:?}");
        fs::remove_dir_all(place.path().join("target")).unwrap();
    }
}

#[test]
fn a_link_has_nothing_inside() {
    let place = place();
    let victim = place.path().join("victim");
    for kind in ["symlink", "file", "fifo", "unheard-of"] {
        let vault = with_tree(|put| {
            let empty = put(vec![]);
            let deep = Node { subtree: Some(empty), ..node("dir", "deep") };
            let inside = put(vec![file("new"), deep, node("fifo", "pipe"), link("more", &victim)]);
            vec![Node { subtree: Some(inside), kind: kind.to_owned(), ..link("x", &victim) }]
        });
        let problems = harmless(&vault, place.path());
        assert_eq!(problems.len(), 1, "{kind}: {problems:?}");
        fs::remove_dir_all(place.path().join("target")).unwrap();
    }
}

#[test]
fn a_file_is_not_linked_to_what_was_there_before() {
    let place = place();
    let victim = place.path().join("victim");
    let inode = victim.join("file").metadata().unwrap().ino();
    let vault = with_tree(|_| {
        let linked = |name: &str| Node { links: 2, inode, device_id: 1, ..file(name) };
        let other = Node { content: Some(vec![]), size: 0, ..linked("c") };
        vec![linked("a"), linked("b"), other]
    });
    assert!(harmless(&vault, place.path()).is_empty());
    let inode = |name: &str| place.path().join("target").join(name).metadata().unwrap().ino();
    assert_eq!(inode("a"), inode("b"));
    assert_ne!(inode("a"), inode("c"), "another content is another file, whatever the number says");
}

#[test]
fn sizes_that_lie_fill_no_disk() {
    let place = place();
    let vault = with_tree(|_| vec![Node { size: 1 << 60, ..file("huge") }, file("fine")]);
    let problems = harmless(&vault, place.path());
    assert_eq!(problems.len(), 1);
    assert!(problems[0].contains("bytes are expected, 4 were found"), "{problems:?}");
    assert_eq!(fs::read(place.path().join("target/fine")).unwrap(), b"harm");
    assert!(!place.path().join("target/huge").exists());
    let report = vault.check(false, &Later(0), &Heard::default()).unwrap();
    assert_eq!(report.problems.len(), 1, "check finds it too: {:?}", report.problems);
}

#[test]
fn folders_without_end_are_refused() {
    let vault = with_tree(|put| {
        let mut inside = put(vec![]);
        for _ in 0..4200 {
            inside = put(vec![Node { subtree: Some(inside), ..node("dir", "d") }]);
        }
        vec![Node { subtree: Some(inside), ..node("dir", "d") }]
    });
    let place = place();
    let snapshot = vault.find("latest", &Heard::default()).unwrap();
    assert!(vault.list(&snapshot, &Heard::default(), &mut |_| ()).is_err());
    let report =
        vault.restore(&snapshot, &place.path().join("t"), true, &Later(0), &Heard::default()).unwrap();
    assert!(report.problems.iter().any(|text| text.to_string().contains("was refused")));
}
