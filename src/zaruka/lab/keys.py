"""Making private keys on any curve of both countries, RSA and P-256 keys for comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zaruka.asn1 import schema as s
from zaruka.crypto import AlgorithmId, PrivateKey, public_key
from zaruka.errors import ConfigError
from zaruka.x509.private_keys import load_private_key

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["KINDS", "make_key"]

_GOST_256, _GOST_512 = "1.2.643.7.1.1.1.1", "1.2.643.7.1.1.1.2"
_BIGN = "1.2.112.0.2.0.34.101.45.2.1"
_STREEBOG_256 = "1.2.643.7.1.1.2.2"


def _oids(*oids: str) -> bytes:
    return s.encode(s.sequence_of(s.OID), oids)


# Parameters as RFC 9215 4.2 and STB 34.101.78 6.2 write them; the length of d in octets.
KINDS: Final = {
    "gost-256": (AlgorithmId(_GOST_256, _oids("1.2.643.2.2.36.0", _STREEBOG_256)), 32),
    "gost-512": (AlgorithmId(_GOST_512, _oids("1.2.643.7.1.2.1.2.1")), 64),
    "bign-256": (AlgorithmId(_BIGN, s.encode(s.OID, "1.2.112.0.2.0.34.101.45.3.1")), 32),
    "bign-384": (AlgorithmId(_BIGN, s.encode(s.OID, "1.2.112.0.2.0.34.101.45.3.2")), 48),
    "bign-512": (AlgorithmId(_BIGN, s.encode(s.OID, "1.2.112.0.2.0.34.101.45.3.3")), 64),
}


def make_key(kind: str, entropy: Callable[[int], bytes]) -> PrivateKey:
    """Make a key: a kind of `KINDS`, "rsa-2048" or "p-256" (those two take their own entropy).

    A number that is no key (0, or not below the order) is drawn again. ConfigError for any other
    kind.
    """
    if kind not in KINDS:
        return _library_key(kind)
    algorithm, size = KINDS[kind]
    while True:
        key = PrivateKey(algorithm, entropy(size))
        try:
            public_key(key)
        except ConfigError:
            continue
        return key


def _library_key(kind: str) -> PrivateKey:
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - slow to import
    from cryptography.hazmat.primitives.asymmetric import ec, rsa  # noqa: PLC0415

    private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    if kind == "rsa-2048":
        private = rsa.generate_private_key(65537, 2048)
    elif kind == "p-256":
        private = ec.generate_private_key(ec.SECP256R1())
    else:
        raise ConfigError("lab.unknown-key-kind", kind=kind)
    der = private.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return load_private_key(der)
