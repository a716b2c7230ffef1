"""Where what validation lacks may be had: the addresses of each need, in the order to ask them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct, structs

from zaruka.errors import InputError
from zaruka.facts import FactKind
from zaruka.x509 import Certificate
from zaruka.x509.ocsp_requests import cert_id_hashes
from zaruka.x509.signed import Outcome, verify_signed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zaruka.crypto import AlgorithmId
    from zaruka.facts import Need
    from zaruka.validation.context import Context
    from zaruka.validation.results import ValidationReport

__all__ = ["Option", "addressed", "options"]

_ORDER: Final = {FactKind.OCSP: 0, FactKind.CRL: 1, FactKind.CERTIFICATE: 2}
_WEB: Final = ("http://", "https://")
_ISSUERS: Final = 16  # certificates of one name that are tried


class Option(Struct, frozen=True):
    """One address that may settle a need; for OCSP also who is asked about, and how.

    `about` is what the need is for: an option of the same is tried only where those before it
    did not settle it.
    """

    kind: FactKind
    about: str
    name: str
    address: str
    certificate: Certificate | None = None
    issuer: Certificate | None = None
    hash_algorithm: AlgorithmId | None = None


def addressed(report: ValidationReport, context: Context) -> ValidationReport:
    """Add to the needs of a report the addresses that are known otherwise.

    Certificates of GosSUOK name no lists; whoever trusts their issuer knows where its lists are.
    """
    if not report.needs:
        return report
    known = _Certificates(report, context)
    return structs.replace(report, needs=tuple(known.addressed(need) for need in report.needs))


def options(report: ValidationReport, context: Context) -> Iterator[Option]:
    """Yield where each need may be settled: OCSP first, which is small and newest, then lists."""
    known = _Certificates(report, context)
    for need in sorted(report.needs, key=lambda each: _ORDER.get(each.kind, 9)):
        if need.kind in _ORDER:
            for address in need.addresses:
                if address.lower().startswith(_WEB):
                    yield from known.options(need, address)


class _Certificates:
    """The certificates that a report and its evidence hold."""

    def __init__(self, report: ValidationReport, context: Context) -> None:
        self._context = context
        self._facts = {
            fact.sha256: fact.der
            for fact in report.facts
            if fact.kind is FactKind.CERTIFICATE and fact.der is not None
        }

    def get(self, sha256: str) -> Certificate | None:
        found = self._context.evidence.certificate(sha256)
        der = self._facts.get(sha256)
        if found is None and der is not None:
            try:
                found = Certificate.parse(der)
            except InputError:
                return None
        return found

    def issuers(self, certificate: Certificate) -> list[Certificate]:
        """Return those who signed a certificate; two of one key are one."""
        pool = {
            each.sha256: each
            for each in self._context.evidence.pool().with_subject(certificate.issuer)
        }
        for sha256 in self._facts:
            other = self.get(sha256)
            if other is not None and other.subject == certificate.issuer:
                pool[sha256] = other
        named = [pool[sha256] for sha256 in sorted(pool)][:_ISSUERS]
        signed = [
            each for each in named if verify_signed(certificate, each.key).outcome is Outcome.VALID
        ]
        return list({each.key.spki: each for each in signed}.values())

    def addressed(self, need: Need) -> Need:
        certificate = self.get(need.about) if need.kind is FactKind.CRL else None
        if certificate is None:
            return need
        stated = [
            url
            for issuer in self.issuers(certificate)
            for statement in self._context.trust.about(issuer.sha256)
            for url in statement.crl_urls
        ]
        addresses = (*need.addresses, *certificate.freshest_crl_urls, *stated)
        return structs.replace(need, addresses=tuple(dict.fromkeys(addresses)))

    def options(self, need: Need, address: str) -> Iterator[Option]:
        if need.kind is not FactKind.OCSP:
            yield Option(need.kind, need.about, need.name, address)
            return
        certificate = self.get(need.about)
        for issuer in self.issuers(certificate) if certificate is not None else ():
            for each in cert_id_hashes(issuer):
                yield Option(need.kind, need.about, need.name, address, certificate, issuer, each)
