"""Extending a CAdES signature: a time-stamp, evidence, archive time-stamps (EN 319 122-1, 6).

A signature that is not valid is not extended: what is open about it stays open, and a time-stamp
would only make it look better. Nothing is given back that this validator does not accept: of the
level asked for, with every time-stamp that held before still holding, and from `lt` on by what the
file itself holds and the trusted certificates alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from zaruka.crypto import AlgorithmId, digest
from zaruka.errors import ConfigError, InputError
from zaruka.facts import FactKind
from zaruka.signatures.cms import parse_signed_data
from zaruka.signatures.extension import (
    ArchiveImprint,
    add_archive_timestamp,
    add_signature_timestamp,
    enclose,
)
from zaruka.validation.process import evidence_of
from zaruka.validation.renewal import ending
from zaruka.validation.results import Level, TimestampKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from zaruka.facts import Fact
    from zaruka.service.stamping import StampingAuthority
    from zaruka.service.zaruka import Place, Zaruka
    from zaruka.signatures import TimeStampToken
    from zaruka.signatures.input.opening import Input
    from zaruka.validation.renewal import Ending
    from zaruka.validation.results import SignatureResult, TimestampResult, ValidationReport

__all__ = ["Aim", "Extended", "LateList", "extend"]


class Aim(StrEnum):
    """To which level: B-T, B-LT or B-LTA."""

    T = "t"
    LT = "lt"
    LTA = "lta"


_REACHED: Final = {
    Aim.T: frozenset(set(Level) - {Level.CMS, Level.B_B}),
    Aim.LT: frozenset({Level.B_LT, Level.B_LTA, Level.X_LONG, Level.A}),
    Aim.LTA: frozenset({Level.B_LTA, Level.A}),
}
# What takes the place of a digest that is reliable no more.
_STRONGER: Final = {
    "1.2.643.2.2.9": "1.2.643.7.1.1.2.2",  # GOST R 34.11-94: Streebog-256
    "1.3.14.3.2.26": "2.16.840.1.101.3.4.2.1",  # SHA-1: SHA-256
    "1.2.840.113549.2.5": "2.16.840.1.101.3.4.2.1",  # MD5: SHA-256
}
_SECOND: Final = timedelta(seconds=1)


class LateList(Struct, frozen=True):
    """A list or answer issued before the time that is proven for what it speaks of.

    It says nothing of what came between, so it will not do once the certificate has ended
    (EN 319 102-1 5.6.2.2.4): a later one should be added while the certificate is valid.
    """

    name: str
    issued: datetime
    proven: datetime


class Extended(Struct, frozen=True):
    """A signature extended: the file, its verdict, until when it is protected, what is weak."""

    octets: bytes
    report: ValidationReport
    ending: Ending | None
    late: tuple[LateList, ...] = ()


def extend(  # noqa: PLR0913 - what it depends on is said, not hidden
    zaruka: Zaruka,
    source: Place,
    to: Aim,
    *,
    authority: StampingAuthority | None = None,
    content: Place | None = None,
    signers: Collection[int] = (),
) -> Extended:
    """Extend the signatures of a CMS file, or those of `signers` (from 0), to the level `to`.

    A signature that has the time-stamp or the evidence keeps it; `lta` adds an archive
    time-stamp each time, which renews the one before. Raises InputError extend.not-valid,
    extend.not-reached, extend.breaks, extend.nothing-to-add; ConfigError extend.no-authority,
    extend.no-such-signer; and what reading, stamping and fetching raise.
    """
    octets, document = zaruka.signed(source, content=content)
    return _Extending(zaruka, to, authority, document, frozenset(signers)).run(octets)


@dataclass(slots=True)
class _Extending:
    zaruka: Zaruka
    to: Aim
    authority: StampingAuthority | None
    document: Input | None
    chosen: frozenset[int]

    def run(self, octets: bytes) -> Extended:
        before = self.zaruka.judge(octets, self.document)
        missing = self.chosen - {each.index for each in before.signatures}
        if missing:
            raise ConfigError(
                "extend.no-such-signer", number=min(missing) + 1, count=len(before.signatures)
            )
        self._require_valid(before)
        after = octets
        for each in self._of(before):
            if not _held(each, TimestampKind.SIGNATURE):
                after = self._stamp_signature(after, each.index)
        if self.to is not Aim.T:
            after = self._add_evidence(after)
        if self.to is Aim.LTA:
            for each in self._of(before):
                after = self._stamp_archive(after, each.index)
        if after == octets:
            raise InputError("extend.nothing-to-add", level=self.to.upper())
        return self._confirmed(before, after)

    def _of(self, report: ValidationReport) -> list[SignatureResult]:
        """Give the results on the signatures that are extended."""
        return [s for s in report.signatures if not self.chosen or s.index in self.chosen]

    def _require_valid(self, report: ValidationReport) -> None:
        for each in self._of(report):
            if not each.conclusion.passed:
                sub = each.conclusion.sub_indication
                indication = each.conclusion.indication
                reason = f"{indication} / {sub}" if sub else str(indication)
                raise InputError("extend.not-valid", signer=each.ref.name, reason=reason)

    # --- adding

    def _stamp(self, oid: str, imprint: bytes) -> TimeStampToken:
        """Have an imprint stamped; what is judged next is judged no earlier than the stamp."""
        if self.authority is None:
            raise ConfigError("extend.no-authority")
        token = self.authority.stamp(AlgorithmId(oid), imprint)
        info = token.tst_info
        latest = (info.time + (info.accuracy or timedelta())).replace(microsecond=0) + _SECOND
        if info.time > self.zaruka.context.at:
            self.zaruka = self.zaruka.at(latest)
        return token

    def _stamp_signature(self, message: bytes, index: int) -> bytes:
        signature = parse_signed_data(message).signatures[index]
        oid = _reliable(signature.digest_algorithm.oid)
        token = self._stamp(oid, digest(oid, signature.signature))
        return add_signature_timestamp(message, index, token.der)

    def _add_evidence(self, message: bytes) -> bytes:
        """Enclose what the verdict rests on, time-stamps included, and the file does not hold."""
        report = self.zaruka.judge(message, self.document)
        self._require_valid(report)
        brought = evidence_of(parse_signed_data(message))
        found = _Lacking(self.zaruka, [f for f in report.facts if f.sha256 not in brought])
        return enclose(message, found.certificates, found.crls, found.ocsps) if found else message

    def _stamp_archive(self, message: bytes, index: int) -> bytes:
        parsed = parse_signed_data(message)
        oid = _reliable(parsed.signatures[index].digest_algorithm.oid)
        covered = parsed.encapsulated or self.document

        def content_digest(wanted: str) -> bytes:
            if covered is None:
                raise InputError("extend.no-content")
            return covered.digest(wanted)

        over = ArchiveImprint.over(message, index, oid, content_digest)
        token = self._stamp(oid, over.imprint)
        return add_archive_timestamp(message, index, token.der, over.hash_index)

    # --- confirming

    def _confirmed(self, before: ValidationReport, after: bytes) -> Extended:
        judge = self.zaruka if self.to is Aim.T else self.zaruka.alone()
        report = judge.judge(after, self.document)
        for was, now in zip(self._of(before), self._of(report), strict=True):
            lost = _passed(was) - _passed(now)
            if lost:
                raise InputError("extend.breaks", signer=now.ref.name, count=len(lost))
            if not now.conclusion.passed or now.level not in _REACHED[self.to]:
                raise InputError(
                    "extend.not-reached",
                    signer=now.ref.name,
                    level=self.to.upper(),
                    reached=str(now.level or Level.CMS),
                    reason=_reason(now),
                )
        endings = [ending(each, self.zaruka.context.policy) for each in self._of(report)]
        first = min((each for each in endings if each is not None), default=None)
        late = () if self.to is Aim.T else tuple(_late(self._of(report)))
        return Extended(after, report, first, late)


class _Lacking:
    """What the facts name and a file does not hold, as octets."""

    def __init__(self, zaruka: Zaruka, facts: list[Fact]) -> None:
        self.certificates: list[bytes] = []
        self.crls: list[bytes] = []
        self.ocsps: list[bytes] = []
        evidence = zaruka.context.evidence
        for fact in {(fact.kind, fact.sha256): fact for fact in facts}.values():
            if fact.kind is FactKind.CERTIFICATE and fact.der is not None:
                self.certificates.append(fact.der)
            elif fact.kind is FactKind.OCSP and fact.der is not None:
                self.ocsps.append(fact.der)
            elif fact.kind is FactKind.CRL:
                found = evidence.revocation(fact.sha256)
                if found is not None:
                    self.crls.append(bytes(found.der))

    def __bool__(self) -> bool:
        return bool(self.certificates or self.crls or self.ocsps)


def _reliable(oid: str) -> str:
    """Return the digest to stamp with: the signature's own, or what took its place."""
    return _STRONGER.get(oid, oid)


def _held(signature: SignatureResult, kind: TimestampKind) -> bool:
    return any(each.kind is kind and each.conclusion.passed for each in signature.timestamps)


def _passed(signature: SignatureResult) -> set[tuple[str, TimestampKind]]:
    stamps = signature.timestamps
    return {(each.ref.sha256, each.kind) for each in stamps if each.conclusion.passed}


def _reason(signature: SignatureResult) -> str:
    """Name what keeps a signature from its level: its newest time-stamp that fails, or itself."""
    failing = [each for each in signature.timestamps if not each.conclusion.passed]
    newest = max(failing, key=lambda each: each.time, default=None)
    conclusion = (newest or signature).conclusion
    sub = conclusion.sub_indication
    return f"{conclusion.indication} / {sub}" if sub else str(conclusion.indication)


def _late(results: list[SignatureResult]) -> Iterator[LateList]:
    """Name the evidence that is older than the proof of what it is about.

    A signature is proven by its time-stamp, a time-stamp by the archive time-stamp after it.
    """
    seen = set()
    for result in results:
        stamps = sorted((s for s in result.timestamps if s.conclusion.passed), key=_time_of)
        proven = [(result.chain, result.best_signature_time)]
        proven += [(old.chain, new.time) for old, new in pairwise(stamps)]
        for chain, time in proven:
            revocation = chain[0].revocation if chain else None
            if revocation is None or revocation.source is None or revocation.this_update is None:
                continue
            if revocation.this_update < time and revocation.source.sha256 not in seen:
                seen.add(revocation.source.sha256)
                yield LateList(revocation.source.name, revocation.this_update, time)


def _time_of(stamp: TimestampResult) -> datetime:
    return stamp.time
