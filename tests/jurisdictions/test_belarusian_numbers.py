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


@given(st.text(max_size=12))
def test_any_text_gets_an_answer(text: str) -> None:
    assert numbers.unp_is_correct(text) in {True, False}
