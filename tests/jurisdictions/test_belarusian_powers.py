"""Powers of a Belarusian signer: attribute certificates of the service, inside or beside."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

import zaruka
from zaruka.asn1 import cms as wire
from zaruka.asn1 import schema as s
from zaruka.crypto import Outcome
from zaruka.findings import Severity
from zaruka.lab import belarus as by
from zaruka.lab.powers import issue_attribute_certificate
from zaruka.validation.powers import PowersBasis, PowersOutcome
from zaruka.x509 import Certificate, CertificateList, verify_signed
from zaruka.x509.crls import RevokedEntry
from zaruka.x509.issuing import issue_crl

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SIGNED = NOW - timedelta(days=1)
UNP, ROLE = "1.2.112.1.2.1.1.1.1.2", "2.5.4.72"
ATTRIBUTES = (("2.5.4.10", "ООО «Прыклад-Бел»"), (UNP, "190000005"), (ROLE, "подписывать договоры"))
CONFIRMED, NOT_SHOWN, INSUFFICIENT = PowersOutcome
_AA = "1.2.112.0.2.0.34.101.78.2.10"


class Office:
    """A signed bid, the service, and what it issues."""

    def __init__(self, folder):
        self.folder = folder
        self.nation = by.belarus(NOW, os.urandom)
        self.bidder = self.nation.enrol(by.BIDDER, by.SIGNER)
        self.stranger = self.nation.enrol(by.BIDDER, by.SIGNER)
        self.service = self.nation.enrol(by.ATTRIBUTE_SERVICE, by.SERVICE)
        (folder / "lists").mkdir()
        self.root = self.write("root.cer", self.nation.root.certificate.der)
        self.cert = self.write("service.cer", self.service.certificate.der)
        for number, crl in enumerate(self.nation.lists()):
            self.write(f"lists/{number}.crl", bytes(crl.der))
        self.lists()
        message = self.nation.sign(b"bid", [self.bidder], at=SIGNED, detached=False)
        self.message = self.nation.stamp(message, 0, at=SIGNED)
        self.signature = self.write("bid.p7s", self.message)

    def write(self, name, octets):
        path = self.folder / name
        path.write_bytes(octets)
        return path

    def lists(self, *revoked, issuer=None, until=NOW + timedelta(days=7)):
        crl = issue_crl(
            (issuer or self.service).issuer,
            revoked,
            this_update=SIGNED - timedelta(hours=1),
            next_update=until,
            number=1,
            entropy=os.urandom(64),
        )
        self.write("lists/service.crl", bytes(crl.der))

    def attributes(self, issuer=None, holder=None, *, days=30, **change):
        return issue_attribute_certificate(
            (issuer or self.service).issuer,
            (holder or self.bidder).certificate,
            change.get("attributes", ATTRIBUTES),
            serial_number=7,
            not_before=NOW - timedelta(days=60),
            not_after=NOW + timedelta(days=days),
            entropy=os.urandom(64),
        )

    def powers(self, *shown, codes=(), cert=True, source=None):
        paths = [self.write(f"{n}.ac", each.der) for n, each in enumerate(shown)]
        report = zaruka.verify(
            source or self.signature,
            anchors=[self.root],
            certificates=[self.cert] if cert else [],
            crls=[self.folder / "lists"],
            at=NOW,
            powers=paths,
            power_codes=codes,
        )
        assert report.conclusion.passed
        return report.signatures[0].powers


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    return Office(tmp_path_factory.mktemp("office"))


def against(powers):
    wrong = (Severity.FAIL, Severity.UNKNOWN)
    return {each.rule.code for each in powers.findings if each.severity in wrong}


def test_an_attribute_certificate_of_the_service_confirms_powers_and_shows_them(office):
    powers = office.powers(office.attributes())
    assert against(powers) == set()
    assert powers.outcome is CONFIRMED
    assert powers.basis is PowersBasis.ATTRIBUTE_CERTIFICATE
    assert powers.principal == "ООО «Прыклад-Бел», 190000005"
    assert [(each.code, each.text) for each in powers.powers] == list(ATTRIBUTES)


def test_without_one_nothing_is_shown(office):
    powers = office.powers()
    assert powers.outcome is NOT_SHOWN
    assert {each.rule.code for each in powers.findings} == {"validation.powers-none"}


def test_inside_the_signature_it_counts_as_beside_it(office):
    """RFC 5652 10.2.2: v2AttrCert [2] among the certificates, which no signature covers."""
    der = office.attributes().der
    info = s.decode(wire.CONTENT_INFO, office.message)
    data = s.decode(wire.SIGNED_DATA, info.content)
    inside = (*data.certificates, b"\xa2" + der[1:], office.service.certificate.der)
    message = s.encode(
        wire.CONTENT_INFO,
        info._replace(content=s.encode(wire.SIGNED_DATA, data._replace(certificates=inside))),
    )
    powers = office.powers(source=message, cert=False)
    assert powers.outcome is CONFIRMED


def test_that_of_another_holder_is_not_the_signers(office):
    powers = office.powers(office.attributes(holder=office.stranger))
    assert powers.outcome is NOT_SHOWN
    assert against(powers) == {"belarus.power-holder"}


@pytest.mark.parametrize("who", ["stranger", "bidder"])
def test_nobody_but_the_service_certifies_powers(office, who):
    issuer = getattr(office, who)
    office.lists(issuer=issuer)
    office.cert = office.write("issuer.cer", issuer.certificate.der)
    try:
        powers = office.powers(office.attributes(issuer))
        assert powers.outcome is INSUFFICIENT
        assert "belarus.power-service" in against(powers)
    finally:
        office.cert = office.folder / "service.cer"
        office.lists()


def test_a_service_of_another_hierarchy_is_not_trusted(office):
    other = by.belarus(NOW, os.urandom)
    service = other.enrol(by.ATTRIBUTE_SERVICE, by.SERVICE)
    office.lists(issuer=service)
    office.cert = office.write("issuer.cer", service.certificate.der)
    try:
        powers = office.powers(office.attributes(service))
        assert "belarus.power-service-trust" in against(powers)
    finally:
        office.cert = office.folder / "service.cer"
        office.lists()


def test_the_services_certificate_has_to_be_known(office):
    powers = office.powers(office.attributes(), cert=False)
    assert against(powers) == {"belarus.power-issuer"}


def test_expired_it_is_not_enough(office):
    powers = office.powers(office.attributes(days=-2))
    assert against(powers) == {"x509.ac-expired"}
    assert office.powers(office.attributes(days=-1)).outcome is CONFIRMED  # at the signing


@pytest.mark.parametrize(
    ("entries", "broken"),
    [
        ([RevokedEntry(7, SIGNED, None)], {"belarus.power-revoked"}),
        ([RevokedEntry(7, SIGNED + timedelta(minutes=1), None)], set()),
        ([RevokedEntry(8, SIGNED, None)], set()),
    ],
)
def test_it_is_looked_up_in_the_services_own_list(office, entries, broken):
    office.lists(*entries)
    assert against(office.powers(office.attributes())) == broken
    office.lists()


def test_a_list_of_another_key_or_too_old_shows_nothing(office):
    open_ = {"belarus.power-revocation"}
    office.lists(until=SIGNED - timedelta(minutes=1))
    assert against(office.powers(office.attributes())) == open_
    office.lists(RevokedEntry(7, SIGNED, None), issuer=replace_key(office))
    assert against(office.powers(office.attributes())) == open_
    office.lists()


def replace_key(office):
    """The service's name with the key of somebody else."""
    return structs.replace(office.service, private_key=office.stranger.private_key)


def test_powers_that_are_asked_for_have_to_be_among_them(office):
    shown = office.attributes()
    assert office.powers(shown, codes=[ROLE, "190000005"]).outcome is CONFIRMED
    assert against(office.powers(shown, codes=["подписывать акты"])) == {"belarus.power-scope"}


def test_another_organisation_is_said(office):
    shown = office.attributes(attributes=((UNP, "100000004"),))
    powers = office.powers(shown)
    assert "belarus.power-organisation" in {each.rule.code for each in powers.findings}


def test_of_several_the_one_that_confirms_is_taken(office):
    powers = office.powers(office.attributes(days=-2), office.attributes())
    assert powers.outcome is CONFIRMED


def test_the_real_service_is_known_by_its_policy_and_signs_its_list(shared):
    service = Certificate.parse((shared / "real/by/atrib-cert-ul.cer").read_bytes())
    crl = CertificateList.parse((shared / "real/by/cas_ruc.crl").read_bytes())
    assert "1.2.112.1.2.1.1.1.3.2.3" in service.policies
    assert crl.issuer == service.subject
    assert verify_signed(crl, service.key).outcome is Outcome.VALID
