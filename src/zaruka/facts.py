"""Facts: evidence with its digest, where it came from and when; and what is still needed."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["Fact", "FactKind", "Need"]


class FactKind(StrEnum):
    """What a fact is."""

    CERTIFICATE = "certificate"
    CRL = "crl"
    OCSP = "ocsp"
    TIMESTAMP = "timestamp"
    EVIDENCE_RECORD = "evidence-record"
    ATTRIBUTE_CERTIFICATE = "attribute-certificate"
    DOCUMENT = "document"
    SIGNATURE = "signature"
    ANCHOR = "anchor"
    STATEMENT = "statement"  # of a list, on how an authority stood
    TRUST_LIST = "trust-list"  # one that was looked in
    AGREEMENT = "agreement"  # its terms
    RECEIPT = "receipt"  # of a trusted third party
    POWER_OF_ATTORNEY = "power-of-attorney"
    POWER_STATUS = "power-status"  # a registry's answer


class Fact(Struct, frozen=True, gc=False):
    """One piece of evidence that a verdict rests on.

    `sha256` is of the encoding (64 hex digits). `source` says where it came from ("signature",
    "time-stamp", "file:NAME", "pinned:BY", an address). `der` is kept for what is small; for a
    CRL `extract` holds what was used of it: issuer key identifier, dates, the result of its
    signature check, and the entry found or its proven absence. `of` is the SHA-256 of the paper
    shown beside the document (a power of attorney, a receipt) whose own signatures rest on this;
    None for what the verdict itself rests on.
    """

    kind: FactKind
    sha256: str
    source: str
    obtained: datetime | None = None
    der: bytes | None = None
    extract: tuple[tuple[str, str], ...] = ()
    of: str | None = None


class Need(Struct, frozen=True, gc=False):
    """What validation lacks: the caller may obtain it and ask again.

    `kind` as of the fact wanted, `about` the SHA-256 of the object it is for, `name` its human
    name, `addresses` where the objects themselves say it can be had.
    """

    kind: FactKind
    about: str
    name: str
    addresses: tuple[str, ...] = ()
