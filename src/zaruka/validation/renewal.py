"""Until when the protection of a signature lasts, and what ends it: when to stamp again.

EN 319 102-1 V1.4.1, 5.6.2: a time-stamp has to be covered by another one before its authority's
certificates end or an algorithm in it is reliable no more.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from zaruka.validation.algorithms import algorithm_of, ending_of
from zaruka.validation.results import Algorithm, TimestampKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from zaruka.validation.policy import Policy
    from zaruka.validation.results import SignatureResult, TimestampResult

__all__ = ["Ending", "ending"]

_ARCHIVE = frozenset({TimestampKind.ARCHIVE, TimestampKind.ARCHIVE_V2, TimestampKind.ARCHIVE_V3})


class Ending(NamedTuple):
    """The moment, and what ends then: a certificate or an algorithm, by its name."""

    time: datetime
    kind: str  # "certificate" or "algorithm"
    name: str


def ending(signature: SignatureResult, policy: Policy) -> Ending | None:
    """Return when what protects `signature` ends; None where nothing protects it.

    That is its newest archive time-stamp that holds, else its newest signature-time-stamp.
    """
    passed = [each for each in signature.timestamps if each.conclusion.passed]
    archive = [each for each in passed if each.kind in _ARCHIVE]
    plain = [each for each in passed if each.kind is TimestampKind.SIGNATURE]
    newest = max(archive or plain, key=lambda each: each.time, default=None)
    return None if newest is None else min(_endings(newest, policy), default=None)


def _endings(stamp: TimestampResult, policy: Policy) -> Iterator[Ending]:
    imprint = Algorithm(stamp.imprint_algorithm_oid, None)
    used = [imprint, *([stamp.algorithm] if stamp.algorithm else [])]
    used += [
        algorithm_of(link.certificate.signature_algorithm, above.certificate.key)
        for link, above in pairwise(stamp.chain)
    ]
    for algorithm in used:
        constraint = ending_of(policy, algorithm)
        if constraint is not None:
            yield Ending(constraint.until, "algorithm", constraint.name)
    for link in stamp.chain:
        if link.anchor is None:
            yield Ending(link.certificate.not_after, "certificate", link.ref.name)
