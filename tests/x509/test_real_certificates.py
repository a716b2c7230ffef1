"""The certificates that accredited Russian CAs and GosSUOK really issued."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from material import der, ders
from zaruka.crypto import Outcome
from zaruka.errors import InputError
from zaruka.x509.certificates import Certificate
from zaruka.x509.crls import CertificateList
from zaruka.x509.signed import verify_signed

ACCREDITED = 2375


@pytest.fixture(scope="module")
def accredited(shared) -> list[Certificate]:
    return [Certificate.parse(one) for one in ders(shared / "real/ru/accredited-ca.pem")]


@pytest.fixture(scope="module")
def gossuok(shared) -> dict[str, Certificate]:
    folder = shared / "real/by"
    return {path.stem: Certificate.parse(der(path)) for path in sorted(folder.glob("*.cer"))}


def test_every_accredited_certificate_parses(accredited):
    assert len(accredited) == ACCREDITED
    for certificate in accredited:
        assert certificate.version == 3
        assert certificate.not_before < certificate.not_after
        assert certificate.subject.display()
        assert certificate.basic_constraints.ca
        assert not certificate.malformed_extensions
        assert not certificate.duplicate_extensions
        assert certificate.signature_algorithm == certificate.tbs_signature_algorithm


def test_every_leniency_used_is_named(accredited):
    used = Counter(note.code for one in accredited for note in one.deviations)
    expected = {"boolean-true": 25, "encoded-default": 4, "empty-list": 28, "time-choice": 2}
    assert used == expected


def test_every_signature_whose_issuer_is_present_verifies(accredited):
    by_subject = defaultdict(list)
    for certificate in accredited:
        by_subject[certificate.subject].append(certificate)
    outcome = Counter()
    for certificate in accredited:
        identifier = certificate.authority_key_identifier
        wanted = identifier.key_identifier if identifier else None
        issuers = by_subject[certificate.issuer]
        signed = any(
            verify_signed(certificate, one.key).outcome is Outcome.VALID
            for one in sorted(issuers, key=lambda one: one.key_identifier != wanted)
        )
        present = any(wanted in (None, one.key_identifier) for one in issuers)
        outcome[present, signed] += 1
    # The two others name a key of their issuer that is not on the list.
    assert outcome == {(True, True): 2373, (False, False): 2}


def test_the_whole_of_gossuok_hangs_together(gossuok):
    assert set(gossuok) == {"kuc", "ruc", "ruc_old", "atrib-cert-ul"}
    root = gossuok["kuc"]
    for name in ("kuc", "ruc", "ruc_old"):
        assert verify_signed(gossuok[name], root.key).outcome is Outcome.VALID
    old, new = gossuok["ruc_old"], gossuok["ruc"]
    assert old.subject == new.subject
    assert old.subject.der != new.subject.der  # BMPString and UTF8String
    assert old.key != new.key
    attributes = gossuok["atrib-cert-ul"]
    assert attributes.issuer == new.subject
    assert {
        name: verify_signed(attributes, gossuok[name].key).outcome for name in ("ruc", "ruc_old")
    } == {"ruc": Outcome.INVALID, "ruc_old": Outcome.VALID}


def test_the_revocation_lists_of_gossuok_are_read_and_verify(gossuok, shared):
    signers = {"kuc": "kuc", "ruc": "ruc", "cas_ruc": "atrib-cert-ul"}
    sizes, reasons = {}, Counter()
    for name, signer in signers.items():
        crl = CertificateList.parse(der(shared / f"real/by/{name}.crl"))
        assert crl.issuer == gossuok[signer].subject
        assert verify_signed(crl, gossuok[signer].key).outcome is Outcome.VALID
        entries = list(crl.entries())
        assert len(entries) == len(crl)
        sizes[name] = len(entries)
        reasons.update(entry.reason for entry in entries)
        assert all(crl.find(entry.serial) == entry for entry in entries[::7])
        assert crl.find(1) is None
    assert sizes == {"kuc": 0, "ruc": 18941, "cas_ruc": 9588}
    assert reasons[17] == 1706 + 379
    assert reasons[18] == 425 + 374
    assert reasons[None] == 92 + 464


@pytest.mark.parametrize("name", ["kuc", "ruc", "ruc_old", "atrib-cert-ul"])
def test_no_truncation_of_a_certificate_is_one(shared, name):
    whole = der(shared / f"real/by/{name}.cer")
    for end in range(len(whole)):
        with pytest.raises(InputError):
            Certificate.parse(whole[:end])
    with pytest.raises(InputError):
        Certificate.parse(whole + b"\0")


def test_one_flipped_bit_of_a_certificate_never_verifies(gossuok):
    root, subject = gossuok["kuc"], gossuok["ruc"]
    passed = []
    for at in range(len(subject.der)):
        flipped = bytearray(subject.der)
        flipped[at] ^= 1 << at % 8
        try:
            certificate = Certificate.parse(flipped)
        except InputError:
            continue
        if verify_signed(certificate, root.key).outcome is Outcome.VALID:
            passed.append(at)
    assert passed == []
