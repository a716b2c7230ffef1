"""Certification paths: who may have issued what, and a bounded search for a way to an anchor.

An `Anchor` is trusted; a certificate of a `CertificatePool` is only a candidate; the target is
neither. The search (RFC 4158) goes from the target upwards by name and key identifier and tries
the likelier issuer first; what it finds is judged by `path_checks.check_path`.
"""

from __future__ import annotations

import hashlib
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from msgspec import Struct

from zaruka.findings import Finding, ObjectKind, ObjectRef, Severity
from zaruka.x509 import rules
from zaruka.x509.signed import Outcome, verify_signed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from zaruka.crypto import KeyInfo
    from zaruka.findings import Rule
    from zaruka.x509.certificates import Certificate
    from zaruka.x509.extensions import AuthorityKeyIdentifier, NameConstraints
    from zaruka.x509.names import Name

__all__ = [
    "Anchor",
    "AnchorPool",
    "CertificatePool",
    "DeadEnd",
    "Path",
    "PathSearch",
    "SearchBudget",
    "build_paths",
]

_DSA = "1.2.840.10040.4.1"


class Anchor(Struct, frozen=True):
    """A trust anchor: a name and a key (RFC 5280 6.1.1(d)), with limits of its own.

    `certificate` says where name and key came from; it is not part of any path. The limits apply
    as if a certificate above all others had stated them (RFC 5937): `path_length` counts
    certificates that are not self-issued, `policies` None means every policy.
    """

    name: Name
    key: KeyInfo
    certificate: Certificate | None = None
    key_identifier: bytes | None = None
    path_length: int | None = None
    name_constraints: NameConstraints | None = None
    policies: frozenset[str] | None = None

    @classmethod
    def of(cls, certificate: Certificate) -> Anchor:
        """Trust the subject and key of `certificate`, within the limits that it states."""
        constraints = certificate.basic_constraints
        return cls(
            name=certificate.subject,
            key=certificate.key,
            certificate=certificate,
            key_identifier=certificate.key_identifier,
            path_length=constraints.path_length if constraints else None,
            name_constraints=certificate.name_constraints,
        )

    @property
    def ref(self) -> ObjectRef:
        """The anchor's certificate, or its key where it has none."""
        if self.certificate is not None:
            return self.certificate.ref
        sha256 = hashlib.sha256(self.key.spki).hexdigest()
        return ObjectRef(ObjectKind.KEY, sha256, self.name.display())


class Path(Struct, frozen=True):
    """A prospective certification path: `certificates` from the target up, without the anchor.

    `is_direct`: the target itself is the anchor's certificate.
    """

    certificates: tuple[Certificate, ...]
    anchor: Anchor
    is_direct: bool = False

    @property
    def target(self) -> Certificate:
        """The certificate that the path is for."""
        return self.certificates[0]

    @property
    def links(self) -> tuple[tuple[Certificate, Certificate | Anchor], ...]:
        """Each certificate with what stands above it."""
        return tuple(zip(self.certificates, (*self.certificates[1:], self.anchor), strict=True))

    def issuer_of(self, index: int) -> Certificate | Anchor:
        """Return what stands above certificate `index`."""
        above = index + 1
        return self.certificates[above] if above < len(self.certificates) else self.anchor


class DeadEnd(Struct, frozen=True):
    """A chain of certificates that leads to no anchor, and why."""

    certificates: tuple[Certificate, ...]
    finding: Finding


class SearchBudget(Struct, frozen=True):
    """Bounds of one search."""

    certificates: int = 20  # in one path, without the anchor
    paths: int = 64
    links: int = 2_000  # signatures verified, and again steps along the links found


_BUDGET = SearchBudget()


class CertificatePool:
    """Candidates: certificates that may stand in a path, by subject; the same one counts once."""

    __slots__ = ("_by_sha256", "_by_subject")

    def __init__(self, certificates: Iterable[Certificate] = ()) -> None:
        """Take `certificates` in any order."""
        self._by_sha256 = {certificate.sha256: certificate for certificate in certificates}
        self._by_subject: dict[Name, list[Certificate]] | None = None

    def __iter__(self) -> Iterator[Certificate]:
        """Yield every certificate once."""
        return iter(self._by_sha256.values())

    def __len__(self) -> int:
        """Count different certificates."""
        return len(self._by_sha256)

    def with_subject(self, name: Name) -> list[Certificate]:
        """Return the certificates whose subject is `name`."""
        if self._by_subject is None:
            index: dict[Name, list[Certificate]] = {}
            for certificate in self._by_sha256.values():
                index.setdefault(certificate.subject, []).append(certificate)
            self._by_subject = index
        return self._by_subject.get(name, [])


class AnchorPool:
    """Anchors by name."""

    __slots__ = ("_by_name",)

    def __init__(self, anchors: Iterable[Anchor] = ()) -> None:
        """Take `anchors` in any order."""
        self._by_name: dict[Name, list[Anchor]] = {}
        for anchor in anchors:
            self._by_name.setdefault(anchor.name, []).append(anchor)

    def with_name(self, name: Name) -> Sequence[Anchor]:
        """Return the anchors whose name is `name`."""
        return self._by_name.get(name, ())


def build_paths(
    target: Certificate,
    candidates: CertificatePool,
    anchors: Iterable[Anchor] | AnchorPool,
    *,
    at: datetime | None = None,
    budget: SearchBudget | None = None,
) -> PathSearch:
    """Find the paths from `target` to `anchors`, within the budget.

    `at` only orders the candidates: those valid then come first. The result does not depend on
    the order in which candidates and anchors are given. Links whose signature does not verify
    are left out, unless a certificate has no other issuer: then the likeliest stays, so that
    the check of the path can say what is wrong.
    """
    search = PathSearch(target, candidates, anchors, at=at, budget=budget)
    search.paths = tuple(search)
    return search


class PathSearch:
    """A search for paths; iterate over it to get them one by one, likeliest first.

    `paths` holds them where `build_paths` ran the search. `dead_ends` are the chains that lead
    nowhere; `findings` tell of keys that had the name but not the signature and of a budget that
    was spent (`exhausted`: a path may exist that was not looked at).
    """

    __slots__ = (
        "_anchors",
        "_at",
        "_budget",
        "_candidates",
        "_distance",
        "_issuers",
        "_links",
        "dead_ends",
        "exhausted",
        "findings",
        "paths",
        "target",
    )

    def __init__(
        self,
        target: Certificate,
        candidates: CertificatePool,
        anchors: Iterable[Anchor] | AnchorPool,
        *,
        at: datetime | None = None,
        budget: SearchBudget | None = None,
    ) -> None:
        """Look at every link upwards from `target` once, each checked by its signature."""
        self.target = target
        self.paths: tuple[Path, ...] = ()
        self.dead_ends: list[DeadEnd] = []
        self.findings: list[Finding] = []
        self.exhausted = False
        self._candidates = candidates
        self._anchors = anchors if isinstance(anchors, AnchorPool) else AnchorPool(anchors)
        self._at = at
        self._budget = budget or _BUDGET
        self._links = 0
        self._issuers: dict[str, list[Certificate | Anchor]] = {}
        self._discover()
        self._distance = self._distances()

    def __iter__(self) -> Iterator[Path]:
        """Yield paths, shorter ones first, only along links that lead to an anchor."""
        direct = self._direct_anchor()
        if direct is not None:
            yield Path((self.target,), direct, is_direct=True)
            return
        # Chains by the least length that they can come to, then by the order of finding.
        open_chains: list[tuple[int, int, tuple[Certificate, ...]]] = [(0, 0, (self.target,))]
        found = steps = 0
        while open_chains:
            _, _, chain = heappop(open_chains)
            for issuer in self._issuers.get(chain[-1].sha256, ()):
                steps += 1
                if isinstance(issuer, Anchor):
                    yield Path(_with_inherited_parameters(chain, issuer), issuer)
                    found += 1
                elif self._leads_on(issuer, chain):
                    least = len(chain) + self._distance[issuer.sha256]
                    heappush(open_chains, (least, steps, (*chain, issuer)))
                if found >= self._budget.paths or steps >= self._budget.links:
                    self._spent(self.target, steps)
                    return

    def _leads_on(self, issuer: Certificate, chain: tuple[Certificate, ...]) -> bool:
        """Whether `issuer` is new to the chain (RFC 4158 2.4.2) and reaches an anchor in time."""
        left = self._budget.certificates - len(chain)
        return self._distance.get(issuer.sha256, left + 1) <= left and not any(
            issuer.subject == used.subject and issuer.key.spki == used.key.spki for used in chain
        )

    def _direct_anchor(self) -> Anchor | None:
        for anchor in self._anchors.with_name(self.target.subject):
            if anchor.certificate is not None and anchor.certificate.der == self.target.der:
                return anchor
        return None

    def _discover(self) -> None:
        """Find the issuers of the target, theirs, and so on, level by level."""
        level: list[tuple[Certificate, ...]] = [(self.target,)]
        while level and not self.exhausted:
            above: list[tuple[Certificate, ...]] = []
            for chain in level:
                last = chain[-1]
                if last.sha256 in self._issuers:
                    continue
                issuers = self._issuers[last.sha256] = self._issuers_of(last)
                if not issuers:
                    self._dead_end(chain)
                above += [(*chain, i) for i in issuers if not isinstance(i, Anchor)]
            level = above
            if level and len(level[0]) > self._budget.certificates:
                self._spent(level[0][-1], self._budget.certificates, rules.CHAIN_TOO_LONG)

    def _issuers_of(self, certificate: Certificate) -> list[Certificate | Anchor]:
        """Anchors and candidates that signed `certificate`, likeliest first.

        Where none did, the likeliest that has the name, unless key identifiers speak against it.
        """
        name = certificate.issuer
        anchors = self._anchors.with_name(name)
        candidates = [c for c in self._candidates.with_subject(name) if c.der != certificate.der]
        if len(anchors) > 1:  # mostly there is one, whose rank nobody asks for
            identifier = certificate.authority_key_identifier
            anchors = sorted(anchors, key=lambda a: _anchor_rank(a, identifier))
        if len(candidates) > 1:
            identifier = certificate.authority_key_identifier
            candidates.sort(key=lambda c: _candidate_rank(c, identifier, self._at))
        possible: list[Certificate | Anchor] = [*anchors, *candidates]
        signed = self._signers(certificate, possible)
        if signed and len(signed) < len(possible):
            self._note_other_keys(certificate, possible, signed)
        if signed or not possible:
            return signed
        rank = _key_rank(certificate.authority_key_identifier, possible[0].key_identifier)
        return possible[:1] if rank < 2 else []

    def _signers(
        self, certificate: Certificate, possible: list[Certificate | Anchor]
    ) -> list[Certificate | Anchor]:
        """Those whose key verifies; each key is tried once, and none after one that does."""
        tried: set[bytes] = set()
        for issuer in possible:
            key = issuer.key
            if key.spki in tried:
                continue
            if self._links >= self._budget.links:
                self._spent(certificate, self._links)
                break
            self._links += 1
            if verify_signed(certificate, key).outcome is Outcome.VALID:
                return [each for each in possible if each.key.spki == key.spki]
            tried.add(key.spki)
        return []

    def _note_other_keys(
        self,
        certificate: Certificate,
        possible: list[Certificate | Anchor],
        signed: list[Certificate | Anchor],
    ) -> None:
        others = [issuer for issuer in possible if not any(issuer is one for one in signed)]
        self.findings.append(
            Finding(
                rules.ISSUER_KEY_DIFFERS,
                Severity.INFO,
                certificate.ref,
                expected=signed[0].ref.sha256,
                actual=others[0].ref.sha256,
                details={"issuer": certificate.issuer.display(), "count": len(others)},
            )
        )

    def _dead_end(self, chain: tuple[Certificate, ...]) -> None:
        last = chain[-1]
        rule = rules.UNTRUSTED_ROOT if last.is_self_issued else rules.NO_ISSUER
        finding = Finding(rule, Severity.UNKNOWN, last.ref, expected=last.issuer.display())
        self.dead_ends.append(DeadEnd(chain, finding))

    def _spent(
        self, certificate: Certificate, count: int, rule: Rule = rules.SEARCH_BUDGET
    ) -> None:
        if not self.exhausted:
            self.exhausted = True
            finding = Finding(rule, Severity.UNKNOWN, certificate.ref, actual=str(count))
            self.findings.append(finding)

    def _distances(self) -> dict[str, int]:
        """Certificates still to come on the shortest way to an anchor, this one included."""
        below: dict[str, list[str]] = {}
        level: list[str] = []
        for sha256, issuers in self._issuers.items():
            for issuer in issuers:
                if isinstance(issuer, Anchor):
                    level.append(sha256)
                else:
                    below.setdefault(issuer.sha256, []).append(sha256)
        distance: dict[str, int] = {}
        steps = 1
        while level:
            new = [sha256 for sha256 in level if distance.setdefault(sha256, steps) == steps]
            level = [
                child for sha256 in new for child in below.get(sha256, ()) if child not in distance
            ]
            steps += 1
        return distance


def _with_inherited_parameters(
    chain: tuple[Certificate, ...], anchor: Anchor
) -> tuple[Certificate, ...]:
    """Complete keys whose parameters are those of the key above: RFC 5280 6.1.4(d)-(f).

    Only DSA has such keys (RFC 3279 2.3.2).
    """
    if _DSA not in [certificate.key.algorithm.oid for certificate in chain]:
        return chain
    completed: list[Certificate] = []
    above = anchor.key
    for certificate in reversed(chain):
        key = certificate.key
        if not _has_parameters(key) and key.algorithm.oid == above.algorithm.oid:
            certificate = certificate.with_parameters(above.algorithm)  # noqa: PLW2901
        completed.append(certificate)
        above = certificate.key
    return tuple(reversed(completed))


def _has_parameters(key: KeyInfo) -> bool:
    return key.algorithm.oid != _DSA or key.algorithm.parameters not in (None, b"\x05\x00")


def _anchor_rank(
    anchor: Anchor, identifier: AuthorityKeyIdentifier | None
) -> tuple[int, bytes, str]:
    return _key_rank(identifier, anchor.key_identifier), anchor.key.spki, anchor.ref.sha256


def _candidate_rank(
    certificate: Certificate, identifier: AuthorityKeyIdentifier | None, at: datetime | None
) -> tuple[int, bool, float, str]:
    """RFC 4158 3.5: key identifier, then validity, then the newest; last, a stable order."""
    outside = at is not None and not certificate.not_before <= at <= certificate.not_after
    return (
        _key_rank(identifier, certificate.key_identifier),
        outside,
        -certificate.not_before.timestamp(),
        certificate.sha256,
    )


def _key_rank(identifier: AuthorityKeyIdentifier | None, present: bytes | None) -> int:
    """0 the same identifier, 1 none to compare, 2 another."""
    wanted = identifier.key_identifier if identifier else None
    if wanted is None or present is None:
        return 1
    return 0 if wanted == present else 2
