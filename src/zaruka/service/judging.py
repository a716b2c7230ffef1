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
from zaruka.errors import BudgetExceeded, InputError, UnsupportedError, ZarukaError
from zaruka.findings import Conclusion, Indication, SubIndication
from zaruka.jurisdictions.belarus import BELARUS
from zaruka.jurisdictions.russia import RUSSIA
from zaruka.service.evidence import (
    evidence_of,
    load_certificates,
    load_evidence,
    load_holders,
    read,
)
from zaruka.service.strict import judge_strictly
from zaruka.signatures.cms import parse_signed_data, parse_timestamp_token
from zaruka.signatures.input.archives import folder_members
from zaruka.signatures.input.forms import Form, expect, recognise
from zaruka.signatures.input.hints import find_hints
from zaruka.signatures.input.kinds import Kind
from zaruka.signatures.input.opening import Input as Opened
from zaruka.signatures.input.pairing import (
    find_document,
    find_signatures,
    members_in,
    pair_members,
)
from zaruka.signatures.input.reading import CmsReader
from zaruka.signatures.tsp import TimeStampResponse
from zaruka.trust import TrustBase, given
from zaruka.validation.context import Context
from zaruka.validation.policy import built_in
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
    from os import PathLike

    from zaruka.findings import Finding
    from zaruka.service.evidence import FileOrFolder
    from zaruka.signatures import Content, SignedDocument
    from zaruka.signatures.input.archives import Member
    from zaruka.validation.context import Evidence
    from zaruka.validation.jurisdiction import Jurisdiction
    from zaruka.validation.policy import Policy
    from zaruka.x509 import Certificate

__all__ = ["Answer", "Place", "Progress", "Zaruka", "conclusion_of", "holds_many"]

Place: TypeAlias = "str | PathLike[str] | bytes"
"""A path, or the octets themselves."""

Progress: TypeAlias = "Callable[[int], Callable[[int], None]]"
"""Given the size of a document, gives what is told the octets read so far."""

JURISDICTIONS: Final[tuple[Jurisdiction, ...]] = (RUSSIA, BELARUS)

_SIGNED: Final = (Kind.SIGNED_DATA, Kind.DVCS_REQUEST, Kind.DVCS_RESPONSE)
_STAMPS: Final = (Kind.TIMESTAMP_TOKEN, Kind.TIMESTAMP_RESPONSE)
_OBJECTS: Final = (Kind.CERTIFICATE, Kind.CERTIFICATES, Kind.CRL, Kind.OCSP_RESPONSE)
_EVERYTHING: Final = (*_SIGNED, *_STAMPS, *_OBJECTS)


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome for one of many inputs: its name, its document's, a report or an error.

    The outcome of a document that nothing signs is None: it decides nothing and is not hidden.
    """

    name: str
    outcome: ValidationReport | ZarukaError | None
    document: str | None = None


class Zaruka:
    """Judges inputs with one set of trust, evidence, policy and moment."""

    def __init__(  # noqa: PLR0913 - as of `verify`
        self,
        *,
        anchors: Iterable[FileOrFolder] = (),
        certificates: Iterable[FileOrFolder] = (),
        crls: Iterable[FileOrFolder] = (),
        ocsps: Iterable[FileOrFolder] = (),
        at: datetime | None = None,
        policy: str | Policy = "etsi",
        strict: bool = False,
        progress: Progress | None = None,
    ) -> None:
        """Load trust and evidence; parameters as of `verify`.

        `progress` is told how far the reading of a large document has come.
        """
        if at is not None and at.tzinfo is None:
            raise ValueError("the moment needs a time zone")
        roots = [*load_certificates(anchors)]
        held, self._keys = load_holders(certificates)
        self._evidence = load_evidence(roots, held, crls, ocsps)
        statements = given(roots) if roots else chain(*(j.anchors() for j in JURISDICTIONS))
        self._context = Context(
            policy=built_in(policy) if isinstance(policy, str) else policy,
            at=(at or datetime.now(UTC).replace(microsecond=0)).astimezone(UTC),
            trust=TrustBase(tuple(statements)),
            evidence=self._evidence,
            jurisdictions=JURISDICTIONS,
        )
        self._strict = strict
        self._progress = progress
        self._reader = CmsReader()

    # --- one input

    def verify(self, source: Place, *, content: Place | None = None) -> ValidationReport:
        """Judge one input; as of the function `verify`."""
        opened = _open(source)
        document = None if content is None else _open(content)
        path = None if isinstance(source, bytes) else Path(source)
        form = recognise(opened)
        if path is not None and document is None and form.kind not in _EVERYTHING:
            signature = self._signature_of(path)
            if signature is not None:
                return self._judge(recognise(signature.open()), signature.name, opened)
        if path is not None and document is None and form.kind in _SIGNED and not form.missing:
            progress = self._told(form.source.size)
            pair = find_document(path, form, self._reader, progress=progress)
            document = pair.document.open() if pair.document else None
        if path is not None and document is None and form.kind in _STAMPS:
            stamped = path.with_name(_stamped_name(path.name))
            document = Opened.open(stamped) if stamped != path and stamped.is_file() else None
        return self._judge(form, opened.title, document, beside=path, original=opened)

    def _signature_of(self, document: Path) -> Member | None:
        """Find the signature of a document that was given in its place."""
        found = find_signatures(document, self._reader, progress=self._told(0))
        return found[0] if found else None

    def _judge(
        self,
        form: Form,
        name: str,
        content: Opened | None,
        *,
        beside: Path | None = None,
        original: Opened | None = None,
    ) -> ValidationReport:
        """Judge what `form` holds, over `content` where that is needed."""
        if form.kind is Kind.RAW_SIGNATURE and content is not None:
            report = self._judge_raw(form, content)
        elif form.kind in _OBJECTS:
            report = self._judge_objects(original or form.source)
        elif form.kind in _STAMPS:
            report = self._judge_stamp(expect(form, *_STAMPS), content)
        else:
            report = self._judge_signed(expect(form, *_SIGNED), content, beside)
        inputs = [_input(original or form.source, name, form.kind.value)]
        if content is not None:
            inputs.append(_input(content, content.title, "content"))
        done = replace(report, inputs=tuple(inputs), means=_means())
        return judge_strictly(done) if self._strict else done

    def _judge_signed(
        self, form: Form, content: Opened | None, beside: Path | None
    ) -> ValidationReport:
        document = parse_signed_data(form.data)
        if not document.signatures:
            raise InputError("input.no-signers", name=form.name)
        for each in (document.encapsulated, content):
            if each is not None:
                each.digest_many(_computable(document), progress=self._told(each.size))
        report = validate_document(document, content, self._context)
        if document.encapsulated is None and content is not None and _misfits(report):
            hints = self._hints(form, document, content, beside)
            report = replace(report, findings=(*report.findings, *hints))
        return report

    def _hints(
        self, form: Form, document: SignedDocument, content: Content, beside: Path | None
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
            document.signatures[0].ref,
            neighbours=neighbours,
            attached_content=self._reader.attached_content,
        )

    def _judge_raw(self, form: Form, content: Opened) -> ValidationReport:
        """Judge a bare value by the one certificate given that is no CA's, or the one bare key."""
        held = self._evidence.certificates
        leaf = _end_entity([c for c in held if self._evidence.source_of(c.sha256) == "given"])
        key = self._keys[0] if len(self._keys) == 1 else None
        octets = bytes(form.data)
        return validate_raw_signature(octets, content, self._context, key=key, certificate=leaf)

    def _judge_stamp(self, form: Form, content: Opened | None) -> ValidationReport:
        octets = bytes(form.data)
        if form.kind is Kind.TIMESTAMP_RESPONSE:
            response = TimeStampResponse.parse(octets)
            if response.token is None:
                raise InputError("input.stamp-refused", name=form.name, status=response.status)
            octets = response.token
        token = parse_timestamp_token(octets)
        if content is not None:
            oid = token.tst_info.imprint_algorithm.oid
            content.digest_many((oid,), progress=self._told(content.size))
        return validate_timestamp(token, self._context, content)

    def _judge_objects(self, source: Opened) -> ValidationReport:
        """Judge every certificate, list and answer of a file, each with its own conclusion."""
        found = read(source)
        if not found:
            raise InputError("input.no-signers", name=source.title)
        context = self._context.having(found.evidence(f"file:{source.title}"))
        return _joined(
            [
                *(validate_certificate(each, context) for each in found.certificates),
                *(validate_crl(each, context) for each in found.crls),
                *(validate_ocsp(each, context) for each in found.ocsps),
            ]
        )

    def _told(self, size: int) -> Callable[[int], None] | None:
        return self._progress(size) if self._progress is not None else None

    # --- many inputs

    def verify_all(self, sources: Iterable[FileOrFolder]) -> Iterator[Answer]:
        """Judge inputs one after the other; folders and archives give all the pairs in them."""
        for source in sources:
            path = Path(source)
            try:
                members = members_in(path)
                if not members and not path.is_dir():
                    yield Answer(path.name, self.verify(path))
                    continue
            except ZarukaError as error:
                yield Answer(path.name, error)
                continue
            yield from self._verify_members(path, members)

    def _verify_members(self, path: Path, members: tuple[Member, ...]) -> Iterator[Answer]:
        """Judge the signatures and time-stamps of a folder; where there are none, the rest.

        Certificates, lists and answers beside signatures are evidence for all of them.
        """
        pairing = pair_members(members, self._reader, progress=self._told(0))
        evidence, unread = evidence_of(pairing.evidence)
        inner = self._with(evidence)
        documents = {member.name: member for member in (*pairing.unsigned, *members)}
        answers = [
            Answer(
                pair.signature.name,
                inner._answer(pair.signature, pair.document),  # noqa: SLF001 - of this class
                pair.document.name if pair.document else None,
            )
            for pair in pairing.pairs
        ]
        for member, kind in pairing.evidence:
            if kind in _STAMPS:
                document = documents.get(_stamped_name(member.name))
                outcome = inner._answer(member, document)  # noqa: SLF001
                answers.append(Answer(member.name, outcome, document.name if document else None))
            elif not pairing.pairs and not any(member is each for each, _ in unread):
                answers.append(Answer(member.name, inner._answer(member, None)))  # noqa: SLF001
        answers += [Answer(member.name, error) for member, error in (*pairing.unread, *unread)]
        answers += [Answer(member.name, _refusal(member, kind)) for member, kind in pairing.signed]
        if not answers:
            wanted = Kind.SIGNED_DATA.value
            error = InputError("input.nothing-wanted", name=path.name, expected=wanted)
            answers.append(Answer(path.name, error))
        yield from answers
        judged = {answer.document for answer in answers}
        for member in pairing.unsigned:
            if member.name not in judged:
                yield Answer(member.name, None)

    def _answer(self, member: Member, document: Member | None) -> ValidationReport | ZarukaError:
        """Judge one file of a folder or archive over its document."""
        try:
            source = member.open()
            content = document.open() if document else None
            return self._judge(recognise(source), member.name, content, original=source)
        except ZarukaError as error:
            return error

    def _with(self, evidence: Evidence) -> Zaruka:
        other = object.__new__(Zaruka)
        other.__dict__.update(self.__dict__)
        other._context = self._context.having(evidence)
        return other


def holds_many(path: Path) -> bool:
    """Whether one name stands for many inputs: a folder, a zip, a message with attachments.

    Raises InputError or UnsupportedError where the container cannot be read.
    """
    return path.is_dir() or bool(members_in(path))


def conclusion_of(answers: Iterable[Answer]) -> Conclusion:
    """Return the worst conclusion of many answers; what could not be read counts as unknown."""
    unread = Conclusion(Indication.INDETERMINATE)
    return overall(
        unread if isinstance(answer.outcome, ZarukaError) else answer.outcome.conclusion
        for answer in answers
        if answer.outcome is not None
    )


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


def _stamped_name(stamp: str) -> str:
    """Name the document of a time-stamp by the stamp's: contract.pdf.tsr, contract.pdf."""
    return stamp.rpartition(".")[0] or stamp


def _refusal(member: Member, kind: Kind) -> ZarukaError:
    """Make the error that says what a document with a signature of its own is."""
    try:
        expect(recognise(member.open()), *_EVERYTHING)
    except ZarukaError as error:
        return error
    return UnsupportedError(f"input.{kind.value}", name=member.name, what=kind.value)


def _input(source: Opened, name: str, role: str) -> Input:
    digest = sha256()
    for segment in source.segments():
        digest.update(segment)
    return Input(name, role, digest.hexdigest(), source.size)


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


def _joined(reports: list[ValidationReport]) -> ValidationReport:
    """Make one report of those on the objects of one file."""
    return replace(
        reports[0],
        objects=tuple(found for report in reports for found in report.objects),
        facts=tuple(dict.fromkeys(fact for report in reports for fact in report.facts)),
        needs=tuple(dict.fromkeys(need for report in reports for need in report.needs)),
    )
