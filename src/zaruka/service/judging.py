"""Judging what one input holds, over its document, by one trust and evidence."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec import structs

from zaruka import __version__
from zaruka.crypto import means
from zaruka.crypto.algorithms import DIGESTS
from zaruka.errors import BudgetExceeded, ConfigError, InputError
from zaruka.findings import (
    Finding,
    ObjectKind,
    ObjectRef,
    Severity,
    SubIndication,
)
from zaruka.service.evidence import (
    dated,
    read,
)
from zaruka.service.needs import addressed
from zaruka.service.signed_xml import judge_signed_xml
from zaruka.service.strict import judge_strictly
from zaruka.signatures.cms import parse_signed_data
from zaruka.signatures.input.archives import folder_members
from zaruka.signatures.input.forms import Form, expect
from zaruka.signatures.input.hints import find_hints
from zaruka.signatures.input.kinds import Kind
from zaruka.signatures.input.names import closeness
from zaruka.signatures.input.pairing import (
    Pair,
    Tie,
)
from zaruka.signatures.input.reading import CmsReader, read_stamp
from zaruka.signatures.input.rules import (
    ANOTHER_FILE,
    FOUND_BY_DIGEST,
    MAIL_PARTS_UNCOVERED,
    STAMP_NOT_COMPARED,
    STAMP_OF_OTHER_FILE,
    UNREAD_CERTIFICATES,
)
from zaruka.signatures.input.xml_files import FilesBeside, in_folder, read_signed_xml
from zaruka.validation.context import Context, Evidence
from zaruka.validation.process import (
    digests_needed,
    validate_certificate,
    validate_document,
    validate_timestamp,
)
from zaruka.validation.raw import validate_raw_signature
from zaruka.validation.results import Input, Means, ValidationReport
from zaruka.validation.revocation_objects import validate_crl, validate_ocsp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from pathlib import Path
    from typing import Self

    from zaruka.crypto import KeyInfo
    from zaruka.findings import Rule
    from zaruka.service.kept import KeptEvidence
    from zaruka.service.online import Online
    from zaruka.service.proofs import Examined, Given
    from zaruka.signatures import Content, SignedDocument
    from zaruka.signatures.input.archives import Member
    from zaruka.signatures.input.opening import Input as Opened
    from zaruka.x509 import Certificate

__all__ = [
    "EVERYTHING",
    "SIGNED",
    "STAMPS",
    "Judge",
    "Overdue",
    "Progress",
    "is_signed_xml",
    "joined",
    "nearness",
]

Progress: TypeAlias = "Callable[[int], Callable[[int], None]]"
"""Given the size of a document, gives what is told the octets read so far."""

Overdue: TypeAlias = "Callable[[ValidationReport], Iterable[Finding]]"
"""Tells of lists that an answer leans on and that are old."""

SIGNED: Final = (Kind.SIGNED_DATA, Kind.DVCS_REQUEST, Kind.DVCS_RESPONSE)
STAMPS: Final = (Kind.TIMESTAMP_TOKEN, Kind.TIMESTAMP_RESPONSE)
OBJECTS: Final = (Kind.CERTIFICATE, Kind.CERTIFICATES, Kind.CRL, Kind.OCSP_RESPONSE)
EVERYTHING: Final = (*SIGNED, *STAMPS, *OBJECTS)

_MOST_PARTS: Final = 64  # of evidence: what came for one question is kept for the next ones
_ALIKE: Final = 2  # closeness of names that are one but for the extension


class Judge:
    """Judges with one set of trust, evidence, policy and moment."""

    def __init__(  # noqa: PLR0913
        self,
        context: Context,
        *,
        key: KeyInfo | None = None,
        proofs: tuple[Given, ...] = (),
        overdue: Overdue | None = None,
        strict: bool = False,
        online: Online | KeptEvidence | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Take what to judge by.

        `key` is the one for bare signature values, `proofs` are files that prove when a signature
        was there, `overdue` tells which lists that an answer leans on are old, `online` obtains
        what a verdict lacks, `progress` is told how far reading has come.
        """
        self._context = context
        self._evidence = context.evidence
        self._key = key
        self._proofs = proofs
        self._overdue = overdue
        self._strict = strict
        self._online = online
        self._progress = progress
        self._reader = CmsReader()

    @property
    def context(self) -> Context:
        """The trust, evidence, policy and moment that it judges by."""
        return self._context

    def _judge(  # noqa: PLR0913 - what is asked, and how it was found
        self,
        form: Form,
        name: str,
        content: Opened | None,
        *,
        beside: Path | None = None,
        original: Opened | None = None,
        pair: Pair | None = None,
        files: FilesBeside | None = None,
    ) -> ValidationReport:
        """Judge what `form` holds, over `content` where that is needed.

        `pair` says how `content` was found, where nobody named it; `files` are those that an XML
        signature may name. What the verdict lacks is obtained, if that was asked for, and the same
        is judged again.
        """

        def judge(by: Judge) -> ValidationReport:
            report = by._judge_once(
                form, name, content, beside=beside, original=original, pair=pair, files=files
            )
            told = () if self._overdue is None else tuple(self._overdue(report))
            return _told_of(addressed(report, by.context), told)

        report = judge(self)
        return report if self._online is None else self._completed(report, judge, self._online)

    def _completed(
        self,
        report: ValidationReport,
        judge: Callable[[Judge], ValidationReport],
        online: Online | KeptEvidence,
    ) -> ValidationReport:
        """Obtain what `report` lacks; what was obtained of authorities serves the next one too."""
        if report.needs:
            report, lasting = online.complete(
                report, self._context, lambda more: judge(self._with(more))
            )
            if len(self._context.evidence.parts) < _MOST_PARTS:
                self._context = self._context.having(lasting)
        return dated(report, self._context.evidence)

    def _judge_once(  # noqa: PLR0913
        self,
        form: Form,
        name: str,
        content: Opened | None,
        *,
        beside: Path | None,
        original: Opened | None,
        pair: Pair | None,
        files: FilesBeside | None,
    ) -> ValidationReport:
        contents = [content] if content is not None else []
        if self._proofs and not (form.kind in SIGNED or is_signed_xml(form)):
            raise ConfigError("usage.proof", name=form.name)
        if form.kind is Kind.RAW_SIGNATURE and content is not None:
            report = self._judge_raw(form, content)
        elif form.kind in OBJECTS:
            report = self._judge_objects(original or form.source)
        elif form.kind in STAMPS:
            report = self._judge_stamp(expect(form, *STAMPS), content, pair)
        elif is_signed_xml(form):
            files = _files_beside(beside, content) if files is None else files
            report = self._judge_xml(form, files, content, original)
            contents = list(dict.fromkeys([*contents, *files.used]))
        else:
            report = self._judge_signed(expect(form, *SIGNED), content, beside, pair, original)
        if pair is not None:
            report = _told_of(report, _about_pair(pair))
        inputs = [_input(original or form.source, name, form.kind.value)]
        inputs += [_input(each, each.title, "content") for each in contents]
        done = structs.replace(report, inputs=tuple(inputs), means=_means())
        return judge_strictly(done) if self._strict else done

    def _judge_xml(
        self, form: Form, files: FilesBeside, given: Opened | None, original: Opened | None
    ) -> ValidationReport:
        if not self._proofs:
            return judge_signed_xml(form, files, given, self._context, self._told)
        examined = self._examined(read_signed_xml(form, files), original, None)
        context = structs.replace(self._context, proofs=examined.proofs)
        return examined.beside(judge_signed_xml(form, files, given, context, self._told))

    def _examined(
        self, document: SignedDocument, file: Content | None, content: Content | None
    ) -> Examined:
        """Examine the files that are to prove when the signatures of a document were there."""
        from zaruka.service.proofs import examine  # noqa: PLC0415 - seldom asked for

        return examine(self._proofs, document, file, content, self._context)

    def _judge_signed(
        self,
        form: Form,
        content: Opened | None,
        beside: Path | None,
        pair: Pair | None,
        original: Opened | None,
    ) -> ValidationReport:
        document = parse_signed_data(form.data)
        if not document.signatures:
            raise InputError("input.no-signers", name=form.name)
        for each in (document.encapsulated, content):
            if each is not None:
                each.digest_many(_computable(document), progress=self._told(each.size))
        if self._proofs:
            examined = self._examined(document, original, content or document.encapsulated)
            context = structs.replace(self._context, proofs=examined.proofs)
            report = examined.beside(validate_document(document, content, context))
        else:
            report = validate_document(document, content, self._context)
        if document.encapsulated is None and content is not None and _misfits(report):
            subject = document.signatures[0].ref
            if pair is not None and pair.fitting is not None:
                found = {"variant": "file", "file": pair.fitting.name}
                hint = Finding(ANOTHER_FILE, Severity.INFO, subject, details=found)
                report = _told_of(report, (hint,))
            else:
                report = _told_of(report, self._hints(form, content, subject, beside))
        if form.uncovered:
            parts = ", ".join(form.uncovered)
            report = _told_of(report, (_open_question(MAIL_PARTS_UNCOVERED, form, parts=parts),))
        return report

    def _hints(
        self, form: Form, content: Content, subject: ObjectRef, beside: Path | None
    ) -> tuple[Finding, ...]:
        """Look for what would have fitted: the same file in another form, a neighbour."""
        neighbours: tuple[Member, ...] = ()
        if beside is not None:
            try:
                neighbours = tuple(
                    member
                    for member in folder_members(beside.absolute().parent, deep=False)
                    if member.name not in {beside.name, content.name}
                )
            except (BudgetExceeded, InputError):
                neighbours = ()
        return find_hints(
            self._reader.signers(form),
            content,
            subject,
            neighbours=neighbours,
            attached_content=self._reader.attached_content,
        )

    def _judge_raw(self, form: Form, content: Opened) -> ValidationReport:
        """Judge a bare value by the one certificate given that is no CA's, or the key named."""
        held = self._evidence.certificates
        leaf = _end_entity([c for c in held if self._evidence.source_of(c.sha256) == "given"])
        octets, key = bytes(form.data), None if leaf else self._key
        return validate_raw_signature(octets, content, self._context, key=key, certificate=leaf)

    def _judge_stamp(
        self, form: Form, content: Opened | None, pair: Pair | None
    ) -> ValidationReport:
        """Judge a stamp; without what it stamps it is judged by itself, and that is said."""
        token = read_stamp(form)
        if content is not None:
            oid = token.tst_info.imprint_algorithm.oid
            if oid in DIGESTS:  # of others the verdict speaks
                content.digest_many((oid,), progress=self._told(content.size))
            return validate_timestamp(token, self._context, content)
        alone = Finding(STAMP_NOT_COMPARED, Severity.WARN, token.ref)
        if pair is not None and pair.document is not None:
            details = {"file": pair.document.name}
            alone = Finding(STAMP_OF_OTHER_FILE, Severity.WARN, token.ref, details=details)
        return _told_of(validate_timestamp(token, self._context), (alone,))

    def _judge_objects(self, source: Opened) -> ValidationReport:
        """Judge every certificate, list and answer of a file, each with its own conclusion."""
        found = read(source)
        if not found:
            raise InputError("input.no-signers", name=source.title)
        context = self._context.of_one_question(found.evidence(f"file:{source.title}"))
        report = joined(
            [
                *(validate_certificate(each, context) for each in found.certificates),
                *(validate_crl(each, context) for each in found.crls),
                *(validate_ocsp(each, context) for each in found.ocsps),
            ]
        )
        if found.unread:
            subject = ObjectRef(ObjectKind.DOCUMENT, _sha256(source), source.title)
            details = {"count": found.unread}
            unread = Finding(UNREAD_CERTIFICATES, Severity.UNKNOWN, subject, details=details)
            report = _told_of(report, (unread,))
        return report

    def _told(self, size: int) -> Callable[[int], None] | None:
        return self._progress(size) if self._progress is not None else None

    # --- the same for another moment, with more or less evidence

    def at(self, moment: datetime) -> Self:
        """Return one that judges at another moment."""
        return self._by(structs.replace(self._context, at=moment))

    def alone(self) -> Self:
        """Return one that has the trusted certificates and no other evidence, and obtains none."""
        held, trust = self._context.evidence.certificates, self._context.trust
        trusted = [each for each in held if any(s.anchor for s in trust.about(each.sha256))]
        evidence = Evidence.of("anchor", certificates=trusted)
        return self._by(structs.replace(self._context, evidence=evidence), _online=None)

    def _with(self, evidence: Evidence) -> Self:
        return self._by(self._context.having(evidence))

    def _by(self, context: Context, **others: object) -> Self:
        other = object.__new__(type(self))
        other.__dict__.update({**self.__dict__, "_context": context, **others})
        return other


def _means() -> tuple[Means, ...]:
    """Name the cryptographic means in use; a confirmation of conformity is the provider's word."""
    from cryptography import __version__ as library_version  # noqa: PLC0415 - loaded by now

    return tuple(
        Means(name, __version__ if name == "Zaruka" else library_version, confirmed is not None)
        for name, confirmed in means()
    )


def is_signed_xml(form: Form) -> bool:
    """Whether it is XML in which a signature seems to be."""
    return form.kind is Kind.XML and form.signed


def _files_beside(beside: Path | None, given: Opened | None) -> FilesBeside:
    """Let an XML signature name the files of its folder, and the document that was named."""
    find = None if beside is None else in_folder(beside.absolute().parent)
    return FilesBeside(find, given)


def nearness(pair: Pair) -> int:
    """How near the names of a signature and of the document found for it are; 0 is nearest."""
    document = pair.document.file_name if pair.document else ""
    return closeness(pair.signature.file_name, document)


def _about_pair(pair: Pair) -> tuple[Finding, ...]:
    """Say plainly that a document was found by its digest and bears another name."""
    found = pair.document
    if found is None or pair.tie not in {Tie.DIGEST, Tie.VERIFIED} or nearness(pair) <= _ALIKE:
        return ()
    subject = ObjectRef(ObjectKind.DOCUMENT, _sha256(found.open()), found.name)
    return (Finding(FOUND_BY_DIGEST, Severity.WARN, subject, details={"file": found.name}),)


def _open_question(rule: Rule, form: Form, **details: str) -> Finding:
    """Make a finding that leaves the conclusion of the whole open."""
    subject = ObjectRef(ObjectKind.DOCUMENT, _sha256(form.source), form.name)
    return Finding(rule, Severity.UNKNOWN, subject, details=details)


def _told_of(report: ValidationReport, findings: tuple[Finding, ...]) -> ValidationReport:
    return structs.replace(report, findings=(*report.findings, *findings))


def _input(source: Opened, name: str, role: str) -> Input:
    return Input(name, role, _sha256(source), source.size)


def _sha256(source: Opened) -> str:
    digest = sha256()
    for segment in source.segments():
        digest.update(segment)
    return digest.hexdigest()


def _computable(document: SignedDocument) -> tuple[str, ...]:
    """Name the digests wanted that we have; of the others the verdict speaks."""
    return tuple(oid for oid in digests_needed(document) if oid in DIGESTS)


def _end_entity(certificates: list[Certificate]) -> Certificate | None:
    """Return the one certificate given that is no CA's; None if there is not just one."""
    leaves = [c for c in certificates if not (c.basic_constraints and c.basic_constraints.ca)]
    return leaves[0] if len(leaves) == 1 else None


def _misfits(report: ValidationReport) -> bool:
    wrong = SubIndication.HASH_FAILURE
    return any(s.conclusion.sub_indication is wrong for s in report.signatures)


def _once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Say once what was said of each of several signatures: of the lists in use."""
    unique: list[Finding] = []
    for found in findings:
        if found not in unique:
            unique.append(found)
    return tuple(unique)


def joined(reports: list[ValidationReport]) -> ValidationReport:
    """Make one report of those on the objects of one file, or the signatures of one document."""
    signatures = [found for report in reports for found in report.signatures]
    return structs.replace(
        reports[0],
        inputs=tuple(dict.fromkeys(each for report in reports for each in report.inputs)),
        signatures=tuple(structs.replace(found, index=n) for n, found in enumerate(signatures)),
        findings=_once(found for report in reports for found in report.findings),
        objects=tuple(found for report in reports for found in report.objects),
        facts=tuple(dict.fromkeys(fact for report in reports for fact in report.facts)),
        needs=tuple(dict.fromkeys(need for report in reports for need in report.needs)),
    )
