"""Names for people of what certificates are: shared by all countries, and used without one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka.asn1 import schema as s
from zaruka.errors import InputError
from zaruka.findings import ObjectKind, ObjectRef
from zaruka.validation.jurisdiction import HolderKind, Identity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zaruka.validation.jurisdiction import Jurisdiction
    from zaruka.x509 import Certificate, CertificateList

__all__ = [
    "certificate_name",
    "certificate_ref",
    "crl_ref",
    "identify",
    "kind_by_role",
    "text_of",
]

_COMMON_NAME = "2.5.4.3"
_ORGANISATION = "2.5.4.10"
_TIME_STAMPING = "1.3.6.1.5.5.7.3.8"
_OCSP_SIGNING = "1.3.6.1.5.5.7.3.9"


def certificate_name(certificate: Certificate) -> str:
    """Return the common name of the subject, or the organisation, or the whole name."""
    subject = certificate.subject
    return subject.get(_COMMON_NAME) or subject.get(_ORGANISATION) or subject.display()


def certificate_ref(certificate: Certificate) -> ObjectRef:
    """Refer to a certificate in findings."""
    return ObjectRef(ObjectKind.CERTIFICATE, certificate.sha256, certificate_name(certificate))


def crl_ref(crl: CertificateList) -> ObjectRef:
    """Refer to a CRL in findings, by its issuer's name."""
    issuer = crl.issuer
    name = issuer.get(_COMMON_NAME) or issuer.get(_ORGANISATION) or issuer.display()
    return ObjectRef(ObjectKind.CRL, crl.sha256, name)


def kind_by_role(certificate: Certificate) -> HolderKind | None:
    """Tell a certificate of a service from one of a signer: by CA flag and extended key usage."""
    constraints = certificate.basic_constraints
    if constraints is not None and constraints.ca:
        own = certificate.subject == certificate.issuer
        return HolderKind.ROOT_CA if own else HolderKind.CA
    usage = certificate.extended_key_usage or ()
    if _TIME_STAMPING in usage:
        return HolderKind.TSA
    if _OCSP_SIGNING in usage:
        return HolderKind.OCSP_RESPONDER
    return None


def text_of(certificate: Certificate, oid: str) -> str | None:
    """Return the text of an extension whose value is one string of any type, else None."""
    extension = certificate.extensions.get(oid)
    if extension is None:
        return None
    try:
        text = s.decode(s.STRING, extension.value)
    except InputError:
        return None
    return text.value.strip()


def identify(certificate: Certificate, jurisdictions: Iterable[Jurisdiction]) -> Identity:
    """Name the holder in the terms of the first country that claims the certificate."""
    for jurisdiction in jurisdictions:
        if jurisdiction.claims(certificate):
            return jurisdiction.identity(certificate)
    return Identity(
        country=None,
        kind=kind_by_role(certificate) or HolderKind.UNKNOWN,
        name=certificate_name(certificate),
        organisation=certificate.subject.get(_ORGANISATION),
    )
