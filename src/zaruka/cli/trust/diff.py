"""`zaruka trust diff`: what one issue of a list changed after another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zaruka.cli.arguments import Option
from zaruka.errors import ConfigError

if TYPE_CHECKING:
    from argparse import Namespace

    from zaruka.messages import Messages
    from zaruka.stores.trust import StoredList, TrustStore

OPTIONS: Final = (
    Option("issues", many=True, required=False),
    Option("--source", "name", says="diff_source"),
    Option("--store", "file"),
    Option("--json"),
)


def run(options: Namespace, say: Messages) -> int:
    """Compare two issues, by number; the last two of each list unless told."""
    import sys  # noqa: PLC0415

    from zaruka.cli.screen import Screen  # noqa: PLC0415
    from zaruka.cli.trust.opening import opened  # noqa: PLC0415
    from zaruka.cli.trust.pages import changes_lines, issue_title  # noqa: PLC0415
    from zaruka.cli.trust.values import changes_value, issue_value  # noqa: PLC0415
    from zaruka.reports.as_json import dump  # noqa: PLC0415
    from zaruka.reports.page import Page, Section  # noqa: PLC0415
    from zaruka.service.changes import compare  # noqa: PLC0415

    compared = []
    with opened(options) as (store, _):
        for old, new in _pairs(options.issues, options.source, store):
            changes = compare(store.stated_in(old), store.stated_in(new), old.issued, new.issued)
            compared.append((old, new, changes))
    if options.json:
        value = [
            {"old": issue_value(old), "new": issue_value(new), **changes_value(changes)}
            for old, new, changes in compared
        ]
        sys.stdout.write(dump({"compared": value}))
        return 0
    screen = Screen()
    for old, new, changes in compared:
        title = f"{new.source}: {issue_title(old, say)} → {issue_title(new, say)}"
        screen.page(Page(title, (Section(None, tuple(changes_lines(changes, say))),)))
    return 0


def _pairs(
    numbers: list[str], source: str | None, store: TrustStore
) -> list[tuple[StoredList, StoredList]]:
    issues = store.lists(source)
    names = dict.fromkeys(each.source for each in issues)
    if not numbers:
        found = [[each for each in issues if each.source == name][-2:] for name in names]
        return [(pair[0], pair[1]) for pair in found if len(pair) == 2]
    if len(numbers) != 2 or len(names) != 1:
        raise ConfigError("trust.which-issues", names=", ".join(names))
    by_number = {str(each.sequence): each for each in issues}
    for number in numbers:
        if number not in by_number:
            known = ", ".join(by_number)
            raise ConfigError("trust.no-issue", number=number, known=known)
    return [(by_number[numbers[0]], by_number[numbers[1]])]
