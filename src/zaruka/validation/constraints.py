"""Constraints of a policy, each with a level: EN 319 102-1 V1.4.1, 5.1.4.

Each has a key in the policy file and the rules that it governs. What is not here, the mathematics
of signatures, formats, trust, no policy can relax.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from zaruka.findings import SubIndication

__all__ = ["CONSTRAINTS", "Constraint", "Level"]


class Level(StrEnum):
    """What becomes of material that breaks a constraint."""

    FAIL = "fail"  # it decides: the signature does not pass
    WARN = "warn"
    INFORM = "inform"
    IGNORE = "ignore"


class Constraint(Struct, frozen=True):
    """A key of a policy: the level without a word in the file, and what it is about.

    `rules` are codes of rules, "*" at the end for all that begin so. `sub_indication` is that of
    the signature where the level is FAIL and the rule has none of its own.
    """

    table: str
    default: Level
    rules: tuple[str, ...]
    sub_indication: SubIndication
    clause: str


_CHAIN, _SIGNATURE = (
    SubIndication.CHAIN_CONSTRAINTS_FAILURE,
    SubIndication.SIG_CONSTRAINTS_FAILURE,
)

CONSTRAINTS: dict[str, Constraint] = {
    "key_usage": Constraint(
        "certificates",
        Level.FAIL,
        ("validation.key-usage", "validation.extended-key-usage"),
        _CHAIN,
        "5.2.6.4(5), RFC 5280 4.2.1.3, 4.2.1.12",
    ),
    "stamp_key_usage": Constraint(
        "certificates",
        Level.FAIL,
        ("validation.tsa-key-purpose",),
        _CHAIN,
        "5.2.6.4(5), RFC 3161 2.3",
    ),
    "stamp_key_usage_exact": Constraint(
        "certificates",
        Level.WARN,
        ("validation.tsa-key-purpose-loose",),
        _CHAIN,
        "RFC 3161 2.3",
    ),
    "accreditation": Constraint(  # weighed where a country says how the issuer stood
        "certificates",
        Level.WARN,
        (),
        _CHAIN,
        "63-FZ 11(1), 18.1(1)1",
    ),
    "references": Constraint(
        "signature",
        Level.FAIL,
        ("validation.references-outside-path",),
        _SIGNATURE,
        "5.2.8.4.2.1",
    ),
    "signing_certificate": Constraint(
        "signature",
        Level.WARN,
        ("validation.signing-certificate-missing",),
        _SIGNATURE,
        "5.1.4.4, EN 319 122-1 5.2.2",
    ),
    "signing_time": Constraint(
        "signature",
        Level.INFORM,
        ("validation.signing-time-missing",),
        _SIGNATURE,
        "5.1.4.4, EN 319 122-1 6.3",
    ),
    "proven_time": Constraint(
        "stamps",
        Level.IGNORE,
        ("validation.no-proven-time",),
        _SIGNATURE,
        "5.1.4.4, 63-FZ 11(2)",
    ),
    "order": Constraint(
        "stamps",
        Level.FAIL,
        ("validation.stamp-order",),
        SubIndication.TIMESTAMP_ORDER_FAILURE,
        "5.5.4(4)(e)",
    ),
    "delay": Constraint(
        "stamps",
        Level.FAIL,
        ("validation.stamp-delay",),
        _SIGNATURE,
        "5.5.4(5), 5.6.3.4(8)",
    ),
    "broken": Constraint(
        "stamps",
        Level.WARN,
        ("validation.stamp-refused",),
        _SIGNATURE,
        "5.5.4(3), 5.6.3.4(5)(d)",
    ),
}
