"""Policies: constraints as data, with clear errors."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import nation
import pytest
from nation import DAY, NOW

from zaruka.errors import ConfigError
from zaruka.findings import Indication, ObjectKind, ObjectRef, Severity, SubIndication
from zaruka.signatures import parse_signed_data
from zaruka.validation.algorithms import check_algorithm
from zaruka.validation.context import Context
from zaruka.validation.policy import Holder, built_in, parse_policy
from zaruka.validation.process import validate_document
from zaruka.validation.results import Algorithm

REF = ObjectRef(ObjectKind.SIGNATURE, "00" * 32, "test")
RSA = "1.2.840.113549.1.1.1"


def test_the_default_policy_requires_revocation_of_everybody() -> None:
    policy = built_in()
    assert policy.ref.name == "etsi"
    assert policy.revocation_required == set(Holder)
    assert policy.max_freshness is None
    assert len(policy.ref.sha256) == 64


def test_an_unknown_policy_is_a_configuration_error() -> None:
    for name in ("none", "../etsi", "etsi.toml", ""):
        with pytest.raises(ConfigError) as error:
            built_in(name)
        assert error.value.code == "policy.unknown"


HEAD = 'name = "x"\n[revocation]\nrequired = []\n'
ENTRY = HEAD + '[[algorithms]]\nname = "y"\noids = []\nsource = ""\n'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name = ",
        'name = "x"',
        HEAD.replace("[]", '["everybody"]'),
        ENTRY,
        ENTRY + "until = 2020-01-01",
        ENTRY + 'until = 2020-01-01T00:00:00Z\nlevel = "sometimes"',
    ],
)
def test_a_broken_policy_says_what_is_wrong(text: str) -> None:
    with pytest.raises(ConfigError) as error:
        parse_policy(text)
    assert error.value.code == "policy.unreadable"
    assert error.value.details["reason"]


@pytest.mark.parametrize(
    ("algorithm", "at", "fails"),
    [
        (Algorithm("1.2.643.2.2.3", "1.2.643.2.2.9"), datetime(2019, 12, 31, tzinfo=UTC), False),
        (Algorithm("1.2.643.2.2.3", "1.2.643.2.2.9"), datetime(2020, 1, 1, tzinfo=UTC), True),
        (Algorithm("1.2.643.7.1.1.3.2", "1.2.643.7.1.1.2.2"), NOW, False),
        (Algorithm(RSA, "1.3.14.3.2.26", RSA, None, 4096), NOW, True),
        (Algorithm(RSA, "2.16.840.1.101.3.4.2.1", RSA, None, 1024), NOW, True),
        (Algorithm(RSA, "2.16.840.1.101.3.4.2.1", RSA, None, 2048), NOW, False),
    ],
)
def test_algorithms_end_when_the_policy_says(
    algorithm: Algorithm, at: datetime, *, fails: bool
) -> None:
    finding = check_algorithm(built_in(), algorithm, REF, at=at)
    assert (finding.severity is Severity.UNKNOWN) is fails
    if fails:
        assert finding.sub_indication is SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE
        assert isinstance(finding.details["until"], datetime)


def judged(
    text: str, *, delay: timedelta | None = None, crls: bool = True
) -> tuple[str, str | None]:
    """Judge a signature of ten days ago, stamped after `delay`, by the policy `text`."""
    made = nation.russia()
    message = made.sign(made.signer(), b"text", at=NOW - 10 * DAY)
    if delay is not None:
        message = made.stamp(message, made.stamping(), NOW - 10 * DAY + delay)
    base = made.context() if crls else made.context(crls=())
    context = Context(parse_policy(text), base.at, base.trust, base.evidence)
    report = validate_document(parse_signed_data(message), None, context)
    return report.conclusion.indication, report.conclusion.sub_indication


NOT_REQUIRED = 'name = "x"\n[revocation]\nrequired = []\n'


def test_a_policy_may_do_without_revocation_and_the_report_says_so() -> None:
    assert judged(NOT_REQUIRED, crls=False) == (Indication.TOTAL_PASSED, None)


def test_a_policy_may_bound_the_age_of_revocation_information() -> None:
    strict = 'name = "x"\n[revocation]\nrequired = ["signer"]\nmax_freshness_s = 3600\n'
    assert judged(strict) == (Indication.INDETERMINATE, SubIndication.TRY_LATER)
    lenient = strict.replace("3600", "864000")
    assert judged(lenient) == (Indication.TOTAL_PASSED, None)
    # a list issued after the signature is known to exist is as fresh as can be (5.5.4 step 6)
    assert judged(strict, delay=DAY) == (Indication.TOTAL_PASSED, None)


def test_a_policy_may_bound_the_delay_of_the_stamp() -> None:
    text = NOT_REQUIRED + "[stamps]\ndelay_s = 3600\n"
    refused = (Indication.INDETERMINATE, SubIndication.SIG_CONSTRAINTS_FAILURE)
    assert judged(text, delay=timedelta(hours=2)) == refused
    assert judged(text, delay=timedelta(minutes=5)) == (Indication.TOTAL_PASSED, None)


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ('initial_policies = ["2.5.29.32.0"]', Indication.TOTAL_PASSED),
        ('initial_policies = ["1.2.3"]', Indication.TOTAL_PASSED),
        ('initial_policies = ["1.2.3"]\nexplicit_policy = true', Indication.INDETERMINATE),
        ("inhibit_policy_mapping = true\ninhibit_any_policy = true", Indication.TOTAL_PASSED),
    ],
)
def test_a_policy_may_demand_certificate_policies(paths: str, expected: Indication) -> None:
    assert judged(f"{NOT_REQUIRED}[paths]\n{paths}\n")[0] is expected
