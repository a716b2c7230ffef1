"""Who signed a list, and what of the file the signature makes believable."""

from __future__ import annotations

import base64
import hashlib

import minted_lists as made
import pytest

from zaruka.crypto import digest, sign, usual_algorithms
from zaruka.errors import InputError
from zaruka.findings import Indication, Severity
from zaruka.jurisdictions.russia import list_signer
from zaruka.lab.lists import Accredited, accredited_list, sign_list
from zaruka.signatures.xml.creation import sign_enveloped
from zaruka.trust.etsi import read_etsi

STATUSES = (("Действует", made.ISSUED - made.YEAR),)
CA = made.Party("CA", made.root())
EVIL = made.Party("Evil", ogrn=made.MINISTRY)
GOOD = made.russian_list(Accredited("УЦ", "1", (CA.certificate,), STATUSES))


def read(octets: bytes, **options):
    return list_signer.read_accredited(octets, roots=made.roots(), **options)


def codes(reading, *severities):
    wanted = severities or (Severity.FAIL, Severity.UNKNOWN)
    return [f.rule.code for f in reading.conclusion.findings if f.severity in wanted]


def test_a_list_that_the_ministry_signed_is_believed():
    reading = read(GOOD)
    assert reading.conclusion.passed
    assert reading.signer == made.ministry().certificate
    assert reading.list.sequence == 5
    assert CA.certificate in reading.list.certificates
    assert "russia.list-signer-revocation" in codes(reading, Severity.INFO)


def test_the_digest_of_a_list_is_that_of_the_file():
    assert read(GOOD).list.sha256 == hashlib.sha256(GOOD).hexdigest()


def test_a_signer_without_the_number_of_the_ministry_is_not_believed():
    other = made.Party("Other", made.root(), ogrn="1027700100010", ca=False)
    reading = read(made.russian_list(signer=other))
    assert reading.conclusion.indication is Indication.FAILED
    assert codes(reading) == ["russia.list-signer-ministry"]


def test_a_signer_who_only_calls_himself_the_ministry_is_not_believed():
    reading = read(made.russian_list(signer=EVIL))
    assert reading.conclusion.indication is Indication.INDETERMINATE
    assert codes(reading) == ["russia.list-signer-path"]


def test_a_root_in_the_list_is_not_believed_because_it_stands_there():
    own = Accredited("Зло", made.MINISTRY, (EVIL.certificate,), STATUSES)
    signer = made.Party("Evil signer", EVIL, ogrn=made.MINISTRY, ca=False)
    octets = accredited_list([own], version=9, issued=made.ISSUED)
    assert not read(sign_list(octets, signer.signer, made.entropy)).conclusion.passed


def test_a_signer_whose_certificate_ended_before_the_list_is_not_believed():
    late = made.Party("Late", made.root(), ogrn=made.MINISTRY, years=(-2, -1), ca=False)
    assert codes(read(made.russian_list(signer=late))) == ["russia.list-signer-path"]


def test_a_signer_may_be_pinned():
    octets = made.russian_list(signer=EVIL)
    assert read(octets, pins=frozenset({EVIL.certificate.sha256})).conclusion.passed


def test_an_unsigned_list_is_not_believed():
    reading = read(accredited_list([], version=9, issued=made.ISSUED))
    assert reading.list is None
    assert codes(reading) == ["trust.list-unsigned"]


def test_one_changed_octet_is_seen():
    reading = read(GOOD.replace("Учебное".encode(), "учебное".encode(), 1))
    assert reading.list is None
    assert "trust.list-signature" in codes(reading)


@pytest.mark.parametrize("kind", ["gost-512", "bign-256", "rsa-2048", "p-256"])
def test_every_kind_of_key_may_sign_lists(kind):
    signer = made.Party(f"Signer {kind}", kind=kind, ca=False)
    octets = made.european_list(signer=signer)
    assert read_etsi(octets, signers=[signer.certificate]).conclusion.passed


# --- attacks

DS = "http://www.w3.org/2000/09/xmldsig#"
URN = "urn:ietf:params:xml:ns:cpxmlsec:algorithms:"
ROOT = "АккредитованныеУдостоверяющиеЦентры"
FORGED = accredited_list(
    [Accredited("Зло", "1", (EVIL.certificate,), STATUSES)], version=99, issued=made.ISSUED
).split(b"?>", 1)[1]


def signature_of(octets: bytes) -> bytes:
    start, end = octets.index(b"<ds:Signature"), octets.index(b"</ds:Signature>")
    return octets[start : end + len(b"</ds:Signature>")]


def body_of(octets: bytes) -> bytes:
    return octets.split(b"?>", 1)[1]


def attacks():
    signature, end = signature_of(GOOD), f"</{ROOT}>".encode()
    inside = FORGED.replace(end, b"")
    part = sign_enveloped(b'<a><b Id="b"/></a>', made.ministry().signer, entropy=made.entropy)
    broken = f'<ds:Signature xmlns:ds="{DS}"/>'.encode()
    close = b"</ds:Signature>"
    enclosing = signature.replace(close, b"<ds:Object>" + body_of(GOOD) + b"</ds:Object>" + close)
    return {
        "list swapped under a good signature": FORGED.replace(end, signature + end),
        "good list wrapped into another": inside + body_of(GOOD) + end,
        "forged list wrapped into the good one": GOOD.replace(signature, FORGED + signature),
        "two signatures": GOOD.replace(signature, signature + signature),
        "two signatures, one broken": GOOD.replace(signature, signature + broken),
        "signature of another document": GOOD.replace(signature, signature_of(part)),
        "signature with the good list inside": FORGED.replace(end, enclosing + end),
    }


ATTACKS = attacks()


@pytest.mark.parametrize("name", ATTACKS)
def test_no_forged_list_is_believed(name):
    assert not read(ATTACKS[name]).conclusion.passed


def test_a_signature_over_a_part_is_not_believed():
    # The ministry signs an element with an Id; a list is put around it.
    part = '<Примечание Id="n">x</Примечание>'.encode()
    value = base64.b64encode(digest("1.2.643.7.1.1.2.2", part)).decode()
    exclusive = 'Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"'
    info = (
        f'<SignedInfo xmlns="{DS}"><CanonicalizationMethod {exclusive}></CanonicalizationMethod>'
        f'<SignatureMethod Algorithm="{URN}gostr34102012-gostr34112012-256"></SignatureMethod>'
        f'<Reference URI="#n"><Transforms><Transform {exclusive}></Transform></Transforms>'
        f'<DigestMethod Algorithm="{URN}gostr34112012-256"></DigestMethod>'
        f"<DigestValue>{value}</DigestValue></Reference></SignedInfo>"
    )
    signer = made.ministry()
    algorithm, _ = usual_algorithms(signer.certificate.key.algorithm)
    mark = sign(signer.private, algorithm, message=info.encode(), entropy=made.entropy(64))
    whole = (
        f'<Signature xmlns="{DS}">{info}<SignatureValue>{base64.b64encode(mark).decode()}'
        f"</SignatureValue><KeyInfo><X509Data><X509Certificate>"
        f"{made.base64_of(signer.certificate)}</X509Certificate></X509Data></KeyInfo></Signature>"
    ).encode()
    end = f"</{ROOT}>".encode()
    assert codes(read(FORGED.replace(end, part + whole + end))) == ["trust.list-signed-in-part"]


def test_doubled_ids_are_not_believed():
    signer = made.Party("Signer", kind="p-256", ca=False)
    octets = made.european_list(signer=signer)
    doubled = octets.replace(
        b"<SchemeInformation>", b'<SchemeInformation Id="signature-properties">', 1
    )
    assert not read_etsi(doubled, signers=[signer.certificate]).conclusion.passed


@pytest.mark.parametrize(
    "octets",
    [
        b'<!DOCTYPE a [<!ENTITY b "' + b"c" * 1000 + b'">]><a>' + b"&b;" * 1000 + b"</a>",
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1/"><a/>',
        b"<a>" * 10_000,
    ],
)
def test_what_is_dangerous_to_read_is_refused(octets):
    with pytest.raises(InputError):
        read(octets)


def test_a_signer_whom_nobody_names_is_not_believed():
    signer, other = (made.Party(name, kind="p-256", ca=False) for name in ("One", "Two"))
    octets = made.european_list(signer=signer)
    assert codes(read_etsi(octets, signers=[other.certificate])) == ["trust.list-signer"]
    assert codes(read_etsi(octets)) == ["trust.list-signer"]
    assert read_etsi(octets, pins=frozenset({signer.certificate.sha256})).conclusion.passed


def test_a_certificate_of_the_same_key_is_not_the_one_that_was_named():
    signer = made.Party("One", kind="p-256", ca=False)
    twin = made.Party("One", kind="p-256", years=(-1, 1), ca=False)
    octets = made.european_list(signer=signer)
    assert not read_etsi(octets, signers=[twin.certificate]).conclusion.passed


def test_a_signer_whose_time_is_over_is_told_of():
    late = made.Party("Late", kind="p-256", years=(-2, -1), ca=False)
    reading = read_etsi(made.european_list(signer=late), signers=[late.certificate])
    assert reading.conclusion.passed
    assert "trust.list-signer-out-of-time" in codes(reading, Severity.WARN)


def test_many_certificates_in_a_signature_cost_little():
    more = "".join(
        f"<ds:X509Certificate>{made.base64_of(made.Party(f'N {n}', ca=False).certificate)}"
        "</ds:X509Certificate>"
        for n in range(90)
    )
    octets = GOOD.replace(b"<ds:X509Certificate>", f"{more}<ds:X509Certificate>".encode())
    assert not read(octets).conclusion.passed  # who signed is not among the first
