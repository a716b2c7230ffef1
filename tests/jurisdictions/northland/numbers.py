"""The hearth number, by which Northland knows its people: seven digits and a check digit."""

from __future__ import annotations


def hearth_number_is_correct(number: str) -> bool:
    """Check a hearth number: the eighth digit is the sum of the others, weighted 1 to 7, mod 10."""
    if len(number) != 8 or not (number.isascii() and number.isdigit()):
        return False
    total = sum(int(digit) * weight for weight, digit in enumerate(number[:7], 1))
    return total % 10 == int(number[7])
