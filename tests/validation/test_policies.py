"""Policies: constraints as data, with clear errors."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path

import nation
import pytest
from msgspec import structs
from nation import DAY, NOW

from zaruka.asn1 import schema as s
from zaruka.crypto import AlgorithmId, KeyInfo
from zaruka.crypto.parameters import encode_oid, encode_pss_parameters
from zaruka.errors import ConfigError
from zaruka.findings import (
    Finding,
    Indication,
    ObjectKind,
    ObjectRef,
    Severity,
    SubIndication,
)
from zaruka.signatures import parse_signed_data
from zaruka.validation import policy_file, rules
from zaruka.validation.algorithms import algorithm_of, check_algorithm
from zaruka.validation.constraints import CONSTRAINTS
from zaruka.validation.context import Context, Evidence
from zaruka.validation.policy import Holder, Level
from zaruka.validation.policy_file import built_in, built_in_names, parse_policy
from zaruka.validation.process import validate_document
from zaruka.validation.results import Algorithm
from zaruka.x509.issuing import Issuer, issue_ocsp_response

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


HEAD = 'name = "x"\n'
ENTRY = HEAD + '[[algorithms]]\nname = "y"\noids = ["1.2"]\nsource = "z"\n'


@pytest.mark.parametrize(
    ("text", "code", "details"),
    [
        ("name = 1\nb = = 2", "policy.unreadable", {"line": 2, "column": 5}),
        ("", "policy.missing-key", {"key": "name"}),
        ("name = 5", "policy.wrong-value", {"key": "name", "expected": "text"}),
        (HEAD + "revocation = 5", "policy.wrong-value", {"key": "revocation"}),
        (
            HEAD + '[revocation]\nsiner = "fail"',
            "policy.unknown-key",
            {"key": "revocation.siner", "nearest": "signer"},
        ),
        (HEAD + "[zzz]", "policy.unknown-key", {"key": "zzz", "nearest": ""}),
        (
            HEAD + '[revocation]\nsigner = "perhaps"',
            "policy.wrong-value",
            {"key": "revocation.signer", "expected": "fail, warn, inform, ignore"},
        ),
        (
            HEAD + "[stamps]\ndelay_s = -1",
            "policy.wrong-value",
            {"key": "stamps.delay_s", "expected": "0, 1, 2 …"},
        ),
        (HEAD + "[stamps]\ndelay_s = 99999999999999999999", "policy.wrong-value", {}),
        (HEAD + "[paths]\nexplicit_policy = 1", "policy.wrong-value", {"expected": "true, false"}),
        (HEAD + '[paths]\ninitial_policies = ["any"]', "policy.wrong-value", {}),
        (
            HEAD + '[[proofs]]\nkind = "held"',
            "policy.wrong-value",
            {"key": "proofs.1.kind", "expected": "receipt, journal, operator, caller"},
        ),
        (ENTRY, "policy.missing-key", {"key": "algorithms.1.until"}),
        (ENTRY + "until = 2020-01-01", "policy.wrong-value", {"key": "algorithms.1.until"}),
        (
            ENTRY + 'until = 2020-01-01T00:00:00Z\nlevel = "sometimes"',
            "policy.wrong-value",
            {"key": "algorithms.1.level"},
        ),
        (
            HEAD + 'extends = "ru-63fs"',
            "policy.unknown",
            {"name": "ru-63fs", "nearest": "ru-63fz"},
        ),
        (HEAD + "extends = 5", "policy.wrong-value", {"key": "extends"}),
    ],
)
def test_a_broken_policy_says_what_is_wrong_and_where(
    text: str, code: str, details: dict[str, str]
) -> None:
    with pytest.raises(ConfigError) as error:
        parse_policy(text)
    assert error.value.code == code
    assert details.items() <= error.value.details.items()
    assert error.value.details


def test_a_policy_may_build_on_another_and_its_digest_covers_both() -> None:
    above = parse_policy(
        'name = "mine"\nextends = "ru-63fz"\n[revocation]\nsigner = "warn"\n'
        '[[algorithms]]\nname = "SHA-1"\noids = ["1.3.14.3.2.26"]\n'
        'until = 2030-01-01T00:00:00Z\nsource = "us"\n'
    )
    below = built_in("ru-63fz")
    assert above.revocation[Holder.SIGNER] is Level.WARN
    assert above.revocation_required == {Holder.CA, Holder.TSA}
    assert above.levels == below.levels
    assert above.proofs == below.proofs
    assert [each.name for each in above.algorithms] == [each.name for each in below.algorithms]
    (sha_1,) = (each for each in above.algorithms if each.name == "SHA-1")
    assert sha_1.source == "us"
    assert above.ref.sha256 != below.ref.sha256 != built_in("etsi").ref.sha256


@pytest.mark.parametrize("name", built_in_names())
def test_a_policy_that_comes_with_us_bears_its_own_name(name: str) -> None:
    assert built_in(name).ref.name == name


def test_etsi_writes_every_constraint_out_and_none_differs_from_its_default() -> None:
    text = (resources.files("zaruka.validation") / "policies" / "etsi.toml").read_text("utf-8")
    written = tomllib.loads(text)
    assert not built_in("etsi").levels
    for key, constraint in CONSTRAINTS.items():
        assert written[constraint.table][key] == constraint.default


def test_the_handbook_names_every_key_and_its_examples_are_policies() -> None:
    text = (Path(__file__).parents[2] / "docs" / "policies.md").read_text("utf-8")
    named = set(re.findall(r"^\| `([a-z_.]+)` \|", text, re.MULTILINE))
    keys = {
        f"{table}.{key}" if table else key
        for table, keys in policy_file.tables().items()
        for key in keys
    }
    assert keys <= named
    for key, constraint in CONSTRAINTS.items():
        (line,) = re.findall(rf"^\| `{constraint.table}\.{key}` .*$", text, re.MULTILINE)
        assert f"| `{constraint.default}` | {constraint.clause} |" in line
    examples = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    assert len(examples) >= 3
    for example in examples:
        parse_policy(example)


@pytest.mark.parametrize("level", Level)
def test_a_level_gives_a_finding_its_weight(level: Level) -> None:
    policy = parse_policy(f'{HEAD}[certificates]\nkey_usage = "{level}"')
    broken = Finding(
        rules.KEY_USAGE,
        Severity.UNKNOWN,
        REF,
        sub_indication=SubIndication.CHAIN_CONSTRAINTS_FAILURE,
    )
    weighed = policy.weigh(broken)
    expected = {
        Level.FAIL: Severity.UNKNOWN,
        Level.WARN: Severity.WARN,
        Level.INFORM: Severity.INFO,
        Level.IGNORE: None,
    }[level]
    assert (weighed and weighed.severity) == expected
    fine = structs.replace(broken, severity=Severity.PASS)
    assert policy.weigh(fine) is fine


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


NOT_REQUIRED = (
    'name = "x"\n[revocation]\nsigner = "inform"\nauthorities = "inform"\ntime_stamps = "inform"\n'
)


def test_a_policy_may_do_without_revocation_and_the_report_says_so() -> None:
    assert judged(NOT_REQUIRED, crls=False) == (Indication.TOTAL_PASSED, None)


def test_a_policy_may_bound_the_age_of_revocation_information() -> None:
    strict = NOT_REQUIRED.replace('signer = "inform"', 'signer = "fail"\nmax_freshness_s = 3600')
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


SHA_1, BELT_HASH = "1.3.14.3.2.26", "1.2.112.0.2.0.34.101.31.81"
ECDSA_SHA_256 = AlgorithmId("1.2.840.10045.4.3.2", None)


@pytest.mark.parametrize(
    ("signature", "digest"),
    [
        (AlgorithmId("1.2.840.113549.1.1.10", encode_pss_parameters(SHA_1, 20)), SHA_1),
        (AlgorithmId("1.2.840.113549.1.1.10", s.encode(s.sequence_of(s.ANY), ())), SHA_1),
        (AlgorithmId("1.2.112.0.2.0.34.101.45.11", encode_oid(BELT_HASH)), BELT_HASH),
        (AlgorithmId("1.2.112.0.2.0.34.101.45.11", b"\x05\x00"), None),
        (AlgorithmId("1.2.3"), None),
    ],
)
def test_the_digest_is_found_in_the_parameters(signature: AlgorithmId, digest: str | None) -> None:
    assert algorithm_of(signature, None).digest_oid == digest


def test_pss_with_sha_1_is_not_reliable() -> None:
    pss = AlgorithmId("1.2.840.113549.1.1.10", encode_pss_parameters(SHA_1, 20))
    finding = check_algorithm(built_in(), algorithm_of(pss, None), REF, at=NOW)
    assert finding.severity is Severity.UNKNOWN
    assert finding.actual == "SHA-1"


@pytest.mark.parametrize(
    ("curve", "severity"),
    [
        ("1.2.840.10045.3.1.1", Severity.UNKNOWN),  # P-192
        ("1.3.132.0.8", Severity.UNKNOWN),  # secp160r1, of which no size is known here
        (None, Severity.UNKNOWN),
        ("1.3.132.0.33", Severity.PASS),  # P-224
        ("1.2.840.10045.3.1.7", Severity.PASS),  # P-256
    ],
)
def test_small_and_unknown_curves_are_not_reliable(curve: str | None, severity: Severity) -> None:
    parameters = encode_oid(curve) if curve else None
    algorithm = AlgorithmId("1.2.840.10045.2.1", parameters)
    key = KeyInfo(algorithm, b"", parameters or b"")  # told apart by the last
    finding = check_algorithm(built_in(), algorithm_of(ECDSA_SHA_256, key), REF, at=NOW)
    assert finding.severity is severity


def test_the_algorithms_of_a_responder_count() -> None:
    made = nation.russia()
    who = made.signer()
    responder = made.signer(
        "Responder", purposes=("1.3.6.1.5.5.7.3.9",), algorithm=nation.GOST_2001
    )
    answer = issue_ocsp_response(
        Issuer(responder.certificate.subject, responder.key, responder.certificate.key),
        who.certificate,
        made.ca,
        this_update=NOW - DAY / 2,
        next_update=NOW + DAY,
        hash_oid=SHA_1,
        certificates=(responder.certificate,),
        entropy=nation.entropy(64),
    )
    context = made.context(crls=made.crls()[:1]).having(Evidence.of("given", ocsps=(answer,)))
    document = parse_signed_data(made.sign(who, b"text"))
    conclusion = validate_document(document, None, context).signatures[0].conclusion
    assert conclusion.indication is Indication.INDETERMINATE
    assert conclusion.sub_indication is SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE
