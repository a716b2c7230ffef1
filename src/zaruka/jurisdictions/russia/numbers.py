"""Russian numbers of people and organisations: length and check digits.

Each function takes the number as written (a string of digits, without separators) and says
whether its length and check digits are right. A right number need not exist.
"""

from __future__ import annotations

from operator import mul

__all__ = [
    "inn_is_correct",
    "inn_of_organisation",
    "innle_is_correct",
    "ogrn_is_correct",
    "ogrnip_is_correct",
    "snils_is_correct",
]

# Weights of the check digits of ИНН: of 10 digits, and the two of 12 digits.
_INN_10 = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_11 = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_12 = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)

# СНИЛС up to this number (001-001-998) were issued before there were check digits.
_LAST_SNILS_WITHOUT_CHECK_DIGITS = 1001998


def _weighted(number: str, weights: tuple[int, ...]) -> int:
    return sum(map(mul, map(int, number), weights))  # as many digits as there are weights


def _digits(number: str, length: int) -> bool:
    return len(number) == length and number.isascii() and number.isdigit()


def inn_is_correct(number: str) -> bool:
    """Check an ИНН of an organisation (10 digits) or of a natural person (12 digits)."""
    if _digits(number, 10):
        return _weighted(number, _INN_10) % 11 % 10 == int(number[9])
    return (
        _digits(number, 12)
        and _weighted(number, _INN_11) % 11 % 10 == int(number[10])
        and _weighted(number, _INN_12) % 11 % 10 == int(number[11])
    )


def innle_is_correct(number: str) -> bool:
    """Check an ИННЮЛ: an ИНН of 10 digits."""
    return len(number) == 10 and inn_is_correct(number)


def inn_of_organisation(number: str) -> str | None:
    """Return the 10 digits of an organisation's ИНН written as 12 with two leading zeros.

    The attribute ИНН (1.2.643.3.131.1.1) has 12 digits; before ИННЮЛ (1.2.643.100.4) came,
    organisations filled it so: 2189 of 2403 certificates of accredited authorities do. No
    region has the code 00, so no person's number begins with it.
    """
    return number[2:] if _digits(number, 12) and number.startswith("00") else None


def ogrn_is_correct(number: str) -> bool:
    """Check an ОГРН: 13 digits, the last is the first twelve modulo 11 modulo 10."""
    return _digits(number, 13) and int(number[:12]) % 11 % 10 == int(number[12])


def ogrnip_is_correct(number: str) -> bool:
    """Check an ОГРНИП: 15 digits, the last is the first fourteen modulo 13 modulo 10."""
    return _digits(number, 15) and int(number[:14]) % 13 % 10 == int(number[14])


def snils_is_correct(number: str) -> bool:
    """Check a СНИЛС: 11 digits, the last two a sum weighted 9 to 1, modulo 101 (100 is 00)."""
    if not _digits(number, 11):
        return False
    if int(number[:9]) <= _LAST_SNILS_WITHOUT_CHECK_DIGITS:
        return True
    return _weighted(number, (9, 8, 7, 6, 5, 4, 3, 2, 1)) % 101 % 100 == int(number[9:])
