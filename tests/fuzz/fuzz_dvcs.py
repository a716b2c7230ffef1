"""Fuzz requests, receipts, bundles and containers: read, shown and judged, or an InputError.

Nothing made of noise passes: a receipt whose signature holds is one of the seeds.
"""

from __future__ import annotations

import sys
from pathlib import Path

from driver import run, shared_seeds

sys.path.insert(0, str(Path(__file__).parents[1]))

from third_parties import BID, World, shown
from zaruka.errors import InputError, UnsupportedError
from zaruka.messages import messages
from zaruka.reports.eec_page import inspect_container
from zaruka.reports.receipt_inspection import inspect_request, inspect_response
from zaruka.reports.receipt_page import receipt_page
from zaruka.ttp.bundle import read_bundle
from zaruka.ttp.checking import Asked, check_receipt
from zaruka.ttp.issuing import answer_request
from zaruka.ttp.reading import parse_request, parse_response

WORLD = World()
CONTEXT = WORLD.context()
AUTHORITY = WORLD.authority()
MESSAGE = WORLD.signature()
RECEIPT = WORLD.receipt(MESSAGE)
SAY = messages("ru")


def check(octets: bytes) -> None:
    """Read `octets` in every way; anything but an error of ours is raised."""
    for look in (_answer, _request, _show, read_bundle):
        try:
            look(octets)
        except (InputError, UnsupportedError):
            continue


def _answer(octets: bytes) -> None:
    found = parse_response(octets)
    checked = check_receipt(found, CONTEXT, shown(MESSAGE), Asked(earlier=RECEIPT))
    receipt_page(checked, "fuzz", SAY, verbose=True)
    if checked.conclusion.passed:
        assert found.verdict is RECEIPT.verdict


def _request(octets: bytes) -> None:
    parse_request(octets)
    parse_response(answer_request(octets, AUTHORITY, WORLD.judge(CONTEXT)))


def _show(octets: bytes) -> None:
    for inspect in (inspect_request, inspect_response, inspect_container):
        try:
            list(inspect(octets, SAY))
        except (InputError, UnsupportedError):
            continue


if __name__ == "__main__":
    seeds = shared_seeds("real/ru/dvcs/*.der")
    run(check, [*seeds, RECEIPT.der, WORLD.receipt(MESSAGE, BID + b"x").der])
