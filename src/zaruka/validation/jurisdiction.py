"""What a country brings to validation: whose certificates it claims and how it names people."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from datetime import datetime

    from zaruka.findings import Finding
    from zaruka.trust import Statement, TrustBase
    from zaruka.x509 import Certificate, Path

__all__ = ["HolderKind", "Identifier", "Identity", "Jurisdiction", "Quality"]


class HolderKind(StrEnum):
    """Who holds a certificate."""

    PERSON = "person"
    ENTREPRENEUR = "entrepreneur"
    REPRESENTATIVE = "representative"  # a natural person who acts for an organisation
    ORGANISATION = "organisation"  # an organisation without a natural person named
    ROOT_CA = "root-ca"
    CA = "ca"
    TSA = "tsa"
    OCSP_RESPONDER = "ocsp-responder"
    UNKNOWN = "unknown"


class Identifier(Struct, frozen=True):
    """A number that a country knows its people and organisations by.

    `code` is upper-case Latin ("INN", "INNLE", "OGRN", "OGRNIP", "SNILS", "UNP", "UNPF",
    "PERSONAL_NUMBER", "PASSPORT", "ID_CARD", "SERIAL_NUMBER", "REGISTER_NUMBER",
    "FOREIGN_NUMBER"); sentences name it in the reader's language. `value` is
    the number as people write it (an organisation's ИНН without its two leading zeros),
    `as_written` as the certificate has it. `personal` marks numbers of natural persons, which
    are shown masked. `correct` is the result of length and check digits; None where the number
    has none that could be checked.
    """

    code: str
    value: str
    personal: bool
    correct: bool | None
    as_written: str
    oid: str

    @property
    def masked(self) -> str:
        """The number with all but its last two characters hidden, where it is personal."""
        return "*" * (len(self.value) - 2) + self.value[-2:] if self.personal else self.value


class Quality(Struct, frozen=True):
    """A national property of a certificate: a code for messages, and the OID or text behind it.

    For example ("means-class", "KC2", "1.2.643.100.113.2"), ("identification-kind", "0",
    "1.2.643.100.114"), ("role", "LR", "1.2.112.0.2.0.34.101.78.2.62").
    """

    code: str
    value: str
    oid: str


class Identity(Struct, frozen=True):
    """Who a certificate names, in the terms of the country that issued it.

    `country` is the jurisdiction's code ("RU", "BY") or None where no jurisdiction claimed the
    certificate. `name` is what to show first and is never empty; `person` is the natural person
    (surname, given names), `organisation` the legal person.
    """

    country: str | None
    kind: HolderKind
    name: str
    person: str | None = None
    organisation: str | None = None
    position: str | None = None
    department: str | None = None
    locality: str | None = None
    email: str | None = None
    identifiers: tuple[Identifier, ...] = ()
    qualities: tuple[Quality, ...] = ()

    def identifier(self, code: str) -> Identifier | None:
        """Return the first identifier with this code."""
        return next((found for found in self.identifiers if found.code == code), None)


class Jurisdiction(Protocol):
    """A country, handed to validation by the composition root."""

    @property
    def code(self) -> str:
        """ISO 3166 alpha-2 code."""

    @property
    def processed(self) -> frozenset[str]:
        """OIDs of the certificate extensions that the country reads itself.

        A certificate of its own may mark them critical (RFC 5280 4.2).
        """

    def claims(self, certificate: Certificate) -> bool:
        """Whether the certificate was issued under this country's rules."""

    def identity(self, certificate: Certificate) -> Identity:
        """Name the holder in national terms."""

    def findings(self, certificate: Certificate) -> tuple[Finding, ...]:
        """Apply the national certificate profile; never FAIL by itself."""

    def standing_findings(self, path: Path, trust: TrustBase, at: datetime) -> tuple[Finding, ...]:
        """Say how the issuer stood with its state when it issued the certificate of the signer.

        `path` leads from that certificate up, `at` is the validation time. PASS, INFO on what
        explains the path, WARN where the issuer did not stand well, UNKNOWN where nothing says
        how; what follows from the last two, the policy decides (`accreditation`).
        """

    def anchors(self) -> tuple[Statement, ...]:
        """State the official roots, each pinned by SHA-256."""
