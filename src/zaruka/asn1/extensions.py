"""Values of the extensions of certificates and revocation lists: RFC 5280 4.2, 5.2 and 5.3.

`VALUES` gives the type of an extension's value by its object identifier.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from zaruka.asn1 import schema as s
from zaruka.asn1.pkix import ATTRIBUTE_TYPE_AND_VALUE, GENERAL_NAME, GENERAL_NAMES

_EXTENSION = s.Budget(size=1 << 24, elements=1 << 18)

GeneralName = tuple[str, Any]
"""(alternative, value), as `pkix.GENERAL_NAME` says."""

# AuthorityKeyIdentifier ::= SEQUENCE {
#    keyIdentifier             [0] KeyIdentifier            OPTIONAL,
#    authorityCertIssuer       [1] GeneralNames             OPTIONAL,
#    authorityCertSerialNumber [2] CertificateSerialNumber  OPTIONAL }
# KeyIdentifier ::= OCTET STRING


class AuthorityKeyIdentifier(NamedTuple):
    """RFC 5280 4.2.1.1."""

    key_identifier: bytes | None
    authority_cert_issuer: tuple[GeneralName, ...] | None
    authority_cert_serial_number: int | None


AUTHORITY_KEY_IDENTIFIER = s.sequence(
    AuthorityKeyIdentifier,
    s.field("key_identifier", s.implicit(0, s.OCTET_STRING), optional=True),
    s.field("authority_cert_issuer", s.implicit(1, GENERAL_NAMES), optional=True),
    s.field("authority_cert_serial_number", s.implicit(2, s.INTEGER), optional=True),
)

# SubjectKeyIdentifier ::= KeyIdentifier

SUBJECT_KEY_IDENTIFIER = s.OCTET_STRING

# KeyUsage ::= BIT STRING {
#      digitalSignature        (0),
#      nonRepudiation          (1), -- recent editions of X.509 have
#                           -- renamed this bit to contentCommitment
#      keyEncipherment         (2),
#      dataEncipherment        (3),
#      keyAgreement            (4),
#      keyCertSign             (5),
#      cRLSign                 (6),
#      encipherOnly            (7),
#      decipherOnly            (8) }

KEY_USAGE = s.BIT_STRING

# PrivateKeyUsagePeriod ::= SEQUENCE {
#      notBefore       [0]     GeneralizedTime OPTIONAL,
#      notAfter        [1]     GeneralizedTime OPTIONAL }


class PrivateKeyUsagePeriod(NamedTuple):
    """RFC 3280 4.2.1.4 (RFC 5280 leaves it to X.509)."""

    not_before: datetime | None
    not_after: datetime | None


PRIVATE_KEY_USAGE_PERIOD = s.sequence(
    PrivateKeyUsagePeriod,
    s.field("not_before", s.implicit(0, s.GENERALIZED_TIME), optional=True),
    s.field("not_after", s.implicit(1, s.GENERALIZED_TIME), optional=True),
)

# certificatePolicies ::= SEQUENCE SIZE (1..MAX) OF PolicyInformation
# PolicyInformation ::= SEQUENCE {
#      policyIdentifier   CertPolicyId,
#      policyQualifiers   SEQUENCE SIZE (1..MAX) OF
#                              PolicyQualifierInfo OPTIONAL }
# PolicyQualifierInfo ::= SEQUENCE {
#      policyQualifierId  PolicyQualifierId,
#      qualifier          ANY DEFINED BY policyQualifierId }


class PolicyQualifierInfo(NamedTuple):
    """RFC 5280 4.2.1.4; `qualifier` is a whole encoding."""

    policy_qualifier_id: str
    qualifier: bytes


class PolicyInformation(NamedTuple):
    """RFC 5280 4.2.1.4."""

    policy_identifier: str
    policy_qualifiers: tuple[PolicyQualifierInfo, ...] | None


POLICY_QUALIFIER_INFO = s.sequence(
    PolicyQualifierInfo, s.field("policy_qualifier_id", s.OID), s.field("qualifier", s.ANY)
)
POLICY_INFORMATION = s.sequence(
    PolicyInformation,
    s.field("policy_identifier", s.OID),
    s.field("policy_qualifiers", s.sequence_of(POLICY_QUALIFIER_INFO, least=None), optional=True),
)
CERTIFICATE_POLICIES = s.bounded(
    s.sequence_of(POLICY_INFORMATION, least=1), _EXTENSION, "certificatePolicies"
)

# PolicyMappings ::= SEQUENCE SIZE (1..MAX) OF SEQUENCE {
#      issuerDomainPolicy      CertPolicyId,
#      subjectDomainPolicy     CertPolicyId }


class PolicyMapping(NamedTuple):
    """RFC 5280 4.2.1.5."""

    issuer_domain_policy: str
    subject_domain_policy: str


POLICY_MAPPINGS = s.bounded(
    s.sequence_of(
        s.sequence(
            PolicyMapping,
            s.field("issuer_domain_policy", s.OID),
            s.field("subject_domain_policy", s.OID),
        ),
        least=1,
    ),
    _EXTENSION,
    "PolicyMappings",
)

# BasicConstraints ::= SEQUENCE {
#      cA                      BOOLEAN DEFAULT FALSE,
#      pathLenConstraint       INTEGER (0..MAX) OPTIONAL }


class BasicConstraints(NamedTuple):
    """RFC 5280 4.2.1.9."""

    ca: bool
    path_len_constraint: int | None


BASIC_CONSTRAINTS = s.sequence(
    BasicConstraints,
    s.field("ca", s.BOOLEAN, default=False),
    s.field("path_len_constraint", s.INTEGER, optional=True),
)

# NameConstraints ::= SEQUENCE {
#      permittedSubtrees       [0]     GeneralSubtrees OPTIONAL,
#      excludedSubtrees        [1]     GeneralSubtrees OPTIONAL }
# GeneralSubtrees ::= SEQUENCE SIZE (1..MAX) OF GeneralSubtree
# GeneralSubtree ::= SEQUENCE {
#      base                    GeneralName,
#      minimum         [0]     BaseDistance DEFAULT 0,
#      maximum         [1]     BaseDistance OPTIONAL }
# BaseDistance ::= INTEGER (0..MAX)


class GeneralSubtree(NamedTuple):
    """RFC 5280 4.2.1.10."""

    base: GeneralName
    minimum: int
    maximum: int | None


class NameConstraints(NamedTuple):
    """RFC 5280 4.2.1.10."""

    permitted_subtrees: tuple[GeneralSubtree, ...] | None
    excluded_subtrees: tuple[GeneralSubtree, ...] | None


_SUBTREES = s.sequence_of(
    s.sequence(
        GeneralSubtree,
        s.field("base", GENERAL_NAME),
        s.field("minimum", s.implicit(0, s.INTEGER), default=0),
        s.field("maximum", s.implicit(1, s.INTEGER), optional=True),
    ),
    least=1,
)
NAME_CONSTRAINTS = s.bounded(
    s.sequence(
        NameConstraints,
        s.field("permitted_subtrees", s.implicit(0, _SUBTREES), optional=True),
        s.field("excluded_subtrees", s.implicit(1, _SUBTREES), optional=True),
    ),
    _EXTENSION,
)

# PolicyConstraints ::= SEQUENCE {
#      requireExplicitPolicy   [0]     SkipCerts OPTIONAL,
#      inhibitPolicyMapping    [1]     SkipCerts OPTIONAL }
# SkipCerts ::= INTEGER (0..MAX)


class PolicyConstraints(NamedTuple):
    """RFC 5280 4.2.1.11."""

    require_explicit_policy: int | None
    inhibit_policy_mapping: int | None


POLICY_CONSTRAINTS = s.sequence(
    PolicyConstraints,
    s.field("require_explicit_policy", s.implicit(0, s.INTEGER), optional=True),
    s.field("inhibit_policy_mapping", s.implicit(1, s.INTEGER), optional=True),
)

# InhibitAnyPolicy ::= SkipCerts

INHIBIT_ANY_POLICY = s.INTEGER

# ExtKeyUsageSyntax ::= SEQUENCE SIZE (1..MAX) OF KeyPurposeId
# KeyPurposeId ::= OBJECT IDENTIFIER

EXT_KEY_USAGE = s.bounded(s.sequence_of(s.OID, least=1), _EXTENSION, "ExtKeyUsageSyntax")

# CRLDistributionPoints ::= SEQUENCE SIZE (1..MAX) OF DistributionPoint
# DistributionPoint ::= SEQUENCE {
#      distributionPoint       [0]     DistributionPointName OPTIONAL,
#      reasons                 [1]     ReasonFlags OPTIONAL,
#      cRLIssuer               [2]     GeneralNames OPTIONAL }
# DistributionPointName ::= CHOICE {
#      fullName                [0]     GeneralNames,
#      nameRelativeToCRLIssuer [1]     RelativeDistinguishedName }
# ReasonFlags ::= BIT STRING {
#      unused                  (0),
#      keyCompromise           (1),
#      cACompromise            (2),
#      affiliationChanged      (3),
#      superseded              (4),
#      cessationOfOperation    (5),
#      certificateHold         (6),
#      privilegeWithdrawn      (7),
#      aACompromise            (8) }


class DistributionPoint(NamedTuple):
    """RFC 5280 4.2.1.13; the name as (alternative, value)."""

    distribution_point: tuple[str, Any] | None
    reasons: s.BitString | None
    crl_issuer: tuple[GeneralName, ...] | None


DISTRIBUTION_POINT_NAME = s.choice(
    ("fullName", s.implicit(0, GENERAL_NAMES)),
    ("nameRelativeToCRLIssuer", s.implicit(1, s.set_of(ATTRIBUTE_TYPE_AND_VALUE, least=1))),
)
CRL_DISTRIBUTION_POINTS = s.bounded(
    s.sequence_of(
        s.sequence(
            DistributionPoint,
            s.field("distribution_point", s.explicit(0, DISTRIBUTION_POINT_NAME), optional=True),
            s.field("reasons", s.implicit(1, s.BIT_STRING), optional=True),
            s.field("crl_issuer", s.implicit(2, GENERAL_NAMES), optional=True),
        ),
        least=1,
    ),
    _EXTENSION,
    "CRLDistributionPoints",
)

# AuthorityInfoAccessSyntax  ::= SEQUENCE SIZE (1..MAX) OF AccessDescription
# AccessDescription  ::=  SEQUENCE {
#      accessMethod          OBJECT IDENTIFIER,
#      accessLocation        GeneralName  }


class AccessDescription(NamedTuple):
    """RFC 5280 4.2.2.1."""

    access_method: str
    access_location: GeneralName


AUTHORITY_INFO_ACCESS = s.bounded(
    s.sequence_of(
        s.sequence(
            AccessDescription,
            s.field("access_method", s.OID),
            s.field("access_location", GENERAL_NAME),
        ),
        least=1,
    ),
    _EXTENSION,
    "AuthorityInfoAccessSyntax",
)

# IssuingDistributionPoint ::= SEQUENCE {
#      distributionPoint          [0] DistributionPointName OPTIONAL,
#      onlyContainsUserCerts      [1] BOOLEAN DEFAULT FALSE,
#      onlyContainsCACerts        [2] BOOLEAN DEFAULT FALSE,
#      onlySomeReasons            [3] ReasonFlags OPTIONAL,
#      indirectCRL                [4] BOOLEAN DEFAULT FALSE,
#      onlyContainsAttributeCerts [5] BOOLEAN DEFAULT FALSE }


class IssuingDistributionPoint(NamedTuple):
    """RFC 5280 5.2.5."""

    distribution_point: tuple[str, Any] | None
    only_contains_user_certs: bool
    only_contains_ca_certs: bool
    only_some_reasons: s.BitString | None
    indirect_crl: bool
    only_contains_attribute_certs: bool


ISSUING_DISTRIBUTION_POINT = s.sequence(
    IssuingDistributionPoint,
    s.field("distribution_point", s.explicit(0, DISTRIBUTION_POINT_NAME), optional=True),
    s.field("only_contains_user_certs", s.implicit(1, s.BOOLEAN), default=False),
    s.field("only_contains_ca_certs", s.implicit(2, s.BOOLEAN), default=False),
    s.field("only_some_reasons", s.implicit(3, s.BIT_STRING), optional=True),
    s.field("indirect_crl", s.implicit(4, s.BOOLEAN), default=False),
    s.field("only_contains_attribute_certs", s.implicit(5, s.BOOLEAN), default=False),
)

# CRLNumber ::= INTEGER (0..MAX)
# BaseCRLNumber ::= CRLNumber
# CRLReason ::= ENUMERATED {
#      unspecified             (0),
#      keyCompromise           (1),
#      cACompromise            (2),
#      affiliationChanged      (3),
#      superseded              (4),
#      cessationOfOperation    (5),
#      certificateHold         (6),
#           -- value 7 is not used
#      removeFromCRL           (8),
#      privilegeWithdrawn      (9),
#      aACompromise           (10) }
# InvalidityDate ::=  GeneralizedTime
# CertificateIssuer ::=   GeneralNames

CRL_NUMBER = s.INTEGER
CRL_REASON = s.ENUMERATED
INVALIDITY_DATE = s.GENERALIZED_TIME
CERTIFICATE_ISSUER = GENERAL_NAMES

VALUES: dict[str, s.Node[Any]] = {
    "2.5.29.14": SUBJECT_KEY_IDENTIFIER,
    "2.5.29.15": KEY_USAGE,
    "2.5.29.16": PRIVATE_KEY_USAGE_PERIOD,
    "2.5.29.17": GENERAL_NAMES,  # subjectAltName
    "2.5.29.18": GENERAL_NAMES,  # issuerAltName
    "2.5.29.19": BASIC_CONSTRAINTS,
    "2.5.29.20": CRL_NUMBER,
    "2.5.29.21": CRL_REASON,
    "2.5.29.24": INVALIDITY_DATE,
    "2.5.29.27": CRL_NUMBER,  # deltaCRLIndicator
    "2.5.29.28": ISSUING_DISTRIBUTION_POINT,
    "2.5.29.29": CERTIFICATE_ISSUER,
    "2.5.29.30": NAME_CONSTRAINTS,
    "2.5.29.31": CRL_DISTRIBUTION_POINTS,
    "2.5.29.32": CERTIFICATE_POLICIES,
    "2.5.29.33": POLICY_MAPPINGS,
    "2.5.29.35": AUTHORITY_KEY_IDENTIFIER,
    "2.5.29.36": POLICY_CONSTRAINTS,
    "2.5.29.37": EXT_KEY_USAGE,
    "2.5.29.46": CRL_DISTRIBUTION_POINTS,  # freshestCRL
    "2.5.29.54": INHIBIT_ANY_POLICY,
    "1.3.6.1.5.5.7.1.1": AUTHORITY_INFO_ACCESS,
    "1.3.6.1.5.5.7.1.11": AUTHORITY_INFO_ACCESS,  # subjectInfoAccess
    "1.3.6.1.5.5.7.48.1.5": s.NULL,  # id-pkix-ocsp-nocheck, RFC 6960 4.2.2.2.1
}
