"""Large and strange input ends in an error or a verdict, soon and in little memory."""

from __future__ import annotations

import mmap
import time
import tracemalloc

import pytest

from hierarchy import END, NOW, Authority
from zaruka.errors import InputError
from zaruka.x509 import rules
from zaruka.x509.attribute_certificates import AttributeCertificate
from zaruka.x509.certificates import Certificate
from zaruka.x509.crls import CertificateList
from zaruka.x509.issuing import issue_ocsp_response
from zaruka.x509.ocsp import OcspResponse
from zaruka.x509.revocation import RevocationMeans, Status, revocation_status

SHA_1 = "1.3.14.3.2.26"
PARSERS = (
    Certificate.parse,
    CertificateList.parse,
    OcspResponse.parse,
    OcspResponse.of_basic,
    AttributeCertificate.parse,
)


@pytest.mark.parametrize("parse", PARSERS)
def test_half_a_gigabyte_of_zeros_is_refused_without_being_copied(parse, tmp_path):
    path = tmp_path / "zeros"
    with path.open("wb") as file:
        file.truncate(500 << 20)
    tracemalloc.start()
    started = time.process_time()
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as octets,
        pytest.raises(InputError),
    ):
        parse(octets)
    assert time.process_time() - started < 2
    assert tracemalloc.get_traced_memory()[1] < 1 << 20
    tracemalloc.stop()


@pytest.mark.parametrize("parse", PARSERS)
@pytest.mark.parametrize("octets", [b"", b"0", b"0\x80", b"0\x84\xff\xff\xff\xff", b"\xa2" * 50])
def test_what_is_no_object_is_an_input_error(parse, octets):
    with pytest.raises(InputError):
        parse(octets)


def test_an_answer_that_names_a_thousand_responders_is_judged_soon():
    root, signer = Authority("root"), Authority("responder")
    leaf = root.issue(Authority("leaf"), ca=False)
    decoys = [Authority("responder", secret=str(n)) for n in range(1_000)]
    certificates = [root.issue(one, ca=False, serial=n + 9) for n, one in enumerate(decoys)]
    anchor = root.anchor()
    answer = issue_ocsp_response(
        signer.issuer,
        leaf,
        anchor,
        this_update=NOW,
        next_update=END,
        hash_oid=SHA_1,
        certificates=certificates,
        entropy=b"",
    )
    started = time.process_time()
    outcome = revocation_status(leaf, anchor, RevocationMeans(ocsps=(answer,)), NOW)
    assert time.process_time() - started < 2
    assert outcome.status is Status.UNKNOWN
    assert rules.OCSP_SIGNATURE in {finding.rule for finding in outcome.findings}


def test_a_million_entries_are_looked_up_in_a_whole_list():
    def element(tag, content):
        length = len(content)
        size = bytes([length]) if length < 0x80 else b"\x84" + length.to_bytes(4)
        return bytes([tag]) + size + content

    entry = element(0x30, element(0x02, b"\x40\0\0\0") + element(0x17, b"260101000000Z"))
    head, tail = entry[:5], entry[8:]
    octets = b"".join(head + n.to_bytes(3) + tail for n in range(1_000_000))
    small = Authority("root").crl()
    algorithm = bytes(small.tbs_der)[5:12]
    assert algorithm == bytes.fromhex("300506032b6570")
    name, time_ = small.issuer.der, element(0x17, b"260601000000Z")
    tbs = element(0x30, b"\x02\x01\x01" + algorithm + name + time_ + element(0x30, octets))
    crl = CertificateList.parse(element(0x30, tbs + algorithm + element(0x03, bytes(65))))
    assert len(crl) == 1_000_000
    assert crl.find(0x40_00_00_00 + 999_999).revocation_date.year == 2026
    assert crl.find(0x40_00_00_00 + 1_000_000) is None
