"""Whether the list of accredited authorities was signed by the ministry that keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zaruka.findings import Finding, Severity, SubIndication
from zaruka.jurisdictions.russia import oids, rules
from zaruka.jurisdictions.russia.accredited import NAME, parse_accredited
from zaruka.jurisdictions.russia.anchors import ROOTS
from zaruka.trust import Purpose, TrustBase
from zaruka.trust.authenticity import SignedList, conclude, verify_list
from zaruka.x509 import Anchor, CertificatePool, PathInputs, find_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zaruka.trust import Statement, TrustList
    from zaruka.trust.authenticity import ListSignature
    from zaruka.x509 import Certificate

__all__ = ["MINISTRY_OGRN", "read_accredited"]

MINISTRY_OGRN: Final = "1047702026701"


def read_accredited(
    octets: bytes,
    *,
    roots: Iterable[Statement] = ROOTS,
    pins: frozenset[str] = frozenset(),
    certificates: Iterable[Certificate] = (),
) -> SignedList:
    """Read the list from what its signature covers, and check who signed it.

    The signer is the ministry: his certificate holds its ОГРН and is valid, at the date of the
    list, under one of `roots`; or it is one of `pins` (SHA-256, 64 hex digits). `certificates`
    help to find the path; those of the list itself do so too, since a root is known by its
    fingerprint. Whether the certificate was revoked is not asked here. InputError where the file
    is no such list; BudgetExceeded.
    """
    signature = verify_list(octets, NAME)
    if signature.octets is None or signature.signer is None:
        return SignedList(None, None, conclude(signature.findings))
    found = parse_accredited(signature.octets, signature.ref.sha256)
    candidates = (*signature.certificates, *certificates, *found.certificates)
    findings = _check_signer(signature, found, TrustBase(tuple(roots)), pins, candidates)
    return SignedList(found, signature.signer, conclude((*signature.findings, *findings)))


def _check_signer(
    signature: ListSignature,
    found: TrustList,
    roots: TrustBase,
    pins: frozenset[str],
    candidates: tuple[Certificate, ...],
) -> Iterator[Finding]:
    signer = signature.signer
    if signer is None:
        return
    if signer.sha256 in pins:
        yield Finding(rules.LIST_SIGNER_PINNED, Severity.PASS, signer.ref, actual=signer.sha256)
        return
    ogrn = signer.subject.get(oids.OGRN)
    is_ministry = ogrn == MINISTRY_OGRN
    yield Finding(
        rules.LIST_SIGNER_MINISTRY,
        Severity.PASS if is_ministry else Severity.FAIL,
        signer.ref,
        expected=MINISTRY_OGRN,
        actual=ogrn,
        sub_indication=None if is_ministry else SubIndication.SIG_CONSTRAINTS_FAILURE,
    )
    anchors = [
        Anchor.of(each)
        for each in dict.fromkeys(candidates)
        if roots.find(each.sha256, Purpose.SIGNATURES, found.issued)
    ]
    at = found.issued.replace(microsecond=0)
    outcome = find_path(signer, CertificatePool(candidates), anchors, PathInputs(at))
    if outcome.valid is None:
        yield Finding(
            rules.LIST_SIGNER_PATH,
            Severity.UNKNOWN,
            signer.ref,
            expected=signer.issuer.display(),
            actual=found.issued.isoformat(),
            sub_indication=SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
        )
        return
    anchor = outcome.valid.path.anchor.ref.name
    yield Finding(rules.LIST_SIGNER_PATH, Severity.PASS, signer.ref, actual=anchor)
    yield Finding(rules.LIST_SIGNER_REVOCATION, Severity.INFO, signer.ref)
