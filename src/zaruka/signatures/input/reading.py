"""What pairing and hints ask about CMS signatures, answered by reading them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka.crypto import Outcome, hash_context
from zaruka.errors import InputError, UnsupportedError
from zaruka.signatures.cms import parse_signed_data, parse_timestamp_token
from zaruka.signatures.input.kinds import Kind
from zaruka.signatures.input.pairing import STAMPS, SignerDigest
from zaruka.signatures.tsp import TimeStampResponse
from zaruka.signatures.verifying import verify_signer

if TYPE_CHECKING:
    from zaruka.signatures import TimeStampToken
    from zaruka.signatures.content import Content
    from zaruka.signatures.input.forms import Form

__all__ = ["CmsReader", "read_stamp"]


class CmsReader:
    """The `SignatureReader` of CMS; nothing is kept between the questions."""

    def signers(self, form: Form) -> tuple[SignerDigest, ...]:
        """Digests of the signers whose digest algorithm we have; InputError if it is unreadable.

        A time-stamp tells the imprint of what it stamps (RFC 3161 2.4.2).
        """
        if form.kind in STAMPS:
            info = read_stamp(form).tst_info
            oid = info.imprint_algorithm.oid
            return (SignerDigest(oid, info.imprint),) if _computable(oid) else ()
        return tuple(
            SignerDigest(signature.digest_algorithm.oid, signature.message_digest)
            for signature in parse_signed_data(form.data).signatures
            if _computable(signature.digest_algorithm.oid)
        )

    def verifies(self, form: Form, content: Content) -> bool:
        """Whether a signer without signed attributes, certificate enclosed, signed `content`."""
        if form.kind in STAMPS:
            return False
        document = parse_signed_data(form.data)
        checks = (
            verify_signer(signature, certificate.key, content).verification
            for signature in document.signatures
            if signature.signed_attributes is None
            for certificate in signature.find_signers(document.certificates)
        )
        return any(check is not None and check.outcome is Outcome.VALID for check in checks)

    def attached_content(self, form: Form) -> Content | None:
        """Give the content inside a signed message."""
        return parse_signed_data(form.data).encapsulated


def read_stamp(form: Form) -> TimeStampToken:
    """Read a time-stamp token, or that of a response.

    Raises InputError, input.stamp-refused where the authority says that it gave none: a token
    must not be present unless the status is granted (RFC 3161 2.4.2).
    """
    octets = bytes(form.data)
    if form.kind is Kind.TIMESTAMP_RESPONSE:
        response = TimeStampResponse.parse(octets)
        if not response.granted or response.token is None:
            raise InputError("input.stamp-refused", name=form.name, status=response.status)
        octets = response.token
    return parse_timestamp_token(octets)


def _computable(oid: str) -> bool:
    try:
        hash_context(oid)
    except UnsupportedError:
        return False
    return True
