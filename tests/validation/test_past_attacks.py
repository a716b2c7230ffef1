"""Attacks on what the past proves: trust that nobody ever gave, constraints that time forgives."""

from __future__ import annotations

import archiving
import nation
import pytest
from msgspec import structs
from scene import PERIODS, TEXT, Scene, moment

from zaruka.findings import Conclusion, Indication, SubIndication
from zaruka.signatures import parse_signed_data
from zaruka.signatures.creation import sign_cades
from zaruka.trust import Standing, Statement, TrustBase
from zaruka.validation.context import Context, Evidence
from zaruka.validation.process import validate_document

PROVEN = "sign 2026-06-01; stamp 2026-06-01"
VOUCHED = "sign 2026-06-01; existed 2026-06-01"
ARCHIVED_IN_2019 = (
    "signer 2018..2022; sign 2019-06-01; existed 2019-06-01; "
    "enclose root@2019-06-03 ca@2019-06-02; proof caller 2019-06-02 ca; "
    "proof caller 2019-06-02 signer; proof caller 2019-06-03 root@2019-06-03; "
    "proof caller 2019-06-02 ca@2019-06-02"
)


def judged(scene: Scene, context: Context) -> Conclusion:
    (result,) = validate_document(
        parse_signed_data(scene.message), scene.content, context
    ).signatures
    return result.conclusion


def trusting(scene: Scene, *changes: dict[str, object]) -> Context:
    """Trust the root as these statements say, each with what differs from the usual one."""
    context = scene.context()
    (usual,) = context.trust.statements
    stated: list[Statement] = [structs.replace(usual, **each) for each in changes]  # type: ignore[arg-type]
    return structs.replace(context, trust=TrustBase(tuple(stated)))


@pytest.mark.parametrize("facts", [PROVEN, VOUCHED])
@pytest.mark.parametrize(
    "never",
    [
        {"standing": Standing.ANNULLED},
        {"standing": Standing.ENDED, "since": moment("2020-01-01")},
        {"standing": Standing.SUSPENDED},
        {"since": moment("2027-01-01")},
    ],
    ids=["annulled", "ended", "suspended", "still to begin"],
)
def test_a_root_that_was_never_granted_is_not_trusted_for_the_past(
    facts: str, never: dict[str, object]
) -> None:
    """A list that has nothing but "withdrawn" of a service made its signatures count."""
    scene = Scene.of(facts)
    assert judged(scene, trusting(scene, never)).sub_indication is (
        SubIndication.NO_CERTIFICATE_CHAIN_FOUND_NO_POE
    )
    assert judged(scene, trusting(scene, {})).passed


def test_of_terms_of_trust_that_are_over_the_last_one_counts() -> None:
    """European services were "accredited" until 1 July 2016 and "granted" after it."""
    scene = Scene.of(ARCHIVED_IN_2019)
    first = {"since": moment("2012-01-01"), "until": moment("2016-07-01")}
    second = {"since": moment("2016-07-01"), "until": moment("2021-01-01")}
    over = {"standing": Standing.ANNULLED, "since": moment("2021-01-01")}
    assert judged(scene, trusting(scene, first, second, over)).passed
    assert not judged(scene, trusting(scene, first, over)).passed
    assert judged(scene, trusting(scene, over)).indication is Indication.INDETERMINATE


@pytest.mark.parametrize(
    "hidden",
    [
        {"until": moment("2021-01-01")},  # trust ended: NO_CERTIFICATE_CHAIN_FOUND_NO_POE
        {},  # expired since
    ],
)
def test_an_authority_that_was_not_accredited_is_no_better_for_the_past(
    hidden: dict[str, object],
) -> None:
    """A status that a proof of existence cures stood before the one that nothing cures."""
    facts = ARCHIVED_IN_2019
    demanding = Scene.of(f'policy etsi certificates.accreditation="fail"; {facts}')
    assert not judged(demanding, trusting(demanding, hidden)).passed
    usual = Scene.of(facts)
    assert judged(usual, trusting(usual, hidden)).passed


@pytest.mark.parametrize(
    ("facts", "passes"),
    [
        ("policy etsi stamps.delay_s=86400; sign 9999-12-31; stamp 2026-06-01", True),
        ("revoked signer 0001-01-01; sign 2026-06-01; stamp 2026-06-01", False),
    ],
)
def test_the_first_and_last_moments_that_there_are_overflow_nothing(
    facts: str, *, passes: bool
) -> None:
    scene = Scene.of(facts)
    assert judged(scene, scene.context()).passed is passes


def test_a_token_copied_to_another_signature_of_the_document_is_not_over_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The digest of what it covers was remembered by the token alone, whoever's it was."""
    monkeypatch.setitem(PERIODS, "thief", "2020..2030")
    scene = Scene.of("signer 2020..2030; revoked thief 2023-01-01 1; sign 2021-06-01")
    scene.do_enclose("root@2021-06-02", "ca@2021-06-02")
    scene.do_archive("2021-06-03", "v2")
    (honest,) = parse_signed_data(scene.message).signatures
    (archive,) = honest.unsigned_attributes
    forged = sign_cades(
        TEXT,
        (scene.signer("thief"),),
        signing_time=moment("2021-06-01"),
        entropy=nation.entropy,
    )
    forged = archiving.add_attribute(forged, archive.oid, archive.values[0])
    (thief,) = parse_signed_data(forged).signatures
    message = archiving.with_signers(scene.message, [honest.der, thief.der])
    context = scene.context()
    stolen = Evidence.of("file:stolen", certificates=[scene.certificate("thief")])
    report = validate_document(
        parse_signed_data(message),
        None,
        structs.replace(context, evidence=context.evidence + stolen),
    )
    first, second = report.signatures
    assert first.conclusion.indication is Indication.TOTAL_PASSED
    assert second.conclusion.sub_indication is SubIndication.REVOKED_NO_POE
    (copied,) = second.timestamps
    assert copied.conclusion.sub_indication is SubIndication.HASH_FAILURE
