"""Lists that are no longer relied on, and the pivots that a list of lists was believed by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "trust_forgotten",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("since", sa.String(32), nullable=False),
        sa.Column("until", sa.String(32)),
    )
    op.create_index("ix_trust_forgotten_source", "trust_forgotten", ["source"])
    op.create_table(
        "trust_pivots",
        sa.Column("address", sa.Text, primary_key=True),
        sa.Column("octets", sa.LargeBinary, nullable=False),
    )
