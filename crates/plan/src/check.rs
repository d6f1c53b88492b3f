//! From nodes to the canonical tree, by the table of the language: every mistake is a diagnostic with its place, and
//! what is well formed is kept. Units, order of sets and short forms are made alike here, so that digests do not depend
//! on spelling.

use std::sync::Arc;

use base::units::half_width;
use base::{Arg, Bytes, Frequency, Id, Length, Message, Rate, Span, UnitError};

use crate::diagnostic::{Diagnostic, Mark};
use crate::language::{COMMON, Key, Kind, Shape};
use crate::near::nearest;
use crate::places::{Path, Places};
use crate::tree::{Map, Tree, tree};
use crate::yaml::{Node, Value};

/// A reference found, to be resolved when all ids are known.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    pub(crate) id: Arc<str>,
    pub(crate) kinds: &'static [Kind],
    pub(crate) mark: Mark,
}

/// Checks nodes; collects diagnostics, references and places.
#[derive(Debug, Default)]
pub(crate) struct Checker {
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) references: Vec<Reference>,
    pub(crate) places: Places,
    /// Names used for hours, to be looked up in `calendars`.
    pub(crate) calendars: Vec<(Arc<str>, Mark)>,
}

/// Words that stand for what is known about a value.
pub(crate) const UNKNOWN: &str = "unknown";

/// Words that mean something wherever an id may stand.
const RESERVED: [&str; 4] = [UNKNOWN, "none", "any", "all"];

impl Checker {
    /// Whether so many mistakes were found that no more are told.
    pub(crate) fn is_full(&self) -> bool {
        self.diagnostics.len() > crate::reading::MOST_MISTAKES
    }

    pub(crate) fn error(&mut self, code: &'static str, mark: Mark, message: Message, help: Option<Message>) {
        if self.is_full() {
            return;
        }
        self.diagnostics.push(Diagnostic { help, ..Diagnostic::error(code, mark, message) });
    }

    pub(crate) fn wrong_type(&mut self, node: &Node, wanted: &'static str) -> Tree {
        let message = Message::new("plan-wrong-type")
            .with("wanted", Message::new(wanted))
            .with("found", Message::new(found(node)));
        let example = |fix: &str| Message::new("plan-for-example").with("fix", fix);
        let help = node.text().and_then(full_width).or_else(|| Some(example(example_of(wanted)?)));
        self.error("wrong-type", node.mark, message, help);
        Tree::Null
    }

    /// The value behind a key.
    pub(crate) fn shape(&mut self, node: &Node, shape: &'static Shape, path: Path) -> Tree {
        self.places.note(path, node.mark);
        let kept = matches!(shape, Shape::Text | Shape::Any | Shape::Special(_));
        if node.plain() == Some(UNKNOWN) && !kept {
            return tree!(UNKNOWN);
        }
        match shape {
            Shape::Text => self.text(node),
            Shape::Flag => self.flag(node),
            Shape::Count => self.count(node),
            Shape::Share => self.share(node),
            Shape::Span => self.unit(node, "plan-a-span", |text| Span::parse(text).map(Span::as_millis)),
            Shape::Bytes => self.unit(node, "plan-a-size", |text| Bytes::parse(text).map(|bytes| bytes.0)),
            Shape::Rate => self.unit(node, "plan-a-rate", |text| Rate::parse(text).map(|rate| rate.0)),
            Shape::Length => {
                self.unit(node, "plan-a-length", |text| Length::parse(text).map(|length| length.0))
            }
            Shape::Frequency => {
                let often = |text: &str| Frequency::parse(text).map(|often| often.0);
                self.unit(node, "plan-a-frequency", often)
            }
            Shape::Money => self.money(node),
            Shape::Hours => self.hours(node),
            Shape::Any => anything(node),
            Shape::Word(words) => self.word(node, words),
            Shape::Id(kinds) => self.reference(node, kinds),
            Shape::Set(inner) => self.set(node, inner, path),
            Shape::List(inner) => self.list(node, inner, path),
            Shape::Fact(inner) => self.fact(node, inner, path),
            Shape::Record(keys) => self.record(node, &[keys], path),
            Shape::Short(key, keys) => self.short(node, key, keys, path),
            Shape::Map(key, value) => self.map(node, key, value, path),
            Shape::Special(special) => self.special(node, *special, path),
        }
    }

    fn text(&mut self, node: &Node) -> Tree {
        match node.text() {
            Some(_) => tree!(node.shared()),
            None => self.wrong_type(node, "plan-a-text"),
        }
    }

    fn flag(&mut self, node: &Node) -> Tree {
        match node.plain() {
            Some("true") => tree!(true),
            Some("false") => tree!(false),
            Some("yes" | "on") => {
                let help = Message::new("plan-flag-help").with("fix", "true");
                self.error("wrong-type", node.mark, Message::new("plan-flag"), Some(help));
                tree!(true)
            }
            _ => self.wrong_type(node, "plan-a-flag"),
        }
    }

    fn count(&mut self, node: &Node) -> Tree {
        let text = node.text().unwrap_or_default();
        let plain: String = text.chars().map(half_width).filter(|c| *c != ',').collect();
        match plain.parse::<u32>() {
            Ok(n) if plain == text => tree!(n),
            Ok(n) => {
                self.spelling(node, &n.to_string());
                tree!(n)
            }
            Err(_) => self.wrong_type(node, "plan-a-count"),
        }
    }

    fn share(&mut self, node: &Node) -> Tree {
        let text: String = node.text().unwrap_or_default().chars().map(half_width).collect();
        let percent = text.strip_suffix('%').map(|percent| percent.trim().parse::<f64>());
        match (percent, text.parse::<f64>()) {
            (Some(Ok(percent)), _) if (0.0..=100.0).contains(&percent) => {
                if Some(text.as_str()) != node.text() || text.contains(' ') {
                    self.spelling(node, &text.replace(' ', ""));
                }
                tree!(percent / 100.0)
            }
            (Some(Ok(_)), _) => {
                let message = Message::new("plan-share-range").with("text", text);
                let help = Message::new("plan-for-example").with("fix", "50%");
                self.error("out-of-range", node.mark, message, Some(help));
                Tree::Null
            }
            (None, Ok(0.0)) => tree!(0.0),
            (None, Ok(number)) if number.is_finite() => self.bare(node, &share_fixes(number)),
            _ => self.wrong_type(node, "plan-a-share"),
        }
    }

    /// A number without the unit it needs.
    pub(crate) fn bare(&mut self, node: &Node, fixes: &[String]) -> Tree {
        let list: Vec<Arg> = fixes.iter().cloned().map(Arg::Text).collect();
        let help = Message::new("plan-missing-unit-help").with("fixes", list);
        let message = Message::new("plan-missing-unit").with("text", node.text().unwrap_or_default());
        self.error("missing-unit", node.mark, message, Some(help));
        Tree::Null
    }

    pub(crate) fn spelling(&mut self, node: &Node, fix: &str) {
        let text = node.text().unwrap_or_default();
        let help = Message::new("plan-write").with("fix", fix);
        self.error(
            "odd-spelling",
            node.mark,
            Message::new("plan-odd-spelling").with("text", text),
            Some(help),
        );
    }

    fn unit(
        &mut self,
        node: &Node,
        wanted: &'static str,
        parse: impl Fn(&str) -> Result<u64, UnitError>,
    ) -> Tree {
        let Some(text) = node.text() else { return self.wrong_type(node, wanted) };
        let wanted_text = Message::new(wanted);
        match parse(text) {
            Ok(value) => tree!(value),
            Err(UnitError::Spelling { fix }) => {
                self.spelling(node, &fix);
                parse(&fix).map_or(Tree::Null, |value| tree!(value))
            }
            Err(UnitError::MissingUnit { fixes, .. }) => self.bare(node, &fixes),
            Err(UnitError::UnknownUnit { unit, fix }) => {
                let help = match fix {
                    Some(fix) => writing(&fix),
                    None => Message::new("plan-units").with("wanted", wanted_text),
                };
                let message = Message::new("plan-unknown-unit").with("unit", unit).with("text", text);
                self.error("unknown-unit", node.mark, message, Some(help));
                Tree::Null
            }
            Err(UnitError::NotANumber) => self.wrong_type(node, wanted),
        }
    }

    fn word(&mut self, node: &Node, words: &[&str]) -> Tree {
        let text = node.text().unwrap_or_default();
        if words.contains(&text) {
            return tree!(node.shared());
        }
        let list: Vec<Arg> = words.iter().map(|word| Arg::from(*word)).collect();
        let help = match nearest(text, words.iter().copied()) {
            Some(near) => Message::new("plan-did-you-mean").with("near", near),
            None => Message::new("plan-one-of").with("list", list.clone()),
        };
        let message = Message::new("plan-unknown-word").with("text", text).with("list", list);
        self.error("unknown-word", node.mark, message, Some(help));
        Tree::Null
    }

    /// The id of a thing, resolved later.
    pub(crate) fn reference(&mut self, node: &Node, kinds: &'static [Kind]) -> Tree {
        let Some(id) = node.shared() else { return self.wrong_type(node, "plan-an-id") };
        self.references.push(Reference { id: Arc::clone(id), kinds, mark: node.mark });
        tree!(id)
    }

    /// One or several, in any order. A list that holds `unknown` is not complete.
    fn set(&mut self, node: &Node, inner: &'static Shape, path: Path) -> Tree {
        let items: &[Node] = match &node.value {
            Value::List(items) => items,
            Value::Null => return Tree::Null,
            _ => std::slice::from_ref(node),
        };
        let path = path.and("[]");
        let read = items.iter().map(|item| match item.plain() {
            Some(UNKNOWN) => tree!(UNKNOWN),
            _ => self.shape(item, inner, path),
        });
        let mut items: Vec<Tree> = read.collect();
        items.retain(|item| !item.is_null());
        sort(&mut items);
        items.dedup();
        Tree::List(items)
    }

    fn list(&mut self, node: &Node, inner: &'static Shape, path: Path) -> Tree {
        let Value::List(items) = &node.value else { return self.wrong_type(node, "plan-a-list") };
        let items =
            items.iter().enumerate().map(|(n, item)| self.shape(item, inner, path.child(&n.to_string())));
        Tree::List(items.filter(|item| !item.is_null()).collect())
    }

    /// A map with known keys. Unknown ones are reported, with the nearest known one.
    pub(crate) fn record(&mut self, node: &Node, keys: &[&'static [Key]], path: Path) -> Tree {
        let Value::Map(entries) = &node.value else {
            return if matches!(node.value, Value::Null) {
                tree!({})
            } else {
                self.wrong_type(node, "plan-a-map")
            };
        };
        let mut out = Map::with_room(entries.len());
        for (name, value) in entries.iter() {
            let Some(text) = name.text() else { continue };
            match keys.iter().copied().flatten().find(|key| key.name == text) {
                Some(key) => {
                    let inner = self.shape(value, &key.shape, path.child(text));
                    if !inner.is_null() {
                        out.insert(key.name, inner);
                    }
                }
                None => self.unknown_key(name, keys.iter().copied().flatten().map(|key| key.name)),
            }
        }
        Tree::Map(out)
    }

    pub(crate) fn unknown_key<'k>(&mut self, key: &Node, known: impl Iterator<Item = &'k str>) {
        if self.is_full() {
            return;
        }
        let text = key.text().unwrap_or_default();
        let known: Vec<&str> = known.collect();
        let plain: String = text.chars().map(half_width).collect();
        let near = known.iter().find(|name| **name == plain.trim()).copied();
        let near = near.or_else(|| nearest(text, known.iter().copied()));
        let help = match (full_width(text), near) {
            _ if text == "disputed" => Message::new("plan-wrong-form-disputed"),
            (Some(help), _) => help,
            (None, Some(near)) => Message::new("plan-did-you-mean").with("near", near),
            (None, None) => Message::new("plan-known-keys")
                .with("list", known.iter().map(|k| Arg::from(*k)).collect::<Vec<_>>()),
        };
        let message = Message::new("plan-unknown-key").with("key", text);
        self.error("unknown-key", key.mark, message, Some(help));
    }

    /// A table of things of one kind: id to record.
    pub(crate) fn things(&mut self, node: &Node, kind: Kind) -> Vec<(Id, Tree, Mark)> {
        let mut out = Vec::with_capacity(node.entries().len());
        if !matches!(node.value, Value::Map(_) | Value::Null) {
            self.wrong_type(node, "plan-a-table");
        }
        for (name, value) in node.entries() {
            let id = name.text().unwrap_or_default();
            if !Id::is_valid(id) || RESERVED.contains(&id) {
                let help = if RESERVED.contains(&id) { "plan-reserved-id-help" } else { "plan-bad-id-help" };
                let help = Message::new(help);
                self.error("bad-id", name.mark, Message::new("plan-bad-id").with("id", id), Some(help));
                continue;
            }
            let path = Path::of(kind.table()).child(id);
            self.places.insert(path, name.mark);
            let record = self.record(value, &[crate::language::keys(kind), COMMON], path);
            out.extend(name.shared().map(|id| (Id::shared(id), record, name.mark)));
        }
        out
    }
}

/// Brings parts whose order does not matter into the one that digests count on: that of their JSON.
pub(crate) fn sort(items: &mut [Tree]) {
    if items.len() > 1 {
        items.sort_by_cached_key(ToString::to_string);
    }
}

/// The fix for a misspelt unit. Sizes have two units each of which may be meant.
fn writing(fix: &str) -> Message {
    let binary = fix.strip_suffix('B').filter(|head| head.ends_with(['k', 'K', 'M', 'G', 'T', 'P']));
    match binary {
        Some(head) => {
            let binary = format!("{}iB", head.replace('k', "K"));
            Message::new("plan-decimal-or-binary").with("decimal", fix).with("binary", binary)
        }
        None => Message::new("plan-write").with("fix", fix),
    }
}

/// What may be written, where the name of the type does not show it.
fn example_of(wanted: &str) -> Option<&'static str> {
    Some(match wanted {
        "plan-a-list" => "[a, b]",
        "plan-a-map" => "{ key: value }",
        "plan-a-table" => "hall: { in: jp/iwate }",
        "plan-a-text" => "a few words",
        "plan-a-count" => "3",
        "plan-a-share" => "50%",
        "plan-a-flag" => "true",
        "plan-a-span" => "4h",
        "plan-a-size" => "40GiB",
        "plan-a-rate" => "100Mbps",
        "plan-a-length" => "60km",
        "plan-a-frequency" => "1 in 30 years",
        "plan-a-sum" => "50M JPY",
        "plan-hours" => "mon-fri 8:30-17:15",
        "plan-a-moment" => "fri 17:15",
        "plan-an-id" => "server",
        "plan-a-fact" => "2h..8h",
        "plan-a-need" => "{ any: [lan-a, lan-b] }",
        "plan-a-position" => "{ lat: 39.7, lon: 141.1 }",
        "plan-a-command" => "[pg_dump, --file, dump.sql, erp]",
        "plan-objectives" => "{ failure: { rto: 4h }, disaster: { rto: 3d } }",
        "plan-a-dispute" => "{ disputed: { text: 6, table: 0 } }",
        _ => return None,
    })
}

/// What a bare number may mean as a share.
fn share_fixes(number: f64) -> Vec<String> {
    let percent = format!("{number}%");
    let whole = format!("{}%", number * 100.0);
    match number {
        1.0 => vec![whole, percent],
        n if (0.0..1.0).contains(&n) => vec![whole],
        n if (0.0..=100.0).contains(&n) => vec![percent],
        _ => vec!["50%".to_owned()],
    }
}

/// A full-width colon or space, which YAML takes for part of a word.
pub(crate) fn full_width(text: &str) -> Option<Message> {
    text.contains(['：', '\u{3000}']).then(|| Message::new("plan-full-width-help"))
}

fn found(node: &Node) -> &'static str {
    match &node.value {
        Value::Null => "plan-found-nothing",
        Value::Scalar { .. } => "plan-found-text",
        Value::List(_) => "plan-found-list",
        Value::Map(_) => "plan-found-map",
    }
}

/// A node as it is, for keys that are kept and not used. Quantities are made alike, so that digests hold.
pub(crate) fn anything(node: &Node) -> Tree {
    match &node.value {
        Value::Null => Tree::Null,
        Value::Scalar { text, plain: true } => match (Span::parse(text), Bytes::parse(text)) {
            (Ok(span), _) => tree!({ "span": span.as_millis() }),
            (_, Ok(bytes)) => tree!({ "bytes": bytes.0 }),
            _ => tree!(text),
        },
        Value::Scalar { text, .. } => tree!(text),
        Value::List(items) => Tree::List(items.iter().map(anything).collect()),
        Value::Map(entries) => {
            Tree::Map(entries.iter().map(|(key, value)| (key.word(), anything(value))).collect())
        }
    }
}
