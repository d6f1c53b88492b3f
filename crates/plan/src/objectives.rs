//! Objectives: agreed, wished, unset; in words, as ranges, staged over time.

use base::{Message, Span};

use crate::check::{Checker, UNKNOWN};
use crate::diagnostic::{Diagnostic, Severity};
use crate::language::{CLASS, LEVEL, OBJECTIVE, OBJECTIVES, Shape};
use crate::places::Path;
use crate::tree::{Map, Tree, tree};
use crate::yaml::{Node, Value};

const POINT_WORDS: [&str; 4] = ["just-before", "previous-day", "previous-week", "previous-month"];
const UNSET: &str = "unset";

impl Checker {
    pub(crate) fn objectives(&mut self, node: &Node, path: Path) -> Tree {
        match node.plain() {
            Some(UNSET) => {
                let unset = tree!({ "rto": UNSET, "rpo": UNSET, "rlo": UNSET });
                return tree!({ "failure": unset.clone(), "disaster": unset });
            }
            Some(UNKNOWN) => return tree!(UNKNOWN),
            _ => {}
        }
        let Value::Map(entries) = &node.value else { return self.wrong_type(node, "plan-objectives") };
        let classes: [&'static str; 2] = ["failure", "disaster"];
        if !entries.iter().any(|(key, _)| key.text().is_some_and(|key| classes.contains(&key))) {
            let both = self.class(node, path);
            return tree!({ "failure": both.clone(), "disaster": both });
        }
        self.only(entries, &classes);
        let mut out = Map::new();
        for class in classes {
            if let Some(value) = node.get(class) {
                out.insert(class, self.class(value, path.child(class)));
            }
        }
        Tree::Map(out)
    }

    fn class(&mut self, node: &Node, path: Path) -> Tree {
        match (node.plain(), &node.value) {
            (Some(UNSET), _) => return tree!({ "rto": UNSET, "rpo": UNSET, "rlo": UNSET }),
            (Some(UNKNOWN), _) => return tree!(UNKNOWN),
            (_, Value::Map(_)) => {}
            _ => return self.wrong_type(node, "plan-objectives"),
        }
        let mut rest: Vec<(Node, Node)> = Vec::new();
        let mut out = Map::new();
        for (key, value) in node.entries() {
            let name = key.text().unwrap_or_default();
            let path = path.child(name);
            self.places.note(path, value.mark);
            if OBJECTIVES.contains(&name) {
                let objective = self.objective(value, name, path);
                if !objective.is_null() {
                    out.insert(key.word(), objective);
                }
            } else if CLASS.iter().any(|known| known.name == name) {
                rest.push((key.clone(), value.clone()));
            } else {
                self.unknown_key(key, OBJECTIVES.into_iter().chain(CLASS.iter().map(|key| key.name)));
            }
        }
        let rest = Node { mark: node.mark, value: Value::Map(rest.into()) };
        if let Tree::Map(fields) = self.record(&rest, &[CLASS], path) {
            out.extend(fields);
        }
        Tree::Map(out)
    }

    fn objective(&mut self, node: &Node, part: &str, path: Path) -> Tree {
        match node.plain() {
            Some(UNSET | "none") => return tree!(UNSET),
            Some(UNKNOWN) => return tree!(UNKNOWN),
            _ => {}
        }
        let apart = ["value", "wish"];
        let is_apart = |key: &Node| key.text().is_some_and(|key| apart.contains(&key));
        if !node.entries().iter().any(|(key, _)| is_apart(key)) {
            let mut out = Map::new();
            self.target(node, part, path, "agreed", &mut out);
            return if out.is_empty() { Tree::Null } else { Tree::Map(out) };
        }
        let known: Vec<&str> = apart.into_iter().chain(OBJECTIVE.iter().map(|key| key.name)).collect();
        self.only(node.entries(), &known);
        let is_known = |key: &Node| OBJECTIVE.iter().any(|known| Some(known.name) == key.text());
        let rest = node.entries().iter().filter(|(key, _)| is_known(key)).cloned().collect::<Vec<_>>();
        let rest = Node { mark: node.mark, value: Value::Map(rest.into()) };
        let Tree::Map(mut out) = self.record(&rest, &[OBJECTIVE], path) else { return Tree::Null };
        if let Some(value) = node.get("value") {
            // What nobody agreed to is what somebody wants.
            let form = if out.get("agreed") == Some(&tree!(false)) { "wish" } else { "agreed" };
            out.remove("agreed");
            match value.plain() {
                Some(UNSET | "none") => {
                    out.insert("unset", tree!(true));
                }
                _ => self.target(value, part, path, form, &mut out),
            }
        } else {
            out.remove("agreed");
        }
        if let Some(wish) = node.get("wish") {
            self.target(wish, part, path.child("wish"), "wish", &mut out);
        }
        Tree::Map(out)
    }

    /// A target, kept under `form`; of a range the upper end binds, of contradicting sources the strictest. What was
    /// said besides is kept too, since another range is another plan.
    fn target(&mut self, node: &Node, part: &str, path: Path, form: &str, out: &mut Map) {
        let value = match part {
            "rlo" => self.ladder(node, path),
            "rpo" if node.plain().is_some_and(|text| POINT_WORDS.contains(&text)) => tree!(node.shared()),
            _ => {
                let fact = self.fact(node, &Shape::Span, path);
                let value = self.bound(node, &fact);
                if fact.is_map() && fact.get("is").is_none() {
                    out.insert(format!("{form}-said"), fact);
                }
                value
            }
        };
        if !value.is_null() {
            out.insert(form.to_owned(), value);
        }
    }

    fn bound(&mut self, node: &Node, fact: &Tree) -> Tree {
        if let Some(sources) = fact.get("disputed").and_then(Tree::as_map) {
            let said: Vec<u64> = sources.values().filter_map(|fact| upper(fact)?.as_u64()).collect();
            let Some(strictest) = said.into_iter().min() else { return Tree::Null };
            let message = Message::new("plan-disputed-objective").with("span", Span::millis(strictest));
            let help = Some(Message::new("plan-disputed-objective-help"));
            let note = Diagnostic::warning("disputed-objective", node.mark, message);
            self.diagnostics.push(Diagnostic { severity: Severity::Note, help, ..note });
            return tree!(strictest);
        }
        if let Some(upper) = upper(fact) {
            return upper.clone();
        }
        if fact.get("range").is_some() {
            let help = Some(Message::new("plan-open-objective-help"));
            self.error("out-of-range", node.mark, Message::new("plan-open-objective"), help);
        } else if fact.get("failure").or_else(|| fact.get("disaster")).is_some() {
            return self.wrong_type(node, "plan-a-span");
        }
        Tree::Null
    }

    /// `50%`, `{ capacity, functions, places }`, or staged over time.
    fn ladder(&mut self, node: &Node, path: Path) -> Tree {
        let Value::Map(entries) = &node.value else {
            let level = self.level(node, path);
            return if level.is_null() { Tree::Null } else { tree!([level]) };
        };
        if entries.iter().any(|(key, _)| LEVEL.iter().any(|known| Some(known.name) == key.text())) {
            return tree!([self.level(node, path)]);
        }
        let mut rungs: Vec<(u64, Tree)> = Vec::new();
        for (time, value) in entries.iter() {
            if time.text().is_some_and(|text| text.starts_with(|c: char| c.is_alphabetic())) {
                self.unknown_key(time, LEVEL.iter().map(|key| key.name));
                continue;
            }
            let by = self.shape(time, &Shape::Span, path);
            let mut rung = self.level(value, path);
            if let (Some(by), Some(fields)) = (by.as_u64(), rung.as_map_mut()) {
                fields.insert("by", tree!(by));
                rungs.push((by, rung));
            }
        }
        rungs.sort_by_key(|(by, _)| *by);
        Tree::List(rungs.into_iter().map(|(_, rung)| rung).collect())
    }

    fn level(&mut self, node: &Node, path: Path) -> Tree {
        if matches!(node.value, Value::Map(_)) {
            return self.record(node, &[LEVEL], path);
        }
        let capacity = self.fact(node, &Shape::Share, path);
        // Of a range the lower end is what is promised.
        let least =
            capacity.get("is").or_else(|| capacity.get("range")?.at(0)).or_else(|| capacity.get("min"));
        least.map_or(Tree::Null, |least| tree!({ "capacity": least.clone() }))
    }
}

/// The value that binds.
fn upper(fact: &Tree) -> Option<&Tree> {
    let range = fact.get("range").and_then(|range| range.at(1)).filter(|high| !high.is_null());
    fact.get("is").or(range).or_else(|| fact.get("max"))
}
