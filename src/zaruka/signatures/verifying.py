"""Cryptographic verification of one signer (RFC 5652 5.4, 5.6): pure, results are values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from zaruka.asn1 import cms as wire
from zaruka.asn1 import schema as s
from zaruka.crypto import AlgorithmId, KeyInfo, Outcome, Verification, verify
from zaruka.errors import InputError, UnsupportedError
from zaruka.findings import Finding, Severity, SubIndication
from zaruka.signatures import rules
from zaruka.signatures.structure import CONTENT_TYPE, MESSAGE_DIGEST, is_der

if TYPE_CHECKING:
    from zaruka.signatures.content import Content
    from zaruka.signatures.document import Signature

__all__ = ["SignerCheck", "check_content", "verify_signer"]

# Content larger than this is not read for `check_content`: real attributes never come near.
_ATTRIBUTES_MAX: Final = 16 << 20
_FOUND_ATTRIBUTES: Final = "content:signed-attributes"
_MESSAGE_MAX: Final = 64 << 20  # content that EdDSA signs directly is held in memory
_EDDSA: Final = frozenset({"1.3.101.112", "1.3.101.113"})  # sign messages, not digests (RFC 8410)
# GOST R 34.11-94 with the test S-box (RFC 4357 11.2): the OID alone would not tell
_OTHER_PARAMETERS: Final = frozenset(
    {AlgorithmId("1.2.643.2.2.9", s.encode(s.OID, "1.2.643.2.2.30.0"))}
)


class SignerCheck(Struct, frozen=True):
    """What hashing and the signature's mathematics gave.

    `expected_digest` is the message-digest attribute (None without signed attributes),
    `actual_digest` that of the content (None without content, or with an unknown digest).
    `verification` is of the signature value, None where there was nothing to verify it over.
    `sorted_first` tells that it verified only over the attributes in DER order.
    """

    digest_oid: str
    expected_digest: bytes | None
    actual_digest: bytes | None
    digest_known: bool
    content_given: bool
    verification: Verification | None
    sorted_first: bool = False

    @property
    def message_digest_matches(self) -> bool | None:
        """Whether the content is what was signed; None where that was not compared."""
        if self.expected_digest is None or self.actual_digest is None:
            return None
        return self.expected_digest == self.actual_digest

    def findings(self, signature: Signature) -> tuple[Finding, ...]:
        """Say it as findings about `signature`."""
        return (*self._about_digest(signature), *self._about_signature(signature))

    def _about_digest(self, signature: Signature) -> tuple[Finding, ...]:
        about = signature.ref
        if not self.content_given:
            sub = SubIndication.SIGNED_DATA_NOT_FOUND
            absent = Finding(rules.CONTENT_ABSENT, Severity.UNKNOWN, about, sub_indication=sub)
            return (absent,)
        if not self.digest_known:
            oid = self.digest_oid
            return (Finding(rules.DIGEST_UNSUPPORTED, Severity.UNKNOWN, about, actual=oid),)
        if self.expected_digest is None or self.actual_digest is None:
            return ()
        same = self.message_digest_matches
        compared = Finding(
            rules.MESSAGE_DIGEST,
            Severity.PASS if same else Severity.FAIL,
            about,
            expected=self.expected_digest.hex(),
            actual=self.actual_digest.hex(),
            sub_indication=None if same else SubIndication.HASH_FAILURE,
        )
        return (compared,)

    def _about_signature(self, signature: Signature) -> tuple[Finding, ...]:
        if self.verification is None:
            return ()
        rule, severity = _SIGNATURE_RULES[self.verification.outcome]
        verified = Finding(
            rule,
            severity,
            signature.ref,
            expected=self.verification.expected,
            actual=self.verification.actual,
            sub_indication=SubIndication.SIG_CRYPTO_FAILURE if severity is Severity.FAIL else None,
        )
        return (verified,)


_SIGNATURE_RULES: Final = {
    Outcome.VALID: (rules.SIGNATURE, Severity.PASS),
    Outcome.INVALID: (rules.SIGNATURE, Severity.FAIL),
    Outcome.BAD_KEY: (rules.KEY_UNUSABLE, Severity.FAIL),
    Outcome.ALGORITHM_MISMATCH: (rules.KEY_ALGORITHM, Severity.FAIL),
    Outcome.UNSUPPORTED: (rules.SIGNATURE_UNSUPPORTED, Severity.UNKNOWN),
}


def verify_signer(signature: Signature, key: KeyInfo, content: Content | None) -> SignerCheck:
    """Hash `content` and verify the signature value with `key`.

    The digests that `content` already has are used (see `Content.digest_many`). Without content a
    signature over signed attributes is still verified. Raises InputError only if the content
    cannot be read.
    """
    oid = signature.digest_algorithm.oid
    actual, known = None, signature.digest_algorithm not in _OTHER_PARAMETERS
    if content is not None and known:
        try:
            actual = content.digest(oid)
        except UnsupportedError:
            known = False
    verification, resorted = _verify(signature, key, content, actual)
    return SignerCheck(
        digest_oid=oid,
        expected_digest=signature.message_digest,
        actual_digest=actual,
        digest_known=known,
        content_given=content is not None,
        verification=verification,
        sorted_first=resorted,
    )


def _verify(
    signature: Signature, key: KeyInfo, content: Content | None, actual: bytes | None
) -> tuple[Verification | None, bool]:
    """Verify the signature value; also tell whether the attributes had to be sorted for it."""
    if signature.digest_algorithm in _OTHER_PARAMETERS:
        return Verification.unsupported(signature.digest_algorithm.oid), False
    if signature.signed_attributes_der is not None:
        return _over_attributes(signature, key, signature.signed_attributes_der)
    return _over_content(signature, key, content, actual), False


def _over_attributes(signature: Signature, key: KeyInfo, der: bytes) -> tuple[Verification, bool]:
    """RFC 5652 5.4: over the SET OF; as written first, for that is what signers hashed."""
    found = _call(signature, key, message=der)
    if found.outcome is Outcome.INVALID and not is_der(der):
        encodings = sorted(each.der for each in signature.signed_attributes or ())
        again = _call(signature, key, message=s.encode(s.set_of(s.ANY), tuple(encodings)))
        if again.outcome is Outcome.VALID:
            return again, True
    return found, False


def _over_content(
    signature: Signature, key: KeyInfo, content: Content | None, actual: bytes | None
) -> Verification | None:
    if content is None:
        return None
    if signature.signature_algorithm.oid in _EDDSA and content.size <= _MESSAGE_MAX:
        return _call(signature, key, message=bytes(content))
    if actual is None:
        return Verification.unsupported(signature.digest_algorithm.oid)
    return _call(signature, key, digest=actual)


def _call(
    signature: Signature,
    key: KeyInfo,
    *,
    message: bytes | None = None,
    digest: bytes | None = None,
) -> Verification:
    return verify(
        key,
        signature.signature_algorithm,
        signature.digest_algorithm.oid,
        signature.signature,
        message=message,
        digest=digest,
    )


def check_content(signature: Signature, content: Content) -> tuple[Finding, ...]:
    """Refuse content that is itself signed attributes, where the signature covers it directly.

    A signature does not say whether it was made over content or over attributes. Someone can take
    a message with signed attributes, make them the content and drop the field; the signature value
    still verifies (draft-ietf-lamps-cms-euf-cma-signeddata-02 1 and 5.1). Attributes always hold
    content-type and message-digest, so nothing honest looks like this.
    """
    if signature.signed_attributes is not None or not _is_signed_attributes(content):
        return ()
    return (
        Finding(
            rules.CONTENT_IS_ATTRIBUTES,
            Severity.FAIL,
            signature.ref,
            sub_indication=SubIndication.FORMAT_FAILURE,
        ),
    )


def _is_signed_attributes(content: Content) -> bool:
    if content.known(_FOUND_ATTRIBUTES) is not None:
        return True
    if content.head(1) != b"\x31" or content.size > _ATTRIBUTES_MAX:
        return False
    try:
        attributes = s.decode(wire.ATTRIBUTES, bytes(content), mode=s.BER)
    except InputError:
        return False
    found = {CONTENT_TYPE, MESSAGE_DIGEST} <= {each.attr_type for each in attributes}
    if found:
        content.note(_FOUND_ATTRIBUTES, b"\x01")
    return found
