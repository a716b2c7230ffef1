"""Whatever the octets are, the answer is a value or an InputError, soon."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from asn1_encodings import der
from hypothesis import given, settings
from hypothesis import strategies as st

from zaruka.asn1 import (
    attribute_certificates,
    cms,
    extensions,
    ocsp,
    pkcs8,
    pkix,
    tree,
    tsp,
)
from zaruka.asn1 import schema as s
from zaruka.errors import BudgetExceeded, InputError

if TYPE_CHECKING:
    from pathlib import Path

OUTERMOST: dict[str, s.Node[Any]] = {
    "Certificate": pkix.CERTIFICATE,
    "CertificateList": pkix.CERTIFICATE_LIST,
    "TBSCertList": pkix.TBS_CERT_LIST,
    "Name": pkix.NAME,
    "GeneralNames": pkix.GENERAL_NAMES,
    "ContentInfo": cms.CONTENT_INFO,
    "SignedData": cms.SIGNED_DATA,
    "SigningCertificateV2": cms.SIGNING_CERTIFICATE_V2,
    "TimeStampResp": tsp.TIME_STAMP_RESP,
    "TSTInfo": tsp.TST_INFO,
    "OCSPResponse": ocsp.OCSP_RESPONSE,
    "BasicOCSPResponse": ocsp.BASIC_OCSP_RESPONSE,
    "AttributeCertificate": attribute_certificates.ATTRIBUTE_CERTIFICATE,
    "PrivateKeyInfo": pkcs8.PRIVATE_KEY_INFO,
    "NameConstraints": extensions.NAME_CONSTRAINTS,
}
EACH = pytest.mark.parametrize("node", OUTERMOST.values(), ids=OUTERMOST.keys())


def read_or_refuse(node: s.Node[Any], data: bytes) -> int:
    """Read in both modes; how many of them succeeded."""
    read = 0
    for mode in (s.DER, s.BER):
        try:
            s.decode(node, data, mode=mode)
        except InputError as error:
            refused = error
            assert refused.code.startswith("asn1.")
            assert 0 <= int(refused.details["offset"]) <= len(data)
        else:
            read += 1
    list(tree.walk(data))
    return read


@EACH
@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=200))
def test_random_octets(node: s.Node[Any], data: bytes) -> None:
    assert read_or_refuse(node, data) in {0, 1, 2}


@EACH
@settings(max_examples=100, deadline=None)
@given(
    data=st.recursive(
        st.builds(
            der, st.sampled_from([1, 2, 3, 4, 5, 6, 12, 23, 24, 0x80]), st.binary(max_size=9)
        ),
        lambda inner: st.builds(
            lambda tag, parts: der(tag, *parts),
            st.sampled_from([0x30, 0x31, 0xA0, 0xA1, 0x24]),
            st.lists(inner, max_size=4),
        ),
        max_leaves=30,
    )
)
def test_random_values(node: s.Node[Any], data: bytes) -> None:
    assert read_or_refuse(node, data) in {0, 1, 2}


def certificate(shared: Path) -> bytes:
    return (shared / "real" / "by" / "ruc.cer").read_bytes()


def signature(shared: Path) -> bytes:
    return (shared / "interop" / "ru" / "cades" / "c-2024-att.p7s").read_bytes()


def test_a_certificate_cut_anywhere_is_refused(shared: Path) -> None:
    data = certificate(shared)
    for size in range(len(data)):
        with pytest.raises(InputError):
            s.decode(pkix.CERTIFICATE, data[:size])


def test_a_signature_cut_anywhere_is_refused(shared: Path) -> None:
    data = signature(shared)
    for size in range(len(data)):
        with pytest.raises(InputError):
            s.decode(cms.CONTENT_INFO, data[:size], mode=s.BER)


def test_signed_data_cut_anywhere_is_refused(shared: Path) -> None:
    content = s.decode(cms.CONTENT_INFO, signature(shared)).content
    assert content is not None
    for size in range(len(content)):
        with pytest.raises(InputError):
            s.decode(cms.SIGNED_DATA, content[:size], mode=s.BER)


def test_one_changed_octet_never_crashes(shared: Path) -> None:
    data = certificate(shared)
    read = 0
    for at in range(len(data)):
        for octet in {0x00, 0x80, 0xFF, data[at] ^ 0x20, data[at] + 1 & 0xFF} - {data[at]}:
            read += read_or_refuse(pkix.CERTIFICATE, data[:at] + bytes([octet]) + data[at + 1 :])
    assert read > 0


@pytest.mark.parametrize("opening", [b"\x30\x80", b"\xa0\x80", b"\x24\x80"])
def test_a_thousand_open_values_are_too_deep(opening: bytes) -> None:
    data = b"\x30\x80" + der(6, b"\x2a\x03") + b"\xa0\x80" + opening * 1000
    with pytest.raises(BudgetExceeded) as caught:
        s.decode(cms.CONTENT_INFO, data, mode=s.BER)
    assert caught.value.code == "asn1.too-deep"


def test_a_span_of_a_thousand_strings_in_one_another_is_too_deep() -> None:
    data = b"\x24\x80" * 1000 + b"\x00\x00" * 1000
    with pytest.raises(BudgetExceeded) as caught:
        s.decode(s.SPAN, data, mode=s.BER)
    assert caught.value.code == "asn1.too-deep"


def test_a_hundred_thousand_values_in_one_another_do_not_exhaust_the_stack() -> None:
    data = b""
    for _ in range(20_000):
        data = der(0x30, data)
    assert [node.error for node in tree.walk(data)][-1] == "asn1.too-deep"
    assert read_or_refuse(pkix.CERTIFICATE, data) == 0
    assert read_or_refuse(cms.SIGNED_DATA, b"\x30\x80" * 1_000_000) == 0


def test_a_million_certificates_are_too_many() -> None:
    certificates = der(0xA0, b"\x30\x00" * 1_000_000)
    content = der(0x30, der(6, b"\x2a\x03"))
    data = der(0x30, b"\x02\x01\x01", b"\x31\x00", content, certificates, b"\x31\x00")
    started = time.perf_counter()
    with pytest.raises(BudgetExceeded) as caught:
        s.decode(cms.SIGNED_DATA, data)
    assert caught.value.code == "asn1.too-many-elements"
    assert time.perf_counter() - started < 1


def test_lengths_that_lie_cost_nothing() -> None:
    for claim in (
        b"\x30\x84\xff\xff\xff\xff",
        b"\x30\x88\x7f" + b"\xff" * 7,
        b"\x04\x84\x7f\xff\xff\xff",
    ):
        started = time.perf_counter()
        assert read_or_refuse(cms.SIGNED_DATA, claim + bytes(1000)) == 0
        assert time.perf_counter() - started < 0.1


def test_zeros_are_no_object() -> None:
    for node in OUTERMOST.values():
        assert read_or_refuse(node, bytes(1 << 12)) == 0
