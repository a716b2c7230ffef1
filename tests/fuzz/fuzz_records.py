"""Fuzz evidence records: read, shown and judged, or an InputError; nothing made of noise passes."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from driver import run

sys.path.insert(0, str(Path(__file__).parents[1]))

from evidence_records import SHA_256, SHA_512, begin, stamping
from judging import context
from zaruka.crypto import digest
from zaruka.errors import InputError, UnsupportedError
from zaruka.lab.russia import russia
from zaruka.messages import messages
from zaruka.reports.inspection import inspect_form
from zaruka.signatures.ers import EvidenceRecord, parse_evidence_record
from zaruka.signatures.input.forms import recognise
from zaruka.signatures.input.opening import Input
from zaruka.validation.evidence_record import judge_evidence_record

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
OBJECT = b"the object"
NATION = russia(NOW, os.urandom)
BY = stamping(NATION)
CONTEXT = context(NOW, anchors=[NATION.root.certificate], crls=NATION.lists())
SAY = messages("ru")


def check(octets: bytes) -> None:
    """Read and judge `octets`; anything but an error of ours is raised."""
    try:
        list(inspect_form(recognise(Input.of(octets, "fuzz")), SAY))
        found = parse_evidence_record(octets)
        passes(found)
    except (InputError, UnsupportedError):
        return


def passes(record: EvidenceRecord) -> bool:
    judged = judge_evidence_record(record, lambda oid: digest(oid, OBJECT), CONTEXT)
    if judged.conclusion.passed:
        assert judged.time == NOW - 2 * HOUR
    return judged.conclusion.passed


if __name__ == "__main__":
    first = begin(BY, SHA_256, [OBJECT], NOW - 2 * HOUR, b"another", b"a third")
    renewed = first.renewed(BY, NOW - HOUR)
    seeds = [first, renewed, renewed.rehashed(BY, SHA_512, OBJECT, NOW - HOUR / 2)]
    for each in seeds:
        assert passes(parse_evidence_record(each.der))
    run(check, [each.der for each in seeds])
