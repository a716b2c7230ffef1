"""Who recognises whose services, from when on, with which equivalents: values and pure look-up.

The European element of mutual recognition (namespace http://ec.europa.eu/tools/lotl/mra/schema/v2#)
is the model: in its list of lists a party points to the list of another and says which of the
other's service types and statuses count as which of its own, and since when. An agreement goes one
way; the way back stands in the other party's list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, structs

from zaruka.trust.statements import Purpose, Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from zaruka.trust.statements import Statement

__all__ = ["Agreement", "ContentEquivalence", "Equivalence", "ServiceType", "recognise"]


class ServiceType(Struct, frozen=True):
    """A type of service: its URI, and the URI of additionalServiceInformation or ""."""

    identifier: str
    additional: str = ""


class ContentEquivalence(Struct, frozen=True):
    """What certificates say of one `context` (URI): the criteria of both parties, as XML."""

    context: str
    pointing: str
    pointed: str


class Equivalence(Struct, frozen=True):
    """One row of an agreement, as it stands from `since` until `until` (aware UTC, inclusive).

    `legal_identifier` names it in law ("QCForESig"). `enacted` False: repealed, or a status that is
    not known; `status` is its URI. Of types and statuses the pointing party's own stand first.
    `valid` and `invalid` pair statuses (URIs); `qualifiers` pair those of qualified certificates.
    """

    legal_identifier: str
    status: str
    enacted: bool
    since: datetime
    until: datetime | None
    types: tuple[tuple[ServiceType, ...], tuple[ServiceType, ...]]
    valid: tuple[tuple[str, ...], tuple[str, ...]]
    invalid: tuple[tuple[str, ...], tuple[str, ...]]
    contents: tuple[ContentEquivalence, ...] = ()
    qualifiers: tuple[tuple[str, str], ...] = ()


class Agreement(Struct, frozen=True):
    """`pointing` recognises services of `pointed` (territories), by `equivalences`.

    `legislation` are the laws of both (URIs), the pointing party's first; `url` is the list that
    is pointed to. `depth`, `technical_type` and `version` are as the element states them.
    """

    pointing: str
    pointed: str
    url: str
    legislation: tuple[str, str]
    depth: int
    technical_type: int
    version: int
    equivalences: tuple[Equivalence, ...]


def recognise(
    statements: Iterable[Statement],
    agreement: Agreement,
    purposes: dict[ServiceType, frozenset[Purpose]],
) -> tuple[Statement, ...]:
    """Return what the pointing party makes of the statements of the pointed party's list.

    A statement is taken over for as long as both it and an enacted equivalence last. `purposes`
    are of the pointing party's own types. Criteria on the content of certificates are not applied
    here: an equivalence that has some is named in the details (CONTENT_CRITERIA).
    """
    return tuple(
        taken
        for statement in statements
        for row in agreement.equivalences
        if row.enacted
        for taken in _taken(statement, row, agreement, purposes)
    )


def _taken(
    statement: Statement,
    row: Equivalence,
    agreement: Agreement,
    purposes: dict[ServiceType, frozenset[Purpose]],
) -> Iterator[Statement]:
    said = dict(statement.details)
    additional = {value for code, value in statement.details if code == "ADDITIONAL"}
    own, theirs = row.types
    is_meant = any(
        each.identifier == said.get("SERVICE_TYPE")
        and (not each.additional or each.additional in additional)
        for each in theirs
    )
    standing = _standing(said.get("SERVICE_STATUS", ""), row)
    since = max(row.since, statement.since) if statement.since else row.since
    ends = [each for each in (row.until, statement.until) if each is not None]
    until = min(ends, default=None)
    if not is_meant or standing is None or (until is not None and until < since):
        return
    granted = frozenset(p for each in own for p in purposes.get(each, frozenset()))
    yield structs.replace(
        statement,
        purposes=granted,
        anchor=bool(granted),
        since=since,
        until=until,
        standing=standing,
        details=(
            *statement.details,
            ("RECOGNISED_BY", agreement.pointing),
            ("EQUIVALENCE", row.legal_identifier),
            *(("EQUIVALENT_TYPE", each.identifier) for each in own),
            *(("CONTENT_CRITERIA", each.context) for each in row.contents),
        ),
    )


def _standing(status: str, row: Equivalence) -> Standing | None:
    """Say what a status of the pointed party is worth: None where the agreement has it not."""
    if status in row.valid[1]:
        return Standing.GRANTED
    return Standing.ANNULLED if status in row.invalid[1] else None
