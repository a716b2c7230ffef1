"""Format checking: EN 319 102-1 V1.4.1, 5.2.2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka.findings import Severity, SubIndication
from zaruka.signatures.verifying import check_content
from zaruka.validation.deciding import decide, failed

if TYPE_CHECKING:
    from zaruka.findings import Conclusion
    from zaruka.signatures import Content, Signature, SignedDocument

__all__ = ["check_format"]


def check_format(
    signature: Signature, document: SignedDocument, content: Content | None
) -> Conclusion:
    """Check that the signature can be verified as what it claims to be.

    PASSED, or FAILED with FORMAT_FAILURE. Conformance to a level is not asked here (the note of
    5.2.2.1).
    """
    findings = [*document.findings, *signature.findings]
    if content is not None:
        findings.extend(check_content(signature, content))
    if Severity.FAIL in [finding.severity for finding in findings]:
        return failed(SubIndication.FORMAT_FAILURE, findings)
    return decide(findings)
