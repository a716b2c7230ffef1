"""A finding in words."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import structs

from zaruka.findings import ObjectKind

if TYPE_CHECKING:
    from zaruka.findings import Finding
    from zaruka.messages import Messages, Sentence

__all__ = ["Place", "sentence"]


class Place(StrEnum):
    """Where a finding was made, when that changes its words.

    STAMP: on a time-stamp, so that "the signature" is the stamp's. ANSWERED: on a signature that
    passed all the same, because it is proven to be older than what was found.
    """

    STAMP = "stamp"
    ANSWERED = "answered"


def sentence(finding: Finding, messages: Messages, place: Place | None = None) -> Sentence:
    """Say what was found, and what to do where something can be done.

    A sentence may name the object (`object`), the two values compared (`expected`, `actual`)
    and the finding's details. What is said of a signature is said of a stamp by name.
    """
    values = {
        "object": finding.subject.name,
        "expected": finding.expected,
        "actual": finding.actual,
        **finding.details,
    }
    rule = finding.rule
    said = messages.finding(rule.code, rule.clause, finding.severity.value, values, place)
    if place is Place.ANSWERED:
        return structs.replace(said, remedy=None)
    own = messages.has_place(rule.code, place)
    if place is Place.STAMP and not own and finding.subject.kind is ObjectKind.SIGNATURE:
        remedy = said.remedy and messages("words.of_stamp.remedy")
        return structs.replace(
            said, text=messages("words.of_stamp.text", said=said.text), remedy=remedy
        )
    return said
