//! Encoding of Python values as DER.

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyInt, PyString, PyTuple};
use zaruka_der::{oid_content, Code, Fault, Field, Kind, Node, Source, Time, Written};

use super::build::{Note, PyNode};
use super::errors::value_error;
use super::input::Input;

type Result<T> = std::result::Result<T, Box<Fault>>;
type Object<'py> = Bound<'py, PyAny>;

/// Write `value` as DER; ValueError where it is not of the node's type.
#[pyfunction]
pub(crate) fn encode<'py>(
    node: &Bound<'py, PyNode>,
    value: &Object<'py>,
) -> PyResult<Bound<'py, PyBytes>> {
    Ok(PyBytes::new(node.py(), &octets(node.get(), value)?))
}

pub(crate) fn octets(node: &PyNode, value: &Object<'_>) -> PyResult<Vec<u8>> {
    let mut giver = Giver {
        failure: None,
        py: std::marker::PhantomData,
    };
    zaruka_der::encode(&node.node, value, &mut giver).map_err(|fault| {
        let error = value_error(&fault, &node.name);
        error.set_cause(value.py(), giver.failure.take());
        error
    })
}

struct Giver<'py> {
    failure: Option<PyErr>,
    py: std::marker::PhantomData<&'py ()>,
}

impl<'py> Giver<'py> {
    fn keep<T>(&mut self, result: PyResult<T>) -> Result<T> {
        result.map_err(|error| {
            self.failure = Some(error);
            Box::new(Fault {
                code: Code::Host,
                offset: 0,
                path: Vec::new(),
            })
        })
    }

    fn written(node: &Node<Note>, value: &Object<'py>) -> PyResult<Written> {
        Ok(match &*node.kind {
            Kind::Boolean => Written::Boolean(value.extract()?),
            Kind::Null if value.is_none() => Written::Null,
            Kind::Integer => Written::Content(integer(value)?),
            Kind::Oid => Written::Content(
                oid_content(value.cast::<PyString>()?.to_str()?)
                    .ok_or_else(|| PyValueError::new_err("not an object identifier"))?,
            ),
            Kind::BitString => {
                let (octets, unused): (Object<'_>, u8) = value.extract()?;
                Written::Content([&[unused], Input::new(&octets)?.octets()].concat())
            }
            Kind::UtcTime | Kind::GeneralizedTime | Kind::Time => Written::Time(moment(value)?),
            Kind::Text(_) => Written::Text(0, value.extract()?),
            Kind::AnyTextOrAny if !value.is_instance_of::<PyTuple>() => {
                Written::Value(Input::new(value)?.octets().to_vec())
            }
            Kind::AnyText | Kind::AnyTextOrAny => {
                let (tag, text) = value.extract()?;
                Written::Text(tag, text)
            }
            Kind::Any | Kind::Raw(_) | Kind::View(_) => {
                Written::Value(Input::new(value)?.octets().to_vec())
            }
            Kind::Span if value.is_instance_of::<super::span::Span>() => {
                let content = value.call_method0(intern!(value.py(), "__bytes__"))?;
                Written::Content(Input::new(&content)?.octets().to_vec())
            }
            Kind::OctetString | Kind::Span | Kind::IntegerOctets => {
                Written::Content(Input::new(value)?.octets().to_vec())
            }
            _ => return Err(PyTypeError::new_err("not a value of this type")),
        })
    }
}

impl<'py> Source for Giver<'py> {
    type Note = Note;
    type Value = Object<'py>;

    fn primitive(&mut self, node: &Node<Note>, value: &Object<'py>) -> Result<Written> {
        self.keep(Self::written(node, value))
    }

    fn component(
        &mut self,
        node: &Node<Note>,
        index: usize,
        value: &Object<'py>,
    ) -> Result<Option<Object<'py>>> {
        let octets = matches!(&*node.kind, Kind::Sequence(_, true) | Kind::Set(_, true));
        let item = value
            .cast::<PyTuple>()
            .map_err(PyErr::from)
            .and_then(|record| record.get_item(index + usize::from(octets)));
        let item = self.keep(item)?;
        let (Kind::Sequence(fields, _) | Kind::Set(fields, _)) = &*node.kind else {
            return Ok(None);
        };
        let is_null = matches!(&*fields[index].node.kind, Kind::Null);
        Ok((!item.is_none() || is_null).then_some(item))
    }

    fn elements(&mut self, _: &Node<Note>, value: &Object<'py>) -> Result<Vec<Object<'py>>> {
        let elements = value.try_iter().and_then(Iterator::collect);
        self.keep(elements)
    }

    fn chosen(
        &mut self,
        alternatives: &[Field<Note>],
        value: &Object<'py>,
    ) -> Result<(usize, Object<'py>)> {
        let (name, inner): (String, Object<'py>) = self.keep(value.extract())?;
        let index = alternatives.iter().position(|field| *field.name == name);
        let index = index.ok_or_else(|| PyValueError::new_err(format!("no alternative {name}")));
        Ok((self.keep(index)?, inner))
    }

    fn without_octets(&mut self, value: &Object<'py>) -> Result<Object<'py>> {
        let inner = value
            .cast::<PyTuple>()
            .map_err(PyErr::from)
            .and_then(|encoded| encoded.get_item(1));
        self.keep(inner)
    }
}

/// Two's complement, big-endian, in the fewest octets.
fn integer(value: &Object<'_>) -> PyResult<Vec<u8>> {
    let value = value.cast::<PyInt>()?;
    let py = value.py();
    let bits: usize = value.call_method0(intern!(py, "bit_length"))?.extract()?;
    let negative = value.lt(0)?;
    // -128 takes 8 bits but one octet: its complement decides.
    let bits = if negative {
        let complement = value.call_method0(intern!(py, "__invert__"))?;
        complement
            .call_method0(intern!(py, "bit_length"))?
            .extract()?
    } else {
        bits
    };
    let keywords = pyo3::types::PyDict::new(py);
    keywords.set_item("signed", true)?;
    let octets = value.call_method("to_bytes", (bits / 8 + 1, "big"), Some(&keywords))?;
    octets.extract()
}

/// An aware datetime, in UTC.
fn moment(value: &Object<'_>) -> PyResult<Time> {
    let py = value.py();
    let offset = value.call_method0(intern!(py, "utcoffset"))?;
    if offset.is_none() {
        return Err(PyValueError::new_err("a time without a zone"));
    }
    let utc = value.call_method1(intern!(py, "__sub__"), (offset,))?;
    let part = |name: &str| utc.getattr(name);
    Ok(Time {
        year: part("year")?.extract()?,
        month: part("month")?.extract()?,
        day: part("day")?.extract()?,
        hour: part("hour")?.extract()?,
        minute: part("minute")?.extract()?,
        second: part("second")?.extract()?,
        microsecond: part("microsecond")?.extract()?,
        offset_minutes: 0,
    })
}
