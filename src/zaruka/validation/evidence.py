"""Certificates, CRLs and OCSP answers that a validation is given, and how it looks them up.

Evidence is gathered in parts: what a caller has for every question, what one document brings.
Each part is indexed once; joining parts costs nothing, however large they are. Nothing that is
looked up depends on the order in which evidence was given. A part may also be `Kept` elsewhere, in
a store: it is found where something asks for it, and is not among what is counted up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from msgspec import Struct

from zaruka._native import lazy
from zaruka.x509 import CertificatePool, CrlPool

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from zaruka.signatures import Signature
    from zaruka.x509 import Certificate, CertificateList, Name, OcspResponse

__all__ = ["Evidence", "Kept", "Part"]


T = TypeVar("T")


class Kept(Protocol):
    """Certificates that are kept elsewhere; the same question has the same answer."""

    def certificate(self, sha256: str) -> Certificate | None:
        """Return the certificate with this SHA-256."""

    def with_subject(self, name: Name) -> Sequence[Certificate]:
        """Return the certificates whose subject is `name`."""

    def with_serial_number(self, number: int) -> Sequence[Certificate]:
        """Return the certificates that have this serial number."""

    def with_key_identifier(self, identifier: bytes) -> Sequence[Certificate]:
        """Return the certificates that have this subject key identifier."""

    def source_of(self, sha256: str) -> str | None:
        """Where the certificate came from; None where it is not here."""


class Part(Struct, dict=True, eq=False):
    """Evidence that came from one source, each object once, by SHA-256; it never changes."""

    source: str
    certificates: dict[str, Certificate]
    crls: dict[str, CertificateList]
    ocsps: dict[str, OcspResponse]
    obtained: datetime | None = None

    @lazy
    def crl_pool(self) -> CrlPool:
        """CRLs by issuer."""
        return CrlPool(self.crls.values())

    @lazy
    def by_subject(self) -> dict[Name, list[Certificate]]:
        """Certificates by subject."""
        index: dict[Name, list[Certificate]] = {}
        for certificate in self.certificates.values():
            index.setdefault(certificate.subject, []).append(certificate)
        return index

    @lazy
    def by_serial_number(self) -> dict[int, list[Certificate]]:
        """Certificates by serial number."""
        index: dict[int, list[Certificate]] = {}
        for certificate in self.certificates.values():
            index.setdefault(certificate.serial_number, []).append(certificate)
        return index

    @lazy
    def by_key_identifier(self) -> dict[bytes | None, list[Certificate]]:
        """Certificates by subject key identifier."""
        index: dict[bytes | None, list[Certificate]] = {}
        for certificate in self.certificates.values():
            index.setdefault(certificate.subject_key_identifier, []).append(certificate)
        return index

    def certificate(self, sha256: str) -> Certificate | None:
        """Return the certificate with this SHA-256."""
        return self.certificates.get(sha256)

    def with_serial_number(self, number: int) -> Sequence[Certificate]:
        """Return the certificates that have this serial number."""
        return self.by_serial_number.get(number, ())

    def with_key_identifier(self, identifier: bytes) -> Sequence[Certificate]:
        """Return the certificates that have this subject key identifier."""
        return self.by_key_identifier.get(identifier, ())

    def __contains__(self, sha256: str) -> bool:
        """Whether the object with this SHA-256 is here."""
        return sha256 in self.certificates or sha256 in self.crls or sha256 in self.ocsps


class Evidence(Struct, frozen=True, dict=True, eq=False):
    """All evidence of one validation, in parts; `+` joins two."""

    parts: tuple[Part, ...] = ()
    kept: tuple[Kept, ...] = ()

    @classmethod
    def of(
        cls,
        source: str,
        *,
        certificates: Iterable[Certificate] = (),
        crls: Iterable[CertificateList] = (),
        ocsps: Iterable[OcspResponse] = (),
        obtained: datetime | None = None,
    ) -> Evidence:
        """Gather what came from one source ("signature", "file:NAME", an address)."""
        part = Part(
            source,
            {each.sha256: each for each in certificates},
            {each.sha256: each for each in crls},
            {each.sha256: each for each in ocsps},
            obtained,
        )
        return cls((part,))

    def __add__(self, other: Evidence) -> Evidence:
        """Join two gatherings."""
        return Evidence((*self.parts, *other.parts), (*self.kept, *other.kept))

    @lazy
    def everywhere(self) -> tuple[Part | Kept, ...]:
        """All that can be asked for a certificate."""
        return (*self.parts, *self.kept)

    @lazy
    def certificates(self) -> tuple[Certificate, ...]:
        """Every certificate once, in the order of SHA-256."""
        return _once([part.certificates for part in self.parts])

    @lazy
    def crls(self) -> tuple[CertificateList, ...]:
        """Every CRL once, in the order of SHA-256."""
        return _once([part.crls for part in self.parts])

    @lazy
    def crl_pool(self) -> CrlPool:
        """Return the CRLs by issuer; where all are of one part, as that part keeps them."""
        parts = [part for part in self.parts if part.crls]
        return parts[0].crl_pool if len(parts) == 1 else CrlPool(self.crls)

    @lazy
    def ocsps(self) -> tuple[OcspResponse, ...]:
        """Every OCSP answer once, in the order of SHA-256."""
        return _once([part.ocsps for part in self.parts])

    def __contains__(self, sha256: str) -> bool:
        """Whether an object with this SHA-256 is among the evidence."""
        return any(sha256 in part for part in self.parts)

    def certificate(self, sha256: str) -> Certificate | None:
        """Return the certificate with this SHA-256."""
        for part in self.everywhere:
            found = part.certificate(sha256)
            if found is not None:
                return found
        return None

    def with_serial_numbers(self, numbers: Iterable[int]) -> tuple[Certificate, ...]:
        """Return the certificates that have one of these serial numbers, by SHA-256."""
        return _in_order(
            part.with_serial_number(number) for number in numbers for part in self.everywhere
        )

    def revocation(self, sha256: str) -> CertificateList | OcspResponse | None:
        """Return the CRL or OCSP answer with this SHA-256."""
        for part in self.parts:
            found = part.crls.get(sha256) or part.ocsps.get(sha256)
            if found is not None:
                return found
        return None

    def signers_of(self, signature: Signature) -> tuple[Certificate, ...]:
        """Return the certificates that the signer identifier names, in the order of SHA-256."""
        sid = signature.sid
        if sid.key_id is not None:
            found = [part.with_key_identifier(sid.key_id) for part in self.everywhere]
        else:
            number = sid.serial_number if sid.serial_number is not None else -1
            found = [part.with_serial_number(number) for part in self.everywhere]
        return tuple([each for each in _in_order(found) if sid.names(each)])

    def pool(self) -> CertificatePool:
        """Return the certificates as candidates for paths."""
        return _JoinedPool(self)

    def source_of(self, sha256: str) -> str:
        """Where the object with this SHA-256 came from; of several sources the first by name."""
        first = None
        for part in self.parts:
            if sha256 in part:
                first = part.source if first is None else min(first, part.source)
        for kept in self.kept:
            source = kept.source_of(sha256)
            if source is not None and (first is None or source < first):
                first = source
        return first or ""


class _JoinedPool(CertificatePool):
    """Candidates from all parts, looked up in the index of each."""

    __slots__ = ("_evidence", "_found")

    def __init__(self, evidence: Evidence) -> None:
        """Join the parts of `evidence`."""
        self._evidence = evidence
        self._found: dict[Name, list[Certificate]] = {}  # the few names of a chain, asked again

    def __iter__(self) -> Iterator[Certificate]:
        """Yield every certificate that is not kept elsewhere, once."""
        return iter(self._evidence.certificates)

    def __len__(self) -> int:
        """Count different certificates."""
        return len(self._evidence.certificates)

    def with_subject(self, name: Name) -> list[Certificate]:
        """Return the certificates whose subject is `name`."""
        found = self._found.get(name)
        if found is None:
            held: list[Sequence[Certificate]] = [
                part.by_subject.get(name, ()) for part in self._evidence.parts
            ]
            held += [kept.with_subject(name) for kept in self._evidence.kept]
            found = list({each.sha256: each for part in held for each in part}.values())
            self._found[name] = found
        return found


def _in_order(parts: Iterable[Iterable[Certificate]]) -> tuple[Certificate, ...]:
    unique = {each.sha256: each for part in parts for each in part}
    return tuple([unique[sha256] for sha256 in sorted(unique)])


def _once(parts: Iterable[dict[str, T]]) -> tuple[T, ...]:
    unique: dict[str, T] = {}
    for part in parts:
        unique.update(part)
    return tuple([unique[sha256] for sha256 in sorted(unique)])
