"""What an input is: its kind and, for ASN.1, how that is seen from its first elements."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from zaruka.errors import BudgetExceeded
from zaruka.signatures.input.tlv import Element, children, element_at, take

__all__ = ["Kind", "Seen", "certificates_and_crls", "identify"]


class Kind(StrEnum):
    """What an input is."""

    # Objects that Zaruka reads.
    SIGNED_DATA = "signed-data"
    TIMESTAMP_TOKEN = "timestamp-token"  # noqa: S105 - no password
    TIMESTAMP_RESPONSE = "timestamp-response"
    TIMESTAMP_REQUEST = "timestamp-request"
    CERTIFICATE = "certificate"
    CERTIFICATES = "certificates"  # p7b: a SignedData that carries certificates and CRLs only
    CRL = "crl"
    ATTRIBUTE_CERTIFICATE = "attribute-certificate"
    OCSP_RESPONSE = "ocsp-response"
    OCSP_REQUEST = "ocsp-request"
    DVCS_REQUEST = "dvcs-request"
    DVCS_RESPONSE = "dvcs-response"
    PRIVATE_KEY = "private-key"
    PUBLIC_KEY = "public-key"
    CERTIFICATE_REQUEST = "certificate-request"
    RAW_SIGNATURE = "raw-signature"
    # Objects that are known, and not read.
    ENCRYPTED_CMS = "encrypted-cms"
    OTHER_CMS = "other-cms"
    EVIDENCE_RECORD = "evidence-record"
    PKCS12 = "pkcs12"
    KEY_CONTAINER = "key-container"
    OTHER_ASN1 = "other-asn1"
    # Documents and containers.
    XML = "xml"
    PDF = "pdf"
    ZIP = "zip"
    ASIC = "asic"
    OFFICE = "office"
    MAIL = "mail"
    ARCHIVE = "archive"
    JWS = "jws"
    PGP = "pgp"
    IMAGE = "image"
    TEXT = "text"
    BINARY = "binary"
    EMPTY = "empty"


class Seen(Struct, frozen=True):
    """An ASN.1 object as its first elements show it.

    `end` is its length in octets (all there are, for an indefinite length), `missing` how many
    of them are not there. `detached` is None unless it is a SignedData with signers.
    """

    kind: Kind
    what: str
    end: int
    missing: int
    detached: bool | None = None


SEQUENCE, SET, INTEGER, OID, ENUMERATED = 0x30, 0x31, 0x02, 0x06, 0x0A
BIT_STRING, OCTET_STRING = 0x03, 0x04
TIMES = {0x17, 0x18}  # UTCTime, GeneralizedTime
CONTEXT = (0xA0, 0xA1, 0xA2)


def _oid(dotted: str) -> bytes:
    """Content octets of an OBJECT IDENTIFIER (X.690 8.19)."""
    first, second, *rest = map(int, dotted.split("."))
    octets = bytearray()
    for arc in (first * 40 + second, *rest):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(0x80 | arc & 0x7F)
        octets += bytes(reversed(groups))
    return bytes(octets)


SIGNED = _oid("1.2.840.113549.1.7.2")
# Content types of a ContentInfo that is not signed: RFC 5652, RFC 5083, RFC 3274, RFC 2315.
CONTENT_TYPES = {
    _oid("1.2.840.113549.1.7.1"): (Kind.OTHER_CMS, "data"),
    _oid("1.2.840.113549.1.7.3"): (Kind.ENCRYPTED_CMS, "enveloped-data"),
    _oid("1.2.840.113549.1.7.4"): (Kind.ENCRYPTED_CMS, "signed-and-enveloped-data"),
    _oid("1.2.840.113549.1.7.5"): (Kind.OTHER_CMS, "digested-data"),
    _oid("1.2.840.113549.1.7.6"): (Kind.ENCRYPTED_CMS, "encrypted-data"),
    _oid("1.2.840.113549.1.9.16.1.2"): (Kind.OTHER_CMS, "authenticated-data"),
    _oid("1.2.840.113549.1.9.16.1.9"): (Kind.OTHER_CMS, "compressed-data"),
    _oid("1.2.840.113549.1.9.16.1.23"): (Kind.ENCRYPTED_CMS, "auth-enveloped-data"),
}
# What a SignedData carries: RFC 3161, RFC 3029.
ENCAPSULATED = {
    _oid("1.2.840.113549.1.9.16.1.4"): Kind.TIMESTAMP_TOKEN,
    _oid("1.2.840.113549.1.9.16.1.7"): Kind.DVCS_REQUEST,
    _oid("1.2.840.113549.1.9.16.1.8"): Kind.DVCS_RESPONSE,
}
ENCRYPTION_SCHEMES = (_oid("1.2.840.113549.1.5"), _oid("1.2.840.113549.1.12.1"))  # PKCS#5, #12


def identify(octets: memoryview) -> Seen | None:
    """Say which ASN.1 object begins here; None if it does not look like one."""
    outer = element_at(octets, 0)
    size = len(octets)
    if outer is None:
        return _cut_header(octets)
    if outer.tag != SEQUENCE:
        return None
    end = size if outer.end is None else outer.end
    inner = take(octets, outer, 4)
    found = _decide(octets, inner) if inner else None
    missing = max(0, end - size)
    if found is not None:
        kind, what, detached = found
        return Seen(kind, what, min(end, size), missing, detached)
    # Unknown, yet plainly ASN.1: it fills the file, or says in long form that it is longer.
    long_form = outer.content > 2 and outer.end is not None
    fills = end == size and inner and size >= 16
    cut = missing and long_form and _plausible(octets, outer, inner)
    if fills or cut:
        return Seen(Kind.OTHER_ASN1, "", min(end, size), missing)
    return None


def _cut_header(octets: memoryview) -> Seen | None:
    """Recognise a SEQUENCE cut within its very header."""
    head = bytes(octets[:10])
    if len(head) >= 2 and head[0] == SEQUENCE and 0x81 <= head[1] <= 0x88:
        missing = 2 + (head[1] & 0x7F) - len(head)
        return Seen(Kind.OTHER_ASN1, "", len(head), missing) if missing > 0 else None
    return None


def _plausible(octets: memoryview, outer: Element, inner: list[Element]) -> bool:
    """Whether a cut SEQUENCE of unknown kind is one: few octets, or a first element that fits."""
    if len(octets) - outer.content < 2:
        return True
    known = {SEQUENCE, SET, INTEGER, OID, ENUMERATED, OCTET_STRING, *CONTEXT}
    first_end = inner[0].end if inner else None
    return bool(inner) and inner[0].tag in known and (first_end or 0) <= (outer.end or 0)


_Found = tuple[Kind, str, bool | None]


def _decide(octets: memoryview, inner: list[Element]) -> _Found | None:
    match inner[0].tag:
        case 0x06:
            return _content_info(octets, inner)
        case 0x02:
            return _numbered(octets, inner)
        case 0x0A if len(inner) == 1 or inner[1].tag == 0xA0:
            return Kind.OCSP_RESPONSE, "", None  # RFC 6960 4.2.1: responseStatus, [0]
        case 0x04:
            return _cryptopro_key_file(inner)
        case 0x30:
            return _structured(octets, inner)
    return None


def _content_info(octets: memoryview, inner: list[Element]) -> _Found | None:
    """Decide on a ContentInfo (RFC 5652 3) by its content type."""
    content_type = _value(octets, inner[0])
    if content_type in CONTENT_TYPES:
        return *CONTENT_TYPES[content_type], None
    if content_type != SIGNED:
        return None
    explicit = take(octets, inner[1], 1) if len(inner) > 1 else []
    # RFC 5652 5.1: version, digestAlgorithms, encapContentInfo, [0], [1], signerInfos
    parts = take(octets, explicit[0], 6) if explicit else []
    if len(parts) < 3:
        return Kind.SIGNED_DATA, "", None
    encapsulated = take(octets, parts[2], 2)
    carried = _value(octets, encapsulated[0]) if encapsulated else b""
    detached = len(encapsulated) == 1
    signers = parts[-1]
    if detached and signers.tag == SET and len(parts) > 3 and not take(octets, signers, 1):
        return Kind.CERTIFICATES, "", None
    return ENCAPSULATED.get(carried, Kind.SIGNED_DATA), "", detached


def _numbered(  # noqa: PLR0911 - one return for each object
    octets: memoryview, inner: list[Element]
) -> _Found | None:
    """Decide on a SEQUENCE that begins with an INTEGER."""
    tags = [element.tag for element in inner]
    second = take(octets, inner[1], 2) if len(inner) > 1 else []
    starts = second[0].tag if second else None
    if _is_evidence_record(octets, inner, second):
        return Kind.EVIDENCE_RECORD, "ers", None
    match tags[1:3]:
        case [0x30, *_] if _value(octets, inner[0]) == b"\x03" and starts == OID:
            return Kind.PKCS12, "", None  # RFC 7292 4: version 3, authSafe
        case [0x30, 0x04] if starts == OID:
            return Kind.PRIVATE_KEY, "pkcs8", None  # RFC 5958 2
        case [0x30, *_] if starts == SEQUENCE and second[-1].tag == OCTET_STRING:
            return Kind.TIMESTAMP_REQUEST, "", None  # RFC 3161 2.4.1: version, messageImprint
        case [0x04, 0xA0 | 0xA1]:
            return Kind.PRIVATE_KEY, "ec", None  # RFC 5915 3
        case [0x02, 0x02] if len(inner) == 4:
            return Kind.PRIVATE_KEY, "rsa", None  # RFC 8017 A.1.2
        case [0x02] if len(tags) == 2 and 16 <= _length(inner[1]) <= 67 <= 51 + _length(inner[0]):
            return Kind.RAW_SIGNATURE, "ecdsa", None  # RFC 3279 2.2.3: r and s of one size
    return None


def _is_evidence_record(
    octets: memoryview, inner: list[Element], algorithms: list[Element]
) -> bool:
    """RFC 4998 3.1: version 1, digestAlgorithms, [0], [1], archiveTimeStampSequence.

    The last is a SEQUENCE of chains of ArchiveTimeStamp, whose last component is a token.
    """
    if _value(octets, inner[0]) != b"\x01" or len(inner) < 3 or not algorithms:
        return False
    if any(tag not in {0xA0, 0xA1} for tag in (element.tag for element in inner[2:-1])):
        return False
    below: Element | None = inner[-1]
    for _ in range(2):  # sequence, chain
        first = take(octets, below, 1) if below is not None and below.tag == SEQUENCE else []
        below = first[0] if first else None
    parts = take(octets, below, 4) if below is not None and below.tag == SEQUENCE else []
    token = take(octets, parts[-1], 1) if parts else []
    return bool(token) and _value(octets, token[0]) == SIGNED


def _cryptopro_key_file(inner: list[Element]) -> _Found | None:
    """Recognise primary.key (one OCTET STRING) and masks.key (mask, salt of 12, check of 4)."""
    if any(element.tag != OCTET_STRING for element in inner):
        return None
    lengths = [_length(element) for element in inner]
    if lengths in ([32], [64]) or (len(lengths) == 3 and lengths[1:] == [12, 4]):
        return Kind.KEY_CONTAINER, "cryptopro", None
    return None


def _structured(octets: memoryview, inner: list[Element]) -> _Found | None:
    """Decide on a SEQUENCE that begins with a SEQUENCE."""
    first = take(octets, inner[0], 8)
    if not first:
        return None
    tags = [element.tag for element in inner]
    heads = [element.tag for element in first]
    if heads[0] == OID:
        return _algorithm_and_value(octets, tags, first)
    if _is_timestamp_response(octets, inner, heads, first):
        return Kind.TIMESTAMP_RESPONSE, "", None
    if tags[1:2] == [OCTET_STRING] and _length(inner[1]) == 4:
        return Kind.KEY_CONTAINER, "cryptopro", None  # header.key: content and its check
    if tags[1:3] in ([SEQUENCE, BIT_STRING], [SEQUENCE], []):
        found = _to_be_signed(octets, heads, first)
        if found is not None:
            return found
    return (Kind.OCSP_REQUEST, "", None) if _is_ocsp_request(octets, first) else None


def _algorithm_and_value(
    octets: memoryview, tags: list[int], first: list[Element]
) -> _Found | None:
    match tags[1:2]:
        case [0x03]:
            return Kind.PUBLIC_KEY, "", None  # RFC 5280 4.1: SubjectPublicKeyInfo
        case [0x04] if _value(octets, first[0]).startswith(ENCRYPTION_SCHEMES):
            return Kind.PRIVATE_KEY, "encrypted", None  # RFC 5958 3
    return None


def _to_be_signed(  # noqa: PLR0911 - one return for each object
    octets: memoryview, heads: list[int], first: list[Element]
) -> _Found | None:
    """Decide on a signed object by what is signed in it."""
    inside = [child.tag for child in take(octets, first[1], 1)] if len(first) > 1 else []
    match heads:
        case [0xA0, 0x02, *_]:
            return Kind.CERTIFICATE, "", None  # RFC 5280 4.1: [0] version, serialNumber
        case [0xA0, 0xA1 | 0xA2, *_] | [0xA1 | 0xA2, 0x18, *_]:
            return Kind.OCSP_RESPONSE, "basic", None  # RFC 6960 4.2.1: responderID, producedAt
        case [0x02, 0x30, 0x30, 0x30, 0x30, 0x30, *_] if inside == [OID]:
            return Kind.CERTIFICATE, "", None  # version 1: serialNumber, signature, ..., key
        case [0x02, 0x30, 0x30, 0x17 | 0x18, *_] | [0x30, 0x30, 0x17 | 0x18, *_]:
            return Kind.CRL, "", None  # RFC 5280 5.1: signature, issuer, thisUpdate
        case [0x02, 0x30, 0x30, 0xA0, *_] if inside in ([SET], []):
            return Kind.CERTIFICATE_REQUEST, "", None  # RFC 2986 4: subject, key, [0] attributes
        case [0x02, 0x30, *_] if inside and inside[0] in CONTEXT:
            return Kind.ATTRIBUTE_CERTIFICATE, "", None  # RFC 5755 4.1: version, holder
    return None


def _is_timestamp_response(
    octets: memoryview, inner: list[Element], heads: list[int], first: list[Element]
) -> bool:
    """RFC 3161 2.4.2: PKIStatusInfo and perhaps a token."""
    if heads[0] != INTEGER or _length(first[0]) != 1:
        return False
    if len(inner) > 1:
        token = take(octets, inner[1], 1)
        return len(inner) == 2 and bool(token) and _value(octets, token[0]) == SIGNED
    texts = take(octets, first[1], 1) if heads[1:2] == [SEQUENCE] else []
    return len(heads) == 1 or heads[1] == BIT_STRING or (bool(texts) and texts[0].tag == 0x0C)


def _is_ocsp_request(octets: memoryview, first: list[Element]) -> bool:
    """RFC 6960 4.1.1: requestList > Request > CertID > hashAlgorithm > OID."""
    listed = next((element for element in first if element.tag == SEQUENCE), None)
    for tag in (SEQUENCE, SEQUENCE, SEQUENCE, OID):
        below = take(octets, listed, 1) if listed is not None else []
        if not below or below[0].tag != tag:
            return False
        listed = below[0]
    return True


def certificates_and_crls(
    octets: memoryview, *, limit: int, name: str
) -> list[tuple[Kind, int, int]]:
    """Where the certificates and CRLs of a SignedData lie: kind, start and end, in their order.

    RFC 5652 10.2.2: certificates [0] is a SET of CertificateChoices, crls [1] of
    RevocationInfoChoices; only plain certificates, v2 attribute certificates and CRLs are given.
    Raises BudgetExceeded (input.too-many-objects) above `limit` of them.
    """
    found: list[tuple[Kind, int, int]] = []
    outer = element_at(octets, 0)
    explicit = take(octets, outer, 2)[1:] if outer else []
    signed = take(octets, explicit[0], 1) if explicit else []
    for part in take(octets, signed[0], 6) if signed else []:
        kinds = {0xA0: {SEQUENCE: Kind.CERTIFICATE, 0xA2: Kind.ATTRIBUTE_CERTIFICATE}}
        kinds[0xA1] = {SEQUENCE: Kind.CRL}
        for child in children(octets, part) if part.tag in kinds else ():
            kind = kinds[part.tag].get(child.tag)
            if kind is not None and child.end is not None and child.end <= len(octets):
                if len(found) == limit:
                    raise BudgetExceeded("input.too-many-objects", name=name, limit=limit)
                found.append((kind, child.start, child.end))
    return found


def _value(octets: memoryview, element: Element) -> bytes:
    """Content octets of a short primitive element."""
    end = element.content if element.end is None else element.end
    return bytes(octets[element.content : min(end, element.content + 64)])


def _length(element: Element) -> int:
    return -1 if element.end is None else element.end - element.content
