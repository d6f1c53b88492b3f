//! The JSON Schema of a plan, for editors. It follows the table of the language; what the schema cannot say (that an id
//! exists, that a way makes sense) `oki check` says.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::language::{
    CLASS, COMMON, COPY, Key, Kind, LEVEL, NEED, OBJECTIVE, OBJECTIVES, PLAN, POWER, PROBE, SECRET, STEP,
    Shape, Special, WAY, keys,
};
use crate::model::Verb;

const NUMBER: &str = "([0-9]+(\\.[0-9]*)?|\\.[0-9]+)";

/// JSON Schema (draft 2020-12) of a plan file.
pub fn schema() -> Value {
    let mut writer = Writer::default();
    let mut properties = writer.record(PLAN);
    for (table, kind) in Kind::TABLES {
        let mut own = writer.record(COMMON);
        own.extend(writer.record(keys(kind)));
        let thing = json!({ "type": ["object", "null"], "properties": own, "additionalProperties": false });
        let things = json!({ "type": ["object", "null"], "additionalProperties": thing });
        properties.insert(table.to_owned(), things);
    }
    writer.define("need", need());
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Okiagari continuity plan, version 1",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
        "$defs": writer.definitions,
    })
}

/// Writes shapes; what is used often, or inside itself, is defined once and referred to.
#[derive(Default)]
struct Writer {
    definitions: BTreeMap<String, Value>,
}

impl Writer {
    fn define(&mut self, name: &str, value: Value) -> Value {
        self.definitions.insert(name.to_owned(), value);
        reference(name)
    }

    fn record(&mut self, keys: &[Key]) -> Map<String, Value> {
        keys.iter().map(|key| (key.name.to_owned(), self.described(key))).collect()
    }

    fn closed(&mut self, keys: &[Key]) -> Value {
        closed(self.record(keys))
    }

    fn described(&mut self, key: &Key) -> Value {
        let mut value = self.shape(&key.shape);
        if let Some(fields) = value.as_object_mut() {
            fields.insert("description".to_owned(), json!(key.doc));
        }
        value
    }

    /// What may stand behind a key; that it is unknown may be said of everything.
    fn shape(&mut self, of: &Shape) -> Value {
        match (self.known(of), of) {
            (open, Shape::Text | Shape::Any | Shape::Hours | Shape::Id(_) | Shape::Special(_)) => open,
            (Value::Object(mut known), _) => match known.remove("anyOf") {
                Some(Value::Array(mut options)) => {
                    options.push(json!({ "const": "unknown" }));
                    any_of(options)
                }
                _ => any_of(vec![Value::Object(known), json!({ "const": "unknown" })]),
            },
            (other, _) => other,
        }
    }

    fn known(&mut self, of: &Shape) -> Value {
        if let Some(pattern) = quantity(of) {
            return any_of(vec![text_like(&pattern), json!({ "const": 0 })]);
        }
        match of {
            Shape::Text | Shape::Hours => text(),
            Shape::Flag => json!({ "type": "boolean" }),
            Shape::Count => any_of(vec![json!({ "type": "integer", "minimum": 0 }), text_like("[0-9]+")]),
            Shape::Word(words) => words_of(words),
            Shape::Id(_) => text(),
            Shape::Set(inner) => {
                let inner = self.shape(inner);
                let list = json!({ "type": "array", "items": any_of(vec![inner.clone(), json!({ "const": "unknown" })]) });
                any_of(vec![inner, list, json!({ "type": "null" })])
            }
            Shape::List(inner) => json!({ "type": "array", "items": self.shape(inner) }),
            Shape::Fact(inner) => self.fact(inner),
            Shape::Record(keys) => {
                let record = self.closed(keys);
                any_of(vec![record, json!({ "type": "null" })])
            }
            Shape::Short(short, keys) => {
                let value = keys.iter().find(|key| key.name == *short).map(|key| self.shape(&key.shape));
                let record = self.closed(keys);
                any_of(vec![value.unwrap_or_default(), record, json!({ "type": "null" })])
            }
            Shape::Map(_, value) => {
                let value = self.shape(value);
                json!({ "type": ["object", "null"], "additionalProperties": value })
            }
            Shape::Special(special) => self.special(*special),
            _ => json!({}),
        }
    }

    /// A value, or what is known about it; forms may stand inside each other.
    fn fact(&mut self, inner: &Shape) -> Value {
        let exact = self.known(inner);
        let name = format!("fact-{}", name(inner));
        if self.definitions.contains_key(&name) {
            return reference(&name);
        }
        let again = reference(&name);
        let mut forms = vec![
            exact.clone(),
            json!({ "enum": ["unknown", "none", "some", null] }),
            record_of(&[("min", &exact), ("likely", &exact), ("max", &exact)]),
            record_of(&[("failure", &again), ("disaster", &again)]),
            record_of(&[(
                "disputed",
                &json!({ "type": "object", "additionalProperties": again, "minProperties": 2 }),
            )]),
        ];
        if let Some(pattern) =
            quantity(inner).or_else(|| Some("[0-9]+".to_owned()).filter(|_| matches!(inner, Shape::Count)))
        {
            // In a range of money the currency stands once.
            let low = if matches!(inner, Shape::Money) {
                format!("{NUMBER}[kMG]?|{pattern}")
            } else {
                pattern.clone()
            };
            forms.push(text_like(&format!("({low}|0|unknown)? *\\.\\. *({pattern}|0|unknown)?")));
        }
        if matches!(inner, Shape::Span) {
            let shares = format!("^{NUMBER}%$");
            forms.push(json!({ "type": "object", "patternProperties": { shares: exact }, "additionalProperties": false }));
        }
        self.define(&name, any_of(forms))
    }

    fn special(&mut self, special: Special) -> Value {
        let unknown = json!({ "enum": ["unknown", null] });
        let list = json!({ "type": "array", "items": text() });
        match special {
            Special::Placement => {
                let heads = self.fact(&Shape::Count);
                let one_of = record_of(&[("one-of", &any_of(vec![text(), list.clone()]))]);
                let places = json!({ "type": "object", "additionalProperties": heads });
                any_of(vec![text(), list, one_of, places, unknown])
            }
            Special::Regions => any_of(vec![text(), list]),
            Special::Over => {
                let lines = any_of(vec![text(), list]);
                any_of(vec![lines.clone(), record_of(&[("any", &lines)])])
            }
            Special::PlacesServed => any_of(vec![text(), list]),
            Special::Need => reference("need"),
            Special::Power => {
                let source = any_of(vec![self.closed(POWER), self.fact(&Shape::Span)]);
                let sources = json!({ "type": "object", "additionalProperties": source });
                any_of(vec![json!({ "enum": ["unknown", "none", null] }), sources])
            }
            Special::Feeds => any_of(vec![text(), list, unknown]),
            Special::Objectives => self.objectives(),
            Special::Ways => self.list_of(WAY),
            Special::Copies => self.list_of(COPY),
            Special::Steps => {
                let mut step = self.record(STEP);
                step.extend(
                    Verb::ALL.map(|verb| {
                        (verb.as_str().to_owned(), any_of(vec![text(), json!({ "type": "null" })]))
                    }),
                );
                any_of(vec![json!({ "type": "array", "items": closed(step) }), json!({ "const": "unknown" })])
            }
            Special::Probe => self.closed(PROBE),
            Special::Secret => any_of(vec![self.closed(SECRET), json!({ "const": "unknown" })]),
            Special::Position => {
                let number = any_of(vec![json!({ "type": "number" }), text_like("-?[0-9.]+")]);
                any_of(vec![record_of(&[("lat", &number), ("lon", &number)]), json!({ "const": "unknown" })])
            }
            Special::Moment => text(),
            Special::Command => {
                let words = json!({ "type": "array", "items": text(), "minItems": 1 });
                any_of(vec![words, json!({ "const": "unknown" })])
            }
        }
    }

    fn list_of(&mut self, keys: &[Key]) -> Value {
        let item = any_of(vec![self.closed(keys), json!({ "const": "unknown" })]);
        any_of(vec![json!({ "type": "array", "items": item }), json!({ "const": "unknown" })])
    }

    fn objectives(&mut self) -> Value {
        let words = json!({ "enum": ["unset", "unknown", "none"] });
        let points = json!({ "enum": ["just-before", "previous-day", "previous-week", "previous-month"] });
        let span = self.fact(&Shape::Span);
        let level = self.ladder();
        let mut class = self.record(CLASS);
        for part in OBJECTIVES {
            let target = match part {
                "rlo" => level.clone(),
                "rpo" => any_of(vec![span.clone(), points.clone()]),
                _ => span.clone(),
            };
            let mut long = self.record(OBJECTIVE);
            long.insert("value".to_owned(), any_of(vec![target.clone(), words.clone()]));
            long.insert("wish".to_owned(), target.clone());
            class.insert(part.to_owned(), any_of(vec![target, words.clone(), closed(long)]));
        }
        let class = self.define("objectives", any_of(vec![closed(class), words.clone()]));
        any_of(vec![class.clone(), record_of(&[("failure", &class), ("disaster", &class)])])
    }

    fn ladder(&mut self) -> Value {
        let share = self.fact(&Shape::Share);
        let level = any_of(vec![share, self.closed(LEVEL)]);
        let staged = json!({ "type": "object", "patternProperties": { "^[0-9.]": level }, "additionalProperties": false });
        any_of(vec![level, staged])
    }
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

fn text() -> Value {
    json!({ "type": ["string", "number", "boolean"] })
}

fn text_like(pattern: &str) -> Value {
    json!({ "type": "string", "pattern": format!("^({pattern})$") })
}

fn any_of(options: Vec<Value>) -> Value {
    json!({ "anyOf": options })
}

fn closed(properties: Map<String, Value>) -> Value {
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn record_of(fields: &[(&str, &Value)]) -> Value {
    closed(fields.iter().map(|(key, value)| ((*key).to_owned(), (*value).clone())).collect())
}

/// A word that looks like a number is one to most readers of YAML.
fn words_of(words: &[&str]) -> Value {
    let numbers = words.iter().filter_map(|word| word.parse::<u64>().ok()).map(|number| json!(number));
    json!({ "enum": words.iter().map(|word| json!(word)).chain(numbers).collect::<Vec<_>>() })
}

/// How a quantity is written, `0` apart.
fn quantity(of: &Shape) -> Option<String> {
    let units = match of {
        Shape::Span => return Some(format!("({NUMBER}(ms|s|mo|m|h|d|w|y))+")),
        Shape::Frequency => {
            let unit = "(h|hours?|d|days?|w|weeks?|mo|months?|y|years?)";
            return Some(format!("{NUMBER}( in {NUMBER} ?|/){unit}"));
        }
        Shape::Bytes => "[kMGTP]?B|[KMGTP]iB",
        Shape::Rate => "[kMG]?bps|[kMG]?B/s",
        Shape::Length => "cm|m|km",
        Shape::Share => "%",
        Shape::Money => "[kMG]? [A-Z]{3}",
        _ => return None,
    };
    Some(format!("{NUMBER}({units})"))
}

/// A name for a shape that facts are made of.
fn name(of: &Shape) -> String {
    match of {
        Shape::Word(words) => words.join("-"),
        Shape::Record(keys) => keys.iter().map(|key| key.name).collect::<Vec<_>>().join("-"),
        other => format!("{other:?}").to_lowercase(),
    }
}

fn need() -> Value {
    let list = json!({ "type": "array", "items": reference("need") });
    let one = any_of(vec![text(), list]);
    let count = json!({ "type": "integer", "minimum": 0 });
    let parts = NEED.iter().map(|key| {
        (key.name.to_owned(), if matches!(key.shape, Shape::Count) { count.clone() } else { one.clone() })
    });
    any_of(vec![one.clone(), json!({ "type": "null" }), closed(parts.collect())])
}

#[cfg(test)]
mod tests {
    use super::schema;

    #[test]
    fn the_schema_knows_every_table_and_refuses_other_keys() {
        let schema = schema();
        for (table, _) in crate::language::Kind::TABLES {
            assert!(schema.pointer(&format!("/properties/{table}")).is_some(), "{table}");
        }
        assert_eq!(schema["additionalProperties"], false);
        let rto =
            schema.pointer("/properties/services/additionalProperties/properties/objectives/description");
        assert!(rto.is_some());
    }
}
