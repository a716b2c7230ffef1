"""XML signatures that are made here hold, and another program says so too."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from datetime import UTC, datetime

import pytest

from zaruka.crypto import public_key
from zaruka.errors import InputError
from zaruka.lab.keys import KINDS, make_key
from zaruka.signatures.creation import Signer
from zaruka.signatures.xml.creation import sign_enveloped
from zaruka.signatures.xml.verifying import verify_signer
from zaruka.signatures.xml.xmldsig import parse_signed_xml
from zaruka.x509 import Name
from zaruka.x509.issuing import Issuer, issue_certificate

NOW = datetime(2026, 11, 23, tzinfo=UTC)
DOCUMENT = '<?xml version="1.0" encoding="utf-16"?><а x="1&#9;"><!-- c --><b xmlns="urn:q"/> </а>'


def entropy(count: int) -> bytes:
    return hashlib.shake_256(b"entropy of the tests").digest(count)


def signer(kind: str) -> Signer:
    key = make_key(kind, entropy)
    name = Name.of([("2.5.4.3", "Signer")])
    own = Issuer(name, key, public_key(key))
    certificate = issue_certificate(
        own,
        name,
        own.key,
        serial_number=1,
        not_before=datetime(2020, 1, 1, tzinfo=UTC),
        not_after=datetime(2030, 1, 1, tzinfo=UTC),
        entropy=entropy(64),
    )
    return Signer(key, certificate)


@pytest.mark.parametrize("kind", [*KINDS, "rsa-2048", "p-256"])
@pytest.mark.parametrize("time", [None, NOW])
def test_what_was_signed_verifies(kind, time):
    own = signer(kind)
    octets = sign_enveloped(DOCUMENT.encode("utf-16"), own, entropy=entropy, signing_time=time)
    (signature,) = parse_signed_xml(octets).signatures
    assert verify_signer(signature, own.certificate.key).is_valid
    assert signature.signers == (own.certificate,)
    assert signature.references[0].place == "/а"
    assert signature.signing_time == time
    assert signature.level == ("CMS" if time is None else "B-B")
    changed = octets.replace(b'x="1', b'x="2', 1)
    (signature,) = parse_signed_xml(changed).signatures
    assert not verify_signer(signature, own.certificate.key).is_valid


def test_what_cannot_be_read_is_not_signed():
    with pytest.raises(InputError):
        sign_enveloped(b"<a>", signer("p-256"), entropy=entropy)


@pytest.mark.parametrize("kind", ["rsa-2048", "p-256"])
def test_xmlsec_agrees(kind, tmp_path):
    program = shutil.which("xmlsec1")
    if program is None:
        pytest.skip("xmlsec1 is not installed: apt-get install xmlsec1")
    own = signer(kind)
    path, trusted = tmp_path / "signed.xml", tmp_path / "signer.der"
    path.write_bytes(sign_enveloped(b"<a>1</a>", own, entropy=entropy))
    trusted.write_bytes(own.certificate.der)
    command = [program, "--verify", "--trusted-der", str(trusted), str(path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
