"""The form of a Russian qualified certificate: 63-FZ 17(2), FSB orders 795 and 31, RFC 9215 5."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from zaruka.asn1 import schema as s
from zaruka.errors import InputError
from zaruka.findings import Finding, Severity
from zaruka.jurisdictions.profile import (
    IA5,
    NUMERIC,
    PRINTABLE,
    UTF8,
    StringType,
    check_criticality,
    check_lengths,
    check_missing,
    check_numbers,
    check_string_types,
    departure,
)
from zaruka.jurisdictions.russia import numbers, oids, rules
from zaruka.jurisdictions.russia.identity import identification_kind, identity
from zaruka.validation.jurisdiction import HolderKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zaruka.x509 import Certificate

__all__ = ["findings"]

_COMMON_NAME, _SURNAME, _COUNTRY = "2.5.4.3", "2.5.4.4", "2.5.4.6"
_LOCALITY, _STATE, _STREET = "2.5.4.7", "2.5.4.8", "2.5.4.9"
_ORGANISATION, _DEPARTMENT, _TITLE = "2.5.4.10", "2.5.4.11", "2.5.4.12"
_POSTAL_ADDRESS, _GIVEN_NAME = "2.5.4.16", "2.5.4.42"
_EMAIL = "1.2.840.113549.1.9.1"
_POLICIES = "2.5.29.32"

# FSB order 31 of 29.01.2021, 2: ИННЮЛ and identificationKind are of this day.
_ORDER_31 = datetime(2021, 8, 31, 21, tzinfo=UTC)  # 01.09.2021 in Moscow

_DIRECTORY_STRING = (UTF8, PRINTABLE)  # RFC 5280 4.1.2.4
_ATTRIBUTES: Final = MappingProxyType(
    {
        _COMMON_NAME: StringType(_DIRECTORY_STRING, 64),
        _SURNAME: StringType(_DIRECTORY_STRING),
        _COUNTRY: StringType((PRINTABLE,), 2, 2),
        _LOCALITY: StringType(_DIRECTORY_STRING, 128),
        _STATE: StringType(_DIRECTORY_STRING, 128),
        _STREET: StringType(_DIRECTORY_STRING),
        _ORGANISATION: StringType(_DIRECTORY_STRING, 64),
        _DEPARTMENT: StringType(_DIRECTORY_STRING, 64),
        _TITLE: StringType(_DIRECTORY_STRING, 64),
        _GIVEN_NAME: StringType(_DIRECTORY_STRING),
        _EMAIL: StringType((IA5,), 255),
        # RFC 9215 5.1; lengths are checked with the check digits
        oids.OGRN: StringType((NUMERIC,)),
        oids.SNILS: StringType((NUMERIC,)),
        oids.INNLE: StringType((NUMERIC,)),
        oids.OGRNIP: StringType((NUMERIC,)),
        oids.INN: StringType((NUMERIC,)),
    }
)

# 63-FZ 17(2)(2) and (3): what a certificate has to say of its holder.
_PERSON = ((_SURNAME,), (_GIVEN_NAME,), (oids.SNILS,))
_LEGAL_PERSON = ((_ORGANISATION, _COMMON_NAME), (oids.OGRN,), (oids.INNLE, oids.INN))
_REQUIRED: Final = MappingProxyType(
    {
        HolderKind.PERSON: _PERSON,
        HolderKind.ENTREPRENEUR: (*_PERSON, (oids.OGRNIP,), (oids.INN,)),
        HolderKind.REPRESENTATIVE: (*_LEGAL_PERSON, (_SURNAME,), (_GIVEN_NAME,)),
        HolderKind.ORGANISATION: _LEGAL_PERSON,
        HolderKind.ROOT_CA: _LEGAL_PERSON,
        HolderKind.CA: _LEGAL_PERSON,
    }
)
_ADDRESS = ((_COUNTRY,), (_STATE,), (_LOCALITY,), (_STREET, _POSTAL_ADDRESS))
_WITH_ADDRESS = frozenset(
    {HolderKind.REPRESENTATIVE, HolderKind.ORGANISATION, HolderKind.ROOT_CA, HolderKind.CA}
)
_SIGNERS = frozenset(
    {
        HolderKind.PERSON,
        HolderKind.ENTREPRENEUR,
        HolderKind.REPRESENTATIVE,
        HolderKind.ORGANISATION,
    }
)
_KEY_USAGE = ("digitalSignature", "nonRepudiation")
_NOT_CRITICAL: Final = MappingProxyType(
    {
        oids.SUBJECT_SIGN_TOOL: False,
        oids.ISSUER_SIGN_TOOL: False,
        oids.IDENTIFICATION_KIND: False,
        _POLICIES: False,
    }
)


class _IssuerSignTool(NamedTuple):
    """RFC 9215 5.4."""

    sign_tool: str
    ca_tool: str
    sign_tool_certificate: str
    ca_tool_certificate: str


_ISSUER_SIGN_TOOL = s.sequence(
    _IssuerSignTool,
    s.field("sign_tool", s.UTF8_STRING),
    s.field("ca_tool", s.UTF8_STRING),
    s.field("sign_tool_certificate", s.UTF8_STRING),
    s.field("ca_tool_certificate", s.UTF8_STRING),
)
_LONGEST_TOOL, _LONGEST_CERTIFICATE = 200, 100  # RFC 9215 5.3 and 5.4
_LONGEST_SHOWN = 64  # bits; Python refuses to write huge numbers in decimal


@lru_cache(maxsize=1024)  # the same few authorities stand in every chain
def findings(certificate: Certificate) -> tuple[Finding, ...]:
    """Compare a certificate with the form of a qualified one; never FAIL."""
    return tuple(_findings(certificate))


def _findings(certificate: Certificate) -> Iterator[Finding]:
    who = identity(certificate)
    kind = who.kind
    yield from check_numbers(
        certificate, who, rules.IDENTIFIERS_CORRECT, rules.IDENTIFIER_INCORRECT
    )
    classes = [policy for policy in certificate.policies if policy in oids.MEANS_CLASSES]
    tools = certificate.extensions.keys() & {oids.SUBJECT_SIGN_TOOL, oids.ISSUER_SIGN_TOOL}
    if kind in {HolderKind.TSA, HolderKind.OCSP_RESPONDER}:
        return  # what stands in a service's certificate, 63-FZ 17 does not say
    if not classes and not tools:
        yield departure(rules.NOT_QUALIFIED_FORM, certificate)
        return
    found = [*_of_subject(certificate, kind), *_of_extensions(certificate, kind, classes)]
    if not any(each.severity is Severity.WARN for each in found):
        actual = " ".join(classes) or None
        yield Finding(rules.QUALIFIED_FORM, Severity.PASS, certificate.ref, actual=actual)
    yield from found


def _of_subject(certificate: Certificate, kind: HolderKind) -> Iterator[Finding]:
    present = {attribute.oid for attribute in certificate.subject.attributes}
    required = _REQUIRED.get(kind, ())
    yield from check_missing(rules.ATTRIBUTE_MISSING, certificate, required, present, Severity.WARN)
    if kind in _WITH_ADDRESS:
        yield from check_missing(rules.ADDRESS_INCOMPLETE, certificate, _ADDRESS, present)
    yield from check_string_types(rules.ATTRIBUTE_TYPE, certificate, _ATTRIBUTES)
    yield from check_lengths(rules.ATTRIBUTE_LENGTH, certificate, _ATTRIBUTES)
    inn = certificate.subject.get(oids.INN)
    if inn and numbers.inn_of_organisation(inn) and certificate.not_before >= _ORDER_31:
        yield departure(rules.INN_OF_ORGANISATION, certificate, oids.INNLE, oids.INN)


def _of_extensions(
    certificate: Certificate, kind: HolderKind, classes: list[str]
) -> Iterator[Finding]:
    if not classes:
        yield departure(rules.MEANS_CLASS_MISSING, certificate)
    yield from _sign_tool(certificate)
    yield from _issuer_tools(certificate)
    yield from _identification(certificate)
    usage = certificate.key_usage or frozenset()
    if kind in _SIGNERS and not usage.issuperset(_KEY_USAGE):
        yield departure(
            rules.KEY_USAGE, certificate, ", ".join(_KEY_USAGE), ", ".join(sorted(usage))
        )
    yield from check_criticality(rules.EXTENSION_CRITICAL, certificate, _NOT_CRITICAL)
    yield from _key_parameters(certificate)


def _sign_tool(certificate: Certificate) -> Iterator[Finding]:
    """SubjectSignTool ::= UTF8String (SIZE (1..200)): RFC 9215 5.3."""
    extension = certificate.extensions.get(oids.SUBJECT_SIGN_TOOL)
    if extension is None:
        yield departure(rules.SIGN_TOOL_MISSING, certificate)
        return
    try:
        text = s.decode(s.UTF8_STRING, extension.extn_value)
    except InputError:
        text = ""
    if not 0 < len(text) <= _LONGEST_TOOL:
        expected, actual = f"UTF8String 1..{_LONGEST_TOOL}", str(len(text))
        yield departure(rules.SIGN_TOOL_MALFORMED, certificate, expected, actual, Severity.WARN)


def _issuer_tools(certificate: Certificate) -> Iterator[Finding]:
    """Read the names of the issuer's means, and the papers of both: RFC 9215 5.4."""
    extension = certificate.extensions.get(oids.ISSUER_SIGN_TOOL)
    if extension is None:
        yield departure(rules.ISSUER_TOOLS_MISSING, certificate, severity=Severity.WARN)
        return
    limits = (_LONGEST_TOOL, _LONGEST_TOOL, _LONGEST_CERTIFICATE, _LONGEST_CERTIFICATE)
    try:
        lengths = [len(text) for text in s.decode(_ISSUER_SIGN_TOOL, extension.extn_value)]
    except InputError:
        lengths = []
    if not lengths or not all(
        0 < length <= limit for length, limit in zip(lengths, limits, strict=True)
    ):
        expected, actual = (" ".join(map(str, each)) for each in (limits, lengths))
        yield departure(
            rules.ISSUER_TOOLS_MALFORMED, certificate, expected, actual or None, Severity.WARN
        )


def _identification(certificate: Certificate) -> Iterator[Finding]:
    """IdentificationKind ::= INTEGER { personal(0) .. remote_system(3) }: FSB order 31."""
    if oids.IDENTIFICATION_KIND not in certificate.extensions:
        if certificate.not_before >= _ORDER_31:
            yield departure(rules.IDENTIFICATION_KIND_MISSING, certificate)
        return
    kind = identification_kind(certificate)
    if kind in oids.IDENTIFICATION_KINDS:
        yield departure(rules.IDENTIFICATION_KIND, certificate, actual=str(kind))
    else:
        small = kind is not None and kind.bit_length() <= _LONGEST_SHOWN
        actual = str(kind) if small else None
        yield departure(rules.IDENTIFICATION_KIND_UNKNOWN, certificate, "0..3", actual)


_OIDS = s.sequence_of(s.OID)


def _key_parameters(certificate: Certificate) -> Iterator[Finding]:
    """GostR3410-2012-PublicKeyParameters: RFC 9215 4.2.

    digestParamSet has to be there with the parameters of RFC 4357; with those of TC26 it must
    not be, or had better not (TC26-256-A and 512 bits).
    """
    algorithm = certificate.key.algorithm
    digest = oids.DIGESTS_OF_KEYS.get(algorithm.oid)
    if digest is None or algorithm.parameters is None:
        return
    try:
        written = s.decode(_OIDS, algorithm.parameters)
    except InputError:
        return
    curve = written[:1]
    of_rfc_4357 = bool(curve) and curve[0].startswith(oids.CURVES_OF_RFC_4357)
    expected = (*curve, digest) if of_rfc_4357 else (*curve,)
    if (*written,) != expected:
        yield departure(rules.KEY_PARAMETERS, certificate, " ".join(expected), " ".join(written))
