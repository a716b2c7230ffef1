"""Evidence Record Syntax: RFC 4998. The module has IMPLICIT TAGS (appendix B)."""

from __future__ import annotations

from typing import NamedTuple

from zaruka.asn1 import schema as s
from zaruka.asn1.pkix import ALGORITHM_IDENTIFIER, AlgorithmIdentifier

# PartialHashtree ::= SEQUENCE OF OCTET STRING
# ArchiveTimeStamp ::= SEQUENCE {
#   digestAlgorithm [0] AlgorithmIdentifier OPTIONAL,
#   attributes      [1] Attributes OPTIONAL,
#   reducedHashtree [2] SEQUENCE OF PartialHashtree OPTIONAL,
#   timeStamp       ContentInfo }
# Attributes ::= SET SIZE (1..MAX) OF Attribute


class ArchiveTimeStamp(NamedTuple):
    """RFC 4998 4.1; `attributes` and `time_stamp` are whole encodings."""

    digest_algorithm: AlgorithmIdentifier | None
    attributes: tuple[bytes, ...] | None
    reduced_hashtree: tuple[tuple[bytes, ...], ...] | None
    time_stamp: bytes


PARTIAL_HASHTREE = s.sequence_of(s.OCTET_STRING)
ARCHIVE_TIME_STAMP = s.sequence(
    ArchiveTimeStamp,
    s.field("digest_algorithm", s.implicit(0, ALGORITHM_IDENTIFIER), optional=True),
    s.field("attributes", s.implicit(1, s.set_of(s.ANY)), optional=True),
    s.field("reduced_hashtree", s.implicit(2, s.sequence_of(PARTIAL_HASHTREE)), optional=True),
    s.field("time_stamp", s.ANY),
)

# ArchiveTimeStampChain ::= SEQUENCE OF ArchiveTimeStamp
# ArchiveTimeStampSequence ::= SEQUENCE OF ArchiveTimeStampChain

ARCHIVE_TIME_STAMP_CHAIN = s.sequence_of(ARCHIVE_TIME_STAMP, least=1)
ARCHIVE_TIME_STAMP_SEQUENCE = s.sequence_of(s.with_octets(ARCHIVE_TIME_STAMP_CHAIN), least=1)
CHAINS_AS_WRITTEN = s.bounded(s.sequence_of(s.ANY), s.Budget(size=1 << 22))
"""ArchiveTimeStampSequence of chains that are encoded already: atsc(i) of 5.2."""

# EvidenceRecord ::= SEQUENCE {
#   version                   INTEGER { v1(1) },
#   digestAlgorithms          SEQUENCE OF AlgorithmIdentifier,
#   cryptoInfos               [0] CryptoInfos OPTIONAL,
#   encryptionInfo            [1] EncryptionInfo OPTIONAL,
#   archiveTimeStampSequence  ArchiveTimeStampSequence }
# CryptoInfos ::= SEQUENCE SIZE (1..MAX) OF Attribute
# EncryptionInfo ::= SEQUENCE {
#   encryptionInfoType   OBJECT IDENTIFIER,
#   encryptionInfoValue  ANY DEFINED BY encryptionInfoType }


class EvidenceRecord(NamedTuple):
    """RFC 4998 3.1; cryptoInfos and encryptionInfo are not looked into."""

    version: int
    digest_algorithms: tuple[AlgorithmIdentifier, ...]
    crypto_infos: tuple[bytes, ...] | None
    encryption_info: tuple[bytes, ...] | None
    archive_time_stamp_sequence: tuple[s.Encoded, ...]


EVIDENCE_RECORD = s.bounded(
    s.sequence(
        EvidenceRecord,
        s.field("version", s.INTEGER),
        s.field("digest_algorithms", s.sequence_of(ALGORITHM_IDENTIFIER)),
        s.field("crypto_infos", s.implicit(0, s.sequence_of(s.ANY)), optional=True),
        s.field("encryption_info", s.implicit(1, s.sequence_of(s.ANY)), optional=True),
        s.field("archive_time_stamp_sequence", ARCHIVE_TIME_STAMP_SEQUENCE),
    ),
    s.Budget(size=1 << 22, elements=1 << 16, octets=1 << 23),
    "EvidenceRecord",
)
"""4 MiB: of a tree only a branch is kept, of each time-stamp a token with its certificates."""
