//! Folders to store: everything a file system can hold, made and compared.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Metadata, Permissions};
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileExt, FileTypeExt, MetadataExt, PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use nix::sys::stat::{Mode, SFlag, UtimensatFlags, mknod, utimensat};
use nix::sys::time::TimeSpec;

/// Bytes that do not compress, the same for the same seed.
pub(crate) fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed;
    let mut word = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    let mut out = Vec::with_capacity(length + 8);
    while out.len() < length {
        out.extend(word().to_le_bytes());
    }
    out.truncate(length);
    out
}

/// Names that are awkward to write down.
const NAMES: &[&[u8]] = &[
    b"plain.txt",
    b"two words",
    b"quote\"back\\slash",
    b"line\nfeed\ttab\x01\x7f",
    b"<html>&amp;",
    "u2028\u{2028}u2029\u{2029}".as_bytes(),
    "soft\u{ad}hyphen zero\u{200b}width bom\u{feff}".as_bytes(),
    "nbsp\u{a0}ideographic\u{3000}space".as_bytes(),
    "住民台帳".as_bytes(),
    "か\u{3099}e\u{301} variation\u{fe0f}".as_bytes(),
    "emoji😀 private\u{e000} tag\u{e0001}".as_bytes(),
    "arabic \u{633}\u{644}\u{627}\u{645} thai \u{e01}\u{e33} hindi \u{939}\u{93f}".as_bytes(),
    b"not utf-8 \xff\xfe\x80",
    b"half \xe4\xbd",
    b"-rf",
    b"A",
    b"a",
    b"a.b",
    b"a-b",
];

/// Fills a folder with one of everything.
pub(crate) fn fill(at: &Path) {
    for (number, name) in NAMES.iter().enumerate() {
        fs::write(at.join(OsStr::from_bytes(name)), noise(number as u64, number * 100)).unwrap();
    }
    fs::write(at.join("empty"), b"").unwrap();
    fs::create_dir(at.join("empty folder")).unwrap();

    fs::create_dir_all(at.join("deep/er/and/deeper")).unwrap();
    fs::write(at.join("deep/er/and/deeper/file"), b"deep").unwrap();
    fs::write(at.join("three megabytes"), noise(99, 3 << 20)).unwrap();
    fs::write(at.join("text"), "町役場の文書\n".repeat(40_000)).unwrap();
    links(at);
    sparse(at);
    special(at);
    described(at);
}

fn links(at: &Path) {
    fs::hard_link(at.join("three megabytes"), at.join("hard")).unwrap();
    fs::hard_link(at.join("three megabytes"), at.join("deep/hard too")).unwrap();
    symlink("plain.txt", at.join("soft")).unwrap();
    symlink("../nowhere/at all", at.join("dangling")).unwrap();
    symlink("deep", at.join("to a folder")).unwrap();
    symlink("<&>\"\u{2028}\n", at.join("target with signs")).unwrap();
}

/// Links to names that are not UTF-8.
pub(crate) fn raw_links(at: &Path) {
    symlink(OsStr::from_bytes(b"bytes \xff\xfe"), at.join("target not utf-8")).unwrap();
    symlink(OsStr::from_bytes("half \u{fffd} <\"> \u{1}".as_bytes()), at.join("replacement")).unwrap();
    let cut = b"\"half\" \xe4\xbd <&> \xef\xbf\xbd \xf0\x9f\x98";
    symlink(OsStr::from_bytes(cut), at.join("target cut short")).unwrap();
}

/// 4 MiB, of which two pieces are there.
fn sparse(at: &Path) {
    let file = File::create(at.join("sparse")).unwrap();
    file.set_len(4 << 20).unwrap();
    file.write_all_at(b"in the middle", 2 << 20).unwrap();
    file.write_all_at(&noise(7, 10_000), 3 << 20).unwrap();
    File::create(at.join("nothing but a hole")).unwrap().set_len(1_500_000).unwrap();
}

fn special(at: &Path) {
    nix::unistd::mkfifo(&at.join("fifo"), Mode::S_IRUSR | Mode::S_IWUSR).unwrap();
    drop(UnixListener::bind(at.join("socket")).unwrap());
    if nix::unistd::geteuid().is_root() {
        let device = nix::sys::stat::makedev(1, 3);
        // Not everywhere may root make devices.
        let _ = mknod(&at.join("null"), SFlag::S_IFCHR, Mode::S_IRUSR, device);
        let _ = mknod(&at.join("block"), SFlag::S_IFBLK, Mode::S_IRUSR, nix::sys::stat::makedev(7, 200));
        std::os::unix::fs::chown(at.join("plain.txt"), Some(12345), Some(54321)).unwrap();
        std::os::unix::fs::lchown(at.join("soft"), Some(1), Some(2)).unwrap();
    }
}

/// Modes, attributes, times.
fn described(at: &Path) {
    let modes = [("a.b", 0o4755), ("a-b", 0o2710), ("-rf", 0o000), ("deep", 0o1777), ("two words", 0o400)];
    for (name, mode) in modes {
        fs::set_permissions(at.join(name), Permissions::from_mode(mode)).unwrap();
    }
    for (name, attribute, value) in [
        ("plain.txt", "user.oki.plain", b"value".as_slice()),
        ("plain.txt", "user.oki.bytes", b"\x00\xff<&>"),
        ("plain.txt", "user.oki.empty", b""),
        ("deep", "user.oki.folder", "値".as_bytes()),
    ] {
        // A file system without attributes has none to keep.
        let _ = xattr::set(at.join(name), attribute, value);
    }
    let times = [
        ("plain.txt", 1_700_000_000, 123_456_789),
        ("A", 1_700_000_000, 100_000_000),
        ("a", -1, 999_999_999),
        ("empty", -86_400 * 365 * 20, 1),
        ("text", 7_258_118_400, 0),
        ("dangling", 1_234_567_890, 987_654_321),
        ("fifo", 1_600_000_000, 5),
        ("empty folder", 1_500_000_000, 7),
        ("deep/er", 1_400_000_000, 70),
        ("deep", 1_300_000_000, 700_000_001),
        (".", 1_650_000_000, 42),
    ];
    for (name, seconds, nanos) in times {
        let time = TimeSpec::new(seconds, nanos);
        let flag = UtimensatFlags::NoFollowSymlink;
        utimensat(nix::fcntl::AT_FDCWD, &at.join(name), &time, &time, flag).unwrap();
    }
}

/// All that is known of one thing.
#[derive(Debug, PartialEq, Eq)]
struct Thing {
    kind: String,
    mode: u32,
    mtime: (i64, i64),
    owner: (u32, u32),
    device: u64,
    /// Content of a file, target of a link.
    bytes: Vec<u8>,
    attributes: Vec<(OsString, Vec<u8>)>,
    /// The first path in the folder that is the same file.
    same_as: PathBuf,
}

fn look(root: &Path) -> BTreeMap<PathBuf, Thing> {
    let (mut out, mut inodes, mut waiting) = (BTreeMap::new(), BTreeMap::new(), vec![PathBuf::new()]);
    while let Some(path) = waiting.pop() {
        let full = root.join(&path);
        let meta = fs::symlink_metadata(&full).unwrap();
        // Whoever listens on a socket makes it anew.
        if meta.file_type().is_socket() {
            continue;
        }
        if meta.is_dir() {
            let mut inside: Vec<_> = fs::read_dir(&full).unwrap().map(|e| e.unwrap().file_name()).collect();
            inside.sort();
            waiting.extend(inside.into_iter().map(|name| path.join(name)));
        }
        let first = inodes.entry(meta.ino()).or_insert_with(|| path.clone()).clone();
        out.insert(path, thing(&full, &meta, first));
    }
    out
}

fn thing(full: &Path, meta: &Metadata, same_as: PathBuf) -> Thing {
    let bytes = match () {
        () if meta.is_file() => read_any(full, meta),
        () if meta.is_symlink() => fs::read_link(full).unwrap().into_os_string().as_bytes().to_vec(),
        () => Vec::new(),
    };
    let mut attributes: Vec<_> = xattr::list(full)
        .into_iter()
        .flatten()
        .filter_map(|name| Some((name.clone(), xattr::get(full, &name).ok().flatten()?)))
        .collect();
    attributes.sort();
    Thing {
        kind: format!("{:?}", meta.file_type()),
        mode: meta.mode(),
        mtime: (meta.mtime(), meta.mtime_nsec()),
        owner: (meta.uid(), meta.gid()),
        device: meta.rdev(),
        bytes,
        attributes,
        same_as,
    }
}

/// Also what its owner made unreadable.
fn read_any(full: &Path, meta: &Metadata) -> Vec<u8> {
    let mut out = Vec::new();
    match File::open(full) {
        Ok(mut file) => _ = file.read_to_end(&mut out).unwrap(),
        Err(_) => out = format!("{} bytes that cannot be read", meta.len()).into_bytes(),
    }
    out
}

/// Both hold the same, in every respect.
pub(crate) fn assert_same(a: &Path, b: &Path) {
    let (left, mut right) = (look(a), look(b));
    for (path, thing) in left {
        let other = right.remove(&path).unwrap_or_else(|| panic!("{} lacks {path:?}", b.display()));
        if thing.bytes != other.bytes {
            let lengths = (thing.bytes.len(), other.bytes.len());
            panic!("{path:?} has other bytes in {}: {lengths:?}", b.display());
        }
        assert_eq!(thing, other, "{path:?} in {}", b.display());
    }
    assert!(right.is_empty(), "{} has more: {:?}", b.display(), right.keys());
}

/// Room that a file takes, in bytes.
pub(crate) fn room(path: &Path) -> u64 {
    fs::symlink_metadata(path).unwrap().blocks() * 512
}

/// A file of random bytes, and one of few different blocks in many places.
pub(crate) fn fill_big(at: &Path, megabytes: usize) {
    fs::write(at.join("random"), noise(2026, megabytes << 20)).unwrap();
    let blocks: Vec<Vec<u8>> = (0..3).map(|seed| noise(seed, 700_001)).collect();
    let mut file = File::create(at.join("repetitive")).unwrap();
    let mut written = 0;
    while written < megabytes << 20 {
        let block = &blocks[(written / 700_001 * 7 + written / 5_000_000) % 3];
        file.write_all(block).unwrap();
        written += block.len();
    }
    fs::write(at.join("one byte over and over"), vec![b'x'; megabytes << 18]).unwrap();
}
