"""What the certificate profiles of countries have in common: departures become findings.

A country describes its profile as data and asks for the checks that it needs. Each yields what
it found in one certificate, with the rule that the country names for it; none ever fails a
certificate, since a profile says what an authority ought to issue and not what a signature is
worth. Where several attributes or extensions depart alike, they are said in one breath: `actual`
or `details` hold their OIDs with spaces between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from zaruka.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from zaruka.findings import Rule
    from zaruka.validation.jurisdiction import Identity
    from zaruka.x509 import Certificate

__all__ = [
    "IA5",
    "NUMERIC",
    "PRINTABLE",
    "UTF8",
    "StringType",
    "check_criticality",
    "check_lengths",
    "check_missing",
    "check_numbers",
    "check_string_types",
    "departure",
]

# Universal tags of X.680 8.6
UTF8: Final = 12
NUMERIC: Final = 18
PRINTABLE: Final = 19
IA5: Final = 22
_STRINGS: Final = {
    UTF8: "UTF8String",
    NUMERIC: "NumericString",
    PRINTABLE: "PrintableString",
    20: "TeletexString",
    IA5: "IA5String",
    26: "VisibleString",
    28: "UniversalString",
    30: "BMPString",
}


class StringType(Struct, frozen=True):
    """What a profile says of an attribute's value: its string types, its length in characters."""

    tags: tuple[int, ...]
    longest: int | None = None
    shortest: int = 1

    @property
    def types(self) -> str:
        """The names of the string types."""
        return " / ".join(_STRINGS[tag] for tag in self.tags)

    @property
    def lengths(self) -> str:
        """The lengths that are allowed: "13", "1..64"."""
        same = self.shortest == self.longest
        return str(self.longest) if same else f"{self.shortest}..{self.longest}"


def departure(
    rule: Rule,
    certificate: Certificate,
    expected: str | None = None,
    actual: str | None = None,
    severity: Severity = Severity.INFO,
    **details: str,
) -> Finding:
    """Make the finding of a departure: to know of (INFO), or one that may matter (WARN)."""
    return Finding(rule, severity, certificate.ref, expected, actual, details)


def check_numbers(
    certificate: Certificate, identity: Identity, correct: Rule, incorrect: Rule
) -> Iterator[Finding]:
    """Check length and check digits of the numbers that a certificate names its holder by.

    Numbers that nothing can be said of are passed over in silence.
    """
    wrong = [number for number in identity.identifiers if number.correct is False]
    for number in wrong:
        yield departure(
            incorrect,
            certificate,
            actual=number.masked,
            severity=Severity.WARN,
            identifier=number.code,
        )
    if not wrong and any(number.correct for number in identity.identifiers):
        yield Finding(correct, Severity.PASS, certificate.ref)


def check_missing(
    rule: Rule,
    certificate: Certificate,
    required: Iterable[tuple[str, ...]],
    present: Iterable[str],
    severity: Severity = Severity.INFO,
) -> Iterator[Finding]:
    """Check that of each group of OIDs, any of which will do, one is present."""
    groups, there = tuple(required), frozenset(present)
    missing = [group[0] for group in groups if there.isdisjoint(group)]
    if missing:
        expected = " ".join(group[0] for group in groups)
        yield departure(rule, certificate, expected, " ".join(missing), severity)


def check_string_types(
    rule: Rule, certificate: Certificate, types: Mapping[str, StringType]
) -> Iterator[Finding]:
    """Check the string types of the attributes of the subject."""
    found: dict[tuple[str, str], list[str]] = {}
    for attribute in certificate.subject.attributes:
        wanted = types.get(attribute.oid)
        if wanted is not None and attribute.tag not in wanted.tags:
            actual = _STRINGS.get(attribute.tag, str(attribute.tag))
            found.setdefault((wanted.types, actual), []).append(attribute.oid)
    for (expected, actual), oids in found.items():
        yield departure(rule, certificate, expected, actual, attributes=" ".join(oids))


def check_lengths(
    rule: Rule, certificate: Certificate, types: Mapping[str, StringType]
) -> Iterator[Finding]:
    """Check the lengths of the attributes of the subject."""
    for attribute in certificate.subject.attributes:
        value, wanted = attribute.value, types.get(attribute.oid)
        if wanted is None or wanted.longest is None:
            continue
        if not wanted.shortest <= len(value) <= wanted.longest:
            yield departure(
                rule, certificate, wanted.lengths, str(len(value)), attributes=attribute.oid
            )


def check_criticality(
    rule: Rule, certificate: Certificate, critical: Mapping[str, bool]
) -> Iterator[Finding]:
    """Check which extensions are critical and which are not."""
    wrong = [
        oid
        for oid, extension in certificate.extensions.items()
        if critical.get(oid, extension.critical) is not extension.critical
    ]
    for wanted in (True, False):
        oids = [oid for oid in wrong if critical[oid] is wanted]
        if oids:
            words = ("critical", "not critical") if wanted else ("not critical", "critical")
            yield departure(rule, certificate, *words, extensions=" ".join(oids))
