"""The services of one country for trial, from a folder: time-stamps, status, what is published.

The folder holds certificates (NAME.cer) and their private keys (NAME.p8, readable by their owner
only): root, ca, tsa, ocsp and a signer to try with. What is not there is made. `revoked.txt` may
name certificates of the authority, one a line: serial number in hexadecimal, and a space, and the
moment of revocation (ISO 8601).
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from zaruka.asn1 import extensions as asn1
from zaruka.errors import ConfigError
from zaruka.lab import belarus as by
from zaruka.lab import russia as ru
from zaruka.lab.hierarchy import Hierarchy, Member
from zaruka.signatures.creation import answer_request
from zaruka.x509 import Certificate, RevokedEntry
from zaruka.x509.issuing import extension, key_usage
from zaruka.x509.ocsp_answers import answer_ocsp_request
from zaruka.x509.private_keys import dump_private_key, load_private_key

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from zaruka.asn1.pkix import Extension
    from zaruka.lab.hierarchy import Profile
    from zaruka.x509.names import Name

__all__ = ["COUNTRIES", "Country", "Services"]


class Country(Struct, frozen=True):
    """What is national: the hierarchy, the responder, and the signer to try with."""

    profile: Callable[[], Profile]
    responder: Name
    responder_extensions: Sequence[Extension]
    signer: Name
    signer_extensions: Sequence[Extension]


_RESPONDER: Final = (
    key_usage("digitalSignature", "nonRepudiation"),
    extension("2.5.29.37", ("1.3.6.1.5.5.7.3.9",), critical=True),
    extension("1.3.6.1.5.5.7.48.1.5", None),  # id-pkix-ocsp-nocheck
)
# STB 34.101.78: bpki-role-ocsp
_ROLE = extension("2.5.29.32", [asn1.PolicyInformation("1.2.112.0.2.0.34.101.78.2.30", None)])

COUNTRIES: Final = {
    "ru": Country(ru.profile, ru.RESPONDER, _RESPONDER, ru.CONTRACTOR, ru.SIGNER),
    "by": Country(by.profile, by.RESPONDER, (*_RESPONDER, _ROLE), by.BIDDER, by.SIGNER),
}

_SERVICE, _SIGNER = timedelta(days=3 * 365), timedelta(days=365)  # how long certificates hold
_EARLIER: Final = timedelta(minutes=5)
_MEMBERS: Final = ("root", "ca", "tsa", "ocsp", "signer")


class Services:
    """Time-stamp authority, OCSP responder and publisher of one country; for several threads."""

    def __init__(
        self,
        country: Country,
        folder: Path,
        address: str,
        clock: Callable[[], datetime],
        entropy: Callable[[int], bytes],
    ) -> None:
        """Read what the folder holds, and make what it does not; certificates name `address`.

        Raises ConfigError: lab.cannot-write, lab.other-address where the certificates there were
        made for another one, lab.unreadable where a file is not what it should be.
        """
        self._folder = folder
        self._now = clock
        self._entropy = entropy
        self._lock = Lock()
        known = {name: found for name in _MEMBERS if (found := _load(folder, name)) is not None}
        self.hierarchy = Hierarchy(
            country.profile(), self._moment(), entropy, published=address, members=known
        )
        made = {
            "root": self.hierarchy.root,
            "ca": self.hierarchy.authority,
            "tsa": known.get("tsa")
            or self._enrol(
                self.hierarchy.profile.time_stamps,
                self.hierarchy.profile.time_stamp_extensions,
                _SERVICE,
            ),
            "ocsp": known.get("ocsp")
            or self._enrol(country.responder, country.responder_extensions, _SERVICE),
            "signer": known.get("signer")
            or self._enrol(country.signer, country.signer_extensions, _SIGNER),
        }
        if f"{address}/root.crl" not in made["ca"].certificate.crl_urls:
            raise ConfigError("lab.other-address", name=str(folder), address=address)
        for name, member in made.items():
            if name not in known:
                _save(folder, name, member)
        self.members = made

    def _moment(self) -> datetime:
        """Tell the time in whole seconds, as certificates and lists do."""
        return self._now().replace(microsecond=0)

    def _enrol(self, name: Name, extensions: Sequence[Extension], valid: timedelta) -> Member:
        now = self._moment()
        before, after = now - _EARLIER, now + valid
        return self.hierarchy.enrol(name, extensions, not_before=before, not_after=after)

    def stamp(self, request: bytes) -> bytes:
        """Answer a TimeStampReq."""
        return answer_request(
            request,
            self.members["tsa"].signer,
            time=self._moment(),
            serial_number=int.from_bytes(b"\1" + self._entropy(15)),
            policy=self.hierarchy.profile.time_stamp_policy,
            entropy=self._entropy,
        )

    def status(self, request: bytes) -> bytes:
        """Answer an OCSPRequest about certificates of the authority."""
        responder, now = self.members["ocsp"], self._moment()
        revoked = {entry.serial: entry for entry in self._revoked()}
        return answer_ocsp_request(
            request,
            responder.issuer,
            self.members["ca"].certificate,
            revoked.get,
            this_update=now,
            next_update=now + timedelta(hours=1),
            certificates=[responder.certificate],
            entropy=self._entropy(64),
        )

    def publish(self, name: str) -> bytes | None:
        """Give "root.cer", "ca.cer", "root.crl" or "ca.crl"; None for any other name."""
        if name in {"root.cer", "ca.cer"}:
            return self.members[name.removesuffix(".cer")].certificate.der
        if name not in {"root.crl", "ca.crl"}:
            return None
        with self._lock:  # the hierarchy holds a moment and the list of the revoked
            self.hierarchy.now = self._moment()
            self.hierarchy.revoked = self._revoked() if name == "ca.crl" else []
            of_root, of_authority = self.hierarchy.lists()
        return bytes((of_root if name == "root.crl" else of_authority).der)

    def _revoked(self) -> list[RevokedEntry]:
        path = self._folder / "revoked.txt"
        try:
            lines = path.read_text(encoding="utf-8").split("\n") if path.exists() else []
            entries = []
            for line in filter(None, map(str.strip, lines)):
                serial, moment = line.split(maxsplit=1)
                time = datetime.fromisoformat(moment).astimezone(UTC)
                entries.append(RevokedEntry(int(serial, 16), time))
        except (OSError, ValueError) as error:
            raise ConfigError("lab.unreadable", name=str(path)) from error
        return entries


def _load(folder: Path, name: str) -> Member | None:
    certificate, key = folder / f"{name}.cer", folder / f"{name}.p8"
    if not certificate.exists() or not key.exists():
        return None
    try:
        return Member(
            Certificate.parse(certificate.read_bytes()), load_private_key(key.read_bytes())
        )
    except (OSError, ValueError) as error:
        raise ConfigError("lab.unreadable", name=str(certificate)) from error


def _save(folder: Path, name: str, member: Member) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        opened = os.open(folder / f"{name}.p8", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(opened, "wb") as file:
            file.write(dump_private_key(member.private_key))
        (folder / f"{name}.cer").write_bytes(member.certificate.der)
    except OSError as error:
        raise ConfigError("lab.cannot-write", name=str(folder)) from error
