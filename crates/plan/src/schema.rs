//! The JSON Schema of a plan, for editors. It follows the table of the language; what the schema cannot say (that an id
//! exists, that a way makes sense) `oki check` says.

use serde_json::{Map, Value, json};

use crate::language::{COMMON, COPY, Key, Kind, PLAN, POWER, STEP, Shape, Special, WAY, keys};
use crate::model::Verb;

/// JSON Schema (draft 2020-12) of a plan file.
pub fn schema() -> Value {
    let mut properties = record(PLAN);
    for (table, kind) in Kind::TABLES {
        let mut own = record(keys(kind));
        own.extend(record(COMMON));
        let thing = json!({ "type": ["object", "null"], "properties": own, "additionalProperties": false });
        properties
            .insert(table.to_owned(), json!({ "type": ["object", "null"], "additionalProperties": thing }));
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Okiagari continuity plan, version 1",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
        "$defs": { "need": need() },
    })
}

fn record(keys: &[Key]) -> Map<String, Value> {
    keys.iter().map(|key| (key.name.to_owned(), described(key))).collect()
}

fn described(key: &Key) -> Value {
    let mut value = shape(&key.shape);
    if let Some(fields) = value.as_object_mut().filter(|_| !key.doc.is_empty()) {
        fields.insert("description".to_owned(), json!(key.doc));
    }
    value
}

fn closed(properties: Map<String, Value>) -> Value {
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn shape(of: &Shape) -> Value {
    match of {
        Shape::Text => json!({ "type": ["string", "number", "boolean"] }),
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Count => json!({ "type": "integer", "minimum": 0 }),
        Shape::Share => {
            json!({ "anyOf": [{ "type": "number", "minimum": 0, "maximum": 1 }, pattern("[0-9.]+%")] })
        }
        Shape::Span => unit("([0-9.]+(ms|s|m|h|d|w|mo|y))+"),
        Shape::Bytes => unit("[0-9.]+([kKMGTP]i?)?B"),
        Shape::Rate => unit("[0-9.]+[kMG]?(bps|B/s)"),
        Shape::Any => json!({}),
        Shape::Word(words) => json!({ "enum": words }),
        Shape::Id(_) => json!({ "type": "string" }),
        Shape::Set(inner) => {
            let inner = shape(inner);
            json!({ "anyOf": [inner.clone(), { "type": "array", "items": inner }, { "const": "unknown" }] })
        }
        Shape::List(inner) => json!({ "type": "array", "items": shape(inner) }),
        Shape::Fact(inner) => fact(&shape(inner)),
        Shape::Record(keys) => closed(record(keys)),
        Shape::Special(special) => special_shape(*special),
    }
}

fn pattern(text: &str) -> Value {
    json!({ "type": "string", "pattern": format!("^{text}$") })
}

fn unit(text: &str) -> Value {
    json!({ "anyOf": [pattern(text), { "const": 0 }] })
}

fn fact(exact: &Value) -> Value {
    let end = json!({ "type": ["string", "number"] });
    json!({ "anyOf": [
        exact,
        { "enum": ["unknown", "none", "some"] },
        { "type": "string", "pattern": "\\.\\." },
        closed([("min", &end), ("likely", &end), ("max", &end)].map(|(k, v)| (k.to_owned(), v.clone())).into_iter().collect()),
        { "type": "object", "required": ["failure"] },
        { "type": "object", "required": ["disaster"] },
        { "type": "object", "required": ["disputed"] },
    ] })
}

fn need() -> Value {
    let list = json!({ "type": "array", "items": { "$ref": "#/$defs/need" } });
    json!({ "anyOf": [
        { "type": "string" },
        list,
        { "type": "object", "properties": { "any": list, "all": list, "at-least": { "type": "integer" }, "of": list }, "additionalProperties": false },
    ] })
}

fn special_shape(special: Special) -> Value {
    let text = json!({ "type": "string" });
    match special {
        Special::Placement => {
            json!({ "anyOf": [text, { "type": "array", "items": text }, { "type": "object" }] })
        }
        Special::Regions => json!({ "anyOf": [text, { "type": "array", "items": text }] }),
        Special::Need => json!({ "$ref": "#/$defs/need" }),
        Special::Power => {
            let source =
                json!({ "anyOf": [closed(record(POWER)), fact(&unit("([0-9.]+(ms|s|m|h|d|w|mo|y))+"))] });
            json!({ "anyOf": [{ "enum": ["unknown", "none"] }, { "type": "object", "additionalProperties": source }] })
        }
        Special::Objectives => objectives(),
        Special::Ways => list_of(closed(record(WAY))),
        Special::Copies => list_of(closed(record(COPY))),
        Special::Steps => {
            let mut step = record(STEP);
            step.extend(Verb::ALL.map(|verb| (verb.as_str().to_owned(), text.clone())));
            json!({ "type": "array", "items": closed(step) })
        }
        Special::Probe => {
            let mut probe: Map<String, Value> = ["tcp", "http", "sql", "database", "expects"]
                .map(|key| (key.to_owned(), text.clone()))
                .into_iter()
                .collect();
            probe.insert("command".to_owned(), special_shape(Special::Command));
            closed(probe)
        }
        Special::Secret => closed(
            [("env", &text), ("file", &text)].map(|(k, v)| (k.to_owned(), v.clone())).into_iter().collect(),
        ),
        Special::Position => {
            let number = json!({ "type": "number" });
            closed(
                [("lat", &number), ("lon", &number)]
                    .map(|(k, v)| (k.to_owned(), v.clone()))
                    .into_iter()
                    .collect(),
            )
        }
        Special::Money => json!({}),
        Special::Command => {
            json!({ "type": "array", "items": { "type": ["string", "number"] }, "minItems": 1 })
        }
    }
}

fn list_of(item: Value) -> Value {
    json!({ "anyOf": [{ "type": "array", "items": { "anyOf": [item, { "const": "unknown" }] } }, { "const": "unknown" }] })
}

fn objectives() -> Value {
    let one = json!({ "anyOf": [{ "type": ["string", "number"] }, { "type": "object" }] });
    let parts: Map<String, Value> =
        ["rto", "rpo", "rlo", "given"].map(|key| (key.to_owned(), one.clone())).into_iter().collect();
    let mut all = parts.clone();
    all.insert("failure".to_owned(), closed(parts.clone()));
    all.insert("disaster".to_owned(), closed(parts));
    json!({ "anyOf": [closed(all), { "const": "unset" }] })
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
