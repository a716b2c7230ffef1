"""Recognition: rule by rule, beside the verdict."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from zaruka.findings import (
    Conclusion,
    Finding,
    Indication,
    ObjectKind,
    ObjectRef,
    Severity,
    SubIndication,
)
from zaruka.findings import rules as registered
from zaruka.jurisdictions.russia import rules as _  # noqa: F401 - they register themselves
from zaruka.recognition import (
    Act,
    HomeReceipt,
    Outcome,
    Participant,
    Subject,
    agreements,
    decide_recognition,
    load_agreements,
)
from zaruka.validation.jurisdiction import HolderKind, Identity
from zaruka.validation.results import (
    Algorithm,
    Level,
    Process,
    SignatureResult,
    TimestampKind,
    TimestampResult,
)

NOW = datetime(2026, 11, 29, 9, tzinfo=UTC)
SIGNATURE = ObjectRef(ObjectKind.SIGNATURE, "11" * 32, "bidder")
PASSED = Conclusion(Indication.TOTAL_PASSED)
BIGN = Algorithm("1.2.112.0.2.0.34.101.45.12", "1.2.112.0.2.0.34.101.31.81")
THIRD_PARTY, STRANGER = "aa" * 32, "bb" * 32
OPERATOR = f"""
extends = "by-ru-2024"
[effect]
since = 2025-02-01
[[third_parties]]
country = "BY"
name = "ДТС Беларуси"
certificate_sha256 = "{THIRD_PARTY}"
since = 2026-01-01
until = 2027-01-01
[[algorithms]]
country = "BY"
name = "bign"
oids = ["1.2.112.0.2.0.34.101.45.12"]
since = 2025-02-01
"""
RULES = load_agreements({"operator.toml": OPERATOR})
STAMP = TimestampResult(
    ref=ObjectRef(ObjectKind.TIMESTAMP, "22" * 32, "stamp"),
    kind=TimestampKind.SIGNATURE,
    conclusion=Conclusion(Indication.PASSED),
    time=NOW - timedelta(days=1),
    accuracy_ms=None,
    policy_oid="1.2.3",
    serial_number=1,
    imprint_algorithm_oid="1.2.112.0.2.0.34.101.31.81",
    algorithm=None,
    tsa=None,
)
SIGNED = SignatureResult(
    index=0,
    ref=SIGNATURE,
    format="CAdES",
    conclusion=PASSED,
    process=Process.WITH_TIME,
    algorithm=BIGN,
    level_claimed=Level.B_T,
    level=Level.B_T,
    signing_time=None,
    best_signature_time=NOW - timedelta(days=1),
    proven=True,
    signer=Identity("BY", HolderKind.REPRESENTATIVE, "ООО «Прыклад-Бел»"),
    signing_certificate=None,
    timestamps=(STAMP,),
)
RECEIPT = HomeReceipt(
    ref=ObjectRef(ObjectKind.DOCUMENT, "33" * 32, "receipt"),
    country="BY",
    certificate_sha256=THIRD_PARTY,
    name="ДТС Беларуси",
    time=NOW - timedelta(hours=1),
    confirmed=True,
    sound=True,
)
BID = Act("RU", NOW, receiver=Participant.STATE_BODY, subject=Subject.PROCUREMENT)


def with_verdict(indication, sub=None):
    return structs.replace(SIGNED, conclusion=Conclusion(indication, sub))


def decide(found=SIGNED, act=BID, receipt=RECEIPT, rules=RULES):
    return decide_recognition(found, act, rules, receipt)


def codes(decision, *severities):
    told = (found for found in decision.findings if found.severity in severities)
    return {found.rule.code.removeprefix("recognition.") for found in told}


def against(decision):
    return {found.rule.code.removeprefix("recognition.") for found in decision.open}


def test_a_bid_confirmed_by_its_own_third_party_is_recognised_and_every_rule_is_said():
    decision = decide()
    assert decision.outcome is Outcome.RECOGNISED
    assert decision.agreement.code == "by-ru-2024"
    assert decision.act.sender is Participant.COMPANY
    assert codes(decision, Severity.PASS) == {
        "agreement", "signature", "participant", "algorithm", "time-evidence", "third-party",
        "home-receipt",
    }  # fmt: skip
    assert "participant-assumed" in codes(decision, Severity.INFO)


def test_without_what_is_not_public_nothing_is_recognised_and_the_operator_is_told():
    decision = decide(rules=agreements())
    assert decision.outcome is Outcome.CANNOT_VERIFY
    assert against(decision) == {"start-not-stated", "third-parties-not-stated"}


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        (with_verdict(Indication.TOTAL_FAILED, SubIndication.HASH_FAILURE), "not-recognised"),
        (with_verdict(Indication.TOTAL_FAILED, SubIndication.REVOKED), "not-recognised"),
        # D7: expired, and nothing proves the moment of signing
        (
            with_verdict(Indication.INDETERMINATE, SubIndication.OUT_OF_BOUNDS_NO_POE),
            "not-recognised",
        ),
        (with_verdict(Indication.INDETERMINATE, SubIndication.REVOKED_NO_POE), "not-recognised"),
        (with_verdict(Indication.INDETERMINATE, SubIndication.TRY_LATER), "cannot-verify"),
        (
            with_verdict(Indication.INDETERMINATE, SubIndication.NO_CERTIFICATE_CHAIN_FOUND),
            "cannot-verify",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else value.conclusion.sub_indication.value,
)
def test_what_did_not_pass_is_not_recognised(found, outcome):
    decision = decide(found, receipt=None)
    assert decision.outcome.value == outcome
    assert "signature" in against(decision)


def test_when_the_sides_differ_neither_is_followed():
    failed = with_verdict(Indication.TOTAL_FAILED, SubIndication.HASH_FAILURE)
    for found, confirmed in ((SIGNED, False), (failed, True)):
        decision = decide(found, receipt=structs.replace(RECEIPT, confirmed=confirmed))
        assert "conflict" in against(decision)
        assert decision.outcome is not Outcome.RECOGNISED
    undecided = with_verdict(Indication.INDETERMINATE, SubIndication.TRY_LATER)
    assert "conflict" not in against(decide(undecided))


@pytest.mark.parametrize(
    ("change", "rule", "outcome"),
    [
        ({"sound": False}, "home-receipt-bad", Outcome.CANNOT_VERIFY),
        ({"confirmed": None}, "home-receipt", Outcome.CANNOT_VERIFY),
        ({"certificate_sha256": STRANGER}, "third-party", Outcome.NOT_RECOGNISED),
        ({"country": "RU"}, "third-party", Outcome.NOT_RECOGNISED),
        ({"time": datetime(2025, 6, 1, tzinfo=UTC)}, "third-party", Outcome.NOT_RECOGNISED),
        ({"time": datetime(2027, 6, 1, tzinfo=UTC)}, "third-party", Outcome.NOT_RECOGNISED),
    ],
)
def test_a_receipt_counts_only_sound_decided_and_from_a_recognised_party(change, rule, outcome):
    decision = decide(receipt=structs.replace(RECEIPT, **change))
    assert rule in against(decision)
    assert decision.outcome is outcome


def test_a_receipt_is_asked_for_where_the_agreement_demands_one():
    decision = decide(receipt=None)
    assert (decision.outcome, against(decision)) == (Outcome.CANNOT_VERIFY, {"home-receipt"})


@pytest.mark.parametrize(
    ("act", "rule"),
    [
        (structs.replace(BID, sender=Participant.STATE_BODY), "excluded"),
        (structs.replace(BID, subject=Subject.BANKING_PAYMENT), "excluded"),
    ],
)
def test_relations_out_of_scope_are_not_recognised(act, rule):
    decision = decide(act=act)
    assert decision.outcome is Outcome.NOT_RECOGNISED
    assert rule in against(decision)


def test_an_exclusion_that_was_not_asked_about_is_said():
    decision = decide(act=structs.replace(BID, subject=None))
    assert decision.outcome is Outcome.RECOGNISED
    assert "exclusion-open" in codes(decision, Severity.INFO)


def test_a_company_taken_from_the_certificate_may_be_a_state_body():
    def open_of(**act):
        return {
            found.actual
            for found in decide(act=structs.replace(BID, **act)).findings
            if found.rule.code == "recognition.exclusion-open"
        }

    assert open_of() == {"both-state-bodies"}
    assert open_of(sender=Participant.COMPANY) == set()
    assert open_of(receiver=Participant.COMPANY) == set()


def test_an_algorithm_counts_only_while_it_is_admitted():
    rules = load_agreements({"operator.toml": OPERATOR + "until = 2026-01-01\n"})
    assert against(decide(rules=rules)) == {"algorithm"}
    rsa = structs.replace(SIGNED, algorithm=Algorithm("1.2.840.113549.1.1.11", None))
    assert against(decide(rsa)) == {"algorithm"}


def test_time_that_nothing_proves_is_said_and_refused_where_it_is_demanded():
    bare = structs.replace(SIGNED, timestamps=())
    assert decide(bare).outcome is Outcome.RECOGNISED
    assert "time-evidence" in codes(decide(bare), Severity.WARN)
    strict = load_agreements(
        {"operator.toml": OPERATOR + '[demands]\ntime_evidence = "required"\n'}
    )
    assert against(decide(bare, rules=strict)) == {"time-evidence"}


def test_before_the_agreement_nothing_was_recognised():
    decision = decide(act=Act("RU", datetime(2023, 5, 1, tzinfo=UTC)))
    assert decision.outcome is Outcome.NOT_RECOGNISED
    assert against(decision) == {"before-agreement"}
    assert decision.agreement.code == "by-ru-before-2024"


def test_between_ratification_and_the_stated_start_the_agreement_is_not_in_force():
    decision = decide(act=Act("RU", datetime(2024, 12, 20, tzinfo=UTC)))
    assert decision.outcome is Outcome.NOT_RECOGNISED
    assert against(decision) == {"agreement"}


def test_a_signature_of_the_country_itself_needs_no_recognition():
    decision = decide(act=structs.replace(BID, country="BY"))
    assert decision.outcome is Outcome.NOT_CROSS_BORDER
    assert decision.findings == ()


def test_between_other_countries_there_is_no_agreement():
    french = structs.replace(SIGNED, signer=Identity("FR", HolderKind.REPRESENTATIVE, "SARL"))
    assert decide(french).outcome is Outcome.NOT_RECOGNISED
    nobody = structs.replace(SIGNED, signer=None)
    assert decide(nobody).outcome is Outcome.CANNOT_VERIFY


# --- the Eurasian Economic Union: businesses and authorities (EEC Collegium decision 120)

UNION = f"""
extends = "eaeu-b2g"
[effect]
since = 2024-06-01
[[third_parties]]
country = "BY"
name = "ДТС Беларуси"
certificate_sha256 = "{THIRD_PARTY}"
since = 2026-01-01
"""


def union(*more):
    return load_agreements({"union.toml": UNION, **{str(n): text for n, text in enumerate(more)}})


@pytest.mark.parametrize("country", ["RU", "KZ", "AM", "KG", "EEC"])
def test_a_document_of_a_business_to_an_authority_of_another_member_is_recognised(country):
    act = Act(country, NOW, receiver=Participant.STATE_BODY)
    decision = decide(act=act, rules=union())
    assert decision.outcome is Outcome.RECOGNISED
    assert decision.agreement.code == "eaeu-b2g"


def test_the_day_from_which_the_union_recognises_is_for_the_operator_to_state():
    decision = decide(act=structs.replace(BID, country="KZ"), rules=agreements())
    assert decision.outcome is Outcome.CANNOT_VERIFY
    assert decision.agreement.code == "eaeu-b2g"
    assert "start-not-stated" in against(decision)
    before = decide(act=Act("KZ", datetime(2023, 8, 21, tzinfo=UTC)), rules=agreements())
    assert before.outcome is Outcome.NOT_RECOGNISED


def test_to_whom_the_document_goes_has_to_be_known_where_the_rules_are_for_some_alone():
    to_nobody = decide(act=Act("KZ", NOW), rules=union())
    assert to_nobody.outcome is Outcome.CANNOT_VERIFY
    assert against(to_nobody) == {"participant"}
    to_company = decide(act=Act("KZ", NOW, receiver=Participant.COMPANY), rules=union())
    assert to_company.outcome is Outcome.NOT_RECOGNISED
    assert against(to_company) == {"participant"}


def test_a_natural_person_is_no_business_unless_that_is_said():
    person = structs.replace(SIGNED, signer=Identity("BY", HolderKind.PERSON, "Учебная"))
    act = Act("KZ", NOW, receiver=Participant.STATE_BODY)
    assumed = decide(person, act, rules=union())
    assert assumed.outcome is Outcome.CANNOT_VERIFY  # who has a personal certificate may be anybody
    assert against(assumed) == {"participant"}
    stated = decide(person, structs.replace(act, sender=Participant.PERSON), rules=union())
    assert stated.outcome is Outcome.NOT_RECOGNISED
    business = decide(person, structs.replace(act, sender=Participant.ENTREPRENEUR), rules=union())
    assert business.outcome is Outcome.RECOGNISED


def test_rules_for_other_receivers_do_not_stand_in_for_the_agreement_of_the_two():
    for receiver in (None, Participant.COMPANY):
        decision = decide(act=Act("RU", NOW, receiver=receiver), rules=union())
        assert decision.agreement.code == "by-ru-2024"
    decision = decide(act=Act("RU", NOW, receiver=Participant.STATE_BODY), rules=union(OPERATOR))
    assert decision.outcome is Outcome.RECOGNISED


VERDICTS = st.tuples(
    st.sampled_from([Indication.TOTAL_FAILED, Indication.INDETERMINATE]),
    st.sampled_from(SubIndication),
).map(lambda both: Conclusion(*both))


@given(VERDICTS, st.sampled_from([None, *Participant]), st.sampled_from([None, *Subject]))
def test_nothing_makes_a_signature_count_that_did_not_pass(verdict, sender, subject):
    found = structs.replace(SIGNED, conclusion=verdict)
    act = structs.replace(BID, sender=sender, subject=subject)
    decision = decide(found, act)
    assert decision.outcome in {Outcome.NOT_RECOGNISED, Outcome.CANNOT_VERIFY}
    assert found.conclusion is verdict


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("russia.accredited", Outcome.RECOGNISED),
        ("russia.issuer-not-listed", Outcome.RECOGNISED),  # said, and decides nothing
        ("russia.accredited-later", Outcome.NOT_RECOGNISED),
        ("russia.accreditation-suspended", Outcome.NOT_RECOGNISED),
        ("russia.accreditation-annulled", Outcome.NOT_RECOGNISED),
    ],
)
def test_an_authority_that_was_not_accredited_on_the_day_of_issue_is_not_recognised(code, outcome):
    found = Finding(registered()[code], Severity.WARN, SIGNATURE)
    signed = structs.replace(SIGNED, conclusion=structs.replace(PASSED, findings=(found,)))
    decision = decide(signed)
    assert decision.outcome is outcome
    assert "accreditation" in codes(decision, *Severity)
