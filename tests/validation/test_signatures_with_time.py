"""Processes of EN 319 102-1 V1.4.1, 5.3 to 5.5, on signatures made on the spot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import nation
import pytest
from msgspec import structs
from nation import DAY, NOW, Nation

from zaruka.asn1 import cms as wire
from zaruka.asn1 import schema as s
from zaruka.findings import Indication, Severity, SubIndication
from zaruka.signatures import parse_signed_data
from zaruka.signatures.creation import sign_cades
from zaruka.trust import TrustBase
from zaruka.validation.context import Context
from zaruka.validation.policy import AlgorithmConstraint
from zaruka.validation.process import validate_document
from zaruka.validation.results import Level, Process, SignatureResult
from zaruka.x509 import RevokedEntry

CONTENT = b"bid no. 7"

both = pytest.mark.parametrize("country", [nation.russia, nation.belarus])
Country = Callable[[], Nation]


def judge(message: bytes, context: Context) -> SignatureResult:
    (result,) = validate_document(parse_signed_data(message), None, context).signatures
    return result


def codes(result: SignatureResult) -> set[str]:
    return {finding.rule.code for finding in result.findings}


def verdict(result: SignatureResult) -> tuple[Indication, SubIndication | None]:
    return result.conclusion.indication, result.conclusion.sub_indication


PASSED = (Indication.TOTAL_PASSED, None)


@both
def test_a_good_signature_passes_and_says_what_was_checked(country: Country) -> None:
    made = country()
    result = judge(made.sign(made.signer(), CONTENT), made.context())
    assert verdict(result) == PASSED
    assert (result.process, result.level) == (Process.BASIC, Level.B_B)
    assert (result.best_signature_time, result.proven) == (NOW, False)
    checked = {f.rule.code for f in result.findings if f.severity is Severity.PASS}
    assert checked >= {
        "cms.format",
        "cms.message-digest",
        "cms.signature",
        "cades.signing-certificate",
        "validation.anchor",
        "validation.chain",
        "validation.not-revoked",
        "validation.revocation-fresh",
        "validation.algorithms",
        "validation.validity",
    }
    assert [link.anchor is not None for link in result.chain] == [False, False, True]


@both
def test_a_stamp_proves_the_time(country: Country) -> None:
    made = country()
    message = made.stamp(made.sign(made.signer(), CONTENT), made.stamping(), NOW - 9 * DAY)
    result = judge(message, made.context())
    assert verdict(result) == PASSED
    assert (result.process, result.level) == (Process.WITH_TIME, Level.B_T)
    assert (result.best_signature_time, result.proven) == (NOW - 9 * DAY, True)


@both
def test_revoked_after_the_stamp_passes(country: Country) -> None:
    made = country()
    who = made.signer()
    message = made.stamp(made.sign(who, CONTENT), made.stamping(), NOW - 9 * DAY)
    made.revoke(who, NOW - 3 * DAY)
    result = judge(message, made.context())
    assert verdict(result) == PASSED
    assert "validation.signed-before-revocation" in codes(result)
    assert result.chain[0].revocation.revoked_at == NOW - 3 * DAY


@both
def test_revoked_without_a_stamp_is_open_and_says_that_one_would_have_saved_it(
    country: Country,
) -> None:
    made = country()
    who = made.signer()
    made.revoke(who, NOW - 3 * DAY)
    result = judge(made.sign(who, CONTENT), made.context())
    assert verdict(result) == (Indication.INDETERMINATE, SubIndication.REVOKED_NO_POE)
    assert "validation.stamp-would-have-saved" in codes(result)


@both
def test_a_stamp_after_the_revocation_saves_nothing(country: Country) -> None:
    made = country()
    who = made.signer()
    message = made.stamp(made.sign(who, CONTENT), made.stamping(), NOW - 2 * DAY)
    made.revoke(who, NOW - 3 * DAY)
    result = judge(message, made.context())
    assert verdict(result) == (Indication.INDETERMINATE, SubIndication.REVOKED_NO_POE)
    assert "validation.stamp-would-have-saved" not in codes(result)


@both
def test_a_stamp_by_a_revoked_authority_proves_nothing(country: Country) -> None:
    made = country()
    who, clock = made.signer(), made.stamping()
    message = made.stamp(made.sign(who, CONTENT), clock, NOW - 9 * DAY)
    made.revoke(who, NOW - 3 * DAY)
    made.revoke(clock, NOW - 20 * DAY)
    result = judge(message, made.context())
    assert verdict(result) == (Indication.INDETERMINATE, SubIndication.REVOKED_NO_POE)
    assert result.level is Level.B_B


@both
def test_expired_without_a_stamp_is_open(country: Country) -> None:
    made = country()
    message = made.sign(made.signer(not_after=NOW - DAY), CONTENT)
    result = judge(message, made.context())
    assert verdict(result) == (Indication.INDETERMINATE, SubIndication.OUT_OF_BOUNDS_NO_POE)
    assert "validation.stamp-would-have-saved" in codes(result)


def test_a_certificate_from_the_future_fails_for_the_signature_is_here_already() -> None:
    made = nation.russia()
    message = made.sign(made.signer(not_before=NOW + DAY), CONTENT)
    result = judge(message, made.context())
    assert verdict(result) == (Indication.TOTAL_FAILED, SubIndication.NOT_YET_VALID)


def test_a_stamp_from_before_the_certificate_fails_the_signature() -> None:
    made = nation.russia()
    who = made.signer(not_before=NOW - 5 * DAY)
    message = made.stamp(made.sign(who, CONTENT), made.stamping(), NOW - 9 * DAY)
    result = judge(message, made.context())
    assert verdict(result) == (Indication.TOTAL_FAILED, SubIndication.NOT_YET_VALID)


@both
def test_a_suspended_certificate_is_open_until_later(country: Country) -> None:
    made = country()
    who = made.signer()
    made.revoke(who, NOW - 3 * DAY, reason=6)
    result = judge(made.sign(who, CONTENT), made.context())
    assert verdict(result) == (Indication.INDETERMINATE, SubIndication.TRY_LATER)
    assert "validation.on-hold" in codes(result)


def test_suspended_after_the_stamp_passes() -> None:
    made = nation.belarus()
    who = made.signer()
    message = made.stamp(made.sign(who, CONTENT), made.stamping(), NOW - 9 * DAY)
    made.revoke(who, NOW - 3 * DAY, reason=6)
    assert verdict(judge(message, made.context())) == PASSED


def test_reason_codes_that_x509_does_not_know_still_revoke() -> None:
    made = nation.belarus()
    who = made.signer()
    made.revoke(who, NOW - 3 * DAY, reason=17)
    result = judge(made.sign(who, CONTENT), made.context())
    assert verdict(result) == (Indication.INDETERMINATE, SubIndication.REVOKED_NO_POE)
    assert result.chain[0].revocation.reason == 17


def test_a_revoked_authority_is_open_and_a_stamp_from_before_saves() -> None:
    made = nation.russia()
    who, clock = made.signer(), made.stamping()
    stamped = made.stamp(made.sign(who, CONTENT), clock, NOW - 9 * DAY)
    made.revoked_authorities.append(RevokedEntry(made.ca.serial_number, NOW - 3 * DAY, 5))
    result = judge(made.sign(who, CONTENT), made.context())
    assert verdict(result) == (Indication.INDETERMINATE, SubIndication.REVOKED_CA_NO_POE)
    # the stamp's own authority is under the same revoked one: nothing is proven
    result = judge(stamped, made.context())
    assert verdict(result) == (Indication.INDETERMINATE, SubIndication.REVOKED_CA_NO_POE)
    # a stamp of another country's authority proves the time
    other = nation.belarus()
    foreign = made.stamp(made.sign(who, CONTENT), other.stamping(), NOW - 9 * DAY)
    context = made.context().having(other.context().evidence)
    trust = TrustBase((*context.trust.statements, *other.context().trust.statements))
    trusting = structs.replace(context, trust=trust)
    assert verdict(judge(foreign, trusting)) == PASSED


@both
def test_without_revocation_evidence_it_says_which_is_needed(country: Country) -> None:
    made = country()
    who = made.signer()
    document = parse_signed_data(made.sign(who, CONTENT))
    report = validate_document(document, None, made.context(crls=()))
    (result,) = report.signatures
    assert verdict(result) == (Indication.INDETERMINATE, SubIndication.TRY_LATER)
    assert {need.about for need in report.needs} == {who.certificate.sha256, made.ca.sha256}
    given = validate_document(document, None, made.context())
    assert given.needs == ()


def test_a_stale_list_is_open_and_fresh_enough_at_the_time_of_the_stamp() -> None:
    made = nation.russia()
    who, clock = made.signer(), made.stamping()
    plain = made.sign(who, CONTENT)
    old = made.crls(issued=NOW - 9 * DAY, until=NOW - 2 * DAY)
    result = judge(plain, made.context(crls=old))
    assert verdict(result) == (Indication.INDETERMINATE, SubIndication.TRY_LATER)
    assert "validation.revocation-not-fresh" in codes(result)
    # 5.5.4 step 6, with a stamp whose authority has fresh lists of its own
    other = nation.belarus()
    stamped = made.stamp(plain, other.stamping(), NOW - 8 * DAY)
    mine, theirs = made.context(crls=old), other.context()
    trust = TrustBase((*mine.trust.statements, *theirs.trust.statements))
    both_trusted = structs.replace(mine, trust=trust, evidence=mine.evidence + theirs.evidence)
    assert verdict(judge(stamped, both_trusted)) == PASSED
    assert clock.certificate.sha256 != who.certificate.sha256


@both
def test_a_stamp_over_something_else_leaves_the_basic_signature(country: Country) -> None:
    made = country()
    message = made.stamp(
        made.sign(made.signer(), CONTENT), made.stamping(), NOW - 9 * DAY, over=b"another value"
    )
    result = judge(message, made.context())
    assert verdict(result) == PASSED
    assert (result.level_claimed, result.level) == (Level.B_T, Level.B_B)
    assert result.proven is False
    assert "validation.level-refused" in codes(result)
    (stamp,) = result.timestamps
    assert stamp.conclusion.sub_indication is SubIndication.HASH_FAILURE


def test_a_stamp_by_a_certificate_without_the_purpose_proves_nothing() -> None:
    made = nation.russia()
    pretender = made.stamping("Web server", purpose="1.3.6.1.5.5.7.3.1")
    result = judge(
        made.stamp(made.sign(made.signer(), CONTENT), pretender, NOW - 9 * DAY), made.context()
    )
    assert verdict(result) == PASSED
    assert (result.level, result.proven) == (Level.B_B, False)
    (stamp,) = result.timestamps
    assert stamp.conclusion.sub_indication is SubIndication.CHAIN_CONSTRAINTS_FAILURE


def test_a_stamp_from_the_future_proves_nothing() -> None:
    made = nation.russia()
    message = made.stamp(made.sign(made.signer(), CONTENT), made.stamping(), NOW + DAY)
    result = judge(message, made.context())
    assert verdict(result) == PASSED
    assert (result.best_signature_time, result.proven, result.level) == (NOW, False, Level.B_B)
    (stamp,) = result.timestamps
    assert stamp.conclusion.sub_indication is SubIndication.TRY_LATER


def test_the_earliest_of_several_stamps_counts() -> None:
    made = nation.belarus()
    clock = made.stamping()
    message = made.sign(made.signer(), CONTENT)
    for days in (3, 9, 5):
        message = made.stamp(message, clock, NOW - days * DAY)
    result = judge(message, made.context())
    assert result.best_signature_time == NOW - 9 * DAY
    assert [stamp.at_best for stamp in result.timestamps].count(True) == 1


def test_one_broken_stamp_does_not_spoil_another() -> None:
    made = nation.belarus()
    clock = made.stamping()
    message = made.stamp(made.sign(made.signer(), CONTENT), clock, NOW - 9 * DAY, over=b"other")
    message = made.stamp(message, clock, NOW - 5 * DAY)
    result = judge(message, made.context())
    assert (result.level, result.best_signature_time) == (Level.B_T, NOW - 5 * DAY)


def test_a_key_that_may_not_sign_documents_is_refused() -> None:
    made = nation.russia()
    result = judge(made.sign(made.signer(usages=("keyAgreement",)), CONTENT), made.context())
    assert verdict(result) == (Indication.INDETERMINATE, SubIndication.CHAIN_CONSTRAINTS_FAILURE)


def test_a_stamp_forgives_revocation_but_not_a_key_that_may_not_sign() -> None:
    made = nation.russia()
    who = made.signer(usages=("keyAgreement",))
    message = made.stamp(made.sign(who, CONTENT), made.stamping(), NOW - 9 * DAY)
    made.revoke(who, NOW - 3 * DAY)
    result = judge(message, made.context())
    assert verdict(result) == (Indication.INDETERMINATE, SubIndication.CHAIN_CONSTRAINTS_FAILURE)


def test_an_unknown_root_is_open_and_named() -> None:
    made = nation.russia()
    stranger = nation.Nation("RU", nation.GOST)
    context = made.context()
    message = stranger.sign(stranger.signer("Stranger"), CONTENT)
    assert verdict(judge(message, context)) == PASSED  # the same keys: the same nation
    abroad = nation.belarus()
    document = parse_signed_data(abroad.sign(abroad.signer(), CONTENT))
    report = validate_document(document, None, context)
    (result,) = report.signatures
    assert verdict(result) == (
        Indication.INDETERMINATE,
        SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
    )
    assert [need.about for need in report.needs] == [abroad.ca.sha256]


def test_ended_algorithms_need_a_proof_from_before_their_end() -> None:
    made = Nation("RU", nation.GOST_2001)
    message = made.sign(made.signer(), CONTENT)
    result = judge(message, made.context())
    assert verdict(result) == (
        Indication.INDETERMINATE,
        SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
    )
    (ended,) = {f.actual for f in result.findings if f.rule.code == "validation.algorithm-ended"}
    assert ended == "GOST R 34.10-2001 with GOST R 34.11-94"


@pytest.mark.parametrize(("ended_days_ago", "passes"), [(5, True), (12, False)])
def test_a_stamp_from_before_the_end_of_the_signer_s_algorithm_saves(
    ended_days_ago: int, *, passes: bool
) -> None:
    """5.5.4(4)(c): the chain's algorithms hold, the signer's key is of a kind that has ended."""
    made = nation.belarus()
    who = made.signer(algorithm=nation.GOST)
    message = made.stamp(made.sign(who, CONTENT), made.stamping(), NOW - 9 * DAY)
    ended = AlgorithmConstraint(
        name="the signer's",
        oids=frozenset({nation.GOST.oid}),
        until=NOW - ended_days_ago * DAY,
        source="test",
    )
    base = made.context()
    context = structs.replace(base, policy=structs.replace(base.policy, algorithms=(ended,)))
    failure = SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE
    expected = PASSED if passes else (Indication.INDETERMINATE, failure)
    assert verdict(judge(message, context)) == expected
    unstamped = judge(made.sign(who, CONTENT), context)
    assert verdict(unstamped) == (Indication.INDETERMINATE, failure)
    assert "validation.stamp-would-have-saved" in codes(unstamped)


def test_signer_and_authority_revoked_after_the_stamp() -> None:
    made, other = nation.russia(), nation.belarus()
    who = made.signer()
    message = made.stamp(made.sign(who, CONTENT), other.stamping(), NOW - 9 * DAY)
    made.revoke(who, NOW - 5 * DAY)
    made.revoked_authorities.append(RevokedEntry(made.ca.serial_number, NOW - 3 * DAY, 4))
    mine, theirs = made.context(), other.context()
    trust = TrustBase((*mine.trust.statements, *theirs.trust.statements))
    context = structs.replace(mine, trust=trust, evidence=mine.evidence + theirs.evidence)
    assert verdict(judge(message, context)) == PASSED
    assert judge(message, mine).conclusion.indication is Indication.INDETERMINATE


@pytest.mark.parametrize("seconds", [-1, 0, 1])
def test_validity_ends_with_its_last_second(seconds: int) -> None:
    made = nation.belarus()
    who = made.signer(not_after=NOW)
    at = NOW + timedelta(seconds=seconds)
    result = judge(made.sign(who, CONTENT), made.context(at=at))
    assert (verdict(result) == PASSED) is (seconds <= 0)


def test_the_moment_that_the_caller_vouches_for_counts_as_proof() -> None:
    made = nation.russia()
    who = made.signer()
    made.revoke(who, NOW - 3 * DAY)
    context = made.context()
    vouched = structs.replace(context, existed_at=NOW - 5 * DAY)
    result = judge(made.sign(who, CONTENT), vouched)
    assert verdict(result) == PASSED
    assert (result.best_signature_time, result.proven) == (NOW - 5 * DAY, True)


def test_each_of_several_signers_has_its_own_conclusion() -> None:
    made, other = nation.russia(), nation.belarus()
    mine, theirs = made.signer(), other.signer()
    message = sign_cades(
        CONTENT, (mine, theirs), signing_time=NOW, entropy=nation.entropy, chain=(other.ca,)
    )
    report = validate_document(parse_signed_data(message), None, made.context())
    found = {
        result.signing_certificate.sha256: result.conclusion.indication
        for result in report.signatures
        if result.signing_certificate
    }
    assert found == {
        mine.certificate.sha256: Indication.TOTAL_PASSED,
        theirs.certificate.sha256: Indication.INDETERMINATE,
    }
    assert report.conclusion.indication is Indication.INDETERMINATE


def test_a_conclusion_has_no_truth_value() -> None:
    made = nation.russia()
    result = judge(made.sign(made.signer(), CONTENT), made.context())
    with pytest.raises(TypeError):
        bool(result.conclusion)


def test_facts_suffice_to_name_everything_used() -> None:
    made = nation.russia()
    who = made.signer()
    crls = made.crls()
    document = parse_signed_data(made.sign(who, CONTENT))
    report = validate_document(document, None, made.context(crls=crls))
    kept = {(fact.kind.value, fact.sha256) for fact in report.facts}
    assert kept >= {
        ("certificate", who.certificate.sha256),
        ("certificate", made.ca.sha256),
        ("certificate", made.root.sha256),
        ("anchor", made.root.sha256),
        ("crl", crls[0].sha256),
        ("crl", crls[1].sha256),
        ("signature", document.signatures[0].sha256),
    }
    extracts = [dict(fact.extract) for fact in report.facts if fact.kind.value == "crl"]
    about = {who.certificate.sha256, made.ca.sha256}
    assert {extract["certificate"] for extract in extracts} == about
    assert all(extract["entry"] == "absent" for extract in extracts)
    assert all(extract["signature"] == "valid" for extract in extracts)


def test_a_counter_signature_is_noticed_and_decides_nothing() -> None:
    made = nation.russia()
    message = made.sign(made.signer(), CONTENT)
    (inner,) = parse_signed_data(message).signatures
    attribute = wire.Attribute("1.2.840.113549.1.9.6", (inner.der,))
    result = judge(with_unsigned(message, s.encode(wire.ATTRIBUTE, attribute)), made.context())
    assert verdict(result) == PASSED
    assert len(result.countersignatures) == 1
    assert "validation.countersignature" in codes(result)


def with_unsigned(message: bytes, attribute: bytes) -> bytes:
    """Give the only signer one unsigned attribute."""
    elements = s.sequence_of(s.ANY)
    info = s.decode(wire.CONTENT_INFO, message, mode=s.BER)
    assert info.content is not None
    parts = [*s.decode(elements, info.content, mode=s.BER)]
    (signer,) = s.decode(s.set_of(s.ANY), parts[-1], mode=s.BER)
    unsigned = s.encode(s.implicit(1, s.set_of(s.ANY)), (attribute,))
    changed = s.encode(elements, (*s.decode(elements, signer, mode=s.BER), unsigned))
    parts[-1] = s.encode(s.set_of(s.ANY), (changed,))
    data = s.encode(elements, tuple(parts))
    return s.encode(wire.CONTENT_INFO, wire.ContentInfo(info.content_type, data))


def test_a_stamp_from_before_its_authority_s_certificate_proves_nothing() -> None:
    made = nation.russia()
    who = made.signer(not_before=NOW - 500 * DAY)
    authority = made.stamping()  # in force for a year
    message = made.stamp(made.sign(who, CONTENT), authority, NOW - 400 * DAY)
    made.revoke(who, NOW - 5 * DAY)
    result = judge(message, made.context())
    assert verdict(result) == (Indication.INDETERMINATE, SubIndication.REVOKED_NO_POE)
    assert not result.proven
    assert "validation.stamp-before-validity" in {
        f.rule.code for stamp in result.timestamps for f in stamp.conclusion.findings
    }


@pytest.mark.parametrize(
    ("accuracy", "expected"),
    [
        (None, PASSED),
        (timedelta(hours=23), PASSED),
        (timedelta(days=2), (Indication.INDETERMINATE, SubIndication.REVOKED_NO_POE)),
        (timedelta.max, (Indication.INDETERMINATE, SubIndication.REVOKED_NO_POE)),
    ],
)
def test_the_accuracy_of_a_stamp_counts_against_it(
    accuracy: timedelta | None, expected: tuple[Indication, SubIndication | None]
) -> None:
    made = nation.belarus()
    who = made.signer()
    message = made.stamp(made.sign(who, CONTENT), made.stamping(), NOW - 6 * DAY, accuracy=accuracy)
    made.revoke(who, NOW - 5 * DAY)
    assert verdict(judge(message, made.context())) == expected


def test_a_stamp_of_the_year_one_is_judged() -> None:
    made = nation.belarus()
    first = datetime(1, 1, 1, tzinfo=UTC)
    message = made.stamp(made.sign(made.signer(), CONTENT), made.stamping(), first, accuracy=DAY)
    result = judge(message, made.context())
    assert verdict(result) == PASSED
    assert not result.proven


def test_a_content_stamp_that_is_not_signed_is_not_read() -> None:
    """Anybody could add one later than the revocation, and so refuse a good signature."""
    made = nation.russia()
    who, authority = made.signer(), made.stamping()
    message = made.stamp(made.sign(who, CONTENT), authority, NOW - 9 * DAY)
    late = made.stamp(message, authority, NOW - DAY, over=CONTENT)
    made.revoke(who, NOW - 5 * DAY)
    signature_stamp, content_stamp = (
        s.encode(s.OID, f"1.2.840.113549.1.9.16.2.{number}") for number in (14, 20)
    )
    before, after = late.rsplit(signature_stamp, 1)
    found = parse_signed_data(before + content_stamp + after)
    result = judge(before + content_stamp + after, made.context())
    assert not found.signatures[0].content_timestamps
    assert len(found.signatures[0].timestamps) == 1
    assert verdict(result) == PASSED
    assert "cms.attribute-unsigned" in codes(result)


def test_a_list_without_an_end_is_judged() -> None:
    """NextUpdate 99991231235959Z (RFC 5280 4.1.2.5): so long a freshness is no overflow."""
    made = nation.russia()
    end = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    long_ago = datetime(1951, 1, 1, tzinfo=UTC)
    for issued in (NOW - DAY, long_ago):
        lists = made.crls(issued, end)
        result = judge(made.sign(made.signer(), CONTENT), made.context(crls=lists))
        assert verdict(result) == PASSED
