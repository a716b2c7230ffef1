"""`zaruka trust forget`: rely no longer on a list that was taken in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zaruka.cli.arguments import Option, require
from zaruka.errors import ConfigError

if TYPE_CHECKING:
    from argparse import Namespace

    from zaruka.messages import Messages
    from zaruka.stores.trust import StoredList

OPTIONS: Final = (
    Option("list"),
    Option("--store", "file"),
    Option("--yes", says="forget_yes"),
    Option("--json"),
)


def run(options: Namespace, say: Messages) -> int:
    """Forget a list, and those that it names, if that is wished; return the exit status."""
    require(options, "trust forget", "list")

    import sys  # noqa: PLC0415 - after wrong usage is said
    from datetime import UTC, datetime  # noqa: PLC0415

    from zaruka.cli.screen import Screen  # noqa: PLC0415
    from zaruka.cli.trust.opening import opened  # noqa: PLC0415
    from zaruka.cli.trust.pages import forgetting_page  # noqa: PLC0415
    from zaruka.cli.trust.taking import is_wished  # noqa: PLC0415
    from zaruka.cli.trust.values import issue_value  # noqa: PLC0415
    from zaruka.reports.as_json import dump  # noqa: PLC0415

    with opened(options) as (store, _):
        issues = _asked(options.list, store.relied())
        if not options.json:
            counts = [len(store.stated_in(each)) for each in issues]
            Screen().page(forgetting_page(issues, counts, say))
        unanswered = ConfigError("trust.forget-needs-answer", name=options.list)
        is_done = options.yes or is_wished("words.trust.ask_forget", options, say, unanswered)
        now = datetime.now(UTC).replace(microsecond=0)
        for each in issues if is_done else ():
            store.forget(each.source, now)
    if options.json:
        sys.stdout.write(dump({"forgotten": [issue_value(each) for each in issues]}))
    else:
        outcome = "forgotten" if is_done else "kept"
        sys.stdout.write(say(f"words.trust.outcome.{outcome}", name=options.list) + "\n")
    return 0


def _asked(name: str, relied: dict[str, StoredList]) -> list[StoredList]:
    """Return a list, and those that a list of lists names; ConfigError (trust.no-list)."""
    found = [each for source, each in relied.items() if f"{source}/".startswith(f"{name}/")]
    if not found:
        raise ConfigError("trust.no-list", name=name, names=", ".join(relied))
    return found
