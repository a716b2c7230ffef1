"""Each sub-indication of EN 319 102-1 in the words of those who speak otherwise: data, no logic.

STB 34.101.80-2019, 8.2.1 has its own classes; the receipts of STB 34.101.81 and .78 and of the
Eurasian Economic Commission few answers; 63-FZ 11 conditions that are met, not met or unknown.
Where the class of STB 34.101.80 differs, both are to be shown. The documents of the agreement of
2024 that may say more were not published when this was written; what is inference says so
(docs/validation.md).
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from zaruka.findings import Indication, SubIndication

if TYPE_CHECKING:
    from zaruka.findings import Conclusion

__all__ = ["CROSSWALK", "Condition", "DvcsStatus", "Place", "ReasonCode", "place_of"]


class DvcsStatus(StrEnum):
    """dvStatus of a receipt (STB 34.101.81 7.1; .78: the same without grantedWithMods)."""

    GRANTED = "granted"
    WAITING = "waiting"
    REJECTION = "rejection"


class ReasonCode(StrEnum):
    """ReasonCode of `urn:EEC:TTP:v1.0:receipt` (EEC Collegium 125)."""

    SIGNATURE_ERROR = "Signature.Error"
    BAD_CERTIFICATE = "Signature.BadCertificate"
    AUTHENTICITY_ERROR = "Document.AuthenticityError"


class Condition(StrEnum):
    """How the conditions of 63-FZ 11 stand; (1), accreditation, is asked beside this."""

    MET = "met"
    CERTIFICATE_NOT_MET = "certificate-not-met"  # (2): not valid then, or on the day of the check
    CHECK_NOT_MET = "check-not-met"  # (3): no positive result of the check
    UNKNOWN = "unknown"  # nothing that the law asks could be told yet


class Place(Struct, frozen=True):
    """Where one sub-indication stands elsewhere.

    `stb_80` is the class and status of STB 34.101.80, `is_curable` whether time or fetching may
    still change it (D6: `waiting`, and only then). `reason` is None where the receipt of the EEC
    has no code: nothing could be said.
    """

    stb_80: tuple[Indication, str]
    dvcs: DvcsStatus
    reason: ReasonCode | None
    law_63fz: Condition

    @property
    def is_curable(self) -> bool:
        """Whether what is open may be answered later."""
        return self.dvcs is DvcsStatus.WAITING


_FAILED, _OPEN = Indication.FAILED, Indication.INDETERMINATE
_REJECTED, _WAITING = DvcsStatus.REJECTION, DvcsStatus.WAITING
_SIGNATURE, _CERTIFICATE, _DOCUMENT = ReasonCode
_BAD, _UNCHECKED, _UNKNOWN = (
    Condition.CERTIFICATE_NOT_MET,
    Condition.CHECK_NOT_MET,
    Condition.UNKNOWN,
)
_Sub = SubIndication

# STB 34.101.80 has no REVOCATION_OUT_OF_BOUNDS_NO_POE, OUT_OF_BOUNDS_NOT_REVOKED,
# NO_CERTIFICATE_CHAIN_FOUND_NO_POE and CUSTOM: the nearest stands in their place.
CROSSWALK: dict[SubIndication, Place] = {
    _Sub.FORMAT_FAILURE: Place((_FAILED, "FORMAT_FAILURE"), _REJECTED, _SIGNATURE, _UNCHECKED),
    _Sub.HASH_FAILURE: Place((_FAILED, "HASH_FAILURE"), _REJECTED, _DOCUMENT, _UNCHECKED),
    _Sub.SIG_CRYPTO_FAILURE: Place(
        (_FAILED, "SIG_CRYPTO_FAILURE"), _REJECTED, _SIGNATURE, _UNCHECKED
    ),
    _Sub.REVOKED: Place((_FAILED, "REVOKED"), _REJECTED, _CERTIFICATE, _BAD),
    _Sub.EXPIRED: Place((_OPEN, "EXPIRED"), _REJECTED, _CERTIFICATE, _BAD),
    _Sub.NOT_YET_VALID: Place((_OPEN, "NOT_YET_VALID"), _REJECTED, _CERTIFICATE, _BAD),
    _Sub.SIG_CONSTRAINTS_FAILURE: Place(
        (_OPEN, "SIG_CONSTRAINTS_FAILURE"), _REJECTED, _SIGNATURE, _UNCHECKED
    ),
    _Sub.CHAIN_CONSTRAINTS_FAILURE: Place(
        (_OPEN, "CHAIN_CONSTRAINTS_FAILURE"), _REJECTED, _CERTIFICATE, _BAD
    ),
    _Sub.CERTIFICATE_CHAIN_GENERAL_FAILURE: Place(
        (_OPEN, "CERTIFICATE_CHAIN_GENERAL_FAILURE"), _REJECTED, _CERTIFICATE, _BAD
    ),
    _Sub.CRYPTO_CONSTRAINTS_FAILURE: Place(
        (_OPEN, "CRYPTO_CONSTRAINTS_FAILURE"), _REJECTED, _SIGNATURE, _UNCHECKED
    ),
    _Sub.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: Place(
        (_OPEN, "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"), _REJECTED, _SIGNATURE, _UNCHECKED
    ),
    _Sub.POLICY_PROCESSING_ERROR: Place(
        (_OPEN, "POLICY_PROCESSING_ERROR"), _REJECTED, None, _UNKNOWN
    ),
    _Sub.SIGNATURE_POLICY_NOT_AVAILABLE: Place(
        (_OPEN, "SIGNATURE_POLICY_NOT_AVAILABLE"), _WAITING, None, _UNKNOWN
    ),
    _Sub.TIMESTAMP_ORDER_FAILURE: Place(
        (_OPEN, "TIMESTAMP_ORDER_FAILURE"), _REJECTED, _SIGNATURE, _UNCHECKED
    ),
    _Sub.NO_SIGNING_CERTIFICATE_FOUND: Place(
        (_OPEN, "NO_SIGNING_CERTIFICATE_FOUND"), _REJECTED, _CERTIFICATE, _UNKNOWN
    ),
    _Sub.NO_CERTIFICATE_CHAIN_FOUND: Place(
        (_OPEN, "NO_CERTIFICATE_CHAIN_FOUND"), _REJECTED, _CERTIFICATE, _UNKNOWN
    ),
    _Sub.NO_CERTIFICATE_CHAIN_FOUND_NO_POE: Place(
        (_OPEN, "NO_CERTIFICATE_CHAIN_FOUND"), _REJECTED, _CERTIFICATE, _BAD
    ),
    _Sub.REVOKED_NO_POE: Place((_OPEN, "REVOKED_NO_POE"), _REJECTED, _CERTIFICATE, _BAD),
    _Sub.REVOKED_CA_NO_POE: Place((_OPEN, "REVOKED_CA_NO_POE"), _REJECTED, _CERTIFICATE, _BAD),
    _Sub.OUT_OF_BOUNDS_NO_POE: Place(
        (_OPEN, "OUT_OF_BOUNDS_NO_POE"), _REJECTED, _CERTIFICATE, _BAD
    ),
    _Sub.OUT_OF_BOUNDS_NOT_REVOKED: Place(
        (_OPEN, "OUT_OF_BOUNDS_NO_POE"), _REJECTED, _CERTIFICATE, _BAD
    ),
    _Sub.REVOCATION_OUT_OF_BOUNDS_NO_POE: Place((_OPEN, "NO_POE"), _WAITING, None, _UNKNOWN),
    _Sub.NO_POE: Place((_OPEN, "NO_POE"), _WAITING, None, _UNKNOWN),
    _Sub.TRY_LATER: Place((_OPEN, "TRY_LATER"), _WAITING, None, _UNKNOWN),
    _Sub.SIGNED_DATA_NOT_FOUND: Place((_OPEN, "SIGNED_DATA_NOT_FOUND"), _REJECTED, None, _UNKNOWN),
    _Sub.CUSTOM: Place((_OPEN, "GENERIC"), _REJECTED, None, _UNKNOWN),
}

_PASSED = Place((Indication.PASSED, "OK"), DvcsStatus.GRANTED, None, Condition.MET)


def place_of(conclusion: Conclusion) -> Place:
    """Return where a conclusion stands elsewhere; a signature that passed is granted."""
    if conclusion.passed:
        return _PASSED
    return CROSSWALK[conclusion.sub_indication or SubIndication.CUSTOM]
