"""The status of a certificate as a value, with the evidence it rests on.

It can be told, and judged again, without the revocation lists themselves.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct, field

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


class RevocationEvidence(Struct, frozen=True):
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


class RevocationStatus(Struct, frozen=True):
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
    proof that nothing is revoked. `is_short`: something was refused.
    """

    __slots__ = ("_left", "_looked", "_looks", "_tried", "_within", "is_short", "is_spent")

    def __init__(
        self, left: int = 2_000, looks: int = 100_000, within: Tries | None = None
    ) -> None:
        """Allow signatures to be tried `left` times, lists and answers to be held `looks` times."""
        self._left = left
        self._looks = looks
        self._looked = 0
        self._tried: dict[tuple[str, bytes], int] = {}  # with what it cost
        self._within = within
        self.is_spent = False
        self.is_short = False

    def take(self, signed: str, key: bytes, cost: int = 1) -> bool:
        """Whether `signed` (SHA-256) may be tried under `key`; what was tried before is free."""
        if (signed, key) not in self._tried:
            inner = self._within
            if self._left < cost or (inner is not None and not inner.take(signed, key, cost)):
                self.is_short = True
                return False
            self._left -= cost
            self._tried[signed, key] = cost
        return True

    def look(self) -> bool:
        """Whether one more list or answer may be held against a certificate."""
        if self._looked >= self._looks or (self._within is not None and not self._within.look()):
            self.is_short = True
            return False
        self._looked += 1
        return True

    @property
    def most(self) -> int:
        """What the dearest of the things tried has cost."""
        return max(self._tried.values(), default=0)

    def repeat(self, other: Tries) -> bool:
        """Take all that `other` took; False, and nothing is taken, where there may not be enough.

        Whoever has an answer already pays for it what it cost, so that later ones do not depend
        on that.
        """
        if not self._affords(sum(other._tried.values()), other._looked):
            return False
        for (signed, key), cost in other._tried.items():
            self.take(signed, key, cost)
        for _ in range(other._looked):
            self.look()
        return True

    def alone(self) -> Tries:
        """Leave those that it was within, for whoever keeps it."""
        self._within = None
        return self

    def _affords(self, tries: int, looks: int) -> bool:
        if self.is_spent or self._left < tries or self._looks - self._looked < looks:
            return False
        within = self._within
        return within is None or within._affords(tries, looks)  # noqa: SLF001 - of this class


class RevocationMeans(Struct, eq=False):
    """What the status of certificates is established from; nobody changes them.

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
    tries: Tries = field(default_factory=Tries)
    processed: frozenset[str] = frozenset()

    def under(self, anchor: Anchor, tries: Tries | None = None) -> RevocationMeans:
        """Return the means for a path that ends in `anchor`: RFC 5280 6.3.3(f).

        Who signed a list must be trusted through the same anchor as the certificate; another
        anchor of the same name is another. A renewed root has a link certificate for that.
        `tries` may be other ones.
        """
        return RevocationMeans(
            self.crls,
            self.ocsps,
            self.candidates,
            (anchor,),
            self.departures,
            tries or self.tries,
            self.processed,
        )
