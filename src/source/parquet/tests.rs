#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
use std::{fs, io::Write};

use parquet::{
    basic::Compression,
    data_type::{ByteArray, ByteArrayType, Int64Type},
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::parser::parse_message_type,
};

use super::*;
use crate::document::Document;

/// Rows as they are written: an id, a title that may be null, a text, microseconds since 1970.
type Row<'r> = (i64, Option<&'r str>, &'r [u8], i64);

const SCHEMA: &str = "message articles {
    required int64 id;
    required group meta { optional binary title (UTF8); }
    required binary body (UTF8);
    optional int64 date (TIMESTAMP_MICROS);
    repeated binary tags (UTF8);
}";

fn bytes(groups: &[&[Row<'_>]], compression: Compression) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(SCHEMA).unwrap());
    let properties = Arc::new(WriterProperties::builder().set_compression(compression).build());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, properties).unwrap();
    for rows in groups {
        let mut group = writer.next_row_group().unwrap();
        let array = |text: &[u8]| ByteArray::from(text.to_vec());
        let mut n = 0;
        while let Some(mut column) = group.next_column().unwrap() {
            match n {
                0 => {
                    let ids: Vec<i64> = rows.iter().map(|row| row.0).collect();
                    column.typed::<Int64Type>().write_batch(&ids, None, None).unwrap();
                }
                1 => {
                    let titles: Vec<ByteArray> =
                        rows.iter().filter_map(|row| Some(array(row.1?.as_bytes()))).collect();
                    let levels: Vec<i16> = rows.iter().map(|row| i16::from(row.1.is_some())).collect();
                    column.typed::<ByteArrayType>().write_batch(&titles, Some(&levels), None).unwrap();
                }
                2 => {
                    let texts: Vec<ByteArray> = rows.iter().map(|row| array(row.2)).collect();
                    column.typed::<ByteArrayType>().write_batch(&texts, None, None).unwrap();
                }
                3 => {
                    let dates: Vec<i64> = rows.iter().map(|row| row.3).collect();
                    let levels = vec![1; rows.len()];
                    column.typed::<Int64Type>().write_batch(&dates, Some(&levels), None).unwrap();
                }
                _ => {
                    let tags: Vec<ByteArray> = rows.iter().map(|_| array(b"tag")).collect();
                    let (levels, starts) = (vec![1; rows.len()], vec![0; rows.len()]);
                    column.typed::<ByteArrayType>().write_batch(&tags, Some(&levels), Some(&starts)).unwrap();
                }
            }
            column.close().unwrap();
            n += 1;
        }
        group.close().unwrap();
    }
    writer.into_inner().unwrap()
}

fn fields() -> Fields {
    Fields { title: Some("meta.title".to_owned()), ..Fields::default() }
}

fn name() -> Arc<FileName> {
    Arc::new(FileName { path: "n.parquet".to_owned(), shown: "n.parquet".to_owned() })
}

fn held(bytes: &[u8], fields: &Fields, cap: usize) -> Vec<Item> {
    hold(bytes, name(), fields, cap).map_or_else(|problem| vec![Item::Problem(problem)], Iterator::collect)
}

fn documents(items: &[Item]) -> Vec<&Document> {
    items
        .iter()
        .filter_map(|item| if let Item::Document(document) = item { Some(document) } else { None })
        .collect()
}

fn problems(items: &[Item]) -> Vec<(ProblemKind, Option<u64>)> {
    let problem = |item: &Item| if let Item::Problem(p) = item { Some((p.kind, p.record)) } else { None };
    items.iter().filter_map(problem).collect()
}

const ROWS: [&[Row<'static>]; 2] = [
    &[(7, Some("Head"), "Zwölf Wörter".as_bytes(), 1_714_557_600_000_000), (8, None, b"two", 0)],
    &[(9, Some(""), b"three", 1)],
];

#[test]
fn rows_of_every_compression_become_documents() {
    for compression in [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::ZSTD(Default::default()),
        Compression::GZIP(Default::default()),
        Compression::LZ4_RAW,
        Compression::BROTLI(Default::default()),
    ] {
        let bytes = bytes(&ROWS, compression);
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        let items: Vec<Item> = open(file, name(), &fields(), 100).unwrap().collect();
        assert_eq!(items, held(&bytes, &fields(), 100));
        let [first, second, third] = documents(&items)[..] else { panic!("{compression:?}: {items:?}") };
        assert_eq!((first.text.as_str(), first.name.as_str(), first.record), ("Zwölf Wörter", "7", Some(1)));
        assert_eq!((first.title.as_deref(), first.time), (Some("Head"), Some(1_714_557_600)));
        assert_eq!((second.text.as_str(), second.title.as_deref(), second.record), ("two", None, Some(2)));
        assert_eq!((third.text.as_str(), third.title.as_deref(), third.record), ("three", None, Some(3)));
    }
}

#[test]
fn a_row_that_cannot_be_used_is_told_and_the_next_follows() {
    let bytes = bytes(
        &[&[(1, None, b"far too long for what is allowed", 0), (2, None, b"fits", 0)]],
        Compression::SNAPPY,
    );
    let items = held(&bytes, &fields(), 32);
    assert_eq!(problems(&items), [(ProblemKind::TooLarge, Some(1))]);
    assert_eq!(documents(&items)[0].text, "fits");
}

#[test]
fn a_file_without_a_text_names_its_columns() {
    let fields = Fields { text: Some("tags".to_owned()), ..Fields::default() };
    let items = held(&bytes(&ROWS, Compression::SNAPPY), &fields, 100);
    let [Item::Problem(problem)] = &items[..] else { panic!("{items:?}") };
    assert_eq!(problem.kind, ProblemKind::NoText);
    assert!(problem.message.contains("`body`"), "{}", problem.message);
}

#[test]
fn damage_costs_one_row_group() {
    let sound = bytes(&ROWS, Compression::UNCOMPRESSED);
    let at = sound.windows(3).position(|window| window == b"two").unwrap();
    let mut broken = sound.clone();
    // The length of the second text.
    broken[at - 4..at].copy_from_slice(&[0xFF; 4]);
    let items = held(&broken, &fields(), 100);
    assert!(problems(&items).iter().all(|(kind, _)| *kind == ProblemKind::Malformed));
    assert_eq!(problems(&items).len(), 1);
    assert_eq!(documents(&items).last().unwrap().text, "three");
}

#[test]
fn no_damage_ends_the_run() {
    let sound = bytes(&ROWS, Compression::SNAPPY);
    for at in 0..sound.len() {
        for flip in [0x01, 0x80, 0xFF] {
            let mut broken = sound.clone();
            broken[at] ^= flip;
            let _ = held(&broken, &fields(), 100);
        }
        let _ = held(&sound[..at], &fields(), 100);
    }
}

#[test]
fn what_says_it_expands_too_much_is_not_read() {
    let long = vec![b'a'; 80 << 20];
    let bytes =
        bytes(&[&[(1, None, &long, 0)], &[(2, None, b"short", 0)]], Compression::ZSTD(Default::default()));
    let items = held(&bytes, &fields(), usize::MAX);
    assert_eq!(problems(&items), [(ProblemKind::TooLarge, Some(1))]);
    assert_eq!((documents(&items)[0].text.as_str(), documents(&items)[0].record), ("short", Some(2)));
}

#[test]
fn what_is_no_parquet_is_a_problem() {
    for bytes in [&b"PAR1"[..], b"", b"PAR1PAR1PAR1", b"not at all"] {
        assert_eq!(problems(&held(bytes, &fields(), 100)), [(ProblemKind::Malformed, None)]);
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.parquet");
    fs::write(&path, b"PAR1").unwrap();
    assert!(open(File::open(path).unwrap(), name(), &fields(), 100).is_err());
}
