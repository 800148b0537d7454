//! Steps over crowds: who of them is looked at, and who stands in one of these. Buckets come sorted; askers come behind members and
//! go as they come.

use arrow_array::RecordBatch;
use arrow_schema::DataType;
use twicetold::{
    Plan,
    pipeline::parts::{
        counted::why,
        crowd::{Crowd, Inside, Looked},
    },
};

use super::{
    BATCH, Step,
    columns::{Cell, Fault, Rows, flags, int, longs, signed, texts},
    each::{COUNTED, names},
};

const MEMBERS: &[(&str, DataType)] = &[("bucket", DataType::Int64), ("unit", DataType::Int64)];

/// Of the members of crowds those that somebody may look at.
pub(super) fn members() -> Box<dyn Step> {
    Box::new(Members { bucket: None, looked: Looked::default(), rows: Rows::new(MEMBERS) })
}

struct Members {
    bucket: Option<i64>,
    looked: Looked,
    rows: Rows,
}

impl Step for Members {
    fn push(&mut self, batch: &RecordBatch, out: &mut Vec<RecordBatch>) -> Result<(), Fault> {
        let (buckets, units, sizes) = (longs(batch, "bucket")?, longs(batch, "unit")?, names(batch, "size")?);
        for (n, size) in sizes.into_iter().enumerate() {
            let bucket = buckets.value(n);
            if self.bucket.replace(bucket) != Some(bucket) {
                self.looked = Looked::default();
            }
            if self.looked.is_reached(usize::try_from(size).unwrap_or(usize::MAX)) {
                self.rows.push(&[Cell::Long(bucket), Cell::Long(units.value(n))]);
            }
        }
        out.push(self.rows.take()?);
        Ok(())
    }
}

/// Who stands in whom. Where too few were found of too many, a pair of -1.
pub(super) fn asked(plan: Plan) -> Box<dyn Step> {
    let (crowd, rows) = (Crowd::default(), Rows::new(COUNTED));
    Box::new(Asked { plan, bucket: None, crowd, found: Vec::new(), rows })
}

struct Asked {
    plan: Plan,
    bucket: Option<i64>,
    crowd: Crowd,
    found: Vec<Inside>,
    rows: Rows,
}

impl Step for Asked {
    fn push(&mut self, batch: &RecordBatch, out: &mut Vec<RecordBatch>) -> Result<(), Fault> {
        let (buckets, units) = (longs(batch, "bucket")?, names(batch, "unit")?);
        let (asks, spelled) = (flags(batch, "asks")?, texts(batch, "spelled")?);
        for (n, unit) in units.into_iter().enumerate() {
            let bucket = buckets.value(n);
            if self.bucket.replace(bucket) != Some(bucket) {
                self.crowd.clear();
            }
            if !asks.value(n) {
                self.crowd.push(unit, spelled.value(n), &self.plan);
                continue;
            }
            let is_cut = self.crowd.ask(unit, spelled.value(n), &self.plan, &mut self.found);
            for Inside { left, right, overlap } in self.found.drain(..) {
                self.rows.push(&[
                    Cell::Long(signed(left)),
                    Cell::Long(signed(right)),
                    Cell::Int(why::INSIDE.into()),
                    Cell::Flag(false),
                    Cell::Flag(true),
                    Cell::Int(int(overlap.shared)),
                    Cell::Int(int(overlap.left)),
                    Cell::Int(int(overlap.right)),
                ]);
            }
            if is_cut {
                self.rows.push(&[Cell::Long(-1), Cell::Long(1)]);
            }
            if BATCH <= self.rows.len() {
                out.push(self.rows.take()?);
            }
        }
        out.push(self.rows.take()?);
        Ok(())
    }
}
