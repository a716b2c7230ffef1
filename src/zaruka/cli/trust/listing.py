"""`zaruka trust list`: whom the lists trust, now or at another moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zaruka.cli.arguments import Option, parse_moment

if TYPE_CHECKING:
    from argparse import Namespace

    from zaruka.messages import Messages

OPTIONS: Final = (
    Option("--country", "country"),
    Option("--search", "words", says="search"),
    Option("--at", "time", says="standing_at"),
    Option("--known", "time", says="known_at"),
    Option("--store", "file"),
    Option("--json"),
)


def run(options: Namespace, say: Messages) -> int:
    """Show the lists and how everyone in them stands."""
    at = parse_moment(options.at) if options.at else None
    known = parse_moment(options.known) if options.known else None

    import sys  # noqa: PLC0415 - after wrong usage is said
    from datetime import UTC, datetime  # noqa: PLC0415

    from zaruka.cli.screen import Screen  # noqa: PLC0415
    from zaruka.cli.trust.opening import opened  # noqa: PLC0415
    from zaruka.cli.trust.pages import listing_page  # noqa: PLC0415
    from zaruka.cli.trust.values import issue_value, stated_value  # noqa: PLC0415
    from zaruka.reports.as_json import dump  # noqa: PLC0415
    from zaruka.service.asking import listed  # noqa: PLC0415

    with opened(options) as (store, _):
        issues = list(store.newest(known).values())
        moment = at or known or datetime.now(UTC)
        country = options.country.upper() if options.country else None
        found = listed(store, moment, country=country, search=options.search, known=known)
    if options.json:
        value = {
            "at": moment.isoformat(),
            "lists": [issue_value(each) for each in issues],
            "statements": [stated_value(each) for each in found],
        }
        sys.stdout.write(dump(value))
    else:
        Screen().page(listing_page(issues, found, say))
    return 0
