"""A CRL or an OCSP answer given by itself: who issued it, and whether it is current."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka.crypto import Outcome
from zaruka.facts import Fact, FactKind, Need
from zaruka.findings import Finding, Severity, SubIndication
from zaruka.trust import Purpose
from zaruka.validation import rules
from zaruka.validation.blocks.x509_validation import validate_certificate_chain
from zaruka.validation.deciding import decide, passed, unknown
from zaruka.validation.policy import Holder
from zaruka.validation.process import report_of
from zaruka.validation.record import facts_of_paths
from zaruka.validation.results import CrlResult, OcspResult, Revocation, RevocationState
from zaruka.x509 import CrlPool, RevocationMeans, verify_signed
from zaruka.x509 import rules as x509_rules
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
    own = decide(_check_signature(crl, signer))
    current = decide((_check_currency(crl, context),))
    path = validation.path if validation else None
    result = CrlResult(
        ref=crl.ref,
        conclusion=_together(own, validation, current),
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


def _together(
    own: Conclusion, validation: CertificateValidation | None, current: Conclusion
) -> Conclusion:
    """Take the object's own conclusion, then its issuer's chain, then whether it is current."""
    chain = validation.conclusion if validation else passed()
    findings = (*own.findings, *chain.findings, *current.findings)
    deciding = next((each for each in (own, chain, current) if not each.passed), current)
    return deciding._replace(findings=findings)


def _signer(crl: CertificateList, context: Context) -> Certificate | None:
    """Find the certificate whose key signed the list; else the likeliest of the name."""
    named = sorted(
        context.evidence.pool().with_subject(crl.issuer),
        key=lambda each: (each.key_identifier != crl.key_identifier, each.sha256),
    )
    for certificate in named:
        if verify_signed(crl, certificate.key).outcome is Outcome.VALID:
            return certificate
    return named[0] if named else None


def _check_signature(crl: CertificateList, signer: Certificate | None) -> Iterator[Finding]:
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
    usage = signer.key_usage
    if usage is not None and "cRLSign" not in usage:  # RFC 5280 6.3.3(f)
        yield Finding(
            x509_rules.CRL_NO_CRL_SIGN,
            Severity.FAIL,
            signer.ref,
            expected="cRLSign",
            actual=", ".join(sorted(usage)),
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
    return Fact(FactKind.CRL, crl.sha256, source, extract=tuple(extract))


def validate_ocsp(
    response: OcspResponse, context: Context, subject: Certificate | None = None
) -> ValidationReport:
    """Validate an OCSP answer: who gave it, and that it may (RFC 6960 3.2, 4.2.2.2).

    `subject` is the certificate that was asked about; without it, the answer is matched with all
    certificates of the evidence. PASSED says that the answer holds, not that a certificate is
    good.
    """
    subjects = (subject,) if subject is not None else context.evidence.certificates
    pairs = [
        (certificate, issuer)
        for certificate in subjects
        for issuer in context.evidence.pool().with_subject(certificate.issuer)
        if response.find(certificate, issuer) is not None
    ]
    own: list[Finding] = []
    current: list[Finding] = []
    answers: list[tuple[str, Revocation]] = []
    validation: CertificateValidation | None = None
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
        _, issuer = pairs[0]
        own.extend(_check_responder(response, issuer, context))
        validation = validate_certificate_chain(issuer, context, holder=Holder.CA, signs=False)
        needs = validation.needs
        for asked, above in pairs:
            single = response.find(asked, above)
            if single is not None:
                answers.append((f"{asked.serial_number:x}", _answer(response, single)))
                current.extend(_check_timeliness(response, single, context))
    path = validation.path if validation else None
    result = OcspResult(
        ref=response.ref,
        conclusion=_together(decide(own), validation, decide(current)),
        produced_at=response.produced_at if response.is_successful else None,
        answers=tuple(answers),
        chain=path.links if path else (),
    )
    source = context.evidence.source_of(response.sha256)
    facts = [Fact(FactKind.OCSP, response.sha256, source, der=response.der)]
    if validation is not None:
        facts.extend((*validation.facts, *facts_of_paths(validation.paths, context)))
    return report_of(context, result, facts, needs)


def _check_responder(
    response: OcspResponse, issuer: Certificate, context: Context
) -> Iterator[Finding]:
    means = RevocationMeans(
        crls=CrlPool(context.evidence.crls),
        candidates=context.evidence.pool(),
        anchors=tuple(anchor for anchor, _ in context.anchors(Purpose.SIGNATURES).values()),
    )
    responder, problems = authorised_responder(response, issuer, means, context.at)
    yield from problems
    if responder is not None:
        name = responder.ref.name
        yield Finding(x509_rules.OCSP_SIGNATURE, Severity.PASS, response.ref, expected=name)
        return
    rules_broken = {problem.rule for problem in problems}
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
