"""What a registry said of a power of attorney, kept as dated evidence: docs/powers.md.

The registries publish no form of their answer, so this is our own, small and in JSON. Nobody signs
it: whoever hands it over answers for it, and its source and moment are shown.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

from msgspec import Struct

from zaruka.errors import BudgetExceeded, InputError
from zaruka.findings import ObjectKind, ObjectRef

__all__ = ["PowerStatus", "Standing", "parse_power_status"]

FORM: Final = "zaruka-power-status-1"
SIZE_MAX: Final = 1 << 16


class Standing(StrEnum):
    """How a power of attorney stood in its registry."""

    ACTIVE = "active"
    REVOKED = "revoked"
    EXPIRED = "expired"
    UNKNOWN = "unknown"  # the registry does not know the number


class PowerStatus(Struct, frozen=True):
    """What `source` said at `as_of` of the power of attorney `number`; times are aware UTC.

    `octets` are the answer as it was read.
    """

    ref: ObjectRef
    number: str
    standing: Standing
    as_of: datetime
    source: str
    revoked_at: datetime | None = None
    octets: bytes = b""


def parse_power_status(octets: bytes | memoryview, name: str) -> PowerStatus:
    """Read an answer; InputError (powers.status) where it is none, or a date has no offset."""
    if len(octets) > SIZE_MAX:
        raise BudgetExceeded("powers.too-large", name=name, limit=SIZE_MAX)
    try:
        value: dict[str, Any] = json.loads(bytes(octets))
        if value["form"] != FORM:
            raise ValueError("form")  # noqa: TRY301 - one place says what is wrong
        revoked_at = value.get("revoked_at")
        return PowerStatus(
            ObjectRef(ObjectKind.DOCUMENT, sha256(octets).hexdigest(), name),
            str(value["number"]).lower(),
            Standing(value["status"]),
            _moment(value["as_of"]),
            str(value["source"]),
            None if revoked_at is None else _moment(revoked_at),
            bytes(octets),
        )
    except KeyError as error:
        raise InputError("powers.status", name=name, what=str(error.args[0])) from error
    except (AttributeError, RecursionError, TypeError, ValueError) as error:
        raise InputError("powers.status", name=name, what=str(error)[:200]) from error


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} needs an offset")
    return moment.astimezone(UTC)
