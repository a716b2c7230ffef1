"""Attribute certificates: read, bound to a holder, judged by RFC 5755 5."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from hierarchy import END, NOW, START, Authority
from zaruka.asn1 import attribute_certificates as asn1
from zaruka.asn1 import pkix
from zaruka.asn1 import schema as s
from zaruka.asn1.cms import Attribute
from zaruka.errors import InputError
from zaruka.findings import Severity
from zaruka.x509 import rules
from zaruka.x509.attribute_certificates import (
    AttributeCertificate,
    check_attribute_certificate,
)
from zaruka.x509.issuing import extension, key_usage

ROOT, OFFICE, PERSON = Authority("root"), Authority("office"), Authority("person")
ISSUER = ROOT.issue(OFFICE, [key_usage("digitalSignature")], ca=False)
HOLDER = ROOT.issue(PERSON, ca=False)
ROLE = ("2.5.4.72", (s.encode(s.UTF8_STRING, "директор"),))
SHA_256 = pkix.AlgorithmIdentifier("2.16.840.1.101.3.4.2.1")


def names(*of: bytes):
    return tuple(("directoryName", one) for one in of)


def by_serial(certificate):
    issuer = names(certificate.issuer.der)
    return asn1.Holder(asn1.IssuerSerial(issuer, certificate.serial_number, None), None, None)


def by_name(certificate):
    return asn1.Holder(None, names(certificate.subject.der), None)


def by_digest(certificate):
    octets = s.BitString(hashlib.sha256(certificate.der).digest())
    return asn1.Holder(None, None, asn1.ObjectDigestInfo(1, None, SHA_256, octets))


def made(holder=None, *, extensions=(), signer=OFFICE) -> AttributeCertificate:
    algorithm = pkix.AlgorithmIdentifier(signer.issuer.algorithm.oid)
    info = asn1.AttributeCertificateInfo(
        der=b"",
        version=1,
        holder=holder or by_serial(HOLDER),
        issuer=("v2Form", asn1.V2Form(names(OFFICE.issuer.name.der), None, None)),
        signature=algorithm,
        serial_number=99,
        attr_cert_validity_period=asn1.AttCertValidityPeriod(START, END),
        attributes=(Attribute(*ROLE),),
        issuer_unique_id=None,
        extensions=tuple(extensions) or None,
    )
    tbs = s.encode(asn1.ATTRIBUTE_CERTIFICATE_INFO, info)
    whole = asn1.AttributeCertificate(info, algorithm, s.BitString(signer.issuer.sign(tbs, b"")))
    return AttributeCertificate.parse(s.encode(asn1.ATTRIBUTE_CERTIFICATE, whole))


def broken(subject, *, issuer=ISSUER, at=NOW, holder=HOLDER) -> set:
    findings = check_attribute_certificate(subject, issuer, at, holder)
    return {f.rule for f in findings if f.severity is not Severity.PASS}


def test_what_an_attribute_certificate_says_is_read():
    subject = made()
    assert subject.serial_number == 99
    assert subject.issuer == OFFICE.issuer.name
    assert subject.attributes == (ROLE,)
    assert (subject.not_before, subject.not_after) == (START, END)
    assert subject.ref.name == "63, office"
    assert subject.holder.certificate_serial == HOLDER.serial_number


@pytest.mark.parametrize("way", [by_serial, by_name, by_digest])
def test_the_holder_is_known_in_each_of_three_ways(way):
    subject = made(way(HOLDER))
    assert broken(subject) == set()
    stranger = ROOT.issue(Authority("stranger"), ca=False)
    assert broken(subject, holder=stranger) == {rules.AC_HOLDER}


def test_a_holder_by_an_unknown_hash_stays_open():
    info = asn1.ObjectDigestInfo(1, None, pkix.AlgorithmIdentifier("1.2.3"), s.BitString(b"x"))
    subject = made(asn1.Holder(None, None, info))
    (finding,) = [
        f
        for f in check_attribute_certificate(subject, ISSUER, NOW, HOLDER)
        if f.rule is rules.AC_HOLDER
    ]
    assert finding.severity is Severity.UNKNOWN


def test_each_rule_refuses_what_breaks_it():
    good = made()
    assert broken(good, at=START - timedelta(1)) == {rules.AC_NOT_YET_VALID}
    assert broken(good, at=END + timedelta(1)) == {rules.AC_EXPIRED}
    assert broken(made(signer=ROOT)) == {rules.AC_SIGNATURE}
    other = ROOT.issue(Authority("elsewhere"), ca=False)
    assert rules.ISSUER_NAME in broken(good, issuer=other)
    silent = ROOT.issue(OFFICE, [key_usage("keyEncipherment")], ca=False)
    assert broken(good, issuer=silent) == {rules.AC_ISSUER_NOT_ALLOWED}
    strange = made(extensions=[extension("1.2.3", b"\x05\x00", critical=True)])
    assert broken(strange) == {rules.AC_UNKNOWN_CRITICAL_EXTENSION}


def test_the_form_inside_a_cms_signature_is_the_same_certificate():
    subject = made()
    assert AttributeCertificate.parse(b"\xa2" + subject.der[1:]) == subject


def test_one_flipped_bit_never_passes():
    subject, passed = made(), []
    for at in range(len(subject.der)):
        flipped = bytearray(subject.der)
        flipped[at] ^= 1 << at % 8
        try:
            altered = AttributeCertificate.parse(flipped)
        except InputError:
            continue
        if not broken(altered):
            passed.append(at)
    assert passed == []
