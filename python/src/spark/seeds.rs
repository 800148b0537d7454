//! Steps that make records of whole buckets, for passages: documents with the same words, the places of a seed, the places of a
//! document, the links of two documents.

use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use twicetold::{
    Plan,
    pipeline::parts::{
        self,
        passages::{self, Apart, Named, Place, Waits},
    },
};

use super::{
    Step,
    bucket::{Bucket, PAIRS, PAIRS_OR_LARGE, run},
    columns::{Cell, Fault, Rows, bytes, fault, ints, longs, signed, small},
    each::{Given, names},
};

/// The step of that name, if there is one.
pub(crate) fn step(name: &str, given: &Given) -> Option<Box<dyn Step>> {
    let waits = |bits: u64| std::array::from_fn(|n| bits >> n & 1 == 1);
    Some(match name {
        "copies" => run(COPIES, Copies(given.plan)),
        "seed_pairs" => run(PAIRS_OR_LARGE, SeedPairs),
        "places" => run(PLACES, Places),
        "waiting" => run(WAITING, Waiting(Group(given.plan, waits(given.number)))),
        "frequent_pairs" => run(PAIRS, FrequentPairs(Group(given.plan, waits(given.number)))),
        "links" => run(LINKS, Links),
        _ => return None,
    })
}

const COPIES: &[(&str, DataType)] = &[("first", DataType::Int64), ("unit", DataType::Int64)];

/// Documents that may have the same words.
struct Copies(Plan);

impl Bucket for Copies {
    type Member = Named;

    fn read(&self, batch: &RecordBatch) -> Result<Vec<Named>, Fault> {
        let (times, words, named) = (longs(batch, "time")?, ints(batch, "words")?, bytes(batch, "names")?);
        let member = |(n, document): (usize, u64)| {
            let (first, second) =
                named.value(n).split_first_chunk().ok_or_else(|| fault("a name is short"))?;
            Ok(Named {
                document: u32::try_from(document).map_err(fault)?,
                words: small(words.value(n).into())?,
                time: times.is_valid(n).then(|| times.value(n)),
                names: [*first, second.try_into().map_err(fault)?],
            })
        };
        names(batch, "unit")?.into_iter().enumerate().map(member).collect()
    }

    fn make(&mut self, _: i64, members: &[Named], rows: &mut Rows) {
        if 1 < members.len() {
            passages::copies(&mut members.to_vec(), self.0.keep, |first, copy| {
                rows.push(&[Cell::Long(first.into()), Cell::Long(copy.into())]);
            });
        }
    }
}

fn place(unit: u64) -> Place {
    (parts::document(unit), parts::first_word(unit))
}

fn unit((document, word): Place) -> Cell<'static> {
    Cell::Long(signed(parts::name(document, word)))
}

/// All pairs of places of a seed, with the seed without which they add nothing, if there is one; of a frequent seed every place,
/// without a partner.
struct SeedPairs;

impl Bucket for SeedPairs {
    type Member = (Place, Option<u64>);

    fn read(&self, batch: &RecordBatch) -> Result<Vec<Self::Member>, Fault> {
        let before = longs(batch, "before")?;
        let before = |n: usize| before.is_valid(n).then(|| before.value(n).cast_unsigned());
        Ok(names(batch, "unit")?.into_iter().enumerate().map(|(n, unit)| (place(unit), before(n))).collect())
    }

    fn make(&mut self, bucket: i64, members: &[Self::Member], rows: &mut Rows) {
        let is_small = passages::pairs(members, |left, right, unless| {
            let unless = unless.map_or(Cell::None, |key| Cell::Long(key.cast_signed()));
            rows.push(&[unless, unit(left), unit(right)]);
        });
        if !is_small {
            for (place, _) in members {
                rows.push(&[Cell::Long(bucket), unit(*place), Cell::None]);
            }
        }
    }
}

const PLACES: &[(&str, DataType)] = &[("unit", DataType::Int64), ("places", DataType::Binary)];

/// The frequent seeds of a document: for each its word and its key.
struct Places;

impl Bucket for Places {
    type Member = (u32, i64);

    fn read(&self, batch: &RecordBatch) -> Result<Vec<Self::Member>, Fault> {
        let keys = longs(batch, "key")?;
        let words = names(batch, "unit")?.into_iter().map(parts::first_word);
        Ok(words.zip(keys.values().iter().copied()).collect())
    }

    fn make(&mut self, bucket: i64, members: &[Self::Member], rows: &mut Rows) {
        let place = |(word, key): &(u32, i64)| word.to_le_bytes().into_iter().chain(key.to_le_bytes());
        let places: Vec<u8> = members.iter().flat_map(place).collect();
        rows.push(&[Cell::Long(bucket), Cell::Bytes(&places)]);
    }
}

/// The places of a frequent seed.
struct Group(Plan, Waits);

impl Group {
    fn read(batch: &RecordBatch) -> Result<Vec<(Place, Apart)>, Fault> {
        let apart = bytes(batch, "apart")?;
        let member = |(n, unit): (usize, u64)| {
            let apart = Apart::from_bytes(apart.value(n)).ok_or_else(|| fault("a place is damaged"))?;
            Ok((place(unit), apart))
        };
        names(batch, "unit")?.into_iter().enumerate().map(member).collect()
    }
}

const WAITING: &[(&str, DataType)] = &[("length", DataType::Int32), ("places", DataType::Int64)];

/// How many of its places are over a handful of words, for each length.
struct Waiting(Group);

impl Bucket for Waiting {
    type Member = (Place, Apart);

    fn read(&self, batch: &RecordBatch) -> Result<Vec<Self::Member>, Fault> {
        Group::read(batch)
    }

    fn make(&mut self, _: i64, members: &[Self::Member], rows: &mut Rows) {
        let Group(plan, waits) = &self.0;
        let waited = passages::frequent(members, &plan.passage, *waits, |_, _| ());
        for (length, places) in (0..).zip(waited.places).filter(|(_, places)| 0 < *places) {
            rows.push(&[Cell::Int(length), Cell::Long(signed(places))]);
        }
    }
}

/// The pairs of its places. Where some waited in vain, a pair of -1 and how many.
struct FrequentPairs(Group);

impl Bucket for FrequentPairs {
    type Member = (Place, Apart);

    fn read(&self, batch: &RecordBatch) -> Result<Vec<Self::Member>, Fault> {
        Group::read(batch)
    }

    fn make(&mut self, _: i64, members: &[Self::Member], rows: &mut Rows) {
        let Group(plan, waits) = &self.0;
        let waited = passages::frequent(members, &plan.passage, *waits, |left, right| {
            rows.push(&[unit(left), unit(right)]);
        });
        if 0 < waited.vain {
            rows.push(&[Cell::Long(-1), Cell::Long(signed(waited.vain))]);
        }
    }
}

const LINKS: &[(&str, DataType)] =
    &[("left", DataType::Int64), ("right", DataType::Int64), ("links", DataType::Binary)];

/// The pairs of places of two documents.
struct Links;

impl Bucket for Links {
    type Member = (u64, u64);

    fn read(&self, batch: &RecordBatch) -> Result<Vec<Self::Member>, Fault> {
        Ok(names(batch, "left")?.into_iter().zip(names(batch, "right")?).collect())
    }

    fn make(&mut self, _: i64, members: &[Self::Member], rows: &mut Rows) {
        let Some((left, right)) = members.first() else { return };
        let words = |(left, right): &(u64, u64)| {
            [*left, *right].into_iter().flat_map(|unit| parts::first_word(unit).to_le_bytes())
        };
        let links: Vec<u8> = members.iter().flat_map(words).collect();
        let document = |unit: u64| Cell::Long(parts::document(unit).into());
        rows.push(&[document(*left), document(*right), Cell::Bytes(&links)]);
    }
}
