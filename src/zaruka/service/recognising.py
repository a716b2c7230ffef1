"""What is asked of recognition, made of words and files as people give them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from zaruka.errors import ConfigError
from zaruka.recognition import Participant, Question, Subject, agreements, load_agreements

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zaruka.recognition import Agreement, HomeReceipt
    from zaruka.service.evidence import FileOrFolder

__all__ = ["question"]

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
    rules = _agreements(agreement_files)
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


def _agreements(files: Iterable[FileOrFolder]) -> tuple[Agreement, ...]:
    texts = [_text(Path(each)) for each in files]
    return load_agreements(texts) if texts else agreements()


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_SIZE_MAX).decode()
    except OSError as error:
        raise ConfigError("agreement.not-found", name=path.name) from error
    except UnicodeDecodeError as error:
        raise ConfigError("agreement.unreadable", name=path.name, reason="UTF-8") from error


def _member(kinds: type[_Kind], option: str, word: str | None) -> _Kind | None:
    if word is None:
        return None
    try:
        return kinds(word)
    except ValueError as error:
        raise _unknown(option, word, kinds) from error


def _unknown(option: str, word: str, known: Iterable[str]) -> ConfigError:
    return ConfigError("usage.unknown-choice", option=option, name=word, known=", ".join(known))
