"""Receipts for trial: an invented third party of a country judges a signature of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka.asn1.dvcs import VSD
from zaruka.recognition import Act, decide_recognition
from zaruka.signatures.cms import parse_signed_data
from zaruka.ttp.documents import attach
from zaruka.ttp.issuing import Authority, Judgement, answer_request
from zaruka.ttp.profiles import profile_named
from zaruka.ttp.requests import make_request
from zaruka.ttp.serials import GivenSerial
from zaruka.validation.context import Evidence
from zaruka.validation.process import evidence_of, validate_document

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from zaruka.lab.hierarchy import Member
    from zaruka.validation.context import Context

__all__ = ["give_receipt"]

_PROFILES = {"BY": "by-crossborder", "RU": "ru"}


def give_receipt(  # noqa: PLR0913 - all that a receipt depends on
    country: str,
    third_party: Member,
    message: bytes,
    document: bytes | None,
    context: Context,
    *,
    number: int,
    entropy: Callable[[int], bytes],
) -> bytes:
    """Give the receipt of `country`'s third party on a SignedData: DER.

    `document` is that of a detached signature, `context` what the third party knows and when.
    """
    own = context.having(Evidence.of("given", certificates=[third_party.certificate]))
    profile = profile_named(_PROFILES[country])

    def judge(octets: bytes, _at: datetime) -> Judgement:
        signed = parse_signed_data(octets)
        report = validate_document(signed, None, own)
        act = Act(country, own.at)
        decisions = {
            each.ref.sha256: decide_recognition(each, act, ()) for each in report.signatures
        }
        return Judgement(report, own.evidence + evidence_of(signed), decisions)

    sent = message if document is None else attach(message, document)
    authority = Authority(third_party.signer, profile, GivenSerial(number), own, entropy)
    return answer_request(make_request(profile, VSD, message=sent), authority, judge)
