"""Powers of a Russian signer: a personal certificate and a machine-readable power of attorney."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from msgspec import structs

import zaruka
from zaruka.errors import BudgetExceeded, InputError, UnsupportedError
from zaruka.findings import Severity
from zaruka.jurisdictions.russia.power_of_attorney import SIZE_MAX, parse_power_of_attorney
from zaruka.jurisdictions.russia.power_status import parse_power_status
from zaruka.lab import russia as ru
from zaruka.lab.powers import (
    CLERK,
    COMPANY,
    DEPUTY,
    HEAD,
    Text,
    write_delegation,
    write_power,
    write_status,
)
from zaruka.messages import messages
from zaruka.reports.sentences import sentence
from zaruka.service import Zaruka
from zaruka.validation.powers import PowersBasis, PowersOutcome
from zaruka.x509 import Name

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SIGNED = NOW - timedelta(days=1)
FIRST, SECOND, THIRD = (f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2, 3))
CODE, OTHER = "BBDOCS_DOCS_DCSALL_SRCDOC_SOURCEDOCS8", "BBDOCS_OTHER"
POWER = Text(
    FIRST, date(2026, 9, 1), date(2027, 8, 31), ((CODE, "Подписывать транспортные накладные"),)
)
CONFIRMED, NOT_SHOWN, INSUFFICIENT = PowersOutcome


class Office:
    """A folder with a signed document, and whatever is shown beside it."""

    place = "shown"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.nation = ru.russia(NOW, os.urandom)
        self.head = self.nation.enrol(ru.CONTRACTOR, ru.SIGNER)
        self.clerk, self.deputy = (
            self.nation.enrol(
                ru.person(
                    who.surname, f"{who.name} {who.patronymic}", inn=who.inn, snils=who.snils
                ),
                ru.SIGNER,
            )
            for who in (CLERK, DEPUTY)
        )
        (folder / "trust").mkdir()
        (folder / "trust" / "root.cer").write_bytes(self.nation.root.certificate.der)
        for number, crl in enumerate(self.nation.lists()):
            (folder / "trust" / f"{number}.crl").write_bytes(bytes(crl.der))
        self.document(self.clerk)

    def document(self, *members):
        message = self.nation.sign(b"waybill", members, at=SIGNED, detached=False)
        for index in range(len(members)):
            message = self.nation.stamp(message, index, at=SIGNED)
        self.signature = self.folder / "waybill.p7s"
        self.signature.write_bytes(message)

    def show(self, octets, *signers, name="power.xml", place=None):
        path = self.folder / (place or self.place) / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(octets)
        if signers:
            message = self.nation.sign(octets, signers, at=SIGNED, detached=True)
            path.with_name(f"{name}.sig").write_bytes(message)
        return path

    def verify(self, *shown, codes=(CODE,)):
        return zaruka.verify(
            self.signature,
            anchors=[self.folder / "trust" / "root.cer"],
            crls=[self.folder / "trust"],
            at=NOW,
            powers=shown,
            power_codes=codes,
        )

    def powers(self, *shown, codes=(CODE,)):
        (signature,) = self.verify(*shown, codes=codes).signatures
        return signature.powers


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    return Office(tmp_path_factory.mktemp("office"))


@pytest.fixture(autouse=True)
def place(office, tmp_path):
    """Give each test a folder of its own: signatures are found by what they sign."""
    office.place = tmp_path.name


@pytest.fixture
def active(office):
    return office.show(write_status(FIRST, NOW), name="status.json")


def against(powers):
    wrong = (Severity.FAIL, Severity.UNKNOWN)
    return {each.rule.code for each in powers.findings if each.severity in wrong}


def said(powers):
    return {each.rule.code for each in powers.findings}


# --- the ordinary case


def test_a_clerk_with_a_power_of_attorney_in_the_registry_is_confirmed(office, active):
    power = office.show(write_power(POWER, [CLERK]), office.head)
    powers = office.powers(power, active)
    assert against(powers) == set()
    assert powers.outcome is CONFIRMED
    assert powers.basis is PowersBasis.POWER_OF_ATTORNEY
    assert powers.number == FIRST
    assert powers.principal == COMPANY.name
    assert [each.code for each in powers.powers] == [CODE]
    assert powers.since == datetime(2026, 8, 31, 21, tzinfo=UTC)  # midnight in Moscow


def test_an_enclosed_signature_will_do(office, active):
    octets = write_power(POWER, [CLERK])
    message = office.nation.sign(octets, [office.head], at=SIGNED, detached=False)
    assert office.powers(office.show(message, name="power.p7m"), active).outcome is CONFIRMED


def test_a_power_of_attorney_beside_the_document_is_found_by_its_name(office, active):
    name = f"ON_EMCHD_20260901_{FIRST}.xml"
    found = office.show(write_power(POWER, [CLERK]), office.head, name=name, place=".")
    try:
        powers = office.powers(active)
        assert powers.outcome is CONFIRMED
        found.write_bytes(b"<a/>")
        powers = office.powers(active)
        assert powers.outcome is NOT_SHOWN
        assert "validation.powers-unread" in said(powers)
    finally:
        found.unlink()
        found.with_name(f"{name}.sig").unlink()


def test_without_any_document_nothing_is_shown_and_the_remedy_is_said(office):
    powers = office.powers()
    assert powers.outcome is NOT_SHOWN
    assert said(powers) == {"validation.powers-none"}


def test_the_head_is_named_by_the_organisations_certificate(office):
    office.document(office.head)
    powers = office.powers()
    assert powers.outcome is CONFIRMED
    assert powers.basis is PowersBasis.CERTIFICATE
    assert powers.principal == COMPANY.name
    office.document(office.clerk)


def test_a_certificate_of_the_years_before_shows_no_powers(office):
    day = datetime(2024, 8, 31, 20, tzinfo=UTC)  # the last hour in Moscow
    old = office.nation.enrol(ru.CONTRACTOR, ru.SIGNER, not_before=day)
    office.document(old)
    powers = office.powers()
    assert powers.outcome is NOT_SHOWN
    assert against(powers) == {"russia.power-certificate"}
    office.document(office.clerk)


# --- what is wrong with it


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ({"until": date(2026, 11, 21)}, "russia.power-term"),
        ({"issued": date(2026, 11, 23)}, "russia.power-term"),
        ({"powers": ((OTHER, "Иное"),)}, "russia.power-scope"),
        ({"powers": (), "words": "Подписывать накладные"}, "russia.power-scope"),
    ],
)
def test_each_thing_wrong_with_it_is_said(office, active, change, broken):
    power = office.show(write_power(structs.replace(POWER, **change), [CLERK]), office.head)
    powers = office.powers(power, active)
    assert powers.outcome is INSUFFICIENT
    assert against(powers) == {broken}


def test_it_has_to_name_the_signer_by_number_not_by_name(office, active):
    namesake = structs.replace(CLERK, inn=DEPUTY.inn, snils=DEPUTY.snils)
    power = office.show(write_power(POWER, [namesake]), office.head)
    powers = office.powers(power, active)
    assert powers.outcome is NOT_SHOWN
    assert against(powers) == {"russia.power-representative"}


def test_one_number_that_differs_is_another_person(office, active):
    power = office.show(
        write_power(POWER, [structs.replace(CLERK, snils=DEPUTY.snils)]), office.head
    )
    assert office.powers(power, active).outcome is NOT_SHOWN


def test_numbers_of_zeros_are_nobodys(office, active):
    nobody = structs.replace(CLERK, inn="000000000000", snils="00000000000")
    power = office.show(write_power(POWER, [nobody]), office.head)
    assert office.powers(power, active).outcome is NOT_SHOWN


def test_unsigned_it_counts_for_nothing(office, active):
    power = office.show(write_power(POWER, [CLERK]), name="power.xml", place="alone")
    assert against(office.powers(power, active)) == {"russia.power-signature"}


def test_a_signature_of_other_octets_counts_for_nothing(office, active):
    power = office.show(write_power(POWER, [CLERK]), office.head)
    power.write_bytes(power.read_bytes().replace(b"2027-08-31", b"2028-08-31"))
    assert "russia.power-signature" in against(office.powers(power, active))


@pytest.mark.parametrize("who", ["clerk", "deputy"])
def test_only_the_principal_can_sign_it(office, active, who):
    power = office.show(write_power(POWER, [CLERK]), getattr(office, who))
    powers = office.powers(power, active)
    assert powers.outcome is INSUFFICIENT
    assert against(powers) == {"russia.power-principal"}


def test_a_head_of_another_organisation_is_not_the_principal(office, active):
    other = structs.replace(COMPANY, inn="7703000007", ogrn="1027700100009")
    power = office.show(write_power(POWER, [CLERK], other), office.head)
    assert against(office.powers(power, active)) == {"russia.power-principal"}


def test_joint_powers_want_every_signature(office, active):
    power = office.show(
        write_power(structs.replace(POWER, joint=True), [CLERK, DEPUTY]), office.head
    )
    assert against(office.powers(power, active)) == {"russia.power-joint"}
    office.document(office.clerk, office.deputy)
    report = office.verify(power, active)
    office.document(office.clerk)
    assert [each.powers.outcome for each in report.signatures] == [CONFIRMED, CONFIRMED]


def test_joint_powers_that_name_one_representative_are_open(office, active):
    power = office.show(write_power(structs.replace(POWER, joint=True), [CLERK]), office.head)
    powers = office.powers(power, active)
    assert powers.outcome is INSUFFICIENT
    assert against(powers) == {"russia.power-joint"}


@pytest.fixture(scope="module")
def second_head(office):
    """Give another head of the same organisation a certificate."""
    own = {"2.5.4.4": DEPUTY.surname, "2.5.4.42": f"{DEPUTY.name} {DEPUTY.patronymic}"}
    own |= {"1.2.643.100.3": DEPUTY.snils, "1.2.643.3.131.1.1": DEPUTY.inn}
    name = Name.of(
        [(each.oid, own.get(each.oid, each.value), each.tag) for each in ru.CONTRACTOR.attributes]
    )
    return office.nation.enrol(name, ru.SIGNER)


BOTH = structs.replace(COMPANY, others=(DEPUTY,))


def test_heads_who_act_only_together_have_all_to_sign_it(office, active, second_head):
    octets = write_power(POWER, [CLERK], BOTH)
    for alone in (office.head, second_head):
        powers = office.powers(office.show(octets, alone), active)
        assert powers.outcome is INSUFFICIENT
        assert against(powers) == {"russia.power-heads"}
    powers = office.powers(office.show(octets, office.head, second_head), active)
    assert powers.outcome is CONFIRMED
    assert "russia.power-heads" in said(powers)


def test_heads_of_whom_one_is_named_are_open(office, active):
    octets = write_power(POWER, [CLERK]).replace('ПолнЮЛ="1"'.encode(), 'ПолнЮЛ="2"'.encode())
    powers = office.powers(office.show(octets, office.head), active)
    assert powers.outcome is INSUFFICIENT
    assert against(powers) == {"russia.power-heads"}


def test_that_a_head_may_act_alone_a_certificate_does_not_show_and_that_is_said(office):
    office.document(office.head)
    (alone,) = (each for each in office.powers().findings if each.severity is Severity.WARN)
    assert alone.rule.code == "russia.power-alone"
    told = sentence(alone, messages("ru"))
    assert "не проверено" in told.text
    assert "ЕГРЮЛ" in told.remedy
    office.document(office.clerk)


def test_of_an_organisation_that_represents_another_its_head_signs_and_alone_is_said(
    office, active
):
    agent = (
        f'<СведОрг НаимОрг="x" ИННЮЛ="{COMPANY.inn}" КПП="{COMPANY.kpp}" ОГРН="{COMPANY.ogrn}"/>'
    )
    octets = re.sub(
        "<Пред>.*</Пред>", f"<Пред>{agent}</Пред>", write_power(POWER, [CLERK]).decode()
    )
    office.document(office.head)
    powers = office.powers(office.show(octets.encode(), office.head), active)
    assert powers.outcome is CONFIRMED
    assert "russia.power-alone" in said(powers)
    office.document(office.clerk)


def test_whose_a_signature_is_that_did_not_pass_is_not_known(office, active):
    power = office.show(write_power(POWER, [CLERK]), office.head)
    judge = Zaruka(  # trusts nobody in this hierarchy
        crls=[office.folder / "trust"], at=NOW, powers=[power, active], power_codes=[CODE]
    )
    (signature,) = judge.verify(office.signature).signatures
    assert not signature.conclusion.passed
    assert signature.powers.outcome is INSUFFICIENT
    assert "validation.powers-signer" in against(signature.powers)


def test_more_than_there_ever_are_is_refused():
    many = structs.replace(POWER, powers=tuple((f"CODE_{n}", "x") for n in range(1001)))
    with pytest.raises(BudgetExceeded):
        parse_power_of_attorney(write_power(many, [CLERK]), "power.xml")
    with pytest.raises(BudgetExceeded):
        parse_power_of_attorney(write_power(POWER, [CLERK] * 101), "power.xml")


# --- the registry


def test_without_the_registrys_answer_it_may_have_been_revoked(office):
    power = office.show(write_power(POWER, [CLERK]), office.head)
    assert against(office.powers(power)) == {"russia.power-registry"}


@pytest.mark.parametrize(
    ("answer", "broken"),
    [
        ({"as_of": SIGNED - timedelta(minutes=1)}, {"russia.power-registry"}),
        ({"as_of": SIGNED}, set()),
        ({"status": "unknown"}, {"russia.power-registry"}),
        ({"status": "revoked", "revoked_at": SIGNED}, {"russia.power-revoked"}),
        ({"status": "revoked"}, {"russia.power-revoked"}),
        ({"status": "revoked", "revoked_at": SIGNED + timedelta(hours=1)}, set()),
        ({"number": SECOND}, {"russia.power-registry"}),
    ],
)
def test_the_registrys_answer_is_dated_evidence(office, answer, broken):
    power = office.show(write_power(POWER, [CLERK]), office.head)
    asked = {"number": FIRST, "as_of": NOW, **answer}
    status = office.show(write_status(**asked), name="answer.json")
    assert against(office.powers(power, status)) == broken


def test_a_revocation_counts_whatever_a_later_answer_says(office, active):
    power = office.show(write_power(structs.replace(POWER, irrevocable=True), [CLERK]), office.head)
    revoked = write_status(FIRST, SIGNED, status="revoked", revoked_at=SIGNED)
    powers = office.powers(power, active, office.show(revoked, name="revoked.json"))
    assert against(powers) == {"russia.power-revoked"}
    assert "russia.power-irrevocable" in said(powers)


def test_a_registry_is_asked_of_what_nothing_is_known(office):
    power = office.show(write_power(POWER, [CLERK]), office.head)
    asked = []

    class Registry:
        def ask(self, number):
            asked.append(number)
            return parse_power_status(write_status(number, NOW), "registry")

    judge = Zaruka(
        anchors=[office.folder / "trust" / "root.cer"],
        crls=[office.folder / "trust"],
        at=NOW,
        powers=[power],
        registry=Registry(),
    )
    (signature,) = judge.verify(office.signature).signatures
    assert signature.powers.outcome is CONFIRMED
    assert asked == [FIRST]


# --- передоверие


@pytest.fixture
def chain(office, active):
    """The clerk acts under the deputy, who acts for the company."""

    def make(first=None, second=None, *, signer=None, delegating=DEPUTY):
        under = structs.replace(POWER, delegation="2", **(first or {}))
        text = structs.replace(POWER, **{"number": SECOND, **(second or {})})
        return [
            office.show(write_power(under, [DEPUTY]), office.head, name="first.xml"),
            office.show(
                write_delegation(text, under, delegating, CLERK),
                signer or office.deputy,
                name="second.xml",
            ),
            active,
            office.show(write_status(SECOND, NOW), name="second.json"),
        ]

    return make


def test_a_chain_of_delegation_is_followed_to_its_first(office, chain):
    powers = office.powers(*chain())
    assert against(powers) == set()
    assert powers.outcome is CONFIRMED
    assert powers.number == SECOND
    assert powers.principal == COMPANY.name


def test_the_first_of_the_chain_has_to_be_shown(office, chain):
    assert against(office.powers(*chain()[1:])) == {"russia.power-source"}


@pytest.mark.parametrize(
    ("first", "second", "broken"),
    [
        ({"delegation": "1"}, {}, "russia.power-delegation"),
        ({}, {"until": date(2027, 9, 1)}, "russia.power-longer"),
        ({}, {"powers": (*POWER.powers, (OTHER, "Иное"))}, "russia.power-wider"),
        ({}, {"words": "Всё остальное"}, "russia.power-wider"),
        ({"until": date(2026, 10, 1)}, {}, "russia.power-term"),
    ],
)
def test_nobody_can_delegate_more_than_they_have(office, chain, first, second, broken):
    delegation = first.pop("delegation", "2")
    paths = chain(first, second)
    if delegation == "1":
        text = structs.replace(POWER, delegation="1")
        paths[0] = office.show(write_power(text, [DEPUTY]), office.head, name="first.xml")
    assert broken in against(office.powers(*paths))


def test_one_of_joint_representatives_cannot_delegate_for_all(office, chain):
    joint = structs.replace(POWER, joint=True, delegation="2")
    paths = chain()
    octets = write_power(joint, [DEPUTY, HEAD])
    paths[0] = office.show(octets, office.head, name="first.xml")
    powers = office.powers(*paths)
    assert powers.outcome is INSUFFICIENT
    assert against(powers) == {"russia.power-joint"}
    office.document(office.clerk, office.head)  # the other acts for himself
    found = {each.signing_certificate.sha256: each for each in office.verify(*paths).signatures}
    office.document(office.clerk)
    assert found[office.clerk.certificate.sha256].powers.outcome is CONFIRMED


def test_only_a_representative_can_delegate(office, chain):
    paths = chain(delegating=HEAD, signer=office.head)
    assert "russia.power-delegate" in against(office.powers(*paths))
    paths = chain(signer=office.clerk)
    assert against(office.powers(*paths)) == {"russia.power-principal"}


def test_once_is_not_twice(office, chain):
    paths = chain(second={"delegation": "3"}, signer=office.deputy)
    first, second = (
        structs.replace(POWER, delegation="2"),
        structs.replace(POWER, number=SECOND, delegation="3"),
    )
    paths[1] = office.show(
        write_delegation(second, first, DEPUTY, DEPUTY), office.deputy, name="second.xml"
    )
    third = write_delegation(
        structs.replace(POWER, number=THIRD), second, DEPUTY, CLERK, first=first
    )
    paths.append(office.show(third, office.deputy, name="third.xml"))
    paths.append(office.show(write_status(THIRD, NOW), name="third.json"))
    assert against(office.powers(*paths)) == {"russia.power-delegation"}


def test_a_circle_of_delegation_ends(office, active):
    one, two = (structs.replace(POWER, number=number, delegation="3") for number in (SECOND, THIRD))
    paths = [
        office.show(write_delegation(one, two, CLERK, CLERK), office.clerk, name="one.xml"),
        office.show(write_delegation(two, one, CLERK, CLERK), office.clerk, name="two.xml"),
    ]
    powers = office.powers(*paths, active)
    assert powers.outcome is INSUFFICIENT
    assert "russia.power-source" in against(powers)


def test_two_documents_with_one_number_are_not_chosen_from(office, active):
    paths = [
        office.show(write_power(text, [CLERK]), office.head, name=f"{n}.xml")
        for n, text in enumerate((POWER, structs.replace(POWER, until=date(2028, 1, 1))))
    ]
    assert against(office.powers(*paths, active)) == {"russia.power-doubled"}


# --- what cannot be read


GOOD = write_power(POWER, [CLERK])
BOMB = (
    b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">]><a>&c;&c;&c;&c;</a>'
)


@pytest.mark.parametrize(
    ("octets", "error", "code"),
    [
        (BOMB, InputError, "xml.doctype"),
        (b"<a" * 3, InputError, "xml.not-well-formed"),
        (b" " * (SIZE_MAX + 1), BudgetExceeded, "powers.too-large"),
        ("<Файл ВерсФорм='5.01'/>".encode(), UnsupportedError, "powers.version"),
        (GOOD.replace(b'EMCHD_1"', b'EMCHD_2"'), UnsupportedError, "powers.version"),
        (GOOD.replace(FIRST.encode(), b"1"), InputError, "powers.malformed"),
        (GOOD.replace(b"2027-08-31", b"2027-02-31"), InputError, "powers.malformed"),
        (GOOD.replace('ПрПередов="1"'.encode(), b""), InputError, "powers.malformed"),
        (GOOD.replace("СвУпПред".encode(), "СвУпПреЖ".encode()), InputError, "powers.malformed"),
        (GOOD.replace("СведФизЛ".encode(), "СведНикто".encode()), InputError, "powers.malformed"),
    ],
)
def test_what_is_no_power_of_attorney_is_a_clear_error(octets, error, code):
    with pytest.raises(error) as raised:
        parse_power_of_attorney(octets, "power.xml")
    assert raised.value.code == code


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[]",
        "{" * 60_000,
        '{"form": "zaruka-power-status-1"}',
        write_status(FIRST, NOW).decode().replace("active", "fine"),
        write_status(FIRST, NOW).decode().replace("+00:00", ""),
    ],
)
def test_what_is_no_registrys_answer_is_a_clear_error(text):
    with pytest.raises(InputError) as raised:
        parse_power_status(text.encode(), "status.json")
    assert raised.value.code == "powers.status"


@pytest.mark.parametrize(
    ("octets", "code"), [(b"%PDF-1.7", "powers.unrecognised"), (BOMB, "xml.doctype")]
)
def test_a_file_that_somebody_named_is_never_passed_over(office, octets, code):
    with pytest.raises(InputError) as raised:
        office.powers(office.show(octets, name="named.xml"))
    assert raised.value.code == code


@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_one_octet_changed_is_read_or_refused(index, change):
    octets = bytearray(GOOD)
    octets[index] ^= change
    with suppress(InputError, UnsupportedError):
        parse_power_of_attorney(bytes(octets), "power.xml")


# --- beside the verdict


@given(
    st.lists(st.sampled_from(["power", "status", "stranger", "first"]), max_size=4),
    st.sampled_from([(), (CODE,), (OTHER,)]),
)
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_powers_never_change_a_verdict(office, names, codes):
    files = {
        "power": office.show(write_power(POWER, [CLERK]), office.head),
        "status": office.show(write_status(FIRST, NOW), name="status.json"),
        "stranger": office.show(write_power(POWER, [HEAD]), office.clerk, name="stranger.xml"),
        "first": office.show(write_power(POWER, [DEPUTY]), office.head, name="first.xml"),
    }
    plain = office.verify(codes=())
    report = office.verify(*(files[name] for name in names), codes=codes)
    for one, other in zip(plain.signatures, report.signatures, strict=True):
        assert structs.replace(one, powers=None) == structs.replace(other, powers=None)
    assert report.conclusion == plain.conclusion
    assert report.decisions == plain.decisions


# --- the format


def test_what_the_laboratory_writes_keeps_to_the_schema(shared):
    schema = etree.XMLSchema(etree.parse(shared / "schemas/russia/ON_EMCHD_1_928_00_01_01_01.xsd"))
    second = structs.replace(POWER, number=SECOND)
    for octets in (
        GOOD,
        write_power(
            structs.replace(POWER, irrevocable=True, joint=True, words="Слова"), [CLERK, DEPUTY]
        ),
        write_power(POWER, [CLERK], BOTH),
        write_delegation(second, POWER, DEPUTY, CLERK),
        write_delegation(structs.replace(POWER, number=THIRD), second, DEPUTY, CLERK, first=POWER),
    ):
        assert schema.validate(etree.fromstring(octets)), schema.error_log


def test_the_sample_of_the_format_is_read(shared):
    (path,) = (shared / "samples").glob("synthetic_ON_EMCHD*.xml")
    power = parse_power_of_attorney(path.read_bytes(), path.name)
    assert power.number == FIRST
    assert (power.issued, power.until) == (date(2026, 9, 1), date(2027, 8, 31))
    assert power.representatives[0].name == "Примеров Пример Примерович"
    assert power.issuers[0].persons[0].snils is None  # zeros
