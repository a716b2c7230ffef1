"""Agreements on recognition as dated data: what one says. Its text is read by `agreement_file`."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from zaruka.recognition.act import Participant, Subject
    from zaruka.recognition.terms import Terms
    from zaruka.validation.results import Format, Level

__all__ = [
    "Admitted",
    "AdmittedProfile",
    "Agreement",
    "CertificateForm",
    "Demand",
    "Departures",
    "Effect",
    "Exclusion",
    "MeansClass",
    "Placement",
    "RecognisedParty",
    "Span",
]


class Effect(StrEnum):
    """What an agreement does for a signature."""

    RECOGNITION = "recognition"
    NONE = "none"  # nothing is recognised: the time before an agreement


class Demand(StrEnum):
    """How much an agreement wants something."""

    REQUIRED = "required"
    WANTED = "wanted"  # said where it lacks
    NOT_ASKED = "not-asked"


class Span(Struct, frozen=True):
    """From `since` (inclusive) to `until` (exclusive), aware UTC; None is unbounded."""

    since: datetime | None = None
    until: datetime | None = None

    def covers(self, at: datetime) -> bool:
        """Whether the moment lies within."""
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)

    def meets(self, other: Span) -> bool:
        """Whether the two have a moment in common."""
        return _before(self.since, other.until) and _before(other.since, self.until)


def _before(since: datetime | None, until: datetime | None) -> bool:
    return since is None or until is None or since < until


class Exclusion(Struct, frozen=True):
    """Relations to which the agreement does not apply; an empty set means any."""

    code: str
    senders: frozenset[Participant] = frozenset()
    receivers: frozenset[Participant] = frozenset()
    subjects: frozenset[Subject] = frozenset()


class RecognisedParty(Struct, frozen=True):
    """A trusted third party recognised by its certificate (SHA-256, 64 hex digits)."""

    country: str
    name: str
    certificate_sha256: str
    span: Span


class Admitted(Struct, frozen=True):
    """Signature or key algorithms (OIDs) of one country that the agreement admits."""

    country: str
    name: str
    oids: frozenset[str]
    span: Span


class Placement(StrEnum):
    """Where what is signed lies."""

    ATTACHED = "attached"  # in the file of the signature
    DETACHED = "detached"  # in another one, all of it or a part


class CertificateForm(StrEnum):
    """National forms of certificates, as the jurisdictions tell them apart."""

    QUALIFIED = "qualified"  # of a Russian qualified certificate: 63-FZ 17(2), FSB order 795
    GOSSUOK = "gossuok"  # STB 34.101.78 appendix Г
    BPKI = "bpki"  # STB 34.101.78 8.1, 8.3


class Departures(StrEnum):
    """What is thought of a certificate in which something that may matter departs from its form."""

    ADMITTED = "admitted"
    REFUSED = "refused"


class MeansClass(StrEnum):
    """Classes of Russian signature means (FSB order 796), in Latin letters."""

    KC1 = "KC1"
    KC2 = "KC2"
    KC3 = "KC3"
    KB1 = "KB1"
    KB2 = "KB2"
    KA1 = "KA1"


class AdmittedProfile(Struct, frozen=True):
    """A kind of signature and certificate that the agreement admits; what is empty is not asked.

    `country` is the signer's, None for all. `level` is the lowest that has to be confirmed. A
    certificate bears the classes of all means that may be used with it: one of `means` is enough.
    `accredited` wants the lists to show that its issuer was, on the day of issue.
    """

    name: str
    span: Span
    country: str | None = None
    formats: frozenset[Format] = frozenset()
    level: Level | None = None
    content: Placement | None = None
    certificates: frozenset[CertificateForm] = frozenset()
    departures: Departures = Departures.ADMITTED
    means: frozenset[MeansClass] = frozenset()
    accredited: bool = False


class Agreement(Struct, frozen=True):
    """One agreement.

    `titles` are by language. `span` is None where the day of entry into force is not stated;
    `pending` is then the last day of which it is known that it was not in force yet. `parties`
    are ISO 3166 alpha-2 codes, EEC the Eurasian Economic Commission. It is about `subjects` alone
    where there are any; empty `senders` or `receivers` mean any. `sha256` is of the whole text,
    `files` are the SHA-256 of the files of an operator that it was laid together of, none for one
    that comes with Zaruka; `terms` are all that was read.
    """

    code: str
    sha256: str
    titles: Mapping[str, str]
    source: str
    parties: frozenset[str]
    effect: Effect
    span: Span | None
    pending: datetime | None = None
    senders: frozenset[Participant] = frozenset()
    receivers: frozenset[Participant] = frozenset()
    subjects: frozenset[Subject] = frozenset()
    exclusions: tuple[Exclusion, ...] = ()
    time_evidence: Demand = Demand.WANTED
    home_receipt: Demand = Demand.REQUIRED
    third_parties: tuple[RecognisedParty, ...] = ()
    algorithms: tuple[Admitted, ...] = ()
    profiles: tuple[AdmittedProfile, ...] = ()
    files: tuple[str, ...] = ()
    terms: Terms = ()
