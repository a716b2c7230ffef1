"""Evidence records: reading them, and the mathematics of their hash trees (RFC 4998).

A record holds chains of archive time-stamps. The first time-stamp is over a tree that holds the
data object; each further one of a chain is over the one before it (time-stamp renewal), the first
of each further chain over the object and all earlier chains (hash-tree renewal). Whether the
time-stamps themselves hold is judged elsewhere: `zaruka.validation.evidence_record`.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from zaruka._native import lazy
from zaruka.asn1 import ers as wire
from zaruka.asn1 import schema as s
from zaruka.crypto import digest
from zaruka.crypto.algorithms import DIGESTS
from zaruka.errors import BudgetExceeded, InputError, UnsupportedError
from zaruka.findings import Finding, Severity, SubIndication
from zaruka.signatures import rules
from zaruka.signatures.cms import parse_timestamp_token
from zaruka.signatures.content import sha256_hex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from typing_extensions import Buffer

    from zaruka.findings import Rule
    from zaruka.signatures.document import TimeStampToken

    DigestOf = Callable[[str], bytes]  # of the data object, by the OID of the digest

__all__ = ["ArchiveTimeStamp", "Chain", "EvidenceRecord", "check_record", "parse_evidence_record"]

_STAMPS_MAX: Final = 64  # one every year or two


class ArchiveTimeStamp(Struct, frozen=True):
    """ArchiveTimeStamp (RFC 4998 4.1).

    `stated_oid` is digestAlgorithm, None where absent. `tree` is reducedHashtree, the lists of
    hash values from the leaves up; empty where the time-stamp is over one hash value itself.
    """

    token: TimeStampToken
    stated_oid: str | None = None
    tree: tuple[tuple[bytes, ...], ...] = ()

    @property
    def digest_oid(self) -> str:
        """The digest of the tree: where none is stated, that of the time-stamp (4.1)."""
        return self.stated_oid or self.token.tst_info.imprint_algorithm.oid

    def holds(self, value: bytes) -> bool:
        """RFC 4998 4.3(2): whether the first list has a hash value; without lists, the stamp."""
        return value in self.tree[0] if self.tree else value == self.token.tst_info.imprint

    def root(self) -> bytes:
        """RFC 4998 4.3(3): hash every list with what came of the one before, in binary order.

        A list of one is its value: 4.2 hashes groups "of more than one", and so do others. Raises
        UnsupportedError for a digest that we do not have.
        """
        value: tuple[bytes, ...] = ()
        for values in self.tree:
            members = sorted((*values, *value))
            is_alone = len(members) == 1
            value = (members[0] if is_alone else digest(self.digest_oid, b"".join(members)),)
        return value[0] if value else self.token.tst_info.imprint


class Chain(Struct, frozen=True):
    """ArchiveTimeStampChain (RFC 4998 5.1), oldest first, with its octets as written."""

    der: bytes
    stamps: tuple[ArchiveTimeStamp, ...]


class EvidenceRecord(Struct, frozen=True, dict=True):
    """EvidenceRecord (RFC 4998 3.1); `chains` has the oldest first, and has one at least."""

    der: bytes
    version: int
    digest_oids: tuple[str, ...]
    is_encrypted: bool
    chains: tuple[Chain, ...]

    @lazy
    def sha256(self) -> str:
        """SHA-256 of the record's encoding, 64 hex digits."""
        return sha256_hex(self.der)

    @lazy
    def stamps(self) -> tuple[ArchiveTimeStamp, ...]:
        """Give all archive time-stamps in the order of the record."""
        return tuple(stamp for chain in self.chains for stamp in chain.stamps)

    @property
    def first(self) -> ArchiveTimeStamp:
        """The initial archive time-stamp: its time is what a record proves."""
        return self.chains[0].stamps[0]

    def before(self, number: int) -> bytes:
        """RFC 4998 5.2(3): atsc, the ArchiveTimeStampSequence of the first `number` chains."""
        return s.encode(wire.CHAINS_AS_WRITTEN, tuple(each.der for each in self.chains[:number]))


def parse_evidence_record(source: Buffer) -> EvidenceRecord:
    """Read an EvidenceRecord; InputError, or BudgetExceeded, where it is none or too large.

    Chains are DER (5.2(3), note); what is in a token may be BER. All is hashed as it was written.
    """
    found = s.decode(wire.EVIDENCE_RECORD, source)
    count = sum(len(each.value) for each in found.archive_time_stamp_sequence)
    if count > _STAMPS_MAX:
        raise BudgetExceeded("ers.too-many-stamps", count=count, limit=_STAMPS_MAX)
    return EvidenceRecord(
        bytes(source),
        found.version,
        tuple(each.algorithm for each in found.digest_algorithms),
        found.encryption_info is not None,
        tuple(
            Chain(each.der, tuple(map(_read_stamp, each.value)))
            for each in found.archive_time_stamp_sequence
        ),
    )


def _read_stamp(found: wire.ArchiveTimeStamp) -> ArchiveTimeStamp:
    stated = found.digest_algorithm
    return ArchiveTimeStamp(
        parse_timestamp_token(found.time_stamp),
        None if stated is None else stated.algorithm,
        found.reduced_hashtree or (),
    )


# --- what each time-stamp is over


def check_record(record: EvidenceRecord, digest_of: DigestOf) -> Iterator[Finding]:
    """RFC 4998 5.3: say what keeps the time-stamps from proving a data object, each by its own.

    `digest_of` gives digests of the object, or raises UnsupportedError or InputError for one that
    is not to be had. Nothing is said where all time-stamps are over what they should be over.
    """
    if record.is_encrypted:  # 6: the object is to be encrypted again, in a way defined elsewhere
        yield _open(rules.ERS_ENCRYPTED, record, 1)
    number = 0
    for position, chain in enumerate(record.chains):
        for index, stamp in enumerate(chain.stamps):
            number += 1
            broken = _algorithm_trouble(chain, stamp)
            if broken is not None:
                yield _broken(broken, record, number, SubIndication.FORMAT_FAILURE)
                continue
            try:
                is_over_it = _is_over(record, position, index, digest_of)
            except (UnsupportedError, InputError):
                yield _open(rules.ERS_DIGEST, record, number, stamp.digest_oid)
                continue
            if not is_over_it:
                rule = _rule_of(position, index)
                yield _broken(rule, record, number, SubIndication.HASH_FAILURE)
    yield from _check_order(record)


def _algorithm_trouble(chain: Chain, stamp: ArchiveTimeStamp) -> Rule | None:
    """Compare digests: 4.3(4), the tree's and the stamp's; 5.1, within a chain; 4.2, their size."""
    if stamp.digest_oid != stamp.token.tst_info.imprint_algorithm.oid:
        return rules.ERS_ALGORITHM
    if stamp.digest_oid != chain.stamps[0].digest_oid:
        return rules.ERS_ALGORITHM_MIXED
    known = DIGESTS.get(stamp.digest_oid)
    if known and any(len(value) != known.size for values in stamp.tree for value in values):
        return rules.ERS_HASH_LENGTH
    return None


def _is_over(record: EvidenceRecord, position: int, index: int, digest_of: DigestOf) -> bool:
    """Whether a time-stamp is over the root of a tree that holds what it has to hold (4.3)."""
    chain = record.chains[position]
    stamp = chain.stamps[index]
    oid = stamp.digest_oid
    if index:  # 5.2, time-stamp renewal: the timeStamp before it, whole
        value = digest(oid, chain.stamps[index - 1].token.der)
    else:
        value = digest_of(oid)
        if position:  # 5.2(4), hash-tree renewal: the object, then all earlier chains
            value = digest(oid, value + digest(oid, record.before(position)))
    return stamp.holds(value) and stamp.root() == stamp.token.tst_info.imprint


def _rule_of(position: int, index: int) -> Rule:
    if index:
        return rules.ERS_RENEWAL
    return rules.ERS_HASH_TREE_RENEWAL if position else rules.ERS_TREE


def _check_order(record: EvidenceRecord) -> Iterator[Finding]:
    """RFC 4998 5.1: chains, and time-stamps within them, are ordered by time."""
    times = [each.token.tst_info.time for each in record.stamps]
    for number, (before, after) in enumerate(pairwise(times), 2):
        if after < before:
            sub = SubIndication.TIMESTAMP_ORDER_FAILURE
            yield _broken(rules.ERS_ORDER, record, number, sub)


def _broken(rule: Rule, record: EvidenceRecord, number: int, sub: SubIndication) -> Finding:
    stamp, details = _about(record, number)
    return Finding(rule, Severity.FAIL, stamp.ref, details=details, sub_indication=sub)


def _open(rule: Rule, record: EvidenceRecord, number: int, actual: str | None = None) -> Finding:
    (stamp, details), sub = _about(record, number), SubIndication.CUSTOM
    return Finding(rule, Severity.UNKNOWN, stamp.ref, None, actual, details, sub)


def _about(
    record: EvidenceRecord, number: int
) -> tuple[TimeStampToken, dict[str, str | int | datetime]]:
    stamps = record.stamps
    return stamps[number - 1].token, {"number": number, "count": len(stamps)}
