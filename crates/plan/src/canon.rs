//! Digests of parts of a plan, over their canonical form.

use std::collections::BTreeMap;

use base::Id;
use serde::ser::{Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::assemble::Tables;
use crate::language::Kind;
use crate::tree::{Map, Tree};

/// Keys that say something about a thing without changing it.
const COMMENTS: [&str; 7] = ["cost", "owner", "source", "review", "note", "tested", "title"];

/// A whole plan in canonical form.
#[derive(Debug)]
pub(crate) struct Canon {
    /// Keys of the plan itself.
    pub(crate) top: Map,
    /// The things.
    pub(crate) tables: Tables,
}

impl Canon {
    /// SHA-256, hexadecimal, over the JSON of these parts; if so asked, only of what is no comment in them. A part that
    /// is not there is null.
    pub(crate) fn digest(&self, paths: &[String], facts: bool) -> String {
        let shown = |path: &str| Shown { part: self.part(path).unwrap_or(Part::Tree(&Tree::Null)), facts };
        let parts: BTreeMap<&str, Shown<'_>> =
            paths.iter().map(|path| (path.as_str(), shown(path))).collect();
        let text = serde_json::to_string(&parts).unwrap_or_default();
        Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn part(&self, path: &str) -> Option<Part<'_>> {
        if path.is_empty() {
            return Some(Part::Whole(self));
        }
        let (head, rest) = path.split_once('.').unwrap_or((path, ""));
        let things = Kind::TABLES.iter().find(|(table, _)| *table == head);
        let found = match things.and_then(|(_, kind)| self.tables.get(kind)) {
            Some(things) if rest.is_empty() => return Some(Part::Table(things)),
            Some(things) => longest(rest, |id| things.get(id)),
            None => longest(path, |key| self.top.get(key)),
        };
        found.map(Part::Tree)
    }

    /// Keys of the plan and tables of things, in one order.
    fn parts(&self) -> BTreeMap<&str, Part<'_>> {
        let top = self.top.iter().map(|(key, value)| (&**key, Part::Tree(value)));
        top.chain(self.tables.iter().map(|(kind, things)| (kind.table(), Part::Table(things)))).collect()
    }
}

/// The part behind a path. Ids may hold dots, so the longest key that fits is tried first.
fn longest<'c>(path: &str, get: impl Fn(&str) -> Option<&'c Tree>) -> Option<&'c Tree> {
    let mut end = path.len();
    loop {
        let (head, rest) = (&path[..end], path[end..].strip_prefix('.').unwrap_or(""));
        if let Some(found) = get(head).and_then(|inner| part(inner, rest)) {
            return Some(found);
        }
        end = path[..end].rfind('.')?;
    }
}

/// A part of a tree. Items of lists are known by name, or by where they go.
fn part<'c>(tree: &'c Tree, path: &str) -> Option<&'c Tree> {
    let named = |item: &&Tree, name: &str| {
        ["name", "to"].iter().any(|key| item.get(key).and_then(Tree::as_str) == Some(name))
    };
    match tree {
        _ if path.is_empty() => Some(tree),
        Tree::List(items) => longest(path, |name| items.iter().find(|item| named(item, name))),
        other => longest(path, |key| other.get(key)),
    }
}

#[derive(Clone, Copy)]
enum Part<'c> {
    Whole(&'c Canon),
    Table(&'c BTreeMap<Id, Tree>),
    Tree(&'c Tree),
}

/// A part on its way into a digest.
struct Shown<'c> {
    part: Part<'c>,
    facts: bool,
}

impl<'c> Shown<'c> {
    /// The entries of a map, without comments if only facts are asked for.
    fn map<S: Serializer>(
        &self,
        to: S,
        entries: impl Iterator<Item = (&'c str, Part<'c>)>,
    ) -> Result<S::Ok, S::Error> {
        let facts = self.facts;
        let kept = entries.filter(|(key, _)| !(facts && COMMENTS.contains(key)));
        to.collect_map(kept.map(|(key, part)| (key, Shown { part, facts })))
    }
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let facts = self.facts;
        match self.part {
            Part::Whole(canon) => self.map(to, canon.parts().into_iter()),
            Part::Table(things) => {
                self.map(to, things.iter().map(|(id, thing)| (id.as_str(), Part::Tree(thing))))
            }
            Part::Tree(Tree::Map(map)) => {
                self.map(to, map.iter().map(|(key, value)| (&**key, Part::Tree(value))))
            }
            Part::Tree(Tree::List(items)) => {
                to.collect_seq(items.iter().map(|item| Shown { part: Part::Tree(item), facts }))
            }
            Part::Tree(other) => other.serialize(to),
        }
    }
}
