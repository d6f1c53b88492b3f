//! Changes to a plan that are tried without touching its files: a part set to another value, or taken out.
//!
//! They are worked into the nodes of the text before anything is decoded, so that the reader finds every mistake in
//! them as if it stood in a file. A path is the one by which the engine names facts: `services.erp.ways.hall.takes`,
//! `data.register.copies.nas.every`; items of lists go by their name, or by their number from 0.

use std::rc::Rc;
use std::sync::Arc;

use base::{Arg, Message};

use crate::diagnostic::{Diagnostic, Mark, Source, number};
use crate::language::{Kind, OBJECTIVES, PLAN};
use crate::model::Verb;
use crate::near::nearest;
use crate::yaml::{self, Node, Stock, Value};

/// Steps of a path; no plan is deeper.
const DEEPEST: usize = 64;
/// Names that are listed where one is wrong.
const LISTED: usize = 12;

/// A change to a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where it was said, as diagnostics name it: `--set`.
    pub from: String,
    /// Path of the part.
    pub path: String,
    /// What it becomes, as it would be written in the plan; nothing takes the part out.
    pub value: Option<String>,
}

impl Change {
    /// The change as one line, which diagnostics show.
    pub(crate) fn source(&self) -> Source {
        let text = self.value.as_ref().map_or_else(|| self.path.clone(), |v| format!("{}={v}", self.path));
        Source::new(&self.from, text)
    }

    /// Works the change into the nodes of the plan's files; `file` is the number of its own source.
    pub(crate) fn apply(&self, nodes: &mut [Node], file: u32, stock: &mut Stock, out: &mut Vec<Diagnostic>) {
        let value = match &self.value {
            None => None,
            Some(text) => {
                // Blanks before it put the value where it stands in the line that is shown.
                let blanks = " ".repeat(self.path.chars().count() + 1);
                let before = out.len();
                let node = yaml::parse(&format!("{blanks}{text}"), file, stock, out);
                if out.len() > before {
                    return;
                }
                let mark = self.mark(file, &self.path);
                Some(node.unwrap_or(Node { mark, value: Value::Null }))
            }
        };
        let work = Work { change: self, value, file };
        let Some(at) = work.home(nodes) else { return };
        match work.changed(&nodes[at], &self.path, &Where { depth: 0, parent: "" }) {
            Ok(node) => {
                nodes[at] = node;
                if self.value.is_none() {
                    self.bury_copies(nodes);
                }
            }
            Err(diagnostic) => out.push(*diagnostic),
        }
    }

    /// With a place for copies go the copies in it; whatever else still needs the place is a mistake to be told.
    fn bury_copies(&self, nodes: &mut [Node]) {
        let tables = ["vaults.", "equipment."];
        let Some(id) = tables.iter().find_map(|table| self.path.strip_prefix(table)) else { return };
        for node in nodes {
            for table in ["data", "software", "documents"] {
                inside(node, table, &|things| {
                    inside_all(things, &|thing| inside(thing, "copies", &|copies| drop_item(copies, id)));
                });
            }
        }
    }

    /// The place of a part of the path, given as the rest of the path from it on.
    fn mark(&self, file: u32, rest: &str) -> Mark {
        let before = self.path.len() - rest.len();
        let column = self.path.get(..before).map_or(0, |text| text.chars().count());
        let length = rest.split('.').next().map_or(1, |text| text.chars().count());
        Mark { file, line: 1, column: number(column) + 1, length: number(length).max(1) }
    }
}

/// How far along its path a change has come.
#[derive(Clone, Copy)]
struct Where<'p> {
    depth: usize,
    /// The key last gone through.
    parent: &'p str,
}

struct Work<'c> {
    change: &'c Change,
    value: Option<Node>,
    file: u32,
}

type Refused = Box<Diagnostic>;

impl Work<'_> {
    /// The file to change: the one in which the thing stands, else the one that has its table, else the entry file.
    fn home(&self, nodes: &[Node]) -> Option<usize> {
        let known = |node: &Node| -> usize {
            let Some((_, table, rest)) = step(node.entries(), &self.change.path) else { return 0 };
            let thing = rest.and_then(|rest| step(table.entries(), rest));
            1 + usize::from(thing.is_some())
        };
        // Of equally good ones the last: the entry file is read last.
        (0..nodes.len()).max_by_key(|at| known(&nodes[*at]))
    }

    /// The node with the change in it.
    fn changed(&self, node: &Node, rest: &str, at: &Where<'_>) -> Result<Node, Refused> {
        if at.depth > DEEPEST {
            return Err(self.refuse(rest, "plan-change-deep", &[]));
        }
        match &node.value {
            Value::Map(entries) if is_flat(entries, rest, at) => self.in_map(node, &classes(node), rest, at),
            Value::Map(entries) => self.in_map(node, entries, rest, at),
            Value::Null => self.in_map(node, &[], rest, at),
            Value::List(items) => self.in_list(node, items, rest, at),
            Value::Scalar { .. } => match unset(node, rest, at) {
                Some(entries) => self.in_map(node, &entries, rest, at),
                None => Err(self.refuse(rest, "plan-change-short", &[])),
            },
        }
    }

    fn in_map(
        &self,
        node: &Node,
        entries: &[(Node, Node)],
        rest: &str,
        at: &Where<'_>,
    ) -> Result<Node, Refused> {
        let mut entries = entries.to_vec();
        match step(&entries, rest) {
            Some((found, inner, Some(tail))) => {
                let parent = entries[found].0.text().unwrap_or_default();
                entries[found].1 = self.changed(inner, tail, &Where { depth: at.depth + 1, parent })?;
            }
            Some((found, _, None)) => match &self.value {
                Some(value) => entries[found].1 = value.clone(),
                None => drop(entries.remove(found)),
            },
            None => entries.push(self.added(&entries, rest, at)?),
        }
        Ok(Node { mark: node.mark, value: Value::Map(Rc::from(entries)) })
    }

    /// An entry that was not there. Tables and things are never made by the way: a misspelt one would be a new one.
    fn added(&self, entries: &[(Node, Node)], rest: &str, at: &Where<'_>) -> Result<(Node, Node), Refused> {
        let (head, tail) = rest.split_once('.').map_or((rest, None), |(head, tail)| (head, Some(tail)));
        let keys: Vec<&str> = entries.iter().filter_map(|(key, _)| key.text()).collect();
        let known: Vec<&str> = match at.depth {
            0 => PLAN.iter().map(|k| k.name).chain(Kind::TABLES.iter().map(|(table, _)| *table)).collect(),
            _ => keys,
        };
        // What includes bring in is read before changes are made.
        let known: Vec<&str> = known.into_iter().filter(|key| *key != "include").collect();
        let missing = match at.depth {
            0 => !known.contains(&head),
            1 => tail.is_some() && Kind::TABLES.iter().any(|(table, _)| *table == at.parent),
            _ => false,
        };
        if missing || head.is_empty() || self.value.is_none() {
            return Err(self.refuse(rest, "plan-change-no-part", &known));
        }
        let mark = self.change.mark(self.file, rest);
        let key = Node { mark, value: Value::Scalar { text: Arc::from(head), plain: true } };
        let nothing = Node { mark, value: Value::Null };
        let value = match (tail, &self.value) {
            (Some(tail), _) => self.changed(&nothing, tail, &Where { depth: at.depth + 1, parent: head })?,
            (None, value) => value.clone().unwrap_or(nothing),
        };
        Ok((key, value))
    }

    fn in_list(&self, node: &Node, items: &[Node], rest: &str, at: &Where<'_>) -> Result<Node, Refused> {
        let names: Vec<String> = items.iter().enumerate().map(|(n, item)| name(item, n)).collect();
        let after = |name: &str| tail(rest, name);
        let fits = |n: usize| after(&names[n]).or_else(|| after(&n.to_string()));
        let best =
            (0..items.len()).filter_map(|n| Some((n, fits(n)?))).min_by_key(|(_, t)| t.map_or(0, str::len));
        let Some((found, tail)) = best else {
            let known: Vec<&str> = names.iter().map(String::as_str).collect();
            return Err(self.refuse(rest, "plan-change-no-part", &known));
        };
        let mut items = items.to_vec();
        match (tail, &self.value) {
            (Some(tail), _) => {
                let parent = &names[found];
                items[found] = self.changed(&items[found], tail, &Where { depth: at.depth + 1, parent })?;
            }
            (None, Some(value)) => items[found] = value.clone(),
            (None, None) => drop(items.remove(found)),
        }
        Ok(Node { mark: node.mark, value: Value::List(Rc::from(items)) })
    }

    fn refuse(&self, rest: &str, id: &'static str, known: &[&str]) -> Refused {
        let head = rest.split('.').next().unwrap_or(rest);
        let before = self.change.path.len() - rest.len();
        let outer = self.change.path.get(..before.saturating_sub(1)).unwrap_or_default();
        let outer = if outer.is_empty() { Arg::from(Message::new("plan-change-plan")) } else { outer.into() };
        let message = Message::new(id).with("part", head).with("path", outer);
        let help = match nearest(head, known.iter().copied()) {
            Some(near) => Some(Message::new("plan-did-you-mean").with("near", near)),
            None if known.is_empty() => None,
            None => {
                let list = known.iter().take(LISTED).map(|name| Arg::from(*name)).collect::<Vec<_>>();
                Some(Message::new("plan-one-of").with("list", list))
            }
        };
        let diagnostic = Diagnostic::error("no-such-part", self.change.mark(self.file, rest), message);
        Box::new(Diagnostic { help, ..diagnostic })
    }
}

/// Changes the value behind a key, where there is one.
fn inside(node: &mut Node, key: &str, change: &dyn Fn(&mut Node)) {
    let Some(at) = node.entries().iter().position(|(name, _)| name.text() == Some(key)) else { return };
    let mut entries = node.entries().to_vec();
    change(&mut entries[at].1);
    node.value = Value::Map(Rc::from(entries));
}

/// Changes the value behind every key.
fn inside_all(node: &mut Node, change: &dyn Fn(&mut Node)) {
    if let Value::Map(entries) = &node.value {
        let mut entries = entries.to_vec();
        entries.iter_mut().for_each(|(_, value)| change(value));
        node.value = Value::Map(Rc::from(entries));
    }
}

/// Takes the items that go to `id` out of a list of copies.
fn drop_item(copies: &mut Node, id: &str) {
    if let Value::List(items) = &copies.value {
        let kept = |item: &&Node| item.get("to").and_then(Node::text) != Some(id);
        copies.value = Value::List(items.iter().filter(kept).cloned().collect());
    }
}

/// The entry that a path begins with, and the rest of the path. Ids may hold dots, so the longest key that fits counts.
fn step<'n, 'p>(entries: &'n [(Node, Node)], path: &'p str) -> Option<(usize, &'n Node, Option<&'p str>)> {
    let fits = entries.iter().enumerate().filter_map(|(at, (key, value))| {
        let key = key.text()?;
        Some((key.len(), (at, value, tail(path, key)?)))
    });
    fits.max_by_key(|(length, _)| *length).map(|(_, found)| found)
}

/// What is left of a path behind a name with which it begins.
fn tail<'p>(path: &'p str, name: &str) -> Option<Option<&'p str>> {
    let rest = path.strip_prefix(name)?;
    if rest.is_empty() { Some(None) } else { rest.strip_prefix('.').map(Some) }
}

/// What an item of a list goes by: ways by name, copies by their place, steps by what is done to what, ids by themselves.
fn name(item: &Node, at: usize) -> String {
    let text = |key: &str| item.get(key).and_then(first);
    let step = || {
        let verbs = Verb::ALL.into_iter().map(Verb::as_str);
        verbs.into_iter().find_map(|verb| Some(format!("{verb}-{}", item.get(verb)?.text()?)))
    };
    let known = item.text().map(str::to_owned).or_else(|| text("name")).or_else(|| text("to"));
    known.or_else(step).or_else(|| text("runs-on")).unwrap_or_else(|| at.to_string())
}

fn first(node: &Node) -> Option<String> {
    match &node.value {
        Value::List(items) => items.first().and_then(Node::text).map(str::to_owned),
        _ => node.text().map(str::to_owned),
    }
}

const CLASSES: [&str; 2] = ["failure", "disaster"];

/// Whether these are objectives for both classes at once, of which only one class is meant.
fn is_flat(entries: &[(Node, Node)], rest: &str, at: &Where<'_>) -> bool {
    let class = |text: &str| CLASSES.contains(&text);
    let head = rest.split('.').next().unwrap_or(rest);
    at.parent == "objectives" && class(head) && !entries.iter().any(|(key, _)| key.text().is_some_and(class))
}

/// Objectives for both classes, written out for each.
fn classes(both: &Node) -> Vec<(Node, Node)> {
    CLASSES.map(|class| (word(class, both.mark), both.clone())).to_vec()
}

/// What `unset` stands for among objectives.
fn unset(node: &Node, rest: &str, at: &Where<'_>) -> Option<Vec<(Node, Node)>> {
    let unset = node.plain() == Some("unset");
    let head = rest.split('.').next().unwrap_or(rest);
    match (unset, at.parent) {
        (true, "objectives") if CLASSES.contains(&head) => Some(classes(node)),
        (true, "objectives" | "failure" | "disaster") => {
            Some(OBJECTIVES.map(|part| (word(part, node.mark), node.clone())).to_vec())
        }
        _ => None,
    }
}

fn word(text: &'static str, mark: Mark) -> Node {
    Node { mark, value: Value::Scalar { text: Arc::from(text), plain: true } }
}
