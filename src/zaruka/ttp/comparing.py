"""A receipt beside its request, and beside an earlier one of the same service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zaruka.errors import UnsupportedError
from zaruka.findings import SubIndication
from zaruka.ttp import rules
from zaruka.ttp.deciding import either
from zaruka.ttp.imprints import extends_nonce, imprint_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zaruka.findings import Finding
    from zaruka.ttp.reading import Receipt, Request

__all__ = ["check_against_earlier", "check_against_request"]

_ALIKE: Final = ("version", "service", "request_time", "request_policy", "extensions")


def check_against_request(receipt: Receipt, request: Request) -> Iterator[Finding]:
    """STB 34.101.81 7.1.9: the answer repeats what was asked, the nonce perhaps lengthened."""
    asked, answered = request.information, receipt.info.dv_req_info
    broken = SubIndication.FORMAT_FAILURE
    if asked.nonce is not None:
        yield either(
            rules.NONCE,
            receipt.ref,
            holds=answered.nonce is not None and extends_nonce(asked.nonce, answered.nonce),
            sub=broken,
            expected=f"{asked.nonce:x}",
            actual=None if answered.nonce is None else f"{answered.nonce:x}",
        )
    differing = [name for name in _ALIKE if getattr(asked, name) != getattr(answered, name)]
    actual = ", ".join(differing) or None
    yield either(rules.REQUEST_COPIED, receipt.ref, holds=not differing, sub=broken, actual=actual)
    found = receipt.info.message_imprint
    oid = found.digest_algorithm.algorithm
    try:
        wanted = imprint_of(request.wire.data, oid)
    except UnsupportedError:
        return  # that this digest is not had is said of the object
    yield either(
        rules.REQUEST_IMPRINT,
        receipt.ref,
        holds=(wanted.digest_algorithm.algorithm, wanted.digest) == (oid, found.digest),
        sub=SubIndication.HASH_FAILURE,
        expected=wanted.digest.hex(),
        actual=found.digest.hex(),
    )


def check_against_earlier(receipt: Receipt, earlier: Receipt) -> Iterator[Finding]:
    """STB 34.101.81 6.3, 7.1.2: numbers rise, times do not fall."""
    sub = SubIndication.SIG_CONSTRAINTS_FAILURE
    yield either(
        rules.SERIAL_ORDER,
        receipt.ref,
        holds=receipt.info.serial_number > earlier.info.serial_number,
        sub=sub,
        expected=str(earlier.info.serial_number),
        actual=str(receipt.info.serial_number),
    )
    yield either(
        rules.TIME_ORDER,
        receipt.ref,
        holds=receipt.time >= earlier.time,
        sub=sub,
        expected=earlier.time.isoformat(),
        actual=receipt.time.isoformat(),
    )
