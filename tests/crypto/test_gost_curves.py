"""GOST R 34.10-2012 and 34.10-2001: curves, published signatures, malformed input, OpenSSL."""

from __future__ import annotations

import base64
import json
import subprocess
from itertools import product
from pathlib import Path

import pytest
from asn1crypto import parser
from curve_material import GOST_OIDS, flip, private_key, public_key, size
from hypothesis import given
from hypothesis import strategies as st

from zaruka import _native

TEST256, TEST512 = "1.2.643.2.2.35.0", "1.2.643.7.1.2.1.2.0"
TC26_256_A, TC26_512_C = "1.2.643.7.1.2.1.1.1", "1.2.643.7.1.2.1.2.3"

# Orders and characteristics (RFC 4357 11.4, RFC 7836 A)
P256, P512 = 2**256 - 617, 2**512 - 569
ORDERS = {
    TC26_256_A: 0x400000000000000000000000000000000FD8CDDFC87B6635C115AF556C360C67,
    TC26_512_C: int(
        "3FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
        "C98CDBA46506AB004C33A9FF5147502CC8EDA9E7A769A12694623CEF47F023ED",
        16,
    ),
}
# d, e, x, y, r, s of RFC 7091 7.1 and of GOST R 34.10-2012 A.2, big-endian
EXAMPLES = {
    TEST256: [
        "7A929ADE789BB9BE10ED359DD39A72C11B60961F49397EEE1D19CE9891EC3B28",
        "2DFBC1B372D89A1188C09C52E0EEC61FCE52032AB1022E8E67ECE6672B043EE5",
        "7F2B49E270DB6D90D8595BEC458B50C58585BA1D4E9B788F6689DBD8E56FD80B",
        "26F1B489D6701DD185C8413A977B3CBBAF64D1C593D26627DFFB101A87FF77DA",
        "41AA28D2F1AB148280CD9ED56FEDA41974053554A42767B83AD043FD39DC0493",
        "01456C64BA4642A1653C235A98A60249BCD6D3F746B631DF928014F6C5BF9C40",
    ],
    TEST512: [
        (
            "0BA6048AADAE241BA40936D47756D7C93091A0E8514669700EE7508E508B1020"
            "72E8123B2200A0563322DAD2827E2714A2636B7BFD18AADFC62967821FA18DD4"
        ),
        (
            "3754F3CFACC9E0615C4F4A7C4D8DAB531B09B6F9C170C533A71D147035B0C591"
            "7184EE536593F4414339976C647C5D5A407ADEDB1D560C4FC6777D2972075B8C"
        ),
        (
            "115DC5BC96760C7B48598D8AB9E740D4C4A85A65BE33C1815B5C320C854621DD"
            "5A515856D13314AF69BC5B924C8B4DDFF75C45415C1D9DD9DD33612CD530EFE1"
        ),
        (
            "37C7C90CD40B0F5621DC3AC1B751CFA0E2634FA0503B3D52639F5D7FB72AFD61"
            "EA199441D943FFE7F0C70A2759A3CDB84C114E1F9339FDF27F35ECA93677BEEC"
        ),
        (
            "2F86FA60A081091A23DD795E1E3C689EE512A3C82EE0DCC2643C78EEA8FCACD3"
            "5492558486B20F1C9EC197C90699850260C93BCBCD9C5C3317E19344E173AE36"
        ),
        (
            "1081B394696FFE8E6585E7A9362D26B6325F56778AADBC081C0BFBE933D52FF5"
            "823CE288E8C4F362526080DF7F70CE406A6EEB1F56919CB92A9853BDE73E5B4A"
        ),
    ],
}


@pytest.mark.parametrize("oid", EXAMPLES)
def test_the_examples_of_the_standard_verify(oid: str) -> None:
    d, e, x, y, r, s = (bytes.fromhex(number) for number in EXAMPLES[oid])
    key = _native.PrivateKey(oid, d[::-1])
    assert key.public_key() == x[::-1] + y[::-1]
    public = _native.PublicKey(oid, key.public_key())
    assert public.verify_gost(e[::-1], s + r)
    assert not public.verify_gost(e, s + r)  # the digest is little-endian
    assert not public.verify_gost(e[::-1], r + s)
    assert public.verify_gost(e[::-1], key.sign_gost(e[::-1], bytes(32)))


def published(shared: Path) -> list[dict[str, str]]:
    sets = json.loads((shared / "vectors/ru/curves.json").read_bytes())
    known = [parameters for parameters in sets if parameters["oid"] in GOST_OIDS]
    assert len(known) == len(sets) - 1  # without GostR3410_2001_ParamSet_cc
    return known


def test_the_parameters_are_the_published_ones(shared: Path) -> None:
    """d = 1 gives G, q is refused as a private key and q - 1 gives -G."""
    for parameters in published(shared):
        oid, n = parameters["oid"], size(parameters["oid"])
        p, q, x, y = (int(parameters[name], 16) for name in "pqxy")
        x_le = x.to_bytes(n, "little")
        one, last = (_native.PrivateKey(oid, d.to_bytes(n, "little")) for d in (1, q - 1))
        assert one.public_key() == x_le + y.to_bytes(n, "little")
        assert last.public_key() == x_le + (p - y).to_bytes(n, "little")
        with pytest.raises(ValueError, match=r"1\.\.q-1"):
            _native.PrivateKey(oid, q.to_bytes(n, "little"))


def test_equal_curves_have_one_name() -> None:
    names = dict(_native.curves())
    assert len(names) == 17
    assert len(set(names.values())) == 12
    assert names["1.2.643.2.2.35.1"] == names["1.2.643.2.2.36.0"] == names["1.2.643.7.1.2.1.1.2"]
    assert names["1.2.643.2.2.35.2"] == names["1.2.643.7.1.2.1.1.3"]
    assert names["1.2.643.2.2.35.3"] == names["1.2.643.2.2.36.1"] == names["1.2.643.7.1.2.1.1.4"]


@pytest.mark.parametrize("oid", GOST_OIDS)
@given(seed=st.integers(0, 2**16), digest=st.binary(min_size=64, max_size=64))
def test_what_is_signed_verifies(oid: str, seed: int, digest: bytes) -> None:
    digest = digest[: size(oid)]
    signature = private_key(oid, seed).sign_gost(digest, bytes(31) + b"\1")
    assert len(signature) == 2 * size(oid)
    assert public_key(oid, seed).verify_gost(digest, signature)


@pytest.mark.parametrize("oid", GOST_OIDS)
@given(data=st.data())
def test_one_flipped_bit_never_verifies(oid: str, data: st.DataObject) -> None:
    digest = bytes(range(size(oid)))
    signature = private_key(oid).sign_gost(digest, bytes(32))
    bit = data.draw(st.integers(0, 8 * len(signature) - 1))
    assert not public_key(oid).verify_gost(digest, flip(signature, bit))
    bit = data.draw(st.integers(0, 8 * len(digest) - 1))
    assert not public_key(oid).verify_gost(flip(digest, bit), signature)


def test_malformed_signatures_are_refused(shared: Path) -> None:
    for parameters in published(shared):
        oid, q = parameters["oid"], int(parameters["q"], 16)
        n = size(oid)
        digest = bytes(range(n))
        good = private_key(oid).sign_gost(digest, bytes(32))
        s, r = good[:n], good[n:]
        numbers = [0, 1, q - 1, q, q + 1, 2 ** (8 * n) - 1]
        special = [number.to_bytes(n) for number in numbers]
        beyond = [(int.from_bytes(half) + q) % 2 ** (8 * n) for half in (s, r)]
        cases = [a + b for a, b in product([s, *special], [r, *special]) if a + b != good]
        cases += [beyond[0].to_bytes(n) + r, s + beyond[1].to_bytes(n)]
        cases += [(q - int.from_bytes(s)).to_bytes(n) + r, s + (q - int.from_bytes(r)).to_bytes(n)]
        cases += [r + s, good[::-1], s[::-1] + r[::-1]]
        cases += [b"", good[:-1], good[1:], good + b"\0", b"\0" + good, s, good * 2]
        key = public_key(oid)
        for repeat in range(6):  # the first uses and those of the table of a recurring key
            assert key.verify_gost(digest, good), (oid, repeat)
            for case in cases:
                assert not key.verify_gost(digest, case), (oid, case.hex())


def test_a_digest_of_zero_counts_as_one(shared: Path) -> None:
    """RFC 7091 6.1 step 2: e = 0 becomes 1; q, too, is 0 modulo q."""
    for parameters in published(shared):
        oid, q = parameters["oid"], int(parameters["q"], 16)
        n = size(oid)
        zero, one, order = (e.to_bytes(n, "little") for e in (0, 1, q))
        for digest in (zero, one, order):
            signature = private_key(oid).sign_gost(digest, bytes(32))
            for same in (zero, one, order):
                assert public_key(oid).verify_gost(same, signature)


def test_what_is_not_a_key_is_refused(shared: Path) -> None:
    for parameters in published(shared):
        oid, p = parameters["oid"], int(parameters["p"], 16)
        n = size(oid)
        good = private_key(oid).public_key()
        x, y = good[:n], good[n:]
        for bad in (b"", good[:-1], good + b"\0", b"\x04" + good):
            with pytest.raises(ValueError, match="length"):
                _native.PublicKey(oid, bad)
        for over in (v.to_bytes(n, "little") for v in (p, p + 1, 2 ** (8 * n) - 1)):
            for bad in (x + over, over + y):
                with pytest.raises(ValueError, match="coordinate"):
                    _native.PublicKey(oid, bad)
        for bad in (bytes(2 * n), x + bytes(n), y + x, flip(good, 3)):
            with pytest.raises(ValueError, match=r"not on the curve|coordinate|order"):
                _native.PublicKey(oid, bad)


def add(
    a: int, p: int, first: tuple[int, int] | None, second: tuple[int, int] | None
) -> tuple[int, int] | None:
    """Add points of y^2 = x^3 + a x + b; None is O."""
    if first is None or second is None:
        return first or second
    (x1, y1), (x2, y2) = first, second
    if x1 == x2 and (y1 + y2) % p == 0:
        return None
    slope = (
        (3 * x1 * x1 + a) * pow(2 * y1, -1, p)
        if first == second
        else (y2 - y1) * pow(x2 - x1, -1, p)
    )
    x = (slope * slope - x1 - x2) % p
    return x, (slope * (x1 - x) - y1) % p


@pytest.mark.parametrize("oid", [TC26_256_A, TC26_512_C])
def test_points_of_another_order_are_refused(shared: Path, oid: str) -> None:
    """Cofactor 4: the points of order 2 and 4, and a good key plus each of them."""
    parameters = next(item for item in published(shared) if item["oid"] == oid)
    p, a, q = (int(parameters[name], 16) for name in "paq")
    d = int(parameters["twisted_edwards"]["d"], 16)  # type: ignore[index]
    n = size(oid)
    s, t = (1 - d) * pow(4, -1, p) % p, (1 + d) * pow(6, -1, p) % p
    # RFC 7836 5.2: (u, v) = (0, -1) has order 2 and (1, 0), (-1, 0) have order 4;
    # x = s (1 + v) / (1 - v) + t, y = x' / u.
    order_2, order_4 = (t, 0), ((s + t) % p, s)
    small = [order_2, order_4, (order_4[0], -order_4[1] % p)]
    assert add(a, p, order_4, order_4) == order_2
    encoded = private_key(oid).public_key()
    key = (int.from_bytes(encoded[:n], "little"), int.from_bytes(encoded[n:], "little"))
    b = int(parameters["b"], 16)
    for point in [*small, *(add(a, p, key, other) for other in small)]:
        assert point is not None
        x, y = point
        assert (y * y - x**3 - a * x - b) % p == 0
        with pytest.raises(ValueError, match="order"):
            _native.PublicKey(oid, x.to_bytes(n, "little") + y.to_bytes(n, "little"))
    assert q == ORDERS[oid]


def test_the_smallest_and_the_largest_keys_sign(shared: Path) -> None:
    """d = 1, -1, -16, at which incomplete formulas give O on the way."""
    for parameters in published(shared):
        oid, q = parameters["oid"], int(parameters["q"], 16)
        n = size(oid)
        for number in (1, 2, 3, 16, q - 1, q - 2, q - 16):
            key = _native.PrivateKey(oid, number.to_bytes(n, "little"))
            public = _native.PublicKey(oid, key.public_key())
            signature = key.sign_gost(b"\x5a" * n, bytes(32))
            for _ in range(6):
                assert public.verify_gost(b"\x5a" * n, signature)


def multiply(a: int, p: int, point: tuple[int, int], number: int) -> tuple[int, int] | None:
    """Return a multiple of a point by doubling and adding."""
    total = None
    for bit in f"{number:b}":
        total = add(a, p, total, total)
        if bit == "1":
            total = add(a, p, total, point)
    return total


def test_factors_at_which_both_parts_of_the_sum_meet(shared: Path) -> None:
    """Signatures made for z1 and z2 with z1 G = z2 Q, twice it, near it; and -z2 Q, which is none.

    With C = z1 G + z2 Q = k G and r its x: e = -r / z2 and s = z1 e (RFC 7091 6.2).
    """
    for parameters in published(shared):
        oid, n = parameters["oid"], size(parameters["oid"])
        p, a, q, x, y = (int(parameters[name], 16) for name in "paqxy")
        for d, z2 in product((2, q - 1, 2 ** (4 * n)), (1, q // 3)):
            encoded = _native.PrivateKey(oid, d.to_bytes(n, "little")).public_key()
            public = _native.PublicKey(oid, encoded)
            for z1 in (z2 * d % q, 2 * z2 * d % q, (1 - z2 * d) % q):
                point = multiply(a, p, (x, y), (z1 + z2 * d) % q)
                if z1 == 0 or point is None or point[0] % q == 0:
                    continue
                r = point[0] % q
                e = -r * pow(z2, -1, q) % q
                digest, s = e.to_bytes(n, "little"), z1 * e % q
                good, opposite = (
                    number.to_bytes(n, "big") + r.to_bytes(n, "big") for number in (s, q - s)
                )
                assert public.verify_gost(digest, good)
                assert not public.verify_gost(digest, opposite)


def test_a_question_that_cannot_be_asked_raises() -> None:
    key, private = public_key(TEST256), private_key(TEST256)
    with pytest.raises(ValueError, match="32 octets"):
        key.verify_gost(bytes(64), bytes(64))
    with pytest.raises(ValueError, match="does not sign on"):
        key.verify_bign(bytes(32), b"", bytes(48))
    with pytest.raises(ValueError, match="entropy"):
        private.sign_gost(bytes(32), bytes(31))
    with pytest.raises(ValueError, match="unknown curve"):
        _native.PublicKey("1.2.643.2.9.1.8.1", bytes(64))


def test_more_keys_than_are_remembered_still_verify() -> None:
    digest = bytes(32)
    oid = "1.2.643.2.2.35.1"
    signed = [(seed, private_key(oid, seed).sign_gost(digest, bytes(32))) for seed in range(200)]
    for _ in range(2):
        for seed, signature in signed:
            assert public_key(oid, seed).verify_gost(digest, signature)
            assert not public_key(oid, seed + 1).verify_gost(digest, signature)


# Certificates of TC26 (R 1323565.1.023-2018 and others), read without our own parser.


def children(der: bytes) -> list[tuple[int, bytes, bytes]]:
    """Return tag, content and whole encoding of the elements inside one element."""
    content, found = parser.parse(der)[4], []
    while content:
        _, _, tag, header, inner, trailer = parser.parse(content)
        whole = header + inner + trailer
        found.append((tag, inner, whole))
        content = content[len(whole) :]
    return found


def from_pem(path: Path) -> bytes:
    lines = [line for line in path.read_text().splitlines() if line and "-----" not in line]
    return base64.b64decode("".join(lines))


def key_of(certificate: bytes) -> _native.PublicKey:
    tbs = children(certificate)[0][2]
    spki = next(
        whole
        for _, _, whole in children(tbs)
        if len(inner := children(whole) if whole[0] == 0x30 else []) == 2 and inner[1][0] == 3
    )
    algorithm, bits = children(spki)
    oid = children(children(algorithm[2])[1][2])[0][1]
    curve = {bytes.fromhex(der): dotted for der, dotted in CURVE_DER.items()}[oid]
    return _native.PublicKey(curve, parser.parse(bits[1][1:])[4])


CURVE_DER = {
    "2a850302022301": "1.2.643.2.2.35.1",
    "2a850302022400": "1.2.643.2.2.36.0",
    "2a850307010201010 1".replace(" ", ""): "1.2.643.7.1.2.1.1.1",
    "2a8503070102010201": "1.2.643.7.1.2.1.2.1",
}


@pytest.mark.parametrize(
    ("name", "issuer"),
    [("root256_cert", "root256_cert"), ("sender256_cert", "root256_cert")],
)
def test_certificates_of_tc26_verify(shared: Path, name: str, issuer: str) -> None:
    folder = shared / "vectors/ru/tc26-cms"
    certificate = from_pem(folder / f"{name}.pem")
    tbs, _, signature = children(certificate)
    digest = _native.digest("streebog256", tbs[2])
    key = key_of(from_pem(folder / f"{issuer}.pem"))
    assert key.verify_gost(digest, signature[1][1:])
    assert not key.verify_gost(flip(digest, 0), signature[1][1:])


# OpenSSL with the GOST engine: it signs and we verify, and the other way round.

ENGINE_SETS = [
    ("gost2001", "A", "1.2.643.2.2.35.1"),
    ("gost2001", "B", "1.2.643.2.2.35.2"),
    ("gost2001", "C", "1.2.643.2.2.35.3"),
    ("gost2001", "XA", "1.2.643.2.2.36.0"),
    ("gost2001", "XB", "1.2.643.2.2.36.1"),
    ("gost2012_256", "A", "1.2.643.2.2.35.1"),
    ("gost2012_256", "B", "1.2.643.2.2.35.2"),
    ("gost2012_256", "C", "1.2.643.2.2.35.3"),
    ("gost2012_256", "XA", "1.2.643.2.2.36.0"),
    ("gost2012_256", "XB", "1.2.643.2.2.36.1"),
    ("gost2012_256", "TCA", "1.2.643.7.1.2.1.1.1"),
    ("gost2012_256", "TCB", "1.2.643.7.1.2.1.1.2"),
    ("gost2012_256", "TCC", "1.2.643.7.1.2.1.1.3"),
    ("gost2012_256", "TCD", "1.2.643.7.1.2.1.1.4"),
    ("gost2012_512", "A", "1.2.643.7.1.2.1.2.1"),
    ("gost2012_512", "B", "1.2.643.7.1.2.1.2.2"),
    ("gost2012_512", "C", "1.2.643.7.1.2.1.2.3"),
]


@pytest.mark.parametrize(("algorithm", "paramset", "oid"), ENGINE_SETS)
def test_openssl_and_we_verify_each_other(
    gost_openssl: str, tmp_path: Path, algorithm: str, paramset: str, oid: str
) -> None:
    def openssl(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [gost_openssl, *arguments, "-engine", "gost"],
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )

    generated = openssl(
        *("genpkey", "-algorithm", algorithm, "-pkeyopt", f"paramset:{paramset}"),
        *("-out", "key.der", "-outform", "DER"),
    )
    assert generated.returncode == 0, generated.stderr
    exported = openssl("pkey", "-in", "key.der", "-inform", "DER", "-pubout", "-outform", "DER")
    n = size(oid)
    encoded = exported.stdout[-2 * n :]
    public = _native.PublicKey(oid, encoded)
    held = children((tmp_path / "key.der").read_bytes())[2][1]
    private = _native.PrivateKey(oid, held[-n:])
    assert private.public_key() == encoded
    for seed in range(3):
        digest = bytes((seed * 53 + 11 * i) & 0xFF for i in range(n))
        (tmp_path / "digest").write_bytes(digest)
        sign = ("pkeyutl", "-sign", "-inkey", "key.der", "-keyform", "DER", "-in", "digest")
        assert public.verify_gost(digest, openssl(*sign).stdout)
        (tmp_path / "signature").write_bytes(private.sign_gost(digest, bytes(32)))
        verify = ("pkeyutl", "-verify", "-inkey", "key.der", "-keyform", "DER", "-in", "digest")
        verified = openssl(*verify, "-sigfile", "signature")
        assert verified.returncode == 0, verified.stdout + verified.stderr
