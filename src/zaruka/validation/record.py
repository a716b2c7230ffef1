"""The facts of a validation: what its report must keep so that it can be judged again."""

from __future__ import annotations

from hashlib import sha256
from operator import attrgetter
from typing import TYPE_CHECKING

from zaruka.errors import InputError, UnsupportedError
from zaruka.facts import Fact, FactKind
from zaruka.signatures.content import sha256_hex
from zaruka.signatures.extension import without_content
from zaruka.signatures.xml.document import XmlSignature
from zaruka.x509 import AttributeCertificate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zaruka.signatures import Content, Signature, SignedDocument, TimeStampToken
    from zaruka.trust import Statement
    from zaruka.validation.context import Context
    from zaruka.validation.results import PathResult
    from zaruka.x509 import Certificate

__all__ = [
    "fact_of_certificate",
    "fact_of_message",
    "fact_of_token",
    "facts_of_attributes",
    "facts_of_document",
    "facts_of_paths",
    "facts_of_signature",
    "unique",
]


def facts_of_paths(paths: Iterable[PathResult], context: Context) -> Iterator[Fact]:
    """Keep every certificate of every candidate path, and the statements that trust their ends."""
    for path in paths:
        for link in path.links:
            yield fact_of_certificate(link.certificate, context)
            if link.anchor is not None:
                yield _anchor(link.anchor)


def fact_of_certificate(certificate: Certificate, context: Context) -> Fact:
    """Keep a certificate whole."""
    source = context.evidence.source_of(certificate.sha256)
    return Fact(FactKind.CERTIFICATE, certificate.sha256, source, der=certificate.der)


def _anchor(statement: Statement) -> Fact:
    extract = [("name", statement.name), ("purposes", ",".join(sorted(statement.purposes)))]
    if statement.since is not None:
        extract.append(("since", statement.since.isoformat()))
    if statement.until is not None:
        extract.append(("until", statement.until.isoformat()))
    if statement.source_sha256 is not None:
        extract.append(("source_sha256", statement.source_sha256))
    return Fact(
        FactKind.ANCHOR, statement.certificate_sha256, statement.source, extract=tuple(extract)
    )


def facts_of_signature(signature: Signature) -> Iterator[Fact]:
    """Keep the signature itself, every time-stamp token in it, and the digests of what XML signs.

    An XML signature may hold what it signs: a large one is kept by its digest only.
    """
    der = signature.der if len(signature.der) <= _KEPT_MAX else None
    yield Fact(FactKind.SIGNATURE, signature.sha256, "signature", der=der)
    if isinstance(signature, XmlSignature):
        for each in signature.references:
            if each.content is not None and each.digest_oid is not None:
                yield _fact_of_content(each.content, each.shown, (each.digest_oid,))
    for evidence in signature.evidence:
        for token in evidence.tokens:
            yield fact_of_token(token, "signature")


def fact_of_token(token: TimeStampToken, source: str) -> Fact:
    """Keep a time-stamp token whole: it is small and cannot be had again."""
    return Fact(FactKind.TIMESTAMP, token.sha256, source, der=token.der)


def facts_of_attributes(document: SignedDocument) -> Iterator[Fact]:
    """Keep the attribute certificates of a document, and the certificates of who issued them."""
    issuers = set()
    for der in document.attribute_certificates:
        yield Fact(FactKind.ATTRIBUTE_CERTIFICATE, sha256(der).hexdigest(), "signature", der=der)
        try:
            issuers.add(AttributeCertificate.parse(der).issuer)
        except (InputError, UnsupportedError):
            continue
    for each in document.certificates if issuers else ():
        if each.subject in issuers:
            yield Fact(FactKind.CERTIFICATE, each.sha256, "signature", der=each.der)


def facts_of_document(content: Content, digests: Iterable[str]) -> Iterator[Fact]:
    """Keep the digests of the content under which it was signed; never the content."""
    yield _fact_of_content(content, content.name or "", digests)


def fact_of_message(document: SignedDocument) -> Fact | None:
    """Keep a CMS message without its content; None where it is another or is large.

    `content` is the SHA-256 of the content inside.
    """
    inside = document.encapsulated
    octets = memoryview(document.source)
    if document.format != "CMS" or octets.nbytes - (inside.size if inside else 0) > _KEPT_MAX:
        return None
    der = bytes(octets) if inside is None else without_content(octets)
    extract: tuple[tuple[str, str], ...] = (("format", "CMS"),)
    if inside is not None:
        extract += (("content", inside.digest(_SHA_256).hex()),)
    return Fact(FactKind.DOCUMENT, sha256_hex(der), "message", der=der, extract=extract)


def _fact_of_content(content: Content, source: str, digests: Iterable[str]) -> Fact:
    names = sorted({*digests, *content.noted})
    extract = tuple([(name, content.digest(name).hex()) for name in names])
    return Fact(FactKind.DOCUMENT, content.digest(_SHA_256).hex(), source, extract=extract)


_KEPT_MAX = 1 << 20  # octets of a signature
_SHA_256 = "2.16.840.1.101.3.4.2.1"


def unique(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return every fact once, in an order that depends on nothing but the facts."""
    kept = dict.fromkeys(facts)
    return tuple(sorted(kept, key=attrgetter("kind", "sha256", "source", "extract")))
