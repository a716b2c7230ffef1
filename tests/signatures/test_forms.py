"""What a file is, by its content alone, in every wrapping that people send."""

from __future__ import annotations

import base64
import codecs
import json
import shutil
import subprocess
import textwrap
from typing import TYPE_CHECKING

import pytest
from asn1crypto import cms, core, x509
from hypothesis import example, given
from hypothesis import strategies as st

from zaruka.errors import BudgetExceeded, InputError, UnsupportedError, ZarukaError
from zaruka.signatures.input.codes import CODES
from zaruka.signatures.input.forms import LEVELS, Kind, expect, objects, recognise
from zaruka.signatures.input.opening import Input

if TYPE_CHECKING:
    from pathlib import Path

CMS_KINDS = {"cms-attached", "cms-detached"}


def form_of(octets: bytes, name: str = "file.bin"):
    return recognise(Input.of(octets, name))


def lines(data: bytes, end: str = "\n", width: int = 64) -> str:
    text = base64.b64encode(data).decode()
    return end.join(text[at : at + width] for at in range(0, len(text), width)) + end


def pem(data: bytes, label: str = "CMS", end: str = "\n") -> bytes:
    text = f"-----BEGIN {label}-----{end}{lines(data, end)}-----END {label}-----{end}"
    return text.encode()


# Each undoes to the same octets: name, wrapping, trail.
WRAPPINGS = {
    "der": (bytes, ()),
    "pem": (pem, ("PEM CMS",)),
    "pem-pkcs7": (lambda d: pem(d, "PKCS7"), ("PEM PKCS7",)),
    "pem-any-label": (lambda d: pem(d, "ЭЦП"), ("PEM ",)),
    "pem-crlf": (lambda d: pem(d, end="\r\n"), ("PEM CMS",)),
    "pem-bom-crlf": (lambda d: codecs.BOM_UTF8 + pem(d, end="\r\n"), ("BOM", "PEM CMS")),
    "pem-text-around": (
        lambda d: "Подпись директора:\n\n".encode() + pem(d) + b"\nBest regards\n",
        ("PEM CMS",),
    ),
    "pem-cp1251-around": (lambda d: "Подпись\n".encode("cp1251") + pem(d), ("PEM CMS",)),
    "pem-long-text-before": (lambda d: b"    Version: 1\n" * 20_000 + pem(d), ("PEM CMS",)),
    "pem-one-line": (lambda d: pem(d).replace(b"\n", b""), ("PEM CMS",)),
    "pem-spaces-for-lines": (lambda d: pem(d).replace(b"\n", b" "), ("PEM CMS",)),
    "pem-no-padding": (lambda d: pem(d).replace(b"=", b""), ("PEM CMS",)),
    "pem-no-end": (lambda d: pem(d).partition(b"-----END")[0], ("PEM CMS",)),
    "pem-headers": (
        lambda d: pem(d).replace(b"CMS-----\n", b"CMS-----\nComment: a\n  b\n\n", 1),
        ("PEM CMS",),
    ),
    "pem-in-json": (lambda d: json.dumps(pem(d).decode()).encode(), ("PEM CMS",)),
    "pem-utf16": (lambda d: pem(d).decode().encode("utf-16"), ("UTF-16", "PEM CMS")),
    "base64-one-line": (base64.b64encode, ("base64",)),
    "base64-lines": (lambda d: lines(d).encode(), ("base64",)),
    "base64-crlf": (lambda d: lines(d, "\r\n", 76).encode(), ("base64",)),
    "base64-cr": (lambda d: lines(d, "\r").encode(), ("base64",)),
    "base64-no-padding": (lambda d: base64.b64encode(d).rstrip(b"="), ("base64",)),
    "base64url": (lambda d: base64.urlsafe_b64encode(d).rstrip(b"="), ("base64",)),
    "base64-bom": (lambda d: codecs.BOM_UTF8 + base64.b64encode(d), ("BOM", "base64")),
    "base64-bom-crlf": (
        lambda d: codecs.BOM_UTF8 + lines(d, "\r\n").encode(),
        ("BOM", "base64"),
    ),
    "base64-quoted": (lambda d: b'"' + base64.b64encode(d) + b'"\n', ("base64",)),
    "base64-escaped-lines": (lambda d: json.dumps(lines(d, "\r\n")).encode(), ("base64",)),
    "base64-nul": (lambda d: base64.b64encode(d) + b"\0", ("base64",)),
    "base64-padded-pieces": (
        lambda d: b"\n".join(base64.b64encode(d[i : i + 100]) for i in range(0, len(d), 100)),
        ("base64",),
    ),
    "data-uri": (
        lambda d: b"data:application/pkcs7-signature;base64," + base64.b64encode(d),
        ("base64",),
    ),
    "base64-of-base64": (
        lambda d: base64.b64encode(base64.b64encode(d)),
        ("base64", "base64"),
    ),
    "base64-of-pem": (lambda d: base64.b64encode(pem(d)), ("base64", "PEM CMS")),
    "pem-of-base64": (
        lambda d: pem(base64.b64encode(d)),
        ("PEM CMS", "base64"),
    ),
    "base64-utf16le": (
        lambda d: codecs.BOM_UTF16_LE + lines(d, "\r\n").encode("utf-16-le"),
        ("UTF-16", "base64"),
    ),
    "base64-utf16be": (
        lambda d: codecs.BOM_UTF16_BE + lines(d, "\r\n").encode("utf-16-be"),
        ("UTF-16", "base64"),
    ),
    "base64-utf16le-no-bom": (lambda d: lines(d).encode("utf-16-le"), ("UTF-16", "base64")),
    "base64-utf16be-no-bom": (lambda d: lines(d).encode("utf-16-be"), ("UTF-16", "base64")),
    "hex": (lambda d: d.hex().encode(), ("hex",)),
    "hex-upper": (lambda d: d.hex().upper().encode(), ("hex",)),
    "hex-spaced": (lambda d: d.hex(" ").encode(), ("hex",)),
    "hex-colons": (lambda d: d.hex(":").encode() + b"\r\n", ("hex",)),
    "hex-0x": (lambda d: b"0x" + d.hex().encode(), ("hex",)),
    "hex-c-array": (lambda d: ", ".join(f"0x{o:02x}" for o in d).encode(), ("hex",)),
    "hex-lines": (lambda d: "\n".join(textwrap.wrap(d.hex(), 32)).encode(), ("hex",)),
}
EVERYWHERE = {"der", "pem", "base64-one-line", "hex"}


def wrapped(data: bytes, wrapping: str) -> bytes:
    return WRAPPINGS[wrapping][0](data)


def corpus(shared: Path) -> list[Path]:
    folders = ("interop/ru/cms", "interop/ru/cades", "interop/by/cms", "interop/by/pki")
    folders += ("interop/by/crl", "interop/ru/ts", "interop/by/tsp", "interop/by/ocsp", "real/by")
    folders += ("real/ru/cryptopro-test-ca", "real/ru/dvcs", "interop/ru-cades/cades")
    found = [
        path
        for folder in folders
        for path in sorted((shared / folder).iterdir())
        if path.suffix not in {".pdf", ".txt", ".pem"} and path.stat().st_size < 100_000
    ]
    assert len(found) > 150
    return found


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_every_wrapping_of_every_real_object_gives_the_same_octets(shared, wrapping):
    _, trail = WRAPPINGS[wrapping]
    place = list(WRAPPINGS).index(wrapping)
    everything = corpus(shared)
    # Every fifth object with a wrapping, each with some of them; the common ones with all.
    for path in everything if wrapping in EVERYWHERE else everything[place % 5 :: 5]:
        data = path.read_bytes()
        plain = form_of(data)
        form = form_of(wrapped(data, wrapping), path.name)
        assert form.kind is plain.kind, path
        assert bytes(form.data) == data, path
        assert (form.missing, form.trailing, form.more) == (0, 0, False), path
        assert form.detached is plain.detached
        assert len(form.trail) == len(trail)
        assert all(step.startswith(start) for step, start in zip(form.trail, trail, strict=True))


@pytest.mark.parametrize("wrapping", ["pem", "base64-crlf", "base64-utf16le", "hex", "hex-c-array"])
def test_forms_of_many_megabytes_are_decoded_block_by_block(shared, wrapping):
    data = (shared / "interop/by/cms/m384-bin5m-att.p7s").read_bytes()
    form = form_of(wrapped(data, wrapping))
    assert form.kind is Kind.SIGNED_DATA
    assert form.detached is False
    assert bytes(form.data) == data


def manifest_cases(shared: Path) -> list[tuple[Path, str]]:
    ru = json.loads((shared / "interop/ru/manifest.json").read_text())["cases"]
    by = json.loads((shared / "interop/by/manifest.json").read_text())["entries"]
    return [(shared / "interop/ru" / case["file"], case["kind"]) for case in ru] + [
        (shared / "interop/by" / case["file"], case["kind"]) for case in by
    ]


def test_every_case_of_the_interop_manifests_has_its_kind(shared):
    wanted = {
        "cms-detached": {(Kind.SIGNED_DATA, True)},
        "cms-attached": {(Kind.SIGNED_DATA, False)},
        "certificate": {(Kind.CERTIFICATE, None)},
        "crl": {(Kind.CRL, None)},
        "ocsp-response": {(Kind.OCSP_RESPONSE, None)},
        "timestamp-token": {(Kind.TIMESTAMP_TOKEN, False)},
        "timestamp-response": {(Kind.TIMESTAMP_RESPONSE, None)},
        "xml": {(Kind.XML, None)},
    }
    seen = 0
    for path, kind in manifest_cases(shared):
        if kind not in wanted:
            continue
        form = recognise(Input.open(path))
        assert (form.kind, form.detached) in wanted[kind], path
        seen += 1
    assert seen > 120


@pytest.mark.parametrize(
    ("file", "kind", "what"),
    [
        ("interop/by/tsp/text-belt.tsq", Kind.TIMESTAMP_REQUEST, ""),
        ("interop/by/ocsp/good.req", Kind.OCSP_REQUEST, ""),
        ("interop/by/keys/m-root.p8", Kind.PRIVATE_KEY, "pkcs8"),
        ("interop/by/raw/m-ee256.spki", Kind.PUBLIC_KEY, ""),
        ("interop/by/raw/256-text.sig", Kind.RAW_SIGNATURE, ""),
        ("interop/by/raw/384-text-det.sig", Kind.RAW_SIGNATURE, ""),
        ("interop/by/raw/512-text.sig", Kind.RAW_SIGNATURE, ""),
        ("interop/by/docs/empty.bin", Kind.EMPTY, ""),
        ("interop/by/docs/bin5m.bin", Kind.BINARY, ""),
        ("interop/by/docs/text.txt", Kind.TEXT, "text"),
        ("interop/by/manifest.json", Kind.TEXT, "json"),
        ("real/ru/dvcs/request_cpd_tomsk.der", Kind.DVCS_REQUEST, ""),
        ("real/ru/dvcs/response_vpkc_tomsk.der", Kind.DVCS_RESPONSE, ""),
        ("real/ru/cryptopro-test-ca/01_okular_BES.pdf", Kind.PDF, "pdf"),
        ("samples/synthetic_blrwbl_skeleton.xml", Kind.XML, "belarusian-waybill"),
        ("samples/synthetic_tsl_skeleton.xml", Kind.XML, "russian-trust-list"),
        (
            "samples/generate_utd970_05_02_01_title0_resp.xml",
            Kind.XML,
            "russian-transfer-document",
        ),
        ("samples/etsi-lists/mra-zz-tl.xml", Kind.XML, "etsi-trust-list"),
        ("interop/ru/xml/env-256.xml", Kind.XML, "other"),
    ],
)
def test_other_real_files_are_named(shared, file, kind, what):
    form = recognise(Input.open(shared / file))
    assert (form.kind, form.what) == (kind, what)


def test_messages_of_the_russian_standards_committee_are_told_apart(shared):
    forms = [recognise(Input.open(p)) for p in (shared / "vectors/ru/tc26-cms").glob("*.pem")]
    kinds = [form.kind for form in forms]
    assert kinds.count(Kind.SIGNED_DATA) == 2
    assert [form.what for form in forms if form.kind is Kind.OTHER_CMS] == ["digested-data"] * 2
    assert kinds.count(Kind.CERTIFICATE) == 3


def test_power_of_attorney_is_named_and_has_no_signature_inside(shared):
    [path] = (shared / "samples").glob("synthetic_ON_EMCHD_*.xml")
    form = recognise(Input.open(path))
    assert (form.kind, form.what, form.signed) == (Kind.XML, "power-of-attorney", False)
    with pytest.raises(InputError) as caught:
        expect(form, Kind.SIGNED_DATA)
    assert caught.value.code == "input.no-signature"
    assert caught.value.details["what"] == "power-of-attorney"


def test_attribute_certificate_is_told_from_a_certificate(shared):
    holder = (shared / "real/by/kuc.cer").read_bytes()
    issuer = x509.Certificate.load(holder).issuer
    info = cms.AttributeCertificateInfoV2(
        {
            "version": "v2",
            "holder": {"entity_name": [x509.GeneralName("directory_name", issuer)]},
            "issuer": cms.AttCertIssuer(
                "v2_form", {"issuer_name": [x509.GeneralName("directory_name", issuer)]}
            ),
            "signature": {"algorithm": "1.2.112.0.2.0.34.101.45.12"},
            "serial_number": 1,
            "att_cert_validity_period": {
                "not_before_time": core.GeneralizedTime("20260101000000Z"),
                "not_after_time": core.GeneralizedTime("20270101000000Z"),
            },
            "attributes": [],
        }
    )
    der = core.Sequence.load(
        cms.AttributeCertificateV2(
            {
                "ac_info": info,
                "signature_algorithm": {"algorithm": "1.2.112.0.2.0.34.101.45.12"},
                "signature": b"\0" * 48,
            }
        ).dump()
    ).dump()
    assert form_of(der).kind is Kind.ATTRIBUTE_CERTIFICATE


def test_a_list_of_2375_certificates_gives_each_of_them(shared):
    source = Input.open(shared / "real/ru/accredited-ca.pem")
    kinds = [form.kind for form in objects(source)]
    assert kinds == [Kind.CERTIFICATE] * 2375
    assert recognise(source).more


def test_octets_after_the_object_are_counted_and_left_out(shared):
    data = (shared / "interop/by/cms/m256-text-att.p7s").read_bytes()
    for after in (b"\r\n", b"\0" * 5000, b"\nsomething else"):
        form = form_of(data + after)
        assert (bytes(form.data), form.trailing) == (data, len(after))


@pytest.mark.parametrize(
    "file",
    [
        "interop/by/cms/m256-text-att.p7s",
        "interop/ru/cms/ul-512-a-text-det.p7s",
        "interop/by/pki/m-ee256.cer",
        "interop/by/crl/m-sub.crl",
        "interop/by/tsp/text-belt.tsr",
        "interop/by/ocsp/good.resp",
    ],
)
@pytest.mark.parametrize("wrapping", ["der", "pem", "base64-one-line", "hex"])
def test_an_object_cut_at_any_octet_is_a_clear_error(shared, file, wrapping):
    data = (shared / file).read_bytes()
    kind = form_of(data).kind
    for length in range(len(data)):
        with pytest.raises(ZarukaError) as caught:
            expect(form_of(wrapped(data[:length], wrapping)), kind)
        if length > 16:
            assert caught.value.code == "input.truncated"
            assert caught.value.details["missing"] == len(data) - length


SIGNED_DOC = b"""<?xml version="1.0"?>
<doc:SignedDoc xmlns:doc="urn:EEC:SignedData:v1.0:EDoc"><doc:Data>
<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/></doc:Data></doc:SignedDoc>"""


@pytest.mark.parametrize(
    ("octets", "code", "details"),
    [
        (b"", "input.empty", {}),
        (b"\0" * 1000, "input.unrecognised", {"size": 1000}),
        (b"Dear Sirs", "input.no-signature", {"found": "text", "what": "text"}),
        (b"%PDF-1.7\n%%EOF", "input.no-signature", {"found": "pdf"}),
        (b"%PDF-1.7\n/ByteRange [0 1 2 3]\n%%EOF", "input.pdf", {"what": "pdf"}),
        (b"7z\xbc\xaf\x27\x1c\0\4", "input.archive", {"what": "7z"}),
        (b"Rar!\x1a\x07\x01\0", "input.archive", {"what": "rar"}),
        (b"\x1f\x8b\x08\0", "input.archive", {"what": "gzip"}),
        (b"\x89PNG\r\n\x1a\n\0", "input.no-signature", {"found": "image", "what": "png"}),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "input.no-signature", {"what": "ole"}),
        (b"<html><body>Log in</body></html>", "input.no-signature", {"what": "html"}),
        (b"<!DOCTYPE html>\n<html lang=ru>", "input.no-signature", {"what": "html"}),
        (SIGNED_DOC, "input.xml", {"what": "eec-signed-doc"}),
        (b'{"payload": "e30", "signatures": []}', "input.jws", {"what": "json"}),
        (b"eyJhbGciOiJFUzI1NiJ9.e30.c2lnbmF0dXJl", "input.jws", {"what": "compact"}),
        (b"-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP", "input.pgp", {"what": "pgp"}),
        (bytes(range(200, 248)), "input.raw-signature", {"size": 48}),
        (bytes.fromhex("3022") + b"\x04\x20" + bytes(32), "input.key-container", {}),
        (
            b"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA",
            "input.private-key",
            {"what": "encrypted"},
        ),
        (
            bytes.fromhex("300f06092a864886f70d010703a0023000"),
            "input.encrypted-cms",
            {"what": "enveloped-data"},
        ),
        (bytes.fromhex("3080060a2a864886f70d0109100117a0803080"), "input.unknown-asn1", {}),
        (
            bytes.fromhex("3080060b2a864886f70d0109100117a0803080"),
            "input.encrypted-cms",
            {"what": "auth-enveloped-data"},
        ),
        (
            bytes.fromhex("3018020103301306092a864886f70d010701a0060404") + bytes(4),
            "input.pkcs12",
            {},
        ),
        (bytes.fromhex("308210000609") + b"x", "input.truncated", {}),
        (b"MIIF" + b"A" * 100 + b"?" + b"A" * 100, "input.base64-damaged", {"offset": 104}),
    ],
)
def test_what_is_not_a_signature_is_said(octets, code, details):
    with pytest.raises(ZarukaError) as caught:
        expect(form_of(octets, "bid.sig"), Kind.SIGNED_DATA)
    assert caught.value.code == code
    assert caught.value.details["name"] == "bid.sig"
    assert details.items() <= caught.value.details.items()


def test_a_readable_object_of_another_kind_is_named_with_what_was_wanted(shared):
    form = recognise(Input.open(shared / "interop/by/pki/m-root.cer"))
    with pytest.raises(InputError) as caught:
        expect(form, Kind.CRL, Kind.OCSP_RESPONSE)
    assert caught.value.code == "input.wrong-kind"
    assert caught.value.details["found"] == "certificate"
    assert caught.value.details["expected"] == "crl, ocsp-response"


def test_a_document_in_utf16_or_with_a_mark_stays_as_the_file_holds_it():
    for octets in ("﻿<a>текст</a>".encode(), "<a>текст</a>".encode("utf-16")):
        form = form_of(octets)
        assert form.kind is Kind.XML
        assert bytes(form.data) == octets
        assert form.trail == ()


def test_text_that_only_looks_like_base64_is_text():
    for octets in (b"abcdefghijklmnop", b"password1234", "Договор".encode(), b"0123456789abcdef"):
        assert form_of(octets).kind is Kind.TEXT


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.decode("utf-8", "replace").encode(),
        lambda data: data.decode("utf-8", "replace").replace("\n", "\r\n").encode(),
    ],
)
def test_der_that_went_through_a_text_program_is_said(shared, damage):
    seen = 0
    for path in corpus(shared):
        data = path.read_bytes()
        # Passed over: lengths that do not tell, or are themselves changed.
        if data[1] == 0x80 or b"\n" in data[:64]:
            continue
        if data.count(b"\n") < 4 or data.count(b"\r\n") or len(data) < 500:
            continue
        with pytest.raises(InputError) as caught:
            expect(form_of(damage(data)), form_of(data).kind)
        assert caught.value.code == "input.text-damaged", path
        seen += 1
    assert seen > 50


def test_sound_objects_are_never_taken_for_damaged(shared):
    for path in corpus(shared):
        form = form_of(path.read_bytes() + b"\r\n")
        assert expect(form, form.kind) is form


def test_nesting_ends_at_the_bound_with_an_error(shared):
    data = (shared / "interop/by/raw/m-ee256.spki").read_bytes()
    for _ in range(LEVELS):
        data = base64.b64encode(data)
    assert form_of(data).kind is Kind.PUBLIC_KEY
    for _ in range(25):
        data = base64.b64encode(data)
        with pytest.raises(BudgetExceeded) as caught:
            form_of(data)
        assert caught.value.code == "input.too-deep"


def test_pem_with_more_objects_than_allowed_is_refused_before_the_first(shared):
    block = pem((shared / "real/by/kuc.cer").read_bytes(), "CERTIFICATE")
    forms = objects(Input.of(block * 11, "many.pem"), limit=10)
    with pytest.raises(BudgetExceeded) as caught:
        next(forms)
    assert caught.value.code == "input.too-many-objects"


def test_parameters_before_a_key_do_not_hide_it(shared):
    parameters = pem(bytes.fromhex("06092a7000020022652d0301"), "EC PARAMETERS")
    key = pem((shared / "interop/by/keys/m-root.p8").read_bytes(), "PRIVATE KEY")
    assert form_of(key).kind is Kind.PRIVATE_KEY
    kinds = [form.kind for form in objects(Input.of(parameters + key, "key.pem"))]
    assert kinds[-1] is Kind.PRIVATE_KEY


def openssl(*arguments: str, data: bytes = b"") -> bytes:
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl is not here")
    return subprocess.run([program, *arguments], input=data, capture_output=True, check=True).stdout


@pytest.fixture(scope="module")
def rsa(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rsa")
    openssl(
        *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=Test", "-days", "2"),
        *("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")),
    )
    return folder


def test_what_openssl_writes_is_recognised(rsa):
    key, cert = str(rsa / "key.pem"), str(rsa / "cert.pem")
    (rsa / "doc.txt").write_bytes(b"text\n")
    doc = str(rsa / "doc.txt")
    sign = ("cms", "-sign", "-in", doc, "-signer", cert, "-inkey", key)
    made = {
        (Kind.SIGNED_DATA, True, ()): openssl(*sign, "-binary", "-outform", "DER"),
        (Kind.SIGNED_DATA, False, ()): openssl(*sign, "-nodetach", "-stream", "-outform", "DER"),
        (Kind.SIGNED_DATA, False, ("PEM CMS",)): openssl(*sign, "-nodetach", "-outform", "PEM"),
        (Kind.SIGNED_DATA, True, ("S/MIME signed",)): openssl(*sign),
        (Kind.SIGNED_DATA, False, ("S/MIME opaque",)): openssl(*sign, "-nodetach"),
        (Kind.ENCRYPTED_CMS, None, ("S/MIME opaque",)): openssl(
            *("cms", "-encrypt", "-aes128", "-in", doc, cert)
        ),
        (Kind.PRIVATE_KEY, None, ("PEM ENCRYPTED PRIVATE KEY",)): openssl(
            *("pkcs8", "-topk8", "-in", key, "-passout", "pass:x")
        ),
        (Kind.PRIVATE_KEY, None, ()): openssl("rsa", "-in", key, "-outform", "DER", "-traditional"),
        (Kind.PKCS12, None, ()): openssl(
            *("pkcs12", "-export", "-inkey", key, "-in", cert, "-passout", "pass:x")
        ),
        (Kind.CERTIFICATE_REQUEST, None, ()): openssl(
            *("req", "-new", "-key", key, "-subj", "/CN=x", "-outform", "DER")
        ),
        (Kind.CERTIFICATES, None, ()): openssl(
            *("crl2pkcs7", "-nocrl", "-certfile", cert, "-outform", "DER")
        ),
        (Kind.CERTIFICATE, None, ("PEM TRUSTED CERTIFICATE",)): openssl(
            *("x509", "-in", cert, "-trustout", "-setalias", "x")
        ),
        (Kind.CERTIFICATE, None, ("PEM CERTIFICATE",)): openssl("x509", "-in", cert, "-text"),
        (Kind.PUBLIC_KEY, None, ("PEM PUBLIC KEY",)): openssl(
            "x509", "-in", cert, "-pubkey", "-noout"
        ),
    }
    for (kind, detached, trail), octets in made.items():
        form = form_of(octets)
        assert (form.kind, form.detached, form.trail) == (kind, detached, trail)


def test_an_ecdsa_value_is_a_raw_signature_and_a_public_rsa_key_is_not(rsa):
    ec = openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout")
    (rsa / "ec.pem").write_bytes(ec)
    value = openssl("dgst", "-sha256", "-sign", str(rsa / "ec.pem"), data=b"text")
    assert form_of(value).kind is Kind.RAW_SIGNATURE
    key = openssl("rsa", "-in", str(rsa / "key.pem"), "-RSAPublicKey_out", "-outform", "DER")
    assert form_of(key).kind is not Kind.RAW_SIGNATURE
    assert form_of(ec).kind is Kind.PRIVATE_KEY


@given(st.binary(max_size=300))
def test_any_octets_have_a_kind_or_a_code(octets):
    with pytest.raises((InputError, UnsupportedError)) as caught:
        expect(form_of(octets))
    assert caught.value.code in CODES


SMALL_OBJECT = bytes.fromhex("300f06092a864886f70d010703a0023000")


@given(
    st.lists(
        st.sampled_from(sorted(set(WRAPPINGS) - {"pem-headers", "pem-long-text-before"})),
        max_size=3,
    ),
    st.binary(max_size=40),
)
@example(["base64-cr", "hex-0x", "hex-0x"], b"\x00\x00")
def test_wrappings_in_any_order_come_off(wrappings, content):
    """An EnvelopedData of any content, wrapped up to three times."""
    inner = b"\x04" + bytes([len(content)]) + content
    body = b"\x06\x09" + bytes.fromhex("2a864886f70d010703") + b"\xa0" + bytes([len(inner)]) + inner
    data = b"\x30" + bytes([len(body)]) + body
    octets = data
    for wrapping in wrappings:
        octets = wrapped(octets, wrapping)
    form = form_of(octets)
    assert form.kind is Kind.ENCRYPTED_CMS
    assert bytes(form.data) == data
