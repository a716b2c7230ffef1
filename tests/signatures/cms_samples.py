"""Messages to test with: those of the interop folders, and edited ones made with their keys."""

from __future__ import annotations

import base64
import json
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from zaruka.asn1 import cms as wire
from zaruka.asn1 import schema as s
from zaruka.findings import Finding, Severity
from zaruka.signatures import creation
from zaruka.signatures.content import BytesContent, Content, FileContent
from zaruka.signatures.creation import Signer
from zaruka.signatures.structure import CONTENT_TYPE, ID_DATA, MESSAGE_DIGEST, SIGNING_TIME
from zaruka.x509.certificates import Certificate
from zaruka.x509.private_keys import load_private_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from zaruka.signatures.document import Signature, SignedDocument

WHEN = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ELEMENTS = s.sequence_of(s.ANY)


def unwrap(octets: bytes) -> bytes:
    """DER of what may be PEM."""
    pem = re.search(rb"-----BEGIN [A-Z0-9 ]+-----(.*?)-----END", octets, re.DOTALL)
    return base64.b64decode(pem[1]) if pem else octets


def certificate(path: Path) -> Certificate:
    return Certificate.parse(unwrap(path.read_bytes()))


@dataclass(frozen=True)
class Case:
    """A signed message of a manifest."""

    name: str
    path: Path
    expected: str
    level: str | None
    content_path: Path
    signers: tuple[Path, ...]

    @property
    def message(self) -> bytes:
        return self.path.read_bytes()

    def content(self, document: SignedDocument) -> Content:
        return document.encapsulated or FileContent(self.content_path)

    def holders(self, document: SignedDocument, signature: Signature) -> tuple[Certificate, ...]:
        """Certificates that the signer may have: of the message, else those of the manifest."""
        inside = signature.find_signers(document.certificates)
        return inside or signature.find_signers(map(certificate, self.signers))


def cases(shared: Path, *sets: str) -> list[Case]:
    """All CMS messages of the manifests."""
    found = []
    for name in sets or ("ru", "ru-cades", "by"):
        folder = shared / "interop" / name
        manifest = json.loads((folder / "manifest.json").read_text())
        for entry in manifest.get("cases") or manifest["entries"]:
            if not entry["kind"].startswith("cms-"):
                continue
            signers = entry.get("signers") or [entry.get("signer_cert")]
            found.append(
                Case(
                    f"{name}/{entry.get('id') or entry['file']}",
                    folder / entry["file"],
                    entry["expected"],
                    entry.get("level"),
                    folder / entry.get("content", entry["file"]),
                    tuple(folder / signer for signer in signers if signer),
                )
            )
    assert len(found) > 20
    return found


_FOLDERS = {"ru": ("certs", "crt"), "ru-cades": ("certs", "crt"), "by": ("pki", "cer")}


def signer(shared: Path, name: str) -> Signer:
    """The key and certificate of `set/name`."""
    where, _, who = name.partition("/")
    folder, ending = _FOLDERS[where]
    root = shared / "interop" / where
    key = load_private_key((root / "keys" / f"{who}.p8").read_bytes())
    return Signer(key, certificate(root / folder / f"{who}.{ending}"))


def attribute(oid: str, *values: bytes) -> wire.Attribute:
    return wire.Attribute(oid, values)


def usual_attributes(who: Signer, content: bytes, kind: str = ID_DATA) -> dict[str, wire.Attribute]:
    """What `sign_cades` would sign, by OID."""
    digest = BytesContent(content).digest(who.digest_algorithm.oid)
    found = {each.attr_type: each for each in creation._signed_attributes(who, kind, digest)}
    found[SIGNING_TIME] = attribute(SIGNING_TIME, s.encode(s.TIME, WHEN))
    assert {CONTENT_TYPE, MESSAGE_DIGEST} < found.keys()
    return found


def sign_attributes(
    who: Signer, content: bytes, attributes: list[wire.Attribute], kind: str = ID_DATA
) -> bytes:
    """An attached message whose signature is right over any attributes."""
    info = creation._signer_info(who, attributes, os.urandom)
    return creation._signed_data(kind, content, [who], [info], [who.certificate])


def edit_signer(
    message: bytes, edit: Callable[[list[bytes]], list[bytes]], index: int = 0
) -> bytes:
    """Change the components of one SignerInfo; each is a whole encoding."""

    def change(parts: list[bytes]) -> list[bytes]:
        infos = list(s.decode(s.set_of(s.ANY), parts[-1], mode=s.BER))
        infos[index] = s.encode(ELEMENTS, tuple(edit(list(s.decode(ELEMENTS, infos[index])))))
        return [*parts[:-1], retag(s.encode(ELEMENTS, tuple(infos)), 0x31)]

    return edit_data(message, change)


def edit_data(message: bytes, edit: Callable[[list[bytes]], list[bytes]]) -> bytes:
    """Change the components of SignedData; each is a whole encoding."""
    info = s.decode(wire.CONTENT_INFO, message, mode=s.BER)
    assert info.content is not None
    parts = edit(list(s.decode(ELEMENTS, info.content, mode=s.BER)))
    changed = memoryview(s.encode(ELEMENTS, tuple(parts)))
    return s.encode(wire.CONTENT_INFO, wire.ContentInfo(info.content_type, changed))


def retag(der: bytes, tag: int) -> bytes:
    return bytes((tag,)) + der[1:]


def codes(findings: tuple[Finding, ...], *severities: Severity) -> list[str]:
    """Codes of the findings of these severities (FAIL if none is named)."""
    wanted = severities or (Severity.FAIL,)
    return [finding.rule.code for finding in findings if finding.severity in wanted]


def each_signer(document: SignedDocument) -> Iterator[tuple[Signature, Certificate]]:
    for signature in document.signatures:
        found = signature.find_signers(document.certificates)
        assert found
        yield signature, found[0]
