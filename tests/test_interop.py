"""Signed files made by other programs: every case of interop/ru and interop/by gets its verdict.

What `expected` allows is the table of interop/README.md. Keys are throw-away, names invented.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import judging
import zaruka
from zaruka.asn1 import schema as s
from zaruka.asn1.pkix import SUBJECT_PUBLIC_KEY_INFO
from zaruka.crypto import AlgorithmId, KeyInfo
from zaruka.errors import InputError
from zaruka.findings import Indication
from zaruka.signatures import BytesContent
from zaruka.validation.raw import validate_raw_signature
from zaruka.validation.results import OcspResult, ValidationReport

SHARED = Path(os.environ.get("ZARUKA_SHARED", Path(__file__).parents[2] / "shared"))

# What `expected` allows; None is "the bytes cannot be read" (exit status 3).
ALLOWED: dict[str, set[Indication | None]] = {
    "valid": {Indication.TOTAL_PASSED, Indication.PASSED},
    "valid-lenient": {Indication.TOTAL_PASSED, Indication.PASSED},
    "invalid": {
        Indication.TOTAL_FAILED,
        Indication.FAILED,
        Indication.INDETERMINATE,
        None,
    },
    "indeterminate": {Indication.INDETERMINATE},
    "good": {Indication.PASSED},
    "revoked": {Indication.PASSED},
    "unknown": {Indication.PASSED},
}

# bee2's own format is not wanted (interop/README.md).
NOT_WANTED = ("bee2cmd",)

# Where our sub-indication differs from the manifest's reading of the standards, and why.
DISAGREEMENTS = {
    "by:cms/m256-future.p7s:docs/text.txt": (
        "the hint is STB 34.101.80, 8.2.1, where not yet valid is INDETERMINATE; by EN 319 102-1 "
        "V1.4.1, 5.5.4(4)(b), a signature that exists before its certificate does is FAILED"
    ),
}


@dataclass(frozen=True)
class Case:
    """One case, the same for both manifests: paths are absolute, times aware."""

    id: str
    kind: str
    file: Path
    expected: str
    at: datetime
    anchors: tuple[Path, ...]
    certificates: tuple[Path, ...]
    crls: tuple[Path, ...]
    raw: dict[str, Any]
    folder: Path

    def path(self, field: str) -> Path | None:
        return self.folder / self.raw[field] if field in self.raw else None


def _russian() -> list[Case]:
    folder = SHARED / "interop" / "ru"
    return [
        Case(
            id=f"ru:{raw['id']}",
            kind=raw["kind"],
            file=folder / raw["file"],
            expected=raw["expected"],
            at=judging.moment(raw["verify_at"]),
            anchors=tuple(folder / name for name in raw["trust"]),
            certificates=tuple(folder / name for name in raw["intermediates"]),
            crls=tuple(folder / name for name in raw["crls"]),
            raw=raw,
            folder=folder,
        )
        for raw in json.loads((folder / "manifest.json").read_text())["cases"]
    ]


def _belarusian() -> list[Case]:
    folder = SHARED / "interop" / "by"
    manifest = json.loads((folder / "manifest.json").read_text())
    return [
        Case(
            id=f"by:{raw['file']}:{raw.get('content', '')}",
            kind=raw["kind"],
            file=folder / raw["file"],
            expected=raw["expected"],
            at=judging.moment(manifest["verify_time"]),
            anchors=tuple(folder / name for name in manifest["trust"]),
            certificates=tuple(folder / name for name in manifest["untrusted"]),
            crls=tuple(folder / name for name in manifest["crls"]),
            raw=raw,
            folder=folder,
        )
        for raw in manifest["entries"]
    ]


def _cases() -> list[Case]:
    if not (SHARED / "interop" / "README.md").is_file():
        return []
    cases = [*_russian(), *_belarusian()]
    return [case for case in cases if not case.kind.startswith(NOT_WANTED)]


ALL = _cases()
XML = [case for case in ALL if case.kind.startswith("xml")]
CASES = [case for case in ALL if not case.kind.startswith("xml")]


def each(cases: list[Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases, ids=[case.id for case in cases])


def judge(case: Case) -> ValidationReport | None:
    """Judge a case through the whole product; None where the bytes cannot be read."""
    own: list[Path | None] = []
    if case.kind in {"tsp", "ocsp", "ocsp-response"}:  # the token or answer may hold none
        own = [case.path("signer_cert"), case.path("subject_cert"), case.path("target")]
        own += [case.folder / name for name in case.raw.get("signers", ())]
    if case.kind == "raw":  # the manifest names the key; its certificate lies beside
        own = [case.folder / "pki" / f"{Path(case.raw['key']).stem}.cer"]
    if case.kind.startswith("xml"):  # some hold the bare key only
        own = [case.folder / name for name in case.raw.get("signers", ())]
    try:
        return zaruka.verify(
            case.file,
            content=None if case.kind == "cms-attached" else case.path("content"),
            anchors=case.anchors,
            certificates=[*case.certificates, *(path for path in own if path is not None)],
            crls=case.crls,
            at=case.at,
        )
    except InputError:
        return None


def test_the_corpus_is_there(shared: Path) -> None:
    assert shared == SHARED
    assert len(CASES) > 130
    assert len(XML) == 33


@each(CASES)
def test_case_gets_an_allowed_verdict(case: Case) -> None:
    report = judge(case)
    indication = report.conclusion.indication if report else None
    if case.expected == "policy":
        assert report is not None
        assert indication in {Indication.TOTAL_PASSED, Indication.INDETERMINATE}
        assert report.policy.name == "etsi"
        assert any(f.sub_indication for s in report.signatures for f in s.findings)
    else:
        assert indication in ALLOWED[case.expected]


@each(CASES)
def test_sub_indication_is_the_manifest_s_or_the_difference_is_explained(case: Case) -> None:
    hint = case.raw.get("ades_hint")
    report = judge(case) if hint else None
    if hint is None or report is None:
        return
    sub = report.conclusion.sub_indication
    agrees = sub is not None and sub in hint
    assert agrees is (case.id not in DISAGREEMENTS), f"{hint}: {report.conclusion.indication}/{sub}"


@each([case for case in CASES if "timestamp" in case.raw])
def test_a_bad_stamp_is_said_and_leaves_the_signature(case: Case) -> None:
    report = judge(case)
    assert report is not None
    (result,) = report.signatures
    assert result.conclusion.indication is Indication.TOTAL_PASSED
    (stamp,) = result.timestamps
    refused = {f.rule.code for f in result.findings} & {"validation.level-refused"}
    if case.raw["timestamp"] == "valid":
        assert stamp.conclusion.passed
        assert result.best_signature_time == stamp.time
        assert result.proven
        assert not refused
    else:
        assert not stamp.conclusion.passed
        assert result.best_signature_time == case.at
        assert not result.proven
        assert refused


@each([case for case in CASES if case.expected in {"good", "revoked"}])
def test_an_ocsp_answer_says_what_it_should_of_its_certificate(case: Case) -> None:
    report = judge(case)
    assert report is not None
    (result,) = report.objects
    assert isinstance(result, OcspResult)
    assert [status.state for _, status in result.answers] == [case.expected]


@pytest.mark.usefixtures("shared")
def test_signers_are_named_in_their_countries_terms() -> None:
    wanted = {"ru:ul-256-xa-text-det", "by:cms/g-text-det.p7s:docs/text.txt"}
    found = {}
    for case in CASES:
        if case.id in wanted:
            report = judge(case)
            assert report is not None
            signer = report.signatures[0].signer
            assert signer is not None
            found[signer.country] = {n.code: n.value for n in signer.identifiers}
    assert found == {
        "RU": {
            "OGRN": "1027739000001",
            "SNILS": "11223344595",
            "INN": "770100000107",
            "INNLE": "7701000001",
        },
        "BY": {"UNP": "200030514", "PERSONAL_NUMBER": "4280392X023PB5"},
    }


@each(XML)
def test_xml_gets_an_allowed_verdict(case: Case) -> None:
    """KeyInfo holds the certificate, or the bare key of one that is given."""
    report = judge(case)
    assert report is not None
    assert len(report.signatures) == 1
    assert report.conclusion.indication in ALLOWED[case.expected]


@each([case for case in CASES if case.kind == "raw"])
def test_a_bare_key_is_enough_for_a_raw_signature_and_that_is_said(case: Case) -> None:
    key, content = case.path("key"), case.path("content")
    assert key is not None
    assert content is not None
    der = key.read_bytes()
    spki = s.decode(SUBJECT_PUBLIC_KEY_INFO, der)
    report = validate_raw_signature(
        case.file.read_bytes(),
        BytesContent(content.read_bytes()),
        judging.context(case.at),
        key=KeyInfo(AlgorithmId(*spki.algorithm), spki.subject_public_key.octets, der),
    )
    (result,) = report.signatures
    assert result.conclusion.indication in ALLOWED[case.expected]
    assert result.signer is None
    assert "validation.no-certificate-of-key" in {f.rule.code for f in result.findings}
