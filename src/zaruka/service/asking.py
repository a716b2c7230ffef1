"""Questions that people ask the store, such as how an authority stood on some day."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from zaruka.crypto import Outcome
from zaruka.errors import ConfigError, InputError
from zaruka.service.changes import number_of, standing_at
from zaruka.service.evidence import load_certificates
from zaruka.x509 import verify_signed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from zaruka.stores.trust import Stated, StoredList, TrustStore
    from zaruka.trust import Statement
    from zaruka.x509 import Certificate

__all__ = ["History", "Subject", "find_subject", "history_of", "listed"]

_SHA256: Final = 64


class Subject(Struct, frozen=True):
    """What is asked about: all that was stated of it.

    `certificate` is the one that was given, `issuer` the authority's that issued it where the
    lists know only that.
    """

    asked: str
    stated: tuple[Stated, ...]
    certificate: Certificate | None = None
    issuer: Certificate | None = None


class History(Struct, frozen=True):
    """How a subject stood at a moment, as the newest lists say and as it was known then.

    None: no list says that it was anything. `known_then` is also None where no list had been
    obtained by that moment (`was_known` tells the two apart).
    """

    subject: Subject
    at: datetime
    standing: Stated | None
    known_then: Statement | None
    was_known: bool


def find_subject(asked: str, store: TrustStore) -> Subject:
    """Find what a certificate (file), a SHA-256, a number or a name stands for.

    A certificate that no list names stands for the authority whose key signed it. Raises
    InputError (trust.not-listed) where the lists say nothing of it.
    """
    if Path(asked).is_file():
        return _of_certificate(next(load_certificates([asked])), asked, store)
    digits = asked.replace(":", "").replace(" ", "").lower()
    if len(digits) == _SHA256 and all(each in "0123456789abcdef" for each in digits):
        stated = store.about([digits])
    else:
        stated = store.search(asked)
    if not stated:
        raise InputError("trust.not-listed", name=asked)
    return Subject(asked, stated)


def _of_certificate(certificate: Certificate, asked: str, store: TrustStore) -> Subject:
    stated = store.about([certificate.sha256])
    if stated:
        return Subject(asked, stated, certificate)
    for issuer in store.issuers_of(certificate):
        if verify_signed(certificate, issuer.key).outcome is Outcome.VALID:
            return Subject(asked, store.about([issuer.sha256]), certificate, issuer)
    raise InputError("trust.not-listed", name=certificate.issuer.display())


def history_of(subject: Subject, store: TrustStore, at: datetime | None, now: datetime) -> History:
    """Say how the subject stood at a moment: `at`, else the issue of its certificate, else now.

    ConfigError (trust.several) where a name stands for more than one authority.
    """
    names = {number_of(each.statement) or each.statement.name for each in subject.stated}
    keys = {each.statement.certificate_sha256 for each in subject.stated}
    if len(names) > 1 and len(keys) > 1:
        raise ConfigError("trust.several", name=subject.asked, count=len(names))
    moment = at or now
    if at is None and subject.issuer is not None and subject.certificate is not None:
        moment = subject.certificate.not_before
    current = {each.statement: each for each in subject.stated if each.is_current}
    standing = standing_at(current, moment)
    issues = store.newest(known=moment)
    known = [each.statement for each in subject.stated if _is_in(each, issues)]
    return History(
        subject,
        moment,
        None if standing is None else current[standing],
        standing_at(known, moment),
        was_known=bool(issues),
    )


def _is_in(stated: Stated, issues: Mapping[str, StoredList]) -> bool:
    """Whether one of these issues has a statement."""
    issue = issues.get(stated.first.source)
    return issue is not None and stated.first.sequence <= issue.sequence <= stated.last.sequence


def listed(
    store: TrustStore,
    at: datetime,
    *,
    country: str | None = None,
    search: str | None = None,
    known: datetime | None = None,
) -> tuple[Stated, ...]:
    """Return how every certificate of the lists stood at a moment.

    As the newest lists say, or those that had been obtained by the moment `known`.
    """
    stated = store.everything() if search is None else store.search(search)
    if known is None:
        then = [each for each in stated if each.is_current]
    else:
        issues = store.newest(known=known)
        then = [each for each in stated if _is_in(each, issues)]
    by_certificate: dict[tuple[str, str], dict[Statement, Stated]] = {}
    for each in then:
        if country is None or each.statement.country == country:
            key = each.first.source, each.statement.certificate_sha256
            by_certificate.setdefault(key, {})[each.statement] = each
    found = []
    for about in by_certificate.values():
        standing = standing_at(about, at)
        if standing is not None:
            found.append(about[standing])
    return tuple(sorted(found, key=lambda each: (each.first.source, each.statement.name)))
