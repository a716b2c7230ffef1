"""Private keys: PKCS #8 (RFC 5958, RFC 5208) and PBES2 (RFC 8018, appendix A)."""

from __future__ import annotations

from typing import Any, NamedTuple

from zaruka.asn1 import schema as s
from zaruka.asn1.cms import ATTRIBUTES, Attribute
from zaruka.asn1.pkix import ALGORITHM_IDENTIFIER, AlgorithmIdentifier

_KEY_BUDGET = s.Budget(size=1 << 18, elements=1 << 10)

# OneAsymmetricKey ::= SEQUENCE {
#   version                   Version,
#   privateKeyAlgorithm       PrivateKeyAlgorithmIdentifier,
#   privateKey                PrivateKey,
#   attributes            [0] Attributes OPTIONAL,
#   ...,
#   [[2: publicKey        [1] PublicKey OPTIONAL ]],
#   ... }
# PrivateKeyInfo ::= OneAsymmetricKey
# Version ::= INTEGER { v1(0), v2(1) }
# PrivateKey ::= OCTET STRING
# PublicKey ::= BIT STRING
# Attributes ::= SET OF Attribute


class PrivateKeyInfo(NamedTuple):
    """RFC 5958 2; the content of `private_key` is what its algorithm defines."""

    version: int
    private_key_algorithm: AlgorithmIdentifier
    private_key: bytes
    attributes: tuple[Attribute, ...] | None = None
    public_key: s.BitString | None = None


PRIVATE_KEY_INFO = s.bounded(
    s.sequence(
        PrivateKeyInfo,
        s.field("version", s.INTEGER),
        s.field("private_key_algorithm", ALGORITHM_IDENTIFIER),
        s.field("private_key", s.OCTET_STRING),
        s.field("attributes", s.implicit(0, ATTRIBUTES), optional=True),
        s.field("public_key", s.implicit(1, s.BIT_STRING), optional=True),
    ),
    _KEY_BUDGET,
)

# EncryptedPrivateKeyInfo ::= SEQUENCE {
#   encryptionAlgorithm  EncryptionAlgorithmIdentifier,
#   encryptedData        EncryptedData }
# EncryptedData ::= OCTET STRING


class EncryptedPrivateKeyInfo(NamedTuple):
    """RFC 5958 3."""

    encryption_algorithm: AlgorithmIdentifier
    encrypted_data: bytes


ENCRYPTED_PRIVATE_KEY_INFO = s.bounded(
    s.sequence(
        EncryptedPrivateKeyInfo,
        s.field("encryption_algorithm", ALGORITHM_IDENTIFIER),
        s.field("encrypted_data", s.OCTET_STRING),
    ),
    _KEY_BUDGET,
)

# PBES2-params ::= SEQUENCE {
#   keyDerivationFunc AlgorithmIdentifier {{PBES2-KDFs}},
#   encryptionScheme AlgorithmIdentifier {{PBES2-Encs}} }


class PBES2Params(NamedTuple):
    """RFC 8018 A.4; the OID is 1.2.840.113549.1.5.13."""

    key_derivation_func: AlgorithmIdentifier
    encryption_scheme: AlgorithmIdentifier


PBES2_PARAMS = s.sequence(
    PBES2Params,
    s.field("key_derivation_func", ALGORITHM_IDENTIFIER),
    s.field("encryption_scheme", ALGORITHM_IDENTIFIER),
)

# PBKDF2-params ::= SEQUENCE {
#   salt CHOICE {
#     specified OCTET STRING,
#     otherSource AlgorithmIdentifier {{PBKDF2-SaltSources}} },
#   iterationCount INTEGER (1..MAX),
#   keyLength INTEGER (1..MAX) OPTIONAL,
#   prf AlgorithmIdentifier {{PBKDF2-PRFs}} DEFAULT algid-hmacWithSHA1 }
# algid-hmacWithSHA1 AlgorithmIdentifier {{PBKDF2-PRFs}} ::=
#   {algorithm id-hmacWithSHA1, parameters NULL : NULL}

HMAC_WITH_SHA1 = AlgorithmIdentifier("1.2.840.113549.2.7", b"\x05\x00")


class PBKDF2Params(NamedTuple):
    """RFC 8018 A.2; the OID is 1.2.840.113549.1.5.12; `salt` as (alternative, value)."""

    salt: tuple[str, Any]
    iteration_count: int
    key_length: int | None = None
    prf: AlgorithmIdentifier = HMAC_WITH_SHA1


PBKDF2_PARAMS = s.sequence(
    PBKDF2Params,
    s.field("salt", s.choice(("specified", s.OCTET_STRING), ("otherSource", ALGORITHM_IDENTIFIER))),
    s.field("iteration_count", s.INTEGER),
    s.field("key_length", s.INTEGER, optional=True),
    s.field("prf", ALGORITHM_IDENTIFIER, default=HMAC_WITH_SHA1),
)
