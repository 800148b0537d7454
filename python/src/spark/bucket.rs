//! Steps that make records of whole buckets: they come sorted by bucket and by name, and one is held at a time.

use arrow_array::RecordBatch;
use arrow_schema::DataType;
use twicetold::{
    Plan,
    pipeline::parts::{bands, joins, joins::Sketch},
    settings::UnitPlan,
};

use super::{
    BATCH, Step,
    columns::{Cell, Fault, Rows, flags, ints, longs, signed},
    each::{Given, cells, names},
};

/// Makes records of a bucket.
pub(super) trait Bucket: Send {
    type Member: Send;
    fn read(&self, batch: &RecordBatch) -> Result<Vec<Self::Member>, Fault>;
    fn make(&mut self, bucket: i64, members: &[Self::Member], rows: &mut Rows);
}

/// The bucket that is being read.
struct Run<B: Bucket> {
    bucket: Option<i64>,
    members: Vec<B::Member>,
    rows: Rows,
    of: B,
}

impl<B: Bucket> Run<B> {
    fn close(&mut self) {
        if let Some(bucket) = self.bucket.take() {
            self.of.make(bucket, &self.members, &mut self.rows);
        }
        self.members.clear();
    }
}

impl<B: Bucket> Step for Run<B> {
    fn push(&mut self, batch: &RecordBatch, out: &mut Vec<RecordBatch>) -> Result<(), Fault> {
        let buckets = longs(batch, "bucket")?;
        for (bucket, member) in buckets.values().iter().zip(self.of.read(batch)?) {
            if self.bucket != Some(*bucket) {
                self.close();
                self.bucket = Some(*bucket);
                if BATCH <= self.rows.len() {
                    out.push(self.rows.take()?);
                }
            }
            self.members.push(member);
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<RecordBatch>) -> Result<(), Fault> {
        self.close();
        out.push(self.rows.take()?);
        Ok(())
    }
}

pub(super) fn run<B: Bucket + 'static>(names: &'static [(&'static str, DataType)], of: B) -> Box<dyn Step> {
    Box::new(Run { bucket: None, members: Vec::new(), rows: Rows::new(names), of })
}

/// The step of that name, if there is one.
pub(crate) fn step(name: &str, given: &Given) -> Result<Option<Box<dyn Step>>, Fault> {
    let unit_plan = || {
        let plan = given.plan.unit(given.level).copied();
        plan.ok_or_else(|| Fault::ComputeError("not a level of units".to_owned()))
    };
    Ok(Some(match name {
        "pairs" => run(PAIRS_OR_LARGE, Pairs(Vec::new())),
        "large_pairs" => run(PAIRS, LargePairs(Vec::new())),
        "add_counts" => run(COUNTS, AddCounts),
        "prefix_pairs" => run(PAIRS, PrefixPairs(unit_plan()?, Vec::new())),
        "holder_pairs" => run(PAIRS, HolderPairs(given.plan, Vec::new())),
        "holders" => run(HOLDERS, Holders),
        _ => return Ok(None),
    }))
}

pub(super) const PAIRS: &[(&str, DataType)] = &[("left", DataType::Int64), ("right", DataType::Int64)];
pub(super) const PAIRS_OR_LARGE: &[(&str, DataType)] =
    &[("bucket", DataType::Int64), ("left", DataType::Int64), ("right", DataType::Int64)];

/// Hands pairs on. Where something was cut short, a pair of -1 and how often.
fn hand_on(pairs: &mut Vec<(u64, u64)>, cut: u64, rows: &mut Rows) {
    for (left, right) in pairs.drain(..) {
        rows.push(&[Cell::Long(signed(left)), Cell::Long(signed(right))]);
    }
    if 0 < cut {
        rows.push(&[Cell::Long(-1), Cell::Long(signed(cut))]);
    }
}

/// All pairs of buckets that are not large; of others every member, without a partner.
struct Pairs(Vec<(u64, u64)>);

impl Bucket for Pairs {
    type Member = u64;

    fn read(&self, batch: &RecordBatch) -> Result<Vec<u64>, Fault> {
        names(batch, "unit")
    }

    fn make(&mut self, bucket: i64, members: &[u64], rows: &mut Rows) {
        if !bands::pairs(members, &mut self.0) {
            for member in members {
                rows.push(&[Cell::Long(bucket), Cell::Long(signed(*member)), Cell::None]);
            }
        }
        for (left, right) in self.0.drain(..) {
            rows.push(&[Cell::None, Cell::Long(signed(left)), Cell::Long(signed(right))]);
        }
    }
}

/// The pairs of large buckets.
struct LargePairs(Vec<(u64, u64)>);

impl Bucket for LargePairs {
    type Member = (u64, bool);

    fn read(&self, batch: &RecordBatch) -> Result<Vec<Self::Member>, Fault> {
        let rich = flags(batch, "rich")?;
        Ok(names(batch, "unit")?.into_iter().enumerate().map(|(n, unit)| (unit, rich.value(n))).collect())
    }

    fn make(&mut self, _: i64, members: &[Self::Member], rows: &mut Rows) {
        bands::pairs_of_large(members, &mut self.0);
        hand_on(&mut self.0, 0, rows);
    }
}

const COUNTS: &[(&str, DataType)] = &[("bucket", DataType::Int64), ("counts", DataType::Binary)];

/// Adds up the counts of several tasks.
struct AddCounts;

impl Bucket for AddCounts {
    type Member = Vec<u8>;

    fn read(&self, batch: &RecordBatch) -> Result<Vec<Vec<u8>>, Fault> {
        Ok(cells(batch, "counts")?.into_iter().map(<[u8]>::to_vec).collect())
    }

    fn make(&mut self, bucket: i64, members: &[Vec<u8>], rows: &mut Rows) {
        let mut sums: Vec<u16> = Vec::new();
        for member in members {
            let counts = member.as_chunks().0;
            sums.resize(sums.len().max(counts.len()), 0);
            for (sum, count) in sums.iter_mut().zip(counts) {
                *sum = sum.saturating_add(u16::from_le_bytes(*count));
            }
        }
        let bytes: Vec<u8> = sums.iter().flat_map(|sum| sum.to_le_bytes()).collect();
        rows.push(&[Cell::Long(bucket), Cell::Bytes(&bytes)]);
    }
}

fn sketches(batch: &RecordBatch) -> Result<Vec<(u64, Sketch)>, Fault> {
    let cells = cells(batch, "sketch")?.into_iter().map(Sketch::from_bytes);
    let wrong = || Fault::ComputeError("a sketch has another length".to_owned());
    names(batch, "unit")?
        .into_iter()
        .zip(cells)
        .map(|(unit, cell)| Ok((unit, cell.ok_or_else(wrong)?)))
        .collect()
}

/// The pairs of the exact join.
struct PrefixPairs(UnitPlan, Vec<(u64, u64)>);

impl Bucket for PrefixPairs {
    type Member = (u64, Sketch);

    fn read(&self, batch: &RecordBatch) -> Result<Vec<Self::Member>, Fault> {
        sketches(batch)
    }

    fn make(&mut self, _: i64, members: &[Self::Member], rows: &mut Rows) {
        if 1 < members.len() {
            let cut = joins::pairs(members, self.0.threshold, &mut self.1);
            hand_on(&mut self.1, cut, rows);
        }
    }
}

/// The pairs of which one unit may contain the other.
struct HolderPairs(Plan, Vec<(u64, u64)>);

impl Bucket for HolderPairs {
    type Member = (u64, Sketch, bool);

    fn read(&self, batch: &RecordBatch) -> Result<Vec<Self::Member>, Fault> {
        let asks = flags(batch, "asks")?;
        let members = sketches(batch)?.into_iter().enumerate();
        Ok(members.map(|(n, (unit, sketch))| (unit, sketch, asks.value(n))).collect())
    }

    fn make(&mut self, _: i64, members: &[Self::Member], rows: &mut Rows) {
        if 1 < members.len() {
            let cut = joins::holding(members, self.0.containment, &mut self.1);
            hand_on(&mut self.1, cut, rows);
        }
    }
}

const HOLDERS: &[(&str, DataType)] = &[
    ("small", DataType::Int64),
    ("bucket", DataType::Int64),
    ("holders", DataType::Int64),
    ("keys", DataType::Int32),
    ("answers", DataType::Int32),
    ("least", DataType::Int64),
    ("others", DataType::Utf8),
];

/// For everyone who asks how many hold the key, and who, where that is no crowd: names with blanks between.
struct Holders;

/// Someone who holds a key, and whether it asks for it.
struct Holder {
    unit: u64,
    asks: bool,
    keys: i32,
    answers: i32,
    least: i64,
}

impl Bucket for Holders {
    type Member = Holder;

    fn read(&self, batch: &RecordBatch) -> Result<Vec<Holder>, Fault> {
        let (asks, keys) = (flags(batch, "asks")?, ints(batch, "keys")?);
        let (answers, least) = (ints(batch, "answers")?, longs(batch, "least")?);
        let holder = |(n, unit)| Holder {
            unit,
            asks: asks.value(n),
            keys: keys.value(n),
            answers: answers.value(n),
            least: least.value(n),
        };
        Ok(names(batch, "unit")?.into_iter().enumerate().map(holder).collect())
    }

    fn make(&mut self, bucket: i64, members: &[Holder], rows: &mut Rows) {
        if bucket < 0 || members.len() < 2 {
            return;
        }
        let is_crowd = twicetold::pipeline::parts::asking::CROWD < members.len();
        for member in members.iter().filter(|member| member.asks) {
            let mut others = String::new();
            for other in members.iter().filter(|other| !is_crowd && other.unit != member.unit) {
                if !others.is_empty() {
                    others.push(' ');
                }
                others.push_str(&other.unit.to_string());
            }
            rows.push(&[
                Cell::Long(signed(member.unit)),
                Cell::Long(bucket),
                Cell::Long(i64::try_from(members.len()).unwrap_or(i64::MAX)),
                Cell::Int(member.keys),
                Cell::Int(member.answers),
                Cell::Long(member.least),
                if is_crowd { Cell::None } else { Cell::Text(&others) },
            ]);
        }
    }
}
