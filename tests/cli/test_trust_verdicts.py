"""The lawyer's question through `zaruka verify --store`: how did the authority stand that day?"""

from __future__ import annotations

import hashlib
import json
import sys
from datetime import timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "trust"))

import minted_lists as minted
from minted_lists import ISSUED, ministry

from zaruka.cli import main
from zaruka.lab import russia as ru
from zaruka.lab.lists import Accredited, accredited_list, sign_list
from zaruka.service.replaying import read_report, replay
from zaruka.validation.policy_file import built_in, text_of

DAY = timedelta(days=1)
OGRN = "1027700100010"
NATION = ru.russia(
    ISSUED,
    lambda count: hashlib.shake_256(b"verdicts").digest(count),
    root_key="gost-256",
    key="gost-256",
)
MEMBER = NATION.enrol(ru.CONTRACTOR, ru.SIGNER)
BEGIN = MEMBER.certificate.not_before
GOOD, OFF, OVER, GONE = "Действует", "Приостановлена", "Прекращена", "Аннулирована"
ALWAYS = ((GOOD, BEGIN - 999 * DAY),)


def mint(*statuses):
    """A list of the ministry, of the nation's root, and of an authority with this history."""
    history = tuple((word, BEGIN + days * DAY) for word, days in statuses)
    every = (
        Accredited("Минцифры", minted.MINISTRY, (minted.root().certificate,), ALWAYS),
        Accredited("Корень", "1", (NATION.root.certificate,), ALWAYS),
        Accredited("УЦ «Пример»", OGRN, (NATION.authority.certificate,), history),
    )
    octets = accredited_list(every, version=7, issued=ISSUED)
    return sign_list(octets, ministry().signer, minted.entropy)


@pytest.fixture
def zaruka(tmp_path, monkeypatch, capsys):
    """Run a command beside a signed contract: exit status and what was said."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ZARUKA_CONFIG", "zaruka.toml")
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    Path("zaruka.toml").write_text(
        f'[sources.e-trust]\nroots = ["{minted.root().certificate.sha256}"]\n', encoding="utf-8"
    )
    Path("contract.txt").write_bytes(b"contract")
    signed = NATION.sign(b"contract", [MEMBER], at=ISSUED, detached=True)
    Path("contract.txt.sig").write_bytes(signed)
    Path("signer.cer").write_bytes(MEMBER.certificate.der)
    for number, crl in enumerate(NATION.lists()):
        Path(f"{number}.crl").write_bytes(bytes(crl.der))

    def call(*words):
        status = main([*words, "--store", "s.db"])
        return status, " ".join(capsys.readouterr().out.split())

    return call


def taken(zaruka, *statuses):
    Path("list.xml").write_bytes(mint(*statuses))
    assert zaruka("trust", "update", "--from", "list.xml", "--yes")[0] == 0


def verify(zaruka, *more):
    lists = ("--crl", "0.crl", "--crl", "1.crl")
    return zaruka("verify", "contract.txt.sig", *lists, "--at", ISSUED.isoformat(), *more)


CASES = [
    ([(GOOD, -99), (OFF, 5)], "russia.accredited", "pass"),  # before a suspension
    ([(GOOD, -99), (OFF, -5), (GOOD, 5)], "russia.accreditation-suspended", "warn"),  # during it
    ([(GOOD, -99), (OFF, -9), (GOOD, -5)], "russia.accredited", "pass"),  # after it
    ([(GOOD, -99), (OVER, -5)], "russia.accreditation-ended", "warn"),
    ([(GOOD, -99), (GONE, -5)], "russia.accreditation-annulled", "warn"),
]


@pytest.mark.parametrize(("statuses", "code", "severity"), CASES)
def test_the_standing_on_the_day_of_issue_is_told_and_the_list_named(
    zaruka, statuses, code, severity
):
    """The chain is built of certificates that only the list has."""
    taken(zaruka, *statuses)
    status, said = verify(zaruka, "--json")
    report = json.loads(said)
    (found,) = [
        each
        for signature in report["signatures"]
        for each in signature["findings"]
        if each["code"] == code
    ]
    assert (status, found["severity"]) == (0, severity)
    assert " 7 2026-07-23" in found["details"]["list"]
    assert len(found["details"]["list_sha256"]) == 64
    sources = {each["source"] for each in report["facts"]}
    assert "list:e-trust" in sources
    demanding = text_of(built_in()).replace('accreditation = "warn"', 'accreditation = "fail"')
    Path("demanding.toml").write_text(demanding, encoding="utf-8")
    status, said = verify(zaruka, "--policy", "demanding.toml", "--json")
    assert (status == 0) is (severity == "pass")
    assert status == 0 or "CHAIN_CONSTRAINTS_FAILURE" in said


def test_a_report_that_an_old_list_is_told_of_in_is_judged_again_to_the_same(zaruka):
    taken(zaruka, (GOOD, -99))
    lists = ("--crl", "0.crl", "--crl", "1.crl")
    later = (ISSUED + 31 * DAY).isoformat()
    _, said = zaruka("verify", "contract.txt.sig", *lists, "--at", later, "--json")
    codes = [each["code"] for each in json.loads(said)["findings"]]
    assert codes == ["trust.list-overdue"]
    found = replay(read_report(said.encode()))
    assert [each for each in found.differences if each.place.startswith("findings")] == []


def test_history_answers_for_a_moment_in_three_languages(zaruka):
    taken(zaruka, (GOOD, -99), (OFF, -5), (GOOD, 5))
    then = (BEGIN - DAY).strftime("%Y-%m-%dT12:00:00Z")
    for lang, words in (
        ("ru", "Нет: "),
        ("ru", "была приостановлена"),
        ("be", "прыпынен"),
        ("en", "suspended"),
    ):
        status, said = zaruka("trust", "history", "signer.cer", "--at", then, "--lang", lang)
        assert status == 1
        assert words in said
    later = (BEGIN + 9 * DAY).strftime("%Y-%m-%dT12:00:00Z")
    status, said = zaruka("trust", "history", "signer.cer", "--at", later)
    assert status == 0
    assert "действовала" in said
    assert "№ 7 от 23.07.2026" in said
    assert zaruka("trust", "history", "signer.cer")[0] == 1  # for the day of issue
