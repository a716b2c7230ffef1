"""Tables of trust: the lists as they were taken in, what they state, the certificates they hold.

A statement that many issues of a list repeat is one row: it stands from `first_list` on, until
`gone_list` no longer has it. So every past issue can be asked, and an issue that changes little
takes little room.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from zaruka.stores.database import METADATA, Moment

__all__ = ["CERTIFICATES", "FORGOTTEN", "LISTS", "PIVOTS", "STATEMENTS"]

LISTS: Final = Table(
    "trust_lists",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("source", String(100), nullable=False),  # the name that the configuration gives it
    Column("scheme", String(20), nullable=False),
    Column("territory", String(20), nullable=False),
    Column("name", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("issued", Moment, nullable=False),
    Column("next_update", Moment),
    Column("sha256", String(64), nullable=False),
    Column("place", Text, nullable=False),  # an address, or the name of a file
    Column("obtained", Moment, nullable=False),
    Column("signer", LargeBinary),  # certificate of who signed it, DER
    Column("signer_sha256", String(64)),
    Column("octets", LargeBinary, nullable=False),  # of the whole list, as `zlib` writes them
    UniqueConstraint("source", "sequence"),
    Index(None, "sha256"),
)

STATEMENTS: Final = Table(
    "trust_statements",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("source", String(100), nullable=False),
    Column("content", String(64), nullable=False),  # SHA-256 of what is stated
    Column("position", Integer, nullable=False),  # in the list that stated it first
    Column("certificate_sha256", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("folded", Text, nullable=False),  # name and details to search in, without case
    Column("purposes", Text, nullable=False),  # space between
    Column("since", String(32)),  # as `encoding` writes it, like all of a statement
    Column("until", String(32)),
    Column("standing", String(20), nullable=False),
    Column("anchor", Boolean, nullable=False),
    Column("country", String(20)),
    Column("crl_urls", Text, nullable=False),  # JSON
    Column("details", Text, nullable=False),  # JSON
    Column("first_list", ForeignKey("trust_lists.id"), nullable=False),
    Column("gone_list", ForeignKey("trust_lists.id")),
    Index(None, "certificate_sha256"),
    Index(None, "source", "gone_list"),
)

CERTIFICATES: Final = Table(
    "trust_certificates",
    METADATA,
    Column("sha256", String(64), primary_key=True),
    Column("subject", String(64), nullable=False),  # `Name.canonical_sha256`
    Column("key_identifier", Text),  # hexadecimal
    Column("serial_number", Text, nullable=False),  # hexadecimal
    Column("der", LargeBinary, nullable=False),
    Index(None, "subject"),
    Index(None, "key_identifier"),
    Index(None, "serial_number"),
)

FORGOTTEN: Final = Table(
    "trust_forgotten",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("source", String(100), nullable=False),
    Column("since", Moment, nullable=False),  # from then on nobody relied on the list
    Column("until", Moment),  # when it was taken in again
    Column("dropped_by", Integer),  # the issue of a list of lists that names it no longer
    Index(None, "source"),
)

PIVOTS: Final = Table(
    "trust_pivots",
    METADATA,
    Column("address", Text, primary_key=True),
    Column("octets", LargeBinary, nullable=False),  # as those of lists
)
