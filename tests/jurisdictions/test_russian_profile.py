"""The form of a Russian qualified certificate, and each way to depart from it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from certificates import NOW, changed, found, made, name_of, passed, policies, text

import judging
from zaruka.asn1 import schema as s
from zaruka.findings import Severity
from zaruka.jurisdictions.russia import RUSSIA
from zaruka.lab.hierarchy import Hierarchy
from zaruka.lab.russia import CONTRACTOR, SIGNER, russia
from zaruka.x509 import Certificate, Name
from zaruka.x509.issuing import extension, key_usage

SUBJECT_TOOL, ISSUER_TOOLS, KIND = "1.2.643.100.111", "1.2.643.100.112", "1.2.643.100.114"
OGRN, SNILS, INNLE, OGRNIP = (f"1.2.643.100.{n}" for n in (1, 3, 4, 5))
INN = "1.2.643.3.131.1.1"
NUMERIC, BMP = 18, 30


@pytest.fixture(scope="module")
def nation() -> Hierarchy:
    return made(russia)


def certificate(
    nation: Hierarchy, subject: Name = CONTRACTOR, extensions=SIGNER, since: datetime = NOW
) -> Certificate:
    until = since + timedelta(days=365)
    return nation.enrol(subject, extensions, not_before=since, not_after=until).certificate


def parts(name):
    return [(each.oid, each.value, each.tag) for each in name.attributes]


def without(*oids: str) -> Name:
    kept = [part for part in parts(CONTRACTOR) if part[0] not in oids]
    return name_of(*kept)


def test_a_qualified_certificate_departs_from_nothing(nation):
    good = certificate(nation)
    assert set(found(RUSSIA, good)) == {"identification-kind"}
    assert passed(RUSSIA, good) == {"qualified-form", "identifiers-correct"}


def test_those_of_interop_are_of_the_form_too(shared):
    folder = shared / "interop" / "ru" / "certs"
    for name in ("ul-256-xa", "fl-256-tca", "ip-256-a"):
        signer = judging.certificate(folder / f"{name}.crt")
        # numbers invented without check digits, and one ОГРНИП as UTF8String
        assert set(found(RUSSIA, signer)) <= {
            "identification-kind",
            "identifier-incorrect",
            "attribute-type",
        }
        assert "qualified-form" in passed(RUSSIA, signer)


def test_a_certificate_without_class_and_means_is_no_qualified_one_and_no_more_is_said(nation):
    plain = certificate(nation, without(OGRN), (key_usage("digitalSignature"),))
    assert set(found(RUSSIA, plain)) == {"not-qualified-form"}
    assert "qualified-form" not in passed(RUSSIA, plain)


@pytest.mark.parametrize("oid", [OGRN, "2.5.4.42"])
def test_what_the_law_wants_of_a_holder_is_missed_with_a_warning(nation, oid):
    finding = found(RUSSIA, certificate(nation, without(oid)))["attribute-missing"]
    assert (finding.actual, finding.severity) == (oid, Severity.WARN)
    assert oid in finding.expected.split()
    assert "qualified-form" not in passed(RUSSIA, certificate(nation, without(oid)))


def test_the_number_of_an_organisation_may_stand_in_either_place(nation):
    old = datetime(2021, 8, 31, 20, 59, tzinfo=UTC)
    extensions = changed(SIGNER, without=[KIND])
    zeros = [(INN, "007710000008", NUMERIC)]
    subject = name_of(*parts(without(INN, INNLE, "2.5.4.4", "2.5.4.42")), *zeros)
    assert found(RUSSIA, certificate(nation, subject, extensions, old)) == {}
    new = found(RUSSIA, certificate(nation, subject, extensions, old + timedelta(minutes=1)))
    assert set(new) == {"inn-of-organisation", "identification-kind-missing"}
    assert (new["inn-of-organisation"].expected, new["inn-of-organisation"].actual) == (INNLE, INN)


def test_a_person_needs_snils_and_an_entrepreneur_both_numbers(nation):
    names = [("2.5.4.6", "RU", 19), ("2.5.4.4", "Учебный"), ("2.5.4.42", "Иван")]
    person = found(RUSSIA, certificate(nation, name_of(*names)))
    assert person["attribute-missing"].actual == SNILS
    entrepreneur = name_of(*names, (OGRNIP, "304500116000157", NUMERIC))
    missing = found(RUSSIA, certificate(nation, entrepreneur))["attribute-missing"]
    assert missing.actual == f"{SNILS} {INN}"


def test_an_incomplete_address_is_only_to_know_of(nation):
    finding = found(RUSSIA, certificate(nation, without("2.5.4.8", "2.5.4.9")))
    assert finding["address-incomplete"].actual == "2.5.4.8 2.5.4.9"
    assert finding["address-incomplete"].severity is Severity.INFO


def test_string_types_and_lengths_are_compared(nation):
    long = "я" * 65
    subject = name_of(
        *parts(without("2.5.4.3", "2.5.4.10", OGRN)),
        ("2.5.4.3", long),
        ("2.5.4.10", "ООО", BMP),
        (OGRN, "1037700200009", 12),
    )
    there = found(RUSSIA, certificate(nation, subject))
    length = there["attribute-length"]
    assert (length.expected, length.actual, length.details["attributes"]) == (
        "1..64",
        "65",
        "2.5.4.3",
    )
    types = [f for f in RUSSIA.findings(certificate(nation, subject)) if "type" in f.rule.code]
    assert {(f.expected, f.actual, f.details["attributes"]) for f in types} == {
        ("UTF8String / PrintableString", "BMPString", "2.5.4.10"),
        ("NumericString", "UTF8String", OGRN),
    }


@pytest.mark.parametrize(
    ("gone", "code", "severity"),
    [
        (SUBJECT_TOOL, "sign-tool-missing", Severity.INFO),
        (ISSUER_TOOLS, "issuer-tools-missing", Severity.WARN),
        (KIND, "identification-kind-missing", Severity.INFO),
        ("2.5.29.32", "means-class-missing", Severity.INFO),
    ],
)
def test_what_is_missing_is_named(nation, gone, code, severity):
    there = found(RUSSIA, certificate(nation, extensions=changed(SIGNER, without=[gone])))
    assert set(there) - {"identification-kind"} == {code}
    assert there[code].severity is severity


def tools(*texts: str, tag: int = 12) -> bytes:
    return s.encode(s.sequence_of(s.STRING), tuple(s.Text(tag, text) for text in texts))


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        (text(SUBJECT_TOOL, "x" * 201), "sign-tool-malformed"),
        (text(SUBJECT_TOOL, "КриптоПро", BMP), "sign-tool-malformed"),
        (extension(SUBJECT_TOOL, b"\x0c\x05ab"), "sign-tool-malformed"),
        (extension(ISSUER_TOOLS, tools("a", "b", "c")), "issuer-tools-malformed"),
        (extension(ISSUER_TOOLS, tools("a", "b", "c", "")), "issuer-tools-malformed"),
        (extension(ISSUER_TOOLS, tools("a", "b", "c", "d" * 101)), "issuer-tools-malformed"),
        (extension(ISSUER_TOOLS, tools("a", "b", "c", "d", tag=BMP)), "issuer-tools-malformed"),
        (extension(ISSUER_TOOLS, b""), "issuer-tools-malformed"),
        (extension(KIND, s.encode(s.INTEGER, 4)), "identification-kind-unknown"),
        (extension(KIND, s.encode(s.INTEGER, -1)), "identification-kind-unknown"),
        (extension(KIND, s.encode(s.INTEGER, 1 << 40_000)), "identification-kind-unknown"),
        (extension(KIND, b"\x0c\x010"), "identification-kind-unknown"),
        (key_usage("digitalSignature"), "key-usage"),
        (policies("1.2.643.100.113.1", critical=True), "extension-critical"),
        (text(SUBJECT_TOOL, "КриптоПро", critical=True), "extension-critical"),
    ],
)
def test_what_is_written_otherwise_is_named(nation, extra, code):
    there = found(RUSSIA, certificate(nation, extensions=changed(SIGNER, extra)))
    assert set(there) - {"identification-kind"} == {code}


@pytest.mark.parametrize("kind", [0, 1, 2, 3])
def test_how_the_holder_was_identified_is_said(nation, kind):
    extensions = changed(SIGNER, extension(KIND, s.encode(s.INTEGER, kind)))
    there = found(RUSSIA, certificate(nation, extensions=extensions))
    assert there["identification-kind"].actual == str(kind)
    qualities = RUSSIA.identity(certificate(nation, extensions=extensions)).qualities
    assert ("identification-kind", str(kind)) in {(q.code, q.value) for q in qualities}


def test_the_arc_114_is_a_class_nowhere_but_a_kind_in_its_extension(nation):
    """A header of CryptoPro names .114.1-6 as classes: what it means follows from its place."""
    extensions = changed(SIGNER, policies(f"{KIND}.1"))
    there = found(RUSSIA, certificate(nation, extensions=extensions))
    assert "means-class-missing" in there
    assert there["identification-kind"].actual == "0"


def test_a_service_is_not_asked_for_what_a_holder_has(nation):
    assert found(RUSSIA, nation.time_stamps.certificate) == {}


def test_numbers_that_name_themselves_are_read(nation):
    subject = name_of(
        *parts(without(OGRN, INN, INNLE, SNILS)),
        ("2.5.4.97", "NTRRU-1037700200009"),
        ("2.5.4.5", "PNORU-11223300070"),
    )
    numbers = RUSSIA.identity(certificate(nation, subject)).identifiers
    assert {(n.code, n.value, n.correct, n.personal) for n in numbers} == {
        ("SNILS", "11223300070", True, True),
        ("OGRN", "1037700200009", True, False),
    }


def test_a_foreigner_s_number_is_not_measured_by_russian_rules(nation):
    subject = name_of(*parts(CONTRACTOR), ("2.5.4.5", "PASKZ-N1234567"))
    number = RUSSIA.identity(certificate(nation, subject)).identifier("SERIAL_NUMBER")
    assert (number.value, number.correct, number.personal) == ("PASKZ-N1234567", None, True)


def test_findings_are_remembered(nation):
    one = certificate(nation)
    assert RUSSIA.findings(one) is RUSSIA.findings(Certificate.parse(one.der))
