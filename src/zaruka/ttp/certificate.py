"""The certificate of a third party: what its key is for, and whether it may sign today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zaruka.crypto import digest
from zaruka.errors import UnsupportedError
from zaruka.findings import Finding, Severity, SubIndication
from zaruka.signatures.cades import SIGNING_CERTIFICATE
from zaruka.ttp import rules
from zaruka.ttp.deciding import either
from zaruka.validation.blocks.x509_validation import validate_certificate_chain
from zaruka.validation.deciding import decide
from zaruka.validation.naming import identify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zaruka.findings import Conclusion
    from zaruka.signatures import Signature
    from zaruka.validation.context import Context
    from zaruka.x509 import Certificate

__all__ = ["check_own_certificate", "check_purpose", "check_reference"]

ID_KP_DVCS: Final = "1.3.6.1.5.5.7.3.10"
_EXTENDED_KEY_USAGE: Final = "2.5.29.37"
_SIGNS: Final = frozenset({"digitalSignature", "nonRepudiation"})
_CONSTRAINTS: Final = SubIndication.CHAIN_CONSTRAINTS_FAILURE


def check_purpose(certificate: Certificate, *, belarusian: bool) -> Iterator[Finding]:
    """Check what the key is certified for: STB 34.101.81 6.8, 6.9; RFC 3029 8.

    The purpose has to be there and critical for everybody; both bits of keyUsage are what the
    Belarusian standard wants.
    """
    purposes = certificate.extended_key_usage or ()
    extension = certificate.extensions.get(_EXTENDED_KEY_USAGE)
    holds = ID_KP_DVCS in purposes and extension is not None and extension.critical
    actual = " ".join(purposes) or None
    yield either(
        rules.KEY_PURPOSE,
        certificate.ref,
        holds=holds,
        sub=_CONSTRAINTS,
        expected=ID_KP_DVCS,
        actual=actual,
    )
    usage = certificate.key_usage or frozenset()
    may_sign = certificate.key_usage is None or bool(usage & _SIGNS)
    holds = usage >= _SIGNS if belarusian else may_sign
    yield either(
        rules.KEY_USAGE,
        certificate.ref,
        holds=holds,
        sub=_CONSTRAINTS,
        expected=", ".join(sorted(_SIGNS)),
        actual=", ".join(sorted(usage)) or None,
    )


def check_reference(signature: Signature, certificate: Certificate) -> Finding:
    """Check that the first signed reference is to the signer's own certificate: 6.7.

    Without any reference nothing is bound: the services of 2012 did not write it.
    """
    first = next(
        (r for r in signature.signer_refs if r.attribute_oid != SIGNING_CERTIFICATE),
        next(iter(signature.signer_refs), None),
    )
    if first is None:
        return Finding(
            rules.CERTIFICATE_REFERENCE,
            Severity.UNKNOWN,
            signature.ref,
            sub_indication=SubIndication.SIG_CONSTRAINTS_FAILURE,
        )
    try:
        actual = digest(first.digest_algorithm.oid, certificate.der)
    except UnsupportedError:
        actual = b""
    return either(
        rules.CERTIFICATE_REFERENCE,
        signature.ref,
        holds=actual == first.digest,
        sub=SubIndication.SIG_CONSTRAINTS_FAILURE,
        expected=first.digest.hex(),
        actual=actual.hex(),
    )


def check_own_certificate(certificate: Certificate, context: Context) -> Conclusion:
    """Judge one's own certificate before a receipt is given: STB 34.101.81 6.11, 6.12."""
    validation = validate_certificate_chain(certificate, context)
    belarusian = identify(certificate, context.jurisdictions).country == "BY"
    own = decide(check_purpose(certificate, belarusian=belarusian))
    if not validation.conclusion.passed:
        return validation.conclusion
    return own
