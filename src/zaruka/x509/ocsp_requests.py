"""OCSP requests: RFC 6960 4.1, STB 34.101.26."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka.asn1 import ocsp as asn1
from zaruka.asn1 import pkix
from zaruka.asn1 import schema as s
from zaruka.crypto import AlgorithmId, usual_algorithms
from zaruka.x509.ocsp import make_cert_id

if TYPE_CHECKING:
    from zaruka.x509.certificates import Certificate
    from zaruka.x509.paths import Anchor

__all__ = ["cert_id_hashes", "make_ocsp_request", "nonce_value"]

_NONCE = "1.3.6.1.5.5.7.48.1.2"
_SHA_1 = AlgorithmId("1.3.14.3.2.26", b"\x05\x00")  # with NULL, as everybody writes it
_STB = "1.2.112.0.2.0.34.101."


def make_ocsp_request(
    certificate: Certificate,
    issuer: Certificate | Anchor,
    hash_algorithm: AlgorithmId,
    *,
    nonce: bytes | None = None,
) -> bytes:
    """Ask for the status of one certificate: an unsigned OCSPRequest in DER.

    `nonce` is 1 to 128 random octets (RFC 9654 2.1; 32 are usual) or None, as STB 34.101.78 wants
    it, where every optional component is left out.
    """
    wanted = make_cert_id(certificate, issuer, hash_algorithm.oid)
    named = pkix.AlgorithmIdentifier(hash_algorithm.oid, hash_algorithm.parameters)
    asked = asn1.Request(asn1.CertID(named, *wanted[1:]))
    extensions = None
    if nonce is not None:
        extensions = (pkix.Extension(_NONCE, False, nonce_value(nonce)),)  # noqa: FBT003
    tbs = asn1.TBSRequest(b"", 0, None, (asked,), extensions)
    return s.encode(asn1.OCSP_REQUEST, asn1.OCSPRequest(tbs, None))


def nonce_value(nonce: bytes) -> bytes:
    """Return the value of the extension that carries a nonce: RFC 9654 2.1."""
    return s.encode(s.OCTET_STRING, nonce)


def cert_id_hashes(issuer: Certificate | Anchor) -> tuple[AlgorithmId, ...]:
    """Return the hash functions to name a certificate by, the one that responders expect first.

    SHA-1, which every responder has to know (RFC 5019 2.1.1) and of which nothing but a name is
    made, then the one that goes with the issuer's key; for a Belarusian key that one alone, as
    STB 34.101.78 has no other.
    """
    try:
        own = usual_algorithms(issuer.key.algorithm)[1]
    except KeyError:  # of a key that we do not know
        return (_SHA_1,)
    return (own,) if own.oid.startswith(_STB) else (_SHA_1, own)
