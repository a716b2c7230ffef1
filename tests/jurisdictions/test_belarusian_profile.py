"""The two forms of Belarusian certificates: STB 34.101.78 and GosSUOK's own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from certificates import NOW, changed, found, made, name_of, passed, policies, text

import judging
from zaruka.asn1 import extensions as asn1
from zaruka.findings import Severity
from zaruka.jurisdictions.belarus import BELARUS
from zaruka.lab.belarus import BIDDER, SIGNER, belarus
from zaruka.lab.hierarchy import Hierarchy
from zaruka.x509 import Certificate, Name
from zaruka.x509.issuing import extension, key_usage

UNP, PERSONAL_NUMBER = "1.2.112.1.2.1.1.1.1.2", "1.2.112.1.2.1.1.1.1.1"
ROLE = "1.2.112.0.2.0.34.101.78.2."
PRINTABLE, BMP = 19, 30


@pytest.fixture(scope="module")
def nation() -> Hierarchy:
    return made(belarus)


def certificate(nation: Hierarchy, subject: Name, extensions, years: float = 1) -> Certificate:
    until = NOW + timedelta(days=365 * years)
    return nation.enrol(subject, extensions, not_before=NOW, not_after=until).certificate


# --- GosSUOK


@pytest.mark.parametrize("name", ["kuc.cer", "ruc.cer", "ruc_old.cer", "atrib-cert-ul.cer"])
def test_real_gossuok_certificates_are_of_gossuok_s_form_and_nothing_is_wrong(shared, name):
    real = judging.certificate(shared / "real" / "by" / name)
    assert "form-gossuok" in passed(BELARUS, real)
    assert set(found(BELARUS, real)) <= {"no-crl-address"}


def test_a_representative_of_gossuok_s_form_is_not_measured_by_the_other(nation):
    """R15: no commonName, no nonRepudiation, numbers in extensions; normal there."""
    real = certificate(nation, BIDDER, SIGNER)
    assert passed(BELARUS, real) == {"form-gossuok", "identifiers-correct"}
    there = found(BELARUS, real)
    assert set(there) == {"no-non-repudiation", "no-crl-address"}
    assert {finding.severity for finding in there.values()} == {Severity.INFO}


@pytest.mark.parametrize("gone", [UNP, PERSONAL_NUMBER])
def test_a_number_that_gossuok_always_writes_is_missed(nation, gone):
    there = found(BELARUS, certificate(nation, BIDDER, changed(SIGNER, without=[gone])))
    assert (there["attribute-missing"].actual, there["attribute-missing"].severity) == (
        gone,
        Severity.WARN,
    )


def test_wrong_numbers_are_warned_of_and_masked_where_personal(nation):
    wrong = changed(
        SIGNER, text(UNP, "190000006", BMP), text(PERSONAL_NUMBER, "4010190A000PB1", BMP)
    )
    findings = BELARUS.findings(certificate(nation, BIDDER, wrong))
    assert {f.actual for f in findings if f.rule.code.endswith("identifier-incorrect")} == {
        "190000006",
        "************B1",
    }


def test_a_certificate_of_neither_form_is_called_so(nation):
    subject = name_of(("2.5.4.6", "BY", PRINTABLE), ("2.5.4.3", "Somebody"))
    plain = certificate(nation, subject, (key_usage("digitalSignature"),))
    assert set(found(BELARUS, plain)) == {"form-unknown"}


# --- STB 34.101.78

PERSON = (
    ("2.5.4.3", "JANKA NASTAUNIK"),
    ("2.5.4.4", "НАСТАЎНІК/НАСТАВНИК"),
    ("2.5.4.42", "ЯНКА/ЯН"),
    ("2.5.4.5", "PNOBY-4010190A000PB3", PRINTABLE),
    ("2.5.4.6", "BY", PRINTABLE),
)
OF_PERSON = (
    extension(
        "2.5.29.19", asn1.BasicConstraints(ca=False, path_len_constraint=None), critical=True
    ),
    key_usage("digitalSignature", "nonRepudiation", "keyEncipherment"),
    extension("2.5.29.37", ("1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.4"), critical=True),
    policies(f"{ROLE}60"),
)
NO_ADDRESSES = {"extension-missing"}  # the addresses of lists and answers, which no test needs


def test_the_standard_s_form_in_certificates_of_another_program(shared):
    """Made by bee2evp after the standard: nothing departs but what the makers left out."""
    folder = shared / "interop" / "by" / "pki"
    for name in ("m-ee256", "m-ee384", "m-ee512", "m-root"):
        made_by_others = judging.certificate(folder / f"{name}.cer")
        assert "form-bpki" in passed(BELARUS, made_by_others)
        assert set(found(BELARUS, made_by_others)) <= {"identifier-incorrect"}
    assert set(found(BELARUS, judging.certificate(folder / "m-tsa.cer"))) == {
        "identifier-incorrect",
        *NO_ADDRESSES,
    }


def test_a_person_s_certificate_of_the_standard_s_form(nation):
    good = certificate(nation, name_of(*PERSON), OF_PERSON)
    assert passed(BELARUS, good) == {"form-bpki", "identifiers-correct"}
    there = found(BELARUS, good)
    assert set(there) == NO_ADDRESSES
    assert there["extension-missing"].actual == "2.5.29.31 1.3.6.1.5.5.7.1.1"


@pytest.mark.parametrize(
    ("subject", "code", "attributes"),
    [
        ([*PERSON[:3], *PERSON[4:]], "attribute-missing", "2.5.4.5"),
        ([*PERSON[1:], PERSON[0]], "attribute-order", None),
        ([PERSON[0], *PERSON], "attribute-doubled", "2.5.4.3"),
        ([("2.5.4.3", "JANKA  NASTAUNIK"), *PERSON[1:]], "attribute-spaces", "2.5.4.3"),
        ([("2.5.4.3", "J" * 65), *PERSON[1:]], "attribute-length", "2.5.4.3"),
        ([("2.5.4.3", "JANKA", BMP), *PERSON[1:]], "attribute-type", "2.5.4.3"),
    ],
)
def test_a_subject_of_another_form_is_named(nation, subject, code, attributes):
    there = found(BELARUS, certificate(nation, name_of(*subject), OF_PERSON))
    assert set(there) - NO_ADDRESSES == {code}
    where = there[code].details.get("attributes") or there[code].actual
    assert attributes is None or where == attributes


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        (key_usage("digitalSignature", "nonRepudiation"), "key-usage"),
        (
            key_usage("digitalSignature", "nonRepudiation", "keyEncipherment", critical=False),
            "extension-criticality",
        ),
        (extension("2.5.29.37", ("1.3.6.1.5.5.7.3.2",), critical=True), "purposes"),
        (policies(f"{ROLE}60", critical=True), "extension-criticality"),
    ],
)
def test_extensions_of_another_form_are_named(nation, extra, code):
    there = found(BELARUS, certificate(nation, name_of(*PERSON), changed(OF_PERSON, extra)))
    assert set(there) - NO_ADDRESSES == {code}


def test_a_longer_validity_than_the_table_s_is_named(nation):
    there = found(BELARUS, certificate(nation, name_of(*PERSON), OF_PERSON, years=4))
    assert (there["validity"].expected, there["validity"].actual) == ("3", "4.0")


def test_an_operator_is_a_representative_first(nation):
    """7.2: an operator of a service bears two roles; the form is that of its own."""
    extensions = changed(OF_PERSON, policies(f"{ROLE}20", f"{ROLE}62"))
    there = found(BELARUS, certificate(nation, name_of(*PERSON), extensions))
    assert "2.5.4.97" in there["attribute-missing"].actual.split()


# --- numbers


def numbers_of(nation: Hierarchy, *attributes):
    subject = name_of(("2.5.4.6", "BY", PRINTABLE), ("2.5.4.10", "ОАО"), *attributes)
    identity = BELARUS.identity(certificate(nation, subject, OF_PERSON))
    return {(n.code, n.value, n.correct, n.personal) for n in identity.identifiers}


@pytest.mark.parametrize(
    ("oid", "written", "number"),
    [
        ("2.5.4.97", "TAXBY-190000005", ("UNP", "190000005", True, False)),
        ("2.5.4.97", "VATBY-190000005", ("UNP", "190000005", True, False)),
        ("2.5.4.97", "taxby-190000006", ("UNP", "190000006", False, False)),
        ("2.5.4.97", "NTRBY-190000005", ("REGISTER_NUMBER", "190000005", None, False)),
        ("2.5.4.97", "NTRRU-1027700132195", ("FOREIGN_NUMBER", "RU-1027700132195", None, False)),
        ("2.5.4.5", "PNOBY-4010190A000PB3", ("PERSONAL_NUMBER", "4010190A000PB3", True, True)),
        ("2.5.4.5", "PNOBY-4010190A000PB4", ("PERSONAL_NUMBER", "4010190A000PB4", False, True)),
        ("2.5.4.5", "PNOLT-4010190A000PB4", ("PERSONAL_NUMBER", "4010190A000PB4", None, True)),
        ("2.5.4.5", "PASBY-MP0112358", ("PASSPORT", "MP0112358", None, True)),
        ("2.5.4.5", "IDCBY-590082394654", ("ID_CARD", "590082394654", None, True)),
        ("2.5.4.5", "00:1B:44:11:3A:B7", ("SERIAL_NUMBER", "00:1B:44:11:3A:B7", None, True)),
    ],
)
def test_numbers_are_named_by_what_they_say_of_themselves(nation, oid, written, number):
    assert numbers_of(nation, (oid, written)) == {number}


@pytest.mark.parametrize("written", ["TAXBY", "TAXBY-", "TAXBY- ", "TAX-190000005", "ТАХBY-1"])
def test_what_is_of_no_such_form_is_no_number_of_an_organisation(nation, written):
    assert numbers_of(nation, ("2.5.4.97", written)) == set()
