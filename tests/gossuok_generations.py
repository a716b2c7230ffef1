"""GosSUOK as it may look after two renewals: three generations of root and authority, and links.

STB 34.101.78 appendix Б: a link certificate holds the name and key of the new root, its end and
its extensions, and is signed with the key of the old one (`forward`). The other way (`back`: the
old key signed with the new one) is that of RFC 4210 4.4; the standard does not forbid it.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from functools import cache

from zaruka.asn1 import extensions as asn1
from zaruka.crypto import public_key
from zaruka.lab import belarus
from zaruka.lab.hierarchy import Member
from zaruka.lab.keys import make_key
from zaruka.signatures.creation import sign_cades
from zaruka.x509 import Name
from zaruka.x509.crls import RevokedEntry
from zaruka.x509.issuing import (
    Issuer,
    authority_extensions,
    extension,
    issue_certificate,
    issue_crl,
    key_identifier,
)

NOW = datetime(2026, 11, 1, tzinfo=UTC)
YEAR = timedelta(days=365)
BEGINS = (NOW - 12 * YEAR, NOW - 5 * YEAR, NOW - 2 * YEAR)
ENDS = (NOW + 8 * YEAR, NOW + 15 * YEAR, NOW + 18 * YEAR)
KUC, RUC, CAS = (f"1.2.112.1.2.1.1.1.3.{tail}" for tail in ("1", "2", "2.3"))
CONTENT = b"a bid"


def entropy(seed: str):
    return lambda count: hashlib.shake_256(seed.encode()).digest(count)


def policy(oid: str):
    return extension("2.5.29.32", [asn1.PolicyInformation(oid, None)])


def _name(title: str) -> Name:
    o, cn, c = "2.5.4.10", "2.5.4.3", "2.5.4.6"
    return Name.of([(o, "Учебный центр электронных услуг"), (cn, title), (c, "BY", 19)])


def serial(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:10], "big")


class Generations:
    """Roots and authorities of three generations; `suffix`: each root has a name of its own."""

    def __init__(self, *, suffix: bool = False) -> None:
        self._seed = f"generations {suffix}"
        titles = [f"КУЦ ГосСУОК (учебный){f' G{n}' if suffix and n else ''}" for n in range(3)]
        self._names = [_name(title) for title in titles]
        self._keys = [self._key(f"kuc {n}") for n in range(3)]
        self.roots = [self._root(n) for n in range(3)]
        self.authorities = [self.under(n, "РУЦ ГосСУОК (учебный)", RUC) for n in range(3)]

    def _key(self, seed: str):
        return make_key("bign-256", entropy(f"{self._seed} {seed}"))

    def _issuer(self, n: int) -> Issuer:
        return Issuer(self._names[n], self._keys[n], public_key(self._keys[n]))

    def _root(self, n: int) -> Member:
        key = public_key(self._keys[n])
        own = (*authority_extensions(key, None), policy(KUC))
        return Member(self._issue(self._issuer(n), n, BEGINS[n], ENDS[n], own), self._keys[n])

    def _issue(self, issuer: Issuer, n: int, begins, ends, extensions):
        return issue_certificate(
            issuer,
            self._names[n],
            public_key(self._keys[n]),
            serial_number=serial(f"{self._seed} {issuer.key.spki.hex()} {n} {begins} {ends}"),
            not_before=begins,
            not_after=ends,
            extensions=extensions,
            entropy=entropy("signature")(64),
        )

    def link(self, by: int, of: int, *, begins=None, ends=None, key: int | None = None):
        """Certify root `of` with the key of root `by`, or in its name with that of root `key`."""
        signer = self._issuer(by if key is None else key)
        issuer = Issuer(self._names[by], signer.private_key, signer.key)
        above = self._issuer(by).key
        extensions = (*authority_extensions(public_key(self._keys[of]), above), policy(KUC))
        begins = begins or BEGINS[max(by, of)]
        return self._issue(issuer, of, begins, ends or ENDS[of], extensions)

    def under(self, n: int, title: str, role: str, above: Member | None = None) -> Member:
        """Make an authority or a service below root `n`, or below `above`."""
        private = self._key(f"{title} {n}")
        key = public_key(private)
        issuer = self._issuer(n) if above is None else above.issuer
        if role == CAS:
            own = (
                *belarus.SERVICE[:1],
                extension("2.5.29.35", (key_identifier(issuer.key), None, None)),
                extension("2.5.29.14", key_identifier(key)),
            )
        else:
            own = tuple(authority_extensions(key, issuer.key, path_length=0))
        certificate = issue_certificate(
            issuer,
            _name(title),
            key,
            serial_number=serial(f"{title} {n}"),
            not_before=BEGINS[n] + timedelta(days=1),
            not_after=ENDS[n],
            extensions=(*own, policy(role)),
            entropy=entropy(title)(64),
        )
        return Member(certificate, private)

    def signer(self, n: int, *, begins=NOW - YEAR / 2) -> Member:
        """Make a signer below the authority of generation `n`, in the form of GosSUOK."""
        private = self._key(f"signer {n}")
        key = public_key(private)
        above = self.authorities[n]
        own = (
            extension("2.5.29.14", key_identifier(key)),
            extension("2.5.29.35", (key_identifier(above.certificate.key), None, None)),
        )
        certificate = issue_certificate(
            above.issuer,
            belarus.BIDDER,
            key,
            serial_number=serial(f"signer {n}"),
            not_before=begins,
            not_after=NOW + YEAR,
            extensions=(*own, *belarus.SIGNER),
            entropy=entropy("signer")(64),
        )
        return Member(certificate, private)

    def signed(self, n: int) -> bytes:
        """Sign something with a signer of generation `n`; only its certificate is enclosed."""
        member = self.signer(n)
        time = NOW - timedelta(days=1)
        return sign_cades(CONTENT, [member.signer], signing_time=time, entropy=entropy("cades"))

    def crls(self, *revoked) -> list:
        """Make the list of every root and authority; `revoked` are certificates of any of them."""
        issuers = [*(self._issuer(n) for n in range(3)), *(a.issuer for a in self.authorities)]
        return [
            issue_crl(
                issuer,
                [
                    RevokedEntry(each.serial_number, NOW - timedelta(days=30), 1)
                    for each in revoked
                    if each.issuer == issuer.name
                ],
                this_update=NOW - timedelta(days=1),
                next_update=NOW + timedelta(days=30),
                number=1,
                entropy=entropy("crl")(64),
            )
            for issuer in issuers
        ]


@cache
def generations(*, suffix: bool = False) -> Generations:
    return Generations(suffix=suffix)
