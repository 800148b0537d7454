//! The bytes of one JSON value go in, a piece at a time; where it ends, or where it cannot go on, comes out.
//!
//! This is no parser: it knows strings, brackets and which bytes can stand outside strings. That is enough to find a
//! value's end in constant memory, whatever its depth and length, and to notice soon when a quote or a bracket is
//! missing, since what follows then stands in the wrong place.

/// Brackets are told apart down to here; values that are deeper are refused by the parser anyway.
const DEPTH_KNOWN: u64 = 128;

/// What a piece came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The value goes on behind it.
    More,
    /// The value ends before this byte of the piece.
    End(usize),
    /// It cannot go on at this byte of the piece.
    Fault(usize),
}

/// How far a value was read.
#[derive(Clone, Debug, Default)]
pub(super) struct Scan {
    depth: u64,
    /// A bit for each open bracket down to [`DEPTH_KNOWN`], the innermost last: set for `[`.
    lists: u128,
    in_string: bool,
    escaped: bool,
    /// The last byte that was neither blank nor in a string.
    last: u8,
    in_scalar: bool,
    /// Bytes read in all, and where the last string begins among them.
    pub(super) read: u64,
    pub(super) string: u64,
}

impl Scan {
    /// Reads on.
    pub(super) fn piece(&mut self, piece: &[u8]) -> Step {
        let step = self.scan(piece);
        self.read += match step {
            Step::More => piece.len() as u64,
            Step::End(at) | Step::Fault(at) => at as u64,
        };
        step
    }

    fn scan(&mut self, piece: &[u8]) -> Step {
        let mut at = 0;
        while let Some(&byte) = piece.get(at) {
            if self.in_string {
                if self.escaped {
                    self.escaped = false;
                    at += 1;
                    continue;
                }
                let rest = piece.get(at..).unwrap_or_default();
                let Some(length) = memchr::memchr3(b'"', b'\\', b'\n', rest) else { return Step::More };
                at += length;
                match piece.get(at) {
                    Some(b'\\') => self.escaped = true,
                    // No string goes over a line end: a quote is missing.
                    Some(b'\n') => return Step::Fault(at),
                    _ => {
                        self.in_string = false;
                        if self.depth == 0 {
                            return Step::End(at + 1);
                        }
                    }
                }
                at += 1;
                continue;
            }
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' if !(self.in_scalar && self.depth == 0) => {}
                b'"' if self.may_begin() => {
                    (self.in_string, self.last) = (true, byte);
                    self.string = self.read + at as u64;
                }
                b'{' | b'[' => {
                    if !self.may_open() {
                        return Step::Fault(at);
                    }
                    if self.depth < DEPTH_KNOWN {
                        self.lists = self.lists << 1 | u128::from(byte == b'[');
                    }
                    (self.depth, self.last) = (self.depth + 1, byte);
                }
                b'}' | b']' if 0 < self.depth => {
                    if self.depth <= DEPTH_KNOWN {
                        if (self.lists & 1 == 1) != (byte == b']') {
                            return Step::Fault(at);
                        }
                        self.lists >>= 1;
                    }
                    (self.depth, self.last) = (self.depth - 1, byte);
                    if self.depth == 0 {
                        return Step::End(at + 1);
                    }
                }
                b',' | b':' if 0 < self.depth => self.last = byte,
                b',' | b' ' | b'\t' | b'\r' | b'\n' | b'}' | b']' if self.in_scalar => return Step::End(at),
                byte if SCALAR.contains(&byte) && (self.last == b'0' || self.may_begin()) => {
                    self.last = b'0';
                    self.in_scalar = self.depth == 0;
                }
                _ => return Step::Fault(at),
            }
            at += 1;
        }
        Step::More
    }

    /// Whether a string or a number may begin here.
    fn may_begin(&self) -> bool {
        matches!(self.last, 0 | b'{' | b'[' | b',' | b':')
    }

    /// Whether a bracket may open here.
    fn may_open(&self) -> bool {
        match self.depth {
            0 => self.last == 0,
            depth if DEPTH_KNOWN < depth => true,
            _ if self.lists & 1 == 1 => matches!(self.last, b'[' | b','),
            _ => self.last == b':',
        }
    }
}

/// What numbers, `true`, `false`, `null` and the `NaN` and `Infinity` of other programs are written with.
const SCALAR: &[u8] = b"0123456789+-.eEtrufalsnNIity";

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn scan(text: &str, step: usize) -> Step {
        let mut scan = Scan::default();
        let mut before = 0;
        for piece in text.as_bytes().chunks(step) {
            match scan.piece(piece) {
                Step::More => before += piece.len(),
                Step::End(at) => return Step::End(before + at),
                Step::Fault(at) => return Step::Fault(before + at),
            }
        }
        Step::More
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "[ -~é\n\"\\\\{}\\[\\],:]{0,9}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec(("[ -~]{0,4}", inner), 0..4)
                    .prop_map(|pairs| pairs.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_sound_value_ends_where_it_ends(
            value in value(), pretty in any::<bool>(), behind in "[,\\]} \n][ -~]{0,5}", step in 1_usize..9,
        ) {
            let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
            let all = format!("{text}{behind}");
            prop_assert_eq!(scan(&all, step), Step::End(text.len()), "{}", all);
        }

        #[test]
        fn pieces_change_nothing(text in "[\\[\\]{}\",:0a \n\\\\]{0,20}", step in 1_usize..9) {
            prop_assert_eq!(scan(&text, step), scan(&text, 100));
        }
    }

    #[test]
    fn what_is_missing_is_noticed_soon() {
        for (text, at) in [
            (r#"{"a":"b},{"a":"c"}"#, 11),
            (r#"{"a":["b"},{"a":"c"}"#, 9),
            (r#"{"a":"b",{"a":"c"}"#, 9),
            (r#"{"a":"he said "so" and went"}"#, 15),
            ("{\"a\":\"b\n},", 7),
            (r#"{"a":'b'}"#, 5),
            ("#", 0),
        ] {
            assert_eq!(scan(text, 100), Step::Fault(at), "{text}");
        }
        assert_eq!(scan(r#"{"a":NaN}"#, 100), Step::End(9));
        let deep = "[".repeat(1_000_000) + &"]".repeat(1_000_000);
        assert_eq!(scan(&deep, 1000), Step::End(2_000_000));
    }
}
