//! A validator for the part of JSON Schema (draft 2020-12) that our schemas use; any other keyword is a fault of the
//! schema, so that nothing passes by being ignored.

#![allow(clippy::unwrap_used, dead_code)] // helpers of tests; every test program uses a part of them

use serde_json::{Map, Value};

/// Why `value` does not fit; nothing if it does.
pub(crate) fn faults(schema: &Value, value: &Value) -> Vec<String> {
    let mut out = Vec::new();
    Validator { root: schema }.check(schema, value, "$", &mut out);
    out
}

const SILENT: [&str; 7] =
    ["$schema", "$defs", "title", "description", "minimum", "minItems", "minProperties"];

struct Validator<'a> {
    root: &'a Value,
}

impl Validator<'_> {
    fn check(&self, schema: &Value, value: &Value, at: &str, out: &mut Vec<String>) {
        let Some(schema) = schema.as_object() else { panic!("{at}: a schema has to be an object") };
        for (keyword, wanted) in schema {
            let fits = match keyword.as_str() {
                "type" => one_or_many(wanted).iter().any(|name| is(value, name)),
                "enum" => wanted.as_array().unwrap().contains(value),
                "const" => wanted == value,
                "pattern" => value.as_str().is_none_or(|text| matches(wanted.as_str().unwrap(), text)),
                "anyOf" => wanted.as_array().unwrap().iter().any(|one| self.fits(one, value)),
                "$ref" => {
                    let path = wanted.as_str().unwrap().strip_prefix('#').unwrap();
                    self.check(self.root.pointer(path).unwrap(), value, at, out);
                    true
                }
                "required" => {
                    let keys = wanted.as_array().unwrap().iter().map(|key| key.as_str().unwrap());
                    value.as_object().is_none_or(|map| keys.into_iter().all(|key| map.contains_key(key)))
                }
                "items" => {
                    for (n, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.check(wanted, item, &format!("{at}[{n}]"), out);
                    }
                    true
                }
                "properties" | "patternProperties" | "additionalProperties" => true,
                other => {
                    SILENT.contains(&other) || panic!("{at}: {other} is not a keyword this validator knows")
                }
            };
            if !fits {
                out.push(format!("{at}: {value} does not fit {keyword}: {wanted}"));
            }
        }
        self.bounds(schema, value, at, out);
        self.properties(schema, value, at, out);
    }

    fn fits(&self, schema: &Value, value: &Value) -> bool {
        let mut out = Vec::new();
        self.check(schema, value, "", &mut out);
        out.is_empty()
    }

    fn bounds(&self, schema: &Map<String, Value>, value: &Value, at: &str, out: &mut Vec<String>) {
        let least = |key: &str| schema.get(key).and_then(Value::as_f64);
        let have = [
            ("minimum", value.as_f64()),
            ("minItems", value.as_array().map(|list| list.len() as f64)),
            ("minProperties", value.as_object().map(|map| map.len() as f64)),
        ];
        for (keyword, have) in have {
            if least(keyword).zip(have).is_some_and(|(least, have)| have < least) {
                out.push(format!("{at}: {value} is below its {keyword}"));
            }
        }
    }

    fn properties(&self, schema: &Map<String, Value>, value: &Value, at: &str, out: &mut Vec<String>) {
        for (key, inner) in value.as_object().into_iter().flatten() {
            let at = format!("{at}.{key}");
            let named = schema.get("properties").and_then(|known| known.get(key));
            let patterns = schema.get("patternProperties").and_then(Value::as_object).into_iter().flatten();
            let fitting: Vec<&Value> =
                named.into_iter().chain(patterns.filter(|(p, _)| matches(p, key)).map(|(_, s)| s)).collect();
            fitting.iter().for_each(|one| self.check(one, inner, &at, out));
            if !fitting.is_empty() {
                continue;
            }
            match schema.get("additionalProperties") {
                Some(Value::Bool(false)) => out.push(format!("{at} is not a known key")),
                Some(other) if other.is_object() => self.check(other, inner, &at, out),
                _ => {}
            }
        }
    }
}

fn one_or_many(wanted: &Value) -> Vec<&str> {
    match wanted {
        Value::Array(names) => names.iter().map(|name| name.as_str().unwrap()).collect(),
        name => vec![name.as_str().unwrap()],
    }
}

fn is(value: &Value, name: &str) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other} is not a type"),
    }
}

fn matches(pattern: &str, text: &str) -> bool {
    regex_lite::Regex::new(pattern).unwrap_or_else(|e| panic!("{pattern}: {e}")).is_match(text)
}
