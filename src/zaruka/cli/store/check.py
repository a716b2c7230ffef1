"""`zaruka store check`: what is kept, how large it is, and whether it is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zaruka.cli.arguments import Option

if TYPE_CHECKING:
    from argparse import Namespace

    from zaruka.messages import Messages

OPTIONS: Final = (Option("--store", "file", says="store_checked"), Option("--json"))

_WHOLE, _DAMAGED = 0, 1


def run(options: Namespace, say: Messages) -> int:
    """Compare everything with its digest; 0 where all is whole, 1 where something is damaged."""
    import sys  # noqa: PLC0415 - after wrong usage is said

    from zaruka.cli.screen import Screen  # noqa: PLC0415
    from zaruka.cli.store.opening import opened  # noqa: PLC0415
    from zaruka.reports.as_json import dump  # noqa: PLC0415
    from zaruka.reports.page import Line, Page, Section, Tone  # noqa: PLC0415
    from zaruka.stores.evidence import Usage  # noqa: PLC0415

    with opened(options) as (name, lists, evidence):
        issues = lists.lists()
        broken = [f"{each.source} {each.sequence}" for each in lists.damaged()]
        usage = Usage(0, 0) if evidence is None else evidence.usage()
        damaged = () if evidence is None else evidence.damaged()
    if options.json:
        value = {
            "lists": {"issues": len(issues), "damaged": broken},
            "evidence": {**usage._asdict(), "damaged": list(damaged)},
        }
        sys.stdout.write(dump(value))
    else:
        count = len({each.source for each in issues})
        lines = [
            Line(say("words.store.lists", lists=count, issues=len(issues))),
            Line(say("words.store.evidence", count=usage.objects, octets=usage.octets)),
        ]
        lines += (
            Line(say("words.store.damaged", name=each), Tone.BAD) for each in (*broken, *damaged)
        )
        if broken:
            lines.append(Line(say("words.store.lists_remedy"), Tone.REMEDY))
        if damaged:
            lines.append(Line(say("words.store.evidence_remedy"), Tone.REMEDY))
        if not broken and not damaged:
            lines.append(Line(say("words.store.whole"), Tone.GOOD))
        Screen().page(Page(name, (Section(None, tuple(lines)),)))
    return _DAMAGED if broken or damaged else _WHOLE
