//! Steps that make records of each document, or of two, for passages.

use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use twicetold::{
    DocId, Plan, WordRange,
    hash::Digest,
    pipeline::parts::{
        self,
        joins::Wanted,
        passages::{self, Both, Text},
        told,
    },
};

use super::{
    BATCH, Step,
    columns::{Cell, Fault, Rows, bytes, fault, int, ints, longs, signed, small, texts},
    each::{BUCKETS, Given, each},
};

/// The step of that name, if there is one.
pub(crate) fn step(name: &str, given: &Given) -> Option<Box<dyn Step>> {
    let plan = given.plan;
    Some(match name {
        "passage_texts" => passage_texts(plan),
        "seeds" => Box::new(Seeds { rows: Rows::new(SEEDS), plan }),
        "apart" => apart(plan),
        "compare" => compare(plan),
        "asked_runs" => asked_runs(),
        "runs" => runs(Wanted::of(given.data.clone())),
        "words" => words(),
        "told_passages" => told_passages(),
        _ => return None,
    })
}

fn text(batch: &RecordBatch, column: &str, n: usize) -> Result<Text, Fault> {
    Text::from_bytes(bytes(batch, column)?.value(n)).ok_or_else(|| fault("a packed text is damaged"))
}

/// The first half of a name, for a bucket.
fn half(name: &Digest) -> i64 {
    name.first_chunk().map_or(0, |half| i64::from_le_bytes(*half))
}

fn passage_texts(plan: Plan) -> Box<dyn Step> {
    const OUT: &[(&str, DataType)] = &[
        ("bucket", DataType::Int64),
        ("unit", DataType::Int64),
        ("time", DataType::Int64),
        ("words", DataType::Int32),
        ("whole", DataType::Boolean),
        ("names", DataType::Binary),
        ("packed", DataType::Binary),
    ];
    each(OUT, move |batch, rows| {
        let (documents, text, dates) = (longs(batch, "doc")?, texts(batch, "text")?, texts(batch, "date")?);
        for n in (0..batch.num_rows()).filter(|n| text.is_valid(*n)) {
            let time = dates.is_valid(n).then(|| parts::time(dates.value(n))).flatten();
            let text = Text::new(text.value(n), &plan);
            if text.words.is_empty() {
                continue;
            }
            let names = text.names();
            rows.push(&[
                Cell::Long(half(&names[0])),
                Cell::Long(documents.value(n)),
                time.map_or(Cell::None, Cell::Long),
                Cell::Int(i32::try_from(text.words.len()).map_err(fault)?),
                Cell::Flag(text.is_whole(&plan)),
                Cell::Bytes(&names.concat()),
                Cell::Bytes(&text.to_bytes()),
            ]);
        }
        Ok(())
    })
}

const SEEDS: &[(&str, DataType)] =
    &[("bucket", DataType::Int64), ("unit", DataType::Int64), ("before", DataType::Int64)];

/// Makes a record of nearly every word, so that they leave some at a time.
struct Seeds {
    rows: Rows,
    plan: Plan,
}

impl Step for Seeds {
    fn push(&mut self, batch: &RecordBatch, out: &mut Vec<RecordBatch>) -> Result<(), Fault> {
        let documents = longs(batch, "unit")?;
        for n in 0..batch.num_rows() {
            let document = small(documents.value(n))?;
            let rows = &mut self.rows;
            passages::seeds(&text(batch, "packed", n)?.words, &self.plan.passage, |seed| {
                rows.push(&[
                    Cell::Long(seed.key.cast_signed()),
                    Cell::Long(signed(parts::name(document, seed.word))),
                    seed.before.map_or(Cell::None, |before| Cell::Long(before.cast_signed())),
                ]);
            });
            if BATCH <= self.rows.len() {
                out.push(self.rows.take()?);
            }
        }
        out.push(self.rows.take()?);
        Ok(())
    }
}

/// Bytes of a place of a frequent seed: its word and its key.
pub(super) const PLACE: usize = 12;

fn apart(plan: Plan) -> Box<dyn Step> {
    const OUT: &[(&str, DataType)] = &[
        ("bucket", DataType::Int64),
        ("unit", DataType::Int64),
        ("apart", DataType::Binary),
        ("plain", DataType::Int32),
    ];
    each(OUT, move |batch, rows| {
        let (documents, places) = (longs(batch, "unit")?, bytes(batch, "places")?);
        for n in 0..batch.num_rows() {
            let (document, text) = (small(documents.value(n))?, text(batch, "packed", n)?);
            for place in places.value(n).as_chunks::<PLACE>().0 {
                let (word, key) = place.split_at(4);
                let word = word.first_chunk().map_or(0, |word| u32::from_le_bytes(*word));
                let apart = passages::apart(&text.words, word, &plan.passage);
                let plain =
                    apart.is_plain().iter().rev().fold(0, |bits, plain| bits << 1 | i32::from(*plain));
                rows.push(&[
                    Cell::Long(key.first_chunk().map_or(0, |key| i64::from_le_bytes(*key))),
                    Cell::Long(signed(parts::name(document, word))),
                    Cell::Bytes(&apart.to_bytes()),
                    Cell::Int(plain),
                ]);
            }
        }
        Ok(())
    })
}

/// Numbers with blanks between.
fn numbers(text: &str) -> Result<Vec<u32>, Fault> {
    text.split_ascii_whitespace().map(|number| number.parse().map_err(fault)).collect()
}

fn range([start, end]: [u32; 2]) -> WordRange {
    WordRange { start, end }
}

/// Aligns two documents. Where something was cut short, a row without a span says so. Runs are given of a span that may be a formula.
fn compare(plan: Plan) -> Box<dyn Step> {
    const OUT: &[(&str, DataType)] = &[
        ("left", DataType::Int64),
        ("right", DataType::Int64),
        ("at", DataType::Int32),
        ("places", DataType::Utf8),
        ("span", DataType::Binary),
        ("runs", DataType::Binary),
    ];
    each(OUT, move |batch, rows| {
        let (left, right) = (longs(batch, "left")?, longs(batch, "right")?);
        let (links, not) = (bytes(batch, "links")?, texts(batch, "formulas")?);
        for n in 0..batch.num_rows() {
            let (a, b) = (small(left.value(n))?, small(right.value(n))?);
            let (left_text, right_text) = (text(batch, "left_packed", n)?, text(batch, "right_packed", n)?);
            let other = (a != b).then(|| (DocId::from_packed(b), right_text.lent()));
            let both = Both { left: (DocId::from_packed(a), left_text.lent()), right: other };
            let not = if not.is_valid(n) { numbers(not.value(n))? } else { Vec::new() };
            let not: Vec<(WordRange, WordRange)> =
                not.as_chunks().0.iter().map(|[a, b, c, d]| (range([*a, *b]), range([*c, *d]))).collect();
            let found = passages::compare(&both, &pairs_of(links.value(n)), &not, &plan.passage);
            let found = found.map_err(fault)?;
            let head = || [Cell::Long(left.value(n)), Cell::Long(right.value(n))];
            for (at, pair) in (0..).zip(&found.pairs) {
                let runs = passages::asked(pair, &left_text.words, &plan.passage).map(|runs| packed(&runs));
                let (x, y) = (pair.left.1, pair.right.1);
                let places = format!("{} {} {} {}", x.start, x.end, y.start, y.end);
                let span = passages::span_to_bytes(pair);
                let [left, right] = head();
                rows.push(&[
                    left,
                    right,
                    Cell::Int(at),
                    Cell::Text(&places),
                    Cell::Bytes(&span),
                    runs.as_deref().map_or(Cell::None, Cell::Bytes),
                ]);
            }
            if !(found.cut.is_empty() && found.crowded.is_empty()) {
                let [left, right] = head();
                rows.push(&[left, right, Cell::Int(-1), Cell::None, Cell::None, Cell::None]);
            }
        }
        Ok(())
    })
}

fn packed(numbers: &[u64]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

fn pairs_of(packed: &[u8]) -> Vec<(u32, u32)> {
    let half = |half: Option<&[u8; 4]>| half.map_or(0, |bytes| u32::from_le_bytes(*bytes));
    let pair = |pair: &[u8; 8]| (half(pair.first_chunk()), half(pair.last_chunk()));
    packed.as_chunks().0.iter().map(pair).collect()
}

fn asked_runs() -> Box<dyn Step> {
    const OUT: &[(&str, DataType)] = &[
        ("bucket", DataType::Int64),
        ("left", DataType::Int64),
        ("right", DataType::Int64),
        ("at", DataType::Int32),
    ];
    each(OUT, move |batch, rows| {
        let (left, right) = (longs(batch, "left")?, longs(batch, "right")?);
        let (at, runs) = (ints(batch, "at")?, bytes(batch, "runs")?);
        for n in (0..batch.num_rows()).filter(|n| runs.is_valid(*n)) {
            for run in runs.value(n).as_chunks().0 {
                rows.push(&[
                    Cell::Long(i64::from_le_bytes(*run)),
                    Cell::Long(left.value(n)),
                    Cell::Long(right.value(n)),
                    Cell::Int(at.value(n)),
                ]);
            }
        }
        Ok(())
    })
}

/// The runs of a document that may be asked for.
fn runs(wanted: Wanted) -> Box<dyn Step> {
    each(BUCKETS, move |batch, rows| {
        for n in 0..batch.num_rows() {
            for run in passages::runs(&text(batch, "packed", n)?.words) {
                // As much of it as is put in.
                if u32::try_from(run & u64::from(u32::MAX)).is_ok_and(|low| wanted.holds(low)) {
                    rows.push(&[Cell::Long(run.cast_signed())]);
                }
            }
        }
        Ok(())
    })
}

/// The words of some places of a document.
fn words() -> Box<dyn Step> {
    const OUT: &[(&str, DataType)] =
        &[("unit", DataType::Int64), ("first", DataType::Int32), ("words", DataType::Binary)];
    each(OUT, move |batch, rows| {
        let (documents, places) = (longs(batch, "unit")?, texts(batch, "places")?);
        for n in 0..batch.num_rows() {
            let text = text(batch, "packed", n)?;
            for [start, end] in numbers(places.value(n))?.as_chunks().0 {
                let words = text.words.get(range([*start, *end]).native()).unwrap_or_default();
                let document = Cell::Long(documents.value(n));
                rows.push(&[document, Cell::Int(int(*start)), Cell::Bytes(&packed(words))]);
            }
        }
        Ok(())
    })
}

/// What stands at some places of a document: each by its number, its first word and the word after its last.
fn told_passages() -> Box<dyn Step> {
    const OUT: &[(&str, DataType)] = &[
        ("place", DataType::Int64),
        ("start", DataType::Int64),
        ("end", DataType::Int64),
        ("around", DataType::Utf8),
        ("at", DataType::Int32),
        ("spelled", DataType::Utf8),
    ];
    each(OUT, move |batch, rows| {
        let (texts_of, places) = (texts(batch, "text")?, texts(batch, "places")?);
        for n in 0..batch.num_rows() {
            let read = told::Read::new(texts_of.value(n));
            for [place, start, end] in numbers(places.value(n))?.as_chunks().0 {
                let told = read.place(range([*start, *end]));
                let (around, at) = &told.around;
                rows.push(&[
                    Cell::Long(i64::from(*place)),
                    Cell::Long(i64::from(told.span.start)),
                    Cell::Long(i64::from(told.span.end)),
                    Cell::Text(around),
                    Cell::Int(int(at.start)),
                    Cell::Text(&told.spelled),
                ]);
            }
        }
        Ok(())
    })
}
