"""Digests: published values, streams, other implementations, threads."""

from __future__ import annotations

import array
import hashlib
import json
import mmap
import subprocess
import threading
from typing import TYPE_CHECKING

import pytest
from digest_vectors import (
    BASH_MESSAGES,
    GOST_94,
    NATIONAL,
    PUBLISHED,
    STREEBOG_256,
    STREEBOG_512,
    H,
    Vector,
)
from hypothesis import given
from hypothesis import strategies as st

from zaruka import crypto
from zaruka._native import Hasher
from zaruka.crypto.algorithms import DIGESTS
from zaruka.errors import UnsupportedError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("vector", PUBLISHED, ids=lambda vector: vector.source)
def test_published_value(vector: Vector) -> None:
    assert crypto.digest(vector.oid, vector.message).hex() == vector.digest


def test_gost_engine_etalons(shared: Path) -> None:
    folder = shared / "vectors" / "ru" / "streebog-etalon"
    lines = (folder / "dgst.result").read_text().split("\n")
    checked = 0
    for line in filter(str.strip, lines):
        name, _, value = line.partition("= ")
        algorithm, _, file = name.rstrip(")").partition("(")
        if file == "M7":  # its message is not in the folder
            continue
        oid = {"md_gost12_256": STREEBOG_256, "md_gost12_512": STREEBOG_512}[algorithm]
        assert crypto.digest(oid, (folder / file).read_bytes()).hex() == value.strip(), line
        checked += 1
    assert checked == 14


def test_bash_values_of_the_standard(shared: Path) -> None:
    items = json.loads((shared / "vectors" / "by" / "bash_test.json").read_text())["items"]
    printed = {item["after_comment"]: item["hex"] for item in items}
    for table, oid, length in BASH_MESSAGES:
        assert crypto.digest(oid, H[:length]).hex().upper() == printed[table], table


def test_belt_values_of_the_standard(shared: Path) -> None:
    items = json.loads((shared / "vectors" / "by" / "belt_test.json").read_text())["items"]
    printed = [item["hex"] for item in items if item["after_comment"].startswith("belt-hash")]
    oid = "1.2.112.0.2.0.34.101.31.81"
    assert [crypto.digest(oid, H[:length]).hex().upper() for length in (13, 32, 48)] == printed


@pytest.mark.parametrize("oid", NATIONAL)
@given(parts=st.lists(st.binary(max_size=300), max_size=6))
def test_every_split_gives_the_same_digest(oid: str, parts: list[bytes]) -> None:
    context = crypto.hash_context(oid)
    for part in parts:
        context.update(part)
    message = b"".join(parts)
    assert context.digest() == crypto.digest(oid, message)
    assert len(context.digest()) == DIGESTS[oid].size


@pytest.mark.parametrize("oid", NATIONAL)
def test_every_cut_around_the_blocks(oid: str) -> None:
    message = bytes(range(256)) + bytes(10)
    expected = crypto.digest(oid, message)
    for cut in range(len(message) + 1):
        context = crypto.hash_context(oid)
        context.update(message[:cut])
        context.update(message[cut:])
        assert context.digest() == expected, cut


@pytest.mark.parametrize("name", ["streebog256", "gost3411_94", "belt-hash", "bash384"])
def test_digest_and_copy_leave_the_stream_as_it_is(name: str) -> None:
    stream = Hasher(name)
    stream.update(b"one")
    first, copy = stream.digest(), stream.copy()
    stream.update(b"two")
    assert stream.digest() != first
    assert copy.digest() == first
    copy.update(b"two")
    assert copy.digest() == stream.digest()
    assert (copy.name, copy.digest_size) == (name, len(first))


@pytest.mark.parametrize("oid", NATIONAL)
def test_any_contiguous_buffer(oid: str, tmp_path: Path) -> None:
    message = bytes(range(256)) * 64
    expected = crypto.digest(oid, message)
    file = tmp_path / "message"
    file.write_bytes(message)
    with (
        file.open("rb") as opened,
        mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as mapped,
    ):
        assert crypto.digest(oid, mapped) == expected
        context = crypto.hash_context(oid)
        with memoryview(mapped) as view:
            for start in range(0, len(message), 1000):
                with view[start : start + 1000] as part:
                    context.update(part)
        assert context.digest() == expected
    assert crypto.digest(oid, bytearray(message)) == expected
    assert crypto.digest(oid, array.array("i", message)) == expected
    with pytest.raises(BufferError):
        crypto.digest(oid, memoryview(message)[::2])


def test_what_is_no_buffer_is_refused() -> None:
    with pytest.raises(TypeError):
        crypto.digest(STREEBOG_256, "text")  # type: ignore[arg-type]


def test_unknown_names() -> None:
    with pytest.raises(ValueError, match="unknown digest"):
        Hasher("streebog384")
    with pytest.raises(UnsupportedError) as caught:
        crypto.digest("1.2.112.0.2.0.1176.1.11", b"")
    assert caught.value.code == "crypto.digest-unsupported"
    assert "STB 1176.1" in str(caught.value.details["algorithm"])


def test_threads_hash_apart_and_together() -> None:
    message = bytes(range(256)) * 4096
    expected = {oid: crypto.digest(oid, message) for oid in NATIONAL}
    found: dict[str, bytes] = {}
    shared_stream = crypto.hash_context(STREEBOG_512)
    zeros = bytes(100_000)

    def work(oid: str) -> None:
        found[oid] = crypto.digest(oid, message)
        shared_stream.update(zeros)

    threads = [threading.Thread(target=work, args=(oid,)) for oid in NATIONAL]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == expected
    assert shared_stream.digest() == crypto.digest(STREEBOG_512, zeros * len(NATIONAL))


@pytest.mark.parametrize(
    ("oid", "engine_name"),
    [(STREEBOG_256, "md_gost12_256"), (STREEBOG_512, "md_gost12_512"), (GOST_94, "md_gost94")],
)
def test_the_gost_engine_agrees(gost_openssl: str, oid: str, engine_name: str) -> None:
    stream = hashlib.shake_128(engine_name.encode()).digest(70_000)
    for length in (0, 1, 31, 32, 33, 63, 64, 65, 127, 128, 1000, 70_000):
        answer = subprocess.run(
            [gost_openssl, "dgst", "-engine", "gost", f"-{engine_name}", "-binary"],
            input=stream[:length],
            capture_output=True,
            check=True,
        )
        assert crypto.digest(oid, stream[:length]) == answer.stdout, length


def test_international_digests_are_those_of_hashlib() -> None:
    for oid, digest in DIGESTS.items():
        if oid not in NATIONAL:
            expected = hashlib.new(digest.implementation, b"abc").digest()
            assert crypto.digest(oid, b"abc") == expected
            assert len(expected) == digest.size
