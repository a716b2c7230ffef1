"""Check digits of Belarusian numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zaruka.jurisdictions.belarus import numbers


# 200988541 and MA1953684 are the samples of python-stdnum's stdnum.by.unp, which agrees here.
@pytest.mark.parametrize("number", ["200988541", "MA1953684", "МА1953684"])
def test_right_unp_is_accepted(number: str) -> None:
    assert numbers.unp_is_correct(number)


@pytest.mark.parametrize(
    "number", ["200988542", "MA1953685", "000988541", "20098854", "2A0988541", "ZZ1953684", ""]
)
def test_wrong_unp_is_refused(number: str) -> None:
    assert not numbers.unp_is_correct(number)


# 0000000A000PB2 is the sample of kirit0s/belarus-passport-personal-number-validator, of no person.
@pytest.mark.parametrize("number", ["0000000A000PB2", "0000000a000pb2", "0000000А000РВ2"])
def test_right_personal_number_is_accepted(number: str) -> None:
    assert numbers.personal_number_is_correct(number) is True


@pytest.mark.parametrize("number", ["0000000A000PB3", "0000001A000PB2", "0000000B000PB2"])
def test_wrong_personal_number_is_refused(number: str) -> None:
    assert numbers.personal_number_is_correct(number) is False


# The first is the example of STB 34.101.78 7.3, which is of no number that passports have.
@pytest.mark.parametrize("number", ["786545091A4PB5", "", "0000000A000PB", "0000000A000PB٢"])
def test_nothing_is_said_of_a_personal_number_of_another_shape(number: str) -> None:
    assert numbers.personal_number_is_correct(number) is None


@given(st.text(max_size=16))
def test_any_text_gets_an_answer(text: str) -> None:
    assert numbers.unp_is_correct(text) in {True, False}
    assert numbers.personal_number_is_correct(text) in {True, False, None}
