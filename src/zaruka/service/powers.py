"""What was shown of powers, as files: read, judged as anything signed, and set beside verdicts.

A power of attorney is looked for beside a document too, by the name that its format gives it.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct, structs

from zaruka.errors import FetchError, InputError, ZarukaError
from zaruka.facts import Fact, FactKind
from zaruka.findings import Finding, ObjectKind, ObjectRef, Severity
from zaruka.jurisdictions.belarus.powers import judge_powers as judge_belarusian
from zaruka.jurisdictions.russia.power_of_attorney import parse_power_of_attorney
from zaruka.jurisdictions.russia.power_status import parse_power_status
from zaruka.jurisdictions.russia.powers import Shown, SignedPower
from zaruka.jurisdictions.russia.powers import judge_powers as judge_russian
from zaruka.signatures.cms import parse_signed_data
from zaruka.signatures.input.forms import recognise
from zaruka.signatures.input.kinds import Kind
from zaruka.signatures.input.loading import load_objects
from zaruka.signatures.input.opening import Input
from zaruka.validation import rules
from zaruka.validation.context import Evidence
from zaruka.validation.powers import PowersOutcome
from zaruka.x509 import AttributeCertificate, Certificate

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping

    from zaruka.jurisdictions.russia.power_status import PowerStatus
    from zaruka.service.evidence import FileOrFolder
    from zaruka.validation.context import Context
    from zaruka.validation.powers import Powers
    from zaruka.validation.results import SignatureResult, ValidationReport

__all__ = [
    "Presented",
    "find_beside",
    "load_powers",
    "signed_power",
    "unread_powers",
    "weigh_powers",
]

_BESIDE: Final = ("ON_EMCHD_", "ON_DOVEL_", "ON_DOVBB_")
_LISTED: Final = 1000  # names of a folder that are looked at
_TAKEN: Final = 16  # powers of attorney that are taken from beside a document
_COVERS_WHOLE: Final = "xmldsig.covers-whole"
_KEPT_MAX: Final = 1 << 20  # octets of a power of attorney that a report holds


class Presented(Struct, frozen=True):
    """What was shown; `unread` are files found beside the document that could not be read.

    `facts` are the powers of attorney and what the signatures on them rest on.
    """

    powers: tuple[SignedPower, ...] = ()
    statuses: tuple[PowerStatus, ...] = ()
    attributes: tuple[AttributeCertificate, ...] = ()
    codes: tuple[str, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
    facts: tuple[Fact, ...] = ()

    def __add__(self, other: Presented) -> Presented:
        """Put what was shown together, each thing once."""
        return Presented(
            tuple({each.power.ref.sha256: each for each in (*self.powers, *other.powers)}.values()),
            tuple(dict.fromkeys((*self.statuses, *other.statuses))),
            tuple(dict.fromkeys((*self.attributes, *other.attributes))),
            tuple(dict.fromkeys((*self.codes, *other.codes))),
            (*self.unread, *other.unread),
            tuple(dict.fromkeys((*self.facts, *other.facts))),
        )


def load_powers(
    places: Iterable[FileOrFolder], validate: Callable[[Path], ValidationReport]
) -> Presented:
    """Read what somebody named: powers of attorney, registries' answers, attribute certificates.

    `validate` judges the signatures on a file, in it or beside it. Raises InputError or
    UnsupportedError where a file is none of these.
    """
    found = Presented()
    for place in places:
        path = Path(place)
        if not path.exists():
            raise InputError("input.not-found", name=path.name)
        for file in sorted(path.iterdir()) if path.is_dir() else (path,):
            if path.is_dir() and not _may_be_shown(file):
                continue
            found += _load(file, validate)
    return found


def _may_be_shown(path: Path) -> bool:
    return path.is_file() and path.suffix.lower() in {".ac", ".acr", ".json", ".xml"}


def _load(path: Path, validate: Callable[[Path], ValidationReport]) -> Presented:
    form = recognise(Input.open(path))
    octets = form.source.octets
    if bytes(octets[:1]) == b"{":
        return Presented(statuses=(parse_power_status(octets, path.name),))
    if form.kind in {Kind.ATTRIBUTE_CERTIFICATE, Kind.CERTIFICATES}:
        every = load_objects(path, Kind.ATTRIBUTE_CERTIFICATE)
        return Presented(attributes=tuple(AttributeCertificate.parse(each.data) for each in every))
    content = octets
    if form.kind is Kind.SIGNED_DATA:
        enclosed = parse_signed_data(form.data).encapsulated
        if enclosed is None:
            raise InputError("powers.detached", name=path.name)
        content = memoryview(b"".join(enclosed.segments()))
    elif form.kind is not Kind.XML:
        raise InputError("powers.unrecognised", name=path.name, found=form.kind.value)
    return signed_power(content, path.name, lambda: validate(path))


def signed_power(
    octets: bytes | memoryview, name: str, validate: Callable[[], ValidationReport]
) -> Presented:
    """Read a power of attorney, and have what signs it judged; `name` is of its file."""
    power = parse_power_of_attorney(octets, name)
    digest, report = power.ref.sha256, None
    with suppress(ZarukaError):
        report = validate()
    if report is not None and not _is_of(report, digest):
        report = None
    facts = [_fact_of_power(octets, digest, name)]
    facts += (structs.replace(each, of=digest) for each in (report.facts if report else ()))
    own = [each for each in report.signatures if _signs_whole(each)] if report else []
    own.sort(key=lambda each: each.ref.sha256)  # whatever their files are called
    return Presented(powers=(SignedPower(power, tuple(own)),), facts=tuple(facts))


def _is_of(report: ValidationReport, sha256: str) -> bool:
    """Whether a report is of signatures over these octets."""
    facts = {each.sha256 for each in report.facts if each.kind is FactKind.DOCUMENT}
    return sha256 in facts | {each.sha256 for each in report.inputs}


def _fact_of_power(octets: bytes | memoryview, sha256: str, name: str) -> Fact:
    der = bytes(octets) if len(octets) <= _KEPT_MAX else None
    return Fact(FactKind.POWER_OF_ATTORNEY, sha256, f"file:{name}", der=der)


def _signs_whole(found: SignatureResult) -> bool:
    """Whether a signature is over all of its file; one inside XML has to say so."""
    codes = {each.rule.code for each in found.findings}
    return _COVERS_WHOLE in codes or not any(each.startswith("xmldsig.") for each in codes)


def find_beside(path: Path, validate: Callable[[Path], ValidationReport]) -> Presented:
    """Read the powers of attorney in the folder of a document, known by their names."""
    path = path.absolute()
    folder = path.parent
    try:
        listed = list(islice(folder.iterdir(), _LISTED))
    except OSError:
        return Presented()
    names = sorted(
        each.name
        for each in listed
        if each.name.startswith(_BESIDE) and each.suffix.lower() == ".xml" and each != path
    )
    found = Presented()
    for name in names[:_TAKEN]:
        try:
            found += _load(folder / name, validate)
        except ZarukaError as error:
            found += Presented(unread=((name, error.code),))
    return found


def ask_registry(shown: Presented, ask: Callable[[str], PowerStatus]) -> Presented:
    """Ask how the powers of attorney stand about which nothing was shown.

    What does not come, or is no answer, shows nothing.
    """
    known = {each.number for each in shown.statuses}
    answers = []
    for number in dict.fromkeys(each.power.number for each in shown.powers[:_TAKEN]):
        if number not in known:
            with suppress(FetchError, InputError):
                answers.append(ask(number))
    return shown + Presented(statuses=tuple(answers))


def weigh_powers(
    report: ValidationReport,
    shown: Presented,
    context: Context,
    beside: Callable[[], Presented],
    ask: Callable[[str], PowerStatus] | None = None,
) -> ValidationReport:
    """Set beside each signature what was shown of its signer's powers; verdicts stay as they are.

    `beside` looks around the document, `ask` asks a registry: both only for a Russian signer.
    """
    documents = [each for each in report.signatures if each.signs_document]
    countries = {each.signer.country if each.signer else None for each in documents}
    if not countries & {"RU", "BY"}:
        return report
    if "RU" in countries:
        shown += beside()
        if ask is not None:
            shown = ask_registry(shown, ask)
    judge = _Judge(report, shown, context)
    signatures = tuple(
        structs.replace(each, powers=judge.powers_of(each)) for each in report.signatures
    )
    facts = dict.fromkeys((*report.facts, *_facts(shown, countries)))
    facts |= {fact: None for each in signatures if each.powers for fact in each.powers.facts}
    return structs.replace(report, signatures=signatures, facts=tuple(facts))


def _facts(shown: Presented, countries: Container[str | None]) -> Iterator[Fact]:
    """Keep what was shown, as far as the signers' countries ask for it."""
    if "RU" in countries:
        yield from shown.facts
        for each in shown.statuses:
            named = (("name", each.ref.name),)
            kind, digest = FactKind.POWER_STATUS, each.ref.sha256
            yield Fact(kind, digest, each.source, der=each.octets, extract=named)
    if "BY" in countries:
        for attribute in shown.attributes:
            kind = FactKind.ATTRIBUTE_CERTIFICATE
            yield Fact(kind, attribute.sha256, "given", der=attribute.der)


def unread_powers(findings: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Give, of findings in a report, the files beside the document that could not be read."""
    for each in findings:
        if each["code"] == rules.POWERS_UNREAD.code:
            yield str(each["object"]["name"]), str(each["actual"])


class _Judge:
    """Judges the powers of each signer of one report by the law of their country."""

    def __init__(self, report: ValidationReport, shown: Presented, context: Context) -> None:
        self._shown = shown
        self._context = context
        self._report = report
        self._signers = tuple(
            each.signer
            for each in report.signatures
            if each.signer and each.conclusion.passed and each.signs_document
        )

    def powers_of(self, found: SignatureResult) -> Powers | None:
        """Judge what was shown; of a signature that did not pass it is not known whose it is."""
        powers = self._shown_by(found)
        if powers is None:
            return None
        powers = structs.replace(powers, asked=self._shown.codes)
        if found.conclusion.passed:
            return powers
        whose = Finding(rules.POWERS_SIGNER, Severity.UNKNOWN, found.ref)
        confirmed = powers.outcome is PowersOutcome.CONFIRMED
        return structs.replace(
            powers,
            outcome=PowersOutcome.INSUFFICIENT if confirmed else powers.outcome,
            findings=(*powers.findings, whose),
        )

    def _shown_by(self, found: SignatureResult) -> Powers | None:
        country = found.signer.country if found.signer and found.signs_document else None
        shown = self._shown
        if country == "RU":
            powers = judge_russian(
                found, Shown(shown.powers, shown.statuses, shown.codes, self._signers)
            )
            unread = tuple(_unread(name, code) for name, code in shown.unread)
            return (
                structs.replace(powers, findings=(*powers.findings, *unread)) if unread else powers
            )
        if country == "BY":
            attributes = (*shown.attributes, *self._inside())
            context = self._context.having(self._certificates()) if attributes else self._context
            return judge_belarusian(found, dict.fromkeys(attributes), context, shown.codes)
        return None

    def _inside(self) -> Iterator[AttributeCertificate]:
        """Read the attribute certificates that the document brought."""
        for fact in self._report.facts:
            if fact.kind is FactKind.ATTRIBUTE_CERTIFICATE and fact.der and fact.of is None:
                try:
                    yield AttributeCertificate.parse(fact.der)
                except ZarukaError:
                    continue

    def _certificates(self) -> Evidence:
        found = [
            Certificate.parse(fact.der)
            for fact in self._report.facts
            if fact.kind is FactKind.CERTIFICATE and fact.der and fact.of is None
        ]
        return Evidence.of("signature", certificates=found)


def _unread(name: str, code: str) -> Finding:
    subject = ObjectRef(ObjectKind.DOCUMENT, "0" * 64, name)
    return Finding(rules.POWERS_UNREAD, Severity.INFO, subject, actual=code)
