"""Proofs of existence: that an object was there at a moment (EN 319 102-1 V1.4.1, 3.1, 5.6.1).

Besides time-stamps there are receipts of a trusted third party, inclusion in a witnessed journal
and an operator's confirmation. What each is worth, and since when, a policy says.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from zaruka.findings import ObjectRef

__all__ = ["Proof", "ProofKind", "ProofsOfExistence"]


class ProofKind(StrEnum):
    """What proves it."""

    TIME_STAMP = "time-stamp"  # RFC 3161
    EVIDENCE_RECORD = "evidence-record"  # RFC 4998
    RECEIPT = "receipt"  # of a trusted third party: DVCS, EEC
    JOURNAL = "journal"  # inclusion in a journal whose checkpoints others sign
    OPERATOR = "operator"  # signed confirmation of whoever runs the exchange of documents
    CALLER = "caller"  # whoever asks says so (5.5.2)
    HELD = "held"  # it is in hand at the validation time (5.6.3.4 step 2)


class Proof(Struct, frozen=True):
    """The object with this SHA-256 existed at `time`, at the latest: aware UTC.

    `source` is what proves it. Given by a caller, `about` may be the whole document, the
    signature value, a SignerInfo, or any certificate, list, answer or token.
    """

    about: str
    time: datetime
    kind: ProofKind
    source: ObjectRef | None = None


class ProofsOfExistence:
    """The set of proofs of one validation; every object is held at the validation time."""

    def __init__(self, now: datetime, proofs: Iterable[Proof] = ()) -> None:
        """Begin with what is held at `now`, and `proofs` that need no examination."""
        self._now = now
        self._earliest: dict[str, Proof] = {}
        for proof in proofs:
            self.add(proof)

    def add(self, proof: Proof) -> None:
        """Keep a proof, if none of that moment or an earlier one is there."""
        known = self._earliest.get(proof.about)
        if proof.time < known.time if known else proof.time <= self._now:
            self._earliest[proof.about] = proof

    def of(self, sha256: str) -> Proof:
        """Return the earliest proof of an object."""
        return self._earliest.get(sha256) or Proof(sha256, self._now, ProofKind.HELD)

    def time_of(self, sha256: str) -> datetime:
        """Return the earliest moment at which an object is proven to exist."""
        return self.of(sha256).time
