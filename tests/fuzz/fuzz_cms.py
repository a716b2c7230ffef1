"""Fuzz the reading of signed messages: every octet string is a document or an InputError.

Everything that validation asks is asked of what was read.
"""

from __future__ import annotations

from driver import run, shared_seeds

from zaruka.errors import InputError
from zaruka.signatures import cades, cms, content, tsp, verifying
from zaruka.signatures.document import SignedDocument, TimeStampToken

OTHER = content.BytesContent(b"not what was signed")


def check(octets: bytes) -> None:
    """Read `octets` in every way and verify what is there; anything but InputError is raised."""
    for parse in (cms.parse_signed_data, cms.parse_timestamp_token):
        try:
            _look(parse(octets))
        except InputError:
            continue
    for wire in (tsp.TimeStampRequest.parse, tsp.TimeStampResponse.parse):
        try:
            wire(octets)
        except InputError:
            continue


def _look(found: SignedDocument | TimeStampToken) -> None:
    """Ask everything that validation asks."""
    document = found.signed if isinstance(found, TimeStampToken) else found
    if isinstance(found, TimeStampToken):
        tsp.check_token(found)
        assert found.ref.name
    for signature in document.signatures:
        assert signature.ref.name is not None
        signed = document.encapsulated or OTHER
        verifying.check_content(signature, signed)
        for token in signature.timestamps:
            tsp.check_imprint(token, cades.stamp_imprint_octets(signature))
            _look(token)
        for certificate in signature.find_signers(document.all_certificates):
            cades.check_signing_certificate(signature, certificate)
            result = verifying.verify_signer(signature, certificate.key, signed)
            assert result.findings(signature)


if __name__ == "__main__":
    run(
        check, shared_seeds("interop/*/c[ma]*s/*.p7s", "interop/*/ts*/*.ts[tqr]", "real/ru/*/*.p7s")
    )
