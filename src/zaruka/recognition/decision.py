"""Does a signature count across the border? A decision beside the verdict, never changing it.

Pure: the verdict, the act, the agreements and the receipt are given. Each rule of an agreement
gives a finding; from them alone follows the outcome. What would make the signature recognised
are the remedies of the findings that are broken or open.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from zaruka.findings import Finding, Indication, Severity
from zaruka.recognition import rules
from zaruka.recognition.act import Participant, participant_of
from zaruka.recognition.agreement import Demand, Effect
from zaruka.recognition.profile import accreditation_of, closest_profile
from zaruka.validation.crosswalk import Condition, place_of
from zaruka.validation.results import TimestampKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from zaruka.findings import Conclusion, ObjectRef, Rule
    from zaruka.recognition.act import Act
    from zaruka.recognition.agreement import Admitted, AdmittedProfile, Agreement
    from zaruka.validation.results import SignatureResult

__all__ = ["Decision", "HomeReceipt", "Outcome", "decide_recognition"]


class Outcome(StrEnum):
    """What is decided. Its words share none with those of the verdict."""

    RECOGNISED = "recognised"
    NOT_RECOGNISED = "not-recognised"
    CANNOT_VERIFY = "cannot-verify"
    NOT_CROSS_BORDER = "not-cross-border"  # a signature of that very country


class HomeReceipt(Struct, frozen=True):
    """What the receipt of the signer's own third party amounts to, checked before.

    `confirmed` is what it says of the signature (None: it waits or says nothing of it), `sound`
    whether its own signature, time and match with document and signature hold.
    """

    ref: ObjectRef
    country: str | None
    certificate_sha256: str
    name: str
    time: datetime
    confirmed: bool | None
    sound: bool


class Decision(Struct, frozen=True):
    """The outcome, the act it is about (its sender filled in), the agreement and every rule."""

    outcome: Outcome
    act: Act
    agreement: Agreement | None
    findings: tuple[Finding, ...]

    @property
    def open(self) -> tuple[Finding, ...]:
        """What stands against recognition, what is broken first."""
        return tuple(
            each
            for severity in (Severity.FAIL, Severity.UNKNOWN)
            for each in self.findings
            if each.severity is severity
        )


_ANYBODY = frozenset(Participant)
_RANK = (Outcome.RECOGNISED, Outcome.CANNOT_VERIFY, Outcome.NOT_RECOGNISED)


def decide_recognition(
    found: SignatureResult,
    act: Act,
    agreements: Iterable[Agreement],
    receipt: HomeReceipt | None = None,
) -> Decision:
    """Decide whether the signature `found` counts in `act.country`.

    Of several agreements that apply the one that recognises decides; else one that is known to
    be in force, and of those the closest to recognising. One for other receivers than that of the
    act, or for some where that is not stated, decides only where there is no other.
    """
    home = found.signer.country if found.signer else None
    if home == act.country:
        return Decision(Outcome.NOT_CROSS_BORDER, act, None, ())
    if home is None or act.country is None:
        asked = rules.NO_AGREEMENT if act.country else rules.COUNTRY_NOT_STATED
        open_ = _finding(asked, Severity.UNKNOWN, found, expected=act.country, actual=home)
        return Decision(_outcome((open_,)), act, None, (open_,))
    between = [each for each in agreements if {home, act.country} <= each.parties]
    applying = [each for each in between if _is_about(each, act) and _may_be_in_force(each, act)]
    covering = [each for each in applying if _covers_receiver(each, act)]
    other = next((each for each in between if _is_of_another_time(each, act)), None)
    if not applying or (other is not None and not covering):
        findings = (_none_applies(found, act, other, home), *_on_act(found, act))
        return Decision(_outcome(findings), act, None, findings)
    decisions = [_Judgement(found, act, each, receipt).decide() for each in covering or applying]
    return min(decisions, key=_closeness)


def _closeness(decision: Decision) -> tuple[bool, bool, int, int]:
    known = decision.agreement is not None and decision.agreement.span is not None
    recognised = decision.outcome is Outcome.RECOGNISED
    return not recognised, not known, _RANK.index(decision.outcome), len(decision.open)


def _is_about(agreement: Agreement, act: Act) -> bool:
    return not agreement.subjects or act.subject in agreement.subjects


def _covers_receiver(agreement: Agreement, act: Act) -> bool:
    allowed = agreement.receivers
    return not allowed or allowed >= _ANYBODY or act.receiver in allowed


def _is_of_another_time(agreement: Agreement, act: Act) -> bool:
    """Whether it would recognise, but is known not to be in force then."""
    out_of_force = agreement.span is not None and not agreement.span.covers(act.at)
    return out_of_force and agreement.effect is Effect.RECOGNITION and _is_about(agreement, act)


def _may_be_in_force(agreement: Agreement, act: Act) -> bool:
    """Whether it is in force then or, its start not stated, might be."""
    if agreement.span is not None:
        return agreement.span.covers(act.at)
    return agreement.pending is None or agreement.pending <= act.at


def _none_applies(found: SignatureResult, act: Act, other: Agreement | None, home: str) -> Finding:
    """Say that there is no agreement, or that the one there is was not in force then."""
    if other is not None:
        return _finding(rules.AGREEMENT, Severity.FAIL, found, agreement=other.code, at=act.at)
    return _finding(rules.NO_AGREEMENT, Severity.FAIL, found, expected=act.country, actual=home)


def _on_act(found: SignatureResult, act: Act) -> Iterator[Finding]:
    """Say what was assumed of the question, and whose moment's rules apply."""
    if act.assumed and act.country is not None:
        yield _finding(rules.COUNTRY_ASSUMED, Severity.INFO, found, actual=act.country)
    actual = "proven" if act.proven else "check"
    yield _finding(rules.MOMENT, Severity.INFO, found, actual=actual, at=act.at)


def _is_not_met(conclusion: Conclusion) -> bool:
    """Whether the law would not have the signature: what time or evidence may cure is open."""
    return place_of(conclusion).law_63fz is not Condition.UNKNOWN


def _outcome(findings: Iterable[Finding]) -> Outcome:
    severities = {each.severity for each in findings}
    if Severity.FAIL in severities:
        return Outcome.NOT_RECOGNISED
    return Outcome.CANNOT_VERIFY if Severity.UNKNOWN in severities else Outcome.RECOGNISED


def _finding(
    rule: Rule,
    severity: Severity,
    found: SignatureResult,
    *,
    expected: str | None = None,
    actual: str | None = None,
    **details: str | int | datetime,
) -> Finding:
    return Finding(rule, severity, found.ref, expected, actual, details)


class _Judgement:
    """One signature by one agreement: every rule is asked, so that a reader learns of each."""

    def __init__(
        self,
        found: SignatureResult,
        act: Act,
        agreement: Agreement,
        receipt: HomeReceipt | None,
    ) -> None:
        self._found = found
        self._agreement = agreement
        self._receipt = receipt
        self._assumed = act.sender is None
        sender = act.sender or (participant_of(found.signer.kind) if found.signer else None)
        self._act = structs.replace(act, sender=sender, sender_assumed=self._assumed)

    def decide(self) -> Decision:
        about = _on_act(self._found, self._act)
        if self._agreement.effect is Effect.NONE:
            findings = (self._say(rules.BEFORE_AGREEMENT, Severity.FAIL), *about)
        else:
            findings = (*about, *self._findings())
        return Decision(_outcome(findings), self._act, self._agreement, findings)

    def _findings(self) -> Iterator[Finding]:
        yield self._in_force()
        yield from self._signature()
        yield from self._participants()
        yield from self._exclusions()
        yield from self._admission()
        yield from self._time()
        yield from self._home_receipt()

    def _say(
        self,
        rule: Rule,
        severity: Severity,
        *,
        expected: str | None = None,
        actual: str | None = None,
        **details: str | int | datetime,
    ) -> Finding:
        told = {"agreement": self._agreement.code, "country": self._act.country or "", **details}
        return _finding(rule, severity, self._found, expected=expected, actual=actual, **told)

    def _in_force(self) -> Finding:
        span = self._agreement.span
        if span is None or span.since is None:
            return self._say(rules.START_NOT_STATED, Severity.UNKNOWN)
        return self._say(rules.AGREEMENT, Severity.PASS, since=span.since)

    def _signature(self) -> Iterator[Finding]:
        """Take the verdict as it is; what does not meet 63-FZ 11 counts for nothing (D7)."""
        conclusion = self._found.conclusion
        sub = conclusion.sub_indication
        actual = sub.value if sub else conclusion.indication.value
        if conclusion.passed:
            yield self._say(rules.SIGNATURE, Severity.PASS)
        elif conclusion.indication is Indication.TOTAL_FAILED or _is_not_met(conclusion):
            yield self._say(rules.SIGNATURE, Severity.FAIL, actual=actual)
        else:
            yield self._say(rules.SIGNATURE, Severity.UNKNOWN, actual=actual)
        anchor = self._found.chain[-1].anchor if self._found.chain else None
        if anchor is not None and anchor.source == "given":
            yield self._say(rules.NOT_QUALIFIED, Severity.WARN, actual=anchor.name)
        yield from self._accreditation()

    def _accreditation(self) -> Iterator[Finding]:
        """Take what the lists say of the issuer on the day of issue (R7); elsewhere it is told."""
        said = accreditation_of(self._found)
        if said is not None:
            severity, issuer = said
            yield self._say(rules.ACCREDITATION, severity, actual=issuer)

    def _participants(self) -> Iterator[Finding]:
        act, agreement = self._act, self._agreement
        for side, kind, allowed in (
            ("sender", act.sender, agreement.senders),
            ("receiver", act.receiver, agreement.receivers),
        ):
            if kind is None:
                if allowed:  # whoever it is, an agreement for all covers them
                    open_ = Severity.WARN if allowed >= _ANYBODY else Severity.UNKNOWN
                    yield self._say(rules.PARTICIPANT, open_, side=side)
                continue
            assumed = side == "sender" and self._assumed
            if assumed:
                yield self._say(rules.PARTICIPANT_ASSUMED, Severity.INFO, actual=kind.value)
            severity = Severity.PASS
            if allowed and kind not in allowed:
                severity = Severity.UNKNOWN if assumed else Severity.FAIL
            yield self._say(rules.PARTICIPANT, severity, actual=kind.value, side=side)

    def _exclusions(self) -> Iterator[Finding]:
        """Say which exclusion applies, and which would with what was not stated."""
        act = self._act
        taken = self._assumed and act.sender is Participant.COMPANY  # a state body is one too
        sender = None if taken else act.sender
        for each in self._agreement.exclusions:
            asked = (
                (sender, each.senders),
                (act.receiver, each.receivers),
                (act.subject, each.subjects),
            )
            wanted = [(given, kinds) for given, kinds in asked if kinds]
            if all(given in kinds for given, kinds in wanted):
                yield self._say(rules.EXCLUDED, Severity.FAIL, actual=each.code)
            elif all(given is None or given in kinds for given, kinds in wanted):
                yield self._say(rules.EXCLUSION_OPEN, Severity.INFO, actual=each.code)

    def _admission(self) -> Iterator[Finding]:
        """Ask what is admitted of the signer's country: algorithms, profiles."""
        home = self._found.signer.country if self._found.signer else None
        algorithms = [each for each in self._agreement.algorithms if each.country == home]
        profiles = [each for each in self._agreement.profiles if each.country in {None, home}]
        if algorithms:
            yield self._algorithm(algorithms)
        if profiles:
            yield from self._profile(profiles)
        stated = (("algorithms", algorithms), ("profiles", profiles))
        unstated = ", ".join(name for name, listed in stated if not listed)
        if unstated:
            yield self._say(rules.ADMISSION_NOT_STATED, Severity.INFO, actual=unstated)

    def _algorithm(self, listed: list[Admitted]) -> Finding:
        algorithm = self._found.algorithm
        used = {algorithm.signature_oid, algorithm.key_oid}
        at = self._act.at
        holds = any(used & each.oids and each.span.covers(at) for each in listed)
        return self._say(
            rules.ALGORITHM,
            Severity.PASS if holds else Severity.FAIL,
            expected=", ".join(each.name for each in listed),
            actual=algorithm.signature_oid,
        )

    def _profile(self, listed: list[AdmittedProfile]) -> Iterator[Finding]:
        """Ask for one profile admitted at the moment; of the closest it is said what lacks."""
        at = self._act.at
        admitted = [each for each in listed if each.span.covers(at)]
        if not admitted:
            yield self._say(rules.PROFILE, Severity.FAIL, at=at)
            return
        profile, unmet = closest_profile(self._found, admitted)
        for each in unmet:
            yield self._say(
                each.rule,
                each.severity,
                expected=each.expected,
                actual=each.actual,
                profile=profile.name,
            )
        if not unmet:
            yield self._say(rules.PROFILE, Severity.PASS, actual=profile.name)

    def _time(self) -> Iterator[Finding]:
        """Trusted time made by a third party or authority at the moment of signing (R5)."""
        demand = self._agreement.time_evidence
        stamps = [
            each
            for each in self._found.timestamps
            if each.kind is TimestampKind.SIGNATURE and each.conclusion.passed
        ]
        if stamps:
            first = min(each.time for each in stamps)
            yield self._say(rules.TIME_EVIDENCE, Severity.PASS, at=first)
        elif demand is Demand.REQUIRED:
            yield self._say(rules.TIME_EVIDENCE, Severity.FAIL)
        elif demand is Demand.WANTED:
            yield self._say(rules.TIME_EVIDENCE, Severity.WARN)

    def _home_receipt(self) -> Iterator[Finding]:
        """Ask the signer's own third party, who decides in law; our check is a control (D5)."""
        demand, receipt = self._agreement.home_receipt, self._receipt
        home = self._found.signer.country if self._found.signer else None
        if receipt is None:
            if demand is Demand.REQUIRED:
                yield self._say(rules.HOME_RECEIPT, Severity.UNKNOWN, expected=home)
            elif demand is Demand.WANTED:
                yield self._say(rules.HOME_RECEIPT, Severity.WARN, expected=home)
            return
        if not receipt.sound:
            yield self._say(rules.HOME_RECEIPT_BAD, Severity.UNKNOWN, actual=receipt.name)
            return
        yield self._third_party(receipt, home)
        own = self._found.conclusion
        if receipt.confirmed is None:
            yield self._say(rules.HOME_RECEIPT, Severity.UNKNOWN, actual=receipt.name)
        elif receipt.confirmed is not own.passed and (
            own.passed or own.indication is Indication.TOTAL_FAILED
        ):
            said = "granted" if receipt.confirmed else "rejection"
            yield self._say(rules.CONFLICT, Severity.UNKNOWN, expected=said, actual=receipt.name)
        else:
            severity = Severity.PASS if receipt.confirmed else Severity.FAIL
            yield self._say(
                rules.HOME_RECEIPT, severity, actual=receipt.name, expected=home, at=receipt.time
            )

    def _third_party(self, receipt: HomeReceipt, home: str | None) -> Finding:
        registered = [each for each in self._agreement.third_parties if each.country == home]
        if not registered:
            return self._say(rules.THIRD_PARTIES_NOT_STATED, Severity.UNKNOWN, actual=receipt.name)
        holds = receipt.country == home and any(
            each.certificate_sha256 == receipt.certificate_sha256 and each.span.covers(receipt.time)
            for each in registered
        )
        severity = Severity.PASS if holds else Severity.FAIL
        return self._say(rules.THIRD_PARTY, severity, actual=receipt.name, at=receipt.time)
