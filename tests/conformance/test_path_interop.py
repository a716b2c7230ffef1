"""Certificates, lists and answers that other programs made: each gets its verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from material import cases, der
from zaruka.crypto import Outcome
from zaruka.errors import InputError
from zaruka.findings import Severity
from zaruka.x509 import rules
from zaruka.x509.certificates import Certificate
from zaruka.x509.crls import CertificateList
from zaruka.x509.ocsp import OcspResponse
from zaruka.x509.path_checks import PathInputs, find_path
from zaruka.x509.paths import Anchor, CertificatePool
from zaruka.x509.revocation import CrlPool, RevocationMeans, Status, revocation_status
from zaruka.x509.signed import verify_signed

if TYPE_CHECKING:
    from pathlib import Path

SETS = ("ru", "ru-cades", "by")
PASSED, FAILED = {"valid", "valid-lenient"}, {"invalid", "indeterminate"}


def certificates(folder: Path, names: list[str]) -> list[Certificate]:
    return [Certificate.parse(der(folder / name)) for name in names]


class Judge:
    """What a case is judged with."""

    def __init__(self, folder: Path, case: dict) -> None:
        self.at = case["at"]
        self.anchors = [Anchor.of(one) for one in certificates(folder, case["trust"])]
        self.pool = CertificatePool(certificates(folder, case["intermediates"]))
        lists = [CertificateList.parse(der(folder / name)) for name in case["crls"]]
        self.crls = CrlPool(lists)

    def means(self, *ocsps: OcspResponse, crls: bool = True) -> RevocationMeans:
        lists = self.crls if crls else CrlPool()
        return RevocationMeans(lists, ocsps, self.pool, tuple(self.anchors))

    def outcome(self, target: Certificate):
        def revocation(path):
            for index, certificate in enumerate(path.certificates):
                issuer = path.issuer_of(index)
                yield from revocation_status(certificate, issuer, self.means(), self.at).findings

        return find_path(target, self.pool, self.anchors, PathInputs(self.at), also=revocation)


def of_kind(shared: Path, *kinds: str) -> list[tuple[Path, dict]]:
    found = []
    for name in SETS:
        folder = shared / "interop" / name
        manifest = folder / "manifest.json"
        if any(f'"{kind}"' in manifest.read_text(encoding="utf-8") for kind in kinds):
            found += [(folder, case) for case in cases(folder, *kinds)]
    return found


def label(folder: Path, case: dict) -> str:
    return f"{folder.name}/{case.get('id', '')} {case['file']} {case.get('target', '')}"


def test_certificates_pass_or_fail_as_their_makers_say(shared, score):
    seen, account = [], score("interop ru, ru-cades, by: certificates")
    for folder, case in of_kind(shared, "certificate"):

        def passes(folder=folder, case=case):
            outcome = Judge(folder, case).outcome(Certificate.parse(der(folder / case["file"])))
            assert outcome.valid or outcome.failed or outcome.dead_ends, case["file"]
            return outcome.valid is not None

        account.judge(label(folder, case), case["expected"] in PASSED, passes)
        seen.append(case["expected"])
    account.check(22)
    assert {*seen} & PASSED
    assert {*seen} & FAILED


def test_an_altered_certificate_fails_by_its_signature_and_nothing_else(shared):
    seen = 0
    for folder, case in of_kind(shared, "certificate"):
        if case["file"].startswith("bad/"):
            seen += 1
            outcome = Judge(folder, case).outcome(Certificate.parse(der(folder / case["file"])))
            (failed,) = outcome.failed
            broken = {f.rule for f in failed.findings if f.severity is Severity.FAIL}
            assert broken == {rules.SIGNATURE}, case["file"]
    assert seen == 6


def test_revocation_lists_verify_as_their_makers_say(shared, score):
    account = score("interop ru, ru-cades, by: revocation lists")
    for folder, case in of_kind(shared, "crl"):

        def passes(folder=folder, case=case):
            judge = Judge(folder, case)
            try:
                crl = CertificateList.parse(der(folder / case["file"]))
            except InputError:
                return False
            signers = [*judge.pool.with_subject(crl.issuer)]
            signers += [one for one in judge.anchors if one.name == crl.issuer]
            signed = [verify_signed(crl, one.key).outcome is Outcome.VALID for one in signers]
            return any(signed) and crl.next_update >= judge.at

        account.judge(label(folder, case), case["expected"] in PASSED, passes)
    account.check(7)


def answer(folder: Path, case: dict) -> Status:
    judge = Judge(folder, case)
    target = Certificate.parse(der(folder / (case.get("subject_cert") or case["target"])))
    path = judge.outcome(target)
    (chosen,) = [path.valid] if path.valid else path.failed[:1]
    response = OcspResponse.parse(der(folder / case["file"]))
    means = RevocationMeans(CrlPool(), (response,), judge.pool, tuple(judge.anchors))
    outcome = revocation_status(target, chosen.path.issuer_of(0), means, judge.at)
    if "revocation_time" in case:
        assert f"{outcome.revoked_at:%Y-%m-%dT%H:%M:%SZ}" == case["revocation_time"]
        assert outcome.reason == 4
    return outcome.status


def test_answers_give_the_status_that_their_makers_say(shared, score):
    seen, account = [], score("interop ru, ru-cades, by: OCSP answers")
    for folder, case in of_kind(shared, "ocsp-response", "ocsp"):
        expected = case["expected"]
        wanted = case.get("cert_status") if expected == "valid" else expected
        status = {"good": Status.GOOD, "revoked": Status.REVOKED}.get(wanted, Status.UNKNOWN)
        account.judge(
            label(folder, case), status, lambda folder=folder, case=case: answer(folder, case)
        )
        seen.append(status)
    account.check(20)
    assert {*seen} == {*Status}


def test_a_responder_without_nocheck_is_looked_up_in_the_lists(shared):
    (found,) = [
        (folder, case)
        for folder, case in of_kind(shared, "ocsp-response")
        if case.get("id") == "ocsp-good-plain"
    ]
    folder, case = found
    judge = Judge(folder, case)
    target = Certificate.parse(der(folder / case["subject_cert"]))
    (issuer,) = judge.pool.with_subject(target.issuer)
    response = OcspResponse.parse(der(folder / case["file"]))
    outcome = revocation_status(target, issuer, judge.means(response), judge.at)
    assert outcome.status is Status.GOOD
    assert {one.ref.kind for one in outcome.evidence} == {"ocsp", "crl"}


@pytest.mark.parametrize("name", ["ocsp/good.resp", "crl/m-sub.crl"])
def test_truncated_evidence_is_an_error_and_nothing_worse(shared, name):
    whole = der(shared / "interop/by" / name)
    parse = OcspResponse.parse if name.endswith("resp") else CertificateList.parse
    for end in range(len(whole)):
        with pytest.raises(InputError):
            parse(whole[:end])


def test_one_flipped_bit_of_an_answer_never_counts(shared):
    (found,) = [
        (folder, case)
        for folder, case in of_kind(shared, "ocsp")
        if case["file"] == "ocsp/good.resp"
    ]
    folder, case = found
    judge = Judge(folder, case)
    target = Certificate.parse(der(folder / case["target"]))
    (issuer,) = judge.pool.with_subject(target.issuer)
    whole, counted = der(folder / case["file"]), []
    start = whole.index(OcspResponse.parse(whole).tbs_der)
    signed_until = whole.index(OcspResponse.parse(whole).signature) + 48
    for at in range(start, signed_until):
        flipped = bytearray(whole)
        flipped[at] ^= 1 << at % 8
        try:
            response = OcspResponse.parse(flipped)
        except InputError:
            continue
        outcome = revocation_status(target, issuer, judge.means(response, crls=False), judge.at)
        if outcome.status is not Status.UNKNOWN:
            counted.append(at)
    assert counted == []
