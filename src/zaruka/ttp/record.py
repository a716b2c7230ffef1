"""The entry of a journal on one receipt: EEC Collegium 5, appendix 4 (R27)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from zaruka.ttp.reading import Receipt, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from zaruka.ttp.checking import CheckedReceipt

__all__ = ["Record", "record_of"]


class Record(Struct, frozen=True):
    """What a journal keeps of a receipt: digests and codes, no content and no names of persons.

    `document_ref` is the SHA-256 of the object that was sent, `receipt_id` that of the receipt;
    `is_valid` None where nothing was decided. `error_code` and `reason_text` are codes of ours,
    for which sentences are made where they are read.
    """

    document_ref: str | None
    receipt_id: str
    serial_number: int | None
    time: datetime | None
    is_valid: bool | None
    error_code: str | None
    reason_text: str


def record_of(checked: CheckedReceipt, reasons: Iterable[str] = ()) -> Record:
    """Make the entry for a receipt that was given."""
    receipt, told = checked.receipt, tuple(reasons)
    verdict = receipt.verdict
    is_valid = None if verdict is Verdict.WAITING else verdict is Verdict.GRANTED
    if not isinstance(receipt, Receipt):
        is_valid = None if receipt.failures else False
        told = told or tuple(receipt.status.status_string or ())
        failure = f"failInfo {receipt.failures[0]}" if receipt.failures else verdict.value
        return Record(None, receipt.sha256, None, None, is_valid, failure, "; ".join(told))
    status = receipt.info.dv_status
    told = told or tuple((status.status_string if status else None) or ())
    return Record(
        checked.sent.sha256 if checked.sent else None,
        receipt.sha256,
        receipt.info.serial_number,
        receipt.time,
        is_valid,
        None if is_valid else verdict.value,
        "; ".join(told),
    )
