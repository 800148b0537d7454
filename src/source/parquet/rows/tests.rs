#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
use std::{
    io::{Seek, Write},
    sync::Mutex,
};

use parquet::{
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::parser::parse_message_type,
};
use proptest::prelude::*;

use super::*;
use crate::source::parquet::write::Writer;

const SCHEMA: &str = "message everything {
    required boolean a; optional int32 b; required int64 c; optional int96 d; required float e; optional double f;
    required binary text (UTF8); optional fixed_len_byte_array(2) h;
    optional group i { optional group j { optional int32 k; } }
    repeated group l { repeated binary m; optional int64 n; }
}";

/// An empty file of the schema.
fn empty() -> Lines {
    let schema = Arc::new(parse_message_type(SCHEMA).unwrap());
    let properties = Arc::new(WriterProperties::builder().build());
    let mut file = tempfile::tempfile().unwrap();
    let mut writer = SerializedFileWriter::new(&mut file, schema, properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    while let Some(column) = group.next_column().unwrap() {
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
    file.rewind().unwrap();
    Lines::open(file, None).unwrap()
}

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A file of these lines, which come in pieces of so many bytes.
fn file_of(lines: &str, piece: usize) -> io::Result<bytes::Bytes> {
    let shared = Shared::default();
    let mut writer = Writer::new(empty().shape(), Box::new(shared.clone()))?;
    for piece in lines.as_bytes().chunks(piece) {
        writer.write_all(piece)?;
    }
    writer.finish()?;
    let bytes = std::mem::take(&mut *shared.0.lock().unwrap());
    Ok(bytes.into())
}

/// The lines without the head.
fn lines_of(bytes: bytes::Bytes) -> String {
    let mut all = String::new();
    Stream::new(Lines::of(bytes, None).unwrap()).read_to_string(&mut all).unwrap();
    all.split_once('\n').unwrap().1.to_owned()
}

fn string() -> impl Strategy<Value = String> {
    "[a-c\"\\\\/\n\r\u{0}é😀]{0,6}".prop_map(|text| serde_json::to_string(&text).unwrap())
}

fn binary() -> impl Strategy<Value = String> {
    prop_oneof![string(), Just("{\"base64\":\"gAA=\"}".to_owned())]
}

fn float() -> impl Strategy<Value = String> {
    let number = any::<f32>()
        .prop_map(|n| if n.is_nan() { format!("\"nan:{:x}\"", n.to_bits()) } else { format!("\"{n:?}\"") });
    prop_oneof![
        number,
        Just("\"-0.0\"".to_owned()),
        Just("\"inf\"".to_owned()),
        Just("\"nan:7fc00001\"".to_owned())
    ]
}

fn double() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<f64>().prop_filter_map("a number", |n| (!n.is_nan()).then(|| format!("\"{n:?}\""))),
        Just("\"nan:fff8000000000003\"".to_owned())
    ]
}

fn optional(cell: impl Strategy<Value = String> + 'static) -> BoxedStrategy<String> {
    prop_oneof![cell, Just("null".to_owned())].boxed()
}

fn many(values: &[String], definition: i16, repetition: usize, none: i16) -> String {
    let cells: Vec<String> = values
        .iter()
        .enumerate()
        .map(|(at, value)| format!("[{},{definition},{value}]", at.min(1 + at % repetition)))
        .collect();
    if cells.is_empty() { format!("[[0,{none}]]") } else { format!("[{}]", cells.join(",")) }
}

fn row() -> impl Strategy<Value = String> {
    let list = |most| prop::collection::vec(binary(), 0..most);
    let first = (any::<bool>(), optional(any::<i32>().prop_map(|n| n.to_string())), any::<i64>());
    let second = (
        optional(any::<[u32; 3]>().prop_map(|[a, b, c]| format!("\"{a} {b} {c}\""))),
        float(),
        optional(double()),
        binary(),
        optional(prop_oneof![Just("\"ab\"".to_owned()), Just("{\"base64\":\"/wA=\"}".to_owned())]),
    );
    let third = (
        prop_oneof![any::<i32>().prop_map(|n| n.to_string()), (0..3).prop_map(|level| format!("[{level}]"))],
        (list(4), 0_i16..2),
        (prop::collection::vec(any::<i64>(), 0..4), 0_i16..2),
    );
    (first, second, third).prop_map(|((a, b, c), (d, e, f, text, h), (k, (m, m_none), (n, n_none)))| {
        let m = many(&m, 2, 2, m_none);
        let n = many(&n.iter().map(i64::to_string).collect::<Vec<_>>(), 2, 1, n_none);
        format!("[{a},{b},{c},{d},{e},{f},{text},{h},{k},{m},{n}]\n")
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn lines_make_a_file_that_gives_the_lines(
        groups in prop::collection::vec(prop::collection::vec(row(), 0..200), 0..4), piece in 1_usize..4000,
    ) {
        let mut lines = String::new();
        for (at, rows) in groups.iter().enumerate() {
            lines += &format!("{{\"group\":{}}}\n", at + 1);
            lines += &rows.concat();
        }
        prop_assert_eq!(lines_of(file_of(&lines, piece).unwrap()), lines);
    }
}

#[test]
fn what_is_no_row_is_refused() {
    let row = "[true,null,1,null,\"0.5\",null,\"t\",null,[0],[[0,0]],[[0,1]]]\n";
    let with = |from: &str, to: &str| format!("{{\"group\":1}}\n{}", row.replacen(from, to, 1));
    assert!(file_of(&with("", ""), 7).is_ok());
    for (from, to) in [
        ("true", "1"),
        ("true", "null"),
        ("true,", ""),
        ("null", "\"1\""),
        ("null", "2147483648"),
        ("null,1,null", "null,1,\"1 2\""),
        ("null,1,null", "null,1,\"1 2 3 4\""),
        ("0.5", "half"),
        ("\"t\"", "{\"base64\":\"?\"}"),
        ("\"t\",null", "\"t\",\"abc\""),
        ("[0],", "[3],"),
        ("[0],", "null,"),
        ("[[0,0]]", "[]"),
        ("[[0,0]]", "[[1,0]]"),
        ("[[0,0]]", "[[0,2]]"),
        ("[[0,0]]", "[[0,1,\"x\"]]"),
        ("[[0,0]]", "[[0,2,\"x\"],[0,2,\"x\"]]"),
        ("[[0,0]]", "[[0,2,\"x\"],[3,2,\"x\"]]"),
        ("]\n", "\n"),
        ("]\n", "]"),
    ] {
        let lines = with(from, to);
        assert!(file_of(&lines, 7).is_err(), "{lines}");
    }
    assert!(file_of(row, 7).is_err(), "a row outside of a group");
}

#[test]
fn the_head_tells_files_apart_that_hold_the_same_rows() {
    let head = |properties: WriterProperties, schema: &str| {
        let mut bytes = Vec::new();
        let schema = Arc::new(parse_message_type(schema).unwrap());
        SerializedFileWriter::new(&mut bytes, schema, Arc::new(properties)).unwrap().close().unwrap();
        let mut head = Vec::new();
        let mut lines = Lines::of(bytes::Bytes::from(bytes), None).unwrap();
        assert_eq!(lines.next(&mut head).unwrap(), Some(Of::Head));
        head
    };
    let plain = || WriterProperties::builder().build();
    let pair = parquet::file::metadata::KeyValue::new("a".to_owned(), "b".to_owned());
    let told = WriterProperties::builder().set_key_value_metadata(Some(vec![pair])).build();
    let first = head(plain(), SCHEMA);
    assert_ne!(first, head(plain(), &SCHEMA.replace("(UTF8)", "")));
    assert_ne!(first, head(told, SCHEMA));
    assert_eq!(first, head(plain(), SCHEMA));
}
