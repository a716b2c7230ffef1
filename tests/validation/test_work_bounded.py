"""Work on revocation is bounded for a whole question, however many signatures it has."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import structs

from hierarchy import NOW, Authority
from judging import context
from zaruka.findings import Indication
from zaruka.signatures.cms import parse_signed_data
from zaruka.signatures.creation import Signer, sign_cades
from zaruka.validation.process import validate_certificate, validate_document
from zaruka.x509 import Tries
from zaruka.x509 import rules as x509_rules

ROOT = Authority("root")
ANCHOR = ROOT.certificate()
SIGNERS = [Authority(f"signer {n}") for n in range(3)]
BUDGET = x509_rules.REVOCATION_BUDGET


@pytest.fixture(scope="module")
def document():
    """Return three signatures, by three certificates that the root issued."""
    signers = [
        Signer(one.issuer.private_key, ROOT.issue(one, ca=False, serial=n))
        for n, one in enumerate(SIGNERS, 1)
    ]
    message = sign_cades(b"text", signers, signing_time=NOW, entropy=bytes)
    return parse_signed_data(message)


def given(forged: int):
    """Make a context with the root's own list, and newer ones that another made in its name."""
    impostor = Authority("root", secret="impostor")
    later = [impostor.crl(number=n, at=NOW + timedelta(seconds=n)) for n in range(1, forged + 1)]
    return context(NOW + timedelta(hours=1), anchors=[ANCHOR], crls=[ROOT.crl(), *later])


def outcomes(report):
    return [one.conclusion.indication for one in report.signatures]


def bounded(report):
    """Tell of each signature whether its findings say that not everything was tried."""
    return [BUDGET in {f.rule for f in one.findings} for one in report.signatures]


PASSED, INDETERMINATE = Indication.TOTAL_PASSED, Indication.INDETERMINATE


def test_lists_are_held_against_certificates_so_often_for_all_signatures_together(document):
    asked = given(9)  # ten lists for each of three certificates
    for looks, passing in ((30, 3), (29, 2), (20, 2), (10, 1), (9, 0)):
        within = structs.replace(asked, tries=Tries(looks=looks))
        report = validate_document(document, None, within)
        assert outcomes(report) == [PASSED] * passing + [INDETERMINATE] * (3 - passing), looks
        assert bounded(report) == [False] * passing + [True] * (3 - passing), looks


def test_a_list_that_one_signature_tried_costs_the_next_nothing(document):
    report = validate_document(document, None, structs.replace(given(9), tries=Tries(left=10)))
    assert outcomes(report) == [PASSED] * 3
    report = validate_document(document, None, structs.replace(given(9), tries=Tries(left=9)))
    assert outcomes(report) == [INDETERMINATE] * 3
    assert bounded(report) == [True] * 3


def test_each_document_has_a_budget_of_its_own(document):
    asked = given(9)
    for _ in range(3):
        assert outcomes(validate_document(document, None, asked)) == [PASSED] * 3
    assert asked.tries is None


def test_objects_of_one_question_share_its_budget(document):
    asked = structs.replace(given(9), tries=Tries(looks=25))
    judged = [
        validate_certificate(one, asked).objects[0].conclusion for one in document.certificates
    ]
    assert [one.passed for one in judged] == [True, True, False]
