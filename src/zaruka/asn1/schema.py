"""Schemas: ASN.1 types written in Python, read and written by Rust in one call per object.

A type is a `Node[T]`, where `T` is what its values are in Python::

    class Validity(NamedTuple):
        not_before: datetime
        not_after: datetime

    VALIDITY = sequence(Validity, field("not_before", TIME), field("not_after", TIME))
    decode(VALIDITY, der).not_after

Reading is strict DER (X.690 clauses 10 and 11) but for the deviations that docs/leniencies.md
lists; `decode_noting` tells which were met, `strict=True` refuses them. `mode=BER` reads all of
X.690 clause 8, but for constructed strings other than OCTET STRING. Every reading is bounded by a
`Budget`.

Errors of reading are `InputError` with `offset` (octets from the start of the input), `place`
("Certificate.tbsCertificate.validity") and one of the codes
asn1.truncated, asn1.bad-length, asn1.bad-tag, asn1.unexpected-tag, asn1.missing-field,
asn1.extra-element, asn1.trailing-data, asn1.bad-value, asn1.not-der (with `rule`, a code of
`Deviation`); or `BudgetExceeded` with asn1.too-large, asn1.too-deep, asn1.too-many-elements,
asn1.too-many-octets. `encode` raises ValueError where the value is not of the type.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from zaruka._native import Budget, Mode, Node, Span, decode, decode_prefix, encode
from zaruka._native import decode_noting as _decode_noting

if TYPE_CHECKING:
    from datetime import datetime

    from typing_extensions import Buffer

__all__ = [
    "ANY",
    "BER",
    "BIT_STRING",
    "BMP_STRING",
    "BOOLEAN",
    "DER",
    "ENUMERATED",
    "GENERALIZED_TIME",
    "IA5_STRING",
    "INTEGER",
    "INTEGER_BYTES",
    "NULL",
    "NUMERIC_STRING",
    "OCTET_STRING",
    "OID",
    "PRINTABLE_STRING",
    "SPAN",
    "STRING",
    "STRING_OR_ANY",
    "TIME",
    "UTC_TIME",
    "UTF8_STRING",
    "VISIBLE_STRING",
    "BitString",
    "Budget",
    "Deviation",
    "Encoded",
    "Field",
    "Mode",
    "Node",
    "Span",
    "Text",
    "bounded",
    "choice",
    "decode",
    "decode_noting",
    "decode_prefix",
    "encode",
    "explicit",
    "field",
    "implicit",
    "octets_of",
    "raw",
    "sequence",
    "sequence_of",
    "set_",
    "set_of",
    "view",
    "with_octets",
]

T = TypeVar("T")
Record = TypeVar("Record", bound=tuple[Any, ...])

DER, BER = Mode.DER, Mode.BER


class BitString(NamedTuple):
    """BIT STRING: its octets, and how many bits of the last are not used (0 to 7)."""

    octets: bytes
    unused: int = 0


class Text(NamedTuple):
    """A string of any type: its universal tag (12 UTF8String, 30 BMPString, ...) and its text."""

    tag: int
    text: str


class Encoded(NamedTuple):
    """A value together with its octets."""

    der: bytes
    value: Any


class Deviation(NamedTuple):
    """A departure from DER that was let pass: its stable code, and where (octets).

    Codes: boolean-true, encoded-default, empty-list, time-choice, time-precision,
    string-character. As `rule` of asn1.not-der also integer-padding, indefinite-length,
    long-length, constructed-string, set-order, unused-bits, time-form, which are never let pass
    in DER.
    """

    code: str
    offset: int


BOOLEAN: Node[bool] = Node.primitive("BOOLEAN")
INTEGER: Node[int] = Node.primitive("INTEGER")
"""An INTEGER of more than 128 octets is refused (asn1.too-many-octets)."""
INTEGER_BYTES: Node[bytes] = Node.primitive("INTEGER_BYTES")
"""INTEGER as its content octets: two's complement, big-endian."""
ENUMERATED: Node[int] = Node.primitive("ENUMERATED")
NULL: Node[None] = Node.primitive("NULL")
OID: Node[str] = Node.primitive("OID")
OCTET_STRING: Node[bytes] = Node.primitive("OCTET_STRING")
SPAN: Node[Span] = Node.primitive("SPAN")
"""OCTET STRING whose content may be too large to copy, and constructed in BER."""
BIT_STRING: Node[BitString] = Node.primitive("BIT_STRING", BitString)
UTC_TIME: Node[datetime] = Node.primitive("UTC_TIME")
GENERALIZED_TIME: Node[datetime] = Node.primitive("GENERALIZED_TIME")
TIME: Node[datetime] = Node.primitive("TIME")
"""RFC 5280 Time: UTCTime through 2049, GeneralizedTime after; the other is "time-choice"."""
STRING: Node[Text] = Node.primitive("STRING", Text)
"""Any character string type."""
STRING_OR_ANY: Node[Text | bytes] = Node.primitive("STRING_OR_ANY", Text)
"""Any character string type as `Text`; any other value as its octets."""
ANY: Node[bytes] = Node.primitive("ANY")
"""Any value, as its octets; they are not looked into."""
UTF8_STRING: Node[str] = Node.text(12, "UTF8String")
NUMERIC_STRING: Node[str] = Node.text(18, "NumericString")
PRINTABLE_STRING: Node[str] = Node.text(19, "PrintableString")
IA5_STRING: Node[str] = Node.text(22, "IA5String")
VISIBLE_STRING: Node[str] = Node.text(26, "VisibleString")
BMP_STRING: Node[str] = Node.text(30, "BMPString")


class _Required:
    """The default of a component that has none."""


_REQUIRED = _Required()


class Field(NamedTuple):
    """A component of a SEQUENCE or SET."""

    name: str
    node: Node[Any]
    optional: bool
    has_default: bool
    default: object


def field(
    name: str, node: Node[Any], *, optional: bool = False, default: object = _REQUIRED
) -> Field:
    """Name a component; its snake_case `name` is shown in ASN.1's camelCase.

    An absent OPTIONAL component is None, an absent one with DEFAULT is `default`.
    """
    return Field(name, node, optional, default is not _REQUIRED, default)


def sequence(cls: type[Record], *fields: Field, raw: bool = False) -> Node[Record]:
    """SEQUENCE, as the NamedTuple `cls` with a field for each component in order.

    With `raw`, the class has one more field, the first: `der`, the octets of the whole value;
    `encode` does not look at it.
    """
    return Node.record(_fitting(cls, fields, raw=raw), list(fields), raw, is_set=False)


def set_(cls: type[Record], *fields: Field, raw: bool = False) -> Node[Record]:
    """SET, as `sequence`."""
    return Node.record(_fitting(cls, fields, raw=raw), list(fields), raw, is_set=True)


def _fitting(cls: type[Record], fields: tuple[Field, ...], *, raw: bool) -> type[Record]:
    names = (*(("der",) if raw else ()), *(each.name for each in fields))
    if names != getattr(cls, "_fields", None):
        raise TypeError(f"{cls.__name__} has not the fields {names}")
    return cls


def sequence_of(node: Node[T], *, least: int | None = 0) -> Node[tuple[T, ...]]:
    """SEQUENCE OF, or with `least=1` SEQUENCE SIZE (1..MAX) OF.

    `least=None` is SIZE (1..MAX) too, but an empty one is let pass, as "empty-list".
    """
    return Node.list(node, least, is_set=False)


def set_of(node: Node[T], *, least: int = 0) -> Node[tuple[T, ...]]:
    """SET OF, or with `least=1` SET SIZE (1..MAX) OF.

    The order is kept as found; `encode` sorts.
    """
    return Node.list(node, least, is_set=True)


def choice(*alternatives: tuple[str, Node[Any]]) -> Node[tuple[str, Any]]:
    """CHOICE, as (name, value)."""
    return Node.choice(list(alternatives))


def implicit(number: int, node: Node[T]) -> Node[T]:
    """Give the type as `[number] IMPLICIT`: the tag in place of its own."""
    return Node.implicit(number, node)


def explicit(number: int, node: Node[T]) -> Node[T]:
    """Give the type as `[number] EXPLICIT`: the tag around its own."""
    return Node.explicit(number, node)


def octets_of(node: Node[T]) -> Node[T]:
    """OCTET STRING that holds the encoding of a value, as that value."""
    return Node.around("octets_of", node)


def raw(node: Node[Any]) -> Node[bytes]:
    """Check a value against its type, but give its octets."""
    return Node.around("raw", node)


def view(node: Node[Any]) -> Node[memoryview]:
    """Give a value as a view into the input: neither looked into nor copied."""
    return Node.around("view", node)


def with_octets(node: Node[Any]) -> Node[Encoded]:
    """Give a value together with its octets."""
    return Node.around("with_octets", node, Encoded)


def bounded(node: Node[T], budget: Budget, name: str | None = None) -> Node[T]:
    """Give the type the budget of a reading that starts with it, and a name for errors."""
    return node.bounded(name, budget)


def decode_noting(
    node: Node[T], data: Buffer, *, mode: Mode = DER, budget: Budget | None = None
) -> tuple[T, tuple[Deviation, ...]]:
    """Read as `decode`, and tell which deviations from DER were let pass."""
    value, noted = _decode_noting(node, data, mode=mode, budget=budget)
    return value, tuple([Deviation(*each) for each in noted]) if noted else ()
