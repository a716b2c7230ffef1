"""What a time-stamp of a signature covers: objects by SHA-256 (EN 319 102-1 V1.4.1, 5.6.2.3).

Covered itself, or by a digest that is covered: such an object is proven only while the digest's
algorithm is reliable (5.6.2.3.4 step 4).
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from msgspec import Struct

from zaruka.asn1 import cms as wire
from zaruka.asn1 import schema as s
from zaruka.crypto import digest
from zaruka.errors import InputError, UnsupportedError
from zaruka.signatures.hash_index import Digests, read_hash_index
from zaruka.signatures.references import Reference, references_of
from zaruka.signatures.stamped import Parts
from zaruka.signatures.xml.document import XmlSignature
from zaruka.x509 import OcspResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from zaruka.signatures import Signature, SignedDocument, TimeStampToken
    from zaruka.signatures.document import Evidence as Attributes
    from zaruka.signatures.stamped import Stamp
    from zaruka.validation.evidence import Evidence, Part
    from zaruka.x509 import Certificate

__all__ = ["Coverage", "Covering", "objects_in_token"]

_REFERRING = frozenset({"1.2.840.113549.1.9.16.2.21", "1.2.840.113549.1.9.16.2.22"})
_REFERENCED = 4096  # references that are looked up: of all signatures, no real file has a tenth


class Coverage(Struct, frozen=True):
    """SHA-256 of what is covered itself; (SHA-256, OID of the digest) of what is by a digest."""

    direct: frozenset[str] = frozenset()
    by_digest: frozenset[tuple[str, str]] = frozenset()


class Covering:
    """Tells what the time-stamps of one signature cover."""

    def __init__(
        self,
        document: SignedDocument,
        signature: Signature,
        signer: Certificate | None,
        evidence: Evidence,
    ) -> None:
        """Take a signature in `document`; what it refers to is looked up in `evidence`."""
        self.parts = Parts(document, signature)
        self.digests = Digests(self.parts)
        self._signature = signature
        self._signer = signer
        self._evidence = evidence
        self._referenced: frozenset[tuple[str, str]] | None = None

    def of_signature_stamp(self) -> Coverage:
        """EN 319 122-1 5.3: the signature value, and by what was signed the certificate."""
        certificate = self._signer
        refs = self._signature.signer_refs if certificate else ()
        by_digest = {(certificate.sha256, ref.digest_algorithm.oid) for ref in refs if certificate}
        return Coverage(frozenset({self._signature.sha256}), frozenset(by_digest))

    def of_stamp(self, stamp: Stamp) -> Coverage:
        """Tell what a time-stamp on references, or an archive time-stamp, covers."""
        match stamp.kind:
            case "archive-time-stamp":
                return self._of_xml_archive(stamp.token)
            case "archive-time-stamp-v3":
                return self._of_archive_v3(stamp.token)
            case "archive-time-stamp-v2":
                return self._of_archive_v2(stamp)
            case "certs-crls-references-time-stamp":
                return Coverage(by_digest=self._by_reference())
        own = self.of_signature_stamp()
        stamps = (each for each in self._signature.evidence if each.kind == "signature-time-stamp")
        inside = {sha for each in stamps for sha in _objects_in(each)}
        return Coverage(own.direct | inside, own.by_digest | self._by_reference())

    def _of_xml_archive(self, token: TimeStampToken) -> Coverage:
        """EN 319 132-1 5.5.2.2: KeyInfo, and the properties that stand before the stamp."""
        own = self.of_signature_stamp()
        inside: set[str] = set()
        if isinstance(self._signature, XmlSignature):
            inside.update(each.sha256 for each in self._signature.key_info.certificates)
        for each in self._signature.evidence:
            if token in each.tokens:
                break
            inside.update(_objects_in(each))
        return Coverage(own.direct | inside, own.by_digest)

    def _of_archive_v3(self, token: TimeStampToken) -> Coverage:
        own = self.of_signature_stamp()
        index = read_hash_index(token)
        if index is None:
            return own
        named = self.digests.resolve(index)
        objects = {
            *(_sha256(self.parts.certificates[each]) for each in named.certificates),
            *(sha for each in named.crls for sha in _objects_in_choice(self.parts.crls[each])),
            *self._in_attributes(named.attributes),
        }
        by_index = {(each, index.digest_oid) for each in objects}
        references = self._by_reference() if _has_references(named.attributes) else frozenset()
        # what is referred to hangs on two digests: both are the index's, or it is left out
        by_index |= {(sha, oid) for sha, oid in references if oid == index.digest_oid}
        return Coverage(own.direct, own.by_digest | by_index)

    def _of_archive_v2(self, stamp: Stamp) -> Coverage:
        own = self.of_signature_stamp()
        made = stamp.token.tst_info.time
        inside = {
            *(_sha256(each) for each in self.parts.certificates),
            *(sha for each in self.parts.crls for sha in _objects_in_choice(each)),
        }
        for each in self._signature.evidence:
            later = any(token.tst_info.time >= made for token in each.tokens)
            if not (each.signed or (each.kind.startswith("archive") and later)):
                inside.update(_objects_in(each))
        return Coverage(own.direct | inside, own.by_digest | self._by_reference())

    def _in_attributes(self, named: frozenset[tuple[str, bytes]]) -> Iterator[str]:
        """Give everything inside attribute values that a hash index names."""
        for each in self._signature.evidence:
            if not each.signed:
                oid = each.attribute.oid
                if each.tokens:
                    wanted = {value for name, value in named if name == oid}
                    for token in each.tokens:
                        if token.der in wanted:
                            yield from objects_in_token(token)
                elif all((oid, value) in named for value in each.attribute.values):
                    yield from _objects_in(each)

    def _by_reference(self) -> frozenset[tuple[str, str]]:
        """Find what the references mean, among what the signature brings, then among the rest."""
        if self._referenced is None:
            wanted = dict.fromkeys(references_of(self._signature)[:_REFERENCED])
            found: set[tuple[str, str]] = set()
            parts = sorted(self._evidence.parts, key=lambda part: part.source != "signature")
            for part in parts if wanted else ():
                for kind in ("certificate", "crl", "ocsp"):
                    for oid in {ref.digest_oid for ref in wanted if ref.kind == kind}:
                        for octets, sha in _candidates(part, kind):
                            ref = Reference(kind, oid, _digest(oid, octets))
                            if ref in wanted:
                                del wanted[ref]
                                found.add((sha, oid))
            self._referenced = frozenset(found)
        return self._referenced

    @property
    def dangling_references(self) -> int | None:
        """How many references mean nothing that is at hand; None where they are not read (XML)."""
        if isinstance(self._signature, XmlSignature):
            return None
        return len(references_of(self._signature)[:_REFERENCED]) - len(self._by_reference())


def _candidates(part: Part, kind: str) -> Iterator[tuple[bytes, str]]:
    """Give encodings and the SHA-256 by which each is known; an answer in both its forms."""
    match kind:
        case "certificate":
            yield from ((each.der, sha) for sha, each in part.certificates.items())
        case "crl":
            yield from ((bytes(each.der), sha) for sha, each in part.crls.items())
        case _:
            for sha, answer in part.ocsps.items():
                yield answer.der, sha
                if answer.basic_der is not None:
                    yield answer.basic_der, sha


def _digest(oid: str, octets: bytes) -> bytes:
    try:
        return digest(oid, octets)
    except UnsupportedError:
        return b""


def _has_references(named: frozenset[tuple[str, bytes]]) -> bool:
    return any(oid in _REFERRING for oid, _ in named)


def _objects_in(evidence: Attributes) -> Iterator[str]:
    """Give every object in an attribute, those inside its tokens too."""
    yield from (each.sha256 for each in evidence.certificates)
    yield from (each.sha256 for each in evidence.crls)
    for der in evidence.ocsps:
        yield from _objects_in_answer(der, OcspResponse.of_basic)
    for token in evidence.tokens:
        yield from objects_in_token(token)


def objects_in_token(token: TimeStampToken) -> Iterator[str]:
    """Give the SHA-256 of a token and of every certificate, list, answer and token inside it."""
    yield token.sha256
    yield from (each.sha256 for each in token.signed.certificates)
    yield from (each.sha256 for each in token.signed.crls)
    for der in token.signed.ocsps:
        yield from _objects_in_answer(der, OcspResponse.parse)
    for signature in token.signed.signatures:
        for evidence in signature.evidence:
            yield from _objects_in(evidence)


def _sha256(octets: bytes) -> str:
    return sha256(octets).hexdigest()


def _objects_in_choice(der: bytes) -> Iterator[str]:
    """RFC 5652 10.2.1: a list is known by itself, an OCSP response by what is in the wrapper."""
    if der[0] == 0x30:
        yield _sha256(der)
        return
    try:
        found = s.decode(wire.OTHER_REVOCATION_INFO_FORMAT, der, mode=s.BER)
    except InputError:
        return
    yield from _objects_in_answer(found.other_rev_info, OcspResponse.parse)


def _objects_in_answer(der: bytes, parse: Callable[[bytes], OcspResponse]) -> Iterator[str]:
    """Give an answer and the certificates that it brings."""
    try:
        answer = parse(der)
    except (InputError, UnsupportedError):
        return
    yield answer.sha256
    yield from (each.sha256 for each in answer.certificates)
