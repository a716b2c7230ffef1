"""Attribute certificates: RFC 5755; in Belarus STB 34.101.67, which GosSUOK issues to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from zaruka._native import lazy
from zaruka.asn1 import attribute_certificates as asn1
from zaruka.asn1 import schema as s
from zaruka.crypto import AlgorithmId, Outcome, digest
from zaruka.errors import InputError, UnsupportedError
from zaruka.findings import Finding, ObjectKind, ObjectRef, Rule, Severity
from zaruka.x509 import extensions as ext
from zaruka.x509 import rules
from zaruka.x509.encoded import Encoded
from zaruka.x509.general_names import general_names
from zaruka.x509.names import Name
from zaruka.x509.signed import verify_signed, whole_octets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from typing_extensions import Buffer

    from zaruka.x509.certificates import Certificate
    from zaruka.x509.general_names import GeneralName

__all__ = ["AttributeCertificate", "Holder", "check_attribute_certificate"]

_PUBLIC_KEY, _PUBLIC_KEY_CERTIFICATE = 0, 1
# authorityKeyIdentifier, cRLDistributionPoints, authorityInfoAccess, noRevAvail
_PROCESSED = frozenset({"2.5.29.35", "2.5.29.31", "1.3.6.1.5.5.7.1.1", "2.5.29.56"})


class Holder(Struct, frozen=True):
    """Whom the attributes are of: RFC 5755 4.2.2; any of three ways to say it."""

    certificate_issuer: tuple[GeneralName, ...] = ()
    certificate_serial: int | None = None
    entity_name: tuple[GeneralName, ...] = ()
    object_digest: asn1.ObjectDigestInfo | None = None

    def is_of(self, certificate: Certificate) -> bool | None:
        """Whether `certificate` is the holder's; None where that cannot be established."""
        answers: list[bool | None] = []
        if self.certificate_serial is not None:
            same_issuer = any(name.value == certificate.issuer for name in self.certificate_issuer)
            answers.append(same_issuer and self.certificate_serial == certificate.serial_number)
        if self.entity_name:
            names = {certificate.subject, *(n.value for n in certificate.subject_alternative_names)}
            answers.append(any(name.value in names for name in self.entity_name))
        if self.object_digest is not None:
            answers.append(_digest_fits(self.object_digest, certificate))
        if False in answers:
            return False
        return True if answers and None not in answers else None


def _digest_fits(info: asn1.ObjectDigestInfo, certificate: Certificate) -> bool | None:
    """RFC 5755 7.3."""
    whole = {_PUBLIC_KEY: certificate.key.spki, _PUBLIC_KEY_CERTIFICATE: certificate.der}
    data = whole.get(info.digested_object_type)
    if data is None:
        return None
    try:
        return digest(info.digest_algorithm.algorithm, data) == info.object_digest.octets
    except UnsupportedError:
        return None


class AttributeCertificate(Encoded):
    """One attribute certificate of version 2, equal to another of the same octets."""

    _parsed: asn1.AttributeCertificate
    _info: asn1.AttributeCertificateInfo

    def __init__(self, der: bytes, parsed: asn1.AttributeCertificate) -> None:
        """Take what `parse` read."""
        super().__init__(der)
        self._parsed = parsed
        self._info = parsed.acinfo

    @classmethod
    def parse(cls, der: Buffer) -> AttributeCertificate:
        """Read the DER of an AttributeCertificate; `InputError` where it is none.

        Also under the tag [2] that it has among the certificates of a CMS signature, if not of
        its own: then `der` is as it would be alone.
        """
        if bytes(memoryview(der)[:1]) == b"\xa2":
            parsed = s.decode(asn1.V2_ATTR_CERT, der)
            octets = b"\x30" + bytes(der)[1:]
        else:
            parsed = s.decode(asn1.ATTRIBUTE_CERTIFICATE, der)
            octets = bytes(der)
        whole_octets(parsed.signature_value)
        if parsed.acinfo.version != 1:
            raise InputError("x509.ac-version", version=parsed.acinfo.version + 1)
        return cls(octets, parsed)

    @lazy
    def ref(self) -> ObjectRef:
        """Return what findings call this attribute certificate."""
        issuer = self.issuer
        name = f"{self.serial_number:x}" + (f", {issuer.display()}" if issuer else "")
        return ObjectRef(ObjectKind.ATTRIBUTE_CERTIFICATE, self.sha256, name)

    @property
    def tbs_der(self) -> bytes:
        """The octets that are signed."""
        return self._info.der

    @lazy
    def signature_algorithm(self) -> AlgorithmId:
        """Return the algorithm named beside the signature."""
        return AlgorithmId(*self._parsed.signature_algorithm)

    @lazy
    def tbs_signature_algorithm(self) -> AlgorithmId:
        """Return the algorithm named among what is signed."""
        return AlgorithmId(*self._info.signature)

    @property
    def signature(self) -> bytes:
        """The signature octets."""
        return self._parsed.signature_value.octets

    @property
    def serial_number(self) -> int:
        """The serial number."""
        return self._info.serial_number

    @lazy
    def issuer(self) -> Name | None:
        """Return the issuer's distinguished name; None where there is none: RFC 5755 4.2.3."""
        kind, value = self._info.issuer
        names = value if kind == "v1Form" else value.issuer_name or ()
        found = [n.value for n in general_names(names) if isinstance(n.value, Name)]
        return found[0] if found else None

    @lazy
    def holder(self) -> Holder:
        """Return whom the attributes are of."""
        base, entity, object_digest = self._info.holder
        return Holder(
            general_names(base.issuer) if base else (),
            base.serial if base else None,
            general_names(entity or ()),
            object_digest,
        )

    @property
    def not_before(self) -> datetime:
        """The first second of the validity period."""
        return self._info.attr_cert_validity_period.not_before_time

    @property
    def not_after(self) -> datetime:
        """The last second of the validity period."""
        return self._info.attr_cert_validity_period.not_after_time

    @property
    def attributes(self) -> tuple[tuple[str, tuple[bytes, ...]], ...]:
        """The attributes: a dotted type and the encodings of its values."""
        return self._info.attributes

    @lazy
    def extensions(self) -> Mapping[str, ext.Extension]:
        """Return the extensions by OID; the first of doubled ones."""
        return ext.by_oid(self._info.extensions)


def check_attribute_certificate(
    subject: AttributeCertificate,
    issuer: Certificate,
    at: datetime,
    holder: Certificate | None = None,
) -> tuple[Finding, ...]:
    """Judge an attribute certificate by RFC 5755 5 but for revocation and targeting.

    The caller owes the path of `issuer`, the certificate of the attribute authority.
    """
    return tuple(_problems(subject, issuer, at, holder))


def _problems(
    subject: AttributeCertificate, issuer: Certificate, at: datetime, holder: Certificate | None
) -> Iterator[Finding]:
    if subject.signature_algorithm != subject.tbs_signature_algorithm:
        yield _finding(
            subject,
            rules.ALGORITHMS_DIFFER,
            Severity.FAIL,
            subject.tbs_signature_algorithm.oid,
            subject.signature_algorithm.oid,
        )
    outcome = verify_signed(subject, issuer.key).outcome
    severity = {Outcome.VALID: Severity.PASS, Outcome.UNSUPPORTED: Severity.UNKNOWN}
    yield _finding(
        subject,
        rules.AC_SIGNATURE,
        severity.get(outcome, Severity.FAIL),
        issuer.ref.name,
        outcome.value,
    )
    if subject.issuer != issuer.subject:
        shown = subject.issuer.display() if subject.issuer else None
        yield _finding(subject, rules.ISSUER_NAME, Severity.FAIL, issuer.subject.display(), shown)
    usage = issuer.key_usage
    if usage is not None and "digitalSignature" not in usage:  # 4.5 and 5(2)
        yield _finding(
            subject,
            rules.AC_ISSUER_NOT_ALLOWED,
            Severity.FAIL,
            "digitalSignature",
            ", ".join(sorted(usage)),
        )
    if at < subject.not_before:
        yield _finding(
            subject,
            rules.AC_NOT_YET_VALID,
            Severity.FAIL,
            subject.not_before.isoformat(),
            at.isoformat(),
        )
    if at > subject.not_after:
        yield _finding(
            subject, rules.AC_EXPIRED, Severity.FAIL, subject.not_after.isoformat(), at.isoformat()
        )
    for oid, extension in subject.extensions.items():
        if extension.critical and oid not in _PROCESSED:
            yield _finding(subject, rules.AC_UNKNOWN_CRITICAL_EXTENSION, Severity.FAIL, actual=oid)
    if holder is not None and (belongs := subject.holder.is_of(holder)) is not True:
        severity_of = Severity.FAIL if belongs is False else Severity.UNKNOWN
        yield _finding(subject, rules.AC_HOLDER, severity_of, actual=holder.ref.name)


def _finding(
    subject: AttributeCertificate,
    rule: Rule,
    severity: Severity,
    expected: str | None = None,
    actual: str | None = None,
) -> Finding:
    return Finding(rule, severity, subject.ref, expected, actual)
