"""A validation report as pages: one screen for each signature or object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka.findings import Indication
from zaruka.messages import visible
from zaruka.reports.as_json import needs_in_order
from zaruka.reports.beside import (
    answer_beside,
    decision_on,
    powers_section,
    recognition_of_document,
    recognition_section,
    tells_of_trust,
)
from zaruka.reports.page import Line, Page, Section, Tone, headline, reason_of, tone_of
from zaruka.reports.told import (
    finding_sections,
    links_of,
    note_sections,
    object_word,
    path_sections,
    problem_sections,
    revocation_words,
    standing_of,
    told_fully,
    told_once,
    tone_of_link,
)
from zaruka.reports.worst import country_of, tell, tell_object, tell_own, tell_signature
from zaruka.validation.results import (
    Block,
    CertificateResult,
    CrlResult,
    Level,
    OcspResult,
    TimestampResult,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zaruka.findings import Conclusion
    from zaruka.messages import Messages
    from zaruka.reports.worst import Telling
    from zaruka.validation.jurisdiction import Identity
    from zaruka.validation.results import (
        Algorithm,
        ChainLink,
        ObjectResult,
        SignatureResult,
        ValidationReport,
    )
    from zaruka.x509 import Name

__all__ = ["report_page"]

_NO_SIGNATURE_BY_IT = "validation.stamp-broken"  # of a stamp by itself the headline says it

# Said where what was not checked is listed; any other of them answers the question.
_ACCREDITATION = ("russia.accredit", "russia.issuer-not-listed")
_NOT_ASKED = "russia.accreditation-not-checked"

_ONE_BY_ONE = 5  # objects of one file that get a page each


def report_page(report: ValidationReport, messages: Messages, *, verbose: bool = False) -> Page:
    """Lay a report out for a reader; `verbose` adds every finding and every candidate path."""
    return Page(_title(report), tuple(s for s in _Writer(report, messages, verbose).sections()))


def _title(report: ValidationReport) -> str:
    names = [visible(i.name) for i in report.inputs if i.role not in {"anchor", "evidence"}]
    return " + ".join(dict.fromkeys(names))


class _Writer:
    """Writes the sections of one report."""

    def __init__(self, report: ValidationReport, messages: Messages, verbose: bool) -> None:  # noqa: FBT001
        self._report = report
        self._say = messages
        self._verbose = verbose

    def sections(self) -> Iterator[Section]:
        report = self._report
        if not report.signatures and not report.objects:
            line = Line(headline(report.conclusion, self._say), tone_of(report.conclusion))
            yield Section(None, (line,), answer=True)
        elif report.on_whole:  # first of all: no verdict below is about the whole
            open_questions = [f for whole in report.on_whole for f in whole.findings]
            yield Section(None, tuple(told_once(tell(open_questions, None), self._say)))
        for signature in report.signatures:
            yield from self._signature(signature)
        yield from recognition_of_document(report, self._say)
        if len(report.objects) > _ONE_BY_ONE:
            yield self._summary(report.objects)
        else:
            for found in report.objects:
                yield from self._object(found)
        said = () if not report.signatures and not report.objects else report.on_whole
        first = [finding for whole in said for finding in whole.findings]
        rest = report.findings if self._verbose else [f for f in report.findings if f not in first]
        yield from self._findings(report.conclusion, tell(rest, None))
        if report.needs:
            yield Section(self._say("words.heading.needs"), tuple(self._needs()))
        yield Section(self._say("words.heading.conditions"), tuple(self._conditions()))

    # --- one signature

    def _signature(self, found: SignatureResult) -> Iterator[Section]:
        say, count = self._say, len(self._report.signatures)
        several = say("words.heading.signature", index=found.index + 1, count=count)
        heading = several if count > 1 else None
        yield Section(heading, tuple(self._answer(found)), answer=True)
        told = tell_signature(found)
        yield from problem_sections(found.conclusion, told, say)
        country = found.signer.country if found.signer else None
        if found.signer is not None:
            lines = (*self._identity(found.signer), *self._certificate(links_of(found)))
            yield Section(say("words.heading.signer"), lines)
        yield Section(say("words.heading.when"), tuple(self._when(found)))
        answered = found.conclusion.passed and found.proven
        decision = decision_on(self._report, found)
        yield from recognition_section(decision, found, say, verbose=self._verbose)
        yield from powers_section(found, say, verbose=self._verbose)
        yield from self._chain(links_of(found), answered=answered)
        yield Section(say("words.heading.checked"), tuple(self._blocks(found)))
        if unchecked := tuple(self._unchecked(found)):
            yield Section(say("words.heading.unchecked"), unchecked)
        yield from note_sections(
            found.conclusion, told, say, verbose=self._verbose, said=_NOT_ASKED
        )
        if self._verbose:
            yield from path_sections(found.paths, country, say)
            for stamp in found.timestamps:
                yield Section(self._stamp(stamp), tuple(told_fully(tell_object(stamp), say)))
                yield from self._chain(links_of(stamp))

    def _answer(self, found: SignatureResult) -> Iterator[Line]:
        """Say the three lines of an answer, which share no word; of what is no document, one."""
        say = self._say
        yield Line(headline(found.conclusion, say), tone_of(found.conclusion))
        yield from answer_beside(self._report, found, say)

    def _when(self, found: SignatureResult) -> Iterator[Line]:
        say = self._say
        claimed = say.moment(found.signing_time) if found.signing_time else None
        yield Line(
            claimed or say("words.label.no_claimed_time"), label=say("words.label.claimed_time")
        )
        key = "words.label.proven" if found.proven else "words.label.not_proven"
        yield Line(
            say(key, time=found.best_signature_time),
            Tone.GOOD if found.proven else Tone.PLAIN,
            say("words.label.proven_time"),
        )
        for stamp in found.timestamps:
            yield Line(self._stamp(stamp), tone_of(stamp.conclusion), depth=1)

    def _stamp(self, stamp: TimestampResult) -> str:
        country = stamp.tsa.country if stamp.tsa else None
        name = stamp.tsa.name if stamp.tsa else self._say("words.unnamed")
        said = self._say(
            "words.label.stamped_by", stamp=object_word("timestamp", country, self._say), tsa=name
        )
        state = self._say(f"words.stamp_state.{stamp.conclusion.indication.value}")
        found = f"{said[:1].upper()}{said[1:]}, {self._say.moment(stamp.time)} — {state}"
        reason = (
            "" if stamp.conclusion.passed else reason_of(stamp.conclusion, self._say, "timestamp")
        )
        return f"{found}: {reason}" if reason else found

    def _blocks(self, found: SignatureResult) -> Iterator[Line]:
        """Name what was asked: all that is in order in one line, the rest one by one."""
        unasked = set() if found.proven else {Block.SIGNATURE_TIME}
        if found.signing_certificate is None and found.conclusion.passed:
            unasked.add(Block.X509_VALIDATION)  # a bare key: whose it is was not asked
        blocks = [b for b in found.blocks if b.block not in unasked]
        names = {b.block: self._say(f"words.block.{b.block.value}") for b in blocks}
        passed = [names[b.block] for b in blocks if b.holds]
        if passed:
            shown = "; ".join(name[:1].lower() + name[1:] for name in passed)
            said = self._say("words.block_state.all_passed", blocks=shown)
            yield Line(said[:1].upper() + said[1:], Tone.GOOD)
        for block in blocks:
            if block.holds:
                continue
            if found.conclusion.passed and found.proven:
                state = self._say("words.block_state.answered", time=found.best_signature_time)
                yield Line(f"{names[block.block]}: {state}", Tone.GOOD)
            else:
                state = self._say(f"words.block_state.{_state(block.conclusion.indication)}")
                yield Line(f"{names[block.block]}: {state}", tone_of(block.conclusion))
        yield Line(self._level(found), Tone.QUIET, self._say("words.label.level"))
        yield Line(self._algorithm(found.algorithm), Tone.QUIET, self._say("words.label.algorithm"))

    def _level(self, found: SignatureResult) -> str:
        """Name the level that holds, and the one that was claimed where that is another."""
        held = found.level or Level.CMS
        level = self._named("format", found.format)
        if held is not Level.CMS:
            level = f"{level} {held.value}"
        if held is found.level_claimed:
            return level
        claimed = f"{self._named('format', found.format)} {found.level_claimed.value}"
        return self._say("words.label.level_claimed", level=level, claimed=claimed)

    def _unchecked(self, found: SignatureResult) -> Iterator[Line]:
        country = found.signer.country if found.signer else None
        told = [t for t in tell_own(found) if t.finding.rule.code.startswith(_ACCREDITATION)]
        unasked = [t for t in told if t.finding.rule.code == _NOT_ASKED]
        explained = tells_of_trust(decision_on(self._report, found))
        if unasked and not explained:
            yield from told_once(unasked, self._say)
        elif (unasked or not told) and country in {"RU", "BY"}:
            yield Line(self._say(f"words.unchecked.{country}"))
        if found.signing_certificate is None:
            yield Line(self._say("words.unchecked.holder"))
        if found.countersignatures:
            yield Line(self._say("words.unchecked.countersignature"))

    def _summary(self, objects: tuple[ObjectResult, ...]) -> Section:
        """Say of each of many objects what came of it, in a line."""
        lines = [
            Line(
                f"{visible(found.ref.name)}: {headline(found.conclusion, self._say, kind)}",
                tone_of(found.conclusion),
            )
            for found in objects
            for kind in (found.ref.kind.value,)
        ]
        return Section(self._say("words.summary.objects", count=len(objects)), tuple(lines))

    # --- another object

    def _object(self, found: ObjectResult) -> Iterator[Section]:
        say = self._say
        kind, country = found.ref.kind.value, country_of(found)
        answer = Line(headline(found.conclusion, say, kind), tone_of(found.conclusion))
        yield Section(None, (answer,), answer=True)
        match found:
            case CertificateResult():
                lines = (
                    *self._identity(found.identity),
                    *self._certificate(links_of(found)),
                )
                yield Section(say("words.heading.holder"), lines)
            case CrlResult():
                yield Section(self._capital("crl", country), tuple(self._crl(found)))
            case OcspResult():
                yield Section(say("words.heading.answers"), tuple(self._answers(found)))
            case TimestampResult():
                yield Section(self._capital("timestamp", country), tuple(self._timestamp(found)))
        yield from self._chain(links_of(found))
        told = (t for t in tell_object(found) if t.finding.rule.code != _NO_SIGNATURE_BY_IT)
        yield from self._findings(found.conclusion, tuple(told))
        if self._verbose and isinstance(found, CertificateResult | TimestampResult):
            yield from path_sections(found.paths, country, say)

    def _crl(self, found: CrlResult) -> Iterator[Line]:
        say = self._say
        yield Line(visible(found.issuer), label=say("words.label.issuer"))
        yield Line(say.moment(found.this_update), label=say("words.label.this_update"))
        after = say.moment(found.next_update) if found.next_update else say("words.absent")
        yield Line(after, label=say("words.label.next_update"))
        yield Line(str(found.entries), label=say("words.label.entries"))

    def _answers(self, found: OcspResult) -> Iterator[Line]:
        if found.produced_at:
            yield Line(
                self._say.moment(found.produced_at), label=self._say("words.label.produced_at")
            )
        for serial, status in found.answers:
            yield Line(
                revocation_words(status, country_of(found), self._say), label=visible(serial)
            )

    def _timestamp(self, found: TimestampResult) -> Iterator[Line]:
        say = self._say
        yield Line(say.moment(found.time), label=say("words.label.time"))
        if found.tsa:
            yield Line(visible(found.tsa.name), label=say("words.label.tsa"))
        yield Line(format(found.serial_number, "X"), label=say("words.label.serial"))
        yield Line(self._oid(found.imprint_algorithm_oid), label=say("words.label.algorithm"))

    # --- people and certificates

    def _identity(self, who: Identity) -> Iterator[Line]:
        """Name a holder in the terms of their own country."""
        say = self._say
        first = who.person or who.organisation or who.name
        kind = say.about(who.country)(f"words.holder.{who.kind.value}")
        yield Line(f"{visible(first)} — {kind}", Tone.STRONG)
        position = ", ".join(visible(p) for p in (who.position, who.department) if p)
        if position:
            yield Line(position)
        if who.organisation and who.organisation != first:
            yield Line(visible(who.organisation))
        numbers = [
            f"{self._named('identifier', i.code)} {visible(i.masked)}" for i in who.identifiers
        ]
        if numbers:
            yield Line(", ".join(dict.fromkeys(numbers)))

    def _certificate(self, links: tuple[ChainLink, ...]) -> Iterator[Line]:
        if not links:
            return
        link, say = links[0], self._say
        certificate = link.certificate
        yield Line(
            say("words.label.serial_value", serial=format(certificate.serial_number, "X")),
            Tone.QUIET,
            self._capital("certificate", link.identity.country),
        )
        yield Line(_short_name(certificate.issuer), Tone.QUIET, say("words.label.issued_by"))
        span = say(
            "words.label.valid_span", start=certificate.not_before, end=certificate.not_after
        )
        yield Line(span, Tone.QUIET, say("words.label.valid"))

    def _chain(self, links: tuple[ChainLink, ...], *, answered: bool = False) -> Iterator[Section]:
        """List the chain; `answered`: a revocation in it came too late to matter."""
        if not links:
            return
        lines = [self._link(number, link, answered) for number, link in enumerate(links, 1)]
        if links[-1].anchor is None:
            lines.append(Line(self._say("words.label.chain_ends"), Tone.UNSURE))
        yield Section(self._say("words.heading.chain"), tuple(lines))

    def _link(self, number: int, link: ChainLink, answered: bool) -> Line:  # noqa: FBT001
        said = (f"{number}. {visible(link.ref.name)}", standing_of(link, self._say))
        tone = Tone.PLAIN if answered or link.anchor else tone_of_link(link)
        return Line(" — ".join(part for part in said if part), tone)

    def _algorithm(self, algorithm: Algorithm) -> str:
        oids = (algorithm.signature_oid, algorithm.digest_oid, algorithm.key_parameters_oid)
        named = list(dict.fromkeys(self._oid(oid) for oid in oids if oid))
        if algorithm.key_bits:
            named.append(self._say("words.label.key_bits", bits=algorithm.key_bits))
        return ", ".join(named)

    def _oid(self, oid: str) -> str:
        return self._say.name_of(oid)

    def _findings(self, conclusion: Conclusion, every: tuple[Telling, ...]) -> Iterator[Section]:
        return finding_sections(conclusion, every, self._say, verbose=self._verbose)

    # --- the conditions of the check

    def _needs(self) -> Iterator[Line]:
        for need in needs_in_order(self._report.needs):
            yield Line(self._say(f"words.need.{need.kind.value}", name=need.name))
            if need.addresses:
                shown = ", ".join(need.addresses)
                yield Line(self._say("words.need.addresses", addresses=shown), depth=1)

    def _conditions(self) -> Iterator[Line]:
        say, report = self._say, self._report
        yield Line(say.moment(report.validation_time), label=say("words.label.validation_time"))
        name = report.policy.name
        key = f"words.policy.{name}"
        yield Line(say(key) if say.has(key) else visible(name), label=say("words.label.policy"))
        means = ", ".join(f"{m.name} {m.version}" for m in report.means)
        if means:
            yield Line(means, label=say("words.label.means"))
        if name.endswith("-strict"):
            yield Line(say("words.standing.strict"))
        confirmed = bool(report.means) and all(m.confirmed for m in report.means)
        yield Line(say(f"words.standing.{'confirmed' if confirmed else 'reference'}"), Tone.QUIET)
        if self._verbose:
            for given in report.inputs:
                yield Line(f"{visible(given.name)}, SHA-256 {given.sha256}", Tone.QUIET, depth=1)

    # --- words

    def _capital(self, kind: str, country: str | None) -> str:
        word = object_word(kind, country, self._say)
        return word[:1].upper() + word[1:]

    def _named(self, table: str, code: str) -> str:
        key = f"words.{table}.{code}"
        return self._say(key) if self._say.has(key) else visible(code)


def _state(indication: Indication) -> str:
    if indication in {Indication.PASSED, Indication.TOTAL_PASSED}:
        return "passed"
    return "indeterminate" if indication is Indication.INDETERMINATE else "failed"


def _short_name(name: Name) -> str:
    """Show a name by its common name or organisation, else whole."""
    return visible(name.get("2.5.4.3") or name.get("2.5.4.10") or name.display())
