//! Steps that make records of each document, for those that stand in others.

use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use twicetold::{
    Plan,
    pipeline::parts::{asking, joins::Wanted},
};

use super::{
    Step,
    columns::{Cell, Fault, flags, ints, longs, signed, small, texts},
    each::{BUCKETS, each},
};

const ANSWERS: &[(&str, DataType)] = &[
    ("bucket", DataType::Int64),
    ("unit", DataType::Int64),
    ("asks", DataType::Boolean),
    ("keys", DataType::Int32),
    ("answers", DataType::Int32),
    ("least", DataType::Int64),
    ("size", DataType::Int64),
];

fn document(batch: &RecordBatch, n: usize, plan: &Plan) -> Result<asking::Document, Fault> {
    let words = small(ints(batch, "words")?.value(n).into())?;
    Ok(asking::Document::new(texts(batch, "spelled")?.value(n), words, plan))
}

fn long(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// Bucket -1 names a document that has to ask again.
pub(super) fn sampled(plan: Plan) -> Box<dyn Step> {
    each(ANSWERS, move |batch, rows| {
        let units = longs(batch, "unit")?;
        for n in 0..batch.num_rows() {
            let sampled = document(batch, n, &plan)?.sampled(&plan);
            let keys = i32::try_from(sampled.asks).unwrap_or(i32::MAX);
            let mut row = |bucket: i64, asks: bool| {
                let unit = Cell::Long(units.value(n));
                let none = [Cell::None, Cell::None, Cell::None];
                let [a, b, c] = none;
                rows.push(&[Cell::Long(bucket), unit, Cell::Flag(asks), Cell::Int(keys), a, b, c]);
            };
            if sampled.is_short {
                row(-1, false);
            }
            for (at, key) in sampled.keys.iter().enumerate() {
                row(i64::from(*key), at < sampled.asks);
            }
        }
        Ok(())
    })
}

pub(super) fn asked(plan: Plan) -> Box<dyn Step> {
    each(BUCKETS, move |batch, rows| {
        for n in 0..batch.num_rows() {
            for key in document(batch, n, &plan)?.asked(&plan) {
                rows.push(&[Cell::Long(i64::from(key))]);
            }
        }
        Ok(())
    })
}

pub(super) fn answers(plan: Plan, wanted: Wanted) -> Box<dyn Step> {
    each(ANSWERS, move |batch, rows| {
        let (units, short) = (longs(batch, "unit")?, flags(batch, "short")?);
        for n in 0..batch.num_rows() {
            let document = document(batch, n, &plan)?;
            let asked = if short.is_valid(n) && short.value(n) { document.asked(&plan) } else { Vec::new() };
            let (answers, least) = match asked.is_empty() {
                true => (0, 0),
                false => (document.answers(&plan), signed(document.least(&plan))),
            };
            for key in document.keys(&plan).into_iter().filter(|key| wanted.holds(*key)) {
                rows.push(&[
                    Cell::Long(i64::from(key)),
                    Cell::Long(units.value(n)),
                    Cell::Flag(asked.binary_search(&key).is_ok()),
                    Cell::Int(i32::try_from(asked.len()).unwrap_or(i32::MAX)),
                    Cell::Int(i32::try_from(answers).unwrap_or(i32::MAX)),
                    Cell::Long(least),
                    Cell::Long(long(document.size())),
                ]);
            }
        }
        Ok(())
    })
}
