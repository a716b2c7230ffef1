"""Imprints of time-stamps on references and of archive time-stamps: EN 319 102-1 V1.4.1, 5.5.4(3).

What each covers: `zaruka.signatures.stamped` (EN 319 122-1 5.5.3, EN 319 122-2 A.1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zaruka.errors import InputError, UnsupportedError
from zaruka.findings import Finding, Severity, SubIndication
from zaruka.signatures import check_imprint
from zaruka.signatures import rules as signature_rules
from zaruka.signatures.hash_index import read_hash_index
from zaruka.signatures.stamped import (
    archive_v2_digest,
    archive_v3_digest,
    cades_c_octets,
    references_octets,
    xml_archive_digest,
)
from zaruka.signatures.xml.document import XmlSignature
from zaruka.validation import rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zaruka.findings import Rule
    from zaruka.signatures import Content, Signature, TimeStampToken
    from zaruka.signatures.stamped import Stamp
    from zaruka.validation.past.coverage import Covering

__all__ = ["check_stamped"]


def check_stamped(
    stamp: Stamp, covering: Covering, signature: Signature, content: Content | None
) -> Iterator[Finding]:
    """Check that the time-stamp is over what its kind covers."""
    token = stamp.token
    match stamp.kind:
        case "cades-c-time-stamp":
            yield check_imprint(token, cades_c_octets(signature))
            return
        case "certs-crls-references-time-stamp":
            yield check_imprint(token, references_octets(signature))
            return
    try:
        if stamp.kind == "archive-time-stamp-v3":
            yield from _check_v3(token, covering, signature, content)
        elif isinstance(signature, XmlSignature):
            oid = token.tst_info.imprint_algorithm.oid
            yield _same(token, xml_archive_digest(oid, token, signature, covering.parts))
        elif content is None and covering.parts.document.encapsulated is None:
            yield _absent(token)
        else:
            oid = token.tst_info.imprint_algorithm.oid
            yield _same(token, archive_v2_digest(oid, stamp, covering.parts, content))
    except UnsupportedError as error:
        oid = str(error.details.get("algorithm", token.tst_info.imprint_algorithm.oid))
        yield Finding(signature_rules.DIGEST_UNSUPPORTED, Severity.UNKNOWN, token.ref, actual=oid)


def _check_v3(
    token: TimeStampToken, covering: Covering, signature: Signature, content: Content | None
) -> Iterator[Finding]:
    try:
        index = read_hash_index(token)
    except InputError as error:
        yield _broken(rules.HASH_INDEX, token, SubIndication.FORMAT_FAILURE, error.code)
        return
    if index is None:  # EN 319 122-1 5.5.3: a single one
        yield _broken(rules.HASH_INDEX, token, SubIndication.FORMAT_FAILURE, None)
        return
    lost = covering.digests.resolve(index).lost
    if lost:  # 5.5.2: invalid where it names what is not there
        yield _broken(rules.HASH_INDEX_LOST, token, SubIndication.HASH_FAILURE, str(lost))
    oid = token.tst_info.imprint_algorithm.oid
    digest = _content_digest(oid, signature, content)
    if digest is None:
        yield _absent(token)
        return
    yield _same(token, archive_v3_digest(oid, index.der, covering.parts, digest))


def _content_digest(oid: str, signature: Signature, content: Content | None) -> bytes | None:
    """Take the digest that the signature itself holds, where it is of this algorithm (5.5.3)."""
    if oid == signature.digest_algorithm.oid and signature.message_digest is not None:
        return signature.message_digest
    return None if content is None else content.digest(oid)


def _absent(token: TimeStampToken) -> Finding:
    rule, sub = signature_rules.CONTENT_ABSENT, SubIndication.SIGNED_DATA_NOT_FOUND
    return Finding(rule, Severity.UNKNOWN, token.ref, sub_indication=sub)


def _same(token: TimeStampToken, actual: bytes) -> Finding:
    expected = token.tst_info.imprint
    same = actual == expected
    return Finding(
        signature_rules.TST_IMPRINT,
        Severity.PASS if same else Severity.FAIL,
        token.ref,
        expected=None if same else expected.hex(),
        actual=None if same else actual.hex(),
        sub_indication=None if same else SubIndication.HASH_FAILURE,
    )


def _broken(rule: Rule, token: TimeStampToken, sub: SubIndication, actual: str | None) -> Finding:
    return Finding(rule, Severity.FAIL, token.ref, actual=actual, sub_indication=sub)
