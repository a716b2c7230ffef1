//! Schema nodes as Python builds them; `zaruka.asn1.schema` is the face that people use.

use std::sync::Arc;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple, PyType};
use zaruka_der::{Budget, Field, Kind, Least, Node, Presence, Tag};

use super::write;

/// What Python keeps with nodes and fields.
#[derive(Default)]
pub(crate) struct Note {
    /// NamedTuple class of a SEQUENCE, of a string with its tag, of a BIT STRING...
    pub class: Option<Py<PyType>>,
    /// DEFAULT of a field.
    pub default: Option<Py<PyAny>>,
    /// Name of an alternative.
    pub label: Option<Py<PyString>>,
}

pub(crate) type Schema = Node<Note>;

/// Bounds of one decoding: octets of input, depth, number of values, octets copied.
#[pyclass(frozen, name = "Budget", module = "zaruka._native", get_all)]
#[derive(Clone, Copy)]
pub(crate) struct PyBudget {
    size: usize,
    depth: usize,
    elements: usize,
    octets: usize,
}

#[pymethods]
impl PyBudget {
    #[new]
    #[pyo3(signature = (*, size = 1 << 24, depth = 64, elements = 1 << 18, octets = 1 << 26))]
    fn new(size: usize, depth: usize, elements: usize, octets: usize) -> PyResult<Self> {
        if depth > 256 {
            return Err(PyValueError::new_err("a depth of 256 is the most"));
        }
        Ok(PyBudget {
            size,
            depth,
            elements,
            octets,
        })
    }
}

impl From<PyBudget> for Budget {
    fn from(budget: PyBudget) -> Self {
        let PyBudget {
            size,
            depth,
            elements,
            octets,
        } = budget;
        Budget {
            size,
            depth,
            elements,
            octets,
        }
    }
}

/// Default bounds: those of `Budget()`.
pub(crate) const DEFAULT_BUDGET: PyBudget = PyBudget {
    size: 1 << 24,
    depth: 64,
    elements: 1 << 18,
    octets: 1 << 26,
};

/// DER or BER.
#[pyclass(frozen, eq, hash, name = "Mode", module = "zaruka._native")]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum PyMode {
    #[pyo3(name = "DER")]
    Der,
    #[pyo3(name = "BER")]
    Ber,
}

/// A type of a schema.
#[pyclass(frozen, name = "Node", module = "zaruka._native", generic)]
pub(crate) struct PyNode {
    pub node: Arc<Schema>,
    pub name: String,
    pub budget: PyBudget,
}

type NamedNode<'py> = (String, Bound<'py, PyNode>);
type FieldParts<'py> = (String, Bound<'py, PyNode>, bool, bool, Py<PyAny>);

fn made(kind: Kind<Note>, class: Option<Py<PyType>>, name: String) -> PyNode {
    let note = Note {
        class,
        ..Note::default()
    };
    PyNode {
        node: Arc::new(Node::new(kind, note)),
        name,
        budget: DEFAULT_BUDGET,
    }
}

/// Values are made as tuples, so their class must be one.
fn tuple_class(class: Option<Bound<'_, PyType>>) -> PyResult<Option<Py<PyType>>> {
    match class {
        Some(class) if !class.is_subclass_of::<PyTuple>()? => {
            Err(PyTypeError::new_err("the class must be a NamedTuple"))
        }
        class => Ok(class.map(Bound::unbind)),
    }
}

fn inner(node: &Bound<'_, PyNode>) -> Arc<Schema> {
    node.get().node.clone()
}

#[pymethods]
impl PyNode {
    /// A type without components, by name.
    #[staticmethod]
    #[pyo3(signature = (name, cls = None))]
    fn primitive(name: &str, cls: Option<Bound<'_, PyType>>) -> PyResult<Self> {
        let cls = tuple_class(cls)?;
        let kind = match name {
            "BOOLEAN" => Kind::Boolean,
            "INTEGER" | "ENUMERATED" => Kind::Integer,
            "INTEGER_BYTES" => Kind::IntegerOctets,
            "NULL" => Kind::Null,
            "OID" => Kind::Oid,
            "OCTET_STRING" => Kind::OctetString,
            "SPAN" => Kind::Span,
            "BIT_STRING" => Kind::BitString,
            "UTC_TIME" => Kind::UtcTime,
            "GENERALIZED_TIME" => Kind::GeneralizedTime,
            "TIME" => Kind::Time,
            "STRING" => Kind::AnyText,
            "STRING_OR_ANY" => Kind::AnyTextOrAny,
            "ANY" => Kind::Any,
            _ => return Err(PyValueError::new_err(format!("no type {name}"))),
        };
        let mut node = made(kind, cls, name.to_owned());
        if name == "ENUMERATED" {
            node = retagged(&node, Tag::universal(10));
        }
        Ok(node)
    }

    /// A string type, by its universal tag.
    #[staticmethod]
    fn text(tag: u32, name: String) -> PyResult<Self> {
        if !zaruka_der::TEXT_TAGS.contains(&tag) {
            return Err(PyValueError::new_err("not the tag of a string type"));
        }
        Ok(made(Kind::Text(tag), None, name))
    }

    /// SEQUENCE, or SET with `is_set`: fields as (name, node, optional, has default, default).
    #[staticmethod]
    fn record(
        py: Python<'_>,
        cls: Bound<'_, PyType>,
        fields: Vec<FieldParts<'_>>,
        raw: bool,
        is_set: bool,
    ) -> PyResult<Self> {
        let fields = fields
            .into_iter()
            .map(|parts| field(py, parts))
            .collect::<PyResult<Vec<_>>>()?;
        let name = cls.name()?.to_string();
        let kind = if is_set {
            Kind::Set(fields, raw)
        } else {
            Kind::Sequence(fields, raw)
        };
        Ok(made(kind, tuple_class(Some(cls))?, name))
    }

    /// SEQUENCE OF, or SET OF with `is_set`; `least` is 0 or 1, or None for 1 that may be missed.
    #[staticmethod]
    fn list(element: Bound<'_, PyNode>, least: Option<usize>, is_set: bool) -> PyResult<Self> {
        let name = element.get().name.clone();
        let element = inner(&element);
        let least = match least {
            Some(0) => Least::Zero,
            Some(1) => Least::One,
            None => Least::OneOrNoted,
            Some(_) => return Err(PyValueError::new_err("least is 0 or 1")),
        };
        let kind = if is_set {
            Kind::SetOf(element, least)
        } else {
            Kind::SequenceOf(element, least)
        };
        Ok(made(kind, None, name))
    }

    /// CHOICE: alternatives as (name, node).
    #[staticmethod]
    fn choice(py: Python<'_>, alternatives: Vec<NamedNode<'_>>) -> Self {
        let fields = alternatives
            .into_iter()
            .map(|(name, node)| Field {
                note: Note {
                    label: Some(PyString::intern(py, &name).unbind()),
                    ..Note::default()
                },
                name: name.into(),
                node: inner(&node),
                presence: Presence::Required,
            })
            .collect();
        made(Kind::Choice(fields), None, String::new())
    }

    /// Around another type: "octets_of", "raw", "view" or "with_octets".
    #[staticmethod]
    #[pyo3(signature = (how, node, cls = None))]
    fn around(
        how: &str,
        node: Bound<'_, PyNode>,
        cls: Option<Bound<'_, PyType>>,
    ) -> PyResult<Self> {
        let cls = tuple_class(cls)?;
        let name = node.get().name.clone();
        let node = inner(&node);
        let kind = match how {
            "octets_of" => Kind::OctetsOf(node),
            "raw" => Kind::Raw(node),
            "view" => Kind::View(node),
            "with_octets" => Kind::WithOctets(node),
            _ => return Err(PyValueError::new_err(format!("no way {how}"))),
        };
        Ok(made(kind, cls, name))
    }

    /// The type under the context-specific tag `number` in place of its own.
    #[staticmethod]
    fn implicit(number: u32, node: Bound<'_, PyNode>) -> PyResult<Self> {
        let node = node.get();
        if node.node.tag.is_none() || matches!(&*node.node.kind, Kind::Explicit(_)) {
            return Err(PyValueError::new_err(
                "this type cannot be tagged implicitly",
            ));
        }
        Ok(retagged(node, context(number)?))
    }

    /// The type inside the context-specific tag `number`.
    #[staticmethod]
    fn explicit(number: u32, node: Bound<'_, PyNode>) -> PyResult<Self> {
        let name = node.get().name.clone();
        Ok(retagged(
            &made(Kind::Explicit(inner(&node)), None, name),
            context(number)?,
        ))
    }

    /// The same type with other bounds for a decoding that starts with it.
    fn bounded(&self, name: Option<String>, budget: &PyBudget) -> Self {
        let name = name.unwrap_or_else(|| self.name.clone());
        PyNode {
            node: self.node.clone(),
            name,
            budget: *budget,
        }
    }

    fn __repr__(&self) -> String {
        format!("<Node {}>", self.name)
    }
}

fn context(number: u32) -> PyResult<Tag> {
    if number > Tag::MAX_NUMBER {
        return Err(PyValueError::new_err("this tag number is too large"));
    }
    Ok(Tag::context(number))
}

fn retagged(node: &PyNode, tag: Tag) -> PyNode {
    Python::attach(|py| {
        let note = Note {
            class: node
                .node
                .note
                .class
                .as_ref()
                .map(|class| class.clone_ref(py)),
            ..Note::default()
        };
        let node_with_tag = Node {
            kind: node.node.kind.clone(),
            tag: Some(tag),
            note,
        };
        PyNode {
            node: Arc::new(node_with_tag),
            name: node.name.clone(),
            budget: node.budget,
        }
    })
}

fn field(py: Python<'_>, parts: FieldParts<'_>) -> PyResult<Field<Note>> {
    let (name, node, optional, has_default, default) = parts;
    let presence = if has_default {
        Presence::Default(write::octets(node.get(), default.bind(py))?.into())
    } else if optional {
        Presence::Optional
    } else {
        Presence::Required
    };
    let note = Note {
        default: has_default.then_some(default),
        ..Note::default()
    };
    Ok(Field {
        name: camel_case(&name).into(),
        node: inner(&node),
        presence,
        note,
    })
}

/// `tbs_certificate` as ASN.1 writes it: `tbsCertificate`.
fn camel_case(name: &str) -> String {
    let mut parts = name.split('_');
    let mut joined = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut letters = part.chars();
        joined.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        joined.push_str(letters.as_str());
    }
    joined
}
