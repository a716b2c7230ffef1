"""Evidence of revocation and certificates that were obtained, from where and when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "evidence_objects",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("until", sa.String(32)),
        sa.Column("index_seal", sa.String(64)),
    )
    op.create_table(
        "evidence_obtained",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("question", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), sa.ForeignKey("evidence_objects.sha256")),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("obtained", sa.String(32), nullable=False),
        sa.Column("confirmed", sa.String(32), nullable=False),
        sa.Column("fresh_until", sa.String(32)),
        sa.Column("etag", sa.Text, nullable=False),
        sa.Column("last_modified", sa.Text, nullable=False),
    )
    op.create_index(
        "ix_evidence_obtained_address_question", "evidence_obtained", ["address", "question"]
    )
    op.create_index("ix_evidence_obtained_sha256", "evidence_obtained", ["sha256"])
    op.create_table(
        "evidence_signers",
        sa.Column("sha256", sa.String(64), sa.ForeignKey("evidence_objects.sha256")),
        sa.Column("spki", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("sha256", "spki", name="pk_evidence_signers"),
    )
