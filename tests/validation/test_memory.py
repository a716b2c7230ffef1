"""What a context remembers of authorities changes not an octet of a report, and is remembered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from msgspec import structs

import test_interop
from hierarchy import NOW, Authority
from judging import context
from zaruka.findings import Indication
from zaruka.messages import Messages
from zaruka.reports.as_json import dump, report_value
from zaruka.service import Zaruka
from zaruka.trust import TrustBase, given
from zaruka.validation.context import Context, Evidence
from zaruka.validation.memory import Memory
from zaruka.validation.policy_file import built_in
from zaruka.validation.process import validate_certificate
from zaruka.validation.results import RevocationState
from zaruka.x509 import Certificate, Tries
from zaruka.x509.crls import RevokedEntry

MESSAGES = Messages("en")
ROOT, MIDDLE, LOWER = Authority("root"), Authority("middle"), Authority("lower")
ANCHOR = ROOT.anchor().certificate
MIDDLE_CERTIFICATE = ROOT.issue(MIDDLE)
LOWER_CERTIFICATE = MIDDLE.issue(LOWER)
LEAVES = [LOWER.issue(Authority(f"leaf {n}"), ca=False, serial=n) for n in range(1, 6)]
AT = NOW + timedelta(hours=1)
LISTS = (ROOT.crl(), MIDDLE.crl(), LOWER.crl([RevokedEntry(4, NOW)]))


def world(memory: Memory | None, crls=LISTS) -> Context:
    authorities = [MIDDLE_CERTIFICATE, LOWER_CERTIFICATE]
    plain = context(AT, anchors=[ANCHOR], certificates=authorities, crls=crls)
    return structs.replace(plain, memory=memory)


def octets(leaf: Certificate, judged: Context) -> str:
    report = validate_certificate(leaf, judged)
    return dump(report_value(report, MESSAGES)) + repr((report.objects, report.facts, report.needs))


def state_of_authorities(leaf: Certificate, judged: Context) -> list[RevocationState]:
    return [link.revocation.state for link in validate_certificate(leaf, judged).objects[0].chain]


def test_authorities_are_judged_once_for_all_that_they_issued():
    asked = world(Memory())
    first, second = (validate_certificate(leaf, asked).objects[0] for leaf in LEAVES[:2])
    assert first.conclusion.passed
    assert second.conclusion.passed
    for index in (1, 2):
        assert first.chain[index].revocation is second.chain[index].revocation
    assert first.chain[0].revocation is not second.chain[0].revocation
    alone = world(None)
    first, second = (validate_certificate(leaf, alone).objects[0] for leaf in LEAVES[:2])
    assert first.chain[1].revocation is not second.chain[1].revocation


def test_reports_are_the_same_with_and_without_it():
    asked = world(Memory())
    for leaf in [*LEAVES, *LEAVES]:
        assert octets(leaf, asked) == octets(leaf, world(None))


OTHER = Authority("middle", secret="another")
BROUGHT = {
    "a newer list that revokes an authority": {
        "crls": [MIDDLE.crl([RevokedEntry(LOWER_CERTIFICATE.serial_number, NOW)], number=2)]
    },
    "a list that another signed": {"crls": [OTHER.crl(number=3)]},
    "a certificate of an authority's name": {"certificates": [ROOT.issue(OTHER)]},
    "a signer of lists of its name": {
        "certificates": [ROOT.issue(OTHER)],
        "crls": [OTHER.crl([RevokedEntry(LOWER_CERTIFICATE.serial_number, NOW)], number=4)],
    },
    "nothing new": {"certificates": [LOWER_CERTIFICATE], "crls": [LISTS[0]]},
}


@pytest.mark.parametrize("brought", BROUGHT.values(), ids=BROUGHT)
def test_what_one_question_brings_is_judged_in_that_question_alone(brought):
    evidence = Evidence.of("signature", **brought)
    asked, alone = world(Memory()), world(None)
    for _ in range(2):
        for leaf in LEAVES[:2]:
            assert octets(leaf, asked) == octets(leaf, alone)
            with_more = octets(leaf, asked.of_one_question(evidence))
            assert with_more == octets(leaf, alone.of_one_question(evidence))


def test_a_revoked_authority_is_found_though_it_was_good_in_the_question_before():
    asked = world(Memory())
    revoking = Evidence.of("signature", **BROUGHT["a newer list that revokes an authority"])
    good, revoked = RevocationState.GOOD, RevocationState.REVOKED
    assert state_of_authorities(LEAVES[0], asked)[:3] == [good, good, good]
    assert state_of_authorities(LEAVES[1], asked.having(revoking))[:3] == [good, revoked, good]
    assert state_of_authorities(LEAVES[2], asked)[:3] == [good, good, good]


def changes(asked: Context) -> Iterator[Context]:
    """Give the same context with another moment, policy, trust."""
    yield structs.replace(asked, at=asked.at + timedelta(microseconds=1))
    yield structs.replace(asked, at=asked.at + timedelta(days=40_000))
    yield structs.replace(asked, policy=built_in("by-113z"))
    ended = [structs.replace(each, until=NOW) for each in given([ANCHOR])]
    yield structs.replace(asked, trust=TrustBase(tuple(ended)))
    yield structs.replace(asked, jurisdictions=())


def test_another_moment_policy_or_trust_is_another_question():
    memory = Memory()
    validate_certificate(LEAVES[0], world(memory))
    for asked, alone in zip(changes(world(memory)), changes(world(None)), strict=True):
        for leaf in LEAVES[1:3]:
            assert octets(leaf, asked) == octets(leaf, alone)
    assert octets(LEAVES[1], world(memory)) == octets(LEAVES[1], world(None))


@pytest.mark.parametrize("left", range(1, 9))
@pytest.mark.parametrize("bound", ["left", "looks"])
def test_what_is_remembered_costs_a_question_the_same(bound, left):
    impostor = Authority("middle", secret="impostor")
    forged = [impostor.crl(number=n, at=NOW + timedelta(seconds=n)) for n in (1, 2, 3)]
    memory = Memory()
    validate_certificate(LEAVES[0], world(memory, [*LISTS, *forged]))

    def bounded(memory: Memory | None) -> list[str]:
        one = structs.replace(world(memory, [*LISTS, *forged]), tries=Tries(**{bound: left}))
        return [octets(leaf, one) for leaf in LEAVES[1:4]]

    assert bounded(memory) == bounded(None)
    assert bounded(memory) == bounded(None)


def test_it_stays_small():
    memory = Memory()
    for second in range(200):
        asked = structs.replace(world(memory), at=AT + timedelta(seconds=second))
        validate_certificate(LEAVES[0], asked)
    assert len(memory._kept) <= 64


@pytest.mark.usefixtures("shared")
def test_files_of_other_programs_give_the_same_octets_with_and_without_it():
    """Each file twice, by judges that keep what they find out of authorities from file to file."""
    judges: dict[tuple, Zaruka] = {}
    compared = remembered = 0
    for case in test_interop.CASES:
        if not case.kind.startswith("cms"):
            continue
        files = {"anchors": case.anchors, "certificates": case.certificates, "crls": case.crls}
        key = (case.at, *files.values())
        judge = judges.setdefault(key, Zaruka(**files, at=case.at))
        content = None if case.kind == "cms-attached" else case.path("content")
        alone = Zaruka(**files, at=case.at)
        alone._context = structs.replace(alone._context, memory=None)
        expected = value_of(alone, case.file, content)
        for _ in range(2):
            assert value_of(judge, case.file, content) == expected, case.id
        compared += 1
        remembered += len(judge._context.memory._kept)
    assert compared > 80
    assert remembered > compared / 2


def value_of(judge: Zaruka, file, content) -> str:
    try:
        report = judge.verify(file, content=content)
    except Exception as error:  # noqa: BLE001 - the same error is the same answer
        return repr(error)
    findings = [
        (one.conclusion, one.blocks, one.paths, one.timestamps) for one in report.signatures
    ]
    return dump(report_value(report, MESSAGES)) + repr((findings, report.facts, report.needs))


def test_indications_are_what_they_are():
    """The world above is worth comparing: it has both verdicts."""
    found = {validate_certificate(leaf, world(None)).conclusion.indication for leaf in LEAVES}
    assert found == {Indication.PASSED, Indication.INDETERMINATE}
