"""xmlsec1 (libxmlsec, another reference processor) agrees on RSA and ECDSA, both ways."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import xml_samples as xml
from cryptography.hazmat.primitives import serialization

from zaruka.signatures.xml.verifying import verify_signer
from zaruka.signatures.xml.xmldsig import parse_signed_xml

MORE = "http://www.w3.org/2001/04/xmldsig-more#"
C14N_11 = "http://www.w3.org/2006/12/xml-c14n11"
FORMS = [xml.C14N, f"{xml.C14N}#WithComments", C14N_11, f"{C14N_11}#WithComments", xml.EXC]
FORMS.append(f"{xml.EXC}WithComments")

# What canonical forms differ in: inherited namespaces and xml: attributes, undeclared defaults,
# order of attributes, white space, references to characters, comments and instructions.
DOCUMENTS = {
    "plain": '<doc><body Id="b">text</body>{}</doc>',
    "default-namespace": '<doc xmlns="urn:d"><body Id="b"><a><c xmlns=""/><d/></a></body>{}</doc>',
    "undeclared": '<d xmlns="urn:d"><e xmlns=""><body Id="b"><a/><f xmlns="urn:f"/></body></e>'
    "{}</d>",
    "unused": '<doc xmlns:u="urn:u" xmlns:q="urn:q"><body Id="b" q:z="1" a="2"><q:x/></body>'
    "{}</doc>",
    "inherited": '<doc xml:lang="be" xml:space="preserve"><m xml:lang="ru">'
    '<body Id="b"> <x xml:space="default"/> </body></m>{}</doc>',
    "characters": "<doc>\r\n<body Id=\"b\" t='&#9;&#10;&#13;&quot;&apos;&lt;'>&#13;&gt;&amp;"
    "<![CDATA[<&>]]>Ў</body>{}</doc>",
    "comments": '<?before a?><!-- c --><doc><body Id="b">a<!-- in -->b<?pi x?></body>'
    "{}</doc><!-- e -->",
}
TEMPLATE = (
    '<Signature xmlns="{ds}"><SignedInfo><CanonicalizationMethod Algorithm="{form}"/>'
    '<SignatureMethod Algorithm="{method}"/><Reference URI="{uri}"><Transforms>{transforms}'
    '</Transforms><DigestMethod Algorithm="{digest}"/><DigestValue/></Reference></SignedInfo>'
    "<SignatureValue/>{key}</Signature>"
)
METHODS = {"rsa": xml.RSA_SHA_256, "ecdsa": f"{MORE}ecdsa-sha256"}


@pytest.fixture(scope="module")
def xmlsec(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the keys; return their folder."""
    if shutil.which("xmlsec1") is None:
        pytest.skip("xmlsec1 is not installed: apt-get install xmlsec1")
    folder = tmp_path_factory.mktemp("xmlsec")
    for name, key in {"rsa": xml.rsa_key(), "ecdsa": xml.ec_key()}.items():
        pem, public = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        private, none = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        (folder / f"{name}.key").write_bytes(key.private_bytes(pem, private, none))
        (folder / f"{name}.pub").write_bytes(key.public_key().public_bytes(pem, public))
    return folder


def sign(folder: Path, name: str, document: str, form: str, uri: str) -> bytes:
    transforms = f'<Transform Algorithm="{form}"/>'
    if not uri:
        transforms = f'<Transform Algorithm="{xml.ENVELOPED}"/>{transforms}'
    template = TEMPLATE.format(
        ds=xml.DS,
        form=form,
        method=METHODS[name],
        uri=uri,
        transforms=transforms,
        digest=xml.SHA_256,
        key="<KeyInfo><KeyValue/></KeyInfo>" if name == "rsa" else "",  # it writes no EC keys
    )
    (folder / "in.xml").write_text(document.format(template), encoding="utf-8", newline="")
    run(
        "sign",
        "--privkey-pem",
        str(folder / f"{name}.key"),
        "--output",
        str(folder / "out.xml"),
        "--id-attr:Id",
        "body",
        "--id-attr:Id",
        "urn:d:body",
        str(folder / "in.xml"),
    )
    return (folder / "out.xml").read_bytes()


def run(*arguments: str) -> None:
    done = subprocess.run(["xmlsec1", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["rsa", "ecdsa"])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize("uri", ["", "#b"])
def test_what_xmlsec_signs_holds_here(
    xmlsec: Path, name: str, form: str, document: str, uri: str
) -> None:
    octets = sign(xmlsec, name, DOCUMENTS[document], form, uri)
    (signature,) = parse_signed_xml(octets).signatures
    key = xml.key_info(xml.rsa_key() if name == "rsa" else xml.ec_key())
    check = verify_signer(signature, key)
    assert check.is_valid, check
    assert signature.key_info.keys == ((key,) if name == "rsa" else ())
    changed = octets.replace(b"text", b"tfxt").replace("Ў".encode(), "У".encode())
    if changed != octets:
        (signature,) = parse_signed_xml(changed).signatures
        assert not verify_signer(signature, key).is_valid


@pytest.mark.parametrize("make", [xml.enveloped, xml.detached])
def test_what_is_signed_here_holds_for_xmlsec(xmlsec: Path, make: Callable[[], bytes]) -> None:
    octets = make()
    (signature,) = parse_signed_xml(octets).signatures
    assert verify_signer(signature, xml.key_info(xml.rsa_key())).is_valid
    file = xmlsec / "ours.xml"
    file.write_bytes(octets)
    run("verify", "--pubkey-pem", str(xmlsec / "rsa.pub"), "--id-attr:Id", "body", str(file))
