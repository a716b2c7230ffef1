"""What is asked of recognition, made of words and files as people give them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from zaruka.errors import ConfigError
from zaruka.recognition import Participant, Question, Subject, load_agreements
from zaruka.toml import NotTomlError, decode_toml

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zaruka.recognition import Agreement, HomeReceipt
    from zaruka.service.evidence import FileOrFolder

__all__ = ["load_agreement_files", "question", "read_agreement"]

_Kind = TypeVar("_Kind", bound=StrEnum)
_SIZE_MAX: Final = 1 << 20


def question(  # noqa: PLR0913 - what a decision depends on is said, not hidden
    *,
    recognise_in: str | None = None,
    from_kind: str | None = None,
    to_kind: str | None = None,
    about: str | None = None,
    agreement_files: Iterable[FileOrFolder] = (),
    receipts: Iterable[HomeReceipt] = (),
) -> Question:
    """Make the question of words as people give them.

    Raises ConfigError: usage.unknown-choice for a word that is none of those known, agreement.*
    for files that cannot be used.
    """
    rules = load_agreement_files(agreement_files)
    countries = sorted({party for each in rules for party in each.parties})
    country = recognise_in.upper() if recognise_in else None
    if country is not None and country not in countries:
        raise _unknown("--in", recognise_in or "", countries)
    return Question(
        agreements=rules,
        country=country,
        sender=_member(Participant, "--from-kind", from_kind),
        receiver=_member(Participant, "--to-kind", to_kind),
        subject=_member(Subject, "--about", about),
        receipts=tuple(receipts),
    )


def load_agreement_files(files: Iterable[FileOrFolder]) -> tuple[Agreement, ...]:
    """Read an operator's agreements over those that come with Zaruka; ConfigError: agreement.*."""
    return load_agreements({str(each): read_agreement(each) for each in files})


def read_agreement(place: FileOrFolder) -> str:
    """Read the text of a file of agreements; ConfigError (agreement.not-found, unreadable).

    It is UTF-8, with the mark that some editors put at its beginning or without.
    """
    path = Path(place)
    try:
        with path.open("rb") as file:
            octets = file.read(_SIZE_MAX)
        return decode_toml(octets)
    except OSError as error:
        raise ConfigError("agreement.not-found", name=str(path)) from error
    except NotTomlError as error:
        raise ConfigError("agreement.unreadable", name=str(path), **error.details) from error


def _member(kinds: type[_Kind], option: str, word: str | None) -> _Kind | None:
    if word is None:
        return None
    try:
        return kinds(word)
    except ValueError as error:
        raise _unknown(option, word, kinds) from error


def _unknown(option: str, word: str, known: Iterable[str]) -> ConfigError:
    return ConfigError("usage.unknown-choice", option=option, name=word, known=", ".join(known))
