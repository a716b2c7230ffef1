"""Whether a Belarusian signer may act for whom they signed: attribute certificates.

STB 34.101.67 (the form of RFC 5755) binds powers to a certificate; the attribute-certificate
service (ЦАС) of GosSUOK issues and revokes them. Nobody else's attribute certificate counts,
however well it is signed: a service is known by its policy or its role, or by a statement of trust
that names it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import structs

from zaruka.asn1 import schema as s
from zaruka.crypto import Outcome
from zaruka.errors import InputError
from zaruka.findings import Severity
from zaruka.jurisdictions.belarus import oids, rules
from zaruka.trust import Purpose
from zaruka.validation import rules as common
from zaruka.validation.blocks.x509_validation import validate_certificate_chain
from zaruka.validation.jurisdiction import HolderKind
from zaruka.validation.policy import Holder
from zaruka.validation.powers import (
    Power,
    Powers,
    PowersBasis,
    PowersOutcome,
    closest,
    finding_on,
    outcome_of,
)
from zaruka.validation.record import fact_of_certificate, fact_of_statement, facts_of_paths
from zaruka.x509 import RevocationEvidence, verify_signed
from zaruka.x509.attribute_certificates import check_attribute_certificate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zaruka.facts import Fact
    from zaruka.findings import Finding
    from zaruka.validation.context import Context
    from zaruka.validation.results import SignatureResult
    from zaruka.x509 import AttributeCertificate, Certificate, CertificateList

__all__ = ["judge_powers"]

_AUTHORITY_ROLE: Final = oids.ROLE_OIDS["AA"]
_ORGANISATIONS: Final = ("2.5.4.10", oids.UNP)
_TRIED: Final = 16  # certificates of one name, or lists, that are looked at
_CERTIFICATE_HOLD: Final = 6
_NO_REVOCATION: Final = "2.5.29.56"  # noRevAvail, RFC 5755 4.3.6


def judge_powers(
    found: SignatureResult,
    attributes: Iterable[AttributeCertificate],
    context: Context,
    asked: Iterable[str] = (),
) -> Powers:
    """Judge the powers of one signer at the moment of `best_signature_time`.

    `attributes` are the attribute certificates given, inside a signature or beside it; `asked`
    the powers that are wanted, by type (OID) or value.
    """
    links = found.chain or (found.paths[0].links if found.paths else ())
    own = [] if not links else [*attributes]
    if own:
        signer = links[0].certificate
        mine = [each for each in own if each.holder.is_of(signer) is not False]
        if mine:
            judgement = _Judgement(found, signer, context, tuple(asked))
            judged = [judgement.judge(each) for each in mine]
            facts = tuple(fact for each in judged for fact in each.facts)
            return structs.replace(closest(judged), facts=facts)
    others = tuple(
        finding_on(rules.POWER_HOLDER, Severity.FAIL, each.ref, actual=links[0].ref.name)
        for each in own
    )
    if found.signer is not None and found.signer.kind is HolderKind.ENTREPRENEUR:
        alone = finding_on(common.POWERS_OWN, Severity.PASS, found.ref, actual=found.signer.name)
        return Powers(PowersOutcome.CONFIRMED, (alone,), basis=PowersBasis.OWN)
    nothing = finding_on(common.POWERS_NONE, Severity.INFO, found.ref, actual="BY")
    return Powers(PowersOutcome.NOT_SHOWN, (*others, nothing))


class _Judgement:
    """One attribute certificate for one signer: every rule is asked."""

    def __init__(
        self,
        found: SignatureResult,
        signer: Certificate,
        context: Context,
        asked: tuple[str, ...],
    ) -> None:
        self._found = found
        self._signer = signer
        self._context = context
        self._asked = asked
        self._at = found.best_signature_time
        self._facts: list[Fact] = []

    def judge(self, subject: AttributeCertificate) -> Powers:
        powers = tuple(_powers(subject))
        self._facts = []
        findings = tuple(self._findings(subject, powers))
        return Powers(
            outcome_of(findings),
            findings,
            basis=PowersBasis.ATTRIBUTE_CERTIFICATE,
            document=subject.ref,
            number=format(subject.serial_number, "X"),
            principal=self._principal(powers),
            powers=powers,
            since=subject.not_before,
            until=subject.not_after,
            facts=tuple(structs.replace(each, of=subject.sha256) for each in self._facts),
        )

    def _principal(self, powers: Iterable[Power]) -> str | None:
        named = [each.text for each in powers if each.code in _ORGANISATIONS]
        signer = self._found.signer
        return ", ".join(named) or (signer.organisation if signer else None)

    def _findings(
        self, subject: AttributeCertificate, powers: tuple[Power, ...]
    ) -> Iterator[Finding]:
        issuer = self._issuer(subject)
        if issuer is None:
            name = subject.issuer.display() if subject.issuer else None
            yield finding_on(rules.POWER_ISSUER, Severity.UNKNOWN, subject.ref, expected=name)
        else:
            yield finding_on(rules.POWER_ISSUER, Severity.PASS, subject.ref, actual=issuer.ref.name)
            yield from check_attribute_certificate(subject, issuer, self._at, self._signer)
            yield from self._service(subject, issuer)
            yield self._revocation(subject, issuer)
        if subject.holder.is_of(self._signer) is True:
            name = self._found.ref.name
            yield finding_on(rules.POWER_HOLDER, Severity.PASS, subject.ref, actual=name)
        yield from self._organisation(subject, powers)
        yield from self._scope(subject, powers)

    def _issuer(self, subject: AttributeCertificate) -> Certificate | None:
        """Find whose key signed it among those of the issuer's name; else the first of them."""
        if subject.issuer is None:
            return None
        held = self._context.evidence.pool().with_subject(subject.issuer)
        named = sorted(held, key=lambda each: each.sha256)[:_TRIED]
        self._facts += (fact_of_certificate(each, self._context) for each in named)
        signed = (
            each for each in named if verify_signed(subject, each.key).outcome is Outcome.VALID
        )
        return next(signed, named[0] if named else None)

    def _service(self, subject: AttributeCertificate, issuer: Certificate) -> Iterator[Finding]:
        """Want a trusted certificate that says it is of an attribute-certificate service."""
        about = self._context.trust.about(issuer.sha256)
        self._facts += map(fact_of_statement, about)
        stated = any(
            Purpose.ATTRIBUTES in each.purposes and Purpose.SIGNATURES not in each.purposes
            for each in about
            if each.holds(Purpose.ATTRIBUTES, self._at)
        )
        named = {oids.ATTRIBUTE_SERVICE, _AUTHORITY_ROLE} & set(issuer.policies)
        yield finding_on(
            rules.POWER_SERVICE,
            Severity.PASS if named or stated else Severity.FAIL,
            subject.ref,
            actual=issuer.ref.name,
        )
        validation = validate_certificate_chain(
            issuer, self._context, holder=Holder.CA, signs=False
        )
        self._facts += (*validation.facts, *facts_of_paths(validation.paths, self._context))
        anchor = validation.path.links[-1].anchor if validation.path else None
        trusted = anchor is not None and anchor.covers(Purpose.ATTRIBUTES, self._at)
        holds = validation.conclusion.passed and trusted
        sub = validation.conclusion.sub_indication
        yield finding_on(
            rules.POWER_SERVICE_TRUST,
            Severity.PASS if holds else Severity.UNKNOWN,
            subject.ref,
            expected=issuer.ref.name,
            actual=sub.value if sub else None,
        )

    def _revocation(self, subject: AttributeCertificate, issuer: Certificate) -> Finding:
        """Look the number up in the service's own lists that its key signed."""
        if _NO_REVOCATION in subject.extensions:
            return finding_on(rules.POWER_REVOCATION, Severity.PASS, subject.ref)
        lists = [each for each in self._context.evidence.crls if each.issuer == issuer.subject]
        lists.sort(key=lambda each: (each.this_update, each.sha256), reverse=True)
        usable = [each for each in lists[:_TRIED] if _is_of(each, issuer)]
        self._facts += (self._looked_in(each, subject, issuer) for each in usable)
        for each in usable:
            entry = each.find(subject.serial_number)
            if entry is None or entry.revocation_date > self._at:
                continue
            if entry.reason != _CERTIFICATE_HOLD or each is usable[0]:
                return finding_on(
                    rules.POWER_REVOKED,
                    Severity.FAIL,
                    subject.ref,
                    actual=None if entry.reason is None else str(entry.reason),
                    at=entry.revocation_date,
                )
        fresh = [each for each in usable if self._shows(each)]
        if not fresh:
            name = issuer.ref.name
            return finding_on(rules.POWER_REVOCATION, Severity.UNKNOWN, subject.ref, expected=name)
        when = fresh[0].this_update
        return finding_on(rules.POWER_REVOCATION, Severity.PASS, subject.ref, at=when)

    def _looked_in(
        self, crl: CertificateList, subject: AttributeCertificate, issuer: Certificate
    ) -> Fact:
        evidence = RevocationEvidence.of_list(crl, issuer, crl.find(subject.serial_number))
        return evidence.fact(self._context.evidence.source_of(crl.sha256), subject.sha256)

    def _shows(self, crl: CertificateList) -> bool:
        """Whether a list tells how it stood at the moment: it covers it, or is newer."""
        return crl.this_update > self._at or (
            crl.next_update is not None and self._at <= crl.next_update
        )

    def _organisation(
        self, subject: AttributeCertificate, powers: Iterable[Power]
    ) -> Iterator[Finding]:
        """Compare УНП, where both the attributes and the signer's certificate have one."""
        stated = {each.text for each in powers if each.code == oids.UNP}
        signer = self._found.signer
        own = signer.identifier("UNP") if signer else None
        if stated and own is not None and own.value not in stated:
            yield finding_on(
                rules.POWER_ORGANISATION,
                Severity.WARN,
                subject.ref,
                expected=own.value,
                actual=", ".join(sorted(stated)),
            )

    def _scope(self, subject: AttributeCertificate, powers: tuple[Power, ...]) -> Iterator[Finding]:
        if not self._asked:
            yield finding_on(rules.POWER_SCOPE_NOT_ASKED, Severity.INFO, subject.ref)
        for wanted in self._asked:
            holds = any(wanted in {each.code, each.text} for each in powers)
            severity = Severity.PASS if holds else Severity.FAIL
            yield finding_on(rules.POWER_SCOPE, severity, subject.ref, expected=wanted)


def _is_of(crl: CertificateList, issuer: Certificate) -> bool:
    """Whether a list can be believed: signed by this very key, and nothing in it unknown."""
    return crl.fault is None and verify_signed(crl, issuer.key).outcome is Outcome.VALID


def _powers(subject: AttributeCertificate) -> Iterator[Power]:
    for oid, values in subject.attributes:
        for value in values:
            yield Power(oid, _text(value))


def _text(value: bytes) -> str:
    """Read a value as text, or show its octets."""
    try:
        return s.decode(s.STRING, value).text.strip()
    except InputError:
        return value.hex()
