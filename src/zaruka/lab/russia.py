"""An invented Russian hierarchy: certificates after FSB order 795, as accredited CAs issue them."""

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
    "CONTRACTOR",
    "RECEIPTS",
    "RESPONDER",
    "SIGNER",
    "THIRD_PARTY",
    "person",
    "profile",
    "russia",
]

_CN, _SN, _C, _L, _ST, _STREET = "2.5.4.3", "2.5.4.4", "2.5.4.6", "2.5.4.7", "2.5.4.8", "2.5.4.9"
_O, _TITLE, _GN = "2.5.4.10", "2.5.4.12", "2.5.4.42"
_OGRN, _SNILS, _INNLE = "1.2.643.100.1", "1.2.643.100.3", "1.2.643.100.4"
_INN = "1.2.643.3.131.1.1"
_NUMERIC, _PRINTABLE = 18, 19  # string types of the numbers, of the country


def _place(*attributes: tuple[str, str] | tuple[str, str, int]) -> Name:
    return Name.of([(_C, "RU", _PRINTABLE), (_ST, "77 г. Москва"), (_L, "г. Москва"), *attributes])


_ROOT = _place(
    (_STREET, "ул. Учебная, д. 1"),
    (_O, "Министерство примеров (учебное)"),
    (_OGRN, "1027700100009", _NUMERIC),
    (_INNLE, "7703000007", _NUMERIC),
    (_CN, "Корневой УЦ (учебный)"),
)
_AUTHORITY = _place(
    (_STREET, "ул. Учебная, д. 2"),
    (_O, "АО «Пример-УЦ» (учебное)"),
    (_OGRN, "1027700100010", _NUMERIC),
    (_INNLE, "7703000014", _NUMERIC),
    (_CN, "АО «Пример-УЦ» (учебное)"),
)
_TIME_STAMPS = _place(
    (_O, "АО «Пример-УЦ» (учебное)"), (_CN, "Служба меток доверенного времени (учебная)")
)
THIRD_PARTY: Final = _place(
    (_O, "АО «Пример-ДТС» (учебное)"), (_CN, "Доверенная третья сторона (учебная)")
)
RESPONDER: Final = _place((_O, "АО «Пример-УЦ» (учебное)"), (_CN, "Служба OCSP (учебная)"))
CONTRACTOR: Final = _place(
    (_STREET, "ул. Договорная, д. 7"),
    (_O, "ООО «Пример-Русь» (учебное)"),
    (_TITLE, "Генеральный директор"),
    (_CN, "ООО «Пример-Русь» (учебное)"),
    (_SN, "Учебный"),
    (_GN, "Иван Петрович"),
    (_OGRN, "1037700200009", _NUMERIC),
    (_SNILS, "11223300070", _NUMERIC),
    (_INN, "770501000083", _NUMERIC),
    (_INNLE, "7710000008", _NUMERIC),
)


def person(surname: str, names: str, *, inn: str, snils: str) -> Name:
    """Name a natural person, who signs with a certificate of their own."""
    return Name.of(
        [
            (_C, "RU", _PRINTABLE),
            (_CN, f"{surname} {names}"),
            (_SN, surname),
            (_GN, names),
            (_SNILS, snils, _NUMERIC),
            (_INN, inn, _NUMERIC),
        ]
    )


def _policies(*oids: str) -> Extension:
    return extension("2.5.29.32", [asn1.PolicyInformation(oid, None) for oid in oids])


_TOOL = "«Пример CSP» (учебное)"
_TOOLS = extension(
    "1.2.643.100.111",  # subjectSignTool
    s.encode(s.STRING, s.Text(12, _TOOL)),
)
_ISSUER_TOOLS = extension(
    "1.2.643.100.112",  # issuerSignTool
    s.encode(
        s.sequence_of(s.STRING),
        tuple(s.Text(12, text) for text in (_TOOL, "«Пример УЦ» (учебное)", "нет", "нет")),
    ),
)
_KC1, _KC2 = "1.2.643.100.113.1", "1.2.643.100.113.2"
SIGNER: Final = (
    key_usage("digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment"),
    extension("2.5.29.37", ("1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.4")),
    _TOOLS,
    _ISSUER_TOOLS,
    extension("1.2.643.100.114", s.encode(s.INTEGER, 0)),  # identificationKind: in person
    _policies(_KC1, _KC2),
)

RECEIPTS: Final = (  # RFC 3029 8
    key_usage("digitalSignature", "nonRepudiation"),
    extension("2.5.29.37", ("1.3.6.1.5.5.7.3.10",), critical=True),
    _policies(_KC1, _KC2),
)


def profile(*, root_key: str = "gost-512", key: str = "gost-256") -> Profile:
    """Say what is Russian; other kinds of keys than GOST are for comparison."""
    return Profile(
        root_key=root_key,
        key=key,
        root=_ROOT,
        authority=_AUTHORITY,
        time_stamps=_TIME_STAMPS,
        time_stamp_policy="2.25.212416172351893562146190362813257064823",  # our own, for trial
        time_stamp_extensions=(
            key_usage("digitalSignature", "nonRepudiation"),
            extension("2.5.29.37", ("1.3.6.1.5.5.7.3.8",), critical=True),
            _policies(_KC1, _KC2),
        ),
    )


def russia(
    now: datetime,
    entropy: Callable[[int], bytes],
    *,
    root_key: str = "gost-512",
    key: str = "gost-256",
) -> Hierarchy:
    """Make the hierarchy; other kinds of keys than GOST are for comparison."""
    return Hierarchy(profile(root_key=root_key, key=key), now, entropy)
