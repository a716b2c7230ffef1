"""Namespaces and algorithm identifiers of XML signatures: data and pure look-up.

Sources: XML Signature 1.1 6; RFC 9231 (what W3C left out); draft-chudov-cryptopro-cpxmldsig and
what CryptoPro writes (Russia); STB 34.101.50 annex E, and the names that Avest's programs write in
the documents of the Eurasian union (Belarus). An identifier that is not here is unsupported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from zaruka.crypto import AlgorithmId
from zaruka.crypto.algorithms import DIGESTS, SIGNATURES, Family
from zaruka.crypto.parameters import encode_pss_parameters

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = [
    "BASE64",
    "BIGN_CURVES",
    "CANONICALIZATIONS",
    "DIGEST_URIS",
    "DS",
    "DS11",
    "ENVELOPED",
    "EXC_C14N",
    "ID_ATTRIBUTES",
    "SIGNATURE_URIS",
    "XADES_141",
    "XADES_NAMESPACES",
    "XML",
    "Canonicalization",
    "SignatureMethod",
]

DS: Final = "http://www.w3.org/2000/09/xmldsig#"
DS11: Final = "http://www.w3.org/2009/xmldsig11#"
EXC_C14N: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
XML: Final = "http://www.w3.org/XML/1998/namespace"
_WSU: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
XADES_NAMESPACES: Final = frozenset(
    {"http://uri.etsi.org/01903/v1.3.2#", "http://uri.etsi.org/01903/v1.2.2#"}
)
XADES_141: Final = "http://uri.etsi.org/01903/v1.4.1#"  # unsigned properties added later

# Attributes that name an element for "#...", by policy: without a schema nothing else is an Id.
ID_ATTRIBUTES: Final = ("Id", "ID", "id", f"{{{XML}}}id", f"{{{_WSU}}}Id")

ENVELOPED: Final = f"{DS}enveloped-signature"
BASE64: Final = f"{DS}base64"


class Canonicalization(Struct, frozen=True):
    """A canonical form: its version ("1.0", "1.1", "exclusive") and whether comments stay."""

    version: str
    comments: bool


CANONICALIZATIONS: Final[Mapping[str, Canonicalization]] = {
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315": Canonicalization("1.0", comments=False),
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments": Canonicalization(
        "1.0", comments=True
    ),
    "http://www.w3.org/2006/12/xml-c14n11": Canonicalization("1.1", comments=False),
    "http://www.w3.org/2006/12/xml-c14n11#WithComments": Canonicalization("1.1", comments=True),
    EXC_C14N: Canonicalization("exclusive", comments=False),
    f"{EXC_C14N}WithComments": Canonicalization("exclusive", comments=True),
}

_XMLENC: Final = "http://www.w3.org/2001/04/xmlenc#"
_MORE: Final = "http://www.w3.org/2001/04/xmldsig-more#"
_MORE_2007: Final = "http://www.w3.org/2007/05/xmldsig-more#"
_CRYPTOPRO: Final = "urn:ietf:params:xml:ns:cpxmlsec:algorithms:"

_oid: Final = {digest.name: digest.oid for digest in DIGESTS.values()}

# The names of STB 34.101.50 annex E, and those seen in documents of the Eurasian union; of the
# latter belt-hash256 and bign-with-hbelt were seen, the others follow their pattern.
_BELARUSIAN_DIGESTS: Final = {
    "belt-hash256": "belt-hash",
    "bash256": "bash256",
    "bash384": "bash384",
    "bash512": "bash512",
}

DIGEST_URIS: Final[Mapping[str, str]] = {
    uri: _oid[name]
    for uri, name in {
        f"{DS}sha1": "SHA-1",
        f"{_MORE}sha224": "SHA-224",
        f"{_XMLENC}sha256": "SHA-256",
        f"{_MORE}sha384": "SHA-384",
        f"{_XMLENC}sha512": "SHA-512",
        f"{_CRYPTOPRO}gostr34112012-256": "Streebog-256",
        f"{_CRYPTOPRO}gostr34112012-512": "Streebog-512",
        f"{_CRYPTOPRO}gostr3411": "GOST R 34.11-94",
        f"{_MORE}gostr3411": "GOST R 34.11-94",
        **{f"{DS11}{local}": name for local, name in _BELARUSIAN_DIGESTS.items()},
        **{f"urn:EAEU:Digest:{local}": name for local, name in _BELARUSIAN_DIGESTS.items()},
    }.items()
}


class SignatureMethod(Struct, frozen=True):
    """What a SignatureMethod names: the algorithm, the digest of SignedInfo, the way to sign."""

    algorithm: AlgorithmId
    digest_oid: str
    family: Family


def _methods() -> Iterator[tuple[str, SignatureMethod]]:
    for uri, family, digest in _names():
        digest_oid = _oid[digest]
        algorithm = next(
            AlgorithmId(entry.oid)
            for entry in SIGNATURES.values()
            if entry.family is family and entry.digest_oid == digest_oid
        )
        yield uri, SignatureMethod(algorithm, digest_oid, family)
    for local, digest in {"sha256": "SHA-256", "sha384": "SHA-384", "sha512": "SHA-512"}.items():
        # RFC 9231 2.3.10: one hash function for both uses, the salt as long as its digest
        parameters = encode_pss_parameters(_oid[digest], DIGESTS[_oid[digest]].size)
        algorithm = AlgorithmId("1.2.840.113549.1.1.10", parameters)
        method = SignatureMethod(algorithm, _oid[digest], Family.RSA_PSS)
        yield f"{_MORE_2007}{local}-rsa-MGF1", method


def _names() -> Iterator[tuple[str, Family, str]]:
    yield f"{DS}rsa-sha1", Family.RSA, "SHA-1"
    yield f"{DS}dsa-sha1", Family.DSA, "SHA-1"
    yield f"{DS11}dsa-sha256", Family.DSA, "SHA-256"
    for local in ("sha1", "sha224", "sha256", "sha384", "sha512"):
        digest = f"SHA-{local.removeprefix('sha')}"
        yield f"{_MORE}ecdsa-{local}", Family.ECDSA, digest
        if local != "sha1":
            yield f"{_MORE}rsa-{local}", Family.RSA, digest
    for prefix in (_CRYPTOPRO, _MORE):
        yield f"{prefix}gostr34102001-gostr3411", Family.GOST_2001, "GOST R 34.11-94"
    new = f"{_CRYPTOPRO}gostr34102012-gostr34112012-"
    yield f"{new}256", Family.GOST_2012_256, "Streebog-256"
    yield f"{new}512", Family.GOST_2012_512, "Streebog-512"
    for prefix in (DS11, "urn:EAEU:Signature:"):
        yield f"{prefix}bign-with-hbelt", Family.BIGN, "belt-hash"
        for digest in ("bash256", "bash384", "bash512"):
            yield f"{prefix}bign-with-{digest}", Family.BIGN, digest


SIGNATURE_URIS: Final[Mapping[str, SignatureMethod]] = dict(_methods())

# STB 34.101.50 annex E prints two number signs, samples have one.
BIGN_CURVES: Final[Mapping[str, str]] = {
    f"{DS11}{extra}bign-curve{bits}v1": f"1.2.112.0.2.0.34.101.45.3.{level}"
    for extra in ("", "#")
    for level, bits in enumerate((256, 384, 512), 1)
}
