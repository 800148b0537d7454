//! What the driver does: repeats and counts become families.

use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use pyo3::prelude::*;
use pyo3_arrow::PyRecordBatch;
use twicetold::{
    DocId, Level, Plan, Span, dedup,
    family::{Family, Occurrence},
    hash::Digest,
    passage::Aligned,
    pipeline::parts::{
        families::{Described, Families, Known, Looked, Pair},
        passages,
    },
    report::{Documents, Findings, Totals},
    verify::Overlap,
    words,
};

use super::{
    SparkPlan,
    columns::{Cell, Fault, Rows, bytes, fault, flags, int, ints, longs, raised, signed, small, texts},
    each::names,
    number, unit_level,
};

/// Gathers what was found on a cluster.
#[pyclass(name = "SparkFamilies", module = "twicetold._native", unsendable)]
pub(crate) struct SparkFamilies {
    plan: Plan,
    families: Families,
}

const PLACES: &[(&str, DataType)] = &[
    ("place", DataType::Int64),
    ("level", DataType::Int32),
    ("keeper", DataType::Int64),
    ("keeper_place", DataType::Int64),
    ("unit", DataType::Int64),
    ("words", DataType::Int32),
    ("same", DataType::Boolean),
];
const NEEDED: &[(&str, DataType)] =
    &[("unit", DataType::Int64), ("start", DataType::Int64), ("end", DataType::Int64)];
const WANTED: &[(&str, DataType)] =
    &[("level", DataType::Int32), ("left", DataType::Int64), ("right", DataType::Int64)];
const FAMILIES: &[(&str, DataType)] = &[
    ("family", DataType::Int64),
    ("fingerprint", DataType::Utf8),
    ("level", DataType::Utf8),
    ("kind", DataType::Utf8),
    ("class", DataType::Utf8),
    ("document", DataType::Int64),
    ("start", DataType::Int64),
    ("end", DataType::Int64),
    ("first_word", DataType::Int64),
    ("words", DataType::Int32),
    ("keeper", DataType::Boolean),
    ("same", DataType::Boolean),
    ("similarity", DataType::Float64),
    ("shared_words", DataType::Int32),
];

#[pymethods]
impl SparkFamilies {
    #[new]
    fn new(plan: &SparkPlan) -> Self {
        Self { plan: plan.plan, families: Families::new(&plan.plan) }
    }

    /// Columns unit, words, start, end, document_words, time.
    fn add_units(&mut self, level: usize, batch: PyRecordBatch) -> PyResult<()> {
        let (level, batch) = (unit_level(level)?, batch.into_inner());
        let known = known(&batch).map_err(raised)?;
        self.families.add_units(level, known.into_iter());
        Ok(())
    }

    /// Columns first, unit.
    fn add_repeats(&mut self, level: usize, batch: PyRecordBatch) -> PyResult<()> {
        let (level, batch) = (unit_level(level)?, batch.into_inner());
        let firsts = names(&batch, "first").map_err(raised)?;
        let units = names(&batch, "unit").map_err(raised)?;
        self.families.add_repeats(level, firsts.into_iter().zip(units));
        Ok(())
    }

    /// Columns left, right, near, inside, shared, n_left, n_right.
    fn add_pairs(&mut self, level: usize, batch: PyRecordBatch) -> PyResult<()> {
        let (level, batch) = (unit_level(level)?, batch.into_inner());
        let pairs = pairs(&batch).map_err(raised)?;
        let near = flags(&batch, "near").map_err(raised)?;
        let inside = flags(&batch, "inside").map_err(raised)?;
        let of = |flags: &arrow_array::BooleanArray| -> Vec<Pair> {
            pairs.iter().enumerate().filter(|(n, _)| flags.value(*n)).map(|(_, pair)| *pair).collect()
        };
        self.families.add_matches(level, of(near).into_iter());
        self.families.add_inside(level, of(inside).into_iter());
        Ok(())
    }

    /// What came of wanted pairs: columns left, right, near, shared, n_left, n_right.
    fn answer(&mut self, level: usize, batch: PyRecordBatch) -> PyResult<()> {
        let (level, batch) = (unit_level(level)?, batch.into_inner());
        let near = flags(&batch, "near").map_err(raised)?;
        for (n, pair) in pairs(&batch).map_err(raised)?.into_iter().enumerate() {
            let overlap = near.value(n).then_some(pair.overlap);
            self.families.answer(level, (pair.left, pair.right), overlap);
        }
        Ok(())
    }

    /// Aligned spans: columns left, right, at, span. Rows without a span are passed over.
    fn add_spans(&mut self, batch: PyRecordBatch) -> PyResult<()> {
        self.families.add_spans(spans(&batch.into_inner()).map_err(raised)?.into_iter());
        Ok(())
    }

    /// Documents with passages: columns unit, words, time, whole.
    fn add_documents(&mut self, batch: PyRecordBatch) -> PyResult<()> {
        self.families.add_documents(described(&batch.into_inner()).map_err(raised)?.into_iter());
        Ok(())
    }

    /// Documents that stand for others: columns first, unit.
    fn add_copies(&mut self, batch: PyRecordBatch) -> PyResult<()> {
        let batch = batch.into_inner();
        let firsts = numbers(&batch, "first").map_err(raised)?;
        let copies = numbers(&batch, "unit").map_err(raised)?;
        self.families.add_copies(firsts.into_iter().zip(copies));
        Ok(())
    }

    /// How many words were searched for passages.
    const fn set_words(&mut self, words: u64) {
        self.families.set_words(words);
    }

    /// The words that are asked for: columns unit, start, end, by unit.
    fn needed<'py>(&mut self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let mut rows = Rows::new(NEEDED);
        for (document, words) in self.families.needed() {
            let cells = [document, words.start, words.end].map(|n| Cell::Long(n.into()));
            rows.push(&cells);
        }
        back(py, &mut rows)
    }

    /// Words that were: columns unit, first, words.
    fn add_words(&mut self, batch: PyRecordBatch) -> PyResult<()> {
        let batch = batch.into_inner();
        let documents = numbers(&batch, "unit").map_err(raised)?;
        let (firsts, words) =
            (ints(&batch, "first").map_err(raised)?, bytes(&batch, "words").map_err(raised)?);
        for (n, document) in documents.into_iter().enumerate() {
            let hashes: Vec<u64> =
                words.value(n).as_chunks().0.iter().map(|word| u64::from_le_bytes(*word)).collect();
            let first = small(firsts.value(n).into()).map_err(raised)?;
            self.families.add_words(document, first, &hashes).map_err(raised)?;
        }
        Ok(())
    }

    /// Whether grouping passages took too many steps.
    const fn is_cut(&self) -> bool {
        self.families.is_cut()
    }

    /// Pairs that must be counted: columns level, left, right. None when families are made.
    fn wanted<'py>(&mut self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let mut rows = Rows::new(WANTED);
        let wanted = self.families.wanted().map_err(raised)?;
        for pair in &wanted {
            let (left, right) = (Cell::Long(signed(pair.left)), Cell::Long(signed(pair.right)));
            rows.push(&[Cell::Int(number(pair.level)), left, right]);
        }
        back(py, &mut rows)
    }

    /// The places to look at, in order.
    fn places<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let mut rows = Rows::new(PLACES);
        for (n, place) in (0..).zip(&self.families.places()) {
            rows.push(&[
                Cell::Long(n),
                Cell::Int(number(place.level)),
                Cell::Long(signed(place.keeper)),
                Cell::Long(i64::try_from(place.keeper_place).map_err(raised)?),
                Cell::Long(signed(place.unit)),
                Cell::Int(int(place.words)),
                Cell::Flag(place.same),
            ]);
        }
        back(py, &mut rows)
    }

    /// The families, a row for each occurrence. Takes columns place, shared, fingerprint, in any order; for passages also start, end,
    /// around, at, which else are null. Also gives the documents that whole-document families do not keep: column doc.
    fn families<'py>(
        &self,
        py: Python<'py>,
        batches: Vec<PyRecordBatch>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        let batches: Vec<RecordBatch> = batches.into_iter().map(PyRecordBatch::into_inner).collect();
        let looked = looked(&batches).map_err(raised)?;
        let families = self.families.families(&looked);
        let mut rows = Rows::new(FAMILIES);
        for (n, family) in (0..).zip(&families) {
            for (at, place) in family.occurrences.iter().enumerate() {
                tell(n, family, place, at == family.keeper, &mut rows);
            }
        }
        let mut gone = Rows::new(GONE);
        for document in gone_of(families, self.plan) {
            gone.push(&[Cell::Long(document.into())]);
        }
        Ok((back(py, &mut rows)?, back(py, &mut gone)?))
    }
}

const GONE: &[(&str, DataType)] = &[("doc", DataType::Int64)];

/// The documents that `twicetold dedup` takes out for these families, where only whole documents go: it asks for no text then.
fn gone_of(mut families: Vec<Family>, mut plan: Plan) -> Vec<u32> {
    families.retain(|family| family.level == Level::Document);
    for level in Level::ALL {
        *plan.level.get_mut(level) = level == Level::Document;
    }
    let findings = Findings {
        command: "dedup",
        words_version: words::VERSION,
        plan,
        totals: Totals::default(),
        n_known: 0,
        n_stored: 0,
        documents: Documents::default(),
        families,
        pairs: Vec::new(),
        problems: Vec::new(),
    };
    dedup::plan(&findings).removals.into_keys().map(DocId::get).collect()
}

fn back<'py>(py: Python<'py>, rows: &mut Rows) -> PyResult<Bound<'py, PyAny>> {
    PyRecordBatch::new(rows.take().map_err(raised)?).into_pyarrow(py)
}

fn known(batch: &RecordBatch) -> Result<Vec<Known>, Fault> {
    let (words, all) = (ints(batch, "words")?, ints(batch, "document_words")?);
    let (starts, ends, times) = (longs(batch, "start")?, longs(batch, "end")?, longs(batch, "time")?);
    let known = |(n, unit): (usize, u64)| {
        Ok(Known {
            unit,
            words: small(words.value(n).into())?,
            span: Span::new(small(starts.value(n))?, small(ends.value(n))?),
            document_words: small(all.value(n).into())?,
            time: times.is_valid(n).then(|| times.value(n)),
        })
    };
    names(batch, "unit")?.into_iter().enumerate().map(known).collect()
}

fn pairs(batch: &RecordBatch) -> Result<Vec<Pair>, Fault> {
    let (left, right) = (names(batch, "left")?, names(batch, "right")?);
    let [shared, n_left, n_right] = [ints(batch, "shared")?, ints(batch, "n_left")?, ints(batch, "n_right")?];
    let pair = |(n, (left, right)): (usize, (u64, u64))| {
        let overlap = Overlap {
            shared: small(shared.value(n).into())?,
            left: small(n_left.value(n).into())?,
            right: small(n_right.value(n).into())?,
        };
        Ok(Pair { left, right, overlap })
    };
    left.into_iter().zip(right).enumerate().map(pair).collect()
}

fn looked(batches: &[RecordBatch]) -> Result<Vec<Looked>, Fault> {
    let mut looked = Vec::new();
    for batch in batches {
        let (places, shared) = (longs(batch, "place")?, ints(batch, "shared")?);
        let fingerprints = bytes(batch, "fingerprint")?;
        for n in 0..batch.num_rows() {
            let fingerprint = Digest::try_from(fingerprints.value(n))
                .map_err(|_| Fault::ComputeError("a fingerprint has another length".to_owned()))?;
            let shared_words = shared.is_valid(n).then(|| small(shared.value(n).into())).transpose()?;
            looked.push((places.value(n), Looked { shared_words, fingerprint, limits: limits(batch, n)? }));
        }
    }
    looked.sort_unstable_by_key(|(place, _)| *place);
    Ok(looked.into_iter().map(|(_, looked)| looked).collect())
}

/// Where a passage is, and what stands around it with its place in that.
type Limits = (Span, (String, Span));

/// What is known of where a passage is; of units nothing is asked.
fn limits(batch: &RecordBatch, n: usize) -> Result<Option<Limits>, Fault> {
    let (starts, ends) = (longs(batch, "start")?, longs(batch, "end")?);
    if !starts.is_valid(n) {
        return Ok(None);
    }
    let at = small(ints(batch, "at")?.value(n).into())?;
    let around = texts(batch, "around")?.value(n).to_owned();
    let span = Span::new(small(starts.value(n))?, small(ends.value(n))?);
    Ok(Some((span, (around, Span::new(at, at)))))
}

/// Documents by their numbers.
fn numbers(batch: &RecordBatch, column: &str) -> Result<Vec<u32>, Fault> {
    longs(batch, column)?.values().iter().map(|document| small(*document)).collect()
}

fn spans(batch: &RecordBatch) -> Result<Vec<(u32, Aligned)>, Fault> {
    let (left, right) = (numbers(batch, "left")?, numbers(batch, "right")?);
    let (at, spans) = (ints(batch, "at")?, bytes(batch, "span")?);
    let span = |(n, (left, right)): (usize, (u32, u32))| {
        let span = passages::span_from_bytes(left, right, spans.value(n));
        Ok((small(at.value(n).into())?, span.ok_or_else(|| fault("a span is damaged"))?))
    };
    left.into_iter().zip(right).enumerate().filter(|(n, _)| spans.is_valid(*n)).map(span).collect()
}

fn described(batch: &RecordBatch) -> Result<Vec<(u32, Described)>, Fault> {
    let (words, times, whole) = (ints(batch, "words")?, longs(batch, "time")?, flags(batch, "whole")?);
    let described = |(n, document): (usize, u32)| {
        let time = times.is_valid(n).then(|| times.value(n));
        Ok((document, Described { words: small(words.value(n).into())?, time, is_whole: whole.value(n) }))
    };
    numbers(batch, "unit")?.into_iter().enumerate().map(described).collect()
}

fn tell(n: i64, family: &Family, place: &Occurrence, is_keeper: bool, rows: &mut Rows) {
    let fingerprint: String = family.fingerprint.iter().map(|byte| format!("{byte:02x}")).collect();
    rows.push(&[
        Cell::Long(n),
        Cell::Text(&fingerprint),
        Cell::Text(Level::name(family.level)),
        Cell::Text(family.kind.name()),
        family.class.map_or(Cell::None, |class| Cell::Text(class.name())),
        Cell::Long(i64::from(place.document.get())),
        Cell::Long(i64::from(place.span.start)),
        Cell::Long(i64::from(place.span.end)),
        Cell::Long(i64::from(place.first_word)),
        Cell::Int(int(place.words)),
        Cell::Flag(is_keeper),
        Cell::Flag(place.same),
        Cell::Real(place.score.printed(place.same)),
        Cell::Int(int(place.shared_words)),
    ]);
}
