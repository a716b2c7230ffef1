"""What a signature is to count for: where, between whom, about what."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from zaruka.validation.jurisdiction import HolderKind

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["Act", "Participant", "Subject", "participant_of"]


class Participant(StrEnum):
    """Kinds of senders and receivers that the agreement of 15.04.2024 names."""

    STATE_BODY = "state-body"
    STATE_ORGANISATION = "state-organisation"
    NOTARY = "notary"
    ADVOCATE = "advocate"
    COURT = "court"
    COMPANY = "company"
    ENTREPRENEUR = "entrepreneur"
    OTHER_BUSINESS = "other-business"
    PERSON = "person"


class Subject(StrEnum):
    """What the relations are about, as far as an agreement treats them differently."""

    PROCUREMENT = "procurement"
    TRADE = "trade"
    BANKING_PAYMENT = "banking-payment"
    OTHER = "other"


class Act(Struct, frozen=True):
    """The question of recognition.

    `country` (ISO 3166 alpha-2) is where the signature is to count, None where that is not known;
    `at` the moment whose rules apply (aware UTC): that of signing where it is `proven`, else that
    of the check. What was not stated is None: `sender` may then be assumed from the certificate,
    which `sender_assumed` says, as `assumed` says it of the country.
    """

    country: str | None
    at: datetime
    sender: Participant | None = None
    receiver: Participant | None = None
    subject: Subject | None = None
    proven: bool = False
    assumed: bool = False
    sender_assumed: bool = False


_BY_HOLDER = {
    HolderKind.PERSON: Participant.PERSON,
    HolderKind.ENTREPRENEUR: Participant.ENTREPRENEUR,
    HolderKind.REPRESENTATIVE: Participant.COMPANY,
    HolderKind.ORGANISATION: Participant.COMPANY,
}


def participant_of(kind: HolderKind) -> Participant | None:
    """Assume what a signer is from the kind of certificate; a state body does not show there."""
    return _BY_HOLDER.get(kind)
