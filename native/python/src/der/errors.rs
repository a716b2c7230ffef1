//! Faults as `zaruka.errors`.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;
use zaruka_der::{Code, Fault};

static INPUT_ERROR: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static BUDGET_EXCEEDED: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

/// InputError or BudgetExceeded with code, offset, place and, for "asn1.not-der", the rule.
pub(crate) fn input_error(py: Python<'_>, fault: &Fault, root: &str) -> PyErr {
    match build(py, fault, root) {
        Ok(error) => PyErr::from_value(error),
        Err(error) => error,
    }
}

fn build<'py>(py: Python<'py>, fault: &Fault, root: &str) -> PyResult<Bound<'py, PyAny>> {
    let class = if fault.code.is_budget() {
        BUDGET_EXCEEDED.import(py, "zaruka.errors", "BudgetExceeded")?
    } else {
        INPUT_ERROR.import(py, "zaruka.errors", "InputError")?
    };
    let details = PyDict::new(py);
    details.set_item("offset", fault.offset)?;
    details.set_item("place", place(fault, root))?;
    if let Code::NotDer(deviation) = fault.code {
        details.set_item("rule", deviation.name())?;
    }
    class.call((fault.code.name(),), Some(&details))
}

/// A value that is not of its schema's type: the caller's mistake.
pub(crate) fn value_error(fault: &Fault, root: &str) -> PyErr {
    PyValueError::new_err(format!("cannot be encoded: {}", place(fault, root)))
}

fn place(fault: &Fault, root: &str) -> String {
    let inner = fault.place();
    match (root.is_empty(), inner.is_empty(), inner.starts_with('[')) {
        (true, _, _) => inner,
        (_, true, _) => root.to_owned(),
        (_, _, true) => format!("{root}{inner}"),
        _ => format!("{root}.{inner}"),
    }
}
