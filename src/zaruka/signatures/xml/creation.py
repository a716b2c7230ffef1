"""Making XML signatures: enveloped, exclusive canonical form; XAdES B-B where a time is given.

For GOST, bign, RSA and ECDSA keys. Time and randomness are arguments: `entropy` gives that many
fresh random octets (`os.urandom`).
"""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC
from typing import TYPE_CHECKING, Final, NamedTuple

from lxml import etree

from zaruka.asn1 import schema as s
from zaruka.crypto import digest, sign, usual_algorithms
from zaruka.errors import UnsupportedError
from zaruka.signatures.xml.canonical import NodeSet, canonicalize
from zaruka.signatures.xml.identifiers import (
    CANONICALIZATIONS,
    DIGEST_URIS,
    DS,
    ENVELOPED,
    EXC_C14N,
    SIGNATURE_URIS,
)
from zaruka.signatures.xml.reading import Budget, parse_xml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from lxml.etree import _Element as Element

    from zaruka.signatures.creation import Signer

__all__ = ["sign_enveloped", "sign_parts"]

_XADES: Final = "http://uri.etsi.org/01903/v1.3.2#"
_PROPERTIES: Final = "http://uri.etsi.org/01903#SignedProperties"
_EC: Final = "1.2.840.10045.2.1"


def sign_enveloped(
    document: bytes,
    signer: Signer,
    *,
    entropy: Callable[[int], bytes],
    signing_time: datetime | None = None,
    name: str = "signature",
) -> bytes:
    """Sign a whole document; the Signature becomes the last child of its root: UTF-8.

    With `signing_time` (aware) the signature is XAdES B-B (EN 319 132-1 6.3). `name` is the Id of
    the Signature, and begins that of its properties. InputError where `document` is no XML that
    is read here; UnsupportedError for a key that has no name among XML signatures.
    """
    root = parse_xml(document)
    budget = Budget(len(document))
    digest_oid = usual_algorithms(signer.certificate.key.algorithm)[1].oid
    content = canonicalize(NodeSet(root, whole=True), _EXCLUSIVE, budget)
    signature = etree.SubElement(root, f"{{{DS}}}Signature", Id=name, nsmap={"ds": DS})
    signed_info = _signed_info(signature, signer)
    _reference(signed_info, "", digest(digest_oid, content), digest_oid, ENVELOPED, EXC_C14N)
    _complete(signature, signer, signing_time, entropy, budget)
    return bytes(etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8"))


def sign_parts(  # noqa: PLR0913 - as of `sign_enveloped`
    signature: Element,
    parts: Iterable[Element],
    signer: Signer,
    *,
    entropy: Callable[[int], bytes],
    signing_time: datetime | None = None,
    enclosed: Element | None = None,
    with_issuer: bool = False,
) -> None:
    """Fill a Signature element, which has an Id, over elements of its document that have one.

    `enclosed` goes into an Object of the signature and is signed with the parts. `with_issuer`
    names the certificate by SigningCertificate, with issuer and number (TS 101 903 7.2.2), in
    place of SigningCertificateV2. Otherwise as `sign_enveloped`.
    """
    budget = Budget(0)
    digest_oid = usual_algorithms(signer.certificate.key.algorithm)[1].oid
    signed_info = _signed_info(signature, signer)
    signed = [*parts]
    if enclosed is not None:
        _child(signature, "Object").append(enclosed)
        signed.append(enclosed)
    for part in signed:
        octets = canonicalize(NodeSet(part), _EXCLUSIVE, budget)
        value = digest(digest_oid, octets)
        _reference(signed_info, f"#{part.get('Id')}", value, digest_oid, EXC_C14N)
    _complete(signature, signer, signing_time, entropy, budget, with_issuer=with_issuer)


def _complete(  # noqa: PLR0913
    signature: Element,
    signer: Signer,
    signing_time: datetime | None,
    entropy: Callable[[int], bytes],
    budget: Budget,
    *,
    with_issuer: bool = False,
) -> None:
    """Add what comes after SignedInfo: value, certificate and the properties, which are signed."""
    signed_info, name = signature[0], str(signature.get("Id"))
    digest_oid = usual_algorithms(signer.certificate.key.algorithm)[1].oid
    value, key_info = _child(signature, "SignatureValue"), _child(signature, "KeyInfo")
    signature.insert(1, value)  # before an Object
    signature.insert(2, key_info)
    certificate = _child(_child(key_info, "X509Data"), "X509Certificate")
    certificate.text = _base64(signer.certificate.der)
    if signing_time is not None:
        properties = _properties(signature, name, signer, signing_time, with_issuer=with_issuer)
        octets = canonicalize(NodeSet(properties), _EXCLUSIVE, budget)
        part = _reference(
            signed_info, f"#{name}-properties", digest(digest_oid, octets), digest_oid, EXC_C14N
        )
        part.set("Type", _PROPERTIES)
    octets = canonicalize(NodeSet(signed_info), _EXCLUSIVE, budget)
    value.text = _base64(_sign(signer, octets, entropy(64)))


_EXCLUSIVE: Final = CANONICALIZATIONS[EXC_C14N]


def _signed_info(signature: Element, signer: Signer) -> Element:
    signed_info = _child(signature, "SignedInfo")
    _child(signed_info, "CanonicalizationMethod", Algorithm=EXC_C14N)
    _child(signed_info, "SignatureMethod", Algorithm=_signature_uri(signer))
    return signed_info


def _reference(
    signed_info: Element, uri: str, value: bytes, digest_oid: str, *transforms: str
) -> Element:
    reference = _child(signed_info, "Reference", URI=uri)
    chain = _child(reference, "Transforms")
    for transform in transforms:
        _child(chain, "Transform", Algorithm=transform)
    _digest(reference, digest_oid, value)
    return reference


def _digest(parent: Element, oid: str, value: bytes) -> None:
    uri = next((uri for uri, known in DIGEST_URIS.items() if known == oid), None)
    if uri is None:
        raise UnsupportedError("xmldsig.algorithm-unsupported", uri=oid)
    _child(parent, "DigestMethod", Algorithm=uri)
    _child(parent, "DigestValue", text=_base64(value))


def _signature_uri(signer: Signer) -> str:
    algorithm, digest_algorithm = usual_algorithms(signer.certificate.key.algorithm)
    for uri, method in SIGNATURE_URIS.items():
        if (method.algorithm.oid, method.digest_oid) == (algorithm.oid, digest_algorithm.oid):
            return uri
    raise UnsupportedError("xmldsig.algorithm-unsupported", uri=algorithm.oid)


def _properties(
    signature: Element, name: str, signer: Signer, time: datetime, *, with_issuer: bool
) -> Element:
    """EN 319 132-1 5.2.1, 5.2.2: when, and by which certificate."""
    qualifying = etree.SubElement(
        _child(signature, "Object"),
        f"{{{_XADES}}}QualifyingProperties",
        Target=f"#{name}",
        nsmap={"xades": _XADES},
    )
    signed = etree.SubElement(qualifying, f"{{{_XADES}}}SignedProperties", Id=f"{name}-properties")
    own = etree.SubElement(signed, f"{{{_XADES}}}SignedSignatureProperties")
    moment = time.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat()
    etree.SubElement(own, f"{{{_XADES}}}SigningTime").text = f"{moment}Z"
    kind = "SigningCertificate" if with_issuer else "SigningCertificateV2"
    certificates = etree.SubElement(own, f"{{{_XADES}}}{kind}")
    reference = etree.SubElement(certificates, f"{{{_XADES}}}Cert")
    digest_oid = signer.digest_algorithm.oid
    value = digest(digest_oid, signer.certificate.der)
    _digest(etree.SubElement(reference, f"{{{_XADES}}}CertDigest"), digest_oid, value)
    if with_issuer:
        issuer = etree.SubElement(reference, f"{{{_XADES}}}IssuerSerial")
        _child(issuer, "X509IssuerName", text=signer.certificate.issuer.display())
        _child(issuer, "X509SerialNumber", text=str(signer.certificate.serial_number))
    return signed


class _Numbers(NamedTuple):
    r: int
    s: int


_NUMBERS: Final = s.sequence(_Numbers, s.field("r", s.INTEGER), s.field("s", s.INTEGER))


def _sign(signer: Signer, octets: bytes, entropy: bytes) -> bytes:
    key = signer.certificate.key
    algorithm, digest_algorithm = usual_algorithms(key.algorithm)
    value = sign(signer.key, algorithm, digest_algorithm.oid, message=octets, entropy=entropy)
    if key.algorithm.oid != _EC:
        return value
    # XML Signature 1.1, 6.4.3: r || s as long as the order; our curves have fields of that length
    size = (len(key.key) - 1) // 2
    return b"".join(number.to_bytes(size, "big") for number in s.decode(_NUMBERS, value))


def _child(parent: Element, local: str, *, text: str | None = None, **attributes: str) -> Element:
    child = etree.SubElement(parent, f"{{{DS}}}{local}", attributes)
    child.text = text
    return child


def _base64(octets: bytes) -> str:
    return b64encode(octets).decode()
