"""What a machine without a network lacks, as commands for one that has it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

from zaruka.errors import FetchError
from zaruka.facts import FactKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zaruka.facts import Need

__all__ = ["commands"]

_FILES: Final = {FactKind.CERTIFICATE: ("--cert", "cer"), FactKind.CRL: ("--crl", "crl")}


def commands(needs: Iterable[Need], words: Iterable[str]) -> Iterator[str]:
    """Yield what to type: one download for each need, then the same question with the files.

    `words` are those of the command that was given. Answers of OCSP responders cannot be
    downloaded: where a certificate has a list too, that serves as well. Every address is written
    in ASCII and quoted, whatever the certificate says that it comes from.
    """
    options: list[str] = []
    seen: dict[str, str] = {}
    for need in needs:
        option, suffix = _FILES.get(need.kind, ("", ""))
        address = _first(need.addresses)
        if not option or address is None or address in seen:
            continue
        name = seen[address] = f"need-{len(seen) + 1}.{suffix}"
        options += [option, name]
        yield f"curl --fail --location --output {name} {shlex.quote(address)}"
    if options:
        yield shlex.join(["zaruka", "verify", *words, *options])


def _first(addresses: Iterable[str]) -> str | None:
    from zaruka.fetch.addresses import parse_address  # noqa: PLC0415 - seldom needed

    for address in addresses:
        try:
            return str(parse_address(address))
        except FetchError:
            continue
    return None
