"""The element of mutual recognition in a pointer of the list of lists, read into an agreement."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from lxml import etree
from msgspec import structs

from zaruka.errors import BudgetExceeded, InputError
from zaruka.signatures.xml.reading import children_of
from zaruka.trust.agreements import Agreement, ContentEquivalence, Equivalence, ServiceType
from zaruka.trust.list_xml import local_name, parse_moment, plain_text, sequence_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["read_agreement"]

ENACTED: Final = "http://ec.europa.eu/tools/lotl/mra/enacted"
EQUIVALENCES_MAX: Final = 1_000
WRITTEN_MAX: Final = 1 << 22  # characters of all criteria on content
_MOMENT: Final = timedelta(microseconds=1)
_TYPES = ("TrustServiceTSLTypeListPointingParty", "TrustServiceTSLTypeListPointedParty")
_STATUSES = ("TrustServiceTSLStatusListPointingParty", "TrustServiceTSLStatusListPointedParty")
_CONTENTS = (
    "CertificateContentDeclarationPointingParty",
    "CertificateContentDeclarationPointedParty",
)


def read_agreement(element: Element, pointing: str, pointed: str, url: str) -> Agreement:
    """Read MutualRecognitionAgreementInformation.

    InputError where a part that counts is wrong; BudgetExceeded.
    """
    reader = _Reader()
    return Agreement(
        pointing=pointing,
        pointed=pointed,
        url=url,
        legislation=(
            element.get("pointingContractingPartyLegislation", ""),
            element.get("pointedContractingPartyLegislation", ""),
        ),
        depth=sequence_of(element.get("MRADepth", "")),
        technical_type=sequence_of(element.get("technicalType", "")),
        version=sequence_of(element.get("version", "")),
        equivalences=tuple(
            row
            for information in _named(element, "TrustServiceEquivalenceInformation")
            for row in reader.history(information)
        ),
    )


class _Reader:
    """One agreement that is being read."""

    def __init__(self) -> None:
        self._rows = self._written = 0

    def history(self, information: Element) -> list[Equivalence]:
        """Read one equivalence and what it was before, oldest first, each until the next began.

        What history says of the time after the present status began counts for nothing.
        """
        name = plain_text(_one(information, "TrustServiceLegalIdentifier"))
        past = [
            instance
            for wrapper in _named(information, "TrustServiceEquivalenceHistory")
            for instance in _named(wrapper, "TrustServiceEquivalenceHistoryInstance")
        ]
        self._rows += 1 + len(past)
        if self._rows > EQUIVALENCES_MAX:
            raise BudgetExceeded("lists.too-many", what="Equivalence", limit=EQUIVALENCES_MAX)
        present = self._row(information, name)
        before = sorted((self._row(each, name) for each in past), key=lambda each: each.since)
        rows = [*(each for each in before if each.since < present.since), present]
        return [
            structs.replace(row, until=after.since - _MOMENT)
            for row, after in pairwise(rows)
            if row.since < after.since
        ] + rows[-1:]

    def _row(self, element: Element, name: str) -> Equivalence:
        status = plain_text(_one(element, "TrustServiceEquivalenceStatus"))
        starting = plain_text(_one(element, "TrustServiceEquivalenceStatusStartingTime"))
        since, _ = parse_moment(starting)
        types = _one(element, "TrustServiceTSLTypeEquivalenceList")
        statuses = _one(element, "TrustServiceTSLStatusEquivalenceList")
        valid = _one(statuses, "TrustServiceTSLStatusValidEquivalence")
        invalid = _one(statuses, "TrustServiceTSLStatusInvalidEquivalence")
        return Equivalence(
            legal_identifier=name,
            status=status,
            enacted=status == ENACTED,
            since=since,
            until=None,
            types=(_service_types(_one(types, _TYPES[0])), _service_types(_one(types, _TYPES[1]))),
            valid=(_statuses(_one(valid, _STATUSES[0])), _statuses(_one(valid, _STATUSES[1]))),
            invalid=(
                _statuses(_one(invalid, _STATUSES[0])),
                _statuses(_one(invalid, _STATUSES[1])),
            ),
            contents=tuple(
                ContentEquivalence(
                    plain_text(_one(each, "CertificateContentReferenceEquivalenceContext")),
                    self._criteria(_one(each, _CONTENTS[0])),
                    self._criteria(_one(each, _CONTENTS[1])),
                )
                for wrapper in _named(element, "CertificateContentReferencesEquivalenceList")
                for each in _named(wrapper, "CertificateContentReferenceEquivalence")
            ),
            qualifiers=tuple(
                (
                    _one(each, "QualifierPointingParty").get("uri", ""),
                    _one(each, "QualifierPointedParty").get("uri", ""),
                )
                for outer in _named(element, "TrustServiceTSLQualificationExtensionEquivalenceList")
                for wrapper in _named(outer, "QualifierEquivalenceList")
                for each in _named(wrapper, "QualifierEquivalence")
            ),
        )

    def _criteria(self, element: Element) -> str:
        """Write criteria out; each repeats the namespaces in scope, however long they are."""
        written = str(etree.tostring(element, encoding="unicode", with_tail=False))
        self._written += len(written)
        if self._written > WRITTEN_MAX:
            raise BudgetExceeded("lists.too-many", what="Criteria", limit=WRITTEN_MAX)
        return written


def _service_types(element: Element) -> tuple[ServiceType, ...]:
    found = []
    for each in _named(element, "TrustServiceTSLType"):
        information = _named(each, "AdditionalServiceInformation")
        additional = plain_text(_one(information[0], "URI")) if information else ""
        found.append(ServiceType(plain_text(_one(each, "ServiceTypeIdentifier")), additional))
    return tuple(found)


def _statuses(element: Element) -> tuple[str, ...]:
    return tuple(plain_text(each) for each in _named(element, "ServiceStatus"))


def _named(element: Element, name: str) -> list[Element]:
    return [each for each in children_of(element) if local_name(each) == name]


def _one(element: Element, name: str) -> Element:
    found = _named(element, name)
    if len(found) != 1:
        raise InputError("lists.malformed", what=name)
    return found[0]
