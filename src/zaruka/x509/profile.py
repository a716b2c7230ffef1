"""What RFC 5280 asks of who issues certificates and lists, beyond what makes a path valid.

Real authorities of both countries depart from it (GosSUOK writes basicConstraints that is not
critical), so a policy decides what a departure means; each is named.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from zaruka.findings import Finding, Severity
from zaruka.x509 import rules

if TYPE_CHECKING:
    from zaruka.findings import Rule
    from zaruka.x509.certificates import Certificate
    from zaruka.x509.crls import CertificateList

__all__ = ["certificate_departures", "list_departures"]

_SKI, _SAN, _BASIC_CONSTRAINTS = "2.5.29.14", "2.5.29.17", "2.5.29.19"
_CRL_NUMBER, _NAME_CONSTRAINTS, _AKI = "2.5.29.20", "2.5.29.30", "2.5.29.35"
_POLICY_CONSTRAINTS = "2.5.29.36"
_SERIAL_OCTETS = 20
_ABSENT = "absent"
# RFC 1034 3.5 as RFC 1123 2.1 changes it; a wildcard may stand for the first label (RFC 6125).
_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?:\*\.)?(?:{_LABEL}\.)*{_LABEL}", re.IGNORECASE)


def certificate_departures(
    certificate: Certificate, severity: Severity, *, of_anchor: bool = False
) -> list[Finding]:
    """Name each departure of a certificate of version 3 from RFC 5280 4.1 and 4.2.

    `of_anchor`: who issued it, and under which number, is of no concern.
    """
    found = _of_certificate(certificate)
    if not found:
        return []
    return [
        Finding(rule, severity, certificate.ref, actual=actual)
        for rule, actual in found
        if not (of_anchor and _is_of_issuer(rule, actual))
    ]


def list_departures(crl: CertificateList, severity: Severity) -> list[Finding]:
    """Name each departure of a list from RFC 5280 5.2."""
    number = crl.extensions.get(_CRL_NUMBER)
    if number is not None and not number.critical:
        return []
    actual = _ABSENT if number is None else "critical"
    return [Finding(rules.PROFILE_CRL_NUMBER, severity, crl.ref, actual=actual)]


def _is_of_issuer(rule: Rule, actual: str) -> bool:
    return rule is rules.PROFILE_SERIAL_NUMBER or (
        rule is rules.PROFILE_AUTHORITY_KEY_IDENTIFIER and actual == _ABSENT
    )


_Departures: TypeAlias = "list[tuple[Rule, str]]"


@lru_cache(maxsize=1024)  # the same few authorities stand in every chain
def _of_certificate(certificate: Certificate) -> tuple[tuple[Rule, str], ...]:
    is_ca = certificate.is_authority
    found: _Departures = []
    serial = certificate.serial_number
    if serial <= 0 or serial.bit_length() >= 8 * _SERIAL_OCTETS:
        found.append((rules.PROFILE_SERIAL_NUMBER, str(serial)))
    if is_ca and not certificate.subject.attributes:
        found.append((rules.PROFILE_SUBJECT, "empty"))
    found += _identifiers(certificate, is_ca=is_ca)
    usage = certificate.key_usage
    if usage is not None and ("keyCertSign" in usage) is not is_ca:
        found.append((rules.PROFILE_KEY_USAGE, "keyCertSign" if not is_ca else "no keyCertSign"))
    found += _criticality(certificate, is_ca=is_ca)
    for name in certificate.subject_alternative_names:
        if name.kind == "dNSName" and not _is_host(str(name.value)):
            found.append((rules.PROFILE_ALTERNATIVE_NAME, name.display()))
    return tuple(found)


def _identifiers(certificate: Certificate, *, is_ca: bool) -> _Departures:
    found: _Departures = []
    authority = certificate.extensions.get(_AKI)
    if authority is None and not certificate.is_self_issued:
        found.append((rules.PROFILE_AUTHORITY_KEY_IDENTIFIER, _ABSENT))
    if authority is not None and authority.critical:
        found.append((rules.PROFILE_AUTHORITY_KEY_IDENTIFIER, "critical"))
    own = certificate.extensions.get(_SKI)
    if own is None and is_ca:
        found.append((rules.PROFILE_SUBJECT_KEY_IDENTIFIER, _ABSENT))
    if own is not None and own.critical:
        found.append((rules.PROFILE_SUBJECT_KEY_IDENTIFIER, "critical"))
    return found


def _criticality(certificate: Certificate, *, is_ca: bool) -> _Departures:
    """Extensions that have to be critical, or belong to authorities alone."""
    found: _Departures = []
    extensions = certificate.extensions
    if is_ca and not extensions[_BASIC_CONSTRAINTS].critical:
        found.append((rules.PROFILE_BASIC_CONSTRAINTS, "not critical"))
    names = extensions.get(_NAME_CONSTRAINTS)
    if names is not None and not (names.critical and is_ca):
        actual = "not critical" if is_ca else "not a CA"
        found.append((rules.PROFILE_NAME_CONSTRAINTS, actual))
    policies = extensions.get(_POLICY_CONSTRAINTS)
    if policies is not None and not policies.critical:
        found.append((rules.PROFILE_POLICY_CONSTRAINTS, "not critical"))
    if not certificate.subject.attributes and not is_ca:
        alternative = extensions.get(_SAN)
        if alternative is None or not alternative.critical:
            found.append((rules.PROFILE_ALTERNATIVE_NAME, "not critical"))
    return found


def _is_host(name: str) -> bool:
    """Whether a dNSName is a host name, and not an address in figures."""
    return bool(_HOST.fullmatch(name)) and not name.replace(".", "").isdigit()
