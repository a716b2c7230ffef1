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
    from collections.abc import Collection, Sequence

    from zaruka.signatures.document import Attribute, Signature

__all__ = ["check_structure"]

ID_DATA: Final = "1.2.840.113549.1.7.1"
CONTENT_TYPE: Final = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST: Final = "1.2.840.113549.1.9.4"
SIGNING_TIME: Final = "1.2.840.113549.1.9.5"
ALGORITHM_PROTECTION: Final = "1.2.840.113549.1.9.52"  # RFC 6211 2

_DVCS: Final = {
    "1.2.840.113549.1.9.16.1.7": "dvcs-request",
    "1.2.840.113549.1.9.16.1.8": "dvcs-response",
}
_BIGN_PUBKEY: Final = "1.2.112.0.2.0.34.101.45.2.1"
_SINGLE: Final = frozenset({CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_TIME, ALGORITHM_PROTECTION})


def check_structure(signature: Signature, listed: Collection[str]) -> tuple[Finding, ...]:
    """Give all findings on the structure; `listed` are the OIDs of SignedData.digestAlgorithms.

    Where no rule is broken, PASS of cms.format stands first.
    """
    found = [
        *_check_purpose(signature),
        *_check_signer(signature, listed),
        *_check_attributes(signature),
        *_check_algorithms(signature),
        *cades.check_attributes(signature),
    ]
    if Severity.FAIL not in [finding.severity for finding in found]:
        found.insert(0, Finding(rules.FORMAT, Severity.PASS, signature.ref))
    return tuple(found)


def _check_purpose(signature: Signature) -> list[Finding]:
    """Tell of what is signed to or by a trusted third party about other signatures."""
    kind = _DVCS.get(signature.encapsulated_type)
    if kind is None:
        return []
    return [Finding(rules.NOT_A_DOCUMENT, Severity.INFO, signature.ref, actual=kind)]


def _check_signer(signature: Signature, listed: Collection[str]) -> list[Finding]:
    found = []
    # RFC 5652 5.3: version 1 with issuerAndSerialNumber, 3 with subjectKeyIdentifier
    version = 1 if signature.sid.key_id is None else 3
    if signature.version != version:
        found.append(_warn(rules.SIGNER_VERSION, signature, str(version), str(signature.version)))
    # RFC 5652 5.3: implementations may refuse a digest that is not announced; real ones do not
    oid = signature.digest_algorithm.oid
    if oid not in listed:
        found.append(_warn(rules.DIGEST_NOT_LISTED, signature, None, oid))
    return found


def _check_attributes(signature: Signature) -> list[Finding]:
    attributes, encapsulated = signature.signed_attributes, signature.encapsulated_type
    if attributes is None:
        # RFC 5652 5.3: may be absent for id-data only
        if encapsulated == ID_DATA:
            return []
        return [_fail(rules.SIGNED_ATTRIBUTES_REQUIRED, signature, ID_DATA, encapsulated)]
    found = []
    if not attributes:  # RFC 5652 5.3: SET SIZE (1..MAX)
        found.append(_fail(rules.ATTRIBUTES_MALFORMED, signature, "1", "0"))
    if not is_der(signature.signed_attributes_der or b""):
        found.append(_warn(rules.SIGNED_ATTRIBUTES_NOT_DER, signature))
    for check in (_check_content_type, _check_message_digest, _check_signing_time):
        broken = check(signature)
        if broken is not None:
            found.append(broken)
    return found + _check_repetition(signature)


def _check_content_type(signature: Signature) -> Finding | None:
    # RFC 5652 11.1: one instance, one value, equal to eContentType
    count, expected = _count(signature, CONTENT_TYPE), signature.encapsulated_type
    if count != 1 or signature.content_type is None:
        return _fail(rules.CONTENT_TYPE, signature, expected, _times(count))
    if signature.content_type != expected:
        return _fail(rules.CONTENT_TYPE, signature, expected, signature.content_type)
    return None


def _check_message_digest(signature: Signature) -> Finding | None:
    # RFC 5652 11.2: one instance, one value, of the digest's length
    count, value = _count(signature, MESSAGE_DIGEST), signature.message_digest
    if count != 1 or value is None:
        return _fail(rules.MESSAGE_DIGEST_ATTRIBUTE, signature, "1", _times(count))
    digest = DIGESTS.get(signature.digest_algorithm.oid)
    if digest is not None and len(value) != digest.size:
        expected, actual = str(digest.size), str(len(value))
        return _fail(rules.MESSAGE_DIGEST_LENGTH, signature, expected, actual)
    return None


def _check_signing_time(signature: Signature) -> Finding | None:
    # RFC 5652 11.3: at most one instance, one value
    count = _count(signature, SIGNING_TIME)
    if count > 1 or (count == 1 and signature.signing_time is None):
        return _fail(rules.SIGNING_TIME, signature, "1", _times(count))
    return None


def _check_repetition(signature: Signature) -> list[Finding]:
    found = []
    seen: set[str] = set()
    for each in signature.signed_attributes or ():
        oid = each.oid
        # those of _SINGLE and of ESS have rules of their own
        if oid in seen and oid not in _SINGLE | cades.ESS:
            found.append(_warn(rules.ATTRIBUTE_DOUBLED, signature, None, oid))
        seen.add(oid)
    for each in signature.unsigned_attributes:
        oid = each.oid
        # RFC 5652 11.1-11.3, EN 319 122-1 5.2.8: must not be unsigned; nothing is read from there
        if oid in _SINGLE or oid == cades.CONTENT_TIME_STAMP:
            found.append(_warn(rules.ATTRIBUTE_UNSIGNED, signature, None, oid))
    return found


def _check_algorithms(signature: Signature) -> list[Finding]:
    found = []
    # RFC 8933 3: content, attributes and signature use one digest
    own = signature.signature_algorithm.oid
    implied, oid = SIGNATURES.get(own), signature.digest_algorithm.oid
    if implied is not None and implied.digest_oid not in {None, oid}:
        found.append(_fail(rules.ALGORITHMS_DIFFER, signature, implied.digest_oid, oid))
    # STB 34.101.78 6.6 wants bign-with-*; Avest's software writes the OID of the key
    if own == _BIGN_PUBKEY:
        found.append(_warn(rules.KEY_OID_AS_SIGNATURE, signature, None, _BIGN_PUBKEY))
    protection = signature.attributes(ALGORITHM_PROTECTION)
    if protection:
        found += _check_protection(signature, protection)
    return found


def _check_protection(signature: Signature, found: Sequence[Attribute]) -> list[Finding]:
    """RFC 6211 2: one instance, one value, and the algorithms in it are those of SignerInfo."""
    expected = (signature.digest_algorithm, signature.signature_algorithm)
    actual = _read_protection(found)
    if actual is not None and all(map(_same, expected, actual)):
        return []
    return [
        _fail(
            rules.ALGORITHM_PROTECTION,
            signature,
            " ".join(each.oid for each in expected),
            " ".join(each.oid for each in actual or ()),
        )
    ]


def _read_protection(found: Sequence[Attribute]) -> tuple[AlgorithmId, AlgorithmId] | None:
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
