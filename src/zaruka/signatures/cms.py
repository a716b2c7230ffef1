"""CMS SignedData (RFC 5652 5) read into a `SignedDocument`; DER or BER, attached or detached.

The wrapper may be BER (CryptoPro and `openssl cms -stream` write indefinite lengths and
constructed strings); content stays where it lies in the buffer. What a structure breaks becomes a
finding (`zaruka.signatures.structure`); InputError is for octets that are no SignedData.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from msgspec import structs

from zaruka._native import tlv
from zaruka.asn1 import cms as wire
from zaruka.asn1 import schema as s
from zaruka.crypto import AlgorithmId
from zaruka.errors import BudgetExceeded, InputError
from zaruka.findings import Finding, Severity, SubIndication
from zaruka.signatures import cades, rules
from zaruka.signatures.content import BytesContent, SpanContent
from zaruka.signatures.document import (
    Attribute,
    Signature,
    SignedDocument,
    SignerId,
    TimeStampToken,
    Unread,
)
from zaruka.signatures.structure import (
    CONTENT_TYPE,
    ID_DATA,
    MESSAGE_DIGEST,
    SIGNING_TIME,
    check_structure,
)
from zaruka.signatures.tsp import ID_TST_INFO, read_tst_info
from zaruka.x509.certificates import Certificate
from zaruka.x509.crls import CertificateList
from zaruka.x509.names import read_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from zaruka.signatures.content import Content, Source

__all__ = ["parse_signed_data", "parse_timestamp_token"]

ID_SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
ID_OCSP_RESPONSE: Final = "1.3.6.1.5.5.7.16.2"  # id-ri-ocsp-response, RFC 5940 2.1

_PADDING: Final = b"\x00\r\n\t "  # what PDF readers and text editors leave behind a message
_TRAILING_MAX: Final = 1 << 20  # octets after a message that are looked through
# Bounds far above any real message; each alone is read in well under two seconds.
_NESTING_MAX: Final = 4  # tokens within tokens; CryptoPro's X Long nests two deep
_TOKENS_MAX: Final = 1000  # of all signatures, at all depths
_CERTIFICATES_MAX: Final = 16_384
_REVOCATIONS_MAX: Final = 16_384

T = TypeVar("T")


def parse_signed_data(source: Source) -> SignedDocument:
    """Read a ContentInfo that holds SignedData (RFC 5652 3, 5.1).

    `source` is kept, and content in it is not copied: it may be a mapped file. Raises InputError:
    asn1.* where the octets are no such structure, cms.not-signed-data where the ContentInfo holds
    another type, cms.no-content where it holds nothing, cms.data-not-octets where id-data is no
    OCTET STRING.
    """
    return _parse(source, _Nesting())


def parse_timestamp_token(der: bytes) -> TimeStampToken:
    """Read a TimeStampToken (RFC 3161 2.4.2): SignedData over a TSTInfo.

    Raises InputError as `parse_signed_data`, and tsp.not-a-token where something else is signed.
    """
    return _parse_token(der, _Nesting())


class _Nesting:
    """How deep a token lies, and how many were read of one message."""

    def __init__(self, depth: int = 0, count: Iterator[int] | None = None) -> None:
        self.depth = depth
        self.count = iter(range(_TOKENS_MAX)) if count is None else count

    def parse_token(self, der: bytes) -> TimeStampToken:
        """Read a token that lies in what is read at this depth."""
        if self.depth == _NESTING_MAX:
            raise BudgetExceeded("cms.too-deep", limit=_NESTING_MAX)
        if next(self.count, None) is None:
            raise BudgetExceeded("cms.too-many-tokens", limit=_TOKENS_MAX)
        return _parse_token(der, _Nesting(self.depth + 1, self.count))


def _parse_token(der: bytes, nesting: _Nesting) -> TimeStampToken:
    signed = _parse(der, nesting)
    if signed.content_type != ID_TST_INFO or signed.encapsulated is None:
        raise InputError("tsp.not-a-token", oid=signed.content_type)
    return TimeStampToken(der, read_tst_info(bytes(signed.encapsulated)), signed)


def _parse(source: Source, nesting: _Nesting) -> SignedDocument:
    info, length = s.decode_prefix(wire.CONTENT_INFO, source, mode=s.BER)
    if info.content_type != ID_SIGNED_DATA:
        raise InputError("cms.not-signed-data", oid=info.content_type)
    if info.content is None:
        raise InputError("cms.no-content")
    data = s.decode(wire.SIGNED_DATA, info.content, mode=s.BER)
    if len(data.certificates or ()) > _CERTIFICATES_MAX:
        raise BudgetExceeded("cms.too-many-certificates", limit=_CERTIFICATES_MAX)
    if len(data.crls or ()) > _REVOCATIONS_MAX:
        raise BudgetExceeded("cms.too-many-revocations", limit=_REVOCATIONS_MAX)
    certificates, attribute_certificates, unread = _read_certificates(data.certificates or ())
    crls, ocsps, unread_revocations = _read_revocations(data.crls or ())
    listed = tuple([AlgorithmId(*each) for each in data.digest_algorithms])
    trailing, padding = _after(memoryview(source)[length:])
    document = SignedDocument(
        source=source,
        format="CMS",
        version=data.version,
        content_type=data.encap_content_info.e_content_type,
        digest_algorithms=listed,
        encapsulated=_content(data.encap_content_info),
        signatures=tuple(
            [
                _read_signer(index, signer, data, nesting)
                for index, signer in enumerate(data.signer_infos)
            ]
        ),
        certificates=certificates,
        attribute_certificates=attribute_certificates,
        unread_certificates=unread,
        crls=crls,
        ocsps=ocsps,
        unread_revocations=unread_revocations,
        trailing=trailing,
        padding=padding,
    )
    findings = tuple(_check_document(document))
    return structs.replace(document, findings=findings) if findings else document


def _content(info: wire.EncapsulatedContentInfo) -> Content | None:
    if info.e_content is None:
        return None
    kind, found = info.e_content
    if kind == "octets":
        return SpanContent(found)
    if info.e_content_type == ID_DATA:  # RFC 5652 5.2
        raise InputError("cms.data-not-octets")
    # RFC 2315 7: PKCS #7 content of another type is signed without its tag and length
    _, _, _, start, end = tlv(found, 0, len(found))
    return BytesContent(found[start : len(found) - 2 if end is None else end])


def _read_certificates(
    encodings: Iterable[bytes],
) -> tuple[tuple[Certificate, ...], tuple[bytes, ...], tuple[Unread, ...]]:
    """Sort CertificateChoices (RFC 5652 10.2.2) by their tags.

    v2AttrCert [2] is kept as an AttributeCertificate (its own tag 30 in place of A2); obsolete
    and other kinds are kept as unread.
    """
    certificates: list[bytes] = []
    attribute_certificates: list[bytes] = []
    unread: list[Unread] = []
    for der in encodings:
        match der[0]:
            case 0x30:
                certificates.append(der)
            case 0xA2:
                attribute_certificates.append(b"\x30" + der[1:])
            case tag:
                unread.append(Unread(der, f"cms.certificate-choice-{tag & 0x1F}"))
    read, refused = cades.read_each(certificates, Certificate.parse)
    return read, tuple(attribute_certificates), (*unread, *refused)


def _read_revocations(
    encodings: Iterable[memoryview],
) -> tuple[tuple[CertificateList, ...], tuple[bytes, ...], tuple[Unread, ...]]:
    """Sort RevocationInfoChoices (RFC 5652 10.2.1): CRLs, OCSP responses (RFC 5940), others."""
    crls: list[memoryview] = []
    ocsps: list[bytes] = []
    unread: list[Unread] = []
    for der in encodings:
        if der[0] == 0x30:
            crls.append(der)
            continue
        try:
            other = s.decode(wire.OTHER_REVOCATION_INFO_FORMAT, der, mode=s.BER)
        except InputError as error:
            unread.append(Unread(bytes(der), error.code))
            continue
        if other.other_rev_info_format == ID_OCSP_RESPONSE:
            ocsps.append(other.other_rev_info)
        else:
            unread.append(Unread(bytes(der), "cms.revocation-format"))
    read, refused = cades.read_each(crls, CertificateList.parse)
    return read, tuple(ocsps), (*unread, *refused)


def _read_signer(
    index: int, signer: wire.SignerInfo, data: wire.SignedData, nesting: _Nesting
) -> Signature:
    signed, signed_der = _read_attributes(signer.signed_attrs, 0)
    unsigned, _ = _read_attributes(signer.unsigned_attrs, 1)
    single = _single_values(signed or ())
    _, sid = signer.sid
    evidence = (
        *cades.read_evidence(signed or (), nesting.parse_token, signed=True),
        *cades.read_evidence(unsigned or (), nesting.parse_token),
    )
    signature = Signature(
        index=index,
        der=signer.der,
        version=signer.version,
        sid=SignerId(read_name(sid.issuer), sid.serial_number)
        if isinstance(sid, wire.IssuerAndSerialNumber)
        else SignerId(key_id=sid),
        digest_algorithm=AlgorithmId(*signer.digest_algorithm),
        signature_algorithm=AlgorithmId(*signer.signature_algorithm),
        signature=signer.signature,
        signed_attributes=signed,
        signed_attributes_der=signed_der,
        unsigned_attributes=unsigned or (),
        encapsulated_type=data.encap_content_info.e_content_type,
        content_type=_read(single.get(CONTENT_TYPE), s.OID),
        message_digest=_read(single.get(MESSAGE_DIGEST), s.OCTET_STRING),
        signing_time=_read(single.get(SIGNING_TIME), s.TIME),
        signing_certificate_refs=cades.read_certificate_refs(signed or ()),
        evidence=evidence,
        level=cades.claimed_level(signed or (), evidence, revocation_inside=bool(data.crls)),
    )
    listed = {each.algorithm for each in data.digest_algorithms}
    # Its findings are about itself, so they come last; nobody has seen it before.
    structs.force_setattr(signature, "findings", check_structure(signature, listed))
    return signature


_ENCODINGS: Final = {tag: s.implicit(tag, s.set_of(s.ANY)) for tag in (0, 1)}
_SEQUENCE_OF_ANY: Final = s.sequence_of(s.ANY)


def _read_attributes(
    found: s.Encoded | None, tag: int
) -> tuple[tuple[Attribute, ...] | None, bytes | None]:
    """Give attributes as written under `[tag]`, and as the SET OF that is signed (RFC 5652 5.4).

    The SET OF holds them in the order of the file: signers that do not sort hashed it so. For
    what is DER already this is the octets of the field with the tag 31 in place of A0.
    """
    if found is None:
        return None, None
    encodings = s.decode(_ENCODINGS[tag], found.der, mode=s.BER)
    attributes = tuple(
        [
            Attribute(oid, values, der)
            for (oid, values), der in zip(found.value, encodings, strict=True)
        ]
    )
    return attributes, b"\x31" + s.encode(_SEQUENCE_OF_ANY, encodings)[1:]


def _single_values(attributes: Iterable[Attribute]) -> dict[str, bytes | None]:
    """Values of the attributes that are there once with one value, by type; None for others."""
    single: dict[str, bytes | None] = {}
    for each in attributes:
        is_single = len(each.values) == 1 and each.oid not in single
        single[each.oid] = each.values[0] if is_single else None
    return single


def _read(value: bytes | None, node: s.Node[T]) -> T | None:
    """Read the value of an attribute; None where there is none or it cannot be read."""
    if value is None:
        return None
    try:
        return s.decode(node, value, mode=s.BER)
    except InputError:
        return None


def _after(rest: memoryview) -> tuple[int, int]:
    """Count octets after the message: (any, padding); padding is not counted as trailing."""
    if len(rest) <= _TRAILING_MAX and not bytes(rest).strip(_PADDING):
        return 0, len(rest)
    return len(rest), 0


def _check_document(document: SignedDocument) -> Iterator[Finding]:
    if document.trailing:
        yield Finding(
            rules.TRAILING_OCTETS,
            Severity.FAIL,
            document.ref,
            actual=str(document.trailing),
            sub_indication=SubIndication.FORMAT_FAILURE,
        )
    elif document.padding:
        actual = str(document.padding)
        yield Finding(rules.TRAILING_OCTETS, Severity.WARN, document.ref, actual=actual)
    if not document.signatures:
        yield Finding(rules.NO_SIGNATURES, Severity.UNKNOWN, document.ref)
    for rule, found in (
        (rules.CERTIFICATE_UNREADABLE, document.unread_certificates),
        (rules.REVOCATION_UNREADABLE, document.unread_revocations),
    ):
        for reason, count in cades.count_reasons(found):
            details: cades.Details = {"reason": reason, "count": count}
            yield Finding(rule, Severity.WARN, document.ref, details=details)
