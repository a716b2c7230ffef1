"""Revocation lists for one certificate: RFC 5280 6.3.3.

Complete, delta, indirect and partitioned lists. The signer of a list has the issuer's name but
need not have its key: GosSUOK carries certificates of its old CA in lists of the new one.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from zaruka.errors import InputError
from zaruka.findings import Finding, Rule, Severity
from zaruka.x509 import rules
from zaruka.x509.evidence import RevocationEvidence
from zaruka.x509.extensions import ALL_REASONS, DistributionPoint
from zaruka.x509.general_names import GeneralName
from zaruka.x509.path_checks import PathInputs, find_path
from zaruka.x509.paths import Anchor, Path, SearchBudget
from zaruka.x509.profile import list_departures
from zaruka.x509.signed import Outcome, verify_signed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from zaruka.x509.certificates import Certificate
    from zaruka.x509.crls import CertificateList, RevokedEntry
    from zaruka.x509.evidence import RevocationMeans
    from zaruka.x509.names import Name

__all__ = ["crl_evidence", "may_sign_lists"]

_SIGNERS = 16  # certificates of one name that are tried as signers of one list
_POINTS = 64  # distribution points of one certificate that are looked at
_LISTS = 10_000  # times that a list is held against a distribution point, for one certificate
_SEARCH = SearchBudget(paths=8, links=200)  # for the path of one signer
_SEARCH_COST = 100  # in tries
_V3 = 3


class _Signer(Struct, frozen=True):
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
    points = certificate.distribution_points
    for point in (*points[:_POINTS], _IMPLIED):
        lookup.try_point(point)
    if len(points) > _POINTS:
        lookup.spend(str(len(points)))
    return lookup.evidence, lookup.findings, lookup.reasons >= ALL_REASONS


def may_sign_lists(certificate: Certificate, certified_by: frozenset[Name]) -> bool:
    """Whether a holder of a CA's name may sign the lists of that name: RFC 5280 6.3.3(f).

    An authority may. Another may only with a key for nothing but that (keyUsage is cRLSign alone),
    certified by one of `certified_by`, the authority itself and who certified it: a client of
    some authority that bears the name of this one may not.
    """
    usage = certificate.key_usage
    if usage is not None and "cRLSign" not in usage:
        return False
    if certificate.is_authority:
        return True
    return usage == frozenset({"cRLSign"}) and certificate.issuer in certified_by


_IMPLIED: Final = DistributionPoint()
"""6.3.3, last paragraph: every list of the certificate's issuer is a candidate."""


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
        self._noted: set[tuple[Rule, str, str]] = set()
        self._names: dict[str, frozenset[GeneralName]] = {}  # of lists
        self._point_names: frozenset[GeneralName] | None = None  # of the point being tried
        self._held = 0
        self._used: set[str] = set()
        self._signers: dict[str, _Signer | None] = {}

    def try_point(self, point: DistributionPoint) -> None:
        """Process the complete lists that belong to `point`: 6.3.3(a)-(l)."""
        self._point_names = None
        for name in _list_issuers(point, self.certificate):
            crls = self.means.crls.of(name)
            complete = [crl for crl in crls if crl.base_number is None]
            for crl in complete:
                self._held += 1
                if crl.sha256 in self._used and self.reasons >= ALL_REASONS:
                    continue  # nothing that this point could add
                if self._held > _LISTS or not self.means.tries.look():
                    self.spend(str(self._held - 1))
                    return
                self._try_list(crl, point)
            for crl in () if complete else crls:
                self._note(crl, rules.CRL_DELTA, str(crl.base_number))

    def spend(self, count: str, *, hidden: bool = True) -> None:
        """Say that not everything was tried; `hidden`: a revocation may be in what was not."""
        self.means.tries.is_spent |= hidden
        finding = Finding(rules.REVOCATION_BUDGET, Severity.WARN, self.certificate.ref, None, count)
        if (rules.REVOCATION_BUDGET, "", "") not in self._noted:
            self._noted.add((rules.REVOCATION_BUDGET, "", ""))
            self.findings.append(finding)

    def _try_list(self, crl: CertificateList, point: DistributionPoint) -> None:
        problem = _scope_problem(crl, self.certificate, point)  # (b)
        idp = crl.issuing_distribution_point
        if problem is None and idp is not None and not self._shares_name(crl, point):
            problem = "distributionPoint"  # (b)(2)(i)
        if problem is not None:
            self._note(crl, rules.CRL_SCOPE, problem)
            return
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
        if entry is not None and delta is not None and delta.clears(entry):
            return None
        entry = entry or complete.find(*wanted)
        return None if entry is None or complete.clears(entry) else entry

    def _checked(self, crl: CertificateList) -> _Signer | None:
        """Find the signer of a list whose extensions are known: (f), (g)."""
        if crl.sha256 in self._signers:
            return self._signers[crl.sha256]
        signer = None
        if crl.fault is not None:
            self._note(crl, *crl.fault)
        elif not self._departs(crl):
            signer = self._signer(crl)
        self._signers[crl.sha256] = signer
        return signer

    def _departs(self, crl: CertificateList) -> bool:
        """Name departures from the profile; whether they make the list unusable."""
        departures = list_departures(crl, self.means.departures)
        self.findings.extend(departures)
        return bool(departures) and self.means.departures is Severity.FAIL

    def _signer(self, crl: CertificateList) -> _Signer | None:
        """Try the certificate's issuer, then every other holder of the name."""
        barred, was_stopped = None, False
        for holder in islice(self._holders(crl), _SIGNERS):
            if not self.means.tries.take(crl.sha256, holder.key.spki):
                was_stopped = True
                break
            if verify_signed(crl, holder.key).outcome is not Outcome.VALID:
                continue
            if not self._may_sign(crl, holder):
                barred = holder.ref.name
            elif isinstance(holder, Anchor) or holder is self.issuer:
                return _Signer(holder, None)
            elif not self.means.tries.take(holder.sha256, b"", _SEARCH_COST):
                was_stopped = True
            elif (path := self._path_of(holder)) is not None:
                return _Signer(holder, path)
        if barred is not None:
            self._note(crl, rules.CRL_NO_CRL_SIGN, barred)
            return None
        holders = [*self._holders(crl)]
        wanted = crl.key_identifier
        left = any(wanted in (None, holder.key_identifier) for holder in holders[_SIGNERS:])
        if left or was_stopped:
            self.spend(str(len(holders)), hidden=self._accuses(crl))
        rule = rules.CRL_SIGNATURE if holders else rules.CRL_ISSUER_UNKNOWN
        self._note(crl, rule, crl.issuer.display())
        return None

    def _accuses(self, crl: CertificateList) -> bool:
        """Whether a list, if it were believed, would speak of the certificate."""
        try:
            entry = crl.find(self.certificate.serial_number, self.certificate.issuer)
        except InputError:
            return True
        return entry is not None

    def _holders(self, crl: CertificateList) -> Iterator[Certificate | Anchor]:
        """Who has the name of the list's issuer, likeliest first: the certificate's own issuer."""
        issuer = self.issuer
        if crl.issuer == _name_of(issuer):
            yield issuer
        yield from (a for a in self.means.anchors if a.name == crl.issuer and a != issuer)
        others = [c for c in self.means.candidates.with_subject(crl.issuer) if c != issuer]
        if len(others) > 1:
            wanted = crl.key_identifier
            others.sort(key=lambda c: (c.key_identifier != wanted, c.sha256))
        yield from others

    def _may_sign(self, crl: CertificateList, holder: Certificate | Anchor) -> bool:
        """(f): keyUsage, where present, has cRLSign; who is not the issuer is an authority."""
        certificate = holder.certificate if isinstance(holder, Anchor) else holder
        if certificate is None:
            return True
        usage = certificate.key_usage
        if holder is self.issuer or (isinstance(holder, Anchor) and certificate.version < _V3):
            return usage is None or "cRLSign" in usage
        if crl.issuer != self.certificate.issuer and usage is not None:  # named by a cRLIssuer
            return "cRLSign" in usage
        return may_sign_lists(certificate, _certifiers_of(self.issuer))

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
            certificate,
            means.candidates,
            means.anchors,
            PathInputs(at, processed=means.processed),
            budget=_SEARCH,
            also=revoked,
        )
        return outcome.valid.path if outcome.valid else None

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
            reversed_ = crl.next_update < crl.this_update
            rule = rules.CRL_DATES_REVERSED if reversed_ else rules.CRL_STALE
            self._note(crl, rule, crl.next_update.isoformat())
        elif crl.this_update > self.at:
            self._note(crl, rules.CRL_TOO_NEW, crl.this_update.isoformat(), Severity.INFO)
        self.evidence.append(
            RevocationEvidence.of_list(
                crl,
                signer.key_of,
                entry,
                is_fresh=not late and crl.this_update <= self.at,
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
        if (rule, crl.sha256, actual) in self._noted:
            return
        self._noted.add((rule, crl.sha256, actual))
        details = {"certificate": self.certificate.sha256}
        self.findings.append(Finding(rule, severity, crl.ref, actual=actual, details=details))

    def _shares_name(self, crl: CertificateList, point: DistributionPoint) -> bool:
        """(b)(2)(i): a name of the list's point, where it has any, is one of this point."""
        names = self._names.get(crl.sha256)
        if names is None:
            idp = crl.issuing_distribution_point
            names = self._names[crl.sha256] = frozenset(idp.names(crl.issuer) if idp else ())
        if self._point_names is None:
            self._point_names = _names_of(point, self.certificate)
        return not names or not names.isdisjoint(self._point_names)


def _name_of(issuer: Certificate | Anchor) -> Name:
    return issuer.name if isinstance(issuer, Anchor) else issuer.subject


def _certifiers_of(issuer: Certificate | Anchor) -> frozenset[Name]:
    """Return the names of `issuer` and of who certified it, where that is known."""
    certificate = issuer.certificate if isinstance(issuer, Anchor) else issuer
    name = _name_of(issuer)
    return frozenset({name} if certificate is None else {name, certificate.issuer})


def _list_issuers(point: DistributionPoint, certificate: Certificate) -> list[Name]:
    """6.3.3(b)(1): cRLIssuer where the point has one, else the issuer of the certificate."""
    if not point.crl_issuer:
        return [certificate.issuer]
    return [name.value for name in point.crl_issuer if not isinstance(name.value, str | bytes)]


def _scope_problem(
    crl: CertificateList, certificate: Certificate, point: DistributionPoint
) -> str | None:
    """Why `crl` does not speak of `certificate` through `point`; None if it may.

    6.3.3(b), but for (b)(2)(i), the names.
    """
    idp = crl.issuing_distribution_point
    if point.crl_issuer and (idp is None or not idp.indirect):
        return "indirectCRL"
    if idp is None:
        return None
    is_ca = certificate.is_authority
    excluded = (
        ("onlyContainsUserCerts", idp.only_user_certificates and is_ca),  # (b)(2)(ii)
        ("onlyContainsCACerts", idp.only_ca_certificates and not is_ca),  # (b)(2)(iii)
        ("onlyContainsAttributeCerts", idp.only_attribute_certificates),  # (b)(2)(iv)
    )
    return next((name for name, is_so in excluded if is_so), None)


def _names_of(point: DistributionPoint, certificate: Certificate) -> frozenset[GeneralName]:
    """6.3.3(b)(2)(i): the names of a point, or of who issues its lists where it has none."""
    if point is _IMPLIED:
        own = GeneralName("directoryName", certificate.issuer)
        return frozenset((own, *certificate.issuer_alternative_names))
    issuers = _list_issuers(point, certificate)
    names = point.names(issuers[0]) if issuers else point.full_name
    return frozenset(names or point.crl_issuer)
