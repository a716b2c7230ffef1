"""Evidence of a receipt: one chain for each signature (STB 34.101.81 7.1.6, 7.1.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zaruka.asn1 import schema as s
from zaruka.asn1.dvcs import CertEtcToken, TargetEtcChain
from zaruka.asn1.tsp import PKI_STATUS_INFO, PKIStatusInfo
from zaruka.ttp.reading import Verdict
from zaruka.x509 import CertificateList

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from zaruka.ttp.answers import Judged
    from zaruka.validation.context import Evidence

__all__ = ["LISTS_MAX", "STATUSES", "chain_of"]

STATUSES: Final = {
    Verdict.GRANTED: 0,
    Verdict.GRANTED_WITH_MODS: 1,
    Verdict.REJECTION: 2,
    Verdict.WAITING: 3,
}
"""PKIStatus of each verdict, RFC 3161 2.4.2."""

LISTS_MAX: Final = 1 << 20
"""A longer revocation list is left to the evidence bundle: GosSUOK's are of about that size."""


def chain_of(
    judged: Judged,
    evidence: Evidence,
    tokens: Mapping[str, bytes],
    receipts: Iterable[bytes] = (),
) -> TargetEtcChain:
    """Write what the answer on one signature rests on.

    The target is the signer's certificate, or its status where there is none; then what speaks
    against it, the certificates above, the lists and answers used, time-stamps (`tokens` by
    SHA-256) and the receipts of other services.
    """
    result = judged.result
    status = _status(judged)
    certificates = [link.certificate.der for link in result.chain]
    if not certificates and result.signing_certificate is not None:
        found = evidence.certificate(result.signing_certificate.sha256)
        certificates = [found.der] if found is not None else []
    chain: list[CertEtcToken] = []
    if judged.verdict is not Verdict.GRANTED and certificates:
        chain.append(status)
    chain += [CertEtcToken("certificate", der) for der in certificates[1:]]
    chain += _revocation(judged, evidence)
    chain += [
        CertEtcToken("assertion", tokens[stamp.ref.sha256])
        for stamp in result.timestamps
        if stamp.ref.sha256 in tokens
    ]
    chain += [CertEtcToken("assertion", der) for der in receipts]
    target = CertEtcToken("certificate", certificates[0]) if certificates else status
    return TargetEtcChain(target.octets, tuple(each.octets for each in chain) or None)


def _status(judged: Judged) -> CertEtcToken:
    info = PKIStatusInfo(STATUSES[judged.verdict], judged.reasons or None)
    return CertEtcToken("pkistatus", s.encode(PKI_STATUS_INFO, info))


def _revocation(judged: Judged, evidence: Evidence) -> Iterator[CertEtcToken]:
    """Give every list and answer by which a certificate of the chain was judged, once."""
    sources = {
        link.revocation.source.sha256: None
        for chain in (judged.result.chain, *(each.chain for each in judged.result.timestamps))
        for link in chain
        if link.revocation.source is not None
    }
    for sha256 in sources:
        found = evidence.revocation(sha256)
        if found is None:
            continue
        der = bytes(found.der)
        if isinstance(found, CertificateList):
            if len(der) <= LISTS_MAX:
                yield CertEtcToken("crl", der)
        else:
            yield CertEtcToken("ocspresponse", der)
