//! YAML as the JSON that an editor would check against the schema: core schema, aliases followed.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Value, json};

/// The first document of a text that is sound YAML.
pub(crate) fn json_of(text: &str) -> Value {
    let mut events = Parser::new_from_str(text).map(|event| event.unwrap().0).collect::<Vec<_>>().into_iter();
    let mut anchors = HashMap::new();
    while let Some(event) = events.next() {
        if !matches!(event, Event::StreamStart | Event::DocumentStart(_)) {
            return node(event, &mut events, &mut anchors);
        }
    }
    Value::Null
}

fn node<'t>(
    event: Event<'t>,
    events: &mut impl Iterator<Item = Event<'t>>,
    anchors: &mut HashMap<usize, Value>,
) -> Value {
    let (anchor, value) = match event {
        Event::Alias(id) => return anchors[&id].clone(),
        Event::Scalar(text, style, anchor, _) => (anchor, scalar(&text, style)),
        Event::SequenceStart(anchor, _) => {
            let mut list = Vec::new();
            loop {
                match events.next().unwrap() {
                    Event::SequenceEnd => break (anchor, Value::Array(list)),
                    event => list.push(node(event, events, anchors)),
                }
            }
        }
        Event::MappingStart(anchor, _) => {
            let mut map = Map::new();
            loop {
                let key = match events.next().unwrap() {
                    Event::MappingEnd => break (anchor, Value::Object(map)),
                    event => node(event, events, anchors),
                };
                let key = key.as_str().map_or_else(|| key.to_string(), str::to_owned);
                let event = events.next().unwrap();
                map.insert(key, node(event, events, anchors));
            }
        }
        other => panic!("{other:?}"),
    };
    if anchor > 0 {
        anchors.insert(anchor, value.clone());
    }
    value
}

fn scalar(text: &str, style: ScalarStyle) -> Value {
    if style != ScalarStyle::Plain {
        return json!(text);
    }
    match text {
        "" | "~" | "null" => Value::Null,
        "true" => json!(true),
        "false" => json!(false),
        _ => {
            let whole = text.parse::<i64>().map(|n| json!(n));
            let plain = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-'));
            whole
                .or_else(|_| text.parse::<f64>().map(|n| json!(n)))
                .ok()
                .filter(|_| plain)
                .unwrap_or(json!(text))
        }
    }
}
