"""What a receipt's messageImprint is made of, and nonces: STB 34.101.81 7.1.9."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka.asn1.dvcs import DigestInfo
from zaruka.asn1.pkix import AlgorithmIdentifier
from zaruka.crypto import digest

if TYPE_CHECKING:
    from zaruka.asn1.schema import Encoded

__all__ = ["extends_nonce", "imprint_of", "lengthened_nonce"]


def imprint_of(data: Encoded, digest_oid: str) -> DigestInfo:
    """Make the messageImprint of a request's data.

    Of a message its octets are hashed without tag and length; an imprint is taken as it is; of
    certificates the whole encoding is hashed. UnsupportedError for a digest that we do not have.
    """
    kind, value = data.value
    if kind == "messageImprint":
        imprint: DigestInfo = value
        return imprint
    octets = value if kind == "message" else data.der
    return DigestInfo(AlgorithmIdentifier(digest_oid), digest(digest_oid, octets))


def lengthened_nonce(nonce: int, octets: bytes) -> int:
    """Lengthen a nonce: its digits move left, and `octets` take the places that become free."""
    return nonce << len(octets) * 8 | int.from_bytes(octets, "big")


def extends_nonce(asked: int, answered: int) -> bool:
    """Whether the nonce of an answer is that of the request, or that one lengthened."""
    places = answered.bit_length() - asked.bit_length()
    return places >= 0 and answered >> places == asked
