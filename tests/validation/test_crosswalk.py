"""Every sub-indication has its place in STB 34.101.80, .81, .78, the EEC's receipt and 63-FZ 11."""

from __future__ import annotations

import pytest
from test_cases import cases, judged

from zaruka.findings import Conclusion, Indication, SubIndication
from zaruka.validation.crosswalk import (
    CROSSWALK,
    Condition,
    DvcsStatus,
    ReasonCode,
    place_of,
)
from zaruka.validation.past.past_signature import PAST

# STB 34.101.80-2019, 8.2.1
STB_80 = {
    Indication.FAILED: {"FORMAT_FAILURE", "HASH_FAILURE", "SIG_CRYPTO_FAILURE", "REVOKED"},
    Indication.INDETERMINATE: {
        *("SIG_CONSTRAINTS_FAILURE", "CHAIN_CONSTRAINTS_FAILURE"),
        *("CERTIFICATE_CHAIN_GENERAL_FAILURE", "CRYPTO_CONSTRAINTS_FAILURE", "EXPIRED"),
        *("NOT_YET_VALID", "POLICY_PROCESSING_ERROR", "SIGNATURE_POLICY_NOT_AVAILABLE"),
        *("TIMESTAMP_ORDER_FAILURE", "NO_SIGNING_CERTIFICATE_FOUND"),
        *("NO_CERTIFICATE_CHAIN_FOUND", "REVOKED_NO_POE", "REVOKED_CA_NO_POE"),
        *("OUT_OF_BOUNDS_NO_POE", "CRYPTO_CONSTRAINTS_FAILURE_NO_POE", "NO_POE"),
        *("TRY_LATER", "SIGNED_DATA_NOT_FOUND", "GENERIC"),
    },
}
# EN 319 102-1 V1.4.1, table 5: what is FAILED there
FAILED = {
    SubIndication.FORMAT_FAILURE,
    SubIndication.HASH_FAILURE,
    SubIndication.SIG_CRYPTO_FAILURE,
    SubIndication.REVOKED,
    SubIndication.EXPIRED,
    SubIndication.NOT_YET_VALID,
}


def test_every_sub_indication_has_its_place() -> None:
    assert set(CROSSWALK) == set(SubIndication)


def test_every_status_of_stb_80_is_one_that_the_standard_has_in_that_class() -> None:
    for place in CROSSWALK.values():
        indication, status = place.stb_80
        assert status in STB_80[indication]
    used = {place.stb_80[1] for place in CROSSWALK.values()}
    assert used == set().union(*STB_80.values())


def test_where_the_classes_differ_is_known() -> None:
    differ = {
        sub
        for sub, place in CROSSWALK.items()
        if (place.stb_80[0] is Indication.FAILED) is not (sub in FAILED)
    }
    assert differ == {SubIndication.EXPIRED, SubIndication.NOT_YET_VALID}


def test_a_failure_is_rejected_and_never_waits() -> None:
    for sub in FAILED:
        assert CROSSWALK[sub].dvcs is DvcsStatus.REJECTION
        assert CROSSWALK[sub].reason is not None
        assert CROSSWALK[sub].law_63fz in {Condition.CERTIFICATE_NOT_MET, Condition.CHECK_NOT_MET}


def test_d6_only_what_time_or_fetching_can_cure_waits() -> None:
    waiting = {sub for sub, place in CROSSWALK.items() if place.is_curable}
    assert waiting == {
        SubIndication.TRY_LATER,
        SubIndication.NO_POE,
        SubIndication.REVOCATION_OUT_OF_BOUNDS_NO_POE,
        SubIndication.SIGNATURE_POLICY_NOT_AVAILABLE,
    }
    for sub in waiting:
        assert CROSSWALK[sub].reason is None
        assert CROSSWALK[sub].law_63fz is Condition.UNKNOWN


def test_d7_expired_without_a_proven_time_does_not_meet_the_condition_of_63_fz() -> None:
    place = CROSSWALK[SubIndication.OUT_OF_BOUNDS_NO_POE]
    assert place.law_63fz is Condition.CERTIFICATE_NOT_MET
    assert place.stb_80[0] is Indication.INDETERMINATE


def test_every_reason_code_of_the_eec_is_given_for_something() -> None:
    assert {place.reason for place in CROSSWALK.values()} == {*ReasonCode, None}


def test_what_passed_is_granted() -> None:
    for indication in (Indication.PASSED, Indication.TOTAL_PASSED):
        place = place_of(Conclusion(indication))
        assert (place.dvcs, place.law_63fz) == (DvcsStatus.GRANTED, Condition.MET)
        assert place.stb_80 == (Indication.PASSED, "OK")


@pytest.mark.parametrize("name", ["not-yet-valid", "content-stamp-after-expiry"])
def test_both_classes_are_said_where_they_differ(name: str) -> None:
    (case,) = (each for each in cases() if each["name"] == name)
    conclusion = judged(case["facts"]).conclusion
    assert conclusion.indication is Indication.TOTAL_FAILED
    assert place_of(conclusion).stb_80[0] is Indication.INDETERMINATE
    (said,) = [f for f in conclusion.findings if f.rule.code == "validation.class-differs"]
    assert said.expected == f"FAILED / {conclusion.sub_indication}"
    assert said.actual == f"INDETERMINATE / {conclusion.sub_indication}"


# --- which sub-indications a signature can get at all

# Not given by any policy of ours, and why.
NEVER = {
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE: (
        "5.2.8.4.1: only for an algorithm that was never reliable; every constraint of a policy "
        "has a date, so that a proof from before it helps"
    ),
    SubIndication.POLICY_PROCESSING_ERROR: (
        "5.2.4.4: the policy that a signature names is noticed, not processed; a broken policy of "
        "ours is a ConfigError"
    ),
    SubIndication.SIGNATURE_POLICY_NOT_AVAILABLE: "5.2.4.4: as POLICY_PROCESSING_ERROR",
    SubIndication.NO_POE: (
        "5.6.2.1, 5.6.2.2: of the building blocks alone; 5.6.2.4.4 step 2 gives the status at the "
        "current time in its place"
    ),
    SubIndication.CUSTOM: (
        "table 6: an algorithm or extension that we do not have; see tests of crypto and paths"
    ),
}


def test_every_sub_indication_is_reached_but_those_that_cannot_be() -> None:
    reached = {judged(case["facts"]).conclusion.sub_indication for case in cases()} - {None}
    assert reached == set(SubIndication) - NEVER.keys()


def test_no_poe_is_said_by_the_building_block() -> None:
    found = {
        finding.sub_indication
        for case in cases()
        for finding in judged(case["facts"]).findings
        if finding.rule.code == "validation.no-proof-of-revocation-status"
    }
    assert found == {SubIndication.NO_POE}


def test_what_the_past_may_turn_is_open_and_never_failed() -> None:
    assert not PAST & FAILED
