"""Answering OCSP requests: RFC 6960 4.2, RFC 9654, STB 34.101.26. For trial and tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from zaruka.asn1 import ocsp as asn1
from zaruka.asn1 import schema as s
from zaruka.crypto import digest
from zaruka.errors import InputError, UnsupportedError
from zaruka.x509.issuing import sign_ocsp_response

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from zaruka.x509.certificates import Certificate
    from zaruka.x509.crls import RevokedEntry
    from zaruka.x509.issuing import Issuer

__all__ = ["StatusOf", "answer_ocsp_request"]

StatusOf: TypeAlias = "Callable[[int], RevokedEntry | None]"
"""Given a serial number, gives its revocation; None where it is not revoked."""

_MALFORMED, _UNAUTHORIZED = 1, 6  # OCSPResponseStatus
_NONCE: Final = "1.3.6.1.5.5.7.48.1.2"
_MOST: Final = 64  # certificates asked about at a time


def answer_ocsp_request(  # noqa: PLR0913 - what an answer consists of
    request: bytes,
    responder: Issuer,
    authority: Certificate,
    status_of: StatusOf,
    *,
    this_update: datetime,
    next_update: datetime,
    certificates: Sequence[Certificate] = (),
    entropy: bytes,
) -> bytes:
    """Answer a request about certificates of `authority`, signed or not: DER of OCSPResponse.

    What is no request is answered by malformedRequest, what asks of another authority's
    certificates by unauthorized. A nonce is given back.
    """
    try:
        asked = s.decode(asn1.OCSP_REQUEST, request).tbs_request
    except InputError:
        return _refusal(_MALFORMED)
    if not 0 < len(asked.request_list) <= _MOST:
        return _refusal(_MALFORMED)
    responses = []
    for each in asked.request_list:
        wanted: asn1.CertID = each.req_cert
        if not _is_of(wanted, authority):
            return _refusal(_UNAUTHORIZED)
        entry = status_of(wanted.serial_number)
        status: tuple[str, asn1.RevokedInfo | None] = ("good", None)
        if entry is not None:
            status = ("revoked", asn1.RevokedInfo(entry.revocation_date, entry.reason))
        responses.append(asn1.SingleResponse(wanted, status, this_update, next_update))
    nonce = [each for each in asked.request_extensions or () if each.extn_id == _NONCE]
    return sign_ocsp_response(
        responder,
        responses,
        produced_at=this_update,
        extensions=nonce[:1],
        certificates=certificates,
        entropy=entropy,
    )


def _is_of(wanted: asn1.CertID, authority: Certificate) -> bool:
    """Whether a certificate of `authority` is meant: RFC 6960 4.1.1."""
    oid = wanted.hash_algorithm.algorithm
    try:
        name, key = digest(oid, authority.subject.der), digest(oid, authority.key.key)
    except UnsupportedError:
        return False
    return (wanted.issuer_name_hash, wanted.issuer_key_hash) == (name, key)


def _refusal(status: int) -> bytes:
    return s.encode(asn1.OCSP_RESPONSE, asn1.OCSPResponse(status, None))
