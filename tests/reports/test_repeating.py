"""The commands that a protocol prints are run as they stand, and OpenSSL says the same."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import zaruka
from zaruka.messages import messages
from zaruka.reports import render
from zaruka.reports.document import Commands
from zaruka.reports.repeating import how_to_repeat

sys.path.insert(0, str(Path(__file__).parent))
import cases
import protocols

SAY = messages("en")


@pytest.fixture
def typed(tmp_path, gost_openssl):  # noqa: ARG001 - the commands name it
    """Type all commands of a report in a folder: what was said of each, status and output."""
    for program in ("bash", "jq"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed: apt-get install {program}")

    def type_in(report, files):
        for name, path in files.items():
            shutil.copy(path, tmp_path / name)
        (tmp_path / "report.json").write_bytes(render(report, "json", SAY))
        steps = [b for b in how_to_repeat(report, SAY) if isinstance(b, Commands)]
        script = "".join(f'{step.text}\necho "STATUS $?" >&2\necho STATUS\n' for step in steps)
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", script],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
        )
        statuses = [
            int(line.split()[1]) for line in done.stderr.splitlines() if line.startswith("STATUS")
        ]
        outputs = done.stdout.split("STATUS\n")
        return [
            (step.says, status, output)
            for step, status, output in zip(steps, statuses, outputs, strict=False)
        ], done.stderr

    return type_in


def _files(report, folder):
    home = cases.SHARED / "interop" / folder
    names = {each.name: next(home.rglob(each.name)) for each in report.inputs}
    return names | {path.name: path for path in home.rglob("*.crl")}


AGREED = [
    ("ru/ul-256-xa-text-det", "ru"),
    ("ru/fl-256-tca-text-att", "ru"),
    ("ru-cades/t-good-512c-det", "ru-cades"),
    ("ru-cades/two-gost-rsa-t-det", "ru-cades"),  # RSA and GOST beside one another
    ("ru-cades/ts-good", "ru-cades"),
]


@pytest.mark.parametrize(("name", "folder"), AGREED)
def test_openssl_agrees_with_what_passed(name, folder, shared, typed):  # noqa: ARG001
    report = protocols.report(name)
    assert report.conclusion.passed
    steps, errors = typed(report, _files(report, folder))
    assert len(steps) >= 3
    for says, status, output in steps:
        assert status == 0, (says, output, errors)
        assert "holder" not in says
    said = "".join(output for _, _, output in steps) + errors
    signatures = len(report.signatures)
    assert said.count("CMS Verification successful") == (1 if signatures else 0)
    stamps = sum(len(each.timestamps) for each in report.signatures) + (not signatures)
    assert said.count("Verification: OK") == stamps
    assert said.count(".pem: OK") == signatures


def test_openssl_refuses_a_changed_document(shared, typed):  # noqa: ARG001
    report = protocols.report("failed")
    steps, errors = typed(report, _files(report, "ru-cades"))
    assert "CMS Verification failure" in errors
    statuses = {says.split(".")[0]: status for says, status, _ in steps}
    assert statuses["The document's integrity and the signature values"] != 0


def test_openssl_refuses_a_revoked_certificate_where_its_lists_count(shared, typed):  # noqa: ARG001
    report = protocols.report("ru/cert-revoked")
    assert not report.conclusion.passed
    steps, errors = typed(report, _files(report, "ru"))
    (chain,) = [status for says, status, _ in steps if says.startswith("Chain")]
    assert chain != 0
    assert "certificate revoked" in errors


@pytest.mark.parametrize(
    "name",
    [
        "ul-256-xa-det-flip-s",
        "ul-256-xa-det-sig-zero",
        "fl-256-tca-det-sig-ff",
        "ul-512-c-det-flip-r",
    ],
)
def test_openssl_refuses_each_broken_value(name, shared, typed):  # noqa: ARG001
    report = protocols.report(f"ru/{name}")
    steps, errors = typed(report, _files(report, "ru"))
    (status,) = [status for says, status, _ in steps if "must refuse too" in says]
    assert status != 0
    assert "CMS Verification failure" in errors


def test_a_plain_rsa_signature_made_by_openssl_agrees(tmp_path_factory, typed):
    folder = tmp_path_factory.mktemp("rsa")

    def openssl(*words):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    new = ("-newkey", "rsa:2048", "-nodes", "-sha256")
    openssl(
        "req",
        "-x509",
        *new,
        "-keyout",
        "root.key",
        "-out",
        "root.pem",
        "-subj",
        "/CN=Root",
        "-days",
        "3650",
    )
    openssl("req", *new, "-keyout", "leaf.key", "-out", "leaf.csr", "-subj", "/CN=Signer")
    openssl(
        "x509",
        "-req",
        "-in",
        "leaf.csr",
        "-CA",
        "root.pem",
        "-CAkey",
        "root.key",
        "-set_serial",
        "2",
        "-days",
        "365",
        "-out",
        "leaf.pem",
    )
    (folder / "a (b) №1.txt").write_text("договор")
    openssl(
        "cms",
        "-sign",
        "-binary",
        "-in",
        "a (b) №1.txt",
        "-signer",
        "leaf.pem",
        "-inkey",
        "leaf.key",
        "-outform",
        "DER",
        "-out",
        "a.p7s",
    )
    report = zaruka.verify(
        folder / "a.p7s", content=folder / "a (b) №1.txt", anchors=[folder / "root.pem"]
    )
    steps, errors = typed(report, {name: folder / name for name in ("a.p7s", "a (b) №1.txt")})
    assert "gost" not in " ".join(says for says, _, _ in steps)
    assert "CMS Verification successful" in errors
    assert "holder-1.pem: OK" in "".join(output for _, _, output in steps)


def test_a_name_that_a_shell_would_obey_is_never_typed(shared):  # noqa: ARG001
    for name in protocols.HOSTILE:
        report = protocols.renamed(protocols.report("stamps"), name)
        for step in how_to_repeat(report, SAY):
            if isinstance(step, Commands):
                for part in ("rm -rf", "`id`", "$(id)", "<script", "\x1b"):
                    assert part not in step.text
                assert "file-1" in step.text or "sha256sum" not in step.text


def test_what_openssl_cannot_do_is_said(shared):  # noqa: ARG001
    raw = next(c for c in cases.every_case() if c.kind == "raw" and c.expected == "valid")
    report = zaruka.verify(
        raw.file,
        content=raw.content,
        anchors=raw.anchors,
        certificates=raw.certificates,
        crls=raw.crls,
        key=next(iter(raw.keys), None),
        at=raw.at,
    )
    said = " ".join(
        line.text
        for b in how_to_repeat(report, SAY)
        if not isinstance(b, Commands)
        for line in b.lines
    )
    assert "OpenSSL cannot check signatures of this kind" in said


def test_belarusian_algorithms_name_their_engine(shared):  # noqa: ARG001
    steps = [b for b in how_to_repeat(protocols.report("several"), SAY) if isinstance(b, Commands)]
    assert any("bee2evp" in step.says and "bee2evp = bee2evp" in step.text for step in steps)
