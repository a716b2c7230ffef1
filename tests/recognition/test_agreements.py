"""Agreements are dated data, an operator's files lie over those that come with the program."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

import pytest

from zaruka.cli import main
from zaruka.errors import ConfigError
from zaruka.messages import messages
from zaruka.recognition.agreement import (
    CertificateForm,
    Departures,
    Effect,
    MeansClass,
    Placement,
)
from zaruka.recognition.agreement_file import (
    agreement_on_record,
    agreements,
    load_agreements,
)
from zaruka.validation.results import Format, Level

START = """
extends = "by-ru-2024"
[effect]
since = 2025-02-01
"""
BEFORE = """
extends = "by-ru-before-2024"
[effect]
until = 2025-02-01
"""
PARTY = f"""
[[third_parties]]
country = "BY"
name = "x"
certificate_sha256 = "{"ab" * 32}"
"""
PARTY_ALONE = f'extends = "by-ru-2024"\n{PARTY}since = 2025-02-01\n'


PROFILE = """
[[profiles]]
country = "RU"
name = "УКЭП с меткой времени"
formats = ["CAdES", "XAdES"]
level = "B-T"
content = "detached"
certificates = ["qualified"]
departures = "refused"
means = ["KC2", "КС3"]
accredited = true
since = 2025-02-01
"""
BY_LEVEL = PROFILE.split("formats", maxsplit=1)[0] + 'level = "B-T"\nsince = 2025-02-01\n'


def by_code(found):
    return {each.code: each for each in found}


def load(*texts):
    return load_agreements({f"{number}.toml": text for number, text in enumerate(texts)})


def test_three_agreements_come_with_the_program_and_only_the_past_is_dated():
    built_in = by_code(agreements())
    assert set(built_in) == {"by-ru-2024", "by-ru-before-2024", "eaeu-b2g"}
    assert built_in["by-ru-2024"].span is None
    assert built_in["eaeu-b2g"].span is None
    assert built_in["by-ru-before-2024"].effect is Effect.NONE
    assert all(set(each.titles) == {"ru", "be", "en"} for each in built_in.values())


def test_an_operator_states_the_day_of_entry_into_force():
    found = by_code(load(START, BEFORE))
    began = datetime(2025, 1, 31, 21, tzinfo=UTC)  # midnight in Minsk and Moscow
    assert found["by-ru-2024"].span.since == began
    assert found["by-ru-2024"].parties == {"BY", "RU"}  # the rest stands as it was
    assert found["by-ru-before-2024"].span.until == began
    assert found["by-ru-2024"].sha256 != by_code(agreements())["by-ru-2024"].sha256


def test_an_operator_states_the_profiles_admitted():
    (profile,) = by_code(load(START + PROFILE))["by-ru-2024"].profiles
    assert (profile.country, profile.name) == ("RU", "УКЭП с меткой времени")
    assert profile.formats == {Format.CADES, Format.XADES}
    assert (profile.level, profile.content) == (Level.B_T, Placement.DETACHED)
    assert profile.certificates == {CertificateForm.QUALIFIED}
    assert profile.departures is Departures.REFUSED
    assert profile.means == {MeansClass.KC2, MeansClass.KC3}  # in letters of either alphabet
    assert profile.accredited
    assert profile.span.since == datetime(2025, 1, 31, 21, tzinfo=UTC)


def test_a_profile_without_a_country_is_for_all():
    (profile,) = by_code(load(START + BY_LEVEL.replace('country = "RU"', "")))[
        "by-ru-2024"
    ].profiles
    assert profile.country is None


OWN = """
code = "platform"
source = "two platforms"
parties = ["BY", "RU"]
exclusions = []
[titles]
en = "Of two platforms"
[effect]
kind = "recognition"
since = 2026-03-01T09:00:00+03:00
until = 9999-12-31T23:59:59Z
[[algorithms]]
country = "BY"
name = "none"
oids = ["1.2", "1.1"]
since = 2026-03-01
"""


@pytest.mark.parametrize(
    "texts",
    [[], [START + PARTY + "since = 2025-02-01\n", BEFORE], [OWN], [START + PROFILE, PARTY_ALONE]],
)
def test_an_agreement_made_of_its_terms_is_the_same(texts):
    found = load(*texts)
    assert len(found) >= 3
    for each in found:
        assert agreement_on_record(each.terms, each.sha256, each.files) == each


def test_the_files_of_an_operator_are_named_by_their_digests():
    files = [sha256(each.encode()).hexdigest() for each in (START, PARTY_ALONE)]
    assert by_code(load(START, PARTY_ALONE))["by-ru-2024"].files == tuple(files)
    assert all(each.files == () for each in agreements())


def test_a_day_is_kept_as_a_day():
    assert ("effect.since", "2025-02-01") in by_code(load(START))["by-ru-2024"].terms


@pytest.mark.parametrize(
    "change",
    [
        {"effect.since": "soon"},
        {"effect": "recognition"},
        {"effect.kind": "any"},
        {"titles": ""},
        {"anything": "else"},
        {"third_parties.1.since.2": "x"},
        {"third_parties.x.since": "2025-01-01"},
        {".".join("a" * 500): ""},
    ],
)
def test_terms_that_are_none_are_refused(change):
    (built_in,) = [each for each in agreements() if each.code == "by-ru-2024"]
    terms = tuple(({**dict(built_in.terms), **change}).items())
    with pytest.raises(ValueError, match=r"."):
        agreement_on_record(terms, built_in.sha256, ())


def test_nothing_may_be_said_twice_of_one_time():
    with pytest.raises(ConfigError) as error:
        load(START.replace("2025-02-01", "2024-06-01"))
    assert error.value.code == "agreement.overlap"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("code = ", "agreement.unreadable"),
        ('code = "x"', "agreement.missing-key"),  # without its tables
        ('extends = "elsewhere"', "agreement.unknown-base"),
        ('extends = "eaeu-procurement"', "agreement.unknown-base"),  # its name until 2026-11
        ('extends = "by-ru-2024"\nsince = 2025-01-01', "agreement.unknown-key"),  # misplaced
        ('extends = "by-ru-2024"\n[effect]\nsince = "soon"', "agreement.wrong-value"),
        (
            'extends = "by-ru-2024"\n[effect]\nsince = 2025-01-01T00:00:00',
            "agreement.wrong-value",
        ),
        (
            'extends = "by-ru-2024"\n[effect]\nsince = 2025-02-01\nuntil = 2025-01-01',
            "agreement.dates",
        ),
        (
            'extends = "by-ru-before-2024"\n[effect]\nsince = 2025-01-01',  # its end is 2024
            "agreement.dates",
        ),
        (
            'extends = "by-ru-2024"\n[participants]\nsenders = ["anybody"]',
            "agreement.wrong-value",
        ),
        ('extends = "by-ru-2024"\n[participants]\nsenders = []', "agreement.wrong-value"),
        ('extends = "by-ru-2024"\nparties = ["by"]', "agreement.wrong-value"),
        ('extends = "by-ru-2024"\n[titles]\nde = "x"', "agreement.wrong-value"),
        ('extends = "by-ru-2024"\nsource = 1', "agreement.wrong-value"),
        (
            f"{START}{PARTY.replace('ab' * 32, 'ab')}since = 2025-01-01",
            "agreement.wrong-value",
        ),
        (f"{START}{PARTY}", "agreement.missing-key"),  # recognised since when?
        (f"{START}{PARTY}since = 2025-01-01\nuntill = 2026-01-01", "agreement.unknown-key"),
        (
            f"{START}{PARTY}since = 2026-01-01\nuntil = 2025-01-01",
            "agreement.dates",
        ),
        (
            f"{START}{PARTY.replace('BY', 'KZ')}since = 2025-01-01",  # no party
            "agreement.wrong-value",
        ),
        (f"{START}[[algorithms]]\ncountry='BY'\nname='x'\noids=['1.2']", "agreement.missing-key"),
        (
            f"{START}[[algorithms]]\ncountry='BY'\nname='x'\noids=['bign']\nsince=2025-01-01",
            "agreement.wrong-value",
        ),
        (f"{START}untill = 2026-01-01", "agreement.unknown-key"),
        (f"{START}[third_parties]\ncountry = 'BY'", "agreement.wrong-value"),  # not a list
        (f"effect = 1\n{START.replace('[effect]', '[demands]')}", "agreement.wrong-value"),
        ('code = "by-ru-2024"', "agreement.doubled"),
        # --- profiles
        (START + PROFILE.replace("[[profiles]]", "[profiles]"), "agreement.wrong-value"),
        (START + PROFILE.replace('"CAdES"', '"PAdES"'), "agreement.wrong-value"),
        (START + PROFILE.replace('"CAdES", "XAdES"', ""), "agreement.wrong-value"),  # none?
        (START + PROFILE.replace('"B-T"', '"T"'), "agreement.wrong-value"),
        (START + PROFILE.replace('"B-T"', '"CMS"'), "agreement.wrong-value"),  # asks nothing
        (START + PROFILE.replace('"B-T"', '["B-T"]'), "agreement.wrong-value"),
        (START + PROFILE.replace('"detached"', '"beside"'), "agreement.wrong-value"),
        (START + PROFILE.replace('"qualified"', '"good"'), "agreement.wrong-value"),
        (START + PROFILE.replace('"refused"', "false"), "agreement.wrong-value"),
        (START + PROFILE.replace('"KC2"', '"KC9"'), "agreement.wrong-value"),
        (START + PROFILE.replace("= true", '= "yes"'), "agreement.wrong-value"),
        (START + PROFILE.replace('"RU"', '"KZ"'), "agreement.wrong-value"),
        (START + PROFILE.replace("since", "from"), "agreement.unknown-key"),
        (START + PROFILE.replace("since = 2025-02-01\n", ""), "agreement.missing-key"),
        (START + PROFILE.replace("name", "title"), "agreement.unknown-key"),
        (START + PROFILE + "until = 2025-01-01", "agreement.dates"),
        (START.replace("2025-02-01", "0001-01-01"), "agreement.wrong-value"),
        (START.replace("2025-02-01", "0001-01-01T00:00:00+03:00"), "agreement.wrong-value"),
        (START.replace("2025-02-01", "9" * 5000), "agreement.unreadable"),
        (START.replace("2025-02-01", "0x" + "f" * 5000), "agreement.wrong-value"),
        (f"{START}[participants]\nsenders = [[0x{'f' * 5000}]]", "agreement.wrong-value"),
        ("a = " + "[" * 5000, "agreement.unreadable"),
        (START + BY_LEVEL.replace('level = "B-T"', ""), "agreement.profile-empty"),
        (
            START
            + BY_LEVEL.replace('level = "B-T"', 'departures = "admitted"\naccredited = false'),
            "agreement.profile-empty",
        ),
    ],
)
def test_what_is_wrong_in_a_file_is_an_error_not_a_rule(text, code):
    with pytest.raises(ConfigError) as error:
        load(text)
    assert error.value.code == code


def error_of(text):
    with pytest.raises(ConfigError) as error:
        load_agreements({"operator.toml": text})
    return error.value.details


def test_a_word_that_is_not_known_is_named_with_its_place_and_what_is_allowed():
    details = error_of(START + BY_LEVEL + PROFILE.replace('"B-T"', '"B-X"'))
    assert (details["name"], details["value"]) == ("operator.toml", "B-X")
    assert details["key"] == "[[profiles]] 2: level"
    assert details["what"] == "B-B, B-T, B-LT, B-LTA, C, X, X-L, A"


def test_a_key_that_is_not_known_is_named_with_those_that_are():
    details = error_of(START + PROFILE.replace("formats", "format"))
    assert details["key"] == "[[profiles]] 1: format"
    assert "formats" in details["known"].split(", ")
    assert "profiles" in error_of('extends = "by-ru-2024"\nprofile = 1')["known"].split(", ")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a = 1\nb = = 2", (2, 5)),
        ("a = 1\n\n[effect", (3, 8)),  # at the end
        ("", None),
    ],
)
def test_where_a_file_is_no_toml_its_line_and_column_are_said(text, place):
    details = error_of(text)
    assert (details.get("line"), details.get("column")) == (place or (None, None))


@pytest.mark.parametrize("language", ["ru", "be"])
def test_the_place_is_said_in_the_readers_language_and_no_english_with_it(language, tmp_path):
    (tmp_path / "operator.toml").write_text("a = 1\nb = = 2", encoding="utf-8")
    details = error_of("a = 1\nb = = 2")
    said = messages(language).error("agreement.unreadable", details)
    assert "2" in said.text
    assert "5" in said.text
    assert "Invalid" in str(details["reason"])
    assert "Invalid" not in said.text + (said.remedy or "")


@pytest.mark.parametrize(
    ("octets", "place"),
    [
        (b"a = 1\n# \xd1\x84\xff", "строке 2, столбце 4"),
        (b"\xef\xbb\xbfa = = 1", "строке 1, столбце 5"),
    ],
)
def test_a_file_is_read_as_utf_8_with_or_without_a_mark_and_verbose_tells_more(
    octets, place, tmp_path, capsys
):
    (tmp_path / "document.sig").write_bytes(b"x")
    path = tmp_path / "operator.toml"
    path.write_bytes(octets)
    asked = ["verify", str(tmp_path / "document.sig"), "--agreement", str(path), "--lang", "ru"]
    assert main(asked) == 64
    told = capsys.readouterr().err
    assert place in told
    assert "agreement.unreadable" not in told
    assert main([*asked, "--verbose"]) == 64
    assert "agreement.unreadable" in capsys.readouterr().err


def test_what_an_operator_lists_is_added_to_what_is_listed():
    late = f"""{START}
[[exclusions]]
code = "own"
receivers = ["court"]
{PARTY}
since = 2025-03-01
{PROFILE}
"""
    again = f'extends = "by-ru-2024"\n{PARTY.replace("ab", "cd")}\nsince = 2025-04-01\n{BY_LEVEL}'
    found = by_code(load(late, again))["by-ru-2024"]
    assert [each.code for each in found.exclusions] == [
        "both-state-bodies",
        "banking-payment",
        "own",
    ]
    assert [each.certificate_sha256[:2] for each in found.third_parties] == ["ab", "cd"]
    assert [bool(each.formats) for each in found.profiles] == [True, False]
