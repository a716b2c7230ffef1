"""Agreements are dated data, an operator's files lie over those that come with the program."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from zaruka.errors import ConfigError
from zaruka.recognition.agreement import Effect, agreements, load_agreements

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


def by_code(found):
    return {each.code: each for each in found}


def test_three_agreements_come_with_the_program_and_only_the_past_is_dated():
    built_in = by_code(agreements())
    assert set(built_in) == {"by-ru-2024", "by-ru-before-2024", "eaeu-procurement"}
    assert built_in["by-ru-2024"].span is None
    assert built_in["by-ru-before-2024"].effect is Effect.NONE
    assert all(set(each.titles) == {"ru", "be", "en"} for each in built_in.values())


def test_an_operator_states_the_day_of_entry_into_force():
    found = by_code(load_agreements([START, BEFORE]))
    began = datetime(2025, 1, 31, 21, tzinfo=UTC)  # midnight in Minsk and Moscow
    assert found["by-ru-2024"].span.since == began
    assert found["by-ru-2024"].parties == {"BY", "RU"}  # the rest stands as it was
    assert found["by-ru-before-2024"].span.until == began
    assert found["by-ru-2024"].sha256 != by_code(agreements())["by-ru-2024"].sha256


def test_nothing_may_be_said_twice_of_one_time():
    with pytest.raises(ConfigError) as error:
        load_agreements([START.replace("2025-02-01", "2024-06-01")])
    assert error.value.code == "agreement.overlap"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("code = ", "agreement.unreadable"),
        ('code = "x"', "agreement.unreadable"),  # without its tables
        ('extends = "elsewhere"', "agreement.unknown-base"),
        ('extends = "by-ru-2024"\nsince = 2025-01-01', "agreement.unreadable"),  # misplaced
        ('extends = "by-ru-2024"\n[effect]\nsince = "soon"', "agreement.unreadable"),
        (
            'extends = "by-ru-2024"\n[effect]\nsince = 2025-01-01T00:00:00',
            "agreement.unreadable",
        ),
        (
            'extends = "by-ru-2024"\n[effect]\nsince = 2025-02-01\nuntil = 2025-01-01',
            "agreement.unreadable",
        ),
        (
            'extends = "by-ru-2024"\n[participants]\nsenders = ["anybody"]',
            "agreement.unreadable",
        ),
        (
            f"{START}{PARTY.replace('ab' * 32, 'ab')}since = 2025-01-01",
            "agreement.unreadable",
        ),
        (f"{START}{PARTY}", "agreement.unreadable"),  # recognised since when?
        (f"{START}{PARTY}since = 2025-01-01\nuntill = 2026-01-01", "agreement.unreadable"),
        (f"{START}[[algorithms]]\ncountry='BY'\nname='x'\noids=['1.2']", "agreement.unreadable"),
        (f"{START}untill = 2026-01-01", "agreement.unreadable"),
        (f"{START}[third_parties]\ncountry = 'BY'", "agreement.unreadable"),  # not a list
        (f"effect = 1\n{START.replace('[effect]', '[demands]')}", "agreement.unreadable"),
        ('code = "by-ru-2024"', "agreement.doubled"),
    ],
)
def test_what_is_wrong_in_a_file_is_an_error_not_a_rule(text, code):
    with pytest.raises(ConfigError) as error:
        load_agreements([text])
    assert error.value.code == code


def test_what_an_operator_lists_is_added_to_what_is_listed():
    late = f"""{START}
[[exclusions]]
code = "own"
receivers = ["court"]
{PARTY}
since = 2025-03-01
"""
    again = f'extends = "by-ru-2024"\n{PARTY.replace("ab", "cd")}\nsince = 2025-04-01'
    found = by_code(load_agreements([late, again]))["by-ru-2024"]
    assert [each.code for each in found.exclusions] == [
        "both-state-bodies",
        "banking-payment",
        "own",
    ]
    assert [each.certificate_sha256[:2] for each in found.third_parties] == ["ab", "cd"]
