"""A receipt that was checked, as JSON values: `receipt_version` 1 (docs/receipts.md).

Keys are sorted, times are UTC, numbers of receipts are strings: they may be long.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

from zaruka.reports.receipt_page import outcome_of
from zaruka.reports.sentences import sentence
from zaruka.ttp.profiles import SERVICES
from zaruka.ttp.reading import Receipt

if TYPE_CHECKING:
    from datetime import datetime

    from zaruka.findings import Finding
    from zaruka.messages import Messages
    from zaruka.ttp.checking import CheckedReceipt
    from zaruka.ttp.record import Record

__all__ = ["RECEIPT_VERSION", "receipt_value"]

RECEIPT_VERSION: Final = 1


def receipt_value(
    checked: CheckedReceipt, messages: Messages, record: Record | None = None
) -> dict[str, Any]:
    """Return what was found of a receipt; `record` is its entry in a journal (R27)."""
    value = {
        "receipt_version": RECEIPT_VERSION,
        "language": messages.language,
        **_receipt(checked, messages),
    }
    return value if record is None else {**value, "record": _record(record)}


def _receipt(checked: CheckedReceipt, messages: Messages) -> dict[str, Any]:
    receipt, sub = checked.receipt, checked.conclusion.sub_indication
    value: dict[str, Any] = {
        "indication": checked.conclusion.indication.value,
        "sub_indication": sub and sub.value,
        "outcome": outcome_of(checked),
        "confirms": checked.confirms,
        "sha256": receipt.sha256,
        "service": _service(checked),
        "sent": checked.sent and {"form": checked.sent.form, "sha256": checked.sent.sha256},
        "findings": [_finding(each, messages) for each in checked.findings],
        "nested": [_receipt(each, messages) for each in checked.nested],
    }
    if not isinstance(receipt, Receipt):
        return {**value, "failures": list(receipt.failures)}
    imprint = receipt.info.message_imprint
    return {
        **value,
        "kind": SERVICES.get(receipt.service, str(receipt.service)),
        "number": str(receipt.info.serial_number),
        "time": _time(receipt.time),
        "imprint": {
            "algorithm": imprint.digest_algorithm.algorithm,
            "digest": imprint.digest.hex(),
        },
    }


def _record(record: Record) -> dict[str, Any]:
    """R27, by the names of EEC Collegium 5, appendix 4."""
    return {
        "DocumentRef": record.document_ref,
        "ReceiptId": record.receipt_id,
        "SerialNumber": None if record.serial_number is None else str(record.serial_number),
        "Time": record.time and _time(record.time),
        "IsValid": record.is_valid,
        "ErrorCode": record.error_code,
        "ReasonText": record.reason_text,
    }


def _service(checked: CheckedReceipt) -> dict[str, Any] | None:
    if checked.service is None or checked.certificate is None:
        return None
    return {
        "name": checked.service.name,
        "country": checked.service.country,
        "certificate_sha256": checked.certificate.sha256,
    }


def _finding(finding: Finding, messages: Messages) -> dict[str, Any]:
    said, sub = sentence(finding, messages), finding.sub_indication
    return {
        "code": finding.rule.code,
        "severity": finding.severity.value,
        "clause": finding.rule.clause,
        "expected": finding.expected,
        "actual": finding.actual,
        "sub_indication": sub and sub.value,
        "message": said.text,
        "remedy": said.remedy,
    }


def _time(time: datetime) -> str:
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")
