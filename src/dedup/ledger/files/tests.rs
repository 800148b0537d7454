#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
use proptest::prelude::*;

use super::{
    super::{Begin, Fate, File, Place, Removed, Sum, Sums, Totals, held},
    *,
};

const FORMATS: &[LedgerFormat] = &[
    LedgerFormat::Jsonl,
    LedgerFormat::Csv,
    #[cfg(feature = "parquet")]
    LedgerFormat::Parquet,
];

fn written(format: LedgerFormat, lines: &[Line<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = Writer::new(format, Box::new(&mut bytes)).unwrap();
    lines.iter().for_each(|line| writer.line(line).unwrap());
    writer.finish().unwrap();
    bytes
}

fn open(bytes: &[u8]) -> Result<Reader, Error> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    Reader::open(file)
}

fn begin(schema: &'static str) -> Line<'static> {
    Line::Begin(Begin {
        schema: schema.into(),
        tool: "twicetold \"0\"".into(),
        single: true,
        level: "document".into(),
    })
}

const TEXT: &str = "[ab=+@'\",;\u{0}\t\r\n\\\\é😀-]{0,8}";

fn place() -> impl Strategy<Value = Place<'static>> {
    (TEXT, TEXT, prop::option::of(any::<u32>()), any::<u32>(), any::<u32>()).prop_map(
        |(name, path, record, start, end)| {
            let record = record.map(u64::from);
            Place { name: name.into(), path: path.into(), record, start, end }
        },
    )
}

fn line() -> impl Strategy<Value = Line<'static>> {
    let fates = prop::sample::select(vec![Fate::Copied, Fate::Cut, Fate::LeftOut]);
    let file = (TEXT, prop::option::of("gzip|parquet"), fates).prop_map(|(path, packing, state)| {
        Line::File(File { path: format!("a{path}").into(), packing: packing.map(Into::into), state })
    });
    let bytes = prop_oneof![TEXT.prop_map(String::into_bytes), prop::collection::vec(any::<u8>(), 0..9)];
    let removed = (0_u64..1 << 62, bytes, (place(), place()), 0..=1000_u32, TEXT);
    let removed = removed.prop_map(|(offset, bytes, (document, keeper), similarity, family)| {
        let (text, base64) = held(&bytes);
        Line::Removed(Box::new(Removed {
            offset,
            text: text.map(|text| text.into_owned().into()),
            base64,
            document,
            level: "passage".into(),
            kind: "near".into(),
            similarity: f64::from(similarity) / 1000.0,
            family,
            keeper,
        }))
    });
    let sum = || (0_u64..1 << 62, "[0-9a-f]{32}").prop_map(|(bytes, hash)| Sum { bytes, hash });
    let sums = (sum(), prop::option::of(sum())).prop_map(|(before, after)| Line::Sum(Sums { before, after }));
    let end = any::<[u32; 5]>().prop_map(|n| {
        let [files, documents, removed_documents, removed_spans, removed_bytes] = n.map(u64::from);
        Line::End(Totals { files, documents, removed_documents, removed_spans, removed_bytes })
    });
    prop_oneof![1 => file, 4 => removed, 1 => sums, 1 => end]
}

proptest! {
    #[test]
    fn every_format_holds_the_same(lines in prop::collection::vec(line(), 0..30)) {
        let mut all = vec![begin(LEDGER_FORMAT)];
        all.extend(lines);
        for format in FORMATS {
            let mut reader = open(&written(*format, &all)).unwrap();
            prop_assert!(reader.is_single());
            for line in &all[1..] {
                prop_assert_eq!(&reader.next().unwrap(), line, "{:?}", format);
            }
            prop_assert!(reader.next().unwrap_err().to_string().contains("not whole"));
        }
    }

    /// What a spreadsheet would calculate does not begin a cell.
    #[test]
    fn cells_are_disarmed(lines in prop::collection::vec(line(), 0..10)) {
        let bytes = written(LedgerFormat::Csv, &lines);
        for row in csv::Reader::from_reader(&bytes[..]).records() {
            for cell in &row.unwrap() {
                prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{}", cell);
            }
        }
    }
}

#[test]
fn what_is_no_ledger_is_refused() {
    for format in FORMATS {
        let other = written(*format, &[begin("twicetold.ledger/9")]);
        assert!(open(&other).unwrap_err().to_string().contains("twicetold.ledger/9"), "{format:?}");
        let late = written(*format, &[Line::End(Totals::default())]);
        assert!(open(&late).unwrap_err().to_string().contains("does not begin"), "{format:?}");
        assert!(open(&written(*format, &[])).is_err(), "{format:?}");
        // A table without its last column.
        let whole = written(*format, &[begin(LEDGER_FORMAT)]);
        let text = String::from_utf8_lossy(&whole).replace(",removed_bytes", "");
        if *format == LedgerFormat::Csv {
            assert!(open(text.as_bytes()).is_err());
        }
    }
    for bytes in [&b""[..], b"{", b"PAR1", b"PAR1PAR1PAR1", b"a,b\n1,2\n", b"{}\n"] {
        assert!(open(bytes).is_err(), "{bytes:?}");
    }
}
