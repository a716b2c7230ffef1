//! Schemas and their values in Python: `Node`, `decode`, `encode`, `Span`, `tlv`.

use pyo3::prelude::*;

mod build;
mod errors;
mod input;
mod read;
mod scan;
mod span;
mod write;

pub(crate) fn register(m: &Bound<'_, PyModule>) -> PyResult<()> {
    m.add_class::<build::PyBudget>()?;
    m.add_class::<build::PyMode>()?;
    m.add_class::<build::PyNode>()?;
    m.add_class::<span::Span>()?;
    m.add_class::<span::SpanIterator>()?;
    m.add_function(wrap_pyfunction!(read::decode, m)?)?;
    m.add_function(wrap_pyfunction!(read::decode_prefix, m)?)?;
    m.add_function(wrap_pyfunction!(read::decode_noting, m)?)?;
    m.add_function(wrap_pyfunction!(write::encode, m)?)?;
    m.add_function(wrap_pyfunction!(scan::tlv, m)?)?;
    m.add_function(wrap_pyfunction!(scan::oid_to_content, m)?)?;
    m.add_function(wrap_pyfunction!(scan::oid_from_content, m)?)
}
