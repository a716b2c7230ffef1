"""`zaruka trust show`: all that the lists state of a certificate or an authority."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zaruka.cli.arguments import Option, require

if TYPE_CHECKING:
    from argparse import Namespace

    from zaruka.messages import Messages

OPTIONS: Final = (
    Option("subject"),
    Option("--store", "file"),
    Option("--json"),
)


def run(options: Namespace, say: Messages) -> int:
    """Show every statement, with the lists that have it."""
    require(options, "trust show", "subject")

    import sys  # noqa: PLC0415 - after wrong usage is said

    from zaruka.cli.screen import Screen  # noqa: PLC0415
    from zaruka.cli.trust.opening import opened  # noqa: PLC0415
    from zaruka.cli.trust.pages import show_page  # noqa: PLC0415
    from zaruka.cli.trust.values import stated_values  # noqa: PLC0415
    from zaruka.reports.as_json import dump  # noqa: PLC0415
    from zaruka.service.asking import find_subject  # noqa: PLC0415

    with opened(options) as (store, _):
        subject = find_subject(options.subject, store)
    if options.json:
        value = {"asked": subject.asked, "statements": stated_values(subject.stated)}
        sys.stdout.write(dump(value))
    else:
        Screen().page(show_page(subject.asked, subject.stated, say))
    return 0
