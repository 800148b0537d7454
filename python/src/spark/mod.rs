//! The steps of a run as Spark's executors take them: batches of records in, batches out; and what the driver does.
//!
//! | file | takes | gives |
//! |---|---|---|
//! | `each`, `asking` | records in any order | records made of each |
//! | `passages` | texts, or two of them | records for passages |
//! | `bucket`, `seeds` | records sorted by bucket and name | pairs made of each bucket |
//! | `crowd` | members of crowds, then those that ask | those that stand in one of them |
//! | `driver` | what was found | families |
//! | `columns` | – | columns by name, rows that become batches |

mod asking;
mod bucket;
mod columns;
mod crowd;
mod driver;
mod each;
mod passages;
mod seeds;

use arrow_array::RecordBatch;
use pyo3::prelude::*;
use pyo3_arrow::PyRecordBatch;
use twicetold::{Level, Plan, Settings, pipeline::parts};

use columns::{Fault, raised};

/// Rows of one batch, about: what came of more is handed on.
const BATCH: usize = 1 << 14;

/// Something that is done to a stream of batches.
pub(crate) trait Step: Send {
    /// Takes a batch.
    fn push(&mut self, batch: &RecordBatch, out: &mut Vec<RecordBatch>) -> Result<(), Fault>;
    /// Ends the stream.
    fn finish(&mut self, _: &mut Vec<RecordBatch>) -> Result<(), Fault> {
        Ok(())
    }
}

/// What the steps are told: made again from its settings wherever it is needed.
#[pyclass(frozen, name = "SparkPlan", module = "twicetold._native")]
#[derive(Clone)]
pub(crate) struct SparkPlan {
    pub(crate) plan: Plan,
}

#[pymethods]
impl SparkPlan {
    #[new]
    #[expect(clippy::needless_pass_by_value, reason = "what Python gives is made for the call")]
    fn new(settings: Vec<(String, String)>) -> PyResult<Self> {
        let layers = settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let plan = Settings::from_layers(layers).and_then(|settings| settings.plan()).map_err(raised)?;
        Ok(Self { plan })
    }

    /// The levels of units that are looked for, by number.
    fn levels(&self) -> Vec<usize> {
        (0..Level::UNITS.len())
            .filter(|n| Level::UNITS.get(*n).is_some_and(|level| *self.plan.level.get(*level)))
            .collect()
    }

    /// Whether passages are looked for.
    fn passages(&self) -> bool {
        self.plan.level.passage
    }

    /// A run of words that stands in so many documents is rare, and a span that matches fewer of them a formula.
    fn formulas(&self) -> (u32, u32) {
        (self.plan.passage.rare_documents, self.plan.passage.rare_runs)
    }

    /// Whether the exact join suits a level with so many texts and shingles.
    fn is_exact(&self, level: usize, texts: u64, shingles: u64) -> PyResult<bool> {
        let plan = self.plan.unit(unit_level(level)?).ok_or_else(|| raised("not a level of units"))?;
        Ok(parts::joins::is_exact(texts, shingles, plan))
    }

    /// How many answers a document looks at that asks by its sample.
    fn asks(&self) -> usize {
        parts::asking::asks(self.plan.containment)
    }

    /// Whether dates decide what is kept.
    fn is_dated(&self) -> bool {
        matches!(self.plan.keep, twicetold::settings::Keep::Oldest | twicetold::settings::Keep::Newest)
    }
}

/// The level of a number.
pub(crate) fn unit_level(number: usize) -> PyResult<Level> {
    Level::UNITS.get(number).copied().ok_or_else(|| raised(format!("there is no level {number}")))
}

/// The number of a level.
pub(crate) fn number(level: Level) -> i32 {
    let at = Level::ALL.iter().position(|other| *other == level);
    at.and_then(|at| i32::try_from(at).ok()).unwrap_or(-1)
}

/// The level of a number, passages too.
pub(crate) fn level(number: i32) -> Result<Level, Fault> {
    let level = usize::try_from(number).ok().and_then(|number| Level::ALL.get(number).copied());
    level.ok_or_else(|| columns::fault(format!("there is no level {number}")))
}

/// One step over the batches of one partition.
#[pyclass(name = "SparkStep", module = "twicetold._native", unsendable)]
struct SparkStep(Box<dyn Step>);

#[pymethods]
impl SparkStep {
    /// The step of that name; `number` and `data` are what it wants to know beside the plan.
    #[new]
    #[pyo3(signature = (name, plan, level=0, number=0, data=None, more=None))]
    fn new(
        name: &str,
        plan: &SparkPlan,
        level: usize,
        number: u64,
        data: Option<Vec<u8>>,
        more: Option<Vec<u8>>,
    ) -> PyResult<Self> {
        let given = each::Given {
            plan: plan.plan,
            level: unit_level(level)?,
            number,
            data: data.unwrap_or_default(),
            more: more.unwrap_or_default(),
        };
        let step = match each::step(name, &given).map_err(raised)? {
            Some(step) => Some(step),
            None => bucket::step(name, &given).map_err(raised)?,
        };
        let step = step.or_else(|| passages::step(name, &given)).or_else(|| seeds::step(name, &given));
        step.map(Self).ok_or_else(|| raised(format!("there is no step `{name}`")))
    }

    fn push<'py>(&mut self, py: Python<'py>, batch: PyRecordBatch) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let mut out = Vec::new();
        self.0.push(&batch.into_inner(), &mut out).map_err(raised)?;
        given_back(py, out)
    }

    fn finish<'py>(&mut self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let mut out = Vec::new();
        self.0.finish(&mut out).map_err(raised)?;
        given_back(py, out)
    }
}

fn given_back(py: Python<'_>, batches: Vec<RecordBatch>) -> PyResult<Vec<Bound<'_, PyAny>>> {
    let full = batches.into_iter().filter(|batch| 0 < batch.num_rows());
    full.map(|batch| PyRecordBatch::new(batch).into_pyarrow(py)).collect()
}

/// Packs bucket numbers into a set of a few bits each.
#[pyfunction]
fn spark_wanted(buckets: PyRecordBatch) -> PyResult<Vec<u8>> {
    let batch = buckets.into_inner();
    let buckets = columns::longs(&batch, "bucket").map_err(raised)?;
    let mut wanted = parts::joins::Wanted::new(batch.num_rows());
    for bucket in buckets.values() {
        wanted.put(columns::small(*bucket).map_err(raised)?);
    }
    Ok(wanted.bytes().to_vec())
}

/// Adds all of it to the module.
pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<SparkPlan>()?;
    m.add_class::<SparkStep>()?;
    m.add_class::<driver::SparkFamilies>()?;
    m.add_function(wrap_pyfunction!(spark_wanted, m)?)?;
    m.add("SPARK_WAITING", (parts::passages::MANY, parts::passages::LONGER.len()))?;
    m.add("SPARK_LIMITS", (parts::asking::CROWD, parts::bands::RICH_BANDS))
}
