"""Signatures of certificates, revocation lists and OCSP answers; verified once, remembered."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from zaruka.crypto import Outcome, Verification, verify
from zaruka.errors import InputError

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from zaruka.asn1.schema import BitString
    from zaruka.crypto import AlgorithmId, KeyInfo
    from zaruka.x509.certificates import Certificate

__all__ = [
    "Outcome",
    "Signed",
    "is_self_signed",
    "recall_valid",
    "verify_signed",
    "whole_octets",
]


def whole_octets(*strings: BitString) -> None:
    """Refuse a signature or key whose BIT STRING is not of whole octets: `InputError`.

    Else one bit outside what is signed could be changed without effect.
    """
    for bits in strings:
        if bits.unused:
            raise InputError("x509.unused-bits", unused=bits.unused)


_REMEMBERED = 16_384
_memory: OrderedDict[tuple[str, bytes], Verification] = OrderedDict()
_lock = Lock()


class Signed(Protocol):
    """What the shape SIGNED{} of X.509 gives: RFC 5280 4.1.1 and 5.1.1."""

    @property
    def sha256(self) -> str:
        """SHA-256 of the whole, 64 hex digits."""

    @property
    def tbs_der(self) -> Buffer:
        """The octets that are signed."""

    @property
    def signature_algorithm(self) -> AlgorithmId:
        """The algorithm named beside the signature."""

    @property
    def signature(self) -> bytes:
        """The signature octets."""


def verify_signed(signed: Signed, key: KeyInfo) -> Verification:
    """Verify the signature of `signed` under `key`; the newest answers are kept.

    What is remembered depends on nothing but the octets of both. Of a `RecordedList` it is on
    record which key it was valid under.
    """
    valid_under = getattr(signed, "valid_under", None)
    if valid_under is not None:
        return Verification(Outcome.VALID if valid_under == key.spki else Outcome.INVALID)
    pair = (signed.sha256, key.spki)
    known = _memory.get(pair)
    if known is not None:
        return known
    result = verify(key, signed.signature_algorithm, None, signed.signature, message=signed.tbs_der)
    with _lock:
        _memory[pair] = result
        while len(_memory) > _REMEMBERED:
            _memory.popitem(last=False)
    return result


def is_self_signed(certificate: Certificate) -> bool:
    """Whether a certificate is signed with its own key, in its own name: RFC 5280 3.2."""
    return (
        certificate.is_self_issued
        and verify_signed(certificate, certificate.key).outcome is Outcome.VALID
    )


def recall_valid(sha256: str, spki: bytes) -> None:
    """Remember that what has this SHA-256 verifies under this key, as it did once before.

    For a store of one's own, which spares a list of many megabytes its digest: whoever can change
    what is recalled could as well change the program.
    """
    with _lock:
        _memory.setdefault((sha256, spki), Verification(Outcome.VALID))
