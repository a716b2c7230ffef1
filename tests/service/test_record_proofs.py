"""Evidence records over a signature prove when it was there: RFC 4998 5.3, EN 319 102-1 5.6.3.4."""

from __future__ import annotations

import base64
import copy
import json
import os

import pytest
from msgspec import structs

import zaruka
from evidence_records import SHA_256, SHA_512, STREEBOG, begin, stamping
from extending_world import COUNTRIES, DAY, HOUR, NOW, TEXT, Country
from revoked_world import Revoked, codes, kept, the_same_later
from zaruka.cli import main
from zaruka.crypto import digest
from zaruka.errors import BudgetExceeded, InputError, UnsupportedError
from zaruka.findings import Indication, Severity, SubIndication
from zaruka.service.replaying import replay
from zaruka.signatures.cms import parse_signed_data
from zaruka.signatures.xml.creation import sign_enveloped
from zaruka.validation.policy_file import parse_policy

POLICY = """
name = "mine"
extends = "etsi"

[[algorithms]]
oids = ["2.16.840.1.101.3.4.2.1"]
name = "SHA-256"
until = {until}
source = "for trial"
"""
PASSED = Indication.TOTAL_PASSED
OWN = {"ru": STREEBOG, "by": "1.2.112.0.2.0.34.101.31.81", "rsa": SHA_256}
OTHERS = (b"a neighbour", b"another")


class Archived(Revoked):
    """With evidence records of its own authority."""

    def __init__(self, name, folder):
        super().__init__(name, folder)
        self.oid = OWN[name]
        self.by = stamping(self.hierarchy)

    def begin(self, *objects, at=NOW - HOUR, oid=None):
        return begin(self.by, oid or self.oid, objects or (self.message,), at, *OTHERS)

    def verify(self, source, *drafts, content=None, at=None, **more):
        paths = [
            self.write(f"{n}.ers", each if isinstance(each, bytes) else each.der)
            for n, each in enumerate(drafts)
        ]
        return super().verify(source, *paths, content=content, at=at, **more)


@pytest.fixture(scope="module", params=COUNTRIES)
def country(request, tmp_path_factory):
    return Archived(request.param, tmp_path_factory.mktemp("records"))


@pytest.fixture(scope="module")
def russia(tmp_path_factory):
    return Archived("ru", tmp_path_factory.mktemp("records"))


def proves(report, at):
    (found,) = report.signatures
    assert found.conclusion.indication is PASSED
    assert (found.proven, found.best_signature_time) == (True, at)
    (said,) = [e for e in found.findings if e.rule.code == "validation.existence-proven"]
    assert said.actual == "evidence-record"
    assert report.findings == ()
    the_same_later(report)


def says(report, code, number=None):
    """The record proves nothing, and that is why."""
    (found,) = report.signatures
    assert not found.proven
    finding = codes(report)[code]
    assert (finding.severity, finding.details["file"]) == (Severity.WARN, "0.ers")
    if number is not None:
        assert finding.details["number"] == number
    the_same_later(report)
    return finding


# --- what a record proves


@pytest.mark.parametrize("over", ["file", "signer-info", "signature-value"])
@pytest.mark.parametrize("detached", [False, True])
def test_a_signature_counts_by_a_record_from_before_the_revocation(country, over, detached):
    message = country.detached if detached else country.message
    signature = parse_signed_data(message).signatures[0]
    octets = {
        "file": message,
        "signer-info": signature.der,
        "signature-value": signature.signature,
    }[over]
    content = TEXT if detached else None
    without = country.verify(message, content=content)
    assert without.signatures[0].conclusion.sub_indication is SubIndication.REVOKED_NO_POE
    proves(country.verify(message, country.begin(octets), content=content), NOW - HOUR)


def test_a_record_over_the_file_as_it_is_kept_counts_whatever_it_is_wrapped_in(russia):
    text = base64.encodebytes(russia.message)
    source = russia.write("contract.sig", text)
    for octets in (text, russia.message):
        proves(russia.verify(source, russia.begin(octets)), NOW - HOUR)
    wrapped = base64.encodebytes(russia.begin().der)
    proves(russia.verify(russia.message, wrapped), NOW - HOUR)


def test_signature_and_document_may_be_one_group(russia):
    draft = russia.begin(russia.detached, TEXT)
    proves(russia.verify(russia.detached, draft, content=TEXT), NOW - HOUR)


def test_an_xml_signature_is_proven_by_a_record_over_its_file(russia):
    document = sign_enveloped(b"<doc>bid</doc>", russia.signer.signer, entropy=os.urandom)
    source = russia.write("bid.xml", document)
    report = russia.verify(source, russia.begin(document))
    assert report.signatures[0].proven


@pytest.mark.parametrize("oid", [SHA_256, SHA_512, STREEBOG, "1.2.112.0.2.0.34.101.77.12"])
def test_a_record_renewed_in_both_ways_proves_its_first_moment(russia, oid):
    draft = russia.begin().renewed(russia.by, NOW - HOUR / 2)
    draft = draft.rehashed(russia.by, oid, russia.message, NOW - HOUR / 3, *OTHERS)
    draft = draft.renewed(russia.by, NOW - HOUR / 4, bare=True)
    proves(russia.verify(russia.message, draft), NOW - HOUR)


@pytest.mark.parametrize("rehash", [False, True])
def test_as_many_time_stamps_as_are_read_are_judged(russia, rehash):
    draft = russia.begin()
    for number in range(1, 64):
        at = NOW - HOUR + number * HOUR / 100
        if rehash:
            draft = draft.rehashed(russia.by, (SHA_512, SHA_256)[number % 2], russia.message, at)
        else:
            draft = draft.renewed(russia.by, at)
    proves(russia.verify(russia.message, draft), NOW - HOUR)


def test_renewals_over_a_wrapped_file_are_judged_again_by_their_digests(russia):
    text = base64.encodebytes(russia.message)
    draft = russia.begin(text).rehashed(russia.by, SHA_512, text, NOW - HOUR / 3)
    proves(russia.verify(russia.write("kept.sig", text), draft), NOW - HOUR)


def test_a_record_after_the_revocation_proves_too_little(russia):
    report = russia.verify(russia.message, russia.begin(at=NOW - HOUR / 4))
    (found,) = report.signatures
    assert found.conclusion.sub_indication is SubIndication.REVOKED_NO_POE
    assert (found.proven, found.best_signature_time) == (True, NOW - HOUR / 4)
    the_same_later(report)


def test_the_earliest_of_several_counts(russia):
    report = russia.verify(russia.message, russia.begin(at=NOW - HOUR / 4), russia.begin())
    assert report.signatures[0].best_signature_time == NOW - HOUR
    the_same_later(report)


# --- what a record does not prove


def test_a_record_over_the_document_alone_proves_nothing_of_the_signature(russia):
    for message, content in ((russia.message, None), (russia.detached, TEXT)):
        says(
            russia.verify(message, russia.begin(TEXT), content=content),
            "validation.proof-of-document",
        )


def test_a_record_that_does_not_hold_the_signature_is_about_something_else(russia):
    says(russia.verify(russia.message, russia.begin(b"another")), "validation.proof-of-other")
    lists = russia.begin().chains[0][0].reduced_hashtree
    altered = russia.begin().changed(0, 0, reduced_hashtree=(OTHERS[:1], *lists[1:]))
    says(russia.verify(russia.message, altered), "validation.proof-of-other")


def test_a_record_whose_first_stamp_is_over_another_tree_is_broken(russia):
    draft = russia.begin()
    token = russia.begin(b"another").chains[0][0].time_stamp
    says(russia.verify(russia.message, draft.changed(0, 0, time_stamp=token)), "ers.tree", 1)
    lists = draft.chains[0][0].reduced_hashtree
    altered = (lists[0], (digest(russia.oid, b"altered"),), *lists[2:])
    says(
        russia.verify(russia.message, draft.changed(0, 0, reduced_hashtree=altered)), "ers.tree", 1
    )


def test_a_renewal_over_something_else_breaks_the_record(russia):
    other = russia.begin(b"another").renewed(russia.by, NOW - HOUR / 2)
    draft = russia.begin()
    moved = structs.replace(draft, chains=((*draft.chains[0], other.chains[0][1]),))
    says(russia.verify(russia.message, moved), "ers.renewal", 2)
    other = russia.begin(b"another").rehashed(russia.by, SHA_512, b"another", NOW - HOUR / 2)
    moved = structs.replace(draft, chains=(*draft.chains, other.chains[1]))
    says(russia.verify(russia.message, moved), "ers.hash-tree-renewal", 2)


def test_stamps_in_the_wrong_order_break_the_record(russia):
    draft = russia.begin().renewed(russia.by, NOW - 2 * HOUR)
    says(russia.verify(russia.message, draft), "ers.order", 2)


def test_a_chain_of_two_digests_is_broken(russia):
    mixed = structs.replace(russia.begin(), oids=(SHA_512,)).renewed(russia.by, NOW - HOUR / 2)
    says(russia.verify(russia.message, mixed), "ers.algorithm-mixed", 2)


def test_encrypted_data_leave_it_open(russia):
    draft = structs.replace(russia.begin(), encryption=(b"\x05\x00",))
    says(russia.verify(russia.message, draft), "ers.encrypted")


@pytest.mark.parametrize("number", [1, 2, 3])
def test_each_stamp_has_to_hold(russia, tmp_path_factory, number):
    stranger = stamping(Country("ru", tmp_path_factory.mktemp("stranger")).hierarchy)
    by = [stranger if n == number else russia.by for n in (1, 2, 3)]
    draft = begin(by[0], russia.oid, [russia.message], NOW - HOUR, *OTHERS)
    draft = draft.renewed(by[1], NOW - HOUR / 2)
    draft = draft.rehashed(by[2], SHA_512, russia.message, NOW - HOUR / 3)
    finding = says(russia.verify(russia.message, draft), "validation.record-stamp", number)
    assert finding.actual == SubIndication.NO_CERTIFICATE_CHAIN_FOUND


def test_a_stamp_with_an_altered_signature_does_not_hold(russia):
    draft = russia.begin()
    token = bytearray(draft.chains[0][0].time_stamp)
    token[-3] ^= 1
    altered = draft.changed(0, 0, time_stamp=bytes(token))
    finding = says(russia.verify(russia.message, altered), "validation.record-stamp", 1)
    assert finding.actual == SubIndication.SIG_CRYPTO_FAILURE


def test_what_evidence_is_lacking_is_needed(russia):
    report = russia.verify(russia.message, russia.begin(), lists=False)
    assert "validation.record-stamp" in codes(report)
    stamping_certificate = russia.hierarchy.time_stamps.certificate.sha256
    assert stamping_certificate in {need.about for need in report.needs}


# --- authorities that ended, and the renewals that carry their time-stamps


class Aged(Archived):
    """Besides the authority of today one that stamped before, and ended an hour and a half ago."""

    ended = NOW - 3 * HOUR / 2

    def __init__(self, folder, *, revoked):
        super().__init__("ru", folder)
        nation, profile = self.hierarchy, self.hierarchy.profile
        validity = {} if revoked else {"not_before": NOW - 90 * DAY, "not_after": self.ended}
        former = nation.enrol(profile.time_stamps, profile.time_stamp_extensions, **validity)
        if revoked:
            nation.revoke(former, self.ended)
        self.publish(NOW if revoked else self.ended - HOUR / 20)
        self.then = stamping(nation, former)

    def publish(self, at=NOW):
        self.now, now = at, self.now
        super().publish()
        self.now = now

    def draft(self, at, *, rehash):
        """A record of the former authority, renewed by that of today."""
        draft = begin(self.then, self.oid, [self.message], NOW - 7 * HOUR / 4, *OTHERS)
        if at is None:
            return draft
        if rehash:
            return draft.rehashed(self.by, SHA_512, self.message, at, *OTHERS)
        return draft.renewed(self.by, at, *OTHERS)


@pytest.fixture(scope="module", params=["revoked", "expired"])
def former(request, tmp_path_factory):
    return Aged(tmp_path_factory.mktemp("aged"), revoked=request.param == "revoked")


@pytest.mark.parametrize("rehash", [False, True])
def test_a_renewal_in_time_carries_the_stamp_of_an_authority_that_ended(former, rehash):
    draft = former.draft(former.ended - HOUR / 10, rehash=rehash)
    report = former.verify(former.message, draft, policy="ru-63fz")
    found = report.signatures[0]
    assert (found.proven, found.best_signature_time) == (True, NOW - 7 * HOUR / 4), report.findings
    assert report.findings == ()
    the_same_later(report)


@pytest.mark.parametrize("rehash", [False, True])
@pytest.mark.parametrize("late", [HOUR / 10, None])
def test_a_renewal_too_late_or_none_carries_nothing(former, rehash, late):
    draft = former.draft(late and former.ended + late, rehash=rehash)
    report = former.verify(former.message, draft, policy="ru-63fz")
    finding = says(report, "validation.record-stamp", 1)
    assert finding.details["count"] == (1 if late is None else 2)


def test_a_digest_that_ended_counts_where_the_chain_was_renewed_in_time(russia):
    policy = parse_policy(POLICY.format(until=(NOW - HOUR / 2).isoformat()))
    first = russia.begin(oid=SHA_256)
    report = russia.verify(russia.message, first, policy=policy)
    assert "validation.record-algorithm" in codes(report)
    for at, code in ((NOW - 2 * HOUR / 3, None), (NOW - HOUR / 3, "validation.record-algorithm")):
        draft = first.rehashed(russia.by, SHA_512, russia.message, at)
        report = russia.verify(russia.message, draft, policy=policy)
        assert list(codes(report)) == ([] if code is None else [code])
        assert report.signatures[0].proven is (code is None)
    # renewed by another time-stamp of the same digest, it has ended all the same
    draft = first.renewed(russia.by, NOW - HOUR * 2 / 3)
    assert "validation.record-algorithm" in codes(
        russia.verify(russia.message, draft, policy=policy)
    )


# --- facts, and what is no record


def test_an_altered_record_among_the_facts_is_found(russia):
    value = kept(russia.verify(russia.message, russia.begin()))
    altered = copy.deepcopy(value)
    fact = next(each for each in altered["facts"] if each["kind"] == "evidence-record")
    fact["sha256"] = "0" * 64
    assert not replay(altered).is_same
    altered = copy.deepcopy(value)
    altered["facts"] = [e for e in altered["facts"] if e["kind"] != "evidence-record"]
    assert not replay(altered).is_same


def test_the_library_takes_records(russia):
    path = russia.write("proof.ers", russia.begin().der)
    report = zaruka.verify(
        russia.message, anchors=[russia.root], crls=[russia.lists], proofs=[path], at=NOW
    )
    assert report.conclusion.indication is PASSED


def test_what_cannot_be_read_is_refused(russia):
    whole = russia.begin().der
    for octets in (whole[:-9], whole.replace(b"\x06\x09", b"\x06\x89")):
        with pytest.raises((InputError, UnsupportedError)):
            russia.verify(russia.message, octets)
    many = structs.replace(russia.begin(), chains=russia.begin().chains * 1000)
    with pytest.raises(BudgetExceeded, match=r"ers\.too-many-stamps"):
        russia.verify(russia.message, many)
    with pytest.raises(UnsupportedError, match=r"input\.evidence-record-xml"):
        russia.verify(russia.message, b'<EvidenceRecord xmlns="urn:ietf:params:xml:ns:ers"/>')


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ru", "Архивными метками времени доказано, что подпись существовала не позднее"),
        ("ru-BY", "Архивными метками времени"),  # named by the law of the signature
        ("be", "Архіўнымі меткамі часу даказана, што подпіс існаваў не пазней за"),
        ("en", "By the time-stamps of an evidence record, the signature is proven to have existed"),
    ],
)
def test_the_commands_speak_of_records(russia, capsys, monkeypatch, tmp_path, language, said):
    for what in ("CONFIG", "DATA"):
        monkeypatch.setenv(f"XDG_{what}_HOME", str(tmp_path / what))
    source = russia.write("contract.p7s", russia.message)
    draft = russia.begin().renewed(russia.by, NOW - HOUR / 2)
    draft = draft.rehashed(russia.by, SHA_512, russia.message, NOW - HOUR / 3)
    proof = russia.write("contract.ers", draft.der)
    trust = ("--anchor", russia.root, "--crl", russia.lists, "--at", NOW.isoformat())
    words = [*map(str, ("verify", source, *trust, "--lang", language))]
    assert main(words) == 2
    capsys.readouterr()
    assert main([*words, "--proof", str(proof)]) == 0
    assert said in " ".join(capsys.readouterr().out.split())
    assert main([*words, "--json", "--proof", str(proof)]) == 0
    facts = json.loads(capsys.readouterr().out)["facts"]
    assert [e["source"] for e in facts if e["kind"] == "evidence-record"] == ["proof"]
    assert main(["inspect", str(proof), "--lang", language]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "23.11.2026 14:00:00" in shown or "2026-11-23" in shown, shown
    assert "(2.16.840.1.101.3.4.2.3)" in shown
    assert "--proof" in shown
