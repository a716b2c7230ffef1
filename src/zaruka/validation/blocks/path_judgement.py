"""One prospective chain: EN 319 102-1 V1.4.1, 5.2.6.4, steps 3 to 9.

All steps are taken, so that a reader learns of every problem; the first that fails, in the order
of the standard, gives the status of the chain.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from zaruka.facts import Fact, FactKind, Need
from zaruka.findings import Finding, Severity, SubIndication
from zaruka.trust import Purpose, Standing
from zaruka.validation import rules
from zaruka.validation.algorithms import algorithm_of, check_algorithm
from zaruka.validation.blocks.key_purpose import check_key_purpose
from zaruka.validation.blocks.revocation_freshness import check_freshness
from zaruka.validation.blocks.standing import check_standing, facts_on_standing
from zaruka.validation.deciding import OPEN, indeterminate, passed, unknown
from zaruka.validation.naming import claiming, identify
from zaruka.validation.past.expired_coverage import covers_expired
from zaruka.validation.policy import Holder, Level
from zaruka.validation.record import fact_of_statement
from zaruka.validation.results import ChainLink, PathResult, Revocation, RevocationState
from zaruka.x509 import (
    Anchor,
    Status,
    check_path,
    revocation_status,
)
from zaruka.x509 import rules as x509_rules

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from zaruka.findings import ObjectRef
    from zaruka.trust import Statement
    from zaruka.validation.context import Context
    from zaruka.validation.results import Algorithm
    from zaruka.x509 import (
        Certificate,
        Path,
        RevocationEvidence,
        RevocationMeans,
        RevocationStatus,
    )

__all__ = ["JudgedPath", "judge_path"]

_CERTIFICATE_HOLD = 6  # RFC 5280 5.3.1


class JudgedPath(NamedTuple):
    """A path with its conclusion, the revocation evidence that was looked at, and what lacks."""

    result: PathResult
    facts: tuple[Fact, ...]
    needs: tuple[Need, ...]


def judge_path(  # noqa: PLR0913 - the inputs of 5.2.6.2
    path: Path,
    statement: Statement,
    means: RevocationMeans,
    context: Context,
    holder: Holder,
    *,
    signs: bool,
) -> JudgedPath:
    """Judge `path`, which `statement` trusts the end of; `signs`: its key is for signing."""
    return _Judgement(path, statement, means.under(path.anchor), context, holder, signs).run()


@dataclass(slots=True)
class _Judgement:
    path: Path
    statement: Statement
    means: RevocationMeans
    context: Context
    holder: Holder
    signs: bool
    findings: list[Finding] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)
    revocations: list[Revocation] = field(default_factory=list)
    used: list[RevocationEvidence] = field(default_factory=list)
    status: SubIndication | None = None
    target: Certificate = field(init=False)
    at: datetime = field(init=False)
    out_of_bounds: bool = field(init=False)

    def __post_init__(self) -> None:
        # The validation time without fractions, as times in certificates: RFC 5280 4.1.2.5.
        self.target, self.at = self.path.target, self.context.at.replace(microsecond=0)
        self.out_of_bounds = not self.target.not_before <= self.at <= self.target.not_after

    def run(self) -> JudgedPath:
        self._check_trust()  # step 3
        self._check_path()  # step 4
        if not self.path.is_direct and self._is_signed():
            self._check_revocation()  # step 4 a) to d)
        self._check_constraints()  # step 5
        self._check_algorithms()  # step 6
        self._check_validity()  # step 7
        if not self.path.is_direct:
            self._check_revocation_issuers()  # step 8
        if self.status is None:  # step 9
            end = self.statement.name
            self._add(Finding(rules.CHAIN, Severity.PASS, self.target.ref, actual=end))
            conclusion = passed(self.findings)
        else:
            conclusion = indeterminate(self.status, self.findings)
        result = PathResult(self._links(), conclusion, complete=True)
        return JudgedPath(result, tuple(self.facts), tuple(self.needs))

    def _add(self, *findings: Finding) -> None:
        """Keep findings; the first that is open gives the status, if none did before."""
        for each in findings:
            finding = self.context.policy.weigh(each)
            if finding is None:
                continue
            self.findings.append(finding)
            if self.status is None and finding.severity in OPEN:
                self.status = finding.sub_indication or SubIndication.CUSTOM

    def _check_trust(self) -> None:
        purpose = Purpose.TIME_STAMPS if self.holder is Holder.TSA else Purpose.SIGNATURES
        ref = self.path.anchor.ref
        if self.statement.holds(purpose, self.context.at):
            source = self.statement.source
            self._add(Finding(rules.ANCHOR, Severity.PASS, ref, actual=source))
            return
        at, until = self.context.at, self.statement.until
        then = self.context.trust.standing(ref.sha256, purpose, at)
        rule = _ANCHOR_STANDINGS.get(then.standing) if then else None
        details: dict[str, str | int | datetime] = {"list": (then or self.statement).source}
        if then is not None:
            self.facts.append(fact_of_statement(then))
            if then.since is not None:
                details["since"] = then.since
        self._add(
            Finding(
                rule or rules.ANCHOR_ENDED,
                Severity.UNKNOWN,
                ref,
                expected=until.isoformat() if until else None,
                actual=at.isoformat(),
                details=details,
                sub_indication=SubIndication.NO_CERTIFICATE_CHAIN_FOUND_NO_POE,
            )
        )

    def _check_path(self) -> None:
        """RFC 5280 6.1; the validity of the target is left to step 7."""
        general = SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE
        sha256 = self.target.sha256
        inputs = self.context.policy.path_inputs(self.context.at, self.means.processed)
        for finding in check_path(self.path, inputs):
            if finding.subject.sha256 == sha256 and finding.rule in _OF_VALIDITY:
                continue
            self.findings.append(finding)
            if self.status is None and finding.severity in OPEN:
                self.status = general

    def _is_signed(self) -> bool:
        """Whether every signature of the path holds: else who is in it is anybody's word."""
        return not [
            each for each in self.findings if each.severity in OPEN and each.rule in _OF_SIGNATURE
        ]

    def _check_revocation(self) -> None:
        """Revocation from the anchor down, as RFC 5280 6.1 goes."""
        certificates = self.path.certificates
        statuses = [
            revocation_status(certificate, self.path.issuer_of(index), self.means, self.context.at)
            for index, certificate in enumerate(certificates)
        ]
        for status in statuses:
            evidence = _used(status)
            self.revocations.append(_revocation(status, evidence))
            if evidence is not None:
                self.used.append(evidence)
            self.facts += [self._fact(status, each) for each in status.evidence]
            self.findings += [each for each in status.findings if each.severity not in OPEN]
        for index in reversed(range(len(certificates))):
            self._check_revoked(certificates[index], self.revocations[index], is_target=index == 0)
        for index in reversed(range(len(certificates))):
            self._check_known(certificates[index], statuses[index], self.revocations[index], index)

    def _fact(self, status: RevocationStatus, evidence: RevocationEvidence) -> Fact:
        """Keep what one list or answer says, and of which certificate it says so."""
        source = self.context.evidence.source_of(evidence.ref.sha256)
        return evidence.fact(source, status.certificate.sha256)

    def _check_revoked(
        self, certificate: Certificate, revocation: Revocation, *, is_target: bool
    ) -> None:
        """Step 4 b), c), d)."""
        if revocation.state not in _NOT_IN_FORCE:
            return
        if not is_target:
            rule, sub = rules.CA_REVOKED, SubIndication.REVOKED_CA_NO_POE
        elif revocation.state is RevocationState.ON_HOLD:
            rule, sub = rules.ON_HOLD, SubIndication.TRY_LATER
        else:
            rule, sub = rules.REVOKED, SubIndication.REVOKED_NO_POE
        details: dict[str, str | int | datetime] = {}
        if revocation.revoked_at is not None:
            details["at"] = revocation.revoked_at
        if revocation.next_update is not None:
            details["try_at"] = revocation.next_update
        self._add(
            Finding(
                rule,
                Severity.UNKNOWN,
                certificate.ref,
                actual=None if revocation.reason is None else str(revocation.reason),
                details=details,
                sub_indication=sub,
            )
        )

    def _check_known(
        self,
        certificate: Certificate,
        status: RevocationStatus,
        revocation: Revocation,
        index: int,
    ) -> None:
        """Step 4 a): revocation status known, and from information that is fresh."""
        if status.status is Status.REVOKED:
            return
        holder = self.holder if index == 0 else Holder.CA
        if holder not in self.context.policy.revocation_required:
            self._say_not_required(certificate, status, holder)
            return
        if index == 0 and self.out_of_bounds:
            return  # step 7 says what follows
        if revocation.source is None:
            self._lack(status.needs, index)
            self._add(
                unknown(
                    rules.NO_REVOCATION_EVIDENCE,
                    certificate.ref,
                    SubIndication.TRY_LATER,
                    expected=", ".join(certificate.crl_urls) or None,
                )
            )
            return
        freshness = check_freshness(
            revocation, certificate.ref, self.context.policy, at=self.context.at
        )
        if freshness.severity in OPEN:
            self._lack(status.needs or _needs(certificate), index)
        elif status.status is Status.GOOD:
            evidence = revocation.source
            self._add(
                Finding(rules.NOT_REVOKED, Severity.PASS, certificate.ref, actual=evidence.name)
            )
        else:  # fresh, but it does not speak of every reason
            self._lack(status.needs, index)
            freshness = unknown(
                rules.NO_REVOCATION_EVIDENCE, certificate.ref, SubIndication.TRY_LATER
            )
        self._add(freshness)

    def _lack(self, needs: Iterable[Need], index: int) -> None:
        """Keep what lacks. Where a certificate names no list, a statement on its issuer may."""
        for need in needs:
            if need.addresses or need.kind is not FactKind.CRL:
                self.needs.append(need)
                continue
            about = self.context.trust.about(_sha256(self.path.issuer_of(index)))
            urls = dict.fromkeys(url for statement in about for url in statement.crl_urls)
            self.needs.append(need._replace(addresses=tuple(urls)))

    def _say_not_required(
        self, certificate: Certificate, status: RevocationStatus, holder: Holder
    ) -> None:
        """Say that a status is not known, as loud as the policy wants it."""
        level = self.context.policy.revocation[holder]
        if level is Level.IGNORE or (level is Level.WARN and status.status is Status.GOOD):
            return
        severity = Severity.WARN if level is Level.WARN else Severity.INFO
        self._add(Finding(rules.REVOCATION_NOT_REQUIRED, severity, certificate.ref))

    def _check_constraints(self) -> None:
        """Step 5: key purposes; national profiles say what they see and decide nothing."""
        if self.signs:
            self._add(*check_key_purpose(self.target, self.holder))
        country = claiming(self.target, self.context.jurisdictions)
        if country is not None:
            self._add(*country.findings(self.target))
        if self.holder is Holder.SIGNER:
            self._add(*check_standing(self.path, self.context))
            self.facts.extend(facts_on_standing(self.path, self.context))

    def _check_algorithms(self) -> None:
        """Step 6: signatures on certificates, and on the CRLs and answers used."""
        if self.path.is_direct:
            return
        for index, certificate in enumerate(self.path.certificates):
            key = self.path.issuer_of(index).key
            algorithm = algorithm_of(certificate.signature_algorithm, key)
            self._add(self._algorithm_finding(algorithm, certificate.ref))
        for evidence in {each.ref.sha256: each for each in self.used}.values():
            signed = self.context.evidence.revocation(evidence.ref.sha256)
            if signed is not None:
                algorithm = algorithm_of(signed.signature_algorithm, evidence.signer.key)
                self._add(self._algorithm_finding(algorithm, signed.ref))
            self._check_signer_algorithms(evidence)

    def _check_signer_algorithms(self, evidence: RevocationEvidence) -> None:
        """Look at the certificates of a signer of evidence that does not stand in the path."""
        signer, path = evidence.signer, evidence.signer_path
        if isinstance(signer, Anchor):
            return
        # A responder without a path of its own is certified by an issuer that stands in this one.
        for index, certificate in enumerate(path.certificates if path else (signer,)):
            if certificate not in self.path.certificates:
                key = path.issuer_of(index).key if path else None
                algorithm = algorithm_of(certificate.signature_algorithm, key)
                self._add(self._algorithm_finding(algorithm, certificate.ref))

    def _algorithm_finding(self, algorithm: Algorithm, ref: ObjectRef) -> Finding:
        return check_algorithm(self.context.policy, algorithm, ref, at=self.context.at)

    def _check_validity(self) -> None:
        """Step 7: the signing certificate at the validation time."""
        target, at = self.target, self.at
        details = {"at": at, "not_before": target.not_before, "not_after": target.not_after}
        if not self.out_of_bounds:
            self._add(Finding(rules.VALIDITY, Severity.PASS, target.ref, details=details))
            return
        early = at < target.not_before
        self._add(
            Finding(
                rules.NOT_YET_VALID if early else rules.EXPIRED,
                Severity.UNKNOWN,
                target.ref,
                expected=(target.not_before if early else target.not_after).isoformat(),
                actual=at.isoformat(),
                details=details,
                sub_indication=SubIndication.OUT_OF_BOUNDS_NOT_REVOKED
                if self._known_not_revoked()
                else SubIndication.OUT_OF_BOUNDS_NO_POE,
            )
        )

    def _known_not_revoked(self) -> bool:
        """Whether status information beyond expiry was checked (note 8 of 5.2.6.4).

        A CRL says so by expiredCertsOnCRL, an answer by its archive cutoff.
        """
        if not self.revocations or self.revocations[0].state is not RevocationState.GOOD:
            return False
        target, revocation = self.target, self.revocations[0]
        fresh = check_freshness(revocation, target.ref, self.context.policy, at=self.context.at)
        if fresh.severity in OPEN or revocation.source is None:
            return False
        if self.context.at < target.not_before:
            return True
        source = self.context.evidence.revocation(revocation.source.sha256)
        return covers_expired(source, target, self.path.issuer_of(0))

    def _check_revocation_issuers(self) -> None:
        """Step 8: the certificate of whoever issued the revocation information used.

        Issuers that stand in the path itself were checked with it.
        """
        in_path = {certificate.sha256 for certificate in self.path.certificates}
        for evidence in self.used:
            signer = evidence.signer
            if isinstance(signer, Anchor) or signer.sha256 in in_path:
                continue
            if not signer.not_before <= self.context.at <= signer.not_after:
                self._add(
                    unknown(
                        rules.REVOCATION_ISSUER_EXPIRED,
                        signer.ref,
                        SubIndication.REVOCATION_OUT_OF_BOUNDS_NO_POE,
                        expected=signer.not_after.isoformat(),
                        actual=self.context.at.isoformat(),
                    )
                )

    def _links(self) -> tuple[ChainLink, ...]:
        unasked = _NOT_NEEDED if self.path.is_direct else _NOT_ASKED
        links = []
        for index, certificate in enumerate(self.path.certificates):
            revocation = self.revocations[index] if self.revocations else unasked
            anchor = self.statement if self.path.is_direct else None
            links.append(self._link(certificate, revocation, anchor))
        top = self.path.anchor.certificate
        if top is not None and not self.path.is_direct:
            links.append(self._link(top, _NOT_NEEDED, self.statement))
        return tuple(links)

    def _link(
        self, certificate: Certificate, revocation: Revocation, anchor: Statement | None
    ) -> ChainLink:
        who = identify(certificate, self.context.jurisdictions)
        return ChainLink(certificate.ref, certificate, who, revocation, anchor)


def _sha256(issuer: Certificate | Anchor) -> str:
    """Return the SHA-256 of an issuer's certificate, "" where an anchor has none."""
    certificate = issuer.certificate if isinstance(issuer, Anchor) else issuer
    return certificate.sha256 if certificate else ""


_ANCHOR_STANDINGS = {
    Standing.SUSPENDED: rules.ANCHOR_SUSPENDED,
    Standing.ANNULLED: rules.ANCHOR_ANNULLED,
}
_NOT_NEEDED = Revocation(RevocationState.NOT_NEEDED)
_NOT_ASKED = Revocation(RevocationState.UNKNOWN)
_OF_SIGNATURE = frozenset({x509_rules.SIGNATURE, x509_rules.ALGORITHMS_DIFFER})
_OF_VALIDITY = frozenset({x509_rules.EXPIRED, x509_rules.NOT_YET_VALID, x509_rules.VALIDITY})
_NOT_IN_FORCE = frozenset({RevocationState.REVOKED, RevocationState.ON_HOLD})


def _needs(certificate: Certificate) -> tuple[Need, ...]:
    return (Need(FactKind.CRL, certificate.sha256, certificate.ref.name, certificate.crl_urls),)


def _used(status: RevocationStatus) -> RevocationEvidence | None:
    """Pick what a status rests on: of a revocation the newest that has it, else the newest."""
    if status.status is Status.REVOKED:
        return next((each for each in status.evidence if each.entry is not None), None)
    return status.evidence[0] if status.evidence else None


def _revocation(status: RevocationStatus, evidence: RevocationEvidence | None) -> Revocation:
    """Keep of a status what a report shows."""
    if status.status is Status.REVOKED:
        on_hold = status.reason == _CERTIFICATE_HOLD
        state = RevocationState.ON_HOLD if on_hold else RevocationState.REVOKED
    else:
        good = status.status is Status.GOOD
        state = RevocationState.GOOD if good else RevocationState.UNKNOWN
    if evidence is None:
        return Revocation(state)
    return Revocation(
        state=state,
        source=evidence.ref,
        this_update=evidence.this_update,
        next_update=evidence.next_update,
        revoked_at=status.revoked_at,
        reason=status.reason,
        invalidity_date=evidence.entry.invalidity_date if evidence.entry else None,
    )
