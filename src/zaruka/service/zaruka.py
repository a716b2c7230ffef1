"""One input, or all the pairs of folders and archives: verdict, recognition and powers."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec import Struct, structs

from zaruka.errors import InputError, UnsupportedError, ZarukaError, defect
from zaruka.findings import (
    Conclusion,
    Indication,
)
from zaruka.jurisdictions.belarus import BELARUS
from zaruka.jurisdictions.russia import RUSSIA
from zaruka.recognition import Question, agreements, decide_report
from zaruka.service.evidence import (
    evidence_of,
    load_certificates,
    load_evidence,
    load_key,
)
from zaruka.service.judging import (
    EVERYTHING,
    SIGNED,
    STAMPS,
    Judge,
    is_signed_xml,
    joined,
    nearness,
)
from zaruka.service.kept import kept_evidence
from zaruka.service.overdue import overdue_lists
from zaruka.service.powers import Presented, find_beside, load_powers, weigh_powers
from zaruka.signatures.input.forms import Form, expect, recognise
from zaruka.signatures.input.kinds import Kind
from zaruka.signatures.input.opening import Input as Opened
from zaruka.signatures.input.pairing import (
    Pair,
    Tie,
    find_document,
    find_signatures,
    members_in,
    pair_members,
)
from zaruka.signatures.input.xml_files import FilesBeside, in_archive, in_folder
from zaruka.trust import TrustBase, given
from zaruka.trust.lists import MAX_AGE
from zaruka.validation.context import Context, Evidence
from zaruka.validation.memory import Memory
from zaruka.validation.policy_file import built_in
from zaruka.validation.results import ValidationReport, overall

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import timedelta
    from os import PathLike

    from zaruka.fetch.power_registry import PowerRegistry
    from zaruka.recognition import CrossBorderReport
    from zaruka.service.evidence import FileOrFolder
    from zaruka.service.judging import Overdue, Progress
    from zaruka.service.kept import KeptEvidence
    from zaruka.service.online import Online
    from zaruka.service.proofs import Given
    from zaruka.signatures.input.archives import Member
    from zaruka.stores.lookup import TrustLookup
    from zaruka.validation.jurisdiction import Jurisdiction
    from zaruka.validation.policy import Policy

__all__ = [
    "JURISDICTIONS",
    "Answer",
    "Place",
    "Zaruka",
    "conclusion_of",
    "has_no_xml_signature",
    "holds_many",
]

Place: TypeAlias = "str | PathLike[str] | bytes"
"""A path, or the octets themselves."""

JURISDICTIONS: Final[tuple[Jurisdiction, ...]] = (RUSSIA, BELARUS)

_WHOLE_NAME: Final = 1  # closeness of a document that has the very name which a signature says


class Answer(Struct, frozen=True):
    """The outcome for one of many inputs: its name, its document's, a report or an error.

    The outcome of a document that nothing signs is None: it decides nothing and is not hidden.
    `evidence` marks what was found in a folder or archive without any signature: certificates,
    lists and answers, which however good are no valid signature.
    """

    name: str
    outcome: CrossBorderReport | ZarukaError | None
    document: str | None = None
    evidence: bool = False


class Zaruka(Judge):
    """Judges inputs, and says beside each verdict what it is worth across the border."""

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
        proofs: Iterable[FileOrFolder] = (),
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
        countries = tuple(jurisdictions)
        statements = given(roots) if roots else chain(*(j.anchors() for j in countries))
        kept = None if roots or store is None else _kept_in(store)
        evidence = load_evidence(roots, load_certificates(certificates), crls, ocsps)
        if kept is not None:
            evidence += Evidence(kept=(kept,))
        context = Context(
            policy=built_in(policy) if isinstance(policy, str) else policy,
            at=(at or datetime.now(UTC)).astimezone(UTC),
            trust=TrustBase(tuple(statements), kept),
            evidence=evidence,
            jurisdictions=countries,
            memory=Memory(),
        )
        super().__init__(
            context,
            key=None if key is None else load_key(key),
            proofs=_proofs_in(tuple(proofs)),
            overdue=_overdue(kept, context.at, list_max_age),
            strict=strict,
            online=fetch or kept_evidence(store),
            progress=progress,
        )
        self._question = recognition or Question(agreements())
        self._registry = registry
        self._receipts = tuple(receipts)
        self._shown = Presented(codes=tuple(power_codes))
        self._shown += load_powers(powers, self._of_papers)

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
            return Presented() if path is None else find_beside(path, self._of_papers)

        ask = None if self._registry is None else self._registry.ask
        weighed = weigh_powers(report, self._shown, self._context, beside, ask)
        if not self._receipts:
            return decide_report(weighed, self._question)

        from zaruka.service.receipts import facts_of_receipt, verify_receipt  # noqa: PLC0415

        checked = [verify_receipt(each, self._context, path, document) for each in self._receipts]
        found = [home for each in checked if (home := each.home_receipt()) is not None]
        facts = [fact for each in checked for fact in facts_of_receipt(each)]
        weighed = structs.replace(weighed, facts=tuple(dict.fromkeys((*weighed.facts, *facts))))
        receipts = (*self._question.receipts, *found)
        return decide_report(weighed, structs.replace(self._question, receipts=receipts))

    def _validate(self, source: Place, content: Place | None = None) -> ValidationReport:
        opened = _open(source)
        document = None if content is None else _open(content)
        path = None if isinstance(source, bytes) else Path(source)
        form = recognise(opened)
        pair = None
        if path is not None and document is None and form.kind not in EVERYTHING:
            signatures = find_signatures(path, self._reader, progress=self._told(0))
            if signatures:  # the document was given in their place
                return joined(
                    [
                        *(self._judge(recognise(m.open()), m.name, opened) for m in signatures),
                        *self._own_signatures(form, opened, path),
                    ]
                )
        elif path is not None and document is None and not form.missing:
            pair = self._pair(path, form)
            document = _document_of(pair)
        return self._judge(form, opened.title, document, beside=path, original=opened, pair=pair)

    def _of_papers(self, path: Path) -> ValidationReport:
        """Judge a paper shown beside the document: the proofs given are of the document's own."""
        return self._by(self._context, _proofs=())._validate(path)  # noqa: SLF001 - of this class

    def signed(self, source: Place, *, content: Place | None = None) -> tuple[bytes, Opened | None]:
        """Open a CMS signature: its DER or BER, and its document where that lies apart."""
        form = expect(recognise(_open(source)), *SIGNED)
        if content is not None:
            return bytes(form.data), _open(content)
        path = None if isinstance(source, bytes) else Path(source)
        pair = None if path is None or form.missing else self._pair(path, form)
        return bytes(form.data), _document_of(pair)

    def judge(self, octets: bytes, content: Opened | None) -> ValidationReport:
        """Judge octets in memory over a document that is open."""
        source = Opened.of(octets, "-")
        return self._judge(recognise(source), source.title, content)

    def _own_signatures(self, form: Form, opened: Opened, path: Path) -> Iterator[ValidationReport]:
        """Judge the signatures inside a document that has detached ones beside it."""
        if is_signed_xml(form):
            try:
                yield self._judge(form, opened.title, None, beside=path, original=opened)
            except ZarukaError as error:
                if not has_no_xml_signature(error):
                    raise

    def _pair(self, path: Path, form: Form) -> Pair | None:
        """Look for the document of a signature or time-stamp beside it."""
        if form.kind not in (*SIGNED, *STAMPS):
            return None
        progress = self._told(form.source.size)
        return find_document(path, form, self._reader, progress=progress)

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
            if member.name not in known or not has_no_xml_signature(answer.outcome):
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
        if isinstance(outcome, InputError) and has_no_xml_signature(outcome):
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


def holds_many(path: Path) -> bool:
    """Whether one name stands for many inputs: a folder, a zip, a message with attachments.

    Raises InputError or UnsupportedError where the container cannot be read.
    """
    return path.is_dir() or bool(members_in(path))


def _overdue(kept: TrustLookup | None, at: datetime, max_age: timedelta) -> Overdue | None:
    if kept is None:
        return None
    return partial(overdue_lists, kept.issues(), at=at, max_age=max_age)


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


def _proofs_in(places: tuple[FileOrFolder, ...]) -> tuple[Given, ...]:
    if not places:
        return ()

    from zaruka.service.proofs import load_proofs  # noqa: PLC0415 - seldom asked for

    return load_proofs(places)


def _open(place: Place) -> Opened:
    if isinstance(place, bytes):
        return Opened.of(place, "-")
    return Opened.open(Path(place))


def has_no_xml_signature(outcome: ValidationReport | ZarukaError | None) -> bool:
    """Whether an XML document turned out to have no signature, or one in a form of its own."""
    if isinstance(outcome, ZarukaError):
        return outcome.code in {"input.no-signature", "input.xml"}
    return outcome is None


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
    if pair.tie is Tie.NAME and nearness(pair) > _WHOLE_NAME:
        form = recognise(pair.signature.open())
        if form.kind in STAMPS:
            return None
    return opened


def _refusal(member: Member, kind: Kind) -> ZarukaError:
    """Make the error that says what a document with a signature of its own is."""
    try:
        expect(recognise(member.open()), *EVERYTHING)
    except ZarukaError as error:
        return error
    return UnsupportedError(f"input.{kind.value}", name=member.name, what=kind.value)
