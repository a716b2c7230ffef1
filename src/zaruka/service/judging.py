"""Judging one input, or all the pairs of folders and archives, by one trust and evidence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from zaruka import __version__
from zaruka.crypto import means
from zaruka.crypto.algorithms import DIGESTS
from zaruka.errors import BudgetExceeded, InputError, UnsupportedError, ZarukaError, defect
from zaruka.findings import (
    Conclusion,
    Finding,
    Indication,
    ObjectKind,
    ObjectRef,
    Severity,
    SubIndication,
)
from zaruka.jurisdictions.belarus import BELARUS
from zaruka.jurisdictions.russia import RUSSIA
from zaruka.recognition import Question, agreements, decide_report
from zaruka.service.evidence import (
    dated,
    evidence_of,
    load_certificates,
    load_evidence,
    load_key,
    read,
)
from zaruka.service.kept import kept_evidence
from zaruka.service.needs import addressed
from zaruka.service.overdue import overdue_lists
from zaruka.service.powers import Presented, find_beside, load_powers, weigh_powers
from zaruka.service.signed_xml import judge_signed_xml
from zaruka.service.strict import judge_strictly
from zaruka.signatures.cms import parse_signed_data
from zaruka.signatures.input.archives import folder_members
from zaruka.signatures.input.forms import Form, expect, recognise
from zaruka.signatures.input.hints import find_hints
from zaruka.signatures.input.kinds import Kind
from zaruka.signatures.input.names import closeness
from zaruka.signatures.input.opening import Input as Opened
from zaruka.signatures.input.pairing import (
    Pair,
    Tie,
    find_document,
    find_signatures,
    members_in,
    pair_members,
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
from zaruka.signatures.input.xml_files import FilesBeside, in_archive, in_folder
from zaruka.trust import TrustBase, given
from zaruka.trust.lists import MAX_AGE
from zaruka.validation.context import Context, Evidence
from zaruka.validation.policy_file import built_in
from zaruka.validation.process import (
    digests_needed,
    validate_certificate,
    validate_document,
    validate_timestamp,
)
from zaruka.validation.raw import validate_raw_signature
from zaruka.validation.results import Input, Means, ValidationReport, overall
from zaruka.validation.revocation_objects import validate_crl, validate_ocsp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import timedelta
    from os import PathLike

    from zaruka.fetch.power_registry import PowerRegistry
    from zaruka.findings import Rule
    from zaruka.recognition import CrossBorderReport, HomeReceipt
    from zaruka.service.evidence import FileOrFolder
    from zaruka.service.kept import KeptEvidence
    from zaruka.service.online import Online
    from zaruka.signatures import Content, SignedDocument
    from zaruka.signatures.input.archives import Member
    from zaruka.stores.lookup import TrustLookup
    from zaruka.validation.jurisdiction import Jurisdiction
    from zaruka.validation.policy import Policy
    from zaruka.x509 import Certificate

__all__ = [
    "JURISDICTIONS",
    "Answer",
    "Place",
    "Progress",
    "Zaruka",
    "conclusion_of",
    "holds_many",
]

Place: TypeAlias = "str | PathLike[str] | bytes"
"""A path, or the octets themselves."""

Progress: TypeAlias = "Callable[[int], Callable[[int], None]]"
"""Given the size of a document, gives what is told the octets read so far."""

JURISDICTIONS: Final[tuple[Jurisdiction, ...]] = (RUSSIA, BELARUS)

_SIGNED: Final = (Kind.SIGNED_DATA, Kind.DVCS_REQUEST, Kind.DVCS_RESPONSE)
_STAMPS: Final = (Kind.TIMESTAMP_TOKEN, Kind.TIMESTAMP_RESPONSE)
_OBJECTS: Final = (Kind.CERTIFICATE, Kind.CERTIFICATES, Kind.CRL, Kind.OCSP_RESPONSE)
_EVERYTHING: Final = (*_SIGNED, *_STAMPS, *_OBJECTS)

_MOST_PARTS: Final = 64  # of evidence: what came for one question is kept for the next ones

_WHOLE_NAME: Final = 1  # closeness of a document that has the very name which a signature says
_ALIKE: Final = 2  # and of one that has it but for the extension


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome for one of many inputs: its name, its document's, a report or an error.

    The outcome of a document that nothing signs is None: it decides nothing and is not hidden.
    `evidence` marks what was found in a folder or archive without any signature: certificates,
    lists and answers, which however good are no valid signature.
    """

    name: str
    outcome: CrossBorderReport | ZarukaError | None
    document: str | None = None
    evidence: bool = False


class Zaruka:
    """Judges inputs with one set of trust, evidence, policy and moment."""

    def __init__(  # noqa: PLR0913 - as of `verify`
        self,
        *,
        anchors: Iterable[FileOrFolder] = (),
        certificates: Iterable[FileOrFolder] = (),
        crls: Iterable[FileOrFolder] = (),
        ocsps: Iterable[FileOrFolder] = (),
        key: FileOrFolder | None = None,
        store: FileOrFolder | None = None,
        at: datetime | None = None,
        policy: str | Policy = "etsi",
        strict: bool = False,
        jurisdictions: Iterable[Jurisdiction] = JURISDICTIONS,
        fetch: Online | KeptEvidence | None = None,
        recognition: Question | None = None,
        powers: Iterable[FileOrFolder] = (),
        power_codes: Iterable[str] = (),
        registry: PowerRegistry | None = None,
        receipts: Iterable[FileOrFolder] = (),
        progress: Progress | None = None,
        list_max_age: timedelta = MAX_AGE,
    ) -> None:
        """Load trust and evidence; parameters as of `verify`.

        `recognition` is what is asked of it (`zaruka.service.recognising.question`), by the
        agreements that come with Zaruka unless told; `registry` is asked how powers of attorney
        stand. `progress` is told how far the reading of a large document has come. A list that does
        not say when the next is due is told of as old after `list_max_age`.
        """
        if at is not None and at.tzinfo is None:
            raise ValueError("the moment needs a time zone")
        roots = [*load_certificates(anchors)]
        self._key = None if key is None else load_key(key)
        self._evidence = load_evidence(roots, load_certificates(certificates), crls, ocsps)
        countries = tuple(jurisdictions)
        statements = given(roots) if roots else chain(*(j.anchors() for j in countries))
        kept = None if roots or store is None else _kept_in(store)
        if kept is not None:
            self._evidence += Evidence(kept=(kept,))
        self._context = Context(
            policy=built_in(policy) if isinstance(policy, str) else policy,
            at=(at or datetime.now(UTC).replace(microsecond=0)).astimezone(UTC),
            trust=TrustBase(tuple(statements), kept),
            evidence=self._evidence,
            jurisdictions=countries,
        )
        self._overdue = tuple(overdue_lists(kept, self._context.at, list_max_age))
        self._strict = strict
        self._online = fetch or kept_evidence(store)
        self._question = recognition or Question(agreements())
        self._progress = progress
        self._reader = CmsReader()
        self._registry = registry
        self._receipts = tuple(receipts)
        self._shown = Presented(codes=tuple(power_codes))
        self._shown += load_powers(powers, self._validate)

    @property
    def context(self) -> Context:
        """The trust, evidence, policy and moment that it judges by."""
        return self._context

    # --- one input

    def verify(self, source: Place, *, content: Place | None = None) -> CrossBorderReport:
        """Judge one input; as of the function `verify`."""
        path = None if isinstance(source, bytes) else Path(source)
        document = None if content is None or isinstance(content, bytes) else Path(content)
        return self._weigh(self._validate(source, content), path, document)

    def _weigh(
        self, report: ValidationReport, path: Path | None, document: Path | None = None
    ) -> CrossBorderReport:
        """Set beside the verdicts what does not change them: powers and recognition."""

        def beside() -> Presented:
            return Presented() if path is None else find_beside(path, self._validate)

        ask = None if self._registry is None else self._registry.ask
        weighed = weigh_powers(report, self._shown, self._context, beside, ask)
        receipts = self._home_receipts(path, document)
        return decide_report(weighed, self._question._replace(receipts=receipts))

    def _home_receipts(self, path: Path | None, document: Path | None) -> tuple[HomeReceipt, ...]:
        """Check the receipts given against the signature at `path` and its document."""
        if not self._receipts:
            return self._question.receipts

        from zaruka.service.receipts import verify_receipt  # noqa: PLC0415 - seldom asked for

        checked = [verify_receipt(each, self._context, path, document) for each in self._receipts]
        found = [home for each in checked if (home := each.home_receipt()) is not None]
        return (*self._question.receipts, *found)

    def _validate(self, source: Place, content: Place | None = None) -> ValidationReport:
        opened = _open(source)
        document = None if content is None else _open(content)
        path = None if isinstance(source, bytes) else Path(source)
        form = recognise(opened)
        pair = None
        if path is not None and document is None and form.kind not in _EVERYTHING:
            signatures = find_signatures(path, self._reader, progress=self._told(0))
            if signatures:  # the document was given in their place
                return _joined(
                    [
                        *(self._judge(recognise(m.open()), m.name, opened) for m in signatures),
                        *self._own_signatures(form, opened, path),
                    ]
                )
        elif path is not None and document is None and not form.missing:
            pair = self._pair(path, form)
            document = _document_of(pair)
        return self._judge(form, opened.title, document, beside=path, original=opened, pair=pair)

    def signed(self, source: Place, *, content: Place | None = None) -> tuple[bytes, Opened | None]:
        """Open a CMS signature: its DER or BER, and its document where that lies apart."""
        form = expect(recognise(_open(source)), *_SIGNED)
        if content is not None:
            return bytes(form.data), _open(content)
        path = None if isinstance(source, bytes) else Path(source)
        pair = None if path is None or form.missing else self._pair(path, form)
        return bytes(form.data), _document_of(pair)

    def content_of(self, source: Place, *, content: Place | None = None) -> Content | None:
        """Return the document of a CMS signature, wherever it is; an XML document as a whole."""
        opened = _open(source)
        if recognise(opened).kind is Kind.XML:
            return opened
        octets, apart = self.signed(source, content=content)
        return apart or parse_signed_data(octets).encapsulated

    def judge(self, octets: bytes, content: Opened | None) -> ValidationReport:
        """Judge octets in memory over a document that is open."""
        source = Opened.of(octets, "-")
        return self._judge(recognise(source), source.title, content)

    def _own_signatures(self, form: Form, opened: Opened, path: Path) -> Iterator[ValidationReport]:
        """Judge the signatures inside a document that has detached ones beside it."""
        if _is_signed_xml(form):
            try:
                yield self._judge(form, opened.title, None, beside=path, original=opened)
            except ZarukaError as error:
                if not _has_no_xml_signature(error):
                    raise

    def _pair(self, path: Path, form: Form) -> Pair | None:
        """Look for the document of a signature or time-stamp beside it."""
        if form.kind not in (*_SIGNED, *_STAMPS):
            return None
        progress = self._told(form.source.size)
        return find_document(path, form, self._reader, progress=progress)

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

        def judge(zaruka: Zaruka) -> ValidationReport:
            report = zaruka._judge_once(
                form, name, content, beside=beside, original=original, pair=pair, files=files
            )
            return _told_of(addressed(report, zaruka._context), zaruka._overdue)

        report = judge(self)
        return report if self._online is None else self._completed(report, judge, self._online)

    def _completed(
        self,
        report: ValidationReport,
        judge: Callable[[Zaruka], ValidationReport],
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
        if form.kind is Kind.RAW_SIGNATURE and content is not None:
            report = self._judge_raw(form, content)
        elif form.kind in _OBJECTS:
            report = self._judge_objects(original or form.source)
        elif form.kind in _STAMPS:
            report = self._judge_stamp(expect(form, *_STAMPS), content, pair)
        elif _is_signed_xml(form):
            files = _files_beside(beside, content) if files is None else files
            report = judge_signed_xml(form, files, content, self._context, self._told)
            contents = list(dict.fromkeys([*contents, *files.used]))
        else:
            report = self._judge_signed(expect(form, *_SIGNED), content, beside, pair)
        if pair is not None:
            report = _told_of(report, _about_pair(pair))
        inputs = [_input(original or form.source, name, form.kind.value)]
        inputs += [_input(each, each.title, "content") for each in contents]
        done = replace(report, inputs=tuple(inputs), means=_means())
        return judge_strictly(done) if self._strict else done

    def _judge_signed(
        self, form: Form, content: Opened | None, beside: Path | None, pair: Pair | None
    ) -> ValidationReport:
        document = parse_signed_data(form.data)
        if not document.signatures:
            raise InputError("input.no-signers", name=form.name)
        for each in (document.encapsulated, content):
            if each is not None:
                each.digest_many(_computable(document), progress=self._told(each.size))
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
        report = _joined(
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

    # --- many inputs

    def verify_all(self, sources: Iterable[FileOrFolder]) -> Iterator[Answer]:
        """Judge inputs one after the other; folders and archives give all the pairs in them."""
        for source in sources:
            path = Path(source)
            try:
                yield from self._verify_place(path)
            except ZarukaError as error:
                yield Answer(path.name, error)
            except Exception as error:  # noqa: BLE001 - our mistake over one is not the others'
                yield Answer(path.name, defect(error))

    def _verify_place(self, path: Path) -> Iterator[Answer]:
        members = members_in(path)
        if members or path.is_dir():
            yield from self._verify_members(path, members)
        else:
            yield Answer(path.name, self.verify(path))

    def _verify_members(self, path: Path, members: tuple[Member, ...]) -> Iterator[Answer]:
        """Judge the signatures and time-stamps of a folder; where there are none, the rest.

        Certificates, lists and answers beside signatures are evidence for all of them.
        """
        pairing = pair_members(members, self._reader, progress=self._told(0))
        evidence, unread = evidence_of(pairing.evidence)
        inner = self._with(evidence)
        pairs = (*pairing.pairs, *pairing.stamps)
        answers = [inner._answer_pair(pair) for pair in pairs]  # noqa: SLF001 - of this class
        known = {answer.document for answer in answers}
        for member in (each for each, kind in pairing.signed if kind is Kind.XML):
            answer, names = inner._answer_xml(member, _finder(path, members, member.folder))  # noqa: SLF001
            if member.name not in known or not _has_no_xml_signature(answer.outcome):
                answers.append(answer)
            known.update(names)
        judged = any(answer.outcome is not None for answer in answers)
        for member, _ in () if judged else pairing.evidence:
            if not any(member is each for each, _ in unread):
                outcome = inner._answer(member)  # noqa: SLF001
                answers.append(Answer(member.name, outcome, evidence=True))
        answers += [Answer(member.name, error) for member, error in (*pairing.unread, *unread)]
        answers += [
            Answer(member.name, _refusal(member, kind))
            for member, kind in pairing.signed
            if kind is not Kind.XML
        ]
        if all(answer.outcome is None for answer in answers):
            wanted = Kind.SIGNED_DATA.value
            error = InputError("input.nothing-wanted", name=path.name, expected=wanted)
            answers.insert(0, Answer(path.name, error))
        yield from (each for each in answers if each.name not in known or each.outcome is not None)
        for member in pairing.unsigned:
            if member.name not in known:
                yield Answer(member.name, None)

    def _answer_xml(
        self, member: Member, find: Callable[[str], Opened | None]
    ) -> tuple[Answer, tuple[str, ...]]:
        """Judge the signatures in an XML document; return the files too that they sign."""
        files = FilesBeside(find)
        outcome: CrossBorderReport | ZarukaError | None = self._answer(member, files=files)
        if isinstance(outcome, InputError) and _has_no_xml_signature(outcome):
            outcome = None  # it only speaks of signatures
        names = tuple(each.title for each in files.used)
        return Answer(member.name, outcome, ", ".join(names) or None), names

    def _answer_pair(self, pair: Pair) -> Answer:
        outcome = self._answer(pair.signature, pair)
        compared = pair.document
        if not isinstance(outcome, ZarukaError) and len(outcome.inputs) < 2:
            compared = None
        return Answer(pair.signature.name, outcome, compared.name if compared else None)

    def _answer(
        self, member: Member, pair: Pair | None = None, files: FilesBeside | None = None
    ) -> CrossBorderReport | ZarukaError:
        """Judge one file of a folder or archive over its document; nothing is raised."""
        try:
            source = member.open()
            content = _document_of(pair) if pair else None
            report = self._judge(
                recognise(source), member.name, content, original=source, pair=pair, files=files
            )
            return self._weigh(report, None)
        except ZarukaError as error:
            return error
        except Exception as error:  # noqa: BLE001 - our mistake over one file is not the others'
            return defect(error)

    # --- the same for another moment, with more or less evidence

    def at(self, moment: datetime) -> Zaruka:
        """Return one that judges at another moment."""
        return self._by(replace(self._context, at=moment))

    def alone(self) -> Zaruka:
        """Return one that has the trusted certificates and no other evidence, and obtains none."""
        held, trust = self._context.evidence.certificates, self._context.trust
        trusted = [each for each in held if any(s.anchor for s in trust.about(each.sha256))]
        evidence = Evidence.of("anchor", certificates=trusted)
        return self._by(replace(self._context, evidence=evidence), _online=None)

    def _with(self, evidence: Evidence) -> Zaruka:
        return self._by(self._context.having(evidence))

    def _by(self, context: Context, **others: object) -> Zaruka:
        other = object.__new__(Zaruka)
        other.__dict__.update({**self.__dict__, "_context": context, **others})
        return other


def holds_many(path: Path) -> bool:
    """Whether one name stands for many inputs: a folder, a zip, a message with attachments.

    Raises InputError or UnsupportedError where the container cannot be read.
    """
    return path.is_dir() or bool(members_in(path))


def conclusion_of(answers: Iterable[Answer]) -> Conclusion:
    """Return the worst conclusion of many answers.

    What could not be read counts as unknown, and so does evidence where no signature is.
    """
    return overall(_conclusions(answers))


def _conclusions(answers: Iterable[Answer]) -> Iterator[Conclusion]:
    for answer in answers:
        if isinstance(answer.outcome, ZarukaError):
            yield Conclusion(Indication.INDETERMINATE)
        elif answer.outcome is not None:
            yield answer.outcome.conclusion
            if answer.evidence:
                yield overall(())


def _kept_in(store: FileOrFolder) -> TrustLookup:
    from zaruka.stores.lookup import open_lookup  # noqa: PLC0415 - only where there is a store

    return open_lookup(store)


def _means() -> tuple[Means, ...]:
    """Name the cryptographic means in use; a confirmation of conformity is the provider's word."""
    from cryptography import __version__ as library_version  # noqa: PLC0415 - loaded by now

    return tuple(
        Means(name, __version__ if name == "Zaruka" else library_version, confirmed is not None)
        for name, confirmed in means()
    )


def _open(place: Place) -> Opened:
    if isinstance(place, bytes):
        return Opened.of(place, "-")
    return Opened.open(Path(place))


def _is_signed_xml(form: Form) -> bool:
    return form.kind is Kind.XML and form.signed


def _has_no_xml_signature(outcome: ValidationReport | ZarukaError | None) -> bool:
    """Whether an XML document turned out to have no signature, or one in a form of its own."""
    if isinstance(outcome, ZarukaError):
        return outcome.code in {"input.no-signature", "input.xml"}
    return outcome is None


def _files_beside(beside: Path | None, given: Opened | None) -> FilesBeside:
    """Let an XML signature name the files of its folder, and the document that was named."""
    find = None if beside is None else in_folder(beside.absolute().parent)
    return FilesBeside(find, given)


def _finder(path: Path, members: tuple[Member, ...], folder: str) -> Callable[[str], Opened | None]:
    """Find files in a folder of what `path` holds, by the names of its members."""
    if not path.is_dir():
        return in_archive(members, folder)
    return in_folder(path / folder, f"{folder}/" if folder else "")


def _document_of(pair: Pair | None) -> Opened | None:
    """Open the document to judge over.

    A file that a time-stamp does not fit is judged only if it has the very name that the stamp's
    says: of one that is merely like it nobody said that it was stamped.
    """
    if pair is None or pair.document is None:
        return None
    opened = pair.document.open()
    if pair.tie is Tie.NAME and _nearness(pair) > _WHOLE_NAME:
        form = recognise(pair.signature.open())
        if form.kind in _STAMPS:
            return None
    return opened


def _nearness(pair: Pair) -> int:
    document = pair.document.file_name if pair.document else ""
    return closeness(pair.signature.file_name, document)


def _about_pair(pair: Pair) -> tuple[Finding, ...]:
    """Say plainly that a document was found by its digest and bears another name."""
    found = pair.document
    if found is None or pair.tie not in {Tie.DIGEST, Tie.VERIFIED} or _nearness(pair) <= _ALIKE:
        return ()
    subject = ObjectRef(ObjectKind.DOCUMENT, _sha256(found.open()), found.name)
    return (Finding(FOUND_BY_DIGEST, Severity.WARN, subject, details={"file": found.name}),)


def _open_question(rule: Rule, form: Form, **details: str) -> Finding:
    """Make a finding that leaves the conclusion of the whole open."""
    subject = ObjectRef(ObjectKind.DOCUMENT, _sha256(form.source), form.name)
    return Finding(rule, Severity.UNKNOWN, subject, details=details)


def _told_of(report: ValidationReport, findings: tuple[Finding, ...]) -> ValidationReport:
    return replace(report, findings=(*report.findings, *findings))


def _refusal(member: Member, kind: Kind) -> ZarukaError:
    """Make the error that says what a document with a signature of its own is."""
    try:
        expect(recognise(member.open()), *_EVERYTHING)
    except ZarukaError as error:
        return error
    return UnsupportedError(f"input.{kind.value}", name=member.name, what=kind.value)


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


def _joined(reports: list[ValidationReport]) -> ValidationReport:
    """Make one report of those on the objects of one file, or the signatures of one document."""
    signatures = [found for report in reports for found in report.signatures]
    return replace(
        reports[0],
        inputs=tuple(dict.fromkeys(each for report in reports for each in report.inputs)),
        signatures=tuple(replace(found, index=n) for n, found in enumerate(signatures)),
        findings=_once(found for report in reports for found in report.findings),
        objects=tuple(found for report in reports for found in report.objects),
        facts=tuple(dict.fromkeys(fact for report in reports for fact in report.facts)),
        needs=tuple(dict.fromkeys(need for report in reports for need in report.needs)),
    )
