"""What the commands say as JSON: times are RFC 3339 in UTC, digests hexadecimal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from zaruka.service.asking import History
    from zaruka.service.changes import Change, Changes
    from zaruka.service.taking import Proposal
    from zaruka.stores.trust import Stated, StoredList
    from zaruka.trust import Statement

__all__ = [
    "changes_value",
    "history_value",
    "issue_value",
    "proposal_value",
    "stated_value",
    "statement_value",
]


def issue_value(issue: StoredList, **more: bool | datetime) -> dict[str, Any]:
    """Give an issue of a list, and what `more` is said of it."""
    said = {k: v if isinstance(v, bool) else _time(v) for k, v in more.items()}
    return {
        "source": issue.source,
        "scheme": issue.scheme,
        "territory": issue.territory,
        "name": issue.name,
        "sequence": issue.sequence,
        "issued": _time(issue.issued),
        "next_update": _time(issue.next_update),
        "sha256": issue.sha256,
        "place": issue.place,
        "obtained": _time(issue.obtained),
        "signer_sha256": issue.signer_sha256,
        **said,
    }


def statement_value(statement: Statement) -> dict[str, Any]:
    """Give a statement."""
    return {
        "certificate_sha256": statement.certificate_sha256,
        "name": statement.name,
        "standing": statement.standing.value,
        "since": _time(statement.since),
        "until": _time(statement.until),
        "purposes": sorted(statement.purposes),
        "anchor": statement.anchor,
        "country": statement.country,
        "crl_urls": list(statement.crl_urls),
        "details": [list(each) for each in statement.details],
        "source": statement.source,
        "source_sha256": statement.source_sha256,
    }


def stated_value(stated: Stated) -> dict[str, Any]:
    """Give a statement and the issues that have it."""
    return {
        **statement_value(stated.statement),
        "first": stated.first.sequence,
        "last": issue_value(stated.last),
        "is_current": stated.is_current,
        "forgotten": _time(stated.forgotten),
        "dropped": _time(stated.dropped_by.issued) if stated.dropped_by else None,
    }


def changes_value(changes: Changes) -> dict[str, Any]:
    """Give what an issue changes."""
    return {
        "trusted": changes.trusted,
        "lost": changes.lost,
        "changes": [_change(each) for each in changes.every],
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind.value,
        "name": change.name,
        "number": change.number,
        "since": _time(change.since),
        "certificates": list(change.certificates),
    }


def proposal_value(proposal: Proposal, outcome: str) -> dict[str, Any]:
    """Give a list that was shown, and what became of it."""
    found, signer = proposal.found, proposal.reading.signer
    return {
        "source": proposal.source.name,
        "outcome": outcome,
        "name": found.name,
        "sequence": found.sequence,
        "issued": _time(found.issued),
        "next_update": _time(found.next_update),
        "sha256": found.sha256,
        "place": proposal.obtained.place,
        "signer": signer.subject.display() if signer else None,
        "signer_sha256": signer.sha256 if signer else None,
        "statements": len(found.statements),
        "certificates": len(found.certificates),
        "unread": [{"place": each.place, "code": each.code} for each in found.unread],
        "missing": [{"name": each.name, "url": each.url} for each in proposal.missing],
        "dropped": list(proposal.dropped),
        "before": proposal.before.sequence if proposal.before else None,
        **changes_value(proposal.changes),
    }


def history_value(history: History) -> dict[str, Any]:
    """Give the answer to how a subject stood, and all that was stated of it."""
    subject = history.subject
    return {
        "asked": subject.asked,
        "certificate_sha256": subject.certificate.sha256 if subject.certificate else None,
        "issuer_sha256": subject.issuer.sha256 if subject.issuer else None,
        "at": _time(history.at),
        "standing": stated_value(history.standing) if history.standing else None,
        "was_known": history.was_known,
        "known_then": statement_value(history.known_then) if history.known_then else None,
        "statements": stated_values(subject.stated),
    }


def stated_values(stated: Iterable[Stated]) -> list[dict[str, Any]]:
    """Give many statements."""
    return [stated_value(each) for each in stated]


def _time(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat().replace("+00:00", "Z")
