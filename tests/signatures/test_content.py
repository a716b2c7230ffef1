"""Content is read once for all digests, piece by piece, and never held whole."""

from __future__ import annotations

import hashlib
import os
import threading
import tracemalloc
from pathlib import Path

import pytest
from cms_samples import WHEN, edit_data, signer
from hypothesis import given
from hypothesis import strategies as st

from zaruka.asn1 import schema as s
from zaruka.crypto import Outcome
from zaruka.errors import InputError, UnsupportedError
from zaruka.signatures.cms import parse_signed_data
from zaruka.signatures.content import BytesContent, Content, FileContent, SpanContent, map_file
from zaruka.signatures.creation import sign_cades
from zaruka.signatures.verifying import verify_signer

SHA_256, SHA_512 = "2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.3"
STREEBOG = "1.2.643.7.1.1.2.2"
MEBIBYTE = 1 << 20


def constructed(pieces: list[bytes]) -> bytes:
    """A BER OCTET STRING of indefinite length (X.690 8.7.3)."""
    inner = b"".join(s.encode(s.OCTET_STRING, piece) for piece in pieces)
    return b"\x24\x80" + inner + b"\x00\x00"


class Counted(BytesContent):
    passes = 0

    def segments(self):
        self.passes += 1
        return super().segments()


def test_several_digests_take_one_pass_and_are_kept() -> None:
    content = Counted(b"abc")
    assert content.digest_many([SHA_256, SHA_512]) == {
        SHA_256: hashlib.sha256(b"abc").digest(),
        SHA_512: hashlib.sha512(b"abc").digest(),
    }
    assert content.digest(SHA_256) == hashlib.sha256(b"abc").digest()
    assert content.passes == 1


def test_an_unknown_digest_is_told_before_anything_is_read() -> None:
    content = Counted(b"abc")
    with pytest.raises(UnsupportedError):
        content.digest_many([SHA_256, "1.2.3"])
    assert content.passes == 0


@given(st.lists(st.binary(max_size=200), max_size=20))
def test_a_string_in_pieces_is_the_pieces_in_order(pieces) -> None:
    content = SpanContent(s.decode(s.SPAN, constructed(pieces), mode=s.BER))
    whole = b"".join(pieces)
    assert bytes(content) == whole
    assert content.size == len(whole)
    assert content.digest(SHA_256) == hashlib.sha256(whole).digest()
    assert content.head(7) == whole[:7]


@pytest.mark.parametrize("sizes", [[1, 2 * MEBIBYTE + 3, 5], [70_000] * 40, [0], [3 * MEBIBYTE]])
def test_pieces_of_any_size_hash_alike(sizes) -> None:
    pieces = [os.urandom(size) for size in sizes]
    content = SpanContent(s.decode(s.SPAN, constructed(pieces), mode=s.BER))
    read: list[int] = []
    found = content.digest_many([SHA_256], progress=read.append)
    assert found[SHA_256] == hashlib.sha256(b"".join(pieces)).digest()
    assert read == sorted(read)
    assert (read or [0])[-1] == sum(sizes)


def test_a_file_is_content_under_its_name(tmp_path) -> None:
    path = tmp_path / "договор.pdf"
    path.write_bytes(os.urandom(3 * MEBIBYTE + 17))
    content = FileContent(path)
    assert (content.name, content.size) == ("договор.pdf", 3 * MEBIBYTE + 17)
    assert content.digest(SHA_256) == hashlib.sha256(path.read_bytes()).digest()
    assert bytes(content) == path.read_bytes()
    assert content.head(5) == path.read_bytes()[:5]


def test_what_cannot_be_read_is_an_input_error(tmp_path) -> None:
    for call in (FileContent(tmp_path / "absent").digest, FileContent(tmp_path).digest):
        with pytest.raises(InputError):
            call(SHA_256)
    with pytest.raises(InputError, match=r"input\.directory"):
        map_file(tmp_path)
    with pytest.raises(InputError, match=r"input\.unreadable"):
        map_file(tmp_path / "absent")
    with pytest.raises(InputError, match=r"input\.not-a-file"):
        map_file(Path(os.devnull))


@pytest.mark.parametrize("size", [0, 1, MEBIBYTE, MEBIBYTE + 1])
def test_a_file_is_given_whole_whether_read_or_mapped(tmp_path, size) -> None:
    path = tmp_path / "signature.p7s"
    path.write_bytes(os.urandom(size))
    assert bytes(memoryview(map_file(path))) == path.read_bytes()


def test_threads_may_hash_the_same_content() -> None:
    content: Content = BytesContent(os.urandom(4 * MEBIBYTE))
    found: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: found.append(content.digest(STREEBOG))) for _ in "ab"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found[0] == found[1]


# --- memory

LARGE = 256 * MEBIBYTE


def resident_anonymous() -> int:
    """Octets of memory that belong to no file."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024
    pytest.skip("the system does not tell RssAnon")


class Peak:
    """The growth of memory while it is looked at."""

    def __enter__(self):
        tracemalloc.start()
        self.start = resident_anonymous()
        self.anonymous = 0
        return self

    def look(self, _read: int = 0) -> None:
        self.anonymous = max(self.anonymous, resident_anonymous() - self.start)

    def __exit__(self, *_raised):
        self.look()
        self.heap = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()


def large_message(path: Path, who, segment: int | None) -> None:
    """Write an attached message over LARGE zeros, sparse: DER, or BER in segments."""
    zeros = path.with_suffix(".bin")
    with zeros.open("wb") as file:
        file.truncate(LARGE)
    signed = sign_cades(
        FileContent(zeros), [who], signing_time=WHEN, entropy=os.urandom, detached=True
    )
    mark = b"\x04\x10" + b"content is here!"
    info = b"\x30\x80" + s.encode(s.OID, "1.2.840.113549.1.7.1") + b"\xa0\x80" + mark
    wrapped = edit_data(signed, lambda p: [*p[:2], info + bytes(4), *p[3:]])
    # indefinite lengths all around, for the lengths above are those of the small message
    before, after = wrapped.split(mark)
    before = _indefinite(before)
    with path.open("wb") as file:
        file.write(before)
        if segment is None:
            file.write(b"\x04\x84" + LARGE.to_bytes(4, "big"))
            file.seek(LARGE, os.SEEK_CUR)
        else:
            file.write(b"\x24\x80")
            for _ in range(LARGE // segment):
                file.write(b"\x04\x84" + segment.to_bytes(4, "big"))
                file.seek(segment, os.SEEK_CUR)
            file.write(b"\x00\x00")
        file.write(after + bytes(6))


def _indefinite(before: bytes) -> bytes:
    """Open ContentInfo, its [0] and SignedData with indefinite lengths."""
    info = b"\x30\x80" + s.encode(s.OID, "1.2.840.113549.1.7.2") + b"\xa0\x80" + b"\x30\x80"
    return info + before[before.index(b"\x02\x01\x01") :]


@pytest.mark.parametrize("segment", [None, MEBIBYTE, 16_384], ids=["primitive", "1 MiB", "16 KiB"])
def test_large_attached_content_takes_no_memory(tmp_path, shared, segment) -> None:
    who = signer(shared, "ru-cades/rook")  # RSA and SHA-256: the test is of memory, not of digests
    path = tmp_path / "large.p7s"
    large_message(path, who, segment)
    with Peak() as peak:
        document = parse_signed_data(map_file(path))
        assert document.encapsulated is not None
        assert document.encapsulated.size == LARGE
        document.encapsulated.digest_many(document.digest_oids, progress=peak.look)
        (signature,) = document.signatures
        check = verify_signer(signature, who.certificate.key, document.encapsulated)
    assert check.message_digest_matches is True
    assert check.verification is not None
    assert check.verification.outcome is Outcome.VALID
    assert peak.heap < 8 * MEBIBYTE
    assert peak.anonymous < 32 * MEBIBYTE


def test_large_detached_content_takes_no_memory(tmp_path, shared) -> None:
    who = signer(shared, "ru-cades/rook")
    path = tmp_path / "large.bin"
    with path.open("wb") as file:
        file.truncate(LARGE)
    with Peak() as peak:
        content = FileContent(path)
        content.digest_many([who.digest_algorithm.oid], progress=peak.look)
        message = sign_cades(content, [who], signing_time=WHEN, entropy=os.urandom, detached=True)
        (signature,) = parse_signed_data(message).signatures
        check = verify_signer(signature, who.certificate.key, FileContent(path))
    assert check.message_digest_matches is True
    assert peak.heap < 8 * MEBIBYTE
    assert peak.anonymous < 32 * MEBIBYTE
