"""interop/ru-cades: revocation and time, by EN 319 102-1 V1.4.1, 5.3 to 5.6."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

import judging
from zaruka.findings import Indication
from zaruka.signatures import BytesContent, parse_signed_data, parse_timestamp_token
from zaruka.validation.context import Evidence
from zaruka.validation.process import validate_document, validate_timestamp
from zaruka.validation.results import ValidationReport
from zaruka.validation.revocation_objects import validate_ocsp

SHARED = Path(os.environ.get("ZARUKA_SHARED", Path(__file__).parents[3] / "shared"))
FOLDER = SHARED / "interop" / "ru-cades"

ALLOWED = {
    "valid": {Indication.TOTAL_PASSED, Indication.PASSED},
    "indeterminate": {Indication.INDETERMINATE},
    "invalid": {Indication.TOTAL_FAILED, Indication.FAILED},
    "policy": {Indication.TOTAL_PASSED, Indication.INDETERMINATE},
}

# An answer about another certificate proves nothing of this one: open, not failed (RFC 6960 3.2).
OPEN_NOT_FAILED = {"ocsp-wrong-subject"}


def _cases() -> list[dict[str, Any]]:
    manifest = FOLDER / "manifest.json"
    return list(json.loads(manifest.read_text())["cases"]) if manifest.is_file() else []


CASES = _cases()


def judge(case: dict[str, Any]) -> ValidationReport:
    context = judging.context(
        judging.moment(case["verify_at"]),
        anchors=[judging.certificate(FOLDER / name) for name in case["trust"]],
        certificates=[judging.certificate(FOLDER / name) for name in case["intermediates"]],
        crls=[judging.crl(FOLDER / name) for name in case["crls"]],
    )
    if "ocsp_der" in case:
        answers = [judging.ocsp(FOLDER / case["ocsp_der"])]
        context = context.having(Evidence.of("file:ocsp", ocsps=answers))
    octets = judging.read_der(FOLDER / case["file"])
    if case["kind"].startswith("cms"):
        detached = case["kind"] == "cms-detached"
        content = None
        if detached:
            content = BytesContent((FOLDER / case["content"]).read_bytes())
        return validate_document(parse_signed_data(octets), content, context)
    if case["kind"] == "timestamp-token":
        return validate_timestamp(parse_timestamp_token(octets), context)
    assert case["kind"] == "ocsp-response"
    subject = judging.certificate(FOLDER / case["subject_cert"])
    return validate_ocsp(judging.OcspResponse.parse(octets), context, subject)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_verdict_and_sub_indication(case: dict[str, Any]) -> None:
    conclusion = judge(case).conclusion
    if case["id"] in OPEN_NOT_FAILED:
        assert conclusion.indication is Indication.INDETERMINATE
    else:
        assert conclusion.indication in ALLOWED[case["expected"]]
        if case["kind"].startswith("cms") and conclusion.sub_indication is not None:
            defensible = [case["expected_sub"], *case.get("expected_sub_alt", ())]
            assert any(conclusion.sub_indication in sub for sub in defensible)


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if "per_signer" in case],
    ids=[case["id"] for case in CASES if "per_signer" in case],
)
def test_each_signer_is_judged_alone(case: dict[str, Any]) -> None:
    names = {
        judging.certificate(FOLDER / path).sha256: verdict
        for path, verdict in case["per_signer"].items()
    }
    results = judge(case).signatures
    assert len(results) == len(names)
    for result in results:
        assert result.signing_certificate is not None
        assert result.conclusion.indication in ALLOWED[names[result.signing_certificate.sha256]]


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if "best_signature_time" in case],
    ids=[case["id"] for case in CASES if "best_signature_time" in case],
)
def test_best_signature_time(case: dict[str, Any]) -> None:
    report = judge(case)
    if report.conclusion.indication is Indication.TOTAL_PASSED:
        (result,) = report.signatures
        assert result.best_signature_time == judging.moment(case["best_signature_time"])


def test_the_corpus_is_there(shared: Path) -> None:
    assert shared == SHARED
    assert len(CASES) > 70
