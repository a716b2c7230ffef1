"""Whether who signed a list was revoked: asked of what is given, kept or can be fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka.trust import TrustBase, given
from zaruka.validation.context import Context, Evidence
from zaruka.validation.policy_file import built_in
from zaruka.validation.process import validate_certificate
from zaruka.validation.results import CertificateResult

if TYPE_CHECKING:
    from datetime import datetime

    from zaruka.service.kept import KeptEvidence
    from zaruka.service.online import Online
    from zaruka.validation.results import Revocation, ValidationReport
    from zaruka.x509 import Path

__all__ = ["Signers"]


class Signers:
    """Asks how the certificates of a path to a list's signer stand at the moment `at`.

    `evidence` was given; what lacks is obtained by `online`, if that is there.
    """

    def __init__(
        self, at: datetime, evidence: Evidence, online: Online | KeptEvidence | None
    ) -> None:
        """Ask nothing yet."""
        self._at = at
        self._evidence = evidence
        self._online = online

    def revocations(self, path: Path) -> tuple[Revocation, ...]:
        """Return what is known of each certificate below the anchor, the signer's first."""
        anchor = path.anchor.certificate
        if anchor is None or path.is_direct:
            return ()
        known = Evidence.of("list", certificates=(*path.certificates, anchor))
        trust = TrustBase(given([anchor]))
        context = Context(built_in("etsi"), self._at, trust, known + self._evidence)

        def judge(more: Evidence) -> ValidationReport:
            return validate_certificate(path.target, context.having(more))

        report = judge(Evidence())
        if self._online is not None and report.needs:
            report, _ = self._online.complete(report, context, judge)
        (result,) = report.objects
        assert isinstance(result, CertificateResult)
        return tuple(link.revocation for link in result.chain if link.anchor is None)
