"""A small world for fetching: what is trusted is here, all else is on a server on loopback."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import TYPE_CHECKING

from hierarchy import NOW, Authority
from hostile_server import answering, good
from zaruka import Online
from zaruka.asn1 import extensions as asn1
from zaruka.fetch import Limits, Settings, Surroundings
from zaruka.signatures.creation import Signer, sign_cades
from zaruka.x509.issuing import extension, issue_ocsp_response

if TYPE_CHECKING:
    from pathlib import Path

    from hostile_server import Asked, Server
    from zaruka.x509.crls import RevokedEntry

ROOT, CA, LEAF = Authority("online root"), Authority("online ca"), Authority("online leaf")
DAY = timedelta(days=1)
SHA_1 = "1.3.14.3.2.26"
LIMITS = Limits(seconds=20, silence_s=0.5, tries=1)


def uri(url: str) -> tuple:
    return ("uniformResourceIdentifier", url)


def points(*urls: str):
    found = [asn1.DistributionPoint(("fullName", (uri(url),)), None, None) for url in urls]
    return extension("2.5.29.31", found)


def access(*, ocsp: str | None = None, issuer: str | None = None):
    found = [
        asn1.AccessDescription(f"1.3.6.1.5.5.7.48.{number}", uri(url))
        for number, url in ((1, ocsp), (2, issuer))
        if url is not None
    ]
    return extension("1.3.6.1.5.5.7.1.1", found)


class World:
    """A root that is trusted, an authority, a signer, and the server where all else is."""

    def __init__(
        self, server: Server, folder: Path, *, ocsp: bool = False, crl: bool = True
    ) -> None:
        self.server = server
        self.now = NOW
        self.root = ROOT.certificate()
        at = server.at
        self.ca = ROOT.issue(CA, [points(at("/root.crl")), access(issuer=at("/root.cer"))])
        own = [access(ocsp=at("/ocsp") if ocsp else None, issuer=at("/ca.cer"))]
        if crl:
            own.append(points(at("/ca.crl")))
        self.leaf = CA.issue(LEAF, own, ca=False)
        self.signature = sign_cades(
            b"document",
            [Signer(LEAF.issuer.private_key, self.leaf)],
            signing_time=NOW,
            entropy=bytes,
        )
        self.anchor = folder / "root.cer"
        self.anchor.write_bytes(self.root.der)
        server.answers |= {
            "/root.crl": good(bytes(ROOT.crl().der), ETag='"r1"'),
            "/ca.crl": good(bytes(CA.crl().der), ETag='"c1"'),
            "/root.cer": good(self.root.der),
            "/ca.cer": good(self.ca.der),
            "/ocsp": answering(self.answer),
        }
        self.status: str | RevokedEntry = "good"
        self.about = self.leaf

    def answer(self, _asked: Asked | None = None) -> bytes:
        return issue_ocsp_response(
            CA.issuer,
            self.about,
            self.ca,
            status=self.status,
            this_update=self.now,
            next_update=self.now + DAY,
            hash_oid=SHA_1,
            entropy=b"",
        ).der

    def online(self, store=None, **values) -> Online:
        ticks = itertools.count()
        surroundings = Surroundings(
            lambda: self.now, lambda: next(ticks) * 0.001, lambda _: None, lambda: 0.5
        )
        limits = values.pop("limits", LIMITS)
        settings = Settings(allow=("127.0.0.1",), limits=limits)
        values.setdefault("entropy", lambda count: b"n" * count)
        return Online(settings, store=store, surroundings=surroundings, **values)

    def asked(self) -> list[str]:
        """Return the paths that were asked for, sorted."""
        return sorted(each.path for each in self.server.asked)
