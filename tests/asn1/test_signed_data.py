"""CMS wrappers in BER and DER say the same; large content is never copied."""

from __future__ import annotations

import mmap
import tracemalloc
from typing import TYPE_CHECKING

import pytest
from asn1_encodings import SIGNED_DATA, der, indefinite

from zaruka.asn1 import cms
from zaruka.asn1 import schema as s
from zaruka.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

DATA = der(6, bytes.fromhex("2a864886f70d010701"))


def signatures(shared: Path) -> dict[str, bytes]:
    folder = shared / "interop"
    found = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*.p7s"))
        if "bad" not in path.parts and path.stat().st_size < 20_000
    }
    assert len(found) > 20
    return found


def signed_data(data: bytes, mode: s.Mode = s.BER) -> cms.SignedData:
    info = s.decode(cms.CONTENT_INFO, data, mode=mode)
    assert info.content_type == SIGNED_DATA
    assert info.content is not None
    return s.decode(cms.SIGNED_DATA, info.content, mode=mode)


def content(parsed: cms.SignedData) -> bytes | None:
    encapsulated = parsed.encap_content_info.e_content
    return None if encapsulated is None else bytes(encapsulated[1])


def test_der_is_written_back_to_the_same_octets(shared: Path) -> None:
    strict = 0
    for name, data in signatures(shared).items():
        try:
            parsed = signed_data(data, s.DER)
        except InputError:
            continue
        strict += 1
        content = s.encode(cms.SIGNED_DATA, parsed)
        written = s.encode(cms.CONTENT_INFO, cms.ContentInfo(SIGNED_DATA, memoryview(content)))
        assert written == data, name
    assert strict > 20


@pytest.mark.parametrize("segment", [0, 7, 1000])
def test_ber_reads_as_der_does(shared: Path, segment: int) -> None:
    for name, data in signatures(shared).items():
        try:
            expected = signed_data(data, s.DER)
        except InputError:
            continue
        parsed = signed_data(rewrapped(data, segment))
        assert content(parsed) == content(expected), name
        assert parsed.certificates == expected.certificates
        assert [each[2:] for each in parsed.signer_infos] == [
            each[2:] for each in expected.signer_infos
        ]
        assert s.encode(cms.SIGNED_DATA, parsed) == s.encode(cms.SIGNED_DATA, expected)


def rewrapped(data: bytes, segment: int) -> bytes:
    """The wrapper in BER; certificates, CRLs and signer infos as they were."""
    parsed = signed_data(data, s.DER)
    info = parsed.encap_content_info
    octets = content(parsed)
    inner = s.encode(s.OID, info.e_content_type)
    if octets is not None:
        string = der(4, octets)
        inner += (
            b"\xa0\x80" + (indefinite(string, segment=segment) if segment else string) + b"\0\0"
        )
    parts = [
        s.encode(s.INTEGER, parsed.version),
        b"\x31\x80" + b"".join(map(algorithm, parsed.digest_algorithms)) + b"\0\0",
        b"\x30\x80" + inner + b"\0\0",
    ]
    if parsed.certificates is not None:
        parts.append(b"\xa0\x80" + b"".join(parsed.certificates) + b"\0\0")
    if parsed.crls is not None:
        parts.append(b"\xa1\x80" + b"".join(parsed.crls) + b"\0\0")
    parts.append(b"\x31\x80" + b"".join(each.der for each in parsed.signer_infos) + b"\0\0")
    body = b"\x30\x80" + b"".join(parts) + b"\0\0"
    return b"\x30\x80" + s.encode(s.OID, SIGNED_DATA) + b"\xa0\x80" + body + b"\0\0" * 2


def algorithm(value: cms.AlgorithmIdentifier) -> bytes:
    return s.encode(cms.ALGORITHM_IDENTIFIER, value)


def test_a_detached_wrapper_of_cryptopro_is_read() -> None:
    """`3080 06 09 .. 0000`: an encapContentInfo of indefinite length with the type only."""
    info = b"\x30\x80" + DATA + b"\0\0"
    data = b"\x30\x80\x02\x01\x01\x31\x00" + info + b"\x31\x00\0\0"
    parsed = s.decode(cms.SIGNED_DATA, data, mode=s.BER)
    assert parsed.encap_content_info == cms.EncapsulatedContentInfo("1.2.840.113549.1.7.1", None)
    with pytest.raises(InputError) as caught:
        s.decode(cms.SIGNED_DATA, data)
    assert caught.value.details["rule"] == "indefinite-length"


def test_attribute_certificates_and_other_revocation_values_are_kept() -> None:
    v2, ocsp = der(0xA2, b"\x02\x01\x01"), der(0xA1, DATA, der(0x30))
    data = der(
        0x30,
        b"\x02\x01\x05",
        b"\x31\x00",
        der(0x30, DATA),
        der(0xA0, v2),
        der(0xA1, ocsp),
        b"\x31\x00",
    )
    parsed = s.decode(cms.SIGNED_DATA, data)
    assert parsed.certificates == (v2,)
    assert parsed.crls is not None
    assert s.decode(cms.OTHER_REVOCATION_INFO_FORMAT, parsed.crls[0]).other_rev_info == b"\x30\x00"
    assert s.encode(cms.SIGNED_DATA, parsed) == data


def test_what_any_keeps_in_ber_includes_its_end_of_contents() -> None:
    inner = b"\x30\x80\x30\x80\x05\x00\0\0\0\0"
    node = s.sequence_of(s.ANY)
    assert s.decode(node, b"\x30\x80" + inner + b"\x05\x00" + b"\0\0", mode=s.BER) == (
        inner,
        b"\x05\x00",
    )


def test_segments_are_found_in_strings_of_any_depth() -> None:
    data = b"\x24\x80" + der(4, b"ab") + der(0x24, der(4, b"c"), b"\x24\x80\x04\x01d\0\0") + b"\0\0"
    span = s.decode(s.SPAN, data, mode=s.BER)
    assert [bytes(segment) for segment in span] == [b"ab", b"c", b"d"]
    assert (len(span), bytes(span), span.constructed) == (4, b"abcd", True)
    assert s.decode(s.OCTET_STRING, data, mode=s.BER) == b"abcd"
    assert s.encode(s.SPAN, span) == der(4, b"abcd")


@pytest.mark.parametrize(
    "broken", ["24800401", "2480040161", "24800201050000", "2402040161", "24800480"]
)
def test_broken_segments_are_refused(broken: str) -> None:
    with pytest.raises(InputError):
        s.decode(s.SPAN, bytes.fromhex(broken), mode=s.BER)


def test_content_of_any_size_costs_no_memory(tmp_path: Path) -> None:
    """Many segments of 4 KB in a mapped file: found, stepped through, not copied."""
    path, segments = tmp_path / "large.p7m", 1 << 14
    head = b"\x30\x80\x02\x01\x01\x31\x00\x30\x80" + DATA + b"\xa0\x80\x24\x80"
    with path.open("wb") as file:
        file.write(head)
        for _ in range(64):
            file.write((b"\x04\x82\x10\x00" + bytes(4096)) * (segments // 64))
        file.write(b"\0\0" * 3 + b"\x31\x00\0\0")
    tracemalloc.start()
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        parsed = s.decode(cms.SIGNED_DATA, data, mode=s.BER)
        assert parsed.encap_content_info.e_content is not None
        span = parsed.encap_content_info.e_content[1]
        assert len(span) == sum(len(segment) for segment in span) == segments * 4096
        del parsed, span
    assert tracemalloc.get_traced_memory()[1] < 1 << 20
    tracemalloc.stop()
