"""What a verdict is about: nothing that was altered, left out or not compared is silent."""

from __future__ import annotations

import json
import os
from base64 import encodebytes
from datetime import UTC, datetime, timedelta

import pytest

from zaruka.asn1 import cms as wire
from zaruka.asn1 import schema as s
from zaruka.cli import main
from zaruka.cli.writing import write_new
from zaruka.crypto import digest, public_key
from zaruka.errors import ConfigError, InputError, UnsupportedError
from zaruka.findings import SubIndication
from zaruka.lab import russia as ru
from zaruka.service import Zaruka, judging
from zaruka.signatures import creation
from zaruka.signatures.tsp import TimeStampResponse

NOW = datetime.now(UTC).replace(microsecond=0)
TRUE, ALTERED = b"pay 100\n", b"pay 999999\n"
CRLF = b"\r\n"


class Country:
    """A trial hierarchy, its trust on disk, signatures and stamps over `TRUE`."""

    def __init__(self, folder):
        self.lab = ru.russia(NOW, os.urandom)
        self.signer = self.lab.enrol(ru.CONTRACTOR, ru.SIGNER)
        self.root = folder / "root.cer"
        self.root.write_bytes(self.lab.root.certificate.der)
        self.lists = [folder / f"{n}.crl" for n in range(2)]
        for path, crl in zip(self.lists, self.lab.lists(), strict=True):
            path.write_bytes(bytes(crl.der))

    def sign(self, content=TRUE):
        return self.lab.sign(content, [self.signer], at=NOW, detached=True)

    def stamp(self):
        tsa = self.lab.time_stamps.signer
        algorithm = tsa.digest_algorithm
        return creation.make_timestamp(
            algorithm,
            digest(algorithm.oid, TRUE),
            tsa,
            time=NOW - timedelta(hours=1),
            serial_number=7,
            policy="1.2.3",
            entropy=os.urandom,
            enclose=[self.lab.authority.certificate],
        )

    def zaruka(self, **more):
        return Zaruka(anchors=[self.root], crls=self.lists, **more)

    def status(self, *words):
        options = ["--anchor", self.root, "--crl", self.lists[0], "--crl", self.lists[1]]
        return main([str(word) for word in ("verify", *words, *options, "--lang", "en")])


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    return Country(tmp_path_factory.mktemp("country"))


def write(folder, **files):
    for name, octets in files.items():
        (folder / name.replace("__", ".")).write_bytes(octets)


def codes(report):
    return {finding.rule.code for finding in report.findings}


def test_an_altered_document_is_not_passed_over_for_the_true_text_beside_it(country, tmp_path):
    write(tmp_path, contract__txt=ALTERED, contract__txt__sig=country.sign(), desktop__ini=TRUE)
    for name in ("contract.txt.sig", "contract.txt"):
        report = country.zaruka().verify(tmp_path / name)
        assert report.conclusion.sub_indication is SubIndication.HASH_FAILURE
        assert [i.name for i in report.inputs] == ["contract.txt.sig", "contract.txt"]
    report = country.zaruka().verify(tmp_path / "contract.txt.sig")
    [hint] = [f for f in report.findings if f.rule.code == "input.hint-another-file"]
    assert hint.details["file"] == "desktop.ini"
    assert country.status(tmp_path) == 1


def test_a_document_of_another_name_is_named_plainly(country, tmp_path, capsys):
    write(tmp_path, contract__txt__sig=country.sign(), desktop__ini=TRUE)
    assert country.status(tmp_path / "contract.txt.sig") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "The document was found by its digest: “desktop.ini”" in said
    assert country.status(tmp_path) == 0
    assert "“desktop.ini”" in capsys.readouterr().out


def test_every_signature_of_a_document_counts(country, tmp_path):
    foreign = ru.russia(NOW, os.urandom)
    other = foreign.enrol(ru.CONTRACTOR, ru.SIGNER)
    bad = foreign.sign(TRUE, [other], at=NOW, detached=True)
    write(tmp_path, contract__txt=TRUE, contract__txt__sig=country.sign(), contract__txt__p7s=bad)
    report = country.zaruka().verify(tmp_path / "contract.txt")
    assert [found.index for found in report.signatures] == [0, 1]
    assert sorted(found.conclusion.passed for found in report.signatures) == [False, True]
    assert country.status(tmp_path / "contract.txt") == 2
    (tmp_path / "contract.txt.p7s").write_bytes(country.sign(b"another text"))
    assert country.status(tmp_path / "contract.txt") == 1


def mail(country, *, beside):
    text = b"Content-Type: text/plain\r\n\r\nhello\r\n"
    signed = CRLF.join(
        [
            b'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; boundary=B',
            b"",
            b"--B",
            text,
            b"--B",
            b"Content-Type: application/pkcs7-signature; name=smime.p7s",
            b"Content-Transfer-Encoding: base64",
            b"",
            encodebytes(country.sign(text)).replace(b"\n", CRLF),
            b"--B--",
        ]
    )
    head = b"From: a@b\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
    if not beside:
        return head + signed
    mixed = [b"Content-Type: multipart/mixed; boundary=C", b""]
    for part in (b"Content-Type: text/plain\r\n\r\n" + beside, signed):
        mixed += [b"--C", part]
    pdf = b"Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=evil.pdf"
    return head + CRLF.join([*mixed, b"--C", pdf + b"\r\n\r\n%PDF-1.4", b"--C--", b""])


def test_parts_of_a_message_that_the_signature_leaves_out_are_named_first(
    country, tmp_path, capsys
):
    write(tmp_path, whole__eml=mail(country, beside=b""))
    assert country.status(tmp_path / "whole.eml") == 0
    capsys.readouterr()
    for text in (b"UNSIGNED: pay 999999", b" " * 5000 + b"far below: pay 999999"):
        write(tmp_path, nested__eml=mail(country, beside=text))
        assert country.status(tmp_path / "nested.eml") == 2
        said = " ".join(capsys.readouterr().out.split())
        open_question = "does not cover the whole message. Not signed: text/plain, evil.pdf."
        assert said.index(open_question) < said.index("The signature is valid")
    report = country.zaruka().verify(tmp_path / "nested.eml")
    assert [found.conclusion.passed for found in report.signatures] == [True]
    assert not report.conclusion.passed
    (tmp_path / "whole.eml").unlink()
    assert country.status(tmp_path, "--csv") == 2
    assert "could not be established" in capsys.readouterr().out


def test_a_stamp_says_what_it_was_compared_with(country, tmp_path):
    zaruka = country.zaruka()
    write(tmp_path, stamp__tsr=country.stamp(), other__txt=ALTERED)
    assert codes(zaruka.verify(tmp_path / "stamp.tsr")) == {"input.stamp-not-compared"}
    write(tmp_path, stamp__txt=ALTERED)
    report = zaruka.verify(tmp_path / "stamp.tsr")
    assert codes(report) == {"input.stamp-of-other-file"}
    assert len(report.inputs) == 1
    report = zaruka.verify(tmp_path / "stamp.tsr", content=tmp_path / "stamp.txt")
    assert report.conclusion.sub_indication is SubIndication.HASH_FAILURE
    write(tmp_path, stamp__txt=TRUE)
    report = zaruka.verify(tmp_path / "stamp.tsr")
    assert [i.name for i in report.inputs] == ["stamp.tsr", "stamp.txt"]
    assert codes(report) == set()
    assert report.conclusion.passed


def test_a_stamp_in_a_folder_is_not_paired_with_what_it_does_not_fit(country, tmp_path):
    write(tmp_path, stamp__tsr=country.stamp(), stamp__txt=ALTERED)
    answers = {answer.name: answer for answer in country.zaruka().verify_all([tmp_path])}
    assert answers["stamp.tsr"].document is None
    assert codes(answers["stamp.tsr"].outcome) == {"input.stamp-of-other-file"}
    assert answers["stamp.txt"].outcome is None


@pytest.mark.parametrize("status", [2, 3, 4, 5])
def test_a_refusal_that_holds_a_token_is_a_refusal(country, tmp_path, status):
    response = creation.encode_response(TimeStampResponse(status, token=country.stamp()))
    write(tmp_path, refused__tsr=response)
    with pytest.raises(InputError) as raised:
        country.zaruka().verify(tmp_path / "refused.tsr")
    assert raised.value.code == "input.stamp-refused"
    assert country.status(tmp_path) == 3


def test_a_folder_in_which_nothing_is_signed_is_not_valid(country, tmp_path, capsys):
    write(tmp_path, contract__txt=ALTERED, ca__cer=country.lab.authority.certificate.der)
    assert country.status(tmp_path) == 2
    said = capsys.readouterr().out
    assert "No signature was checked." in said
    assert "valid: 1" not in said
    assert country.status(tmp_path, "--json") == 2
    assert json.loads(capsys.readouterr().out)["indication"] == "INDETERMINATE"
    assert country.status(tmp_path / "ca.cer") == 0


def test_certificates_of_a_p7b_that_cannot_be_read_are_counted(country, tmp_path, capsys):
    certificates = (country.lab.authority.certificate.der, b"\x30\x03\x02\x01\x01")
    content = wire.EncapsulatedContentInfo("1.2.840.113549.1.7.1", None)
    signed = wire.SignedData(1, (), content, certificates, None, ())
    inner = memoryview(s.encode(wire.SIGNED_DATA, signed))
    whole = wire.ContentInfo("1.2.840.113549.1.7.2", inner)
    write(tmp_path, chain__p7b=s.encode(wire.CONTENT_INFO, whole))
    assert country.status(tmp_path / "chain.p7b") == 2
    assert "1 could not" in capsys.readouterr().out


def test_a_defect_over_one_file_leaves_the_others_their_answers(
    country, tmp_path, capsys, monkeypatch
):
    write(tmp_path, a__txt=TRUE, a__txt__sig=country.sign())
    write(tmp_path, b__txt=ALTERED, b__txt__sig=country.sign(ALTERED))
    own = judging.validate_document

    def fails_over_b(document, content, context):
        if content.name == "b.txt":
            raise ZeroDivisionError
        return own(document, content, context)

    monkeypatch.setattr(judging, "validate_document", fails_over_b)
    monkeypatch.delenv("ZARUKA_DEBUG", raising=False)
    places = ([tmp_path], [tmp_path / "b.txt.sig", tmp_path / "a.txt.sig"])
    for sources in places:
        answers = {answer.name: answer.outcome for answer in country.zaruka().verify_all(sources)}
        assert answers["a.txt.sig"].conclusion.passed
        assert isinstance(answers["b.txt.sig"], ConfigError)
        assert answers["b.txt.sig"].code == "zaruka.defect"
        assert country.status(*sources) == 70
        said = capsys.readouterr().out
        assert "The program has a defect (ZeroDivisionError)" in said
        assert "valid: 1" in said


def test_a_bare_key_is_trusted_only_where_it_is_named(country, tmp_path):
    key = public_key(country.signer.private_key)
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    write(evidence, anything__der=key.spki)
    write(tmp_path, doc__txt=TRUE, doc__txt__sig=country.signer.issuer.sign(TRUE, os.urandom(64)))
    signature, content = tmp_path / "doc.txt.sig", tmp_path / "doc.txt"
    with pytest.raises(InputError):
        country.zaruka(certificates=[evidence])
    write(evidence, ca__cer=country.lab.authority.certificate.der)
    with pytest.raises(UnsupportedError) as raised:
        country.zaruka(certificates=[evidence]).verify(signature, content=content)
    assert raised.value.code == "raw.no-key"
    report = country.zaruka(key=evidence / "anything.der").verify(signature, content=content)
    assert report.conclusion.passed
    with pytest.raises(InputError) as raised:
        country.zaruka(key=evidence)
    assert raised.value.code == "input.directory"


def test_a_file_is_written_where_there_are_no_hard_links_and_never_over_another(
    tmp_path, monkeypatch
):
    def no_links(*_):
        raise PermissionError

    monkeypatch.setattr(os, "link", no_links)
    path = tmp_path / "a.sig"
    assert write_new(path, [b"one", b"two"], force=False) == 6
    assert path.read_bytes() == b"onetwo"
    monkeypatch.setattr(type(path), "exists", lambda _: False)  # made between look and write
    with pytest.raises(ConfigError) as raised:
        write_new(path, [b"three"], force=False)
    assert raised.value.code == "usage.exists"
    assert path.read_bytes() == b"onetwo"
    assert [p.name for p in tmp_path.iterdir()] == ["a.sig"]
