"""Evidence records for tests, made from the text of RFC 4998: trees, time-stamps, renewals."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from zaruka.asn1 import ers as wire
from zaruka.asn1 import schema as s
from zaruka.asn1.pkix import AlgorithmIdentifier
from zaruka.crypto import AlgorithmId, digest
from zaruka.signatures.creation import make_timestamp

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from zaruka.lab.hierarchy import Hierarchy, Member

    Stamping = Callable[[str, bytes, datetime], bytes]

__all__ = ["SHA_256", "SHA_512", "STREEBOG", "Draft", "begin", "branch", "stamp", "stamping"]

SHA_256, SHA_512 = "2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.3"
STREEBOG = "1.2.643.7.1.1.2.2"

Lists = tuple[tuple[bytes, ...], ...]


def stamping(hierarchy: Hierarchy, member: Member | None = None) -> Stamping:
    """Give what stamps an imprint as the laboratory's authority."""
    authority = (member or hierarchy.time_stamps).signer

    def stamp(oid: str, imprint: bytes, at: datetime) -> bytes:
        return make_timestamp(
            AlgorithmId(oid),
            imprint,
            authority,
            time=at,
            serial_number=int.from_bytes(b"\1" + os.urandom(8)),
            policy=hierarchy.profile.time_stamp_policy,
            entropy=os.urandom,
            enclose=[hierarchy.authority.certificate],
        )

    return stamp


def branch(groups: Sequence[Sequence[bytes]], oid: str, own: int = 0) -> tuple[bytes, Lists]:
    """Make a binary tree over groups of hash values (4.2): its root, the lists of one group."""
    lists: list[tuple[bytes, ...]] = [tuple(sorted(groups[own]))]
    level = [_node(each, oid) for each in groups]
    while len(level) > 1:
        beside = own ^ 1
        if beside < len(level):
            lists.append((level[beside],))
        level = [_node(level[n : n + 2], oid) for n in range(0, len(level), 2)]
        own //= 2
    return level[0], tuple(lists)


def _node(values: Sequence[bytes], oid: str) -> bytes:
    return values[0] if len(values) == 1 else digest(oid, b"".join(sorted(values)))


def stamp(stamp: Stamping, oid: str, groups: Sequence[Sequence[bytes]], at: datetime):
    """Make an ArchiveTimeStamp over the first group."""
    root, lists = branch(groups, oid)
    return wire.ArchiveTimeStamp(None, None, lists, stamp(oid, root, at))


def begin(by: Stamping, oid: str, objects: Sequence[bytes], at: datetime, *others: bytes) -> Draft:
    """Archive one group of objects, with others beside it in the tree."""
    groups = [[digest(oid, each) for each in objects], *([digest(oid, each)] for each in others)]
    return Draft(((stamp(by, oid, groups, at),),), (oid,))


class Draft(Struct, frozen=True):
    """A record while it is made: chains of archive time-stamps."""

    chains: tuple[tuple[wire.ArchiveTimeStamp, ...], ...]
    oids: tuple[str, ...]
    encryption: tuple[bytes, ...] | None = None

    def renewed(self, by: Stamping, at: datetime, *others: bytes, bare: bool = False) -> Draft:
        """Time-stamp renewal (5.2): the last timeStamp, alone or with hash values beside it."""
        oid, chain = self.oids[-1], self.chains[-1]
        value = digest(oid, chain[-1].time_stamp)
        if bare:
            added = wire.ArchiveTimeStamp(None, None, None, by(oid, value, at))
        else:
            added = stamp(by, oid, [[value], *([digest(oid, each)] for each in others)], at)
        return structs.replace(self, chains=(*self.chains[:-1], (*chain, added)))

    def rehashed(self, by: Stamping, oid: str, object_: bytes, at: datetime, *others) -> Draft:
        """Hash-tree renewal (5.2): the object and all chains so far, by another digest."""
        value = digest(oid, digest(oid, object_) + digest(oid, self.sequence))
        added = stamp(by, oid, [[value], *([digest(oid, each)] for each in others)], at)
        return Draft((*self.chains, (added,)), (*self.oids, oid), self.encryption)

    def changed(self, position: int, index: int, **fields) -> Draft:
        """Alter one archive time-stamp."""
        chains = [list(each) for each in self.chains]
        chains[position][index] = chains[position][index]._replace(**fields)
        return structs.replace(self, chains=tuple(map(tuple, chains)))

    @property
    def sequence(self) -> bytes:
        """DER of the ArchiveTimeStampSequence."""
        node = s.sequence_of(wire.ARCHIVE_TIME_STAMP_CHAIN)
        return s.encode(node, self.chains)

    @property
    def der(self) -> bytes:
        """DER of the EvidenceRecord."""
        node = wire.ARCHIVE_TIME_STAMP_CHAIN
        algorithms = tuple(AlgorithmIdentifier(oid) for oid in self.oids)
        chains = tuple(s.Encoded(s.encode(node, each), each) for each in self.chains)
        return s.encode(
            wire.EVIDENCE_RECORD,
            wire.EvidenceRecord(1, algorithms, None, self.encryption, chains),
        )
