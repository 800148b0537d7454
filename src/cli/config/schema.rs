//! The JSON Schema of the configuration file, made from the table of settings, for editors.

use super::allow;
use serde_json::{Map, Value, json};
use twicetold::settings::{Kind, OPTIONS, Opt};

/// The schema.
pub(crate) fn schema() -> Value {
    let mut top = Map::new();
    let mut tables: Vec<(&str, Map<String, Value>)> = Vec::new();
    for opt in OPTIONS {
        match opt.name.split_once('.') {
            None => {
                top.insert(opt.name.to_owned(), property(opt));
            }
            Some((table, key)) => {
                let known = tables.iter().position(|(name, _)| *name == table);
                let at = known.unwrap_or_else(|| {
                    tables.push((table, Map::new()));
                    tables.len() - 1
                });
                if let Some((_, keys)) = tables.get_mut(at) {
                    keys.insert(key.to_owned(), property(opt));
                }
            }
        }
    }
    for (name, keys) in tables {
        top.insert(name.to_owned(), closed(&keys));
    }
    top.insert(allow::KEY.to_owned(), allow::schema());
    let mut schema = closed(&top);
    if let Some(object) = schema.as_object_mut() {
        object.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        object.insert("title".to_owned(), json!("twicetold.toml"));
        object.insert("description".to_owned(), json!("Settings of twicetold."));
    }
    schema
}

fn closed(properties: &Map<String, Value>) -> Value {
    json!({ "type": "object", "additionalProperties": false, "properties": properties })
}

fn property(opt: &Opt) -> Value {
    let mut value = shape(opt.kind);
    if let Some(object) = value.as_object_mut() {
        object.insert("description".to_owned(), json!(opt.help));
        if let Some(default) = default(opt) {
            object.insert("default".to_owned(), default);
        }
    }
    value
}

fn shape(kind: Kind) -> Value {
    let number = || json!({ "type": "integer", "minimum": 0 });
    let share = || json!({ "type": "number", "minimum": 0, "maximum": 1 });
    let percent = || json!({ "type": "string", "pattern": "^[0-9.]+%?$" });
    let text = || json!({ "type": "string" });
    let names = kind.names();
    let map = |part: Value, or: Vec<Value>| {
        let parts: Map<String, Value> = names.iter().map(|name| ((*name).to_owned(), part.clone())).collect();
        let mut choices = vec![closed(&parts)];
        choices.extend(or);
        json!({ "anyOf": choices })
    };
    match kind {
        Kind::Switch => json!({ "type": "boolean" }),
        Kind::Number => number(),
        Kind::Share => json!({ "anyOf": [share(), percent()] }),
        Kind::Size => {
            json!({ "anyOf": [number(), { "type": "string", "pattern": "^[0-9]+ *[KMGTkmgt]?i?[Bb]?$" }] })
        }
        Kind::Frequency => json!({ "anyOf": [number(), percent()] }),
        Kind::Text => text(),
        Kind::Choice(_) => json!({ "enum": names }),
        Kind::Choices(_) => json!({ "anyOf": [{ "type": "array", "items": { "enum": names } }, text()] }),
        Kind::Texts => json!({ "anyOf": [{ "type": "array", "items": text() }, text()] }),
        Kind::Numbers(_) => map(number(), vec![number(), text()]),
        Kind::Shares(_) => map(json!({ "anyOf": [share(), percent()] }), vec![share(), text()]),
        Kind::Names(_) => map(text(), vec![text()]),
    }
}

/// The default as the file would hold it.
fn default(opt: &Opt) -> Option<Value> {
    let number = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_else(|_| json!(text));
    match (opt.kind, opt.default) {
        (Kind::Switch, text) => Some(json!(text == "true")),
        (_, "") => None,
        (Kind::Number | Kind::Share | Kind::Frequency, text) => Some(number(text)),
        (Kind::Choices(_), text) => Some(json!(text.split(',').collect::<Vec<_>>())),
        (kind, text) if kind.is_map() => {
            let parts = text.split(',').filter_map(|part| part.split_once('='));
            Some(parts.map(|(name, value)| (name.to_owned(), number(value))).collect::<Map<_, _>>().into())
        }
        (_, text) => Some(json!(text)),
    }
}
