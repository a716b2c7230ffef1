"""The hash index of an archive time-stamp: which objects of a signature it covers.

EN 319 122-1 V1.3.1, 5.5.2 (ats-hash-index-v3), its V1.0.0 (v2) and TS 101 733 V2.2.1, 6.4.2 (v1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from zaruka.asn1 import cades as wire
from zaruka.asn1 import schema as s
from zaruka.asn1.pkix import AlgorithmIdentifier
from zaruka.crypto import digest
from zaruka.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zaruka.signatures.document import Attribute, TimeStampToken
    from zaruka.signatures.stamped import Parts

__all__ = ["INDEX_V3", "HashIndex", "Indexed", "make_hash_index", "read_hash_index"]

_SHA_256: Final = "2.16.840.1.101.3.4.2.1"
_V1, _V2 = "0.4.0.1733.2.5", "0.4.0.19122.1.4"
INDEX_V3: Final = "0.4.0.19122.1.5"


class HashIndex(Struct, frozen=True):
    """An ats-hash-index: its value as written, its digest algorithm, the digests in it.

    `of_values` tells version 3, which names each value of an attribute by itself.
    """

    der: bytes
    digest_oid: str
    certificates: frozenset[bytes]
    crls: frozenset[bytes]
    attributes: frozenset[bytes]
    of_values: bool


def read_hash_index(token: TimeStampToken) -> HashIndex | None:
    """Read the one hash index of a token (5.5.2); None where there is none, or not one.

    Raises InputError where it cannot be read.
    """
    found = [
        (attribute.oid, value)
        for signature in token.signed.signatures[:1]
        for attribute in signature.unsigned_attributes
        if attribute.oid in (_V1, _V2, INDEX_V3)
        for value in attribute.values
    ]
    if len(found) != 1:
        return None
    oid, der = found[0]
    algorithm, lists = _read(der)
    certificates, crls, attributes = map(frozenset, lists)
    return HashIndex(der, algorithm, certificates, crls, attributes, oid == INDEX_V3)


def _read(der: bytes) -> tuple[str, tuple[tuple[bytes, ...], ...]]:
    """Tell by the count of components whether the algorithm is there (DEFAULT id-sha256)."""
    if len(s.decode(wire.ELEMENTS, der, mode=s.BER)) == 3:
        lists = s.decode(wire.ATS_HASH_INDEX_OF_SHA_256, der, mode=s.BER)
        return _SHA_256, tuple(lists)
    found = s.decode(wire.ATS_HASH_INDEX, der, mode=s.BER)
    if found.hash_ind_algorithm is None:
        raise InputError("asn1.missing-field")
    return found.hash_ind_algorithm.algorithm, tuple(found[1:])


def make_hash_index(parts: Parts, oid: str) -> bytes:
    """Write the value of an ats-hash-index-v3 over everything that is there now (5.5.2).

    Raises UnsupportedError for a digest that we do not have.
    """
    values = [
        octets
        for attribute in parts.signature.unsigned_attributes
        for octets, _ in _values(attribute)
    ]
    lists = (
        tuple(digest(oid, each) for each in found)
        for found in (parts.certificates, parts.crls, values)
    )
    return s.encode(wire.ATS_HASH_INDEX, wire.ATSHashIndex(AlgorithmIdentifier(oid), *lists))


class Indexed(Struct, frozen=True):
    """What a hash index covers, by its position in `Parts`, and how many entries fit nothing."""

    certificates: frozenset[int]
    crls: frozenset[int]
    attributes: frozenset[tuple[str, bytes]]  # type and value
    lost: int


class Digests:
    """Digests of everything in one signature that an index may name, each taken once."""

    def __init__(self, parts: Parts) -> None:
        """Take the parts of a signature."""
        self._parts = parts
        self._known: dict[tuple[str, str], dict[bytes, list[Any]]] = {}

    def resolve(self, index: HashIndex) -> Indexed:
        """Find what `index` names. Raises UnsupportedError for a digest that we do not have."""
        oid = index.digest_oid
        certificates = self._of("certificates", oid)
        crls = self._of("crls", oid)
        attributes = self._of("values" if index.of_values else "attributes", oid)
        lost = sum(
            len(wanted - present.keys())
            for wanted, present in (
                (index.certificates, certificates),
                (index.crls, crls),
                (index.attributes, attributes),
            )
        )
        return Indexed(
            frozenset(_found(index.certificates, certificates)),
            frozenset(_found(index.crls, crls)),
            frozenset(_found(index.attributes, attributes)),
            lost,
        )

    def _of(self, what: str, oid: str) -> dict[bytes, list[Any]]:
        key = what, oid
        if key not in self._known:
            known = self._known[key] = {}
            for octets, objects in self._objects(what):
                known.setdefault(digest(oid, octets), []).extend(objects)
        return self._known[key]

    def _objects(self, what: str) -> Iterator[tuple[bytes, list[Any]]]:
        if what in ("certificates", "crls"):
            for position, der in enumerate(getattr(self._parts, what)):
                yield der, [position]
            return
        for attribute in self._parts.signature.unsigned_attributes:
            if what == "attributes":  # versions 1 and 2: the whole attribute
                yield attribute.der, [(attribute.oid, value) for value in attribute.values]
            else:
                yield from _values(attribute)


def _values(attribute: Attribute) -> Iterator[tuple[bytes, list[Any]]]:
    """5.5.2, unsignedAttrValuesHashIndex: attrType followed by one value."""
    oid = s.encode(s.OID, attribute.oid)
    for value in attribute.values:
        yield oid + value, [(attribute.oid, value)]


def _found(wanted: Iterable[bytes], present: dict[bytes, list[Any]]) -> Iterator[Any]:
    return (each for found in wanted for each in present.get(found, ()))
