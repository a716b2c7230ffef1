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

__all__ = ["check_key_purpose"]

_EXTENDED_KEY_USAGE = "2.5.29.37"
_TIME_STAMPING = "1.3.6.1.5.5.7.3.8"

# RFC 5280 4.2.1.3: signatures other than on certificates and CRLs. Organisations' certificates of
# GosSUOK have no nonRepudiation (STB 34.101.78 appendix Г), so either is enough.
_SIGNING = frozenset({"digitalSignature", "nonRepudiation"})


def check_key_purpose(certificate: Certificate, holder: Holder) -> Iterator[Finding]:
    """Check that the key may sign documents, or time-stamps; what breaks that is UNKNOWN."""
    usage = certificate.key_usage
    if usage is None:
        yield Finding(rules.KEY_USAGE, Severity.PASS, certificate.ref)
    else:
        may_sign = bool(_SIGNING & set(usage))
        expected = " / ".join(sorted(_SIGNING))
        yield _finding(certificate, rules.KEY_USAGE, expected, sorted(usage), holds=may_sign)
    if holder is Holder.TSA:
        yield from _check_tsa(certificate)


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
