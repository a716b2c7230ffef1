"""Checks of one SignerInfo's structure (RFC 5652 5.3, 11; RFC 8933; RFC 6211): pure, no content.

A broken rule is FORMAT_FAILURE (EN 319 102-1 5.2.2); what real documents do and the standards
do not allow is a warning. Each function gives findings only for what is not as it should be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from zaruka.asn1 import cms as wire
from zaruka.asn1 import schema as s
from zaruka.crypto import AlgorithmId
from zaruka.crypto.algorithms import DIGESTS, SIGNATURES
from zaruka.errors import InputError
from zaruka.findings import Finding, Rule, Severity, SubIndication
from zaruka.signatures import cades, rules

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from zaruka.signatures.document import Attribute, Signature

__all__ = ["check_structure"]

ID_DATA: Final = "1.2.840.113549.1.7.1"
CONTENT_TYPE: Final = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST: Final = "1.2.840.113549.1.9.4"
SIGNING_TIME: Final = "1.2.840.113549.1.9.5"
ALGORITHM_PROTECTION: Final = "1.2.840.113549.1.9.52"  # RFC 6211 2

_BIGN_PUBKEY: Final = "1.2.112.0.2.0.34.101.45.2.1"
_SINGLE: Final = frozenset({CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_TIME, ALGORITHM_PROTECTION})


def check_structure(signature: Signature, listed: Collection[str]) -> tuple[Finding, ...]:
    """Give all findings on the structure; `listed` are the OIDs of SignedData.digestAlgorithms.

    Where no rule is broken, PASS of cms.format stands first.
    """
    found = [
        *_check_signer(signature, listed),
        *_check_attributes(signature),
        *_check_algorithms(signature),
        *cades.check_attributes(signature),
    ]
    if not any(finding.severity is Severity.FAIL for finding in found):
        found.insert(0, Finding(rules.FORMAT, Severity.PASS, signature.ref))
    return tuple(found)


def _check_signer(signature: Signature, listed: Collection[str]) -> Iterator[Finding]:
    # RFC 5652 5.3: version 1 with issuerAndSerialNumber, 3 with subjectKeyIdentifier
    version = 1 if signature.sid.key_id is None else 3
    if signature.version != version:
        yield _warn(rules.SIGNER_VERSION, signature, str(version), str(signature.version))
    # RFC 5652 5.3: implementations may refuse a digest that is not announced; real ones do not
    if signature.digest_algorithm.oid not in listed:
        yield _warn(rules.DIGEST_NOT_LISTED, signature, None, signature.digest_algorithm.oid)


def _check_attributes(signature: Signature) -> Iterator[Finding]:
    attributes = signature.signed_attributes
    if attributes is None:
        # RFC 5652 5.3: may be absent for id-data only
        if signature.encapsulated_type != ID_DATA:
            yield _fail(
                rules.SIGNED_ATTRIBUTES_REQUIRED, signature, ID_DATA, signature.encapsulated_type
            )
        return
    if not attributes:  # RFC 5652 5.3: SET SIZE (1..MAX)
        yield _fail(rules.ATTRIBUTES_MALFORMED, signature, "1", "0")
    if not is_der(signature.signed_attributes_der or b""):
        yield _warn(rules.SIGNED_ATTRIBUTES_NOT_DER, signature)
    yield from _check_content_type(signature)
    yield from _check_message_digest(signature)
    yield from _check_signing_time(signature)
    yield from _check_repetition(signature)


def _check_content_type(signature: Signature) -> Iterator[Finding]:
    # RFC 5652 11.1: one instance, one value, equal to eContentType
    count = _count(signature, CONTENT_TYPE)
    if count != 1 or signature.content_type is None:
        yield _fail(rules.CONTENT_TYPE, signature, signature.encapsulated_type, _times(count))
    elif signature.content_type != signature.encapsulated_type:
        yield _fail(
            rules.CONTENT_TYPE, signature, signature.encapsulated_type, signature.content_type
        )


def _check_message_digest(signature: Signature) -> Iterator[Finding]:
    # RFC 5652 11.2: one instance, one value, of the digest's length
    count = _count(signature, MESSAGE_DIGEST)
    if count != 1 or signature.message_digest is None:
        yield _fail(rules.MESSAGE_DIGEST_ATTRIBUTE, signature, "1", _times(count))
        return
    digest = DIGESTS.get(signature.digest_algorithm.oid)
    if digest is not None and len(signature.message_digest) != digest.size:
        actual = str(len(signature.message_digest))
        yield _fail(rules.MESSAGE_DIGEST_LENGTH, signature, str(digest.size), actual)


def _check_signing_time(signature: Signature) -> Iterator[Finding]:
    # RFC 5652 11.3: at most one instance, one value
    count = _count(signature, SIGNING_TIME)
    if count > 1 or (count == 1 and signature.signing_time is None):
        yield _fail(rules.SIGNING_TIME, signature, "1", _times(count))


def _check_repetition(signature: Signature) -> Iterator[Finding]:
    seen: set[str] = set()
    for attribute in signature.signed_attributes or ():
        # those of _SINGLE and of ESS have rules of their own
        if attribute.oid in seen and attribute.oid not in _SINGLE | cades.ESS:
            yield _warn(rules.ATTRIBUTE_DOUBLED, signature, None, attribute.oid)
        seen.add(attribute.oid)
    for attribute in signature.unsigned_attributes:
        # RFC 5652 11.1-11.3, EN 319 122-1 5.2.8: must not be unsigned; nothing is read from there
        if attribute.oid in _SINGLE or attribute.oid == cades.CONTENT_TIME_STAMP:
            yield _warn(rules.ATTRIBUTE_UNSIGNED, signature, None, attribute.oid)


def _check_algorithms(signature: Signature) -> Iterator[Finding]:
    # RFC 8933 3: content, attributes and signature use one digest
    implied = SIGNATURES.get(signature.signature_algorithm.oid)
    oid = signature.digest_algorithm.oid
    if implied is not None and implied.digest_oid not in {None, oid}:
        yield _fail(rules.ALGORITHMS_DIFFER, signature, implied.digest_oid, oid)
    # STB 34.101.78 6.6 wants bign-with-*; Avest's software writes the OID of the key
    if signature.signature_algorithm.oid == _BIGN_PUBKEY:
        yield _warn(rules.KEY_OID_AS_SIGNATURE, signature, None, _BIGN_PUBKEY)
    yield from _check_protection(signature)


def _check_protection(signature: Signature) -> Iterator[Finding]:
    """RFC 6211 2: one instance, one value, and the algorithms in it are those of SignerInfo."""
    found = signature.attributes(ALGORITHM_PROTECTION)
    if not found:
        return
    expected = (signature.digest_algorithm, signature.signature_algorithm)
    actual = _read_protection(found)
    if actual is None or not all(map(_same, expected, actual)):
        yield _fail(
            rules.ALGORITHM_PROTECTION,
            signature,
            " ".join(each.oid for each in expected),
            " ".join(each.oid for each in actual or ()),
        )


def _read_protection(found: tuple[Attribute, ...]) -> tuple[AlgorithmId, AlgorithmId] | None:
    if len(found) != 1 or len(found[0].values) != 1:
        return None
    try:
        value = s.decode(wire.CMS_ALGORITHM_PROTECTION, found[0].values[0], mode=s.BER)
    except InputError:
        return None
    if value.signature_algorithm is None:
        return None
    return AlgorithmId(*value.digest_algorithm), AlgorithmId(*value.signature_algorithm)


def _same(one: AlgorithmId, other: AlgorithmId) -> bool:
    """Compare algorithms; RFC 6211 2: absent parameters and NULL are the same where both occur."""
    null = b"\x05\x00"
    return one.oid == other.oid and (one.parameters or null) == (other.parameters or null)


def is_der(signed_attributes_der: bytes) -> bool:
    """Whether signed attributes are a DER SET OF: sorted (X.690 11.6), in definite lengths."""
    try:
        return not s.decode_noting(wire.ATTRIBUTES, signed_attributes_der)[1]
    except InputError:
        return False


def _count(signature: Signature, oid: str) -> int:
    """Count the values of all attributes of a type; an attribute without values counts as two."""
    return sum([len(found.values) or 2 for found in signature.attributes(oid)])


def _times(count: int) -> str:
    return f"x{count}"


def _fail(
    rule: Rule, signature: Signature, expected: str | None = None, actual: str | None = None
) -> Finding:
    failure = SubIndication.FORMAT_FAILURE
    return Finding(rule, Severity.FAIL, signature.ref, expected, actual, sub_indication=failure)


def _warn(
    rule: Rule, signature: Signature, expected: str | None = None, actual: str | None = None
) -> Finding:
    return Finding(rule, Severity.WARN, signature.ref, expected, actual)
