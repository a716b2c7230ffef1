"""What a validation is given: evidence, trust, policy, countries, the moment to judge at.

Nothing here depends on the order in which evidence was given: every kind is kept once, sorted
by SHA-256.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol, TypeVar

from zaruka.x509 import Anchor, CertificatePool

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from zaruka.trust import Purpose, Statement, TrustBase
    from zaruka.validation.jurisdiction import Jurisdiction
    from zaruka.validation.policy import Policy
    from zaruka.x509 import Certificate, CertificateList, OcspResponse

__all__ = ["Context", "Evidence"]


class _Digested(Protocol):
    @property
    def sha256(self) -> str: ...


T = TypeVar("T", bound=_Digested)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Certificates, CRLs and OCSP answers, and where each came from.

    `sources` maps the SHA-256 of an object to where it came from ("signature", "time-stamp",
    "file:NAME", an address); the first source named stays.
    """

    certificates: tuple[Certificate, ...] = ()
    crls: tuple[CertificateList, ...] = ()
    ocsps: tuple[OcspResponse, ...] = ()
    sources: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(
        cls,
        source: str,
        *,
        certificates: Iterable[Certificate] = (),
        crls: Iterable[CertificateList] = (),
        ocsps: Iterable[OcspResponse] = (),
    ) -> Evidence:
        """Gather evidence that came from one source."""
        kept = (_once(certificates), _once(crls), _once(ocsps))
        sources = {found.sha256: source for each in kept for found in each}
        return cls(*kept, sources=MappingProxyType(sources))

    def __add__(self, other: Evidence) -> Evidence:
        """Join two gatherings; where both have an object, the source of the first stays."""
        return Evidence(
            certificates=_once((*self.certificates, *other.certificates)),
            crls=_once((*self.crls, *other.crls)),
            ocsps=_once((*self.ocsps, *other.ocsps)),
            sources=MappingProxyType({**other.sources, **self.sources}),
        )

    def source_of(self, sha256: str) -> str:
        """Where the object with this SHA-256 came from; empty if it was not given."""
        return self.sources.get(sha256, "")


def _once(objects: Iterable[T]) -> tuple[T, ...]:
    unique = {found.sha256: found for found in objects}
    return tuple(unique[sha256] for sha256 in sorted(unique))


@dataclass(frozen=True, slots=True)
class Context:
    """Inputs that all building blocks share (EN 319 102-1 V1.4.1, 5.2.4, table 11).

    `at` is the validation time, aware UTC. `existed_at` is the caller's own proof that the
    signature existed then ("time indication for signature existence", 5.5.2), if it has one.
    """

    policy: Policy
    at: datetime
    trust: TrustBase
    evidence: Evidence = field(default_factory=Evidence)
    jurisdictions: tuple[Jurisdiction, ...] = ()
    existed_at: datetime | None = None

    def having(self, evidence: Evidence) -> Context:
        """Return the same context with more evidence."""
        return replace(self, evidence=self.evidence + evidence)

    def pool(self) -> CertificatePool:
        """Return all certificates as candidates for paths."""
        return CertificatePool(self.evidence.certificates)

    def anchors(self, purpose: Purpose) -> dict[str, tuple[Anchor, Statement]]:
        """Return what may end a path, by SHA-256 of the certificate, with who says so.

        A statement names a fingerprint; the certificate itself is among the evidence or the
        statement is of no use. One that held once is an anchor too: path validation says when
        it ended (5.2.6.4 step 3).
        """
        found = {}
        for certificate in self.evidence.certificates:
            statement = self.trust.find(certificate.sha256, purpose, self.at)
            if statement is None:
                about = self.trust.about(certificate.sha256)
                statement = next((each for each in about if purpose in each.purposes), None)
            if statement is not None:
                found[certificate.sha256] = (Anchor.of(certificate), statement)
        return found
