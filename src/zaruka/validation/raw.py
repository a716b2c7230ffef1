"""A signature without a container: octets, content, and the key or certificate it belongs to."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from zaruka.crypto import Outcome, usual_algorithms, verify
from zaruka.errors import UnsupportedError
from zaruka.facts import Fact, FactKind
from zaruka.findings import Finding, ObjectKind, ObjectRef, Severity, SubIndication
from zaruka.validation import rules
from zaruka.validation.algorithms import algorithm_of, check_algorithm
from zaruka.validation.blocks.key_purpose import check_content_purpose
from zaruka.validation.blocks.x509_validation import validate_certificate_chain
from zaruka.validation.deciding import decide, of_signature, passed, unknown
from zaruka.validation.naming import identify
from zaruka.validation.record import facts_of_document, facts_of_paths, unique
from zaruka.validation.results import (
    Block,
    BlockResult,
    Format,
    Level,
    Process,
    SignatureResult,
    ValidationReport,
)

if TYPE_CHECKING:
    from zaruka.crypto import KeyInfo, Verification
    from zaruka.findings import Conclusion
    from zaruka.signatures import Content
    from zaruka.validation.blocks.x509_validation import CertificateValidation
    from zaruka.validation.context import Context
    from zaruka.x509 import Certificate

__all__ = ["validate_raw_signature"]


def validate_raw_signature(
    signature: bytes,
    content: Content,
    context: Context,
    *,
    key: KeyInfo | None = None,
    certificate: Certificate | None = None,
) -> ValidationReport:
    """Validate bare signature octets over `content`, in the usual algorithms of the key.

    Octets as in X.509 and CMS: s || r for GOST, S0 || S1 for bign. A certificate, given or found
    among the evidence by its key, is validated as that of any signature. A key alone is trusted
    because whoever asks gave it; that is said.
    """
    if certificate is None and key is not None:
        certificate = _holder_of(key, context)
    if certificate is not None:
        key = certificate.key
    if key is None:
        raise UnsupportedError("raw.no-key")
    try:
        signature_algorithm, digest_algorithm = usual_algorithms(key.algorithm)
    except KeyError as error:
        raise UnsupportedError("raw.key-unsupported", algorithm=key.algorithm.oid) from error
    name = certificate.ref.name if certificate else ""
    about = ObjectRef(ObjectKind.SIGNATURE, sha256(signature).hexdigest(), name)
    digest = content.digest(digest_algorithm.oid)
    outcome = verify(key, signature_algorithm, digest_algorithm.oid, signature, digest=digest)
    algorithm = algorithm_of(signature_algorithm, key, digest_algorithm.oid)
    validation = validate_certificate_chain(certificate, context) if certificate else None
    accepted = [check_algorithm(context.policy, algorithm, about, at=context.at)]
    if certificate is not None:
        accepted.extend(check_content_purpose(certificate, None))
    blocks = (
        BlockResult.of(Block.X509_VALIDATION, _holder(about, validation)),
        BlockResult.of(Block.CRYPTOGRAPHIC_VERIFICATION, decide((_outcome(about, outcome),))),
        BlockResult.of(Block.SIGNATURE_ACCEPTANCE, decide(accepted)),
    )
    path = validation.path if validation else None
    paths = validation.paths if validation else ()
    result = SignatureResult(
        index=0,
        ref=about,
        format=Format.RAW,
        conclusion=_conclude(blocks),
        process=Process.BASIC,
        algorithm=algorithm,
        level_claimed=Level.CMS,
        level=Level.CMS if outcome.outcome is Outcome.VALID else None,
        signing_time=None,
        best_signature_time=context.existed_at or context.at,
        proven=context.existed_at is not None,
        signer=identify(certificate, context.jurisdictions) if certificate else None,
        signing_certificate=certificate.ref if certificate else None,
        chain=path.links if path else (),
        paths=paths,
        blocks=blocks,
        detached=True,
    )
    facts = [
        Fact(
            FactKind.SIGNATURE,
            about.sha256,
            "signature",
            der=signature,
            extract=(("key", key.spki.hex()),),
        ),
        *facts_of_document(content, (digest_algorithm.oid,)),
        *(validation.facts if validation else ()),
        *facts_of_paths(paths, context),
    ]
    return ValidationReport(
        policy=context.policy.ref,
        validation_time=context.at,
        signatures=(result,),
        facts=unique(facts),
        needs=validation.needs if validation else (),
    )


def _holder_of(key: KeyInfo, context: Context) -> Certificate | None:
    """Find a certificate of this key among the evidence: valid at the moment first, then newest."""
    found = [each for each in context.evidence.certificates if each.key == key]
    found.sort(
        key=lambda each: (
            not each.not_before <= context.at <= each.not_after,
            -each.not_before.timestamp(),
            each.sha256,
        )
    )
    return found[0] if found else None


def _holder(about: ObjectRef, validation: CertificateValidation | None) -> Conclusion:
    """Conclude on whose key it is; a key given alone is an anchor itself (5.2.6.4 step 1)."""
    if validation is not None:
        return validation.conclusion
    return passed((Finding(rules.NO_CERTIFICATE_OF_KEY, Severity.WARN, about),))


def _outcome(about: ObjectRef, verification: Verification) -> Finding:
    outcome = verification.outcome
    if outcome is Outcome.UNSUPPORTED:
        return unknown(
            rules.RAW_SIGNATURE_UNSUPPORTED,
            about,
            SubIndication.CUSTOM,
            actual=verification.actual,
        )
    valid = outcome is Outcome.VALID
    return Finding(
        rules.RAW_SIGNATURE,
        Severity.PASS if valid else Severity.FAIL,
        about,
        expected=verification.expected,
        actual=verification.actual,
        sub_indication=None if valid else SubIndication.SIG_CRYPTO_FAILURE,
    )


def _conclude(blocks: tuple[BlockResult, ...]) -> Conclusion:
    """Take the mathematics first, then the certificate, then the policy: 5.3.4 steps 5 to 7."""
    findings = [finding for each in blocks for finding in each.conclusion.findings]
    certificate, verified, accepted = (each.conclusion for each in blocks)
    for conclusion in (verified, certificate):
        if not conclusion.passed:
            return of_signature(conclusion, findings)
    return of_signature(accepted, findings)
