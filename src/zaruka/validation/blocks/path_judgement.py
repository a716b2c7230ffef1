"""One prospective chain: EN 319 102-1 V1.4.1, 5.2.6.4, steps 3 to 9.

All steps are taken, so that a reader learns of every problem; the first that fails, in the order
of the standard, gives the status of the chain.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec import Struct

from zaruka.findings import Finding, Severity, SubIndication
from zaruka.trust import Purpose
from zaruka.validation import rules
from zaruka.validation.algorithms import algorithm_of, check_algorithm
from zaruka.validation.blocks.authorities import authorities_above
from zaruka.validation.blocks.key_purpose import check_key_purpose
from zaruka.validation.blocks.revocation_freshness import check_freshness
from zaruka.validation.blocks.standing import check_standing, facts_on_standing
from zaruka.validation.blocks.status_judgement import judge_status
from zaruka.validation.deciding import OPEN, indeterminate, passed, unknown
from zaruka.validation.naming import identity_in
from zaruka.validation.past.expired_coverage import covers_expired
from zaruka.validation.policy import Holder
from zaruka.validation.record import fact_of_certificate, fact_of_statement
from zaruka.validation.results import ChainLink, PathResult, Revocation, RevocationState
from zaruka.x509 import Anchor, check_path
from zaruka.x509 import rules as x509_rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zaruka.crypto import KeyInfo
    from zaruka.facts import Fact, Need
    from zaruka.trust import Statement
    from zaruka.validation.blocks.authorities import Authorities
    from zaruka.validation.blocks.status_judgement import JudgedStatus
    from zaruka.validation.context import Context
    from zaruka.validation.jurisdiction import Jurisdiction
    from zaruka.x509 import (
        Certificate,
        CertificateList,
        OcspResponse,
        Path,
        RevocationEvidence,
        RevocationMeans,
    )

__all__ = ["JudgedPath", "judge_path"]


class JudgedPath(Struct, frozen=True):
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
    country: Jurisdiction | None,
    signs: bool,
) -> JudgedPath:
    """Judge `path`, which `statement` trusts the end of; `signs`: its key is for signing.

    `country` is the one that claims the target.
    """
    purpose = Purpose.TIME_STAMPS if holder is Holder.TSA else Purpose.SIGNATURES
    above = authorities_above(path, statement, purpose, context, means.processed)
    return _Judgement(path, above, means.under(path.anchor), country, context, holder, signs).run()


@dataclass(slots=True)
class _Judgement:
    path: Path
    above: Authorities
    means: RevocationMeans
    country: Jurisdiction | None
    context: Context
    holder: Holder
    signs: bool
    findings: list[Finding] = field(default_factory=list)
    statuses: tuple[JudgedStatus, ...] = ()  # the target's first, as in the path
    status: SubIndication | None = None
    target: Certificate = field(init=False)

    def __post_init__(self) -> None:
        self.target = self.path.target

    def run(self) -> JudgedPath:
        self._add(self.above.trust)  # step 3
        self._check_path()  # step 4
        if not self.path.is_direct and self._is_signed():
            self._check_revocation()  # step 4 a) to d)
        self._check_constraints()  # step 5
        self._check_algorithms()  # step 6
        self._check_validity()  # step 7
        self._check_revocation_issuers()  # step 8
        if self.status is None:  # step 9
            end = self.above.statement.name
            self._add(Finding(rules.CHAIN, Severity.PASS, self.target.ref, actual=end))
            conclusion = passed(self.findings)
        else:
            conclusion = indeterminate(self.status, self.findings)
        result = PathResult(self._links(), conclusion, complete=True)
        needs = [need for each in reversed(self.statuses) for need in each.needs]
        return JudgedPath(result, self._facts(), tuple(needs))

    def _add(self, *findings: Finding) -> None:
        """Keep findings; the first that is open gives the status, if none did before."""
        for finding in self.context.policy.weigh_all(findings):
            self.findings.append(finding)
            if self.status is None and finding.severity in OPEN:
                self.status = finding.sub_indication or SubIndication.CUSTOM

    def _check_path(self) -> None:
        """RFC 5280 6.1; the validity of the target is left to step 7."""
        target = self.target
        if self.path.is_direct:
            inputs = self.context.policy.path_inputs(self.context.at, self.means.processed)
            found: Sequence[Finding] = check_path(self.path, inputs)
        else:
            descent = self.above.descent
            found = [*descent.findings, *descent.to(target)]
        for finding in found:
            if finding.subject.sha256 == target.sha256 and finding.rule in _OF_VALIDITY:
                continue
            self.findings.append(finding)
            if self.status is None and finding.severity in OPEN:
                self.status = SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE

    def _is_signed(self) -> bool:
        """Whether every signature of the path holds: else who is in it is anybody's word."""
        return not [
            each for each in self.findings if each.severity in OPEN and each.rule in _OF_SIGNATURE
        ]

    def _check_revocation(self) -> None:
        """Revocation from the anchor down, as RFC 5280 6.1 goes."""
        target, issuer = self.target, self.path.issuer_of(0)
        point = self.above.standpoint
        own = judge_status(target, issuer, self.means, point, self.holder, is_target=True)
        self.statuses = (own, *self.above.statuses(self.means))
        for each in self.statuses:
            self.findings += [f for f in each.status.findings if f.severity not in OPEN]
        for each in reversed(self.statuses):
            if each.revoked is not None:
                self._add(each.revoked)
        for each in reversed(self.statuses):
            self._add(*each.known)

    def _facts(self) -> tuple[Fact, ...]:
        """Keep what lists and answers say of each certificate, and how authorities stood."""
        source_of = self.context.evidence.source_of
        facts = []
        for each in self.statuses:
            about = each.status.certificate.sha256
            for evidence in each.status.evidence:
                facts.append(evidence.fact(source_of(evidence.ref.sha256), about))
                facts += [
                    fact_of_certificate(certificate, self.context)
                    for certificate, _ in self._beside(evidence)
                    if source_of(certificate.sha256)  # else it is in the answer
                ]
        if self.above.standing is not None:
            facts.append(fact_of_statement(self.above.standing))
        if self.holder is Holder.SIGNER:
            facts += facts_on_standing(self.path, self.country, self.context)
        return tuple(facts)

    def _check_constraints(self) -> None:
        """Step 5: key purposes; national profiles say what they see and decide nothing."""
        target = self.target
        if self.signs:
            self._add(*check_key_purpose(target, self.holder))
        if self.country is not None:
            self._add(*self.country.findings(target))
        if self.holder is Holder.SIGNER:
            self._add(*check_standing(self.path, self.country, self.context))

    def _check_algorithms(self) -> None:
        """Step 6: signatures on certificates, and on the CRLs and answers used."""
        if self.path.is_direct:
            return
        self._check_algorithm(self.target, self.path.issuer_of(0).key)
        self._add(*self.above.algorithms)
        used = [each.used for each in self.statuses if each.used is not None]
        for evidence in {each.ref.sha256: each for each in used}.values():
            signed = self.context.evidence.revocation(evidence.ref.sha256)
            if signed is not None:
                self._check_algorithm(signed, evidence.signer.key)
            self._check_signer_algorithms(evidence)

    def _check_signer_algorithms(self, evidence: RevocationEvidence) -> None:
        """Look at the certificates of a signer of evidence that does not stand in the path."""
        for certificate, issuer in self._beside(evidence):
            self._check_algorithm(certificate, issuer.key if issuer else None)

    def _beside(
        self, evidence: RevocationEvidence
    ) -> list[tuple[Certificate, Certificate | Anchor | None]]:
        """Return the certificates by which a signer of evidence is trusted that this path lacks.

        Each has its issuer beside it; a responder is certified by one that stands in this path.
        """
        signer, path = evidence.signer, evidence.signer_path
        if isinstance(signer, Anchor):
            return []
        signed = path.links if path else ((signer, None),)
        return [pair for pair in signed if pair[0] not in self.path.certificates]

    def _check_algorithm(
        self, signed: Certificate | CertificateList | OcspResponse, key: KeyInfo | None
    ) -> None:
        algorithm = algorithm_of(signed.signature_algorithm, key)
        policy, at = self.context.policy, self.context.at
        self._add(check_algorithm(policy, algorithm, signed.ref, at=at))

    def _check_validity(self) -> None:
        """Step 7: the signing certificate at the validation time."""
        # The validation time without fractions, as times in certificates: RFC 5280 4.1.2.5.
        target, at = self.target, self.context.at.replace(microsecond=0)
        details = {"at": at, "not_before": target.not_before, "not_after": target.not_after}
        if target.covers(at):
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
        if not self.statuses or self.statuses[0].revocation.state is not RevocationState.GOOD:
            return False
        target, revocation = self.target, self.statuses[0].revocation
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
        for status in self.statuses:
            signer = status.used.signer if status.used else None
            if signer is None or isinstance(signer, Anchor) or signer in self.path.certificates:
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
        certificates, statement = self.path.certificates, self.above.statement
        target = certificates[0]
        revocations = [each.revocation for each in self.statuses] or [_NOT_ASKED] * len(
            certificates
        )
        who = identity_in(self.country, target)
        if self.path.is_direct:
            return (ChainLink(target.ref, target, who, _NOT_NEEDED, statement),)
        names = (who, *self.above.identities)
        links = [
            ChainLink(certificate.ref, certificate, name, revocation)
            for certificate, name, revocation in zip(certificates, names, revocations, strict=False)
        ]
        top = self.path.anchor.certificate
        if top is not None:
            links.append(ChainLink(top.ref, top, names[-1], _NOT_NEEDED, statement))
        return tuple(links)


_NOT_NEEDED = Revocation(RevocationState.NOT_NEEDED)
_NOT_ASKED = Revocation(RevocationState.UNKNOWN)
_OF_SIGNATURE = frozenset({x509_rules.SIGNATURE, x509_rules.ALGORITHMS_DIFFER})
_OF_VALIDITY = frozenset({x509_rules.EXPIRED, x509_rules.NOT_YET_VALID, x509_rules.VALIDITY})
