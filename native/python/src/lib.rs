//! The Python face of the native crates: `zaruka._native`.

use pyo3::prelude::*;

mod crl;
mod curves;
mod der;
mod digests;
mod lazy;

/// `zaruka._native`: each concern registers its own names.
#[pymodule]
fn _native(m: &Bound<'_, PyModule>) -> PyResult<()> {
    crl::register(m)?;
    digests::register(m)?;
    curves::register(m)?;
    lazy::register(m)?;
    der::register(m)
}
