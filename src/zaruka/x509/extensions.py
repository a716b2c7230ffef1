"""Extensions of certificates, revocation lists and their entries: RFC 5280 4.2 and 5.2-5.3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from zaruka.asn1 import pkix
from zaruka.asn1 import schema as s
from zaruka.errors import InputError
from zaruka.x509.general_names import GENERAL_NAME, GENERAL_NAMES, GeneralName, general_names
from zaruka.x509.names import Name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

T = TypeVar("T")

__all__ = [
    "ALL_REASONS",
    "KEY_USAGES",
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


class Extension(NamedTuple):
    """An extension as it stands: `value` is what its OCTET STRING contains."""

    critical: bool
    value: bytes


# --- identifiers and usage of keys


class SubjectKeyIdentifier(NamedTuple):
    """RFC 5280 4.2.1.2."""

    octets: bytes


class AuthorityKeyIdentifier(NamedTuple):
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


class KeyUsage(NamedTuple):
    """RFC 5280 4.2.1.3: the names of the bits that are set."""

    names: frozenset[str]


class ExtendedKeyUsage(NamedTuple):
    """RFC 5280 4.2.1.12: purposes, dotted."""

    purposes: tuple[str, ...]


class BasicConstraints(NamedTuple):
    """RFC 5280 4.2.1.9."""

    ca: bool = False
    path_length: int | None = None


# --- policies


class _PolicyInformation(NamedTuple):
    policy_identifier: str
    policy_qualifiers: bytes | None = None


class CertificatePolicies(NamedTuple):
    """RFC 5280 4.2.1.4: policies, dotted."""

    oids: tuple[str, ...]


class PolicyMappings(NamedTuple):
    """RFC 5280 4.2.1.5: (issuerDomainPolicy, subjectDomainPolicy) pairs."""

    pairs: tuple[tuple[str, str], ...]


class _PolicyMapping(NamedTuple):
    issuer_domain_policy: str
    subject_domain_policy: str


class PolicyConstraints(NamedTuple):
    """RFC 5280 4.2.1.11: numbers of certificates, None where absent."""

    require_explicit_policy: int | None = None
    inhibit_policy_mapping: int | None = None


class InhibitAnyPolicy(NamedTuple):
    """RFC 5280 4.2.1.14."""

    skip: int


# --- names


class SubjectAlternativeName(NamedTuple):
    """RFC 5280 4.2.1.6."""

    names: tuple[GeneralName, ...]


class IssuerAlternativeName(NamedTuple):
    """RFC 5280 4.2.1.7."""

    names: tuple[GeneralName, ...]


class GeneralSubtree(NamedTuple):
    """RFC 5280 4.2.1.10; minimum is 0 and maximum absent, or the extension counts as malformed."""

    base: GeneralName


class NameConstraints(NamedTuple):
    """RFC 5280 4.2.1.10."""

    permitted: tuple[GeneralSubtree, ...] = ()
    excluded: tuple[GeneralSubtree, ...] = ()


class _Subtree(NamedTuple):
    base: tuple[str, Any]
    minimum: int = 0
    maximum: int | None = None


class _NameConstraints(NamedTuple):
    permitted_subtrees: tuple[_Subtree, ...] | None
    excluded_subtrees: tuple[_Subtree, ...] | None


# --- where revocation lists are

# ReasonFlags: bit 0 is not used; bits are CRLReason codes but for 7 and 8 (codes 9 and 10)
ALL_REASONS = frozenset(range(1, 9))


class DistributionPoint(NamedTuple):
    """RFC 5280 4.2.1.13; `relative` is the DER of an RDN, `reasons` holds bits of ReasonFlags."""

    full_name: tuple[GeneralName, ...] = ()
    relative: bytes | None = None
    reasons: frozenset[int] | None = None
    crl_issuer: tuple[GeneralName, ...] = ()

    def names(self, issuer: Name) -> tuple[GeneralName, ...]:
        """Return the names of the point; `issuer` is who a relative one is appended to."""
        return _point_names(self.full_name, self.relative, issuer)


class CRLDistributionPoints(NamedTuple):
    """RFC 5280 4.2.1.13."""

    points: tuple[DistributionPoint, ...]


class FreshestCRL(NamedTuple):
    """RFC 5280 4.2.1.15."""

    points: tuple[DistributionPoint, ...]


class AccessDescription(NamedTuple):
    """RFC 5280 4.2.2.1: a method, dotted, and where."""

    method: str
    location: GeneralName


class AuthorityInformationAccess(NamedTuple):
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


class CRLNumber(NamedTuple):
    """RFC 5280 5.2.3."""

    number: int


class DeltaCRLIndicator(NamedTuple):
    """RFC 5280 5.2.4: the number of the list that is the base."""

    base: int


class IssuingDistributionPoint(NamedTuple):
    """RFC 5280 5.2.5: what a list covers."""

    full_name: tuple[GeneralName, ...] = ()
    relative: bytes | None = None
    only_user_certificates: bool = False
    only_ca_certificates: bool = False
    only_some_reasons: frozenset[int] | None = None
    indirect: bool = False
    only_attribute_certificates: bool = False

    def names(self, issuer: Name) -> tuple[GeneralName, ...]:
        """Return the names of the point; `issuer` is the issuer of the list."""
        return _point_names(self.full_name, self.relative, issuer)


class CRLReason(NamedTuple):
    """RFC 5280 5.3.1; GosSUOK also has 17 and 18."""

    code: int


class InvalidityDate(NamedTuple):
    """RFC 5280 5.3.2."""

    date: datetime


class CertificateIssuer(NamedTuple):
    """RFC 5280 5.3.3."""

    names: tuple[GeneralName, ...]


def _point_names(
    full_name: tuple[GeneralName, ...], relative: bytes | None, issuer: Name
) -> tuple[GeneralName, ...]:
    if relative is None:
        return full_name
    rdns = s.decode(pkix.NAME, issuer.der)
    whole = Name(s.encode(pkix.NAME, (*rdns, s.decode(_RDN, relative))))
    return (GeneralName("directoryName", whole),)


# --- schemas

_RDN = s.implicit(1, s.set_of(pkix.ATTRIBUTE_TYPE_AND_VALUE, least=1))


class _Aki(NamedTuple):
    key_identifier: bytes | None
    authority_cert_issuer: tuple[tuple[str, Any], ...] | None
    authority_cert_serial_number: int | None


class _DistributionPoint(NamedTuple):
    distribution_point: tuple[str, Any] | None
    reasons: s.BitString | None
    crl_issuer: tuple[tuple[str, Any], ...] | None


class _Idp(NamedTuple):
    distribution_point: tuple[str, Any] | None
    only_contains_user_certs: bool
    only_contains_ca_certs: bool
    only_some_reasons: s.BitString | None
    indirect_crl: bool
    only_contains_attribute_certs: bool


_POINT_NAME = s.choice(("fullName", s.implicit(0, GENERAL_NAMES)), ("relative", s.raw(_RDN)))
_POINTS = s.sequence_of(
    s.sequence(
        _DistributionPoint,
        s.field("distribution_point", s.explicit(0, _POINT_NAME), optional=True),
        s.field("reasons", s.implicit(1, s.BIT_STRING), optional=True),
        s.field("crl_issuer", s.implicit(2, GENERAL_NAMES), optional=True),
    )
)
_SUBTREES = s.sequence_of(
    s.sequence(
        _Subtree,
        s.field("base", GENERAL_NAME),
        s.field("minimum", s.implicit(0, s.INTEGER), default=0),
        s.field("maximum", s.implicit(1, s.INTEGER), optional=True),
    ),
    least=1,
)
_BASIC_CONSTRAINTS = s.sequence(
    BasicConstraints,
    s.field("ca", s.BOOLEAN, default=False),
    s.field("path_length", s.INTEGER, optional=True),
)
_POLICIES = s.sequence_of(
    s.sequence(
        _PolicyInformation,
        s.field("policy_identifier", s.OID),
        s.field("policy_qualifiers", s.raw(s.sequence_of(s.ANY)), optional=True),
    ),
    least=1,
)
_MAPPINGS = s.sequence_of(
    s.sequence(
        _PolicyMapping,
        s.field("issuer_domain_policy", s.OID),
        s.field("subject_domain_policy", s.OID),
    ),
    least=1,
)
_POLICY_CONSTRAINTS = s.sequence(
    PolicyConstraints,
    s.field("require_explicit_policy", s.implicit(0, s.INTEGER), optional=True),
    s.field("inhibit_policy_mapping", s.implicit(1, s.INTEGER), optional=True),
)
_NAME_CONSTRAINTS = s.bounded(
    s.sequence(
        _NameConstraints,
        s.field("permitted_subtrees", s.implicit(0, _SUBTREES), optional=True),
        s.field("excluded_subtrees", s.implicit(1, _SUBTREES), optional=True),
    ),
    s.Budget(elements=1 << 20),
)
_AKI = s.sequence(
    _Aki,
    s.field("key_identifier", s.implicit(0, s.OCTET_STRING), optional=True),
    s.field("authority_cert_issuer", s.implicit(1, GENERAL_NAMES), optional=True),
    s.field("authority_cert_serial_number", s.implicit(2, s.INTEGER), optional=True),
)


class _Access(NamedTuple):
    access_method: str
    access_location: tuple[str, Any]


_ACCESS = s.sequence_of(
    s.sequence(_Access, s.field("access_method", s.OID), s.field("access_location", GENERAL_NAME))
)
_IDP = s.sequence(
    _Idp,
    s.field("distribution_point", s.explicit(0, _POINT_NAME), optional=True),
    s.field("only_contains_user_certs", s.implicit(1, s.BOOLEAN), default=False),
    s.field("only_contains_ca_certs", s.implicit(2, s.BOOLEAN), default=False),
    s.field("only_some_reasons", s.implicit(3, s.BIT_STRING), optional=True),
    s.field("indirect_crl", s.implicit(4, s.BOOLEAN), default=False),
    s.field("only_contains_attribute_certs", s.implicit(5, s.BOOLEAN), default=False),
)

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


def _constraints(value: BasicConstraints) -> BasicConstraints:
    _natural(value.path_length or 0)
    return value


def _policy_constraints(value: PolicyConstraints) -> PolicyConstraints:
    if value == (None, None):  # RFC 5280 4.2.1.11: not an empty sequence
        raise ValueError
    _natural(value.require_explicit_policy or 0)
    _natural(value.inhibit_policy_mapping or 0)
    return value


def _name_constraints(value: _NameConstraints) -> NameConstraints:
    if value == (None, None):  # RFC 5280 4.2.1.10: not an empty sequence
        raise ValueError
    permitted, excluded = (tuple(map(_subtree, part or ())) for part in value)
    return NameConstraints(permitted, excluded)


def _subtree(value: _Subtree) -> GeneralSubtree:
    if value.minimum != 0 or value.maximum is not None:
        raise ValueError(value)
    return GeneralSubtree(GeneralName.of(value.base))


def _authority(value: _Aki) -> AuthorityKeyIdentifier:
    issuer = general_names(value.authority_cert_issuer or ())
    return AuthorityKeyIdentifier(value.key_identifier, issuer, value.authority_cert_serial_number)


def _named(point: tuple[str, Any] | None) -> tuple[tuple[GeneralName, ...], bytes | None]:
    match point:
        case ("fullName", names):
            return general_names(names), None
        case (_, relative):
            return (), relative
    return (), None


def _points(values: Iterable[_DistributionPoint]) -> tuple[DistributionPoint, ...]:
    return tuple(
        DistributionPoint(
            *_named(value.distribution_point),
            None if value.reasons is None else _bits(value.reasons),
            general_names(value.crl_issuer or ()),
        )
        for value in values
    )


def _issuing_point(value: _Idp) -> IssuingDistributionPoint:
    return IssuingDistributionPoint(
        *_named(value.distribution_point),
        value.only_contains_user_certs,
        value.only_contains_ca_certs,
        None if value.only_some_reasons is None else _bits(value.only_some_reasons),
        value.indirect_crl,
        value.only_contains_attribute_certs,
    )


def _accesses(values: Iterable[_Access]) -> AuthorityInformationAccess:
    return AuthorityInformationAccess(
        tuple(AccessDescription(method, GeneralName.of(where)) for method, where in values)
    )


class _Kind(NamedTuple):
    """A known extension: the type of its value and how it is read."""

    type: type
    node: s.Node[Any]
    make: Callable[[Any], Any]


def _kind(type_: type, node: s.Node[Any], make: Callable[[Any], Any] | None = None) -> _Kind:
    return _Kind(type_, node, make or type_)


_SHARED = {
    "2.5.29.18": _kind(
        IssuerAlternativeName, GENERAL_NAMES, lambda v: IssuerAlternativeName(general_names(v))
    ),
    "2.5.29.35": _kind(AuthorityKeyIdentifier, _AKI, _authority),
    "2.5.29.46": _kind(FreshestCRL, _POINTS, lambda v: FreshestCRL(_points(v))),
}
OF_CERTIFICATES: Mapping[str, _Kind] = {
    **_SHARED,
    "2.5.29.14": _kind(SubjectKeyIdentifier, s.OCTET_STRING),
    "2.5.29.15": _kind(KeyUsage, s.BIT_STRING, _key_usage),
    "2.5.29.17": _kind(
        SubjectAlternativeName, GENERAL_NAMES, lambda v: SubjectAlternativeName(general_names(v))
    ),
    "2.5.29.19": _kind(BasicConstraints, _BASIC_CONSTRAINTS, _constraints),
    "2.5.29.30": _kind(NameConstraints, _NAME_CONSTRAINTS, _name_constraints),
    "2.5.29.31": _kind(CRLDistributionPoints, _POINTS, lambda v: CRLDistributionPoints(_points(v))),
    "2.5.29.32": _kind(
        CertificatePolicies, _POLICIES, lambda v: CertificatePolicies(tuple(p[0] for p in v))
    ),
    "2.5.29.33": _kind(PolicyMappings, _MAPPINGS),
    "2.5.29.36": _kind(PolicyConstraints, _POLICY_CONSTRAINTS, _policy_constraints),
    "2.5.29.37": _kind(ExtendedKeyUsage, s.sequence_of(s.OID, least=1)),
    "2.5.29.54": _kind(InhibitAnyPolicy, s.INTEGER, lambda v: InhibitAnyPolicy(_natural(v))),
    "1.3.6.1.5.5.7.1.1": _kind(AuthorityInformationAccess, _ACCESS, _accesses),
}
OF_LISTS: Mapping[str, _Kind] = {
    **_SHARED,
    "2.5.29.20": _kind(CRLNumber, s.INTEGER),
    "2.5.29.27": _kind(DeltaCRLIndicator, s.INTEGER),
    "2.5.29.28": _kind(IssuingDistributionPoint, _IDP, _issuing_point),
}
OF_ENTRIES: Mapping[str, _Kind] = {
    "2.5.29.21": _kind(CRLReason, s.ENUMERATED),
    "2.5.29.24": _kind(InvalidityDate, s.GENERALIZED_TIME),
    "2.5.29.29": _kind(
        CertificateIssuer, GENERAL_NAMES, lambda v: CertificateIssuer(general_names(v))
    ),
}


class Values:
    """The known extensions of one object, by the type of their value."""

    __slots__ = ("_by_type", "deviations", "malformed")

    def __init__(
        self,
        by_type: Mapping[type, Any],
        malformed: tuple[str, ...],
        deviations: tuple[s.Deviation, ...],
    ) -> None:
        """Take what `read` found."""
        self._by_type = by_type
        self.malformed = malformed
        self.deviations = deviations

    def get(self, type_: type[T]) -> T | None:
        """Return the value of that type, None where the extension is absent or malformed."""
        return self._by_type.get(type_)


def read(extensions: Mapping[str, Extension], kinds: Mapping[str, _Kind]) -> Values:
    """Read the values of the extensions that `kinds` knows."""
    by_type: dict[type, Any] = {}
    malformed: list[str] = []
    deviations: list[s.Deviation] = []
    for oid, extension in extensions.items():
        kind = kinds.get(oid)
        if kind is None:
            continue
        try:
            value, noted = s.decode_noting(kind.node, extension.value)
            by_type[kind.type] = kind.make(value)
        except (InputError, ValueError):
            malformed.append(oid)
        else:
            deviations.extend(noted)
    return Values(by_type, tuple(malformed), tuple(deviations))


def by_oid(extensions: Sequence[pkix.Extension] | None) -> Mapping[str, Extension]:
    """Index extensions; the first of doubled ones counts."""
    found: dict[str, Extension] = {}
    for oid, critical, value in extensions or ():
        if oid not in found:
            found[oid] = Extension(critical, value)
    return found


def duplicates(extensions: Sequence[pkix.Extension] | None) -> tuple[str, ...]:
    """Return the OIDs that occur more than once."""
    oids = [extension.extn_id for extension in extensions or ()]
    if len(set(oids)) == len(oids):
        return ()
    return tuple(sorted({oid for oid in oids if oids.count(oid) > 1}))
