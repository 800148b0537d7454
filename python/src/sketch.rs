//! `sign`, `bands`, `candidates`: sketches of documents, for those who pair them up by themselves.

use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, FixedSizeListArray, RecordBatch, UInt32Array, cast::AsArray, types::UInt32Type,
};
use arrow_buffer::{BooleanBuffer, NullBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field, FieldRef};
use pyo3::{
    exceptions::PyValueError,
    prelude::*,
    types::{PyBool, PyCapsule, PyDict, PyInt, PyTuple},
};
use pyo3_arrow::{
    ffi::{to_array_pycapsules, to_schema_pycapsule},
    input::AnyArray,
};
use rayon::prelude::*;
use twicetold::{
    candidate::lsh::{self, BandKeys as Keys},
    settings::Bands,
    shingle,
    sketch::{Params, Signer},
    words::{self, Words},
};

use crate::{
    error,
    settings::Asked,
    table::Table,
    texts,
    work::{self, Failed, Heed},
};

/// Rows that one thread works on at a time.
const ROWS: usize = 256;

/// Numbers in rows of equal length, some of them null.
#[derive(Clone, Debug)]
pub(crate) struct Grid {
    numbers: ScalarBuffer<u32>,
    width: usize,
    nulls: Option<NullBuffer>,
}

impl Grid {
    fn new(numbers: Vec<u32>, width: usize, is_there: &[bool]) -> Self {
        let nulls = NullBuffer::new(is_there.iter().copied().collect::<BooleanBuffer>());
        Self { numbers: numbers.into(), width, nulls: Some(nulls).filter(|nulls| 0 < nulls.null_count()) }
    }

    fn rows(&self) -> usize {
        self.numbers.len().checked_div(self.width).unwrap_or(0)
    }

    fn row(&self, at: usize) -> Option<&[u32]> {
        if self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(at)) {
            return None;
        }
        self.numbers.get(at * self.width..(at + 1) * self.width)
    }

    fn field(&self) -> FieldRef {
        let item = Arc::new(Field::new("item", DataType::UInt32, false));
        let width = i32::try_from(self.width).unwrap_or(i32::MAX);
        Arc::new(Field::new("", DataType::FixedSizeList(item, width), true))
    }

    fn capsules<'py>(
        &self,
        py: Python<'py>,
        requested: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let field = self.field();
        let DataType::FixedSizeList(item, width) = field.data_type() else {
            return Err(PyValueError::new_err("not a list"));
        };
        let values = Arc::new(UInt32Array::new(self.numbers.clone(), None));
        let array = FixedSizeListArray::try_new(Arc::clone(item), *width, values, self.nulls.clone());
        let array = array.map_err(|error| PyValueError::new_err(error.to_string()))?;
        Ok(to_array_pycapsules(py, field, &array, requested)?)
    }

    /// Where the numbers lie, for NumPy.
    fn interface<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let interface = PyDict::new(py);
        interface.set_item("version", 3)?;
        interface.set_item("shape", (self.rows(), self.width))?;
        interface.set_item("typestr", if cfg!(target_endian = "big") { ">u4" } else { "<u4" })?;
        interface.set_item("data", (self.numbers.as_ptr() as usize, true))?;
        Ok(interface)
    }

    /// Reads one from whatever gives lists of equal length.
    fn of(lists: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(signatures) = lists.cast::<Signatures>() {
            return Ok(signatures.get().grid.clone());
        }
        if let Ok(keys) = lists.cast::<BandKeys>() {
            return Ok(keys.get().grid.clone());
        }
        let wrong = |error: &dyn std::fmt::Display| {
            error::setting(
                lists.py(),
                "signatures",
                &format!("a fixed_size_list of uint32 is wanted: {error}"),
            )
        };
        let chunks = lists.extract::<AnyArray>().map_err(|error| wrong(&error))?.into_reader()?;
        let chunks = chunks.collect::<Result<Vec<ArrayRef>, _>>().map_err(|error| wrong(&error))?;
        let chunks: Vec<&dyn Array> = chunks.iter().map(AsRef::as_ref).collect();
        let all = arrow_select::concat::concat(&chunks).map_err(|error| wrong(&error))?;
        let list = all.as_fixed_size_list_opt().ok_or_else(|| wrong(all.data_type()))?;
        let numbers = list.values().as_primitive_opt::<UInt32Type>().ok_or_else(|| wrong(all.data_type()))?;
        let width = usize::try_from(list.value_length())?;
        Ok(Self { numbers: numbers.values().clone(), width, nulls: list.nulls().cloned() })
    }
}

/// Signatures of texts, one row each: a `fixed_size_list<uint32>` of Arrow, null where a text has no words.
///
/// `pyarrow.array(s)` and `polars.Series(s)` take it as it is, and so does `numpy.asarray(s)`, where rows of texts without words are all
/// 4294967295. Nothing is copied. Signatures of other lanes, seed or shingle are not to be compared with these.
#[pyclass(frozen, module = "twicetold")]
#[derive(Clone, Debug)]
pub(crate) struct Signatures {
    grid: Grid,
    /// Numbers in a signature.
    #[pyo3(get)]
    lanes: u32,
    /// The seed they were made with.
    #[pyo3(get)]
    seed: u64,
    /// Words in a shingle.
    #[pyo3(get)]
    shingle: u32,
}

#[pymethods]
impl Signatures {
    fn __len__(&self) -> usize {
        self.grid.rows()
    }

    fn __getitem__(&self, at: isize) -> PyResult<Option<Vec<u32>>> {
        item(&self.grid, at)
    }

    #[getter]
    fn __array_interface__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.grid.interface(py)
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        self.grid.capsules(py, requested_schema)
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        Ok(to_schema_pycapsule(py, self.grid.field().as_ref())?)
    }

    fn __repr__(&self) -> String {
        let Self { lanes, seed, shingle, .. } = self;
        format!(
            "<twicetold.Signatures: {} of {lanes} lanes, seed {seed}, shingles of {shingle} words>",
            self.__len__()
        )
    }
}

/// Keys of the bands of signatures, one row each: rows that have one key in the same column are worth counting.
#[pyclass(frozen, module = "twicetold")]
#[derive(Clone, Debug)]
pub(crate) struct BandKeys {
    grid: Grid,
    /// Keys of a signature.
    #[pyo3(get)]
    bands: u32,
    /// Lanes in a band.
    #[pyo3(get)]
    rows: u32,
}

#[pymethods]
impl BandKeys {
    fn __len__(&self) -> usize {
        self.grid.rows()
    }

    fn __getitem__(&self, at: isize) -> PyResult<Option<Vec<u32>>> {
        item(&self.grid, at)
    }

    #[getter]
    fn __array_interface__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.grid.interface(py)
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        self.grid.capsules(py, requested_schema)
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        Ok(to_schema_pycapsule(py, self.grid.field().as_ref())?)
    }

    fn __repr__(&self) -> String {
        format!("<twicetold.BandKeys: {} of {} bands of {} rows>", self.__len__(), self.bands, self.rows)
    }
}

fn item(grid: &Grid, at: isize) -> PyResult<Option<Vec<u32>>> {
    let rows = isize::try_from(grid.rows())?;
    let from_start = if at < 0 { at + rows } else { at };
    if from_start < 0 || rows <= from_start {
        return Err(pyo3::exceptions::PyIndexError::new_err("index out of range"));
    }
    Ok(grid.row(usize::try_from(from_start)?).map(<[u32]>::to_vec))
}

/// The settings of work on whole documents: a bare number of words is meant for those.
pub(crate) fn of_documents(settings: Option<&Bound<'_, PyDict>>) -> PyResult<Asked> {
    let Some(settings) = settings else { return Asked::of(&[], None) };
    let settings = settings.copy()?;
    if let Some(words) = settings.get_item("shingle")?
        && words.is_instance_of::<PyInt>()
        && !words.is_instance_of::<PyBool>()
    {
        settings.set_item("shingle", format!("document={words}"))?;
    }
    Asked::of(&[], Some(&settings))
}

/// Signs texts: the sketches that `scan` pairs documents by, with its defaults.
///
/// texts: an iterable of documents, or Arrow data with a column of texts; texts are read where they lie.
/// settings: lanes, seed, shingle (a number, or by level), field, threads; others have no say.
#[pyfunction]
#[pyo3(signature = (texts, **settings))]
fn sign(
    py: Python<'_>,
    texts: &Bound<'_, PyAny>,
    settings: Option<&Bound<'_, PyDict>>,
) -> PyResult<Signatures> {
    let asked = of_documents(settings)?;
    let texts = texts::Asked::of(texts, &asked.options())?;
    work::run(py, &Arc::new(Heed::default()), move |heed| {
        let texts = texts.texts(heed)?;
        let (lanes, seed, size) = (asked.plan.lanes, asked.plan.seed, asked.plan.document.shingle);
        let signer = Signer::new(&Params { lanes, seed })?;
        let width = lanes as usize;
        let mut numbers = vec![0_u32; texts.len() * width];
        let mut is_there = vec![false; texts.len()];
        let one = |(words, shingles, lanes): &mut (Words, Vec<u64>, Vec<u32>), text: Option<&str>| {
            words::words_into(text?, &[], words);
            shingle::list_into(&words.hashes, size, shingles);
            signer.sign_into(shingles, lanes).ok()
        };
        asked.pool()?.install(|| {
            let pieces = numbers.par_chunks_mut(ROWS * width).zip(is_there.par_chunks_mut(ROWS)).enumerate();
            pieces.for_each_init(
                || (Words::default(), Vec::new(), Vec::new()),
                |room, (piece, (numbers, is_there))| {
                    heed.look();
                    for (at, (slot, is_there)) in numbers.chunks_mut(width).zip(is_there).enumerate() {
                        *is_there = one(room, texts.get(piece * ROWS + at)).is_some();
                        if *is_there && room.2.len() == slot.len() {
                            slot.copy_from_slice(&room.2);
                        } else {
                            slot.fill(u32::MAX);
                        }
                    }
                },
            );
        });
        Ok(Signatures { grid: Grid::new(numbers, width, &is_there), lanes, seed, shingle: size })
    })
}

/// How signatures are cut: as it is said, or else as `scan` would for its threshold.
fn cut(
    py: Python<'_>,
    lanes: usize,
    bands: Option<u32>,
    rows: Option<u32>,
    asked: &Asked,
) -> PyResult<Bands> {
    let lanes = u32::try_from(lanes)?;
    let cut = match (bands, rows) {
        (None, None) => Bands::choose(lanes, asked.plan.document.threshold),
        (Some(bands), Some(rows)) => Bands { bands, rows },
        (Some(bands), None) => Bands { bands, rows: lanes.checked_div(bands).unwrap_or(0) },
        (None, Some(rows)) => Bands { bands: lanes.checked_div(rows).unwrap_or(0), rows },
    };
    if cut.bands == 0 || cut.rows == 0 || lanes < cut.bands.saturating_mul(cut.rows) {
        let message = format!("{} bands of {} rows cannot be cut of {lanes} lanes", cut.bands, cut.rows);
        return Err(error::setting(py, "bands", &message));
    }
    Ok(cut)
}

/// Cuts signatures into bands and hashes each to a key.
///
/// signatures: what `sign` gave, or the same as Arrow data (`fixed_size_list<uint32>`).
/// bands, rows: how to cut; without both, as `scan` cuts for its `threshold`.
#[pyfunction]
#[pyo3(signature = (signatures, *, bands=None, rows=None, **settings))]
fn bands(
    py: Python<'_>,
    signatures: &Bound<'_, PyAny>,
    bands: Option<u32>,
    rows: Option<u32>,
    settings: Option<&Bound<'_, PyDict>>,
) -> PyResult<BandKeys> {
    let asked = of_documents(settings)?;
    let grid = Grid::of(signatures)?;
    let cut = cut(py, grid.width, bands, rows, &asked)?;
    work::run(py, &Arc::new(Heed::default()), move |_| Ok(keys(&grid, cut)))
}

fn keys(grid: &Grid, cut: Bands) -> BandKeys {
    let mut keys: Vec<u32> = Vec::with_capacity(grid.rows() * cut.bands as usize);
    let mut is_there = Vec::with_capacity(grid.rows());
    for at in 0..grid.rows() {
        let row = grid.row(at);
        is_there.push(row.is_some());
        match row {
            Some(row) => lsh::band_keys(row, cut, &mut keys),
            None => keys.extend((0..cut.bands).map(|_| u32::MAX)),
        }
    }
    BandKeys { grid: Grid::new(keys, cut.bands as usize, &is_there), bands: cut.bands, rows: cut.rows }
}

/// The pairs of rows that agree in a band of their signatures: worth counting with `verify`, never yet alike.
///
/// A Table with the columns left and right, row numbers from 0, left the smaller, ascending. Where more than 32 rows agree in one band, not all their pairs
/// are there, and a warning says so: take identical texts apart before.
#[pyfunction]
#[pyo3(signature = (signatures, *, bands=None, rows=None, **settings))]
fn candidates(
    py: Python<'_>,
    signatures: &Bound<'_, PyAny>,
    bands: Option<u32>,
    rows: Option<u32>,
    settings: Option<&Bound<'_, PyDict>>,
) -> PyResult<Table> {
    let asked = of_documents(settings)?;
    let grid = Grid::of(signatures)?;
    let cut = cut(py, grid.width, bands, rows, &asked)?;
    let (batch, crowded) = work::run(py, &Arc::new(Heed::default()), move |_| {
        let there: Vec<usize> = (0..grid.rows()).filter(|at| grid.row(*at).is_some()).collect();
        let mut keys = Keys::with_capacity(cut, there.len());
        there.iter().filter_map(|at| grid.row(*at)).for_each(|row| keys.push(row));
        keys.finish()?;
        let found = asked.pool()?.install(|| lsh::pairs(&keys, usize::MAX));
        let row = |unit: twicetold::UnitId| {
            there.get(unit.index()).and_then(|at| u32::try_from(*at).ok()).unwrap_or(u32::MAX)
        };
        let column = |of: fn(&twicetold::candidate::Candidate) -> twicetold::UnitId| -> ArrayRef {
            Arc::new(found.pairs.iter().map(|pair| row(of(pair))).collect::<UInt32Array>())
        };
        let batch = RecordBatch::try_from_iter([
            ("left", column(|pair| pair.left)),
            ("right", column(|pair| pair.right)),
        ]);
        Ok((batch.map_err(|error| Failed::Input(error.to_string()))?, found.cut))
    })?;
    if 0 < crowded {
        let what = format!(
            "{crowded} rows met more partners in one band than are paired up: pairs of very frequent texts are missing"
        );
        let category = py.import("twicetold")?.getattr("InputWarning")?;
        py.import("warnings")?.call_method1("warn", (what, category))?;
    }
    Ok(Table::of_batch(batch))
}

pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<Signatures>()?;
    m.add_class::<BandKeys>()?;
    m.add_function(wrap_pyfunction!(sign, m)?)?;
    m.add_function(wrap_pyfunction!(bands, m)?)?;
    m.add_function(wrap_pyfunction!(candidates, m)?)
}
