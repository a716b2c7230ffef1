"""Certificates of invented holders, made on the spot, and what a country finds in them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from zaruka.asn1 import extensions as asn1
from zaruka.asn1 import schema as s
from zaruka.asn1.pkix import Extension
from zaruka.findings import Finding, Severity
from zaruka.lab.hierarchy import Hierarchy
from zaruka.validation.jurisdiction import Jurisdiction
from zaruka.x509 import Certificate, Name
from zaruka.x509.issuing import extension

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def entropy(count: int) -> bytes:
    return hashlib.shake_256(b"profiles").digest(count)


def made(nation: Callable[..., Hierarchy]) -> Hierarchy:
    return nation(NOW, entropy)


def name_of(*attributes: tuple[str, str] | tuple[str, str, int]) -> Name:
    return Name.of(attributes)


def changed(
    extensions: Iterable[Extension], *new: Extension, without: Iterable[str] = ()
) -> tuple[Extension, ...]:
    """Take out the extensions `without`, and put `new` in the place of those of the same OID."""
    gone = {*without, *(each.extn_id for each in new)}
    return (*(each for each in extensions if each.extn_id not in gone), *new)


def policies(*oids: str, critical: bool = False) -> Extension:
    information = [asn1.PolicyInformation(oid, None) for oid in oids]
    return extension("2.5.29.32", information, critical=critical)


def text(oid: str, value: str, tag: int = 12, *, critical: bool = False) -> Extension:
    return extension(oid, s.encode(s.STRING, s.Text(tag, value)), critical=critical)


def found(country: Jurisdiction, certificate: Certificate) -> dict[str, Finding]:
    """Give what a country finds that is not as it should be, by the last part of the code."""
    findings = country.findings(certificate)
    assert all(finding.severity in {*Severity} - {Severity.FAIL} for finding in findings)
    return {
        finding.rule.code.split(".")[1]: finding
        for finding in findings
        if finding.severity is not Severity.PASS
    }


def passed(country: Jurisdiction, certificate: Certificate) -> set[str]:
    return {
        finding.rule.code.split(".")[1]
        for finding in country.findings(certificate)
        if finding.severity is Severity.PASS
    }
