"""The facts of a validation: what its report must keep so that it can be judged again."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from operator import itemgetter
from typing import TYPE_CHECKING

from msgspec import structs

from zaruka.errors import InputError, UnsupportedError
from zaruka.facts import Fact, FactKind
from zaruka.signatures.content import sha256_hex
from zaruka.signatures.extension import without_content
from zaruka.signatures.xml.document import SignedXml, XmlSignature
from zaruka.x509 import AttributeCertificate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zaruka.signatures import Content, Signature, SignedDocument, TimeStampToken
    from zaruka.signatures.xml.document import Reference
    from zaruka.trust import Statement, TrustBase
    from zaruka.validation.context import Context
    from zaruka.validation.results import PathResult
    from zaruka.x509 import Certificate

__all__ = [
    "fact_of_certificate",
    "fact_of_message",
    "fact_of_statement",
    "fact_of_token",
    "facts_of_attributes",
    "facts_of_document",
    "facts_of_paths",
    "facts_of_signature",
    "facts_of_standing",
    "facts_of_statements",
    "unique",
]


def facts_of_paths(paths: Iterable[PathResult], context: Context) -> list[Fact]:
    """Keep every certificate of every candidate path, and the statements that trust their ends."""
    facts = []
    for path in paths:
        for link in path.links:
            facts.append(fact_of_certificate(link.certificate, context))
            if link.anchor is not None:
                facts.append(_anchor(link.anchor))
    return facts


def fact_of_certificate(certificate: Certificate, context: Context) -> Fact:
    """Keep a certificate whole."""
    source = context.evidence.source_of(certificate.sha256)
    return Fact(FactKind.CERTIFICATE, certificate.sha256, source, der=certificate.der)


def _anchor(statement: Statement) -> Fact:
    extract = tuple(_said(statement))
    return Fact(FactKind.ANCHOR, statement.certificate_sha256, statement.source, extract=extract)


def fact_of_statement(statement: Statement) -> Fact:
    """Keep what a list says of an authority, whole; addresses are no part of a verdict."""
    extract = [*_said(statement), ("standing", statement.standing.value)]
    extract += [("anchor", "yes")] if statement.anchor else []
    extract += [("country", statement.country)] if statement.country else []
    told = Counter[str]()
    for name, value in statement.details:
        told[name] += 1
        number = "" if told[name] == 1 else f".{told[name]}"  # names in an extract are unique
        extract.append((f"details.{name}{number}", value))
    return Fact(
        FactKind.STATEMENT, statement.certificate_sha256, statement.source, extract=tuple(extract)
    )


def _said(statement: Statement) -> Iterator[tuple[str, str]]:
    yield "name", statement.name
    yield "purposes", ",".join(sorted(statement.purposes))
    if statement.since is not None:
        yield "since", statement.since.isoformat()
    if statement.until is not None:
        yield "until", statement.until.isoformat()
    if statement.source_sha256 is not None:
        yield "source_sha256", statement.source_sha256


def facts_of_standing(issuer_sha256: str, country: str, trust: TrustBase) -> Iterator[Fact]:
    """Keep what is said of an issuer; where nothing is, the lists of `country` that were asked."""
    about = [*facts_of_statements(issuer_sha256, trust)]
    yield from about
    for name, digest in () if about else trust.lists(country).items():
        yield Fact(FactKind.TRUST_LIST, digest, name, extract=(("country", country),))


def facts_of_statements(certificate_sha256: str, trust: TrustBase) -> Iterator[Fact]:
    """Keep what lists say of a certificate; that a path ends at it is kept with the path."""
    about = (each for each in trust.about(certificate_sha256) if not each.anchor)
    for position, each in enumerate(about):
        fact = fact_of_statement(each)
        yield structs.replace(fact, extract=(*fact.extract, ("position", str(position))))


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


def fact_of_message(document: SignedDocument, covered: Content | None) -> Fact:
    """Keep a message without its content, of a large one the digest.

    `content` is the SHA-256 of the content inside, `over` that of the content that was given and
    is not inside. Of an XML document see `_fact_of_xml`.
    """
    if isinstance(document, SignedXml):
        return _fact_of_xml(document)
    inside, octets = document.encapsulated, memoryview(document.source)
    der = bytes(octets) if inside is None else without_content(octets)
    extract: tuple[tuple[str, str], ...] = (("format", "CMS"),)
    if inside is not None:
        extract += (("content", inside.digest(_SHA_256).hex()),)
    if covered is not None and covered is not inside:
        extract += (("over", covered.digest(_SHA_256).hex()),)
    kept = der if len(der) <= _KEPT_MAX else None
    return Fact(FactKind.DOCUMENT, sha256_hex(der), "message", der=kept, extract=extract)


def _fact_of_xml(document: SignedXml) -> Fact:
    """Keep the signatures of an XML document, and of each thing outside them that they sign what.

    `reference.SHA256.NUMBER.content` is the SHA-256 of its octets and `place` where it stood; where
    it could not be had, what was found.
    """
    skeleton = document.skeleton
    extract = [("format", "XML")]
    for signature in document.signatures:
        for number, each in enumerate(signature.references):
            if not each.inside:
                name = f"reference.{signature.sha256}.{number}"
                extract += ((f"{name}.{what}", text) for what, text in _said_of(each))
    kept = skeleton if len(skeleton) <= _KEPT_MAX else None
    digest = sha256_hex(skeleton)
    return Fact(FactKind.DOCUMENT, digest, "message", der=kept, extract=tuple(extract))


def _said_of(reference: Reference) -> Iterator[tuple[str, str]]:
    yield "place", reference.place
    if reference.content is not None:
        yield "content", reference.content.digest(_SHA_256).hex()
    found = reference.finding
    if found is not None:
        yield "finding", found.rule.code
        yield "severity", found.severity.value
        if found.actual is not None:
            yield "actual", found.actual
        if found.sub_indication is not None:
            yield "sub_indication", found.sub_indication.value


def _fact_of_content(content: Content, source: str, digests: Iterable[str]) -> Fact:
    names = sorted({*digests, *content.noted})
    extract = tuple([(name, content.digest(name).hex()) for name in names])
    return Fact(FactKind.DOCUMENT, content.digest(_SHA_256).hex(), source, extract=extract)


_KEPT_MAX = 1 << 20  # octets of a signature
_SHA_256 = "2.16.840.1.101.3.4.2.1"


def unique(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return every fact once, in an order that depends on nothing but the facts.

    The octets of a fact are those of its digest: they are not compared, which would take longer
    than all the rest.
    """
    kept = {
        (f.kind, f.sha256, f.source, f.extract, f.of or "", f.der is None, f.obtained): f
        for f in facts
    }
    return tuple([kept[key] for key in sorted(kept, key=itemgetter(0, 1, 2, 3, 4, 5))])
