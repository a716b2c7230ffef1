"""GosSUOK as a list: a small form of our own, since its operator publishes none.

The form is described in `gossuok.toml`, the list that comes with Zaruka. Whoever is given such a
file believes it because of where it came from: it carries no signature.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from zaruka.errors import BudgetExceeded, InputError
from zaruka.toml import NotTomlError, decode_toml, parse_toml
from zaruka.trust import Missing, Purpose, Scheme, Statement, TrustList, Unread
from zaruka.x509 import Certificate

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["built_in", "parse_gossuok"]

SIZE_MAX: Final = 1 << 20
DOTS_MAX: Final = 64  # of one line: tomllib reads a key in the square of its parts, and worse
_TERRITORY: Final = "BY"
_IN_PATHS: Final = frozenset({Purpose.SIGNATURES, Purpose.TIME_STAMPS, Purpose.ATTRIBUTES})
_PURPOSES: Final = {
    "root": frozenset(Purpose),
    "authority": _IN_PATHS,
    "link": _IN_PATHS,
    "attributes": frozenset({Purpose.ATTRIBUTES}),
}


@cache
def built_in() -> TrustList:
    """Return the list that comes with Zaruka."""
    return parse_gossuok(octets())


def octets() -> bytes:
    """Return the file of the list that comes with Zaruka."""
    return resources.files("zaruka.jurisdictions.belarus").joinpath("gossuok.toml").read_bytes()


def parse_gossuok(octets: bytes) -> TrustList:
    """Read a list of the form (TOML, UTF-8).

    InputError: lists.not-toml, and lists.malformed where what names the list is wrong;
    BudgetExceeded. An entry that is wrong is left out and named.
    """
    if len(octets) > SIZE_MAX:
        raise BudgetExceeded("lists.too-many", what="TOML", limit=SIZE_MAX)
    if any(line.count(b".") > DOTS_MAX for line in octets.splitlines()):
        raise BudgetExceeded("lists.too-many", what="TOML .", limit=DOTS_MAX)
    try:
        values = parse_toml(decode_toml(octets))
    except NotTomlError as error:
        raise InputError("lists.not-toml", **error.details) from error
    name, version, issued = (values.get(key) for key in ("name", "version", "date"))
    if not (isinstance(name, str) and type(version) is int and 0 <= version < 1 << 63):
        raise InputError("lists.malformed", what="name, version")
    return _List(name, version, _moment(issued, "date"), sha256(octets).hexdigest()).read(values)


class _List:
    """A list that is being read."""

    def __init__(self, name: str, version: int, issued: datetime, digest: str) -> None:
        self.name, self.version, self.issued, self.sha256 = name, version, issued, digest
        self.source = f"{name} {version} {issued:%Y-%m-%d}"

    def read(self, values: Mapping[str, Any]) -> TrustList:
        statements: list[Statement] = []
        certificates: list[Certificate] = []
        unread: list[Unread] = []
        missing: list[Missing] = []
        for count, entry in enumerate(_tables(values, "missing"), 1):
            try:
                missing.append(_missing(entry))
            except InputError as error:
                unread.append(Unread(f"missing {count}", error.code))
        for count, entry in enumerate(_tables(values, "certificates"), 1):
            try:
                certificate = _certificate(entry)
                statements.append(self._statement(entry, certificate))
            except InputError as error:
                unread.append(Unread(f"certificates {count}, {entry.get('name')}", error.code))
                continue
            if certificate is not None:
                certificates.append(certificate)
        return TrustList(
            scheme=Scheme.GOSSUOK,
            territory=_TERRITORY,
            name=self.name,
            sequence=self.version,
            issued=self.issued,
            next_update=None,
            sha256=self.sha256,
            statements=tuple(statements),
            certificates=tuple(dict.fromkeys(certificates)),
            unread=tuple(unread),
            missing=tuple(missing),
        )

    def _statement(self, entry: Mapping[str, Any], certificate: Certificate | None) -> Statement:
        role = _text(entry, "role")
        if role not in _PURPOSES:
            raise InputError("lists.malformed", what="role")
        since, until = entry.get("since"), entry.get("until")
        if certificate is not None:
            since, until = since or certificate.not_before, until or certificate.not_after
        start = _moment(since, "since")
        end = None if until is None else _moment(until, "until")
        if end is not None and end < start:
            raise InputError("lists.malformed", what="until")
        addresses = _addresses(entry)
        return Statement(
            _fingerprint(entry),
            _text(entry, "name"),
            self.source,
            purposes=_PURPOSES[role],
            since=start,
            until=end,
            source_sha256=self.sha256,
            anchor=role == "root",
            country=_TERRITORY,
            crl_urls=tuple(url for url, _ in addresses),
            details=(
                ("ROLE", role),
                ("SOURCE", _text(entry, "source")),
                *(("CRL_SOURCE", source) for _, source in addresses),
                *((("LINK", _fingerprint(entry, "link")),) if "link" in entry else ()),
            ),
        )


def _certificate(entry: Mapping[str, Any]) -> Certificate | None:
    """Read the certificate that an entry holds: it is the one that the fingerprint names."""
    if "der" not in entry:
        return None
    try:
        der = b64decode("".join(_text(entry, "der").split()), validate=True)
    except (Base64Error, ValueError) as error:
        raise InputError("lists.not-base64") from error
    certificate = Certificate.parse(der)
    if certificate.sha256 != _fingerprint(entry):
        raise InputError("lists.fingerprint-differs")
    return certificate


def _missing(entry: Mapping[str, Any]) -> Missing:
    urls = tuple(url for url, _ in _addresses(entry))
    return Missing(_text(entry, "name"), _text(entry, "source"), urls)


def _addresses(entry: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return where revocation lists are, and who says so."""
    return [(_text(each, "url"), _text(each, "source")) for each in _tables(entry, "crl")]


def _tables(values: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    found = values.get(key, [])
    if not (isinstance(found, list) and all(isinstance(each, dict) for each in found)):
        raise InputError("lists.malformed", what=key)
    return found


def _text(entry: Mapping[str, Any], key: str) -> str:
    found = entry.get(key)
    if not isinstance(found, str) or not found:
        raise InputError("lists.malformed", what=key)
    return found


def _fingerprint(entry: Mapping[str, Any], key: str = "sha256") -> str:
    """Return the SHA-256 of a certificate as 64 lower-case hex digits."""
    found = _text(entry, key).lower()
    if len(found) != 64 or set(found) - set("0123456789abcdef"):
        raise InputError("lists.malformed", what=key)
    return found


def _moment(value: object, key: str) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise InputError("lists.malformed", what=key)
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise InputError("lists.bad-date", text=str(value)) from error
