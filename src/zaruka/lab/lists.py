"""Minting national lists: the list of accredited Russian authorities, signed with a lab key.

The structure is that of the real list (see `jurisdictions.russia.accredited`), so that whoever
reads lists can be tried with any certificates, statuses and dates.
"""

from __future__ import annotations

from base64 import encodebytes
from datetime import UTC
from hashlib import sha1
from typing import TYPE_CHECKING

from lxml import etree
from msgspec import Struct

from zaruka.jurisdictions.russia.accredited import ROOT
from zaruka.signatures.xml.creation import sign_enveloped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from lxml.etree import _Element as Element

    from zaruka.signatures.creation import Signer
    from zaruka.x509 import Certificate

__all__ = ["Accredited", "accredited_list", "sign_list"]


class Accredited(Struct, frozen=True):
    """One authority of the list.

    `statuses` are its history, oldest first: the word of the list ("Действует") and since when
    (aware). The last is the one in force. `successor` is the ОГРН of who took over.
    """

    name: str
    ogrn: str
    certificates: tuple[Certificate, ...]
    statuses: tuple[tuple[str, datetime], ...]
    crl_urls: tuple[str, ...] = ()
    means_class: str = "КС2"
    registry_number: str = "1"
    successor: str | None = None


def accredited_list(authorities: Iterable[Accredited], *, version: int, issued: datetime) -> bytes:
    """Write the list, not signed: UTF-8."""
    root = etree.Element(ROOT)
    _put(root, "Версия", str(version))
    _put(root, "Дата", issued.isoformat())
    for authority in authorities:
        _authority(_put(root, "УдостоверяющийЦентр"), authority)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def sign_list(octets: bytes, signer: Signer, entropy: Callable[[int], bytes]) -> bytes:
    """Sign a list as its ministry does: enveloped, exclusive canonical form."""
    return sign_enveloped(octets, signer, entropy=entropy)


def _authority(parent: Element, authority: Accredited) -> None:
    _put(parent, "Название", authority.name)
    _put(parent, "ЭлектроннаяПочта", "ca@example.test")
    _put(parent, "КраткоеНазвание", authority.name)
    _put(parent, "АдресСИнформациейПоУЦ", "http://ca.example.test")
    _address(parent)
    complexes = _put(parent, "ПрограммноАппаратныеКомплексы")
    complex_ = _put(complexes, "ПрограммноАппаратныйКомплекс")
    _put(complex_, "Псевдоним", "ПАК-1")
    _put(complex_, "КлассСредствЭП", authority.means_class)
    _address(complex_)
    _put(complex_, "СредстваУЦ", "Учебное средство УЦ")
    keys = _put(complex_, "КлючиУполномоченныхЛиц")
    for certificate in authority.certificates:
        _key(_put(keys, "Ключ"), certificate, authority.crl_urls)
    _put(parent, "ИНН", "007703000007")
    _put(parent, "ОГРН", authority.ogrn)
    _put(parent, "РеестровыйНомер", authority.registry_number)
    if authority.statuses:
        _status(parent, *authority.statuses[-1])
        history = _put(parent, "ИсторияСтатусовАккредитации")
        for status in authority.statuses:
            _status(history, *status)
    if authority.successor is not None:
        _put(parent, "ПолномочияПереданыУЦсОГРН", authority.successor)


def _key(parent: Element, certificate: Certificate, crl_urls: tuple[str, ...]) -> None:
    _put(parent, "ИдентификаторКлюча", (certificate.key_identifier or b"").hex().upper())
    addresses = _put(parent, "АдресаСписковОтзыва")
    for url in crl_urls:
        _put(addresses, "Адрес", url)
    data = _put(_put(parent, "Сертификаты"), "ДанныеСертификата")
    thumbprint = sha1(certificate.der, usedforsecurity=False).hexdigest().upper()
    _put(data, "Отпечаток", thumbprint)
    _put(data, "КемВыдан", certificate.issuer.display())
    _put(data, "КомуВыдан", certificate.subject.display())
    _put(data, "СерийныйНомер", f"{certificate.serial_number:X}")
    _put(data, "ПериодДействияС", certificate.not_before.isoformat())
    _put(data, "ПериодДействияДо", certificate.not_after.isoformat())
    _put(data, "Данные", encodebytes(certificate.der).decode())


def _status(parent: Element, word: str, since: datetime) -> None:
    """Write a status: its moments have no zone in the real list, and are UTC."""
    status = _put(parent, "СтатусАккредитации")
    _put(status, "Статус", word)
    _put(status, "ДействуетС", since.astimezone(UTC).replace(tzinfo=None).isoformat())


def _address(parent: Element) -> None:
    address = _put(parent, "Адрес")
    _put(address, "Страна", "RU")
    region = _put(address, "Регион")
    _put(region, "Код", "77")
    _put(region, "Название", "г. Москва")
    _put(address, "Индекс", "000000")
    _put(address, "УлицаДом", "ул. Учебная, д. 1")
    _put(address, "Город", "Москва")


def _put(parent: Element, name: str, text: str | None = None) -> Element:
    child = etree.SubElement(parent, name)
    child.text = text
    return child
