"""The account of one suite: what came out otherwise than expected, and how long each case took."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

PROPERTY = "conformance"
MOST_SECONDS = 1.0  # of processor time, for one case


@dataclass
class Score:
    """Outcomes of a suite; `exceptions` are the cases known to come out otherwise, and why."""

    suite: str
    exceptions: Mapping[str, str]
    names: list[str] = field(default_factory=list)
    wrong: dict[str, object] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def judge(self, name: str, expected: object, run: Callable[[], object]) -> None:
        """Run one case and compare; its time counts, reading its files included."""
        started = time.process_time()
        outcome = run()
        self.seconds[name] = time.process_time() - started
        self.names.append(name)
        if outcome != expected:
            self.wrong[name] = outcome

    def check(self, cases: int) -> None:
        """Assert that all cases ran, in time, as expected but for the exceptions."""
        assert len(self.names) == len({*self.names}) == cases
        assert {name: s for name, s in self.seconds.items() if s > MOST_SECONDS} == {}
        unexpected = {name: out for name, out in self.wrong.items() if name not in self.exceptions}
        assert unexpected == {}
        no_exception_any_more = {*self.exceptions} - {*self.wrong}
        assert no_exception_any_more == set()

    def row(self) -> tuple[str, int, int, int, str]:
        """Make a line of the table."""
        cases, slowest = len(self.names), max(self.seconds.values(), default=0.0)
        as_expected = cases - len(self.wrong)
        return self.suite, cases, as_expected, len(self.exceptions), f"{slowest * 1000:.0f}"
