//! Files of this machine as nodes: what `lstat` and the attributes say.

use std::collections::HashMap;
use std::fs::{self, Metadata};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;

use base::Timestamp;
use jiff::tz::TimeZone;

use crate::tree::{Attribute, Node};

/// Names of owners, looked up once each, and the zone in which the format writes times.
pub(crate) struct Names {
    users: HashMap<u32, String>,
    groups: HashMap<u32, String>,
    zone: TimeZone,
}

impl Names {
    pub(crate) fn new() -> Names {
        let table = |path: &str| {
            let text = fs::read_to_string(path).unwrap_or_default();
            let mut out = HashMap::new();
            for line in text.lines() {
                let mut fields = line.split(':');
                if let (Some(name), Some(id)) = (fields.next(), fields.nth(1).and_then(|id| id.parse().ok()))
                {
                    out.entry(id).or_insert_with(|| name.to_owned());
                }
            }
            out
        };
        Names { users: table("/etc/passwd"), groups: table("/etc/group"), zone: TimeZone::system() }
    }

    /// A time as Go writes it: RFC 3339 in the local zone, the fraction without trailing zeros.
    pub(crate) fn time(&self, seconds: i64, nanos: i64) -> String {
        let at = Timestamp::new(seconds, i32::try_from(nanos).unwrap_or(0)).unwrap_or(Timestamp::UNIX_EPOCH);
        let offset = self.zone.to_offset(at);
        let local = offset.to_datetime(at);
        let offset = offset.seconds();
        let zone = match offset {
            0 => String::from("Z"),
            _ => {
                let sign = if offset < 0 { '-' } else { '+' };
                format!("{sign}{:02}:{:02}", offset.abs() / 3600, offset.abs() / 60 % 60)
            }
        };
        let mut out = format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}",
            local.year(),
            local.month(),
            local.day(),
            local.hour(),
            local.minute(),
            local.second(),
            local.subsec_nanosecond()
        );
        out.truncate(out.trim_end_matches('0').trim_end_matches('.').len());
        out.push_str(&zone);
        out
    }

    /// The node of a file; its content is filled in by the backup.
    pub(crate) fn node(&self, path: &Path, name: &[u8], meta: &Metadata) -> std::io::Result<Node> {
        let (kind, mode) = kind(meta);
        let mtime = self.time(meta.mtime(), meta.mtime_nsec());
        let untouched = (meta.mtime(), meta.mtime_nsec()) == (meta.ctime(), meta.ctime_nsec());
        let ctime = if untouched { mtime.clone() } else { self.time(meta.ctime(), meta.ctime_nsec()) };
        let mut node = Node {
            kind: kind.to_owned(),
            mode,
            ctime,
            uid: meta.uid(),
            gid: meta.gid(),
            user: self.users.get(&meta.uid()).cloned().unwrap_or_default(),
            group: self.groups.get(&meta.gid()).cloned().unwrap_or_default(),
            inode: meta.ino(),
            device_id: meta.dev(),
            links: 0,
            ..Node::plain_file(name, mtime)
        };
        match kind {
            "file" => (node.size, node.links) = (meta.len(), meta.nlink()),
            "symlink" => {
                node.links = meta.nlink();
                let target = fs::read_link(path)?;
                node.linktarget = target.to_string_lossy().into_owned();
                if target.to_str().is_none() {
                    node.linktarget_raw = target.as_os_str().as_bytes().to_vec();
                }
            }
            "dev" | "chardev" => (node.device, node.links) = (meta.rdev(), meta.nlink()),
            _ => {}
        }
        node.extended_attributes = attributes(path);
        Ok(node)
    }
}

/// Kind as the format names it, and mode as Go numbers it.
fn kind(meta: &Metadata) -> (&'static str, u64) {
    let of = meta.file_type();
    let (kind, bit) = if of.is_dir() {
        ("dir", 1 << 31)
    } else if of.is_symlink() {
        ("symlink", 1 << 27)
    } else if of.is_block_device() {
        ("dev", 1 << 26)
    } else if of.is_char_device() {
        ("chardev", 1 << 26 | 1 << 21)
    } else if of.is_fifo() {
        ("fifo", 1 << 25)
    } else if of.is_socket() {
        ("socket", 1 << 24)
    } else {
        ("file", 0)
    };
    let mode = u64::from(meta.mode());
    let special = [(0o4000, 1 << 23), (0o2000, 1 << 22), (0o1000, 1 << 20)];
    let extra: u64 = special.iter().filter(|(unix, _)| mode & unix != 0).map(|(_, go)| go).sum();
    (kind, mode & 0o777 | bit | extra)
}

/// Extended attributes; a file system without them has none.
fn attributes(path: &Path) -> Vec<Attribute> {
    let names = xattr::list(path).into_iter().flatten();
    let read = names.filter_map(|name| {
        let value = xattr::get(path, &name).ok().flatten()?;
        Some(Attribute { name: name.to_str()?.to_owned(), value })
    });
    read.collect()
}
