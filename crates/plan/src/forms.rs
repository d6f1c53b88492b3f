//! What may be known about a value: ranges, likely values, one for each class of loss, contradicting sources; and the
//! short forms that stand for a whole record.

use std::sync::Arc;

use base::Message;

use crate::check::{Checker, UNKNOWN};
use crate::language::{Key, Shape};
use crate::places::Path;
use crate::tree::{Map, Tree, Word, tree};
use crate::yaml::{Node, Value};

const VARIES: &[&str] = &["min", "likely", "max"];
const CLASSES: &[&str] = &["failure", "disaster"];
const DISPUTED: &[&str] = &["disputed"];

/// The form a map takes, if it is one of those every value may have.
pub(crate) fn form(entries: &[(Node, Node)]) -> Option<&'static [&'static str]> {
    let has =
        |form: &[&str]| entries.iter().any(|(key, _)| key.text().is_some_and(|key| form.contains(&key)));
    [VARIES, CLASSES, DISPUTED].into_iter().find(|form| has(form))
}

impl Checker {
    /// A value, or what is known about it.
    pub(crate) fn fact(&mut self, node: &Node, inner: &'static Shape, path: Path) -> Tree {
        let word = matches!(inner, Shape::Word(words) if words.contains(&"none"));
        match (&node.value, node.plain()) {
            (Value::Null, _) => Tree::Null,
            (_, Some(UNKNOWN | "some")) => tree!(UNKNOWN),
            (_, Some("none")) if !word => tree!("none"),
            (Value::Map(entries), _) => match form(entries) {
                Some(form) => self.form(node, entries, form, inner, path),
                None => self.other_map(node, entries, inner, path),
            },
            (_, Some(text)) if text.contains("..") => self.range(node, text, inner, path),
            _ => self.exact(node, inner, path),
        }
    }

    fn exact(&mut self, node: &Node, inner: &'static Shape, path: Path) -> Tree {
        match self.shape(node, inner, path) {
            Tree::Null => tree!(UNKNOWN),
            value => tree!({ "is": value }),
        }
    }

    fn range(&mut self, node: &Node, text: &str, inner: &'static Shape, path: Path) -> Tree {
        let (low, high) = text.split_once("..").unwrap_or((text, ""));
        let known = |end: &'_ str| if end.trim() == UNKNOWN { String::new() } else { end.trim().to_owned() };
        let (low, high) = (known(low), known(high));
        let end =
            |text: String| Node { mark: node.mark, value: Value::Scalar { text: text.into(), plain: true } };
        // The currency stands once, at the end: 150M..200M JPY.
        let currency = match (inner, high.split_once(' ')) {
            (Shape::Money, Some((_, unit))) if !low.is_empty() && !low.contains(' ') => format!(" {unit}"),
            _ => String::new(),
        };
        let least = if low.is_empty() {
            tree!(0u64)
        } else {
            self.shape(&end(format!("{low}{currency}")), inner, path)
        };
        let most = if high.is_empty() { Tree::Null } else { self.shape(&end(high.to_owned()), inner, path) };
        if backwards(&least, &most) {
            let message = Message::new("plan-range-backwards").with("text", text);
            let help = Message::new("plan-write").with("fix", format!("{high}..{low}"));
            self.error("out-of-range", node.mark, message, Some(help));
        }
        if least.is_null() { tree!(UNKNOWN) } else { tree!({ "range": [least, most] }) }
    }

    fn form(
        &mut self,
        node: &Node,
        entries: &[(Node, Node)],
        form: &'static [&'static str],
        inner: &'static Shape,
        path: Path,
    ) -> Tree {
        let mut out = Map::new();
        for (key, value) in entries {
            let name = key.text().unwrap_or_default();
            if !form.contains(&name) {
                self.unknown_key(key, form.iter().copied());
                continue;
            }
            let read = match name {
                "disputed" => self.disputed(value, inner, path),
                "min" | "likely" | "max" => self.shape(value, inner, path),
                _ => self.fact(value, inner, path),
            };
            out.insert(key.word(), read);
        }
        if form == VARIES {
            self.likely(node, &out);
        }
        Tree::Map(out)
    }

    /// What each source says.
    fn disputed(&mut self, node: &Node, inner: &'static Shape, path: Path) -> Tree {
        if node.entries().len() < 2 {
            return self.wrong_type(node, "plan-a-dispute");
        }
        let said =
            node.entries().iter().map(|(source, value)| (source.word(), self.fact(value, inner, path)));
        Tree::Map(said.collect())
    }

    /// All three, in this order.
    fn likely(&mut self, node: &Node, out: &Map) {
        let found = |key: &str| out.get(key).cloned().unwrap_or_default();
        let missing = VARIES.iter().find(|key| !out.contains_key(key));
        if let Some(missing) = missing {
            let message = Message::new("plan-likely-incomplete").with("key", *missing);
            self.error("missing-key", node.mark, message, Some(Message::new("plan-likely-help")));
        } else if backwards(&found("min"), &found("likely")) || backwards(&found("likely"), &found("max")) {
            let help = Some(Message::new("plan-likely-help"));
            self.error("out-of-range", node.mark, Message::new("plan-likely-order"), help);
        }
    }

    /// A map that is none of the forms: what the shape itself makes of it, or a share repaired over time.
    fn other_map(
        &mut self,
        node: &Node,
        entries: &[(Node, Node)],
        inner: &'static Shape,
        path: Path,
    ) -> Tree {
        let curve = entries.iter().any(|(key, _)| key.text().is_some_and(|key| key.ends_with('%')));
        match inner {
            Shape::Record(_) => self.exact(node, inner, path),
            Shape::Span if curve => self.curve(node, entries, path),
            _ => self.wrong_type(node, "plan-a-fact"),
        }
    }

    /// `{ 50%: 1w, 100%: 1mo }`, the least share first.
    fn curve(&mut self, node: &Node, entries: &[(Node, Node)], path: Path) -> Tree {
        let mut points: Vec<(f64, u64)> = Vec::new();
        for (share, time) in entries {
            let share = self.shape(share, &Shape::Share, path).as_f64();
            let time = self.shape(time, &Shape::Span, path).as_u64();
            points.extend(share.zip(time));
        }
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        if points.windows(2).any(|pair| pair[0].1 > pair[1].1) {
            let help = Message::new("plan-for-example").with("fix", "{ 50%: 1w, 100%: 1mo }");
            self.error("out-of-range", node.mark, Message::new("plan-curve-backwards"), Some(help));
        }
        if points.is_empty() {
            tree!(UNKNOWN)
        } else {
            {
                let points = points.into_iter().map(|(share, time)| tree!([share, time]));
                tree!({ "curve": points.collect::<Vec<_>>() })
            }
        }
    }

    /// A record, or the value of one of its keys standing for the whole.
    pub(crate) fn short(
        &mut self,
        node: &Node,
        short: &'static str,
        keys: &'static [Key],
        path: Path,
    ) -> Tree {
        let own = |entries: &[(Node, Node)]| {
            entries.iter().any(|(key, _)| keys.iter().any(|known| Some(known.name) == key.text()))
        };
        let written_out =
            matches!(&node.value, Value::Map(entries) if own(entries) || form(entries).is_none());
        if written_out || matches!(node.value, Value::Null) {
            return self.record(node, &[keys], path);
        }
        let Some(key) = keys.iter().find(|key| key.name == short) else { return Tree::Null };
        match self.shape(node, &key.shape, path.child(short)) {
            Tree::Null => Tree::Null,
            value => Tree::Map(Map::of([(short, value)])),
        }
    }

    /// A map with keys of the plan's own.
    pub(crate) fn map(
        &mut self,
        node: &Node,
        key: &'static Shape,
        value: &'static Shape,
        path: Path,
    ) -> Tree {
        match &node.value {
            Value::Map(_) => {}
            Value::Null => return Tree::Null,
            _ => return self.wrong_type(node, "plan-a-map"),
        }
        let mut out = Map::new();
        for (name, inner) in node.entries() {
            let path = path.child(name.text().unwrap_or_default());
            let name = self.shape(name, key, path);
            let inner = self.shape(inner, value, path);
            if !name.is_null() && !inner.is_null() {
                out.insert(
                    name.text()
                        .map_or_else(|| Word::from(name.to_string()), |name| Word::from(Arc::clone(name))),
                    inner,
                );
            }
        }
        Tree::Map(out)
    }
}

/// Whether two numbers, or two sums of money, stand in the wrong order.
fn backwards(low: &Tree, high: &Tree) -> bool {
    let number = |value: &Tree| value.as_f64().or_else(|| value.get("amount")?.as_f64());
    number(low).zip(number(high)).is_some_and(|(low, high)| low > high)
}
