//! `like` and `count` worked in: what stands once in a plan and is meant several times.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use base::{Arg, Message};

use crate::check::Checker;
use crate::near::Known;
use crate::yaml::{Node, Value};

/// Things that `count` may make in a whole plan.
pub(crate) const MOST_ALIKE: u32 = 10_000;
/// Things between one and the last that it is `like`.
const DEEPEST_LIKE: usize = 16;

/// The things of one kind, which others of that kind may be like.
pub(crate) struct Templates<'n> {
    all: HashMap<&'n str, &'n Node>,
    /// Their ids, for the case that one is misspelt.
    known: OnceCell<Known<'n>>,
}

impl<'n> Templates<'n> {
    pub(crate) fn new(tables: &[&'n Node]) -> Templates<'n> {
        let entries = || tables.iter().flat_map(|table| table.entries());
        let used = entries().any(|(_, value)| value.get("like").is_some());
        let things = entries().filter_map(|(key, value)| Some((key.text()?, value)));
        Templates { all: things.filter(|_| used).collect(), known: OnceCell::new() }
    }

    /// A table with all its things written out; `alike` is how many `count` may still make.
    pub(crate) fn expanded(&self, table: &'n Node, alike: &mut u32, checker: &mut Checker) -> Node {
        let short = |value: &Node| value.get("like").is_some() || value.get("count").is_some();
        if !table.entries().iter().any(|(_, value)| short(value)) {
            return table.clone();
        }
        let mut out = Vec::with_capacity(table.entries().len());
        for (key, value) in table.entries() {
            let value = self.liked(value, &mut vec![key.text().unwrap_or_default()], checker);
            let count = value.get("count").and_then(Node::text).and_then(|text| text.parse::<u32>().ok());
            match (count, key.text()) {
                (Some(n), Some(id)) if n <= *alike => {
                    *alike -= n;
                    out.extend((1..=n).map(|number| (numbered(key, id, number), value.clone())));
                }
                (Some(_), _) => {
                    let message = Message::new("plan-too-many").with("limit", u64::from(MOST_ALIKE));
                    let mark = value.get("count").map_or(value.mark, |count| count.mark);
                    let help = Some(Message::new("plan-too-many-help"));
                    checker.error("out-of-range", mark, message, help);
                }
                _ => out.push((key.clone(), value)),
            }
        }
        Node { mark: table.mark, value: Value::Map(Rc::from(out)) }
    }

    /// The keys of a thing and of what it is like.
    fn liked(&self, value: &'n Node, seen: &mut Vec<&'n str>, checker: &mut Checker) -> Node {
        let Some(like) = value.get("like") else { return value.clone() };
        let name = like.text().unwrap_or_default();
        if seen.len() > DEEPEST_LIKE {
            let message = Message::new("plan-like-too-deep").with("limit", DEEPEST_LIKE);
            let help = Some(Message::new("plan-like-circle-help"));
            checker.error("too-deep", like.mark, message, help);
            return value.clone();
        }
        if seen.contains(&name) {
            let circle = seen.iter().map(|id| Arg::from(*id)).collect::<Vec<_>>();
            let message = Message::new("plan-like-circle").with("circle", circle);
            let help = Some(Message::new("plan-like-circle-help"));
            checker.error("circular-need", like.mark, message, help);
            return value.clone();
        }
        let Some(other) = self.all.get(name) else {
            let near = self.known().nearest(name);
            let help = near.map(|near| Message::new("plan-did-you-mean").with("near", near));
            let message = Message::new("plan-dangling").with("id", name);
            checker.error("dangling-reference", like.mark, message, help);
            return value.clone();
        };
        seen.push(name);
        merged(value, &self.liked(other, seen, checker))
    }

    fn known(&self) -> &Known<'n> {
        self.known.get_or_init(|| Known::new(self.all.keys().copied()))
    }
}

/// The id of one of several like things.
fn numbered(key: &Node, id: &str, number: u32) -> Node {
    let text = Arc::from(format!("{id}-{number}"));
    Node { mark: key.mark, value: Value::Scalar { text, plain: true } }
}

/// A thing with its own keys, and those of another that it lacks.
fn merged(own: &Node, other: &Node) -> Node {
    let kept = |key: &str| key != "count" && key != "like" && own.get(key).is_none();
    let theirs = other.entries().iter().filter(|(key, _)| key.text().is_some_and(kept));
    let entries = own.entries().iter().chain(theirs).cloned();
    Node { mark: own.mark, value: Value::Map(entries.collect()) }
}
