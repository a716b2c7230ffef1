"""Belarusian numbers of people and organisations."""

from __future__ import annotations

__all__ = ["unp_is_correct"]

_WEIGHTS = (29, 23, 19, 17, 13, 7, 5, 3)
_FIRST = "1234567ABCEHKM"  # region of an organisation, or a letter for a natural person
_SECOND = "ABCEHKMOPT"
_VALUES = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

# Cyrillic letters that look like the Latin ones of a УНП are often typed instead of them.
_TO_LATIN = str.maketrans("АВЕКМНОРСТ", "ABEKMHOPCT")


def unp_is_correct(number: str) -> bool:
    """Check a УНП: 9 characters, the last a weighted sum modulo 11.

    An organisation's begins with the digit of its region; a natural person's with two letters,
    of which the first counts 10 and more and the second by its place among its ten.
    """
    number = number.upper().translate(_TO_LATIN)
    if len(number) != 9 or not (number[2:].isascii() and number[2:].isdigit()):
        return False
    if number[0] not in _FIRST:
        return False
    if not number[:2].isdigit():
        if number[0].isdigit() or number[1] not in _SECOND:
            return False
        number = number[0] + str(_SECOND.index(number[1])) + number[2:]
    total = sum(_VALUES.index(c) * w for c, w in zip(number, _WEIGHTS, strict=False))
    return str(total % 11) == number[8]
