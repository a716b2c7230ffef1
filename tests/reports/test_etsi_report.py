"""The report as TS 119 102-2 V1.4.1: valid, and saying what the report says."""

from __future__ import annotations

import base64
import sys
from pathlib import Path

import pytest
from lxml import etree
from msgspec import structs

from zaruka.findings import Finding, Severity
from zaruka.reports.as_etsi import NAMESPACE, render_etsi
from zaruka.signatures.input.rules import MAIL_PARTS_UNCOVERED

sys.path.insert(0, str(Path(__file__).parent))
import protocols
from etsi_schema import etsi_schema

NAMES = {"v": NAMESPACE, "ds": "http://www.w3.org/2000/09/xmldsig#"}

pytestmark = pytest.mark.usefixtures("shared")  # its schemas


@pytest.fixture(scope="module")
def schema(shared):
    return etsi_schema(shared)


def read(report):
    return etree.fromstring(render_etsi(report))


def text(at, path):
    return at.xpath(f"string({path})", namespaces=NAMES)


@pytest.mark.parametrize("name", protocols.ANSWERS)
def test_it_is_valid_against_the_schema(name, schema):
    root = read(protocols.report(name))
    assert schema.validate(root), schema.error_log.last_error
    identifiers = root.xpath("//@id")
    assert len(identifiers) == len(set(identifiers))
    references = {each for found in root.xpath("//@VOReference") for each in found.split()}
    assert references <= set(identifiers)


def test_the_schema_refuses_what_is_not_so(schema):
    root = read(protocols.report("passed"))
    root[0].remove(root[0].find(f"{{{NAMESPACE}}}SignatureValidationStatus"))
    assert not schema.validate(root)


@pytest.mark.parametrize("name", protocols.HOSTILE, ids=range(len(protocols.HOSTILE)))
def test_names_from_outside_leave_it_valid(name, schema):
    root = read(protocols.renamed(protocols.report("stamps"), name))
    assert schema.validate(root), schema.error_log.last_error


@pytest.mark.parametrize(
    "name", ["passed", "failed", "revoked", "several", "two-countries-of-keys"]
)
def test_every_signature_has_its_indication_its_time_and_its_chain(name):
    report = protocols.report(name)
    root = read(report)
    written = root.findall(f"{{{NAMESPACE}}}SignatureValidationReport")
    assert len(written) == len(report.signatures)
    for at, found in zip(written, report.signatures, strict=True):
        status = "v:SignatureValidationStatus"
        wanted = found.conclusion.indication.value.lower().replace("_", "-")
        assert text(at, f"{status}/v:MainIndication").endswith(f":mainindication:{wanted}")
        sub = found.conclusion.sub_indication
        said = text(at, f"{status}/v:SubIndication")
        assert said == (f"urn:etsi:019102:subindication:{sub.value}" if sub else "")
        best = text(at, "v:ValidationTimeInfo/v:BestSignatureTime/v:POETime")
        assert best == found.best_signature_time.isoformat().replace("+00:00", "Z")
        chain = at.xpath(f"{status}//v:CertificateChain/*/@VOReference", namespaces=NAMES)
        assert chain == [f"C-{link.ref.sha256}" for link in found.chain]
        signer = text(at, "v:SignerInformation/v:SignerCertificate/@VOReference")
        assert signer == f"C-{found.signing_certificate.sha256}"
        value = base64.b64decode(text(at, "v:SignatureIdentifier/ds:SignatureValue"))
        assert value in next(f.der for f in report.facts if f.sha256 == found.ref.sha256)
        names = at.xpath(".//v:ValidationConstraintIdentifier/text()", namespaces=NAMES)
        for finding in found.findings:
            assert f"urn:zaruka:rule:{finding.rule.code}" in names


def test_a_stamp_says_which_signature_it_proves_and_lists_stand_with_their_digests():
    report = protocols.report("revoked")
    root = read(report)
    (stamp,) = report.signatures[0].timestamps
    at = root.xpath(f"//v:ValidationObject[@id='T-{stamp.ref.sha256}']", namespaces=NAMES)[0]
    proven = base64.b64decode(text(at, "v:POEProvisioning/v:SignatureReference/v:DigestValue"))
    assert proven.hex() == report.signatures[0].ref.sha256
    poe = root.xpath("//v:BestSignatureTime/v:POEObject/@VOReference", namespaces=NAMES)
    assert poe == [f"T-{stamp.ref.sha256}"]
    lists = root.xpath(
        "//v:ValidationObject[contains(v:ObjectType, 'validationObject:CRL')]", namespaces=NAMES
    )
    digests = {base64.b64decode(text(each, ".//ds:DigestValue")).hex() for each in lists}
    assert digests == {f.sha256 for f in report.facts if f.kind == "crl"}
    revoked = root.xpath("//v:RevocationStatusInformation", namespaces=NAMES)[0]
    assert text(revoked, "v:RevocationReason") == "urn:etsi:019102:revocationReason:superseded"


def test_what_is_open_about_the_whole_leaves_no_signature_passed():
    report = protocols.report("passed")
    found = Finding(MAIL_PARTS_UNCOVERED, Severity.UNKNOWN, report.signatures[0].ref)
    root = read(structs.replace(report, findings=(found,)))
    assert text(root, "//v:SignatureValidationStatus/v:MainIndication").endswith(":indeterminate")
