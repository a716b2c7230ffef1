"""What stands above a target in its path, judged once for all that it issued.

A platform validates thousands of messages whose signers few authorities certified. What is found
out of those depends on their certificates, on policy, trust, countries and the moment, and, where
it is about revocation, on what the evidence answers when it is asked for lists and their signers.
Whoever has all that in common gets the same values again, so that no report shows whether
something was remembered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from zaruka._native import lazy
from zaruka.findings import Finding, Severity, SubIndication
from zaruka.trust import Standing
from zaruka.validation import rules
from zaruka.validation.algorithms import algorithm_of, check_algorithm
from zaruka.validation.blocks.status_judgement import judge_status
from zaruka.validation.naming import identify
from zaruka.validation.policy import Holder
from zaruka.x509 import Descent, Tries

if TYPE_CHECKING:
    from datetime import datetime

    from zaruka.trust import Purpose, Statement
    from zaruka.validation.blocks.status_judgement import JudgedStatus
    from zaruka.validation.context import Context, Standpoint
    from zaruka.validation.jurisdiction import Identity
    from zaruka.x509 import Certificate, CertificateList, Name, Path, RevocationMeans

__all__ = ["Authorities", "authorities_above"]

_Answers: TypeAlias = "list[tuple[list[CertificateList], list[Certificate]]]"


class _Kept(Struct, frozen=True):
    """Statuses, what of the evidence they rest on, and what it cost to establish them."""

    statuses: tuple[JudgedStatus, ...]
    answers: _Answers
    cost: Tries


def authorities_above(
    path: Path, statement: Statement, purpose: Purpose, context: Context, processed: frozenset[str]
) -> Authorities:
    """Return what stands above the target of `path`, as the context remembers it if it does.

    `statement` trusts the anchor for `purpose`; `processed` are critical extensions of the
    target's country.
    """
    found = Authorities(path, statement, purpose, context.standpoint, processed)
    return found if context.memory is None else context.memory.recall(found)


class Authorities:
    """The certificates of a path but for its target, and the anchor."""

    def __init__(
        self,
        path: Path,
        statement: Statement,
        purpose: Purpose,
        standpoint: Standpoint,
        processed: frozenset[str],
    ) -> None:
        """Judge nothing yet."""
        self.statement = statement
        self.standpoint = standpoint
        self._path = path
        self._purpose = purpose
        self._processed = processed
        self._kept: _Kept | None = None
        self.is_remembered = False

    @property
    def key(self) -> tuple[object, ...]:
        """What they are remembered by; the rest is in `is_as`."""
        certificates = tuple([each.sha256 for each in self._path.certificates[1:]])
        anchor, at = self._path.anchor.ref.sha256, self.standpoint.at
        return certificates, anchor, self._purpose, self._processed, at

    def is_as(self, other: Authorities) -> bool:
        """Whether those of the same key are judged by the same."""
        return self.standpoint == other.standpoint and self.statement == other.statement

    @lazy
    def standing(self) -> Statement | None:
        """Look for what else is said of the anchor then, where the statement does not hold."""
        at, trust = self.standpoint.at, self.standpoint.trust
        if self.statement.holds(self._purpose, at):
            return None
        return trust.standing(self._path.anchor.ref.sha256, self._purpose, at)

    @lazy
    def trust(self) -> Finding:
        """Say whether the statement trusts the anchor: 5.2.6.4, step 3."""
        statement, at, ref = self.statement, self.standpoint.at, self._path.anchor.ref
        if statement.holds(self._purpose, at):
            return Finding(rules.ANCHOR, Severity.PASS, ref, actual=statement.source)
        until, then = statement.until, self.standing
        rule = _ANCHOR_STANDINGS.get(then.standing) if then else None
        details: dict[str, str | int | datetime] = {"list": (then or statement).source}
        if then is not None and then.since is not None:
            details["since"] = then.since
        return Finding(
            rule or rules.ANCHOR_ENDED,
            Severity.UNKNOWN,
            ref,
            expected=until.isoformat() if until else None,
            actual=at.isoformat(),
            details=details,
            sub_indication=SubIndication.NO_CERTIFICATE_CHAIN_FOUND_NO_POE,
        )

    @lazy
    def descent(self) -> Descent:
        """Go down to the issuer of the target: step 4, RFC 5280 6.1."""
        inputs = self.standpoint.policy.path_inputs(self.standpoint.at, self._processed)
        return Descent.along(self._path, inputs)

    @lazy
    def algorithms(self) -> list[Finding]:
        """Look at the signatures on the certificates: step 6."""
        policy, at = self.standpoint.policy, self.standpoint.at
        return [
            check_algorithm(
                policy, algorithm_of(each.signature_algorithm, issuer.key), each.ref, at=at
            )
            for each, issuer in self._path.links[1:]
        ]

    @lazy
    def identities(self) -> list[Identity]:
        """Name who they are, the anchor last where it has a certificate."""
        top = self._path.anchor.certificate
        named = (*self._path.certificates[1:], *(() if top is None else (top,)))
        return [identify(each, self.standpoint.jurisdictions) for each in named]

    def statuses(self, means: RevocationMeans) -> tuple[JudgedStatus, ...]:
        """Establish their revocation: step 4 a) to d).

        What was established before is given again where the evidence has the same answers, and
        costs the `tries` of `means` the same.
        """
        if not self.is_remembered:
            return self._established(means)
        kept, answers = self._kept, self._answers(means)
        if kept is not None and kept.answers == answers and means.tries.repeat(kept.cost):
            return kept.statuses
        tries = Tries(within=means.tries)
        tries.is_spent = means.tries.is_spent
        statuses = self._established(means.under(self._path.anchor, tries))
        means.tries.is_spent = tries.is_spent
        if answers is not None and not tries.is_spent and not tries.is_short and tries.most <= 1:
            self._kept = _Kept(statuses, answers, tries.alone())
        return statuses

    def _established(self, means: RevocationMeans) -> tuple[JudgedStatus, ...]:
        return tuple(
            [
                judge_status(each, issuer, means, self.standpoint, Holder.CA, is_target=False)
                for each, issuer in self._path.links[1:]
            ]
        )

    def _answers(self, means: RevocationMeans) -> _Answers | None:
        """Ask what statuses rest on: the lists of each issuer, and who else has its name.

        None where more may be asked: an answer may name any responder, a distribution point
        another issuer of lists. Of more than this the search for a path to the signer of a list
        asks too, which shows in what it costs.
        """
        names: dict[Name, None] = {}
        for certificate in self._path.certificates[1:]:
            if [point for point in certificate.distribution_points if point.crl_issuer]:
                return None
            names[certificate.issuer] = None
        if means.ocsps:
            return None
        return [(means.crls.of(name), means.candidates.with_subject(name)) for name in names]


_ANCHOR_STANDINGS = {
    Standing.SUSPENDED: rules.ANCHOR_SUSPENDED,
    Standing.ANNULLED: rules.ANCHOR_ANNULLED,
}
