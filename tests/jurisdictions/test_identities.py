"""Who certificates name: real ones of both countries, and forms that they prescribe."""

from __future__ import annotations

import base64
import re
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

import judging
from zaruka.findings import Conclusion, SubIndication
from zaruka.jurisdictions.belarus import BELARUS
from zaruka.jurisdictions.russia import RUSSIA
from zaruka.trust import TrustBase
from zaruka.validation.context import Context, Evidence
from zaruka.validation.jurisdiction import HolderKind, Identifier, Jurisdiction
from zaruka.validation.naming import identify
from zaruka.validation.policy_file import built_in
from zaruka.validation.process import validate_certificate
from zaruka.x509 import Certificate

COUNTRIES: tuple[Jurisdiction, ...] = (RUSSIA, BELARUS)


@cache
def accredited(shared: Path) -> tuple[Certificate, ...]:
    pem = (shared / "real" / "ru" / "accredited-ca.pem").read_bytes()
    found = re.findall(rb"-----BEGIN CERTIFICATE-----(.+?)-----END", pem, re.DOTALL)
    return tuple(Certificate.parse(base64.b64decode(each)) for each in found)


def interop(shared: Path, name: str) -> Certificate:
    return judging.certificate(shared / "interop" / name)


def test_every_accredited_certificate_is_russian_and_has_right_numbers(shared: Path) -> None:
    certificates = accredited(shared)
    assert len(certificates) == 2375
    numbers: Counter[tuple[str, bool | None, int]] = Counter()
    for certificate in certificates:
        assert RUSSIA.claims(certificate)
        assert not BELARUS.claims(certificate)
        for number in RUSSIA.identity(certificate).identifiers:
            numbers[number.code, number.correct, len(number.value)] += 1
            assert not number.personal
    # five authorities wrote an ИННЮЛ of nine digits; each organisation's ИНН has ten
    assert numbers == {
        ("OGRN", True, 13): 2375,
        ("INN", True, 10): 2161,
        ("INNLE", True, 10): 214,
        ("INNLE", False, 9): 5,
    }


def test_a_wrong_number_is_a_warning_that_names_it(shared: Path) -> None:
    warned = [
        finding
        for certificate in accredited(shared)
        for finding in RUSSIA.findings(certificate)
        if finding.rule.code == "russia.identifier-incorrect"
    ]
    assert len(warned) == 5
    assert {finding.details["identifier"] for finding in warned} == {"INNLE"}


def test_pinned_russian_roots_are_the_ministry_s_and_in_the_list(shared: Path) -> None:
    by_digest = {certificate.sha256: certificate for certificate in accredited(shared)}
    for statement in RUSSIA.anchors():
        root = by_digest[statement.certificate_sha256]
        assert root.is_self_issued
        assert root.subject.get("1.2.643.100.1") == "1047702026701"  # Минцифры
        assert (root.not_before, root.not_after) == (statement.since, statement.until)
        assert root.subject.display() == statement.name
    others = [
        certificate
        for certificate in by_digest.values()
        if certificate.is_self_issued
        and certificate.sha256 not in {s.certificate_sha256 for s in RUSSIA.anchors()}
    ]
    assert [other.subject.display() for other in others] == ["ГУЦ ГС ПВДНП"]


def test_pinned_belarusian_root_is_kuc(shared: Path) -> None:
    (statement,) = BELARUS.anchors()
    root = judging.certificate(shared / "real" / "by" / "kuc.cer")
    assert statement.certificate_sha256 == root.sha256
    assert (statement.since, statement.until) == (root.not_before, root.not_after)


def judge_gossuok(shared: Path, target: str, *others: str) -> Conclusion:
    """Judge a real certificate on a day on which the real lists were in force."""
    folder = shared / "real" / "by"
    evidence = Evidence.of(
        "file",
        certificates=[judging.certificate(folder / name) for name in others],
        crls=[judging.crl(folder / name) for name in ("kuc.crl", "ruc.crl", "cas_ruc.crl")],
    )
    trust = TrustBase(tuple(s for country in COUNTRIES for s in country.anchors()))
    at = datetime(2022, 4, 20, tzinfo=UTC)
    context = Context(built_in(), at, trust, evidence, COUNTRIES)
    return validate_certificate(judging.certificate(folder / target), context).conclusion


def test_a_pinned_root_is_trusted_only_when_it_is_there(shared: Path) -> None:
    assert judge_gossuok(shared, "ruc.cer", "kuc.cer").passed
    missing = judge_gossuok(shared, "ruc.cer")
    assert missing.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND


def test_a_list_signed_by_the_next_key_of_the_same_name_serves_the_old_one(shared: Path) -> None:
    """GosSUOK's real case: issued under РУЦ of 2014, revocation in the list of РУЦ of 2021."""
    conclusion = judge_gossuok(shared, "atrib-cert-ul.cer", "kuc.cer", "ruc_old.cer", "ruc.cer")
    assert conclusion.passed
    without = judge_gossuok(shared, "atrib-cert-ul.cer", "kuc.cer", "ruc_old.cer")
    assert without.sub_indication is SubIndication.TRY_LATER


def test_organisation_s_representative_of_russia(shared: Path) -> None:
    identity = RUSSIA.identity(interop(shared, "ru/certs/ul-256-xa.crt"))
    assert identity.kind is HolderKind.REPRESENTATIVE
    assert (identity.organisation, identity.person) == ("ООО Ромашка", "Иванов Иван Иванович")
    assert identity.position == "Генеральный директор"
    personal = {number.code: number.personal for number in identity.identifiers}
    assert personal == {"OGRN": False, "SNILS": True, "INN": True, "INNLE": False}
    snils = identity.identifier("SNILS")
    assert snils is not None
    assert snils.correct
    assert {(q.code, q.value) for q in identity.qualities} >= {
        ("means-class", "KC1"),
        ("means-class", "KC2"),
    }


def test_person_and_entrepreneur_of_russia(shared: Path) -> None:
    person = RUSSIA.identity(interop(shared, "ru/certs/fl-256-tca.crt"))
    assert person.kind is HolderKind.PERSON
    entrepreneur = RUSSIA.identity(interop(shared, "ru/certs/ip-256-a.crt"))
    assert entrepreneur.kind is HolderKind.ENTREPRENEUR
    ogrnip = entrepreneur.identifier("OGRNIP")
    assert ogrnip is not None
    assert not ogrnip.personal


def test_services_are_told_from_signers(shared: Path) -> None:
    assert RUSSIA.identity(interop(shared, "ru/certs/tsa.crt")).kind is HolderKind.TSA
    responder = RUSSIA.identity(interop(shared, "ru/certs/ocsp.crt"))
    assert responder.kind is HolderKind.OCSP_RESPONDER
    assert RUSSIA.identity(interop(shared, "ru/certs/root.crt")).kind is HolderKind.ROOT_CA
    assert RUSSIA.identity(interop(shared, "ru/certs/sub.crt")).kind is HolderKind.CA


def test_representative_of_belarus_by_extensions(shared: Path) -> None:
    identity = BELARUS.identity(interop(shared, "by/pki/g-ee.cer"))
    assert identity.kind is HolderKind.REPRESENTATIVE
    assert identity.person == "Тестовая Анна Андреевна"
    assert identity.position == "Инженер-программист"
    personal = identity.identifier("PERSONAL_NUMBER")
    assert personal is not None
    assert personal.personal
    assert personal.masked.endswith("B5")
    assert "*" in personal.masked
    unp = identity.identifier("UNP")
    assert unp is not None
    assert not unp.personal


def test_person_of_belarus_by_serial_number(shared: Path) -> None:
    identity = BELARUS.identity(interop(shared, "by/pki/m-ee256.cer"))
    assert identity.kind is HolderKind.PERSON
    assert identity.person == "МИЦКЕВИЧ ВИКТОР АНТОНОВИЧ"
    number = identity.identifier("PERSONAL_NUMBER")
    assert number is not None
    assert (number.value, number.personal) == ("786545091A4PB5", True)
    assert ("role", "NP") in {(q.code, q.value) for q in identity.qualities}


def test_representative_of_belarus_as_the_standard_has_it(shared: Path) -> None:
    identity = BELARUS.identity(interop(shared, "by/pki/m-ee384-revoked.cer"))
    assert identity.kind is HolderKind.REPRESENTATIVE
    assert identity.person == "КОВАЛЁВА АННА"
    assert identity.organisation == "ОАО Вектор"
    assert (identity.position, identity.department) == (
        "начальник отдела",
        "отдел цифровых технологий",
    )
    assert [number.code for number in identity.identifiers] == ["UNP", "PASSPORT"]


@pytest.mark.parametrize("name", ["kuc.cer", "ruc.cer", "ruc_old.cer", "atrib-cert-ul.cer"])
def test_real_gossuok_certificates_are_belarusian(shared: Path, name: str) -> None:
    certificate = judging.certificate(shared / "real" / "by" / name)
    identity = identify(certificate, COUNTRIES)
    assert identity.country == "BY"
    assert {q.code for q in identity.qualities} >= {"gossuok-policy"}


def test_a_certificate_of_no_country_still_has_a_name(shared: Path) -> None:
    certificate = interop(shared, "ru/certs/root.crt")
    identity = identify(certificate, ())
    assert identity.country is None
    assert identity.name == certificate.subject.display()
    assert identity.kind is HolderKind.ROOT_CA


def test_masked_keeps_two_characters() -> None:
    number = Identifier(
        code="SNILS", value="11223344595", personal=True, correct=True, as_written="", oid=""
    )
    assert number.masked == "*********95"
