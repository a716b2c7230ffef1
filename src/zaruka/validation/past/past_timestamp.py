"""A time-stamp that is open now, judged as it was: EN 319 102-1 V1.4.1, 5.6.3.4 step 5 c)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from zaruka.findings import SubIndication
from zaruka.validation.blocks.signature_acceptance import accept_signature
from zaruka.validation.deciding import OPEN
from zaruka.validation.past.past_signature import PAST, validate_past_signature
from zaruka.validation.policy import Holder
from zaruka.validation.timestamp import check_imprint_algorithm

if TYPE_CHECKING:
    from zaruka.facts import Fact
    from zaruka.findings import Finding
    from zaruka.validation.past.inputs import PastInputs
    from zaruka.validation.timestamp import JudgedStamp

__all__ = ["settle_timestamp"]

_AGED = frozenset({SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE})


def settle_timestamp(judged: JudgedStamp, inputs: PastInputs) -> JudgedStamp:
    """Return it as passed where it is proven to have existed while all was well, else as it is."""
    basic, own = judged.basic, judged.own
    certificate = basic.certificate if basic else None
    if basic is None or certificate is None or not judged.is_over_it:
        return judged
    if not (own.passed or own.sub_indication in _AGED) or not (
        basic.conclusion.passed or basic.conclusion.sub_indication in PAST
    ):
        return judged
    existed, policy = inputs.proofs.time_of(judged.token.sha256), inputs.context.policy
    links = basic.chain
    said: tuple[Finding, ...] = ()
    facts: tuple[Fact, ...] = ()
    if not basic.conclusion.passed:
        past = validate_past_signature(
            judged.result.ref,
            certificate,
            basic.conclusion,
            existed,
            structs.replace(inputs, holder=Holder.TSA),
        )
        if not past.conclusion.passed:
            return judged
        links, said, facts = past.certificate.links, past.conclusion.findings, past.facts
    inner = judged.token.signed.signatures[0]
    again = [
        *accept_signature(inner, basic.algorithm, links, policy, at=existed).findings,
        check_imprint_algorithm(judged.token, policy, existed),
    ]
    if any(each.severity in OPEN for each in again):
        return judged
    return judged.settled(links, (*said, *again), facts, existed)
