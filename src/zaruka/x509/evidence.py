"""The status of a certificate as a value, with the evidence it rests on.

It can be told, and judged again, without the revocation lists themselves.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from zaruka.facts import Fact, FactKind, Need
from zaruka.findings import Severity
from zaruka.x509.paths import Anchor, CertificatePool, Path

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from zaruka.findings import Finding, ObjectRef
    from zaruka.x509.certificates import Certificate
    from zaruka.x509.crls import CertificateList, RevokedEntry
    from zaruka.x509.names import Name
    from zaruka.x509.ocsp import OcspResponse

__all__ = [
    "CrlPool",
    "RevocationEvidence",
    "RevocationMeans",
    "RevocationStatus",
    "Status",
    "Tries",
]


class Status(StrEnum):
    """What is known of a certificate."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


class RevocationEvidence(NamedTuple):
    """One list or answer that was signed as it should be, and what it says of one certificate.

    `entry` None: the certificate is not in it. `signer_path` is how a signer other than the
    certificate's own issuer was trusted. `is_fresh`: `this_update` <= at <= `next_update`, or
    at any later time where there is no `next_update`: how old is too old, a policy has to say.
    """

    kind: FactKind
    ref: ObjectRef
    signer: Certificate | Anchor
    this_update: datetime
    next_update: datetime | None
    is_fresh: bool
    entry: RevokedEntry | None = None
    number: int | None = None
    signer_path: Path | None = None
    der: bytes | None = None  # of an OCSP response, or of a list that is small
    source: CertificateList | None = None  # a list that is not

    @classmethod
    def of_list(
        cls,
        crl: CertificateList,
        signer: Certificate | Anchor,
        entry: RevokedEntry | None,
        *,
        is_fresh: bool = False,
        signer_path: Path | None = None,
    ) -> RevocationEvidence:
        """Make it of a list."""
        return cls(
            kind=FactKind.CRL,
            ref=crl.ref,
            signer=signer,
            this_update=crl.this_update,
            next_update=crl.next_update,
            is_fresh=is_fresh,
            entry=entry,
            number=crl.number,
            signer_path=signer_path,
            der=crl.kept,
            source=None if crl.kept else crl,
        )

    def fact(self, source: str, certificate: str = "") -> Fact:
        """Return what a report keeps: enough to judge again without the list.

        `certificate` is the SHA-256 of the one that it speaks of.
        """
        signer, entry = self.signer.ref, self.entry
        extract = [
            ("certificate", certificate),
            ("issuer", signer.name),
            ("issuer_sha256", signer.sha256),
            ("issuer_key_identifier", (self.signer.key_identifier or b"").hex()),
            ("signature", "valid"),
            ("this_update", self.this_update.isoformat()),
            ("next_update", self.next_update.isoformat() if self.next_update else ""),
            ("number", "" if self.number is None else str(self.number)),
            ("entry", "absent" if entry is None else str(entry.serial)),
        ]
        if entry is not None:
            reason = "" if entry.reason is None else str(entry.reason)
            extract += ("revocation_date", entry.revocation_date.isoformat()), ("reason", reason)
            if entry.invalidity_date is not None:
                extract.append(("invalidity_date", entry.invalidity_date.isoformat()))
        is_inside = source == "signature" and self.kind is FactKind.CRL  # kept with the message
        if self.source is not None and not is_inside:
            extract.append(("head", self.source.head))
        kept = tuple([pair for pair in extract if pair[1]])
        der = None if is_inside else self.der
        return Fact(self.kind, self.ref.sha256, source, der=der, extract=kept)


class RevocationStatus(NamedTuple):
    """The status of one certificate at one moment.

    `revoked_at` and `reason` (CRLReason, or None where none is given) belong to REVOKED.
    `evidence` is all that could be used, newest first; `needs` what would settle UNKNOWN.
    """

    status: Status
    certificate: ObjectRef
    revoked_at: datetime | None = None
    reason: int | None = None
    evidence: tuple[RevocationEvidence, ...] = ()
    findings: tuple[Finding, ...] = ()
    needs: tuple[Need, ...] = ()


class CrlPool:
    """Revocation lists by issuer; the same one counts once."""

    __slots__ = ("_by_issuer",)

    def __init__(self, crls: Iterable[CertificateList] = ()) -> None:
        """Take `crls` in any order."""
        self._by_issuer: dict[Name, list[CertificateList]] = {}
        for crl in {crl.sha256: crl for crl in crls}.values():
            self._by_issuer.setdefault(crl.issuer, []).append(crl)
        for issued in self._by_issuer.values():
            if len(issued) > 1:
                issued.sort(key=lambda crl: (-crl.this_update.timestamp(), crl.sha256))

    def of(self, issuer: Name) -> list[CertificateList]:
        """Return the lists that `issuer` issued, newest first."""
        return self._by_issuer.get(issuer, [])


class Tries:
    """What one chain may still try to verify lists and answers: mutable, of one use.

    Chains of one question have tries of their own, all `within` those of the question.
    `is_spent`: something that speaks of a revocation was left untried, so what was found is no
    proof that nothing is revoked.
    """

    __slots__ = ("_left", "_looks", "_tried", "_within", "is_spent")

    def __init__(
        self, left: int = 2_000, looks: int = 100_000, within: Tries | None = None
    ) -> None:
        """Allow signatures to be tried `left` times, lists and answers to be held `looks` times."""
        self._left = left
        self._looks = looks
        self._tried: set[tuple[str, bytes]] = set()
        self._within = within
        self.is_spent = False

    def take(self, signed: str, key: bytes, cost: int = 1) -> bool:
        """Whether `signed` (SHA-256) may be tried under `key`; what was tried before is free."""
        if (signed, key) not in self._tried:
            if self._left < cost:
                return False
            if self._within is not None and not self._within.take(signed, key, cost):
                return False
            self._left -= cost
            self._tried.add((signed, key))
        return True

    def look(self) -> bool:
        """Whether one more list or answer may be held against a certificate."""
        if self._looks <= 0 or (self._within is not None and not self._within.look()):
            return False
        self._looks -= 1
        return True


@dataclass(frozen=True, slots=True)
class RevocationMeans:
    """What the status of certificates is established from.

    `candidates` and `anchors` serve to trust a signer of lists and answers that is not the
    certificate's own issuer. `departures`: what a list's departure from the profile means; with
    FAIL such a list is not used. `tries` bounds the work of one validation: make new means for
    the next one. `processed` are critical extensions of certificates that the caller processes.
    """

    crls: CrlPool = field(default_factory=CrlPool)
    ocsps: tuple[OcspResponse, ...] = ()
    candidates: CertificatePool = field(default_factory=CertificatePool)
    anchors: tuple[Anchor, ...] = ()
    departures: Severity = Severity.WARN
    tries: Tries = field(default_factory=Tries, compare=False)
    processed: frozenset[str] = frozenset()

    def under(self, anchor: Anchor) -> RevocationMeans:
        """Return the means for a path that ends in `anchor`: RFC 5280 6.3.3(f).

        Who signed a list must be trusted through the same anchor as the certificate; another
        anchor of the same name is another. A renewed root has a link certificate for that.
        """
        if self.anchors == (anchor,):
            return self
        return replace(self, anchors=(anchor,))
