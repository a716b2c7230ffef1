"""What is said of a finding depends on where it was made, and a headline on what lacks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from zaruka.findings import Conclusion, Finding, Indication, ObjectKind, ObjectRef, Severity
from zaruka.findings import SubIndication as Sub
from zaruka.messages import LANGUAGES, messages
from zaruka.reports.page import headline
from zaruka.reports.sentences import Place, sentence
from zaruka.signatures import rules as signature_rules
from zaruka.validation import rules

SIGNER = ObjectRef(ObjectKind.CERTIFICATE, "1" * 64, "A")
SIGNATURE = ObjectRef(ObjectKind.SIGNATURE, "2" * 64, "A")
AT = datetime(2026, 10, 24, tzinfo=UTC)
OPEN = Indication.INDETERMINATE


def unknown(rule, subject, sub=None):
    details = {"at": AT, "not_after": AT}
    return Finding(rule, Severity.UNKNOWN, subject, details=details, sub_indication=sub)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "rule", [rules.REVOKED, rules.CA_REVOKED, rules.ON_HOLD, rules.EXPIRED], ids=lambda r: r.code
)
def test_what_the_proven_time_answers_asks_for_nothing(language, rule):
    say, finding = messages(language), unknown(rule, SIGNER)
    assert sentence(finding, say).remedy
    answered = sentence(finding, say, Place.ANSWERED)
    assert answered.remedy is None
    assert answered.text != sentence(finding, say).text
    assert "24.10.2026" in answered.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "rule", [signature_rules.SIGNATURE, signature_rules.FORMAT], ids=lambda r: r.code
)
def test_the_signature_of_a_stamp_is_said_to_be_the_stamps(language, rule):
    finding = Finding(rule, Severity.FAIL, SIGNATURE)
    said = sentence(finding, messages(language), Place.STAMP).text.lower()
    assert any(word in said for word in ("метк", "метц", "штамп", "stamp")), said


@pytest.mark.parametrize(
    ("language", "first"),
    [
        ("ru", "Нужен список аннулированных сертификатов."),
        ("ru-BY", "Нужен список отозванных сертификатов."),
        ("be", "Патрэбны спіс адкліканых сертыфікатаў."),
        ("en", "A certificate revocation list is needed."),
    ],
)
def test_a_headline_says_first_what_to_bring(language, first):
    missing = unknown(rules.NO_REVOCATION_EVIDENCE, SIGNER, Sub.TRY_LATER)
    said = headline(Conclusion(OPEN, Sub.TRY_LATER, (missing,)), messages(language))
    assert said.startswith(first)


def test_a_stamp_that_came_too_late_is_not_called_missing():
    revoked = unknown(rules.REVOKED, SIGNER, Sub.REVOKED_NO_POE)
    proven = Finding(rules.SIGNATURE_TIME_PROVEN, Severity.PASS, SIGNATURE)
    say = messages("ru")
    without = headline(Conclusion(OPEN, Sub.REVOKED_NO_POE, (revoked,)), say)
    late = headline(Conclusion(OPEN, Sub.REVOKED_NO_POE, (revoked, proven)), say)
    assert "ничем не доказано" in without
    assert "ничем не доказано" not in late
