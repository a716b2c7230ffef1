"""Validation of a certification path: RFC 5280 6.1, with the policy graph of RFC 9618.

Where RFC 5280 stops at the first failure, everything is looked at here, so that a reader learns
of every problem. Revocation (6.1.3(a)(3)) is `revocation`'s, because it needs evidence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field, structs

from zaruka.findings import Finding, Rule, Severity
from zaruka.x509 import rules
from zaruka.x509.name_constraints import ConstrainedNames
from zaruka.x509.paths import Anchor, AnchorPool, DeadEnd, Path, PathSearch
from zaruka.x509.policies import ANY_POLICY, PolicyGraph, PolicyStep
from zaruka.x509.profile import certificate_departures
from zaruka.x509.signed import Outcome, verify_signed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from zaruka.x509.certificates import Certificate
    from zaruka.x509.extensions import NameConstraints
    from zaruka.x509.paths import CertificatePool, SearchBudget

__all__ = [
    "CheckedPath",
    "Descent",
    "PathInputs",
    "PathOutcome",
    "check_path",
    "find_path",
    "unprocessed_extensions",
]

# Critical extensions that are processed here or in `revocation`, or by who asked for the path.
_PROCESSED = frozenset(
    {
        "2.5.29.14",  # subjectKeyIdentifier
        "2.5.29.15",  # keyUsage
        "2.5.29.17",  # subjectAltName
        "2.5.29.18",  # issuerAltName
        "2.5.29.19",  # basicConstraints
        "2.5.29.30",  # nameConstraints
        "2.5.29.31",  # cRLDistributionPoints
        "2.5.29.32",  # certificatePolicies
        "2.5.29.33",  # policyMappings
        "2.5.29.35",  # authorityKeyIdentifier
        "2.5.29.36",  # policyConstraints
        "2.5.29.37",  # extKeyUsage
        "2.5.29.46",  # freshestCRL
        "2.5.29.54",  # inhibitAnyPolicy
    }
)

_V3 = 3


class PathInputs(Struct, frozen=True):
    """Inputs of RFC 5280 6.1.1(b), (c), (e)-(i).

    `at`: the moment to judge at, aware UTC; its fractions of a second do not count. `processed`:
    critical extensions that the caller processes itself. `departures`: what a departure from the
    encoding or the profile means, of the anchor's certificate too; FAIL makes a strict mode.
    """

    at: datetime
    policies: frozenset[str] = frozenset({ANY_POLICY})
    inhibit_policy_mapping: bool = False
    explicit_policy: bool = False
    inhibit_any_policy: bool = False
    constraints: tuple[NameConstraints, ...] = ()
    processed: frozenset[str] = frozenset()
    departures: Severity = Severity.WARN

    def without_fractions(self) -> PathInputs:
        """Return the same for the whole second: times have no fractions, RFC 5280 4.1.2.5."""
        return (
            structs.replace(self, at=self.at.replace(microsecond=0))
            if self.at.microsecond
            else self
        )


class CheckedPath(Struct, frozen=True):
    """A path and everything that was found about it."""

    path: Path
    findings: tuple[Finding, ...]

    @property
    def is_valid(self) -> bool:
        """Whether nothing failed and nothing stayed open."""
        return not any(f.severity in (Severity.FAIL, Severity.UNKNOWN) for f in self.findings)


class PathOutcome(Struct, frozen=True):
    """The first valid path, or what became of every candidate.

    `valid` is None where there is none; `failed` holds the paths tried before it, the closest to
    being valid first. `dead_ends` lead to no anchor. `findings` are about the search itself.
    """

    valid: CheckedPath | None
    failed: tuple[CheckedPath, ...]
    dead_ends: tuple[DeadEnd, ...]
    findings: tuple[Finding, ...]


def find_path(  # noqa: PLR0913 - the inputs of the question
    target: Certificate,
    candidates: CertificatePool,
    anchors: Iterable[Anchor] | AnchorPool,
    inputs: PathInputs,
    *,
    budget: SearchBudget | None = None,
    also: Callable[[Path], Iterable[Finding]] | None = None,
) -> PathOutcome:
    """Search for a path until one is valid; keep why each of the others is not.

    `also` judges a path that passed (revocation, policy of the caller); what it finds counts.
    """
    search = PathSearch(target, candidates, anchors, at=inputs.at, budget=budget)
    failed: list[CheckedPath] = []
    valid = None
    for path in search:
        checked = CheckedPath(path, check_path(path, inputs))
        if checked.is_valid and also is not None:
            checked = CheckedPath(path, (*checked.findings, *also(path)))
        if checked.is_valid:
            valid = checked
            break
        failed.append(checked)
    failed.sort(key=lambda one: closeness(one.findings))
    return PathOutcome(valid, tuple(failed), tuple(search.dead_ends), tuple(search.findings))


# From the rule that comes closest to a valid path to the one that is furthest.
_RANK = {
    rule: rank
    for rank, group in enumerate(
        (
            (rules.REVOKED, rules.ON_HOLD),
            (rules.EXPIRED, rules.NOT_YET_VALID, rules.NO_REVOCATION_EVIDENCE),
            (rules.NO_VALID_POLICY, rules.POLICY_MAPPING_ANY),
            (rules.NAME_NOT_PERMITTED, rules.NAME_EXCLUDED, rules.PATH_LENGTH),
            (rules.UNKNOWN_CRITICAL_EXTENSION, rules.MALFORMED_EXTENSION),
            (rules.NO_KEY_CERT_SIGN, rules.NOT_A_CA),
            (rules.SIGNATURE_UNSUPPORTED,),
            (rules.SIGNATURE, rules.ALGORITHMS_DIFFER),
        )
    )
    for rule in group
}


def closeness(findings: Iterable[Finding]) -> tuple[int, int]:
    """Order paths for the headline: by the worst rule broken, then by how many are."""
    broken = [f for f in findings if f.severity in (Severity.FAIL, Severity.UNKNOWN)]
    return max((_RANK.get(f.rule, 4) for f in broken), default=-1), len(broken)


def check_path(path: Path, inputs: PathInputs) -> tuple[Finding, ...]:
    """Judge `path` by RFC 5280 6.1 but for revocation; what passes is said too."""
    if path.is_direct:
        inputs = inputs.without_fractions()
        anchor = Finding(rules.ANCHOR, Severity.PASS, path.target.ref)
        validity = _validity(path.target, inputs.at)
        return (anchor, validity, *_departures(path.target, inputs))
    descent = Descent.along(path, inputs)
    return (*descent.findings, *descent.to(path.target))


class Descent(Struct, eq=False):
    """The way down a path to the issuer of its target: the state variables of RFC 5280 6.1.2.

    It is the same for every target below the same authorities, and stays as it is when one is
    judged by it.
    """

    inputs: PathInputs
    anchor: Anchor
    issuer: Certificate | Anchor
    explicit_policy: int
    inhibit_any_policy: int
    policy_mapping: int
    max_path_length: int
    policies: tuple[PolicyStep, ...] = ()
    names: ConstrainedNames = field(default_factory=ConstrainedNames)
    findings: list[Finding] = []

    @classmethod
    def along(cls, path: Path, inputs: PathInputs) -> Descent:
        """Initialise (6.1.2), and go down to what stands above the target."""
        n = len(path.certificates)
        anchor = path.anchor
        descent = cls(
            inputs.without_fractions(),
            anchor,
            anchor,
            explicit_policy=0 if inputs.explicit_policy else n + 1,
            inhibit_any_policy=0 if inputs.inhibit_any_policy else n + 1,
            policy_mapping=0 if inputs.inhibit_policy_mapping else n + 1,
            max_path_length=n if anchor.path_length is None else min(n, anchor.path_length),
        )
        for constraints in (*inputs.constraints, anchor.name_constraints):
            if constraints is not None:
                descent.names.narrow(constraints)
        descent.findings += _anchor(anchor, descent.inputs)
        for certificate in reversed(path.certificates[1:]):
            descent._step(certificate)
        return descent

    def to(self, target: Certificate) -> list[Finding]:
        """Judge a certificate that `issuer` issued, the last of a path: 6.1.3 and 6.1.5."""
        policies = self._policies_with(target, skipped=False)
        findings = self._check(target, policies, self.names.copy(), is_last=True)
        explicit_policy = max(0, self.explicit_policy - 1)  # 6.1.5 (a)
        if target.policy_constraints.require_explicit_policy == 0:  # (b)
            explicit_policy = 0
        wanted = self.inputs.policies
        if self.anchor.policies is not None:
            own = self.anchor.policies
            wanted = own if ANY_POLICY in wanted else own & wanted
        if explicit_policy == 0 and not PolicyGraph.along(policies).valid_policies(wanted):  # (g)
            expected, actual = ", ".join(sorted(wanted)), ", ".join(target.policies)
            findings.append(_failure(rules.NO_VALID_POLICY, target, expected, actual))
        return findings

    def _policies_with(self, certificate: Certificate, *, skipped: bool) -> tuple[PolicyStep, ...]:
        counts = self.inhibit_any_policy > 0 or skipped
        return (*self.policies, PolicyStep(certificate.policies, counts))

    def _step(self, certificate: Certificate) -> None:
        """Go down to an authority: 6.1.3 and 6.1.4."""
        self.policies = self._policies_with(certificate, skipped=certificate.is_self_issued)
        self.findings += self._check(certificate, self.policies, self.names, is_last=False)
        self._prepare(certificate)
        self.issuer = certificate

    def _check(
        self,
        certificate: Certificate,
        policies: tuple[PolicyStep, ...],
        names: ConstrainedNames,
        *,
        is_last: bool,
    ) -> list[Finding]:
        """6.1.3."""
        issuer = self.issuer
        findings = []
        if not certificate.names_one_algorithm:
            findings.append(_algorithms_differ(certificate))
        findings.append(_signature(certificate, issuer))  # (a)(1)
        findings.append(_validity(certificate, self.inputs.at))  # (a)(2)
        name = issuer.name if isinstance(issuer, Anchor) else issuer.subject
        if certificate.issuer != name:  # (a)(4)
            expected, actual = name.rfc4514(), certificate.issuer.rfc4514()
            findings.append(_failure(rules.ISSUER_NAME, certificate, expected, actual))
        skipped = certificate.is_self_issued and not is_last
        if not skipped:
            findings += names.check(certificate)  # (b), (c)
        if self.explicit_policy == 0 and PolicyGraph.along(policies).empty:  # (d), (e), (f)
            findings.append(_failure(rules.NO_VALID_POLICY, certificate))
        for oid in certificate.duplicate_extensions:  # 4.2
            findings.append(_failure(rules.DUPLICATE_EXTENSION, certificate, actual=oid))
        for oid in certificate.malformed_extensions:
            findings.append(_failure(rules.MALFORMED_EXTENSION, certificate, actual=oid))
        findings += _departures(certificate, self.inputs)
        findings += _critical(certificate, self.inputs)
        return findings

    def _fail(
        self,
        rule: Rule,
        certificate: Certificate,
        expected: str | None = None,
        actual: str | None = None,
    ) -> None:
        self.findings.append(_failure(rule, certificate, expected, actual))

    def _prepare(self, certificate: Certificate) -> None:
        """6.1.4."""
        mappings = certificate.policy_mappings
        if mappings:
            if any(ANY_POLICY in pair for pair in mappings):  # (a)
                self._fail(rules.POLICY_MAPPING_ANY, certificate)
            *above, own = self.policies
            own = structs.replace(own, mappings=mappings, mapping_allowed=self.policy_mapping > 0)
            self.policies = (*above, own)  # (b)
        constraints = certificate.name_constraints
        if constraints is not None:  # (g)
            self.names.narrow(constraints)
        if not certificate.is_self_issued:  # (h)
            self._count_down()
        constrained = certificate.policy_constraints
        required = constrained.require_explicit_policy
        inhibited = constrained.inhibit_policy_mapping
        if required is not None:  # (i)
            self.explicit_policy = min(self.explicit_policy, required)
        if inhibited is not None:
            self.policy_mapping = min(self.policy_mapping, inhibited)
        skip = certificate.inhibit_any_policy
        if skip is not None:  # (j)
            self.inhibit_any_policy = min(self.inhibit_any_policy, skip)
        self._check_authority(certificate)

    def _check_authority(self, certificate: Certificate) -> None:
        """6.1.4(k)-(n): whether the certificate may issue the next one."""
        constraints = certificate.basic_constraints
        if constraints is None or not constraints.ca:  # (k)
            self._fail(rules.NOT_A_CA, certificate, "CA", f"version {certificate.version}")
        if not certificate.is_self_issued:  # (l)
            if self.max_path_length <= 0:
                self._fail(rules.PATH_LENGTH, certificate)
            self.max_path_length -= 1
        if constraints is not None and constraints.path_length is not None:  # (m)
            self.max_path_length = min(self.max_path_length, constraints.path_length)
        usage = certificate.key_usage
        if usage is not None and "keyCertSign" not in usage:  # (n)
            shown = ", ".join(sorted(usage))
            self._fail(rules.NO_KEY_CERT_SIGN, certificate, "keyCertSign", shown)

    def _count_down(self) -> None:
        self.explicit_policy = max(0, self.explicit_policy - 1)
        self.policy_mapping = max(0, self.policy_mapping - 1)
        self.inhibit_any_policy = max(0, self.inhibit_any_policy - 1)


_SIGNATURE_OUTCOMES = {
    Outcome.VALID: (rules.SIGNATURE, Severity.PASS),
    Outcome.UNSUPPORTED: (rules.SIGNATURE_UNSUPPORTED, Severity.UNKNOWN),
    Outcome.ALGORITHM_MISMATCH: (rules.ALGORITHMS_DIFFER, Severity.FAIL),
}


def _algorithms_differ(certificate: Certificate) -> Finding:
    """RFC 5280 4.1.1.2: the algorithm inside and outside is the same."""
    inside, outside = certificate.tbs_signature_algorithm, certificate.signature_algorithm
    return _failure(rules.ALGORITHMS_DIFFER, certificate, inside.oid, outside.oid)


def _signature(certificate: Certificate, issuer: Certificate | Anchor) -> Finding:
    """6.1.3(a)(1)."""
    result, above = verify_signed(certificate, issuer.key), issuer.ref
    rule, severity = _SIGNATURE_OUTCOMES.get(result.outcome, (rules.SIGNATURE, Severity.FAIL))
    return Finding(
        rule,
        severity,
        certificate.ref,
        expected=result.expected,
        actual=result.actual or result.outcome.value,
        details={"issuer": above.name, "issuer_sha256": above.sha256},
    )


def _validity(certificate: Certificate, at: datetime) -> Finding:
    """6.1.3(a)(2); both ends belong to the period (RFC 5280 4.1.2.5)."""
    details = {"at": at, "not_before": certificate.not_before, "not_after": certificate.not_after}
    if at < certificate.not_before:
        return Finding(
            rules.NOT_YET_VALID,
            Severity.FAIL,
            certificate.ref,
            certificate.not_before.isoformat(),
            at.isoformat(),
            details,
        )
    if at > certificate.not_after:
        return Finding(
            rules.EXPIRED,
            Severity.FAIL,
            certificate.ref,
            certificate.not_after.isoformat(),
            at.isoformat(),
            details,
        )
    return Finding(rules.VALIDITY, Severity.PASS, certificate.ref, details=details)


def _critical(certificate: Certificate, inputs: PathInputs) -> list[Finding]:
    """6.1.4(o) and 6.1.5(f)."""
    return [
        _failure(rules.UNKNOWN_CRITICAL_EXTENSION, certificate, actual=oid)
        for oid in _unknown(certificate, inputs.processed)
    ]


def _unknown(certificate: Certificate, processed: frozenset[str]) -> Iterator[str]:
    for oid, extension in certificate.extensions.items():
        if extension.critical and oid not in _PROCESSED and oid not in processed:
            yield oid


def unprocessed_extensions(
    certificate: Certificate, processed: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """OIDs of extensions with which RFC 5280 4.2 forbids the use of a certificate.

    Those that are critical and unknown here and to the caller (`processed`), that cannot be read,
    or that stand twice.
    """
    unknown = _unknown(certificate, processed)
    return (*unknown, *certificate.malformed_extensions, *certificate.duplicate_extensions)


def _anchor(anchor: Anchor, inputs: PathInputs) -> list[Finding]:
    """Look at what an anchor came from; RFC 5280 asks nothing of it, a strict policy may.

    One thing is asked: a certificate of version 3 that does not say that it is an authority's
    is trusted for itself, and issues nothing (4.2.1.9).
    """
    certificate = anchor.certificate
    if certificate is None:
        return []
    findings = []
    is_strict = inputs.departures is Severity.FAIL
    if not certificate.is_authority and (certificate.version >= _V3 or is_strict):
        version = f"version {certificate.version}"
        findings.append(_failure(rules.NOT_A_CA, certificate, "CA", version))
    if not certificate.not_before <= inputs.at <= certificate.not_after:
        findings.append(
            Finding(
                rules.ANCHOR_EXPIRED,
                inputs.departures,
                certificate.ref,
                certificate.not_after.isoformat(),
                inputs.at.isoformat(),
            )
        )
    findings += _departures(certificate, inputs, of_anchor=True)
    if is_strict:
        findings += _critical(certificate, inputs)
    return findings


def _departures(
    certificate: Certificate, inputs: PathInputs, *, of_anchor: bool = False
) -> list[Finding]:
    """Name departures from DER and from the profile."""
    severity = inputs.departures
    found = certificate_departures(certificate, severity, of_anchor=of_anchor)
    deviations = certificate.deviations
    if not deviations:
        return found
    ref = certificate.ref
    said = [
        Finding(rules.DEVIATION, severity, ref, actual=code, details={"offset": offset})
        for code, offset in deviations
    ]
    return said + found


def _failure(
    rule: Rule, certificate: Certificate, expected: str | None = None, actual: str | None = None
) -> Finding:
    return Finding(rule, Severity.FAIL, certificate.ref, expected, actual)
