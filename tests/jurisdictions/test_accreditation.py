"""Whether the issuer was accredited on the day of issue: 63-FZ 18.1(1)1."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from zaruka.findings import Indication, Severity, SubIndication
from zaruka.jurisdictions.russia import RUSSIA
from zaruka.jurisdictions.russia.accreditation import check_accreditation
from zaruka.jurisdictions.russia.accredited import parse_accredited
from zaruka.lab.lists import Accredited, accredited_list
from zaruka.lab.russia import CONTRACTOR, SIGNER, russia
from zaruka.trust import TrustBase, given
from zaruka.validation.blocks.x509_validation import validate_certificate_chain
from zaruka.validation.context import Context, Evidence
from zaruka.validation.policy import Level
from zaruka.validation.policy_file import built_in, built_in_names, parse_policy

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
NATION = russia(NOW, lambda count: hashlib.shake_256(b"accreditation").digest(count))
SIGNED = NATION.enrol(CONTRACTOR, SIGNER)
ISSUE = SIGNED.certificate.not_before
CA = NATION.authority.certificate

GOOD, OFF, OVER, GONE = "Действует", "Приостановлена", "Прекращена", "Аннулирована"


def listed(*statuses, successor=None, certificates=(CA,)) -> TrustBase:
    """A list with one authority; its statuses are (word, days from the issue)."""
    history = tuple((word, ISSUE + days * DAY) for word, days in statuses)
    own = Accredited("УЦ", "1027700100010", certificates, history, successor=successor)
    octets = accredited_list([own], version=16314, issued=NOW - DAY)
    return TrustBase(parse_accredited(octets).statements)


def answer(trust: TrustBase, issuer: str = CA.sha256):
    return check_accreditation(SIGNED.certificate, issuer, trust, NOW)


def codes(trust: TrustBase, issuer: str = CA.sha256):
    return [each.rule.code for each in answer(trust, issuer)]


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ([(GOOD, -9)], ["russia.accredited"]),
        ([(GOOD, 0)], ["russia.accredited"]),
        ([(GOOD, 1)], ["russia.accredited-later"]),
        ([(OFF, -9)], ["russia.accreditation-suspended"]),
        ([(GOOD, -99), (OFF, 1)], ["russia.accredited"]),  # before a suspension
        ([(GOOD, -99), (OFF, -9), (GOOD, 9)], ["russia.accreditation-suspended"]),  # during it
        ([(GOOD, -99), (OFF, -19), (GOOD, -9)], ["russia.accredited"]),  # after it
        ([(GOOD, -99), (OVER, -9)], ["russia.accreditation-ended"]),
        ([(GOOD, -99), (GONE, -9)], ["russia.accreditation-annulled"]),
        ([(GOOD, -99), ("Забыта", -9)], ["russia.accreditation-unknown"]),
        ([(GOOD, -99), (OVER, 9)], ["russia.accredited", "russia.accreditation-over-since"]),
        ([(GOOD, -99), (GONE, 9)], ["russia.accredited", "russia.accreditation-over-since"]),
    ],
)
def test_the_status_on_the_day_of_issue_counts(statuses, expected):
    assert codes(listed(*statuses)) == expected


def test_only_accreditation_in_force_passes():
    assert answer(listed((GOOD, -9)))[0].severity is Severity.PASS
    for word in (OFF, OVER, GONE, "Забыта"):
        assert answer(listed((word, -9)))[0].severity is Severity.WARN


def test_the_finding_names_the_list():
    (found,) = answer(listed((GOOD, -9)))
    assert found.details["list"] == "e-trust 16314 2026-11-22"
    assert len(found.details["list_sha256"]) == 64
    assert found.details["since"] == ISSUE - 9 * DAY
    assert found.details["authority"] == "УЦ"


def test_an_authority_that_handed_its_functions_over_names_its_successor():
    (found,) = answer(listed((GOOD, -99), (OVER, -9), successor="1037700200009"))
    assert found.rule.code == "russia.accreditation-handed-over"
    assert found.details["successor"] == "1037700200009"


def test_a_key_that_another_authority_took_over_is_judged_by_the_one_in_force():
    ended = Accredited("Один", "1", (CA,), ((OVER, ISSUE - 9 * DAY),), successor="2")
    heir = Accredited("Другой", "2", (CA,), ((GOOD, ISSUE - 9 * DAY),))
    octets = accredited_list([ended, heir], version=1, issued=NOW)
    (found,) = answer(TrustBase(parse_accredited(octets).statements))
    assert found.rule.code == "russia.accredited"
    assert found.details["authority"] == "Другой"


def test_without_a_list_nothing_is_said_to_have_passed():
    (found,) = answer(TrustBase(given([CA])))
    assert found.rule.code == "russia.accreditation-not-checked"
    assert found.severity is Severity.UNKNOWN


def test_an_authority_in_no_list_is_not_accredited():
    trust = listed((GOOD, -9), certificates=(NATION.root.certificate,))
    assert codes(trust) == ["russia.issuer-not-listed"]
    assert codes(trust, "") == ["russia.issuer-not-listed"]


# --- what a policy makes of it


def chain(trust: TrustBase, level: Level):
    relaxed = "signer = 'inform'\nauthorities = 'inform'\n"
    policy = parse_policy(f"{HEAD}{relaxed}[certificates]\naccreditation = '{level}'\n")
    evidence = Evidence.of(
        "signature", certificates=[SIGNED.certificate, CA, NATION.root.certificate]
    )
    base = TrustBase((*given([NATION.root.certificate]), *trust.statements))
    context = Context(policy, NOW, base, evidence, (RUSSIA,))
    return validate_certificate_chain(SIGNED.certificate, context).conclusion


HEAD = 'name = "test"\n[revocation]\n'
SUSPENDED = [(GOOD, -99), (OFF, -9)]


@pytest.mark.parametrize(
    ("statuses", "severity"), [([(GOOD, -9)], Severity.PASS), (SUSPENDED, Severity.WARN)]
)
def test_the_policy_etsi_tells_of_it_beside_the_verdict(statuses, severity):
    found = chain(listed(*statuses), Level.WARN)
    assert found.passed
    (about,) = [f for f in found.findings if f.rule.clause.startswith("63-FZ 18.1")]
    assert about.severity is severity


def test_the_policy_etsi_tells_that_it_was_not_checked():
    found = chain(TrustBase(), Level.WARN)
    assert found.passed
    (about,) = [f for f in found.findings if f.rule.code == "russia.accreditation-not-checked"]
    assert about.severity is Severity.INFO


@pytest.mark.parametrize("trust", [TrustBase(), listed(*SUSPENDED), listed((GOOD, 1))])
def test_a_national_policy_demands_it(trust):
    found = chain(trust, Level.FAIL)
    assert found.indication is Indication.INDETERMINATE
    assert found.sub_indication is SubIndication.CHAIN_CONSTRAINTS_FAILURE


@pytest.mark.parametrize("statuses", [[(GOOD, -9)], [(GOOD, -99), (OVER, 9)]])
def test_a_national_policy_is_content_where_it_was_in_force(statuses):
    assert chain(listed(*statuses), Level.FAIL).passed


def test_the_policy_says_it_in_one_key():
    assert parse_policy('name = "x"').level("accreditation") is Level.WARN
    demanded = parse_policy('name = "x"\n[certificates]\naccreditation = "fail"\n')
    assert demanded.level("accreditation") is Level.FAIL
    for name in built_in_names():
        assert built_in(name).level("accreditation") is Level.WARN


@pytest.mark.parametrize(
    ("level", "severity"), [(Level.INFORM, Severity.INFO), (Level.IGNORE, None)]
)
def test_a_policy_may_mind_it_less(level, severity):
    found = chain(listed(*SUSPENDED), level)
    assert found.passed
    about = [f.severity for f in found.findings if f.rule.clause.startswith("63-FZ 18.1")]
    assert about == ([] if severity is None else [severity])
