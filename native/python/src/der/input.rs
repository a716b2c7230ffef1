//! Any contiguous buffer of octets, as a slice.

use pyo3::buffer::PyBuffer;
use pyo3::exceptions::PyBufferError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// The octets of an object; a buffer stays exported, so it cannot be resized meanwhile.
pub(crate) enum Input<'py> {
    Bytes(Bound<'py, PyBytes>),
    Buffer(PyBuffer<u8>),
}

impl<'py> Input<'py> {
    pub(crate) fn new(object: &Bound<'py, PyAny>) -> PyResult<Self> {
        match object.cast::<PyBytes>() {
            Ok(bytes) => Ok(Input::Bytes(bytes.clone())),
            Err(_) => {
                let buffer = PyBuffer::get(object)?;
                if buffer.is_c_contiguous() {
                    Ok(Input::Buffer(buffer))
                } else {
                    Err(PyBufferError::new_err("a contiguous buffer is needed"))
                }
            }
        }
    }

    /// The octets. Valid while the interpreter is attached and nobody writes to the buffer.
    pub(crate) fn octets(&self) -> &[u8] {
        match self {
            Input::Bytes(bytes) => bytes.as_bytes(),
            Input::Buffer(buffer) if buffer.item_count() == 0 => &[],
            Input::Buffer(buffer) => {
                // SAFETY: the buffer is contiguous, exported for as long as `self` lives, and of
                // `item_count` octets; callers hold the GIL while they read, so Python code
                // cannot write to it in between.
                unsafe {
                    std::slice::from_raw_parts(buffer.buf_ptr().cast::<u8>(), buffer.item_count())
                }
            }
        }
    }
}
