"""Certificates, lists and answers: of the options, of one file, of what lies beside signatures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from zaruka.asn1 import schema as s
from zaruka.asn1.pkix import SUBJECT_PUBLIC_KEY_INFO
from zaruka.crypto import AlgorithmId, KeyInfo
from zaruka.errors import InputError, ZarukaError
from zaruka.signatures.cms import parse_signed_data
from zaruka.signatures.input.forms import objects
from zaruka.signatures.input.kinds import Kind
from zaruka.signatures.input.loading import load_objects
from zaruka.validation.context import Evidence
from zaruka.x509 import Certificate, CertificateList, OcspResponse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from os import PathLike

    from zaruka.signatures.input.archives import Member
    from zaruka.signatures.input.opening import Input

__all__ = [
    "FileOrFolder",
    "Objects",
    "evidence_of",
    "load_certificates",
    "load_evidence",
    "load_holders",
    "read",
]

FileOrFolder: TypeAlias = "str | PathLike[str]"

_MOST: Final = 5000  # objects of one file that are judged one by one


def load_certificates(places: Iterable[FileOrFolder]) -> Iterator[Certificate]:
    """Read all certificates of files and folders; InputError where there are none."""
    for place in places:
        for form in load_objects(_existing(place), Kind.CERTIFICATE):
            yield Certificate.parse(form.data)


def load_holders(places: Iterable[FileOrFolder]) -> tuple[list[Certificate], list[KeyInfo]]:
    """Read the certificates and the bare public keys (RFC 5280 4.1.2.7) of files and folders."""
    certificates: list[Certificate] = []
    keys: list[KeyInfo] = []
    for place in places:
        for form in load_objects(_existing(place), Kind.CERTIFICATE, Kind.PUBLIC_KEY):
            if form.kind is Kind.CERTIFICATE:
                certificates.append(Certificate.parse(form.data))
            else:
                keys.append(_public_key(bytes(form.data)))
    return certificates, keys


def _public_key(der: bytes) -> KeyInfo:
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

    def __len__(self) -> int:
        """Count all of them."""
        return len(self.certificates) + len(self.crls) + len(self.ocsps)

    def evidence(self, source: str) -> Evidence:
        """Give them as evidence that came from `source`."""
        return Evidence.of(source, certificates=self.certificates, crls=self.crls, ocsps=self.ocsps)


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
    return evidence, unread
