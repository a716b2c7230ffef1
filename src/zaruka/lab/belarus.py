"""An invented Belarusian hierarchy in the forms of GosSUOK (STB 34.101.78 appendix Г)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zaruka.asn1 import extensions as asn1
from zaruka.asn1 import schema as s
from zaruka.lab.hierarchy import Hierarchy, Profile
from zaruka.x509.issuing import extension, key_usage
from zaruka.x509.names import Name

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from zaruka.asn1.pkix import Extension

__all__ = [
    "ATTRIBUTE_SERVICE",
    "BIDDER",
    "RECEIPTS",
    "RESPONDER",
    "SERVICE",
    "SIGNER",
    "THIRD_PARTY",
    "belarus",
    "profile",
]

_CN, _SN, _C, _L, _STREET = "2.5.4.3", "2.5.4.4", "2.5.4.6", "2.5.4.7", "2.5.4.9"
_O, _NAME = "2.5.4.10", "2.5.4.41"
_PRINTABLE, _BMP = 19, 30

_ROOT = Name.of(
    [
        (_O, "Учебный центр электронных услуг"),
        (_CN, "Корневой удостоверяющий центр (учебный)"),
        (_C, "BY", _PRINTABLE),
    ]
)
_AUTHORITY = Name.of(
    [
        (_O, "Учебный центр электронных услуг"),
        (_CN, "Республиканский удостоверяющий центр (учебный)"),
        (_C, "BY", _PRINTABLE),
        (_L, "г. Минск"),
    ]
)
_TIME_STAMPS = Name.of(
    [
        (_O, "Учебный центр электронных услуг"),
        (_CN, "Служба штампов времени (учебная)"),
        (_C, "BY", _PRINTABLE),
    ]
)
ATTRIBUTE_SERVICE: Final = Name.of(
    [
        (_CN, "Служба атрибутных сертификатов (учебная)"),
        (_O, "Учебный центр электронных услуг"),
        (_C, "BY", _PRINTABLE),
    ]
)
THIRD_PARTY: Final = Name.of(
    [
        (_O, "Учебный центр электронных услуг"),
        (_CN, "Служба заверения данных (учебная)"),
        (_C, "BY", _PRINTABLE),
    ]
)
RESPONDER: Final = Name.of(
    [
        (_O, "Учебный центр электронных услуг"),
        (_CN, "Служба проверки статуса сертификатов (учебная)"),
        (_C, "BY", _PRINTABLE),
    ]
)
BIDDER: Final = Name.of(
    [
        (_STREET, "ул. Учебная, д. 3"),
        (_SN, "Учебная"),
        (_C, "BY", _PRINTABLE),
        (_O, "ООО «Прыклад-Бел» (учебное)"),
        (_NAME, "Анна Андреевна"),
        (_L, "г. Брест"),
    ]
)


def _bmp(oid: str, text: str) -> Extension:
    return extension(oid, s.encode(s.STRING, s.Text(_BMP, text)))


# As issued: extensions not critical, no nonRepudiation, numbers in extensions of BMPString.
SIGNER: Final = (
    extension("2.5.29.19", asn1.BasicConstraints(ca=False, path_len_constraint=None)),
    key_usage(
        "digitalSignature", "keyEncipherment", "dataEncipherment", "keyAgreement", critical=False
    ),
    extension("2.5.29.37", ("1.3.6.1.5.5.7.3.2",)),
    _bmp("1.2.112.1.2.1.1.1.1.2", "190000005"),  # УНП
    _bmp("1.2.112.1.2.1.1.1.1.1", "4010190A000PB3"),  # personal number
    _bmp("1.2.112.1.2.1.1.1.2.1", "1.2.112.1.2.1.1.1.2.1.4"),  # form of the public-key card
    _bmp("1.2.112.1.2.1.1.5.1", "директор"),
)

# As the service of GosSUOK has it: it signs attribute certificates and the lists of them.
SERVICE: Final = (
    key_usage("digitalSignature", "cRLSign"),
    extension("2.5.29.32", [asn1.PolicyInformation("1.2.112.1.2.1.1.1.3.2.3", None)]),
)

RECEIPTS: Final = (  # STB 34.101.81 6.8, 6.9; bpki-role-dvcs
    key_usage("digitalSignature", "nonRepudiation"),
    extension("2.5.29.37", ("1.3.6.1.5.5.7.3.10",), critical=True),
    extension("2.5.29.32", [asn1.PolicyInformation("1.2.112.0.2.0.34.101.78.2.32", None)]),
)


def profile() -> Profile:
    """Say what is Belarusian."""
    role = "1.2.112.0.2.0.34.101.78.2.31"  # bpki-role-tsa
    return Profile(
        root_key="bign-256",
        key="bign-256",
        root=_ROOT,
        authority=_AUTHORITY,
        time_stamps=_TIME_STAMPS,
        time_stamp_policy=role,
        time_stamp_extensions=(
            key_usage("digitalSignature", "nonRepudiation"),
            extension("2.5.29.37", ("1.3.6.1.5.5.7.3.8",), critical=True),
            extension("2.5.29.32", [asn1.PolicyInformation(role, None)]),
        ),
    )


def belarus(now: datetime, entropy: Callable[[int], bytes]) -> Hierarchy:
    """Make the hierarchy."""
    return Hierarchy(profile(), now, entropy)
