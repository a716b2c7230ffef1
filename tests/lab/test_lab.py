"""The laboratory: what it makes has the national forms, and the demonstration keeps its word."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from zaruka.cli.demo import _command
from zaruka.jurisdictions.belarus import BELARUS
from zaruka.jurisdictions.russia import RUSSIA
from zaruka.lab import belarus as by
from zaruka.lab import russia as ru
from zaruka.lab.keys import KINDS, make_key
from zaruka.lab.scenario import make_scenario
from zaruka.service import Zaruka
from zaruka.validation.jurisdiction import HolderKind

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_numbers_of_invented_people_have_right_check_digits() -> None:
    russian = RUSSIA.identity(
        ru.russia(NOW, os.urandom).enrol(ru.CONTRACTOR, ru.SIGNER).certificate
    )
    belarusian = BELARUS.identity(
        by.belarus(NOW, os.urandom).enrol(by.BIDDER, by.SIGNER).certificate
    )
    assert {n.code for n in russian.identifiers} == {"OGRN", "SNILS", "INN", "INNLE"}
    assert all(n.correct for n in russian.identifiers)
    assert {n.code for n in belarusian.identifiers} == {"UNP", "PERSONAL_NUMBER"}
    assert belarusian.identifier("UNP").correct
    assert russian.kind is belarusian.kind is HolderKind.REPRESENTATIVE


@pytest.mark.parametrize("kind", [*KINDS, "rsa-2048", "p-256"])
def test_a_hierarchy_on_any_key_signs_what_passes(kind: str, tmp_path: Path) -> None:
    hierarchy = ru.russia(NOW, os.urandom, root_key=kind, key=kind)
    member = hierarchy.enrol(ru.CONTRACTOR, ru.SIGNER)
    message = hierarchy.sign(b"content", [member], at=NOW, detached=False)
    (tmp_path / "root.cer").write_bytes(hierarchy.root.certificate.der)
    for number, crl in enumerate(hierarchy.lists()):
        (tmp_path / f"{number}.crl").write_bytes(crl.der)
    zaruka = Zaruka(anchors=[tmp_path / "root.cer"], crls=[tmp_path], at=NOW)
    assert zaruka.verify(hierarchy.stamp(message, 0, at=NOW)).conclusion.passed


def test_a_number_that_is_no_key_is_drawn_again() -> None:
    draws = iter([bytes(32), b"\xff" * 32, b"\x05" * 32])
    assert make_key("bign-256", lambda _: next(draws)).octets == b"\x05" * 32


def test_each_command_of_the_demonstration_gives_what_it_shows(tmp_path: Path) -> None:
    cases = {case.name: case for case in make_scenario(tmp_path, datetime.now(UTC), os.urandom)}
    for name in ("bid", "entrusted"):
        command = _command(cases[name], tmp_path)
        done = subprocess.run(
            [sys.executable, "-m", *command, "--json"], capture_output=True, check=False
        )
        (signature,) = json.loads(done.stdout)["signatures"]
        assert done.returncode == 0
        assert signature["recognition"]["outcome"] == "recognised"
        assert signature["powers"]["outcome"] == "confirmed"


def test_each_case_of_the_scenario_gets_the_answer_it_is_there_to_show(tmp_path: Path) -> None:
    cases = make_scenario(tmp_path, NOW, os.urandom)
    zaruka = Zaruka(anchors=[tmp_path / "trust"], crls=[tmp_path / "lists"], at=NOW)
    answers = {case.name: zaruka.verify(case.signature) for case in cases}
    assert {name: str(found.conclusion.indication) for name, found in answers.items()} == {
        "bid": "TOTAL_PASSED",
        "contract": "TOTAL_PASSED",
        "altered": "TOTAL_FAILED",
        "revoked": "INDETERMINATE",
        "stamped": "TOTAL_PASSED",
        "both": "TOTAL_PASSED",
        "expired": "INDETERMINATE",
        "powerless": "TOTAL_PASSED",
        "entrusted": "TOTAL_PASSED",
        "conflict": "TOTAL_PASSED",
    }
    (stamped,) = answers["stamped"].signatures
    assert stamped.proven
    assert stamped.best_signature_time == NOW - timedelta(days=60, seconds=-4)
    assert len(answers["both"].signatures) == 2


@pytest.mark.parametrize("language", ["ru", "be", "en"])
def test_the_demonstration_runs_again_and_again_inside_its_folder(
    language: str, tmp_path: Path
) -> None:
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-m", "zaruka", "demo", "here", "--lang", language],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert "zaruka verify" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["here"]
