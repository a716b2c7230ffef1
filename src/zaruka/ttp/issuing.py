"""Giving receipts: from a request and what was judged to a signed answer that was read back.

Nothing leaves that our own reader does not take for what was meant (STB 34.101.81 6.11, 7.1.9).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from zaruka.asn1 import schema as s
from zaruka.asn1.dvcs import (
    DVCS_RESPONSE,
    VSD,
    DVCSCertInfo,
    DVCSErrorNotice,
    TargetEtcChain,
)
from zaruka.asn1.extensions import PolicyInformation
from zaruka.asn1.tsp import PKIStatusInfo
from zaruka.errors import ConfigError, InputError
from zaruka.signatures import BytesContent
from zaruka.signatures.creation import failure_bits, sign_encapsulated
from zaruka.ttp.answers import Answer, decide_answer
from zaruka.ttp.certificate import check_own_certificate
from zaruka.ttp.checking import Asked, Shown, check_receipt
from zaruka.ttp.evidence import STATUSES, chain_of
from zaruka.ttp.imprints import imprint_of
from zaruka.ttp.profiles import Transaction
from zaruka.ttp.reading import ID_RESPONSE, Receipt, Request, Verdict, parse_request, parse_response
from zaruka.ttp.requests import BAD_DATA_FORMAT, WRONG_AUTHORITY, check_request, requested_time
from zaruka.validation.context import Evidence
from zaruka.validation.deciding import OPEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from zaruka.recognition import Decision
    from zaruka.signatures.creation import Signer
    from zaruka.ttp.profiles import Profile
    from zaruka.ttp.serials import SerialSource
    from zaruka.validation.context import Context
    from zaruka.validation.results import ValidationReport

__all__ = ["Authority", "Judgement", "answer_request", "issue_receipt", "refuse"]

_REJECTION = 2  # PKIStatus


class Authority(Struct, frozen=True):
    """A service that gives receipts.

    `context` is the trust and evidence by which its own certificate, and every receipt before it
    leaves, are checked; its moment is now. `waits_until` bounds answers that something is waited
    for (D6): after it there are none. `policy` is named in receipts that have room for one.
    """

    signer: Signer
    profile: Profile
    serials: SerialSource
    context: Context
    entropy: Callable[[int], bytes]
    waits_until: datetime | None = None
    policy: str | None = None

    @property
    def now(self) -> datetime:
        """The moment of what it answers."""
        return self.context.at

    @property
    def may_wait(self) -> bool:
        """Whether something may still be waited for."""
        return self.waits_until is not None and self.now < self.waits_until


class Judgement(Struct, frozen=True):
    """What was found of a document: the report, what it rests on, the receipts of others.

    `decisions` on recognition are by SHA-256 of the signature; `tokens` are time-stamp tokens by
    SHA-256; `receipts` are DER of those that other services gave for this document.
    """

    report: ValidationReport
    evidence: Evidence = field(default_factory=Evidence)
    decisions: Mapping[str, Decision] = {}
    tokens: Mapping[str, bytes] = {}
    receipts: tuple[bytes, ...] = ()


def answer_request(
    octets: bytes,
    authority: Authority,
    judge: Callable[[bytes, datetime], Judgement],
) -> bytes:
    """Answer a request as the service would: DER of a receipt or an error notice.

    `judge` is given the signed document of vsd and the moment to judge at. Raises ConfigError
    where the service may not or cannot sign (ttp.own-certificate, ttp.key-not-of-profile,
    ttp.clock-back, ttp.mismatch).
    """
    try:
        request = parse_request(octets)
    except InputError:
        return refuse(authority, BAD_DATA_FORMAT)
    refusal = check_request(request, authority.profile, authority.now, authority.signer.certificate)
    if refusal is not None:
        return refuse(authority, refusal.failure, request=request, reasons=(refusal.about,))
    if request.service != VSD or request.message is None:
        return issue_receipt(authority, request, None)
    judgement = judge(request.message, requested_time(request) or authority.now)
    return issue_receipt(authority, request, judgement)


def issue_receipt(authority: Authority, request: Request, judgement: Judgement | None) -> bytes:
    """Give the receipt on a request that the profile takes; `judgement` of vsd only.

    A verdict that the profile says by an error notice, or that cannot be found here, gives one.
    Raises ConfigError as `answer_request`.
    """
    profile = authority.profile
    answer = Answer(Verdict.GRANTED, ())
    if judgement is not None:
        answer = decide_answer(
            judgement.report,
            judgement.decisions,
            may_wait=authority.may_wait,
            partial=profile.partial,
            tells=profile.nests,
        )
    if answer.verdict is None:
        return refuse(authority, WRONG_AUTHORITY, request=request, reasons=answer.reasons)
    if answer.verdict is Verdict.REJECTION and profile.rejects_by_notice:
        return refuse(authority, None, request=request)
    _check_authority(authority)
    now = authority.now
    info = DVCSCertInfo(
        version=1,
        dv_req_info=request.information,
        message_imprint=imprint_of(request.wire.data, authority.signer.digest_algorithm.oid),
        serial_number=authority.serials.take(now),
        response_time=("genTime", now),
        dv_status=_status(answer, profile),
        policy=_policy(authority),
        certs=_chains(answer, judgement) if judgement is not None and profile.nests else None,
    )
    der = _sign(authority, ("dvCertInfo", info))
    _read_back(der, authority, request, info)
    return der


def refuse(
    authority: Authority,
    failure: int | None,
    *,
    request: Request | None = None,
    reasons: Iterable[str] = (),
) -> bytes:
    """Give an error notice; `failure` is a bit of failInfo, None for a rejection without one.

    `reasons` are codes, for a profile that tells them. Raises ConfigError as `answer_request`.
    """
    _check_authority(authority)
    profile = authority.profile
    bits = None if failure is None else failure_bits((failure,))
    told = () if profile.rejects_by_notice else tuple(reasons)
    copied = profile.transaction is not Transaction.IGNORED and request is not None
    notice = DVCSErrorNotice(
        PKIStatusInfo(_REJECTION, told or None, bits),
        request.wire.transaction_identifier if request is not None and copied else None,
    )
    der = _sign(authority, ("dvErrorNote", notice))
    _read_back(der, authority, request, notice)
    return der


def _check_authority(authority: Authority) -> None:
    """Refuse to sign with what is not the profile's, or no longer good: 6.11."""
    certificate = authority.signer.certificate
    key = certificate.key.algorithm.oid
    if not key.startswith(authority.profile.keys):
        raise ConfigError("ttp.key-not-of-profile", profile=authority.profile.name, key=key)
    found = check_own_certificate(certificate, authority.context)
    if not found.passed:
        sub = found.sub_indication
        reason = sub.value if sub else found.indication.value
        raise ConfigError("ttp.own-certificate", name=certificate.ref.name, reason=reason)


def _status(answer: Answer, profile: Profile) -> PKIStatusInfo | None:
    """STB 34.101.81 7.1.9: absent for success; else why, in codes where there is room."""
    assert answer.verdict is not None
    status = STATUSES[answer.verdict]
    reasons = (answer.reasons or None) if profile.nests else None
    if answer.verdict is Verdict.GRANTED and reasons is None and not profile.says_granted:
        return None
    return PKIStatusInfo(status, reasons)


def _policy(authority: Authority) -> PolicyInformation | None:
    oid = authority.policy or authority.profile.policy
    if oid is None or "policy" not in authority.profile.answer_parts:
        return None
    return PolicyInformation(oid, None)


def _chains(answer: Answer, judgement: Judgement) -> tuple[TargetEtcChain, ...] | None:
    """Give one chain for each signature; receipts of others go with the first they can."""
    chains = [
        chain_of(
            judged,
            judgement.evidence,
            judgement.tokens,
            judgement.receipts if number == 0 else (),
        )
        for number, judged in enumerate(answer.judged)
    ]
    return tuple(chains) or None


def _sign(authority: Authority, response: tuple[str, DVCSCertInfo | DVCSErrorNotice]) -> bytes:
    """Sign as the profile wants: STB 34.101.78 8.6 has one certificate and no other evidence."""
    signer = authority.signer
    return sign_encapsulated(
        ID_RESPONSE,
        s.encode(DVCS_RESPONSE, response),
        signer,
        entropy=authority.entropy,
        certificates=[signer.certificate],
        reference_digest=authority.profile.reference_digest,
    )


def _read_back(
    der: bytes,
    authority: Authority,
    request: Request | None,
    meant: DVCSCertInfo | DVCSErrorNotice,
) -> None:
    """Take the answer as its reader will; ConfigError (ttp.mismatch) if that is not what is meant.

    The object is compared too: the message of the request, as who sent it holds it.
    """
    found = parse_response(der)
    shown = Shown()
    if request is not None and request.message is not None:
        message = request.message
        shown = Shown(message) if request.service == VSD else Shown(None, BytesContent(message))
    checked = check_receipt(found, authority.context, shown, Asked(request=request))
    if isinstance(found, Receipt):
        same = found.info == meant
    else:
        assert isinstance(meant, DVCSErrorNotice)
        same = (found.status, found.transaction) == tuple(meant)
    broken = [
        each
        for each in checked.findings
        if each.severity in OPEN and each.rule.code not in _ONLY_FOR_HOLDERS
    ]
    if not same or broken:
        reason = broken[0].rule.code if broken else "content"
        raise ConfigError("ttp.mismatch", reason=reason)


# Whoever asked by an imprint, or sent a signature without its document, shows it to none but who
# checks the receipt.
_ONLY_FOR_HOLDERS = frozenset({"ttp.object-not-compared"})
