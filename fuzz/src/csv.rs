//! Tables give the texts that another parser reads, and never more records than there are.

use csv::ReaderBuilder;
use twicetold::source::{Format, Options};

use super::file::{documents, read, read_as};

/// Any bytes, and the same under a header that names a text.
pub fn check(data: &[u8]) {
    documents(read_as(data, Format::Csv, 1 << 20));
    documents(read_as(data, Format::Csv, 32));
    documents(read(data, "", &Options::default()));

    for delimiter in [b',', b';', b'\t', b'|'] {
        let mut table = b"id".to_vec();
        table.push(delimiter);
        table.extend_from_slice(b"text\n");
        table.extend_from_slice(data);
        let (ours, problems) = documents(read_as(&table, Format::Csv, 1 << 20));
        let rows: Vec<Result<csv::StringRecord, csv::Error>> =
            ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(&*table).records().collect();
        // Others close an open quote at the end of the file; we tell of it. All else is one for one.
        let theirs: Vec<&str> = rows
            .iter()
            .filter_map(|row| row.as_ref().ok())
            .filter(|row| row.len() == 2)
            .map(|row| &row[1])
            .collect();
        assert!(ours.len() <= theirs.len(), "{ours:?} {theirs:?}");
        if problems.is_empty() {
            let ours: Vec<&str> = ours.iter().map(|document| &*document.text).collect();
            assert_eq!(ours, theirs);
        }
        for document in &ours {
            let row = usize::try_from(document.record.unwrap()).unwrap() - 1;
            let row = rows[row].as_ref().expect("what we read, others read");
            assert_eq!(&row[1], document.text);
        }
    }
}
