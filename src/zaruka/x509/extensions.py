"""Extensions of certificates, revocation lists and their entries: RFC 5280 4.2 and 5.2-5.3."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from msgspec import Struct

from zaruka.asn1 import extensions as asn1
from zaruka.asn1 import pkix
from zaruka.asn1 import schema as s
from zaruka.asn1.pkix import Extension
from zaruka.errors import InputError
from zaruka.x509.general_names import GeneralName, general_names
from zaruka.x509.names import Name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

T = TypeVar("T")

__all__ = [
    "ALL_REASONS",
    "KEY_USAGES",
    "NO_POLICY_CONSTRAINTS",
    "OF_CERTIFICATES",
    "OF_ENTRIES",
    "OF_LISTS",
    "AccessDescription",
    "AuthorityInformationAccess",
    "AuthorityKeyIdentifier",
    "BasicConstraints",
    "CRLDistributionPoints",
    "CRLNumber",
    "CRLReason",
    "CertificateIssuer",
    "CertificatePolicies",
    "DeltaCRLIndicator",
    "DistributionPoint",
    "ExtendedKeyUsage",
    "Extension",
    "FreshestCRL",
    "GeneralSubtree",
    "InhibitAnyPolicy",
    "InvalidityDate",
    "IssuerAlternativeName",
    "IssuingDistributionPoint",
    "KeyUsage",
    "NameConstraints",
    "PolicyConstraints",
    "PolicyMappings",
    "SubjectAlternativeName",
    "SubjectKeyIdentifier",
    "Values",
    "by_oid",
    "duplicates",
    "read",
]


# --- identifiers and usage of keys


class SubjectKeyIdentifier(Struct, frozen=True):
    """RFC 5280 4.2.1.2."""

    octets: bytes


class AuthorityKeyIdentifier(Struct, frozen=True):
    """RFC 5280 4.2.1.1: any of a key identifier, or the issuer's issuer and serial number."""

    key_identifier: bytes | None = None
    issuer: tuple[GeneralName, ...] = ()
    serial_number: int | None = None


# KeyUsage ::= BIT STRING { ... }, from bit 0 on
KEY_USAGES = (
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
)


class KeyUsage(Struct, frozen=True):
    """RFC 5280 4.2.1.3: the names of the bits that are set."""

    names: frozenset[str]


class ExtendedKeyUsage(Struct, frozen=True):
    """RFC 5280 4.2.1.12: purposes, dotted."""

    purposes: tuple[str, ...]


class BasicConstraints(Struct, frozen=True):
    """RFC 5280 4.2.1.9."""

    ca: bool = False
    path_length: int | None = None


# --- policies


class CertificatePolicies(Struct, frozen=True):
    """RFC 5280 4.2.1.4: policies, dotted."""

    oids: tuple[str, ...]


class PolicyMappings(Struct, frozen=True):
    """RFC 5280 4.2.1.5: (issuerDomainPolicy, subjectDomainPolicy) pairs."""

    pairs: tuple[tuple[str, str], ...]


class PolicyConstraints(Struct, frozen=True):
    """RFC 5280 4.2.1.11: numbers of certificates, None where absent."""

    require_explicit_policy: int | None = None
    inhibit_policy_mapping: int | None = None


NO_POLICY_CONSTRAINTS = PolicyConstraints()


class InhibitAnyPolicy(Struct, frozen=True):
    """RFC 5280 4.2.1.14."""

    skip: int


# --- names


class SubjectAlternativeName(Struct, frozen=True):
    """RFC 5280 4.2.1.6."""

    names: tuple[GeneralName, ...]


class IssuerAlternativeName(Struct, frozen=True):
    """RFC 5280 4.2.1.7."""

    names: tuple[GeneralName, ...]


class GeneralSubtree(Struct, frozen=True):
    """RFC 5280 4.2.1.10; minimum is 0 and maximum absent, or the extension counts as malformed."""

    base: GeneralName


class NameConstraints(Struct, frozen=True):
    """RFC 5280 4.2.1.10."""

    permitted: tuple[GeneralSubtree, ...] = ()
    excluded: tuple[GeneralSubtree, ...] = ()


# --- where revocation lists are

# ReasonFlags: bit 0 is not used; bits are CRLReason codes but for 7 and 8 (codes 9 and 10)
ALL_REASONS = frozenset(range(1, 9))


class DistributionPoint(Struct, frozen=True):
    """RFC 5280 4.2.1.13; `relative` is an RDN, `reasons` holds bits of ReasonFlags."""

    full_name: tuple[GeneralName, ...] = ()
    relative: tuple[pkix.AttributeTypeAndValue, ...] | None = None
    reasons: frozenset[int] | None = None
    crl_issuer: tuple[GeneralName, ...] = ()

    def names(self, issuer: Name) -> tuple[GeneralName, ...]:
        """Return the names of the point; `issuer` is who a relative one is appended to."""
        return _point_names(self.full_name, self.relative, issuer)


class CRLDistributionPoints(Struct, frozen=True):
    """RFC 5280 4.2.1.13."""

    points: tuple[DistributionPoint, ...]


class FreshestCRL(Struct, frozen=True):
    """RFC 5280 4.2.1.15."""

    points: tuple[DistributionPoint, ...]


class AccessDescription(Struct, frozen=True):
    """RFC 5280 4.2.2.1: a method, dotted, and where."""

    method: str
    location: GeneralName


class AuthorityInformationAccess(Struct, frozen=True):
    """RFC 5280 4.2.2.1."""

    descriptions: tuple[AccessDescription, ...]

    def urls(self, method: str) -> tuple[str, ...]:
        """Return the addresses for one access method."""
        return tuple(
            each.location.value
            for each in self.descriptions
            if each.method == method and isinstance(each.location.value, str)
        )


# --- of revocation lists and entries


class CRLNumber(Struct, frozen=True):
    """RFC 5280 5.2.3."""

    number: int


class DeltaCRLIndicator(Struct, frozen=True):
    """RFC 5280 5.2.4: the number of the list that is the base."""

    base: int


class IssuingDistributionPoint(Struct, frozen=True):
    """RFC 5280 5.2.5: what a list covers."""

    full_name: tuple[GeneralName, ...] = ()
    relative: tuple[pkix.AttributeTypeAndValue, ...] | None = None
    only_user_certificates: bool = False
    only_ca_certificates: bool = False
    only_some_reasons: frozenset[int] | None = None
    indirect: bool = False
    only_attribute_certificates: bool = False

    def names(self, issuer: Name) -> tuple[GeneralName, ...]:
        """Return the names of the point; `issuer` is the issuer of the list."""
        return _point_names(self.full_name, self.relative, issuer)


class CRLReason(Struct, frozen=True):
    """RFC 5280 5.3.1; GosSUOK also has 17 and 18."""

    code: int


class InvalidityDate(Struct, frozen=True):
    """RFC 5280 5.3.2."""

    date: datetime


class CertificateIssuer(Struct, frozen=True):
    """RFC 5280 5.3.3."""

    names: tuple[GeneralName, ...]


def _point_names(
    full_name: tuple[GeneralName, ...],
    relative: tuple[pkix.AttributeTypeAndValue, ...] | None,
    issuer: Name,
) -> tuple[GeneralName, ...]:
    if relative is None:
        return full_name
    whole = Name(s.encode(pkix.NAME, (*s.decode(pkix.NAME, issuer.der), relative)))
    return (GeneralName("directoryName", whole),)


# --- from what a schema gives to the value


def _bits(value: s.BitString) -> frozenset[int]:
    """Return the numbers of the bits that are set."""
    return frozenset(
        8 * at + bit
        for at, octet in enumerate(value.octets)
        for bit in range(8)
        if octet & 0x80 >> bit
    )


def _key_usage(value: s.BitString) -> KeyUsage:
    return KeyUsage(frozenset(KEY_USAGES[bit] for bit in _bits(value) if bit < len(KEY_USAGES)))


def _natural(value: int) -> int:
    if value < 0:
        raise ValueError(value)
    return value


def _constraints(value: asn1.BasicConstraints) -> BasicConstraints:
    _natural(value.path_len_constraint or 0)
    return BasicConstraints(*value)


def _policy_constraints(value: asn1.PolicyConstraints) -> PolicyConstraints:
    if value == (None, None):  # RFC 5280 4.2.1.11: not an empty sequence
        raise ValueError
    _natural(value.require_explicit_policy or 0)
    _natural(value.inhibit_policy_mapping or 0)
    return PolicyConstraints(*value)


def _name_constraints(value: asn1.NameConstraints) -> NameConstraints:
    if value == (None, None):  # RFC 5280 4.2.1.10: not an empty sequence
        raise ValueError
    permitted, excluded = (tuple(map(_subtree, part or ())) for part in value)
    return NameConstraints(permitted, excluded)


def _subtree(value: asn1.GeneralSubtree) -> GeneralSubtree:
    if value.minimum != 0 or value.maximum is not None:
        raise ValueError(value)
    return GeneralSubtree(GeneralName.of(value.base))


def _authority(value: asn1.AuthorityKeyIdentifier) -> AuthorityKeyIdentifier:
    issuer = general_names(value.authority_cert_issuer or ())
    return AuthorityKeyIdentifier(value.key_identifier, issuer, value.authority_cert_serial_number)


def _named(
    point: tuple[str, Any] | None,
) -> tuple[tuple[GeneralName, ...], tuple[pkix.AttributeTypeAndValue, ...] | None]:
    match point:
        case ("fullName", names):
            return general_names(names), None
        case (_, relative):
            return (), relative
    return (), None


def _points(values: Iterable[asn1.DistributionPoint]) -> tuple[DistributionPoint, ...]:
    return tuple(
        DistributionPoint(
            *_named(value.distribution_point),
            None if value.reasons is None else _bits(value.reasons),
            general_names(value.crl_issuer or ()),
        )
        for value in values
    )


def _issuing_point(value: asn1.IssuingDistributionPoint) -> IssuingDistributionPoint:
    return IssuingDistributionPoint(
        *_named(value.distribution_point),
        value.only_contains_user_certs,
        value.only_contains_ca_certs,
        None if value.only_some_reasons is None else _bits(value.only_some_reasons),
        value.indirect_crl,
        value.only_contains_attribute_certs,
    )


def _accesses(values: Iterable[asn1.AccessDescription]) -> AuthorityInformationAccess:
    return AuthorityInformationAccess(
        tuple(AccessDescription(method, GeneralName.of(where)) for method, where in values)
    )


class _Kind(Struct, frozen=True):
    """A known extension: the type of its value and how that is made of what a schema gives."""

    type: type
    make: Callable[[Any], Any]


def _of_names(type_: type) -> _Kind:
    return _Kind(type_, lambda names: type_(general_names(names)))


def _plain(type_: type) -> _Kind:
    return _Kind(type_, type_)


_SHARED = {
    "2.5.29.18": _of_names(IssuerAlternativeName),
    "2.5.29.35": _Kind(AuthorityKeyIdentifier, _authority),
    "2.5.29.46": _Kind(FreshestCRL, lambda points: FreshestCRL(_points(points))),
}
OF_CERTIFICATES: Mapping[str, _Kind] = {
    **_SHARED,
    "2.5.29.14": _plain(SubjectKeyIdentifier),
    "2.5.29.15": _Kind(KeyUsage, _key_usage),
    "2.5.29.17": _of_names(SubjectAlternativeName),
    "2.5.29.19": _Kind(BasicConstraints, _constraints),
    "2.5.29.30": _Kind(NameConstraints, _name_constraints),
    "2.5.29.31": _Kind(CRLDistributionPoints, lambda v: CRLDistributionPoints(_points(v))),
    "2.5.29.32": _Kind(
        CertificatePolicies, lambda v: CertificatePolicies(tuple(each[0] for each in v))
    ),
    "2.5.29.33": _plain(PolicyMappings),
    "2.5.29.36": _Kind(PolicyConstraints, _policy_constraints),
    "2.5.29.37": _plain(ExtendedKeyUsage),
    "2.5.29.54": _Kind(InhibitAnyPolicy, lambda skip: InhibitAnyPolicy(_natural(skip))),
    "1.3.6.1.5.5.7.1.1": _Kind(AuthorityInformationAccess, _accesses),
}
OF_LISTS: Mapping[str, _Kind] = {
    **_SHARED,
    "2.5.29.20": _plain(CRLNumber),
    "2.5.29.27": _plain(DeltaCRLIndicator),
    "2.5.29.28": _Kind(IssuingDistributionPoint, _issuing_point),
}
OF_ENTRIES: Mapping[str, _Kind] = {
    "2.5.29.21": _plain(CRLReason),
    "2.5.29.24": _plain(InvalidityDate),
    "2.5.29.29": _of_names(CertificateIssuer),
}


class _Get(Protocol):
    def __call__(self, type_: type[T], /) -> T | None: ...


class Values(Struct, frozen=True, eq=False):
    """The known extensions of one object.

    `get` returns the value of a type, None where the extension is absent or malformed.
    """

    get: _Get
    malformed: tuple[str, ...]
    deviations: tuple[s.Deviation, ...]


def read(extensions: Mapping[str, Extension], kinds: Mapping[str, _Kind]) -> Values:
    """Read the values of the extensions that `kinds` knows."""
    by_type: dict[type, Any] = {}
    malformed: list[str] = []
    deviations: list[s.Deviation] = []
    for oid, extension in extensions.items():
        kind = kinds.get(oid)
        if kind is None:
            continue
        octets = extension.extn_value
        found = _small_value(oid, octets) if len(octets) <= _SMALL else _value(oid, octets)
        if found is None:
            malformed.append(oid)
        else:
            by_type[kind.type], noted = found
            deviations.extend(noted)
    return Values(by_type.get, tuple(malformed), tuple(deviations))


def _value(oid: str, octets: bytes) -> tuple[Any, tuple[s.Deviation, ...]] | None:
    """Read the value of a known extension and what was let pass; None where it is malformed."""
    try:
        value, noted = s.decode_noting(asn1.VALUES[oid], octets)
        return _ALL[oid].make(value), noted
    except (InputError, ValueError):
        return None


_ALL = {**OF_CERTIFICATES, **OF_LISTS, **OF_ENTRIES}
# One authority writes the same usage, policies and addresses into all that it issues.
_SMALL = 512
_small_value = lru_cache(maxsize=8_192)(_value)


def by_oid(extensions: Sequence[Extension] | None) -> Mapping[str, Extension]:
    """Index extensions; the first of doubled ones counts."""
    if not extensions:
        return {}
    found: dict[str, Extension] = {}
    for extension in extensions:
        found.setdefault(extension[0], extension)
    return found


def duplicates(
    extensions: Sequence[Extension] | None, found: Mapping[str, Extension]
) -> tuple[str, ...]:
    """Return the OIDs that occur more than once; `found` is what `by_oid` makes of them."""
    if extensions is None or len(extensions) == len(found):
        return ()
    counts = Counter(extension[0] for extension in extensions)
    return tuple(sorted(oid for oid, count in counts.items() if count > 1))
