"""What an agreement admits of a signature and its certificate, compared with what they are.

A signature that fits one of the profiles admitted is admitted. Facts are those of the verdict:
format, level, where the document lies, and what the jurisdictions say of the certificate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from zaruka.findings import Indication, Severity
from zaruka.recognition import rules
from zaruka.recognition.agreement import CertificateForm, Departures, Placement
from zaruka.validation.levels import reaches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zaruka.findings import Finding, Rule
    from zaruka.recognition.agreement import AdmittedProfile
    from zaruka.validation.results import SignatureResult

__all__ = ["Unmet", "accreditation_of", "closest_profile"]

# How an authority stood when it issued the certificate; what lists do not know decides nothing.
_ACCREDITATION: Final = {
    "russia.accredited": Severity.PASS,
    "russia.accredited-later": Severity.FAIL,
    "russia.accreditation-suspended": Severity.FAIL,
    "russia.accreditation-ended": Severity.FAIL,
    "russia.accreditation-annulled": Severity.FAIL,
    "russia.issuer-not-listed": Severity.WARN,
    "russia.accreditation-handed-over": Severity.WARN,
    "russia.accreditation-unknown": Severity.WARN,
}
# The national form that a certificate has.
_FORMS: Final = {
    "russia.qualified-form": CertificateForm.QUALIFIED,
    "belarus.form-gossuok": CertificateForm.GOSSUOK,
    "belarus.form-bpki": CertificateForm.BPKI,
}
_NOT_QUALIFIED: Final = "russia.not-qualified-form"
# What a jurisdiction says of a certificate, and what of that is about its issuer.
_NATIONAL: Final = ("russia.", "belarus.")
_STANDING: Final = ("russia.accredit", "russia.issuer-not-listed")


class Unmet(Struct, frozen=True):
    """A condition that is not met (FAIL), or of which that cannot be said yet (UNKNOWN)."""

    rule: Rule
    severity: Severity
    expected: str | None = None
    actual: str | None = None


def closest_profile(
    found: SignatureResult, profiles: Iterable[AdmittedProfile]
) -> tuple[AdmittedProfile, tuple[Unmet, ...]]:
    """Choose of several profiles, at least one, the closest, with what keeps the signature off."""
    return min(((each, tuple(_unmet(found, each))) for each in profiles), key=_distance)


def _distance(compared: tuple[AdmittedProfile, tuple[Unmet, ...]]) -> tuple[int, int]:
    _, unmet = compared
    return sum(each.severity is Severity.FAIL for each in unmet), len(unmet)


def _unmet(found: SignatureResult, profile: AdmittedProfile) -> Iterator[Unmet]:
    open_ = Severity.UNKNOWN if _is_open(found) else Severity.FAIL
    if profile.formats and found.format not in profile.formats:
        wanted = ", ".join(sorted(profile.formats))
        yield Unmet(rules.PROFILE_FORMAT, Severity.FAIL, wanted, found.format)
    if profile.level is not None and not (found.level and reaches(found.level, profile.level)):
        claimed = reaches(found.level_claimed, profile.level)
        severity = open_ if claimed else Severity.FAIL
        yield Unmet(rules.PROFILE_LEVEL, severity, profile.level, found.level)
    placement = Placement.DETACHED if found.detached else Placement.ATTACHED
    if profile.content not in {None, placement}:
        yield Unmet(rules.PROFILE_CONTENT, Severity.FAIL, profile.content, placement)
    forms = _forms(found)
    if profile.certificates and not profile.certificates & forms:
        wanted = ", ".join(sorted(profile.certificates))
        yield Unmet(rules.PROFILE_CERTIFICATE, open_, wanted, ", ".join(sorted(forms)) or None)
    if profile.departures is Departures.REFUSED and _departs(found):
        yield Unmet(rules.PROFILE_DEPARTURES, Severity.FAIL)
    means = _means(found)
    if profile.means and not profile.means & means:
        wanted = ", ".join(sorted(profile.means))
        yield Unmet(rules.PROFILE_MEANS, Severity.FAIL, wanted, ", ".join(sorted(means)) or None)
    if profile.accredited:
        stood, _ = accreditation_of(found) or (Severity.UNKNOWN, None)
        if stood is not Severity.PASS:
            severity = Severity.FAIL if stood is Severity.FAIL else Severity.UNKNOWN
            yield Unmet(rules.PROFILE_ACCREDITATION, severity)


def accreditation_of(found: SignatureResult) -> tuple[Severity, str | None] | None:
    """Take what the lists say of the issuer on the day of issue, and its name; None where nothing.

    PASS where it was accredited, FAIL where it was not, WARN where the lists do not know it.
    """
    for each in found.findings:
        severity = _ACCREDITATION.get(each.rule.code)
        if severity is not None:
            return severity, each.expected
    return None


def _is_open(found: SignatureResult) -> bool:
    """Whether evidence may still come that shows what was not shown."""
    judged = (found.conclusion, *(each.conclusion for each in found.timestamps))
    return any(each.indication is Indication.INDETERMINATE for each in judged)


def _forms(found: SignatureResult) -> frozenset[CertificateForm]:
    """Name the forms of the signer's certificate; one that departs from its form has it still."""
    said = {each.rule.code for each in _of_certificate(found)}
    forms = {form for code, form in _FORMS.items() if code in said}
    russian = found.signer is not None and found.signer.country == "RU"
    if russian and _departs(found) and _NOT_QUALIFIED not in said:
        forms.add(CertificateForm.QUALIFIED)
    return frozenset(forms)


def _departs(found: SignatureResult) -> bool:
    """Whether something of the certificate that may matter is not as its country has it."""
    return any(each.severity is Severity.WARN for each in _of_certificate(found))


def _of_certificate(found: SignatureResult) -> Iterator[Finding]:
    """Give what a jurisdiction says of the form of the signer's certificate."""
    for each in found.findings:
        code = each.rule.code
        about_form = code.startswith(_NATIONAL) and not code.startswith(_STANDING)
        if about_form and each.subject == found.signing_certificate:
            yield each


def _means(found: SignatureResult) -> frozenset[str]:
    qualities = found.signer.qualities if found.signer else ()
    return frozenset(each.value for each in qualities if each.code == "means-class")
