"""A report read back from JSON: the values that every page is made of, as the check gave them.

Whatever `as_json` writes is read here, so that a protocol made later, in another form or language,
is the one that the check would have written. Sentences are not read: they are said anew. A report
may come from anywhere; what is not of its form is an InputError (report.malformed). Whether it says
what its facts say is another question (`zaruka.service.replaying`).
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from zaruka.errors import ConfigError, InputError
from zaruka.facts import Fact, FactKind, Need
from zaruka.findings import (
    Conclusion,
    Finding,
    Indication,
    ObjectKind,
    ObjectRef,
    Rule,
    Severity,
    SubIndication,
)
from zaruka.recognition import (
    Act,
    CrossBorderReport,
    Decision,
    Outcome,
    Participant,
    Subject,
    agreement_on_record,
)
from zaruka.trust import Statement
from zaruka.validation.jurisdiction import HolderKind, Identifier, Identity, Quality
from zaruka.validation.powers import Power, Powers, PowersBasis, PowersOutcome
from zaruka.validation.results import (
    Algorithm,
    Block,
    BlockResult,
    CertificateResult,
    ChainLink,
    CounterSignature,
    CrlResult,
    Format,
    Input,
    Level,
    Means,
    OcspResult,
    PathResult,
    PolicyRef,
    Process,
    Revocation,
    RevocationState,
    SignatureResult,
    TimestampKind,
    TimestampResult,
    ValidationReport,
)
from zaruka.x509 import Certificate

if TYPE_CHECKING:
    from collections.abc import Callable

    from zaruka.recognition import Agreement
    from zaruka.validation.results import ObjectResult

__all__ = ["finding_of", "moment_of", "report_of"]

Value: TypeAlias = Mapping[str, Any]
T = TypeVar("T")

_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", re.ASCII)
_CODE: Final = re.compile(r"[a-z0-9_.-]{1,100}", re.ASCII)
_NUMBER: Final = re.compile(r"[0-9.]{1,200}", re.ASCII)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}|", re.ASCII)
# Details that are texts from outside, whatever they look like.
_TEXTS: Final = frozenset(
    {
        "address",
        "authority",
        "file",
        "issuer",
        "list",
        "name",
        "number",
        "parts",
        "place",
        "reason",
        "source",
        "status",
        "successor",
    }
)


def report_of(value: Value) -> ValidationReport:
    """Read the report on one input; InputError (report.malformed)."""
    try:
        return _Reader(value).report()
    except (
        AttributeError,
        ConfigError,
        IndexError,
        KeyError,
        OverflowError,
        TypeError,
        ValueError,
    ) as error:
        raise InputError("report.malformed", reason=_reason(error)) from error


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error)[:60]}"


# --- values that stand everywhere


def moment_of(text: str) -> datetime:
    """Read a time as `as_json` writes it: aware UTC; ValueError."""
    if not isinstance(text, str) or _MOMENT.fullmatch(text) is None:
        raise ValueError(text)
    return datetime.fromisoformat(text).astimezone(UTC)


def finding_of(value: Value) -> Finding:
    """Read a finding; its rule is that of this version where it is known, else as it is told."""
    return Finding(
        Rule.recorded(_matching(_CODE, value["code"]), _str(value["clause"])),
        Severity(value["severity"]),
        _ref(value["object"]),
        _or_none(_str, value["expected"]),
        _or_none(_str, value["actual"]),
        {_str(name): _detail(name, detail) for name, detail in value["details"].items()},
        _or_none(SubIndication, value["sub_indication"]),
    )


def _detail(name: str, value: object) -> str | int | datetime:
    if isinstance(value, int):
        return value
    text = _str(value)
    is_moment = name not in _TEXTS and _MOMENT.fullmatch(text) is not None
    return moment_of(text) if is_moment else text


def _or_none(read: Callable[[Any], T], value: object) -> T | None:
    return None if value is None else read(value)


def _str(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _int(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(value)
    return value


def _bool(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _matching(pattern: re.Pattern[str], value: object) -> str:
    text = _str(value)
    if pattern.fullmatch(text) is None:
        raise ValueError(text)
    return text


def _oid(value: object) -> str:
    return _matching(_NUMBER, value)


def _digest(value: object) -> str:
    return _matching(_DIGEST, value)


def _ref(value: Value) -> ObjectRef:
    return ObjectRef(ObjectKind(value["kind"]), _digest(value["sha256"]), _str(value["name"]))


def _concluded(value: Value, findings: tuple[Finding, ...] = ()) -> Conclusion:
    sub = _or_none(SubIndication, value["sub_indication"])
    return Conclusion(Indication(value["indication"]), sub, findings)


def _findings(value: Value) -> tuple[Finding, ...]:
    return tuple(map(finding_of, value["findings"]))


# --- one report


class _Reader:
    """Reads a report, whose facts hold the certificates and agreements that it speaks of."""

    def __init__(self, value: Value) -> None:
        self._value = value
        self._facts = tuple(map(_fact, value["facts"]))
        self._certificates = {
            fact.sha256: fact.der
            for fact in self._facts
            if fact.kind is FactKind.CERTIFICATE and fact.der is not None
        }
        self._lists = {
            (fact.sha256, fact.source): _digest(text)
            for fact in self._facts
            if fact.kind is FactKind.ANCHOR
            for name, text in fact.extract
            if name == "source_sha256"
        }
        self._agreements = {
            (dict(fact.extract).get("code"), fact.sha256): fact.extract
            for fact in self._facts
            if fact.kind is FactKind.AGREEMENT
        }

    def report(self) -> ValidationReport:
        value = self._value
        policy = value["policy"]
        report = ValidationReport(
            policy=PolicyRef(_str(policy["name"]), _digest(policy["sha256"])),
            validation_time=moment_of(value["validation_time"]),
            inputs=tuple(map(_input, value["inputs"])),
            means=tuple(map(_means, value["means"])),
            signatures=tuple(map(self._signature, value["signatures"])),
            objects=tuple(map(self._object, value["objects"])),
            findings=_findings(value),
            facts=self._facts,
            needs=tuple(map(_need, value["needs"])),
        )
        decisions = [each["recognition"] for each in value["signatures"]]
        if not any(decisions):
            return report
        kept = {name: getattr(report, name) for name in ValidationReport.__struct_fields__}
        asked = tuple(_or_none(self._decision, each) for each in decisions)
        return CrossBorderReport(**kept, decisions=asked)

    # --- signatures and objects

    def _signature(self, value: Value) -> SignatureResult:
        chain = self._links(value["chain"])
        return SignatureResult(
            index=_int(value["index"]),
            ref=_ref(value["object"]),
            format=Format(value["format"]),
            conclusion=_concluded(value, _findings(value)),
            process=Process(value["process"]),
            algorithm=_algorithm(value["algorithm"]),
            level_claimed=Level(value["level_claimed"]),
            level=_or_none(Level, value["level"]),
            signing_time=_or_none(moment_of, value["signing_time"]),
            best_signature_time=moment_of(value["best_signature_time"]),
            proven=_bool(value["proven"]),
            signer=_or_none(_identity, value["signer"]),
            signing_certificate=_or_none(_ref, value["signing_certificate"]),
            chain=chain,
            paths=self._paths(value["paths"], chain),
            blocks=tuple(map(_block, value["blocks"])),
            timestamps=tuple(map(self._timestamp, value["timestamps"])),
            countersignatures=tuple(
                CounterSignature(_ref(each["object"])) for each in value["countersignatures"]
            ),
            powers=_or_none(_powers, value["powers"]),
            detached=_bool(value["detached"]),
        )

    def _object(self, value: Value) -> ObjectResult:
        kind = ObjectKind(value["kind"])
        if kind is ObjectKind.TIMESTAMP:
            return self._timestamp(value)
        ref, conclusion = _ref(value["object"]), _concluded(value, _findings(value))
        chain = self._links(value["chain"])
        if kind is ObjectKind.CERTIFICATE:
            paths = self._paths(value["paths"], chain)
            return CertificateResult(ref, conclusion, _identity(value["holder"]), chain, paths)
        if kind is ObjectKind.CRL:
            return CrlResult(
                ref,
                conclusion,
                _str(value["issuer"]),
                moment_of(value["this_update"]),
                _or_none(moment_of, value["next_update"]),
                _or_none(int, value["number"]),
                _int(value["entries"]),
                chain,
            )
        if kind is ObjectKind.OCSP:
            answers = tuple(
                (_str(each["serial_number"]), _revocation(each["revocation"]))
                for each in value["answers"]
            )
            produced = _or_none(moment_of, value["produced_at"])
            return OcspResult(ref, conclusion, produced, answers, chain)
        raise ValueError(kind)

    def _timestamp(self, value: Value) -> TimestampResult:
        chain = self._links(value["chain"])
        return TimestampResult(
            ref=_ref(value["object"]),
            kind=TimestampKind(value["covers"]),
            conclusion=_concluded(value, _findings(value)),
            time=moment_of(value["time"]),
            accuracy_ms=_or_none(_int, value["accuracy_ms"]),
            policy_oid=_oid(value["policy_oid"]),
            serial_number=int(value["serial_number"], 16),
            imprint_algorithm_oid=_oid(value["imprint_algorithm"]),
            algorithm=_or_none(_algorithm, value["algorithm"]),
            tsa=_or_none(_identity, value["tsa"]),
            chain=chain,
            paths=self._paths(value["paths"], chain),
            blocks=tuple(map(_block, value["blocks"])),
            at_best=_bool(value["at_best"]),
        )

    # --- chains

    def _paths(self, values: list[Value], chain: tuple[ChainLink, ...]) -> tuple[PathResult, ...]:
        return tuple(
            PathResult(
                chain if each["links"] is None else self._links(each["links"]),
                _concluded(each, _findings(each)),
                _bool(each["complete"]),
            )
            for each in values
        )

    def _links(self, values: list[Value]) -> tuple[ChainLink, ...]:
        return tuple(map(self._link, values))

    def _link(self, value: Value) -> ChainLink:
        ref = _ref(value["object"])
        return ChainLink(
            ref,
            Certificate.parse(self._certificates[ref.sha256]),
            _identity(value["holder"]),
            _revocation(value["revocation"]),
            _or_none(partial(self._anchor, ref), value["anchor"]),
        )

    def _anchor(self, ref: ObjectRef, source: str) -> Statement:
        """Read who trusts a certificate; a list is known by its SHA-256."""
        listed = self._lists.get((ref.sha256, source))
        return Statement(ref.sha256, ref.name, _str(source), source_sha256=listed)

    # --- recognition

    def _decision(self, value: Value) -> Decision:
        act = Act(
            _or_none(_str, value["country"]),
            moment_of(value["at"]),
            _or_none(Participant, value["sender"]),
            _or_none(Participant, value["receiver"]),
            _or_none(Subject, value["subject"]),
            assumed=_bool(value["assumed"]),
            sender_assumed=_bool(value["sender_assumed"]),
        )
        agreement = _or_none(self._agreement, value["agreement"])
        return Decision(Outcome(value["outcome"]), act, agreement, _findings(value))

    def _agreement(self, value: Value) -> Agreement:
        terms = dict(self._agreements[value["code"], value["sha256"]])
        files = terms.pop("files", "").split()
        return agreement_on_record(tuple(sorted(terms.items())), value["sha256"], files)


# --- parts of a report


def _input(value: Value) -> Input:
    return Input(
        _str(value["name"]), _str(value["role"]), _digest(value["sha256"]), _int(value["size"])
    )


def _means(value: Value) -> Means:
    return Means(_str(value["name"]), _str(value["version"]), _bool(value["confirmed"]))


def _algorithm(value: Value) -> Algorithm:
    return Algorithm(
        _oid(value["signature"]),
        _or_none(_oid, value["digest"]),
        _or_none(_oid, value["key"]),
        _or_none(_oid, value["key_parameters"]),
        _or_none(_int, value["key_bits"]),
    )


def _identity(value: Value) -> Identity:
    """Read who it is; numbers that were masked stay so."""
    return Identity(
        country=_or_none(_str, value["country"]),
        kind=HolderKind(value["kind"]),
        name=_str(value["name"]),
        person=_or_none(_str, value["person"]),
        organisation=_or_none(_str, value["organisation"]),
        position=_or_none(_str, value["position"]),
        department=_or_none(_str, value["department"]),
        locality=_or_none(_str, value["locality"]),
        email=_or_none(_str, value["email"]),
        identifiers=tuple(map(_identifier, value["identifiers"])),
        qualities=tuple(
            Quality(_str(each["code"]), _str(each["value"]), _str(each["oid"]))
            for each in value["qualities"]
        ),
    )


def _identifier(value: Value) -> Identifier:
    number = _str(value["value"])
    return Identifier(
        code=_str(value["code"]),
        value=number,
        personal=False,  # what is to be hidden is hidden already
        correct=_or_none(_bool, value["correct"]),
        as_written=number,
        oid="",
    )


def _revocation(value: Value) -> Revocation:
    return Revocation(
        RevocationState(value["state"]),
        _or_none(_ref, value["source"]),
        _or_none(moment_of, value["this_update"]),
        _or_none(moment_of, value["next_update"]),
        _or_none(moment_of, value["revoked_at"]),
        _or_none(_int, value["reason"]),
        _or_none(moment_of, value["invalidity_date"]),
    )


def _block(value: Value) -> BlockResult:
    return BlockResult(Block(value["block"]), _concluded(value), _bool(value["holds"]))


def _powers(value: Value) -> Powers:
    return Powers(
        PowersOutcome(value["outcome"]),
        _findings(value),
        _or_none(PowersBasis, value["basis"]),
        _or_none(_ref, value["document"]),
        _or_none(_str, value["number"]),
        _or_none(_str, value["principal"]),
        tuple(
            Power(
                _or_none(_str, each["code"]), _str(each["text"]), tuple(map(_str, each["limits"]))
            )
            for each in value["powers"]
        ),
        _or_none(moment_of, value["since"]),
        _or_none(moment_of, value["until"]),
        tuple(map(_str, value["asked"])),
    )


def _fact(value: Value) -> Fact:
    return Fact(
        FactKind(value["kind"]),
        _digest(value["sha256"]),
        _str(value["source"]),
        _or_none(moment_of, value["obtained"]),
        _or_none(lambda text: b64decode(text, validate=True), value["der"]),
        tuple((_str(name), _str(text)) for name, text in value["extract"].items()),
        _or_none(_digest, value["of"]),
    )


def _need(value: Value) -> Need:
    return Need(
        FactKind(value["kind"]),
        _str(value["about"]),
        _str(value["name"]),
        tuple(map(_str, value["addresses"])),
    )
