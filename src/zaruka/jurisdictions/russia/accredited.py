"""The list of accredited certification authorities of Russia (e-trust.gosuslugi.ru).

The ministry publishes no schema that could be had, so the reader takes what the list says by the
names of its elements, wherever they stand below an authority: programs that read the real list
show that levels may be missing, doubled or moved. An entry that cannot be read is left out and
named; nothing unread ever counts as granted.
"""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256 as digest_of
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import Struct, structs

from zaruka.errors import BudgetExceeded, InputError
from zaruka.trust import Purpose, Scheme, Standing, Statement, TrustList, Unread
from zaruka.trust.list_xml import (
    certificate_of,
    local_name,
    parse_list,
    parse_moment,
    plain_text,
    sequence_of,
    unread,
)
from zaruka.x509 import is_self_signed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from lxml.etree import _Element as Element

    from zaruka.x509 import Certificate

__all__ = ["NAME", "ROOT", "STATUSES", "parse_accredited"]

NAME: Final = "e-trust"
ROOT: Final = "АккредитованныеУдостоверяющиеЦентры"
AUTHORITIES_MAX: Final = 10_000  # 480 have certificates that were seen
CERTIFICATES_MAX: Final = 20_000  # 2403 are
STATEMENTS_MAX: Final = 100_000
STATUSES_MAX: Final = 1_000  # of one authority
ADDRESSES_MAX: Final = 32  # of one key
STATUSES: Final = {
    "Действует": Standing.GRANTED,
    "Приостановлена": Standing.SUSPENDED,
    "Прекращена": Standing.ENDED,
    "Аннулирована": Standing.ANNULLED,
}
_PURPOSES: Final = frozenset({Purpose.SIGNATURES, Purpose.TIME_STAMPS})
_MOMENT: Final = timedelta(microseconds=1)
_FIELDS: Final = (
    ("NAME", "Название"),
    ("OGRN", "ОГРН"),
    ("INN", "ИНН"),
    ("REGISTRY_NUMBER", "РеестровыйНомер"),
    ("HANDED_OVER_TO", "ПолномочияПереданыУЦсОГРН"),
)


class _Status(NamedTuple):
    """One status of an accreditation, and from when on it counts."""

    standing: Standing
    since: datetime
    details: tuple[tuple[str, str], ...]


class _Listed(Struct, frozen=True):
    """One place where a certificate stands: its addresses, and what is said of it there."""

    certificate: Certificate
    crl_urls: tuple[str, ...]
    details: tuple[tuple[str, str], ...]


def parse_accredited(octets: bytes, sha256: str | None = None) -> TrustList:
    """Read the list, without asking who signed it: `read_accredited` does.

    `sha256` is of the file where `octets` are what its signature covers. InputError: xml.* and
    lists.not-a-list, and where version or date of the list cannot be read; BudgetExceeded.
    """
    return _Reader(octets, sha256 or digest_of(octets).hexdigest()).read()


class _Reader:
    """One list that is being read, and what has been found in it so far."""

    def __init__(self, octets: bytes, sha256: str) -> None:
        self.root = parse_list(octets, ROOT)
        self.sha256 = sha256
        self.sequence = sequence_of(plain_text(_child(self.root, "Версия")))
        self.issued, _ = parse_moment(plain_text(_child(self.root, "Дата")))
        self.source = f"{NAME} {self.sequence} {self.issued:%Y-%m-%d}"
        self.certificates: dict[str, Certificate] = {}
        self.statements: dict[str, list[Statement]] = {}
        self.unread: list[Unread] = []
        self.count = 0  # of statements

    def read(self) -> TrustList:
        authorities = _children(self.root, "УдостоверяющийЦентр")
        if len(authorities) > AUTHORITIES_MAX:
            raise BudgetExceeded(
                "lists.too-many", what="УдостоверяющийЦентр", limit=AUTHORITIES_MAX
            )
        for number, authority in enumerate(authorities, 1):
            self._authority(authority, f"УдостоверяющийЦентр {number}")
        return TrustList(
            scheme=Scheme.E_TRUST,
            territory="RU",
            name=NAME,
            sequence=self.sequence,
            issued=self.issued,
            next_update=None,
            sha256=self.sha256,
            statements=tuple(
                each for about in self.statements.values() for each in _in_order(about)
            ),
            certificates=tuple(self.certificates.values()),
            unread=tuple(dict.fromkeys(self.unread)),
        )

    def _authority(self, authority: Element, place: str) -> None:
        fields = {code: plain_text(_child(authority, field)) for code, field in _FIELDS}
        name = plain_text(_child(authority, "КраткоеНазвание")) or fields["NAME"]
        place = f"{place}, {name}" if name else place
        details = tuple((code, value) for code, value in fields.items() if value)
        listed = list(self._listed(authority, place))
        statuses = self._statuses(authority, place)
        for each in dict.fromkeys(listed):
            base = Statement(
                each.certificate.sha256,
                name or each.certificate.ref.name,
                self.source,
                purposes=_PURPOSES,
                source_sha256=self.sha256,
                anchor=False,
                country="RU",
                crl_urls=each.crl_urls,
                details=(*details, *each.details),
            )
            self._state(each.certificate, base, statuses)

    def _state(
        self, certificate: Certificate, base: Statement, statuses: tuple[_Status, ...]
    ) -> None:
        """State each status for its time, and of a self-signed certificate that it is an anchor."""
        self.count += len(statuses)
        if self.count > STATEMENTS_MAX:
            raise BudgetExceeded("lists.too-many", what="СтатусАккредитации", limit=STATEMENTS_MAX)
        about = self.statements.setdefault(certificate.sha256, [])
        ends = [*(each.since - _MOMENT for each in statuses[1:]), None]
        about.extend(
            structs.replace(
                base,
                standing=status.standing,
                since=status.since,
                until=end,
                details=(*base.details, *status.details),
            )
            for status, end in zip(statuses, ends, strict=False)
        )
        if is_self_signed(certificate):
            about.extend(_as_anchor(base, statuses))

    def _listed(self, authority: Element, place: str) -> Iterator[_Listed]:
        """Find the certificates of an authority, at whatever depth they stand."""
        for count, data in enumerate(authority.iter("{*}ДанныеСертификата"), 1):
            above = {local_name(each): each for each in _up_to(data, authority)}
            key = above.get("Ключ")
            complex_ = above.get("ПрограммноАппаратныйКомплекс")
            try:
                certificate = certificate_of(_child(data, "Данные"))
            except InputError as error:
                self.unread.append(unread(f"{place}, сертификат {count}", error))
                continue
            if len(self.certificates) >= CERTIFICATES_MAX:
                raise BudgetExceeded(
                    "lists.too-many", what="ДанныеСертификата", limit=CERTIFICATES_MAX
                )
            certificate = self.certificates.setdefault(certificate.sha256, certificate)
            said = (
                ("MEANS_CLASS", plain_text(_child(complex_, "КлассСредствЭП"))),
                ("COMPLEX", plain_text(_child(complex_, "Псевдоним"))),
                ("KEY_ID", plain_text(_child(key, "ИдентификаторКлюча"))),
            )
            details = tuple((code, value) for code, value in said if value)
            yield _Listed(certificate, _addresses(key), details)

    def _statuses(self, authority: Element, place: str) -> tuple[_Status, ...]:
        """Read the history and the status in force, oldest first.

        Where the history ends with another status than the one in force, that counts from the
        date of the list.
        """
        history = _child(authority, "ИсторияСтатусовАккредитации")
        written = _children(history, "СтатусАккредитации")
        current = _child(authority, "СтатусАккредитации")
        if len(written) > STATUSES_MAX:
            raise BudgetExceeded("lists.too-many", what="СтатусАккредитации", limit=STATUSES_MAX)
        found: list[_Status] = []
        in_force = None
        for each in (*written, current):
            in_force = self._status(each, place, found[-1].since if found else None)
            if in_force is not None:
                found.append(in_force)
        if not found:
            self.unread.append(unread(place, InputError("lists.no-status")))
            return ()
        found.sort(key=lambda each: each.since)  # stable: of one moment, the last written counts
        if in_force is not None and found[-1].standing is not in_force.standing:
            self.unread.append(unread(place, InputError("lists.status-order")))
            found.append(in_force._replace(since=max(self.issued, found[-1].since)))
        by_moment = {each.since: each for each in found}
        statuses: list[_Status] = []
        for each in by_moment.values():
            if not statuses or (statuses[-1].standing, statuses[-1].details) != each[::2]:
                statuses.append(each)
        return tuple(statuses)

    def _status(
        self, element: Element | None, place: str, before: datetime | None
    ) -> _Status | None:
        """Read one status, if there is one; the one written before it began at `before`.

        Without a date that can be read, an accreditation counts from the date of the list, no
        earlier; anything else makes unknown how it stood since `before`. A moment without a zone
        is UTC: those that are known are midnights in Moscow, at its offset of that year.
        """
        text = plain_text(_child(element, "Статус"))
        if not text:
            return None
        standing = STATUSES.get(text)
        details: tuple[tuple[str, str], ...] = (("STATUS", text),)
        if standing is None:  # whatever it means, it does not say that the accreditation is valid
            standing = Standing.ENDED
            details = (*details, ("STATUS_UNKNOWN", text))
            self.unread.append(unread(f"{place}, {text}", InputError("lists.unknown-status")))
        try:
            since, zoned = parse_moment(plain_text(_child(element, "ДействуетС")))
        except InputError as error:
            self.unread.append(unread(f"{place}, {text}", error))
            if standing is Standing.GRANTED or before is None:
                return _Status(standing, self.issued, details)
            return _Status(standing, before, (*details, ("STATUS_UNKNOWN", text)))
        return _Status(standing, since, details if zoned else (*details, ("ZONE", "UTC")))


def _as_anchor(base: Statement, statuses: Iterable[_Status]) -> Iterator[Statement]:
    """State for how long a self-signed certificate may end paths: ADR 6.

    From the first day of accreditation on; not after it ended or was annulled, since then the
    certificates of that authority are no longer in force (63-FZ 14(6)4, 17(5)), unless another
    authority took over. A suspension leaves what was issued before in force.
    """
    since: datetime | None = None
    handed_over = "HANDED_OVER_TO" in dict(base.details)
    for status in statuses:
        if status.standing is Standing.GRANTED:
            since = since or status.since
        elif status.standing is not Standing.SUSPENDED and since is not None and not handed_over:
            yield structs.replace(base, anchor=True, since=since, until=status.since - _MOMENT)
            since = None
    if since is not None:
        yield structs.replace(base, anchor=True, since=since)


def _in_order(statements: Iterable[Statement]) -> list[Statement]:
    """Put accreditations first, oldest first, anchors last; the same statement once."""
    return sorted(
        dict.fromkeys(statements), key=lambda e: (e.anchor, e.since.timestamp() if e.since else 0.0)
    )


def _addresses(key: Element | None) -> tuple[str, ...]:
    """Read the addresses of a key's revocation lists: `Адрес` is plain text here only."""
    if key is None:
        return ()
    found = (
        plain_text(address)
        for wrapper in _children(key, "АдресаСписковОтзыва")
        for address in _children(wrapper, "Адрес")
    )
    return tuple(dict.fromkeys(url for url in found if url))[:ADDRESSES_MAX]


def _up_to(element: Element, top: Element) -> Iterator[Element]:
    for ancestor in element.iterancestors():
        if ancestor is top:
            return
        yield ancestor


def _child(element: Element | None, name: str) -> Element | None:
    return None if element is None else next(element.iterchildren(f"{{*}}{name}"), None)


def _children(element: Element | None, name: str) -> list[Element]:
    return [] if element is None else list(element.iterchildren(f"{{*}}{name}"))
