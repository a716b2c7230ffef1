"""What is said of an anchor at a moment at which nobody trusts it: EN 319 102-1 5.2.6.4 step 3."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hierarchy import NOW, Authority
from zaruka.messages import messages
from zaruka.reports.sentences import sentence
from zaruka.trust import Standing, Statement, TrustBase
from zaruka.validation.blocks.x509_validation import validate_certificate_chain
from zaruka.validation.context import Context, Evidence
from zaruka.validation.policy_file import built_in

DAY = timedelta(days=1)
ROOT, LEAF = Authority("standing root"), Authority("standing leaf")
ANCHOR = ROOT.certificate()
SIGNER = ROOT.issue(LEAF, ca=False)
STATES = [
    (Standing.GRANTED, -90, -60),
    (Standing.SUSPENDED, -60, -30),
    (Standing.GRANTED, -30, -10),
    (Standing.ANNULLED, -10, None),
]


def found_at(days, states=STATES):
    """What is found of the anchor so many days from now."""
    statements = [
        Statement(
            ANCHOR.sha256,
            "Root",
            "list 7 2026-05-01",
            since=NOW + since * DAY,
            until=None if until is None else NOW + until * DAY - DAY / 86_400,
            standing=standing,
        )
        for standing, since, until in states
    ]
    evidence = Evidence.of("file:test", certificates=[ANCHOR, SIGNER], crls=[ROOT.crl()])
    context = Context(built_in(), NOW + days * DAY, TrustBase(tuple(statements)), evidence)
    conclusion = validate_certificate_chain(SIGNER, context, signs=False).conclusion
    (found,) = [f for f in conclusion.findings if f.rule.code.startswith("validation.anchor")]
    return found, conclusion.sub_indication


@pytest.mark.parametrize(
    ("days", "code"),
    [
        (-70, "validation.anchor"),
        (-45, "validation.anchor-suspended"),
        (-20, "validation.anchor"),
        (-5, "validation.anchor-annulled"),
        (-99, "validation.anchor-ended"),
    ],
)
def test_an_anchor_is_told_of_as_it_stood_then(days, code):
    found, sub = found_at(days)
    assert found.rule.code == code
    refused = None if code == "validation.anchor" else "NO_CERTIFICATE_CHAIN_FOUND_NO_POE"
    assert refused is None or sub == refused


def test_after_the_last_statement_trust_has_ended():
    found, _ = found_at(-5, STATES[:2])
    assert found.rule.code == "validation.anchor-ended"


def test_the_sentence_names_the_list_and_the_day():
    found, _ = found_at(-45)
    said = sentence(found, messages("ru"))
    assert "приостановлено с 02.04.2026" in said.text
    assert "list 7 2026-05-01" in said.text
