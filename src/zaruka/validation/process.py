"""The questions that validation answers, each with a whole report: no clock, network or files.

A caller that obtains what a report `needs` asks again with more evidence (Context.having).
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from zaruka.crypto.algorithms import DIGESTS
from zaruka.errors import InputError, UnsupportedError
from zaruka.findings import (
    Finding,
    Indication,
    ObjectKind,
    ObjectRef,
    Severity,
    SubIndication,
)
from zaruka.signatures.stamped import stamps_of
from zaruka.signatures.xml.document import XmlSignature
from zaruka.validation import rules
from zaruka.validation.blocks.x509_validation import validate_certificate_chain
from zaruka.validation.context import Evidence
from zaruka.validation.crosswalk import place_of
from zaruka.validation.deciding import of_signature
from zaruka.validation.demands import check_demands
from zaruka.validation.levels import confirm_level
from zaruka.validation.long_term import validate_long_term
from zaruka.validation.naming import identify
from zaruka.validation.record import (
    fact_of_message,
    fact_of_token,
    facts_of_attributes,
    facts_of_document,
    facts_of_paths,
    facts_of_signature,
    unique,
)
from zaruka.validation.results import (
    CertificateResult,
    CounterSignature,
    Format,
    Level,
    SignatureResult,
    ValidationReport,
)
from zaruka.validation.timestamp import check_content_imprint, judge_timestamp
from zaruka.validation.with_time import validate_with_time
from zaruka.x509 import OcspResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from zaruka.facts import Fact, Need
    from zaruka.findings import Conclusion
    from zaruka.signatures import Content, Signature, SignedDocument, TimeStampToken
    from zaruka.validation.basic import BasicResult
    from zaruka.validation.context import Context
    from zaruka.validation.jurisdiction import Identity
    from zaruka.validation.results import ObjectResult
    from zaruka.validation.with_time import TimedResult
    from zaruka.x509 import Certificate

__all__ = [
    "digests_needed",
    "evidence_of",
    "report_of",
    "validate_certificate",
    "validate_document",
    "validate_timestamp",
]

_SHA_256 = "2.16.840.1.101.3.4.2.1"


def digests_needed(document: SignedDocument) -> tuple[str, ...]:
    """Name the digests of the content that `validate_document` will ask for, by OID.

    Whoever has large content hashes it first, in one pass (`Content.digest_many`). Digests that
    we do not have are left out.
    """
    oids = [*document.digest_oids]
    for signature in document.signatures:
        if not signature.evidence:
            continue
        tokens = (*signature.content_timestamps, *_over_other_digests(signature))
        oids += [token.tst_info.imprint_algorithm.oid for token in tokens]
    return tuple([oid for oid in dict.fromkeys((*oids, _SHA_256)) if oid in DIGESTS])


def _over_other_digests(signature: Signature) -> Iterator[TimeStampToken]:
    """Give the archive time-stamps for which the content is digested once more."""
    for stamp in stamps_of(signature):
        oid = stamp.token.tst_info.imprint_algorithm.oid
        if stamp.kind == "archive-time-stamp-v3" and oid != signature.digest_algorithm.oid:
            yield stamp.token


def validate_document(
    document: SignedDocument, content: Content | None, context: Context
) -> ValidationReport:
    """Validate every signature of `document`, each with its own conclusion.

    `content` is that of a detached signature. Given for an attached one, it has to be what is
    inside: whoever names a document asks about that document.
    """
    covered, about_content = _covered(document, content)
    brought = evidence_of(document)
    inside = context.of_one_question(brought)
    results: list[SignatureResult] = []
    facts: list[Fact] = []
    needs: dict[Need, None] = {}
    for signature in document.signatures:
        timed = validate_with_time(signature, document, covered, inside)
        timed = validate_long_term(signature, document, covered, inside, timed)
        results.append(_signature_result(signature, document, timed, inside, brought))
        facts += _facts(signature, timed, inside)
        needs.update(dict.fromkeys(_needs(timed)))
    facts.append(fact_of_message(document, covered))
    if covered is not None:
        facts.extend(facts_of_document(covered, digests_needed(document)))
    facts.extend(facts_of_attributes(document))
    return ValidationReport(
        policy=context.policy.ref,
        validation_time=context.at,
        signatures=tuple(results),
        findings=(*document.findings, *about_content),
        facts=unique(facts),
        needs=tuple(needs),
    )


def _covered(
    document: SignedDocument, content: Content | None
) -> tuple[Content | None, tuple[Finding, ...]]:
    """Choose what the signatures are verified over: the content given, where it differs."""
    inside = document.encapsulated
    if content is None or inside is None:
        return (content if inside is None else inside), ()
    expected, actual = inside.digest(_SHA_256), content.digest(_SHA_256)
    if expected == actual:
        return inside, ()
    differs = Finding(
        rules.CONTENT_DIFFERS,
        Severity.FAIL,
        document.ref,
        expected=expected.hex(),
        actual=actual.hex(),
        sub_indication=SubIndication.HASH_FAILURE,
    )
    return content, (differs,)


def evidence_of(document: SignedDocument, source: str = "signature") -> Evidence:
    """Gather the evidence that a document brings with it, its time-stamps' included."""
    crls, ocsps = [*document.crls], [*_read(document.ocsps, OcspResponse.parse)]
    for signature in document.signatures:
        for evidence in signature.evidence:
            crls += evidence.crls
            ocsps += _read(evidence.ocsps, OcspResponse.of_basic)
            for token in evidence.tokens:
                inner = evidence_of(token.signed)
                crls += inner.crls
                ocsps += inner.ocsps
    certificates = document.all_certificates
    return Evidence.of(source, certificates=certificates, crls=crls, ocsps=ocsps)


def _read(
    encodings: Iterable[bytes], parse: Callable[[bytes], OcspResponse]
) -> Iterator[OcspResponse]:
    """Read the answers that can be read; the others are no evidence."""
    for der in encodings:
        try:
            yield parse(der)
        except (InputError, UnsupportedError):
            continue


def validate_timestamp(
    token: TimeStampToken, context: Context, content: Content | None = None
) -> ValidationReport:
    """Validate a time-stamp token given by itself, over `content` if that is given: 5.4."""
    imprint = () if content is None else (check_content_imprint(token, content),)
    stamp = judge_timestamp(token, context, imprint=imprint)
    facts = [
        fact_of_token(token, context.evidence.source_of(token.sha256)),
        *stamp.facts,
        *facts_of_paths(stamp.result.paths, context),
    ]
    if content is not None and token.tst_info.imprint_algorithm.oid in DIGESTS:
        facts.extend(facts_of_document(content, (token.tst_info.imprint_algorithm.oid,)))
    return report_of(context, stamp.result, facts, stamp.needs)


def validate_certificate(certificate: Certificate, context: Context) -> ValidationReport:
    """Validate a certificate given by itself, whatever its key is for: 5.2.6."""
    validation = validate_certificate_chain(certificate, context, signs=False)
    path = validation.path
    result = CertificateResult(
        ref=certificate.ref,
        conclusion=validation.conclusion,
        identity=identify(certificate, context.jurisdictions),
        chain=path.links if path else (),
        paths=validation.paths,
    )
    facts = [*validation.facts, *facts_of_paths(validation.paths, context)]
    return report_of(context, result, facts, validation.needs)


def report_of(
    context: Context, result: ObjectResult, facts: Iterable[Fact], needs: Iterable[Need]
) -> ValidationReport:
    """Report on one object that is no signature."""
    return ValidationReport(
        policy=context.policy.ref,
        validation_time=context.at,
        objects=(result,),
        facts=unique(facts),
        needs=tuple(dict.fromkeys(needs)),
    )


def _signature_result(
    signature: Signature,
    document: SignedDocument,
    timed: TimedResult,
    context: Context,
    brought: Evidence,
) -> SignatureResult:
    conclusion, about_demands = check_demands(signature, timed, context.policy)
    level, about_level = confirm_level(signature, timed, brought)
    findings = [finding for each in timed.blocks for finding in each.conclusion.findings]
    findings.extend((*about_demands, *about_level, *_other_class(signature, conclusion)))
    basic, certificate = timed.basic, timed.basic.certificate
    return SignatureResult(
        index=signature.index,
        ref=_ref(signature, certificate),
        format=_format(signature),
        conclusion=of_signature(conclusion, findings),
        process=timed.process,
        algorithm=basic.algorithm,
        level_claimed=Level(signature.level),
        level=level,
        signing_time=signature.signing_time,
        best_signature_time=timed.best_signature_time,
        proven=timed.proven,
        signer=_signer(basic, context),
        signing_certificate=certificate.ref if certificate else None,
        chain=timed.chain,
        paths=basic.validation.paths if basic.validation else (),
        blocks=timed.blocks,
        timestamps=tuple(stamp.result for stamp in timed.stamps),
        countersignatures=tuple(_countersignatures(signature)),
        detached=_is_detached(signature, document),
    )


def _signer(basic: BasicResult, context: Context) -> Identity | None:
    """Name the signer, as in the chain where there is one."""
    if basic.chain:
        return basic.chain[0].identity
    if basic.certificate is None:
        return None
    return identify(basic.certificate, context.jurisdictions)


def _other_class(signature: Signature, conclusion: Conclusion) -> Iterator[Finding]:
    """Say so where STB 34.101.80 puts the same status into another class (docs/validation.md)."""
    if conclusion.indication is Indication.FAILED:
        indication, status = place_of(conclusion).stb_80
        if indication is not conclusion.indication:
            rule, ref = rules.CLASS_DIFFERS, signature.ref
            expected, actual = f"FAILED / {status}", f"{indication} / {status}"
            yield Finding(rule, Severity.INFO, ref, expected=expected, actual=actual)


def _format(signature: Signature) -> Format:
    """Name the format: that of ETSI where the signature binds its certificate."""
    bare, bound = Format.CMS, Format.CADES
    if isinstance(signature, XmlSignature):
        bare, bound = Format.XMLDSIG, Format.XADES
    return bare if signature.level == Level.CMS else bound


def _is_detached(signature: Signature, document: SignedDocument) -> bool:
    """Whether something that is signed is not in the file of the signature."""
    if isinstance(signature, XmlSignature):
        return not all(each.place for each in signature.references)
    return document.encapsulated is None


def _ref(signature: Signature, certificate: Certificate | None) -> ObjectRef:
    """Name a signature by its signer, where the certificate is there to say who that is."""
    if certificate is None:
        return signature.ref
    return ObjectRef(ObjectKind.SIGNATURE, signature.sha256, certificate.ref.name)


def _countersignatures(signature: Signature) -> Iterator[CounterSignature]:
    for evidence in signature.evidence:
        if evidence.kind == "counter-signature":
            for der in evidence.attribute.values:
                digest = sha256(der).hexdigest()
                yield CounterSignature(ObjectRef(ObjectKind.SIGNATURE, digest, ""))


def _facts(signature: Signature, timed: TimedResult, context: Context) -> list[Fact]:
    facts = [*facts_of_signature(signature), *timed.facts]
    if timed.basic.validation is not None:
        facts += facts_of_paths(timed.basic.validation.paths, context)
    for stamp in timed.stamps:
        facts += stamp.facts
        facts += facts_of_paths(stamp.result.paths, context)
    return facts


def _needs(timed: TimedResult) -> Iterator[Need]:
    if timed.past is None:
        yield from timed.basic.needs
    for stamp in timed.stamps:
        yield from stamp.needs
