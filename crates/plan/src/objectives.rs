//! Objectives: agreed, wished, unset; in words, as ranges, staged over time.

use base::{Message, Span};
use serde_json::{Map, Value as Json, json};

use crate::check::{Checker, UNKNOWN};
use crate::diagnostic::{Diagnostic, Severity};
use crate::language::{CLASS, LEVEL, OBJECTIVE, OBJECTIVES, Shape};
use crate::yaml::{Node, Value};

const POINT_WORDS: [&str; 4] = ["just-before", "previous-day", "previous-week", "previous-month"];
const UNSET: &str = "unset";

impl Checker {
    pub(crate) fn objectives(&mut self, node: &Node, path: &str) -> Json {
        match node.plain() {
            Some(UNSET) => {
                let unset = json!({ "rto": UNSET, "rpo": UNSET, "rlo": UNSET });
                return json!({ "failure": unset, "disaster": unset });
            }
            Some(UNKNOWN) => return json!(UNKNOWN),
            _ => {}
        }
        let Value::Map(entries) = &node.value else { return self.wrong_type(node, "plan-objectives") };
        let classes = ["failure", "disaster"];
        if !entries.iter().any(|(key, _)| key.text().is_some_and(|key| classes.contains(&key))) {
            let both = self.class(node, path);
            return json!({ "failure": both, "disaster": both });
        }
        self.only(entries, &classes);
        let mut out = Map::new();
        for class in classes {
            if let Some(value) = node.get(class) {
                out.insert(class.to_owned(), self.class(value, &format!("{path}.{class}")));
            }
        }
        Json::Object(out)
    }

    fn class(&mut self, node: &Node, path: &str) -> Json {
        match (node.plain(), &node.value) {
            (Some(UNSET), _) => return json!({ "rto": UNSET, "rpo": UNSET, "rlo": UNSET }),
            (Some(UNKNOWN), _) => return json!(UNKNOWN),
            (_, Value::Map(_)) => {}
            _ => return self.wrong_type(node, "plan-objectives"),
        }
        let mut rest: Vec<(Node, Node)> = Vec::new();
        let mut out = Map::new();
        for (key, value) in node.entries() {
            let name = key.text().unwrap_or_default();
            let path = format!("{path}.{name}");
            self.places.entry(path.clone()).or_insert(value.mark);
            if OBJECTIVES.contains(&name) {
                let objective = self.objective(value, name, &path);
                if !objective.is_null() {
                    out.insert(name.to_owned(), objective);
                }
            } else if CLASS.iter().any(|known| known.name == name) {
                rest.push((key.clone(), value.clone()));
            } else {
                self.unknown_key(key, OBJECTIVES.into_iter().chain(CLASS.iter().map(|key| key.name)));
            }
        }
        let rest = Node { mark: node.mark, value: Value::Map(rest.into()) };
        if let Json::Object(fields) = self.record(&rest, &[CLASS], path) {
            out.extend(fields);
        }
        Json::Object(out)
    }

    fn objective(&mut self, node: &Node, part: &str, path: &str) -> Json {
        match node.plain() {
            Some(UNSET | "none") => return json!(UNSET),
            Some(UNKNOWN) => return json!(UNKNOWN),
            _ => {}
        }
        let apart = ["value", "wish"];
        let is_apart = |key: &Node| key.text().is_some_and(|key| apart.contains(&key));
        if !node.entries().iter().any(|(key, _)| is_apart(key)) {
            let mut out = Map::new();
            self.target(node, part, path, "agreed", &mut out);
            return if out.is_empty() { Json::Null } else { Json::Object(out) };
        }
        let known: Vec<&str> = apart.into_iter().chain(OBJECTIVE.iter().map(|key| key.name)).collect();
        self.only(node.entries(), &known);
        let is_known = |key: &Node| OBJECTIVE.iter().any(|known| Some(known.name) == key.text());
        let rest = node.entries().iter().filter(|(key, _)| is_known(key)).cloned().collect::<Vec<_>>();
        let rest = Node { mark: node.mark, value: Value::Map(rest.into()) };
        let Json::Object(mut out) = self.record(&rest, &[OBJECTIVE], path) else { return Json::Null };
        if let Some(value) = node.get("value") {
            // What nobody agreed to is what somebody wants.
            let form = if out.get("agreed") == Some(&json!(false)) { "wish" } else { "agreed" };
            out.remove("agreed");
            match value.plain() {
                Some(UNSET | "none") => {
                    out.insert("unset".to_owned(), json!(true));
                }
                _ => self.target(value, part, path, form, &mut out),
            }
        } else {
            out.remove("agreed");
        }
        if let Some(wish) = node.get("wish") {
            self.target(wish, part, &format!("{path}.wish"), "wish", &mut out);
        }
        Json::Object(out)
    }

    /// A target, kept under `form`; of a range the upper end binds, of contradicting sources the strictest. What was
    /// said besides is kept too, since another range is another plan.
    fn target(&mut self, node: &Node, part: &str, path: &str, form: &str, out: &mut Map<String, Json>) {
        let value = match part {
            "rlo" => self.ladder(node, path),
            "rpo" if node.plain().is_some_and(|text| POINT_WORDS.contains(&text)) => json!(node.text()),
            _ => {
                let fact = self.fact(node, &Shape::Span, path);
                let value = self.bound(node, &fact);
                if fact.is_object() && fact.get("is").is_none() {
                    out.insert(format!("{form}-said"), fact);
                }
                value
            }
        };
        if !value.is_null() {
            out.insert(form.to_owned(), value);
        }
    }

    fn bound(&mut self, node: &Node, fact: &Json) -> Json {
        if let Some(sources) = fact.get("disputed").and_then(Json::as_object) {
            let said: Vec<u64> = sources.values().filter_map(|fact| upper(fact)?.as_u64()).collect();
            let Some(strictest) = said.into_iter().min() else { return Json::Null };
            let message = Message::new("plan-disputed-objective").with("span", Span::millis(strictest));
            let help = Some(Message::new("plan-disputed-objective-help"));
            let note = Diagnostic::warning("disputed-objective", node.mark, message);
            self.diagnostics.push(Diagnostic { severity: Severity::Note, help, ..note });
            return json!(strictest);
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
        Json::Null
    }

    /// `50%`, `{ capacity, functions, places }`, or staged over time.
    fn ladder(&mut self, node: &Node, path: &str) -> Json {
        let Value::Map(entries) = &node.value else {
            let level = self.level(node, path);
            return if level.is_null() { Json::Null } else { json!([level]) };
        };
        if entries.iter().any(|(key, _)| LEVEL.iter().any(|known| Some(known.name) == key.text())) {
            return json!([self.level(node, path)]);
        }
        let mut rungs: Vec<(u64, Json)> = Vec::new();
        for (time, value) in entries.iter() {
            if time.text().is_some_and(|text| text.starts_with(|c: char| c.is_alphabetic())) {
                self.unknown_key(time, LEVEL.iter().map(|key| key.name));
                continue;
            }
            let by = self.shape(time, &Shape::Span, path);
            let mut rung = self.level(value, path);
            if let (Some(by), Some(fields)) = (by.as_u64(), rung.as_object_mut()) {
                fields.insert("by".to_owned(), json!(by));
                rungs.push((by, rung));
            }
        }
        rungs.sort_by_key(|(by, _)| *by);
        Json::Array(rungs.into_iter().map(|(_, rung)| rung).collect())
    }

    fn level(&mut self, node: &Node, path: &str) -> Json {
        if matches!(node.value, Value::Map(_)) {
            return self.record(node, &[LEVEL], path);
        }
        let capacity = self.fact(node, &Shape::Share, path);
        // Of a range the lower end is what is promised.
        let least =
            capacity.get("is").or_else(|| capacity.get("range")?.get(0)).or_else(|| capacity.get("min"));
        least.map_or(Json::Null, |least| json!({ "capacity": least }))
    }
}

/// The value that binds.
fn upper(fact: &Json) -> Option<&Json> {
    let range = fact.get("range").and_then(|range| range.get(1)).filter(|high| !high.is_null());
    fact.get("is").or(range).or_else(|| fact.get("max"))
}
