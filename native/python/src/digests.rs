use std::sync::{Mutex, MutexGuard, PoisonError};

use pyo3::buffer::PyUntypedBuffer;
use pyo3::exceptions::{PyBufferError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::MutexExt;
use pyo3::types::PyBytes;
use zaruka_primitives::digest;

/// From this many octets on, hashing lets other threads run.
const DETACH_FROM: usize = 4096;

/// Calls `f` with the octets of any contiguous buffer.
fn with_octets<T>(data: &Bound<'_, PyAny>, f: impl FnOnce(&[u8]) -> T) -> PyResult<T> {
    if let Ok(bytes) = data.cast::<PyBytes>() {
        return Ok(f(bytes.as_bytes()));
    }
    let buffer = PyUntypedBuffer::get(data)?;
    if !buffer.is_c_contiguous() {
        return Err(PyBufferError::new_err("the buffer must be contiguous"));
    }
    if buffer.len_bytes() == 0 {
        return Ok(f(&[]));
    }
    // SAFETY: the buffer is contiguous, holds `len_bytes` octets, and stays exported (so neither
    // freed nor resized) until `buffer` is dropped after `f`. Whoever writes into it meanwhile gets
    // the digest of some mixture of octets, as with hashlib.
    let octets =
        unsafe { std::slice::from_raw_parts(buffer.buf_ptr().cast::<u8>(), buffer.len_bytes()) };
    Ok(f(octets))
}

fn unknown(name: &str) -> PyErr {
    PyValueError::new_err(format!("unknown digest: {name}"))
}

/// A digest in the making; threads may share it.
#[pyclass(frozen, module = "zaruka._native")]
struct Hasher(Mutex<digest::Hasher>);

impl Hasher {
    /// The state, waiting for another thread's update if there is one.
    fn lock(&self, py: Python<'_>) -> MutexGuard<'_, digest::Hasher> {
        self.0
            .lock_py_attached(py)
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Hasher {
    #[new]
    fn new(name: &str) -> PyResult<Self> {
        let hasher = digest::Hasher::new(name).ok_or_else(|| unknown(name))?;
        Ok(Self(Mutex::new(hasher)))
    }

    #[getter]
    fn name(&self, py: Python<'_>) -> &'static str {
        self.lock(py).name()
    }

    #[getter]
    fn digest_size(&self, py: Python<'_>) -> usize {
        self.lock(py).digest_size()
    }

    fn update(&self, py: Python<'_>, data: &Bound<'_, PyAny>) -> PyResult<()> {
        with_octets(data, |octets| {
            if octets.len() < DETACH_FROM {
                self.lock(py).update(octets);
            } else {
                py.detach(|| {
                    self.0
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .update(octets);
                });
            }
        })
    }

    fn digest<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.lock(py).digest().as_ref())
    }

    fn copy(&self, py: Python<'_>) -> Self {
        Self(Mutex::new(self.lock(py).clone()))
    }
}

/// The digest of one buffer.
#[pyfunction(name = "digest")]
fn one_shot<'py>(
    py: Python<'py>,
    name: &str,
    data: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyBytes>> {
    let mut hasher = digest::Hasher::new(name).ok_or_else(|| unknown(name))?;
    let value = with_octets(data, |octets| {
        let mut hash = move || {
            hasher.update(octets);
            hasher.digest()
        };
        if octets.len() < DETACH_FROM {
            hash()
        } else {
            py.detach(hash)
        }
    })?;
    Ok(PyBytes::new(py, value.as_ref()))
}

pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<Hasher>()?;
    m.add_function(wrap_pyfunction!(one_shot, m)?)
}
