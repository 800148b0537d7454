//! One JSON object goes in, the values of the wanted fields come out; nothing else is built.
//!
//! The wanted names form a small tree (`a.b` is below `a`), and one pass over the record fills a
//! slot for each name that occurs. Values without escapes are borrowed from the line.
//!
//! A record must be sound as a whole: a lone surrogate, a wanted key given twice or nesting below
//! 128 levels spoils it, wherever it stands, since programs disagree on what such a record means
//! (RFC 7493). Recursion follows the input for those 128 levels and no further.

use std::{borrow::Cow, fmt};

use serde::de::{
    self, Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use super::{
    Fields,
    fields::{Role, Values},
};

/// The wanted names of every role, ready for reading records.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    /// The tree; the first node is the record itself.
    nodes: Vec<Node>,
    /// For each slot, in order of preference within a role, whose it is.
    roles: Vec<Role>,
    /// The names for the text, for messages.
    pub(super) text_names: Vec<String>,
}

#[derive(Clone, Debug, Default)]
struct Node {
    children: Vec<(String, usize)>,
    slots: Vec<usize>,
}

/// Why a line gives no article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unusable {
    /// The line is no sound JSON object.
    Malformed { column: usize, what: String, cut_short: bool },
    /// It is one, but without text.
    NoText { what: String },
}

impl Wanted {
    pub(super) fn new(fields: &Fields) -> Self {
        let text_names = Role::Text.names(fields);
        let mut wanted = Self { nodes: vec![Node::default()], roles: Vec::new(), text_names };
        for role in Role::ALL {
            for name in role.names(fields) {
                let slot = wanted.roles.len();
                wanted.roles.push(role);
                wanted.insert(std::iter::once(name.as_str()), slot);
                if name.contains('.') {
                    wanted.insert(name.split('.'), slot);
                }
            }
        }
        wanted
    }

    fn insert<'n>(&mut self, names: impl Iterator<Item = &'n str>, slot: usize) {
        let mut at = 0;
        for name in names {
            let next_free = self.nodes.len();
            let Some(node) = self.nodes.get_mut(at) else { return };
            at = match node.children.iter().find(|(child, _)| child == name) {
                Some((_, child)) => *child,
                None => {
                    node.children.push((name.to_owned(), next_free));
                    self.nodes.push(Node::default());
                    next_free
                }
            };
        }
        if let Some(node) = self.nodes.get_mut(at) {
            node.slots.push(slot);
        }
    }

    /// Reads one line.
    ///
    /// # Errors
    ///
    /// Why there is no article in it.
    pub(super) fn read<'de>(&self, line: &'de str) -> Result<Values<'de>, Unusable> {
        self.read_into(line, &mut Vec::new())
    }

    /// The same, with strings of records before it that are used again.
    ///
    /// # Errors
    ///
    /// Why there is no article in it.
    pub(super) fn read_into<'de>(
        &self,
        line: &'de str,
        spare: &mut Vec<String>,
    ) -> Result<Values<'de>, Unusable> {
        let mut slots: Vec<Slot<'de>> = vec![Slot::Absent; self.roles.len()];
        let mut reader = serde_json::Deserializer::from_str(line);
        let seed = Seed { wanted: self, node: 0, slots: &mut slots, spare };
        seed.deserialize(&mut reader).and_then(|()| reader.end()).map_err(|error| malformed(&error))?;
        self.choose(slots).ok_or_else(|| Unusable::NoText { what: self.no_text(line) })
    }

    /// Picks each role's first value; for the text, the first that is not blank, if one is not.
    fn choose<'de>(&self, slots: Vec<Slot<'de>>) -> Option<Values<'de>> {
        let mut text: Option<Cow<'de, str>> = None;
        let mut values = Values::default();
        for (role, slot) in self.roles.iter().zip(slots) {
            let value = match (role, slot) {
                (_, Slot::Text(value)) => value,
                (Role::Text, _) => continue,
                (_, Slot::Number(value)) => Cow::Owned(value),
                _ => continue,
            };
            let place = match role {
                Role::Text => {
                    if text.as_deref().is_none_or(|text| text.trim().is_empty() && !value.trim().is_empty()) {
                        text = Some(value);
                    }
                    continue;
                }
                Role::Id => &mut values.id,
                Role::Title => &mut values.title,
                Role::Date => &mut values.date,
                Role::Source => &mut values.source,
                Role::Url => &mut values.url,
            };
            if place.is_none() {
                *place = Some(value);
            }
        }
        text.map(|text| Values { text, ..values })
    }

    /// The message for a sound object without text; reads the line once more for its field names.
    fn no_text(&self, line: &str) -> String {
        let mut slots = vec![Slot::Absent; self.roles.len()];
        let seed = Seed { wanted: self, node: 0, slots: &mut slots, spare: &mut Vec::new() };
        let _ = seed.deserialize(&mut serde_json::Deserializer::from_str(line));
        let other = self.roles.iter().zip(&slots).find_map(|(role, slot)| match (role, slot) {
            (Role::Text, Slot::Number(_)) => Some("a number or a truth value"),
            (Role::Text, Slot::Other(what)) => Some(*what),
            _ => None,
        });
        if let Some(what) = other {
            return format!("no text: its field holds {what}; name another one with --field text=NAME");
        }
        let names = serde_json::from_str::<Names>(line).map(|names| names.0).unwrap_or_default();
        super::fields::no_text(&self.text_names, names.iter().map(String::as_str))
    }
}

fn malformed(error: &serde_json::Error) -> Unusable {
    let what = error.to_string();
    // The place is reported apart: the parser counts lines within this one line.
    let what = what.rsplit_once(" at line ").map_or(what.as_str(), |(what, _)| what).to_owned();
    Unusable::Malformed { column: error.column(), what, cut_short: error.is_eof() }
}

/// What stands under one wanted name.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Slot<'de> {
    Absent,
    Text(Cow<'de, str>),
    Number(String),
    Other(&'static str),
}

/// Reads the value at one node of the tree of wanted names.
struct Seed<'w, 's, 'de> {
    wanted: &'w Wanted,
    node: usize,
    slots: &'s mut [Slot<'de>],
    /// Strings to write values into.
    spare: &'s mut Vec<String>,
}

impl<'de> Seed<'_, '_, 'de> {
    fn fill<E: de::Error>(self, value: Slot<'de>) -> Result<(), E> {
        if self.node == 0 {
            return Err(E::custom("a record must be an object: {…}"));
        }
        let slots = self.wanted.nodes.get(self.node).map(|node| node.slots.as_slice()).unwrap_or_default();
        if let Some((last, others)) = slots.split_last() {
            for &slot in others {
                put(self.slots, slot, || value.clone());
            }
            put(self.slots, *last, || value);
        }
        Ok(())
    }
}

/// Fills a slot that is still empty.
fn put<'de>(slots: &mut [Slot<'de>], slot: usize, value: impl FnOnce() -> Slot<'de>) {
    if let Some(place @ Slot::Absent) = slots.get_mut(slot) {
        *place = value();
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_, '_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_, '_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_borrowed_str<E: de::Error>(self, value: &'de str) -> Result<(), E> {
        self.fill(Slot::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<(), E> {
        let mut text = self.spare.pop().unwrap_or_default();
        text.push_str(value);
        self.fill(Slot::Text(Cow::Owned(text)))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<(), E> {
        self.fill(Slot::Number(value.to_string()))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<(), E> {
        self.fill(Slot::Number(value.to_string()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<(), E> {
        self.fill(Slot::Number(value.to_string()))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<(), E> {
        self.fill(Slot::Number(value.to_string()))
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        // `null` is as good as absent, except in place of the record.
        if self.node == 0 { self.fill(Slot::Absent) } else { Ok(()) }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        self.fill(Slot::Other("a list"))?;
        while seq.next_element::<Skip>()?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { wanted, node, slots, spare } = self;
        if node != 0 {
            Seed { wanted, node, slots, spare }.fill(Slot::Other("an object"))?;
        }
        let children = wanted.nodes.get(node).map(|node| node.children.as_slice()).unwrap_or_default();
        let mut seen = 0_u64;
        while let Some(child) = map.next_key_seed(Key(children))? {
            let Some(child) = child else {
                map.next_value::<Skip>()?;
                continue;
            };
            // There are some thirty wanted names, so 64 bits are enough; past them a repeat passes.
            let bit = u32::try_from(child).ok().and_then(|child| 1_u64.checked_shl(child)).unwrap_or(0);
            let (name, node) = match children.get(child) {
                Some((name, node)) => (name, *node),
                None => continue,
            };
            if seen & bit != 0 {
                let name = super::fields::quoted(name);
                return Err(de::Error::custom(format!("the key {name} stands there twice")));
            }
            seen |= bit;
            map.next_value_seed(Seed { wanted, node, slots: &mut *slots, spare: &mut *spare })?;
        }
        Ok(())
    }
}

/// Finds a key among the wanted ones without keeping it.
struct Key<'k>(&'k [(String, usize)]);

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: de::Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().position(|(name, _)| name == key))
    }
}

/// A value that is checked and thrown away.
///
/// Unlike serde's [`IgnoredAny`], which skips by brackets and quotes alone, it holds unwanted
/// values to the rules of wanted ones: depth and surrogates.
struct Skip;

impl<'de> Deserialize<'de> for Skip {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Skip {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self, A::Error> {
        while seq.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        while map.next_entry::<Self, Self>()?.is_some() {}
        Ok(self)
    }
}

/// The field names of an object.
#[derive(Default)]
struct Names(Vec<String>);

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Names;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Names, A::Error> {
                let mut names = Vec::new();
                while let Some(name) = map.next_key::<String>()? {
                    names.push(name);
                    map.next_value::<IgnoredAny>()?;
                }
                Ok(Names(names))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use super::*;

    fn read(line: &str) -> Result<Values<'_>, Unusable> {
        Wanted::new(&Fields::default()).read(line)
    }

    fn what(line: &str) -> String {
        match read(line).unwrap_err() {
            Unusable::Malformed { what, .. } | Unusable::NoText { what } => what,
        }
    }

    #[test]
    fn wanted_values_are_picked_and_borrowed() {
        let values = read(
            r#" {"x":[1,{"text":"no"}],"body":"later","text":"A tale.","id":17,"source":{"name":"Wire"},"date":null,"published":"2024-05-01"} "#,
        )
        .unwrap();
        assert!(matches!(values.text, Cow::Borrowed("A tale.")));
        assert_eq!(values.id.as_deref(), Some("17"));
        assert_eq!(values.source.as_deref(), Some("Wire"));
        assert_eq!(values.date.as_deref(), Some("2024-05-01"));
        assert_eq!(values.title, None);
    }

    #[test]
    fn a_blank_text_gives_way_to_one_that_is_not() {
        assert_eq!(read(r#"{"text":" ","body":"words"}"#).unwrap().text, "words");
        assert_eq!(read(r#"{"text":""}"#).unwrap().text, "");
        assert_eq!(read(r#"{"text":7,"body":"words"}"#).unwrap().text, "words");
    }

    #[test]
    fn nested_and_dotted_names_are_found() {
        let fields = Fields { text: Some("doc.parts.main".to_owned()), ..Fields::default() };
        let wanted = Wanted::new(&fields);
        assert_eq!(wanted.read(r#"{"doc":{"parts":{"main":"in"}}}"#).unwrap().text, "in");
        assert_eq!(wanted.read(r#"{"doc.parts.main":"in"}"#).unwrap().text, "in");
        assert!(matches!(wanted.read(r#"{"text":"out"}"#), Err(Unusable::NoText { .. })));
    }

    #[test]
    fn unsound_records_are_malformed_wherever_the_fault_is() {
        let deep = format!(r#"{{"text":"t","x":{}{}}}"#, "[".repeat(1_000_000), "]".repeat(1_000_000));
        for line in [
            r#"{"text":"one","text":"two"}"#,
            r#"{"source":{"name":"a","name":"b"},"text":"t"}"#,
            r#"{"text":"\ud83d"}"#,
            r#"{"text":"t","x":"\udc00"}"#,
            r#"{"text":"t","x":NaN}"#,
            r#"{"text":"t"} {"text":"u"}"#,
            r#"{"text":"t",}"#,
            r#"{"text":"t""#,
            r#"["text"]"#,
            r#""text""#,
            "17",
            "null",
            "{'text':'t'}",
            "{\"text\":\"tab\there\"}",
            &deep,
        ] {
            let short: String = line.chars().take(60).collect();
            assert!(matches!(read(line), Err(Unusable::Malformed { .. })), "{short}");
        }
        assert_eq!(what(r#"{"text":"one","text":"two"}"#), "the key `text` stands there twice");
        assert_eq!(what("[1]"), "a record must be an object: {…}");
    }

    #[test]
    fn missing_text_is_told_with_what_there_is() {
        assert!(what(r#"{"title":"a","paragraphs":[]}"#).contains("`title`, `paragraphs`"));
        assert!(what(r#"{"text":["a"]}"#).contains("holds a list"));
        assert!(what("{}").contains("no fields"));
        assert!(matches!(read(r#"{"text":null}"#), Err(Unusable::NoText { .. })));
    }
}
