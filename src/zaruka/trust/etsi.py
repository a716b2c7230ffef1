"""Trusted lists and the list of lists in the form of ETSI TS 119 612 (versions 5 and 6).

A service's certificate is its identity, and a trust anchor for what its type is for. Of all types
only qualified certificates and time-stamps are for anything here; the others are read, stated and
trust nothing. What cannot be read of a service leaves it out, never in.
"""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256 as digest_of
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from zaruka.errors import BudgetExceeded, InputError
from zaruka.signatures.xml.identifiers import XML
from zaruka.signatures.xml.reading import children_of
from zaruka.trust.agreements import ServiceType
from zaruka.trust.authenticity import SignedList, check_named_signer, conclude, verify_list
from zaruka.trust.etsi_agreements import read_agreement
from zaruka.trust.etsi_extensions import Extensions, read_extensions
from zaruka.trust.list_xml import (
    certificate_of,
    local_name,
    parse_list,
    parse_moment,
    plain_text,
    sequence_of,
    unread,
)
from zaruka.trust.lists import Pointer, Scheme, TrustList, Unread
from zaruka.trust.statements import Purpose, Standing, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from lxml.etree import _Element as Element

    from zaruka.trust.agreements import Agreement
    from zaruka.x509 import Certificate

__all__ = ["PURPOSES", "STATUSES", "TSL", "parse_etsi", "read_etsi", "scheme_addresses"]

TSL: Final = "http://uri.etsi.org/02231/v2#"
SERVICES_MAX: Final = 50_000
CERTIFICATES_MAX: Final = 100_000
STATEMENTS_MAX: Final = 100_000
HISTORY_MAX: Final = 1_000  # of one service
POINTERS_MAX: Final = 1_000
AGREEMENTS_MAX: Final = 64
ADDRESSES_MAX: Final = 32  # of one service
TERRITORY_MAX: Final = 8  # characters
_VERSIONS: Final = frozenset({5, 6})
_TYPE: Final = "http://uri.etsi.org/TrstSvc/Svctype/"
_INFORMATION: Final = "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/"
_LIST_OF_LISTS: Final = "listofthelists"
_MOMENT: Final = timedelta(microseconds=1)
# 5.3.10: two codes of the European Commission that ISO 3166 has otherwise
_TERRITORIES: Final = {"EL": "GR", "UK": "GB"}

_SIGNATURES, _STAMPS = frozenset({Purpose.SIGNATURES}), frozenset({Purpose.TIME_STAMPS})
# 5.5.1: what a service of a type is trusted for; every other type for nothing
PURPOSES: Final = {
    ServiceType(f"{_TYPE}CA/QC"): _SIGNATURES,
    ServiceType(f"{_TYPE}CA/QC", f"{_INFORMATION}ForeSignatures"): _SIGNATURES,
    ServiceType(f"{_TYPE}CA/QC", f"{_INFORMATION}ForeSeals"): _SIGNATURES,
    ServiceType(f"{_TYPE}TSA/QTST"): _STAMPS,
    ServiceType(f"{_TYPE}TSA"): _STAMPS,
    ServiceType(f"{_TYPE}TSA/TSS-QC"): _STAMPS,
}
_USES: Final = frozenset(
    f"{_INFORMATION}{use}" for use in ("ForeSignatures", "ForeSeals", "ForWebSiteAuthentication")
)

_STATUS: Final = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/"
# 5.5.4, with the words of lists before Regulation 910/2014 (1 July 2016) in their history
STATUSES: Final = {
    f"{_STATUS}{word}": standing
    for standing, words in {
        Standing.GRANTED: (
            "granted",
            "recognisedatnationallevel",
            "undersupervision",
            "supervisionincessation",
            "accredited",
            "setbynationallaw",
        ),
        Standing.ENDED: (
            "supervisionceased",
            "accreditationceased",
            "deprecatedatnationallevel",
            "deprecatedbynationallaw",
        ),
        Standing.ANNULLED: ("withdrawn", "supervisionrevoked", "accreditationrevoked"),
    }.items()
    for word in words
}


def read_etsi(
    octets: bytes,
    *,
    signers: Iterable[Certificate] = (),
    pins: frozenset[str] = frozenset(),
) -> SignedList:
    """Read a list from what its signature covers, and check who signed it.

    `signers` are the certificates that the pointer to the list names, `pins` the SHA-256 (64 hex
    digits) of others that may have signed it. InputError where the file is no such list;
    BudgetExceeded.
    """
    signers = tuple(signers)
    signature = verify_list(octets, "TS 119 612", signers)
    if signature.octets is None:
        return SignedList(None, None, conclude(signature.findings))
    found = parse_etsi(signature.octets, signature.ref.sha256)
    findings = check_named_signer(signature, found, signers, pins)
    return SignedList(found, signature.signer, conclude((*signature.findings, *findings)))


def parse_etsi(octets: bytes, sha256: str | None = None) -> TrustList:
    """Read a list, without asking who signed it: `read_etsi` does.

    `sha256` is of the file where `octets` are what its signature covers. InputError: xml.*,
    lists.not-a-list, and lists.* where what names the list cannot be read; BudgetExceeded.
    """
    return _Reader(octets, sha256 or digest_of(octets).hexdigest()).read()


def scheme_addresses(octets: bytes) -> tuple[str, ...]:
    """Return SchemeInformationURI (5.3.7), in its order: of a list of lists the pivots first."""
    root = parse_list(octets, "TrustServiceStatusList")
    wrapper = _find(root, "SchemeInformation", "SchemeInformationURI")
    found = [] if wrapper is None else [plain_text(each) for each in _each(wrapper, "URI")]
    return tuple(each for each in found if each)


class _Instance(Struct, frozen=True):
    """One state of a service: the present one, or one of its history (5.5, 5.6)."""

    type: str
    status: str
    since: datetime
    name: str
    certificates: tuple[Certificate, ...]
    identity: tuple[tuple[str, str], ...]
    extensions: Extensions
    crl_urls: tuple[str, ...]


class _Reader:
    """One list that is being read."""

    def __init__(self, octets: bytes, sha256: str) -> None:
        self.root = parse_list(octets, "TrustServiceStatusList")
        self.sha256 = sha256
        self.unread: list[Unread] = []
        self.certificates: dict[str, Certificate] = {}
        self.agreements: list[Agreement] = []
        self.count = 0  # of statements
        scheme = _find(self.root, "SchemeInformation")
        if scheme is None:
            raise InputError("lists.malformed", what="SchemeInformation")
        self.scheme = scheme
        version = sequence_of(plain_text(_find(scheme, "TSLVersionIdentifier")))
        if version not in _VERSIONS:
            self.unread.append(
                unread(f"TSLVersionIdentifier {version}", InputError("lists.version"))
            )
        self.sequence = sequence_of(plain_text(_find(scheme, "TSLSequenceNumber")))
        self.issued, _ = parse_moment(plain_text(_find(scheme, "ListIssueDateTime")))
        self.territory = self._territory()
        self.name = _international(_find(scheme, "SchemeName")) or self.territory
        self.source = f"ETSI {self.territory} {self.sequence} {self.issued:%Y-%m-%d}"

    def read(self) -> TrustList:
        next_update = plain_text(_find(self.scheme, "NextUpdate", "dateTime"))
        pointers = tuple(self._pointers())
        statements: dict[str, list[Statement]] = {}
        for statement in self._statements():
            statements.setdefault(statement.certificate_sha256, []).append(statement)
        return TrustList(
            scheme=_scheme(plain_text(_find(self.scheme, "TSLType"))),
            territory=self.territory,
            name=self.name,
            sequence=self.sequence,
            issued=self.issued,
            next_update=parse_moment(next_update)[0] if next_update else None,
            sha256=self.sha256,
            statements=tuple(
                each
                for about in statements.values()
                for each in sorted(about, key=lambda e: e.since.timestamp() if e.since else 0.0)
            ),
            certificates=tuple(self.certificates.values()),
            pointers=pointers,
            unread=tuple(dict.fromkeys(self.unread)),
            agreements=tuple(self.agreements),
        )

    def _territory(self) -> str:
        """5.3.10; lists before version 4 have only the address of who operates the scheme."""
        code = plain_text(_find(self.scheme, "SchemeTerritory"))
        if not code:
            addresses = _find(self.scheme, "SchemeOperatorAddress", "PostalAddresses")
            code = plain_text(_find(addresses, "PostalAddress", "CountryName"))
            self.unread.append(unread("SchemeTerritory", InputError("lists.no-territory")))
        return _TERRITORIES.get(code, code)[:TERRITORY_MAX]

    # --- services

    def _statements(self) -> Iterator[Statement]:
        count = 0
        for provider in _each(_find(self.root, "TrustServiceProviderList"), "TrustServiceProvider"):
            name = _international(_find(provider, "TSPInformation", "TSPName"))
            for service in _each(_find(provider, "TSPServices"), "TSPService"):
                count += 1
                if count > SERVICES_MAX:
                    raise BudgetExceeded("lists.too-many", what="TSPService", limit=SERVICES_MAX)
                yield from self._service(service, name, f"TSPService {count}, {name}")

    def _service(self, service: Element, provider: str, place: str) -> Iterator[Statement]:
        """State every instance of a service, for its certificates of any time.

        All certificates of a service have one key (5.5.3); in history it may be named by key
        identifier only.
        """
        history = list(_each(_find(service, "ServiceHistory"), "ServiceHistoryInstance"))
        if len(history) > HISTORY_MAX:
            raise BudgetExceeded("lists.too-many", what="ServiceHistory", limit=HISTORY_MAX)
        present = _find(service, "ServiceInformation")
        try:
            instances = [self._instance(present, place)]
        except InputError as error:
            self.unread.append(unread(place, error))
            return  # what was before says nothing without what is now
        try:
            instances = [*self._past(history, place, instances[0].since), *instances]
        except InputError as error:
            self.unread.append(unread(f"{place}, ServiceHistory", error))
        certificates = dict.fromkeys(c for each in instances for c in each.certificates)
        if not certificates:
            self.unread.append(unread(place, InputError("lists.no-certificate")))
            return
        self.count += len(instances) * len(certificates)
        if self.count > STATEMENTS_MAX:
            raise BudgetExceeded("lists.too-many", what="ServiceHistory", limit=STATEMENTS_MAX)
        ends = [*(each.since - _MOMENT for each in instances[1:]), None]
        for instance, end in zip(instances, ends, strict=True):
            if end is not None and end < instance.since:
                continue  # replaced at the same moment
            for certificate in certificates:
                yield self._statement(certificate, instance, end, provider)

    def _past(self, history: list[Element], place: str, present: datetime) -> list[_Instance]:
        """Read what was before `present`, oldest first; all of it or, by InputError, nothing.

        An instance that is left out alone would prolong the one before it.
        """
        found = [self._instance(element, place) for element in history]
        found.sort(key=lambda each: each.since)
        if found and found[-1].since > present:
            self.unread.append(unread(place, InputError("lists.status-order")))
        return [each for each in found if each.since < present]

    def _statement(
        self, certificate: Certificate, instance: _Instance, end: datetime | None, provider: str
    ) -> Statement:
        purposes = _purposes(instance)
        return Statement(
            certificate.sha256,
            instance.name or certificate.ref.name,
            self.source,
            purposes=purposes,
            since=instance.since,
            until=end,
            source_sha256=self.sha256,
            standing=STATUSES.get(instance.status, Standing.ENDED),
            anchor=bool(purposes),
            country=self.territory,
            crl_urls=instance.crl_urls,
            details=(
                ("SERVICE_TYPE", instance.type),
                ("SERVICE_STATUS", instance.status),
                ("PROVIDER", provider),
                *instance.identity,
                *instance.extensions.details,
            ),
        )

    def _instance(self, element: Element | None, place: str) -> _Instance:
        if element is None:
            raise InputError("lists.malformed", what="ServiceInformation")
        status = plain_text(_find(element, "ServiceStatus"))
        if status not in STATUSES:
            self.unread.append(unread(f"{place}, {status}", InputError("lists.unknown-status")))
        since, _ = parse_moment(plain_text(_find(element, "StatusStartingTime")))
        extensions = read_extensions(_find(element, "ServiceInformationExtensions"))
        if extensions.unknown:
            self.unread.append(
                unread(f"{place}, {extensions.unknown}", InputError("lists.critical-extension"))
            )
        return _Instance(
            type=plain_text(_find(element, "ServiceTypeIdentifier")),
            status=status,
            since=since,
            name=_international(_find(element, "ServiceName")),
            certificates=tuple(self._certificates(_find(element, "ServiceDigitalIdentity"), place)),
            identity=tuple(_other_identity(_find(element, "ServiceDigitalIdentity"))),
            extensions=extensions,
            crl_urls=tuple(
                plain_text(each)
                for each in _each(_find(element, "ServiceSupplyPoints"), "ServiceSupplyPoint")
                if "Certstatus/CRL" in each.get("type", "")
            )[:ADDRESSES_MAX],
        )

    def _certificates(self, identity: Element | None, place: str) -> Iterator[Certificate]:
        for digital in _each(identity, "DigitalId"):
            element = _find(digital, "X509Certificate")
            if element is None:
                continue
            try:
                certificate = certificate_of(element)
            except InputError as error:
                self.unread.append(unread(place, error))
                continue
            if len(self.certificates) >= CERTIFICATES_MAX:
                raise BudgetExceeded(
                    "lists.too-many", what="X509Certificate", limit=CERTIFICATES_MAX
                )
            yield self.certificates.setdefault(certificate.sha256, certificate)

    # --- pointers

    def _pointers(self) -> Iterator[Pointer]:
        """5.3.13: lists for programs; those for people (PDF) are left out."""
        elements = list(_each(_find(self.scheme, "PointersToOtherTSL"), "OtherTSLPointer"))
        if len(elements) > POINTERS_MAX:
            raise BudgetExceeded("lists.too-many", what="OtherTSLPointer", limit=POINTERS_MAX)
        for element in elements:
            url = plain_text(_find(element, "TSLLocation"))
            wrapper = _find(element, "AdditionalInformation")
            said = {
                local_name(each): each
                for information in _each(wrapper, "OtherInformation")
                for each in children_of(information)
            }
            if "pdf" in plain_text(said.get("MimeType")):
                continue
            territory = plain_text(said.get("SchemeTerritory"))
            territory = _TERRITORIES.get(territory, territory)[:TERRITORY_MAX]
            identities = _each(_find(element, "ServiceDigitalIdentities"), "ServiceDigitalIdentity")
            signers = dict.fromkeys(
                c for each in identities for c in self._certificates(each, f"OtherTSLPointer {url}")
            )
            scheme = _scheme(plain_text(said.get("TSLType")))
            yield Pointer(url, territory, scheme, tuple(signers))
            agreement = said.get("MutualRecognitionAgreementInformation")
            if agreement is not None:
                self._agreement(agreement, territory, url)

    def _agreement(self, element: Element, pointed: str, url: str) -> None:
        if len(self.agreements) >= AGREEMENTS_MAX:
            raise BudgetExceeded("lists.too-many", what="Agreement", limit=AGREEMENTS_MAX)
        try:
            self.agreements.append(read_agreement(element, self.territory, pointed, url))
        except InputError as error:
            self.unread.append(unread(f"OtherTSLPointer {url}, agreement", error))


def _purposes(instance: _Instance) -> frozenset[Purpose]:
    """Tell what an instance is trusted for: by its type, and what its certificates are for.

    A critical extension that is not known makes it good for nothing (5.5.9).
    """
    if instance.extensions.unknown:
        return frozenset()
    uses = _USES & set(instance.extensions.additional)
    types = [ServiceType(instance.type, use) for use in uses] or [ServiceType(instance.type)]
    return frozenset(p for each in types for p in PURPOSES.get(each, frozenset()))


def _other_identity(identity: Element | None) -> Iterator[tuple[str, str]]:
    """5.5.3: names beside certificates, or instead of them in history."""
    for digital in _each(identity, "DigitalId"):
        for name, code in (("X509SubjectName", "SUBJECT"), ("X509SKI", "SKI")):
            text = plain_text(_find(digital, name))
            if text:
                yield code, text


def _scheme(type_uri: str) -> Scheme:
    return Scheme.ETSI_LOTL if type_uri.endswith(_LIST_OF_LISTS) else Scheme.ETSI


def _international(names: Element | None) -> str:
    """Return the English name of several, else the first."""
    found = {each.get(f"{{{XML}}}lang", ""): plain_text(each) for each in _each(names, "Name")}
    return found.get("en") or next(iter(found.values()), "")


def _find(element: Element | None, *names: str) -> Element | None:
    for name in names:
        element = None if element is None else element.find(f"{{{TSL}}}{name}")
    return element


def _each(element: Element | None, name: str) -> Iterator[Element]:
    return iter(()) if element is None else element.iterfind(f"{{{TSL}}}{name}")
