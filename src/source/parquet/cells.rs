//! The cells of a row as JSON, and back: every type and every level, so that nothing of a value is lost.
//!
//! | cell of a column | stands as |
//! |---|---|
//! | a value | the value |
//! | none, in a column of which only the value itself may be missing | `null` |
//! | none, in a deeper group | `[definition level]` |
//! | any number of them, in a column that repeats | `[[repetition level, definition level, value], …]`, without the value where there is none |
//!
//! A value is `true` or `false`, a whole number, or a string: texts as they are, other bytes as `{"base64":"…"}`, floating point as the
//! shortest decimal that is read as the same bits (`"nan:7fc00000"` for what is no number), the three numbers of an INT96 with blanks between.

use std::{io::Write, ops::Range};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use parquet::data_type::{ByteArray, FixedLenByteArray, Int96};
use serde_json::Value as Json;

/// A value of a column, of one of the eight types that Parquet stores.
pub(super) trait Value: Sized + Default + Clone + Send {
    /// Writes it; of a text, gives the bytes between its quotes.
    fn print(&self, out: &mut Vec<u8>) -> Option<Range<usize>>;

    /// Reads it; none when it is no value of the type. `length` is that of a type of fixed length.
    fn parse(json: &Json, length: usize) -> Option<Self>;

    /// About how many bytes it holds beside itself.
    fn heap(&self) -> usize {
        0
    }
}

/// Writes into memory, which cannot fail.
fn put(out: &mut Vec<u8>, what: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(what);
}

impl Value for bool {
    fn print(&self, out: &mut Vec<u8>) -> Option<Range<usize>> {
        put(out, format_args!("{self}"));
        None
    }

    fn parse(json: &Json, _: usize) -> Option<Self> {
        json.as_bool()
    }
}

impl Value for i32 {
    fn print(&self, out: &mut Vec<u8>) -> Option<Range<usize>> {
        put(out, format_args!("{self}"));
        None
    }

    fn parse(json: &Json, _: usize) -> Option<Self> {
        json.as_i64()?.try_into().ok()
    }
}

impl Value for i64 {
    fn print(&self, out: &mut Vec<u8>) -> Option<Range<usize>> {
        put(out, format_args!("{self}"));
        None
    }

    fn parse(json: &Json, _: usize) -> Option<Self> {
        json.as_i64()
    }
}

impl Value for Int96 {
    fn print(&self, out: &mut Vec<u8>) -> Option<Range<usize>> {
        let part = |at: usize| self.data().get(at).copied().unwrap_or(0);
        put(out, format_args!("\"{} {} {}\"", part(0), part(1), part(2)));
        None
    }

    fn parse(json: &Json, _: usize) -> Option<Self> {
        let mut parts = json.as_str()?.split(' ').map(str::parse::<u32>);
        let mut next = || parts.next()?.ok();
        let (a, b, c) = (next()?, next()?, next()?);
        let mut value = Self::new();
        value.set_data(a, b, c);
        parts.next().is_none().then_some(value)
    }
}

macro_rules! float {
    ($float:ty, $bits:ty) => {
        impl Value for $float {
            fn print(&self, out: &mut Vec<u8>) -> Option<Range<usize>> {
                if self.is_nan() {
                    put(out, format_args!("\"nan:{:x}\"", self.to_bits()));
                } else {
                    put(out, format_args!("\"{self:?}\""));
                }
                None
            }

            fn parse(json: &Json, _: usize) -> Option<Self> {
                let text = json.as_str()?;
                match text.strip_prefix("nan:") {
                    Some(bits) => <$bits>::from_str_radix(bits, 16).ok().map(Self::from_bits),
                    None => text.parse().ok(),
                }
            }
        }
    };
}

float!(f32, u32);
float!(f64, u64);

impl Value for ByteArray {
    fn print(&self, out: &mut Vec<u8>) -> Option<Range<usize>> {
        bytes(self.data(), out)
    }

    fn parse(json: &Json, _: usize) -> Option<Self> {
        parsed(json).map(Self::from)
    }

    fn heap(&self) -> usize {
        self.len()
    }
}

impl Value for FixedLenByteArray {
    fn print(&self, out: &mut Vec<u8>) -> Option<Range<usize>> {
        bytes(self.data(), out)
    }

    fn parse(json: &Json, length: usize) -> Option<Self> {
        parsed(json).filter(|bytes| bytes.len() == length).map(|bytes| ByteArray::from(bytes).into())
    }

    fn heap(&self) -> usize {
        self.len()
    }
}

fn bytes(bytes: &[u8], out: &mut Vec<u8>) -> Option<Range<usize>> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        put(out, format_args!("{{\"base64\":\"{}\"}}", BASE64_STANDARD.encode(bytes)));
        return None;
    };
    let start = out.len() + 1;
    let _ = serde_json::to_writer(&mut *out, text);
    Some(start..out.len().saturating_sub(1))
}

fn parsed(json: &Json) -> Option<Vec<u8>> {
    match json {
        Json::String(text) => Some(text.clone().into_bytes()),
        Json::Object(map) if map.len() == 1 => BASE64_STANDARD.decode(map.get("base64")?.as_str()?).ok(),
        _ => None,
    }
}

/// What a column is made of beside its values.
#[derive(Clone, Copy, Debug)]
pub(super) struct Depth {
    /// The definition level of a value.
    pub(super) definition: i16,
    /// The repetition level of a value that follows another in the innermost list.
    pub(super) repetition: i16,
    /// Of a type of fixed length, its length.
    pub(super) length: usize,
}

/// Some cells of one column, as its reader gives them and its writer takes them.
#[derive(Clone, Debug)]
pub(super) struct Cells<V> {
    pub(super) depth: Depth,
    pub(super) definitions: Vec<i16>,
    pub(super) repetitions: Vec<i16>,
    pub(super) values: Vec<V>,
    /// How much of them was printed.
    level: usize,
    value: usize,
}

impl<V: Value> Cells<V> {
    pub(super) fn new(depth: Depth) -> Self {
        Self {
            depth,
            definitions: Vec::new(),
            repetitions: Vec::new(),
            values: Vec::new(),
            level: 0,
            value: 0,
        }
    }

    pub(super) fn clear(&mut self) {
        self.definitions.clear();
        self.repetitions.clear();
        self.values.clear();
        (self.level, self.value) = (0, 0);
    }

    /// Writes the next row's cell; gives where between its quotes the text stands, if it is one text. None inside of
    /// [`Option`] twice is that there are no more.
    pub(super) fn print(&mut self, out: &mut Vec<u8>) -> Option<Option<Range<usize>>> {
        let Depth { definition, repetition, .. } = self.depth;
        if repetition == 0 {
            return self.print_one(out, definition);
        }
        let mut open = false;
        while let (Some(level), Some(repeated)) =
            (self.definitions.get(self.level).copied(), self.repetitions.get(self.level).copied())
        {
            if open && repeated == 0 {
                break;
            }
            put(out, format_args!("{}[{repeated},{level}", if open { "," } else { "[" }));
            open = true;
            if level == definition {
                out.push(b',');
                self.values.get(self.value)?.print(out);
                self.value += 1;
            }
            out.push(b']');
            self.level += 1;
        }
        out.push(b']');
        open.then_some(None)
    }

    fn print_one(&mut self, out: &mut Vec<u8>, definition: i16) -> Option<Option<Range<usize>>> {
        if 0 < definition {
            let level = *self.definitions.get(self.level)?;
            self.level += 1;
            if level != definition {
                if definition == 1 {
                    out.extend_from_slice(b"null");
                } else {
                    put(out, format_args!("[{level}]"));
                }
                return Some(None);
            }
        }
        let value = self.values.get(self.value)?;
        self.value += 1;
        Some(value.print(out))
    }

    /// Takes the next row's cell in; none when it is no cell of this column, and the cells are to be thrown away then.
    pub(super) fn take(&mut self, json: &Json) -> Option<()> {
        let Depth { definition, repetition, length } = self.depth;
        if repetition == 0 {
            let level = match json {
                Json::Null if definition == 1 => 0,
                Json::Array(parts) => match &parts[..] {
                    [level] if 1 < definition => to_level(level, definition - 1)?,
                    _ => return None,
                },
                value => {
                    self.values.push(V::parse(value, length)?);
                    definition
                }
            };
            if 0 < definition {
                self.definitions.push(level);
            }
            return Some(());
        }
        let parts = json.as_array().filter(|parts| !parts.is_empty())?;
        for (at, part) in parts.iter().enumerate() {
            let (repeated, level, value) = match &part.as_array()?[..] {
                [repeated, level] => (repeated, to_level(level, definition - 1)?, None),
                [repeated, level, value] => (repeated, to_level(level, definition)?, Some(value)),
                _ => return None,
            };
            let repeated = to_level(repeated, repetition)?;
            if (at == 0) != (repeated == 0) || value.is_some() != (level == definition) {
                return None;
            }
            self.repetitions.push(repeated);
            self.definitions.push(level);
            if let Some(value) = value {
                self.values.push(V::parse(value, length)?);
            }
        }
        Some(())
    }
}

fn to_level(json: &Json, most: i16) -> Option<i16> {
    json.as_i64().and_then(|level| i16::try_from(level).ok()).filter(|level| (0..=most).contains(level))
}
