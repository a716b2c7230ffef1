"""Certificates, CRLs and OCSP answers judged by themselves."""

from __future__ import annotations

import nation
from msgspec import structs
from nation import DAY, NOW, Nation

from zaruka.asn1 import ocsp, pkix
from zaruka.asn1 import schema as s
from zaruka.asn1.pkix import TBS_CERT_LIST, AlgorithmIdentifier, Extension, TBSCertList
from zaruka.asn1.pkix import CertificateList as RawList
from zaruka.facts import FactKind
from zaruka.findings import Indication, SubIndication
from zaruka.trust import TrustBase
from zaruka.validation.context import Evidence
from zaruka.validation.process import validate_certificate
from zaruka.validation.results import (
    CertificateResult,
    CrlResult,
    OcspResult,
    RevocationState,
    ValidationReport,
)
from zaruka.validation.revocation_objects import validate_crl, validate_ocsp
from zaruka.x509 import Certificate, CertificateList, OcspResponse, RevokedEntry
from zaruka.x509.issuing import (
    Issuer,
    authority_extensions,
    extension,
    issue_crl,
    issue_ocsp_response,
    key_usage,
)
from zaruka.x509.ocsp import make_cert_id

BELT_HASH = "1.2.112.0.2.0.34.101.31.81"


def verdict(report: ValidationReport) -> tuple[Indication, SubIndication | None]:
    return report.conclusion.indication, report.conclusion.sub_indication


PASSED = (Indication.PASSED, None)


def answer(made: Nation, who: nation.Signer, status: str | RevokedEntry = "good") -> OcspResponse:
    """Answer about a signer by its own authority."""
    return issue_ocsp_response(
        made.ca_issuer,
        who.certificate,
        made.ca,
        status=status,
        this_update=NOW - DAY / 2,
        next_update=NOW + DAY,
        hash_oid=BELT_HASH,
        entropy=nation.entropy(64),
    )


def test_a_certificate_passes_whatever_its_key_is_for() -> None:
    made = nation.russia()
    who = made.signer(usages=("keyAgreement",))
    report = validate_certificate(who.certificate, made.context())
    assert verdict(report) == PASSED
    (result,) = report.objects
    assert isinstance(result, CertificateResult)
    assert [link.ref.sha256 for link in result.chain] == [
        who.certificate.sha256,
        made.ca.sha256,
        made.root.sha256,
    ]


def test_an_anchor_passes_as_itself() -> None:
    made = nation.belarus()
    report = validate_certificate(made.root, made.context())
    assert verdict(report) == PASSED
    (result,) = report.objects
    assert isinstance(result, CertificateResult)
    assert result.chain[0].anchor is not None


def test_a_statement_that_has_ended_trusts_no_more() -> None:
    made = nation.russia()
    context = made.context()
    (statement,) = context.trust.statements
    ended = structs.replace(
        context, trust=TrustBase((structs.replace(statement, until=NOW - DAY),))
    )
    report = validate_certificate(made.signer().certificate, ended)
    assert verdict(report) == (
        Indication.INDETERMINATE,
        SubIndication.NO_CERTIFICATE_CHAIN_FOUND_NO_POE,
    )


def test_what_is_above_an_incomplete_chain_is_needed() -> None:
    made = nation.russia()
    context = structs.replace(made.context(), evidence=Evidence())
    who = made.signer()
    report = validate_certificate(who.certificate, context)
    assert verdict(report) == (
        Indication.INDETERMINATE,
        SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
    )
    assert [(n.kind, n.about) for n in report.needs] == [
        (FactKind.CERTIFICATE, who.certificate.sha256)
    ]
    untrusted = structs.replace(made.context(), trust=TrustBase())
    report = validate_certificate(who.certificate, untrusted)
    assert [(n.kind, n.about) for n in report.needs] == [(FactKind.ANCHOR, made.root.sha256)]


def test_an_answer_serves_where_there_is_no_list() -> None:
    made = nation.belarus()
    who = made.signer()
    root_list, _ = made.crls()
    context = made.context(crls=(root_list,))
    assert verdict(validate_certificate(who.certificate, context))[1] is SubIndication.TRY_LATER
    good = context.having(Evidence.of("file", ocsps=[answer(made, who)]))
    assert verdict(validate_certificate(who.certificate, good)) == PASSED
    revoked = RevokedEntry(who.certificate.serial_number, NOW - 2 * DAY, 1)
    bad = context.having(Evidence.of("file", ocsps=[answer(made, who, revoked)]))
    report = validate_certificate(who.certificate, bad)
    assert verdict(report)[1] is SubIndication.REVOKED_NO_POE


def test_a_list_is_judged_by_signature_issuer_and_time() -> None:
    made = nation.russia()
    _, own = made.crls()
    report = validate_crl(own, made.context())
    assert verdict(report) == PASSED
    (result,) = report.objects
    assert isinstance(result, CrlResult)
    assert (result.entries, result.number) == (0, 1)
    late = validate_crl(own, made.context(at=NOW + 2 * DAY))
    assert verdict(late) == (Indication.INDETERMINATE, SubIndication.TRY_LATER)
    early = validate_crl(own, made.context(at=NOW - 2 * DAY))
    assert verdict(early) == (Indication.INDETERMINATE, SubIndication.TRY_LATER)


def test_a_list_under_another_key_fails_and_of_an_unknown_issuer_is_open() -> None:
    made, forged, abroad = nation.russia(), Nation("RU", nation.BIGN), nation.belarus()
    assert verdict(validate_crl(forged.crls()[1], made.context())) == (
        Indication.FAILED,
        SubIndication.SIG_CRYPTO_FAILURE,
    )
    unknown = validate_crl(abroad.crls()[1], made.context())
    assert verdict(unknown) == (
        Indication.INDETERMINATE,
        SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
    )
    assert [need.kind for need in unknown.needs] == [FactKind.CERTIFICATE]


def test_a_list_by_a_key_that_may_not_sign_lists_fails() -> None:
    made = nation.russia()
    who = made.signer()
    issuer = Issuer(who.certificate.subject, who.key, who.certificate.key)
    own = issue_crl(
        issuer,
        this_update=NOW - DAY,
        next_update=NOW + DAY,
        number=1,
        entropy=nation.entropy(64),
    )
    context = made.context().having(Evidence.of("file", certificates=[who.certificate]))
    assert verdict(validate_crl(own, context)) == (
        Indication.FAILED,
        SubIndication.CHAIN_CONSTRAINTS_FAILURE,
    )


def signed_list(issuer: Issuer, algorithm: AlgorithmIdentifier, *extensions: Extension) -> bytes:
    """Sign a list as no library would write it; `algorithm` is named inside."""
    number = extension("2.5.29.20", 7)
    tbs = TBSCertList(
        1, algorithm, issuer.name.der, NOW - DAY, NOW + DAY, None, (number, *extensions)
    )
    octets = s.encode(TBS_CERT_LIST, tbs)
    signature = s.BitString(issuer.sign(octets, nation.entropy(64)))
    signed = RawList(
        memoryview(octets),
        AlgorithmIdentifier(issuer.algorithm.oid, issuer.algorithm.parameters),
        signature,
    )
    return s.encode(pkix.SIGNED, signed)


def test_a_list_that_may_not_be_used_does_not_pass_by_itself() -> None:
    made = nation.russia()
    own = AlgorithmIdentifier(made.ca_issuer.algorithm.oid, made.ca_issuer.algorithm.parameters)
    null = b"\x05\x00"
    faults = (
        ((own, Extension("1.2.3.9", True, null)), Indication.INDETERMINATE),
        ((own, Extension("2.5.29.28", True, null)), Indication.FAILED),
        ((AlgorithmIdentifier("1.2.840.113549.1.1.5", null),), Indication.FAILED),
    )
    sound = CertificateList.parse(signed_list(made.ca_issuer, own))
    assert verdict(validate_crl(sound, made.context())) == PASSED
    for fields, indication in faults:
        crl = CertificateList.parse(signed_list(made.ca_issuer, *fields))
        assert verdict(validate_crl(crl, made.context()))[0] is indication


def test_a_list_by_a_client_of_the_authority_s_name_fails() -> None:
    made = nation.russia()
    other = made._issuer("Client")
    client = Issuer(made.ca.subject, other.private_key, other.key)
    usages = key_usage("digitalSignature", "cRLSign")
    certificate = made._certify(made.ca_issuer, client, [usages], name=made.ca.subject)
    crl = made._crl(client, [], NOW - DAY, NOW + DAY)
    context = made.context().having(Evidence.of("file", certificates=[certificate]))
    assert verdict(validate_crl(crl, context)) == (
        Indication.FAILED,
        SubIndication.CHAIN_CONSTRAINTS_FAILURE,
    )


def test_an_answer_counts_only_for_those_whom_its_signer_may_answer_for() -> None:
    made = nation.belarus()
    who, second = made.signer(), made._issuer("Second authority")
    exts = authority_extensions(second.key, made.root.key)
    second_ca = made._certify(made.root_issuer, second, exts)
    theirs = made._certify(second, made._issuer("Theirs"), [])
    pool = Evidence.of("file", certificates=[who.certificate, second_ca, theirs])
    root_list, own_list = made.crls()
    context = made.context(crls=(root_list, own_list)).having(pool)
    for issuer, serial in ((made.ca_issuer, who.certificate), (second, theirs)):
        response = both(issuer, (who.certificate, made.ca), (theirs, second_ca))
        report = validate_ocsp(response, context)
        assert report.conclusion.indication is Indication.FAILED
        (result,) = report.objects
        assert isinstance(result, OcspResult)
        assert [number for number, _ in result.answers] == [f"{serial.serial_number:x}"]


def both(issuer: Issuer, *pairs: tuple[Certificate, Certificate]) -> OcspResponse:
    """Answer about certificates of several authorities at once."""
    singles = tuple(
        ocsp.SingleResponse(
            ocsp.CertID(
                AlgorithmIdentifier(BELT_HASH), *make_cert_id(certificate, above, BELT_HASH)[1:]
            ),
            ("good", None),
            NOW - DAY / 2,
            NOW + DAY,
        )
        for certificate, above in pairs
    )
    data = ocsp.ResponseData(b"", 0, ("byName", issuer.name.der), NOW - DAY / 2, singles, None)
    value = issuer.sign(s.encode(ocsp.RESPONSE_DATA, data), nation.entropy(64))
    algorithm = AlgorithmIdentifier(issuer.algorithm.oid, issuer.algorithm.parameters)
    basic = ocsp.BasicOCSPResponse(data, algorithm, s.BitString(value), None)
    return OcspResponse.of_basic(s.encode(ocsp.BASIC_OCSP_RESPONSE, basic))


def test_a_responder_with_a_critical_extension_that_is_unknown_is_not_heard() -> None:
    made = nation.belarus()
    who, responder = made.signer(), made._issuer("Responder")
    purpose = extension("2.5.29.37", ("1.3.6.1.5.5.7.3.9",))
    nocheck = Extension("1.3.6.1.5.5.7.48.1.5", False, b"\x05\x00")
    for more, expected in (
        ((), PASSED[0]),
        ((Extension("1.2.3.9", True, b""),), Indication.FAILED),
    ):
        certificate = made._certify(made.ca_issuer, responder, [purpose, nocheck, *more])
        response = issue_ocsp_response(
            responder,
            who.certificate,
            made.ca,
            this_update=NOW - DAY / 2,
            next_update=NOW + DAY,
            hash_oid=BELT_HASH,
            certificates=[certificate],
            entropy=nation.entropy(64),
        )
        report = validate_ocsp(response, made.context(), who.certificate)
        assert report.conclusion.indication is expected


def test_an_answer_passes_and_says_what_it_says() -> None:
    made = nation.belarus()
    who = made.signer()
    for status, state in (("good", RevocationState.GOOD), ("unknown", RevocationState.UNKNOWN)):
        report = validate_ocsp(answer(made, who, status), made.context(), who.certificate)
        assert verdict(report) == PASSED
        (result,) = report.objects
        assert isinstance(result, OcspResult)
        assert [found.state for _, found in result.answers] == [state]


def test_an_answer_about_another_certificate_is_open() -> None:
    made = nation.belarus()
    who, other = made.signer("One"), made.signer("Two")
    report = validate_ocsp(answer(made, who), made.context(), other.certificate)
    assert report.conclusion.indication is Indication.INDETERMINATE
