"""What a validation is given: evidence, trust, policy, countries, the moment to judge at."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from zaruka.validation.evidence import Evidence
from zaruka.x509 import Anchor, Tries

if TYPE_CHECKING:
    from datetime import datetime

    from zaruka.trust import Purpose, Statement, TrustBase
    from zaruka.validation.jurisdiction import Jurisdiction
    from zaruka.validation.policy import Policy

__all__ = ["Context", "Evidence"]

# What all chains of one question may cost together, in signatures of lists and answers tried, and
# in lists and answers held against a certificate. A thousand signatures, each with a chain of three
# and lists of its own, stay well within.
_TRIES_OF_QUESTION = 10_000
_LOOKS_OF_QUESTION = 10_000


@dataclass(frozen=True, slots=True)
class Context:
    """Inputs that all building blocks share (EN 319 102-1 V1.4.1, 5.2.4, table 11).

    `at` is the validation time, aware UTC. `existed_at` is the caller's own proof that the
    signature existed then ("time indication for signature existence", 5.5.2), if it has one.
    `tries` bounds what all chains of one question may cost together; without it, each has bounds
    of its own only.
    """

    policy: Policy
    at: datetime
    trust: TrustBase
    evidence: Evidence = field(default_factory=Evidence)
    jurisdictions: tuple[Jurisdiction, ...] = ()
    existed_at: datetime | None = None
    tries: Tries | None = field(default=None, compare=False)

    def having(self, evidence: Evidence) -> Context:
        """Return the same context with more evidence."""
        return replace(self, evidence=self.evidence + evidence)

    def of_one_question(self, evidence: Evidence) -> Context:
        """Return the same context with more evidence, and one budget for all that is asked of it.

        A budget that there is already stays: a question may be asked within another.
        """
        tries = self.tries or Tries(_TRIES_OF_QUESTION, _LOOKS_OF_QUESTION)
        return replace(self, evidence=self.evidence + evidence, tries=tries)

    def anchors(self, purpose: Purpose) -> dict[str, tuple[Anchor, Statement]]:
        """Return what may end a path, by SHA-256 of the certificate, with who says so.

        A statement names a fingerprint; the certificate itself is among the evidence or the
        statement is of no use. One that held once is an anchor too: path validation says when
        it ended (5.2.6.4 step 3).
        """
        found = {}
        for sha256 in dict.fromkeys(each.certificate_sha256 for each in self.trust.statements):
            certificate = self.evidence.certificate(sha256)
            if certificate is None:
                continue
            about = [
                each
                for each in self.trust.about(sha256)
                if each.anchor and purpose in each.purposes
            ]
            holding = next((each for each in about if each.holds(purpose, self.at)), None)
            if about:
                found[sha256] = (Anchor.of(certificate), holding or about[0])
        return found
