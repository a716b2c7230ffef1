"""Past certificate validation: EN 319 102-1 V1.4.1, 5.6.2.1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, structs

from zaruka.findings import Finding, Severity, SubIndication
from zaruka.trust import Purpose
from zaruka.validation import rules
from zaruka.validation.blocks.key_purpose import check_key_purpose
from zaruka.validation.blocks.standing import check_standing
from zaruka.validation.deciding import OPEN, indeterminate, passed, unknown
from zaruka.validation.naming import claiming, identify, processed_extensions
from zaruka.validation.past.time_sliding import slide_time
from zaruka.validation.policy import Holder
from zaruka.validation.results import ChainLink, PathResult, Revocation, RevocationState
from zaruka.x509 import build_paths, check_path

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from zaruka.facts import Fact
    from zaruka.findings import Conclusion
    from zaruka.trust import Statement
    from zaruka.validation.context import Context
    from zaruka.validation.past.inputs import PastInputs
    from zaruka.validation.past.time_sliding import Slide
    from zaruka.x509 import Certificate, Path

__all__ = ["PastCertificate", "prospective_chains", "validate_past_certificate"]

_PATHS = 8  # each slides through all that was ever said of its certificates


class PastCertificate(Struct, frozen=True):
    """5.6.2.1.3: the conclusion; on PASSED the chain and the time up to which it was good."""

    conclusion: Conclusion
    slide: Slide | None = None
    links: tuple[ChainLink, ...] = ()

    @property
    def path_result(self) -> PathResult:
        """The chain as one of those that a report shows."""
        return PathResult(self.links, self.conclusion, complete=True)

    def facts(self, context: Context) -> Iterator[Fact]:
        """Keep the revocation information that was selected."""
        if self.slide is None:
            return
        pairs = zip(self.slide.path.certificates, self.slide.evidence, strict=False)
        for certificate, one in pairs:
            if one is not None:
                source = context.evidence.source_of(one.ref.sha256)
                yield one.fact(source, certificate.sha256)


def prospective_chains(
    certificate: Certificate, inputs: PastInputs
) -> list[tuple[Path, Statement]]:
    """Build chains to anchors (5.6.2.1.4 step 1), each with the statement that trusts its end.

    An anchor that nobody trusted by now (withdrawn from the beginning, still to begin) has none.
    """
    context = inputs.context
    is_tsa = inputs.holder is Holder.TSA
    purpose = Purpose.TIME_STAMPS if is_tsa else Purpose.SIGNATURES
    anchors = context.anchors(purpose)
    search = build_paths(certificate, anchors.candidates, anchors, at=certificate.not_after)
    chains = [(path, anchors.statement(path.anchor)) for path in search.paths[:_PATHS]]
    return [each for each in chains if each[1].held(purpose, context.at)]


def validate_past_certificate(
    chains: Iterable[tuple[Path, Statement]],
    inputs: PastInputs,
    *,
    without: Container[str] = (),
) -> PastCertificate:
    """Validate a certificate as it was: at the latest moment at which its chain was good.

    PASSED; INDETERMINATE with NO_CERTIFICATE_CHAIN_FOUND, CERTIFICATE_CHAIN_GENERAL_FAILURE,
    CHAIN_CONSTRAINTS_FAILURE or NO_POE, of the likeliest of `chains` (5.6.2.1.4).
    """
    result = None
    for path, statement in chains:
        tried = _try(path, statement, inputs, without)
        if tried.conclusion.passed:
            return tried
        result = result or tried
    return result or PastCertificate(indeterminate(SubIndication.NO_CERTIFICATE_CHAIN_FOUND))


def _try(
    path: Path, statement: Statement, inputs: PastInputs, without: Container[str]
) -> PastCertificate:
    context = inputs.context
    checked = [*_check_path(path, context)]  # step 2
    slide = slide_time(path, statement, inputs, without=without)  # step 3
    checked.extend(slide.findings)
    constraints = [*check_key_purpose(path.target, inputs.holder)]  # step 4
    if inputs.holder is Holder.SIGNER:
        country = claiming(path.target, context.jurisdictions)
        constraints += [e for e in check_standing(path, country, context) if e.severity in OPEN]
    checked += context.policy.weigh_all(constraints)
    broken = next((each for each in checked if each.severity in OPEN), None)
    if broken is None:
        conclusion = passed(checked)
    else:
        general = SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE
        conclusion = indeterminate(broken.sub_indication or general, checked)
    return PastCertificate(conclusion, slide, tuple(_links(path, statement, slide, context)))


def _check_path(path: Path, context: Context) -> Iterator[Finding]:
    """Step 2: RFC 5280 6.1 without revocation, when all certificates were valid (shell model)."""
    certificates = path.certificates
    begin = max(each.not_before for each in certificates)
    end = min(each.not_after for each in certificates)
    sub = SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE
    if begin > end:
        yield unknown(
            rules.NEVER_VALID_TOGETHER,
            path.target.ref,
            sub,
            expected=begin.isoformat(),
            actual=end.isoformat(),
        )
        return
    processed = processed_extensions(path.target, context.jurisdictions)
    for finding in check_path(path, context.policy.path_inputs(end, processed)):
        if finding.severity in OPEN:
            yield structs.replace(finding, severity=Severity.UNKNOWN, sub_indication=sub)


def _links(path: Path, statement: Statement, slide: Slide, context: Context) -> Iterator[ChainLink]:
    none = Revocation(RevocationState.NOT_NEEDED)
    known = dict(enumerate(slide.revocations[-len(path.certificates) :]))
    for index, certificate in enumerate(path.certificates):
        who = identify(certificate, context.jurisdictions)
        if path.is_direct:
            yield ChainLink(certificate.ref, certificate, who, none, statement)
        else:
            revocation = known.get(index, Revocation(RevocationState.UNKNOWN))
            yield ChainLink(certificate.ref, certificate, who, revocation)
    top = path.anchor.certificate
    if top is not None and not path.is_direct:
        yield ChainLink(top.ref, top, identify(top, context.jurisdictions), none, statement)
