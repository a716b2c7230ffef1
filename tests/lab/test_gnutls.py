"""GnuTLS, which shares no code with OpenSSL or us, accepts the laboratory's Russian signatures.

It knows CryptoPro-A under its names and 512-A (GnuTLS 3.7), which are the laboratory's curves; it
judges at the real time, so the hierarchy is made for today.
"""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from zaruka.lab import russia as ru


def certtool(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("certtool")
    if program is None:
        pytest.skip("GnuTLS is not installed: apt-get install gnutls-bin")
    command = [program, *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def pem(label: str, *ders: bytes) -> str:
    return "".join(
        f"-----BEGIN {label}-----\n{base64.encodebytes(der).decode()}-----END {label}-----\n"
        for der in ders
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    now = datetime.now(UTC).replace(microsecond=0)
    hierarchy = ru.russia(now, os.urandom)
    member = hierarchy.enrol(ru.CONTRACTOR, ru.SIGNER)
    chain = [each.certificate.der for each in (member, hierarchy.authority, hierarchy.root)]
    place = tmp_path_factory.mktemp("gnutls")
    (place / "chain.pem").write_text(pem("CERTIFICATE", *chain))
    (place / "root.pem").write_text(pem("CERTIFICATE", chain[-1]))
    message = hierarchy.sign(b"content", [member], at=now, detached=True)
    (place / "message.pem").write_text(pem("PKCS7", message))
    (place / "content").write_bytes(b"content")
    (place / "altered").write_bytes(b"contents")
    return place


def test_the_chain_is_trusted(folder: Path) -> None:
    done = certtool(folder, "--verify-chain", "--infile", "chain.pem")
    assert done.returncode == 0
    assert "Chain verification output: Verified. The certificate is trusted." in done.stdout


@pytest.mark.parametrize(("content", "good"), [("content", True), ("altered", False)])
def test_the_signature_holds_for_its_content_only(folder: Path, content: str, good: bool) -> None:
    trust = ("--load-ca-certificate", "root.pem")
    done = certtool(
        folder, "--p7-verify", "--infile", "message.pem", "--load-data", content, *trust
    )
    assert ("Signature status: ok" in done.stderr) is good
