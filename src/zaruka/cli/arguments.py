"""Options of the commands: declared once, parsed and explained in the reader's language.

`argparse` parses; the words are ours. (Typer was measured: it loads pydantic for every command,
0.12 s where a whole verification takes less, and its own words stay English: docs/adr/0005.)
"""

from __future__ import annotations

import argparse
import re
import shutil
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final, NoReturn

from msgspec import Struct

from zaruka.errors import ConfigError
from zaruka.messages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zaruka.messages import Messages

__all__ = ["Option", "asked_language", "command_help", "parse", "parse_moment", "require"]

_HERE: Final = timezone(timedelta(hours=3))  # both countries, the whole year round


class Option(Struct, frozen=True):
    """An option or, without dashes, the files of a command.

    `value` is the key of the word for its value in `command.value`, None for a switch; `says`
    the key of its explanation, its name unless told; `many` may be given again and again;
    files that are not `required` may be left out.
    """

    name: str
    value: str | None = None
    many: bool = False
    says: str | None = None
    required: bool = True

    @property
    def positional(self) -> bool:
        """Whether it is given without a name."""
        return not self.name.startswith("-")

    @property
    def attribute(self) -> str:
        """Name of its value among the parsed options."""
        return self.name.lstrip("-").replace("-", "_")


LANG: Final = Option("--lang", "language")


class _Parser(argparse.ArgumentParser):
    """Parses; wrong usage is an error with a code, never an exit."""

    def error(self, message: str) -> NoReturn:
        raise ConfigError("usage.wrong", reason=message)


class _Format(argparse.HelpFormatter):
    """Help as wide as the terminal, up to 100 columns."""

    usage_word = ""

    def __init__(self, prog: str) -> None:
        width = min(100, shutil.get_terminal_size((80, 24)).columns)
        super().__init__(prog, max_help_position=26, width=width)

    def add_usage(
        self,
        usage: str | None,
        actions: object,  # noqa: ARG002
        groups: object,  # noqa: ARG002
        prefix: str | None = None,  # noqa: ARG002 - argparse's own is English
    ) -> None:
        super().add_usage(usage, (), (), self.usage_word)


def asked_language(words: Sequence[str]) -> str | None:
    """Return the language of `--lang` before anything is said; ConfigError if it is unknown."""
    for number, word in enumerate(words):
        if word == "--":
            return None
        name, equals, value = word.partition("=")
        if name == "--lang":
            asked = value if equals else next(iter(words[number + 1 : number + 2]), "")
            if asked not in LANGUAGES:
                raise ConfigError("usage.unknown-language", name=asked)
            return asked
    return None


def parse(
    command: str, options: Sequence[Option], words: Sequence[str], say: Messages
) -> argparse.Namespace | None:
    """Parse the words after a command; None if its help was asked for, and printed.

    Files and options may come in any order; after `--` everything is a file. Raises ConfigError
    (`usage.*`).
    """
    parser = _parser(command, (*options, LANG), say)
    if any(word in {"-h", "--help"} for word in words[: _end_of_options(words)]):
        parser.print_help()
        return None
    end = _end_of_options(words)
    try:
        parsed, rest = parser.parse_known_intermixed_args(list(words[:end]))
    except argparse.ArgumentError as error:
        raise ConfigError("usage.option-value", option=str(error.argument_name)) from error
    if rest and not rest[0].startswith("-"):
        raise ConfigError("usage.one-file", command=command, name=rest[0])
    if rest:
        raise ConfigError("usage.unknown-option", option=rest[0], command=command)
    for option in options:
        if option.positional:
            _add_files(parsed, option, words[end + 1 :], command)
    return parsed


def _add_files(
    parsed: argparse.Namespace, option: Option, files: Sequence[str], command: str
) -> None:
    """Add what stands after `--`; see that there are as many files as the command takes."""
    found = getattr(parsed, option.attribute)
    every = [*(found if option.many else [found] if found is not None else []), *files]
    if option.many:
        if not every and option.required:
            raise ConfigError("usage.no-files", command=command)
        setattr(parsed, option.attribute, every)
        return
    if len(every) > 1:
        raise ConfigError("usage.one-file", command=command, name=every[1])
    setattr(parsed, option.attribute, next(iter(every), None))


def require(options: argparse.Namespace, command: str, *names: str) -> None:
    """See that a command was given what it cannot do without; ConfigError otherwise."""
    for name in names:
        if not getattr(options, name):
            if name == "file":
                raise ConfigError("usage.no-files", command=command)
            raise ConfigError(
                "usage.missing-option", option=f"--{name.replace('_', '-')}", command=command
            )


def _end_of_options(words: Sequence[str]) -> int:
    return words.index("--") if "--" in words else len(words)


def _parser(command: str, options: Sequence[Option], say: Messages) -> _Parser:
    _Format.usage_word = say("command.zaruka.usage_word")
    parser = _Parser(
        prog=f"zaruka {command}",
        usage=say(f"command.usage.{command}"),
        description=_capital(say(f"command.summary.{command}")) + ".",
        epilog=say(f"command.epilog.{command}"),
        formatter_class=_Format,
        add_help=False,
        allow_abbrev=False,
        exit_on_error=False,
    )
    group = parser.add_argument_group(say("command.zaruka.options"))
    for option in options:
        _add(parser if option.positional else group, option, say)
    group.add_argument("-h", "--help", action="store_true", help=say("command.zaruka.help"))
    return parser


def _add(group: argparse._ActionsContainer, option: Option, say: Messages) -> None:
    key = option.says or option.attribute
    if option.positional:
        # explained by the usage line; argparse would print a heading in English
        group.add_argument(option.name, nargs="*" if option.many else "?", help=argparse.SUPPRESS)
        return
    said = say(f"command.option.{key}").replace("%", "%%")
    if option.value is None:
        group.add_argument(option.name, action="store_true", help=said)
        return
    group.add_argument(
        option.name,
        metavar=say(f"command.value.{option.value}"),
        action="append" if option.many else "store",
        default=[] if option.many else None,
        help=said,
    )


def command_help(commands: Sequence[str], say: Messages, group: str | None = None) -> str:
    """Return the help on the command as a whole, or on a group of commands."""
    about = f"command.{group or 'zaruka'}"
    before = f"{group} " if group else ""
    _Format.usage_word = say("command.zaruka.usage_word")
    form = _Format("zaruka")
    form.add_usage(say(f"{about}.usage"), (), ())
    form.add_text(say(f"{about}.description"))
    for heading, entries in (
        ("commands", [(name, say(f"command.summary.{before}{name}")) for name in commands]),
        (
            "options",
            [
                ("--lang " + say("command.value.language"), say("command.option.lang")),
                ("--version", say("command.zaruka.version")),
                ("-h, --help", say("command.zaruka.help")),
            ],
        ),
    ):
        form.start_section(say(f"command.zaruka.{heading}"))
        for name, said in entries:
            form.add_argument(argparse.Action([name], "", nargs=0, help=said))
        form.end_section()
    form.add_text(say(f"{about}.epilog"))
    return form.format_help()


_MOMENT = re.compile(
    r"(?:(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)|(?P<d2>\d\d)\.(?P<m2>\d\d)\.(?P<y2>\d{4}))"
    r"(?:[T ](?P<H>\d\d):(?P<M>\d\d)(?::(?P<S>\d\d))?)?"
    r"\s*(?P<zone>Z|(?P<sign>[+-])(?P<zh>\d\d):?(?P<zm>\d\d))?"
    r"(?:\s*\(UTC\+3[^)]*\))?"
)


def parse_moment(text: str) -> datetime:
    """Read a moment as people write it: aware UTC.

    23.11.2026, 23.11.2026 12:17[:05], 2026-11-23[T12:17[:05]][Z or offset]; UTC+3 unless an
    offset is given, the beginning of the day unless an hour is. ConfigError("usage.time").
    """
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        raise ConfigError("usage.time", text=text)
    part = found.groupdict()
    zone = _HERE
    if part["zone"] == "Z":
        zone = UTC
    elif part["zone"]:
        ahead = timedelta(hours=int(part["zh"]), minutes=int(part["zm"]))
        zone = timezone(ahead if part["sign"] == "+" else -ahead)
    numbers = [part["y"] or part["y2"], part["m"] or part["m2"], part["d"] or part["d2"]]
    numbers += [part["H"], part["M"], part["S"]]
    try:
        return datetime(*[int(n or 0) for n in numbers], tzinfo=zone).astimezone(UTC)  # type: ignore[misc, arg-type]
    except (ValueError, OverflowError) as error:
        raise ConfigError("usage.time", text=text) from error


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
