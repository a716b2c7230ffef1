"""CAdES attributes: which they are, what they hold, which level they amount to.

EN 319 122-1 V1.3.1, and TS 101 733, by which CryptoPro writes X Long and A; references to the
signing certificate are of ESS (RFC 2634 5.4, RFC 5035 5).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from msgspec import structs

from zaruka.asn1 import cms as wire
from zaruka.asn1 import schema as s
from zaruka.crypto import AlgorithmId, digest
from zaruka.errors import InputError, UnsupportedError
from zaruka.findings import Finding, Severity, SubIndication
from zaruka.signatures import rules
from zaruka.signatures.document import CertificateRef, Evidence, Unread
from zaruka.x509.certificates import Certificate
from zaruka.x509.crls import CertificateList
from zaruka.x509.names import read_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from zaruka.signatures.document import Attribute, Signature, TimeStampToken

__all__ = [
    "check_attributes",
    "check_signing_certificate",
    "claimed_level",
    "count_reasons",
    "read_certificate_refs",
    "read_evidence",
    "stamp_imprint_octets",
]

T = TypeVar("T")
E = TypeVar("E", bytes, memoryview)
Details: TypeAlias = "dict[str, str | int | datetime]"

_AA: Final = "1.2.840.113549.1.9.16.2"  # id-aa, RFC 5126 and EN 319 122-1 annex D
SIGNING_CERTIFICATE: Final = f"{_AA}.12"
SIGNING_CERTIFICATE_V2: Final = f"{_AA}.47"
SIGNATURE_TIME_STAMP: Final = f"{_AA}.14"
CONTENT_TIME_STAMP: Final = f"{_AA}.20"
CERTIFICATE_VALUES: Final = f"{_AA}.23"
REVOCATION_VALUES: Final = f"{_AA}.24"
ESS: Final = frozenset({SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2})

SHA1: Final = AlgorithmId("1.3.14.3.2.26", None)

# Attributes that carry evidence, by OID; of those with True each value is a time-stamp token.
_KINDS: Final[dict[str, tuple[str, bool]]] = {
    "1.2.840.113549.1.9.6": ("counter-signature", False),
    SIGNATURE_TIME_STAMP: ("signature-time-stamp", True),
    CONTENT_TIME_STAMP: ("content-time-stamp", True),
    f"{_AA}.21": ("complete-certificate-references", False),
    f"{_AA}.22": ("complete-revocation-references", False),
    CERTIFICATE_VALUES: ("certificate-values", False),
    REVOCATION_VALUES: ("revocation-values", False),
    f"{_AA}.25": ("cades-c-time-stamp", True),
    f"{_AA}.26": ("certs-crls-references-time-stamp", True),
    f"{_AA}.27": ("archive-time-stamp-v1", True),
    f"{_AA}.44": ("attribute-certificate-references", False),
    f"{_AA}.45": ("attribute-revocation-references", False),
    f"{_AA}.48": ("archive-time-stamp-v2", True),
    f"{_AA}.49": ("evidence-record-internal", False),  # RFC 4998 appendix A
    f"{_AA}.50": ("evidence-record-external", False),
    "0.4.0.1733.2.2": ("long-term-validation", False),
    "0.4.0.1733.2.4": ("archive-time-stamp-v3", True),
    "0.4.0.1733.2.5": ("ats-hash-index", False),
    "0.4.0.19122.1.3": ("signature-policy-store", False),
    "0.4.0.19122.1.4": ("ats-hash-index-v2", False),
    "0.4.0.19122.1.5": ("ats-hash-index-v3", False),
}
_ARCHIVE: Final = frozenset(f"archive-time-stamp-v{version}" for version in (1, 2, 3))
_REFERENCES: Final = frozenset(
    {"complete-certificate-references", "complete-revocation-references"}
)
_STAMPED_REFERENCES: Final = frozenset({"cades-c-time-stamp", "certs-crls-references-time-stamp"})
_VALUES: Final = frozenset({"certificate-values", "revocation-values"})
# Read and shown, and no part of a verdict: attribute certificates are judged elsewhere.
_NOT_JUDGED: Final = frozenset(
    {
        "counter-signature",
        "archive-time-stamp-v1",
        "attribute-certificate-references",
        "attribute-revocation-references",
        "long-term-validation",
        "evidence-record-external",
        "evidence-record-internal",
        "signature-policy-store",
    }
)


def stamp_imprint_octets(signature: Signature) -> bytes:
    """Octets whose digest a signature-time-stamp holds: the signature value (EN 319 122-1 5.3)."""
    return signature.signature


def claimed_level(
    signed_attributes: Iterable[Attribute],
    evidence: Iterable[Evidence],
    *,
    revocation_inside: bool,
) -> str:
    """Name the level that the attributes amount to.

    `revocation_inside` tells that SignedData.crls is not empty.

    EN 319 122-1 6 (B levels) and EN 319 122-2 (C, X, X-L, A). "CMS" is a signature that does not
    bind its certificate. A time-stamp that cannot be read still claims its level.
    """
    if ESS.isdisjoint([found.oid for found in signed_attributes]):
        return "CMS"
    kinds = {found.kind for found in evidence}
    if not kinds:
        return "B-B"
    baseline = not kinds & (_REFERENCES | _VALUES)
    stamped = "signature-time-stamp" in kinds
    claims = (
        ("B-LTA", baseline and kinds & _ARCHIVE),
        ("A", kinds & _ARCHIVE),
        ("X-L", kinds >= _VALUES),
        ("X", kinds & _STAMPED_REFERENCES),
        ("C", kinds >= _REFERENCES),
        ("B-LT", stamped and revocation_inside),
        ("B-T", stamped),
    )
    return next((level for level, claimed in claims if claimed), "B-B")


def read_certificate_refs(attributes: Iterable[Attribute]) -> tuple[CertificateRef, ...]:
    """Read the references of signing-certificate attributes, v1 and v2, in the file's order.

    An attribute that is not what RFC 5035 defines gives none; `check_attributes` says so.
    """
    refs: list[CertificateRef] = []
    for attribute in attributes:
        if attribute.oid in ESS:
            try:
                refs += [ref for value in attribute.values for ref in _refs(attribute.oid, value)]
            except InputError:
                continue
    return tuple(refs)


def _refs(oid: str, value: bytes) -> list[CertificateRef]:
    if oid == SIGNING_CERTIFICATE:
        v1 = s.decode(wire.SIGNING_CERTIFICATE, value, mode=s.BER)
        return [_ref(oid, position, SHA1, found) for position, found in enumerate(v1.certs)]
    v2 = s.decode(wire.SIGNING_CERTIFICATE_V2, value, mode=s.BER)
    return [
        _ref(oid, position, AlgorithmId(*ref.hash_algorithm), ref)
        for position, ref in enumerate(v2.certs)
    ]


def _ref(
    oid: str, position: int, algorithm: AlgorithmId, found: wire.ESSCertID | wire.ESSCertIDv2
) -> CertificateRef:
    if found.issuer_serial is None:
        return CertificateRef(oid, position, algorithm, found.cert_hash)
    issuer, serial_number = found.issuer_serial
    names = [value for kind, value in issuer if kind == "directoryName"]
    name = read_name(names[0]) if names else None
    return CertificateRef(oid, position, algorithm, found.cert_hash, name, serial_number)


def read_evidence(
    attributes: Iterable[Attribute],
    parse_token: Callable[[bytes], TimeStampToken],
    *,
    signed: bool = False,
) -> tuple[Evidence, ...]:
    """Read the attributes that carry evidence; what cannot be read is kept with its reason."""
    return tuple(
        [_evidence(one, parse_token, signed=signed) for one in attributes if one.oid in _KINDS]
    )


def _evidence(
    attribute: Attribute, parse_token: Callable[[bytes], TimeStampToken], *, signed: bool
) -> Evidence:
    kind, is_token = _KINDS[attribute.oid]
    evidence = Evidence(kind, attribute, signed=signed)
    if is_token:
        tokens, unread = read_each(attribute.values, parse_token)
        return structs.replace(evidence, tokens=tokens, unread=unread)
    try:
        if attribute.oid == CERTIFICATE_VALUES:
            lists = (s.decode(wire.CERTIFICATE_VALUES, v, mode=s.BER) for v in attribute.values)
            read, unread = read_each((der for each in lists for der in each), Certificate.parse)
            return structs.replace(evidence, certificates=read, unread=unread)
        if attribute.oid == REVOCATION_VALUES:
            values = [s.decode(wire.REVOCATION_VALUES, v, mode=s.BER) for v in attribute.values]
            crls, unread = read_each(
                (der for value in values for der in value.crl_vals or ()), CertificateList.parse
            )
            ocsps = tuple(der for value in values for der in value.ocsp_vals or ())
            return structs.replace(evidence, crls=crls, ocsps=ocsps, unread=unread)
    except InputError as error:
        return structs.replace(evidence, unread=(Unread(attribute.der, error.code),))
    return evidence


def read_each(
    encodings: Iterable[E], parse: Callable[[E], T]
) -> tuple[tuple[T, ...], tuple[Unread, ...]]:
    """Read each of `encodings`; those that `parse` refuses come back with its reason."""
    read: list[T] = []
    unread: list[Unread] = []
    for der in encodings:
        try:
            read.append(parse(der))
        except InputError as error:
            unread.append(Unread(bytes(der), error.code))
    return tuple(read), tuple(unread)


def count_reasons(unread: Sequence[Unread]) -> Iterable[tuple[str, int]]:
    """Count what could not be read by its reason, in the order of the file."""
    return Counter(each.reason for each in unread).items() if unread else ()


def check_attributes(signature: Signature) -> list[Finding]:
    """Find what is wrong with the CAdES attributes themselves; no certificate is looked at."""
    findings = []
    binding = [
        (oid, found)
        for oid in (SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2)
        if (found := signature.attributes(oid))
    ]
    if not binding:
        findings.append(Finding(rules.NO_SIGNING_CERTIFICATE, Severity.WARN, signature.ref))
    elif signature.signing_time is None:
        findings.append(Finding(rules.NO_SIGNING_TIME, Severity.INFO, signature.ref))
    for oid, found in binding:
        # RFC 5035 5.4: one attribute with one value, and at least one reference in it
        if len(found) > 1 or len(found[0].values) != 1:
            findings.append(_broken(signature, str(len(found))))
        elif oid not in [ref.attribute_oid for ref in signature.signer_refs]:
            findings.append(_broken(signature, "0"))
    if signature.evidence:
        findings.extend(_check_evidence(signature))
    return findings


def _check_evidence(signature: Signature) -> Iterator[Finding]:
    """Say which evidence cannot be read, and which is not judged."""
    for evidence in signature.evidence:
        for reason, count in count_reasons(evidence.unread):
            details: Details = {"kind": evidence.kind, "reason": reason, "count": count}
            rule = rules.EVIDENCE_UNREADABLE
            yield Finding(rule, Severity.WARN, signature.ref, details=details)
    kinds = dict.fromkeys(found.kind for found in signature.evidence)
    for kind in kinds:
        if kind in _NOT_JUDGED:
            yield Finding(rules.NOT_JUDGED, Severity.INFO, signature.ref, actual=kind)


def check_signing_certificate(
    signature: Signature, certificate: Certificate
) -> tuple[Finding, ...]:
    """Compare `certificate` with every reference to the signer's own (RFC 5035 5.4).

    A digest that differs means that another certificate was meant: no signing certificate found
    (EN 319 102-1 5.2.3.4). Issuer and serial number are hints, a difference is a warning.
    """
    return tuple(
        [
            finding
            for ref in signature.signer_refs
            for finding in _check_ref(signature, ref, certificate)
        ]
    )


def _check_ref(
    signature: Signature, ref: CertificateRef, certificate: Certificate
) -> list[Finding]:
    about = signature.ref
    try:
        actual = digest(ref.digest_algorithm.oid, certificate.der)
    except UnsupportedError:
        oid = ref.digest_algorithm.oid
        return [Finding(rules.DIGEST_UNSUPPORTED, Severity.UNKNOWN, about, actual=oid)]
    same = actual == ref.digest
    compared = Finding(
        rules.SIGNING_CERTIFICATE,
        Severity.PASS if same else Severity.UNKNOWN,
        about,
        expected=ref.digest.hex(),
        actual=actual.hex(),
        sub_indication=None if same else SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
    )
    if ref.serial_number is None or (
        certificate.serial_number == ref.serial_number
        and (ref.issuer is None or ref.issuer == certificate.issuer)
    ):
        return [compared]
    expected, other = f"{ref.serial_number:x}", f"{certificate.serial_number:x}"
    return [compared, Finding(rules.ISSUER_SERIAL, Severity.WARN, about, expected, other)]


def _broken(signature: Signature, count: str) -> Finding:
    return Finding(
        rules.SIGNING_CERTIFICATE_ATTRIBUTE,
        Severity.FAIL,
        signature.ref,
        expected="1",
        actual=count,
        sub_indication=SubIndication.FORMAT_FAILURE,
    )
