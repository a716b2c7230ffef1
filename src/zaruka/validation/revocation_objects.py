"""A CRL or an OCSP answer given by itself: who issued it, and whether it is current."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from zaruka.crypto import Outcome
from zaruka.facts import Fact, FactKind, Need
from zaruka.findings import Finding, Indication, Severity, SubIndication
from zaruka.trust import Purpose
from zaruka.validation import rules
from zaruka.validation.blocks.x509_validation import validate_certificate_chain
from zaruka.validation.deciding import decide, unknown
from zaruka.validation.naming import processed_extensions
from zaruka.validation.policy import Holder
from zaruka.validation.process import report_of
from zaruka.validation.record import fact_of_certificate, facts_of_paths
from zaruka.validation.results import CrlResult, OcspResult, Revocation, RevocationState
from zaruka.x509 import Anchor, RevocationMeans, Tries, verify_signed
from zaruka.x509 import rules as x509_rules
from zaruka.x509.crl_checks import may_sign_lists
from zaruka.x509.ocsp_checks import authorised_responder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zaruka.findings import Conclusion
    from zaruka.validation.blocks.x509_validation import CertificateValidation
    from zaruka.validation.context import Context
    from zaruka.validation.results import ValidationReport
    from zaruka.x509 import Certificate, CertificateList, OcspResponse, SingleResponse

__all__ = ["validate_crl", "validate_ocsp"]

_CERTIFICATE_HOLD = 6  # RFC 5280 5.3.1
_HOLDERS = 16  # certificates of one name, or asked about, that are looked at
_V3 = 3


def validate_crl(crl: CertificateList, context: Context) -> ValidationReport:
    """Validate a CRL: signature by a trusted holder of its issuer's name, currency at `at`."""
    validation = None
    needs: tuple[Need, ...]
    signer = _signer(crl, context)
    if signer is None:
        needs = (Need(FactKind.CERTIFICATE, crl.sha256, crl.issuer.display()),)
    else:
        validation = validate_certificate_chain(signer, context, holder=Holder.CA, signs=False)
        needs = validation.needs
    own = decide((*_check_reading(crl), *_check_signature(crl, signer, context)))
    current = decide((_check_currency(crl, context),))
    path = validation.path if validation else None
    result = CrlResult(
        ref=crl.ref,
        conclusion=_together(own, *([validation.conclusion] if validation else ()), current),
        issuer=crl.issuer.display(),
        this_update=crl.this_update,
        next_update=crl.next_update,
        number=crl.number,
        entries=len(crl),
        chain=path.links if path else (),
    )
    facts = [_fact(crl, signer, context)]
    if validation is not None:
        facts.extend((*validation.facts, *facts_of_paths(validation.paths, context)))
    return report_of(context, result, facts, needs)


def _together(*conclusions: Conclusion) -> Conclusion:
    """Take the first conclusion that does not pass, with the findings of all."""
    once = {id(each): each for each in conclusions}.values()
    findings = tuple(finding for each in once for finding in each.findings)
    deciding = next((each for each in conclusions if not each.passed), conclusions[-1])
    return structs.replace(deciding, findings=findings)


def _signer(crl: CertificateList, context: Context) -> Certificate | None:
    """Find whose key signed the list, best one that may; else the likeliest of the name."""
    named = sorted(
        context.evidence.pool().with_subject(crl.issuer),
        key=lambda each: (each.key_identifier != crl.key_identifier, each.sha256),
    )
    signed = [
        each for each in named[:_HOLDERS] if verify_signed(crl, each.key).outcome is Outcome.VALID
    ]
    allowed = (each for each in signed if _may_sign(each, context))
    return next(chain(allowed, signed, named), None)


def _may_sign(signer: Certificate, context: Context) -> bool:
    """RFC 5280 6.3.3(f), where any authority of the name may be meant."""
    if signer.version < _V3 and signer.sha256 in context.anchors(Purpose.SIGNATURES):
        return True
    authorities = [
        each
        for each in context.evidence.pool().with_subject(signer.subject)
        if each.basic_constraints is not None and each.basic_constraints.ca
    ]
    certified_by = {each.issuer for each in authorities} | {each.subject for each in authorities}
    return may_sign_lists(signer, frozenset(certified_by))


def _check_reading(crl: CertificateList) -> Iterator[Finding]:
    """RFC 5280 5.1.1.2, 5.2, 5.3: whether anything may be concluded from the list."""
    fault = crl.fault
    if fault is None:
        return
    rule, actual = fault
    if rule is x509_rules.CRL_UNKNOWN_CRITICAL_EXTENSION:
        yield unknown(rule, crl.ref, SubIndication.CUSTOM, actual=actual)
        return
    sub = SubIndication.FORMAT_FAILURE
    yield Finding(rule, Severity.FAIL, crl.ref, actual=actual, sub_indication=sub)


def _check_signature(
    crl: CertificateList, signer: Certificate | None, context: Context
) -> Iterator[Finding]:
    if signer is None:
        sub = SubIndication.NO_CERTIFICATE_CHAIN_FOUND
        yield unknown(rules.CRL_ISSUER, crl.ref, sub, expected=crl.issuer.display())
        return
    outcome = verify_signed(crl, signer.key).outcome
    if outcome is Outcome.VALID:
        yield Finding(x509_rules.CRL_SIGNATURE, Severity.PASS, crl.ref, expected=signer.ref.name)
    elif outcome is Outcome.UNSUPPORTED:
        oid = crl.signature_algorithm.oid
        sub = SubIndication.CUSTOM
        yield unknown(x509_rules.SIGNATURE_UNSUPPORTED, crl.ref, sub, actual=oid)
    else:
        yield Finding(
            x509_rules.CRL_SIGNATURE,
            Severity.FAIL,
            crl.ref,
            expected=signer.ref.name,
            sub_indication=SubIndication.SIG_CRYPTO_FAILURE,
        )
    if not _may_sign(signer, context):
        yield Finding(
            x509_rules.CRL_NO_CRL_SIGN,
            Severity.FAIL,
            signer.ref,
            expected="cRLSign",
            actual=", ".join(sorted(signer.key_usage or ())),
            sub_indication=SubIndication.CHAIN_CONSTRAINTS_FAILURE,
        )


def _check_currency(crl: CertificateList, context: Context) -> Finding:
    """RFC 5280 5.1.2.4 and 5.1.2.5: issued, and not replaced yet."""
    at, sub = context.at, SubIndication.TRY_LATER
    if crl.this_update > at:
        issued = crl.this_update.isoformat()
        return unknown(rules.CRL_NOT_YET, crl.ref, sub, expected=issued, actual=at.isoformat())
    if crl.next_update is not None and at > crl.next_update:
        until = crl.next_update.isoformat()
        return unknown(rules.CRL_ENDED, crl.ref, sub, expected=until, actual=at.isoformat())
    return Finding(rules.CRL_CURRENT, Severity.PASS, crl.ref, actual=at.isoformat())


def _fact(crl: CertificateList, signer: Certificate | None, context: Context) -> Fact:
    extract = [("issuer", crl.issuer.display()), ("this_update", crl.this_update.isoformat())]
    if crl.next_update is not None:
        extract.append(("next_update", crl.next_update.isoformat()))
    if crl.number is not None:
        extract.append(("number", str(crl.number)))
    if signer is not None:
        valid = verify_signed(crl, signer.key).outcome is Outcome.VALID
        extract.append(("issuer_sha256", signer.sha256))
        extract.append(("signature", "valid" if valid else "invalid"))
    source = context.evidence.source_of(crl.sha256)
    return Fact(FactKind.CRL, crl.sha256, source, der=crl.kept, extract=tuple(extract))


def validate_ocsp(
    response: OcspResponse, context: Context, subject: Certificate | None = None
) -> ValidationReport:
    """Validate an OCSP answer: who gave it, and that it may (RFC 6960 3.2, 4.2.2.2).

    `subject` is the certificate that was asked about; without it, the answer is matched with all
    certificates of the evidence. PASSED says that the answer holds, not that a certificate is
    good.
    """
    pairs = _pairs(response, context, subject)
    own: list[Finding] = []
    current: list[Finding] = []
    answers: list[tuple[str, Revocation]] = []
    words: tuple[_Word, ...] = ()
    needs: tuple[Need, ...] = ()
    if not response.is_successful:
        status = response.status_name
        sub = SubIndication.TRY_LATER
        own.append(unknown(x509_rules.OCSP_NOT_SUCCESSFUL, response.ref, sub, actual=status))
    elif not pairs:
        sub = SubIndication.NO_CERTIFICATE_CHAIN_FOUND
        own.append(unknown(x509_rules.OCSP_NO_ANSWER, response.ref, sub))
        needs = (Need(FactKind.CERTIFICATE, response.sha256, response.ref.name),)
    else:
        words = _words(response, pairs, context)
        needs = tuple(dict.fromkeys(need for word in words for need in word.validation.needs))
        if len(pairs) > _HOLDERS:
            count, sub = str(len(pairs)), SubIndication.CUSTOM
            own.append(unknown(x509_rules.REVOCATION_BUDGET, response.ref, sub, actual=count))
        for word in words:
            if word.own.passed:
                said = _answer(response, word.single)
                answers.append((f"{word.asked.serial_number:x}", said))
            current.extend(_check_timeliness(response, word.single, context))
    path = words[0].validation.path if words else None
    result = OcspResult(
        ref=response.ref,
        conclusion=_together(
            decide(own),
            *sorted((word.own for word in words), key=_gravity),
            *sorted((word.validation.conclusion for word in words), key=_gravity),
            decide(current),
        ),
        produced_at=response.produced_at if response.is_successful else None,
        answers=tuple(answers),
        chain=path.links if path else (),
    )
    source = context.evidence.source_of(response.sha256)
    facts = [Fact(FactKind.OCSP, response.sha256, source, der=response.der)]
    for asked, issuers in pairs[:_HOLDERS]:
        facts.extend(fact_of_certificate(each, context) for each in (asked, *issuers))
    for word in words:
        facts.extend((*word.validation.facts, *facts_of_paths(word.validation.paths, context)))
    return report_of(context, result, list(dict.fromkeys(facts)), needs)


class _Word(Struct, frozen=True):
    """What an answer says of one certificate, as the word of one issuer, and what it is worth."""

    asked: Certificate
    single: SingleResponse
    own: Conclusion
    validation: CertificateValidation


def _pairs(
    response: OcspResponse, context: Context, subject: Certificate | None
) -> list[tuple[Certificate, list[Certificate]]]:
    """Return the certificates that an answer is about, each with those who may have issued it."""
    serials = {single.cert_id.serial_number for single in response.responses}
    evidence = context.evidence
    subjects = (subject,) if subject is not None else evidence.with_serial_numbers(serials)
    pool = evidence.pool()
    pairs = []
    for asked in subjects:
        issuers = [
            issuer
            for issuer in pool.with_subject(asked.issuer)
            if response.find(asked, issuer) is not None
        ]
        if issuers:
            pairs.append((asked, issuers))
    return pairs


def _words(
    response: OcspResponse, pairs: list[tuple[Certificate, list[Certificate]]], context: Context
) -> tuple[_Word, ...]:
    """Judge what is said of each certificate by the issuer whose word is worth most."""
    judged: dict[str, tuple[Conclusion, CertificateValidation]] = {}
    words = []
    for asked, issuers in pairs[:_HOLDERS]:
        options = []
        for issuer in issuers[:_HOLDERS]:
            single = response.find(asked, issuer)
            if single is None:
                continue
            if issuer.sha256 not in judged:
                judged[issuer.sha256] = _judge(response, issuer, context)
            own, validation = judged[issuer.sha256]
            if single.critical_extensions:
                own = decide((*own.findings, _unknown_extension(response, single)))
            options.append(_Word(asked, single, own, validation))
        words.append(
            max(options, key=lambda w: (_gravity(w.own), _gravity(w.validation.conclusion)))
        )
    return tuple(words)


def _unknown_extension(response: OcspResponse, single: SingleResponse) -> Finding:
    rule, oid = x509_rules.OCSP_UNKNOWN_CRITICAL_EXTENSION, single.critical_extensions[0]
    return unknown(rule, response.ref, SubIndication.CUSTOM, actual=oid)


def _judge(
    response: OcspResponse, issuer: Certificate, context: Context
) -> tuple[Conclusion, CertificateValidation]:
    """Judge an answer as the word of `issuer`, whose own chain is judged too."""
    validation = validate_certificate_chain(issuer, context, holder=Holder.CA, signs=False)
    top = validation.path.links[-1].certificate if validation.path else None
    is_trusted = top is not None and top.sha256 in context.anchors(Purpose.SIGNATURES)
    means = RevocationMeans(
        crls=context.evidence.crl_pool,
        candidates=context.evidence.pool(),
        anchors=(Anchor.of(top),) if top is not None and is_trusted else (),
        tries=Tries(within=context.tries),
        processed=processed_extensions(issuer, context.jurisdictions),
    )
    return decide(_check_responder(response, issuer, means, context)), validation


def _gravity(conclusion: Conclusion) -> tuple[int, str]:
    """Order conclusions, FAILED first, PASSED last, whatever order they came in."""
    rank = (Indication.FAILED, Indication.INDETERMINATE, Indication.PASSED)
    return rank.index(conclusion.indication), conclusion.sub_indication or ""


def _check_responder(
    response: OcspResponse, issuer: Certificate, means: RevocationMeans, context: Context
) -> Iterator[Finding]:
    responder, problems = authorised_responder(response, issuer, means, context.at)
    yield from problems
    if responder is not None:
        name = responder.ref.name
        yield Finding(x509_rules.OCSP_SIGNATURE, Severity.PASS, response.ref, expected=name)
        return
    rules_broken = {problem.rule for problem in problems}
    if x509_rules.REVOCATION_BUDGET in rules_broken:
        yield unknown(x509_rules.REVOCATION_BUDGET, response.ref, SubIndication.CUSTOM)
        return
    if x509_rules.OCSP_SIGNATURE in rules_broken:
        rule, sub = x509_rules.OCSP_SIGNATURE, SubIndication.SIG_CRYPTO_FAILURE
    elif x509_rules.OCSP_RESPONDER_UNKNOWN in rules_broken:
        sub = SubIndication.NO_SIGNING_CERTIFICATE_FOUND
        yield unknown(x509_rules.OCSP_RESPONDER_UNKNOWN, response.ref, sub)
        return
    else:
        rule, sub = x509_rules.OCSP_NOT_AUTHORISED, SubIndication.CHAIN_CONSTRAINTS_FAILURE
    yield Finding(rule, Severity.FAIL, response.ref, sub_indication=sub)


def _check_timeliness(
    response: OcspResponse, single: SingleResponse, context: Context
) -> Iterator[Finding]:
    at, sub = context.at, SubIndication.TRY_LATER
    if single.this_update > at:
        issued = single.this_update.isoformat()
        yield unknown(x509_rules.OCSP_TOO_NEW, response.ref, sub, expected=issued)
    elif single.next_update is not None and at > single.next_update:
        until = single.next_update.isoformat()
        yield unknown(x509_rules.OCSP_STALE, response.ref, sub, expected=until)


def _answer(response: OcspResponse, single: SingleResponse) -> Revocation:
    entry = single.entry
    state = {"good": RevocationState.GOOD, "unknown": RevocationState.UNKNOWN}.get(
        single.status, RevocationState.REVOKED
    )
    if entry is not None and entry.reason == _CERTIFICATE_HOLD:
        state = RevocationState.ON_HOLD
    return Revocation(
        state=state,
        source=response.ref,
        this_update=single.this_update,
        next_update=single.next_update,
        revoked_at=entry.revocation_date if entry else None,
        reason=entry.reason if entry else None,
    )
