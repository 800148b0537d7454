//! Steps that make records of each record.

use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use twicetold::{
    Level, Plan,
    pipeline::parts::{
        self,
        bands::Bands,
        counted,
        joins::{self, Counts, Rare, Wanted},
        spelled, told,
    },
    settings::UnitPlan,
};

use super::{
    BATCH, Step,
    columns::{Cell, Fault, Rows, bytes, fault, flags, int, ints, longs, signed, small, texts, whole},
    number,
};

/// What a step is given.
pub(crate) struct Given {
    pub(crate) plan: Plan,
    pub(crate) level: Level,
    pub(crate) number: u64,
    pub(crate) data: Vec<u8>,
    pub(crate) more: Vec<u8>,
}

/// Counts go from task to task in pieces of so many.
const PIECE: usize = 1 << 12;

/// A step whose rows leave when a batch is done.
struct Each<F> {
    rows: Rows,
    make: F,
}

impl<F: FnMut(&RecordBatch, &mut Rows) -> Result<(), Fault> + Send> Step for Each<F> {
    fn push(&mut self, batch: &RecordBatch, out: &mut Vec<RecordBatch>) -> Result<(), Fault> {
        // A record makes many: a few at a time bound the memory of what is made.
        let mut from = 0;
        while from < batch.num_rows() {
            let n = (batch.num_rows() - from).min(BATCH / 32);
            (self.make)(&batch.slice(from, n), &mut self.rows)?;
            from += n;
            out.push(self.rows.take()?);
        }
        Ok(())
    }
}

pub(super) fn each<F>(names: &'static [(&'static str, DataType)], make: F) -> Box<dyn Step>
where
    F: FnMut(&RecordBatch, &mut Rows) -> Result<(), Fault> + Send + 'static,
{
    Box::new(Each { rows: Rows::new(names), make })
}

fn unit_plan(given: &Given) -> Result<UnitPlan, Fault> {
    given.plan.unit(given.level).copied().ok_or_else(|| fault("not a level of units"))
}

fn rare(packed: &[u8]) -> Rare {
    Rare::of(packed.as_chunks().0.iter().map(|bytes| u16::from_le_bytes(*bytes)).collect())
}

/// The step of that name, if there is one.
pub(crate) fn step(name: &str, given: &Given) -> Result<Option<Box<dyn Step>>, Fault> {
    Ok(Some(match name {
        "units" => units(given.plan),
        "bands" => bands(given)?,
        "rarity" => Box::new(Rarity {
            counts: Counts::new(given.number),
            plan: unit_plan(given)?,
            rows: Rows::new(COUNTS),
        }),
        "prefix" => prefix(given)?,
        "asks" => asks(given)?,
        "holds" => holds(given)?,
        "sampled" => super::asking::sampled(given.plan),
        "asked" => super::asking::asked(given.plan),
        "answers" => super::asking::answers(given.plan, Wanted::of(given.data.clone())),
        "crowd_members" => super::crowd::members(),
        "crowd" => super::crowd::asked(given.plan),
        "count" => count(given),
        "told" => looked(),
        _ => return Ok(None),
    }))
}

fn units(plan: Plan) -> Box<dyn Step> {
    const OUT: &[(&str, DataType)] = &[
        ("level", DataType::Int32),
        ("unit", DataType::Int64),
        ("words", DataType::Int32),
        ("document_words", DataType::Int32),
        ("start", DataType::Int64),
        ("end", DataType::Int64),
        ("time", DataType::Int64),
        ("shingles", DataType::Int32),
        ("digest", DataType::Binary),
        ("spelled", DataType::Utf8),
    ];
    each(OUT, move |batch, rows| {
        let (documents, text, dates) = (longs(batch, "doc")?, texts(batch, "text")?, texts(batch, "date")?);
        for n in (0..batch.num_rows()).filter(|n| text.is_valid(*n)) {
            let document = small(documents.value(n))?;
            let time = dates.is_valid(n).then(|| parts::time(dates.value(n))).flatten();
            let (all, units) = parts::units(text.value(n), &plan);
            for unit in units {
                rows.push(&[
                    Cell::Int(number(unit.level)),
                    Cell::Long(signed(parts::name(document, unit.words.start))),
                    Cell::Int(int(unit.words.len())),
                    Cell::Int(int(all)),
                    Cell::Long(i64::from(unit.span.start)),
                    Cell::Long(i64::from(unit.span.end)),
                    time.map_or(Cell::None, Cell::Long),
                    Cell::Int(int(unit.shingles)),
                    Cell::Bytes(&unit.digest),
                    Cell::Text(&unit.spelled),
                ]);
            }
        }
        Ok(())
    })
}

/// `band << 32 | key` for a bucket.
fn bands(given: &Given) -> Result<Box<dyn Step>, Fault> {
    const OUT: &[(&str, DataType)] = &[("bucket", DataType::Int64), ("unit", DataType::Int64)];
    let mut bands = Bands::new(&given.plan, given.level).map_err(fault)?;
    let mut keys = Vec::new();
    Ok(each(OUT, move |batch, rows| {
        let (units, spelled) = (longs(batch, "unit")?, texts(batch, "spelled")?);
        for n in 0..batch.num_rows() {
            bands.keys(spelled.value(n), &mut keys);
            for (band, key) in (0_i64..).zip(&keys) {
                rows.push(&[Cell::Long(band << 32 | i64::from(*key)), Cell::Long(units.value(n))]);
            }
        }
        Ok(())
    }))
}

const COUNTS: &[(&str, DataType)] = &[("bucket", DataType::Int64), ("counts", DataType::Binary)];

/// Counts the shingles of a partition.
struct Rarity {
    counts: Counts,
    plan: UnitPlan,
    rows: Rows,
}

impl Step for Rarity {
    fn push(&mut self, batch: &RecordBatch, _: &mut Vec<RecordBatch>) -> Result<(), Fault> {
        let spelled = texts(batch, "spelled")?;
        for n in 0..batch.num_rows() {
            self.counts.add(&joins::set(spelled.value(n), &self.plan));
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<RecordBatch>) -> Result<(), Fault> {
        for (piece, counts) in (0_i64..).zip(self.counts.counts().chunks(PIECE)) {
            if counts.iter().all(|count| *count == 0) {
                continue;
            }
            let bytes: Vec<u8> = counts.iter().flat_map(|count| count.to_le_bytes()).collect();
            self.rows.push(&[Cell::Long(piece), Cell::Bytes(&bytes)]);
            if 256 <= self.rows.len() {
                out.push(self.rows.take()?);
            }
        }
        out.push(self.rows.take()?);
        Ok(())
    }
}

fn prefix(given: &Given) -> Result<Box<dyn Step>, Fault> {
    const OUT: &[(&str, DataType)] =
        &[("bucket", DataType::Int64), ("unit", DataType::Int64), ("sketch", DataType::Binary)];
    let (rare, plan) = (rare(&given.data), unit_plan(given)?);
    let mut keys = Vec::new();
    Ok(each(OUT, move |batch, rows| {
        let (units, spelled) = (longs(batch, "unit")?, texts(batch, "spelled")?);
        for n in 0..batch.num_rows() {
            keys.clear();
            let sketch = rare.prefix(&joins::set(spelled.value(n), &plan), &plan, &mut keys).to_bytes();
            for key in &keys {
                let bucket = Cell::Long(i64::from(*key));
                rows.push(&[bucket, Cell::Long(units.value(n)), Cell::Bytes(&sketch)]);
            }
        }
        Ok(())
    }))
}

pub(super) const BUCKETS: &[(&str, DataType)] = &[("bucket", DataType::Int64)];

fn asks(given: &Given) -> Result<Box<dyn Step>, Fault> {
    let (rare, unit_plan, plan) = (rare(&given.data), unit_plan(given)?, given.plan);
    let mut keys = Vec::new();
    Ok(each(BUCKETS, move |batch, rows| {
        let (spelled, words) = (texts(batch, "spelled")?, ints(batch, "words")?);
        for n in 0..batch.num_rows() {
            keys.clear();
            let set = joins::set(spelled.value(n), &unit_plan);
            rare.asks(&set, small(words.value(n).into())?, &plan, &mut keys);
            keys.iter().for_each(|key| rows.push(&[Cell::Long(i64::from(*key))]));
        }
        Ok(())
    }))
}

fn holds(given: &Given) -> Result<Box<dyn Step>, Fault> {
    const OUT: &[(&str, DataType)] = &[
        ("bucket", DataType::Int64),
        ("unit", DataType::Int64),
        ("sketch", DataType::Binary),
        ("asks", DataType::Boolean),
    ];
    let (rare, unit_plan, plan) = (rare(&given.data), unit_plan(given)?, given.plan);
    let wanted = Wanted::of(given.more.clone());
    let (mut asked, mut held) = (Vec::new(), Vec::new());
    Ok(each(OUT, move |batch, rows| {
        let (units, spelled) = (longs(batch, "unit")?, texts(batch, "spelled")?);
        let words = ints(batch, "words")?;
        for n in 0..batch.num_rows() {
            asked.clear();
            held.clear();
            let set = joins::set(spelled.value(n), &unit_plan);
            rare.asks(&set, small(words.value(n).into())?, &plan, &mut asked);
            asked.sort_unstable();
            let sketch = joins::holds(&set, |key| {
                if wanted.holds(key) {
                    held.push(key);
                }
            });
            let sketch = sketch.to_bytes();
            for key in &held {
                rows.push(&[
                    Cell::Long(i64::from(*key)),
                    Cell::Long(units.value(n)),
                    Cell::Bytes(&sketch),
                    Cell::Flag(asked.binary_search(key).is_ok()),
                ]);
            }
        }
        Ok(())
    }))
}

/// What is known of a pair that was counted.
pub(super) const COUNTED: &[(&str, DataType)] = &[
    ("left", DataType::Int64),
    ("right", DataType::Int64),
    ("why", DataType::Int32),
    ("near", DataType::Boolean),
    ("inside", DataType::Boolean),
    ("shared", DataType::Int32),
    ("n_left", DataType::Int32),
    ("n_right", DataType::Int32),
];

/// Counts pairs. With a number other than 0 those come too that were worth counting and are nothing, and of those that were asked to
/// be alike all.
fn count(given: &Given) -> Box<dyn Step> {
    let (plan, level, all) = (given.plan, given.level, given.number != 0);
    each(COUNTED, move |batch, rows| {
        let (left, right) = (longs(batch, "left")?, longs(batch, "right")?);
        let (left_text, right_text) = (texts(batch, "left_spelled")?, texts(batch, "right_spelled")?);
        let reasons = ints(batch, "why")?;
        for n in 0..batch.num_rows() {
            let why = u8::try_from(reasons.value(n)).map_err(fault)?;
            let found = counted::count(left_text.value(n), right_text.value(n), why, level, &plan);
            let overlap = found.near.or(found.inside);
            if overlap.is_none() && !(all && (found.may_stand || why == counted::why::NEAR)) {
                continue;
            }
            let overlap = overlap.unwrap_or_default();
            rows.push(&[
                Cell::Long(left.value(n)),
                Cell::Long(right.value(n)),
                Cell::Int(reasons.value(n)),
                Cell::Flag(found.near.is_some()),
                Cell::Flag(found.inside.is_some()),
                Cell::Int(int(overlap.shared)),
                Cell::Int(int(overlap.left)),
                Cell::Int(int(overlap.right)),
            ]);
        }
        Ok(())
    })
}

/// Looks at places beside their keepers.
fn looked() -> Box<dyn Step> {
    const OUT: &[(&str, DataType)] =
        &[("place", DataType::Int64), ("shared", DataType::Int32), ("fingerprint", DataType::Binary)];
    each(OUT, move |batch, rows| {
        let (places, same, levels) = (longs(batch, "place")?, flags(batch, "same")?, ints(batch, "level")?);
        let (keepers, texts) = (texts(batch, "keeper_spelled")?, texts(batch, "spelled")?);
        let mut known: Option<(String, i32, twicetold::hash::Digest)> = None;
        for n in 0..batch.num_rows() {
            let (keeper, level) = (keepers.value(n), levels.value(n));
            let fingerprint = match &known {
                Some((text, of, fingerprint)) if text == keeper && *of == level => *fingerprint,
                _ => {
                    let fingerprint = spelled::fingerprint(super::level(level)?, keeper);
                    known = Some((keeper.to_owned(), level, fingerprint));
                    fingerprint
                }
            };
            let shared = told::shared_words(keeper, texts.value(n), same.value(n));
            rows.push(&[
                Cell::Long(places.value(n)),
                shared.map_or(Cell::None, |shared| Cell::Int(int(shared))),
                Cell::Bytes(&fingerprint),
            ]);
        }
        Ok(())
    })
}

/// Names of units as the library has them.
pub(crate) fn names(batch: &RecordBatch, column: &str) -> Result<Vec<u64>, Fault> {
    longs(batch, column)?.values().iter().map(|name| whole(*name)).collect()
}

/// The cells of a column of bytes.
pub(crate) fn cells<'b>(batch: &'b RecordBatch, column: &str) -> Result<Vec<&'b [u8]>, Fault> {
    let cells = bytes(batch, column)?;
    Ok((0..cells.len()).map(|n| cells.value(n)).collect())
}
