"""Put evidence and time-stamps into a signature, as whoever archives it does.

CAdES LT, LTA and the older C to A.
Everything that is there keeps its octets; attributes are sorted, as DER wants them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from zaruka.asn1 import cades as wire
from zaruka.asn1 import cms
from zaruka.asn1 import schema as s
from zaruka.asn1.pkix import AlgorithmIdentifier
from zaruka.crypto import AlgorithmId, digest
from zaruka.signatures import BytesContent, Content, SignedDocument, parse_signed_data
from zaruka.signatures.document import Attribute, Evidence, TimeStampToken, TstInfo
from zaruka.signatures.stamped import (
    Parts,
    Stamp,
    archive_v2_digest,
    archive_v3_digest,
    cades_c_octets,
    references_octets,
)
from zaruka.x509 import Certificate, CertificateList, OcspResponse

AA = "1.2.840.113549.1.9.16.2"
ARCHIVE_V3, ARCHIVE_V2 = "0.4.0.1733.2.4", f"{AA}.48"
INDEX_V1, INDEX_V3 = "0.4.0.1733.2.5", "0.4.0.19122.1.5"
ID_OCSP_RESPONSE = "1.3.6.1.5.5.7.16.2"
ELEMENTS = s.sequence_of(s.ANY)
Token = Callable[[bytes], bytes]  # a token over a digest


def add_attribute(message: bytes, oid: str, value: bytes) -> bytes:
    """Add an unsigned attribute to the first signer."""
    info = s.decode(cms.CONTENT_INFO, message, mode=s.BER)
    parts = s.decode(ELEMENTS, info.content, mode=s.BER)
    signers = [*s.decode(s.set_of(s.ANY), parts[-1], mode=s.BER)]
    fields = [*s.decode(ELEMENTS, signers[0], mode=s.BER)]
    present: tuple[bytes, ...] = ()
    if fields[-1][0] == 0xA1:
        present = s.decode(s.implicit(1, s.set_of(s.ANY)), fields.pop(), mode=s.BER)
    added = s.encode(cms.ATTRIBUTE, cms.Attribute(oid, (value,)))
    fields.append(_tagged(0xA1, sorted([*present, added])))
    signers[0] = s.encode(ELEMENTS, tuple(fields))
    return _rebuilt((*parts[:-1], _tagged(0x31, signers)))


def enclose(
    message: bytes,
    certificates: Iterable[Certificate] = (),
    crls: Iterable[CertificateList] = (),
    ocsps: Iterable[OcspResponse] = (),
) -> bytes:
    """Add to SignedData.certificates and SignedData.crls."""
    info = s.decode(cms.CONTENT_INFO, message, mode=s.BER)
    parts = [*s.decode(ELEMENTS, info.content, mode=s.BER)]
    held = {0xA0: [each.der for each in certificates], 0xA1: [bytes(each.der) for each in crls]}
    for answer in ocsps:
        found = cms.OtherRevocationInfoFormat(ID_OCSP_RESPONSE, answer.der)
        held[0xA1].append(s.encode(cms.OTHER_REVOCATION_INFO_FORMAT, found))
    head, tail = parts[:3], parts[-1:]
    for part in parts[3:-1]:
        number = part[0] - 0xA0
        held[part[0]][:0] = s.decode(s.implicit(number, s.set_of(s.ANY)), part, mode=s.BER)
    fields = [_tagged(tag, dict.fromkeys(found)) for tag, found in held.items() if found]
    return _rebuilt((*head, *fields, *tail))


def add_values(
    message: bytes,
    certificates: Iterable[Certificate],
    crls: Iterable[CertificateList],
    ocsps: Iterable[OcspResponse] = (),
) -> bytes:
    """Add certificate-values and revocation-values (RFC 5126 6.3.3, 6.3.4)."""
    certs = s.encode(wire.ELEMENTS, tuple(each.der for each in certificates))
    values = cms.RevocationValues(
        tuple(bytes(each.der) for each in crls) or None,
        tuple(each.basic_der or b"" for each in ocsps) or None,
        None,
    )
    message = add_attribute(message, f"{AA}.23", certs)
    return add_attribute(message, f"{AA}.24", s.encode(cms.REVOCATION_VALUES, values))


def add_references(
    message: bytes,
    oid: str,
    certificates: Iterable[Certificate],
    crls: Iterable[CertificateList],
    ocsps: Iterable[OcspResponse] = (),
) -> bytes:
    """Add complete-certificate-references and complete-revocation-references (RFC 5126 6.2)."""

    def hashed(octets: bytes) -> tuple[str, wire.OtherHashAlgAndValue]:
        value = wire.OtherHashAlgAndValue(AlgorithmIdentifier(oid), digest(oid, octets))
        return "otherHash", value

    certs = tuple(wire.OtherCertID(hashed(each.der), None) for each in certificates)
    lists = tuple(wire.CrlValidatedID(hashed(bytes(each.der)), None) for each in crls)
    null = b"\x05\x00"
    answers = tuple(wire.OcspResponsesID(null, hashed(each.basic_der or b"")) for each in ocsps)
    revocations = wire.CrlOcspRef(
        wire.CRLListID(lists) if lists else None,
        wire.OcspListID(answers) if answers else None,
        None,
    )
    message = add_attribute(message, f"{AA}.21", s.encode(wire.COMPLETE_CERTIFICATE_REFS, certs))
    refs = s.encode(wire.COMPLETE_REVOCATION_REFS, (revocations,))
    return add_attribute(message, f"{AA}.22", refs)


def add_cades_c_stamp(message: bytes, oid: str, token: Token, *, references: bool = False) -> bytes:
    """Add a CAdES-C time-stamp, or one over the references alone."""
    (signature,) = parse_signed_data(message).signatures
    octets = references_octets(signature) if references else cades_c_octets(signature)
    kind = f"{AA}.26" if references else f"{AA}.25"
    return add_attribute(message, kind, token(digest(oid, octets)))


def add_archive_stamp(
    message: bytes,
    oid: str,
    token: Token,
    content: Content | None = None,
    *,
    version: str = "v3",
    spoil: str = "",
) -> bytes:
    """Add an archive time-stamp of version "v3", "v1-index" (TS 101 733) or "v2".

    `spoil`: "lost" names something that is not there, "none" leaves the index out, "twice" has
    two, "unread" one that is no index, "imprint" stamps something else.
    """
    document = parse_signed_data(message)
    (signature,) = document.signatures
    parts = Parts(document, signature)
    covered = document.encapsulated or content
    if version == "v2":
        # the attribute to come is not among those covered, whatever its token
        moment = s.decode(s.GENERALIZED_TIME, b"\x18\x0f20991231235959Z")
        info = TstInfo(1, "1.2", AlgorithmId(oid), b"", 1, moment)
        attribute = Attribute(ARCHIVE_V2, (), b"")
        stamp = Stamp(TimeStampToken(b"", info, document), Evidence("", attribute))
        imprint = archive_v2_digest(oid, stamp, parts, covered)
        return add_attribute(message, ARCHIVE_V2, token(_spoilt(imprint, spoil)))
    index = _index(document, parts, oid, whole=version == "v1-index", spoil=spoil)
    assert covered is not None
    imprint = archive_v3_digest(oid, index, parts, covered.digest(oid))
    made = token(_spoilt(imprint, spoil))
    kind = INDEX_V1 if version == "v1-index" else INDEX_V3
    for _ in range({"none": 0, "twice": 2}.get(spoil, 1)):
        made = add_attribute(made, kind, b"\x04\x00" if spoil == "unread" else index)
    return add_attribute(message, ARCHIVE_V3, made)


def _index(document: SignedDocument, parts: Parts, oid: str, *, whole: bool, spoil: str) -> bytes:
    (signature,) = document.signatures
    attributes = [
        digest(oid, attribute.der if whole else s.encode(s.OID, attribute.oid) + value)
        for attribute in signature.unsigned_attributes
        for value in attribute.values
    ]
    if spoil == "lost":
        attributes.append(digest(oid, b"what is not there"))
    return s.encode(
        wire.ATS_HASH_INDEX,
        wire.ATSHashIndex(
            AlgorithmIdentifier(oid),
            tuple(digest(oid, each) for each in parts.certificates),
            tuple(digest(oid, each) for each in parts.crls),
            tuple(attributes),
        ),
    )


def _spoilt(imprint: bytes, spoil: str) -> bytes:
    return imprint[::-1] if spoil == "imprint" else imprint


def _tagged(tag: int, encodings: Iterable[bytes]) -> bytes:
    return bytes((tag,)) + s.encode(ELEMENTS, tuple(encodings))[1:]


def with_signers(message: bytes, signers: Sequence[bytes]) -> bytes:
    """Put these SignerInfos in the place of those that are there."""
    info = s.decode(cms.CONTENT_INFO, message, mode=s.BER)
    parts = s.decode(ELEMENTS, info.content, mode=s.BER)
    return _rebuilt((*parts[:-1], _tagged(0x31, signers)))


def _rebuilt(parts: Sequence[bytes]) -> bytes:
    data = s.encode(ELEMENTS, tuple(parts))
    return s.encode(cms.CONTENT_INFO, cms.ContentInfo("1.2.840.113549.1.7.2", memoryview(data)))


def octets(text: bytes) -> BytesContent:
    return BytesContent(text)
