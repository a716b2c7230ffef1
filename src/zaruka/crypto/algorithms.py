"""The algorithms of signatures by object identifier: data and pure look-up.

Sources: RFC 9215, RFC 4357, RFC 4490, RFC 7836 (Russia); STB 34.101.31, .45, .77 annexes with ASN.1
modules (Belarus); RFC 8017, RFC 5758, RFC 8410, RFC 8692 and the registries they name.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, TypeVar

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

_Entry = TypeVar("_Entry", "DigestAlgorithm", "SignatureAlgorithm", "KeyAlgorithm", "Curve")

__all__ = [
    "CURVES",
    "DIGESTS",
    "KEYS",
    "SIGNATURES",
    "UNSUPPORTED",
    "Curve",
    "DigestAlgorithm",
    "Family",
    "KeyAlgorithm",
    "SignatureAlgorithm",
    "describe",
]


class Family(StrEnum):
    """A way to sign; keys and signature algorithms must be of one family."""

    GOST_2001 = "GOST R 34.10-2001"
    GOST_2012_256 = "GOST R 34.10-2012, 256 bits"
    GOST_2012_512 = "GOST R 34.10-2012, 512 bits"
    BIGN = "bign"
    RSA = "RSA PKCS#1 v1.5"
    RSA_PSS = "RSASSA-PSS"
    ECDSA = "ECDSA"
    ED25519 = "Ed25519"
    ED448 = "Ed448"
    DSA = "DSA"


class DigestAlgorithm(Struct, frozen=True):
    """A hash function; `size` in octets, `implementation` as `_native` or `hashlib` names it."""

    oid: str
    name: str
    size: int
    standard: str
    implementation: str


class SignatureAlgorithm(Struct, frozen=True):
    """What a signature's object identifier says.

    `digest_oid` is None where the parameters name the hash (RSASSA-PSS, bign-with-hspec) or the
    message itself is signed (EdDSA).
    """

    oid: str
    name: str
    family: Family
    digest_oid: str | None
    standard: str


class KeyAlgorithm(Struct, frozen=True):
    """What a key's object identifier says; `families` are the ways in which it may sign."""

    oid: str
    name: str
    families: tuple[Family, ...]
    standard: str


class Curve(Struct, frozen=True):
    """A named group; `size` is the length of its field in bits."""

    oid: str
    name: str
    size: int
    standard: str


def _by_oid(*entries: _Entry) -> dict[str, _Entry]:
    return {entry.oid: entry for entry in entries}


# Arcs and identifiers that occur more than once.
_RU_2001 = "1.2.643.2.2"
_RU_2012 = "1.2.643.7.1"
_BY = "1.2.112.0.2.0"
_BELT, _BIGN, _BASH = f"{_BY}.34.101.31", f"{_BY}.34.101.45", f"{_BY}.34.101.77"
_NIST = "2.16.840.1.101.3.4"
_PKCS_1 = "1.2.840.113549.1.1"
_ANSI_X962 = "1.2.840.10045"

_D = DigestAlgorithm
DIGESTS: Final[Mapping[str, DigestAlgorithm]] = _by_oid(
    _D(f"{_RU_2001}.9", "GOST R 34.11-94", 32, "GOST R 34.11-94", "gost3411_94"),
    _D(f"{_RU_2012}.1.2.2", "Streebog-256", 32, "GOST R 34.11-2012", "streebog256"),
    _D(f"{_RU_2012}.1.2.3", "Streebog-512", 64, "GOST R 34.11-2012", "streebog512"),
    _D(f"{_BELT}.81", "belt-hash", 32, "STB 34.101.31", "belt-hash"),
    _D(f"{_BASH}.11", "bash256", 32, "STB 34.101.77", "bash256"),
    _D(f"{_BASH}.12", "bash384", 48, "STB 34.101.77", "bash384"),
    _D(f"{_BASH}.13", "bash512", 64, "STB 34.101.77", "bash512"),
    _D("1.3.14.3.2.26", "SHA-1", 20, "FIPS 180-4", "sha1"),
    _D(f"{_NIST}.2.4", "SHA-224", 28, "FIPS 180-4", "sha224"),
    _D(f"{_NIST}.2.1", "SHA-256", 32, "FIPS 180-4", "sha256"),
    _D(f"{_NIST}.2.2", "SHA-384", 48, "FIPS 180-4", "sha384"),
    _D(f"{_NIST}.2.3", "SHA-512", 64, "FIPS 180-4", "sha512"),
    _D(f"{_NIST}.2.7", "SHA3-224", 28, "FIPS 202", "sha3_224"),
    _D(f"{_NIST}.2.8", "SHA3-256", 32, "FIPS 202", "sha3_256"),
    _D(f"{_NIST}.2.9", "SHA3-384", 48, "FIPS 202", "sha3_384"),
    _D(f"{_NIST}.2.10", "SHA3-512", 64, "FIPS 202", "sha3_512"),
)

_digest_oids: Final = {digest.name: digest.oid for digest in DIGESTS.values()}


def _with(
    family: Family, name: str, standard: str, oids: dict[str, str]
) -> list[SignatureAlgorithm]:
    """One family's signature algorithms: the identifier for each name of a digest."""
    return [
        SignatureAlgorithm(oid, f"{name} with {digest}", family, _digest_oids[digest], standard)
        for digest, oid in oids.items()
    ]


_S = SignatureAlgorithm
SIGNATURES: Final[Mapping[str, SignatureAlgorithm]] = _by_oid(
    *_with(Family.GOST_2001, "GOST R 34.10-2001", "RFC 4491", {"GOST R 34.11-94": f"{_RU_2001}.3"}),
    *_with(
        Family.GOST_2012_256, "GOST R 34.10-2012", "RFC 9215", {"Streebog-256": f"{_RU_2012}.1.3.2"}
    ),
    *_with(
        Family.GOST_2012_512, "GOST R 34.10-2012", "RFC 9215", {"Streebog-512": f"{_RU_2012}.1.3.3"}
    ),
    # STB 34.101.45 annex D
    _S(f"{_BIGN}.11", "bign-with-hspec", Family.BIGN, None, "STB 34.101.45"),
    *_with(
        Family.BIGN,
        "bign",
        "STB 34.101.45",
        {
            "belt-hash": f"{_BIGN}.12",
            "bash256": f"{_BIGN}.13",
            "bash384": f"{_BIGN}.14",
            "bash512": f"{_BIGN}.15",
        },
    ),
    # RFC 8017 A.2.4; 1.3.14.3.2.29 is an older name of the same
    *_with(
        Family.RSA,
        "RSA",
        "RFC 8017",
        {
            "SHA-1": f"{_PKCS_1}.5",
            "SHA-224": f"{_PKCS_1}.14",
            "SHA-256": f"{_PKCS_1}.11",
            "SHA-384": f"{_PKCS_1}.12",
            "SHA-512": f"{_PKCS_1}.13",
            "SHA3-224": f"{_NIST}.3.13",
            "SHA3-256": f"{_NIST}.3.14",
            "SHA3-384": f"{_NIST}.3.15",
            "SHA3-512": f"{_NIST}.3.16",
        },
    ),
    *_with(Family.RSA, "RSA", "OIW", {"SHA-1": "1.3.14.3.2.29"}),
    _S(f"{_PKCS_1}.10", "RSASSA-PSS", Family.RSA_PSS, None, "RFC 8017"),
    # RFC 3279 2.2.3, RFC 5758 3.2
    *_with(
        Family.ECDSA,
        "ECDSA",
        "RFC 5758",
        {
            "SHA-1": f"{_ANSI_X962}.4.1",
            "SHA-224": f"{_ANSI_X962}.4.3.1",
            "SHA-256": f"{_ANSI_X962}.4.3.2",
            "SHA-384": f"{_ANSI_X962}.4.3.3",
            "SHA-512": f"{_ANSI_X962}.4.3.4",
            "SHA3-224": f"{_NIST}.3.9",
            "SHA3-256": f"{_NIST}.3.10",
            "SHA3-384": f"{_NIST}.3.11",
            "SHA3-512": f"{_NIST}.3.12",
        },
    ),
    # RFC 8410 3
    _S("1.3.101.112", "Ed25519", Family.ED25519, None, "RFC 8032"),
    _S("1.3.101.113", "Ed448", Family.ED448, None, "RFC 8032"),
    # RFC 3279 2.2.2, RFC 5758 3.1
    *_with(
        Family.DSA,
        "DSA",
        "RFC 5758",
        {
            "SHA-1": "1.2.840.10040.4.3",
            "SHA-224": f"{_NIST}.3.1",
            "SHA-256": f"{_NIST}.3.2",
            "SHA-384": f"{_NIST}.3.3",
            "SHA-512": f"{_NIST}.3.4",
        },
    ),
)

_K = KeyAlgorithm
KEYS: Final[Mapping[str, KeyAlgorithm]] = _by_oid(
    _K(f"{_RU_2001}.19", "GOST R 34.10-2001", (Family.GOST_2001,), "RFC 4491"),
    _K(f"{_RU_2012}.1.1.1", "GOST R 34.10-2012 (256)", (Family.GOST_2012_256,), "RFC 9215"),
    _K(f"{_RU_2012}.1.1.2", "GOST R 34.10-2012 (512)", (Family.GOST_2012_512,), "RFC 9215"),
    _K(f"{_BIGN}.2.1", "bign-pubkey", (Family.BIGN,), "STB 34.101.45"),
    _K(f"{_PKCS_1}.1", "RSA", (Family.RSA, Family.RSA_PSS), "RFC 8017"),
    _K(f"{_PKCS_1}.10", "RSASSA-PSS", (Family.RSA_PSS,), "RFC 8017"),
    _K(f"{_ANSI_X962}.2.1", "EC", (Family.ECDSA,), "RFC 5480"),
    _K("1.3.101.112", "Ed25519", (Family.ED25519,), "RFC 8410"),
    _K("1.3.101.113", "Ed448", (Family.ED448,), "RFC 8410"),
    _K("1.2.840.10040.4.1", "DSA", (Family.DSA,), "RFC 3279"),
)

_C = Curve
CURVES: Final[Mapping[str, Curve]] = _by_oid(
    # RFC 4357 10.8, RFC 7836 annex A; the test sets are not for use and not here
    _C(f"{_RU_2001}.35.1", "CryptoPro-A", 256, "RFC 4357"),
    _C(f"{_RU_2001}.35.2", "CryptoPro-B", 256, "RFC 4357"),
    _C(f"{_RU_2001}.35.3", "CryptoPro-C", 256, "RFC 4357"),
    _C(f"{_RU_2001}.36.0", "CryptoPro-XchA", 256, "RFC 4357"),
    _C(f"{_RU_2001}.36.1", "CryptoPro-XchB", 256, "RFC 4357"),
    _C(f"{_RU_2012}.2.1.1.1", "TC26-256-A", 256, "RFC 7836"),
    _C(f"{_RU_2012}.2.1.1.2", "TC26-256-B", 256, "RFC 7836"),
    _C(f"{_RU_2012}.2.1.1.3", "TC26-256-C", 256, "RFC 7836"),
    _C(f"{_RU_2012}.2.1.1.4", "TC26-256-D", 256, "RFC 7836"),
    _C(f"{_RU_2012}.2.1.2.1", "TC26-512-A", 512, "RFC 7836"),
    _C(f"{_RU_2012}.2.1.2.2", "TC26-512-B", 512, "RFC 7836"),
    _C(f"{_RU_2012}.2.1.2.3", "TC26-512-C", 512, "RFC 7836"),
    # STB 34.101.45 annex B
    _C(f"{_BIGN}.3.1", "bign-curve256v1", 256, "STB 34.101.45"),
    _C(f"{_BIGN}.3.2", "bign-curve384v1", 384, "STB 34.101.45"),
    _C(f"{_BIGN}.3.3", "bign-curve512v1", 512, "STB 34.101.45"),
    # RFC 5480 2.1.1.1, RFC 5639
    _C(f"{_ANSI_X962}.3.1.1", "P-192", 192, "FIPS 186-4"),
    _C("1.3.132.0.33", "P-224", 224, "FIPS 186-4"),
    _C(f"{_ANSI_X962}.3.1.7", "P-256", 256, "FIPS 186-4"),
    _C("1.3.132.0.34", "P-384", 384, "FIPS 186-4"),
    _C("1.3.132.0.35", "P-521", 521, "FIPS 186-4"),
    _C("1.3.132.0.10", "secp256k1", 256, "SEC 2"),
    _C("1.3.36.3.3.2.8.1.1.5", "brainpoolP224r1", 224, "RFC 5639"),
    _C("1.3.36.3.3.2.8.1.1.9", "brainpoolP320r1", 320, "RFC 5639"),
    _C("1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1", 256, "RFC 5639"),
    _C("1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1", 384, "RFC 5639"),
    _C("1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1", 512, "RFC 5639"),
)

# What a verdict can name but not compute.
UNSUPPORTED: Final[Mapping[str, str]] = {
    f"{_RU_2001}.4": "GOST R 34.10-94 with GOST R 34.11-94",
    f"{_RU_2001}.20": "GOST R 34.10-94",
    f"{_RU_2001}.30.0": "GOST R 34.11-94, test S-box",
    f"{_RU_2001}.35.0": "GOST R 34.10-2001, test curve",
    f"{_RU_2012}.2.1.2.0": "GOST R 34.10-2012 (512), test curve",
    f"{_BY}.1176.1.11": "STB 1176.1",
    f"{_BY}.1176.1.12": "STB 1176.1",
    f"{_BY}.1176.1.13": "STB 1176.1",
    f"{_BY}.1176.1.14": "STB 1176.1",
    f"{_BY}.1176.2.11": "STB 1176.2",
    f"{_BY}.1176.2.12": "STB 1176.2",
    "1.3.6.1.4.1.12656.1.36": "STB 1176.2 (Avest)",
    "1.3.6.1.4.1.12656.1.37": "STB 1176.2 key (Avest)",
    f"{_BIGN}.4.1": "bign with explicit parameters",
    **{f"{_BIGN}.{n}": "bign, identity-based" for n in range(71, 76)},
    "1.2.840.113549.2.5": "MD5",
    f"{_PKCS_1}.2": "RSA with MD2",
    f"{_PKCS_1}.4": "RSA with MD5",
}

_NAMED: Final[Mapping[str, str]] = {
    **UNSUPPORTED,
    **{
        entry.oid: entry.name
        for table in (CURVES, KEYS, SIGNATURES, DIGESTS)
        for entry in table.values()
    },
}


def describe(oid: str) -> str:
    """Return "name (identifier)", or the identifier alone where we know no name."""
    name = _NAMED.get(oid)
    return f"{name} ({oid})" if name else oid
