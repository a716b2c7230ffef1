"""Check digits of Russian numbers; the samples are those that the formats' texts print."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zaruka.jurisdictions.russia import numbers

# Numbers of Сбербанк and Минцифры stand in the public register (ЕГРЮЛ).
SBERBANK_INN, SBERBANK_OGRN = "7707083893", "1027700132195"
MINISTRY_INN, MINISTRY_OGRN = "7710474375", "1047702026701"


@pytest.mark.parametrize("number", [SBERBANK_INN, MINISTRY_INN, "500100732259"])
def test_right_inn_is_accepted(number: str) -> None:
    assert numbers.inn_is_correct(number)


@pytest.mark.parametrize("number", ["7707083894", "500100732258", "770708389", "", "77070838 3"])
def test_wrong_inn_is_refused(number: str) -> None:
    assert not numbers.inn_is_correct(number)


def test_organisation_inn_is_read_from_twelve_digits_with_zeros() -> None:
    assert numbers.inn_of_organisation("00" + SBERBANK_INN) == SBERBANK_INN


def test_person_inn_is_not_an_organisation_inn() -> None:
    assert numbers.inn_of_organisation("500100732259") is None


@pytest.mark.parametrize("number", [SBERBANK_OGRN, MINISTRY_OGRN])
def test_right_ogrn_is_accepted(number: str) -> None:
    assert numbers.ogrn_is_correct(number)


def test_wrong_ogrn_is_refused() -> None:
    assert not numbers.ogrn_is_correct("1027700132196")


def test_ogrnip_check_digit_is_modulo_thirteen() -> None:
    assert numbers.ogrnip_is_correct("304500116000157")
    assert not numbers.ogrnip_is_correct("304500116000158")


@pytest.mark.parametrize("number", ["11223344595", "00100199800"])
def test_right_snils_is_accepted(number: str) -> None:
    assert numbers.snils_is_correct(number)


@pytest.mark.parametrize("number", ["11223344596", "1122334459", "112233445-5"])
def test_wrong_snils_is_refused(number: str) -> None:
    assert not numbers.snils_is_correct(number)


@given(st.text(max_size=16))
def test_any_text_gets_an_answer(text: str) -> None:
    for check in (
        numbers.inn_is_correct,
        numbers.innle_is_correct,
        numbers.ogrn_is_correct,
        numbers.ogrnip_is_correct,
        numbers.snils_is_correct,
    ):
        assert check(text) in {True, False}


@given(st.integers(0, 10**9 - 1), st.integers(0, 9), st.integers(1, 9))
def test_one_altered_digit_of_an_inn_is_seen(base: int, place: int, change: int) -> None:
    """A single wrong digit changes the weighted sum, unless the remainder 10 hides it as 0."""
    digits = f"{base:09}"
    check = sum(int(d) * w for d, w in zip(digits, (2, 4, 10, 3, 5, 9, 4, 6, 8), strict=True))
    number = digits + str(check % 11 % 10)
    altered = number[:place] + str((int(number[place]) + change) % 10) + number[place + 1 :]
    hidden = sum(int(d) * w for d, w in zip(altered[:9], (2, 4, 10, 3, 5, 9, 4, 6, 8), strict=True))
    assert numbers.inn_is_correct(number)
    if {check % 11, hidden % 11} != {0, 10}:
        assert not numbers.inn_is_correct(altered)
