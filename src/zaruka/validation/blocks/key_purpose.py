"""What a signing key may be used for: an X.509 constraint of EN 319 102-1 V1.4.1, 5.2.6.4(5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka.findings import Finding, Severity, SubIndication
from zaruka.validation import rules
from zaruka.validation.policy import Holder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zaruka.findings import Rule
    from zaruka.x509 import Certificate

__all__ = ["check_content_purpose", "check_key_purpose"]

_EXTENDED_KEY_USAGE = "2.5.29.37"
_TIME_STAMPING = "1.3.6.1.5.5.7.3.8"
_OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"
_DVCS = "1.3.6.1.5.5.7.3.10"  # RFC 3029 8
_DVCS_RESPONSE = "1.2.840.113549.1.9.16.1.8"  # id-ct-DVCSResponseData, RFC 3029 8

# Purposes of keys that answer for an authority, and sign nothing of their own.
_SERVICES = frozenset({_TIME_STAMPING, _OCSP_SIGNING})

# Purposes with which authorities issue certificates for signing documents: GosSUOK clientAuth
# alone, Russian ones clientAuth and emailProtection.
_DOCUMENTS = frozenset(
    {
        "2.5.29.37.0",  # anyExtendedKeyUsage
        "1.3.6.1.5.5.7.3.2",  # clientAuth
        "1.3.6.1.5.5.7.3.4",  # emailProtection
        "1.3.6.1.5.5.7.3.36",  # documentSigning, RFC 9336
        "1.3.6.1.4.1.311.10.3.12",  # Microsoft document signing
        "1.2.840.113583.1.1.5",  # Adobe authentic documents
    }
)
_DOCUMENTS_SHOWN = " ".join(sorted(_DOCUMENTS))
_CRYPTOPRO = "1.2.643.2.2.34."  # purposes that CryptoPro names for users

# RFC 5280 4.2.1.3: signatures other than on certificates and CRLs. Organisations' certificates of
# GosSUOK have no nonRepudiation (STB 34.101.78 appendix Г), so either is enough.
_SIGNING = frozenset({"digitalSignature", "nonRepudiation"})
_SIGNING_SHOWN = " / ".join(sorted(_SIGNING))


def check_key_purpose(certificate: Certificate, holder: Holder) -> Iterator[Finding]:
    """Check that the key may sign documents, or time-stamps; what breaks that is UNKNOWN."""
    usage = certificate.key_usage
    if usage is None:
        yield Finding(rules.KEY_USAGE, Severity.PASS, certificate.ref)
    else:
        may_sign = not _SIGNING.isdisjoint(usage)
        shown = sorted(usage)
        yield _finding(certificate, rules.KEY_USAGE, _SIGNING_SHOWN, shown, holds=may_sign)
    if holder is Holder.TSA:
        yield from _check_tsa(certificate)
    else:
        yield from _check_extended(certificate)


def check_content_purpose(certificate: Certificate, content_type: str | None) -> Iterator[Finding]:
    """Check that a key certified for DVCS alone signed a DVCS receipt (RFC 3029 8)."""
    purposes = certificate.extended_key_usage or ()
    if _DVCS in purposes and not any(map(_suits, purposes)) and content_type != _DVCS_RESPONSE:
        named = (" ".join(purposes),)
        yield _finding(certificate, rules.EXTENDED_KEY_USAGE, _DOCUMENTS_SHOWN, named, holds=False)


def _check_extended(certificate: Certificate) -> Iterator[Finding]:
    """RFC 5280 4.2.1.12: only for the purposes named.

    A list that is not critical, and not of services alone, is let pass: authorities extend it at
    will. DVCS depends on what is signed, see `check_content_purpose`.
    """
    purposes = certificate.extended_key_usage
    if purposes is None:
        return
    critical = certificate.extensions[_EXTENDED_KEY_USAGE].critical
    if critical:
        holds = _DVCS in purposes or any(map(_suits, purposes))
    else:
        holds = not _SERVICES.issuperset(purposes)
    named = (" ".join(purposes),)
    yield _finding(certificate, rules.EXTENDED_KEY_USAGE, _DOCUMENTS_SHOWN, named, holds=holds)


def _suits(purpose: str) -> bool:
    return purpose in _DOCUMENTS or purpose.startswith(_CRYPTOPRO)


def _check_tsa(certificate: Certificate) -> Iterator[Finding]:
    """RFC 3161 2.3: extended key usage with timeStamping only, critical."""
    purposes = certificate.extended_key_usage or ()
    present = _TIME_STAMPING in purposes
    yield _finding(certificate, rules.TSA_KEY_PURPOSE, _TIME_STAMPING, purposes, holds=present)
    if present:
        critical = certificate.extensions[_EXTENDED_KEY_USAGE].critical
        if not critical or len(purposes) > 1:
            yield Finding(
                rules.TSA_KEY_PURPOSE_LOOSE,
                Severity.WARN,
                certificate.ref,
                expected=_TIME_STAMPING,
                actual=", ".join(purposes),
            )


def _finding(
    certificate: Certificate,
    rule: Rule,
    expected: str,
    actual: Iterable[str],
    *,
    holds: bool,
) -> Finding:
    return Finding(
        rule,
        Severity.PASS if holds else Severity.UNKNOWN,
        certificate.ref,
        expected=expected,
        actual=", ".join(actual),
        sub_indication=None if holds else SubIndication.CHAIN_CONSTRAINTS_FAILURE,
    )
