"""A national hierarchy: root, authority, time-stamp authority, signers, revocation lists."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from zaruka.asn1 import extensions as asn1
from zaruka.crypto import PrivateKey, digest, public_key
from zaruka.lab.keys import make_key
from zaruka.signatures.cms import parse_signed_data
from zaruka.signatures.creation import Signer, make_timestamp, sign_cades
from zaruka.signatures.extension import add_signature_timestamp as add_stamp
from zaruka.x509.crls import RevokedEntry
from zaruka.x509.issuing import (
    Issuer,
    authority_extensions,
    extension,
    issue_certificate,
    issue_crl,
    key_identifier,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from zaruka.asn1.pkix import Extension
    from zaruka.crypto import AlgorithmId
    from zaruka.signatures.content import Content
    from zaruka.x509.certificates import Certificate
    from zaruka.x509.crls import CertificateList
    from zaruka.x509.names import Name

__all__ = ["Hierarchy", "Member", "Profile", "published_at"]

_YEAR = timedelta(days=365)
_SKI, _AKI, _CRL_POINTS = "2.5.29.14", "2.5.29.35", "2.5.29.31"
_ACCESS, _OCSP, _CA_ISSUERS = "1.3.6.1.5.5.7.1.1", "1.3.6.1.5.5.7.48.1", "1.3.6.1.5.5.7.48.2"


class Profile(Struct, frozen=True):
    """What is national: kinds of keys (see `zaruka.lab.keys`), names, extensions, the policy."""

    root_key: str
    key: str
    root: Name
    authority: Name
    time_stamps: Name
    time_stamp_policy: str
    time_stamp_extensions: tuple[Extension, ...]


class Member(Struct, frozen=True):
    """Someone with a certificate and its private key."""

    certificate: Certificate
    private_key: PrivateKey

    @property
    def signer(self) -> Signer:
        """The member as one who signs."""
        return Signer(self.private_key, self.certificate)

    @property
    def issuer(self) -> Issuer:
        """The member as one who issues."""
        return Issuer(self.certificate.subject, self.private_key, self.certificate.key)


def published_at(address: str | None, issuer: str, *, ocsp: bool = False) -> list[Extension]:
    """Say in a certificate where its issuer's list, certificate and answers are.

    `issuer` is "root" or "ca": below `address` lie ISSUER.crl and ISSUER.cer, and `ocsp`.
    """
    if address is None:
        return []
    lists = asn1.DistributionPoint(("fullName", (_uri(f"{address}/{issuer}.crl"),)), None, None)
    access = [asn1.AccessDescription(_CA_ISSUERS, _uri(f"{address}/{issuer}.cer"))]
    if ocsp:
        access.insert(0, asn1.AccessDescription(_OCSP, _uri(f"{address}/ocsp")))
    return [extension(_CRL_POINTS, [lists]), extension(_ACCESS, access)]


def _uri(address: str) -> tuple[str, str]:
    return "uniformResourceIdentifier", address


class Hierarchy:
    """The certificates of one country, made at the moment `now` (aware UTC).

    The root is three years old, the authority two, signers ten months unless told otherwise.
    Where they are `published` at an address, certificates say so.
    """

    def __init__(
        self,
        profile: Profile,
        now: datetime,
        entropy: Callable[[int], bytes],
        *,
        published: str | None = None,
        members: Mapping[str, Member] | None = None,
    ) -> None:
        """Make root, authority and time-stamp authority; `entropy` gives fresh random octets.

        `members` are those made before: "root", "ca" and "tsa".
        """
        self.profile = profile
        self.now = now
        self.published = published
        self._entropy = entropy
        self.revoked: list[RevokedEntry] = []
        known = members or {}
        self.root = known.get("root") or self._root()
        self.authority = known.get("ca") or self._authority()
        self.time_stamps = known.get("tsa") or self.enrol(
            profile.time_stamps, profile.time_stamp_extensions
        )

    def enrol(
        self,
        subject: Name,
        extensions: Sequence[Extension],
        *,
        not_before: datetime | None = None,
        not_after: datetime | None = None,
    ) -> Member:
        """Issue a certificate of the authority; key identifiers are added to `extensions`."""
        private_key = make_key(self.profile.key, self._entropy)
        key = public_key(private_key)
        own = (
            extension(_SKI, key_identifier(key)),
            extension(_AKI, (key_identifier(self.authority.certificate.key), None, None)),
        )
        certificate = issue_certificate(
            self.authority.issuer,
            subject,
            key,
            serial_number=self._serial_number(),
            not_before=not_before or self.now - timedelta(days=300),
            not_after=not_after or self.now + timedelta(days=65),
            extensions=(*own, *extensions, *published_at(self.published, "ca", ocsp=True)),
            entropy=self._entropy(64),
        )
        return Member(certificate, private_key)

    def revoke(self, member: Member, at: datetime, reason: int | None = None) -> None:
        """Put a certificate of the authority on its next list; `reason` as of RFC 5280 5.3.1."""
        self.revoked.append(RevokedEntry(member.certificate.serial_number, at, reason))

    def lists(self) -> tuple[CertificateList, CertificateList]:
        """Return fresh lists of the root (empty) and of the authority."""
        return self._list(self.root, ()), self._list(self.authority, self.revoked)

    def sign(
        self, content: Content | bytes, members: Sequence[Member], *, at: datetime, detached: bool
    ) -> bytes:
        """Sign as CAdES B-B, with the authority's certificate enclosed: DER."""
        return sign_cades(
            content,
            [member.signer for member in members],
            signing_time=at,
            entropy=self._entropy,
            detached=detached,
            chain=[self.authority.certificate],
        )

    def stamp(self, message: bytes, index: int, *, at: datetime) -> bytes:
        """Add a signature-time-stamp of the moment `at` to the signer `index`: CAdES B-T, DER."""
        signature = parse_signed_data(message).signatures[index]
        authority = self.time_stamps.signer
        algorithm: AlgorithmId = authority.digest_algorithm
        token = make_timestamp(
            algorithm,
            digest(algorithm.oid, signature.signature),
            authority,
            time=at,
            serial_number=self._serial_number(),
            policy=self.profile.time_stamp_policy,
            entropy=self._entropy,
            enclose=[self.authority.certificate],
        )
        return add_stamp(message, index, token)

    def _root(self) -> Member:
        private_key = make_key(self.profile.root_key, self._entropy)
        key = public_key(private_key)
        certificate = issue_certificate(
            Issuer(self.profile.root, private_key, key),
            self.profile.root,
            key,
            serial_number=self._serial_number(),
            not_before=self.now - 3 * _YEAR,
            not_after=self.now + 7 * _YEAR,
            extensions=authority_extensions(key, None),
            entropy=self._entropy(64),
        )
        return Member(certificate, private_key)

    def _authority(self) -> Member:
        private_key = make_key(self.profile.key, self._entropy)
        key = public_key(private_key)
        certificate = issue_certificate(
            self.root.issuer,
            self.profile.authority,
            key,
            serial_number=self._serial_number(),
            not_before=self.now - 2 * _YEAR,
            not_after=self.now + 5 * _YEAR,
            extensions=(
                *authority_extensions(key, self.root.certificate.key, path_length=0),
                *published_at(self.published, "root"),
            ),
            entropy=self._entropy(64),
        )
        return Member(certificate, private_key)

    def _list(self, issuer: Member, revoked: Sequence[RevokedEntry]) -> CertificateList:
        return issue_crl(
            issuer.issuer,
            revoked,
            this_update=self.now - timedelta(hours=1),
            next_update=self.now + timedelta(days=7),
            number=self.now.toordinal(),
            entropy=self._entropy(64),
        )

    def _serial_number(self) -> int:
        """RFC 5280 4.1.2.2: positive, at most 20 octets."""
        return int.from_bytes(b"\1" + self._entropy(15), "big")
