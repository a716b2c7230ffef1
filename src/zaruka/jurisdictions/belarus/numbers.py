"""Belarusian numbers of people and organisations."""

from __future__ import annotations

import re

__all__ = ["personal_number_is_correct", "unp_is_correct"]

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


# Sex and century, date of birth, region, serial number, "PB" (citizen) or another pair of letters
_PERSONAL_NUMBER = re.compile(r"[0-9]{7}[A-Z][0-9]{3}[A-Z]{2}[0-9]")
_PERSONAL_WEIGHTS = (7, 3, 1)  # those of machine-readable documents, ICAO Doc 9303-3


def personal_number_is_correct(number: str) -> bool | None:
    """Check a личный (идентификационный) номер: 14 characters, the last a weighted sum modulo 10.

    No law prints the rule; two public programs that read passports agree on it. None where the
    number is of another shape, as the example of STB 34.101.78 is: nothing is known of those.
    """
    number = number.upper().translate(_TO_LATIN)
    if not _PERSONAL_NUMBER.fullmatch(number):
        return None
    total = sum(_VALUES.index(c) * _PERSONAL_WEIGHTS[n % 3] for n, c in enumerate(number[:13]))
    return total % 10 == int(number[13])
