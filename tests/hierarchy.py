"""A small hierarchy made on the spot: Ed25519 keys from their names, so nothing is random."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from zaruka.crypto import public_key
from zaruka.x509.issuing import (
    Issuer,
    authority_extensions,
    extension,
    issue_certificate,
    issue_crl,
    key_identifier,
)
from zaruka.x509.names import Name
from zaruka.x509.paths import Anchor
from zaruka.x509.private_keys import load_private_key

if TYPE_CHECKING:
    from zaruka.asn1.pkix import Extension
    from zaruka.crypto import KeyInfo
    from zaruka.x509.certificates import Certificate
    from zaruka.x509.crls import CertificateList

START, NOW, END = (datetime(year, 6, 1, tzinfo=UTC) for year in (2020, 2026, 2034))
# PrivateKeyInfo of RFC 8410 7 before the 32 octets of the key
_ED25519 = bytes.fromhex("302e020100300506032b657004220420")
CN = "2.5.4.3"


def name_of(common_name: str) -> Name:
    return Name.of([(CN, common_name)])


@dataclass
class Authority:
    """A name and a key; two with one `name` and different `secret` differ in the key alone."""

    name: str
    secret: str = ""
    issued: int = 0
    issuer: Issuer = field(init=False)

    def __post_init__(self) -> None:
        seed = hashlib.sha256(f"{self.name}/{self.secret}".encode()).digest()
        private = load_private_key(_ED25519 + seed)
        self.issuer = Issuer(name_of(self.name), private, public_key(private))

    @property
    def key(self) -> KeyInfo:
        return self.issuer.key

    def issue(
        self,
        subject: Authority,
        extensions: list[Extension] | None = None,
        *,
        ca: bool = True,
        path_length: int | None = None,
        not_before: datetime = START,
        not_after: datetime = END,
        serial: int | None = None,
        identified: bool = True,
    ) -> Certificate:
        """Certify `subject`, as an authority or not, with key identifiers or without."""
        self.issued += 1
        if ca:
            usual = authority_extensions(subject.key, self.key, path_length=path_length)
        else:
            usual = [extension("2.5.29.14", key_identifier(subject.key)), *_aki(self.key)]
        if not identified:
            usual = [one for one in usual if one.extn_id not in ("2.5.29.14", "2.5.29.35")]
        return issue_certificate(
            self.issuer,
            subject.issuer.name,
            subject.key,
            serial_number=serial or self.issued,
            not_before=not_before,
            not_after=not_after,
            extensions=[*usual, *(extensions or [])],
            entropy=b"",
        )

    def certificate(self, extensions: list[Extension] | None = None, **kwargs) -> Certificate:
        return self.issue(self, extensions, **kwargs)

    def anchor(self, extensions: list[Extension] | None = None, **kwargs) -> Anchor:
        return Anchor.of(self.certificate(extensions, **kwargs))

    def crl(self, revoked=(), *, number=1, at=NOW, until=END, extensions=()) -> CertificateList:
        return issue_crl(
            self.issuer,
            revoked,
            this_update=at,
            next_update=until,
            number=number,
            extensions=extensions,
            entropy=b"",
        )


def _aki(key: KeyInfo) -> list[Extension]:
    return authority_extensions(key, key)[3:]
