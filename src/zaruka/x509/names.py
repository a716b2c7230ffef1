"""Distinguished names: RFC 5280 4.1.2.4, compared after 7.1."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Self

from msgspec import Struct

from zaruka.asn1 import pkix
from zaruka.asn1 import schema as s
from zaruka.x509.preparation import prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["Name", "NameAttribute", "read_name"]

_TEXT_TAGS = frozenset({12, 18, 19, 20, 21, 22, 25, 26, 27, 28, 30})
# What a person would call the subject by, best first: X.520.
_TITLES = ("2.5.4.3", "2.5.4.10", "2.5.4.11", "2.5.4.4", "2.5.4.5")
_KEYWORDS = {  # RFC 4514 3 and the attributes of both countries' profiles
    "2.5.4.3": "CN",
    "2.5.4.4": "SN",
    "2.5.4.5": "serialNumber",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "STREET",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.12": "title",
    "2.5.4.42": "GN",
    "2.5.4.97": "organizationIdentifier",
    "0.9.2342.19200300.100.1.25": "DC",
    "1.2.840.113549.1.9.1": "emailAddress",
    "1.2.643.100.1": "OGRN",
    "1.2.643.100.3": "SNILS",
    "1.2.643.100.4": "INNLE",
    "1.2.643.100.5": "OGRNIP",
    "1.2.643.3.131.1.1": "INN",
}


class NameAttribute(Struct, frozen=True):
    """AttributeTypeAndValue: a dotted type, the value as text and the tag of its encoding.

    A value that is not a character string (postalAddress, x500UniqueIdentifier) is given as "#"
    and the hexadecimal digits of its encoding, as RFC 4514 2.4 writes it.
    """

    oid: str
    value: str
    tag: int


class Name(tuple[str, ...]):  # noqa: SLOT001 - a tuple can have none
    """A distinguished name, equal to another if RFC 5280 7.1 says so.

    String types, case and insignificant spaces do not distinguish names; the order of RDNs does.
    `rdns` are the relative distinguished names in order, `attributes` all of theirs. As a tuple it
    is its RDNs as prepared for comparison, so that names are compared and looked up as tuples are.
    """

    der: bytes
    rdns: tuple[tuple[NameAttribute, ...], ...]
    attributes: tuple[NameAttribute, ...]
    get: Callable[[str], str | None]
    """Return the first value of an attribute type (dotted)."""
    _title: str

    def __new__(cls, der: bytes) -> Self:
        """Read the DER of a Name; `InputError` where it is none."""
        rdns = tuple(
            tuple(_attribute(oid, value) for oid, value in rdn) for rdn in s.decode(pkix.NAME, der)
        )
        # One string for each RDN; a prepared value holds no control character, so these
        # separators cannot be forged.
        self = super().__new__(cls, ("\1".join(sorted(map(_prepared, rdn))) for rdn in rdns))
        self.der, self.rdns = der, rdns
        self.attributes = tuple(attribute for rdn in rdns for attribute in rdn)
        self.get = {each.oid: each.value for each in reversed(self.attributes)}.get
        titles = (self.get(oid) for oid in _TITLES)
        self._title = next(filter(None, titles), None) or self.rfc4514()
        return self

    @classmethod
    def of(cls, attributes: Iterable[tuple[str, str] | tuple[str, str, int]]) -> Name:
        """Build a name of single-valued RDNs from (type, value[, tag]); UTF8String by default."""
        rdns = tuple(
            (pkix.AttributeTypeAndValue(oid, s.Text(tag[0] if tag else 12, value)),)
            for oid, value, *tag in attributes
        )
        return cls(s.encode(pkix.NAME, rdns))

    def display(self) -> str:
        """Return what a person would call it: its common name, or the next best."""
        return self._title

    def rfc4514(self) -> str:
        """Return the whole name in one line, last RDN first: RFC 4514 2."""
        return ",".join("+".join(map(_shown, rdn)) for rdn in reversed(self.rdns))

    @property
    def canonical_sha256(self) -> str:
        """A fingerprint (64 hex digits) that equal names share and others do not."""
        return hashlib.sha256("\0".join(self).encode()).hexdigest()

    def is_within(self, base: Name) -> bool:
        """Whether this name lies in the subtree of `base`: RFC 5280 7.1, last paragraph."""
        return self[: len(base)] == base

    def __bool__(self) -> bool:
        """Whether there is a name; one without RDNs is a name too."""
        return True

    def __repr__(self) -> str:
        """Return the name in the form of RFC 4514."""
        return f"Name({self.rfc4514()!r})"


@lru_cache(maxsize=16_384)
def read_name(der: bytes) -> Name:
    """Read the DER of a Name, or return it as it was read before: the same few recur."""
    return Name(der)


def _attribute(oid: str, value: s.Text | bytes) -> NameAttribute:
    if isinstance(value, bytes):
        return NameAttribute(oid, "#" + value.hex(), value[0])
    return NameAttribute(oid, value.text, value.tag)


def _prepared(attribute: NameAttribute) -> str:
    prepared = prepare(attribute.value) if attribute.tag in _TEXT_TAGS else None
    if prepared is None:  # no text, prohibited code points or too long: equal to the same octets
        return f"{attribute.oid}\2{attribute.tag}\2{attribute.value.encode().hex()}"
    return f"{attribute.oid}\3{prepared}"


def _shown(attribute: NameAttribute) -> str:
    """RFC 4514 2.4."""
    value = "".join("\\" + char if char in ',+"\\<>;' else char for char in attribute.value)
    if value[:1] in ("#", " ") and attribute.value[0] != "#":
        value = "\\" + value
    if value.endswith(" "):
        value = value[:-1] + "\\ "
    return f"{_KEYWORDS.get(attribute.oid, attribute.oid)}={value}"
