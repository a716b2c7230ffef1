"""The certificate form of STB 34.101.78 (BPKI): clauses 6.4, 7.3, 8.1 and 8.3, by role."""

from __future__ import annotations

from collections import Counter
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from zaruka.asn1 import schema as s
from zaruka.errors import InputError
from zaruka.findings import Severity
from zaruka.jurisdictions.belarus import oids, rules
from zaruka.jurisdictions.profile import (
    PRINTABLE,
    UTF8,
    StringType,
    check_criticality,
    check_lengths,
    check_missing,
    check_string_types,
    departure,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zaruka.findings import Finding
    from zaruka.x509 import Certificate

__all__ = ["check", "role_of"]

_ANY_POLICY = "2.5.29.32.0"
_BIGN = "1.2.112.0.2.0.34.101.45.2.1"

# --- attributes: 7.3.1, tables "Идентификационные атрибуты" and "... ролей", in their order

_CN, _SN, _SERIAL, _C, _L, _ST = "2.5.4.3", "2.5.4.4", "2.5.4.5", "2.5.4.6", "2.5.4.7", "2.5.4.8"
_STREET, _O, _OU, _TITLE = "2.5.4.9", "2.5.4.10", "2.5.4.11", "2.5.4.12"
_NAME, _GN, _ORG_ID = "2.5.4.41", "2.5.4.42", "2.5.4.97"
_ATTRIBUTES: Final = MappingProxyType(
    {
        _CN: StringType((UTF8,), 64),
        _SN: StringType((UTF8,), 128),
        _NAME: StringType((UTF8,), 1024),
        _GN: StringType((UTF8,), 128),
        _SERIAL: StringType((PRINTABLE,), 64),
        _C: StringType((PRINTABLE,), 2, 2),
        _L: StringType((UTF8,), 128),
        _ST: StringType((UTF8,), 128),
        _STREET: StringType((UTF8,), 64),
        _O: StringType((UTF8,), 64),
        _OU: StringType((UTF8,), 64),
        _TITLE: StringType((UTF8,), 64),
        _ORG_ID: StringType((UTF8,), 64),
    }
)
_ORDER: Final = {oid: place for place, oid in enumerate(_ATTRIBUTES)}
_SERVICE = (_CN, _NAME, _C, _L, _O, _ORG_ID)
_PERSON = (_CN, _SN, _GN, _SERIAL, _C)
_REQUIRED: Final = MappingProxyType(
    {
        "CA0": (_CN, _C),
        "NP": _PERSON,
        "FNP": _PERSON,
        "LR": (*_PERSON, _NAME, _L, _STREET, _O, _TITLE, _ORG_ID),
        "LE": (_CN, _NAME, _SERIAL, _C, _L, _STREET, _O, _ORG_ID),
        "ACD": (_CN, _NAME, _SERIAL, _C, _L, _O, _ORG_ID),
    }
)

# --- extensions: 8.1

_SKI, _KU, _BC, _CDP = "2.5.29.14", "2.5.29.15", "2.5.29.19", "2.5.29.31"
_CP, _AKI, _EKU, _AIA = "2.5.29.32", "2.5.29.35", "2.5.29.37", "1.3.6.1.5.5.7.1.1"
_WITHOUT_PURPOSES = frozenset({"CA0", "CA1", "CA2", "AA", "RA"})
_WITHOUT_ADDRESSES: Final = {"CA0": {_CP, _CDP, _AIA}, "CA1": {_AIA}}
_CRITICAL: Final = {
    _KU: True,
    _EKU: True,
    _BC: True,
    _SKI: False,
    _AKI: False,
    _CP: False,
    _CDP: False,
    _AIA: False,
    "2.5.29.17": False,  # SubjectAltName
}
# 8.1.3
_SIGNING = ("digitalSignature", "nonRepudiation")
_ISSUING = ("cRLSign", "keyCertSign")
_USAGES: Final = MappingProxyType(
    {
        "CA0": _ISSUING,
        "CA1": (*_ISSUING, "keyEncipherment"),
        "CA2": (*_ISSUING, "keyEncipherment"),
        "AA": ("digitalSignature", "cRLSign"),
        "OCSP": _SIGNING,
        "TSA": _SIGNING,
        "DVCS": _SIGNING,
        "TLS": ("digitalSignature", "keyEncipherment"),
        "ACD": ("digitalSignature", "keyEncipherment"),
    }
)
# 8.1.4
_KP = "1.3.6.1.5.5.7.3."
_OF_PEOPLE = (f"{_KP}2", f"{_KP}4")  # clientAuth, emailProtection
_PURPOSES: Final = MappingProxyType(
    {
        "OCSP": (f"{_KP}9",),
        "DVCS": (f"{_KP}10",),
        "TSA": (f"{_KP}8",),
        "IDS": (f"{_KP}1",),
        "TLS": (f"{_KP}1",),
        **dict.fromkeys(("NP", "FNP", "LR", "LE"), _OF_PEOPLE),
    }
)

# --- validity: 8.3, years by level 128, 192, 256

_YEARS: Final = MappingProxyType(
    {
        **dict.fromkeys(("CA0", "CA1"), (20, 25, 30)),
        **dict.fromkeys(("CA2", "TSA", "DVCS", "AA", "RA"), (10, 12, 14)),
        **dict.fromkeys(("OCSP", "TLS", "IDS", "ACD"), (5, 6, 7)),
        **dict.fromkeys(("NP", "FNP", "LR", "LE"), (3, 4, 5)),
    }
)
_LEVELS = (128, 192, 256)
_DAYS_OF_YEAR = 366

# An operator or agent bears the role of a service beside its own, which counts: 7.2.
_OWN_ROLES = ("NP", "FNP", "LR", "LE", "ACD", "TLS")


def role_of(certificate: Certificate) -> str | None:
    """Return the role for which a certificate of this form was issued; None if it has another.

    An authority bears no role: a root no policy at all, others anyPolicy (8.1.5), and only one
    below the republican authority a path length (8.1.6).
    """
    roles = [oids.ROLES[policy] for policy in certificate.policies if policy in oids.ROLES]
    if roles:
        return next((role for role in _OWN_ROLES if role in roles), roles[0])
    constraints = certificate.basic_constraints
    if constraints is None or not constraints.ca or certificate.key.algorithm.oid != _BIGN:
        return None
    if not certificate.policies:
        return "CA0" if certificate.is_self_issued else None
    if certificate.policies != (_ANY_POLICY,):
        return None
    return "CA1" if constraints.path_length is None else "CA2"


def check(certificate: Certificate, role: str) -> Iterator[Finding]:
    """Yield each departure of a certificate from the form for its role."""
    yield from _subject(certificate, role)
    yield from _extensions(certificate, role)
    yield from _usage(certificate, role)
    yield from _keys(certificate, role)


def _subject(certificate: Certificate, role: str) -> Iterator[Finding]:
    attributes = certificate.subject.attributes
    present = [attribute.oid for attribute in attributes]
    required = ((oid,) for oid in _REQUIRED.get(role, _SERVICE))
    yield from check_missing(rules.ATTRIBUTE_MISSING, certificate, required, present, Severity.WARN)
    yield from check_string_types(rules.ATTRIBUTE_TYPE, certificate, _ATTRIBUTES)
    yield from check_lengths(rules.ATTRIBUTE_LENGTH, certificate, _ATTRIBUTES)
    spaced = [a.oid for a in attributes if a.value != " ".join(a.value.split())]
    if spaced:
        yield departure(rules.ATTRIBUTE_SPACES, certificate, attributes=" ".join(spaced))
    doubled = [oid for oid, count in Counter(present).items() if count > 1]
    if doubled:
        yield departure(rules.ATTRIBUTE_DOUBLED, certificate, attributes=" ".join(doubled))
    known = [oid for oid in present if oid in _ORDER]
    ordered = sorted(known, key=_ORDER.__getitem__)
    if known != ordered:
        yield departure(rules.ATTRIBUTE_ORDER, certificate, " ".join(ordered), " ".join(known))


def _extensions(certificate: Certificate, role: str) -> Iterator[Finding]:
    unexpected = {_EKU} if role in _WITHOUT_PURPOSES else set()
    unexpected |= _WITHOUT_ADDRESSES.get(role, set())
    optional = unexpected | {"CA0": {_AKI}, "ACD": {_EKU}}.get(role, set())
    every = (_SKI, _AKI, _KU, _BC, _CP, _CDP, _AIA, _EKU)
    required = ((oid,) for oid in every if oid not in optional)
    there = certificate.extensions
    yield from check_missing(rules.EXTENSION_MISSING, certificate, required, there)
    excess = [oid for oid in there if oid in unexpected]
    if excess:
        yield departure(rules.EXTENSION_UNEXPECTED, certificate, extensions=" ".join(excess))
    yield from check_criticality(rules.EXTENSION_CRITICALITY, certificate, _CRITICAL)


def _usage(certificate: Certificate, role: str) -> Iterator[Finding]:
    wanted = sorted(_USAGES.get(role, (*_SIGNING, "keyEncipherment")))
    usage = certificate.key_usage
    if usage is not None and sorted(usage) != wanted:
        yield departure(rules.KEY_USAGE, certificate, ", ".join(wanted), ", ".join(sorted(usage)))
    purposes = certificate.extended_key_usage
    needed = _PURPOSES.get(role, ())
    if purposes is not None and not set(needed) <= set(purposes):
        yield departure(rules.PURPOSES, certificate, " ".join(needed), " ".join(purposes))
    constraints = certificate.basic_constraints
    if constraints is not None and role != "CA2" and constraints.path_length is not None:
        yield departure(rules.PATH_LENGTH, certificate, None, str(constraints.path_length))
    elif constraints is not None and role == "CA2" and constraints.path_length != 0:
        yield departure(rules.PATH_LENGTH, certificate, "0", str(constraints.path_length))


def _keys(certificate: Certificate, role: str) -> Iterator[Finding]:
    """Check algorithms and levels (6.4; a subject's level is not above its issuer's, 6.7)."""
    signed = oids.LEVELS_OF_SIGNATURES.get(certificate.signature_algorithm.oid)
    level = _level(certificate)
    if signed is None or level is None or level > signed:
        expected = " ".join(oids.LEVELS_OF_SIGNATURES)
        actual = certificate.signature_algorithm.oid
        yield departure(rules.ALGORITHM, certificate, expected, actual)
    if level is None:
        return
    years = _YEARS[role][_LEVELS.index(level)]
    days = (certificate.not_after - certificate.not_before).days
    if days > years * _DAYS_OF_YEAR:
        yield departure(rules.VALIDITY, certificate, str(years), str(round(days / 365.25, 1)))


def _level(certificate: Certificate) -> int | None:
    """Return the level of the key: 6.1 allows three named curves."""
    parameters = certificate.key.algorithm.parameters
    if certificate.key.algorithm.oid != _BIGN or parameters is None:
        return None
    try:
        return oids.LEVELS_OF_CURVES.get(s.decode(s.OID, parameters))
    except InputError:
        return None
