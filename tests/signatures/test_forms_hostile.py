"""Hostile input is a clear error within 2 s and 200 MB, measured in a process of its own."""

from __future__ import annotations

import ast
import base64
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import zaruka.signatures.input as room
from zaruka.signatures.input.codes import CODES

PROGRAM = r"""
import json, re, sys, time
from pathlib import Path
from zaruka.errors import ZarukaError
from zaruka.signatures.input.archives import members
from zaruka.signatures.input.forms import Kind, expect, recognise
from zaruka.signatures.input.loading import load_objects
from zaruka.signatures.input.opening import Input
before = time.process_time()
path, action = Path(sys.argv[1]), sys.argv[2]
try:
    if action == "load":
        for _ in load_objects(path, Kind.CERTIFICATE): pass
    elif action == "members":
        for member in members(recognise(Input.open(path))): member.open()
    else:
        expect(recognise(Input.open(path)), Kind.SIGNED_DATA)
    code = None
except ZarukaError as error:
    code = error.code
# not ru_maxrss: that is inherited from whoever started this process
peak = int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024
print(json.dumps({"code": code, "seconds": time.process_time() - before, "peak": peak}))
"""


def measure(path: Path, action: str = "recognise") -> dict:
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path), action],
        capture_output=True,
        check=True,
        timeout=60,
    )
    return json.loads(result.stdout)


def sparse(path: Path, head: bytes, size: int, tail: bytes = b"") -> None:
    with path.open("wb") as file:
        file.write(head)
        file.truncate(size)
        file.seek(size)
        file.write(tail)


GIGABYTE = 1 << 30
BLOCK_OF_A = b"A" * (1 << 20)


def fill(path: Path, block: bytes, count: int, head: bytes = b"", tail: bytes = b"") -> None:
    with path.open("wb") as file:
        file.write(head)
        for _ in range(count):
            file.write(block)
        file.write(tail)


def certificate_pem(shared) -> bytes:
    return (shared / "interop/by/pki/m-root.pem").read_bytes()


CASES = {
    "zeros": (lambda p, _: sparse(p, b"", GIGABYTE), "recognise", "input.unrecognised"),
    "zeros-behind-0x30": (lambda p, _: sparse(p, b"0", GIGABYTE), "recognise", None),
    "sequence-of-zeros": (
        lambda p, _: sparse(p, b"\x30\x84" + (GIGABYTE - 6).to_bytes(4, "big"), GIGABYTE),
        *("recognise", "input.unrecognised"),
    ),
    "indefinite-zeros": (lambda p, _: sparse(p, b"\x30\x80", GIGABYTE), "recognise", None),
    "length-that-lies": (
        lambda p, _: sparse(p, b"\x30\x88\x7f" + b"\xff" * 7 + b"\x30\x03", 1 << 20),
        *("recognise", None),
    ),
    "letters": (lambda p, _: fill(p, BLOCK_OF_A, 1024), "recognise", "input.no-signature"),
    "spaces": (lambda p, _: fill(p, b" " * (1 << 20), 256), "recognise", "input.no-signature"),
    "hex-zeros": (lambda p, _: fill(p, b"0" * (1 << 20), 256), "recognise", "input.no-signature"),
    "dashes": (lambda p, _: fill(p, b"-" * (1 << 20), 256), "recognise", "input.no-signature"),
    "open-tags": (lambda p, _: fill(p, b"<a" * (1 << 19), 64), "recognise", "input.no-signature"),
    "comments": (lambda p, _: fill(p, b"<!--" * (1 << 18), 64), "recognise", "input.no-signature"),
    "headers": (lambda p, _: fill(p, b"a: b\n" * 200_000, 64), "recognise", "input.no-signature"),
    "mail-line-ends": (
        lambda p, _: fill(p, b"\r\n" * (1 << 19), 64, MAIL),
        *("recognise", "input.mail-damaged"),
    ),
    "mail-boundaries": (
        lambda p, _: fill(p, b"\n--a" * (1 << 18), 64, MAIL),
        *("recognise", "input.too-many-objects"),
    ),
    "text-of-begins": (
        lambda p, _: fill(p, b"-----BEGIN X-----" * 60_000, 64),
        *("recognise", "input.too-many-objects"),
    ),
    "million-certificates": (
        lambda p, s: fill(p, certificate_pem(s) * 1000, 1000),
        *("load", "input.too-many-objects"),
    ),
    "million-certificates-p7b": (
        lambda p, _: fill(p, b"\x30\x01\x00" * 1000, 1000, p7b_head(3_000_000), b"\x31\x00"),
        *("load", "input.too-many-objects"),
    ),
    "random": (lambda p, _: p.write_bytes(os.urandom(1 << 20)), "recognise", "input.unrecognised"),
    "nested-base64": (lambda p, _: p.write_bytes(nested()), "recognise", "input.too-deep"),
    "nested-sequences": (
        lambda p, _: p.write_bytes(b"\x30\x80" * 1_000_000),
        *("recognise", None),
    ),
    "zip-bomb": (lambda p, _: bomb(p), "members", "input.zip-bomb"),
    "zip-of-a-million": (lambda p, _: million_members(p), "members", "input.too-many-objects"),
}
MAIL = b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=a\n\n"


def p7b_head(size: int) -> bytes:
    """A SignedData of certificates alone, up to where they begin."""
    before = b"\x02\x01\x01\x31\x00\x30\x0b\x06\x09" + bytes.fromhex("2a864886f70d010701")
    certificates = b"\xa0\x84" + size.to_bytes(4, "big")
    inner = len(before) + len(certificates) + size + 2
    signed = b"\x30\x84" + inner.to_bytes(4, "big")
    explicit = b"\xa0\x84" + (inner + 6).to_bytes(4, "big")
    oid = b"\x06\x09" + bytes.fromhex("2a864886f70d010702")
    return (
        b"\x30\x84"
        + (len(oid) + 6 + inner + 6).to_bytes(4, "big")
        + oid
        + explicit
        + signed
        + (before + certificates)
    )


def nested() -> bytes:
    """Base64 of base64 as deep as a megabyte has room for."""
    octets = b"zaruka"
    while len(octets) < 1 << 20:
        octets = base64.b64encode(octets)
    return octets


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("z", "w") as z:
        for _ in range(256):
            z.write(bytes(1 << 20))


def million_members(path: Path) -> None:
    """End record that promises a million members, with room for all of them."""
    size = 46 * 1_000_000
    record = b"PK\x05\x06" + bytes(4) + b"\x40\x42\x40\x42" + size.to_bytes(4, "little")
    sparse(path, b"PK\x03\x04", size + 100, record + (100).to_bytes(4, "little") + bytes(2))


@pytest.mark.parametrize("case", CASES)
def test_hostile_input_is_a_clear_error_in_time_and_memory(tmp_path, shared, case):
    make, action, code = CASES[case]
    path = tmp_path / "hostile.sig"
    make(path, shared)
    # The machine may be busy: the best of three.
    seen = min((measure(path, action) for _ in range(3)), key=lambda found: found["seconds"])
    path.unlink()
    assert seen["code"] is not None
    assert code in {None, seen["code"]}
    assert seen["seconds"] < 2
    assert seen["peak"] < 200 << 20


def test_the_table_of_codes_is_what_the_sources_raise():
    raised = set()
    details = {}
    for path in sorted(Path(room.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id not in {"InputError", "UnsupportedError", "BudgetExceeded"}:
                continue
            if isinstance(node.args[0], ast.JoinedStr):  # input.<kind> of what is refused
                continue
            code = node.args[0].value
            raised.add(code)
            assert CODES[code].error.__name__ == node.func.id, code
            names = {keyword.arg for keyword in node.keywords}
            assert names == set(CODES[code].details), code
            details[code] = names
    by_kind = {"encrypted-cms", "other-cms", "key-container", "asic", "archive", "jws", "pgp"}
    by_kind |= {"xml", "pdf", "office", "evidence-record", "evidence-record-xml"}
    assert raised | {f"input.{kind}" for kind in by_kind} == set(CODES)
