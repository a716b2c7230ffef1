"""Pages on lists and on what they state; all text from outside is made safe by `Messages`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from zaruka.findings import Severity
from zaruka.messages import visible
from zaruka.reports.page import Line, Page, Section, Tone
from zaruka.reports.sentences import sentence
from zaruka.service.changes import ChangeKind, number_of
from zaruka.service.lists import OWN
from zaruka.service.taking import NotBelieved
from zaruka.trust import Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from zaruka.errors import ZarukaError
    from zaruka.findings import Finding
    from zaruka.messages import Messages
    from zaruka.service.asking import History
    from zaruka.service.changes import Change, Changes
    from zaruka.service.taking import Proposal
    from zaruka.stores.trust import Stated, StoredList
    from zaruka.trust import Statement, TrustList
    from zaruka.trust.authenticity import SignedList

__all__ = [
    "changes_lines",
    "forgetting_page",
    "history_page",
    "issue_lines",
    "issue_title",
    "listing_page",
    "noted",
    "proposal_page",
    "refusal_page",
    "show_page",
    "standing_line",
]

_SHOWN: Final = 30  # changes of one kind
_TONES: Final = {
    ChangeKind.GONE: Tone.BAD,
    ChangeKind.KEY_GONE: Tone.BAD,
    ChangeKind.ANNULLED: Tone.BAD,
    ChangeKind.ENDED: Tone.BAD,
    ChangeKind.SUSPENDED: Tone.UNSURE,
    ChangeKind.RESTORED: Tone.GOOD,
    ChangeKind.ADDED: Tone.GOOD,
    ChangeKind.KEY_ADDED: Tone.GOOD,
    ChangeKind.ALTERED: Tone.PLAIN,
}
_STANDINGS: Final = {
    Standing.GRANTED: Tone.GOOD,
    Standing.SUSPENDED: Tone.UNSURE,
    Standing.ENDED: Tone.BAD,
    Standing.ANNULLED: Tone.BAD,
}


# --- taking in


def proposal_page(proposal: Proposal, say: Messages) -> Page:
    """Say what list this is, who signed it, and what it changes."""
    found, before, signer = proposal.found, proposal.before, proposal.reading.signer
    lines = [
        Line(
            say("words.trust.issue", number=found.sequence, issued=found.issued),
            label=_l("issue", say),
        ),
        Line(visible(proposal.obtained.place), label=_l("place", say)),
        Line(found.sha256, Tone.QUIET, label="SHA-256"),
    ]
    if signer is None:
        lines.append(Line(say("words.trust.unsigned"), Tone.UNSURE, label=_l("signer", say)))
    else:
        lines.append(Line(visible(signer.subject.display()), label=_l("signer", say)))
        lines.append(Line(signer.sha256, Tone.QUIET, label="SHA-256", depth=1))
        lines += (Line(sentence(each, say).text, depth=1) for each in noted(proposal.reading))
    if before is not None:
        lines.append(Line(issue_title(before, say), label=_l("before", say)))
    if found.unread:
        lines.append(Line(say("words.trust.unread", count=len(found.unread)), Tone.UNSURE))
    lines.extend(_missing(proposal, say))
    if proposal.dropped:
        names = ", ".join(proposal.dropped)
        lines.append(Line(say("words.trust.drops", names=names, issued=found.issued), Tone.BAD))
    if proposal.is_new:
        lines.extend(changes_lines(proposal.changes, say))
        lines.extend(_new_roots(proposal, say))
    title = f"{proposal.source.name}: {_named(found.name, say)}"
    return Page(visible(title), (Section(None, tuple(lines)),))


def _missing(proposal: Proposal, say: Messages) -> Iterator[Line]:
    """Say which certificates are known to exist and are not in the list, and what to do."""
    if proposal.missing:
        yield Line(say("words.trust.missing", count=len(proposal.missing)), Tone.UNSURE)
        for each in proposal.missing:
            yield Line(visible(f"{each.name}: {each.url}"), depth=1)
        yield Line(say("words.trust.missing_remedy"), Tone.REMEDY)


def _new_roots(proposal: Proposal, say: Messages) -> Iterator[Line]:
    """Name roots that a list which nobody signed would make trusted, and who stands for them."""
    added = {ChangeKind.ADDED, ChangeKind.KEY_ADDED}
    new = {c for each in proposal.changes.every if each.kind in added for c in each.certificates}
    if proposal.reading.signer is not None or proposal.obtained.place == OWN:
        return
    for statement in proposal.found.statements:
        if statement.anchor and statement.certificate_sha256 in new:
            link = dict(statement.details).get("LINK")
            key = "root_by_word" if link is None else "root_by_link"
            text = say(f"words.trust.{key}", name=statement.name, link=link)
            yield Line(text, Tone.UNSURE if link is None else Tone.PLAIN)
            yield Line(statement.certificate_sha256, label="SHA-256", depth=1)


def noted(reading: SignedList) -> Iterator[Finding]:
    """Give what was found of a list's signer and is neither as it should be nor against it."""
    for each in reading.conclusion.findings:
        is_open = each.severity in {Severity.INFO, Severity.WARN}
        if is_open and reading.signer is not None and each.subject == reading.signer.ref:
            yield each


def changes_lines(changes: Changes, say: Messages) -> Iterator[Line]:
    """Say what changes, each kind under its count, and how much trust goes."""
    if not changes.every:
        yield Line(say("words.trust.no_changes"), Tone.QUIET)
    for kind in ChangeKind:
        some = [each for each in changes.every if each.kind is kind]
        if not some:
            continue
        yield Line(say(f"words.trust.change.{kind.value}", count=len(some)), _TONES[kind])
        for each in some[:_SHOWN]:
            yield Line(_changed(each, say), depth=1)
        if len(some) > _SHOWN:
            yield Line(say("words.trust.more", count=len(some) - _SHOWN), Tone.QUIET, depth=1)
    if changes.lost:
        yield Line(
            say(
                "words.trust.lost",
                lost=changes.lost,
                trusted=changes.trusted,
                percent=changes.lost_percent,
            ),
            Tone.UNSURE,
        )


def _changed(change: Change, say: Messages) -> str:
    text = say("words.trust.changed", name=change.name, count=len(change.certificates))
    if change.number is not None:
        text = say("words.trust.number", name=text, number=change.number)
    return text if change.since is None else say("words.trust.since", text=text, since=change.since)


def refusal_page(name: str, error: ZarukaError, say: Messages) -> Page:
    """Say why a list was not taken in, and that the store is as it was."""
    said = say.error(error.code, error.details)
    lines = [Line(said.text, Tone.BAD)]
    if isinstance(error, NotBelieved):
        lines += (Line(sentence(each, say).text, depth=1) for each in error.findings)
    if said.remedy:
        lines.append(Line(said.remedy, Tone.REMEDY))
    lines.append(Line(say("words.trust.as_before"), Tone.QUIET))
    return Page(visible(name), (Section(None, tuple(lines)),))


# --- what is stated


def issue_title(issue: StoredList | TrustList, say: Messages) -> str:
    """Name an issue of a list by its number and day."""
    return say("words.trust.issue", number=issue.sequence, issued=issue.issued)


def listing_page(
    issues: Iterable[StoredList],
    gone: Iterable[tuple[StoredList, datetime | StoredList]],
    overdue: Mapping[str, datetime],
    found: Sequence[Stated],
    say: Messages,
) -> Page:
    """Name the lists, then every certificate of theirs and how it stood.

    `overdue` says by when the next issue of a list should have come, where it has not; `gone` are
    lists that are not relied on: since when, or by which issue of a list of lists.
    """
    sections = []
    for each in issues:
        lines = [*issue_lines(each, say)]
        if each.source in overdue:
            name, due = each.source, overdue[each.source]
            lines.append(Line(say("words.trust.overdue", due=due), Tone.UNSURE))
            lines.append(Line(say("words.trust.overdue_remedy", name=name), Tone.REMEDY))
        sections.append(Section(visible(f"{each.source}: {_named(each.name, say)}"), tuple(lines)))
    for each, by in gone:
        said = Line(_why_gone(each, by, say), Tone.QUIET)
        title = visible(f"{each.source}: {_named(each.name, say)}")
        sections.append(
            Section(title, (Line(issue_title(each, say), label=_l("issue", say)), said))
        )
    lines = [standing_line(each.statement, say) for each in found]
    heading = say("words.trust.listed", count=len(found))
    return Page("", (*sections, Section(heading, tuple(lines))))


def _why_gone(issue: StoredList, by: datetime | StoredList, say: Messages) -> str:
    if isinstance(by, datetime):
        return say("words.trust.forgotten", time=by, name=issue.source)
    return say("words.trust.dropped", name=by.source, number=by.sequence, issued=by.issued)


def forgetting_page(issues: Iterable[StoredList], counts: Iterable[int], say: Messages) -> Page:
    """Say which lists would no longer be relied on, and how much they state."""
    sections = []
    for issue, count in zip(issues, counts, strict=True):
        lines = (*issue_lines(issue, say), Line(say("words.trust.states", count=count)))
        sections.append(Section(visible(f"{issue.source}: {_named(issue.name, say)}"), lines))
    return Page("", tuple(sections))


def _named(name: str, say: Messages) -> str:
    """Name a list as the reader does: one that comes with Zaruka has a name of each language."""
    key = f"words.trust.list_name.{name}"
    return say(key) if say.has(key) else name


def issue_lines(issue: StoredList, say: Messages) -> Iterator[Line]:
    """Say which issue of a list it is, when it was obtained, and until when it counts."""
    yield Line(issue_title(issue, say), label=_l("issue", say))
    if issue.next_update is not None:
        yield Line(say("words.trust.moment", time=issue.next_update), label=_l("next", say))
    told = say("words.trust.obtained", time=issue.obtained, place=issue.place)
    yield Line(told, label=_l("obtained", say))
    yield Line(issue.sha256, Tone.QUIET, label="SHA-256")


def standing_line(statement: Statement, say: Messages, depth: int = 0) -> Line:
    """Say in one line how a service stands, from when until when."""
    name = statement.name
    number = number_of(statement)
    if number is not None:
        name = say("words.trust.number", name=name, number=number)
    standing = say(f"words.trust.standing.{statement.standing.value}")
    text = f"{visible(name)}: {standing}{_period(statement, say)}"
    return Line(text, _STANDINGS[statement.standing], depth=depth)


def _period(statement: Statement, say: Messages) -> str:
    parts = []
    if statement.since is not None:
        parts.append(say("words.trust.from", time=statement.since))
    if statement.until is not None:
        parts.append(say("words.trust.to", time=statement.until))
    return f" {' '.join(parts)}" if parts else ""


def show_page(asked: str, stated: Iterable[Stated], say: Messages) -> Page:
    """Show every certificate and everything that was ever stated of it."""
    by_certificate: dict[str, list[Stated]] = {}
    for each in stated:
        by_certificate.setdefault(each.statement.certificate_sha256, []).append(each)
    sections = [
        Section(visible(about[0].statement.name), tuple(_about(sha256, about, say)))
        for sha256, about in by_certificate.items()
    ]
    return Page(visible(asked), tuple(sections))


def _about(sha256: str, stated: list[Stated], say: Messages) -> Iterator[Line]:
    yield Line(sha256, Tone.QUIET, label="SHA-256")
    for each in stated:
        statement = each.statement
        yield standing_line(statement, say)
        purposes = sorted(say(f"words.trust.purpose.{each}") for each in statement.purposes)
        yield Line(", ".join(purposes), label=_l("purposes", say), depth=1)
        if statement.anchor:
            yield Line(say("words.trust.anchor"), depth=1)
        for code, value in statement.details:
            key = f"words.trust.detail.{code}"
            yield Line(visible(value), label=say(key) if say.has(key) else code, depth=1)
        for url in statement.crl_urls:
            yield Line(visible(url), Tone.QUIET, label=_l("crl", say), depth=1)
        yield Line(_whence(each, say), Tone.QUIET, label=_l("list", say), depth=1)


def _whence(stated: Stated, say: Messages) -> str:
    """Say which issues of which list state it."""
    key = "issues" if stated.is_current else "issues_past"
    if stated.forgotten is not None:
        key = "issues_forgotten"
    by = stated.dropped_by
    if by is not None:
        key = "issues_dropped"
    return say(
        f"words.trust.{key}",
        by=by and by.source,
        number=by and by.sequence,
        dropped=by and by.issued,
        forgotten=stated.forgotten,
        name=_named(stated.last.name, say),
        first=stated.first.sequence,
        last=stated.last.sequence,
        issued=stated.last.issued,
    )


def history_page(history: History, say: Messages) -> Page:
    """Answer how an authority stood on a day, by which list, and what was stated over time."""
    subject = history.subject
    lines: list[Line] = []
    if subject.issuer is not None and subject.certificate is not None:
        lines.append(
            Line(
                say(
                    "words.trust.issued_by",
                    subject=subject.certificate.subject.display(),
                    issuer=subject.issuer.subject.display(),
                    time=subject.certificate.not_before,
                )
            )
        )
    lines.append(_answer(history, say))
    if history.standing is not None:
        issue = history.standing.last
        lines.append(
            Line(
                say(
                    "words.trust.says",
                    name=_named(issue.name, say),
                    number=issue.sequence,
                    issued=issue.issued,
                    time=issue.obtained,
                    place=issue.place,
                )
            )
        )
        lines.append(Line(issue.sha256, Tone.QUIET, label="SHA-256"))
    lines.append(Line(_known_then(history, say), Tone.QUIET))
    events = sorted(
        (each for each in subject.stated if each.is_current and not each.statement.anchor),
        key=lambda each: (each.statement.since is not None, each.statement.since),
    ) or list(subject.stated)
    told = dict.fromkeys(standing_line(each.statement, say) for each in events)
    heading = say("words.trust.over_time")
    return Page(
        visible(subject.asked), (Section(None, tuple(lines)), Section(heading, tuple(told)))
    )


def _answer(history: History, say: Messages) -> Line:
    """Answer in one plain sentence, in the words of the country's own law."""
    subject = history.subject
    sample = (history.standing or subject.stated[-1]).statement
    of_country = "accreditation" if sample.country == "RU" else "service"
    standing = "none" if history.standing is None else sample.standing.value
    name = sample.name
    number = number_of(sample)
    if number is not None:
        name = say("words.trust.number", name=name, number=number)
    text = say(f"words.trust.answer.{of_country}.{standing}", name=name, time=history.at)
    return Line(text, Tone.BAD if history.standing is None else _STANDINGS[sample.standing])


def _known_then(history: History, say: Messages) -> str:
    if not history.was_known:
        return say("words.trust.known_then.nothing", time=history.at)
    said = history.standing.statement.standing if history.standing else None
    then = history.known_then.standing if history.known_then else None
    if said is then:
        return say("words.trust.known_then.same", time=history.at)
    standing = say(f"words.trust.standing.{then.value if then else 'none'}")
    return say("words.trust.known_then.other", time=history.at, standing=standing)


def _l(name: str, say: Messages) -> str:
    return say(f"words.trust.label.{name}")
