"""Lists of trusted services, what they state, and the certificates they hold."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "trust_lists",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("scheme", sa.String(20), nullable=False),
        sa.Column("territory", sa.String(20), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("issued", sa.String(32), nullable=False),
        sa.Column("next_update", sa.String(32)),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("obtained", sa.String(32), nullable=False),
        sa.Column("signer", sa.LargeBinary),
        sa.Column("signer_sha256", sa.String(64)),
        sa.Column("octets", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("source", "sequence", name="uq_trust_lists_source_sequence"),
    )
    op.create_index("ix_trust_lists_sha256", "trust_lists", ["sha256"])
    op.create_table(
        "trust_statements",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("content", sa.String(64), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("certificate_sha256", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("folded", sa.Text, nullable=False),
        sa.Column("purposes", sa.Text, nullable=False),
        sa.Column("since", sa.String(32)),
        sa.Column("until", sa.String(32)),
        sa.Column("standing", sa.String(20), nullable=False),
        sa.Column("anchor", sa.Boolean, nullable=False),
        sa.Column("country", sa.String(20)),
        sa.Column("crl_urls", sa.Text, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("first_list", sa.Integer, sa.ForeignKey("trust_lists.id"), nullable=False),
        sa.Column("gone_list", sa.Integer, sa.ForeignKey("trust_lists.id")),
    )
    op.create_index(
        "ix_trust_statements_certificate_sha256", "trust_statements", ["certificate_sha256"]
    )
    op.create_index(
        "ix_trust_statements_source_gone_list", "trust_statements", ["source", "gone_list"]
    )
    op.create_table(
        "trust_certificates",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("key_identifier", sa.Text),
        sa.Column("serial_number", sa.Text, nullable=False),
        sa.Column("der", sa.LargeBinary, nullable=False),
    )
    for column in ("subject", "key_identifier", "serial_number"):
        op.create_index(f"ix_trust_certificates_{column}", "trust_certificates", [column])
