"""CryptoPro's own signatures (its test CA, 2024): read at every level, mathematics holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec import structs

import judging
from zaruka.findings import Indication, Severity, SubIndication
from zaruka.signatures import BytesContent, Content, parse_signed_data
from zaruka.validation.policy_file import built_in
from zaruka.validation.process import validate_document
from zaruka.validation.results import Block, Level, Process, SignatureResult, ValidationReport

SHA_256 = "2.16.840.1.101.3.4.2.1"
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


class Known(Content):
    """Content of which only the digest is known: the brochures that were signed are not here."""

    def __init__(self, oid: str, digest: bytes) -> None:
        super().__init__()
        self._digests.update({oid: digest, SHA_256: bytes(32)})

    @property
    def size(self) -> int:
        return 0

    def segments(self) -> Iterator[memoryview]:
        raise AssertionError("there is nothing to read")


def judge_all(shared: Path, name: str, policy: str, at: datetime = NOON) -> SignatureResult:
    """Judge a signature whose root is trusted, with every certificate of the set at hand."""
    folder = shared / "real" / "ru" / "cryptopro-test-ca"
    documents = {
        path.stem: parse_signed_data(path.read_bytes()) for path in sorted(folder.glob("*.p7s"))
    }
    known = {each.sha256: each for d in documents.values() for each in d.all_certificates}
    roots = [each for each in known.values() if each.is_self_issued]
    document = documents[name]
    (signature,) = document.signatures
    assert signature.message_digest is not None
    content = Known(signature.digest_algorithm.oid, signature.message_digest)
    context = judging.context(at, anchors=roots, certificates=known.values())
    report = validate_document(document, content, structs.replace(context, policy=built_in(policy)))
    return report.signatures[0]


STAMPED = {
    "13_cam_CADES-XLT1_1sig": datetime(2024, 7, 16, 13, 25, 6, tzinfo=UTC),
    "14_acrob_CADES-XLT1": datetime(2024, 7, 16, 14, 51, 51, tzinfo=UTC),
    "24_cam_XLT1_free_space": datetime(2024, 7, 16, 14, 21, 56, tzinfo=UTC),
    "25_cam_CADES-A": datetime(2024, 7, 16, 13, 28, 3, tzinfo=UTC),
}


@pytest.mark.parametrize("name", STAMPED)
def test_x_long_and_a_pass_by_their_own_evidence_on_the_day(shared: Path, name: str) -> None:
    """CryptoPro's answers have no nextUpdate: ru-63fz lets them count for twelve hours."""
    result = judge_all(shared, name, "ru-63fz")
    assert result.conclusion.indication is Indication.TOTAL_PASSED
    assert result.level is result.level_claimed is LEVELS[name]
    assert result.process is Process.ARCHIVAL
    assert result.proven
    assert result.best_signature_time == STAMPED[name]
    assert all(stamp.conclusion.passed for stamp in result.timestamps)
    assert len(result.timestamps) == (3 if LEVELS[name] is Level.A else 2)


@pytest.mark.parametrize("name", STAMPED)
def test_by_the_letter_an_answer_without_next_update_is_never_fresh(
    shared: Path, name: str
) -> None:
    result = judge_all(shared, name, "etsi")
    assert result.conclusion.sub_indication is SubIndication.TRY_LATER
    assert all(
        stamp.conclusion.sub_indication is SubIndication.TRY_LATER for stamp in result.timestamps
    )


@pytest.mark.parametrize("name", ["07_acrob_CADEST", "09_cam_CADEST"])
def test_t_lacks_the_status_of_everybody_and_says_where_to_ask(shared: Path, name: str) -> None:
    """The files of level T bring no lists or answers."""
    result = judge_all(shared, name, "ru-63fz")
    assert result.conclusion.sub_indication is SubIndication.TRY_LATER
    (stamp,) = result.timestamps
    assert stamp.conclusion.sub_indication is SubIndication.TRY_LATER
    codes = {found.rule.code for found in stamp.conclusion.findings}
    assert "validation.no-revocation-evidence" in codes
