"""The facts of a report, read back: evidence, trust and documents to judge again from.

A report may come from anywhere: every value is read as what it has to be, or InputError
(replay.not-a-report). An encoding that is not the one its digest names is told, not believed.
"""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct, structs

from zaruka.errors import InputError
from zaruka.facts import Fact, FactKind
from zaruka.findings import Finding, ObjectKind, ObjectRef, Rule, Severity, SubIndication, rules
from zaruka.signatures.cms import parse_signed_data
from zaruka.signatures.content import BytesContent, RecordedContent
from zaruka.signatures.xml.document import RecordedReference
from zaruka.trust import Purpose, Standing, Statement, TrustBase
from zaruka.validation.evidence import Evidence
from zaruka.x509 import Certificate, CertificateList, OcspResponse, RevokedEntry
from zaruka.x509.crls import RecordedList

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from zaruka.signatures import Content, SignedDocument
    from zaruka.signatures.xml.document import SignedXml

__all__ = ["Recorded", "read_facts", "read_moment"]

_Held = tuple[list[bytes], list[bytes], list[bytes]]
_READ: Final = {FactKind.CERTIFICATE: 0, FactKind.CRL: 1, FactKind.OCSP: 2}

_SHA_256: Final = "2.16.840.1.101.3.4.2.1"
_MOST: Final = 100_000  # facts


class Recorded(Struct, frozen=True):
    """The facts, and those that were altered."""

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
            tuple(f if f.der else structs.replace(f, der=octets.get(f.sha256)) for f in self.facts),
            self.altered,
        )

    def of_paper(self, sha256: str | None) -> Recorded:
        """Return what the signatures on one paper rest on; None: what the verdict rests on."""
        return Recorded(tuple(fact for fact in self.facts if fact.of == sha256), self.altered)

    @property
    def of_papers(self) -> Recorded:
        """What the signatures on the papers of signers' powers rest on."""
        kinds = {FactKind.RECEIPT, FactKind.TIMESTAMP, FactKind.EVIDENCE_RECORD}
        others = {None, *(fact.sha256 for fact in self.facts if fact.kind in kinds)}
        found = (fact for fact in self.facts if fact.of not in others)
        return Recorded(tuple(found), self.altered)

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
        """Return the statements that trusted the ends of paths, and what lists said beside them."""
        anchors = dict.fromkeys(map(_statement, self.of_kind(FactKind.ANCHOR)))
        return TrustBase(tuple(anchors), _Lists(self))

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

    @property
    def messages(self) -> tuple[Fact, ...]:
        """The messages that were judged, those too of which the report holds the digest only."""
        return tuple(fact for fact in self.of_kind(FactKind.DOCUMENT) if _is_message(fact))

    def documents(self) -> Iterator[tuple[SignedDocument, Content | None]]:
        """Give each message that is at hand, and the content given for it, as far as known."""
        contents = self.contents()
        for kept in self.messages:
            if kept.der is None or _format(kept) != "CMS":
                continue
            document, said = parse_signed_data(kept.der), dict(kept.extract)
            inside, over = said.get("content"), said.get("over")
            covered = contents.get(over or inside or "") or _only(contents)
            if inside is None:
                yield document, covered if over else None
                continue
            alone = RecordedContent({_SHA_256: bytes.fromhex(inside)})
            enclosed = alone if over or covered is None else covered
            yield structs.replace(document, encapsulated=enclosed), covered if over else None

    def xml_documents(self) -> Iterator[SignedXml]:
        """Give each XML document, made of its signatures and of what is known of the rest.

        InputError (replay.no-content) where a signature needs more than digests of that.
        """
        from zaruka.signatures.xml.xmldsig import parse_signed_xml  # noqa: PLC0415 - loads lxml

        contents = self.contents()
        for kept in self.messages:
            if kept.der is not None and _format(kept) == "XML":
                yield parse_signed_xml(kept.der, recorded=_references(kept, contents))

    def contents(self) -> dict[str, Content]:
        """Return what was signed, by SHA-256: octets where they are at hand, else digests."""
        known: dict[str, list[Fact]] = {}
        for fact in self.of_kind(FactKind.DOCUMENT):
            if not _is_message(fact):
                known.setdefault(fact.sha256, []).append(fact)
        return {digest: _content(facts) for digest, facts in known.items()}


class _Lists:
    """What lists said of authorities, and which lists were looked in: `KeptStatements`."""

    def __init__(self, recorded: Recorded) -> None:
        facts = sorted(recorded.of_kind(FactKind.STATEMENT), key=_position)
        self._statements = [*map(_statement, facts)]
        self._lists = [*recorded.of_kind(FactKind.TRUST_LIST)]

    def about(self, certificate_sha256: str) -> tuple[Statement, ...]:
        return tuple(e for e in self._statements if e.certificate_sha256 == certificate_sha256)

    def lists(self, country: str) -> dict[str, str]:
        own = [each for each in self._statements if each.country == country]
        found = {each.source: each.source_sha256 for each in own if each.source_sha256}
        asked = {f.source: f.sha256 for f in self._lists if ("country", country) in f.extract}
        return found | asked


def _position(fact: Fact) -> int:
    return int(dict(fact.extract).get("position", 0))


def _references(
    kept: Fact, contents: Mapping[str, Content]
) -> dict[tuple[str, int], RecordedReference]:
    """Read what was found of the references to what lies outside their signature."""
    said: dict[tuple[str, int], dict[str, str]] = {}
    for name, text in kept.extract:
        if name.startswith("reference."):
            _, digest, number, what = name.split(".")
            said.setdefault((digest, int(number)), {})[what] = text
    return {
        key: RecordedReference(
            contents.get(each.get("content", "")), each["place"], _finding(key[0], each)
        )
        for key, each in said.items()
    }


def _finding(signature_sha256: str, said: Mapping[str, str]) -> Finding | None:
    if "finding" not in said:
        return None
    sub = said.get("sub_indication")
    about = ObjectRef(ObjectKind.SIGNATURE, signature_sha256, "")
    return Finding(
        Rule.recorded(said["finding"], rules()[said["finding"]].clause),
        Severity(said["severity"]),
        about,
        actual=said.get("actual"),
        sub_indication=None if sub is None else SubIndication(sub),
    )


def _format(fact: Fact) -> str:
    return dict(fact.extract)["format"]


def _only(contents: Mapping[str, Content]) -> Content | None:
    """Return what there is where it is not what the message says: then its digest will differ."""
    return next(iter(contents.values())) if len(contents) == 1 else None


def _is_message(fact: Fact) -> bool:
    return "format" in dict(fact.extract)


def _content(facts: list[Fact]) -> Content:
    """Make one content of the facts on it, each of which may hold other digests."""
    digests = {name: bytes.fromhex(text) for fact in facts for name, text in fact.extract}
    name = facts[0].source or None
    octets = next((fact.der for fact in facts if fact.der is not None), None)
    if octets is None:
        digests[_SHA_256] = bytes.fromhex(facts[0].sha256)
        return RecordedContent(digests, name)
    content = BytesContent(octets, name)
    for noted, digest in digests.items():
        if ":" in noted:  # over more than the content
            content.note(noted, digest)
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
        of=None if value.get("of") is None else str(value["of"]),
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
        standing=Standing(known.get("standing", Standing.GRANTED)),
        anchor=fact.kind is FactKind.ANCHOR or "anchor" in known,
        country=known.get("country"),
        details=tuple(
            (name.split(".")[1], text) for name, text in fact.extract if name.startswith("details.")
        ),
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
