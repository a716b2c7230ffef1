"""Making CAdES signatures and time-stamps: for trial, tests and the demonstration.

What is written is CAdES B-B (EN 319 122-1 6.3; STB 34.101.80 7.2) and, with a token, B-T, in DER.
Time and randomness are arguments: `entropy` gives that many fresh random octets (`os.urandom`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from msgspec import Struct

from zaruka.asn1 import cms as wire
from zaruka.asn1 import schema as s
from zaruka.asn1 import tsp as tsp_wire
from zaruka.asn1.pkix import AlgorithmIdentifier, Extension
from zaruka.crypto import AlgorithmId, digest, sign, usual_algorithms
from zaruka.crypto.algorithms import DIGESTS
from zaruka.errors import InputError
from zaruka.signatures.cades import SIGNING_CERTIFICATE_V2
from zaruka.signatures.cms import ID_SIGNED_DATA
from zaruka.signatures.content import BytesContent, Content
from zaruka.signatures.structure import CONTENT_TYPE, ID_DATA, MESSAGE_DIGEST, SIGNING_TIME
from zaruka.signatures.tsp import ID_TST_INFO, TimeStampRequest, TimeStampResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime, timedelta

    from typing_extensions import Buffer

    from zaruka.crypto import PrivateKey
    from zaruka.x509.certificates import Certificate

__all__ = [
    "Signer",
    "answer_request",
    "encode_request",
    "encode_response",
    "failure_bits",
    "make_timestamp",
    "sign_cades",
    "sign_encapsulated",
]

T = TypeVar("T")

_RU: Final = "1.2.643."
_BAD_ALGORITHM, _BAD_FORMAT, _POLICY, _EXTENSION = 0, 5, 15, 16  # PKIFailureInfo
_REJECTION: Final = 2  # PKIStatus


class Signer(Struct, frozen=True):
    """Who signs: the private key and its certificate.

    `by_key_id` names the signer by the certificate's subject key identifier.
    """

    key: PrivateKey
    certificate: Certificate
    by_key_id: bool = False

    @property
    def signature_algorithm(self) -> AlgorithmId:
        """What to write as signatureAlgorithm; for GOST the OID of the key, as Russia does."""
        key = self.certificate.key.algorithm
        signature, _ = usual_algorithms(key)
        return AlgorithmId(key.oid) if key.oid.startswith(_RU) else signature

    @property
    def digest_algorithm(self) -> AlgorithmId:
        """The national digest that goes with the key."""
        return usual_algorithms(self.certificate.key.algorithm)[1]


def sign_cades(  # noqa: PLR0913 - what a signature consists of
    content: Content | bytes,
    signers: Sequence[Signer],
    *,
    signing_time: datetime | None,
    entropy: Callable[[int], bytes],
    detached: bool = False,
    chain: Iterable[Certificate] = (),
) -> bytes:
    """Sign `content` (id-data) by one or several signers into one SignedData: DER of ContentInfo.

    `signing_time` is aware; None leaves the attribute out (then it is no B-B). `chain` are further
    certificates to enclose. Detached content is streamed, attached content is held in memory.
    Raises UnsupportedError for a key that cannot sign, ConfigError for one that is none.
    """
    if not isinstance(content, Content):
        content = BytesContent(content)
    digests = content.digest_many(signer.digest_algorithm.oid for signer in signers)
    infos = []
    for signer in signers:
        attributes = _signed_attributes(signer, ID_DATA, digests[signer.digest_algorithm.oid])
        if signing_time is not None:
            attributes.append(_attribute(SIGNING_TIME, s.TIME, signing_time))
        infos.append(_signer_info(signer, attributes, entropy))
    certificates = [*(signer.certificate for signer in signers), *chain]
    return _signed_data(ID_DATA, None if detached else bytes(content), signers, infos, certificates)


def make_timestamp(  # noqa: PLR0913 - the fields of TSTInfo
    imprint_algorithm: AlgorithmId,
    imprint: bytes,
    authority: Signer,
    *,
    time: datetime,
    serial_number: int,
    policy: str,
    entropy: Callable[[int], bytes],
    nonce: int | None = None,
    accuracy: timedelta | None = None,
    enclose: Iterable[Certificate] | None = (),
) -> bytes:
    """Make a TimeStampToken (RFC 3161 2.4.2, RFC 5816; STB 34.101.82 7.2): DER of ContentInfo.

    `enclose` are certificates beside the authority's own; None encloses none, not even that.
    """
    info = s.encode(
        tsp_wire.TST_INFO,
        tsp_wire.TSTInfo(
            version=1,
            policy=policy,
            message_imprint=tsp_wire.MessageImprint(_wire(imprint_algorithm), imprint),
            serial_number=serial_number,
            gen_time=time,
            accuracy=None if accuracy is None else _accuracy(accuracy),
            nonce=nonce,
        ),
    )
    certificates = [] if enclose is None else [authority.certificate, *enclose]
    return sign_encapsulated(
        ID_TST_INFO, info, authority, entropy=entropy, certificates=certificates
    )


def sign_encapsulated(  # noqa: PLR0913 - what a signature consists of
    content_type: str,
    content: bytes,
    signer: Signer,
    *,
    entropy: Callable[[int], bytes],
    certificates: Iterable[Certificate],
    signing_time: datetime | None = None,
    reference_digest: AlgorithmId | None = None,
) -> bytes:
    """Sign content of a type of its own by one signer, enclosing `certificates`: DER.

    `reference_digest` is the digest by which the signer's certificate is referred to, without its
    issuer and serial number then, as STB 34.101.78 has it; None: the national digest, with them.
    """
    message_digest = digest(signer.digest_algorithm.oid, content)
    attributes = _signed_attributes(signer, content_type, message_digest, reference_digest)
    if signing_time is not None:
        attributes.append(_attribute(SIGNING_TIME, s.TIME, signing_time))
    signed = _signer_info(signer, attributes, entropy)
    return _signed_data(content_type, content, [signer], [signed], certificates)


def answer_request(  # noqa: PLR0913 - as for make_timestamp
    request: Buffer,
    authority: Signer,
    *,
    time: datetime,
    serial_number: int,
    policy: str,
    entropy: Callable[[int], bytes],
) -> bytes:
    """Answer a TimeStampReq as an authority with one policy would: DER of TimeStampResp."""
    try:
        asked = TimeStampRequest.parse(request)
    except InputError:
        return _refuse(_BAD_FORMAT)
    algorithm = DIGESTS.get(asked.imprint_algorithm.oid)
    if algorithm is None:
        return _refuse(_BAD_ALGORITHM)
    if algorithm.size != len(asked.imprint):
        return _refuse(_BAD_FORMAT)
    if asked.policy not in {None, policy}:
        return _refuse(_POLICY)
    if asked.extensions:  # RFC 3161 2.4.1: an extension that is not understood
        return _refuse(_EXTENSION)
    token = make_timestamp(
        asked.imprint_algorithm,
        asked.imprint,
        authority,
        time=time,
        serial_number=serial_number,
        policy=policy,
        entropy=entropy,
        nonce=asked.nonce,
        enclose=() if asked.certificate_wanted else None,
    )
    return encode_response(TimeStampResponse(0, token=token))


def _refuse(failure: int) -> bytes:
    return encode_response(TimeStampResponse(_REJECTION, failure=(failure,)))


def encode_request(request: TimeStampRequest) -> bytes:
    """Write a TimeStampReq (RFC 3161 2.4.1)."""
    imprint = tsp_wire.MessageImprint(_wire(request.imprint_algorithm), request.imprint)
    extensions = tuple(Extension(*each) for each in request.extensions) or None
    return s.encode(
        tsp_wire.TIME_STAMP_REQ,
        tsp_wire.TimeStampReq(
            1, imprint, request.policy, request.nonce, request.certificate_wanted, extensions
        ),
    )


def encode_response(response: TimeStampResponse) -> bytes:
    """Write a TimeStampResp (RFC 3161 2.4.2)."""
    status = tsp_wire.PKIStatusInfo(
        response.status, response.texts or None, failure_bits(response.failure)
    )
    return s.encode(tsp_wire.TIME_STAMP_RESP, tsp_wire.TimeStampResp(status, response.token))


def _signed_attributes(
    signer: Signer,
    content_type: str,
    message_digest: bytes,
    reference_digest: AlgorithmId | None = None,
) -> list[wire.Attribute]:
    """Give what every signature here signs: type, digest, certificate (RFC 5035 5.4)."""
    algorithm = reference_digest or signer.digest_algorithm
    certificate = signer.certificate
    issuer = wire.IssuerSerial(
        (("directoryName", certificate.issuer.der),), certificate.serial_number
    )
    ref = wire.ESSCertIDv2(
        AlgorithmIdentifier(algorithm.oid),
        digest(algorithm.oid, certificate.der),
        issuer if reference_digest is None else None,
    )
    certificates = wire.SigningCertificateV2((ref,), None)
    return [
        _attribute(CONTENT_TYPE, s.OID, content_type),
        _attribute(MESSAGE_DIGEST, s.OCTET_STRING, message_digest),
        _attribute(SIGNING_CERTIFICATE_V2, wire.SIGNING_CERTIFICATE_V2, certificates),
    ]


def _attribute(oid: str, node: s.Node[T], value: T) -> wire.Attribute:
    return wire.Attribute(oid, (s.encode(node, value),))


def _signer_info(
    signer: Signer, attributes: list[wire.Attribute], entropy: Callable[[int], bytes]
) -> wire.SignerInfo:
    signed = s.encode(wire.ATTRIBUTES, tuple(attributes))
    signature = sign(
        signer.key,
        signer.signature_algorithm,
        signer.digest_algorithm.oid,
        message=signed,
        entropy=entropy(64),
    )
    certificate = signer.certificate
    sid: tuple[str, wire.IssuerAndSerialNumber | bytes] = (
        "issuerAndSerialNumber",
        wire.IssuerAndSerialNumber(certificate.issuer.der, certificate.serial_number),
    )
    if signer.by_key_id and certificate.subject_key_identifier is not None:
        sid = ("subjectKeyIdentifier", certificate.subject_key_identifier)
    return wire.SignerInfo(
        der=b"",
        version=3 if isinstance(sid[1], bytes) else 1,  # RFC 5652 5.3
        sid=sid,
        digest_algorithm=_wire(signer.digest_algorithm),
        signed_attrs=s.Encoded(b"", tuple(attributes)),
        signature_algorithm=_wire(signer.signature_algorithm),
        signature=signature,
        unsigned_attrs=None,
    )


def _signed_data(
    content_type: str,
    content: bytes | None,
    signers: Sequence[Signer],
    infos: Sequence[wire.SignerInfo],
    certificates: Iterable[Certificate],
) -> bytes:
    # RFC 5652 5.1: version 3 for another type than id-data or a signer of version 3
    version = 3 if content_type != ID_DATA or any(info.version == 3 for info in infos) else 1
    enclosed = tuple(dict.fromkeys(certificate.der for certificate in certificates))
    data = wire.SignedData(
        version=version,
        digest_algorithms=tuple(
            dict.fromkeys(_wire(signer.digest_algorithm) for signer in signers)
        ),
        encap_content_info=wire.EncapsulatedContentInfo(
            content_type, None if content is None else ("octets", content)
        ),
        certificates=enclosed or None,
        crls=None,
        signer_infos=tuple(infos),
    )
    encoded = s.encode(wire.SIGNED_DATA, data)
    return s.encode(wire.CONTENT_INFO, wire.ContentInfo(ID_SIGNED_DATA, memoryview(encoded)))


def _wire(algorithm: AlgorithmId) -> AlgorithmIdentifier:
    return AlgorithmIdentifier(algorithm.oid, algorithm.parameters)


def _accuracy(accuracy: timedelta) -> tsp_wire.Accuracy:
    """RFC 3161 2.4.2: millis and micros are 1 to 999, zero is left out."""
    millis, micros = divmod(accuracy.microseconds, 1000)
    seconds = accuracy.days * 86_400 + accuracy.seconds
    return tsp_wire.Accuracy(seconds or None, millis or None, micros or None)


def failure_bits(numbers: Iterable[int]) -> s.BitString | None:
    """Write PKIFailureInfo, a named bit list: no zero bits at its end (X.690 11.2.2)."""
    bits = sum(1 << number for number in set(numbers))
    if not bits:
        return None
    size = (bits.bit_length() + 7) // 8
    reversed_bits = int(f"{bits:0{size * 8}b}"[::-1], 2)
    return s.BitString(reversed_bits.to_bytes(size, "big"), size * 8 - bits.bit_length())
