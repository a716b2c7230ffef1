r"""Report as JSON, `report_version` 1 (report-1.schema.json, JSON Schema 2020-12).

The same values, language and moment give the same octets: keys are sorted, times are UTC with
whole seconds unless there are fractions, binary values are hexadecimal (digests) or base64
(encodings). Characters that a terminal or a page would obey are written as \u escapes, so the
text is safe to print and the values stay exact.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from zaruka.errors import ZarukaError
from zaruka.recognition import CrossBorderReport
from zaruka.reports.beside import decision_on
from zaruka.reports.worst import country_of, tell, tell_object, tell_own
from zaruka.validation.results import (
    CertificateResult,
    CrlResult,
    OcspResult,
    TimestampResult,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zaruka.facts import Fact, Need
    from zaruka.findings import Conclusion, ObjectRef
    from zaruka.messages import Messages
    from zaruka.recognition import Decision
    from zaruka.reports.worst import Telling
    from zaruka.validation.jurisdiction import Identity
    from zaruka.validation.powers import Powers
    from zaruka.validation.results import (
        Algorithm,
        BlockResult,
        ChainLink,
        ObjectResult,
        PathResult,
        Revocation,
        SignatureResult,
        ValidationReport,
    )

__all__ = [
    "REPORT_VERSION",
    "SCHEMA",
    "dump",
    "error_value",
    "in_order",
    "needs_in_order",
    "report_value",
    "reports_value",
]

REPORT_VERSION: Final = 1
SCHEMA: Final = Path(__file__).with_name("report-1.schema.json")

# What a terminal or a page could obey: controls, bidirectional marks, invisible characters,
# line and paragraph separators, byte order mark, surrogates.
_OBEYED = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def dump(value: dict[str, Any]) -> str:
    """Write a value of this module as JSON text with a final line feed."""
    text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False)
    return _OBEYED.sub(lambda found: json.dumps(found[0])[1:-1], text) + "\n"


def report_value(report: ValidationReport, messages: Messages) -> dict[str, Any]:
    """Return the report as JSON values, its messages in the language of `messages`."""
    write = _Writer(messages)
    return {
        "report_version": REPORT_VERSION,
        "language": messages.language,
        **_conclusion(report.conclusion),
        "policy": {"name": report.policy.name, "sha256": report.policy.sha256},
        "validation_time": _time(report.validation_time),
        "inputs": [
            {"name": i.name, "role": i.role, "sha256": i.sha256, "size": i.size}
            for i in report.inputs
        ],
        "means": [
            {"name": m.name, "version": m.version, "confirmed": m.confirmed} for m in report.means
        ],
        "signatures": [write.signature(s, decision_on(report, s)) for s in report.signatures],
        "recognition": _countries(report),
        "objects": [write.object(o) for o in report.objects],
        "findings": write.findings(tell(report.findings, None)),
        "facts": [_fact(fact) for fact in in_order(report.facts)],
        "needs": [_need(need) for need in needs_in_order(report.needs)],
    }


def in_order(facts: Iterable[Fact]) -> list[Fact]:
    """Return facts in the order in which every form of a report lists them."""
    return sorted(facts, key=_place)


def needs_in_order(needs: Iterable[Need]) -> list[Need]:
    """Return needs in the order in which every form of a report lists them."""
    return sorted(needs, key=lambda need: (need.kind.value, need.about, need.name))


def _place(fact: Fact) -> tuple[object, ...]:
    return fact.of or "", fact.kind.value, fact.sha256, fact.source, sorted(fact.extract)


def reports_value(
    items: Iterable[tuple[str, ValidationReport | ZarukaError | None]],
    conclusion: Conclusion,
    messages: Messages,
) -> dict[str, Any]:
    """Return the reports on several inputs: for each its name and its report or error.

    A document without a signature (None) is listed as `unsigned`.
    """
    return {
        "report_version": REPORT_VERSION,
        "language": messages.language,
        **_conclusion(conclusion),
        "reports": [{"input": name, **_outcome(item, messages)} for name, item in items],
    }


def _outcome(item: ValidationReport | ZarukaError | None, messages: Messages) -> dict[str, Any]:
    if item is None:
        return {"unsigned": True}
    if isinstance(item, ZarukaError):
        return {"error": _error(item, messages)}
    return {"report": report_value(item, messages)}


def error_value(error: ZarukaError, messages: Messages) -> dict[str, Any]:
    """Return an error as the whole answer: the question could not be asked."""
    return {
        "report_version": REPORT_VERSION,
        "language": messages.language,
        "error": _error(error, messages),
    }


def _error(error: ZarukaError, messages: Messages) -> dict[str, Any]:
    said = messages.error(error.code, error.details)
    return {
        "code": error.code,
        "message": said.text,
        "remedy": said.remedy,
        "details": dict(error.details),
    }


class _Writer:
    """Writes what holds findings, and so sentences."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages

    def findings(self, told: Iterable[Telling]) -> list[dict[str, Any]]:
        return [self._finding(telling) for telling in told]

    def _finding(self, telling: Telling) -> dict[str, Any]:
        finding, said = telling.finding, telling.sentence(self._messages)
        sub = finding.sub_indication
        return {
            "code": finding.rule.code,
            "severity": finding.severity.value,
            "clause": finding.rule.clause,
            "object": _ref(finding.subject),
            "expected": finding.expected,
            "actual": finding.actual,
            "details": {name: _plain(value) for name, value in finding.details.items()},
            "sub_indication": sub and sub.value,
            "message": said.text,
            "remedy": said.remedy,
        }

    def signature(self, found: SignatureResult, decision: Decision | None) -> dict[str, Any]:
        country = found.signer.country if found.signer else None
        return {
            "index": found.index,
            "object": _ref(found.ref),
            "format": found.format.value,
            "detached": found.detached,
            "level": found.level and found.level.value,
            "level_claimed": found.level_claimed.value,
            **_conclusion(found.conclusion),
            "process": found.process.value,
            "algorithm": self._algorithm(found.algorithm),
            "signer": found.signer and _identity(found.signer),
            "signing_certificate": found.signing_certificate and _ref(found.signing_certificate),
            "signing_time": _time(found.signing_time),
            "best_signature_time": _time(found.best_signature_time),
            "proven": found.proven,
            "chain": [_link(link) for link in found.chain],
            "paths": [self._path(path, found.chain, country) for path in found.paths],
            "blocks": [_block(block) for block in found.blocks],
            "timestamps": [self._timestamp(stamp) for stamp in found.timestamps],
            "countersignatures": [{"object": _ref(c.ref)} for c in found.countersignatures],
            "findings": self.findings(tell_own(found)),
            "recognition": decision and self._decision(decision, country),
            "powers": found.powers and self._powers(found.powers, country),
        }

    def _powers(self, powers: Powers, country: str | None) -> dict[str, Any]:
        """Write what was shown of a signer's powers."""
        return {
            "outcome": powers.outcome.value,
            "basis": powers.basis and powers.basis.value,
            "document": powers.document and _ref(powers.document),
            "number": powers.number,
            "principal": powers.principal,
            "powers": [
                {"code": each.code, "text": each.text, "limits": list(each.limits)}
                for each in powers.powers
            ],
            "since": _time(powers.since),
            "until": _time(powers.until),
            "asked": list(powers.asked),
            "findings": self.findings(tell(powers.findings, country)),
        }

    def _decision(self, decision: Decision, country: str | None) -> dict[str, Any]:
        """Write what was decided, about which act, by which rules, rule by rule."""
        act, agreement = decision.act, decision.agreement
        span = agreement.span if agreement else None
        return {
            "outcome": decision.outcome.value,
            "country": act.country,
            "assumed": act.assumed,
            "at": _time(act.at),
            "sender": act.sender and act.sender.value,
            "sender_assumed": act.sender_assumed,
            "receiver": act.receiver and act.receiver.value,
            "subject": act.subject and act.subject.value,
            "agreement": agreement
            and {
                "code": agreement.code,
                "sha256": agreement.sha256,
                "source": agreement.source,
                "since": _time(span.since if span else None),
                "until": _time(span.until if span else None),
            },
            "findings": self.findings(tell(decision.findings, country)),
        }

    def object(self, found: ObjectResult) -> dict[str, Any]:
        """Write the result on an object given by itself; `kind` tells which it is."""
        if isinstance(found, TimestampResult):
            return self._timestamp(found)
        common = {
            "kind": found.ref.kind.value,
            "object": _ref(found.ref),
            **_conclusion(found.conclusion),
            "chain": [_link(link) for link in found.chain],
        }
        own: dict[str, Any]
        match found:
            case CertificateResult():
                country = found.identity.country
                own = {
                    "holder": _identity(found.identity),
                    "paths": [self._path(path, found.chain, country) for path in found.paths],
                }
            case CrlResult():
                own = {
                    "issuer": found.issuer,
                    "this_update": _time(found.this_update),
                    "next_update": _time(found.next_update),
                    # a string: up to 160 bits (RFC 5280 5.2.3)
                    "number": None if found.number is None else str(found.number),
                    "entries": found.entries,
                }
            case OcspResult():
                own = {
                    "produced_at": _time(found.produced_at),
                    "answers": [
                        {"serial_number": serial, "revocation": _revocation(status)}
                        for serial, status in found.answers
                    ],
                }
        return {**common, **own, "findings": self.findings(tell_object(found))}

    def _timestamp(self, stamp: TimestampResult) -> dict[str, Any]:
        country = country_of(stamp)
        return {
            "kind": "timestamp",
            "object": _ref(stamp.ref),
            "covers": stamp.kind.value,
            **_conclusion(stamp.conclusion),
            "time": _time(stamp.time),
            "accuracy_ms": stamp.accuracy_ms,
            "policy_oid": stamp.policy_oid,
            "serial_number": format(stamp.serial_number, "x"),
            "imprint_algorithm": stamp.imprint_algorithm_oid,
            "algorithm": stamp.algorithm and self._algorithm(stamp.algorithm),
            "tsa": stamp.tsa and _identity(stamp.tsa),
            "at_best": stamp.at_best,
            "chain": [_link(link) for link in stamp.chain],
            "paths": [self._path(path, stamp.chain, country) for path in stamp.paths],
            "blocks": [_block(block) for block in stamp.blocks],
            "findings": self.findings(tell_object(stamp)),
        }

    def _path(
        self, path: PathResult, chain: tuple[ChainLink, ...], country: str | None
    ) -> dict[str, Any]:
        """Write a candidate; its links too, where they are not those of the chain."""
        return {
            "complete": path.complete,
            **_conclusion(path.conclusion),
            "certificates": [link.ref.sha256 for link in path.links],
            "links": None if path.links == chain else [_link(link) for link in path.links],
            "findings": self.findings(tell(path.conclusion.findings, country)),
        }

    def _algorithm(self, algorithm: Algorithm) -> dict[str, Any]:
        return {
            "signature": algorithm.signature_oid,
            "digest": algorithm.digest_oid,
            "key": algorithm.key_oid,
            "key_parameters": algorithm.key_parameters_oid,
            "key_bits": algorithm.key_bits,
        }


def _countries(report: ValidationReport) -> list[dict[str, Any]]:
    """Write whether the document counts, country by country: as its worst signature there."""
    if not isinstance(report, CrossBorderReport):
        return []
    return [
        {"country": country or None, "outcome": outcome.value}
        for country, outcome in report.countries.items()
    ]


def _conclusion(conclusion: Conclusion) -> dict[str, Any]:
    sub = conclusion.sub_indication
    return {"indication": conclusion.indication.value, "sub_indication": sub and sub.value}


def _ref(ref: ObjectRef) -> dict[str, Any]:
    return {"kind": ref.kind.value, "sha256": ref.sha256, "name": ref.name}


def _identity(identity: Identity) -> dict[str, Any]:
    """Write who it is; numbers of natural persons stay masked, as on the screen."""
    return {
        "country": identity.country,
        "kind": identity.kind.value,
        "name": identity.name,
        "person": identity.person,
        "organisation": identity.organisation,
        "position": identity.position,
        "department": identity.department,
        "locality": identity.locality,
        "email": identity.email,
        "identifiers": [
            {"code": i.code, "value": i.masked, "correct": i.correct} for i in identity.identifiers
        ],
        "qualities": [{"code": q.code, "value": q.value, "oid": q.oid} for q in identity.qualities],
    }


def _link(link: ChainLink) -> dict[str, Any]:
    certificate = link.certificate
    return {
        "object": _ref(link.ref),
        "subject": certificate.subject.display(),
        "issuer": certificate.issuer.display(),
        "serial_number": format(certificate.serial_number, "x"),
        "not_before": _time(certificate.not_before),
        "not_after": _time(certificate.not_after),
        "holder": _identity(link.identity),
        "revocation": _revocation(link.revocation),
        "anchor": link.anchor and link.anchor.source,
    }


def _revocation(revocation: Revocation) -> dict[str, Any]:
    return {
        "state": revocation.state.value,
        "source": revocation.source and _ref(revocation.source),
        "this_update": _time(revocation.this_update),
        "next_update": _time(revocation.next_update),
        "revoked_at": _time(revocation.revoked_at),
        "reason": revocation.reason,
        "invalidity_date": _time(revocation.invalidity_date),
    }


def _block(block: BlockResult) -> dict[str, Any]:
    return {"block": block.block.value, **_conclusion(block.conclusion), "holds": block.holds}


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "kind": fact.kind.value,
        "sha256": fact.sha256,
        "source": fact.source,
        "obtained": _time(fact.obtained),
        "der": None if fact.der is None else b64encode(fact.der).decode("ascii"),
        "extract": dict(fact.extract),
        "of": fact.of,
    }


def _need(need: Need) -> dict[str, Any]:
    return {
        "kind": need.kind.value,
        "about": need.about,
        "name": need.name,
        "addresses": list(need.addresses),
    }


def _plain(value: str | int | datetime) -> str | int | None:
    return _time(value) if isinstance(value, datetime) else value


def _time(time: datetime | None) -> str | None:
    """Write an aware time as RFC 3339 in UTC."""
    if time is None:
        return None
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")
