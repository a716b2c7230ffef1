"""What is done block by block gives the same wherever the blocks end."""

from __future__ import annotations

import base64
import codecs
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from zaruka.errors import InputError
from zaruka.signatures.input import hints, mail, opening, text
from zaruka.signatures.input.opening import Input

sizes = st.integers(1, 40)
octets = st.binary(max_size=200)


def decode(function, data: bytes, size: int) -> bytes:
    with patch.object(text, "BLOCK", size):
        return b"".join(function(memoryview(data), "name"))


@given(octets, sizes, st.integers(1, 80), st.sampled_from(["\n", "\r\n", "\r", " "]), st.booleans())
def test_base64_is_decoded_the_same(data, size, width, end, padded):
    encoded = base64.b64encode(data).decode()
    lines = end.join(encoded[at : at + width] for at in range(0, len(encoded), width))
    written = lines.encode() if padded else lines.replace("=", "").encode()
    assert decode(text.decode_base64, written, size) == data


@given(st.lists(octets, max_size=6), sizes)
def test_base64_padded_piece_by_piece_is_joined(pieces, size):
    written = b"\n".join(base64.urlsafe_b64encode(piece) for piece in pieces)
    if any(len(piece) % 3 == 0 for piece in pieces) or pieces:
        assert decode(text.decode_base64, written, size) == b"".join(pieces)


@given(octets, sizes, st.integers(0, 199))
def test_a_foreign_character_in_base64_is_pointed_at(data, size, place):
    written = bytearray(base64.b64encode(data + b"0" * 10))
    place %= len(written)
    written[place] = ord("?")
    with pytest.raises(InputError) as caught:
        decode(text.decode_base64, bytes(written), size)
    assert caught.value.code == "input.base64-damaged"
    offset = caught.value.details["offset"]
    assert abs(offset - place) <= size + 4  # or in what the block before left over


@given(octets, sizes, st.sampled_from(["", " ", ":", "\r\n", ", 0x"]), st.booleans())
def test_hexadecimal_is_decoded_the_same(data, size, between, upper):
    written = between.join(f"{octet:02x}" for octet in data)
    written = ("0x" if between == ", 0x" else "") + (written.upper() if upper else written)
    assert decode(text.decode_hex, written.replace("0X", "0x").encode(), size) == data


@given(st.text(max_size=80), sizes, st.sampled_from(["utf-16-le", "utf-16-be"]))
def test_utf16_is_recoded_the_same(written, size, encoding):
    data = written.encode(encoding)
    with patch.object(text, "BLOCK", size):
        found = b"".join(text.recode_utf16(memoryview(data), encoding))
    assert found == written.encode()


def blocks_of(data: bytes, size: int):
    return (data[at : at + size] for at in range(0, len(data), size))


lines = st.lists(st.sampled_from([b"\r", b"\n", b"a", b"\r\n", codecs.BOM_UTF8]), max_size=30)


@given(lines, sizes)
def test_forms_of_a_document_are_made_the_same(pieces, size):
    data = b"".join(pieces)
    for variant in hints.VARIANTS:
        if variant.in_memory:
            continue
        # A mark is looked for in the first block, which is never this small.
        first = max(size, 3)
        whole = b"".join(variant.make(iter([data] if data else [])))
        assert b"".join(variant.make(blocks_of(data, first))) == whole, variant.name


@given(lines, sizes)
def test_canonical_line_ends_are_made_the_same(pieces, size):
    data = b"".join(pieces)
    with patch.object(mail, "BLOCK", size):
        found = bytes(mail.canonical(memoryview(data), "name").octets)
    assert found == text_with_crlf(data)


def text_with_crlf(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


@given(octets, st.integers(1, 40))
@example(b"-----BEGIN \x00", 1)
def test_a_search_finds_what_lies_across_blocks(data, size):
    marked = data + b"-----BEGIN CMS-----" + data
    with patch.object(opening, "BLOCK", size):
        found = list(Input.of(marked, "name").search(text.BEGIN))
    assert found == [begin.start() for begin in text.BEGIN.finditer(marked)]
