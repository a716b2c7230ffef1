"""Judging again from the facts of a report: no document, no network, no clock.

The verdict follows from the facts, so a report whose verdict was altered says something else than
its facts do, and one whose facts were altered has facts that their digests do not fit, or another
verdict. What changed since (policy, version, trust) is told beside.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from zaruka import __version__
from zaruka.errors import BudgetExceeded, ConfigError, InputError, UnsupportedError
from zaruka.facts import FactKind
from zaruka.findings import Finding, ObjectKind, ObjectRef, Severity, SubIndication, rules
from zaruka.messages import messages
from zaruka.reports.as_json import REPORT_VERSION, report_value
from zaruka.service.evidence import parse_public_key
from zaruka.service.recorded import Recorded, read_facts, read_moment
from zaruka.service.signed_xml import judge_signed_xml
from zaruka.service.strict import judge_strictly
from zaruka.service.zaruka import JURISDICTIONS
from zaruka.signatures.cms import parse_timestamp_token
from zaruka.signatures.input.forms import expect, recognise
from zaruka.signatures.input.kinds import Kind
from zaruka.signatures.input.opening import Input
from zaruka.signatures.input.xml_files import FilesBeside
from zaruka.validation.context import Context
from zaruka.validation.policy_file import built_in
from zaruka.validation.process import validate_certificate, validate_document, validate_timestamp
from zaruka.validation.raw import validate_raw_signature
from zaruka.validation.replayed import Change, Difference, Replay
from zaruka.validation.revocation_objects import validate_crl, validate_ocsp
from zaruka.x509 import Certificate, CertificateList, OcspResponse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from zaruka.validation.policy import Policy
    from zaruka.validation.results import ValidationReport

__all__ = ["read_report", "replay"]

_LARGEST: Final = 1 << 27  # octets of a report
_STRICT: Final = "-strict"
# Parts of a report that are its verdict; the others are its facts, or words.
_VERDICT: Final = ("indication", "sub_indication", "signatures", "objects", "findings")
_WORDS: Final = frozenset({"message", "remedy", "details", "clause"})
# What rests on the question asked and the papers shown, which are no facts of the signature.
_BESIDE: Final = frozenset({"powers", "recognition"})


def read_report(octets: bytes) -> dict[str, Any]:
    """Read a report on one input; InputError (replay.not-a-report, replay.several)."""
    if len(octets) > _LARGEST:
        raise BudgetExceeded("replay.too-large", limit=_LARGEST)
    try:
        value = json.loads(octets)
    except (ValueError, RecursionError) as error:
        raise InputError("replay.not-a-report", reason="JSON") from error
    if not isinstance(value, dict) or value.get("report_version") != REPORT_VERSION:
        raise InputError("replay.not-a-report", reason="report_version")
    if "reports" in value:
        raise InputError("replay.several")
    if not all(name in value for name in (*_VERDICT, "facts", "policy", "validation_time")):
        raise InputError("replay.not-a-report", reason="facts")
    return value


def replay(
    report: Mapping[str, Any],
    *,
    policy: Policy | None = None,
    octets: Mapping[str, bytes] | None = None,
) -> Replay:
    """Judge again what a report is about, by its facts, and compare.

    `policy` None: the one that comes with Zaruka under the name that the report gives. `octets`
    are encodings from an evidence bundle, by SHA-256, so that everything is verified again.
    Raises InputError replay.not-a-report, replay.insufficient; UnsupportedError replay.form.
    """
    recorded = read_facts(report["facts"]).having(octets or {})
    name, digest, strict = _policy_of(report)
    chosen = policy or _built_in(name)
    try:
        context = Context(
            policy=chosen,
            at=read_moment(report["validation_time"]),
            trust=recorded.trust(),
            evidence=recorded.evidence(),
            jurisdictions=JURISDICTIONS,
        )
        found = _judge(report, recorded, octets or {}, context)
        found = replace(found, findings=(*found.findings, *_about_input(report)))
        found = judge_strictly(found) if strict else found
        differences = _differences(report, found, {fact.sha256 for fact in recorded.facts})
        changes = (*_changed_policy(name, digest, chosen), *_changed_version(report))
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise InputError("replay.not-a-report", reason=type(error).__name__) from error
    changes = (*changes, *_changed_trust(recorded))
    return Replay(found, differences, changes, recorded.altered, recorded.unchecked)


# --- judging


def _judge(
    report: Mapping[str, Any], recorded: Recorded, octets: Mapping[str, bytes], context: Context
) -> ValidationReport:
    if report["signatures"]:
        if report["signatures"][0]["format"] == "raw":
            return _judge_raw(report["signatures"][0]["object"], recorded, context)
        message = recorded.message()
        if message is None:
            return _judge_xml(report, octets, context)
        return validate_document(*message, context)
    parts = [_judge_object(each["object"], recorded, context) for each in report["objects"]]
    if not parts:
        raise InputError("replay.insufficient", name="")
    return replace(
        parts[0],
        objects=tuple(each for part in parts for each in part.objects),
        findings=tuple(each for part in parts for each in part.findings),
    )


def _judge_xml(
    report: Mapping[str, Any], octets: Mapping[str, bytes], context: Context
) -> ValidationReport:
    """Judge the XML document itself, where a bundle holds it: digests do not make it again."""
    inputs = [(each["name"], octets.get(each["sha256"])) for each in report["inputs"]]
    held = {name: Input.of(found, name) for name, found in inputs if found is not None}
    if not inputs or len(held) != len(inputs):
        raise UnsupportedError("replay.form")
    form = expect(recognise(held[inputs[0][0]]), Kind.XML)
    return judge_signed_xml(form, FilesBeside(held.get), None, context, lambda _: None)


def _judge_raw(ref: Mapping[str, str], recorded: Recorded, context: Context) -> ValidationReport:
    for fact in recorded.of_kind(FactKind.SIGNATURE):
        content = recorded.content()
        if fact.sha256 == ref["sha256"] and fact.der is not None and content is not None:
            key = parse_public_key(bytes.fromhex(dict(fact.extract)["key"]))
            return validate_raw_signature(fact.der, content, context, key=key)
    raise InputError("replay.insufficient", name=str(ref["name"]))


def _judge_object(ref: Mapping[str, str], recorded: Recorded, context: Context) -> ValidationReport:
    kind, digest = FactKind(ref["kind"]), ref["sha256"]
    der = recorded.der(kind, digest)
    if der is None:
        raise InputError("replay.insufficient", name=str(ref["name"]))
    if kind is FactKind.CERTIFICATE:
        return validate_certificate(Certificate.parse(der), context)
    if kind is FactKind.CRL:
        return validate_crl(CertificateList.parse(der), context)
    if kind is FactKind.OCSP:
        return validate_ocsp(OcspResponse.parse(der), context)
    if kind is FactKind.TIMESTAMP:
        return validate_timestamp(parse_timestamp_token(der), context, recorded.content())
    raise UnsupportedError("replay.form")


def _about_input(report: Mapping[str, Any]) -> Iterator[Finding]:
    """Give what was found out about the input and the lists as they came: facts by themselves."""
    for value in report["findings"]:
        room = str(value["code"]).partition(".")[0]
        if room in {"input", "online", "trust"} and value["code"] in rules():
            about, sub = value["object"], value["sub_indication"]
            yield Finding(
                rules()[value["code"]],
                Severity(value["severity"]),
                ObjectRef(ObjectKind(about["kind"]), about["sha256"], about["name"]),
                value["expected"],
                value["actual"],
                value["details"],
                None if sub is None else SubIndication(sub),
            )


# --- comparing


def _differences(
    report: Mapping[str, Any], found: ValidationReport, known: set[str]
) -> tuple[Difference, ...]:
    again = report_value(found, messages("en"))
    parts = (_compare(part, report[part], again[part], known) for part in _VERDICT)
    return tuple(difference for part in parts for difference in part)


def _compare(place: str, reported: Any, replayed: Any, known: set[str]) -> Iterator[Difference]:  # noqa: ANN401
    """Compare two JSON values, words apart; findings as a bag, since their order says nothing."""
    if place.rpartition(".")[2] == "findings":
        yield from _compare_findings(place, reported, replayed, known)
    elif isinstance(reported, dict) and isinstance(replayed, dict):
        for name in sorted({*reported, *replayed} - _WORDS - _BESIDE):
            below = f"{place}.{name}"
            yield from _compare(below, reported.get(name), replayed.get(name), known)
    elif isinstance(reported, list) and isinstance(replayed, list):
        for number in range(max(len(reported), len(replayed))):
            was = reported[number] if number < len(reported) else None
            now = replayed[number] if number < len(replayed) else None
            yield from _compare(f"{place}.{number + 1}", was, now, known)
    elif reported != replayed:
        yield Difference(place, _shown(reported), _shown(replayed))


def _compare_findings(
    place: str, reported: Iterable[Any], replayed: Iterable[Any], known: set[str]
) -> Iterator[Difference]:
    was, now = (Counter(_weighty(each, known)) for each in (reported, replayed))
    for gone in sorted((was - now).elements()):
        yield Difference(place, gone, "")
    for new in sorted((now - was).elements()):
        yield Difference(place, "", new)


def _weighty(findings: Iterable[Mapping[str, Any]], known: set[str]) -> Iterator[str]:
    """Write the findings that a verdict rests on.

    Lists and answers that were of no use are not kept, nor is what was said of them.
    """
    for each in findings:
        about = each["object"]
        of_evidence = about["kind"] in {ObjectKind.CRL, ObjectKind.OCSP}
        if of_evidence and about["sha256"] not in known and each["severity"] != Severity.FAIL:
            continue
        values = (each["code"], each["severity"], about["name"], each["expected"], each["actual"])
        yield ", ".join(str(value) for value in values if value not in {None, ""})


def _shown(value: object) -> str:
    text = "" if value is None else value if isinstance(value, str) else json.dumps(value)
    return text[:200]


# --- what changed since


def _policy_of(report: Mapping[str, Any]) -> tuple[str, str, bool]:
    try:
        name, digest = str(report["policy"]["name"]), str(report["policy"]["sha256"])
    except (KeyError, TypeError) as error:
        raise InputError("replay.not-a-report", reason="policy") from error
    return name.removesuffix(_STRICT), digest, name.endswith(_STRICT)


def _built_in(name: str) -> Policy:
    try:
        return built_in(name)
    except ConfigError as error:
        raise InputError("replay.policy", name=name) from error


def _changed_policy(name: str, digest: str, chosen: Policy) -> Iterator[Change]:
    now = chosen.ref
    if (name, digest) != (now.name, now.sha256):
        yield Change("policy", f"{name} {digest[:16]}", f"{now.name} {now.sha256[:16]}")


def _changed_version(report: Mapping[str, Any]) -> Iterator[Change]:
    for means in report.get("means") or ():
        if isinstance(means, dict) and means.get("name") == "Zaruka":
            was = str(means.get("version"))
            if was != __version__:
                yield Change("version", was, __version__)


def _changed_trust(recorded: Recorded) -> Iterator[Change]:
    """Compare official statements with those of today; what was given by hand is nobody's."""
    today = {
        (each.certificate_sha256, each.source, each.since, each.until)
        for jurisdiction in JURISDICTIONS
        for each in jurisdiction.anchors()
    }
    for each in recorded.trust().statements:
        key = (each.certificate_sha256, each.source, each.since, each.until)
        if each.source.startswith("pinned:") and key not in today:
            yield Change("trust", each.name, "")
