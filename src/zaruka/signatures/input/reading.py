"""What pairing and hints ask about CMS signatures, answered by reading them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka.crypto import Outcome, hash_context
from zaruka.errors import UnsupportedError
from zaruka.signatures.cms import parse_signed_data
from zaruka.signatures.input.pairing import SignerDigest
from zaruka.signatures.verifying import verify_signer

if TYPE_CHECKING:
    from zaruka.signatures.content import Content
    from zaruka.signatures.input.forms import Form

__all__ = ["CmsReader"]


class CmsReader:
    """The `SignatureReader` of CMS; nothing is kept between the questions."""

    def signers(self, form: Form) -> tuple[SignerDigest, ...]:
        """Digests of the signers whose digest algorithm we have; InputError if it is unreadable."""
        return tuple(
            SignerDigest(signature.digest_algorithm.oid, signature.message_digest)
            for signature in parse_signed_data(form.data).signatures
            if _computable(signature.digest_algorithm.oid)
        )

    def verifies(self, form: Form, content: Content) -> bool:
        """Whether a signer without signed attributes, certificate enclosed, signed `content`."""
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


def _computable(oid: str) -> bool:
    try:
        hash_context(oid)
    except UnsupportedError:
        return False
    return True
