"""The tree shows what is there, as far as it can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asn1_encodings import der

from zaruka._native import oid_from_content, oid_to_content
from zaruka.asn1 import oids, tree

if TYPE_CHECKING:
    from pathlib import Path


def shown(data: bytes) -> list[tuple[int, int, str, str | None, str | None]]:
    return [(n.depth, n.offset, n.name, n.value, n.error) for n in tree.walk(data)]


def test_values_are_said_in_words() -> None:
    data = der(
        0x30, b"\x01\x01\xff", b"\x02\x01\xfe", der(6, b"\x55\x04\x03"), der(12, "ДА".encode()),
        der(23, b"240101000000Z"), der(0x80, b"abc"), der(4, b"\xff\xfe"), b"\x05\x00",
    )  # fmt: skip
    assert shown(data) == [
        (0, 0, "SEQUENCE", None, None),
        (1, 2, "BOOLEAN", "TRUE", None),
        (1, 5, "INTEGER", "-2", None),
        (1, 8, "OBJECT IDENTIFIER", "2.5.4.3 (commonName)", None),
        (1, 13, "UTF8String", "ДА", None),
        (1, 19, "UTCTime", "240101000000Z", None),
        (1, 34, "[0]", "abc", None),
        (1, 39, "OCTET STRING", "fffe", None),
        (1, 43, "NULL", "", None),
    ]


def test_values_inside_strings_are_found() -> None:
    inner = der(0x30, b"\x02\x01\x05")
    for data in (der(4, inner), der(3, b"\0", inner)):
        nodes = list(tree.walk(data))
        assert [(n.depth, n.name, n.inside) for n in nodes[1:]] == [
            (1, "SEQUENCE", True),
            (2, "INTEGER", True),
        ]
    assert len(list(tree.walk(der(4, b"0 people came")))) == 1


def test_indefinite_lengths_end_where_their_contents_do() -> None:
    data = b"\x30\x80\x30\x80\x05\x00\0\0\0\0\x05\x00"
    assert [(d, o, name) for d, o, name, _, _ in shown(data)] == [
        (0, 0, "SEQUENCE"),
        (1, 2, "SEQUENCE"),
        (2, 4, "NULL"),
        (2, 6, "end-of-contents"),
        (1, 8, "end-of-contents"),
        (0, 10, "NULL"),
    ]


def test_a_cut_certificate_is_shown_up_to_the_cut(shared: Path) -> None:
    whole = (shared / "real" / "by" / "ruc.cer").read_bytes()
    full = {node.offset for node in tree.walk(whole)}
    assert all(node.error is None for node in tree.walk(whole))
    for size in range(1, len(whole), 7):
        nodes = list(tree.walk(whole[:size]))
        assert nodes[0].error == "asn1.truncated"
        assert {n.offset for n in nodes if n.name and not n.inside} <= full
        assert max(n.offset for n in nodes) > size - 200


def test_depth_and_number_are_bounded() -> None:
    deep = b"\x30\x80" * 200
    assert shown(deep)[-1][0] == 64
    assert shown(deep)[-1][4] == "asn1.too-deep"
    many = list(tree.walk(b"\x05\x00" * 100, nodes=10))
    assert (len(many), many[-1].error) == (11, "asn1.too-many-elements")


def test_each_named_identifier_is_one() -> None:
    for dotted in oids.NAMES:
        content = oid_to_content(dotted)
        assert content is not None
        assert oid_from_content(content) == dotted
    assert oids.name("1.2.112.0.2.0.34.101.45.12") == "bign-with-hbelt"
    assert oids.name("1.2.3") is None
