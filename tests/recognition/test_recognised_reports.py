"""Decisions beside a report: one for each signature, and nothing of the verdict changes."""

from __future__ import annotations

import csv
import io
import json
import os
from datetime import UTC, datetime, timedelta

import pytest

import zaruka
from zaruka.cli import main
from zaruka.errors import ConfigError
from zaruka.lab.scenario import make_scenario
from zaruka.recognition import HomeReceipt, Outcome
from zaruka.service import Zaruka, question

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
THIRD_PARTY = "aa" * 32
AGREEMENT = f"""
extends = "by-ru-2024"
[effect]
since = 2025-02-01
[[third_parties]]
country = "BY"
name = "ДТС"
certificate_sha256 = "{THIRD_PARTY}"
since = 2025-02-01
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scene")
    every = make_scenario(folder, NOW, os.urandom)
    (folder / "demo.toml").write_bytes((folder / "agreement.toml").read_bytes())
    (folder / "agreement.toml").write_text(AGREEMENT, encoding="utf-8")
    return folder, {case.name: case.signature for case in every}


def judge(place, name, **asked):
    folder, cases = place
    return zaruka.verify(
        cases[name], anchors=[folder / "trust"], crls=[folder / "lists"], at=NOW, **asked
    )


def codes(decision):
    return {found.rule.code.removeprefix("recognition.") for found in decision.findings}


def test_without_a_country_each_signer_is_asked_about_the_other_one(place):
    report = judge(place, "both")
    for found, decision in zip(report.signatures, report.decisions, strict=True):
        assert {found.signer.country, decision.act.country} == {"BY", "RU"}
    assert all("country-assumed" in codes(each) for each in report.decisions)
    assert report.countries == {"BY": Outcome.CANNOT_VERIFY, "RU": Outcome.CANNOT_VERIFY}


def test_a_signature_of_the_country_itself_needs_no_recognition(place):
    report = judge(place, "both", recognise_in="ru")
    outcomes = {
        found.signer.country: decision.outcome
        for found, decision in zip(report.signatures, report.decisions, strict=True)
    }
    assert outcomes == {"RU": Outcome.NOT_CROSS_BORDER, "BY": Outcome.CANNOT_VERIFY}
    assert report.countries == {"RU": Outcome.CANNOT_VERIFY}


def test_the_latest_sound_receipt_of_the_home_party_decides(place):
    folder, cases = place
    report = judge(place, "bid")

    def receipt(hour, confirmed, *, sound=True, country="BY"):
        time = NOW - timedelta(hours=hour)
        ref = report.signatures[0].ref
        return HomeReceipt(ref, country, THIRD_PARTY, "ДТС", time, confirmed, sound)

    asked = question(
        agreement_files=[folder / "agreement.toml"],
        receipts=[
            receipt(3, confirmed=False),
            receipt(2, confirmed=True),
            receipt(1, confirmed=False, sound=False),
            receipt(0, confirmed=False, country="RU"),
        ],
    )
    judged = Zaruka(
        anchors=[folder / "trust"], crls=[folder / "lists"], at=NOW, recognition=asked
    ).verify(cases["bid"])
    (decision,) = judged.decisions
    assert decision.outcome is Outcome.RECOGNISED
    assert decision.act.proven
    assert judged.conclusion == report.conclusion


def test_rules_of_the_proven_time_apply(place):
    report = judge(place, "bid")
    (decision,) = report.decisions
    assert decision.act.at == report.signatures[0].best_signature_time < NOW
    (unproven,) = judge(place, "contract").decisions
    assert unproven.act.at == NOW


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"recognise_in": "RU"},
        {"recognise_in": "BY", "about": "banking-payment"},
        {"from_kind": "state-body", "to_kind": "state-body"},
    ],
)
@pytest.mark.parametrize("name", ["bid", "contract", "altered", "revoked", "stamped", "both"])
def test_what_is_asked_of_recognition_never_changes_the_verdict(place, name, asked):
    plain, report = judge(place, name), judge(place, name, **asked)
    assert report.signatures == plain.signatures
    assert report.conclusion == plain.conclusion
    assert report.findings == plain.findings


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"recognise_in": "XX"}, "usage.unknown-choice"),
        ({"from_kind": "king"}, "usage.unknown-choice"),
        ({"about": "love"}, "usage.unknown-choice"),
        ({"agreements": ["nowhere.toml"]}, "agreement.not-found"),
    ],
)
def test_a_word_that_is_not_known_is_wrong_usage(place, asked, code):
    with pytest.raises(ConfigError) as error:
        judge(place, "bid", **asked)
    assert error.value.code == code


def options(place):
    folder, _ = place
    words = ["--anchor", str(folder / "trust"), "--crl", str(folder / "lists")]
    return [*words, "--at", "2026-11-23T12:00:00Z"]


def test_the_command_says_the_decision_and_keeps_its_exit_status(place, capsys):
    folder, cases = place
    words = ["verify", str(cases["bid"]), *options(place), "--lang", "ru"]
    agreement = ["--agreement", str(folder / "agreement.toml")]
    assert main([*words, *agreement, "--in", "RU", "--to-kind", "state-body"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "Признание: невозможно проверить, признаётся ли в России" in shown
    assert "--receipt" in shown
    assert "SHA-256 правил" not in shown
    assert main([*words, *agreement, "--in", "RU", "--about", "banking-payment"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "не признаётся в России; сама подпись при этом действительна" in shown
    assert "банковские и платёжные отношения" in shown


def test_what_held_is_told_with_all_findings_only(place, capsys):
    folder, cases = place
    words = ["verify", str(cases["bid"]), *options(place), "--lang", "ru"]
    words += ["--agreement", str(folder / "agreement.toml"), "--in", "RU"]
    main(words)
    short = " ".join(capsys.readouterr().out.split())
    main([*words, "--verbose"])
    full = " ".join(capsys.readouterr().out.split())
    for said in ("соглашение действует с", "Применены правила на", "(по сертификату)"):
        assert said in short
        assert said in full
    for said in ("Подпись прошла проверку", "SHA-256 правил"):
        assert said not in short
        assert said in full


def test_json_has_the_decision_beside_each_signature(place, capsys):
    _, cases = place
    assert main(["verify", str(cases["both"]), *options(place), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert {each["recognition"]["country"] for each in report["signatures"]} == {"BY", "RU"}
    assert {each["country"]: each["outcome"] for each in report["recognition"]} == {
        "BY": "cannot-verify",
        "RU": "cannot-verify",
    }
    assert len(report["signatures"][0]["recognition"]["agreement"]["sha256"]) == 64


# --- what is no document


def test_a_receipt_is_no_document_and_nothing_is_asked_of_it_but_its_signature(place, capsys):
    folder, _ = place
    paths = {"anchors": [folder / "trust"], "crls": [folder / "lists"], "at": NOW}
    receipt = zaruka.verify(folder / "1-bid/bid.txt.dvc", certificates=[folder / "keys"], **paths)
    (signature,) = receipt.signatures
    assert signature.conclusion.passed
    assert not signature.signs_document
    assert signature.powers is None
    assert receipt.decisions == (None,)
    assert receipt.countries == {}
    asked = ["--anchor", str(folder / "trust"), "--crl", str(folder / "lists"), "--lang", "ru"]
    main(["verify", str(folder / "1-bid/bid.txt.dvc"), *asked])
    told = capsys.readouterr().out
    assert "Признание" not in told
    assert "Полномочия" not in told
    assert "Подписан не документ" in told
    assert "zaruka receipt show" in told
    main(["verify", str(folder / "1-bid/bid.txt.dvc"), *asked, "--json"])
    value = json.loads(capsys.readouterr().out)
    assert value["signatures"][0]["recognition"] is None
    assert value["signatures"][0]["powers"] is None
    assert value["recognition"] == []


def test_in_a_folder_a_receipt_has_no_line_on_recognition_and_its_document_has(place, capsys):
    folder, _ = place
    asked = ["--anchor", str(folder / "trust"), "--crl", str(folder / "lists"), "--lang", "ru"]
    main(["verify", str(folder / "1-bid"), *asked])
    receipt, document, *_ = capsys.readouterr().out.split("bid.txt.sig + bid.txt")
    assert "Признание" not in receipt
    assert "Подписан не документ" in " ".join(receipt.split())
    assert "Признание" in document
    main(["verify", str(folder / "1-bid"), *asked, "--csv"])
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [bool(each["признание"]) for each in rows] == [False, True]
    assert [bool(each["полномочия"]) for each in rows] == [False, True]


def test_trust_that_somebody_gave_is_said_once_with_what_the_law_wants(place, capsys):
    folder, cases = place
    asked = ["--anchor", str(folder / "trust"), "--crl", str(folder / "lists"), "--lang", "ru"]
    for name in ("bid", "contract"):  # of either country
        main(["verify", str(cases[name]), *asked])
        told = " ".join(capsys.readouterr().out.split())
        assert told.count("решение проверяющего") == 1
        assert "Что не проверено Аккредитация" in told
        assert told.count("zaruka trust update") == 1


# --- receipts of the signer's own third party


def with_receipt(place, name, receipt):
    folder, _ = place
    (decision,) = judge(
        place,
        name,
        receipts=[receipt],
        agreements=[folder / "demo.toml"],
        certificates=[folder / "keys"],
        recognise_in="RU",
    ).decisions
    return decision


def test_with_the_receipt_of_its_own_third_party_a_bid_is_recognised(place):
    folder, _ = place
    decision = with_receipt(place, "bid", folder / "1-bid/bid.txt.dvc")
    assert decision.outcome is Outcome.RECOGNISED
    assert {"home-receipt", "third-party"} <= codes(decision)


def test_a_receipt_that_says_otherwise_leaves_it_open(place):
    folder, _ = place
    decision = with_receipt(place, "conflict", folder / "10-conflict/bid.txt.dvc")
    assert decision.outcome is Outcome.CANNOT_VERIFY
    assert "conflict" in codes(decision)


def test_a_receipt_for_another_signature_or_altered_counts_for_nothing(place, tmp_path):
    folder, _ = place
    other = with_receipt(place, "bid", folder / "5-revoked-stamped/bid.txt.dvc")
    octets = bytearray((folder / "1-bid/bid.txt.dvc").read_bytes())
    octets[-1] ^= 1
    (tmp_path / "altered.dvc").write_bytes(octets)
    altered = with_receipt(place, "bid", tmp_path / "altered.dvc")
    for decision in (other, altered):
        assert decision.outcome is Outcome.CANNOT_VERIFY
        assert "home-receipt-bad" in codes(decision)


def test_a_receipt_of_a_third_party_that_is_not_registered_is_not_enough(place):
    folder, _ = place
    stranger = (folder / "demo.toml").read_text(encoding="utf-8").replace('"BY"', '"RU"')
    (folder / "other.toml").write_text(stranger, encoding="utf-8")
    (decision,) = judge(
        place,
        "bid",
        receipts=[folder / "1-bid/bid.txt.dvc"],
        agreements=[folder / "other.toml"],
        certificates=[folder / "keys"],
    ).decisions
    assert decision.outcome is Outcome.CANNOT_VERIFY
    assert "third-parties-not-stated" in codes(decision)
