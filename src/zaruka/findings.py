"""Findings and conclusions: verdicts are values (ETSI EN 319 102-1 V1.4.1, 5.1.3).

A `Rule` is what can be checked, with its clause. A `Finding` is a rule applied to one object.
A `Conclusion` is what follows from the findings. No sentence for people lives here.

All values are Structs: as immutable as a frozen dataclass, but made, compared and hashed by
compiled code. Those that hold nothing but text, numbers and moments, or one another, are left out
of the search for cycles (`gc=False`), for a validation makes them by the dozen
(docs/performance.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NoReturn

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

__all__ = [
    "Conclusion",
    "Finding",
    "Indication",
    "ObjectKind",
    "ObjectRef",
    "Rule",
    "Severity",
    "SubIndication",
    "rules",
]


class Indication(StrEnum):
    """Status of a signature (first three) or of another object (last three)."""

    TOTAL_PASSED = "TOTAL_PASSED"
    TOTAL_FAILED = "TOTAL_FAILED"
    PASSED = "PASSED"
    FAILED = "FAILED"
    INDETERMINATE = "INDETERMINATE"


class SubIndication(StrEnum):
    """EN 319 102-1 V1.4.1, tables 5 and 6."""

    FORMAT_FAILURE = "FORMAT_FAILURE"
    HASH_FAILURE = "HASH_FAILURE"
    SIG_CRYPTO_FAILURE = "SIG_CRYPTO_FAILURE"
    REVOKED = "REVOKED"
    EXPIRED = "EXPIRED"
    NOT_YET_VALID = "NOT_YET_VALID"
    SIG_CONSTRAINTS_FAILURE = "SIG_CONSTRAINTS_FAILURE"
    CHAIN_CONSTRAINTS_FAILURE = "CHAIN_CONSTRAINTS_FAILURE"
    CERTIFICATE_CHAIN_GENERAL_FAILURE = "CERTIFICATE_CHAIN_GENERAL_FAILURE"
    CRYPTO_CONSTRAINTS_FAILURE = "CRYPTO_CONSTRAINTS_FAILURE"
    CRYPTO_CONSTRAINTS_FAILURE_NO_POE = "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
    POLICY_PROCESSING_ERROR = "POLICY_PROCESSING_ERROR"
    SIGNATURE_POLICY_NOT_AVAILABLE = "SIGNATURE_POLICY_NOT_AVAILABLE"
    TIMESTAMP_ORDER_FAILURE = "TIMESTAMP_ORDER_FAILURE"
    NO_SIGNING_CERTIFICATE_FOUND = "NO_SIGNING_CERTIFICATE_FOUND"
    NO_CERTIFICATE_CHAIN_FOUND = "NO_CERTIFICATE_CHAIN_FOUND"
    NO_CERTIFICATE_CHAIN_FOUND_NO_POE = "NO_CERTIFICATE_CHAIN_FOUND_NO_POE"
    REVOKED_NO_POE = "REVOKED_NO_POE"
    REVOKED_CA_NO_POE = "REVOKED_CA_NO_POE"
    OUT_OF_BOUNDS_NO_POE = "OUT_OF_BOUNDS_NO_POE"
    OUT_OF_BOUNDS_NOT_REVOKED = "OUT_OF_BOUNDS_NOT_REVOKED"
    REVOCATION_OUT_OF_BOUNDS_NO_POE = "REVOCATION_OUT_OF_BOUNDS_NO_POE"
    NO_POE = "NO_POE"
    TRY_LATER = "TRY_LATER"
    SIGNED_DATA_NOT_FOUND = "SIGNED_DATA_NOT_FOUND"
    CUSTOM = "CUSTOM"


class Severity(StrEnum):
    """What a finding means for the conclusion."""

    PASS = "pass"  # noqa: S105 - checked, and as it should be
    INFO = "info"  # worth knowing
    WARN = "warn"  # a deviation that the policy tolerates, or a leniency used
    UNKNOWN = "unknown"  # could not be established: makes INDETERMINATE
    FAIL = "fail"  # the rule is broken


class ObjectKind(StrEnum):
    """What a finding is about."""

    SIGNATURE = "signature"
    CERTIFICATE = "certificate"
    CRL = "crl"
    OCSP = "ocsp"
    TIMESTAMP = "timestamp"
    ATTRIBUTE_CERTIFICATE = "attribute-certificate"
    DOCUMENT = "document"
    KEY = "key"
    RECEIPT = "receipt"  # of a trusted third party


class ObjectRef(Struct, frozen=True, gc=False):
    """One object: its kind, the SHA-256 of its encoding (64 hex digits) and a name for people."""

    kind: ObjectKind
    sha256: str
    name: str


_rules: dict[str, Rule] = {}


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that is checked: stable dotted `code` and the `clause` that demands it.

    Rules are module constants in a room's `rules.py`; making one registers it, so that tests
    can demand a sentence in each language for each rule.
    """

    code: str
    clause: str

    def __post_init__(self) -> None:
        """Register the rule; a code stands for one rule only."""
        if _rules.setdefault(self.code, self) != self:
            raise ValueError(f"two rules with the code {self.code}")

    @classmethod
    def recorded(cls, code: str, clause: str) -> Rule:
        """Return a rule that somebody else wrote down, without registering what is not known."""
        known = _rules.get(code)
        if known is not None and known.clause == clause:
            return known
        made = object.__new__(cls)
        object.__setattr__(made, "code", code)
        object.__setattr__(made, "clause", clause)
        return made


def rules() -> Mapping[str, Rule]:
    """All rules of the modules imported so far, by code."""
    return MappingProxyType(_rules)


_NO_DETAILS: Final[Mapping[str, str | int | datetime]] = MappingProxyType({})


class Finding(Struct, frozen=True, gc=False):
    """A rule applied to one object.

    `expected` and `actual` are the two values compared, as short text; `details` are further
    values that the sentence names (times are aware UTC).
    """

    rule: Rule
    severity: Severity
    subject: ObjectRef
    expected: str | None = None
    actual: str | None = None
    details: Mapping[str, str | int | datetime] = _NO_DETAILS
    sub_indication: SubIndication | None = None


_PASSED = frozenset({Indication.TOTAL_PASSED, Indication.PASSED})


class Conclusion(Struct, frozen=True, gc=False):
    """What follows from the findings. It has no truth value: compare `indication`."""

    indication: Indication
    sub_indication: SubIndication | None = None
    findings: tuple[Finding, ...] = ()

    def __bool__(self) -> NoReturn:
        """Refuse: INDETERMINATE is neither true nor false."""
        raise TypeError("a conclusion has no truth value; compare its indication")

    @property
    def passed(self) -> bool:
        """Whether the object or signature passed."""
        return self.indication in _PASSED
