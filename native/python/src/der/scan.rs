//! Single headers, for the tolerant walk of `zaruka inspect`; OIDs as octets.

use pyo3::prelude::*;
use zaruka_der::{oid_content, oid_text, Header};

use super::errors::input_error;
use super::input::Input;

/// (class bits, constructed, tag number, content offset, end or None for the indefinite form).
type HeaderParts = (u8, bool, u32, usize, Option<usize>);

/// Read the header at `start`, whose own octets end by `limit`; its content may claim more.
#[pyfunction]
pub(crate) fn tlv(data: &Bound<'_, PyAny>, start: usize, limit: usize) -> PyResult<HeaderParts> {
    let input = Input::new(data)?;
    let octets = input.octets();
    let header = Header::read_claimed(octets, start, limit.min(octets.len()))
        .map_err(|fault| input_error(data.py(), &fault, ""))?;
    let Header {
        tag,
        constructed,
        content,
        end,
        ..
    } = header;
    Ok((tag.class_bits(), constructed, tag.number(), content, end))
}

/// Content octets of a dotted OBJECT IDENTIFIER; None where it is not one.
#[pyfunction]
pub(crate) fn oid_to_content(dotted: &str) -> Option<Vec<u8>> {
    oid_content(dotted)
}

/// Dotted form of content octets; None where they are no OBJECT IDENTIFIER.
#[pyfunction]
pub(crate) fn oid_from_content(content: &[u8]) -> Option<String> {
    oid_text(content)
}
