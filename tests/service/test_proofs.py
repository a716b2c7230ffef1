"""Time-stamps and receipts over a signature prove when it was there: EN 319 102-1, 5.6.1."""

from __future__ import annotations

import base64
import copy
import os
from datetime import timedelta

import pytest

import third_parties
import zaruka
from evidence_records import stamping
from extending_world import COUNTRIES, DAY, HOUR, NOW, TEXT, Country
from revoked_world import Revoked, codes, kept, the_same_later
from zaruka.cli import main
from zaruka.crypto import digest
from zaruka.errors import ConfigError, InputError, UnsupportedError
from zaruka.findings import Indication, Severity, SubIndication
from zaruka.service.replaying import replay
from zaruka.signatures.cms import parse_signed_data
from zaruka.signatures.xml.creation import sign_enveloped

PASSED = Indication.TOTAL_PASSED


class Stamped(Revoked):
    """With tokens of its own authority over anything."""

    def token(self, octets, *, at=NOW - HOUR, member=None):
        oid = (member or self.hierarchy.time_stamps).signer.digest_algorithm.oid
        return stamping(self.hierarchy, member)(oid, digest(oid, octets), at)


@pytest.fixture(scope="module", params=COUNTRIES)
def country(request, tmp_path_factory):
    return Stamped(request.param, tmp_path_factory.mktemp("proofs"))


@pytest.fixture(scope="module")
def russia(tmp_path_factory):
    return Stamped("ru", tmp_path_factory.mktemp("russia"))


def test_without_a_proof_a_later_revocation_decides(country):
    conclusion = country.verify(country.message).signatures[0].conclusion
    assert conclusion.sub_indication is SubIndication.REVOKED_NO_POE


def parts(message):
    signature = parse_signed_data(message).signatures[0]
    return {"file": message, "value": signature.signature, "signer-info": signature.der}


@pytest.mark.parametrize("over", ["file", "value", "signer-info"])
@pytest.mark.parametrize("detached", [False, True])
def test_a_stamp_over_the_signature_proves_that_it_was_there(country, over, detached):
    message = country.detached if detached else country.message
    path = country.write("proof.tsr", country.token(parts(message)[over]))
    report = country.verify(message, path, content=TEXT if detached else None)
    (found,) = report.signatures
    assert found.conclusion.indication is PASSED
    assert (found.proven, found.best_signature_time) == (True, NOW - HOUR)
    (said,) = [e for e in found.findings if e.rule.code == "validation.existence-proven"]
    assert (said.actual, said.severity) == ("time-stamp", Severity.INFO)
    assert report.findings == ()
    the_same_later(report)


def test_a_stamp_over_the_file_as_it_is_kept_counts_whatever_it_is_wrapped_in(russia):
    text = base64.encodebytes(russia.message)
    source = russia.write("contract.sig", text)
    for octets in (text, russia.message):
        path = russia.write("proof.tsr", russia.token(octets))
        report = russia.verify(source, path)
        assert report.conclusion.indication is PASSED
        the_same_later(report)


def test_a_stamp_after_the_revocation_proves_too_little(russia):
    path = russia.write("late.tsr", russia.token(russia.message, at=NOW - HOUR / 4))
    report = russia.verify(russia.message, path)
    (found,) = report.signatures
    assert found.conclusion.sub_indication is SubIndication.REVOKED_NO_POE
    assert (found.proven, found.best_signature_time) == (True, NOW - HOUR / 4)
    the_same_later(report)


def test_the_earliest_of_several_counts(russia):
    stamps = [
        russia.write(f"{n}.tsr", russia.token(russia.message, at=NOW - HOUR / 4 - n * HOUR / 2))
        for n in (0, 1)
    ]
    report = russia.verify(russia.message, *stamps)
    assert report.signatures[0].best_signature_time == NOW - HOUR * 3 / 4
    the_same_later(report)


@pytest.mark.parametrize(
    ("octets", "code"), [(b"another file", "proof-of-other"), (TEXT, "proof-of-document")]
)
@pytest.mark.parametrize("detached", [False, True])
def test_a_stamp_over_something_else_proves_nothing_and_is_said_to(russia, octets, code, detached):
    message = russia.detached if detached else russia.message
    path = russia.write("proof.tsr", russia.token(octets))
    report = russia.verify(message, path, content=TEXT if detached else None)
    assert report.signatures[0].conclusion.sub_indication is SubIndication.REVOKED_NO_POE
    assert not report.signatures[0].proven
    finding = codes(report)[f"validation.{code}"]
    assert (finding.severity, finding.details["file"]) == (Severity.WARN, "proof.tsr")
    the_same_later(report)


def test_a_stamp_that_does_not_hold_proves_nothing(russia, tmp_path_factory):
    stranger = Country("ru", tmp_path_factory.mktemp("stranger"))
    token = russia.token(russia.message, member=stranger.hierarchy.time_stamps)
    report = russia.verify(russia.message, russia.write("foreign.tsr", token))
    assert not report.signatures[0].proven
    broken = codes(report)["validation.proof-broken"]
    assert broken.actual == SubIndication.NO_CERTIFICATE_CHAIN_FOUND
    the_same_later(report)


def test_a_stamp_of_which_evidence_is_lacking_says_what_it_needs(russia):
    path = russia.write("proof.tsr", russia.token(russia.message))
    report = russia.verify(russia.message, path, lists=False)
    assert "validation.proof-broken" in codes(report)
    stamping = russia.hierarchy.time_stamps.certificate.sha256
    assert stamping in {need.about for need in report.needs}


def test_an_altered_stamp_is_none(russia):
    token = bytearray(russia.token(russia.message))
    token[-3] ^= 1
    report = russia.verify(russia.message, russia.write("altered.tsr", bytes(token)))
    assert not report.signatures[0].proven
    assert codes(report)["validation.proof-broken"].actual == SubIndication.SIG_CRYPTO_FAILURE
    the_same_later(report)


def test_an_expired_certificate_counts_where_a_stamp_was_there_in_time(russia):
    member = russia.enrol(not_before=NOW - 30 * DAY, not_after=NOW - HOUR / 3)
    message = russia.sign(member)
    without = russia.verify(message).signatures[0].conclusion
    assert without.sub_indication is SubIndication.OUT_OF_BOUNDS_NO_POE
    path = russia.write("proof.tsr", russia.token(message))
    report = russia.verify(message, path, policy="ru-63fz")
    assert report.conclusion.indication is PASSED
    the_same_later(report)


def test_xml_is_proven_by_a_stamp_over_its_file(russia):
    document = sign_enveloped(b"<doc>bid</doc>", russia.signer.signer, entropy=os.urandom)
    path = russia.write("proof.tsr", russia.token(document))
    report = russia.verify(russia.write("bid.xml", document), path)
    assert report.signatures[0].proven


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ru", "Метка времени, приложенная к подписи, доказывает, что подпись существовала"),
        ("ru-BY", "Метка времени, приложенная к подписи"),  # named by the law of the signature
        ("be", "Метка часу, дададзеная да подпісу, даказвае, што подпіс існаваў не пазней"),
        ("en", "By a time-stamp that was given beside the signature, it is proven to have existed"),
    ],
)
def test_the_command_says_by_what_the_moment_is_proven(
    russia, capsys, monkeypatch, tmp_path, language, said
):
    for what in ("CONFIG", "DATA"):
        monkeypatch.setenv(f"XDG_{what}_HOME", str(tmp_path / what))
    source = russia.write("contract.p7s", russia.message)
    proof = russia.write("contract.p7s.tsr", russia.token(russia.message))
    trust = ("--anchor", russia.root, "--crl", russia.lists, "--at", NOW.isoformat())
    words = [*map(str, ("verify", source, *trust, "--lang", language))]
    assert main(words) == 2
    capsys.readouterr()
    assert main([*words, "--proof", str(proof)]) == 0
    assert said in " ".join(capsys.readouterr().out.split())
    assert main([*words, str(proof), "--proof", str(proof)]) == 64  # about one signature
    assert main([*words, "--proof", str(source)]) == 3
    capsys.readouterr()


# --- receipts


@pytest.fixture(scope="module")
def world():
    return third_parties.World()


@pytest.fixture(scope="module")
def bid(world, tmp_path_factory):
    """A bid without a stamp, revoked after the receipt on it was given; and who trusts whom."""
    folder = tmp_path_factory.mktemp("bid")
    country = world.countries["BY"]
    message = country.hierarchy.sign(
        third_parties.BID, [country.signer], at=third_parties.SIGNED, detached=True
    )
    receipt = world.receipt(message, number=41)
    revoked_at = third_parties.NOW + timedelta(hours=1)
    country.hierarchy.revoke(country.signer, revoked_at)
    country.hierarchy.now = third_parties.NOW + timedelta(hours=2)

    def write(name, octets):
        path = folder / name
        path.write_bytes(octets)
        return path

    options = {
        "content": write("bid.txt", third_parties.BID),
        "anchors": [write("root.cer", country.hierarchy.root.certificate.der)],
        "certificates": [write("ca.cer", country.hierarchy.authority.certificate.der)],
        "crls": [
            write(f"{n}.crl", bytes(crl.der)) for n, crl in enumerate(country.hierarchy.lists())
        ],
        "at": country.hierarchy.now,
    }
    return write("bid.txt.sig", message), write("bid.dvc", receipt.der), receipt, options


def test_a_receipt_proves_the_moment_where_the_policy_counts_receipts(bid):
    source, proof, receipt, options = bid
    without = zaruka.verify(source, policy="by-113z", **options)
    assert without.signatures[0].conclusion.sub_indication is SubIndication.REVOKED_NO_POE
    report = zaruka.verify(source, policy="by-113z", proofs=[proof], **options)
    (found,) = report.signatures
    assert found.conclusion.indication is PASSED
    assert found.best_signature_time == receipt.time
    again = the_same_later(report)
    (verdict,) = [each for each in again.judged if each.part == "verdict"]
    assert [each.what for each in verdict.absent] == ["receipt"]  # the document is not here
    assert replay(kept(report), octets={_sha(third_parties.BID): third_parties.BID}).is_same


def _sha(octets):
    return digest("2.16.840.1.101.3.4.2.1", octets).hex()


def test_by_the_letter_of_the_standard_a_receipt_is_no_proof_and_that_is_said(bid):
    source, proof, _, options = bid
    report = zaruka.verify(source, policy="etsi", proofs=[proof], **options)
    assert not report.signatures[0].proven
    assert "validation.proof-not-admitted" in codes(report)
    the_same_later(report)


def test_a_receipt_on_another_signature_proves_nothing(world, bid):
    _, proof, _, options = bid
    country = world.countries["BY"]
    other = country.hierarchy.sign(
        third_parties.BID, [country.signer], at=third_parties.SIGNED, detached=True
    )
    options = {**options, "content": None}
    report = zaruka.verify(other, policy="by-113z", proofs=[proof], **options)
    assert not report.signatures[0].proven
    content = third_parties.BID
    report = zaruka.verify(
        other, policy="by-113z", proofs=[proof], **{**options, "content": content}
    )
    assert "validation.proof-of-other" in codes(report)
    the_same_later(report)


def test_what_a_record_says_of_a_receipt_is_overruled_by_the_document(bid):
    source, proof, _, options = bid
    value = kept(zaruka.verify(source, policy="by-113z", proofs=[proof], **options))
    altered = copy.deepcopy(value)
    fact = next(each for each in altered["facts"] if each["kind"] == "receipt")
    fact["extract"]["proves"] = "0" * 64
    assert not replay(altered).is_same
    octets = {_sha(third_parties.BID): third_parties.BID}
    assert replay(altered, octets=octets).is_same


# --- what is no proof


def test_what_is_neither_stamp_nor_receipt_is_refused(russia):
    for octets in (TEXT, russia.message, russia.hierarchy.root.certificate.der):
        with pytest.raises((InputError, UnsupportedError)):
            russia.verify(russia.message, russia.write("x", octets))


def test_a_proof_for_what_is_no_signature_is_wrong_usage(russia):
    path = russia.write("proof.tsr", russia.token(russia.message))
    with pytest.raises(ConfigError, match=r"usage\.proof"):
        russia.verify(russia.hierarchy.root.certificate.der, path)
