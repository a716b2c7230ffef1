"""KeyInfo: certificates and bare keys (XML Signature 1.1, 4.5; STB 34.101.50 annex E)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from zaruka.asn1 import schema as s
from zaruka.asn1.pkix import SUBJECT_PUBLIC_KEY_INFO
from zaruka.crypto import AlgorithmId, KeyInfo
from zaruka.errors import BudgetExceeded, InputError, UnsupportedError
from zaruka.signatures.document import Unread
from zaruka.signatures.xml.document import KeyMaterial
from zaruka.signatures.xml.identifiers import BIGN_CURVES, DS, DS11
from zaruka.signatures.xml.reading import base64_of, children_of, one
from zaruka.x509.certificates import Certificate

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["read_key_info"]

CERTIFICATES_MAX: Final = 100
_RSA: Final = AlgorithmId("1.2.840.113549.1.1.1", b"\x05\x00")
_EC: Final = "1.2.840.10045.2.1"
_BIGN: Final = "1.2.112.0.2.0.34.101.45.2.1"


class _Algorithm(NamedTuple):
    algorithm: str
    parameters: bytes | None


class _Spki(NamedTuple):
    algorithm: _Algorithm
    key: s.BitString


_SPKI: Final = s.sequence(
    _Spki,
    s.field(
        "algorithm",
        s.sequence(
            _Algorithm,
            s.field("algorithm", s.OID),
            s.field("parameters", s.ANY, optional=True),
        ),
    ),
    s.field("key", s.BIT_STRING),
)


class _RsaPublicKey(NamedTuple):
    """RFC 8017 A.1.1."""

    modulus: int
    exponent: int


_RSA_PUBLIC_KEY: Final = s.sequence(
    _RsaPublicKey, s.field("modulus", s.INTEGER), s.field("exponent", s.INTEGER)
)


def read_key_info(element: Element | None) -> KeyMaterial:
    """Read what we know of KeyInfo; a part that is wrong or unknown is kept with the reason."""
    certificates: list[Certificate] = []
    keys: list[KeyInfo] = []
    unread: list[Unread] = []
    for part in _parts(element):
        try:
            if part.tag == f"{{{DS}}}X509Certificate":
                certificates.append(Certificate.parse(base64_of(part)))
            else:
                keys.append(_key(part))
        except (InputError, UnsupportedError) as error:
            unread.append(Unread((part.text or "").encode(), error.code))
        if len(certificates) + len(keys) + len(unread) > CERTIFICATES_MAX:
            raise BudgetExceeded("xmldsig.too-many", what="KeyInfo", limit=CERTIFICATES_MAX)
    return KeyMaterial(tuple(dict.fromkeys(certificates)), tuple(keys), tuple(unread))


def _parts(element: Element | None) -> list[Element]:
    """List the X509Certificate, KeyValue and DEREncodedKeyValue elements, in their order."""
    found: list[Element] = []
    for child in [] if element is None else children_of(element):
        if child.tag == f"{{{DS}}}X509Data":
            wanted = f"{{{DS}}}X509Certificate"
            found.extend(part for part in children_of(child) if part.tag == wanted)
        elif child.tag in {f"{{{DS}}}KeyValue", f"{{{DS11}}}DEREncodedKeyValue"}:
            found.append(child)
    return found


def _key(element: Element) -> KeyInfo:
    if element.tag == f"{{{DS11}}}DEREncodedKeyValue":
        der = base64_of(element)
        spki = s.decode(SUBJECT_PUBLIC_KEY_INFO, der)
        return KeyInfo(AlgorithmId(*spki.algorithm), spki.subject_public_key.octets, der)
    values = children_of(element)
    if len(values) != 1:
        raise InputError("xmldsig.malformed", what="KeyValue")
    read = _VALUES.get(values[0].tag)
    if read is None:
        raise UnsupportedError("xmldsig.algorithm-unsupported", uri=str(values[0].tag))
    return read(values[0])


def _rsa(value: Element) -> KeyInfo:
    """4.5.2.2: CryptoBinary, big-endian."""
    numbers = (int.from_bytes(base64_of(one(value, each)), "big") for each in _RSA_PARTS)
    return _key_info(_RSA, s.encode(_RSA_PUBLIC_KEY, _RsaPublicKey(*numbers)))


_RSA_PARTS: Final = ("Modulus", "Exponent")


def _ec(value: Element) -> KeyInfo:
    """4.5.2.3: a named curve, and the point as of SEC 1 2.3.3."""
    name = one(value, "NamedCurve", namespace=DS11).get("URI", "")
    if not name.startswith("urn:oid:"):
        raise UnsupportedError("xmldsig.algorithm-unsupported", uri=name)
    algorithm = AlgorithmId(_EC, s.encode(s.OID, name.removeprefix("urn:oid:")))
    return _key_info(algorithm, base64_of(one(value, "PublicKey", namespace=DS11)))


def _bign(value: Element) -> KeyInfo:
    """STB 34.101.50 annex E: a named curve, and x || y, little-endian."""
    domain = one(value, "DomainParameters", namespace=DS11)
    name = one(domain, "NamedCurve", namespace=DS11)
    uri = name.get("URN") or name.get("URI") or ""
    if uri not in BIGN_CURVES:
        raise UnsupportedError("xmldsig.algorithm-unsupported", uri=uri)
    algorithm = AlgorithmId(_BIGN, s.encode(s.OID, BIGN_CURVES[uri]))
    return _key_info(algorithm, base64_of(one(value, "PublicKey", namespace=DS11)))


_VALUES: Final = {
    f"{{{DS}}}RSAKeyValue": _rsa,
    f"{{{DS11}}}ECKeyValue": _ec,
    f"{{{DS11}}}BignKeyValue": _bign,
}


def _key_info(algorithm: AlgorithmId, key: bytes) -> KeyInfo:
    spki = s.encode(
        _SPKI, _Spki(_Algorithm(algorithm.oid, algorithm.parameters), s.BitString(key, 0))
    )
    return KeyInfo(algorithm, key, spki)
