"""Certificates, CRLs and OCSP answers that a validation is given, and how it looks them up.

Evidence is gathered in parts: what a caller has for every question, what one document brings.
Each part is indexed once; joining parts costs nothing, however large they are. Nothing that is
looked up depends on the order in which evidence was given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from zaruka.x509 import CertificatePool, CrlPool
from zaruka.x509.lazy import lazy

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from zaruka.signatures import Signature
    from zaruka.x509 import Certificate, CertificateList, Name, OcspResponse

__all__ = ["Evidence"]


T = TypeVar("T")


@dataclass(eq=False)
class _Part:
    """Evidence that came from one source, each object once, by SHA-256; it never changes."""

    source: str
    certificates: dict[str, Certificate]
    crls: dict[str, CertificateList]
    ocsps: dict[str, OcspResponse]

    @lazy
    def pool(self) -> CertificatePool:
        """Certificates by subject."""
        return CertificatePool(self.certificates.values())

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


@dataclass(frozen=True, eq=False)
class Evidence:
    """All evidence of one validation, in parts; `+` joins two."""

    parts: tuple[_Part, ...] = ()

    @classmethod
    def of(
        cls,
        source: str,
        *,
        certificates: Iterable[Certificate] = (),
        crls: Iterable[CertificateList] = (),
        ocsps: Iterable[OcspResponse] = (),
    ) -> Evidence:
        """Gather what came from one source ("signature", "file:NAME", an address)."""
        part = _Part(
            source,
            {each.sha256: each for each in certificates},
            {each.sha256: each for each in crls},
            {each.sha256: each for each in ocsps},
        )
        return cls((part,))

    def __add__(self, other: Evidence) -> Evidence:
        """Join two gatherings."""
        return Evidence((*self.parts, *other.parts))

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
        """Return the CRLs by issuer."""
        return CrlPool(self.crls)

    @lazy
    def ocsps(self) -> tuple[OcspResponse, ...]:
        """Every OCSP answer once, in the order of SHA-256."""
        return _once([part.ocsps for part in self.parts])

    def certificate(self, sha256: str) -> Certificate | None:
        """Return the certificate with this SHA-256."""
        for part in self.parts:
            found = part.certificates.get(sha256)
            if found is not None:
                return found
        return None

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
            found = [part.by_key_identifier.get(sid.key_id, ()) for part in self.parts]
        else:
            number = sid.serial_number if sid.serial_number is not None else -1
            found = [part.by_serial_number.get(number, ()) for part in self.parts]
        named = {each.sha256: each for part in found for each in part if sid.names(each)}
        return tuple([named[sha256] for sha256 in sorted(named)])

    def pool(self, without: Container[str] = ()) -> CertificatePool:
        """Return the certificates as candidates for paths, except those named by SHA-256."""
        return _JoinedPool(self, without)

    def source_of(self, sha256: str) -> str:
        """Where the object with this SHA-256 came from; of several sources the first by name."""
        found = [
            part.source
            for part in self.parts
            if sha256 in part.certificates or sha256 in part.crls or sha256 in part.ocsps
        ]
        return min(found, default="")


class _JoinedPool(CertificatePool):
    """Candidates from all parts, looked up in the index of each."""

    __slots__ = ("_evidence", "_without")

    def __init__(self, evidence: Evidence, without: Container[str]) -> None:
        """Join the parts of `evidence`."""
        self._evidence = evidence
        self._without = without

    def __iter__(self) -> Iterator[Certificate]:
        """Yield every certificate once."""
        return (each for each in self._evidence.certificates if each.sha256 not in self._without)

    def __len__(self) -> int:
        """Count different certificates."""
        return sum(1 for _ in self)

    def with_subject(self, name: Name) -> list[Certificate]:
        """Return the certificates whose subject is `name`."""
        unique: dict[str, Certificate] = {}
        for part in self._evidence.parts:
            for certificate in part.pool.with_subject(name):
                if certificate.sha256 not in self._without:
                    unique[certificate.sha256] = certificate
        return list(unique.values())


def _once(parts: Iterable[dict[str, T]]) -> tuple[T, ...]:
    unique: dict[str, T] = {}
    for part in parts:
        unique.update(part)
    return tuple([unique[sha256] for sha256 in sorted(unique)])
