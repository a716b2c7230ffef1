"""Extensions of a service in a trusted list: TS 119 612 5.5.9, read into plain details."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from zaruka.signatures.xml.reading import children_of
from zaruka.trust.list_xml import local_name, plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element as Element

__all__ = ["Extensions", "read_criteria", "read_extensions"]

_SHOWN_MAX: Final = 4_000  # characters of what one qualification is shown as


class Extensions(Struct, frozen=True):
    """`details` for statements, `additional` the URIs of additionalServiceInformation.

    `unknown` names a critical extension that is not known here, "" where there is none.
    """

    details: tuple[tuple[str, str], ...] = ()
    additional: tuple[str, ...] = ()
    unknown: str = ""


def read_extensions(wrapper: Element | None) -> Extensions:
    """Read ServiceInformationExtensions."""
    details: list[tuple[str, str]] = []
    additional: list[str] = []
    unknown = ""
    for extension in [] if wrapper is None else children_of(wrapper):
        for element in children_of(extension):
            name = local_name(element)
            if name == "AdditionalServiceInformation":
                uri = _text(element, "URI")
                additional.append(uri)
                details.append(("ADDITIONAL", uri))
            elif name == "Qualifications":
                details.extend(("QUALIFICATION", each) for each in _qualifications(element))
            elif name == "ExpiredCertsRevocationInfo":
                details.append(("EXPIRED_CERTS_REVOCATION_INFO", plain_text(element)))
            elif name == "TakenOverBy":
                details.append(("HANDED_OVER_TO", _text(element, "TSPName") or "?"))
            elif extension.get("Critical") in {"true", "1"}:
                unknown = unknown or name
    return Extensions(tuple(details), tuple(additional), unknown)


def _qualifications(element: Element) -> Iterator[str]:
    """5.5.9.2: qualifiers, and of which certificates they hold."""
    for each in _named(element, "QualificationElement"):
        qualifiers = [
            qualifier.get("uri", "")
            for wrapper in _named(each, "Qualifiers")
            for qualifier in _named(wrapper, "Qualifier")
        ]
        criteria = "; ".join(read_criteria(one) for one in _named(each, "CriteriaList"))
        yield f"{', '.join(qualifiers)} if {criteria or 'all()'}"[:_SHOWN_MAX]


def read_criteria(element: Element) -> str:
    """Show a CriteriaList: `all(policy(1.2.3), key-usage(nonRepudiation=true))`."""
    parts: list[str] = []
    for child in children_of(element):
        name = local_name(child)
        if name == "CriteriaList":
            parts.append(read_criteria(child))
        elif name == "KeyUsage":
            bits = (f"{bit.get('name')}={plain_text(bit)}" for bit in _named(child, "KeyUsageBit"))
            parts.append(f"key-usage({', '.join(bits)})")
        elif name == "PolicySet":
            parts.append(f"policy({', '.join(_identifiers(child))})")
        elif name == "otherCriteriaList":
            shown = (f"{local_name(e)}({', '.join(_identifiers(e))})" for e in children_of(child))
            parts.append(", ".join(shown))
    return f"{element.get('assert', '?')}({', '.join(parts)})"[:_SHOWN_MAX]


def _identifiers(element: Element) -> list[str]:
    found = (plain_text(each) for each in element.iter("{*}Identifier"))
    return [each.removeprefix("urn:oid:") for each in found if each]


def _named(element: Element, name: str) -> list[Element]:
    return [each for each in children_of(element) if local_name(each) == name]


def _text(element: Element, name: str) -> str:
    """Return the first text at or below the first child of this name."""
    for child in _named(element, name):
        found = (plain_text(each) for each in child.iter())
        return next((each for each in found if each), "")
    return ""
