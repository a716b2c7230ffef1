use pyo3::buffer::PyBuffer;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use zaruka_crlindex::{CrlIndex as Index, Damaged, StoredIndex};

/// Sorted serial numbers of a revocation list; it does not hold the list itself.
#[pyclass(frozen, module = "zaruka._native")]
struct CrlIndex {
    index: Index,
    start: usize,
    end: usize,
}

/// The octets `start..end` of a contiguous buffer.
///
/// Python code that changes the buffer while this borrows it gives wrong answers but no undefined
/// behaviour beyond what every reader of a mapped file accepts; certificates and lists are never
/// changed in place here.
fn octets(buffer: &PyBuffer<u8>, start: usize, end: usize) -> PyResult<&[u8]> {
    if !buffer.is_c_contiguous() || start > end || end > buffer.len_bytes() {
        return Err(PyValueError::new_err("not the octets of this list"));
    }
    // SAFETY: the buffer is contiguous, of u8, at least `end` octets long, and stays alive and
    // exported for as long as the borrow of `buffer`.
    let all = unsafe { std::slice::from_raw_parts(buffer.buf_ptr().cast::<u8>(), end) };
    Ok(&all[start..])
}

#[pymethods]
impl CrlIndex {
    /// Index the content of revokedCertificates, octets `start` to `end` of `data`.
    ///
    /// ValueError(offset): the element there is not an entry.
    #[new]
    fn new(py: Python<'_>, data: PyBuffer<u8>, start: usize, end: usize) -> PyResult<Self> {
        let list = octets(&data, start, end)?;
        let index = py
            .detach(|| Index::build(list))
            .map_err(|error| PyValueError::new_err(start + error.offset))?;
        Ok(Self { index, start, end })
    }

    /// Where in `data` the entries with this serial number begin, in the order of the list.
    ///
    /// `serial` holds the content octets of the INTEGER; `data` is what was indexed.
    fn find(&self, data: PyBuffer<u8>, serial: &[u8]) -> PyResult<Vec<usize>> {
        let list = octets(&data, self.start, self.end)?;
        let found = self.index.find(list, serial);
        Ok(found.into_iter().map(|at| self.start + at).collect())
    }

    /// Where the entries begin that may carry a certificateIssuer, in the order of the list.
    #[getter]
    fn issuer_changes(&self) -> Vec<usize> {
        let changes = self.index.issuer_changes().iter();
        changes.map(|&at| self.start + at as usize).collect()
    }

    /// Where the entries begin whose extensions forbid the use of the list, in its order.
    #[getter]
    fn faulty(&self) -> Vec<usize> {
        let faulty = self.index.faulty().iter();
        faulty.map(|&at| self.start + at as usize).collect()
    }

    /// The octets of a file for this index, which `StoredCrlIndex` looks up there.
    fn to_stored<'py>(&self, py: Python<'py>, data: PyBuffer<u8>) -> PyResult<Bound<'py, PyBytes>> {
        let list = octets(&data, self.start, self.end)?;
        Ok(PyBytes::new(py, &py.detach(|| self.index.to_stored(list))))
    }

    fn __len__(&self) -> usize {
        self.index.len()
    }
}

/// A `CrlIndex` in a (mapped) file, of which only what is looked for is read.
#[pyclass(frozen, module = "zaruka._native")]
struct StoredCrlIndex {
    index: StoredIndex,
    file: PyBuffer<u8>,
    start: usize,
    end: usize,
}

fn damaged(_: Damaged) -> PyErr {
    PyValueError::new_err("damaged")
}

#[pymethods]
impl StoredCrlIndex {
    /// Open the index in `file`, made of octets `start` to `end` of a list.
    ///
    /// ValueError: it is none.
    #[new]
    fn new(file: PyBuffer<u8>, start: usize, end: usize) -> PyResult<Self> {
        let index = StoredIndex::open(octets(&file, 0, file.len_bytes())?).map_err(damaged)?;
        Ok(Self {
            index,
            file,
            start,
            end,
        })
    }

    /// SHA-256 that stands for the whole file.
    #[getter]
    fn digest(&self) -> &[u8] {
        self.index.digest()
    }

    /// As of `CrlIndex`. ValueError: file or list is not what it was when the index was made.
    fn find(&self, data: PyBuffer<u8>, serial: &[u8]) -> PyResult<Vec<usize>> {
        let list = octets(&data, self.start, self.end)?;
        let found = self
            .index
            .find(self.file()?, list, serial)
            .map_err(damaged)?;
        Ok(found.into_iter().map(|at| self.start + at).collect())
    }

    /// As of `CrlIndex`.
    #[getter]
    fn issuer_changes(&self) -> PyResult<Vec<usize>> {
        let changes = self.index.issuer_changes(self.file()?).map_err(damaged)?;
        Ok(changes.iter().map(|&at| self.start + at as usize).collect())
    }

    /// As of `CrlIndex`.
    #[getter]
    fn faulty(&self) -> PyResult<Vec<usize>> {
        let faulty = self.index.faulty(self.file()?).map_err(damaged)?;
        Ok(faulty.iter().map(|&at| self.start + at as usize).collect())
    }

    fn __len__(&self) -> usize {
        self.index.len()
    }
}

impl StoredCrlIndex {
    fn file(&self) -> PyResult<&[u8]> {
        octets(&self.file, 0, self.file.len_bytes())
    }
}

pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<CrlIndex>()?;
    m.add_class::<StoredCrlIndex>()
}
