"""A country of the laboratory on the disk: its root, lists, a signer, a stamping authority."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from zaruka.lab import belarus as by
from zaruka.lab import russia as ru
from zaruka.service import Zaruka
from zaruka.service.stamping import LocalAuthority

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from zaruka.lab.hierarchy import Hierarchy, Member

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TEXT = "Договор № 1".encode()
COUNTRIES = ("ru", "by", "rsa")


class Country:
    """Signatures are of two hours ago, stamps of the moment `now`, lists of an hour before it."""

    def __init__(self, name: str, folder: Path) -> None:
        self.folder = folder
        self.now = NOW
        self.hierarchy: Hierarchy = {
            "ru": lambda: ru.russia(NOW, os.urandom),
            "by": lambda: by.belarus(NOW, os.urandom),
            "rsa": lambda: ru.russia(NOW, os.urandom, root_key="rsa-2048", key="rsa-2048"),
        }[name]()
        self.name, self.extensions = (
            (by.BIDDER, by.SIGNER) if name == "by" else (ru.CONTRACTOR, ru.SIGNER)
        )
        self.signer = self.enrol()
        self.authority = self.stamping(self.hierarchy.time_stamps)
        self.root = folder / "root.cer"
        self.root.write_bytes(self.hierarchy.root.certificate.der)
        self.lists = folder / "lists"
        self.lists.mkdir()
        self.publish()

    def enrol(self, **validity: datetime) -> Member:
        return self.hierarchy.enrol(self.name, self.extensions, **validity)

    def stamping(self, member: Member) -> LocalAuthority:
        return LocalAuthority(
            member.signer,
            self.hierarchy.profile.time_stamp_policy,
            lambda: self.now,
            os.urandom,
            [self.hierarchy.authority.certificate],
        )

    def publish(self) -> None:
        """Issue lists an hour before `now`."""
        self.hierarchy.now = self.now
        for owner, crl in zip(("root", "ca"), self.hierarchy.lists(), strict=True):
            (self.lists / f"{owner}.crl").write_bytes(bytes(crl.der))

    def sign(self, *members: Member, detached: bool = False) -> bytes:
        signers: Sequence[Member] = members or (self.signer,)
        at = self.now - 2 * HOUR
        return self.hierarchy.sign(TEXT, signers, at=at, detached=detached)

    def zaruka(self, *, at: datetime | None = None, lists: bool = True, **options) -> Zaruka:
        crls = [self.lists] if lists else []
        return Zaruka(anchors=[self.root], crls=crls, at=at or self.now, **options)


def with_engine(folder):
    """Have OpenSSL load the GOST engine, whatever the command."""
    configuration = folder / "openssl.cnf"
    configuration.write_text(
        "openssl_conf = init\n[init]\nengines = engines\n[engines]\ngost = gost\n"
        "[gost]\nengine_id = gost\ndefault_algorithms = ALL\n"
    )
    return {**os.environ, "OPENSSL_CONF": str(configuration)}
