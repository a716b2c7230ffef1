"""Files are opened once, regular ones only, and never held whole without need."""

from __future__ import annotations

import hashlib
import os
import socket
import threading

import pytest

from zaruka.errors import BudgetExceeded, InputError
from zaruka.signatures.input import opening
from zaruka.signatures.input.opening import Input

SHA256 = "2.16.840.1.101.3.4.2.1"


def code_of(action) -> str:
    with pytest.raises(InputError) as caught:
        action()
    return caught.value.code


def test_what_is_not_a_regular_file_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
        assert code_of(lambda: Input.open(tmp_path / "socket")) == "input.not-a-file"
    assert code_of(lambda: Input.open(tmp_path / "fifo")) == "input.not-a-file"
    assert code_of(lambda: Input.open(tmp_path)) == "input.directory"
    assert code_of(lambda: Input.open(tmp_path / "no")) == "input.not-found"
    assert code_of(lambda: Input.open(type(tmp_path)("/dev/zero"))) == "input.not-a-file"
    assert code_of(lambda: Input.open(tmp_path / "a\0b")) == "input.not-found"
    assert code_of(lambda: Input.open(tmp_path / ("x" * 300))) == "input.unreadable"
    (tmp_path / "loop").symlink_to("loop")
    assert code_of(lambda: Input.open(tmp_path / "loop")) == "input.unreadable"


@pytest.mark.parametrize("size", [0, 1, 65536, 65537, 3 << 20])
def test_a_file_reads_the_same_by_every_way(tmp_path, size):
    octets = os.urandom(size)
    path = tmp_path / "file"
    path.write_bytes(octets)
    assert b"".join(Input.open(path).segments()) == octets
    assert bytes(Input.open(path).octets) == octets
    assert Input.open(path).first == octets[:65536]
    assert Input.open(path).read_at(10, 20) == octets[10:30]
    assert Input.open(path).digest(SHA256) == hashlib.sha256(octets).digest()
    assert Input.open(path).size == Input.of(octets, "x").size == size


def test_a_large_file_is_mapped_and_reads_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "IN_MEMORY", 1000)
    octets = os.urandom(5000)
    (tmp_path / "file").write_bytes(octets)
    source = Input.open(tmp_path / "file")
    assert bytes(source.octets) == octets
    assert bytes(source.octets[4000:]) == octets[4000:]


@pytest.mark.parametrize("change", [b"", b"x" * 99, b"x" * 200_000])
def test_a_file_that_changes_its_length_while_read_is_an_error(tmp_path, change):
    path = tmp_path / "file"
    path.write_bytes(b"a" * 100)
    source = Input.open(path)
    path.write_bytes(change)
    assert code_of(lambda: list(source.segments())) == "input.changed"
    if len(change) < 100:
        assert code_of(lambda: source.octets) == "input.changed"


def test_a_file_is_opened_once_whatever_happens_to_its_name(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"first")
    source = Input.open(path)
    path.unlink()
    path.write_bytes(b"other")
    assert bytes(source.octets) == b"first"
    assert b"".join(source.segments()) == b"first"


def test_what_is_decoded_goes_to_a_file_above_the_bound_and_stops_at_the_limit(monkeypatch):
    monkeypatch.setattr(opening, "IN_MEMORY", 1000)
    blocks = [os.urandom(300) for _ in range(10)]
    spooled = Input.spool(iter(blocks), "decoded")
    assert spooled._file is not None
    assert bytes(spooled.octets) == b"".join(blocks)
    with pytest.raises(BudgetExceeded) as caught:
        Input.spool(iter(blocks), "decoded", limit=2999)
    assert caught.value.code == "input.too-large"
    assert caught.value.details["limit"] == 2999


def test_no_room_for_the_decoded_form_is_said(monkeypatch):
    monkeypatch.setattr(opening, "IN_MEMORY", 10)

    def full(**_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(opening.tempfile, "TemporaryFile", full)
    assert code_of(lambda: Input.spool([b"x" * 100], "decoded")) == "input.no-space"


def test_a_file_may_be_hashed_by_several_threads(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(os.urandom(2 << 20))
    wanted = hashlib.sha256(path.read_bytes()).digest()
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(Input.open(path).digest(SHA256)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [wanted] * 4
