//! Plain values: what a decoding gives where there is no Python. Used by the tests and by the
//! fuzz target.

use std::sync::Arc;

use crate::content::Time;
use crate::encode::{Source, Written};
use crate::fault::{Code, Fault};
use crate::host::{Host, Primitive};
use crate::node::{Field, Kind, Node, Presence};

/// A decoded value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// BOOLEAN
    Boolean(bool),
    /// NULL
    Null,
    /// Content octets.
    Content(Vec<u8>),
    /// Any time.
    Time(Time),
    /// A string and its universal tag (0 where the schema knows it).
    Text(u32, String),
    /// A whole encoding.
    Encoding(Vec<u8>),
    /// SEQUENCE or SET.
    Record(Vec<Option<Value>>),
    /// SEQUENCE OF or SET OF.
    List(Vec<Value>),
    /// CHOICE: the name of the alternative.
    Choice(Box<str>, Box<Value>),
}

/// A type that keeps no note.
pub type Plain = Node<()>;

/// A type.
#[must_use]
pub fn node(kind: Kind<()>) -> Arc<Plain> {
    Arc::new(Node::new(kind, ()))
}

/// A component that must be there.
#[must_use]
pub fn field(name: &str, node: Arc<Plain>) -> Field<()> {
    Field {
        name: name.into(),
        node,
        presence: Presence::Required,
        note: (),
    }
}

/// The host that makes [`Value`]s; it needs the input for what the decoder does not copy.
pub struct Values<'d>(pub &'d [u8]);

type Result<T> = std::result::Result<T, Box<Fault>>;

impl Host for Values<'_> {
    type Note = ();
    type Value = Value;
    type Record = Vec<Option<Value>>;

    fn primitive(&mut self, node: &Plain, value: Primitive<'_>) -> Result<Value> {
        Ok(match value {
            Primitive::Boolean(value) => Value::Boolean(value),
            Primitive::Null => Value::Null,
            Primitive::Octets(octets) => match &*node.kind {
                Kind::Any | Kind::AnyTextOrAny | Kind::Raw(_) => Value::Encoding(octets.to_vec()),
                _ => Value::Content(octets.to_vec()),
            },
            Primitive::Integer(content) | Primitive::Oid(content) => {
                Value::Content(content.to_vec())
            }
            Primitive::Bits(unused, octets) => Value::Content([&[unused], octets].concat()),
            Primitive::Time(time) => Value::Time(time),
            Primitive::Text(text) => Value::Text(0, text.to_owned()),
            Primitive::TaggedText(tag, text) => Value::Text(tag, text.to_owned()),
            Primitive::View(range) => Value::Encoding(self.0[range].to_vec()),
            Primitive::Span(header, limit, octets) => {
                let mut segments = crate::Segments::new(&header, limit, usize::MAX);
                let mut content = Vec::with_capacity(octets);
                while let Some(segment) = segments.next(self.0)? {
                    content.extend_from_slice(&self.0[segment]);
                }
                Value::Content(content)
            }
        })
    }

    fn record(&mut self, _: &Plain, fields: usize, _: bool) -> Result<Self::Record> {
        Ok(vec![None; fields])
    }

    fn put(
        &mut self,
        record: &mut Self::Record,
        index: usize,
        _: &Field<()>,
        value: Option<Value>,
    ) -> Result<()> {
        record[index] = value;
        Ok(())
    }

    fn finish(&mut self, _: &Plain, record: Self::Record, _: Option<&[u8]>) -> Result<Value> {
        Ok(Value::Record(record))
    }

    fn list(&mut self, _: &Plain, values: Vec<Value>) -> Result<Value> {
        Ok(Value::List(values))
    }

    fn chosen(&mut self, field: &Field<()>, value: Value) -> Result<Value> {
        Ok(Value::Choice(field.name.clone(), Box::new(value)))
    }

    fn with_octets(&mut self, _: &Plain, _: &[u8], value: Value) -> Result<Value> {
        Ok(value)
    }
}

fn bad() -> Box<Fault> {
    Fault::new(Code::BadValue, 0)
}

impl Source for Values<'_> {
    type Note = ();
    type Value = Value;

    fn primitive(&mut self, _: &Plain, value: &Value) -> Result<Written> {
        Ok(match value.clone() {
            Value::Boolean(value) => Written::Boolean(value),
            Value::Null => Written::Null,
            Value::Content(content) => Written::Content(content),
            Value::Time(time) => Written::Time(time),
            Value::Text(tag, text) => Written::Text(tag, text),
            Value::Encoding(octets) => Written::Value(octets),
            _ => return Err(bad()),
        })
    }

    fn component(&mut self, _: &Plain, index: usize, value: &Value) -> Result<Option<Value>> {
        match value {
            Value::Record(components) => Ok(components.get(index).cloned().flatten()),
            _ => Err(bad()),
        }
    }

    fn elements(&mut self, _: &Plain, value: &Value) -> Result<Vec<Value>> {
        match value {
            Value::List(values) => Ok(values.clone()),
            _ => Err(bad()),
        }
    }

    fn chosen(&mut self, alternatives: &[Field<()>], value: &Value) -> Result<(usize, Value)> {
        let Value::Choice(name, inner) = value else {
            return Err(bad());
        };
        let index = alternatives
            .iter()
            .position(|field| field.name == *name)
            .ok_or_else(bad)?;
        Ok((index, (**inner).clone()))
    }

    fn without_octets(&mut self, value: &Value) -> Result<Value> {
        Ok(value.clone())
    }
}
