"""The EEC's container and receipt: written by the schema, read as signed, judged by agreement."""

from __future__ import annotations

import os

import pytest
from lxml import etree

from third_parties import NOW, SIGNED
from zaruka.errors import ConfigError, InputError
from zaruka.findings import Conclusion, Indication, SubIndication
from zaruka.recognition import Question, agreements, decide_report, load_agreements
from zaruka.signatures.xml.xmldsig import parse_signed_xml
from zaruka.ttp.eec import (
    EDOC,
    EecReceipt,
    Outcome,
    make_container,
    parse_container,
    parse_receipt,
    write_receipt,
)
from zaruka.ttp.eec_checking import check_container, issue_eec_receipt, outcomes_of
from zaruka.validation.crosswalk import ReasonCode
from zaruka.validation.process import validate_document

DOCUMENT = "<bid xmlns='urn:example'>40 задвижек</bid>".encode()
XMLDSIG = "http://www.w3.org/TR/2002/REC-xmldsig-core-20020212/xmldsig-core-schema.xsd"


@pytest.fixture(scope="module")
def service(world):
    """Give a Belarusian third party whose key is not for DVCS alone."""
    country = world.countries["BY"]
    return country.hierarchy.enrol(country.lab.THIRD_PARTY, country.lab.SIGNER)


def container(world, *codes):
    signers = [world.countries[code].signer.signer for code in codes or ("BY",)]
    return make_container(
        DOCUMENT, "urn:uuid:0", signers, name="d1", signing_time=SIGNED, entropy=os.urandom
    )


def altered_container(world):
    return container(world).replace("40 задв".encode(), "14 задв".encode())


def issue(world, service, octets, name="r1"):
    done, _ = issue_eec_receipt(
        octets,
        service.signer,
        world.context(),
        name=name,
        say=lambda found: str(found.conclusion.sub_indication),
        entropy=os.urandom,
    )
    return done


def agreement(member):
    return load_agreements(
        {
            "operator.toml": f"""extends = "by-ru-2024"
            [[third_parties]]
            country = "BY"
            name = "ttp"
            certificate_sha256 = "{member.certificate.sha256}"
            since = 2026-01-01
            """
        }
    )


def found(checked, severity):
    return [each.rule.code for each in checked.findings if each.severity == severity]


@pytest.mark.parametrize("codes", [("BY",), ("RU",), ("RU", "BY")])
def test_a_receipt_is_given_on_a_container_and_checked(world, service, codes):
    done = issue(world, service, container(world, *codes))
    checked = check_container(done, world.context(), agreement(service))
    assert checked.conclusion.passed, checked.findings
    assert checked.receipt.confirms
    assert [each.reference for each in checked.receipt.report] == [
        f"#d1-sign{number}" for number in range(len(codes))
    ]
    assert checked.service.country == "BY"
    assert checked.time == NOW


def test_both_signatures_of_the_receipt_and_of_the_document_are_ordinary_ones(world, service):
    document = parse_signed_xml(issue(world, service, container(world)))
    assert [each.level for each in document.signatures] == ["B-B", "B-B"]


def test_the_signature_of_the_third_party_signs_no_document(world, service):
    document = parse_signed_xml(issue(world, service, container(world, "RU", "BY")))
    report = validate_document(document, None, world.context())
    assert [each.signs_document for each in report.signatures] == [True, True, False]
    decisions = decide_report(report, Question(agreements())).decisions
    assert [each is None for each in decisions] == [False, False, True]


def test_what_is_written_keeps_to_the_schemas(world, service, shared):
    folder, dsig = shared / "schemas/eec", next(shared.glob("schemas/**/xmldsig-core-schema*.xsd"))
    schema = etree.parse(folder / "EEC_SignedData_v1.0_EDoc.xsd")
    for each in schema.iter("{*}import"):
        each.set("schemaLocation", str(dsig))
    whole = etree.XMLSchema(schema)
    receipt = etree.XMLSchema(etree.parse(folder / "EEC_TTP_v1.0_receipt.xsd"))
    done = etree.fromstring(issue(world, service, container(world, "RU", "BY")))
    whole.assertValid(done)
    receipt.assertValid(next(done.iter("{urn:EEC:TTP:v1.0:receipt}Receipt")))
    broken = EecReceipt(
        "r",
        "urn:a",
        "urn:b",
        (Outcome(None), Outcome("#x", ReasonCode.SIGNATURE_ERROR, "why")),
        (b"<x></x>",),
    )
    receipt.assertValid(etree.fromstring(write_receipt(broken)))
    assert parse_receipt(write_receipt(broken)) == broken


def test_without_an_agreement_nobody_says_who_the_third_party_is(world, service):
    done = issue(world, service, container(world))
    checked = check_container(done, world.context(), ())
    assert checked.conclusion.indication == "INDETERMINATE"
    assert found(checked, "unknown") == ["ttp.recognised"]
    other = agreement(world.countries["BY"].third_party)
    assert "ttp.recognised" in found(check_container(done, world.context(), other), "fail")


def test_an_altered_document_is_an_error_of_authenticity(world, service):
    altered = altered_container(world)
    done = issue(world, service, altered)
    checked = check_container(done, world.context(), agreement(service))
    (outcome,) = checked.receipt.report
    assert (outcome.reason, outcome.text) == (ReasonCode.AUTHENTICITY_ERROR, "HASH_FAILURE")
    assert checked.conclusion.passed  # the receipt is good, and it says no
    assert not checked.receipt.confirms


def test_what_is_altered_after_the_receipt_is_found(world, service):
    done = issue(world, service, container(world))
    for old, new in (
        ("40 задв".encode(), "14 задв".encode()),
        (b"rcpt:Success", b"rcpt:Succes5"),
        (b"<rcpt:DocId>urn:uuid:0", b"<rcpt:DocId>urn:uuid:1"),
        (b'DocInstance="urn:uuid:0"', b'DocInstance="urn:uuid:1"'),
    ):
        altered = done.replace(old, new)
        assert altered != done
        try:
            checked = check_container(altered, world.context(), agreement(service))
        except InputError:
            continue
        assert not checked.conclusion.passed, old


def test_a_receipt_moved_to_another_container_is_found(world, service):
    done = etree.fromstring(issue(world, service, container(world)))
    other = etree.fromstring(container(world))
    other.append(done[-1])
    checked = check_container(etree.tostring(other), world.context(), agreement(service))
    assert checked.conclusion.indication == "FAILED"


def test_a_second_receipt_wrapped_in_is_not_read(world, service):
    """What the receipt says is read from what is signed, not from the first of that name."""
    root = etree.fromstring(issue(world, service, altered_container(world)))
    lie = EecReceipt("r9", "urn:a", "urn:uuid:0", (Outcome("#d1-sign0"),))
    ds = "{http://www.w3.org/2000/09/xmldsig#}"
    wrapped = etree.SubElement(root[-1], f"{ds}Object")
    wrapped.append(etree.fromstring(write_receipt(lie)))
    root[-1].insert(3, wrapped)
    checked = check_container(etree.tostring(root), world.context(), agreement(service))
    assert not checked.receipt.confirms


@pytest.mark.parametrize(
    "octets",
    [
        b"<x/>",
        f"<doc:SignedDoc xmlns:doc='{EDOC}'/>".encode(),
        f"<doc:SignedDoc xmlns:doc='{EDOC}'><doc:Data Id='d'/></doc:SignedDoc>".encode(),
        b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>",
        b"\x00",
    ],
)
def test_what_is_no_container_is_refused(octets):
    with pytest.raises(InputError):
        parse_container(octets)


@pytest.mark.parametrize(
    "inside",
    [
        "",
        "<ReceiptId/><DocId/>",
        "<ReceiptId/><DocId/><Report/>",
        "<ReceiptId/><DocId/><Report><Maybe/></Report>",
        "<ReceiptId/><DocId/><Report><Error><ReasonCode>Other</ReasonCode><ReasonText/></Error></Report>",
        "<DocId/><ReceiptId/><Report><Success/></Report>",
    ],
)
def test_a_receipt_that_breaks_its_schema_is_refused(inside):
    with pytest.raises(InputError) as raised:
        parse_receipt(
            f"<Receipt xmlns='urn:EEC:TTP:v1.0:receipt' Id='r'>{inside}</Receipt>".encode()
        )
    assert raised.value.code == "ttp.eec-malformed"


def test_a_container_without_a_receipt_says_so(world):
    with pytest.raises(InputError) as raised:
        check_container(container(world), world.context(), ())
    assert raised.value.code == "ttp.eec-no-receipt"


def test_of_what_it_has_no_word_for_no_receipt_is_given(world, service):
    with pytest.raises(ConfigError) as raised:  # nobody trusts its own certificate
        issue_eec_receipt(
            container(world),
            service.signer,
            world.context(trusting=("RU",)),
            name="r1",
            say=str,
            entropy=os.urandom,
        )
    assert raised.value.code == "ttp.mismatch"
    waiting = Conclusion(Indication.INDETERMINATE, SubIndication.TRY_LATER)

    class Result:
        conclusion = waiting

    class Report:
        signatures = (Result(),)

    assert outcomes_of(Report(), ["a"], str) is None


def test_a_receipt_names_its_certificate_with_issuer_and_number(world, service):
    """EEC Collegium decision 125, table 5: SigningCertificate, not its second form."""
    root = etree.fromstring(issue(world, service, container(world)))
    (own,) = [each for each in root if etree.QName(each).localname == "Signature"]
    told = {etree.QName(each).localname: each.text for each in own.iter(etree.Element)}
    assert "SigningCertificateV2" not in told
    assert {"SigningCertificate", "CertDigest", "X509IssuerName"} <= told.keys()
    assert told["X509SerialNumber"] == str(service.certificate.serial_number)
