"""Revocation lists for one certificate: RFC 5280 6.3.3.

Complete, delta, indirect and partitioned lists. The signer of a list has the issuer's name but
need not have its key: GosSUOK carries certificates of its old CA in lists of the new one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from zaruka.errors import InputError
from zaruka.facts import FactKind
from zaruka.findings import Finding, Rule, Severity
from zaruka.x509 import rules
from zaruka.x509.evidence import RevocationEvidence
from zaruka.x509.extensions import ALL_REASONS, DistributionPoint
from zaruka.x509.general_names import GeneralName
from zaruka.x509.path_checks import PathInputs, find_path
from zaruka.x509.paths import Anchor, Path
from zaruka.x509.profile import list_departures
from zaruka.x509.signed import Outcome, verify_signed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from zaruka.x509.certificates import Certificate
    from zaruka.x509.crls import CertificateList, RevokedEntry
    from zaruka.x509.evidence import RevocationMeans
    from zaruka.x509.extensions import IssuingDistributionPoint
    from zaruka.x509.names import Name

__all__ = ["crl_evidence"]

_REMOVE_FROM_CRL = 8
_SIGNERS = 64  # certificates of one name that are tried as signers of one list
# authorityKeyIdentifier, issuerAltName, cRLNumber, deltaCRLIndicator, issuingDistributionPoint,
# freshestCRL; in entries: reasonCode, invalidityDate, certificateIssuer
_PROCESSED = frozenset(
    {
        "2.5.29.35",
        "2.5.29.18",
        "2.5.29.20",
        "2.5.29.27",
        "2.5.29.28",
        "2.5.29.46",
        "2.5.29.21",
        "2.5.29.24",
        "2.5.29.29",
    }
)


class _Signer(NamedTuple):
    key_of: Certificate | Anchor
    path: Path | None  # None: the issuer of the certificate itself


def crl_evidence(
    certificate: Certificate,
    issuer: Certificate | Anchor,
    means: RevocationMeans,
    at: datetime,
    *,
    pending: frozenset[str] = frozenset(),
) -> tuple[list[RevocationEvidence], list[Finding], bool]:
    """Return what usable lists say of `certificate`, why others could not be used, and coverage.

    Coverage: whether the lists that are fresh at `at`, or newer, cover every reason. `pending`:
    SHA-256 of signers of lists whose own status is being looked up, so that this ends.
    """
    lookup = _Lookup(certificate, issuer, means, at, pending)
    for point in (*certificate.distribution_points, _implied_point(certificate)):
        lookup.try_point(point)
    return lookup.evidence, lookup.findings, lookup.reasons >= ALL_REASONS


def _implied_point(certificate: Certificate) -> DistributionPoint:
    """6.3.3, last paragraph: every list of the certificate's issuer is a candidate."""
    name = GeneralName("directoryName", certificate.issuer)
    return DistributionPoint(full_name=(name, *certificate.issuer_alternative_names))


class _Lookup:
    """State variables of 6.3.2."""

    def __init__(
        self,
        certificate: Certificate,
        issuer: Certificate | Anchor,
        means: RevocationMeans,
        at: datetime,
        pending: frozenset[str],
    ) -> None:
        self.certificate = certificate
        self.issuer = issuer
        self.means = means
        self.at = at
        self.pending = pending
        self.reasons: frozenset[int] = frozenset()
        self.evidence: list[RevocationEvidence] = []
        self.findings: list[Finding] = []
        self._used: set[str] = set()
        self._signers: dict[str, _Signer | None] = {}

    def try_point(self, point: DistributionPoint) -> None:
        """Process the complete lists that belong to `point`: 6.3.3(a)-(l)."""
        for name in _list_issuers(point, self.certificate):
            crls = self.means.crls.of(name)
            complete = [crl for crl in crls if crl.base_number is None]
            for crl in complete:
                self._try_list(crl, point)
            for crl in () if complete else crls:
                self._note(crl, rules.CRL_DELTA, str(crl.base_number))

    def _try_list(self, crl: CertificateList, point: DistributionPoint) -> None:
        if crl.sha256 in self._used and self.reasons >= ALL_REASONS:
            return  # nothing that this point could add
        problem = _scope_problem(crl, self.certificate, point)  # (b)
        if problem is not None:
            self._note(crl, rules.CRL_SCOPE, problem)
            return
        idp = crl.issuing_distribution_point
        reasons = ALL_REASONS if point.reasons is None else point.reasons  # (d)
        if idp is not None and idp.only_some_reasons is not None:
            reasons &= idp.only_some_reasons
        if not reasons:  # (e)
            self._note(crl, rules.CRL_REASONS, "")
            return
        signer = self._checked(crl)
        if signer is None:
            return
        delta = self._delta_of(crl, signer)  # (c), (h)
        current = delta if delta is not None and self._counts(delta) else None
        try:
            entry = self._entry_in(crl, current)  # (i)-(k)
            late = None if delta is None or current is delta else self._entry_in(delta, None)
        except InputError as error:
            self._note(crl, rules.CRL_MALFORMED, error.code)
            return
        newest = crl if current is None else current
        self._keep(newest, signer, entry)
        if delta is not None and late is not None:  # too old to clear, not to revoke
            self._keep(delta, signer, late)
        if self._counts(newest):
            self.reasons |= reasons  # (l)

    def _entry_in(
        self, complete: CertificateList, delta: CertificateList | None
    ) -> RevokedEntry | None:
        """(i)-(k): what the delta says, else what the complete list says."""
        wanted = (self.certificate.serial_number, self.certificate.issuer)
        entry = delta.find(*wanted) if delta is not None else None
        if entry is None:
            entry = complete.find(*wanted)
        return None if entry is None or entry.reason == _REMOVE_FROM_CRL else entry

    def _checked(self, crl: CertificateList) -> _Signer | None:
        """Find the signer of a list whose extensions are known: (f), (g)."""
        if crl.sha256 in self._signers:
            return self._signers[crl.sha256]
        signer = None
        malformed_at = _malformed_at(crl)
        unknown = [oid for oid in crl.critical_extensions if oid not in _PROCESSED]
        if malformed_at is not None:
            self._note(crl, rules.CRL_MALFORMED, malformed_at)
        elif unknown:
            self._note(crl, rules.CRL_UNKNOWN_CRITICAL_EXTENSION, unknown[0])
        elif crl.malformed_extensions:
            self._note(crl, rules.MALFORMED_EXTENSION, crl.malformed_extensions[0])
        elif not self._departs(crl):
            signer = self._signer(crl)
        self._signers[crl.sha256] = signer
        return signer

    def _departs(self, crl: CertificateList) -> bool:
        """Name departures from the profile; whether they make the list unusable."""
        departures = list(list_departures(crl, self.means.departures))
        self.findings.extend(departures)
        return bool(departures) and self.means.departures is Severity.FAIL

    def _signer(self, crl: CertificateList) -> _Signer | None:
        """Try the certificate's issuer, then every other holder of the name."""
        name_matches = crl.issuer == _name_of(self.issuer)
        if name_matches and _signed(crl, self.issuer):
            return self._may_sign(crl, _Signer(self.issuer, None))
        for anchor in self.means.anchors:
            if anchor.name == crl.issuer and _signed(crl, anchor):
                return self._may_sign(crl, _Signer(anchor, None))
        others = sorted(
            self.means.candidates.with_subject(crl.issuer),
            key=lambda c: (c.key_identifier != crl.key_identifier, c.sha256),
        )
        for certificate in others[:_SIGNERS]:
            if _signed(crl, certificate) and (path := self._path_of(certificate)) is not None:
                return self._may_sign(crl, _Signer(certificate, path))
        known = name_matches or bool(others)
        rule = rules.CRL_SIGNATURE if known else rules.CRL_ISSUER_UNKNOWN
        self._note(crl, rule, crl.issuer.display())
        return None

    def _path_of(self, certificate: Certificate) -> Path | None:
        """(f): a path to an anchor for the signer of a list, with nothing revoked in it."""
        means, at, pending = self.means, self.at, self.pending | {certificate.sha256}

        def revoked(path: Path) -> Iterator[Finding]:
            for index, one in enumerate(path.certificates):
                if certificate.sha256 in self.pending:
                    return
                evidence, _, _ = crl_evidence(
                    one, path.issuer_of(index), means, at, pending=pending
                )
                if any(e.entry is not None and e.entry.revocation_date <= at for e in evidence):
                    yield Finding(rules.REVOKED, Severity.FAIL, one.ref)

        outcome = find_path(
            certificate, means.candidates, means.anchors, PathInputs(at), also=revoked
        )
        return outcome.valid.path if outcome.valid else None

    def _may_sign(self, crl: CertificateList, signer: _Signer) -> _Signer | None:
        """(f): keyUsage, where present, has cRLSign."""
        key_of = signer.key_of
        certificate = key_of.certificate if isinstance(key_of, Anchor) else key_of
        usage = certificate.key_usage if certificate is not None else None
        if usage is not None and "cRLSign" not in usage:
            self._note(crl, rules.CRL_NO_CRL_SIGN, ", ".join(sorted(usage)))
            return None
        return signer

    def _delta_of(self, complete: CertificateList, signer: _Signer) -> CertificateList | None:
        """Find the newest delta that can be applied to `complete`: 5.2.4 and 6.3.3(c)."""
        for crl in self.means.crls.of(complete.issuer):
            if crl.base_number is None or crl.number is None or complete.number is None:
                continue
            fits = (
                crl.base_number <= complete.number < crl.number
                and crl.issuing_distribution_point_der == complete.issuing_distribution_point_der
                and crl.key_identifier == complete.key_identifier
                and crl.this_update <= self.at
            )
            if fits and self._checked(crl) == signer:
                return crl
            self._note(crl, rules.CRL_DELTA, str(crl.base_number), Severity.INFO)
        return None

    def _keep(self, crl: CertificateList, signer: _Signer, entry: RevokedEntry | None) -> None:
        if crl.sha256 in self._used:
            return
        self._used.add(crl.sha256)
        late = crl.next_update is not None and crl.next_update < self.at
        if late:
            assert crl.next_update is not None
            self._note(crl, rules.CRL_STALE, crl.next_update.isoformat())
        elif crl.this_update > self.at:
            self._note(crl, rules.CRL_TOO_NEW, crl.this_update.isoformat(), Severity.INFO)
        self.evidence.append(
            RevocationEvidence(
                kind=FactKind.CRL,
                ref=crl.ref,
                signer=signer.key_of,
                this_update=crl.this_update,
                next_update=crl.next_update,
                is_fresh=not late and crl.this_update <= self.at,
                entry=entry,
                number=crl.number,
                signer_path=signer.path,
            )
        )

    def _counts(self, crl: CertificateList) -> bool:
        """Whether absence from `crl` says something of the moment asked for."""
        if crl.this_update > self.at:
            return crl.this_update <= self.certificate.not_after
        return crl.next_update is None or self.at <= crl.next_update

    def _note(
        self, crl: CertificateList, rule: Rule, actual: str, severity: Severity = Severity.WARN
    ) -> None:
        finding = Finding(
            rule, severity, crl.ref, actual=actual, details={"certificate": self.certificate.sha256}
        )
        if finding not in self.findings:
            self.findings.append(finding)


def _malformed_at(crl: CertificateList) -> str | None:
    """Where the entries of a list cannot be read, None if they can."""
    try:
        len(crl)
    except InputError as error:
        return str(error.details.get("offset", ""))
    return None


def _signed(crl: CertificateList, signer: Certificate | Anchor) -> bool:
    return verify_signed(crl, signer.key).outcome is Outcome.VALID


def _name_of(issuer: Certificate | Anchor) -> Name:
    return issuer.name if isinstance(issuer, Anchor) else issuer.subject


def _list_issuers(point: DistributionPoint, certificate: Certificate) -> Iterator[Name]:
    """6.3.3(b)(1): cRLIssuer where the point has one, else the issuer of the certificate."""
    if not point.crl_issuer:
        yield certificate.issuer
    for name in point.crl_issuer:
        if not isinstance(name.value, str | bytes):
            yield name.value


def _scope_problem(
    crl: CertificateList, certificate: Certificate, point: DistributionPoint
) -> str | None:
    """Why `crl` does not speak of `certificate` through `point`: 6.3.3(b); None if it does."""
    idp = crl.issuing_distribution_point
    if point.crl_issuer and (idp is None or not idp.indirect):
        return "indirectCRL"
    if idp is None:
        return None
    is_ca = certificate.basic_constraints is not None and certificate.basic_constraints.ca
    excluded = (
        ("onlyContainsUserCerts", idp.only_user_certificates and is_ca),  # (b)(2)(ii)
        ("onlyContainsCACerts", idp.only_ca_certificates and not is_ca),  # (b)(2)(iii)
        ("onlyContainsAttributeCerts", idp.only_attribute_certificates),  # (b)(2)(iv)
        ("distributionPoint", not _names_match(idp, crl, certificate, point)),  # (b)(2)(i)
    )
    return next((name for name, is_so in excluded if is_so), None)


def _names_match(
    idp: IssuingDistributionPoint,
    crl: CertificateList,
    certificate: Certificate,
    point: DistributionPoint,
) -> bool:
    """6.3.3(b)(2)(i)."""
    own = idp.names(crl.issuer)
    if not own:
        return True
    point_issuers = list(_list_issuers(point, certificate))
    theirs = point.names(point_issuers[0]) if point_issuers else point.full_name
    if not theirs:
        theirs = point.crl_issuer
    return any(name in theirs for name in own)
