"""Recognition and powers are judged again from a report's facts too; what is altered is found."""

from __future__ import annotations

import copy
import json
import os
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest
from minted_lists import ISSUED, russian_list

import third_parties
import zaruka
from zaruka.lab import belarus as by
from zaruka.lab import russia as ru
from zaruka.lab.lists import Accredited
from zaruka.lab.powers import (
    CLERK,
    Text,
    issue_attribute_certificate,
    write_power,
    write_status,
)
from zaruka.messages import LANGUAGES, messages
from zaruka.reports.as_json import dump, report_value
from zaruka.reports.protocol import protocol
from zaruka.reports.reading import report_of
from zaruka.reports.report_page import report_page
from zaruka.service.lists import Obtained
from zaruka.service.replaying import read_report, replay
from zaruka.signatures.cms import parse_signed_data
from zaruka.signatures.content import BytesContent
from zaruka.validation.process import validate_document
from zaruka.validation.replayed import Ground
from zaruka.x509.issuing import issue_crl

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SIGNED = NOW - timedelta(days=1)
NUMBER = "00000000-0000-4000-8000-000000000001"
CODE = "BBDOCS_DOCS_DCSALL_SRCDOC_SOURCEDOCS8"
POWER = Text(NUMBER, date(2026, 9, 1), date(2027, 8, 31), ((CODE, "Подписывать накладные"),))
UNP, ROLE = "1.2.112.1.2.1.1.1.1.2", "2.5.4.72"
ATTRIBUTES = (("2.5.4.10", "ООО «Прыклад-Бел»"), (UNP, "190000005"), (ROLE, "подписывать договоры"))


def as_value(report):
    """Keep a report, and see that the protocols made of it later are those of the check."""
    value = read_report(dump(report_value(report, messages("ru"))).encode())
    again = report_of(value)
    for language in LANGUAGES:
        say = messages(language)
        assert protocol(again, say) == protocol(report, say)
        assert report_page(again, say) == report_page(report, say)
    return value


def grounds(found):
    return {each.part: each.ground for each in found.judged}


def places(found):
    return {each.place for each in found.differences}


def write(folder, name, octets):
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(octets)
    return path


# --- recognition


@pytest.fixture(scope="module")
def world():
    return third_parties.World()


@pytest.fixture(scope="module")
def bid(world, tmp_path_factory):
    """A bid, what judges it, its receipt and the rules of an operator."""
    folder = tmp_path_factory.mktemp("bid")
    message = world.signature()
    party = world.countries["BY"].third_party.certificate
    rules = (
        'extends = "by-ru-2024"\n[effect]\nsince = 2025-02-01\n'
        '[[third_parties]]\ncountry = "BY"\nname = "ДТС (учебная)"\n'
        f'certificate_sha256 = "{party.sha256}"\nsince = 2025-02-01\n'
    )
    hierarchies = [each.hierarchy for each in world.countries.values()]
    return {
        "source": write(folder, "bid.txt.p7s", message),
        "content": write(folder, "bid.txt", third_parties.BID),
        "anchors": [
            write(folder, f"root{n}.cer", each.root.certificate.der)
            for n, each in enumerate(hierarchies)
        ],
        "certificates": [
            write(folder, f"ca{n}.cer", each.authority.certificate.der)
            for n, each in enumerate(hierarchies)
        ],
        "crls": [
            write(folder, f"{n}-{m}.crl", bytes(crl.der))
            for n, each in enumerate(hierarchies)
            for m, crl in enumerate(each.lists())
        ],
        "receipts": [write(folder, "bid.dvc", world.receipt(message).der)],
        "agreements": [write(folder, "rules.toml", rules.encode())],
    }


ASKED = {"recognise_in": "RU", "to_kind": "company", "about": "trade"}


@pytest.fixture(scope="module")
def recognised(bid):
    source = bid["source"]
    others = {name: value for name, value in bid.items() if name != "source"}
    return as_value(zaruka.verify(source, at=third_parties.NOW, **others, **ASKED))


def text_of(bid):
    return bid["agreements"][0].read_text(encoding="utf-8")


def test_a_bid_is_recognised_again_by_the_file_of_the_operator(bid, recognised):
    assert recognised["recognition"] == [{"country": "RU", "outcome": "recognised"}]
    octets = {sha256(third_parties.BID).hexdigest(): third_parties.BID}
    found = replay(recognised, agreements=[text_of(bid)], octets=octets)
    assert found.differences == ()
    assert grounds(found)["recognition"] is Ground.FACTS


def test_what_is_not_at_hand_is_taken_from_the_record_and_named(bid, recognised):
    found = replay(recognised)
    assert found.is_same
    (judged,) = [each for each in found.judged if each.part == "recognition"]
    assert judged.ground is Ground.RECORD
    file = sha256(bid["agreements"][0].read_bytes()).hexdigest()
    receipt = sha256(bid["receipts"][0].read_bytes()).hexdigest()
    assert {(each.what, each.sha256) for each in judged.absent} == {
        ("agreement", file),
        ("receipt", receipt),
    }
    assert {("agreement", "by-ru-2024")} < {(each.what, each.name) for each in judged.absent}


def test_another_file_of_the_operator_is_not_taken_for_it(bid, recognised):
    other = text_of(bid).replace("2025-02-01", "2025-03-01")
    found = replay(recognised, agreements=[other])
    assert found.is_same
    assert any(each.what == "agreement" for judged in found.judged for each in judged.absent)


def terms(report):
    (fact,) = [each for each in report["facts"] if each["extract"].get("code") == "by-ru-2024"]
    return fact["extract"]


def receipt_of(report):
    return next(each for each in report["facts"] if each["kind"] == "receipt")


def decision(report):
    return report["signatures"][0]["recognition"]


ALTERED = {
    "the outcome": lambda r: decision(r).update(outcome="not-recognised"),
    "the outcome for the document": lambda r: r["recognition"][0].update(outcome="not-recognised"),
    "the country": lambda r: decision(r).update(country="BY"),
    "a finding taken away": lambda r: decision(r)["findings"].pop(),
    "the severity of a finding": lambda r: decision(r)["findings"][0].update(severity="fail"),
    "a date in a finding": lambda r: next(
        f for f in decision(r)["findings"] if "since" in f["details"]
    )["details"].update(since="2020-01-01T00:00:00Z"),
    "the digest of the rules": lambda r: decision(r)["agreement"].update(sha256="0" * 64),
    "the receiver": lambda r: decision(r).update(receiver="state-body"),
    "the first day on record": lambda r: terms(r).update({"effect.since": "2026-12-01"}),
    "the third party on record": lambda r: terms(r).update(
        {"third_parties.1.certificate_sha256": "0" * 64}
    ),
    "the agreement on record": lambda r: r["facts"].remove(
        next(each for each in r["facts"] if each["extract"].get("code") == "by-ru-2024")
    ),
    "what the receipt says": lambda r: receipt_of(r)["extract"].update(confirmed="no"),
    "when the receipt was given": lambda r: receipt_of(r)["extract"].update(
        time="2026-11-20T00:00:00+00:00"
    ),
    "whether the receipt holds": lambda r: receipt_of(r)["extract"].update(sound="no"),
    "the receipt": lambda r: r["facts"].remove(receipt_of(r)),
    "all decisions": lambda r: r.update(
        recognition=[], signatures=[{**each, "recognition": None} for each in r["signatures"]]
    ),
}


@pytest.mark.parametrize("how", ALTERED)
@pytest.mark.parametrize("at_hand", [True, False])
def test_recognition_altered_by_hand_is_found(bid, recognised, how, at_hand):
    """What the receipt itself says, and the files at hand, overrule what is on record of them."""
    altered = copy.deepcopy(recognised)
    ALTERED[how](altered)
    octets = {sha256(third_parties.BID).hexdigest(): third_parties.BID} if at_hand else None
    found = replay(altered, agreements=[text_of(bid)] if at_hand else (), octets=octets)
    on_receipt = how in {"what the receipt says", "when the receipt was given"}
    if on_receipt or (at_hand and how == "whether the receipt holds"):
        assert found.is_same  # the receipt was read again, whatever the extract says
        return
    assert not (found.is_same and found.is_whole)


def test_terms_on_record_that_are_not_those_of_the_file_are_altered_facts(bid, recognised):
    altered = copy.deepcopy(recognised)
    terms(altered)["third_parties.1.name"] = "Другая"
    found = replay(altered, agreements=[text_of(bid)])
    assert [fact.kind for fact in found.altered] == ["agreement"]


def test_a_built_in_agreement_of_another_version_is_told_and_its_terms_on_record_count(recognised):
    old = copy.deepcopy(recognised)
    fact = next(e for e in old["facts"] if e["extract"].get("code") == "eaeu-b2g")
    fact["sha256"] = "0" * 64
    found = replay(old)
    assert [each.what for each in found.changes] == ["agreement"]
    assert found.is_same


def test_a_receipt_altered_is_not_what_its_digest_says(recognised):
    altered = copy.deepcopy(recognised)
    der = receipt_of(altered)["der"]
    receipt_of(altered)["der"] = der[:400] + ("A" if der[400] != "A" else "B") + der[401:]
    found = replay(altered)
    assert [fact.kind for fact in found.altered] == ["receipt"]
    assert not found.is_same


def test_a_receipt_judged_by_itself_gives_the_same_again(bid):
    """It is no document: neither recognition nor powers are asked of it."""
    (receipt,) = bid["receipts"]
    trusted = {name: bid[name] for name in ("anchors", "certificates", "crls")}
    value = as_value(zaruka.verify(receipt, at=third_parties.NOW, **trusted))
    assert value["signatures"][0]["recognition"] is None
    found = replay(value)
    assert found.differences == ()
    assert Ground.NOT_JUDGED not in grounds(found).values()


def test_without_a_question_nothing_is_said_of_recognition(world):
    document = parse_signed_data(world.signature())
    bare = validate_document(document, BytesContent(third_parties.BID), world.context())
    found = replay(as_value(bare))
    assert grounds(found) == {
        "verdict": Ground.FACTS,
        "powers": Ground.NOTHING,
        "recognition": Ground.NOTHING,
    }
    assert found.is_same


# --- powers of a Russian signer


class RussianOffice:
    """A waybill that a clerk signed, and their power of attorney."""

    def __init__(self, folder):
        self.folder = folder
        self.nation = ru.russia(NOW, os.urandom)
        head = self.nation.enrol(ru.CONTRACTOR, ru.SIGNER)
        subject = ru.person(
            CLERK.surname, f"{CLERK.name} {CLERK.patronymic}", inn=CLERK.inn, snils=CLERK.snils
        )
        clerk = self.nation.enrol(subject, ru.SIGNER)
        write(folder, "trust/root.cer", self.nation.root.certificate.der)
        for number, crl in enumerate(self.nation.lists()):
            write(folder, f"trust/{number}.crl", bytes(crl.der))
        message = self.nation.sign(b"waybill", [clerk], at=SIGNED, detached=False)
        self.signature = write(folder, "waybill.p7s", self.nation.stamp(message, 0, at=SIGNED))
        self.octets = write_power(POWER, [CLERK])
        self.head = head
        self.power = write(folder, "shown/power.xml", self.octets)
        signed = self.nation.sign(self.octets, [head], at=SIGNED, detached=True)
        write(folder, "shown/power.xml.sig", signed)
        enclosing = self.nation.sign(self.octets, [head], at=SIGNED, detached=False)
        self.enclosing = write(folder, "enclosing/power.p7m", enclosing)
        self.status = write(folder, "shown/status.json", write_status(NUMBER, NOW))

    def verify(self, *shown, **more):
        return zaruka.verify(
            self.signature,
            anchors=[self.folder / "trust" / "root.cer"],
            crls=[self.folder / "trust"],
            at=NOW,
            powers=shown,
            power_codes=[CODE],
            **more,
        )


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    return RussianOffice(tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def confirmed(office):
    return as_value(office.verify(office.power, office.status))


def powers(report):
    return report["signatures"][0]["powers"]


def test_a_power_of_attorney_confirms_again(confirmed):
    assert powers(confirmed)["outcome"] == "confirmed"
    found = replay(confirmed)
    assert found.differences == ()
    assert grounds(found)["powers"] is Ground.FACTS


@pytest.mark.parametrize("shown", [("enclosing", "status"), ("power",), ("status",), ()])
@pytest.mark.parametrize("strict", [False, True])
def test_whatever_was_shown_gives_the_same_again(office, shown, strict):
    report = office.verify(*(getattr(office, name) for name in shown), strict=strict)
    assert replay(as_value(report)).differences == ()


def test_one_found_beside_the_document_and_one_that_cannot_be_read_give_the_same_again(office):
    beside = write(office.folder, "ON_EMCHD_1.xml", office.octets)
    broken = write(office.folder, "ON_EMCHD_2.xml", b"<no")
    try:
        value = as_value(office.verify())
    finally:
        beside.unlink()
        broken.unlink()
    codes = {each["code"] for each in powers(value)["findings"]}
    assert {"russia.power-signature", "validation.powers-unread"} <= codes
    assert replay(value).differences == ()


def power_of(report):
    return next(each for each in report["facts"] if each["kind"] == "power-of-attorney")


POWERS_ALTERED = {
    "the outcome": lambda r: powers(r).update(outcome="insufficient"),
    "the principal": lambda r: powers(r).update(principal="Другая организация"),
    "the term": lambda r: powers(r).update(until="2030-01-01T00:00:00Z"),
    "a power": lambda r: powers(r)["powers"][0].update(code="ANYTHING"),
    "a power added": lambda r: powers(r)["powers"].append({"code": "X", "text": "x", "limits": []}),
    "a finding taken away": lambda r: powers(r)["findings"].pop(),
    "what was asked": lambda r: powers(r).update(asked=[]),
    "the paper": lambda r: r["facts"].remove(power_of(r)),
    "the registry's answer": lambda r: r["facts"].remove(
        next(each for each in r["facts"] if each["kind"] == "power-status")
    ),
    "the signature on it": lambda r: [
        r["facts"].remove(each)
        for each in list(r["facts"])
        if each["of"] == power_of(r)["sha256"] and "format" in each["extract"]
    ],
    "the block": lambda r: r["signatures"][0].update(powers=None),
}


@pytest.mark.parametrize("how", POWERS_ALTERED)
def test_powers_altered_by_hand_are_found(confirmed, how):
    altered = copy.deepcopy(confirmed)
    POWERS_ALTERED[how](altered)
    found = replay(altered)
    assert not found.is_same
    assert any("powers" in place for place in places(found))


def test_a_paper_altered_is_not_what_its_digest_says(confirmed):
    altered = copy.deepcopy(confirmed)
    der = power_of(altered)["der"]
    power_of(altered)["der"] = der[:40] + ("A" if der[40] != "A" else "B") + der[41:]
    found = replay(altered)
    assert [fact.kind for fact in found.altered] == ["power-of-attorney"]
    assert not found.is_same


def test_a_paper_that_is_not_at_hand_leaves_powers_open(office, confirmed):
    lacking = copy.deepcopy(confirmed)
    power_of(lacking)["der"] = None
    found = replay(lacking)
    (judged,) = [each for each in found.judged if each.part == "powers"]
    assert judged.ground is Ground.NOT_JUDGED
    assert [each.what for each in judged.absent] == ["power-of-attorney"]
    assert found.is_same
    assert not found.is_whole
    octets = {sha256(office.octets).hexdigest(): office.octets}
    assert replay(lacking, octets=octets).is_whole


# --- powers of a Belarusian signer


@pytest.fixture(scope="module")
def belarusian(tmp_path_factory):
    folder = tmp_path_factory.mktemp("belarusian")
    nation = by.belarus(NOW, os.urandom)
    bidder = nation.enrol(by.BIDDER, by.SIGNER)
    service = nation.enrol(by.ATTRIBUTE_SERVICE, by.SERVICE)
    own = issue_crl(
        service.issuer,
        (),
        this_update=SIGNED - timedelta(hours=1),
        next_update=NOW + timedelta(days=7),
        number=1,
        entropy=os.urandom(64),
    )
    for number, crl in enumerate((*nation.lists(), own)):
        write(folder, f"lists/{number}.crl", bytes(crl.der))
    attributes = issue_attribute_certificate(
        service.issuer,
        bidder.certificate,
        ATTRIBUTES,
        serial_number=7,
        not_before=NOW - timedelta(days=60),
        not_after=NOW + timedelta(days=30),
        entropy=os.urandom(64),
    )
    message = nation.sign(b"bid", [bidder], at=SIGNED, detached=False)
    return as_value(
        zaruka.verify(
            write(folder, "bid.p7s", nation.stamp(message, 0, at=SIGNED)),
            anchors=[write(folder, "root.cer", nation.root.certificate.der)],
            certificates=[write(folder, "service.cer", service.certificate.der)],
            crls=[folder / "lists"],
            at=NOW,
            powers=[write(folder, "bid.ac", attributes.der)],
            power_codes=[ROLE],
        )
    )


def test_an_attribute_certificate_confirms_again(belarusian):
    assert powers(belarusian)["outcome"] == "confirmed"
    found = replay(belarusian)
    assert found.differences == ()
    assert grounds(found)["powers"] is Ground.FACTS


@pytest.mark.parametrize(
    "kind", ["attribute-certificate", "crl", "certificate", "anchor", "statement"]
)
def test_what_an_attribute_certificate_rests_on_is_missed(belarusian, kind):
    lacking = copy.deepcopy(belarusian)
    gone = [f for f in lacking["facts"] if f["kind"] == kind and (f["of"] or kind.startswith("at"))]
    for fact in gone:
        lacking["facts"].remove(fact)
    found = replay(lacking)
    assert found.is_same is not bool(gone)


# --- how the authority stood


def test_an_accreditation_is_the_same_again_and_an_altered_one_is_found(taking, source, tmp_path):
    nation = ru.russia(ISSUED, os.urandom, root_key="gost-256", key="gost-256")
    member = nation.enrol(ru.CONTRACTOR, ru.SIGNER)
    begin = member.certificate.not_before
    cases = (
        (-99, "Действует", "russia.accredited"),
        (-5, "Приостановлена", "russia.accreditation-suspended"),
        (5, "Действует", "russia.accredited-later"),
        (None, "", "russia.issuer-not-listed"),
    )
    for version, (days, word, code) in enumerate(cases, 40):
        statuses = () if days is None else ((word, begin + timedelta(days=days)),)
        certificates = (nation.authority.certificate,) if statuses else ()
        always = (("Действует", begin - timedelta(days=999)),)
        octets = russian_list(
            Accredited("Корень", "1", (nation.root.certificate,), always),
            *([Accredited("УЦ", "2", certificates, statuses)] if statuses else []),
            version=version,
        )
        taking.accept(taking.propose(source, Obtained(octets, "list.xml")))
        report = zaruka.verify(
            nation.sign(b"contract", [member], at=ISSUED, detached=False),
            certificates=[write(tmp_path, "ca.cer", nation.authority.certificate.der)],
            crls=[write(tmp_path, f"{n}.crl", bytes(c.der)) for n, c in enumerate(nation.lists())],
            store=tmp_path / "zaruka.db",
            at=ISSUED,
        )
        value = as_value(report)
        assert code in {each["code"] for each in value["signatures"][0]["findings"]}
        found = replay(value)
        assert found.differences == ()
        altered = copy.deepcopy(value)
        altered["facts"] = [
            fact for fact in altered["facts"] if fact["kind"] not in {"statement", "trust-list"}
        ]
        assert not replay(altered).is_same


# --- several signatures of one document


def test_a_document_with_several_signatures_beside_it_gives_the_same_again(office):
    nation, folder = office.nation, office.folder
    document = write(folder, "several/contract.txt", b"contract")
    for name in ("b.sig", "a.sig"):
        octets = nation.sign(b"contract", [office.head], at=SIGNED, detached=True)
        write(folder, f"several/contract.txt.{name}", octets)
    report = zaruka.verify(
        document, anchors=[folder / "trust" / "root.cer"], crls=[folder / "trust"], at=NOW
    )
    assert len(report.signatures) == 2
    found = replay(as_value(report))
    assert found.differences == ()
    assert json.loads(dump(report_value(found.report, messages("ru"))))["indication"]
