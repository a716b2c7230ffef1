//! Schemas: trees of nodes, one per type.

use std::sync::Arc;

use crate::content::TEXT_TAGS;
use crate::header::{Class, Tag};

/// Whether a component must be there.
#[derive(Clone, Debug)]
pub enum Presence {
    /// It must.
    Required,
    /// OPTIONAL.
    Optional,
    /// DEFAULT; holds the DER of the default value.
    Default(Box<[u8]>),
}

/// A component of a SEQUENCE or SET, or an alternative of a CHOICE. `N` is the host's own note.
#[derive(Debug)]
pub struct Field<N> {
    /// Its ASN.1 name.
    pub name: Box<str>,
    /// Its type.
    pub node: Arc<Node<N>>,
    /// Whether it must be there (alternatives: Required).
    pub presence: Presence,
    /// What the host wants to know about it.
    pub note: N,
}

/// How many elements a SEQUENCE OF or SET OF has at the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Least {
    /// None.
    Zero,
    /// SIZE (1..MAX)
    One,
    /// SIZE (1..MAX), but none is let pass and noted.
    OneOrNoted,
}

/// What a type is.
#[derive(Debug)]
pub enum Kind<N> {
    /// BOOLEAN
    Boolean,
    /// INTEGER or ENUMERATED
    Integer,
    /// INTEGER, given as content octets.
    IntegerOctets,
    /// NULL
    Null,
    /// OBJECT IDENTIFIER
    Oid,
    /// OCTET STRING
    OctetString,
    /// OCTET STRING whose content may be too large to copy.
    Span,
    /// OCTET STRING that holds the encoding of a value.
    OctetsOf(Arc<Node<N>>),
    /// BIT STRING
    BitString,
    /// UTCTime
    UtcTime,
    /// GeneralizedTime
    GeneralizedTime,
    /// RFC 5280 Time: either of them.
    Time,
    /// A string type, by its universal tag.
    Text(u32),
    /// Any string type.
    AnyText,
    /// Any string type, or any other value as its octets.
    AnyTextOrAny,
    /// Any value, as its octets.
    Any,
    /// A value that is checked against its type, given as its octets.
    Raw(Arc<Node<N>>),
    /// A value given as a view into the input, not checked and not copied.
    View(Arc<Node<N>>),
    /// A value with its octets.
    WithOctets(Arc<Node<N>>),
    /// SEQUENCE; whether its octets are given too.
    Sequence(Vec<Field<N>>, bool),
    /// SET; whether its octets are given too.
    Set(Vec<Field<N>>, bool),
    /// SEQUENCE OF
    SequenceOf(Arc<Node<N>>, Least),
    /// SET OF
    SetOf(Arc<Node<N>>, Least),
    /// CHOICE
    Choice(Vec<Field<N>>),
    /// An explicit tag around a value.
    Explicit(Arc<Node<N>>),
}

/// A type: what it is and under which tag.
#[derive(Debug)]
pub struct Node<N> {
    /// What it is.
    pub kind: Arc<Kind<N>>,
    /// Its tag; None where its kind decides (CHOICE, ANY, Time, wrappers).
    pub tag: Option<Tag>,
    /// What the host wants to know about it.
    pub note: N,
}

impl<N> Node<N> {
    /// A type under its own tag.
    pub fn new(kind: Kind<N>, note: N) -> Self {
        let tag = kind.universal_tag();
        Node {
            kind: Arc::new(kind),
            tag,
            note,
        }
    }

    /// Whether a value under `tag` can be of this type.
    #[inline]
    #[must_use]
    pub fn accepts(&self, tag: Tag) -> bool {
        match self.tag {
            Some(own) => own == tag,
            None => self.kind.accepts(tag),
        }
    }
}

impl<N> Kind<N> {
    fn universal_tag(&self) -> Option<Tag> {
        let number = match self {
            Kind::Boolean => 1,
            Kind::Integer | Kind::IntegerOctets => 2,
            Kind::BitString => 3,
            Kind::OctetString | Kind::Span | Kind::OctetsOf(_) => 4,
            Kind::Null => 5,
            Kind::Oid => 6,
            Kind::Sequence(..) | Kind::SequenceOf(..) => 16,
            Kind::Set(..) | Kind::SetOf(..) => 17,
            Kind::UtcTime => 23,
            Kind::GeneralizedTime => 24,
            Kind::Text(number) => *number,
            Kind::Time
            | Kind::AnyText
            | Kind::AnyTextOrAny
            | Kind::Any
            | Kind::Raw(_)
            | Kind::View(_)
            | Kind::WithOctets(_)
            | Kind::Choice(_)
            | Kind::Explicit(_) => return None,
        };
        Some(Tag::universal(number))
    }

    fn accepts(&self, tag: Tag) -> bool {
        match self {
            Kind::Time => tag == Tag::universal(23) || tag == Tag::universal(24),
            Kind::AnyText => is_text(tag),
            Kind::AnyTextOrAny | Kind::Any => tag != Tag::universal(0),
            Kind::Raw(inner) | Kind::View(inner) | Kind::WithOctets(inner) => inner.accepts(tag),
            Kind::Choice(alternatives) => alternatives.iter().any(|a| a.node.accepts(tag)),
            _ => false,
        }
    }
}

/// Whether `tag` is that of a character string type.
pub(crate) fn is_text(tag: Tag) -> bool {
    tag.class_bits() == Class::Universal as u8 && TEXT_TAGS.contains(&tag.number())
}
