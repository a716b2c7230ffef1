"""`zaruka store prune`: remove what nobody can use any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zaruka.cli.arguments import Option, parse_moment
from zaruka.errors import ConfigError

if TYPE_CHECKING:
    from argparse import Namespace

    from zaruka.messages import Messages
    from zaruka.reports.page import Page
    from zaruka.stores.evidence import Useless

_SHOWN: Final = 30

OPTIONS: Final = (
    Option("--before", "time", says="prune_before"),
    Option("--store", "file", says="store_checked"),
    Option("--yes", says="prune_yes"),
    Option("--json"),
)


def run(options: Namespace, say: Messages) -> int:
    """Say what would go, and remove it if that is wished."""
    before = parse_moment(options.before) if options.before else None

    import sys  # noqa: PLC0415 - after wrong usage is said
    from datetime import UTC, datetime, timedelta  # noqa: PLC0415

    from zaruka.cli.screen import Screen  # noqa: PLC0415
    from zaruka.cli.store.opening import opened  # noqa: PLC0415
    from zaruka.cli.trust.taking import is_wished  # noqa: PLC0415
    from zaruka.reports.as_json import dump  # noqa: PLC0415
    from zaruka.stores.evidence import Useless  # noqa: PLC0415

    with opened(options) as (name, _, evidence):
        stray = datetime.now(UTC) - timedelta(days=1)
        going = Useless((), (), 0) if evidence is None else evidence.useless(stray, before)
        is_something = bool(going.objects or going.files)
        if not options.json:
            Screen().page(prune_page(name, going, say))
        unanswered = ConfigError("store.prune-needs-answer")
        is_done = is_something and (
            options.yes or is_wished("words.store.ask_prune", options, say, unanswered)
        )
        if is_done and evidence is not None:
            evidence.remove(going)
    if options.json:
        objects = [{"sha256": each.sha256, "kind": each.kind} for each in going.objects]
        value = {"objects": objects, "files": len(going.files), "octets": going.octets}
        sys.stdout.write(dump(value))
    elif is_something:
        outcome = "removed" if is_done else "stays"
        sys.stdout.write(say(f"words.store.outcome.{outcome}") + "\n")
    return 0


def prune_page(name: str, going: Useless, say: Messages) -> Page:
    """Say what would go."""
    from zaruka.reports.page import Line, Page, Section, Tone  # noqa: PLC0415

    if not (going.objects or going.files):
        return Page(name, (Section(None, (Line(say("words.store.nothing"), Tone.GOOD),)),))
    lines = [Line(say("words.store.going", count=len(going.files), octets=going.octets))]
    for each in going.objects[:_SHOWN]:
        kind = say(f"words.store.kind.{each.kind}")
        lines.append(Line(say("words.store.gone", kind=kind, until=each.until), depth=1))
        lines.append(Line(each.sha256, Tone.QUIET, depth=1))
    more = len(going.objects) - _SHOWN
    if more > 0:
        lines.append(Line(say("words.trust.more", count=more), Tone.QUIET, depth=1))
    return Page(name, (Section(None, tuple(lines)),))
