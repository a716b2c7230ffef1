"""Whether a Russian signer may act for whom they signed: 63-FZ 17.2, Civil Code 182 to 189.

An organisation's certificate names who acts for it without a power of attorney; anybody else signs
with a certificate of their own and shows a machine-readable power of attorney (МЧД), since
01.09.2024 without exception. Who is meant is told by ИНН, СНИЛС and ОГРН, never by a name.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from zaruka.findings import Indication, Severity
from zaruka.jurisdictions.russia import rules
from zaruka.jurisdictions.russia.power_of_attorney import Delegation, PartyKind
from zaruka.jurisdictions.russia.power_status import Standing
from zaruka.validation import rules as common
from zaruka.validation.jurisdiction import HolderKind
from zaruka.validation.powers import (
    Powers,
    PowersBasis,
    PowersOutcome,
    closest,
    finding_on,
    outcome_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from zaruka.findings import Finding, ObjectRef
    from zaruka.jurisdictions.russia.power_of_attorney import Party, Person, PowerOfAttorney
    from zaruka.jurisdictions.russia.power_status import PowerStatus
    from zaruka.validation.jurisdiction import Identity
    from zaruka.validation.powers import Power
    from zaruka.validation.results import SignatureResult

__all__ = ["Shown", "SignedPower", "judge_powers"]

_MOSCOW: Final = timezone(timedelta(hours=3))
_NATURAL: Final = frozenset({PartyKind.PERSON, PartyKind.ENTREPRENEUR})
_DEEPEST: Final = 8  # powers of attorney, one delegated under the other
# Until then an employee could have a certificate of the organisation (63-FZ, as of 476-FZ).
_HEADS_ONLY: Final = datetime(2024, 8, 31, 21, tzinfo=UTC)


class SignedPower(Struct, frozen=True):
    """A power of attorney and the signatures on it, each judged as any other."""

    power: PowerOfAttorney
    signatures: tuple[SignatureResult, ...]


class Shown(Struct, frozen=True):
    """What was shown beside a document: powers of attorney, registries' answers, codes asked for.

    `signers` are all who validly signed the document.
    """

    powers: tuple[SignedPower, ...] = ()
    statuses: tuple[PowerStatus, ...] = ()
    codes: tuple[str, ...] = ()
    signers: tuple[Identity, ...] = ()


def judge_powers(found: SignatureResult, shown: Shown) -> Powers:
    """Judge the powers of one signer at the moment of `best_signature_time`; pure.

    What a certificate shows by itself is enough where no power of attorney names the signer.
    """
    signer = found.signer
    if signer is None:
        return _none(found)
    fitting = [each for each in shown.powers if _representative(each.power, signer)]
    if fitting:
        return closest(_Judgement(found, signer, shown).judge(each) for each in fitting)
    others = [
        finding_on(
            rules.POWER_REPRESENTATIVE,
            Severity.FAIL,
            each.power.ref,
            expected=", ".join(party.name for party in each.power.representatives),
            actual=signer.person or signer.name,
        )
        for each in shown.powers
    ]
    by_certificate = _by_certificate(found, signer)
    if by_certificate.outcome is PowersOutcome.CONFIRMED:
        return by_certificate
    return Powers(PowersOutcome.NOT_SHOWN, (*others, *by_certificate.findings))


def _none(found: SignatureResult) -> Powers:
    nothing = finding_on(common.POWERS_NONE, Severity.INFO, found.ref, actual="RU")
    return Powers(PowersOutcome.NOT_SHOWN, (nothing,))


def _by_certificate(found: SignatureResult, signer: Identity) -> Powers:
    """Say what the certificate alone shows: an entrepreneur, or the head of an organisation."""
    if signer.kind is HolderKind.ENTREPRENEUR:
        own = finding_on(common.POWERS_OWN, Severity.PASS, found.ref, actual=signer.name)
        return Powers(PowersOutcome.CONFIRMED, (own,), basis=PowersBasis.OWN, principal=signer.name)
    if signer.kind is not HolderKind.REPRESENTATIVE or not found.chain:
        return _none(found)
    issued = found.chain[0].certificate.not_before
    heads = issued >= _HEADS_ONLY and found.conclusion.passed
    named = finding_on(
        rules.POWER_CERTIFICATE,
        Severity.PASS if heads else Severity.UNKNOWN,
        found.ref,
        actual=signer.organisation,
        at=issued,
    )
    # That others have to sign too, only the register of legal entities shows (Civil Code 53(1)).
    alone = finding_on(rules.POWER_ALONE, Severity.WARN, found.ref, actual=signer.organisation)
    return Powers(
        PowersOutcome.CONFIRMED if heads else PowersOutcome.NOT_SHOWN,
        (named, alone) if heads else (named,),
        basis=PowersBasis.CERTIFICATE if heads else None,
        principal=signer.organisation,
    )


# --- who is who


def _numbers(signer: Identity, *codes: str) -> set[str]:
    return {each.value for each in signer.identifiers if each.code in codes}


def _same(pairs: Iterable[tuple[str | None, set[str]]]) -> bool:
    """Whether numbers that both sides have agree, and there is one that both have."""
    compared = [said in known for said, known in pairs if said is not None and known]
    return bool(compared) and all(compared)


def _is_person(person: Person, signer: Identity) -> bool:
    inns = {each for each in _numbers(signer, "INN") if len(each) == 12}
    return _same(((person.inn, inns), (person.snils, _numbers(signer, "SNILS"))))


def _is_organisation(party: Party, signer: Identity) -> bool:
    inns = _numbers(signer, "INNLE") | {n for n in _numbers(signer, "INN") if len(n) == 10}
    return _same(((party.inn, inns), (party.ogrn, _numbers(signer, "OGRN"))))


def _is_entrepreneur(party: Party, signer: Identity) -> bool:
    return signer.kind is HolderKind.ENTREPRENEUR and _same(
        ((party.ogrn, _numbers(signer, "OGRNIP")), (party.inn, _numbers(signer, "INN")))
    )


def _acts_as(party: Party, signer: Identity) -> bool:
    """Whether the signer's certificate shows them to be the party, or its head."""
    match party.kind:
        case PartyKind.PERSON:
            return any(_is_person(each, signer) for each in party.persons)
        case PartyKind.ENTREPRENEUR:
            return _is_entrepreneur(party, signer)
    if party.manager is not None and _acts_as(party.manager, signer):
        return True
    return (
        signer.kind is HolderKind.REPRESENTATIVE
        and _is_organisation(party, signer)
        and any(_is_person(each, signer) for each in party.persons)
    )


def _represents(party: Party, signer: Identity) -> bool:
    """Whether the signer is the representative; of an organisation, whom its certificate names."""
    if party.kind in _NATURAL:
        return any(_is_person(each, signer) for each in party.persons) or _is_entrepreneur(
            party, signer
        )
    return signer.kind is HolderKind.REPRESENTATIVE and _is_organisation(party, signer)


def _representative(power: PowerOfAttorney, signer: Identity) -> Party | None:
    return next((each for each in power.representatives if _represents(each, signer)), None)


# --- one power of attorney


class _Judgement:
    """One power of attorney for one signer: every rule is asked."""

    def __init__(self, found: SignatureResult, signer: Identity, shown: Shown) -> None:
        self._signer = signer
        self._shown = shown
        self._at = found.best_signature_time

    def judge(self, signed: SignedPower) -> Powers:
        power = signed.power
        findings = tuple(self._findings(signed))
        return Powers(
            outcome_of(findings),
            findings,
            basis=PowersBasis.POWER_OF_ATTORNEY,
            document=power.ref,
            number=power.number,
            principal=", ".join(each.name for each in self._principals(signed)),
            powers=power.powers,
            since=_start(power.issued),
            until=_end(power.until),
        )

    def _principals(self, signed: SignedPower) -> tuple[Party, ...]:
        """Return for whom the representative acts: who issued the first of the chain."""
        for _ in range(_DEEPEST):
            source = self._source(signed.power)
            if source is None:
                break
            signed = source
        return signed.power.issuers

    def _findings(self, signed: SignedPower) -> Iterator[Finding]:
        power = signed.power
        signer = self._signer
        person = signer.person or signer.name
        yield finding_on(rules.POWER_REPRESENTATIVE, Severity.PASS, power.ref, actual=person)
        natural = any(_is_person(p, signer) for r in power.representatives for p in r.persons)
        if natural and signer.kind is HolderKind.REPRESENTATIVE:
            yield finding_on(
                rules.POWER_NOT_PERSONAL, Severity.WARN, power.ref, actual=signer.organisation
            )
        organisation = _representative(power, signer)
        if organisation is not None and organisation.kind not in _NATURAL:
            yield finding_on(rules.POWER_ALONE, Severity.WARN, power.ref, actual=organisation.name)
        yield from self._links(signed)
        yield from self._scope(power)

    def _links(self, signed: SignedPower) -> Iterator[Finding]:
        """Judge the document, and each that it was delegated under up to the first."""
        seen: set[str] = set()
        below: tuple[Party, ...] = ()
        for steps in range(1, _DEEPEST + 1):
            power = signed.power
            seen.add(power.number)
            yield from self._own(signed)
            yield from self._joint(power, below)
            if power.previous is None:
                return
            source = self._source(power)
            if source is None or source.power.number in seen:
                yield finding_on(
                    rules.POWER_SOURCE, Severity.UNKNOWN, power.ref, expected=power.previous
                )
                return
            yield finding_on(rules.POWER_SOURCE, Severity.PASS, power.ref, actual=power.previous)
            yield from _delegated(power, source.power, steps)
            signed, below = source, power.issuers
        yield finding_on(rules.POWER_CHAIN_LONG, Severity.FAIL, signed.power.ref, limit=_DEEPEST)

    def _source(self, power: PowerOfAttorney) -> SignedPower | None:
        if power.previous is None:
            return None
        numbered = (each for each in self._shown.powers if each.power.number == power.previous)
        return next(numbered, None)

    def _own(self, signed: SignedPower) -> Iterator[Finding]:
        power = signed.power
        same = {
            each.power.ref.sha256
            for each in self._shown.powers
            if each.power.number == power.number
        }
        if len(same) > 1:
            yield finding_on(rules.POWER_DOUBLED, Severity.UNKNOWN, power.ref, actual=power.number)
        day = self._at.astimezone(_MOSCOW).date()
        yield finding_on(
            rules.POWER_TERM,
            Severity.PASS if power.issued <= day <= power.until else Severity.FAIL,
            power.ref,
            since=_start(power.issued),
            until=_start(power.until),
            at=self._at,
        )
        yield from _signed(signed)
        if power.irrevocable:
            yield finding_on(rules.POWER_IRREVOCABLE, Severity.INFO, power.ref)
        yield self._registry(power)

    def _registry(self, power: PowerOfAttorney) -> Finding:
        """Weigh the registry's answers: a revocation counts from its date, whoever tells of it.

        That it stands is shown by an answer not older than the signature.
        """
        answers = [each for each in self._shown.statuses if each.number == power.number]
        answers.sort(key=lambda each: each.as_of, reverse=True)
        for each in answers:
            broken = each.standing is Standing.REVOKED and (
                each.revoked_at is None or each.revoked_at <= self._at
            )
            if broken:
                when = each.revoked_at or each.as_of
                return finding_on(
                    rules.POWER_REVOKED, Severity.FAIL, power.ref, actual=each.source, at=when
                )
        for each in answers:
            if each.as_of >= self._at and each.standing is not Standing.UNKNOWN:
                return finding_on(
                    rules.POWER_REGISTRY,
                    Severity.PASS,
                    power.ref,
                    actual=each.source,
                    at=each.as_of,
                )
        newest = answers[0] if answers else None
        return finding_on(
            rules.POWER_REGISTRY,
            Severity.UNKNOWN,
            power.ref,
            expected=power.system,
            actual=_lacking(newest),
            number=power.number,
        )

    def _scope(self, power: PowerOfAttorney) -> Iterator[Finding]:
        """Compare codes; what is said in words is shown and not judged."""
        asked = self._shown.codes
        if power.has_text:
            yield finding_on(rules.POWER_IN_WORDS, Severity.INFO, power.ref)
        if not asked:
            yield finding_on(rules.POWER_SCOPE_NOT_ASKED, Severity.INFO, power.ref)
        if any(each.limits for each in power.powers if not asked or each.code in asked):
            yield finding_on(rules.POWER_LIMITED, Severity.INFO, power.ref)
        for code in asked:
            severity = Severity.PASS if code in power.codes else Severity.FAIL
            yield finding_on(rules.POWER_SCOPE, severity, power.ref, expected=code)

    def _joint(self, power: PowerOfAttorney, delegating: tuple[Party, ...]) -> Iterator[Finding]:
        """Want all representatives where they may only act together.

        Each has to sign the document or be among those who delegated what they had.
        """
        if not power.joint:
            return
        missing = [
            each.name
            for each in power.representatives
            if not any(_represents(each, signer) for signer in self._shown.signers)
            and not _is_among(each, delegating)
        ]
        severity = Severity.FAIL if missing else Severity.PASS
        if len(power.representatives) < 2:  # with whom, it does not say
            severity = Severity.UNKNOWN
        yield finding_on(
            rules.POWER_JOINT, severity, power.ref, expected=", ".join(missing) or None
        )


def _lacking(newest: PowerStatus | None) -> str:
    if newest is None:
        return "none"
    return "unknown" if newest.standing is Standing.UNKNOWN else "old"


def _signed(signed: SignedPower) -> Iterator[Finding]:
    """Want a valid signature of every principal, or of everyone who delegates."""
    ref, issuers = signed.power.ref, signed.power.issuers
    valid = [each for each in signed.signatures if each.conclusion.passed]
    if not valid:
        failed = any(
            each.conclusion.indication is Indication.TOTAL_FAILED for each in signed.signatures
        )
        nothing = failed or not signed.signatures
        severity = Severity.FAIL if nothing else Severity.UNKNOWN
        actual = "failed" if failed else "open" if signed.signatures else "none"
        yield finding_on(rules.POWER_SIGNATURE, severity, ref, actual=actual)
        return
    yield finding_on(rules.POWER_SIGNATURE, Severity.PASS, ref)
    if signed.power.notarised:
        names = ", ".join(each.signer.name for each in valid if each.signer)
        yield finding_on(rules.POWER_NOTARY, Severity.UNKNOWN, ref, actual=names)
        return
    signers = [each.signer for each in valid if each.signer is not None]
    for party in issuers:
        holds = any(_acts_as(party, signer) for signer in signers)
        yield finding_on(
            rules.POWER_PRINCIPAL,
            Severity.PASS if holds else Severity.FAIL,
            ref,
            expected=party.name,
            actual=", ".join(signer.name for signer in signers),
        )
        yield from _heads(party, signers, ref)


def _heads(party: Party, signers: list[Identity], ref: ObjectRef) -> Iterator[Finding]:
    """Want the signatures of all heads where they may only act together."""
    if not party.joint:
        return
    missing = [
        each.heads for each in party.joint if not any(_acts_as(each, signer) for signer in signers)
    ]
    severity = Severity.FAIL if missing else Severity.PASS
    if len(party.joint) < 2:  # with whom, it does not say
        severity = Severity.UNKNOWN
    expected = ", ".join(missing) or None
    yield finding_on(rules.POWER_HEADS, severity, ref, expected=expected, actual=party.name)


def _delegated(power: PowerOfAttorney, source: PowerOfAttorney, steps: int) -> Iterator[Finding]:
    """Compare a передоверие with what it was delegated under: Civil Code 187.

    `steps` is how often powers were delegated below `source`.
    """
    allowed = source.delegation is Delegation.ALLOWED or (
        source.delegation is Delegation.ONCE and steps == 1
    )
    severity = Severity.PASS if allowed else Severity.FAIL
    yield finding_on(rules.POWER_DELEGATION, severity, power.ref, expected=source.number)
    strangers = [each.name for each in power.issuers if not _is_among(each, source.representatives)]
    yield finding_on(
        rules.POWER_DELEGATE,
        Severity.FAIL if strangers else Severity.PASS,
        power.ref,
        expected=source.number,
        actual=", ".join(strangers) or None,
    )
    wider = sorted({each.code for each in power.powers if each.code and _exceeds(each, source)})
    if power.has_text:  # whether words go further, nobody here can tell
        yield finding_on(rules.POWER_WIDER, Severity.UNKNOWN, power.ref)
    yield finding_on(
        rules.POWER_WIDER,
        Severity.FAIL if wider else Severity.PASS,
        power.ref,
        actual=", ".join(wider) or None,
    )
    if power.until > source.until or power.issued < source.issued:
        yield finding_on(rules.POWER_LONGER, Severity.FAIL, power.ref, until=_start(source.until))


def _exceeds(power: Power, source: PowerOfAttorney) -> bool:
    """Whether a power is not among those of `source`, or has shaken off a limit of it."""
    return not any(
        each.code == power.code and set(each.limits) <= set(power.limits) for each in source.powers
    )


def _is_among(party: Party, others: tuple[Party, ...]) -> bool:
    """Whether a party is one of others, by the numbers that both sides have."""
    own = _all_numbers(party)
    return any(
        _same(
            (number, {theirs} if theirs else set())
            for number, theirs in zip(own, them, strict=True)
        )
        for them in map(_all_numbers, others)
    )


def _all_numbers(party: Party) -> tuple[str | None, ...]:
    """Return ИНН, ОГРН and, of a natural person, СНИЛС."""
    natural = party.kind in _NATURAL
    snils = party.persons[0].snils if natural and party.persons else None
    return party.inn, party.ogrn, snils


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=_MOSCOW).astimezone(UTC)


def _end(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), tzinfo=_MOSCOW).astimezone(UTC)
