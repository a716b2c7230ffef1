"""Showing what a list changes and asking whether to take it: for `update` and `import`."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from zaruka.cli.screen import Screen
from zaruka.cli.trust.pages import noted, proposal_page, refusal_page
from zaruka.cli.trust.values import proposal_value
from zaruka.errors import ConfigError, ZarukaError, defect
from zaruka.messages import visible
from zaruka.reports.as_json import dump, error_value
from zaruka.reports.page import Line, Page, Section, Tone
from zaruka.reports.sentences import sentence
from zaruka.service.taking import NotBelieved, Proposal, may_accept

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from zaruka.findings import Finding
    from zaruka.messages import Messages
    from zaruka.service.settings import Settings
    from zaruka.service.taking import Taking

__all__ = ["Asking", "is_wished"]

REFUSED: Final = 1
UNREADABLE: Final = 3
_UNANSWERED: Final = ConfigError("trust.needs-answer").code
_YES: Final = frozenset({"y", "yes", "д", "да", "т", "так"})


def is_wished(question: str, options: Namespace, say: Messages, unanswered: ConfigError) -> bool:
    """Ask a person on a terminal; `unanswered` is raised where there is none."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()) or options.json:
        raise unanswered
    sys.stdout.write(say(question) + " ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in _YES


@dataclass
class Asking:
    """Proposes lists one after the other and says what became of each."""

    taking: Taking
    settings: Settings
    options: Namespace
    say: Messages

    def __post_init__(self) -> None:
        """Begin with nothing said."""
        self.status = 0
        self.said: list[dict[str, Any]] = []
        self.screen = None if self.options.json else Screen()

    def offer(
        self, name: str, propose: Callable[[], Proposal], obtained_at: datetime | None = None
    ) -> Proposal | None:
        """Show a list and take it in if that is wished; None where it is not in the store then.

        ConfigError (trust.needs-answer) where nobody can be asked and no policy decides.
        """
        try:
            proposal = propose()
            self._show(proposal)
            outcome = "unchanged"
            if proposal.is_new:
                outcome = "declined"
                if self._wished(proposal):
                    self.taking.accept(proposal, obtained_at)
                    outcome = "accepted"
        except ZarukaError as error:
            if error.code == _UNANSWERED:
                raise
            self.refuse(name, error)
            return None
        except Exception as error:  # noqa: BLE001 - our mistake over one list is not the others'
            self.refuse(name, defect(error))
            return None
        self._conclude(proposal, outcome)
        return None if outcome == "declined" else proposal

    def skip(self, name: str, since: datetime) -> None:
        """Say that a list is not taken in, because it was forgotten."""
        if self.screen is None:
            self.said.append({"source": name, "outcome": "forgotten"})
            return
        line = Line(self.say("words.trust.skipped", time=since, name=name), Tone.QUIET)
        self.screen.page(Page(visible(name), (Section(None, (line,)),)))

    def end(self) -> int:
        """Write what is left to say; return the exit status."""
        if self.screen is None:
            sys.stdout.write(dump({"lists": self.said}))
        return self.status

    def _wished(self, proposal: Proposal) -> bool:
        if self.options.yes or may_accept(proposal, self.settings):
            return True
        unanswered = ConfigError(_UNANSWERED, name=proposal.source.name)
        return is_wished("words.trust.ask", self.options, self.say, unanswered)

    def _show(self, proposal: Proposal) -> None:
        if self.screen is not None:
            self.screen.page(proposal_page(proposal, self.say))

    def _conclude(self, proposal: Proposal, outcome: str) -> None:
        if self.screen is None:
            findings = self._findings(noted(proposal.reading))
            self.said.append({**proposal_value(proposal, outcome), "findings": findings})
            return
        tone = Tone.GOOD if outcome == "accepted" else Tone.QUIET
        line = Line(self.say(f"words.trust.outcome.{outcome}"), tone)
        self.screen.section(Section(None, (line,)))

    def refuse(self, name: str, error: ZarukaError) -> None:
        """Say why a list was not taken in."""
        status = REFUSED if error.code.startswith("trust.") else UNREADABLE
        self.status = max(self.status, status)
        if self.screen is not None:
            self.screen.page(refusal_page(name, error, self.say))
            return
        value = {"source": name, "outcome": "refused", **error_value(error, self.say)}
        if isinstance(error, NotBelieved):
            value["findings"] = self._findings(error.findings)
        self.said.append(value)

    def _findings(self, findings: Iterable[Finding]) -> list[dict[str, str]]:
        return [
            {
                "code": each.rule.code,
                "severity": each.severity.value,
                "message": sentence(each, self.say).text,
            }
            for each in findings
        ]
