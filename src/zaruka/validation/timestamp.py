"""Validation process for time-stamps: EN 319 102-1 V1.4.1, 5.4."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from zaruka.errors import UnsupportedError
from zaruka.findings import Finding, Indication, Severity, SubIndication
from zaruka.signatures import check_token
from zaruka.signatures import rules as signature_rules
from zaruka.validation import rules
from zaruka.validation.algorithms import check_algorithm
from zaruka.validation.basic import validate_basic
from zaruka.validation.context import Evidence
from zaruka.validation.deciding import OPEN, decide, passed, unknown
from zaruka.validation.naming import identify
from zaruka.validation.policy import Holder
from zaruka.validation.results import Algorithm, TimestampKind, TimestampResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zaruka.facts import Fact, Need
    from zaruka.findings import Conclusion
    from zaruka.signatures import Content, TimeStampToken
    from zaruka.validation.basic import BasicResult
    from zaruka.validation.context import Context
    from zaruka.validation.policy import Policy
    from zaruka.validation.results import ChainLink
    from zaruka.x509 import Certificate

__all__ = [
    "JudgedStamp",
    "check_content_imprint",
    "check_imprint_algorithm",
    "earliest_of",
    "judge_timestamp",
    "latest_of",
]


class JudgedStamp(Struct, frozen=True):
    """A time-stamp's result, the evidence that it rests on, and what lacks.

    `own` is the conclusion on the token itself (form, what it covers, its time), `basic` that on
    the authority's signature; None where there is none.
    """

    token: TimeStampToken
    result: TimestampResult
    own: Conclusion
    basic: BasicResult | None
    facts: tuple[Fact, ...] = ()
    needs: tuple[Need, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the time-stamp proves its time."""
        return self.result.conclusion.passed

    @property
    def is_over_it(self) -> bool:
        """Whether nothing about the token itself is broken: it is over what it should be over."""
        return self.own.indication is not Indication.FAILED

    def settled(
        self,
        chain: tuple[ChainLink, ...],
        findings: Iterable[Finding],
        facts: Iterable[Fact],
        existed: datetime,
    ) -> JudgedStamp:
        """Return it as passed: proven to have existed at `existed`, when all was well (5.6.2.4)."""
        fine = [each for each in self.own.findings if each.severity not in OPEN]
        good = Finding(
            rules.STAMP_GOOD_THEN, Severity.PASS, self.result.ref, details={"at": existed}
        )
        conclusion = passed((*fine, *findings, good, _verdict(self.token, passed())))
        result = structs.replace(self.result, conclusion=conclusion, chain=chain)
        return structs.replace(self, result=result, facts=(*self.facts, *facts), needs=())


def judge_timestamp(
    token: TimeStampToken,
    context: Context,
    *,
    kind: TimestampKind = TimestampKind.DOCUMENT,
    imprint: Iterable[Finding] = (),
) -> JudgedStamp:
    """Validate a token as a basic signature of its authority: 5.4.4.

    `imprint` are the findings on what it covers (5.5.4 step 3 a), which only the caller knows.
    """
    own = [
        *check_token(token),
        *imprint,
        check_imprint_algorithm(token, context.policy, context.at),
        *_check_moment(token, context.at),
    ]
    basic = _judge_signature(token, context)
    if basic is not None and basic.certificate is not None:
        own.extend(_check_begin(token, basic.certificate))
    covered = decide(own)
    if basic is None:
        return JudgedStamp(token, _result(token, kind, covered, own), covered, None)
    conclusion = basic.conclusion if covered.passed else covered
    findings = [*own, *(f for block in basic.blocks for f in block.conclusion.findings)]
    certificate, validation = basic.certificate, basic.validation
    result = structs.replace(
        _result(token, kind, conclusion, findings),
        algorithm=basic.algorithm,
        tsa=identify(certificate, context.jurisdictions) if certificate else None,
        chain=basic.chain,
        paths=validation.paths if validation else (),
        blocks=basic.blocks,
    )
    return JudgedStamp(token, result, covered, basic, basic.facts, basic.needs)


def _judge_signature(token: TimeStampToken, context: Context) -> BasicResult | None:
    """Validate the authority's signature; None where the token has none (see `check_token`)."""
    signed = token.signed
    if not signed.signatures:
        return None
    inside = Evidence.of("time-stamp", certificates=signed.all_certificates, crls=signed.crls)
    return validate_basic(
        signed.signatures[0],
        signed,
        signed.encapsulated,
        context.having(inside),
        holder=Holder.TSA,
    )


def _result(
    token: TimeStampToken, kind: TimestampKind, conclusion: Conclusion, findings: list[Finding]
) -> TimestampResult:
    info = token.tst_info
    return TimestampResult(
        ref=token.ref,
        kind=kind,
        conclusion=structs.replace(conclusion, findings=(*findings, _verdict(token, conclusion))),
        time=info.time,
        accuracy_ms=round(info.accuracy.total_seconds() * 1000) if info.accuracy else None,
        policy_oid=info.policy,
        serial_number=info.serial_number,
        imprint_algorithm_oid=info.imprint_algorithm.oid,
        algorithm=None,
        tsa=None,
    )


def check_content_imprint(token: TimeStampToken, content: Content) -> Finding:
    """Compare the token's imprint with content, hashed as a stream (RFC 3161 2.4.2)."""
    info = token.tst_info
    oid = info.imprint_algorithm.oid
    try:
        actual = content.digest(oid)
    except UnsupportedError:
        return Finding(signature_rules.DIGEST_UNSUPPORTED, Severity.UNKNOWN, token.ref, actual=oid)
    same = actual == info.imprint
    return Finding(
        rules.STAMP_OF_OTHER_CONTENT,
        Severity.PASS if same else Severity.FAIL,
        token.ref,
        expected=info.imprint.hex(),
        actual=actual.hex(),
        sub_indication=None if same else SubIndication.HASH_FAILURE,
    )


def check_imprint_algorithm(token: TimeStampToken, policy: Policy, at: datetime) -> Finding:
    """Check that the digest by which the token covers its object is reliable (5.1.4.3)."""
    oid = token.tst_info.imprint_algorithm.oid
    return check_algorithm(policy, Algorithm(oid, oid), token.ref, at=at)


def earliest_of(stamp: TimestampResult) -> datetime:
    """RFC 3161 2.4.2: the moment of stamping is no earlier than time less accuracy."""
    try:
        return stamp.time - timedelta(milliseconds=stamp.accuracy_ms or 0)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


def latest_of(stamp: TimestampResult) -> datetime:
    """RFC 3161 2.4.2: the moment of stamping is no later than time plus accuracy."""
    try:
        return stamp.time + timedelta(milliseconds=stamp.accuracy_ms or 0)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


def _check_moment(token: TimeStampToken, at: datetime) -> Iterator[Finding]:
    """Refuse, for now, a time that has not come yet: one of the two clocks is wrong."""
    info = token.tst_info
    if info.time - at > (info.accuracy or timedelta()):
        yield unknown(
            rules.STAMP_FROM_FUTURE,
            token.ref,
            SubIndication.TRY_LATER,
            expected=at.isoformat(),
            actual=info.time.isoformat(),
        )


def _check_begin(token: TimeStampToken, certificate: Certificate) -> Iterator[Finding]:
    """Refuse a time before the authority's certificate, as 5.5.4(4)(b) does with signatures."""
    begin, time = certificate.not_before, token.tst_info.time
    if time < begin:
        yield Finding(
            rules.STAMP_BEFORE_VALIDITY,
            Severity.FAIL,
            token.ref,
            expected=begin.isoformat(),
            actual=time.isoformat(),
            sub_indication=SubIndication.NOT_YET_VALID,
        )


def _verdict(token: TimeStampToken, conclusion: Conclusion) -> Finding:
    """Say the time that is proven, or that this stamp proves none."""
    return Finding(
        rules.STAMP if conclusion.passed else rules.STAMP_BROKEN,
        Severity.PASS if conclusion.passed else Severity.WARN,
        token.ref,
        actual=conclusion.sub_indication,
        details={"at": token.tst_info.time},
    )
