"""Powers for trial: powers of attorney (EMCHD_1), registries' answers, attribute certificates."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

from msgspec import Struct

from zaruka.asn1 import attribute_certificates as asn1
from zaruka.asn1 import pkix
from zaruka.asn1 import schema as s
from zaruka.asn1.cms import Attribute
from zaruka.x509.attribute_certificates import AttributeCertificate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from zaruka.x509.certificates import Certificate
    from zaruka.x509.issuing import Issuer

__all__ = [
    "CLERK",
    "COMPANY",
    "DEPUTY",
    "HEAD",
    "Company",
    "Human",
    "Text",
    "issue_attribute_certificate",
    "write_delegation",
    "write_power",
    "write_status",
]


class Human(Struct, frozen=True):
    """A natural person with numbers whose check digits are right."""

    surname: str
    name: str
    patronymic: str
    inn: str
    snils: str


class Company(Struct, frozen=True):
    """An organisation with its head, and the `others` without whom that one may not act."""

    name: str
    inn: str
    kpp: str
    ogrn: str
    head: Human
    others: tuple[Human, ...] = ()


# Those of `zaruka.lab.russia.CONTRACTOR`, and two employees.
HEAD: Final = Human("Учебный", "Иван", "Петрович", "770501000083", "11223300070")
CLERK: Final = Human("Примерова", "Ольга", "Ивановна", "770501000157", "11223300171")
DEPUTY: Final = Human("Образцов", "Пётр", "Ильич", "770501000220", "11223300272")
COMPANY: Final = Company(
    "ООО «Пример-Русь» (учебное)", "7710000008", "771001001", "1037700200009", HEAD
)


class Text(Struct, frozen=True):
    """What a power of attorney is to say: its number, term, powers by code and name, in words."""

    number: str
    issued: date
    until: date
    powers: Sequence[tuple[str, str]] = ()
    words: str | None = None
    delegation: str = "1"
    irrevocable: bool = False
    joint: bool = False


def write_power(text: Text, representatives: Iterable[Human], company: Company = COMPANY) -> bytes:
    """Write a power of attorney of an organisation: XML, to be signed by its heads."""
    kind = 1 + bool(company.others)
    heads = "".join(
        f'<ЛицоБезДов ПолнЮЛ="{kind}">{_human("СвФЛ", each, position="Директор")}</ЛицоБезДов>'
        for each in (company.head, *company.others)
    )
    who = "".join(
        f'<СвУпПред ТипПред="3"><Пред>{_human("СведФизЛ", each)}</Пред></СвУпПред>'
        for each in representatives
    )
    issuer = (
        '<СвДоверит ТипДоверит="1"><Доверит>'
        '<РосОргДовер ЕИОУК="0" ЕИОФЛ="1" ЕИОИП="0">'
        f"{_organisation('СвРосОрг', company)}{heads}"
        "</РосОргДовер></Доверит></СвДоверит>"
    )
    return _document(text, f"<Довер>{_about('СвДов', text)}{issuer}{who}{_powers(text)}</Довер>")


def write_delegation(
    text: Text,
    under: Text,
    delegating: Human,
    representative: Human,
    *,
    first: Text | None = None,
) -> bytes:
    """Write a передоверие under the power of attorney `under`, whose first of all is `first`."""
    origin = first or under
    body = (
        f'<Передов ПрНалПередов="{int(first is not None)}">'
        f"{_earlier('СвПервДовер', origin, None)}"
        f"{_earlier('СвПередов', origin, under) if first else ''}"
        f"{_about('СвПереДовер', text)}"
        '<СвПередПолн ТипПерПолн="3"><ПередПолн>'
        f"<ФЛПерПолн ИННФЛ={quoteattr(delegating.inn)} СНИЛС={quoteattr(_snils(delegating))}>"
        f"{_full_name(delegating)}</ФЛПерПолн></ПередПолн></СвПередПолн>"
        f'<СвПолучПолн ТипПред="3"><Пред>{_human("СведФизЛ", representative)}</Пред></СвПолучПолн>'
        f"{_powers(text)}</Передов>"
    )
    return _document(text, body)


def _document(text: Text, body: str) -> bytes:
    name = f"ON_EMCHD_{text.issued:%Y%m%d}_{text.number}"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Доверенность xmlns="urn://x-artefacts/EMCHD_1" ВерсФорм="EMCHD_1" '
        f'ПрЭлФорм="00000000" ИдФайл="{name}"><Документ>{body}</Документ></Доверенность>'
    ).encode()


def _about(element: str, text: Text) -> str:
    revoked = '<Безотзыв ПрПерБезДов="1" УслОтзыва="1"/>' if text.irrevocable else ""
    return (
        f'<{element} ВидДовер="{1 + text.irrevocable}" ПрПередов="{text.delegation}" '
        f'ВнНомДовер="1" НомДовер="{text.number}" ДатаВыдДовер="{text.issued}" '
        f'СрокДейст="{text.until}">'
        f"<СведСист>https://registry.example/{text.number}</СведСист>{revoked}</{element}>"
    )


def _earlier(element: str, first: Text, last: Text | None) -> str:
    numbers = f'НомДоверПерв="{first.number}"'
    if last is not None:
        numbers += f' НомДоверN="{last.number}"'
    about = last or first
    return (
        f'<{element} ПрДовер="1" ФормДовер="1" {numbers} '
        f'ДатаВыдДовер="{about.issued}" СрокДейст="{about.until}"/>'
    )


def _powers(text: Text) -> str:
    words = f"<ТекстПолн>{escape(text.words)}</ТекстПолн>" if text.words else ""
    codes = "".join(
        f"<МашПолн КодПолн={quoteattr(code)} НаимПолн={quoteattr(name)}/>"
        for code, name in text.powers
    )
    kind = int(bool(text.powers))
    return f'<СвПолн ТипПолн="{kind}" ПрСовмПолн="{1 + text.joint}">{words}{codes}</СвПолн>'


def _organisation(element: str, company: Company) -> str:
    return (
        f"<{element} НаимОрг={quoteattr(company.name)} ИННЮЛ={quoteattr(company.inn)} "
        f"КПП={quoteattr(company.kpp)} ОГРН={quoteattr(company.ogrn)}/>"
    )


def _human(element: str, human: Human, position: str = "Работник") -> str:
    return (
        f"<{element} ИННФЛ={quoteattr(human.inn)} СНИЛС={quoteattr(_snils(human))} "
        f"Должность={quoteattr(position)}>{_full_name(human)}</{element}>"
    )


def _full_name(human: Human) -> str:
    return (
        f"<СведФЛ><ФИО Фамилия={quoteattr(human.surname)} Имя={quoteattr(human.name)} "
        f"Отчество={quoteattr(human.patronymic)}/></СведФЛ>"
    )


def _snils(human: Human) -> str:
    digits = human.snils
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:9]} {digits[9:]}"


def write_status(
    number: str,
    as_of: datetime,
    *,
    status: str = "active",
    revoked_at: datetime | None = None,
    source: str = "https://registry.example",
) -> bytes:
    """Write a registry's answer in the form of docs/powers.md."""
    value = {
        "form": "zaruka-power-status-1",
        "number": number,
        "status": status,
        "as_of": as_of.isoformat(),
        "source": source,
    }
    if revoked_at is not None:
        value["revoked_at"] = revoked_at.isoformat()
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def issue_attribute_certificate(  # noqa: PLR0913 - the fields of an attribute certificate
    issuer: Issuer,
    holder: Certificate,
    attributes: Iterable[tuple[str, str]],
    *,
    serial_number: int,
    not_before: datetime,
    not_after: datetime,
    entropy: bytes,
) -> AttributeCertificate:
    """Bind attributes (types and texts) to a certificate: STB 34.101.67 6.1, RFC 5755 4.1."""
    named = (("directoryName", holder.issuer.der),)
    algorithm = pkix.AlgorithmIdentifier(issuer.algorithm.oid, issuer.algorithm.parameters)
    info = asn1.AttributeCertificateInfo(
        der=b"",
        version=1,
        holder=asn1.Holder(asn1.IssuerSerial(named, holder.serial_number, None), None, None),
        issuer=("v2Form", asn1.V2Form((("directoryName", issuer.name.der),), None, None)),
        signature=algorithm,
        serial_number=serial_number,
        attr_cert_validity_period=asn1.AttCertValidityPeriod(not_before, not_after),
        attributes=tuple(
            Attribute(oid, (s.encode(s.UTF8_STRING, text),)) for oid, text in attributes
        ),
        issuer_unique_id=None,
        extensions=None,
    )
    tbs = s.encode(asn1.ATTRIBUTE_CERTIFICATE_INFO, info)
    whole = asn1.AttributeCertificate(info, algorithm, s.BitString(issuer.sign(tbs, entropy)))
    return AttributeCertificate.parse(s.encode(asn1.ATTRIBUTE_CERTIFICATE, whole))
