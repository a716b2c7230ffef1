"""Numbers of receipts, for each service."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "receipt_numbers",
        sa.Column("service", sa.String(64), nullable=False),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("service", name="pk_receipt_numbers"),
    )
