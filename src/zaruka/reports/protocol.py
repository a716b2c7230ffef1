"""The protocol of a check as a document: one page that a judge understands, the details behind.

Everything in it follows from the report and the language, so that it is the same each time. The
report for programs travels inside; the footer of every sheet bears its SHA-256.
"""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from zaruka.facts import FactKind
from zaruka.messages import visible
from zaruka.reports.as_json import dump, in_order, report_value
from zaruka.reports.beside import decision_on, powers_section, recognition_section
from zaruka.reports.chains import draw_chain
from zaruka.reports.document import Attachment, Document, Part, Table
from zaruka.reports.drawing import WIDTH, Align, Drawing, Label, Stroke
from zaruka.reports.page import Line, Section, Tone, headline, tone_of
from zaruka.reports.repeating import REPORT_NAME, how_to_repeat
from zaruka.reports.report_page import report_page
from zaruka.reports.timeline import draw_timeline
from zaruka.reports.told import links_of, object_word, path_sections, told_fully
from zaruka.reports.worst import country_of, tell, tell_object, tell_own
from zaruka.validation.results import Block, CertificateResult, TimestampResult

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zaruka.facts import Fact
    from zaruka.messages import Messages
    from zaruka.reports.document import Block as Printed
    from zaruka.reports.drawing import Shape
    from zaruka.validation.results import (
        BlockResult,
        ObjectResult,
        SignatureResult,
        ValidationReport,
    )

__all__ = ["protocol"]

# EN 319 102-1 V1.4.1
_CLAUSES: Final = {
    Block.FORMAT_CHECKING: "5.2.2",
    Block.IDENTIFICATION: "5.2.3",
    Block.VALIDATION_CONTEXT: "5.2.4",
    Block.REVOCATION_FRESHNESS: "5.2.5",
    Block.X509_VALIDATION: "5.2.6",
    Block.CRYPTOGRAPHIC_VERIFICATION: "5.2.7",
    Block.SIGNATURE_ACCEPTANCE: "5.2.8",
    Block.SIGNATURE_TIME: "5.5.4",
    Block.LONG_TERM: "5.6",
}
_COUNTED: Final = {Tone.GOOD: "passed", Tone.BAD: "failed", Tone.UNSURE: "indeterminate"}


def protocol(report: ValidationReport, say: Messages) -> Document:
    """Lay a report out as a protocol in the language of `say`."""
    octets = dump(report_value(report, say)).encode()
    digest = sha256(octets).hexdigest()
    page = report_page(report, say)
    sections = _for_a_judge(page.sections, say)
    writer = _Writer(report, say)
    kind = "title" if report.signatures else "title_objects"
    attached = Attachment(
        REPORT_NAME, octets, "application/json", say("words.protocol.for_programs")
    )
    return Document(
        title=say(f"words.protocol.{kind}"),
        subject=page.title,
        language=say.language,
        at=report.validation_time,
        parts=(
            Part(None, (*writer.summary(), *sections, _signed_by_hand(say))),
            *writer.details(digest),
        ),
        footer=say("words.protocol.footer", name=REPORT_NAME, digest=digest),
        page_of=say("words.protocol.page_of", page="{page}", pages="{pages}"),
        attachments=(attached,),
    )


class _Writer:
    """Writes what stands behind the first page."""

    def __init__(self, report: ValidationReport, say: Messages) -> None:
        self._report = report
        self._say = say

    def summary(self) -> Iterator[Printed]:
        """Say of several signatures who made each and what came of it, before anything else."""
        say, found = self._say, self._report.signatures
        if len(found) < 2:
            return
        counted = Counter(tone_of(each.conclusion) for each in found)
        lines = (
            Line(say(f"words.summary.{name}", count=counted[tone]), tone)
            for tone, name in _COUNTED.items()
            if counted[tone]
        )
        yield Section(say("words.summary.signatures", count=len(found)), tuple(lines))
        rows = [
            (str(each.index + 1), self._who(each), headline(each.conclusion, say)) for each in found
        ]
        head = ("№", say("words.heading.signer"), say("words.protocol.column.verdict"))
        yield Table(head, tuple(rows), (1, 8, 9))

    def details(self, digest: str) -> Iterator[Part]:
        """Yield the parts for experts, in the order in which they ask."""
        for name, blocks in (
            ("drawn", self._drawn()),
            ("questions", self._questions()),
            ("findings", self._findings()),
            ("means", self._means()),
            ("facts", self._facts()),
            ("repeat", iter(how_to_repeat(self._report, self._say))),
            ("for_programs", self._for_programs(digest)),
        ):
            found = tuple(blocks)
            if found:
                yield Part(self._say(f"words.protocol.part.{name}"), found, folded=True)

    # --- drawings

    def _drawn(self) -> Iterator[Printed]:
        say, report = self._say, self._report
        for found in report.signatures:
            yield self._heading(self._of(found))
            yield draw_timeline(found, report.validation_time, say)
            yield from self._chain(found, say("words.heading.chain"))
            for stamp in found.timestamps:
                yield from self._chain(stamp, self._stamp(stamp))
        for each in report.objects:
            yield from self._chain(each, visible(each.ref.name))

    def _chain(self, found: SignatureResult | ObjectResult, name: str) -> Iterator[Printed]:
        links = links_of(found)
        if links:
            yield self._heading(name)
            yield draw_chain(links, self._say)

    def _heading(self, text: str) -> Section:
        return Section(text, ())

    def _of(self, found: SignatureResult) -> str:
        """Name a signature among others by its number and signer."""
        count = len(self._report.signatures)
        if count == 1:
            return self._who(found)
        number = self._say("words.heading.signature", index=found.index + 1, count=count)
        return f"{number}: {self._who(found)}"

    def _who(self, found: SignatureResult) -> str:
        who = found.signer
        if who is None:
            return self._say("words.unnamed")
        names = dict.fromkeys(name for name in (who.person, who.organisation) if name)
        return visible(", ".join(names) or who.name)

    def _stamp(self, stamp: TimestampResult) -> str:
        country = stamp.tsa.country if stamp.tsa else None
        word = object_word("timestamp", country, self._say)
        kind = self._say.about(country)(f"words.stamp.{stamp.kind.value}")
        return f"{word[:1].upper()}{word[1:]} ({kind}), {self._say.moment(stamp.time)}"

    # --- questions and findings

    def _questions(self) -> Iterator[Printed]:
        for found in self._report.signatures:
            yield self._heading(self._of(found))
            yield self._asked(found.blocks)
            for stamp in found.timestamps:
                if stamp.blocks:
                    yield self._heading(self._stamp(stamp))
                    yield self._asked(stamp.blocks)

    def _asked(self, blocks: tuple[BlockResult, ...]) -> Table:
        say = self._say
        head = tuple(say(f"words.protocol.column.{n}") for n in ("question", "clause", "reply"))
        rows = []
        for each in blocks:
            conclusion = each.conclusion
            state = say(f"words.protocol.reply.{conclusion.indication.value}")
            sub = conclusion.sub_indication
            rows.append(
                (
                    say(f"words.question.{each.block.value}"),
                    _CLAUSES[each.block],
                    f"{state} ({sub.value})" if sub else state,
                )
            )
        return Table(head, tuple(rows), (9, 2, 6))

    def _findings(self) -> Iterator[Printed]:
        say, report = self._say, self._report
        for found in report.signatures:
            country = found.signer.country if found.signer else None
            yield Section(self._of(found), tuple(told_fully(tell_own(found), say)))
            yield from recognition_section(decision_on(report, found), found, say, verbose=True)
            yield from powers_section(found, say, verbose=True)
            yield from path_sections(found.paths, country, say)
            for stamp in found.timestamps:
                lines = tuple(told_fully(tell_object(stamp), say))
                yield Section(self._stamp(stamp), lines)
        for each in report.objects:
            yield Section(visible(each.ref.name), tuple(told_fully(tell_object(each), say)))
            if isinstance(each, CertificateResult | TimestampResult):
                yield from path_sections(each.paths, country_of(each), say)
        if report.findings:
            heading = say("words.heading.document")
            yield Section(heading, tuple(told_fully(tell(report.findings, None), say)))

    # --- means and facts

    def _means(self) -> Iterator[Printed]:
        say, report = self._say, self._report
        confirmed = ("no", "yes")
        yield Table(
            tuple(
                say(f"words.protocol.column.{name}") for name in ("means", "version", "standing")
            ),
            tuple(
                (
                    visible(each.name),
                    visible(each.version),
                    say(f"words.{confirmed[each.confirmed]}"),
                )
                for each in report.means
            ),
            (8, 4, 5),
        )
        name = report.policy.name
        key = f"words.policy.{name}"
        lines = (
            Line(say(key) if say.has(key) else visible(name), label=say("words.label.policy")),
            Line(report.policy.sha256, label=say("words.protocol.policy_digest")),
            Line(say.moment(report.validation_time), label=say("words.label.validation_time")),
        )
        yield Section(None, lines)

    def _facts(self) -> Iterator[Printed]:
        say, report = self._say, self._report
        owners: list[SignatureResult | ObjectResult] = [*report.signatures, *report.objects]
        owners += [stamp for each in report.signatures for stamp in each.timestamps]
        names = {each.ref.sha256: each.ref.name for each in owners}
        names |= {link.ref.sha256: link.ref.name for each in owners for link in links_of(each)}
        if report.inputs:
            head = ("file", "size", "digest")
            yield Table(
                tuple(say(f"words.protocol.column.{name}") for name in head),
                tuple((visible(i.name), str(i.size), i.sha256) for i in report.inputs),
                (6, 2, 10),
                frozenset({2}),
            )
        columns = ("fact", "about", "source", "digest")
        rows = [
            (
                self._kind(fact),
                self._about(fact, names),
                self._source(fact),
                fact.sha256,
            )
            for fact in in_order(report.facts)
        ]
        if rows:
            yield Table(
                tuple(say(f"words.protocol.column.{name}") for name in columns),
                tuple(rows),
                (4, 7, 4, 7),
                frozenset({3}),
            )

    def _kind(self, fact: Fact) -> str:
        """Say what a fact is, and on which paper beside the document it bears."""
        kind = self._say(f"words.fact.{fact.kind.value}")
        papers = (f.kind for f in self._report.facts if fact.of and f.sha256 == fact.of)
        paper = next((self._say(f"words.fact.{each.value}") for each in papers), None)
        return self._say("words.protocol.of_paper", kind=kind, paper=paper) if paper else kind

    def _about(self, fact: Fact, names: dict[str, str]) -> str:
        """Say what a fact is of: a holder, an issuer and its dates, digests."""
        say, extract = self._say, dict(fact.extract)
        match fact.kind:
            case FactKind.CRL:
                dates = [
                    say.fill("{at:moment}", {"at": extract[name]})
                    for name in ("this_update", "next_update")
                    if extract.get(name)
                ]
                return "; ".join([visible(extract.get("issuer", "")), " — ".join(dates)])
            case FactKind.DOCUMENT:
                return "; ".join(
                    f"{say.name_of(oid)}: {visible(v)}" for oid, v in sorted(fact.extract)
                )
            case FactKind.ANCHOR | FactKind.STATEMENT | FactKind.RECEIPT | FactKind.EVIDENCE_RECORD:
                return visible(extract.get("name", ""))
            case FactKind.AGREEMENT:
                title = f"titles.{say.language.partition('-')[0]}"
                return visible(extract.get(title) or extract.get("code", ""))
        return visible(names.get(fact.sha256, ""))

    def _source(self, fact: Fact) -> str:
        key = f"words.protocol.source.{fact.source}"
        said = self._say(key) if self._say.has(key) else visible(fact.source)
        return f"{said}, {self._say.moment(fact.obtained)}" if fact.obtained else said

    def _for_programs(self, digest: str) -> Iterator[Printed]:
        say = self._say
        lines = (
            Line(say("words.protocol.attached", name=REPORT_NAME)),
            Line(digest, label="SHA-256"),
        )
        yield Section(None, lines)


def _for_a_judge(sections: tuple[Section, ...], say: Messages) -> list[Section]:
    """Put what is wrong, and what to do, below the answer that it explains.

    Of a single answer, what merely deserves a note comes after all that it rests on; so do, where
    something is wrong with the signature, the reasons of what stands beside it.
    """
    problems, notes = say("words.heading.problems"), say("words.heading.notes")
    single = sum(section.answer for section in sections) == 1
    broken = any(section.heading == problems for section in sections)
    found: list[Section] = []
    last: list[Section] = []
    for section in sections:
        if section.heading == problems:
            answers = [n for n, each in enumerate(found) if each.answer]
            found.insert(answers[-1] + 1 if answers else 0, section)
        elif single and (section.heading == notes or (broken and section.beside)):
            last.append(section)
        else:
            found.append(section)
    return [*found, *last]


def _signed_by_hand(say: Messages) -> Drawing:
    """Leave room for the name and signature of whoever made the check."""
    shapes: list[Shape] = [Label(0, 9, say("words.protocol.made_by"), 3.4, bold=True)]
    for x, width, name in ((48, 70, "person"), (122, 30, "sign"), (156, 24, "date")):
        shapes.append(Stroke(((x, 10), (x + width, 10)), Tone.PLAIN, thick=0.2))
        said = say(f"words.protocol.made_by_{name}")
        shapes.append(Label(x + width / 2, 13.2, said, 2.4, Tone.QUIET, align=Align.MIDDLE))
    return Drawing(WIDTH, 16, tuple(shapes), say("words.protocol.made_by"))
