//! What can be wrong with an input, and what of it is tolerated by name.

use std::fmt;

/// Why the octets cannot be read. [`Code::name`] is stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The input ends inside a value.
    Truncated,
    /// A length that no encoding has, or that reaches past the value around it.
    BadLength,
    /// An identifier octet sequence that no encoding has.
    BadTag,
    /// Another type than the schema has here.
    UnexpectedTag,
    /// A value ends before a component that must be there.
    MissingField,
    /// A value holds more components than its type has.
    ExtraElement,
    /// Octets after the end of the outermost value.
    TrailingData,
    /// The content octets are not of the type.
    BadValue,
    /// Legal BER or a common mistake, but not DER; names the rule.
    NotDer(Deviation),
    /// The input is larger than its kind may be.
    BudgetSize,
    /// Values are nested deeper than allowed.
    BudgetDepth,
    /// More values than allowed.
    BudgetElements,
    /// More octets would have to be copied than allowed.
    BudgetOctets,
    /// The host failed, and knows why.
    Host,
}

impl Code {
    /// The stable code.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Code::Truncated => "asn1.truncated",
            Code::BadLength => "asn1.bad-length",
            Code::BadTag => "asn1.bad-tag",
            Code::UnexpectedTag => "asn1.unexpected-tag",
            Code::MissingField => "asn1.missing-field",
            Code::ExtraElement => "asn1.extra-element",
            Code::TrailingData => "asn1.trailing-data",
            Code::BadValue => "asn1.bad-value",
            Code::NotDer(_) => "asn1.not-der",
            Code::BudgetSize => "asn1.too-large",
            Code::BudgetDepth => "asn1.too-deep",
            Code::BudgetElements => "asn1.too-many-elements",
            Code::BudgetOctets => "asn1.too-many-octets",
            Code::Host => "asn1.host",
        }
    }

    /// Whether a bound was met, rather than an error in the encoding.
    #[must_use]
    pub fn is_budget(self) -> bool {
        matches!(
            self,
            Code::BudgetSize | Code::BudgetDepth | Code::BudgetElements | Code::BudgetOctets
        )
    }
}

/// A departure from DER. Those of [`Deviation::tolerated`] are let pass and noted unless the
/// reading is strict; `docs/leniencies.md` says who needs each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deviation {
    /// X.690 11.1: TRUE encoded otherwise than as FF.
    BooleanTrue,
    /// X.690 11.5: a component equal to its DEFAULT is encoded.
    EncodedDefault,
    /// X.680: a SEQUENCE SIZE (1..MAX) OF without elements, where the schema lets it pass.
    EmptyList,
    /// X.690 8.3.2: an INTEGER with superfluous leading octets.
    IntegerPadding,
    /// X.690 10.1: an indefinite length.
    IndefiniteLength,
    /// X.690 10.1: a length in more octets than needed.
    LongLength,
    /// X.690 10.2: a string in constructed form.
    ConstructedString,
    /// X.690 11.6: the components of a SET OF are not sorted.
    SetOrder,
    /// X.690 11.2.1: unused bits of a BIT STRING that are not zero.
    UnusedBits,
    /// X.690 11.7, 11.8: a time with an offset, without seconds, or with trailing zeros.
    TimeForm,
    /// More digits of a second than microseconds; the rest is not kept.
    TimePrecision,
    /// RFC 5280 4.1.2.5: GeneralizedTime for a year before 2050, where Time may be either.
    TimeChoice,
    /// X.680 41: a character outside of the string type's repertoire, in a string of any type.
    StringCharacter,
}

impl Deviation {
    /// All of them.
    pub const ALL: [Deviation; 13] = [
        Deviation::BooleanTrue,
        Deviation::EncodedDefault,
        Deviation::EmptyList,
        Deviation::IntegerPadding,
        Deviation::IndefiniteLength,
        Deviation::LongLength,
        Deviation::ConstructedString,
        Deviation::SetOrder,
        Deviation::UnusedBits,
        Deviation::TimeForm,
        Deviation::TimePrecision,
        Deviation::TimeChoice,
        Deviation::StringCharacter,
    ];

    /// The stable code.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Deviation::BooleanTrue => "boolean-true",
            Deviation::EncodedDefault => "encoded-default",
            Deviation::EmptyList => "empty-list",
            Deviation::IntegerPadding => "integer-padding",
            Deviation::IndefiniteLength => "indefinite-length",
            Deviation::LongLength => "long-length",
            Deviation::ConstructedString => "constructed-string",
            Deviation::SetOrder => "set-order",
            Deviation::UnusedBits => "unused-bits",
            Deviation::TimeForm => "time-form",
            Deviation::TimePrecision => "time-precision",
            Deviation::TimeChoice => "time-choice",
            Deviation::StringCharacter => "string-character",
        }
    }

    /// Whether a reading that is not strict lets it pass.
    #[must_use]
    pub fn tolerated(self) -> bool {
        matches!(
            self,
            Deviation::BooleanTrue
                | Deviation::EncodedDefault
                | Deviation::EmptyList
                | Deviation::TimePrecision
                | Deviation::TimeChoice
                | Deviation::StringCharacter
        )
    }
}

/// One step of the way from the outermost value to the fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A component or alternative.
    Name(Box<str>),
    /// The position in a SEQUENCE OF or SET OF.
    Index(usize),
}

/// What is wrong, where (octets from the start of the input), and in which component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What.
    pub code: Code,
    /// Where.
    pub offset: usize,
    /// The way to the component, innermost first.
    pub path: Vec<Step>,
}

impl Fault {
    #[cold]
    pub(crate) fn new(code: Code, offset: usize) -> Box<Self> {
        Box::new(Fault {
            code,
            offset,
            path: Vec::new(),
        })
    }

    #[cold]
    pub(crate) fn within(mut self: Box<Self>, name: &str) -> Box<Self> {
        self.path.push(Step::Name(name.into()));
        self
    }

    #[cold]
    pub(crate) fn at_index(mut self: Box<Self>, index: usize) -> Box<Self> {
        self.path.push(Step::Index(index));
        self
    }

    /// The way to the component, outermost first: `tbsCertificate.extensions[3].critical`.
    #[must_use]
    pub fn place(&self) -> String {
        let mut place = String::new();
        for step in self.path.iter().rev() {
            match step {
                Step::Name(name) => {
                    if !place.is_empty() {
                        place.push('.');
                    }
                    place.push_str(name);
                }
                Step::Index(index) => place.push_str(&format!("[{index}]")),
            }
        }
        place
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} at {} in {}",
            self.code.name(),
            self.offset,
            self.place()
        )
    }
}

impl std::error::Error for Fault {}
