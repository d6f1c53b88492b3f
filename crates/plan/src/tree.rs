//! The canonical tree of a plan: what its text says once units, short forms and the order of keys are made alike.
//!
//! It is JSON in memory, kept small, since large plans have millions of values: texts are shared with the nodes they
//! were read from, and a map is a sorted list.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use serde::ser::{Serialize, SerializeMap, Serializer};

/// A part of a plan in canonical form.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Tree {
    #[default]
    Null,
    Flag(bool),
    Whole(u64),
    Number(f64),
    Text(Arc<str>),
    List(Vec<Tree>),
    Map(Map),
}

/// Keys in order, each once.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Map(Vec<(Word, Tree)>);

/// A key: one of the language, or one of the plan's own.
#[derive(Clone, Debug)]
pub(crate) enum Word {
    Known(&'static str),
    Own(Arc<str>),
}

/// A tree from something like JSON: `tree!({ "is": value })`, `tree!([low, high])`, `tree!(value)`.
macro_rules! tree {
    ({ $($key:literal: $value:expr),* $(,)? }) => {
        $crate::tree::Tree::Map($crate::tree::Map::of([$(($key, $crate::tree::Tree::from($value))),*]))
    };
    ([ $($item:expr),* $(,)? ]) => {
        $crate::tree::Tree::List(vec![$($crate::tree::Tree::from($item)),*])
    };
    ($value:expr) => {
        $crate::tree::Tree::from($value)
    };
}
pub(crate) use tree;

impl Tree {
    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Tree::Null)
    }

    pub(crate) fn is_map(&self) -> bool {
        matches!(self, Tree::Map(_))
    }

    pub(crate) fn is_list(&self) -> bool {
        matches!(self, Tree::List(_))
    }

    pub(crate) fn text(&self) -> Option<&Arc<str>> {
        match self {
            Tree::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        self.text().map(|text| &**text)
    }

    pub(crate) fn as_bool(&self) -> Option<bool> {
        match self {
            Tree::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    pub(crate) fn as_u64(&self) -> Option<u64> {
        match self {
            Tree::Whole(number) => Some(*number),
            _ => None,
        }
    }

    pub(crate) fn as_f64(&self) -> Option<f64> {
        match self {
            Tree::Whole(number) => Some(*number as f64),
            Tree::Number(number) => Some(*number),
            _ => None,
        }
    }

    pub(crate) fn as_list(&self) -> Option<&[Tree]> {
        match self {
            Tree::List(items) => Some(items),
            _ => None,
        }
    }

    pub(crate) fn as_map(&self) -> Option<&Map> {
        match self {
            Tree::Map(map) => Some(map),
            _ => None,
        }
    }

    pub(crate) fn as_map_mut(&mut self) -> Option<&mut Map> {
        match self {
            Tree::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The value behind a key; nothing if this is no map.
    pub(crate) fn get(&self, key: &str) -> Option<&Tree> {
        self.as_map()?.get(key)
    }

    /// An item, counted from 0; nothing if this is no list.
    pub(crate) fn at(&self, index: usize) -> Option<&Tree> {
        self.as_list()?.get(index)
    }
}

impl Map {
    pub(crate) fn new() -> Map {
        Map::default()
    }

    /// An empty map with room for so many keys.
    pub(crate) fn with_room(keys: usize) -> Map {
        Map(Vec::with_capacity(keys))
    }

    /// A map of these keys.
    pub(crate) fn of<const N: usize>(entries: [(&'static str, Tree); N]) -> Map {
        entries.into_iter().collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn find(&self, key: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(own, _)| (**own).cmp(key))
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Tree> {
        self.find(key).ok().map(|at| &self.0[at].1)
    }

    pub(crate) fn contains_key(&self, key: &str) -> bool {
        self.find(key).is_ok()
    }

    /// Puts a value behind a key, in place of any other.
    pub(crate) fn insert(&mut self, key: impl Into<Word>, value: Tree) {
        let key = key.into();
        match self.find(&key) {
            Ok(at) => self.0[at].1 = value,
            Err(at) => self.0.insert(at, (key, value)),
        }
    }

    pub(crate) fn remove(&mut self, key: &str) -> Option<Tree> {
        let at = self.find(key).ok()?;
        Some(self.0.remove(at).1)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Word, &Tree)> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(key, _)| &**key)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &Tree> {
        self.0.iter().map(|(_, value)| value)
    }
}

impl IntoIterator for Map {
    type Item = (Word, Tree);
    type IntoIter = std::vec::IntoIter<(Word, Tree)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<K: Into<Word>> Extend<(K, Tree)> for Map {
    fn extend<I: IntoIterator<Item = (K, Tree)>>(&mut self, entries: I) {
        entries.into_iter().for_each(|(key, value)| self.insert(key, value));
    }
}

/// Of a key that occurs more than once, the last value is kept.
impl<K: Into<Word>> FromIterator<(K, Tree)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, Tree)>>(entries: I) -> Map {
        let mut all: Vec<(Word, Tree)> =
            entries.into_iter().map(|(key, value)| (key.into(), value)).collect();
        if all.len() > 1 {
            all.reverse();
            all.sort_by(|a, b| a.0.cmp(&b.0));
            all.dedup_by(|a, b| a.0 == b.0);
        }
        Map(all)
    }
}

impl Deref for Word {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Word::Known(text) => text,
            Word::Own(text) => text,
        }
    }
}

impl PartialEq for Word {
    fn eq(&self, other: &Word) -> bool {
        **self == **other
    }
}

impl Eq for Word {}

impl PartialOrd for Word {
    fn partial_cmp(&self, other: &Word) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Word {
    fn cmp(&self, other: &Word) -> std::cmp::Ordering {
        (**self).cmp(&**other)
    }
}

impl From<&'static str> for Word {
    fn from(text: &'static str) -> Word {
        Word::Known(text)
    }
}

impl From<Arc<str>> for Word {
    fn from(text: Arc<str>) -> Word {
        Word::Own(text)
    }
}

impl From<String> for Word {
    fn from(text: String) -> Word {
        Word::Own(Arc::from(text))
    }
}

macro_rules! tree_from {
    ($($from:ty, $value:ident => $tree:expr;)*) => {
        $(impl From<$from> for Tree {
            fn from($value: $from) -> Tree {
                $tree
            }
        })*
    };
}

tree_from! {
    bool, flag => Tree::Flag(flag);
    u64, number => Tree::Whole(number);
    u32, number => Tree::Whole(u64::from(number));
    // JSON has no other numbers.
    f64, number => if number.is_finite() { Tree::Number(number) } else { Tree::Null };
    &str, text => Tree::Text(Arc::from(text));
    String, text => Tree::Text(Arc::from(text));
    Cow<'_, str>, text => Tree::Text(Arc::from(text));
    Arc<str>, text => Tree::Text(text);
    &Arc<str>, text => Tree::Text(Arc::clone(text));
    Map, map => Tree::Map(map);
}

impl<T: Into<Tree>> From<Vec<T>> for Tree {
    fn from(items: Vec<T>) -> Tree {
        Tree::List(items.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Tree>, const N: usize> From<[T; N]> for Tree {
    fn from(items: [T; N]) -> Tree {
        Tree::List(items.map(Into::into).into())
    }
}

impl<T: Into<Tree>> From<Option<T>> for Tree {
    fn from(value: Option<T>) -> Tree {
        value.map_or(Tree::Null, Into::into)
    }
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Tree::Null => to.serialize_unit(),
            Tree::Flag(flag) => to.serialize_bool(*flag),
            Tree::Whole(number) => to.serialize_u64(*number),
            Tree::Number(number) => to.serialize_f64(*number),
            Tree::Text(text) => to.serialize_str(text),
            Tree::List(items) => to.collect_seq(items),
            Tree::Map(map) => {
                let mut out = to.serialize_map(Some(map.len()))?;
                for (key, value) in map.iter() {
                    out.serialize_entry(&**key, value)?;
                }
                out.end()
            }
        }
    }
}

/// As JSON.
impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_are_sorted_and_hold_a_key_once() {
        let map: Map = [("b", tree!(1u64)), ("a", tree!("x")), ("b", tree!(2u64))].into_iter().collect();
        assert_eq!(Tree::Map(map.clone()).to_string(), r#"{"a":"x","b":2}"#);
        let mut again = Map::new();
        again.extend([("b", tree!(2u64)), ("a", tree!("x"))]);
        assert_eq!(again, map);
        assert_eq!(again.remove("a"), Some(tree!("x")));
        assert!(!again.contains_key("a") && again.get("b").is_some());
    }

    #[test]
    fn its_text_is_that_of_json() {
        let tree = tree!({ "n": 0.5, "one": 1.0, "none": f64::NAN, "text": "\"\u{7}町", "all": tree!([true, 3u32]) });
        let json = serde_json::json!({ "n": 0.5, "one": 1.0, "none": f64::NAN, "text": "\"\u{7}町", "all": [true, 3] });
        assert_eq!(tree.to_string(), json.to_string());
    }
}
