//! Reads a configuration file: TOML text goes in, settings with their places or faults come out.
//!
//! Keys are the names in [`OPTIONS`]; a point in a name makes it a key of a table. Every value is
//! turned into what would be typed after the flag of the same name, and checked there, so that a
//! file and the command line cannot differ in what they accept. All faults of a file are listed at
//! once, except that a file that is not TOML has one: what follows the first is guesswork.

use std::ops::Range;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};
use twicetold::{
    Settings,
    settings::{Kind, OPTIONS, Opt},
};

use crate::cli::nearest;

/// One setting of a file: its name, its value as it would be typed, and where the value stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    pub(crate) span: Range<usize>,
}

/// One thing wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) what: String,
    pub(crate) span: Range<usize>,
    pub(crate) help: Option<String>,
}

type Value<'a, 'i> = (&'a DeValue<'i>, Range<usize>);

/// Flags that are no settings, and so no keys.
const FLAGS_ONLY: &[&str] = &[
    "format",
    "files-from",
    "config",
    "isolated",
    "quiet",
    "verbose",
    "color",
    "progress",
    "no-text",
    "csv-raw",
    "html-full-text",
    "today",
];

/// The key of tables that are no settings.
pub(crate) const ALLOW: &str = "allow";

/// Whether a name, with its points, is a key.
#[cfg(test)]
pub(crate) fn is_key(name: &str) -> bool {
    let text = name.replace('.', "]\n");
    let text = if name.contains('.') { format!("[{text} = 99") } else { format!("{text} = 99") };
    match read(&text) {
        Ok(_) => true,
        Err(faults) => faults.iter().all(|fault| !fault.what.starts_with("unknown")),
    }
}

/// Reads a file's text: its settings in the order they stand, or everything wrong with it.
pub(crate) fn read(text: &str) -> Result<Vec<Entry>, Vec<Fault>> {
    let table = match DeTable::parse(text) {
        Ok(table) => table,
        Err(error) => {
            let what = error.message().trim().to_owned();
            let span = error.span().unwrap_or(0..0);
            let help = Some("this is not TOML; see https://toml.io for how it is written".to_owned());
            return Err(vec![Fault { what, span, help }]);
        }
    };
    let mut reader = Reader { entries: Vec::new(), faults: Vec::new() };
    reader.table("", table.get_ref());
    reader.faults.sort_by_key(|fault| fault.span.start);
    reader.entries.sort_by_key(|entry| entry.span.start);
    if reader.faults.is_empty() { Ok(reader.entries) } else { Err(reader.faults) }
}

struct Reader {
    entries: Vec<Entry>,
    faults: Vec<Fault>,
}

impl Reader {
    /// Reads the keys of a table; `prefix` is the table's name with a point, or nothing.
    fn table(&mut self, prefix: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let name = format!("{prefix}{}", key.get_ref());
            // Its tables are no settings; `allow` reads them.
            if name == ALLOW {
                continue;
            }
            let inner = (value.get_ref(), value.span());
            if let Some(opt) = OPTIONS.iter().find(|opt| opt.name == name) {
                self.setting(opt, inner);
            } else if OPTIONS
                .iter()
                .any(|opt| opt.name.strip_prefix(&name).is_some_and(|r| r.starts_with('.')))
            {
                match inner.0 {
                    DeValue::Table(table) => self.table(&format!("{name}."), table),
                    other => {
                        let what = format!("`{name}` is a table, not {}", sort(other));
                        self.fault(what, inner.1, Some(format!("write [{name}] and its keys under it")));
                    }
                }
            } else {
                self.unknown(&name, key.span());
            }
        }
    }

    fn unknown(&mut self, name: &str, span: Range<usize>) {
        let what = format!("unknown setting `{name}`");
        let usual = name.replace('_', "-");
        let (table, last) = usual.rsplit_once('.').unwrap_or(("", &usual));
        let split = |known: &'static str| known.rsplit_once('.').unwrap_or(("", known));
        let names = || OPTIONS.iter().map(|opt| opt.name);
        // The right name in the wrong place, else a slip in the right place, else a slip anywhere.
        let moved = names().find(|known| split(known).1 == last);
        let slip = || {
            let beside = names().map(split).filter(|(beside, _)| *beside == table).map(|(_, part)| part);
            let part = nearest(last, beside)?;
            names().find(|known| split(known) == (table, part))
        };
        let meant = moved.or_else(slip).or_else(|| nearest(last, names()));
        let help = if FLAGS_ONLY.contains(&name) {
            format!("`--{name}` is a flag only")
        } else if let Some(meant) = meant {
            format!("did you mean `{meant}`?")
        } else {
            "`twicetold config init` writes a file with every setting".to_owned()
        };
        self.fault(what, span, Some(help));
    }

    fn setting(&mut self, opt: &'static Opt, value: Value<'_, '_>) {
        match (opt.kind, value.0) {
            (kind, DeValue::Table(table)) if kind.is_map() => self.map(opt, table),
            (Kind::Texts, DeValue::Array(items)) => {
                for item in items {
                    self.text(opt, (item.get_ref(), item.span()));
                }
            }
            (Kind::Texts, _) => self.text(opt, value),
            (Kind::Choices(_), DeValue::Array(items)) => self.choices(opt, items, value.1),
            _ => match plain(opt.kind, value.0) {
                Ok(text) => self.add(opt, text, value.1),
                Err(wanted) => self.wrong_sort(opt.name, wanted, value),
            },
        }
    }

    fn text(&mut self, opt: &'static Opt, value: Value<'_, '_>) {
        match value.0 {
            DeValue::String(text) => self.add(opt, text.to_string(), value.1),
            _ => self.wrong_sort(opt.name, "text in quotes", value),
        }
    }

    fn choices(&mut self, opt: &'static Opt, items: &[Spanned<DeValue<'_>>], span: Range<usize>) {
        let (mut parts, mut sound) = (Vec::new(), true);
        for item in items {
            match item.get_ref() {
                DeValue::String(text) if opt.kind.names().contains(&text.as_ref()) => {
                    parts.push(text.as_ref());
                }
                DeValue::String(text) => {
                    sound = false;
                    self.add(opt, text.to_string(), item.span());
                }
                other => {
                    sound = false;
                    self.wrong_sort(opt.name, "text in quotes", (other, item.span()));
                }
            }
        }
        if sound {
            self.add(opt, parts.join(","), span);
        }
    }

    fn map(&mut self, opt: &'static Opt, table: &DeTable<'_>) {
        let names = opt.kind.names();
        for (key, value) in table {
            let part = key.get_ref();
            if !names.contains(&part.as_ref()) {
                let what = format!("unknown key `{part}` in `{}`", opt.name);
                let help = match nearest(part, names.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("the keys are {}", names.join(", ")),
                };
                self.fault(what, key.span(), Some(help));
                continue;
            }
            let inner = match opt.kind {
                Kind::Numbers(_) => Kind::Number,
                Kind::Shares(_) => Kind::Share,
                _ => Kind::Text,
            };
            match plain(inner, value.get_ref()) {
                Ok(text) => self.add(opt, format!("{part}={text}"), value.span()),
                Err(wanted) => {
                    let name = format!("{}.{part}", opt.name);
                    self.wrong_sort(&name, wanted, (value.get_ref(), value.span()));
                }
            }
        }
    }

    /// Keeps a value that its setting accepts.
    fn add(&mut self, opt: &'static Opt, value: String, span: Range<usize>) {
        match (opt.set)(&mut Settings::default(), &value) {
            Ok(()) => self.entries.push(Entry { name: opt.name, value, span }),
            Err(what) => {
                let help = match opt.kind {
                    Kind::Choice(_) | Kind::Choices(_) => {
                        nearest(&value, opt.kind.names()).map(|near| format!("did you mean `{near}`?"))
                    }
                    _ => None,
                };
                let what = format!("`{}`: {what}", opt.name);
                self.fault(what, span, help.or_else(|| Some(opt.help.to_owned())));
            }
        }
    }

    fn wrong_sort(&mut self, name: &str, wanted: &str, (value, span): Value<'_, '_>) {
        let what = format!("`{name}` takes {wanted}, not {}", sort(value));
        let help = match value {
            DeValue::String(text)
                if text.parse::<u64>().is_ok() || matches!(text.as_ref(), "true" | "false") =>
            {
                format!("write it without quotes: {text}")
            }
            _ => format!("give {wanted}"),
        };
        self.fault(what, span, Some(help));
    }

    fn fault(&mut self, what: String, span: Range<usize>, help: Option<String>) {
        self.faults.push(Fault { what, span, help });
    }
}

/// A value as it would be typed, or what it should have been.
fn plain(kind: Kind, value: &DeValue<'_>) -> Result<String, &'static str> {
    let number = |value: &DeValue<'_>| match value {
        DeValue::Integer(n) => i128::from_str_radix(&n.as_str().replace('_', ""), n.radix())
            .ok()
            .filter(|n| 0 <= *n)
            .map(|n| n.to_string()),
        _ => None,
    };
    let string = |value: &DeValue<'_>| value.as_str().map(str::to_owned);
    let float = |value: &DeValue<'_>| match value {
        DeValue::Float(n) => Some(n.as_str().replace('_', "")),
        _ => None,
    };
    match kind {
        Kind::Switch => value.as_bool().map(|on| on.to_string()).ok_or("true or false"),
        Kind::Number => number(value).ok_or("a whole number, 0 or more"),
        Kind::Share => {
            float(value).or_else(|| number(value)).or_else(|| string(value)).ok_or("a number between 0 and 1")
        }
        Kind::Size => number(value).or_else(|| string(value)).ok_or("a size such as \"16M\""),
        Kind::Frequency => {
            number(value).or_else(|| string(value)).ok_or("a whole number, or text such as \"5%\"")
        }
        Kind::Choice(_) | Kind::Text | Kind::Texts => string(value).ok_or("text in quotes"),
        Kind::Choices(_) => string(value).ok_or("a list of texts in quotes"),
        Kind::Numbers(_) => {
            number(value).or_else(|| string(value)).ok_or("a table of whole numbers, 0 or more, or text")
        }
        Kind::Shares(_) => float(value)
            .or_else(|| number(value))
            .or_else(|| string(value))
            .ok_or("a table of numbers between 0 and 1, or text"),
        Kind::Names(_) => string(value).ok_or("a table of texts, or text"),
    }
}

/// What a value is, in plain words.
fn sort(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(n) if n.as_str().starts_with('-') => "a negative number",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a point",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
