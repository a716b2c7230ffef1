"""Make XML signatures by hand: every text is canonical as written, so nothing canonicalizes."""

from __future__ import annotations

import base64
import hashlib
from functools import cache

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from zaruka.asn1 import schema as s
from zaruka.asn1.pkix import SUBJECT_PUBLIC_KEY_INFO
from zaruka.crypto import AlgorithmId, KeyInfo

DS = "http://www.w3.org/2000/09/xmldsig#"
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
EXC = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED = f"{DS}enveloped-signature"
SHA_256 = "http://www.w3.org/2001/04/xmlenc#sha256"
RSA_SHA_256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"


@cache
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def key_info(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> KeyInfo:
    der = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    spki = s.decode(SUBJECT_PUBLIC_KEY_INFO, der)
    return KeyInfo(AlgorithmId(*spki.algorithm), spki.subject_public_key.octets, der)


def element(name: str, uri: str) -> str:
    return f'<{name} Algorithm="{uri}"></{name}>'


def reference(uri: str, octets: bytes, *transforms: str, digest: str | None = None) -> str:
    value = digest or base64.b64encode(hashlib.sha256(octets).digest()).decode()
    chain = "".join(element("Transform", each) for each in transforms)
    wrapped = f"<Transforms>{chain}</Transforms>" if transforms else ""
    return (
        f'<Reference URI="{uri}">{wrapped}{element("DigestMethod", SHA_256)}'
        f"<DigestValue>{value}</DigestValue></Reference>"
    )


def signature(
    *references: str, extra: str = "", method: str = RSA_SHA_256, c14n: str = EXC, name: str = ""
) -> str:
    inner = (
        f"{element('CanonicalizationMethod', c14n)}{element('SignatureMethod', method)}"
        f"{''.join(references)}</SignedInfo>"
    )
    octets = f'<SignedInfo xmlns="{DS}">{inner}'.encode()
    value = rsa_key().sign(octets, padding.PKCS1v15(), hashes.SHA256())
    named = f' Id="{name}"' if name else ""
    return (
        f'<Signature xmlns="{DS}"{named}><SignedInfo>{inner}'
        f"<SignatureValue>{base64.b64encode(value).decode()}</SignatureValue>{extra}</Signature>"
    )


def enveloped(before: str = "<doc><body>pay 10</body>", after: str = "</doc>") -> bytes:
    """Sign the whole document, without the signature itself."""
    found = reference("", (before + after).encode(), ENVELOPED)
    return f"{before}{signature(found)}{after}".encode()


def detached(body: str = '<body Id="b">pay 10</body>') -> bytes:
    """Sign one element of a document."""
    return f"<doc>{body}{signature(reference('#b', body.encode()))}</doc>".encode()
