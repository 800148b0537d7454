//! Parquet files through every door: in a folder, on standard input, in an archive.
#![cfg(feature = "parquet")]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::{
    fs,
    io::Write,
    process::{Command, Output, Stdio},
    sync::Arc,
};

use parquet::{
    data_type::{ByteArray, ByteArrayType},
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::parser::parse_message_type,
};

/// Three articles, the first and the last with the same words.
fn table() -> Vec<u8> {
    let schema =
        parse_message_type("message articles { required binary id (UTF8); required binary text (UTF8); }");
    let properties = Arc::new(WriterProperties::builder().build());
    let mut writer = SerializedFileWriter::new(Vec::new(), Arc::new(schema.unwrap()), properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let told = "The lighthouse at Cape Morran will be lit by hand again until its clockwork has been mended.";
    let columns = [["a1", "a2", "a3"], [told, "Nothing else has been heard from the cape this week.", told]];
    for values in columns {
        let mut column = group.next_column().unwrap().unwrap();
        let values: Vec<ByteArray> = values.into_iter().map(ByteArray::from).collect();
        column.typed::<ByteArrayType>().write_batch(&values, None, None).unwrap();
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.into_inner().unwrap()
}

fn twicetold(arguments: &[&str], stdin: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_twicetold"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(stdin).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn rows_are_articles_wherever_the_file_lies() {
    let folder = support::scratch("parquet");
    let path = folder.join("articles.parquet");
    fs::write(&path, table()).unwrap();
    let packed = folder.join("articles.tar");
    let mut tar = tar::Builder::new(fs::File::create(&packed).unwrap());
    tar.append_path_with_name(&path, "articles.parquet").unwrap();
    tar.finish().unwrap();
    drop(tar);
    for (input, stdin) in
        [(path.to_str().unwrap(), Vec::new()), ("-", table()), (packed.to_str().unwrap(), Vec::new())]
    {
        let done = twicetold(&["scan", "--isolated", "-f", "pairs", "--level", "document", input], &stdin);
        assert_eq!(String::from_utf8(done.stdout).unwrap(), "document\ta1\ta3\t1.0\n", "{input}");
    }
    let listed = twicetold(&["inputs", "--isolated", path.to_str().unwrap()], &[]);
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert!(listed.contains("parquet (by content)") && listed.contains("3 documents"), "{listed}");
}
