"""What an agreement admits of signatures and certificates, asked of those of both countries."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec import structs

sys.path.insert(0, str(Path(__file__).parents[1] / "signatures"))
import xml_samples as xml

import zaruka
from zaruka.findings import Conclusion, Indication, Severity
from zaruka.findings import rules as registered
from zaruka.lab.scenario import make_scenario
from zaruka.messages import messages
from zaruka.recognition import Act, Outcome, decide_recognition, load_agreements
from zaruka.recognition.profile import _ACCREDITATION, _FORMS, _NOT_QUALIFIED, _STANDING
from zaruka.recognition.rules import ADMISSION_NOT_STATED as NOT_STATED
from zaruka.reports.sentences import sentence
from zaruka.validation.levels import reaches
from zaruka.validation.results import Format, Level

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
START = """
extends = "by-ru-2024"
[effect]
since = 2025-02-01
[demands]
home_receipt = "not-asked"
time_evidence = "not-asked"
"""


def profile(*lines, country="BY", since="2025-02-01", name="the profile"):
    stated = "\n".join((f'country = "{country}"' if country else "", *lines))
    return f'[[profiles]]\nname = "{name}"\nsince = {since}\n{stated}\n'


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Signatures of a bidder of Belarus (GosSUOK, detached, stamped) and a Russian company."""
    folder = tmp_path_factory.mktemp("scene")
    cases = {case.name: case.signature for case in make_scenario(folder, NOW, os.urandom)}

    def judge(path):
        report = zaruka.verify(
            path,
            anchors=[folder / "trust"],
            crls=[folder / "lists"],
            certificates=[folder / "keys"],
            at=NOW,
        )
        return report.signatures[0]

    signatures = {name: judge(cases[name]) for name in ("bid", "contract", "altered", "revoked")}
    # a certificate that lacks what a qualified one has to say of its holder: the third party's own
    signatures["departing"] = judge(folder / "2-contract/contract.txt.dvc")
    return signatures


def decide(signature, *profiles, at=NOW):
    home = signature.signer.country
    rules = load_agreements({"operator.toml": START + "".join(profiles)})
    return decide_recognition(signature, Act({"BY": "RU", "RU": "BY"}[home], at), rules)


def said(decision, *severities):
    wanted = severities or (Severity.FAIL, Severity.UNKNOWN)
    return {
        each.rule.code.removeprefix("recognition.profile").removeprefix("-"): each
        for each in decision.findings
        if each.rule.code.startswith("recognition.profile") and each.severity in wanted
    }


def unstated(decision):
    return next(each.actual for each in decision.findings if each.rule is NOT_STATED)


ADMITTED = [
    ("bid", "BY", ['formats = ["CAdES", "XAdES"]']),
    ("bid", "BY", ['level = "B-B"']),
    ("bid", "BY", ['level = "B-T"']),
    ("bid", "BY", ['content = "detached"']),
    ("bid", "BY", ['certificates = ["gossuok"]', 'departures = "refused"']),
    ("bid", None, ['certificates = ["qualified", "gossuok"]']),
    ("contract", "RU", ['content = "attached"', 'level = "B-B"']),
    ("contract", "RU", ['certificates = ["qualified"]', 'departures = "refused"']),
    ("contract", "RU", ['means = ["КС2", "КС3"]']),
    ("departing", "RU", ['certificates = ["qualified"]']),
]


@pytest.mark.parametrize(("name", "country", "lines"), ADMITTED)
def test_what_fits_a_profile_is_admitted(found, name, country, lines):
    decision = decide(found[name], profile(*lines, country=country))
    assert decision.outcome is Outcome.RECOGNISED
    assert said(decision, Severity.PASS)[""].actual == "the profile"


NOT_ADMITTED = [
    ("bid", "BY", 'formats = ["XAdES"]', "format", "CAdES"),
    ("bid", "BY", 'level = "B-LT"', "level", "B-T"),
    ("contract", "RU", 'level = "B-T"', "level", "B-B"),
    ("bid", "BY", 'content = "attached"', "content", "detached"),
    ("contract", "RU", 'content = "detached"', "content", "attached"),
    ("bid", "BY", 'certificates = ["bpki"]', "certificate", "gossuok"),
    ("contract", None, 'certificates = ["gossuok"]', "certificate", "qualified"),
    ("departing", "RU", 'departures = "refused"', "departures", None),
    ("contract", "RU", 'means = ["KC3", "KB1"]', "means", "KC1, KC2"),
    ("bid", None, 'means = ["KC1"]', "means", None),  # nothing says that it has one
]


@pytest.mark.parametrize(("name", "country", "line", "rule", "actual"), NOT_ADMITTED)
def test_what_fits_none_is_not_recognised_and_is_told_why_and_what_to_do(
    found, name, country, line, rule, actual
):
    decision = decide(found[name], profile(line, country=country))
    assert decision.outcome is Outcome.NOT_RECOGNISED
    against = said(decision)
    assert against.keys() == {rule}
    assert against[rule].actual == actual
    assert against[rule].details["profile"] == "the profile"
    for language in ("ru", "be", "en"):
        told = sentence(against[rule], messages(language))
        assert told.remedy
        assert "{" not in told.text


def test_words_are_said_in_the_readers_language(found):
    decision = decide(found["contract"], profile('means = ["KC3", "KB1"]', country="RU"))
    told = sentence(said(decision)["means"], messages("ru")).text
    assert told.endswith("КС1, КС2; соглашение допускает: КВ1, КС3.")


def test_one_profile_of_several_is_enough_and_the_closest_is_told_of(found):
    other, fitting = profile('formats = ["XAdES"]'), profile('level = "B-T"')
    assert decide(found["bid"], other, fitting).outcome is Outcome.RECOGNISED
    far = profile('formats = ["XAdES"]', 'level = "B-LTA"', 'content = "attached"')
    near = profile('level = "B-LT"', name="the near one")
    assert said(decide(found["bid"], far, near)).keys() == {"level"}


def test_profiles_of_another_country_are_not_this_one_s(found):
    decision = decide(found["bid"], profile('formats = ["XAdES"]', country="RU"))
    assert decision.outcome is Outcome.RECOGNISED
    assert unstated(decision) == "algorithms, profiles"


def test_what_is_not_stated_is_said_in_one_sentence(found):
    assert unstated(decide(found["bid"])) == "algorithms, profiles"
    assert unstated(decide(found["bid"], profile('level = "B-B"'))) == "algorithms"
    (open_,) = (each for each in decide(found["bid"]).findings if each.rule is NOT_STATED)
    told = sentence(open_, messages("ru")).text
    assert "(алгоритмы, виды подписи и сертификата)" in told


def test_a_profile_counts_only_in_its_term(found):
    late = profile('formats = ["CAdES"]', since="2026-12-01")
    decision = decide(found["bid"], late)
    assert decision.outcome is Outcome.NOT_RECOGNISED
    assert said(decision).keys() == {""}
    gone = profile('formats = ["CAdES"]', "until = 2026-01-01")
    assert said(decide(found["bid"], gone)).keys() == {""}
    assert decide(found["bid"], gone, at=datetime(2025, 6, 1, tzinfo=UTC)).outcome is (
        Outcome.RECOGNISED
    )


def test_accreditation_that_no_list_shows_is_open(found):
    decision = decide(found["contract"], profile("accredited = true", country="RU"))
    assert decision.outcome is Outcome.CANNOT_VERIFY
    assert said(decision).keys() == {"accreditation"}


def test_a_stamp_that_may_still_be_judged_leaves_the_level_open(found):
    (stamp,) = found["bid"].timestamps
    open_ = structs.replace(stamp, conclusion=Conclusion(Indication.INDETERMINATE))
    bid = structs.replace(found["bid"], level=Level.B_B, timestamps=(open_,))
    decision = decide(bid, profile('level = "B-T"'))
    assert decision.outcome is Outcome.CANNOT_VERIFY
    assert said(decision).keys() == {"level"}
    broken = structs.replace(stamp, conclusion=Conclusion(Indication.FAILED))
    bid = structs.replace(found["bid"], level=Level.B_B, timestamps=(broken,))
    assert decide(bid, profile('level = "B-T"')).outcome is Outcome.NOT_RECOGNISED


@pytest.mark.parametrize("name", ["altered", "revoked"])
def test_a_profile_never_makes_a_signature_count_that_did_not_pass(found, name):
    decision = decide(found[name], profile('formats = ["CAdES"]'))
    assert decision.outcome is Outcome.NOT_RECOGNISED


def test_the_two_ways_of_levels_do_not_stand_for_one_another():
    assert reaches(Level.B_LTA, Level.B_T)
    assert reaches(Level.X_LONG, Level.B_T)
    assert reaches(Level.A, Level.X_LONG)
    assert not reaches(Level.X_LONG, Level.B_LT)
    assert not reaches(Level.B_LTA, Level.C)
    assert not reaches(Level.CMS, Level.B_B)


def test_what_is_read_of_the_jurisdictions_is_what_they_say():
    said = set(registered())
    assert {*_ACCREDITATION, *_FORMS, _NOT_QUALIFIED} <= said
    about_issuers = {each.code for each in registered().values() if "18.1(1)1" in each.clause}
    assert about_issuers
    assert all(code.startswith(_STANDING) for code in about_issuers)
    assert about_issuers - {"russia.accreditation-not-checked"} == set(_ACCREDITATION)


# --- where what is signed lies


LIES = {
    "ru/cms/ul-512-a-text-att.p7s": (Format.CADES, False),
    "ru/cms/ul-512-a-text-det.p7s": (Format.CADES, True),
    "by/cms/m256-text-noattr.p7s": (Format.CMS, False),
    "ru/xml/env-512.xml": (Format.XMLDSIG, False),
    "ru/xml/xades-512.xml": (Format.XADES, False),
}


@pytest.mark.parametrize("path", LIES)
def test_where_the_document_lies_is_seen_in_every_format(shared, path):
    report = zaruka.verify(shared / "interop" / path)
    assert [(each.format, each.detached) for each in report.signatures] == [LIES[path]]


def test_an_xml_signature_over_another_file_is_detached(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"bid")
    signature = xml.signature(xml.reference("a.txt", b"bid"))
    (tmp_path / "a.xml").write_text(f"<doc>{signature}</doc>", encoding="utf-8")
    (signed,) = zaruka.verify(tmp_path / "a.xml").signatures
    assert signed.detached
