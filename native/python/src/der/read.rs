//! Decoding into Python values: NamedTuples, bytes, int, str, aware datetimes.

use std::cell::RefCell;
use std::ffi::c_int;
use std::sync::{LazyLock, Mutex, PoisonError};

use pyo3::exceptions::PyOverflowError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyBytes, PyDelta, PyMemoryView, PyString, PyTuple, PyType, PyTzInfo};
use pyo3::{ffi, intern};
use zaruka_der::{
    oid_text, Code, Decoded, Fault, Field, Host, Node, Options, Primitive, Rules, Time,
};

use super::build::{Note, PyBudget, PyMode, PyNode};
use super::errors::input_error;
use super::input::Input;
use super::span::{part, Span};

type Result<T> = std::result::Result<T, Box<Fault>>;
type Object<'py> = Bound<'py, PyAny>;

/// Read the one value that `data` is.
#[pyfunction]
#[pyo3(signature = (node, data, *, mode = &PyMode::Der, strict = false, budget = None))]
pub(crate) fn decode<'py>(
    node: &Bound<'py, PyNode>,
    data: &Object<'py>,
    mode: &PyMode,
    strict: bool,
    budget: Option<&PyBudget>,
) -> PyResult<Object<'py>> {
    Ok(run(node, data, *mode, strict, budget, false)?.value)
}

/// Read the value that `data` starts with; the value and the number of its octets.
#[pyfunction]
#[pyo3(signature = (node, data, *, mode = &PyMode::Der, strict = false, budget = None))]
pub(crate) fn decode_prefix<'py>(
    node: &Bound<'py, PyNode>,
    data: &Object<'py>,
    mode: &PyMode,
    strict: bool,
    budget: Option<&PyBudget>,
) -> PyResult<(Object<'py>, usize)> {
    let decoded = run(node, data, *mode, strict, budget, true)?;
    Ok((decoded.value, decoded.length))
}

/// Read the one value that `data` is; the value and (code, offset) of each deviation let pass.
#[pyfunction]
#[pyo3(signature = (node, data, *, mode = &PyMode::Der, budget = None))]
pub(crate) fn decode_noting<'py>(
    node: &Bound<'py, PyNode>,
    data: &Object<'py>,
    mode: &PyMode,
    budget: Option<&PyBudget>,
) -> PyResult<(Object<'py>, Bound<'py, PyTuple>)> {
    let decoded = run(node, data, *mode, false, budget, false)?;
    let noted = decoded
        .deviations
        .iter()
        .map(|(deviation, at)| (deviation.name(), *at));
    Ok((
        decoded.value,
        PyTuple::new(node.py(), noted.collect::<Vec<_>>())?,
    ))
}

fn run<'py>(
    node: &Bound<'py, PyNode>,
    data: &Object<'py>,
    mode: PyMode,
    strict: bool,
    budget: Option<&PyBudget>,
    trailing: bool,
) -> PyResult<Decoded<Object<'py>>> {
    let py = node.py();
    let schema = node.get();
    let input = Input::new(data)?;
    let options = Options {
        rules: if mode == PyMode::Der {
            Rules::Der
        } else {
            Rules::Ber
        },
        strict,
        trailing,
        budget: (*budget.unwrap_or(&schema.budget)).into(),
    };
    let failure = RefCell::new(None);
    let host = Maker {
        py,
        source: data,
        view: None,
        failure: &failure,
    };
    zaruka_der::decode(&schema.node, input.octets(), host, &options).map_err(|fault| {
        let own = failure.take().filter(|_| fault.code == Code::Host);
        own.unwrap_or_else(|| input_error(py, &fault, &schema.name))
    })
}

/// A tuple being filled; its first place is left for the octets where they are wanted.
struct Record<'py> {
    tuple: Bound<'py, PyTuple>,
    first: usize,
}

struct Maker<'a, 'py> {
    py: Python<'py>,
    source: &'a Object<'py>,
    view: Option<Bound<'py, PyMemoryView>>,
    failure: &'a RefCell<Option<PyErr>>,
}

impl<'py> Maker<'_, 'py> {
    fn keep<T>(&self, result: PyResult<T>) -> Result<T> {
        result.map_err(|error| {
            self.failure.replace(Some(error));
            Box::new(Fault {
                code: Code::Host,
                offset: 0,
                path: Vec::new(),
            })
        })
    }

    /// A NamedTuple of two.
    fn pair(&self, note: &Note, first: Object<'py>, second: Object<'py>) -> Result<Object<'py>> {
        self.keep(
            unfilled(self.py, note, 2)
                .and_then(|pair| fill(&pair, 0, first).map(|()| pair))
                .and_then(|pair| fill(&pair, 1, second).map(|()| pair))
                .and_then(|pair| filled(note, pair)),
        )
    }

    fn view_of(&mut self, start: usize, end: usize) -> PyResult<Object<'py>> {
        let view = match &self.view {
            Some(view) => view,
            None => self.view.insert(PyMemoryView::from(self.source)?),
        };
        part(view, start, end)
    }
}

impl<'py> Host for Maker<'_, 'py> {
    type Note = Note;
    type Value = Object<'py>;
    type Record = Record<'py>;

    fn primitive(&mut self, node: &Node<Note>, value: Primitive<'_>) -> Result<Object<'py>> {
        let py = self.py;
        Ok(match value {
            Primitive::Octets(octets) => PyBytes::new(py, octets).into_any(),
            Primitive::Oid(content) => return self.keep(oid(py, content)),
            Primitive::Integer(content) => return self.keep(integer(py, content)),
            Primitive::Boolean(value) => PyBool::new(py, value).to_owned().into_any(),
            Primitive::Null => py.None().into_bound(py),
            Primitive::Bits(unused, octets) => {
                let unused = self.keep(unused.into_pyobject(py).map_err(PyErr::from))?;
                return self.pair(
                    &node.note,
                    PyBytes::new(py, octets).into_any(),
                    unused.into_any(),
                );
            }
            Primitive::Time(time) => return self.keep(moment(py, &time)),
            Primitive::Text(text) => PyString::new(py, text).into_any(),
            Primitive::TaggedText(tag, text) => {
                let tag = self.keep(tag.into_pyobject(py).map_err(PyErr::from))?;
                return self.pair(
                    &node.note,
                    tag.into_any(),
                    PyString::new(py, text).into_any(),
                );
            }
            Primitive::View(range) => {
                let view = self.view_of(range.start, range.end);
                return self.keep(view);
            }
            Primitive::Span(header, limit, octets) => {
                let span = Span::new(self.source.clone().unbind(), header, limit, octets);
                return self.keep(Bound::new(py, span)).map(Bound::into_any);
            }
        })
    }

    fn record(&mut self, node: &Node<Note>, fields: usize, octets: bool) -> Result<Record<'py>> {
        let first = usize::from(octets);
        Ok(Record {
            tuple: self.keep(unfilled(self.py, &node.note, fields + first))?,
            first,
        })
    }

    fn put(
        &mut self,
        record: &mut Record<'py>,
        index: usize,
        field: &Field<Note>,
        value: Option<Object<'py>>,
    ) -> Result<()> {
        let py = self.py;
        let value = value.unwrap_or_else(|| match &field.note.default {
            Some(default) => default.bind(py).clone(),
            None => py.None().into_bound(py),
        });
        self.keep(fill(&record.tuple, record.first + index, value))
    }

    fn finish(
        &mut self,
        node: &Node<Note>,
        record: Record<'py>,
        octets: Option<&[u8]>,
    ) -> Result<Object<'py>> {
        if let Some(octets) = octets {
            self.keep(fill(
                &record.tuple,
                0,
                PyBytes::new(self.py, octets).into_any(),
            ))?;
        }
        self.keep(filled(&node.note, record.tuple))
    }

    fn list(&mut self, _: &Node<Note>, values: Vec<Object<'py>>) -> Result<Object<'py>> {
        self.keep(PyTuple::new(self.py, values))
            .map(Bound::into_any)
    }

    fn chosen(&mut self, field: &Field<Note>, value: Object<'py>) -> Result<Object<'py>> {
        let label = field.note.label.as_ref().map(|label| label.bind(self.py));
        self.keep((label, value).into_pyobject(self.py))
            .map(Bound::into_any)
    }

    fn with_octets(
        &mut self,
        node: &Node<Note>,
        octets: &[u8],
        value: Object<'py>,
    ) -> Result<Object<'py>> {
        self.pair(&node.note, PyBytes::new(self.py, octets).into_any(), value)
    }
}

/// Whether a tuple is its items and nothing else, so that an instance of a NamedTuple class can
/// be filled in place. From 3.14 on a tuple keeps its hash too, which only `tuple.__new__` resets.
static FILLED_IN_PLACE: LazyLock<bool> =
    LazyLock::new(|| Python::attach(|py| py.version_info() < (3, 14)));

/// A new tuple, of the note's class if it can be, whose places must all be filled before anybody
/// else sees it.
fn unfilled<'py>(py: Python<'py>, note: &Note, length: usize) -> PyResult<Bound<'py, PyTuple>> {
    let length = ffi::Py_ssize_t::try_from(length)?;
    // SAFETY: a NamedTuple class is a subclass of tuple without fields of its own (checked when
    // its node was built); PyType_GenericAlloc, its tp_alloc, gives an owned instance with
    // `length` empty places. PyTuple_New gives an owned tuple. Either is NULL with an error set.
    unsafe {
        let tuple = match &note.class {
            Some(class) if *FILLED_IN_PLACE => {
                ffi::PyType_GenericAlloc(class.as_ptr().cast(), length)
            }
            _ => ffi::PyTuple_New(length),
        };
        Bound::from_owned_ptr_or_err(py, tuple).map(|tuple| tuple.cast_into_unchecked())
    }
}

/// The filled tuple as an instance of the note's class, if there is one.
fn filled<'py>(note: &Note, tuple: Bound<'py, PyTuple>) -> PyResult<Object<'py>> {
    match &note.class {
        Some(class) if !*FILLED_IN_PLACE => named_tuple(class.bind(tuple.py()), tuple),
        _ => Ok(tuple.into_any()),
    }
}

/// Fill one place of a tuple that nobody else holds.
fn fill(tuple: &Bound<'_, PyTuple>, index: usize, value: Object<'_>) -> PyResult<()> {
    let index = ffi::Py_ssize_t::try_from(index)?;
    // SAFETY: PyTuple_SetItem checks that `tuple` is a tuple with one reference and that the
    // index is in range; it takes over the reference to `value` even when it fails.
    let failed = unsafe { ffi::PyTuple_SetItem(tuple.as_ptr(), index, value.into_ptr()) } != 0;
    if failed {
        Err(PyErr::fetch(tuple.py()))
    } else {
        Ok(())
    }
}

/// `tuple.__new__(class, values)`, without a look-up: what a NamedTuple's `_make` does.
fn named_tuple<'py>(
    class: &Bound<'py, PyType>,
    values: Bound<'py, PyTuple>,
) -> PyResult<Object<'py>> {
    let py = class.py();
    let arguments = PyTuple::new(py, [values])?;
    // SAFETY: the slot of the type `tuple` is there and has the type of a tp_new function;
    // `class` was checked to be a subclass of tuple when its node was built; the arguments are
    // a tuple, and there are no keywords. It returns an owned object, or NULL with an error set.
    unsafe {
        let slot = ffi::PyType_GetSlot(&raw mut ffi::PyTuple_Type, ffi::Py_tp_new);
        let new: ffi::newfunc = std::mem::transmute(slot);
        let class = class.as_ptr().cast();
        let made = new(class, arguments.as_ptr(), std::ptr::null_mut());
        Bound::from_owned_ptr_or_err(py, made)
    }
}

type KnownOid = Option<(Box<[u8]>, Py<PyString>)>;

/// Dotted forms that were made before: the same few come again and again. Each has one place, by
/// a hash of its content octets, and gives way to another that has the same: no input can make
/// the table slow or fill it for good.
static OIDS: Mutex<[KnownOid; OID_PLACES]> = Mutex::new([const { None }; OID_PLACES]);
const OID_PLACES: usize = 1024;
const MAX_KNOWN_OID: usize = 32;

/// The dotted form of checked content octets.
fn oid<'py>(py: Python<'py>, content: &[u8]) -> PyResult<Object<'py>> {
    // FNV-1a, folded to the number of places.
    let hash = content.iter().fold(0x811C_9DC5_u32, |hash, octet| {
        (hash ^ u32::from(*octet)).wrapping_mul(0x0100_0193)
    });
    let mut known = OIDS.lock().unwrap_or_else(PoisonError::into_inner);
    let place = &mut known[(hash ^ hash >> 16) as usize % OID_PLACES];
    if let Some((_, dotted)) = place.as_ref().filter(|(octets, _)| **octets == *content) {
        return Ok(dotted.bind(py).clone().into_any());
    }
    let text = oid_text(content).ok_or_else(|| PyOverflowError::new_err("arc over 128 bits"))?;
    let dotted = PyString::new(py, &text);
    if content.len() <= MAX_KNOWN_OID {
        *place = Some((content.into(), dotted.clone().unbind()));
    }
    Ok(dotted.into_any())
}

/// An int from two's complement, big-endian.
fn integer<'py>(py: Python<'py>, content: &[u8]) -> PyResult<Object<'py>> {
    let negative = content.first().is_some_and(|first| first & 0x80 != 0);
    if content.len() <= 8 {
        let start = if negative { -1 } else { 0 };
        let value = content
            .iter()
            .fold(start, |value: i64, octet| value << 8 | i64::from(*octet));
        return Ok(value.into_pyobject(py)?.into_any());
    }
    let mut digits = Vec::with_capacity(2 * content.len() + 2);
    if negative {
        digits.push(b'-');
    }
    // The magnitude of a negative number: the complement plus one.
    let mut magnitude: Vec<u8> = content
        .iter()
        .map(|o| if negative { !o } else { *o })
        .collect();
    if negative {
        for octet in magnitude.iter_mut().rev() {
            let carry;
            (*octet, carry) = octet.overflowing_add(1);
            if !carry {
                break;
            }
        }
    }
    for octet in magnitude {
        digits.push(b"0123456789abcdef"[usize::from(octet >> 4)]);
        digits.push(b"0123456789abcdef"[usize::from(octet & 15)]);
    }
    digits.push(0);
    const HEXADECIMAL: c_int = 16;
    // SAFETY: the digits end with a zero octet; an owned int or NULL with an error set returns.
    unsafe {
        let text = digits.as_ptr().cast();
        let value = ffi::PyLong_FromString(text, std::ptr::null_mut(), HEXADECIMAL);
        Bound::from_owned_ptr_or_err(py, value)
    }
}

static DATETIME: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static UTC: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

/// An aware datetime in UTC.
fn moment<'py>(py: Python<'py>, time: &Time) -> PyResult<Object<'py>> {
    let class = DATETIME.import(py, "datetime", "datetime")?;
    let utc = UTC.get_or_try_init(py, || {
        PyTzInfo::utc(py).map(|utc| utc.to_owned().into_any().unbind())
    })?;
    let Time {
        year,
        month,
        day,
        hour,
        minute,
        second,
        microsecond,
        offset_minutes,
    } = *time;
    let written = class.call1((year, month, day, hour, minute, second, microsecond, utc))?;
    if offset_minutes == 0 {
        return Ok(written);
    }
    let east = PyDelta::new(py, 0, i32::from(offset_minutes) * 60, 0, true)?;
    written.call_method1(intern!(py, "__sub__"), (east,))
}
