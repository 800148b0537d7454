//! `verify`: pairs of texts, counted.

use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, BooleanArray, Float64Array, RecordBatch, UInt32Array, UInt64Array, cast::AsArray,
    types::UInt64Type,
};
use arrow_schema::{ArrowError, DataType};
use pyo3::{
    exceptions::{PyIndexError, PyTypeError},
    prelude::*,
    types::PyDict,
};
use pyo3_arrow::{ffi::ArrayReader, input::AnyArray};
use rayon::prelude::*;
use twicetold::{
    hash,
    shingle::{self, ShingleSet},
    verify::{self as counting, Overlap},
    words,
};

use crate::{
    settings::Asked,
    sketch::of_documents,
    source,
    table::Table,
    texts::{self, Texts},
    work::{self, Failed, Heed},
};

/// Pairs that one thread counts at a time.
const PAIRS: usize = 64;

/// Counts what pairs of texts share: whole numbers of shingles, never an estimate.
///
/// pairs: an iterable of (left, right), or Arrow data with the columns left and right (as `candidates` gives), row numbers from 0.
/// texts: an iterable of documents, or Arrow data with a column of texts.
/// settings: shingle (a number, or by level), threshold, field, threads; others have no say.
///
/// A Table, one row a pair in their order: left, right, shared, left_shingles, right_shingles, similarity (shared of all, six digits, cut; 1 for the
/// same normalised words only), meets (whether it is at least the threshold of documents). All but the first two are null where a text is null.
#[pyfunction]
#[pyo3(name = "verify", signature = (pairs, texts, **settings))]
fn verify(
    py: Python<'_>,
    pairs: &Bound<'_, PyAny>,
    texts: &Bound<'_, PyAny>,
    settings: Option<&Bound<'_, PyDict>>,
) -> PyResult<Table> {
    let asked = of_documents(settings)?;
    let pairs = Pairs::of(pairs)?;
    let texts = texts::Asked::of(texts, &asked.options())?;
    let counted = work::run(py, &Arc::new(Heed::default()), move |heed| {
        let (pairs, texts) = (pairs.list()?, texts.texts(heed)?);
        let past = |pair: &&(u64, u64)| texts.len() as u64 <= pair.0.max(pair.1);
        if let Some((left, right)) = pairs.iter().find(past) {
            return Ok(Err(format!(
                "the pair ({left}, {right}) names a text that is not there: there are {}",
                texts.len()
            )));
        }
        let batch = asked.pool()?.install(|| count(&pairs, &texts, &asked, heed));
        Ok(Ok(batch.map_err(|error| Failed::Input(error.to_string()))?))
    })?;
    counted.map(Table::of_batch).map_err(PyIndexError::new_err)
}

/// Pairs as they came.
enum Pairs {
    Arrow(Box<dyn ArrayReader + Send>),
    List(Vec<(u64, u64)>),
}

impl Pairs {
    fn of(pairs: &Bound<'_, PyAny>) -> PyResult<Self> {
        if source::is_arrow(pairs)? {
            return Ok(Self::Arrow(pairs.extract::<AnyArray>()?.into_reader()?));
        }
        let pair = |(at, pair): (usize, PyResult<Bound<'_, PyAny>>)| {
            pair?
                .extract::<(u64, u64)>()
                .map_err(|_| PyTypeError::new_err(format!("element {at} is no pair of row numbers")))
        };
        Ok(Self::List(pairs.try_iter()?.enumerate().map(pair).collect::<PyResult<_>>()?))
    }

    fn list(self) -> Result<Vec<(u64, u64)>, Failed> {
        let reader = match self {
            Self::List(pairs) => return Ok(pairs),
            Self::Arrow(reader) => reader,
        };
        let mut pairs = Vec::new();
        for batch in reader {
            let read = batch.and_then(|batch| {
                let wrong = || {
                    ArrowError::SchemaError("pairs have the columns left and right, whole numbers".to_owned())
                };
                let column = |name: &str| -> Result<ArrayRef, ArrowError> {
                    let column = batch
                        .as_struct_opt()
                        .and_then(|batch| batch.column_by_name(name))
                        .ok_or_else(wrong)?;
                    if !column.data_type().is_integer() || 0 < column.null_count() {
                        return Err(wrong());
                    }
                    let safe = arrow_cast::CastOptions { safe: false, ..Default::default() };
                    arrow_cast::cast_with_options(column, &DataType::UInt64, &safe)
                };
                let (left, right) = (column("left")?, column("right")?);
                let numbers =
                    |of: &ArrayRef| of.as_primitive_opt::<UInt64Type>().map(|of| of.values().to_vec());
                let (left, right) = (numbers(&left).ok_or_else(wrong)?, numbers(&right).ok_or_else(wrong)?);
                pairs.extend(left.into_iter().zip(right));
                Ok(())
            });
            read.map_err(|error| Failed::Input(error.to_string()))?;
        }
        Ok(pairs)
    }
}

/// What is known of one text.
struct Read {
    shingles: ShingleSet,
    name: hash::Digest,
}

fn count(pairs: &[(u64, u64)], texts: &Texts, asked: &Asked, heed: &Heed) -> Result<RecordBatch, ArrowError> {
    let mut wanted: Vec<u64> = pairs.iter().flat_map(|(left, right)| [*left, *right]).collect();
    wanted.par_sort_unstable();
    wanted.dedup();
    let text = |at: u64| usize::try_from(at).ok().and_then(|at| texts.get(at));
    let size = asked.plan.document.shingle;
    let read: Vec<Option<Read>> = wanted
        .par_iter()
        .map(|at| {
            heed.look();
            let words = words::words(text(*at)?, &[]).hashes;
            let mut shingles = Vec::new();
            shingle::list_into(&words, size, &mut shingles);
            Some(Read { shingles: ShingleSet::from_hashes(shingles), name: hash::identity(&words) })
        })
        .collect();
    let of = |at: u64| wanted.binary_search(&at).ok().and_then(|at| read.get(at)).and_then(Option::as_ref);
    let one = |pair: &(u64, u64)| -> Option<(Overlap, bool)> {
        let (left, right) = (of(pair.0)?, of(pair.1)?);
        let shared = counting::shared(left.shingles.as_slice(), right.shingles.as_slice());
        let size = |set: &ShingleSet| u32::try_from(set.len()).unwrap_or(u32::MAX);
        let overlap = Overlap { shared, left: size(&left.shingles), right: size(&right.shingles) };
        // No hash decides alone.
        let same = !left.shingles.is_empty()
            && left.name == right.name
            && (pair.0 == pair.1 || spelled(text(pair.0)?) == spelled(text(pair.1)?));
        Some((overlap, same))
    };
    let counted: Vec<Option<(Overlap, bool)>> = pairs
        .par_iter()
        .with_min_len(PAIRS)
        .map(|pair| {
            heed.look();
            one(pair)
        })
        .collect();
    let numbers = |get: fn(&Overlap) -> u32| -> ArrayRef {
        Arc::new(
            counted.iter().map(|one| one.as_ref().map(|(overlap, _)| get(overlap))).collect::<UInt32Array>(),
        )
    };
    let threshold = asked.plan.document.threshold;
    let meets =
        |(overlap, same): &(Overlap, bool)| *same || 0 < overlap.shared && overlap.jaccard().meets(threshold);
    RecordBatch::try_from_iter([
        ("left", Arc::new(pairs.iter().map(|pair| pair.0).collect::<UInt64Array>()) as ArrayRef),
        ("right", Arc::new(pairs.iter().map(|pair| pair.1).collect::<UInt64Array>())),
        ("shared", numbers(|overlap| overlap.shared)),
        ("left_shingles", numbers(|overlap| overlap.left)),
        ("right_shingles", numbers(|overlap| overlap.right)),
        (
            "similarity",
            Arc::new(
                counted
                    .iter()
                    .map(|one| one.as_ref().map(|(overlap, same)| overlap.jaccard().printed(*same)))
                    .collect::<Float64Array>(),
            ),
        ),
        ("meets", Arc::new(counted.iter().map(|one| one.as_ref().map(meets)).collect::<BooleanArray>())),
    ])
}

/// The normalised words.
fn spelled(text: &str) -> Vec<String> {
    words::normalised(text, &[]).into_iter().map(|(word, _)| word).collect()
}

pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_function(wrap_pyfunction!(verify, m)?)
}
