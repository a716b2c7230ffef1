"""POE extraction: EN 319 102-1 V1.4.1, 5.6.2.3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka.validation.algorithms import check_algorithm
from zaruka.validation.deciding import OPEN
from zaruka.validation.proofs import Proof, ProofKind
from zaruka.validation.results import Algorithm

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from zaruka.findings import ObjectRef
    from zaruka.validation.past.coverage import Coverage
    from zaruka.validation.policy import Policy
    from zaruka.validation.proofs import ProofsOfExistence

__all__ = ["extract_proofs"]


def extract_proofs(
    coverage: Coverage,
    stamp: ObjectRef,
    time: datetime,
    proofs: ProofsOfExistence,
    policy: Policy,
) -> Iterator[Proof]:
    """Give the proofs that a valid time-stamp of the moment `time` yields: 5.6.2.3.4.

    What is covered by a digest needs a later proof of its own, from a moment at which the
    digest's algorithm was still reliable (step 4 b); `proofs` holds those known so far.
    """
    for sha256 in coverage.direct:  # step 5
        yield Proof(sha256, time, ProofKind.TIME_STAMP, stamp)
    for sha256, oid in coverage.by_digest:
        later = max(proofs.time_of(sha256), time)
        found = check_algorithm(policy, Algorithm(oid, oid), stamp, at=later)
        if found.severity not in OPEN:
            yield Proof(sha256, time, ProofKind.TIME_STAMP, stamp)
