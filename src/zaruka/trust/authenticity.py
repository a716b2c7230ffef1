"""Who signed a list: one enveloped XML signature over the whole of it.

What is believed of a list is read from the octets that its signature covers, never from the file
again: whatever a forger moves about in the file, he cannot move it in there.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from msgspec import Struct, structs

from zaruka.errors import InputError
from zaruka.findings import (
    Conclusion,
    Finding,
    Indication,
    ObjectKind,
    ObjectRef,
    Severity,
    SubIndication,
)
from zaruka.signatures.cades import check_signing_certificate
from zaruka.signatures.xml.verifying import XmlSignerCheck, check_references, verify_signer
from zaruka.signatures.xml.xmldsig import parse_signed_xml
from zaruka.trust import rules
from zaruka.trust.list_xml import check_size

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zaruka.findings import Rule
    from zaruka.signatures.xml.document import Reference, XmlSignature
    from zaruka.trust.lists import TrustList
    from zaruka.x509 import Certificate

__all__ = ["ListSignature", "SignedList", "check_named_signer", "conclude", "verify_list"]

CANDIDATES_MAX: Final = 16
_PROPERTIES: Final = "http://uri.etsi.org/01903#SignedProperties"
# Who can find collisions can have one list signed and show another.
_BROKEN_DIGESTS: Final = frozenset({"1.3.14.3.2.26"})  # SHA-1


class ListSignature(Struct, frozen=True):
    """What the check of a list's signature gave.

    `octets` are what is signed (canonical form), None where the signature does not hold or is not
    over the whole list; `signer` is whose key verified it: who that is remains to be asked.
    `certificates` are those that the signature encloses, `ref` names the list in findings.
    """

    ref: ObjectRef
    findings: tuple[Finding, ...]
    octets: bytes | None = None
    signer: Certificate | None = None
    certificates: tuple[Certificate, ...] = ()


class SignedList(Struct, frozen=True):
    """A list as its signature shows it, and whether to believe it.

    Only a list whose `conclusion` is PASSED is to be believed. `list` is None where the signature
    does not hold; where it holds and only the signer is not known, the list may be shown.
    """

    list: TrustList | None
    signer: Certificate | None
    conclusion: Conclusion


def verify_list(
    octets: bytes, name: str, certificates: Iterable[Certificate] = ()
) -> ListSignature:
    """Verify the one signature of a list and find what it covers.

    `name` is the list's for people; `certificates` are tried where the signature encloses none.
    InputError where the file is no XML that is read here; BudgetExceeded.
    """
    check_size(octets)
    ref = ObjectRef(ObjectKind.DOCUMENT, sha256(octets).hexdigest(), name)
    try:
        document = parse_signed_xml(octets)
    except InputError as error:
        if error.code != "xmldsig.no-signature":
            raise
        return ListSignature(ref, (_broken(rules.LIST_UNSIGNED, ref),))
    count = len(document.signatures) + len(document.unread)
    if count != 1:
        found = Finding(
            rules.LIST_SIGNATURES,
            Severity.FAIL,
            ref,
            expected="1",
            actual=str(count),
            sub_indication=SubIndication.FORMAT_FAILURE,
        )
        return ListSignature(ref, (found,))
    return _verify(document.signatures[0], ref, tuple(certificates))


def _verify(
    signature: XmlSignature, ref: ObjectRef, given: tuple[Certificate, ...]
) -> ListSignature:
    content = _whole(signature)
    if content is None:
        shown = ", ".join(each.place or each.uri or "" for each in signature.references)
        return ListSignature(ref, (_broken(rules.LIST_SIGNED_IN_PART, ref, shown),))
    digests = {signature.digest_algorithm.oid, *(e.digest_oid for e in signature.references)}
    if digests & _BROKEN_DIGESTS:
        return ListSignature(ref, (_broken(rules.LIST_DIGEST_BROKEN, ref, "SHA-1"),))
    enclosed = signature.key_info.certificates
    candidates = signature.signers or signature.find_signers(given) or given
    if not candidates:
        return ListSignature(ref, (_broken(rules.LIST_NO_CERTIFICATE, ref),))
    references = check_references(signature)  # once: a list is large, candidates may be many
    value = structs.replace(signature, references=())
    checks = [
        (each, XmlSignerCheck(references, verify_signer(value, each.key).verification))
        for each in candidates[:CANDIDATES_MAX]
    ]
    for certificate, check in checks:
        if check.is_valid and _is_named(signature, certificate):
            findings = (
                *signature.findings,
                Finding(rules.LIST_SIGNATURE, Severity.PASS, ref, actual=certificate.ref.name),
            )
            return ListSignature(ref, findings, content, certificate, enclosed)
    failed = _broken(rules.LIST_SIGNATURE, ref, sub=SubIndication.SIG_CRYPTO_FAILURE)
    details = checks[0][1].findings(signature)
    return ListSignature(ref, (*signature.findings, *details, failed), certificates=enclosed)


def _whole(signature: XmlSignature) -> bytes | None:
    """Return the octets of the only reference to content, if that is the whole document.

    TS 119 612 5.7.1: enveloped, one reference to the root element; beside it XAdES has one to its
    own properties. A place of one step is the root.
    """
    content: list[Reference] = [
        each for each in signature.references if each.type != _PROPERTIES or each.uri == ""
    ]
    if len(content) != 1 or content[0].place.count("/") != 1:
        return None
    return content[0].octets


def _is_named(signature: XmlSignature, certificate: Certificate) -> bool:
    """Whether the signed properties name the certificate, where they name any."""
    return not any(
        each.severity in {Severity.FAIL, Severity.UNKNOWN}
        for each in check_signing_certificate(signature, certificate)
    )


def check_named_signer(
    signature: ListSignature,
    found: TrustList,
    signers: Iterable[Certificate],
    pins: frozenset[str],
) -> tuple[Finding, ...]:
    """Check that the signer is one whom a pointer names, or pinned by SHA-256 (64 hex digits).

    TS 119 612 5.3.13: the pointer to a list names the certificates of who signs it. Their time is
    told and does not decide: they are trusted by themselves, as anchors are.
    """
    signer = signature.signer
    if signer is None:
        return ()
    known = signer.sha256 in pins or signer in tuple(signers)
    findings = [
        Finding(
            rules.LIST_SIGNER,
            Severity.PASS if known else Severity.FAIL,
            signer.ref,
            actual=signer.sha256,
            sub_indication=None if known else SubIndication.SIG_CONSTRAINTS_FAILURE,
        )
    ]
    if not signer.not_before <= found.issued <= signer.not_after:
        findings.append(
            Finding(
                rules.LIST_SIGNER_OUT_OF_TIME,
                Severity.WARN,
                signer.ref,
                expected=signer.not_after.isoformat(),
                actual=found.issued.isoformat(),
            )
        )
    return tuple(findings)


def conclude(findings: Iterable[Finding]) -> Conclusion:
    """Conclude: what fails makes FAILED, what is open INDETERMINATE, else PASSED."""
    found = tuple(findings)
    for severity, indication in (
        (Severity.FAIL, Indication.FAILED),
        (Severity.UNKNOWN, Indication.INDETERMINATE),
    ):
        for each in found:
            if each.severity is severity:
                sub = each.sub_indication or SubIndication.CUSTOM
                return Conclusion(indication, sub, found)
    return Conclusion(Indication.PASSED, None, found)


def _broken(
    rule: Rule,
    ref: ObjectRef,
    actual: str | None = None,
    sub: SubIndication = SubIndication.FORMAT_FAILURE,
) -> Finding:
    return Finding(rule, Severity.FAIL, ref, actual=actual, sub_indication=sub)
