//! Nodes and trees as the format writes them: JSON whose bytes decide a tree's id, so every detail counts.

use base::Timestamp;
use serde::{Deserialize, Serialize};

use crate::hash::{Id, base64_bytes};

/// One entry of a directory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// Name as the format quotes it; `name()` gives the real one.
    #[serde(rename = "name")]
    pub(crate) quoted: String,
    /// `file`, `dir`, `symlink`, `dev`, `chardev`, `fifo`, `socket`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Permission bits and kind, as Go numbers them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) mode: u64,
    /// Last change of content, RFC 3339.
    pub mtime: String,
    pub(crate) atime: String,
    pub(crate) ctime: String,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) user: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) group: String,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) inode: u64,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) device_id: u64,
    /// Length of a file in bytes.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub size: u64,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) links: u64,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) linktarget: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "optional_bytes")]
    pub(crate) linktarget_raw: Vec<u8>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) extended_attributes: Vec<Attribute>,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) device: u64,
    /// Blobs of a file's content in order.
    pub(crate) content: Option<Vec<Id>>,
    /// The tree of a directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subtree: Option<Id>,
}

mod optional_bytes {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        super::base64_bytes::serialize(bytes, to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        use base64::Engine;
        let text = Option::<String>::deserialize(from)?.unwrap_or_default();
        base64::engine::general_purpose::STANDARD.decode(text).map_err(serde::de::Error::custom)
    }
}

/// An extended attribute.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Attribute {
    pub(crate) name: String,
    #[serde(with = "optional_bytes", default)]
    pub(crate) value: Vec<u8>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// A directory.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Tree {
    pub(crate) nodes: Vec<Node>,
}

impl Tree {
    /// The bytes whose hash is the tree's id: compact JSON as Go writes it, and a line feed.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let nodes: Vec<String> = self.nodes.iter().map(Node::json).collect();
        format!("{{\"nodes\":[{}]}}\n", nodes.join(",")).into_bytes()
    }
}

/// JSON as Go writes it: so that it can stand in HTML and JavaScript.
fn go_json<T: Serialize>(what: &T) -> String {
    let text = serde_json::to_string(what).unwrap_or_default();
    // The two separators of lines begin with E2 in UTF-8.
    if !text.bytes().any(|byte| matches!(byte, b'<' | b'>' | b'&' | 0xE2)) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            _ => out.push(c),
        }
    }
    out
}

impl Node {
    /// A file that came from no file system: a stream.
    pub(crate) fn plain_file(name: &[u8], at: String) -> Node {
        Node {
            quoted: quote(name),
            kind: "file".to_owned(),
            mode: 0o644,
            mtime: at.clone(),
            atime: at.clone(),
            ctime: at,
            uid: 0,
            gid: 0,
            user: String::new(),
            group: String::new(),
            inode: 0,
            device_id: 0,
            size: 0,
            links: 1,
            linktarget: String::new(),
            linktarget_raw: Vec::new(),
            extended_attributes: Vec::new(),
            device: 0,
            content: None,
            subtree: None,
        }
    }

    fn json(&self) -> String {
        let text = go_json(self);
        if self.linktarget_raw.is_empty() {
            return text;
        }
        // Go writes an escape for each byte that is not UTF-8; a replacement character that is there it writes as such.
        // Within a text every quotation mark is escaped, so this can only be the key.
        let (key, value) = ("\"linktarget\":", go_json(&self.linktarget));
        let mut escaped = String::new();
        for chunk in self.linktarget_raw.utf8_chunks() {
            let valid = go_json(&chunk.valid());
            escaped.push_str(valid.trim_matches('"'));
            chunk.invalid().iter().for_each(|_| escaped.push_str("\\ufffd"));
        }
        text.replacen(&format!("{key}{value}"), &format!("{key}\"{escaped}\""), 1)
    }

    /// The real name, which need not be UTF-8.
    pub fn name(&self) -> Vec<u8> {
        unquote(&self.quoted)
    }

    /// Whether the name may be used below a target folder: one plain component.
    pub(crate) fn is_safe(&self) -> bool {
        is_plain_name(&self.name())
    }

    /// When anything about it changed last.
    pub(crate) fn changed(&self) -> Option<Timestamp> {
        self.ctime.parse().ok()
    }

    pub(crate) fn target(&self) -> Vec<u8> {
        if self.linktarget_raw.is_empty() {
            self.linktarget.clone().into_bytes()
        } else {
            self.linktarget_raw.clone()
        }
    }
}

/// Whether a name is one component of a path.
pub(crate) fn is_plain_name(name: &[u8]) -> bool {
    !name.is_empty() && name != b"." && name != b".." && !name.iter().any(|byte| matches!(byte, b'/' | 0))
}

/// A name between quotes as Go's `strconv.Quote` writes it, without the quotes.
pub(crate) fn quote(name: &[u8]) -> String {
    let mut out = String::new();
    for chunk in name.utf8_chunks() {
        chunk.valid().chars().for_each(|c| quote_char(c, &mut out));
        for byte in chunk.invalid() {
            out.push_str(&format!("\\x{byte:02x}"));
        }
    }
    out
}

fn quote_char(c: char, out: &mut String) {
    match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\u{7}' => out.push_str("\\a"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\u{b}' => out.push_str("\\v"),
        c if c < ' ' || c == '\u{7f}' => out.push_str(&format!("\\x{:02x}", c as u32)),
        c if is_printable(c) => out.push(c),
        c if (c as u32) < 0x10000 => out.push_str(&format!("\\u{:04x}", c as u32)),
        c => out.push_str(&format!("\\U{:08x}", c as u32)),
    }
}

/// Letters, marks, numbers, punctuation, symbols and the ASCII blank; Rust's own escaping knows the same tables.
fn is_printable(c: char) -> bool {
    c.is_ascii_graphic() || c == ' ' || (!c.is_whitespace() && c.escape_debug().count() == 1) || is_mark(c)
}

/// Marks that Rust escapes because they combine, and Go prints.
fn is_mark(c: char) -> bool {
    matches!(c as u32, 0x300..=0x36F | 0x3099..=0x309A | 0xFE00..=0xFE0F | 0x20D0..=0x20F0)
}

fn unquote(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.extend(&rest.as_bytes()[..at]);
        let (bytes, used) = escape(&rest[at + 1..]);
        out.extend(bytes);
        rest = rest.get(at + 1 + used..).unwrap_or("");
    }
    out.extend(rest.as_bytes());
    out
}

/// What an escape stands for, and how many bytes of text it has after the backslash.
fn escape(text: &str) -> (Vec<u8>, usize) {
    let number = |from: usize, digits: usize, radix: u32| {
        text.get(from..from + digits).and_then(|text| u32::from_str_radix(text, radix).ok())
    };
    let character = |digits: usize| {
        let c = number(1, digits, 16).and_then(char::from_u32);
        c.map_or((b"\\".to_vec(), 0), |c| (c.to_string().into_bytes(), 1 + digits))
    };
    match text.as_bytes().first() {
        Some(b'a') => (vec![7], 1),
        Some(b'b') => (vec![8], 1),
        Some(b'f') => (vec![12], 1),
        Some(b'n') => (vec![b'\n'], 1),
        Some(b'r') => (vec![b'\r'], 1),
        Some(b't') => (vec![b'\t'], 1),
        Some(b'v') => (vec![11], 1),
        Some(c @ (b'"' | b'\\' | b'\'')) => (vec![*c], 1),
        Some(b'x') => number(1, 2, 16).map_or((b"\\".to_vec(), 0), |n| (vec![n as u8], 3)),
        Some(b'u') => character(4),
        Some(b'U') => character(8),
        _ => (b"\\".to_vec(), 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_quoted_as_go_does() {
        for (name, quoted) in [
            (b"plain.txt".as_slice(), "plain.txt"),
            (b"a\"b\\c", "a\\\"b\\\\c"),
            (b"line\nfeed\x01", "line\\nfeed\\x01"),
            ("住民台帳".as_bytes(), "住民台帳"),
            (b"\xff\xfe", "\\xff\\xfe"),
            ("a\u{a0}b\u{200b}".as_bytes(), "a\\u00a0b\\u200b"),
        ] {
            assert_eq!(quote(name), quoted);
            assert_eq!(unquote(quoted), name);
        }
    }

    proptest! {
        #[test]
        fn every_name_survives(name in prop::collection::vec(1u8.., 0..40)) {
            prop_assert_eq!(unquote(&quote(&name)), name);
        }

        #[test]
        fn no_quoted_text_panics(text in "(\\\\|x|u|U|[0-9a-f]|\\PC){0,30}") {
            unquote(&text);
        }

        #[test]
        fn no_tree_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = serde_json::from_slice::<Tree>(&bytes);
        }
    }
}
