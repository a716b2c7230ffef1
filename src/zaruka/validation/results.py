"""What a validation returns. Reports are rendered from these values and from nothing else.

Every conclusion carries all its findings, PASS ones too: they are the list of what was checked.
What was not checked, and why, is among them as INFO or UNKNOWN. Times are aware UTC.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from zaruka.findings import (
    Conclusion,
    Finding,
    Indication,
    ObjectKind,
    ObjectRef,
    Severity,
    SubIndication,
)
from zaruka.signatures.rules import NOT_A_DOCUMENT
from zaruka.signatures.xml.rules import EEC_RECEIPT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from zaruka.facts import Fact, Need
    from zaruka.trust import Statement
    from zaruka.validation.jurisdiction import Identity
    from zaruka.validation.powers import Powers
    from zaruka.x509 import Certificate

_NO_DOCUMENT = frozenset({NOT_A_DOCUMENT.code, EEC_RECEIPT.code})

__all__ = [
    "Algorithm",
    "Block",
    "BlockResult",
    "CertificateResult",
    "ChainLink",
    "CounterSignature",
    "CrlResult",
    "Format",
    "Input",
    "Level",
    "Means",
    "ObjectResult",
    "OcspResult",
    "PathResult",
    "PolicyRef",
    "Process",
    "Revocation",
    "RevocationState",
    "SignatureResult",
    "TimestampKind",
    "TimestampResult",
    "ValidationReport",
    "overall",
]


class Block(StrEnum):
    """Building blocks of EN 319 102-1 V1.4.1, 5.2 and 5.4."""

    FORMAT_CHECKING = "format-checking"  # 5.2.2
    IDENTIFICATION = "identification"  # 5.2.3, of the signing certificate
    VALIDATION_CONTEXT = "validation-context"  # 5.2.4
    REVOCATION_FRESHNESS = "revocation-freshness"  # 5.2.5
    X509_VALIDATION = "x509-validation"  # 5.2.6
    CRYPTOGRAPHIC_VERIFICATION = "cryptographic-verification"  # 5.2.7
    SIGNATURE_ACCEPTANCE = "signature-acceptance"  # 5.2.8
    SIGNATURE_TIME = "signature-time"  # 5.5.4, steps on time-stamps
    LONG_TERM = "long-term"  # 5.6


class Process(StrEnum):
    """The process that gave the conclusion (EN 319 102-1 V1.4.1, 5.3 to 5.6)."""

    BASIC = "basic"  # 5.3
    TIME_STAMP = "time-stamp"  # 5.4
    WITH_TIME = "with-time"  # 5.5
    ARCHIVAL = "archival"  # 5.6


class Format(StrEnum):
    """Forms of a signature; those of ETSI where it binds its certificate."""

    CMS = "CMS"
    CADES = "CAdES"
    XMLDSIG = "XMLDSig"
    XADES = "XAdES"
    RAW = "raw"  # a bare signature value


class Level(StrEnum):
    """AdES levels of EN 319 122-1, the older ones of TS 101 733 / EN 319 122-2, and none."""

    CMS = "CMS"  # a signature that binds no signing certificate: below B-B
    B_B = "B-B"
    B_T = "B-T"
    B_LT = "B-LT"
    B_LTA = "B-LTA"
    C = "C"
    X = "X"
    X_LONG = "X-L"
    A = "A"


class TimestampKind(StrEnum):
    """What a time-stamp covers."""

    SIGNATURE = "signature-time-stamp"
    CADES_C = "cades-c-time-stamp"
    REFERENCES = "certs-crls-references-time-stamp"
    ARCHIVE = "archive-time-stamp"  # of XAdES
    ARCHIVE_V2 = "archive-time-stamp-v2"
    ARCHIVE_V3 = "archive-time-stamp-v3"
    CONTENT = "content-time-stamp"
    DOCUMENT = "document"  # a token or response given as the object itself


class RevocationState(StrEnum):
    """What is known of a certificate's revocation."""

    GOOD = "good"
    REVOKED = "revoked"
    ON_HOLD = "on-hold"
    UNKNOWN = "unknown"  # nothing usable was given
    NOT_NEEDED = "not-needed"  # an anchor, id-pkix-ocsp-nocheck


class Algorithm(Struct, frozen=True, gc=False):
    """Algorithms of one signature: OIDs, and the size of the key in bits where it is known."""

    signature_oid: str
    digest_oid: str | None
    key_oid: str | None = None
    key_parameters_oid: str | None = None
    key_bits: int | None = None


class Revocation(Struct, frozen=True, gc=False):
    """What is known of a certificate's revocation, and from which object.

    `source` is the CRL or OCSP answer used; `reason` the CRLReason code as written (17 and 18
    of GosSUOK among them).
    """

    state: RevocationState
    source: ObjectRef | None = None
    this_update: datetime | None = None
    next_update: datetime | None = None
    revoked_at: datetime | None = None
    reason: int | None = None
    invalidity_date: datetime | None = None


class ChainLink(Struct, frozen=True):
    """One certificate of a path; `anchor` is the statement that trusts it, for the last one."""

    ref: ObjectRef
    certificate: Certificate
    identity: Identity
    revocation: Revocation
    anchor: Statement | None = None


class PathResult(Struct, frozen=True):
    """One candidate path, signer first, and why it was taken or refused."""

    links: tuple[ChainLink, ...]
    conclusion: Conclusion
    complete: bool  # ends in a trust anchor


class BlockResult(Struct, frozen=True, gc=False):
    """The conclusion of one building block, and whether what it asked is so.

    The two differ in that of the time, which carries the conclusion of the whole.
    """

    block: Block
    conclusion: Conclusion
    holds: bool

    @classmethod
    def of(cls, block: Block, conclusion: Conclusion) -> BlockResult:
        """Make it of a conclusion that is the block's own."""
        return cls(block, conclusion, conclusion.passed)


class TimestampResult(Struct, frozen=True):
    """A time-stamp: in a signature, or given by itself.

    `at_best` says whether it moved best-signature-time of its signature. `accuracy_ms` is the
    declared accuracy in milliseconds.
    """

    ref: ObjectRef
    kind: TimestampKind
    conclusion: Conclusion
    time: datetime
    accuracy_ms: int | None
    policy_oid: str
    serial_number: int
    imprint_algorithm_oid: str
    algorithm: Algorithm | None
    tsa: Identity | None
    chain: tuple[ChainLink, ...] = ()
    paths: tuple[PathResult, ...] = ()
    blocks: tuple[BlockResult, ...] = ()
    at_best: bool = False


class CounterSignature(Struct, frozen=True):
    """A counter-signature noticed (RFC 5652 11.4): that it is there, not its verdict."""

    ref: ObjectRef


class SignatureResult(Struct, frozen=True):
    """One signature, its own conclusion.

    `level_claimed` is what its attributes amount to, `level` what was confirmed. `signing_time`
    is the signer's claim, `best_signature_time` the proven one or the validation time
    (EN 319 102-1 V1.4.1, 5.5.4); `proven` tells which. `detached` says that what it signs, or a
    part of that, is not in its file. `powers` stand beside the conclusion and have no part in it;
    None where nobody asked.
    """

    index: int
    ref: ObjectRef
    format: Format
    conclusion: Conclusion
    process: Process
    algorithm: Algorithm
    level_claimed: Level
    level: Level | None
    signing_time: datetime | None
    best_signature_time: datetime
    proven: bool
    signer: Identity | None
    signing_certificate: ObjectRef | None
    chain: tuple[ChainLink, ...] = ()
    paths: tuple[PathResult, ...] = ()
    blocks: tuple[BlockResult, ...] = ()
    timestamps: tuple[TimestampResult, ...] = ()
    countersignatures: tuple[CounterSignature, ...] = ()
    detached: bool = False
    powers: Powers | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings that the conclusion rests on."""
        return self.conclusion.findings

    @property
    def signs_document(self) -> bool:
        """Whether a document is signed, and not a message to or from a trusted third party."""
        return not any(each.rule.code in _NO_DOCUMENT for each in self.findings)


class CertificateResult(Struct, frozen=True):
    """A certificate judged by itself."""

    ref: ObjectRef
    conclusion: Conclusion
    identity: Identity
    chain: tuple[ChainLink, ...]
    paths: tuple[PathResult, ...] = ()


class CrlResult(Struct, frozen=True):
    """A CRL judged by itself."""

    ref: ObjectRef
    conclusion: Conclusion
    issuer: str
    this_update: datetime
    next_update: datetime | None
    number: int | None
    entries: int
    chain: tuple[ChainLink, ...] = ()


class OcspResult(Struct, frozen=True):
    """An OCSP answer judged by itself, and what it says of each certificate."""

    ref: ObjectRef
    conclusion: Conclusion
    produced_at: datetime | None
    answers: tuple[tuple[str, Revocation], ...]  # serial number in hexadecimal, its status
    chain: tuple[ChainLink, ...] = ()


ObjectResult: TypeAlias = "CertificateResult | CrlResult | OcspResult | TimestampResult"


class PolicyRef(Struct, frozen=True):
    """The policy judged by: its name and the SHA-256 of its text."""

    name: str
    sha256: str


class Input(Struct, frozen=True):
    """What was given: name as given, its role ("signature", "content", "certificate", ...)."""

    name: str
    role: str
    sha256: str
    size: int


class Means(Struct, frozen=True):
    """The cryptographic means used, and whether their conformity is confirmed."""

    name: str
    version: str
    confirmed: bool = False


class ValidationReport(Struct, frozen=True):
    """Everything that one validation says.

    `signatures` and `objects` hold each its own conclusion; `findings` are about the document
    as a whole. `needs` is what could change an INDETERMINATE if the caller obtained it.
    """

    policy: PolicyRef
    validation_time: datetime
    inputs: tuple[Input, ...] = ()
    means: tuple[Means, ...] = ()
    signatures: tuple[SignatureResult, ...] = ()
    objects: tuple[ObjectResult, ...] = ()
    findings: tuple[Finding, ...] = ()
    facts: tuple[Fact, ...] = ()
    needs: tuple[Need, ...] = ()

    @property
    def conclusion(self) -> Conclusion:
        """The conclusion of the whole: the worst of its parts and of what is open about it."""
        signatures = [each.conclusion for each in self.signatures]
        objects = [each.conclusion for each in self.objects]
        return overall([*signatures, *objects, *self.on_whole])

    @property
    def on_whole(self) -> tuple[Conclusion, ...]:
        """What could not be established about the document, whatever its signatures say."""
        return tuple(
            Conclusion(Indication.INDETERMINATE, found.sub_indication, (found,))
            for found in self.findings
            if found.severity is Severity.UNKNOWN
        )


_RANK = {
    Indication.TOTAL_FAILED: 0,
    Indication.FAILED: 0,
    Indication.INDETERMINATE: 1,
    Indication.TOTAL_PASSED: 2,
    Indication.PASSED: 2,
}


def overall(conclusions: Iterable[Conclusion]) -> Conclusion:
    """Return the worst conclusion: failed before indeterminate before passed, first of equals.

    Nothing to judge is INDETERMINATE: no signature is not a valid signature.
    """
    worst = min(conclusions, key=lambda found: _RANK[found.indication], default=None)
    if worst is None:
        return Conclusion(Indication.INDETERMINATE, SubIndication.SIGNED_DATA_NOT_FOUND)
    return worst


def signature_ref(sha256: str, name: str) -> ObjectRef:
    """Name a signature: `sha256` is of its SignerInfo's encoding."""
    return ObjectRef(ObjectKind.SIGNATURE, sha256, name)
