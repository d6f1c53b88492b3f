//! What may be known about a value: ranges, likely values, one for each class of loss, contradicting sources; and the
//! short forms that stand for a whole record.

use base::Message;
use serde_json::{Map, Value as Json, json};

use crate::check::{Checker, UNKNOWN};
use crate::language::{Key, Shape};
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
    pub(crate) fn fact(&mut self, node: &Node, inner: &'static Shape, path: &str) -> Json {
        let word = matches!(inner, Shape::Word(words) if words.contains(&"none"));
        match (&node.value, node.plain()) {
            (Value::Null, _) => Json::Null,
            (_, Some(UNKNOWN | "some")) => json!(UNKNOWN),
            (_, Some("none")) if !word => json!("none"),
            (Value::Map(entries), _) => match form(entries) {
                Some(form) => self.form(node, entries, form, inner, path),
                None => self.other_map(node, entries, inner, path),
            },
            (_, Some(text)) if text.contains("..") => self.range(node, text, inner, path),
            _ => self.exact(node, inner, path),
        }
    }

    fn exact(&mut self, node: &Node, inner: &'static Shape, path: &str) -> Json {
        match self.shape(node, inner, path) {
            Json::Null => json!(UNKNOWN),
            value => json!({ "is": value }),
        }
    }

    fn range(&mut self, node: &Node, text: &str, inner: &'static Shape, path: &str) -> Json {
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
        let least =
            if low.is_empty() { json!(0) } else { self.shape(&end(format!("{low}{currency}")), inner, path) };
        let most = if high.is_empty() { Json::Null } else { self.shape(&end(high.to_owned()), inner, path) };
        if backwards(&least, &most) {
            let message = Message::new("plan-range-backwards").with("text", text);
            let help = Message::new("plan-write").with("fix", format!("{high}..{low}"));
            self.error("out-of-range", node.mark, message, Some(help));
        }
        if least.is_null() { json!(UNKNOWN) } else { json!({ "range": [least, most] }) }
    }

    fn form(
        &mut self,
        node: &Node,
        entries: &[(Node, Node)],
        form: &'static [&'static str],
        inner: &'static Shape,
        path: &str,
    ) -> Json {
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
            out.insert(name.to_owned(), read);
        }
        if form == VARIES {
            self.likely(node, &out);
        }
        Json::Object(out)
    }

    /// What each source says.
    fn disputed(&mut self, node: &Node, inner: &'static Shape, path: &str) -> Json {
        if node.entries().len() < 2 {
            return self.wrong_type(node, "plan-a-dispute");
        }
        let said = node.entries().iter().map(|(source, value)| {
            (source.text().unwrap_or_default().to_owned(), self.fact(value, inner, path))
        });
        Json::Object(said.collect())
    }

    /// All three, in this order.
    fn likely(&mut self, node: &Node, out: &Map<String, Json>) {
        let found = |key: &str| out.get(key).cloned().unwrap_or_default();
        let missing = VARIES.iter().find(|key| !out.contains_key(**key));
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
        path: &str,
    ) -> Json {
        let curve = entries.iter().any(|(key, _)| key.text().is_some_and(|key| key.ends_with('%')));
        match inner {
            Shape::Record(_) => self.exact(node, inner, path),
            Shape::Span if curve => self.curve(node, entries, path),
            _ => self.wrong_type(node, "plan-a-fact"),
        }
    }

    /// `{ 50%: 1w, 100%: 1mo }`, the least share first.
    fn curve(&mut self, node: &Node, entries: &[(Node, Node)], path: &str) -> Json {
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
        if points.is_empty() { json!(UNKNOWN) } else { json!({ "curve": points }) }
    }

    /// A record, or the value of one of its keys standing for the whole.
    pub(crate) fn short(&mut self, node: &Node, short: &str, keys: &'static [Key], path: &str) -> Json {
        let own = |entries: &[(Node, Node)]| {
            entries.iter().any(|(key, _)| keys.iter().any(|known| Some(known.name) == key.text()))
        };
        let written_out =
            matches!(&node.value, Value::Map(entries) if own(entries) || form(entries).is_none());
        if written_out || matches!(node.value, Value::Null) {
            return self.record(node, &[keys], path);
        }
        let Some(key) = keys.iter().find(|key| key.name == short) else { return Json::Null };
        match self.shape(node, &key.shape, &format!("{path}.{short}")) {
            Json::Null => Json::Null,
            value => json!({ short: value }),
        }
    }

    /// A map with keys of the plan's own.
    pub(crate) fn map(
        &mut self,
        node: &Node,
        key: &'static Shape,
        value: &'static Shape,
        path: &str,
    ) -> Json {
        match &node.value {
            Value::Map(_) => {}
            Value::Null => return Json::Null,
            _ => return self.wrong_type(node, "plan-a-map"),
        }
        let mut out = Map::new();
        for (name, inner) in node.entries() {
            let path = format!("{path}.{}", name.text().unwrap_or_default());
            let name = self.shape(name, key, &path);
            let inner = self.shape(inner, value, &path);
            if !name.is_null() && !inner.is_null() {
                out.insert(name.as_str().map_or_else(|| name.to_string(), str::to_owned), inner);
            }
        }
        Json::Object(out)
    }
}

/// Whether two numbers, or two sums of money, stand in the wrong order.
fn backwards(low: &Json, high: &Json) -> bool {
    let number = |value: &Json| value.as_f64().or_else(|| value.get("amount")?.as_f64());
    number(low).zip(number(high)).is_some_and(|(low, high)| low > high)
}
