"""A receipt for printing: the answer, digests, number, and a square code to find and check it by.

The sheet is no receipt: that is the signed file, which travels inside the PDF.
"""

from __future__ import annotations

from datetime import UTC
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from zaruka.messages import visible
from zaruka.reports.document import Attachment, Document, Part, Table
from zaruka.reports.drawing import WIDTH, Box, Drawing, Label
from zaruka.reports.page import Line, Section, Tone
from zaruka.reports.receipt_page import receipt_page
from zaruka.ttp.reading import Receipt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zaruka.messages import Messages
    from zaruka.ttp.checking import CheckedReceipt, Shown

__all__ = ["code_text", "receipt_document", "receipt_pdf"]

_CODE: Final = 52.0  # millimetres of the square code
_SHA_256: Final = "2.16.840.1.101.3.4.2.1"


def receipt_pdf(checked: CheckedReceipt, shown: Shown, name: str, say: Messages) -> bytes:
    """Lay a checked receipt out on paper; `name` is its file's. The same gives the same octets."""
    from zaruka.reports.as_pdf import render_pdf  # noqa: PLC0415 - fonts are slow to load

    return render_pdf(receipt_document(checked, shown, name, say))


def receipt_document(checked: CheckedReceipt, shown: Shown, name: str, say: Messages) -> Document:
    """Give the sheets of a checked receipt, the receipt itself attached."""
    page = receipt_page(checked, name, say)
    receipt = checked.receipt
    time = receipt.time if isinstance(receipt, Receipt) else checked.at
    return Document(
        title=say("words.receipt.printed"),
        subject=page.title,
        language=say.language,
        at=time,
        parts=(
            Part(None, page.sections),
            Part(say("words.receipt.digests"), (_digests(checked, shown, say),)),
            Part(say("words.receipt.code"), (_about_code(say), _code(checked, say))),
        ),
        footer=f"SHA-256 {receipt.sha256}",
        page_of=say("words.receipt.page", page="{page}", pages="{pages}"),
        attachments=(
            Attachment(name, receipt.der, "application/dvcs", say("words.receipt.title")),
        ),
    )


def _digests(checked: CheckedReceipt, shown: Shown, say: Messages) -> Table:
    rows = [(say("words.receipt.of_receipt"), "SHA-256", checked.receipt.sha256)]
    rows += _given(checked, shown, say)
    head = tuple(say(f"words.receipt.{key}") for key in ("of_what", "algorithm", "imprint"))
    return Table(head, tuple(rows), (30, 24, 90), frozenset({2}))


def _given(checked: CheckedReceipt, shown: Shown, say: Messages) -> Iterator[tuple[str, str, str]]:
    """Give the digests of document, signature file and object sent (D3)."""
    if shown.document is not None:
        digest = shown.document.digest(_SHA_256).hex()
        yield say("words.receipt.of_document"), "SHA-256", digest
    if shown.message is not None:
        yield say("words.receipt.of_signature"), "SHA-256", sha256(shown.message).hexdigest()
    if checked.sent is not None:
        yield say("words.receipt.of_sent"), "SHA-256", checked.sent.sha256
    if isinstance(checked.receipt, Receipt):
        imprint = checked.receipt.info.message_imprint
        name = say.name_of(imprint.digest_algorithm.algorithm)
        yield say("words.receipt.of_sent"), visible(name), imprint.digest.hex()


def code_text(checked: CheckedReceipt) -> str:
    """Give what the square code says: lines of a name and a value (docs/receipts.md)."""
    receipt, lines = checked.receipt, ["zaruka-receipt 1"]
    if isinstance(receipt, Receipt):
        imprint = receipt.info.message_imprint
        time = receipt.time.astimezone(UTC).isoformat().replace("+00:00", "Z")
        lines.append(f"number {receipt.info.serial_number}")
        lines.append(f"time {time}")
        lines.append(f"imprint {imprint.digest_algorithm.algorithm} {imprint.digest.hex()}")
    if checked.service is not None:
        lines.append(f"service {visible(checked.service.name)}")
    if checked.certificate is not None:
        lines.append(f"certificate sha256 {checked.certificate.sha256}")
    lines.append(f"receipt sha256 {receipt.sha256}")
    return "\n".join(lines) + "\n"


def _about_code(say: Messages) -> Section:
    return Section(None, (Line(say("words.receipt.code_says"), Tone.QUIET),))


def _code(checked: CheckedReceipt, say: Messages) -> Drawing:
    """Draw the square code (ISO/IEC 18004, level M), each row of dark squares as one box."""
    import segno  # noqa: PLC0415 - only for paper

    text = code_text(checked)
    matrix = [*segno.make_qr(text, error="m", boost_error=False, encoding="utf-8").matrix]
    side = _CODE / (len(matrix) + 8)  # a quiet zone of four squares on each side
    shapes: list[Box | Label] = []
    for number, row in enumerate(matrix):
        for start, length in _runs(row):
            x, y = (start + 4) * side, (number + 4) * side
            shapes.append(Box(x, y, length * side, side, filled=True, solid=True))
    for number, line in enumerate(_wrapped(text)):
        shapes.append(Label(_CODE + 4, 7 + number * 4.2, line, size=2.6))
    return Drawing(WIDTH, _CODE, tuple(shapes), say("words.receipt.code"))


def _runs(row: bytes | bytearray) -> Iterator[tuple[int, int]]:
    """Give the runs of dark squares of a row: where each starts and how long it is."""
    start = None
    for place, dark in enumerate((*row, 0)):
        if dark and start is None:
            start = place
        elif not dark and start is not None:
            yield start, place - start
            start = None


def _wrapped(text: str) -> Iterator[str]:
    """Cut the lines of the code's text to the room beside it."""
    room = 74
    for line in text.splitlines():
        for begin in range(0, len(line), room):
            yield line[begin : begin + room]
