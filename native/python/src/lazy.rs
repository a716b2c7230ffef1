//! Attributes that are computed when they are first asked for, and then kept.

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyString, PyType};

/// `functools.cached_property` without its lock (two threads may compute the same value), and
/// without making the `__dict__` of an instance: frozen ones keep their values too.
#[pyclass(frozen, name = "lazy", module = "zaruka._native", generic)]
pub(crate) struct Lazy {
    #[pyo3(get, name = "__wrapped__")]
    compute: Py<PyAny>,
    name: PyOnceLock<Py<PyString>>,
}

#[pymethods]
impl Lazy {
    /// Decorate a method without arguments.
    #[new]
    fn new(compute: Py<PyAny>) -> Self {
        Lazy {
            compute,
            name: PyOnceLock::new(),
        }
    }

    #[getter]
    fn __doc__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.compute.bind(py).getattr("__doc__")
    }

    /// Learn the name under which the value is kept.
    fn __set_name__(&self, _owner: &Bound<'_, PyType>, name: Bound<'_, PyString>) {
        self.name.get_or_init(name.py(), || name.clone().unbind());
    }

    /// Compute and keep; afterwards the instance's own attribute is found first.
    fn __get__<'py>(
        slf: &Bound<'py, Self>,
        instance: Option<&Bound<'py, PyAny>>,
        _owner: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let Some(instance) = instance else {
            return Ok(slf.clone().into_any());
        };
        let (py, this) = (slf.py(), slf.get());
        let value = this.compute.bind(py).call1((instance,))?;
        if let Some(name) = this.name.get(py) {
            keep(instance, name.bind(py), &value)?;
        }
        Ok(value)
    }
}

/// `object.__setattr__`: whatever the class of the instance does on setting.
fn keep(
    instance: &Bound<'_, PyAny>,
    name: &Bound<'_, PyString>,
    value: &Bound<'_, PyAny>,
) -> PyResult<()> {
    // SAFETY: three live objects, under the GIL.
    let failed =
        unsafe { ffi::PyObject_GenericSetAttr(instance.as_ptr(), name.as_ptr(), value.as_ptr()) };
    if failed == 0 {
        Ok(())
    } else {
        Err(PyErr::fetch(instance.py()))
    }
}

pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<Lazy>()
}
