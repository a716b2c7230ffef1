"""`zaruka trust history`: how an authority stood on the day in question, by which list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zaruka.cli.arguments import Option, parse_moment, require

if TYPE_CHECKING:
    from argparse import Namespace

    from zaruka.messages import Messages

OPTIONS: Final = (
    Option("subject"),
    Option("--at", "time", says="history_at"),
    Option("--store", "file"),
    Option("--json"),
)

_TRUSTED, _NOT_TRUSTED, _UNKNOWN = 0, 1, 2


def run(options: Namespace, say: Messages) -> int:
    """Answer; 0 where it was trusted, 1 where it was not, 2 where no list says anything."""
    require(options, "trust history", "subject")
    at = parse_moment(options.at) if options.at else None

    import sys  # noqa: PLC0415 - after wrong usage is said
    from datetime import UTC, datetime  # noqa: PLC0415

    from zaruka.cli.screen import Screen  # noqa: PLC0415
    from zaruka.cli.trust.opening import opened  # noqa: PLC0415
    from zaruka.cli.trust.pages import history_page  # noqa: PLC0415
    from zaruka.cli.trust.values import history_value  # noqa: PLC0415
    from zaruka.reports.as_json import dump  # noqa: PLC0415
    from zaruka.service.asking import find_subject, history_of  # noqa: PLC0415
    from zaruka.trust import Standing  # noqa: PLC0415

    with opened(options) as (store, _):
        subject = find_subject(options.subject, store)
        now = datetime.now(UTC).replace(microsecond=0)
        history = history_of(subject, store, at, now)
    if options.json:
        sys.stdout.write(dump(history_value(history)))
    else:
        Screen().page(history_page(history, say))
    if history.standing is None:
        return _UNKNOWN
    granted = history.standing.statement.standing is Standing.GRANTED
    return _TRUSTED if granted else _NOT_TRUSTED
