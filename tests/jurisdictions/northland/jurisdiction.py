"""Northland, as validation asks for it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from northland import numbers, rules
from zaruka.jurisdictions.profile import check_missing, check_numbers
from zaruka.trust import pinned
from zaruka.validation.jurisdiction import HolderKind, Identifier, Identity, Quality
from zaruka.validation.naming import kind_by_role, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from zaruka.findings import Finding
    from zaruka.trust import Statement, TrustBase
    from zaruka.x509 import Certificate, Path

_ARC: Final = "2.25.131790573421903564778207415620398211774"
HEARTH_NUMBER: Final = f"{_ARC}.1"  # an attribute of the subject
OATH: Final = f"{_ARC}.2"  # an extension: a text, the office before which the holder swore


class Northland:
    """Certificates issued under the Northland Signature Act."""

    code: Final = "QN"
    processed: Final = frozenset({OATH})

    def __init__(self, *roots: Statement) -> None:
        """Trust these roots."""
        self._roots = roots

    def with_root(self, sha256: str, name: str, since: datetime, until: datetime) -> Northland:
        """Return the country with the root that its office publishes."""
        return Northland(pinned(self.code, sha256, name, since, until))

    def claims(self, certificate: Certificate) -> bool:
        """Whether the issuer says that it is of Northland."""
        return certificate.issuer.get("2.5.4.6") == self.code

    def identity(self, certificate: Certificate) -> Identity:
        """Name the holder."""
        return identity(certificate)

    def findings(self, certificate: Certificate) -> tuple[Finding, ...]:
        """Apply the Act; never FAIL."""
        return findings(certificate)

    def standing_findings(
        self, _path: Path, _trust: TrustBase, _at: datetime
    ) -> tuple[Finding, ...]:
        """Say nothing: the Act knows no accreditation."""
        return ()

    def anchors(self) -> tuple[Statement, ...]:
        """State the roots."""
        return self._roots


@lru_cache(maxsize=1024)
def identity(certificate: Certificate) -> Identity:
    """Name the holder by the Act's own number and oath."""
    number, oath = certificate.subject.get(HEARTH_NUMBER), text_of(certificate, OATH)
    return Identity(
        country="QN",
        kind=kind_by_role(certificate) or HolderKind.PERSON,
        name=certificate.subject.display(),
        identifiers=(_hearth(number),) if number else (),
        qualities=(Quality("oath", oath, OATH),) if oath else (),
    )


def _hearth(number: str) -> Identifier:
    return Identifier(
        code="HEARTH_NUMBER",
        value=number,
        personal=True,
        correct=numbers.hearth_number_is_correct(number),
        as_written=number,
        oid=HEARTH_NUMBER,
    )


@lru_cache(maxsize=1024)
def findings(certificate: Certificate) -> tuple[Finding, ...]:
    """Compare a certificate with the Act."""
    return tuple(_findings(certificate))


def _findings(certificate: Certificate) -> Iterator[Finding]:
    who = identity(certificate)
    yield from check_numbers(certificate, who, rules.NUMBERS_CORRECT, rules.NUMBER_INCORRECT)
    if who.kind is HolderKind.PERSON:
        yield from check_missing(
            rules.OATH_MISSING, certificate, ((OATH,),), certificate.extensions
        )


NORTHLAND: Final = Northland()
