"""Evidence records (RFC 4998, RFC 6283) are known for what they are, and what to do is said."""

from __future__ import annotations

import base64
import os
from datetime import UTC, datetime

import pytest

from zaruka.cli import main
from zaruka.errors import UnsupportedError
from zaruka.lab import russia as ru
from zaruka.signatures.cms import parse_signed_data
from zaruka.signatures.creation import make_timestamp
from zaruka.signatures.extension import add_signature_timestamp
from zaruka.signatures.input.forms import Kind, expect, recognise
from zaruka.signatures.input.opening import Input

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
STREEBOG = bytes.fromhex("300a06082a85030701010202")  # AlgorithmIdentifier
STAMP_OID = bytes.fromhex("060b2a864886f70d010910020e")  # id-aa-timeStampToken
XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<EvidenceRecord xmlns="urn:ietf:params:xml:ns:ers" Version="1.0"><ArchiveTimeStampSequence/>
</EvidenceRecord>"""


def tlv(tag, *parts):
    body = b"".join(parts)
    size = len(body)
    long = size.to_bytes((size.bit_length() + 7) // 8, "big")
    length = bytes([size]) if size < 0x80 else bytes([0x80 | len(long)]) + long
    return bytes([tag]) + length + body


@pytest.fixture(scope="module")
def token():
    nation = ru.russia(NOW, os.urandom)
    authority = nation.time_stamps.signer
    return make_timestamp(
        authority.digest_algorithm,
        bytes(32),
        authority,
        time=NOW,
        serial_number=1,
        policy=nation.profile.time_stamp_policy,
        entropy=os.urandom,
        enclose=[nation.authority.certificate],
    )


def record(token, *, crypto=b"", before=b"", version=1):
    """RFC 4998 3.1 and 4.1: one chain of one ArchiveTimeStamp."""
    stamp = tlv(0x30, before, token)
    return tlv(
        0x30,
        tlv(0x02, bytes([version])),
        tlv(0x30, STREEBOG, STREEBOG),
        crypto,
        tlv(0x30, tlv(0x30, stamp)),
    )


TREE = tlv(0xA2, tlv(0x30, tlv(0x04, bytes(32)), tlv(0x04, bytes(32))))
FORMS = {
    "least": {},
    "with a hash tree": {"before": TREE},
    "with a digest of its own": {"before": tlv(0xA0, STREEBOG[2:]) + TREE},
    "with attributes": {"before": tlv(0xA1, b"") + TREE},
    "with crypto infos": {"crypto": tlv(0xA0, tlv(0x30, b""))},
    "of encrypted data": {"crypto": tlv(0xA1, b"")},
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("wrap", [bytes, base64.encodebytes])
def test_a_record_is_known_in_whatever_it_is_wrapped(token, form, wrap):
    octets = wrap(record(token, **FORMS[form]))
    found = recognise(Input.of(octets, "archive.er"))
    assert (found.kind, found.what) == (Kind.EVIDENCE_RECORD, "ers")
    with pytest.raises(UnsupportedError, match=r"input\.evidence-record"):
        expect(found, Kind.SIGNED_DATA)


def test_a_record_in_xml_is_one_too():
    found = recognise(Input.of(XML, "archive.xml"))
    assert (found.kind, found.what) == (Kind.EVIDENCE_RECORD, "xml-ers")
    other = XML.replace(b"urn:ietf:params:xml:ns:ers", b"urn:other")
    assert recognise(Input.of(other, "archive.xml")).kind is Kind.XML


@pytest.mark.parametrize("method", ["internal", "external"])
def test_one_inside_a_signature_is_named_as_evidence_that_is_not_judged(token, method):
    """RFC 4998 appendix A: id-aa-er-internal, id-aa-er-external."""
    nation = ru.russia(NOW, os.urandom)
    message = nation.sign(
        b"contract", [nation.enrol(ru.CONTRACTOR, ru.SIGNER)], at=NOW, detached=False
    )
    stamped = add_signature_timestamp(message, 0, record(token))
    number = {"internal": 49, "external": 50}[method]
    at = stamped.rindex(STAMP_OID)
    inside = stamped[:at] + STAMP_OID[:-1] + bytes([number]) + stamped[at + len(STAMP_OID) :]
    (signature,) = parse_signed_data(inside).signatures
    (found,) = [each for each in signature.findings if each.rule.code == "cades.not-judged"]
    assert found.actual == f"evidence-record-{method}"


@pytest.mark.parametrize("language", ["ru", "be", "en"])
def test_of_one_in_xml_it_is_said_that_it_is_not_judged(tmp_path, capsys, language):
    path = tmp_path / "archive.xml"
    path.write_bytes(XML)
    assert main(["verify", str(path), "--lang", language]) == 3
    told = " ".join(capsys.readouterr().err.split())
    assert "RFC 6283" in told
    assert "RFC 4998" in told
    assert main(["inspect", str(path), "--lang", language]) == 0
    assert "RFC 6283" in capsys.readouterr().out


def test_what_only_looks_like_one_is_none(token):
    for octets in (
        record(token, version=2),
        record(tlv(0x30, tlv(0x06, b"\x2a"), tlv(0xA0, b""))),
        record(b""),
        tlv(0x30, tlv(0x02, b"\1"), tlv(0x30, STREEBOG), tlv(0x30)),
    ):
        assert recognise(Input.of(octets, "x")).kind is not Kind.EVIDENCE_RECORD


def test_one_that_is_cut_off_is_said_to_be(token):
    octets = record(token)
    found = recognise(Input.of(octets[:-10], "archive.er"))
    assert found.missing == 10


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ru", ("Архивное доказательство", "--proof ФАЙЛ")),
        ("be", ("Архіўны доказ", "--proof ФАЙЛ")),
        ("en", ("evidence record of an archive (RFC 4998)", "--proof FILE")),
    ],
)
def test_the_commands_say_what_it_is_and_what_to_do(token, tmp_path, capsys, language, words):
    path = tmp_path / "archive.er"
    path.write_bytes(record(token))
    assert main(["inspect", str(path), "--lang", language]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert all(each in said for each in words)
    assert main(["verify", str(path), "--lang", language]) == 3
    told = " ".join(capsys.readouterr().err.split())
    assert words[1] in told
    assert "RFC 4998" in told


def test_beside_a_signature_it_is_listed_and_not_taken_for_its_document(token, tmp_path, capsys):
    nation = ru.russia(NOW, os.urandom)
    member = nation.enrol(ru.CONTRACTOR, ru.SIGNER)
    signed = nation.sign(b"contract", [member], at=NOW, detached=True)
    for name, octets in (
        ("contract.txt", b"contract"),
        ("contract.txt.sig", signed),
        ("contract.txt.er", record(token)),
        ("root.cer", nation.root.certificate.der),
    ):
        (tmp_path / name).write_bytes(octets)
    main(["verify", str(tmp_path), "--lang", "en", "--at", NOW.isoformat(), "--json"])
    said = capsys.readouterr().out
    assert '"input": "contract.txt.sig"' in said
    assert "input.evidence-record" in said
