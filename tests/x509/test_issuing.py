"""What is issued here, other programs read; both countries' profiles can be made."""

from __future__ import annotations

import subprocess
from datetime import timedelta

import pytest

from hierarchy import END, NOW, START, Authority, name_of
from material import der
from zaruka.asn1 import extensions as asn1
from zaruka.asn1 import pkix
from zaruka.asn1 import schema as s
from zaruka.crypto import public_key
from zaruka.x509.certificates import Certificate
from zaruka.x509.crls import CertificateList, RevokedEntry
from zaruka.x509.issuing import (
    Issuer,
    authority_extensions,
    extension,
    issue_certificate,
    issue_crl,
    issue_ocsp_response,
    key_identifier,
    key_usage,
)
from zaruka.x509.names import Name
from zaruka.x509.path_checks import PathInputs, find_path
from zaruka.x509.paths import Anchor, CertificatePool
from zaruka.x509.private_keys import load_private_key
from zaruka.x509.revocation import RevocationMeans, Status, revocation_status

UTF8, NUMERIC, PRINTABLE, BMP = 12, 18, 19, 30
ENTROPY = bytes(range(64))
BELT_HASH, STREEBOG, SHA_1 = "1.2.112.0.2.0.34.101.31.81", "1.2.643.7.1.1.2.2", "1.3.14.3.2.26"


def issuer_of(shared, key: str, name: Name) -> Issuer:
    private = load_private_key((shared / "interop" / key).read_bytes())
    return Issuer(name, private, public_key(private))


def russian(shared) -> tuple[Issuer, Name, list]:
    """A subject and extensions as order 795 of the FSB has them."""
    authority = Name.of(
        [
            ("2.5.4.6", "RU", PRINTABLE),
            ("2.5.4.8", "77 г. Москва", UTF8),
            ("2.5.4.10", "ООО «Пробный УЦ»", UTF8),
            ("1.2.643.100.1", "1027700000005", NUMERIC),
            ("1.2.643.100.4", "7700000005", NUMERIC),
            ("2.5.4.3", "Пробный УЦ", UTF8),
        ]
    )
    subject = Name.of(
        [
            ("2.5.4.3", "Иванова Ива Ивановна", UTF8),
            ("2.5.4.4", "Иванова", UTF8),
            ("2.5.4.42", "Ива Ивановна", UTF8),
            ("1.2.643.100.3", "00000000001", NUMERIC),
            ("1.2.643.3.131.1.1", "770000000001", NUMERIC),
        ]
    )
    extensions = [
        key_usage("digitalSignature", "nonRepudiation"),
        extension("1.2.643.100.111", s.encode(s.UTF8_STRING, "Средство ЭП")),
        extension("1.2.643.100.114", s.encode(s.INTEGER, 0)),
        extension("2.5.29.32", [asn1.PolicyInformation("1.2.643.100.113.1", None)]),
    ]
    return issuer_of(shared, "ru/keys/root.p8", authority), subject, extensions


def belarusian(shared) -> tuple[Issuer, Name, list]:
    """A subject and extensions as GosSUOK has them."""
    authority = Name.of([("2.5.4.3", "Пробный РУЦ", BMP), ("2.5.4.6", "BY", PRINTABLE)])
    subject = Name.of(
        [("2.5.4.10", "ТАА «Ёлка»", BMP), ("2.5.4.3", "Ёлка", BMP), ("2.5.4.6", "BY", PRINTABLE)]
    )
    extensions = [
        key_usage("digitalSignature", "keyEncipherment", "keyAgreement"),
        extension("1.2.112.1.2.1.1.1.1.2", s.encode(s.BMP_STRING, "100000001")),
        extension("2.5.29.19", asn1.BasicConstraints(False, None)),
        extension("2.5.29.37", ["1.3.6.1.5.5.7.3.2"]),
    ]
    return issuer_of(shared, "by/keys/g-kuc.p8", authority), subject, extensions


@pytest.mark.parametrize("country", [russian, belarusian])
def test_a_hierarchy_of_each_country_is_issued_and_passes(shared, country):
    issuer, subject, extensions = country(shared)
    root = issue_certificate(
        issuer,
        issuer.name,
        issuer.key,
        serial_number=1,
        not_before=START,
        not_after=END,
        extensions=authority_extensions(issuer.key, None),
        entropy=ENTROPY,
    )
    leaf = issue_certificate(
        issuer,
        subject,
        issuer.key,
        serial_number=2**150,
        not_before=START,
        not_after=END,
        extensions=extensions,
        entropy=ENTROPY,
    )
    assert leaf.subject == subject
    assert leaf.serial_number == 2**150
    assert dict(leaf.extensions) == {one.extn_id: one for one in extensions}
    anchor = Anchor.of(root)
    assert find_path(leaf, CertificatePool(), [anchor], PathInputs(NOW)).valid is not None
    for status in ("good", "unknown", RevokedEntry(leaf.serial_number, START, 4)):
        answer = issue_ocsp_response(
            issuer,
            leaf,
            root,
            status=status,
            this_update=NOW,
            next_update=END,
            hash_oid=BELT_HASH if country is belarusian else STREEBOG,
            entropy=ENTROPY,
        )
        means = RevocationMeans(ocsps=(answer,))
        expected = {"good": Status.GOOD, "unknown": Status.UNKNOWN}.get(status, Status.REVOKED)
        assert revocation_status(leaf, root, means, NOW).status is expected


def test_what_was_read_strictly_is_written_back_to_the_same_octets(shared):
    for path in sorted((shared / "interop/by/pki").glob("*.cer")):
        octets = der(path)
        assert s.encode(pkix.CERTIFICATE, s.decode(pkix.CERTIFICATE, octets)) == octets


def test_deterministic_algorithms_give_the_same_octets_again():
    authority = Authority("root")
    again = Authority("root")
    assert authority.certificate().der == again.certificate().der
    entries = [RevokedEntry(1, START, 1, START), RevokedEntry(2, NOW)]
    assert authority.crl(entries).der == again.crl(entries).der


def test_entries_come_back_as_they_were_given():
    entries = [
        RevokedEntry(1, START, 17, START),
        RevokedEntry(2**140, NOW),
        RevokedEntry(3, END.replace(year=2060), None, None, name_of("root")),
    ]
    crl = Authority("root").crl(entries)
    assert list(crl.entries()) == entries
    assert CertificateList.parse(crl.der) == crl
    assert len(Authority("root").crl()) == 0


@pytest.mark.parametrize(
    "names",
    [
        ["digitalSignature"],
        ["keyCertSign", "cRLSign"],
        ["decipherOnly"],
        ["digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment"],
    ],
)
def test_key_usage_is_read_as_it_was_made(names):
    leaf = Authority("root").issue(Authority("leaf"), [key_usage(*names)], ca=False)
    assert leaf.key_usage == frozenset(names)
    assert leaf.deviations == ()


def test_openssl_with_the_gost_engine_reads_and_verifies_what_is_issued(
    shared, gost_openssl, tmp_path
):
    issuer, subject, extensions = russian(shared)
    moments = {"not_before": START, "not_after": END, "entropy": ENTROPY}
    root = issue_certificate(
        issuer,
        issuer.name,
        issuer.key,
        serial_number=1,
        extensions=authority_extensions(issuer.key, None),
        **moments,
    )
    own = [
        extension("2.5.29.14", key_identifier(issuer.key)),
        *authority_extensions(issuer.key, issuer.key)[3:],
    ]
    leaf = issue_certificate(
        issuer, subject, issuer.key, serial_number=2, extensions=[*extensions, *own], **moments
    )
    crl = issue_crl(
        issuer,
        [RevokedEntry(7, START, 1)],
        this_update=NOW,
        next_update=END,
        number=1,
        entropy=ENTROPY,
    )
    for name, octets in (("root.cer", root.der), ("leaf.cer", leaf.der), ("root.crl", crl.der)):
        (tmp_path / name).write_bytes(octets)

    def openssl(*arguments: str) -> str:
        done = subprocess.run(
            [gost_openssl, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    openssl("x509", "-inform", "der", "-in", "root.cer", "-out", "root.pem")
    openssl("x509", "-inform", "der", "-in", "leaf.cer", "-out", "leaf.pem")
    listed = openssl("crl", "-inform", "der", "-in", "root.crl", "-text", "-out", "root.crl.pem")
    at = str(int((NOW + timedelta(hours=1)).timestamp()))
    options = ("-check_ss_sig", "-crl_check", "-CRLfile", "root.crl.pem", "-attime", at)
    verified = openssl("verify", "-engine", "gost", "-CAfile", "root.pem", *options, "leaf.pem")
    assert "leaf.pem: OK" in verified
    assert "Key Compromise" in (tmp_path / "root.crl.pem").read_text() + listed
    assert Certificate.parse(der(tmp_path / "leaf.pem")) == leaf
