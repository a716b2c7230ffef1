"""Fuzz the reading of XML signatures: every octet string is a document or a named error.

Everything that validation, extraction and the report ask is asked of what was read.
"""

from __future__ import annotations

import re
from base64 import b64encode
from typing import TYPE_CHECKING

from driver import run, shared_seeds

from zaruka.errors import InputError, UnsupportedError
from zaruka.signatures import cades, tsp
from zaruka.signatures.input.forms import recognise
from zaruka.signatures.input.kinds import Kind
from zaruka.signatures.input.opening import Input
from zaruka.signatures.input.xml_files import FilesBeside, read_signed_xml
from zaruka.signatures.xml.verifying import verify_signer
from zaruka.signatures.xml.xmldsig import parse_signed_xml

if TYPE_CHECKING:
    from zaruka.signatures.xml.document import SignedXml

XADES = "http://uri.etsi.org/01903/v1.3.2#"


def beside(name: str) -> Input:
    """Give a file of any name."""
    return Input.of(name.encode(errors="replace"), name)


def check(octets: bytes) -> None:
    """Read `octets` as they are, and as a file; anything but a named error is raised."""
    for parse in (_as_they_are, _as_a_file):
        try:
            _look(parse(octets))
        except (InputError, UnsupportedError):
            continue


def _as_they_are(octets: bytes) -> SignedXml:
    return parse_signed_xml(octets)


def _as_a_file(octets: bytes) -> SignedXml:
    form = recognise(Input.of(octets, "fuzz.xml"))
    if form.kind is not Kind.XML:
        raise InputError("input.wrong-kind")
    return read_signed_xml(form, FilesBeside(beside))


def _look(document: SignedXml) -> None:
    """Ask everything that validation asks."""
    for signature in document.signatures:
        assert signature.ref.name is not None
        for reference in signature.references:
            assert (reference.content is None) is (reference.finding is not None)
            assert reference.shown is not None
        for token in signature.timestamps:
            tsp.check_imprint(token, signature.stamped_octets(token))
        keys = [*signature.key_info.keys, *(each.key for each in document.all_certificates)]
        for key in keys[:4]:
            assert verify_signer(signature, key).findings(signature)
        for certificate in signature.find_signers(document.all_certificates):
            cades.check_signing_certificate(signature, certificate)


def stamped(seed: bytes, token: bytes) -> bytes:
    """Put a time-stamp and evidence into a XAdES signature, whether they fit or not."""
    tag = re.search(rb"</([\w.-]+:)?QualifyingProperties>", seed)
    if tag is None:
        return seed
    added = (
        f'<UnsignedProperties xmlns="{XADES}"><UnsignedSignatureProperties><SignatureTimeStamp>'
        f"<EncapsulatedTimeStamp>{b64encode(token).decode()}</EncapsulatedTimeStamp>"
        "</SignatureTimeStamp><CertificateValues><EncapsulatedX509Certificate>MAA="
        "</EncapsulatedX509Certificate></CertificateValues></UnsignedSignatureProperties>"
        "</UnsignedProperties>"
    )
    return seed[: tag.start()] + added.encode() + seed[tag.start() :]


if __name__ == "__main__":
    seeds = shared_seeds("interop/*/xml/*.xml", "interop/ru/bad/*.xml", "samples/*/*.xml")
    tokens = shared_seeds("interop/*/ts*/*.tst")[:3] or [b"0\0"]
    run(check, [*seeds, *(stamped(seed, token) for seed in seeds for token in tokens)])
