"""Cryptographic verification: EN 319 102-1 V1.4.1, 5.2.7."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka.findings import Severity
from zaruka.signatures import rules as cms_rules
from zaruka.signatures.verifying import verify_signer
from zaruka.signatures.xml import rules as xml_rules
from zaruka.signatures.xml.document import XmlSignature
from zaruka.signatures.xml.verifying import verify_signer as verify_xml_signer
from zaruka.validation.deciding import decide

if TYPE_CHECKING:
    from zaruka.crypto import KeyInfo
    from zaruka.findings import Conclusion
    from zaruka.signatures import Content, Signature

__all__ = ["is_made_with", "verify_cryptographically"]

_SIGNATURE_VALUE = frozenset({cms_rules.SIGNATURE, xml_rules.SIGNATURE})


def verify_cryptographically(
    signature: Signature, key: KeyInfo, content: Content | None
) -> Conclusion:
    """Check the integrity of the content, then the signature value.

    PASSED, FAILED with HASH_FAILURE or SIG_CRYPTO_FAILURE, or INDETERMINATE with
    SIGNED_DATA_NOT_FOUND; an algorithm that we do not have is INDETERMINATE (CUSTOM).
    """
    if isinstance(signature, XmlSignature):  # has in itself what it signs
        return decide(verify_xml_signer(signature, key).findings(signature))
    return decide(verify_signer(signature, key, content).findings(signature))


def is_made_with(signature: Signature, key: KeyInfo, content: Content | None) -> bool:
    """Whether the signature value verifies with `key`, be the content another or not."""
    return any(
        finding.rule in _SIGNATURE_VALUE and finding.severity is Severity.PASS
        for finding in verify_cryptographically(signature, key, content).findings
    )
