"""Composition root: what is given -> evidence, trust, countries, policy -> reports.

The wall clock is read here and nowhere below. Nothing is fetched: what would help is named in
a report's `needs`.
"""

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
from zaruka.findings import Conclusion, Indication, Severity, SubIndication
from zaruka.jurisdictions.belarus import BELARUS
from zaruka.jurisdictions.russia import RUSSIA
from zaruka.signatures.cms import parse_signed_data, parse_timestamp_token
from zaruka.signatures.input.forms import Form, expect, objects, recognise
from zaruka.signatures.input.hints import find_hints
from zaruka.signatures.input.kinds import Kind
from zaruka.signatures.input.loading import load_objects
from zaruka.signatures.input.opening import Input as Opened
from zaruka.signatures.input.pairing import (
    Pair,
    find_document,
    find_signatures,
    members_in,
    pair_members,
)
from zaruka.signatures.input.reading import CmsReader
from zaruka.signatures.tsp import TimeStampResponse
from zaruka.trust import TrustBase, given
from zaruka.validation.context import Context, Evidence
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
from zaruka.x509 import Certificate, CertificateList, OcspResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from os import PathLike

    from zaruka.findings import Finding
    from zaruka.signatures import Content, SignedDocument
    from zaruka.signatures.input.archives import Member
    from zaruka.validation.jurisdiction import Jurisdiction

__all__ = [
    "Answer",
    "Place",
    "Progress",
    "Zaruka",
    "conclusion_of",
    "holds_many",
    "verify",
    "verify_all",
]

Place: TypeAlias = "str | PathLike[str] | bytes"
"""A path, or the octets themselves."""

Progress: TypeAlias = "Callable[[int], Callable[[int], None]]"
"""Given the size of a document, gives what is told the octets read so far."""

JURISDICTIONS: Final[tuple[Jurisdiction, ...]] = (RUSSIA, BELARUS)

_JUDGED: Final = 5000  # objects of one file that are judged one by one
_SIGNED: Final = (Kind.SIGNED_DATA, Kind.DVCS_REQUEST, Kind.DVCS_RESPONSE)
_STAMPS: Final = (Kind.TIMESTAMP_TOKEN, Kind.TIMESTAMP_RESPONSE)
_OBJECTS: Final = (Kind.CERTIFICATE, Kind.CERTIFICATES, Kind.CRL, Kind.OCSP_RESPONSE)
_CERTIFICATES: Final = (Kind.CERTIFICATE,)
_EVERYTHING: Final = (*_SIGNED, *_STAMPS, *_OBJECTS)


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome for one of many inputs: its name, its document's, a report or an error.

    The outcome of a document that nothing signs is None: it decides nothing and is not hidden.
    """

    name: str
    outcome: ValidationReport | ZarukaError | None
    document: str | None = None


def verify(  # noqa: PLR0913 - what a verification depends on is said, not hidden
    source: Place,
    *,
    content: Place | None = None,
    anchors: Iterable[str | PathLike[str]] = (),
    certificates: Iterable[str | PathLike[str]] = (),
    crls: Iterable[str | PathLike[str]] = (),
    ocsps: Iterable[str | PathLike[str]] = (),
    at: datetime | None = None,
    policy: str = "etsi",
    strict: bool = False,
) -> ValidationReport:
    """Judge a signature, certificate, revocation list, OCSP answer or time-stamp.

    `source` is a path or the octets, in any wrapping. `content` is the document of a detached
    signature; without it the document is looked for beside `source`, by the digest inside.
    `anchors`, `certificates`, `crls` and `ocsps` are files of one or many objects, PEM or DER,
    or folders; without `anchors` only the official roots of Russia and Belarus are trusted.
    `at` is the moment to judge at (aware; now unless given). `strict` tolerates no deviation
    from the standards.

    Raises InputError, UnsupportedError or ConfigError where the question cannot be asked.
    """
    zaruka = Zaruka(
        anchors=anchors,
        certificates=certificates,
        crls=crls,
        ocsps=ocsps,
        at=at,
        policy=policy,
        strict=strict,
    )
    return zaruka.verify(source, content=content)


def verify_all(
    sources: Iterable[str | PathLike[str]],
    *,
    anchors: Iterable[str | PathLike[str]] = (),
    certificates: Iterable[str | PathLike[str]] = (),
    crls: Iterable[str | PathLike[str]] = (),
    at: datetime | None = None,
) -> Iterator[Answer]:
    """Judge many inputs, folders and archives among them, one answer after the other.

    What cannot be read is an answer too; nothing is raised for a single input.
    """
    zaruka = Zaruka(anchors=anchors, certificates=certificates, crls=crls, at=at)
    return zaruka.verify_all(sources)


class Zaruka:
    """Judges inputs with one set of trust, evidence, policy and moment."""

    def __init__(  # noqa: PLR0913 - as of `verify`
        self,
        *,
        anchors: Iterable[str | PathLike[str]] = (),
        certificates: Iterable[str | PathLike[str]] = (),
        crls: Iterable[str | PathLike[str]] = (),
        ocsps: Iterable[str | PathLike[str]] = (),
        at: datetime | None = None,
        policy: str = "etsi",
        strict: bool = False,
        progress: Progress | None = None,
    ) -> None:
        """Load trust and evidence; parameters as of `verify`.

        `progress` is told how far the reading of a large document has come.
        """
        if at is not None and at.tzinfo is None:
            raise ValueError("the moment needs a time zone")
        roots = [*_load_certificates(anchors)]
        self._evidence = _load_evidence(roots, certificates, crls, ocsps)
        statements = given(roots) if roots else chain(*(j.anchors() for j in JURISDICTIONS))
        self._context = Context(
            policy=built_in(policy),
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
            report = self._judge_objects(form)
        elif form.kind in _STAMPS:
            report = self._judge_stamp(expect(form, *_STAMPS), content)
        else:
            report = self._judge_signed(expect(form, *_SIGNED), content, beside)
        inputs = [_input(original or form.source, name, form.kind.value)]
        if content is not None:
            inputs.append(_input(content, content.title, "content"))
        done = replace(report, inputs=tuple(inputs), means=_means())
        return _strictly(done) if self._strict else done

    def _judge_signed(
        self, form: Form, content: Opened | None, beside: Path | None
    ) -> ValidationReport:
        document = parse_signed_data(form.data)
        if not document.signatures:
            raise InputError("input.no-signers", name=form.name)
        covered = document.encapsulated if document.encapsulated is not None else content
        if covered is not None:
            progress = self._told(covered.size)
            covered.digest_many(_computable(document), progress=progress)
        report = validate_document(document, covered, self._context)
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
                    for member in members_in(beside.absolute().parent)
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
        given_certificates = self._evidence.certificates
        leaves = [c for c in given_certificates if self._evidence.source_of(c.sha256) == "given"]
        return validate_raw_signature(
            bytes(form.data), content, self._context, certificate=_end_entity(leaves)
        )

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

    def _judge_objects(self, form: Form) -> ValidationReport:
        """Judge every certificate, list and answer of a file, each with its own conclusion."""
        reports: list[ValidationReport] = []
        context = self._context
        forms = [*_objects_of(form)]
        certificates = [Certificate.parse(f.data) for f in forms if f.kind is Kind.CERTIFICATE]
        context = context.having(Evidence.of("file:" + form.name, certificates=certificates))
        reports += [validate_certificate(certificate, context) for certificate in certificates]
        for each in forms:
            if each.kind is Kind.CRL:
                reports.append(validate_crl(CertificateList.parse(each.data), context))
            elif each.kind is Kind.OCSP_RESPONSE:
                reports.append(validate_ocsp(OcspResponse.parse(each.data), context))
        if not reports:
            raise InputError("input.no-signers", name=form.name)
        return _joined(reports)

    def _told(self, size: int) -> Callable[[int], None] | None:
        return self._progress(size) if self._progress is not None else None

    # --- many inputs

    def verify_all(self, sources: Iterable[str | PathLike[str]]) -> Iterator[Answer]:
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
        pairing = pair_members(members, self._reader, progress=self._told(0))
        evidence, unread = _evidence_of(pairing.evidence)
        inner = self._with(evidence)
        found = False
        for pair in pairing.pairs:
            found = True
            document = pair.document.name if pair.document else None
            yield Answer(pair.signature.name, inner.verify_pair(pair), document)
        for member, error in (*pairing.unread, *unread):
            found = True
            yield Answer(member.name, error)
        for member, kind in pairing.signed:
            found = True
            yield Answer(member.name, _refusal(member, kind))
        judged = {pair.document.name for pair in pairing.pairs if pair.document}
        for member in pairing.unsigned:
            if member.name not in judged:
                yield Answer(member.name, None)
        if not found:
            expected = Kind.SIGNED_DATA.value
            yield Answer(
                path.name, InputError("input.nothing-wanted", name=path.name, expected=expected)
            )

    def verify_pair(self, pair: Pair) -> ValidationReport | ZarukaError:
        """Judge one signature of a folder or archive over its document."""
        try:
            content = pair.document.open() if pair.document else None
            return self._judge(recognise(pair.signature.open()), pair.signature.name, content)
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


# --- opening and loading


def _open(place: Place) -> Opened:
    if isinstance(place, bytes):
        return Opened.of(place, "-")
    return Opened.open(Path(place))


def _load_certificates(places: Iterable[str | PathLike[str]]) -> Iterator[Certificate]:
    for place in places:
        path = _existing(place)
        for form in load_objects(path, *_CERTIFICATES):
            yield Certificate.parse(form.data)


def _load_evidence(
    roots: list[Certificate],
    certificates: Iterable[str | PathLike[str]],
    crls: Iterable[str | PathLike[str]],
    ocsps: Iterable[str | PathLike[str]],
) -> Evidence:
    lists = [
        CertificateList.parse(form.data)
        for place in crls
        for form in load_objects(_existing(place), Kind.CRL)
    ]
    answers = [
        OcspResponse.parse(bytes(form.data))
        for place in ocsps
        for form in load_objects(_existing(place), Kind.OCSP_RESPONSE)
    ]
    held = [*_load_certificates(certificates)]
    own = Evidence.of("given", certificates=held, crls=lists, ocsps=answers)
    return own + Evidence.of("anchor", certificates=roots)


def _existing(place: str | PathLike[str]) -> Path:
    path = Path(place)
    if not path.exists():
        raise InputError("input.not-found", name=path.name)
    return path


def _objects_of(form: Form) -> Iterator[Form]:
    """Give the objects of the file that `form` is the first of, a p7b opened."""
    path_forms = objects(form.source, limit=_JUDGED) if not form.trail else None
    if form.kind is Kind.CERTIFICATES:
        document = parse_signed_data(form.data)
        for certificate in document.certificates:
            yield _form_of(Kind.CERTIFICATE, certificate.der, form.name)
        for crl in document.crls:
            yield _form_of(Kind.CRL, bytes(crl.der), form.name)
        return
    yield from (path_forms or (form,))


def _form_of(kind: Kind, der: bytes, name: str) -> Form:
    return Form(kind, Opened.of(der, name), len(der))


def _evidence_of(
    members: Iterable[tuple[Member, Kind]],
) -> tuple[Evidence, list[tuple[Member, ZarukaError]]]:
    """Read certificates and lists that lie beside signatures; what is unreadable is said."""
    evidence, unread = Evidence(), []
    for member, _ in members:
        certificates, crls, ocsps = [], [], []
        try:
            for form in objects(member.open(), limit=_JUDGED):
                for each in _objects_of(form) if form.kind is Kind.CERTIFICATES else (form,):
                    if each.kind is Kind.CERTIFICATE:
                        certificates.append(Certificate.parse(each.data))
                    elif each.kind is Kind.CRL:
                        crls.append(CertificateList.parse(each.data))
                    elif each.kind is Kind.OCSP_RESPONSE:
                        ocsps.append(OcspResponse.parse(bytes(each.data)))
        except ZarukaError as error:
            unread.append((member, error))
        evidence += Evidence.of(
            f"file:{member.name}", certificates=certificates, crls=crls, ocsps=ocsps
        )
    return evidence, unread


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


# --- making one report of several results


def _misfits(report: ValidationReport) -> bool:
    wrong = SubIndication.HASH_FAILURE
    return any(s.conclusion.sub_indication is wrong for s in report.signatures)


def _joined(reports: list[ValidationReport]) -> ValidationReport:
    first = reports[0]
    return replace(
        first,
        objects=tuple(found for report in reports for found in report.objects),
        facts=tuple(dict.fromkeys(fact for report in reports for fact in report.facts)),
        needs=tuple(dict.fromkeys(need for report in reports for need in report.needs)),
    )


_DEPARTURES: Final = ("x509.deviation", "x509.profile-")


def _strictly(report: ValidationReport) -> ValidationReport:
    """Tolerate no deviation: a warning breaks the rule, and nothing passes with one."""
    return replace(
        report,
        signatures=tuple(
            replace(s, conclusion=_strict_conclusion(s.conclusion)) for s in report.signatures
        ),
        objects=tuple(
            replace(o, conclusion=_strict_conclusion(o.conclusion)) for o in report.objects
        ),
    )


def _strict_conclusion(conclusion: Conclusion) -> Conclusion:
    """EN 319 102-1 V1.4.1, 5.2.8: what breaks a signature constraint is INDETERMINATE."""
    broken = SubIndication.SIG_CONSTRAINTS_FAILURE
    findings = tuple(
        replace(f, severity=Severity.FAIL, sub_indication=f.sub_indication or broken)
        if f.severity is Severity.WARN or f.rule.code.startswith(_DEPARTURES)
        else f
        for f in conclusion.findings
    )
    if not conclusion.passed or findings == conclusion.findings:
        return conclusion
    return Conclusion(Indication.INDETERMINATE, broken, findings)
