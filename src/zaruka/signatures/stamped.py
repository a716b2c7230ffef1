"""What each kind of time-stamp covers, and the digest that it must hold.

EN 319 122-1 V1.3.1, 5.3 and 5.5; EN 319 122-2 (TS 101 733 V2.2.1, 6.3.5, 6.3.6, 6.4.1) for the
older ones. Everything is taken as written. An archive time-stamp of version 3 covers no more than
its hash index names: `zaruka.signatures.hash_index`.
"""

from __future__ import annotations

from hashlib import sha256
from itertools import chain
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from zaruka._native import lazy
from zaruka.asn1 import cms as wire
from zaruka.asn1 import schema as s
from zaruka.asn1.cades import ELEMENTS
from zaruka.crypto import digest, hash_context
from zaruka.signatures.xml.document import XmlSignature

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typing_extensions import Buffer

    from zaruka.crypto.provider import HashContext
    from zaruka.signatures.content import Content
    from zaruka.signatures.document import (
        Attribute,
        Evidence,
        Signature,
        SignedDocument,
        TimeStampToken,
    )

__all__ = [
    "ARCHIVE_V3",
    "Parts",
    "Stamp",
    "archive_v2_digest",
    "archive_v3_digest",
    "cades_c_octets",
    "references_octets",
    "stamps_of",
    "xml_archive_digest",
]

_AA: Final = "1.2.840.113549.1.9.16.2"
_CERTIFICATE_REFS, _REVOCATION_REFS = f"{_AA}.21", f"{_AA}.22"
_SIGNATURE_TIME_STAMP: Final = f"{_AA}.14"
ARCHIVE_V3: Final = "0.4.0.1733.2.4"
_ARCHIVE_OIDS: Final = frozenset({f"{_AA}.27", f"{_AA}.48", ARCHIVE_V3})
_VIEWS: Final = s.bounded(s.sequence_of(s.view(s.ANY)), wire.CMS_BUDGET, "SignedData")
_OF_THE_LONG_TERM: Final = (
    "cades-c-time-stamp",
    "certs-crls-references-time-stamp",
    "archive-time-stamp",  # of XAdES
    "archive-time-stamp-v2",
    "archive-time-stamp-v3",
)


class Stamp(Struct, frozen=True):
    """A time-stamp of a signature, and the attribute in which it stands."""

    token: TimeStampToken
    evidence: Evidence

    @property
    def kind(self) -> str:
        """What it covers, in the words of EN 319 122-1."""
        return self.evidence.kind


def stamps_of(signature: Signature) -> tuple[Stamp, ...]:
    """Give the time-stamps on references and archives, newest first (EN 319 102-1 5.6.3.4(5)).

    Of an XML signature those of which it is known what they cover.
    """
    if not signature.evidence:
        return ()
    found = [
        Stamp(token, evidence)
        for evidence in signature.evidence
        if evidence.kind in _OF_THE_LONG_TERM and not evidence.signed
        for token in evidence.tokens
        if not isinstance(signature, XmlSignature) or token.sha256 in signature.stamped
    ]
    return tuple(sorted(found, key=lambda s: (s.token.tst_info.time, s.token.sha256), reverse=True))


class Parts(Struct, frozen=True, dict=True):
    """The components of one SignedData and of one SignerInfo in it, as written."""

    document: SignedDocument
    signature: Signature

    @lazy
    def _data(self) -> tuple[memoryview, ...]:
        info, _ = s.decode_prefix(wire.CONTENT_INFO, self.document.source, mode=s.BER)
        return s.decode(_VIEWS, info.content or b"", mode=s.BER)

    @lazy
    def certificates(self) -> tuple[bytes, ...]:
        """Every CertificateChoices of SignedData.certificates."""
        return self._members(0xA0, 0)

    @lazy
    def crls(self) -> tuple[bytes, ...]:
        """Every RevocationInfoChoice of SignedData.crls."""
        return self._members(0xA1, 1)

    def _members(self, tag: int, number: int) -> tuple[bytes, ...]:
        node = s.bounded(s.implicit(number, s.set_of(s.view(s.ANY))), wire.CMS_BUDGET)
        for part in self._data:
            if part[0] == tag:
                return tuple(bytes(each) for each in s.decode(node, part, mode=s.BER))
        return ()

    @lazy
    def _begun(self) -> dict[str, HashContext]:
        return {}

    def begin(self, oid: str, signed: Iterator[Buffer]) -> HashContext:
        """Start a digest with what was `signed`: it may be large, and is the same for all stamps.

        Raises UnsupportedError for a digest that we do not have.
        """
        if oid not in self._begun:
            context = hash_context(oid)
            for block in signed:
                context.update(block)
            self._begun[oid] = context
        return self._begun[oid].copy()

    @property
    def encapsulated(self) -> memoryview:
        """Give encapContentInfo, whole."""
        return self._data[2]

    @property
    def beside(self) -> Iterator[memoryview]:
        """Give the fields certificates and crls, whole, where they are there."""
        return (part for part in self._data[3:] if part[0] in (0xA0, 0xA1))

    @lazy
    def signed_fields(self) -> tuple[bytes, ...]:
        """Give version, sid, digestAlgorithm, signedAttrs, signatureAlgorithm and signature."""
        parts = s.decode(ELEMENTS, self.signature.der, mode=s.BER)
        return tuple(part for part in parts if part[0] != 0xA1)


def cades_c_octets(signature: Signature) -> bytes:
    """TS 101 733 6.3.5: the signature value, then attributes without their outer headers."""
    kinds = (_SIGNATURE_TIME_STAMP, _CERTIFICATE_REFS, _REVOCATION_REFS)
    return signature.signature + b"".join(_bare(signature, kinds))


def references_octets(signature: Signature) -> bytes:
    """TS 101 733 6.3.6: the references alone."""
    return b"".join(_bare(signature, (_CERTIFICATE_REFS, _REVOCATION_REFS)))


def _bare(signature: Signature, oids: tuple[str, ...]) -> Iterator[bytes]:
    """Give attrType and attrValues as written, without the header of the Attribute."""
    for oid in oids:
        for attribute in signature.unsigned_attributes:
            if attribute.oid == oid:
                type_and_values = s.decode(ELEMENTS, attribute.der, mode=s.BER)
                yield b"".join(type_and_values)


def archive_v2_digest(oid: str, stamp: Stamp, parts: Parts, content: Content | None) -> bytes:
    """TS 101 733 6.4.1: all of the message but the archive time-stamps made later.

    What is detached is hashed after encapContentInfo. The digest is noted with the content. Raises
    UnsupportedError for a digest that we do not have.
    """
    earlier = [each.der for each in _older(stamp, parts.signature)]
    unsigned = b"\xa1" + s.encode(s.sequence_of(s.ANY), tuple(earlier))[1:]
    rest: tuple[Buffer, ...] = (*parts.beside, *parts.signed_fields, unsigned)
    covered = parts.document.encapsulated if content is None else content
    # Named by all else that is covered: a token may be copied to another signature over the same.
    name = f"archive-v2:{oid}:{_sha256(rest)}"
    known = None if covered is None else covered.known(name)
    if known is not None:
        return known
    detached = content if parts.document.encapsulated is None else None
    blocks = () if detached is None else detached.blocks()
    context = parts.begin(oid, chain((parts.encapsulated,), blocks))
    for part in rest:
        context.update(part)
    found = context.digest()
    if covered is not None:
        covered.note(name, found)
    return found


def _sha256(parts: tuple[Buffer, ...]) -> str:
    context = sha256()
    for part in parts:
        context.update(part)
    return context.hexdigest()


def _older(stamp: Stamp, signature: Signature) -> Iterator[Attribute]:
    """Give the attributes that were there when the time-stamp was made."""
    made = stamp.token.tst_info.time
    later = {
        evidence.attribute.der
        for evidence in signature.evidence
        if evidence.attribute.oid in _ARCHIVE_OIDS
        and (
            evidence.attribute == stamp.evidence.attribute
            or any(token.tst_info.time > made for token in evidence.tokens)
        )
    }
    return (each for each in signature.unsigned_attributes if each.der not in later)


def xml_archive_digest(
    oid: str, token: TimeStampToken, signature: XmlSignature, parts: Parts
) -> bytes:
    """EN 319 132-1 5.5.2.2: what was signed, the signature, and the properties before the stamp.

    Raises UnsupportedError for a digest that we do not have.
    """
    stamped, count = signature.stamped[token.sha256], len(signature.references)
    context = parts.begin(oid, _blocks(stamped[:count]))
    for block in _blocks(stamped[count:]):
        context.update(block)
    return context.digest()


def _blocks(parts: tuple[bytes | Content, ...]) -> Iterator[Buffer]:
    for part in parts:
        yield from (part,) if isinstance(part, bytes) else part.blocks()


def archive_v3_digest(oid: str, index_der: bytes, parts: Parts, content_digest: bytes) -> bytes:
    """EN 319 122-1 5.5.3: content type, the digest of the content, the signed fields, the index.

    `index_der` is the ats-hash-index attribute's value as written, `content_digest` by the same
    algorithm `oid`. Raises UnsupportedError.
    """
    octets = (
        s.encode(s.OID, parts.document.content_type),
        content_digest,
        *parts.signed_fields,
        index_der,
    )
    return digest(oid, b"".join(octets))
