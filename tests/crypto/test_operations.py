"""verify and sign: every family, algorithms that disagree, hostile keys and signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from zaruka import crypto
from zaruka.crypto import AlgorithmId, KeyInfo, Outcome, PrivateKey
from zaruka.crypto.algorithms import CURVES, DIGESTS, KEYS, SIGNATURES, UNSUPPORTED
from zaruka.crypto.parameters import NULL, bit_string_of, encode, encode_oid, encode_pss_parameters
from zaruka.crypto.schemes import resolve
from zaruka.errors import ConfigError, UnsupportedError

if TYPE_CHECKING:
    from collections.abc import Callable

GOST_2001, GOST_256, GOST_512 = "1.2.643.2.2.19", "1.2.643.7.1.1.1.1", "1.2.643.7.1.1.1.2"
STREEBOG_256, STREEBOG_512, GOST_94 = "1.2.643.7.1.1.2.2", "1.2.643.7.1.1.2.3", "1.2.643.2.2.9"
WITH_256, WITH_512, WITH_94 = "1.2.643.7.1.1.3.2", "1.2.643.7.1.1.3.3", "1.2.643.2.2.3"
BIGN = "1.2.112.0.2.0.34.101.45"
BIGN_KEY = f"{BIGN}.2.1"
BELT_HASH = "1.2.112.0.2.0.34.101.31.81"
BASH = "1.2.112.0.2.0.34.101.77"
SHA_1, SHA_256, SHA_384 = (
    "1.3.14.3.2.26",
    "2.16.840.1.101.3.4.2.1",
    "2.16.840.1.101.3.4.2.2",
)
RSA_KEY, PSS, RSA_SHA_256 = (f"1.2.840.113549.1.1.{n}" for n in (1, 10, 11))
EC_KEY, ECDSA_SHA_256 = "1.2.840.10045.2.1", "1.2.840.10045.4.3.2"
CRYPTOPRO_A, TC26_A_512 = "1.2.643.2.2.35.1", "1.2.643.7.1.2.1.2.1"

ENTROPY: Final = bytes(range(64))
MESSAGE: Final = b"a bid of a Belarusian company"


def gost_parameters(*oids: str) -> bytes:
    return encode(0x30, *map(encode_oid, oids))


def gost(oid: str, *oids: str) -> AlgorithmId:
    return AlgorithmId(oid, gost_parameters(*oids))


def bign(level: int) -> AlgorithmId:
    return AlgorithmId(BIGN_KEY, encode_oid(f"{BIGN}.3.{level}"))


def number(size: int) -> bytes:
    return bytes(range(1, size)) + b"\x05"


def national_keys() -> list[PrivateKey]:
    keys = []
    for oid, curve in CURVES.items():
        if curve.standard.startswith("RFC 5639") or not curve.standard.startswith(("RFC", "STB")):
            continue
        size = curve.size // 8
        if curve.standard.startswith("STB"):
            keys.append(PrivateKey(AlgorithmId(BIGN_KEY, encode_oid(oid)), number(size)))
        elif curve.size == 512:
            keys.append(PrivateKey(gost(GOST_512, oid), number(size)))
        else:
            keys.append(PrivateKey(gost(GOST_256, oid, STREEBOG_256), number(size)))
            keys.append(PrivateKey(gost(GOST_2001, oid, "1.2.643.2.2.30.1"), number(size)))
    return keys


def library_key(
    private: rsa.RSAPrivateKey
    | ec.EllipticCurvePrivateKey
    | ed25519.Ed25519PrivateKey
    | ed448.Ed448PrivateKey
    | dsa.DSAPrivateKey,
    oid: str,
    parameters: bytes | None = None,
) -> PrivateKey:
    der = private.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return PrivateKey(AlgorithmId(oid, parameters), der)


RSA_PRIVATE: Final = rsa.generate_private_key(65537, 2048)
P256: Final = encode_oid("1.2.840.10045.3.1.7")
LIBRARY_KEYS: Final = (
    library_key(RSA_PRIVATE, RSA_KEY, NULL),
    library_key(ec.generate_private_key(ec.SECP256R1()), EC_KEY, P256),
    library_key(ed25519.Ed25519PrivateKey.generate(), "1.3.101.112"),
    library_key(ed448.Ed448PrivateKey.generate(), "1.3.101.113"),
)


def signed(key: PrivateKey) -> tuple[KeyInfo, AlgorithmId, AlgorithmId, bytes]:
    signature_algorithm, digest_algorithm = crypto.usual_algorithms(key.algorithm)
    signature = crypto.sign(key, signature_algorithm, message=MESSAGE, entropy=ENTROPY)
    return crypto.public_key(key), signature_algorithm, digest_algorithm, signature


def key_name(key: PrivateKey) -> str:
    parameters = key.algorithm.parameters or b""
    return f"{KEYS[key.algorithm.oid].name}-{parameters.hex()[-12:]}"


ALL_KEYS: Final = (*national_keys(), *LIBRARY_KEYS)


def test_all_working_curves_of_both_countries_are_tested() -> None:
    assert len(national_keys()) == 9 * 2 + 3 + 3


@pytest.mark.parametrize("key", ALL_KEYS, ids=key_name)
def test_what_was_signed_verifies_and_nothing_else(key: PrivateKey) -> None:
    public, algorithm, digest, signature = signed(key)
    verify = crypto.verify
    assert verify(public, algorithm, None, signature, message=MESSAGE) == crypto.VALID
    assert verify(public, algorithm, digest.oid, signature, message=MESSAGE) == crypto.VALID
    other = verify(public, algorithm, None, signature, message=MESSAGE + b".")
    assert other.outcome is Outcome.INVALID
    for position in (0, len(signature) // 2, len(signature) - 1):
        altered = bytearray(signature)
        altered[position] ^= 1
        found = verify(public, algorithm, None, bytes(altered), message=MESSAGE)
        assert found.outcome is Outcome.INVALID, position
    for wrong in (b"", signature[:-1], signature + b"\0", bytes(len(signature)), bytes(4096)):
        found = verify(public, algorithm, None, wrong, message=MESSAGE)
        assert found.outcome is Outcome.INVALID, wrong[:4]


@pytest.mark.parametrize("key", national_keys(), ids=key_name)
def test_a_signature_that_names_only_the_key_takes_the_hash_from_beside_it(key: PrivateKey) -> None:
    public, _, digest, signature = signed(key)
    for parameters in (None, NULL, key.algorithm.parameters):
        by_key = AlgorithmId(key.algorithm.oid, parameters)
        found = crypto.verify(public, by_key, digest.oid, signature, message=MESSAGE)
        assert found == crypto.VALID, parameters
    alone = crypto.verify(public, AlgorithmId(key.algorithm.oid), None, signature, message=MESSAGE)
    assert alone.outcome is Outcome.ALGORITHM_MISMATCH


@pytest.mark.parametrize("key", national_keys(), ids=key_name)
def test_digest_instead_of_message(key: PrivateKey) -> None:
    public, algorithm, digest, signature = signed(key)
    value = crypto.digest(digest.oid, MESSAGE)
    assert crypto.verify(public, algorithm, None, signature, digest=value) == crypto.VALID
    found = crypto.verify(public, algorithm, None, signature, digest=value[:-1])
    assert found.outcome is Outcome.ALGORITHM_MISMATCH
    with pytest.raises(TypeError):
        crypto.verify(public, algorithm, None, signature)
    with pytest.raises(TypeError):
        crypto.verify(public, algorithm, None, signature, message=MESSAGE, digest=value)


def test_parameters_absent_or_null_are_both_read() -> None:
    for key in (*national_keys(), LIBRARY_KEYS[0]):
        public, algorithm, _, signature = signed(key)
        for parameters in (None, NULL):
            same = AlgorithmId(algorithm.oid, parameters)
            assert crypto.verify(public, same, None, signature, message=MESSAGE) == crypto.VALID
        odd = AlgorithmId(algorithm.oid, b"\x02\x01\x00")
        found = crypto.verify(public, odd, None, signature, message=MESSAGE)
        assert found.outcome is Outcome.ALGORITHM_MISMATCH


def test_gost_key_parameters_of_one_two_and_three_identifiers() -> None:
    key = PrivateKey(gost(GOST_256, CRYPTOPRO_A), number(32))
    public, algorithm, _, signature = signed(key)
    for oids in (
        (CRYPTOPRO_A,),
        (CRYPTOPRO_A, STREEBOG_256),
        (CRYPTOPRO_A, STREEBOG_256, "1.2.643.2.2.31.1"),
    ):
        same = structs.replace(public, algorithm=gost(GOST_256, *oids))
        assert crypto.verify(same, algorithm, None, signature, message=MESSAGE) == crypto.VALID


def test_bign_with_hspec_takes_the_hash_from_its_parameters() -> None:
    key = PrivateKey(bign(1), number(32))
    hspec = f"{BIGN}.11"
    for oid in (BELT_HASH, f"{BASH}.11"):
        algorithm = AlgorithmId(hspec, encode_oid(oid))
        signature = crypto.sign(key, algorithm, message=MESSAGE, entropy=b"")
        public = crypto.public_key(key)
        assert crypto.verify(public, algorithm, oid, signature, message=MESSAGE) == crypto.VALID
    assert resolve(bign(1), AlgorithmId(hspec), None) == crypto.Verification(
        Outcome.ALGORITHM_MISMATCH, f"parameters of bign-with-hspec ({hspec})", "none"
    )


E512 = gost(GOST_512, TC26_A_512)
E256 = gost(GOST_256, CRYPTOPRO_A, STREEBOG_256)
E2001 = gost(GOST_2001, CRYPTOPRO_A, "1.2.643.2.2.30.1")


@pytest.mark.parametrize(
    ("key", "signature", "digest"),
    [
        # the signature's identifier and digestAlgorithm
        (E256, WITH_256, STREEBOG_512),
        (E512, WITH_512, STREEBOG_256),
        (E256, WITH_256, GOST_94),
        (E256, WITH_256, SHA_256),
        (bign(1), f"{BIGN}.12", f"{BASH}.11"),
        (AlgorithmId(RSA_KEY, NULL), RSA_SHA_256, SHA_1),
        (AlgorithmId(EC_KEY, P256), ECDSA_SHA_256, SHA_384),
        # the key and the signature
        (E256, WITH_512, None),
        (E512, WITH_256, None),
        (E256, WITH_94, None),
        (E2001, WITH_256, None),
        (E256, GOST_512, STREEBOG_512),
        (E256, f"{BIGN}.12", None),
        (bign(1), WITH_256, None),
        (AlgorithmId(RSA_KEY, NULL), ECDSA_SHA_256, None),
        (AlgorithmId(EC_KEY, P256), RSA_SHA_256, None),
        (AlgorithmId(PSS), RSA_SHA_256, None),
        (AlgorithmId("1.3.101.112"), "1.3.101.113", None),
        # the key's length and the digest's
        (E256, GOST_256, STREEBOG_512),
        (E256, GOST_256, f"{BASH}.11"),
        (E2001, GOST_2001, STREEBOG_256),
        (E512, GOST_512, STREEBOG_256),
        (bign(1), f"{BIGN}.14", None),
        (bign(2), f"{BIGN}.12", None),
        (bign(3), f"{BIGN}.14", None),
        (bign(2), BIGN_KEY, BELT_HASH),
        # inside the key
        (gost(GOST_256, TC26_A_512), WITH_256, None),
        (gost(GOST_512, CRYPTOPRO_A), WITH_512, None),
        (gost(GOST_256, CRYPTOPRO_A, STREEBOG_512), WITH_256, None),
        (gost(GOST_256, f"{BIGN}.3.1"), WITH_256, None),
        (AlgorithmId(BIGN_KEY, encode_oid(CRYPTOPRO_A)), f"{BIGN}.12", None),
    ],
)
def test_algorithms_that_disagree_are_a_mismatch_with_both_values(
    key: AlgorithmId, signature: str, digest: str | None
) -> None:
    found = crypto.verify(
        KeyInfo(key, b"", b""), AlgorithmId(signature), digest, b"", message=MESSAGE
    )
    assert found.outcome is Outcome.ALGORITHM_MISMATCH
    assert found.expected
    assert found.actual
    assert found.expected != found.actual


@pytest.mark.parametrize(
    ("key", "signature", "digest", "named"),
    [
        (AlgorithmId("1.3.6.1.4.1.12656.1.37"), "1.3.6.1.4.1.12656.1.36", None, "STB 1176.2"),
        (bign(1), BIGN_KEY, "1.2.112.0.2.0.1176.1.11", "STB 1176.1"),
        (E256, "1.2.643.2.2.4", None, "GOST R 34.10-94"),
        (gost(GOST_2001, "1.2.643.2.2.35.0"), WITH_94, None, "test curve"),
        (gost(GOST_2001, CRYPTOPRO_A, "1.2.643.2.2.30.0"), WITH_94, None, "test S-box"),
        (AlgorithmId(RSA_KEY, NULL), "1.2.840.113549.1.1.4", None, "MD5"),
        (AlgorithmId("1.2.3.4"), "1.2.3.4", None, "1.2.3.4"),
        (gost(GOST_256, "1.2.3.4"), WITH_256, None, "1.2.3.4"),
    ],
)
def test_what_is_not_computed_is_named(
    key: AlgorithmId, signature: str, digest: str | None, named: str
) -> None:
    found = crypto.verify(
        KeyInfo(key, b"", b""), AlgorithmId(signature), digest, b"", message=MESSAGE
    )
    assert found.outcome is Outcome.UNSUPPORTED
    assert named in str(found.actual)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: b"",
        lambda key: key[:-1],
        lambda key: key + b"\0",
        lambda key: key[:-1] + bytes((key[-1] ^ 1,)),
        lambda key: key[:-64] + bytes(64),
        lambda key: key[:-64] + b"\xff" * 64,
        lambda key: b"\x04" + key,
    ],
)
@pytest.mark.parametrize("key", [ALL_KEYS[0], ALL_KEYS[1], national_keys()[-1]], ids=key_name)
def test_octets_that_are_no_key(key: PrivateKey, spoil: Callable[[bytes], bytes]) -> None:
    public, algorithm, _, signature = signed(key)
    spoilt = KeyInfo(public.algorithm, spoil(public.key), b"spoilt" + spoil(public.key))
    found = crypto.verify(spoilt, algorithm, None, signature, message=MESSAGE)
    assert found.outcome is Outcome.BAD_KEY
    assert found.actual


@pytest.mark.parametrize(
    "parameters", [None, b"", NULL, b"\x30\x00", b"\x30\x80\x00\x00", b"\x06\x00"]
)
@pytest.mark.parametrize(("oid", "signature"), [(GOST_256, WITH_256), (BIGN_KEY, f"{BIGN}.12")])
def test_key_parameters_that_are_none(oid: str, signature: str, parameters: bytes | None) -> None:
    key = KeyInfo(AlgorithmId(oid, parameters), b"", b"")
    found = crypto.verify(key, AlgorithmId(signature), None, b"", message=MESSAGE)
    assert found.outcome is Outcome.BAD_KEY


@given(
    parameters=st.none() | st.binary(max_size=60),
    key_parameters=st.none() | st.binary(max_size=60),
    key=st.binary(max_size=140),
    signature=st.binary(max_size=140),
    key_oid=st.sampled_from([*KEYS, *UNSUPPORTED]),
    oid=st.sampled_from([*SIGNATURES, *KEYS, *UNSUPPORTED]),
    digest=st.none() | st.sampled_from([*DIGESTS, *UNSUPPORTED]),
)
def test_hostile_input_gets_an_answer_that_is_not_valid(
    parameters: bytes | None,
    key_parameters: bytes | None,
    key: bytes,
    signature: bytes,
    key_oid: str,
    oid: str,
    digest: str | None,
) -> None:
    algorithm = AlgorithmId(key_oid, key_parameters)
    spki = encode(
        0x30,
        encode(0x30, encode_oid(key_oid), key_parameters or b""),
        encode(0x03, b"\0", key),
    )
    found = crypto.verify(
        KeyInfo(algorithm, key, spki), AlgorithmId(oid, parameters), digest, signature, message=b"m"
    )
    assert found.outcome is not Outcome.VALID


@pytest.mark.parametrize("salt_length", [0, 20, 32])
def test_rsassa_pss_with_its_parameters(salt_length: int) -> None:
    key = LIBRARY_KEYS[0]
    algorithm = AlgorithmId(PSS, encode_pss_parameters(SHA_256, salt_length))
    signature = crypto.sign(key, algorithm, message=MESSAGE, entropy=b"")
    public = crypto.public_key(key)
    assert crypto.verify(public, algorithm, SHA_256, signature, message=MESSAGE) == crypto.VALID
    other = AlgorithmId(PSS, encode_pss_parameters(SHA_256, salt_length + 1))
    found = crypto.verify(public, other, None, signature, message=MESSAGE)
    assert found.outcome is Outcome.INVALID
    found = crypto.verify(public, algorithm, SHA_1, signature, message=MESSAGE)
    assert found.outcome is Outcome.ALGORITHM_MISMATCH


@pytest.mark.parametrize(
    "parameters",
    [
        None,
        NULL,
        b"\x30\x02\xa0\x00",
        encode(0x30, encode(0xA3, b"\x02\x01\x02")),  # trailer field 2
        encode(0x30, encode(0xA2, b"\x02\x01\xff")),  # salt -1
        encode(0x30, encode(0xA2, b"\x02\x02\x00\x14")),  # salt padded
        encode(0x30, encode(0xA2, b"\x02\x03\x01\x00\x00")),  # salt 65536
        encode(0x30, encode(0xA2, b"\x02\x01\x14"), encode(0xA2, b"\x02\x01\x14")),
        encode(0x30, encode(0xA4, b"\x02\x01\x01")),
        encode_pss_parameters("1.2.840.113549.2.5", 20),  # MD5
    ],
)
def test_pss_parameters_that_are_refused(parameters: bytes | None) -> None:
    found = resolve(AlgorithmId(RSA_KEY, NULL), AlgorithmId(PSS, parameters), None)
    assert isinstance(found, crypto.Verification)
    assert found.outcome is Outcome.ALGORITHM_MISMATCH


def test_empty_pss_parameters_mean_sha_1() -> None:
    found = resolve(AlgorithmId(RSA_KEY, NULL), AlgorithmId(PSS, b"\x30\x00"), None)
    assert not isinstance(found, crypto.Verification)
    assert (found.digest_oid, found.mgf_digest_oid, found.salt_length) == (SHA_1, SHA_1, 20)


def test_parameters_in_a_pss_key_bind_its_signatures() -> None:
    bound = AlgorithmId(PSS, encode_pss_parameters(SHA_256, 32))
    longer = AlgorithmId(PSS, encode_pss_parameters(SHA_256, 40))
    shorter = AlgorithmId(PSS, encode_pss_parameters(SHA_256, 31))
    other = AlgorithmId(PSS, encode_pss_parameters(SHA_384, 48))
    assert not isinstance(resolve(bound, longer, None), crypto.Verification)
    for refused in (shorter, other):
        assert isinstance(resolve(bound, refused, None), crypto.Verification)


@pytest.mark.parametrize(
    ("exponent", "outcome"),
    [
        (65537, Outcome.INVALID),
        ((1 << 64) - 1, Outcome.INVALID),
        ((1 << 64) + 1, Outcome.UNSUPPORTED),
    ],
)
def test_an_rsa_exponent_that_only_costs_time_is_refused(exponent: int, outcome: Outcome) -> None:
    modulus = (1 << 3071) + 12_345  # anybody's: nothing is signed with it
    spki = (
        rsa.RSAPublicNumbers(exponent, modulus)
        .public_key()
        .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    key = KeyInfo(AlgorithmId(RSA_KEY, NULL), bit_string_of(spki), spki)
    algorithm = AlgorithmId(RSA_SHA_256, NULL)
    found = crypto.verify(key, algorithm, None, b"\1" * 384, message=MESSAGE)
    assert found.outcome is outcome


def test_dsa_is_verified_but_not_made() -> None:
    private = dsa.generate_private_key(2048)
    spki = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    public = KeyInfo(AlgorithmId("1.2.840.10040.4.1"), bit_string_of(spki), spki)
    algorithm = AlgorithmId("2.16.840.1.101.3.4.3.2")
    signature = private.sign(MESSAGE, hashes.SHA256())
    assert crypto.verify(public, algorithm, None, signature, message=MESSAGE) == crypto.VALID
    key = library_key(private, "1.2.840.10040.4.1")
    with pytest.raises(UnsupportedError):
        crypto.sign(key, algorithm, message=MESSAGE, entropy=b"")


def test_eddsa_wants_the_message() -> None:
    public, algorithm, _, signature = signed(LIBRARY_KEYS[2])
    found = crypto.verify(public, algorithm, None, signature, digest=bytes(64))
    assert found.outcome is Outcome.UNSUPPORTED


def test_signing_what_does_not_fit() -> None:
    key = national_keys()[0]
    with pytest.raises(UnsupportedError) as caught:
        crypto.sign(key, AlgorithmId(WITH_512), message=MESSAGE, entropy=ENTROPY)
    assert caught.value.code == "crypto.cannot-sign"
    zero = structs.replace(key, octets=bytes(32))
    with pytest.raises(ConfigError):
        crypto.public_key(zero)
    with pytest.raises(ConfigError):
        crypto.sign(zero, AlgorithmId(WITH_256), message=MESSAGE, entropy=ENTROPY)
    with pytest.raises(ConfigError):
        crypto.sign(key, AlgorithmId(WITH_256), message=MESSAGE, entropy=b"little")


def test_a_verification_has_no_truth_value() -> None:
    with pytest.raises(TypeError):
        bool(crypto.VALID)


def test_keys_are_not_shown() -> None:
    key = national_keys()[0]
    assert "octets" not in repr(key)


def test_another_provider_takes_the_place_of_ours() -> None:
    ours = crypto.default_provider()

    class Certified:
        name, conformity = "means of others", "conformity 1"
        digests, families = ours.digests, ours.families
        hash_context, digest, verify = ours.hash_context, ours.digest, ours.verify
        sign, public_key = ours.sign, ours.public_key

    class Lacking(Certified):
        digests = frozenset({SHA_256})

    assert [conformity for _, conformity in crypto.means()] == [None, None]
    try:
        crypto.use_provider(Certified())
        assert crypto.means() == (("means of others", "conformity 1"),)
        public, algorithm, _, signature = signed(national_keys()[0])
        assert crypto.verify(public, algorithm, None, signature, message=MESSAGE) == crypto.VALID
        with pytest.raises(ConfigError):
            crypto.use_provider(Lacking())
    finally:
        crypto.use_provider(ours)


def test_an_endless_object_identifier_in_a_gost_key_is_a_bad_key() -> None:
    arc = encode(0x06, b"\x2a" + b"\xff" * 3000 + b"\x7f")
    for key in (AlgorithmId(GOST_256, encode(0x30, arc)), AlgorithmId(BIGN_KEY, arc)):
        found = resolve(key, AlgorithmId(key.oid), STREEBOG_256)
        assert found.outcome is Outcome.BAD_KEY


def test_pss_with_a_mask_from_a_hash_that_rsa_does_not_know_is_unsupported() -> None:
    private = rsa.generate_private_key(65537, 2048)
    digest = encode(0x30, encode_oid(SHA_256), NULL)
    mask = encode(0x30, encode_oid("1.2.840.113549.1.1.8"), encode(0x30, encode_oid(STREEBOG_256)))
    parameters = encode(
        0x30, encode(0xA0, digest), encode(0xA1, mask), encode(0xA2, b"\x02\x01\x20")
    )
    spki = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    key = KeyInfo(AlgorithmId(RSA_KEY, NULL), bit_string_of(spki), spki)
    found = crypto.verify(key, AlgorithmId(PSS, parameters), SHA_256, bytes(256), message=b"")
    assert found.outcome is Outcome.UNSUPPORTED
