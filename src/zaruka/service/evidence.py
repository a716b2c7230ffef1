"""Certificates, lists and answers: of the options, of one file, of what lies beside signatures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec import structs

from zaruka.asn1 import schema as s
from zaruka.asn1.pkix import SUBJECT_PUBLIC_KEY_INFO
from zaruka.crypto import AlgorithmId, KeyInfo
from zaruka.errors import BudgetExceeded, InputError, ZarukaError, defect
from zaruka.signatures.cms import parse_signed_data
from zaruka.signatures.input.forms import objects
from zaruka.signatures.input.kinds import Kind
from zaruka.signatures.input.loading import load_objects
from zaruka.validation.context import Evidence
from zaruka.x509 import Certificate, CertificateList, OcspResponse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from os import PathLike

    from zaruka.signatures.input.archives import Member
    from zaruka.signatures.input.opening import Input
    from zaruka.validation.results import ValidationReport

__all__ = [
    "FileOrFolder",
    "Objects",
    "dated",
    "evidence_of",
    "load_certificates",
    "load_evidence",
    "load_key",
    "parse_public_key",
    "read",
]

FileOrFolder: TypeAlias = "str | PathLike[str]"

_MOST: Final = 5000  # objects of one file that are judged one by one


def load_certificates(places: Iterable[FileOrFolder]) -> Iterator[Certificate]:
    """Read all certificates of files and folders; InputError where there are none."""
    for place in places:
        for form in load_objects(_existing(place), Kind.CERTIFICATE):
            yield Certificate.parse(form.data)


def load_key(place: FileOrFolder) -> KeyInfo:
    """Read the one bare public key (RFC 5280 4.1.2.7) of a file; it is trusted, so no folder is.

    Raises InputError where the file holds none, or more than one.
    """
    path = _existing(place)
    if path.is_dir():
        raise InputError("input.directory", name=path.name)
    found = [bytes(form.data) for form in load_objects(path, Kind.PUBLIC_KEY)]
    if len(found) > 1:
        raise BudgetExceeded("input.too-many-objects", name=path.name, limit=1)
    return parse_public_key(found[0])


def parse_public_key(der: bytes) -> KeyInfo:
    """Read a SubjectPublicKeyInfo (RFC 5280 4.1.2.7); InputError where it is none."""
    spki = s.decode(SUBJECT_PUBLIC_KEY_INFO, der)
    return KeyInfo(AlgorithmId(*spki.algorithm), spki.subject_public_key.octets, der)


def load_evidence(
    roots: Iterable[Certificate],
    certificates: Iterable[Certificate],
    crls: Iterable[FileOrFolder],
    ocsps: Iterable[FileOrFolder],
) -> Evidence:
    """Gather what the options name; the source is "given", that of a root "anchor"."""
    lists = [
        CertificateList.parse(form.data)
        for place in crls
        for form in load_objects(_existing(place), Kind.CRL)
    ]
    answers = [
        OcspResponse.parse(bytes(form.data))
        for place in ocsps
        for form in load_objects(_existing(place), Kind.OCSP_RESPONSE)
    ]
    own = Evidence.of("given", certificates=certificates, crls=lists, ocsps=answers)
    return own + Evidence.of("anchor", certificates=roots)


def _existing(place: FileOrFolder) -> Path:
    path = Path(place)
    if not path.exists():
        raise InputError("input.not-found", name=path.name)
    return path


class Objects:
    """Certificates, lists and answers of one file, each in its order."""

    def __init__(self) -> None:
        """Hold nothing yet."""
        self.certificates: list[Certificate] = []
        self.crls: list[CertificateList] = []
        self.ocsps: list[OcspResponse] = []
        self.unread = 0  # certificates of a p7b that could not be read

    def __len__(self) -> int:
        """Count all of them."""
        return len(self.certificates) + len(self.crls) + len(self.ocsps)

    def evidence(self, source: str, obtained: datetime | None = None) -> Evidence:
        """Give them as evidence that came from `source`, `obtained` then if that is known."""
        return Evidence.of(
            source,
            certificates=self.certificates,
            crls=self.crls,
            ocsps=self.ocsps,
            obtained=obtained,
        )


def read(source: Input) -> Objects:
    """Read every certificate, list and answer of a file, a p7b opened.

    Raises InputError where one cannot be read, BudgetExceeded where there are too many.
    """
    found = Objects()
    for form in objects(source, limit=_MOST):
        if form.kind is Kind.CERTIFICATE:
            found.certificates.append(Certificate.parse(form.data))
        elif form.kind is Kind.CRL:
            found.crls.append(CertificateList.parse(form.data))
        elif form.kind is Kind.OCSP_RESPONSE:
            found.ocsps.append(OcspResponse.parse(bytes(form.data)))
        elif form.kind is Kind.CERTIFICATES:
            document = parse_signed_data(form.data)
            found.certificates += document.certificates
            found.crls += document.crls
            found.unread += len(document.unread_certificates)
    return found


def evidence_of(
    members: Iterable[tuple[Member, Kind]],
) -> tuple[Evidence, list[tuple[Member, ZarukaError]]]:
    """Read what lies beside signatures; what cannot be read is returned with its error."""
    evidence, unread = Evidence(), []
    for member, _ in members:
        try:
            evidence += read(member.open()).evidence(f"file:{member.name}")
        except ZarukaError as error:
            unread.append((member, error))
        except Exception as error:  # noqa: BLE001 - our mistake over one file is not the others'
            unread.append((member, defect(error)))
    return evidence, unread


def dated(report: ValidationReport, evidence: Evidence) -> ValidationReport:
    """Say of the facts of a report when they were obtained."""
    moments = {
        sha256: (part.source, part.obtained)
        for part in evidence.parts
        if part.obtained is not None
        for sha256 in (*part.certificates, *part.crls, *part.ocsps)
    }
    facts = []
    for fact in report.facts:
        source, obtained = moments.get(fact.sha256, ("", None))
        facts.append(structs.replace(fact, obtained=obtained) if source == fact.source else fact)
    return structs.replace(report, facts=tuple(facts))
