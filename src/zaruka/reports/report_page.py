"""A validation report as pages: one screen for each signature or object."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zaruka.findings import Indication, ObjectKind, Severity
from zaruka.messages import visible
from zaruka.reports.beside import (
    decision_on,
    powers_section,
    recognition_of_document,
    recognition_section,
    say_powers,
    say_recognition,
)
from zaruka.reports.page import Line, Page, Section, Tone, headline, reason_of, tone_of
from zaruka.reports.worst import (
    country_of,
    tell,
    tell_object,
    tell_signature,
    worst_first,
)
from zaruka.validation.results import (
    Block,
    CertificateResult,
    CrlResult,
    Level,
    OcspResult,
    RevocationState,
    TimestampResult,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zaruka.findings import Conclusion
    from zaruka.messages import Messages
    from zaruka.reports.worst import Telling
    from zaruka.validation.jurisdiction import Identity
    from zaruka.validation.results import (
        Algorithm,
        BlockResult,
        ChainLink,
        ObjectResult,
        PathResult,
        Revocation,
        SignatureResult,
        ValidationReport,
    )
    from zaruka.x509 import Name

__all__ = ["report_page"]

# In the sections "when", "what was checked", "what was not checked".
_SAID_ELSEWHERE = {
    "validation.signing-time-claimed",
    "validation.no-stamp",
    "validation.policy",
    "validation.countersignature",
    "cades.no-signing-time",
}
_NO_SIGNATURE_BY_IT = "validation.stamp-broken"  # of a stamp by itself the headline says it

_OID = re.compile(r"[0-2](\.\d+){2,}")
_ONE_BY_ONE = 5  # objects of one file that get a page each

# How a certificate is encoded: of interest with all findings, or where a strict check fails.
_FOR_EXPERTS = ("x509.profile-", "x509.deviation")

_TONES = {
    Severity.PASS: Tone.GOOD,
    Severity.INFO: Tone.QUIET,
    Severity.WARN: Tone.PLAIN,
    Severity.UNKNOWN: Tone.UNSURE,
    Severity.FAIL: Tone.BAD,
}


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
            yield Section(None, (line,))
        elif report.on_whole:  # first of all: no verdict below is about the whole
            open_questions = [f for whole in report.on_whole for f in whole.findings]
            yield Section(None, tuple(self._told(tell(open_questions, None))))
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
        yield Section(several if count > 1 else None, tuple(self._answer(found)))
        country = found.signer.country if found.signer else None
        if found.signer is not None:
            lines = (*self._identity(found.signer), *self._certificate(_links(found)))
            yield Section(say("words.heading.signer"), lines)
        yield Section(say("words.heading.when"), tuple(self._when(found)))
        answered = found.conclusion.passed and found.proven
        yield from self._chain(_links(found), answered=answered)
        yield Section(say("words.heading.checked"), tuple(self._blocks(found)))
        if unchecked := tuple(self._unchecked(found)):
            yield Section(say("words.heading.unchecked"), unchecked)
        yield from self._findings(found.conclusion, tell_signature(found))
        yield from recognition_section(decision_on(self._report, found), found, say)
        yield from powers_section(found, say)
        if self._verbose:
            yield from self._paths(found.paths, country)
            for stamp in found.timestamps:
                yield Section(self._stamp(stamp), tuple(self._all(tell_object(stamp))))
                yield from self._chain(_links(stamp))

    def _answer(self, found: SignatureResult) -> Iterator[Line]:
        """Say the three lines of an answer, which share no word."""
        say = self._say
        yield Line(headline(found.conclusion, say), tone_of(found.conclusion))
        yield say_recognition(decision_on(self._report, found), found, say)
        yield say_powers(found, say)

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
            "words.label.stamped_by", stamp=self._object_word("timestamp", country), tsa=name
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
        passed = [names[b.block] for b in blocks if _holds(b)]
        if passed:
            shown = "; ".join(name[:1].lower() + name[1:] for name in passed)
            said = self._say("words.block_state.all_passed", blocks=shown)
            yield Line(said[:1].upper() + said[1:], Tone.GOOD)
        for block in blocks:
            if _holds(block):
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
        if country in {"RU", "BY"}:
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
        yield Section(None, (answer,))
        match found:
            case CertificateResult():
                lines = (
                    *self._identity(found.identity),
                    *self._certificate(_links(found)),
                )
                yield Section(say("words.heading.holder"), lines)
            case CrlResult():
                yield Section(self._capital("crl", country), tuple(self._crl(found)))
            case OcspResult():
                yield Section(say("words.heading.answers"), tuple(self._answers(found)))
            case TimestampResult():
                yield Section(self._capital("timestamp", country), tuple(self._timestamp(found)))
        yield from self._chain(_links(found))
        told = (t for t in tell_object(found) if t.finding.rule.code != _NO_SIGNATURE_BY_IT)
        yield from self._findings(found.conclusion, tuple(told))
        if self._verbose and isinstance(found, CertificateResult | TimestampResult):
            yield from self._paths(found.paths, country)

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
            yield Line(self._revocation(status, country_of(found)), label=visible(serial))

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
        said = [f"{number}. {visible(link.ref.name)}"]
        if link.anchor is not None:
            which = "anchor_pinned" if link.anchor.source.startswith("pinned") else "anchor_given"
            said.append(self._say(f"words.label.{which}"))
        else:
            said.append(self._revocation(link.revocation, link.identity.country))
        tone = {
            RevocationState.REVOKED: Tone.BAD,
            RevocationState.ON_HOLD: Tone.UNSURE,
            RevocationState.UNKNOWN: Tone.UNSURE,
        }.get(link.revocation.state, Tone.PLAIN)
        return Line(" — ".join(part for part in said if part), Tone.PLAIN if answered else tone)

    def _revocation(self, status: Revocation, country: str | None) -> str:
        at = status.revoked_at or status.this_update
        said = self._say.about(country)(f"words.revocation.{status.state.value}", at=at)
        if status.state is not RevocationState.REVOKED or status.reason is None:
            return said
        key = f"words.revocation_reason.{status.reason}"
        if not self._say.has(key):
            key = "words.revocation_reason.other"
        return f"{said} ({self._say(key, code=status.reason)})"

    def _algorithm(self, algorithm: Algorithm) -> str:
        oids = (algorithm.signature_oid, algorithm.digest_oid, algorithm.key_parameters_oid)
        named = list(dict.fromkeys(self._oid(oid) for oid in oids if oid))
        if algorithm.key_bits:
            named.append(self._say("words.label.key_bits", bits=algorithm.key_bits))
        return ", ".join(named)

    def _oid(self, oid: str) -> str:
        return self._say.name_of(oid)

    # --- findings

    def _findings(self, conclusion: Conclusion, every: tuple[Telling, ...]) -> Iterator[Section]:
        problems = worst_first(conclusion, every)
        say = self._say
        if problems:
            yield Section(say("words.heading.problems"), tuple(self._told(problems)))
        lists_matter = any("revocation" in problem.finding.rule.code for problem in problems)
        notes = [each for each in every if _is_note(each, lists_matter=lists_matter)]
        if notes:
            yield Section(say("words.heading.notes"), tuple(self._told(notes)))
        if self._verbose and every:
            yield Section(say("words.heading.findings"), tuple(self._all(every)))

    def _told(self, tellings: Iterable[Telling]) -> Iterator[Line]:
        """Tell each sentence once, with its remedy under it."""
        told: set[str] = set()
        for telling in tellings:
            said = telling.sentence(self._say)
            if said.text in told:
                continue
            told.add(said.text)
            yield Line(said.text, _tone(telling))
            if said.remedy and said.remedy not in told:
                told.add(said.remedy)
                yield Line(said.remedy, Tone.REMEDY, depth=1)

    def _all(self, tellings: Iterable[Telling]) -> Iterator[Line]:
        say = self._say
        for telling in tellings:
            finding = telling.finding
            yield Line(telling.sentence(say).text, _tone(telling))
            word = self._object_word(finding.subject.kind.value, telling.country)
            subject = f"{word} «{finding.subject.name}»"
            source = f"{finding.rule.code} · {finding.rule.clause} · {visible(subject)}"
            yield Line(source, Tone.QUIET, depth=1)
            compared = [
                f"{say(f'words.label.{name}')}: {self._value(value)}"
                for name, value in (("expected", finding.expected), ("actual", finding.actual))
                if value is not None
            ]
            if compared:
                yield Line("; ".join(compared), Tone.QUIET, depth=1)

    def _value(self, text: str) -> str:
        """Write a value compared: a time as people read it, an identifier with its name."""
        if _OID.fullmatch(text):
            return self._say.fill("{oid:oid} ({oid})", {"oid": text})
        return self._say.fill("{time:moment}", {"time": text})

    def _paths(self, paths: tuple[PathResult, ...], country: str | None) -> Iterator[Section]:
        if not paths:
            return
        lines: list[Line] = []
        for path in paths:
            names = " ← ".join(visible(link.ref.name) for link in path.links)
            lines.append(Line(names, tone_of(path.conclusion)))
            worst = worst_first(path.conclusion, tell(path.conclusion.findings, country))
            lines += [Line(line.text, line.tone, depth=1) for line in self._told(worst)]
        yield Section(self._say("words.heading.paths"), tuple(lines))

    # --- the conditions of the check

    def _needs(self) -> Iterator[Line]:
        for need in self._report.needs:
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

    def _object_word(self, kind: str, country: str | None) -> str:
        """Name an object by the law of its country."""
        for place in (country or "other", "other"):
            key = f"words.object.{place}.{kind}"
            if self._say.has(key):
                return self._say(key)
        return kind

    def _capital(self, kind: str, country: str | None) -> str:
        word = self._object_word(kind, country)
        return word[:1].upper() + word[1:]

    def _named(self, table: str, code: str) -> str:
        key = f"words.{table}.{code}"
        return self._say(key) if self._say.has(key) else visible(code)


def _tone(telling: Telling) -> Tone:
    return Tone.GOOD if telling.answered else _TONES[telling.finding.severity]


def _is_note(telling: Telling, *, lists_matter: bool) -> bool:
    """Whether a finding deserves a place on the first screen beside the problems.

    What another section says is not repeated; that a list or an answer was of no use matters
    only where revocation information is missing.
    """
    finding = telling.finding
    if telling.answered:
        return True
    if finding.severity not in {Severity.WARN, Severity.INFO}:
        return False
    if finding.rule.code in _SAID_ELSEWHERE or finding.rule.code.startswith(_FOR_EXPERTS):
        return False
    return lists_matter or finding.subject.kind not in {ObjectKind.CRL, ObjectKind.OCSP}


def _holds(block: BlockResult) -> bool:
    """Whether what a block asked is so.

    That of the time carries the conclusion of the whole: its own part are its findings.
    """
    if block.block is not Block.SIGNATURE_TIME:
        return block.conclusion.passed
    own = {finding.severity for finding in block.conclusion.findings}
    return own.isdisjoint({Severity.FAIL, Severity.UNKNOWN})


def _links(
    found: SignatureResult | CertificateResult | CrlResult | OcspResult | TimestampResult,
) -> tuple[ChainLink, ...]:
    """Return the path that was taken; where none was, the first candidate as far as it goes."""
    if found.chain or isinstance(found, CrlResult | OcspResult):
        return found.chain
    return found.paths[0].links if found.paths else ()


def _state(indication: Indication) -> str:
    if indication in {Indication.PASSED, Indication.TOTAL_PASSED}:
        return "passed"
    return "indeterminate" if indication is Indication.INDETERMINATE else "failed"


def _short_name(name: Name) -> str:
    """Show a name by its common name or organisation, else whole."""
    return visible(name.get("2.5.4.3") or name.get("2.5.4.10") or name.display())
