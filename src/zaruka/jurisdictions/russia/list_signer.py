"""Whether the list of accredited authorities was signed by the ministry that keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from zaruka.findings import Finding, Severity, SubIndication
from zaruka.jurisdictions.russia import oids, rules
from zaruka.jurisdictions.russia.accredited import NAME, parse_accredited
from zaruka.jurisdictions.russia.anchors import ROOTS
from zaruka.trust import Purpose, TrustBase
from zaruka.trust.authenticity import SignedList, conclude, verify_list
from zaruka.validation.results import RevocationState
from zaruka.x509 import Anchor, CertificatePool, PathInputs, find_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from zaruka.trust import Statement, TrustList
    from zaruka.validation.results import Revocation
    from zaruka.x509 import Certificate, Path

__all__ = ["MINISTRY_OGRN", "AskRevocations", "read_accredited"]

AskRevocations: TypeAlias = "Callable[[Path], Sequence[Revocation]]"
"""Gives what is known of the certificates of a path, the lowest first; () where nobody is asked."""

MINISTRY_OGRN: Final = "1047702026701"


def read_accredited(
    octets: bytes,
    *,
    roots: Iterable[Statement] = ROOTS,
    pins: frozenset[str] = frozenset(),
    certificates: Iterable[Certificate] = (),
    revocations: AskRevocations | None = None,
) -> SignedList:
    """Read the list from what its signature covers, and check who signed it.

    The signer is the ministry: his certificate holds its ОГРН and is valid, at the date of the
    list, under one of `roots`; or it is one of `pins` (SHA-256, 64 hex digits). `certificates`
    help to find the path; those of the list itself do so too, since a root is known by its
    fingerprint. `revocations` tells how the certificates of that path stand now: a list is not
    believed whose signer was revoked, whenever it is dated, for nothing proves when it was signed
    (EN 319 102-1 5.2.6.4(4), REVOKED_NO_POE). InputError where the file is no such list;
    BudgetExceeded.
    """
    signature = verify_list(octets, NAME)
    if signature.octets is None or signature.signer is None:
        return SignedList(None, None, conclude(signature.findings))
    found = parse_accredited(signature.octets, signature.ref.sha256)
    signer = signature.signer
    if signer.sha256 in pins:
        pinned = Finding(rules.LIST_SIGNER_PINNED, Severity.PASS, signer.ref, actual=signer.sha256)
        return SignedList(found, signer, conclude((*signature.findings, pinned)))
    candidates = (*signature.certificates, *certificates, *found.certificates)
    path = _find_path(signer, found, TrustBase(tuple(roots)), candidates)
    findings = [*signature.findings, _check_name(signer), _check_path(signer, path, found)]
    if path is not None:
        findings.append(_check_revocation(path, revocations(path) if revocations else ()))
    return SignedList(found, signer, conclude(findings))


def _check_name(signer: Certificate) -> Finding:
    ogrn = signer.subject.get(oids.OGRN)
    is_ministry = ogrn == MINISTRY_OGRN
    return Finding(
        rules.LIST_SIGNER_MINISTRY,
        Severity.PASS if is_ministry else Severity.FAIL,
        signer.ref,
        expected=MINISTRY_OGRN,
        actual=ogrn,
        sub_indication=None if is_ministry else SubIndication.SIG_CONSTRAINTS_FAILURE,
    )


def _find_path(
    signer: Certificate,
    found: TrustList,
    roots: TrustBase,
    candidates: tuple[Certificate, ...],
) -> Path | None:
    anchors = [
        Anchor.of(each)
        for each in dict.fromkeys(candidates)
        if roots.find(each.sha256, Purpose.SIGNATURES, found.issued)
    ]
    at = found.issued.replace(microsecond=0)
    valid = find_path(signer, CertificatePool(candidates), anchors, PathInputs(at)).valid
    return None if valid is None else valid.path


def _check_path(signer: Certificate, path: Path | None, found: TrustList) -> Finding:
    if path is not None:
        anchor = path.anchor.ref.name
        return Finding(rules.LIST_SIGNER_PATH, Severity.PASS, signer.ref, actual=anchor)
    return Finding(
        rules.LIST_SIGNER_PATH,
        Severity.UNKNOWN,
        signer.ref,
        expected=signer.issuer.display(),
        actual=found.issued.isoformat(),
        sub_indication=SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
    )


def _check_revocation(path: Path, known: Sequence[Revocation]) -> Finding:
    """Find whether the signer or an authority above him was revoked; else whether all are good."""
    for certificate, status in zip(path.certificates, known, strict=False):
        if status.state in {RevocationState.REVOKED, RevocationState.ON_HOLD}:
            is_signer = certificate is path.target
            return Finding(
                rules.LIST_SIGNER_REVOKED,
                Severity.UNKNOWN,
                certificate.ref,
                details={} if status.revoked_at is None else {"at": status.revoked_at},
                sub_indication=SubIndication.REVOKED_NO_POE
                if is_signer
                else SubIndication.REVOKED_CA_NO_POE,
            )
    is_good = bool(known) and all(each.state is RevocationState.GOOD for each in known)
    severity = Severity.PASS if is_good else Severity.INFO
    return Finding(rules.LIST_SIGNER_REVOCATION, severity, path.target.ref)
