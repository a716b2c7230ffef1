"""References to evidence, by digest: complete-certificate-references and -revocation-references.

RFC 5126 6.2.1 and 6.2.2 (EN 319 122-2 A.1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from zaruka.asn1 import cades as wire
from zaruka.asn1 import schema as s
from zaruka.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zaruka.signatures.document import Signature

__all__ = ["Reference", "references_of"]

_SHA_1: Final = "1.3.14.3.2.26"
_CERTIFICATE_REFS: Final = "1.2.840.113549.1.9.16.2.21"
_REVOCATION_REFS: Final = "1.2.840.113549.1.9.16.2.22"


class Reference(Struct, frozen=True):
    """The digest of a certificate ("certificate"), a list ("crl") or an answer ("ocsp")."""

    kind: str
    digest_oid: str
    digest: bytes


def references_of(signature: Signature) -> tuple[Reference, ...]:
    """Read the references to certificates, lists and answers; what cannot be read gives none."""
    found: list[Reference] = []
    for attribute in signature.unsigned_attributes:
        for value in attribute.values:
            try:
                if attribute.oid == _CERTIFICATE_REFS:
                    found.extend(_of_certificates(value))
                elif attribute.oid == _REVOCATION_REFS:
                    found.extend(_of_revocations(value))
            except InputError:
                continue
    return tuple(dict.fromkeys(found))


def _of_certificates(value: bytes) -> Iterator[Reference]:
    for each in s.decode(wire.COMPLETE_CERTIFICATE_REFS, value, mode=s.BER):
        yield _reference("certificate", each.other_cert_hash)


def _of_revocations(value: bytes) -> Iterator[Reference]:
    for each in s.decode(wire.COMPLETE_REVOCATION_REFS, value, mode=s.BER):
        for crl in each.crlids.crls if each.crlids else ():
            yield _reference("crl", crl.crl_hash)
        for answer in each.ocspids.ocsp_responses if each.ocspids else ():
            if answer.ocsp_rep_hash is not None:  # without it any answer would do
                yield _reference("ocsp", answer.ocsp_rep_hash)


def _reference(kind: str, found: tuple[str, bytes | wire.OtherHashAlgAndValue]) -> Reference:
    _, value = found
    if isinstance(value, bytes):
        return Reference(kind, _SHA_1, value)
    return Reference(kind, value.hash_algorithm.algorithm, value.hash_value)
