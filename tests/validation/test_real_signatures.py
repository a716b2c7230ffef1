"""CryptoPro's own signatures (its test CA, 2024): read at every level, mathematics holds."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

import judging
from zaruka.findings import Indication, Severity, SubIndication
from zaruka.signatures import BytesContent, Content, parse_signed_data
from zaruka.validation.process import validate_document
from zaruka.validation.results import Block, Level, SignatureResult, ValidationReport

NOON = datetime(2024, 7, 16, 21, 0, tzinfo=UTC)
LEVELS = {
    "01_okular_BES": Level.B_B,
    "05_acrob_BES": Level.B_B,
    "07_acrob_CADEST": Level.B_T,
    "09_cam_CADEST": Level.B_T,
    "13_cam_CADES-XLT1_1sig": Level.X_LONG,
    "14_acrob_CADES-XLT1": Level.X_LONG,
    "24_cam_XLT1_free_space": Level.X_LONG,
    "25_cam_CADES-A": Level.A,
}


def signed_octets(pdf: bytes) -> bytes:
    """Give what a PDF's signature covers: the two pieces of its /ByteRange (ISO 32000 12.8.1)."""
    found = re.search(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)", pdf)
    assert found is not None
    a, b, c, d = map(int, found.groups())
    return pdf[a : a + b] + pdf[c : c + d]


def judge(shared: Path, name: str) -> tuple[ValidationReport, SignatureResult]:
    folder = shared / "real" / "ru" / "cryptopro-test-ca"
    document = parse_signed_data((folder / f"{name}.p7s").read_bytes())
    pdf = folder / f"{name}.pdf"
    content: Content | None = None
    if pdf.is_file():
        content = BytesContent(signed_octets(pdf.read_bytes()))
    report = validate_document(document, content, judging.context(NOON))
    (result,) = report.signatures
    return report, result


def passed(result: SignatureResult) -> set[str]:
    return {f.rule.code for f in result.findings if f.severity is Severity.PASS}


@pytest.mark.parametrize("name", LEVELS)
def test_level_is_read_and_mathematics_holds(shared: Path, name: str) -> None:
    _, result = judge(shared, name)
    assert result.level_claimed is LEVELS[name]
    assert {"cms.format", "cms.signature", "cades.signing-certificate"} <= passed(result)
    assert bool(result.timestamps) is (LEVELS[name] is not Level.B_B)
    for stamp in result.timestamps:
        codes = {f.rule.code for f in stamp.conclusion.findings if f.severity is Severity.PASS}
        assert {"tsp.imprint", "cms.message-digest", "cms.signature"} <= codes


@pytest.mark.parametrize("name", LEVELS)
def test_an_unknown_root_keeps_it_open_and_is_named(shared: Path, name: str) -> None:
    report, result = judge(shared, name)
    assert result.conclusion.indication is Indication.INDETERMINATE
    chain = next(each for each in result.blocks if each.block is Block.X509_VALIDATION)
    assert chain.conclusion.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND
    assert report.needs
    assert all("КРИПТО-ПРО" in need.name for need in report.needs)


def test_the_one_with_its_document_has_an_intact_document(shared: Path) -> None:
    _, result = judge(shared, "01_okular_BES")
    assert "cms.message-digest" in passed(result)
    assert result.level is Level.B_B


@pytest.mark.parametrize("name", [n for n in LEVELS if LEVELS[n] in {Level.X_LONG, Level.A}])
def test_what_is_not_judged_beyond_t_is_said(shared: Path, name: str) -> None:
    _, result = judge(shared, name)
    said = {f.rule.code: f for f in result.findings if f.severity is Severity.INFO}
    assert "cades.not-judged" in said
    assert said["validation.level-not-judged"].actual == LEVELS[name]
