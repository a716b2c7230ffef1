"""X.509 certificate validation: EN 319 102-1 V1.4.1, 5.2.6.

Every candidate path is judged and kept. The standard returns at the first path whose signing
certificate is revoked or on hold; here that stands above passing among all paths, so that the
order of evidence cannot matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from zaruka.facts import FactKind, Need
from zaruka.findings import Finding, SubIndication
from zaruka.trust import Purpose
from zaruka.validation import rules
from zaruka.validation.blocks.path_judgement import judge_path
from zaruka.validation.deciding import indeterminate, unknown
from zaruka.validation.naming import claiming, identify
from zaruka.validation.policy import Holder
from zaruka.validation.results import ChainLink, PathResult, Revocation, RevocationState
from zaruka.x509 import RevocationMeans, Tries, build_paths, closeness

if TYPE_CHECKING:
    from zaruka.facts import Fact
    from zaruka.findings import Conclusion
    from zaruka.validation.context import Context
    from zaruka.x509 import Certificate, DeadEnd

__all__ = ["CertificateValidation", "validate_certificate_chain"]

# Which path's status is reported when none passes: the first of these that one has.
_CLOSENESS = (
    SubIndication.REVOKED_NO_POE,
    SubIndication.OUT_OF_BOUNDS_NOT_REVOKED,
    SubIndication.OUT_OF_BOUNDS_NO_POE,
    SubIndication.REVOCATION_OUT_OF_BOUNDS_NO_POE,
    SubIndication.TRY_LATER,
    SubIndication.REVOKED_CA_NO_POE,
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
    SubIndication.CHAIN_CONSTRAINTS_FAILURE,
    SubIndication.NO_CERTIFICATE_CHAIN_FOUND_NO_POE,
    SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE,
)
_DEAD_ENDS_SHOWN = 16


class CertificateValidation(Struct, frozen=True):
    """5.2.6.3: the conclusion, the path that it is about, all paths, and what was used or lacks.

    `path` is None where no chain was found. `paths` has the reported one first, and holds those
    that lead to no anchor too.
    """

    conclusion: Conclusion
    path: PathResult | None
    paths: tuple[PathResult, ...]
    facts: tuple[Fact, ...] = ()
    needs: tuple[Need, ...] = ()


def validate_certificate_chain(
    certificate: Certificate,
    context: Context,
    *,
    holder: Holder = Holder.SIGNER,
    signs: bool = True,
) -> CertificateValidation:
    """Validate a certificate at `context.at`: 5.2.6.4.

    `holder` says whose it is, and with it what anchors and revocation constraints apply; `signs`
    whether its key has to be good for signing documents, or time-stamps.
    """
    purpose = Purpose.TIME_STAMPS if holder is Holder.TSA else Purpose.SIGNATURES
    anchors = context.anchors(purpose)
    country = claiming(certificate, context.jurisdictions)
    search = build_paths(certificate, anchors.candidates, anchors, at=context.at)
    means = RevocationMeans(
        crls=context.evidence.crl_pool,
        ocsps=context.evidence.ocsps,
        candidates=anchors.candidates,
        tries=Tries(within=context.tries),
        processed=frozenset() if country is None else country.processed,
    )
    judged = [
        judge_path(
            path,
            anchors.statement(path.anchor),
            means,
            context,
            holder,
            country=country,
            signs=signs,
        )
        for path in search.paths
    ]
    if len(judged) > 1:
        judged.sort(key=lambda each: _closeness(each.result))
    dead_ends = tuple(_dead_end(end, context) for end in search.dead_ends[:_DEAD_ENDS_SHOWN])
    needs = {need: None for each in judged for need in each.needs}
    if not judged:
        needs = {_need_above(end): None for end in search.dead_ends}
        conclusion = _no_chain(certificate, search.findings, search.dead_ends)
        return CertificateValidation(conclusion, None, dead_ends, needs=tuple(needs))
    best = judged[0]
    if best.result.conclusion.passed:
        needs = {}
    facts = dict.fromkeys([fact for each in judged for fact in each.facts])
    paths = (*[each.result for each in judged], *dead_ends)
    return CertificateValidation(
        best.result.conclusion, best.result, paths, tuple(facts), tuple(needs)
    )


def _closeness(
    result: PathResult,
) -> tuple[int, tuple[int, int], int, tuple[str, ...]]:
    """Order paths: a revoked or suspended signer, then passed, then the closest to passing.

    Of one status, the one that breaks the rule closest to passing.
    """
    sub = result.conclusion.sub_indication
    first = result.links[0].revocation.state
    if first in {RevocationState.REVOKED, RevocationState.ON_HOLD} and sub in {
        SubIndication.REVOKED_NO_POE,
        SubIndication.TRY_LATER,
    }:
        rank = -2
    elif result.conclusion.passed:
        rank = -1
    else:
        rank = _CLOSENESS.index(sub) if sub in _CLOSENESS else len(_CLOSENESS)
    broken = closeness(result.conclusion.findings)
    return rank, broken, len(result.links), tuple(link.ref.sha256 for link in result.links)


def _no_chain(
    certificate: Certificate, about_search: list[Finding], ends: list[DeadEnd]
) -> Conclusion:
    """Step 2 a): no chain could be built."""
    sub = SubIndication.NO_CERTIFICATE_CHAIN_FOUND
    missing = unknown(rules.NO_CHAIN, certificate.ref, sub, expected=certificate.issuer.display())
    return indeterminate(sub, (*about_search, *(end.finding for end in ends), missing))


def _dead_end(end: DeadEnd, context: Context) -> PathResult:
    links = tuple(
        ChainLink(
            ref=certificate.ref,
            certificate=certificate,
            identity=identify(certificate, context.jurisdictions),
            revocation=Revocation(RevocationState.UNKNOWN),
        )
        for certificate in end.certificates
    )
    sub = SubIndication.NO_CERTIFICATE_CHAIN_FOUND
    return PathResult(links, indeterminate(sub, (end.finding,)), complete=False)


def _need_above(end: DeadEnd) -> Need:
    """Say what is missing above a dead end: the issuer's certificate, or trust in the root."""
    last = end.certificates[-1]
    if last.is_self_issued:
        return Need(FactKind.ANCHOR, last.sha256, last.ref.name)
    return Need(FactKind.CERTIFICATE, last.sha256, last.issuer.display(), last.issuer_urls)
