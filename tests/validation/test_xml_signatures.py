"""XML signatures judged by the same process: every case of interop/ gets an allowed verdict."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import judging
from zaruka.findings import Indication
from zaruka.signatures.xml.xmldsig import parse_signed_xml
from zaruka.validation.process import validate_document
from zaruka.validation.results import SignatureResult

REFUSED = {Indication.TOTAL_FAILED, Indication.INDETERMINATE}
ALLOWED = {"valid": {Indication.TOTAL_PASSED}, "invalid": REFUSED}


def judge(
    file: Path, case: dict[str, Any], *, holders: list[Path] | None = None
) -> SignatureResult:
    """Judge the only signature of a file; `case` names what its folder has for that."""
    folder = file.parents[1]
    context = judging.context(
        judging.moment(case["at"]),
        anchors=[judging.certificate(folder / name) for name in case["trust"]],
        certificates=[
            *(judging.certificate(folder / name) for name in case["others"]),
            *(judging.certificate(path) for path in holders or ()),
        ],
        crls=[judging.crl(folder / name) for name in case["crls"]],
    )
    (result,) = validate_document(parse_signed_xml(file.read_bytes()), None, context).signatures
    return result


def russian(shared: Path) -> list[tuple[Path, str, dict[str, Any]]]:
    folder = shared / "interop" / "ru"
    cases = json.loads((folder / "manifest.json").read_text())["cases"]
    return [
        (
            folder / case["file"],
            case["expected"],
            {**case, "at": case["verify_at"], "others": case["intermediates"]},
        )
        for case in cases
        if case["kind"].startswith("xml")
    ]


def belarusian(shared: Path) -> list[tuple[Path, str, dict[str, Any], Path]]:
    folder = shared / "interop" / "by"
    manifest = json.loads((folder / "manifest.json").read_text())
    case = {**manifest, "at": manifest["verify_time"], "others": manifest["untrusted"]}
    return [
        (folder / entry["file"], entry["expected"], case, folder / entry["signers"][0])
        for entry in manifest["entries"]
        if entry["kind"].startswith("xml")
    ]


def test_every_russian_case_gets_an_allowed_verdict(shared: Path) -> None:
    found = russian(shared)
    assert len(found) == 21
    for file, expected, case in found:
        assert judge(file, case).conclusion.indication in ALLOWED[expected], file


def test_every_belarusian_case_gets_an_allowed_verdict(shared: Path) -> None:
    found = belarusian(shared)
    assert len(found) == 12
    for file, expected, case, signer in found:
        result = judge(file, case, holders=[signer])
        assert result.conclusion.indication in ALLOWED[expected], file
        assert result.signing_certificate is not None
        assert result.signing_certificate.sha256 == judging.certificate(signer).sha256


def test_a_bare_key_inside_the_signature_proves_nobody(shared: Path) -> None:
    for file, _, case, _ in belarusian(shared):
        if "keyvalue" in file.name:
            result = judge(file, case)
            assert result.conclusion.indication is Indication.INDETERMINATE
            assert result.conclusion.sub_indication == "NO_SIGNING_CERTIFICATE_FOUND"


def test_a_signature_that_binds_its_certificate_is_xades(shared: Path) -> None:
    named = {file.name: (file, case) for file, _, case in russian(shared)}
    bound, bare = judge(*named["xades-512.xml"]), judge(*named["env-512.xml"])
    assert (bound.format, bound.level) == ("XAdES", "B-B")
    assert (bare.format, bare.level) == ("XMLDSig", "CMS")
    assert "cades.signing-certificate" in {each.rule.code for each in bound.findings}


def test_what_is_wrong_decides_which_refusal_it_is(shared: Path) -> None:
    named = {file.name: (file, case) for file, _, case in russian(shared)}
    subs = {
        name: judge(*named[name]).conclusion.sub_indication
        for name in ("xml-env-256-content.xml", "xml-env-256-sig.xml", "xml-ref-256-dupid.xml")
    }
    assert subs == {
        "xml-env-256-content.xml": "HASH_FAILURE",
        "xml-env-256-sig.xml": "SIG_CRYPTO_FAILURE",
        "xml-ref-256-dupid.xml": "FORMAT_FAILURE",
    }


def test_another_certificate_than_the_one_bound_is_no_signer(shared: Path) -> None:
    """The digest in SigningCertificate is signed; the certificate in KeyInfo is not."""
    named = {file.name: (file, case) for file, _, case in russian(shared)}
    file, case = named["xades-512.xml"]
    other = judging.certificate(file.parents[1] / "certs" / "ul-512-a.crt")
    context = judging.context(judging.moment(case["at"]))
    octets = file.read_bytes()
    start = octets.index(b"<ds:X509Certificate>") + len(b"<ds:X509Certificate>")
    end = octets.index(b"</ds:X509Certificate>")
    forged = octets[:start] + base64.b64encode(other.der) + octets[end:]
    (result,) = validate_document(parse_signed_xml(forged), None, context).signatures
    assert result.conclusion.sub_indication == "NO_SIGNING_CERTIFICATE_FOUND"
