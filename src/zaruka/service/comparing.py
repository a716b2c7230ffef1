"""What a report says beside what follows from its facts, place by place."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from zaruka.findings import ObjectKind, Severity
from zaruka.validation.replayed import Difference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["Comparison"]

WORDS: Final = frozenset({"message", "remedy", "clause"})
_VALUES: Final = ("code", "severity", "expected", "actual", "sub_indication")


class Comparison:
    """Compares two JSON values.

    `known` are the SHA-256 of the facts, `left_out` names of what is not compared anywhere.
    `own`: this very version wrote the report, so that sentences are the same and nothing that it
    writes may lack; another one may have known less.
    """

    def __init__(self, known: set[str], left_out: Iterable[str] = (), *, own: bool) -> None:
        """Take what to leave out."""
        self._known = known
        self._left_out = {*left_out, *(() if own else WORDS)}
        self._own = own

    def differences(self, place: str, reported: object, replayed: object) -> Iterator[Difference]:
        """Give what differs; findings are a bag, since their order says nothing."""
        if place.rpartition(".")[2] == "findings":
            yield from self._of_findings(place, reported, replayed)
        elif isinstance(reported, dict) and isinstance(replayed, dict):
            names = {*reported, *replayed} if self._own else {*reported}
            for name in sorted(names - self._left_out):
                below = f"{place}.{name}"
                yield from self.differences(below, reported.get(name), replayed.get(name))
        elif isinstance(reported, list) and isinstance(replayed, list):
            for number in range(max(len(reported), len(replayed))):
                was = reported[number] if number < len(reported) else None
                now = replayed[number] if number < len(replayed) else None
                yield from self.differences(f"{place}.{number + 1}", was, now)
        elif reported != replayed:
            yield Difference(place, _shown(reported), _shown(replayed))

    def _of_findings(self, place: str, reported: Any, replayed: Any) -> Iterator[Difference]:  # noqa: ANN401
        was, now = (Counter(self._weighty(each)) for each in (reported, replayed))
        for gone in sorted((was - now).elements()):
            yield Difference(place, gone, "")
        for new in sorted((now - was).elements()):
            yield Difference(place, "", new)

    def _weighty(self, findings: Iterable[Mapping[str, Any]]) -> Iterator[str]:
        """Write the findings that a verdict rests on.

        Lists and answers that were of no use are not kept, nor is what was said of them.
        """
        for each in findings:
            about = each["object"]
            of_evidence = about["kind"] in {ObjectKind.CRL, ObjectKind.OCSP}
            used = not of_evidence or about["sha256"] in self._known
            if not used and each["severity"] != Severity.FAIL:
                continue
            words = (each[name] for name in sorted(WORDS - self._left_out))
            details = (f"{name} {value}" for name, value in sorted(each["details"].items()))
            values = (*(each[name] for name in _VALUES), about["name"], *details, *words)
            yield ", ".join(str(value) for value in values if value not in {None, ""})


def _shown(value: object) -> str:
    text = "" if value is None else value if isinstance(value, str) else json.dumps(value)
    return text[:200]
