"""The command `zaruka`: its words, its exit status, and never a traceback.

Exit status: 0 all passed, 1 some failed, 2 indeterminate, 3 the input cannot be read, 64 wrong
usage (EX_USAGE), 70 a defect of Zaruka (EX_SOFTWARE), 130 interrupted, 141 nobody reads the
output any more (as of SIGINT and SIGPIPE).
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Final

from zaruka.cli.arguments import asked_language, command_help, parse
from zaruka.errors import ConfigError, ZarukaError, defect
from zaruka.messages import default_language, messages, visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import ModuleType

    from zaruka.messages import Messages

__all__ = ["COMMANDS", "main"]

COMMANDS: Final = (
    "verify",
    "inspect",
    "extract",
    "sign",
    "timestamp",
    "extend",
    "replay",
    "report",
    "receipt",
    "trust",
    "store",
    "lab",
    "demo",
)

UNREADABLE: Final = 3
WRONG_USAGE: Final = 64
DEFECT: Final = 70
INTERRUPTED: Final = 130
READER_GONE: Final = 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that lacks a letter shows "?"
    say = messages(default_language())
    try:
        say = messages(asked_language(words) or say.language)
        status = _run(words, say)
        sys.stdout.flush()
    except ZarukaError as error:
        return _tell(error, words, say)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # the reader has gone (`zaruka ... | head`): nothing to say, and nobody to say it to
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_GONE
    except Exception as error:  # noqa: BLE001 - never a traceback
        _tell(defect(error), words, say)
        return DEFECT
    return status


def _run(words: list[str], say: Messages) -> int:
    if not words or words[0] in {"-h", "--help"} or words[0] == "help":
        sys.stdout.write(command_help(COMMANDS, say))
        return 0 if words else WRONG_USAGE
    if words[0] in {"-V", "--version"}:
        from zaruka import __version__  # noqa: PLC0415 - asked for rarely

        sys.stdout.write(f"zaruka {__version__}\n")
        return 0
    name = words[0]
    if name.startswith("--lang"):
        rest = words[1:] if "=" in name else words[2:]
        return _run([*rest, "--lang", say.language], say) if rest else _run(rest, say)
    if name not in COMMANDS:
        raise ConfigError("usage.unknown-command", name=name)
    command = import_module(f"zaruka.cli.{name}")
    if hasattr(command, "COMMANDS"):  # a command of commands
        return _run_one_of(name, command.COMMANDS, words[1:], say)
    return _run_command(name, command, words[1:], say)


def _run_one_of(group: str, commands: Mapping[str, str], words: list[str], say: Messages) -> int:
    if not words or words[0] in {"-h", "--help"}:
        sys.stdout.write(command_help(tuple(commands), say, group))
        return 0 if words else WRONG_USAGE
    if words[0] not in commands:
        raise ConfigError("usage.unknown-command", name=f"{group} {words[0]}")
    command = import_module(f"zaruka.cli.{group}.{commands[words[0]]}")
    return _run_command(f"{group} {words[0]}", command, words[1:], say)


def _run_command(name: str, command: ModuleType, words: list[str], say: Messages) -> int:
    options = parse(name, command.OPTIONS, words, say)
    if options is None:  # help was asked for and given
        return 0
    status: int = command.run(options, say)
    return status


def _tell(error: ZarukaError, words: Sequence[str], say: Messages) -> int:
    """Say an error in the reader's language: on stderr, or as JSON where JSON was asked for."""
    if "--json" in words:
        from zaruka.reports.as_json import dump, error_value  # noqa: PLC0415 - only for JSON

        sys.stdout.write(dump(error_value(error, say)))
    else:
        said = say.error(error.code, error.details)
        sys.stderr.write(f"zaruka: {said.text}\n")
        if said.remedy:
            sys.stderr.write(f"  → {said.remedy}\n")
        if "--verbose" in words:
            sys.stderr.write(f"  {visible(str(error))}\n")
    return WRONG_USAGE if isinstance(error, ConfigError) else UNREADABLE
