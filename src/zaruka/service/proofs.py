"""Proofs of existence that lie beside a signature: time-stamps, receipts and evidence records.

EN 319 102-1 V1.4.1, 5.6.1: a driving application may bring proofs of existence of its own. A
time-stamp counts where it holds now and is over the signature (its file, its value, its
SignerInfo); an evidence record (RFC 4998) where it verifies whole and its first tree holds one of
these; a receipt of a trusted third party where it holds and is about the signed object, and the
policy counts receipts. One over the document alone proves nothing of when that was signed, and
is said to do so. Nobody's bare word is taken here.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct, structs

from zaruka.asn1.dvcs import VSD
from zaruka.errors import InputError, UnsupportedError
from zaruka.facts import Fact, FactKind
from zaruka.findings import Finding, Indication, Severity
from zaruka.service.receipts import check_as_far, facts_of_receipt
from zaruka.signatures.cms import parse_signed_data
from zaruka.signatures.content import BytesContent, RecordedContent
from zaruka.signatures.ers import parse_evidence_record
from zaruka.signatures.input.forms import expect, recognise, unexpected
from zaruka.signatures.input.kinds import Kind
from zaruka.signatures.input.opening import Input
from zaruka.signatures.input.reading import read_stamp
from zaruka.ttp.checking import Shown
from zaruka.ttp.reading import Receipt, parse_response
from zaruka.ttp.rules import OBJECT
from zaruka.validation import rules
from zaruka.validation.deciding import OPEN
from zaruka.validation.evidence_record import judge_evidence_record
from zaruka.validation.proofs import Proof, ProofKind
from zaruka.validation.record import fact_of_token, facts_of_paths
from zaruka.validation.timestamp import judge_timestamp, latest_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from zaruka.facts import Need
    from zaruka.findings import Conclusion, ObjectRef, Rule
    from zaruka.service.evidence import FileOrFolder
    from zaruka.signatures import Content, SignedDocument, TimeStampToken
    from zaruka.signatures.ers import EvidenceRecord
    from zaruka.validation.context import Context
    from zaruka.validation.results import ValidationReport

__all__ = [
    "Examined",
    "Given",
    "Target",
    "examine",
    "examine_record",
    "examine_token",
    "load_proofs",
    "receipt_again",
    "targets_of",
]

_SHA_256: Final = "2.16.840.1.101.3.4.2.1"
_STAMPS: Final = (Kind.TIMESTAMP_TOKEN, Kind.TIMESTAMP_RESPONSE)


class Given(Struct, frozen=True):
    """A file that somebody gave as a proof: a time-stamp token, a receipt or an evidence record."""

    name: str
    token: TimeStampToken | None = None
    receipt: Receipt | None = None
    record: EvidenceRecord | None = None


class Target(Struct, frozen=True):
    """Something that a proof may be over: what it is, its octets, and the SHA-256 of the object.

    `about` is that by which `Proof` knows the object; "" for the document, which proves nothing.
    """

    what: str
    content: Content
    about: str


class Examined(Struct, frozen=True):
    """What the files given prove, what is said of those that prove nothing, and on what it rests.

    `on_record` are receipts of which it was taken from the record what they are about.
    """

    proofs: tuple[Proof, ...] = ()
    findings: tuple[Finding, ...] = ()
    facts: tuple[Fact, ...] = ()
    needs: tuple[Need, ...] = ()
    on_record: tuple[Fact, ...] = ()

    def __add__(self, other: Examined) -> Examined:
        """Put what two files prove together."""
        return Examined(
            self.proofs + other.proofs,
            self.findings + other.findings,
            self.facts + other.facts,
            self.needs + other.needs,
            self.on_record + other.on_record,
        )

    def beside(self, report: ValidationReport) -> ValidationReport:
        """Set what was found of the files given beside a report that was made with the proofs."""
        return structs.replace(
            report,
            findings=(*report.findings, *self.findings),
            facts=tuple(dict.fromkeys((*report.facts, *self.facts))),
            needs=tuple(dict.fromkeys((*report.needs, *self.needs))),
        )


def load_proofs(places: Iterable[FileOrFolder]) -> tuple[Given, ...]:
    """Read time-stamps, receipts and evidence records; InputError where a file is none of these.

    UnsupportedError (input.evidence-record-xml) for an evidence record of RFC 6283.
    """
    return tuple(_load(Path(place)) for place in places)


def _load(path: Path) -> Given:
    kinds = (*_STAMPS, Kind.DVCS_RESPONSE, Kind.EVIDENCE_RECORD)
    form = expect(recognise(Input.open(path)), *kinds)
    if form.kind in _STAMPS:
        return Given(path.name, token=read_stamp(form))
    if form.kind is Kind.EVIDENCE_RECORD:
        if form.what != "ers":
            raise unexpected(form, kinds)
        return Given(path.name, record=parse_evidence_record(form.data))
    receipt = parse_response(form.data)
    if not isinstance(receipt, Receipt):
        raise InputError("ttp.not-a-receipt")
    return Given(path.name, receipt=receipt)


def targets_of(
    document: SignedDocument, file: Content | None, content: Content | None
) -> tuple[Target, ...]:
    """Name what a proof may be over: the signature file as it is, what it holds, the document."""
    found = [] if file is None else [Target("signature-file", file, document.sha256)]
    found.append(Target("signature-file", BytesContent(document.source), document.sha256))
    for each in document.signatures:
        value = BytesContent(each.signature)
        found.append(Target("signature-value", value, value.digest(_SHA_256).hex()))
        found.append(Target("signer-info", BytesContent(each.der), each.sha256))
    if content is not None:
        found.append(Target("document", content, ""))
    return tuple(found)


def examine(
    given: Iterable[Given],
    document: SignedDocument,
    file: Content | None,
    content: Content | None,
    context: Context,
) -> Examined:
    """Examine every file given; `file` is the signature file as it was given, where it is there."""
    found, targets = Examined(), targets_of(document, file, content)
    for each in given:
        if each.token is not None:
            found += examine_token(each.token, each.name, targets, context)
        elif each.record is not None:
            found += examine_record(each.record, each.name, targets, context)
        elif each.receipt is not None:
            found += examine_receipt(each.receipt, each.name, targets, document, context)
    return found


# --- time-stamps


def examine_token(
    token: TimeStampToken, name: str, targets: Iterable[Target], context: Context
) -> Examined:
    """Judge a time-stamp by itself, and find what it is over."""
    judged, info = judge_timestamp(token, context), token.tst_info
    over = _over(targets, info.imprint_algorithm.oid, info.imprint)
    kept = structs.replace(fact_of_token(token, "proof"), extract=(("name", name),))
    rests = (*judged.facts, *facts_of_paths(judged.result.paths, context))
    facts = (kept, *(structs.replace(each, of=token.sha256) for each in rests))
    facts = (*facts, *_digested(over, (info.imprint_algorithm.oid,), token.sha256))
    if over is None:
        return Examined(findings=(_say(rules.PROOF_OF_OTHER, token.ref, name),), facts=facts)
    if not over.about:
        return Examined(findings=(_say(rules.PROOF_OF_DOCUMENT, token.ref, name),), facts=facts)
    if not judged.passed:
        broken = _broken(token.ref, name, judged.result.conclusion)
        return Examined(findings=(broken,), facts=facts, needs=judged.needs)
    proof = Proof(over.about, latest_of(judged.result), ProofKind.TIME_STAMP, token.ref)
    return Examined((proof,), facts=facts)


def _over(targets: Iterable[Target], oid: str, imprint: bytes) -> Target | None:
    """Find what has this digest."""
    return _held(targets, oid, lambda found: found == imprint)


def _held(targets: Iterable[Target], oid: str, holds: Callable[[bytes], bool]) -> Target | None:
    """Find what has a digest that is held; what is known by other digests only is not found."""
    for each in targets:
        with suppress(InputError, UnsupportedError):
            if holds(each.content.digest(oid)):
                return each
    return None


def _digested(over: Target | None, oids: Iterable[str], sha256: str) -> Iterator[Fact]:
    """Keep of a file the digests that the proof `sha256` is over: the file itself is not kept."""
    if over is not None and over.what in {"signature-file", "document"}:
        about, source = over.content.digest(_SHA_256).hex(), over.content.name or ""
        extract = []
        for oid in sorted(set(oids)):
            with suppress(InputError, UnsupportedError):
                extract.append((oid, over.content.digest(oid).hex()))
        yield Fact(FactKind.DOCUMENT, about, source, extract=tuple(extract), of=sha256)


# --- evidence records


def examine_record(
    record: EvidenceRecord, name: str, targets: Iterable[Target], context: Context
) -> Examined:
    """Judge an evidence record over what its first tree holds: RFC 4998 4.3(2), 5.3."""
    ref = record.first.token.ref
    over = _held(targets, record.first.digest_oid, record.first.holds)
    facts = [_kept(record, name)]
    facts += _digested(over, (stamp.digest_oid for stamp in record.stamps), record.sha256)
    if over is None or not over.about:
        rule = rules.PROOF_OF_OTHER if over is None else rules.PROOF_OF_DOCUMENT
        return Examined(findings=(_say(rule, ref, name),), facts=tuple(facts))
    judged = judge_evidence_record(record, over.content.digest, context)
    for stamp in judged.stamps:
        rests = (*stamp.facts, *facts_of_paths(stamp.result.paths, context))
        facts += (structs.replace(each, of=record.sha256) for each in rests)
    told = [each for each in judged.conclusion.findings if each.severity in OPEN]
    if told or judged.time is None:
        broken = structs.replace(
            told[0],
            severity=Severity.WARN,
            details={**told[0].details, "file": name},
            sub_indication=None,
        )
        needs = (need for stamp in judged.stamps for need in stamp.needs)
        return Examined(findings=(broken,), facts=tuple(facts), needs=tuple(needs))
    proof = Proof(over.about, judged.time, ProofKind.EVIDENCE_RECORD, ref)
    return Examined((proof,), facts=tuple(facts))


def _kept(record: EvidenceRecord, name: str) -> Fact:
    """Keep a record whole: it cannot be had again."""
    kind, extract = FactKind.EVIDENCE_RECORD, (("name", name),)
    return Fact(kind, record.sha256, "proof", der=record.der, extract=extract)


# --- receipts


def examine_receipt(
    receipt: Receipt,
    name: str,
    targets: tuple[Target, ...],
    document: SignedDocument,
    context: Context,
) -> Examined:
    """Check a receipt, and find the signatures that it is about."""
    return _Receipt(receipt, name, targets, document, context).examined()


def receipt_again(
    kept: Fact, targets: tuple[Target, ...], document: SignedDocument, context: Context
) -> Examined:
    """Examine a receipt that a report keeps; what cannot be compared is taken from the record."""
    receipt, said = parse_response(kept.der or b""), dict(kept.extract)
    assert isinstance(receipt, Receipt)
    judged = _Receipt(receipt, said["name"], targets, document, context)
    if not judged.is_open:
        return judged.examined()
    if said["outcome"] in _AS_TOLD:
        rule, actual = _AS_TOLD[said["outcome"]], said["actual"] or None
        finding = _say(rule, receipt.ref, said["name"], actual)
        return Examined(findings=(finding,), on_record=(kept,))
    return structs.replace(judged.proving(said["proves"].split()), on_record=(kept,))


_AS_TOLD: Final = {
    rule.code: rule for rule in (rules.PROOF_OF_OTHER, rules.PROOF_OF_DOCUMENT, rules.PROOF_BROKEN)
}


class _Receipt:
    """A receipt, compared with what is known of a signature and its document."""

    def __init__(
        self,
        receipt: Receipt,
        name: str,
        targets: tuple[Target, ...],
        document: SignedDocument,
        context: Context,
    ) -> None:
        self._receipt = receipt
        self._name = name
        self._context = context
        imprint = receipt.info.message_imprint
        self._oid = imprint.digest_algorithm.algorithm
        self._over: Target | None = None
        if receipt.service == VSD:
            content = next((each.content for each in targets if not each.about), None)
            shown = Shown(bytes(document.source), _octets_of(content))
        else:  # on data, as it is
            self._over = _over(targets, self._oid, imprint.digest)
            shown = Shown(None, _octets_of(self._over.content if self._over else None))
        self._checked = check_as_far(receipt, context, shown)

    @property
    def is_open(self) -> bool:
        """Whether nothing is broken, but something could not be compared."""
        return self._checked.conclusion.indication is Indication.INDETERMINATE

    def examined(self) -> Examined:
        """Say what it proves, or why it proves nothing."""
        abouts = tuple(self._abouts())
        found = self._useless() or self.proving(abouts)
        told = next(iter(found.findings), None)
        record = {
            "outcome": told.rule.code if told else "",
            "actual": (told.actual if told else None) or "",
            "proves": " ".join(abouts),
        }
        facts = [*facts_of_receipt(self._checked, self._name, record)]
        facts += _digested(self._over, (self._oid,), self._receipt.sha256)
        return structs.replace(found, facts=tuple(facts))

    def proving(self, abouts: Iterable[str]) -> Examined:
        """Return what the receipt proves of these objects, where the policy counts it."""
        receipt, kind = self._receipt, ProofKind.RECEIPT
        proofs = tuple(Proof(each, receipt.time, kind, receipt.ref) for each in abouts)
        if all(map(self._context.policy.admits, proofs)):
            return Examined(proofs)
        finding = _say(rules.PROOF_NOT_ADMITTED, receipt.ref, self._name)
        return Examined(findings=(finding,))

    def _useless(self) -> Examined | None:
        """Say why it proves nothing, whatever the policy; None where it does."""
        checked, ref, rule = self._checked, self._receipt.ref, None
        differs = any(e.rule is OBJECT and e.severity is Severity.FAIL for e in checked.findings)
        unknown = self._receipt.service != VSD and self._over is None
        if self._over is not None and not self._over.about:
            rule = rules.PROOF_OF_DOCUMENT
        elif differs or unknown:
            rule = rules.PROOF_OF_OTHER
        if rule is not None:
            return Examined(findings=(_say(rule, ref, self._name),))
        if checked.conclusion.passed:
            return None
        needs = checked.report.needs if checked.report else ()
        return Examined(findings=(_broken(ref, self._name, checked.conclusion),), needs=needs)

    def _abouts(self) -> Iterator[str]:
        """Name what it is about, as far as that was found."""
        if self._over is not None:
            yield from filter(None, [self._over.about])
        elif self._checked.sent is not None:
            sent = parse_signed_data(self._checked.sent.octets)
            yield from (each.sha256 for each in sent.signatures)


def _octets_of(content: Content | None) -> Content | None:
    """Return a content whose octets can be read; of one on record only digests are known."""
    return None if isinstance(content, RecordedContent) else content


# --- words


def _broken(ref: ObjectRef, name: str, conclusion: Conclusion) -> Finding:
    sub = conclusion.sub_indication or conclusion.indication
    return _say(rules.PROOF_BROKEN, ref, name, actual=sub.value)


def _say(rule: Rule, ref: ObjectRef, name: str, actual: str | None = None) -> Finding:
    return Finding(rule, Severity.WARN, ref, actual=actual, details={"file": name})
