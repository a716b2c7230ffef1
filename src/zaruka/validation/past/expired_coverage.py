"""Whether revocation information speaks of certificates that have expired.

EN 319 102-1 V1.4.1, note 8 of 5.2.6.4 and note 3 of 5.6.2.2: expiredCertsOnCRL (X.509 9.5.2.8) of
a list, the archive cutoff (RFC 6960 4.4.4) of an answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka.asn1 import schema as s
from zaruka.errors import InputError
from zaruka.x509 import CertificateList

if TYPE_CHECKING:
    from datetime import datetime

    from zaruka.x509 import Anchor, Certificate, OcspResponse

__all__ = ["covers_expired"]

_EXPIRED_CERTS_ON_CRL = "2.5.29.60"


def covers_expired(
    source: CertificateList | OcspResponse | None,
    certificate: Certificate,
    issuer: Certificate | Anchor,
) -> bool:
    """Whether `source` keeps the status of `certificate` beyond its expiry."""
    if source is None:
        return False
    if isinstance(source, CertificateList):
        since = _expired_certs_on_crl(source)
    else:
        single = source.find(certificate, issuer)
        since = single.archive_cutoff if single else None
    return since is not None and since <= certificate.not_after


def _expired_certs_on_crl(crl: CertificateList) -> datetime | None:
    """Read expiredCertsOnCRL: the list keeps certificates that expired since then."""
    extension = crl.extensions.get(_EXPIRED_CERTS_ON_CRL)
    if extension is None:
        return None
    try:
        return s.decode(s.GENERALIZED_TIME, extension.extn_value)
    except InputError:
        return None
