"""Profiles of DVCS as data: who speaks which part of STB 34.101.81 and RFC 3029.

A request or an answer that a profile has no room for is refused or found, never bent.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from zaruka.asn1.dvcs import CCPD, CPD, VPKC, VSD, DVCSRequestInformation
from zaruka.crypto import AlgorithmId
from zaruka.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["PROFILES", "SERVICES", "Profile", "Transaction", "profile_named"]

SERVICES: Final[Mapping[int, str]] = MappingProxyType(
    {CPD: "cpd", VSD: "vsd", VPKC: "vpkc", CCPD: "ccpd"}
)
"""Names of the services, STB 34.101.81 5.2."""

_ALL: Final = frozenset(DVCSRequestInformation._fields) - {"version", "service"}
_BELT: Final = AlgorithmId("1.2.112.0.2.0.34.101.31.81")
_RU, _BY = "1.2.643.", "1.2.112."
_BPKI_ROLE_DVCS: Final = "1.2.112.0.2.0.34.101.78.2.32"


class Transaction(StrEnum):
    """What a profile wants of transactionIdentifier."""

    IGNORED = "ignored"  # neither asked for nor answered
    COPIED = "copied"  # into error notices, where the request has one
    REQUIRED = "required"


class Profile(Struct, frozen=True):
    """What a service asks and answers.

    `request_parts` are the optional components of requestInformation that it takes, `answer_parts`
    those of dvCertInfo that it writes (dvStatus besides, when the answer is no plain "granted").
    `says_granted` writes dvStatus then too. `rejects_by_notice` answers a rejection by an error
    notice that tells nothing. `reference_digest` is that of the reference to its own certificate,
    None for the national one. `keys` is how the OIDs of its keys begin; empty for any. `policy`
    is the policy named in receipts, where it names one.
    """

    name: str
    services: frozenset[int]
    request_parts: frozenset[str]
    answer_parts: frozenset[str]
    transaction: Transaction
    says_granted: bool = False
    partial: bool = False
    rejects_by_notice: bool = False
    reference_digest: AlgorithmId | None = None
    keys: str = ""
    policy: str | None = None

    @property
    def nests(self) -> bool:
        """Whether a receipt has room for evidence, and so for another receipt."""
        return "certs" in self.answer_parts


_PROFILES: Final = (
    # STB 34.101.78 8.10 and 8.6: the wire profile towards a Belarusian service (D1)
    Profile(
        "by-strict",
        services=frozenset({VSD}),
        request_parts=frozenset(),
        answer_parts=frozenset(),
        transaction=Transaction.IGNORED,
        rejects_by_notice=True,
        reference_digest=_BELT,
        keys=_BY,
    ),
    # STB 34.101.81 whole: between third parties, and for receipts that cross the border (D1)
    Profile(
        "by-crossborder",
        services=frozenset({VSD, CCPD}),
        request_parts=_ALL,
        answer_parts=frozenset({"certs", "policy"}),
        transaction=Transaction.COPIED,
        partial=True,
        keys=_BY,
        policy=_BPKI_ROLE_DVCS,
    ),
    # RFC 3029 with GOST, as the service of Tomsk spoke it in 2012: dvStatus always there
    Profile(
        "ru",
        services=frozenset({VSD, CCPD}),
        request_parts=_ALL,
        answer_parts=frozenset({"certs"}),
        transaction=Transaction.COPIED,
        says_granted=True,
        partial=True,
        keys=_RU,
    ),
    # Rules of the Kazakh third party (order 547/НҚ): vsd; a nonce is copied and means nothing
    Profile(
        "kz-like",
        services=frozenset({VSD}),
        request_parts=_ALL,
        answer_parts=frozenset({"certs"}),
        transaction=Transaction.REQUIRED,
        says_granted=True,
    ),
)
PROFILES: Final[Mapping[str, Profile]] = MappingProxyType({each.name: each for each in _PROFILES})


def profile_named(name: str) -> Profile:
    """Return the profile of this name; ConfigError (ttp.unknown-profile) where there is none."""
    if name not in PROFILES:
        raise ConfigError("ttp.unknown-profile", name=name, expected=", ".join(PROFILES))
    return PROFILES[name]
