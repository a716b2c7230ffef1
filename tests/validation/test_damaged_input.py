"""Structures broken on purpose: every reader, and the whole of verify, raise only ZarukaError.

The mutations keep lengths right, so that they reach past the first header: numbers of thousands
of octets, endless object identifiers, times at both ends, empty, doubled and foreign values.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

import nation
import pytest
from nation import DAY, NOW

from zaruka.asn1 import schema as s
from zaruka.crypto import digest
from zaruka.errors import BudgetExceeded, ZarukaError
from zaruka.messages import messages
from zaruka.reports.as_json import dump, report_value
from zaruka.reports.report_page import report_page
from zaruka.service import Zaruka
from zaruka.signatures import parse_signed_data, parse_timestamp_token
from zaruka.signatures.creation import make_timestamp
from zaruka.signatures.tsp import TimeStampRequest, TimeStampResponse
from zaruka.x509 import Certificate, CertificateList, OcspResponse
from zaruka.x509.attribute_certificates import AttributeCertificate
from zaruka.x509.issuing import issue_ocsp_response
from zaruka.x509.private_keys import load_private_key

RUNS = 150


class Element(NamedTuple):
    """Where an element begins, the octets of its header, those of its content, its parents."""

    start: int
    header: int
    length: int
    path: tuple[int, ...]


@cache
def originals() -> dict[str, bytes]:
    made = nation.russia()
    who, stamping = made.signer(), made.stamping()
    algorithm = stamping.digest_algorithm
    answer = issue_ocsp_response(
        made.ca_issuer,
        who.certificate,
        made.ca,
        this_update=NOW - DAY,
        next_update=NOW + DAY,
        hash_oid="1.3.14.3.2.26",
        entropy=nation.entropy(64),
    )
    token = make_timestamp(
        algorithm,
        digest(algorithm.oid, b"text"),
        stamping,
        time=NOW,
        serial_number=7,
        policy="1.2.3",
        entropy=nation.entropy,
        accuracy=timedelta(seconds=1),
        nonce=5,
    )
    return {
        "message": made.stamp(made.sign(who, b"text"), stamping, NOW - DAY, accuracy=DAY / 24),
        "list": bytes(made.crls()[1].der),
        "answer": answer.der,
        "token": token,
        "certificate": who.certificate.der,
    }


def walk(data: bytes, start: int, end: int, path: tuple[int, ...] = ()) -> Iterator[Element]:
    while start + 2 <= end:
        length, header = data[start + 1], 2
        if length >= 0x80:
            header += length & 0x7F
            length = int.from_bytes(data[start + 2 : start + header], "big")
        if header > 6 or start + header + length > end:
            return
        yield Element(start, header, length, path)
        inside = start + header
        holds_more = data[start] & 0x20 or (data[start] == 4 and data[inside : inside + 1] == b"0")
        if holds_more:
            yield from walk(data, inside, inside + length, (*path, start))
        start = inside + length


def tlv(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(size))) + size + content


def replaced(data: bytes, elements: list[Element], element: Element, new: bytes) -> bytes:
    """Put `new` in the place of an element, and right the lengths above it."""
    starts = {each.start: each for each in elements}
    change = len(new) - element.header - element.length
    data = data[: element.start] + new + data[element.start + element.header + element.length :]
    for start in reversed(element.path):
        _, header, length, _ = starts[start]
        written = tlv(data[start], bytes(length + change))[: -(length + change) or None]
        data = data[:start] + written + data[start + header :]
        change += len(written) - header
    return data


VALUES = {
    0x02: [
        b"",
        b"\x00",
        b"\xff",
        b"\x01" + bytes(200),
        b"\x01" + bytes(2500),
        b"\x80" + bytes(2500),
    ],
    0x03: [b"", b"\x00", b"\x07\x80", b"\x08\x00", bytes(65)],
    0x06: [b"", b"\x80\x01", b"\x2a" + b"\xff" * 3000 + b"\x7f", b"\x2a", b"\x2a\x03"],
    0x0C: [b"", b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"A" * 5000, b"\x1b[2J"],
    0x17: [b"000101000000Z", b"491231235959Z", b"260229000000Z"],
    0x18: [b"00010101000000Z", b"99991231235959Z", b"00000101000000Z", b"20260101000000.999Z"],
}
VALUES[0x13] = VALUES[0x1E] = VALUES[0x0C]


def mutate(data: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.choice((1, 1, 2))):
        elements = [*walk(data, 0, len(data))]
        if not elements:
            return data
        element = chance.choice(elements)
        tag, inside = data[element.start], element.start + element.header
        content = data[inside : inside + element.length]
        whole = data[element.start : inside + element.length]
        ways = [b"", whole * 2, whole * 40, tlv(tag, b""), tlv(tag, content[: len(content) // 2])]
        ways += [bytes((other,)) + whole[1:] for other in (0x30, 0x31, 0x02, 0x04, 0x05, 0xA0)]
        ways += [tlv(tag, each) for each in VALUES.get(tag, []) for _ in range(3)]
        for other in (0x17, 0x18) if tag in (0x17, 0x18) else ():
            ways += [tlv(other, each) for each in VALUES[other] for _ in range(3)]
        data = replaced(data, elements, element, chance.choice(ways))
    return data


READERS: dict[str, Callable[[bytes], object]] = {
    "certificate": Certificate.parse,
    "list": CertificateList.parse,
    "answer": OcspResponse.parse,
    "message": parse_signed_data,
    "token": parse_timestamp_token,
}
FOREIGN: tuple[Callable[[bytes], object], ...] = (
    AttributeCertificate.parse,
    OcspResponse.of_basic,
    TimeStampRequest.parse,
    TimeStampResponse.parse,
    load_private_key,
)


def only_our_errors(run: Callable[[bytes], object], data: bytes) -> None:
    try:
        run(data)
    except ZarukaError as raised:
        error = raised
    else:
        return
    assert error.code != "zaruka.defect"
    assert str(error)
    assert messages("ru").error(error.code, error.details).text


@pytest.mark.parametrize("kind", READERS)
def test_readers_raise_only_our_errors(kind: str) -> None:
    chance = random.Random(f"read {kind}")
    for _ in range(RUNS):
        data = mutate(originals()[kind], chance)
        for reader in (READERS[kind], *FOREIGN):
            only_our_errors(reader, data)


@pytest.mark.parametrize("kind", READERS)
def test_verify_gives_a_report_or_our_error(
    kind: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ZARUKA_DEBUG", "1")  # nothing unforeseen is dressed up
    made = nation.russia()

    def saved(name: str, octets: bytes) -> Path:
        (tmp_path / name).write_bytes(octets)
        return tmp_path / name

    lists = [saved(f"{each.sha256}.crl", bytes(each.der)) for each in made.crls()]
    judge = Zaruka(
        at=NOW,
        anchors=[saved("root.cer", made.root.der)],
        certificates=[saved("ca.cer", made.ca.der)],
        crls=lists,
    )
    say = messages("en")

    def run(data: bytes) -> None:
        report = judge.verify(data)
        dump(report_value(report, say))
        report_page(report, say, verbose=True)

    chance = random.Random(f"verify {kind}")
    run(originals()[kind])
    for _ in range(RUNS):
        only_our_errors(run, mutate(originals()[kind], chance))


def test_numbers_that_nobody_could_print_are_refused() -> None:
    largest = (1 << 1023) - 1  # 128 octets
    assert s.decode(s.INTEGER, s.encode(s.INTEGER, largest)) == largest
    with pytest.raises(BudgetExceeded) as error:
        s.decode(s.INTEGER, s.encode(s.INTEGER, largest + 1))
    assert error.value.code == "asn1.too-many-octets"
