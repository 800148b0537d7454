//! Units in files that findings are made of.

use rayon::prelude::*;

use super::{
    Unit,
    filed::{self, Row},
};
use crate::{
    candidate::Identical,
    id::{DocId, UnitId},
    span::{Span, WordRange},
    spill::Column,
};

/// The units that occur in a family or a pair, and where they stand.
#[derive(Debug, Default)]
pub(in crate::pipeline) struct Placed {
    /// Ascending.
    ids: Vec<UnitId>,
    /// The same long, and so by document and place.
    units: Vec<Unit>,
    spans: Vec<Span>,
}

impl Placed {
    /// The units that are copies, or of a wording that is matched. What cannot be read is blamed on the space of `rows`.
    pub(super) fn of(rows: &Column<Row>, identical: &Identical, matched: &[u32]) -> Self {
        let firsts = matched.iter().map(|text| identical.first(*text));
        let repeats = identical.pairs();
        let copies = repeats.iter().flat_map(|pair| [pair.left, pair.right]);
        let mut ids: Vec<UnitId> = firsts.chain(copies).collect();
        drop(repeats);
        ids.par_sort_unstable();
        ids.dedup();
        ids.shrink_to_fit();
        let mut rows = rows.cursor();
        let row = |id: &UnitId| rows.get(id.index()).unwrap_or_default();
        let (units, spans) =
            ids.iter().map(row).map(|row| (filed::unit(row), Span::new(row.1.0, row.1.1))).unzip();
        Self { ids, units, spans }
    }

    pub(super) fn unit(&self, id: UnitId) -> Option<Unit> {
        self.ids.binary_search(&id).ok().and_then(|at| self.units.get(at)).copied()
    }

    /// The bytes of the unit that has these words.
    pub(in crate::pipeline) fn span(&self, document: DocId, words: WordRange) -> Option<Span> {
        let at = self.units.binary_search_by_key(&(document, words), |unit| (unit.document, unit.words));
        at.ok().and_then(|at| self.spans.get(at)).copied()
    }
}
