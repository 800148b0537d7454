//! Reads the `[[allow]]` tables of a configuration file: TOML text goes in, rules with their places or faults come out.
//!
//! A rule says what it allows (all it names must fit), why, and, if it is not for ever, until when:
//!
//! ```toml
//! [[allow]]
//! fingerprint = "472fd5c1f18b"
//! reason = "the minister's statement, quoted whole"
//! expires = 2027-01-01
//! ```

use std::ops::Range;

use serde_json::{Value, json};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};
use twicetold::{
    family::Class,
    gate::{Allow, Day, PathGlobs},
    settings::{Level, PerLevel},
};

use super::read::Fault;
use crate::cli::nearest;

/// The key of the tables.
pub(crate) const KEY: &str = super::read::ALLOW;

/// Digits of a fingerprint that tell one finding from the others; reports for people print twelve.
const DIGITS: usize = 8;

/// What a rule can be told, each with what it means.
const KEYS: &[(&str, &str)] = &[
    ("fingerprint", "The first digits of the finding's fingerprint, at least eight."),
    ("text", "Words that the finding's text holds in a row; case and punctuation do not count."),
    ("path", "Globs; every document of the finding lies in one. In a check: every incoming one."),
    ("level", "The sizes of text."),
    ("class", "stock-phrase or boilerplate."),
    ("reason", "Why; it stands in the report."),
    ("expires", "From this day on the rule holds no longer, such as 2027-01-01."),
];

const CLASSES: [Class; 2] = [Class::StockPhrase, Class::Boilerplate];

/// A rule and where it stands in the file.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) allow: Allow,
    pub(crate) span: Range<usize>,
}

/// Reads the rules of a file's text. A text that is not TOML has none: the reader of settings says so.
pub(crate) fn read(text: &str) -> Result<Vec<Rule>, Vec<Fault>> {
    let Ok(table) = DeTable::parse(text) else { return Ok(Vec::new()) };
    let Some(value) = table.get_ref().get(KEY) else { return Ok(Vec::new()) };
    let mut reader = Reader { faults: Vec::new() };
    let mut rules = Vec::new();
    match value.get_ref() {
        DeValue::Array(items) => {
            for item in items {
                match item.get_ref() {
                    DeValue::Table(table) => {
                        let span = header(text, item.span(), table);
                        if let Some(allow) = reader.rule(table, &span) {
                            rules.push(Rule { allow, span });
                        }
                    }
                    _ => reader.not_tables(item.span()),
                }
            }
        }
        _ => reader.not_tables(value.span()),
    }
    if reader.faults.is_empty() { Ok(rules) } else { Err(reader.faults) }
}

/// The bytes that stand for a rule: its header, or its first key where the parser knows no header.
fn header(text: &str, span: Range<usize>, table: &DeTable<'_>) -> Range<usize> {
    let first = table.iter().map(|(key, _)| key.span().start).min().unwrap_or(span.start);
    let start = span.start.min(first);
    let line = text.get(start..).and_then(|rest| rest.lines().next()).map_or(0, str::len);
    start..start + line
}

struct Reader {
    faults: Vec<Fault>,
}

impl Reader {
    fn not_tables(&mut self, span: Range<usize>) {
        let help = "write [[allow]] and its keys under it".to_owned();
        self.fault(format!("`{KEY}` is a list of tables"), span, help);
    }

    fn fault(&mut self, what: String, span: Range<usize>, help: String) {
        self.faults.push(Fault { what, span, help: Some(help) });
    }

    fn rule(&mut self, table: &DeTable<'_>, span: &Range<usize>) -> Option<Allow> {
        let before = self.faults.len();
        let mut rule = Allow::new("");
        let mut narrows = false;
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            narrows |= !["reason", "expires"].contains(&name);
            match name {
                "fingerprint" => {
                    rule.fingerprint = self.text(name, value).map(|digits| {
                        let sound = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
                        if !sound || digits.len() < DIGITS || 32 < digits.len() {
                            let what = format!("`{digits}` is not {DIGITS} to 32 hexadecimal digits");
                            self.fault(what, value.span(), "copy it from a report".to_owned());
                        }
                        digits.to_ascii_lowercase()
                    });
                }
                "text" => {
                    rule.text = self.text(name, value);
                    let has_words = |text: &String| !twicetold::words::normalised(text, &[]).is_empty();
                    if rule.text.as_ref().is_some_and(|text| !has_words(text)) {
                        self.fault("`text` has no words".to_owned(), value.span(), help_of(name));
                    }
                }
                "path" => {
                    let globs = self.texts(name, value);
                    match PathGlobs::new(globs.iter().map(String::as_str)) {
                        Ok(set) => rule.path = set,
                        Err(wrong) => self.fault(format!("`path`: {wrong}"), value.span(), help_of(name)),
                    }
                }
                "level" => {
                    let names = self.texts(name, value);
                    rule.level = PerLevel::all(false);
                    for level in &names {
                        match Level::parse(level) {
                            Ok(level) => *rule.level.get_mut(level) = true,
                            Err(wrong) => self.fault(wrong, value.span(), help_of(name)),
                        }
                    }
                }
                "class" => {
                    let text = self.text(name, value);
                    rule.class = text.and_then(|text| CLASSES.into_iter().find(|class| class.name() == text));
                    if rule.class.is_none() {
                        self.fault("`class` is none of its names".to_owned(), value.span(), help_of(name));
                    }
                }
                "reason" => rule.reason = self.text(name, value).unwrap_or_default(),
                "expires" => {
                    let written = match value.get_ref() {
                        DeValue::Datetime(date) => date.to_string(),
                        DeValue::String(text) => text.to_string(),
                        _ => String::new(),
                    };
                    rule.expires = Day::parse(&written);
                    if rule.expires.is_none() {
                        let what = "`expires` takes a day".to_owned();
                        self.fault(what, value.span(), "write it as 2027-01-01".to_owned());
                    }
                }
                other => {
                    let help = match nearest(other, KEYS.iter().map(|(key, _)| *key)) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => "see `twicetold config init -`".to_owned(),
                    };
                    self.fault(format!("unknown key `{other}` in `{KEY}`"), key.span(), help);
                }
            }
        }
        if self.faults.len() == before && rule.reason.trim().is_empty() {
            let what = "a rule without a reason".to_owned();
            self.fault(what, span.clone(), "say why with `reason = \"…\"`".to_owned());
        }
        if self.faults.len() == before && !narrows {
            let what = "a rule that allows everything".to_owned();
            let help = "say which: fingerprint, text, path, level or class".to_owned();
            self.fault(what, span.clone(), help);
        }
        (self.faults.len() == before).then_some(rule)
    }

    fn text(&mut self, name: &str, value: &Spanned<DeValue<'_>>) -> Option<String> {
        let text = value.get_ref().as_str().map(str::to_owned);
        if text.is_none() {
            self.fault(format!("`{name}` takes text in quotes"), value.span(), help_of(name));
        }
        text
    }

    /// A text or a list of some.
    fn texts(&mut self, name: &str, value: &Spanned<DeValue<'_>>) -> Vec<String> {
        let texts = match value.get_ref() {
            DeValue::Array(items) => items.iter().filter_map(|item| self.text(name, item)).collect(),
            _ => self.text(name, value).into_iter().collect::<Vec<_>>(),
        };
        if texts.is_empty() {
            self.fault(format!("`{name}` names nothing"), value.span(), help_of(name));
        }
        texts
    }
}

fn help_of(name: &str) -> String {
    KEYS.iter().find(|(key, _)| *key == name).map_or_else(String::new, |(_, help)| (*help).to_owned())
}

/// What the template of a configuration file says of rules.
pub(crate) fn template() -> String {
    let keys: Vec<String> = KEYS.iter().map(|(key, help)| format!("##   {key:11} {help}\n")).collect();
    format!(
        "\n## Findings that are allowed: a table each. All that is said must fit; a reason must be given.\n\
         ##\n\
         ## [[allow]]\n\
         ## text = \"all rights reserved\"\n\
         ## reason = \"the line under every article\"\n\
         ## expires = 2027-01-01\n\
         ##\n{}",
        keys.concat()
    )
}

/// Their JSON Schema.
pub(crate) fn schema() -> Value {
    let text = |name: &str| json!({ "type": "string", "description": help_of(name) });
    let list = |name: &str, item: Value| json!({ "anyOf": [{ "type": "array", "items": item, "minItems": 1 }, item], "description": help_of(name) });
    let levels: Vec<&str> = Level::ALL.iter().map(|level| level.name()).collect();
    json!({
        "type": "array",
        "description": "Findings that are allowed. All that a rule says must fit.",
        "items": {
            "type": "object",
            "additionalProperties": false,
            "required": ["reason"],
            "minProperties": 2,
            "properties": {
                "fingerprint": { "type": "string", "pattern": "^[0-9a-fA-F]{8,32}$", "description": help_of("fingerprint") },
                "text": text("text"),
                "path": list("path", json!({ "type": "string" })),
                "level": list("level", json!({ "enum": levels })),
                "class": { "enum": CLASSES.map(Class::name), "description": help_of("class") },
                "reason": text("reason"),
                "expires": text("expires"),
            }
        }
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_rule_says_what_why_and_until_when() {
        let text = "lanes = 128\n\n[[allow]]\nfingerprint = \"472FD5C1F18B\"\nlevel = [\"sentence\"]\npath = \"agency/**\"\n\
                    reason = \"agreed\"\nexpires = 2027-01-01\n\n[[allow]]\ntext = \"All rights reserved\"\nreason = \"imprint\"\n";
        let rules = read(text).unwrap();
        let first = &rules[0].allow;
        assert_eq!(first.fingerprint.as_deref(), Some("472fd5c1f18b"));
        assert_eq!((first.reason.as_str(), first.expires), ("agreed", Day::parse("2027-01-01")));
        assert_eq!(first.level, PerLevel { sentence: true, ..PerLevel::default() });
        let lines: Vec<&str> = rules.iter().map(|rule| &text[rule.span.clone()]).collect();
        assert!(lines.iter().all(|line| line.starts_with("[[allow]]") || line.contains(" = ")), "{lines:?}");
    }

    #[test]
    fn what_a_rule_lacks_or_has_too_much_is_said() {
        for (rule, part) in [
            ("text = \"a\"", "without a reason"),
            ("text = \"a\"\nreason = \" \"", "without a reason"),
            ("reason = \"a\"", "allows everything"),
            ("reason = \"a\"\nexpires = 2027-01-01", "allows everything"),
            ("reason = \"a\"\nfingerprint = \"472f\"", "hexadecimal"),
            ("reason = \"a\"\nfingerprint = \"xyzxyzxyz\"", "hexadecimal"),
            ("reason = \"a\"\ntext = \"…\"", "no words"),
            ("reason = \"a\"\npath = \"a[b\"", "`path`"),
            ("reason = \"a\"\npath = []", "names nothing"),
            ("reason = \"a\"\nlevel = \"chapter\"", "chapter"),
            ("reason = \"a\"\nclass = \"news\"", "`class`"),
            ("reason = 7\ntext = \"a\"", "text in quotes"),
            ("reason = \"a\"\ntext = \"a\"\nexpires = \"soon\"", "a day"),
            ("reason = \"a\"\ntext = \"a\"\nexpire = 2027-01-01", "unknown key `expire`"),
        ] {
            let faults = read(&format!("[[allow]]\n{rule}\n")).unwrap_err();
            assert!(faults.iter().any(|fault| fault.what.contains(part)), "{rule}: {faults:?}");
        }
        assert!(read("allow = 3").unwrap_err()[0].what.contains("list of tables"));
        assert!(read("allow = [3]").unwrap_err()[0].what.contains("list of tables"));
    }
}
