"""`zaruka trust list`: whom the lists trust, now or at another moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zaruka.cli.arguments import Option, parse_moment

if TYPE_CHECKING:
    from argparse import Namespace

    from zaruka.messages import Messages
    from zaruka.stores.trust import StoredList

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
    from zaruka.trust.lists import next_due  # noqa: PLC0415

    now = datetime.now(UTC)
    with opened(options) as (store, settings):
        issues = list(store.newest(known).values())
        forgotten = store.forgotten(known)
        dropped = store.dropped(known)
        past = [each for name, each in store.relied(known).items() if name in dropped]
        last = [each for name in forgotten if (each := store.last(name)) is not None]
        moment = at or known or now
        country = options.country.upper() if options.country else None
        found = listed(store, moment, country=country, search=options.search, known=known)
    due = {
        each.source: next_due(each.scheme, each.issued, each.next_update, settings.list_max_age)
        for each in issues
    }
    overdue = {name: by for name, by in due.items() if by is not None and by < (known or now)}
    if options.json:
        value = {
            "at": moment.isoformat(),
            "lists": [issue_value(each, overdue=each.source in overdue) for each in issues],
            "forgotten": [issue_value(each, forgotten=forgotten[each.source]) for each in last],
            "dropped": [issue_value(each, dropped=dropped[each.source].issued) for each in past],
            "statements": [stated_value(each) for each in found],
        }
        sys.stdout.write(dump(value))
    else:
        gone: list[tuple[StoredList, datetime | StoredList]] = []
        gone += [(each, forgotten[each.source]) for each in last]
        gone += [(each, dropped[each.source]) for each in past]
        Screen().page(listing_page(issues, gone, overdue, found, say))
    return 0
