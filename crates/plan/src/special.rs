//! Shapes with code of their own: short forms, words, lists of ways and steps.

use base::{Id, Message};
use serde_json::{Map, Value as Json, json};

use crate::check::{Checker, anything};
use crate::language::{
    COPY, Key, Kind, NEEDED, OBJECTIVES, PLACES, POWER, STEP, Shape, Special, WAY, is_built_in,
};
use crate::model::Verb;
use crate::yaml::{Node, Value};

const POINT_WORDS: [&str; 4] = ["just-before", "previous-day", "previous-week", "previous-month"];
/// Keys of an objective written out.
const OBJECTIVE_KEYS: [&str; 9] =
    ["value", "wish", "basis", "by", "agreed", "hours", "penalty", "given", "from"];

impl Checker {
    pub(crate) fn special(&mut self, node: &Node, special: Special, path: &str) -> Json {
        match special {
            Special::Placement => self.placement(node),
            Special::Regions => self.regions(node),
            Special::Need => self.need(node),
            Special::Power => self.power(node, path),
            Special::Objectives => self.objectives(node, path),
            Special::Ways => {
                self.named(node, path, "name", way_name, |me, item, path| me.record(item, &[WAY], path))
            }
            Special::Copies => {
                self.named(node, path, "to", copy_name, |me, item, path| me.record(item, &[COPY], path))
            }
            Special::Steps => self.steps(node, path),
            Special::Probe => self.probe(node),
            Special::Secret => self.secret(node),
            Special::Position => self.position(node),
            Special::Money => anything(node),
            Special::Command => self.command(node),
        }
    }

    fn placement(&mut self, node: &Node) -> Json {
        if node.plain() == Some("unknown") {
            return json!("unknown");
        }
        let mut at = Map::new();
        match &node.value {
            Value::Scalar { .. } => self.place(&mut at, node, 0),
            Value::List(items) => {
                if items.iter().any(|item| item.plain() == Some("unknown")) {
                    return json!("unknown");
                }
                items.iter().for_each(|item| self.place(&mut at, item, 0));
            }
            Value::Map(entries) if entries.iter().any(|(key, _)| key.text() == Some("one-of")) => {
                let one_of = self.ids(node.get("one-of").unwrap_or(node), PLACES);
                return json!({ "one-of": one_of });
            }
            Value::Map(entries) => {
                for (place, heads) in entries.iter() {
                    let heads = self.heads(heads);
                    self.place(&mut at, place, heads);
                }
            }
            Value::Null => return json!("unknown"),
        }
        json!({ "at": at })
    }

    fn heads(&mut self, node: &Node) -> u32 {
        match node.text().map(str::parse::<u32>) {
            Some(Ok(0)) => {
                let help = Message::new("plan-no-heads-help");
                self.error("out-of-range", node.mark, Message::new("plan-no-heads"), Some(help));
                0
            }
            Some(Ok(n)) => n,
            _ if node.plain() == Some("unknown") => 0,
            _ => {
                self.wrong_type(node, "plan-a-count");
                0
            }
        }
    }

    fn place(&mut self, at: &mut Map<String, Json>, node: &Node, heads: u32) {
        if let Some(id) = self.reference(node, PLACES).as_str() {
            at.insert(id.to_owned(), json!(heads));
        }
    }

    fn ids(&mut self, node: &Node, kinds: &'static [Kind]) -> Vec<Json> {
        let items: &[Node] = match &node.value {
            Value::List(items) => items,
            _ => std::slice::from_ref(node),
        };
        items.iter().map(|item| self.reference(item, kinds)).filter(|id| !id.is_null()).collect()
    }

    fn regions(&mut self, node: &Node) -> Json {
        if node.plain() == Some("unknown") {
            return json!("unknown");
        }
        let mut out: Vec<Json> = Vec::new();
        let items: &[Node] = match &node.value {
            Value::List(items) => items,
            _ => std::slice::from_ref(node),
        };
        for item in items.iter().filter(|item| item.plain() != Some("unknown")) {
            match item.text() {
                Some(id) if is_built_in(id) => out.push(json!(id)),
                _ => out.push(self.reference(item, &[Kind::Region])),
            }
        }
        out.retain(|id| !id.is_null());
        out.sort_by_key(ToString::to_string);
        json!(out)
    }

    fn need(&mut self, node: &Node) -> Json {
        match &node.value {
            Value::Scalar { .. } if node.plain() == Some("unknown") => Json::Null,
            Value::Scalar { .. } => self.reference(node, NEEDED),
            Value::List(items) => {
                let mut all: Vec<Json> = items.iter().map(|item| self.need(item)).collect();
                all.retain(|need| !need.is_null());
                all.sort_by_key(ToString::to_string);
                json!({ "all": all })
            }
            Value::Map(entries) => {
                for (key, _) in entries.iter() {
                    if !matches!(key.text(), Some("any" | "all" | "at-least" | "of")) {
                        self.unknown_key(key, ["any", "all", "at-least", "of"].into_iter());
                    }
                }
                self.some_of(node)
            }
            Value::Null => json!({ "all": [] }),
        }
    }

    fn some_of(&mut self, node: &Node) -> Json {
        let parts = |me: &mut Checker, list: &Node| match me.need(list) {
            Json::Object(mut all) => all.remove("all").unwrap_or_default(),
            one => json!([one]),
        };
        if let Some(any) = node.get("any") {
            return json!({ "any": parts(self, any) });
        }
        if let Some(all) = node.get("all") {
            return json!({ "all": parts(self, all) });
        }
        let (Some(k), Some(of)) = (node.get("at-least"), node.get("of")) else {
            return self.wrong_type(node, "plan-a-need");
        };
        let k = self.shape(k, &Shape::Count, "");
        json!({ "at-least": k, "of": parts(self, of) })
    }

    fn power(&mut self, node: &Node, path: &str) -> Json {
        match &node.value {
            Value::Scalar { .. } if node.plain() == Some("unknown") => return Json::Null,
            Value::Scalar { .. } if node.plain() == Some("none") => return json!({}),
            Value::Map(_) => {}
            Value::Null => return json!({}),
            _ => return self.wrong_type(node, "plan-a-map"),
        }
        let mut out = Map::new();
        for (name, value) in node.entries() {
            let name_text = name.text().unwrap_or_default();
            let path = format!("{path}.{name_text}");
            self.places.insert(path.clone(), name.mark);
            let long = value
                .entries()
                .iter()
                .any(|(key, _)| POWER.iter().any(|known| Some(known.name) == key.text()));
            let mut source = if long {
                self.record(value, &[POWER], &path)
            } else {
                let lasts = self.fact(value, &Shape::Span, &format!("{path}.lasts"));
                if lasts == json!("none") {
                    continue;
                }
                json!({ "lasts": lasts, "feeds-all": true })
            };
            let kind =
                if name_text.contains("ups") || name_text.contains("battery") { "ups" } else { "generator" };
            if let Some(source) = source.as_object_mut() {
                source.entry("kind").or_insert(json!(kind));
                out.insert(name_text.to_owned(), Json::Object(source.clone()));
            }
        }
        Json::Object(out)
    }

    fn objectives(&mut self, node: &Node, path: &str) -> Json {
        if node.plain() == Some("unset") {
            let unset = json!({ "rto": "unset", "rpo": "unset", "rlo": "unset" });
            return json!({ "failure": unset, "disaster": unset });
        }
        if !matches!(node.value, Value::Map(_)) {
            return self.wrong_type(node, "plan-a-map");
        }
        let by_class =
            node.entries().iter().any(|(key, _)| matches!(key.text(), Some("failure" | "disaster")));
        if !by_class {
            let both = self.class(node, path);
            return json!({ "failure": both, "disaster": both });
        }
        let mut out = Map::new();
        for (key, value) in node.entries() {
            match key.text() {
                Some(class @ ("failure" | "disaster")) => {
                    let inner = self.class(value, &format!("{path}.{class}"));
                    out.insert(class.to_owned(), inner);
                }
                _ => self.unknown_key(key, ["failure", "disaster"].into_iter()),
            }
        }
        Json::Object(out)
    }

    fn class(&mut self, node: &Node, path: &str) -> Json {
        let mut out = Map::new();
        if !matches!(node.value, Value::Map(_)) {
            return self.wrong_type(node, "plan-a-map");
        }
        for (key, value) in node.entries() {
            let name = key.text().unwrap_or_default();
            let path = format!("{path}.{name}");
            self.places.insert(path.clone(), value.mark);
            match name {
                "rto" | "rpo" | "rlo" => {
                    let objective = self.objective(value, name, &path);
                    if !objective.is_null() {
                        out.insert(name.to_owned(), objective);
                    }
                }
                "given" => {}
                _ => self.unknown_key(key, OBJECTIVES.into_iter().chain(["given"])),
            }
        }
        Json::Object(out)
    }

    fn objective(&mut self, node: &Node, part: &str, path: &str) -> Json {
        match node.plain() {
            Some("unset") => return json!("unset"),
            Some("unknown") => return Json::Null,
            _ => {}
        }
        let written_out = node.entries().iter().any(|(key, _)| matches!(key.text(), Some("value" | "wish")));
        if !written_out {
            let value = self.target(node, part, path);
            return if value.is_null() { Json::Null } else { json!({ "agreed": value }) };
        }
        for (key, _) in node.entries() {
            if !OBJECTIVE_KEYS.contains(&key.text().unwrap_or_default()) {
                self.unknown_key(key, OBJECTIVE_KEYS.into_iter());
            }
        }
        let (form, value) = match (node.get("wish"), node.get("value")) {
            (Some(wish), _) => ("wish", wish),
            (None, Some(value)) => ("agreed", value),
            (None, None) => return Json::Null,
        };
        let value = self.target(value, part, path);
        if value.is_null() { Json::Null } else { json!({ form: value }) }
    }

    /// A target; of a range the upper end binds.
    fn target(&mut self, node: &Node, part: &str, path: &str) -> Json {
        match part {
            "rlo" => self.ladder(node, path),
            "rpo" if node.plain().is_some_and(|text| POINT_WORDS.contains(&text)) => json!(node.text()),
            _ => {
                let fact = self.fact(node, &Shape::Span, path);
                match (fact.get("is"), fact.get("range").and_then(|range| range.get(1))) {
                    (Some(value), _) => value.clone(),
                    (None, Some(high)) => high.clone(),
                    (None, None) => fact.get("max").cloned().unwrap_or(Json::Null),
                }
            }
        }
    }

    /// `50%`, `{ capacity, functions, places }`, or staged over time.
    fn ladder(&mut self, node: &Node, path: &str) -> Json {
        let Value::Map(entries) = &node.value else {
            let capacity = self.shape(node, &Shape::Share, path);
            return if capacity.is_null() { Json::Null } else { json!([{ "capacity": capacity }]) };
        };
        let level = ["capacity", "functions", "places"];
        if entries.iter().any(|(key, _)| key.text().is_some_and(|key| level.contains(&key))) {
            return json!([self.level(node, path)]);
        }
        let mut rungs: Vec<(u64, Json)> = Vec::new();
        for (time, value) in entries.iter() {
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
        if !matches!(node.value, Value::Map(_)) {
            let capacity = self.shape(node, &Shape::Share, path);
            return json!({ "capacity": capacity });
        }
        const LEVEL: &[Key] = &[
            Key { name: "capacity", shape: Shape::Share, doc: "" },
            Key { name: "functions", shape: Shape::Set(&Shape::Text), doc: "" },
            Key { name: "places", shape: Shape::Set(&Shape::Id(&[Kind::Site])), doc: "" },
        ];
        self.record(node, &[LEVEL], path)
    }

    /// A list of records, each with a name of its own; kept by name, so that evidence never hangs on a position.
    fn named(
        &mut self,
        node: &Node,
        path: &str,
        key: &'static str,
        name: fn(&Json) -> Option<String>,
        read: fn(&mut Checker, &Node, &str) -> Json,
    ) -> Json {
        let items = match &node.value {
            Value::List(items) => items,
            Value::Scalar { .. } if node.plain() == Some("unknown") => return Json::Null,
            _ => return self.wrong_type(node, "plan-a-list"),
        };
        let mut out: Vec<Json> = Vec::new();
        for item in items.iter().filter(|item| item.plain() != Some("unknown")) {
            // The name has to be known before the item is read, so that places inside it carry it.
            let known = item.get(key).or_else(|| item.get("runs-on")).and_then(first_text);
            let guess = known.unwrap_or_else(|| format!("way-{}", out.len() + 1));
            let path = format!("{path}.{guess}");
            self.places.insert(path.clone(), item.mark);
            let mut record = read(self, item, &path);
            let Some(fields) = record.as_object_mut() else { continue };
            if name(&Json::Object(fields.clone())).is_none() {
                if key == "to" {
                    let message = Message::new("plan-copy-nowhere");
                    self.error("missing-key", item.mark, message, None);
                    continue;
                }
                fields.insert(key.to_owned(), json!(guess));
            }
            if out.iter().any(|other| other.get(key) == record.get(key)) {
                let message = Message::new("plan-duplicate-name").with("name", guess);
                let help = Message::new("plan-duplicate-name-help");
                self.error("duplicate-name", item.mark, message, Some(help));
                continue;
            }
            out.push(record);
        }
        Json::Array(out)
    }

    fn steps(&mut self, node: &Node, path: &str) -> Json {
        let Value::List(items) = &node.value else { return self.wrong_type(node, "plan-a-list") };
        let mut out = Vec::new();
        for item in items.iter() {
            let verb = item.entries().iter().find_map(|(key, value)| {
                let verb = Verb::ALL.into_iter().find(|verb| Some(verb.as_str()) == key.text())?;
                Some((verb, value))
            });
            let Some((verb, object)) = verb else {
                self.no_verb(item);
                continue;
            };
            let object = object.text().unwrap_or_default().to_owned();
            let path = format!("{path}.{}-{object}", verb.as_str());
            let rest: Vec<(Node, Node)> =
                item.entries().iter().filter(|(key, _)| key.text() != Some(verb.as_str())).cloned().collect();
            let rest = Node { mark: item.mark, value: Value::Map(rest.into()) };
            let mut record = self.record(&rest, &[STEP], &path);
            if let Some(fields) = record.as_object_mut() {
                fields.insert("verb".to_owned(), json!(verb.as_str()));
                fields.insert("object".to_owned(), json!(object));
                out.push(record);
            }
        }
        Json::Array(out)
    }

    fn no_verb(&mut self, item: &Node) {
        let verbs = Verb::ALL.map(Verb::as_str);
        let known = |key: &str| STEP.iter().any(|known| known.name == key);
        let odd = item.entries().iter().find(|(key, _)| key.text().is_some_and(|key| !known(key)));
        match odd {
            Some((key, _)) => self.unknown_key(key, verbs.into_iter()),
            None => {
                let list = verbs.iter().map(|verb| base::Arg::from(*verb)).collect::<Vec<_>>();
                let help = Message::new("plan-one-of").with("list", list);
                self.error("missing-key", item.mark, Message::new("plan-no-verb"), Some(help));
            }
        }
    }

    fn probe(&mut self, node: &Node) -> Json {
        const PROBE: &[Key] = &[
            Key { name: "tcp", shape: Shape::Text, doc: "" },
            Key { name: "http", shape: Shape::Text, doc: "" },
            Key { name: "sql", shape: Shape::Text, doc: "" },
            Key { name: "database", shape: Shape::Text, doc: "" },
            Key { name: "command", shape: Shape::Special(Special::Command), doc: "" },
            Key { name: "expects", shape: Shape::Text, doc: "" },
        ];
        let record = self.record(node, &[PROBE], "");
        let kinds =
            ["tcp", "http", "sql", "command"].iter().filter(|kind| record.get(**kind).is_some()).count();
        let sound = kinds == 1 && record.get("sql").is_some() == record.get("database").is_some();
        if record.is_object() && !sound {
            let help = Some(Message::new("plan-probe-help"));
            self.error("wrong-type", node.mark, Message::new("plan-probe"), help);
            return Json::Null;
        }
        record
    }

    fn secret(&mut self, node: &Node) -> Json {
        match (node.get("env").and_then(Node::text), node.get("file").and_then(Node::text)) {
            (Some(name), None) => json!({ "env": name }),
            (None, Some(path)) => json!({ "file": path }),
            _ => {
                // The text is not repeated: it may be the secret itself.
                let help = Some(Message::new("plan-plain-secret-help"));
                self.error("plain-secret", node.mark, Message::new("plan-plain-secret"), help);
                Json::Null
            }
        }
    }

    fn position(&mut self, node: &Node) -> Json {
        if node.plain() == Some("unknown") {
            return Json::Null;
        }
        let number = |key: &str| node.get(key).and_then(Node::text).and_then(|text| text.parse::<f64>().ok());
        match (number("lat"), number("lon")) {
            (Some(lat), Some(lon)) if lat.abs() <= 90.0 && lon.abs() <= 180.0 => {
                json!({ "lat": lat, "lon": lon })
            }
            (Some(lat), Some(lon)) if lon.abs() <= 90.0 && lat.abs() <= 180.0 => {
                let fix = format!("{{ lat: {lon}, lon: {lat} }}");
                let help = Message::new("plan-write").with("fix", fix);
                self.error("swapped-position", node.mark, Message::new("plan-swapped-position"), Some(help));
                Json::Null
            }
            _ => self.wrong_type(node, "plan-a-position"),
        }
    }

    fn command(&mut self, node: &Node) -> Json {
        let Value::List(items) = &node.value else {
            let help = Some(Message::new("plan-command-help"));
            self.error("wrong-type", node.mark, Message::new("plan-command"), help);
            return Json::Null;
        };
        let words: Vec<&str> = items.iter().filter_map(Node::text).collect();
        if words.is_empty() || words.len() != items.len() {
            return self.wrong_type(node, "plan-a-command");
        }
        json!(words)
    }
}

fn first_text(node: &Node) -> Option<String> {
    match &node.value {
        Value::List(items) => items.first().and_then(first_text),
        _ => node.text().map(str::to_owned).filter(|text| Id::is_valid(text)),
    }
}

fn way_name(record: &Json) -> Option<String> {
    record.get("name").and_then(Json::as_str).map(str::to_owned)
}

fn copy_name(record: &Json) -> Option<String> {
    record.get("to").and_then(Json::as_str).map(str::to_owned)
}
