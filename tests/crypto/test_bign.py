"""bign (STB 34.101.45): the standard's examples, bee2's and libecc's vectors, malformed input."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import pytest
from curve_material import (
    BASH384,
    BASH512,
    BELT_HASH,
    BIGN_OIDS,
    flip,
    private_key,
    public_key,
    size,
)
from digest_vectors import H
from hypothesis import given
from hypothesis import strategies as st

from zaruka import _native

CURVE256, CURVE384, CURVE512 = BIGN_OIDS

# STB 34.101.45 table G.1
D = bytes.fromhex("1F66B5B84B7339674533F0329C74F21834281FED0732429E0C79235FC273E269")
Q = bytes.fromhex(
    "BD1A5650179D79E03FCEE49D4C2BD5DDF54CE46D0CF11E4FF87BF7A890857FD0"
    "7AC6A60361E8C8173491686D461B2826190C2EDA5909054A9AB84D2AB9D99A90"
)
# Tables G.2 and G.3: H and S
H2 = bytes.fromhex("ABEF9725D4C5A83597A367D14494CC2542F20F659DDFECC961A3EC550CBA8C75")
S2 = bytes.fromhex(
    "E36B7F0377AE4C524027C387FADF1B20"
    "CE72F1530B71F2B5FD3A8C584FE2E1AED20082E30C8AF65011F4FB54649DFD3D"
)
H3 = bytes.fromhex("9D02EE446FB6A29FE5C982D4B13AF9D3E90861BC4CEF27CF306BFB0B174A154A")
S3 = bytes.fromhex(
    "47A63C8B9C936E94B5FAB3D9CBD78366"
    "290F3210E163EEC8DB4E921E8479D4138F112CC23E6DCE65EC5FF21DF4231C28"
)
# Orders (tables B.1 to B.3), big-endian
ORDERS = {
    CURVE256: 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFD95C8ED60DFB4DFC7E5ABF99263D6607,
    CURVE384: int(
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFE"
        "6CCCC40373AF7BBB8046DAE7A6A4FF0A3DB7DC3FF30CA7B7",
        16,
    ),
    CURVE512: int(
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
        "B2C0092C0198004EF26BEBB02E2113F4361BCAE59556DF32DCFFAD490D068EF1",
        16,
    ),
}
PRIMES = {CURVE256: 2**256 - 189, CURVE384: 2**384 - 317, CURVE512: 2**512 - 569}


def test_the_key_pair_of_table_g_1_is_derived() -> None:
    assert _native.PrivateKey(CURVE256, D).public_key() == Q


def test_the_signatures_of_tables_g_2_and_g_3_verify() -> None:
    key = _native.PublicKey(CURVE256, Q)
    assert key.verify_bign(H2, BELT_HASH, S2)
    assert key.verify_bign(H3, BELT_HASH, S3)
    assert not key.verify_bign(H2, BELT_HASH, S3)
    assert not key.verify_bign(H2, BASH384, S2)  # OID(h) is part of what is signed


def test_the_vectors_of_bee2_are_those_of_the_standard(shared: Path) -> None:
    items = json.loads((shared / "vectors/by/bign_test.json").read_bytes())["items"]
    assert {D, Q, S2, S3} <= {bytes.fromhex(item["hex"]) for item in items if "hex" in item}


def libecc_sets(shared: Path) -> list[tuple[str, bytes, bytes, bytes]]:
    """Return name, private key (little-endian), OID(h) with t, signature."""
    held = json.loads((shared / "vectors/by/libecc_bign_vectors.json").read_bytes())
    cases = []
    for group in held["sets"]:
        arrays = {name: bytes.fromhex(value) for name, value in group["arrays"].items()}
        for name in group["names"]:
            prefix = (
                f"{'d' if 'dbign' in group['file'] else ''}bign_{name.split()[-1]}_test_vectors_"
            )
            adata = arrays[prefix + "adata"]
            oid_length, t_length = int.from_bytes(adata[:2]), int.from_bytes(adata[2:4])
            assert len(adata) == 4 + oid_length + t_length
            cases.append(
                (
                    group["file"],
                    arrays[prefix + "priv_key"][::-1],
                    adata[4:],
                    arrays[prefix + "expected_sig"],
                )
            )
    assert len(cases) == 15
    return cases


HASHES = {
    BELT_HASH: ("belt-hash", CURVE256),
    BASH384: ("bash384", CURVE384),
    BASH512: ("bash512", CURVE512),
}


def test_the_signatures_of_libecc_verify(shared: Path) -> None:
    """Messages are prefixes of the substitution of STB 34.101.31; deterministic ones are remade."""
    prefixes = [H[:n] for n in range(len(H) + 1)]
    remade = 0
    for file, d, adata, signature in libecc_sets(shared):
        oid, t = adata[:11], adata[11:]
        name, curve = HASHES[oid]
        key = _native.PrivateKey(curve, d)
        public = _native.PublicKey(curve, key.public_key())
        digests = [_native.digest(name, prefix) for prefix in prefixes]
        matching = [digest for digest in digests if public.verify_bign(digest, oid, signature)]
        assert len(matching) == 1, (file, signature.hex())
        if "dbign" in file:
            assert key.sign_bign(matching[0], oid, t) == signature
            remade += 1
    assert remade == 7


def test_signing_is_deterministic_and_t_changes_it() -> None:
    key = _native.PrivateKey(CURVE256, D)
    first = key.sign_bign(H2, BELT_HASH)
    assert first == key.sign_bign(H2, BELT_HASH) == key.sign_bign(H2, BELT_HASH, b"")
    other = key.sign_bign(H2, BELT_HASH, b"t")
    assert other != first
    public = _native.PublicKey(CURVE256, Q)
    assert public.verify_bign(H2, BELT_HASH, first)
    assert public.verify_bign(H2, BELT_HASH, other)


@pytest.mark.parametrize("oid", BIGN_OIDS)
@given(seed=st.integers(0, 2**16), digest=st.binary(min_size=64, max_size=64), t=st.binary())
def test_what_is_signed_verifies(oid: str, seed: int, digest: bytes, t: bytes) -> None:
    digest = digest[: size(oid)]
    signature = private_key(oid, seed).sign_bign(digest, BELT_HASH, t)
    assert len(signature) == size(oid) * 3 // 2
    assert public_key(oid, seed).verify_bign(digest, BELT_HASH, signature)


@pytest.mark.parametrize("oid", BIGN_OIDS)
@given(data=st.data())
def test_one_flipped_bit_never_verifies(oid: str, data: st.DataObject) -> None:
    digest = bytes(range(size(oid)))
    signature = private_key(oid).sign_bign(digest, BELT_HASH)
    bit = data.draw(st.integers(0, 8 * len(signature) - 1))
    assert not public_key(oid).verify_bign(digest, BELT_HASH, flip(signature, bit))
    bit = data.draw(st.integers(0, 8 * len(digest) - 1))
    assert not public_key(oid).verify_bign(flip(digest, bit), BELT_HASH, signature)


@pytest.mark.parametrize("oid", BIGN_OIDS)
def test_malformed_signatures_are_refused(oid: str) -> None:
    n, q = size(oid), ORDERS[oid]
    digest = bytes(range(n))
    good = private_key(oid).sign_bign(digest, BELT_HASH)
    s0, s1 = good[: n // 2], good[n // 2 :]
    key = public_key(oid)
    special = [x.to_bytes(n, "little") for x in (0, 1, q - 1, q, q + 1, 2 ** (8 * n) - 1)]
    number = int.from_bytes(s1, "little")
    if number + q < 2 ** (8 * n):
        special.append((number + q).to_bytes(n, "little"))
    halves = [s0, bytes(n // 2), b"\xff" * (n // 2)]
    cases = [a + b for a, b in product(halves, special)]
    cases += [a + s1 for a in halves[1:]]
    cases += [s1 + s0, good[::-1], s0[::-1] + s1, s0 + s1[::-1]]
    cases += [b"", good[:-1], good[1:], good + b"\0", b"\0" + good, good * 2, bytes(len(good))]
    for repeat in range(6):  # the first uses and those of the table of a recurring key
        assert key.verify_bign(digest, BELT_HASH, good), repeat
        for case in cases:
            assert not key.verify_bign(digest, BELT_HASH, case), case.hex()


@pytest.mark.parametrize("oid", BIGN_OIDS)
def test_what_is_not_a_key_is_refused(oid: str) -> None:
    n, p, q = size(oid), PRIMES[oid], ORDERS[oid]
    good = private_key(oid).public_key()
    x, y = good[:n], good[n:]
    for bad in (b"", good[:-1], good + b"\0", b"\x04" + good):
        with pytest.raises(ValueError, match="length"):
            _native.PublicKey(oid, bad)
    over = [v.to_bytes(n, "little") for v in (p, p + 1, 2 ** (8 * n) - 1)]
    for bad in [x + v for v in over] + [v + y for v in over]:
        with pytest.raises(ValueError, match="coordinate"):
            _native.PublicKey(oid, bad)
    for bad in (bytes(2 * n), x + bytes(n), y + x, flip(good, 3), x[::-1] + y[::-1]):
        with pytest.raises(ValueError, match=r"not on the curve|coordinate"):
            _native.PublicKey(oid, bad)
    for number in (0, q, q + 1, 2 ** (8 * n) - 1):
        with pytest.raises(ValueError, match=r"1\.\.q-1"):
            _native.PrivateKey(oid, number.to_bytes(n, "little"))
    with pytest.raises(ValueError, match="length"):
        _native.PrivateKey(oid, b"\1" * (n + 1))


@pytest.mark.parametrize("oid", BIGN_OIDS)
def test_the_smallest_and_the_largest_keys_sign(oid: str) -> None:
    """d = 1, -1, -16, at which incomplete formulas give O on the way."""
    n, q = size(oid), ORDERS[oid]
    digest = b"\x5a" * n
    for number in (1, 2, 3, 16, q - 1, q - 2, q - 16):
        key = _native.PrivateKey(oid, number.to_bytes(n, "little"))
        public = _native.PublicKey(oid, key.public_key())
        signature = key.sign_bign(digest, BELT_HASH)
        for _ in range(6):
            assert public.verify_bign(digest, BELT_HASH, signature)


def test_a_question_that_cannot_be_asked_raises() -> None:
    key = _native.PublicKey(CURVE256, Q)
    with pytest.raises(ValueError, match="32 octets"):
        key.verify_bign(H2 + b"\0", BELT_HASH, S2)
    with pytest.raises(ValueError, match="does not sign on bign-curve256v1"):
        key.verify_gost(H2, S2 + S2[:16])
    with pytest.raises(ValueError, match="unknown curve"):
        _native.PublicKey("1.2.112.0.2.0.34.101.45.3.4", Q)


@pytest.mark.parametrize(
    ("key", "hash_name", "hash_oid", "signatures"),
    [
        ("m-ee256", "belt-hash", BELT_HASH, ["256-text.sig", "256-text-det-bit.sig"]),
        ("m-ee384", "bash384", BASH384, ["384-text-det.sig", "384-text-bit.sig"]),
        ("m-ee512", "bash512", BASH512, ["512-text.sig", "512-text-bit.sig"]),
    ],
)
def test_raw_signatures_of_bee2evp(
    shared: Path, key: str, hash_name: str, hash_oid: bytes, signatures: list[str]
) -> None:
    """Raw signatures made by OpenSSL with bee2evp; those called `-bit` have one bit changed."""
    folder = shared / "interop/by"
    entries = {
        Path(entry["file"]).name: entry
        for entry in json.loads((folder / "manifest.json").read_bytes())["entries"]
        if "/raw/" in f"/{entry['file']}"
    }
    spki = (folder / f"raw/{key}.spki").read_bytes()
    curve = {32: CURVE256, 48: CURVE384, 64: CURVE512}
    length = _native.Hasher(hash_name).digest_size
    public = _native.PublicKey(curve[length], spki[-2 * length :])
    for name in signatures:
        entry = entries[name]
        content = (folder / entry["content"]).read_bytes()
        digest = _native.digest(hash_name, content)
        good = public.verify_bign(digest, hash_oid, (folder / "raw" / name).read_bytes())
        assert good == (entry["expected"] == "valid"), name


def test_the_deterministic_signature_of_bee2evp_is_made_again(shared: Path) -> None:
    folder = shared / "interop/by"
    key = _native.PrivateKey(CURVE384, (folder / "keys/m-ee384.p8").read_bytes()[-48:])
    digest = _native.digest("bash384", (folder / "docs/text.txt").read_bytes())
    assert key.sign_bign(digest, BASH384) == (folder / "raw/384-text-det.sig").read_bytes()
