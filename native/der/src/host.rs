//! What a decoding is asked for, and who makes values of what it finds.

use std::marker::PhantomData;
use std::ops::Range;

use crate::content::Time;
use crate::fault::Fault;
use crate::header::{Header, Rules};
use crate::node::{Field, Node};

/// Bounds on what one decoding may cost.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Octets of the input.
    pub size: usize,
    /// Values inside one another.
    pub depth: usize,
    /// Values that are made or checked.
    pub elements: usize,
    /// Octets that are copied out of the input.
    pub octets: usize,
}

/// How to read.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// DER or BER.
    pub rules: Rules,
    /// Whether the tolerated deviations are refused too.
    pub strict: bool,
    /// Whether octets may follow the value.
    pub trailing: bool,
    /// The bounds.
    pub budget: Budget,
}

/// A value without components, as it stands in the input.
#[derive(Clone, Debug)]
pub enum Primitive<'a> {
    /// BOOLEAN
    Boolean(bool),
    /// INTEGER, ENUMERATED: two's complement, big-endian.
    Integer(&'a [u8]),
    /// OCTET STRING, a value's encoding, or content octets asked for.
    Octets(&'a [u8]),
    /// BIT STRING: number of unused bits, octets.
    Bits(u8, &'a [u8]),
    /// NULL
    Null,
    /// OBJECT IDENTIFIER: checked content octets.
    Oid(&'a [u8]),
    /// Any time.
    Time(Time),
    /// A string of a known type.
    Text(&'a str),
    /// A string of any type, with its universal tag.
    TaggedText(u32, &'a str),
    /// Where a value lies in the input.
    View(Range<usize>),
    /// A string that may be large: its header, the end of what is around it, its number of octets.
    Span(Header, usize, usize),
}

type Result<T> = std::result::Result<T, Box<Fault>>;

/// Makes values of its own kind from what the decoder finds. An error of the host is reported as
/// [`crate::Code::Host`]; the host keeps the reason.
#[allow(clippy::missing_errors_doc)]
pub trait Host {
    /// What it keeps with the nodes of a schema.
    type Note;
    /// What it makes.
    type Value;
    /// A SEQUENCE or SET under construction.
    type Record;

    /// A value without components.
    fn primitive(&mut self, node: &Node<Self::Note>, value: Primitive<'_>) -> Result<Self::Value>;
    /// Begin a SEQUENCE or SET; `octets` where its encoding is wanted with it.
    fn record(
        &mut self,
        node: &Node<Self::Note>,
        fields: usize,
        octets: bool,
    ) -> Result<Self::Record>;
    /// Put a component; None where an OPTIONAL one is absent or a DEFAULT applies.
    fn put(
        &mut self,
        record: &mut Self::Record,
        index: usize,
        field: &Field<Self::Note>,
        value: Option<Self::Value>,
    ) -> Result<()>;
    /// Finish a SEQUENCE or SET.
    fn finish(
        &mut self,
        node: &Node<Self::Note>,
        record: Self::Record,
        octets: Option<&[u8]>,
    ) -> Result<Self::Value>;
    /// A SEQUENCE OF or SET OF.
    fn list(&mut self, node: &Node<Self::Note>, values: Vec<Self::Value>) -> Result<Self::Value>;
    /// A CHOICE.
    fn chosen(&mut self, field: &Field<Self::Note>, value: Self::Value) -> Result<Self::Value>;
    /// A value with its octets.
    fn with_octets(
        &mut self,
        node: &Node<Self::Note>,
        octets: &[u8],
        value: Self::Value,
    ) -> Result<Self::Value>;
}

/// The host that makes nothing: for values that are only checked.
pub struct Nothing<N>(pub PhantomData<N>);

impl<N> Host for Nothing<N> {
    type Note = N;
    type Value = ();
    type Record = ();

    fn primitive(&mut self, _: &Node<N>, _: Primitive<'_>) -> Result<()> {
        Ok(())
    }
    fn record(&mut self, _: &Node<N>, _: usize, _: bool) -> Result<()> {
        Ok(())
    }
    fn put(&mut self, (): &mut (), _: usize, _: &Field<N>, _: Option<()>) -> Result<()> {
        Ok(())
    }
    fn finish(&mut self, _: &Node<N>, (): (), _: Option<&[u8]>) -> Result<()> {
        Ok(())
    }
    fn list(&mut self, _: &Node<N>, _: Vec<()>) -> Result<()> {
        Ok(())
    }
    fn chosen(&mut self, _: &Field<N>, (): ()) -> Result<()> {
        Ok(())
    }
    fn with_octets(&mut self, _: &Node<N>, _: &[u8], (): ()) -> Result<()> {
        Ok(())
    }
}
