"""A small national hierarchy made on the spot: root, authority, signers, time-stamps, CRLs.

Keys come from their names and entropy is fixed: the same call makes the same octets.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import judging
from zaruka.asn1 import schema as s
from zaruka.crypto import AlgorithmId, KeyInfo, PrivateKey, digest, public_key
from zaruka.signatures import parse_signed_data
from zaruka.signatures.creation import Signer, make_timestamp, sign_cades
from zaruka.signatures.extension import add_signature_timestamp
from zaruka.validation.context import Context
from zaruka.x509 import Certificate, CertificateList, Name, RevokedEntry
from zaruka.x509.issuing import (
    Issuer,
    authority_extensions,
    extension,
    issue_certificate,
    issue_crl,
    key_identifier,
    key_usage,
)

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
YEAR = 365 * DAY

BIGN = AlgorithmId("1.2.112.0.2.0.34.101.45.2.1", s.encode(s.OID, "1.2.112.0.2.0.34.101.45.3.1"))
GOST = AlgorithmId(
    "1.2.643.7.1.1.1.1",
    s.encode(s.sequence_of(s.OID), ("1.2.643.2.2.35.1", "1.2.643.7.1.1.2.2")),
)
# GOST R 34.10-2001 (RFC 4491 2.3.2), ended in 2019 by the policy etsi
GOST_2001 = AlgorithmId(
    "1.2.643.2.2.19",
    s.encode(s.sequence_of(s.OID), ("1.2.643.2.2.35.1", "1.2.643.2.2.30.1")),
)
_TIME_STAMPING = "1.3.6.1.5.5.7.3.8"


def entropy(count: int) -> bytes:
    return hashlib.shake_256(b"entropy of the tests").digest(count)


@dataclass
class Nation:
    """Root and authority of one country; everything else is issued by the authority."""

    country: str
    algorithm: AlgorithmId
    serial: int = 0
    revoked: list[RevokedEntry] = field(default_factory=list)
    revoked_authorities: list[RevokedEntry] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.root_issuer = self._issuer("Root")
        self.ca_issuer = self._issuer("Authority")
        self.root = self._certify(
            self.root_issuer, self.root_issuer, authority_extensions(self.root_issuer.key, None)
        )
        self.ca = self._certify(
            self.root_issuer,
            self.ca_issuer,
            authority_extensions(self.ca_issuer.key, self.root_issuer.key),
        )

    def _issuer(self, name: str, algorithm: AlgorithmId | None = None) -> Issuer:
        seed = hashlib.sha256(f"{self.country}/{name}".encode()).digest()
        private = PrivateKey(
            algorithm or self.algorithm, seed[:31] + b"\x01"
        )  # below every group's order
        titles = [("2.5.4.6", self.country, 19), ("2.5.4.3", f"{self.country} {name}")]
        return Issuer(Name.of(titles), private, public_key(private))

    def _certify(
        self,
        issuer: Issuer,
        subject: Issuer,
        extensions: Iterable[object],
        *,
        name: Name | None = None,
        not_before: datetime = NOW - 2 * YEAR,
        not_after: datetime = NOW + 8 * YEAR,
    ) -> Certificate:
        self.serial += 1
        return issue_certificate(
            issuer,
            name or subject.name,
            subject.key,
            serial_number=self.serial,
            not_before=not_before,
            not_after=not_after,
            extensions=tuple(extensions),
            entropy=entropy(64),
        )

    def signer(
        self,
        name: str = "Signer",
        *,
        not_before: datetime = NOW - YEAR,
        not_after: datetime = NOW + YEAR,
        usages: tuple[str, ...] = ("digitalSignature", "nonRepudiation"),
        purposes: tuple[str, ...] = (),
        algorithm: AlgorithmId | None = None,
    ) -> Signer:
        """Certify a signer's key, of the nation's kind or another."""
        holder = self._issuer(name, algorithm)
        extensions = [key_usage(*usages), extension("2.5.29.14", key_identifier(holder.key))]
        if purposes:
            extensions.append(extension("2.5.29.37", purposes, critical=True))
        certificate = self._certify(
            self.ca_issuer, holder, extensions, not_before=not_before, not_after=not_after
        )
        return Signer(holder.private_key, certificate)

    def stamping(self, name: str = "Time-stamps", purpose: str = _TIME_STAMPING) -> Signer:
        """Certify a time-stamping authority, or one that claims to be."""
        return self.signer(name, purposes=(purpose,))

    def revoke(self, who: Signer, at: datetime, reason: int = 4) -> None:
        """Put a signer on the authority's next list."""
        self.revoked.append(RevokedEntry(who.certificate.serial_number, at, reason))

    def crls(
        self, issued: datetime = NOW - DAY / 2, until: datetime = NOW + DAY
    ) -> tuple[CertificateList, CertificateList]:
        """Issue the lists of root and authority."""
        return (
            self._crl(self.root_issuer, self.revoked_authorities, issued, until),
            self._crl(self.ca_issuer, self.revoked, issued, until),
        )

    @staticmethod
    def _crl(
        issuer: Issuer, revoked: list[RevokedEntry], issued: datetime, until: datetime
    ) -> CertificateList:
        return issue_crl(
            issuer,
            revoked,
            this_update=issued,
            next_update=until,
            number=1,
            entropy=entropy(64),
        )

    def sign(self, who: Signer, content: bytes, at: datetime = NOW - 10 * DAY) -> bytes:
        """Sign `content` attached, with the authority's certificate beside the signer's."""
        return sign_cades(content, (who,), signing_time=at, entropy=entropy, chain=(self.ca,))

    def stamp(
        self,
        message: bytes,
        by: Signer,
        at: datetime,
        over: bytes | None = None,
        *,
        accuracy: timedelta | None = None,
    ) -> bytes:
        """Add a signature-time-stamp, over the signature value or over something else."""
        value = over if over is not None else parse_signed_data(message).signatures[0].signature
        algorithm = by.digest_algorithm
        token = make_timestamp(
            algorithm,
            digest(algorithm.oid, value),
            by,
            time=at,
            serial_number=7,
            policy="1.2.643.2.2.38.4",
            entropy=entropy,
            accuracy=accuracy,
        )
        return add_signature_timestamp(message, 0, token)

    def context(self, at: datetime = NOW, crls: Iterable[CertificateList] | None = None) -> Context:
        """Trust the root, know the authority and its lists."""
        return judging.context(
            at,
            anchors=(self.root,),
            certificates=(self.ca,),
            crls=self.crls() if crls is None else crls,
        )


def russia() -> Nation:
    return Nation("RU", GOST)


def belarus() -> Nation:
    return Nation("BY", BIGN)


def key_of(who: Signer) -> KeyInfo:
    return who.certificate.key
