//! The content of an OCTET STRING that may be too large to hold.

use pyo3::prelude::*;
use pyo3::types::{PyMemoryView, PySlice};
use zaruka_der::{Header, Segments};

use super::errors::input_error;
use super::input::Input;

/// Content of an OCTET STRING, left where it lies; iterating yields a memoryview for each
/// segment, found as it goes. `len()` is the number of content octets.
#[pyclass(frozen, module = "zaruka._native")]
pub(crate) struct Span {
    source: Py<PyAny>,
    header: Header,
    limit: usize,
    octets: usize,
}

/// Deepest nesting of constructed strings; the decoder's own bound has been met before.
const DEPTH: usize = 256;

impl Span {
    pub(crate) fn new(source: Py<PyAny>, header: Header, limit: usize, octets: usize) -> Self {
        Span {
            source,
            header,
            limit,
            octets,
        }
    }
}

#[pymethods]
impl Span {
    fn __len__(&self) -> usize {
        self.octets
    }

    /// Offset in the input of the first identifier octet.
    #[getter]
    fn offset(&self) -> usize {
        self.header.start
    }

    /// Whether it is in constructed form (BER).
    #[getter]
    fn constructed(&self) -> bool {
        self.header.constructed
    }

    fn __iter__(&self, py: Python<'_>) -> PyResult<SpanIterator> {
        let source = self.source.bind(py);
        Ok(SpanIterator {
            source: self.source.clone_ref(py),
            view: PyMemoryView::from(source)?.unbind(),
            segments: Segments::new(&self.header, self.limit, DEPTH),
        })
    }

    /// The whole content, copied.
    fn __bytes__(&self, py: Python<'_>) -> PyResult<Vec<u8>> {
        let input = Input::new(self.source.bind(py))?;
        let mut content = Vec::with_capacity(self.octets);
        let mut segments = Segments::new(&self.header, self.limit, DEPTH);
        let octets = input.octets();
        while let Some(segment) = segments
            .next(octets)
            .map_err(|fault| input_error(py, &fault, ""))?
        {
            content.extend_from_slice(&octets[segment]);
        }
        Ok(content)
    }
}

/// Iterator over the segments of a `Span`.
#[pyclass(module = "zaruka._native")]
pub(crate) struct SpanIterator {
    source: Py<PyAny>,
    view: Py<PyMemoryView>,
    segments: Segments,
}

#[pymethods]
impl SpanIterator {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__<'py>(&mut self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let input = Input::new(self.source.bind(py))?;
        let segment = self.segments.next(input.octets());
        let Some(segment) = segment.map_err(|fault| input_error(py, &fault, ""))? else {
            return Ok(None);
        };
        part(self.view.bind(py), segment.start, segment.end).map(Some)
    }
}

/// `view[start..end]`. `PySlice::new` of PyO3 0.30 leaks its bounds, and content may lie in
/// millions of segments.
pub(crate) fn part<'py>(
    view: &Bound<'py, PyMemoryView>,
    start: usize,
    end: usize,
) -> PyResult<Bound<'py, PyAny>> {
    view.get_item(view.py().get_type::<PySlice>().call1((start, end))?)
}
