"""Private keys: PKCS#8 (RFC 5208, RFC 5958), plain or under a password (PBES2, RFC 8018).

GOST keys come in the forms that OpenSSL with the GOST engine and CryptoPro's tools write, bign
keys in that of bee2evp, every other algorithm in its usual one.
"""

from __future__ import annotations

import binascii
import hashlib
import re
from typing import TYPE_CHECKING, Final

from zaruka import crypto
from zaruka.asn1 import schema as s
from zaruka.asn1.pkcs8 import (
    ENCRYPTED_PRIVATE_KEY_INFO,
    PBES2_PARAMS,
    PBKDF2_PARAMS,
    PRIVATE_KEY_INFO,
    EncryptedPrivateKeyInfo,
    PBES2Params,
    PBKDF2Params,
    PrivateKeyInfo,
)
from zaruka.asn1.pkix import AlgorithmIdentifier
from zaruka.crypto.algorithms import CURVES, KEYS, Family, describe
from zaruka.crypto.parameters import NULL
from zaruka.crypto.provider import AlgorithmId, PrivateKey
from zaruka.errors import BudgetExceeded, ConfigError, InputError, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zaruka.crypto.provider import KeyInfo

__all__ = ["dump_private_key", "fits", "load_private_key", "to_pem"]

_PKCS_5, _HMAC = "1.2.840.113549.1.5", "1.2.840.113549.2"

_PBES2, _PBKDF2 = f"{_PKCS_5}.13", f"{_PKCS_5}.12"
# RFC 8018 B.1.2; hashlib's names.
_PRF: Final[Mapping[str, str]] = {
    f"{_HMAC}.7": "sha1",
    f"{_HMAC}.8": "sha224",
    f"{_HMAC}.9": "sha256",
    f"{_HMAC}.10": "sha384",
    f"{_HMAC}.11": "sha512",
}
# AES in CBC mode (RFC 8018 B.2.5, NIST CSOR): length of the key in octets.
_AES_CBC: Final[Mapping[str, int]] = {
    "2.16.840.1.101.3.4.1.2": 16,
    "2.16.840.1.101.3.4.1.22": 24,
    "2.16.840.1.101.3.4.1.42": 32,
}
_AES_256_CBC = "2.16.840.1.101.3.4.1.42"
_GOST_SIZES = {Family.GOST_2001: 32, Family.GOST_2012_256: 32, Family.GOST_2012_512: 64}
_BLOCK = 16
_MOST_ITERATIONS = 10_000_000
_LARGEST = 64 * 1024

_PEM: Final = re.compile(
    rb"-----BEGIN (?P<label>(?:ENCRYPTED )?PRIVATE KEY)-----\s+"
    rb"(?P<body>[A-Za-z0-9+/=\s]+)-----END (?P=label)-----"
)


def load_private_key(data: bytes, password: str | bytes | None = None) -> PrivateKey:
    """Read one PKCS#8 key, DER or PEM.

    InputError: key.not-pkcs8, key.password-needed, key.wrong-password, key.bad-length,
    key.bad-number, key.encryption-unsupported, or an asn1 code; BudgetExceeded: key.too-large,
    key.too-many-iterations; UnsupportedError: key.unsupported.
    """
    if len(data) > _LARGEST:
        raise BudgetExceeded("key.too-large", size=len(data))
    der = _unwrap(data)
    info = _decode_plain(der)
    if info is None:
        info = s.decode(PRIVATE_KEY_INFO, _decrypt(der, password))
    return _private_key(info)


def _unwrap(data: bytes) -> bytes:
    """Take the PEM off (RFC 7468 10, 11)."""
    if data[:1] == b"\x30":
        return data
    found = _PEM.search(data)
    if found is None:
        raise InputError("key.not-pkcs8")
    try:
        return binascii.a2b_base64(b"".join(found["body"].split()), strict_mode=True)
    except binascii.Error as error:
        raise InputError("key.not-pkcs8") from error


def _decode_plain(der: bytes) -> PrivateKeyInfo | None:
    """Read a plain key; None if it is an encrypted one."""
    try:
        return s.decode(PRIVATE_KEY_INFO, der)
    except InputError:
        try:
            s.decode(ENCRYPTED_PRIVATE_KEY_INFO, der)
        except InputError:
            pass
        else:
            return None
        raise


def _private_key(info: PrivateKeyInfo) -> PrivateKey:
    """Read the number of a GOST or bign key, and see whether the key is one."""
    algorithm = AlgorithmId(*info.private_key_algorithm)
    if algorithm.oid not in KEYS:
        raise UnsupportedError("key.unsupported", algorithm=describe(algorithm.oid))
    size = _number_size(algorithm)
    if size is None:
        octets = s.encode(PRIVATE_KEY_INFO, PrivateKeyInfo(0, *info[1:3]))
    else:
        octets = _number(info.private_key, size)
    key = PrivateKey(algorithm, octets)
    try:
        crypto.public_key(key)
    except ConfigError as error:
        raise InputError("key.bad-number", reason=str(error.details["reason"])) from None
    return key


def _number_size(algorithm: AlgorithmId) -> int | None:
    """Return the octets of a GOST or bign private key; None for other algorithms."""
    family = KEYS[algorithm.oid].families[0]
    if family is not Family.BIGN:
        return _GOST_SIZES.get(family)
    curve_oid = s.decode(s.OID, algorithm.parameters or b"")
    if curve_oid not in CURVES:
        raise UnsupportedError("key.unsupported", algorithm=describe(curve_oid))
    return CURVES[curve_oid].size // 8


def _number(content: bytes, size: int) -> bytes:
    """Read a number as `size` octets, little-endian, from any of the forms in use.

    Raw little-endian octets (GOST engine 3, TC26's examples, bee2evp; by their length), or an
    OCTET STRING of them (CryptoPro, RFC 9548 5), or a big-endian INTEGER (GOST engine 1 and 2).
    """
    if len(content) == size:
        return content
    if content[:1] == b"\x04":
        content = s.decode(s.OCTET_STRING, content)
    elif content[:1] == b"\x02":
        number = s.decode(s.INTEGER, content)
        if not 0 < number < 1 << 8 * size:
            raise InputError("key.bad-number", reason="range")
        content = number.to_bytes(size, "little")
    if len(content) != size:
        raise InputError("key.bad-length", expected=size, actual=len(content))
    return content


def _decrypt(der: bytes, password: str | bytes | None) -> bytes:
    """Undo PBES2 (RFC 8018 6.2.2)."""
    encrypted = s.decode(ENCRYPTED_PRIVATE_KEY_INFO, der)
    if password is None:
        raise InputError("key.password-needed")
    _known(encrypted.encryption_algorithm.algorithm, {_PBES2})
    pbes2 = s.decode(PBES2_PARAMS, encrypted.encryption_algorithm.parameters or b"")
    _known(pbes2.key_derivation_func.algorithm, {_PBKDF2})
    _known(pbes2.encryption_scheme.algorithm, _AES_CBC)
    pbkdf2 = s.decode(PBKDF2_PARAMS, pbes2.key_derivation_func.parameters or b"")
    _known(pbkdf2.prf.algorithm, _PRF)
    source, salt = pbkdf2.salt
    if source != "specified":
        raise InputError("key.bad-encryption-parameters")
    size = _AES_CBC[pbes2.encryption_scheme.algorithm]
    iv = s.decode(s.OCTET_STRING, pbes2.encryption_scheme.parameters or b"")
    if pbkdf2.key_length not in {None, size} or len(iv) != _BLOCK or pbkdf2.iteration_count < 1:
        raise InputError("key.bad-encryption-parameters")
    if pbkdf2.iteration_count > _MOST_ITERATIONS:
        raise BudgetExceeded("key.too-many-iterations", iterations=pbkdf2.iteration_count)
    key = _derive(password, salt, pbkdf2, size)
    padded = _aes_cbc(key, iv, encrypted.encrypted_data, encrypt=False)
    # RFC 8018 6.1.1 step 4: 1 to 16 octets, each their number.
    count = padded[-1] if padded else 0
    plain = padded[: len(padded) - count]
    if not 1 <= count <= _BLOCK or padded[len(plain) :] != bytes((count,)) * count:
        raise InputError("key.wrong-password")
    try:
        s.decode(PRIVATE_KEY_INFO, plain)
    except InputError:
        raise InputError("key.wrong-password") from None
    return plain


def _known(oid: str, known: Mapping[str, object] | set[str]) -> None:
    if oid not in known:
        raise InputError("key.encryption-unsupported", algorithm=oid)


def _derive(password: str | bytes, salt: bytes, pbkdf2: PBKDF2Params, size: int) -> bytes:
    octets = password.encode() if isinstance(password, str) else password
    return hashlib.pbkdf2_hmac(
        _PRF[pbkdf2.prf.algorithm], octets, salt, pbkdf2.iteration_count, size
    )


def _aes_cbc(key: bytes, iv: bytes, data: bytes, *, encrypt: bool) -> bytes:
    from cryptography.hazmat.primitives.ciphers import (  # noqa: PLC0415 - slow to import
        Cipher,
        algorithms,
        modes,
    )

    if len(data) % _BLOCK:
        raise InputError("key.bad-length", expected=_BLOCK, actual=len(data))
    cipher = Cipher(algorithms.AES(key), modes.CBC(iv))
    context = cipher.encryptor() if encrypt else cipher.decryptor()
    return context.update(data) + context.finalize()


def dump_private_key(
    key: PrivateKey,
    password: str | bytes | None = None,
    *,
    entropy: bytes = b"",
    iterations: int = 600_000,
) -> bytes:
    """Write PKCS#8 in DER: plain, or under a password (PBES2, HMAC-SHA-256, AES-256 in CBC mode).

    With a password `entropy` is 32 fresh random octets, salt and initial vector.
    """
    plain = key.octets
    if _number_size(key.algorithm) is not None:
        algorithm = AlgorithmIdentifier(key.algorithm.oid, key.algorithm.parameters)
        plain = s.encode(PRIVATE_KEY_INFO, PrivateKeyInfo(0, algorithm, key.octets))
    if password is None:
        return plain
    if len(entropy) < 2 * _BLOCK:
        raise ConfigError("key.entropy-needed", octets=2 * _BLOCK)
    salt, iv = entropy[:_BLOCK], entropy[_BLOCK : 2 * _BLOCK]
    prf = AlgorithmIdentifier(f"{_HMAC}.9", NULL)
    pbkdf2 = PBKDF2Params(("specified", salt), iterations, None, prf)
    pbes2 = PBES2Params(
        AlgorithmIdentifier(_PBKDF2, s.encode(PBKDF2_PARAMS, pbkdf2)),
        AlgorithmIdentifier(_AES_256_CBC, s.encode(s.OCTET_STRING, iv)),
    )
    count = _BLOCK - len(plain) % _BLOCK
    data = _aes_cbc(
        _derive(password, salt, pbkdf2, 32), iv, plain + bytes((count,)) * count, encrypt=True
    )
    scheme = AlgorithmIdentifier(_PBES2, s.encode(PBES2_PARAMS, pbes2))
    return s.encode(ENCRYPTED_PRIVATE_KEY_INFO, EncryptedPrivateKeyInfo(scheme, data))


def to_pem(der: bytes) -> bytes:
    """Write a PKCS#8 key as PEM (RFC 7468 10, 11)."""
    label = b"PRIVATE KEY" if _decode_plain(der) else b"ENCRYPTED PRIVATE KEY"
    body = binascii.b2a_base64(der, newline=False)
    lines = (body[i : i + 64] for i in range(0, len(body), 64))
    return b"\n".join((b"-----BEGIN %s-----" % label, *lines, b"-----END %s-----\n" % label))


def fits(key: PrivateKey, public: KeyInfo) -> bool:
    """Whether the private key belongs to the public key."""
    return crypto.public_key(key).key == public.key
