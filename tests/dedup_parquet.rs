//! Parquet files without what they tell again, and back. What they hold is read here by the crate's own rows, not by what writes them.
#![cfg(feature = "parquet")]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use std::{
    fs::{self, File},
    path::Path,
    process::{Command, Output},
    sync::Arc,
};

use parquet::{
    basic::{Compression, ZstdLevel},
    data_type::{
        BoolType, ByteArray, ByteArrayType, DoubleType, FixedLenByteArray, FixedLenByteArrayType, Int32Type,
        Int64Type, Int96, Int96Type,
    },
    file::{
        metadata::{KeyValue, ParquetMetaData, RowGroupMetaData, SortingColumn},
        properties::WriterProperties,
        reader::{FileReader, SerializedFileReader},
        serialized_reader::ReadOptionsBuilder,
        writer::{SerializedColumnWriter, SerializedFileWriter},
    },
    record::Row,
    schema::{parser::parse_message_type, types::ColumnPath},
};
use serde_json::Value;

const SCHEMA: &str = "message articles {
    required int64 id;
    optional binary title (UTF8);
    required group body { optional group text { optional binary content (UTF8); } }
    optional group tags (LIST) { repeated group list { optional binary element (UTF8); } }
    optional int96 seen;
    optional double score;
    required fixed_len_byte_array(3) code;
    optional boolean held;
    repeated group links { required int32 to; repeated binary how; }
    optional int64 date (TIMESTAMP(MICROS,true));
}";

const STORM: &str = "The storm closed the outer basin of the harbour for two days. Nobody was hurt, the harbour master said on Monday morning.";
const FERRY: &str = "A ferry lost both of its engines off the cape in the night. Tugs brought it in before noon with all two hundred people.";

/// The columns of these rows, each with the levels that its number gives.
fn write(path: &Path, groups: &[&[(i64, &str)]]) {
    let schema = Arc::new(parse_message_type(SCHEMA).unwrap());
    let sorted = SortingColumn { column_idx: 0, descending: false, nulls_first: false };
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_column_compression(ColumnPath::from("title"), Compression::UNCOMPRESSED)
        .set_column_compression(
            ColumnPath::from(vec!["body".to_owned(), "text".to_owned(), "content".to_owned()]),
            Compression::ZSTD(ZstdLevel::default()),
        )
        .set_column_dictionary_enabled(ColumnPath::from("score"), false)
        .set_column_bloom_filter_enabled(ColumnPath::from("title"), true)
        .set_sorting_columns(Some(vec![sorted]))
        .set_key_value_metadata(Some(vec![
            KeyValue::new("who".to_owned(), "\"we\"\n".to_owned()),
            KeyValue { key: "none".to_owned(), value: None },
        ]));
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let file = File::create(path).unwrap();
    let mut writer = SerializedFileWriter::new(file, schema, Arc::new(properties.build())).unwrap();
    for rows in groups {
        let mut group = writer.next_row_group().unwrap();
        let mut at = 0;
        while let Some(mut column) = group.next_column().unwrap() {
            put(&mut column, at, rows);
            column.close().unwrap();
            at += 1;
        }
        group.close().unwrap();
    }
    writer.close().unwrap();
}

/// Every third row has none, in its own depth.
fn levels(rows: &[(i64, &str)], most: i16) -> Vec<i16> {
    rows.iter()
        .map(|(id, _)| if id % 3 == 0 { i16::try_from(id % i64::from(most)).unwrap() } else { most })
        .collect()
}

fn put(column: &mut SerializedColumnWriter<'_>, at: usize, rows: &[(i64, &str)]) {
    let there: Vec<i64> = rows.iter().map(|row| row.0).filter(|id| id % 3 != 0).collect();
    let text = |text: String| ByteArray::from(text.into_bytes());
    let optional = levels(rows, 1);
    match at {
        0 => {
            let ids: Vec<i64> = rows.iter().map(|row| row.0).collect();
            column.typed::<Int64Type>().write_batch(&ids, None, None).unwrap();
        }
        1 => {
            let titles: Vec<_> = there.iter().map(|id| text(format!("\"title\" \u{1F600} {id}\n"))).collect();
            column.typed::<ByteArrayType>().write_batch(&titles, Some(&optional), None).unwrap();
        }
        2 => {
            // A row without a text is no article.
            let texts: Vec<_> =
                rows.iter().filter(|row| !row.1.is_empty()).map(|row| text(row.1.to_owned())).collect();
            let levels: Vec<i16> =
                rows.iter().map(|row| if row.1.is_empty() { i16::from(row.0 % 2 == 0) } else { 2 }).collect();
            column.typed::<ByteArrayType>().write_batch(&texts, Some(&levels), None).unwrap();
        }
        3 => {
            let (mut definitions, mut repetitions, mut tags) = (Vec::new(), Vec::new(), Vec::new());
            for (id, _) in rows {
                match id % 4 {
                    0 => (definitions.push(0), repetitions.push(0)),
                    1 => (definitions.push(1), repetitions.push(0)),
                    n => (0..n)
                        .map(|k| {
                            definitions.push(if k == 1 { 2 } else { 3 });
                            repetitions.push(i16::from(k != 0));
                            if k != 1 {
                                tags.push(text(format!("tag {k}")));
                            }
                        })
                        .fold(((), ()), |_, ()| ((), ())),
                };
            }
            column
                .typed::<ByteArrayType>()
                .write_batch(&tags, Some(&definitions), Some(&repetitions))
                .unwrap();
        }
        4 => {
            let seen: Vec<_> = there
                .iter()
                .map(|id| {
                    let mut value = Int96::new();
                    value.set_data(u32::try_from(*id).unwrap(), u32::MAX, 2_458_000);
                    value
                })
                .collect();
            column.typed::<Int96Type>().write_batch(&seen, Some(&optional), None).unwrap();
        }
        5 => {
            let odd = [0.1, -0.0, f64::NAN, f64::MIN_POSITIVE / 3.0, f64::NEG_INFINITY, 1e300];
            let scores: Vec<f64> =
                there.iter().map(|id| odd[usize::try_from(*id).unwrap() % odd.len()]).collect();
            column.typed::<DoubleType>().write_batch(&scores, Some(&optional), None).unwrap();
        }
        6 => {
            let codes: Vec<_> = rows
                .iter()
                .map(|(id, _)| {
                    FixedLenByteArray::from(ByteArray::from(vec![
                        0xFF,
                        u8::try_from(id % 200).unwrap(),
                        b'"',
                    ]))
                })
                .collect();
            column.typed::<FixedLenByteArrayType>().write_batch(&codes, None, None).unwrap();
        }
        7 => {
            let held: Vec<bool> = there.iter().map(|id| id % 2 == 0).collect();
            column.typed::<BoolType>().write_batch(&held, Some(&optional), None).unwrap();
        }
        8 => {
            // One link in every other row.
            let definitions: Vec<i16> = rows.iter().map(|(id, _)| i16::from(id % 2 == 0)).collect();
            let links: Vec<i32> = rows
                .iter()
                .filter(|(id, _)| id % 2 == 0)
                .map(|(id, _)| i32::try_from(-id).unwrap())
                .collect();
            column
                .typed::<Int32Type>()
                .write_batch(&links, Some(&definitions), Some(&vec![0; rows.len()]))
                .unwrap();
        }
        9 => {
            let definitions: Vec<i16> =
                rows.iter().flat_map(|(id, _)| if id % 2 == 0 { vec![2, 2] } else { vec![0] }).collect();
            let repetitions: Vec<i16> =
                rows.iter().flat_map(|(id, _)| if id % 2 == 0 { vec![0, 2] } else { vec![0] }).collect();
            let hows: Vec<ByteArray> = rows
                .iter()
                .filter(|(id, _)| id % 2 == 0)
                .flat_map(|_| [ByteArray::from(vec![0xC0]), ByteArray::from(Vec::new())])
                .collect();
            column
                .typed::<ByteArrayType>()
                .write_batch(&hows, Some(&definitions), Some(&repetitions))
                .unwrap();
        }
        _ => {
            let dates: Vec<i64> = there.iter().map(|id| id * 86_400_000_000).collect();
            column.typed::<Int64Type>().write_batch(&dates, Some(&optional), None).unwrap();
        }
    }
}

fn read(path: &Path) -> (ParquetMetaData, Vec<Row>) {
    // By its page index, so that this is looked at, too.
    let options = ReadOptionsBuilder::new().with_page_index().build();
    let reader = SerializedFileReader::new_with_options(File::open(path).unwrap(), options).unwrap();
    let rows = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
    (reader.metadata().clone(), rows)
}

/// Rows as text: what is no number is not equal to itself.
fn shown(rows: &[Row]) -> Vec<String> {
    rows.iter().map(|row| format!("{row:?}")).collect()
}

fn id(row: &Row) -> i64 {
    let parquet::record::Field::Long(id) = row.get_column_iter().next().unwrap().1 else { return -1 };
    *id
}

/// What a file is beside its rows.
fn shape(metadata: &ParquetMetaData) -> impl PartialEq + std::fmt::Debug + use<> {
    let file = metadata.file_metadata();
    let columns = metadata.row_groups().iter().map(|group| {
        let columns = group.columns().iter().map(|column| {
            let has = (column.dictionary_page_offset().is_some(), column.bloom_filter_offset().is_some());
            (column.compression(), has)
        });
        (columns.collect::<Vec<_>>(), group.sorting_columns().cloned())
    });
    (file.schema().clone(), file.key_value_metadata().cloned(), columns.collect::<Vec<_>>())
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twicetold"));
    command.current_dir(folder).arg("--isolated").args(arguments).output().unwrap()
}

fn ok(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Three files; the rows 5, 7, 30 and 31 tell again what stands in 1 and 4, and 8 nearly so.
fn newsroom() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join("in").join(name);
    let storm_again = format!("Also told. {STORM}");
    let first = [(1, STORM), (2, "Not told twice."), (3, ""), (4, FERRY)];
    let second =
        [(5, STORM), (6, ""), (7, FERRY), (8, &storm_again), (9, "Told \"once\"\u{1F600}.\nNo more.")];
    write(&at("a.parquet"), &[&first, &second]);
    write(&at("b/b.parquet"), &[&[(20, "Nothing of this is told anywhere else."), (21, "")]]);
    write(&at("c.parquet"), &[&[(30, STORM), (31, FERRY)], &[(32, "The last row of all of them.")]]);
    folder
}

const FIELD: [&str; 2] = ["--field", "text=body.text.content"];

#[test]
fn rows_go_and_come_back() {
    let folder = newsroom();
    let at = |name: &str| folder.path().join(name);
    let said = ok(folder.path(), &["dedup", "in", "-o", "out", FIELD[0], FIELD[1]]);
    assert!(said.starts_with("5 of "), "{said}");
    let names = ["a.parquet", "b/b.parquet", "c.parquet"];
    for name in names {
        let (before, rows) = read(&at("in").join(name));
        let (after, left) = read(&at("out").join(name));
        let gone = [5, 7, 8, 30, 31];
        let kept: Vec<Row> = rows.into_iter().filter(|row| !gone.contains(&id(row))).collect();
        assert_eq!(shown(&left), shown(&kept), "{name}");
        assert_eq!(shape(&after), shape(&before), "{name}");
    }
    // Nothing goes from it, so not a byte is another one.
    assert_eq!(fs::read(at("in/b/b.parquet")).unwrap(), fs::read(at("out/b/b.parquet")).unwrap());
    // A group that lost all its rows is still there.
    let groups: Vec<i64> =
        read(&at("out/c.parquet")).0.row_groups().iter().map(RowGroupMetaData::num_rows).collect();
    assert_eq!(groups, [0, 1]);
    let ledger = fs::read_to_string(at("out.ledger.jsonl")).unwrap();
    let removed: Vec<Value> = ledger.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let row = removed.iter().find(|line| line["document"]["record"] == 5).unwrap();
    let cells: Value = serde_json::from_str(row["text"].as_str().unwrap()).unwrap();
    assert_eq!((&cells[0], &cells[2]), (&Value::from(5), &Value::from(STORM)));
    come_back(folder.path());
}

/// Restores, and looks at every row.
fn come_back(folder: &Path) {
    ok(folder, &["dedup", "--restore", "out.ledger.jsonl", "out", "-o", "back"]);
    for name in ["a.parquet", "b/b.parquet", "c.parquet"] {
        let ((before, rows), (after, again)) =
            (read(&folder.join("in").join(name)), read(&folder.join("back").join(name)));
        assert_eq!(shown(&again), shown(&rows), "{name}");
        assert_eq!(shape(&after), shape(&before), "{name}");
        let groups =
            |of: &ParquetMetaData| of.row_groups().iter().map(RowGroupMetaData::num_rows).collect::<Vec<_>>();
        assert_eq!(groups(&after), groups(&before), "{name}");
    }
}

#[test]
fn parts_of_the_text_go_and_come_back() {
    let folder = newsroom();
    let at = |name: &str| folder.path().join(name);
    let long = format!(
        "Told by \"nobody\" else\u{1F600} in town:\n\n{STORM}\n\nWhat the \\ harbour is for, they ask."
    );
    write(&at("in/a.parquet"), &[&[(7, STORM), (8, &long)]]);
    ok(
        folder.path(),
        &["dedup", "in", "-o", "out", FIELD[0], FIELD[1], "--level=paragraph,sentence,passage"],
    );
    let (_, rows) = read(&at("out/a.parquet"));
    let eight = format!("{:?}", rows.iter().find(|row| id(row) == 8).unwrap());
    let left = "Told by \"nobody\" else\u{1F600} in town:\n\nWhat the \\ harbour is for, they ask.";
    assert!(eight.contains(&format!("Str({left:?})")), "{eight}");
    come_back(folder.path());
}

#[test]
fn a_result_that_was_changed_restores_nothing() {
    let folder = newsroom();
    let at = |name: &str| folder.path().join(name);
    ok(folder.path(), &["dedup", "in", "-o", "out", FIELD[0], FIELD[1]]);
    // The same rows but for one cell.
    write(&at("out/c.parquet"), &[&[], &[(35, "The last row of all of them.")]]);
    let output = run(folder.path(), &["dedup", "--restore", "out.ledger.jsonl", "out", "-o", "back"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("not what it was"));
    assert!(!at("back").exists());
    // A row of the ledger that is none of this table.
    let ledger = fs::read_to_string(at("out.ledger.jsonl")).unwrap();
    write(&at("out/c.parquet"), &[&[], &[(32, "The last row of all of them.")]]);
    ok(folder.path(), &["dedup", "--restore", "out.ledger.jsonl", "out", "-o", "back"]);
    fs::remove_dir_all(at("back")).unwrap();
    fs::write(at("out.ledger.jsonl"), ledger.replace("\"text\":\"[30,", "\"text\":\"[\\\"x\\\",")).unwrap();
    let output = run(folder.path(), &["dedup", "--restore", "out.ledger.jsonl", "out", "-o", "back"]);
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no row of the Parquet file"));
}
