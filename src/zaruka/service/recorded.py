"""The facts of a report, read back: evidence, trust and documents to judge again from.

A report may come from anywhere: every value is read as what it has to be, or InputError
(replay.not-a-report). An encoding that is not the one its digest names is told, not believed.
"""

from __future__ import annotations

from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from zaruka.errors import InputError
from zaruka.facts import Fact, FactKind
from zaruka.signatures.cms import parse_signed_data
from zaruka.signatures.content import BytesContent, RecordedContent
from zaruka.trust import Purpose, Statement, TrustBase
from zaruka.validation.evidence import Evidence
from zaruka.x509 import Certificate, CertificateList, OcspResponse, RevokedEntry
from zaruka.x509.crls import RecordedList

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from zaruka.signatures import Content, SignedDocument

__all__ = ["Recorded", "read_facts", "read_moment"]

_Held = tuple[list[bytes], list[bytes], list[bytes]]
_READ: Final = {FactKind.CERTIFICATE: 0, FactKind.CRL: 1, FactKind.OCSP: 2}

_SHA_256: Final = "2.16.840.1.101.3.4.2.1"
_MOST: Final = 100_000  # facts


class Recorded(NamedTuple):
    """The facts, those altered, and the lists of which only an extract is there."""

    facts: tuple[Fact, ...]
    altered: tuple[Fact, ...]

    @classmethod
    def of(cls, facts: Iterable[Fact]) -> Recorded:
        """Set apart what is not what its digest says."""
        sound: list[Fact] = []
        altered: list[Fact] = []
        for fact in facts:
            is_same = fact.der is None or sha256(fact.der).hexdigest() == fact.sha256
            (sound if is_same else altered).append(fact)
        return cls(tuple(sound), tuple(altered))

    def having(self, octets: Mapping[str, bytes]) -> Recorded:
        """Return the same with encodings from elsewhere, by SHA-256."""
        return Recorded(
            tuple(f if f.der else f._replace(der=octets.get(f.sha256)) for f in self.facts),
            self.altered,
        )

    @property
    def unchecked(self) -> tuple[Fact, ...]:
        """Lists of which only a head and entries are there: who signed them is on record.

        One fact for each certificate that was looked for.
        """
        lists = self.of_kind(FactKind.CRL)
        return tuple(f for f in lists if f.der is None and "head" in dict(f.extract))

    def of_kind(self, kind: FactKind) -> Iterator[Fact]:
        """Give the facts of one kind."""
        return (fact for fact in self.facts if fact.kind is kind)

    def der(self, kind: FactKind, digest: str) -> bytes | None:
        """Return the encoding of one fact."""
        found = (f.der for f in self.of_kind(kind) if f.sha256 == digest and f.der is not None)
        return next(found, None)

    # --- what they are made into

    def trust(self) -> TrustBase:
        """Return the statements that trusted the ends of paths."""
        return TrustBase(tuple(dict.fromkeys(map(_statement, self.of_kind(FactKind.ANCHOR)))))

    def evidence(self) -> Evidence:
        """Return certificates, lists and answers, each from where it came."""
        by_source: dict[str, _Held] = {}
        for fact in self.facts:
            if fact.der is not None and fact.kind in _READ:
                held = by_source.setdefault(fact.source, ([], [], []))
                held[_READ[fact.kind]].append(fact.der)
        found = Evidence()
        lists = self._lists()
        for source in {**by_source, **lists}:
            certificates, crls, ocsps = by_source.get(source, ((), (), ()))
            found += Evidence.of(
                source,
                certificates=map(Certificate.parse, certificates),
                crls=[*map(CertificateList.parse, crls), *lists.get(source, ())],
                ocsps=map(OcspResponse.parse, ocsps),
            )
        return found

    def _lists(self) -> dict[str, list[CertificateList]]:
        """Make the lists of which only a head and entries are there, by source."""
        grouped: dict[tuple[str, str], list[dict[str, str]]] = {}
        for fact in self.unchecked:
            grouped.setdefault((fact.source, fact.sha256), []).append(dict(fact.extract))
        certificates = {fact.sha256: fact.der for fact in self.of_kind(FactKind.CERTIFICATE)}
        lists: dict[str, list[CertificateList]] = {}
        for (source, digest), extracts in grouped.items():
            signer = certificates.get(extracts[0].get("issuer_sha256", ""))
            if signer is not None and extracts[0].get("signature") == "valid":
                entries = [e for e in map(_entry, extracts) if e is not None]
                key = Certificate.parse(signer).key.spki
                made = RecordedList.of(_base64(extracts[0]["head"]), digest, key, entries)
                lists.setdefault(source, []).append(made)
        return lists

    def message(self) -> tuple[SignedDocument, Content | None] | None:
        """Return the message that was judged, and the content that was given; None if not kept."""
        kept = next((f for f in self.of_kind(FactKind.DOCUMENT) if _is_message(f)), None)
        if kept is None or kept.der is None:
            return None
        document = parse_signed_data(kept.der)
        content, inside = self.content(), dict(kept.extract).get("content")
        if inside is None:
            return document, content
        if content is not None and content.digest(_SHA_256).hex() == inside:
            return replace(document, encapsulated=content), None
        alone = RecordedContent({_SHA_256: bytes.fromhex(inside)})
        return replace(document, encapsulated=alone), content

    def content(self) -> Content | None:
        """Return the content that was judged, or what is known of it; None if none was given."""
        for fact in self.of_kind(FactKind.DOCUMENT):
            if not _is_message(fact):
                return _content(fact)
        return None


def _is_message(fact: Fact) -> bool:
    return "format" in dict(fact.extract)


def _content(fact: Fact) -> Content:
    digests = {name: bytes.fromhex(value) for name, value in fact.extract}
    if fact.der is None:
        digests[_SHA_256] = bytes.fromhex(fact.sha256)
        return RecordedContent(digests, fact.source or None)
    content = BytesContent(fact.der, fact.source or None)
    for name, digest in digests.items():
        if ":" in name:  # over more than the content
            content.note(name, digest)
    return content


def read_facts(values: object) -> Recorded:
    """Read the `facts` of a report; InputError (replay.not-a-report)."""
    if not isinstance(values, list) or len(values) > _MOST:
        raise InputError("replay.not-a-report", reason="facts")
    try:
        return Recorded.of([_fact(each) for each in values])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError("replay.not-a-report", reason="facts") from error


def read_moment(text: object) -> datetime:
    """Read a time of a report: aware UTC; InputError (replay.not-a-report)."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise InputError("replay.not-a-report", reason=str(text)[:40]) from error
    if moment.tzinfo is None:
        raise InputError("replay.not-a-report", reason=str(text)[:40])
    return moment.astimezone(UTC)


def _fact(value: Mapping[str, Any]) -> Fact:
    der = value["der"]
    digest = str(value["sha256"])
    if len(bytes.fromhex(digest)) != 32:
        raise ValueError(digest)
    return Fact(
        FactKind(value["kind"]),
        digest,
        str(value["source"]),
        der=None if der is None else _base64(der),
        extract=tuple((str(name), str(text)) for name, text in value["extract"].items()),
    )


def _base64(text: str) -> bytes:
    return b64decode(text, validate=True)


def _statement(fact: Fact) -> Statement:
    known = dict(fact.extract)
    purposes = [text for text in known.get("purposes", "").split(",") if text]
    since, until = known.get("since"), known.get("until")
    return Statement(
        fact.sha256,
        known.get("name", ""),
        fact.source,
        purposes=frozenset(map(Purpose, purposes)),
        since=None if since is None else read_moment(since),
        until=None if until is None else read_moment(until),
        source_sha256=known.get("source_sha256"),
    )


def _entry(extract: Mapping[str, str]) -> RevokedEntry | None:
    serial = extract.get("entry", "absent")
    if serial == "absent":
        return None
    reason, invalidity = extract.get("reason"), extract.get("invalidity_date")
    return RevokedEntry(
        int(serial),
        read_moment(extract.get("revocation_date")),
        None if reason is None else int(reason),
        None if invalidity is None else read_moment(invalidity),
    )
