"""Problems in the order in which a person should hear of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from zaruka.findings import Indication, Severity
from zaruka.reports.sentences import Place, sentence
from zaruka.validation.results import CertificateResult, TimestampResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zaruka.findings import Conclusion, Finding
    from zaruka.messages import Messages, Sentence
    from zaruka.validation.results import ObjectResult, SignatureResult

__all__ = [
    "Telling",
    "country_of",
    "first_problem",
    "tell",
    "tell_object",
    "tell_own",
    "tell_signature",
    "worst_first",
]

_RANK = {Severity.FAIL: 1, Severity.UNKNOWN: 2}


class Telling(Struct, frozen=True):
    """A finding, the country whose law names its objects, and where it was made."""

    finding: Finding
    country: str | None
    place: Place | None = None

    def sentence(self, say: Messages) -> Sentence:
        """Say it to the reader of `say`."""
        return sentence(self.finding, say.about(self.country), self.place)

    @property
    def answered(self) -> bool:
        """Whether the proven time answers it, so that nothing is left to do."""
        return self.place is Place.ANSWERED

    @property
    def problem(self) -> bool:
        """Whether it is broken or unknown, and nothing answers it."""
        return self.finding.severity in _RANK and not self.answered


def tell(findings: Iterable[Finding], country: str | None) -> tuple[Telling, ...]:
    """Tell findings as they are."""
    return tuple(Telling(finding, country) for finding in findings)


def tell_own(found: SignatureResult) -> tuple[Telling, ...]:
    """Tell the findings on a signature.

    What stays open in one that passed was answered by its proven time; so was the expiry of the
    certificate in any that is proven to be older.
    """
    country = found.signer.country if found.signer else None
    answered = found.conclusion.passed and found.proven
    older = found.proven and any(
        each.rule.code == "validation.signed-within-validity" and each.severity is Severity.PASS
        for each in found.findings
    )

    def place(finding: Finding) -> Place | None:
        is_answered = answered or (older and finding.rule.code == "validation.expired")
        return Place.ANSWERED if is_answered and finding.severity in _RANK else None

    return tuple(Telling(each, country, place(each)) for each in found.findings)


def tell_signature(found: SignatureResult) -> tuple[Telling, ...]:
    """Tell the findings on a signature, then those on the stamps that were not accepted."""
    stamps = (stamp for stamp in found.timestamps if not stamp.conclusion.passed)
    return (*tell_own(found), *(each for stamp in stamps for each in _of_signature(stamp)))


def tell_object(found: ObjectResult) -> tuple[Telling, ...]:
    """Tell the findings on an object; the signature that those on a time-stamp mean is its own."""
    country, findings = country_of(found), found.conclusion.findings
    if not isinstance(found, TimestampResult):
        return tell(findings, country)
    return tuple(Telling(each, country, Place.STAMP) for each in findings)


def country_of(found: ObjectResult) -> str | None:
    """Return the country whose law names an object; None if that is not known."""
    match found:
        case CertificateResult():
            return found.identity.country
        case TimestampResult() if found.tsa:
            return found.tsa.country
    return next((link.identity.country for link in found.chain), None)


def _of_signature(stamp: TimestampResult) -> Iterator[Telling]:
    """Leave out, of a stamp that lacks evidence only, the advice to have another made."""
    lacks = stamp.conclusion.indication is Indication.INDETERMINATE
    for each in tell_object(stamp):
        if not (lacks and each.finding.rule.code == "validation.stamp-broken"):
            yield each


def worst_first(conclusion: Conclusion, told: Iterable[Telling]) -> list[Telling]:
    """Return what decided the conclusion, then what else is broken, then what is unknown."""
    decided = conclusion.sub_indication

    def rank(telling: Telling) -> int:
        finding = telling.finding
        if telling.place is None and decided and finding.sub_indication is decided:
            return 0
        return _RANK[finding.severity]

    return sorted((each for each in told if each.problem), key=rank)


def first_problem(
    conclusion: Conclusion, told: Iterable[Telling], say: Messages
) -> Sentence | None:
    """Say the first problem that something can be done about; else the first; None if none."""
    said = [each.sentence(say) for each in worst_first(conclusion, told)]
    return next((each for each in said if each.remedy), said[0] if said else None)
