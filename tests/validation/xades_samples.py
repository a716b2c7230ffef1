"""Make XAdES signatures of a nation by hand, of any level: each text is canonical as written."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime

from nation import entropy

from zaruka.crypto import digest, sign
from zaruka.signatures.creation import Signer, make_timestamp
from zaruka.signatures.xml.identifiers import DIGEST_URIS, SIGNATURE_URIS
from zaruka.x509 import Certificate, CertificateList

DS = "http://www.w3.org/2000/09/xmldsig#"
EXC = "http://www.w3.org/2001/10/xml-exc-c14n#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
XADES_141 = "http://uri.etsi.org/01903/v1.4.1#"
TYPE = "http://uri.etsi.org/01903#SignedProperties"


def b64(octets: bytes) -> str:
    return b64encode(octets).decode()


def algorithm(local: str, uri: str) -> str:
    return f'<{local} Algorithm="{uri}"></{local}>'


def method_of(who: Signer) -> tuple[str, str]:
    """Return the URIs of the signer's signature method and digest."""
    digest_oid = who.digest_algorithm.oid
    key = who.certificate.key.algorithm.oid
    family = {"1.2.112.0.2.0.34.101.45.2.1": "BIGN", "1.2.643.7.1.1.1.1": "GOST_2012_256"}[key]
    method = next(
        uri
        for uri, each in SIGNATURE_URIS.items()
        if each.family.name == family and each.digest_oid == digest_oid
    )
    return method, next(uri for uri, oid in DIGEST_URIS.items() if oid == digest_oid)


def reference(uri: str, octets: bytes, who: Signer, *transforms: str, kind: str = "") -> str:
    _, digest_uri = method_of(who)
    typed = f' Type="{kind}"' if kind else ""
    chain = "".join(algorithm("Transform", each) for each in transforms)
    wrapped = f"<Transforms>{chain}</Transforms>" if chain else ""
    value = b64(digest(who.digest_algorithm.oid, octets))
    return (
        f'<Reference{typed} URI="{uri}">{wrapped}{algorithm("DigestMethod", digest_uri)}'
        f"<DigestValue>{value}</DigestValue></Reference>"
    )


def signed_properties(who: Signer, at: datetime, namespace: str = XADES) -> str:
    _, digest_uri = method_of(who)
    value = b64(digest(who.digest_algorithm.oid, who.certificate.der))
    method = f'<DigestMethod xmlns="{DS}" Algorithm="{digest_uri}"></DigestMethod>'
    return (
        f'<SignedProperties xmlns="{namespace}" Id="sp"><SignedSignatureProperties><SigningTime>'
        f"{at.isoformat()}</SigningTime><SigningCertificateV2><Cert><CertDigest>{method}"
        f'<DigestValue xmlns="{DS}">{value}</DigestValue></CertDigest></Cert>'
        "</SigningCertificateV2></SignedSignatureProperties></SignedProperties>"
    )


class Xades:
    """A document with one enveloped signature of level B-B; `with_unsigned` adds to it."""

    before, after = "<doc><body>pay 10</body>", "</doc>"

    def __init__(self, who: Signer, at: datetime, *, target: str = "#s") -> None:
        properties = signed_properties(who, at)
        method, _ = method_of(who)
        references = reference(
            "", (self.before + self.after).encode(), who, f"{DS}enveloped-signature", EXC
        ) + reference("#sp", properties.encode(), who, EXC, kind=TYPE)
        inner = (
            f"{algorithm('CanonicalizationMethod', EXC)}{algorithm('SignatureMethod', method)}"
            f"{references}</SignedInfo>"
        )
        self.signed_info = f'<SignedInfo xmlns="{DS}">{inner}'
        uri = SIGNATURE_URIS[method]
        value = sign(
            who.key,
            uri.algorithm,
            uri.digest_oid,
            message=self.signed_info.encode(),
            entropy=entropy(64),
        )
        self.value = f"<SignatureValue>{b64(value)}</SignatureValue>"
        held = b64(who.certificate.der)
        self.key_info = (
            f"<KeyInfo><X509Data><X509Certificate>{held}</X509Certificate></X509Data></KeyInfo>"
        )
        self.head = (
            f'<Signature xmlns="{DS}" Id="s"><SignedInfo>{inner}{self.value}{self.key_info}<Object>'
            f'<QualifyingProperties xmlns="{XADES}" Target="{target}">{properties}'
        )

    def canonical(self, element: str) -> bytes:
        """Return one of the signature's own elements in exclusive canonical form."""
        name, rest = element[1:].split(">", 1)
        return f'<{name} xmlns="{DS}">{rest}'.encode()

    def document(self, *unsigned: str) -> bytes:
        added = "".join(unsigned)
        wrapped = (
            f"<UnsignedProperties><UnsignedSignatureProperties>{added}"
            "</UnsignedSignatureProperties></UnsignedProperties>"
            if unsigned
            else ""
        )
        tail = f"{wrapped}</QualifyingProperties></Object></Signature>"
        return f"{self.before}{self.head}{tail}{self.after}".encode()


def token(by: Signer, at: datetime, covered: bytes) -> bytes:
    return make_timestamp(
        by.digest_algorithm,
        digest(by.digest_algorithm.oid, covered),
        by,
        time=at,
        serial_number=7,
        policy="1.2.643.2.2.38.4",
        entropy=entropy,
    )


def stamp(
    octets: bytes, local: str = "SignatureTimeStamp", *, form: str = EXC, namespace: str = XADES
) -> str:
    method = f'<CanonicalizationMethod xmlns="{DS}" Algorithm="{form}"></CanonicalizationMethod>'
    inner = "" if namespace == XADES else f' xmlns="{XADES}"'
    held = f"<EncapsulatedTimeStamp{inner}>{b64(octets)}</EncapsulatedTimeStamp>"
    return f'<{local} xmlns="{namespace}">{method if form else ""}{held}</{local}>'


def values(certificates: Iterable[Certificate], crls: Iterable[CertificateList]) -> str:
    held = "".join(
        f"<EncapsulatedX509Certificate>{b64(each.der)}</EncapsulatedX509Certificate>"
        for each in certificates
    )
    lists = "".join(
        f"<EncapsulatedCRLValue>{b64(each.der)}</EncapsulatedCRLValue>" for each in crls
    )
    return (
        f'<CertificateValues xmlns="{XADES}">{held}</CertificateValues>'
        f'<RevocationValues xmlns="{XADES}"><CRLValues>{lists}</CRLValues></RevocationValues>'
    )
