"""Validation process for basic signatures: EN 319 102-1 V1.4.1, 5.3."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from zaruka.facts import FactKind, Need
from zaruka.findings import Conclusion, Indication, SubIndication
from zaruka.validation.algorithms import algorithm_of
from zaruka.validation.blocks.context_initialisation import initialise_context
from zaruka.validation.blocks.cryptographic_verification import (
    is_made_with,
    verify_cryptographically,
)
from zaruka.validation.blocks.format_checking import check_format
from zaruka.validation.blocks.identification import (
    choose_among,
    identify_signing_certificate,
)
from zaruka.validation.blocks.signature_acceptance import accept_signature
from zaruka.validation.blocks.x509_validation import validate_certificate_chain
from zaruka.validation.deciding import failed
from zaruka.validation.policy import Holder
from zaruka.validation.results import Block, BlockResult

if TYPE_CHECKING:
    from datetime import datetime

    from zaruka.crypto import KeyInfo
    from zaruka.facts import Fact
    from zaruka.signatures import Content, Signature, SignedDocument
    from zaruka.validation.blocks.x509_validation import CertificateValidation
    from zaruka.validation.context import Context
    from zaruka.validation.results import Algorithm, ChainLink
    from zaruka.x509 import Certificate

__all__ = ["BasicResult", "validate_basic"]

_OUT_OF_BOUNDS = frozenset(
    {SubIndication.OUT_OF_BOUNDS_NO_POE, SubIndication.OUT_OF_BOUNDS_NOT_REVOKED}
)


class BasicResult(Struct, frozen=True):
    """5.3.3: PASSED, FAILED or INDETERMINATE, every block's conclusion, and the chain used.

    The findings are in `blocks`; `conclusion` has none of its own.
    """

    conclusion: Conclusion
    blocks: tuple[BlockResult, ...]
    algorithm: Algorithm
    certificate: Certificate | None = None
    validation: CertificateValidation | None = None
    needs: tuple[Need, ...] = ()

    @property
    def chain(self) -> tuple[ChainLink, ...]:
        """The reported path: signer first, anchor last; empty where none was found."""
        path = self.validation.path if self.validation else None
        return path.links if path else ()

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Revocation evidence that was looked at."""
        return self.validation.facts if self.validation else ()


def validate_basic(  # noqa: PLR0913 - the inputs of 5.3.2
    signature: Signature,
    document: SignedDocument,
    content: Content | None,
    context: Context,
    *,
    holder: Holder = Holder.SIGNER,
    signed_after: datetime | None = None,
) -> BasicResult:
    """Validate `signature` over `content` at `context.at`: 5.3.4.

    `signed_after` is the latest moment of a valid content-time-stamp: the signature is younger.
    """
    blocks: list[BlockResult] = []
    # step 1
    form = check_format(signature, document, content)
    blocks.append(BlockResult.of(Block.FORMAT_CHECKING, form))
    # step 2
    identified = identify_signing_certificate(signature, context.evidence)
    if len(identified.candidates) > 1:
        verified_by = partial(is_made_with, signature, content=content)
        identified = choose_among(signature, identified.candidates, verified_by)
    certificate = identified.candidates[0] if identified.candidates else None
    key = certificate.key if certificate else None
    algorithm = algorithm_of(signature.signature_algorithm, key, signature.digest_algorithm.oid)
    if form.indication is Indication.FAILED:
        return BasicResult(_bare(form), tuple(blocks), algorithm, certificate)
    blocks.append(BlockResult.of(Block.IDENTIFICATION, identified.conclusion))
    if certificate is None:
        need = Need(FactKind.CERTIFICATE, signature.sha256, signature.sid.display())
        return BasicResult(_bare(identified.conclusion), tuple(blocks), algorithm, needs=(need,))
    # step 3
    blocks.append(BlockResult.of(Block.VALIDATION_CONTEXT, initialise_context(signature, context)))
    # step 4
    validation = validate_certificate_chain(certificate, context, holder=holder)
    blocks.append(BlockResult.of(Block.X509_VALIDATION, validation.conclusion))
    status = _after_content_stamp(validation.conclusion, validation, signed_after)

    def result(conclusion: Conclusion) -> BasicResult:
        return BasicResult(
            _bare(conclusion), tuple(blocks), algorithm, certificate, validation, validation.needs
        )

    # step 5
    key = _key(certificate, validation)
    if key is not certificate.key:
        algorithm = algorithm_of(signature.signature_algorithm, key, signature.digest_algorithm.oid)
    verified = verify_cryptographically(signature, key, content)
    blocks.append(BlockResult.of(Block.CRYPTOGRAPHIC_VERIFICATION, verified))
    # step 6 is looked at in any case, for the reader; it decides only where the others passed
    chain = validation.path.links if validation.path else ()
    accepted = accept_signature(signature, algorithm, chain, context.policy, at=context.at)
    blocks.append(BlockResult.of(Block.SIGNATURE_ACCEPTANCE, accepted))
    if not verified.passed:
        return result(verified)
    if not status.passed:
        return result(status)
    return result(accepted)  # step 7


def _bare(conclusion: Conclusion) -> Conclusion:
    return Conclusion(conclusion.indication, conclusion.sub_indication)


def _key(certificate: Certificate, validation: CertificateValidation) -> KeyInfo:
    """Take the key as its path completed it: DSA may inherit parameters (RFC 5280 6.1.4(e))."""
    path = validation.path
    return path.links[0].certificate.key if path and path.complete else certificate.key


def _after_content_stamp(
    status: Conclusion, validation: CertificateValidation, signed_after: datetime | None
) -> Conclusion:
    """Step 4, second and third paragraph: a content-time-stamp shows what came too late."""
    if signed_after is None or validation.path is None:
        return status
    signer = validation.path.links[0]
    revoked_at = signer.revocation.revoked_at
    if status.sub_indication is SubIndication.REVOKED_NO_POE:
        if revoked_at is not None and signed_after > revoked_at:
            return failed(SubIndication.REVOKED, status.findings)
    elif status.sub_indication in _OUT_OF_BOUNDS and signed_after > signer.certificate.not_after:
        return failed(SubIndication.EXPIRED, status.findings)
    return status
