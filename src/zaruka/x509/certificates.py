"""Certificates: RFC 5280 4, STB 34.101.19 and order 795 of the FSB, as they are met."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka._native import lazy
from zaruka.asn1 import pkix
from zaruka.asn1 import schema as s
from zaruka.crypto import AlgorithmId, KeyInfo
from zaruka.errors import InputError
from zaruka.findings import ObjectKind, ObjectRef
from zaruka.x509 import extensions as ext
from zaruka.x509.encoded import Encoded
from zaruka.x509.names import read_name
from zaruka.x509.signed import whole_octets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from typing_extensions import Buffer

    from zaruka.x509.general_names import GeneralName
    from zaruka.x509.names import Name

__all__ = ["Certificate"]

_OCSP, _CA_ISSUERS = "1.3.6.1.5.5.7.48.1", "1.3.6.1.5.5.7.48.2"


class Certificate(Encoded):
    """One certificate, equal to another of the same octets.

    Reading checks the whole structure; what the parts mean is worked out when asked for. An
    instance never changes. Extensions that are known but malformed count as absent and are named
    in `malformed_extensions`, which fails every path: nothing here raises after `parse`.
    """

    serial_number: int
    """The serial number, as its INTEGER says it."""
    not_before: datetime
    """The first second of the validity period."""
    not_after: datetime
    """The last second of the validity period."""
    issuer: Name
    """The name of who issued it."""
    subject: Name
    """The name of who holds the key."""
    extensions: Mapping[str, ext.Extension]
    """The extensions by OID in their order; the first of doubled ones."""
    tbs_der: bytes
    """The octets that are signed."""
    signature: bytes
    """The signature octets."""
    ref: ObjectRef
    """What findings call this certificate."""
    _parsed: pkix.Certificate
    _tbs: pkix.TBSCertificate
    _noted: tuple[s.Deviation, ...]

    def __init__(
        self, der: bytes, parsed: pkix.Certificate, noted: tuple[s.Deviation, ...] = ()
    ) -> None:
        """Take what `parse` read."""
        super().__init__(der)
        self._parsed = parsed
        self._tbs = tbs = parsed.tbs_certificate
        self._noted = noted
        self.serial_number = tbs.serial_number
        self.not_before, self.not_after = tbs.validity
        self.issuer, self.subject = read_name(tbs.issuer), read_name(tbs.subject)
        self.extensions = ext.by_oid(tbs.extensions)
        self.tbs_der = tbs.der
        self.signature = parsed.signature_value.octets
        self.ref = ObjectRef(ObjectKind.CERTIFICATE, self.sha256, self.subject.display())

    @classmethod
    def parse(cls, der: Buffer) -> Certificate:
        """Read the DER of a Certificate; `InputError` where it is none."""
        parsed, noted = s.decode_noting(pkix.CERTIFICATE, der)
        if not 0 <= parsed.tbs_certificate.version <= 2:
            raise InputError("x509.version", version=parsed.tbs_certificate.version + 1)
        tbs = parsed.tbs_certificate
        whole_octets(parsed.signature_value, tbs.subject_public_key_info.subject_public_key)
        return cls(bytes(der), parsed, noted)

    def __repr__(self) -> str:
        """Name the subject and the serial number."""
        return f"<Certificate {self.subject.display()!r} {self.serial_number:x}>"

    @property
    def version(self) -> int:
        """1, 2 or 3."""
        return self._tbs.version + 1

    def covers(self, moment: datetime) -> bool:
        """Whether `moment` lies in the validity period; fractions of a second do not count."""
        if moment.microsecond:
            moment = moment.replace(microsecond=0)
        return self.not_before <= moment <= self.not_after

    @lazy
    def is_self_issued(self) -> bool:
        """Whether subject and issuer are the same name: RFC 5280 6.1."""
        return self.subject == self.issuer

    @lazy
    def key(self) -> KeyInfo:
        """Return the subject's public key."""
        spki = self._tbs.subject_public_key_info
        return KeyInfo(AlgorithmId(*spki.algorithm), spki.subject_public_key.octets, spki.der)

    @lazy
    def signature_algorithm(self) -> AlgorithmId:
        """Return the algorithm named beside the signature."""
        return AlgorithmId(*self._parsed.signature_algorithm)

    @property
    def tbs_signature_algorithm(self) -> AlgorithmId:
        """The algorithm named among what is signed; RFC 5280 4.1.1.2 wants it the same."""
        return AlgorithmId(*self._tbs.signature)

    @property
    def names_one_algorithm(self) -> bool:
        """Whether both places name the same algorithm with the same parameters."""
        return self._tbs.signature == self._parsed.signature_algorithm

    def with_parameters(self, algorithm: AlgorithmId) -> Certificate:
        """Return this certificate with the parameters of its key taken from another key."""
        spki = self._tbs.subject_public_key_info
        whole = spki._replace(
            algorithm=pkix.AlgorithmIdentifier(algorithm.oid, algorithm.parameters)
        )
        completed = Certificate(self.der, self._parsed, self._noted)
        completed.__dict__["key"] = KeyInfo(
            algorithm,
            spki.subject_public_key.octets,
            s.encode(pkix.SUBJECT_PUBLIC_KEY_INFO, whole),
        )
        return completed

    # --- extensions

    @lazy
    def _values(self) -> ext.Values:
        return ext.read(self.extensions, ext.OF_CERTIFICATES)

    @property
    def duplicate_extensions(self) -> tuple[str, ...]:
        """OIDs that occur more than once, which RFC 5280 4.2 forbids."""
        return ext.duplicates(self._tbs.extensions, self.extensions)

    @property
    def malformed_extensions(self) -> tuple[str, ...]:
        """OIDs of known extensions whose value is not of their type."""
        return self._values.malformed

    @property
    def deviations(self) -> tuple[s.Deviation, ...]:
        """The departures from DER that were let pass, outside and in known extensions."""
        return (*self._noted, *self._values.deviations)

    @lazy
    def basic_constraints(self) -> ext.BasicConstraints | None:
        """RFC 5280 4.2.1.9."""
        return self._values.get(ext.BasicConstraints)

    @lazy
    def is_authority(self) -> bool:
        """Whether the certificate says that it is an authority's: cA of basicConstraints."""
        constraints = self.basic_constraints
        return constraints is not None and constraints.ca

    @lazy
    def key_usage(self) -> frozenset[str] | None:
        """Return the names of the bits that are set: RFC 5280 4.2.1.3; None where absent."""
        usage = self._values.get(ext.KeyUsage)
        return None if usage is None else usage.names

    @property
    def extended_key_usage(self) -> tuple[str, ...] | None:
        """Purposes, dotted: RFC 5280 4.2.1.12; None where absent."""
        usage = self._values.get(ext.ExtendedKeyUsage)
        return None if usage is None else usage.purposes

    @lazy
    def subject_key_identifier(self) -> bytes | None:
        """RFC 5280 4.2.1.2."""
        identifier = self._values.get(ext.SubjectKeyIdentifier)
        return None if identifier is None else identifier.octets

    @property
    def key_identifier(self) -> bytes | None:
        """The identifier of this certificate's key; anchors have one under the same name."""
        return self.subject_key_identifier

    @property
    def authority_key_identifier(self) -> ext.AuthorityKeyIdentifier | None:
        """RFC 5280 4.2.1.1."""
        return self._values.get(ext.AuthorityKeyIdentifier)

    @property
    def subject_alternative_names(self) -> tuple[GeneralName, ...]:
        """RFC 5280 4.2.1.6."""
        names = self._values.get(ext.SubjectAlternativeName)
        return () if names is None else names.names

    @property
    def issuer_alternative_names(self) -> tuple[GeneralName, ...]:
        """RFC 5280 4.2.1.7."""
        names = self._values.get(ext.IssuerAlternativeName)
        return () if names is None else names.names

    @property
    def name_constraints(self) -> ext.NameConstraints | None:
        """RFC 5280 4.2.1.10."""
        return self._values.get(ext.NameConstraints)

    @property
    def policies(self) -> tuple[str, ...]:
        """Policies, dotted: RFC 5280 4.2.1.4; there is one at the least where it says any."""
        policies = self._values.get(ext.CertificatePolicies)
        return () if policies is None else policies.oids

    @property
    def policy_mappings(self) -> tuple[tuple[str, str], ...]:
        """(issuerDomainPolicy, subjectDomainPolicy) pairs: RFC 5280 4.2.1.5."""
        mappings = self._values.get(ext.PolicyMappings)
        return () if mappings is None else mappings.pairs

    @property
    def policy_constraints(self) -> ext.PolicyConstraints:
        """RFC 5280 4.2.1.11."""
        return self._values.get(ext.PolicyConstraints) or ext.NO_POLICY_CONSTRAINTS

    @property
    def inhibit_any_policy(self) -> int | None:
        """RFC 5280 4.2.1.14."""
        inhibit = self._values.get(ext.InhibitAnyPolicy)
        return None if inhibit is None else inhibit.skip

    @property
    def distribution_points(self) -> tuple[ext.DistributionPoint, ...]:
        """RFC 5280 4.2.1.13."""
        points = self._values.get(ext.CRLDistributionPoints)
        return () if points is None else points.points

    # --- addresses

    @property
    def crl_urls(self) -> tuple[str, ...]:
        """Where this certificate says revocation lists are."""
        return _urls(self.distribution_points)

    @property
    def freshest_crl_urls(self) -> tuple[str, ...]:
        """Where this certificate says that delta lists are: RFC 5280 4.2.1.15."""
        freshest = self._values.get(ext.FreshestCRL)
        return () if freshest is None else _urls(freshest.points)

    @property
    def ocsp_urls(self) -> tuple[str, ...]:
        """Where this certificate says its status can be asked."""
        access = self._values.get(ext.AuthorityInformationAccess)
        return () if access is None else access.urls(_OCSP)

    @property
    def issuer_urls(self) -> tuple[str, ...]:
        """Where this certificate says its issuer's certificate is."""
        access = self._values.get(ext.AuthorityInformationAccess)
        return () if access is None else access.urls(_CA_ISSUERS)


def _urls(points: tuple[ext.DistributionPoint, ...]) -> tuple[str, ...]:
    return tuple(
        name.value
        for point in points
        for name in point.full_name
        if name.kind == "uniformResourceIdentifier" and isinstance(name.value, str)
    )
