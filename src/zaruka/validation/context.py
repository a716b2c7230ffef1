"""What a validation is given: evidence, trust, policy, countries, the moment to judge at."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from msgspec import Struct, field, structs

from zaruka.validation.evidence import Evidence
from zaruka.validation.proofs import Proof, ProofKind
from zaruka.x509 import Anchor, AnchorPool, CertificatePool, Tries

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from zaruka.signatures import Signature, SignedDocument
    from zaruka.trust import Purpose, Statement, TrustBase
    from zaruka.validation.jurisdiction import Jurisdiction
    from zaruka.validation.memory import Memory
    from zaruka.validation.policy import Policy
    from zaruka.x509 import Certificate, Name

__all__ = ["Context", "Evidence", "Standpoint", "TrustedAnchors"]

# What all chains of one question may cost together, in signatures of lists and answers tried, and
# in lists and answers held against a certificate. A thousand signatures, each with a chain of three
# and lists of its own, stay well within.
_TRIES_OF_QUESTION = 10_000
_LOOKS_OF_QUESTION = 10_000


class Standpoint(Struct, frozen=True):
    """What a certificate is judged by, besides evidence of it."""

    policy: Policy
    trust: TrustBase
    jurisdictions: tuple[Jurisdiction, ...]
    at: datetime


class Context(Struct, frozen=True):
    """Inputs that all building blocks share (EN 319 102-1 V1.4.1, 5.2.4, table 11).

    `at` is the validation time, aware UTC. `existed_at` is the caller's own proof that the
    signature existed then ("time indication for signature existence", 5.5.2), if it has one.
    `proofs` are proofs of existence from elsewhere, each already examined by who gives it (the
    set of POEs of 5.6.1); the policy says which kinds count.
    `tries` bounds what all chains of one question may cost together; without it, each has bounds
    of its own only. `memory` is for whoever asks more than one question: what was found
    out of authorities is not found out again. No report depends on it.
    """

    policy: Policy
    at: datetime
    trust: TrustBase
    evidence: Evidence = field(default_factory=Evidence)
    jurisdictions: tuple[Jurisdiction, ...] = ()
    existed_at: datetime | None = None
    proofs: tuple[Proof, ...] = ()
    tries: Tries | None = None
    memory: Memory | None = None

    @property
    def standpoint(self) -> Standpoint:
        """What certificates are judged by here."""
        return Standpoint(self.policy, self.trust, self.jurisdictions, self.at)

    def having(self, evidence: Evidence) -> Context:
        """Return the same context with more evidence."""
        return structs.replace(self, evidence=self.evidence + evidence)

    def of_one_question(self, evidence: Evidence) -> Context:
        """Return the same context with more evidence, and one budget for all that is asked of it.

        A budget that there is already stays: a question may be asked within another.
        """
        tries = self.tries or Tries(_TRIES_OF_QUESTION, _LOOKS_OF_QUESTION)
        return Context(
            self.policy,
            self.at,
            self.trust,
            self.evidence + evidence,
            self.jurisdictions,
            self.existed_at,
            self.proofs,
            tries,
            self.memory,
        )

    def anchors(self, purpose: Purpose) -> TrustedAnchors:
        """Return what may end a path, with who says so."""
        return TrustedAnchors(self, purpose)

    def earliest_proof(self, signature: Signature, document: SignedDocument) -> Proof | None:
        """Return what proves earliest that `signature` existed, its own time-stamps apart."""
        if not self.proofs and self.existed_at is None:
            return None
        about = signature.sha256
        proofs = (e for e in self.admitted_proofs(signature, document) if e.about == about)
        return min(proofs, key=lambda each: each.time, default=None)

    def admitted_proofs(self, signature: Signature, document: SignedDocument) -> tuple[Proof, ...]:
        """Return the proofs given that count, those of the whole document as of the signature.

        A proof of the signature value is one of the signature, whatever was added to it since.
        """
        mine = signature.sha256
        found = []
        if self.existed_at is not None:
            found.append(Proof(mine, self.existed_at, ProofKind.CALLER))
        for proof in self.proofs:
            if proof.time > self.at or not self.policy.admits(proof):
                continue
            value = hashlib.sha256(signature.signature).hexdigest()
            if proof.about in (value, document.sha256):
                found.append(structs.replace(proof, about=mine))
            found.append(proof)
        return tuple(found)


class TrustedAnchors(AnchorPool):
    """The certificates among the evidence that a statement makes anchors for one purpose.

    A statement names a fingerprint; the certificate itself is among the evidence or the statement
    is of no use. One that held once makes an anchor too: path validation says when it ended
    (5.2.6.4 step 3). All are looked up when a name is asked for: they may be many thousands.
    `candidates` are the certificates that are no anchors: as a candidate, an anchor's own
    certificate would only lead back to it.
    """

    __slots__ = ("_certificates", "_context", "_named", "_purpose", "_stated", "candidates")

    def __init__(self, context: Context, purpose: Purpose) -> None:
        """Look nothing up yet."""
        super().__init__()
        self.candidates: CertificatePool = _Candidates(self, context.evidence)
        self._context = context
        self._purpose = purpose
        self._certificates = context.evidence.pool()
        self._named: dict[Name, tuple[list[Anchor], list[Certificate]]] = {}
        self._stated: dict[str, list[Statement]] = {}

    def __contains__(self, certificate_sha256: object) -> bool:
        """Whether a certificate of the evidence is an anchor."""
        return bool(self._about(str(certificate_sha256)))

    def with_name(self, name: Name) -> list[Anchor]:
        """Return the anchors whose name is `name`."""
        return self.named(name)[0]

    def named(self, name: Name) -> tuple[list[Anchor], list[Certificate]]:
        """Return the anchors and the candidates whose name is `name`."""
        found = self._named.get(name)
        if found is None:
            found = self._named[name] = [], []
            anchors, candidates = found
            for certificate in self._certificates.with_subject(name):
                if self._about(certificate.sha256):
                    anchors.append(Anchor.of(certificate))
                else:
                    candidates.append(certificate)
        return found

    def statement(self, anchor: Anchor) -> Statement:
        """Return the statement that holds at the moment to judge at, else the one that did last.

        Where none ever did, the first: what was only withdrawn ends a path and trusts nothing.
        """
        about, purpose, at = self._about(anchor.ref.sha256), self._purpose, self._context.at
        held = [each for each in about if each.held(purpose, at)]
        for each in held:
            if each.holds(purpose, at):
                return each
        return max(held, key=lambda each: each.until or at, default=about[0])

    def _about(self, certificate_sha256: str) -> list[Statement]:
        found = self._stated.get(certificate_sha256)
        if found is None:
            about = self._context.trust.about(certificate_sha256)
            found = [e for e in about if e.anchor and self._purpose in e.purposes] if about else []
            self._stated[certificate_sha256] = found
        return found


class _Candidates(CertificatePool):
    """The certificates among the evidence that are no anchors."""

    __slots__ = ("_anchors", "_evidence")

    def __init__(self, anchors: TrustedAnchors, evidence: Evidence) -> None:
        """Look nothing up yet."""
        self._anchors = anchors
        self._evidence = evidence

    def __iter__(self) -> Iterator[Certificate]:
        """Yield every certificate that is not kept elsewhere, once."""
        anchors = self._anchors
        return (each for each in self._evidence.certificates if each.sha256 not in anchors)

    def __len__(self) -> int:
        """Count different certificates."""
        return sum(1 for _ in self)

    def with_subject(self, name: Name) -> list[Certificate]:
        """Return the certificates whose subject is `name`."""
        return self._anchors.named(name)[1]
